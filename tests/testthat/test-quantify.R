# Quantities read off a curve.

plate <- function(seed = 1) {
  set.seed(seed)
  standards <- data.frame(
    sample = paste0("Std", rep(1:5, each = 3)), target = "MYC", task = "standard", quantity = rep(10^(5:1), each = 3)
  )
  standards$cq <- 36 - 3.4 * log10(standards$quantity) + rnorm(15, 0, 0.1)
  unknowns <- data.frame(
    sample = rep(c("a", "b", "c"), c(3, 2, 1)), target = "MYC", task = "unknown", quantity = NA,
    cq = c(24.1, 24.3, 24.2, 30, 30.3, 17)
  )
  rbind(standards, unknowns)
}

test_that("by well it is the textbook's inverse prediction", {
  d <- plate()
  x <- cq_data(d)
  q <- cq_quantify(x, cq_standard_curve(x, unit = "well"))
  s <- d[d$task == "standard", ]
  fit <- lm(cq ~ log10(quantity), s)
  b <- coef(fit)[[2]]
  m <- c(3, 2, 1)
  y <- c(24.2, 30.15, 17)
  x0 <- (y - coef(fit)[[1]]) / b
  sxx <- sum((log10(s$quantity) - mean(log10(s$quantity)))^2)
  se <- sigma(fit) / abs(b) * sqrt(1 / m + 1 / 15 + (y - mean(s$cq))^2 / (b^2 * sxx))
  expect_equal(q$log10_quantity, x0, tolerance = 1e-10)
  expect_equal(q$std.error, se, tolerance = 1e-10)
  expect_equal(q$conf.low, 10^(x0 - qt(0.975, 13) * se), tolerance = 1e-9)
  expect_equal(q$conf.high, 10^(x0 + qt(0.975, 13) * se), tolerance = 1e-9)
  expect_identical(q$outside, c("", "", "above"))
  expect_match(q$note[3], "above the curve's range")
  expect_identical(q$method, rep("delta", 3))
})

test_that("by point a sample counts as one point, with no fewer wells than the standards have", {
  d <- plate()
  x <- cq_data(d)
  q <- cq_quantify(x, cq_standard_curve(x))
  s <- aggregate(cq ~ quantity, d[d$task == "standard", ], mean)
  fit <- lm(cq ~ log10(quantity), s)
  b <- coef(fit)[[2]]
  share <- c(1, 1.5, 3)
  y <- c(24.2, 30.15, 17)
  se <- sigma(fit) / abs(b) * sqrt(share + 1 / 5 + (y - mean(s$cq))^2 / (b^2 * 10))
  expect_equal(q$std.error, se, tolerance = 1e-10)
  expect_identical(q$df, rep(3, 3))
})

test_that("Fieller's limits where the slope is vague, as the roots of their equation", {
  set.seed(5)
  for (i in 1:20) {
    line <- c(35, -3.4, runif(1, 0, 0.3), runif(1, 0.005, 0.3), 0)
    line[5] <- -0.8 * sqrt(line[3] * line[4])
    y <- runif(1, 15, 40)
    got <- call_entry("c_inverse_predict", list(y, 0.02, matrix(line, 1), 3.18))
    if (got$status == 0L) {
      expect_equal(c(got$x, got$se, got$low, got$high), twin_inverse(y, 0.02, line, 3.18), tolerance = 1e-8)
    } else {
      expect_true(got$g >= 1 && is.infinite(got$low) && is.infinite(got$high))
    }
  }
})

test_that("a serial curve and several runs: the line of the sample's run", {
  d <- rbind(transform(plate(1), run = "p1"), transform(plate(2), run = "p2"))
  second <- d$run == "p2"
  d$cq[second] <- d$cq[second] + 1
  x <- cq_data(d, runs = "replicate")
  curve <- suppressWarnings(cq_standard_curve(x, unit = "well"))
  q <- cq_quantify(x, curve)
  s <- d[d$task == "standard", ]
  fit <- lm(cq ~ 0 + run + log10(quantity), s)
  new <- vcov(fit)
  k <- which(q$run == "p2")[1]
  x0 <- (q$cq[k] - coef(fit)[["runp2"]]) / coef(fit)[[3]]
  g <- c(0, 1, x0)
  se <- sqrt(sigma(fit)^2 / q$n_wells[k] + drop(t(g) %*% new %*% g)) / abs(coef(fit)[[3]])
  expect_equal(c(q$log10_quantity[k], q$std.error[k]), c(x0, se), tolerance = 1e-9)
  other <- cq_quantify(cq_data(transform(plate(3), run = "p9")), curve)
  expect_true(all(is.na(other$quantity)))
  expect_match(other$note[1], "no curve of this run")
  serial <- suppressWarnings(cq_standard_curve(x, unit = "serial"))
  expect_true(all(is.finite(cq_quantify(x, serial)$conf.low)))
})

test_that("the instrument's quantities of 72 wells an assay, to its printed digits", {
  skip_without_shared()
  e <- shared_data("instrument/quantstudio5_stdcurve.expected.csv")
  for (target in e$target) {
    d <- shared_data(paste0("instrument/quantstudio5_stdcurve_", target, ".csv"))
    d$task <- ifelse(is.na(d$quantity_std), "unknown", "standard")
    wells <- data.frame(
      sample = ifelse(d$task == "standard", paste0("Std", d$quantity_std), d$well), target = target, task = d$task,
      quantity = d$quantity_std, cq = d$Cq
    )
    wells <- wells[!is.na(wells$cq), ]
    x <- cq_data(wells)
    q <- cq_quantify(x, suppressWarnings(cq_standard_curve(x, unit = "well")))
    theirs <- d$inst_quantity[match(q$sample, d$well)]
    both <- !is.na(theirs)
    expect_gt(sum(both), 50)
    # its own curve is printed to three decimals: a tenth of a per cent
    expect_lt(max(abs(q$quantity[both] / theirs[both] - 1)), 2e-3)
  }
})

