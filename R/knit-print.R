# How objects look in somebody's R Markdown or Quarto document: tables through knitr::kable() and the lines below them
# as text, in the document's own format. Names from data are escaped for it.

#' In R Markdown and Quarto
#'
#' In a document that is knit, fits and tables of the package show as tables of the document (html, LaTeX, Word,
#' markdown) with their annotation lines below; nothing needs to be called. `print()` gives the text as in the console.
#'
#' @param x (an object of the package) A fit, a table or a text of the classes above.
#' @param digits (number) Digits after the point of fold changes.
#' @param ... Not used.
#' @return Text of class `knit_asis`. The package knitr is needed, which is there in any such document.
#' @family reports
#' @name knit_print.ddcq
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' if (requireNamespace("knitr", quietly = TRUE)) cat(knitr::knit_print(fit))
NULL

# ---- the document's format ----

# "pipe" for everything that goes through pandoc.
knit_format <- function() {
  if (!is.null(knitr::opts_knit$get("rmarkdown.pandoc.to"))) {
    return("pipe")
  }
  format <- knitr::opts_knit$get("out.format")
  if (identical(format, "latex") || identical(format, "html")) format else "pipe"
}

knit_text <- function(text, format = knit_format()) {
  switch(format, html = html_text(text), latex = latex_text(text), markdown_text(text))
}

# Character references: to pandoc they are letters and nothing else, in every format and with every extension.
markdown_text <- function(text) {
  text <- gsub("[\r\n]+", " ", enc2utf8(as.character(text)))
  for (mark in strsplit("&\\`*_{}[]#!|<>$~^@", "")[[1]]) {
    text <- gsub(mark, paste0("\001", utf8ToInt(mark), "\002"), text, fixed = TRUE)
  }
  text <- gsub("(^[-+]|-(?=-)|(?<=-)-)", "\001M\\1\002", text, perl = TRUE)
  text <- gsub("\001M-\002", "&#45;", gsub("\001M+\002", "&#43;", text, fixed = TRUE), fixed = TRUE)
  gsub("\002", ";", gsub("\001", "&#", text, fixed = TRUE), fixed = TRUE)
}

latex_text <- function(text) {
  text <- gsub("\\", "\001", as.character(text), fixed = TRUE)
  text <- gsub("([&%$#_{}])", "\\\\\\1", text)
  for (mark in list(c("~", "\\textasciitilde{}"), c("^", "\\textasciicircum{}"), c("\001", "\\textbackslash{}"))) {
    text <- gsub(mark[1], mark[2], text, fixed = TRUE)
  }
  text
}

# ---- pieces ----

knit_lines <- function(lines, format = knit_format()) {
  text <- knit_text(lines[nzchar(lines)], format)
  if (format == "html") paste0("<p>", text, "</p>") else text
}

# columns: a named list of texts; those in `left` to the left, the others to the right.
knit_table <- function(columns, left = 1, caption = NULL, format = knit_format()) {
  table <- as.data.frame(lapply(columns, knit_text, format), optional = TRUE, stringsAsFactors = FALSE)
  side <- rep("r", length(columns))
  side[left] <- "l"
  lines <- as.character(knitr::kable(
    table, format, align = side, escape = FALSE, row.names = FALSE, col.names = knit_text(names(columns), format),
    caption = if (!is.null(caption)) knit_text(caption, format)
  ))
  paste(if (format == "pipe") even_widths(lines, table) else lines, collapse = "\n")
}

# pandoc shares the width of a page in proportion to the dashes below the header, once a line is long: a column of long
# sentences must not take it all, a word, which should not break, needs room for wide letters, and a cell has two edges.
even_widths <- function(lines, table, most = 40, edges = 5) {
  at <- grep("^\\|[|:-]+\\|$", lines)[1]
  rule <- strsplit(substring(lines[at], 2), "|", fixed = TRUE)[[1]]
  word <- vapply(table, function(cells) {
    words <- unlist(strsplit(cells, " ", fixed = TRUE))
    max(0, 1.25 * nchar(words) + 0.75 * nchar(gsub("[^A-Z]", "", words)))
  }, 0)
  size <- ceiling(pmax(pmin(nchar(rule), most), pmin(word, most))) + edges
  left <- startsWith(rule, ":")
  dashes <- paste0(ifelse(left, ":", ""), strrep("-", size - 1), ifelse(left, "", ":"))
  lines[at] <- paste0("|", paste(dashes, collapse = "|"), "|")
  lines
}

knit_all <- function(...) {
  knitr::asis_output(paste0("\n\n", paste(c(...), collapse = "\n\n"), "\n\n"))
}

simulated_line <- function(yes) {
  if (isTRUE(yes)) "SIMULATED DATA"
}

# ---- objects ----

