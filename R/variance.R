#' What each number rests on
#'
#' Where the variance of every row comes from: how samples differ, how the wells of the target and the references
#' scatter, how well the efficiencies are known. It tells what a further animal, a further well or a better curve would
#' buy.
#'
#' @param fit (`ddcq`) A fit.
#' @return A data frame of class `ddcq_variance`, one row a target and contrast: `target`, `contrast`, `variance` (of
#'   the estimate, log2 units squared), and its parts `biological` (between units, of the target), `technical` (the
#'   target's wells), `reference` (the references, each for itself, with their wells), `efficiency` and `calibration`
#'   (between runs), which add up to it, in the same unit; `std.error` (log2) its root; `note`. Something else than a
#'   fit is an error of class `ddcq_error_argument`, a moderated fit one of class `ddcq_error_fit`. `autoplot()` returns
#'   a ggplot, `plot()` prints it and returns it invisibly.
#' @details Technical replicates tell the second part, pooled over the assay. Two references or more tell the third by
#'   how they disagree; with one, only the scatter of its wells can be told from the target's own variation, which the
#'   note says. Where the estimates of the parts exceed their sum, `biological` is 0 and the others share it in
#'   proportion. `variance` is that of the row's estimate; an interval may be wider, by the wider-of-two rule of
#'   `vignette("methods")`.
#' @order 1
#' @family model
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' rests_on <- ddcq_variance(fit)
#' rests_on
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(rests_on)
ddcq_variance <- function(fit) {
  check_fit(fit)
  check_unmoderated(fit)
  model <- fit$model
  targets <- model$plate$targets
  shape <- matrix(NA_real_, length(targets), ncol(model$weights))
  out <- list(biological = shape, technical = shape, reference = shape)
  for (pattern in target_patterns(model, targets, model$plate$refs)) {
    setup <- pattern_setup(model, pattern$samples)
    if (!any(setup$can)) next
    found <- pattern_budget(fit, setup, pattern$targets)
    for (part in names(out)) out[[part]][pattern$targets, setup$can] <- found[[part]]
  }
  for (part in names(out)) out[[part]][is.na(fit$parts$var_biological)] <- NA_real_
  # with non-detects the likelihood does not tell the parts
  lost <- censored_targets(model, targets, model$plate$refs)
  out$biological[lost, ] <- fit$parts$var_biological[lost, ]
  lost <- rep(seq_along(targets) %in% lost, each = ncol(model$weights))
  flat <- function(m) as.vector(t(m))
  parts <- lapply(out, flat)
  total <- flat(fit$parts$var_biological + fit$parts$var_efficiency)
  structure(
    list(
      target = fit$results$target, contrast = fit$results$contrast, variance = total, biological = parts$biological,
      technical = parts$technical, reference = parts$reference,
      efficiency = flat(fit$parts$var_efficiency - fit$parts$var_calibration),
      calibration = flat(fit$parts$var_calibration), std.error = sqrt(total),
      note = variance_notes(model, parts, total, lost)
    ),
    class = c("ddcq_variance", "data.frame"), row.names = .set_row_names(length(total)),
    simulated = fit$spec$simulated
  )
}

pattern_budget <- function(fit, setup, group) {
  model <- fit$model
  plate <- model$plate
  refs <- plate$refs
  targets <- plate$targets[group]
  weights <- if (model$method == "mixed") {
    fit_reml(model, targets, refs, setup)$weights
  } else {
    do.call(.Call, c(list(c_fold_change), fit_arguments(model, targets, refs, setup)))$weights
  }
  .Call(
    c_variance_budget, plate$cq, plate$eff$weight, refs - 1L, rep_len(1 / length(refs), length(refs)), targets - 1L,
    setup$samples - 1L, setup$sample_unit - 1L, length(setup$units), setup$x, setup$group, setup$contrast,
    setup$n_groups, plate$wells, replicate_variance(plate), weights,
    fit$parts$var_biological[group, setup$can, drop = FALSE]
  )
}

variance_notes <- function(model, parts, total, lost) {
  alone <- length(model$plate$refs) == 1
  untold <- is.na(parts$technical) & !is.na(total)
  note <- ifelse(untold, "no technical replicates: technical is part of biological", "")
  note[lost] <- "non-detects: technical and reference are part of biological"
  if (alone) {
    text <- "one reference: its own variation is part of biological"
    note <- ifelse(is.na(total), note, ifelse(nzchar(note), paste0(note, "; ", text), text))
  }
  note
}

#' @export
format.ddcq_variance <- function(x, width = getOption("width"), rows = 40, ...) {
  check_shown(width = width, rows = rows)
  said <- unique(x$note[nzchar(x$note)])
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA",
    wrap_lines("Where the variance of each fold change comes from (log2 scale, shares of the whole)", width),
    contrast_table(variance_columns(x), width, rows),
    if (length(said)) wrap_lines(paste0("Note: ", said, "."), width)
  )
}

variance_columns <- function(x) {
  share <- function(part) share_label(ifelse(is.na(x[[part]]) & !is.na(x$variance), 0, x[[part]]) / x$variance)
  parts <- c("biological", "technical", "reference", "efficiency", "calibration")
  parts <- parts[vapply(parts, function(p) p != "calibration" || any(x[[p]] > 0, na.rm = TRUE), NA)]
  c(
    list(
      target = x$target, contrast = x$contrast,
      SE = ifelse(is.na(x$std.error), "-", formatC(x$std.error, digits = 3, format = "f"))
    ),
    stats::setNames(lapply(parts, share), parts)
  )
}

#' @export
print.ddcq_variance <- function(x, ...) {
  if (all(c("target", "contrast", "variance", "biological", "note") %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}

#' @export
as.data.frame.ddcq_variance <- function(x, ...) {
  plain_frame(x)
}
