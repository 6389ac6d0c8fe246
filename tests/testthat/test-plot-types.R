drawn_fit <- function(...) {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
    efficiency = cq_standard_curve(x), ...)
}

crossed_fit <- function(control = c(A = "no", B = "no"), ...) {
  sheet <- expand.grid(rep = 1:3, A = c("no", "yes"), B = c("no", "yes"))
  sheet$sample <- paste0("s", seq_len(nrow(sheet)))
  set.seed(1)
  wells <- merge(sheet[-1], data.frame(target = c("MYC", "BAX", "GAPDH")))
  wells$cq <- 20 + stats::rnorm(nrow(wells), sd = 0.2)
  suppressWarnings(ddcq(cq_data(wells), ~ A * B, reference = "GAPDH", control = control, efficiency = 2, ...))
}

test_that("units stand in their group, and a bar at their mean", {
  fit <- drawn_fit()
  drawn <- internal("groups_data")(fit, c("MYC", "BAX"))
  units <- fit$samples[fit$samples$target %in% c("MYC", "BAX"), ]
  expect_identical(nrow(drawn$points), nrow(units))
  expect_equal(sort(drawn$points$fold), sort(units$log2_relative), tolerance = 1e-14)
  expect_true(all(abs(drawn$points$x - as.integer(drawn$points$group)) < 0.4))
  mean_myc <- mean(units$log2_relative[units$target == "MYC" & units$treatment == "anastrozole"])
  expect_equal(drawn$means$fold[drawn$means$target == "MYC" & drawn$means$group == "anastrozole"], mean_myc,
    tolerance = 1e-14)
})

test_that("pairs are the units of one block", {
  drawn <- internal("paired_data")(drawn_fit(), "MYC")
  expect_true(drawn$joined)
  expect_true(all(table(drawn$points$block) == 3))
  expect_match(drawn$caption, "Lines join one passage", fixed = TRUE)
  expect_error(internal("paired_data")(crossed_fit(), "MYC"), class = "ddcq_error_argument")
})

test_that("the lines of an interaction are the group means against the control's", {
  fit <- crossed_fit()
  drawn <- internal("interaction_data")(fit, "MYC")
  means <- ddcq_means(fit)
  means <- means[means$target == "MYC", ]
  expect_equal(drawn$rows$fold, means$estimate - means$estimate[1], tolerance = 1e-14)
  expect_identical(drawn$rows$fold[1], 0)
  # the differences are the fold changes of the fit
  expect_equal(drawn$rows$fold[-1], fit$results$estimate[fit$results$target == "MYC"], tolerance = 1e-10)
  by <- internal("interaction_data")(crossed_fit(c(A = "no"), by = "B"), "MYC")
  expect_equal(by$rows$fold, drawn$rows$fold, tolerance = 1e-10)
  expect_error(internal("interaction_data")(drawn_fit(), "MYC"), class = "ddcq_error_argument")
})

test_that("a forest has every row of the fit, with its words", {
  fit <- drawn_fit()
  drawn <- internal("forest_data")(fit, fit$spec$targets)
  expect_equal(drawn$rows$fold, fit$results$estimate, tolerance = 1e-15)
  expect_match(drawn$rows$words[1], "0.51 (0.41 to 0.63)", fixed = TRUE)
  expect_match(internal("forest_data")(ddcq_interaction(crossed_fit()), "MYC")$what, "Ratio of the combination")
})

test_that("the bars of a variance add up to it", {
  budget <- ddcq_variance(drawn_fit())
  drawn <- internal("variance_plot_data")(budget)
  sums <- tapply(drawn$bars$variance, list(as.character(drawn$bars$target), as.character(drawn$bars$contrast)), sum)
  expect_equal(as.vector(sums[cbind(budget$target, budget$contrast)]), budget$variance, tolerance = 1e-8)
})

test_that("every type can be drawn, and an unknown one is an error", {
  skip_if_not_installed("ggplot2")
  fit <- drawn_fit()
  for (type in c("fold", "samples", "paired", "forest", "volcano", "heatmap", "variance")) {
    picture <- ggplot2::autoplot(fit, type = type)
    expect_s3_class(picture, "ggplot")
    expect_silent(ggplot2::ggplot_build(picture))
  }
  expect_silent(ggplot2::ggplot_build(ggplot2::autoplot(crossed_fit(), type = "interaction")))
  expect_silent(ggplot2::ggplot_build(ggplot2::autoplot(drawn_fit(adjust = "dunnett"), type = "volcano")))
  expect_silent(ggplot2::ggplot_build(ggplot2::autoplot(ddcq_variance(fit))))
  expect_error(ggplot2::autoplot(fit, type = "bars"), class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(fit, type = "forest", targets = "MIC"), class = "ddcq_error_argument")
})

test_that("fits without an interval can be drawn, too", {
  skip_if_not_installed("ggplot2")
  x <- cq_data(anastrozole_plate, na = "nondetect")
  one <- suppressWarnings(ddcq(
    x[x$sample %in% c("veh-p21", "ana-p21"), ], ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2
  ))
  for (type in c("samples", "forest", "heatmap")) {
    expect_silent(ggplot2::ggplot_build(ggplot2::autoplot(one, type = type)))
  }
  expect_error(ggplot2::autoplot(one, type = "volcano"), class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(one, type = "variance"), class = "ddcq_error_argument")
})
