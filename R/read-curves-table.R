# What readers of curves share: fluorescence as numbers, long tables (one row a point) and wide ones (one column a well,
# or one row a well). Where cells are lost from a line, those behind them must not move up in silence.

# What stands in the place of a fluorescence that was not measured.
curve_gaps <- c("-", "na", "nan", "n/a", "none", "n. def.", "undetermined")

# The decimal mark of texts with any number of digits. A comma is the mark where the text cannot be a number with
# commas between thousands; `hint`: the mark that other columns of the file show, for texts such as "1,234".
curve_mark <- function(x, name, hint = NA) {
  has <- x[grep(",", x, fixed = TRUE)]
  has <- has[!is.na(has)]
  if (!length(has)) {
    return(".")
  }
  grouped <- grepl("^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+([.][0-9]*)?$", has)
  single <- grepl("^[+-]?[0-9]+(,[0-9]*)?([eE][+-]?[0-9]+)?$", has)
  if (all(grouped) && !(all(single) && hint %in% ",")) {
    if (all(single) && is.na(hint) && !any(grepl(".", x, fixed = TRUE))) {
      ddcq_abort(
        c("Numbers such as {some(has, 2)} in {.val {name}} can be read in two ways: a decimal comma, or thousands.",
          "i" = "Export with a decimal point and without separators between thousands."
        ), "format"
      )
    }
    return(".")
  }
  ","
}

# The mark that numbers of a few digits, such as temperatures, show; NA where they show none.
shown_mark <- function(x) {
  if (any(grepl(",", x, fixed = TRUE))) "," else if (any(grepl(".", x, fixed = TRUE))) "." else NA
}

# Texts to numbers; what is a gap becomes NA, and what is neither is an error that names its line.
curve_number <- function(x, mark, name, lines, what) {
  out <- parse_number(x, mark)
  bad <- which(is.na(out) & !is.na(x))
  bad <- bad[!lower_ascii(x[bad]) %in% curve_gaps]
  if (length(bad)) {
    ddcq_abort(
      c("The {what} of {.val {name}} must be numbers.",
        "x" = "Not understood: {some(x[bad])}: line {some(lines[bad])}."
      ), "format"
    )
  }
  out
}

# A spreadsheet that is given "8.16" may take it for August 2016 and write 42583, the number of that day. Whole numbers
# that are mostly first days of months, among others with decimals, are no fluorescence.
check_dates <- function(y, x, name, lines) {
  whole <- which(!is.na(y) & y >= 10000 & y < 80000 & !grepl(".", x, fixed = TRUE))
  if (length(whole) < 5 || length(whole) > 0.99 * length(y)) {
    return(invisible())
  }
  day <- as.POSIXlt(as.Date(y[whole], origin = "1899-12-30"))$mday
  first <- y[whole] == round(y[whole]) & day == 1
  if (sum(first) >= 5 && mean(first) > 0.5) {
    ddcq_abort(
      c("{length(whole)} values of {.val {name}} are numbers of days: a spreadsheet took them for dates.",
        "x" = "Such as {some(x[whole], 3)}: line {some(lines[whole], 3)}.",
        "i" = "Export again, and do not save the file from a spreadsheet."
      ), "format"
    )
  }
}

# The x axis: every row must have one.
curve_axis <- function(x, mark, name, lines, kind) {
  out <- curve_number(x, mark, name, lines, kind$one)
  bad <- which(is.na(out) | out < kind$from | out > kind$to)
  if (length(bad)) {
    ddcq_abort(
      c("Every row of curves in {.val {name}} must have a {kind$one} from {kind$from} to {kind$to}.",
        "x" = "Not so: line {some(lines[bad])}."
      ), "format"
    )
  }
  out
}

# A1, A01, a number, or the through-holes of OpenArray (A1a1).
well_pattern <- "^([A-Za-z]{1,2}[0-9]{1,2}([a-z][0-9]{1,2})?|[0-9]{1,4}([.]0+)?)$"

check_well_names <- function(well, lines, name) {
  lost <- !grepl(well_pattern, well)
  if (any(lost)) {
    ddcq_abort(
      c("Every row of curves in {.val {name}} must name its well.", "x" = "Not so: line {some(lines[lost])}."), "format"
    )
  }
}

