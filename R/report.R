# The report: one html page. The template holds the order and the headings; everything that comes from data is made
# here as finished html, so that no name is ever read as markdown, math or a tag.

#' The analysis as one page
#'
#' Writes what was asked, what happened to the wells, the efficiencies, the fold changes with their picture, the gene
#' panel's verdict where genes of the panel were measured, and every note and warning, as one html file that needs no
#' other file and no network.
#'
#' @param fit (`ddcq`) A fit.
#' @param file (text) The file to write, ending in `.html`. Its directory must exist; a file that is there is
#'   overwritten.
#' @param ... Not used.
#' @param data (`cq_data`) The wells that the fit was made from, for a table of them by target. `NULL` leaves it out.
#' @param title (text) The heading; made from the fit when `NULL`.
#' @param open (flag) Open the page in a browser when it is done?
#' @param quiet (flag) Say nothing on the way?
#' @return The path of the file, invisibly. Errors have the classes `ddcq_error_argument` (what was given),
#'   `ddcq_error_file` (the directory, the extension) and `ddcq_error_package` (no pandoc).
#' @details The page is rendered from a template, which RStudio lists as "ddCq report" under New File, R Markdown, From
#'   Template: a copy of it can be rearranged at will. The packages rmarkdown, knitr and ggplot2 are needed, and
#'   pandoc, which RStudio brings along.
#' @family model
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' \donttest{
#' if (requireNamespace("rmarkdown", quietly = TRUE) && rmarkdown::pandoc_available("1.14") &&
#'     requireNamespace("ggplot2", quietly = TRUE)) {
#'   ddcq_report(fit, file.path(tempdir(), "report.html"), data = x)
#' }
#' }
ddcq_report <- function(fit, file = "report.html", ..., data = NULL, title = NULL, open = FALSE,
                        quiet = TRUE) {
  check_dots_empty(...)
  check_fit(fit)
  file <- report_file(file)
  if (!is.null(data)) data <- valid_cq_data(data)
  if (!is.null(title)) title <- check_string(title, "title")
  open <- check_flag(open, "open")
  quiet <- check_flag(quiet, "quiet")
  need_package(c("rmarkdown", "knitr", "ggplot2"), "to write a report.")
  check_pandoc()
  check_not_knitting()
  render_report(file, list(fit = fit, data = data, title = title %||% report_title(fit)), quiet)
  if (open) utils::browseURL(file)
  invisible(file)
}

report_file <- function(file) {
  file <- check_string(file, "file")
  if (!grepl("[.]html?$", file, ignore.case = TRUE)) {
    ddcq_abort(c("{.arg file} must end in {.val .html}, not {.val {file}}."), "file")
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
  template <- system.file("rmarkdown", "templates", "ddcq_report", "skeleton", "skeleton.Rmd", package = "ddcq")
  source <- file.path(place, "report.Rmd")
  file.copy(template, source)
  made <- rmarkdown::render(
    source, output_file = "report.html", output_dir = place, intermediates_dir = place, knit_root_dir = place,
    output_options = list(pandoc_args = c("--metadata", paste0("pagetitle=", tab_title(params$title)))),
    params = params, envir = new.env(parent = globalenv()), quiet = quiet
  )
  if (!file.copy(made, file, overwrite = TRUE)) {
    ddcq_abort(c("{.arg file} must be a file that can be written.", "x" = "{.file {file}} could not be."), "file")
  }
}

# The title of the browser's tab goes through the command line, which takes no letters that the locale does not have.
tab_title <- function(title, utf8 = isTRUE(l10n_info()[["UTF-8"]])) {
  if (utf8) title else iconv(enc2utf8(title), "UTF-8", "ASCII", sub = "?")
}

# ---- html ----
