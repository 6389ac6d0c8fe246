#' Randomisation tests
#'
#' How often would samples that are allocated to the groups anew, by chance alone, differ as much as they do? The answer
#' rests on the allocation and on no distribution. It cannot be smaller than the design lets it: with three samples a
#' group no p lies below 0.1, whatever the data, and the table says so.
#'
#' @param fit (`ddcq`) A fit. Contrasts must be between two levels; others get `NA` and a note.
#' @param ... Not used.
#' @param statistic (`"difference"`, `"welch"` or `"wilcoxon"`) `"difference"`: of the group means (with blocks, the
#'   effect of `~ block + treatment`); the pooled and the paired t have the same p. `"welch"`: the difference over its
#'   Welch standard error, for groups that may differ in spread (no blocks; the same p where both have one size).
#'   `"wilcoxon"`: the rank sum or, in pairs, the signed rank test of [stats::wilcox.test()] (no other blocks).
#' @param n_max (number) Up to so many possible allocations all of them are visited and p is exact; above, `draws` of
#'   them are drawn with R's generator (see [set.seed()]).
#' @param draws (number) Allocations to draw where there are too many.
#' @param level (number) Confidence level; that of the fit when `NULL`.
#' @param adjust (`"holm"`, `"BH"`, `"bonferroni"` or `"none"`) Adjustment over all rows; that of the fit when `NULL`.
#' @return A list of class `ddcq_permute` with `spec` and `results`, a data frame with the columns of [ddcq()]'s
#'   results, one row a target and contrast. `estimate` (log2 fold change; for `"wilcoxon"` Hodges and Lehmann's),
#'   `statistic` (the difference, Welch's t, or Wilcoxon's W or V), `p.value` (two-sided; share of allocations as
#'   extreme; of drawn ones (1 + count) / (1 + draws)), `conf.low`, `conf.high` (log2: the shifts that the test does not
#'   reject; infinite where the design reaches no p below `1 - level`). `std.error`, `df` and the adjusted limits are
#'   `NA`. Further: `mid.p.value` (allocations as extreme by half; `NA` for `"wilcoxon"`), `p.min` (the smallest p that
#'   the design can give), `allocations` (that it allows; `NA` for `"wilcoxon"`) and `exact` (flag: were all
#'   visited?). `as.data.frame()` gives `results`. A fit with a covariate or a random effect, or a statistic that the
#'   design does not have, is an error of class `ddcq_error_argument`.
#' @details Labels are re-allocated within blocks (in a paired design, within pairs), and all targets of a sample go
#'   together. With more than two groups only the two of a contrast are re-allocated.
#'
#'   A target that was not detected in one of the samples has no row here: leaving the sample out would overstate its
#'   group. The errors of the efficiencies are not in the intervals; they do not touch the test of no change.
#'
#'   The test sees the samples of the two groups alone. Where the model has more to say of their difference (effects
#'   that add up, as in `~ a + b` with both compared, or blocks that lack a group), the note has the fit's own fold
#'   change.
#' @references Phipson B, Smyth GK (2010). Permutation P-values should never be zero: calculating exact P-values when
#'   permutations are randomly drawn. Statistical Applications in Genetics and Molecular Biology 9(1), 39.
#'   \doi{10.2202/1544-6115.1585}
#'
#'   Hodges JL, Lehmann EL (1963). Estimates of location based on rank tests. Annals of Mathematical Statistics 34(2),
#'   598-611. \doi{10.1214/aoms/1177704172}
#' @family questions
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' # four passages, two labels in each: 16 allocations, so no p below 2/16
#' ddcq_permute(fit)
#'
#' # without blocks there are 70, and one target asks one question
#' fit <- ddcq(x, ~treatment, reference = c("GAPDH", "ACTB"), control = "vehicle", targets = "BCL2",
#'   efficiency = cq_standard_curve(x), contrasts = list("drug" = c(anastrozole = 1, vehicle = -1)),
#'   ignore = "passage")
#' ddcq_permute(fit)
ddcq_permute <- function(fit, ..., statistic = c("difference", "welch", "wilcoxon"), n_max = 2e5, draws = 10000,
                         level = NULL, adjust = NULL) {
  check_dots_empty(...)
  check_fit(fit)
  statistic <- check_choice(statistic, c("difference", "welch", "wilcoxon"), "statistic")
  ask <- list(
    statistic = statistic, n_max = check_number(n_max, "n_max", min = 0, max = 1e8),
    draws = resample_count(draws, "draws", 99), level = check_level(level %||% fit$spec$level),
    adjust = resample_adjust(adjust, fit)
  )
  check_permute_blocks(fit, statistic)
  more <- c("mid.p.value", "p.min", "allocations", "exact")
  rows <- resample_rows(
    fit, c("estimate", "statistic", "p.value", "conf.low", "conf.high", more),
    function(y, units, weights) permute_row(y, units, weights, ask, fit$spec$unit)
  )
  rows$exact <- rows$exact == 1
  if (statistic != "wilcoxon") rows <- note_other_estimates(rows, fit)
  results <- resample_results(rows, ask$adjust, more)
  new_resample(results, fit, c(ask, list(efficiency_error = efficiency_warning(fit))), "ddcq_permute")
}

check_permute_blocks <- function(fit, statistic) {
  blocks <- fit$spec$blocks
  if (statistic == "welch" && length(blocks)) {
    ddcq_abort(
      c("{.code statistic = \"welch\"} must come with a fit without blocks.", "x" = "This fit has {some(blocks)}.",
        "i" = "Use {.code statistic = \"difference\"}, which re-allocates within blocks."
      ), "argument"
    )
  }
}

