# Questions that are asked of dilution series beside their efficiency: is it one slope, where is it a line, and does the
# target follow its reference down the dilution.

#' Do dilution series have the same slope?
#'
#' Fits a line to each series and tests whether they are parallel: between targets (one efficiency for all?), between
#' the runs of a target (did it hold from day to day?), or between dilution series of different samples (does a sample's
#' matrix inhibit?).
#'
#' @inheritParams cq_standard_curve
#' @param by (text) What the series differ in: `"target"`, `"run"`, or any other column of the wells. Unless it is
#'   `"target"`, each target is tested on its own.
#' @param unit (`"point"` or `"well"`) As in [cq_standard_curve()].
#' @return A data frame of class `cq_slopes`, one row a test: `target` (`"all"` when targets are compared), `by`,
#'   `n_lines`, `slope` (common, cycles per log10 of quantity), `slope_se`, `efficiency` (of that slope, factor per
#'   cycle), `f`, `df1`, `df2`, `p.value` (equal slopes: the interaction in `lm(cq ~ log10(quantity) * by)`),
#'   `slope_min`, `slope_max` and `note`. The lines themselves are the attribute `lines`: `target`, `group`, `slope`,
#'   `slope_se`, `df`, `efficiency`. Fewer than two series are a row with a note. Errors have the classes
#'   `ddcq_error_curve` (no standards), `ddcq_error_column` and `ddcq_error_argument`.
#' @family efficiency
#' @export
#' @examples
#' # one efficiency for the seven assays of the plate? p says no: each needs its own
#' slopes <- cq_slopes(cq_data(anastrozole_plate, na = "nondetect"), by = "target", unit = "well")
#' slopes
#' attr(slopes, "lines")
cq_slopes <- function(x, by = "target", ..., unit = c("point", "well"), quantity = NULL, targets = NULL) {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  by <- check_string(by, "by")
  check_columns(x, by, "x")
  unit <- check_choice(unit, c("point", "well"), "unit")
  wells <- curve_wells(x, quantity, if (!by %in% c("target", "run")) by)
  targets <- curve_targets(wells, targets)
  lines <- do.call(rbind, lapply(targets, function(target) {
    slope_lines(lapply(wells, `[`, wells$target == target), target, by, unit)
  }))
  out <- slope_tests(lines, by)
  attr(out, "lines") <- lines[c("target", "group", "slope", "slope_se", "df", "efficiency")]
  attr(out, "unit") <- unit
  attr(out, "simulated") <- says_simulated(log_of(x), unique(x$run))
  out
}

# One line for each group of a target's wells; targets as groups keep their runs' intercepts.
slope_lines <- function(w, target, by, unit) {
  group <- if (by == "target") rep_len(target, length(w$cq)) else w$run
  rows <- lapply(unique(group), function(g) {
    fit <- fit_curve(lapply(w, `[`, group == g), unit, 0.95)
    data.frame(
      target = target, group = g, slope = fit$slope, slope_se = fit$slope_se, df = fit$df, efficiency = fit$efficiency,
      sxx = fit$detail$sxx, rss = fit$sigma^2 * max(fit$df, 0), stringsAsFactors = FALSE
    )
  })
  do.call(rbind, rows)
}

slope_tests <- function(lines, by) {
  of <- if (by == "target") rep_len("all", nrow(lines)) else lines$target
  rows <- lapply(unique(of), function(target) {
    l <- lines[of == target, , drop = FALSE]
    test <- .Call(c_slopes_equal, l$slope, l$sxx, ifelse(is.na(l$rss), 0, l$rss), l$df)
    v <- test$value
    spread <- if (all(is.na(l$slope))) c(NA_real_, NA_real_) else range(l$slope, na.rm = TRUE)
    data.frame(
      target = target, by = by, n_lines = as.integer(v[6]), slope = v[4], slope_se = v[5],
      efficiency = if (isTRUE(v[4] < 0)) 10^(-1 / v[4]) else NA_real_, f = v[1], df1 = v[2], df2 = v[3],
      p.value = stats::pf(v[1], v[2], v[3], lower.tail = FALSE), slope_min = spread[1], slope_max = spread[2],
      note = slope_note(v, test$status), stringsAsFactors = FALSE
    )
  })
  structure(do.call(rbind, rows), class = c("cq_slopes", "data.frame"))
}

slope_note <- function(v, status) {
  if (v[6] < 2) {
    return("fewer than two lines: nothing to compare")
  }
  switch(as.character(status), "1" = "no degrees of freedom", "2" = "no scatter about the lines", "")
}

