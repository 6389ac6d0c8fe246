# Do the intervals of designs hold the truth as often as they say? Simulated experiments through the public functions:
#
#   Rscript bench/designs-coverage.R [replicates] [experiments for the variance budget] [seed]
#
# One call of ddcq() holds all replicates of a cell: each is a target of its own on the same samples, beside one constant
# reference, with an efficiency of its own that was estimated with error (true factor 1.85; the estimate, its standard error
# and its df vary by replicate as those of a dilution series do). All data are simulated.
#
# With 10,000 replicates (MC SE 0.22) and the default seed: contrasts 94.75 to 95.67 %, Dunnett 94.65 to 95.29, Tukey 94.69
# to 95.28, prediction (pooled) 94.65 to 95.15, Welch's prediction 94.3 to 96.2; no bar missed.

source("tests/testthat/helper-shared.R")
source("tests/testthat/helper-designs.R")
source("tests/testthat/helper-models.R")

args <- as.integer(commandArgs(TRUE))
reps <- if (length(args) >= 1) args[1] else 20000L
n_budget <- if (length(args) >= 2) args[2] else 1000L
seed <- if (length(args) >= 3) args[3] else 20240618L
options(width = 140, digits = 4)
set.seed(seed, "Mersenne-Twister", "Inversion", "Rejection")

# mean: log2 quantity of each sample that the truth expects. sd: between samples (one number, or one a sample). se: true
# standard error of log2 E, on df degrees of freedom (0: known).
simulate <- function(sheet, mean, sd, se, df, n = reps) {
  size <- nrow(sheet)
  sheet$sample <- sprintf("s%03d", seq_len(size))
  genes <- sprintf("T%05d", seq_len(n))
  quantity <- mean + sd * stats::rnorm(size * n)
  wells <- sheet[rep(seq_len(size), n + 1L), , drop = FALSE]
  wells$target <- rep(c(genes, "REF"), each = size)
  wells$cq <- c((22 - quantity) / log2(1.85), rep(18, size))
  weight <- log2(1.85) + se * stats::rnorm(n)
  own <- if (is.finite(df)) se * sqrt(stats::rchisq(n, df) / df) else se
  e <- ddcq::cq_efficiency(
    c(genes, "REF"), c(2^weight, 2), std.error = if (se > 0) c(own * 2^weight * log(2), NA) else NA,
    df = if (se > 0) c(rep(df, n), NA) else NA
  )
  list(x = ddcq::cq_data(wells), efficiency = e)
}

fit_of <- function(sim, formula, control, ...) {
  quietly(ddcq::ddcq(sim$x, formula, reference = "REF", control = control, efficiency = sim$efficiency, ...))
}

mc <- 100 * sqrt(0.05 * 0.95 / reps)
met <- function(cover, low, high) if (cover >= low && cover <= high) "met" else "MISSED"
say <- function(what, cover, low = 94, high = 96, se = mc) {
  cat(sprintf("%-66s %6.2f %%  (%.1f to %.1f; MC SE %.2f)  %s\n", what, cover, low, high, se, met(cover, low, high)))
}
covered <- function(r, truth) {
  ok <- !is.na(r$conf.low)
  100 * mean(r$conf.low[ok] <= truth[ok] & truth[ok] <= r$conf.high[ok])
}
errors <- list(known = c(0, Inf), `SE 0.02, 4 df` = c(0.02, 4), `SE 0.04, 4 df` = c(0.04, 4), `SE 0.04, 13 df` = c(0.04, 13))
cat(sprintf("%d replicates a cell, seed %d\n\nContrasts of designs\n", reps, seed))

# ---- interaction, trend, covariate ----

for (n in c(3, 4)) {
  sheet <- crossed(A = c("no", "yes"), B = c("no", "yes"), n = n)
  mean <- 2 * (sheet$A == "yes") - (sheet$B == "yes") + 1.5 * (sheet$A == "yes" & sheet$B == "yes")
  for (error in names(errors)) {
    sim <- simulate(sheet, mean, 0.2, errors[[error]][1], errors[[error]][2])
    r <- ddcq::ddcq_interaction(fit_of(sim, ~ A * B, c(A = "no", B = "no")))$results
    say(sprintf("interaction, 2 x 2, n = %d, %s", n, error), covered(r, rep(1.5, nrow(r))))
  }
}

