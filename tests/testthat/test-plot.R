# Pictures are tested by what they would draw: the builder's tables and the layers' data, not pixels.

toy_wells <- function(n = 3, targets = c("MYC", "BAX"), groups = c("vehicle", "drug"), seed = 1) {
  set.seed(seed)
  samples <- paste0(rep(groups, each = n), "_", rep(seq_len(n), length(groups)))
  wells <- expand.grid(sample = samples, target = c(targets, "GAPDH"), stringsAsFactors = FALSE)
  wells$cq <- 25 + round(stats::rnorm(nrow(wells), sd = 0.3), 3)
  wells$treatment <- sub("_.*", "", wells$sample)
  wells$subject <- paste0("s", sub(".*_", "", wells$sample))
  wells
}

toy_fit <- function(wells = toy_wells(), formula = ~treatment, control = "vehicle", ..., na = "nondetect",
                    ignore = setdiff("subject", all.vars(formula))) {
  suppressWarnings(ddcq(
    cq_data(wells, na = na), formula, reference = "GAPDH", control = control, efficiency = 2, ignore = ignore, ...
  ))
}

test_that("every unit is a dot, at its fold of the control's mean", {
  fit <- toy_fit()
  drawn <- plot_data(fit)
  wanted <- fit$samples[fit$samples$target != "GAPDH", ]
  expect_identical(drawn$points$unit, as.character(wanted$sample))
  expect_identical(drawn$points$fold, wanted$log2_relative)
  expect_identical(levels(drawn$points$group), c("vehicle", "drug"))
  vehicle <- drawn$points$group == "vehicle"
  means <- tapply(drawn$points$fold[vehicle], drawn$points$target[vehicle], mean)
  expect_lt(max(abs(means)), 1e-12)
})

test_that("the estimates and their lines are those of the results", {
  fit <- toy_fit()
  drawn <- plot_data(fit)
  expect_identical(drawn$estimates$fold, fit$results$estimate)
  expect_identical(drawn$estimates$low, fit$results$conf.low)
  expect_identical(drawn$estimates$high, fit$results$conf.high)
  # in the row of the group that is compared, not in the control's
  expect_true(all(drawn$estimates$y < 1.5))
  expect_identical(drawn$rows$label, c("vehicle", "drug"))
})

test_that("contrasts that are not against the control have rows of their own", {
  fit <- toy_fit(toy_wells(groups = c("vehicle", "A", "B")), contrasts = "pairwise")
  drawn <- plot_data(fit)
  expect_identical(drawn$rows$label, c("vehicle", "A", "B", "B vs A"))
  own <- drawn$estimates$contrast == "B vs A"
  expect_identical(unique(drawn$estimates$y[own]), 1)
  expect_false(anyNA(drawn$estimates$y))
  averaged <- list("drugs" = c(A = 0.5, B = 0.5, vehicle = -1), "B" = c(B = 1, vehicle = -1))
  drawn <- plot_data(toy_fit(toy_wells(groups = c("vehicle", "A", "B")), contrasts = averaged))
  expect_identical(drawn$rows$label, c("vehicle", "A", "B", "drugs"))
  expect_identical(sort(unique(drawn$estimates$y)), c(1, 1.78))
})

test_that("rows without an interval or an estimate are drawn as far as they go, and named", {
  single <- toy_fit(toy_wells(n = 1))
  drawn <- plot_data(single)
  expect_match(drawn$caption, "Bar without a line: no interval (MYC, BAX).", fixed = TRUE)
  wells <- toy_wells()
  wells$cq[wells$target == "MYC" & wells$sample == "drug_2"] <- NA
  drawn <- plot_data(toy_fit(wells))
  expect_false(grepl("No estimate", drawn$caption))
  expect_match(drawn$caption, "Not drawn: drug_2 (MYC, not detected).", fixed = TRUE)
  expect_identical(nrow(drawn$points), 11L)
  three <- toy_wells(groups = c("vehicle", "A", "B"))
  three$cq[three$target == "MYC" & three$treatment == "A"] <- NA
  drawn <- plot_data(toy_fit(three, variance = "welch"))
  expect_match(drawn$caption, "No estimate: MYC, A vs vehicle.", fixed = TRUE)
  skip_if_not_installed("ggplot2")
  built <- ggplot2::ggplot_build(ggplot2::autoplot(toy_fit(wells)))
  # layers: line at 1, intervals, estimates, dots
  expect_identical(vapply(built$data, nrow, 1L), c(2L, 2L, 2L, 11L))
  expect_silent(ggplot2::ggplotGrob(ggplot2::autoplot(single)))
  # a target that nothing was found of keeps its panel
  wells$cq[wells$target == "MYC"] <- NA
  expect_silent(built <- ggplot2::ggplot_build(ggplot2::autoplot(toy_fit(wells, targets = "MYC"))))
  expect_identical(as.character(built$layout$layout$target), "MYC")
})

