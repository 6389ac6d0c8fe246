# The empirical Bayes step in plain R, and calls of its entry.

twin_moderate <- function(variance, df) {
  use <- is.finite(variance) & variance >= 0 & is.finite(df) & df > 0
  s2 <- pmax(variance[use], 1e-5 * stats::median(variance[use]))
  d <- df[use]
  e <- log(s2) - digamma(d / 2) + log(d / 2)
  excess <- stats::var(e) - mean(trigamma(d / 2))
  if (excess > 0) {
    half <- stats::uniroot(function(y) log(trigamma(y)) - log(excess), c(1e-4, 1e8), tol = 1e-14)$root
    prior <- c(2 * half, exp(mean(e) + digamma(half) - log(half)))
    new <- (prior[1] * prior[2] + df * variance) / (prior[1] + df)
  } else {
    prior <- c(Inf, mean(s2))
    new <- rep(prior[2], length(variance))
  }
  new[!use] <- NA
  list(variance = new, prior = prior, status = 0L)
}

moderate_arguments <- function() {
  list(variance = c(0.1, 0.4, NA_real_, 0.05, 1.2, 0.3), df = c(4, 4, 4, 6, 6, 3))
}

# An array: targets whose variances are draws from s0^2 d0 / chi^2_d0.
random_array <- function(targets, n = 3, d0 = 4, s0 = 0.3, shift = 0) {
  sd <- s0 * sqrt(d0 / stats::rchisq(targets, d0))
  y <- matrix(stats::rnorm(2 * n * targets, 0, sd), targets)
  y[, n + seq_len(n)] <- y[, n + seq_len(n)] + shift
  x <- expand.grid(target = paste0("T", seq_len(targets)), sample = paste0("s", seq_len(2 * n)))
  x$cq <- 25 - as.vector(y)
  ref <- data.frame(target = "ref", sample = paste0("s", seq_len(2 * n)), cq = 20)
  x <- rbind(x, ref)
  x$group <- ifelse(as.integer(sub("s", "", x$sample)) <= n, "a", "b")
  list(data = x, y = y)
}

fit_array <- function(x, ...) {
  quietly(ddcq::ddcq(
    ddcq::cq_data(x, na = "missing"), ~group, reference = "ref", control = "a", efficiency = 2, variance = "pooled", ...
  ))
}
