# Files that nobody should have to trust: each ends in a classed error (or in the right values) within seconds, with
# bounded memory, nothing written outside of the temporary folder, and nothing left in it.

untrusted <- function(bytes, name = "plate.csv") {
  folder <- new_folder()
  path <- file.path(folder, name)
  writeBin(if (is.character(bytes)) charToRaw(bytes) else bytes, path)
  path
}

new_folder <- function() {
  folder <- tempfile("untrusted")
  dir.create(folder)
  folder
}

# Refused with the kind, soon, and without a trace.
expect_refused <- function(path, kind = NULL, pattern = "", seconds = 5) {
  force(path)
  before <- list.files(tempdir(), recursive = TRUE)
  class <- paste(c("ddcq_error", kind), collapse = "_")
  took <- system.time(expect_error(cq_read(path), pattern, class = class))
  expect_lt(took[["elapsed"]], seconds)
  expect_identical(list.files(tempdir(), recursive = TRUE), before)
  if (startsWith(basename(dirname(path)), "untrusted")) unlink(dirname(path), recursive = TRUE)
}

table_lines <- c("well,sample,target,cq", "A1,s1,MYC,24.5", "A2,s1,GAPDH,18.25")
table_text <- paste0(table_lines, "\n", collapse = "")
table_cells <- do.call(rbind, strsplit(table_lines, ","))
small_rdml <- paste0(
  "<?xml version=\"1.0\"?><rdml version=\"1.2\" xmlns=\"http://www.rdml.org\">",
  "<sample id=\"s1\"><type>unkn</type></sample>",
  "<target id=\"MYC\"><type>toi</type></target><experiment id=\"e\"><run id=\"r\"><react id=\"1\"><sample id=\"s1\"/>",
  "<data><tar id=\"MYC\"/><cq>24.5</cq></data></react></run></experiment></rdml>"
)
rdml_zip <- function(text, member = "rdml_data.xml", ...) zip_of(stats::setNames(list(text), member), ...)

# A zip whose parts are not packed: R has no way to make one.
store_zip <- function(parts) {
  bytes <- zip_of(parts)
  part <- zip_directory(bytes)[[1]]
  raw <- charToRaw(parts[[1]])
  stored <- c(bytes[seq_len(part$data)], raw, bytes[-seq_len(part$data + part$packed)])
  four <- function(x) as.raw(x %/% 256^(0:3) %% 256)
  shift <- length(raw) - part$packed
  stored[part$local + 9:10] <- as.raw(0)
  stored[part$local + 19:22] <- four(length(raw))
  stored[part$entry + shift + 11:12] <- as.raw(0)
  stored[part$entry + shift + 21:24] <- four(length(raw))
  end <- length(stored) - 22
  stored[end + 17:20] <- four(part$entry + shift)
  stored
}

test_that("the files that these are made of are read", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("xml2")
  for (broken in c(FALSE, TRUE)) {
    path <- untrusted(zip_of(book_parts_of(list(Cq = table_cells), broken)), "plate.xlsx")
    expect_identical(cq_read(path)$cq, c(24.5, 18.25))
  }
  expect_identical(cq_read(untrusted(rdml_zip(small_rdml), "plate.rdml"))$cq, 24.5)
  # parts that were stored without packing
  stored <- store_zip(list("rdml_data.xml" = small_rdml))
  expect_identical(cq_read(untrusted(stored, "plate.rdml"))$cq, 24.5)
})

test_that("names in a zip that lead outside are refused, and nothing is written there", {
  skip_if_not_installed("xml2")
  target <- file.path(dirname(tempdir()), "ddcq-escaped")
  for (name in c("../ddcq-escaped", "xl/../../ddcq-escaped", "/tmp/ddcq-escaped", "\\ddcq-escaped", "C:\\ddcq-escaped",
                 "..\\..\\ddcq-escaped")) {
    parts <- c(book_parts_of(list(Cq = table_cells), broken = grepl("/", name)), stats::setNames(list("x"), name))
    expect_refused(untrusted(zip_of(parts), "plate.xlsx"), "file", "outside")
    both <- zip_of(stats::setNames(list("x", small_rdml), c(name, "rdml_data.xml")))
    expect_refused(untrusted(both, "plate.rdml"))
  }
  expect_refused(untrusted(rdml_zip(small_rdml, "../rdml_data.xml"), "plate.rdml"), "file", "outside")
  expect_false(file.exists(target) || file.exists("/tmp/ddcq-escaped"))
})

