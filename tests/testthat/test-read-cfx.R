fixture <- function(name) testthat::test_path("fixtures", name)

entry <- function(x, what, column = "detail") {
  log <- cq_log(x)
  log[[column]][log$what == what]
}

# A folder as the software exports a run: fixtures under the names of its sheets.
run_folder <- function(..., run = "drug plate -  ") {
  sheets <- c(...)
  folder <- tempfile("cfx")
  dir.create(folder)
  file.copy(fixture(sheets), file.path(folder, paste0(run, names(sheets))))
  folder
}

all_sheets <- c(
  "Quantification Cq Results_0.csv" = "cfx-cq.csv", "Melt Curve Peak Results_0.csv" = "cfx-peaks.csv",
  "Standard Curve Results_Standard Curve Results.csv" = "cfx-curve.csv", "Run Information.csv" = "cfx-information.csv",
  "Quantification Amplification Results_FAM.csv" = "cfx-amplification.csv",
  "Quantification Plate View Results_FAM.csv" = "cfx-plate.csv"
)

want_cq <- c(24.1131, 18.0042, 24.2016, 18.0927, 25.4424, 18.0335, NA, 18.1018, NA, 38.2, 15.04, 14.03, 18.36, 17.35)

test_that("Cq Results: the Cq, never its mean; the task is the word in Content", {
  x <- cq_read(fixture("cfx-cq.csv"))
  expect_identical(x$cq, want_cq)
  expect_identical(as.character(x$task), rep(c("unknown", "ntc", "standard"), c(8, 2, 4)))
  expect_identical(x$sample[1:3], c("vehicle 1", "vehicle 1", "vehicle 1"))
  expect_identical(x$dye[1:2], c("FAM", "HEX"))
  expect_identical(x$quantity[11:14], c(1e5, 1e5, 1e4, 1e4))
  expect_identical(x$content[3], "Unkn-01")
  # the other drug well of MYC has a Cq: this reaction failed
  expect_identical(as.character(x$state[c(7, 9)]), c("excluded", "nondetect"))
  expect_identical(x$note[7], "failed reaction")
  expect_identical(entry(x, "no Cq: nondetect"), "\"NaN\" 2")
  expect_identical(cq_read(fixture("cfx.csv"))$cq, c(24.1, NA))
})

test_that("semicolons, decimal commas and a German computer change nothing", {
  x <- cq_read(fixture("cfx-german.csv"))
  expect_equal(x$cq, want_cq, tolerance = 1e-12)
  expect_identical(x$quantity[11], 1e5)
  expect_identical(as.character(x$state[9]), "nondetect")
  expect_identical(x$cq_text[7], "n. def.")
})

test_that("names that R has mangled are known, and a first column of row numbers is passed over", {
  lines <- readLines(fixture("cfx-cq.csv"))
  lines[1] <- "X,Well,Fluor,Target,Content,Sample,Biological.Set.Name,Cq,Cq.Mean,Cq.Std..Dev,Starting.Quantity..SQ."
  lines[-1] <- paste0(seq_along(lines[-1]), sub("^((,[^,]*){10}).*$", "\\1", lines[-1]))
  path <- tempfile(fileext = ".csv")
  writeLines(lines, path)
  x <- cq_read(path)
  expect_identical(x$cq, want_cq)
  expect_identical(x$quantity[11], 1e5)
})

test_that("a plain table with a dye stays a plain table", {
  path <- tempfile(fileext = ".csv")
  writeLines(c("well,fluor,sample,target,cq,treatment", "A1,SYBR,s1,MYC,24.1,drug"), path)
  x <- cq_read(path)
  expect_identical(x$treatment, "drug")
  expect_match(entry(x, "file"), "\"table\"")
  writeLines(c("sample,target,cq,expression", "s1,MYC,24.1,1.5"), path)
  expect_identical(cq_read(path)$expression, 1.5)
})

test_that("words in Content that are no task are never samples", {
  lines <- sub("Unkn-01", "MYC-101", readLines(fixture("cfx-cq.csv")))
  path <- tempfile(fileext = ".csv")
  writeLines(lines, path)
  expect_warning(x <- cq_read(path), "MYC", class = "ddcq_warning_data")
  expect_identical(unique(x$note[1:4]), "task not known")
  y <- cq_read(path, tasks = c(MYC = "unknown"))
  expect_identical(y$cq, want_cq)
  expect_identical(sum(y$state == "excluded"), 1L)
})

test_that("a custom export keeps one row a well, that of the highest melt peak", {
  x <- cq_read(fixture("cfx-custom.csv"))
  expect_identical(x$well, c("A01", "A02", "A03"))
  expect_identical(x$tm, c(80, NA, 80.5))
  expect_identical(as.character(x$task), c("unknown", "ntc", "positive"))
  expect_identical(x$amp_status, c("(+) Positive", NA, "(+) Positive"))
  expect_identical(entry(x, "rows of further melt peaks", "n"), 1L)
  expect_match(entry(x, "file"), "CFX Maestro 4.1.2433.1219", fixed = TRUE)
  expect_match(entry(x, "experiment"), "a remark; run: 03/01/2024", fixed = TRUE)
  # the same row twice is no further peak
  lines <- readLines(fixture("cfx-custom.csv"))
  path <- tempfile(fileext = ".csv")
  writeLines(c(lines, utils::tail(lines, 1)), path)
  expect_error(cq_read(path), "A03", class = "ddcq_error_data")
})