#' Where a dilution series is a line
#'
#' Leaves out levels from the ends of a dilution series, one after the other, and tests each rest for lack of fit.
#' Nothing is left out of a curve by this: give the table to [cq_standard_curve()] as `range =` to do so.
#'
#' @inheritParams cq_standard_curve
#' @param from (`"lowest"`, `"highest"` or `"both"`) The end to leave levels out from.
#' @param p (number) A rest counts as a line when its lack of fit has at least this p.
#' @param least (number) Levels that must be left.
#' @return A data frame of class `cq_linear_range`, one row a target and rest: `target`, `dropped_low`, `dropped_high`
#'   (levels left out), `n_points`, `quantity_min`, `quantity_max` (unit of the standards), `cq_min`, `cq_max` (cycles),
#'   `decades`, `slope` (cycles per log10 of quantity), `efficiency` (factor per cycle), `r.squared`, `lof_f`,
#'   `lof_df1`, `lof_df2`, `lof_p` (lack of fit against the replicates), `widest` (`TRUE` for the widest rest that
#'   counts as a line) and `note`. The p of a rest that was searched for is no longer a test's: it describes. Errors
#'   have the classes `ddcq_error_curve` (no standards), `ddcq_error_column` and `ddcq_error_argument`.
#' @family efficiency
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' rests <- cq_linear_range(x, targets = "MYC")
#' rests
#' # the curve over the widest of them
#' cq_standard_curve(x, targets = "MYC", range = rests)
cq_linear_range <- function(x, ..., from = c("lowest", "highest", "both"), p = 0.05, least = 4, quantity = NULL,
                            targets = NULL, series = NULL) {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  from <- check_choice(from, c("lowest", "highest", "both"), "from")
  p <- check_number(p, "p", 0, 1)
  least <- check_number(least, "least", 3, 1000)
  wells <- curve_wells(x, quantity, series)
  targets <- curve_targets(wells, targets)
  rows <- lapply(targets, function(target) {
    range_rows(lapply(wells, `[`, wells$target == target), target, from, p, least)
  })
  out <- structure(do.call(rbind, rows), class = c("cq_linear_range", "data.frame"))
  attr(out, "p") <- p
  attr(out, "simulated") <- says_simulated(log_of(x), unique(x$run))
  out
}

range_rows <- function(w, target, from, p, least) {
  levels <- sort(unique(w$quantity))
  most <- max(0, length(levels) - least)
  cuts <- expand.grid(low = if (from == "highest") 0 else 0:most, high = if (from == "lowest") 0 else 0:most)
  cuts <- cuts[cuts$low + cuts$high <= most, , drop = FALSE]
  rows <- do.call(rbind, Map(function(low, high) {
    range_row(w, target, low, high, levels[c(1 + low, length(levels) - high)])
  }, cuts$low, cuts$high))
  good <- which(rows$lof_p >= p)
  best <- good[order(-rows$decades[good], -rows$lof_p[good])]
  rows$widest <- seq_len(nrow(rows)) == c(best, 0)[1]
  rows[order(rows$dropped_low + rows$dropped_high, rows$dropped_low), , drop = FALSE]
}

range_row <- function(w, target, low, high, range) {
  w <- within_range(w, range)
  fit <- fit_curve(w, "well", 0.95)
  data.frame(
    target = target, dropped_low = as.integer(low), dropped_high = as.integer(high), n_points = fit$n_points,
    quantity_min = fit$range[1], quantity_max = fit$range[2], cq_min = fit$cq_range[1], cq_max = fit$cq_range[2],
    decades = log10(fit$range[2] / fit$range[1]), slope = fit$slope, efficiency = fit$efficiency,
    r.squared = fit$r.squared, lof_f = fit$lof_f, lof_df1 = fit$lof_df1, lof_df2 = fit$lof_df2, lof_p = fit$lof_p,
    widest = FALSE, note = if (is.na(fit$lof_p)) "no replicates, or too few levels: no test" else "",
    stringsAsFactors = FALSE
  )
}

