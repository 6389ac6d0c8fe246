permute_contrast <- internal("permute_contrast")
boot_contrast <- internal("boot_contrast")
wilcoxon_contrast <- internal("wilcoxon_contrast")

# A design with its own truth: strata with the treated anywhere in them, three targets.
random_strata <- function(seed) {
  with_seed(seed, {
    size <- sample(2:5, sample(1:3, 1), replace = TRUE)
    if (length(size) == 1) size <- sample(4:8, 1)
    stratum <- rep(seq_along(size), size)
    treated <- unlist(lapply(size, function(n) sample(rep(c(TRUE, FALSE), c(t <- sample(1:(n - 1), 1), n - t)))))
    y <- matrix(stats::rnorm(3 * length(stratum)), ncol = 3) + outer(treated, c(0, 1, -2))
    y[, 3] <- round(y[, 3]) # ties
    order <- sample(length(stratum))
    list(y = y[order, ], treated = treated[order], stratum = stratum[order])
  })
}

by_stratum <- function(d) {
  order <- order(d$stratum, !d$treated)
  lapply(list(y = d$y, treated = d$treated, stratum = d$stratum), function(v) {
    if (is.matrix(v)) v[order, , drop = FALSE] else v[order]
  })
}

# ---- exact ----

test_that("exact p is that of a full enumeration in R, with ties and strata", {
  # the counts are the same integers; the statistics agree to rounding of sums
  for (seed in 1:n_designs()) {
    d <- random_strata(seed)
    s <- by_stratum(d)
    size <- as.vector(table(s$stratum))
    all <- twin_allocations(size, as.vector(tapply(s$treated, s$stratum, sum)))
    found <- permute_contrast(d$y, d$treated, d$stratum)
    expect_true(found$exact)
    expect_equal(found$allocations, ncol(all))
    for (t in 1:3) {
      expect_close(found$estimate[t], twin_effect(s$y[, t], s$treated, s$stratum), 1e-10)
      twin <- twin_p(s$y[, t], s$treated, s$stratum, all)
      expect_equal(c(found$p.value[t], found$mid.p.value[t]), unname(twin), tolerance = 1e-12)
    }
  }
})

test_that("Welch's p is that of a full enumeration with t.test()", {
  for (seed in 1:4) {
    y <- with_seed(seed, stats::rnorm(8, rep(0:1, c(4, 4)), rep(c(1, 3), c(4, 4))))
    treated <- rep(c(TRUE, FALSE), c(4, 4))
    found <- permute_contrast(y, treated, statistic = "welch")
    expect_close(found$statistic, stats::t.test(y[treated], y[!treated])$statistic, 1e-10)
    twin <- twin_p(y, treated, rep(1, 8), twin_allocations(8, 4), "welch")
    expect_equal(c(found$p.value, found$mid.p.value), unname(twin), tolerance = 1e-12)
  }
})

test_that("the interval holds the shifts that the test does not reject", {
  for (seed in 1:8) {
    for (statistic in c("difference", "welch")) {
      y <- with_seed(seed, stats::rnorm(9, rep(1:0, c(5, 4))))
      treated <- rep(c(TRUE, FALSE), c(5, 4))
      found <- permute_contrast(y, treated, statistic = statistic, level = 0.9)
      at <- function(shift) permute_contrast(y - shift * treated, treated, statistic = statistic)$p.value
      expect_gt(at(found$conf.low + 1e-5), 0.1)
      expect_lte(at(found$conf.low - 1e-5), 0.1)
      expect_gt(at(found$conf.high - 1e-5), 0.1)
      expect_lte(at(found$conf.high + 1e-5), 0.1)
    }
  }
})

test_that("in strata, too, and for drawn allocations", {
  d <- random_strata(5)
  pairs <- rep(1:8, each = 2)
  y <- with_seed(3, stats::rnorm(16))
  treated <- rep(c(TRUE, FALSE), 8)
  for (n_max in c(1e5, 1)) {
    run <- function(y) with_seed(9, permute_contrast(y, treated, pairs, n_max = n_max, draws = 999))
    found <- run(y)
    for (end in c("conf.low", "conf.high")) {
      out <- if (end == "conf.low") -1 else 1
      expect_gt(run(y - (found[[end]] - out * 1e-6) * treated)$p.value, 0.05)
      expect_lte(run(y - (found[[end]] + out * 1e-6) * treated)$p.value, 0.05)
    }
  }
})

