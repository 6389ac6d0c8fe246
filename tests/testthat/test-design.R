wells <- data.frame(
  sample = rep(c("s1", "s2"), each = 4), target = rep(c("MYC", "GAPDH"), each = 2, times = 2),
  cq = c(24.1, 24.2, 18.0, 18.1, 25.3, 25.2, 18.2, 18.1)
)
x <- cq_data(wells)
placed <- cq_data(cbind(wells, well = sprintf("A%02d", 1:8)))
sheet <- data.frame(sample = c("s2", "s1"), treatment = c("drug", "vehicle"), mouse = c("m2", "m1"))

bytes <- function(text, bom = FALSE, encoding = NULL) {
  path <- tempfile(fileext = ".csv")
  text <- paste0(paste(text, collapse = "\n"), "\n")
  raw <- if (is.null(encoding)) charToRaw(enc2utf8(text)) else iconv(text, "UTF-8", encoding, toRaw = TRUE)[[1]]
  writeBin(c(if (bom) as.raw(c(0xef, 0xbb, 0xbf)), raw), path)
  path
}

test_that("the sheet is joined by name, not by row", {
  y <- cq_design(x, sheet)
  expect_identical(y$treatment, rep(c("vehicle", "drug"), each = 4))
  expect_identical(y$mouse, rep(c("m1", "m2"), each = 4))
  expect_identical(as.data.frame(y)[names(x)], as.data.frame(x))
  expect_identical(cq_design(x, sheet[2:1, ])$treatment, y$treatment)
})

test_that("a csv in any usual form gives the same as the data frame", {
  skip_if_not(l10n_info()[["UTF-8"]])
  want <- cq_design(x, sheet)
  lines <- c("sample,treatment,mouse", "s2,drug,m2", "s1,vehicle,m1")
  semicolons <- gsub(",", ";", lines)
  tabs <- gsub(",", "\t", lines)
  for (text in list(lines, semicolons, tabs, gsub("([a-z0-9]+)", "\"\\1\"", lines), gsub(",", " , ", lines))) {
    for (bom in c(FALSE, TRUE)) {
      got <- cq_design(x, bytes(text, bom))
      expect_identical(as.data.frame(got), as.data.frame(want), info = paste(text[1], bom))
    }
  }
  expect_identical(as.data.frame(cq_design(x, bytes(c(lines, "", "")))), as.data.frame(want))
})

test_that("with semicolons the decimal mark is a comma", {
  y <- cq_design(x, bytes(c("sample;treatment;rin", "s1;vehicle;8,5", "s2;drug;9")))
  expect_identical(unique(y$rin), c(8.5, 9))
})

test_that("accents in the sheet meet accents in the data", {
  skip_if_not(l10n_info()[["UTF-8"]])
  data <- transform(wells, sample = sub("s1", "\u00e9", sample))
  latin1 <- data
  latin1$sample <- iconv(data$sample, "UTF-8", "latin1")
  path <- bytes(c("sample,treatment", "\u00e9,vehicle", "s2,drug"))
  for (d in list(data, latin1)) {
    expect_identical(cq_design(cq_data(d), path)$treatment, rep(c("vehicle", "drug"), each = 4))
  }
})

test_that("blank rows and blanks around names in the sheet are no names", {
  loose <- rbind(transform(sheet, sample = paste0(" ", sample, " ")), NA)
  expect_identical(cq_design(x, loose)$treatment, rep(c("vehicle", "drug"), each = 4))
})

test_that("surplus rows are told in the log, controls need no row", {
  y <- cq_design(x, rbind(sheet, data.frame(sample = "s9", treatment = "drug", mouse = "m9")))
  log <- cq_log(y)
  expect_identical(log$detail[log$what == "rows of the sheet without wells"], "s9")
  data <- rbind(cbind(wells, task = "unknown"), data.frame(sample = "water", target = "MYC", cq = 38, task = "ntc"))
  expect_identical(tail(cq_design(cq_data(data), sheet)$treatment, 1), NA_character_)
})

test_that("wells are joined by well, A1 being A01", {
  by_well <- data.frame(well = paste0("A", 8:1), treatment = rep(c("drug", "vehicle"), each = 4))
  expect_identical(cq_design(placed, by_well, by = "well")$treatment, rep(c("vehicle", "drug"), each = 4))
})

test_that("a sheet by well tells apart what the file calls alike, and does not rename", {
  alike <- cq_data(transform(cbind(wells, well = sprintf("A%02d", 1:8)), sample = "Control"))
  by_well <- data.frame(
    well = sprintf("A%02d", 1:8), sample = rep(c("s1", "s2"), each = 4), treatment = rep(c("a", "b"), each = 4)
  )
  y <- cq_design(alike, by_well, by = "well")
  expect_identical(y$sample, by_well$sample)
  expect_match(cq_log(y)$detail, "told apart by the sheet: Control", all = FALSE)
  # one well off: s1's last well is called s2
  off <- transform(by_well, sample = c("s1", sample[-8]))
  caught <- expect_error(cq_design(placed, off, by = "well"), class = "ddcq_error_design")
  expect_match(conditionMessage(caught), "A05 (\"s2\" is \"s1\" in the sheet)", fixed = TRUE)
})

