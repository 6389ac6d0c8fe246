sens_data <- function() cq_data(anastrozole_plate, na = "nondetect")
sens_fit <- function(x = sens_data(), efficiency = cq_standard_curve(sens_data()), ...) {
  suppressWarnings(ddcq(
    x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = efficiency, ...
  ))
}
part <- function(s, name) s[s$analysis == name, ]

test_that("every analysis is the fit that would have been made", {
  fit <- sens_fit()
  s <- ddcq_sensitivity(fit)
  expect_identical(part(s, "as fitted")$estimate, fit$results$estimate)
  x <- sens_data()
  for (gone in c("ana-p21", "veh-p23")) {
    without <- sens_fit(x[x$sample != gone, ])
    rows <- part(s, paste("without", gone))
    # the same arithmetic on the same samples
    expect_equal(rows$estimate, without$results$estimate, tolerance = 1e-12)
    expect_equal(rows$conf.low, without$results$conf.low, tolerance = 1e-10)
  }
  doubling <- sens_fit(efficiency = 2)
  expect_equal(part(s, "efficiency 2")$conf.high, doubling$results$conf.high, tolerance = 1e-12)
  expect_false("efficiency 2" %in% ddcq_sensitivity(doubling)$analysis)
  expect_identical(sum(startsWith(unique(s$analysis), "without ")), 12L)
})

test_that("the other variance is there where there is one", {
  x <- sens_data()
  one <- suppressWarnings(ddcq(x, ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2,
    ignore = "passage",
                               variance = "pooled"))
  welch <- suppressWarnings(ddcq(x, ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2,
                                 ignore = "passage", variance = "welch"))
  expect_equal(part(ddcq_sensitivity(one), "welch")$conf.low, welch$results$conf.low, tolerance = 1e-12)
  expect_false(any(c("welch", "pooled") %in% ddcq_sensitivity(sens_fit())$analysis))
})

test_that("non-detects are put at a cycle, and told", {
  wells <- anastrozole_plate
  gone <- wells$sample == "ana-p22" & wells$target == "MYC"
  wells$cq[gone] <- NA
  fit <- sens_fit(cq_data(wells, na = "nondetect"))
  s <- ddcq_sensitivity(fit, cycles = 38)
  wells$cq[gone] <- 38
  at <- sens_fit(cq_data(wells, na = "nondetect"))
  rows <- part(s, "non-detects at 38")
  expect_equal(rows$estimate[rows$target == "MYC"], at$results$estimate[at$results$target == "MYC"], tolerance = 1e-12)
})

test_that("what changes is said in words", {
  s <- ddcq_sensitivity(sens_fit())
  said <- paste(internal("sensitivity_sentences")(s), collapse = " ")
  expect_match(said, "BAX, anastrozole vs vehicle: up as fitted, not shown with: ", fixed = TRUE)
  calm <- s
  calm$changed[] <- FALSE
  expect_match(internal("sensitivity_sentences")(calm), "No analysis changes the direction of a row: 13 were tried.",
               fixed = TRUE)
  expect_true(all(nchar(format(s, width = 80)) <= 80))
  expect_identical(class(as.data.frame(s)), "data.frame")
  expect_error(ddcq_sensitivity(1), class = "ddcq_error_argument")
})

test_that("too few units, ratios, interactions", {
  x <- sens_data()
  one <- suppressWarnings(ddcq(
    x[x$sample %in% c("veh-p21", "ana-p21"), ], ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2
  ))
  expect_identical(unique(ddcq_sensitivity(one)$direction), "no interval")
  ratio <- ddcq_ratio(sens_fit(), "BAX", "BCL2")
  s <- ddcq_sensitivity(ratio)
  expect_identical(part(s, "as fitted")$estimate, ratio$results$estimate)
})
