fit_censored <- internal("fit_censored")
censored_parts <- internal("censored_parts")

effect <- function(x) cbind(replace(numeric(ncol(x)), 2, 1))

# survreg() may wander off from its own start when the groups lie far apart, to a place of lower likelihood. Then it is
# started at the answer, where it must stay.
by_survreg <- function(d, ours) {
  survreg <- other("survival", "survreg")
  Surv <- other("survival", "Surv")
  run <- function(...) {
    suppressWarnings(survreg(
      Surv(d$y, !d$censored) ~ d$x - 1, dist = "gaussian", ...,
      control = list(rel.tolerance = 1e-14, iter.max = 500)
    ))
  }
  fit <- run()
  if (!isTRUE(fit$loglik[2] > ours$likelihood - 1e-6)) fit <- run(init = c(ours$all, log(ours$sigma)))
  fit
}

test_that("survreg() agrees on random data", {
  skip_if_not_installed("survival")
  # 1e-8: survreg's own steps stop at about 1e-9 of its parameters
  for (seed in 1:(4 * n_designs())) {
    d <- random_censored(seed)
    if (is.null(d)) next
    n <- length(d$y)
    ours <- fit_censored(d$y, d$censored, d$x, diag(ncol(d$x)))
    ours$all <- ours$value[, 1]
    truth <- by_survreg(d, ours)
    variance <- truth$var[2, 2] * n / (n - ncol(d$x))
    expect_identical(ours$status[2], 0L)
    expect_lt(abs(ours$value[2] - truth$coefficients[[2]]) / max(abs(ours$value[2]), sqrt(variance)), 1e-8)
    expect_close(ours$variance[2], variance, 1e-7)
    expect_close(ours$sigma, truth$scale, 1e-8)
    expect_close(ours$likelihood, truth$loglik[2], 1e-10)
    expect_identical(ours$df[2], as.double(n - ncol(d$x)))
  }
})

test_that("optim() on the plain likelihood finds the same top", {
  for (seed in c(3, 8, 11, 20)) {
    d <- random_censored(seed)
    if (is.null(d)) next
    ours <- fit_censored(d$y, d$censored, d$x, effect(d$x))
    start <- stats::lm.fit(d$x, d$y)
    best <- stats::optim(
      c(start$coefficients, log(stats::sd(start$residuals))), twin_censored, y = d$y, censored = d$censored, x = d$x,
      method = "BFGS", control = list(reltol = 1e-15, maxit = 1000)
    )
    expect_equal(-best$value, ours$likelihood, tolerance = 1e-8)
    # numeric gradients: four digits
    expect_lt(abs(best$par[[2]] - ours$value[1]) / sqrt(ours$variance[1]), 1e-3)
  }
})

test_that("without a non-detect it is lm()", {
  x <- cbind(1, rep(0:1, c(4, 5)), rep_len(0:1, 9))
  y <- with_seed(1, stats::rnorm(9))
  fit <- summary(stats::lm(y ~ x - 1))
  ours <- fit_censored(y, rep(FALSE, 9), x, cbind(c(0, 1, 0), c(0, 0, 1)))
  expect_close(ours$value, fit$coefficients[2:3, 1], 1e-10)
  expect_close(sqrt(ours$variance), fit$coefficients[2:3, 2], 1e-8)
  expect_identical(ours$df[1], 6)
})

test_that("a non-detect lies between a limit that says nothing and a value", {
  x <- cbind(1, rep(0:1, each = 5))
  y <- with_seed(2, stats::rnorm(10) + x[, 2])
  censored <- c(rep(FALSE, 9), TRUE)
  value <- function(limit) fit_censored(replace(y, 10, limit), censored, x, effect(x))$value[1]
  expect_equal(value(-50), fit_censored(y[-10], censored[-10], x[-10, ], effect(x))$value[1], tolerance = 1e-8)
  expect_equal(value(-60), value(-50), tolerance = 1e-10)
  at_limit <- fit_censored(replace(y, 10, 3), rep(FALSE, 10), x, effect(x))$value[1]
  expect_gt(value(3), at_limit)
  expect_true(all(diff(vapply(seq(-3, 6, 0.5), value, 0)) > -1e-12))
})

