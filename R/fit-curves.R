# cq_fit_curves(): from raw fluorescence to wells with a Cq, its standard error, and the reason where there is none.

#' Cq and efficiency from amplification curves
#'
#' Fits a sigmoid to the raw fluorescence of every well and takes the Cq from it in closed form, with a standard error.
#' Wells without amplification become non-detects, never numbers. The result is a `cq_data` that the rest of the package
#' works on.
#'
#' @param x (`cq_curves`) Raw fluorescence from [cq_read_curves()] or [cq_curves()].
#' @param model (text) The sigmoid, \eqn{F(x) = c + (d - c) s}: `"b5"` logistic with asymmetry, \eqn{s = (1 + e^{b(x -
#'   e)})^{-f}}; `"b4"` the same with f = 1; `"l5"`, `"l4"` log-logistic, \eqn{(x/e)^b} for the exponential;
#'   `"gompertz"`, \eqn{s = exp(-e^{b(x - e)})}. Several: for each target the one with the smallest sum of AICc over the
#'   wells that all of them could fit (one model a target, so that its wells stay comparable).
#' @param cq (text) Where on the curve the Cq lies: `"sdm"` and `"fdm"`, the maximum of the second and of the first
#'   derivative; `"cy0"`, where the tangent at the latter meets the baseline; `"threshold"`, where the curve is
#'   `threshold` above its baseline.
#' @param ... Not used.
#' @param threshold (number, numbers named by target, or `"fit"`) Fluorescence above the baseline, for `cq =
#'   "threshold"`. `"fit"`: for each target the level at which its replicates (wells of one run and sample) spread
#'   least.
#' @param baseline (two numbers, or a data frame) Cycles of the baseline, to follow an instrument: the mean of their
#'   fluorescence is taken off, and the Cq lies on the straight line between the two cycles that enclose the threshold.
#'   Only with `cq = "threshold"`. A data frame has `well`, `first`, `last`, and `run` or `target` where they are needed
#'   to tell wells apart. `NULL`: the baseline of the fit.
#' @param cut_hook (flag) Whether cycles after the peak are left out where a curve falls by more than 5 % of its range.
#' @param min_rise (number) Share of the run's median rise below which a well counts as not amplified; per dye where
#'   there is one, and only from five amplified wells on.
#' @param threads (number) Threads, where the compiler knows OpenMP. The numbers do not depend on it.
#' @param progress (flag) Whether a long job shows how far it is.
#' @return A data frame of classes `cq_fitted_curves` and `cq_data`, one row a well and target: the columns of
#'   [cq_data()] (`state` is `quantified`, `nondetect` or `excluded`, `note` says why) and `cq_se` (cycles; standard
#'   error of the fit, `NA` where it has none), `df` (its degrees of freedom), `model`, `b`, `c`, `d`, `e`, `f` (`c` and
#'   `d` in fluorescence, `e` in cycles), `sdm`, `fdm`, `cy0` (cycles), `efficiency_at_cq` (factor per cycle of the
#'   fitted curve there), `efficiency_well` (factor per cycle, from the window of linearity, see
#'   [cq_curve_efficiency()]), `window_note` (why there is none), `rss`, `sigma` (fluorescence), `r_squared`, `aicc`,
#'   `n_cycles` and `signs` (text; what looks odd, see below). Columns of `x` that are constant within wells are kept.
#'   Errors have the classes `ddcq_error_argument` and `ddcq_error_data`.
#' @details
#' **No amplification** (`nondetect`, censored at the last cycle) is: one value throughout; a rise of less than five
#' residual SD, or means of three cycles within three times the noise; a sigmoid that is not clearly better (AICc) than
#' a straight line (by 10), a parabola (by 5) or a cubic, which is what drifts look like; more than 12 cycles from a
#' fifth to four fifths of the rise and more than 7 from a fiftieth to a fifth; no rising fit; a Cq beyond the last
#' cycle; less than `min_rise` of the others' rise.
#'
#' **Excluded** is a well of which nothing can be said: too few cycles, a step, a curve that rises from the first cycle
#' on, a fit that could not be had.
#'
#' **Signs**, words in `signs` that change no number: `hook` (falls after its peak; see `cut_hook`), `late`, `no
#' plateau`, `drift` (the baseline has a slope), `spike`, `saturated` (the largest value several times in a row),
#' `gaps`, `asymmetry not determined` (the standard error is for f as it is), `simpler model` (a five-parameter fit was
#' not to be had).
#'
#' **The model.** Most curves are not symmetric about their turning point, and where they are not, a model with f = 1
#' puts the maximum of the second derivative some tenths of a cycle beside its place; hence `"b5"` unless said. Where f
#' runs to infinity the logistic is the Gompertz curve, and that is said among the signs.
#'
#' The fit is ordinary least squares; standard errors are those of the fit to one well and hold neither pipetting nor
#' the choice of model. They are reported, and used only where you ask for them.
#' @references Guescini M, Sisti D, Rocchi MBL, Stocchi L, Stocchi V (2008). A new real-time PCR method to overcome
#'   significant quantitative inaccuracy due to slight amplification inhibition. BMC Bioinformatics 9, 326.
#'   \doi{10.1186/1471-2105-9-326}
#' @family curves
#' @export
#' @examples
#' # simulated: a dilution in three steps, and a well without template
#' cycle <- 1:40
#' set.seed(1)
#' f <- function(at) 0.2 + 5 / (1 + exp(-0.65 * (cycle - at))) + rnorm(40, sd = 0.02)
#' wide <- data.frame(cycle, A1 = f(20), A2 = f(23.4), A3 = f(26.8), A4 = f(200))
#' fit <- cq_fit_curves(cq_curves(wide, wide = TRUE, run = "simulated"))
#' fit
#' as.data.frame(fit)[c("well", "state", "cq", "cq_se", "note")]
cq_fit_curves <- function(x, model = "b5", cq = c("sdm", "fdm", "cy0", "threshold"), ..., threshold = NULL,
                          baseline = NULL, cut_hook = TRUE, min_rise = 0.05, threads = 2, progress = TRUE) {
  check_dots_empty(...)
  set <- curve_set(x)
  model <- check_models(model)
  kind <- check_choice(cq, cq_kinds, "cq")
  ask <- list(
    kind = kind, cut = check_flag(cut_hook, "cut_hook"), threads = as.integer(check_number(threads, "threads", 1, 256)),
    min_rise = check_number(min_rise, "min_rise", 0, 1), progress = check_flag(progress, "progress")
  )
  set <- set_baseline(set_threshold(set, threshold, kind), baseline, kind)
  fits <- lapply(stats::setNames(nm = model), function(m) fit_set(set, m, ask))
  fit <- if (length(fits) > 1) best_models(fits, set) else fits[[1]]
  if (identical(threshold, "fit")) {
    set$threshold <- fit_threshold(fit, set)
    fit <- refit_threshold(fit, set, ask)
  }
  fitted_curves(judge_rise(fit, set, ask), set, ask, x)
}

