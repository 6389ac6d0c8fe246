test_that("power is power.t.test(strict = TRUE)", {
  for (type in c("two.sample", "paired")) {
    for (sd in c(0.1, 0.5, 1.3)) {
      for (fold in c(1.2, 2, 0.25)) {
        for (n in c(2, 3, 6, 40)) {
          truth <- power.t.test(n = n, delta = abs(log2(fold)), sd = sd, type = type, strict = TRUE)$power
          mine <- cq_power(sd, fold, n = n, paired = type == "paired")
          expect_close(mine$power, truth, 1e-8)
        }
      }
    }
  }
})

test_that("n and the detectable fold are power.t.test()'s roots", {
  for (type in c("two.sample", "paired")) {
    for (power in c(0.5, 0.8, 0.95)) {
      for (fold in c(1.3, 2)) {
        truth <- power.t.test(
          delta = log2(fold), sd = 0.5, power = power, type = type, strict = TRUE, tol = 1e-12
        )$n
        mine <- cq_power(0.5, fold, power = power, paired = type == "paired")
        expect_close(mine$n_exact, truth, 1e-8)
        expect_identical(mine$n, ceiling(truth))
        expect_gte(mine$power, power)
      }
      truth <- power.t.test(n = 4, sd = 0.5, power = power, type = type, strict = TRUE, tol = 1e-12)$delta
      expect_close(log2(cq_power(0.5, power = power, n = 4, paired = type == "paired")$fold_change), truth, 1e-8)
    }
  }
})

test_that("the sample sizes for folds of 1.5, 2 and 3 at SD 0.5 are those of the table", {
  expect_identical(cq_power(0.5, c(1.5, 2, 3), power = 0.8)$n, c(13, 6, 3))
  expect_identical(cq_power(0.5, c(1.5, 2, 3), power = 0.9)$n, c(17, 7, 4))
})

test_that("Welch's power is a double integral over both variances", {
  direct <- function(theta, sd, n1, n2) {
    # over the quantiles of the two sample variances, on a fine midpoint grid
    u <- (seq_len(400) - 0.5) / 400
    v <- expand.grid(a = sd^2 * qchisq(u, n1 - 1) / (n1 - 1), b = sd^2 * qchisq(u, n2 - 1) / (n2 - 1))
    u1 <- v$a / n1
    u2 <- v$b / n2
    t <- qt(0.975, (u1 + u2)^2 / (u1^2 / (n1 - 1) + u2^2 / (n2 - 1))) * sqrt(u1 + u2)
    se <- sd * sqrt(1 / n1 + 1 / n2)
    mean(pnorm((theta - t) / se) + pnorm((-theta - t) / se))
  }
  expect_equal(cq_power(0.5, 2, n = 4, variance = "welch")$power, direct(1, 0.5, 4, 4), tolerance = 1e-3)
  expect_equal(
    cq_power(0.5, 2, n = 4, variance = "welch", ratio = 2)$power, direct(1, 0.5, 4, 8), tolerance = 1e-3
  )
  n <- 3:8
  expect_true(all(cq_power(0.5, 2, n = n, variance = "welch")$power < cq_power(0.5, 2, n = n)$power))
})

test_that("the power of TOST at no effect is what 20,000 simulated experiments found", {
  # 36, 58, 87 and 99 per cent, each within 1
  p <- cq_power(sd = 0.3, margin = 1.5, n = c(3, 4, 6, 10))$power
  expect_lt(max(abs(p - c(0.36, 0.58, 0.87, 0.99))), 0.01)
  # where the SD is all but known it is the normal one: 2 Phi(M / se - z) - 1
  big <- cq_power(sd = 3, margin = 1.5, n = 1000)$power
  expect_equal(big, 2 * pnorm(log2(1.5) / (3 * sqrt(2 / 1000)) - qt(0.95, 1998)) - 1, tolerance = 1e-3)
  # at the margin it is the size, 5 % at most
  expect_equal(cq_power(0.1, 1.5, n = 10, margin = 1.5)$power, 0.05, tolerance = 1e-6)
  expect_gte(cq_power(0.3, power = 0.9, margin = 1.5)$power, 0.9)
})

