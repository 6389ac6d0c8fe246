# The power of a plan's test, and the n or fold change that reaches a wanted one. Everything is on the log2 scale.

# ---- power ----

# theta: log2 fold change; n, n_control may be fractions. The wider of two rules, as in the fit, so the smaller power.
power_of <- function(theta, sd, n, n_control, curve_se, curve_df, plan) {
  df <- max(1e-7, if (plan$paired) n - 1 else n + n_control - 2)
  v_b <- sd^2 * (if (plan$paired) 1 / n else 1 / n + 1 / n_control)
  if (plan$variance == "welch") {
    return(power_welch(theta, sd, n, n_control, curve_se, plan))
  }
  if (is.null(plan$margin)) {
    return(power_t(theta, sqrt(v_b), df, critical_ratio(df, curve_se, curve_df, plan$level)))
  }
  v_e <- (theta * curve_se)^2
  v <- v_b + v_e
  both <- v^2 / (v_b^2 / df + v_e^2 / curve_df)
  min(power_tost(theta, sqrt(v_b), df, plan), if (v_e > 0) power_tost(theta, sqrt(v), both, plan))
}

# Both tails of the noncentral t; R warns of its last digits where the far tail is next to nothing.
power_t <- function(theta, se, df, critical) {
  ncp <- abs(theta) / se
  suppressWarnings(
    stats::pt(critical, df, ncp = ncp, lower.tail = FALSE) + stats::pt(-critical, df, ncp = ncp)
  )
}

# The least r = |estimate| / sqrt(V_b) that both rules call. The error of the curve is in proportion to the estimate,
# V_E = r^2 c^2 V_b, so the second rule is r / sqrt(1 + r^2 c^2) > t with Satterthwaite's df for that r.
critical_ratio <- function(df, c, curve_df, level) {
  tail <- (1 - level) / 2
  least <- stats::qt(tail, df, lower.tail = FALSE)
  excess <- function(r) {
    q <- (r * c)^2
    r / sqrt(1 + q) - stats::qt(tail, (1 + q)^2 / (1 / df + q^2 / curve_df), lower.tail = FALSE)
  }
  if (c == 0 || excess(least) >= 0) {
    return(least)
  }
  high <- 2 * least
  while (high < 1e8 && excess(high) < 0) high <- 2 * high
  if (excess(high) < 0) Inf else stats::uniroot(excess, c(least, high), tol = 1e-12)$root
}

# Welch's test where the groups have one SD. B, the share of one group in the squares of both, is beta and independent
# of their sum: given B, the statistic is a noncentral t times a constant, held against Welch's df for that B.
power_welch <- function(theta, sd, n, n_control, curve_se, plan) {
  a <- n - 1
  b <- n_control - 1
  size <- 1 / n + 1 / n_control
  ncp <- abs(theta) / (sd * sqrt(size))
  given <- function(u) {
    share <- stats::qbeta(u, a / 2, b / 2)
    u1 <- share / (n * a)
    u2 <- (1 - share) / (n_control * b)
    df <- (u1 + u2)^2 / (u1^2 / a + u2^2 / b)
    t <- stats::qt((1 - plan$level) / 2, df, lower.tail = FALSE)
    t <- ifelse(t * curve_se < 1, t / sqrt(pmax(1 - (t * curve_se)^2, 0)), Inf) * sqrt((u1 + u2) * (a + b) / size)
    suppressWarnings(stats::pt(t, a + b, ncp = ncp, lower.tail = FALSE) + stats::pt(-t, a + b, ncp = ncp))
  }
  stats::integrate(given, 0, 1, rel.tol = 1e-8, subdivisions = 500L, stop.on.error = FALSE)$value
}

# The chance that both one-sided tests reject, over the distribution of the SD: given s = se * q, the estimate must fall
# within margin - t s of 0.
power_tost <- function(theta, se, df, plan) {
  t <- stats::qt(plan$level, df)
  inside <- function(q) {
    room <- pmax(plan$margin - t * se * q, 0)
    density <- 2 * df * q * stats::dchisq(df * q^2, df)
    (stats::pnorm((room - theta) / se) - stats::pnorm((-room - theta) / se)) * density
  }
  most <- plan$margin / (t * se)
  ends <- unique(pmin(most, sqrt(stats::qchisq(c(1e-14, 0.5, 1 - 1e-14), df) / df)))
  sum(vapply(seq_along(ends)[-1], function(i) {
    stats::integrate(inside, ends[i - 1], ends[i], rel.tol = 1e-9, subdivisions = 500L, stop.on.error = FALSE)$value
  }, 0))
}

