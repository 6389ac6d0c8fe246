# The entries behind tests of terms, shares of variance and the error of single samples, against plain R. Tolerance: sums
# of a few dozen terms, and an eigen decomposition of well-conditioned matrices: 1e-10.

close_to <- function(name, twin, args, tolerance = 1e-10) {
  expect_equal(call_entry(name, args), do.call(twin, args), tolerance = tolerance, ignore_attr = TRUE, label = name)
}

test_that("a set of estimates is tested with and without the efficiencies", {
  close_to("c_joint_test", twin_joint_test, entry_arguments()$c_joint_test)
  for (seed in 1:30) {
    with_seed(seed, {
      q <- sample(5, 1)
      m <- sample(4, 1)
      a <- matrix(rnorm(q * q), q)
      close_to("c_joint_test", twin_joint_test, list(
        theta = rnorm(q), v_b = as.vector(crossprod(a) + diag(q)), df_b = runif(1, 3, 40),
        load = rnorm(m * q, sd = 0.4), load_df = runif(m, 2, 12)
      ))
    })
  }
})

test_that("without error of the efficiencies the test is the F of the term", {
  args <- entry_arguments()$c_joint
  args$weight_se <- c(0, 0)
  answer <- call_entry("c_joint", args)
  cq <- matrix(args$cq, ncol = 2)
  y <- 0.95 * cq[, 1] - cq[, 2]
  a <- factor(args$design[, 2])
  b <- factor(args$design[, 3] + 2 * args$design[, 4])
  truth <- anova(lm(y ~ a), lm(y ~ a + b))
  expect_equal(answer$f_biological, truth$F[2], tolerance = 1e-10)
  expect_equal(answer$f, truth$F[2], tolerance = 1e-10)
  expect_equal(answer$df_joint, truth$Res.Df[2], tolerance = 1e-10)
  v <- vcov(lm(y ~ a + b))[3:4, 3:4]
  expect_equal(matrix(answer$biological, 2), v, tolerance = 1e-10, ignore_attr = TRUE)
})

test_that("estimates that do not vary freely have no test", {
  singular <- call_entry("c_joint_test", list(c(1, 1), c(1, 1, 1, 1), 5, numeric(), numeric()))
  expect_true(all(is.na(unlist(singular))))
})

test_that("weights from elsewhere get their efficiency part", {
  close_to("c_efficiency_part", twin_efficiency_part, entry_arguments()$c_efficiency_part)
  args <- entry_arguments()$c_efficiency_part
  args$source <- c(1L, 1L)
  close_to("c_efficiency_part", twin_efficiency_part, args)
  args$unit <- c(0L, 0L, 1L, 1L)
  args$n_units <- 2L
  args$unit_weights <- matrix(c(-1, 1))
  close_to("c_efficiency_part", twin_efficiency_part, args)
})

test_that("the shares of the variance are those of plain R, and add up", {
  args <- entry_arguments()$c_variance_budget
  close_to("c_variance_budget", twin_variance_budget, args)
  small <- args
  small$var_biological <- matrix(0.001)
  close_to("c_variance_budget", twin_variance_budget, small)
  expect_equal(sum(unlist(call_entry("c_variance_budget", small))), 0.001, tolerance = 1e-12)
  one <- args
  one$ref <- 1L
  one$ref_weight <- 1
  close_to("c_variance_budget", twin_variance_budget, one)
  bare <- args
  bare$technical[1] <- NaN
  expect_true(is.na(call_entry("c_variance_budget", bare)$technical))
  welch <- args
  welch["design"] <- list(NULL)
  welch$group <- c(0L, 0L, 1L, 1L)
  welch$contrast <- matrix(c(-1, 1))
  welch$n_groups <- 2L
  close_to("c_variance_budget", twin_variance_budget, welch)
})

test_that("the error of a sample is that of its wells and of the efficiencies", {
  args <- entry_arguments()$c_sample_error
  close_to("c_sample_error", twin_sample_error, args)
  args$unit <- 0:3
  args$n_units <- 4L
  close_to("c_sample_error", twin_sample_error, args)
  args$cq[2] <- NA
  close_to("c_sample_error", twin_sample_error, args)
})
