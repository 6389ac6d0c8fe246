# Random intercepts against lmerTest and pbkrtest on the same values. Tolerance: REML is an optimisation, and two calls of
# it on values that differ by rounding agree to about 1e-6; through Kenward and Roger's df 1e-5.

skip_if_not_installed("lmerTest")

litters <- function(seed = 61, gone = c(3, 8, 14), ...) {
  sheet <- crossed(arm = c("ctl", "A", "B"), litter = paste0("l", 1:6), n = 1)
  s <- study(sheet[-gone, ], seed, ...)
}

lmer_of <- function(s, target = "MYC", formula = y ~ arm + (1 | litter)) {
  v <- study_values(s, target)
  v$arm <- with_control(v$arm, "ctl")
  suppressWarnings(suppressMessages(lmerTest::lmer(formula, v)))
}

test_that("Satterthwaite's rows are lmerTest's", {
  s <- litters()
  fit <- fit_study(s, ~ arm + (1 | litter), "ctl")
  for (target in s$targets) {
    truth <- coef(summary(lmer_of(s, target)))[2:3, ]
    r <- rows_of(fit, target)
    r <- r[match(c("A vs ctl", "B vs ctl"), r$contrast), ]
    truth <- truth[match(c("armA", "armB"), rownames(truth)), ]
    expect_close(r$estimate, truth[, "Estimate"], 1e-6)
    expect_close(r$std.error, truth[, "Std. Error"], 1e-5)
    expect_close(r$df, truth[, "df"], 1e-4)
    expect_close(r$p.value, truth[, "Pr(>|t|)"], 1e-4)
  }
  expect_identical(fit$spec$variance, "mixed")
})

test_that("Kenward and Roger's rows are pbkrtest's", {
  skip_if_not_installed("pbkrtest")
  s <- litters(62)
  fit <- fit_study(s, ~ arm + (1 | litter), "ctl", ddf = "kenward-roger")
  truth <- coef(summary(lmer_of(s), ddf = "Kenward-Roger"))[c("armA", "armB"), ]
  r <- rows_of(fit, "MYC")
  r <- r[match(c("A vs ctl", "B vs ctl"), r$contrast), ]
  expect_close(r$estimate, truth[, "Estimate"], 1e-6)
  expect_close(r$std.error, truth[, "Std. Error"], 1e-4)
  expect_close(r$df, truth[, "df"], 1e-3)
})

test_that("balanced, a random block answers as a fixed one", {
  s <- litters(63, gone = 99)
  random <- rows_of(fit_study(s, ~ arm + (1 | litter), "ctl"), "MYC")
  fixed <- rows_of(fit_study(s, ~ arm + litter, "ctl"), "MYC")
  expect_close(random$estimate, fixed$estimate, 1e-8)
  expect_close(random$std.error, fixed$std.error, 1e-4)
  expect_close(random$df, fixed$df, 1e-3)
})

test_that("repeated measures: crossed with a day, several random effects, contrasts within a day", {
  skip_if_not_installed("emmeans")
  sheet <- crossed(arm = c("ctl", "A"), day = c("d1", "d2", "d3"), n = 4)
  sheet$mouse <- paste0(sheet$arm, rep(1:4, each = 6))
  s <- study(sheet[-c(5, 10), ], 64)
  fit <- fit_study(s, ~ arm * day + (1 | mouse), c(arm = "ctl"), by = "day")
  m <- lmer_of(s, formula = y ~ arm * day + (1 | mouse))
  e <- emm_rows(m, "arm", "trt.vs.ctrl1", by = "day", lmer.df = "satterthwaite")
  r <- rows_of(fit, "MYC")
  expect_close(r$estimate, e$estimate, 1e-6)
  expect_close(r$std.error, e$std.error, 1e-5)
  expect_close(r$df, e$df, 1e-3)
  sheet$run_no <- paste0("r", rep_len(1:3, nrow(sheet)))
  s <- study(sheet, 65)
  fit <- fit_study(s, ~ arm * day + (1 | mouse) + (1 | run_no), c(arm = "ctl"), by = "day")
  m <- lmer_of(s, formula = y ~ arm * day + (1 | mouse) + (1 | run_no))
  e <- suppressWarnings(emm_rows(m, "arm", "trt.vs.ctrl1", by = "day", lmer.df = "satterthwaite"))
  expect_close(rows_of(fit, "MYC")$std.error, e$std.error, 1e-4)
})

