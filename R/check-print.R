# What a person sees of the findings: one screen of text, and the plate with the findings on it.

#' @export
format.cq_check <- function(x, width = getOption("width"), each = 3, ...) {
  check_shown(width = width)
  each <- check_number(each, "each", 1)
  about <- attr(x, "about", exact = TRUE)
  c(
    if (isTRUE(about$simulated)) "SIMULATED DATA",
    wrap_lines(check_header(x, about), width),
    unlist(lapply(rev(check_severities), function(severity) severity_lines(x, severity, width, each))),
    if (length(about$skipped)) "",
    wrap_lines(if (length(about$skipped)) paste0("Not looked at: ", paste(about$skipped, collapse = ", "), "."), width)
  )
}

check_header <- function(x, about) {
  count <- count_findings(x)
  paste0(
    "Check of ", plural(about$n, "well"), " (", plural(about$runs, "run"), ", ", plural(about$samples, "sample"), ", ",
    plural(about$targets, "target"), "): ", if (length(count)) paste(rev(count), collapse = ", ") else "nothing to say"
  )
}

# "1 stop", "2 notes", the mildest first. Of the severities a note alone is a thing that can be several.
count_findings <- function(x) {
  n <- table(x$severity)
  words <- ifelse(names(n) == "note" & n > 1, "notes", names(n))
  paste0(n, " ", words)[n > 0]
}

# The findings of one severity, by check: the first few of each, what to do once.
severity_lines <- function(x, severity, width, each) {
  rows <- which(x$severity == severity)
  if (!length(rows)) {
    return(NULL)
  }
  each <- if (length(unique(x$check[rows])) > 5) 1 else each
  lines <- lapply(split(rows, factor(x$check[rows], unique(x$check[rows]))), function(i) {
    shown <- utils::head(i, each)
    c(
      wrap_lines(paste0(x$check[shown], ": ", place_label(x, shown), x$finding[shown]), width, 2, 4),
      if (length(i) > each) paste0("    ... and ", length(i) - each, " more"),
      wrap_lines(paste0("-> ", x$action[i[1]]), width, 4, 7)
    )
  })
  c("", severity, unlist(lines, use.names = FALSE))
}

place_label <- function(x, rows) {
  one <- function(v) !is.na(v) & !grepl(", ", v, fixed = TRUE)
  several_runs <- length(unique(x$run[!is.na(x$run)])) > 1
  vapply(rows, function(i) {
    parts <- c(
      if (several_runs && one(x$run[i])) x$run[i], if (one(x$well[i])) x$well[i],
      if (one(x$sample[i]) && !grepl(x$sample[i], x$finding[i], fixed = TRUE)) x$sample[i],
      if (one(x$target[i])) x$target[i]
    )
    if (length(parts)) paste0("[", paste(parts, collapse = " "), "] ") else ""
  }, "")
}

#' @export
print.cq_check <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}

# ---- the plate with the findings ----

#' A plate map with findings
#'
#' The plate of [plot.cq_data()] with a frame around every well that a finding names; the frame's line says how bad the
#' worst finding of the well is, and its mark which check found it.
#'
#' @param x,object (`cq_check`) Findings from [cq_check()], all or some.
#' @param data (`cq_data`) The wells that were looked at.
#' @param run (text) Runs to draw; the first four that have findings when `NULL`.
#' @param base_size (number) Size of the text in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` a ggplot; `plot()` draws it and returns it invisibly. Data without well names are an error of
#'   class `ddcq_error_data`.
#' @family data
#' @name plot.cq_check
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' findings <- cq_check(x, reference = c("GAPDH", "ACTB"))
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(findings, x)
NULL

