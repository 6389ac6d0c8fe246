# The panel in one picture: the pathways on the left, each gene with what is expected of it, what was measured, and the
# verdict in words. Everything is laid out on one plane, fold changes scaled into a field of it; panel_plot_data() holds
# all that is drawn.

#' The panel in one picture
#'
#' The genes on their pathways, what is expected of each, the measured fold change with its interval on a logarithmic
#' axis, and the verdict in words. A gene of the panel that was not measured keeps its place and says so.
#'
#' @param x,object (`panel_verdict`) From [panel_verdict()].
#' @param contrasts (text) The contrasts to show; the first three when `NULL`.
#' @param base_size (number) Size of the text, in points. The picture is made for 7 by 5 inches at 9.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` returns a ggplot, `plot()` prints it and returns it invisibly. An unknown contrast is an error
#'   of class `ddcq_error_argument`.
#' @details An arrow runs from a cause to what it drives, a line with a bar to what it holds off; the grey band is the
#'   margin of the verdict. Triangles point where the gene is expected to go; the word below says what the expectation
#'   rests on.
#' @family panel
#' @name plot.panel_verdict
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   plot(panel_verdict(fit))
#' }
NULL

#' @rdname plot.panel_verdict
#' @export
plot.panel_verdict <- function(x, ...) {
  picture <- autoplot.panel_verdict(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.panel_verdict
#' @method autoplot panel_verdict
#' @rawNamespace S3method(ggplot2::autoplot,panel_verdict)
autoplot.panel_verdict <- function(object, contrasts = NULL, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw the panel.")
  draw_panel(panel_plot_data(object, contrasts), check_number(base_size, "base_size", 1, 100))
}

# ---- what is drawn ----

# Where the columns stand, from left to right.
panel_columns_x <- list(node = c(0, 1.75), gene = 2.8, expected = 3.85, field = c(4.4, 6.9), words = 7.05, end = 10.15)

# The five genes of the anastrozole panel: the node that each hangs on and how. Other panels: their pathway, a plain
# line.
panel_links <- function(panel) {
  known <- list(
    CCND1 = c("Oestrogen receptor:\ncell cycle", "drives gene"),
      MYC = c("Oestrogen receptor:\ncell cycle", "drives gene"),
    BCL2 = c("Apoptosis", "gene blocks"), BAX = c("Apoptosis", "gene drives"),
    FASN = c("MAPK and\nER alpha", "linked")
  )
  pathway <- panel$pathway %||% rep("", nrow(panel))
  pick <- function(i) known[[panel$target[i]]] %||% c(wrap_label(pathway[i], 20), "linked")
  parts <- vapply(seq_len(nrow(panel)), pick, c("", ""))
  data.frame(target = panel$target, node = parts[1, ], kind = parts[2, ], stringsAsFactors = FALSE)
}

panel_plot_data <- function(x, contrasts = NULL, most = 3) {
  contrasts <- panel_contrasts(x, contrasts, most)
  panel <- attr(x, "panel", exact = TRUE)
  if (is.null(panel)) {
    panel <- data.frame(target = unique(x$target[!grepl("/", x$target, fixed = TRUE)]), stringsAsFactors = FALSE)
  }
  shown <- x[x$contrast %in% contrasts, , drop = FALSE]
  links <- panel_links(panel)
  ratio <- setdiff(unique(x$target), panel$target)
  genes <- panel_genes(links, ratio, shown, panel)
  frame <- panel_frame(shown, attr(x, "margin", exact = TRUE) %||% 1.5)
  lines <- panel_lines(shown, genes, contrasts, frame)
  links$y <- genes$y[match(links$target, genes$target)]
  nodes <- stats::aggregate(y ~ node, links, mean)
  links$node_y <- nodes$y[match(links$node, nodes$node)]
  list(
    genes = genes, links = links, nodes = nodes, lines = lines, frame = frame, contrasts = contrasts,
    caption = panel_caption(x, contrasts)
  )
}

panel_contrasts <- function(x, contrasts, most) {
  all <- unique(x$contrast)
  if (is.null(contrasts)) {
    return(utils::head(all, most))
  }
  contrasts <- unique(check_strings(contrasts, "contrasts"))
  lost <- setdiff(contrasts, all)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg contrasts} must name contrasts of the verdict.", "x" = "There is no {some(lost)}.",
        hint_near(lost[1], all)
      ), "argument"
    )
  }
  contrasts
}

# One row a gene, the ratio below its two genes, from above.
panel_genes <- function(links, ratio, shown, panel) {
  order <- links$target
  for (name in ratio) {
    both <- strsplit(name, "/", fixed = TRUE)[[1]]
    order <- append(order, name, after = max(c(0, match(both, order)), na.rm = TRUE))
  }
  first <- match(order, shown$target)
  at <- match(order, panel$target)
  expected <- ifelse(is.na(first), panel$expected[at], shown$expected[first])
  evidence <- ifelse(is.na(first), panel$evidence[at], shown$evidence[first])
  data.frame(
    target = order, y = rev(seq_along(order)), role = if (is.null(panel$role)) "" else
      ifelse(is.na(at), "", panel$role[at]),
    expected = expected, evidence = ifelse(is.na(expected), "none", paste0("(", evidence, ")")),
    measured = !is.na(first), stringsAsFactors = FALSE
  )
}

