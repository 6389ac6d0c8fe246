# Wilcoxon's tests, for many targets: R's own wilcox.test() for each.

# y: units by targets, without gaps. treated: flags. pair: NULL, or which pair a unit belongs to (each has one treated
# and one control unit). A list by target: `estimate` (Hodges and Lehmann's), `statistic`, `p.value`, `conf.low`,
# `conf.high`, `exact` (else the normal approximation with correction for continuity: ties, zeros or 50 units a group);
# and `p.min` of the design. Where an exact test can reach no p below 1 - level the interval is the whole line.
wilcoxon_contrast <- function(y, treated, pair = NULL, level = 0.95) {
  y <- as.matrix(y)
  n <- sum(treated)
  p_min <- if (is.null(pair)) 2 / choose(length(treated), n) else 2^(1 - n)
  each <- lapply(seq_len(ncol(y)), function(t) wilcoxon_one(y[, t], treated, pair, level))
  numbers <- vapply(each, `[[`, numeric(5), "numbers")
  exact <- vapply(each, `[[`, NA, "exact")
  beyond <- exact & p_min > 1 - level & !is.na(numbers[1, ])
  list(
    estimate = numbers[1, ], statistic = numbers[2, ], p.value = numbers[3, ],
    conf.low = ifelse(beyond, -Inf, numbers[4, ]), conf.high = ifelse(beyond, Inf, numbers[5, ]), exact = exact,
    p.min = p_min, n = n, n_control = sum(!treated)
  )
}

wilcoxon_one <- function(y, treated, pair, level) {
  x <- y[treated]
  rest <- y[!treated]
  if (is.null(pair)) {
    exact <- length(x) < 50 && length(rest) < 50 && !anyDuplicated(y)
  } else {
    rest <- rest[match(pair[treated], pair[!treated])]
    exact <- length(x) < 50 && all(x != rest) && !anyDuplicated(abs(x - rest))
  }
  # its warnings are told by `exact` and by limits without end; values that are all one are an error of its own
  test <- tryCatch(
    suppressWarnings(
      stats::wilcox.test(x, rest, paired = !is.null(pair), conf.int = TRUE, conf.level = level)
    ),
    error = function(e) NULL
  )
  numbers <- c(test$estimate, test$statistic, test$p.value, test$conf.int)
  list(numbers = if (length(numbers) == 5) unname(as.double(numbers)) else rep_len(NA_real_, 5), exact = exact)
}
