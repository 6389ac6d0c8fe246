# The melt analysis of one curve in plain R, by lm() and by looking at every point: slow and obvious.

twin_slope <- function(x, y, window = 2) {
  fits <- lapply(unique(x), function(at) {
    half <- window / 2
    repeat {
      near <- abs(x - at) <= half * (1 + 1e-9)
      if (sum(near) >= 5 && length(unique(x[near])) >= 4) break
      half <- min(abs(x - at)[!near])
    }
    u <- x[near] - at
    fit <- lm(y[near] ~ u + I(u^2))
    design <- model.matrix(fit)
    inverse <- solve(crossprod(design))
    inside <- at - min(x) >= half * (1 - 1e-9) && max(x) - at >= half * (1 - 1e-9)
    list(slope = -coef(fit)[[2]], value = coef(fit)[[1]], unit = sqrt(inverse[2, 2]), hat = inverse[1, 1], inside = inside)
  })
  pick <- function(name) vapply(fits, function(f) as.double(f[[name]]), 0)
  all <- match(x, unique(x))
  df <- length(x) - sum(pick("hat")[all])
  list(
    x = unique(x), slope = pick("slope"), unit = pick("unit"), inside = pick("inside") == 1, all = pick("slope")[all],
    sigma = if (df > 0.5) sqrt(sum((y - pick("value")[all])^2) / df) else NA
  )
}

# Tm, height and prominence of the peaks, by the rules in words.
twin_peaks <- function(x, y, window = 2, share = 0.1, noise = 5) {
  s <- twin_slope(x, y, window)
  t <- s$x[s$inside]
  d <- s$slope[s$inside]
  unit <- s$unit[s$inside]
  n <- length(d)
  top <- Filter(function(i) d[i] > d[i - 1] && d[i] >= d[i + 1] && d[i] > 0, seq_len(n)[-c(1, n)])
  prominence <- vapply(top, function(i) {
    left <- max(c(0, which(d > d[i] & seq_len(n) < i)))
    right <- min(c(n + 1, which(d > d[i] & seq_len(n) > i)))
    d[i] - max(min(d[(left + 1):i]), min(d[i:(right - 1)]))
  }, 0)
  keep <- prominence >= share * max(prominence, -Inf) & prominence >= (if (is.na(s$sigma)) 0 else noise * s$sigma) * unit[top]
  top <- top[keep]
  vertex <- vapply(top, function(i) {
    reach <- max(t[i] - t[i - 1], t[i + 1] - t[i], window / 4)
    near <- abs(t - t[i]) <= reach * (1 + 1e-9)
    u <- t[near] - t[i]
    k <- coef(lm(d[near] ~ u + I(u^2)))
    at <- -k[[2]] / (2 * k[[3]])
    c(t[i] + at, k[[1]] + k[[2]] * at + k[[3]] * at^2)
  }, c(0, 0))
  list(tm = vertex[1, ], height = vertex[2, ], prominence = prominence[keep])
}
