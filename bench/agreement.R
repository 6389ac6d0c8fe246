# The package against t.test(), lm(), p.adjust() and its own formulas in plain R, on random designs:
#
#   Rscript bench/agreement.R [designs] [designs for the properties]
#
# Prints the largest relative differences of each column. "strict" is relative to the value itself; "scaled" relative to
# the standard error where that is larger (an estimate that happens to lie at 0 is a difference of numbers near 20).
# Then the properties of tests/testthat/test-properties.R on as many designs as asked for.

source("tests/testthat/helper-shared.R")
source("tests/testthat/helper-designs.R")

args <- as.integer(commandArgs(TRUE))
n <- if (length(args) >= 1) args[1] else 1000L
n_properties <- if (length(args) >= 2) args[2] else 200L
options(width = 140, digits = 3)

for (kind in names(agreement_kinds)) {
  time <- system.time(all <- lapply(seq_len(n), agreement, kind = kind))[["elapsed"]]
  strict <- do.call(rbind, lapply(all, `[[`, "strict"))
  scaled <- do.call(rbind, lapply(all, `[[`, "scaled"))
  rows <- lapply(all, function(a) !is.na(a$truth$p.value))
  over <- lapply(all, function(a) which(apply(a$scaled, 1, max) > 1e-12))
  beyond <- lapply(all, function(a) which(apply(a$scaled, 1, max) > a$allowed))
  with_interval <- unlist(rows)
  cat(sprintf(
    "%s: %d designs, %d rows with an interval of %d, %.0f s\n", kind, n, sum(with_interval), length(with_interval), time
  ))
  print(rbind(strict = apply(strict, 2, max), scaled = apply(scaled, 2, max)))
  for (i in which(lengths(over) > 0)) {
    cat(sprintf(
      "  above 1e-12: design %d, row %d, SE %.2g%s\n", i, over[[i]], all[[i]]$truth$std.error[over[[i]]],
      ifelse(over[[i]] %in% beyond[[i]], " (MORE THAN ROUNDING)", " (rounding of the Cq)")
    ), sep = "")
  }
}

same <- vapply(seq_len(n), function(seed) {
  d <- random_design(seed, groups = 2:5)
  fit <- fit_design(d, adjust = "none")$results$p.value
  all(vapply(c("holm", "BH", "bonferroni"), function(adjust) {
    identical(fit_design(d, adjust = adjust)$results$adj.p.value, stats::p.adjust(fit, adjust))
  }, NA))
}, NA)
cat(sprintf("p.adjust(): identical in %d of %d designs, three methods each\n", sum(same), n))

if (n_properties > 0) {
  Sys.setenv(DDCQ_DESIGNS = n_properties, NOT_CRAN = "true")
  cat("\nProperties on", n_properties, "designs each\n")
  testthat::test_dir(
    "tests/testthat", filter = "properties", package = "ddcq", load_package = "installed",
    reporter = testthat::CheckReporter$new(), stop_on_failure = FALSE
  )
}
