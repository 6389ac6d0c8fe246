# Coverage of fold changes between samples of different runs after calibration, on simulated experiments:
#
#   Rscript bench/calibrate.R [replicates a cell] [seed]
#
# Three runs with offsets of their own for every target (SD 0.5 cycles), one target and two references, E 1.95, 1.98 and
# 2 known; calibrators in every run, three wells each; 18 samples of three groups, between samples SD 0.3 log2 units
# (target) and 0.1 (references), three wells of SD 0.2; fold change 4. Layouts: `confounded`, a run holds one group;
# `partly`, it holds four samples of one group and one of each other; `balanced`, it holds two of each. The interval of
# group 2 against group 1 (pooled variance, Satterthwaite, the wider of with and without, as ddcq() does for
# efficiencies) with the calibration's variance
#   shared:     h'Ch, h the total weight of each run's samples (what the package keeps the covariance for);
#   by sample:  the variance of its run's offset added to every sample, as if it were drawn anew for each;
#   ignored:    nothing added;
#   plate:      no calibration at all.
# The entry that fits the calibration is the package's; the rest is written out here.

library(ddcq)
options(width = 140)
internal <- function(name) utils::getFromNamespace(name, "ddcq")
args <- as.integer(commandArgs(TRUE))
reps <- if (length(args) >= 1) args[1] else 20000L
set.seed(if (length(args) >= 2) args[2] else 20240607L)

w <- log2(c(MYC = 1.95, GAPDH = 1.98, ACTB = 2))
coef <- w * c(1, -0.5, -0.5)
theta <- 2 # log2 units
group <- rep(1:3, each = 6)
layouts <- list(
  confounded = rep(1:3, each = 6),
  partly = c(1, 1, 1, 1, 2, 3, 2, 2, 2, 2, 1, 3, 3, 3, 3, 3, 1, 2),
  balanced = rep(c(1, 2, 3), 6)
)
fit_entry <- internal("c_calibrate")

# Cell means of the calibrators in each run, for one target; the fit.
calibrate <- function(offset, n_calibrators) {
  cells <- expand.grid(sample = seq_len(n_calibrators) - 1L, run = 0:2)
  wells <- matrix(rnorm(3 * nrow(cells), 0, 0.2), nrow(cells))
  y <- 24 + cells$sample + offset[cells$run + 1] + rowMeans(wells)
  noise <- rep(sum((wells - rowMeans(wells))^2) / (2 * nrow(cells)) / 3, nrow(cells))
  fit <- .Call(fit_entry, cells$sample, cells$run, y, noise, as.integer(n_calibrators), 3L)
  fit$df <- if (fit$value[2] > 0) fit$value[2] else 2 * nrow(cells)
  fit
}

hit <- function(estimate, v_b, df_b, v_add, below) {
  v <- v_b + v_add
  df <- v^2 / (v_b^2 / df_b + below)
  half <- max(qt(0.975, df) * sqrt(v), qt(0.975, df_b) * sqrt(v_b))
  c(abs(estimate - theta) <= half, half)
}

one <- function(run, n_calibrators) {
  offset <- matrix(rnorm(9, 0, 0.5), 3)
  load <- rnorm(18, 0, 0.5)
  quantity <- cbind(rnorm(18, 0, 0.3) + theta * (group == 2), rnorm(18, 0, 0.1), rnorm(18, 0, 0.1)) + load
  cq <- 25 - sweep(quantity, 2, w, "/") + offset[run, ] + matrix(rnorm(54, 0, 0.2 / sqrt(3)), 18)
  fits <- lapply(1:3, function(j) calibrate(offset[, j], n_calibrators))
  shift <- vapply(fits, `[[`, numeric(3), "offset")
  l <- c(-1, 1, 0)[group] / 6
  h <- as.vector(tapply(l, factor(run, 1:3), sum))
  d <- drop((cq - shift[run, ]) %*% coef)
  parts <- vapply(1:3, function(j) coef[j]^2 * drop(h %*% fits[[j]]$covariance %*% h), 0)
  by_sample <- vapply(1:3, function(j) coef[j]^2 * sum(l^2 * diag(fits[[j]]$covariance)[run]), 0)
  df_c <- vapply(fits, `[[`, 0, "df")
  pooled <- function(d) sum((d - ave(d, group))^2) / 15 * sum(l^2)
  raw <- drop(cq %*% coef)
  v_b <- pooled(d)
  est <- -sum(l * d)
  c(
    hit(est, v_b, 15, sum(parts), sum(parts^2 / df_c)), hit(est, v_b, 15, sum(by_sample), sum(by_sample^2 / df_c)),
    hit(est, v_b, 15, 0, 0), hit(-sum(l * raw), pooled(raw), 15, 0, 0)
  )
}

cells <- expand.grid(layout = names(layouts), calibrators = c(1, 2, 3, 5), stringsAsFactors = FALSE)
time <- system.time(rows <- lapply(seq_len(nrow(cells)), function(i) {
  all <- replicate(reps, one(layouts[[cells$layout[i]]], cells$calibrators[i]))
  m <- rowMeans(all)
  data.frame(
    cells[i, ], shared = 100 * m[1], by_sample = 100 * m[3], ignored = 100 * m[5], plate = 100 * m[7],
    width_shared = 2 * m[2], width_by_sample = 2 * m[4]
  )
}))
table <- do.call(rbind, rows)
cat(reps, "replicates a cell, MC standard error", round(100 * sqrt(0.95 * 0.05 / reps), 2), "%;",
    format(time[["elapsed"]], digits = 3), "s\n")
print(format(table, digits = 4), row.names = FALSE)
cat("shared, several calibrators: from", round(min(table$shared[table$calibrators > 1]), 2), "to",
    round(max(table$shared[table$calibrators > 1]), 2), "%\n")
