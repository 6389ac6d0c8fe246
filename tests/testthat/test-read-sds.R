older <- function(name) testthat::test_path("fixtures", name)

older_file <- function(lines, eol = "\n", name = "plate.txt") {
  folder <- tempfile("older")
  dir.create(folder)
  path <- file.path(folder, name)
  writeBin(charToRaw(paste0(paste(lines, collapse = eol), eol)), path)
  path
}

older_lines <- function(name) strsplit(readChar(older(name), 1e5, useBytes = TRUE), "\r\n|\r|\n")[[1]]

log_detail <- function(x, what) {
  log <- cq_log(x)
  log$detail[log$what == what]
}

test_that("SDS 2 absolute quantification: numbered wells, flags, footer", {
  x <- cq_read(older("sds-aq.txt"))
  expect_identical(nrow(x), 11L)
  expect_identical(x$well[1:8], sprintf("L%02d", 1:8))
  expect_identical(x$target[1:2], c("MYC", "GAPDH"))
  expect_identical(x$cq[c(1, 10)], c(24.113, 22.5))
  expect_identical(as.character(x$state[c(1, 7, 9, 11)]), c("quantified", "nondetect", "nondetect", "missing"))
  expect_identical(as.character(x$task[c(1, 9, 10)]), c("unknown", "ntc", "standard"))
  expect_identical(x$quantity[10], 1000)
  expect_identical(x$flags[9], "EW")
  expect_identical(unique(x$threshold), 0.2)
  expect_identical(x$tm[1], 84.1)
  expect_match(log_detail(x, "plate"), "276.*assumed")
  expect_match(log_detail(x, "file"), "\"sds\".*SDS 2.3 AQ Results")
  expect_identical(cq_log(x)$n[cq_log(x)$what == "empty rows dropped"], 1L)
})

test_that("a numbered well is placed by the plate that the user names, and must be on it", {
  lines <- older_lines("sds-rq.txt")
  x <- cq_read(older_file(lines), plate = 384, runs = "replicate")
  expect_identical(x$well[1:2], c("A01", "A02"))
  aq <- older_lines("sds-aq.txt")
  aq <- sub("^2(6[5-9]|7[0-6])\t", "2\\1\t", aq)
  expect_identical(cq_read(older_file(aq), plate = 1536)$well[1], "F25")
  expect_error(cq_read(older("sds-aq.txt"), plate = 96), "276", class = "ddcq_error_format")
})

test_that("SDS 2 relative quantification: cards are runs, roles are kept, the summary is no row", {
  x <- cq_read(older("sds-rq.txt"))
  expect_identical(nrow(x), 16L)
  expect_identical(unique(x$run), c("card 1", "card 2"))
  expect_identical(unique(as.character(x$task)), "unknown")
  expect_identical(x$role[1:2], c("target", "reference"))
  expect_identical(as.character(x$state[c(3, 7)]), c("excluded", "nondetect"))
  expect_match(x$note[3], "omitted")
  expect_identical(x$cq[3], 24.357)
  expect_identical(x$sample[c(1, 9)], c("x vehicle 1", "y vehicle 1"))
  expect_match(log_detail(x, "plate"), "assumed")
})

test_that("two files that name the same plate are not put together", {
  copy <- older_file(older_lines("sds-rq.txt"))
  expect_error(cq_read(c(older("sds-rq.txt"), copy)), "card 1", class = "ddcq_error_data")
  other <- older_file(gsub("card", "array", older_lines("sds-rq.txt")))
  x <- cq_read(c(older("sds-rq.txt"), other), runs = "replicate")
  expect_identical(length(unique(x$run)), 4L)
})

test_that("a RQ table with wells by name and flags needs no key lines", {
  lines <- c(
    "# \tPlate\tPos\tFlag\tSample\tDetector\tTask\tCt\tDelta Ct\tAvg Delta Ct\tRQ\tOmit\tHMD\tEW",
    "1\tp\tA1\tPassed\ts1\tMYC\tTarget\t24.5\t\t6\t1\tFALSE\t\t",
    "2\tp\tA2\tFlagged\ts1\tGAPDH\tEndogenous Control\tUndetermined\t\t\t\tFALSE\tTRUE\tTRUE",
    "3\tp\tA3\tFlagged\ts2\tMYC\tTarget\t25.5\t\t6\t1\tTRUE",
    "", "PlateID\tNAP\tLPL"
  )
  for (top in list(NULL, "SDS 2.3 RQ Results\t1.2")) {
    x <- cq_read(older_file(c(top, lines), eol = "\r"))
    expect_identical(x$well, c("A01", "A02", "A03"))
    expect_identical(x$flags, c(NA, "HMD;EW", "flagged"))
    expect_identical(as.character(x$state), c("quantified", "nondetect", "excluded"))
  }
})

test_that("columns that the user left out are not needed", {
  lines <- c("SDS 2.4\tAQ Results\t1.0", "Well\tSample\tDetector\tCt", "1\ts1\tMYC\t24.5", "2\ts2\tMYC\t")
  x <- cq_read(older_file(lines))
  expect_identical(as.character(x$state), c("quantified", "missing"))
  y <- cq_read(older_file(c("SDS v1.4", "Well,Sample Name,Detector,Ct", "A1,s1,MYC,24.5"), name = "a.csv"))
  expect_identical(y$cq, 24.5)
})

