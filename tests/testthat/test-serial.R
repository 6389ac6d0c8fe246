# Serial dilutions by generalised least squares, and what lies off a curve.

serial_plate <- function(points = 6, wells = 3, seed = 1, step = 0.12, well = 0.08, run = "run1") {
  set.seed(seed)
  i <- rep(seq_len(points) - 1, each = wells)
  data.frame(
    run = run, sample = paste0("S", i), target = "MYC", task = "standard", quantity = 10^(5 - i),
    cq = 18 + 3.4 * i + cumsum(c(0, rnorm(points - 1, 0, step)))[i + 1] + rnorm(length(i), 0, well)
  )
}
serial <- function(d, ...) suppressWarnings(cq_standard_curve(cq_data(d), unit = "serial", ...))
steps <- function(d) 5 - log10(d$quantity)

test_that("it is generalised least squares at the maximum of the restricted likelihood", {
  # one optimise() on log(rho) finds its place to about 1e-7, which the slope feels less
  for (seed in 1:8) {
    d <- serial_plate(seed = seed, wells = 2 + seed %% 3)
    twin <- twin_serial(log10(d$quantity), d$cq, rep(0, nrow(d)), steps(d))
    e <- serial(d)
    expect_equal(c(e$slope, e$intercept), unname(rev(twin$beta)), tolerance = 1e-6)
    expect_equal(c(e$sigma, e$sigma_step), twin$sigma * c(1, sqrt(twin$rho)), tolerance = 1e-5)
    half <- twin_serial_half(log10(d$quantity), d$cq, rep(0, nrow(d)), steps(d), e$slope, 0.95)
    expect_equal(e$slope_se * qt(0.975, e$df), half, tolerance = 1e-9)
    expect_equal(c(e$conf.low, e$conf.high), 10^(-1 / (e$slope + c(-1, 1) * half)), tolerance = 1e-9)
    expect_identical(e$df, 4)
  }
})

test_that("several runs are series of their own with one slope", {
  d <- rbind(serial_plate(5, run = "a", seed = 2), transform(serial_plate(6, run = "b", seed = 3), cq = cq + 1))
  run <- as.integer(d$run == "b")
  twin <- twin_serial(log10(d$quantity), d$cq, run, steps(d))
  e <- serial(d)
  expect_equal(e$slope, unname(twin$beta[3]), tolerance = 1e-6)
  expect_equal(attr(e, "by_run")$intercept, unname(twin$beta[1:2]), tolerance = 1e-6)
  expect_identical(e$df, 8)
  half <- twin_serial_half(log10(d$quantity), d$cq, run, steps(d), e$slope, 0.95)
  expect_equal(e$slope_se * qt(0.975, e$df), half, tolerance = 1e-9)
})

test_that("a mixed model with an effect for each step says the same", {
  lme <- other("nlme", "lme")
  d <- serial_plate(7, seed = 11)
  d$g <- factor(1)
  d$z <- outer(steps(d), 1:6, ">=") + 0
  d$x <- log10(d$quantity)
  m <- lme(
    cq ~ x, d, random = list(g = other("nlme", "pdIdent")(~ z - 1)),
    control = other("nlme", "lmeControl")(opt = "optim", reltol = 1e-14)
  )
  e <- serial(d[1:6])
  # its own optimiser stops at about 1e-5
  expect_equal(e$slope, unname(other("nlme", "fixef")(m)[2]), tolerance = 1e-6)
  expect_equal(e$sigma, m$sigma, tolerance = 1e-4)
  expect_equal(e$sigma_step, as.numeric(other("nlme", "VarCorr")(m)[1, 2]), tolerance = 1e-3)
})

test_that("without errors of the steps it is least squares on the wells, with a wider interval", {
  d <- serial_plate(6, seed = 4, step = 0)
  e <- serial(d)
  w <- suppressWarnings(cq_standard_curve(cq_data(d), unit = "well"))
  if (e$sigma_step == 0) {
    expect_equal(c(e$slope, e$intercept, e$sigma), c(w$slope, w$intercept, w$sigma), tolerance = 1e-10)
  }
  expect_gt(e$conf.high - e$conf.low, w$conf.high - w$conf.low)
})

