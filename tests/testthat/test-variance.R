# The budget of a row's variance: it adds up, and its parts are those of plain R (the entries themselves: test-joint.R).

parts_of <- c("biological", "technical", "reference", "efficiency", "calibration")

sums <- function(b) rowSums(as.data.frame(b)[parts_of])

test_that("the parts add up to the variance of the row, in every kind of fit", {
  e <- cq_efficiency(c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = .01, df = 30)
  sheet <- crossed(a = c("x", "y"), b = c("u", "v", "w"), n = 4)
  sheet$block <- paste0("k", rep(1:4, each = 6))
  s <- study(sheet[-c(2, 9), ], 91, wells = 3, efficiency = e)
  fits <- list(
    fit_study(s, ~ a * b + block, c(a = "x", b = "u")),
    fit_study(s, ~ a * b, c(a = "x", b = "u"), variance = "welch", ignore = "block"),
    fit_study(s, ~ a + b, "x", ignore = "block"),
    fit_study(s, ~ a * b, c(a = "x"), by = "b", weights = "technical", ignore = "block")
  )
  if (requireNamespace("lmerTest", quietly = TRUE)) fits <- c(fits, list(fit_study(s, ~ a * b + (1 | block), c(a = "x"))))
  for (fit in fits) {
    b <- ddcq_variance(fit)
    expect_close(sums(b), b$variance, 1e-10)
    expect_close(b$variance, diag(vcov(fit)), 1e-8)
    expect_true(all(as.data.frame(b)[parts_of] >= 0))
    expect_true(all(b$technical > 0 & b$reference > 0 & b$efficiency > 0))
  }
})

test_that("the technical share is that of the wells", {
  s <- study(data.frame(arm = rep(c("ctl", "A"), each = 4)), 92, wells = 3)
  b <- ddcq_variance(fit_study(s, ~arm, "ctl", variance = "pooled"))
  w <- s$wells[s$wells$target == "MYC", ]
  s2 <- sum(resid(lm(cq ~ sample, w))^2) / 16
  expect_close(b$technical[1], s2 / 3 * (1 / 4 + 1 / 4), 1e-9)
  # the references by how they disagree: half the difference of two, its residual variance over the groups
  cq <- attr(study_values(s), "cq")
  half <- (cq[, "GAPDH"] - cq[, "ACTB"]) / 2
  s2 <- stats::sigma(lm(half ~ s$sheet$arm))^2
  expect_close(b$reference[1], s2 * (1 / 4 + 1 / 4), 1e-9)
})

test_that("what cannot be told is said", {
  s <- study(data.frame(arm = rep(c("ctl", "A"), each = 4)), 93, wells = 1, reference = "GAPDH")
  b <- ddcq_variance(fit_study(s, ~arm, "ctl"))
  expect_true(all(is.na(b$technical)))
  expect_match(b$note, "no technical replicates", fixed = TRUE)
  expect_match(b$note, "one reference", fixed = TRUE)
  expect_close(b$biological, b$variance, 1e-12)
  s <- study(data.frame(arm = rep(c("ctl", "A"), c(4, 1))), 94)
  b <- ddcq_variance(fit_study(s, ~arm, "ctl"))
  expect_true(all(is.na(b$variance)))
  expect_no_error(capture.output(print(b)))
})

test_that("a ratio has a budget of its own", {
  s <- study(data.frame(arm = rep(c("ctl", "A"), each = 4)), 95, wells = 3)
  ratio <- ddcq_ratio(fit_study(s, ~arm, "ctl"), "MYC", "BCL2")
  b <- ddcq_variance(ratio)
  expect_close(sums(b), b$variance, 1e-10)
  expect_close(b$variance, ratio$results$std.error^2, 1e-9)
})

test_that("the budget and the summary of a fit print", {
  s <- study(data.frame(arm = rep(c("ctl", "A"), each = 4)), 96, wells = 3)
  fit <- fit_study(s, ~arm, "ctl")
  text <- capture.output(print(summary(fit)))
  expect_true(any(grepl("one a group (Welch)", text, fixed = TRUE)))
  expect_true(any(grepl("Where the variance of each fold change comes from", text, fixed = TRUE)))
  # both intervals are those of the two fits
  pooled <- fit_study(s, ~arm, "ctl", variance = "pooled")$results
  v <- summary(fit)$variance
  expect_close(v$welch_low, fit$results$fold_low, 1e-10)
  expect_close(v$pooled_high, pooled$fold_high, 1e-10)
})
