# The report: one html page, or a Word document or pdf. The template holds the order and the headings; everything that
# comes from data is made as blocks (report-blocks.R), so that no name is ever read as markdown, math or a tag.

#' The analysis as one page
#'
#' Writes what was asked, what happened to the wells, the checks, the efficiencies, the references, the fold changes
#' with their pictures and in sentences, the panel's verdict, what changes when a choice is changed, what the
#' intervals rest on, the MIQE items and the methods paragraph, as one html file that needs no other file and no
#' network, or as a Word document or pdf. What stands against the results stands above them, in a box.
#'
#' @param fit (`ddcq` or list of them) A fit, or several of the same wells in a list; its names become headings.
#' @param file (text) The file to write, ending in `.html`, `.docx` or `.pdf`. Its directory must exist; a file that is
#'   there is overwritten.
#' @param ... Not used.
#' @param data (`cq_data`) The wells that the fit was made from: their table, the plate maps, the exclusions, the
#'   download.
#' @param title (text) The heading; made from the fit when `NULL`.
#' @param open (flag) Open the page in a browser when it is done?
#' @param quiet (flag) Say nothing on the way?
#' @inheritParams ddcq_report_parts
#' @return The path of the file, invisibly. Errors have the classes `ddcq_error_argument` (what was given),
#'   `ddcq_error_file` (the directory, the extension) and `ddcq_error_package` (no pandoc; for a pdf, no LaTeX).
#' @details The report is rendered from a template, which RStudio lists as "ddCq report" under New File, R Markdown,
#'   From Template: a copy of it can be rearranged at will, and [ddcq_report_parts()] gives its sections one by one. The
#'   packages rmarkdown, knitr and ggplot2 are needed, and pandoc, which RStudio brings along. A pdf needs LaTeX;
#'   without it, write html and print that from a browser.
#'
#'   Where groups name anastrozole, the section of the panel ends with what three documents report of such treatments
#'   ([anastrozole_evidence]), under a heading that says that it was not measured here.
#' @family reports
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' # what will stand in it, in short
#' methods_text(fit, data = x)
#' \donttest{
#' # the page itself takes some seconds
#' if (requireNamespace("rmarkdown", quietly = TRUE) && rmarkdown::pandoc_available("1.14") &&
#'     requireNamespace("ggplot2", quietly = TRUE)) {
#'   ddcq_report(fit, file.path(tempdir(), "report.html"), data = x)
#' }
#' }
ddcq_report <- function(fit, file = "report.html", ..., data = NULL, curve = NULL, check = NULL, stability = NULL,
                        calibration = NULL, lod = NULL, power = NULL, title = NULL, open = FALSE, quiet = TRUE) {
  check_dots_empty(...)
  fits <- fit_list(fit)
  file <- report_file(file)
  if (!is.null(data)) data <- valid_cq_data(data)
  if (!is.null(title)) title <- check_string(title, "title")
  open <- check_flag(open, "open")
  quiet <- check_flag(quiet, "quiet")
  need_package(c("rmarkdown", "knitr", "ggplot2"), "to write a report.")
  check_pandoc()
  if (report_kind(file) == "pdf") check_latex()
  check_not_knitting()
  render_report(file, list(
    fit = fits, data = data, title = title %||% report_title(fits[[1]]), curve = curve, check = check,
    stability = stability, calibration = calibration, lod = lod, power = power
  ), quiet)
  if (open) utils::browseURL(file)
  invisible(file)
}

report_kind <- function(file) {
  sub("^htm$", "html", tolower(sub("^.*[.]", "", file)))
}

report_file <- function(file) {
  file <- check_string(file, "file")
  if (!grepl("[.](html?|docx|pdf)$", file, ignore.case = TRUE)) {
    ddcq_abort(c("{.arg file} must end in {.val .html}, {.val .docx} or {.val .pdf}, not {.val {file}}."), "file")
  }
  if (dir.exists(file)) {
    ddcq_abort(c("{.arg file} must be a file, but {.file {file}} is a directory."), "file")
  }
  folder <- dirname(file)
  if (!dir.exists(folder)) {
    ddcq_abort(
      c("{.arg file} must be in a directory that exists.", "x" = "There is no directory {.file {folder}}.",
        "i" = "Make it with {.fn dir.create}."
      ), "file"
    )
  }
  file.path(normalizePath(folder), basename(file))
}

check_latex <- function(there = any(nzchar(Sys.which(c("pdflatex", "xelatex", "lualatex"))))) {
  if (!there) {
    ddcq_abort(
      c("A pdf needs LaTeX, and there is none.",
        "i" = "Write {.val report.html} and print it from a browser: it is made for that.",
        "i" = "Or {.val report.docx}; or install LaTeX, for example by {.code tinytex::install_tinytex()}."
      ), "package"
    )
  }
}

check_pandoc <- function(there = rmarkdown::pandoc_available("1.14")) {
  if (!there) {
    ddcq_abort(
      c("A report needs pandoc, version 1.14 or later, and there is none.",
        "i" = "RStudio brings one along; otherwise install it from {.url https://pandoc.org/installing.html}.",
        "i" = "Without a report there are {.code print(fit)}, {.code plot(fit)} and \\
               {.code write.csv(as.data.frame(fit), \"results.csv\")}."
      ), "package"
    )
  }
}

# knitr holds one document at a time: a second one inside it would break the first.
check_not_knitting <- function(knitting = isTRUE(getOption("knitr.in.progress"))) {
  if (knitting) {
    ddcq_abort(
      c("A report is a document of its own: it cannot be written while another one is being knit.",
        "i" = "Call {.fn ddcq_report} from the console or a script.",
        "i" = "In this document use {.code print(fit)}, {.code plot(fit)} and {.code print(panel_verdict(fit))}."
      ), "argument"
    )
  }
}

# In a directory of its own, so that nothing is left beside the file or in the working directory.
render_report <- function(file, params, quiet) {
  place <- tempfile("ddcq_report_")
  dir.create(place)
  on.exit(unlink(place, recursive = TRUE))
  template <- system.file("rmarkdown", "templates", "ddcq_report", "skeleton", package = "ddcq")
  file.copy(list.files(template, full.names = TRUE), place)
  kind <- report_kind(file)
  params$dir <- place
  made <- rmarkdown::render(
    file.path(place, "skeleton.Rmd"), output_format = report_output(kind, params$title),
    output_file = paste0("report.", kind), output_dir = place, intermediates_dir = place, knit_root_dir = place,
    params = params, envir = new.env(parent = globalenv()), quiet = quiet
  )
  if (!file.copy(made, file, overwrite = TRUE)) {
    ddcq_abort(c("{.arg file} must be a file that can be written.", "x" = "{.file {file}} could not be."), "file")
  }
}

report_output <- function(kind, title) {
  args <- c("--metadata", paste0("pagetitle=", tab_title(title)), "--metadata", "lang=en-GB")
  switch(kind,
    html = rmarkdown::html_document(
      theme = NULL, highlight = NULL, mathjax = NULL, self_contained = TRUE, pandoc_args = args
    ),
    docx = rmarkdown::word_document(pandoc_args = args[3:4]),
    pdf = rmarkdown::pdf_document(
      latex_engine = if (nzchar(Sys.which("xelatex"))) "xelatex" else "pdflatex", pandoc_args = args[3:4]
    )
  )
}

# The title of the browser's tab goes through the command line, which takes no letters that the locale does not have.
tab_title <- function(title, utf8 = isTRUE(l10n_info()[["UTF-8"]])) {
  if (utf8) title else iconv(enc2utf8(title), "UTF-8", "ASCII", sub = "?")
}

# ---- html ----