# The field of the fold changes: limits (log2) and how a log2 fold becomes a place on the plane.
panel_frame <- function(shown, margin) {
  inner <- range(c(-1, 1, log2(margin) * c(-1.3, 1.3), log2(shown$fold_change)), na.rm = TRUE, finite = TRUE)
  reach <- diff(inner)
  limits <- c(
    max(min(inner[1], log2(shown$fold_low), na.rm = TRUE), inner[1] - reach),
    min(max(inner[2], log2(shown$fold_high), na.rm = TRUE), inner[2] + reach)
  )
  limits <- limits + c(-0.04, 0.04) * diff(limits)
  field <- panel_columns_x$field
  list(limits = limits, margin = log2(margin), place = function(v) {
    field[1] + (pmin(pmax(v, limits[1]), limits[2]) - limits[1]) / diff(limits) * diff(field)
  })
}

panel_lines <- function(shown, genes, contrasts, frame) {
  step <- min(0.3, 0.66 / length(contrasts))
  which <- match(shown$contrast, contrasts)
  y <- genes$y[match(shown$target, genes$target)] - (which - (length(contrasts) + 1) / 2) * step
  interval <- ifelse(is.na(shown$fold_low), "no interval", paste0(
    fold_text(shown$fold_low), " to ", fold_text(shown$fold_high)
  ))
  data.frame(
    target = shown$target, contrast = factor(shown$contrast, contrasts), y = y, fold = log2(shown$fold_change),
    x = frame$place(log2(shown$fold_change)), low = frame$place(log2(shown$fold_low)),
    high = frame$place(log2(shown$fold_high)), verdict = factor(shown$verdict, names(panel_fills)),
    words = ifelse(is.na(shown$fold_change), "no estimate", paste0(fold_text(shown$fold_change), " (", interval, ")")),
    stringsAsFactors = FALSE
  )
}

panel_fills <- c(
  "as expected" = "#0072B2", opposite = "#E69F00", "not shown" = "white", "no expectation" = "grey75"
)

panel_caption <- function(x, contrasts) {
  level <- attr(x, "level", exact = TRUE)
  margin <- attr(x, "margin", exact = TRUE)
  more <- setdiff(unique(x$contrast), contrasts)
  paste(c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA.",
    paste0("Fold change with its ", percent_text(level), " interval, not adjusted. Grey band: within ", format(margin),
           "-fold either way."),
    "\"Not shown\" does not mean \"unchanged\". Expectations: oestrogen deprivation, by what each rests on.",
    if (length(more)) paste0("Not drawn: ", some_plain(more, 3), ".")
  ), collapse = " ")
}

# ---- drawing ----

draw_panel <- function(drawn, base_size) {
  at <- panel_columns_x
  genes <- drawn$genes
  top <- max(genes$y) + 0.5
  small <- base_size / 3.4
  ggplot2::ggplot() +
    draw_panel_scheme(drawn, small) +
    draw_panel_field(drawn, top, small) +
    ggplot2::geom_text(
      ggplot2::aes(x = at$gene, y = .data$y + ifelse(nzchar(.data$role), 0.1, 0), label = .data$target), genes,
      hjust = 0.5, fontface = "bold", size = base_size / 2.9
    ) +
    ggplot2::geom_text(
      ggplot2::aes(x = at$gene, y = .data$y - 0.17, label = .data$role), genes, size = small * 0.82, colour = "grey30"
    ) +
    draw_panel_expected(genes, small) +
    draw_panel_lines(drawn, small) +
    ggplot2::annotate(
      "text", x = c(at$gene, at$expected, mean(at$field), at$words), y = top + 0.28, hjust = c(0.5, 0.5, 0.5, 0),
      label = c("gene", "expected", "fold change (log scale)", "measured, and verdict"), size = small, colour = "grey25"
    ) +
    ggplot2::scale_x_continuous(limits = c(at$node[1], at$end), expand = c(0, 0.05)) +
    ggplot2::scale_y_continuous(limits = c(0, top + 0.45), expand = c(0, 0)) +
    ggplot2::labs(caption = wrap_label(drawn$caption, 118)) +
    ggplot2::theme_void(base_size = base_size) +
    ggplot2::theme(
      legend.position = "top", legend.justification = "left", plot.caption.position = "plot",
      plot.caption = ggplot2::element_text(hjust = 0, colour = "grey25", size = ggplot2::rel(0.8)),
      plot.margin = ggplot2::margin(4, 6, 4, 6), plot.background = ggplot2::element_rect(fill = "white", colour = NA)
    )
}