test_that("a link inside a zip is a part like others: its text is no table, and it is not followed", {
  skip_if_not_installed("xml2")
  link <- zip_of(list("rdml_data.xml" = "/etc/passwd"), mode = strtoi("120777", 8L))
  expect_refused(untrusted(link, "plate.rdml"), "format")
})

test_that("zip bombs are refused whatever they declare, and do not reach memory", {
  skip_if_not_installed("xml2")
  skip_if_not_installed("readxl")
  gc(reset = TRUE)
  start <- sum(gc()[, 6])
  bomb <- paste0(small_rdml, strrep(" ", 5e6))
  expect_refused(untrusted(rdml_zip(bomb), "plate.rdml"), "file", "unpack")
  for (size in c(0, 2^31 + 5)) {
    expect_refused(untrusted(rdml_zip(bomb, size = size), "plate.rdml"), "file")
  }
  parts <- book_parts_of(list(Cq = table_cells))
  parts[["xl/sharedStrings.xml"]] <- strrep("a", 5e6)
  expect_refused(untrusted(zip_of(parts), "plate.xlsx"), "file", "unpack")
  # every part says that it is small
  lying <- zip_of(parts, size = 100)
  expect_refused(untrusted(lying, "plate.xlsx"), "file")
  names(parts) <- names(book_parts_of(list(Cq = table_cells), broken = TRUE))[c(seq_len(length(parts) - 1), NA)]
  names(parts)[length(parts)] <- "xl\\sharedstrings.xml"
  expect_refused(untrusted(zip_of(parts, size = 100), "plate.xlsx"), "file")
  expect_lt(sum(gc()[, 6]) - start, 200)
})

test_that("zips in zips are not opened, and too many parts are too many", {
  skip_if_not_installed("xml2")
  inner <- rdml_zip(small_rdml)
  expect_refused(untrusted(zip_of(list("plate.rdml" = inner)), "plate.zip"), "format")
  expect_refused(untrusted(zip_of(list("rdml_data.xml" = inner)), "plate.zip"), "format")
  many <- stats::setNames(as.list(rep("x", 600)), sprintf("xl/part%d.xml", 1:600))
  expect_refused(untrusted(zip_of(c(book_parts_of(list(Cq = table_cells)), many)), "plate.xlsx"), "file", "605 parts")
  few <- c(list("rdml_data.xml" = small_rdml), stats::setNames(many[1:250], paste0("part", 1:250)))
  expect_refused(untrusted(zip_of(few), "plate.rdml"), "file", "251 parts")
})

test_that("damaged zips are refused by their checksums before any reader of workbooks sees them", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("xml2")
  good <- zip_of(book_parts_of(list(Cq = table_cells)))
  part <- Filter(function(part) grepl("sheet1", rawToChar(part$name)), zip_directory(good))[[1]]
  # one wrong bit anywhere in the sheet; unchecked, some of these take R down
  for (at in part$data + round(seq(1, part$packed, length.out = 8))) {
    bad <- good
    bad[at] <- xor(bad[at], as.raw(4))
    expect_error(cq_read(untrusted(bad, "plate.xlsx")), class = "ddcq_error_file")
  }
  bad <- rdml_zip(small_rdml)
  at <- zip_directory(bad)[[1]]
  bad[at$local + 15] <- bad[at$entry + 17] <- xor(bad[at$entry + 17], as.raw(1))
  expect_refused(untrusted(bad, "plate.rdml"), "file", "damaged")
  for (n in c(3, 30, 100, length(good) - 1)) {
    expect_refused(untrusted(good[seq_len(n)], "plate.xlsx"), "file")
  }
})

