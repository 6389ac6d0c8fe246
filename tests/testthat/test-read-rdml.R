plate <- function(rows = 8, columns = 12, row = "ABC", column = "123") {
  paste0(
    "<pcrFormat><rows>", rows, "</rows><columns>", columns, "</columns><rowLabel>", row, "</rowLabel><columnLabel>",
    column, "</columnLabel></pcrFormat>"
  )
}

# Reactions of invented wells; `inside` goes between the Cq and the end of the data.
react <- function(id, cq, sample = "s1", target = "MYC", inside = "") {
  cq <- ifelse(is.na(cq), "", paste0("<cq>", cq, "</cq>"))
  data <- paste0("<data><tar id=\"", target, "\"/>", cq, inside, "</data>")
  paste0("<react id=\"", id, "\"><sample id=\"", sample, "\"/>", data, "</react>", collapse = "\n")
}

curve <- function(cycles) {
  paste0("<adp><cyc>", cycles, "</cyc><fluor>", 100 + cycles, "</fluor></adp>", collapse = "\n  ")
}

subjects <- paste0(
  "<dye id=\"SYBR\"/><sample id=\"s1\"><type>unkn</type></sample><sample id=\"s2\"><type>unkn</type></sample>",
  "<sample id=\"water\"><type>ntc</type></sample>",
  "<sample id=\"std\"><type>std</type><quantity><value>1000</value><unit>cop</unit></quantity></sample>",
  "<target id=\"MYC\"><type>toi</type><amplificationEfficiency>1.93</amplificationEfficiency>",
  "<dyeId id=\"SYBR\"/></target><target id=\"GAPDH\"><type>ref</type><dyeId id=\"SYBR\"/></target>"
)

run_of <- function(reacts, id = "run 1", format = plate()) paste0("<run id=\"", id, "\">", format, reacts, "</run>")

rdml_text_of <- function(runs, head = subjects, version = "1.3") {
  paste0(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdml version=\"", version, "\" xmlns=\"http://www.rdml.org\">",
    "<dateMade>2020-01-01T00:00:00</dateMade>", head, "<experiment id=\"study\">", runs, "</experiment></rdml>"
  )
}

rdml_file <- function(text, name = "plate.rdml", member = NULL) {
  folder <- tempfile("rdml")
  dir.create(folder)
  path <- file.path(folder, name)
  bytes <- if (is.character(text)) charToRaw(enc2utf8(text)) else text
  writeBin(if (is.null(member)) bytes else zip_one(bytes, member), path)
  path
}

one <- rdml_text_of(run_of(react(1, "24.5")))

test_that("RDML is read from a zip with any name inside, and from the plain document", {
  skip_if_not_installed("xml2")
  for (member in list(NULL, "rdml_data.xml", "my run.xml", "folder/x.XML")) {
    x <- cq_read(rdml_file(one, member = member))
    expect_identical(x$cq, 24.5)
  }
  x <- cq_read(rdml_file(one, "export.xml"))
  expect_identical(as.character(x[1, c("run", "well", "sample", "target")]), c("run 1", "A01", "s1", "MYC"))
  expect_identical(as.character(x$task), "unknown")
  expect_identical(c(x$dye, x$role, x$cq_text), c("SYBR", "toi", "24.5"))
  expect_identical(x$efficiency_raw, 1.93)
})

test_that("the namespace may have any prefix, and the text any encoding", {
  skip_if_not_installed("xml2")
  body <- sub("<[?]xml[^>]*>\n", "", one)
  prefixed <- sub("xmlns=", "xmlns:q=", gsub("<(/?)([a-z])", "<\\1q:\\2", body))
  expect_identical(cq_read(rdml_file(prefixed))$cq, 24.5)
  accents <- sub("UTF-8", "ISO-8859-1", gsub("s1", "\u00e9", one))
  latin <- iconv(accents, "UTF-8", "latin1", toRaw = TRUE)[[1]]
  expect_identical(cq_read(rdml_file(latin))$sample, "\u00e9")
  wide <- c(as.raw(c(0xFF, 0xFE)), iconv(sub("UTF-8", "UTF-16", one), "UTF-8", "UTF-16LE", toRaw = TRUE)[[1]])
  expect_identical(cq_read(rdml_file(wide))$cq, 24.5)
})

