# What each entry of the C code should answer, in plain R: written to be read, not to be fast. The
# arguments have the names and the order of the entry.

# ---- codes ----

twin_code_strings <- function(x) {
  levels <- unique(x[!is.na(x)])
  codes <- match(x, levels)
  codes[is.na(x)] <- 0L
  list(codes = codes, levels = levels)
}

twin_group_value <- function(group, value, n_groups) {
  first <- integer(n_groups)
  mixed <- logical(n_groups)
  for (g in seq_len(n_groups)) {
    v <- value[group == g]
    if (length(v)) first[g] <- v[1]
    mixed[g] <- length(unique(v)) > 1
  }
  list(first = first, mixed = mixed)
}

twin_duplicated_rows <- function(codes) {
  which(duplicated(do.call(paste, codes)))
}

# ---- cells ----

# Huber's location: where the values pulled in to +-k scale balance. Where they balance all along a
# stretch, the median lies on it.
twin_huber <- function(x, scale) {
  reach <- 1.345 * scale
  off <- function(m) sum(pmax(-reach, pmin(reach, x - m)))
  if (abs(off(stats::median(x))) < 1e-13 * max(abs(x))) {
    return(stats::median(x))
  }
  shift <- min(x) # the root is sought near 0, where its digits are
  x <- x - shift
  stats::uniroot(off, range(x), tol = 1e-14)$root + shift
}

twin_cells <- function(sample, target, run, task, state, cq, n_samples, n_targets, how) {
  gap <- matrix(NA_real_, n_samples, n_targets)
  zero <- matrix(0L, n_samples, n_targets)
  out <- list(
    cq = gap, low = gap, spread = gap, quantified = zero, nondetect = zero, excluded = zero,
    run = zero, ss = numeric(n_targets), df = numeric(n_targets), ntc = rep(NA_real_, n_targets),
    n_ntc = integer(n_targets), n_standard = integer(n_targets)
  )
  if (is.null(run)) run <- rep(1L, length(sample))
  for (g in seq_len(n_targets)) {
    for (s in seq_len(n_samples)) {
      mine <- sample == s & target == g & task == 1
      x <- cq[mine & state == 1]
      out$quantified[s, g] <- length(x)
      out$nondetect[s, g] <- sum(mine & state == 2)
      out$excluded[s, g] <- sum(mine & state > 2)
      runs <- unique(run[mine & state <= 2])
      out$run[s, g] <- if (!length(runs)) 0L else if (length(runs) == 1) runs else -1L
      if (length(x)) {
        out$cq[s, g] <- mean(x)
        out$low[s, g] <- min(x)
        out$spread[s, g] <- max(x) - min(x)
        out$ss[g] <- out$ss[g] + sum((x - mean(x))^2)
        out$df[g] <- out$df[g] + length(x) - 1
      }
    }
    water <- target == g & task == 4
    out$n_ntc[g] <- sum(water & state <= 2)
    if (any(water & state == 1)) out$ntc[g] <- min(cq[water & state == 1])
    out$n_standard[g] <- sum(target == g & task == 2 & state == 1)
    for (s in if (how > 1) which(out$quantified[, g] > 0)) {
      x <- cq[sample == s & target == g & task == 1 & state == 1]
      scale <- if (out$df[g] > 0) sqrt(out$ss[g] / out$df[g]) else 0
      out$cq[s, g] <- if (how == 3 && scale > 0) twin_huber(x, scale) else stats::median(x)
    }
  }
  out
}

# ---- fold changes ----

# Covariances of the log2 efficiencies: one estimate behind two targets makes their errors one.
twin_weight_covariance <- function(se, source) {
  outer(se, se) * outer(source, source, "==")
}

# D of every target of the plate, and from it g_j = (1{j is the target} - a_j) D_j.
twin_loads <- function(target, n_targets, ref, ref_weight, d) {
  g <- numeric(n_targets)
  g[target] <- 1
  for (h in seq_along(ref)) g[ref[h]] <- g[ref[h]] - ref_weight[h]
  ifelse(g == 0, 0, g * d)
}

