# The table of units and targets, from the core.

sample_table <- function(model) {
  plate <- model$plate
  refs <- plate$refs
  control <- model$levels[model$cell] %in% model$control_cells
  value <- .Call(
    c_unit_table, plate$cq, plate$eff$weight, refs - 1L, rep_len(1 / length(refs), length(refs)), plate$wells,
    model$unit, length(model$units), as.integer(control)
  )
  n_units <- length(model$units)
  n_targets <- length(plate$names)
  # factors: their levels in order (the control first), and a fraction of the memory of texts
  each <- function(codes, levels) fixed_factor(rep.int(codes, n_targets), levels)
  factors <- Map(
    function(code, f) each(code, f$levels), c(model$codes, model$random_codes), c(model$factors, model$random)
  )
  factors <- factors[!duplicated(names(factors)) & names(factors) != model$unit_name]
  covariates <- lapply(model$values, function(v) rep.int(as.vector(v) + attr(v, "centre"), n_targets))
  columns <- c(
    stats::setNames(list(each(seq_len(n_units), model$units)), model$unit_name), factors, covariates,
    list(target = fixed_factor(rep(seq_len(n_targets), each = n_units), plate$names)), value
  )
  structure(columns, class = "data.frame", row.names = .set_row_names(n_units * n_targets))
}