test_that("the error of a curve lowers power and leaves a floor", {
  known <- cq_power(1, 8, n = 3:5)
  expect_true(all(cq_power(1, 8, n = 3:5, curve_se = 0.2, curve_df = 3)$power < known$power))
  unsure <- cq_power(1, 8, n = 3:5, curve_se = 0.05, curve_df = 3)
  expect_true(all(unsure$power <= known$power))
  expect_equal(unsure$floor, rep(qt(0.975, 3) * 3 * 0.05, 3), tolerance = 1e-12)
  many <- cq_power(0.3, 8, n = 1e5, curve_se = 0.05, curve_df = 3)
  expect_equal(many$half_width, many$floor, tolerance = 1e-3)
  expect_match(paste(format(many), collapse = " "), "However many units")
})

pilot_fit <- function(formula = ~treatment, ..., ignore = if (!"passage" %in% all.vars(formula)) "passage") {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  quietly(ddcq(x, formula, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = cq_standard_curve(x),
               ignore = ignore, ...))
}

test_that("a pilot gives its residual SDs, and the upper limit beside them", {
  fit <- pilot_fit()
  plan <- cq_power(fit = fit, fold_change = 2, power = 0.8)
  pilot <- attr(plan, "pilot")
  expect_identical(pilot$target, fit$spec$targets)
  for (i in seq_along(pilot$target)) {
    s <- fit$samples[fit$samples$target == pilot$target[i], ]
    expect_equal(pilot$sd[i], summary(lm(dcq ~ treatment, s))$sigma, tolerance = 1e-10)
  }
  expect_equal(pilot$conf.high, pilot$sd * sqrt(9 / qchisq(0.025, 9)), tolerance = 1e-10)
  upper <- plan$basis == "pilot, upper limit"
  expect_equal(plan$sd[upper], pilot$sd * sqrt(9 / qchisq(0.2, 9)), tolerance = 1e-10)
  expect_true(all(plan$n[upper] >= plan$n[!upper]))
  curve <- cq_standard_curve(cq_data(anastrozole_plate, na = "nondetect"))
  curve <- curve[match(pilot$target, curve$target), ]
  expect_equal(pilot$curve_se, curve$slope_se / abs(curve$slope), tolerance = 1e-10)
  expect_identical(pilot$curve_df, curve$df)
  welch <- cq_power(fit = pilot_fit(variance = "welch"), fold_change = 2, n = 4, targets = "MYC")
  expect_identical(nrow(welch), 4L) # an SD for each contrast
})

test_that("a target without an SD in the pilot is a row that says so", {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  x$cq[x$target == "BAX" & x$task == "unknown"] <- 25
  fit <- quietly(ddcq(x, ~treatment, reference = "GAPDH", control = "vehicle", efficiency = cq_standard_curve(x),
                      ignore = "passage"))
  fit$parts$var_biological[fit$spec$targets == "BAX", ] <- NA
  for (args in list(list(n = 4, fold_change = 2), list(power = 0.8, fold_change = 2), list(power = 0.8, n = 4))) {
    plan <- do.call(cq_power, c(args, list(fit = fit)))
    expect_identical(plan$power[plan$target == "BAX"], NA_real_)
    expect_match(plan$note[plan$target == "BAX"], "the pilot has no SD")
    expect_identical(sum(is.na(plan$power)), 1L)
    expect_output(print(plan), "BAX: the pilot has no SD")
  }
  expect_error(cq_power(fit = fit, fold_change = 2, n = 3, targets = "BAX"), class = "ddcq_error_argument")
  expect_error(
    cq_power(sd = 1, fold_change = 2, n = 3, targets = "BAX"), "must come with `fit`", class = "ddcq_error_argument"
  )
  expect_error(cq_power(sd = 1, fold_change = 2, n = 3, sd_level = "a"), "one number", class = "ddcq_error_argument")
})

test_that("a pilot with pairs plans pairs", {
  fit <- pilot_fit(~ treatment + passage)
  plan <- cq_power(fit = fit, fold_change = 2, n = 4, paired = TRUE, targets = "BAX")
  s <- fit$samples[fit$samples$target == "BAX", ]
  sigma <- summary(lm(dcq ~ treatment + passage, s))$sigma
  expect_equal(plan$sd[1], sqrt(2) * sigma, tolerance = 1e-10)
  expect_error(cq_power(fit = pilot_fit(), fold_change = 2, n = 4, paired = TRUE), class = "ddcq_error_argument")
})

