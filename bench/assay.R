# Coverage of the intervals of an assay on simulated data whose truth is known:
#
#   Rscript bench/assay.R [dilution series a cell] [detection data sets a cell] [seed]
#
# 1. the interval of the efficiency: 5 points in triplicate and 4 in duplicate, tenfold, wells with an SD of 0.15 cycles, slope
#    -3.4. Independent errors of the wells, of the points (SD 0.1), or of the steps of a serial dilution (0.03 log10 each, and
#    a range of others), by each unit. Series go one by one through the entries for lines and serial dilutions.
# 2. the interval of the limit of detection: 8 twofold dilutions with 8, 12 or 20 reactions each, single hits.
# 3. the interval of a quantity read off the curve by well, and by point where points have errors.
# 4. the interval of the limit of quantification, by a line through the SDs of six levels.

args <- as.integer(commandArgs(TRUE))
n_series <- if (length(args) >= 1) args[1] else 20000L
n_lod <- if (length(args) >= 2) args[2] else 4000L
seed <- if (length(args) >= 3) args[3] else 20261125L
set.seed(seed, "Mersenne-Twister", "Inversion", "Rejection")
internal <- function(name) utils::getFromNamespace(name, "ddcq")
mc <- function(p, n) sprintf("%.2f +/- %.2f", 100 * p, 100 * sqrt(p * (1 - p) / n))

# ---- efficiencies ----

slope <- -3.4

# Cq of n series, a column each: steps, points and wells each add their error.
draw_series <- function(points, wells, n, sd_step, sd_point, sd_well) {
  step <- rep(seq_len(points) - 1L, each = wells)
  walk <- apply(rbind(0, matrix(stats::rnorm((points - 1) * n, 0, sd_step), points - 1)), 2, cumsum)
  shared <- walk + matrix(stats::rnorm(points * n, 0, sd_point), points)
  20 - slope * step + shared[step + 1L, ] + stats::rnorm(points * wells * n, 0, sd_well)
}

# Does the interval of each series hold the slope, and so the efficiency, which is a monotone function of it?
cover_lines <- function(cq, points, wells, by_point) {
  step <- rep(seq_len(points) - 1L, each = wells)
  run <- integer(length(step))
  fit <- vapply(seq_len(ncol(cq)), function(i) {
    .Call(internal("c_line_fit"), -as.double(step), cq[, i], run, step, integer(points), 1L, as.integer(by_point))$value[1:3]
  }, numeric(3))
  mean(abs(fit[1, ] - slope) <= stats::qt(0.975, fit[3, ]) * fit[2, ])
}

cover_serial <- function(cq, points, wells) {
  step <- rep(seq_len(points) - 1L, each = wells)
  x <- -as.double(seq_len(points) - 1)
  mean <- rowsum(cq, step) / wells
  pure <- colSums((cq - mean[step + 1L, ])^2)
  hit <- vapply(seq_len(ncol(cq)), function(i) {
    f <- .Call(
      internal("c_serial_fit"), x, mean[, i], rep(as.double(wells), points), integer(points), seq_len(points) - 1L, 1L,
      pure[i], internal("serial_grid")
    )
    # the interval holds the slope when the mixture holds less than the level within its distance
    off <- abs(f$value[2] - slope)
    df <- f$value[6]
    inside <- stats::pt((f$value[2] + off - f$slope) / f$slope_se, df) -
      stats::pt((f$value[2] - off - f$slope) / f$slope_se, df)
    sum(f$weight * inside) <= 0.95
  }, NA)
  mean(hit)
}

cells <- expand.grid(
  design = c("5x3", "4x2"), error = c("wells", "points", "steps"), stringsAsFactors = FALSE
)
cells$step <- ifelse(cells$error == "steps", 0.03 * abs(slope), 0)
cells$point <- ifelse(cells$error == "points", 0.1, 0)
more <- expand.grid(design = c("5x3", "4x2", "7x2", "5x1"), step = c(0, 0.05, 0.1, 0.2, 0.5), stringsAsFactors = FALSE)
more <- data.frame(design = more$design, error = "steps", step = more$step, point = 0)

cat("| design | error besides the wells' | by well, % | by point, % | serial, % |\n|---|---|---:|---:|---:|\n")
time <- system.time(for (i in seq_len(nrow(cells) + nrow(more))) {
  cell <- rbind(cells, more)[i, ]
  size <- as.integer(strsplit(cell$design, "x")[[1]])
  # the wide range of steps with a quarter of the series
  n <- if (i <= nrow(cells)) n_series else max(200L, n_series %/% 4L)
  cq <- draw_series(size[1], size[2], n, cell$step, cell$point, 0.15)
  cat(sprintf(
    "| %s | %s | %s | %s | %s |\n", cell$design,
    switch(cell$error, wells = "none", points = "points 0.10", steps = sprintf("steps %.3f", cell$step)),
    mc(cover_lines(cq, size[1], size[2], 0L), n), mc(cover_lines(cq, size[1], size[2], 1L), n),
    mc(cover_serial(cq, size[1], size[2]), n)
  ))
})
cat(sprintf("\n%.0f s\n\n", time[["elapsed"]]))

