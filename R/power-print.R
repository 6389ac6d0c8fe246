# What a person sees of a plan: sentences, a table, curves.

#' @export
format.cq_power <- function(x, width = getOption("width"), digits = 2, ...) {
  check_shown(digits = digits, width = width)
  plan <- attr(x, "plan", exact = TRUE)
  if (is.null(plan) || !all(c("sd", "fold_change", "n", "power") %in% names(x))) {
    return(utils::capture.output(print(as.data.frame(x))))
  }
  number <- function(v, d) ifelse(is.na(v), "-", formatC(v, digits = d, format = "f"))
  columns <- list(
    target = x$target, basis = x$basis, SD = number(x$sd, 3), fold = fold_label(x$fold_change, digits),
    n = ifelse(is.na(x$n), "-", format(x$n, trim = TRUE)),
    "n control" = ifelse(is.na(x$n_control), "-", format(x$n_control, trim = TRUE)),
    power = ifelse(is.na(x$power), "-", paste(formatC(100 * x$power, digits = 1, format = "f"), "%")),
    "half width (log2)" = number(x$half_width, 2)
  )
  drop <- c(if (all(is.na(x$target))) c("target", "basis"), if (plan$ratio == 1) "n control")
  columns <- columns[setdiff(names(columns), drop)]
  left <- if (is.null(columns$target)) integer() else 1:2
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA",
    wrap_lines(power_header(x, plan), width), paste0("  ", text_table(columns, left)),
    wrap_lines(c(power_sentence(x, plan), power_lines(x, plan)), width),
    unique(x$note[nzchar(x$note)])
  )
}

power_header <- function(x, plan) {
  what <- c(n = "How many units", fold_change = "Which fold change", power = "What power")[[attr(x, "solve", TRUE)]]
  test <- if (is.null(plan$margin)) {
    how <- if (plan$paired) "pairs" else if (plan$variance == "welch") "Welch" else "pooled variance"
    paste0("two-sided test at ", level_label(1 - plan$level), ", ", how)
  } else {
    paste0(
      "equivalence within ", format(2^plan$margin), "-fold, two one-sided tests at ", level_label(1 - plan$level),
      if (plan$paired) ", pairs"
    )
  }
  paste0(what, "? ", toupper(substr(test, 1, 1)), substring(test, 2), ".")
}

# One row is a sentence.
power_sentence <- function(x, plan) {
  if (nrow(x) != 1 || is.na(x$power)) {
    return(NULL)
  }
  units <- if (plan$paired) "pairs" else "units a group"
  if (!plan$paired && x$n != x$n_control) units <- paste0("treated and ", x$n_control, " control units")
  what <- if (is.null(plan$margin)) "see a change of " else "show equivalence at a true change of "
  paste0(
    x$n, " ", units, " ", what, fold_label(x$fold_change), "-fold with ",
    formatC(100 * x$power, digits = 1, format = "f"), " % power (SD ", formatC(x$sd, digits = 2, format = "f"),
    " log2)."
  )
}

power_lines <- function(x, plan) {
  most <- if (any(x$floor > 0, na.rm = TRUE)) which.max(x$floor)
  c(
    if (any(x$basis == "pilot, upper limit")) {
      "The pilot's own SD is a guess: the rows at its upper limit show what n would be safe."
    },
    if (length(most)) {
      paste0(
        "However many units: the curve leaves a ", fold_label(x$fold_change[most]), "-fold change",
        if (!is.na(x$target[most])) paste0(" of ", x$target[most]), " uncertain by ",
        fold_label(2^x$floor[most], 3), "-fold either way."
      )
    },
    if (all(x$basis == "assumed") && plan$variance == "pooled" && !plan$paired && is.null(plan$margin) &&
        any(x$n < 6, na.rm = TRUE)) {
      "ddcq() makes Welch's test for two groups unless told otherwise: it needs more (variance = \"welch\")."
    }
  )
}

#' Print and plot a plan
#'
#' The plan as a table with the lines that say what it rests on, as a plain data frame, or as curves of power against
#' the number of units.
#'
#' @param x,object (`cq_power`) From [cq_power()].
#' @param width (number) Width of the lines.
#' @param digits (number) Digits after the point of fold changes.
#' @param n_max (number) Largest n of the curves; from the plan when `NULL`.
#' @param base_size (number) Size of the text, in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `print()` returns `x`, invisibly, `format()` the lines as text, `as.data.frame()` a plain data frame.
#'   `plot()` draws power against n, a line a fold change and a panel an SD, with ggplot2, and returns the picture
#'   invisibly; `autoplot()` returns it.
#' @family planning
#' @name print.cq_power
#' @examples
#' plan <- cq_power(sd = c(0.3, 0.5), fold_change = c(1.5, 2, 3), power = 0.8)
#' plan
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   plot(plan)
#' }
NULL

