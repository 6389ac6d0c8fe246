# cq_curve_efficiency(): from the efficiencies of the wells to one a target, with its error.

#' Efficiencies from the curves themselves
#'
#' The amplification efficiency of each target from the exponential phase of its curves, for when there is no dilution
#' series: the mean over its wells, in the class that [ddcq()] takes.
#'
#' @param x (`cq_fitted_curves`) Wells from [cq_fit_curves()].
#' @param ... Not used.
#' @param within (number) Wells whose efficiency lies farther than this from the target's median are left out, and
#'   counted. `NULL`: three SD, as the median of their distances has it, and 0.05 at least. `Inf` keeps all.
#' @param targets (text) The targets; all when `NULL`.
#' @param level (number) Confidence level of the interval.
#' @return A data frame of class `cq_efficiency`, one row a target: `target`, `efficiency` (amplification factor per
#'   cycle), `std.error`, `df`, `conf.low`, `conf.high`, `source` (`"window of linearity"`), `shared` (`NA`), `n_wells`
#'   and `n_samples` (behind the mean), `n_left_out` (wells farther than `within`), `n_without` (wells that amplified
#'   but have no window), `sd` (over the wells with an efficiency) and `note`. A target without such a well has
#'   efficiency `NA` and a note. Errors have the classes `ddcq_error_argument` and `ddcq_error_curve`.
#' @details
#' **A well.** The exponential phase ends where the third derivative crosses zero, at the latest; it begins where the
#' curve stops to fall, looking back from there; at most its last nine cycles count, and at least four. The baseline is
#' the value for which the lower and the upper half of log F have one slope. The efficiency is ten to the power of that
#' slope. No model of the plateau takes part, and no baseline that was taken off before.
#'
#' **A target.** Wells that are quantified, are no control without template and reach a plateau. Where wells share a
#' sample, the samples' means are the unit. The standard error is that of a mean from which far values were left out:
#' the SD of the units with far wells moved to the limit instead of being gone, divided by the square root of the number
#' of units and by the share of wells that were kept; where none is left out, SD over square root of n. (The SD of the
#' kept ones alone says too little: they lie close together by choice.) A well's own efficiency is never used for that
#' well: its error would be multiplied by the whole Cq.
#'
#' **What it cannot know.** Amplification slows before the eye sees it, and noise hides the cycles before. The
#' efficiency so found lies below that of a dilution series: in simulated curves by 0.05 to 0.08 where the noise is
#' 0.1 % of the plateau, by 0.10 to 0.18 where it is 0.3 %. That bias is in no standard error. It is much the same for
#' targets that are alike, and small where the compared Cq are near each other; where folds are large, measure a
#' dilution series ([cq_standard_curve()]).
#' @references Ruijter JM, Ramakers C, Hoogaars WMH, Karlen Y, Bakker O, van den Hoff MJB, Moorman AFM (2009).
#'   Amplification efficiency: linking baseline and bias in the analysis of quantitative PCR data. Nucleic Acids
#'   Research 37(6), e45. \doi{10.1093/nar/gkp045}
#' @family curves
#' @family efficiency
#' @export
#' @examples
#' # simulated: four samples in duplicate
#' cycle <- 1:40
#' set.seed(2)
#' curves <- expand.grid(cycle = cycle, well = paste0("A", 1:8), stringsAsFactors = FALSE)
#' at <- rep(c(20, 21, 22, 23), each = 2)[as.integer(factor(curves$well))]
#' curves$fluorescence <- 0.2 + 5 / (1 + exp(-0.65 * (curves$cycle - at))) + rnorm(320, sd = 0.005)
#' curves$sample <- paste0("s", at - 19)
#' curves$target <- "MYC"
#' # the true factor at the foot of these curves is exp(0.65), 1.92: see "What it cannot know"
#' cq_curve_efficiency(cq_fit_curves(cq_curves(curves)))
cq_curve_efficiency <- function(x, ..., within = NULL, targets = NULL, level = 0.95) {
  check_dots_empty(...)
  check_fitted(x)
  x <- valid_cq_data(x)
  if (!is.null(within)) within <- check_number(within, "within", 0)
  level <- check_level(level)
  have <- unique(x$target[!is.na(x$target)])
  if (!length(have)) {
    ddcq_abort(
      c("The wells must name their target.", "i" = "{.code cq_design(x, sheet, by = \"well\")} brings the names."),
      "curve"
    )
  }
  if (is.null(targets)) {
    targets <- have
  } else {
    targets <- unique(check_strings(targets, "targets"))
    check_known_targets(targets, have, "targets")
  }
  rows <- lapply(targets, function(target) target_efficiency(x, target, within))
  column <- function(name) unlist(lapply(rows, `[[`, name))
  columns <- lapply(stats::setNames(nm = c("efficiency", "std.error", "df")), column)
  columns <- c(list(target = targets), columns)
  columns <- c(columns, efficiency_interval(columns, level), list(
    source = rep_len("window of linearity", length(targets)), shared = rep_len(NA_character_, length(targets))
  ))
  more <- c("n_wells", "n_samples", "n_left_out", "n_without", "sd", "note")
  out <- new_cq_efficiency(c(columns, lapply(stats::setNames(nm = more), column)))
  attr(out, "level") <- level
  attr(out, "simulated") <- says_simulated(log_of(x), unique(x$run))
  warn_curve(out)
  out
}

