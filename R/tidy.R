# The fit as tables: broom's verbs and base R's.

#' @importFrom generics tidy
#' @export
generics::tidy

#' @importFrom generics glance
#' @export
generics::glance

#' @importFrom generics augment
#' @export
generics::augment

#' A fit as tables
#'
#' `tidy()` and `as.data.frame()` give the table of contrasts, `glance()` one row about the fit, `augment()` the units,
#' `confint()` intervals at any level, `vcov()` the covariances between the estimates.
#'
#' @param x,object (`ddcq`) A fit.
#' @param ... Not used.
#' @param reference_sample (text) A unit that relative quantities are given against, instead of the control's mean.
#' @param parm (text) Targets; all when missing.
#' @param level (number) Confidence level; that of the fit when missing.
#' @return
#' * `tidy()`, `as.data.frame()`: the `results` of [ddcq()], one row a target and contrast.
#' * `glance()`: one row: `n_targets`, `n_references`, `n_contrasts`, `n_units`, `n_groups`, `n_wells`, `variance`,
#'   `adjust`, `level`, `n_missing` (rows without an estimate).
#' * `augment()`: the `samples` of [ddcq()] and, besides, how well each unit was measured: `std.error` (log2; from its
#'   wells and the efficiencies, not from how units differ), `df`, `conf.low`, `conf.high` (log2, about `log2_relative`,
#'   at the level of the fit). With `reference_sample`, `ddcq` (log2 units), `log2_relative` and `relative` (fold) are
#'   against that unit. An unknown unit is an error of class `ddcq_error_argument`.
#' * `confint()`: a matrix of two columns (log2 fold change; 2^ of it is a fold), one row a target and contrast,
#'   unadjusted.
#' * `vcov()`: a matrix (log2 units squared) over all rows: the biological part from the shared samples, and the part
#'   from efficiencies that several rows share. `NA` between targets that do not have the same samples. The interval of
#'   a row may be wider than its diagonal says: see the wider-of-two rule in `vignette("methods")`.
#' @name ddcq-tables
#' @family model
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' tidy(fit)[c("target", "contrast", "estimate", "std.error", "df", "p.value")]
#' glance(fit)
#' confint(fit, "MYC", level = 0.9)
#' # every sample as a fold of the control's mean, and how well it was measured
#' units <- augment(fit)
#' units[units$target == "MYC", c("sample", "treatment", "relative", "log2_relative", "std.error")]
NULL

#' @rdname ddcq-tables
#' @export
tidy.ddcq <- function(x, ...) {
  x$results
}

#' @rdname ddcq-tables
#' @export
as.data.frame.ddcq <- function(x, ...) {
  x$results
}

#' @rdname ddcq-tables
#' @export
glance.ddcq <- function(x, ...) {
  spec <- x$spec
  data.frame(
    n_targets = length(spec$targets), n_references = length(spec$reference), n_contrasts = ncol(spec$contrasts),
    n_units = spec$n_units, n_groups = length(spec$levels), n_wells = sum(x$model$plate$wells),
    variance = spec$variance, adjust = spec$adjust, level = spec$level, n_missing = sum(is.na(x$results$estimate))
  )
}

#' @rdname ddcq-tables
#' @export
augment.ddcq <- function(x, reference_sample = NULL, ...) {
  if (is.null(reference_sample)) {
    return(cbind(x$samples, sample_interval(x)))
  }
  unit <- x$spec$unit
  if (is.factor(reference_sample)) reference_sample <- as.character(reference_sample)
  check_string(reference_sample, "reference_sample")
  if (!reference_sample %in% x$samples[[unit]]) {
    ddcq_abort(
      c("{.arg reference_sample} must be one of the fit's units.",
        "x" = "There is no {unit} {.val {reference_sample}}.",
        hint_near(reference_sample, unique(x$samples[[unit]]))
      ), "argument"
    )
  }
  # the efficiency's share of an interval grows with the distance from the zero point, so it moves with it
  samples <- cbind(x$samples, sample_interval(x, unit_cq(x$model, reference_sample)))
  base <- samples[samples[[unit]] == reference_sample, c("target", "dcq")]
  samples$ddcq <- samples$dcq - base$dcq[match(samples$target, base$target)]
  shift <- -samples$ddcq - samples$log2_relative
  for (column in c("log2_relative", "conf.low", "conf.high")) samples[[column]] <- samples[[column]] + shift
  samples$relative <- 2^samples$log2_relative
  samples
}

row_names <- function(results) {
  paste0(results$target, ": ", results$contrast)
}

#' @rdname ddcq-tables
#' @export
confint.ddcq <- function(object, parm, level, ...) {
  check_dots_empty(...)
  level <- if (missing(level)) object$spec$level else check_level(level)
  results <- object$results
  half <- finish_half(flat_parts(object$parts), level)
  tail <- (1 - level) / 2
  out <- cbind(results$estimate - half, results$estimate + half)
  dimnames(out) <- list(row_names(results), paste(format(100 * c(tail, 1 - tail), trim = TRUE), "%"))
  if (missing(parm)) {
    return(out)
  }
  check_known_targets(check_strings(parm, "parm"), unique(results$target), "parm")
  out[results$target %in% parm, , drop = FALSE]
}

#' @rdname ddcq-tables
#' @export
vcov.ddcq <- function(object, ...) {
  model <- object$model
  n_contrasts <- ncol(model$weights)
  targets <- model$plate$targets
  fitted <- fit_targets(model, targets, model$plate$refs, covariance = TRUE)
  size <- length(targets) * n_contrasts
  out <- matrix(NA_real_, size, size, dimnames = rep(list(row_names(object$results)), 2))
  for (part in fitted$covariance) {
    # the core lets the target run fastest, the table the contrast
    row <- outer((part$group - 1L) * n_contrasts, which(part$can), `+`)
    out[row, row] <- part$value
  }
  gone <- is.na(object$results$estimate)
  out[gone, ] <- NA_real_
  out[, gone] <- NA_real_
  out
}
