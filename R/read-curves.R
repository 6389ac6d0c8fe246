# The door for files of raw fluorescence. It opens files as cq_read() does and asks each family of curves whether the
# file is its own. A family is a list(id, what, find, read): `find(src, ask)` returns what it recognised,
# list(refuse = ) when the file is of the family but has no such curves, or NULL; `read(found, src, ask)` returns
# list(columns, signal, meta): `columns` are well, cycle or temperature, fluorescence, and what else the file says.
# `ask` is what the user said: list(what, kind, signal, sheet, target, plate, program).

curve_families <- function() {
  both <- c("amplification", "melt")
  list(
    list(id = "ab", what = both, find = ab_curves_find, read = ab_curves_read),
    list(id = "cfx", what = both, find = cfx_curves_find, read = cfx_curves_read),
    list(id = "mxpro", what = both, find = mx_curves_find, read = mx_curves_read),
    list(id = "sds", what = "amplification", find = sds_curves_find, read = sds_curves_read),
    list(id = "lightcycler480", what = both, find = lc480_curves_find, read = lc480_curves_read),
    list(id = "rotorgene", what = both, find = rotor_curves_find, read = rotor_curves_read),
    list(id = "rdes", what = both, find = rdes_curves_find, read = rdes_curves_read),
    list(id = "rdml", what = both, find = rdml_curves_find, read = rdml_curves_read)
  )
}

# The curves that each format of cq_formats() carries, in words.
curves_of_formats <- function(ids) {
  families <- curve_families()
  what <- vapply(families, function(family) paste(family$what, collapse = ", "), "")
  names(what) <- vapply(families, `[[`, "", "id")
  # Design & Analysis writes the sheets of its predecessors
  what["design-analysis"] <- what["ab"]
  what <- what[ids]
  unname(ifelse(is.na(what), "", what))
}

#' Read amplification and melt curves from instrument exports
#'
#' Reads raw fluorescence, as [cq_curves()] or [cq_melt_curves()]. The format is recognised by what the file holds,
#' never by its extension; a layout that is not known for certain is refused, not guessed. [cq_formats()] tells which
#' formats carry curves.
#'
#' Which column was taken for the fluorescence, [cq_log()] says. Where a file has the fluorescence both as measured
#' (`Rn`) and with the baseline taken off (`Delta Rn`), it is the first that is read: a fit estimates the baseline
#' itself, and one that was taken off cannot be put back. Some programs export only what they subtracted (Bio-Rad CFX
#' unless told otherwise); values below zero give that away, and it is said.
#'
#' Samples, targets and tasks come from the same file where it names them (the results of a QuantStudio export), or
#' from the table of Cq of the same run that is read along: name both files, or their folder. [cq_design()] brings
#' names to the Cq of curves later.
#'
#' A table that lost cells must not move the others: a row that is shorter than its header, a number that is none, a
#' cycle twice in a well are errors that name the line. Wells without any fluorescence are dropped and counted.
#'
#' @param path (text) One or more files or folders. The names of a named vector are the names of the runs.
#' @param what (text) `"amplification"` or `"melt"`.
#' @param format (text) `"auto"`, or one of the formats of [cq_formats()] that carry curves.
#' @param ... Not used.
#' @param signal (text) `"measured"`, or `"subtracted"` for the fluorescence with the baseline taken off by the
#'   instrument's software, where the file has both.
#' @param run (text) The name of each run. Default: the file's name without its extension, or the file's own.
#' @param sheet (text) The sheet of a workbook, where several hold curves.
#' @param target (text) The target of every well, for files that name none.
#' @param plate (number) Wells of the plate (48, 96, 384, 1536), for formats that number the wells and do not say.
#' @param program (number) LightCycler 480: the program; MxPro: the segment, where several could be the curves asked
#'   for.
#' @return A `cq_curves` or `cq_melt_curves`, see [cq_curves()]. Beside its columns, where the file or its table of Cq
#'   has them: `dye`, `task` (as in [cq_data()]), `omitted` (`TRUE`: taken out in the instrument's software). Errors
#'   have the classes `ddcq_error_format`, `ddcq_error_file`, `ddcq_error_data` and `ddcq_error_argument`.
#' @family curves
#' @export
#' @examples
#' # simulated: a sheet as Bio-Rad CFX exports it, one column a well
#' file <- file.path(tempdir(), "simulated -  Quantification Amplification Results_SYBR.csv")
#' rows <- vapply(1:40, function(i) paste0(",", i, ",", 40 + 4000 / (1 + exp(22 - i)), ",41"), "")
#' writeLines(c(",Cycle,A1,A2", rows), file)
#' x <- cq_read_curves(file)
#' x
#' cq_log(x)
cq_read_curves <- function(path, what = c("amplification", "melt"), format = "auto", ...,
                           signal = c("measured", "subtracted"), run = NULL, sheet = NULL, target = NULL, plate = NULL,
                           program = NULL) {
  check_dots_empty(...)
  if (missing(path)) abort_missing("path")
  path <- check_paths(path)
  what <- check_choice(what, c("amplification", "melt"), "what")
  families <- check_curve_format(format, what)
  ask <- check_ask(sheet, NULL, target, plate)
  ask$what <- what
  ask$kind <- curve_kinds[[what]]
  ask$signal <- check_choice(signal, c("measured", "subtracted"), "signal")
  ask["program"] <- list(if (!is.null(program)) check_number(program, "program", 1, 99))
  plan <- plan_curves(path, families, ask)
  names <- check_run_names(run, vapply(plan, `[[`, "", "name"))
  told <- !is.null(run) || !is.null(names(path)) || length(plan) > 1
  parts <- lapply(seq_along(plan), function(i) {
    read_curve_run(plan[[i]], names[i], told, ask, several = length(plan) > 1)
  })
  columns <- bind_curves(lapply(parts, `[[`, "columns"))
  signals <- unique(vapply(parts, `[[`, "", "signal"))
  log <- do.call(log_bind, lapply(parts, `[[`, "log"))
  settle_curves(columns, ask$kind, log, paste(signals, collapse = "; "))
}