twin_below <- function(g, se, df, source) {
  sum(vapply(unique(source), function(s) {
    v <- sum((g * se)[source == s])^2
    if (v > 0) v^2 / df[source == s][1] else 0
  }, 0))
}

# Variance and df of a contrast of groups (Welch) or of coefficients (pooled), as t.test() and lm()
# have them.
twin_variance <- function(y, l, design, group, contrast, scale, root = NULL) {
  if (is.null(design)) {
    n <- as.vector(table(group))
    s2 <- vapply(split(y, group), stats::var, 0)
    used <- contrast != 0
    u <- (contrast^2 * s2 / n)[used]
    v <- sum(u)
    df <- v^2 / sum(u^2 / (n[used] - 1))
  } else {
    df <- nrow(design) - ncol(design)
    w <- if (is.null(root)) rep(1, length(y)) else root^2
    rss <- sum(w * stats::lm.wfit(design, y - mean(y), w)$residuals^2)
    v <- if (df > 0) rss / df * sum(l^2 / w) else NA_real_
    if (df == 0) df <- NA_real_
  }
  if (!is.na(v) && sqrt(v) < 10 * .Machine$double.eps * scale) {
    v <- 0
    if (is.null(design)) df <- NA_real_
  }
  c(v, if (is.na(v)) NA_real_ else df)
}

twin_fold_change <- function(cq, weight, weight_se, weight_df, source, ref, ref_weight, target,
                             sample, unit, n_units, design, group, contrast, options, root = NULL) {
  cq <- matrix(cq, ncol = length(weight))[sample + 1L, , drop = FALSE]
  ref <- ref + 1L
  target <- target + 1L
  weighted <- sweep(cq, 2, weight, "*")
  level <- drop(weighted[, ref, drop = FALSE] %*% ref_weight)
  d <- weighted - level
  y <- rowsum(d, unit) / as.vector(table(unit))
  k <- ncol(contrast)
  # the estimator's own weights, one column a contrast: of the units, then of the samples
  l <- if (is.null(design)) {
    (contrast / as.vector(table(group)))[group + 1L, , drop = FALSE]
  } else {
    w <- if (is.null(root)) rep(1, nrow(design)) else root^2
    (w * design) %*% solve(crossprod(design, w * design), contrast)
  }
  by_sample <- (l / as.vector(table(unit)))[unit + 1L, , drop = FALSE]
  d_cq <- crossprod(sweep(cq, 2, colMeans(cq)), by_sample)

  gap <- matrix(NA_real_, length(target), k)
  out <- list(
    estimate = gap, var_biological = gap, df_biological = gap, var_efficiency = gap, df = gap,
    cq_contrast = gap, below = gap,
    ref_contrast = d_cq[ref, , drop = FALSE]
  )
  w_cov <- twin_weight_covariance(weight_se, source)
  g_all <- list()
  for (t in seq_along(target)) {
    at <- target[t]
    scale <- max(abs(weighted[, at]), abs(level))
    for (j in seq_len(k)) {
      g <- twin_loads(at, length(weight), ref, ref_weight, d_cq[, j])
      v <- twin_variance(y[, at], l[, j], design, group, contrast[, j], scale, root)
      v_e <- drop(g %*% w_cov %*% g)
      out$estimate[t, j] <- -sum(l[, j] * (y[, at] - mean(y[, at])))
      out$var_biological[t, j] <- v[1]
      out$df_biological[t, j] <- v[2]
      out$var_efficiency[t, j] <- v_e
      below <- twin_below(g, weight_se, weight_df, source)
      out$below[t, j] <- below
      if (isTRUE(v[1] > 0)) below <- below + v[1]^2 / v[2]
      nu <- if (below > 0) (v[1] + v_e)^2 / below else Inf
      out$df[t, j] <- if (is.na(v[1])) NA_real_ else nu
      out$cq_contrast[t, j] <- d_cq[at, j]
      g_all[[length(g_all) + 1L]] <- g
    }
  }
  n_groups <- if (is.null(group)) 0L else options[1]
  out$group_sd <- matrix(vapply(target, function(at) {
    vapply(seq_len(n_groups), function(g) stats::sd(y[group == g - 1L, at]), 0)
  }, numeric(n_groups)), n_groups, length(target))
  out$status <- twin_status(out, is.null(design))
  out <- out[c(setdiff(names(out), "below"), "below")]
  out$residual_variance <- if (is.null(design)) rep(NA_real_, length(target)) else {
    w <- if (is.null(root)) rep(1, nrow(design)) else root^2
    vapply(target, function(at) {
      df <- nrow(design) - ncol(design)
      if (df > 0) sum(w * stats::lm.wfit(design, y[, at] - mean(y[, at]), w)$residuals^2) / df else NA_real_
    }, 0)
  }
  out$weights <- unname(l)
  out["covariance"] <- list(if (options[2]) {
    twin_covariance(y[, target, drop = FALSE], l, design, group, contrast, g_all, w_cov)
  })
  out
}

