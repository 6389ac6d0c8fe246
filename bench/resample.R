# Randomisation and bootstrap: speed beside other ways in the same run, coverage, and how soon an interrupt is heard.
# Simulated data throughout. From the package's folder:
#   Rscript bench/resample.R [studies a cell of the coverage tables, 2000 unless said]
# coin and boot are used when they are there.

suppressPackageStartupMessages(library(ddcq))
permute_contrast <- ddcq:::permute_contrast
boot_contrast <- ddcq:::boot_contrast
args <- commandArgs(TRUE)
studies <- if (length(args)) as.integer(args[1]) else 2000L

timed <- function(ways, times = 30) {
  for (w in ways) w()
  all <- matrix(NA_real_, times, length(ways), dimnames = list(NULL, names(ways)))
  for (i in seq_len(times)) {
    for (j in seq_along(ways)) {
      begun <- proc.time()[[3]]
      n <- 0
      # the clock ticks in milliseconds: short jobs are repeated for 20 of them
      while (proc.time()[[3]] - begun < 0.02) {
        ways[[j]]()
        n <- n + 1
      }
      all[i, j] <- 1000 * (proc.time()[[3]] - begun) / n
    }
  }
  data.frame(way = names(ways), min_ms = signif(apply(all, 2, min), 3), median_ms = signif(apply(all, 2, median), 3),
             times_ours = signif(apply(all, 2, min) / min(all[, 1]), 3), row.names = NULL)
}

set.seed(1)
n <- 6
y <- matrix(rnorm(2 * n * 5), 2 * n)
treated <- rep(c(TRUE, FALSE), each = n)
B <- 10000

# 2 n by B: weights of the units under each allocation
tail_share <- function(weights) {
  star <- crossprod(y, weights)
  (rowSums(abs(star) >= abs(drop(crossprod(y, (treated - !treated) / n))) - 1e-12) + 1) / (B + 1)
}
by_sample <- function() tail_share(replicate(B, sample((treated - !treated) / n)))
# all labels in one ordering of uniform numbers
by_order <- function() {
  order <- order(rep(seq_len(B), each = 2 * n), runif(2 * n * B))
  tail_share(matrix(((treated - !treated) / n)[(order - 1) %% (2 * n) + 1], 2 * n))
}
by_loop <- function() {
  seen <- abs(colMeans(y[treated, ]) - colMeans(y[!treated, ]))
  count <- numeric(5)
  for (i in seq_len(B)) {
    s <- sample(treated)
    count <- count + (abs(colMeans(y[s, ]) - colMeans(y[!s, ])) >= seen - 1e-12)
  }
  (count + 1) / (B + 1)
}
by_combn <- function() {
  chosen <- combn(2 * n, n)
  weights <- matrix(-1 / n, 2 * n, ncol(chosen))
  weights[cbind(as.vector(chosen), as.vector(col(chosen)))] <- 1 / n
  star <- crossprod(y, weights)
  rowMeans(abs(star) >= abs(star[, 1]) - 1e-12)
}
stopifnot(all.equal(by_combn(), permute_contrast(y, treated)$p.value))
cat("Largest difference of p by draws from exact p: ours",
    format(max(abs(permute_contrast(y, treated, n_max = 0)$p.value - by_combn())), digits = 2), ", vectorised",
    format(max(abs(by_sample() - by_combn())), digits = 2), "\n\n")

cat("10,000 drawn allocations x 5 targets, 6 a group\n")
ways <- list(
  "permute_contrast(): p, mid-p, interval" = function() permute_contrast(y, treated, n_max = 0, draws = B),
  "base, vectorised: crossprod over replicate(sample())" = by_sample, "base, vectorised: one order() of runif()" = by_order
)
print(timed(ways), row.names = FALSE, right = FALSE)
cat("base, loop:", round(1000 * system.time(by_loop())[[3]]), "ms, once\n")

cat("\nAll 924 allocations x 5 targets\n")
ways <- list("permute_contrast(): p, mid-p, interval" = function() permute_contrast(y, treated), "base, vectorised: combn()" = by_combn)
if (requireNamespace("coin", quietly = TRUE)) {
  group <- factor(treated)
  ways[["coin, exact"]] <- function() {
    for (t in 1:5) coin::pvalue(coin::oneway_test(y[, t] ~ group, distribution = coin::exact()))
  }
}
print(timed(ways, 10), row.names = FALSE, right = FALSE)
cat("500 targets x 10,000 drawn:", round(1000 * system.time(
  permute_contrast(matrix(rnorm(12 * 500), 12), treated, n_max = 0, draws = B)
)[[3]]), "ms; 5 targets x 184,756 (10 a group), exact:", round(1000 * system.time(
  permute_contrast(matrix(rnorm(100), 20), rep(c(TRUE, FALSE), 10))
)[[3]]), "ms\n")

