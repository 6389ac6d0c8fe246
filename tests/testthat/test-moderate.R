call_moderate <- function(variance, df) .Call(internal("c_moderate"), variance, df)

test_that("the core is the plain R twin", {
  args <- moderate_arguments()
  answer <- do.call(call_moderate, args)
  twin <- do.call(twin_moderate, args)
  # uniroot() finds its root to 1e-14 of a number near 1
  expect_equal(answer$prior, twin$prior, tolerance = 1e-11)
  expect_equal(answer$variance, twin$variance, tolerance = 1e-11)
})

test_that("it is limma's squeezeVar() on 1,000 random sets", {
  squeeze <- other("limma", "squeezeVar")
  worst <- with_seed(1, max(vapply(seq_len(if (identical(Sys.getenv("NOT_CRAN"), "true")) 1000 else 50), function(i) {
    n <- sample(10:300, 1)
    df <- if (i %% 2) rep(sample(2:12, 1), n) else sample(2:12, n, replace = TRUE)
    d0 <- sample(c(0.5, 2, 5, 20, Inf), 1)
    true <- if (is.finite(d0)) d0 / rchisq(n, d0) else rep(1, n)
    s2 <- exp(rnorm(1, 0, 5)) * true * rchisq(n, df) / df
    answer <- call_moderate(s2, as.double(df))
    truth <- squeeze(s2, df)
    expect_identical(is.infinite(answer$prior[1]), is.infinite(truth$df.prior))
    # the df come from the difference of two variances of logs: where they nearly cancel, digits are lost in both
    max(
      if (is.finite(truth$df.prior)) abs(answer$prior[1] / truth$df.prior - 1) / max(1, truth$df.prior / 10) else 0,
      abs(answer$prior[2] / truth$var.prior - 1), abs(answer$variance / truth$var.post - 1)
    )
  }, 0)))
  # two psi functions of about 1e-15 each, and an inverse whose slope is near 1 in logs
  expect_lt(worst, 1e-10)
})

test_that("a moderated fit is limma's eBayes() where the efficiencies are known", {
  a <- with_seed(2, random_array(60, shift = rep(c(1, 0), c(10, 50))))
  moderated <- ddcq_moderate(fit_array(a$data))
  ebayes <- other("limma", "eBayes")(other("limma", "lmFit")(a$y, cbind(1, rep(0:1, each = 3))))
  expect_equal(moderated$results$estimate, unname(ebayes$coefficients[, 2]), tolerance = 1e-10)
  expect_equal(moderated$results$statistic, unname(ebayes$t[, 2]), tolerance = 1e-10)
  expect_equal(moderated$results$df, unname(ebayes$df.total), tolerance = 1e-10)
  expect_equal(moderated$results$p.value, unname(ebayes$p.value[, 2]), tolerance = 1e-9)
  expect_equal(moderated$spec$moderation$prior_df, ebayes$df.prior, tolerance = 1e-10)
  expect_equal(moderated$spec$moderation$prior_sd^2, ebayes$s2.prior, tolerance = 1e-10)
  expect_equal(moderated$results$adj.p.value, p.adjust(moderated$results$p.value, "holm"), tolerance = 1e-14)
})

test_that("equal variances give one variance, on no more df than there are", {
  a <- with_seed(3, random_array(12, d0 = 1e6))
  fit <- fit_array(a$data)
  fit$parts$var_biological[] <- seq(0.99, 1.01, length.out = 12)
  fit$parts$unit_variance[] <- fit$parts$var_biological / (1 / 3 + 1 / 3)
  moderated <- ddcq_moderate(fit)
  expect_identical(moderated$spec$moderation$prior_df, Inf)
  expect_identical(unique(as.vector(moderated$parts$df)), 48)
  expect_equal(as.vector(moderated$parts$var_biological), rep(1, 12), tolerance = 1e-12)
})

