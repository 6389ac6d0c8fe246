# 12 targets, 6 samples with different input.
array_wells <- function(targets = 12, samples = 6, wells = 1) {
  x <- expand.grid(well = seq_len(wells), target = paste0("T", seq_len(targets)), sample = paste0("s", seq_len(samples)))
  x$group <- ifelse(as.integer(x$sample) <= samples / 2, "a", "b")
  x$cq <- 20 + as.integer(x$target) / 2 + rnorm(samples)[as.integer(x$sample)] + rnorm(nrow(x), 0, 0.2)
  x[c("sample", "target", "group", "cq")]
}
reference_row <- function(x, name) x$cq[x$target == name][order(x$sample[x$target == name])]

test_that("the global mean is the mean over the targets that every sample has", {
  d <- with_seed(1, array_wells(14, wells = 2))
  d$cq[d$target == "T1" & d$sample == "s2"] <- NA
  d$cq[d$target == "T2" & d$sample == "s3"] <- 36
  x <- cq_normalise(cq_data(d, na = "nondetect"))
  use <- d[!d$target %in% c("T1", "T2"), ]
  cells <- aggregate(cq ~ sample + target, use, mean)
  expect_equal(reference_row(x, "global mean"), as.vector(tapply(cells$cq, cells$sample, mean)), tolerance = 1e-13)
  expect_identical(x$cq[seq_len(nrow(d))], d$cq)
  log <- cq_log(x)
  expect_match(log$detail[log$step == "normalise"], "12 of 14 targets")
  expect_false("outside" %in% log$step)
})

test_that("ddcq() on it is the fit of what is left of the mean", {
  d <- with_seed(2, array_wells())
  fit <- quietly(ddcq(cq_normalise(cq_data(d)), ~group, reference = "global mean", control = "a", efficiency = 2))
  wide <- tapply(d$cq, list(d$sample, d$target), mean)
  left <- wide - rowMeans(wide)
  truth <- t.test(-left[4:6, "T3"], -left[1:3, "T3"])
  row <- fit$results[fit$results$target == "T3", ]
  expect_equal(row$p.value, truth$p.value, tolerance = 1e-10)
  expect_equal(row$estimate, unname(truth$estimate[1] - truth$estimate[2]), tolerance = 1e-10)
  # input that differs between samples leaves nothing behind
  d$cq <- d$cq + 3 * (d$sample == "s2")
  again <- quietly(ddcq(cq_normalise(cq_data(d)), ~group, reference = "global mean", control = "a", efficiency = 2))
  expect_equal(again$results$estimate, fit$results$estimate, tolerance = 1e-10)
})

test_that("targets can be chosen", {
  d <- with_seed(3, array_wells(15))
  use <- paste0("T", 4:14)
  x <- cq_normalise(cq_data(d), targets = use)
  mine <- d[d$target %in% use, ]
  expect_equal(reference_row(x, "global mean"), as.vector(tapply(mine$cq, factor(mine$sample), mean)), tolerance = 1e-13)
  expect_error(cq_normalise(cq_data(d), targets = c(use, "T99")), "T99", class = "ddcq_error_argument")
})

test_that("quantile normalisation is limma's, also with gaps and ties", {
  d <- with_seed(4, array_wells(30))
  d$cq[d$target == "T3"] <- d$cq[d$target == "T4"]
  for (gaps in 0:1) {
    if (gaps) d$cq[c(3, 40, 41, 90)] <- NA
    truth <- other("limma", "normalizeQuantiles")(matrix(d$cq, 30))
    x <- cq_normalise(cq_data(d, na = "missing"), "quantile")
    expect_equal(matrix(x$cq[x$target != "quantiles"], 30), truth, tolerance = 1e-12)
    expect_identical(x$cq_measured[x$target != "quantiles"], d$cq)
    expect_identical(unique(as.character(x$task)), "unknown")
  }
  fit <- quietly(ddcq(x, ~group, reference = "quantiles", control = "a", efficiency = 2))
  at <- x[x$target == "T5", ]
  expect_equal(fit$results$p.value[fit$results$target == "T5"], t.test(cq ~ group, at)$p.value, tolerance = 1e-10)
})

test_that("a non-detect keeps its place at the late end and stays one", {
  d <- with_seed(5, array_wells(20))
  latest <- which(d$sample == "s1")[which.max(d$cq[d$sample == "s1"])]
  whole <- cq_normalise(cq_data(d), "quantile")
  d$cq[latest] <- NA
  x <- cq_normalise(cq_data(d, na = "nondetect"), "quantile")
  expect_identical(as.character(x$state[latest]), "nondetect")
  expect_identical(x$cq[latest], NA_real_)
  # all places but the last are as if it had been seen
  rank <- ave(d$cq, d$sample, FUN = function(v) rank(v, na.last = "keep"))
  same <- which(rank < 20)
  expect_equal(x$cq[same], whole$cq[same], tolerance = 1e-12)
  expect_match(tail(cq_log(x)$detail, 1), "1 non-detect kept")
})

test_that("controls and standards stay as they are, design columns come along", {
  d <- with_seed(6, array_wells())
  d$task <- "unknown"
  d$plate_row <- seq_len(nrow(d))
  water <- data.frame(sample = "NTC", target = "T1", group = NA, cq = 38, task = "ntc", plate_row = 99L)
  for (method in c("global_mean", "quantile")) {
    x <- cq_normalise(cq_data(rbind(d, water)), method)
    added <- x[x$target %in% c("global mean", "quantiles"), ]
    expect_identical(added$sample, paste0("s", 1:6))
    expect_identical(added$group, rep(c("a", "b"), each = 3))
    expect_identical(added$plate_row, rep(NA_integer_, 6))
    expect_identical(x$cq[x$sample == "NTC"], 38)
  }
})

test_that("a sample may lie on two cards", {
  d <- with_seed(8, array_wells(20))
  whole <- cq_normalise(cq_data(d))
  d$card <- ifelse(d$target %in% paste0("T", 1:10), "A", "B")
  cards <- cq_normalise(cq_data(d, run = "card"))
  expect_identical(reference_row(cards, "global mean"), reference_row(whole, "global mean"))
  fit <- quietly(ddcq(cards, ~group, reference = "global mean", control = "a", efficiency = 2))
  expect_false(anyNA(fit$results$p.value))
})

test_that("what cannot be normalised is refused", {
  d <- with_seed(7, array_wells())
  few <- cq_data(d[d$target %in% paste0("T", 1:9), ])
  expect_error(cq_normalise(few), "Of 9 targets", class = "ddcq_error_data")
  expect_error(cq_normalise(few, "quantile"), class = "ddcq_error_data")
  expect_error(cq_normalise(cq_data(d), cq_max = 21), class = "ddcq_error_data")
  expect_error(cq_normalise(cq_normalise(cq_data(d))), class = "ddcq_error_data")
  expect_error(cq_normalise(cq_data(d), "loess"), class = "ddcq_error_argument")
  expect_error(cq_normalise(cq_data(transform(d, task = "ntc"))), class = "ddcq_error_data")
})