test_that("rows below the end of a table are an error, never lost", {
  lines <- older_lines("sds-aq.txt")
  row <- grep("^265", lines, value = TRUE)
  late <- c(lines, "", sub("^265", "300", row))
  expect_error(cq_read(older_file(late)), "further wells", class = "ddcq_error_format")
  twice <- c(lines, lines[-1])
  expect_error(cq_read(older_file(twice)), "one results table", class = "ddcq_error_format")
})

test_that("SDS exports without a Ct, and arrays without a header, are refused by name", {
  clipped <- c("SDS 2.4\tClipped\t1.0", "Well Nb\tReporter\tRn\t1\t2\tDelta Rn\t1\t2", "1\tSYBR\t\t1.1\t1.2\t\t0\t0.1")
  expect_error(cq_read(older_file(clipped)), "Clipped", class = "ddcq_error_format")
  bare <- c(
    "1\tControl\tA1\tPassed\ts1\tG1\tEndogenous Control\t11.4\t\t\t\t\t\t\t\tFALSE",
    "2\tControl\tA2\tPassed\ts1\tG2\tTarget\tUndetermined\t\t22.4\t0.2\t0\t1\t0.4\t2.3\tFALSE"
  )
  expect_error(cq_read(older_file(bare)), "TaqMan array.*header", class = "ddcq_error_format")
  # the remedy that the message names
  header <- paste(c(
    "#", "Plate", "Pos", "Flag", "Sample", "Detector", "Task", "Ct", "Delta Ct", "Avg Delta Ct", "Delta Ct SE",
    "Delta Delta Ct SD", "RQ", "RQ Min", "RQ Max", "Omit"
  ), collapse = "\t")
  x <- cq_read(older_file(c(header, bare)))
  expect_identical(x$cq, c(11.4, NA))
  expect_identical(as.character(x$state), c("quantified", "nondetect"))
})

test_that("SDS 1: absolute and relative quantification, Undet., short rows, Windows' Latin", {
  x <- cq_read(older("sds1.csv"))
  expect_identical(nrow(x), 8L)
  expect_identical(x$well, sprintf("A%02d", 1:8))
  expect_identical(as.character(x$state[7]), "nondetect")
  expect_identical(x$tm[1], 83.8)
  expect_match(log_detail(x, "file"), "SDS v1.3")
  y <- cq_read(older("sds1-rq.csv"))
  expect_identical(y$cq, replace(x$cq, 7, NA))
  expect_identical(as.character(y$state[c(5, 7)]), c("excluded", "nondetect"))
  expect_identical(y$role[1:2], c("target", "reference"))
  expect_identical(unique(as.character(y$task)), "unknown")
  expect_match(log_detail(y, "text"), "1252")
})

test_that("SDS 1 without key lines is known by the names of its deviations", {
  lines <- c(
    "Well,Sample Name,Detector,Task,CT,Std. Dev. CT,Quantity", "A1,s1,MYC,Unknown,24.5,0.1,",
    "A2,s1,MYC,Unknown,Undetermined,,"
  )
  x <- cq_read(older_file(lines, name = "plate.csv"))
  expect_match(log_detail(x, "file"), "\"sds1\"")
  expect_identical(as.character(x$state), c("quantified", "excluded"))
})

test_that("the oldest layout of the 7000: detectors above their wells, an absent Ct is a nondetect", {
  x <- cq_read(older("sds1-old.csv"))
  expect_identical(nrow(x), 8L)
  expect_identical(x$target, rep(c("MYC", "GAPDH"), each = 4))
  expect_identical(x$well[c(1, 5)], c("A01", "A02"))
  expect_identical(as.character(x$state[4]), "nondetect")
  expect_identical(x$cq[8], 18.252)
  lines <- older_lines("sds1-old.csv")
  expect_warning(y <- cq_read(older_file(lines[3:7], name = "a.csv")), "no target", class = "ddcq_warning_data")
  expect_identical(nrow(y), 4L)
  expect_identical(unique(cq_read(older_file(lines[3:7], name = "a.csv"), target = "MYC")$target), "MYC")
})

test_that("7700: Type is task or target; a Ct of the last cycle is said", {
  expect_warning(x <- cq_read(older("ab7700.csv")), "exactly 40", class = "ddcq_warning_data")
  expect_identical(nrow(x), 9L)
  expect_identical(x$target, c(rep(c("MYC", "GAPDH"), 4), NA))
  expect_identical(as.character(x$task[c(1, 9)]), c("unknown", "ntc"))
  expect_true(all(is.na(x$quantity)))
  expect_match(log_detail(x, "targets"), "MYC, GAPDH")
})

test_that("7700: pieces of broken lines are passed over aloud", {
  lines <- older_lines("ab7700.csv")
  lines[8] <- sub("40", "33", lines[8])
  broken <- append(lines, "0.0000e+00\t0\tvehicle 2\t\t\t\t\t\t\t\t\t", after = 4)
  broken[4] <- sub("-1.0000e.00.*$", "-1.0p\t\t\t\t\t", broken[4])
  expect_warning(x <- cq_read(older_file(broken)), "line \"5\"", class = "ddcq_warning_data")
  expect_identical(nrow(x), 9L)
  expect_identical(x$cq[3], 24.357)
  expect_identical(x$sample[3], NA_character_)
  lost <- append(lines, "\tSYBR\tMYC\t\t\t24.9\t\t\t\t\t\ts", after = 4)
  expect_error(cq_read(older_file(lost)), "well", class = "ddcq_error_format")
})
