# emmeans on a fit: emmeans::emmeans(fit, ~ treatment), with the targets as one more factor. The means are of the log2
# normalised quantity; the error of the efficiencies is in the covariance, with the distances of each mean Cq from the
# mean of all (so that contrasts have the errors of the fit). The wider-of-two rule of the fit is not emmeans's.

#' @exportS3Method emmeans::recover_data
recover_data.ddcq <- function(object, ...) {
  if (!is.null(object$spec$ratio) || !is.null(object$spec$interaction)) {
    return("Ask the fit itself, not a ratio or an interaction of it.")
  }
  model <- object$model
  frame <- Map(function(code, f) factor(f$levels[code], f$levels), model$codes, model$factors)
  frame <- c(frame, lapply(model$values, function(v) as.vector(v) + attr(v, "centre")))
  terms <- stats::terms(stats::as.formula(paste("~", paste(term_labels(model$terms), collapse = " + "))))
  data <- structure(frame, class = "data.frame", row.names = .set_row_names(length(model$units)))
  emmeans::recover_data(object$spec$call, terms, na.action = NULL, data = data)
}

# The terms with their columns as names of code.
term_labels <- function(terms) {
  apply(terms$margins > 0, 2, function(m) paste(vapply(terms$variables[m], tick, ""), collapse = ":"))
}

#' @exportS3Method emmeans::emm_basis
emm_basis.ddcq <- function(object, trms, xlev, grid, targets = NULL, ...) {
  check_unmoderated(object)
  model <- object$model
  targets <- emm_targets(object, targets)
  patterns <- target_patterns(model, targets, model$plate$refs)
  if (model$method != "mixed" && (length(patterns) != 1 || length(patterns[[1]]$targets) != length(targets))) {
    ddcq_abort(
      c("The targets must have the same samples to share one grid.",
        "i" = "Take those that do, {.code emmeans(fit, ..., targets = \"MYC\")}, or the rows of the fit."
      ), "data"
    )
  }
  fits <- lapply(patterns, function(p) coefficient_fit(model, targets[p$targets], p$samples))
  one <- emm_stack(fits, targets, model)
  n <- length(targets)
  # columns that cannot be told from others keep their place, with no coefficient
  bhat <- matrix(NA_real_, ncol(fits[[1]]$columns), n)
  bhat[fits[[1]]$keep, ] <- one$bhat
  list(
    X = kronecker(diag(n), grid_columns(model, grid)), bhat = as.vector(bhat), V = one$biological + one$efficiency,
    nbasis = kronecker(rep(1, n), estimability::nonest.basis(qr(fits[[1]]$columns))),
    # emmeans strips a function of its environment, so the one that works travels among the arguments
    dffun = function(k, dfargs) dfargs$own(k, dfargs),
    dfargs = c(one[c("biological", "df", "load", "load_df", "reml", "size", "group")], own = emm_df),
    misc = c(
      list(estName = "log2_quantity", initMesg = "Log2 normalised quantities."),
      if (n > 1) list(ylevs = list(target = model$plate$names[targets]))
    )
  )
}

emm_targets <- function(fit, targets) {
  plate <- fit$model$plate
  if (is.null(targets)) {
    at <- plate$targets
  } else {
    targets <- check_strings(targets, "targets")
    check_known_targets(targets, fit$spec$targets, "targets")
    at <- match(targets, plate$names)
  }
  lost <- plate$names[at[censored_targets(fit$model, at, plate$refs)]]
  if (length(lost)) {
    ddcq_abort(
      c("{.pkg emmeans} knows no non-detects, and leaving them out would overstate their groups.",
        "x" = "Not detected in some samples: {some(lost)}.",
        "i" = "The rows of the fit and {.fn ddcq_means} have them; {.code targets = } names the others here."
      ), "data"
    )
  }
  at
}

grid_columns <- function(model, grid) {
  codes <- lapply(stats::setNames(nm = names(model$factors)), function(f) match(grid[[f]], model$factors[[f]]$levels))
  values <- lapply(stats::setNames(nm = names(model$values)), function(v) grid[[v]] - attr(model$values[[v]], "centre"))
  unit_columns(model$terms, codes, model$n_levels, values)$x
}

