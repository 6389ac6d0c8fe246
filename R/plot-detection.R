# The picture of a limit of detection: the share that detected at each quantity, the models' curves and the limit.

#' A picture of a limit of detection
#'
#' The share of reactions that detected, with its exact interval, against the quantity; the curves of the models; and
#' the limit that counts, with its interval, at the share asked for.
#'
#' @param x,object (`cq_lod`) From [cq_lod()].
#' @param targets (text) The targets to show; all when `NULL`.
#' @param models (text) The models to draw; the one that counts and the complementary log-log with a free slope when
#'   `NULL`.
#' @param ncol (number) Panels side by side; chosen from their number when `NULL`.
#' @param base_size (number) Size of the text, in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` returns a ggplot; `plot()` prints it and returns it invisibly. Both need the package ggplot2.
#'   Unknown targets or models are errors of class `ddcq_error_argument`.
#' @family efficiency
#' @name plot.cq_lod
#' @examples
#' # invented counts: 8 reactions at each of 7 quantities
#' lod <- cq_lod(data.frame(quantity = 2^(-1:5), tested = 8, detected = c(2, 5, 6, 8, 8, 8, 8)))
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(lod)
NULL

#' @rdname plot.cq_lod
#' @export
plot.cq_lod <- function(x, ...) {
  picture <- autoplot.cq_lod(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_lod
#' @method autoplot cq_lod
#' @rawNamespace S3method(ggplot2::autoplot,cq_lod)
autoplot.cq_lod <- function(object, targets = NULL, models = NULL, ncol = NULL, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw a limit of detection.")
  base_size <- check_number(base_size, "base_size", 1, 100)
  drawn <- detection_plot_data(object, targets, models)
  n <- nlevels(drawn$levels$target)
  ncol <- if (is.null(ncol)) ceiling(sqrt(n)) else check_number(ncol, "ncol", 1, 100)
  draw_detection(drawn, ncol, base_size)
}

detection_plot_data <- function(object, targets = NULL, models = NULL) {
  levels <- attr(object, "levels", exact = TRUE)
  if (is.null(levels)) {
    ddcq_abort("{.arg object} must be the whole table that {.fn cq_lod} returned.", "argument")
  }
  if (is.null(targets)) targets <- unique(object$target)
  targets <- unique(check_strings(targets, "targets"))
  check_known_targets(targets, unique(object$target), "targets")
  models <- check_detection_models(models %||% unique(c(object$model[object$main], "cloglog")))
  levels <- levels[levels$target %in% targets, , drop = FALSE]
  levels$share <- levels$detected / levels$tested
  levels$target <- factor(levels$target, targets)
  main <- as.data.frame(object)[object$main & object$target %in% targets, , drop = FALSE]
  main$target <- factor(main$target, targets)
  share <- attr(object, "share", exact = TRUE)
  list(
    levels = levels, main = main, share = share, labels = lod_labels(main),
    curves = detection_curves(object, levels, targets, models, share),
    caption = paste0(
      if (isTRUE(attr(object, "simulated", exact = TRUE))) "SIMULATED DATA. ",
      "Dots: share of reactions that detected, with its exact ", at_level(object), " interval; the figure is their ",
      "number. Dashed: ", level_label(share), ". Bar: the limit of detection with its interval, by profile likelihood."
    )
  )
}

check_detection_models <- function(models) {
  models <- unique(check_strings(models, "models"))
  lost <- setdiff(models, lod_models)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg models} must be among {some(lod_models)}.", "x" = "There is no model {some(lost)}."), "argument"
    )
  }
  models
}

lod_labels <- function(main) {
  text <- ifelse(is.na(main$lod), "no limit", paste0(
    "limit ", amount_label(main$lod), " (", amounts_label(main$conf.low, main$conf.high), "), ", main$model
  ))
  stats::setNames(paste0(main$target, "\n", text), main$target)
}

# Points of each model's curve over the quantities tested. All models are eta = slope * (x - limit) + eta(share).
detection_curves <- function(object, levels, targets, models, share) {
  rows <- as.data.frame(object)[object$target %in% targets & object$model %in% models & !is.na(object$lod), ]
  make <- function(i) {
    row <- rows[i, ]
    ends <- range(log(c(levels$quantity[levels$target == row$target], row$lod)))
    x <- seq(ends[1] - 0.3, ends[2] + 0.3, length.out = 200)
    link <- stats::make.link(if (row$model == "poisson") "cloglog" else row$model)
    data.frame(
      target = row$target, model = row$model, quantity = exp(x),
      share = link$linkinv(row$slope * (x - log(row$lod)) + link$linkfun(share)), stringsAsFactors = FALSE
    )
  }
  out <- do.call(rbind, lapply(seq_len(nrow(rows)), make))
  if (is.null(out)) out <- data.frame(target = character(), model = character(), quantity = 0[0], share = 0[0])
  out$target <- factor(out$target, targets)
  out$model <- factor(out$model, models)
  out
}

draw_detection <- function(drawn, ncol, base_size) {
  x <- range(drawn$curves$quantity, drawn$levels$quantity)
  # an interval without an end runs to the edge of the picture
  bar <- drawn$main[!is.na(drawn$main$lod), , drop = FALSE]
  bar$low <- pmax(bar$conf.low, x[1])
  bar$high <- pmin(bar$conf.high, x[2])
  ggplot2::ggplot(drawn$levels, ggplot2::aes(x = .data$quantity, y = .data$share)) +
    ggplot2::geom_hline(yintercept = drawn$share, linetype = "dashed", linewidth = 0.3, colour = "grey40") +
    ggplot2::geom_line(ggplot2::aes(linetype = .data$model, colour = .data$model), drawn$curves, linewidth = 0.5) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, y = drawn$share, yend = drawn$share), bar, linewidth = 1.6,
      colour = "#D55E00", alpha = 0.7
    ) +
    ggplot2::geom_point(ggplot2::aes(x = .data$lod, y = drawn$share), bar, shape = 23, fill = "#D55E00", size = 2.2) +
    ggplot2::geom_linerange(ggplot2::aes(ymin = .data$low, ymax = .data$high), linewidth = 0.3, colour = "grey30") +
    ggplot2::geom_point(shape = 21, size = 1.9, stroke = 0.4, fill = "#56B4E9", colour = "black") +
    ggplot2::geom_text(
      ggplot2::aes(y = -0.06, label = .data$tested), size = base_size * 0.26, colour = "grey30"
    ) +
    ggplot2::scale_x_log10() +
    ggplot2::scale_y_continuous(
      labels = function(v) paste(100 * v, "%"), breaks = seq(0, 1, 0.25), minor_breaks = NULL
    ) +
    ggplot2::scale_colour_manual(
      name = NULL, values = c(poisson = "black", cloglog = "#0072B2", logit = "#009E73", probit = "#CC79A7")
    ) +
    ggplot2::scale_linetype_manual(
      name = NULL, values = c(poisson = "solid", cloglog = "42", logit = "dotted", probit = "dotdash")
    ) +
    ggplot2::facet_wrap(
      ggplot2::vars(.data$target), ncol = ncol, labeller = ggplot2::as_labeller(drawn$labels), scales = "free_x"
    ) +
    ggplot2::labs(
      x = "Quantity (log scale)", y = "Reactions that detect it", caption = wrap_label(drawn$caption, 62 * min(ncol, 2))
    ) +
    fit_theme(base_size) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_line(colour = "grey90", linewidth = 0.3), legend.position = "bottom"
    )
}
