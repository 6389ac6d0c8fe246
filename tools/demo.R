# The analysis of one plate, from file to report. Without settings it is the bundled plate; with
# FILE= it is yours:
#
#   make demo FILE=plate.xls DESIGN=samples.csv FORMULA='~ treatment' CONTROL=vehicle \
#     REFERENCE=GAPDH,ACTB EFFICIENCY=standards
#
# CONTROL may name several factors (drug=none,combo=no). EFFICIENCY is a number, `standards` (the
# dilution series on the same plate) or a csv file with target, efficiency, std.error, df.

options(rlang_backtrace_on_error = "none", warn = 1)

setting <- function(name) {
  value <- trimws(Sys.getenv(name))
  if (nzchar(value)) value
}

words <- function(text) trimws(strsplit(text, ",", fixed = TRUE)[[1]])

named_words <- function(text) {
  parts <- strsplit(words(text), "=", fixed = TRUE)
  if (!all(lengths(parts) == 2)) return(words(text))
  stats::setNames(vapply(parts, `[`, "", 2), vapply(parts, `[`, "", 1))
}

listed <- function(x) paste(sQuote(unique(x), FALSE), collapse = ", ")

read_plate <- function(file, design, formula) {
  files <- if (file.exists(file)) file else words(file)
  x <- ddcq::cq_read(files)
  if (!is.null(design)) return(ddcq::cq_design(x, design))
  asked <- if (is.null(formula)) "treatment" else all.vars(formula)
  if (!all(asked %in% names(x))) {
    stop(
      "DESIGN must name a csv file with the columns sample, ", paste(asked, collapse = ", "), ".\n",
      "  Samples in ", file, ": ", listed(x$sample), "\n",
      "  Targets in ", file, ": ", listed(x$target),
      call. = FALSE
    )
  }
  x
}

read_formula <- function(text) {
  if (is.null(text)) return(NULL)
  tryCatch(
    stats::as.formula(text),
    error = function(e) {
      stop("FORMULA must be like '~ treatment', not '", text, "'.", call. = FALSE)
    }
  )
}

read_efficiency <- function(text, plate) {
  if (identical(text, "standards")) return(ddcq::cq_standard_curve(plate))
  number <- suppressWarnings(as.numeric(text))
  if (!is.na(number)) return(number)
  if (!file.exists(text)) {
    stop(
      "EFFICIENCY must be a number such as 2, 'standards' or a csv file, not '", text, "'.",
      call. = FALSE
    )
  }
  table <- utils::read.csv(text)
  column <- function(name) if (name %in% names(table)) table[[name]] else NA_real_
  ddcq::cq_efficiency(table$target, table$efficiency, column("std.error"), column("df"))
}

bundled <- is.null(setting("FILE"))
if (bundled) {
  defaults <- c(
    FILE = system.file("extdata", "anastrozole_plate.txt", package = "ddcq"),
    DESIGN = system.file("extdata", "anastrozole_samples.csv", package = "ddcq"),
    FORMULA = "~ treatment + passage", CONTROL = "vehicle", REFERENCE = "GAPDH,ACTB",
    EFFICIENCY = "standards"
  )
  unset <- !nzchar(Sys.getenv(names(defaults)))
  do.call(Sys.setenv, as.list(defaults[unset]))
}

formula <- read_formula(setting("FORMULA"))
plate <- read_plate(setting("FILE"), setting("DESIGN"), formula)

# A setting that is left out is left out of the call too: ddcq() then lists what could be meant.
arguments <- list(quote(ddcq::ddcq), quote(plate))
arguments$formula <- formula
if (!is.null(setting("REFERENCE"))) arguments$reference <- words(setting("REFERENCE"))
if (!is.null(setting("CONTROL"))) arguments$control <- named_words(setting("CONTROL"))
if (!is.null(setting("EFFICIENCY"))) {
  efficiency <- read_efficiency(setting("EFFICIENCY"), plate)
  arguments$efficiency <- if (is.numeric(efficiency)) efficiency else quote(efficiency)
}
fit <- eval(as.call(arguments))

print(fit)
if (bundled) {
  cat("\n")
  print(ddcq::panel_verdict(fit))
}

dir.create("out", showWarnings = FALSE)
ddcq::cq_write_csv(fit, file.path("out", "results.csv"))
picture <- ggplot2::autoplot(fit)
ggplot2::ggsave(
  file.path("out", "fold-changes.png"), picture, width = 7, height = 4.5, dpi = 150, bg = "white"
)
ddcq::ddcq_report(fit, file.path("out", "report.html"), data = plate)
cat("\nWritten: out/results.csv, out/fold-changes.png, out/report.html\n")
