# The picture of a test of equivalence: a row a target and contrast, its interval, and the zone of the margin.

#' @rdname print.ddcq_equivalence
#' @export
plot.ddcq_equivalence <- function(x, ...) {
  picture <- autoplot.ddcq_equivalence(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname print.ddcq_equivalence
#' @method autoplot ddcq_equivalence
#' @rawNamespace S3method(ggplot2::autoplot,ddcq_equivalence)
autoplot.ddcq_equivalence <- function(object, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw a test of equivalence.")
  draw_equivalence(equivalence_plot_data(object), check_number(base_size, "base_size", 1, 100))
}

verdict_words <- c("equivalent", "not shown", "different", "no interval")
verdict_shapes <- stats::setNames(c(21, 23, 24, 4), verdict_words)
verdict_fills <- stats::setNames(c("#0072B2", "white", "#E69F00", "black"), verdict_words)

equivalence_plot_data <- function(x) {
  rows <- x$results
  contrast <- factor(rows$contrast, unique(rows$contrast))
  target <- factor(rows$target, rev(unique(rows$target)))
  verdict <- ifelse(is.na(rows$verdict), "no interval", rows$verdict)
  drawn <- data.frame(
    target = target, contrast = contrast, y = as.integer(target), fold = rows$estimate, low = rows$conf.low,
    high = rows$conf.high, margin = log2(rows$margin), verdict = factor(verdict, verdict_words),
    stringsAsFactors = FALSE
  )
  gone <- unique(rows$target[is.na(rows$estimate)])
  caption <- paste(c(
    if (isTRUE(x$spec$simulated)) "SIMULATED DATA.",
    paste0("Line: ", level_label(2 * x$spec$level - 1), " interval, not adjusted. Grey: within the margin."),
    paste0(
      "The verdict is at ", level_label(1 - x$spec$level),
      if (x$spec$adjust != "none") paste0(", adjusted (", adjust_words[[x$spec$adjust]], ")"), "."
    ),
    if (length(gone)) paste0("No estimate: ", some_plain(gone, 4), ".")
  ), collapse = " ")
  inner <- range(c(-1, 1, drawn$fold, drawn$margin, -drawn$margin) * 1.2, na.rm = TRUE)
  reach <- diff(inner)
  frame <- c(
    max(min(inner[1], drawn$low, na.rm = TRUE), inner[1] - reach),
    min(max(inner[2], drawn$high, na.rm = TRUE), inner[2] + reach)
  )
  list(rows = drawn, frame = frame, caption = caption)
}

draw_equivalence <- function(drawn, base_size) {
  rows <- drawn$rows
  breaks <- fold_breaks(drawn$frame)
  n_panels <- nlevels(rows$contrast)
  shown <- rows[!is.na(rows$fold), , drop = FALSE]
  with_line <- shown[!is.na(shown$low), , drop = FALSE]
  used <- intersect(verdict_words, as.character(shown$verdict))
  ggplot2::ggplot(rows) +
    ggplot2::geom_rect(
      ggplot2::aes(xmin = -.data$margin, xmax = .data$margin, ymin = .data$y - 0.5, ymax = .data$y + 0.5),
      fill = "grey88"
    ) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey35", linewidth = 0.35) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, y = .data$y, yend = .data$y), with_line, linewidth = 0.6
    ) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$fold, y = .data$y, shape = .data$verdict, fill = .data$verdict), shown,
      size = 2.2, stroke = 0.4, colour = "black"
    ) +
    ggplot2::scale_shape_manual(values = verdict_shapes[used], limits = used, name = NULL) +
    ggplot2::scale_fill_manual(values = verdict_fills[used], limits = used, name = NULL) +
    ggplot2::scale_x_continuous(breaks = breaks, labels = fold_break_labels(breaks), minor_breaks = NULL) +
    ggplot2::scale_y_continuous(
      breaks = seq_len(nlevels(rows$target)), labels = levels(rows$target), minor_breaks = NULL,
      limits = c(0.4, nlevels(rows$target) + 0.6), expand = c(0, 0)
    ) +
    ggplot2::coord_cartesian(xlim = drawn$frame) +
    ggplot2::facet_wrap(
      ggplot2::vars(.data$contrast), ncol = min(n_panels, 3), labeller = ggplot2::label_wrap_gen(24)
    ) +
    ggplot2::labs(
      x = "Fold change (log scale)", y = NULL, caption = wrap_label(drawn$caption, caption_width(n_panels))
    ) +
    fit_theme(base_size) +
    ggplot2::theme(legend.position = "top", legend.justification = "left")
}
