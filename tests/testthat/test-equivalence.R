two_groups <- function(y, n = length(y) / 2, ref = 20) {
  s <- paste0("s", seq_along(y))
  group <- rep(c("a", "b"), c(n, length(y) - n))
  rbind(
    data.frame(sample = s, target = "T", cq = 25 - y, group = group),
    data.frame(sample = s, target = "R", cq = ref, group = group)
  )
}
fit_groups <- function(y, ..., efficiency = 2) {
  quietly(ddcq(cq_data(two_groups(y)), ~group, reference = "R", control = "a", efficiency = efficiency, ...))
}
y <- c(0.1, -0.2, 0.3, 0.05, 0.4, 0.1, 0.25, -0.1)

test_that("TOST is the larger of two one-sided t.test()", {
  for (variance in c("welch", "pooled")) {
    r <- as.data.frame(ddcq_equivalence(fit_groups(y, variance = variance), margin = 1.5))
    one <- function(mu, side) {
      t.test(y[5:8], y[1:4], mu = mu, alternative = side, var.equal = variance == "pooled")
    }
    upper <- one(log2(1.5), "less")
    lower <- one(-log2(1.5), "greater")
    decides <- if (upper$p.value > lower$p.value) upper else lower
    expect_equal(r$p.value, decides$p.value, tolerance = 1e-12)
    expect_equal(r$statistic, unname(decides$statistic), tolerance = 1e-12)
    expect_equal(r$df, unname(decides$parameter), tolerance = 1e-12)
    interval <- t.test(y[5:8], y[1:4], conf.level = 0.9, var.equal = variance == "pooled")$conf.int
    expect_equal(c(r$conf.low, r$conf.high), as.vector(interval), tolerance = 1e-12)
  }
})

test_that("the verdict is what the interval says, at either side of the margin", {
  fit <- fit_groups(y)
  half <- max(abs(unlist(ddcq_equivalence(fit)$results[c("conf.low", "conf.high")])))
  verdict <- function(margin, shift = 0) {
    ddcq_equivalence(fit_groups(y + rep(c(0, shift), each = 4)), margin = margin)$results$verdict
  }
  expect_identical(verdict(2^(half + 1e-9)), "equivalent")
  expect_identical(verdict(2^(half - 1e-9)), "not shown")
  expect_identical(verdict(1.5, 3), "different")
  expect_identical(verdict(1.5, -3), "different")
  low <- ddcq_equivalence(fit_groups(y + rep(c(0, 3), each = 4)))$results$conf.low
  expect_identical(verdict(2^(low - 1e-9), 3), "different")
  expect_identical(verdict(2^(low + 1e-9), 3), "not shown")
})

test_that("the error of an efficiency never makes it easier", {
  shifted <- y + rep(c(0, 0.2), each = 4)
  known <- ddcq_equivalence(fit_groups(shifted), margin = 2)$results
  for (df in c(1, 3, 100)) {
    for (se in c(0.001, 0.05, 0.5)) {
      unsure <- ddcq_equivalence(fit_groups(shifted, efficiency = cq_efficiency(c("T", "R"), 2, se, df)), margin = 2)
      expect_gte(unsure$results$p.value, known$p.value * (1 - 1e-10))
      expect_lte(unsure$results$conf.low, known$conf.low + 1e-12)
      inside <- with(unsure$results, conf.low > -1 && conf.high < 1)
      expect_identical(unsure$results$p.value < 0.05, inside)
    }
  }
})

test_that("p-values are adjusted over the table, margins go by name", {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  fit <- quietly(ddcq(x, ~treatment, reference = c("GAPDH", "ACTB"), control = "vehicle",
                      efficiency = cq_standard_curve(x), ignore = "passage"))
  e <- ddcq_equivalence(fit)$results
  expect_identical(e$adj.p.value, p.adjust(e$p.value, "holm"))
  expect_identical(e$adj.p.beyond, p.adjust(e$p.beyond, "holm"))
  none <- ddcq_equivalence(fit, adjust = "none")$results
  expect_identical(none$verdict == "equivalent", none$conf.low > -log2(1.5) & none$conf.high < log2(1.5))
  expect_identical(none$verdict == "different", none$conf.low > log2(1.5) | none$conf.high < -log2(1.5))
  margins <- setNames(c(1.2, 1.3, 1.4, 1.6, 2), rev(unique(e$target)))
  expect_identical(ddcq_equivalence(fit, margins)$results$margin, unname(margins[e$target]))
  expect_identical(names(e)[seq_along(fit$results)], names(fit$results))
  expect_match(format(ddcq_equivalence(fit))[1], "SIMULATED")
})

