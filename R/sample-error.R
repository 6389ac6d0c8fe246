# How well each unit was measured: the error of its wells and of the efficiencies, from the core.

# list(std_error, df), units by targets. se: standard errors of the weights (log2 units a cycle); zero: the Cq of each
# target that quantities are relative to.
unit_error <- function(model, refs, se, zero) {
  plate <- model$plate
  .Call(
    c_sample_error, plate$cq, plate$eff$weight, se, plate$eff$df, plate$eff$source, refs - 1L,
    rep_len(1 / length(refs), length(refs)), model$unit, length(model$units), plate$wells, replicate_variance(plate),
    as.double(plate$df), zero
  )
}

# The variance between the replicates of one cell, pooled over the assay (cycles squared); NaN without replicates.
replicate_variance <- function(plate) {
  plate$ss / plate$df
}

# The zero point of relative quantities: each target's mean Cq over the control units.
control_cq <- function(model) {
  control <- model$levels[model$cell] %in% model$control_cells
  cq <- matrix(sample_table(model)$cq, length(model$units))
  colMeans(cq[control, , drop = FALSE], na.rm = TRUE)
}

# The same for one unit.
unit_cq <- function(model, unit) {
  matrix(sample_table(model)$cq, length(model$units))[match(unit, model$units), ]
}

# The interval of each unit's own measurement, for the rows of the table of samples; of a ratio, that of its numerator
# over its denominator.
sample_interval <- function(fit, zero = control_cq(fit$model), level = fit$spec$level) {
  model <- fit$model
  error <- unit_error(model, model$plate$refs, model$plate$eff$se, zero)
  rows <- seq_len(nrow(fit$samples))
  se <- as.vector(error$std_error)[rows]
  df <- as.vector(error$df)[rows]
  half <- stats::qt(1 - (1 - level) / 2, df) * se
  data.frame(
    std.error = se, df = df, conf.low = fit$samples$log2_relative - half, conf.high = fit$samples$log2_relative + half
  )
}
