# The log of a cq_data: what happened to the wells, step by step. It rides as the attribute "log"; beside it, the
# attribute "known" holds the key columns as the package last left them. Columns are shared, not copied, so asking
# whether somebody changed the rows outside costs nothing when nobody did.

known_columns <- c("run", "well", "sample", "target", "cq", "task", "state")

log_entry <- function(step, what, n = NA_integer_, detail = "") {
  n <- as.integer(n)
  size <- max(length(step), length(what), length(n), length(detail))
  structure(
    list(
      step = rep_len(step, size), what = rep_len(what, size),
      n = rep_len(n, size), detail = rep_len(detail, size)
    ),
    class = c("cq_log", "data.frame"), row.names = .set_row_names(size)
  )
}

log_bind <- function(...) {
  logs <- Filter(Negate(is.null), list(...))
  pick <- function(column) unlist(lapply(logs, `[[`, column), use.names = FALSE)
  log_entry(pick("step"), pick("what"), pick("n"), pick("detail"))
}

log_of <- function(x) {
  attr(x, "log", exact = TRUE)
}

log_add <- function(x, entry = NULL) {
  attr(x, "log") <- log_bind(log_of(x), entry)
  remember_rows(x)
}

remember_rows <- function(x) {
  attr(x, "known") <- unclass(x)[known_columns]
  x
}

# What was done to the rows since the package last saw them, as log entries (NULL when nothing was).
outside_changes <- function(x) {
  known <- attr(x, "known", exact = TRUE)
  now <- unclass(x)
  if (is.null(known)) {
    return(log_entry("outside", "history lost", nrow(x), "the rows came without their log"))
  }
  same <- vapply(known_columns, function(column) identical(known[[column]], now[[column]]), NA)
  if (all(same)) {
    return(NULL)
  }
  changed_rows(known, now)
}

changed_rows <- function(known, now) {
  # replicates without a well name are told apart by their Cq
  key <- function(x) paste(x$run, x$well, x$sample, x$target, ifelse(is.na(x$well), x$cq, ""), sep = "\r")
  before <- count_key(key(known))
  after <- count_key(key(now))
  gone <- setdiff(before, after)
  new <- setdiff(after, before)
  place <- match(after, before)
  value <- function(x) paste(x$cq, x$state, x$task)
  moved <- !is.na(place) & value(now) != value(known)[place]
  entries <- list(
    if (length(gone)) log_entry("outside", "rows removed", length(gone), show_keys(gone)),
    if (length(new)) log_entry("outside", "rows added", length(new), show_keys(new)),
    if (any(moved)) log_entry("outside", "rows changed", sum(moved), show_keys(after[moved]))
  )
  entries <- Filter(Negate(is.null), entries)
  if (length(entries)) do.call(log_bind, entries)
}

# Rows that still share a key: the second of them is a row of its own.
count_key <- function(key) {
  paste(key, stats::ave(seq_along(key), key, FUN = seq_along), sep = "\r")
}

show_keys <- function(keys, n = 6) {
  parts <- strsplit(utils::head(keys, n), "\r", fixed = TRUE)
  text <- vapply(parts, function(p) {
    where <- if (p[2] == "NA") p[3] else p[2]
    paste0(where, " (", p[4], ")")
  }, "")
  more <- length(keys) - length(text)
  paste0(paste(text, collapse = ", "), if (more > 0) paste0(" and ", more, " more"))
}

#' What happened to the data
#'
#' Every step that reads, drops, excludes, renames or joins wells writes into the log of the data; the fit and the
#' report carry it on. Rows that other tools removed, added or changed in between are found and written down too.
#'
#' @param x (`cq_data`, `cq_curves`, `cq_melt_curves` or `ddcq`) The data, or a fit made from them.
#' @return A data frame of class `cq_log`, one row an event: `step` (which step), `what` (the event), `n` (the number
#'   of wells or rows that it concerns; `NA` where none) and `detail` (which ones, by whom, why). Anything that has no
#'   log is an error of class `ddcq_error_argument`.
#' @family data
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' x <- cq_exclude(x, well == "A01", reason = "bubble")
#' cq_log(x)
#'
#' # rows that were taken out with other tools are found, too
#' cq_log(x[x$target != "FASN", ])
cq_log <- function(x) {
  if (missing(x)) abort_missing("x")
  if (inherits(x, "ddcq")) {
    return(x$log)
  }
  if (inherits(x, "cq_log")) {
    return(x)
  }
  if (inherits(x, c("cq_curves", "cq_melt_curves")) && !is.null(log_of(x))) {
    return(log_of(x))
  }
  if (!is.data.frame(x) || is.null(log_of(x))) {
    ddcq_abort(
      c("{.arg x} must be data from {.fn cq_data} or {.fn cq_read}, or a fit, not {.obj_type_friendly {x}}."),
      "argument"
    )
  }
  log_bind(log_of(x), outside_changes(x))
}

#' @export
format.cq_log <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  if (!nrow(x)) {
    return("(nothing happened yet)")
  }
  n <- ifelse(is.na(x$n), "", formatC(x$n, width = 1, format = "d", big.mark = ","))
  head <- paste0(
    formatC(x$step, width = -max(nchar(x$step))), "  ",
    formatC(n, width = max(nchar(n))), "  ", x$what
  )
  # only the detail is wrapped: the columns before it stand
  unlist(lapply(seq_along(head), function(i) {
    if (!nzchar(x$detail[i])) {
      return(sub(" +$", "", head[i]))
    }
    first <- paste0(head[i], ": ")
    lines <- strwrap(x$detail[i], width = max(20, width - 6), initial = strrep(".", min(nchar(first), width - 20)))
    lines[1] <- paste0(first, substring(lines[1], min(nchar(first), width - 20) + 1))
    c(lines[1], if (length(lines) > 1) paste0("      ", lines[-1]))
  }))
}

#' @export
print.cq_log <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}

#' @export
as.data.frame.cq_log <- function(x, ...) {
  class(x) <- "data.frame"
  x
}

# Data that were made by a computer say so wherever they show: in the file's own words, which the log carries.
says_simulated <- function(log, runs) {
  any(grepl("simulated", c(log$detail, runs), ignore.case = TRUE))
}
