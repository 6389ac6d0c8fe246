# The plate map: one tile a well, Cq by colour, the target by label, the state by mark.

#' Plate map
#'
#' One tile a well: the Cq by colour, the target by its label, the state by a mark. Wells with several targets have a
#' map for each dye, or for each target where there is no dye.
#'
#' @param x,object (`cq_data`) The wells. They must have names such as `A01`.
#' @param run (text) Runs to draw; the first four when `NULL`.
#' @param base_size (number) Size of the text in points.
#' @param ... Not used.
#' @return `autoplot()` a ggplot; `plot()` draws it and returns it invisibly. Wells without a place on a plate are an
#'   error of class `ddcq_error_data`.
#' @family data
#' @name plot.cq_data
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(x)
NULL

#' @rdname plot.cq_data
#' @export
plot.cq_data <- function(x, ...) {
  need_package("ggplot2 (>= 3.4.0)", "to draw pictures.")
  picture <- ggplot2::autoplot(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_data
#' @method autoplot cq_data
#' @rawNamespace S3method(ggplot2::autoplot,cq_data)
autoplot.cq_data <- function(object, run = NULL, base_size = 8, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw pictures.")
  object <- valid_cq_data(object, "object")
  wells <- plate_map_data(object, plate_runs(object, run))
  draw_plate(wells, plate_map_caption(object, wells), base_size)
}

plate_runs <- function(x, run, most = 4) {
  runs <- unique(x$run)
  if (is.null(run)) {
    return(utils::head(runs, most))
  }
  run <- check_strings(run, "run")
  lost <- setdiff(run, runs)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg run} must name runs of the data.", "x" = "There is no run {some(lost)}.", hint_near(lost[1], runs)),
      "argument"
    )
  }
  run
}

# The wells of the runs with their place on the plate; `panel` is the map that each belongs to.
plate_map_data <- function(x, runs) {
  wells <- as.data.frame(x)[x$run %in% runs, , drop = FALSE]
  place <- well_place(wells$well)
  if (all(is.na(place$row))) {
    ddcq_abort(
      c("The wells must have names such as {.val A01} to be drawn as a plate.",
        "x" = if (all(is.na(wells$well))) "They have none." else "They are called {some(wells$well)}."
      ), "data"
    )
  }
  wells$row <- place$row
  wells$column <- place$column
  wells <- wells[!is.na(wells$row), , drop = FALSE]
  wells$panel <- plate_panel(wells, runs)
  wells
}

well_place <- function(well) {
  named <- grepl("^[A-Za-z]{1,2}[0-9]{1,2}$", well)
  letters <- toupper(gsub("[0-9]", "", well))
  one <- match(substring(letters, 1, 1), LETTERS)
  two <- match(substring(letters, 2, 2), LETTERS)
  row <- ifelse(nchar(letters) == 2, 26L * one + two, one)
  column <- suppressWarnings(as.integer(gsub("[^0-9]", "", well)))
  list(row = ifelse(named, row, NA_integer_), column = ifelse(named, column, NA_integer_))
}

plate_panel <- function(wells, runs) {
  several <- anyDuplicated(wells[c("run", "well")]) > 0
  layer <- if (!several) {
    rep_len("", nrow(wells))
  } else if (!is.null(wells$dye) && !anyNA(wells$dye) && !anyDuplicated(wells[c("run", "well", "dye")])) {
    wells$dye
  } else {
    wells$target
  }
  label <- paste0(wells$run, ifelse(nzchar(layer), paste0(", ", layer), ""))
  factor(label, unique(label[order(match(wells$run, runs), layer, method = "radix")]))
}

plate_map_caption <- function(x, wells) {
  left <- setdiff(unique(x$run), unique(wells$run))
  lines <- c(
    if (says_simulated(log_of(x), unique(wells$run))) "Simulated data.",
    "Colour: Cq. A cross: no Cq (not detected). A slash: excluded. A dot: not measured. Italic: a control or standard.",
    if (length(left)) paste0("Not drawn: ", plural(length(left), "more run"), ".")
  )
  paste(lines, collapse = " ")
}

plate_size <- function(wells) {
  rows <- max(wells$row)
  columns <- max(wells$column)
  for (size in list(c(8, 12), c(16, 24), c(32, 48))) {
    if (rows <= size[1] && columns <= size[2]) {
      return(size)
    }
  }
  c(rows, columns)
}

draw_plate <- function(wells, caption, base_size) {
  check_number(base_size, "base_size", 1, 100)
  size <- plate_size(wells)
  wells$label <- substring(ifelse(is.na(wells$target), "", wells$target), 1, 6)
  wells$cq[as.integer(wells$state) != 1L & is.na(wells$cq)] <- NA
  # dark tiles get light text
  span <- suppressWarnings(range(wells$cq, na.rm = TRUE))
  dark <- !is.na(wells$cq) & diff(span) > 0 & (wells$cq - span[1]) / diff(span) < 0.45
  marks <- c(quantified = NA, nondetect = 4, excluded = 47, missing = 20)
  wells$mark <- unname(marks[as.character(wells$state)])
  ggplot2::ggplot(wells, ggplot2::aes(x = .data$column, y = .data$row)) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data$cq), colour = "white", linewidth = 0.3) +
    ggplot2::geom_text(
      ggplot2::aes(label = .data$label), colour = ifelse(dark, "white", "black"), size = base_size * label_share(size),
      fontface = ifelse(as.integer(wells$task) == 1L, "plain", "italic")
    ) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$column + 0.32, y = .data$row - 0.3, shape = .data$mark),
      wells[!is.na(wells$mark), , drop = FALSE], size = base_size * label_share(size) * 1.3, colour = "black",
      stroke = 0.7
    ) +
    ggplot2::scale_shape_identity() +
    ggplot2::scale_fill_viridis_c(name = "Cq", option = "cividis", na.value = "grey92", direction = 1) +
    ggplot2::scale_x_continuous(
      breaks = seq_len(size[2]), position = "top", expand = c(0, 0), limits = c(0.5, size[2] + 0.5)
    ) +
    ggplot2::scale_y_reverse(
      breaks = seq_len(size[1]), labels = row_letters(size[1]), expand = c(0, 0), limits = c(size[1] + 0.5, 0.5)
    ) +
    ggplot2::coord_fixed() +
    ggplot2::facet_wrap(ggplot2::vars(.data$panel), ncol = if (nlevels(wells$panel) > 1) 2 else 1) +
    ggplot2::labs(x = NULL, y = NULL, caption = wrap_label(caption, 95)) +
    plate_theme(base_size)
}

row_letters <- function(n) {
  c(LETTERS, paste0("A", LETTERS))[seq_len(n)]
}

# Text in millimetres that fits a tile, as a share of the base size in points.
label_share <- function(size) {
  if (size[2] <= 12) 0.22 else if (size[2] <= 24) 0.14 else 0.08
}

plate_theme <- function(base_size) {
  blank <- ggplot2::element_blank()
  ggplot2::theme_minimal(base_size = base_size) +
    ggplot2::theme(
      panel.grid = blank, panel.border = ggplot2::element_rect(colour = "grey60", fill = NA),
      strip.text = ggplot2::element_text(face = "bold", hjust = 0), strip.placement = "outside",
      axis.text = ggplot2::element_text(colour = "grey25"), plot.caption.position = "plot",
      plot.caption = ggplot2::element_text(hjust = 0, colour = "grey25")
    )
}