test_that("runs may use the same names for other samples", {
  two <- cq_data(rbind(cbind(wells, run = "p1"), cbind(wells, run = "p2")), runs = "same")
  both <- expand.grid(sample = c("s1", "s2"), run = c("p1", "p2"), stringsAsFactors = FALSE)
  both$treatment <- paste0("t", 1:4)
  y <- cq_design(two, both, by = c("run", "sample"))
  expect_identical(y$treatment, rep(paste0("t", 1:4), each = 4))
  expect_identical(cq_design(two, both, by = c("sample", "run"))$treatment, y$treatment)
})

test_that("a factor in the sheet becomes its names, a number stays a number", {
  y <- cq_design(x, data.frame(sample = c("s1", "s2"), f = factor(c("b", "a"), levels = c("b", "a")), n = c(2, 1)))
  expect_identical(unique(y$f), c("b", "a"))
  expect_identical(unique(y$n), c(2, 1))
})

test_that("a column that is already there is replaced, not doubled", {
  y <- cq_design(cq_design(x, sheet), data.frame(sample = c("s1", "s2"), treatment = c("A", "B")))
  expect_identical(sum(names(y) == "treatment"), 1L)
  expect_identical(unique(y$treatment), c("A", "B"))
})

test_that("a sheet that says nothing of a sample is found when the model asks", {
  y <- cq_design(x, data.frame(sample = c("s1", "s2"), treatment = c("a", NA)))
  expect_error(ddcq(y, ~treatment, "GAPDH", "a", 2), "\"s2\" has none", class = "ddcq_error_design")
  # an empty cell is no group of its own, as text or as a level
  for (blank in c("", "  ")) {
    y$treatment[y$sample == "s2"] <- blank
    expect_error(ddcq(y, ~treatment, "GAPDH", "a", 2), "\"s2\" has none", class = "ddcq_error_design")
    z <- y
    z$treatment <- factor(z$treatment)
    expect_error(ddcq(z, ~treatment, "GAPDH", "a", 2), "\"s2\" has none", class = "ddcq_error_design")
  }
})

test_that("a sample is left out as the refusal says: taken out before the sheet is joined", {
  plate <- data.frame(
    sample = rep(c("a", "b", "c", "d", "the \"fifth\" {x}"), 2), target = rep(c("MYC", "GAPDH"), each = 5),
    cq = c(24, 24.2, 25, 25.1, 30, 18, 18.1, 18.1, 18, 18.2)
  )
  sheet <- data.frame(sample = letters[1:4], treatment = rep(c("vehicle", "drug"), each = 2))
  y <- cq_data(plate)
  refusal <- tryCatch(cq_design(y, sheet), ddcq_error_design = function(e) gsub("\\s+", " ", conditionMessage(e)))
  call <- sub(".*`x <- (cq_exclude.*\\))`.*", "\\1", refusal)
  expect_identical(call, "cq_exclude(x, sample == \"the \\\"fifth\\\" {x}\", reason = \"...\")")
  z <- cq_design(eval(parse(text = call), list(x = y)), sheet)
  expect_identical(sum(z$state == "excluded"), 2L)
  fit <- function(x) as.data.frame(ddcq(x, ~treatment, "GAPDH", "vehicle", 2))
  expect_identical(fit(z), fit(cq_design(cq_data(plate[!plate$cq %in% c(30, 18.2), ]), sheet)))
  expect_error(cq_design(y, sheet[1:2, ]), "sample %in% c(\"c\", \"d\", ", fixed = TRUE, class = "ddcq_error_design")
  # where a row stands for a sample in a run, the others of its name stay
  runs <- cq_data(rbind(cbind(plate, run = "p1"), cbind(plate, run = "p2")), runs = "same")
  by_run <- rbind(cbind(sheet, run = "p1"), cbind(sheet, run = "p2"), data.frame(sample = plate$sample[5], treatment = "drug", run = "p1"))
  refusal <- tryCatch(cq_design(runs, by_run, c("run", "sample")), ddcq_error_design = function(e) gsub("\\s+", " ", conditionMessage(e)))
  call <- sub(".*`x <- (cq_exclude.*\\))`.*", "\\1", refusal)
  z <- cq_design(eval(parse(text = call), list(x = runs)), by_run, c("run", "sample"))
  expect_identical(z$run[z$state == "excluded"], c("p2", "p2"))
  # a sample of which one well was taken out still needs its row
  part <- cq_exclude(y, sample == "d" & target == "MYC", reason = "bubble")
  expect_error(cq_design(part, sheet[1:3, ]), "\"d\"", class = "ddcq_error_design")
})

test_that("renaming makes one of two names, and asks when two wells become one", {
  plates <- rbind(wells, transform(wells, sample = paste0(sample, "b"), target = sub("MYC", "c-Myc", target)))
  y <- cq_rename(cq_data(plates), target = c("c-Myc" = "MYC"), sample = c(s1b = "s3", s2b = "s4"))
  expect_setequal(y$target, c("MYC", "GAPDH"))
  expect_setequal(y$sample, c("s1", "s2", "s3", "s4"))
  expect_identical(y$cq, plates$cq)
  swapped <- cq_rename(x, sample = c(s1 = "s2", s2 = "s1"))
  expect_identical(swapped$sample, rep(c("s2", "s1"), each = 4))
})
