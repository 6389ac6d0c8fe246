# cq_read_curves() on layouts of every family (fixtures/make-curves.R, simulated) and on real exports.

fixture <- function(...) testthat::test_path("fixtures", ...)
quietly <- function(...) suppressWarnings(cq_read_curves(...), classes = "ddcq_warning")

new_folder_of_curves <- function() {
  folder <- tempfile("curves")
  dir.create(folder)
  folder
}

# What make-curves.R put into well k.
rn <- function(k, cycle = 1:40) round(0.5 + 3 / (1 + exp(20 + 2 * k - cycle)), 3)
degrees <- seq(65, 95, 0.5)
fall <- function(k, temperature = degrees) round(10 + 100 / (1 + exp((temperature - 80 - k) / 0.6)), 3)

expect_wells <- function(x, wells, k, f = rn, tolerance = 1e-12) {
  expect_identical(x$well[!duplicated(curve_index(x))], wells)
  expect_equal(x$fluorescence, unlist(lapply(k, f)), tolerance = tolerance)
  at <- x[[kind_of(x)$x]]
  expect_identical(at, rep(if (inherits(x, "cq_curves")) as.double(1:40) else degrees, length(k)))
}

test_that("QuantStudio text: Rn by default, names from the results of the same file", {
  x <- cq_read_curves(fixture("curves-quantstudio.txt"))
  expect_wells(x, c("A01", "A01", "A02", "A02", "A03", "C01"), 1:6)
  first <- x[!duplicated(curve_index(x)), ]
  expect_identical(first$target, c("MYC", "GAPDH", "MYC", "GAPDH", "MYC", "MYC"))
  expect_identical(first$sample, c("s1", "s1", "s2", "s2", "s3", NA))
  expect_identical(as.character(first$task), c(rep("unknown", 5), "ntc"))
  expect_identical(first$dye, c("FAM", "VIC", "FAM", "VIC", "FAM", "FAM"))
  expect_identical(first$omitted, c(FALSE, FALSE, FALSE, FALSE, TRUE, FALSE))
  log <- cq_log(x)
  expect_match(log$detail[log$what == "fluorescence"], "^Rn, from Amplification Data")
  expect_identical(log$n[log$what == "rows without a fluorescence"], 40L)
  y <- cq_read_curves(fixture("curves-quantstudio.txt"), signal = "subtracted")
  expect_equal(y$fluorescence, x$fluorescence - 0.5, tolerance = 1e-12)
  expect_match(cq_log(y)$detail[cq_log(y)$what == "fluorescence"], "^\u0394Rn")
})

test_that("QuantStudio melt curves, with separators between thousands", {
  x <- cq_read_curves(fixture("curves-quantstudio.txt"), "melt")
  expect_wells(x, c("A01", "A02"), c(1, 3), function(k) 1000 * fall(k))
  expect_identical(unique(x$sample), c("s1", "s2"))
  # the file does not say which of a well's two targets was melted
  expect_true(all(is.na(x$target)))
})

test_that("StepOne melt regions: temperatures and fluorescence from two tables", {
  x <- cq_read_curves(fixture("curves-stepone.txt"), "melt")
  expect_identical(x$temperature, rep(round(degrees + 0.1, 4), 2))
  expect_equal(x$fluorescence, c(fall(1), fall(2)), tolerance = 1e-12)
  expect_identical(unique(x$target), "MYC")
  expect_error(
    cq_read_curves(fixture("curves-stepone-derivative.txt"), "melt"), "Normalized Data", class = "ddcq_error_format"
  )
})

test_that("CFX: a folder of sheets is one run of two dyes with its names", {
  x <- cq_read_curves(fixture("cfx-curves"))
  expect_identical(unique(x$run), "simulated")
  expect_wells(x, rep(c("A01", "A02", "B01"), 2), 1:6, function(k) rn(k) - if (k > 3) 0.6 else 0)
  first <- x[!duplicated(curve_index(x)), ]
  expect_identical(first$dye, rep(c("FAM", "HEX"), each = 3))
  expect_identical(first$target, rep(c("MYC", "GAPDH"), each = 3))
  expect_identical(first$sample, rep(c("s1", "s2", NA), 2))
  expect_identical(as.character(first$task), rep(c("unknown", "unknown", "ntc"), 2))
  expect_identical(cq_log(x)$n[cq_log(x)$what == "curves that go below zero"], 3L)
  y <- cq_read_curves(fixture("cfx-curves"), "melt")
  expect_wells(y, c("A01", "A02", "B01"), 1:3, fall)
  expect_identical(unique(y$target), "MYC")
  expect_match(cq_log(y)$detail[cq_log(y)$what == "files not read"], "Derivative")
})

