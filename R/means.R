#' The estimated mean of every group
#'
#' The mean normalised quantity of each group as the model estimates it: the other factors of the formula averaged over
#' their levels with equal weights, covariates at their mean.
#'
#' @param fit (`ddcq`) A fit.
#' @param level (number) Confidence level; that of the fit when missing.
#' @return A data frame, one row a target and group: `target`, `group`, the factors that make it, `estimate` (log2
#'   normalised quantity, minus the efficiency-weighted dCq), `std.error` (log2), `df`, `conf.low`, `conf.high` (log2),
#'   `n` (units) and `note`. The error of an efficiency acts on the distance of the group's mean Cq from the mean of
#'   all, so that differences of groups have the errors of the fit. The intervals are not those of differences: compare
#'   groups by the rows of the fit. Something else than a fit is an error of class `ddcq_error_argument`, a moderated
#'   fit one of class `ddcq_error_fit`.
#' @family model
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' head(ddcq_means(fit))
ddcq_means <- function(fit, level) {
  check_fit(fit)
  check_unmoderated(fit)
  level <- if (missing(level)) fit$spec$level else check_level(level)
  model <- fit$model
  cells <- model$levels
  model$weights <- diag(length(cells))
  dimnames(model$weights) <- list(cells, cells)
  model$joint <- FALSE
  parts <- fit_targets(model, model$plate$targets, model$plate$refs)
  flat <- function(m) as.vector(t(m))
  estimate <- flat(parts$estimate)
  done <- finish_t(estimate, flat_parts(parts), level)
  n <- length(fit$spec$targets)
  grid <- Map(function(code, f) rep(f$levels[code], n), model$cells$grid, model$factors[names(model$cells$grid)])
  columns <- c(
    list(target = rep(fit$spec$targets, each = length(cells)), group = rep(cells, n)), grid,
    list(
      estimate = estimate, std.error = done$std.error, df = done$df, conf.low = estimate - done$half,
      conf.high = estimate + done$half, n = flat(parts$n),
      note = sub("; with the limit two cycles later [^;]*", "", flat(parts$note))
    )
  )
  structure(columns, class = "data.frame", row.names = .set_row_names(length(estimate)))
}
