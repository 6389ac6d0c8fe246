# Planning: power, samples and detectable fold changes, from a pilot fit or from SDs that are assumed.

#' Power, sample size and detectable fold change
#'
#' Plans a comparison of two groups: give two of `fold_change`, `power` and `n`, and the third is worked out. The SD
#' comes from experience or from a pilot fit.
#'
#' @param sd (numbers) The SD between units of one group, of the normalised Cq on the log2 scale ([cq_sd()] makes it
#'   from its parts). With `paired = TRUE` the SD of the differences within pairs.
#' @param fold_change (numbers) Fold change to detect; 0.5 and 2 are alike. With `margin`, the true fold change, 1
#'   unless said.
#' @param power (numbers) Chance to detect it, between 0 and 1.
#' @param n (numbers) Units in a group: animals or independent cultures, never wells. Pairs where `paired = TRUE`.
#' @param ... Not used.
#' @param fit (`ddcq`) A pilot fit, instead of `sd`: the SD of each target, and what its efficiency's error adds. With
#'   random effects it is the SD of one sample from a new animal.
#' @param level (number) The test is two-sided at `1 - level`.
#' @param paired (flag) Are treated and control the same unit? A pilot must then have the pairs as a
#'   block.
#' @param ratio (number) Units in the control group for each unit in the treated one.
#' @param variance (`"pooled"` or `"welch"`) The test that will be made: with one pooled variance, or Welch's, which
#'   [ddcq()] makes by default for one factor with two levels and which has less power with few units. That of the fit
#'   when `NULL`, pooled without one. Both are worked out for groups that have the same SD.
#' @param margin (number) Plan to show equivalence within this fold change ([ddcq_equivalence()]) instead of a
#'   difference.
#' @param curve_se (number) Relative standard error of the target's slope (SE / |slope|) in the curve that gives its
#'   efficiency; with `fit` it is the fit's. 0: the efficiency is known.
#' @param curve_df (number) Its degrees of freedom.
#' @param sd_level (number) With `fit`: how sure the upper limit of the SD is. At 0.8, one pilot in five has a true SD
#'   above it.
#' @param targets (text) With `fit`: the targets to plan for; all when `NULL`.
#' @return A data frame of class `cq_power`, one row a combination of what was given: `target` (`NA` for an assumed
#'   SD), `basis` (`"assumed"`, `"pilot"` or `"pilot, upper limit"`: the SD at the upper limit of what the pilot leaves
#'   open), `sd` (log2), `fold_change`, `n` and `n_control` (units, whole), `n_exact` (before rounding up), `power`
#'   (that `n` gives), `half_width` (log2, what half of the interval will be near), `floor` (log2, what remains of it
#'   with any number of units, because the efficiency is known so well and no better) and `note`. The attribute `pilot`
#'   has the pilot's `target`, `sd`, `df`, `conf.low`, `conf.high`. Errors have the class `ddcq_error_argument`.
#' @details Power is that of the t-test on \eqn{d}, from the noncentral t distribution, both tails counted: with
#'   \eqn{\delta = \log_2 FC}, \eqn{\nu = n + n_c - 2} and noncentrality \eqn{\delta / (s \sqrt{1/n + 1/n_c})}. The
#'   error of the efficiency adds \eqn{(\delta \cdot SE(b)/b)^2} to the variance. It hides no change, being in
#'   proportion to it, but it sets a floor to the interval. Welch's power is integrated over the ratio of the two
#'   variances, that of the equivalence test over the distribution of the SD (its test is the pooled one).
#'
#'   A pilot of three samples a group says little about the SD: the row at the upper limit shows what that can cost.
#' @family planning
#' @export
#' @examples
#' cq_power(sd = 0.5, fold_change = c(1.5, 2, 3), power = 0.8)
#' cq_power(sd = 0.5, fold_change = 2, n = 3:6)
#' cq_power(sd = 0.3, power = 0.8, n = 4)
#' # "no change" has to be planned, too
#' cq_power(sd = 0.3, margin = 1.5, n = c(3, 4, 6, 10))
#'
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' pilot <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' cq_power(fit = pilot, fold_change = 2, power = 0.8, targets = c("BAX", "BCL2"))
cq_power <- function(sd = NULL, fold_change = NULL, power = NULL, n = NULL, ..., fit = NULL, level = 0.95,
                     paired = FALSE, ratio = 1, variance = NULL, margin = NULL, curve_se = 0, curve_df = Inf,
                     sd_level = 0.8, targets = NULL) {
  check_dots_empty(...)
  plan <- list(
    level = check_level(level), paired = check_flag(paired, "paired"), ratio = check_number(ratio, "ratio", 0.01, 100),
    margin = if (!is.null(margin)) log2(check_fold(margin, "margin"))
  )
  plan$variance <- plan_variance(variance, fit, plan)
  if (plan$paired && plan$ratio != 1) {
    ddcq_abort("{.arg ratio} must be 1 with {.code paired = TRUE}: a pair has one of each.", "argument")
  }
  asked <- check_asked(fold_change, power, n, plan)
  sd_level <- check_number(sd_level, "sd_level", 0.5, 0.9999)
  basis <- power_basis(sd, fit, plan, curve_se, curve_df, sd_level, targets)
  plan <- c(plan, list(curve_se = curve_se, curve_df = curve_df))
  grid <- merge(asked$grid, data.frame(row = seq_along(basis$sd)), by = NULL)
  grid <- grid[order(grid$row), , drop = FALSE]
  rows <- lapply(seq_len(nrow(grid)), function(i) {
    power_row(asked$solve, as.list(grid[i, , drop = FALSE]), lapply(basis[basis_parts], `[`, grid$row[i]), plan)
  })
  out <- do.call(rbind, c(rows, list(make.row.names = FALSE)))
  structure(
    out, class = c("cq_power", "data.frame"), solve = asked$solve, plan = plan, pilot = basis$pilot,
    simulated = isTRUE(fit$spec$simulated)
  )
}

