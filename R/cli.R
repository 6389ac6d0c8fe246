# The command line: what was asked, done step by step, ends in an exit code.

#' The analysis from a shell
#'
#' Reads files, joins the sample sheet, fits the model and writes tables, pictures and the report, all from one command
#' that a pipeline can call. Every option stands for one argument of [cq_read()], [cq_design()], [ddcq()] and their
#' kin, and has its name.
#'
#' @param args (text) The words of the command line. When they are left out, those of the shell are taken, and R ends
#'   with the exit code; given from R, R goes on.
#' @return The exit code (integer), invisibly. What is wrong with the command, the input or the analysis raises no
#'   error: it goes to the standard error stream, in words, and is told apart by the code. Only `args` that are no text
#'   are an error, of class `ddcq_error_argument`.
#' @section From a shell:
#' The package has a script, `exec/ddcq`. Link it to where your shell finds commands, once:
#'
#' ```sh
#' ln -s "$(Rscript -e 'cat(system.file("exec", "ddcq", package = "ddcq"))')" ~/.local/bin/ddcq
#'
#' ddcq run.txt --design samples.csv --formula '~ treatment' --control vehicle \
#'   --reference GAPDH,ACTB --efficiency standards --out results
#' ```
#'
#' Without the script, name the files first: `Rscript` takes options that stand before them for its own.
#'
#' ```sh
#' Rscript -e 'ddcq::ddcq_cli()' run.txt --design samples.csv --formula '~ treatment' ...
#' ```
#'
#' `ddcq --help`, or `ddcq_cli("--help")` in R, lists the options, as below. One is written `--name value` or
#' `--name=value`; an unknown one, one that is given twice or one without a value is an error. Lists have commas:
#' `--reference GAPDH,ACTB`; a name that has a comma itself stands in double quotes, as in a csv file: `--reference
#' '"a,b",ACTB'`. `--control` is one level as it is written, with its commas; it is read as `factor=level` where
#' `factor` is a column of the formula: `--control drug=none,combo=no`. What comes after `--` is a file. The standard
#' input is not read. Text is UTF-8, in the C locale too.
#'
#' Results are printed to the standard output, warnings and errors to the standard error stream. With `--out` the folder
#' gets `results.csv` (the table of [ddcq()], one row a target and contrast, in full digits), `samples.csv`,
#' `efficiencies.csv`, `log.csv`, with `--ratio` and `--panel` `ratios.csv` and `panel.csv`, pictures
#' (`fold-changes.png`, `plate.png`, `standard-curves.png`) and `report.html`. The folder is made when the numbers are
#' there, with those above it; before that nothing is written. Files of these names that the command writes replace
#' older ones, and only in that folder. Where one of them would be an input of the same command, that is an error.
#' @section Options:
#' ```{r, echo = FALSE, comment = ""}
#' cat(cli_help_options(), sep = "\n")
#' ```
#' @section Exit codes:
#' | code | |
#' |---|---|
#' | 0 | All is written; there may be warnings. |
#' | 1 | An error that the package does not know, or the tables could not be written. |
#' | 2 | The command: an unknown option, a missing one, a wrong value. |
#' | 3 | The input: a file or sheet cannot be read, or names in them do not match each other or the options. |
#' | 4 | The analysis: the data cannot carry the model, or hold no usable standards. |
#' | 5 | The report or a picture could not be written (no pandoc, say); the tables are. |
#' | 6 | With `--strict`: all is written, and there were warnings. |
#' @family reports
#' @export
#' @examples
#' file <- function(name) system.file("extdata", name, package = "ddcq")
#' code <- ddcq_cli(c(
#'   file("anastrozole_plate.txt"), "--design", file("anastrozole_samples.csv"),
#'   "--formula", "~ treatment + passage", "--control", "vehicle", "--reference", "GAPDH,ACTB",
#'   "--efficiency", "standards", "--out", file.path(tempdir(), "results"),
#'   "--report", "none", "--no-plots"
#' ))
#' code
#' dir(file.path(tempdir(), "results"))
ddcq_cli <- function(args = commandArgs(trailingOnly = TRUE)) {
  ours <- missing(args) && run_by_rscript()
  if (!is.character(args) || anyNA(args)) {
    ddcq_abort("{.arg args} must be the words of the command line, not {.obj_type_friendly {args}}.", "argument")
  }
  code <- with_utf8(cli_main(args))
  if (ours) quit(save = "no", status = code)
  invisible(code)
}

run_by_rscript <- function(words = commandArgs()) {
  !interactive() && "--no-echo" %in% words
}

# R in the C locale, as it runs in many pipelines, takes no letters but ASCII: neither in names nor in paths.
with_utf8 <- function(code) {
  if (l10n_info()[["UTF-8"]] || l10n_info()[["Latin-1"]]) {
    return(code)
  }
  before <- Sys.getlocale("LC_CTYPE")
  on.exit(Sys.setlocale("LC_CTYPE", before))
  for (name in c("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8")) {
    if (nzchar(suppressWarnings(Sys.setlocale("LC_CTYPE", name)))) break
  }
  code
}