# One row a point. spec: the names of the columns by part: well, x, y, and others that are kept; `beside`: a column
# that is filled where y is (a row in which one of them is missing has lost a cell), `other`: one with a few digits,
# that shows the decimal mark; `gaps`: whether y may be empty.
long_curves <- function(table, spec, src, ask, columns = NA) {
  name <- src$name
  at <- map_columns(table, spec$columns, name)
  cell <- function(role) clean_text(table$cells[, at[[role]]])
  raw <- lapply(stats::setNames(nm = names(at)[!is.na(at)]), cell)
  lines <- table$rows
  check_well_names(raw$well, lines, name)
  check_beside(raw, lines, name, isTRUE(spec$gaps))
  x <- curve_axis(raw$x, curve_mark(raw$x, name), name, lines, ask$kind)
  mark <- curve_mark(c(raw$y, raw$beside), name, shown_mark(c(raw$x, raw$other)))
  y <- curve_number(raw$y, mark, name, lines, "fluorescence")
  check_dates(y, raw$y, name, lines)
  keep <- !is.na(y)
  out <- list(well = well_name(raw$well, columns)[keep], fluorescence = y[keep])
  out[[ask$kind$x]] <- x[keep]
  for (role in setdiff(names(raw), c("well", "x", "y", "beside", "other"))) out[[role]] <- raw[[role]][keep]
  list(columns = out, empty = sum(!keep))
}

check_beside <- function(raw, lines, name, gaps) {
  odd <- if (is.null(raw$beside)) rep(FALSE, length(raw$y)) else is.na(raw$y) != is.na(raw$beside)
  if (!gaps) odd <- odd | is.na(raw$y)
  if (any(odd)) {
    ddcq_abort(
      c("The rows of curves in {.val {name}} must be complete: a cell that is lost moves the others.",
        "x" = "Not so: line {some(lines[odd])}."
      ), "format"
    )
  }
}

# One column a well: the cells below each other. `at`: the columns of the wells; `x`: that of the cycle.
wide_curves <- function(table, at, x, wells, src, ask) {
  name <- src$name
  cells <- table$cells[, at, drop = FALSE]
  text <- matrix(clean_text(as.vector(cells)), nrow(cells))
  check_filled(text, table$rows, name, "column")
  axis <- clean_text(table$cells[, x])
  value <- curve_axis(axis, curve_mark(axis, name), name, table$rows, ask$kind)
  mark <- curve_mark(as.vector(text), name, shown_mark(axis))
  lines <- rep(table$rows, ncol(text))
  y <- curve_number(as.vector(text), mark, name, lines, "fluorescence")
  check_dates(y, as.vector(text), name, lines)
  keep <- !is.na(y)
  out <- list(well = rep(wells, each = nrow(text))[keep], fluorescence = y[keep])
  out[[ask$kind$x]] <- rep(value, ncol(text))[keep]
  list(columns = out, empty = sum(!keep))
}

# Wells are filled or empty from the first row to the last: where the last cells of a line alone are missing, the line
# lost one somewhere, and its cells stand under other wells.
check_filled <- function(text, lines, name, by) {
  empty <- is.na(text)
  ragged <- if (by == "column") colSums(empty) > 0 & colSums(empty) < nrow(text) else rep(FALSE, ncol(text))
  bad <- rowSums(empty[, ragged, drop = FALSE]) > 0
  if (any(bad)) {
    ddcq_abort(
      c("The lines of curves in {.val {name}} must have a cell for every well: one that is lost moves the others.",
        "x" = "Not so: line {some(lines[bad])}."
      ), "format"
    )
  }
}

# One row a well: `at` are the columns of the cycles or temperatures, `axis` their values.
row_curves <- function(table, at, axis, src, ask, columns = NA) {
  name <- src$name
  text <- matrix(clean_text(as.vector(table$cells[, at, drop = FALSE])), nrow(table$cells))
  empty <- is.na(text)
  full <- !empty[, ncol(text)]
  bad <- !full & rowSums(!empty) > 0
  if (any(bad)) {
    ddcq_abort(
      c("The rows of {.val {name}} must reach the last {ask$kind$one}: a cell that is lost moves the others.",
        "x" = "Not so: line {some(table$rows[bad])}."
      ), "format"
    )
  }
  mark <- curve_mark(as.vector(text), name)
  y <- curve_number(as.vector(text), mark, name, rep(table$rows, ncol(text)), "fluorescence")
  row <- rep(seq_len(nrow(text)), ncol(text))
  order <- order(row)
  keep <- order[!is.na(y[order])]
  out <- list(fluorescence = y[keep])
  out[[ask$kind$x]] <- rep(axis, each = nrow(text))[keep]
  list(columns = out, row = row[keep], empty = sum(is.na(y)))
}

# Columns of several files below each other; one that a file lacks is NA there.
bind_curves <- function(parts) {
  if (length(parts) == 1) {
    return(parts[[1]])
  }
  names <- unique(unlist(lapply(parts, names)))
  sizes <- vapply(parts, function(x) length(x$fluorescence), 1L)
  lapply(stats::setNames(nm = names), function(name) {
    values <- Map(function(x, n) x[[name]] %||% rep(NA, n), parts, sizes)
    if (is.factor(values[[1]]) || any(vapply(values, is.factor, NA))) {
      return(factor(unlist(lapply(values, as.character)), levels = cq_tasks))
    }
    unlist(values, use.names = FALSE)
  })
}
