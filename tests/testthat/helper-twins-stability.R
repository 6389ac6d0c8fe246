# What the methods of cq_stability() should answer, in plain R: written to be read, after the papers. x: log2 quantities
# (cq: cycles), samples by genes.

twin_pair_sd <- function(x) {
  k <- ncol(x)
  v <- matrix(0, k, k)
  for (i in seq_len(k)) for (j in seq_len(k)) if (i != j) v[i, j] <- stats::sd(x[, i] - x[, j], na.rm = TRUE)
  v
}

# M from scratch at every step.
twin_genorm <- function(x) {
  names <- colnames(x)
  left <- names
  v <- twin_pair_sd(x)
  dimnames(v) <- list(names, names)
  steps <- list()
  removed <- character()
  while (length(left) >= 2) {
    m <- rowSums(v[left, left]) / (length(left) - 1)
    steps[[length(steps) + 1]] <- m
    if (length(left) == 2) break
    tied <- left[m >= max(m) * (1 - 1e-10)]
    own <- vapply(tied, function(g) max(v[g, left]), 0)
    tied <- tied[own >= max(own) * (1 - 1e-10)]
    worst <- sort(tied, method = "radix")[length(tied)]
    removed <- c(removed, worst)
    left <- setdiff(left, worst)
  }
  order <- c(sort(left, method = "radix"), rev(removed))
  nf <- function(n) rowMeans(x[, order[seq_len(n)], drop = FALSE])
  list(
    order = order, steps = steps,
    v = vapply(seq(2, ncol(x) - 1), function(n) stats::sd(nf(n) - nf(n + 1), na.rm = TRUE), 0)
  )
}

# Within-group variances of NormFinder, with the authors' substitute for what is negative.
twin_normfinder_variance <- function(x) {
  n <- nrow(x)
  k <- ncol(x)
  a <- numeric(k)
  for (j in seq_len(k)) a[j] <- sum((x[, j] - mean(x[, j]) - rowMeans(x) + mean(x))^2) / (n - 1)
  s2 <- (a - sum(a) / (k * (k - 1))) / (1 - 2 / k)
  raised <- s2 < 0
  for (j in which(raised)) {
    s2[j] <- min(vapply(setdiff(seq_len(k), j), function(i) stats::var(x[, j] - x[, i]), 0)) / 4
  }
  list(s2 = s2, raised = raised)
}

# The published procedure, line by line: variances, deviations between groups, gamma, shrinking, stability, pairs.
twin_normfinder <- function(x, group) {
  k <- ncol(x)
  groups <- unique(group)
  n_groups <- length(groups)
  parts <- lapply(groups, function(g) twin_normfinder_variance(x[group == g, , drop = FALSE]))
  s2 <- vapply(parts, `[[`, numeric(k), "s2")
  raised <- vapply(parts, `[[`, logical(k), "raised")
  if (n_groups == 1) {
    return(list(stability = sqrt(s2[, 1]), intra = s2, raised = raised, pair = function(a, b) {
      y <- cbind(x[, -c(a, b)], (x[, a] + x[, b]) / 2)
      sqrt(twin_normfinder_variance(y)$s2[k - 1])
    }))
  }
  m <- vapply(groups, function(g) colMeans(x[group == g, , drop = FALSE]), numeric(k))
  d <- m
  for (j in seq_len(k)) for (g in seq_len(n_groups)) d[j, g] <- m[j, g] - mean(m[j, ]) - mean(m[, g]) + mean(m)
  n <- vapply(groups, function(g) sum(group == g), 0)
  error <- s2 / rep(n, each = k)
  gamma <- max(0, sum(d^2) / ((n_groups - 1) * (k - 1)) - mean(error))
  share <- function(v) ifelse(gamma + v > 0, v / (gamma + v), 0)
  d_new <- ifelse(gamma + error > 0, d * gamma / (gamma + error), 0)
  v_new <- error + gamma * share(error)
  list(
    stability = rowMeans(abs(d_new) + sqrt(v_new)), intra = s2, inter = d, raised = raised, gamma = gamma,
    pair = function(a, b) {
      mean(abs(d_new[a, ] + d_new[b, ]) / 2 * sqrt(k / (k - 2)) + sqrt(v_new[a, ] + v_new[b, ]) / 2)
    }
  )
}

