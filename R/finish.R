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

# Adjusted p-values over all rows that have one, and the intervals that go with them: Bonferroni's for Holm and
# Bonferroni (limits that match Holm's steps exactly are not unique), none for the false discovery rate.
adjust_rows <- function(estimate, done, parts, level, adjust) {
  p <- stats::p.adjust(done$p.value, adjust_methods[[adjust]])
  m <- sum(!is.na(done$p.value))
  half <- switch(adjust,
    none = done$half,
    BH = rep_len(NA_real_, length(p)),
    if (m > 1) finish_half(parts, 1 - (1 - level) / m) else done$half
  )
  list(p = p, low = estimate - half, high = estimate + half)
}

adjust_methods <- list(holm = "holm", BH = "BH", bonferroni = "bonferroni", none = "none")

# The table of contrasts that every question of the package answers with.
results_table <- function(target, contrast, estimate, parts, n, n_control, note, level, adjust) {
  done <- finish_t(estimate, parts, level)
  adjusted <- adjust_rows(estimate, done, parts, level, adjust)
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
