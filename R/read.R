# The door for files: opens them, asks each family whether the file is its own, and makes one cq_data of what they
# return. A family is a list(id, name, files, recognised, find, read): `find(src, ask)` returns what it recognised,
# list(refuse = ) when the file is of the family but cannot be read, or NULL; `read(found, src, ask)` returns
# list(data, meta, counts). `ask` is what the user said: list(sheet, na, target, plate), each NULL when unsaid. A
# reader's `state` may be "omitted" or "impossible" beside the four of cq_data.

read_families <- function() {
  list(
    ab_family(), da_family(), cfx_family(), opticon_family(), mxpro_family(), aria_family(),
    sds_family(), sds1_family(), ab7700_family(), biotrove_family(), lc480_family(), rotor_family(),
    biomark_family(), qtower_family(), realplex_family(), smartcycler_family(), eco_family(), esco_family(),
    rdes_family(), rdml_family(), table_family()
  )
}

#' Read Cq from instrument exports
#'
#' Reads the export of a real-time PCR instrument, or several, as [cq_data()]. The format is recognised by what the
#' file holds, never by its extension; a layout that is not known for certain is refused, not guessed.
#'
#' What a row without a Cq means, the instrument's format says: a word such as "Undetermined" is a reaction that ran
#' and found nothing (`nondetect`); an empty Ct in an Applied Biosystems export is a well that was not analysed
#' (`missing`), in one of LightCycler 480 and Rotor-Gene a reaction that found nothing; wells omitted in the
#' instrument's software are `excluded` and keep their Cq. In a plain table an empty Cq, "NA", 0 or 999 can mean
#' either, so `na` must say. No missing Cq becomes 40, and no vendor's mean is taken for a Cq. [cq_log()] of the result
#' tells what was recognised by what, which column was taken for what, and what was dropped.
#'
#' A sample and target with some wells quantified (their mean well below the last cycle) and some not had reactions
#' that failed: those wells become `excluded`.
#'
#' A folder is read file by file: those that are tables of Cq are runs, and the log lists the others. The sheets that
#' Bio-Rad CFX exports of one run are put together, in a folder or a vector of files: the Cq from `Quantification Cq
#' Results`, `tm` from the melt peaks (the highest), `efficiency_raw` from the standard curves, the number of cycles
#' from the amplification data, date and software from the run information.
#'
#' @param path (text) One or more files or folders. The names of a named vector are the names of the runs.
#' @param format (text) `"auto"`, or one of the formats of [cq_formats()].
#' @param ... Not used.
#' @param run (text) The name of each run. Default: the file's name without its extension (of files put together,
#'   what their names begin with), or the table's own column `run`.
#' @param runs (text) What it means when a sample and target occur in several runs, see [cq_data()].
#' @param sheet (text) The sheet of a workbook, where several hold a table of Cq; the analysis of a LightCycler 480 or
#'   Rotor-Gene text, where several hold the same wells.
#' @param target (text) The target of every well, for formats that name none (LightCycler 480, Rotor-Gene).
#' @param plate (number) Wells of the plate (96, 384), for formats that number the wells and do not say.
#' @param cycles (number) How many cycles were run; a reaction without a Cq is known to be above it. Default: from the
#'   file's amplification data, else 40 (45 or 50 when a Cq above 40 is seen). The log says which.
#' @param na (text) For plain tables: what a row without a Cq means, `"nondetect"` (the well ran and found nothing)
#'   or `"missing"` (it was not measured, or was taken out by hand).
#' @param tasks (named text) Task words of your own: `c(Kalibrator = "calibrator")`. The values are `unknown`,
#'   `standard`, `calibrator`, `ntc`, `nrt`, `positive`.
#' @return A `cq_data`, see [cq_data-object]. Beside the canonical columns, where the file has them: `cq_text` (the Cq
#'   as the file has it), `dye`, `tm` (degrees Celsius), `threshold` (fluorescence), `efficiency_raw` (as the instrument
#'   gave it, in its unit; never used), `amp_status`, `flags` (the instrument's warnings, separated by semicolons),
#'   `group`, `comments`, `content` and `replicate` (Bio-Rad, Agilent: the numbers of replicate groups), `slope`,
#'   `role` (`reference` for an endogenous control), `analysis`, `concentration` (as calculated there); from a
#'   plain table every further column.
#'
#'   Errors have the classes `ddcq_error_file` (not there, not readable), `ddcq_error_format` (no layout that is known;
#'   it says what the file looks like), `ddcq_error_data` (a well that holds a target twice), `ddcq_error_column` and
#'   `ddcq_error_argument` (`na` must say, and the like). What was repaired or taken on trust is a warning of class
#'   `ddcq_warning_data`.
#' @seealso [cq_formats()] for what can be read; [cq_read_curves()] for the fluorescence behind the Cq; [cq_data()] for
#'   any data frame.
#' @family data
#' @export
#' @examples
#' # the export of a (simulated) plate, and the sheet that says what its samples are
#' plate <- cq_read(system.file("extdata", "anastrozole_plate.txt", package = "ddcq"))
#' plate
#' cq_design(plate, system.file("extdata", "anastrozole_samples.csv", package = "ddcq"))
#'
#' # a plain table; what "Undetermined" means, the word says
#' file <- tempfile(fileext = ".csv")
#' writeLines(c(
#'   "well,sample,target,cq",
#'   "A1,s1,MYC,24.1", "A2,s1,GAPDH,18.0", "A3,s2,MYC,Undetermined", "A4,s2,GAPDH,18.3"
#' ), file)
#' x <- cq_read(file)
#' x
#' cq_log(x)
cq_read <- function(path, format = "auto", ..., run = NULL, runs = NULL, sheet = NULL, target = NULL, plate = NULL,
                    cycles = NULL, na = NULL, tasks = NULL) {
  check_dots_empty(...)
  if (missing(path)) abort_missing("path")
  path <- check_paths(path)
  families <- read_families()
  ids <- vapply(families, `[[`, "", "id")
  format <- check_choice(format, c("auto", ids), "format")
  ask <- check_ask(sheet, na, target, plate)
  if (!is.null(cycles)) cycles <- check_number(cycles, "cycles", 10, 100)
  tasks <- check_tasks(tasks)
  if (format != "auto") families <- families[ids == format]
  plan <- plan_runs(path, families, ask)
  told <- !is.null(run)
  named <- !is.null(run) || !is.null(names(path)) || length(plan) > 1
  run <- check_run_names(run, vapply(plan, `[[`, "", "name"))
  parts <- vector("list", length(plan))
  for (i in seq_along(plan)) {
    ask[c("run", "file")] <- list(if (named) run[i], run[i])
    got <- read_run(plan[[i]], families, ask)
    parts[[i]] <- finish_run(got, run[i], cycles, tasks, told, several = length(plan) > 1)
  }
  check_runs(bind_runs(parts), runs)
}

