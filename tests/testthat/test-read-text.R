lines_of <- function(raw) decode_text(raw, "x")

test_that("line ends of all kinds give the same lines", {
  want <- c("a", "b", "", "c")
  for (text in c("a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r", "a\r\nb\r\rc\n", "a\nb\n\nc")) {
    expect_identical(lines_of(charToRaw(text))$lines, want)
  }
  expect_identical(lines_of(charToRaw("a\r\r\nb\r\r\n"))$lines, c("a", "b"))
  expect_identical(lines_of(charToRaw("a\rb\r"))$ends, "CR")
  expect_identical(lines_of(charToRaw("a\r\nb\rc"))$ends, "CRLF and CR")
})

test_that("encodings are found out", {
  text <- "Cq \u00b0C \u0394"
  utf8 <- charToRaw(enc2utf8(text))
  expect_identical(lines_of(utf8), list(lines = text, encoding = "UTF-8", ends = "LF"))
  expect_identical(lines_of(c(as.raw(c(0xEF, 0xBB, 0xBF)), utf8))$lines, text)
  for (kind in c("UTF-16LE", "UTF-16BE")) {
    raw <- iconv(text, "UTF-8", kind, toRaw = TRUE)[[1]]
    mark <- as.raw(if (kind == "UTF-16LE") c(0xFF, 0xFE) else c(0xFE, 0xFF))
    expect_identical(lines_of(c(mark, raw))$lines, text)
    expect_identical(lines_of(c(mark, raw))$encoding, kind)
    plain <- iconv("Well,Sample,Cq", "UTF-8", kind, toRaw = TRUE)[[1]]
    expect_identical(lines_of(plain)$lines, "Well,Sample,Cq")
  }
  latin <- lines_of(as.raw(c(0x35, 0xB0, 0x43, 0x80)))
  expect_identical(latin$lines, "5\u00b0C\u20ac")
  expect_identical(latin$encoding, "Windows-1252")
  expect_identical(lines_of(c(charToRaw("a,b"), as.raw(c(0, 0))))$lines, "a,b")
  expect_error(lines_of(as.raw(c(0x41, 0, 0x42))), class = "ddcq_error_format")
  expect_error(lines_of(as.raw(c(0x41, 0x81, 0x42))), class = "ddcq_error_format")
})

test_that("fields are split with quotes, doubled quotes and quoted line ends", {
  expect_identical(split_fields("a,\"b,c\",d", ","), list(c("a", "b,c", "d")))
  expect_identical(split_fields("\"a \"\"x\"\"\",b", ","), list(c("a \"x\"", "b")))
  expect_identical(split_fields("3\"UTR\tb", "\t"), list(c("3\"UTR", "b")))
  expect_identical(split_fields(c("a;b", "\"1;2\";3"), ";"), list(c("a", "b"), c("1;2", "3")))
  joined <- join_quoted(c("a,\"b", "c\",d", "e,f"), ",")
  expect_identical(joined$rows, c(1L, 3L))
  expect_identical(split_fields(joined$lines, ","), list(c("a", "b\nc", "d"), c("e", "f")))
  open <- join_quoted(c("a,\"b", "e,f"), ",")
  expect_identical(open$lines, c("a,\"b", "e,f"))
})

test_that("short rows are padded, rows beyond the header are an error that names the line", {
  cells <- fields_matrix(list(c("a", "b"), c("a", "b", "c"), c("a", "b", "c", "")), 3, 7:9, "x")
  expect_identical(cells[1, ], c("a", "b", ""))
  expect_identical(dim(cells), c(3L, 3L))
  expect_error(fields_matrix(list(c("a", "b"), c("a", "b", "c")), 2, 7:8, "x"), "8", class = "ddcq_error_format")
})

test_that("numbers follow the decimal mark and thousands separators stand as such", {
  expect_identical(
    parse_number(c("24.1", "100,000,000.000", "1,234", "6,367.559", ".152", "1.01E5", "-2", "1e-3"), "."),
    c(24.1, 1e8, 1234, 6367.559, 0.152, 101000, -2, 0.001)
  )
  comma <- parse_number(c("19,03", ",99", "8,940e+003", "1.234,5", "25"), ",")
  expect_identical(comma, c(19.03, 0.99, 8940, 1234.5, 25))
  bad <- c("Inf", "NaN", "0x1A", "1e5L", "12,34", "1,2345", "0,123", "24.1 ", "", "1.2.3", "--1", "a", NA)
  expect_identical(parse_number(bad, "."), rep(NA_real_, length(bad)))
  expect_identical(parse_number(c("0.125", "1.5"), ","), c(NA_real_, NA_real_))
})

