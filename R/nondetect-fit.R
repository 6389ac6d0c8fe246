# Targets that were not detected in some samples: a censored likelihood in place of the plain model, at the limits that
# the samples' own references give. See nondetect.R for the arithmetic on plain numbers.

# Whether a design lets non-detects be modelled: every unit one sample, one variance, no random effects.
models_nondetects <- function(model) {
  model$method != "mixed" && model$precision == "none" && !anyDuplicated(model$unit)
}

# Positions in `targets` of those with a sample that has all references and not the target.
censored_targets <- function(model, targets, refs) {
  plate <- model$plate
  if (!any(plate$censored)) {
    return(integer())
  }
  usable <- is.finite(rowSums(plate$cq[, refs, drop = FALSE]))
  which(colSums(plate$censored[, targets, drop = FALSE] & usable) > 0)
}

fit_nondetects <- function(model, targets, refs, out) {
  for (i in censored_targets(model, targets, refs)) out <- fit_nondetect(model, i, targets[i], refs, out)
  out
}

fit_nondetect <- function(model, i, target, refs, out) {
  plate <- model$plate
  censored <- plate$censored[, target]
  usable <- is.finite(rowSums(plate$cq[, refs, drop = FALSE]))
  rows <- which(usable & (censored | is.finite(plate$cq[, target])))
  who <- paste0("not detected in ", some_plain(plate$samples[rows[censored[rows]]], 6))
  plain <- model
  plain$method <- "pooled"
  setup <- pattern_setup(plain, rows)
  counted <- contrast_counts(model$weights, setup$count)
  out$n[i, ] <- counted$n
  out$n_control[i, ] <- counted$n_control
  out$note[i, ] <- paste_notes(matrix(who, 1, ncol(out$note)), matrix(setup$note, 1))
  if (is.na(plate$eff$weight[target]) || !any(setup$can)) {
    return(out)
  }
  moved <- moved_responses(plate, target, refs, rows)
  fit <- fit_censored(moved$y, censored[rows], setup$x, setup$contrast)
  later <- fit_censored(moved$later, censored[rows], setup$x, setup$contrast)
  put_nondetect(out, i, setup, fit, later, moved$df)
}

# dCq of the kept samples, at a non-detect its limit: at the efficiencies as they are, then a pair of columns for each
# source of error, moved up and down by a standard error. `later`: with the limit two cycles further on.
moved_responses <- function(plate, target, refs, rows) {
  eff <- plate$eff
  cq <- plate$cq[rows, , drop = FALSE]
  # an efficiency is uncertain about distances between Cq, so it moves them about their centre
  centre <- ifelse(is.nan(colMeans(cq, na.rm = TRUE)), plate$cycles, colMeans(cq, na.rm = TRUE))
  at <- function(weight, cycles) {
    cq[plate$censored[rows, target], target] <- cycles
    z <- function(g) weight[g] * (cq[, g] - centre[g]) + eff$weight[g] * centre[g]
    z(target) - rowMeans(vapply(refs, z, numeric(length(rows))))
  }
  involved <- c(target, refs)
  source <- unique(eff$source[involved][eff$se[involved] > 0])
  columns <- lapply(source, function(s) {
    step <- ifelse(eff$source == s, eff$se, 0)
    cbind(at(eff$weight + step, plate$cycles), at(eff$weight - step, plate$cycles))
  })
  list(
    y = do.call(cbind, c(list(at(eff$weight, plate$cycles)), columns)), df = eff$df[match(source, eff$source)],
    later = at(eff$weight, plate$cycles + 2)
  )
}

# The answers on the d scale turned into fold changes: what is above on one is below on the other.
put_nondetect <- function(out, i, setup, fit, later, df) {
  parts <- censored_parts(fit, df)
  good <- fit$status[, 1] == 0L
  parts$estimate <- -parts$estimate
  for (part in setdiff(row_numbers, "below")) out[[part]][i, setup$can] <- ifelse(good, parts[[part]], NA_real_)
  v_b <- parts$var_biological
  out$below[i, setup$can] <- (v_b + parts$var_efficiency)^2 / parts$df - v_b^2 / parts$df_biological
  out$unit_variance[i, ] <- fit$sigma[1]^2 * length(setup$units) / max(1, fit$df[1, 1], na.rm = TRUE)
  out$status[i] <- if (any(good)) 0L else fit$status[1, 1]
  out$var_calibration[i, setup$can] <- 0
  text <- ifelse(
    good,
    paste0("censored model; with the limit two cycles later ", fold_label(2^-later$value[, 1]), "-fold"),
    ifelse(fit$side == 0L, censored_note(fit$status[, 1]), bound_note(-fit$bound[, 1], -fit$side, 0.95))
  )
  out$note[i, setup$can] <- paste_notes(out$note[i, setup$can, drop = FALSE], matrix(text, 1))
  out
}

# Samples with wells on both sides of the limit: their Cq by the likelihood of all their wells, where the assay's own
# technical SD is known. cq, partly: samples by targets; rows, used: which of the wells' samples and targets those are.
# Answers the Cq with those cells filled, and which they are.
fill_partly <- function(cq, partly, wells, rows, used, sigma) {
  filled <- partly & FALSE
  state <- as.integer(wells$state)
  for (g in which(colSums(partly) > 0 & is.finite(sigma) & sigma > 0)) {
    who <- which(partly[, g])
    at <- match(wells$unknown$codes, rows[who], nomatch = 0L)
    mine <- which(at > 0L & wells$target$codes == used[g] & state <= 2L)
    lost <- state[mine] == 2L
    found <- censored_cq(ifelse(lost, wells$cycles, wells$cq[mine]), lost, at[mine], sigma[g])
    ok <- found$status == 0L
    cq[who[ok], g] <- found$mean[ok]
    filled[who[ok], g] <- TRUE
  }
  list(cq = cq, filled = filled)
}

# Non-detects that look like reactions that failed: most of the group has a Cq, all of it more than `distance` cycles
# before the last, the rule by which single wells are told to have failed.
lone_nondetects <- function(model, distance = 5) {
  plate <- model$plate
  if (!any(plate$censored)) {
    return(NULL)
  }
  group <- ifelse(model$unit < 0, NA, model$cell[pmax(model$unit, 0) + 1L])
  lone <- vapply(seq_along(plate$names), function(g) {
    late <- tapply(plate$cq[, g], group, max_or_na)[as.character(group)]
    share <- tapply(plate$censored[, g], group, mean)[as.character(group)]
    plate$censored[, g] & !is.na(late) & late < plate$cycles - distance & share < 0.5
  }, logical(length(group)))
  hit <- which(matrix(lone, length(group)), arr.ind = TRUE)
  if (nrow(hit)) list(sample = hit[, 1], target = hit[, 2])
}

doubt_lone <- function(d, fit) {
  if (!is.null(d)) {
    plate <- fit$model$plate
    paste0(
      "Not detected, though the rest of the group comes more than 5 cycles before the last one: ",
      some_plain(paste0(plate$samples[d$sample], " (", plate$names[d$target], ")"), 5),
      ". A failed reaction looks like that: if it is one, take it out with cq_exclude()."
    )
  }
}