# 1: no error can be had, 2: no variation. The linear model has one answer for all contrasts of a
# target.
twin_status <- function(out, welch) {
  flat <- rowSums(!is.na(out$var_biological) & out$var_biological == 0) > 0
  thin <- rowSums(is.na(out$var_biological)) > 0
  ifelse(flat, 2L, ifelse(thin, 1L, 0L))
}

# Of all estimates with each other, targets running fastest within a contrast.
twin_covariance <- function(y, l, design, group, contrast, g_all, w_cov) {
  n_targets <- ncol(y)
  k <- ncol(l)
  at <- expand.grid(t = seq_len(n_targets), j = seq_len(k))
  out <- matrix(0, nrow(at), nrow(at))
  for (a in seq_len(nrow(at))) {
    for (b in seq_len(nrow(at))) {
      ya <- y[, at$t[a]]
      yb <- y[, at$t[b]]
      ja <- at$j[a]
      jb <- at$j[b]
      biological <- if (is.null(design)) {
        sum(vapply(seq_len(nrow(contrast)), function(g) {
          c2 <- contrast[g, ja] * contrast[g, jb]
          mine <- group == g - 1L
          if (c2 == 0) 0 else c2 * stats::cov(ya[mine], yb[mine]) / sum(mine)
        }, 0))
      } else {
        e <- stats::lm.fit(design, cbind(ya - mean(ya), yb - mean(yb)))$residuals
        if (nrow(design) > ncol(design)) {
          sum(e[, 1] * e[, 2]) / (nrow(design) - ncol(design)) * sum(l[, ja] * l[, jb])
        } else {
          NA_real_
        }
      }
      g_a <- g_all[[(at$t[a] - 1L) * k + ja]]
      g_b <- g_all[[(at$t[b] - 1L) * k + jb]]
      out[a, b] <- biological + drop(g_a %*% w_cov %*% g_b)
    }
  }
  out
}

# ---- units and lines ----

twin_unit_table <- function(cq, weight, ref, ref_weight, wells, unit, n_units, control) {
  n_samples <- length(unit)
  cq <- matrix(cq, n_samples, length(weight))
  weighted <- sweep(cq, 2, weight, "*")
  level <- drop(weighted[, ref + 1L, drop = FALSE] %*% ref_weight)
  d <- weighted - level
  mean_or_na <- function(x) if (any(!is.na(x))) mean(x, na.rm = TRUE) else NA_real_
  by_unit <- function(x, f) {
    unlist(lapply(seq_along(weight), function(g) {
      vapply(seq_len(n_units), function(u) f(x[unit == u - 1L, g]), f(x[0, 1]))
    }))
  }
  dcq <- by_unit(d, mean_or_na)
  of_control <- matrix(dcq, n_units)[control != 0, , drop = FALSE]
  ddcq <- dcq - rep(apply(of_control, 2, mean_or_na), each = n_units)
  list(
    n_samples = by_unit(cq, function(x) sum(!is.na(x))),
    n_wells = by_unit(matrix(wells, n_samples, length(weight)), sum),
    cq = by_unit(cq, mean_or_na), dcq = dcq, ddcq = ddcq, log2_quantity = -dcq,
    log2_relative = -ddcq, relative = 2^-ddcq
  )
}

