fixture <- function(name) testthat::test_path("fixtures", name)

text_file <- function(lines, name = "plate.csv", eol = "\n") {
  folder <- tempfile("read")
  dir.create(folder)
  path <- file.path(folder, name)
  writeBin(charToRaw(paste0(paste(lines, collapse = eol), eol)), path)
  path
}

plain <- c(
  "well,sample,target,cq", "A1,s1,MYC,24.1", "A2,s1,GAPDH,18.0", "A3,s2,MYC,25.3", "A4,s2,GAPDH,18.3"
)

entry <- function(x, what) {
  log <- cq_log(x)
  log$detail[log$what == what]
}

test_that("the result is a cq_data with canonical columns first", {
  x <- cq_read(text_file(plain))
  expect_s3_class(x, "cq_data")
  expect_identical(
    names(x)[1:9], c("run", "well", "sample", "target", "task", "state", "cq", "quantity", "note")
  )
  expect_identical(unique(x$run), "plate")
  expect_identical(x$cq, c(24.1, 18, 25.3, 18.3))
  expect_identical(x$well, c("A01", "A02", "A03", "A04"))
  expect_identical(levels(x$task), c("unknown", "standard", "calibrator", "ntc", "nrt", "positive"))
  expect_identical(levels(x$state), c("quantified", "nondetect", "excluded", "missing"))
})

test_that("the formats are listed and can be asked for by name", {
  formats <- cq_formats()
  expect_identical(names(formats), c("format", "name", "files", "recognised", "curves"))
  expect_true(all(c("ab", "design-analysis", "table") %in% formats$format))
  expect_identical(cq_read(text_file(plain), format = "table")$cq, c(24.1, 18, 25.3, 18.3))
  expect_error(cq_read(text_file(plain), format = "ab"), "not in the format", class = "ddcq_error_format")
  expect_error(cq_read(text_file(plain), format = "abi"), class = "ddcq_error_argument")
})

test_that("paths that are no export say what they are", {
  empty <- tempfile()
  dir.create(empty)
  expect_error(cq_read(empty), "folder", class = "ddcq_error_file")
  expect_error(cq_read(file.path(tempdir(), "no such.csv")), "not", class = "ddcq_error_file")
  path <- text_file(plain, "plates.csv")
  expect_error(cq_read(sub("plates", "plate", path)), "plates.csv", class = "ddcq_error_file")
  expect_error(cq_read(character()), class = "ddcq_error_argument")
  expect_error(cq_read(NA_character_), class = "ddcq_error_argument")
  expect_error(cq_read(1), class = "ddcq_error_argument")
  expect_error(cq_read(path, color = 1), "color", class = "ddcq_error_argument")
  empty <- tempfile()
  file.create(empty)
  expect_error(cq_read(empty), "empty", class = "ddcq_error_file")
  expect_error(cq_read(text_file(c("", " ,,", "\t"))), "empty", class = "ddcq_error_file")
  writeBin(as.raw(c(1:50, 0, 1:50)), empty)
  expect_error(cq_read(empty), "not text", class = "ddcq_error_format")
  writeBin(as.raw(c(0x50, 0x4B, 3, 4, 1:50)), empty)
  expect_error(cq_read(empty), "zip", class = "ddcq_error_file")
})

test_that("a file that is too large is not opened", {
  skip_on_os("windows")
  skip_on_cran()
  path <- tempfile()
  con <- file(path, "wb")
  seek(con, 257 * 1024^2, rw = "write")
  writeBin(as.raw(1), con)
  close(con)
  skip_if(file.size(path) < 257 * 1024^2)
  expect_error(cq_read(path), "256", class = "ddcq_error_file")
  unlink(path)
})

test_that("a file that may not be read says so", {
  skip_on_os("windows")
  path <- text_file(plain)
  Sys.chmod(path, "000")
  skip_if(file.access(path, 4) == 0, "everything is readable for this user")
  expect_error(cq_read(path), "cannot be read", class = "ddcq_error_file")
})

test_that("what Excel did not write is not read as Excel", {
  skip_if_not_installed("readxl")
  path <- tempfile(fileext = ".xls")
  writeBin(as.raw(c(0xD0, 0xCF, 0x11, 0xE0, rep(1, 600))), path)
  expect_error(cq_read(path), "Excel", class = "ddcq_error_file")
  # text under the name of a workbook is text
  expect_identical(nrow(cq_read(text_file(plain, "plate.xls"))), 4L)
})

test_that("files of other programs are refused by name, never read as plain tables", {
  expect_error(cq_read(fixture("genotyping.txt")), "genotyping", class = "ddcq_error_format")
  looks <- list(
    "LightCycler 480" = "Experiment: x  Selected Filter: SYBR Green I (483-533)",
    "SDS" = "SDS 2.3\tAQ Results\t1.0",
    "BioMark" = "Chip Run Info,x.bml",
    "Rotor-Gene" = "\"Excel Analysed Data Export\"",
    "MxPro" = "Segment\tRamp/Plateau\tRamp/Plateau #\tWell\tDye\tCycle #",
    "RDML" = "<rdml version='1.2' xmlns='http://www.rdml.org'>"
  )
  if (!requireNamespace("xml2", quietly = TRUE)) looks$RDML <- NULL
  for (what in names(looks)) {
    expect_error(cq_read(text_file(looks[[what]])), what, class = "ddcq_error_format")
  }
  rdes <- c(
    "Well\tSample\tSample Type\tTarget\tTarget Type\tDye\t1\t2", "A1\ts1\tunkn\tMYC\ttoi\tSYBR\t0.1\t0.2"
  )
  expect_error(cq_read(text_file(rdes)), "RDES", class = "ddcq_error_format")
  expect_error(cq_read(text_file(c("a,b", "1,2"))), "cq_formats", class = "ddcq_error_format")
  # the cells of a plain table may name any instrument
  named <- c(paste0(plain[1], ",machine"), paste0(plain[-1], ",Rotor-Gene Q"))
  expect_identical(cq_read(text_file(named))$machine, rep("Rotor-Gene Q", 4))
})