twin_bestkeeper <- function(cq) {
  index <- apply(cq, 1, function(r) exp(mean(log(r))))
  list(
    mad = apply(cq, 2, function(v) mean(abs(v - mean(v)))), index = index, r = as.vector(stats::cor(cq, index)),
    slope = apply(cq, 2, function(v) stats::coef(stats::lm(v ~ index))[[2]])
  )
}

# The gene:group effects of lm(), as changes against the other genes, with a residual variance for each gene.
twin_gene_group <- function(x, group) {
  k <- ncol(x)
  z <- vapply(seq_len(k), function(j) x[, j] - rowMeans(x[, -j, drop = FALSE]), numeric(nrow(x)))
  fits <- lapply(seq_len(k), function(j) stats::lm(z[, j] ~ factor(group, unique(group))))
  list(
    estimate = vapply(fits, function(f) stats::coef(f)[[2]], 0),
    se = vapply(fits, function(f) sqrt(stats::vcov(f)[2, 2]), 0), df = fits[[1]]$df.residual
  )
}

# The part of the efficiencies: g_i = c_i D_i for every gene, and the errors that one source has in common.
twin_gene_group_efficiency <- function(cq, group, se, df, source) {
  k <- ncol(cq)
  d <- colMeans(cq[group == 1, ]) - colMeans(cq[group == 0, ])
  parts <- vapply(seq_len(k), function(j) {
    g <- d * ifelse(seq_len(k) == j, 1, -1 / (k - 1))
    v <- vapply(unique(source), function(s) sum((g * se)[source == s])^2, 0)
    nu <- vapply(unique(source), function(s) df[source == s][1], 0)
    c(sum(v), sum(v^2 / nu))
  }, numeric(2))
  list(variance = parts[1, ], below = parts[2, ])
}

# Ranks of one resample, rows given.
twin_ranks <- function(x, cq, group, t) {
  k <- ncol(x)
  genorm <- numeric(k)
  genorm[match(twin_genorm(x)$order, colnames(x))] <- c(1, 1, seq_len(k)[-(1:2)])
  v <- twin_pair_sd(x)
  normfinder <- rank(twin_normfinder(x, group)$stability)
  bestkeeper <- rank(apply(cq, 2, function(v) mean(abs(v - mean(v)))))
  deltacq <- rank(rowSums(v) / (k - 1))
  aggregate <- rank(sqrt(sqrt(ifelse(genorm == 1, 1.5, genorm) * normfinder * bestkeeper * deltacq)))
  moved <- twin_gene_group(x, group)
  cbind(genorm, normfinder, bestkeeper, deltacq, aggregate, rank(abs(moved$estimate) + t * moved$se))
}

# Draws as the entry does: for every sample one of its group, with R's generator.
twin_draw <- function(group) {
  vapply(seq_along(group), function(s) {
    own <- which(group == group[s])
    own[sample.int(length(own), 1)]
  }, 1L)
}

# Arguments that the entries accept.
stability_entry_arguments <- function() {
  x <- matrix(c(1, 2, 4, 3, 5, 2, 1, 3, 3, 4, 5, 1, 2, 6, 4, 3, 4, 1), 6)
  size <- dim(x)
  x <- as.vector(x)
  group <- rep(0:1, each = 3)
  list(
    c_genorm = list(x = x, size = size, name = 1:3, gaps = 0L),
    c_normfinder = list(x = x, size = size, group = group, n_groups = 2L, paired = 0:2),
    c_bestkeeper = list(cq = x, size = size),
    c_gene_group = list(
      x = x, size = size, group = group, n_groups = 2L, weight = c(1, 0.95, 1), weight_se = c(0.01, 0, 0.02),
      weight_df = c(3, 4, Inf), source = c(0L, 1L, 0L)
    ),
    c_stability_boot = list(
      x = x, cq = x, size = size, group = group, n_groups = 2L, name = 1:3, gaps = 0L, t = 1.7, resamples = 3L
    )
  )
}

# Simulated log2 quantities: genes with their own SD, samples with their input, groups with their shifts.
simulate_candidates <- function(n, k, group = rep(0L, n), shift = 0.2, sd = 0.3) {
  x <- matrix(stats::rnorm(n * k, sd = rep(stats::runif(k, 0.2, 1) * sd, each = n)), n)
  x <- x + stats::rnorm(n) - rep(stats::runif(k, 15, 28), each = n)
  x <- x + matrix(stats::rnorm((max(group) + 1) * k, sd = shift), ncol = k)[group + 1, , drop = FALSE]
  dimnames(x) <- list(paste0("s", seq_len(n)), paste0("G", seq_len(k)))
  x
}
