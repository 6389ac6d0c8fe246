# cq_melt(): peaks of melt curves, and what they say of the wells: how many products, and whose Tm stands apart.

#' Melt peaks: how many products, and which
#'
#' The smoothed negative derivative of each melt curve, its peaks, the number of products of each well, and the wells
#' whose main product melts elsewhere than that of the others of its target.
#'
#' **Derivative.** At each temperature the slope of a quadratic fitted to the readings within half a window, all of one
#' weight; on even steps that is the filter of Savitzky and Golay (1964). A window of fewer than five readings grows to
#' hold five.
#'
#' **Peaks.** A maximum of the derivative is a peak when it rises above its surroundings (its *prominence*: down to the
#' higher of the two lowest points between it and a higher peak) by at least `share` of the largest such rise in the
#' well, by `noise` standard errors of the derivative (from the scatter of the readings about the local fits), and by
#' `weak` of what a well of its run and dye usually has (the 90 % quantile of the wells' largest). The ends of the
#' curve, where the window is not full, make no peaks. `tm` is the vertex of a parabola through the derivative about
#' the maximum.
#'
#' **Outliers.** The main peak of a well is the one with the largest area. A well is marked when the Tm of its main
#' peak lies more than `degrees` from the median of its run and target, and more than `sds` robust standard deviations
#' (1.4826 times the median absolute deviation). No-template controls, no-RT controls and wells omitted in the
#' instrument's software do not count towards the median, and are compared with it.
#'
#' @param x (`cq_melt_curves`) Melt curves, of [cq_read_curves()] with `what = "melt"` or [cq_melt_curves()].
#' @param ... Not used.
#' @param window (number) Width of the smoothing window in degrees.
#' @param share (number) The least prominence of a peak, as a share of the largest of its well.
#' @param noise (number) The least prominence of a peak in standard errors of the derivative. With the default fewer
#'   than 0.5 % of simulated wells of noise alone had a peak (3,000 wells each of steps of 0.1 to 1 degree).
#' @param weak (number) The least prominence of a peak, as a share of what wells of the run and dye usually have.
#' @param degrees,sds (number) How far a Tm must lie from its target's median to be marked: both must be exceeded.
#' @return An object of class `cq_melt`: a list of
#'   * `peaks`, one row a well and peak: `run, well, sample, target` (and `dye`, `task`, where the curves have them),
#'     `peak` (1 is the largest area), `tm` (degrees Celsius), `height` (of the derivative at the peak, fluorescence a
#'     degree), `prominence` (the same, above its surroundings), `area` (above the base, fluorescence), `width` (degrees
#'     at half of the height above the base), `low`, `high` (degrees: where the peak begins and ends), `share` (of the
#'     area of all peaks of the well). A well without a peak is a row with `NA`;
#'   * `wells`, one row a well and target: the same names, `n_peaks`, `tm`, `height`, `area`, `width`, `share` of the
#'     main peak, `distance` (degrees from the target's median), `robust_sd` (the same in robust standard deviations),
#'     `noise` (residual SD of the readings), `flags` (separated by semicolons: `no peak`, `several peaks`, `tm apart`,
#'     `too few readings`);
#'   * `curves`, the derivative: run, well, target, dye, `temperature`, `derivative`;
#'   * `targets`, one row a run and target: `wells`, `tm` (the median), `mad` (robust standard deviation), `apart`.
#'
#'   `as.data.frame(x, by = "well")` gives the wells, `by = "peak"` the peaks. Errors have the classes
#'   `ddcq_error_argument` and `ddcq_error_data`.
#' @references Savitzky A, Golay MJE (1964). Smoothing and differentiation of data by simplified least squares
#'   procedures. *Analytical Chemistry* 36, 1627-1639. \doi{10.1021/ac60214a047}
#' @family curves
#' @export
#' @examples
#' # simulated: products that melt at 84 and at 86 degrees, and one of both 76 and 84
#' temperature <- seq(65, 95, 0.5)
#' melts <- function(tm, size) size / (1 + exp((temperature - tm) / 0.6))
#' simulated <- data.frame(
#'   temperature, A1 = melts(84, 100), A2 = melts(84.1, 90), A3 = melts(84.05, 95), A4 = melts(86,
#'     100),
#'   A5 = melts(84, 60) + melts(76, 40)
#' )
#' melt <- cq_melt(cq_melt_curves(simulated, wide = TRUE, run = "simulated", target = "MYC"))
#' melt
#' as.data.frame(melt, by = "well")
cq_melt <- function(x, ..., window = 2, share = 0.1, noise = 7, weak = 0.05, degrees = 1, sds = 4) {
  check_dots_empty(...)
  x <- check_melt_curves(x)
  spec <- list(
    window = check_number(window, "window", 0.1, 20), share = check_number(share, "share", 0, 1),
    noise = check_number(noise, "noise", 0), weak = check_number(weak, "weak", 0, 1),
    degrees = check_number(degrees, "degrees", 0), sds = check_number(sds, "sds", 0)
  )
  index <- curve_index(x)
  order <- order(index, x$temperature)
  x <- x[order, , drop = FALSE]
  index <- index[order]
  fit <- melt_fit(x, index, spec)
  wells <- as.data.frame(x)[!duplicated(index), , drop = FALSE]
  rownames(wells) <- NULL
  wells <- wells[intersect(c(curve_names, "dye", "task", "omitted"), names(wells))]
  peaks <- melt_peaks(fit, wells, spec)
  wells <- melt_wells(wells, peaks, fit)
  targets <- melt_targets(wells)
  wells <- melt_flags(wells, targets, fit, spec)
  targets$apart <- count_apart(wells, targets)
  curves <- as.data.frame(x)[intersect(c("run", "well", "target", "dye", "temperature"), names(x))]
  curves$derivative <- fit$slope
  out <- list(peaks = melt_names(peaks, wells), wells = wells, curves = curves, targets = targets, spec = spec)
  structure(c(out, list(log = log_of(x))), class = "cq_melt")
}

