# emmeans::emmeans() on a fit, and the means of groups, against emmeans on lm().

skip_if_not_installed("emmeans")

em_study <- function(seed = 51, ...) {
  sheet <- crossed(a = c("x", "y"), b = c("u", "v", "w"), n = 3)
  study(sheet[-c(1, 8), ], seed, ...)
}
uncertain <- function() {
  cq_efficiency(c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = c(.04, .02, .05, .02), df = 3:6)
}

lm_of <- function(s, target = "MYC", formula = y ~ a * b) {
  v <- study_values(s, target)
  v$a <- with_control(v$a, "x")
  v$b <- with_control(v$b, "u")
  lm(formula, v)
}

test_that("means and contrasts are those of lm()", {
  s <- em_study()
  fit <- fit_study(s, ~ a * b, c(a = "x", b = "u"))
  for (target in s$targets) {
    own <- as.data.frame(emmeans::emmeans(fit, ~ a * b, targets = target))
    truth <- as.data.frame(emmeans::emmeans(lm_of(s, target), ~ a * b))
    expect_identical(as.character(own$a), as.character(truth$a))
    expect_close(own$emmean %||% own$log2_quantity, truth$emmean, 1e-9)
    expect_close(own$SE, truth$SE, 1e-9)
    expect_close(own$df, truth$df, 1e-9)
  }
  own <- as_emm_rows(emmeans::contrast(emmeans::emmeans(fit, ~ a | b, targets = "MYC"), "revpairwise"))
  truth <- emm_rows(lm_of(s), "a", "revpairwise", by = "b")
  expect_close(unlist(own[2:5]), unlist(truth[2:5]), 1e-8)
})

test_that("all targets stand in one grid, each with its own numbers", {
  s <- em_study()
  fit <- fit_study(s, ~ a * b, c(a = "x", b = "u"))
  both <- as.data.frame(emmeans::emmeans(fit, ~ a | target))
  for (target in s$targets) {
    truth <- suppressMessages(as.data.frame(emmeans::emmeans(lm_of(s, target), ~a)))
    own <- both[both$target == target, ]
    expect_close(own$SE, truth$SE, 1e-9)
  }
})

test_that("contrasts of emmeans carry the error of the efficiencies", {
  s <- em_study(efficiency = uncertain())
  fit <- fit_study(s, ~ a + b, "x")
  own <- as_emm_rows(emmeans::contrast(emmeans::emmeans(fit, ~a, targets = "MYC"), "revpairwise"))
  m <- lm_of(s, formula = y ~ a + b)
  k <- c(0, 1, 0, 0)
  v <- study_values(s)
  hand <- hand_row(lm_weights(m, k), v, s, "MYC", vcov(m)[2, 2], m$df.residual)
  # emmeans has no wider-of-two rule: the sum of both parts, with Satterthwaite's df
  expect_close(own$estimate, hand$estimate, 1e-9)
  expect_close(own$std.error^2, vcov(m)[2, 2] + hand$v_e, 1e-9)
})

test_that("Welch's and random effects' fits answer too", {
  s <- em_study()
  fit <- fit_study(s, ~ a * b, c(a = "x", b = "u"), variance = "welch")
  own <- as_emm_rows(emmeans::contrast(emmeans::emmeans(fit, ~ a * b, targets = "MYC"), "trt.vs.ctrl1"))
  r <- rows_of(fit, "MYC")
  expect_close(own$estimate, r$estimate, 1e-9)
  expect_close(own$std.error, r$std.error, 1e-9)
  expect_close(own$df, r$df, 1e-8)
  skip_if_not_installed("lmerTest")
  sheet <- crossed(a = c("x", "y", "z"), litter = paste0("l", 1:6), n = 1)
  s <- study(sheet[-c(2, 7), ], 52)
  fit <- fit_study(s, ~ a + (1 | litter), "x")
  own <- as_emm_rows(emmeans::contrast(emmeans::emmeans(fit, ~a, targets = "MYC"), "trt.vs.ctrl1"))
  r <- rows_of(fit, "MYC")
  expect_close(own$estimate, r$estimate, 1e-8)
  expect_close(own$std.error, r$std.error, 1e-8)
  expect_close(own$df, r$df, 1e-6)
})

test_that("a covariate is at its mean in a grid, or where asked", {
  sheet <- crossed(a = c("x", "y"), n = 6)
  sheet$rin <- 7 + with_seed(1, runif(12))
  s <- study(sheet, 53)
  fit <- fit_study(s, ~ a * covariate(rin), "x")
  v <- study_values(s)
  m <- lm(y ~ a * rin, v)
  for (at in list(NULL, list(rin = 7.2))) {
    own <- as.data.frame(emmeans::emmeans(fit, ~a, targets = "MYC", at = at))
    truth <- as.data.frame(suppressMessages(emmeans::emmeans(m, ~a, at = at)))
    expect_close(own$SE, truth$SE, 1e-8)
  }
})

test_that("a ratio and an interaction are asked themselves", {
  fit <- fit_study(em_study(), ~ a * b, c(a = "x", b = "u"))
  expect_error(emmeans::emmeans(ddcq_ratio(fit, "MYC", "BCL2"), ~a), "Ask the fit")
})

test_that("ddcq_means() are the cells' means", {
  s <- em_study()
  fit <- fit_study(s, ~ a * b, c(a = "x", b = "u"))
  m <- ddcq_means(fit)
  truth <- as.data.frame(emmeans::emmeans(lm_of(s), ~ a * b))
  own <- m[m$target == "MYC", ]
  expect_identical(paste(own$a, own$b), paste(truth$a, truth$b))
  expect_close(own$estimate, truth$emmean, 1e-9)
  expect_close(own$std.error, truth$SE, 1e-9)
  expect_close(own$conf.low, truth$lower.CL, 1e-8)
  expect_identical(sum(own$n), 16L)
  # differences of means are the rows of the fit
  r <- rows_of(fit, "MYC")
  expect_close(own$estimate[-1] - own$estimate[1], r$estimate, 1e-9)
  wide <- ddcq_means(fit, level = 0.99)
  expect_true(all(wide$conf.low < m$conf.low))
  averaged <- ddcq_means(fit_study(s, ~ a * b, c(a = "x")))
  truth <- suppressMessages(as.data.frame(emmeans::emmeans(lm_of(s), ~a)))
  expect_close(averaged$std.error[averaged$target == "MYC"], truth$SE, 1e-9)
})
