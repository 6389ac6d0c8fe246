# Coverage, type I error, bias and tail balance of the intervals, on simulated experiments whose truth is known:
#
#   Rscript bench/coverage.R [replicates a cell] [replicates a cell through the public functions] [seed] [csv to write]
#
# 54 cells (two noise regimes, E 1.8 to 2, 3 to 6 samples a group, fold changes 1, 2 and 8), every replicate with
# dilution series of its own. Replicates go one by one through the package's entry points for cells, curves and fold
# changes and finish_t(); a smaller number goes through cq_data(), cq_standard_curve() and ddcq() as well; the same wells
# are also read as some habits read them. Prints the table and whether each bar is met. The simulation is
# inst/validation/coverage.R; the table of the vignette, inst/validation/coverage.csv, is
#
#   Rscript bench/coverage.R 20000 500 20240607 inst/validation/coverage.csv

source("tests/testthat/helper-shared.R")
source("tests/testthat/helper-designs.R")

args <- commandArgs(TRUE)
number <- function(i, default) if (length(args) >= i) as.integer(args[i]) else default
reps <- number(1, 2000L)
public_reps <- number(2, 50L)
seed <- number(3, 20240607L)
file <- if (length(args) >= 4) args[4]
options(width = 160)
set.seed(seed, "Mersenne-Twister", "Inversion", "Rejection")

# ---- the 54 cells ----

run_cell <- function(cell) {
  sim <- simulate_cell(cell, reps)
  list(
    table = cbind(coverage_of_cell(cell, sim), expected_bias = slope_bias(cell)),
    habits = coverage_habits(cell, sim), public = if (public_reps > 0) check_public(sim, min(public_reps, reps))
  )
}

# The same replicates through the public functions, unit = "well", pooled: what the intervals did, and how far the two
# are apart.
check_public <- function(sim, n) {
  first <- seq_len(n)
  sim <- list(
    cell = sim$cell, reps = n, x = sim$x, wells = sim$wells[, , first, , drop = FALSE],
    curves = lapply(sim$curves, function(y) y[, first, drop = FALSE])
  )
  parts <- fold_parts(sim, curve_weights(sim, "well"), "pooled")
  below <- internal("finish_t")(parts$estimate, parts, 0.95)
  time <- system.time(rows <- lapply(first, function(r) public_fit(sim, r, "well", "pooled")$results))[["elapsed"]]
  rows <- do.call(rbind, rows)
  apart <- max(
    abs(rows$estimate - parts$estimate) / below$std.error, abs(rows$std.error / below$std.error - 1),
    abs(rows$df / below$df - 1), abs(rows$conf.low - (parts$estimate - below$half)) / below$std.error
  )
  figures <- interval_figures(
    rows$estimate, rows$conf.low, rows$conf.high, log2(sim$cell$FC), rows$p.value < 0.05
  )
  cbind(sim$cell, figures, n = n, apart = apart, time = time)
}

cells <- coverage_cells()
time <- system.time({
  done <- lapply(seq_len(nrow(cells)), function(i) run_cell(cells[i, ]))
})
tab <- do.call(rbind, lapply(done, `[[`, "table"))

cat(sprintf("%d replicates in each of %d cells, seed %d: %.0f s in all\n", reps, nrow(cells), seed, time[["elapsed"]]))
cat("Monte Carlo standard error of a coverage of 95 %:", format(100 * sqrt(0.05 * 0.95 / reps), digits = 2))
cat(" (the bars are drawn for 20,000 replicates)\n\n")

show_unit <- function(unit) {
  wide <- cells
  for (v in c("pooled", "welch")) {
    s <- tab[tab$unit == unit & tab$variance == v, ]
    wide[[paste0(v, ".cover")]] <- round(s$cover, 2)
    wide[[paste0(v, ".above")]] <- round(s$above, 2)
    wide[[paste0(v, ".below")]] <- round(s$below, 2)
    wide[[paste0(v, ".width")]] <- round(s$width, 3)
  }
  s <- tab[tab$unit == unit & tab$variance == "pooled", ]
  wide$bias <- round(s$bias, 5)
  wide$bias.mc <- round((s$bias - s$expected_bias) / s$bias_se, 2)
  cat("Coverage (%) by cell, unit =", unit, "(bias.mc: bias beyond the second-order term, in Monte Carlo SEs)\n")
  print(wide, row.names = FALSE)
  cat("\n")
}
for (unit in c("well", "point")) show_unit(unit)

