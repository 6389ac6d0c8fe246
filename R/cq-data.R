# cq_data(): from any data frame to the class, with all checks.

#' qPCR data from any data frame
#'
#' Makes the data that the rest of the package works on: one row a well and target, with the same columns whatever the
#' source. Every column of `data` is kept.
#'
#' @param data (data frame) One row a well and target: the long form.
#' @param sample,target,cq (text) Names of the columns that hold the sample (one cDNA), the target (the assay) and the
#'   quantification cycle. Rows that share run, sample and target are technical replicates.
#' @param ... (text) Names of further columns by keyword: `run = `, `well = `, `task = `, `quantity = `. Columns that
#'   are called so already need not be named.
#' @param na (`"nondetect"` or `"missing"`) What a row without a Cq means: the well ran and found nothing
#'   (`"nondetect"`: the quantity lies below what the last cycle can show), or it was taken out by hand (`"missing"`).
#'   There is no default, because only you know; it is asked for when there is such a row.
#' @param runs (`"replicate"` or `"same"`) What it means that a sample and target stand in several runs: each run is a
#'   passage of its own (`"replicate"`: the sample becomes `run:sample`), or one cDNA was measured on several plates
#'   (`"same"`). Asked for when it happens.
#' @param cycles (number) Cycles of the run. A Cq beyond it is an error; a non-detect is censored at it.
#' @return A data frame of class `cq_data` (see [cq_data-object]) with the columns `run`, `well`, `sample`, `target`
#'   (text), `task` (factor: `unknown`, `standard`, `calibrator`, `ntc`, `nrt`, `positive`), `state` (factor:
#'   `quantified`, `nondetect`, `excluded`, `missing`), `cq` (cycles), `quantity` (input of standards, in the curve's
#'   own unit), `note` (text: why a well is excluded) and all others of `data`. Errors have the classes
#'   `ddcq_error_column`, `ddcq_error_data` and `ddcq_error_argument`.
#' @details In a sample and target where some wells have a Cq (with a mean of more than 5 cycles below the last) and
#'   some have none, those reactions failed: they become `excluded`, and the log says so.
#'
#'   A table with a column for each target is stacked first; the last example does it.
#' @seealso [cq_read()] for the exports of instruments; [ddcq()] for what comes next.
#' @family data
#' @export
#' @examples
#' # columns that have other names are named; two wells of each sample and target
#' wells <- data.frame(
#'   Name = rep(c("s1", "s2"), each = 4), Detector = rep(c("MYC", "GAPDH"), each = 2, times = 2),
#'   Ct = c(24.1, 24.2, 18.0, 18.1, 25.3, 25.2, 18.2, 18.1),
#'   treatment = rep(c("vehicle", "drug"), each = 4)
#' )
#' cq_data(wells, sample = "Name", target = "Detector", cq = "Ct")
#'
#' # the bundled plate: a row without a Cq means that 40 cycles found nothing
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' x
#' table(x$task, x$state)
#'
#' # a column for each target
#' wide <- data.frame(sample = c("s1", "s2"), MYC = c(24.1, 25.3), GAPDH = c(18.0, 18.2))
#' long <- data.frame(wide["sample"], stack(wide[c("MYC", "GAPDH")]))
#' as.data.frame(cq_data(long, target = "ind", cq = "values"))[c("sample", "target", "cq")]
cq_data <- function(data, sample = "sample", target = "target", cq = "cq", ..., na, runs,
                    cycles = 40) {
  check_data_frame(data, "data")
  cycles <- check_number(cycles, "cycles", 1, 100)
  from <- column_names(data, list(sample = sample, target = target, cq = cq), ...)
  columns <- named_columns(data, from)
  columns$sample <- as_names(columns$sample, from[["sample"]])
  columns$target <- as_names(columns$target, from[["target"]])
  if (!length(columns$cq)) {
    ddcq_abort(c("{.arg data} must have rows, but it has none."), "data")
  }
  given_state <- columns[["state"]]
  columns$cq <- as_cq(columns$cq, from[["cq"]], cycles)
  columns$state <- state_of(columns, if (missing(na)) NULL else na)
  columns$task <- as_task_words(columns[["task"]], length(columns$cq))
  columns <- tidy_optional(columns, from)
  check_names(columns, from)
  log <- log_entry(
    "data", c("rows taken", "column of the Cq"), c(length(columns$cq), NA),
    c("", from[["cq"]])
  )
  x <- new_cq_data(columns, log_bind(log, log_states(columns$state, given_state)), cycles)
  check_wells(x)
  x <- mark_failed(x)
  check_runs(x, if (missing(runs)) NULL else runs)
}

