#!/bin/sh
# The tests in a library that has nothing of what the package merely suggests, but testthat.
set -eu
lib=${1:-out/lib}
bare=out/bare-lib
rm -rf "${bare}"
mkdir -p "${bare}"
Rscript --vanilla - "${bare}" "${lib}" << 'R'
args <- commandArgs(TRUE)
needed <- c("cli", "generics", "rlang", "testthat")
db <- utils::installed.packages(c(args[2], .libPaths()))
deep <- tools::package_dependencies(needed, db, which = c("Depends", "Imports", "LinkingTo"), recursive = TRUE)
gone <- c("ggplot2", "knitr", "readxl", "rmarkdown", "tibble", "xml2", "dplyr", "data.table", "RDML")
wanted <- setdiff(unique(c(needed, unlist(deep), "ddcq")), gone)
for (p in wanted) {
  at <- db[db[, "Package"] == p, "LibPath"][1]
  if (!is.na(at) && at != .Library) file.symlink(normalizePath(file.path(at, p)), file.path(args[1], p))
}
R
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
