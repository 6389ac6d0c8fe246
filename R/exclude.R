#' Take wells out
#'
#' Wells that are taken out stay in the data with their Cq, in the state `excluded`, with the reason; the log and the
#' report show them.
#'
#' @param x (`cq_data`) The wells.
#' @param condition Which wells: a condition on the columns, such as `well == "B07" & run == "p1"`. A well for which it
#'   is `NA` is not taken out.
#' @param reason (text) Why. It is printed in the log and the report.
#' @return `x` with those wells `excluded`. A condition that fits no well is an error of class `ddcq_error_argument`.
#' @family data
#' @export
#' @examples
#' x <- cq_data(data.frame(sample = "s1", well = c("A1", "A2"), target = "MYC", cq = c(24.1, 26.9)))
#' cq_exclude(x, well == "A2", reason = "bubble")
cq_exclude <- function(x, condition, reason) {
  x <- valid_cq_data(x)
  if (missing(condition)) {
    ddcq_abort("{.arg condition} must say which wells: {.code well == \"B07\"}.", "argument")
  }
  if (missing(reason)) {
    ddcq_abort("{.arg reason} must say why the wells are taken out: it goes into the log and the report.", "argument")
  }
  check_string(reason, "reason")
  text <- paste(deparse(substitute(condition)), collapse = " ")
  hit <- exclude_rows(x, substitute(condition), parent.frame(), text)
  already <- as.integer(x$state)[hit] == 3L
  x$state[hit] <- "excluded"
  x$note[hit] <- reason
  where <- paste0(ifelse(is.na(x$well[hit]), x$sample[hit], x$well[hit]), " (", x$target[hit], ")")
  again <- if (any(already)) paste0("; ", sum(already), " already were")
  detail <- paste0(reason, "; ", text, ": ", some_plain(where), again)
  log_add(x, log_entry("exclude", "wells excluded", length(hit), detail))
}

exclude_rows <- function(x, condition, env, text) {
  keep <- tryCatch(
    eval(condition, as.data.frame(x), env),
    error = function(e) {
      why <- conditionMessage(e)
      have <- names(x)
      ddcq_abort(
        c("{.arg condition} must be a condition on the columns, but {.code {text}} could not be evaluated.",
          "x" = "{why}", "i" = "The columns are {some(have, 20)}."
        ), "argument"
      )
    }
  )
  if (!is.logical(keep) || !length(keep) %in% c(1L, nrow(x))) {
    ddcq_abort(
      c("{.arg condition} must be TRUE or FALSE for each of the {nrow(x)} wells, not {.obj_type_friendly {keep}}.",
        "i" = "{.code well == \"B07\" & run == \"p1\"}"
      ), "argument"
    )
  }
  hit <- which(rep_len(keep, nrow(x)))
  if (!length(hit)) {
    ddcq_abort("{.arg condition} must fit at least one well, but {.code {text}} fits none.", "argument")
  }
  hit
}