test_that("responses share the model and do not touch each other", {
  d <- random_censored(2)
  both <- fit_censored(cbind(d$y, 2 * d$y + 5), d$censored, d$x, effect(d$x))
  one <- fit_censored(d$y, d$censored, d$x, effect(d$x))
  expect_identical(both$value[1, 1], one$value[1, 1])
  expect_close(both$value[1, 2], 2 * one$value[1, 1], 1e-9)
  expect_close(both$variance[1, 2], 4 * one$variance[1, 1], 1e-9)
})

# ---- no quantified sample in a group ----

groups <- rep(1:3, each = 4)
cells <- stats::model.matrix(~ factor(groups))
contrasts <- cbind(second = c(0, 1, 0), third = c(0, 0, 1), between = c(0, -1, 1))

test_that("a group without a quantified sample leaves the others as they are without it, and has bounds", {
  y <- with_seed(1, stats::rnorm(12)) + groups
  censored <- groups == 2 | seq_along(groups) == 10
  found <- fit_censored(y, censored, cells, contrasts)
  alone <- fit_censored(y[groups != 2], censored[groups != 2], cells[groups != 2, -2], cbind(c(0, 1)))
  expect_identical(found$status[, 1], c(3L, 0L, 3L))
  expect_close(found$value[2], alone$value[1], 1e-10)
  expect_close(found$variance[2], alone$variance[1], 1e-8)
  expect_identical(found$df[2], 6)
  expect_identical(found$side, c(1L, 0L, -1L))
  expect_true(is.na(found$bound[2]))
  turned <- fit_censored(y, censored, cells, -contrasts)
  expect_identical(turned$side, -found$side)
  expect_close(turned$bound[1], -found$bound[1], 1e-10)
})

test_that("a bound is where the profile has fallen by -log(1 - level)", {
  y <- c(1, 2.5, 3, 2, 5, 5.5, 6, 5.2)
  censored <- rep(c(FALSE, TRUE), each = 4)
  x <- cbind(1, rep(0:1, each = 4))
  for (level in c(0.9, 0.95, 0.99)) {
    bound <- fit_censored(y, censored, x, effect(x), level)$bound[1]
    top <- -twin_censored(c(mean(y[1:4]), log(sqrt(mean((y[1:4] - mean(y[1:4]))^2)))), y[1:4], rep(FALSE, 4), cbind(rep(1, 4)))
    held <- stats::optim(c(2, 0), function(p) twin_censored(c(p[1], bound, p[2]), y, censored, x),
      method = "BFGS", control = list(reltol = 1e-15)
    )
    expect_equal(top + held$value, -log(1 - level), tolerance = 1e-6)
  }
})

test_that("nothing is invented where nothing is known", {
  y <- with_seed(1, stats::rnorm(12))
  none <- fit_censored(y, rep(TRUE, 12), cells, contrasts)
  expect_true(all(is.na(none$value)) && all(is.na(none$bound)))
  # two groups without a quantified sample: bounds against the third, none between them
  found <- fit_censored(y, groups > 1, cells, contrasts)
  expect_identical(found$side, c(1L, 1L, 0L))
  expect_true(is.na(found$bound[3]))
  two <- fit_censored(y, !seq_along(y) %in% c(1, 2), cells, contrasts)
  expect_true(all(two$status != 0L))
  few <- fit_censored(y[1:4], c(FALSE, TRUE, FALSE, TRUE), cbind(1, c(0, 0, 1, 1)), cbind(c(0, 1)))
  expect_identical(few$status[1], 1L)
  expect_identical(internal("censored_note")(few$status[1]), "too few quantified samples: no estimate")
})

test_that("a pair without any quantified sample says nothing and stands in nobody's way", {
  pair <- factor(rep(1:5, each = 2))
  x <- stats::model.matrix(~ rep(0:1, 5) + pair)
  y <- with_seed(4, stats::rnorm(10) + as.integer(pair))
  censored <- seq_len(10) %in% c(2, 9, 10)
  found <- fit_censored(y, censored, x, effect(x))
  without <- fit_censored(y[1:8], censored[1:8], x[1:8, -ncol(x)], effect(x[, -ncol(x)]))
  expect_identical(found$status[1], 0L)
  expect_close(found$value[1], without$value[1], 1e-9)
  expect_close(found$variance[1], without$variance[1], 1e-7)
})