#' @rdname print.cq_power
#' @export
print.cq_power <- function(x, width = getOption("width"), digits = 2, ...) {
  writeLines(format(x, width = width, digits = digits))
  invisible(x)
}

#' @rdname print.cq_power
#' @export
as.data.frame.cq_power <- function(x, ...) {
  for (name in c("solve", "plan", "pilot", "simulated")) attr(x, name) <- NULL
  class(x) <- "data.frame"
  x
}

# ---- the curves ----

#' @rdname print.cq_power
#' @export
plot.cq_power <- function(x, ...) {
  picture <- autoplot.cq_power(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname print.cq_power
#' @method autoplot cq_power
#' @rawNamespace S3method(ggplot2::autoplot,cq_power)
autoplot.cq_power <- function(object, n_max = NULL, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw a plan.")
  n_max <- if (!is.null(n_max)) check_number(n_max, "n_max", 3, 1000)
  draw_power(power_plot_data(object, n_max), check_number(base_size, "base_size", 1, 100))
}

# Power at every whole n for each SD and fold change of the plan.
power_plot_data <- function(x, n_max = NULL) {
  plan <- attr(x, "plan", exact = TRUE)
  pilot <- attr(x, "pilot", exact = TRUE)
  if (is.null(n_max)) n_max <- min(60, max(8, ceiling(1.5 * max(x$n, na.rm = TRUE))))
  lines <- unique(as.data.frame(x)[!is.na(x$fold_change) & !is.na(x$sd), c("target", "basis", "sd", "fold_change")])
  lines <- lines[order(lines$fold_change), ]
  if (nrow(lines) > 60) {
    ddcq_abort("A plan with {nrow(lines)} curves cannot be read: plot at most 60 SDs and folds.", "argument")
  }
  curves <- lapply(seq_len(nrow(lines)), function(i) {
    row <- lines[i, ]
    mine <- match(row$target, pilot$target)
    curve_se <- if (is.null(pilot)) attr(x, "plan")$curve_se else pilot$curve_se[mine]
    curve_df <- if (is.null(pilot)) attr(x, "plan")$curve_df else pilot$curve_df[mine]
    n <- seq(2, n_max)
    data.frame(
      row, n = n, power = vapply(n, function(m) {
        power_of(log2(row$fold_change), row$sd, m, control_size(m, plan), curve_se, curve_df, plan)
      }, 0), row.names = NULL, stringsAsFactors = FALSE
    )
  })
  curves <- do.call(rbind, curves)
  sd <- paste("SD", formatC(curves$sd, digits = 2, format = "f"))
  title <- ifelse(is.na(curves$target), sd, paste0(curves$target, ", ", curves$basis, ": ", sd))
  curves$panel <- factor(title, unique(title[order(curves$target, curves$sd)]))
  fold <- fold_label(curves$fold_change)
  curves$fold <- factor(fold, unique(fold))
  list(curves = curves, caption = paste(c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA.", sub("^[^?]*[?] ", "", power_header(x, plan)),
    "Dashed: 80 and 90 % power."
  ), collapse = " "))
}

draw_power <- function(drawn, base_size) {
  curves <- drawn$curves
  folds <- levels(curves$fold)
  n_panels <- nlevels(curves$panel)
  ggplot2::ggplot(curves, ggplot2::aes(x = .data$n, y = .data$power)) +
    ggplot2::geom_hline(yintercept = c(0.8, 0.9), colour = "grey50", linewidth = 0.3, linetype = "dashed") +
    ggplot2::geom_line(ggplot2::aes(group = .data$fold), linewidth = 0.5, colour = "grey30") +
    ggplot2::geom_point(
      ggplot2::aes(shape = .data$fold, fill = .data$fold), size = 1.8, stroke = 0.35, colour = "black"
    ) +
    ggplot2::scale_shape_manual(values = group_shapes(length(folds)), name = "Fold change") +
    ggplot2::scale_fill_manual(values = group_fills(length(folds)), name = "Fold change") +
    ggplot2::scale_y_continuous(
      limits = c(0, 1), breaks = seq(0, 1, 0.2), labels = paste(seq(0, 100, 20), "%"), minor_breaks = NULL
    ) +
    ggplot2::scale_x_continuous(
      breaks = function(l) unique(round(pretty(c(2, l[2]), 6))), minor_breaks = NULL
    ) +
    ggplot2::facet_wrap(ggplot2::vars(.data$panel), ncol = ceiling(sqrt(n_panels))) +
    ggplot2::labs(
      x = "Units in a group", y = "Power", caption = wrap_label(drawn$caption, caption_width(n_panels))
    ) +
    fit_theme(base_size) +
    ggplot2::theme(
      legend.position = "top", legend.justification = "left",
      panel.grid.major.y = ggplot2::element_line(colour = "grey90", linewidth = 0.3)
    )
}
