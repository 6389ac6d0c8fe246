# Do 95 % intervals hold the truth 95 times in 100? A small version of bench/coverage.R: 2,000 replicates a cell with
# a fixed seed, through the entry points below the public functions. Limits are four Monte Carlo standard errors.

smoke <- function(reps = 2000, unit = "well", variance = "pooled") {
  cells <- coverage_cells()
  rows <- lapply(seq_len(nrow(cells)), function(i) {
    cell <- cells[i, ]
    with_seed(1000 + i, {
      sim <- simulate_cell(cell, reps)
      parts <- fold_parts(sim, curve_weights(sim, unit), variance)
      cbind(cell, coverage_row(parts, log2(cell$FC)), expected_bias = slope_bias(cell))
    })
  })
  do.call(rbind, rows)
}

test_that("intervals with estimated efficiencies cover, on both sides, and nothing is biased", {
  skip_on_cran()
  tab <- smoke()
  expect_equal(nrow(tab), 54)
  expect_true(all(abs(tab$cover - 95) <= 2))
  # 54 cells of 2,000: standard error 0.07
  expect_lt(abs(mean(tab$cover) - 95), 0.3)
  expect_true(all(abs(tab$above - 2.5) <= 1.4 & abs(tab$below - 2.5) <= 1.4))
  expect_true(all(abs(tab$bias - tab$expected_bias) <= 4 * tab$bias_se))
  null <- tab[tab$FC == 1, ]
  expect_true(all(abs(null$reject - 5) <= 2))
  expect_equal(null$reject, 100 - null$cover)
})

test_that("Welch is conservative with three a group, by its known amount", {
  skip_on_cran()
  cell <- data.frame(regime = "tissue", E = 2, n = 3, FC = 2)
  with_seed(2, {
    sim <- simulate_cell(cell, 20000)
    known <- matrix(c(1, 0, Inf), 3, sim$reps)
    row <- coverage_row(fold_parts(sim, list(known, known), "welch"), 1)
  })
  # 96.53 at 2e6 replicates elsewhere; the standard error here is 0.13
  expect_lt(abs(row$cover - 96.53), 0.55)
})

test_that("the batches say what the public functions say", {
  cells <- coverage_cells()
  for (i in c(1, 9, 27, 30, 54)) {
    cell <- cells[i, ]
    with_seed(i, sim <- simulate_cell(cell, 3))
    for (unit in c("well", "point")) {
      weights <- curve_weights(sim, unit)
      for (variance in c("pooled", "welch")) {
        parts <- fold_parts(sim, weights, variance)
        for (r in seq_len(sim$reps)) {
          got <- public_fit(sim, r, unit, variance)$results
          done <- finish_t(parts$estimate[r], lapply(parts, `[`, r), 0.95)
          expect_close(got$estimate, parts$estimate[r], 1e-11)
          expect_close(c(got$std.error, got$df, got$p.value), c(done$std.error, done$df, done$p.value), 1e-11)
        }
      }
    }
  }
})
