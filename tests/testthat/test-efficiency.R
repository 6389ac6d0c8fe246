test_that("given efficiencies come as a table with an interval", {
  e <- cq_efficiency(c("MYC", "GAPDH"), c(1.93, 1.98), std.error = c(0.02, NA), df = c(3, NA))
  expect_s3_class(e, c("cq_efficiency", "data.frame"))
  expect_identical(e$target, c("MYC", "GAPDH"))
  expect_equal(e$conf.low, c(1.93 - qt(0.975, 3) * 0.02, NA))
  expect_equal(e$conf.high, c(1.93 + qt(0.975, 3) * 0.02, NA))
  expect_identical(e$source, c("given", "given"))
  expect_identical(e$shared, c(NA_character_, NA))
  expect_identical(class(as.data.frame(e)), "data.frame")
})

test_that("df without a number is infinite", {
  e <- cq_efficiency("MYC", 1.93, std.error = 0.02)
  expect_equal(e$conf.high, 1.93 + qnorm(0.975) * 0.02)
})

test_that("per cent are turned into factors, with their errors", {
  e <- cq_efficiency(c("MYC", "GAPDH"), percent = c(95, 103), std.error = 2)
  expect_equal(e$efficiency, c(1.95, 2.03))
  expect_equal(e$std.error, c(0.02, 0.02))
})

test_that("one number for several targets is one estimate, with one error", {
  expect_identical(cq_efficiency(c("A", "B"), 1.9)$shared, rep("one estimate", 2))
  expect_identical(cq_efficiency("A", 1.9)$shared, NA_character_)
})

test_that("the edges are inside", {
  expect_identical(cq_efficiency(c("A", "B"), c(1.5, 2.2))$efficiency, c(1.5, 2.2))
  expect_error(cq_efficiency("A", 1.4999), class = "ddcq_error_efficiency")
  expect_error(cq_efficiency("A", 2.2001), class = "ddcq_error_efficiency")
  expect_identical(cq_efficiency("A", percent = 50)$efficiency, 1.5)
})

test_that("efficiencies are matched by name, whatever the order", {
  targets <- c("B", "A", "C")
  e <- cq_efficiency(c("C", "A", "B"), c(1.7, 1.8, 1.9), std.error = c(0.01, NA, 0.03), df = c(3, NA, 5))
  used <- efficiency_for(e, targets)
  expect_equal(used$weight, log2(c(1.9, 1.8, 1.7)))
  expect_equal(used$se, c(0.03 / (1.9 * log(2)), 0, 0.01 / (1.7 * log(2))))
  expect_identical(used$df, c(5, Inf, 3))
  expect_identical(used$unknown, "A")
  expect_identical(efficiency_for(e[3:1, ], targets)$weight, used$weight)
})

test_that("targets that are not named have the default, with no error", {
  used <- efficiency_for(cq_efficiency("A", 1.8, std.error = 0.02, default = 2), c("B", "A"))
  expect_equal(used$weight, c(1, log2(1.8)))
  expect_equal(used$se[1], 0)
  expect_identical(used$defaulted, "B")
})

test_that("targets that rest on one estimate share its source, the others do not", {
  source <- efficiency_for(cq_efficiency(c("A", "B"), 1.9, std.error = 0.02, default = 2), c("A", "B", "C"))$source
  expect_identical(source[1], source[2])
  expect_false(source[3] == source[1])
  source <- efficiency_for(cq_efficiency(c("A", "B"), c(1.9, 1.9), std.error = 0.02), c("A", "B"))$source
  expect_false(source[1] == source[2])
})

test_that("a number means the same as a table that says it of each", {
  one <- efficiency_for(2, c("A", "B"))
  expect_identical(one$weight, c(1, 1))
  expect_identical(one$se, c(0, 0))
})
