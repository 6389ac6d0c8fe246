skip_if_not_installed("ggplot2")

plate <- function(...) {
  cq_data(data.frame(
    sample = rep("s1", 4), well = c("A01", "B12", "H1", "C3"), target = c("MYC", "GAPDH", "MYC", "GAPDH"),
    cq = c(24, 18, NA, 30), ...
  ), na = "missing")
}

test_that("wells stand at their place, and every state is drawn", {
  x <- cq_exclude(plate(), well == "C3", reason = "bubble")
  data <- plate_map_data(x, "run1")
  expect_identical(data$row, c(1L, 2L, 8L, 3L))
  expect_identical(data$column, c(1L, 12L, 1L, 3L))
  picture <- ggplot2::autoplot(x)
  tiles <- ggplot2::layer_data(picture, 1)
  expect_identical(nrow(tiles), 4L)
  marks <- ggplot2::layer_data(picture, 3)
  expect_setequal(marks$shape, c(20, 47))
})

test_that("places of larger plates", {
  expect_identical(well_place(c("P24", "AA01", "AF48", "A1a1", NA))$row, c(16L, 27L, 32L, NA, NA))
  expect_identical(plate_size(list(row = 9, column = 3)), c(16, 24))
})

test_that("multiplex wells have a map a dye; wells without a place are refused", {
  x <- cq_data(data.frame(sample = "s1", well = "A1", target = c("a", "b"), dye = c("FAM", "VIC"), cq = c(20, 21)))
  expect_identical(levels(plate_map_data(x, "run1")$panel), c("run1, FAM", "run1, VIC"))
  y <- cq_data(data.frame(sample = "s1", target = "a", cq = 20))
  expect_error(ggplot2::autoplot(y), class = "ddcq_error_data")
  expect_error(ggplot2::autoplot(x, run = "p1"), class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(x, base_size = "a"), "`base_size` must be one number", class = "ddcq_error_argument")
})