test_that("CFX: single files, a file with its table of Cq, another locale", {
  files <- list.files(fixture("cfx-curves"), full.names = TRUE)
  file <- function(what) grep(what, files, value = TRUE)
  x <- cq_read_curves(file("Amplification_Results_FAM"))
  expect_true(all(is.na(x$target)))
  expect_identical(unique(x$dye), "FAM")
  both <- cq_read_curves(c(file("Amplification_Results_FAM"), file("Cq_Results")))
  expect_identical(both$fluorescence, x$fluorescence)
  expect_identical(unique(both$target), "MYC")
  expect_identical(unique(cq_read_curves(file("Amplification_Results_FAM"), target = "FASN")$target), "FASN")
  # another dye's table names nothing of this one
  other <- tempfile(fileext = ".csv")
  writeLines(grep("HEX", readLines(file("Cq_Results")), value = TRUE, invert = TRUE), other)
  hex <- cq_read_curves(c(file("Amplification_Results_HEX"), other))
  expect_true(all(is.na(hex$target)))
  expect_identical(cq_log(hex)$n[cq_log(hex)$what == "curves without a row of Cq"], 3L)
  german <- cq_read_curves(fixture("curves-cfx-german.csv"), run = "plate 1")
  expect_wells(german, c("A01", "A02"), 1:2, function(k) 1000 * rn(k))
  expect_identical(unique(german$run), "plate 1")
  expect_error(cq_read_curves(file("Derivative"), "melt"), "RFU Results", class = "ddcq_error_format")
  # by its shape, whatever it is called
  renamed <- file.path(tempdir(), "melt.csv")
  file.copy(file("Derivative"), renamed, overwrite = TRUE)
  expect_error(cq_read_curves(renamed, "melt"), "derivative", class = "ddcq_error_format")
  expect_error(cq_read_curves(file("Cq_Results")), "without curves", class = "ddcq_error_format")
  refusal <- tryCatch(cq_read_curves(file("RFU")), ddcq_error_format = function(e) gsub("\\s+", " ", conditionMessage(e)))
  expect_match(refusal, "the call is cq_read_curves(path, what = \"melt\")", fixed = TRUE)
})

test_that("LightCycler 480: the program with cycles, the one that melts, every filter", {
  x <- cq_read_curves(fixture("curves-lc480.txt"))
  expect_wells(x, c("A01", "B12", "A01", "B12"), c(1, 2, 2, 3))
  expect_identical(unique(x$dye), c("465-510", "533-580"))
  expect_identical(unique(x$sample), c("sample 1", "sample 2"))
  y <- cq_read_curves(fixture("curves-lc480.txt"), "melt")
  expect_wells(y, c("A01", "B12", "A01", "B12"), c(1, 2, 2, 3), fall)
  expect_error(cq_read_curves(fixture("lc480.txt")), "raw data", class = "ddcq_error_format")
})

test_that("LightCycler 480: the results of one filter name the curves of that filter", {
  results <- tempfile(fileext = ".txt")
  writeLines(c(
    "Experiment: simulated  Selected Filter: SYBR Green I / HRM Dye (465-510)",
    "Include\tColor\tPos\tName\tCp\tConcentration\tStandard\tStatus", "True\t255\tA1\ts1\t22.10\t\t0\t", "True\t255\tB12\ts2\t24.10\t\t0\t"
  ), results)
  x <- cq_read_curves(c(fixture("curves-lc480.txt"), results))
  expect_identical(cq_log(x)$n[cq_log(x)$what == "curves named by the table of Cq"], 2L)
  expect_identical(cq_log(x)$n[cq_log(x)$what == "curves without a row of Cq"], 2L)
  # the raw data have names of their own, and these stand
  expect_identical(unique(x$sample), c("sample 1", "sample 2"))
  expect_false(any(contradicts(c("465-510", NA, "FAM"), c("SYBR Green I (465-510)", "HEX", "FAM"))))
  expect_true(all(contradicts(c("533-580", "FAM"), c("SYBR Green I (465-510)", "HEX"))))
})

