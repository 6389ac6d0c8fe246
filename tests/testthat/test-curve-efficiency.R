# Efficiencies of targets from their curves.

efficiency_wells <- function() {
  set.seed(31)
  at <- rep(c(20, 21.5, 23, 24.5), each = 3)
  x <- simulated_curves(c(at, at + 1), e = 1.9, noise = 0.001)
  x$target <- ifelse(x$well %in% unique(x$well)[1:12], "MYC", "GAPDH")
  sample <- rep(rep(paste0("s", 1:4), each = 3), 2)
  x$sample <- sample[match(x$well, unique(x$well))]
  cq_fit_curves(x)
}

test_that("a target has the mean of its samples' means, with their SE", {
  fit <- efficiency_wells()
  e <- suppressWarnings(cq_curve_efficiency(fit, within = Inf))
  expect_s3_class(e, c("cq_efficiency", "data.frame"), exact = TRUE)
  for (target in c("MYC", "GAPDH")) {
    own <- as.data.frame(fit)[fit$target == target & !is.na(fit$efficiency_well), ]
    means <- tapply(own$efficiency_well, own$sample, mean)
    row <- e[e$target == target, ]
    expect_equal(row$efficiency, mean(means), tolerance = 1e-12)
    expect_equal(row$std.error, stats::sd(means) / sqrt(4), tolerance = 1e-12)
    expect_equal(row$df, 3)
    expect_equal(row$conf.high, mean(means) + stats::qt(0.975, 3) * row$std.error, tolerance = 1e-12)
    expect_equal(row$n_wells + row$n_without, 12)
    expect_identical(row$source, "window of linearity")
  }
  expect_identical(suppressWarnings(cq_curve_efficiency(fit, targets = "MYC", within = Inf))$target, "MYC")
})

test_that("wells far from the median are left out and counted, and the SE knows it", {
  fit <- efficiency_wells()
  fit$sample <- NA_character_
  own <- fit$efficiency_well[fit$target == "MYC" & !is.na(fit$efficiency_well)]
  for (within in c(0.02, 0.05)) {
    e <- suppressWarnings(cq_curve_efficiency(fit, within = within, targets = "MYC"))
    near <- abs(own - stats::median(own)) <= within
    moved <- pmin(pmax(own, stats::median(own) - within), stats::median(own) + within)
    expect_equal(e$efficiency, mean(own[near]), tolerance = 1e-12)
    expect_equal(e$n_wells, sum(near))
    expect_equal(e$n_left_out, sum(!near))
    expect_equal(e$std.error, stats::sd(moved) / sqrt(length(own)) * length(own) / sum(near), tolerance = 1e-12)
    expect_equal(e$df, sum(near) - 1)
  }
  free <- suppressWarnings(cq_curve_efficiency(fit, within = Inf, targets = "MYC"))
  expect_equal(free$efficiency, mean(own), tolerance = 1e-12)
  expect_equal(free$std.error, stats::sd(own) / sqrt(length(own)), tolerance = 1e-12)
  # unless said: three SD by the median distance, which one wild well does not move
  at <- which(fit$target == "MYC")[1]
  fit$efficiency_well[at] <- 7
  wild <- suppressWarnings(cq_curve_efficiency(fit, targets = "MYC"))
  expect_gte(wild$n_left_out, 1)
  expect_lt(abs(wild$efficiency - mean(own)), 0.03)
})

test_that("controls, excluded wells and curves without a plateau do not count", {
  fit <- efficiency_wells()
  all <- suppressWarnings(cq_curve_efficiency(fit, within = Inf))
  fit$efficiency_well[1:3] <- 9
  fit$task[1] <- "ntc"
  fit$state[2] <- "excluded"
  fit$signs[3] <- "late; no plateau"
  e <- suppressWarnings(cq_curve_efficiency(fit, within = Inf))
  expect_true(all(e$efficiency < 2.2))
  expect_lt(e$n_wells[1], all$n_wells[1])
})

test_that("a target without a window has NA and says why; so does one sample", {
  fit <- efficiency_wells()
  fit$efficiency_well[fit$target == "MYC"] <- NA
  fit$sample[fit$target == "GAPDH"] <- "s1"
  expect_warning(e <- cq_curve_efficiency(fit, within = Inf), class = "ddcq_warning_curve")
  expect_identical(e$efficiency[e$target == "MYC"], NA_real_)
  expect_match(e$note[e$target == "MYC"], "no efficiency")
  expect_match(e$note[e$target == "GAPDH"], "one sample")
  expect_identical(e$std.error[e$target == "GAPDH"], NA_real_)
  expect_output(print(e), "window of linearity")
})

test_that("what has no curves or no targets is an error", {
  fit <- efficiency_wells()
  plain <- cq_data(data.frame(sample = "s", target = "t", cq = 20))
  expect_error(cq_curve_efficiency(plain), "wells from `cq_fit_curves()`", fixed = TRUE, class = "ddcq_error_column")
  for (wrong in list(1, "a", NULL, list(1))) {
    expect_error(
      cq_curve_efficiency(wrong), "wells from `cq_fit_curves()`, not", fixed = TRUE, class = "ddcq_error_argument"
    )
  }
  expect_error(cq_curve_efficiency(fit, targets = "BAX"), class = "ddcq_error")
  expect_error(cq_curve_efficiency(fit, within = -1), class = "ddcq_error_argument")
  fit$target <- NA_character_
  expect_error(cq_curve_efficiency(fit), class = "ddcq_error_curve")
})

test_that("efficiencies of simulated curves say so, once", {
  e <- suppressWarnings(cq_curve_efficiency(efficiency_wells()))
  expect_identical(format(e)[1], "SIMULATED DATA")
  expect_null(attr(as.data.frame(e), "simulated"))
  curve <- format(cq_standard_curve(cq_data(anastrozole_plate, na = "nondetect"), targets = "MYC"))
  expect_identical(sum(curve == "SIMULATED DATA"), 1L)
  expect_no_match(format(cq_efficiency("MYC", 1.9)), "SIMULATED")
})
