# The class cq_data: one row a well and target. new_cq_data() makes it, cq_data() makes it from any data frame with
# all checks, valid_cq_data() looks again at data that went through other hands.

cq_tasks <- c("unknown", "standard", "calibrator", "ntc", "nrt", "positive")
cq_states <- c("quantified", "nondetect", "excluded", "missing")
cq_canonical <- c("run", "well", "sample", "target", "task", "state", "cq", "quantity", "note")

# What people write for the tasks, after lower-casing and dropping everything but letters and digits.
task_words <- c(
  unknown = "unknown", unkn = "unknown", unk = "unknown", sample = "unknown", target = "unknown",
  standard = "standard", std = "standard", calibrator = "calibrator", irc = "calibrator",
  ntc = "ntc", notemplatecontrol = "ntc", negativecontrol = "ntc", nrt = "nrt", nort = "nrt",
  noamp = "nrt", minusrt = "nrt", positive = "positive", positivecontrol = "positive",
  posctrl = "positive", pos = "positive"
)

# A factor with fixed levels, made from codes or from one value for all rows.
fixed_factor <- function(codes, levels) {
  structure(as.integer(codes), levels = levels, class = "factor")
}

new_cq_data <- function(columns, log = NULL, policy = NULL) {
  n <- length(columns$cq)
  filled <- list(
    run = columns$run %||% rep_len("run1", n),
    well = columns$well %||% rep_len(NA_character_, n),
    sample = columns$sample, target = columns$target,
    task = as_task(columns$task, n), state = as_state(columns$state, columns$cq),
    cq = columns$cq, quantity = columns$quantity %||% rep_len(NA_real_, n),
    note = columns$note %||% rep_len(NA_character_, n)
  )
  rest <- columns[setdiff(names(columns), cq_canonical)]
  x <- structure(
    c(filled, rest),
    class = c("cq_data", "data.frame"), row.names = .set_row_names(n)
  )
  attr(x, "log") <- log
  attr(x, "runs") <- policy
  remember_rows(x)
}

as_task <- function(task, n) {
  if (is.null(task)) {
    return(fixed_factor(rep_len(1L, n), cq_tasks))
  }
  if (is.factor(task) && identical(levels(task), cq_tasks)) {
    return(task)
  }
  fixed_factor(match(as.character(task), cq_tasks), cq_tasks)
}

as_state <- function(state, cq) {
  if (is.null(state)) {
    codes <- rep_len(1L, length(cq))
    if (anyNA(cq)) {
      codes[is.na(cq)] <- 2L
    }
    return(fixed_factor(codes, cq_states))
  }
  if (is.factor(state) && identical(levels(state), cq_states)) {
    return(state)
  }
  fixed_factor(match(as.character(state), cq_states), cq_states)
}

