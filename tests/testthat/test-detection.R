# Limits of detection.

counts <- function(detected, tested = 20, quantity = 2^seq(-2, by = 1, length.out = length(detected))) {
  data.frame(quantity = quantity, tested = tested, detected = detected)
}

test_that("the four models are glm()'s", {
  set.seed(2)
  for (i in 1:5) {
    d <- counts(rbinom(8, 20, 1 - exp(-0.6 * 2^(-2:5))))
    if (max(d$quantity[d$detected < 20]) <= min(d$quantity[d$detected > 0])) next
    for (link in lod_models) {
      code <- match(link, lod_models) - 1L
      f <- call_entry("c_detection_fit", list(log(d$quantity), d$tested, as.double(d$detected), code, 0.95, 1.92))
      value <- f$value[if (link == "poisson") c(1, 3, 5) else c(1, 2, 3, 4, 5)]
      # glm() takes its SE from the weights of the last step but one
      expect_equal(value, twin_detection(d$quantity, d$tested, d$detected, link), tolerance = 1e-7)
      estimates <- if (link == "poisson") 1 else 1:2
      expect_equal(value[estimates], twin_detection(d$quantity, d$tested, d$detected, link)[estimates], tolerance = 1e-8)
    }
  }
})

test_that("the interval is the profile likelihood's", {
  d <- counts(c(1, 4, 9, 14, 18, 20, 20, 20))
  lod <- cq_lod(d)
  for (i in 1:4) {
    twin <- twin_lod_interval(d$quantity, d$tested, d$detected, lod_models[i], 0.95, 0.95)
    # the twin looks for the maximum of a flat top
    expect_equal(c(lod$lod[i], lod$conf.low[i], lod$conf.high[i]), twin, tolerance = 1e-6)
  }
  # at the limit the model's share is the share asked for
  expect_equal(1 - exp(-lod$rate[1] * lod$lod[1]), 0.95, tolerance = 1e-12)
  expect_equal(cq_lod(d, share = 0.5)$lod[3], cq_lod(d)$lod[3] * exp(-qlogis(0.95) / cq_lod(d)$slope[3]), tolerance = 1e-9)
})

test_that("the test of slope 1 is the difference of the two log-likelihoods", {
  d <- counts(c(0, 0, 1, 3, 12, 20, 20, 20))
  lod <- cq_lod(d)
  # glm() says that shares near 1 are near 1
  poisson <- suppressWarnings(glm(cbind(detected, tested - detected) ~ 1 + offset(log(quantity)), binomial("cloglog"), d))
  free <- suppressWarnings(glm(cbind(detected, tested - detected) ~ log(quantity), binomial("cloglog"), d))
  lr <- 2 * as.numeric(logLik(free) - logLik(poisson))
  expect_equal(lod$lr[2], lr, tolerance = 1e-6)
  expect_equal(lod$lr_p[2], pchisq(lr, 1, lower.tail = FALSE), tolerance = 1e-6)
  expect_match(lod$note[1], "slope 1 does not fit")
})

test_that("a single hit model without noise gives its own limit", {
  # shares of the model itself, in so many wells that they are whole
  q <- c(0.25, 0.5, 1, 2, 4)
  n <- 1e7
  lod <- cq_lod(data.frame(quantity = q, tested = n, detected = round(n * -expm1(-0.7 * q))))
  expect_equal(lod$rate[1], 0.7, tolerance = 1e-4)
  expect_equal(lod$lod[1], -log(0.05) / 0.7, tolerance = 1e-4)
  expect_equal(lod$slope[2], 1, tolerance = 1e-3)
})

test_that("hits and misses that part cleanly give a bracket and the exact bound", {
  lod <- cq_lod(counts(c(0, 0, 0, 8, 8, 8), 8))
  expect_true(all(is.na(lod$lod[2:4])) && is.finite(lod$lod[1]))
  expect_equal(c(lod$highest_miss[1], lod$lowest_all[1]), c(1, 2))
  expect_equal(lod$bound[1], 0.05^(1 / 8))
  expect_match(lod$note[2], "part cleanly")
  # one level between is no overlap either
  expect_true(is.na(cq_lod(counts(c(0, 0, 3, 8, 8), 8))$lod[3]))
  # 59 of 59 shows 95 %, 58 of 58 does not
  expect_gte(cq_lod(counts(c(30, 59), 59))$bound[1], 0.95)
  expect_lt(cq_lod(counts(c(30, 58), 58))$bound[1], 0.95)
})

