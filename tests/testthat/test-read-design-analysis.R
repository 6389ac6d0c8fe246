fixture <- function(name) testthat::test_path("fixtures", name)

plate_cq <- c(24.113, 24.201, 18.004, 18.092, 24.357, 24.305, 18.151, 18.117, 25.442, 25.518, 18.033, 18.101, NA, NA,
              18.252, 18.204)

test_that("a csv with # key lines keeps # in names", {
  x <- cq_read(fixture("design-analysis.csv"))
  expect_identical(unique(x$target), c("MYC #2", "GAPDH"))
  expect_identical(x$cq, plate_cq)
  expect_identical(as.vector(table(x$state)), c(14L, 2L, 0L, 0L))
  expect_identical(x$flags[3], "High Cq SD")
  expect_identical(x$amp_status[13], "NO_AMP")
  log <- cq_log(x)
  expect_match(log$detail[log$what == "file"], "design-analysis.*Design & Analysis Software v2.7.0")
})

test_that("a workbook gives the same doubles, quantities and groups from the other sheets, cycles", {
  skip_if_not_installed("readxl")
  x <- cq_read(fixture("design-analysis.xlsx"))
  expect_identical(x$cq, plate_cq)
  expect_identical(x$quantity[c(1, 4, 5)], c(1000.5, 1000.5, NA))
  expect_identical(as.character(x$task[c(1, 5)]), c("standard", "unknown"))
  expect_identical(x$group[c(1, 9)], c("vehicle", "drug"))
  log <- cq_log(x)
  expect_identical(log$n[log$what == "cycles"], 42L)
  expect_match(log$detail[log$what == "header"], "line 6 \\(Results\\)")
  expect_identical(cq_read(fixture("design-analysis.xlsx"), sheet = "Results")$cq, plate_cq)
  expect_error(cq_read(fixture("design-analysis.xlsx"), sheet = "Result"), "Results", class = "ddcq_error_argument")
  expect_error(cq_read(fixture("design-analysis.csv"), sheet = "Results"), class = "ddcq_error_argument")
})

test_that("a layout without names comes in with a warning that says how to name the wells", {
  expect_warning(x <- cq_read(fixture("design-analysis-bare.csv")), "cq_design", class = "ddcq_warning_data")
  expect_identical(x$cq, plate_cq)
  expect_true(all(is.na(x$sample)) && all(is.na(x$target)))
  expect_identical(x$well[c(1, 16)], c("A01", "B08"))
})