twin_line_fit <- function(x, y, run, point, point_run, n_runs, by_point) {
  run_of <- factor(run, levels = seq_len(n_runs) - 1L)
  fit <- function(x, y, run) {
    columns <- if (n_runs > 1) stats::model.matrix(~ 0 + run) else matrix(1, length(x), 1)
    f <- stats::lm.fit(cbind(columns, x), y)
    df <- length(x) - n_runs - 1
    rss <- sum(f$residuals^2)
    sxx <- sum(stats::lm.fit(columns, x)$residuals^2)
    slope <- unname(f$coefficients[n_runs + 1L])
    s2 <- if (df > 0) rss / df else NA_real_
    list(
      slope = slope, se = sqrt(s2 / sxx), df = df, sigma = sqrt(s2), rss = rss,
      intercept = unname(f$coefficients[seq_len(n_runs)]),
      tss = sum(stats::lm.fit(columns, y)$residuals^2)
    )
  }
  wells <- fit(x, y, run_of)
  py <- as.vector(tapply(y, point, mean))
  px <- as.vector(tapply(x, point, mean))
  f <- if (by_point) fit(px, py, factor(point_run, levels = seq_len(n_runs) - 1L)) else wells
  pure <- sum((y - py[point + 1L])^2)
  df1 <- length(point_run) - n_runs - 1
  df2 <- length(x) - length(point_run)
  testable <- df1 > 0 && df2 > 0 && pure > 0
  lack <- if (testable) max(0, wells$rss - pure) / df1 / (pure / df2) else NA_real_
  r_squared <- if (wells$tss > 0) 1 - wells$rss / wells$tss else NA_real_
  e <- if (isTRUE(f$slope < 0)) 10^(-1 / f$slope) else NA_real_
  w <- if (isTRUE(f$slope < 0)) -log2(10) / f$slope else NA_real_
  relative <- f$se / f$slope^2
  status <- if (is.na(f$slope)) 1L else if (f$slope >= 0) 4L else if (f$df > 0) 0L else 1L
  list(
    value = c(
      f$slope, f$se, f$df, r_squared, f$sigma, lack, df1, df2, e,
      e * log(10) * relative, w, if (is.na(w)) NA_real_ else log2(10) * relative
    ),
    intercept = if (is.na(f$slope)) rep(NA_real_, n_runs) else f$intercept, status = status
  )
}

# ---- comparing ----

# Same shape and type, same gaps, and every number within `relative` of the larger of 1 and itself.
# Never the last digit: sums are taken in another order, and R adds in extended precision where the
# machine has it.
twin_faults <- function(a, b, relative) {
  if (!identical(dim(a), dim(b)) || length(a) != length(b)) {
    return("another shape")
  }
  if (is.null(b)) {
    return(character())
  }
  if (!is.double(a)) {
    return(if (!identical(a, b)) "another value")
  }
  if (!identical(is.na(a), is.na(b)) || !identical(is.infinite(a), is.infinite(b))) {
    return("other gaps or infinities")
  }
  off <- ifelse(a == b, 0, abs(a - b) / pmax(1, abs(b)))
  if (any(off > relative, na.rm = TRUE)) paste("off by", format(max(off, na.rm = TRUE)))
}

expect_twin <- function(actual, twin, relative) {
  expect_identical(names(actual), names(twin))
  faults <- unlist(lapply(names(twin), function(part) {
    fault <- twin_faults(actual[[part]], twin[[part]], relative)
    if (length(fault)) paste0(part, ": ", fault)
  }))
  expect_identical(faults, NULL)
}

# ---- small arguments that every entry accepts ----

# Those of this file and of every other helper, which has them in a function <topic>_entry_arguments().
entry_arguments <- function() {
  here <- environment(entry_arguments)
  more <- grep("^[a-z]+_entry_arguments$", ls(here), value = TRUE)
  c(first_arguments(), unlist(lapply(more, function(name) get(name, here)()), recursive = FALSE))
}

