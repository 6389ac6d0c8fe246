# Samples in which a target was not detected, as what they are: a response that lies beyond a limit of its own. Plain
# numbers in and out; which wells are non-detects and where their limits lie is settled before.

# Contrasts of a linear model with right-censored responses. In dCq a non-detect lies above its limit
# w * C_max - R_s, so there y is dCq, and at a censored unit the limit.
#
# y: units by responses that share the model and the flags (the same target at efficiencies moved by a standard error,
# say). censored: flags of the units. x: the model matrix, of full column rank. contrast: coefficients by contrasts.
#
# The answer has matrices of contrasts by responses: `value` (l'beta), `variance` (for t with `df`), `df`, `status`
# (0, or why there is no value: see `censored_note()`), `bound` (one-sided, at `level`) with `side` by contrast: 1 when
# the contrast lies above it, -1 when below, 0 without a bound.
#
# A group without a quantified unit has no mean: the likelihood rises for ever as the mean moves away. In the limit its
# units say nothing any more, so the other contrasts are those of a fit without them, and its own have a bound.
fit_censored <- function(y, censored, x, contrast, level = 0.95) {
  y <- as.matrix(y)
  storage.mode(y) <- storage.mode(x) <- storage.mode(contrast) <- "double"
  censored <- as.logical(censored)
  gap <- matrix(NA_real_, ncol(contrast), ncol(y))
  out <- list(
    value = gap, variance = gap, df = gap, sigma = rep_len(NA_real_, ncol(y)), likelihood = rep_len(NA_real_, ncol(y)),
    status = matrix(3L, ncol(contrast), ncol(y)), bound = gap, side = integer(ncol(contrast))
  )
  afloat <- if (!all(censored)) floating_units(x, censored)
  if (is.null(afloat)) {
    return(out)
  }
  part <- reduce_model(x[!afloat, , drop = FALSE], contrast)
  can <- part$can
  fit <- .Call(c_tobit, y[!afloat, , drop = FALSE], as.integer(censored[!afloat]), part$x, part$contrast)
  for (name in c("value", "variance")) out[[name]][can, ] <- fit[[name]][can, ]
  out$df[can, ] <- rep(fit$df, each = sum(can))
  out$status[can, ] <- rep(fit$status, each = sum(can))
  out$sigma <- fit$sigma
  out$likelihood <- fit$likelihood
  for (k in which(!can)) {
    found <- censored_bound(y, censored, x, contrast[, k], afloat, fit, level)
    out$bound[k, ] <- found$bound
    out$side[k] <- found$side
  }
  out
}

# Units whose response can be raised without end and without touching a quantified one: censored, and moved by a
# direction of the coefficients that no quantified unit knows. NULL when such directions raise some and lower others.
floating_units <- function(x, censored) {
  free <- null_space(x[!censored, , drop = FALSE])
  afloat <- logical(nrow(x))
  if (!ncol(free)) {
    return(afloat)
  }
  moved <- x %*% free
  afloat <- rowSums(abs(moved)) > 1e-8 * max(abs(x))
  moved <- moved[afloat, , drop = FALSE]
  # a direction that raises them all, if the one nearest to raising them equally does
  raised <- qr.fitted(qr(moved), rep_len(1, nrow(moved)))
  if (all(raised > 1e-8)) afloat else NULL
}

# Directions of the coefficients that the rows of x do not see: orthonormal columns.
null_space <- function(x) {
  s <- svd(x, nu = 0, nv = ncol(x))
  s$v[, seq_len(ncol(x)) > svd_rank(s$d), drop = FALSE]
}

svd_rank <- function(d) sum(d > 1e-8 * max(d, 0))

# The same model with as many columns as its rows determine, and which contrasts they determine.
reduce_model <- function(x, contrast) {
  s <- svd(x, nu = 0)
  v <- s$v[, seq_len(svd_rank(s$d)), drop = FALSE]
  inside <- crossprod(v, contrast)
  off <- contrast - v %*% inside
  list(x = x %*% v, contrast = inside, can = colSums(abs(off)) < 1e-8 * pmax(colSums(abs(contrast)), 1))
}

