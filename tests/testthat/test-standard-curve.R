# Wells of a dilution series: `points` dilutions by 10, `wells` of each.
series <- function(target = "MYC", slope = -3.4, points = 5, wells = 3, top = 20, run = NULL, step = 10) {
  i <- rep(seq_len(points), each = wells)
  d <- data.frame(
    sample = paste0("S", i), target = target, task = "standard", quantity = step^-(i - 1),
    cq = top - slope * (i - 1) * log10(step) + 0.03 * cos(seq_along(i))
  )
  if (!is.null(run)) d$run <- run
  d
}
curve <- function(data, ...) suppressWarnings(cq_standard_curve(cq_data(data), ...))

test_that("by well it is lm() over the wells", {
  d <- series()
  fit <- summary(lm(cq ~ log10(quantity), d))
  e <- curve(d, unit = "well")
  expect_equal(e$slope, fit$coefficients[2, 1], tolerance = 1e-10)
  expect_equal(e$slope_se, fit$coefficients[2, 2], tolerance = 1e-10)
  expect_equal(e$intercept, fit$coefficients[1, 1], tolerance = 1e-10)
  expect_equal(e$r.squared, fit$r.squared, tolerance = 1e-10)
  expect_equal(e$sigma, fit$sigma, tolerance = 1e-10)
  expect_identical(e$df, 13)
  expect_equal(e$efficiency, 10^(-1 / e$slope), tolerance = 1e-12)
  expect_equal(e$std.error, e$efficiency * log(10) / e$slope^2 * e$slope_se, tolerance = 1e-10)
  half <- qt(0.975, 13) * e$slope_se
  expect_equal(c(e$conf.low, e$conf.high), 10^(-1 / (e$slope + c(-1, 1) * half)), tolerance = 1e-10)
})

test_that("by point the means of the dilutions are the unit, R squared stays over wells", {
  d <- series()
  means <- aggregate(cq ~ quantity, d, mean)
  fit <- summary(lm(cq ~ log10(quantity), means))
  e <- curve(d)
  expect_equal(e$slope, fit$coefficients[2, 1], tolerance = 1e-10)
  expect_equal(e$slope_se, fit$coefficients[2, 2], tolerance = 1e-10)
  expect_identical(e$df, 3)
  expect_equal(e$r.squared, summary(lm(cq ~ log10(quantity), d))$r.squared, tolerance = 1e-10)
  expect_identical(e$source, "standard curve (by point)")
})

test_that("lack of fit is the F test against the replicates", {
  d <- series()
  d$cq <- d$cq + 0.2 * (d$quantity < 0.005)
  table <- anova(lm(cq ~ log10(quantity), d), lm(cq ~ factor(quantity), d))
  e <- curve(d)
  expect_equal(e$lof_f, table$F[2], tolerance = 1e-9)
  expect_equal(e$lof_p, table$`Pr(>F)`[2], tolerance = 1e-8)
  expect_identical(c(e$lof_df1, e$lof_df2), c(3, 10))
  expect_match(e$note, "lack of fit")
})

test_that("with several runs each has its intercept, all have one slope", {
  d <- rbind(series(run = "p1"), transform(series(run = "p2"), cq = rev(rev(cq)) + 0.8))
  e <- curve(d, unit = "well")
  fit <- lm(cq ~ log10(quantity) + run, d)
  expect_equal(e$slope, unname(coef(fit)[2]), tolerance = 1e-10)
  expect_identical(c(e$n_runs, e$n_points, e$n_wells), c(2L, 10L, 30L))
  expect_identical(e$intercept, NA_real_)
  by_run <- attr(e, "by_run")
  expect_identical(by_run$run, c("p1", "p2"))
  expect_equal(diff(by_run$intercept), unname(coef(fit)[3]), tolerance = 1e-9)
})

test_that("several targets do not touch each other, order does not matter", {
  d <- rbind(series("MYC", -3.4), series("GAPDH", -3.2, top = 15))
  both <- curve(d)
  columns <- setdiff(names(both), "target")
  expect_identical(both$target, c("MYC", "GAPDH"))
  expect_equal(as.data.frame(both)[2, columns], as.data.frame(curve(d[d$target == "GAPDH", ]))[, columns],
               tolerance = 1e-12, ignore_attr = TRUE)
  mixed <- curve(d[order(d$cq), ])
  expect_equal(as.data.frame(mixed)[match(both$target, mixed$target), columns], as.data.frame(both)[columns],
               tolerance = 1e-12, ignore_attr = TRUE)
  expect_identical(curve(d, targets = "GAPDH")$target, "GAPDH")
})

test_that("the unit of the quantity does not matter to the efficiency", {
  d <- series()
  expect_equal(curve(transform(d, quantity = 1e6 * quantity))$efficiency, curve(d)$efficiency, tolerance = 1e-10)
})

test_that("standards that the plate calls unknowns are named by sample", {
  d <- series()
  names <- stats::setNames(unique(d$quantity), unique(d$sample))
  e <- suppressWarnings(cq_standard_curve(cq_data(d[c("sample", "target", "cq")]), quantity = names))
  expect_equal(e$efficiency, curve(d)$efficiency, tolerance = 1e-12)
})

test_that("excluded wells and wells without a Cq do not count", {
  d <- series()
  d$cq[15] <- NA
  x <- cq_exclude(cq_data(d, na = "nondetect"), cq > 33.5 & sample == "S5", "late")
  used <- suppressWarnings(cq_standard_curve(x))
  expect_identical(used$n_wells, sum(x$state == "quantified"))
})

test_that("all is well without a word", {
  expect_no_warning(cq_standard_curve(cq_data(series(slope = -3.35, points = 6))))
  expect_identical(cq_standard_curve(cq_data(series(slope = -3.35, points = 6)))$note, "")
})

test_that("one warning lists what to look at", {
  d <- rbind(series("steep", -3.6), series("flat", 3.4), series("short", points = 3), series("one", points = 1))
  w <- expect_warning(cq_standard_curve(cq_data(d)), class = "ddcq_warning_curve")
  text <- conditionMessage(w)
  found <- c(
    "flat: the line does not fall", "short: 3 points; 2 decades; 1 degree of freedom", "one: one dilution only"
  )
  for (pattern in found) expect_match(text, pattern, fixed = TRUE)
  expect_no_match(text, "steep")
})

test_that("a curve that says nothing gives NA and a note, and its row in the fit too", {
  level <- transform(series("level"), cq = 25)
  e <- curve(rbind(series("up", 3.4), level, series("one", points = 1), series("two", points = 2)))
  expect_identical(is.na(e$efficiency), c(TRUE, TRUE, TRUE, FALSE))
  expect_true(all(is.na(e$conf.low[1:3])))
  expect_true(is.na(e$std.error[4]))
  expect_match(e$note[4], "no degrees of freedom")
})

test_that("an efficiency outside 1.8 to 2.1 is told, never refused", {
  w <- expect_warning(e <- cq_standard_curve(cq_data(series(slope = -4.2))), class = "ddcq_warning_curve")
  expect_lt(e$efficiency, 1.8)
  expect_match(conditionMessage(w), "outside 1.8 to 2.1", fixed = TRUE)
})

test_that("the bundled plate gives the efficiencies that were put in", {
  truth <- utils::read.csv(system.file("extdata", "anastrozole_truth.csv", package = "ddcq"))
  e <- cq_standard_curve(cq_data(anastrozole_plate, na = "nondetect"))
  expect_true(all(abs(e$efficiency - truth$efficiency[match(e$target, truth$target)]) < 4 * e$std.error))
})