first_arguments <- function() {
  list(
    c_code_strings = list(x = c("GAPDH", "MYC", NA, "GAPDH", "")),
    c_same_string = list(x = c("run1", "run1", "run1")),
    c_group_value = list(group = c(1L, 2L, 1L, 0L), value = c(3L, 4L, 5L, 0L), n_groups = 3L),
    c_group_string = list(group = c(1L, 2L, 1L, 0L), value = c("a", "b", "a", "c"), n_groups = 3L),
    c_duplicated_rows = list(codes = list(c(1L, 2L, 1L), c(1L, 1L, 1L))),
    c_cells = list(
      sample = c(1L, 1L, 1L, 2L, 2L), target = c(1L, 1L, 1L, 1L, 2L),
      run = c(1L, 1L, 1L, 2L, 2L), task = rep(1L, 5), state = c(1L, 1L, 1L, 1L, 2L),
      cq = c(20, 20.5, 23, 21, NA), n_samples = 2L, n_targets = 2L, how = 3L
    ),
    c_fold_change = list(
      cq = c(24.1, 24.6, 23.9, 22.3, 22.9, 18.2, 18.5, 18, 18.4, 18.6), weight = c(0.95, 1),
      weight_se = c(0.01, 0.02), weight_df = c(3, Inf), source = 1:2, ref = 1L, ref_weight = 1,
      target = 0L, sample = 0:4, unit = 0:4,
      n_units = 5L, design = NULL, group = c(0L, 0L, 0L, 1L, 1L), contrast = matrix(c(-1, 1), 2),
      options = c(2L, 1L), root = NULL
    ),
    c_joint = list(
      cq = c(24.1, 24.6, 23.9, 22.3, 22.9, 25.3, 18.2, 18.5, 18, 18.4, 18.6, 18.3), weight = c(0.95, 1),
      weight_se = c(0.01, 0.02), weight_df = c(3, 5), source = 1:2, ref = 1L, ref_weight = 1, target = 0L,
      sample = 0:5, unit = 0:5, n_units = 6L, design = cbind(1, rep(0:1, 3), rep(c(0, 1, 0), each = 2),
        rep(c(0, 0, 1), each = 2)), group = NULL, contrast = rbind(0, 0, diag(2)), options = c(0L, 0L), root = NULL
    ),
    c_efficiency_part = list(
      cq = c(24.1, 24.6, 23.9, 22.3, 18.2, 18.5, 18, 18.4), weight = c(0.95, 1), weight_se = c(0.01, 0.02),
      weight_df = c(3, 5), source = 1:2, ref = 1L, ref_weight = 1, target = 0L, sample = 0:3, unit = 0:3, n_units = 4L,
      unit_weights = cbind(c(-0.5, -0.5, 0.5, 0.5), c(-1, 0, 0, 1))
    ),
    c_joint_test = list(
      theta = c(1, -0.5), v_b = c(0.3, 0.1, 0.1, 0.4), df_b = 6, load = c(0.05, 0.1, -0.02, 0.03), load_df = c(3, 5)
    ),
    c_variance_budget = list(
      cq = c(24.1, 24.6, 23.9, 22.3, 18.2, 18.5, 18, 18.4, 19.1, 19.6, 18.8, 19.5), weight = c(0.95, 1, 0.9), ref = 1:2,
      ref_weight = c(0.5, 0.5), target = 0L, sample = 0:3, unit = 0:3, n_units = 4L, design = cbind(1, c(0, 0, 1, 1)),
      group = NULL, contrast = matrix(c(0, 1)), n_groups = 0L, wells = c(3L, 3L, 2L, 3L, rep(3L, 8)),
      technical = c(0.02, 0.01, 0.015), unit_weights = matrix(c(-0.5, -0.5, 0.5, 0.5)), var_biological = matrix(0.2)
    ),
    c_sample_error = list(
      cq = c(24.1, 24.6, 23.9, 22.3, 18.2, 18.5, 18, 18.4), weight = c(0.95, 1), weight_se = c(0.01, 0.02),
      weight_df = c(3, 5), source = 1:2, ref = 1L, ref_weight = 1, unit = c(0L, 0L, 1L, -1L), n_units = 2L,
      wells = c(3L, 3L, 2L, 3L, rep(3L, 4)), technical = c(0.02, 0.01), technical_df = c(7, 8), zero = c(24, 18)
    ),
    c_unit_table = list(
      cq = c(24, 25, 18, 18.5), weight = c(0.95, 1), ref = 1L, ref_weight = 1,
      wells = c(3L, 3L, 3L, 2L), unit = 0:1, n_units = 2L, control = 1:0
    ),
    c_line_fit = list(
      x = c(5, 4, 3, 2), y = c(15, 18.4, 21.7, 25.2), run = rep(0L, 4), point = 0:3,
      point_run = rep(0L, 4), n_runs = 1L, by_point = 1L
    ),
    c_simultaneous = list(
      correlation = matrix(c(1, 0.5, 0.5, 1), 2), df = c(9, 4.5), statistic = cbind(c(1, 2.5), c(-3, NA)), level = 0.95
    ),
    c_moderate = moderate_arguments(),
    c_line_units = list(x = c(5, 4, 3, 2), y = c(15, 18.4, 21.7, 25.2), run = rep(0L, 4), n_runs = 1L),
    c_slopes_equal = list(slope = c(-3.3, -3.4), sxx = c(5, 5), rss = c(0.02, 0.03), df = c(2, 2)),
    c_serial_fit = list(
      x = c(5, 4, 3, 2), y = c(15, 18.4, 21.7, 25.2), wells = c(3, 3, 2, 3), run = rep(0L, 4), step = 0:3,
      n_runs = 1L, pure = 0.03, n_grid = 5L
    ),
    c_inverse_predict = list(
      y = c(20, 24), var_y = c(0.01, 0.01), line = cbind(c(32, 32), -3.4, 0.01, 0.001, -0.003), quantile = c(3.18, 3.18)
    ),
    c_sd_curve = list(x = c(0, 1, 2, 3), s = c(0.9, 0.4, 0.25, 0.1), df = c(7, 7, 6, 7)),
    c_detection_fit = list(
      x = c(0, 1, 2), tested = c(8, 8, 8), detected = c(2, 6, 7), link = 1L, share = 0.95, drop = 1.92
    ),
    c_melt = list(
      temperature = as.double(70:81), fluorescence = c(9, 9, 8.9, 8.7, 8, 6, 4, 3.2, 3, 2.9, 2.9, 2.9),
      start = c(0L, 0L, 12L), rule = c(2, 0.1, 0), most = 3L
    ),
    c_fit_curves = list(
      x = as.double(c(1:20, 1:20)), y = c(1 / (1 + exp(12 - 1:20)), numeric(20)), start = c(0L, 20L, 40L),
      threshold = c(0.2, NA), base_first = c(NA, 3), base_last = c(NA, 5), options = c(1L, 3L, 1L), threads = 1L
    ),
    c_curve_values = list(
      model = c(1L, 4L), parameters = c(-0.6, -0.5, 0, 0, 1, 1, 12, 12, 1, NA), curve = c(0L, 1L, 1L),
      x = c(5, 6, 7), inverse = 0L
    )
  )
}

