fixture <- function(name) testthat::test_path("fixtures", name)

test_that("three header rows make the names of a BioMark file", {
  x <- cq_read(fixture("biomark-melt.csv"))
  expect_identical(x$well, c("S01-A01", "S01-A02", "S02-A01", "S02-A02", "S03-A01", "S03-A02"))
  expect_identical(x$sample[1:2], c("cell 1", "cell 1"))
  expect_identical(x$target[1:2], c("MYC", "GAPDH"))
  expect_identical(x$cq, c(21.5, 16.25, NA, 15.75, 20, NA))
  expect_identical(as.character(x$state), c("quantified", "nondetect")[c(1, 1, 2, 1, 1, 2)])
  expect_identical(as.character(x$task), c(rep("unknown", 4), "standard", "ntc"))
  expect_identical(x$role[1:2], c("toi", "ref"))
  # 999 is none in every column; a concentration of 1 is said of every unknown
  expect_identical(x$cq_text[3], "999")
  expect_identical(x$tm, c(83.5, NA, NA, 82, 83.5, NA))
  expect_identical(x$tm2, c(NA, 81.5, NA, NA, NA, NA))
  expect_identical(x$quantity, c(NA, NA, NA, NA, 0.5, NA))
  expect_identical(x$comments[2], "odd melt")
  expect_identical(unique(x$dye), "EvaGreen")
})

test_that("a reaction that the software calls Fail keeps its Ct and is flagged", {
  x <- cq_read(fixture("biomark-melt.csv"))
  expect_identical(x$flags, c(NA, "fail", NA, NA, NA, NA))
  expect_identical(x$amp_status[2], "Fail")
  log <- cq_log(x)
  expect_identical(log$n[log$what == "called Fail by the software"], 1L)
})

test_that("two probes in a chamber are two rows", {
  x <- cq_read(fixture("biomark-probes.csv"))
  expect_identical(x$target, c("MYC", "MYC", "GAPDH", "GAPDH"))
  expect_identical(x$dye, c("FAM-MGB", "FAM-MGB", "VIC-MGB", "VIC-MGB"))
  expect_identical(x$cq, c(24.5, NA, 18.5, 18.75))
})

test_that("other BioMark exports are refused by name", {
  expect_error(cq_read(fixture("biomark-heatmap.csv")), "Heat Map", class = "ddcq_error_format")
  lines <- readLines(fixture("biomark-melt.csv"))
  path <- tempfile(fileext = ".csv")
  writeLines(sub("Value", "Worth", lines), path)
  expect_error(cq_read(path), "BioMark", class = "ddcq_error_format")
})
