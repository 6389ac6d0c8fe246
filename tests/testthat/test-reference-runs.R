# Targets on several plates, the references on each of them. By hand: dCq of a target against the references of its run.

several_plates <- function(seed = 1) {
  with_seed(seed, {
    samples <- paste0("s", 1:8)
    one <- function(run, targets, offset) {
      d <- expand.grid(sample = samples, target = c(targets, "R1", "R2"), rep = 1:2, stringsAsFactors = FALSE)
      d$run <- run
      d$cq <- 24 + offset + rnorm(nrow(d), sd = 0.2)
      d
    }
    d <- rbind(one("p1", c("A", "B"), 0), one("p2", "C", 0.7))
    d$group <- ifelse(d$sample %in% samples[1:4], "control", "drug")
    d[c("sample", "target", "run", "cq", "group")]
  })
}

fit_plates <- function(d, ...) {
  x <- cq_data(d, run = "run", runs = "same")
  suppressWarnings(ddcq(x, ~group, c("R1", "R2"), "control", cq_efficiency(unique(d$target), 1.9), ...))
}

test_that("each target is held against the references of its own run, or of all", {
  d <- several_plates()
  w <- log2(1.9)
  cell <- tapply(d$cq, list(d$sample, paste(d$run, d$target)), mean)
  dcq <- function(target, run) w * (cell[, paste(run, target)] - (cell[, paste(run, "R1")] + cell[, paste(run, "R2")]) / 2)
  group <- d$group[match(rownames(cell), d$sample)]
  fit <- fit_plates(d, reference_runs = "same")
  for (target in c("A", "B", "C")) {
    y <- -dcq(target, if (target == "C") "p2" else "p1")
    truth <- t.test(y[group == "drug"], y[group == "control"])
    row <- fit$results[fit$results$target == target, ]
    expect_equal(row$estimate, unname(diff(rev(truth$estimate))), tolerance = 1e-10)
    expect_equal(row$std.error, truth$stderr, tolerance = 1e-10)
    mine <- fit$samples[fit$samples$target == target, ]
    expect_equal(mine$dcq, unname(-y[as.character(mine$sample)]), tolerance = 1e-12)
  }
  expect_match(format(fit, width = 200), "of each target's own run", all = FALSE)
  pooled <- fit_plates(d)
  expect_false(isTRUE(all.equal(pooled$results$estimate, fit$results$estimate)))
})

test_that("in one run both are the same, and a reference that is missing in the run leaves no value", {
  d <- several_plates()
  one <- d[d$run == "p1", ]
  expect_equal(fit_plates(one, reference_runs = "same")$results, fit_plates(one)$results, tolerance = 1e-12)
  gap <- d[!(d$run == "p2" & d$target == "R2" & d$sample == "s3"), ]
  fit <- fit_plates(gap, reference_runs = "same")
  expect_identical(fit$results$n_control, c(4L, 4L, 3L))
  expect_error(fit_plates(d, reference_runs = "own"), class = "ddcq_error_argument")
})