test_that("type III tests of the fixed part are lmerTest's", {
  s <- litters(66)
  a <- as.data.frame(anova(fit_study(s, ~ arm + (1 | litter), "ctl")))
  truth <- anova(lmer_of(s))
  row <- a[a$target == "MYC", ]
  expect_close(row$statistic, truth[["F value"]], 1e-5)
  expect_close(row$df.residual, truth[["DenDF"]], 1e-3)
})

test_that("the error of the efficiencies enters with the weights of generalised least squares", {
  e <- cq_efficiency(c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = c(.04, .02, .05, .02), df = 3:6)
  s <- litters(67, efficiency = e)
  m <- lmer_of(s)
  v <- study_values(s)
  x <- as.matrix(lme4::getME(m, "X"))
  z <- as.matrix(lme4::getME(m, "Z"))
  psi <- lme4::VarCorr(m)$litter[1]
  big <- psi * tcrossprod(z) + stats::sigma(m)^2 * diag(nrow(x))
  k <- c(0, 1, 0)
  l <- drop(solve(big, x) %*% solve(t(x) %*% solve(big, x), k))
  row <- coef(summary(m))[2, ]
  hand <- hand_row(l, v, s, "MYC", row[["Std. Error"]]^2, row[["df"]])
  fit <- fit_study(s, ~ arm + (1 | litter), "ctl")
  r <- rows_of(fit, "MYC")
  r <- r[paste0("arm", sub(" vs.*", "", r$contrast)) == colnames(x)[2], ]
  expect_close(r$estimate, hand$estimate, 1e-6)
  expect_close(r$std.error, hand$std.error, 1e-4)
  expect_close(r$df, hand$df, 1e-3)
})

test_that("singular fits, few levels and columns that group nothing are said", {
  # no variance between litters: the arms' noise is larger
  sheet <- crossed(arm = c("ctl", "A"), litter = paste0("l", 1:4), n = 2)
  s <- study(sheet, 68)
  v <- s$wells
  singular <- NULL
  for (seed in 1:30) {
    s <- study(sheet, 1000 + seed, sd = 2)
    fit <- fit_study(s, ~ arm + (1 | litter), "ctl")
    note <- rows_of(fit, "MYC")$note
    expect_match(note, "only 4 levels of litter", fixed = TRUE)
    if (grepl("singular", note)) {
      singular <- note
      truth <- coef(summary(lmer_of(s)))[2, ]
      expect_close(rows_of(fit, "MYC")$std.error, truth[["Std. Error"]], 1e-4)
      break
    }
  }
  expect_match(singular, "the variance of litter is estimated as 0 (singular fit)", fixed = TRUE)
  one <- study(transform(sheet, litter = paste0("l", seq_len(nrow(sheet)))), 69)
  expect_error(fit_study(one, ~ arm + (1 | litter), "ctl"), "one sample", class = "ddcq_error_formula")
})

test_that("a mixed fit answers the other questions: means, vcov, ratio, prediction, Dunnett, print", {
  s <- litters(70)
  fit <- fit_study(s, ~ arm + (1 | litter), "ctl", adjust = "dunnett")
  r <- rows_of(fit, "MYC")
  expect_true(all(r$adj.p.value >= r$p.value - 1e-9))
  v <- vcov(fit)
  expect_close(sqrt(diag(v)), fit$results$std.error, 1e-6)
  expect_false(anyNA(ddcq_means(fit)$std.error))
  ratio <- ddcq_ratio(fit, "MYC", "BCL2")
  values <- study_values(s, "MYC")
  values$y <- values$y - study_values(s, "BCL2")$y
  values$arm <- with_control(values$arm, "ctl")
  truth <- coef(summary(suppressMessages(lmerTest::lmer(y ~ arm + (1 | litter), values))))
  truth <- truth[match(paste0("arm", sub(" vs.*", "", ratio$results$contrast)), rownames(truth)), ]
  expect_close(ratio$results$estimate, truth[, 1], 1e-5)
  p <- predict(fit)
  expect_true(all(p$pred.low < fit$results$conf.low))
  expect_no_error(capture.output(print(fit), print(summary(fit)), print(anova(fit)), print(ddcq_variance(fit))))
})