#' @rdname knit_print.ddcq
#' @method knit_print ddcq
#' @rawNamespace S3method(knitr::knit_print,ddcq)
knit_print.ddcq <- function(x, digits = 2, ...) {
  check_shown(digits = digits)
  results <- x$results
  tables <- vapply(unique(results$contrast), function(contrast) {
    rows <- results[results$contrast == contrast, , drop = FALSE]
    knit_table(contrast_texts(rows, x$spec, digits), caption = contrast)
  }, "")
  notes <- fit_notes(results, 1e4)[-1]
  knit_all(knit_lines(fit_header(x)), tables, knit_lines(c(x$spec$sentences, fit_lines(x), trimws(notes))))
}

#' @rdname knit_print.ddcq
#' @method knit_print cq_efficiency
#' @rawNamespace S3method(knitr::knit_print,cq_efficiency)
knit_print.cq_efficiency <- function(x, ...) {
  lines <- format(x, width = 1e4)
  below <- lines[!startsWith(lines, "  ") & lines != "Notes"][-1]
  notes <- if (!is.null(x$note)) paste0(x$target, ": ", x$note, ".")[nzchar(x$note)]
  knit_all(knit_table(efficiency_columns(x), caption = lines[1]), knit_lines(c(below, notes)))
}

#' @rdname knit_print.ddcq
#' @method knit_print panel_verdict
#' @rawNamespace S3method(knitr::knit_print,panel_verdict)
knit_print.panel_verdict <- function(x, ...) {
  columns <- verdict_texts(x)
  tables <- vapply(unique(x$contrast), function(contrast) {
    here <- x$contrast == contrast
    knit_table(lapply(columns, `[`, here), left = c(1, 4:7), caption = contrast)
  }, "")
  knit_all(
    knit_lines(c(simulated_line(attr(x, "simulated", exact = TRUE)), paste0(verdict_header(x), "."))), tables,
    knit_lines(verdict_remarks(x))
  )
}

#' @rdname knit_print.ddcq
#' @method knit_print ddcq_equivalence
#' @rawNamespace S3method(knitr::knit_print,ddcq_equivalence)
knit_print.ddcq_equivalence <- function(x, ...) {
  columns <- equivalence_columns(x)
  knit_all(
    knit_lines(simulated_line(x$spec$simulated)), knit_table(columns, left = c(1, 2, length(columns))),
    knit_lines(equivalence_lines(x))
  )
}

#' @rdname knit_print.ddcq
#' @method knit_print ddcq_variance
#' @rawNamespace S3method(knitr::knit_print,ddcq_variance)
knit_print.ddcq_variance <- function(x, ...) {
  knit_all(
    knit_lines(simulated_line(attr(x, "simulated", exact = TRUE))), knit_table(variance_columns(x), left = 1:2),
    knit_lines(c("Shares of the variance of each log2 fold change.", unique(x$note)))
  )
}

#' @rdname knit_print.ddcq
#' @method knit_print miqe_checklist
#' @rawNamespace S3method(knitr::knit_print,miqe_checklist)
knit_print.miqe_checklist <- function(x, ...) {
  knit_all(
    knit_lines(simulated_line(attr(x, "simulated", exact = TRUE))),
    knit_table(checklist_columns(x), left = 1:4), knit_lines(checklist_remark)
  )
}

#' @rdname knit_print.ddcq
#' @method knit_print ddcq_methods
#' @rawNamespace S3method(knitr::knit_print,ddcq_methods)
knit_print.ddcq_methods <- function(x, ...) {
  knit_all(knit_lines(as.character(x)), knit_lines(reference_lines(x$references, link = TRUE)))
}

#' @rdname knit_print.ddcq
#' @method knit_print ddcq_percent
#' @rawNamespace S3method(knitr::knit_print,ddcq_percent)
knit_print.ddcq_percent <- function(x, ...) {
  columns <- percent_columns(x)
  knit_all(
    knit_lines(simulated_line(attr(x, "simulated", exact = TRUE))), knit_table(columns, left = 1:2),
    knit_lines(percent_lines(x))
  )
}

#' @rdname knit_print.ddcq
#' @method knit_print ddcq_table
#' @rawNamespace S3method(knitr::knit_print,ddcq_table)
knit_print.ddcq_table <- function(x, ...) {
  knit_all(
    knit_lines(simulated_line(attr(x, "simulated", exact = TRUE))), knit_table(arithmetic_columns(x), left = 1:2),
    knit_lines(arithmetic_lines(x))
  )
}

#' @rdname knit_print.ddcq
#' @method knit_print cq_log
#' @rawNamespace S3method(knitr::knit_print,cq_log)
knit_print.cq_log <- function(x, ...) {
  knit_all(knit_table(log_columns(x), left = c(1, 2, 4)))
}

checklist_columns <- function(x) {
  list(
    asks = x$asks, guideline = paste0(x$guideline, ifelse(is.na(x$importance), "", paste0(" (", x$importance, ")"))),
    status = x$status, answer = x$answer
  )
}

log_columns <- function(log) {
  n <- ifelse(is.na(log$n), "", format(log$n, big.mark = ",", trim = TRUE))
  list(step = log$step, what = log$what, n = n, detail = log$detail)
}