#' qPCR data from any data frame
#'
#' Makes the data that the rest of the package works on: one row a well and target, with the same columns whatever the
#' source. Every column of `data` is kept.
#'
#' @param data (data frame) One row a well and target: the long form.
#' @param sample,target,cq (text) Names of the columns that hold the sample (one cDNA), the target (the assay) and the
#'   quantification cycle. Rows that share run, sample and target are technical replicates.
#' @param ... Names of further columns by keyword: `run = `, `well = `, `task = `, `quantity = `. Columns that are
#'   called so already need not be named.
#' @param na (`"nondetect"` or `"missing"`) What a row without a Cq means: the well ran and found nothing
#'   (`"nondetect"`: the quantity lies below what the last cycle can show), or it was taken out by hand (`"missing"`).
#'   There is no default, because only you know; it is asked for when there is such a row.
#' @param runs (`"replicate"` or `"same"`) What it means that a sample and target stand in several runs: each run is a
#'   passage of its own (`"replicate"`: the sample becomes `run:sample`), or one cDNA was measured on several plates
#'   (`"same"`). Asked for when it happens.
#' @param cycles (number) Cycles of the run. A Cq beyond it is an error; a non-detect is censored at it.
#' @return A data frame of class `cq_data` with the columns `run`, `well`, `sample`, `target` (text), `task` (factor:
#'   unknown, standard, calibrator, ntc, nrt, positive), `state` (factor: quantified, nondetect, excluded, missing),
#'   `cq` (cycles), `quantity` (input of standards, in the curve's own unit), `note` (text: why a well is excluded) and
#'   all others of `data`. Errors have the classes `ddcq_error_column`, `ddcq_error_data` and `ddcq_error_argument`.
#' @details In a sample and target where some wells have a Cq (with a mean of more than 5 cycles below the last) and
#'   some have none, those reactions failed: they become `excluded`, and the log says so.
#' @family data
#' @export
#' @examples
#' wells <- data.frame(
#'   sample = rep(c("s1", "s2"), each = 4), target = rep(c("MYC", "GAPDH"), each = 2, times = 2),
#'   cq = c(24.1, 24.2, 18.0, 18.1, 25.3, 25.2, 18.2, 18.1), treatment = rep(c("vehicle", "drug"), each = 4)
#' )
#' cq_data(wells)
cq_data <- function(data, sample = "sample", target = "target", cq = "cq", ..., na, runs,
                    cycles = 40) {
  check_data_frame(data, "data")
  cycles <- check_number(cycles, "cycles", 1, 100)
  from <- column_names(data, c(sample = sample, target = target, cq = cq), ...)
  columns <- named_columns(data, from)
  columns$sample <- as_names(columns$sample, from[["sample"]])
  columns$target <- as_names(columns$target, from[["target"]])
  if (!length(columns$cq)) {
    ddcq_abort(c("{.arg data} must have rows, but it has none."), "data")
  }
  given_state <- columns$state
  columns$cq <- as_cq(columns$cq, from[["cq"]], cycles)
  columns$state <- state_of(columns, if (missing(na)) NULL else na)
  columns$task <- as_task_words(columns$task, length(columns$cq))
  columns <- tidy_optional(columns, from)
  check_names(columns, from)
  log <- log_entry(
    "data", c("rows taken", "column of the Cq"), c(length(columns$cq), NA),
    c("", from[["cq"]])
  )
  x <- new_cq_data(columns, log_bind(log, log_states(columns$state, given_state)))
  check_wells(x)
  x <- mark_failed(x, cycles)
  check_runs(x, if (missing(runs)) NULL else runs)
}

# The names of the columns to take: the three named ones, and the optional ones where they are named or simply there.
column_names <- function(data, main, ...) {
  for (arg in names(main)) check_string(main[[arg]], arg)
  more <- list(...)
  optional <- c("run", "well", "task", "quantity", "state", "note")
  bad <- setdiff(names(more) %||% rep("", length(more)), optional)
  if (length(bad)) {
    ddcq_abort(
      c("Further columns of {.fn cq_data} are given as {.arg run}, {.arg well}, {.arg task} or {.arg quantity}.",
        "x" = "There is no argument {some(bad)}."
      ), "argument"
    )
  }
  for (arg in names(more)) check_string(more[[arg]], arg)
  check_columns(data, unname(c(main, unlist(more))), "data")
  there <- setdiff(intersect(optional, names(data)), names(more))
  c(main, unlist(more), stats::setNames(there, there))
}

named_columns <- function(data, from) {
  columns <- unclass(data)
  attributes(columns) <- list(names = names(data))
  taken <- columns[from]
  names(taken) <- names(from)
  rest <- setdiff(names(columns), c(from, names(from)))
  # A column that merely has a canonical name while another was named for it gives way.
  c(taken, columns[rest])
}

as_names <- function(x, column) {
  if (is.character(x)) {
    return(x)
  }
  if (is.factor(x)) {
    return(levels(x)[x])
  }
  if (is.numeric(x) || is.logical(x)) {
    return(as.character(x))
  }
  ddcq_abort(
    "The column {.field {column}} must hold names, not {.obj_type_friendly {x}}.", "column"
  )
}

# Optional columns in their types. A well A1 is A01 elsewhere: the text is kept as it is.
tidy_optional <- function(columns, from) {
  for (name in intersect(c("run", "well", "note"), names(columns))) {
    columns[[name]] <- as_names(columns[[name]], from[[name]])
  }
  if (!is.null(columns$quantity)) {
    if (!is.numeric(columns$quantity)) {
      ddcq_abort(
        c("The column {.field {from[['quantity']]}} must hold numbers, not {.obj_type_friendly {columns$quantity}}."),
        "column"
      )
    }
    columns$quantity <- as.double(columns$quantity)
  }
  columns
}

