# The threshold of cq_fit_curves(): as given, or fitted to the replicates; and the baseline that is given by its cycles.

set_threshold <- function(set, threshold, kind) {
  if (kind != "threshold") {
    if (!is.null(threshold)) {
      ddcq_abort("{.arg threshold} is for {.code cq = \"threshold\"}, not for {.val {kind}}.", "argument")
    }
    return(set)
  }
  if (is.null(threshold)) {
    ddcq_abort(
      c("With {.code cq = \"threshold\"} {.arg threshold} must be given: fluorescence above the baseline.",
        "i" = "{.code threshold = \"fit\"} takes the level where the replicates of a target spread least."
      ), "argument"
    )
  }
  if (identical(threshold, "fit")) {
    return(set)
  }
  set$threshold <- threshold_for(threshold, target_of(set))
  set
}

threshold_for <- function(threshold, target) {
  if (!is.numeric(threshold) || !length(threshold) || anyNA(threshold) || any(threshold <= 0 | threshold == Inf)) {
    ddcq_abort("{.arg threshold} must be numbers above 0, or {.val fit}.", "argument")
  }
  if (is.null(names(threshold))) {
    if (length(threshold) > 1) {
      ddcq_abort("Several thresholds must be named by target: {.code c(MYC = 0.2)}.", "argument")
    }
    return(rep_len(as.double(threshold), length(target)))
  }
  lost <- setdiff(target, names(threshold))
  if (length(lost)) {
    ddcq_abort(
      c("{.arg threshold} must name every target.", "x" = "There is none for {some(lost)}.",
        hint_meant(lost, names(threshold))
      ), "argument"
    )
  }
  unname(as.double(threshold[target]))
}

set_baseline <- function(set, baseline, kind) {
  if (is.null(baseline)) {
    return(set)
  }
  if (kind != "threshold") {
    ddcq_abort(
      c("{.arg baseline} is for {.code cq = \"threshold\"}: a fit has its own baseline."), "argument"
    )
  }
  if (is.data.frame(baseline)) {
    at <- baseline_rows(set, baseline)
    first <- as.double(baseline$first)[at]
    last <- as.double(baseline$last)[at]
  } else {
    if (!is.numeric(baseline) || length(baseline) != 2 || anyNA(baseline)) {
      ddcq_abort(
        c("{.arg baseline} must be the first and the last cycle, or a data frame of them, not \\
           {.obj_type_friendly {baseline}}.",
          "i" = "{.code baseline = c(3, 15)}"
        ), "argument"
      )
    }
    first <- rep_len(as.double(baseline[1]), set$n)
    last <- rep_len(as.double(baseline[2]), set$n)
  }
  if (any(first > last, na.rm = TRUE)) {
    ddcq_abort("The first cycle of a {.arg baseline} must not lie after the last.", "argument")
  }
  set$base_first <- first
  set$base_last <- last
  set
}

# The row of the table for each curve, by the names that it has.
baseline_rows <- function(set, baseline) {
  check_columns(baseline, c("well", "first", "last"), "baseline")
  by <- intersect(c("run", "well", "target"), names(baseline))
  have <- do.call(paste, c(set$names[by], sep = "\r"))
  key <- do.call(paste, c(lapply(by, function(j) as.character(baseline[[j]])), sep = "\r"))
  if (anyDuplicated(key)) {
    twice <- baseline$well[duplicated(key)]
    ddcq_abort(
      c("{.arg baseline} must have one row a well.", "x" = "Several: {some(twice)}.",
        "i" = "Columns {.field run} and {.field target} tell them apart."
      ), "argument"
    )
  }
  at <- match(have, key)
  if (anyNA(at)) {
    lost <- set$names$well[is.na(at)]
    ddcq_abort(
      c("{.arg baseline} must have a row for every well.", "x" = "There is none for {some(lost)}."), "argument"
    )
  }
  at
}

# For each target the level, of 60 between 1 % and 60 % of its smallest height (log scale), at which wells of one run
# and sample spread least: pooled SD over the groups. The level is one where every replicate has a Cq.
fit_threshold <- function(fit, set) {
  target <- target_of(set)
  out <- rep_len(NA_real_, set$n)
  thin <- character()
  for (g in unique(target)) {
    all <- which(target == g)
    at <- all[fit$state[all] %in% c(0L, 11L)]
    group <- paste(set$names$run[at], set$names$sample[at], sep = "\r")
    at <- at[!is.na(set$names$sample[at]) & group %in% group[duplicated(group)]]
    if (!length(at)) {
      thin <- c(thin, g)
      next
    }
    out[all] <- least_spread(fit, at, paste(set$names$run[at], set$names$sample[at], sep = "\r"))
  }
  if (length(thin)) {
    ddcq_abort(
      c("{.code threshold = \"fit\"} must have replicates: wells of one run, sample and target that amplified.",
        "x" = "There are none for {some(thin)}.", "i" = "Give a number for {.arg threshold}."
      ), "data"
    )
  }
  out
}

least_spread <- function(fit, at, group) {
  levels <- exp(seq(log(0.01), log(0.6), length.out = 60)) * min(fit$d[at] - fit$c[at])
  cq <- matrix(curve_values(fit, rep(at, each = length(levels)), rep(levels, length(at)), TRUE), length(levels))
  spread <- apply(cq, 1, function(v) {
    mean <- stats::ave(v, group)
    sum((v - mean)^2)
  })
  levels[which.min(spread)]
}

# F at a cycle, or the cycle where F is a level above the baseline, of the curves `at`.
curve_values <- function(fit, at, x, inverse = FALSE) {
  p <- cbind(fit$b, fit$c, fit$d, fit$e, fit$f)
  .Call(c_curve_values, fit$model, p, as.integer(at) - 1L, as.double(x), as.integer(inverse))$value
}

# The level is known now: the same curves again, each with the model that it has.
refit_threshold <- function(fit, set, ask) {
  for (m in unique(fit$model)) {
    at <- fit$model == m
    again <- fit_set(set, sigmoids[m + 1L], ask)
    for (j in setdiff(names(fit), "signs")) fit[[j]][at] <- again[[j]][at]
  }
  fit
}
