# Simultaneous inference: how long a critical value takes, and how often all intervals of an experiment hold at once.
#
#   Rscript bench/simultaneous.R [replicates a cell of the coverage study] [seed]
#
# Times: several treatments against one control (a product of loadings), and contrasts of independent means in a chain
# (no product, full rank), beside mvtnorm::qmvt() with its own settings in the same run. Coverage: normal data, k
# treatments and a control, n a group (shifts of the treatments change no error); a replicate is a hit when the k
# Dunnett intervals all hold their differences.

simultaneous_t <- getFromNamespace("simultaneous_t", "ddcq")
args <- as.integer(commandArgs(TRUE))
reps <- if (length(args) >= 1) args[1] else 20000L
seed <- if (length(args) >= 2) args[2] else 20240613L

# ---- time ----

correlation <- function(contrast, variance) stats::cov2cor(contrast %*% (variance * t(contrast)))
designs <- list(
  product = function(k) correlation(cbind(-1, diag(k)), rep(1, k + 1)),
  general = function(k) correlation(cbind(diag(k), 0) - cbind(0, diag(k)), 1 / seq(3, 8, length.out = k + 1))
)

# CPU time of a call, after one to warm up.
microseconds <- function(f, calls) {
  f(1)
  sum(system.time(for (i in seq_len(calls)) f(i))[c("user.self", "sys.self")]) / calls * 1e6
}

cat("One critical value at 95 %, 12 df: microseconds of CPU time (and the value)\n")
with_mvtnorm <- requireNamespace("mvtnorm", quietly = TRUE)
for (design in names(designs)) {
  for (k in c(3, 5, 10)) {
    r <- designs[[design]](k)
    ours <- function(i) simultaneous_t(rep(0, k), r, 12, 0.95)$critical
    time <- microseconds(ours, if (design == "product") 100 else 3)
    cat(sprintf("%s, k = %2d: ddcq %8.0f (%.10f)", design, k, time, ours()))
    if (with_mvtnorm) {
      values <- double()
      theirs <- function(i) {
        set.seed(i)
        values[i] <<- mvtnorm::qmvt(0.95, tail = "both.tails", df = 12, corr = r)$quantile
      }
      time <- microseconds(theirs, 3)
      cat(sprintf(", mvtnorm %8.0f (%.4f to %.4f over 3 seeds)", time, min(values), max(values)))
    }
    cat("\n")
  }
}
r <- designs$product(3)
targets <- matrix(stats::qt(stats::ppoints(3000), 12), 3)
time <- microseconds(function(i) simultaneous_t(targets, r, rep(12, 1000), 0.95), 3)
cat(sprintf("1,000 targets that share a correlation, k = 3, 3,000 p-values: %.0f microseconds\n", time))

# ---- coverage ----

cover <- function(k, n) {
  y <- array(stats::rnorm(n * (k + 1) * reps), c(n, k + 1, reps))
  mean_of <- colMeans(y)
  within <- colSums((y - rep(mean_of, each = n))^2)
  df <- (n - 1) * (k + 1)
  se <- sqrt(colSums(within) / df * 2 / n)
  error <- mean_of[-1, , drop = FALSE] - rep(mean_of[1, ], each = k)
  q <- simultaneous_t(rep(0, k), designs$product(k), df, 0.95)$critical
  largest <- apply(abs(error), 2, max) / se
  100 * c(mean(largest <= q), mean(largest <= stats::qt(0.975, df)))
}

set.seed(seed, "Mersenne-Twister", "Inversion", "Rejection")
grid <- expand.grid(n = c(3, 4, 6), k = c(2, 3, 5))[2:1]
grid <- cbind(grid, t(mapply(cover, grid$k, grid$n)))
names(grid)[3:4] <- c("dunnett", "unadjusted")
cat(sprintf("\nAll intervals hold at once, %% of %d simulated experiments (standard error %.2f)\n", reps, sqrt(475 / reps)))
print(round(grid, 2), row.names = FALSE)
off <- max(abs(grid$dunnett - 95))
cat(sprintf("S6: furthest from 95 %%: %.2f (at most 0.6): %s\n", off, if (off <= 0.6) "met" else "MISSED"))
