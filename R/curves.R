# cq_curves() and cq_melt_curves(): raw fluorescence from any data frame, with all checks. settle_curves() is the last
# step of these and of every reader of curves: gaps go, rows are sorted, and a well may hold a cycle once.

#' Amplification and melt curves from any data frame
#'
#' Makes the raw fluorescence that [cq_fit_curves()] and [cq_melt()] work on: one row a well, target and cycle (or
#' temperature). The long form has a column for the well, one for the cycle and one for the fluorescence. The wide form,
#' `wide = TRUE`, has the cycles in one column and every well in a column of its own. Which of them a table is, you say;
#' it is not guessed.
#'
#' The fluorescence should be as the instrument measured it (normalised by a passive dye or not), without a baseline
#' taken off: fits estimate the baseline themselves, and with its error.
#'
#' @param data (data frame) The curves.
#' @param well (text) Name of the column that holds the well. Wells such as `A1` become `A01`, as in all files that are
#'   read. Not given with `wide = TRUE`: there the names of the columns are the wells.
#' @param cycle (text) Name of the column that holds the cycle. With `wide = TRUE`, the first column unless said.
#' @param temperature (text) Name of the column that holds the temperature (degrees Celsius). With `wide = TRUE`, the
#'   first column unless said.
#' @param fluorescence (text) Name of the column that holds the fluorescence. Not given with `wide = TRUE`.
#' @param ... (text) Names of further columns by keyword: `run = `, `sample = `, `target = `, `dye = `. Columns that are
#'   called so already need not be named. With `wide = TRUE`, texts that hold for every well: `run = "plate 1"`.
#' @param wide (flag) Whether every well has a column of its own.
#' @return A data frame of class `cq_curves` (or `cq_melt_curves`) with the columns `run`, `well`, `sample`, `target`
#'   (text), `cycle` (or `temperature`, degrees Celsius), `fluorescence` (in the unit of the source) and all others of
#'   `data`, sorted by well and cycle. A curve is what shares run, well, target and (where there is one) `dye`. Rows
#'   without a fluorescence are dropped, and [cq_log()] tells which. Curves may differ in their cycles; a cycle twice in
#'   a curve is an error, a temperature may be read several times. Errors have the classes `ddcq_error_column`,
#'   `ddcq_error_data` and `ddcq_error_argument`.
#' @family curves
#' @export
#' @examples
#' # simulated: two wells of one target, 40 cycles
#' cycle <- 1:40
#' rise <- function(at) 0.3 + 4 / (1 + exp(at - cycle))
#' wide <- data.frame(cycle, A1 = rise(22), A2 = rise(25))
#' cq_curves(wide, wide = TRUE, run = "simulated", target = "MYC")
#'
#' long <- data.frame(
#'   well = rep(c("A1", "A2"), each = 40), cycle, fluorescence = c(rise(22), rise(25))
#' )
#' cq_curves(long)
cq_curves <- function(data, well = "well", cycle = "cycle", fluorescence = "fluorescence", ..., wide = FALSE) {
  check_long_words(wide, well = missing(well), fluorescence = missing(fluorescence))
  x <- if (missing(cycle) && isTRUE(wide)) NULL else cycle
  make_curves(data, well, x, fluorescence, list(...), wide, curve_kinds$amplification)
}

#' @rdname cq_curves
#' @export
cq_melt_curves <- function(data, well = "well", temperature = "temperature", fluorescence = "fluorescence", ...,
                           wide = FALSE) {
  check_long_words(wide, well = missing(well), fluorescence = missing(fluorescence))
  x <- if (missing(temperature) && isTRUE(wide)) NULL else temperature
  make_curves(data, well, x, fluorescence, list(...), wide, curve_kinds$melt)
}

make_curves <- function(data, well, x, fluorescence, more, wide, kind) {
  check_data_frame(data, "data")
  wide <- check_flag(wide, "wide")
  check_curve_words(more)
  columns <- if (wide) {
    wide_columns(data, x, more, kind)
  } else {
    long_columns(data, list(well = well, x = x, fluorescence = fluorescence), more, kind)
  }
  columns$well <- well_name(columns$well)
  signal <- if (wide || fluorescence == "fluorescence") "" else fluorescence
  log <- log_entry(
    "curves", c("rows taken", "column of the fluorescence"), c(length(columns$fluorescence), NA),
    c("", if (wide) "one column a well" else fluorescence)
  )
  settle_curves(columns, kind, log, signal)
}

