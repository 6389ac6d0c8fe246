# Pictures of raw fluorescence and of melt peaks: a line a well, a panel a target, and the names of what stands apart.

#' Pictures of amplification and melt curves
#'
#' Every curve is one line: amplification curves against the cycle, on a linear or a logarithmic scale; melt curves
#' against the temperature; of [cq_melt()] the derivative with a point at each peak. Targets have a panel each, or, with
#' `by = "colour"`, one panel and a colour and a type of line each. Controls without template or without reverse
#' transcription are dashed, and wells whose Tm stands apart are named.
#'
#' @param x,object (`cq_curves`, `cq_melt_curves` or `cq_melt`) What to draw.
#' @param log (flag) Whether the fluorescence is on a logarithmic scale. Curves are then drawn above the median of their
#'   first five readings; points below a thousandth of the largest are left out, which the caption says.
#' @param by (text) `"panel"` or `"colour"`: how targets are told apart.
#' @param targets (text) The targets to draw; all when `NULL`.
#' @param base_size (number) Size of the text in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` a ggplot; `plot()` draws it and returns it invisibly. Both need the package ggplot2. An unknown
#'   target is an error of class `ddcq_error_argument`.
#' @family curves
#' @name plot.cq_curves
#' @examples
#' # simulated
#' cycle <- 1:40
#' rise <- function(at) 0.3 + 4 / (1 + exp(at - cycle))
#' wide <- data.frame(cycle, A1 = rise(22), A2 = rise(25))
#' x <- cq_curves(wide, wide = TRUE, run = "simulated", target = "MYC")
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(x, log = TRUE)
NULL

#' @rdname plot.cq_curves
#' @export
plot.cq_curves <- function(x, ...) draw_plot(x, ...)

#' @rdname plot.cq_curves
#' @export
plot.cq_melt_curves <- function(x, ...) draw_plot(x, ...)

#' @rdname plot.cq_curves
#' @export
plot.cq_melt <- function(x, ...) draw_plot(x, ...)

draw_plot <- function(x, ...) {
  need_package("ggplot2 (>= 3.4.0)", "to draw pictures.")
  picture <- ggplot2::autoplot(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_curves
#' @method autoplot cq_curves
#' @rawNamespace S3method(ggplot2::autoplot,cq_curves)
autoplot.cq_curves <- function(object, log = FALSE, by = c("panel", "colour"), targets = NULL, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw pictures.")
  log <- check_flag(log, "log")
  by <- check_choice(by, c("panel", "colour"), "by")
  data <- line_data(object, targets)
  said <- c(if (says_simulated(log_of(object), data$run)) "Simulated data.", line_words(data, by))
  if (log) {
    data$y <- above_start(data$y, data$curve)
    low <- data$y <= max(data$y, 0) / 1000
    # a gap in the line, not a line across the gap
    data$y[low] <- NA
    said <- c(
      said, "Above the median of a curve's first five readings.",
      if (any(low)) paste(plural(sum(low), "point"), "below a thousandth of the largest not drawn.")
    )
  }
  name <- signal_name(object)
  picture <- draw_lines(data, by, said, base_size) +
    ggplot2::labs(x = "Cycle", y = if (log) paste0(name, " above its start (log scale)") else name)
  if (log) picture + ggplot2::scale_y_log10() else picture
}

#' @rdname plot.cq_curves
#' @method autoplot cq_melt_curves
#' @rawNamespace S3method(ggplot2::autoplot,cq_melt_curves)
autoplot.cq_melt_curves <- function(object, by = c("panel", "colour"), targets = NULL, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw pictures.")
  by <- check_choice(by, c("panel", "colour"), "by")
  data <- line_data(object, targets)
  said <- c(if (says_simulated(log_of(object), data$run)) "Simulated data.", line_words(data, by))
  draw_lines(data, by, said, base_size) +
    ggplot2::labs(x = "Temperature (\u00b0C)", y = signal_name(object))
}

#' @rdname plot.cq_curves
#' @method autoplot cq_melt
#' @rawNamespace S3method(ggplot2::autoplot,cq_melt)
autoplot.cq_melt <- function(object, by = c("panel", "colour"), targets = NULL, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw pictures.")
  by <- check_choice(by, c("panel", "colour"), "by")
  curves <- object$curves
  curves$fluorescence <- curves$derivative
  at <- match(melt_key(curves), melt_key(object$wells))
  curves$task <- object$wells$task[at]
  data <- line_data(curves, targets)
  peaks <- object$peaks[!is.na(object$peaks$tm), , drop = FALSE]
  peaks <- peaks[melt_key(peaks) %in% melt_key(data), , drop = FALSE]
  peaks$target <- target_panels(peaks$target, data)
  wells <- object$wells[melt_key(object$wells) %in% melt_key(data), , drop = FALSE]
  wells$target <- target_panels(wells$target, data)
  marked <- wells[grepl("tm apart", wells$flags, fixed = TRUE), , drop = FALSE]
  said <- c(
    if (says_simulated(object$log, data$run)) "Simulated data.", line_words(data, by), "Points: peaks.",
    if (nrow(marked)) "Named: Tm apart from that of the target."
  )
  draw_lines(data, by, said, base_size) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$tm, y = .data$height), peaks, size = 1.2, shape = 21, fill = "white", inherit.aes = FALSE
    ) +
    ggplot2::geom_text(
      ggplot2::aes(x = .data$tm, y = .data$height, label = .data$well), marked, size = base_size / 3.5,
      hjust = ifelse(marked$distance < 0, 1.3, -0.3),
      inherit.aes = FALSE
    ) +
    ggplot2::labs(x = "Temperature (\u00b0C)", y = "-dF/dT (fluorescence a degree)")
}

