# Do 95 % intervals hold the truth 95 times in 100? Simulated experiments whose truth is known, what the package makes
# of them, and what some habits make of them. Used by the vignette "Validation", by the tests and by bench/coverage.R.
#
# The model: log2 quantity L = group * log2(FC) + loading + biology; Cq = (level - L) / log2 E + noise of the well;
# three wells a sample and target; one reference with E = 2. The efficiencies come from a dilution series of their own
# in each replicate, whose wells err one by one.

# SDs of biology in target and reference and of loading (all log2), of a well and of a well of the curve (cycles); x is
# the log10 quantity of the wells of the curve.
coverage_regimes <- list(
  tissue = list(
    target = 0.50, ref = 0.15, load = 0.50, well = 0.20, x = -rep(c(0, 1, 2, 3, 4), each = 3), curve = 0.20
  ),
  `cell line` = list(
    target = 0.12, ref = 0.05, load = 0.30, well = 0.10, x = rep(-log10(4) * 0:3, each = 2), curve = 0.15
  )
)

# The 54 cells: E is the target's, n counts samples a group, FC is the true fold change.
coverage_cells <- function() {
  grid <- expand.grid(FC = c(1, 2, 8), n = c(3, 4, 6), E = c(1.8, 1.9, 2), regime = names(coverage_regimes))
  grid$regime <- as.character(grid$regime)
  grid[4:1]
}

# wells: 3 x samples x reps x (target, reference), the first n samples being controls. curves: wells x reps for either.
simulate_cell <- function(cell, reps) {
  p <- coverage_regimes[[cell$regime]]
  noise <- function(sd, ...) array(stats::rnorm(prod(...), 0, sd), ...)
  size <- c(2 * cell$n, reps)
  load <- noise(p$load, size)
  up <- rep(c(0, log2(cell$FC)), each = cell$n)
  cq <- c(24 - (up + load + noise(p$target, size)) / log2(cell$E), 18 - (load + noise(p$ref, size)))
  line <- function(e) noise(p$curve, c(length(p$x), reps)) + 15 - p$x / log10(e)
  list(
    cell = cell, reps = reps, x = p$x, wells = array(rep(cq, each = 3), c(3, size, 2)) + noise(p$well, c(3, size, 2)),
    curves = list(line(cell$E), line(2))
  )
}

# The second-order bias of 1 / slope: theta (SE(b) / b)^2.
slope_bias <- function(cell) {
  p <- coverage_regimes[[cell$regime]]
  log2(cell$FC) * (p$curve * log10(cell$E))^2 / sum((p$x - mean(p$x))^2)
}

# What the intervals did: per cent of them that hold the truth, that miss it on either side and that exclude no change;
# the mean error with its Monte Carlo standard error, and the mean width (log2).
interval_figures <- function(estimate, low, high, truth, reject = low > 0 | high < 0) {
  data.frame(
    cover = 100 * mean(low <= truth & truth <= high), above = 100 * mean(low > truth), below = 100 * mean(high < truth),
    reject = 100 * mean(reject), bias = mean(estimate) - truth,
    bias_se = stats::sd(estimate) / sqrt(length(estimate)), width = mean(high - low)
  )
}

# ---- through the public functions ----

# Replicate r of a simulation as a user would analyse it: one table of wells with its standards.
public_fit <- function(sim, r, unit, variance) {
  size <- dim(sim$wells)[2]
  points <- match(sim$x, unique(sim$x))
  n_curve <- length(sim$x)
  wells <- data.frame(
    sample = c(rep(rep(sprintf("s%02d", seq_len(size)), each = 3), 2), rep(paste0("std", points), 2)),
    target = c(rep(c("T", "R"), each = 3 * size), rep(c("T", "R"), each = n_curve)),
    group = c(rep(rep(rep(c("a", "b"), each = size / 2), each = 3), 2), rep(NA, 2 * n_curve)),
    task = rep(c("unknown", "standard"), c(6 * size, 2 * n_curve)),
    quantity = c(rep(NA, 6 * size), rep(10^sim$x, 2)),
    cq = c(sim$wells[, , r, 1], sim$wells[, , r, 2], sim$curves[[1]][, r], sim$curves[[2]][, r])
  )
  suppressWarnings(classes = "ddcq_warning", {
    x <- ddcq::cq_data(wells)
    eff <- ddcq::cq_standard_curve(x, unit = unit)
    ddcq::ddcq(x, ~group, reference = "R", control = "a", efficiency = eff, variance = variance)
  })
}

# ---- in batches, through the package's entry points below them ----

core_entry <- function(name) utils::getFromNamespace(name, "ddcq")

cell_means <- function(sim) {
  size <- dim(sim$wells)[2:4]
  n_cells <- prod(size[1:2])
  n_wells <- length(sim$wells)
  value <- .Call(
    core_entry("c_cells"), rep(rep(seq_len(n_cells), each = 3), 2), rep(1:2, each = 3 * n_cells), NULL,
    rep(1L, n_wells), rep(1L, n_wells), as.vector(sim$wells), as.integer(n_cells), 2L, 1L
  )
  aperm(array(value$cq, size), c(1, 3, 2))
}

# log2 E, its SE and df for target and reference, a column each replicate.
curve_weights <- function(sim, unit) {
  entry <- core_entry("c_line_fit")
  n <- length(sim$x)
  run <- integer(n)
  point <- match(sim$x, unique(sim$x)) - 1L
  first <- integer(max(point) + 1L)
  by_point <- as.integer(unit == "point")
  lapply(sim$curves, function(y) {
    vapply(seq_len(sim$reps), function(i) {
      .Call(entry, sim$x, y[, i], run, point, first, 1L, by_point)$value[c(11, 12, 3)]
    }, numeric(3))
  })
}

