# cq_power() against simulated experiments in 24 cells:
#
#   Rscript bench/power.R [experiments]
#
# Pooled and Welch's test, pairs, unequal groups, equivalence, and an error of the efficiency (the estimate is off by the
# curve's error, and the test by the wider of two rules).

suppressMessages(library(ddcq))
args <- as.integer(commandArgs(TRUE))
experiments <- if (length(args) >= 1) args[1] else 20000L
set.seed(20261125)

cells <- rbind(
  expand.grid(kind = c("pooled", "welch"), n = c(3, 4, 6), fold = c(1.5, 2), ratio = 1, curve_se = 0),
  expand.grid(kind = "pooled", n = c(3, 6), fold = 2, ratio = 2, curve_se = 0),
  expand.grid(kind = "welch", n = 4, fold = 2, ratio = 2, curve_se = 0),
  expand.grid(kind = "paired", n = c(3, 5), fold = 2, ratio = 1, curve_se = 0),
  expand.grid(kind = "pooled", n = c(3, 4, 6), fold = 2, ratio = 1, curve_se = c(0.02, 0.1)),
  expand.grid(kind = "tost", n = c(3, 4, 6, 10), fold = 1, ratio = 1, curve_se = 0)
)
cells$kind <- as.character(cells$kind)
sd_of <- function(kind) if (kind == "tost") 0.3 else 0.5

simulate <- function(kind, n, fold, ratio, curve_se) {
  sd <- sd_of(kind)
  theta <- log2(fold)
  m <- ceiling(ratio * n)
  draw <- function(n) matrix(rnorm(experiments * n, 0, sd), experiments)
  v <- function(y) rowSums((y - rowMeans(y))^2) / (ncol(y) - 1)
  if (kind == "paired") {
    y <- draw(n)
    t <- (rowMeans(y) + theta) / sqrt(v(y) / n)
    return(mean(abs(t) > qt(0.975, n - 1)))
  }
  a <- draw(m)
  b <- draw(n)
  d <- rowMeans(b) - rowMeans(a) + theta
  s2 <- ((n - 1) * v(b) + (m - 1) * v(a)) / (n + m - 2)
  if (kind == "welch") {
    u1 <- v(b) / n
    u2 <- v(a) / m
    df <- (u1 + u2)^2 / (u1^2 / (n - 1) + u2^2 / (m - 1))
    return(mean(abs(d) / sqrt(u1 + u2) > qt(0.975, df)))
  }
  v_b <- s2 * (1 / n + 1 / m)
  nu <- n + m - 2
  if (kind == "tost") {
    return(mean(abs(d) + qt(0.95, nu) * sqrt(v_b) < log2(1.5)))
  }
  w <- 1 + curve_se * rnorm(experiments)
  v_e <- d^2 * curve_se^2 * rchisq(experiments, 3) / 3
  df <- (w^2 * v_b + v_e)^2 / ((w^2 * v_b)^2 / nu + v_e^2 / 3)
  t <- abs(w * d)
  mean(t > qt(0.975, nu) * abs(w) * sqrt(v_b) & t > qt(0.975, df) * sqrt(w^2 * v_b + v_e))
}

cells$simulated <- mapply(simulate, cells$kind, cells$n, cells$fold, cells$ratio, cells$curve_se)
cells$planned <- mapply(function(kind, n, fold, ratio, curve_se) {
  cq_power(
    sd_of(kind), fold, n = n, ratio = ratio, curve_se = curve_se, curve_df = 3, paired = kind == "paired",
    variance = if (kind == "welch") "welch", margin = if (kind == "tost") 1.5
  )$power
}, cells$kind, cells$n, cells$fold, cells$ratio, cells$curve_se)
cells$mc_se <- sqrt(cells$planned * (1 - cells$planned) / experiments)
cells$z <- (cells$simulated - cells$planned) / cells$mc_se
print(format(cells, digits = 3), row.names = FALSE)
cat("\nLargest difference", sprintf("%.4f", max(abs(cells$simulated - cells$planned))), "of power; largest |z|",
    sprintf("%.1f", max(abs(cells$z))), "in", nrow(cells), "cells,", experiments, "experiments each\n")