#' Does a target follow its reference down the dilution?
#'
#' Fits dCq (target minus reference) on log10 of the input quantity. With equal efficiencies and nothing that inhibits
#' one of the two, the line is level; a slope other than 0 says that the difference of the two depends on how much was
#' put in.
#'
#' @inheritParams cq_standard_curve
#' @param reference (text) The target that is subtracted.
#' @param pair (text) The column that says which wells of a dilution go together, such as a replicate number or, in
#'   multiplex, `"well"`. Each pair is then a unit; without it, the mean of each dilution is.
#' @param margin (number) Slopes within plus or minus this count as level, in cycles per log10 of quantity; 0.1 is
#'   the custom.
#' @return A data frame of class `cq_inhibition`, one row a target: `target`, `reference`, `slope` (cycles per log10 of
#'   quantity), `std.error`, `df`, `statistic` (t), `p.value` (of a level line), `conf.low`, `conf.high` (of the slope),
#'   `intercept` (cycles), `r.squared`, `n_points`, `margin`, `verdict` (`"level"`: the interval lies within the margin;
#'   `"not level"`: it does not hold 0 and reaches beyond; `"not shown"`: anything else) and `note`. Errors have the
#'   classes `ddcq_error_curve` (no standards), `ddcq_error_column` and `ddcq_error_argument`.
#' @references Livak KJ, Schmittgen TD (2001). Analysis of relative gene expression data using real-time quantitative
#'   PCR and the 2(-Delta Delta C(T)) method. Methods 25(4), 402-408. \doi{10.1006/meth.2001.1262}
#' @family efficiency
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' cq_inhibition(x, reference = "GAPDH")
cq_inhibition <- function(x, reference, ..., pair = NULL, margin = 0.1, quantity = NULL, targets = NULL, series = NULL,
                          level = 0.95) {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  reference <- check_string(reference, "reference")
  margin <- check_number(margin, "margin", 0, 3)
  level <- check_level(level)
  if (!is.null(pair)) check_columns(x, check_string(pair, "pair"), "x")
  wells <- curve_wells(x, quantity, series)
  if (!is.null(pair)) wells$pair <- as.character(x[[pair]])[wells$row]
  curve_targets(wells, reference)
  targets <- setdiff(curve_targets(wells, targets), reference)
  if (!length(targets)) {
    ddcq_abort("There must be a target with standards beside the reference {some(reference)}.", "curve")
  }
  rows <- lapply(targets, function(target) inhibition_row(wells, target, reference, margin, level))
  out <- structure(do.call(rbind, rows), class = c("cq_inhibition", "data.frame"))
  attr(out, "level") <- level
  attr(out, "paired") <- pair
  attr(out, "simulated") <- says_simulated(log_of(x), unique(x$run))
  out
}

inhibition_row <- function(wells, target, reference, margin, level) {
  d <- delta_wells(wells, target, reference)
  fit <- if (length(d$cq) > 1) fit_curve(d, "well", level) else list(slope = NA_real_, df = NA_real_)
  slope <- fit$slope
  se <- if (isTRUE(fit$df > 0)) fit$slope_se else NA_real_
  statistic <- if (isTRUE(se > 0)) slope / se else NA_real_
  half <- if (is.na(se)) NA_real_ else stats::qt(1 - (1 - level) / 2, fit$df) * se
  data.frame(
    target = target, reference = reference, slope = slope, std.error = se, df = fit$df, statistic = statistic,
    p.value = if (is.na(statistic)) NA_real_ else 2 * stats::pt(-abs(statistic), fit$df), conf.low = slope - half,
    conf.high = slope + half, intercept = if (length(fit$intercept) == 1) fit$intercept else NA_real_,
    r.squared = fit$r.squared %||% NA_real_, n_points = length(d$cq), margin = margin,
    verdict = level_verdict(slope - half, slope + half, margin),
    note = paste(c(d$said, if (is.na(se)) "too few dilutions that have both"), collapse = "; "),
    stringsAsFactors = FALSE
  )
}

level_verdict <- function(low, high, margin) {
  if (is.na(low)) {
    return(NA_character_)
  }
  if (low >= -margin && high <= margin) {
    return("level")
  }
  if (low > 0 || high < 0) "not level" else "not shown"
}

# dCq of each unit that has both: a dilution's means, or the pairs that a column names.
delta_wells <- function(wells, target, reference) {
  key <- paste(wells$run, format(wells$quantity, digits = 17), wells$pair %||% "", sep = "\r")
  mean_of <- function(name) {
    mine <- wells$target == name
    vapply(split(wells$cq[mine], key[mine]), mean, 0)
  }
  a <- mean_of(target)
  b <- mean_of(reference)
  both <- intersect(names(a), names(b))
  lost <- length(setdiff(c(names(a), names(b)), both))
  at <- match(both, key)
  list(
    run = wells$run[at], quantity = wells$quantity[at], cq = unname(a[both] - b[both]),
    said = if (lost) paste(plural(lost, "unit"), "without the other of the two")
  )
}
