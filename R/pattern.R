# Targets that share their samples: what the entries of the fit are called with.

reference_present <- function(plate, refs) {
  if (anyNA(plate$eff$weight[refs])) {
    bad <- plate$names[refs][is.na(plate$eff$weight[refs])]
    ddcq_abort(
      c("Every reference must have an efficiency.", "x" = "The curve of {some(bad)} gave none."), "efficiency"
    )
  }
  ok <- is.finite(rowSums(plate$cq[, refs, drop = FALSE]))
  if (!any(ok)) {
    names <- plate$names[refs]
    ddcq_abort(
      c("At least one sample must have a Cq of every reference.", "x" = "No sample has all of {some(names)}."),
      "reference"
    )
  }
  ok
}

# The numbers of a row, from whichever estimator.
row_numbers <- c("estimate", "var_biological", "df_biological", "var_efficiency", "below", "df")

# What the entries of the fit are called with. The contrast is of the cells, or of the coefficients where `x` is given.
fit_arguments <- function(model, targets, refs, setup, covariance = FALSE) {
  plate <- model$plate
  list(
    plate$cq, plate$eff$weight, plate$eff$se, plate$eff$df, plate$eff$source, refs - 1L,
    rep_len(1 / length(refs), length(refs)), targets - 1L, setup$samples - 1L, setup$sample_unit - 1L,
    length(setup$units), setup$x, setup$group, setup$contrast, c(setup$n_groups, as.integer(covariance)),
    precision_roots(model, targets, refs, setup)
  )
}

# Weights by technical precision, on request: one over the variance that the wells give a unit's value. NULL: all equal.
precision_roots <- function(model, targets, refs, setup) {
  if (model$precision != "technical") {
    return(NULL)
  }
  plate <- model$plate
  variance <- unit_error(model, refs, plate$eff$se * 0, numeric(length(plate$names)))$std_error^2
  variance <- variance[setup$units + 1L, targets]
  if (!all(is.finite(variance)) || any(variance <= 0)) {
    name <- plate$names[targets]
    ddcq_abort(
      c("{.code weights = \"technical\"} needs technical replicates of every target and reference.",
        "x" = "{some(name)}, or a reference, has none, or they do not vary."
      ), "argument"
    )
  }
  1 / sqrt(variance / mean(variance))
}

# What the core needs for the units of a pattern: groups for Welch, the model matrix for the linear model.
pattern_setup <- function(model, rows) {
  units <- sort(unique(model$unit[rows]))
  cell <- model$cell[units + 1L]
  count <- tabulate(cell, length(model$levels))
  weights <- model$weights
  absent <- colSums(weights != 0 & count == 0) > 0
  present <- which(count > 0)
  setup <- list(
    samples = rows, units = units, sample_unit = match(model$unit[rows], units), cell = cell, count = count,
    x = NULL, group = if (model$saturated) match(cell, present) - 1L,
    n_groups = if (model$saturated) length(present) else 0L, group_levels = present,
    note = ifelse(absent, "a group has no sample with a value", "")
  )
  if (model$method == "welch") {
    setup$can <- !absent
    setup$contrast <- weights[present, setup$can, drop = FALSE]
    return(setup)
  }
  part <- estimable_part(model_columns(model, units)$x, crossprod(model$rows, weights))
  setup$can <- part$can & !absent
  setup$note[!part$can & !absent] <- not_estimable(model)
  setup$x <- part$x
  setup$contrast <- part$contrast[, setup$can, drop = FALSE]
  setup
}

model_columns <- function(model, units, coding = "treatment") {
  pick <- function(v) v[units + 1L]
  unit_columns(model$terms, lapply(model$codes, pick), model$n_levels, lapply(model$values, pick), coding)
}

not_estimable <- function(model) {
  others <- setdiff(model$terms$variables, c(model$question, model$by))
  if (!length(others)) {
    return("not estimable from these samples")
  }
  paste0(
    "not estimable: the effect of ", paste(others, collapse = ", "),
    " cannot be told from it; if each has one level only, use unit ="
  )
}

paste_notes <- function(a, b) {
  both <- nzchar(a) & nzchar(b)
  out <- a
  out[] <- paste0(a, ifelse(both, "; ", ""), b)
  out
}
