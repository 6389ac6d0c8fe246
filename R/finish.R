# The one place where an estimate with its variances becomes t, p and an interval.

# estimate: log2 fold changes. parts: var_biological, df_biological, var_efficiency, df (of the sum). The interval is
# the wider of the two, with the error of the efficiencies and without it, and p is the larger of the two: knowing less
# about an efficiency must never narrow an interval, which Satterthwaite's df alone would do when few units stand
# beside a curve with many. The SE and df are those of the wider one.
finish_t <- function(estimate, parts, level) {
  alpha <- 1 - level
  v_b <- parts$var_biological
  v <- v_b + parts$var_efficiency
  dead <- !is.na(v_b) & v_b == 0
  both <- any(parts$var_efficiency > 0, na.rm = TRUE)
  se <- sqrt(v)
  df <- parts$df
  df[dead] <- NA
  half <- stats::qt(1 - alpha / 2, df) * se
  p <- 2 * stats::pt(-abs(estimate / se), df)
  if (both) {
    se_b <- sqrt(v_b)
    df_b <- parts$df_biological
    df_b[dead] <- NA
    half_b <- stats::qt(1 - alpha / 2, df_b) * se_b
    wider <- which(half_b > half)
    se[wider] <- se_b[wider]
    df[wider] <- df_b[wider]
    half[wider] <- half_b[wider]
    p <- pmax(p, 2 * stats::pt(-abs(estimate / se_b), df_b))
  }
  list(
    std.error = se, df = df, statistic = estimate / ifelse(dead, NA, se), p.value = p, half = half
  )
}

# The half width alone, at another level.
finish_half <- function(parts, level) {
  tail <- 1 - (1 - level) / 2
  half <- half_width(tail, parts$var_biological + parts$var_efficiency, parts$df, parts$var_biological)
  if (any(parts$var_efficiency > 0, na.rm = TRUE)) {
    half <- pmax(half, half_width(tail, parts$var_biological, parts$df_biological, parts$var_biological))
  }
  half
}

# Without any variation between units there is no interval.
half_width <- function(tail, variance, df, v_b) {
  df[!is.na(v_b) & v_b == 0] <- NA
  stats::qt(tail, df) * sqrt(variance)
}

# Adjusted p-values, and the intervals that go with them. Over all rows: Bonferroni's interval for Holm and Bonferroni
# (limits that match Holm's steps exactly are not unique), none for the false discovery rate. Within a target: Dunnett's
# and Tukey's own.
adjust_rows <- function(estimate, done, parts, level, adjust, family) {
  if (adjust %in% c("dunnett", "tukey")) {
    own <- (if (adjust == "dunnett") dunnett_rows else tukey_rows)(estimate, parts, level, family)
    return(list(p = own$p, low = estimate - own$half, high = estimate + own$half))
  }
  p <- stats::p.adjust(done$p.value, adjust_methods[[adjust]])
  m <- sum(!is.na(done$p.value))
  half <- switch(adjust,
    none = done$half,
    BH = rep_len(NA_real_, length(p)),
    if (m > 1) finish_half(parts, 1 - (1 - level) / m) else done$half
  )
  list(p = p, low = estimate - half, high = estimate + half)
}

adjust_methods <- list(
  holm = "holm", BH = "BH", bonferroni = "bonferroni", none = "none", dunnett = "none", tukey = "none"
)

# Both ways to see a row: with the error of the efficiencies and, where that has any, without it.
both_rules <- function(parts) {
  dead <- !is.na(parts$var_biological) & parts$var_biological == 0
  rule <- function(v, df) list(se = ifelse(dead, NA, sqrt(v)), df = df)
  total <- rule(parts$var_biological + parts$var_efficiency, parts$df)
  if (!any(parts$var_efficiency > 0, na.rm = TRUE)) {
    return(list(total))
  }
  list(total, rule(parts$var_biological, parts$df_biological))
}

# Tukey's (Kramer's for unequal n): all pairs of the means that are compared, within a target and a level of `by`. Of
# two means it is the t test; of more it needs two df, below which R has no studentised range.
tukey_rows <- function(estimate, parts, level, family) {
  widest_of(lapply(both_rules(parts), function(r) {
    df <- r$df
    df[!is.na(df) & df < 2 & family$n_means > 2] <- NA
    t <- abs(estimate) / r$se
    q <- stats::qt(1 - (1 - level) / 2, df)
    p <- 2 * stats::pt(-t, df)
    many <- which(family$n_means > 2 & !is.na(df))
    # a quantile costs milliseconds, and few differ
    key <- match_key(list(family$n_means[many], df[many]))
    first <- many[!duplicated(key)]
    q[many] <- (stats::qtukey(level, family$n_means[first], df[first]) / sqrt(2))[key]
    p[many] <- stats::ptukey(t[many] * sqrt(2), family$n_means[many], df[many], lower.tail = FALSE)
    list(p = p, half = q * r$se)
  }))
}

# Dunnett's, from the correlations of a target's contrasts with the control: one family a target. Where the df differ
# between its rows the smallest counts for all.
dunnett_rows <- function(estimate, parts, level, family) {
  out <- list(p = rep_len(NA_real_, length(estimate)), half = rep_len(NA_real_, length(estimate)))
  for (i in seq_along(family$joint)) {
    joint <- family$joint[[i]]
    rows <- (i - 1L) * family$n_contrasts + which(joint$can)
    alive <- which(!is.na(estimate[rows]) & is.finite(parts$df[rows]) & parts$var_biological[rows] > 0)
    if (!length(alive)) next
    rows <- rows[alive]
    b <- joint$biological[alive, alive, drop = FALSE]
    covariances <- list(b + joint$efficiency[alive, alive, drop = FALSE], b)
    rules <- both_rules(lapply(parts, `[`, rows))
    done <- widest_of(Map(function(r, v) {
      own <- simultaneous_t(estimate[rows] / r$se, stats::cov2cor(v), min(r$df), level)
      list(p = own$p, half = own$critical * r$se)
    }, rules, covariances[seq_along(rules)]))
    out$p[rows] <- done$p
    out$half[rows] <- done$half
  }
  out
}

widest_of <- function(found) {
  list(p = do.call(pmax, lapply(found, `[[`, "p")), half = do.call(pmax, lapply(found, `[[`, "half")))
}

# The table of contrasts that every question of the package answers with.
results_table <- function(target, contrast, estimate, parts, n, n_control, note, level, adjust, family = NULL) {
  done <- finish_t(estimate, parts, level)
  adjusted <- adjust_rows(estimate, done, parts, level, adjust, family)
  low <- estimate - done$half
  high <- estimate + done$half
  structure(
    list(
      target = target, contrast = contrast, estimate = estimate, std.error = done$std.error, df = done$df,
      statistic = done$statistic, p.value = done$p.value, conf.low = low, conf.high = high,
      fold_change = 2^estimate, fold_low = 2^low, fold_high = 2^high, adj.p.value = adjusted$p,
      adj.conf.low = adjusted$low, adj.conf.high = adjusted$high, n = n, n_control = n_control, note = note
    ),
    class = "data.frame", row.names = .set_row_names(length(estimate))
  )
}
