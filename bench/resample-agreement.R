# Randomisation, bootstrap, Wilcoxon and censored likelihood against other programs on random data: largest differences.
# From the package's folder, with survival, boot and coin installed:
#   Rscript bench/resample-agreement.R [data sets each, 1000 unless said]

suppressPackageStartupMessages(library(ddcq))
for (file in c("helper-designs.R", "helper-twins-resample.R")) source(file.path("tests/testthat", file))
args <- commandArgs(TRUE)
sets <- if (length(args)) as.integer(args[1]) else 1000L
relative <- function(a, b) max(abs(a - b) / pmax(abs(a), abs(b), 1e-300))

# ---- survreg ----
worst <- c(estimate = 0, variance = 0, sigma = 0, likelihood = 0)
used <- lower <- 0
for (seed in seq_len(10 * sets)) {
  if (used == sets) break
  d <- random_censored(seed)
  if (is.null(d)) next
  used <- used + 1
  n <- length(d$y)
  p <- ncol(d$x)
  ours <- internal("fit_censored")(d$y, d$censored, d$x, diag(p))
  run <- function(...) {
    suppressWarnings(survival::survreg(
      survival::Surv(d$y, !d$censored) ~ d$x - 1, dist = "gaussian", ...,
      control = list(rel.tolerance = 1e-14, iter.max = 500)
    ))
  }
  fit <- run()
  if (!isTRUE(fit$loglik[2] > ours$likelihood - 1e-6)) {
    lower <- lower + 1
    fit <- run(init = c(ours$value[, 1], log(ours$sigma)))
  }
  v <- fit$var[2, 2] * n / (n - p)
  off <- c(
    abs(ours$value[2] - fit$coefficients[[2]]) / max(abs(ours$value[2]), sqrt(v)), relative(ours$variance[2], v),
    relative(ours$sigma, fit$scale), relative(ours$likelihood, fit$loglik[2])
  )
  worst <- pmax(worst, off)
}
cat("survreg,", used, "data sets; largest relative differences:", paste(names(worst), format(worst, digits = 2)), "\n ",
    "survreg's own start ended lower than ours in", lower, "of them: there it was started at our answer\n")

# ---- permutation against full enumeration ----
off <- 0
for (seed in seq_len(sets)) {
  d <- with_seed(seed, {
    size <- sample(2:6, 2, replace = TRUE)
    list(y = round(rnorm(sum(size)), sample(0:3, 1)), treated = sample(rep(c(TRUE, FALSE), size)))
  })
  order <- order(!d$treated)
  all <- twin_allocations(length(d$y), sum(d$treated))
  twin <- twin_p(d$y[order], d$treated[order], rep(1, length(d$y)), all)
  ours <- internal("permute_contrast")(d$y, d$treated)
  off <- max(off, abs(ours$p.value - twin[["p"]]), abs(ours$mid.p.value - twin[["mid"]]))
}
cat("exact p and mid-p against combn() and least squares,", sets, "data sets: largest difference", format(off, digits = 2), "\n")

# ---- coin ----
off <- 0
for (seed in seq_len(sets)) {
  d <- with_seed(seed, list(y = round(rnorm(11), 2), group = factor(sample(rep(0:1, 5:6)))))
  truth <- coin::pvalue(coin::oneway_test(y ~ group, data = d, distribution = coin::exact(algorithm = "split-up")))
  off <- max(off, abs(internal("permute_contrast")(d$y, d$group == 1)$p.value - truth))
}
cat("coin::oneway_test, exact,", sets, "data sets: largest difference of p", format(off, digits = 2), "\n")

# ---- boot ----
off <- c(0, 0)
tied <- 0
for (seed in seq_len(sets)) {
  n <- with_seed(seed, sample(6:12, 2))
  group <- rep(1:2, n)
  y <- with_seed(seed, rexp(sum(n)) + group)
  contrast <- function(y, i) mean(y[i][group == 2]) - mean(y[i][group == 1])
  b <- with_seed(seed, boot::boot(y, contrast, R = 299, strata = group))
  index <- t(boot::boot.array(b, indices = TRUE)) - rep(c(1L, n[1] + 1L), n)
  storage.mode(index) <- "integer"
  ours <- .Call(internal("c_bootstrap"), cbind(y), as.integer(n), c(-1, 1), 299L, index)
  influence <- c(-1, 1)[group] * (y - ave(y, group)) / n[group]
  truth <- suppressWarnings(boot::boot.ci(b, conf = 0.9, type = c("perc", "bca"), L = influence))
  limits <- .Call(internal("c_bootstrap_limits"), b$t, b$t0, ours$acceleration, 0.9)$limits[, 1]
  # a resample that is the sample in another order equals the estimate: boot counts it as its rounding falls, we by half
  tie <- any(abs(b$t - b$t0) < 1e-12)
  tied <- tied + tie
  same <- max(abs(ours$star - b$t)) / sd(b$t)
  off <- pmax(off, c(same, if (tie) 0 else relative(limits[1:4], c(truth$percent[4:5], truth$bca[4:5]))))
}
cat("boot, the same indices,", sets, "data sets: replicates", format(off[1], digits = 2),
    ", limits", format(off[2], digits = 2),
    "\n ", tied, "with a replicate that equals the estimate left out of the second\n")

# ---- wilcox.test ----
off <- 0
for (seed in seq_len(sets)) {
  d <- with_seed(seed, {
    size <- sample(3:9, 2, replace = TRUE)
    list(y = round(rnorm(sum(size)), sample(c(0, 1, 8), 1)), treated = sample(rep(c(TRUE, FALSE), size)))
  })
  ours <- internal("wilcoxon_contrast")(d$y, d$treated)
  truth <- try(suppressWarnings(wilcox.test(d$y[d$treated], d$y[!d$treated], conf.int = TRUE)), silent = TRUE)
  if (inherits(truth, "try-error")) next
  off <- max(off, abs(ours$p.value - truth$p.value), abs(ours$estimate - truth$estimate))
}
cat("wilcox.test,", sets, "data sets: largest difference", format(off, digits = 2), "\n")
