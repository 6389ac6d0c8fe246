# Families of contrasts: Dunnett's against multcomp and its constants, Tukey's against TukeyHSD() and ptukey(), trends
# against lm(), emmeans and contr.poly(), weights by name.

arms <- function(n = c(5, 4, 3, 4), seed = 31, ...) {
  study(data.frame(arm = rep(c("ctl", "A", "B", "C"), n)), seed, ...)
}

test_that("Dunnett's p and limits are those of multcomp", {
  skip_if_not_installed("multcomp")
  s <- arms()
  fit <- fit_study(s, ~arm, "ctl", adjust = "dunnett")
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  m <- lm(y ~ arm, v)
  g <- other("multcomp", "glht")(m, linfct = other("multcomp", "mcp")(arm = "Dunnett"))
  # mvtnorm's own error is about 1e-4
  found <- with_seed(1, summary(g, test = other("multcomp", "adjusted")("single-step")))
  ends <- with_seed(1, confint(g, calpha = other("multcomp", "adjusted_calpha")()))$confint
  r <- rows_of(fit, "MYC")
  expect_lt(max(abs(r$adj.p.value - found$test$pvalues)), 5e-4)
  expect_lt(max(abs(r$adj.conf.low - ends[, "lwr"]), abs(r$adj.conf.high - ends[, "upr"])), 2e-3)
  expect_true(all(r$adj.p.value >= r$p.value) && all(r$adj.conf.low < r$conf.low))
})

test_that("Dunnett's constants come out of a balanced experiment", {
  # k = 2, 9 df; k = 3, 12 df; k = 5, 18 df: statistics.md A7, agreed on two grids of Gaussian quadrature
  known <- c("2" = 2.6139343906, "3" = 2.6828700628, "5" = 2.7614110410)
  for (k in names(known)) {
    s <- study(data.frame(arm = rep(c("ctl", LETTERS[seq_len(as.integer(k))]), each = 4)), 32)
    r <- fit_study(s, ~arm, "ctl", adjust = "dunnett")$results
    expect_close((r$adj.conf.high - r$estimate) / r$std.error, rep(known[[k]], nrow(r)), 1e-9)
  }
})

test_that("with a block and with unequal n Dunnett's correlations are the model's", {
  skip_if_not_installed("multcomp")
  sheet <- data.frame(arm = rep(c("ctl", "A", "B", "C"), 5), day = rep(paste0("d", 1:5), each = 4))[-c(3, 8, 20), ]
  s <- study(sheet, 33)
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  g <- other("multcomp", "glht")(lm(y ~ arm + day, v), linfct = other("multcomp", "mcp")(arm = "Dunnett"))
  found <- with_seed(1, summary(g, test = other("multcomp", "adjusted")("single-step")))
  r <- rows_of(fit_study(s, ~ arm + day, "ctl", adjust = "dunnett"), "MYC")
  order <- match(paste0(sub(" vs.*", "", r$contrast), " - ctl"), names(found$test$coefficients))
  expect_lt(max(abs(r$adj.p.value - found$test$pvalues[order])), 5e-4)
})

test_that("within levels of another factor Dunnett's family is all contrasts of the target", {
  skip_if_not_installed("multcomp")
  skip_if_not_installed("emmeans")
  s <- study(crossed(arm = c("ctl", "A", "B"), day = c("d1", "d2"), n = 3), 34)
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  m <- lm(y ~ arm * day, v)
  k <- rbind(c(0, 1, 0, 0, 0, 0), c(0, 0, 1, 0, 0, 0), c(0, 1, 0, 0, 1, 0), c(0, 0, 1, 0, 0, 1))
  g <- other("multcomp", "glht")(m, linfct = k)
  found <- with_seed(1, summary(g, test = other("multcomp", "adjusted")("single-step")))
  r <- rows_of(fit_study(s, ~ arm * day, "ctl", by = "day", adjust = "dunnett"), "MYC")
  expect_close(r$estimate, unname(found$test$coefficients), 1e-9)
  expect_lt(max(abs(r$adj.p.value - found$test$pvalues)), 5e-4)
})

