# The assay's entries in plain R: by matrices and by optim(), with nothing of the package.

# Residual, leverage and externally studentised residual by lm().
twin_line_units <- function(x, y, run, n_runs) {
  group <- factor(run, seq_len(n_runs) - 1L)
  fit <- if (n_runs > 1) stats::lm(y ~ 0 + group + x) else stats::lm(y ~ x)
  mean_x <- as.vector(tapply(x, group, mean))
  list(
    residual = unname(stats::resid(fit)), leverage = unname(stats::hatvalues(fit)),
    studentised = unname(stats::rstudent(fit)), count = as.vector(table(group)) + 0, mean_x = mean_x,
    sxx = sum((x - mean_x[run + 1L])^2), status = 0L
  )
}

# Generalised least squares of a serial dilution, well by well: errors of the steps add up.
twin_serial_at <- function(rho, x, y, run, step) {
  v <- rho * outer(step, step, pmin) * outer(run, run, "==") + diag(length(x))
  runs <- sort(unique(run))
  design <- cbind(outer(run, runs, "==") + 0, x)
  inverse <- solve(v)
  unscaled <- solve(t(design) %*% inverse %*% design)
  beta <- unscaled %*% t(design) %*% inverse %*% y
  e <- y - design %*% beta
  df <- length(y) - ncol(design)
  rss <- drop(t(e) %*% inverse %*% e)
  list(
    beta = drop(beta), cov = unscaled * rss / df, sigma = sqrt(rss / df), unscaled = unscaled, rss = rss,
    loglik = -0.5 * determinant(v)$modulus[1] + 0.5 * determinant(unscaled)$modulus[1] - df / 2 * log(rss)
  )
}

# The same at the maximum of the restricted likelihood over log(rho).
twin_serial <- function(x, y, run, step) {
  at <- function(l) twin_serial_at(exp(l), x, y, run, step)
  best <- stats::optimise(function(l) at(l)$loglik, c(-12, 9), maximum = TRUE, tol = 1e-10)
  none <- twin_serial_at(0, x, y, run, step)
  if (none$loglik >= best$objective) c(list(rho = 0), none) else c(list(rho = exp(best$maximum)), at(best$maximum))
}

# Interval of the slope from the mixture over the ratio, by a grid of its own.
twin_serial_half <- function(x, y, run, step, slope, level, n_grid = 60) {
  point <- paste(run, step)
  first <- !duplicated(point)
  wells <- as.vector(table(factor(point, point[first])))
  mbar <- length(wells) / sum(1 / wells)
  means <- as.vector(tapply(y, factor(point, point[first]), mean))
  df <- sum(first) - length(unique(run)) - 1
  rho <- expm1(log(1 + 1e4) * (seq_len(n_grid) - 0.5) / n_grid) / mbar
  fits <- lapply(rho, twin_serial_at, x, y, run, step)
  b <- vapply(fits, function(f) f$beta[length(f$beta)], 0)
  weight <- vapply(fits, `[[`, 0, "loglik")
  weight <- exp(weight - max(weight)) / sum(exp(weight - max(weight)))
  # the scatter of the points alone: all squares but those of the wells about their points
  pure <- sum((y - means[match(point, point[first])])^2)
  p <- length(fits[[1]]$beta)
  s <- vapply(fits, function(f) sqrt((f$rss - pure) / df * f$unscaled[p, p]), 0)
  held <- function(h) sum(weight * (stats::pt((slope + h - b) / s, df) - stats::pt((slope - h - b) / s, df)))
  stats::uniroot(function(h) held(h) - level, c(0, 1e3 * max(s)), tol = 1e-13)$root
}

twin_inverse <- function(y, var_y, line, t) {
  a <- line[1]
  b <- line[2]
  x <- (y - a) / b
  se <- sqrt(var_y + line[3] + 2 * x * line[5] + x^2 * line[4]) / abs(b)
  g <- t^2 * line[4] / b^2
  if (g <= 0.05) {
    return(c(x, se, x - t * se, x + t * se))
  }
  # roots of (a + b x - y)^2 = t^2 Var
  roots <- polyroot(c(
    (a - y)^2 - t^2 * (var_y + line[3]), 2 * (a - y) * b - 2 * t^2 * line[5], b^2 - t^2 * line[4]
  ))
  c(x, se, sort(Re(roots)))
}

# glm() with steps small enough to compare with.
twin_detection <- function(q, n, k, link) {
  control <- stats::glm.control(epsilon = 1e-15, maxit = 200)
  y <- cbind(k, n - k)
  fit <- suppressWarnings(if (link == "poisson") {
    stats::glm(y ~ 1 + offset(log(q)), stats::binomial("cloglog"), control = control)
  } else {
    stats::glm(y ~ log(q), stats::binomial(link), control = control)
  })
  c(
    unname(stats::coef(fit)), unname(sqrt(diag(stats::vcov(fit)))),
    sum(ifelse(k > 0, k * log(stats::fitted(fit)), 0) + ifelse(k < n, (n - k) * log1p(-stats::fitted(fit)), 0))
  )
}

# Profile likelihood limits by brute force.
twin_lod_interval <- function(q, n, k, link, share, level) {
  family <- stats::make.link(if (link == "poisson") "cloglog" else link)
  loglik <- function(limit, slope) {
    p <- family$linkinv(slope * (log(q) - limit) + family$linkfun(share))
    sum(stats::dbinom(k, n, p, log = TRUE))
  }
  profile <- function(limit) {
    if (link == "poisson") return(loglik(limit, 1))
    stats::optimise(function(s) loglik(limit, exp(s)), c(-12, 5), maximum = TRUE, tol = 1e-10)$objective
  }
  best <- stats::optimise(profile, log(range(q)) + c(-3, 3), maximum = TRUE, tol = 1e-10)
  off <- function(limit) profile(limit) - best$objective + stats::qchisq(level, 1) / 2
  exp(c(
    best$maximum, stats::uniroot(off, c(best$maximum - 6, best$maximum), tol = 1e-10)$root,
    stats::uniroot(off, c(best$maximum, best$maximum + 8), tol = 1e-10)$root
  ))
}