# ---- the error of efficiencies ----

test_that("the efficiency's part is the squared slope of the estimate, by refitting", {
  d <- random_censored(2)
  step <- 0.01 * with_seed(1, stats::rnorm(length(d$y)))
  fit <- fit_censored(cbind(d$y, d$y + step, d$y - step), d$censored, d$x, effect(d$x))
  parts <- censored_parts(fit, 3)
  slope <- (fit$value[1, 2] - fit$value[1, 3]) / 2
  expect_close(parts$var_efficiency, slope^2)
  v <- parts$var_biological
  expect_close(parts$df, (v + slope^2)^2 / (v^2 / parts$df_biological + slope^4 / 3))
  plain <- censored_parts(fit_censored(d$y, d$censored, d$x, effect(d$x)))
  expect_identical(plain$var_efficiency, 0)
  expect_close(plain$df, plain$df_biological)
})

# ---- wells beyond the end of the run beside quantified ones ----

test_that("a sample's mean from wells on both sides of the limit is the likelihood's", {
  censored_cq <- internal("censored_cq")
  cq <- c(37.2, 38, 36.9, 38, 38, 35, 35.4, 38, 37.9)
  censored <- cq == 38
  sample <- c(1, 1, 1, 2, 2, 3, 3, 4, 4)
  found <- censored_cq(cq, censored, sample, 0.4)
  twin <- function(s) {
    stats::optimize(function(m) {
      sum(stats::dnorm(cq[sample == s & !censored], m, 0.4, TRUE)) +
        sum(stats::pnorm(cq[sample == s & censored], m, 0.4, FALSE, TRUE))
    }, c(34, 42), maximum = TRUE, tol = 1e-10)$maximum
  }
  # optimize() finds a maximum to the square root of the precision
  expect_equal(found$mean[c(1, 4)], c(twin(1), twin(4)), tolerance = 1e-7)
  expect_equal(found$mean[3], 35.2)
  expect_identical(found$mean[2], NA_real_)
  expect_identical(found$status, c(0L, 1L, 0L, 0L))
  mixed <- order(c(5, 3, 9, 1, 2, 8, 4, 7, 6))
  expect_identical(censored_cq(cq[mixed], censored[mixed], sample[mixed], 0.4)$mean[3], found$mean[3])
  expect_identical(censored_cq(cq, censored, sample, NA)$status, c(4L, 1L, 0L, 4L))
})

test_that("it removes the bias that the quantified wells alone have", {
  # 400 samples at 37.8 with three wells, SD 0.4, run of 38 cycles
  made <- with_seed(1, matrix(stats::rnorm(1200, 37.8, 0.4), 3))
  limited <- pmin(made, 38)
  mixed <- colSums(made > 38) < 3
  found <- internal("censored_cq")(as.vector(limited), as.vector(made > 38), as.vector(col(made)), 0.4)$mean
  quantified <- colMeans(replace(made, made > 38, NA), na.rm = TRUE)
  whole <- colMeans(made)
  expect_lt(abs(mean((found - whole)[mixed])), 0.05)
  expect_gt(mean((whole - quantified)[mixed]), 0.15)
})

test_that("on 19 targets of a real array with non-detects survreg() agrees", {
  skip_without_shared()
  array <- shared_data("arrays/nondetects_sagmb2011.csv")
  group <- sub("[|].*", "", array$group)
  reference <- array[array$feature_type == "Endogenous Control", ]
  lost <- unique(array$target[array$category != "OK"])
  expect_length(lost, 19)
  for (target in lost) {
    rows <- which(array$target == target)
    level <- stats::relevel(factor(group[rows]), "Control")
    # the last of 40 cycles, less the sample's reference: limits differ by sample
    d <- list(
      y = array$Cq[rows] - reference$Cq[match(array$sample[rows], reference$sample)],
      censored = array$category[rows] != "OK", x = stats::model.matrix(~level)
    )
    ours <- fit_censored(d$y, d$censored, d$x, diag(ncol(d$x)))
    expect_true(all(ours$status == 0L))
    ours$all <- ours$value[, 1]
    truth <- by_survreg(d, ours)
    expect_close(ours$value, truth$coefficients, 1e-8)
    expect_close(ours$likelihood, truth$loglik[2], 1e-10)
  }
})
