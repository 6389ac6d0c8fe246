# Designs by formula: lm() with its vcov, and emmeans on it, on the normalised quantities. Tolerances: helper-models.R.

two_by_three <- function(seed = 1, n = 4, ...) {
  sheet <- crossed(drug = c("no", "yes"), dose = c("d0", "d1", "d2"), n = n)
  sheet$plate <- paste0("p", rep_len(rep(1:2, each = 6), nrow(sheet)) + (seq_len(nrow(sheet)) %% 7 == 0))
  study(sheet, seed, ...)
}

drop_samples <- function(s, samples) {
  s$wells <- s$wells[!s$wells$sample %in% samples, ]
  s$sheet <- s$sheet[!s$sheet$sample %in% samples, , drop = FALSE]
  s
}

truth_lm <- function(fit, k) {
  b <- stats::coef(fit)
  list(estimate = drop(k %*% b), std.error = sqrt(diag(k %*% stats::vcov(fit) %*% t(k))), df = fit$df.residual)
}

test_that("a factorial with a block is lm(), for each way to ask", {
  skip_if_not_installed("emmeans")
  s <- drop_samples(two_by_three(), c("s03", "s11", "s20"))
  for (target in s$targets) {
    v <- study_values(s, target)
    v$drug <- with_control(v$drug, "no")
    v$dose <- with_control(v$dose, "d0")
    m <- lm(y ~ drug * dose + plate, v)
    a <- fit_study(s, ~ drug * dose + plate, c(drug = "no"))
    expect_model_rows(rows_of(a, target), emm_rows(m, "drug", "trt.vs.ctrl1"))
    expect_match(rows_of(a, target)$note, "averaged over dose", fixed = TRUE)
    a <- fit_study(s, ~ drug * dose + plate, "d0", contrasts = "pairwise")
    expect_model_rows(rows_of(a, target), emm_rows(m, "dose", "revpairwise")[c(2, 3, 4)])
    a <- fit_study(s, ~ drug * dose + plate, c(drug = "no"), by = "dose")
    expect_model_rows(rows_of(a, target), emm_rows(m, "drug", "trt.vs.ctrl1", by = "dose"))
    a <- fit_study(s, ~ drug * dose + plate, c(drug = "no", dose = "d0"))
    expect_model_rows(rows_of(a, target), emm_rows(m, c("drug", "dose"), "trt.vs.ctrl1"))
    expect_identical(rows_of(a, target)$contrast, paste(
      c("yes:d0", "no:d1", "yes:d1", "no:d2", "yes:d2"), "vs no:d0"
    ))
  }
})

test_that("each coefficient of an additive model is that of lm()", {
  s <- drop_samples(two_by_three(2), c("s01", "s02", "s08"))
  v <- study_values(s)
  v$dose <- with_control(v$dose, "d0")
  m <- lm(y ~ dose + drug + plate, v)
  k <- diag(length(coef(m)))[2:3, ]
  r <- rows_of(fit_study(s, ~ dose + drug + plate, "d0"), "MYC")
  expect_model_rows(r, truth_lm(m, k))
  expect_identical(r$n_control, rep(sum(v$dose == "d0"), 2))
  expect_identical(r$n, as.vector(table(v$dose)[c("d1", "d2")]))
})

test_that("three factors, a:b written out, and terms in any order are one model", {
  skip_if_not_installed("emmeans")
  sheet <- crossed(a = c("x", "y"), b = c("u", "v"), c = c("k", "l"), n = 2)
  s <- study(sheet, 3)
  v <- study_values(s)
  m <- lm(y ~ a * b * c, v)
  full <- fit_study(s, ~ a * b * c, c(a = "x"))
  expect_model_rows(rows_of(full, "MYC"), emm_rows(m, "a", "trt.vs.ctrl1"))
  written <- fit_study(s, ~ a + b + c + a:b + a:c + b:c + a:b:c, c(a = "x"))
  expect_equal(written$results, full$results, tolerance = 1e-11)
  turned <- fit_study(s, ~ c * b * a, c(a = "x"))
  expect_equal(turned$results[1:14], full$results[1:14], tolerance = 1e-10)
  m <- lm(y ~ a * b + c, v)
  r <- rows_of(fit_study(s, ~ a * b + c, c(a = "x"), by = c("b", "c")), "MYC")
  e <- emm_rows(m, "a", "trt.vs.ctrl1", by = c("b", "c"))
  expect_model_rows(r, e)
  expect_identical(r$contrast, paste0(
    "y vs x, b ", c("u", "v", "u", "v"), ", c ", c("k", "k", "l", "l")
  ))
})