test_that("codes for no Cq are nondetects, never numbers", {
  skip_if_not_installed("xml2")
  cq <- c("24.5", "-1.0", "-1", "NaN", NA, "0")
  expect_warning(
    x <- cq_read(rdml_file(rdml_text_of(run_of(react(1:6, cq, c("s1", "s2", "water", "water", "std", "std")))))),
    "impossible", class = "ddcq_warning_data"
  )
  expect_identical(
    as.character(x$state), c("quantified", "nondetect", "nondetect", "nondetect", "missing", "excluded")
  )
  expect_identical(x$cq, c(24.5, rep(NA, 5)))
  expect_identical(x$cq_text, cq)
  expect_identical(x$quantity, c(NA, NA, NA, NA, 1000, 1000))
})

test_that("a Cq at or beyond the last cycle is none, and that is said", {
  skip_if_not_installed("xml2")
  reacts <- react(1:4, c("39.9", "40.0", "45.2", "100"), c("s1", "s2", "water", "water"), inside = curve(3:40))
  path <- rdml_file(rdml_text_of(run_of(reacts)))
  expect_warning(x <- cq_read(path), "\"40.0\" and \"45.2\"", class = "ddcq_warning_data")
  expect_identical(as.character(x$state), c("quantified", rep("nondetect", 3)))
  expect_identical(x$flags, c(NA, rep("cq_ge_cycles", 3)))
  expect_identical(x$cq_text[2], "40.0")
  log <- cq_log(x)
  expect_identical(log$n[log$what == "Cq at or beyond the last cycle"], 3L)
  expect_identical(log$n[log$what == "cycles"], 40L)
  # nobody knows the last cycle of a file without curves, but 40 is looked at twice
  path <- rdml_file(rdml_text_of(run_of(react(1, "40"))))
  expect_warning(x <- cq_read(path), "last cycle", class = "ddcq_warning_data")
  expect_identical(x$cq, 40)
  # the last cycle is that of the reaction's own run
  runs <- paste0(
    run_of(react(1, "41.5", inside = curve(1:45))), run_of(react(1, "38", "s2", inside = curve(1:40)), "run 2")
  )
  expect_identical(cq_read(rdml_file(rdml_text_of(runs)))$cq, c(41.5, 38))
})

test_that("Bio-Rad leaves out what was not found; elsewhere a gap was not analysed", {
  skip_if_not_installed("xml2")
  reacts <- paste0(react(1, "24.5", inside = curve(1:40)), react(2, NA, "water", inside = curve(1:40)))
  x <- cq_read(rdml_file(rdml_text_of(run_of(reacts))))
  expect_identical(as.character(x$state), c("quantified", "missing"))
  maker <- "<id><publisher>Bio-Rad Laboratories, Inc.</publisher><serialNumber>1</serialNumber></id>"
  x <- cq_read(rdml_file(rdml_text_of(run_of(reacts), paste0(maker, subjects))))
  expect_identical(as.character(x$state), c("quantified", "nondetect"))
})

test_that("an exclusion keeps its Cq and its reason; in 1.0 it says TRUE or FALSE of every reaction", {
  skip_if_not_installed("xml2")
  excl <- c("", "<excl>FALSE</excl>", "<excl>TRUE</excl>", "<excl>no plateau;noise</excl>", "<excl/>")
  text <- run_of(react(1:5, 21:25, inside = excl))
  x <- cq_read(rdml_file(rdml_text_of(text)))
  expect_identical(as.character(x$state), rep(c("quantified", "excluded"), 2:3))
  expect_identical(x$note[3:5], c("excluded in the file", "no plateau;noise", "excluded in the file"))
  expect_identical(x$cq, as.numeric(21:25))
  x <- cq_read(rdml_file(rdml_text_of(text, version = "1.0")))
  expect_identical(as.character(x$state[5]), "quantified")
})