test_that("the caption says level, variance, n and simulation", {
  fit <- toy_fit(level = 0.9)
  said <- "90 % interval (Welch, not adjusted for the number of rows), n = 3 a side"
  expect_match(plot_data(fit)$caption, said, fixed = TRUE)
  expect_no_match(plot_data(fit)$caption, "SIMULATED")
  wells <- toy_wells()
  wells$run <- "simulated"
  paired <- toy_fit(wells, ~ treatment + subject)
  expect_match(plot_data(paired)$caption, "^SIMULATED DATA[.] ")
  expect_match(plot_data(paired)$caption, "pooled variance")
  expect_match(plot_data(paired)$caption, "thin lines join one subject")
  expect_true(plot_data(paired)$joined)
})

test_that("the frame holds everything but runaway intervals, which the caption names", {
  fit <- toy_fit()
  frame <- plot_data(fit)$frame
  expect_lte(frame[1], -1)
  expect_gte(frame[2], 1)
  # two units a group: the t quantile may be huge
  wide <- toy_fit(toy_wells(n = 2, seed = 4))
  wide$results$conf.low[1] <- -500
  wide$results$conf.high[1] <- 500
  drawn <- plot_data(wide)
  expect_true(all(is.finite(drawn$frame)))
  expect_lt(diff(drawn$frame), 50)
  expect_match(drawn$caption, "cut")
})

test_that("the axis has folds to read", {
  expect_identical(fold_break_labels(c(-2, -1, 0, 1, 3)), c("1/4", "1/2", "1", "2", "8"))
  expect_identical(fold_break_labels(c(log2(2 / 3), log2(1.5), 14, -40)), c("1/1.5", "1.5", "16384", "1/2^40"))
  for (limits in list(c(-1, 1), c(-3.2, 1), c(-1, 9), c(-40, 3), c(-200, 200))) {
    breaks <- fold_breaks(limits)
    expect_true(0 %in% breaks)
    expect_true(length(breaks) >= 3 && length(breaks) <= 9)
    expect_true(all(breaks >= limits[1] - 1e-9 & breaks <= limits[2] + 1e-9))
  }
})

test_that("names are drawn as they are, and targets can be picked", {
  wells <- toy_wells(targets = c("a{b}", "<b>", "c & `d`", "alpha[2]"))
  fit <- toy_fit(wells)
  drawn <- plot_data(fit, c("<b>", "a{b}"))
  expect_identical(levels(drawn$points$target), c("<b>", "a{b}"))
  expect_error(plot_data(fit, "b"), class = "ddcq_error_argument")
  skip_if_not_installed("ggplot2")
  picture <- ggplot2::autoplot(fit)
  expect_identical(levels(ggplot2::ggplot_build(picture)$layout$layout$target), c("a{b}", "<b>", "c & `d`", "alpha[2]"))
})

test_that("groups differ in shape and fill, however many", {
  expect_identical(anyDuplicated(group_fills(8)), 0L)
  for (n in c(1:9, 40)) expect_length(group_fills(n), n)
  expect_length(group_shapes(12), 12)
  both <- paste(group_fills(40), group_shapes(40))
  expect_identical(anyDuplicated(both), 0L)
  expect_identical(panel_columns(1), 1)
  expect_identical(panel_columns(20), 4)
})

test_that("plot() prints and returns the picture; a ratio is drawn too", {
  skip_if_not_installed("ggplot2")
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  fit <- toy_fit(unit = "subject2", toy_wells() |> transform(subject2 = paste(treatment, subject)))
  shown <- withVisible(plot(fit, base_size = 7))
  expect_s3_class(shown$value, "ggplot")
  expect_false(shown$visible)
  ratio <- plot_data(ddcq_ratio(toy_fit(), "BAX", "MYC"))
  expect_identical(levels(ratio$points$target), "BAX/MYC")
  expect_identical(nrow(ratio$points), 6L)
  expect_error(plot(toy_fit(), colour = "red"), class = "ddcq_error_argument")
})

test_that("a standard curve shows its wells and its own line", {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  curves <- cq_standard_curve(x)
  drawn <- curve_plot_data(curves, x, targets = c("MYC", "GAPDH"))
  expect_identical(nrow(drawn$points), 30L)
  myc <- drawn$lines[drawn$lines$target == "MYC", ]
  expect_equal((myc$yend - myc$y) / (myc$xend - myc$x), curves$slope[curves$target == "MYC"], tolerance = 1e-12)
  line <- lm(cq ~ log10_quantity, drawn$points[drawn$points$target == "MYC", ])
  expect_equal(myc$y, unname(predict(line, data.frame(log10_quantity = myc$x))), tolerance = 1e-8)
  expect_match(drawn$caption, "SIMULATED DATA. Dots: wells of the dilution series.", fixed = TRUE)
  expect_match(drawn$labels[["MYC"]], "MYC\nE 1.", fixed = TRUE)
  expect_error(plot(curves), class = "ddcq_error_argument")
  expect_error(curve_plot_data(curves, x, targets = "MYCN"), class = "ddcq_error_argument")
  expect_identical(power_labels(c(-2, 0, 3, 6)), c("0.01", "1", "1000", "1e6"))
  skip_if_not_installed("ggplot2")
  expect_silent(ggplot2::ggplotGrob(ggplot2::autoplot(curves, x)))
})