# ---- what was given ----

# Pairs have one variance, that of their differences.
plan_variance <- function(variance, fit, plan) {
  if (is.null(variance)) {
    alike <- plan$paired || !is.null(plan$margin) || !identical(fit$spec$variance, "welch")
    return(if (alike) "pooled" else "welch")
  }
  variance <- check_choice(variance, c("pooled", "welch"), "variance")
  if (variance == "welch" && (plan$paired || !is.null(plan$margin))) {
    ddcq_abort(
      "{.code variance = \"welch\"} goes with two groups and a difference, not with {.arg paired} or {.arg margin}.",
      "argument"
    )
  }
  variance
}

basis_parts <- c("target", "basis", "sd", "curve_se", "curve_df")

check_fold <- function(x, arg) {
  x <- check_number(x, arg, 0, Inf)
  if (x <= 1 || !is.finite(x)) {
    ddcq_abort("{.arg {arg}} must be a fold change above 1, not {x}.", "argument")
  }
  x
}

check_each <- function(x, arg, good, what) {
  if (!is.numeric(x) || !length(x) || anyNA(x) || !all(good(x))) {
    bad <- if (is.numeric(x)) x[is.na(x) | !good(x)][1] else NA
    came <- if (is.na(bad)) "there is a gap or no number" else paste("there is", format(bad))
    ddcq_abort(c("{.arg {arg}} must be {what}.", "x" = "{came}"), "argument")
  }
  as.double(x)
}

# The values that were given and which of the three is asked for.
check_asked <- function(fold_change, power, n, plan) {
  given <- list(fold_change = fold_change, power = power, n = n)
  if (!is.null(plan$margin) && is.null(fold_change)) given$fold_change <- 1
  open <- names(given)[vapply(given, is.null, NA)]
  if (length(open) != 1 || (!is.null(plan$margin) && identical(open, "fold_change"))) {
    three <- if (is.null(plan$margin)) names(given) else c("power", "n")
    ddcq_abort(
      c("One of {.arg {three}} must be left out, and the others given.",
        "x" = if (length(open)) "Left out: {.arg {open}}." else "All are given."
      ), "argument"
    )
  }
  if (!is.null(given$fold_change)) {
    fine <- function(x) x > 0 & is.finite(x) & (!is.null(plan$margin) | x != 1)
    given$fold_change <- check_each(given$fold_change, "fold_change", fine, "folds above 0, other than 1")
  }
  if (!is.null(given$power)) {
    given$power <- check_each(given$power, "power", function(x) x > 0 & x < 1, "chances between 0 and 1")
  }
  if (!is.null(given$n)) {
    given$n <- check_each(given$n, "n", function(x) x >= 2 & x == floor(x), "whole numbers of 2 or more")
  }
  list(solve = open, grid = expand.grid(given[setdiff(names(given), open)], KEEP.OUT.ATTRS = FALSE))
}

