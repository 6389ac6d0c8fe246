# Runs the checkout's testthat files against the installed package:
#
#   Rscript tools/run-tests.R [file for the counts] [filter]
#
# Prints failures and the reasons of skips; the counts file gets "passed failed skipped".
# DDCQ_SHARED, where set, is the folder of reference data that the tests compare with.

args <- commandArgs(TRUE)
counts_file <- if (length(args) >= 1) args[1] else file.path("out", "testthat.counts")
filter <- if (length(args) >= 2) args[2]
unlink(counts_file)

results <- testthat::test_dir(
  file.path("tests", "testthat"),
  filter = filter,
  package = "ddcq",
  load_package = "installed",
  reporter = testthat::CheckReporter$new(),
  stop_on_failure = FALSE,
  stop_on_warning = FALSE
)

outcomes <- unlist(lapply(results, `[[`, "results"), recursive = FALSE)
is_a <- function(class) vapply(outcomes, inherits, logical(1), what = class)
counts <- c(
  passed = sum(is_a("expectation_success")),
  failed = sum(is_a("expectation_failure") | is_a("expectation_error")),
  skipped = sum(is_a("expectation_skip"))
)
warned <- sum(is_a("expectation_warning"))
if (warned > 0) {
  cat(sprintf("testthat: %d warnings\n", warned))
}
cat(sprintf("%d %d %d\n", counts[1], counts[2], counts[3]), file = counts_file)
quit(status = if (counts[["failed"]] > 0) 1 else 0)
