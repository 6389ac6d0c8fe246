# Runs each call of tests/gctorture.R with the garbage collector at every allocation, and compares its
# answer with the one of a quiet run. That file ends in a named list of functions without arguments;
# each makes one call into C with a few values.
#
#   R_LIBS=out/lib Rscript tools/gctorture.R
#
# Last line: N passed, N failed.

file <- file.path("tests", "gctorture.R")
if (!file.exists(file)) {
  cat("No", file, "\n")
  quit(status = 3)
}
# Under torture the just-in-time compiler would take longer than all the calls.
invisible(compiler::enableJIT(0))
invisible(loadNamespace("ddcq"))
calls <- source(file, local = new.env(parent = globalenv()))$value
stopifnot(is.list(calls), length(calls) > 0, !is.null(names(calls)))

run <- function(call) tryCatch(call(), error = function(e) conditionMessage(e))

tortured <- function(name) {
  quiet <- run(calls[[name]])
  gctorture(TRUE)
  answer <- run(calls[[name]])
  gctorture(FALSE)
  same <- identical(quiet, answer)
  cat(sprintf("%s: %s\n", name, if (same) "ok" else "another answer under gctorture"))
  same
}

same <- vapply(names(calls), tortured, logical(1))
cat(sprintf("%d passed, %d failed\n", sum(same), sum(!same)))
quit(status = if (all(same)) 0 else 1)