check_paths <- function(path) {
  if (!is.character(path) || !length(path) || anyNA(path) || !all(nzchar(path))) {
    ddcq_abort("{.arg path} must be one or more files by name, not {.obj_type_friendly {path}}.", "argument")
  }
  path
}

check_run_names <- function(run, found) {
  given <- run
  if (is.null(run)) {
    run <- found
  } else {
    run <- check_strings(run, "run")
    if (length(run) != length(found)) {
      ddcq_abort(
        c("{.arg run} must name every run: {length(run)} name{?s}, {length(found)} run{?s}.",
          "i" = "Found: {some(found)}."
        ), "argument"
      )
    }
  }
  twice <- run[duplicated(run)]
  if (length(twice)) {
    ddcq_abort(
      c("Every file must be a run of its own name; {some(twice)} {cli::qty(unique(twice))}{?is/are} there twice.",
        if (is.null(given)) c("i" = "Name the runs: {.code run = c(\"plate 1\", \"plate 2\")}.")
      ), "argument"
    )
  }
  run
}

check_ask <- function(sheet, na, target, plate) {
  if (!is.null(plate) && !(is.numeric(plate) && length(plate) == 1 && plate %in% c(48, 96, 384, 1536))) {
    ddcq_abort("{.arg plate} must be the number of wells: 48, 96, 384 or 1536.", "argument")
  }
  list(
    sheet = if (!is.null(sheet)) check_string(sheet, "sheet"),
    na = if (!is.null(na)) check_choice(na, c("nondetect", "missing"), "na"),
    target = if (!is.null(target)) check_string(target, "target"), plate = plate
  )
}

check_tasks <- function(tasks) {
  if (is.null(tasks)) {
    return(character())
  }
  if (!is.character(tasks) || is.null(names(tasks)) || !all(tasks %in% cq_tasks)) {
    ddcq_abort(
      c("{.arg tasks} must name task words of the file and give each one of {some(cq_tasks, 6)}.",
        "i" = "{.code tasks = c(Kalibrator = \"calibrator\")}"
      ), "argument"
    )
  }
  stats::setNames(unname(tasks), task_word(names(tasks)))
}