check_models <- function(model) {
  model <- unique(check_strings(model, "model"))
  for (one in model) check_choice(one, sigmoids, "model")
  model
}

# The curves one behind the other, sorted: cycle, fluorescence, starts, and a row of names for each.
curve_set <- function(x) {
  if (missing(x)) abort_missing("x")
  if (!is.data.frame(x) || !all(c(curve_names, "cycle", "fluorescence") %in% names(x))) {
    ddcq_abort(
      c("{.arg x} must be amplification curves from {.fn cq_read_curves} or {.fn cq_curves}, not \\
         {.obj_type_friendly {x}}.",
        "i" = if (is.data.frame(x)) "A data frame becomes curves by {.fn cq_curves}."
      ), "argument"
    )
  }
  if (!nrow(x)) ddcq_abort("{.arg x} must hold curves, but it has no rows.", "data")
  index <- curve_index(x)
  cycle <- as.double(x$cycle)
  order <- order(index, cycle)
  columns <- unclass(x)
  if (is.unsorted(order)) columns <- lapply(columns, `[`, order)
  index <- index[order]
  check_cycles(columns, index)
  first <- which(!duplicated(index))
  rest <- setdiff(names(columns), c("cycle", "fluorescence"))
  names <- lapply(stats::setNames(nm = rest), function(j) one_a_curve(columns[[j]], index, first))
  list(
    x = as.double(columns$cycle), y = as.double(columns$fluorescence),
    start = c(first - 1L, length(index)), names = Filter(Negate(is.null), names), n = length(first),
    threshold = rep_len(NA_real_, length(first)), base_first = rep_len(NA_real_, length(first)),
    base_last = rep_len(NA_real_, length(first))
  )
}

check_cycles <- function(columns, index) {
  cycle <- as.double(columns$cycle)
  bad <- which(is.na(cycle) | cycle < 0 | cycle != floor(cycle))
  if (length(bad)) {
    wells <- columns$well[bad]
    ddcq_abort(
      c("A cycle must be a whole number, 0 or more.",
        "x" = "It is not in {length(bad)} row{?s}, of the wells {some(wells)}."
      ), "data"
    )
  }
  n <- length(index)
  twice <- which(index[-1] == index[-n] & cycle[-1] == cycle[-n])
  if (length(twice)) {
    where <- paste0(columns$well[twice], " (cycle ", cycle[twice], ")")
    ddcq_abort(
      c("A run, well and target must have each cycle once.", "x" = "Twice: {some(where)}.",
        "i" = "Do several dyes or runs share the name of a well? Give them a {.field dye} or {.field run} column."
      ), "data"
    )
  }
}

# The value of a column for each curve; NULL where it changes within one.
one_a_curve <- function(values, index, first) {
  own <- values[first]
  same <- values == own[index] | (is.na(values) & is.na(own[index]))
  if (all(same %in% TRUE)) own
}

# ---- fits ----

# One model a target: the smallest sum of AICc over the wells that amplify and that every model could fit; where there
# are none, the model by which most wells amplify.
best_models <- function(fits, set) {
  group <- target_of(set)
  table <- function(what) matrix(vapply(fits, what, numeric(set$n)), set$n)
  aicc <- table(function(f) f$aicc)
  amplified <- table(function(f) as.double(f$state %in% c(0L, 11L)))
  good <- rowSums(is.na(aicc)) == 0 & rowSums(amplified) > 0
  aicc[!good, ] <- 0
  sums <- rowsum(aicc, group)
  none <- rowsum(as.double(good), group)[, 1] == 0
  sums[none, ] <- -rowsum(amplified, group)[none, ]
  best <- apply(sums, 1, which.min)[match(group, rownames(sums))]
  out <- fits[[1]]
  for (m in seq_along(fits)[-1]) {
    at <- best == m
    for (j in names(out)) out[[j]][at] <- fits[[m]][[j]][at]
  }
  out
}

# A well that rises by a sliver of what the others do found something else. State 12 is ours alone.
judge_rise <- function(fit, set, ask) {
  group <- paste(set$names$run, set$names$dye %||% "", sep = "\r")
  for (g in unique(group)) {
    good <- which(group == g & fit$state == 0L)
    if (length(good) < 5) next
    low <- good[fit$rise[good] < ask$min_rise * stats::median(fit$rise[good])]
    fit$state[low] <- 12L
  }
  fit
}
