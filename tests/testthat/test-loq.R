# Limits of quantification.

test_that("the CV of a level and its interval are those of its SD", {
  set.seed(4)
  d <- data.frame(quantity = rep(c(2, 10, 100, 1000), each = 12))
  d$cq <- 38 - 3.32 * log10(d$quantity) + rnorm(48, 0, rep(c(1.2, 0.6, 0.2, 0.1), each = 12))
  loq <- cq_loq(d, efficiency = 1.95)
  l <- attr(loq, "levels")
  s <- as.vector(tapply(d$cq, d$quantity, sd))
  expect_equal(l$sd, s, tolerance = 1e-12)
  cv <- function(s) sqrt(exp((s * log(1.95))^2) - 1)
  expect_equal(l$cv, cv(s), tolerance = 1e-12)
  expect_equal(l$cv_low, cv(s * sqrt(11 / qchisq(0.975, 11))), tolerance = 1e-12)
  expect_equal(l$cv_high, cv(s * sqrt(11 / qchisq(0.025, 11))), tolerance = 1e-12)
  lowest <- function(v) min(l$quantity[rev(cumprod(rev(v <= 0.35))) == 1])
  expect_identical(c(loq$loq, loq$conf.low, loq$conf.high), c(lowest(l$cv), lowest(l$cv_low), lowest(l$cv_high)))
  expect_output(print(loq), "Limit of quantification")
})

test_that("the limit of quantification is never below that of detection, and one bad level above stops it", {
  lod <- cq_lod(data.frame(quantity = 2^(-2:5), tested = 20, detected = c(1, 4, 9, 14, 18, 20, 20, 20)))
  d <- data.frame(quantity = rep(2^(-1:5), each = 4), cq = rep(37:31, each = 4) + c(-0.1, 0.1, 0.05, -0.05))
  loq <- cq_loq(d, efficiency = 2, lod = lod)
  expect_identical(loq$loq, lod$lod[1])
  expect_match(loq$note, "limit of detection")
  d$cq[d$quantity == 8] <- c(30, 32, 34, 36)
  expect_identical(cq_loq(d, efficiency = 2)$loq, 16)
  expect_match(cq_loq(d[d$quantity <= 8, ], efficiency = 2)$note, "above 35 %")
  expect_error(cq_loq(d), class = "ddcq_error_argument")
  expect_error(cq_loq(d, efficiency = 2, lod = 3), class = "ddcq_error_argument")
  # two runs: the SD within them
  x <- data.frame(
    run = rep(c("a", "b"), each = 3), sample = "S1", target = "MYC", task = "standard", quantity = 10,
    cq = c(20, 20.1, 20.2, 22, 22.1, 22.2)
  )
  l <- attr(cq_loq(cq_data(x), efficiency = 2), "levels")
  expect_equal(c(l$sd, l$df), c(0.1, 4), tolerance = 1e-12)
})

test_that("the curve of SDs is a weighted line, and the limit where it crosses", {
  set.seed(6)
  d <- data.frame(quantity = rep(c(1, 4, 16, 64, 256), each = 10))
  d$cq <- 38 - 3.32 * log10(d$quantity) + rnorm(50, 0, 0.9 * d$quantity^-0.35)
  s <- as.vector(tapply(d$cq, d$quantity, sd))
  x <- log10(c(1, 4, 16, 64, 256))
  y <- log(s) - (digamma(4.5) - log(4.5)) / 2
  line <- lm(y ~ x)
  chi <- sum(resid(line)^2) * 4 / trigamma(4.5)
  f <- call_entry("c_sd_curve", list(x, s, rep(9, 5)))
  expect_equal(f$value[c(1, 2, 6, 7)], c(unname(coef(line)), chi, 3), tolerance = 1e-10)
  unscaled <- summary(line)$cov.unscaled * trigamma(4.5) / 4 * max(1, chi / 3)
  expect_equal(f$value[3:5], c(unscaled[1, 1], unscaled[2, 2], unscaled[1, 2]), tolerance = 1e-10)
  loq <- cq_loq(d, efficiency = 2, method = "curve")
  sd_at <- sqrt(log(1 + 0.35^2)) / log(2)
  expect_equal(loq$loq, 10^((log(sd_at) - coef(line)[[1]]) / coef(line)[[2]]), tolerance = 1e-10)
  expect_equal(loq$cv, 0.35, tolerance = 1e-10)
  expect_true(loq$conf.low < loq$loq && loq$loq < loq$conf.high)
  expect_output(print(loq), "crosses that CV")
  expect_identical(cq_loq(d[d$quantity < 10, ], efficiency = 2, method = "curve")$note, "a line takes three levels with an SD")
  rising <- transform(d, cq = cq[rev(seq_len(50))])
  expect_match(cq_loq(rising, efficiency = 2, method = "curve")$note, "does not fall")
})

test_that("the crossing lies within its interval as often as it says", {
  skip_on_cran()
  set.seed(8)
  q <- rep(c(1, 4, 16, 64, 256, 1024), each = 8)
  truth <- (log(0.9) - log(sqrt(log(1 + 0.35^2)) / log(2))) / 0.35
  hit <- vapply(1:400, function(i) {
    loq <- cq_loq(data.frame(quantity = q, cq = 38 + rnorm(48, 0, 0.9 * q^-0.35)), efficiency = 2, method = "curve")
    log(loq$conf.low) <= truth && truth <= log(loq$conf.high)
  }, NA)
  # four standard errors of 400 are 4.4
  expect_gt(mean(hit), 0.90)
})

test_that("a data frame with non-detects has its own limit of detection", {
  d <- data.frame(quantity = rep(2^(0:4), each = 4), cq = rep(36:32, each = 4) + c(-0.1, 0.1, 0.05, -0.05))
  d$cq[c(1, 2, 5)] <- NA
  loq <- cq_loq(d, efficiency = 2)
  expect_equal(loq$lod, cq_lod(data.frame(quantity = d$quantity, detected = !is.na(d$cq)))$lod[1])
  expect_gte(loq$loq, loq$lod)
})
