# One standard curve: the line in the unit asked for, what its intercepts rest on, and the wells that lie off it.

# The wells of one target, with the outlying ones taken out when asked. `said`: what the note says of it.
fit_checked <- function(w, target, unit, level, exclude) {
  n_out <- attr(w, "n_outside")
  fit <- fit_curve(w, unit, level)
  off <- residual_table(w, target, fit)
  out <- off$well$outlying
  said <- if (any(out)) paste0(plural(sum(out), "well"), " standing out (", outlier_names(off$well[out, ]), ")")
  if (exclude && any(out)) {
    fit <- fit_curve(lapply(w, `[`, !out), unit, level)
    before <- off$well
    off <- residual_table(w, target, fit, out)
    # what was excluded keeps the test that excluded it
    told <- c("studentised", "df", "p_bonferroni", "outlying")
    off$well[out, told] <- before[out, told]
    said <- sub(" standing out", " excluded as standing out", said)
  }
  fit$detail$residuals <- off
  fit$excluded <- if (exclude) off$well[out, , drop = FALSE]
  fit$said <- c(if (isTRUE(n_out > 0)) paste(plural(n_out, "level"), "outside the range asked for"), said)
  fit
}

outlier_names <- function(rows) {
  where <- ifelse(is.na(rows$well), paste(rows$sample, "at", signif(rows$quantity, 3)), rows$well)
  some_plain(paste0(where, ", p ", format_p(rows$p_bonferroni)), 3)
}

# Where each well lies: its run, and its dilution point (run and quantity).
curve_codes <- function(w) {
  run <- code_strings(w$run)
  key <- paste(run$codes, format(w$quantity, digits = 17))
  point <- match(key, unique(key))
  first <- match(seq_len(max(point)), point)
  list(run = run$codes - 1L, runs = run$levels, point = point - 1L, first = first, point_run = run$codes[first] - 1L)
}

line_names <- c(
  "slope", "slope_se", "df", "r.squared", "sigma", "lof_f", "lof_df1", "lof_df2", "efficiency", "std.error", "w", "w_se"
)

fit_curve <- function(w, unit, level) {
  at <- curve_codes(w)
  fit <- .Call(
    c_line_fit, log10(w$quantity), w$cq, at$run, at$point, at$point_run, length(at$runs), as.integer(unit == "point")
  )
  value <- as.list(stats::setNames(fit$value, line_names))
  value$sigma_step <- NA_real_
  value$intercept <- fit$intercept
  value$status <- fit$status
  units <- curve_units(w, at, unit)
  if (unit == "serial") {
    value <- serial_curve(value, units, at, level)
  } else {
    value$half <- stats::qt(1 - (1 - level) / 2, if (isTRUE(value$df > 0)) value$df else NA) * value$slope_se
    value$detail <- least_squares_detail(value, units, at)
  }
  value$detail <- c(value$detail, list(
    unit = unit, runs = at$runs, df = value$df, slope = value$slope, intercept = value$intercept, sigma = value$sigma,
    wells_per_unit = length(units$wells) / sum(1 / units$wells), quantity = range(w$quantity)
  ))
  c(curve_efficiency(value), list(
    runs = at$runs, n_points = length(at$first), n_wells = length(w$cq), range = range(w$quantity),
    cq_range = range(w$cq), lof_p = stats::pf(value$lof_f, value$lof_df1, value$lof_df2, lower.tail = FALSE)
  ))
}

# The units of the fit: wells, or the means of the points and how many wells each has.
curve_units <- function(w, at, unit) {
  if (unit == "well") {
    return(list(x = log10(w$quantity), y = w$cq, run = at$run, wells = rep_len(1, length(w$cq)), pure = 0))
  }
  n <- length(at$first)
  wells <- tabulate(at$point + 1L, n)
  mean <- vapply(split(w$cq, factor(at$point, seq_len(n) - 1L)), mean, 0, USE.NAMES = FALSE)
  list(
    x = log10(w$quantity[at$first]), y = mean, run = at$point_run, wells = as.double(wells),
    pure = sum((w$cq - mean[at$point + 1L])^2)
  )
}

# What inverse prediction needs of a least-squares line: the errors of its intercepts, in the scale of `sigma`.
least_squares_detail <- function(value, units, at) {
  sums <- .Call(c_line_units, units$x, units$y, units$run, length(at$runs))
  square <- value$sigma^2
  list(
    sxx = sums$sxx, var_slope = square / sums$sxx, var_intercept = square * (1 / sums$count + sums$mean_x^2 / sums$sxx),
    cov = -square * sums$mean_x / sums$sxx
  )
}