# ---- bars ----

say_bar <- function(bar, ok, ...) {
  cat(sprintf("%-4s %-6s %s\n", bar, if (is.na(ok)) "-" else if (ok) "met" else "MISSED", sprintf(...)))
}

# The bars are those of unit = "well": the series simulated here dilute every well on its own. By points fewer degrees
# of freedom stand behind the same slope, so those intervals are a little wider; their figures stand beside.
bars_of <- function(unit) {
  judge <- unit == "well"
  say <- function(bar, ok, ...) say_bar(bar, if (judge) ok else NA, ...)
  s <- tab[tab$unit == unit & tab$variance == "pooled", ]
  w <- tab[tab$unit == unit & tab$variance == "welch", ]
  null <- s[s$FC == 1, ]
  cat("unit =", unit, if (!judge) "(for comparison)", "\n")
  say("S1", all(s$cover >= 94 & s$cover <= 96), "pooled: cells %.2f to %.2f (94 to 96)", min(s$cover), max(s$cover))
  say("S1", abs(mean(s$cover) - 95) <= 0.2, "pooled: mean over cells %.3f (94.8 to 95.2)", mean(s$cover))
  for (n in c(3, 4, 6)) {
    range <- range(w$cover[w$n == n])
    limits <- if (n == 3) c(95.4, 96.8) else c(94.5, 96.3)
    say("S2", range[1] >= limits[1] & range[2] <= limits[2], "Welch, n = %d: %.2f to %.2f (%.1f to %.1f)", n,
        range[1], range[2], limits[1], limits[2])
  }
  tails <- range(s$above, s$below)
  say("S3", tails[1] >= 2 & tails[2] <= 3, "one-sided misses %.2f to %.2f (2.0 to 3.0)", tails[1], tails[2])
  off <- (s$bias - s$expected_bias) / s$bias_se
  say("S4", max(abs(off)) <= 3.5,
      "bias beyond the second-order term: at most %.2f Monte Carlo SEs (3.5); largest bias %.4f",
      max(abs(off)), max(abs(s$bias)))
  say("S5", all(null$reject >= 4 & null$reject <= 6), "type I error, FC = 1: %.2f to %.2f (4 to 6)",
      min(null$reject), max(null$reject))
  cat("\n")
}
for (unit in c("well", "point")) bars_of(unit)

if (public_reps > 0) {
  public <- do.call(rbind, lapply(done, `[[`, "public"))
  rate <- public$cover
  cat(sprintf(
    "Through cq_data(), cq_standard_curve(), ddcq(): %d a cell (%.0f s), coverage %.1f to %.1f, mean %.2f\n",
    public$n[1], sum(public$time), min(rate), max(rate), mean(rate)
  ))
  cat(sprintf(
    "The same replicates in the batches differ by at most %.1e, relative to the standard error\n\n", max(public$apart)
  ))
}

# ---- S2: Welch without an error of the efficiencies ----

welch_known <- function(n, reps) {
  cell <- data.frame(regime = "tissue", E = 2, n = n, FC = 2)
  sim <- simulate_cell(cell, reps)
  known <- matrix(c(1, 0, Inf), 3, reps)
  coverage_row(fold_parts(sim, list(known, known), "welch"), 1)$cover
}
expected <- c(`2` = 97.64, `3` = 96.53, `4` = 95.89)
many <- 10L * reps
for (n in 2:4) {
  cover <- mean(vapply(1:10, function(i) welch_known(n, many / 10L), 0))
  truth <- expected[[as.character(n)]]
  say_bar("S2", abs(cover - truth) <= 0.3, "Welch, SE(E) = 0, n = %d: %.2f (%.2f +/- 0.3), %d replicates", n,
          cover, truth, many)
}

# ---- S10: an uncertain efficiency never narrows ----

