# Equal slopes, inhibition, and the entries behind them against base R.

standards_of <- function(file) {
  d <- shared_data(file)
  names(d)[names(d) == "Cq"] <- "cq"
  d$task <- "standard"
  cq_data(d)
}

test_that("equal slopes between targets: the published table of the interaction", {
  skip_without_shared()
  x <- standards_of("efficiency/rtpcr_efficiency.csv")
  e <- shared_data("efficiency/rtpcr_efficiency.expected_slope_test.csv")
  s <- cq_slopes(x, unit = "well")
  row <- e[e$term == "ld:gene", ]
  # F is a difference of squares in the file, a sum of squares here
  expect_close(c(s$f, s$p.value), c(row$F, row$p), 1e-9)
  expect_identical(c(s$df1, s$df2), c(2, 57))
  expect_identical(s$n_lines, 3L)
})

test_that("by run and by any column it is the interaction of lm()", {
  set.seed(7)
  d <- expand.grid(quantity = 10^(0:4), rep = 1:3, day = c("d1", "d2", "d3"), stringsAsFactors = FALSE)
  d$cq <- 35 - ifelse(d$day == "d2", 3.3, 3.5) * log10(d$quantity) + rnorm(nrow(d), 0, 0.1)
  d$sample <- paste(d$day, d$quantity)
  d$target <- "MYC"
  d$task <- "standard"
  table <- anova(lm(cq ~ log10(quantity) + day, d), lm(cq ~ log10(quantity) * day, d))
  s <- cq_slopes(cq_data(d), by = "day", unit = "well")
  expect_equal(c(s$f, s$df1, s$df2, s$p.value), c(table$F[2], 2, 39, table$`Pr(>F)`[2]), tolerance = 1e-9)
  expect_equal(s$slope, unname(coef(lm(cq ~ day + log10(quantity), d))[4]), tolerance = 1e-10)
  d$run <- d$day
  r <- cq_slopes(cq_data(d), by = "run", unit = "well")
  expect_equal(r$f, s$f, tolerance = 1e-10)
  means <- aggregate(cq ~ quantity + day, d, mean)
  table <- anova(lm(cq ~ log10(quantity) + day, means), lm(cq ~ log10(quantity) * day, means))
  expect_equal(cq_slopes(cq_data(d), by = "run")$f, table$F[2], tolerance = 1e-9)
  expect_output(print(r), "test of equal slopes")
})

test_that("one series has nothing to compare with", {
  d <- data.frame(sample = "s", target = "MYC", task = "standard", quantity = 10^(0:4), cq = c(35, 31.5, 28.1, 24.8, 21.2))
  s <- cq_slopes(cq_data(d))
  expect_match(s$note, "fewer than two lines")
  expect_true(is.na(s$f) && !is.na(s$slope))
  expect_error(cq_slopes(cq_data(d), by = "lane"), class = "ddcq_error_column")
})

test_that("dCq against dilution: the slope, p and R squared of the file", {
  skip_without_shared()
  x <- standards_of("livak/livak_standard_curve.csv")
  e <- shared_data("livak/livak_dct_slope.expected.csv")
  got <- rbind(
    as.data.frame(cq_inhibition(x, "GAPDH", pair = "replicate")), as.data.frame(cq_inhibition(x, "GAPDH"))
  )
  expect_close(got$slope, e$slope, 1e-9)
  expect_close(got$intercept, e$intercept, 1e-11)
  expect_close(got$r.squared, e$r2, 1e-9)
  expect_close(got$p.value, e$p_slope, 1e-9)
  expect_identical(got$n_points, c(21L, 7L))
})

test_that("the verdict comes from the interval and the margin", {
  expect_identical(level_verdict(-0.05, 0.08, 0.1), "level")
  expect_identical(level_verdict(0.01, 0.2, 0.1), "not level")
  expect_identical(level_verdict(-0.2, 0.2, 0.1), "not shown")
  expect_identical(level_verdict(NA_real_, NA_real_, 0.1), NA_character_)
  x <- cq_data(anastrozole_plate, na = "nondetect")
  expect_error(cq_inhibition(x, "GAPHD"), class = "ddcq_error_curve")
  expect_error(cq_inhibition(x, "GAPDH", targets = "GAPDH"), class = "ddcq_error_curve")
  expect_error(cq_inhibition(x, "GAPDH", pair = "lane"), class = "ddcq_error_column")
  expect_output(print(cq_inhibition(x, "GAPDH")), "SIMULATED")
})

test_that("the table of linear ranges says that data are simulated", {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  expect_identical(format(cq_linear_range(x, targets = "MYC"))[1], "SIMULATED DATA")
  x$run <- "p1"
  expect_no_match(format(cq_linear_range(x, targets = "MYC")), "SIMULATED")
})

test_that("a dilution that only one of the two has is said", {
  d <- expand.grid(quantity = 10^(0:4), target = c("MYC", "GAPDH"), stringsAsFactors = FALSE)
  d$cq <- 33 - 3.4 * log10(d$quantity) + 0.05 * sin(seq_len(10))
  d$task <- "standard"
  d$sample <- paste0("S", d$quantity)
  i <- cq_inhibition(cq_data(d[-1, ]), "GAPDH")
  expect_match(i$note, "1 unit without the other")
  expect_identical(i$n_points, 4L)
})

test_that("the entry of the units is lm()'s influence, whatever the design", {
  set.seed(3)
  for (n_runs in 1:3) {
    run <- rep(seq_len(n_runs) - 1L, each = 6)
    x <- rnorm(6 * n_runs)
    y <- rnorm(6 * n_runs) + 1e3 * run
    expect_twin(
      call_entry("c_line_units", list(x, y, as.integer(run), n_runs)), twin_line_units(x, y, run, n_runs), 1e-9
    )
  }
  # no unit can be told when nothing varies or nothing is left
  flat <- call_entry("c_line_units", list(c(1, 1, 1), c(2, 3, 4), rep(0L, 3), 1L))
  expect_identical(flat$status, 1L)
  expect_true(all(is.na(flat$studentised)))
  exact <- call_entry("c_line_units", list(c(1, 2, 3, 4), c(1, 2, 3, 4), rep(0L, 4), 1L))
  expect_true(all(is.na(exact$studentised)))
})