test_that("document types, entities and what they name are refused in any encoding", {
  skip_if_not_installed("xml2")
  laughs <- paste0("<!ENTITY l", 1:9, " \"", strrep(paste0("&l", 0:8, ";"), 10), "\">", collapse = "")
  types <- c(
    "<!DOCTYPE rdml>", "<!DOCTYPE rdml SYSTEM \"http://127.0.0.1:9/x.dtd\">",
    "<!DOCTYPE rdml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
    paste0("<!DOCTYPE rdml [<!ENTITY l0 \"ha\">", laughs, "]>")
  )
  for (i in seq_along(types)) {
    text <- sub("<rdml", paste0(types[i], "<rdml"), small_rdml, fixed = TRUE)
    text <- sub("<type>unkn", "<description>&l9;</description><type>unkn", text, fixed = TRUE)
    expect_refused(untrusted(text, "plate.xml"), "file", "document type")
    wide <- function(end) iconv(text, "UTF-8", paste0("UTF-16", end), toRaw = TRUE)[[1]]
    mark <- as.raw(c(0xFF, 0xFE))
    bytes <- list(charToRaw(text), c(mark, wide("LE")), c(rev(mark), wide("BE")), wide("LE"))[[i]]
    expect_refused(untrusted(zip_of(list("rdml_data.xml" = bytes)), "plate.rdml"), "file", "document type")
  }
  # without a type an entity means nothing
  text <- sub("unkn", "&l9;", small_rdml, fixed = TRUE)
  expect_refused(untrusted(text, "plate.xml"), "format")
})

test_that("a workbook's own XML cannot name files either", {
  skip_if_not_installed("readxl")
  parts <- book_parts_of(list(Cq = table_cells))
  secret <- untrusted("SECRET", "secret.txt")
  type <- paste0("<!DOCTYPE worksheet [<!ENTITY x SYSTEM \"file://", secret, "\">]><worksheet")
  sheet <- sub("<worksheet", type, parts[[5]], fixed = TRUE)
  parts[[5]] <- sub("MYC", "&x;", sheet, fixed = TRUE)
  got <- tryCatch(cq_read(untrusted(zip_of(parts), "plate.xlsx")), error = identity)
  expect_true(inherits(got, "cq_data") || inherits(got, "ddcq_error"))
  said <- if (inherits(got, "cq_data")) unlist(lapply(got, as.character)) else conditionMessage(got)
  expect_false(any(grepl("SECRET", said, fixed = TRUE)))
})

test_that("elements nested without end are refused", {
  skip_if_not_installed("xml2")
  for (depth in c(300, 1e5)) {
    deep <- sub("<sample", paste0(strrep("<a>", depth), strrep("</a>", depth), "<sample"), small_rdml, fixed = TRUE)
    expect_refused(untrusted(deep, "plate.xml"), "format")
  }
})

test_that("bytes that are no text are refused or kept as they are, never in silence something else", {
  skip_if_not_installed("xml2")
  # not UTF-8: Windows' Latin
  path <- untrusted(c(charToRaw("well,sample,target,cq\nA1,s"), as.raw(0xE9), charToRaw(",MYC,24.5\n")))
  expect_identical(cq_read(path)$sample, "s\u00e9")
  # 0x81 is nothing in either
  path <- untrusted(c(charToRaw("well,sample,target,cq\nA1,s"), as.raw(0x81), charToRaw(",MYC,24.5\n")))
  expect_refused(path, "format", "neither UTF-8")
  zero <- c(charToRaw("well,sample,target,cq\nA1,s"), as.raw(0), charToRaw("1,MYC,24.5\n"))
  expect_refused(untrusted(zero), "format", "zero bytes")
  zero <- c(charToRaw(sub("</rdml>", "", small_rdml)), as.raw(0), charToRaw("</rdml>"))
  expect_refused(untrusted(zip_of(list("rdml_data.xml" = zero)), "plate.rdml"), "format")
  # half a character at the end of UTF-16
  half <- c(as.raw(c(0xFF, 0xFE)), iconv(table_text, "UTF-8", "UTF-16LE", toRaw = TRUE)[[1]], as.raw(0x41))
  got <- tryCatch(cq_read(untrusted(half)), ddcq_error = function(e) NULL)
  expect_true(is.null(got) || identical(got$cq, c(24.5, 18.25)))
  set.seed(1)
  for (i in 1:8) {
    junk <- as.raw(sample(0:255, 3000, replace = TRUE))
    expect_error(cq_read(untrusted(junk)), class = "ddcq_error")
  }
})

test_that("lines and headers of any length take seconds", {
  long <- paste0(table_text, "A3,s1,", strrep("x", 1e6), ",20\n")
  took <- system.time(x <- cq_read(untrusted(long)))[["elapsed"]]
  expect_lt(took, 5)
  expect_identical(nchar(x$target[3]), 1000000L)
  expect_refused(untrusted(strrep("x", 1e6)), "format")
  expect_refused(untrusted(strrep("\"", 1e6)))
})