test_that("with fewer controls the smallest whole groups are found", {
  for (variance in c("pooled", "welch")) {
    plan <- cq_power(0.5, 2, power = 0.8, ratio = 0.3, variance = variance)
    power <- function(n) cq_power(0.5, 2, n = n, ratio = 0.3, variance = variance)$power
    expect_gte(power(plan$n), 0.8)
    expect_true(all(vapply(2:(plan$n - 1), power, 0) < 0.8))
    expect_identical(plan$n_control, ceiling(0.3 * plan$n))
  }
  expect_identical(cq_power(0.5, 2, n = 2, ratio = 0.3, variance = "welch")$n_control, 2)
})

test_that("every combination has a row, in the order given", {
  p <- cq_power(sd = c(0.3, 0.5), fold_change = c(2, 3), n = 3:4)
  expect_identical(p$sd, rep(c(0.3, 0.5), each = 4))
  expect_identical(p$fold_change, rep(c(2, 3), 4))
  expect_identical(p$n, rep(c(3, 3, 4, 4), 2))
  expect_identical(class(as.data.frame(p)), "data.frame")
  expect_identical(cq_power(0.5, 2, power = 0.8, ratio = 3)$n_control, 3 * cq_power(0.5, 2, power = 0.8, ratio = 3)$n)
  expect_equal(cq_power(0.5, 0.5, n = 4)$power, cq_power(0.5, 2, n = 4)$power, tolerance = 1e-14)
})

test_that("what cannot be reached is NA with a note", {
  small <- cq_power(0.5, 1 + 1e-7, power = 0.8)
  expect_identical(small$n, NA_real_)
  expect_match(small$note, "no number of units")
  expect_output(print(small), "no number of units")
  expect_identical(cq_power(0.5, power = 0.04, n = 4)$fold_change, NA_real_)
  expect_identical(cq_power(0.01, 4, power = 0.8)$n, 2)
})

test_that("arguments that do not add up are refused", {
  bad <- list(
    list(sd = 0.5), list(sd = 0.5, fold_change = 2), list(sd = 0.5, fold_change = 2, power = 0.8, n = 3),
    list(fold_change = 2, n = 3), list(sd = 0, fold_change = 2, n = 3), list(sd = -1, fold_change = 2, n = 3),
    list(sd = 0.5, fold_change = 1, n = 3), list(sd = 0.5, fold_change = 0, n = 3), list(sd = 0.5, fold_change = 2, n = 1),
    list(sd = 0.5, fold_change = 2, n = 2.5), list(sd = 0.5, fold_change = 2, power = 80),
    list(sd = 0.5, fold_change = 2, n = 3, paired = TRUE, ratio = 2), list(sd = 0.5, n = 3, power = 0.8, margin = 1.5),
    list(sd = 0.5, fold_change = 2, n = 3, margin = 0.5), list(sd = 0.5, fit = pilot_fit(), fold_change = 2, n = 3),
    list(sd = 0.5, fold_change = 2, n = 3, variance = "welch", paired = TRUE), list(sd = 0.5, fold_change = 2, N = 3),
    list(fit = pilot_fit(), fold_change = 2, n = 3, targets = "MYCN"), list(sd = NA, fold_change = 2, n = 3)
  )
  for (args in bad) expect_error(do.call(cq_power, args), class = "ddcq_error_argument")
})

test_that("one row is a sentence", {
  lines <- paste(format(cq_power(0.5, 2, power = 0.8)), collapse = " ")
  expect_match(lines, "6 units a group see a change of 2.00-fold with 87.6 % power (SD 0.50 log2).", fixed = TRUE)
  lines <- paste(format(cq_power(0.3, margin = 1.5, power = 0.9), width = 200), collapse = " ")
  expect_match(lines, "7 units a group show equivalence", fixed = TRUE)
  expect_match(format(cq_power(fit = pilot_fit(), fold_change = 2, n = 3))[1], "SIMULATED")
})

