# The picture of a fit: a panel a target, a row a group, every unit a dot, the estimate with its interval below the
# dots of its group. plot_data() holds all that is drawn, so that it can be tested without drawing.

#' A picture of a fit
#'
#' By default one panel a target and one row a group: every unit is a dot, as a fold of the control's mean, and below
#' the dots stands the estimated fold change with its interval. The axis is logarithmic, so that a halving and a
#' doubling are equally far from 1. The caption says what the lines are, how many units there are, and which rows have
#' no estimate or no interval.
#'
#' @param x,object (`ddcq`) A fit, or a ratio from [ddcq_ratio()].
#' @param targets (text) The targets to show, in this order; all when `NULL`.
#' @param ncol (number) Panels side by side; chosen from their number when `NULL`. One column suits a narrow page.
#' @param base_size (number) Size of the text, in points.
#' @param type (text) `"fold"` (the default); `"samples"`, the units of each group beside each other; `"paired"`, with
#'   the units of a block joined (the formula must have one block); `"interaction"`, the group means of two factors as
#'   lines; `"forest"`, the intervals of many targets; `"volcano"`; `"heatmap"`; `"variance"`, what each interval
#'   rests on.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` returns a ggplot, to be changed, printed or saved; `plot()` prints it and returns it
#'   invisibly. Both need the package ggplot2. An unknown target, or a type that the design does not have, is an error
#'   of class `ddcq_error_argument`.
#' @details Groups differ in position, shape and a fill that is safe for colour-blind readers and keeps its order in
#'   grey. Contrasts other than "level against control" have rows of their own below the groups. With one block in the
#'   formula (`~ treatment + subject`), thin lines join the units of a block. The intervals are the unadjusted ones of
#'   the results. An interval that is far wider than everything else is cut at the frame, and the caption says so.
#' @family model
#' @name plot.ddcq
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   plot(fit, targets = c("MYC", "BAX"))
#'   plot(fit, type = "forest")
#' }
NULL

