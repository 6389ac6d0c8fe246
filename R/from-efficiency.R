# Efficiencies that stand in the table of the Cqs: beside every Cq on the way in, one a target on the way out.

# The column `efficiency` of one table in the long form, from the columns that hold it.
efficiency_column <- function(table, ask) {
  from <- ask$efficiency
  if (ask$columns != "target") {
    column <- check_string(unname(from), "efficiency")
    check_columns(table, column, "data")
    return(rep(efficiency_numbers(table[[column]], column), length(ask$cq)))
  }
  check_efficiency_names(from, ask$asked)
  from <- from[names(from) %in% names(ask$cq)]
  check_columns(table, unname(from), "data")
  values <- lapply(names(ask$cq), function(name) {
    if (name %in% names(from)) efficiency_numbers(table[[from[[name]]]], from[[name]]) else rep(NA_real_, nrow(table))
  })
  unlist(values)
}

efficiency_numbers <- function(x, column) {
  if (is.character(x) || is.factor(x)) {
    text <- trimws(as.character(x))
    text[text %in% c("", "NA")] <- NA
    mark <- decimal_mark(text)
    value <- parse_number(text, if (identical(mark, ",")) "," else ".")
    if (all(is.na(value) == is.na(text))) x <- value
  }
  if (!is.numeric(x) && !all(is.na(x))) {
    ddcq_abort("The column {.field {column}} must hold efficiencies, not {.obj_type_friendly {x}}.", "column")
  }
  as.double(x)
}

# `from` is named by target, and once each.
check_efficiency_names <- function(from, targets) {
  if (!has_names(from)) {
    ddcq_abort(
      c("{.arg efficiency} must be given by target, each once: it is never matched by position.",
        "i" = "{.code efficiency = c({targets[1]} = )}"
      ), "argument"
    )
  }
  check_known_targets(names(from), targets, "efficiency")
}

# Numbers, once all tables are together; then both ways are looked at: factors per cycle, one by one.
add_efficiency <- function(columns, from) {
  if (is.null(from)) {
    return(columns)
  }
  targets <- unique(columns$target)
  if (is.numeric(from)) {
    check_efficiency_names(from, targets)
    columns$efficiency <- unname(as.double(from)[match(columns$target, names(from))])
  } else if (!is.character(from)) {
    ddcq_abort(
      "{.arg efficiency} must be names of columns, or numbers, by target, not {.obj_type_friendly {from}}.", "argument"
    )
  }
  for (target in targets) {
    value <- unique(columns$efficiency[columns$target == target])
    value <- value[!is.na(value)]
    # numbers that differ are estimates of wells: some may lie outside, but not most
    if (length(value)) check_efficiency(sort(value)[(length(value) + 1) %/% 2], target)
  }
  columns
}

#' The efficiencies that stand beside the Cqs
#'
#' Some tables carry an amplification efficiency beside every Cq. Where it is one number for a target, this makes of it
#' the table that [ddcq()] takes; where it differs between wells, it says so, and averages only when told how.
#'
#' @param x (`cq_data`) The wells, with a column of efficiencies: from [cq_from_wide()], or any column of the input.
#' @param column (text) Its name.
#' @param average (`"none"`, `"values"` or `"wells"`) What to do where the wells of a target differ: `"none"` is an
#'   error that shows them; `"wells"` takes every well's number as an estimate of its own; `"values"` takes every number
#'   once, however many wells carry it (one estimate a plate, repeated in each of its rows). Both give the mean with
#'   the standard error of that mean.
#' @return A data frame of class `cq_efficiency`, as from [cq_efficiency()], with the column `n_values`: how many
#'   estimates an efficiency is the mean of. A number that stands alone has no standard error. Targets without any are
#'   left out. Errors have the classes `ddcq_error_efficiency`, `ddcq_error_column` and `ddcq_error_argument`.
#' @family efficiency
#' @export
#' @examples
#' wide <- data.frame(
#'   group = c("ctl", "ctl", "drug", "drug"), MYC = c(24.1, 24.3, 26.0, 25.8), E_MYC = 1.93,
#'   GAPDH = c(18.0, 18.2, 18.1, 17.9), E_GAPDH = 1.98
#' )
#' x <- cq_from_wide(
#'   wide, cq = c("MYC", "GAPDH"), rows = "sample", efficiency = c(MYC = "E_MYC", GAPDH = "E_GAPDH")
#' )
#' cq_efficiency_of(x)
cq_efficiency_of <- function(x, column = "efficiency", average = "none") {
  x <- valid_cq_data(x)
  check_columns(x, check_string(column, "column"), "x")
  average <- check_choice(average, c("none", "values", "wells"), "average")
  values <- efficiency_numbers(x[[column]], column)
  known <- !is.na(values) & !is.na(x$target) & as.integer(x$state) %in% c(1L, 2L)
  if (!any(known)) {
    ddcq_abort("The column {.field {column}} must hold efficiencies, but it is empty.", "efficiency")
  }
  target <- unique(x$target[known])
  parts <- split(values[known], factor(x$target[known], target))
  distinct <- lapply(parts, unique)
  if (average == "none") check_one_efficiency(distinct)
  if (average != "wells") parts <- distinct
  n <- lengths(parts, use.names = FALSE)
  # one number in every well is a number that was copied, not an estimate without error
  n[lengths(distinct) == 1] <- 1L
  spread <- vapply(parts, stats::sd, 0, USE.NAMES = FALSE)
  spread[n == 1] <- NA
  out <- cq_efficiency(
    target, vapply(parts, mean, 0, USE.NAMES = FALSE), std.error = spread / sqrt(n), df = ifelse(n > 1, n - 1, NA)
  )
  out$n_values <- n
  out
}

check_one_efficiency <- function(distinct) {
  several <- distinct[lengths(distinct) > 1]
  if (length(several)) {
    shown <- vapply(several, function(v) some_plain(format(sort(v), digits = 6, trim = TRUE), 5), "")
    where <- paste0(names(several), " (", shown, ")")
    ddcq_abort(
      c("A target must have one efficiency, or {.arg average} must say how several become one.",
        "x" = "They differ between the wells of {some_plain(where, 5)}.",
        "i" = "{.code average = \"wells\"}: each well's number is an estimate of its own.",
        "i" = "{.code average = \"values\"}: a number is one estimate, however many wells carry it."
      ), "efficiency"
    )
  }
}
