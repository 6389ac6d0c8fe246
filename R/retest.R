# A table of contrasts once more, with other variances or at another level: what the questions asked of a fit share.

plain_adjusts <- c("holm", "BH", "bonferroni", "none")
adjust_words <- c(holm = "Holm", BH = "Benjamini and Hochberg", bonferroni = "Bonferroni")

# The adjustment of the fit, where it can be made from p-values alone.
plain_adjust <- function(fit) {
  if (fit$spec$adjust %in% plain_adjusts) fit$spec$adjust else "holm"
}

# results: the columns of a fit's results; those that rest on the variances are made anew.
retest <- function(results, parts, level, adjust) {
  estimate <- results$estimate
  done <- finish_t(estimate, parts, level)
  for (column in c("std.error", "df", "statistic", "p.value")) results[[column]] <- done[[column]]
  results$conf.low <- estimate - done$half
  results$conf.high <- estimate + done$half
  results$fold_low <- 2^results$conf.low
  results$fold_high <- 2^results$conf.high
  results$adj.p.value <- stats::p.adjust(done$p.value, adjust)
  half <- adjusted_half(estimate, done, parts, level, adjust)
  results$adj.conf.low <- estimate - half
  results$adj.conf.high <- estimate + half
  results
}

# Half widths that go with the adjusted p: Bonferroni's for Holm, too; none for the false discovery rate.
adjusted_half <- function(estimate, done, parts, level, adjust) {
  m <- max(1, sum(!is.na(done$p.value)))
  switch(adjust,
    none = done$half, BH = rep_len(NA_real_, length(estimate)),
    finish_t(estimate, parts, 1 - (1 - level) / m)$half
  )
}