test_that("several contrasts share what they are moderated with, and a gap changes no other scale", {
  a <- with_seed(4, random_array(30))
  third <- transform(a$data[a$data$group == "b", ], sample = paste0(sample, "c"), group = "c")
  third$cq <- third$cq + with_seed(5, rnorm(nrow(third), 0, 0.3)) * (third$target != "ref")
  x <- rbind(a$data, third)
  moderated <- ddcq_moderate(fit_array(x))
  expect_equal(moderated$spec$moderation$prior_df[1], moderated$spec$moderation$prior_df[2], tolerance = 1e-9)
  x$cq[x$target == "T1" & x$sample == "s4"] <- NA
  with_gap <- ddcq_moderate(fit_array(x))
  size <- 1 / with_gap$results$n + 1 / with_gap$results$n_control
  s2 <- as.vector(t(with_gap$parts$var_biological)) / size
  # one factor, so V_b / (1/n + 1/n_control) is the residual variance, and both contrasts moderate the same numbers
  expect_equal(s2[with_gap$results$contrast == "b vs a"], s2[with_gap$results$contrast == "c vs a"], tolerance = 1e-10)
})

test_that("the error of the efficiencies is added afterwards", {
  a <- with_seed(6, random_array(20, shift = 2))
  names <- unique(as.character(a$data$target))
  eff <- cq_efficiency(names, 2, 0.03, 3)
  fit <- quietly(ddcq(cq_data(a$data), ~group, reference = "ref", control = "a", efficiency = eff, variance = "pooled"))
  known <- ddcq_moderate(fit_array(a$data))
  moderated <- ddcq_moderate(fit)
  expect_equal(moderated$parts$var_biological, known$parts$var_biological, tolerance = 1e-10)
  expect_identical(moderated$parts$var_efficiency, fit$parts$var_efficiency)
  # d is the mean Cq difference; ref does not move, so its D is 0
  v_b <- moderated$parts$var_biological
  v_e <- (fit$parts$estimate * 0.03 / (2 * log(2)))^2
  df <- (v_b + v_e)^2 / (v_b^2 / moderated$parts$df_biological + v_e^2 / 3)
  expect_equal(moderated$parts$df, df, tolerance = 1e-8)
  expect_true(all(moderated$results$p.value >= known$results$p.value - 1e-12))
})

test_that("rows without an interval stay, and do not take part", {
  a <- with_seed(7, random_array(12))
  x <- a$data
  x$cq[x$target == "T1"] <- 25
  x <- x[!(x$target == "T2" & x$group == "b"), ]
  fit <- fit_array(x)
  moderated <- ddcq_moderate(fit)
  expect_identical(moderated$spec$moderation$n_targets, 10L)
  expect_identical(moderated$results$p.value[1:2], c(NA_real_, NA_real_))
  expect_identical(moderated$results$note, fit$results$note)
  x <- x[x$target != "T3", ]
  expect_error(ddcq_moderate(fit_array(x)), class = "ddcq_error_fit")
})

test_that("what cannot be moderated is refused", {
  a <- with_seed(8, random_array(12))
  x <- cq_data(a$data)
  welch <- quietly(ddcq(x, ~group, reference = "ref", control = "a", efficiency = 2))
  expect_error(ddcq_moderate(welch), "pooled", class = "ddcq_error_fit")
  expect_error(ddcq_moderate(1), class = "ddcq_error_argument")
  few <- fit_array(a$data[a$data$target %in% c("ref", paste0("T", 1:9)), ])
  expect_error(ddcq_moderate(few), "There are 9", class = "ddcq_error_fit")
  moderated <- ddcq_moderate(fit_array(a$data))
  expect_error(ddcq_moderate(moderated), class = "ddcq_error_fit")
  expect_error(vcov(moderated), class = "ddcq_error_fit")
})

test_that("it prints, and its intervals are of its own variances", {
  a <- with_seed(9, random_array(12))
  moderated <- ddcq_moderate(fit_array(a$data))
  expect_match(paste(format(moderated), collapse = " "), "Variances moderated (empirical Bayes over 12 targets)",
               fixed = TRUE)
  expect_equal(unname(confint(moderated)[, 1]), moderated$results$conf.low, tolerance = 1e-12)
})

test_that("types that R never sends are an error, never a wild pointer", {
  args <- moderate_arguments()
  for (arg in names(args)) {
    for (wrong in list("a", TRUE, 1i, as.raw(1), list(1), quote(f(x)), sum, globalenv(), NULL, rep(1L, 6), 1)) {
      a <- args
      a[arg] <- list(wrong)
      expect_error(do.call(call_moderate, unname(a), quote = TRUE), "^internal error: ")
    }
  }
  expect_identical(call_moderate(numeric(), numeric())$status, 1L)
})