# Pathways as boxes, and lines between them and the genes: an arrow points to what is driven, a bar to what is held off.
draw_panel_scheme <- function(drawn, small) {
  at <- panel_columns_x
  links <- drawn$links
  near <- at$node[2] + 0.06
  far <- at$gene - 0.45
  head <- function(kind) {
    switch(kind,
      "drives gene" = ggplot2::arrow(length = ggplot2::unit(0.07, "inches"), type = "closed"),
      "gene drives" = ggplot2::arrow(length = ggplot2::unit(0.07, "inches"), type = "closed"),
      "gene blocks" = ggplot2::arrow(angle = 90, length = ggplot2::unit(0.06, "inches"))
    )
  }
  segments <- lapply(split(links, links$kind), function(l) {
    to_gene <- l$kind[1] %in% c("drives gene", "linked")
    ends <- if (to_gene) c(near, far) else c(far, near)
    l$from <- if (to_gene) l$node_y + (l$y - l$node_y) * 0.25 else l$y
    l$to <- if (to_gene) l$y else l$node_y + (l$y - l$node_y) * 0.25
    ggplot2::geom_segment(
      ggplot2::aes(y = .data$from, yend = .data$to), l, x = ends[1], xend = ends[2], arrow = head(l$kind[1]),
      linewidth = 0.4, colour = "grey25"
    )
  })
  c(segments, list(
    ggplot2::geom_rect(
      ggplot2::aes(ymin = .data$y - 0.36, ymax = .data$y + 0.36), drawn$nodes, xmin = at$node[1], xmax = at$node[2],
      fill = "grey95", colour = "grey40", linewidth = 0.3
    ),
    ggplot2::geom_text(
      ggplot2::aes(y = .data$y, label = .data$node), drawn$nodes, x = mean(at$node), size = small, lineheight = 0.95
    )
  ))
}

draw_panel_field <- function(drawn, top, small) {
  at <- panel_columns_x
  frame <- drawn$frame
  breaks <- fold_breaks(frame$limits)
  breaks <- breaks[breaks >= frame$limits[1] & breaks <= frame$limits[2]]
  ticks <- data.frame(x = frame$place(breaks), label = fold_break_labels(breaks))
  band <- frame$place(c(-1, 1) * frame$margin)
  list(
    ggplot2::annotate("rect", xmin = band[1], xmax = band[2], ymin = 0.5, ymax = top, fill = "grey92"),
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$x, xend = .data$x), ticks, y = 0.5, yend = top, colour = "grey82", linewidth = 0.25
    ),
    ggplot2::annotate("segment", x = frame$place(0), xend = frame$place(0), y = 0.5, yend = top, colour = "grey30",
                      linewidth = 0.4),
    ggplot2::annotate("segment", x = at$field[1], xend = at$field[2], y = 0.5, yend = 0.5, colour = "grey30",
                      linewidth = 0.4),
    ggplot2::geom_text(ggplot2::aes(x = .data$x, label = .data$label), ticks, y = 0.28, size = small * 0.9)
  )
}

draw_panel_expected <- function(genes, small) {
  at <- panel_columns_x
  moves <- genes[!is.na(genes$expected), , drop = FALSE]
  list(
    ggplot2::geom_point(
      ggplot2::aes(x = at$expected, y = .data$y + 0.1), moves, shape = ifelse(moves$expected == "up", 24, 25),
      fill = "grey25", size = 2.1
    ),
    ggplot2::geom_text(
      ggplot2::aes(x = at$expected, y = .data$y - ifelse(is.na(.data$expected), 0, 0.17), label = .data$evidence),
        genes,
      size = small * 0.82, colour = "grey30"
    )
  )
}

draw_panel_lines <- function(drawn, small) {
  at <- panel_columns_x
  lines <- drawn$lines
  with_line <- lines[!is.na(lines$low) & !is.na(lines$high), , drop = FALSE]
  absent <- drawn$genes[!drawn$genes$measured, , drop = FALSE]
  shapes <- stats::setNames(rep_len(c(21, 22, 24), length(drawn$contrasts)), drawn$contrasts)
  list(
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, y = .data$y, yend = .data$y), with_line, linewidth = 0.55
    ),
    ggplot2::geom_point(
      ggplot2::aes(x = .data$x, y = .data$y, shape = .data$contrast, fill = .data$verdict),
      lines[!is.na(lines$fold), , drop = FALSE], size = 2.1, stroke = 0.4
    ),
    ggplot2::geom_text(
      ggplot2::aes(y = .data$y, label = .data$words), lines, x = at$words, hjust = 0, size = small
    ),
    ggplot2::geom_text(
      ggplot2::aes(y = .data$y, label = .data$verdict), lines, x = at$end, hjust = 1, size = small, fontface = "bold"
    ),
    if (nrow(absent)) ggplot2::geom_text(
      ggplot2::aes(y = .data$y), absent, label = "not measured", x = at$words, hjust = 0, size = small,
        colour = "grey30"
    ),
    ggplot2::scale_shape_manual(values = shapes, name = NULL),
    ggplot2::scale_fill_manual(values = panel_fills, guide = "none")
  )
}