test_that("the first software of the C1000, iQ5 and Opticon are read", {
  expect_warning(x <- cq_read(fixture("c1000.txt")), "target", class = "ddcq_warning_data")
  expect_identical(x$cq, c(25.79, 27.15, NA))
  expect_identical(cq_read(fixture("c1000.txt"), target = "MYC")$target, rep("MYC", 3))
  expect_warning(
    expect_warning(x <- cq_read(fixture("iq5.csv")), "lost", class = "ddcq_warning_data"),
    "target", class = "ddcq_warning_data"
  )
  expect_identical(x$cq, c(19.03, NA, NA))
  expect_identical(as.character(x$state), c("quantified", "missing", "nondetect"))
  expect_match(x$note[2], "####")
  expect_identical(x$quantity, c(1e5, NA, NA))
  expect_identical(x$sample[1], "cDNA 1")
  x <- cq_read(fixture("opticon.txt"))
  expect_identical(x$sample, c("vehicle (1:10)", "drug", "MYC #2 Blank", "cDNA 1:10"))
  expect_identical(x$target, c("MYC #2", "MYC #2", NA, NA))
  expect_identical(as.character(x$task), c("unknown", "unknown", "ntc", "unknown"))
  expect_identical(as.character(x$state[3]), "missing")
  expect_identical(x$efficiency_raw[1], 1.55)
  expect_identical(entry(x, "rows of well sets", "n"), 1L)
})

test_that("a plate view is read where each plate row has one line of Cq", {
  x <- cq_read(fixture("cfx-plate.csv"), target = "MYC")
  expect_identical(x$well, c("A01", "A02", "A03", "B01"))
  expect_identical(x$cq, c(23.25, 22.5, NA, 30))
  expect_identical(as.character(x$task), c("unknown", "unknown", "ntc", "standard"))
  expect_identical(x$quantity[4], 1000.5)
  path <- tempfile(fileext = ".csv")
  writeLines(sub(",Cq,", ",Peak 1,", readLines(fixture("cfx-plate.csv"))), path)
  expect_error(cq_read(path), "plate view", class = "ddcq_error_format")
})

test_that("the workbook of CFX is repaired and read, and no copy is left", {
  skip_if_not_installed("readxl")
  before <- list.files(tempdir(), "^book")
  x <- cq_read(fixture("cfx.xlsx"))
  expect_identical(x$cq, want_cq)
  expect_identical(as.character(x$state[9]), "nondetect")
  expect_match(entry(x, "file"), "base BR000001")
  expect_identical(list.files(tempdir(), "^book"), before)
  y <- cq_read(fixture("cfx-cq.csv"))
  expect_identical(x[c("well", "sample", "target", "task")], y[c("well", "sample", "target", "task")], ignore_attr = TRUE)
})

test_that("a workbook to repair is counted, and a broken or crooked one is refused", {
  skip_if_not_installed("readxl")
  bytes <- readBin(fixture("cfx.xlsx"), "raw", 1e5)
  path <- tempfile(fileext = ".xlsx")
  writeBin(bytes[seq_len(length(bytes) - 40)], path)
  expect_error(cq_read(path), class = "ddcq_error_file")
  right <- rename_parts(bytes, right_names)
  writeBin(right, path)
  expect_identical(cq_read(path)$cq, want_cq)
  expect_error(count_parts(path, "xl/worksheets/sheet1.xml", "x", limit = 1000), "unpack", class = "ddcq_error_file")
  outside <- function(name) sub("^xl(.worksheets.sheet2)", "..\\1", name)
  writeBin(rename_parts(bytes, outside), path)
  expect_error(cq_read(path), "outside", class = "ddcq_error_file")
  twice <- function(name) sub("sheet2", "sheet1", name, fixed = TRUE)
  writeBin(rename_parts(bytes, twice), path)
  expect_error(cq_read(path), "twice", class = "ddcq_error_file")
  crooked <- bytes
  end <- directory_end(bytes)
  crooked[end + 17] <- as.raw(0xFF)
  writeBin(crooked, path)
  expect_error(cq_read(path), class = "ddcq_error")
  expect_null(rename_parts(as.raw(1:200), right_names))
})

test_that("a folder of a run's sheets is one run", {
  folder <- run_folder(all_sheets)
  x <- cq_read(folder)
  expect_identical(unique(x$run), "drug plate")
  expect_identical(x$cq, want_cq)
  expect_identical(x$tm[1:6], c(84.5, NA, 84, NA, NA, NA))
  expect_identical(x$efficiency_raw[1:2], c(100.25, NA))
  expect_identical(entry(x, "cycles"), "from the amplification data")
  expect_match(entry(x, "experiment"), "03/01/2024")
  expect_identical(entry(x, "sheets joined", "n"), 4L)
  expect_match(entry(x, "sheets not needed"), "Plate View")
  # the same as a vector of files, in any order
  y <- cq_read(rev(list.files(folder, full.names = TRUE)))
  expect_identical(as.data.frame(y), as.data.frame(x))
  expect_identical(unique(cq_read(c(p1 = folder))$run), "p1")
  expect_identical(unique(cq_read(folder, run = "p1")$run), "p1")
})