test_that("references are held against each other", {
  set.seed(1)
  s <- paste0("s", 1:8)
  group <- rep(c("a", "b"), each = 4)
  r <- matrix(rnorm(24, 20, 0.2), 8) + rnorm(8)
  d <- data.frame(sample = s, group = group, T = 25 + rnorm(8), R1 = r[, 1], R2 = r[, 2], R3 = r[, 3])
  long <- do.call(rbind, lapply(c("T", "R1", "R2", "R3"), function(t) {
    data.frame(sample = s, group = group, target = t, cq = d[[t]])
  }))
  fit <- function(refs) {
    quietly(ddcq(cq_data(long), ~group, reference = refs, control = "a", efficiency = 2, targets = "T"))
  }
  three <- ddcq_equivalence(fit(c("R1", "R2", "R3")), 1.25, references = TRUE)$results
  expect_identical(three$target, c("R1", "R2", "R3"))
  for (j in 1:3) {
    v <- rowMeans(r[, -j]) - r[, j]
    expect_equal(three$estimate[j], mean(v[5:8]) - mean(v[1:4]), tolerance = 1e-12)
    p <- max(
      t.test(v[5:8], v[1:4], mu = log2(1.25), alternative = "less")$p.value,
      t.test(v[5:8], v[1:4], mu = -log2(1.25), alternative = "greater")$p.value
    )
    expect_equal(three$p.value[j], p, tolerance = 1e-11)
  }
  two <- ddcq_equivalence(fit(c("R1", "R2")), 1.25, references = TRUE)$results
  expect_identical(two$target, "R1/R2")
  expect_match(two$note, "cannot be told")
  expect_error(ddcq_equivalence(fit("R1"), references = TRUE), "two references", class = "ddcq_error_reference")
})

test_that("rows without an interval have no verdict", {
  flat <- ddcq_equivalence(fit_groups(rep(c(0, 1), each = 4)))$results
  expect_identical(flat$verdict, NA_character_)
  expect_identical(flat$p.value, NA_real_)
  one <- ddcq_equivalence(fit_groups(c(0, 1)))
  expect_identical(one$results$verdict, NA_character_)
  expect_match(paste(format(one), collapse = "\n"), "no interval")
})

test_that("arguments that cannot be meant are refused", {
  fit <- fit_groups(y)
  for (margin in list(1, 0.5, -1, NA, "a", c(1.2, 1.3), c(X = 2), c(T = 2, T = 3), NULL, Inf)) {
    expect_error(ddcq_equivalence(fit, margin), class = "ddcq_error_argument")
  }
  expect_error(ddcq_equivalence(fit, 0.5), "margin = 2")
  expect_error(ddcq_equivalence(fit, level = 0.4), class = "ddcq_error_argument")
  expect_error(ddcq_equivalence(fit, adjust = "tukey"), class = "ddcq_error_argument")
  expect_error(ddcq_equivalence(fit, lvel = 0.9), "lvel", class = "ddcq_error_argument")
})

test_that("the picture holds every row", {
  skip_if_not_installed("ggplot2")
  e <- ddcq_equivalence(fit_groups(y))
  drawn <- internal("equivalence_plot_data")(e)
  expect_identical(drawn$rows$low, e$results$conf.low)
  expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(e)), "ggplot_built")
  one <- ggplot2::autoplot(ddcq_equivalence(fit_groups(c(0, 1))))
  expect_s3_class(ggplot2::ggplot_build(one), "ggplot_built")
})