melt_key <- function(x) paste(x$run, x$well, if (is.factor(x$target)) x$key else x$target, x$dye %||% "", sep = "\r")

signal_name <- function(x) {
  name <- attr(x, "signal", exact = TRUE)
  if (isTRUE(nzchar(name))) name else "Fluorescence"
}

# Rows with what the picture needs: x, y, curve, target (a factor, in the order of the data), control.
line_data <- function(x, targets) {
  if (!is.null(targets)) {
    targets <- check_strings(targets, "targets")
    lost <- setdiff(targets, x$target)
    if (length(lost)) {
      have <- unique(x$target)
      ddcq_abort(
        c("{.arg targets} must name targets of the curves.",
          "x" = "There is no {some(lost)}.", hint_near(lost[1], have)
        ), "argument"
      )
    }
  }
  data <- data.frame(
    run = x$run, well = x$well, x = x[[intersect(c("cycle", "temperature"), names(x))]], y = x$fluorescence,
    curve = curve_index(x), control = as.character(x$task %||% NA) %in% c("ntc", "nrt"), key = x$target
  )
  data$dye <- if (is.null(x$dye)) "" else x$dye
  if (!is.null(targets)) data <- data[x$target %in% targets, , drop = FALSE]
  if (!nrow(data)) ddcq_abort("There is no curve to draw.", "data")
  data$target <- target_panels(data$key, data)
  data
}

target_panels <- function(target, data) {
  name <- function(x) ifelse(is.na(x), "(no target)", x)
  factor(name(target), unique(name(data$key)))
}

# Above the median of the first five readings of the curve.
above_start <- function(y, curve) {
  start <- tapply(y, curve, function(v) stats::median(utils::head(v, 5)))
  y - start[as.character(curve)]
}

line_words <- function(data, by) {
  runs <- unique(data$run)
  c(
    paste0(plural(length(unique(data$curve)), "curve"), " of ", plural(length(runs), "run"), "."),
    if (any(data$control) && (by == "panel" || nlevels(data$target) == 1)) "Dashed: controls (NTC, no RT)."
  )
}

draw_lines <- function(data, by, said, base_size) {
  check_number(base_size, "base_size", 1, 100)
  several <- nlevels(data$target) > 1
  data$line <- ifelse(data$control, "22", "solid")
  picture <- ggplot2::ggplot(data, ggplot2::aes(x = .data$x, y = .data$y, group = .data$curve)) +
    ggplot2::labs(caption = wrap_label(paste(said, collapse = " "), 95)) +
    ggplot2::theme_bw(base_size = base_size) +
    ggplot2::theme(
      panel.grid.minor = ggplot2::element_blank(), strip.background = ggplot2::element_blank(),
      strip.text = ggplot2::element_text(face = "bold", hjust = 0), plot.caption.position = "plot",
      plot.caption = ggplot2::element_text(hjust = 0, colour = "grey25")
    )
  if (by == "panel" || !several) {
    picture <- picture +
      ggplot2::geom_line(ggplot2::aes(linetype = .data$line), linewidth = 0.3, alpha = 0.7, na.rm = TRUE) +
      ggplot2::scale_linetype_identity()
    return(if (several) picture + ggplot2::facet_wrap(ggplot2::vars(.data$target)) else picture)
  }
  # colours differ in lightness, and lines in type, so that grey tells them apart, too
  n <- nlevels(data$target)
  types <- rep(c("solid", "42", "11", "6222"), length.out = n)
  picture + ggplot2::geom_line(
    ggplot2::aes(colour = .data$target, linetype = .data$target), linewidth = 0.4, alpha = 0.8, na.rm = TRUE
  ) +
    ggplot2::scale_colour_viridis_d(name = NULL, option = "viridis", end = 0.85) +
    ggplot2::scale_linetype_manual(name = NULL, values = types)
}