test_that("MxPro: segments, decimal comma in the temperatures, wells by number", {
  x <- cq_read_curves(fixture("curves-mxpro.txt"))
  expect_wells(x, c("A01", "B01", "H12"), 1:3, function(k) round(10000 * rn(k)))
  first <- x[!duplicated(curve_index(x)), ]
  expect_identical(first$target, c("MYC", NA, "GAPDH"))
  expect_identical(first$dye, c(NA, "SYBR", NA))
  y <- cq_read_curves(fixture("curves-mxpro.txt"), "melt")
  expect_wells(y, c("A01", "B01", "H12"), 1:3, function(k) round(1000 * fall(k)))
})

test_that("SDS 2 clipped: Rn or Delta Rn, wells by number", {
  x <- cq_read_curves(fixture("curves-sds.txt"))
  expect_wells(x, c("A01", "A02", "H12"), 1:3)
  expect_identical(unique(x$target), "MYC")
  y <- cq_read_curves(fixture("curves-sds.txt"), signal = "subtracted", plate = 384)
  expect_equal(y$fluorescence, x$fluorescence - 0.5, tolerance = 1e-12)
  expect_identical(unique(y$well), c("A01", "A02", "D24"))
})

test_that("Rotor-Gene run files: tubes, channels against the cycle and the temperature", {
  skip_if_not_installed("xml2")
  x <- cq_read_curves(fixture("curves.rex"))
  expect_wells(x, c("1", "2", "3"), 1:3)
  expect_identical(unique(x$sample), paste("sample", 1:3))
  expect_identical(unique(x$dye), "Green")
  expect_wells(cq_read_curves(fixture("curves.rex"), "melt"), c("1", "2", "3"), 1:3, fall)
})

test_that("RDES, amplification and melting", {
  x <- cq_read_curves(fixture("curves-rdes.tsv"))
  expect_wells(x, c("A01", "A02"), 1:2)
  expect_identical(as.character(unique(x$task)), c("unknown", "ntc"))
  expect_wells(cq_read_curves(fixture("curves-rdes-melt.tsv"), "melt"), c("A01", "A02"), 1:2, fall)
  expect_error(cq_read_curves(fixture("curves-rdes.tsv"), "melt"), class = "ddcq_error_format")
  expect_error(cq_read(fixture("curves-rdes-melt.tsv")), "cq_read_curves(path, what = \"melt\")", fixed = TRUE)
})

points <- function(name, at, x, y) paste0("<", name, "><", at, ">", x, "</", at, "><fluor>", y, "</fluor></", name, ">", collapse = "")
rdml_curves <- function(change = identity) {
  data <- vapply(1:2, function(k) paste0(
    "<react id=\"", c(1, 14)[k], "\"><sample id=\"s", k, "\"/><data><tar id=\"MYC\"/><cq>", 18 + 2 * k, "</cq>",
    points("adp", "cyc", 1:40, rn(k)), points("mdp", "tmp", degrees, fall(k)), "</data></react>"
  ), "")
  text <- paste0(
    "<?xml version=\"1.0\"?><rdml version=\"1.2\" xmlns=\"http://www.rdml.org\"><sample id=\"s1\"><type>unkn</type></sample>",
    "<sample id=\"s2\"><type>ntc</type></sample><target id=\"MYC\"><type>toi</type></target><experiment id=\"e\"><run id=\"r\">",
    "<pcrFormat><rows>8</rows><columns>12</columns><rowLabel>ABC</rowLabel><columnLabel>123</columnLabel></pcrFormat>",
    paste(data, collapse = ""), "</run></experiment></rdml>"
  )
  path <- tempfile(fileext = ".rdml")
  writeLines(change(text), path)
  path
}