test_that("everything or nothing detected sets one limit of the single hit model", {
  all <- cq_lod(counts(c(8, 8, 8), 8))
  expect_true(is.na(all$lod[1]) && all$conf.low[1] == 0)
  # the upper limit solves the likelihood's equation
  c_low <- -log(0.05) / all$conf.high[1]
  expect_equal(sum(8 * log(-expm1(-c_low * 2^(-2:0)))), -qchisq(0.95, 1) / 2, tolerance = 1e-8)
  none <- cq_lod(counts(c(0, 0, 0), 8))
  expect_true(is.na(none$lod[1]) && is.infinite(none$conf.high[1]))
  expect_equal(-sum(8 * -log(0.05) / none$conf.low[1] * 2^(-2:0)), -qchisq(0.95, 1) / 2, tolerance = 1e-8)
  expect_match(none$note[1], "nothing was detected")
  expect_match(cq_lod(counts(5, 8))$note[2], "one quantity only")
  expect_match(cq_lod(counts(c(6, 5, 3, 3), 8))$note[3], "falls with the quantity")
  expect_output(print(all), "Limit of detection")
})

test_that("wells, rows and counts are one", {
  d <- counts(c(2, 5, 7, 8, 8, 8), 8)
  rows <- data.frame(quantity = rep(d$quantity, each = 8), detected = unlist(lapply(d$detected, function(k) 1:8 <= k)))
  expect_equal(as.data.frame(cq_lod(rows)), as.data.frame(cq_lod(d)))
  wells <- data.frame(
    sample = paste0("S", rows$quantity), target = "MYC", task = "standard", quantity = rows$quantity,
    cq = ifelse(rows$detected, 36, NA)
  )
  lod <- cq_lod(cq_data(wells, na = "nondetect"))
  expect_equal(lod$lod, cq_lod(d)$lod)
  # what was not measured is no miss
  lost <- cq_data(rbind(wells, transform(wells[1, ], cq = NA)), na = "missing")
  expect_identical(cq_lod(lost)$n_wells[1], sum(rows$detected))
})

test_that("what cannot be counted is refused", {
  expect_error(cq_lod(), class = "ddcq_error_argument")
  expect_error(cq_lod(data.frame(quantity = 1)), class = "ddcq_error_column")
  expect_error(cq_lod(data.frame(quantity = c(0, 1), detected = TRUE)), class = "ddcq_error_argument")
  expect_error(cq_lod(data.frame(quantity = 1, detected = 9, tested = 8)), class = "ddcq_error_argument")
  expect_error(cq_lod(data.frame(quantity = 1, detected = 0.5)), class = "ddcq_error_argument")
  expect_error(cq_lod(counts(1:2), share = 95), class = "ddcq_error_argument")
  x <- cq_data(data.frame(sample = "s", target = "MYC", cq = 20))
  expect_error(cq_lod(x), class = "ddcq_error_curve")
})

test_that("the interval of the limit holds the limit as often as it says", {
  skip_on_cran()
  set.seed(20261125)
  q <- 2^(-3:4)
  truth <- log(-log(0.05) / 0.5)
  hit <- vapply(1:1000, function(i) {
    k <- as.double(rbinom(8, 12, -expm1(-0.5 * q)))
    vapply(0:1, function(link) {
      v <- call_entry("c_detection_fit", list(log(q), rep(12, 8), k, link, 0.95, qchisq(0.95, 1) / 2))$value
      v[7] <= truth && truth <= v[8]
    }, NA)
  }, logical(2))
  # 94.5 and 93.9 in 4,000; four standard errors of 1,000 are 2.9
  expect_true(all(rowMeans(hit) > 0.91 & rowMeans(hit) < 0.975))
})
