# Plain R twins of the entries behind cq_check(), and small arguments that they accept.

twin_group_range <- function(group, x, n_groups) {
  of <- function(f) vapply(seq_len(n_groups) - 1L, function(g) {
    v <- x[group == g & !is.na(x)]
    if (length(v)) as.double(f(v)) else NA_real_
  }, 0)
  count <- vapply(seq_len(n_groups) - 1L, function(g) sum(group == g & !is.na(x)), 0L)
  list(count = count, median = of(stats::median), low = of(min), high = of(max))
}

twin_counting <- function(cq, e, one_copy) 1 / (e^(one_copy - cq) * log(e)^2)

twin_replicates <- function(cell, target, cq, efficiency, reach, limits) {
  cells <- seq_along(target)
  values <- lapply(cells, function(c) which(cell == c - 1L))
  count <- lengths(values)
  number <- function(f) vapply(values, function(i) if (length(i)) as.double(f(i)) else NA_real_, 0)
  median <- number(function(i) stats::median(cq[i]))
  far <- vapply(cells, function(c) {
    i <- values[[c]]
    if (length(i)) i[which.max(abs(cq[i] - median[c]))] - 1L else -1L
  }, 0L)
  gap <- ifelse(far >= 0, cq[pmax(far, 0) + 1L] - median, NA)
  rest <- vapply(cells, function(c) {
    i <- setdiff(values[[c]], far[c] + 1L)
    if (length(i) > 1) diff(range(cq[i])) else NA_real_
  }, 0)
  ss <- vapply(values, function(i) sum((cq[i] - mean(cq[i]))^2), 0)
  own <- pmax(count - 1, 0)
  e <- efficiency[target + 1L]
  noise <- twin_counting(median, e, limits[2])
  low <- number(function(i) min(cq[i]))
  high <- number(function(i) max(cq[i]))
  clean <- rep(1L, length(cells))
  for (g in seq_along(efficiency) - 1L) {
    mine <- cells[target == g & count > 1]
    mine <- mine[order(ss[mine] / own[mine])]
    for (i in seq_along(mine)) {
      if (3 * (i - 1) < 2 * length(mine)) next
      below <- mine[seq_len(i - 1)]
      if (sum(own[below]) < 4) next
      c <- mine[i]
      allowed <- max(limits[1], reach[c] * sqrt(sum(ss[below]) / sum(own[below]) + noise[c]), na.rm = TRUE)
      if (high[c] - low[c] > allowed) {
        clean[mine[i:length(mine)]] <- 0L
        break
      }
    }
  }
  total <- function(x, g) sum(x[target == g & clean == 1L & count > 0])
  g_all <- seq_along(efficiency) - 1L
  sd <- sd_df <- rep(NA_real_, length(cells))
  for (c in cells) {
    others <- setdiff(which(clean == 1L & target == target[c] & count > 0), c)
    if (sum(own[others]) < 4) others <- setdiff(which(clean == 1L & count > 0), c)
    sd_df[c] <- sum(own[others])
    sd[c] <- if (sd_df[c] > 0) sqrt(sum(ss[others]) / sd_df[c] + noise[c]) else NA_real_
  }
  list(
    count = count, far = far, median = median, low = low, high = high, gap = gap, rest = rest, sd = sd, sd_df = sd_df,
    ss = vapply(g_all, total, 0, x = ss), df = vapply(g_all, total, 0, x = own), clean = clean
  )
}

twin_reference_balance <- function(cq, weight, weight_se, ref, group) {
  cq <- matrix(cq, ncol = length(weight))
  ref <- ref + 1L
  welch <- function(y) {
    a <- y[group == 0 & !is.na(y)]
    b <- y[group == 1 & !is.na(y)]
    d <- if (length(a) && length(b)) mean(b) - mean(a) else NA_real_
    if (length(a) < 2 || length(b) < 2) {
      return(c(d, NA, NA))
    }
    u <- c(stats::var(a) / length(a), stats::var(b) / length(b))
    df <- sum(u)^2 / sum(u^2 / (c(length(a), length(b)) - 1))
    c(d, sum(u), if (is.finite(df)) df else NA)
  }
  level <- drop(cq[, ref, drop = FALSE] %*% weight[ref]) / length(ref)
  cycles <- welch(rowMeans(cq[, ref, drop = FALSE]))
  loading <- -welch(level)[1]
  shared <- sum((weight_se[ref] / weight[ref] / length(ref))^2)
  leak <- abs(loading) * sqrt((weight_se / weight)^2 + shared)
  se <- vapply(seq_along(weight), function(g) sqrt(welch(weight[g] * cq[, g] - level)[2]), 0)
  leak[ref] <- se[ref] <- NA
  list(value = c(cycles, loading), leak = leak, se = se, status = if (is.na(cycles[2])) 1L else 0L)
}

check_entry_arguments <- function() {
  list(
    c_group_range = list(group = c(0L, 0L, 1L, -1L, 0L), x = c(3, 1, 5, 9, NA), n_groups = 3L),
    c_replicates = list(
      cell = c(0L, 0L, 0L, 1L, 1L, 2L, 2L, 2L), target = c(0L, 0L, 1L, 1L),
      cq = c(20, 20.2, 23, 25, 25.1, 30, 30.4, 30.1), efficiency = c(2, 1.9), reach = c(4.6, 3.9, 4.6, NaN),
      limits = c(0.5, 37)
    ),
    c_reference_balance = list(
      cq = c(24, 25, 23, 24.5, 23.8, 18, 18.2, 17.1, 17.3, NA), weight = c(0.95, 1), weight_se = c(0.02, 0.01),
      ref = 1L, group = c(0L, 0L, 1L, 1L, -1L)
    )
  )
}