#' @rdname plot.ddcq
#' @export
plot.ddcq <- function(x, ...) {
  picture <- autoplot.ddcq(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.ddcq
#' @importFrom rlang .data
#' @method autoplot ddcq
#' @rawNamespace S3method(ggplot2::autoplot,ddcq)
autoplot.ddcq <- function(object, targets = NULL, ncol = NULL, base_size = 9, type = "fold", ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw a fit.")
  base_size <- check_number(base_size, "base_size", 1, 100)
  type <- check_choice(type, c("fold", names(fit_pictures())), "type")
  if (type != "fold") {
    check_fit(object)
    return(fit_pictures()[[type]](object, plot_targets(object, targets), ncol, base_size))
  }
  drawn <- plot_data(object, targets)
  n_panels <- nlevels(drawn$points$target)
  ncol <- if (is.null(ncol)) panel_columns(n_panels) else check_number(ncol, "ncol", 1, 100)
  draw_fit(drawn, ncol, base_size)
}

panel_columns <- function(n) {
  max(1, ceiling(sqrt(n / 2)))
}

# ---- what is drawn ----

# points: one row a unit and target. estimates: one row a target and contrast. rows: one row of a panel, `y` from
# below. Folds are log2 throughout.
plot_data <- function(fit, targets = NULL) {
  check_fit(fit)
  targets <- plot_targets(fit, targets)
  rows <- plot_rows(fit$spec)
  points <- plot_points(fit, targets, rows)
  estimates <- plot_estimates(fit, targets, rows)
  frame <- plot_frame(points, estimates)
  list(
    points = points, estimates = estimates, rows = rows, frame = frame,
    caption = plot_caption(fit, points, estimates, frame), joined = are_joined(points)
  )
}

# Lines follow a block from group to group, where it has one unit in each at most.
are_joined <- function(points) {
  any(nzchar(points$block)) && !anyDuplicated(points[c("target", "group", "block")])
}

plot_estimates <- function(fit, targets, rows) {
  results <- fit$results[fit$results$target %in% targets, , drop = FALSE]
  spec <- fit$spec
  weights <- spec$contrasts
  simple <- is_against_control(weights, spec$control_cells)
  level <- apply(weights, 2, function(w) names(w)[which.max(w)])
  column <- match(results$contrast, colnames(weights))
  y <- ifelse(
    simple[column], rows$y[match(level[column], rows$group)],
    rows$y[is.na(rows$group)][match(results$contrast, rows$label[is.na(rows$group)])]
  )
  data.frame(
    target = factor(results$target, targets), contrast = results$contrast, fold = results$estimate,
    low = results$conf.low, high = results$conf.high, y = y - ifelse(simple[column], 0.22, 0),
    n = results$n, n_control = results$n_control, stringsAsFactors = FALSE
  )
}

# ---- the caption ----

plot_caption <- function(fit, points, estimates, frame) {
  spec <- fit$spec
  lines <- c(
    if (spec$simulated) "SIMULATED DATA.",
    caption_dots(spec, points), caption_interval(spec, estimates), caption_gaps(estimates),
    caption_dropped(spec, points),
    if (any(estimates$low < frame[1] | estimates$high > frame[2], na.rm = TRUE)) "Lines that reach the frame are cut."
  )
  paste(lines, collapse = " ")
}

caption_dots <- function(spec, points) {
  paste0(
    "Dots: one ", spec$unit, " each, as a fold of the mean of ", spec$control,
    if (length(spec$by)) paste(" in the same", paste(spec$by, collapse = " and ")),
    if (are_joined(points)) paste0("; thin lines join one ", spec$blocks), "."
  )
}

caption_interval <- function(spec, estimates) {
  how <- if (spec$variance == "welch") "Welch" else "pooled variance"
  used <- unlist(estimates[!is.na(estimates$low), c("n", "n_control")])
  if (!length(used)) {
    return("Bar: fold change.")
  }
  n <- unique(range(used))
  paste0(
    "Bar and line: fold change with its ", level_label(spec$level), " interval (", how, ", not adjusted for the ",
    "number of rows), n = ", paste(n, collapse = " to "), " a side."
  )
}

caption_gaps <- function(estimates) {
  # a target by its name alone when all its contrasts are meant
  named <- function(rows) {
    target <- as.character(estimates$target)
    all <- !target %in% target[!rows]
    some_plain(unique(ifelse(all, target, paste0(target, ", ", estimates$contrast))[rows]), 4)
  }
  none <- is.na(estimates$fold)
  bare <- !none & is.na(estimates$low)
  c(
    if (any(bare)) paste0("Bar without a line: no interval (", named(bare), ")."),
    if (any(none)) paste0("No estimate: ", named(none), ".")
  )
}

# ---- drawing ----

draw_fit <- function(drawn, ncol, base_size) {
  rows <- drawn$rows
  groups <- levels(drawn$points$group)
  breaks <- fold_breaks(drawn$frame)
  # every target has its panel, also one that nothing was measured of
  panels <- data.frame(target = factor(levels(drawn$points$target), levels(drawn$points$target)))
  ggplot2::ggplot(panels) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey35", linewidth = 0.35) +
    draw_blocks(drawn) +
    draw_estimates(drawn$estimates) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$fold, y = .data$y, shape = .data$group, fill = .data$group), drawn$points,
      size = 1.9, stroke = 0.35, colour = "black"
    ) +
    ggplot2::scale_shape_manual(values = group_shapes(length(groups)), breaks = groups, guide = "none") +
    ggplot2::scale_fill_manual(values = group_fills(length(groups)), breaks = groups, guide = "none") +
    ggplot2::scale_x_continuous(breaks = breaks, labels = fold_break_labels(breaks), minor_breaks = NULL) +
    ggplot2::scale_y_continuous(
      breaks = rows$y, labels = wrap_label(rows$label, 16), minor_breaks = NULL, limits = c(0.45, max(rows$y) + 0.5),
      expand = c(0, 0)
    ) +
    ggplot2::coord_cartesian(xlim = drawn$frame) +
    ggplot2::facet_wrap(ggplot2::vars(.data$target), ncol = ncol, labeller = ggplot2::label_value) +
    ggplot2::labs(x = "Fold change (log scale)", y = NULL, caption = wrap_label(drawn$caption, 62 * min(ncol, 2))) +
    fit_theme(base_size)
}

draw_blocks <- function(drawn) {
  if (drawn$joined) {
    ggplot2::geom_path(
      ggplot2::aes(x = .data$fold, y = .data$y, group = .data$block), drawn$points[order(-drawn$points$y), ],
      colour = "grey70", linewidth = 0.25
    )
  }
}

draw_estimates <- function(estimates) {
  with_line <- estimates[!is.na(estimates$low) & !is.na(estimates$high), , drop = FALSE]
  with_bar <- estimates[!is.na(estimates$fold), , drop = FALSE]
  list(
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, y = .data$y, yend = .data$y), with_line, linewidth = 0.6
    ),
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$fold, xend = .data$fold, y = .data$y - 0.11, yend = .data$y + 0.11), with_bar,
      linewidth = 1
    )
  )
}
