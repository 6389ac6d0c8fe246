# What cq_calibrate() estimated: the accessor, its table, and what people see of it.

#' The calibration of several runs
#'
#' The offsets that [cq_calibrate()] took off, with their covariance.
#'
#' @param x (`cq_data`) Calibrated data.
#' @param row.names,optional,... Not used.
#' @param level (number) Confidence level of the offsets' intervals.
#' @return `cq_calibration()` a list of class `cq_calibration`: `runs`, `targets` (text), `offset` (matrix of runs by
#'   targets, cycles; `NA` where a target was not measured in a run), `covariance` (by target a matrix of runs by runs,
#'   cycles squared), `df` (of that error, by target), `sigma` (by target: SD of a calibrator's mean Cq about the model,
#'   cycles), `source` (by target, where the error comes from: `"calibrators"`, their residuals; `"wells"`, the
#'   technical replicates alone; `"none"`; `"one run"`, nothing to calibrate), `efficiency` (by target, `NA` where none
#'   was given), `calibrators` (their names), `cells` (data frame: their mean
#'   Cq and residual, in cycles, by run and target) and `simulated` (flag: the data say that they are).
#'
#'   `as.data.frame()` one row a target and run: `target`, `run`, `offset`, `std.error`, `df`, `conf.low`, `conf.high`
#'   (cycles), `factor` (the calibration factor `E^-offset`, by which quantities read in this run are divided; `NA`
#'   without an efficiency), `n_calibrators` and `source`.
#'
#'   Data that are not calibrated are an error of class `ddcq_error_argument`.
#' @family data
#' @export
#' @examples
#' # two runs that share two calibrators; run p2 reads about half a cycle later
#' plates <- data.frame(
#'   run = rep(c("p1", "p2"), each = 5), target = "MYC",
#'   sample = c("irc1", "irc2", "a", "b", "c", "irc1", "irc2", "d", "e", "f"),
#'   cq = c(24.0, 27.1, 25.1, 25.3, 26.0, 24.6, 27.5, 25.9, 25.5, 26.4)
#' )
#' plates$task <- ifelse(startsWith(plates$sample, "irc"), "calibrator", "unknown")
#' runs <- cq_calibration(cq_calibrate(cq_data(plates), efficiency = 1.95))
#' runs
#' as.data.frame(runs)
cq_calibration <- function(x) {
  if (missing(x)) abort_missing("x")
  if (inherits(x, "cq_calibration")) {
    return(x)
  }
  fit <- attr(x, "calibration", exact = TRUE)
  if (!inherits(fit, "cq_calibration")) {
    ddcq_abort("{.arg x} must be data from {.fn cq_calibrate}, not {.obj_type_friendly {x}}.", "argument")
  }
  fit
}

# What the offsets' error adds to the variance of a contrast of calibrated Cq: list(variance (log2 units squared), below
# (its part of the denominator of Satterthwaite's df), load (runs by targets)).
#   targets: names; coef: for each, (1{it is the target} - weight of the reference) w, log2 units per cycle.
#   weights: the estimator's weight of each sample. share: run_shares() of these samples and targets.
calibration_variance <- function(fit, targets, coef, weights, share) {
  at <- match(targets, fit$targets)
  covariance <- unlist(fit$covariance[at], use.names = FALSE)
  out <- .Call(
    c_calibration_variance, as.double(coef), as.double(weights), as.double(share), as.double(covariance),
    unname(fit$df[at]), length(fit$runs)
  )
  list(variance = out$value[1], below = out$value[2], load = out$load)
}

# Runs by targets by samples: which part of the Cq of a sample and target comes from each run (the quantified wells of
# unknowns; 0 throughout where there are none).
run_shares <- function(x, runs, targets, samples) {
  use <- as.integer(x$task) == 1L & as.integer(x$state) == 1L
  count <- table(
    factor(x$run[use], runs), factor(x$target[use], targets), factor(x$sample[use], samples)
  )
  total <- rep(colSums(count), each = length(runs))
  share <- array(as.double(count), dim(count))
  share[] <- ifelse(total > 0, share / total, 0)
  share
}

#' @rdname cq_calibration
#' @export
as.data.frame.cq_calibration <- function(x, row.names = NULL, optional = FALSE, ..., level = 0.95) {
  level <- check_level(level)
  n_runs <- length(x$runs)
  offset <- as.vector(x$offset)
  target <- rep(x$targets, each = n_runs)
  se <- unlist(lapply(x$covariance, function(v) sqrt(diag(v))), use.names = FALSE)
  df <- rep(unname(x$df), each = n_runs)
  half <- stats::qt(1 - (1 - level) / 2, df) * se
  run <- rep(x$runs, length(x$targets))
  counted <- table(factor(x$cells$target, x$targets), factor(x$cells$run, x$runs))
  data.frame(
    target = target, run = run, offset = offset, std.error = se, df = df, conf.low = offset - half,
    conf.high = offset + half, factor = rep(unname(x$efficiency), each = n_runs)^-offset,
    n_calibrators = as.vector(t(counted)), source = rep(unname(x$source), each = n_runs), stringsAsFactors = FALSE
  )
}

