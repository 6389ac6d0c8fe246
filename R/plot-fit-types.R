# The other pictures of a fit. Each has a *_data() function that holds all that is drawn, and shares theme, palette and
# axis with the default picture.

# type: function(fit, targets, ncol, base_size).
fit_pictures <- function() {
  list(
    samples = function(fit, targets, ncol, size) draw_groups(groups_data(fit, targets), ncol, size),
    paired = function(fit, targets, ncol, size) draw_groups(paired_data(fit, targets), ncol, size),
    interaction = function(fit, targets, ncol, size) draw_interaction(interaction_data(fit, targets), ncol, size),
    forest = function(fit, targets, ncol, size) draw_forest(forest_data(fit, targets), ncol, size),
    volcano = function(fit, targets, ncol, size) {
      rows <- fit$results[fit$results$target %in% targets, , drop = FALSE]
      check_something(rows$p.value, "p-value")
      volcano_plot(rows, fit$spec$level, fit$spec$adjust, fit$spec$simulated, base_size = size)
    },
    heatmap = function(fit, targets, ncol, size) {
      spec <- fit$spec
      samples <- fit$samples[fit$samples$target %in% targets, , drop = FALSE]
      samples$group <- factor(spec$levels[sample_cell(samples, spec)], spec$levels)
      heat_map(samples, spec$unit, "group", isTRUE(spec$simulated), base_size = size)
    },
    variance = function(fit, targets, ncol, size) {
      draw_variance(variance_plot_data(ddcq_variance(fit), targets), size)
    }
  )
}

check_something <- function(value, what) {
  if (all(is.na(value))) {
    ddcq_abort(
      c("At least one row must have a {what} to be drawn.", "x" = "None has: the notes of the fit say why.",
        "i" = "{.code type = \"samples\"} shows the units."
      ), "argument"
    )
  }
}

# ---- units by group ----

# points: one row a unit and target; means: one a group; both log2 folds of the control's mean.
groups_data <- function(fit, targets) {
  rows <- plot_rows(fit$spec)
  points <- plot_points(fit, targets, rows)
  means <- stats::aggregate(fold ~ target + group, points, mean)
  spec <- fit$spec
  points$x <- as.integer(points$group) + dot_spread(points$target, points$group)
  list(points = points, means = means, joined = FALSE, caption = paste(c(
    if (isTRUE(spec$simulated)) "SIMULATED DATA.",
    paste0("Dots: one ", spec$unit, " each, as a fold of the mean of ", spec$control, ". Bars: the group's mean."),
    caption_dropped(spec, points)
  ), collapse = " "))
}

paired_data <- function(fit, targets) {
  blocks <- fit$spec$blocks
  if (length(blocks) != 1) {
    ddcq_abort(
      c("{.code type = \"paired\"} needs one block in the formula, whose units it joins.",
        "x" = if (length(blocks)) "There are {some(blocks)}." else "There is none.",
        "i" = "{.code type = \"samples\"} shows the units of each group."
      ), "argument"
    )
  }
  out <- groups_data(fit, targets)
  out$points$x <- as.integer(out$points$group)
  out$joined <- TRUE
  out$caption <- sub("Bars:", paste0("Lines join one ", blocks, ". Bars:"), out$caption, fixed = TRUE)
  out
}