test_that("the interval grows with the level, the unit of quantity and a shift of Cq change nothing", {
  d <- serial_plate()
  e <- serial(d)
  wide <- serial(d, level = 0.99)
  expect_gt(wide$conf.high, e$conf.high)
  expect_identical(wide$std.error, e$std.error)
  moved <- serial(transform(d, quantity = quantity * 7, cq = cq + 3))
  same <- c("slope", "slope_se", "sigma", "sigma_step", "efficiency", "conf.low", "conf.high")
  expect_equal(as.data.frame(moved)[same], as.data.frame(e)[same], tolerance = 1e-9)
  expect_equal(as.data.frame(serial(d[sample(nrow(d)), ]))[same], as.data.frame(e)[same], tolerance = 1e-11)
})

test_that("a few points, a perfect line and a rising one", {
  three <- serial(serial_plate(3, 1))
  expect_identical(three$df, 1)
  expect_true(is.finite(three$conf.low))
  two <- serial(serial_plate(2, 3))
  expect_true(is.na(two$std.error) && !is.na(two$efficiency))
  expect_match(two$note, "no degrees of freedom")
  perfect <- serial(transform(serial_plate(5), cq = 40 - 3.5 * log10(quantity)))
  expect_equal(perfect$slope, -3.5, tolerance = 1e-12)
  expect_equal(perfect$slope_se, 0)
  rising <- serial(transform(serial_plate(5), cq = 20 + 3.5 * log10(quantity)))
  expect_true(is.na(rising$efficiency))
  expect_match(rising$note, "does not fall")
  one <- serial(serial_plate(1))
  expect_match(one$note, "one dilution only")
})

test_that("standards without a target are said, and refused when there are no others", {
  # a reader leaves such wells to cq_design()
  x <- cq_data(rbind(serial_plate(5), serial_plate(5)))
  x$target[16:30] <- NA
  expect_warning(e <- cq_standard_curve(x), "15 standards without a target are left out", class = "ddcq_warning_curve")
  expect_identical(e$n_wells, 15L)
  x$target[] <- NA_character_
  expect_error(cq_standard_curve(x), "must have a target", class = "ddcq_error_curve")
  expect_error(cq_lod(x), "must have a target", class = "ddcq_error_curve")
})

test_that("series of a run have their own intercepts", {
  d <- rbind(transform(serial_plate(5, seed = 5), tube = "A"), transform(serial_plate(5, seed = 6), cq = cq + 2, tube = "B"))
  e <- suppressWarnings(cq_standard_curve(cq_data(d), unit = "well", series = "tube"))
  fit <- lm(cq ~ log10(quantity) + tube, d)
  expect_equal(e$slope, unname(coef(fit)[2]), tolerance = 1e-10)
  expect_identical(attr(e, "by_run")$run, c("run1:A", "run1:B"))
  expect_error(cq_standard_curve(cq_data(d), series = "tub"), class = "ddcq_error_column")
})

test_that("two biological series of a real plate: the slope with their intercepts", {
  skip_without_shared()
  d <- shared_data("misc/tidyqpcr_calibration_384.csv")
  e <- shared_data("misc/tidyqpcr_calibration_384.expected.csv")
  names(d)[names(d) == "Cq"] <- "cq"
  d <- d[d$prep_type == "+RT" & !is.na(d$cq) & d$quantity > 0, ]
  d$task <- "standard"
  curve <- suppressWarnings(cq_standard_curve(cq_data(d), unit = "well", series = "biol_rep"))
  e <- e[match(curve$target, e$target), ]
  expect_close(curve$slope * log10(2), e$slope_log2_with_biolrep, 1e-12)
})

test_that("the fit takes a serial curve as any other", {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  fit <- suppressWarnings(ddcq(
    x, ~treatment, reference = c("GAPDH", "ACTB"), control = "vehicle",
    efficiency = suppressWarnings(cq_standard_curve(x, unit = "serial")), ignore = "passage"
  ))
  expect_true(all(is.finite(fit$results$conf.low)))
})

