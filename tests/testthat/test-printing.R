long_fit <- function(n = 60) {
  set.seed(5)
  sheet <- data.frame(sample = paste0("s", 1:8), group = rep(c("a", "a group with a name of some length"), each = 4))
  wells <- merge(sheet, data.frame(target = c(paste0("T", seq_len(n)), "R")))
  wells$cq <- 22 + stats::rnorm(nrow(wells), sd = 0.3)
  suppressWarnings(ddcq(cq_data(wells), ~group, reference = "R", control = "a", efficiency = 2, variance = "pooled"))
}

test_that("every object keeps to the width and cuts a long table with a count", {
  fit <- long_fit()
  objects <- list(
    fit, ddcq_equivalence(fit), ddcq_variance(fit), ddcq_sensitivity(fit), ddcq_table(fit),
    summary(fit, as = "percent"), anova(fit), miqe_checklist(fit), methods_text(fit)
  )
  for (object in objects) {
    lines <- format(object, width = 80)
    expect_true(all(nchar(lines, "width") <= 80), info = class(object)[1])
    if (!inherits(object, c("miqe_checklist", "ddcq_methods"))) {
      expect_match(paste(lines, collapse = "\n"), "... and [0-9,]+ more row", info = class(object)[1])
    }
  }
  eff <- structure(fit$spec$efficiency, class = c("cq_efficiency", "data.frame"))
  expect_match(paste(format(eff), collapse = "\n"), "... and 21 more targets", fixed = TRUE)
  expect_lt(length(utils::capture.output(print(summary(fit)))), 350)
})

test_that("a table that is too wide stands contrast by contrast", {
  columns <- list(target = c("A", "B"), contrast = c("x", "y"), fold = c("1", "22"), verdict = c("up", "down"))
  wide <- internal("contrast_table")(columns, 80, left = c(1, 2, 4))
  expect_identical(wide, c("  target  contrast  fold  verdict", "  A       x            1  up", "  B       y           22  down"))
  narrow <- internal("contrast_table")(columns, 28, left = c(1, 2, 4))
  expect_identical(narrow, c(
    "x", "  target  fold  verdict", "  A          1  up", "y", "  target  fold  verdict", "  B         22  down"
  ))
  expect_identical(utils::tail(internal("contrast_table")(columns, 80, rows = 1), 1), "  ... and 1 more row")
})

test_that("units are counted as units, whatever they are called", {
  fit <- long_fit(1)
  wells <- expand.grid(sample = paste0("s", 1:8), target = c("MYC", "R"), stringsAsFactors = FALSE)
  wells$mouse <- rep(paste0("m", 1:4), each = 2)
  wells$group <- rep(c("a", "b"), each = 4)
  wells$cq <- 22 + sin(seq_len(nrow(wells)))
  mice <- suppressWarnings(
    ddcq(cq_data(wells), ~group, reference = "R", control = "a", efficiency = 2, unit = "mouse")
  )
  expect_match(format(fit)[1], "8 samples (a 4, ", fixed = TRUE)
  expect_match(format(mice)[1], "4 units (mouse): a 2, b 2", fixed = TRUE)
  list <- miqe_checklist(mice)
  expect_match(list$answer[list$item == "biological_n"], "4 units (mouse): a 2, b 2", fixed = TRUE)
  expect_match(internal("render_blocks")(internal("report_question")(mice), "pipe"), "The unit is the mouse, 4 in 2 groups")
})

test_that("digits, width and rows are checked before anything is printed", {
  fit <- long_fit(2)
  expect_error(print(fit, digits = "a"), "`digits` must be one number", class = "ddcq_error_argument")
  expect_error(print(fit, width = NULL), "`width` must be one number", class = "ddcq_error_argument")
  expect_error(print(fit, rows = -1), "`rows` must be between 0 and Inf", class = "ddcq_error_argument")
  objects <- list(
    fit, fit$spec$efficiency, ddcq_equivalence(fit), ddcq_variance(fit), ddcq_sensitivity(fit), ddcq_table(fit),
    summary(fit, as = "percent"), anova(fit), miqe_checklist(fit), methods_text(fit), cq_log(fit)
  )
  for (object in objects) {
    method <- utils::getS3method("format", class(object)[1])
    for (argument in intersect(c("digits", "width", "rows"), names(formals(method)))) {
      expect_error(
        do.call(print, c(list(object), stats::setNames(list("a"), argument))), argument, class = "ddcq_error_argument"
      )
    }
  }
  expect_error(print(summary(fit), digits = "a"), class = "ddcq_error_argument")
  shown <- utils::capture.output(print(ddcq_equivalence(fit), rows = 1))
  expect_match(shown, "... and 1 more row", fixed = TRUE, all = FALSE)
})