# Steps from the stock: the highest quantity of a run is 0.
dilution_steps <- function(x, run) {
  step <- integer(length(x))
  for (r in unique(run)) {
    mine <- run == r
    step[mine] <- match(-x[mine], sort(unique(-x[mine]))) - 1L
  }
  step
}

serial_grid <- 60L

serial_curve <- function(value, units, at, level) {
  fit <- .Call(
    c_serial_fit, units$x, units$y, units$wells, units$run, dilution_steps(units$x, units$run), length(at$runs),
    units$pure, serial_grid
  )
  part <- stats::setNames(as.list(fit$value), c("rho", "slope", "reml_se", "sigma", "sigma_step", "df", "loglik"))
  value[c("slope", "df", "sigma", "sigma_step")] <- part[c("slope", "df", "sigma", "sigma_step")]
  value$intercept <- fit$intercept
  if (!isTRUE(part$df > 0)) value$sigma_step <- NA_real_
  # points on a line and wells without scatter (2): no ratio to average over
  known <- fit$status == 0L
  value$half <- if (known) serial_half(fit, part, level) else if (fit$status == 2L) 0 else NA_real_
  half_95 <- if (known) serial_half(fit, part, 0.95) else value$half
  value$slope_se <- if (isTRUE(part$df > 0)) half_95 / stats::qt(0.975, part$df) else NA_real_
  value$status <- if (is.na(part$slope)) 1L else if (part$slope >= 0) 4L else if (part$df > 0) 0L else 1L
  # the intercepts' errors grow with the slope's, which the unknown ratio has made larger
  grow <- if (isTRUE(part$reml_se > 0)) (value$slope_se / part$reml_se)^2 else 1
  value$detail <- list(
    var_slope = value$slope_se^2, var_intercept = grow * fit$intercept_var, cov = grow * fit$intercept_cov
  )
  value
}

# Half the width of the interval about the slope that holds `level` of the mixture of t distributions, one for each
# ratio of the errors.
serial_half <- function(fit, part, level) {
  held <- function(half) {
    low <- (part$slope - half - fit$slope) / fit$slope_se
    high <- (part$slope + half - fit$slope) / fit$slope_se
    sum(fit$weight * (stats::pt(high, part$df) - stats::pt(low, part$df))) - level
  }
  widest <- max(abs(part$slope - fit$slope) + fit$slope_se * stats::qt(1 - (1 - level) / 2, part$df))
  if (!is.finite(widest) || widest <= 0) {
    return(NA_real_)
  }
  stats::uniroot(held, c(0, widest * (1 + 1e-9)), tol = 1e-12 * widest)$root
}

# E and its limits from the slope's. E rises as the slope does (both towards less negative), so the limits keep their
# order; a limit that reaches 0 has no finite efficiency.
curve_efficiency <- function(value) {
  falls <- isTRUE(value$slope < 0)
  value$efficiency <- if (falls) 10^(-1 / value$slope) else NA_real_
  # so flat that the factor is beyond any number: none
  if (isTRUE(is.infinite(value$efficiency))) value$efficiency <- NA_real_
  value$std.error <- value$efficiency * log(10) * value$slope_se / value$slope^2
  upper <- value$slope + value$half
  value$conf.low <- 10^(-1 / (value$slope - value$half))
  value$conf.high <- if (isTRUE(upper >= 0)) Inf else 10^(-1 / upper)
  value
}

# ---- what lies off the line ----

residual_table <- function(w, target, fit, excluded = logical(length(w$cq))) {
  kept <- lapply(w, `[`, !excluded)
  at <- curve_codes(kept)
  list(
    well = residual_rows(w, target, fit, curve_units(kept, at, "well"), length(at$runs), excluded),
    point = residual_rows(
      lapply(kept, `[`, at$first), target, fit, curve_units(kept, at, "point"), length(at$runs),
      logical(length(at$first))
    )
  )
}