# `...`: whether an argument of the long form was left out.
check_long_words <- function(wide, ...) {
  left_out <- c(...)
  if (isTRUE(wide) && !all(left_out)) {
    given <- names(left_out)[!left_out]
    ddcq_abort(
      c("With {.code wide = TRUE} the names of the columns are the wells and their cells the fluorescence.",
        "i" = "Leave {.arg {given}} out."
      ), "argument"
    )
  }
}

check_curve_words <- function(more) {
  may <- c("run", "sample", "target", "dye")
  bad <- setdiff(names(more) %||% rep("", length(more)), may)
  if (length(bad)) {
    bad[!nzchar(bad)] <- "(unnamed)"
    ddcq_abort(
      c("Further columns of curves are given as {some(may)}.", "x" = "There is no argument {some(bad)}."), "argument"
    )
  }
  for (arg in names(more)) check_string(more[[arg]], arg)
}

# One row a point: the columns under their own names.
long_columns <- function(data, main, more, kind) {
  names(main)[2] <- kind$x
  for (arg in names(main)) check_string(main[[arg]], arg)
  lost <- setdiff(unlist(main), names(data))
  if (length(lost)) {
    ddcq_abort(
      c("{.arg data} must have the {cli::qty(lost)}column{?s} {some(lost)}; it has {some(names(data), 8)}.",
        hint_meant(lost, names(data)),
        "i" = "Has every well a column of its own? {.code wide = TRUE}. Else name the column: \\
               {.code {names(main)[match(lost[1], unlist(main))]} = \"...\"}."
      ), "column"
    )
  }
  check_columns(data, unname(unlist(more)), "data")
  there <- setdiff(intersect(c("run", "sample", "target", "dye"), names(data)), names(more))
  from <- c(unlist(main), unlist(more), stats::setNames(there, there))
  columns <- named_columns(data, from)
  for (name in setdiff(names(from), c(kind$x, "fluorescence"))) {
    columns[[name]] <- as_names(columns[[name]], from[[name]])
  }
  for (name in c(kind$x, "fluorescence")) columns[[name]] <- curve_numbers(columns[[name]], from[[name]])
  columns
}

# One column a well: the columns below each other.
wide_columns <- function(data, x, more, kind) {
  if (!is.null(x)) {
    check_string(x, kind$x)
    check_columns(data, x, "data")
  }
  if (ncol(data) < 2) {
    ddcq_abort("With {.code wide = TRUE} {.arg data} must have a column of {kind$many} and one or more wells.", "data")
  }
  x <- x %||% names(data)[1]
  wells <- setdiff(names(data), x)
  if (anyDuplicated(names(data)) || !all(nzchar(wells))) {
    ddcq_abort("With {.code wide = TRUE} every column of {.arg data} must have a name of its own: the well.", "column")
  }
  values <- lapply(stats::setNames(nm = wells), function(name) curve_numbers(data[[name]], name))
  n <- nrow(data)
  out <- list(well = rep(wells, each = n), fluorescence = unlist(values, use.names = FALSE) %||% double())
  out[[kind$x]] <- rep(curve_numbers(data[[x]], x), length(wells))
  c(out, lapply(more, rep_len, length(out$well)))
}

curve_numbers <- function(x, column) {
  if (!is.numeric(x) && !all(is.na(x))) {
    ddcq_abort(
      c("The column {.field {column}} must hold numbers, not {.obj_type_friendly {x}}.",
        "i" = "Is a word among them? {.code as.numeric()} shows where: what it cannot read becomes NA."
      ), "column"
    )
  }
  x <- as.double(x)
  odd <- which(is.infinite(x))
  if (length(odd)) {
    ddcq_abort("The column {.field {column}} must hold finite numbers; row {some(odd)} has none.", "data")
  }
  x
}

# From columns to the class. What is dropped and what was sorted goes into the log.
settle_curves <- function(columns, kind, log = NULL, signal = "") {
  check_curve_rows(columns, kind)
  columns$run <- columns[["run"]] %||% rep_len("run1", length(columns$well))
  told <- list(log)
  gap <- is.na(columns$fluorescence)
  if (any(gap)) {
    told <- c(told, list(gap_entry(columns, gap)))
    columns <- lapply(columns, `[`, !gap)
    if (!length(columns$well)) {
      ddcq_abort("{.arg data} must have rows with a fluorescence, but none has one.", "data")
    }
  }
  index <- curve_index(columns)
  at <- columns[[kind$x]]
  order <- order(index, at)
  if (is.unsorted(order)) {
    # rows that stand by cycle are sorted, too; only cycles out of their order are worth a word
    back <- is.unsorted(at[order(index)] + index[order(index)] * 1e4)
    if (back) told <- c(told, list(log_entry("curves", "rows sorted", length(at), paste("by well and", kind$one))))
    columns <- lapply(columns, `[`, order)
    index <- index[order]
  }
  check_points(columns, index, kind)
  told <- c(told, list(uneven_entry(columns, index, kind)))
  new_curves(columns, kind, do.call(log_bind, told), signal)
}

check_curve_rows <- function(columns, kind) {
  if (!length(columns$well)) {
    ddcq_abort("{.arg data} must have rows, but it has none.", "data")
  }
  for (name in c("well", kind$x, if (!is.null(columns[["run"]])) "run")) {
    lost <- which(is.na(columns[[name]]))
    if (length(lost)) {
      ddcq_abort(
        c("Every row of curves must have a {name}.", "x" = "None in {length(lost)} row{?s}: row {some(lost)}."), "data"
      )
    }
  }
  at <- columns[[kind$x]]
  odd <- which(at < kind$from | at > kind$to)
  if (length(odd)) {
    ddcq_abort(
      c("A {kind$one} must lie between {kind$from} and {kind$to}.", "x" = "There is {some(at[odd])}: row {some(odd)}."),
      "data"
    )
  }
}

gap_entry <- function(columns, gap) {
  wells <- unique(columns$well[gap])
  log_entry("curves", "rows without a fluorescence dropped", sum(gap), paste("wells:", some_plain(wells)))
}

# A cycle twice in a curve is two curves of one name. A temperature may be read several times; the same readings twice
# are the same curve twice.
check_points <- function(columns, index, kind) {
  at <- columns[[kind$x]]
  n <- length(at)
  again <- c(FALSE, index[-1] == index[-n] & at[-1] == at[-n])
  if (kind$x == "temperature") {
    key <- duplicated(data.frame(index, at, columns$fluorescence))
    twice <- tapply(key, index, mean)
    again <- again & index %in% as.integer(names(twice)[twice >= 0.5])
  }
  if (any(again)) {
    wells <- columns$well[again]
    ddcq_abort(
      c("A curve must have a {kind$one} once.",
        "x" = "More than once: {some(wells)} ({kind$one} {some(at[again], 3)}).",
        "i" = "Are there several targets or dyes in a well, or several runs? They need a column ({.field target}, \\
               {.field dye}, {.field run}) or a file of their own."
      ), "data"
    )
  }
}

# Curves that differ in their cycles are allowed, and told; so are cycles that all of them lack.
uneven_entry <- function(columns, index, kind) {
  if (kind$x == "temperature") {
    return(NULL)
  }
  size <- tabulate(index)
  last <- columns$cycle[cumsum(size)]
  there <- sort(unique(columns$cycle))
  lack <- setdiff(seq(ceiling(there[1]), floor(there[length(there)])), there)
  if (length(lack)) {
    lack <- log_entry("curves", "cycles missing", length(lack), some_plain(paste(lack)))
  } else {
    lack <- NULL
  }
  usual <- commonest(last)
  full <- commonest(size)
  odd <- which(size != full | last != usual)
  if (!length(odd)) {
    return(lack)
  }
  wells <- columns$well[cumsum(size)[odd]]
  other <- log_entry(
    "curves", "curves of other cycles", length(odd),
    paste0("the others have ", full, ", up to cycle ", usual, "; not so: ", some_plain(unique(wells)))
  )
  log_bind(lack, other)
}

# The value that occurs most often; the largest of several such.
commonest <- function(x) {
  values <- sort(unique(x), decreasing = TRUE)
  values[which.max(tabulate(match(x, values)))]
}