# ---- limits of detection ----

cover_lod <- function(reactions, rate, n) {
  q <- 2^(-3:4)
  truth <- log(-log(0.05) / rate)
  drop <- stats::qchisq(0.95, 1) / 2
  links <- c(poisson = 0L, cloglog = 1L)
  out <- vapply(seq_len(n), function(i) {
    k <- as.double(stats::rbinom(8, reactions, -expm1(-rate * q)))
    vapply(links, function(link) {
      f <- .Call(internal("c_detection_fit"), log(q), rep(as.double(reactions), 8), k, link, 0.95, drop)
      if (f$status != 0L) NA_real_ else as.double(f$value[7] <= truth && truth <= f$value[8])
    }, 0)
  }, numeric(2))
  data.frame(
    model = names(links), cover = rowMeans(out, na.rm = TRUE), fitted = rowSums(!is.na(out)), row.names = NULL
  )
}

cat("| reactions a level | rate | model | coverage, % | with a limit |\n|---:|---:|---|---:|---:|\n")
time <- system.time(for (reactions in c(8, 12, 20)) {
  for (rate in c(0.5, 1)) {
    r <- cover_lod(reactions, rate, n_lod)
    cat(sprintf(
      "| %d | %.1f | %s | %s | %d of %d |\n", reactions, rate, r$model, mc(r$cover, r$fitted), r$fitted, n_lod
    ), sep = "")
  }
})
cat(sprintf("\n%.0f s\n\n", time[["elapsed"]]))

# ---- quantities ----

cover_quantity <- function(points, wells, by_point, sd_point, n) {
  step <- rep(seq_len(points) - 1L, each = wells)
  x <- -as.double(step)
  cq <- draw_series(points, wells, n, 0, sd_point, 0.15)
  truth <- stats::runif(n, -(points - 1), 0)
  y <- 20 + slope * truth + stats::rnorm(n, 0, sd_point) + stats::rnorm(n, 0, 0.15 / sqrt(wells))
  at <- list(run = integer(length(step)), runs = "run")
  hit <- vapply(seq_len(n), function(i) {
    if (by_point) {
      u <- list(x = -as.double(seq_len(points) - 1), y = as.vector(tapply(cq[, i], step, mean)), run = integer(points))
    } else {
      u <- list(x = x, y = cq[, i], run = at$run)
    }
    line <- .Call(
      internal("c_line_fit"), x, cq[, i], at$run, step, integer(points), 1L, as.integer(by_point)
    )
    value <- list(sigma = line$value[5])
    d <- internal("least_squares_detail")(value, u, at)
    var_y <- line$value[5]^2 / if (by_point) 1 else wells
    l <- .Call(
      internal("c_inverse_predict"), y[i], var_y,
      matrix(c(line$intercept, line$value[1], d$var_intercept, d$var_slope, d$cov), 1), stats::qt(0.975, line$value[3])
    )
    l$low <= truth[i] && truth[i] <= l$high
  }, NA)
  mean(hit)
}

cat("| quantity read off | coverage, % |\n|---|---:|\n")
cat(sprintf("| 5x3 by well, errors of wells | %s |\n", mc(cover_quantity(5, 3, FALSE, 0, n_series), n_series)))
cat(sprintf("| 4x2 by well, errors of wells | %s |\n", mc(cover_quantity(4, 2, FALSE, 0, n_series), n_series)))
cat(sprintf("| 5x3 by point, errors of points and wells | %s |\n", mc(cover_quantity(5, 3, TRUE, 0.1, n_series), n_series)))

# ---- limits of quantification ----

# Six levels, SDs on a line; the crossing at 35 % and its interval.
cover_loq <- function(wells, n) {
  x <- log10(4^(0:5))
  sigma <- 0.9 * 10^(-0.35 * x)
  wanted <- log(sqrt(log1p(0.35^2)) / log(2))
  truth <- (log(0.9) - wanted) / (0.35 * log(10))
  mean(vapply(seq_len(n), function(i) {
    s <- sigma * sqrt(stats::rchisq(6, wells - 1) / (wells - 1))
    v <- .Call(internal("c_sd_curve"), x, s, rep(wells - 1, 6))$value
    l <- .Call(internal("c_inverse_predict"), wanted, 0, matrix(v[1:5], 1), stats::qnorm(0.975))
    l$low <= truth && truth <= l$high
  }, NA))
}

cat("\n| wells a level | limit of quantification by a line through the SDs, coverage, % |\n|---:|---:|\n")
for (wells in c(4, 8, 20)) cat(sprintf("| %d | %s |\n", wells, mc(cover_loq(wells, n_series), n_series)))