# ---- solving ----

# A group that has a variance of its own needs two units.
control_size <- function(n, plan, whole = TRUE) {
  least <- if (plan$variance == "welch") 2 else 1
  size <- n * plan$ratio
  if (plan$paired) n else pmax(least, if (whole) ceiling(size - 1e-9) else size)
}

power_row <- function(solve, given, basis, plan) {
  at <- function(theta, n, n_control = control_size(n, plan)) {
    power_of(theta, basis$sd, n, n_control, basis$curve_se, basis$curve_df, plan)
  }
  theta <- log2(given$fold_change %||% NA_real_)
  n <- given$n %||% NA_real_
  exact <- n
  note <- ""
  if (is.na(basis$sd)) {
    note <- paste0(basis$target, ": the pilot has no SD")
  } else if (solve == "n") {
    exact <- solve_n(function(n) at(theta, n, control_size(n, plan, whole = FALSE)), given$power)
    n <- whole_n(function(n) at(theta, n), exact, given$power)
    if (is.na(n)) note <- "no number of units reaches this power"
  } else if (solve == "fold_change") {
    theta <- solve_fold(function(theta) at(theta, n), given$power, plan)
    if (is.na(theta)) note <- "no fold change below 2^40 is found with this power"
  }
  power_columns(basis, theta, n, exact, if (anyNA(c(theta, n, basis$sd))) NA_real_ else at(theta, n), note, plan)
}

most_units <- 1e6

# The real number of units at which the power is reached; 2 where two are enough.
solve_n <- function(power_at, wanted) {
  if (power_at(2) >= wanted) {
    return(2)
  }
  high <- 4
  while (high < most_units && power_at(high) < wanted) high <- high * 2
  if (power_at(high) < wanted) {
    return(NA_real_)
  }
  stats::uniroot(function(n) power_at(n) - wanted, c(high / 2, high), tol = 1e-12)$root
}

whole_n <- function(power_at, exact, wanted) {
  if (is.na(exact)) {
    return(NA_real_)
  }
  n <- max(2, floor(exact))
  while (power_at(n) < wanted - 1e-12) n <- n + 1
  # a control group that is rounded up may do with fewer
  while (n > 2 && power_at(n - 1) >= wanted - 1e-12) n <- n - 1
  n
}

solve_fold <- function(power_at, wanted, plan) {
  if (wanted <= 1 - plan$level) {
    return(NA_real_)
  }
  high <- 0.5
  while (high < 40 && power_at(high) < wanted) high <- high * 2
  if (power_at(high) < wanted) {
    return(NA_real_)
  }
  stats::uniroot(function(theta) power_at(theta) - wanted, c(0, high), tol = 1e-13)$root
}

power_columns <- function(basis, theta, n, exact, power, note, plan) {
  n_control <- control_size(n, plan)
  df <- if (plan$paired) n - 1 else n + n_control - 2
  v_b <- basis$sd^2 * (if (plan$paired) 1 / n else 1 / n + 1 / n_control)
  v_e <- (theta * basis$curve_se)^2
  tail <- if (is.null(plan$margin)) 1 - (1 - plan$level) / 2 else plan$level
  both <- (v_b + v_e)^2 / (v_b^2 / df + v_e^2 / basis$curve_df)
  data.frame(
    target = basis$target, basis = basis$basis, sd = basis$sd, fold_change = 2^theta, n = n, n_control = n_control,
    n_exact = exact, power = power,
    half_width = max(stats::qt(tail, both) * sqrt(v_b + v_e), stats::qt(tail, df) * sqrt(v_b)),
    floor = if (basis$curve_se > 0) stats::qt(tail, basis$curve_df) * sqrt(v_e) else 0, note = note,
    stringsAsFactors = FALSE
  )
}