check_melt_curves <- function(x) {
  if (missing(x)) abort_missing("x")
  if (!inherits(x, "cq_melt_curves")) {
    ddcq_abort(
      c("{.arg x} must be melt curves, not {.obj_type_friendly {x}}.",
        "i" = if (inherits(x, "cq_curves")) {
          "These are amplification curves: {.code cq_read_curves(path, what = \"melt\")} reads the others."
        } else {
          "{.fn cq_read_curves} reads them from files, {.fn cq_melt_curves} makes them from a data frame."
        }
      ), "argument"
    )
  }
  if (!nrow(x)) ddcq_abort("{.arg x} must have rows, but it has none.", "data")
  bad <- which(!is.finite(x$temperature) | !is.finite(x$fluorescence))
  if (length(bad)) {
    ddcq_abort("Every row of {.arg x} must have a temperature and a fluorescence; row {some(bad)} has not.", "data")
  }
  x
}

melt_most <- 8L

melt_fit <- function(x, index, spec) {
  size <- tabulate(index, max(index))
  start <- as.integer(c(0, cumsum(size)))
  rule <- c(spec$window, spec$share, spec$noise)
  fit <- .Call(c_melt, as.double(x$temperature), as.double(x$fluorescence), start, rule, melt_most)
  colnames(fit$peak) <- c("tm", "height", "prominence", "area", "width", "low", "high")
  fit
}

# One row a peak, with the number of its curve; peaks that are weak beside those of other wells go.
melt_peaks <- function(fit, wells, spec) {
  curve <- rep(seq_along(fit$count), each = melt_most)
  keep <- !is.na(fit$peak[, "tm"])
  out <- data.frame(curve = curve[keep], fit$peak[keep, , drop = FALSE])
  top <- rep(0, nrow(wells))
  best <- tapply(out$prominence, out$curve, max)
  top[as.integer(names(best))] <- best
  group <- paste(wells$run, wells$dye %||% "", sep = "\r")
  usual <- tapply(top, group, stats::quantile, probs = 0.9, names = FALSE)
  out <- out[out$prominence >= spec$weak * usual[group[out$curve]], , drop = FALSE]
  out <- out[order(out$curve, -out$area), , drop = FALSE]
  out$peak <- sequence(rle(out$curve)$lengths)
  out$share <- out$area / stats::ave(out$area, out$curve, FUN = sum)
  out
}

