if (requireNamespace("testthat", quietly = TRUE)) {
  library(testthat)
  library(ddcq)
  test_check("ddcq")
}
