# What the entries of resampling and censored likelihood should answer, in plain R: written to be read.

# ---- allocations ----

# Every choice of `treated[b]` units out of each stratum, a column each, as flags of the units.
twin_allocations <- function(size, treated) {
  one <- function(n, t) {
    chosen <- utils::combn(n, t)
    flags <- matrix(FALSE, n, ncol(chosen))
    flags[cbind(as.vector(chosen), as.vector(col(chosen)))] <- TRUE
    flags
  }
  strata <- Map(one, size, treated)
  pick <- expand.grid(lapply(strata, function(s) seq_len(ncol(s))))
  do.call(rbind, lapply(seq_along(strata), function(b) strata[[b]][, pick[[b]], drop = FALSE]))
}

# The effect of `~ stratum + treated`, by the least squares of its weights; Welch's t where there is one stratum.
twin_effect <- function(y, flags, stratum, statistic = "difference") {
  if (statistic == "welch") {
    return(unname(stats::t.test(y[flags], y[!flags])$statistic))
  }
  x <- stats::model.matrix(if (length(unique(stratum)) > 1) ~ flags + factor(stratum) else ~flags)
  qr.coef(qr(x), y)[[2]]
}

# Share of allocations that are as extreme as the observed one at a shift of the treated; and by half where they tie.
twin_p <- function(y, flags, stratum, all, statistic = "difference", shift = 0) {
  y <- y - shift * flags
  star <- abs(apply(all, 2, function(f) twin_effect(y, f, stratum, statistic)))
  seen <- abs(twin_effect(y, flags, stratum, statistic))
  tie <- abs(star - seen) < 1e-9 * max(abs(y - mean(y)), 1e-300)
  c(p = mean(star > seen | tie), mid = mean(star > seen & !tie) + mean(tie) / 2)
}

# The same draws as the C code: sample.int() within each stratum, whose units stand with the treated first.
twin_drawn <- function(size, treated, draws) {
  first <- cumsum(c(0, size))
  vapply(seq_len(draws), function(i) {
    flags <- logical(sum(size))
    for (b in seq_along(size)) flags[first[b] + sample.int(size[b], treated[b])] <- TRUE
    flags
  }, logical(sum(size)))
}

# ---- censored likelihood ----

# Minus the log likelihood of the linear model with right-censored responses: coefficients, then log sigma.
twin_censored <- function(par, y, censored, x) {
  mean <- drop(x %*% par[-length(par)])
  sigma <- exp(par[length(par)])
  -sum(
    stats::dnorm(y[!censored], mean[!censored], sigma, log = TRUE),
    stats::pnorm(y[censored], mean[censored], sigma, lower.tail = FALSE, log.p = TRUE)
  )
}

# Two groups (with blocks at times) of 3 to 8 units, some of the treated, and few of the others, beyond limits that
# differ by unit. NULL where the quantified units determine no fit.
random_censored <- function(seed) {
  with_seed(seed, {
    size <- sample(3:8, 2, replace = TRUE)
    group <- rep(0:1, size)
    x <- cbind(1, group)
    if (stats::runif(1) < 0.3) x <- cbind(x, rep_len(0:2, sum(size)) == 1, rep_len(0:2, sum(size)) == 2)
    sd <- 10^stats::runif(1, -2, 1)
    value <- stats::rnorm(sum(size), sd * stats::runif(1, -3, 3) * group, sd)
    limit <- stats::quantile(value[group == 1], stats::runif(1, 0.3, 1)) + stats::rnorm(sum(size), sd = 0.3 * sd)
    censored <- value > limit
    storage.mode(x) <- "double"
    seen <- x[!censored, , drop = FALSE]
    if (qr(x)$rank < ncol(x) || nrow(seen) <= ncol(x) || qr(seen)$rank < ncol(x)) {
      return(NULL)
    }
    list(y = ifelse(censored, limit, value), censored = censored, x = x)
  })
}

# ---- arguments of each entry, as test-glue.R and gctorture.R want them ----

resample_entry_arguments <- function() {
  y <- matrix(c(1, 4, 2, 6, 3, 5, 2, 2, 1, 9), 5)
  list(
    c_permute = list(
      y = y, size = c(3L, 2L), treated = c(1L, 1L), how = c(0L, 0L), high = matrix(0, 2, 2), low = matrix(0, 2, 2)
    ),
    c_tobit = list(
      y = cbind(c(1, 2, 3, 4, 6, 7)), censored = c(0L, 0L, 0L, 0L, 0L, 1L), x = cbind(1, rep(c(0, 1), each = 3)),
      contrast = cbind(c(0, 1))
    ),
    c_tobit_bound = list(
      y = cbind(c(1, 2, 3, 5, 5.5, 6)), censored = c(0L, 0L, 0L, 1L, 1L, 1L), x = cbind(1, rep(c(0, 1), each = 3)),
      contrast = cbind(c(0, 1)), profile = c(-3.65, 2), direction = 1L
    ),
    c_bootstrap = list(y = y, size = c(3L, 2L), contrast = c(-1, 1), count = 4L, index = matrix(0L, 5, 4)),
    c_bootstrap_limits = list(star = matrix(c(1, 3, 2, 5, 4, 6), 3), estimate = c(2, 5), acceleration = c(0, 0.1), level = 0.5),
    c_censored_means = list(y = c(36.8, 38, 37.4, 35), censored = c(0L, 1L, 0L, 0L), size = c(3L, 1L), sigma = 0.3)
  )
}

# A function of the package whose work is done in pieces of this size.
in_pieces <- function(name, size) {
  home <- new.env(parent = asNamespace("ddcq"))
  for (f in c("permute_contrast", "visit_allocations", "permute_all", "permute_sampled", "permute_drawn", "boot_contrast")) {
    value <- internal(f)
    environment(value) <- home
    assign(f, value, home)
  }
  home$in_chunks <- function(total, least, label, work) {
    for (done in seq(0, total - 1, by = size)) work(min(size, total - done))
  }
  get(name, home)
}