test_that("a cell means model without main effects is the same model", {
  s <- two_by_three(4)
  want <- fit_study(s, ~ drug * dose, c(drug = "no", dose = "d0"))
  expect_equal(fit_study(s, ~ drug:dose, c(drug = "no", dose = "d0"))$results, want$results, tolerance = 1e-10)
})

test_that("incomplete blocks are lm()", {
  # each of six blocks holds two of four arms
  pairs <- utils::combn(c("a", "b", "c", "d"), 2)
  sheet <- data.frame(arm = as.vector(pairs), block = rep(paste0("b", 1:6), each = 2))
  s <- study(sheet, 5)
  v <- study_values(s)
  m <- lm(y ~ arm + block, v)
  r <- rows_of(fit_study(s, ~ arm + block, "a"), "MYC")
  expect_model_rows(r, truth_lm(m, diag(9)[2:4, ]))
})

test_that("arms that blocks cannot tell apart have no row, the others stand", {
  sheet <- data.frame(arm = rep(c("a", "b", "c"), c(4, 4, 4)), block = rep(c("p1", "p1", "p2"), each = 4))
  sheet$block[c(2, 6)] <- "p3"
  fit <- fit_study(study(sheet, 6), ~ arm + block, "a")
  r <- rows_of(fit, "MYC")
  expect_identical(is.na(r$estimate), c(FALSE, TRUE))
  expect_match(r$note[2], "not estimable", fixed = TRUE)
  v <- study_values(study(sheet, 6))
  m <- lm(y ~ arm + block, v[v$arm != "c", ])
  # the third arm has a block of its own and still lends its variance
  m3 <- lm(y ~ arm + block, v)
  expect_model_rows(r[1, ], list(
    estimate = coef(m)[["armb"]], std.error = summary(m3)$coefficients["armb", 2], df = m3$df.residual
  ))
})

test_that("covariates are slopes: at their mean, by factor, and of the references", {
  skip_if_not_installed("emmeans")
  sheet <- crossed(arm = c("ctl", "A", "B"), n = 6)
  sheet$rin <- 7 + with_seed(7, runif(18, 0, 2))
  s <- study(sheet, 7)
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  m <- lm(y ~ arm + rin, v)
  expect_model_rows(rows_of(fit_study(s, ~ arm + covariate(rin), "ctl"), "MYC"), emm_rows(m, "arm", "trt.vs.ctrl1"))
  m <- lm(y ~ arm * rin, v)
  fit <- fit_study(s, ~ arm * covariate(rin), "ctl")
  suppressMessages(expect_model_rows(rows_of(fit, "MYC"), emm_rows(m, "arm", "trt.vs.ctrl1")))
  expect_match(rows_of(fit, "MYC")$note[1], "at the mean of rin", fixed = TRUE)
  v$level <- rowMeans(attr(v, "cq")[, s$reference])
  m <- lm(y ~ arm + level, v)
  r <- rows_of(fit_study(s, ~ arm + covariate(reference), "ctl"), "MYC")
  expect_model_rows(r, emm_rows(m, "arm", "trt.vs.ctrl1"))
})

test_that("a covariate with a gap asks for the value", {
  sheet <- crossed(arm = c("ctl", "A"), n = 4)
  sheet$rin <- c(7, 8, NA, 7.5, 9, 8.2, 7.1, 6.9)
  s <- study(transform(sheet, rin = 8 + seq_len(8) / 10), 8)
  s$wells$rin <- sheet$rin[match(s$wells$sample, s$sheet$sample)]
  expect_error(fit_study(s, ~ arm + covariate(rin), "ctl"), "rin", class = "ddcq_error_design")
  s$wells$rin <- as.character(s$wells$rin)
  expect_error(fit_study(s, ~ arm + covariate(rin), "ctl"), "numbers", class = "ddcq_error_formula")
})