test_that("without the Cq Results the Summary serves, and several runs in a folder are several runs", {
  folder <- run_folder(all_sheets)
  file.copy(fixture("cfx-cq.csv"), file.path(folder, "plate 2 -  Quantification Cq Results_0.csv"))
  summary <- sub("^(,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*),[^,]*(,[^,]*),.*$", "\\1\\2", readLines(fixture("cfx-cq.csv")))
  writeLines(summary, file.path(folder, "plate 3 -  Quantification Summary_0.csv"))
  writeLines("sample,treatment\ns1,drug", file.path(folder, "samples.csv"))
  x <- cq_read(folder, runs = "same")
  expect_identical(unique(x$run), c("drug plate", "plate 2", "plate 3"))
  expect_identical(x$cq, rep(want_cq, 3))
  expect_true(all(is.na(x$tm[x$run != "drug plate"])))
  expect_match(entry(x, "files not read"), "samples.csv")
  expect_error(cq_read(folder), "runs", class = "ddcq_error_data")
  # both exports of one run, and one that contradicts
  file.copy(fixture("cfx-cq.csv"), file.path(folder, "drug plate -  Quantification Cq Results_1.csv"))
  expect_identical(nrow(cq_read(folder, runs = "same")), 42L)
  writeLines(sub("24.1131", "24.5", readLines(fixture("cfx-cq.csv"))), file.path(folder, "plate 2 - Quantification Cq Results.csv"))
  expect_error(cq_read(folder, runs = "same"), "one table", class = "ddcq_error_data")
})

test_that("sheets without a Cq are refused by name, alone and in a folder", {
  sheets <- c(
    "melt peaks" = "cfx-peaks.csv", "standard curves" = "cfx-curve.csv", "fluorescence" = "cfx-amplification.csv",
    "run information" = "cfx-information.csv"
  )
  for (what in names(sheets)) {
    expect_error(cq_read(fixture(sheets[[what]])), what, class = "ddcq_error_format")
  }
  expect_error(
    cq_read(fixture("cfx-amplification.csv")), "without the Cq: cq_read_curves(path) reads it", fixed = TRUE
  )
  curves <- list.files(fixture("cfx-curves"), pattern = "Melt", full.names = TRUE)
  said <- vapply(curves, function(file) gsub("\\s+", " ", conditionMessage(tryCatch(cq_read(file), error = identity))), "")
  derivative <- grepl("Derivative", curves)
  expect_match(said[!derivative], "melt curves, without the Cq: cq_read_curves(path, what = \"melt\") reads it", fixed = TRUE)
  expect_match(said[derivative], "export Melt Curve RFU Results", fixed = TRUE)
  folder <- run_folder(all_sheets[-c(1, 6)])
  expect_error(cq_read(folder), "Melt Curve Peak", class = "ddcq_error_format")
  expect_error(cq_read(list.files(folder, full.names = TRUE)), "Bio-Rad CFX", class = "ddcq_error_format")
})

test_that("the names of runs come from the names of files", {
  files <- c(
    "a -  Quantification Cq Results_0.csv", "a-Quantification-Cq-Results.csv", "a_-_Run_Information.csv",
    "a -  Standard Curve Results_Standard Curve Results.csv", "a.csv", "Quantification Summary.csv"
  )
  expect_identical(cfx_stem(files), c("a", "a", "a", "a", "a", ""))
})

test_that("a folder of other files is read file by file", {
  folder <- tempfile("plates")
  dir.create(folder)
  expect_error(cq_read(folder), "holds no file", class = "ddcq_error_file")
  writeLines("nothing", file.path(folder, "notes.txt"))
  expect_error(cq_read(folder), "notes.txt", class = "ddcq_error_format")
  plain <- c("well,sample,target,cq", "A1,s1,MYC,24.1", "A2,s1,GAPDH,18.0")
  writeLines(plain, file.path(folder, "p2.csv"))
  writeLines(sub("s1", "s2", plain), file.path(folder, "p1.csv"))
  writeBin(as.raw(c(1:50, 0, 1:50)), file.path(folder, "picture.png"))
  x <- cq_read(folder)
  expect_identical(unique(x$run), c("p1", "p2"))
  expect_match(entry(x, "files not read"), "notes.txt.*picture.png|picture.png.*notes.txt")
  expect_identical(unique(cq_read(c(day = folder))$run), c("day p1", "day p2"))
  # a table of Cq with a mistake in it is never passed over
  writeLines(c(plain, "A3,s1,MYC,24.x"), file.path(folder, "p3.csv"))
  expect_error(cq_read(folder), "24.x", class = "ddcq_error_format")
})