test_that("RDML: points of every reaction; one that is no number is an error with its place", {
  skip_if_not_installed("xml2")
  x <- cq_read_curves(rdml_curves())
  expect_wells(x, c("A01", "B02"), 1:2)
  expect_identical(as.character(unique(x$task)), c("unknown", "ntc"))
  expect_wells(cq_read_curves(rdml_curves(), "melt"), c("A01", "B02"), 1:2, fall)
  for (bad in c("<fluor>x</fluor>", "<fluor></fluor>", "", "<fluor>1</fluor><fluor>2</fluor>")) {
    path <- rdml_curves(function(text) sub("<fluor>0.5</fluor>", bad, text, fixed = TRUE))
    expect_error(cq_read_curves(path), "reaction \"1\"", class = "ddcq_error_format", info = bad)
  }
  path <- rdml_curves(function(text) gsub("<adp>.*?</adp>", "", text))
  expect_error(cq_read_curves(path), "without amplification", class = "ddcq_error_format")
  path <- rdml_curves(function(text) sub("<rdml", "<!DOCTYPE rdml><rdml", text))
  expect_error(cq_read_curves(path), "document type", class = "ddcq_error_file")
})

test_that("a run file of Rotor-Gene with a document type, or cut off, is refused", {
  skip_if_not_installed("xml2")
  lines <- readLines(fixture("curves.rex"), encoding = "UTF-8")
  path <- tempfile(fileext = ".rex")
  writeLines(append(lines, "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>", 1), path, useBytes = TRUE)
  expect_error(cq_read_curves(path), "document type", class = "ddcq_error_file")
  writeLines(lines[1:40], path, useBytes = TRUE)
  expect_error(cq_read_curves(path), "complete", class = "ddcq_error_format")
  writeLines(lines[-grep("<Reading>", lines)[1]], path, useBytes = TRUE)
  expect_error(cq_read_curves(path), "line of readings", class = "ddcq_error_format")
})

test_that("several files are several runs; names for them", {
  files <- c(fixture("curves-lc480.txt"), fixture("curves-sds.txt"))
  x <- cq_read_curves(files)
  expect_identical(unique(x$run), c("curves-lc480", "curves-sds"))
  expect_identical(nrow(x), 160L + 120L)
  expect_identical(unique(cq_read_curves(files, run = c("a", "b"))$run), c("a", "b"))
  expect_identical(unique(cq_read_curves(c(one = files[1]))$run), "one")
  expect_error(cq_read_curves(files, run = "a"), class = "ddcq_error_argument")
})

test_that("a section alone: wells by the plate of the key lines, or as told, or an error; names from a second file", {
  lines <- readLines(fixture("curves-quantstudio.txt"), encoding = "UTF-8")
  at <- function(name) grep(paste0("[", name, "]"), lines, fixed = TRUE)
  folder <- new_folder_of_curves()
  write <- function(name, lines) {
    path <- file.path(folder, name)
    writeLines(lines, path, useBytes = TRUE)
    path
  }
  section <- lines[at("Amplification Data"):(at("Results") - 1)]
  keyed <- write("amplification.txt", c(lines[1:4], section))
  x <- cq_read_curves(keyed)
  expect_wells(x, c("A01", "A01", "A02", "A02", "A03", "C01"), 1:6)
  expect_true(all(is.na(x$sample)))
  bare <- write("bare.txt", section)
  expect_error(cq_read_curves(bare), "plate", class = "ddcq_error_format")
  expect_identical(unique(cq_read_curves(bare, plate = 384)$well), c("A01", "A02", "A03", "B01"))
  results <- write("results.txt", c(lines[1:4], lines[at("Results"):(at("Melt Curve Raw Data") - 1)]))
  both <- cq_read_curves(c(keyed, results), run = "plate 1")
  expect_identical(both$fluorescence, x$fluorescence)
  expect_identical(unique(both$sample), c("s1", "s2", "s3", NA))
  expect_identical(unique(both$run), "plate 1")
  expect_match(cq_log(both)$detail[cq_log(both)$what == "curves named by the table of Cq"], "results.txt")
  # in a folder nothing says that they belong together
  file.remove(bare)
  apart <- cq_read_curves(folder)
  expect_true(all(is.na(apart$sample)))
  expect_match(cq_log(apart)$detail[cq_log(apart)$what == "files not read"], "results.txt: a table of Cq")
})

