#!/bin/sh
# The tests in a library that has nothing of what the package merely suggests, but testthat.
set -eu
lib=${1:-out/lib}
bare=out/bare-lib
Rscript --vanilla tools/bare-lib.R "${bare}" "${lib}" testthat
bare=$(cd "${bare}" && pwd)
cd tests/testthat
R_LIBS="${bare}" R_LIBS_SITE="${bare}" R_LIBS_USER="${bare}" Rscript --no-environ --no-site-file -e '
  .libPaths(Sys.getenv("R_LIBS"), include.site = FALSE)
  absent <- vapply(c("ggplot2", "xml2", "readxl", "knitr", "rmarkdown"), requireNamespace, NA, quietly = TRUE)
  stopifnot(!any(absent))
  library(testthat)
  library(ddcq)
  r <- as.data.frame(test_dir(".", package = "ddcq", load_package = "installed", reporter = "check", stop_on_failure = FALSE))
  cat(sprintf("nosuggests: %d passed, %d failed, %d skipped\n", sum(r$passed), sum(r$failed) + sum(r$error), sum(r$skipped)))
  quit(status = as.integer(sum(r$failed) + sum(r$error) > 0))
'