# The other estimator of c_fold_change(), on the same numbers.
pooled_arguments <- function(args = entry_arguments()$c_fold_change) {
  group <- args$group
  args$design <- cbind(1, outer(group, seq_len(max(group)), "=="))
  args$contrast <- rbind(0, diag(max(group)))
  args
}

# Calls an entry by its name with a list of arguments; one that draws random numbers draws the same every time.
call_entry <- function(name, args) {
  old <- get0(".Random.seed", globalenv(), inherits = FALSE)
  on.exit(if (!is.null(old)) assign(".Random.seed", old, globalenv()))
  set.seed(1)
  symbol <- utils::getFromNamespace(name, "ddcq")
  do.call(.Call, c(list(symbol), unname(args)), quote = TRUE)
}

# arguments: a named list of valid arguments for each entry. With them it runs; any other type in any place is refused.
expect_types_refused <- function(arguments) {
  for (name in names(arguments)) {
    testthat::expect_no_error(call_entry(name, arguments[[name]]))
    for (arg in names(arguments[[name]])) {
      for (wrong in list("a", TRUE, NULL, list(1), sum, 1i)) {
        args <- arguments[[name]]
        args[arg] <- list(wrong)
        testthat::expect_error(call_entry(name, args), "^internal error: ", info = paste(name, arg))
      }
    }
  }
}
