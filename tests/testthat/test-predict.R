# Prediction intervals and intervals of single samples.

test_that("a new sample of the compared group: predict() of lm() for one group against a known mean, by hand else", {
  s <- study(data.frame(arm = rep(c("ctl", "A", "B"), c(4, 5, 3))), 81)
  fit <- fit_study(s, ~arm, "ctl")
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  m <- lm(y ~ arm, v)
  r <- rows_of(fit, "MYC")
  s2 <- stats::sigma(m)^2
  for (new in c(1, 3)) {
    p <- predict(fit, m = new)
    p <- p[p$target == "MYC", ]
    half <- qt(0.975, m$df.residual) * sqrt(r$std.error^2 + s2 / new)
    expect_close(p$pred.high - p$estimate, half, 1e-9)
    expect_close(p$std.error, sqrt(r$std.error^2 + s2 / new), 1e-9)
    expect_close(p$fold_low, 2^p$pred.low, 1e-12)
  }
  # the means' own interval is the limit of many
  many <- predict(fit, m = 1e12)
  expect_close(many$pred.high, fit$results$conf.high, 1e-6)
})

test_that("under Welch each group brings its own variance", {
  s <- study(data.frame(arm = rep(c("ctl", "A"), c(4, 6))), 82)
  p <- predict(fit_study(s, ~arm, "ctl"))[1, ]
  v <- study_values(s)
  s2 <- tapply(v$y, v$arm, var)
  u <- c(s2[["A"]] * (1 + 1 / 6), s2[["ctl"]] / 4)
  expect_close(p$std.error, sqrt(sum(u)), 1e-9)
  expect_close(p$df, sum(u)^2 / sum(u^2 / c(5, 3)), 1e-9)
})

test_that("the error of the efficiencies enters once", {
  e <- cq_efficiency(c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = .06, df = 3:6)
  s <- study(data.frame(arm = rep(c("ctl", "A"), each = 5)), 83, efficiency = e)
  fit <- fit_study(s, ~arm, "ctl", variance = "pooled")
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  m <- lm(y ~ arm, v)
  k <- c(0, 1)
  hand <- hand_row(lm_weights(m, k), v, s, "MYC", vcov(m)[2, 2] + stats::sigma(m)^2, m$df.residual)
  p <- predict(fit)[1, ]
  expect_close(p$pred.high - p$estimate, hand$half, 1e-8)
})

test_that("rows without a place for a new sample say so", {
  s <- study(data.frame(arm = rep(c("ctl", "A", "B"), each = 3)), 84)
  fit <- fit_study(s, ~arm, "ctl", contrasts = list(both = c(A = .5, B = .5, ctl = -1), one = c(A = 1, ctl = -1)))
  p <- predict(fit)
  expect_identical(is.na(p$pred.low), p$contrast == "both")
  expect_match(p$note[1], "several groups", fixed = TRUE)
  single <- predict(fit_study(study(data.frame(arm = c("ctl", "A")), 85), ~arm, "ctl"))
  expect_true(all(is.na(single$pred.low)) && all(nzchar(single$note)))
  expect_error(predict(fit, m = 0), class = "ddcq_error_argument")
  expect_error(predict(fit, n = 2), class = "ddcq_error_argument")
})

test_that("augment() gives each sample the interval of its own measurement", {
  e <- cq_efficiency(c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = .03, df = 3:6)
  s <- study(data.frame(arm = rep(c("ctl", "A"), each = 3)), 86, wells = 3, efficiency = e)
  fit <- fit_study(s, ~arm, "ctl")
  a <- augment(fit)
  w <- s$wells
  cells <- split(w$cq, list(w$sample, w$target), drop = TRUE)
  gene <- sub(".*[.]", "", names(cells))
  s2 <- tapply(vapply(cells, function(v) sum((v - mean(v))^2), 0), gene, sum) / 12
  weight <- log2(setNames(e$efficiency, e$target))
  cq <- attr(study_values(s), "cq")
  zero <- colMeans(cq[s$sheet$sample[s$sheet$arm == "ctl"], ])
  share <- c(MYC = 1, GAPDH = -.5, ACTB = -.5)
  genes <- names(share)
  row <- match(genes, e$target)
  technical <- (share * weight[genes])^2 * s2[genes] / 3
  for (sample in c("s01", "s06")) {
    v_e <- (share * (cq[sample, genes] - zero[genes]) * e$std.error[row] / (e$efficiency[row] * log(2)))^2
    v <- sum(technical) + sum(v_e)
    df <- v^2 / (sum(technical^2 / 12) + sum(v_e^2 / e$df[row]))
    own <- a[a$sample == sample & a$target == "MYC", ]
    expect_close(own$std.error, sqrt(v), 1e-8)
    expect_close(own$df, df, 1e-8)
    expect_close(own$conf.high - own$log2_relative, qt(.975, df) * sqrt(v), 1e-8)
  }
  # against one sample, the efficiency's share is that of the distance from this sample: none for itself
  b <- augment(fit, reference_sample = "s06")
  b <- b[b$target == "MYC", ]
  expect_close(b$log2_relative[b$sample == "s06"], 0, 1e-12)
  expect_close(b$std.error[b$sample == "s06"], sqrt(sum(technical)), 1e-8)
  v_e <- (share * (cq["s01", genes] - cq["s06", genes]) * e$std.error[row] / (e$efficiency[row] * log(2)))^2
  expect_close(b$std.error[b$sample == "s01"], sqrt(sum(technical) + sum(v_e)), 1e-8)
  expect_error(augment(fit, reference_sample = "s99"), class = "ddcq_error_argument")
  # a misspelt level is no level
  expect_error(confint(fit, lvl = 0.9), "no argument \"lvl\"", class = "ddcq_error_argument")
})
