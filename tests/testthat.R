library(testthat)
library(ddcq)

test_check("ddcq")
