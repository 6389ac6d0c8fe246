fixture <- function(name) testthat::test_path("fixtures", name)
states <- function(x) as.vector(table(x$state))

# as written by fixtures/make-exports.R
plate_cq <- c(24.113, 24.201, 18.004, 18.092, 24.357, 24.305, 18.151, 18.117, 25.442, 25.518, 18.033, 18.101, NA, NA,
              18.252, 18.204)

test_that("a QuantStudio text export comes in with states, tasks and side columns", {
  x <- cq_read(fixture("quantstudio.txt"))
  expect_identical(nrow(x), 21L)
  expect_identical(states(x), c(16L, 3L, 1L, 1L))
  expect_identical(x$cq[1:16], plate_cq)
  expect_identical(x$sample[c(1, 16, 18)], c("vehicle 1", "drug 2", NA))
  expect_identical(as.character(x$task[17:21]), c("unknown", "ntc", "standard", "standard", "unknown"))
  expect_identical(x$quantity[19:20], c(1e8, 1000))
  expect_identical(x$group[c(1, 9)], c("vehicle", "drug"))
  expect_identical(x$flags[c(1, 13, 17)], c(NA, "NOAMP", "HIGHSD"))
  expect_identical(x$efficiency_raw[1], 98.12)
  expect_identical(x$tm[1], 84.113)
  expect_false("tm2" %in% names(x))
  expect_identical(x$cq_text[13], "Undetermined")
  expect_identical(x$amp_status[13], "No Amp")
})

test_that("an omitted well keeps its Cq, a blank Ct is a well not analysed", {
  x <- cq_read(fixture("quantstudio.txt"))
  out <- x[x$well == "C01", ]
  expect_identical(as.character(out$state), "excluded")
  expect_identical(out$note, "omitted in the instrument's software")
  expect_identical(out$cq, 31.25)
  expect_identical(as.character(x$state[x$well == "C05"]), "missing")
})

test_that("the log tells what was taken and what was dropped", {
  log <- cq_log(cq_read(fixture("quantstudio.txt")))
  n <- function(what) log$n[log$what == what]
  detail <- function(what) log$detail[log$what == what]
  expect_identical(n("rows"), 22L)
  expect_identical(n("empty rows dropped"), 1L)
  expect_identical(n("no Cq: nondetect"), 3L)
  expect_identical(n("no Cq: missing"), 1L)
  expect_identical(n("omitted in the instrument's software"), 1L)
  expect_identical(n("flagged by the instrument"), 4L)
  expect_identical(n("cycles"), 45L)
  expect_match(detail("columns"), "cq from CT; well from Well Position")
  expect_match(detail("text"), "UTF-8, line ends LF, delimiter tab")
  expect_match(detail("file"), "\"ab\".*QuantStudio")
  expect_match(detail("header"), "line 121 \\(Results\\)")
})

test_that("a decimal comma, Cyrillic names and CR line ends lose nothing", {
  for (file in c("stepone.txt", "ab7500.csv")) {
    x <- cq_read(fixture(file))
    expect_identical(x$cq, plate_cq)
    expect_identical(states(x), c(14L, 2L, 0L, 0L))
    expect_identical(unique(as.character(x$task)), "unknown")
  }
  expect_identical(cq_read(fixture("stepone.txt"))$threshold[1], 1915.4797)
  expect_identical(cq_read(fixture("ab7500.csv"))$comments[1], "pipetted twice, see book")
})

test_that("key and value columns, Omit as 0 and 1, quotes in names", {
  x <- cq_read(fixture("quantstudio.csv"))
  expect_identical(states(x), c(13L, 2L, 1L, 0L))
  expect_identical(x$well[x$state == "excluded"], "A02")
  expect_identical(x$sample[9], "drug 1, \"late\"")
})

ab_text <- function(..., header = "Well\tWell Position\tOmit\tSample Name\tTarget Name\tTask\tReporter\tCT\tCt Mean") {
  path <- tempfile(fileext = ".txt")
  writeLines(c("* Block Type = 96-Well Block", "", "[Results]", header, ...), path)
  path
}

test_that("a table without key lines is recognised by its header", {
  path <- tempfile(fileext = ".csv")
  writeLines(c("Well,Well Position,Omit,Sample Name,Target Name,CT", "1,A1,false,s1,MYC,20.1"), path)
  expect_match(cq_log(cq_read(path))$detail[1], "recognised by its header")
  expect_identical(cq_read(path)$cq, 20.1)
})

