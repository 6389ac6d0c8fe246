text_file <- function(lines, name = "plate.csv", eol = "\n") {
  folder <- tempfile("table")
  dir.create(folder)
  path <- file.path(folder, name)
  writeBin(charToRaw(enc2utf8(paste0(paste(lines, collapse = eol), eol))), path)
  path
}

test_that("usual synonyms, delimiters and decimal marks are understood", {
  comma <- c("Sample Name,Gene,Ct", "s1,MYC,24.1", "s1,GAPDH,18")
  tab <- gsub(",", "\t", c("sample_id,target_id,cq", "s1,MYC,24.1", "s1,GAPDH,18"))
  semicolon <- c("Sample.Name;Detector;Threshold Cycle", "s1;MYC;24,1", "s1;GAPDH;18")
  quoted <- c("\"\",\"sample\",\"target\",\"Cq\"", "\"1\",\"s1\",\"MYC\",\"24,1\"", "\"2\",\"s1\",\"GAPDH\",\"18\"")
  for (lines in list(comma, tab, semicolon, quoted)) {
    x <- cq_read(text_file(lines))
    expect_identical(x$cq, c(24.1, 18))
    expect_identical(x$sample, c("s1", "s1"))
    expect_identical(x$target, c("MYC", "GAPDH"))
  }
})

test_that("every other column is kept, numbers as numbers", {
  x <- cq_read(text_file(c(
    "run,well,sample,target,cq,treatment,dose,Ct Mean",
    "r1,A1,s1,MYC,24.1,drug,0.5,24.2", "r2,A1,s2,MYC,25.1,none,NA,25.2"
  )))
  expect_identical(x$run, c("r1", "r2"))
  expect_identical(x$treatment, c("drug", "none"))
  expect_identical(x$dose, c(0.5, NA))
  expect_identical(x$cq, c(24.1, 25.1))
  expect_identical(x[["Ct Mean"]], c(24.2, 25.2))
  expect_error(cq_read(text_file(c("sample,target,cq,a,a", "s,t,20,1,2"))), "twice", class = "ddcq_error_format")
})

test_that("two columns for one part are an error unless one has the part's own name", {
  two <- text_file(c("Sample Name,Sample ID,target,cq", "a,b,t,20"))
  expect_error(cq_read(two), "sample", class = "ddcq_error_format")
  expect_identical(cq_read(text_file(c("Sample Name,sample,target,cq", "a,b,t,20")))$sample, "b")
  expect_error(cq_read(text_file(c("sample,target,cq,ct", "a,t,20,21"))), "ct", class = "ddcq_error_format")
})

test_that("an empty Cq, NA and codes ask what they mean; an instrument's word does not", {
  gap <- function(value) text_file(c("sample,target,cq", "s1,MYC,24.1", paste0("s2,MYC,", value)))
  for (value in c("", "NA", "N/A", "-", "0", "-1", "999", "NaN")) {
    expect_error(cq_read(gap(value)), "nondetect", class = "ddcq_error_argument")
    expect_identical(as.character(cq_read(gap(value), na = "nondetect")$state), c("quantified", "nondetect"))
    expect_identical(as.character(cq_read(gap(value), na = "missing")$state), c("quantified", "missing"))
    expect_identical(cq_read(gap(value), na = "missing")$cq, c(24.1, NA))
  }
  expect_identical(as.character(cq_read(gap("Undetermined"))$state), c("quantified", "nondetect"))
  expect_identical(as.character(cq_read(gap("Undetermined"), na = "missing")$state), c("quantified", "nondetect"))
  expect_error(cq_read(gap("bubble")), "bubble", class = "ddcq_error_format")
})

test_that("a Cq of exactly the last cycle is doubted", {
  expect_warning(cq_read(text_file(c("sample,target,cq", "s1,MYC,24.1", "s2,MYC,40"))), "last cycle",
                 class = "ddcq_warning_data")
})

test_that("rows beyond the header are an error, short and empty rows are not", {
  expect_error(cq_read(text_file(c("sample,target,cq", "s1,MYC,24.1,x"))), "2", class = "ddcq_error_format")
  x <- cq_read(text_file(c("sample,target,cq,note2", "s1,MYC,24.1", "", ",,,", "s2,MYC,25.1,x")))
  expect_identical(x$cq, c(24.1, 25.1))
  expect_error(cq_read(text_file("sample,target,cq")), "single row", class = "ddcq_error_format")
})

test_that("what this package wrote comes back as it was", {
  x <- cq_read(test_path("fixtures", "quantstudio.txt"))
  path <- tempfile(fileext = ".csv")
  utils::write.csv(as.data.frame(x), path, row.names = FALSE)
  y <- cq_read(path)
  columns <- c("run", "well", "sample", "target", "task", "state", "cq", "quantity", "note", "cq_text", "flags", "group")
  for (column in columns) {
    expect_identical(y[[column]], x[[column]], info = column)
  }
  expect_error(cq_read(text_file(c("sample,target,cq,state", "s,t,20,good"))), "good", class = "ddcq_error_format")
  expect_error(cq_read(text_file(c("sample,target,cq,state", "s,t,,quantified"))), class = "ddcq_error_format")
})

test_that("names in two scripts and with odd blanks are names", {
  x <- cq_read(text_file(c("sample,target,cq", "\u00e9chantillon ,\u00a0MYC,24.1", "b,\u03b2-actin,18")))
  expect_identical(x$sample[1], "\u00e9chantillon")
  expect_identical(x$target, c("MYC", "\u03b2-actin"))
})

test_that("a table of ten thousand rows and one of many columns take no time to speak of", {
  n <- 1e4
  path <- text_file(c("sample,target,cq", paste0("s", seq_len(n), ",MYC,", sprintf("%.3f", 20 + seq_len(n) / n))))
  time <- system.time(x <- cq_read(path))[["elapsed"]]
  expect_identical(nrow(x), 10000L)
  expect_lt(time, 5)
})