x <- c(0, 1, 2, 4)
sheet <- data.frame(dose = rep(as.character(x), each = 3))
mean <- 0.6 * as.numeric(sheet$dose) + 0.1 * as.numeric(sheet$dose)^2
curve <- stats::lm(y ~ x, data.frame(x = x, y = 0.6 * x + 0.1 * x^2))
for (error in names(errors)) {
  sim <- simulate(sheet, mean, 0.2, errors[[error]][1], errors[[error]][2])
  r <- fit_of(sim, ~dose, "0", contrasts = "trend")$results
  truth <- ifelse(r$contrast == "linear trend", stats::coef(curve)[[2]], 0.1)
  linear <- r$contrast == "linear trend"
  say(paste0("linear trend, 4 doses, n = 3, ", error), covered(r[linear, ], truth[linear]))
  say(paste0("quadratic trend, 4 doses, n = 3, ", error), covered(r[!linear, ], truth[!linear]))
}

sheet <- data.frame(arm = rep(c("ctl", "A"), each = 5))
sheet$rin <- c(6.1, 7, 7.7, 8.4, 9.2, 6.6, 7.4, 8.1, 8.9, 9.6)
mean <- 2 * (sheet$arm == "A") + 0.4 * (sheet$rin - 8)
for (error in names(errors)) {
  sim <- simulate(sheet, mean, 0.2, errors[[error]][1], errors[[error]][2])
  r <- fit_of(sim, ~ arm + covariate(rin), "ctl")$results
  say(paste0("arm at the mean of a covariate, n = 5, ", error), covered(r, rep(2, nrow(r))))
}

sheet <- crossed(arm = c("ctl", "A", "B"), block = paste0("k", 1:4), n = 1)[-c(2, 9), ]
mean <- 2 * (sheet$arm == "A") - 1 * (sheet$arm == "B") + 0.5 * match(sheet$block, paste0("k", 1:4))
for (error in names(errors)[c(1, 3)]) {
  sim <- simulate(sheet, mean, 0.2, errors[[error]][1], errors[[error]][2])
  r <- fit_of(sim, ~ arm + block, "ctl")$results
  say(paste0("incomplete blocks, 3 arms in 4 blocks, ", error), covered(r, ifelse(startsWith(r$contrast, "A"), 2, -1)))
}

# ---- simultaneous intervals ----

cat("\nAll intervals of a target hold at once (S6)\n")
for (k in c(2, 3, 5)) {
  for (n in c(3, 4, 6)) {
    arms <- c("ctl", LETTERS[seq_len(k)])
    sheet <- data.frame(arm = rep(arms, each = n))
    sim <- simulate(sheet, match(sheet$arm, arms) / 2, 0.3, 0, Inf)
    shift <- stats::setNames(seq_along(arms) / 2, arms)
    together <- function(r) {
      truth <- shift[sub(" vs.*", "", r$contrast)] - shift[sub(".* vs ", "", r$contrast)]
      hit <- r$adj.conf.low <= truth & truth <= r$adj.conf.high
      100 * mean(tapply(hit, r$target, all))
    }
    family <- paste0("k = ", k, ", n = ", n)
    say(paste("Dunnett,", family), together(fit_of(sim, ~arm, "ctl", adjust = "dunnett")$results), 94.4, 95.6)
    tukey <- fit_of(sim, ~arm, "ctl", contrasts = "pairwise", adjust = "tukey")$results
    say(paste("Tukey, pairs of", k + 1, "groups, n =", n), together(tukey), 94.4, 95.6)
  }
}
sheet <- data.frame(arm = rep(c("ctl", "A", "B", "C"), c(6, 3, 4, 5)))
sim <- simulate(sheet, match(sheet$arm, c("ctl", "A", "B", "C")) / 2, 0.3, 0, Inf)
shift <- c(ctl = 0.5, A = 1, B = 1.5, C = 2)
say("Dunnett, k = 3, unequal n", together(fit_of(sim, ~arm, "ctl", adjust = "dunnett")$results), 94.4, 95.6)

# ---- prediction of a new sample ----

