# From the cells of a plate to estimates: which samples each target has, the model for them, one call of the core for
# all targets that share them, and the words for what is missing.

# What is fitted, whatever the targets: the design by unit, its cells, the weights of the contrasts, the method.
make_model <- function(plate, design, ask) {
  question <- names(design$control)
  cells <- design_cells(design$factors, question, design$by)
  control <- paste(design$control, collapse = ":")
  n_levels <- vapply(design$factors, function(f) length(f$levels), 1L)
  saturated <- is_saturated(design, c(question, design$by))
  check_adjust(ask$adjust, ask$contrasts)
  list(
    plate = plate, method = choose_method(ask$variance, ask$weights, design, saturated), ddf = ask$ddf,
    precision = ask$weights,
    terms = design$terms, saturated = saturated, question = question, by = design$by, cells = cells,
    cell = unit_cells(design$unit_codes, cells), levels = cells$labels, control = control,
    control_cells = cells$labels[rep_len(cells$question, length(cells$labels)) == control],
    codes = design$unit_codes, n_levels = n_levels, factors = design$factors,
    values = centred_covariates(design, plate), random = design$random, random_codes = design$random_codes,
    unit = design$unit[design$present], units = design$units, unit_name = design$unit_name,
    weights = contrast_matrix(ask$contrasts, cells, control),
    rows = cell_columns(design$terms, cells$grid, n_levels, names(design$unit_covariates))$x,
    joint = ask$adjust == "dunnett", confounded = design$confounded
  )
}

# Every cell has a mean of its own: nothing is added up, no covariate, no random effect.
is_saturated <- function(design, cell_factors) {
  terms <- design$terms
  !length(design$random) && !length(design$unit_covariates) && setequal(names(design$factors), cell_factors) &&
    any(colSums(terms$margins > 0) == length(terms$variables))
}

# Centred, so that cells are compared at the mean. `reference` is the level of the references, in log2 units.
centred_covariates <- function(design, plate) {
  unit <- design$unit[design$present] + 1L
  reference_level <- function() {
    weight <- plate$eff$weight[plate$refs] / length(plate$refs)
    as.vector(rowsum(drop(plate$cq[, plate$refs, drop = FALSE] %*% weight), unit)) / tabulate(unit)
  }
  lapply(design$unit_covariates, function(value) {
    if (is.null(value)) value <- reference_level()
    centre <- mean(value, na.rm = TRUE)
    structure(value - centre, centre = centre)
  })
}

choose_method <- function(variance, weights, design, saturated) {
  if (weights == "technical") {
    if (variance == "welch" || length(design$random)) {
      ddcq_abort(
        c("{.code weights = \"technical\"} must come with the linear model of one variance.",
          "x" = if (variance == "welch") "{.arg variance} is {.val welch}." else "{.arg formula} has a random effect.",
          "i" = "Leave {.arg weights} out: every unit then counts the same."
        ), "argument"
      )
    }
    return("pooled")
  }
  if (length(design$random)) {
    if (variance != "auto") {
      ddcq_abort(
        c("{.arg variance} must be {.val auto} where {.arg formula} has a random effect, not {.val {variance}}."),
        "argument"
      )
    }
    return("mixed")
  }
  if (variance == "auto") {
    two <- length(design$factors) == 1 && length(design$factors[[1]]$levels) == 2
    return(if (two && saturated) "welch" else "pooled")
  }
  if (variance == "welch" && !saturated) {
    ddcq_abort(
      c("{.code variance = \"welch\"} must come with one factor, or with every combination of the factors compared.",
        "x" = "{.arg formula} has several other terms.", "i" = "Use {.code variance = \"pooled\"}, the linear model."
      ), "argument"
    )
  }
  variance
}

# Dunnett's and Tukey's adjustments belong to a family of contrasts each.
check_adjust <- function(adjust, contrasts) {
  wanted <- c(dunnett = "control", tukey = "pairwise")[adjust]
  if (!is.na(wanted) && !identical(contrasts, unname(wanted))) {
    ddcq_abort(
      c("{.code adjust = \"{adjust}\"} must come with {.code contrasts = \"{wanted}\"}.",
        "i" = "For other contrasts there are {.val holm} and {.val bonferroni}."
      ), "argument"
    )
  }
}

# Estimates of `targets` (positions in the plate) against `refs`. A list of columns, target running fastest within a
# contrast; rows that could not be fitted are NA, and `note` says why.
fit_targets <- function(model, targets, refs, covariance = FALSE) {
  out <- empty_parts(length(targets), ncol(model$weights), length(model$levels))
  for (pattern in target_patterns(model, targets, refs)) {
    out <- fit_pattern(model, targets, refs, pattern$targets, pattern$samples, out, covariance)
  }
  (if (models_nondetects(model)) fit_nondetects else drop_censored)(model, targets, refs, out)
}