draw_groups <- function(drawn, ncol, base_size) {
  points <- drawn$points
  groups <- levels(points$group)
  breaks <- fold_breaks(range(c(-1, 1, points$fold)))
  means <- drawn$means
  means$x <- as.integer(means$group)
  ncol <- if (is.null(ncol)) min(3, nlevels(points$target)) else check_number(ncol, "ncol", 1, 100)
  ggplot2::ggplot(points, ggplot2::aes(x = .data$x, y = .data$fold)) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey35", linewidth = 0.35) +
    (if (drawn$joined) ggplot2::geom_line(ggplot2::aes(group = .data$block), colour = "grey60", linewidth = 0.3)) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$x - 0.25, xend = .data$x + 0.25, y = .data$fold, yend = .data$fold), means, linewidth = 0.8
    ) +
    ggplot2::geom_point(
      ggplot2::aes(shape = .data$group, fill = .data$group), size = 1.9, stroke = 0.35, colour = "black"
    ) +
    ggplot2::scale_shape_manual(values = group_shapes(length(groups)), breaks = groups, guide = "none") +
    ggplot2::scale_fill_manual(values = group_fills(length(groups)), breaks = groups, guide = "none") +
    ggplot2::scale_x_continuous(
      breaks = seq_along(groups), labels = wrap_label(groups, 14), limits = c(0.5, length(groups) + 0.5),
        minor_breaks = NULL,
      guide = ggplot2::guide_axis(n.dodge = if (ncol * sum(pmin(nchar(groups), 14)) > 75) 2 else 1)
    ) +
    ggplot2::scale_y_continuous(breaks = breaks, labels = fold_break_labels(breaks), minor_breaks = NULL) +
    ggplot2::facet_wrap(ggplot2::vars(.data$target), ncol = ncol, labeller = ggplot2::label_value) +
    ggplot2::labs(x = NULL, y = "Fold of the control (log scale)",
      caption = wrap_label(drawn$caption, 45 + 25 * min(ncol, 3))) +
    fit_theme(base_size) + upright_theme()
}

# Groups along x: the grid lies across.
upright_theme <- function() {
  ggplot2::theme(
    panel.grid.major.x = ggplot2::element_blank(),
    panel.grid.major.y = ggplot2::element_line(colour = "grey90", linewidth = 0.3)
  )
}

# ---- interaction ----

# The means of the cells of two factors, as folds of the control cell's mean.
interaction_data <- function(fit, targets) {
  factors <- c(fit$spec$factor, fit$spec$by)
  if (length(factors) < 2) {
    ddcq_abort(
      c("{.code type = \"interaction\"} needs a fit that compares the levels of two factors.",
        "x" = "This one compares those of {some(factors)}.",
        "i" = "Name a level of each in {.arg control}, or give {.arg by}."
      ), "argument"
    )
  }
  means <- ddcq_means(fit)
  means <- means[means$target %in% targets, , drop = FALSE]
  base <- means$estimate[means$group == fit$spec$control_cells[1]]
  zero <- base[match(means$target, means$target[means$group == fit$spec$control_cells[1]])]
  panel <- if (length(factors) > 2) do.call(paste, c(means[factors[-(1:2)]], sep = ", "))
  out <- data.frame(
    target = factor(if (is.null(panel)) means$target else paste0(means$target, ", ", panel)),
    first = factor(means[[factors[1]]], unique(means[[factors[1]]])),
    second = factor(means[[factors[2]]], unique(means[[factors[2]]])), fold = means$estimate - zero,
    low = means$conf.low - zero, high = means$conf.high - zero, stringsAsFactors = FALSE
  )
  out$target <- factor(out$target, unique(as.character(out$target)))
  list(rows = out, factors = factors[1:2], caption = paste(c(
    if (isTRUE(fit$spec$simulated)) "SIMULATED DATA.",
    paste0("Means as folds of ", fit$spec$control_cells[1], "; lines with their ", level_label(fit$spec$level),
           " interval of the mean, not of a difference. Parallel lines: each factor acts alike at every level ",
           "of the other.")
  ), collapse = " "))
}

