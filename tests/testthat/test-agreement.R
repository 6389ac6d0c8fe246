# t.test(), lm() and p.adjust() on random designs, to 1e-12 relative, and where efficiencies have errors the formulas
# written out in plain R. With DDCQ_DESIGNS more of them are drawn.

for (kind in names(agreement_kinds)) {
  test_that(paste("fits agree with plain R:", kind), {
    for (seed in seq_len(n_designs())) {
      expect_agreement(agreement(seed, kind), paste(kind, "design", seed))
    }
  })
}

test_that("adjusted p-values are those of p.adjust() over the rows that have one", {
  for (seed in seq_len(n_designs())) {
    d <- random_design(seed, groups = 2:5)
    for (adjust in c("holm", "BH", "bonferroni", "none")) {
      r <- fit_design(d, adjust = adjust)$results
      expect_identical(r$adj.p.value, stats::p.adjust(r$p.value, adjust))
    }
  }
})

test_that("simultaneous limits of Holm and Bonferroni are those at the level 1 - alpha / m", {
  for (seed in seq_len(n_designs(10))) {
    d <- random_design(seed, groups = 2:5, se = FALSE)
    r <- fit_design(d, adjust = "bonferroni")$results
    m <- sum(!is.na(r$p.value))
    half <- stats::qt(1 - 0.05 / m / 2, r$df) * r$std.error
    expect_close(r$adj.conf.high - r$estimate, half, 1e-10)
    expect_true(all(is.na(fit_design(d, adjust = "BH")$results$adj.conf.low)))
  }
})

test_that("tails far out keep their digits", {
  # two groups of three whose difference is 1e3 and more SEs
  for (shift in c(1e-8, 1, 5, 10)) {
    y <- 20 + c(0, 1, -1, 0, 1, -1) * 2^-12 + rep(c(0, shift), each = 3)
    wells <- data.frame(
      sample = rep(paste0("s", 1:6), 2), target = rep(c("T", "R"), each = 6), cq = c(y, rep(20, 6)),
      group = rep(rep(c("a", "b"), each = 3), 2)
    )
    fit <- quietly(ddcq(cq_data(wells), ~group, reference = "R", control = "a", efficiency = 2))
    truth <- stats::t.test(y[1:3], y[4:6])
    expect_close(fit$results$estimate, unname(truth$estimate[1] - truth$estimate[2]))
    expect_close(fit$results$p.value, truth$p.value, 1e-10)
  }
})

test_that("a unit of several samples counts once: the tests are those of its means", {
  for (seed in seq_len(n_designs())) {
    d <- random_design(seed, groups = 2)
    # two or three samples of a group make a mouse
    sheet <- unique(d$wells[c("sample", "group")])
    sheet <- sheet[order(sheet$group, sheet$sample), ]
    nth <- stats::ave(seq_len(nrow(sheet)), sheet$group, FUN = seq_along)
    mouse <- paste0(sheet$group, "m", ceiling(nth / (2 + seed %% 2)))
    d$wells$mouse <- mouse[match(d$wells$sample, sheet$sample)]
    for (variance in c("welch", "pooled")) {
      r <- fit_design(d, variance = variance, unit = "mouse")$results
      truth <- lapply(d$targets, function(target) {
        s <- plain_samples(d, target)
        s$mouse <- mouse[match(s$sample, sheet$sample)]
        # the means of the units stand in for samples, their Cq too
        genes <- c(target, d$reference)
        u <- stats::aggregate(s[c("y", genes)], s[c("mouse", "group")], mean)
        n <- table(u$group)
        if (any(n == 0) || sum(n) < 3 || (variance == "welch" && any(n < 2))) {
          return(no_truth())
        }
        row <- plain_row(d, target, c(-1, 1), variance == "welch", s = u)
        cbind(row, statistic = row$estimate / row$std.error)[compared]
      })
      truth <- do.call(rbind, truth)[match(r$target, d$targets), ]
      r[is.na(r$p.value), compared] <- NA
      expect_agreement(differences(r, truth), paste("units,", variance, "design", seed))
    }
  }
})

test_that("groups without variation, or of one sample, are what t.test() makes of them", {
  wells <- function(target) {
    n <- length(target)
    data.frame(
      sample = rep(paste0("s", seq_len(n)), 2), target = rep(c("T", "R"), each = n), cq = c(target, rep(18, n)),
      group = rep(rep(c("a", "b"), c(3, n - 3)), 2)
    )
  }
  fit <- function(target, ...) {
    quietly(ddcq(cq_data(wells(target)), ~group, reference = "R", control = "a", efficiency = 2, ...))$results
  }
  agree <- function(r, t) {
    expect_close(
      c(r$estimate, r$std.error, r$df, r$conf.low, r$conf.high),
      c(-diff(unname(t$estimate)), t$stderr, t$parameter, t$conf.int), 1e-12
    )
    expect_close(r$p.value, t$p.value, 1e-10)
  }
  control <- c(24.25, 24.5, 24.125)
  flat <- c(22, 22, 22)
  agree(fit(c(control, flat)), t.test(control, flat))
  agree(fit(c(control, flat), variance = "pooled"), t.test(control, flat, var.equal = TRUE))
  agree(fit(c(control, 22), variance = "pooled"), t.test(control, 22, var.equal = TRUE))
  one <- fit(c(control, 22))
  expect_close(one$estimate, mean(control) - 22)
  expect_true(is.na(one$p.value) && is.na(one$conf.low) && nzchar(one$note))
  none <- fit(c(24, 24, 24, flat))
  expect_close(none$estimate, 2)
  expect_identical(none$std.error, 0)
  expect_true(is.na(none$p.value) && is.na(none$conf.low) && grepl("no variation", none$note))
  # values that differ in their last digits only: t.test() refuses, and so must an interval be
  dust <- 24.1 + c(0, 1, 2) * 3.6e-15
  expect_true(is.na(fit(c(dust, dust - 2))$p.value))
})
