# Pictures of many targets: a volcano of a table of contrasts, a heat map of the units. Both take data frames and hold
# all that is drawn in a *_data() function, so that it can be tested without drawing.

# ---- volcano ----

# results: the table of contrasts; `label`: how many targets of each contrast are named, those with the smallest p.
volcano_plot <- function(results, level = 0.95, adjust = "holm", simulated = FALSE, label = 10, base_size = 9) {
  need_package("ggplot2 (>= 3.4.0)", "to draw a volcano.")
  draw_volcano(volcano_data(results, level, adjust, simulated, label), base_size)
}

volcano_data <- function(results, level, adjust, simulated, label) {
  has <- !is.na(results$p.value)
  shown <- results[has, , drop = FALSE]
  contrast <- factor(shown$contrast, unique(results$contrast))
  # p may be smaller than a double: as the log it still has a place
  height <- -log10(pmax(shown$p.value, .Machine$double.xmin))
  called <- !is.na(shown$adj.p.value) & shown$adj.p.value < 1 - level
  side <- ifelse(!called, "not shown", ifelse(shown$estimate > 0, "up", "down"))
  place <- stats::ave(shown$p.value, contrast, FUN = function(p) rank(p, ties.method = "first"))
  points <- data.frame(
    target = shown$target, contrast = contrast, fold = shown$estimate, height = height,
    change = factor(side, c("up", "down", "not shown")), label = ifelse(place <= label & called, shown$target, ""),
    stringsAsFactors = FALSE
  )
  points <- points[order(place), , drop = FALSE] # the first names are written first
  gone <- sum(!has)
  words <- switch(adjust, none = "not adjusted", dunnett = "adjusted by Dunnett within a target",
                  tukey = "adjusted by Tukey within a target",
                  paste("adjusted by", adjust_words[[adjust]], "over the whole table"))
  caption <- paste(c(
    if (simulated) "SIMULATED DATA.",
    paste0("A dot a target. Filled: p below ", format(1 - level), ", ", words, "."),
    if (gone) paste0("Not drawn: ", plural(gone, "row"), " without a p-value.")
  ), collapse = " ")
  list(points = points, caption = caption)
}

draw_volcano <- function(drawn, base_size) {
  points <- drawn$points
  reach <- max(1, abs(points$fold)) * 1.08
  breaks <- fold_breaks(c(-reach, reach))
  n_panels <- nlevels(points$contrast)
  ggplot2::ggplot(points, ggplot2::aes(x = .data$fold, y = .data$height)) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey35", linewidth = 0.35) +
    ggplot2::geom_point(
      ggplot2::aes(shape = .data$change, fill = .data$change), size = 1.7, stroke = 0.35, colour = "black"
    ) +
    ggplot2::geom_text(
      ggplot2::aes(label = .data$label), size = base_size / 3.6, vjust = -0.8, check_overlap = TRUE
    ) +
    ggplot2::scale_shape_manual(
      values = c(up = 24, down = 25, "not shown" = 21), limits = levels(points$change), name = NULL
    ) +
    ggplot2::scale_fill_manual(
      values = c(up = "#E69F00", down = "#0072B2", "not shown" = "white"), limits = levels(points$change), name = NULL
    ) +
    ggplot2::scale_x_continuous(breaks = breaks, labels = fold_break_labels(breaks), minor_breaks = NULL) +
    ggplot2::scale_y_continuous(
      labels = function(y) ifelse(y > 3, paste0("1e-", y), formatC(10^-y, format = "fg")),
      breaks = function(l) seq(0, l[2], by = max(1, ceiling(l[2] / 6))), minor_breaks = NULL,
      expand = ggplot2::expansion(mult = c(0.02, 0.1))
    ) +
    ggplot2::coord_cartesian(xlim = c(-reach, reach)) +
    ggplot2::facet_wrap(
      ggplot2::vars(.data$contrast), ncol = min(3, ceiling(sqrt(n_panels))), labeller = ggplot2::label_wrap_gen(30)
    ) +
    ggplot2::labs(
      x = "Fold change (log scale)", y = "p (log scale)", caption = wrap_label(drawn$caption, caption_width(n_panels))
    ) +
    fit_theme(base_size) +
    ggplot2::theme(legend.position = "top", legend.justification = "left")
}

