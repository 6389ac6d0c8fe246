# The class cq_data: one row a well and target, with the same columns whatever the source. new_cq_data() makes it and
# checks nothing.

cq_tasks <- c("unknown", "standard", "calibrator", "ntc", "nrt", "positive")
cq_states <- c("quantified", "nondetect", "excluded", "missing")
cq_canonical <- c("run", "well", "sample", "target", "task", "state", "cq", "quantity", "note")

# What people and instruments write for the tasks, letters and digits alone.
task_synonyms <- list(
  unknown = c(
    "unknown", "unkn", "unk", "unknowns", "target", "endogenouscontrol", "endogenous", "reference", "sample", "u"
  ),
  standard = c("standard", "std", "standards", "s"),
  calibrator = c("calibrator", "irc", "interruncalibrator", "calib"),
  ntc = c(
    "ntc", "notemplatecontrol", "notemplate", "negativecontrol", "negctrl", "neg", "nac", "noamplificationcontrol",
    "blockedipc", "blank", "ntp", "notargetpresent"
  ),
  nrt = c("nrt", "nort", "noreversetranscriptase", "noreversetranscription", "minusrt", "nortcontrol", "nrtcontrol"),
  positive = c("positive", "positivecontrol", "posctrl", "pos", "pc", "ipc", "internalpositivecontrol")
)

# A factor with fixed levels, made from codes or from one value for all rows.
fixed_factor <- function(codes, levels) {
  structure(as.integer(codes), levels = levels, class = "factor")
}

# cycles: the last cycle, beyond which a well without a Cq lies.
new_cq_data <- function(columns, log = NULL, cycles = 40) {
  n <- length(columns[["cq"]])
  # by [[ ]]: `columns$run` would take the user's column `run_date` where there is no `run`
  filled <- list(
    run = columns[["run"]] %||% rep_len("run1", n),
    well = columns[["well"]] %||% rep_len(NA_character_, n),
    sample = columns[["sample"]], target = columns[["target"]],
    task = as_task(columns[["task"]], n), state = as_state(columns[["state"]], columns[["cq"]]),
    cq = columns[["cq"]], quantity = columns[["quantity"]] %||% rep_len(NA_real_, n),
    note = columns[["note"]] %||% rep_len(NA_character_, n)
  )
  rest <- columns[setdiff(names(columns), cq_canonical)]
  x <- structure(
    c(filled, rest),
    class = c("cq_data", "data.frame"), row.names = .set_row_names(n)
  )
  attr(x, "log") <- log
  attr(x, "cycles") <- as.double(cycles)
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

#' @export
`[.cq_data` <- function(x, ...) {
  out <- NextMethod()
  if (is.data.frame(out)) {
    keep_history(out, x)
  } else {
    out
  }
}

# What rides on the data: the log, the rows as the package last saw them, what several runs mean, the last cycle, the
# calibration of the runs.
history_attributes <- c("log", "known", "runs", "cycles", "calibration")

drop_history <- function(x) {
  for (name in history_attributes) attr(x, name) <- NULL
  x
}

keep_history <- function(out, x) {
  if (!all(cq_canonical %in% names(out))) {
    class(out) <- setdiff(class(out), "cq_data")
    return(drop_history(out))
  }
  for (name in history_attributes) attr(out, name) <- attr(x, name, exact = TRUE)
  out
}

#' @export
as.data.frame.cq_data <- function(x, ...) {
  x <- drop_history(x)
  class(x) <- "data.frame"
  x
}