test_that("samples that lack a target or a reference leave that target's model alone", {
  skip_if_not_installed("emmeans")
  s <- two_by_three(9)
  w <- s$wells
  s$wells <- w[!(w$target == "MYC" & w$sample %in% c("s05", "s14")) & !(w$target == "ACTB" & w$sample == "s02"), ]
  fit <- fit_study(s, ~ drug * dose + plate, c(drug = "no"), by = "dose")
  for (target in s$targets) {
    v <- study_values(s, target)
    v$drug <- with_control(v$drug, "no")
    m <- lm(y ~ drug * dose + plate, v)
    expect_identical(nrow(v), if (target == "MYC") 21L else 23L)
    expect_model_rows(rows_of(fit, target), emm_rows(m, "drug", "trt.vs.ctrl1", by = "dose"))
  }
})

test_that("an empty cell has no row, with a note, and the rest are lm()'s", {
  s <- drop_samples(two_by_three(10, n = 3), c("s06", "s12", "s18"))
  expect_false(any(s$sheet$drug == "yes" & s$sheet$dose == "d2"))
  fit <- fit_study(s, ~ drug * dose, c(drug = "no", dose = "d0"))
  r <- rows_of(fit, "MYC")
  gone <- r$contrast == "yes:d2 vs no:d0"
  expect_identical(is.na(r$estimate), gone)
  expect_match(r$note[gone], "a group has no sample with a value", fixed = TRUE)
  v <- study_values(s)
  v$cell <- with_control(paste(v$drug, v$dose, sep = ":"), "no:d0")
  m <- lm(y ~ cell, v)
  k <- diag(5)[match(paste0("cell", sub(" vs.*", "", r$contrast[!gone])), names(coef(m))), ]
  expect_model_rows(r[!gone, ], truth_lm(m, k))
  # averages over that cell cannot be had either
  averaged <- rows_of(fit_study(s, ~ drug * dose, c(drug = "no")), "MYC")
  expect_true(is.na(averaged$estimate) && nzchar(averaged$note))
})

test_that("one sample a cell: estimates, no interval, and a word on why; with terms left out there is one", {
  s <- two_by_three(11, n = 1)
  r <- rows_of(fit_study(s, ~ drug * dose, c(drug = "no", dose = "d0")), "MYC")
  expect_false(anyNA(r$estimate))
  expect_true(all(is.na(r$conf.low)) && all(grepl("no interval", r$note)))
  v <- study_values(s)
  m <- lm(y ~ drug + dose, v)
  r <- rows_of(fit_study(s, ~ drug + dose, "no"), "MYC")
  expect_model_rows(r, truth_lm(m, diag(4)[2, , drop = FALSE]))
})

test_that("Welch's rule holds for several levels and for saturated cells, by its formula", {
  sheet <- crossed(a = c("x", "y"), b = c("u", "v", "w"), n = 4)
  s <- drop_samples(study(sheet, 12), c("s01", "s09"))
  v <- study_values(s)
  cell <- paste(v$a, v$b, sep = ":")
  n <- tapply(v$y, cell, length)
  mean <- tapply(v$y, cell, mean)
  u <- tapply(v$y, cell, var) / n
  hand <- function(k) {
    v <- sum(k^2 * u[names(k)])
    c(estimate = sum(k * mean[names(k)]), se = sqrt(v), df = v^2 / sum((k^2 * u[names(k)])^2 / (n[names(k)] - 1)))
  }
  truth <- function(ks) {
    out <- vapply(ks, hand, numeric(3))
    list(estimate = out[1, ], std.error = out[2, ], df = out[3, ])
  }
  r <- rows_of(fit_study(s, ~ a * b, c(a = "x", b = "u"), variance = "welch"), "MYC")
  treated <- sub(" vs.*", "", r$contrast)
  expect_model_rows(r, truth(lapply(treated, function(t) setNames(c(1, -1), c(t, "x:u")))))
  r <- rows_of(fit_study(s, ~ a * b, c(a = "x"), by = "b", variance = "welch"), "MYC")
  expect_model_rows(r, truth(lapply(c("u", "v", "w"), function(b) setNames(c(1, -1), paste0(c("y:", "x:"), b)))))
  # one factor of six levels is the same experiment
  s$wells$cell <- paste(s$wells$a, s$wells$b, sep = ".")
  one <- fit_study(s, ~cell, "x.u", variance = "welch", contrasts = list(
    mean = c(y.u = 1, y.v = 1, y.w = 1, x.u = -1, x.v = -1, x.w = -1) / 3
  ), ignore = c("a", "b"))
  expect_model_rows(rows_of(one, "MYC"), truth(list(setNames(c(1, 1, 1, -1, -1, -1) / 3, c(
    "y:u", "y:v", "y:w", "x:u", "x:v", "x:w"
  )))))
  expect_error(fit_study(s, ~ a + b, "x", variance = "welch"), class = "ddcq_error_argument")
  expect_error(fit_study(s, ~ a * b, c(a = "x"), variance = "welch"), class = "ddcq_error_argument")
})

