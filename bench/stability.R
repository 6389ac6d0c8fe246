# How long cq_stability() takes beside the same numbers in vectorised base R, all in one run, and the size of its
# equivalence test. From the package's folder:
#   Rscript bench/stability.R [repetitions] [replicates of the size study; 0 for none]
# All data are simulated. The numbers are compared before the clock starts.

suppressPackageStartupMessages(library(ddcq))
args <- as.integer(commandArgs(TRUE))
repetitions <- if (length(args) >= 1) args[1] else 11L
replicates <- if (length(args) >= 2) args[2] else 20000L
entry <- function(name, ...) .Call(utils::getFromNamespace(name, "ddcq"), ...)

candidates <- function(k, n) {
  set.seed(11)
  x <- matrix(stats::rnorm(n * k, sd = rep(stats::runif(k, 0.1, 0.6), each = n)), n)
  x <- x + stats::rnorm(n) + rep(stats::runif(k, 16, 28), each = n)
  dimnames(x) <- list(paste0("s", seq_len(n)), paste0("G", seq_len(k)))
  x
}

# ---- the same in base R: one covariance matrix, sums updated at each removal ----

base_genorm <- function(x) {
  k <- ncol(x)
  s <- stats::cov(x)
  v <- sqrt(pmax(outer(diag(s), diag(s), "+") - 2 * s, 0))
  sums <- rowSums(v)
  left <- seq_len(k)
  order <- integer(k)
  mean_m <- numeric(k - 1)
  for (size in k:2) {
    m <- sums[left] / (size - 1)
    mean_m[k - size + 1] <- mean(m)
    if (size == 2) break
    worst <- which.max(m)
    order[size] <- left[worst]
    gone <- left[worst]
    left <- left[-worst]
    sums[left] <- sums[left] - v[left, gone]
  }
  order[1:2] <- left
  level <- x[, order[1]] + x[, order[2]]
  variation <- numeric(k - 2)
  for (size in 2:(k - 1)) {
    variation[size - 1] <- stats::sd(level / size - x[, order[size + 1]]) / (size + 1)
    level <- level + x[, order[size + 1]]
  }
  list(order = order, mean_m = mean_m, variation = variation, mean_sd = rowSums(v) / (k - 1))
}

base_normfinder <- function(x, group) {
  k <- ncol(x)
  n <- tabulate(group)
  r <- x - rowMeans(x)
  m <- rowsum(r, group) / n
  a <- rowsum((r - m[group, , drop = FALSE])^2, group) / (n - 1)
  s2 <- (a - rowSums(a) / (k * (k - 1))) / (1 - 2 / k)
  for (g in which(rowSums(s2 < 0) > 0)) {
    for (j in which(s2[g, ] < 0)) {
      d <- x[group == g, -j, drop = FALSE] - x[group == g, j]
      s2[g, j] <- min(colSums((d - rep(colMeans(d), each = nrow(d)))^2) / (nrow(d) - 1)) / 4
    }
  }
  d <- m - rowMeans(m) - rep(colMeans(m), each = nrow(m)) + mean(m)
  error <- s2 / n
  gamma <- max(0, sum(d^2) / ((nrow(m) - 1) * (k - 1)) - mean(error))
  colMeans(abs(d * gamma / (gamma + error)) + sqrt(error + gamma * error / (gamma + error)))
}

base_bestkeeper <- function(cq) {
  centred <- cq - rep(colMeans(cq), each = nrow(cq))
  index <- exp(rowMeans(log(cq)))
  list(mad = colMeans(abs(centred)), r = as.vector(stats::cor(cq, index)), geo = exp(colMeans(log(cq))))
}

base_boot <- function(x, group, resamples) {
  own <- split(seq_along(group), group)
  lapply(seq_len(resamples), function(b) {
    y <- x[unlist(lapply(own, function(i) i[sample.int(length(i), replace = TRUE)])), ]
    genorm <- base_genorm(y)
    list(genorm$order, rank(genorm$mean_sd), rank(base_normfinder(y, sort(group))), rank(base_bestkeeper(y)$mad))
  })
}

# ---- first the numbers ----

compare <- function(x, group) {
  found <- attr(cq_stability(-x + 60, group = paste0("g", group)), "details")
  base <- base_genorm(x)
  off <- function(a, b) max(abs(a - b) / abs(b))
  c(
    genorm = max(off(found$genorm$steps$mean_m, base$mean_m), off(found$genorm$variation$v, base$variation)),
    normfinder = off(found$normfinder$table$stability, base_normfinder(x, group)),
    bestkeeper = off(found$bestkeeper$table$stability, base_bestkeeper(60 - x)$mad),
    deltacq = off(found$deltacq$table$stability, base$mean_sd)
  )
}