# Names that differ by blanks around them are one name; a blank or missing one is an error for a well that counts.
check_names <- function(columns, from) {
  for (name in c("sample", "target")) {
    coded <- code_strings(columns[[name]])
    rows <- which(coded$codes == 0L | !nzchar(trimws(coded$levels))[pmax(coded$codes, 1L)])
    if (name == "sample") {
      # an NTC or a standard may have no sample
      rows <- rows[as.integer(columns$task)[rows] == 1L]
    }
    if (length(rows)) {
      ddcq_abort(
        c("Every row must name its {name}.",
          "x" = "{length(rows)} row{?s} of {.field {from[[name]]}} {?is/are} blank: row {some(rows)}.",
          "i" = "Give the name, take the rows out, or say {.code task = } for controls and standards."
        ), "data"
      )
    }
    padded <- coded$levels[coded$levels != trimws(coded$levels)]
    if (length(padded)) {
      ddcq_abort(
        c("Names must not begin or end with blanks.",
          "x" = "{.field {from[[name]]}} has {some(padded)}.",
          "i" = "Use {.fn trimws} on the column."
        ), "data"
      )
    }
  }
}

as_task_words <- function(task, n) {
  if (is.null(task)) {
    return(fixed_factor(rep_len(1L, n), cq_tasks))
  }
  coded <- code_strings(as_names(task, "task"))
  plain <- gsub("[^[:alnum:]]", "", tolower(coded$levels))
  known <- match(unname(task_words[plain]), cq_tasks)
  if (anyNA(known)) {
    odd <- coded$levels[is.na(known)]
    ddcq_abort(
      c("A task must be one of {some(cq_tasks, 6)}.", "x" = "There is {some(odd)}."), "data"
    )
  }
  fixed_factor(c(1L, known)[coded$codes + 1L], cq_tasks)
}

# Texts that instruments write where there is no Cq.
none_words <- c(
  "undetermined", "undet.", "undet", "no ct", "no cq", "n/a", "na", "nan", "-", "none", ""
)

as_cq <- function(cq, column, cycles) {
  if (is.character(cq) || is.factor(cq)) {
    cq <- cq_from_text(as.character(cq), column)
  } else if (!is.numeric(cq) && !all(is.na(cq))) {
    ddcq_abort("The Cq column {.field {column}} must hold numbers, not {.obj_type_friendly {cq}}.", "column")
  }
  cq <- as.double(cq)
  span <- suppressWarnings(range(cq, na.rm = TRUE, finite = FALSE))
  if (span[1] <= 0 || span[2] > cycles) {
    abort_cq_range(cq, column, cycles)
  }
  if (span[2] == cycles) {
    warn_last_cycle(cq, column, cycles)
  }
  cq
}

abort_cq_range <- function(cq, column, cycles) {
  bad <- which(!is.na(cq) & (cq <= 0 | cq > cycles))
  values <- cq[bad]
  beyond <- max(values)
  hint <- if (all(values > cycles) && beyond <= 60) {
    c("i" = "If the run had more cycles, say so: {.code cycles = {ceiling(beyond / 5) * 5}}.")
  } else {
    c("i" = "0, -1, 100 and 999 are codes for \"no Cq\": make them {.code NA} and give {.arg na}.")
  }
  ddcq_abort(
    c("A Cq must lie above 0 and not beyond the last cycle, {cycles}.",
      "x" = "{length(bad)} row{?s} of {.field {column}} {?does/do} not: {some(values)}.",
      hint
    ), "data"
  )
}

