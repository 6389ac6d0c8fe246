# Joint distribution of t statistics: against R's own distributions, nested integrate() (helper-twins-simultaneous.R)
# and mvtnorm. Products of loadings are held to 1e-10, which is what the twins are good for; the lattice of other
# correlations to 1e-5, see max_normal.h.

joint_p <- function(q, correlation, df, level = 0.95) {
  k <- nrow(correlation)
  simultaneous_t(matrix(q, k, length(q), byrow = TRUE), correlation, rep(df, length(q)), level)$p[1, ]
}

critical <- function(correlation, df, level = 0.95) {
  simultaneous_t(rep(0, nrow(correlation)), correlation, df, level)$critical
}

relative <- function(x, y) max(abs(x / y - 1))

test_that("Dunnett's constants for equal groups stand to 1e-9", {
  constant <- c(2.6139343906, 2.6828700628, 2.7614110410)
  k <- c(2, 3, 5)
  for (i in 1:3) {
    q <- critical(dunnett_correlation(4, rep(4, k[i])), 3 * (k[i] + 1))
    expect_lt(abs(q - constant[i]), 1e-9)
    expect_lt(abs(twin_simultaneous(q, rep(sqrt(0.5), k[i]), 3 * (k[i] + 1)) - 0.05), 1e-11)
  }
})

test_that("one contrast is Student's t, also far out and at any df", {
  q <- c(1e-8, 0.3, 2, 8, 60, 1e4)
  for (df in c(1, 1.7, 4, 31, 1e4)) {
    p <- 2 * stats::pt(-q, df)
    expect_lt(relative(joint_p(q, diag(1), df)[p > 1e-280], p[p > 1e-280]), 1e-11)
  }
  q <- c(0.3, 2, 8, 36)
  expect_lt(relative(joint_p(q, diag(1), Inf), 2 * stats::pnorm(-q)), 1e-13)
  for (df in c(1, 4, 300, Inf)) {
    for (level in c(0.5, 0.95, 0.999)) {
      expect_lt(relative(critical(diag(1), df, level), stats::qt((1 + level) / 2, df)), 1e-11)
    }
  }
})

test_that("independent contrasts with a known error multiply", {
  q <- c(0.2, 1, 2.5, 6, 20)
  for (k in c(2, 10, 100)) {
    truth <- -expm1(k * log1p(-2 * stats::pnorm(-q)))
    expect_lt(relative(joint_p(q, diag(k), Inf), truth), 1e-10)
  }
})

test_that("products of loadings are those of nested integrals: unequal groups, few df, loadings near 1", {
  skip_on_cran()
  cases <- list(
    list(load = c(0.2, 0.5, 0.8), df = c(1, 9, Inf)), list(load = c(0, 0.7, 0.999999), df = c(2, Inf)),
    list(load = c(0.99, 0.98), df = c(1, 100)), list(load = seq(0.1, 0.9, length.out = 10), df = c(3.5, Inf))
  )
  for (case in cases) {
    for (df in case$df) {
      q <- if (df <= 2) c(1, 50) else c(1, 4.5)
      truth <- vapply(q, twin_simultaneous, 0, load = case$load, df = df)
      expect_lt(relative(joint_p(q, product_correlation(case$load), df), truth), 1e-10)
    }
  }
})

test_that("all differences of three to five means are the studentised range", {
  for (g in 3:5) {
    r <- tukey_correlation(g)
    q <- c(1, 2, 3, 4)
    # 1e-5: the lattice; a correlation of rank 4 shared by ten contrasts is the hardest of these
    for (df in c(4, 15)) {
      truth <- stats::ptukey(q * sqrt(2), g, df, lower.tail = FALSE)
      expect_lt(max(abs(joint_p(q, r, df) - truth)), 1e-5)
      expect_lt(abs(critical(r, df) - stats::qtukey(0.95, g, df) / sqrt(2)), 1e-4)
    }
  }
})

