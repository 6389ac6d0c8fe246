# Pictures of curves and melt peaks: what is in them, and what they say.

drawn <- function(picture) ggplot2::ggplot_build(picture)$data
caption <- function(picture) gsub("\n", " ", picture$labels$caption)

test_that("every curve is a line; targets are panels or colours", {
  skip_if_not_installed("ggplot2")
  x <- cq_read_curves(testthat::test_path("fixtures", "curves-quantstudio.txt"))
  one <- ggplot2::autoplot(x)
  expect_length(unique(drawn(one)[[1]]$group), 6)
  expect_identical(nlevels(factor(drawn(one)[[1]]$PANEL)), 2L)
  expect_match(caption(one), "6 curves of 1 run. Dashed: controls")
  expect_identical(one$labels$y, "Rn")
  two <- ggplot2::autoplot(x, by = "colour", targets = "GAPDH")
  expect_length(unique(drawn(two)[[1]]$group), 2)
  three <- ggplot2::autoplot(x, by = "colour")
  expect_length(unique(drawn(three)[[1]]$colour), 2)
  expect_length(unique(drawn(three)[[1]]$linetype), 2)
  expect_error(ggplot2::autoplot(x, targets = "MYCN"), "MYC", class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(x, log = 2), class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(x, base_size = "a"), "`base_size` must be one number", class = "ddcq_error_argument")
})

test_that("on a log scale what is left out is said, and lines have gaps", {
  skip_if_not_installed("ggplot2")
  x <- cq_read_curves(testthat::test_path("fixtures", "curves-lc480.txt"), run = "simulated")
  picture <- ggplot2::autoplot(x, log = TRUE)
  start <- tapply(x$fluorescence, curve_index(x), function(v) median(v[1:5]))
  y <- x$fluorescence - start[curve_index(x)]
  low <- sum(y <= max(y) / 1000)
  expect_match(caption(picture), paste0("Simulated data. .*", low, " points below a thousandth"))
  expect_identical(sum(is.na(drawn(picture)[[1]]$y)), low)
})

test_that("melt curves, and the derivative with its peaks", {
  skip_if_not_installed("ggplot2")
  x <- cq_read_curves(testthat::test_path("fixtures", "cfx-curves"), "melt")
  expect_identical(ggplot2::autoplot(x)$labels$x, "Temperature (\u00b0C)")
  grid <- seq(65, 95, 0.5)
  wells <- lapply(c(84, 84.1, 83.9, 86), function(tm) 100 / (1 + exp((grid - tm) / 0.6)))
  wide <- data.frame(grid, A = wells)
  names(wide) <- c("grid", "A1", "A2", "A3", "A4")
  m <- cq_melt(cq_melt_curves(wide, wide = TRUE, run = "simulated"))
  data <- drawn(ggplot2::autoplot(m))
  expect_equal(sort(data[[2]]$x), sort(m$wells$tm))
  expect_identical(data[[3]]$label, "A04")
  path <- tempfile(fileext = ".pdf")
  grDevices::pdf(path)
  expect_s3_class(plot(m), "ggplot")
  expect_s3_class(plot(x), "ggplot")
  grDevices::dev.off()
})