test_that("what is asked for wrongly, and files without curves", {
  expect_error(cq_read_curves(), "path", class = "ddcq_error_argument")
  expect_error(cq_read_curves("nowhere.txt"), class = "ddcq_error_file")
  expect_error(cq_read_curves(fixture("curves-sds.txt"), "melt"), class = "ddcq_error_format")
  expect_error(cq_read_curves(fixture("curves-sds.txt"), "Melt"), class = "ddcq_error_argument")
  expect_error(cq_read_curves(fixture("curves-sds.txt"), format = "cfx"), class = "ddcq_error_format")
  expect_error(cq_read_curves(fixture("curves-sds.txt"), format = "table"), class = "ddcq_error_argument")
  expect_error(cq_read_curves(fixture("curves-lc480.txt"), signal = "subtracted"), class = "ddcq_error_argument")
  expect_error(cq_read_curves(fixture("curves-lc480.txt"), program = 7), "program", class = "ddcq_error_format")
  expect_error(cq_read_curves(fixture("cfx-cq.csv")), "without curves", class = "ddcq_error_format")
  empty <- tempfile()
  dir.create(empty)
  file.copy(fixture("cfx-cq.csv"), empty)
  expect_error(cq_read_curves(empty), "No file", class = "ddcq_error_format")
})

test_that("every format that says that it carries curves has a reader, and the other way round", {
  formats <- cq_formats()
  with <- formats$format[nzchar(formats$curves)]
  expect_setequal(with, c(vapply(curve_families(), `[[`, "", "id"), "design-analysis"))
  expect_identical(formats$curves[formats$format == "sds"], "amplification")
})

test_that("the decimal mark of numbers of any size", {
  expect_identical(curve_mark(c("1,234.5", "12"), "f"), ".")
  expect_identical(curve_mark(c("31154,79", "1"), "f"), ",")
  expect_identical(curve_mark(c("0,5", "1,234"), "f"), ",")
  expect_identical(curve_mark(c("12.5", "1,234"), "f"), ".")
  expect_identical(curve_mark(c("1,234", "2,345"), "f", hint = ","), ",")
  expect_identical(curve_mark(c("1,234", "2,345"), "f", hint = "."), ".")
  expect_identical(curve_mark(c("1,234,567"), "f"), ".")
  expect_error(curve_mark(c("1,234", "2,345"), "f"), "two ways", class = "ddcq_error_format")
})

test_that("numbers that a spreadsheet made into dates are refused", {
  y <- rn(1)
  days <- as.numeric(as.Date(paste0("2016-", 1:9, "-01")) - as.Date("1899-12-30"))
  text <- c(readLines(fixture("curves-lc480.txt"))[1:2], paste("A1", "s", 2, 3, 1:40, 1000, "72.0", c(days, y[10:40]), sep = "\t"))
  path <- tempfile(fileext = ".txt")
  writeLines(sub("\t533-580\t", "", sub("533-580\t$", "", text)), path)
  expect_error(cq_read_curves(path), "days", class = "ddcq_error_format")
})

# ---- files that people have been at ----

# Values by curve and cycle.
by_key <- function(x) {
  key <- paste(x$well, x$target, x$dye %||% "", x[[kind_of(x)$x]])
  stats::setNames(x$fluorescence, key)
}

mutations <- list(
  "a cell lost" = function(lines, at, sep) {
    cells <- strsplit(lines[at], sep, fixed = TRUE)[[1]]
    replace(lines, at, paste(cells[-sample(length(cells), 1)], collapse = sep))
  },
  "a cell more" = function(lines, at, sep) {
    cells <- strsplit(lines[at], sep, fixed = TRUE)[[1]]
    replace(lines, at, paste(append(cells, "7", sample(0:length(cells), 1)), collapse = sep))
  },
  "a cell that is no number" = function(lines, at, sep) {
    cells <- strsplit(lines[at], sep, fixed = TRUE)[[1]]
    replace(lines, at, paste(replace(cells, sample(length(cells), 1), "1.2.3"), collapse = sep))
  },
  "a line lost" = function(lines, at, sep) lines[-at],
  "a line twice" = function(lines, at, sep) append(lines, lines[at], at),
  "lines swapped" = function(lines, at, sep) replace(lines, c(at, at + 1), lines[c(at + 1, at)]),
  "two lines in one" = function(lines, at, sep) append(lines[-(at + 0:1)], paste0(lines[at], lines[at + 1]), at - 1),
  "cut off" = function(lines, at, sep) c(lines[seq_len(at - 1)], substr(lines[at], 1, sample(nchar(lines[at]), 1)))
)