# The main peak of each well.
melt_wells <- function(wells, peaks, fit) {
  n <- tabulate(peaks$curve, nrow(wells))
  main <- peaks[peaks$peak == 1L, , drop = FALSE]
  at <- match(seq_len(nrow(wells)), main$curve)
  wells$n_peaks <- n
  wells$n_peaks[fit$status != 0L & n == 0L] <- NA_integer_
  for (name in c("tm", "height", "area", "width", "share")) wells[[name]] <- main[[name]][at]
  wells$noise <- fit$sigma
  wells
}

# Wells that tell where a target melts: no controls without template, nothing that was omitted.
tells_tm <- function(wells) {
  control <- as.character(wells$task %||% NA) %in% c("ntc", "nrt")
  !is.na(wells$tm) & !control & !(wells$omitted %||% FALSE)
}

melt_targets <- function(wells) {
  out <- unique(wells[intersect(c("run", "target", "dye"), names(wells))])
  rownames(out) <- NULL
  tells <- tells_tm(wells)
  value <- function(f) {
    vapply(seq_len(nrow(out)), function(i) f(wells$tm[same_target(wells, out[i, ]) & tells]), 0)
  }
  out$wells <- as.integer(value(length))
  out$tm <- value(function(tm) if (length(tm)) stats::median(tm) else NA_real_)
  out$mad <- value(function(tm) if (length(tm) > 2) stats::mad(tm) else NA_real_)
  out
}

count_apart <- function(wells, targets) {
  apart <- grepl("tm apart", wells$flags, fixed = TRUE)
  vapply(seq_len(nrow(targets)), function(i) sum(same_target(wells, targets[i, ]) & apart), 0L)
}

same_target <- function(wells, row) {
  key <- intersect(c("run", "target", "dye"), names(wells))
  do.call(paste, c(wells[key], sep = "\r")) == do.call(paste, c(row[key], sep = "\r"))
}

melt_flags <- function(wells, targets, fit, spec) {
  key <- intersect(c("run", "target", "dye"), names(wells))
  at <- match(do.call(paste, c(wells[key], sep = "\r")), do.call(paste, c(targets[key], sep = "\r")))
  wells$distance <- wells$tm - targets$tm[at]
  wells$robust_sd <- wells$distance / targets$mad[at]
  wells$robust_sd[wells$distance %in% 0] <- 0
  apart <- abs(wells$distance) > spec$degrees & abs(wells$robust_sd) > spec$sds
  wells$flags <- join_flags(list(
    ifelse(fit$status == 1L & is.na(wells$n_peaks), "too few readings", NA),
    ifelse(wells$n_peaks %in% 0L, "no peak", NA), ifelse(wells$n_peaks %in% 2:melt_most, "several peaks", NA),
    ifelse(apart %in% TRUE, "tm apart", NA)
  ), nrow(wells))
  wells
}

# Peaks with the names of their wells; a well without one is a row without numbers.
melt_names <- function(peaks, wells) {
  none <- setdiff(seq_len(nrow(wells)), peaks$curve)
  curve <- c(peaks$curve, none)
  take <- c(seq_len(nrow(peaks)), rep(NA_integer_, length(none)))
  order <- order(curve, take)
  names <- wells[curve[order], intersect(c(curve_names, "dye", "task"), names(wells)), drop = FALSE]
  numbers <- peaks[take[order], c("peak", "tm", "height", "prominence", "area", "width", "low", "high", "share")]
  out <- cbind(names, numbers)
  rownames(out) <- NULL
  out
}
