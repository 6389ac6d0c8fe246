fixture <- function(name) testthat::test_path("fixtures", name)

entry <- function(x, what, column = "detail") {
  log <- cq_log(x)
  log[[column]][log$what == what]
}

test_that("a Text Report of MxPro is read with padding, decimal commas and its words for nothing", {
  x <- cq_read(fixture("mxpro.txt"))
  expect_identical(x$well, c("A01", "A01", "A02", "A02", "A10", "A11", "A12"))
  expect_identical(x$cq, c(28.84, 18.4, NA, 18.91, NA, 15.02, NA))
  expect_identical(
    as.character(x$state), c("quantified", "quantified", "nondetect", "quantified", "nondetect", "quantified", "missing")
  )
  expect_identical(x$target, c("MYC", "GAPDH", "MYC", NA, "MYC", "MYC", "MYC"))
  expect_identical(x$sample[5:6], c(NA, "std"))
  expect_identical(x$dye[1:2], c("FAM", "HEX"))
  expect_identical(as.character(x$task[5:6]), c("ntc", "standard"))
  expect_identical(x$quantity[c(1, 6)], c(8940, 1e6))
  expect_identical(x$threshold[1:2], c(2407.292, 947.994))
  expect_identical(x$slope[1], -3.338)
  expect_identical(entry(x, "targets not named", "n"), 1L)
  expect_identical(entry(x, "rows of the reference dye", "n"), 1L)
  expect_identical(entry(x, "empty rows dropped", "n"), 1L)
})

test_that("an assay without a dye beside it is unnamed when it is a dye", {
  path <- tempfile(fileext = ".txt")
  writeLines(c("Well\tAssay\tWell Type\tCt (dRn)\t", "A1\tSYBR\tUnknown\t20.69\t", "A2\tSYBR\tNTC\tNo Ct\t"), path)
  expect_warning(x <- cq_read(path), "sample and target", class = "ddcq_warning_data")
  expect_identical(x$dye, c("SYBR", "SYBR"))
  expect_identical(x$cq, c(20.69, NA))
  suppressWarnings(expect_identical(cq_read(path, target = "MYC")$target, c("MYC", "MYC")))
})

test_that("names are known as other programs write them", {
  expect_identical(
    mx_names(c("ct (drn)", "ct(dr)", "ct..drn.", "cq (delta r)", "cq (?rn)", "threshold (r)", "quantity (copies)")),
    c("ct (r)", "ct (r)", "ct (r)", "cq (r)", "cq (r)", "threshold (r)", "quantity")
  )
  expect_identical(
    mx_names(c("tm product 1 (-r'(t))", "tm product 2 (-r'(t))", "ct avg. treated ind. (drn)", "quantity avg. (copies)")),
    c("tm product 1", "tm product 2", "ct avg  treated ind  (drn)", "quantity avg  (copies)")
  )
})

test_that("two columns of Ct are an error, and instrument data are refused by name", {
  path <- tempfile(fileext = ".txt")
  writeLines(c("Well\tWell Name\tCt (dR)\tCt (dRn)\t", "A1\ts1\t20.1\t20.3\t"), path)
  expect_error(cq_read(path), "one column of Cq", class = "ddcq_error_format")
  writeLines(c("C:\\1.mxp", "Segment\tRamp/Plateau\tRamp/Plateau #\tWell\tDye\tCycle #\tFluorescence\tTemperature"), path)
  expect_error(cq_read(path), "instrument data", class = "ddcq_error_format")
  writeLines(c("Well\tWell Name\tThreshold (dR)", "A1\ts1\t20.1"), path)
  expect_error(cq_read(path), "MxPro", class = "ddcq_error_format")
})

test_that("tabular results of Aria are read, whatever became of the sign for a difference", {
  x <- cq_read(fixture("aria.txt"))
  expect_identical(x$cq, c(24.13, 25.41, NA))
  expect_identical(x$tm, c(84.5, 84, NA))
  expect_identical(x$amp_status[3], "Not Detected")
  expect_identical(as.character(x$task), c("unknown", "unknown", "ntc"))
  text <- readChar(fixture("aria.txt"), 1e4, useBytes = TRUE)
  Encoding(text) <- "UTF-8"
  path <- tempfile(fileext = ".txt")
  writeBin(c(as.raw(c(0xFF, 0xFE)), iconv(text, "UTF-8", "UTF-16LE", toRaw = TRUE)[[1]]), path)
  expect_identical(cq_read(path)$cq, x$cq)
  for (sign in c("\u0394", "?", "d")) {
    writeBin(charToRaw(enc2utf8(gsub("\u2206", sign, text, fixed = TRUE))), path)
    expect_identical(cq_read(path)$cq, x$cq)
  }
})
