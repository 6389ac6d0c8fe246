rotor <- function(name) testthat::test_path("fixtures", name)

rotor_file <- function(lines) {
  path <- file.path(tempfile("rotor"), "run.csv")
  dir.create(dirname(path))
  writeLines(lines, path)
  path
}

test_that("Rotor-Gene 6: channels are dyes and, when several, targets", {
  x <- cq_read(rotor("rotorgene6.csv"))
  expect_identical(nrow(x), 8L)
  expect_identical(x$dye, rep(c("FAM", "JOE"), each = 4))
  expect_identical(x$target, x$dye)
  expect_identical(x$well[1:4], c("A01", "A02", "A03", "I08"))
  expect_identical(x$cq, c(18.33, NA, 20.01, NA, 24.5, 25.75, 26, 33.16))
  expect_identical(as.character(x$state[c(2, 4)]), c("nondetect", "nondetect"))
  expect_identical(as.character(x$task[1:4]), c("unknown", "unknown", "standard", "ntc"))
  expect_identical(x$quantity[3], 0.99)
  expect_error(cq_read(rotor("rotorgene6.csv"), target = "MYC"), "channels", class = "ddcq_error_argument")
  expect_warning(y <- cq_read(rotor("rotorgene6.csv"), sheet = "Cycling A.JOE (Page 1)"), "no target")
  expect_identical(y$cq, c(24.5, 25.75, 26, 33.16))
})

test_that("pages of one channel: other tubes are read together, the same tubes must be chosen from", {
  lines <- readLines(rotor("rotorgene6.csv"))
  lines <- sub("A.JOE (Page 1)", "A.FAM (Page 2)", lines, fixed = TRUE)
  expect_error(cq_read(rotor_file(lines)), "same wells", class = "ddcq_error_format")
  second <- grep("Page 2", lines)
  apart <- lines
  apart[-seq_len(second)] <- sub("^\"A", "\"B", sub("^\"I", "\"H", apart[-seq_len(second)]))
  x <- cq_read(rotor_file(apart), target = "MYC")
  expect_identical(nrow(x), 8L)
  expect_identical(unique(x$analysis), c("Cycling A.FAM (Page 1)", "Cycling A.FAM (Page 2)"))
})

test_that("Rotor-Gene Q: quantitation information", {
  x <- cq_read(rotor("rotorgene-q.csv"), target = "MYC")
  expect_identical(x$well, c("1", "2", "3", "72"))
  expect_identical(x$cq, c(21.5, NA, 12.25, NA))
  expect_identical(x$quantity[3], 1e5)
  expect_identical(x$flags[2], "NEG (NTC)")
  expect_identical(unique(x$dye), "Green")
  expect_identical(as.character(x$state), c("quantified", "nondetect", "quantified", "nondetect"))
})

test_that("a Rotor-Gene export without a quantitation, and a run file, are refused by name", {
  lines <- c("\"Excel Raw Data Export\"", "\"File\",\"a.rex\"", "\"No.\",\"Name\",\"Takeoff\"", "\"1\",\"s\",\"20.1\"")
  expect_error(cq_read(rotor_file(lines)), "Rotor-Gene", class = "ddcq_error_format")
  rex <- c("<?xml version=\"1.0\"?>", "<Experiment>", "<RexHeader>REX 3.14</RexHeader>", "</Experiment>")
  expect_error(cq_read(rotor_file(rex)), "rex", class = "ddcq_error_format")
})