#' @export
format.cq_calibration <- function(x, digits = 3, width = getOption("width"), rows = 30, ...) {
  check_shown(digits = digits, width = width, rows = rows)
  table <- as.data.frame(x)
  table <- table[!is.na(table$offset), , drop = FALSE]
  shown <- utils::head(table, rows)
  number <- function(v) ifelse(is.na(v), "-", formatC(v, digits = digits, format = "f"))
  columns <- list(
    target = shown$target, run = shown$run, offset = number(shown$offset),
    interval = ifelse(is.na(shown$conf.low), "-", paste(number(shown$conf.low), "to", number(shown$conf.high))),
    factor = number(shown$factor), df = ifelse(is.finite(shown$df), format(shown$df), "-"),
    calibrators = format(shown$n_calibrators)
  )
  if (all(is.na(shown$factor))) columns$factor <- NULL
  c(
    if (isTRUE(x$simulated)) "SIMULATED DATA",
    paste0(
      "Calibration of ", plural(length(x$runs), "run"), ": ", plural(length(x$targets), "target"), ", ",
      plural(length(x$calibrators), "calibrator")
    ),
    wrap_lines(paste("Calibrators:", some_plain(x$calibrators)), width), "", text_table(columns, left = 1:2),
    if (nrow(table) > rows) paste0("  ... and ", plural(nrow(table) - rows, "more row")), "",
    wrap_lines(calibration_lines(x), width)
  )
}

calibration_lines <- function(x) {
  of <- function(source) some_plain(x$targets[x$source %in% source])
  c(
    "Offset: cycles that a run reads above the mean of the runs, with its 95 % interval; it was taken off.",
    if (any(x$source %in% "wells")) {
      paste0("No degree of freedom is left; the interval holds the error of replicate wells alone: ", of("wells"), ".")
    },
    if (any(x$source %in% "none")) paste0("The error of the offsets is not known: ", of("none"), "."),
    if (any(x$source %in% "one run")) paste0("Measured in one run, not calibrated: ", of("one run"), ".")
  )
}

#' @export
print.cq_calibration <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}

#' A picture of a calibration
#'
#' One panel a target: every calibrator's Cq in a run as its distance from the calibrator's mean over the runs, and the
#' run's offset with its interval.
#'
#' @param x,object (`cq_calibration`) From [cq_calibration()].
#' @param targets (text) The targets to show; all that were calibrated when `NULL`.
#' @param base_size (number) Size of the text in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` a ggplot; `plot()` draws it and returns it invisibly. Both need the package ggplot2. A target
#'   that was not calibrated is an error of class `ddcq_error_argument`.
#' @family data
#' @name plot.cq_calibration
#' @examples
#' plates <- data.frame(
#'   run = rep(c("p1", "p2"), each = 5), target = "MYC",
#'   sample = c("irc1", "irc2", "a", "b", "c", "irc1", "irc2", "d", "e", "f"),
#'   cq = c(24.0, 27.1, 25.1, 25.3, 26.0, 24.6, 27.5, 25.9, 25.5, 26.4)
#' )
#' plates$task <- ifelse(startsWith(plates$sample, "irc"), "calibrator", "unknown")
#' runs <- cq_calibration(cq_calibrate(cq_data(plates)))
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(runs)
NULL

#' @rdname plot.cq_calibration
#' @export
plot.cq_calibration <- function(x, ...) {
  picture <- autoplot.cq_calibration(x, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_calibration
#' @method autoplot cq_calibration
#' @rawNamespace S3method(ggplot2::autoplot,cq_calibration)
autoplot.cq_calibration <- function(object, targets = NULL, base_size = 9, ...) {
  check_dots_empty(...)
  need_package("ggplot2 (>= 3.4.0)", "to draw a calibration.")
  base_size <- check_number(base_size, "base_size", 1, 100)
  drawn <- calibration_plot_data(object, targets)
  shapes <- rep(c(21, 22, 24, 23, 25), length.out = nlevels(drawn$points$sample))
  ggplot2::ggplot(drawn$points, ggplot2::aes(x = .data$run, y = .data$distance)) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey60", linewidth = 0.3) +
    ggplot2::geom_pointrange(
      ggplot2::aes(y = .data$offset, ymin = .data$conf.low, ymax = .data$conf.high), drawn$offsets, shape = 95,
      size = 1.6, linewidth = 0.6, na.rm = TRUE, position = ggplot2::position_nudge(x = -0.18)
    ) +
    ggplot2::geom_point(
      ggplot2::aes(shape = .data$sample, fill = .data$sample), size = 2, stroke = 0.35,
      position = ggplot2::position_nudge(x = 0.12)
    ) +
    ggplot2::scale_shape_manual(values = shapes, name = NULL) +
    ggplot2::scale_fill_viridis_d(option = "cividis", name = NULL, begin = 0.1) +
    ggplot2::facet_wrap(ggplot2::vars(.data$target), scales = "fixed") +
    ggplot2::labs(
      x = NULL, y = "Cycles above the mean of the runs",
      caption = paste0(
        if (isTRUE(object$simulated)) "SIMULATED DATA. ",
        "Symbols: calibrators, each less its own level. Lines: the run's offset with its 95 % interval."
      )
    ) +
    fit_theme(base_size) +
    ggplot2::theme(legend.position = "bottom")
}

# points: distance of each cell from its calibrator's level. offsets: as the table has them.
calibration_plot_data <- function(x, targets = NULL) {
  have <- x$targets[!x$source %in% "one run"]
  targets <- if (is.null(targets)) have else unique(check_strings(targets, "targets"))
  check_known_targets(targets, have, "targets")
  cells <- x$cells[x$cells$target %in% targets, , drop = FALSE]
  offset <- x$offset[cbind(match(cells$run, x$runs), match(cells$target, x$targets))]
  table <- as.data.frame(x)
  table <- table[table$target %in% targets & !is.na(table$offset), , drop = FALSE]
  list(
    points = data.frame(
      target = factor(cells$target, targets), run = factor(cells$run, x$runs),
      sample = factor(cells$sample, x$calibrators), distance = cells$residual + offset
    ),
    offsets = data.frame(
      target = factor(table$target, targets), run = factor(table$run, x$runs), offset = table$offset,
      conf.low = table$conf.low, conf.high = table$conf.high
    )
  )
}
