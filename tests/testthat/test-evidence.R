# The documents as they are, where the folder of reference data has them: the tables are read again from the text and
# held against the data set, cell by cell.

seed_lines <- function(start) {
  skip_without_shared()
  file <- list.files(file.path(shared_dir(), "seeds"), paste0("^", start), full.names = TRUE)
  skip_if(!length(file), "the documents")
  readLines(file[1], encoding = "UTF-8", warn = FALSE)
}

# What the data set writes for the document's letters: micro as u (and no blank before the g), plus-minus as +/-.
plain_cell <- function(text) {
  text <- gsub("\u00b5 ?g|\u03bc ?g", "ug", text)
  trimws(gsub("\u00b1", "+/-", gsub("**", "", text, fixed = TRUE), fixed = TRUE))
}

# The table below a header line: tabs between cells, up to the first line without one.
seed_table <- function(lines, header) {
  at <- which(startsWith(plain_cell(lines), header))
  stopifnot(length(at) == 1)
  n <- match(FALSE, grepl("\t", lines[-seq_len(at)], fixed = TRUE)) - 1
  cells <- strsplit(plain_cell(lines[at + 0:n]), "\t", fixed = TRUE)
  stopifnot(lengths(cells) == length(cells[[1]]))
  table <- as.data.frame(do.call(rbind, cells[-1]), stringsAsFactors = FALSE)
  names(table) <- cells[[1]]
  table
}

# Every cell of the printed table is in the data set, in its row; a dash is none. Nothing else is in it.
expect_printed <- function(table, document, name, results, place = c(dose = NA, duration = NA, reference = NA)) {
  ours <- anastrozole_evidence[anastrozole_evidence$document == document & anastrozole_evidence$table == name, ]
  labels <- setdiff(names(table), c(results, place))
  found <- 0
  for (i in seq_len(nrow(table))) {
    rows <- ours[ours$row == i, ]
    expect_identical(unique(rows$row_label), paste(unlist(table[i, labels]), collapse = "; "))
    for (column in names(place)[!is.na(place)]) {
      cell <- table[i, place[[column]]]
      expect_identical(unique(rows[[column]]), if (cell == "-") NA_character_ else cell)
    }
    for (column in results) {
      here <- rows[rows$column == column, ]
      if (table[i, column] == "-") {
        expect_identical(nrow(here), 0L)
      } else {
        expect_identical(here$printed, table[i, column])
        found <- found + 1
      }
    }
  }
  expect_identical(nrow(ours), as.integer(found))
}

test_that("the application notes' table is printed as it is here", {
  lines <- seed_lines("000")
  table <- seed_table(lines, "Treatment Group\tTime to Double")
  expect_identical(nrow(table), 4L)
  expect_printed(table, "application notes", "Quantitative Data Summary", names(table)[2:3])
})

test_that("the resistance guide's tables are printed as they are here", {
  lines <- seed_lines("001")
  life <- seed_table(lines, "Treatment Group\tConcentration")
  expect_printed(life, "resistance guide", "Table 1", names(life)[3:4], c(dose = "Concentration"))
  volume <- seed_table(lines, "Treatment Group\tDaily Dosage")
  expect_printed(volume, "resistance guide", "Table 2", names(volume)[3], c(dose = "Daily Dosage"))
  expect_identical(c(nrow(life), nrow(volume)), c(4L, 5L))
})

test_that("the signalling guide's tables are printed as they are here", {
  lines <- seed_lines("002")
  place <- c(dose = "Dose", duration = "Duration", reference = "Reference")
  hormones <- seed_table(lines, "Parameter\tTissue/Fluid")
  expect_printed(hormones, "signalling guide", "Table 1", "% Reduction", place)
  cells <- seed_table(lines, "Cell Line\tParameter")
  place[["dose"]] <- "Concentration"
  expect_printed(cells, "signalling guide", "Table 2", "Observation", place)
  expect_identical(c(nrow(hormones), nrow(cells)), c(7L, 4L))
})

test_that("the documents have no other tables, and titles, sections and references are theirs", {
  seeds <- c("application notes" = "000", "resistance guide" = "001", "signalling guide" = "002")
  tables <- c("application notes" = 1, "resistance guide" = 2, "signalling guide" = 2)
  for (document in names(seeds)) {
    lines <- seed_lines(seeds[[document]])
    tabbed <- rle(grepl("\t", lines, fixed = TRUE))
    expect_identical(sum(tabbed$values), as.integer(tables[[document]]), label = document)
    text <- gsub("\\[([^][]*)\\]\\([^)]*\\)", "\\1", gsub("[*#]", "", plain_cell(lines)))
    ours <- anastrozole_evidence[anastrozole_evidence$document == document, ]
    for (heading in unique(c(ours$title, ours$section))) expect_true(heading %in% trimws(text), label = heading)
    for (i in seq_len(nrow(ours))) {
      listed <- paste0("- ", gsub("[][]", "", ours$reference[i]), ". ", ours$cited[i])
      expect_true(any(startsWith(text, listed)), label = listed)
    }
    expect_true(any(grepl("December 2025", lines, fixed = TRUE)))
  }
})