test_that("duplex wells keep both rows", {
  x <- cq_read(ab_text(
    "1\tA1\tfalse\ts1\tMYC\tUNKNOWN\tFAM\t24.1\t24", "1\tA1\tfalse\ts1\tACTB\tUNKNOWN\tVIC\t18.1\t18"
  ))
  expect_identical(x$dye, c("FAM", "VIC"))
  twice <- ab_text("1\tA1\tfalse\ts1\tMYC\tUNKNOWN\tFAM\t24.1\t24", "1\tA1\tfalse\ts1\tMYC\tUNKNOWN\tFAM\t24.2\t24")
  expect_error(cq_read(twice), "A01", class = "ddcq_error_data")
})

test_that("blank lines inside the table do not end it, and rows after the key lines are an error", {
  a <- "1\tA1\tfalse\ts1\tMYC\tUNKNOWN\tFAM\t24.1\t24"
  b <- "2\tA2\tfalse\ts2\tMYC\tUNKNOWN\tFAM\t25.1\t25"
  x <- cq_read(ab_text(a, "", b, "", "Analysis Type = Singleplex", "Reference Sample = s1"))
  expect_identical(x$cq, c(24.1, 25.1))
  expect_identical(cq_log(x)$n[cq_log(x)$what == "blank lines passed over"], 1L)
  expect_error(cq_read(ab_text(a, "Analysis Type = Singleplex", b)), "line", class = "ddcq_error_format")
  expect_error(cq_read(ab_text(a, "", "[Results]", "Well\tTarget Name\tCT", "1\tMYC\t20")), class = "ddcq_error_format")
})

test_that("columns that occur twice must agree, and two Cq columns are an error", {
  header <- "Well\tSample Name\tTarget Name\tCT\tTarget Name"
  expect_identical(cq_read(ab_text("A1\ts1\tMYC\t20\tMYC", header = header))$target, "MYC")
  expect_error(cq_read(ab_text("A1\ts1\tMYC\t20\tACTB", header = header)), "Target Name", class = "ddcq_error_format")
  header <- "Well\tSample Name\tTarget Name\tCT\tCRT"
  expect_identical(cq_read(ab_text("A1\ts1\tMYC\t\t21", header = header))$cq, 21)
  expect_error(cq_read(ab_text("A1\ts1\tMYC\t20\t21", header = header)), "CRT", class = "ddcq_error_format")
})

test_that("impossible Cq are excluded and said, wells by number get names from the block", {
  header <- "Well\tSample Name\tTarget Name\tCT"
  expect_warning(
    x <- cq_read(ab_text("1\ts1\tMYC\t0.000", "13\ts1\tACTB\t20.1", "96\ts2\tMYC\t999", header = header)),
    class = "ddcq_warning_data"
  )
  expect_identical(x$well, c("A01", "B01", "H12"))
  expect_identical(as.character(x$state), c("excluded", "quantified", "excluded"))
  expect_identical(x$cq, c(NA, 20.1, NA))
})

test_that("a plate without names keeps its wells", {
  header <- "Well\tSample Name\tTarget Name\tCT"
  expect_warning(x <- cq_read(ab_text("A1\t\t\t20.5", "A2\t\t\tUndetermined", "A3\t\t\t", header = header)),
                 "sample and target", class = "ddcq_warning_data")
  expect_identical(x$well, c("A01", "A02"))
  expect_identical(as.character(x$state), c("quantified", "nondetect"))
})

test_that("an export without a Cq a well is refused with its sections", {
  path <- tempfile()
  writeLines(c("* Block Type = 96well", "[Sample Setup]", "Well\tSample Name", "A1\ts1"), path)
  expect_error(cq_read(path), "Sample Setup", class = "ddcq_error_format")
  empty <- ab_text()
  expect_error(cq_read(empty), "single row", class = "ddcq_error_format")
})

test_that("a quantity that is no number is said", {
  header <- "Well\tSample Name\tTarget Name\tTask\tCT\tQuantity"
  path <- ab_text("A1\ts1\tMYC\tSTANDARD\t20.1\t1:10", "A2\ts1\tMYC\tSTANDARD\t23.4\t-", header = header)
  expect_warning(x <- cq_read(path), "1:10", class = "ddcq_warning_data")
  expect_identical(x$quantity, c(NA_real_, NA_real_))
})
