canonical <- c("run", "well", "sample", "target", "task", "state", "cq", "quantity", "note")

# Rows in one order: RDML keeps those of a reaction together.
in_order <- function(x) {
  x <- as.data.frame(x)[canonical]
  keys <- lapply(x, function(column) if (is.factor(column)) as.integer(column) else column)
  x <- x[do.call(order, c(unname(keys), method = "radix")), ]
  rownames(x) <- NULL
  x
}

any_cq_data <- function(seed) {
  set.seed(seed)
  n <- sample(c(1, 8, 60), 1)
  pick <- function(x, size = n) sample(x, size, TRUE)
  d <- data.frame(
    run = pick(list("run1", c("p 1", "p<&>2"))[[sample(2, 1)]]),
    sample = pick(c("s1", "s2", "a{b}", "<x>&\"y'", "\u00e9\u00df\u4e2d", "no name", "s1 (2)", "100%")),
    target = pick(c("MYC", "GAPDH", "b<c", "\u0394", "T", "T (2)")),
    task = pick(c(rep("unknown", 5), "standard", "calibrator", "ntc", "nrt", "positive"))
  )
  d$well <- switch(sample(4, 1),
    sprintf("%s%02d", pick(LETTERS[1:16]), pick(1:24)), paste0(pick(LETTERS[1:8]), pick(1:12)),
    rep(NA_character_, n), pick(c("S48-A01", "x\ty%", "A01", "a1", "A1", "AA12", "72", NA))
  )
  d$sample[d$task != "unknown" & stats::runif(n) < 0.3] <- NA
  d$state <- pick(c(rep("quantified", 7), "nondetect", "excluded", "missing"))
  d$cq <- round(stats::runif(n, 12, 39), pick(c(1, 3, 13), 1))
  d$cq[d$state %in% c("nondetect", "missing") | d$state == "excluded" & stats::runif(n) < 0.3] <- NA
  some_of <- function(x) replace(pick(x), stats::runif(n) < 0.7, NA)
  d$quantity <- some_of(c(1, 1e-3, 1e6, 1 / 3))
  d$note <- some_of(c("bubble", "a <b> & c", "TRUE", "two\nlines"))
  if (stats::runif(1) < 0.3) d$dye <- pick(c("FAM", "HEX", NA))
  d <- d[is.na(d$well) | !duplicated(d[c("run", "well", "target")]), ]
  suppressWarnings(cq_data(d, runs = "same", cycles = sample(c(40, 45), 1)))
}

test_that("what was written comes back as it was", {
  skip_if_not_installed("xml2")
  path <- tempfile(fileext = ".rdml")
  for (seed in 1:20) {
    x <- any_cq_data(seed)
    cq_write_rdml(x, path)
    y <- suppressWarnings(cq_read(path, runs = "same"))
    expect_identical(in_order(y), in_order(x), info = seed)
    expect_identical(attr(y, "cycles"), attr(x, "cycles"), info = seed)
  }
})

small <- function() {
  cq_data(data.frame(
    well = c("A01", "B12", "A02"), sample = c("s1", "s1", "std"), target = c("MYC", "GAPDH", "MYC"),
    task = c("unknown", "unknown", "standard"), quantity = c(NA, NA, 100), cq = c(24.5, NA, 20), dye = "FAM", tm = 84.5,
    role = c("toi", "ref", "toi")
  ), na = "nondetect")
}

test_that("the file is a zip with one document in the order that the format asks for", {
  skip_if_not_installed("xml2")
  path <- tempfile(fileext = ".rdml")
  x <- cq_exclude(small(), well == "A01", reason = "bubble")
  expect_identical(withVisible(cq_write_rdml(x, path))$visible, FALSE)
  expect_identical(utils::unzip(path, list = TRUE)$Name, "rdml_data.xml")
  efficiency <- cq_efficiency(c("MYC", "GAPDH"), c(1.9, 2), std.error = 0.02, df = 8)
  plain <- tempfile(fileext = ".xml")
  cq_write_rdml(x, plain, efficiency)
  doc <- xml2::xml_ns_strip(xml2::read_xml(plain))
  expect_identical(xml2::xml_attr(doc, "version"), "1.3")
  expect_identical(
    xml2::xml_name(xml2::xml_children(doc)),
    c("id", "dye", "sample", "sample", "target", "target", "experiment")
  )
  text <- function(path) xml2::xml_text(xml2::xml_find_all(doc, path))
  expect_identical(text("target/amplificationEfficiency"), c("1.9", "2"))
  expect_identical(text("target/type"), c("toi", "ref"))
  expect_identical(text("//cq"), c("24.5", "-1.0", "20"))
  expect_identical(text("//excl"), "bubble")
  expect_identical(xml2::xml_attr(xml2::xml_find_all(doc, "//react"), "id"), c("1", "24", "2"))
  expect_identical(text("sample/quantity/value"), "100")
  y <- cq_read(path)
  expect_identical(unique(y$dye), "FAM")
  expect_identical(y$tm, rep(84.5, 3))
})

test_that("the same data make the same file, and a zip needs no program", {
  one <- tempfile(fileext = ".rdml")
  two <- tempfile(fileext = ".rdml")
  cq_write_rdml(small(), one)
  cq_write_rdml(small(), two)
  expect_identical(unname(tools::md5sum(one)), unname(tools::md5sum(two)))
  folder <- tempfile()
  utils::unzip(one, exdir = folder)
  expect_identical(list.files(folder), "rdml_data.xml")
})

test_that("what RDML cannot hold is an error", {
  x <- small()
  path <- tempfile(fileext = ".rdml")
  expect_error(cq_write_rdml(as.list(x), path), class = "ddcq_error_argument")
  expect_error(cq_write_rdml(x, file.path(tempdir(), "no", "x.rdml")), class = "ddcq_error_file")
  expect_error(cq_write_rdml(x, tempdir()), class = "ddcq_error_file")
  expect_error(cq_write_rdml(x, path, efficiency = 2), class = "ddcq_error_argument")
  expect_error(cq_write_rdml(x[0, ], path), "rows", class = "ddcq_error_data")
  nameless <- x
  nameless$target[2] <- NA
  expect_error(cq_write_rdml(nameless, path), "target in every row", class = "ddcq_error_data")
  odd <- x
  odd$sample[1] <- "s\0011"
  expect_error(cq_write_rdml(odd, path), "control", class = "ddcq_error_data")
  expect_false(file.exists(path))
})

test_that("the package RDML reads it", {
  skip_if_not_installed("RDML")
  skip_on_cran()
  path <- tempfile(fileext = ".rdml")
  cq_write_rdml(small(), path)
  reader <- getExportedValue("RDML", "RDML")
  table <- suppressWarnings(reader$new(path, show.progress = FALSE)$AsTable())
  expect_identical(as.character(table$position), c("A01", "A02", "B12"))
  expect_identical(as.character(table$target), c("MYC", "MYC", "GAPDH"))
})