test_that("a header of a million columns is refused, or read, within seconds", {
  wide <- paste0("well,sample,target,cq,", strrep("c,", 1e6), "\nA1,s1,MYC,24.5\n")
  expect_refused(untrusted(wide), "format", "columns")
})

test_that("quotes that nothing closes do not hang", {
  text <- paste0(table_text, paste0("A", 1:5000, ",\"s", 1:5000, ",MYC,20\n", collapse = ""))
  took <- system.time(tryCatch(cq_read(untrusted(text)), ddcq_error = identity))[["elapsed"]]
  expect_lt(took, 5)
})

test_that("paths that are no files are refused and never waited for", {
  skip_on_os("windows")
  folder <- new_folder()
  expect_refused(folder, "file", "no file")
  folder <- new_folder()
  dir.create(file.path(folder, "inside"))
  expect_refused(folder, "file", "inside")
  for (ask in c("pipe", "folder")) {
    folder <- new_folder()
    pipe <- file.path(folder, "pipe.csv")
    skip_if(system2("mkfifo", shQuote(pipe), stdout = FALSE, stderr = FALSE) != 0, "no mkfifo here")
    expect_refused(if (ask == "pipe") pipe else folder)
  }
  skip_if_not(file.exists("/dev/zero"))
  expect_refused("/dev/zero", "file")
})

test_that("a link is the file that it names; one that names nothing is not there", {
  skip_on_os("windows")
  path <- untrusted(table_text)
  link <- file.path(dirname(path), "link.csv")
  file.symlink(path, link)
  expect_identical(cq_read(link)$cq, c(24.5, 18.25))
  file.symlink(file.path(dirname(path), "nothing"), dangling <- file.path(dirname(path), "dangling.csv"))
  expect_refused(dangling, "file")
  loop <- file.path(dirname(dangling), c("one.csv", "two.csv"))
  dir.create(dirname(dangling))
  file.symlink(loop[2], loop[1])
  file.symlink(loop[1], loop[2])
  expect_refused(loop[1], "file")
})

# ---- files that people have been at: rows must not go in silence ----

older_lines <- function(name) readLines(testthat::test_path("fixtures", name), warn = FALSE, encoding = "UTF-8")

test_that("SDS 1: the columns of its oldest tables may stand in any order", {
  lines <- older_lines("sds1-old.csv")
  at <- grep("^Well,", lines)[1]
  rows <- at + 0:4
  cells <- lapply(strsplit(lines[rows], ","), function(x) c(x, rep("", 5 - length(x))))
  lines[rows] <- vapply(cells, function(x) paste(x[5:1], collapse = ","), "")
  x <- suppressWarnings(cq_read(untrusted(paste0(lines, "\n", collapse = ""))), classes = "ddcq_warning")
  expect_identical(nrow(x), 8L)
  expect_setequal(unique(x$target), c("MYC", "GAPDH"))
})

test_that("a well cell that is lost does not end a table in silence", {
  for (name in c("rotorgene6.csv", "rotorgene-q.csv", "eco.csv", "qtower-bax.csv")) {
    lines <- suppressWarnings(iconv(older_lines(name), "", "UTF-8", sub = ""))
    rows <- grep("^\"?([A-I]?[0-9]+)\"?[,;]", lines)
    for (bad in c("?", "A2 x")) {
      lines[rows[1]] <- sub("^[^,;]*", bad, lines[rows[1]])
      expect_error(cq_read(untrusted(paste0(lines, "\n", collapse = ""))), class = "ddcq_error_format")
    }
  }
})

test_that("SmartCycler without the column of tasks is read", {
  lines <- sub("Sample Type", "Kind", older_lines("smartcycler.csv"), fixed = TRUE)
  x <- cq_read(untrusted(paste0(lines, "\n", collapse = "")))
  expect_identical(x$cq, cq_read(testthat::test_path("fixtures", "smartcycler.csv"))$cq)
})

test_that("a column of Cq that stands there twice is one; two that differ are an error", {
  twice <- sub(",cq", ",cq,ct", sub("24.5", "24.5,24.5", sub("18.25", "18.25,18.25", table_text)), fixed = TRUE)
  expect_identical(cq_read(untrusted(twice))$cq, c(24.5, 18.25))
  expect_refused(untrusted(sub("18.25,", "18.26,", twice)), "format", "one column of Cq")
})
