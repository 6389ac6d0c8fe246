# A column whose name merely begins like one of ours is a column of the user: `$` on a list would take it.

test_that("columns that begin like canonical ones are kept, and play no part", {
  d <- data.frame(
    sample = c("a", "b"), target = "MYC", cq = c(20.1, 20.3), run_date = c("Mon", "Tue"), notes = c("x", "y"),
    wells = 1:2, state_of_health = "good", quantity_ng = c(5, 6), tasks = "pilot", dye_lot = "L1"
  )
  x <- cq_data(d)
  expect_identical(x$run, c("run1", "run1"))
  expect_identical(x$well, c(NA_character_, NA_character_))
  expect_identical(x$note, c(NA_character_, NA_character_))
  expect_identical(x$quantity, c(NA_real_, NA_real_))
  expect_identical(as.character(x$task), c("unknown", "unknown"))
  expect_identical(as.character(x$state), c("quantified", "quantified"))
  expect_identical(as.data.frame(x)[names(d)[-(1:3)]], d[-(1:3)])
})

test_that("the same beside curves", {
  d <- data.frame(well = rep(c("A1", "A2"), each = 3), cycle = 1:3, fluorescence = 1:6 / 10, run_date = "Mon")
  expect_identical(unique(cq_curves(d)$run), "run1")
})
