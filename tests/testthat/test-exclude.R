wells <- data.frame(
  sample = rep(c("s1", "s2", "s3", "s4"), each = 4), target = rep(c("MYC", "GAPDH"), each = 2, times = 4),
  cq = c(24.1, 24.2, 18.0, 18.1, 25.3, 25.2, 18.2, 18.1, 24.5, 24.4, 18.3, 18.2, 26.1, 26.2, 18.1, 18.0),
  treatment = rep(c("a", "b"), each = 4, times = 2), well = sprintf("A%02d", 1:16)
)
x <- cq_data(wells)
estimate <- function(x) {
  ddcq(x, ~treatment, reference = "GAPDH", control = "a", efficiency = 2)$results$estimate
}

test_that("wells stay, with their Cq and the reason", {
  y <- cq_exclude(x, well == "A01", reason = "bubble")
  expect_identical(dim(y), dim(x))
  expect_identical(y$cq, x$cq)
  expect_identical(as.character(y$state[1:2]), c("excluded", "quantified"))
  expect_identical(y$note[1:2], c("bubble", NA))
  expect_identical(x$state[1], factor("quantified", levels = levels(x$state)))
})

test_that("what is excluded does not count, as if the row were not there", {
  y <- cq_exclude(x, well == "A01", "bubble")
  expect_equal(estimate(y), estimate(x[-1, ]), tolerance = 1e-12)
  fit <- suppressWarnings(ddcq(cq_exclude(x, sample == "s1", "clot"), ~treatment, "GAPDH", "a", 2))
  expect_identical(fit$results$n_control, 1L)
})

test_that("the condition sees columns and variables of the caller", {
  bad <- c("A02", "A03")
  y <- cq_exclude(x, well %in% bad & target == "MYC", "edge")
  expect_identical(which(y$state == "excluded"), 2L)
  inside <- function(which_well) cq_exclude(x, well == which_well, "inside")
  expect_identical(which(inside("A05")$state == "excluded"), 5L)
  expect_identical(which(cq_exclude(x, cq > 26, "late")$state == "excluded"), 13:14)
})

test_that("NA in the condition takes nothing out", {
  y <- x
  y$flag <- c(TRUE, NA, rep(FALSE, 14))
  expect_identical(which(cq_exclude(y, flag, "flag")$state == "excluded"), 1L)
})

test_that("excluding twice is told", {
  y <- cq_exclude(cq_exclude(x, well == "A01", "bubble"), sample == "s1", "clot")
  log <- cq_log(y)
  expect_identical(log$n[log$step == "exclude"], c(1L, 4L))
  expect_match(log$detail[log$step == "exclude"][2], "1 already were")
  expect_identical(y$note[1], "clot")
})

test_that("a whole group taken out leaves a row with a note", {
  fit <- suppressWarnings(
    ddcq(cq_exclude(x, treatment == "b" & target == "MYC", "wrong primer"), ~treatment, "GAPDH", "a", 2)
  )
  expect_identical(fit$results$estimate, NA_real_)
  expect_match(fit$results$note, "no sample with a value")
})
