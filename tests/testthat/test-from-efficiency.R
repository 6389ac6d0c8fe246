# Efficiencies beside the Cqs: by name, one a target, averaged only when told how.

pairs <- data.frame(
  treatment = rep(c("ctl", "drug"), each = 3), rep = rep(1:3, 2),
  E_MYC = 1.93, Ct_MYC = c(24.1, 24.3, 24.0, 26.0, 25.8, 26.1),
  E_GAPDH = 1.98, Ct_GAPDH = c(18.0, 18.2, 18.1, 18.1, 17.9, 18.3)
)
take <- function(data = pairs, ...) {
  cq_from_wide(
    data, c(MYC = "Ct_MYC", GAPDH = "Ct_GAPDH"), "sample", sample = c("treatment", "rep"),
    efficiency = c(GAPDH = "E_GAPDH", MYC = "E_MYC"), ...
  )
}

test_that("pairs of columns go in by name, and the fit is Pfaffl's ratio", {
  x <- take()
  e <- cq_efficiency_of(x)
  expect_s3_class(e, "cq_efficiency")
  expect_identical(e$efficiency[match(c("MYC", "GAPDH"), e$target)], c(1.93, 1.98))
  fit <- ddcq(x, ~treatment, reference = "GAPDH", control = "ctl", efficiency = e)
  fall <- function(column) mean(pairs[[column]][1:3]) - mean(pairs[[column]][4:6])
  # Pfaffl 2001, equation 1
  expect_equal(fit$results$fold_change, 1.93^fall("Ct_MYC") / 1.98^fall("Ct_GAPDH"), tolerance = 1e-12)
  expect_identical(take(pairs[c(6, 3, 5, 1, 2, 4)])$efficiency, x$efficiency)
})

test_that("the long form carries efficiencies as well", {
  long <- as.data.frame(take())[c("sample", "target", "cq", "efficiency")]
  names(long)[4] <- "E"
  e <- cq_efficiency_of(cq_data(long), "E")
  expect_identical(e$efficiency, c(1.93, 1.98))
})

test_that("efficiencies that differ are an error, or a mean with its error", {
  w <- pairs
  w$E_MYC <- c(1.90, 1.90, 1.90, 1.96, 1.96, 1.92)
  x <- take(w)
  expect_error(cq_efficiency_of(x), "MYC (1.90, 1.92, 1.96)", fixed = TRUE, class = "ddcq_error_efficiency")
  wells <- cq_efficiency_of(x, average = "wells")
  expect_equal(wells$efficiency[1], mean(w$E_MYC), tolerance = 1e-15)
  expect_equal(wells$std.error[1], sd(w$E_MYC) / sqrt(6), tolerance = 1e-14)
  expect_identical(wells$df[1], 5)
  values <- cq_efficiency_of(x, average = "values")
  expect_equal(values$efficiency[1], mean(c(1.90, 1.96, 1.92)), tolerance = 1e-15)
  expect_equal(values$std.error[1], sd(c(1.90, 1.96, 1.92)) / sqrt(3), tolerance = 1e-14)
  expect_identical(values$n_values, c(3L, 1L))
  # a number that is the same in every well was copied there: it has no error of its own
  expect_identical(wells$std.error[2], NA_real_)
})

test_that("a target in a row has its efficiency in a column", {
  table <- data.frame(gene = c("MYC", "GAPDH"), E = c("1,93", "1,98"), s1 = c(24.1, 18.0), s2 = c(26.0, 18.1))
  e <- cq_efficiency_of(cq_from_wide(table, c("s1", "s2"), "target", target = "gene", efficiency = "E"))
  expect_identical(e$efficiency, c(1.93, 1.98))
})

test_that("sheets that differ in their targets bring the efficiencies of those they have", {
  w <- cbind(pairs, sample = paste0("s", 1:6))
  runs <- list(p1 = w[c("sample", "Ct_MYC", "E_MYC")], p2 = w[c("sample", "Ct_GAPDH", "E_GAPDH")])
  x <- cq_from_wide(runs, c(MYC = "Ct_MYC", GAPDH = "Ct_GAPDH"), "sample", sheets = "run",
                    efficiency = c(GAPDH = "E_GAPDH", MYC = "E_MYC"))
  expect_identical(cq_efficiency_of(x)$efficiency, c(1.93, 1.98))
})

test_that("targets without one are left out, and the fit asks for them", {
  x <- cq_from_wide(
    pairs[c(1, 2, 3, 4, 6)], c(MYC = "Ct_MYC", GAPDH = "Ct_GAPDH"), "sample", sample = c("treatment", "rep"),
    efficiency = c(MYC = "E_MYC")
  )
  expect_identical(cq_efficiency_of(x)$target, "MYC")
  expect_error(
    ddcq(x, ~treatment, reference = "GAPDH", control = "ctl", efficiency = cq_efficiency_of(x)), "GAPDH",
    class = "ddcq_error_efficiency"
  )
})

test_that("messages", {
  skip_on_cran()
  cq <- c(MYC = "Ct_MYC", GAPDH = "Ct_GAPDH")
  percent <- transform(pairs, E_MYC = 93)
  expect_snapshot(error = TRUE, {
    take(percent)
    take(transform(pairs, E_MYC = "good"))
    cq_from_wide(pairs, cq, "sample", efficiency = c("E_MYC", "E_GAPDH"))
    cq_from_wide(pairs, cq, "sample", efficiency = c(MYK = "E_MYC"))
    cq_from_wide(pairs, cq, "sample", efficiency = c(MYC = "E_MYK"))
    cq_from_wide(pairs, cq, "sample", efficiency = list(MYC = 1.9))
    cq_efficiency_of(take(transform(pairs, E_MYC = c(1.9, 2, 1.9, 2, 1.9, 2))))
    cq_efficiency_of(take(), "e")
    cq_efficiency_of(take(), average = "mean")
    cq_efficiency_of(pairs)
  })
})