test_that("with an error of the efficiencies Dunnett is the wider of two, on the smallest df", {
  s <- arms(efficiency = cq_efficiency(
    c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = c(0.08, 0.02, 0.05, 0.02), df = c(3, 4, 5, 6)
  ))
  fit <- fit_study(s, ~arm, "ctl", adjust = "dunnett")
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  m <- lm(y ~ arm, v)
  cq <- attr(v, "cq")
  e <- s$efficiency
  genes <- c("MYC", "GAPDH", "ACTB")
  se_w <- (e$std.error / (e$efficiency * log(2)))[match(genes, e$target)]
  df_w <- e$df[match(genes, e$target)]
  rows <- diag(4)[2:4, ]
  load <- vapply(1:3, function(i) {
    c(1, -0.5, -0.5) * drop(crossprod(scale(cq[, genes], scale = FALSE), lm_weights(m, rows[i, ]))) * se_w
  }, numeric(3))
  v_b <- rows %*% vcov(m) %*% t(rows)
  v_all <- v_b + crossprod(load)
  df <- diag(v_all)^2 / (diag(v_b)^2 / m$df.residual + colSums(load^4 / df_w))
  theta <- drop(rows %*% coef(m))
  one <- function(v, df) {
    own <- simultaneous_t(theta / sqrt(diag(v)), stats::cov2cor(v), min(df), 0.95)
    list(p = own$p, half = own$critical * sqrt(diag(v)))
  }
  a <- one(v_all, df)
  b <- one(v_b, m$df.residual)
  r <- rows_of(fit, "MYC")
  expect_close(r$adj.p.value, pmax(a$p, b$p), 1e-7)
  expect_close(r$adj.conf.high - r$estimate, pmax(a$half, b$half), 1e-7)
  known <- s
  known$efficiency <- cq_efficiency(e$target, e$efficiency)
  exact <- rows_of(fit_study(known, ~arm, "ctl", adjust = "dunnett"), "MYC")
  expect_true(all(r$adj.conf.high - r$adj.conf.low >= exact$adj.conf.high - exact$adj.conf.low - 1e-12))
})

test_that("Dunnett under Welch's variance holds its wider limits", {
  r <- fit_study(arms(), ~arm, "ctl", adjust = "dunnett", variance = "welch")$results
  expect_true(all(r$adj.p.value >= r$p.value - 1e-9) && all(r$adj.conf.high >= r$conf.high - 1e-9))
})

test_that("Tukey's are TukeyHSD()'s, Kramer's for unequal n, and ptukey()'s with a block", {
  s <- arms(n = c(4, 4, 4, 4))
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  hsd <- TukeyHSD(aov(y ~ arm, v))$arm
  r <- rows_of(fit_study(s, ~arm, "ctl", contrasts = "pairwise", adjust = "tukey"), "MYC")
  hsd <- hsd[sub(" vs ", "-", r$contrast), ]
  expect_close(r$estimate, hsd[, "diff"], 1e-9)
  expect_close(r$adj.conf.low, hsd[, "lwr"], 1e-8)
  expect_close(r$adj.conf.high, hsd[, "upr"], 1e-8)
  expect_lt(max(abs(r$adj.p.value - hsd[, "p adj"])), 1e-9)
  s <- arms()
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  hsd <- TukeyHSD(aov(y ~ arm, v))$arm
  r <- rows_of(fit_study(s, ~arm, "ctl", contrasts = "pairwise", adjust = "tukey"), "MYC")
  hsd <- hsd[sub(" vs ", "-", r$contrast), ]
  expect_close(r$adj.conf.low, hsd[, "lwr"], 1e-8)
  expect_lt(max(abs(r$adj.p.value - hsd[, "p adj"])), 1e-9)
  r <- rows_of(fit_study(s, ~arm, "ctl", contrasts = "pairwise", adjust = "tukey", variance = "welch"), "MYC")
  expect_close(r$adj.p.value, ptukey(abs(r$statistic) * sqrt(2), 4, r$df, lower.tail = FALSE), 1e-9)
})