cli_code <- function(name) {
  codes <- cli_codes()
  codes$code[codes$name == name]
}

cli_main <- function(args) {
  step <- "usage"
  at <- function(name) step <<- name
  warned <- FALSE
  asked <- list()
  keep <- function(x) asked <<- x
  tryCatch(
    withCallingHandlers(
      {
        cli_steps(args, at, keep)
        cli_code(if (warned && isTRUE(asked[["strict"]])) "strict" else "fine")
      },
      warning = function(w) {
        warned <<- TRUE
        cli_tell("Warning", w, cli_hint(w))
        invokeRestart("muffleWarning")
      }
    ),
    error = function(e) cli_fail(e, step, asked)
  )
}

# The way of the data. `at` says where it is, for the exit code; `keep` hands out what was asked.
cli_steps <- function(args, at, keep) {
  asked <- cli_parse(args)
  keep(asked)
  if (cli_answered(asked)) {
    return(invisible())
  }
  asked <- cli_check(asked)
  at("input")
  plate <- cli_plate(asked)
  given <- cli_given_efficiency(asked)
  standards <- if (is.null(given)) cli_standards(asked, plate)
  at("analysis")
  work <- cli_analyse(asked, plate, given, standards)
  at("write")
  tables <- if (!is.null(asked[["out"]])) cli_write_tables(work, asked)
  if (!isTRUE(asked[["quiet"]])) cli_print(work)
  if (is.null(tables)) {
    return(invisible())
  }
  at("report")
  written <- c(tables, cli_write_plots(work, asked), cli_write_report(work, asked))
  if (!isTRUE(asked[["quiet"]])) {
    cat("\nWritten to ", asked[["out"]], ": ", paste(written, collapse = ", "), "\n", sep = "")
  }
}

# --help, --version and --formats need nothing else.
cli_answered <- function(asked) {
  if (isTRUE(asked[["help"]])) {
    cat(cli_help(), sep = "\n")
  } else if (isTRUE(asked[["version"]])) {
    cat("ddcq ", format(utils::packageVersion("ddcq")), "\n", sep = "")
  } else if (isTRUE(asked[["formats"]])) {
    formats <- cq_formats()
    cat(text_table(list(format = formats$format, files = formats$files, name = formats$name), left = 1:3), sep = "\n")
  } else {
    return(FALSE)
  }
  TRUE
}

# ---- what went wrong -----------------------------------------------------------------------------

cli_fail <- function(error, step, asked) {
  code <- cli_error_code(error, step, asked)
  cli_tell(if (code == "unexpected") "Unexpected error" else "Error", error, if (step != "usage") cli_hint(error))
  if (code == "report") cat("The tables are in ", asked[["out"]], ".\n", sep = "", file = stderr())
  cli_code(code)
}

# By the class of the error, and by the step where a class can mean two things.
cli_error_code <- function(error, step, asked) {
  if (step == "report") {
    return("report")
  }
  if (!inherits(error, "ddcq_error") || step == "write") {
    return("unexpected")
  }
  needed <- c("formula", "control", "reference", "efficiency")
  if (step == "usage" || inherits(error, c("ddcq_error_usage", "ddcq_error_argument")) ||
    (step == "analysis" && !all(needed %in% names(asked)))) {
    return("usage")
  }
  names <- paste0("ddcq_error_", c("reference", "target", "control", "formula", "column"))
  # a file of efficiencies that lacks a target is input; a curve that gave none is analysis
  if (!identical(asked[["efficiency"]], "standards")) names <- c(names, "ddcq_error_efficiency")
  if (step == "input" || inherits(error, names)) "input" else "analysis"
}

cli_tell <- function(what, condition, hint = NULL) {
  text <- cli::ansi_strip(conditionMessage(condition))
  cat("ddcq: ", what, ": ", text, "\n", hint, sep = "", file = stderr())
}

# The package speaks of arguments and functions; here they are options.
cli_hint <- function(condition) {
  if (!inherits(condition, c("ddcq_error", "ddcq_warning"))) {
    return(NULL)
  }
  text <- cli::ansi_strip(conditionMessage(condition))
  table <- cli_options()
  table <- table[table$fun %in% c("cq_read", "cq_design", "ddcq"), ]
  calls <- c(cq_design = "--design", cq_standard_curve = "--efficiency standards", cq_efficiency = "--efficiency FILE")
  said <- c(paste0("`", table$arg, "`"), paste0(names(calls), "()"))
  option <- c(paste0("--", table$name), calls)
  told <- vapply(c(paste0("`", table$arg, "(`| = )"), paste0(names(calls), "[(]")), grepl, NA, text)
  if (any(told)) {
    words <- paste0("(In a shell ", paste(said[told], "is", option[told], collapse = ", "), ".)")
    paste0(strwrap(words, 80), "\n", collapse = "")
  }
}