check_fitted <- function(x) {
  if (missing(x)) abort_missing("x")
  if (!is.data.frame(x)) {
    ddcq_abort("{.arg x} must be wells from {.fn cq_fit_curves}, not {.obj_type_friendly {x}}.", "argument")
  }
  lost <- setdiff(c("efficiency_well", "signs"), names(x))
  if (length(lost)) {
    ddcq_abort(
      c("{.arg x} must be wells from {.fn cq_fit_curves}, which have the columns {some(lost)}.",
        "x" = "It has {some(names(x), 12)}.",
        "i" = "Efficiencies of a dilution series: {.code cq_standard_curve(x)}."
      ), "column"
    )
  }
}

# One target: the wells that count, the mean of their samples, its error.
target_efficiency <- function(x, target, within) {
  use <- x$target %in% target & as.integer(x$state) == 1L & !as.integer(x$task) %in% c(4L, 5L) &
    !grepl("no plateau", x$signs, fixed = TRUE) & !is.na(x$efficiency_well)
  e <- x$efficiency_well[use]
  # a well without a sample is one of its own
  unit <- ifelse(is.na(x$sample[use]), paste0("\r", seq_along(e)), paste(x$run[use], x$sample[use], sep = "\r"))
  middle <- stats::median(e)
  reach <- within %||% max(0.05, 3 * stats::mad(e))
  near <- abs(e - middle) <= reach
  means <- vapply(split(e[near], unit[near]), mean, 0)
  moved <- vapply(split(pmin(pmax(e, middle - reach), middle + reach), unit), mean, 0)
  k <- length(means)
  row <- list(
    efficiency = if (k) mean(means) else NA_real_,
    std.error = if (k > 1) stats::sd(moved) / sqrt(length(moved)) / mean(near) else NA_real_,
    df = if (k > 1) k - 1 else NA_real_, n_wells = sum(near), n_samples = k, n_left_out = sum(!near),
    n_without = sum(x$target %in% target & as.integer(x$state) == 1L & is.na(x$efficiency_well)),
    sd = if (length(e) > 1) stats::sd(e) else NA_real_
  )
  row$note <- paste(efficiency_findings(row), collapse = "; ")
  row
}

efficiency_findings <- function(row) {
  if (!row$n_wells) {
    return("no well has a window of linearity: no efficiency")
  }
  all <- row$n_wells + row$n_left_out
  c(
    if (row$efficiency < 1.7 || row$efficiency > 2.1) {
      paste0("efficiency ", formatC(row$efficiency, digits = 3, format = "f"), " is outside 1.7 to 2.1")
    },
    if (row$n_samples < 2) "one sample: no standard error, it counts as none",
    if (row$n_left_out > 0.5 * all) paste0(row$n_left_out, " of ", all, " wells lie far from the median")
  )
}