test_that("a family counts the means that are there", {
  s <- arms(n = c(4, 4, 4, 4))
  w <- s$wells
  s$wells <- w[!(w$target == "MYC" & startsWith(w$arm, "C")), ]
  fit <- fit_study(s, ~arm, "ctl", contrasts = "pairwise", adjust = "tukey")
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  hsd <- TukeyHSD(aov(y ~ arm, v))$arm
  r <- rows_of(fit, "MYC")
  r <- r[!is.na(r$estimate), ]
  expect_equal(nrow(r), 3)
  expect_close(r$adj.conf.high, hsd[sub(" vs ", "-", r$contrast), "upr"], 1e-8)
  expect_lt(max(abs(r$adj.p.value - hsd[sub(" vs ", "-", r$contrast), "p adj"])), 1e-9)
})

test_that("two means, and one df: what the studentised range cannot say", {
  two <- fit_study(arms(n = c(3, 4, 0, 0)), ~arm, "ctl", contrasts = "pairwise", adjust = "tukey")$results
  expect_equal(two$adj.p.value, two$p.value, tolerance = 1e-12)
  expect_equal(two$adj.conf.low, two$conf.low, tolerance = 1e-12)
  expect_no_warning(thin <- fit_study(arms(n = c(2, 1, 1, 0)), ~arm, "ctl", contrasts = "pairwise", adjust = "tukey"))
  expect_true(all(is.na(thin$results$adj.p.value)) && !anyNA(thin$results$p.value))
})

test_that("families need the contrasts that they are of", {
  s <- arms()
  expect_error(fit_study(s, ~arm, "ctl", contrasts = "pairwise", adjust = "dunnett"), class = "ddcq_error_argument")
  expect_error(fit_study(s, ~arm, "ctl", adjust = "tukey"), class = "ddcq_error_argument")
})

test_that("the linear trend is lm()'s slope on the means of balanced groups, and both are emmeans's polynomials", {
  skip_if_not_installed("emmeans")
  sheet <- data.frame(dose = rep(c("0", "1", "5", "10"), each = 3))
  s <- study(sheet, 35)
  v <- study_values(s)
  r <- rows_of(fit_study(s, ~dose, "0", contrasts = "trend"), "MYC")
  slope <- coef(lm(y ~ as.numeric(dose), v))[[2]]
  expect_close(r$estimate[1], slope, 1e-9)
  # by hand: the coefficients of x and x^2 of the parabola through the four means
  x <- c(0, 1, 5, 10)
  means <- tapply(v$y, factor(v$dose, x), mean)
  expect_close(r$estimate[2], coef(lm(means ~ x + I(x^2)))[[3]], 1e-8)
  even <- study(data.frame(dose = rep(c("0", "1", "2", "3"), c(3, 4, 3, 5))), 36)
  v <- study_values(even)
  v$dose <- factor(v$dose)
  e <- emm_rows(lm(y ~ dose, v), "dose", "poly")
  r <- rows_of(fit_study(even, ~dose, "0", contrasts = "trend"), "MYC")
  expect_close(r$statistic, (e$estimate / e$std.error)[1:2], 1e-8)
  expect_close(r$p.value, e$p.value[1:2], 1e-8)
  expect_error(fit_study(arms(), ~arm, "ctl", contrasts = "trend"), "numbers", class = "ddcq_error_argument")
  two <- study(data.frame(dose = rep(c("0", "4"), each = 3)), 37)
  r <- rows_of(fit_study(two, ~dose, "0", contrasts = "trend"), "MYC")
  expect_identical(r$contrast, "linear trend")
  v <- study_values(two)
  expect_close(r$estimate, diff(tapply(v$y, v$dose, mean)) / 4, 1e-9)
})

test_that("contrasts by name are weighted means of cells", {
  s <- study(crossed(drug = c("no", "yes"), dose = c("d0", "d1"), n = 3), 38)
  v <- study_values(s)
  m <- lm(y ~ 0 + interaction(drug, dose, sep = ":"), v)
  k <- c(`no:d0` = 1, `yes:d0` = -1, `no:d1` = -1, `yes:d1` = 1)
  fit <- fit_study(s, ~ drug * dose, c(drug = "no", dose = "d0"), contrasts = list(inter = k))
  e <- list(estimate = sum(k * coef(m)), std.error = sqrt(drop(k %*% vcov(m) %*% k)), df = m$df.residual)
  expect_model_rows(rows_of(fit, "MYC"), e)
  expect_error(
    fit_study(s, ~ drug * dose, "no", contrasts = list(a = c(yes = 1, maybe = -1))), "maybe",
    class = "ddcq_error_argument"
  )
})