test_that("the smallest p of a design is what its clearest data give", {
  least <- c("3" = 0.1, "4" = 2 / 70, "5" = 2 / 252, "6" = 2 / 924)
  for (n in 3:6) {
    treated <- rep(c(TRUE, FALSE), each = n)
    found <- permute_contrast(seq_len(2 * n)^2, treated)
    expect_equal(found$p.value, least[[as.character(n)]])
    expect_equal(found$p.min, found$p.value)
  }
  found <- permute_contrast(1:7, rep(c(TRUE, FALSE), c(3, 4)))
  expect_equal(c(found$p.min, found$p.value), c(1 / 35, 2 / 35)) # the mirror image of 1:3 is 5:7: its mean is as far
  pairs <- permute_contrast(c(1, 0, 5, 2, 9, 3), rep(c(TRUE, FALSE), 3), rep(1:3, each = 2))
  expect_equal(c(pairs$p.min, pairs$p.value), c(0.25, 0.25))
  expect_identical(c(pairs$conf.low, pairs$conf.high), c(-Inf, Inf))
})

test_that("pairs flip signs, and blocks without a choice tell nothing", {
  d <- c(1.2, -0.3, 0.8, 2.1, 0.4)
  y <- as.vector(rbind(10 + d, 10))
  found <- permute_contrast(y, rep(c(TRUE, FALSE), 5), rep(1:5, each = 2))
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), 5)))
  expect_equal(found$p.value, mean(abs(signs %*% d) >= abs(sum(d)) - 1e-9))
  expect_equal(found$estimate, mean(d))
  more <- permute_contrast(c(y, 3, 4, 5), c(rep(c(TRUE, FALSE), 5), TRUE, TRUE, FALSE), c(rep(1:5, each = 2), 6, 6, 7))
  expect_equal(more[c("p.value", "conf.low", "n")], found[c("p.value", "conf.low", "n")])
})

test_that("coin agrees: exact in one stratum, within strata by its normal limit and by draws", {
  oneway_test <- other("coin", "oneway_test")
  pvalue <- other("coin", "pvalue")
  for (seed in 1:5) {
    y <- with_seed(seed, round(stats::rnorm(11, rep(0:1, c(5, 6))), 1))
    group <- factor(rep(0:1, c(5, 6)))
    truth <- pvalue(oneway_test(y ~ group, distribution = other("coin", "exact")(algorithm = "split-up")))
    # coin counts ties to 1e-8 or so; values of one digit are apart
    expect_equal(permute_contrast(y, group == 1)$p.value, as.double(truth), tolerance = 1e-10)
  }
  block <- factor(rep(1:3, each = 6))
  group <- factor(rep(rep(0:1, each = 3), 3))
  y <- with_seed(6, stats::rnorm(18, as.integer(block) + 0.7 * (group == 1)))
  drawn <- with_seed(2, oneway_test(y ~ group | block, distribution = other("coin", "approximate")(nresample = 1e5)))
  ours <- permute_contrast(y, group == 1, block)
  # 5 standard errors of 100,000 draws
  p <- as.double(pvalue(drawn))
  expect_lt(abs(ours$p.value - p), 5 * sqrt(p * (1 - p) / 1e5))
})

test_that("an exact test leaves the generator alone", {
  set.seed(1)
  before <- .Random.seed
  permute_contrast(1:8, rep(c(TRUE, FALSE), 4))
  permute_contrast(1:8, rep(c(TRUE, FALSE), 4), statistic = "welch")
  expect_identical(.Random.seed, before)
})

# ---- drawn ----

test_that("drawn allocations are sample.int()'s, under the seed", {
  y <- with_seed(1, matrix(stats::rnorm(30), 10))
  treated <- rep(c(TRUE, FALSE), c(4, 6))
  stratum <- rep(1:2, 5)
  order <- order(stratum, !treated)
  found <- with_seed(7, permute_contrast(y, treated, stratum, n_max = 1, draws = 500))
  all <- with_seed(7, twin_drawn(c(5, 5), c(2, 2), 500))
  for (t in 1:3) {
    twin <- twin_p(y[order, t], treated[order], stratum[order], cbind(treated[order], all))
    expect_equal(c(found$p.value[t], found$mid.p.value[t]), unname(twin), tolerance = 1e-12)
  }
  expect_identical(found$visited, 500)
  again <- with_seed(7, permute_contrast(y, treated, stratum, n_max = 1, draws = 500))
  expect_identical(again, found)
  other <- with_seed(8, permute_contrast(y, treated, stratum, n_max = 1, draws = 500))
  expect_false(identical(other$p.value, found$p.value))
})