draw_interaction <- function(drawn, ncol, base_size) {
  rows <- drawn$rows
  n <- nlevels(rows$second)
  rows$x <- as.integer(rows$first) + (as.integer(rows$second) - (n + 1) / 2) * 0.08
  breaks <- fold_breaks(range(c(-1, 1, rows$fold, rows$low, rows$high), na.rm = TRUE))
  ncol <- if (is.null(ncol)) min(3, nlevels(rows$target)) else check_number(ncol, "ncol", 1, 100)
  ggplot2::ggplot(rows, ggplot2::aes(x = .data$x, y = .data$fold, group = .data$second)) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey35", linewidth = 0.35) +
    ggplot2::geom_line(ggplot2::aes(linetype = .data$second), linewidth = 0.5) +
    ggplot2::geom_segment(
      ggplot2::aes(xend = .data$x, y = .data$low, yend = .data$high), rows[!is.na(rows$low), , drop = FALSE],
        linewidth = 0.5
    ) +
    ggplot2::geom_point(
      ggplot2::aes(shape = .data$second, fill = .data$second), size = 2.2, stroke = 0.35, colour = "black"
    ) +
    ggplot2::scale_shape_manual(values = group_shapes(n), name = drawn$factors[2]) +
    ggplot2::scale_fill_manual(values = group_fills(n), name = drawn$factors[2]) +
    ggplot2::scale_linetype_manual(values = rep_len(c("solid", "22", "42", "11"), n), name = drawn$factors[2]) +
    ggplot2::scale_x_continuous(
      breaks = seq_len(nlevels(rows$first)), labels = wrap_label(levels(rows$first), 14),
      limits = c(0.6, nlevels(rows$first) + 0.4), minor_breaks = NULL
    ) +
    ggplot2::scale_y_continuous(breaks = breaks, labels = fold_break_labels(breaks), minor_breaks = NULL) +
    ggplot2::facet_wrap(ggplot2::vars(.data$target), ncol = ncol, labeller = ggplot2::label_value) +
    ggplot2::labs(
      x = drawn$factors[1], y = "Fold of the control (log scale)",
        caption = wrap_label(drawn$caption, 45 + 25 * min(ncol, 3))
    ) +
    fit_theme(base_size) + upright_theme() + ggplot2::theme(legend.position = "top", legend.justification = "left")
}

# ---- forest ----

forest_data <- function(fit, targets) {
  results <- fit$results[fit$results$target %in% targets, , drop = FALSE]
  spec <- fit$spec
  rows <- data.frame(
    target = factor(results$target, rev(targets)), contrast = factor(results$contrast, unique(results$contrast)),
    fold = results$estimate, low = results$conf.low, high = results$conf.high,
    words = ifelse(is.na(results$estimate), "no estimate", ifelse(
      is.na(results$conf.low), paste0(fold_label(results$fold_change), " (no interval)"),
      paste0(fold_label(results$fold_change), " (", interval_label(results$fold_low, results$fold_high), ")")
    )), stringsAsFactors = FALSE
  )
  list(rows = rows, frame = plot_frame(data.frame(fold = rows$fold), rows), what = if (is.null(spec$interaction)) {
    "Fold change (log scale)"
  } else {
    "Ratio of the combination to the product of its parts (log scale)"
  }, caption = paste(c(
    if (isTRUE(spec$simulated)) "SIMULATED DATA.",
    paste0("Point and line: estimate with its ", level_label(spec$level),
      " interval, not adjusted for the number of rows.")
  ), collapse = " "))
}