test_that("value, error, relation and comparator are what the printed cell says", {
  d <- anastrozole_evidence
  expect_identical(nrow(d), 31L)
  words <- is.na(d$value)
  expect_identical(sum(words), 1L)
  expect_false(grepl("[0-9]", d$printed[words]))
  cell <- sub("+/- ", "", d$printed, fixed = TRUE)
  read <- regmatches(cell, gregexpr("[~>]?[-+]?[0-9]+([.][0-9]+)?", cell))
  first <- vapply(read[!words], `[`, "", 1)
  expect_identical(as.double(gsub("[~>]", "", first)), d$value[!words])
  mark <- substr(first, 1, 1)
  expect_identical(ifelse(mark %in% c("~", ">"), mark, "="), d$relation[!words])
  with_error <- grepl("+/-", d$printed, fixed = TRUE)
  expect_identical(with_error, !is.na(d$error))
  expect_identical(as.double(vapply(read[with_error], `[`, "", 2)), d$error[with_error])
  own <- which(grepl("(vs. ", d$printed, fixed = TRUE))
  second <- vapply(read[own], `[`, "", 2)
  expect_identical(as.double(sub("~", "", second, fixed = TRUE)), d$comparator_value[own])
  expect_identical(ifelse(startsWith(second, "~"), "~", "="), d$comparator_relation[own])
})

test_that("other comparators are the control row of the same table and column", {
  d <- anastrozole_evidence
  rest <- which(!is.na(d$comparator_value) & !grepl("vs. ", d$printed, fixed = TRUE))
  expect_gt(length(rest), 10)
  for (i in rest) {
    control <- d[d$document == d$document[i] & d$table == d$table[i] & d$column == d$column[i] & d$row == 1, ]
    expect_identical(d$comparator[i], control$treatment)
    expect_identical(d$comparator_value[i], control$value)
    expect_identical(d$comparator_relation[i], control$relation)
    expect_identical(d$unit[i], control$unit)
  }
})

# Half a unit of the last printed digit, and the rounding of the days below it.
test_that("the life spans give the printed percentages", {
  d <- anastrozole_evidence[anastrozole_evidence$topic == "survival", ]
  days <- d$value[d$unit == "days"]
  percent <- d$value[d$unit == "%"]
  expect_lt(max(abs(100 * (days[-1] / days[1] - 1) - percent)), 0.05 + 1e-9)
  for (p in percent) expect_true(any(grepl(paste0("= ", format(p, nsmall = 1), " %"), d$remark, fixed = TRUE)))
})

test_that("the remarks' arithmetic holds", {
  d <- anastrozole_evidence
  growth <- d[d$document == "application notes", ]
  weeks <- growth$value[growth$unit == "weeks"]
  for (i in 1:3) {
    expect_match(growth$remark[2 * i], paste0(sprintf("%.1f", 2^(14 / weeks[i])), "-fold at 14 weeks"), fixed = TRUE)
  }
  volume <- d[d$document == "resistance guide" & d$table == "Table 2", ]
  expect_true(all(grepl("approximate", volume$remark)))
  expect_match(volume$remark[2], "500 times", fixed = TRUE)
  expect_identical(5000 / 10, 500)
  cells <- d[d$document == "signalling guide" & d$table == "Table 2", ]
  expect_match(cells$remark[4], "4000 times", fixed = TRUE)
  expect_equal(400 / 0.1, 4000)
})

test_that("the data set is plain text and known words", {
  d <- anastrozole_evidence
  expect_false(any(grepl("[^ -~]", unlist(d))))
  expect_false(anyDuplicated(d[c("document", "table", "row", "column")]) > 0)
  expect_setequal(d$topic, c("oestrogen", "apoptosis", "viability", "tumour growth", "survival"))
  expect_setequal(d$unit, c("%", "weeks", "days", "fold", NA))
  known <- c("vehicle", "untreated", names(internal("drug_names")))
  expect_true(all(unlist(strsplit(d$treatment, " + ", fixed = TRUE)) %in% known))
  expect_false(anyNA(d$remark))
})

# ---- treatments of a fit -------------------------------------------------------------------------------------------

test_that("drugs are read from names of groups", {
  drugs <- internal("drugs_in")
  expect_identical(drugs("Anastrozole 1 uM, 24 h"), "anastrozole")
  expect_identical(drugs("fulvestrant_anastrozole"), c("anastrozole", "fulvestrant"))
  expect_identical(drugs("Arimidex and ICI 182,780"), c("anastrozole", "fulvestrant"))
  expect_identical(drugs("anastrozole with everolimus"), c("anastrozole", "everolimus"))
  expect_identical(drugs("anastrozole + XY-12"), NA_character_)
  for (none in c("vehicle", "no anastrozole", "anastrozole-free", "withdrawn anastrozole", "", "notes", "a{b}")) {
    expect_identical(drugs(none), character())
  }
})

