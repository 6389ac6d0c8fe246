# The classes of raw fluorescence: cq_curves (one row a well, target and cycle) and cq_melt_curves (one row a well,
# target and temperature). Both are data frames with the same columns but for the name of the x axis.
# new_curves() makes them and checks nothing; what rides on them is the log and what the fluorescence is.

curve_kinds <- list(
  amplification = list(
    class = "cq_curves", x = "cycle", title = "Amplification curves", one = "cycle", many = "cycles", from = 0, to = 200
  ),
  melt = list(
    class = "cq_melt_curves", x = "temperature", title = "Melt curves", one = "temperature", many = "temperatures",
    from = 0, to = 110
  )
)

curve_names <- c("run", "well", "sample", "target")

# The kind of an object: its entry of curve_kinds.
kind_of <- function(x) {
  curve_kinds[[if (inherits(x, "cq_melt_curves")) "melt" else "amplification"]]
}

# columns: a list with well, the x axis and fluorescence, sorted by curve and x. signal: what the file calls the
# fluorescence.
new_curves <- function(columns, kind, log = NULL, signal = "") {
  n <- length(columns$fluorescence)
  text <- function(name) columns[[name]] %||% rep_len(NA_character_, n)
  first <- list(
    run = columns[["run"]] %||% rep_len("run1", n), well = text("well"), sample = text("sample"),
    target = text("target")
  )
  first[[kind$x]] <- as.double(columns[[kind$x]])
  first$fluorescence <- as.double(columns$fluorescence)
  x <- structure(
    c(first, columns[setdiff(names(columns), names(first))]),
    class = c(kind$class, "data.frame"), row.names = .set_row_names(n)
  )
  attr(x, "log") <- log
  attr(x, "signal") <- signal
  x
}

# The curve that each row belongs to, by run, well, target and dye: integers from 1 in order of first appearance.
curve_index <- function(x) {
  out <- rep_len(1L, length(x$fluorescence))
  for (column in intersect(c("run", "well", "target", "dye"), names(x))) {
    if (same_string(x[[column]])) next
    coded <- code_strings(x[[column]])
    pair <- (out - 1) * (length(coded$levels) + 1) + coded$codes
    out <- match(pair, unique(pair))
  }
  out
}

#' @export
`[.cq_curves` <- function(x, ...) keep_curves(NextMethod(), x)

#' @export
`[.cq_melt_curves` <- function(x, ...) keep_curves(NextMethod(), x)

# A part of curves is curves as long as it has their columns.
keep_curves <- function(out, x) {
  if (!is.data.frame(out)) {
    return(out)
  }
  kind <- kind_of(x)
  if (!all(c(curve_names, kind$x, "fluorescence") %in% names(out))) {
    return(plain_curves(out))
  }
  for (name in c("log", "signal")) attr(out, name) <- attr(x, name, exact = TRUE)
  out
}

plain_curves <- function(x) {
  for (name in c("log", "signal")) attr(x, name) <- NULL
  class(x) <- "data.frame"
  x
}

#' @export
as.data.frame.cq_curves <- function(x, ...) plain_curves(x)

#' @export
as.data.frame.cq_melt_curves <- function(x, ...) plain_curves(x)

#' @export
format.cq_curves <- function(x, width = getOption("width"), ...) curves_text(x, width)

#' @export
format.cq_melt_curves <- function(x, width = getOption("width"), ...) curves_text(x, width)

#' @export
print.cq_curves <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}

#' @export
print.cq_melt_curves <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}

curves_text <- function(x, width) {
  check_shown(width = width)
  kind <- kind_of(x)
  index <- curve_index(x)
  runs <- unique(x$run)
  signal <- attr(x, "signal", exact = TRUE)
  more <- setdiff(names(x), c(curve_names, kind$x, "fluorescence"))
  log <- log_of(x)
  c(
    if (!is.null(log) && says_simulated(log, runs)) "SIMULATED DATA",
    wrap_lines(paste0(
      kind$title, ": ", plural(max(index, 0L), "curve"), " in ", plural(length(runs), "run"), " (",
      some_plain(runs, 3), "), ", curve_span(x[[kind$x]], index, kind)
    ), width),
    if (isTRUE(nzchar(signal))) wrap_lines(paste0("Fluorescence: ", signal), width),
    if (nrow(x)) paste0("  ", curves_by_target(x, index)),
    if (length(more)) wrap_lines(paste0("Further columns: ", some_plain(more, 20)), width),
    if (!is.null(log)) "What happened to the curves: cq_log(x)"
  )
}

# "40 cycles each", or how they differ.
curve_span <- function(at, index, kind) {
  if (!length(at)) {
    return("no row")
  }
  n <- range(tabulate(index))
  unit <- if (kind$x == "temperature") " degrees" else ""
  span <- paste0(kind$one, " ", format(min(at)), " to ", format(max(at)), unit)
  each <- if (n[1] == n[2]) plural(n[1], "point") else paste(n[1], "to", n[2], "points")
  paste0(each, " each, ", span)
}

# One line a target: how many curves and samples, and from where to where the fluorescence goes.
curves_by_target <- function(x, index, rows = 30) {
  first <- !duplicated(index)
  target <- ifelse(is.na(x$target), "(none)", x$target)
  level <- unique(target)
  curves <- tabulate(match(target[first], level), length(level))
  group <- factor(target, level)
  samples <- tapply(x$sample, group, function(v) length(unique(v[!is.na(v)])))
  bound <- function(f) formatC(vapply(split(x$fluorescence, group), f, 0), digits = 4, format = "g")
  lines <- text_table(list(
    target = level, curves = as.character(curves), samples = as.character(samples), lowest = bound(min),
    highest = bound(max)
  ))
  if (length(lines) > rows + 1) {
    lines <- c(lines[seq_len(rows + 1)], paste("... and", plural(length(lines) - rows - 1, "more target")))
  }
  lines
}
