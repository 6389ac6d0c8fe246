# From the calibrators' cells to the offsets of the runs, and from the offsets to the wells.

# The amplification factor by target, NA where none is given.
calibration_efficiency <- function(efficiency, targets) {
  if (is.null(efficiency)) rep_len(NA_real_, length(targets)) else 2^efficiency_for(efficiency, targets)$weight
}

fit_calibration <- function(cells, targets, runs, efficiency) {
  fits <- lapply(seq_along(targets$name), function(j) {
    mine <- cells[cells$target == targets$name[j], , drop = FALSE]
    fit_one_target(mine, which(targets$used[j, ]), length(runs))
  })
  named <- function(x) stats::setNames(x, targets$name)
  offset <- vapply(fits, `[[`, numeric(length(runs)), "offset")
  out <- list(
    runs = runs, targets = targets$name,
    offset = matrix(offset, length(runs), dimnames = list(runs, targets$name)),
    covariance = named(lapply(fits, function(f) structure(f$covariance, dimnames = list(runs, runs)))),
    df = named(vapply(fits, `[[`, 0, "df")), sigma = named(vapply(fits, `[[`, 0, "sigma")),
    source = named(vapply(fits, `[[`, "", "source")), efficiency = named(efficiency),
    calibrators = unique(cells$sample), cells = do.call(rbind, lapply(fits, `[[`, "cells"))
  )
  out$cells$run <- runs[out$cells$run]
  rownames(out$cells) <- NULL
  structure(out, class = "cq_calibration")
}

# One target. A calibrator that links nothing (it stands in one run) is no cell of the model. A target of one run needs
# no calibration.
fit_one_target <- function(cells, used, n_runs) {
  if (length(used) < 2) {
    return(no_calibration(used, n_runs, cells))
  }
  cells <- linked_cells(cells, used)
  sample <- match(cells$sample, unique(cells$sample))
  within_df <- sum(cells$wells - 1)
  noise <- if (within_df > 0) sum(cells$ss) / within_df / cells$wells else rep_len(NA_real_, nrow(cells))
  fit <- .Call(c_calibrate, sample - 1L, cells$run - 1L, cells$cq, noise, max(sample), n_runs)
  cells$residual <- fit$residual
  exact <- fit$value[2] > 0
  df <- if (exact) fit$value[2] else if (within_df > 0) within_df else NA_real_
  source <- if (exact) "calibrators" else if (within_df > 0) "wells" else "none"
  list(
    offset = fit$offset, covariance = fit$covariance, df = df, sigma = fit$value[1], source = source, cells = cells
  )
}

# The cells of the part of the runs that holds those in use.
linked_cells <- function(cells, used) {
  runs <- sort(unique(cells$run))
  links <- table(factor(cells$run, runs), cells$sample) > 0
  part <- linked_parts(matrix(links, length(runs)))
  cells <- cells[cells$run %in% runs[part == part[match(used[1], runs)]], , drop = FALSE]
  cells[cells$sample %in% names(which(table(cells$sample) > 1)), , drop = FALSE]
}

no_calibration <- function(used, n_runs, cells) {
  offset <- rep_len(NA_real_, n_runs)
  covariance <- matrix(NA_real_, n_runs, n_runs)
  offset[used] <- 0
  covariance[used, used] <- 0
  cells <- cells[0, , drop = FALSE]
  cells$residual <- numeric()
  list(offset = offset, covariance = covariance, df = Inf, sigma = NA_real_, source = "one run", cells = cells)
}

# ---- the data ----

apply_calibration <- function(x, fit, run) {
  at <- match(x$target, fit$targets)
  shift <- fit$offset[cbind(run$codes, at)]
  has <- !is.na(shift)
  x$cq_measured <- x$cq
  x$cq[has] <- x$cq[has] - shift[has]
  x <- room_for_cq(x)
  fit$simulated <- says_simulated(log_of(x), fit$runs)
  attr(x, "calibration") <- fit
  span <- range(fit$offset, na.rm = TRUE)
  detail <- paste0(
    "calibrators ", some_plain(fit$calibrators), "; offsets ",
    paste(formatC(span, digits = 3, format = "f"), collapse = " to "), " cycles over ",
    plural(length(fit$runs), "run")
  )
  left <- sum(!has & !is.na(x$cq))
  x <- log_add(x, log_bind(
    log_entry("calibrate", "wells put on one scale", sum(has & !is.na(x$cq)), detail),
    if (left) log_entry("calibrate", "wells left as they were", left, "targets that no sample was measured for")
  ))
  x <- log_add(x, log_runs(x))
  warn_calibration(fit)
  x
}

# A late Cq may come to lie beyond the last cycle; it stays a number.
room_for_cq <- function(x) {
  latest <- max(x$cq, last_cycle(x), na.rm = TRUE)
  if (latest > last_cycle(x)) {
    attr(x, "cycles") <- ceiling(latest)
    x <- log_add(x, log_entry("calibrate", "last cycle moved", NA, paste("to", ceiling(latest), "by a calibrated Cq")))
  }
  x
}

# What a sample in several runs counts as from here on.
log_runs <- function(x) {
  several <- length(spread_over_runs(x))
  if (!several) {
    return(NULL)
  }
  log_entry("calibrate", "samples in several runs count as one", several, "runs = \"same\"")
}

warn_calibration <- function(fit) {
  thin <- fit$targets[fit$source %in% c("wells", "none")]
  if (!length(thin)) {
    return(invisible())
  }
  none <- fit$targets[fit$source %in% "none"]
  ddcq_warn(
    c("The calibrators leave no degree of freedom for the error of the offsets of {some(thin)}.",
      "!" = if (length(none)) "Without replicate wells it is not known at all for {some(none)}.",
      "i" = "It is taken from their replicate wells, which do not show what else differs between runs: measure a \\
             second calibrator in every run."
    ), "calibration"
  )
}