# Targets that have the same samples: a list of list(targets, samples), positions both. A plate without gaps, the
# common case, is one pattern. Targets with non-detects are left out where those are modelled.
target_patterns <- function(model, targets, refs) {
  plate <- model$plate
  has_ref <- reference_present(plate, refs)
  weightless <- is.na(plate$eff$weight[targets])
  # fitted one by one: random effects, and weights that differ by target
  alone <- model$method == "mixed" || model$precision == "technical"
  if (!plate$gaps && !any(weightless)) {
    groups <- if (alone) as.list(seq_along(targets)) else list(seq_along(targets))
    return(lapply(groups, function(group) list(targets = group, samples = seq_len(nrow(plate$cq)))))
  }
  keep <- is.finite(plate$cq[, targets, drop = FALSE]) & has_ref
  keep[, weightless] <- FALSE
  if (models_nondetects(model)) keep[, censored_targets(model, targets, refs)] <- FALSE
  some <- which(colSums(keep) > 0)
  key <- if (alone) some else vapply(some, function(t) paste(which(!keep[, t]), collapse = " "), "")
  lapply(unname(split(some, match(key, unique(key)))), function(group) {
    list(targets = group, samples = which(keep[, group[1]]))
  })
}

empty_parts <- function(n_targets, n_contrasts, n_levels) {
  gap <- matrix(NA_real_, n_targets, n_contrasts)
  list(
    estimate = gap, var_biological = gap, df_biological = gap, var_efficiency = gap, below = gap, df = gap,
    n = matrix(0L, n_targets, n_contrasts), n_control = matrix(0L, n_targets, n_contrasts),
    group_sd = matrix(NA_real_, n_levels, n_targets), status = rep_len(NA_integer_, n_targets),
    note = matrix("", n_targets, n_contrasts), ref_contrast = NULL, covariance = NULL,
    joint = vector("list", n_targets), unit_variance = gap, var_calibration = gap
  )
}

fit_pattern <- function(model, targets, refs, group, rows, out, covariance) {
  setup <- pattern_setup(model, rows)
  counted <- contrast_counts(model$weights, setup$count)
  out$n[group, ] <- rep(counted$n, each = length(group))
  out$n_control[group, ] <- rep(counted$n_control, each = length(group))
  out$note[group, ] <- rep(setup$note, each = length(group))
  if (!any(setup$can)) {
    return(out)
  }
  fit <- if (model$method == "mixed") {
    fit_mixed(model, targets[group], refs, setup)
  } else {
    call_fit(model, targets[group], refs, setup, covariance)
  }
  fit <- add_calibration(model, targets[group], refs, setup, fit)
  for (part in row_numbers) out[[part]][group, setup$can] <- fit[[part]]
  out$var_calibration[group, setup$can] <- fit$var_calibration %||% 0
  if (setup$n_groups) out$group_sd[setup$group_levels, group] <- fit$group_sd
  out$status[group] <- fit$status
  out$unit_variance[group, ] <- fit$residual_variance
  if (covariance) {
    out$covariance <- c(out$covariance, list(list(group = group, can = setup$can, value = fit$covariance)))
  }
  for (i in seq_along(group)) out$joint[group[i]] <- list(joint_of(fit, i, setup$can))
  why <- if (is.null(fit$note)) thin_notes(model, fit, setup, length(group)) else fit$note
  out$note[group, setup$can] <- paste_notes(out$note[group, setup$can, drop = FALSE], why)
  out
}

# The covariances of one target's contrasts, where they were asked for.
joint_of <- function(fit, i, can) {
  if (is.null(fit$biological)) {
    return(NULL)
  }
  square <- function(m) matrix(m[, i], sum(can))
  list(can = can, biological = square(fit$biological), efficiency = square(fit$efficiency))
}

call_fit <- function(model, targets, refs, setup, covariance) {
  args <- fit_arguments(model, targets, refs, setup, covariance)
  fit <- do.call(.Call, c(list(c_fold_change), args))
  if (model$joint) {
    joint <- do.call(.Call, c(list(c_joint), args))
    fit[c("biological", "efficiency")] <- joint[c("biological", "efficiency")]
  }
  fit
}

# Why a fitted row has no interval. Status 1: too few units, 2: no variation.
thin_notes <- function(model, fit, setup, n_targets) {
  weights <- model$weights[, setup$can, drop = FALSE]
  count <- setup$count
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

# Where non-detects cannot be modelled, a target with one gets no number: the quantity of that sample lies below a
# limit, and leaving it out would overstate the group. Under the pooled variance every contrast of the target is
# touched.
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
  group <- model$cell[model$unit[hit] + 1L]
  touched <- colSums(model$weights[unique(group), , drop = FALSE] != 0) > 0 | model$method != "welch"
  for (part in row_numbers) out[[part]][t, touched] <- NA_real_
  said <- out$note[t, touched]
  new <- paste0(why, some_plain(model$plate$samples[hit], 6), ": no estimate")
  out$note[t, touched] <- ifelse(grepl("not detected in", said, fixed = TRUE), paste0(said, "; ", new), new)
  out
}