test_that("weights by technical precision are those of lm(weights =)", {
  sheet <- crossed(arm = c("ctl", "A", "B"), n = 4)
  s <- study(sheet, 13, wells = 4)
  # some samples have fewer wells
  w <- s$wells
  nth <- stats::ave(seq_len(nrow(w)), w$sample, w$target, FUN = seq_along)
  s$wells <- w[!(nth > 1 & w$sample %in% c("s01", "s05", "s06")) & !(nth > 3 & w$sample == "s09"), ]
  w <- s$wells
  cells <- split(w$cq, list(w$sample, w$target))
  ss <- vapply(cells, function(v) sum((v - mean(v))^2), 0)
  m <- lengths(cells)
  gene <- sub(".*[.]", "", names(cells))
  s2 <- tapply(ss, gene, sum) / tapply(m - 1, gene, sum)
  sample <- sub("[.].*", "", names(cells))
  share <- c(MYC = 1, GAPDH = 0.5, ACTB = 0.5)
  part <- share[gene]^2 * s2[gene] / m
  v <- study_values(s)
  v$technical <- tapply(part[gene != "BCL2"], sample[gene != "BCL2"], sum)[v$sample]
  v$arm <- with_control(v$arm, "ctl")
  fit <- lm(y ~ arm, v, weights = 1 / technical)
  r <- rows_of(fit_study(s, ~arm, "ctl", weights = "technical"), "MYC")
  expect_model_rows(r, truth_lm(fit, diag(3)[2:3, ]))
})

test_that("weights by technical precision go with one variance only", {
  sheet <- crossed(arm = c("ctl", "A"), n = 4)
  s <- study(sheet, 14, wells = 3)
  s$wells <- s$wells[-(1:2), ]
  fit <- fit_study(s, ~arm, "ctl", weights = "technical")
  expect_identical(fit$spec$variance, "pooled")
  expect_error(
    fit_study(s, ~arm, "ctl", weights = "technical", variance = "welch"), class = "ddcq_error_argument"
  )
  sheet <- crossed(arm = c("ctl", "A"), litter = paste0("l", 1:3), n = 2)
  s <- study(sheet, 14, wells = 3)
  expect_error(
    fit_study(s, ~ arm + (1 | litter), "ctl", weights = "technical"), class = "ddcq_error_argument"
  )
})

test_that("unit = averages samples before any model, covariates too", {
  sheet <- crossed(arm = c("ctl", "A", "B"), n = 8)
  sheet$mouse <- paste0("m", match(sheet$arm, c("ctl", "A", "B")), (seq_len(24) - 1) %/% 6)
  sheet$weight_g <- 20 + with_seed(15, round(runif(24, 0, 6), 1))
  s <- study(sheet, 15)
  v <- study_values(s)
  u <- aggregate(cbind(y, weight_g) ~ mouse + arm, v, mean)
  u$arm <- with_control(u$arm, "ctl")
  m <- lm(y ~ arm + weight_g, u)
  r <- rows_of(fit_study(s, ~ arm + covariate(weight_g), "ctl", unit = "mouse"), "MYC")
  expect_model_rows(r, truth_lm(m, diag(4)[match(paste0("arm", sub(" vs.*", "", r$contrast)), names(coef(m))), ]))
  expect_identical(r$n, c(4L, 4L))
})