# The names of the columns to take: the three named ones, and the optional ones where they are named or simply there.
column_names <- function(data, main, ...) {
  for (arg in names(main)) check_string(main[[arg]], arg)
  more <- list(...)
  optional <- c("run", "well", "task", "quantity", "state", "note")
  bad <- setdiff(names(more) %||% rep("", length(more)), optional)
  if (length(bad)) {
    bad[!nzchar(bad)] <- "(unnamed)"
    ddcq_abort(
      c("Further columns of {.fn cq_data} are given as {.arg run}, {.arg well}, {.arg task} or {.arg quantity}.",
        "x" = "There is no argument {some(bad)}."
      ), "argument"
    )
  }
  for (arg in names(more)) check_string(more[[arg]], arg)
  main <- unlist(main)
  check_columns(data, unname(c(main, unlist(more))), "data", advice = column_advice(c(main, unlist(more)), names(data)))
  there <- setdiff(intersect(optional, names(data)), names(more))
  c(main, unlist(more), stats::setNames(there, there))
}

# The call that names the columns as they are, where each one that is not there has a near match.
column_advice <- function(from, have) {
  lost <- from[!from %in% have]
  meant <- lapply(lost, function(name) near(name, have))
  if (length(lost) && all(lengths(meant) == 1)) {
    given <- paste0(names(lost), " = ", vapply(unlist(meant), deparse1, ""), collapse = ", ")
    c("i" = paste0("Name them: {.code cq_data(data, ", literal(given), ")}."))
  }
}

named_columns <- function(data, from) {
  columns <- unclass(data)
  attributes(columns) <- list(names = names(data))
  taken <- columns[from]
  names(taken) <- names(from)
  odd <- vapply(taken, function(column) is.list(column) || !is.null(dim(column)), NA)
  if (any(odd)) {
    ddcq_abort(
      c("The column {some(from[odd])} must be a plain column: one value a row.",
        "x" = "It is {.obj_type_friendly {taken[[which(odd)[1]]]}}."
      ), "column"
    )
  }
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
  if (!is.null(columns[["quantity"]])) {
    if (!is.numeric(columns$quantity) && !all(is.na(columns$quantity))) {
      ddcq_abort(
        c("The column {.field {from[['quantity']]}} must hold numbers, not {.obj_type_friendly {columns$quantity}}."),
        "column"
      )
    }
    columns$quantity <- as.double(columns$quantity)
  }
  columns
}

as_task_words <- function(task, n) {
  if (is.null(task)) {
    return(fixed_factor(rep_len(1L, n), cq_tasks))
  }
  coded <- code_strings(as_names(task, "task"))
  plain <- plain_letters(coded$levels)
  words <- stats::setNames(rep(names(task_synonyms), lengths(task_synonyms)), unlist(task_synonyms))
  known <- match(unname(words[plain]), cq_tasks)
  if (anyNA(known)) {
    odd <- coded$levels[is.na(known)]
    ddcq_abort(
      c("A task must be one of {some(cq_tasks, 6)}.", "x" = "There is {some(odd)}."), "data"
    )
  }
  fixed_factor(c(1L, known)[coded$codes + 1L], cq_tasks)
}

# The state of each row: given, or from the Cq and what the user says that a gap means.
state_of <- function(columns, na) {
  cq <- columns$cq
  if (!is.null(na)) {
    na <- check_choice(na, c("nondetect", "missing"), "na")
  }
  if (!is.null(columns[["state"]])) {
    return(check_state(columns[["state"]], cq))
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
  n <- tabulate(state, 4L)
  said <- if (is.null(given)) c("", "no Cq, taken as not detected", "", "no Cq, taken as missing") else ""
  keep <- n > 0
  log_entry("data", cq_states, n, rep_len(said, 4))[keep, ]
}