test_that("the curves go through the plan's rows", {
  skip_if_not_installed("ggplot2")
  plan <- cq_power(sd = c(0.3, 0.5), fold_change = c(1.5, 2), power = 0.8)
  curves <- internal("power_plot_data")(plan)$curves
  for (i in seq_len(nrow(plan))) {
    at <- curves$n == plan$n[i] & curves$sd == plan$sd[i] & curves$fold_change == plan$fold_change[i]
    expect_equal(curves$power[at], plan$power[i], tolerance = 1e-12)
  }
  expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(plan)), "ggplot_built")
  fitted <- cq_power(fit = pilot_fit(), fold_change = 2, n = 3)
  expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(fitted)), "ggplot_built")
})

# ---- components, SDs and budgets ----

nested <- function(animals = 6, rt = 3, wells = 2, sd = c(0.5, 0.2, 0.1)) {
  d <- expand.grid(well = seq_len(wells), rt = seq_len(rt), animal = seq_len(animals))
  d$cq <- 24 + rnorm(animals, 0, sd[1])[d$animal] + rnorm(animals * rt, 0, sd[2])[d$rt + rt * (d$animal - 1)] +
    rnorm(nrow(d), 0, sd[3])
  d
}

test_that("balanced components are those of aov(), and REML's", {
  d <- with_seed(1, nested())
  mine <- cq_components(d, c("animal", "rt"))
  ms <- summary(aov(cq ~ factor(animal) / factor(rt), d))[[1]]$`Mean Sq`
  expect_equal(mine$mean_square, ms, tolerance = 1e-10)
  expect_equal(mine$variance, c((ms[1] - ms[2]) / 6, (ms[2] - ms[3]) / 2, ms[3]), tolerance = 1e-10)
  expect_identical(mine$df, c(5L, 12L, 18L))
  expect_equal(sum(mine$share), 1)
  fit <- other("lme4", "lmer")(cq ~ 1 + (1 | animal / rt), d)
  reml <- as.data.frame(other("lme4", "VarCorr")(fit))
  # lmer() stops its search at about 1e-5
  expect_equal(mine$variance, reml$vcov[match(c("animal", "rt:animal", "Residual"), reml$grp)], tolerance = 1e-4)
})

test_that("unbalanced components are unbiased, group means are no variation", {
  estimates <- with_seed(2, vapply(seq_len(400), function(i) {
    d <- nested()
    d$group <- ifelse(d$animal <= 3, "a", "b")
    d$cq <- d$cq + 3 * (d$group == "b")
    d <- d[-c(1, 2, 3, 9, 20, 21, 22, 36), ]
    cq_components(d, c("animal", "rt"), group = "group")$variance
  }, numeric(3)))
  # four standard errors of the mean of 400; no component is cut at 0 often enough to matter
  off <- abs(rowMeans(estimates) - c(0.25, 0.04, 0.01)) / (apply(estimates, 1, sd) / 20)
  expect_lt(max(off), 4)
})

test_that("one step is the one-way analysis of variance", {
  d <- with_seed(3, nested(rt = 1, wells = 4))
  d <- d[-c(1, 7, 8), ]
  mine <- cq_components(d, "animal")
  ms <- summary(aov(cq ~ factor(animal), d))[[1]]$`Mean Sq`
  n <- table(d$animal)
  n0 <- (sum(n) - sum(n^2) / sum(n)) / 5
  expect_equal(mine$variance, c((ms[1] - ms[2]) / n0, ms[2]), tolerance = 1e-10)
})

test_that("a component below zero is 0 with a note; what is not repeated is refused", {
  d <- data.frame(animal = rep(1:3, each = 2), cq = c(1, 3, 1.1, 2.9, 0.9, 3.1))
  mine <- cq_components(d, "animal")
  expect_identical(mine$variance[1], 0)
  expect_match(mine$note[1], "below zero")
  expect_output(print(mine), "below zero")
  expect_error(cq_components(d[c(1, 3, 5), ], "animal"), class = "ddcq_error_design")
  expect_error(cq_components(d, c("animal", "rt")), class = "ddcq_error_column")
  expect_error(cq_components(transform(d, target = letters[1:6]), "animal"), "one target", class = "ddcq_error_argument")
  d$animal[1] <- NA
  expect_error(cq_components(d, "animal"), class = "ddcq_error_design")
})

