# What randomisation and the bootstrap take from a fit, and the object that both answer with.

# The fit's units: `y`, log2 quantities against the references, a matrix of units by targets (NA where there is none);
# `level`, the level of the factor that a unit has; `block`, NULL or which combination of blocks it belongs to.
resample_units <- function(fit) {
  spec <- fit$spec
  samples <- fit$samples
  unit <- as.character(samples[[spec$unit]])
  units <- unique(unit)
  first <- match(units, unit)
  y <- matrix(NA_real_, length(units), length(spec$targets), dimnames = list(units, spec$targets))
  mine <- samples$target %in% spec$targets
  y[cbind(unit[mine], as.character(samples$target[mine]))] <- samples$log2_quantity[mine]
  blocks <- lapply(spec$blocks, function(name) as.character(samples[[name]][first]))
  list(
    y = y, level = spec$levels[sample_cell(samples[first, ], spec)], units = units,
    block = if (length(blocks)) as.integer(interaction(blocks, drop = TRUE))
  )
}

# One row a target and contrast, in the order of the fit's table. work(y, units, weights) answers for targets that have
# the same units, with a list of vectors by target; what it may not be asked is a row with NA and a note.
resample_rows <- function(fit, columns, work) {
  check_resample(fit)
  units <- resample_units(fit)
  weights <- fit$spec$contrasts
  targets <- fit$spec$targets
  out <- resample_frame(rep(targets, each = ncol(weights)), rep(colnames(weights), length(targets)), columns)
  out[c("n", "n_control")] <- fit$results[c("n", "n_control")]
  for (k in seq_len(ncol(weights))) {
    weight <- weights[, k]
    row <- (seq_along(targets) - 1L) * ncol(weights) + k
    involved <- units$level %in% rownames(weights)[weight != 0]
    lost <- undetected_targets(fit, units$units[involved])
    out$note[row[targets %in% lost]] <- "not detected in a sample: leaving it out would overstate the group"
    has <- is.finite(units$y) & involved
    todo <- which(!targets %in% lost)
    key <- vapply(todo, function(t) paste(which(has[, t]), collapse = " "), "")
    for (group in unname(split(todo, match(key, unique(key))))) {
      keep <- which(has[, group[1]])
      kept <- list(level = units$level[keep], block = units$block[keep])
      answer <- work(units$y[keep, group, drop = FALSE], kept, weight[weight != 0])
      for (name in names(answer)) out[[name]][row[group]] <- answer[[name]]
    }
  }
  out
}

# Labels can be exchanged where nothing but blocks stands beside them.
check_resample <- function(fit) {
  more <- c(fit$spec$covariates, fit$spec$random)
  if (length(more)) {
    ddcq_abort(
      c("The fit must have groups and blocks alone.",
        "x" = "{some(more)} {cli::qty(more)}{?is/are} a covariate or a random effect: samples cannot change places."
      ), "argument"
    )
  }
}

resample_frame <- function(target, contrast, columns) {
  n <- length(target)
  numbers <- sapply(columns, function(name) rep_len(NA_real_, n), simplify = FALSE)
  out <- c(
    list(target = target, contrast = contrast), numbers,
    list(n = integer(n), n_control = integer(n), note = character(n))
  )
  structure(out, class = "data.frame", row.names = .set_row_names(n))
}

# Targets that one of these units does not have because nothing was detected: no value, and not missing at random. (A
# sample without a reference has no value of any target, whatever was detected.)
undetected_targets <- function(fit, units) {
  spec <- fit$spec
  dropped <- spec$dropped
  if (spec$unit == "sample") dropped <- dropped[dropped$sample %in% units, , drop = FALSE]
  without <- dropped$sample[dropped$target %in% spec$reference]
  lost <- dropped$target[dropped$reason == "not detected" & !dropped$sample %in% without]
  if (any(lost %in% spec$ratio)) spec$targets else intersect(spec$targets, lost)
}