#' @rdname plot.cq_check
#' @export
plot.cq_check <- function(x, data, ...) {
  if (missing(data)) abort_check_data()
  picture <- autoplot.cq_check(x, data, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_check
#' @method autoplot cq_check
#' @rawNamespace S3method(ggplot2::autoplot,cq_check)
autoplot.cq_check <- function(object, data, run = NULL, base_size = 8, ...) {
  check_dots_empty(...)
  if (missing(data)) abort_check_data()
  need_package("ggplot2 (>= 3.4.0)", "to draw pictures.")
  data <- valid_cq_data(data, "data")
  if (is.null(run)) {
    named <- unique(finding_wells(object)$run)
    run <- utils::head(intersect(unique(data$run), named), 4)
    if (!length(run)) run <- NULL
  }
  wells <- plate_map_data(data, plate_runs(data, run))
  marks <- finding_marks(object, wells)
  draw_plate(wells, paste(plate_map_caption(data, wells), finding_caption(object, marks)), base_size) +
    finding_layers(marks, base_size, plate_size(wells))
}

abort_check_data <- function() {
  ddcq_abort(
    c("{.arg data} must be given: the wells that were looked at, which the findings do not hold.",
      "i" = "{.code plot(findings, plate)}"
    ), "argument"
  )
}

# One row a finding and well: which row of the findings, run, well, target (NA: all of the well).
finding_wells <- function(x) {
  has <- which(!is.na(x$well))
  wells <- strsplit(x$well[has], ", ", fixed = TRUE)
  row <- rep(has, lengths(wells))
  one <- !is.na(x$target[row]) & !grepl(", ", x$target[row], fixed = TRUE)
  data.frame(
    row = row, run = x$run[row], well = unlist(wells) %||% character(),
    target = ifelse(one, x$target[row], NA_character_), stringsAsFactors = FALSE
  )
}

# Tiles with a finding: place, panel, the worst severity and the checks behind it.
finding_marks <- function(x, wells) {
  named <- finding_wells(x)
  hits <- lapply(seq_len(nrow(named)), function(i) {
    at <- which(wells$well == named$well[i] & wells$run == named$run[i] &
      (is.na(named$target[i]) | wells$target %in% named$target[i]))
    if (length(at)) data.frame(at = at, finding = named$row[i])
  })
  hits <- do.call(rbind, hits)
  if (is.null(hits)) {
    return(NULL)
  }
  hits <- hits[order(-as.integer(x$severity[hits$finding]), hits$finding), , drop = FALSE]
  worst <- hits[!duplicated(hits$at), , drop = FALSE]
  data.frame(
    column = wells$column[worst$at], row = wells$row[worst$at], panel = wells$panel[worst$at],
    severity = factor(as.character(x$severity[worst$finding]), check_severities),
    check = x$check[worst$finding], stringsAsFactors = FALSE
  )
}

# One letter a check, the first that is free, in the order of the findings.
check_letters <- function(checks) {
  used <- character()
  for (check in unique(checks)) {
    letters <- strsplit(toupper(gsub("[^a-z]", "", check)), "")[[1]]
    free <- setdiff(c(letters, LETTERS), used)[1]
    used <- c(used, stats::setNames(free, check))
  }
  used
}

finding_caption <- function(x, marks) {
  placeless <- sum(is.na(x$well))
  letters <- if (!is.null(marks)) check_letters(marks$check)
  paste0(
    "Frames: wells with a finding, thick: stop, thin: look, dashed: note. ",
    if (length(letters)) paste0(paste0(letters, ": ", gsub("_", " ", names(letters)), collapse = ", "), ". "),
    if (placeless) paste0("Not drawn: ", plural(placeless, "finding"), " without wells.")
  )
}

finding_layers <- function(marks, base_size, size) {
  if (is.null(marks)) {
    return(NULL)
  }
  marks$letter <- check_letters(marks$check)[marks$check]
  at <- match(marks$severity, check_severities)
  width <- c(0.5, 0.6, 1.3)[at]
  frame <- function(colour, linewidth, linetype) {
    ggplot2::geom_tile(
      ggplot2::aes(x = .data$column, y = .data$row), marks, fill = NA, colour = colour, width = 0.84, height = 0.84,
      linewidth = linewidth, linetype = linetype, inherit.aes = FALSE
    )
  }
  # a light line below the frame, so that it shows on every tile and in grey
  list(
    frame("white", width + 0.7, "solid"), frame("#B03A00", width, c("22", "solid", "solid")[at]),
    ggplot2::geom_label(
      ggplot2::aes(x = .data$column - 0.3, y = .data$row + 0.3, label = .data$letter), marks, fill = "white",
      colour = "black", size = base_size * label_share(size) * 1.1, label.size = 0, fontface = "bold",
      label.padding = ggplot2::unit(0.08, "lines"), inherit.aes = FALSE
    )
  )
}
