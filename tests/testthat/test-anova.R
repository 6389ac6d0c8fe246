# Tests of type III against car::Anova() with contrasts that sum to zero, oneway.test() under Welch's variance, and the
# reference files.

anova_rows <- function(fit, target) {
  a <- as.data.frame(anova(fit))
  a[a$target == target, ]
}

type_three <- function(model) {
  a <- other("car", "Anova")(model, type = 3)
  a <- a[!rownames(a) %in% c("(Intercept)", "Residuals"), ]
  list(df = a$Df, f = a[["F value"]], p = a[["Pr(>F)"]], terms = rownames(a))
}

expect_anova <- function(rows, truth) {
  expect_identical(rows$term, truth$terms)
  expect_equal(rows$df, truth$df)
  expect_close(rows$statistic, truth$f, 1e-8)
  expect_close(rows$p.value, truth$p, 1e-7)
}

test_that("type III tests are car's, unbalanced and with blocks and covariates", {
  skip_if_not_installed("car")
  sheet <- crossed(a = c("x", "y"), b = c("u", "v", "w"), n = 4)
  sheet$block <- paste0("k", rep(1:4, each = 6))
  sheet$rin <- 7 + with_seed(1, runif(24, 0, 2))
  s <- study(sheet[-c(2, 9, 17), ], 41)
  sum_lm <- function(formula, v) {
    factors <- intersect(all.vars(formula), c("a", "b", "block"))
    lm(formula, v, contrasts = stats::setNames(rep(list("contr.sum"), length(factors)), factors))
  }
  for (target in s$targets) {
    v <- study_values(s, target)
    for (f in c(~ a * b, ~ a + b, ~ a * b + block, ~ b * a + rin)) {
      v2 <- v
      asked <- f
      if ("rin" %in% all.vars(f)) asked <- ~ b * a + covariate(rin)
      fit <- fit_study(s, asked, c(a = "x"), ignore = "block")
      truth <- type_three(sum_lm(stats::update(f, y ~ .), v2))
      rows <- anova_rows(fit, target)
      rows$term <- sub("covariate\\((.*)\\)", "\\1", rows$term)
      expect_anova(rows[match(truth$terms, rows$term), ], truth)
    }
    # where a slope differs by factor, the test of the factor is at the mean of the covariate
    v$rin <- v$rin - mean(v$rin)
    expect_anova(anova_rows(fit_study(s, ~ a * covariate(rin), c(a = "x"), ignore = "block"), target), type_three(sum_lm(y ~ a * rin, v)))
  }
})

test_that("a term of one df is the square of its t", {
  s <- study(crossed(a = c("x", "y"), b = c("u", "v"), n = 3), 42, efficiency = cq_efficiency(
    c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = 0.05, df = 4
  ))
  fit <- fit_study(s, ~ a + b, c(a = "x"))
  rows <- anova_rows(fit, "MYC")
  r <- rows_of(fit, "MYC")
  expect_close(rows$p.value[1], r$p.value, 1e-8)
})

test_that("under Welch's variance it is oneway.test(), whatever the order of levels", {
  s <- study(data.frame(arm = rep(c("ctl", "A", "B", "C"), c(3, 4, 5, 6))), 43)
  v <- study_values(s)
  truth <- oneway.test(y ~ arm, v)
  for (control in c("ctl", "B")) {
    rows <- anova_rows(fit_study(s, ~arm, control, variance = "welch"), "MYC")
    expect_close(rows$statistic, truth$statistic, 1e-9)
    expect_close(rows$df.residual, truth$parameter[[2]], 1e-9)
    expect_close(rows$p.value, truth$p.value, 1e-8)
  }
  s <- study(crossed(a = c("x", "y"), b = c("u", "v"), n = 4), 44)
  fit <- fit_study(s, ~ a * b, c(a = "x", b = "u"), variance = "welch")
  inter <- fit_study(s, ~ a * b, c(a = "x", b = "u"), variance = "welch", contrasts = list(
    i = c(`x:u` = 1, `y:u` = -1, `x:v` = -1, `y:v` = 1)
  ))
  expect_close(anova_rows(fit, "MYC")$p.value[3], rows_of(inter, "MYC")$p.value, 1e-9)
})

test_that("an error of the efficiencies makes no test sharper", {
  sheet <- crossed(a = c("x", "y", "z"), b = c("u", "v"), n = 3)
  genes <- c("MYC", "BCL2", "GAPDH", "ACTB")
  p <- function(se, df, ...) {
    s <- study(sheet, 45, efficiency = cq_efficiency(genes, c(1.9, 1.95, 2, 1.85), std.error = se, df = df))
    as.data.frame(anova(fit_study(s, ~ a * b, c(a = "x", b = "u"), ...)))$p.value
  }
  for (variance in c("pooled", "welch")) {
    exact <- p(1e-12, 5, variance = variance)
    for (se in c(0.005, 0.03, 0.1)) expect_true(all(p(se, 5, variance = variance) >= exact - 1e-9))
  }
})

test_that("an empty cell leaves terms without a test, and says so", {
  sheet <- crossed(a = c("x", "y"), b = c("u", "v", "w"), n = 3)
  s <- study(sheet[!(sheet$a == "y" & sheet$b == "w"), ], 46)
  rows <- anova_rows(fit_study(s, ~ a * b, c(a = "x", b = "u")), "MYC")
  expect_true(all(is.na(rows$p.value)) && all(grepl("not estimable", rows$note)))
  fit <- fit_study(s, ~ a + b, "x")
  expect_false(anyNA(anova_rows(fit, "MYC")$p.value))
  expect_snapshot(print(anova(fit)))
})

test_that("anova() takes the fit alone, and says what else came", {
  fit <- fit_study(study(crossed(a = c("x", "y"))), ~a, "x")
  expect_error(anova(fit, 3), "without a name: 3 came", class = "ddcq_error_argument")
  expect_error(anova(fit, 3), "`object` is the only argument", fixed = TRUE)
  expect_error(anova(fit, tset = "F"), "no argument \"tset\"", class = "ddcq_error_argument")
  expect_error(anova(fit, ), class = "ddcq_error_argument")
})

test_that("the files of factorial designs", {
  skip_without_shared()
  one <- function(file, expected, formula, control, terms) {
    d <- shared_data(file)
    names(d)[names(d) == "Cq"] <- "cq"
    d <- d[!names(d) %in% c("efficiency", "Rep", "group")]
    if (!is.null(d$block)) d$block <- paste0("b", d$block)
    fit <- quietly(ddcq(cq_data(d, na = "missing"), formula, reference = "GAPDH", control = control, efficiency = 2))
    rows <- as.data.frame(anova(fit))
    e <- shared_data(expected)
    e <- e[e$term != "Residuals", ]
    # balanced: sequential tests are those of type III
    e <- e[match(terms, e$term), ]
    expect_close(rows$statistic, e$F, 1e-10)
    expect_close(rows$p.value, e$p, 1e-9)
    expect_equal(rows$df, e$df)
  }
  one("designs/rtpcr_1factor3level.csv", "designs/rtpcr_1factor3level.expected_anova.csv", ~SA, "L1", "SA")
  one("designs/rtpcr_2factor.csv", "designs/rtpcr_2factor.expected_anova.csv", ~ Genotype * Drought,
      c(Genotype = "R", Drought = "D0"), c("G", "Dr", "G:Dr"))
  one("designs/rtpcr_2factor_block.csv", "designs/rtpcr_2factor_block.expected_anova.csv", ~ block + factor1 * factor2,
      c(factor1 = "R", factor2 = "L0"), c("block", "factor1", "factor2", "factor1:factor2"))
})