test_that("the size at the margin is 5 %", {
  size <- with_seed(11, vapply(c(3, 6), function(n) {
    runs <- 20000
    parts <- list(
      var_biological = 0.15^2 * rchisq(runs, 2 * n - 2) / (2 * n - 2) * 2 / n, df_biological = rep(2 * n - 2, runs),
      var_efficiency = rep(0, runs), df = rep(2 * n - 2, runs)
    )
    estimate <- log2(1.5) + rnorm(runs, 0, 0.15 * sqrt(2 / n))
    mean(internal("tost")(estimate, parts, log2(1.5))$p < 0.05)
  }, 0))
  # 20,000 runs: Monte-Carlo SE 0.15 %
  expect_true(all(size > 0.045 & size < 0.055))
})

test_that("a ratio and a moderated fit can be asked, too", {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  fit <- quietly(ddcq(x, ~treatment, reference = c("GAPDH", "ACTB"), control = "vehicle",
                      efficiency = cq_standard_curve(x), ignore = "passage"))
  ratio <- quietly(ddcq_ratio(fit, "BAX", "BCL2"))
  e <- ddcq_equivalence(ratio)$results
  expect_identical(e$target, rep("BAX/BCL2", 2))
  expect_identical(e$estimate, ratio$results$estimate)
  expect_error(ddcq_equivalence(ratio, references = TRUE), class = "ddcq_error_reference")
  moderated <- ddcq_moderate(fit_array(with_seed(12, random_array(12))$data))
  e <- ddcq_equivalence(moderated)$results
  p <- with(moderated$results, pt((abs(estimate) - log2(1.5)) / std.error, df))
  expect_equal(e$p.value, p, tolerance = 1e-10)
})

test_that("references are asked in any design, each against the others by the same model", {
  sheet <- expand.grid(p = 1:4, a = c("no", "yes"), b = c("no", "yes"))[-1, ]
  sheet <- data.frame(sample = sprintf("s%02d", 2:16), sheet, row.names = NULL)
  cq <- with_seed(12, matrix(rnorm(15 * 3, sd = 0.3), 15, dimnames = list(NULL, c("T", "R1", "R2"))))
  wells <- data.frame(sheet, target = rep(colnames(cq), each = 15), cq = 24 + as.vector(cq))
  wells$p <- paste0("p", wells$p)
  ask <- function(formula, ...) {
    quietly(ddcq(cq_data(wells, na = "nondetect"), formula, reference = c("R1", "R2"), efficiency = 2, adjust = "none", ...))
  }
  line <- lm(I(cq[, "R2"] - cq[, "R1"]) ~ a * b + factor(p), sheet)
  e <- ddcq_equivalence(ask(~ a * b + p, control = c(a = "no", b = "no")), 1.25, references = TRUE)$results
  expect_equal(e$estimate[e$contrast == "yes:no vs no:no"], unname(coef(line)["ayes"]), tolerance = 1e-10)
  low <- unname(confint(line, "ayes", level = 0.9))
  expect_equal(unlist(e[e$contrast == "yes:no vs no:no", c("conf.low", "conf.high")], use.names = FALSE), as.vector(low),
               tolerance = 1e-10)
  by <- ddcq_equivalence(ask(~ a * b, control = c(a = "no"), by = "b", ignore = "p"), references = TRUE)$results
  expect_identical(by$contrast, unique(ask(~ a * b, control = c(a = "no"), by = "b", ignore = "p")$results$contrast))
  wells$cq[wells$target == "T" & wells$sample == "s08"] <- NA
  wells$cq[wells$target == "T" & wells$sample != "s08"] <- wells$cq[wells$target == "T" & wells$sample != "s08"] + 14
  censored <- ask(~ a * b + p, control = c(a = "no", b = "no"))
  expect_match(censored$results$note, "censored model")
  found <- ddcq_equivalence(censored)$results
  expect_identical(found$estimate, censored$results$estimate)
  expect_false(anyNA(found$p.value))
})

test_that("the print of one test is not that of another", {
  expect_match(format(ddcq_equivalence(fit_groups(y)), width = 400), "different: shown to lie beyond it", fixed = TRUE, all = FALSE)
})