test_that("the pieces in which it is done change nothing", {
  y <- with_seed(1, matrix(stats::rnorm(40), 20))
  treated <- rep(c(TRUE, FALSE), 10)
  whole <- with_seed(4, permute_contrast(y, treated, n_max = 1, draws = 4000))
  pieces <- with_seed(4, in_pieces("permute_contrast", 700)(y, treated, n_max = 1, draws = 4000))
  expect_identical(pieces, whole)
  some <- in_pieces("permute_contrast", 1)(y, treated)
  expect_identical(some, permute_contrast(y, treated))
  whole <- with_seed(4, boot_contrast(y, treated + 1L, c(-1, 1), 3000))
  pieces <- with_seed(4, in_pieces("boot_contrast", 700)(y, treated + 1L, c(-1, 1), 3000))
  expect_identical(pieces, whole)
})

test_that("a target does not change when another is added, nor with the order of units", {
  y <- with_seed(1, matrix(stats::rnorm(36), 12))
  treated <- rep(c(TRUE, FALSE), 6)
  all <- permute_contrast(y, treated)
  one <- permute_contrast(y[, 2], treated)
  turned <- permute_contrast(y[12:1, ], rev(treated))
  for (name in c("estimate", "p.value", "conf.low", "conf.high")) {
    expect_identical(all[[name]][2], one[[name]])
    expect_close(turned[[name]], all[[name]], 1e-12)
  }
  turned <- permute_contrast(y, !treated)
  expect_close(turned$estimate, -all$estimate)
  expect_close(turned$conf.low, -all$conf.high, 1e-10)
  expect_equal(turned$p.value, all$p.value)
  moved <- permute_contrast(y + 1e6, treated)
  expect_close(moved$conf.low, all$conf.low, 1e-7)
  expect_equal(moved$p.value, all$p.value)
})

test_that("constant targets have p 1", {
  found <- permute_contrast(cbind(rep(0.1, 8), 1:8), rep(c(TRUE, FALSE), 4))
  expect_identical(found$p.value[1], 1)
  expect_identical(found$estimate[1], 0)
  found <- permute_contrast(cbind(rep(0.1, 8), 1:8), rep(c(TRUE, FALSE), 4), statistic = "welch")
  expect_identical(found$p.value[1], 1)
})

# ---- bootstrap ----

test_that("with boot's indices the replicates and the limits are boot's", {
  boot <- other("boot", "boot")
  boot_ci <- other("boot", "boot.ci")
  boot_array <- other("boot", "boot.array")
  for (seed in 1:5) {
    n <- c(7, 9)
    group <- rep(1:2, n)
    y <- with_seed(seed, stats::rexp(16) + group)
    contrast <- function(y, i) mean(y[i][group == 2]) - mean(y[i][group == 1])
    b <- with_seed(seed, boot(y, contrast, R = 999, strata = group))
    index <- t(boot_array(b, indices = TRUE)) - rep(c(1L, 8L), n)
    storage.mode(index) <- "integer"
    ours <- .Call(internal("c_bootstrap"), cbind(y), as.integer(n), c(-1, 1), 999L, index)
    expect_close(ours$estimate, b$t0, 1e-12)
    expect_equal(ours$star[, 1], b$t[, 1], tolerance = 1e-12)
    # influence of a unit on c_g mean_g is c_g (y - mean_g) / n_g
    influence <- c(-1, 1)[group] * (y - stats::ave(y, group)) / n[group]
    truth <- boot_ci(b, conf = 0.93, type = c("perc", "bca"), L = influence)
    limits <- .Call(internal("c_bootstrap_limits"), b$t, b$t0, ours$acceleration, 0.93)
    expect_close(limits$limits[1:2, 1], truth$percent[4:5], 1e-10)
    expect_close(limits$limits[3:4, 1], truth$bca[4:5], 1e-10)
    expect_identical(limits$status, 0L)
  }
})