# The bound of one contrast: on which side it lies, and for each response where.
#
# In the limit the likelihood is that of the units that do not float. Were their mean and SD known, m units would all be
# censored with probability prod(Phi), and `level` would refute exactly those values of the contrast for which that is
# below 1 - level: a fall of the log likelihood by -log(1 - level). With the mean and the SD estimated the profile falls
# less, and the bound is on the safe side: in `bench/nondetect.R` at 95 % it misses in 2.3 % of studies at most.
censored_bound <- function(y, censored, x, contrast, afloat, fit, level) {
  none <- list(bound = rep_len(NA_real_, ncol(y)), side = 0L)
  free <- null_space(x[!censored, , drop = FALSE])
  pull <- bound_pull(x[afloat, , drop = FALSE] %*% free, drop(crossprod(free, contrast)))
  if (is.null(pull) || !any(fit$status == 0L)) {
    return(none)
  }
  keep <- !afloat
  keep[afloat] <- pull$units
  part <- reduce_model(x[keep, , drop = FALSE], cbind(contrast))
  if (!part$can) {
    return(none)
  }
  good <- fit$status == 0L
  profile <- rbind(fit$likelihood, -log(1 - level))[, good, drop = FALSE]
  found <- .Call(
    c_tobit_bound, y[keep, good, drop = FALSE], as.integer(censored[keep]), part$x, part$contrast, as.vector(profile),
    pull$side
  )
  none$bound[good] <- found$bound
  none$side <- if (all(is.na(found$bound))) 0L else pull$side
  none
}

# Which way the contrast goes when floating units rise, and which units drive it: its weights on the free directions as
# a combination of what moves the units. All of one sign, or there is no bound (two groups without a quantified unit).
bound_pull <- function(moved, weight) {
  kind <- !duplicated(round(moved, 8))
  if (sum(kind) != ncol(moved)) {
    return(NULL)
  }
  rows <- moved[kind, , drop = FALSE]
  if (svd_rank(svd(rows, 0, 0)$d) < ncol(rows)) {
    return(NULL)
  }
  share <- solve(t(rows), weight)
  share[abs(share) < 1e-8] <- 0
  if (length(unique(sign(share[share != 0]))) != 1) {
    return(NULL)
  }
  of <- match(row_keys(moved), row_keys(rows))
  list(side = as.integer(sign(share[share != 0][1])), units = share[of] != 0)
}

row_keys <- function(x) do.call(paste, as.data.frame(round(x, 8) + 0))

# What finish_t() asks for, from fits of the same contrast at efficiencies moved by one standard error up and down:
# columns of `value` are the fit itself, then a pair for each source of error, whose degrees of freedom are `df`.
censored_parts <- function(fit, df = numeric()) {
  base <- fit$value[, 1]
  up <- fit$value[, 2 * seq_along(df), drop = FALSE]
  down <- fit$value[, 2 * seq_along(df) + 1, drop = FALSE]
  source <- ((up - down) / 2)^2
  v_b <- fit$variance[, 1]
  v_e <- rowSums(source)
  below <- v_b^2 / fit$df[, 1] + drop(source^2 %*% (1 / df))
  list(
    estimate = base, var_biological = v_b, df_biological = fit$df[, 1], var_efficiency = v_e,
    df = (v_b + v_e)^2 / below
  )
}

# The words for a status.
censored_note <- function(status) {
  words <- c(
    "too few quantified samples: no estimate", "quantified samples do not vary: no estimate",
    "no quantified sample in a group: no estimate", "a value is not finite: no estimate",
    "the likelihood has no maximum that can be found: no estimate"
  )
  ifelse(status == 0L, "", words[pmax(status, 1L)])
}

# "fold change below 0.08": a bound of a log2 fold change.
bound_note <- function(bound, side, level) {
  text <- paste0(
    "fold change ", ifelse(side > 0, "above ", "below "), fold_label(2^bound), " (one-sided, ", level_label(level), ")"
  )
  ifelse(is.na(bound) | side == 0L, "", text)
}

# Cq of samples some of whose wells, near the end of the run, found nothing: such a well lies above its limit. cq: at a
# censored well the last cycle. sample: codes from 1. sigma: the technical SD of the assay (cycles), taken as known. NA
# for a sample without a quantified well: that is a non-detect, and its limit is what there is. `status`: 1 for those,
# 4 where sigma is not known.
censored_cq <- function(cq, censored, sample, sigma) {
  order <- order(sample)
  .Call(
    c_censored_means, as.double(cq[order]), as.integer(censored[order]), tabulate(sample), as.double(sigma)
  )
}
