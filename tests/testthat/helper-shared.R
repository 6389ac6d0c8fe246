# Reference data that other programs and base R have worked out. The folder is not part of the package: DDCQ_SHARED
# names it, else it is looked for as `shared` beside one of the folders above. Without it the tests that need it skip.

shared_dir <- function() {
  above <- vapply(0:6, function(n) paste(c(rep("..", n), "shared"), collapse = "/"), "")
  choices <- c(Sys.getenv("DDCQ_SHARED"), above)
  choices <- choices[nzchar(choices)]
  found <- choices[file.exists(file.path(choices, "data", "INDEX.md"))]
  if (length(found)) normalizePath(found[1]) else NULL
}

skip_without_shared <- function() {
  testthat::skip_if(
    is.null(shared_dir()), "no folder of reference data (set DDCQ_SHARED, or put `shared` beside the package)"
  )
}

shared_data <- function(file) {
  utils::read.csv(file.path(shared_dir(), "data", file), stringsAsFactors = FALSE)
}

# Largest relative difference. A value where the other has none counts as infinitely far.
relative_difference <- function(x, truth) {
  stopifnot(length(x) == length(truth))
  if (!length(x) || any(is.na(x) != is.na(truth))) {
    return(Inf)
  }
  off <- abs(x - truth) / pmax(abs(x), abs(truth))
  off[is.na(off) | x == truth] <- 0
  max(off)
}

expect_close <- function(x, truth, tolerance = 1e-12, what = deparse(substitute(x))) {
  off <- relative_difference(as.double(x), as.double(truth))
  testthat::expect(
    off <= tolerance,
    sprintf("%s is off by %.3g relative (tolerance %.0e).", paste(what, collapse = " "), off, tolerance)
  )
  invisible(off)
}
