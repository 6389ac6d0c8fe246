stable <- local({
  set.seed(41)
  x <- simulate_candidates(16, 6, rep(0:1, each = 8))
  cq_stability(-x, group = rep(c("a", "b"), each = 8), boot = 20)
})

test_that("every picture is made, and holds the numbers of the table", {
  skip_if_not_installed("ggplot2", "3.4.0")
  built <- function(...) ggplot2::ggplot_build(ggplot2::autoplot(stable, ...))
  details <- attr(stable, "details")
  steps <- built()
  expect_identical(steps$data[[2]]$y, details$genorm$steps$mean_m)
  expect_identical(built(what = "variation")$data[[1]]$y, details$genorm$variation$v)
  expect_identical(nrow(built(what = "ranks")$data[[2]]), 36L)
  moved <- built(what = "equivalence")$data
  expect_setequal(moved[[4]]$x, details$equivalence$contrasts$estimate)
  expect_setequal(moved[[3]]$x, details$equivalence$contrasts$conf.low)
  for (method in c("normfinder", "bestkeeper", "deltacq", "aggregate", "equivalence")) {
    x <- attr(stable, "spec")
    other <- stable
    x$method <- method
    attr(other, "spec") <- x
    expect_s3_class(ggplot2::autoplot(other), "ggplot")
  }
})

test_that("NormFinder's picture has a point for each gene and group, apart from each other", {
  found <- attr(stable, "details")$normfinder
  d <- utils::getFromNamespace("normfinder_plot_data", "ddcq")(found, stable$target)
  expect_identical(nrow(d), 12L)
  expect_identical(d$inter, as.vector(found$inter))
  expect_identical(anyDuplicated(d$y), 0L)
})

test_that("a picture of what was not asked for is refused", {
  skip_if_not_installed("ggplot2", "3.4.0")
  set.seed(42)
  s <- cq_stability(-simulate_candidates(9, 4), method = "bestkeeper")
  expect_error(ggplot2::autoplot(s, what = "variation"), "genorm", class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(s, what = "equivalence"), "group", class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(s, what = "heat"), class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(s, width = 3), class = "ddcq_error_argument")
})

test_that("plot() prints and returns the picture", {
  skip_if_not_installed("ggplot2", "3.4.0")
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_s3_class(plot(stable), "ggplot")
})
