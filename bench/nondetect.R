# Coverage and bias with non-detects (simulated data throughout). From the package's folder:
#   Rscript bench/nondetect.R [replicates a cell, 4000 unless said]
#
# A study: n samples a group, RNA input u_s (SD 0.5, shared by all targets of a sample), target and one reference with
# biological SDs, one well each. Cq = (K - log2 quantity) / w, w_T = log2(1.9), w_R = 1. A run ends at C_max = 40; the
# limit of a sample's dCq, w_T C_max - R_s, differs by sample. K of the target is such that the given share of the treated
# samples is beyond the end on average (fewer of the controls, which have more of the target). Where it says SE(E), the exponents are
# estimates, drawn around the truth with their SE and its degrees of freedom, and their part of the variance comes from
# refitting at one SE up and down.

suppressPackageStartupMessages(library(ddcq))
fit_censored <- ddcq:::fit_censored
censored_parts <- ddcq:::censored_parts
finish_t <- ddcq:::finish_t
args <- commandArgs(TRUE)
reps <- if (length(args)) as.integer(args[1]) else 4000L

study <- function(n, sd, shift, share, se = c(0, 0), df = c(3, 3)) {
  group <- rep(0:1, each = n)
  w <- c(log2(1.9), 1)
  sd_ref <- 0.3 * sd
  u <- rnorm(2 * n, sd = 0.5)
  target <- u - 10 - shift * group + rnorm(2 * n, sd = sd)
  reference <- u + rnorm(2 * n, sd = sd_ref)
  end <- 40
  # 1 - share of the treated has more than what comes up at the end of the run
  limit <- -10 - shift - qnorm(1 - share) * sqrt(sd^2 + 0.25)
  cq <- cbind(end - (target - max(limit, -40)) / w[1], (20 - reference) / w[2])
  w_hat <- rnorm(2, w, se)
  se_hat <- se * sqrt(rchisq(2, df) / df)
  list(group = group, cq = cq, censored = cq[, 1] > end, end = end, w = w_hat, se = se_hat, df = df)
}

# dCq, at a non-detect its limit, for exponents w.
response <- function(s, w = s$w) w[1] * pmin(s$cq[, 1], s$end) - w[2] * s$cq[, 2]

ours <- function(s, level = 0.95) {
  moved <- lapply(which(s$se > 0), function(j) {
    step <- replace(c(0, 0), j, s$se[j])
    cbind(response(s, s$w + step), response(s, s$w - step))
  })
  y <- do.call(cbind, c(list(response(s)), moved))
  # log2 fold change: the contrast of dCq with its sign turned
  fit <- fit_censored(y, s$censored, cbind(1, s$group), cbind(c(0, -1)), level)
  if (fit$status[1] != 0) {
    return(list(status = fit$status[1], bound = fit$bound[1], side = fit$side))
  }
  parts <- censored_parts(fit, s$df[s$se > 0])
  half <- finish_t(parts$estimate, parts, level)$half
  list(status = 0L, estimate = parts$estimate, low = parts$estimate - half, high = parts$estimate + half)
}

# The other ways: a value is put in or the sample is left out, then Welch's interval.
by_welch <- function(y, group) {
  if (min(tabulate(group + 1, 2)) < 2) {
    return(list(status = 1L))
  }
  t <- stats::t.test(-y[group == 1], -y[group == 0])
  list(status = 0L, estimate = unname(t$estimate[1] - t$estimate[2]), low = t$conf.int[1], high = t$conf.int[2])
}
dropped <- function(s) by_welch(response(s)[!s$censored], s$group[!s$censored])
forty <- function(s) by_welch(s$w[1] * ifelse(s$censored, 40, s$cq[, 1]) - s$w[2] * s$cq[, 2], s$group)
group_mean <- function(s) {
  y <- response(s)
  for (g in 0:1) {
    here <- s$group == g
    y[here & s$censored] <- mean(y[here & !s$censored])
  }
  if (anyNA(y)) list(status = 1L) else by_welch(y, s$group)
}

summarise <- function(answers, truth) {
  ok <- vapply(answers, function(a) a$status == 0L, NA)
  estimate <- vapply(answers[ok], function(a) a$estimate, 0)
  covered <- vapply(answers[ok], function(a) a$low <= truth && truth <= a$high, NA)
  width <- vapply(answers[ok], function(a) a$high - a$low, 0)
  data.frame(
    fitted = round(100 * mean(ok), 1), bias = round(mean(estimate) - truth, 3),
    bias_se = round(sd(estimate) / sqrt(sum(ok)), 3), rmse = round(sqrt(mean((estimate - truth)^2)), 2),
    coverage = round(100 * mean(covered), 1), width = round(median(width), 2)
  )
}

set.seed(2026)
cat("Censored likelihood,", reps, "studies a cell (Monte Carlo SE of coverage",
    round(100 * sqrt(0.95 * 0.05 / reps), 2), "points)\n")
cells <- expand.grid(share = c(0, 1 / 6, 1 / 3, 1 / 2), kind = c("SD 1", "SD 1, SE(E)", "SD 0.25, SE(E)"), n = c(6, 4))
table <- do.call(rbind, lapply(seq_len(nrow(cells)), function(i) {
  cell <- cells[i, ]
  sd <- if (grepl("0.25", cell$kind)) 0.25 else 1
  shift <- if (sd == 1) 1.5 else 3
  se <- if (grepl("SE", cell$kind)) c(0.02, 0.02) else c(0, 0)
  answers <- lapply(seq_len(reps), function(r) ours(study(cell$n, sd, shift, cell$share, se)))
  cbind(cell[c("n", "kind")], censored = paste0(round(100 * cell$share), " %"), summarise(answers, -shift))
}))
print(table, row.names = FALSE)

cat("\nThe same 200 studies in four ways: n = 6, SD 1, true log2 fold change -1.5, half of the treated censored\n")
studies <- lapply(1:200, function(r) study(6, 1, 1.5, 0.5))
ways <- list(
  "censored likelihood" = ours, "non-detects dropped" = dropped, "40 put in" = forty, "group's mean put in" = group_mean
)
print(do.call(rbind, lapply(names(ways), function(w) cbind(way = w, summarise(lapply(studies, ways[[w]]), -1.5)))),
      row.names = FALSE)
cat("and 5,000 studies\n")
studies <- lapply(1:5000, function(r) study(6, 1, 1.5, 0.5))
print(do.call(rbind, lapply(names(ways), function(w) cbind(way = w, summarise(lapply(studies, ways[[w]]), -1.5)))),
      row.names = FALSE)

cat("\nBounds at 95 %: no treated sample detected. `given`: share of studies with a bound; `wrong`: share of all studies",
    "\nwhose bound excludes the truth; `median`: of the bound less the truth (log2)\n")
bounds <- expand.grid(all_censored = c(0.99, 0.8, 0.5, 0.2, 0.1, 0.05), n = c(3, 4, 6, 10))
rows <- lapply(seq_len(nrow(bounds)), function(i) {
  n <- bounds$n[i]
  shift <- 4
  answers <- lapply(seq_len(reps), function(r) ours(study(n, 1, shift, bounds$all_censored[i]^(1 / n))))
  bound <- vapply(answers, function(a) if (a$status == 3L && identical(a$side, -1L)) a$bound else NA_real_, 0)
  data.frame(
    n = n, P_all_censored = bounds$all_censored[i], given = round(100 * mean(!is.na(bound)), 1),
    wrong = round(100 * mean(!is.na(bound) & bound < -shift), 2), median = round(median(bound + shift, na.rm = TRUE), 2)
  )
})
print(do.call(rbind, rows), row.names = FALSE)
