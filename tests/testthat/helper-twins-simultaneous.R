# The joint distribution of t statistics in plain R, by integrate() within integrate().

# P(max |Z_i| > c) for Z_i = load_i Z + sqrt(1 - load_i^2) X_i: pieces between the edges c / load_i.
twin_max_normal <- function(c, load) {
  outside <- function(z) {
    log_in <- 0
    for (l in load) {
      rest <- sqrt((1 - l) * (1 + l))
      e <- stats::pnorm((c - l * z) / rest, lower.tail = FALSE) + stats::pnorm((c + l * z) / rest, lower.tail = FALSE)
      log_in <- log_in + log1p(-pmin(e, 1))
    }
    -stats::dnorm(z) * expm1(log_in)
  }
  edges <- c / abs(load)
  width <- sqrt((1 - load) * (1 + load))
  cuts <- c(0, edges - 8 * width, edges, edges + 8 * width, seq(c / 2, c + 10, length.out = 8))
  cuts <- sort(unique(cuts[cuts >= 0 & cuts <= c + 10]))
  pieces <- Map(function(a, b) {
    stats::integrate(outside, a, b, rel.tol = 1e-12, abs.tol = 0, stop.on.error = FALSE)$value
  }, cuts[-length(cuts)], cuts[-1])
  2 * sum(unlist(pieces))
}

# P(max |T_i| > q); the density of s = sqrt(chi-square / df).
twin_simultaneous <- function(q, load, df, normal = twin_max_normal) {
  if (is.infinite(df)) {
    return(normal(q, load))
  }
  f <- function(s) 2 * df * s * stats::dchisq(df * s^2, df) * vapply(q * s, normal, 0, load)
  middle <- 1 / sqrt(1 + q^2 / df)
  cuts <- c(0, middle * c(0.1, 0.3, 0.7, 1, 1.5), 1, 1.5, 3, 8)
  cuts <- sort(unique(pmin(cuts, sqrt(stats::qchisq(1e-14, df, lower.tail = FALSE) / df))))
  sum(unlist(Map(function(a, b) {
    stats::integrate(f, a, b, rel.tol = 1e-11, abs.tol = 0, stop.on.error = FALSE)$value
  }, cuts[-length(cuts)], cuts[-1])))
}

# All differences of g independent means with equal variances: P(range > c sqrt(2)), by where the largest one lies.
twin_range_normal <- function(c, g) {
  w <- c * sqrt(2)
  f <- function(z) {
    g * stats::dnorm(z) * (stats::pnorm(z)^(g - 1) - (stats::pnorm(z) - stats::pnorm(z - w))^(g - 1))
  }
  stats::integrate(f, -9, w / 2, rel.tol = 1e-11)$value + stats::integrate(f, w / 2, w + 9, rel.tol = 1e-11)$value
}

product_correlation <- function(load) {
  r <- outer(load, load)
  diag(r) <- 1
  r
}

# Correlations of the contrasts in the rows of `contrast` of independent means with the given variances.
contrast_correlation <- function(contrast, variance) {
  stats::cov2cor(contrast %*% (variance * t(contrast)))
}

dunnett_correlation <- function(n_control, n) {
  contrast_correlation(cbind(-1, diag(length(n))), 1 / c(n_control, n))
}

tukey_correlation <- function(g) {
  pairs <- utils::combn(g, 2)
  contrast <- matrix(0, ncol(pairs), g)
  contrast[cbind(seq_len(ncol(pairs)), pairs[1, ])] <- -1
  contrast[cbind(seq_len(ncol(pairs)), pairs[2, ])] <- 1
  contrast_correlation(contrast, rep(1, g))
}