test_that("the files of repeated measures", {
  skip_without_shared()
  e <- shared_data("designs/rtpcr_repeated1.expected_contrasts.csv")
  e <- e[grepl("lmer", e$model), ]
  d <- shared_data("designs/rtpcr_repeated1.csv")
  names(d)[names(d) == "Cq"] <- "cq"
  d$subject <- paste0("id", d$id)
  d$when <- paste0("time", d$time)
  refs <- unique(d$target[d$role == "reference"])
  d <- d[!names(d) %in% c("efficiency", "id", "time", "group")]
  fit <- quietly(ddcq(cq_data(d, na = "missing"), ~ when + (1 | subject), refs, "time1", 2))
  expect_close(fit$results$estimate, -e$ddct, 1e-6)
  # the file's own digits of an iterative fit
  expect_close(fit$results$std.error, e$se, 1e-6)
  expect_close(fit$results$df, e$df, 1e-5)
  a <- as.data.frame(anova(fit))
  f <- shared_data("designs/rtpcr_repeated1.expected_anova.csv")
  expect_close(a$statistic, f$value[f$quantity == "F_time"], 1e-6)
  e <- shared_data("designs/rtpcr_1factor3level.expected_contrasts.csv")
  e <- e[grepl("lmer", e$model), ]
  d <- shared_data("designs/rtpcr_1factor3level.csv")
  names(d)[names(d) == "Cq"] <- "cq"
  d$Rep <- paste0("r", d$Rep)
  d <- d[!names(d) %in% c("efficiency", "group")]
  fit <- quietly(ddcq(cq_data(d, na = "missing"), ~ SA + (1 | Rep), "GAPDH", "L1", 2))
  expect_close(fit$results$estimate, -e$ddct, 1e-6)
  expect_close(fit$results$std.error, e$se, 1e-5)
})

test_that("corals and Beckham's cells: fits of real designs with gaps are lmerTest's and lm()'s", {
  skip_without_shared()
  skip_if_not_installed("emmeans")
  d <- shared_data("misc/mcmcqpcr_coral_stress.csv")
  eff <- shared_data("misc/mcmcqpcr_coral_efficiencies.csv")
  wells <- data.frame(
    sample = as.character(d$sample), target = d$target, cq = d$Cq, condition = d$condition, timepoint = d$timepoint,
    individual = d$individual
  )
  e <- cq_efficiency(eff[[1]], eff$efficiency)
  refs <- intersect(c("actin", "gapdh", "nd5", "rpl11", "chrom"), unique(wells$target))[1:2]
  x <- quietly(cq_data(wells, na = "missing"))
  expect_error(
    quietly(ddcq(x, ~ condition * timepoint, refs, c(condition = "control"), e)), "individual",
    class = "ddcq_error_design"
  )
  fit <- quietly(ddcq(x, ~ condition * timepoint + (1 | individual), refs, c(condition = "control"), e, by = "timepoint"))
  expect_gt(sum(!is.na(fit$results$p.value)), 10)
  w <- wells[!is.na(wells$cq), ]
  cq <- tapply(w$cq, list(w$sample, w$target), mean)
  z <- sweep(cq, 2, log2(e$efficiency[match(colnames(cq), e$target)]), `*`)
  sheet <- unique(wells[c("sample", "condition", "timepoint", "individual")])
  for (target in head(fit$spec$targets, 4)) {
    v <- sheet
    v$y <- (rowMeans(z[, refs]) - z[, target])[v$sample]
    v <- v[!is.na(v$y), ]
    v$condition <- with_control(v$condition, "control")
    v$timepoint <- factor(v$timepoint, unique(sheet$timepoint))
    m <- suppressMessages(lmerTest::lmer(y ~ condition * timepoint + (1 | individual), v))
    truth <- emm_rows(m, "condition", "trt.vs.ctrl1", by = "timepoint", lmer.df = "satterthwaite")
    r <- rows_of(fit, target)
    at <- match(sub(".*timepoint ", "", r$contrast), levels(v$timepoint))
    # the smallest of these is 0.05: a difference of means
    expect_lt(max(abs(r$estimate - truth$estimate[at])), 1e-6)
    expect_close(r$std.error, truth$std.error[at], 1e-3)
  }
})
