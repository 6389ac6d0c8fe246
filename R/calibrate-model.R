# The error of a calibration between runs in a fit: shared by all samples of a run, so it does not average out over
# them.

# list(fit, share): the calibration, and which part of each sample's Cq comes from each run. NULL without one.
plate_calibration <- function(x, plate) {
  fit <- attr(x, "calibration", exact = TRUE)
  if (is.null(fit)) {
    return(NULL)
  }
  list(fit = fit, share = run_shares(x, fit$runs, plate$names, plate$samples))
}

# Adds what the offsets' error does to each contrast to the part of the variance that samples share.
add_calibration <- function(model, targets, refs, setup, fit) {
  plate <- model$plate
  if (is.null(plate$calibration) || is.null(fit$weights)) {
    return(fit)
  }
  l <- fit$weights[setup$sample_unit, , drop = FALSE] / tabulate(setup$sample_unit)[setup$sample_unit]
  extra <- list(variance = matrix(0, length(targets), ncol(l)), below = matrix(0, length(targets), ncol(l)))
  for (t in seq_along(targets)) {
    share <- stats::setNames(rep(-1 / length(refs), length(refs)), refs)
    own <- as.character(targets[t])
    share[own] <- (if (own %in% names(share)) share[[own]] else 0) + 1
    genes <- as.integer(names(share))
    for (k in seq_len(ncol(l))) {
      found <- calibration_variance(
        plate$calibration$fit, plate$names[genes], share * plate$eff$weight[genes], l[, k],
        plate$calibration$share[, genes, setup$samples, drop = FALSE]
      )
      extra$variance[t, k] <- found$variance
      extra$below[t, k] <- found$below
    }
  }
  v_b <- matrix(fit$var_biological, length(targets))
  df_b <- matrix(fit$df_biological, length(targets))
  fit$var_calibration <- extra$variance
  fit$var_efficiency <- matrix(fit$var_efficiency, length(targets)) + extra$variance
  fit$below <- matrix(fit$below, length(targets)) + extra$below
  total <- v_b + fit$var_efficiency
  fit$df <- ifelse(fit$var_efficiency > 0, total^2 / (ifelse(v_b > 0, v_b^2 / df_b, 0) + fit$below), df_b)
  fit
}