# Design & Analysis is one family with its predecessors here.
check_curve_format <- function(format, what) {
  families <- Filter(function(family) what %in% family$what, curve_families())
  ids <- vapply(families, `[[`, "", "id")
  format <- check_choice(format, c("auto", ids, "design-analysis"), "format")
  if (format == "design-analysis") format <- "ab"
  if (format == "auto") families else families[ids == format]
}

# One run to list(columns, signal, log).
read_curve_run <- function(run, name, told, ask, several) {
  got <- lapply(run$items, function(item) item$hit$family$read(item$hit$found, item$src, ask))
  columns <- bind_curves(lapply(got, `[[`, "columns"))
  if (!length(columns$well)) {
    refuse_curves(run$items[[1]]$src, paste0("a table of ", ask$what, " curves without a single reading in it"))
  }
  columns <- name_curve_run(columns, name, told)
  entries <- unlist(Map(curve_file_lines, run$items, got), recursive = FALSE)
  files <- if (length(run$partners)) run$partners else run$items
  from <- vapply(files, function(item) basename(item$path), "")
  joined <- join_cq(columns, curve_names_table(run, ask), ask, from)
  entries <- c(entries, joined$told)
  if (length(run$lost)) {
    lost <- paste0(names(run$lost), ": ", run$lost, collapse = "; ")
    entries <- c(entries, list(list(what = "files not read", n = length(run$lost), detail = lost)))
  }
  columns <- joined$columns
  below <- below_zero(columns)
  if (!is.null(below)) entries <- c(entries, list(below))
  pick <- function(field) unlist(lapply(entries, `[[`, field))
  detail <- pick("detail")
  if (several) detail <- paste0(name, ": ", detail)
  list(
    columns = columns, signal = got[[1]]$signal,
    log = log_entry("read", pick("what"), pick("n"), detail)
  )
}

# A file of one run is called as the user calls it; one of several keeps its own names behind that.
name_curve_run <- function(columns, name, told) {
  n <- length(columns$well)
  if (is.null(columns$run)) {
    columns$run <- rep_len(name, n)
  } else if (told) {
    one <- same_string(columns$run)
    columns$run <- if (one) rep_len(name, n) else paste0(name, ":", columns$run)
  }
  columns
}

curve_file_lines <- function(item, got) {
  meta <- got$meta
  line <- function(what, n, detail) list(what = what, n = as.integer(n), detail = detail)
  c(
    list(
      line("file", length(got$columns$well), paste0(
        item$src$name, ", format \"", item$hit$family$id, "\" recognised by ", item$hit$found$by
      )),
      line("fluorescence", NA, paste0(got$signal, if (nzchar(meta$where %||% "")) paste0(", from ", meta$where)))
    ),
    if (isTRUE(meta$empty > 0)) list(line("rows without a fluorescence", meta$empty, "empty wells, dropped")),
    meta$extra
  )
}

# Values below zero are what a subtracted baseline or background leaves.
below_zero <- function(columns) {
  if (!is.null(columns$temperature)) {
    return(NULL)
  }
  index <- curve_index(columns)
  low <- unique(index[columns$fluorescence < 0])
  if (length(low) > 0.1 * max(index)) {
    list(
      what = "curves that go below zero", n = length(low),
      detail = "a baseline was taken off, it seems; fits estimate it: export with it where that can be chosen"
    )
  }
}