test_that("mutated files give an error, or nothing that was not there", {
  files <- c(
    "curves-quantstudio.txt", "curves-lc480.txt", "curves-mxpro.txt", "curves-sds.txt", "curves-rdes.tsv",
    "cfx-curves/simulated_-_Quantification_Amplification_Results_FAM.csv", "curves-cfx-german.csv"
  )
  set.seed(88)
  n <- c(read = 0, refused = 0)
  for (file in files) {
    lines <- readLines(fixture(file), encoding = "UTF-8")
    sep <- if (grepl("german", file)) ";" else if (grepl("csv$", file)) "," else "\t"
    truth <- by_key(quietly(fixture(file)))
    first <- if (grepl("quantstudio", file)) grep("Amplification", lines) + 2 else 3
    last <- if (grepl("quantstudio", file)) grep("[Results]", lines, fixed = TRUE) - 45 else length(lines) - 1
    path <- file.path(new_folder_of_curves(), basename(file))
    for (name in names(mutations)) {
      for (i in 1:6) {
        at <- sample(seq(first, last), 1)
        bad <- mutations[[name]](lines, at, sep)
        writeLines(bad, path)
        got <- tryCatch(quietly(path), error = identity)
        if (inherits(got, "error")) {
          expect_s3_class(got, "ddcq_error")
          n["refused"] <- n["refused"] + 1
          next
        }
        n["read"] <- n["read"] + 1
        value <- by_key(got)
        # a number that is cut off at the end of the file is one that the file says
        if (name == "cut off") value <- value[-length(value)]
        where <- paste(file, name, "line", at)
        known <- names(value) %in% names(truth)
        expect_identical(value[known], truth[names(value)[known]], info = where)
        # another word in the place of a name is what the file says; the numbers of its well stand
        new <- paste(value, sub(" .* ", " ", names(value)))[!known]
        expect_identical(setdiff(new, paste(truth, sub(" .* ", " ", names(truth)))), character(), info = where)
        whole <- grepl("sds|rdes", file) || name == "cut off"
        if (length(truth) > length(value) && !whole) expect_match(cq_log(got)$what, "cycles", all = FALSE, info = where)
      }
    }
  }
  # what is left to be read changed no number: lines that are gone, or in another order
  expect_gt(n[["refused"]], 120)
})

# ---- real exports: counts of their raw lines, made without the reader ----

test_that("real exports give the counts and sums of their raw lines", {
  skip_without_shared()
  folder <- file.path(shared_dir(), "exports")
  file <- function(pattern) list.files(folder, pattern, full.names = TRUE)
  lines <- function(path) readLines(path, warn = FALSE, encoding = "UTF-8")
  number <- function(x) as.numeric(gsub(",", "", x))

  path <- file("^QuantStudio6Flex")
  text <- lines(path)
  rows <- text[(grep("[Amplification Data]", text, fixed = TRUE) + 2):(grep("[Multicomponent Data]", text, fixed = TRUE) - 1)]
  rows <- strsplit(rows[nzchar(rows)], "\t")
  x <- cq_read_curves(path)
  expect_identical(nrow(x), length(rows))
  expect_equal(sum(x$fluorescence), sum(number(vapply(rows, `[`, "", 4))))

  path <- file("^AB7900HT__Daria")
  rows <- strsplit(lines(path)[-(1:2)], "\t")
  x <- cq_read_curves(path)
  expect_identical(nrow(x), 45L * length(rows))
  expect_equal(sum(x$fluorescence), sum(number(unlist(lapply(rows, `[`, 4:48)))))

  for (what in c("amplification", "melt")) {
    path <- file(if (what == "melt") "^CFX96-CM3.*RFU" else "^CFX96-CM3.*Amplification")
    raw <- utils::read.csv(path)
    x <- cq_read_curves(path, what)
    expect_identical(nrow(x), nrow(raw) * 96L)
    expect_equal(sum(x$fluorescence), sum(raw[-(1:2)]))
    expect_equal(x$fluorescence[x$well == "C07"], raw$C7)
  }

  path <- file("^Mx3005P-raw")
  rows <- strsplit(lines(path)[-(1:2)], "\t")
  kind <- vapply(rows, `[`, "", 2)
  y <- number(vapply(rows, `[`, "", 7))
  for (what in c("P", "R")) {
    x <- cq_read_curves(path, if (what == "P") "amplification" else "melt")
    expect_identical(nrow(x), sum(kind == what))
    expect_equal(sum(x$fluorescence), sum(y[kind == what]))
  }

  path <- file("^RDES")
  raw <- utils::read.delim(path, check.names = FALSE)
  x <- cq_read_curves(path)
  expect_identical(nrow(x), nrow(raw) * 38L)
  expect_equal(sum(x$fluorescence), sum(raw[paste(3:40)]))

  expect_error(cq_read_curves(file("^LC480-raw")), "days", class = "ddcq_error_format")
})

