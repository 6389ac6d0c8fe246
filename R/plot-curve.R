# The picture of a standard curve: the wells of the dilution series, the line through them and its band, or what the
# wells lie off the line; a panel a target.

#' A picture of standard curves
#'
#' Cq against input quantity, one panel a target: every well of the dilution series is a dot, the line is the fit with
#' the band of its interval, and the heading has the efficiency with its interval. Or the residuals: how far each well
#' lies off the line. A triangle is a well that stands out, a cross one that was excluded for it.
#'
#' @param x,object (`cq_standard_curve`) Efficiencies from [cq_standard_curve()].
#' @param data (`cq_data`) The wells that the curves were fitted to. Not needed for the residuals.
#' @param type (`"curve"` or `"residuals"`) What to draw.
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
#'   plot(curves, type = "residuals", targets = c("MYC", "GAPDH"))
#' }
NULL

#' @rdname plot.cq_standard_curve
#' @export
plot.cq_standard_curve <- function(x, data, ..., type = c("curve", "residuals")) {
  picture <- autoplot.cq_standard_curve(x, data, ..., type = type)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_standard_curve
#' @method autoplot cq_standard_curve
#' @rawNamespace S3method(ggplot2::autoplot,cq_standard_curve)
autoplot.cq_standard_curve <- function(object, data, quantity = NULL, targets = NULL, ncol = NULL,
                                       base_size = 9, type = c("curve", "residuals"), ...) {
  check_dots_empty(...)
  type <- check_choice(type, c("curve", "residuals"), "type")
  if (missing(data) && type == "curve") abort_curve_data()
  need_package("ggplot2 (>= 3.4.0)", "to draw a standard curve.")
  base_size <- check_number(base_size, "base_size", 1, 100)
  targets <- curve_plot_targets(object, targets)
  ncol <- if (is.null(ncol)) ceiling(sqrt(length(targets))) else check_number(ncol, "ncol", 1, 100)
  if (type == "residuals") {
    return(draw_residuals(object, targets, ncol, base_size))
  }
  draw_curve(curve_plot_data(object, data, quantity, targets), ncol, base_size)
}

curve_plot_targets <- function(object, targets) {
  if (is.null(targets)) {
    return(object$target)
  }
  targets <- unique(check_strings(targets, "targets"))
  check_known_targets(targets, object$target, "targets")
  targets
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
  targets <- curve_plot_targets(object, targets)
  data <- valid_cq_data(data)
  wells <- curve_wells(data, quantity)
  use <- wells$target %in% targets
  points <- data.frame(
    target = factor(wells$target[use], targets), run = wells$run[use], log10_quantity = log10(wells$quantity[use]),
    cq = wells$cq[use], mark = well_marks(object, lapply(wells, `[`, use)), stringsAsFactors = FALSE
  )
  list(
    points = points, bands = curve_bands(object, targets), lines = curve_lines(object, targets),
    labels = curve_labels(object, targets),
    caption = paste0(
      if (says_simulated(log_of(data), unique(data$run))) "SIMULATED DATA. ", "Dots: wells of the dilution series",
      mark_words(points$mark), ". Band: the line's interval. ",
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

# What each well is, as its row of residuals says: "kept", "outlying" or "excluded".
well_marks <- function(object, w) {
  key <- function(x) paste(x$target, x$sample, x$well, x$quantity, x$cq, sep = "\r")
  rows <- do.call(rbind, unname(lapply(attr(object, "fits", exact = TRUE), function(d) d$residuals$well)))
  if (is.null(rows)) {
    return(mark_factor(rep_len("kept", length(w$cq))))
  }
  row <- match(key(w), key(rows))
  mark_of(rows[row, , drop = FALSE])
}

# A well without a row lies outside the range that was fitted.
mark_of <- function(rows) {
  mark_factor(ifelse(rows$excluded %in% TRUE, "excluded", ifelse(rows$outlying %in% TRUE, "outlying", "kept")))
}

mark_factor <- function(x) {
  factor(x, c("kept", "outlying", "excluded"))
}

mark_words <- function(mark) {
  paste0(
    if (any(mark == "outlying")) "; a triangle stands out",
    if (any(mark == "excluded")) "; a cross was excluded"
  )
}

# The interval of the line itself along its range, for each run.
curve_bands <- function(object, targets) {
  level <- attr(object, "level", exact = TRUE) %||% 0.95
  fits <- attr(object, "fits", exact = TRUE)[targets]
  rows <- Map(function(d, target) {
    if (is.null(d) || !isTRUE(d$df > 0) || !all(is.finite(d$var_intercept))) {
      return(NULL)
    }
    x <- seq(log10(d$quantity[1]), log10(d$quantity[2]), length.out = 50)
    do.call(rbind, lapply(seq_along(d$runs), function(r) {
      variance <- d$var_intercept[r] + x * (2 * d$cov[r] + x * d$var_slope)
      half <- stats::qt(1 - (1 - level) / 2, d$df) * sqrt(pmax(variance, 0))
      y <- d$intercept[r] + d$slope * x
      data.frame(target = target, run = d$runs[r], x = x, low = y - half, high = y + half, stringsAsFactors = FALSE)
    }))
  }, fits, targets)
  out <- do.call(rbind, unname(rows))
  if (is.null(out)) out <- data.frame(target = character(), run = character(), x = 0[0], low = 0[0], high = 0[0])
  out$target <- factor(out$target, targets)
  out
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
  ggplot2::ggplot(drawn$points, ggplot2::aes(x = .data$log10_quantity, y = .data$cq)) +
    ggplot2::geom_ribbon(
      ggplot2::aes(x = .data$x, ymin = .data$low, ymax = .data$high, group = .data$run), drawn$bands,
      inherit.aes = FALSE, fill = "grey75", alpha = 0.6
    ) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$x, xend = .data$xend, y = .data$y, yend = .data$yend), drawn$lines, linewidth = 0.5
    ) +
    well_points() +
    quantity_axis(drawn$points$log10_quantity) +
    ggplot2::facet_wrap(
      ggplot2::vars(.data$target), ncol = ncol, labeller = ggplot2::as_labeller(drawn$labels)
    ) +
    ggplot2::labs(
      x = "Input quantity (log scale)", y = "Cq", caption = wrap_label(drawn$caption, 62 * min(ncol, 2))
    ) +
    fit_theme(base_size) +
    ggplot2::theme(panel.grid.major.y = ggplot2::element_line(colour = "grey90", linewidth = 0.3))
}

# Residuals against quantity, in cycles; the line of a perfect fit is 0.
draw_residuals <- function(object, targets, ncol, base_size) {
  rows <- residuals.cq_standard_curve(object)
  rows <- rows[rows$target %in% targets & is.finite(rows$residual), , drop = FALSE]
  if (!nrow(rows)) {
    ddcq_abort(
      "One of the targets must have a line, but {some(targets)} {cli::qty(targets)}{?has/have} none.", "curve"
    )
  }
  rows$target <- factor(rows$target, targets)
  rows$mark <- mark_of(rows)
  rows$log10_quantity <- log10(rows$quantity)
  mean <- stats::aggregate(residual ~ log10_quantity + target, rows[!rows$excluded, ], mean)
  caption <- paste0(
    if (isTRUE(attr(object, "simulated", exact = TRUE))) "SIMULATED DATA. ", "Dots: wells", mark_words(rows$mark),
    ". Line: the mean of each dilution; a bend says that the series is no line there, or that a step of it erred."
  )
  ggplot2::ggplot(rows, ggplot2::aes(x = .data$log10_quantity, y = .data$residual)) +
    ggplot2::geom_hline(yintercept = 0, linewidth = 0.3, colour = "grey40") +
    ggplot2::geom_line(data = mean, linewidth = 0.4, colour = "black") +
    well_points() +
    quantity_axis(rows$log10_quantity) +
    ggplot2::facet_wrap(ggplot2::vars(.data$target), ncol = ncol) +
    ggplot2::labs(
      x = "Input quantity (log scale)", y = "Cq minus the line (cycles)",
      caption = wrap_label(caption, 62 * min(ncol, 2))
    ) +
    fit_theme(base_size) +
    ggplot2::theme(panel.grid.major.y = ggplot2::element_line(colour = "grey90", linewidth = 0.3))
}

# Wells by what they are: shape first, so that grey says it too.
well_points <- function() {
  list(
    ggplot2::geom_point(
      ggplot2::aes(shape = .data$mark, fill = .data$mark), size = 1.7, stroke = 0.4, colour = "black",
      show.legend = FALSE
    ),
    ggplot2::scale_shape_manual(values = c(kept = 21, outlying = 24, excluded = 4), drop = FALSE),
    ggplot2::scale_fill_manual(values = c(kept = "#56B4E9", outlying = "#E69F00", excluded = NA), drop = FALSE)
  )
}

quantity_axis <- function(x) {
  ends <- range(x)
  step <- max(1, ceiling(diff(ends) / 4))
  breaks <- seq(floor(ends[1]), ceiling(ends[2]), by = step)
  ggplot2::scale_x_continuous(breaks = breaks, labels = power_labels(breaks), minor_breaks = NULL)
}

# 0.01, 1, 1000, 1e5: quantities as people write them.
power_labels <- function(x) {
  plain <- vapply(10^x, format, "", scientific = FALSE, drop0trailing = TRUE)
  ifelse(abs(x) <= 4, plain, paste0("1e", x))
}
