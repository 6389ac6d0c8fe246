# Four targets, five samples a group; targets of a sample share its loading.
plate <- function(n = 5) {
  d <- expand.grid(
    rep = 1:2, target = c("BAX", "BCL2", "GAPDH", "ACTB"), i = seq_len(n), treatment = c("vehicle", "drug"),
    stringsAsFactors = FALSE
  )
  d$sample <- paste0(substr(d$treatment, 1, 1), d$i)
  g <- match(d$target, c("BAX", "BCL2", "GAPDH", "ACTB"))
  drug <- d$treatment == "drug"
  d$cq <- c(25, 23, 18, 19)[g] - drug * (g == 1) + 0.8 * sin(d$i + 5 * drug) +
    0.2 * sin(g * (d$i + 2 * drug)) + 0.04 * d$rep
  d[c("sample", "target", "cq", "treatment")]
}
run <- function(d, efficiency = 2, ...) {
  ddcq(cq_data(d, na = "nondetect"), ~treatment, c("GAPDH", "ACTB"), "vehicle", efficiency, ...)
}

test_that("the ratio is formed in each sample, and is the t-test on it", {
  d <- plate()
  fit <- run(d)
  ratio <- ddcq_ratio(fit, "BAX", "BCL2")
  cell <- tapply(d$cq, list(d$sample, d$target), mean)
  y <- cell[, "BCL2"] - cell[, "BAX"]
  test <- t.test(y[paste0("d", 1:5)], y[paste0("v", 1:5)])
  r <- ratio$results
  expect_identical(r$target, "BAX/BCL2")
  expect_equal(r$estimate, unname(test$estimate[1] - test$estimate[2]), tolerance = 1e-12)
  expect_equal(r$p.value, test$p.value, tolerance = 1e-8)
  expect_equal(c(r$conf.low, r$conf.high), as.vector(test$conf.int), tolerance = 1e-8)
  expect_named(r, names(fit$results))
  expect_identical(ratio$spec$ratio, c("BAX", "BCL2"))
})

test_that("it is the difference of the two rows, with the interval of a difference of pairs", {
  fit <- run(plate())
  r <- ddcq_ratio(fit, "BAX", "BCL2")$results
  each <- fit$results$estimate[match(c("BAX", "BCL2"), fit$results$target)]
  expect_equal(r$estimate, each[1] - each[2], tolerance = 1e-12)
})

test_that("the other way round turns the sign alone", {
  fit <- run(plate())
  there <- ddcq_ratio(fit, "BAX", "BCL2")$results
  back <- ddcq_ratio(fit, "BCL2", "BAX")$results
  expect_identical(back$target, "BCL2/BAX")
  expect_equal(back$estimate, -there$estimate, tolerance = 1e-12)
  expect_equal(back$std.error, there$std.error, tolerance = 1e-12)
  expect_equal(back$conf.low, -there$conf.high, tolerance = 1e-12)
})

test_that("the references cancel: their errors and their gaps do not matter", {
  d <- plate()
  targets <- c("BAX", "BCL2", "GAPDH", "ACTB")
  e <- cq_efficiency(targets, c(1.9, 1.9, 1.8, 2), std.error = c(0.02, 0.03, 0.05, 0.05), df = 3)
  worse <- e
  worse$std.error[3:4] <- 0.2
  ratio <- function(d, e) ddcq_ratio(suppressWarnings(run(d, e)), "BAX", "BCL2")$results
  expect_equal(ratio(d, worse), ratio(d, e), tolerance = 1e-12)
  gap <- ratio(d[!(d$sample == "d2" & d$target == "ACTB"), ], e)
  expect_identical(gap$n, 5L)
  expect_equal(gap$estimate, ratio(d, e)$estimate, tolerance = 1e-12)
  expect_match(gap$note, "no reference is needed")
})

test_that("a shared efficiency enters with its difference", {
  d <- plate()
  shared <- cq_efficiency(c("BAX", "BCL2", "GAPDH", "ACTB"), 1.9, std.error = 0.05, df = 3)
  own <- cq_efficiency(c("BAX", "BCL2", "GAPDH", "ACTB"), rep(1.9, 4), std.error = 0.05, df = 3)
  a <- ddcq_ratio(run(d, shared), "BAX", "BCL2")
  b <- ddcq_ratio(run(d, own), "BAX", "BCL2")
  expect_equal(a$results$estimate, b$results$estimate, tolerance = 1e-12)
  expect_equal(nrow(a$spec$efficiency), 2)
})

test_that("a numerator that was not found is modelled, a denominator leaves no number; both name the sample", {
  for (target in c("BAX", "BCL2")) {
    d <- plate()
    d$cq[d$sample == "d3" & d$target == target] <- NA
    r <- ddcq_ratio(suppressWarnings(run(d)), "BAX", "BCL2")$results
    expect_identical(is.na(r$estimate), target == "BCL2", info = target)
    expect_match(r$note, "not detected in d3", info = target)
  }
})

test_that("with one variance a group, a third group stands", {
  d <- plate()
  d <- rbind(d, transform(d[d$treatment == "drug", ], treatment = "dose2", sample = sub("d", "e", sample)))
  d$cq[d$sample == "e3" & d$target == "BCL2"] <- NA
  fit <- suppressWarnings(run(d, variance = "welch"))
  expect_identical(is.na(ddcq_ratio(fit, "BAX", "BCL2")$results$estimate), c(FALSE, TRUE))
})

test_that("a sample without one of the two is left out of the ratio", {
  d <- plate()
  r <- ddcq_ratio(run(d[!(d$sample == "d3" & d$target == "BCL2"), ]), "BAX", "BCL2")$results
  expect_identical(c(r$n, r$n_control), c(4L, 5L))
})

test_that("a reference may stand in a ratio", {
  r <- ddcq_ratio(run(plate()), "BAX", "GAPDH")$results
  expect_identical(r$target, "BAX/GAPDH")
  expect_false(is.na(r$p.value))
})

test_that("names that look like code are names", {
  d <- transform(plate(), target = sub("BAX", "a{b}", target))
  expect_identical(ddcq_ratio(run(d), "a{b}", "BCL2")$results$target, "a{b}/BCL2")
  expect_error(ddcq_ratio(run(d), "{.val x}", "BCL2"), "{.val x}", fixed = TRUE, class = "ddcq_error_argument")
})