draw_forest <- function(drawn, ncol, base_size) {
  rows <- drawn$rows
  breaks <- fold_breaks(drawn$frame)
  n_panels <- nlevels(rows$contrast)
  ncol <- if (is.null(ncol)) min(2, n_panels) else check_number(ncol, "ncol", 1, 100)
  many <- nlevels(rows$target) > 40
  end <- drawn$frame[2] + if (many) 0 else 0.75 * diff(drawn$frame)
  with_line <- rows[!is.na(rows$low) & !is.na(rows$high), , drop = FALSE]
  ggplot2::ggplot(rows, ggplot2::aes(y = .data$target)) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey35", linewidth = 0.35) +
    ggplot2::geom_segment(
      ggplot2::aes(
        x = pmax(.data$low, drawn$frame[1]), xend = pmin(.data$high, drawn$frame[2]), yend = .data$target
      ), with_line, linewidth = 0.55
    ) +
    ggplot2::geom_point(ggplot2::aes(x = .data$fold), rows[!is.na(rows$fold), ], shape = 22, fill = "#0072B2",
      size = 2) +
    (if (!many) ggplot2::geom_text(
      ggplot2::aes(label = .data$words), x = end, hjust = 1, size = base_size / 3.4, colour = "grey15"
    )) +
    ggplot2::scale_x_continuous(breaks = breaks, labels = fold_break_labels(breaks), minor_breaks = NULL) +
    ggplot2::coord_cartesian(xlim = c(drawn$frame[1], end)) +
    ggplot2::facet_wrap(ggplot2::vars(.data$contrast), ncol = ncol, labeller = ggplot2::label_wrap_gen(45)) +
    ggplot2::labs(x = drawn$what, y = NULL, caption = wrap_label(drawn$caption, 50 + 35 * min(ncol, 2))) +
    fit_theme(base_size)
}

# ---- variance ----

variance_parts <- c("biological", "technical", "reference", "efficiency", "calibration")

variance_plot_data <- function(x, targets = unique(x$target)) {
  check_something(x$variance[x$target %in% targets], "variance")
  rows <- x[x$target %in% targets & !is.na(x$variance), , drop = FALSE]
  value <- lapply(variance_parts, function(p) ifelse(is.na(rows[[p]]), 0, rows[[p]]))
  bars <- data.frame(
    target = rep(factor(rows$target, rev(targets)), length(variance_parts)),
    contrast = rep(factor(rows$contrast, unique(x$contrast)), length(variance_parts)),
    part = factor(rep(variance_parts, each = nrow(rows)), rev(variance_parts)), variance = unlist(value),
    stringsAsFactors = FALSE
  )
  gone <- setdiff(targets, as.character(rows$target))
  list(bars = bars, caption = paste(c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA.",
    "The whole bar is the variance of the log2 fold change.", unique(rows$note[nzchar(rows$note)]),
    if (length(gone)) paste0("Without a variance: ", some_plain(gone, 5), ".")
  ), collapse = " "))
}

draw_variance <- function(drawn, base_size) {
  fills <- c(
    biological = "#000000", technical = "#0072B2", reference = "#E69F00", efficiency = "#F0E442", calibration = "white"
  )
  calibrated <- any(drawn$bars$variance[drawn$bars$part == "calibration"] > 0)
  shown <- variance_parts[variance_parts != "calibration" | calibrated]
  ggplot2::ggplot(drawn$bars, ggplot2::aes(x = .data$variance, y = .data$target, fill = .data$part)) +
    ggplot2::geom_col(width = 0.65, colour = "black", linewidth = 0.2) +
    ggplot2::scale_fill_manual(values = fills, breaks = shown, name = NULL) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(mult = c(0, 0.05)), minor_breaks = NULL) +
    ggplot2::facet_wrap(ggplot2::vars(.data$contrast), ncol = 2, labeller = ggplot2::label_wrap_gen(45)) +
    ggplot2::labs(x = "Variance of the log2 fold change", y = NULL, caption = wrap_label(drawn$caption, 90)) +
    fit_theme(base_size) + ggplot2::theme(legend.position = "top", legend.justification = "left")
}

#' @rdname ddcq_variance
#' @param x,object (`ddcq_variance`) A variance budget.
#' @param base_size (number) Size of the text, in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @export
plot.ddcq_variance <- function(x, ...) {
  picture <- autoplot.ddcq_variance(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname ddcq_variance
#' @method autoplot ddcq_variance
#' @rawNamespace S3method(ggplot2::autoplot,ddcq_variance)
autoplot.ddcq_variance <- function(object, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw where a variance comes from.")
  draw_variance(variance_plot_data(object), check_number(base_size, "base_size", 1, 100))
}
