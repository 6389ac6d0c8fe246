# Non-detects through `ddcq()` itself, from wells to interval (simulated data throughout). From the package's folder:
#   Rscript bench/nondetect-public.R [studies a cell, 500 unless said] [n: only cells with SE(E) and so many a group]
#
# A study: n samples a group, RNA input u_s (SD 0.5) that all targets of a sample share, one target of factor 1.9 a cycle
# and two references of factors 2 and 1.95, one well each; the references' SDs are 0.3 of the target's. A run ends at cycle
# 40, so each sample's limit of dCq is its own. The target's level is such that the given share of treated samples is beyond
# the end on average. Where it says SE(E), the factors that `ddcq()` is told are estimates, drawn around the truth with an
# SE of 0.02 on log2 E, which is itself estimated on 3 df (the truth stays the truth).
#
# The other ways get the same wells, changed as people change them: non-detects left out, 40 put in for them, or the mean
# Cq of the group's detected samples; then `ddcq()` as it is for data without non-detects (Welch's interval).

suppressPackageStartupMessages(library(ddcq))
args <- commandArgs(TRUE)
reps <- if (length(args)) as.integer(args[1]) else 500L
factors <- c(MYC = 1.9, GAPDH = 2, ACTB = 1.95)
refs <- c("GAPDH", "ACTB")

study <- function(n, sd, fall, share) {
  drug <- rep(0:1, each = n)
  u <- rnorm(2 * n, sd = 0.5)
  w <- log2(factors)
  # log2 quantities; 1 - share of the treated have more than what comes up at cycle 40
  myc <- u - fall * drug + rnorm(2 * n, sd = sd)
  last <- if (share > 0) -fall - qnorm(1 - share) * sqrt(sd^2 + 0.25) else -10
  cq <- cbind(40 - (myc - last) / w[1], sapply(2:3, function(j) (20 - u - rnorm(2 * n, sd = 0.3 * sd)) / w[j]))
  cq[cq > 40] <- NA
  data.frame(
    sample = rep(sprintf("s%02d", seq_len(2 * n)), 3), treatment = rep(ifelse(drug == 1, "drug", "vehicle"), 3),
    target = rep(names(factors), each = 2 * n), cq = as.vector(cq)
  )
}

told <- function(error) {
  if (error == 0) {
    return(cq_efficiency(names(factors), unname(factors)))
  }
  df <- 3
  e <- 2^rnorm(3, log2(factors), error)
  cq_efficiency(names(factors), e, std.error = error * sqrt(rchisq(3, df) / df) * e * log(2), df = df)
}

answer <- function(wells, efficiency) {
  fit <- tryCatch(
    suppressWarnings(ddcq(cq_data(wells, na = "nondetect"), ~treatment, refs, "vehicle", efficiency)),
    ddcq_error = function(e) NULL
  )
  if (is.null(fit)) rep(NA_real_, 3) else unlist(fit$results[1, c("estimate", "conf.low", "conf.high")])
}

ways <- list(
  "censored model (ddcq)" = identity,
  "left out" = function(w) w[!is.na(w$cq), ],
  "40 put in" = function(w) transform(w, cq = ifelse(is.na(cq), 40, cq)),
  "group's mean put in" = function(w) {
    mean_of <- ave(w$cq, w$target, w$treatment, FUN = function(v) mean(v, na.rm = TRUE))
    w <- transform(w, cq = ifelse(is.na(cq), mean_of, cq))
    w[!is.na(w$cq), ]
  }
)

summarise <- function(rows, truth) {
  rows <- rows[is.finite(rows[, 1]) & is.finite(rows[, 2]), , drop = FALSE]
  cover <- mean(rows[, 2] <= truth & truth <= rows[, 3])
  data.frame(
    answered = nrow(rows), bias = round(mean(rows[, 1]) - truth, 3), bias_se = round(sd(rows[, 1]) / sqrt(nrow(rows)), 3),
    rmse = round(sqrt(mean((rows[, 1] - truth)^2)), 2), coverage = round(100 * cover, 1),
    coverage_se = round(100 * sqrt(cover * (1 - cover) / nrow(rows)), 1), width = round(median(rows[, 3] - rows[, 2]), 2)
  )
}

many <- function(studies, way, error, truth) {
  summarise(t(vapply(studies, function(w) answer(way(w), told(error)), numeric(3))), truth)
}

set.seed(2027)
cat("Through ddcq():", reps, "studies a cell\n")
cells <- expand.grid(share = c(0, 1 / 6, 1 / 3, 1 / 2), kind = c("SD 1", "SD 1, SE(E)", "SD 0.25, SE(E)"), n = c(6, 4))
if (length(args) > 1) cells <- cells[cells$n == as.integer(args[2]) & grepl("SE", cells$kind), ]
options(width = 120)
print(do.call(rbind, lapply(seq_len(nrow(cells)), function(i) {
  cell <- cells[i, ]
  sd <- if (grepl("0.25", cell$kind)) 0.25 else 1
  fall <- if (sd == 1) 1.5 else 3
  studies <- lapply(seq_len(reps), function(r) study(cell$n, sd, fall, cell$share))
  cbind(
    cell[c("n", "kind")], censored = paste0(round(100 * cell$share), " %"),
    many(studies, identity, if (grepl("SE", cell$kind)) 0.02 else 0, -fall)
  )
})), row.names = FALSE)

cat("\nThe same 200 studies in four ways: n = 6, SD 1, true log2 fold change -1.5, half of the treated not detected\n")
set.seed(200)
studies <- lapply(1:200, function(r) study(6, 1, 1.5, 0.5))
print(do.call(rbind, lapply(names(ways), function(w) cbind(way = w, many(studies, ways[[w]], 0, -1.5)))), row.names = FALSE)