test_that("several files are several runs with names of their own", {
  one <- text_file(plain, "p1.csv")
  two <- text_file(c("well,sample,target,cq,batch", "A1,s3,MYC,23.9,b", "A2,s3,GAPDH,18.1,b"), "p2.csv")
  x <- cq_read(c(one, two))
  expect_identical(x$run, rep(c("p1", "p2"), c(4, 2)))
  expect_identical(x$batch, c(NA, NA, NA, NA, "b", "b"))
  expect_true(any(grepl("^p2: p2.csv", entry(x, "file"))))
  expect_identical(unique(cq_read(c(a = one, b = two))$run), c("a", "b"))
  expect_identical(unique(cq_read(c(one, two), run = c("a", "b"))$run), c("a", "b"))
  expect_error(cq_read(c(one, one)), "p1", class = "ddcq_error_argument")
  expect_error(cq_read(c(one, two), run = "a"), class = "ddcq_error_argument")
  expect_error(cq_read(c(one, one), run = c("a", "b")), "runs", class = "ddcq_error_data")
  expect_identical(nrow(cq_read(c(one, one), run = c("a", "b"), runs = "same")), 8L)
  expect_true("a:s1" %in% cq_read(c(one, one), run = c("a", "b"), runs = "replicate")$sample)
})

test_that("a well with a target twice is an error; with two targets or dyes it is a multiplex", {
  expect_error(cq_read(text_file(c(plain, "A1,s1,MYC,24.3"))), "A01", class = "ddcq_error_data")
  expect_identical(nrow(cq_read(text_file(c(plain, "A1,s1,ACTB,19.3")))), 5L)
  dyes <- c(paste0(plain[1], ",dye"), paste0(plain[-1], ",FAM"), "A1,s1,MYC,24.3,VIC")
  expect_identical(nrow(cq_read(text_file(dyes))), 5L)
  wells <- sub("^A[0-9]", "", plain)
  expect_identical(nrow(cq_read(text_file(c(wells, wells[2])))), 5L)
})

test_that("the last cycle is told, found, or assumed, and the log says which", {
  x <- cq_read(text_file(plain))
  expect_identical(entry(x, "cycles"), "assumed")
  expect_identical(cq_log(x)$n[cq_log(x)$what == "cycles"], 40L)
  late <- cq_read(text_file(c(plain, "A5,s3,MYC,41.2")))
  expect_identical(cq_log(late)$n[cq_log(late)$what == "cycles"], 45L)
  expect_match(entry(late, "cycles"), "41.2")
  expect_identical(entry(cq_read(text_file(plain), cycles = 45), "cycles"), "as told")
  expect_error(cq_read(text_file(plain), cycles = 20), "20", class = "ddcq_error_argument")
  expect_identical(run_cycles(30, 45, NULL)$n, 45)
  expect_identical(run_cycles(30, 1, NULL)$n, 40)
  expect_identical(run_cycles(39, 30, NULL)$n, 40)
  expect_identical(run_cycles(c(NA, 48), NA, NULL)$n, 50)
  expect_identical(run_cycles(NA_real_, NA, NULL)$n, 40)
})

test_that("failed reactions are marked, but wells without names are nobody's replicates", {
  x <- cq_read(text_file(c(plain, "A5,s1,MYC,Undetermined")))
  expect_identical(as.character(x$state[5]), "excluded")
  expect_identical(x$note[5], "failed reaction")
  expect_warning(y <- cq_read(fixture("design-analysis-bare.csv")), "by = \"well\"", class = "ddcq_warning_data")
  expect_identical(sum(y$state == "nondetect"), 2L)
  expect_identical(sum(y$state == "excluded"), 0L)
})

test_that("tasks are mapped, their words logged, and unknown words never become samples", {
  lines <- c(
    "well,sample,target,cq,task", "A1,s1,MYC,24.1,UNKNOWN", "A2,,MYC,35.0,NTC", "A3,,MYC,20,Std", "A4,c,MYC,21,IRC",
    "A5,c,MYC,33,no-RT", "A6,c2,MYC,22,PC_ALLELE_1", "A7,c2,MYC,22,Positive Control", "A8,c3,MYC,30,"
  )
  x <- cq_read(text_file(lines))
  expect_identical(
    as.character(x$task),
    c("unknown", "ntc", "standard", "calibrator", "nrt", "positive", "positive", "unknown")
  )
  expect_match(entry(x, "tasks"), "PC_ALLELE_1 -> positive 1")
  odd <- text_file(c(lines, "A9,s1,MYC,23,Kontrolle"))
  expect_warning(y <- cq_read(odd), "Kontrolle", class = "ddcq_warning_data")
  expect_identical(as.character(y$state[9]), "excluded")
  expect_identical(y$note[9], "task not known")
  z <- cq_read(odd, tasks = c(Kontrolle = "positive"))
  expect_identical(as.character(z$task[9]), "positive")
  expect_error(cq_read(odd, tasks = c(Kontrolle = "control")), class = "ddcq_error_argument")
  expect_error(cq_read(odd, tasks = "positive"), class = "ddcq_error_argument")
})

test_that("braces in names are data", {
  x <- cq_read(text_file(sub("MYC", "a{b}", plain)))
  expect_true("a{b}" %in% x$target)
  expect_error(cq_read(text_file(sub("24.1", "a{b}", plain))), "a\\{b\\}", class = "ddcq_error_format")
})