# What is resampled are the compared units alone. Where the model has more to say of the contrast (effects that add
# up, incomplete blocks, weights), its estimate is another, and the row says so.
note_other_estimates <- function(rows, fit) {
  own <- fit$results$estimate
  other <- which(abs(rows$estimate - own) > 1e-8 * (1 + abs(own)))
  said <- paste0(
    "from the compared ", unit_words(fit$spec$unit), " alone; all that the model knows gives ",
    fold_label(2^own[other]), "-fold"
  )
  rows$note[other] <- paste0(rows$note[other], ifelse(nzchar(rows$note[other]), "; ", ""), said)
  rows
}

# The columns of ddcq()'s results, from a table with estimate, limits and p; the columns `more` stand before the note.
resample_results <- function(rows, adjust, more) {
  columns <- list(
    target = rows$target, contrast = rows$contrast, estimate = rows$estimate, std.error = rows$std.error, df = NA_real_,
    statistic = rows$statistic, p.value = rows$p.value, conf.low = rows$conf.low, conf.high = rows$conf.high,
    fold_change = 2^rows$estimate, fold_low = 2^rows$conf.low, fold_high = 2^rows$conf.high,
    adj.p.value = stats::p.adjust(rows$p.value, adjust_methods[[adjust]]), adj.conf.low = NA_real_,
    adj.conf.high = NA_real_, n = rows$n, n_control = rows$n_control
  )
  columns <- lapply(columns, function(v) rep_len(v %||% NA_real_, nrow(rows)))
  structure(
    c(columns, unclass(rows)[more], list(note = rows$note)),
    class = "data.frame", row.names = .set_row_names(nrow(rows))
  )
}

new_resample <- function(results, fit, spec, class) {
  structure(
    list(results = results, spec = c(spec, fit$spec[c("factor", "blocks", "unit", "reference", "simulated")])),
    class = c(class, "ddcq_resample")
  )
}

row_adjusts <- c("holm", "BH", "bonferroni", "none")

# A fit may be adjusted in a way that needs its t distribution; here it falls back on Holm.
resample_adjust <- function(adjust, fit) {
  if (is.null(adjust)) {
    return(if (fit$spec$adjust %in% row_adjusts) fit$spec$adjust else "holm")
  }
  check_choice(adjust, row_adjusts, "adjust")
}

resample_count <- function(x, arg, min) {
  as.integer(floor(check_number(x, arg, min = min, max = 1e8)))
}

# The efficiencies' error is in no re-allocation and in no resample.
efficiency_warning <- function(fit) {
  if (any(fit$spec$efficiency$std.error > 0, na.rm = TRUE)) {
    "The error of the efficiencies is not in these intervals."
  }
}

#' @export
as.data.frame.ddcq_resample <- function(x, ...) {
  x$results
}

#' @export
tidy.ddcq_resample <- function(x, ...) {
  x$results
}

#' Print what randomisation or a bootstrap found
#'
#' The table with fold changes, and below it how it was made and what is not in it.
#'
#' @param x (`ddcq_permute` or `ddcq_boot`) From [ddcq_permute()] or [ddcq_boot()].
#' @param digits (number) Digits after the point of fold changes.
#' @param width (number) Width of the lines.
#' @param ... Not used.
#' @return `print()` returns `x`, invisibly; `format()` the lines as text.
#' @order 1
#' @family questions
#' @name print.ddcq_resample
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' print(ddcq_permute(fit), digits = 3)
NULL

#' @rdname print.ddcq_resample
#' @export
print.ddcq_resample <- function(x, digits = 2, width = getOption("width"), ...) {
  writeLines(format(x, digits = digits, width = width))
  invisible(x)
}

resample_format <- function(x, columns, header, lines, width) {
  rows <- x$results
  c(
    if (isTRUE(x$spec$simulated)) "SIMULATED DATA", header, "", paste0("  ", text_table(columns, left = 1:2)), "",
    wrap_lines(lines, width), fit_notes(rows, width)
  )
}

# Limits without end as a fold: from 0 to Inf.
fold_interval_label <- function(low, high, digits) {
  text <- interval_label(low, high, digits)
  whole <- !is.na(low) & !is.na(high) & low == 0 & high == Inf
  text[whole] <- "no limit"
  text
}
