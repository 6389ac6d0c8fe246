wells <- data.frame(
  sample = rep(c("s1", "s2"), each = 4), target = rep(c("MYC", "GAPDH"), each = 2, times = 2),
  cq = c(24.1, 24.2, 18.0, 18.1, 25.3, 25.2, 18.2, 18.1), treatment = rep(c("vehicle", "drug"), each = 4),
  well = sprintf("A%d", 1:8)
)
x <- cq_data(wells)
outside <- function(x) {
  log <- cq_log(x)
  log[log$step == "outside", ]
}

test_that("the log has its columns, and says what came", {
  log <- cq_log(x)
  expect_s3_class(log, "cq_log")
  expect_named(log, c("step", "what", "n", "detail"))
  expect_type(log$n, "integer")
  expect_identical(log$n[log$what == "rows taken"], 8L)
  expect_identical(log$detail[log$what == "column of the Cq"], "cq")
  expect_identical(log$n[log$what == "quantified"], 8L)
  expect_identical(cq_log(log), log)
  expect_identical(class(as.data.frame(log)), "data.frame")
})

test_that("nothing is found outside when nobody did anything", {
  expect_identical(nrow(outside(x)), 0L)
  y <- x
  y$batch <- "b1"
  expect_identical(nrow(outside(y)), 0L)
  expect_identical(nrow(outside(x[8:1, ])), 0L)
  expect_identical(nrow(outside(x[order(x$target), ])), 0L)
})

test_that("rows removed with base R are found", {
  gone <- outside(x[-(1:2), ])
  expect_identical(gone$what, "rows removed")
  expect_identical(gone$n, 2L)
  expect_match(gone$detail, "A1 (MYC), A2 (MYC)", fixed = TRUE)
  expect_identical(outside(subset(x, target == "MYC"))$n, 4L)
})

test_that("rows removed with dplyr are found", {
  skip_if_not_installed("dplyr")
  gone <- outside(other("dplyr", "filter")(x, cq < 25.25))
  expect_identical(gone$what, "rows removed")
  expect_identical(gone$n, 1L)
  expect_match(gone$detail, "A5 (MYC)", fixed = TRUE)
  expect_identical(outside(other("dplyr", "slice")(x, 1:7))$n, 1L)
  expect_identical(nrow(outside(other("dplyr", "mutate")(x, batch = 1))), 0L)
  expect_identical(outside(other("dplyr", "mutate")(x, cq = cq + 1))$n, 8L)
})

test_that("rows removed with data.table and tibble leave a trace or say that the history is lost", {
  skip_if_not_installed("tibble")
  expect_gt(nrow(outside(tibble::as_tibble(x)[-1, ])), 0)
})

test_that("rows added and values changed are found", {
  more <- wells[1:2, ]
  more$well <- c("B1", "B2")
  added <- outside(rbind(x, cq_data(more)))
  expect_identical(added$what, "rows added")
  expect_identical(added$n, 2L)
  y <- x
  y$cq[3] <- 18.5
  expect_identical(outside(y)$what, "rows changed")
  expect_match(outside(y)$detail, "A3 (GAPDH)", fixed = TRUE)
  y <- x
  y$sample[3] <- "s9"
  expect_setequal(outside(y)$what, c("rows removed", "rows added"))
})

test_that("technical replicates without well names are counted", {
  y <- cq_data(wells[setdiff(names(wells), "well")])
  expect_identical(outside(y[-1, ])$n, 1L)
  expect_identical(outside(y[-(1:2), ])$n, 2L)
})

test_that("rows that came without their log are said to", {
  expect_identical(outside(structure(as.data.frame(x), log = cq_log(x)))$what, "history lost")
})

test_that("each step writes its line, in order", {
  sheet <- data.frame(sample = c("s1", "s2", "s3"), subject = c("a", "b", "c"))
  y <- cq_exclude(cq_design(x, sheet), well == "A3", "bubble")
  y <- cq_rename(y, target = c(MYC = "c-Myc"))
  log <- cq_log(y)
  expect_identical(unique(log$step), c("data", "design", "exclude", "rename"))
  expect_match(log$detail[log$step == "exclude"], "bubble.*A3 \\(GAPDH\\)")
  expect_match(log$detail[log$step == "design"], "s3", all = FALSE)
  expect_match(log$detail[log$step == "rename"], "MYC -> c-Myc", fixed = TRUE)
})

test_that("the fit carries the log on, with what was done outside and what it left out", {
  second <- transform(wells, sample = paste0(sample, "b"), well = sub("A", "B", well), cq = cq + 0.1)
  data <- cq_data(rbind(wells, second))
  fit <- ddcq(data[data$well != "B8", ], ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2)
  log <- cq_log(fit)
  expect_match(log$detail[log$what == "rows removed"], "B8 (GAPDH)", fixed = TRUE)
  expect_identical(log$n[log$what == "wells behind them"], 15L)
  expect_identical(log$n[log$what == "samples in the model"], 4L)
})

test_that("the log prints as lines and returns itself", {
  expect_output(out <- withVisible(print(cq_log(x))), "rows taken")
  expect_false(out$visible)
  expect_identical(out$value, cq_log(x))
  long <- cq_log(x[1, ])
  expect_true(all(nchar(format(long, width = 60)) <= 60))
  expect_type(format(cq_log(x)[0, ]), "character")
})