test_that("draws come from R's generator, group by group", {
  y <- with_seed(1, stats::rnorm(9))
  group <- rep(1:2, c(4, 5))
  found <- with_seed(3, .Call(internal("c_bootstrap"), cbind(y), c(4L, 5L), c(-1, 1), 50L, NULL))
  twin <- with_seed(3, vapply(1:50, function(i) {
    a <- vapply(1:4, function(j) sample.int(4, 1), 1L)
    b <- vapply(1:5, function(j) sample.int(5, 1), 1L)
    mean(y[4 + b]) - mean(y[a])
  }, 0))
  expect_equal(found$star[, 1], twin, tolerance = 1e-12)
})

test_that("a bootstrap says what it cannot do", {
  y <- cbind(rep(1, 12), c(1:11, 1000))
  found <- with_seed(1, boot_contrast(y, rep(1:2, each = 6), c(-1, 1), 999))
  expect_identical(found$status[1], 2L)
  expect_true(is.na(found$conf.low[1]))
  expect_identical(with_seed(1, boot_contrast(y[, 2], rep(1:2, each = 6), c(-1, 1), 99, 0.999))$status, 1L)
})

# ---- Wilcoxon ----

test_that("Wilcoxon is wilcox.test(), one target at a time", {
  for (seed in 1:6) {
    y <- with_seed(seed, matrix(stats::rnorm(24, rep(0:1, 6)), 12))
    if (seed > 4) y <- round(y)
    treated <- rep(c(FALSE, TRUE), 6)
    pair <- rep(1:6, each = 2)
    for (paired in c(FALSE, TRUE)) {
      found <- wilcoxon_contrast(y, treated, if (paired) pair)
      for (t in 1:2) {
        truth <- suppressWarnings(
          stats::wilcox.test(y[treated, t], y[!treated, t], paired = paired, conf.int = TRUE)
        )
        expect_identical(found$p.value[t], truth$p.value)
        expect_identical(found$estimate[t], unname(truth$estimate))
        expect_identical(c(found$conf.low[t], found$conf.high[t]), as.double(truth$conf.int))
        expect_identical(found$exact[t], !grepl("correction", truth$method))
      }
    }
  }
})

test_that("three a group have no Wilcoxon interval at 95 %, and constants no test", {
  found <- wilcoxon_contrast(cbind(c(1, 2, 3, 7, 8, 9), 1), rep(c(TRUE, FALSE), each = 3))
  expect_equal(found$p.value[1], 0.1)
  expect_equal(found$p.min, 0.1)
  expect_identical(c(found$conf.low[1], found$conf.high[1]), c(-Inf, Inf))
  expect_true(is.na(found$p.value[2]))
})

# ---- the entries ----

test_that("codes out of range and designs without a choice are internal errors", {
  complaint <- function(name, args) tryCatch({
    call_entry(name, args)
    "accepted"
  }, error = conditionMessage)
  args <- resample_entry_arguments()
  cases <- list(
    list("c_permute", "size", c(-1L, 6L)), list("c_permute", "treated", c(4L, 1L)), list("c_permute", "how", c(2L, 0L)),
    list("c_permute", "how", c(0L, -1L)), list("c_permute", "treated", c(0L, 0L)), list("c_permute", "how", c(1L, 0L)),
    list("c_tobit", "censored", c(0L, 0L, 0L, 0L, 0L, 2L)), list("c_tobit", "x", matrix(1, 6, 2)),
    list("c_tobit_bound", "direction", 2L), list("c_bootstrap", "size", c(5L, 1L)), list("c_bootstrap", "count", -1L),
    list("c_bootstrap", "index", matrix(3L, 5, 4)), list("c_censored_means", "censored", c(0L, 1L, 0L, -1L)),
    list("c_censored_means", "size", c(2L, 1L)), list("c_bootstrap", "index", 1)
  )
  for (case in cases) {
    bad <- args[[case[[1]]]]
    bad[[case[[2]]]] <- case[[3]]
    expect_match(complaint(case[[1]], bad), "^internal error: ", label = paste(case[[1]], case[[2]]))
  }
})