# The SDs to plan with, one element a row of `target, basis, sd, curve_se, curve_df`; `pilot`: where they come from.
power_basis <- function(sd, fit, plan, curve_se, curve_df, sd_level, targets) {
  if (is.null(sd) == is.null(fit)) {
    ddcq_abort("Either {.arg sd} or {.arg fit} must be given, not both.", "argument")
  }
  if (is.null(fit) && !is.null(targets)) {
    ddcq_abort(
      c("{.arg targets} must come with {.arg fit}: they are those of a pilot.",
        "i" = "With {.arg sd} alone, leave {.arg targets} out."
      ), "argument"
    )
  }
  if (is.null(fit)) {
    sd <- check_each(sd, "sd", function(x) x > 0 & is.finite(x), "SDs above 0")
    size <- length(sd)
    return(list(
      target = rep_len(NA_character_, size), basis = rep_len("assumed", size), sd = sd,
      curve_se = rep_len(check_number(curve_se, "curve_se", 0, 1), size),
      curve_df = rep_len(check_number(curve_df, "curve_df", 1, Inf), size)
    ))
  }
  check_fit(fit)
  pilot <- pilot_sd(fit, plan, targets)
  upper <- pilot$sd * sqrt(pilot$df / stats::qchisq(1 - sd_level, pilot$df))
  each <- rep(seq_len(nrow(pilot)), ifelse(is.na(pilot$sd), 1L, 2L)) # without an SD there is no upper limit of it
  second <- duplicated(each)
  list(
    target = pilot$target[each], basis = ifelse(second, "pilot, upper limit", "pilot"),
    sd = ifelse(second, upper[each], pilot$sd[each]), curve_se = pilot$curve_se[each],
    curve_df = pilot$curve_df[each], pilot = pilot
  )
}

# SDs between units of a pilot. In a fit with pairs s is what is left within them, and the difference within a pair has
# twice that variance.
pilot_sd <- function(fit, plan, targets) {
  rows <- fit$results
  parts <- flat_parts(fit$parts)
  if (plan$paired && !length(fit$spec$blocks)) {
    ddcq_abort(
      c("With {.code paired = TRUE} the pilot must have the pairs as a block.",
        "i" = "Fit it with {.code ~ treatment + subject}."
      ), "argument"
    )
  }
  s <- sqrt(pilot_variance(fit, rows, parts))
  use <- is.finite(s) & s > 0 & parts$df_biological > 0
  s[!use] <- NA
  # one SD a target where it is pooled, one a contrast where each has its own; none is a row, too
  if (!identical(fit$spec$variance, "welch")) use <- use & !duplicated(ifelse(use, rows$target, NA))
  use <- use | (!rows$target %in% rows$target[use] & !duplicated(rows$target))
  if (!is.null(targets)) {
    check_known_targets(check_strings(targets, "targets"), unique(rows$target), "targets")
    use <- use & rows$target %in% targets
  }
  if (all(is.na(s[use]))) {
    ddcq_abort("The pilot must have a target with an SD between samples, but none has.", "argument")
  }
  df <- ifelse(is.na(s), NA_real_, parts$df_biological)[use]
  sd <- s[use] * if (plan$paired) sqrt(2) else 1
  tail <- (1 - plan$level) / 2
  eff <- fit$spec$efficiency[match(rows$target[use], fit$spec$efficiency$target), ]
  error <- eff$std.error / (eff$efficiency * log(2)) / log2(eff$efficiency)
  data.frame(
    target = rows$target[use], contrast = rows$contrast[use], sd = sd, df = df,
    conf.low = sd * sqrt(df / stats::qchisq(1 - tail, df)), conf.high = sd * sqrt(df / stats::qchisq(tail, df)),
    curve_se = ifelse(is.na(error), 0, error), curve_df = ifelse(is.na(eff$df), Inf, eff$df), stringsAsFactors = FALSE
  )
}

# The model's variance of a unit, whatever the other terms and the gaps make of the contrast's. Where each group has its
# own (Welch), the common one that would give the row the same: V_b = s^2 (1/n + 1/n_control).
pilot_variance <- function(fit, rows, parts) {
  own <- if (is.null(fit$parts$unit_variance)) NA_real_ else as.vector(t(fit$parts$unit_variance))
  ifelse(is.na(own) | is.na(parts$var_biological), parts$var_biological / (1 / rows$n + 1 / rows$n_control), own)
}