# The coefficients of the linear model as contrasts, with their weights on the units.
coefficient_fit <- function(model, targets, samples) {
  refs <- model$plate$refs
  setup <- pattern_setup(model, samples)
  columns <- model_columns(model, setup$units)$x
  part <- estimable_part(columns, diag(ncol(columns)))
  p <- length(part$keep)
  if (model$method == "welch") {
    # the coefficients are those combinations of the cells' means
    cells <- model$rows[setup$group_levels, part$keep, drop = FALSE]
    setup$contrast <- t(solve(cells))
  } else {
    setup$x <- part$x
    setup$contrast <- diag(p)
  }
  if (model$method == "mixed") {
    fit <- fit_reml(model, targets, refs, setup)
    return(list(
      keep = part$keep, columns = columns, targets = targets, setup = setup, weights = fit$weights, reml = fit,
      estimate = matrix(-lme4::fixef(fit$model), 1), covariance = fit$vcov
    ))
  }
  exact <- model
  exact$plate$eff$se <- 0 * model$plate$eff$se
  fit <- do.call(.Call, c(list(c_fold_change), fit_arguments(exact, targets, refs, setup, TRUE)))
  list(
    keep = part$keep, columns = columns, targets = targets, setup = setup, weights = fit$weights,
    estimate = fit$estimate,
    covariance = fit$covariance, df = fit$df_biological, group_variance = fit$group_sd^2
  )
}

# All targets: coefficients of a target together.
emm_stack <- function(fits, targets, model) {
  p <- length(fits[[1]]$keep)
  n <- length(targets) * p
  biological <- matrix(0, n, n)
  bhat <- numeric(n)
  loads <- lapply(fits, function(f) {
    lapply(f$targets, function(t) emm_loads(model, t, f))
  })
  source <- sort(unique(unlist(lapply(unlist(loads, recursive = FALSE), rownames))))
  load <- matrix(0, length(source), n, dimnames = list(source, NULL))
  for (i in seq_along(fits)) {
    f <- fits[[i]]
    m <- length(f$targets)
    at <- outer((match(f$targets, targets) - 1) * p, seq_len(p), `+`)
    bhat[at] <- f$estimate
    biological[as.vector(at), as.vector(at)] <- f$covariance
    for (j in seq_len(m)) load[rownames(loads[[i]][[j]]), at[j, ]] <- loads[[i]][[j]]
  }
  group <- fits[[1]]$setup
  list(
    bhat = bhat, biological = biological, efficiency = crossprod(load), load = load,
    load_df = model$plate$eff$df[match(source, model$plate$eff$source)], size = p,
    df = if (model$method == "pooled") max(fits[[1]]$df, na.rm = TRUE),
    reml = if (model$method == "mixed") lapply(fits, `[[`, "reml"),
    group = if (model$method == "welch") {
      list(contrast = group$contrast, n = group$count[group$group_levels], variance = fits[[1]]$group_variance)
    }
  )
}

# The loads of one target's coefficients on the errors of the efficiencies, named by the source of the error.
emm_loads <- function(model, target, fit) {
  refs <- model$plate$refs
  part <- efficiency_part(model, target, refs, fit$setup, fit$weights)
  source <- unique(model$plate$eff$source[c(target, refs)])
  load <- part$load[seq_along(source), , drop = FALSE]
  rownames(load) <- as.character(source)
  load
}

# Satterthwaite's df of k'b, from the parts of its variance.
emm_df <- function(k, dfargs) {
  v_b <- drop(k %*% dfargs$biological %*% k)
  load <- drop(dfargs$load %*% k)^2
  df_b <- emm_biological_df(k, dfargs, v_b)
  below <- v_b^2 / df_b + sum(ifelse(load > 0, load^2 / dfargs$load_df, 0))
  (v_b + sum(load))^2 / below
}

emm_biological_df <- function(k, dfargs, v_b) {
  if (!is.null(dfargs$df)) {
    return(dfargs$df)
  }
  parts <- split(k, rep(seq_len(length(k) / dfargs$size), each = dfargs$size))
  used <- which(vapply(parts, function(part) any(part != 0), NA))
  if (!is.null(dfargs$group)) {
    g <- dfargs$group
    u <- vapply(used, function(i) {
      c <- drop(g$contrast %*% parts[[i]])
      c^2 * g$variance[, i] / g$n
    }, numeric(length(g$n)))
    return(v_b^2 / sum(u^2 / (g$n - 1)))
  }
  df <- vapply(used, function(i) {
    lmerTest::contest1D(dfargs$reml[[i]]$model, parts[[i]], ddf = dfargs$reml[[i]]$kind)[["df"]]
  }, 0)
  min(df)
}