test_that("reaction numbers become wells by the plate's format", {
  skip_if_not_installed("xml2")
  wells <- function(id, format, ...) {
    cq_read(rdml_file(rdml_text_of(run_of(react(id, 20 + seq_along(id)), format = format))), ...)$well
  }
  expect_identical(wells(c(1, 12, 13, 96), plate()), c("A01", "A12", "B01", "H12"))
  expect_identical(wells(c(24, 25), plate(16, 24)), c("A24", "B01"))
  expect_identical(wells(c(1249, 1536), plate(32, 48)), c("AA01", "AF48"))
  expect_identical(wells(c(1, 72), plate(72, 1, "123")), c("1", "72"))
  expect_identical(wells(c("A1", "h12"), "<pcrFormat>96-well plate; A1-H12</pcrFormat>"), c("A01", "H12"))
  expect_identical(wells(c(1, 13), "<pcrFormat>96-well plate; A1-H12</pcrFormat>"), c("A01", "B01"))
  expect_identical(wells(c(1, 25), "<pcrFormat>free format</pcrFormat>"), c("1", "25"))
  expect_identical(wells(c(1, 25), "<pcrFormat>free format</pcrFormat>", plate = 384), c("A01", "B01"))
})

test_that("ids that are numbers of the software give way to descriptions", {
  skip_if_not_installed("xml2")
  id <- sprintf("%08x-0000-4000-8000-00000000000%d", 1:4, 1:4)
  head <- paste0(
    "<dye id=\"FAM\"/><sample id=\"", id[1], "\"><description>liver</description><type>unkn</type></sample>",
    "<sample id=\"", id[2], "\"><description /><type>ntp</type></sample>",
    "<target id=\"FAM@MYC\"><type>toi</type><dyeId id=\"FAM\"/></target>",
    "<target id=\"FAM@", id[3], "\"><type>toi</type><dyeId id=\"FAM\"/></target>"
  )
  reacts <- react(1:2, c("24.5", "100"), id[1:2], c("FAM@MYC", paste0("FAM@", id[3])))
  x <- cq_read(rdml_file(rdml_text_of(run_of(reacts, id[4]), head), "liver plate.lc96p"))
  expect_identical(x$sample, c("liver", NA))
  expect_identical(x$target, c("MYC", NA))
  expect_identical(as.character(x$task), c("unknown", "ntc"))
  expect_identical(unique(x$run), "liver plate")
  expect_identical(as.character(x$state), c("quantified", "nondetect"))
})

test_that("runs and experiments keep their names", {
  skip_if_not_installed("xml2")
  text <- rdml_text_of(paste0(run_of(react(1, "24.5")), run_of(react(1, "25.5", "s2"), "run 2")))
  expect_identical(cq_read(rdml_file(text))$run, c("run 1", "run 2"))
  both <- sub("</run><run", "</run></experiment><experiment id=\"b\"><run", text)
  expect_identical(cq_read(rdml_file(both))$run, c("study:run 1", "b:run 2"))
  expect_identical(cq_read(c(mine = rdml_file(one)))$run, "mine")
  expect_identical(cq_read(rdml_file(one), run = "mine")$run, "mine")
  # every instrument calls its only run the same
  x <- cq_read(c(rdml_file(one, "a.rdml"), rdml_file(gsub("s1", "s9", one), "b.rdml")))
  expect_identical(x$run, c("a", "b"))
  x <- cq_read(c(rdml_file(text, "a.rdml"), rdml_file(gsub("\"s[12]", "\"z", text), "b.rdml")), runs = "same")
  expect_identical(x$run, c("a:run 1", "a:run 2", "b:run 1", "b:run 2"))
  expect_error(cq_read(rdml_file(rdml_text_of(run_of(react(c(1, 1), 20:21))))), "A01", class = "ddcq_error_data")
})

