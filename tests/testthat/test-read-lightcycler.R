lc <- function(name) testthat::test_path("fixtures", name)

lc_file <- function(lines, name = "plate.txt") {
  path <- file.path(tempfile("lc"), name)
  dir.create(dirname(path))
  writeLines(lines, path)
  path
}

lc_lines <- function(name) strsplit(readChar(lc(name), 1e5, useBytes = TRUE), "\r\n|\r|\n")[[1]]

test_that("the table of an absolute quantification is read, its empty Cp a nondetect", {
  expect_warning(x <- cq_read(lc("lc480.txt")), "no target", class = "ddcq_warning_data")
  expect_identical(x$well, sprintf("A%02d", 1:6))
  expect_identical(
    as.character(x$state), c("quantified", "nondetect", "excluded", "quantified", "quantified", "quantified")
  )
  expect_identical(x$cq, c(22.78, NA, 25.06, 36.2, 12.64, 16.06))
  expect_identical(as.character(x$task), c(rep("unknown", 4), rep("standard", 2)))
  expect_identical(x$quantity, c(NA, NA, NA, NA, 1e6, 1e5))
  expect_identical(x$color[1:2], c("255", "65280"))
  expect_identical(x$flags[4], "> 35 - Late Cp call")
  expect_identical(unique(x$dye), "SYBR Green I / HRM Dye (483-533)")
  expect_true(all(is.na(x$target)))
  expect_no_warning(y <- cq_read(lc("lc480.txt"), target = "MYC"))
  expect_identical(unique(y$target), "MYC")
})

test_that("the variant with Inc, Type and CP is read", {
  x <- cq_read(lc_file(c(
    "Inc\tPos\tName\tType\tCP\tConcentration\tStandard", "True\tA1\ts1\tUnknown\t22,5\t\t0",
    "True\tA2\tw\tNegative Control\t\t\t0", "True\tA3\tst\tStandard (L)\t15,25\t\t100"
  )), target = "MYC")
  expect_identical(as.character(x$task), c("unknown", "ntc", "standard"))
  expect_identical(x$cq, c(22.5, NA, 15.25))
})

test_that("a positive whose line ends before its Cp is missing, not a nondetect", {
  lines <- lc_lines("lc480.txt")
  x <- cq_read(lc_file(c(lines, "True\t255\tA7\tdrug 3")), target = "MYC")
  expect_identical(as.character(x$state[7]), "missing")
})

test_that("columns that the user left out are not needed", {
  x <- cq_read(lc_file(c("Include\tPos\tName\tCp", "True\tA1\ts1\t22.5", "True\tA2\ts2\t")), target = "MYC")
  expect_identical(as.character(x$state), c("quantified", "nondetect"))
})

test_that("a word that is neither included nor not is refused", {
  lines <- sub("^False", "perhaps", lc_lines("lc480.txt"))
  expect_error(cq_read(lc_file(lines)), "perhaps", class = "ddcq_error_format")
})

test_that("several filters below each other are several targets", {
  lines <- lc_lines("lc480.txt")
  other <- sub("\\(483-533\\)", "(533-580)", lines)
  x <- cq_read(lc_file(c(lines, "", other)))
  expect_identical(nrow(x), 12L)
  expect_identical(unique(x$target), paste("SYBR Green I / HRM Dye", c("(483-533)", "(533-580)")))
  expect_error(cq_read(lc_file(c(lines, other)), target = "MYC"), "channels", class = "ddcq_error_argument")
  expect_error(suppressWarnings(cq_read(lc_file(c(lines, lines)))), "once", class = "ddcq_error_data")
})

test_that("a batch export is read; analyses of the same wells must be chosen from", {
  x <- cq_read(lc("lc480-batch.txt"), target = "any")
  expect_identical(x$well, c("A01", "A02", "A03", "A04", "B01"))
  expect_identical(as.character(x$state), c("quantified", "nondetect", "excluded", "missing", "quantified"))
  expect_identical(x$cq[1], 24.2520551171164)
  expect_identical(x$flags[3], "uncertain Cp")
  expect_identical(x$analysis[5], "Abs Quant/Fit Points for GAPDH")
  lines <- lc_lines("lc480-batch.txt")
  same <- c(lines, sub("2nd Derivative Max for MYC", "Fit Points for MYC", lines[2:5]))
  expect_error(cq_read(lc_file(same)), "sheet = ", class = "ddcq_error_format")
  y <- cq_read(lc_file(same), sheet = "Abs Quant/Fit Points for MYC", target = "MYC")
  expect_identical(nrow(y), 4L)
  expect_null(y$analysis)
  expect_error(cq_read(lc_file(same), sheet = "Abs Quant"), "no analysis", class = "ddcq_error_argument")
  several <- c(lines, sub("\"invented\"", "\"other\"", lines[-1]))
  expect_identical(unique(cq_read(lc_file(several), target = "t", runs = "replicate")$run), c("invented", "other"))
})

test_that("exports without a Cp are refused by name", {
  raw <- c("Raw Data \t\tExperiment - invented (Run on LCS480 1.5)", "SamplePos\tSampleName\tProg#\tSeg#\tCycle#", "A1")
  expect_error(cq_read(lc_file(raw)), "fluorescence", class = "ddcq_error_format")
  melt <- c(
    "Experiment: x  Selected Filter: SYBR (483-533)", "Include\tColor\tPos\tName\tTm1\tWidth1", "True\t1\tA1\ts"
  )
  expect_error(cq_read(lc_file(melt)), "without a column of Cp", class = "ddcq_error_format")
  lc96 <- c("Color\tPosition\tSample Name\tGene Name\tCq\tExcluded\tSample Type", "1\tA1\ts\tg\t22\t\tUnknown")
  expect_error(cq_read(lc_file(lc96)), "LightCycler 96", class = "ddcq_error_format")
})