# The model matrix or the groups for two groups of n, as the package sets them up.
two_group_setup <- function(n, variance) {
  group <- rep(c("a", "b"), each = n)
  wells <- data.frame(
    sample = rep(seq_along(group), 2), target = rep(c("T", "R"), each = 2 * n), group = rep(group, 2),
    cq = c(20 + sin(seq_along(group)), rep(18, 2 * n))
  )
  model <- suppressWarnings(classes = "ddcq_warning", ddcq::ddcq(
    ddcq::cq_data(wells), ~group, reference = "R", control = "a", efficiency = 2, variance = variance
  ))$model
  core_entry("pattern_setup")(model, seq_len(2 * n))
}

# One fold change a call, as a user's plate would have it: estimate and the parts of its variance for each replicate.
fold_parts <- function(sim, weights, variance, plate = cell_means(sim), setup = two_group_setup(sim$cell$n, variance)) {
  entry <- core_entry("c_fold_change")
  rows <- seq_len(2L * sim$cell$n) - 1L
  size <- length(rows)
  option <- c(setup$n_groups, 0L)
  w <- rbind(weights[[1]], weights[[2]])
  value <- vapply(seq_len(sim$reps), function(i) {
    unlist(.Call(
      entry, plate[, , i], w[c(1, 4), i], w[c(2, 5), i], w[c(3, 6), i], 1:2, 1L, 1, 0L, rows, rows, size, setup$x,
      setup$group, setup$contrast, option, NULL
    )[1:5], use.names = FALSE)
  }, numeric(5))
  list(
    estimate = value[1, ], var_biological = value[2, ], df_biological = value[3, ], var_efficiency = value[4, ],
    df = value[5, ]
  )
}

coverage_row <- function(parts, truth) {
  done <- core_entry("finish_t")(parts$estimate, parts, 0.95)
  low <- parts$estimate - done$half
  high <- parts$estimate + done$half
  interval_figures(parts$estimate, low, high, truth, done$p.value < 0.05)
}

# The four ways to ask: pooled or Welch's variance, the error of the curve by its wells or by its points.
coverage_ways <- expand.grid(variance = c("pooled", "welch"), unit = c("well", "point"), stringsAsFactors = FALSE)

coverage_of_cell <- function(cell, sim, plate = cell_means(sim)) {
  weights <- lapply(c(well = "well", point = "point"), function(unit) curve_weights(sim, unit))
  rows <- Map(function(variance, unit) {
    parts <- fold_parts(sim, weights[[unit]], variance, plate)
    cbind(cell, method = "ddcq", unit = unit, variance = variance, coverage_row(parts, log2(cell$FC)))
  }, coverage_ways$variance, coverage_ways$unit)
  do.call(rbind, unname(rows))
}

# ---- habits ----

# The same wells read in other ways, in plain R. All but "SE(E) ignored" take E as 2.
coverage_habits <- function(cell, sim) {
  n <- cell$n
  truth <- log2(cell$FC)
  ctl <- seq_len(n)
  trt <- n + ctl
  mean_of <- function(d) list(ctl = colMeans(d[ctl, , drop = FALSE]), trt = colMeans(d[trt, , drop = FALSE]))
  var_of <- function(d, rows) colSums(sweep(d[rows, , drop = FALSE], 2, colMeans(d[rows, , drop = FALSE]))^2) /
    (length(rows) - 1)
  # estimate and half width, symmetric on the log2 scale
  row <- function(method, estimate, half) {
    cbind(cell, method = method, interval_figures(estimate, estimate - half, estimate + half, truth))
  }
  pooled <- function(method, d) {
    m <- mean_of(d)
    row(method, m$ctl - m$trt, stats::qt(0.975, 2 * n - 2) * sqrt((var_of(d, ctl) + var_of(d, trt)) / n))
  }
  cq <- colMeans(sim$wells)
  d <- cq[, , 1] - cq[, , 2]
  m <- mean_of(d)
  estimate <- m$ctl - m$trt
  sd <- sqrt(var_of(d, trt))
  # every well a sample of its own: three times as many rows
  apart <- sim$wells[, , , 1] - sim$wells[, , , 2]
  wells <- apply(apart, 3, as.vector)
  u <- var_of(wells, seq_len(3 * n)) / (3 * n)
  v <- var_of(wells, 3 * n + seq_len(3 * n)) / (3 * n)
  df <- (u + v)^2 / ((u^2 + v^2) / (3 * n - 1))
  # fold changes against the mean of the controls, which counts as exact; one-sample t against 1
  q <- 2^(rep(m$ctl, each = n) - d[trt, , drop = FALSE])
  half <- stats::qt(0.975, n - 1) * sqrt(var_of(q, seq_len(n)) / n)
  fold <- colMeans(q)
  low <- ifelse(fold > half, fold - half, 0)
  w <- lapply(sim$curves, function(y) {
    x <- sim$x - mean(sim$x)
    -log2(10) * sum(x^2) / colSums(x * y)
  })
  plugged <- sweep(cq[, , 1], 2, w[[1]], `*`) - sweep(cq[, , 2], 2, w[[2]], `*`)
  rbind(
    row("SD bars as an interval", estimate, sd),
    row("SEM bars as an interval", estimate, sd / sqrt(n)),
    row("wells as n", estimate, stats::qt(0.975, df) * sqrt(u + v)),
    cbind(cell, method = "t on fold changes", interval_figures(log2(fold), log2(low), log2(fold + half), truth)),
    pooled("E = 2 assumed", d),
    pooled("SE(E) ignored", plugged)
  )
}
