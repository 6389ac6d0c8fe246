# Non-detects through the public door, against survival's censored regression on the same numbers: the estimate, and its
# variance with the factor n / (n - p).

censored_plate <- function(seed, n = c(6, 6), lost = 2, refs = 2) {
  with_seed(seed, {
    sample <- paste0("s", seq_len(sum(n)))
    group <- rep(c("a", "b"), n)
    genes <- c("T", paste0("R", seq_len(refs)))
    cq <- outer(rnorm(sum(n), sd = 0.4), rep(1, refs + 1)) + rep(c(37, 18:(17 + refs)), each = sum(n)) +
      rnorm(sum(n) * (refs + 1), sd = 0.4)
    cq[, 1] <- pmin(cq[, 1] + (group == "b"), 39.9)
    late <- order(-cq[, 1])[seq_len(lost)]
    wells <- data.frame(
      sample = rep(sample, refs + 1), target = rep(genes, each = sum(n)), group = rep(group, refs + 1), cq = as.vector(cq)
    )
    wells$cq[wells$target == "T" & wells$sample %in% sample[late]] <- NA
    wells
  })
}

fit_of <- function(wells, efficiency = 2, ...) {
  ddcq(cq_data(wells, na = "nondetect"), ~group, paste0("R", 1:2), "a", efficiency, ...)
}

# What the fit warned of.
capture_doubts <- function(code) {
  said <- character()
  withCallingHandlers(code, warning = function(w) {
    said <<- c(said, conditionMessage(w))
    tryInvokeRestart("muffleWarning")
  })
  c("", said)
}

test_that("estimate and variance are those of a censored regression at each sample's own limit", {
  skip_if_not_installed("survival")
  for (seed in 1:25) {
    wells <- censored_plate(seed, lost = 1 + seed %% 4)
    fit <- suppressWarnings(fit_of(wells, 1.9))
    wide <- tapply(wells$cq, list(wells$sample, wells$target), mean)[unique(wells$sample), ]
    w <- log2(1.9)
    limit <- w * ifelse(is.na(wide[, "T"]), 40, wide[, "T"]) - w * rowMeans(wide[, c("R1", "R2")])
    group <- wells$group[match(rownames(wide), wells$sample)]
    if (min(table(group[!is.na(wide[, "T"])])) == 0 || length(unique(group[!is.na(wide[, "T"])])) < 2) next
    truth <- other("survival", "survreg")(
      other("survival", "Surv")(limit, !is.na(wide[, "T"])) ~ group, dist = "gaussian",
      control = other("survival", "survreg.control")(rel.tolerance = 1e-12, maxiter = 200)
    )
    row <- fit$results
    expect_equal(row$estimate, -unname(coef(truth)[2]), tolerance = 1e-7, info = seed)
    n <- length(group)
    expect_equal(row$std.error^2, vcov(truth)[2, 2] * n / (n - 2), tolerance = 1e-5, info = seed)
    expect_identical(row$df, n - 2)
  }
})

test_that("the error of the efficiencies comes from refitting", {
  wells <- censored_plate(3)
  se <- 0.03
  eff <- function(e) cq_efficiency(c("T", "R1", "R2"), e)
  known <- fit_of(wells, cq_efficiency(c("T", "R1", "R2"), c(1.9, 1.95, 2), c(se, 0, 0), c(3, NA, NA)))
  step <- se / (1.9 * log(2))
  move <- function(s) fit_of(wells, eff(c(2^(log2(1.9) + s * step), 1.95, 2)))$results$estimate
  expect_equal(known$parts$var_efficiency[1, 1], ((move(1) - move(-1)) / 2)^2, tolerance = 1e-8)
})

test_that("a group in which nothing was found has a bound, and no number", {
  wells <- censored_plate(5)
  wells$cq[wells$group == "b" & wells$target == "T"] <- NA
  row <- fit_of(wells)$results
  expect_true(is.na(row$estimate))
  expect_match(row$note, "fold change below [0-9.]+ \\(one-sided, 95 %\\)")
  both <- wells
  both$cq[both$target == "T"] <- NA
  expect_true(is.na(fit_of(both)$results$estimate))
})

test_that("a reference that was not found makes the sample's value NA", {
  wells <- censored_plate(7, lost = 1)
  wells$cq[wells$sample == "s4" & wells$target == "R1"] <- NA
  fit <- suppressWarnings(fit_of(wells))
  expect_match(fit$results$note, "without s4 (a reference is missing)", fixed = TRUE)
  expect_identical(fit$results$n + fit$results$n_control, 11L)
})

test_that("samples with wells on both sides of the limit have the Cq that all their wells make likely", {
  wells <- censored_plate(9, lost = 0)
  three <- rbind(wells, transform(wells, cq = cq + 0.2), transform(wells, cq = cq - 0.1))
  who <- wells$sample[which.max(ifelse(wells$target == "T", wells$cq, 0))]
  at <- which(three$sample == who & three$target == "T")
  three$cq[at[2]] <- NA
  fit <- suppressWarnings(fit_of(three))
  sigma <- sqrt(fit$model$plate$ss / fit$model$plate$df)[fit$model$plate$names == "T"]
  seen <- three$cq[at[-2]]
  loss <- function(m) sum((seen - m)^2) / (2 * sigma^2) - pnorm((m - 40) / sigma, log.p = TRUE)
  truth <- optimize(loss, c(30, 45), tol = 1e-10)$minimum
  expect_equal(fit$samples$cq[fit$samples$sample == who & fit$samples$target == "T"], truth, tolerance = 1e-6)
  expect_match(fit$results$note, paste0("some wells not detected, Cq from all by likelihood: ", who))
})

test_that("emmeans refuses targets with non-detects, and means and predictions have them", {
  wells <- censored_plate(11)
  fit <- fit_of(wells)
  means <- ddcq_means(fit)
  expect_equal(diff(means$estimate), fit$results$estimate, tolerance = 1e-8)
  expect_true(all(is.finite(unlist(predict(fit)[c("pred.low", "pred.high")]))))
  expect_true(is.na(anova(fit)$p.value))
  skip_if_not_installed("emmeans")
  expect_error(emmeans::emmeans(fit, ~group), class = "ddcq_error_data")
})

test_that("a non-detect far from the rest of its group is asked about, a likely one is not", {
  early <- function(shift, lost) {
    wells <- censored_plate(7, lost = 0)
    wells$cq[wells$target == "T"] <- wells$cq[wells$target == "T"] - shift
    wells$cq[wells$target == "T" & wells$sample %in% lost] <- NA
    wells
  }
  expect_warning(fit_of(early(10, "s8")), "s8 \\(T\\)[^!]*cq_exclude")
  # near the end of the run; most of the group or all of it, which may be off
  for (wells in list(early(0, "s8"), early(10, paste0("s", 7:10)), early(10, paste0("s", 7:12)))) {
    expect_no_match(unlist(capture_doubts(fit_of(wells))), "cq_exclude", fixed = TRUE)
  }
})
