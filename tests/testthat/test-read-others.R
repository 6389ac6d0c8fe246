fixture <- function(name) testthat::test_path("fixtures", name)

entry <- function(x, what) {
  log <- cq_log(x)
  log$detail[log$what == what]
}

changed <- function(name, from, to, as = name, encoding = "UTF-8") {
  bytes <- readBin(fixture(name), "raw", 1e5)
  text <- iconv(list(bytes), encoding, "UTF-8")
  path <- file.path(new_folder(), as)
  writeBin(charToRaw(gsub(from, to, text)), path)
  path
}

new_folder <- function() {
  folder <- tempfile("read")
  dir.create(folder)
  folder
}

test_that("qPCRsoft: a gene of interest or a reference gene makes a row", {
  x <- cq_read(fixture("qtower-bax.csv"))
  expect_identical(x$well, c("B01", "B02", "A01", "A02"))
  expect_identical(x$target, c("BAX", "BAX", "GAPDH", "GAPDH"))
  expect_identical(x$role, c("toi", "toi", "ref", "ref"))
  expect_identical(x$cq, c(23.5, NA, 18.5, 18.75))
  expect_identical(as.character(x$state[2]), "nondetect")
  expect_match(entry(x, "file"), "qTOWER\u00b3")
})

test_that("qPCRsoft: the reports of one plate are put together, and must agree", {
  x <- cq_read(fixture(c("qtower-bax.csv", "qtower-bcl2.csv")))
  expect_identical(unique(x$run), "plate 7")
  expect_identical(x$target, c("BAX", "BAX", "GAPDH", "GAPDH", "BCL2", "BCL2"))
  expect_identical(cq_log(x)$n[cq_log(x)$what == "wells in two reports"], 2L)
  other <- changed("qtower-bcl2.csv", ",18.75,", ",18.25,", encoding = "CP1252")
  expect_error(cq_read(c(fixture("qtower-bax.csv"), other)), "A02", class = "ddcq_error_data")
  # another plate is another run
  other <- changed("qtower-bcl2.csv", "plate 7", "plate 8", encoding = "CP1252")
  expect_error(cq_read(c(fixture("qtower-bax.csv"), other)), "runs", class = "ddcq_error_data")
  expect_identical(nrow(cq_read(c(fixture("qtower-bax.csv"), other), runs = "replicate")), 8L)
  bare <- changed("qtower-bax.csv", "Ct GOI", "Cycle", encoding = "CP1252")
  expect_error(cq_read(bare), "qPCRsoft", class = "ddcq_error_format")
})

test_that("realplex: a group of columns a dye, decimal comma, - is none", {
  x <- cq_read(fixture("realplex.txt"))
  expect_identical(x$well, c("A01", "A02", "A01", "A02"))
  expect_identical(x$dye, c("SYBR", "SYBR", "FAM", "FAM"))
  expect_identical(x$target, c("ACT", "ACT", "MYC", "MYC"))
  expect_identical(x$cq, c(18.25, 18.75, 24.5, NA))
  expect_identical(as.character(x$state[4]), "nondetect")
  expect_identical(x$quantity, c(150, 37.5, NA, NA))
  late <- changed("realplex.txt", "\"Threshold level\"\t912", "\"B1\"\t\"s9\"\t\"19,1\"\t1", "late.txt")
  expect_error(cq_read(late), "wells", class = "ddcq_error_format")
})

test_that("SmartCycler: 0.00 beside NEG is none, and the targets are the dyes", {
  x <- cq_read(fixture("smartcycler.csv"))
  expect_identical(nrow(x), 8L)
  expect_identical(x$target, rep(c("FAM", "Cy3"), each = 4))
  expect_identical(x$cq, c(31.25, NA, NA, 27.5, 28.5, 29.5, NA, 28.25))
  expect_identical(as.character(x$state[c(2, 3, 7)]), rep("nondetect", 3))
  expect_identical(x$cq_text[2], "0.00")
  expect_identical(as.character(x$task[1:4]), c("unknown", "unknown", "ntc", "standard"))
  expect_identical(x$quantity[4], 100)
  expect_identical(x$flags[1:2], c(NA, "Warning"))
  expect_match(entry(x, "targets not named"), "dyes")
  zero <- changed("smartcycler.csv", "POS,31.25", "POS,0.00")
  expect_warning(x <- cq_read(zero), "impossible", class = "ddcq_warning_data")
  expect_identical(as.character(x$state[1]), "excluded")
  expect_error(cq_read(changed("smartcycler.csv", "Site ID", "Site")), "SmartCycler", class = "ddcq_error_format")
})

test_that("Eco: excluded wells keep their Cq, an empty one is a nondetect, other tables are not read", {
  x <- cq_read(fixture("eco.csv"))
  expect_identical(x$well, c("A01", "A02", "A03", "A04"))
  expect_identical(as.character(x$state), c("quantified", "excluded", "nondetect", "nondetect"))
  expect_identical(x$cq, c(24.5, 29.5, NA, NA))
  expect_identical(as.character(x$task[4]), "ntc")
  expect_identical(x$tm, c(85, 85, NA, NA))
  expect_identical(as.character(cq_read(fixture("eco.csv"), na = "missing")$state[3]), "missing")
  odd <- changed("eco.csv", "Excluded", "perhaps")
  expect_error(cq_read(odd), "perhaps", class = "ddcq_error_format")
})

test_that("Esco: wells in angle brackets, decimal comma, no targets", {
  expect_warning(x <- cq_read(fixture("esco.csv")), "target", class = "ddcq_warning_data")
  expect_identical(x$well, c("A01", "A02", "A03", "B13"))
  expect_identical(x$cq, c(25.5, NA, 21.25, 30.75))
  expect_identical(x$quantity[3], 1000.5)
  expect_identical(x$group, c("1", "1", "1", "2"))
  expect_identical(unique(cq_read(fixture("esco.csv"), target = "MYC")$target), "MYC")
})

test_that("RDES: -1.0 is none, and so is a Cq at the last cycle", {
  expect_warning(x <- cq_read(fixture("rdes.tsv")), "last cycle", class = "ddcq_warning_data")
  expect_identical(x$cq, c(24.5, NA, NA, 18.25))
  expect_identical(as.character(x$state), c("quantified", "nondetect", "nondetect", "quantified"))
  expect_identical(x$cq_text[2:3], c("-1.0", "40"))
  expect_identical(x$flags, c(NA, NA, "cq_ge_cycles", NA))
  expect_identical(x$role, c("toi", "toi", "toi", "ref"))
  expect_identical(entry(x, "cycles"), "from the amplification data")
  expect_error(cq_read(changed("rdes.tsv", "\tCq\t", "\tTm\t")), "melting", class = "ddcq_error_format")
  expect_error(cq_read(changed("rdes.tsv", "\tCq\t", "\t2\t")), "fluorescence", class = "ddcq_error_format")
})