warn_last_cycle <- function(cq, column, cycles) {
  n <- sum(cq == cycles, na.rm = TRUE)
  ddcq_warn(
    c("{n} Cq {?is/are} exactly {cycles}, the last cycle.",
      "i" = "Some software writes the last cycle where it found nothing. If so, make {cli::qty(n)}{?it/them} \\
             {.code NA} and give {.code na = \"nondetect\"}."
    ), "data"
  )
}

cq_from_text <- function(text, column) {
  plain <- trimws(text)
  none <- is.na(plain) | tolower(plain) %in% none_words
  value <- suppressWarnings(as.double(plain))
  odd <- !none & is.na(value)
  if (any(odd)) {
    comma <- any(grepl("^[0-9]+,[0-9]+$", plain[odd]))
    bad <- plain[odd]
    ddcq_abort(
      c("The Cq column {.field {column}} must hold numbers.",
        "x" = "{sum(odd)} row{?s} {?does/do} not: {some(bad)}.",
        if (comma) c("i" = "The decimal mark is a comma: read the file with {.code dec = \",\"}.")
      ), "data"
    )
  }
  value[none] <- NA
  value
}

# The state of each row: given, or from the Cq and what the user says that a gap means.
state_of <- function(columns, na) {
  cq <- columns$cq
  if (!is.null(na)) {
    na <- check_choice(na, c("nondetect", "missing"), "na")
  }
  if (!is.null(columns$state)) {
    return(check_state(columns$state, cq))
  }
  gaps <- anyNA(cq)
  if (gaps && is.null(na)) {
    abort_na(columns)
  }
  codes <- rep_len(1L, length(cq))
  if (gaps) {
    codes[is.na(cq)] <- match(na, cq_states)
  }
  fixed_factor(codes, cq_states)
}

abort_na <- function(columns) {
  gaps <- which(is.na(columns$cq))
  where <- paste(columns$sample[gaps], columns$target[gaps])
  ddcq_abort(
    c("{length(gaps)} row{?s} {?has/have} no Cq, and {.arg na} must say what that means.",
      "x" = "Sample and target: {some(where)}.",
      "i" = "{.code na = \"nondetect\"}: the well ran and found nothing (\"Undetermined\").",
      "i" = "{.code na = \"missing\"}: the value was taken out by hand, or never measured."
    ), "data"
  )
}

check_state <- function(state, cq) {
  codes <- match(as.character(state), cq_states)
  if (anyNA(codes)) {
    odd <- as.character(state)[is.na(codes)]
    ddcq_abort(c("A state must be one of {some(cq_states)}.", "x" = "There is {some(odd)}."), "data")
  }
  bad <- which((codes == 1L) == is.na(cq) & codes != 3L)
  if (length(bad)) {
    ddcq_abort(
      c("A quantified well must have a Cq, and a non-detect or missing one must have none.",
        "x" = "{length(bad)} row{?s} {?contradicts/contradict} that: row {some(bad)}."
      ), "data"
    )
  }
  fixed_factor(codes, cq_states)
}

log_states <- function(state, given) {
  n <- tabulate(as.integer(state), 4L)
  said <- if (is.null(given)) c("", "no Cq, taken as not detected", "", "no Cq, taken as missing") else ""
  keep <- n > 0
  log_entry("data", cq_states, n, rep_len(said, 4))[keep, ]
}

# A well holds one row for each target: a second one is a copy, not a replicate.
check_wells <- function(x) {
  if (all_missing(x$well)) {
    return(invisible(x))
  }
  key <- lapply(list(x$run, x$well, x$target, x$dye), function(k) if (!is.null(k)) code_strings(k)$codes)
  key <- Filter(Negate(is.null), key)
  rows <- do.call(duplicated_rows, key)
  rows <- rows[!is.na(x$well[rows])]
  if (length(rows)) {
    where <- paste0(x$well[rows], " (", x$target[rows], ", ", x$run[rows], ")")
    ddcq_abort(
      c("A run, well and target must stand in one row.",
        "x" = "{length(rows)} row{?s} repeat{?s/} an earlier one: {some(where)}.",
        "i" = "Were files read twice, or several runs put together without a {.field run} column?"
      ), "data"
    )
  }
  invisible(x)
}

all_missing <- function(x) {
  !length(x) || (is.na(x[1]) && all(is.na(x)))
}

# Reactions that failed: wells without a Cq in a cell whose other wells lie well below the last cycle.
mark_failed <- function(x, cycles) {
  none <- which(as.integer(x$state) == 2L & as.integer(x$task) == 1L)
  if (!length(none)) {
    return(x)
  }
  key <- paste(x$run, x$sample, x$target, sep = "\r")
  seen <- which(key %in% key[none] & as.integer(x$state) == 1L & as.integer(x$task) == 1L)
  if (!length(seen)) {
    return(x)
  }
  means <- rowsum(cbind(x$cq[seen], 1), key[seen])
  early <- rownames(means)[means[, 1] / means[, 2] < cycles - 5]
  failed <- none[key[none] %in% early]
  if (!length(failed)) {
    return(x)
  }
  x$state[failed] <- "excluded"
  x$note[failed] <- "failed reaction"
  where <- paste0(ifelse(is.na(x$well[failed]), x$sample[failed], x$well[failed]), " (", x$target[failed], ")")
  log_add(x, log_entry("data", "failed reactions excluded", length(failed), some_plain(where)))
}

some_plain <- function(x, n = 8) {
  more <- length(x) - n
  paste0(paste(utils::head(x, n), collapse = ", "), if (more > 0) paste0(" and ", more, " more"))
}

# One sample and target in several runs: which of two things is it?
check_runs <- function(x, runs = NULL) {
  if (!is.null(runs)) {
    runs <- check_choice(runs, c("replicate", "same"), "runs")
  }
  run <- code_strings(x$run)
  if (length(run$levels) < 2) {
    return(x)
  }
  spread <- spread_over_runs(x, run)
  if (!length(spread)) {
    return(x)
  }
  if (is.null(runs)) {
    abort_runs(spread, run$levels)
  }
  attr(x, "runs") <- runs
  if (runs == "replicate") {
    x$sample <- paste(x$run, x$sample, sep = ":")
    detail <- "each run is its own passage: samples are called run:sample"
  } else {
    detail <- "one cDNA on several plates: its wells are replicates"
  }
  log_add(x, log_entry("data", "samples in several runs", length(spread), detail))
}

# Names of sample and target of the cells that lie in more than one run.
spread_over_runs <- function(x, run = code_strings(x$run)) {
  sample <- code_strings(x$sample)
  target <- code_strings(x$target)
  used <- as.integer(x$task) == 1L & sample$codes > 0L & target$codes > 0L
  cell <- (sample$codes - 1L) + length(sample$levels) * (target$codes - 1L) + 1L
  cell[!used] <- 0L
  size <- length(sample$levels) * length(target$levels)
  mixed <- which(group_value(cell, run$codes, size)$mixed)
  at <- mixed - 1L
  paste0(
    sample$levels[at %% length(sample$levels) + 1L], " (",
    target$levels[at %/% length(sample$levels) + 1L], ")"
  )
}

abort_runs <- function(spread, runs) {
  ddcq_abort(
    c("A sample and target must stand in one run, or {.arg runs} must say what several mean.",
      "x" = "In several of the runs {some(runs)}: {some(spread)}.",
      "i" = "{.code runs = \"replicate\"}: each run is its own passage (the sample becomes run:sample).",
      "i" = "{.code runs = \"same\"}: one cDNA was measured on several plates."
    ), "data"
  )
}

# Data that come back from other tools: the class may be gone, the columns must be there.
valid_cq_data <- function(x, arg = "x") {
  if (!is.data.frame(x)) {
    ddcq_abort(
      c("{.arg {arg}} must be data from {.fn cq_data} or {.fn cq_read}, not {.obj_type_friendly {x}}."), "argument"
    )
  }
  lost <- setdiff(cq_canonical, names(x))
  if (length(lost) && !inherits(x, "cq_data")) {
    ddcq_abort(
      c("{.arg {arg}} must be data from {.fn cq_data} or {.fn cq_read}, not a plain data frame.",
        "i" = "Use {.code cq_data({arg}, sample = , target = , cq = )} first."
      ), "argument"
    )
  }
  check_columns(x, cq_canonical, arg)
  good <- is.factor(x$task) && identical(levels(x$task), cq_tasks) &&
    is.factor(x$state) && identical(levels(x$state), cq_states) && is.double(x$cq) &&
    is.character(x$sample) && is.character(x$target)
  if (!good || anyNA(x$task) || anyNA(x$state)) {
    ddcq_abort(
      c("The columns {.field task}, {.field state}, {.field cq}, {.field sample} and {.field target} must be as \\
         {.fn cq_data} made them.",
        "i" = "They were changed since: make the data anew with {.fn cq_data}."
      ), "data"
    )
  }
  x
}

#' @export
`[.cq_data` <- function(x, ...) {
  out <- NextMethod()
  if (is.data.frame(out)) {
    keep_history(out, x)
  } else {
    out
  }
}

keep_history <- function(out, x) {
  if (!all(cq_canonical %in% names(out))) {
    class(out) <- setdiff(class(out), "cq_data")
    attr(out, "log") <- attr(out, "known") <- attr(out, "runs") <- NULL
    return(out)
  }
  attr(out, "log") <- log_of(x)
  attr(out, "known") <- attr(x, "known", exact = TRUE)
  attr(out, "runs") <- attr(x, "runs", exact = TRUE)
  out
}

#' @export
as.data.frame.cq_data <- function(x, ...) {
  attr(x, "log") <- attr(x, "known") <- attr(x, "runs") <- NULL
  class(x) <- "data.frame"
  x
}