test_that("real run files and RDML give the points that stand in their text", {
  skip_without_shared()
  skip_if_not_installed("xml2")
  folder <- file.path(shared_dir(), "exports")
  for (path in list.files(folder, "[.]rdml$", full.names = TRUE)) {
    member <- grep("xml$", utils::unzip(path, list = TRUE)$Name, value = TRUE)[1]
    con <- unz(path, member, "rb")
    text <- gsub("[\r\n]", "", rawToChar(readBin(con, "raw", 1e7)), useBytes = TRUE)
    close(con)
    for (what in c("amplification", "melt")) {
      tag <- if (what == "melt") "mdp" else "adp"
      found <- regmatches(text, gregexpr(paste0("(?s)<", tag, ">.*?</", tag, ">"), text, perl = TRUE, useBytes = TRUE))[[1]]
      if (!length(found)) {
        expect_error(cq_read_curves(path, what), class = "ddcq_error_format", info = basename(path))
        next
      }
      x <- quietly(path, what)
      expect_identical(nrow(x), length(found), info = paste(basename(path), what))
      sum <- sum(as.numeric(sub(".*<fluor>\\s*([^<]*?)\\s*</fluor>.*", "\\1", found)))
      expect_equal(sum(x$fluorescence), sum, info = paste(basename(path), what))
    }
  }
  path <- list.files(folder, "[.]rex$", full.names = TRUE)
  text <- grep("<Reading>", readLines(path, warn = FALSE), value = TRUE, fixed = TRUE)
  total <- sum(as.numeric(unlist(strsplit(gsub("</?Reading>", "", text), " "))))
  expect_equal(sum(cq_read_curves(path)$fluorescence) + sum(cq_read_curves(path, "melt")$fluorescence), total)
})

test_that("real workbooks give the cells of their sheets", {
  skip_without_shared()
  skip_if_not_installed("readxl")
  folder <- file.path(shared_dir(), "exports")
  books <- c(
    "^QuantStudio1-DA2" = 24, "^QuantStudio3.*barcode" = 35, "^QuantStudio5.*v1.5.2" = 45, "^QuantStudio7Flex.*08.xlsx" = 42,
    "^QuantStudio7Pro-DA2_" = 24, "^QuantStudio7Pro-Diomni" = 28, "^StepOnePlus.*xls$" = 7, "^AB7500v2.*xls" = 7,
    "^OpenArray-QS12K.*xlsx" = 19
  )
  for (pattern in names(books)) {
    path <- list.files(folder, pattern, full.names = TRUE)
    sheet <- suppressMessages(suppressWarnings(readxl::read_excel(path, "Amplification Data", skip = books[[pattern]])))
    y <- sheet[[intersect(c("Rn", "R"), names(sheet))]]
    x <- quietly(path)
    expect_identical(nrow(x), sum(!is.na(y)), info = pattern)
    expect_equal(sum(x$fluorescence), sum(y, na.rm = TRUE), info = pattern)
    expect_false(anyNA(x$target), info = pattern)
    expect_match(cq_log(x)$detail[cq_log(x)$what == "fluorescence"], "^(Rn|R),", info = pattern)
  }
})

test_that("every real export is read or refused with a classed error", {
  skip_on_cran()
  skip_without_shared()
  files <- list.files(file.path(shared_dir(), "exports"), full.names = TRUE)
  files <- files[basename(files) != "INDEX.md"]
  for (path in files) {
    for (what in c("amplification", "melt")) {
      got <- tryCatch(quietly(path, what), error = identity)
      expect_true(inherits(got, c("cq_curves", "cq_melt_curves", "ddcq_error_format", "ddcq_error_file")), info = paste(what, basename(path)))
    }
  }
})