test_that("types and quantities may be said of one target, annotations become columns", {
  skip_if_not_installed("xml2")
  head <- sub("<sample id=\"s1\"><type>unkn</type>", paste0(
    "<sample id=\"s1\"><annotation><property>tissue</property><value>liver</value></annotation>",
    "<annotation><property>cq</property><value>x</value></annotation>",
    "<type>unkn</type><type targetId=\"MYC\">std</type><quantity targetId=\"MYC\"><value>20</value><unit>cop</unit>",
    "</quantity>"
  ), subjects)
  x <- cq_read(rdml_file(rdml_text_of(run_of(react(1:3, 21:23, c("s1", "s1", "s2"), c("MYC", "GAPDH", "MYC"))), head)))
  expect_identical(as.character(x$task), c("standard", "unknown", "unknown"))
  expect_identical(x$quantity, c(20, NA, NA))
  expect_identical(x$tissue, c("liver", "liver", NA))
  expect_identical(x[["cq (annotation)"]][1], "x")
  odd <- sub("<type>unkn", "<type>opt", subjects)
  expect_warning(x <- cq_read(rdml_file(rdml_text_of(run_of(react(1, 20)), odd))), "opt", class = "ddcq_warning_data")
  expect_identical(as.character(x$state), "excluded")
})

test_that("efficiencies are kept as they are, with a guess at their scale in the log", {
  expect_match(rdml_scale(c(1.8, 1.95)), "factors")
  expect_match(rdml_scale(c(0.95, 1.01)), "fractions")
  expect_match(rdml_scale(93.9), "percent")
  expect_match(rdml_scale(c(1.9, 95)), "not clear")
})

test_that("a document type is refused whatever its encoding, and nothing is fetched", {
  skip_if_not_installed("xml2")
  secret <- rdml_file("a secret", "secret.txt")
  bad <- sub("<rdml", paste0("<!DOCTYPE rdml [<!ENTITY x SYSTEM \"file://", secret, "\">]><rdml"), one)
  bad <- sub("<type>unkn", "<description>&x;</description><type>unkn", bad)
  expect_error(cq_read(rdml_file(bad)), "document type", class = "ddcq_error_file")
  expect_error(cq_read(rdml_file(bad, member = "rdml_data.xml")), "document type", class = "ddcq_error_file")
  wide <- c(as.raw(c(0xFE, 0xFF)), iconv(sub("DOCTYPE", "doctype", bad), "UTF-8", "UTF-16BE", toRaw = TRUE)[[1]])
  expect_error(cq_read(rdml_file(wide, member = "rdml_data.xml")), "document type", class = "ddcq_error_file")
})

test_that("zips that are no plain RDML are refused: names that lead outside, bombs, damage", {
  skip_if_not_installed("xml2")
  expect_error(cq_read(rdml_file(one, member = "../rdml_data.xml")), "outside", class = "ddcq_error_file")
  large <- charToRaw(paste0(one, strrep(" ", 3e6)))
  expect_error(cq_read(rdml_file(large, member = "rdml_data.xml")), "unpack", class = "ddcq_error_file")
  # a zip that declares less than it holds
  bytes <- zip_one(large, "rdml_data.xml")
  at <- length(bytes) - 22L - 13L - 46L
  bytes[at + 25:28] <- as.raw(c(0, 1, 0, 0))
  expect_error(cq_read(rdml_file(bytes)), class = "ddcq_error_file")
  bytes <- zip_one(charToRaw(one), "rdml_data.xml")
  expect_error(cq_read(rdml_file(utils::head(bytes, 200))), "complete", class = "ddcq_error_file")
  bytes[60:90] <- as.raw(0)
  expect_error(cq_read(rdml_file(bytes)), class = "ddcq_error_file")
  many <- list(kind = "zip", name = "x.rdml", members = sprintf("%d.xml", 1:201), sizes = rep(1, 201))
  expect_error(check_archive(many, "1.xml"), "201", class = "ddcq_error_file")
})

test_that("what holds no reaction or no Cq, or is no XML, is refused", {
  skip_if_not_installed("xml2")
  refused <- function(text, why) expect_error(cq_read(rdml_file(text)), why, class = "ddcq_error_format")
  refused(rdml_text_of(run_of("")), "without a reaction")
  refused(rdml_text_of(run_of(react(1, NA, inside = curve(1:40)))), "without a single Cq")
  refused(rdml_text_of(run_of(react(1:2, c("24.5", "high")))), "high")
  refused(substr(one, 1, 700), "complete")
  refused(rdml_text_of(run_of(paste0(strrep("<a>", 300), strrep("</a>", 300), react(1, 20)))), "XML")
  expect_error(cq_read(rdml_file("<?xml version=\"1.0\"?><plist/>", member = "x.xml")), class = "ddcq_error_format")
})
