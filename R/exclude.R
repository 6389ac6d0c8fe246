#' Take wells out
#'
#' Wells that are taken out stay in the data with their Cq, in the state `excluded`, with the reason; the log and the
#' report show them. Which wells is said by a condition, or by findings of [cq_check()] that you have chosen.
#'
#' @param x (`cq_data`) The wells.
#' @param condition (expression, or `cq_check`) Which wells: a condition on the columns, such as `well == "B07" & run ==
#'   "p1"`. A well for which it is `NA` is not taken out. Or findings (`cq_check`): every well that they name, for the
#'   target that they name; findings without wells are an error of class `ddcq_error_argument`. No findings take nothing
#'   out, and the log says so.
#' @param reason (text) Why. It is printed in the log and the report. Findings bring their own; a reason that is given
#'   is put before it.
#' @return `x` with those wells `excluded`, the reason in their `note`, and a line in the log. A condition that fits no
#'   well is an error of class `ddcq_error_argument`.
#' @details To leave a sample out of an experiment altogether, take it out before the sample sheet is joined: a sample
#'   of which every well is `excluded` needs no row in the sheet of [cq_design()], and takes no part in a fit.
#' @family data
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' y <- cq_exclude(x, well == "A01", reason = "bubble")
#' y <- cq_exclude(y, sample == "ana-p22" & target == "BCL2", reason = "wrong primer")
#' as.data.frame(y[y$state == "excluded", c("well", "sample", "target", "cq", "note")])
#'
#' # what the check of the plate found, as far as you agree
#' late <- transform(anastrozole_plate, cq = cq + 2 * (well == "A02"))
#' x <- cq_data(late, na = "nondetect")
#' findings <- cq_check(x)
#' cq_log(cq_exclude(x, findings[findings$check == "outlier", ], reason = "seen on the curves"))
cq_exclude <- function(x, condition, reason) {
  x <- valid_cq_data(x)
  if (missing(condition)) {
    ddcq_abort("{.arg condition} must say which wells: {.code well == \"B07\"}.", "argument")
  }
  text <- paste(deparse(substitute(condition)), collapse = " ")
  value <- condition_value(x, substitute(condition), parent.frame(), text)
  if (inherits(value, "cq_check")) {
    return(exclude_findings(x, value, if (missing(reason)) NULL else check_string(reason, "reason")))
  }
  if (missing(reason)) {
    ddcq_abort("{.arg reason} must say why the wells are taken out: it goes into the log and the report.", "argument")
  }
  check_string(reason, "reason")
  exclude_hit(x, condition_rows(x, value, text), reason, text)
}

# The rows `hit` become excluded; `text` is how they were named.
exclude_hit <- function(x, hit, reason, text) {
  already <- as.integer(x$state)[hit] == 3L
  x$state[hit] <- "excluded"
  x$note[hit] <- reason
  where <- paste0(ifelse(is.na(x$well[hit]), x$sample[hit], x$well[hit]), " (", x$target[hit], ")")
  again <- if (any(already)) paste0("; ", sum(already), " already were")
  detail <- paste0(reason, "; ", text, ": ", some_plain(where), again)
  log_add(x, log_entry("exclude", "wells excluded", length(hit), detail))
}

exclude_findings <- function(x, findings, reason = NULL) {
  if (!nrow(findings)) {
    return(log_add(x, log_entry("exclude", "wells excluded", 0L, "cq_check: there were no such findings")))
  }
  blank <- is.na(findings$well)
  if (any(blank)) {
    checks <- findings$check[blank]
    ddcq_abort(
      c("Only findings that name wells can be taken out.",
        "x" = "{sum(blank)} finding{?s} {?names/name} none: {some(checks)}.",
        "i" = if (all(is.na(x$well))) "The data have no well names: give a condition, {.code cq > 38}." else
          "Choose those that do: {.code findings[findings$check == \"outlier\", ]}."
      ), "argument"
    )
  }
  named <- finding_wells(findings)
  key <- function(table) paste(table$run, table$well, sep = "\r")
  rows <- lapply(seq_len(nrow(named)), function(i) {
    which(key(x) == key(named[i, ]) & (is.na(named$target[i]) | x$target %in% named$target[i]))
  })
  if (!length(unlist(rows))) {
    ddcq_abort("The findings must be of these data: none of their wells is in {.arg x}.", "argument")
  }
  for (i in unique(named$row)) {
    hit <- sort(unique(unlist(rows[named$row == i])))
    said <- paste0(findings$check[i], ": ", sub("[.]$", "", findings$finding[i]))
    if (!is.null(reason)) said <- paste0(reason, "; ", said)
    if (length(hit)) x <- exclude_hit(x, hit, said, "cq_check")
  }
  x
}

condition_value <- function(x, condition, env, text) {
  tryCatch(
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
}

condition_rows <- function(x, keep, text) {
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
