# Pictures of cq_stability(): the measure of the method, the pairwise variation, the ranks, the equivalence test.

#' A picture of the stability of reference genes
#'
#' One picture a question: how stable each candidate is, how many references are needed, whether the methods agree, and
#' whether a candidate moves with the treatment.
#'
#' @param x,object (`cq_stability`) From [cq_stability()].
#' @param what (text) `"stability"`: the measure of the method, the most stable on top (for geNorm the mean M as genes
#'   leave; for NormFinder with groups where each gene lies in each group, and the SD within). `"variation"`: geNorm's
#'   V with its limit. `"ranks"`: ranks by every method, with their bootstrap intervals. `"equivalence"`: the change
#'   between groups with its interval, beside the margin.
#' @param base_size (number) Size of the text, in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` returns a ggplot; `plot()` prints it and returns it invisibly. Both need the package ggplot2. A
#'   picture of a method that was not asked for is an error of class `ddcq_error_argument`.
#' @family references
#' @name plot.cq_stability
#' @examples
#' # simulated: four candidates in ten samples
#' set.seed(1)
#' cq <- sapply(c(ACTB = 18, GAPDH = 17, TBP = 26, UBC = 22), function(level) rnorm(10, level, 0.3))
#' stable <- cq_stability(cq, boot = 100)
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   plot(stable)
#'   plot(stable, what = "ranks")
#' }
NULL