# ---- then the clock, in turns: milliseconds by the wall, and of processor time, which others on the machine lengthen
# less ----

clock <- function(ways, inner) {
  for (way in ways) way()
  out <- array(NA_real_, c(repetitions, length(ways), 2), list(NULL, names(ways), c("wall", "cpu")))
  for (r in seq_len(repetitions)) {
    for (w in names(ways)) {
      way <- ways[[w]]
      begin <- proc.time()
      for (i in seq_len(inner)) way()
      took <- (proc.time() - begin) * 1000 / inner
      out[r, w, ] <- c(took[["elapsed"]], took[["user.self"]] + took[["sys.self"]])
    }
  }
  out
}

row_of <- function(job, size, ours, base, inner = 1) {
  ms <- clock(list(ours = ours, base = base), inner)
  best <- apply(ms[, , "wall", drop = FALSE], 2, min)
  cpu <- colMeans(ms[, , "cpu", drop = FALSE])
  cat(sprintf(
    "| %s | %s | %.3g | %.3g | %.3g | %.3g | %.1f |\n", job, size, best[1], cpu[1], best[2], cpu[2], cpu[2] / cpu[1]
  ))
}

cat("largest relative difference:\n")
for (size in list(c(50, 100), c(700, 500))) {
  x <- candidates(size[1], size[2])
  print(signif(compare(x, rep(1:2, length.out = size[2])), 2))
}
cat("\n| job | genes x samples | least, ms | CPU, ms | base R least, ms | base R CPU, ms | ratio of CPU |\n")
cat("|---|---|---:|---:|---:|---:|---:|\n")
for (size in list(c(10, 30), c(50, 100), c(200, 500), c(700, 500))) {
  x <- candidates(size[1], size[2])
  cq <- 60 - x
  group <- rep(1:2, length.out = size[2])
  label <- paste0("g", group)
  name <- paste(size, collapse = " x ")
  inner <- if (prod(size) < 1e4) 20 else 1
  row_of(
    "geNorm, ranking and V", name, function() cq_stability(cq, method = "genorm"), function() base_genorm(x), inner
  )
  row_of(
    "NormFinder, two groups (and the test)", name, function() cq_stability(cq, method = "normfinder", group = label),
    function() base_normfinder(x, group), inner
  )
  row_of("BestKeeper", name, function() cq_stability(cq, method = "bestkeeper"), function() base_bestkeeper(cq), inner)
}
x <- candidates(50, 100)
cq <- 60 - x
group <- rep(1:2, length.out = 100)
label <- paste0("g", group)
repetitions <- min(repetitions, 3L)
row_of(
  "all methods, ranks of 200 resamples", "50 x 100", function() cq_stability(cq, group = label, boot = 200),
  function() base_boot(x, group, 200)
)

# ---- size of the equivalence test: the first gene moves by the margin itself, the others do not ----

size_of <- function(n, sd, k = 5, margin = log2(1.25)) {
  group <- rep(0:1, each = n)
  shift <- rep(c(margin, rep(0, k - 1)), each = 2 * n) * rep(group, k)
  spread <- rep(sd * seq(0.5, 1.5, length.out = k)[c(3, 1, 2, 4, 5)], each = 2 * n)
  one <- rep(1, k)
  hits <- 0
  tost <- utils::getFromNamespace("tost_p", "ddcq")
  for (i in seq_len(replicates)) {
    x <- stats::rnorm(2 * n * k, sd = spread) + rep(stats::rnorm(2 * n), k) + shift
    a <- entry("c_gene_group", x, c(2L * n, as.integer(k)), group, 2L, one, 0 * one, Inf * one, seq_len(k) - 1L)
    hits <- hits + (tost(a$estimate[1], sqrt(a$var_biological[1]), a$df_biological, margin) < 0.05)
  }
  100 * hits / replicates
}

if (replicates > 0) {
  set.seed(12)
  cat("\n| n per group | SD, log2 | shown equivalent at the margin, % |\n|---:|---:|---:|\n")
  for (n in c(4L, 6L, 10L)) {
    for (sd in c(0.05, 0.1, 0.3)) cat(sprintf("| %d | %.2f | %.2f |\n", n, sd, size_of(n, sd)))
  }
  cat(sprintf("Monte-Carlo standard error %.2f\n", 100 * sqrt(0.05 * 0.95 / replicates)))
}
