# Plain R for what is asked of several contrasts together, of the parts of a variance and of single samples.

# The two F statistics of a set of contrasts: with the variance of the samples, and with that of the efficiencies added,
twin_joint_test <- function(theta, v_b, df_b, load, load_df) {
  q <- length(theta)
  v_b <- matrix(v_b, q)
  load <- matrix(load, ncol = q)
  v <- v_b + crossprod(load)
  e <- eigen(v, symmetric = TRUE)
  nu <- vapply(seq_len(q), function(m) {
    p <- e$vectors[, m]
    e$values[m]^2 / (drop(p %*% v_b %*% p)^2 / df_b + sum(drop(load %*% p)^4 / load_df))
  }, 0)
  sum_nu <- sum(nu / (nu - 2))
  list(
    f_biological = drop(theta %*% solve(v_b, theta)) / q, f = drop(theta %*% solve(v, theta)) / q,
    df = if (diff(range(nu)) <= 1e-8 * min(nu)) min(nu) else if (min(nu) <= 2) min(nu) else 2 * sum_nu / (sum_nu - q)
  )
}

# The loads of each source of error on each contrast.
twin_load <- function(target, weight_se, source, ref, ref_weight, d_cq) {
  g <- vapply(seq_len(ncol(d_cq)), function(k) twin_loads(target, length(source), ref, ref_weight, d_cq[, k]),
              numeric(length(source)))
  used <- unique(source[c(target, ref)])
  out <- t(vapply(used, function(s) colSums(matrix((g * weight_se)[source == s, ], ncol = ncol(d_cq))),
                  numeric(ncol(d_cq))))
  matrix(out, length(used))
}

twin_efficiency_part <- function(cq, weight, weight_se, weight_df, source, ref, ref_weight, target, sample, unit,
                                 n_units, unit_weights) {
  cq <- matrix(cq, ncol = length(weight))[sample + 1L, , drop = FALSE]
  by_sample <- (unit_weights / as.vector(table(unit)))[unit + 1L, , drop = FALSE]
  d_cq <- crossprod(sweep(cq, 2, colMeans(cq)), by_sample)
  g <- lapply(seq_len(ncol(d_cq)), function(k) {
    twin_loads(target + 1L, length(weight), ref + 1L, ref_weight, d_cq[, k])
  })
  w_cov <- twin_weight_covariance(weight_se, source)
  load <- twin_load(target + 1L, weight_se, source, ref + 1L, ref_weight, d_cq)
  rows <- length(ref) + 1L
  gap <- rows - nrow(load)
  used <- unique(source[c(target, ref) + 1L])
  list(
    var_efficiency = vapply(g, function(g) drop(g %*% w_cov %*% g), 0),
    below = vapply(g, twin_below, 0, weight_se, weight_df, source), cq_contrast = d_cq[target + 1L, ],
    ref_contrast = d_cq[ref + 1L, , drop = FALSE], load = rbind(load, matrix(0, gap, ncol(load))),
    load_df = c(weight_df[match(used, source)], rep(Inf, gap))
  )
}

# Where V_b comes from: wells of the target, the references each for itself, and the rest.
twin_variance_budget <- function(cq, weight, ref, ref_weight, target, sample, unit, n_units, design, group, contrast,
                                 n_groups, wells, technical, unit_weights, var_biological) {
  keep <- sample + 1L
  cq <- matrix(cq, ncol = length(weight))[keep, , drop = FALSE]
  wells <- matrix(wells, ncol = length(weight))[keep, , drop = FALSE]
  size <- as.vector(table(unit))
  own <- function(gene) as.vector(rowsum(weight[gene]^2 * technical[gene] / wells[, gene], unit)) / size^2
  z <- sweep(cq, 2, weight, `*`)
  r <- ref + 1L
  if (length(r) > 1) {
    level <- drop(z[, r] %*% ref_weight)
    y <- rowsum(z[, r] - level, unit) / size
    x <- if (is.null(design)) outer(group, unique(sort(group)), `==`) + 0 else design
    left <- sum(stats::lm.fit(x, y)$residuals^2) / ((length(r) - 1) * (nrow(x) - ncol(x)))
    reference <- rep(sum(ref_weight^2) * left, n_units)
  } else {
    reference <- if (length(r)) own(r) else numeric(n_units)
  }
  share <- function(v) colSums(unit_weights^2 * v)
  out <- lapply(seq_along(target), function(t) {
    technical <- share(own(target[t] + 1L))
    reference <- share(reference)
    total <- var_biological[t, ]
    parts <- ifelse(is.na(technical), 0, technical) + ifelse(is.na(reference), 0, reference)
    scale <- ifelse(parts > total, total / parts, 1)
    list(biological = pmax(total - parts, 0), technical = technical * scale, reference = reference * scale)
  })
  lapply(stats::setNames(nm = c("biological", "technical", "reference")), function(part) {
    do.call(rbind, lapply(out, `[[`, part))
  })
}

twin_sample_error <- function(cq, weight, weight_se, weight_df, source, ref, ref_weight, unit, n_units, wells,
                              technical, technical_df, zero) {
  n <- length(weight)
  cq <- matrix(cq, ncol = n)
  wells <- matrix(wells, ncol = n)
  share <- function(t) {
    a <- numeric(n)
    a[t] <- 1
    for (h in seq_along(ref)) a[ref[h] + 1L] <- a[ref[h] + 1L] - ref_weight[h]
    a
  }
  one <- function(u, t) {
    a <- share(t)
    used <- which(a != 0)
    rows <- which(unit == u & !is.na(cq[, t]) & !is.na(rowSums(cq[, ref + 1L, drop = FALSE])))
    if (!length(rows)) {
      return(c(NA, NA))
    }
    g <- replace(numeric(n), used, a[used] * (colMeans(cq[rows, , drop = FALSE]) - zero)[used])
    part <- (a * weight)[used]^2 * technical[used] *
      colSums(1 / wells[rows, used, drop = FALSE]) / length(rows)^2
    v_e <- drop(g %*% twin_weight_covariance(weight_se, source) %*% g)
    v <- sum(part) + v_e
    c(sqrt(v), v^2 / (sum(part^2 / technical_df[used]) + twin_below(g, weight_se, weight_df, source)))
  }
  at <- expand.grid(u = seq_len(n_units) - 1L, t = seq_len(n))
  found <- mapply(one, at$u, at$t)
  list(std_error = matrix(found[1, ], n_units), df = matrix(found[2, ], n_units))
}