cat("\n10,000 resamples x 5 targets, 10 a group\n")
n <- 10
yb <- matrix(rexp(2 * n * 5), 2 * n)
group <- rep(1:2, each = n)
base_boot <- function() {
  i <- rbind(matrix(sample.int(n, n * B, TRUE), n), n + matrix(sample.int(n, n * B, TRUE), n))
  star <- vapply(1:5, function(t) {
    v <- matrix(yb[i, t], 2 * n)
    colMeans(v[group == 2, ]) - colMeans(v[group == 1, ])
  }, numeric(B))
  apply(star, 2, quantile, c(0.025, 0.975))
}
ways <- list("boot_contrast(): BCa and percentile" = function() boot_contrast(yb, group, c(-1, 1), B), "base, vectorised: percentile" = base_boot)
print(timed(ways, 10), row.names = FALSE, right = FALSE)
if (requireNamespace("boot", quietly = TRUE)) {
  stat <- function(d, i) colMeans(d[i, ][group == 2, ]) - colMeans(d[i, ][group == 1, ])
  cat("boot::boot():", round(1000 * system.time(boot::boot(yb, stat, R = B, strata = group))[[3]]), "ms, once\n")
}

# ---- coverage ----

shapes <- list(
  normal = rnorm, "t, 3 df" = function(n) rt(n, 3), exponential = function(n) rexp(n)
)
interval_study <- function(size, shape, draws = 10000) {
  group <- rep(c(TRUE, FALSE), size)
  # all studies of a cell are targets of one call: they share the allocations, not the data
  y <- matrix(shapes[[shape]](studies * sum(size)), sum(size))
  found <- permute_contrast(y, group, draws = draws)
  data.frame(
    n = paste(size, collapse = " vs "), values = shape, smallest_p = signif(found$p.min, 2),
    no_limit = round(100 * mean(!is.finite(found$conf.low)), 1),
    coverage = round(100 * mean(found$conf.low <= 0 & found$conf.high >= 0), 1),
    rejected = round(100 * mean(found$p.value <= 0.05), 1), width = round(median(found$conf.high - found$conf.low), 2)
  )
}
cat("\nInterval by inversion at 95 % (true shift 0), ", studies, " studies a cell, Monte Carlo SE ",
    round(100 * sqrt(0.05 * 0.95 / studies), 2), " points\n", sep = "")
set.seed(2)
cells <- expand.grid(size = list(c(3, 3), c(4, 4), c(5, 5), c(6, 6), c(3, 6), c(12, 12)), shape = names(shapes))
print(do.call(rbind, Map(interval_study, cells$size, as.character(cells$shape))), row.names = FALSE)

boot_study <- function(n, shape) {
  group <- rep(1:2, each = n)
  hit <- vapply(seq_len(studies), function(i) {
    y <- shapes[[shape]](2 * n)
    found <- boot_contrast(y, group, c(-1, 1), 2000)
    welch <- t.test(y[group == 2], y[group == 1])$conf.int
    c(found$conf.low <= 0 && found$conf.high >= 0, found$perc.low <= 0 && found$perc.high >= 0, welch[1] <= 0 && welch[2] >= 0)
  }, logical(3))
  data.frame(n = n, values = shape, BCa = round(100 * mean(hit[1, ]), 1), percentile = round(100 * mean(hit[2, ]), 1),
             Welch = round(100 * mean(hit[3, ]), 1))
}
cat("\nBootstrap at 95 %, 2,000 resamples\n")
cells <- expand.grid(n = c(6, 10, 20), shape = c("normal", "exponential"), stringsAsFactors = FALSE)
print(do.call(rbind, Map(boot_study, cells$n, cells$shape)), row.names = FALSE)

# ---- interrupts ----

latency <- function(code) {
  out <- tempfile()
  script <- tempfile(fileext = ".R")
  writeLines(c(
    "suppressPackageStartupMessages(library(ddcq))", sprintf("out <- %s", deparse(out)),
    "set.seed(1); y <- matrix(rnorm(40 * 50), 40); treated <- rep(c(TRUE, FALSE), 20)",
    "say <- function(x, file) file.rename({writeLines(x, t <- tempfile(tmpdir = dirname(out))); t}, file)",
    "say(as.character(Sys.getpid()), paste0(out, '.pid'))",
    sprintf("tryCatch(%s, interrupt = function(e) say(format(as.numeric(Sys.time()), digits = 16), out))", code)
  ), script)
  system2(file.path(R.home("bin"), "Rscript"), script, wait = FALSE, stdout = FALSE, stderr = FALSE)
  while (!file.exists(paste0(out, ".pid"))) Sys.sleep(0.05)
  Sys.sleep(1)
  sent <- as.numeric(Sys.time())
  tools::pskill(as.integer(readLines(paste0(out, ".pid"))), tools::SIGINT)
  while (!file.exists(out) && as.numeric(Sys.time()) - sent < 20) Sys.sleep(0.01)
  as.numeric(readLines(out)) - sent
}
cat("\nFrom SIGINT to the handler, worst of 5 (ms)\n")
jobs <- c(
  "drawn, 50 targets" = "ddcq:::permute_contrast(y, treated, draws = 1e7)",
  "exact, 50 targets" = "ddcq:::permute_contrast(y[1:26, ], treated[8:33], n_max = 1e9)",
  "bootstrap, 50 targets" = "ddcq:::boot_contrast(y, treated + 1L, c(-1, 1), 1e6)"
)
for (job in names(jobs)) cat(job, round(1000 * max(replicate(5, latency(jobs[[job]])))), "\n")
