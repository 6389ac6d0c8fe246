verdict <- function(targets = NULL) {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  panel_verdict(ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
                     efficiency = cq_standard_curve(x), targets = targets))
}

test_that("the picture holds every row of the verdict at its gene", {
  v <- verdict()
  drawn <- internal("panel_plot_data")(v)
  expect_identical(nrow(drawn$lines), nrow(v))
  expect_equal(drawn$lines$fold, log2(v$fold_change), tolerance = 1e-14)
  expect_identical(as.character(drawn$lines$verdict), v$verdict)
  expect_identical(drawn$genes$target, c("CCND1", "MYC", "BCL2", "BAX", "BAX/BCL2", "FASN"))
  # places keep the order and the distances of the log folds
  at <- drawn$lines$x
  expect_equal(unname(stats::coef(stats::lm(at ~ drawn$lines$fold))[2]), 2.5 / diff(drawn$frame$limits),
    tolerance = 1e-10)
  expect_true(all(drawn$lines$low < drawn$lines$x & drawn$lines$x < drawn$lines$high))
  expect_match(drawn$caption, "^SIMULATED DATA")
  expect_identical(drawn$links$kind[match(c("MYC", "BCL2", "BAX"), drawn$links$target)],
                   c("drives gene", "gene blocks", "gene drives"))
  # no two lines of words on top of each other
  expect_gt(min(diff(sort(drawn$lines$y))), 0.25)
})

test_that("what was not measured keeps its place, and contrasts can be chosen", {
  v <- verdict(c("MYC", "BAX"))
  drawn <- internal("panel_plot_data")(v, "anastrozole vs vehicle")
  expect_identical(drawn$genes$measured[match(c("MYC", "CCND1"), drawn$genes$target)], c(TRUE, FALSE))
  expect_identical(nrow(drawn$lines), 2L)
  expect_match(drawn$caption, "Not drawn: anastrozole + fulvestrant vs vehicle", fixed = TRUE)
  expect_error(internal("panel_plot_data")(v, "other"), class = "ddcq_error_argument")
})

test_that("other panels and rows without numbers can be drawn", {
  skip_if_not_installed("ggplot2")
  x <- cq_data(anastrozole_plate, na = "nondetect")
  fit <- suppressWarnings(ddcq(
    x[x$sample %in% c("veh-p21", "ana-p21"), ], ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2
  ))
  panel <- data.frame(target = c("MYC", "FASN", "TP53"), aliases = "", expected = c("down", NA, "up"),
    evidence = "mRNA",
                      pathway = c("growth of all that grows and more", "lipids", "repair"))
  v <- panel_verdict(fit, panel)
  picture <- ggplot2::autoplot(v)
  expect_s3_class(picture, "ggplot")
  expect_silent(ggplot2::ggplot_build(picture))
  drawn <- internal("panel_plot_data")(v)
  expect_match(drawn$lines$words, "no interval", all = TRUE)
  expect_silent(ggplot2::ggplot_build(ggplot2::autoplot(verdict())))
})