# Targets that have the same units, one contrast.
permute_row <- function(y, units, weights, ask, unit) {
  treated <- units$level == names(weights)[weights > 0][1]
  none <- list(n = sum(treated), n_control = sum(!treated))
  if (length(weights) != 2 || abs(sum(weights)) > 1e-12) {
    return(c(list(note = "not a comparison of two levels"), none))
  }
  useful <- useful_units(treated, units$block)
  if (!any(useful)) {
    why <- "no block has both groups"
    if (is.null(units$block)) why <- paste("a group has no", unit_words(unit, 1), "with a value")
    return(c(list(note = why), none))
  }
  y <- y[useful, , drop = FALSE]
  treated <- treated[useful]
  block <- units$block[useful]
  size <- list(n = sum(treated), n_control = sum(!treated))
  if (ask$statistic == "welch" && min(unlist(size)) < 2) {
    return(c(list(note = paste("one", unit_words(unit, 1), "in a group: no standard error")), size))
  }
  if (ask$statistic == "wilcoxon") {
    return(c(wilcoxon_row(y * max(weights), treated, block, ask$level, unit), size))
  }
  found <- permute_contrast(y * max(weights), treated, block, ask$statistic, ask$n_max, ask$draws, ask$level)
  flat <- apply(y, 2, function(v) diff(range(v))) == 0
  c(found[c("estimate", "statistic", "p.value", "mid.p.value", "conf.low", "conf.high")], size, list(
    p.min = found$p.min, allocations = found$allocations, exact = as.double(found$exact),
    note = permute_notes(found$p.min, ask$level, unit, flat, sum(!useful))
  ))
}

# Units of blocks that have both groups.
useful_units <- function(treated, block) {
  if (is.null(block)) {
    return(rep_len(any(treated) && !all(treated), length(treated)))
  }
  block %in% intersect(block[treated], block[!treated])
}

wilcoxon_row <- function(y, treated, block, level, unit) {
  paired <- !is.null(block)
  if (paired && (anyDuplicated(block[treated]) || anyDuplicated(block[!treated]))) {
    return(list(note = "blocks that are not pairs: Wilcoxon's tests know none"))
  }
  found <- wilcoxon_contrast(y, treated, block, level)
  found$note <- ifelse(found$exact, permute_notes(found$p.min, level, unit), "ties: normal approximation")
  found$note[is.na(found$p.value)] <- paste("no variation between", unit_words(unit))
  found$exact <- as.double(found$exact)
  found[setdiff(names(found), c("n", "n_control"))]
}

permute_notes <- function(p_min, level, unit, flat = FALSE, n_useless = 0) {
  ifelse(
    flat, paste("no variation between", unit_words(unit)),
    paste(c(
      if (p_min > 1 - level) {
        paste0("this design cannot give a p below ", format(signif(p_min, 2)), ": no interval at ", level_label(level))
      },
      if (n_useless) paste(n_useless, unit_words(unit, n_useless), "in blocks with one group left out")
    ), collapse = "; ")
  )
}

#' @rdname print.ddcq_resample
#' @export
format.ddcq_permute <- function(x, digits = 2, width = getOption("width"), ...) {
  check_shown(digits = digits, width = width)
  rows <- x$results
  spec <- x$spec
  columns <- list(
    target = rows$target, contrast = rows$contrast, fold = fold_label(rows$fold_change, digits),
    interval = fold_interval_label(rows$fold_low, rows$fold_high, digits), p = p_label(rows$p.value),
    adjusted = p_label(rows$adj.p.value), least = p_label(rows$p.min), n = paste0(rows$n, " vs ", rows$n_control)
  )
  names(columns)[c(4, 6)] <- c(paste(level_label(spec$level), "interval"), paste0("p (", spec$adjust, ")"))
  names(columns)[7] <- "smallest p"
  if (spec$adjust == "none") columns[[6]] <- NULL
  resample_format(x, columns, "Randomisation tests of fold changes", permute_lines(x), width)
}

permute_lines <- function(x) {
  spec <- x$spec
  count <- x$results$allocations
  exact <- x$results$exact
  m <- sum(!is.na(x$results$p.value))
  least <- suppressWarnings(min(x$results$p.min * m, na.rm = TRUE))
  span <- function(n) paste(format(unique(range(n)), big.mark = ",", trim = TRUE, digits = 3), collapse = " to ")
  drawn <- which(!exact & !is.na(count))
  all_of <- which(exact & !is.na(count))
  within <- if (length(spec$blocks)) paste0(" within ", paste(spec$blocks, collapse = ", ")) else ""
  c(
    switch(spec$statistic,
      difference = paste0("Statistic: the difference of means, labels re-allocated", within, "."),
      welch = "Statistic: Welch's t, labels re-allocated.",
      wilcoxon = if (length(spec$blocks)) "Wilcoxon's signed rank test." else "Wilcoxon's rank sum test."
    ),
    if (length(all_of)) paste0("Exact: all ", span(count[all_of]), " allocations were visited."),
    if (length(drawn) && spec$statistic != "wilcoxon") {
      paste0("Of ", span(count[drawn]), " allocations ", format(spec$draws, big.mark = ","), " were drawn.")
    },
    "\"smallest p\" is what the design can give at best: a p near it does not speak against a change.",
    if (spec$adjust %in% c("holm", "bonferroni") && m > 1 && least > 1 - spec$level) {
      paste0(
        "Adjusted over ", plural(m, "row"), ", no p of this design can fall below ", p_label(min(least, 1)),
        ": ask fewer questions (`targets`, `contrasts` of ddcq()) or judge the rows unadjusted."
      )
    },
    spec$efficiency_error
  )
}