#' @rdname plot.cq_stability
#' @export
plot.cq_stability <- function(x, ...) {
  picture <- autoplot.cq_stability(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_stability
#' @method autoplot cq_stability
#' @rawNamespace S3method(ggplot2::autoplot,cq_stability)
autoplot.cq_stability <- function(object, what = c("stability", "variation", "ranks", "equivalence"), base_size = 9,
                                  ...) {
  check_dots_empty(...)
  what <- check_choice(what, c("stability", "variation", "ranks", "equivalence"), "what")
  base_size <- check_number(base_size, "base_size", 1, 100)
  need_package("ggplot2 (>= 3.4.0)", "to draw the stability of references.")
  spec <- attr(object, "spec", exact = TRUE)
  details <- attr(object, "details", exact = TRUE)
  method <- spec$method
  switch(what,
    variation = draw_variation(plot_part(details, "genorm"), spec, base_size),
    ranks = draw_ranks(rank_plot_data(object, details), spec, base_size),
    equivalence = draw_stability_equivalence(plot_part(details, "equivalence"), spec, base_size),
    switch(method,
      genorm = draw_steps(details$genorm, spec, base_size),
      equivalence = draw_stability_equivalence(details$equivalence, spec, base_size),
      normfinder = draw_normfinder(details$normfinder, object, spec, base_size),
      draw_measure(object, spec, base_size)
    )
  )
}

plot_part <- function(details, method) {
  if (is.null(details[[method]])) {
    name <- method_names[[method]]
    ddcq_abort(
      c("There must be an answer of {name} to draw.",
        "i" = if (method == "equivalence") "Give {.arg group} to {.fn cq_stability}." else
          "Ask for it: {.code method = \"{method}\"}."
      ), "argument"
    )
  }
  details[[method]]
}

stability_caption <- function(spec, ...) {
  wrap_label(paste0(if (spec$simulated) "SIMULATED DATA. ", ...), 70)
}

# Rows from top to bottom in the order of `targets`.
row_factor <- function(target, targets) {
  factor(target, rev(targets))
}

stability_theme <- function(base_size) {
  fit_theme(base_size) +
    ggplot2::theme(panel.grid.major.y = ggplot2::element_line(colour = "grey92", linewidth = 0.3))
}

# ---- geNorm ----

# Mean M as genes leave. Each step is named after the gene that leaves next; the last after the pair that stays.
step_plot_data <- function(found) {
  steps <- found$steps
  pair <- found$table$target[found$table$rank == 1]
  label <- ifelse(is.na(steps$removed), paste(pair, collapse = "\n"), steps$removed)
  data.frame(step = seq_along(label), label = label, mean_m = steps$mean_m, stringsAsFactors = FALSE)
}

draw_steps <- function(found, spec, base_size) {
  d <- step_plot_data(found)
  ggplot2::ggplot(d, ggplot2::aes(x = .data$step, y = .data$mean_m)) +
    ggplot2::geom_line(linewidth = 0.4, colour = "grey40") +
    ggplot2::geom_point(shape = 21, size = 2, stroke = 0.4, fill = "#56B4E9", colour = "black") +
    ggplot2::scale_x_continuous(breaks = d$step, labels = d$label, minor_breaks = NULL) +
    ggplot2::scale_y_continuous(limits = c(0, NA), expand = ggplot2::expansion(c(0, 0.08))) +
    ggplot2::labs(
      x = "The gene that leaves next; on the right the pair that stays", y = "Mean M of those left (log2)",
      caption = stability_caption(spec, "geNorm, ", plural(spec$n_samples, "sample"), ".")
    ) +
    stability_theme(base_size) +
    ggplot2::theme(
      axis.text.x = ggplot2::element_text(angle = if (nrow(d) > 5) 45 else 0, hjust = if (nrow(d) > 5) 1 else 0.5)
    )
}

draw_variation <- function(found, spec, base_size) {
  d <- found$variation
  d$enough <- d$v < spec$cut
  d$pair <- factor(d$pair, d$pair)
  ggplot2::ggplot(d, ggplot2::aes(x = .data$pair, y = .data$v, fill = .data$enough)) +
    ggplot2::geom_col(width = 0.65, colour = "black", linewidth = 0.3) +
    ggplot2::geom_hline(yintercept = spec$cut, linetype = "22", linewidth = 0.4) +
    ggplot2::scale_fill_manual(values = c(`FALSE` = "grey85", `TRUE` = "#56B4E9"), guide = "none") +
    ggplot2::scale_y_continuous(expand = ggplot2::expansion(c(0, 0.08))) +
    ggplot2::labs(
      x = NULL, y = "Pairwise variation V (log2)",
      caption = stability_caption(
        spec, "Vn/n+1: what one more reference changes. Dashed: the limit, ", format(spec$cut), "; blue: below it."
      )
    ) +
    stability_theme(base_size)
}

# ---- the others ----

draw_measure <- function(object, spec, base_size) {
  rows <- as.data.frame(object)
  rows <- rows[!is.na(rows$stability), , drop = FALSE]
  axis <- c(
    bestkeeper = "Mean absolute deviation (cycles)", deltacq = "Mean SD of dCq (log2)",
    aggregate = "Geometric mean of four ranks", normfinder = "SD (log2)"
  )[[spec$method]]
  rows$row <- row_factor(rows$target, rows$target)
  ggplot2::ggplot(rows, ggplot2::aes(x = .data$stability, y = .data$row)) +
    ggplot2::geom_segment(
      ggplot2::aes(x = 0, xend = .data$stability, y = .data$row, yend = .data$row), colour = "grey60", linewidth = 0.4
    ) +
    ggplot2::geom_point(shape = 21, size = 2, stroke = 0.4, fill = "#56B4E9", colour = "black") +
    ggplot2::scale_x_continuous(limits = c(0, NA), expand = ggplot2::expansion(c(0, 0.06))) +
    ggplot2::labs(
      x = axis, y = NULL, caption = stability_caption(spec, method_names[[spec$method]], ", ",
                                                      plural(spec$n_samples, "sample"), ".")
    ) +
    stability_theme(base_size)
}

normfinder_plot_data <- function(found, targets) {
  groups <- colnames(found$inter)
  d <- data.frame(
    target = rep(rownames(found$inter), length(groups)), group = rep(groups, each = nrow(found$inter)),
    inter = as.vector(found$inter), intra_sd = sqrt(as.vector(found$intra)), stringsAsFactors = FALSE
  )
  d$group <- factor(d$group, groups)
  d$row <- row_factor(d$target, targets)
  d$y <- as.integer(d$row) + 0.5 * ((as.integer(d$group) - 0.5) / length(groups) - 0.5) * -1
  d
}

draw_normfinder <- function(found, object, spec, base_size) {
  if (!length(spec$groups)) {
    return(draw_measure(object, spec, base_size))
  }
  targets <- object$target[!is.na(object$stability)]
  d <- normfinder_plot_data(found, targets)
  n <- length(spec$groups)
  ggplot2::ggplot(d, ggplot2::aes(y = .data$y)) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey35", linewidth = 0.35) +
    ggplot2::geom_segment(
      ggplot2::aes(
        x = .data$inter - .data$intra_sd, xend = .data$inter + .data$intra_sd, y = .data$y, yend = .data$y
      ), linewidth = 0.4
    ) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$inter, shape = .data$group, fill = .data$group), size = 2, stroke = 0.4, colour = "black"
    ) +
    ggplot2::scale_shape_manual(values = group_shapes(n)) +
    ggplot2::scale_fill_manual(values = group_fills(n)) +
    ggplot2::scale_y_continuous(breaks = seq_along(targets), labels = rev(targets), minor_breaks = NULL) +
    ggplot2::labs(
      x = "Deviation of the group (log2)", y = NULL, shape = NULL, fill = NULL,
      caption = stability_caption(
        spec, "NormFinder, the most stable on top. Point: deviation between groups; line: SD within the group."
      )
    ) +
    stability_theme(base_size) +
    ggplot2::theme(legend.position = "top")
}

