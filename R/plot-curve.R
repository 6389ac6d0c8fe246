# The picture of a standard curve: the wells of the dilution series and the line through them, a panel a target.

#' A picture of standard curves
#'
#' Cq against input quantity, one panel a target: every well of the dilution series is a dot, the line is the fit, and
#' the heading has the efficiency with its interval.
#'
#' @param x,object (`cq_standard_curve`) Efficiencies from [cq_standard_curve()].
#' @param data (`cq_data`) The wells that the curves were fitted to.
#' @param quantity (named numbers) As in [cq_standard_curve()], when it was used there.
#' @param targets (text) The targets to show; all when `NULL`.
#' @param ncol (number) Panels side by side; chosen from their number when `NULL`.
#' @param base_size (number) Size of the text, in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` returns a ggplot; `plot()` prints it and returns it invisibly. Both need the package ggplot2.
#'   Wells of no standard, or an unknown target, are errors of class `ddcq_error_curve` or `ddcq_error_argument`.
#' @family efficiency
#' @name plot.cq_standard_curve
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' curves <- cq_standard_curve(x)
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   plot(curves, x, targets = c("MYC", "GAPDH"))
#' }
NULL

#' @rdname plot.cq_standard_curve
#' @export
plot.cq_standard_curve <- function(x, data, ...) {
  if (missing(data)) abort_curve_data()
  picture <- autoplot.cq_standard_curve(x, data, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_standard_curve
#' @exportS3Method ggplot2::autoplot
autoplot.cq_standard_curve <- function(object, data, quantity = NULL, targets = NULL, ncol = NULL,
                                       base_size = 9, ...) {
  check_dots_empty(...)
  if (missing(data)) abort_curve_data()
  need_package("ggplot2 (>= 3.4.0)", "to draw a standard curve.")
  drawn <- curve_plot_data(object, data, quantity, targets)
  base_size <- check_number(base_size, "base_size", 1, 100)
  n_panels <- nlevels(drawn$points$target)
  ncol <- if (is.null(ncol)) ceiling(sqrt(n_panels)) else check_number(ncol, "ncol", 1, 100)
  draw_curve(drawn, ncol, base_size)
}

abort_curve_data <- function() {
  ddcq_abort(
    c("{.arg data} must be given: the wells that the curves were fitted to, which the table does not hold.",
      "i" = "{.code plot(curves, plate)}"
    ), "argument"
  )
}

# points: the wells, with log10 of their quantity. lines: the ends of each line, one a target and run.
curve_plot_data <- function(object, data, quantity = NULL, targets = NULL) {
  if (is.null(targets)) {
    targets <- object$target
  } else {
    targets <- unique(check_strings(targets, "targets"))
    check_known_targets(targets, object$target, "targets")
  }
  data <- valid_cq_data(data)
  wells <- curve_wells(data, quantity)
  use <- wells$target %in% targets
  points <- data.frame(
    target = factor(wells$target[use], targets), run = wells$run[use], log10_quantity = log10(wells$quantity[use]),
    cq = wells$cq[use], stringsAsFactors = FALSE
  )
  list(
    points = points, lines = curve_lines(object, targets), labels = curve_labels(object, targets),
    caption = paste0(
      if (says_simulated(log_of(data), unique(data$run))) "SIMULATED DATA. ", "Dots: wells of the dilution series. ",
      "E: amplification factor per cycle, with its ", level_label(attr(object, "level", exact = TRUE) %||% 0.95),
      " interval."
    )
  )
}

curve_lines <- function(object, targets) {
  by_run <- attr(object, "by_run", exact = TRUE)
  by_run <- by_run[by_run$target %in% targets, , drop = FALSE]
  row <- match(by_run$target, object$target)
  low <- log10(object$quantity_min[row])
  high <- log10(object$quantity_max[row])
  slope <- object$slope[row]
  out <- data.frame(
    target = factor(by_run$target, targets), run = by_run$run, x = low, xend = high,
    y = by_run$intercept + slope * low, yend = by_run$intercept + slope * high, stringsAsFactors = FALSE
  )
  out[is.finite(out$y) & is.finite(out$yend), , drop = FALSE]
}

curve_labels <- function(object, targets) {
  row <- match(targets, object$target)
  number <- function(v) formatC(v, digits = 3, format = "f")
  interval <- paste0(" (", number(object$conf.low[row]), " to ", number(object$conf.high[row]), ")")
  interval[is.na(object$conf.low[row])] <- ""
  text <- paste0(targets, "\nE ", number(object$efficiency[row]), interval)
  text[is.na(object$efficiency[row])] <- paste0(targets, "\nno efficiency")[is.na(object$efficiency[row])]
  stats::setNames(text, targets)
}

draw_curve <- function(drawn, ncol, base_size) {
  ends <- range(drawn$points$log10_quantity)
  step <- max(1, ceiling(diff(ends) / 4))
  breaks <- seq(floor(ends[1]), ceiling(ends[2]), by = step)
  ggplot2::ggplot(drawn$points, ggplot2::aes(x = .data$log10_quantity, y = .data$cq)) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$x, xend = .data$xend, y = .data$y, yend = .data$yend), drawn$lines, linewidth = 0.5
    ) +
    ggplot2::geom_point(shape = 21, size = 1.7, stroke = 0.35, fill = "#56B4E9", colour = "black") +
    ggplot2::scale_x_continuous(breaks = breaks, labels = power_labels(breaks), minor_breaks = NULL) +
    ggplot2::facet_wrap(
      ggplot2::vars(.data$target), ncol = ncol, labeller = ggplot2::as_labeller(drawn$labels)
    ) +
    ggplot2::labs(
      x = "Input quantity (log scale)", y = "Cq", caption = wrap_label(drawn$caption, 62 * min(ncol, 2))
    ) +
    fit_theme(base_size) +
    ggplot2::theme(panel.grid.major.y = ggplot2::element_line(colour = "grey90", linewidth = 0.3))
}

# 0.01, 1, 1000, 1e5: quantities as people write them.
power_labels <- function(x) {
  plain <- vapply(10^x, format, "", scientific = FALSE, drop0trailing = TRUE)
  ifelse(abs(x) <= 4, plain, paste0("1e", x))
}