cat("\nPrediction intervals hold a new sample of the compared group (against the control's true mean)\n")
predicted <- function(n, sd, error, variance, m = 1) {
  sheet <- data.frame(arm = rep(c("ctl", "A"), each = n))
  sim <- simulate(sheet, 2 * (sheet$arm == "A"), rep(sd, each = n), errors[[error]][1], errors[[error]][2])
  p <- stats::predict(fit_of(sim, ~arm, "ctl", variance = variance), m = m)
  new <- 2 + sd[2] * stats::rnorm(reps) / sqrt(m)
  100 * mean(p$pred.low <= new & new <= p$pred.high)
}
for (n in c(3, 4, 6)) {
  for (error in names(errors)[c(1, 3)]) {
    say(sprintf("pooled, n = %d, %s", n, error), predicted(n, c(0.3, 0.3), error, "pooled"))
  }
  say(sprintf("pooled, n = %d, the mean of 3 new", n), predicted(n, c(0.3, 0.3), "known", "pooled", 3))
}
cat("Welch, as it is (no bar)\n")
for (n in c(3, 4, 6)) {
  cat(sprintf(
    "  n = %d: equal SDs %.2f %%, 0.3 and 0.6 %.2f %%, 0.6 and 0.3 %.2f %%\n", n,
    predicted(n, c(0.3, 0.3), "known", "welch"), predicted(n, c(0.3, 0.6), "known", "welch"),
    predicted(n, c(0.6, 0.3), "known", "welch")
  ))
}

# ---- the variance budget ----

cat("\nThe variance budget against what was simulated (log2 units squared, mean of", n_budget, "experiments)\n")
budget <- function(n, wells, biology, well, ref) {
  genes <- c("T", "R1", "R2")
  se <- c(0.02, 0.015, 0.01)
  rows <- lapply(seq_len(n_budget), function(i) {
    arm <- rep(c("ctl", "A"), each = n)
    load <- stats::rnorm(2 * n, 0, 0.4)
    level <- cbind(
      load + 2 * (arm == "A") + stats::rnorm(2 * n, 0, biology), load + stats::rnorm(2 * n, 0, ref),
      load + stats::rnorm(2 * n, 0, ref)
    )
    cq <- sweep(-level, 2, c(26, 18, 20), `+`)
    at <- rep(seq_along(cq), each = wells)
    d <- data.frame(
      sample = rep(rep(paste0("s", seq_len(2 * n)), each = wells), 3), target = rep(genes, each = 2 * n * wells),
      arm = rep(rep(arm, each = wells), 3), cq = cq[at] + stats::rnorm(length(at), 0, well)
    )
    e <- ddcq::cq_efficiency(genes, 2^(1 + se * stats::rnorm(3)), std.error = 2 * log(2) * se, df = 20)
    fit <- quietly(ddcq::ddcq(ddcq::cq_data(d), ~arm, c("R1", "R2"), "ctl", e, variance = "pooled"))
    unlist(as.data.frame(ddcq::ddcq_variance(fit))[c("variance", "biological", "technical", "reference", "efficiency")])
  })
  found <- do.call(rbind, rows)
  # the references' difference between groups is 0 on average: D^2 of a reference is its variance
  d2 <- c(4 + 2 / n * (biology^2 + 0.4^2 + well^2 / wells), rep(2 / n * (ref^2 + 0.4^2 + well^2 / wells), 2))
  truth <- c(
    biological = 2 / n * biology^2, technical = 2 / n * well^2 / wells,
    reference = 2 / n * 0.5 * (ref^2 + well^2 / wells), efficiency = sum(d2 * (c(1, 0.5, 0.5) * se)^2)
  )
  truth <- c(variance = sum(truth), truth)
  cat(sprintf("n = %d a group, %d wells, SDs: biology %.2f, well %.2f, reference %.2f; parts add up to %.1e\n", n, wells,
              biology, well, ref, max(abs(rowSums(found[, -1]) / found[, 1] - 1))))
  print(rbind(simulated = truth, found = colMeans(found), `MC SE` = apply(found, 2, stats::sd) / sqrt(n_budget)),
        digits = 3)
}
budget(6, 3, 0.3, 0.15, 0.15)
budget(4, 2, 0.5, 0.2, 0.1)