test_that("components of simulated wells say so, and so does the budget made of them", {
  d <- cbind(with_seed(1, nested()), target = "MYC")
  d$sample <- paste(d$animal, d$rt)
  d$well <- sprintf("A%02d", seq_len(nrow(d)))
  parts <- function(...) cq_components(cq_data(data.frame(d, ...)), c("animal", "rt"))
  mine <- parts(run = "simulated pilot")
  expect_identical(format(mine)[1], "SIMULATED DATA")
  expect_null(attr(as.data.frame(mine), "simulated"))
  expect_identical(format(cq_budget(mine, c(animal = 40, rt = 8, well = 2), 800))[1], "SIMULATED DATA")
  expect_no_match(format(parts(run = "pilot")), "SIMULATED")
})

test_that("the SD of a normalised Cq is the sum of its parts", {
  references <- data.frame(biological = c(0.15, 0.2), technical = c(0.2, 0.1), wells = c(3, 2), efficiency = c(2, 1.9))
  truth <- 0.5^2 + log2(1.95)^2 * 0.2^2 / 3 + (0.15^2 + 0.2^2 / 3 + 0.2^2 + log2(1.9)^2 * 0.1^2 / 2) / 4
  expect_equal(cq_sd(0.5, 0.2, 3, efficiency = 1.95, references = references), sqrt(truth), tolerance = 1e-14)
  expect_identical(cq_sd(0.5), 0.5)
  expect_error(cq_sd(), "`biological` must be given", class = "ddcq_error_argument")
  expect_error(cq_sd(0.5, efficiency = 95), class = "ddcq_error_argument")
  expect_error(cq_sd(0.5, references = references[1:2]), class = "ddcq_error_column")
})

test_that("the search finds what trying everything finds", {
  v <- c(animal = 0.25, rt = 0.2, well = 0.1)
  cost <- c(animal = 40, rt = 10, well = 2)
  best <- cq_budget(v, rev(cost), 1000)
  all <- expand.grid(a = 2:20, r = 1:8, w = 1:8)
  all$cost <- 2 * all$a * (40 + all$r * (10 + 2 * all$w))
  all <- all[all$cost <= 1000, ]
  all$half <- qt(0.975, 2 * (all$a - 1)) * sqrt(2 * (0.25 / all$a + 0.2 / all$a / all$r + 0.1 / all$a / all$r / all$w))
  truth <- all[which.min(all$half), ]
  expect_equal(best$half_width[1], truth$half, tolerance = 1e-12)
  expect_equal(unlist(best[1, 1:4], use.names = FALSE), unlist(truth[c("a", "r", "w", "cost")], use.names = FALSE))
  expect_true(all(best$cost <= 1000))
  with_power <- cq_budget(v, cost, 1000, fold_change = 2)
  row <- with_power[1, ]
  truth <- power.t.test(n = row$animal, delta = 1, sd = sqrt(row$variance * row$animal), strict = TRUE)$power
  expect_equal(row$power, truth, tolerance = 1e-8)
  expect_equal(cq_budget(v, cost, 1000, efficiency = 1.9)$variance[1], log2(1.9)^2 * best$variance[1], tolerance = 1e-12)
})

test_that("with much money the optimum is that of the square roots", {
  v <- c(animal = 0.25, well = 0.16)
  b <- cq_budget(v, c(animal = 50, well = 2), 1e5, most = 20)
  expect_identical(b$well[1], 4) # sqrt(50 / 2 * 0.16 / 0.25) = 4
})

