#' What a new sample would show
#'
#' The interval for the fold change of one more sample of the compared group against the control's mean: how far a new
#' measurement may lie, where the confidence interval says how well the mean is known. It is always the wider of the
#' two.
#'
#' @param object (`ddcq`) A fit.
#' @param m (number) How many new samples are averaged.
#' @param level (number) Level of the interval; that of the fit when missing.
#' @param ... Not used.
#' @return A data frame, one row a target and contrast: `target`, `contrast`, `estimate` (log2 fold change), `std.error`
#'   (log2; of the prediction), `df`, `pred.low`, `pred.high` (log2), `fold_change`, `fold_low`, `fold_high` and `note`.
#'   `NA` with a note where a row has no interval, or where more than one group stands on the compared side. Errors have
#'   the class `ddcq_error_argument`.
#' @details The variance is that of the row plus that of a unit within the compared group, divided by `m`: the pooled
#'   variance, the group's own under Welch, and with random effects the sum of all variance components (a sample of a
#'   new subject), then with the df of the row, which is an approximation. The new samples are taken to be measured like
#'   the old ones, in an average block, and with the same efficiencies.
#' @references Bustin SA, et al. (2025). MIQE 2.0: Revision of the Minimum Information for Publication of Quantitative
#'   Real-Time PCR Experiments Guidelines. Clinical Chemistry 71(6), 634-651. \doi{10.1093/clinchem/hvaf043}
#' @family model
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' predict(fit)[c("target", "contrast", "fold_change", "fold_low", "fold_high")]
#' # the interval of the mean is the narrower one
#' 2^confint(fit)
predict.ddcq <- function(object, m = 1, level, ...) {
  check_dots_empty(...)
  m <- check_number(m, "m", 1)
  level <- if (missing(level)) object$spec$level else check_level(level)
  rows <- object$results
  parts <- prediction_parts(object, m)
  done <- finish_t(rows$estimate, parts, level)
  many <- !single_side(object)
  note <- rows$note
  done$half[many] <- done$std.error[many] <- done$df[many] <- NA_real_
  note[many] <- paste0(ifelse(nzchar(note[many]), paste0(note[many], "; "), ""), "several groups on the compared side")
  low <- rows$estimate - done$half
  high <- rows$estimate + done$half
  structure(
    list(
      target = rows$target, contrast = rows$contrast, estimate = rows$estimate, std.error = done$std.error,
      df = done$df, pred.low = low, pred.high = high, fold_change = rows$fold_change, fold_low = 2^low,
      fold_high = 2^high, note = note
    ),
    class = "data.frame", row.names = .set_row_names(nrow(rows))
  )
}

# Contrasts of one group against something: there a new sample has a place.
single_side <- function(fit) {
  one <- colSums(fit$spec$contrasts > 0) == 1 & colSums(fit$spec$contrasts == 1) == 1
  rep(one, length(fit$spec$targets))
}

# The two parts of a row's variance with that of m new units added.
prediction_parts <- function(fit, m) {
  model <- fit$model
  parts <- fit$parts
  unit <- variance_of_unit(fit)
  fixed <- parts$var_biological
  df <- parts$df_biological
  if (model$method == "welch") {
    # the compared group's own share grows from s^2/n to s^2/n + s^2/m, on its own df
    n <- pmax(parts$n, 1)
    rest <- fixed^2 / df - (unit / n)^2 / (n - 1)
    own <- (fixed + unit / m)^2 / (rest + (unit / n + unit / m)^2 / (n - 1))
    df <- ifelse(is.na(parts$unit_variance), own, df)
  }
  v_b <- fixed + unit / m
  v <- v_b + parts$var_efficiency
  total <- ifelse(parts$var_efficiency == 0, df, v^2 / (v_b^2 / df + parts$below))
  flat_parts(list(var_biological = v_b, df_biological = df, var_efficiency = parts$var_efficiency, df = total))
}

# The variance of one unit around its group's mean, targets by contrasts.
variance_of_unit <- function(fit) {
  model <- fit$model
  weights <- model$weights
  if (model$method == "welch") {
    at <- apply(weights, 2, which.max)
    own <- t(fit$parts$group_sd[at, , drop = FALSE]^2)
    # with non-detects there is one variance for all
    return(ifelse(is.na(fit$parts$unit_variance), own, fit$parts$unit_variance))
  }
  fit$parts$unit_variance
}