test_that("a correlation that is no product agrees with mvtnorm", {
  pmvt <- other("mvtnorm", "pmvt")
  algorithm <- other("mvtnorm", "GenzBretz")(maxpts = 5e5, abseps = 1e-6, releps = 0)
  r <- contrast_correlation(rbind(c(-1, 1, 0, 0), c(-1, 0, 1, 0), c(0, 0, -1, 1), c(-1, 0, 0, 1)), 1 / c(3, 4, 6, 5))
  set.seed(1)
  for (q in c(1, 2.5, 4)) {
    truth <- pmvt(rep(-q, 4), rep(q, 4), corr = r, df = 7, algorithm = algorithm)
    expect_lt(abs(1 - joint_p(q, r, 7) - truth), 1e-5 + 2 * attr(truth, "error"))
  }
})

test_that("order, signs and doubles of contrasts do not matter, and p falls with the statistic", {
  r <- dunnett_correlation(3, c(4, 6, 20))
  general <- contrast_correlation(rbind(c(-1, 1, 0, 0), c(0, -1, 1, 0), c(0, 0, -1, 1)), 1 / c(3, 4, 6, 5))
  q <- c(0.1, 0.5, 1, 2, 4, 8)
  for (case in list(list(r = r, tolerance = 1e-12), list(r = general, tolerance = 1e-5))) {
    r <- case$r
    p <- joint_p(q, r, 6)
    expect_true(all(diff(p) < 0))
    flip <- c(1, -1, 1)
    twice <- c(1, 2, 3, 2)
    expect_lt(relative(joint_p(q, r[c(3, 1, 2), c(3, 1, 2)], 6), p), case$tolerance)
    expect_lt(relative(joint_p(q, r * outer(flip, flip), 6), p), case$tolerance)
    expect_lt(relative(joint_p(q, r[twice, twice] * outer(c(1, 1, 1, -1), c(1, 1, 1, -1)), 6), p), case$tolerance)
    # between one test and Bonferroni
    single <- 2 * stats::pt(-q, 6)
    expect_true(all(p >= single * (1 - 1e-12)) && all(p <= pmin(1, 3 * single)))
  }
})

test_that("a critical value is where p is alpha, and families do not depend on one another", {
  r <- dunnett_correlation(3, c(4, 6))
  df <- c(5, 5, 11.3, Inf)
  t <- cbind(c(1, -2), c(3, 4), c(0.5, NA), c(2, 2))
  all <- simultaneous_t(t, r, df, 0.9)
  for (j in 1:4) {
    alone <- simultaneous_t(t[, j], r, df[j], 0.9)
    expect_identical(alone$p, all$p[, j])
    expect_identical(alone$critical, all$critical[j])
    expect_lt(abs(simultaneous_t(rep(alone$critical, 2), r, df[j], 0.9)$p[1] - 0.1), 1e-12)
  }
  expect_identical(is.na(all$p), is.na(t))
})

test_that("a contrast that cannot be estimated is no member of the family", {
  r <- dunnett_correlation(4, c(4, 4, 4))
  two <- simultaneous_t(c(1, 2), r[1:2, 1:2], 9, 0.95)
  r[2, ] <- r[, 2] <- NA
  three <- simultaneous_t(c(a = 1, b = NA, c = 2), r, 9, 0.95)
  expect_identical(three$critical, two$critical)
  expect_identical(three$p, c(a = two$p[1], b = NA, c = two$p[2]))
  r[] <- NA
  none <- simultaneous_t(c(1, 2, 3), r, 9, 0.95)
  expect_identical(none, list(p = rep(NA_real_, 3), critical = NA_real_))
  expect_identical(simultaneous_t(c(1, 2), diag(2), NA, 0.95), list(p = c(NA_real_, NA_real_), critical = NA_real_))
})

# Wrong types and lengths: test-glue.R.
test_that("the entry refuses a level that is none, and answers NA to what is no correlation", {
  for (level in list(0, 1, NA_real_, NaN, -1, 95)) {
    args <- entry_arguments()$c_simultaneous
    args$level <- level
    expect_error(call_entry("c_simultaneous", args), "^internal error: `level`")
  }
  args <- entry_arguments()$c_simultaneous
  args$correlation[2, 1] <- 2
  nothing <- list(p = matrix(NA_real_, 2, 2), critical = c(NA_real_, NA), status = 4L)
  expect_identical(call_entry("c_simultaneous", args), nothing)
})
