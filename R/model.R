# From the cells of a plate to estimates: which samples each target has, the model for them, one call of the core for
# all targets that share them, and the words for what is missing.

# What is fitted, whatever the targets: weights of the levels, method, codes by unit.
make_model <- function(plate, design, ask) {
  main <- design$factors[[design$main]]
  one <- length(design$factors) == 1
  method <- choose_method(ask$variance, one, length(main$levels))
  list(
    plate = plate, method = method, one_factor = one, levels = main$levels, control = design$control,
    unit = design$unit[design$present], units = design$units, unit_name = design$unit_name,
    codes = design$unit_codes, factors = design$factors, main = design$main,
    n_levels = vapply(design$factors, function(f) length(f$levels), 1L),
    weights = contrast_matrix(ask$contrasts, main$levels, design$control)
  )
}

choose_method <- function(variance, one_factor, n_levels) {
  if (variance == "auto") {
    return(if (one_factor && n_levels == 2) "welch" else "pooled")
  }
  if (variance == "welch" && !one_factor) {
    ddcq_abort(
      c("{.code variance = \"welch\"} must come with one factor.",
        "x" = "{.arg formula} has several.", "i" = "Use {.code variance = \"pooled\"}, the linear model."
      ), "argument"
    )
  }
  variance
}

# Estimates of `targets` (positions in the plate) against `refs`. A list of columns, target running fastest within a
# contrast; rows that could not be fitted are NA, and `note` says why.
fit_targets <- function(model, targets, refs, covariance = FALSE) {
  plate <- model$plate
  n_contrasts <- ncol(model$weights)
  out <- empty_parts(length(targets), n_contrasts, length(model$levels))
  for (pattern in target_patterns(plate, targets, refs)) {
    out <- fit_pattern(model, targets, refs, pattern$targets, pattern$samples, out, covariance)
  }
  drop_censored(model, targets, refs, out)
}

# Targets that have the same samples: a list of list(targets, samples), positions both. A plate without gaps, the
# common case, is one pattern.
target_patterns <- function(plate, targets, refs) {
  has_ref <- reference_present(plate, refs)
  weightless <- is.na(plate$eff$weight[targets])
  if (!plate$gaps && !any(weightless)) {
    return(list(list(targets = seq_along(targets), samples = seq_len(nrow(plate$cq)))))
  }
  keep <- is.finite(plate$cq[, targets, drop = FALSE]) & has_ref
  keep[, weightless] <- FALSE
  some <- which(colSums(keep) > 0)
  key <- vapply(some, function(t) paste(which(!keep[, t]), collapse = " "), "")
  lapply(unname(split(some, match(key, unique(key)))), function(group) {
    list(targets = group, samples = which(keep[, group[1]]))
  })
}

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

empty_parts <- function(n_targets, n_contrasts, n_levels) {
  gap <- matrix(NA_real_, n_targets, n_contrasts)
  list(
    estimate = gap, var_biological = gap, df_biological = gap, var_efficiency = gap, df = gap,
    n = matrix(0L, n_targets, n_contrasts), n_control = matrix(0L, n_targets, n_contrasts),
    group_sd = matrix(NA_real_, n_levels, n_targets), status = rep_len(NA_integer_, n_targets),
    note = matrix("", n_targets, n_contrasts), ref_contrast = NULL, covariance = NULL
  )
}

fit_pattern <- function(model, targets, refs, group, rows, out, covariance) {
  plate <- model$plate
  units <- sort(unique(model$unit[rows]))
  main <- model$codes[[model$main]][units + 1L]
  count <- tabulate(main, length(model$levels))
  setup <- pattern_setup(model, units, main, count)
  counted <- contrast_counts(model$weights, count)
  out$n[group, ] <- rep(counted$n, each = length(group))
  out$n_control[group, ] <- rep(counted$n_control, each = length(group))
  out$note[group, ] <- rep(setup$note, each = length(group))
  if (!any(setup$can)) {
    return(out)
  }
  fit <- .Call(
    c_fold_change, plate$cq, plate$eff$weight, plate$eff$se, plate$eff$df, plate$eff$source, refs - 1L,
    rep_len(1 / length(refs), length(refs)), targets[group] - 1L, rows - 1L, match(model$unit[rows], units) - 1L,
    length(units), setup$x, setup$group, setup$contrast, c(setup$n_groups, as.integer(covariance))
  )
  for (part in c("estimate", "var_biological", "df_biological", "var_efficiency", "df")) {
    out[[part]][group, setup$can] <- fit[[part]]
  }
  if (setup$n_groups) {
    out$group_sd[setup$group_levels, group] <- fit$group_sd
  }
  out$status[group] <- fit$status
  if (covariance) {
    out$covariance <- c(out$covariance, list(list(group = group, can = setup$can, value = fit$covariance)))
  }
  out$note[group, setup$can] <- paste_notes(
    out$note[group, setup$can, drop = FALSE], thin_notes(model, fit, setup, count, length(group))
  )
  out
}