# Letters that fit below panels side by side.
caption_width <- function(n_panels) {
  40 + 30 * min(n_panels, 3)
}

# ---- heat map ----

# samples: one row a unit and target, with `log2_relative`. unit, group: names of its columns. order: the targets as
# they stand, or those that go together side by side.
heat_map <- function(samples, unit, group, simulated = FALSE, order = c("cluster", "given"), base_size = 9) {
  need_package("ggplot2 (>= 3.4.0)", "to draw a heat map.")
  draw_heat(heat_data(samples, unit, group, simulated, match.arg(order)), base_size)
}

heat_data <- function(samples, unit, group, simulated, order) {
  target <- as.character(samples$target)
  names <- unique(target)
  units <- as.character(samples[[unit]])
  wide <- tapply(samples$log2_relative, list(factor(target, names), factor(units, unique(units))), mean)
  if (order == "cluster") names <- names[heat_order(wide)]
  finite <- abs(samples$log2_relative[is.finite(samples$log2_relative)])
  limit <- if (length(finite)) max(1, stats::quantile(finite, 0.99, names = FALSE)) else 1
  tiles <- data.frame(
    target = factor(target, rev(names)), unit = factor(units, unique(units[order(as.integer(factor(
      samples[[group]], unique(samples[[group]])
    )))])), group = factor(samples[[group]], levels(samples[[group]]) %||% unique(samples[[group]])),
    value = pmin(pmax(samples$log2_relative, -limit), limit), missing = !is.finite(samples$log2_relative),
    stringsAsFactors = FALSE
  )
  cut <- sum(finite > limit)
  list(tiles = tiles, limit = limit, caption = paste(c(
    if (simulated) "SIMULATED DATA.",
    "Fold of the control's mean.", if (order == "cluster") "Targets that go together stand together.",
    if (any(tiles$missing)) if (length(names) > 60) "White: no value." else "Cross: no value.",
    if (cut) paste(plural(cut, "value"), "beyond the scale", if (cut == 1) "has" else "have", "the colour of its end.")
  ), collapse = " "))
}

# Leaves of a clustering of the targets' profiles, each about its own mean; a gap counts as the mean.
heat_order <- function(wide) {
  if (nrow(wide) < 3) {
    return(seq_len(nrow(wide)))
  }
  wide[!is.finite(wide)] <- NA
  wide <- wide - rowMeans(wide, na.rm = TRUE)
  wide[is.na(wide)] <- 0
  stats::hclust(stats::dist(wide), method = "average")$order
}

draw_heat <- function(drawn, base_size) {
  tiles <- drawn$tiles
  n_targets <- nlevels(tiles$target)
  breaks <- fold_breaks(c(-1, 1) * drawn$limit)
  crosses <- tiles[tiles$missing & n_targets <= 60, , drop = FALSE]
  ggplot2::ggplot(tiles, ggplot2::aes(x = .data$unit, y = .data$target)) +
    ggplot2::geom_tile(
      ggplot2::aes(fill = .data$value), colour = if (n_targets <= 60) "white" else NA, linewidth = 0.2
    ) +
    ggplot2::geom_point(data = crosses, shape = 4, size = 1, colour = "grey40") +
    # from dark to light in one direction, so that it can be read in grey
    ggplot2::scale_fill_viridis_c(
      option = "cividis", limits = c(-1, 1) * drawn$limit, breaks = breaks, labels = fold_break_labels(breaks),
      na.value = "white", name = "Fold"
    ) +
    ggplot2::scale_x_discrete(expand = c(0, 0)) +
    ggplot2::scale_y_discrete(expand = c(0, 0)) +
    ggplot2::facet_grid(cols = ggplot2::vars(.data$group), scales = "free_x", space = "free_x") +
    ggplot2::labs(x = NULL, y = NULL, caption = wrap_label(drawn$caption, 75)) +
    fit_theme(base_size) +
    ggplot2::theme(
      axis.text.x = ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5), panel.grid = ggplot2::element_blank(),
      axis.text.y = if (n_targets > 80) ggplot2::element_blank() else
        ggplot2::element_text(size = ggplot2::rel(min(0.9, 40 / n_targets)))
    )
}