test_that("a budget says what it cannot do", {
  v <- c(animal = 0.25, well = 0.1)
  expect_error(cq_budget(v, c(animal = 50, well = 2), 100), "least is 208", class = "ddcq_error_argument")
  expect_error(cq_budget(v, c(animal = 50, wells = 2), 1000), "\"wells\"", class = "ddcq_error_argument")
  expect_error(cq_budget(c(0.25, 0.1), c(animal = 50, well = 2), 1000), class = "ddcq_error_argument")
  d <- with_seed(1, nested())
  b <- cq_budget(cq_components(d, c("animal", "rt")), c(animal = 40, rt = 8, well = 2), 800, fold_change = 2)
  expect_identical(names(b)[1:3], c("animal", "rt", "well"))
  expect_match(format(b, width = 200)[1], "^animal: [0-9]+ a group, rt: [0-9]+ each, well: [0-9]+ each[.] Standard error")
  expect_error(cq_budget(v, c(animal = 50, well = 2), 100), "two units (animal) a group", fixed = TRUE)
  expect_error(cq_budget(), "`components` must be given", class = "ddcq_error_argument")
  expect_error(cq_budget(v), "`cost` must be given", class = "ddcq_error_argument")
  expect_error(cq_budget(v, c(animal = 50, well = 2)), "`budget` must be given", class = "ddcq_error_argument")
  expect_error(cq_budget("a"), "not a string", class = "ddcq_error_argument")
  expect_error(cq_budget(c(0.25, 0.1)), "have no names", class = "ddcq_error_argument")
  expect_error(cq_budget(c(animal = -1)), "below 0", class = "ddcq_error_argument")
  expect_error(cq_budget(c(animal = 0)), "all 0", class = "ddcq_error_argument")
})

test_that("the pilot's SD is that of a unit, whatever else the model has", {
  # effects that add up: the contrast is known better than from its own two groups, a unit is not
  sheet <- data.frame(sample = sprintf("s%02d", 1:26), a = rep(c("no", "yes"), 13), b = rep(c("no", "yes"), c(12, 14)))
  sheet$R <- with_seed(2, 18 + rnorm(26, sd = 0.3))
  sheet$T <- with_seed(3, sheet$R + 6 + rnorm(26, sd = 0.4))
  wells <- rbind(
    data.frame(sheet[c("sample", "a", "b")], target = "R", cq = sheet$R),
    data.frame(sheet[c("sample", "a", "b")], target = "T", cq = sheet$T)
  )
  crossed <- function(...) quietly(ddcq(cq_data(wells), ..., reference = "R", efficiency = 2, variance = "pooled"))
  sd_of <- function(fit) attr(cq_power(fit = fit, fold_change = 2, n = 4), "pilot")$sd
  both <- c(a = "no", b = "no")
  expect_equal(sd_of(crossed(~ a + b, control = both)), summary(lm(T - R ~ a + b, sheet))$sigma, tolerance = 1e-10)
  expect_equal(sd_of(crossed(~ a * b, control = both)), summary(lm(T - R ~ a * b, sheet))$sigma, tolerance = 1e-10)
  expect_equal(sd_of(crossed(~ a + b, control = c(a = "no"))), summary(lm(T - R ~ a + b, sheet))$sigma, tolerance = 1e-10)
})

test_that("a pilot with random effects gives the SD of one sample of a new animal", {
  skip_if_not_installed("lmerTest")
  sheet <- expand.grid(rep = 1:3, mouse = paste0("m", 1:8))
  sheet$sample <- sprintf("s%02d", 1:24)
  sheet$group <- ifelse(sheet$mouse %in% paste0("m", 1:4), "a", "b")
  sheet$R <- with_seed(4, 18 + rnorm(24, sd = 0.2))
  sheet$T <- sheet$R + 6 + with_seed(5, rnorm(8, sd = 0.6)[sheet$mouse] + rnorm(24, sd = 0.3))
  wells <- rbind(
    data.frame(sheet[c("sample", "mouse", "group")], target = "R", cq = sheet$R),
    data.frame(sheet[c("sample", "mouse", "group")], target = "T", cq = sheet$T)
  )
  fit <- quietly(ddcq(cq_data(wells), ~ group + (1 | mouse), reference = "R", control = "a", efficiency = 2))
  pilot <- attr(cq_power(fit = fit, fold_change = 2, n = 4), "pilot")
  truth <- as.data.frame(lme4::VarCorr(lme4::lmer(T - R ~ group + (1 | mouse), sheet)))
  expect_equal(pilot$sd, sqrt(sum(truth$vcov)), tolerance = 1e-5)
  expect_close(pilot$df, 6, 1e-4)
})
