# Size of the tests of arrays and of equivalence, on simulated data:
#
#   Rscript bench/moderate.R [arrays] [experiments]
#
# 1. 200 targets without an effect, three samples a group, true variances that differ: size of the moderated test and of
#    the plain one (c_moderate() on vectors, t by R).
# 2. TOST with the true change at the margin: size, with and without an error of the efficiency.
# 3. Five targets without an effect that share two references: how often at least one is called, raw, Holm and BH.

suppressMessages(library(ddcq))
args <- as.integer(commandArgs(TRUE))
arrays <- if (length(args) >= 1) args[1] else 500L
experiments <- if (length(args) >= 2) args[2] else 20000L
set.seed(20261125)

moderate <- getFromNamespace("c_moderate", "ddcq")
tost <- getFromNamespace("tost", "ddcq")
percent <- function(x) sprintf("%.2f %%", 100 * x)

# targets x samples, treated in the second half: mean difference and pooled variance
two_groups <- function(y) {
  n <- ncol(y) / 2
  a <- y[, seq_len(n), drop = FALSE]
  b <- y[, n + seq_len(n), drop = FALSE]
  s2 <- (rowSums((a - rowMeans(a))^2) + rowSums((b - rowMeans(b))^2)) / (2 * n - 2)
  list(estimate = rowMeans(b) - rowMeans(a), s2 = s2, size = 2 / n, df = 2 * n - 2)
}

cat("Moderated variances: 200 targets, n a group,", arrays, "arrays; MC SE of a size",
    percent(sqrt(0.05 * 0.95 / (200 * arrays))), "and more where references are shared\n")
for (n in c(2, 3, 6)) {
  for (d0 in c(2, 4, 20, Inf)) {
    called <- vapply(seq_len(arrays), function(i) {
      sd <- if (is.finite(d0)) 0.4 * sqrt(d0 / rchisq(200, d0)) else rep(0.4, 200)
      g <- two_groups(matrix(rnorm(400 * n, 0, sd), 200))
      m <- .Call(moderate, g$s2, rep(as.double(g$df), 200))
      p <- 2 * pt(-abs(g$estimate) / sqrt(m$variance * g$size), pmin(g$df + m$prior[1], 200 * g$df))
      plain <- 2 * pt(-abs(g$estimate) / sqrt(g$s2 * g$size), g$df)
      c(mean(p < 0.05), mean(plain < 0.05), mean(p < 0.001))
    }, numeric(3))
    rate <- rowMeans(called)
    cat(sprintf("  n %d, true d0 %-3s: moderated %s, plain %s; at 0.1 %%: moderated %s\n", n, d0, percent(rate[1]),
                percent(rate[2]), sprintf("%.3f %%", 100 * rate[3])))
  }
}

# All targets share two references: their noise is common, so a size is that of an average array, not of each.
shared <- vapply(seq_len(4 * arrays), function(i) {
  n <- 3
  reference <- colMeans(matrix(rnorm(4 * n, 0, 0.2), 2))
  g <- two_groups(matrix(rnorm(400 * n, 0, 0.4 * sqrt(4 / rchisq(200, 4))), 200) - rep(reference, each = 200))
  m <- .Call(moderate, g$s2, rep(as.double(g$df), 200))
  p <- 2 * pt(-abs(g$estimate) / sqrt(m$variance * g$size), pmin(g$df + m$prior[1], 200 * g$df))
  plain <- 2 * pt(-abs(g$estimate) / sqrt(g$s2 * g$size), g$df)
  c(mean(p < 0.05), mean(plain < 0.05))
}, numeric(2))
cat(sprintf("  n 3, true d0 4, two references of SD 0.2 shared: moderated %s (MC SE %s), plain %s\n",
            percent(mean(shared[1, ])), percent(sd(shared[1, ]) / sqrt(4 * arrays)), percent(mean(shared[2, ]))))

cat("\nTOST at the margin of 1.5-fold,", experiments, "experiments; MC SE", percent(sqrt(0.05 * 0.95 / experiments)), "\n")
for (n in c(3, 4, 6)) {
  for (sd in c(0.1, 0.2)) {
    for (curve_se in c(0, 0.02)) {
      margin <- log2(1.5)
      s2 <- sd^2 * rchisq(experiments, 2 * n - 2) / (2 * n - 2)
      # the estimate is w D with w off by its own error
      w <- 1 + curve_se * rnorm(experiments)
      se_w <- curve_se * sqrt(rchisq(experiments, 3) / 3)
      estimate <- w * (margin + rnorm(experiments, 0, sd * sqrt(2 / n)))
      v_b <- w^2 * s2 * 2 / n
      v_e <- (estimate / w * se_w)^2
      nu <- 2 * n - 2
      parts <- list(
        var_biological = v_b, df_biological = rep(nu, experiments), var_efficiency = v_e,
        df = (v_b + v_e)^2 / (v_b^2 / nu + v_e^2 / 3)
      )
      cat(sprintf("  n %d, sd %.1f, curve SE %.0f %%: size %s\n", n, sd, 100 * curve_se,
                  percent(mean(tost(estimate, parts, margin)$p < 0.05))))
    }
  }
}

cat("\nFive targets without an effect, two references, n = 4 a group,", experiments, "experiments\n")
n <- 4
family <- vapply(seq_len(experiments), function(i) {
  reference <- colMeans(matrix(rnorm(4 * n, 0, 0.15), 2))
  g <- two_groups(matrix(rnorm(10 * n, 0, 0.5), 5) - rep(reference, each = 5))
  p <- 2 * pt(-abs(g$estimate) / sqrt(g$s2 * g$size), g$df)
  c(min(p) < 0.05, min(p.adjust(p, "holm")) < 0.05, min(p.adjust(p, "BH")) < 0.05)
}, numeric(3))
tight <- vapply(seq_len(experiments), function(i) {
  reference <- colMeans(matrix(rnorm(4 * n, 0, 0.3), 2))
  g <- two_groups(matrix(rnorm(10 * n, 0, 0.3), 5) - rep(reference, each = 5))
  p <- 2 * pt(-abs(g$estimate) / sqrt(g$s2 * g$size), g$df)
  c(min(p) < 0.05, min(p.adjust(p, "holm")) < 0.05, min(p.adjust(p, "BH")) < 0.05)
}, numeric(3))
for (what in c("family", "tight")) {
  rate <- percent(rowMeans(get(what)))
  cat(sprintf("  %s: raw %s, Holm %s, BH %s\n",
              c(family = "SD of targets 0.5, of references 0.15", tight = "both 0.3")[[what]], rate[1], rate[2], rate[3]))
}
