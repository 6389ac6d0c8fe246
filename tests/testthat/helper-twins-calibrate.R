# Plain R twins of the entries behind cq_calibrate(), and small arguments that they accept.

# lm() with the sum of the runs' effects 0; runs without cells have none.
twin_calibrate <- function(sample, run, y, noise, n_samples, n_runs) {
  present <- sort(unique(run)) + 1L
  k <- length(present)
  gap <- list(
    offset = rep(NA_real_, n_runs), covariance = matrix(NA_real_, n_runs, n_runs), residual = rep(NA_real_, length(y)),
    value = c(NA_real_, NA_real_), status = 3L
  )
  if (!length(y)) {
    return(gap)
  }
  x_sample <- outer(sample, sort(unique(sample)), "==") + 0
  basis <- rbind(diag(k - 1), rep(-1, k - 1))
  x_run <- (outer(run + 1L, present, "==") + 0) %*% basis
  x <- cbind(x_sample, x_run)
  if (qr(x)$rank < ncol(x)) {
    return(gap)
  }
  fit <- lm.fit(x, y)
  picked <- seq_len(k - 1) + ncol(x_sample)
  inverse <- solve(crossprod(x))
  df <- length(y) - ncol(x)
  v <- if (df > 0) sum(fit$residuals^2) / df * inverse else inverse %*% t(x) %*% (noise * x) %*% inverse
  out <- gap
  out$offset[present] <- basis %*% fit$coefficients[picked]
  out$covariance[present, present] <- basis %*% v[picked, picked, drop = FALSE] %*% t(basis)
  out$residual <- unname(fit$residuals)
  out$value <- c(if (df > 0) sqrt(sum(fit$residuals^2) / df) else NA, as.double(df))
  out$status <- if (df > 0) 0L else 1L
  out
}

twin_calibration_variance <- function(coef, weights, share, covariance, df, n_runs) {
  n <- length(coef)
  share <- array(share, c(n_runs, n, length(weights)))
  covariance <- array(covariance, c(n_runs, n_runs, n))
  load <- apply(share, c(1, 2), function(part) sum(part * weights))
  load <- matrix(load, n_runs)
  v <- vapply(seq_len(n), function(j) {
    use <- load[, j] != 0
    h <- load[use, j]
    coef[j]^2 * sum(h * (covariance[use, use, j] %*% h))
  }, 0)
  v[coef == 0] <- 0
  list(
    value = c(sum(v), sum(ifelse(v == 0, 0, v^2 / df))), load = load, status = if (anyNA(v)) 1L else 0L
  )
}

calibrate_entry_arguments <- function() {
  list(
    c_calibrate = list(
      sample = c(0L, 0L, 1L, 1L, 1L), run = c(0L, 1L, 0L, 1L, 2L), y = c(24, 24.6, 27.1, 27.4, 26), noise = rep(0.01, 5),
      n_samples = 2L, n_runs = 4L
    ),
    c_calibration_variance = list(
      coef = c(0.95, -1), weights = c(0.5, 0.5, -1), share = c(1, 0, 1, 0, 1, 0, 0.5, 0.5, 0, 1, 0, 1),
      covariance = c(0.01, -0.01, -0.01, 0.01, 0.02, -0.02, -0.02, 0.02), df = c(4, Inf), n_runs = 2L
    )
  )
}