# ---- ranks ----

rank_plot_data <- function(object, details) {
  methods <- intersect(names(details), names(method_names))
  rows <- lapply(methods, function(method) {
    table <- details[[method]]$table
    band <- details$boot[details$boot$method == method, ]
    at <- match(table$target, band$target)
    data.frame(
      method = method, target = table$target, rank = table$rank,
      low = as.double(band$rank_low[at] %||% rep(NA, nrow(table))),
      high = as.double(band$rank_high[at] %||% rep(NA, nrow(table))), stringsAsFactors = FALSE
    )
  })
  d <- do.call(rbind, rows)
  d$method <- factor(sub(" .*", "", method_names[d$method]), sub(" .*", "", method_names[methods]))
  d$row <- row_factor(d$target, object$target[!is.na(object$rank)])
  d
}

draw_ranks <- function(d, spec, base_size) {
  k <- nlevels(d$row)
  with_line <- d[!is.na(d$low), , drop = FALSE]
  ggplot2::ggplot(d, ggplot2::aes(x = .data$rank, y = .data$row)) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, y = .data$row, yend = .data$row), with_line, linewidth = 0.6
    ) +
    ggplot2::geom_point(shape = 21, size = 2, stroke = 0.4, fill = "#56B4E9", colour = "black") +
    ggplot2::facet_wrap(ggplot2::vars(.data$method), nrow = 1) +
    ggplot2::scale_x_continuous(
      breaks = unique(round(seq(1, k, length.out = min(k, 5)))), limits = c(1, k), minor_breaks = NULL
    ) +
    ggplot2::labs(
      x = "Rank (1 = most stable)", y = NULL,
      caption = stability_caption(
        spec, if (nrow(with_line)) {
          paste0("Line: ", level_label(spec$level), " interval from ", format(spec$boot, big.mark = ","), " resamples.")
        } else {
          "No intervals: boot = 1000 makes them."
        }
      )
    ) +
    stability_theme(base_size)
}

# ---- equivalence ----

stability_equivalence_data <- function(found) {
  d <- found$contrasts
  order <- found$table$target[order(found$table$rank)]
  contrasts <- unique(d$contrast)
  d$contrast <- factor(d$contrast, contrasts)
  d$row <- row_factor(d$target, order)
  d
}

draw_stability_equivalence <- function(found, spec, base_size) {
  d <- stability_equivalence_data(found)
  margin <- log2(spec$margin)
  frame <- range(d$conf.low, d$conf.high, -margin, margin, na.rm = TRUE)
  breaks <- fold_breaks(frame)
  ggplot2::ggplot(d, ggplot2::aes(x = .data$estimate, y = .data$row)) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey35", linewidth = 0.35) +
    ggplot2::geom_vline(xintercept = c(-margin, margin), linetype = "22", linewidth = 0.4) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$conf.low, xend = .data$conf.high, y = .data$row, yend = .data$row), linewidth = 0.5
    ) +
    ggplot2::geom_point(
      ggplot2::aes(fill = .data$equivalent, shape = .data$equivalent), size = 2.2, stroke = 0.4, colour = "black"
    ) +
    ggplot2::scale_fill_manual(
      values = c(`FALSE` = "white", `TRUE` = "#56B4E9"), guide = "none"
    ) +
    ggplot2::scale_shape_manual(values = c(`FALSE` = 22, `TRUE` = 21), guide = "none") +
    ggplot2::scale_x_continuous(breaks = breaks, labels = fold_break_labels(breaks), minor_breaks = NULL) +
    ggplot2::facet_wrap(ggplot2::vars(.data$contrast)) +
    ggplot2::labs(
      x = "Change against the other candidates (fold, log scale)", y = NULL,
      caption = stability_caption(
        spec, level_label(2 * spec$level - 1), " intervals. Blue: shown to stay within ", format(spec$margin),
        "-fold (dashed). White: not shown."
      )
    ) +
    stability_theme(base_size)
}