test_that("crossed factors with a block are moderated as limma does it", {
  lm_fit <- other("limma", "lmFit")
  ebayes <- other("limma", "eBayes")
  sheet <- expand.grid(p = paste0("p", 1:4), a = c("no", "yes"), b = c("no", "yes"))[-1, ]
  sheet <- data.frame(sample = sprintf("s%02d", 2:16), sheet, row.names = NULL)
  targets <- sprintf("T%02d", 1:14)
  y <- with_seed(6, matrix(rnorm(15 * 14, sd = rep(runif(14, 0.2, 0.6), each = 15)), 15))
  wells <- rbind(
    data.frame(sheet, target = "ref", cq = 20), data.frame(sheet, target = rep(targets, each = 15), cq = 25 - as.vector(y))
  )
  ask <- function(formula, ...) {
    quietly(ddcq(cq_data(wells), formula, reference = "ref", efficiency = 2, variance = "pooled", ...))
  }
  fit <- ask(~ a * b + p, control = c(a = "no", b = "no"))
  x <- model.matrix(~ a * b + p, sheet)
  contrasts <- cbind(c(0, 1, 0, 0, 0, 0, 0), c(0, 0, 1, 0, 0, 0, 0), c(0, 1, 1, 0, 0, 0, 1))
  truth <- ebayes(other("limma", "contrasts.fit")(lm_fit(t(y), x), contrasts))
  moderated <- ddcq_moderate(fit)
  # limma's digamma and trigamma inverse are its own
  expect_equal(moderated$results$p.value, as.vector(t(unname(truth$p.value))), tolerance = 1e-9)
  # an interaction is moderated after it was asked for
  both <- ddcq_moderate(ddcq_interaction(fit))
  expect_equal(both$results$p.value, unname(ebayes(lm_fit(t(y), x))$p.value[, "ayes:byes"]), tolerance = 1e-9)
  by <- ask(~ a * b, control = c(a = "no"), by = "b", ignore = "p")
  expect_identical(nrow(ddcq_moderate(by)$spec$moderation), 2L)
})

test_that("a target with non-detects gives and takes the variance of a unit", {
  a <- with_seed(8, random_array(12, n = 6))
  at <- which(a$data$target == "T3")
  a$data$cq[at] <- a$data$cq[at] - max(a$data$cq[at]) + 39.9
  late <- at[order(-a$data$cq[at])[1:2]]
  a$data$cq[late] <- NA
  fit <- quietly(ddcq(cq_data(a$data, na = "nondetect"), ~group, reference = "ref", control = "a", efficiency = 2,
                      variance = "pooled"))
  expect_match(fit$results$note[fit$results$target == "T3"], "censored model")
  moderated <- ddcq_moderate(fit)
  s2 <- as.vector(fit$parts$unit_variance)
  prior <- moderated$spec$moderation
  expected <- if (is.infinite(prior$prior_df)) rep(prior$prior_sd^2, 12) else
    (prior$prior_df * prior$prior_sd^2 + 10 * s2) / (prior$prior_df + 10)
  expect_equal(as.vector(moderated$parts$unit_variance), expected, tolerance = 1e-12)
  # what censoring takes from the contrast stays taken
  expect_equal(moderated$parts$var_biological / moderated$parts$unit_variance,
               fit$parts$var_biological / fit$parts$unit_variance, tolerance = 1e-12)
  expect_gt((fit$parts$var_biological / s2)[fit$spec$targets == "T3"], 2 / 6)
})

test_that("what is worked out target by target is asked before", {
  moderated <- ddcq_moderate(fit_array(with_seed(9, random_array(12))$data))
  for (ask in list(anova, ddcq_means, ddcq_variance, ddcq_interaction)) {
    expect_error(ask(moderated), "not moderated", class = "ddcq_error_fit")
  }
  unit <- as.vector(moderated$parts$unit_variance)
  expect_equal(predict(moderated)$std.error^2, as.vector(moderated$parts$var_biological) + unit, tolerance = 1e-10)
})