test_that("an error of the efficiencies enters with the estimator's own weights", {
  s <- drop_samples(two_by_three(16, efficiency = cq_efficiency(
    c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = c(0.03, 0.02, 0.04, 0.02), df = c(3, 4, 5, 6)
  )), c("s04", "s15"))
  check <- function(formula, control, contrast, ...) {
    r <- rows_of(fit_study(s, formula, control, ...), "MYC")
    v <- study_values(s)
    v$drug <- with_control(v$drug, "no")
    v$dose <- with_control(v$dose, "d0")
    m <- lm(stats::update(formula, y ~ .), v)
    for (i in seq_len(nrow(contrast))) {
      k <- contrast[i, ]
      hand <- hand_row(lm_weights(m, k), v, s, "MYC", drop(k %*% vcov(m) %*% k), m$df.residual)
      expect_gt(hand$v_e, 0)
      expect_close(r$estimate[i], hand$estimate, 1e-9)
      expect_close(unlist(r[i, c("std.error", "df", "p.value")]), unlist(hand[c("std.error", "df", "p.value")]), 1e-8)
      expect_close(r$conf.high[i] - r$estimate[i], hand$half, 1e-9)
    }
  }
  check(~ dose + drug + plate, "d0", diag(6)[2:3, ])
  check(~ drug * dose, c(drug = "no", dose = "d0"), rbind(
    c(0, 1, 0, 0, 0, 0), c(0, 0, 1, 0, 0, 0), c(0, 1, 1, 0, 1, 0), c(0, 0, 0, 1, 0, 0), c(0, 1, 0, 1, 0, 1)
  ))
  check(~ drug * dose, c(drug = "no"), matrix(c(0, 1, 0, 0, 1 / 3, 1 / 3), 1))
})

test_that("where few units stand beside a good curve the interval without its error is the wider one", {
  sheet <- data.frame(arm = rep(c("ctl", "A"), each = 3), pair = rep(c("x", "y", "z"), 2))
  s <- study(sheet, 17, efficiency = cq_efficiency(
    c("MYC", "BCL2", "GAPDH", "ACTB"), 1.9 + (1:4) / 50, std.error = 0.02, df = 30
  ))
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  m <- lm(y ~ arm + pair, v)
  k <- c(0, 1, 0, 0)
  hand <- hand_row(lm_weights(m, k), v, s, "MYC", vcov(m)[2, 2], 2)
  r <- rows_of(fit_study(s, ~ arm + pair, "ctl"), "MYC")
  expect_close(c(r$std.error, r$df, r$p.value), c(hand$std.error, hand$df, hand$p.value), 1e-8)
  known <- s
  known$efficiency <- cq_efficiency(s$efficiency$target, s$efficiency$efficiency)
  exact <- rows_of(fit_study(known, ~ arm + pair, "ctl"), "MYC")
  expect_gte(r$conf.high - r$conf.low, exact$conf.high - exact$conf.low)
})

# ---- properties ----

same_rows <- function(a, b, columns = 3:12, tolerance = 1e-9) {
  key <- function(r) paste(r$target, r$contrast)
  b <- b[match(key(a), key(b)), ]
  expect_equal(a[columns], b[columns], tolerance = tolerance, ignore_attr = TRUE)
  expect_identical(a$note, b$note)
}

test_that("neither row order, level order, other targets nor a constant moves a row of a factorial", {
  s <- drop_samples(two_by_three(18), c("s02", "s07"))
  fit <- function(s, ...) fit_study(s, ~ drug * dose + plate, c(drug = "no"), by = "dose", ...)$results
  want <- fit(s)
  moved <- s
  moved$wells <- s$wells[with_seed(1, sample(nrow(s$wells))), ]
  same_rows(want, fit(moved))
  moved$wells <- transform(s$wells, dose = factor(dose, c("d2", "d0", "d1")), drug = factor(drug, c("yes", "no")))
  same_rows(want, fit(moved))
  moved$wells <- s$wells[s$wells$target != "BCL2", ]
  moved$targets <- "MYC"
  same_rows(want[want$target == "MYC", ], fit(moved), 3:12)
  moved <- s
  moved$wells <- transform(s$wells, cq = cq + 3)
  same_rows(want, fit(moved), tolerance = 1e-8)
  back <- fit_study(s, ~ drug * dose + plate, c(drug = "yes"), by = "dose")$results
  expect_equal(back$estimate, -want$estimate, tolerance = 1e-9)
  expect_equal(back$p.value, want$p.value, tolerance = 1e-8)
})