test_that("a factor called after a drug says so by its levels", {
  drugs <- internal("drugs_of_level")
  expect_identical(drugs("anastrozole", "yes", "no"), "anastrozole")
  expect_identical(drugs("anastrozole", "10", "0"), "anastrozole")
  expect_identical(drugs("anastrozole", "no", "no"), character())
  expect_identical(drugs("anastrozole", "none", NULL), character())
  expect_identical(drugs("anastrozole", "without", NULL), character())
  expect_identical(drugs("treatment", "vehicle", "vehicle"), character())
})

evidence_fit <- function(treatments, targets = c("MYC", "BAX")) {
  set.seed(3)
  samples <- paste0(rep(treatments, each = 3), "_", 1:3)
  wells <- expand.grid(sample = samples, target = c(targets, "GAPDH"), stringsAsFactors = FALSE)
  wells$cq <- 25 + round(stats::rnorm(nrow(wells), sd = 0.3), 3)
  wells$treatment <- sub("_[^_]*$", "", wells$sample)
  suppressWarnings(ddcq(cq_data(wells), ~treatment, reference = "GAPDH", control = treatments[1], efficiency = 2))
}

test_that("a fit has the documents' rows of its treatments, and no others", {
  fit <- evidence_fit(c("vehicle", "anastrozole", "anastrozole + fulvestrant"))
  found <- internal("fit_evidence")(fit)
  expect_identical(unique(found$treatment), c("anastrozole", "anastrozole + fulvestrant"))
  expect_identical(
    nrow(found), sum(anastrozole_evidence$treatment %in% c("anastrozole", "anastrozole + fulvestrant"))
  )
  expect_identical(attr(found, "without"), character())
  expect_null(internal("fit_evidence")(evidence_fit(c("vehicle", "fulvestrant"))))
  expect_null(internal("fit_evidence")(evidence_fit(c("vehicle", "drug"))))
  unknown <- internal("fit_evidence")(evidence_fit(c("vehicle", "anastrozole + everolimus", "Anastrozole + X")))
  expect_identical(nrow(unknown), 0L)
  expect_identical(attr(unknown, "without"), c("anastrozole + everolimus", "Anastrozole + X"))
})

test_that("crossed drugs are treatments, too", {
  x <- cq_data(anastrozole_xenografts, na = "nondetect")
  late <- x[x$week %in% 14, ]
  fit <- ddcq(late, ~ anastrozole * fulvestrant + cage, reference = "ACTB", targets = "MYC", efficiency = 1.95,
              control = c(anastrozole = "no", fulvestrant = "no"))
  expect_identical(
    unname(internal("fit_treatments")(fit)), c("", "anastrozole", "fulvestrant", "anastrozole + fulvestrant")
  )
})

# ---- in the report -------------------------------------------------------------------------------------------------

panel_html <- function(fit) {
  skip_if_not_installed("ggplot2")
  skip_if_not_installed("knitr")
  blocks <- Filter(function(b) b$kind != "picture", internal("report_panel")(fit))
  list(
    html = paste(internal("render_blocks")(blocks, "html"), collapse = "\n"),
    pipe = paste(internal("render_blocks")(blocks, "pipe"), collapse = "\n")
  )
}

test_that("the report's panel shows them as context, and only with anastrozole and the panel", {
  fit <- evidence_fit(c("vehicle", "anastrozole", "anastrozole + everolimus"))
  page <- panel_html(fit)
  for (text in page) {
    expect_match(text, "What three vendor documents report; not measured here", fixed = TRUE)
    expect_match(text, "were not checked against the studies", fixed = TRUE)
    expect_match(text, "no number for: anastrozole ")
    expect_no_match(text, "Reported for anastrozole [+&]")
  }
  expect_match(page$html, "<td>-50% [vehicle: +250%]</td>", fixed = TRUE)
  expect_match(page$html, "<td>resistance guide, Table 2, row 2</td>", fixed = TRUE)
  expect_match(page$html, "approximate and read off figures", fixed = TRUE)
  expect_match(page$pipe, "|resistance guide, Table 2, row 2 ", fixed = TRUE)
  alone <- panel_html(evidence_fit(c("vehicle", "anastrozole + everolimus")))$html
  expect_match(alone, "no number for: anastrozole + everolimus.", fixed = TRUE)
  expect_no_match(alone, "square brackets")
  for (other in list(evidence_fit(c("vehicle", "drug")), evidence_fit(c("no", "anastrozole"), c("TP53", "PGR")))) {
    expect_no_match(panel_html(other)$html, "vendor")
  }
})