# What the core needs for the units of a pattern: groups for Welch, the model matrix for the linear model.
pattern_setup <- function(model, units, main, count) {
  weights <- model$weights
  absent <- colSums(weights != 0 & count == 0) > 0
  note <- ifelse(absent, "a group has no sample with a value", "")
  present <- which(count > 0)
  if (model$method == "welch") {
    can <- !absent
    return(list(
      x = NULL, group = match(main, present) - 1L, n_groups = length(present), group_levels = present,
      contrast = weights[present, can, drop = FALSE], can = can, note = note
    ))
  }
  codes <- lapply(model$codes, function(code) code[units + 1L])
  x <- model_columns(codes, model$n_levels)
  part <- estimable_part(x, coefficient_contrasts(weights, model$main, model$n_levels))
  can <- part$can & !absent
  note[!can & !absent] <- if (model$one_factor) {
    "not estimable from these samples"
  } else {
    blocks <- paste(names(model$factors)[-model$main], collapse = ", ")
    paste0("not estimable: the effect of ", blocks, " cannot be told from it; if each has one level only, use unit =")
  }
  list(
    x = part$x, group = if (model$one_factor) match(main, present) - 1L,
    n_groups = if (model$one_factor) length(present) else 0L, group_levels = present,
    contrast = part$contrast[, can, drop = FALSE], can = can, note = note
  )
}

# Why a fitted row has no interval. Status 1: too few units, 2: no variation.
thin_notes <- function(model, fit, setup, count, n_targets) {
  weights <- model$weights[, setup$can, drop = FALSE]
  single <- vapply(seq_len(ncol(weights)), function(k) {
    some_plain(model$levels[weights[, k] != 0 & count == 1], 3)
  }, "")
  thin <- is.na(fit$var_biological)
  flat <- !thin & fit$var_biological == 0
  note <- matrix("", n_targets, ncol(weights))
  why <- if (model$method == "welch") {
    paste0("one sample in ", single, ": no interval (variance = \"pooled\" borrows from the other groups)")
  } else {
    rep_len("as many samples as the model has coefficients: no interval", ncol(weights))
  }
  if (all(count <= 1) || (model$method == "welch" && length(model$levels) == 2)) {
    why <- ifelse(nzchar(single), paste0("one sample in ", single, ": no interval"), why)
  }
  note[thin] <- why[col(note)[thin]]
  note[flat] <- "no variation between samples: no interval"
  note
}

# A target with a sample whose wells found nothing gets no number: the quantity of that sample lies below a limit, and
# leaving it out would overstate the group. Under the pooled variance every contrast of the target is touched.
drop_censored <- function(model, targets, refs, out) {
  plate <- model$plate
  if (!any(plate$censored)) {
    return(out)
  }
  usable <- is.finite(rowSums(plate$cq[, refs, drop = FALSE]))
  for (t in which(colSums(plate$censored[, targets, drop = FALSE] & usable) > 0)) {
    out <- blank_row(model, out, t, which(plate$censored[, targets[t]] & usable), "not detected in ")
  }
  out
}

# No number for the contrasts of target `t` that the samples `hit` touch. The note tells all there is to tell; why an
# interval was missing besides no longer matters.
blank_row <- function(model, out, t, hit, why) {
  group <- model$codes[[model$main]][model$unit[hit] + 1L]
  touched <- colSums(model$weights[unique(group), , drop = FALSE] != 0) > 0 | model$method == "pooled"
  for (part in c("estimate", "var_biological", "df_biological", "var_efficiency", "df")) {
    out[[part]][t, touched] <- NA_real_
  }
  said <- out$note[t, touched]
  new <- paste0(why, some_plain(model$plate$samples[hit], 6), ": no estimate")
  out$note[t, touched] <- ifelse(grepl("not detected in", said, fixed = TRUE), paste0(said, "; ", new), new)
  out
}

paste_notes <- function(a, b) {
  both <- nzchar(a) & nzchar(b)
  out <- a
  out[] <- paste0(a, ifelse(both, "; ", ""), b)
  out
}