# The log2 quantities of units directly as Cq (reference constant, E = 2 known), w of the target drawn with the given
# share of variance and df: V_E / V_b = share for a contrast of three cycles.
narrow <- function(design, share, df, reps) {
  n <- if (design == "paired n = 3") 3L else 2L
  sd <- 0.3
  size <- 2L * n
  shift <- 3
  v_b <- 2 * sd^2 / n
  se <- sqrt(share * v_b) / shift
  subject <- if (n == 3L) rep(stats::rnorm(n * reps, 0, 0.7), 2) else 0
  dim_cq <- c(n, reps)
  a <- array(stats::rnorm(n * reps, 0, sd), dim_cq) + if (n == 3L) array(subject[seq_len(n * reps)], dim_cq) else 0
  b <- array(stats::rnorm(n * reps, 0, sd), dim_cq) + if (n == 3L) array(subject[seq_len(n * reps)], dim_cq) else 0
  cq <- rbind(24 + a, 24 - shift + b)
  plate <- aperm(array(c(cq, rep(18, length(cq))), c(size, reps, 2)), c(1, 3, 2))
  w <- 1 + se * stats::rnorm(reps)
  se_hat <- if (is.finite(df)) se * sqrt(stats::rchisq(reps, df) / df) else rep(se, reps)
  weights <- list(rbind(w, se_hat, df), matrix(c(1, 0, Inf), 3, reps))
  sim <- list(cell = list(n = n), reps = reps)
  variance <- if (design == "2 + 2 Welch") "welch" else "pooled"
  coverage_row(fold_parts(sim, weights, variance, plate, narrow_setup(n, variance)), shift)$cover
}

narrow_setup <- function(n, variance) {
  if (n == 2L) {
    return(quietly(two_group_setup(n, variance)))
  }
  pairs <- data.frame(sample = letters[1:6], group = rep(c("a", "b"), each = 3), subject = rep(c("s1", "s2", "s3"), 2))
  wells <- rbind(cbind(pairs, target = "T", cq = 20 + sin(1:6)), cbind(pairs, target = "R", cq = 18))
  model <- ddcq::ddcq(ddcq::cq_data(wells), ~ group + subject, reference = "R", control = "a", efficiency = 2)$model
  internal("pattern_setup")(model, 1:6)
}

grid <- expand.grid(
  share = c(0, 0.1, 0.25, 0.5, 1), df = c(2, 3, 13, Inf), design = c("paired n = 3", "2 + 2 pooled", "2 + 2 Welch"),
  stringsAsFactors = FALSE
)
grid$cover <- vapply(seq_len(nrow(grid)), function(i) narrow(grid$design[i], grid$share[i], grid$df[i], reps), 0)
cat("\nCoverage (%) where few units stand beside an uncertain efficiency; columns: V_E / V_b, rows: its df\n")
for (design in unique(grid$design)) {
  cat(design, "\n")
  s <- grid[grid$design == design, ]
  print(round(tapply(s$cover, list(df = s$df, share = s$share), mean), 2))
}
say_bar("S10", min(grid$cover) >= 94, "lowest coverage %.2f (at least 94.0)", min(grid$cover))

# ---- the table ----

# Per cent to two digits, log2 to four: the errors of the simulation are larger.
if (!is.null(file)) {
  columns <- c(
    names(cells), "method", "unit", "variance", "replicates", "cover", "above", "below", "reject", "bias", "bias_se",
    "width"
  )
  part <- function(rows, reps, method = rows$method, unit = NA, variance = NA) {
    cbind(rows[setdiff(names(rows), c("method", "unit", "variance"))], method, unit, variance, replicates = reps)[columns]
  }
  all <- part(tab, reps, unit = tab$unit, variance = tab$variance)
  if (public_reps > 0) all <- rbind(all, part(public, public$n, "ddcq (public functions)", "well", "pooled"))
  all <- rbind(all, part(do.call(rbind, lapply(done, `[[`, "habits")), reps))
  for (name in c("cover", "above", "below", "reject")) all[[name]] <- round(all[[name]], 2)
  for (name in c("bias", "bias_se", "width")) all[[name]] <- round(all[[name]], 4)
  head <- c(
    paste("Rscript bench/coverage.R", paste(args, collapse = " ")),
    sprintf("%s, ddcq %s, %s", Sys.Date(), utils::packageVersion("ddcq"), R.version.string),
    if (public_reps > 0) sprintf("public functions and batches differ by at most %.1e standard errors", max(public$apart))
  )
  writeLines(paste("#", head), file)
  suppressWarnings(utils::write.table(all, file, append = TRUE, sep = ",", row.names = FALSE, quote = FALSE, na = ""))
}