test_that("the relative standard curve of brain and kidney: the file, and the digits that were printed", {
  skip_without_shared()
  wells <- shared_data("livak/livak_separate_wells.csv")
  x <- cq_data(data.frame(sample = wells$sample, target = wells$target, cq = wells$Cq))
  group <- function(q) sub("_.*", "", q$sample)
  d <- shared_data("livak/livak_standard_curve.csv")
  standards <- cq_data(data.frame(
    sample = d$sample, target = d$target, task = "standard", quantity = d$quantity, cq = d$Cq
  ))
  q <- cq_quantify(x, suppressWarnings(cq_standard_curve(standards, unit = "well")))
  e <- shared_data("livak/livak_separate_wells.expected_relative_curve.csv")
  for (target in c("MYC", "GAPDH")) {
    mine <- q[q$target == target, ]
    mean <- tapply(mine$quantity, group(mine), mean)
    expect_close(mean[e$group], e[[paste0("mean_qty_", target)]], 1e-11)
  }
  # the curve of the printed means gives the printed quantities
  m <- shared_data("livak/livak_standard_curve.published_means.csv")
  standards <- cq_data(data.frame(
    sample = paste0("S", m$quantity), target = rep(c("MYC", "GAPDH"), each = 7), task = "standard",
    quantity = m$quantity, cq = c(m$MYC_mean, m$GAPDH_mean)
  ))
  q <- cq_quantify(x, suppressWarnings(cq_standard_curve(standards)))
  mean <- tapply(q$quantity, list(group(q), q$target), mean)
  expect_lt(abs(mean["brain", "MYC"] - 0.039), 6e-4)
  expect_lt(abs(mean["kidney", "MYC"] - 0.41), 6e-3)
  expect_lt(abs(mean["brain", "GAPDH"] - 0.54), 6e-3)
  expect_lt(abs(mean["kidney", "GAPDH"] - 1.02), 6e-3)
})

test_that("what is not detected, partly detected, below a limit or without a curve is a row with a note", {
  d <- plate()
  more <- data.frame(
    sample = c("d", "d", "e", "e", "f"), target = c(rep("MYC", 4), "BAX"), task = "unknown", quantity = NA,
    cq = c(NA, NA, 36.5, NA, 25)
  )
  x <- cq_data(rbind(d, more), na = "nondetect")
  curve <- suppressWarnings(cq_standard_curve(x))
  lod <- cq_lod(data.frame(quantity = c(1, 2, 4, 8), tested = 20, detected = c(8, 15, 19, 20)))
  loq <- cq_loq(x, targets = "MYC", lod = lod)
  q <- cq_quantify(x, curve, lod = lod, loq = loq)
  row <- function(s) q[q$sample == s, ]
  expect_true(is.na(row("d")$quantity) && row("d")$below_lod)
  expect_match(row("d")$note, "not detected")
  expect_match(row("e")$note, "1 of 2 wells not detected")
  expect_match(row("e")$note, "below the limit of detection")
  expect_identical(row("e")$n_detected, 1L)
  expect_match(row("f")$note, "no curve of this target")
  expect_true(is.na(row("f")$conf.low))
  expect_identical(row("a")$note, "")
  expect_false(any(q$sample %in% d$sample[d$task == "standard"]))
  expect_output(print(q), "Quantities from standard curves")
  expect_error(cq_quantify(x, cq_efficiency("MYC", 1.9)), class = "ddcq_error_argument")
  expect_error(cq_quantify(x), class = "ddcq_error_argument")
  expect_error(cq_quantify(x, curve, lod = 3), class = "ddcq_error_argument")
})

test_that("pictures of the assay are drawn", {
  skip_if_not_installed("ggplot2")
  x <- cq_data(anastrozole_plate, na = "nondetect")
  curves <- cq_standard_curve(x)
  band <- curve_bands(curves, "MYC")
  fit <- attr(curves, "fits")$MYC
  expect_equal(
    (band$high - band$low)[1] / 2,
    qt(0.975, 3) * sqrt(fit$var_intercept + 4 * fit$cov + 4 * fit$var_slope), tolerance = 1e-8
  )
  expect_silent(ggplot2::ggplotGrob(ggplot2::autoplot(curves, x)))
  expect_silent(ggplot2::ggplotGrob(ggplot2::autoplot(curves, type = "residuals")))
  lod <- cq_lod(counts <- data.frame(quantity = 2^(-1:5), tested = 8, detected = c(2, 5, 6, 8, 8, 8, 8)))
  drawn <- detection_plot_data(lod, models = "logit")
  at <- which.min(abs(drawn$curves$quantity - lod$lod[3]))
  expect_equal(drawn$curves$share[at], 0.95, tolerance = 0.01)
  expect_silent(ggplot2::ggplotGrob(ggplot2::autoplot(lod)))
  expect_error(detection_plot_data(lod, models = "weibull"), class = "ddcq_error_argument")
  expect_error(detection_plot_data(lod, targets = "MYC"), class = "ddcq_error_argument")
  # without any limit the levels are still drawn
  expect_silent(ggplot2::ggplotGrob(ggplot2::autoplot(cq_lod(data.frame(quantity = c(1, 2), tested = 4, detected = 0)))))
})