test_that("seventeen digits give the same double", {
  set.seed(1)
  x <- c(runif(2000, 5, 45), round(runif(2000, 5, 45), 3))
  expect_identical(parse_number(sprintf("%.17g", x)), x)
})

test_that("the decimal mark is that of the Cq", {
  expect_identical(decimal_mark(c("19,03", "Undetermined", "20")), ",")
  expect_identical(decimal_mark(c("19.03", NA)), ".")
  expect_identical(decimal_mark(c("19", "Undetermined")), NA_character_)
  expect_identical(decimal_mark(c("19.1", "19,1")), "mixed")
  expect_error(file_mark(list(cq_text = c("19.1", "19,1")), "x"), "19,1", class = "ddcq_error_format")
  expect_identical(file_mark(list(cq_text = c("19", NA), tm = "82,5"), "x"), ",")
  expect_identical(file_mark(list(cq_text = "19"), "x"), ".")
})

test_that("words for no Cq are non-detects; codes are no numbers; other text is not understood", {
  words <- c(
    "Undetermined", "UNDETERMINED", "Undet.", "No Ct", "No Ct for FAM Standards", "No Cq", "N/A", "NaN", "n. def."
  )
  cq <- parse_cq(words, ".")
  expect_identical(cq$state, rep("nondetect", length(words)))
  expect_true(all(is.na(cq$cq)))
  cq <- parse_cq(c("0", "-1.0", "999", "0.00", "100"), ".")
  expect_true(all(cq$impossible) && all(is.na(cq$cq)) && !any(cq$unread))
  expect_identical(parse_cq(c(NA, "24.1"), ".", "missing")$state, c("missing", "quantified"))
  expect_identical(parse_cq(c("####", "24.1"), ".")$unread, c(TRUE, FALSE))
  expect_error(checked_cq(c("####", "24"), ".", NA, c("A1", "A2"), "x"), "A1", class = "ddcq_error_format")
})

test_that("wells have one name", {
  wells <- well_name(c("A1", "a01", "<B7>", "H12", "P24", "AF48"))
  expect_identical(wells, c("A01", "A01", "B07", "H12", "P24", "AF48"))
  expect_identical(well_name(c("1", "13", "96"), 12), c("A01", "B01", "H12"))
  expect_identical(well_name(c("1", "25.0", "384"), 24), c("A01", "B01", "P24"))
  expect_identical(well_name(c("1", "A1a1", NA)), c("1", "A1a1", NA))
})

test_that("column names are compared without look-alikes, and a mean is never a Cq", {
  plain <- plain_names(c("C\u0442", "\u0394C\u0442", "C\u0442 Mean", " Ct  Threshold ", "\u2206Rn", "SAMPLE NAME", ""))
  expect_identical(plain, c("ct", "delta ct", "ct mean", "ct threshold", "delta rn", "sample name", ""))
  expect_false(any(plain_names(c("Ct Mean", "Cq Mean", "EQ.Ct", "Delta Ct", "Ct SD")) %in% ab_cq_names))
})

test_that("flags of wells say true or false in many ways", {
  expect_identical(parse_flag(c("TRUE", "false", "1", "0", NA, "Yes")), c(TRUE, FALSE, TRUE, FALSE, FALSE, TRUE))
  expect_error(omitted_wells("perhaps", "x"), "perhaps", class = "ddcq_error_format")
})

test_that("the locale changes nothing", {
  old <- Sys.getlocale("LC_CTYPE")
  on.exit(Sys.setlocale("LC_CTYPE", old))
  want <- cq_read(test_path("fixtures", "stepone.txt"))
  suppressWarnings(Sys.setlocale("LC_CTYPE", "C"))
  expect_identical(cq_read(test_path("fixtures", "stepone.txt"))$cq, want$cq)
  expect_identical(plain_names("C\u0442"), "ct")
})
