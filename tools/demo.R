# The analysis of one plate, from file to report. Without settings it is the bundled plate; with
# FILE= it is yours:
#
#   make demo FILE=plate.xls DESIGN=samples.csv FORMULA='~ treatment' CONTROL=vehicle \
#     REFERENCE=GAPDH,ACTB EFFICIENCY=standards
#
# CONTROL is one level, as it is written. EFFICIENCY is a number, `standards` (the dilution series on
# the same plate) or a csv file with target, efficiency, std.error, df.

options(rlang_backtrace_on_error = "none", warn = 1)

setting <- function(name) {
  value <- trimws(Sys.getenv(name))
  if (nzchar(value)) value
}

words <- function(text) trimws(strsplit(text, ",", fixed = TRUE)[[1]])

listed <- function(x) paste(sQuote(unique(x), FALSE), collapse = ", ")

read_plate <- function(file, design, formula) {
  files <- if (file.exists(file)) file else words(file)
  x <- ddcq::cq_read(files)
  if (!is.null(design)) {
    # a file that names no samples takes them from the sheet, by well
    return(ddcq::cq_design(x, design, by = if (all(is.na(x$sample))) "well" else "sample"))
  }
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
  if (!all(c("target", "efficiency") %in% names(table))) {
    stop(
      "EFFICIENCY must be a csv file with the columns target, efficiency (and std.error, df); ", text, " has ",
      listed(names(table)), ".",
      call. = FALSE
    )
  }
  column <- function(name) if (name %in% names(table)) table[[name]] else NA_real_
  ddcq::cq_efficiency(table$target, table$efficiency, column("std.error"), column("df"))
}

bundled <- is.null(setting("FILE"))
if (bundled && !(is.null(setting("DESIGN")) && is.null(setting("CONTROL")))) {
  stop("FILE must be given with DESIGN and CONTROL; without it the bundled plate is analysed.", call. = FALSE)
}
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
if (!is.null(setting("CONTROL"))) arguments$control <- setting("CONTROL")
if (!is.null(setting("EFFICIENCY"))) {
  efficiency <- read_efficiency(setting("EFFICIENCY"), plate)
  arguments$efficiency <- if (is.numeric(efficiency)) efficiency else quote(efficiency)
}
fit <- tryCatch(eval(as.call(arguments)), ddcq_error = function(e) {
  stop(
    conditionMessage(e), "\n(Here `formula` is FORMULA=, `reference` REFERENCE=, `control` CONTROL=, `efficiency` ",
    "EFFICIENCY=, the sample sheet DESIGN=.)",
    call. = FALSE
  )
})

print(fit)
if (bundled) {
  cat("\n")
  print(ddcq::panel_verdict(fit))
}

dir.create("out", showWarnings = FALSE)
ddcq::cq_write_csv(fit, file.path("out", "results.csv"))
save <- function(name, picture, width = 7, height = 4.5) {
  ggplot2::ggsave(file.path("out", name), picture, width = width, height = height, dpi = 150, bg = "white")
}
save("fold-changes.png", ggplot2::autoplot(fit))
if (any(!is.na(plate$well))) save("plate.png", ggplot2::autoplot(plate), 9, 6)
if (inherits(arguments$efficiency, "name") && inherits(efficiency, "cq_standard_curve")) {
  save("standard-curves.png", ggplot2::autoplot(efficiency, plate), 7, 5)
}
ddcq::ddcq_report(fit, file.path("out", "report.html"), data = plate)
cat("\nWritten: out/results.csv, out/report.html and the figures out/*.png\n")