test_that("names are any text: spaces, colons, commas, ' x ', ' vs '", {
  s <- two_by_three(19)
  odd <- s
  levels <- c(no = "no, or x none", yes = "yes: a x b", d0 = "0 vs 1", d1 = "d, 1", d2 = "x:y")
  odd$wells <- setNames(
    transform(s$wells, drug = unname(levels[drug]), dose = unname(levels[dose])),
    sub("^drug$", "a drug", sub("^dose$", "x:y", names(s$wells)))
  )
  control <- setNames("no, or x none", "a drug")
  want <- fit_study(s, ~ drug * dose + plate, c(drug = "no"), by = "dose")$results
  fit <- fit_study(odd, ~ `a drug` * `x:y` + plate, control, by = "x:y")
  expect_equal(fit$results[3:12], want[3:12], tolerance = 1e-10)
  expect_no_error(capture.output(print(fit), print(summary(fit)), print(anova(fit))))
  control <- setNames(c("no, or x none", "0 vs 1"), c("a drug", "x:y"))
  want <- ddcq_interaction(fit_study(s, ~ drug * dose, c(drug = "no", dose = "d0")))
  got <- ddcq_interaction(fit_study(odd, ~ `a drug` * `x:y`, control))
  expect_equal(got$results[3:12], want$results[3:12], tolerance = 1e-10)
  expect_match(got$spec$sentences[1], "^MYC: yes: a x b:d, 1 is ")
})

test_that("cells whose names would be one are refused", {
  sheet <- crossed(a = c("x", "x:y"), b = c("y:z", "z"), n = 3)
  s <- study(sheet, 20)
  expect_error(fit_study(s, ~ a * b, c(a = "x", b = "z")), "x:y:z", class = "ddcq_error_design")
})

test_that("a column of numbers and a subject as 1, 2, 3 must be said", {
  sheet <- data.frame(arm = rep(c("ctl", "A"), each = 3), subject = rep(1:3, 2))
  s <- study(transform(sheet, subject = paste0("s", subject)), 21)
  s$wells$subject <- as.integer(sub("s", "", s$wells$subject))
  expect_snapshot(fit_study(s, ~ arm + subject, "ctl"), error = TRUE)
  v <- study_values(s)
  v$arm <- with_control(v$arm, "ctl")
  m <- lm(y ~ arm + factor(subject), v)
  r <- rows_of(fit_study(s, ~ arm + factor(subject), "ctl"), "MYC")
  expect_model_rows(r, truth_lm(m, diag(4)[2, , drop = FALSE]))
})

test_that("a factorial prints, draws, reports and is judged as two groups are", {
  s <- two_by_three(22, targets = c("MYC", "BCL2", "BAX", "CCND1"))
  fit <- fit_study(s, ~ drug * dose + plate, c(drug = "no"), by = "dose")
  expect_snapshot(print(fit))
  verdict <- panel_verdict(fit)
  expect_s3_class(verdict, "data.frame")
  ratio <- ddcq_ratio(fit, "BAX", "BCL2")
  v <- study_values(s, "BAX")
  v$y <- v$y - study_values(s, "BCL2")$y
  v$drug <- with_control(v$drug, "no")
  v$dose <- with_control(v$dose, "d0")
  m <- lm(y ~ drug * dose + plate, v)
  skip_if_not_installed("emmeans")
  expect_model_rows(ratio$results, emm_rows(m, "drug", "trt.vs.ctrl1", by = "dose"))
  skip_if_not_installed("ggplot2")
  file <- tempfile(fileext = ".pdf")
  grDevices::pdf(file)
  expect_no_error(plot(fit))
  expect_no_error(plot(ratio))
  grDevices::dev.off()
})