test_that("residuals are those of lm(), and a well that stands out is shown, and excluded when asked", {
  d <- serial_plate(5, 3, step = 0)
  d$cq[8] <- d$cq[8] + 1.5
  x <- cq_data(d)
  expect_warning(curve <- cq_standard_curve(x, unit = "well"), "1 well standing out", class = "ddcq_warning_curve")
  r <- residuals(curve)
  fit <- lm(cq ~ log10(quantity), d)
  expect_equal(r$residual, unname(resid(fit)), tolerance = 1e-9)
  expect_equal(r$studentised, unname(rstudent(fit)), tolerance = 1e-9)
  p <- pmin(1, 15 * 2 * pt(-abs(rstudent(fit)), 12))
  expect_equal(r$p_bonferroni, unname(p), tolerance = 1e-8)
  expect_identical(which(r$outlying), 8L)
  means <- aggregate(cq ~ quantity, d, mean)
  by_point <- residuals(curve, type = "point")
  expect_equal(
    by_point$studentised[order(by_point$quantity)], unname(rstudent(lm(cq ~ log10(quantity), means))), tolerance = 1e-8
  )
  less <- suppressWarnings(cq_standard_curve(x, unit = "well", outliers = "exclude"))
  expect_equal(less$slope, unname(coef(lm(cq ~ log10(quantity), d[-8, ]))[2]), tolerance = 1e-10)
  expect_identical(less$n_wells, 14L)
  expect_identical(which(residuals(less)$excluded), 8L)
  expect_match(less$note, "excluded as standing out")
  log <- cq_log(less)
  expect_identical(log$n[log$step == "curve"], 1L)
  expect_false(any(cq_log(curve)$step %in% c("curve", "outside")))
})

test_that("levels are left out only when asked, and the note says so", {
  d <- serial_plate(6, step = 0)
  low <- d$quantity < 2
  d$cq[low] <- d$cq[low] - 0.6
  x <- cq_data(d)
  expect_match(suppressWarnings(cq_standard_curve(x))$note, "lack of fit")
  less <- suppressWarnings(cq_standard_curve(x, range = c(10, 1e5)))
  expect_identical(less$n_points, 5L)
  expect_match(less$note, "1 level outside the range asked for")
  range <- cq_linear_range(x)
  expect_identical(range$dropped_low[range$widest], 1L)
  rest <- lm(cq ~ log10(quantity), d[!low, ])
  table <- anova(rest, lm(cq ~ factor(quantity), d[!low, ]))
  expect_equal(range$lof_p[range$widest], table$`Pr(>F)`[2], tolerance = 1e-8)
  expect_identical(suppressWarnings(cq_standard_curve(x, range = range))$slope, less$slope)
  expect_error(cq_standard_curve(x, range = c(1e8, 1e9)), class = "ddcq_error_argument")
  expect_error(cq_standard_curve(x, range = 3), class = "ddcq_error_argument")
  expect_error(cq_standard_curve(x, range = range[0, ]), class = "ddcq_error_argument")
  expect_output(print(range), "widest")
})

test_that("the serial interval holds the slope as often as it says", {
  skip_on_cran()
  set.seed(20261125)
  step <- rep(0:4, each = 3)
  n <- 1000
  hit <- vapply(seq_len(n), function(i) {
    walk <- cumsum(c(0, rnorm(4, 0, 0.102)))
    cq <- 20 + 3.4 * step + walk[step + 1] + rnorm(15, 0, 0.15)
    means <- as.vector(tapply(cq, step, mean))
    f <- call_entry("c_serial_fit", list(
      -as.double(0:4), means, rep(3, 5), integer(5), 0:4, 1L, sum((cq - means[step + 1])^2), serial_grid
    ))
    part <- list(slope = f$value[2], df = f$value[6])
    abs(part$slope + 3.4) <= serial_half(f, part, 0.95)
  }, NA)
  # 95.3 in 20,000; four standard errors of 1,000 are 2.7
  expect_gt(mean(hit), 0.926)
  expect_lt(mean(hit), 0.980)
  expect_match(tryCatch(
    call_entry("c_serial_fit", list(c(2, 1, 0), c(1, 2, 3), c(1, 1, 1), integer(3), 0:2, 1L, 0, 0L)),
    error = conditionMessage
  ), "internal error")
})