# Rows of wells or points; those that were excluded have a residual, but no part in the line.
residual_rows <- function(w, target, fit, units, n_runs, excluded) {
  off <- .Call(c_line_units, units$x, units$y, units$run, n_runs)$studentised
  df <- length(units$y) - n_runs - 2
  cq <- studentised <- rep_len(NA_real_, length(excluded))
  studentised[!excluded] <- off
  cq[!excluded] <- units$y
  cq[excluded] <- w$cq[excluded]
  fitted <- fit$intercept[match(w$run, fit$runs)] + fit$slope * log10(w$quantity)
  n <- sum(!is.na(off))
  p <- pmin(1, n * 2 * stats::pt(-abs(studentised), if (df > 0) df else NA))
  structure(
    list(
      target = rep_len(target, length(cq)), run = w$run, sample = w$sample, well = w$well, quantity = w$quantity,
      cq = cq, fitted = fitted, residual = cq - fitted, studentised = studentised, df = rep_len(max(df, 0), length(cq)),
      p_bonferroni = p, outlying = !is.na(p) & p < 0.01, excluded = excluded
    ),
    class = "data.frame", row.names = .set_row_names(length(cq))
  )
}

#' @rdname cq_standard_curve
#' @param object (`cq_standard_curve`) For `residuals()`: the curves.
#' @param type (`"well"` or `"point"`) Each well, or the mean of each dilution point.
#' @importFrom stats residuals
#' @export
residuals.cq_standard_curve <- function(object, type = c("well", "point"), ...) {
  check_dots_empty(...)
  type <- check_choice(type, c("well", "point"), "type")
  rows <- lapply(curve_details(object), function(d) d$residuals[[type]])
  out <- do.call(rbind, unname(rows))
  if (type == "point") out$well <- rep_len(NA_character_, nrow(out))
  out
}

# What stands beside the table; rows that were taken from it have lost it.
curve_details <- function(object, arg = "object") {
  fits <- attr(object, "fits", exact = TRUE)
  if (is.null(fits) || !all(object$target %in% names(fits))) {
    ddcq_abort(
      c("{.arg {arg}} must be the whole table that {.fn cq_standard_curve} returned.",
        "i" = "For some of the targets: {.code cq_standard_curve(x, targets = )}."
      ), "argument"
    )
  }
  fits[object$target]
}

#' @export
as.data.frame.cq_standard_curve <- function(x, ...) {
  for (name in c("fits", "simulated", "log", "known")) attr(x, name) <- NULL
  NextMethod()
}

# ---- the levels that are fitted ----

curve_range <- function(range, targets) {
  if (is.null(range)) {
    return(list())
  }
  if (inherits(range, "cq_linear_range")) {
    return(widest_range(range, targets))
  }
  if (!is.numeric(range) || length(range) != 2 || anyNA(range) || range[1] > range[2]) {
    ddcq_abort(
      c("{.arg range} must be the lowest and the highest quantity to fit, or a table from {.fn cq_linear_range}.",
        "i" = "{.code range = c(0.001, 10)}"
      ), "argument"
    )
  }
  stats::setNames(rep(list(as.double(range)), length(targets)), targets)
}

within_range <- function(w, range) {
  if (is.null(range)) {
    return(w)
  }
  # a quantity that was computed and one that was typed differ in the last digits
  keep <- w$quantity >= range[1] * (1 - 1e-9) & w$quantity <= range[2] * (1 + 1e-9)
  if (!any(keep)) {
    target <- w$target[1]
    ddcq_abort(
      c("{.arg range} must leave standards.",
        "x" = "For {some(target)} the quantities are {signif(min(w$quantity), 4)} to {signif(max(w$quantity), 4)}."
      ), "argument"
    )
  }
  structure(lapply(w, `[`, keep), n_outside = length(unique(w$quantity[!keep])))
}

# The log of a curve: that of its wells, and which of them were left out here.
curve_log <- function(out, fits, log) {
  gone <- lapply(fits, `[[`, "excluded")
  hit <- which(vapply(gone, function(g) isTRUE(nrow(g) > 0), NA))
  detail <- vapply(gone[hit], function(g) paste0(g$target[1], ": ", outlier_names(g)), "")
  entry <- if (length(hit)) {
    log_entry("curve", "wells left out of a standard curve", vapply(gone[hit], nrow, 1L), detail)
  }
  attr(out, "log") <- log_bind(log, entry)
  attr(out, "known") <- unclass(out)[intersect(known_columns, names(out))]
  out
}

widest_range <- function(range, targets) {
  best <- range[range$widest, , drop = FALSE]
  lost <- setdiff(targets, best$target)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg range} must have a range for every target.",
        "x" = "No rest of {some(lost)} counts as a line, or the table does not have it.",
        "i" = "Choose the targets with {.arg targets}, or give the range in quantity: {.code range = c(0.001, 10)}."
      ), "argument"
    )
  }
  stats::setNames(Map(c, best$quantity_min, best$quantity_max), best$target)
}
