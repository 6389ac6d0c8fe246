# Wells with one value a sample and target, and `wells` technical replicates around it that leave its mean alone.
plate <- function(n = c(vehicle = 4, drug = 4), targets = c("MYC", "BCL2", "GAPDH", "ACTB"), wells = 3, sd = 0.3) {
  design <- data.frame(treatment = rep(names(n), n), i = sequence(n))
  d <- merge(data.frame(rep = seq_len(wells)), merge(data.frame(target = targets), design))
  d$sample <- paste0(d$treatment, d$i)
  g <- match(d$target, targets)
  k <- match(d$treatment, names(n))
  d$cq <- 18 + 2 * g + 0.4 * g * (k - 1) + sd * sin(1.7 * d$i * g + k) + 0.06 * (d$rep - (wells + 1) / 2)
  d[c("sample", "target", "cq", "treatment")]
}
run <- function(d, formula = ~treatment, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = 2, ...) {
  x <- if (inherits(d, "cq_data")) d else cq_data(d, na = "nondetect")
  ddcq(x, formula, reference = reference, control = control, efficiency = efficiency, ...)
}
quiet <- function(...) suppressWarnings(run(...), classes = "ddcq_warning_fit")
row_of <- function(fit, target) fit$results[fit$results$target == target, ]
# dCq by sample, by hand
dcq <- function(d, target, reference = c("GAPDH", "ACTB"), w = 1) {
  cell <- tapply(d$cq, list(d$sample, d$target), mean)
  w * cell[, target] - rowMeans(cell[, reference, drop = FALSE])
}
group <- function(d) tapply(d$treatment, d$sample, `[`, 1)

test_that("two groups are Welch's t-test on dCq", {
  d <- plate(c(vehicle = 5, drug = 3))
  fit <- run(d)
  for (target in c("MYC", "BCL2")) {
    y <- -dcq(d, target)
    test <- t.test(y[group(d) == "drug"], y[group(d) == "vehicle"])
    row <- row_of(fit, target)
    expect_equal(row$estimate, unname(test$estimate[1] - test$estimate[2]), tolerance = 1e-12)
    expect_equal(row$std.error, test$stderr, tolerance = 1e-10)
    expect_equal(row$df, unname(test$parameter), tolerance = 1e-10)
    expect_equal(row$statistic, unname(test$statistic), tolerance = 1e-10)
    expect_equal(row$p.value, test$p.value, tolerance = 1e-8)
    expect_equal(c(row$conf.low, row$conf.high), as.vector(test$conf.int), tolerance = 1e-8)
    expect_identical(c(row$n, row$n_control), c(3L, 5L))
  }
  expect_identical(fit$spec$variance, "welch")
  expect_equal(fit$results$fold_change, 2^fit$results$estimate, tolerance = 1e-14)
  expect_equal(fit$results$fold_low, 2^fit$results$conf.low, tolerance = 1e-14)
})

test_that("three groups are the pooled linear model", {
  d <- plate(c(vehicle = 4, low = 3, high = 5))
  fit <- quiet(d)
  y <- -dcq(d, "MYC")
  model <- lm(y ~ factor(group(d), c("vehicle", "low", "high")))
  found <- row_of(fit, "MYC")
  known <- summary(model)$coefficients[-1, ]
  expect_identical(found$contrast, c("low vs vehicle", "high vs vehicle"))
  expect_equal(found$estimate, unname(known[, 1]), tolerance = 1e-11)
  expect_equal(found$std.error, unname(known[, 2]), tolerance = 1e-10)
  expect_equal(found$p.value, unname(known[, 4]), tolerance = 1e-8)
  expect_identical(found$df, rep(9, 2))
  expect_identical(fit$spec$variance, "pooled")
  expect_identical(run(d, variance = "welch")$spec$variance, "welch")
})

test_that("a subject in the formula is the paired test", {
  d <- transform(plate(), subject = substring(sample, nchar(treatment) + 1))
  fit <- run(d, ~ treatment + subject)
  y <- -dcq(d, "MYC")
  test <- t.test(y[paste0("drug", 1:4)], y[paste0("vehicle", 1:4)], paired = TRUE)
  row <- row_of(fit, "MYC")
  expect_equal(row$estimate, unname(test$estimate), tolerance = 1e-12)
  expect_equal(row$p.value, test$p.value, tolerance = 1e-8)
  expect_equal(row$df, 3)
  numbers <- transform(d, subject = as.integer(subject))
  expect_equal(run(numbers, ~ treatment + factor(subject))$results, fit$results, tolerance = 1e-12)
})

test_that("the columns are those of the documentation", {
  fit <- run(plate())
  expect_named(fit$results, c(
    "target", "contrast", "estimate", "std.error", "df", "statistic", "p.value", "conf.low", "conf.high",
    "fold_change", "fold_low", "fold_high", "adj.p.value", "adj.conf.low", "adj.conf.high", "n", "n_control", "note"
  ))
  expect_named(fit$samples, c(
    "sample", "treatment", "target", "n_samples", "n_wells", "cq", "dcq", "ddcq", "log2_quantity", "log2_relative",
    "relative"
  ))
  expect_identical(class(fit$results), "data.frame")
  expect_true(all(c("results", "samples", "spec", "log") %in% names(fit)))
  expect_equal(fit$samples$ddcq, -fit$samples$log2_relative)
  of_control <- fit$samples[fit$samples$target == "MYC" & fit$samples$treatment == "vehicle", ]
  expect_equal(mean(of_control$log2_relative), 0, tolerance = 1e-12)
})

test_that("all is well without a word", {
  expect_no_warning(run(plate(sd = 0.2)))
})

test_that("technical wells never raise n", {
  base <- run(plate(wells = 1))$results
  for (wells in c(2, 3, 9)) {
    more <- suppressWarnings(run(plate(wells = wells)))$results
    expect_equal(more[c("estimate", "std.error", "df", "p.value", "n", "n_control")],
                 base[c("estimate", "std.error", "df", "p.value", "n", "n_control")], tolerance = 1e-11)
  }
  # wells of one sample more than of another: the sample is still one
  d <- plate()
  uneven <- rbind(d, d[d$sample == "vehicle1", ], d[d$sample == "vehicle1", ])
  expect_equal(run(uneven)$results, run(d)$results, tolerance = 1e-11)
})

test_that("one sample in a group: the fold change, no interval, and a word on why", {
  d <- plate(c(vehicle = 3, drug = 1))
  w <- expect_warning(fit <- run(d), class = "ddcq_warning_fit")
  expect_match(conditionMessage(w), "One sample in \"drug\"", fixed = TRUE)
  row <- row_of(fit, "MYC")
  y <- -dcq(d, "MYC")
  expect_equal(row$estimate, unname(y["drug1"]) - mean(y[paste0("vehicle", 1:3)]), tolerance = 1e-12)
  expect_true(all(is.na(row[c("std.error", "df", "p.value", "conf.low", "conf.high", "adj.p.value")])))
  expect_match(row$note, "one sample in drug")
  nine <- transform(plate(wells = 9), sample = treatment)
  w <- expect_warning(run(nine), class = "ddcq_warning_fit")
  expect_match(conditionMessage(w), "by = \"well\"", fixed = TRUE)
})

# The fit, whose warning is expected to say `what`.
warned <- function(code, what) {
  fit <- NULL
  expect_warning(fit <- code, what, class = "ddcq_warning_fit")
  fit
}

test_that("a sample that finds nothing of a target is modelled, and the note names it", {
  d <- plate()
  d$cq[d$sample == "drug2" & d$target == "MYC"] <- NA
  fit <- warned(run(d), "drug2 \\(MYC\\)")
  row <- row_of(fit, "MYC")
  expect_true(is.finite(row$estimate) && is.finite(row$p.value))
  expect_match(row$note, "not detected in drug2; censored model", fixed = TRUE)
  # it lies beyond the last cycle, so leaving it out would overstate the group
  expect_lt(row$estimate, row_of(run(d[d$sample != "drug2", ]), "MYC")$estimate)
  expect_identical(row$n, 4L)
  same <- c("estimate", "std.error", "df", "p.value", "conf.low", "n", "note")
  expect_equal(row_of(fit, "BCL2")[same], row_of(run(plate()), "BCL2")[same])
})

test_that("where non-detects cannot be modelled the row is NA and the note names them", {
  d <- plate(c(vehicle = 6, drug = 6))
  d$mouse <- paste0(d$treatment, (as.integer(sub("\\D+", "", d$sample)) + 1) %/% 2)
  d$cq[d$sample == "drug2" & d$target == "MYC"] <- NA
  row <- row_of(warned(run(d, unit = "mouse"), "drug2 \\(MYC\\)"), "MYC")
  expect_true(is.na(row$estimate) && is.na(row$p.value))
  expect_match(row$note, "not detected in drug2: no estimate", fixed = TRUE)
})

test_that("some wells found nothing: early that is a failed reaction, near the last cycle it is censoring", {
  d <- plate()
  at <- which(d$sample == "drug2" & d$target == "MYC")
  d$cq[at[1]] <- NA
  fit <- run(d)
  expect_false(is.na(row_of(fit, "MYC")$estimate))
  expect_match(cq_log(fit)$what, "failed reactions excluded", all = FALSE)
  expect_equal(row_of(fit, "MYC")$estimate, row_of(run(d[-at[1], ]), "MYC")$estimate, tolerance = 1e-12)
  d$cq[d$target == "MYC"] <- d$cq[d$target == "MYC"] + 16.5
  row <- row_of(quiet(d), "MYC")
  expect_match(row$note, "some wells not detected, Cq from all by likelihood: drug2", fixed = TRUE)
  # the lost well lies above the last cycle, so the sample's Cq lies above the mean of the others
  expect_lt(row$estimate, row_of(quiet(d[-at[1], ]), "MYC")$estimate)
})

test_that("a missing reference makes the sample's value NA, never an average over the others", {
  d <- plate()
  gone <- d[!(d$sample == "drug2" & d$target == "ACTB"), ]
  w <- expect_warning(fit <- run(gone), class = "ddcq_warning_fit")
  expect_match(conditionMessage(w), "drug2")
  expect_identical(fit$results$n, c(3L, 3L))
  expect_match(fit$results$note, "without drug2 (a reference is missing)", fixed = TRUE)
  same <- c("estimate", "std.error", "df", "p.value")
  expect_equal(fit$results[same], run(d[d$sample != "drug2", ])$results[same], tolerance = 1e-12)
  expect_identical(fit$spec$dropped$sample, "drug2")
  expect_true(all(is.na(fit$samples$dcq[fit$samples$sample == "drug2"])))
})

test_that("a target that is missing in a sample has its own n", {
  d <- plate()
  fit <- run(d[!(d$sample == "drug2" & d$target == "MYC"), ])
  expect_identical(row_of(fit, "MYC")$n, 3L)
  expect_identical(row_of(fit, "BCL2")$n, 4L)
  expect_match(row_of(fit, "MYC")$note, "without drug2 (no Cq)", fixed = TRUE)
})

test_that("a constant target has a fold change and a note, the others stand", {
  d <- plate(sd = 0)
  d$cq <- d$cq + 0.2 * sin(match(d$sample, unique(d$sample))^2) * (d$target == "MYC")
  fit <- run(d)
  row <- row_of(fit, "BCL2")
  expect_false(is.na(row$estimate))
  expect_true(all(is.na(row[c("p.value", "conf.low", "conf.high")])))
  expect_match(row$note, "no variation")
  expect_false(is.na(row_of(fit, "MYC")$p.value))
})

test_that("samples of one mouse are averaged and count once", {
  d <- plate(c(vehicle = 6, drug = 6))
  d$mouse <- paste0(d$treatment, (as.integer(substring(d$sample, nchar(d$treatment) + 1)) + 1) %/% 2)
  fit <- run(d, unit = "mouse")
  y <- tapply(-dcq(d, "MYC"), tapply(d$mouse, d$sample, `[`, 1), mean)
  test <- t.test(y[paste0("drug", 1:3)], y[paste0("vehicle", 1:3)])
  row <- row_of(fit, "MYC")
  expect_identical(c(row$n, row$n_control), c(3L, 3L))
  expect_equal(row$p.value, test$p.value, tolerance = 1e-8)
  expect_identical(unique(fit$samples$n_samples), 2L)
  expect_named(fit$samples[1], "mouse")
})

test_that("replicates may become their median or Huber's location", {
  d <- plate()
  at <- which(d$sample == "drug1" & d$target == "MYC")[1]
  d$cq[at] <- d$cq[at] + 3
  spread <- quiet(d)
  clean <- run(plate())
  off <- function(fit) abs(row_of(fit, "MYC")$estimate - row_of(clean, "MYC")$estimate)
  expect_equal(off(spread), 3 / 3 / 4, tolerance = 1e-10)
  expect_lt(off(quiet(d, replicates = "median")), 0.05)
  expect_lt(off(quiet(d, replicates = "huber")), off(spread))
  cell <- tapply(d$cq, list(d$sample, d$target), median)
  y <- rowMeans(cell[, c("GAPDH", "ACTB")]) - cell[, "MYC"]
  expect_equal(row_of(quiet(d, replicates = "median"), "MYC")$estimate,
               mean(y[paste0("drug", 1:4)]) - mean(y[paste0("vehicle", 1:4)]), tolerance = 1e-12)
})

test_that("contrasts may be named, pairwise, or against the control", {
  d <- plate(c(vehicle = 3, A = 3, B = 3))
  named <- row_of(quiet(d, contrasts = list("A vs B" = c(A = 1, B = -1), "B vs A" = c(A = -2, B = 2))), "MYC")
  expect_identical(named$contrast, c("A vs B", "B vs A"))
  expect_equal(named$estimate[2], -2 * named$estimate[1], tolerance = 1e-12)
  expect_equal(named$p.value[1], named$p.value[2], tolerance = 1e-12)
  pairs <- row_of(quiet(d, contrasts = "pairwise"), "MYC")
  expect_identical(pairs$contrast, c("A vs vehicle", "B vs vehicle", "B vs A"))
  expect_equal(pairs$estimate[3], pairs$estimate[2] - pairs$estimate[1], tolerance = 1e-12)
  expect_equal(pairs$estimate[3], -named$estimate[1], tolerance = 1e-12)
  both <- row_of(quiet(d, contrasts = list(mean = c(A = 0.5, B = 0.5, vehicle = -1))), "MYC")
  expect_equal(both$estimate, mean(pairs$estimate[1:2]), tolerance = 1e-12)
  expect_identical(c(both$n, both$n_control), c(6L, 3L))
})

test_that("adjusted p-values are p.adjust() over the table, and keep the order of p", {
  d <- plate(c(vehicle = 3, A = 3, B = 3), targets = c("MYC", "BCL2", "BAX", "GAPDH", "ACTB"))
  for (adjust in c("holm", "BH", "bonferroni", "none")) {
    r <- quiet(d, adjust = adjust)$results
    expect_equal(r$adj.p.value, p.adjust(r$p.value, adjust), tolerance = 1e-12)
    expect_false(is.unsorted(r$adj.p.value[order(r$p.value)]))
    expect_true(all(r$adj.p.value >= r$p.value))
    if (adjust == "BH") {
      expect_true(all(is.na(r$adj.conf.low)) && all(is.na(r$adj.conf.high)))
    } else {
      expect_true(all(r$adj.conf.low <= r$conf.low & r$adj.conf.high >= r$conf.high))
    }
    if (adjust == "none") expect_identical(r$adj.conf.low, r$conf.low)
  }
  r <- quiet(d, adjust = "bonferroni", level = 0.9)$results
  half <- qt(1 - 0.1 / 2 / nrow(r), r$df) * r$std.error
  expect_equal(r$adj.conf.high, r$estimate + half, tolerance = 1e-10)
})

test_that("rows without a p-value are not of the family", {
  d <- plate(targets = c("MYC", "BCL2", "BAX", "GAPDH", "ACTB"))
  d$cq[d$treatment == "drug" & d$target == "MYC"] <- NA
  r <- run(d)$results
  expect_identical(is.na(r$adj.p.value), r$target == "MYC")
  kept <- r$target != "MYC"
  expect_equal(r$adj.p.value[kept], p.adjust(r$p.value[kept], "holm"), tolerance = 1e-12)
})

test_that("every doubt is in one warning, and in the notes", {
  d <- cbind(plate(c(vehicle = 4, drug = 4)), task = "unknown", quantity = NA_real_)
  d$cq[d$target == "MYC" & d$treatment == "drug"] <- d$cq[d$target == "MYC" & d$treatment == "drug"] +
    2 * (match(d$sample[d$target == "MYC" & d$treatment == "drug"], paste0("drug", 1:4)) - 2.5)
  wide <- which(d$target == "BCL2" & d$sample == "vehicle3")[1]
  d$cq[wide] <- d$cq[wide] + 0.9
  extra <- rbind(
    data.frame(sample = "water", target = "GAPDH", cq = 25, treatment = NA, task = "ntc", quantity = NA),
    data.frame(sample = paste0("S", 1:4), target = "MYC", cq = 20 + 3.3 * 1:4, treatment = NA, task = "standard",
               quantity = 10^-(1:4))
  )
  caught <- list()
  fit <- withCallingHandlers(run(rbind(d, extra), variance = "pooled"), warning = function(w) {
    caught[[length(caught) + 1]] <<- w
    invokeRestart("muffleWarning")
  })
  expect_length(caught, 1)
  expect_s3_class(caught[[1]], "ddcq_warning_fit")
  text <- gsub("\\s+", " ", conditionMessage(caught[[1]]))
  found <- c(
    "wider than 0.5 Cq: vehicle3 BCL2 (0.84)", "No-template control within 5 cycles of a sample: GAPDH (NTC at 25.0)",
    "standards of \"MYC\"", "SDs differ more than twofold, and one variance is pooled from them: MYC ("
  )
  for (pattern in found) expect_match(text, pattern, fixed = TRUE)
  expect_match(row_of(fit, "BCL2")$note, "wider than 0.5 Cq: vehicle3", fixed = TRUE)
  expect_match(row_of(fit, "MYC")$note, "group SDs differ")
})

test_that("0.5 Cq, 5 cycles and twofold are the limits, not inside them", {
  d <- plate(c(vehicle = 3, drug = 3), wells = 2, sd = 0.2)
  at <- which(d$sample == "drug1" & d$target == "BCL2")
  d$cq[at] <- 22.5 + c(0, 0.5)
  expect_no_warning(run(d))
  d$cq[at] <- 22.5 + c(0, 0.51)
  expect_warning(run(d), "wider than 0.5", class = "ddcq_warning_fit")
  d <- cbind(plate(c(vehicle = 3, drug = 3), wells = 1, sd = 0.2), task = "unknown")
  late <- max(d$cq[d$target == "MYC"])
  water <- function(cq) rbind(d, data.frame(sample = "water", target = "MYC", cq = cq, treatment = NA, task = "ntc"))
  expect_no_warning(run(water(late + 5.01)))
  expect_warning(run(water(late + 4.99)), "within 5 cycles", class = "ddcq_warning_fit")
})

test_that("neither row order nor factor levels, other targets or encodings move a number", {
  d <- plate(c(vehicle = 4, drug = 3))
  want <- run(d)$results
  same <- function(fit) {
    found <- fit$results[match(want$target, fit$results$target), ]
    expect_equal(found, want, tolerance = 1e-12, ignore_attr = TRUE)
  }
  same(run(d[rev(seq_len(nrow(d))), ]))
  same(run(d[order(sin(seq_len(nrow(d)) * 37)), ]))
  same(run(transform(d, treatment = factor(treatment, c("drug", "vehicle")))))
  same(run(transform(d, treatment = factor(treatment, c("vehicle", "other", "drug")), target = factor(target))))
  same(run(d, reference = c("ACTB", "GAPDH")))
  alone <- row_of(run(d[d$target != "BCL2", ]), "MYC")
  expect_equal(alone$p.value, want$p.value[want$target == "MYC"], tolerance = 1e-12)
  accent <- transform(d, treatment = sub("drug", "\u00e9", treatment))
  latin1 <- accent
  half <- seq_len(nrow(d)) %% 2 == 0
  latin1$treatment[half] <- iconv(accent$treatment[half], "UTF-8", "latin1")
  expect_identical(run(latin1)$results, run(accent)$results)
  turned <- run(accent, control = iconv("\u00e9", "UTF-8", "latin1"))
  expect_identical(turned$results$estimate, -run(accent)$results$estimate)
})

test_that("adding a constant to every Cq, or to a sample, leaves the table", {
  d <- plate()
  want <- run(d)$results
  expect_equal(run(transform(d, cq = cq + 3))$results, want, tolerance = 1e-10)
  loaded <- transform(d, cq = cq + 0.7 * (sample == "drug2"))
  expect_equal(run(loaded)$results$estimate, want$estimate, tolerance = 1e-10)
})

test_that("swapping the groups turns the signs", {
  d <- plate(c(vehicle = 4, drug = 3))
  there <- run(d)$results
  back <- run(d, control = "drug")$results
  expect_equal(back$estimate, -there$estimate, tolerance = 1e-12)
  expect_equal(back$conf.low, -there$conf.high, tolerance = 1e-12)
  expect_equal(back$p.value, there$p.value, tolerance = 1e-12)
  expect_identical(back$n, there$n_control)
})

test_that("group SDs that differ are a note under Welch, and a doubt where one variance is pooled", {
  d <- plate()
  far <- d$target == "MYC" & d$treatment == "drug"
  d$cq[far] <- d$cq[far] + 2 * (match(d$sample[far], paste0("drug", 1:4)) - 2.5)
  expect_no_warning(fit <- run(d))
  expect_match(row_of(fit, "MYC")$note, "group SDs differ")
  expect_identical(row_of(fit, "BCL2")$note, "")
  expect_warning(run(d, variance = "pooled"), "variance = \"welch\"", fixed = TRUE, class = "ddcq_warning_fit")
})

test_that("knowing less about an efficiency never narrows an interval", {
  d <- plate(c(vehicle = 4, drug = 4))
  targets <- unique(d$target)
  width <- function(se, df) {
    r <- run(d, efficiency = cq_efficiency(targets, rep(1.9, 4), std.error = se, df = df))$results
    expect_equal(r$estimate, run(d, efficiency = 1.9)$results$estimate, tolerance = 1e-12)
    r$conf.high - r$conf.low
  }
  for (df in c(1, 3, 50, NA)) {
    widths <- vapply(c(0, 0.001, 0.01, 0.05), width, numeric(2), df = df)
    expect_true(all(apply(widths, 1, diff) >= -1e-12))
  }
})

test_that("only the targets that are asked for are reported, references may be asked for", {
  d <- plate()
  expect_identical(run(d, targets = "BCL2")$results$target, "BCL2")
  own <- run(d, targets = c("ACTB", "MYC"))$results
  expect_match(own$note[own$target == "ACTB"], "also a reference")
})

test_that("wells of controls and standards are not samples", {
  d <- cbind(plate(), task = "unknown")
  water <- data.frame(sample = "water", target = unique(d$target), cq = 39, treatment = NA, task = "ntc")
  pos <- transform(d[d$sample == "drug1", ], sample = "pos", task = "positive", treatment = NA)
  expect_equal(run(rbind(d, water, pos))$results, run(plate())$results, tolerance = 1e-12)
})

test_that("data from other tools come through, and the log says what they did", {
  skip_if_not_installed("dplyr")
  x <- cq_data(plate())
  fit <- run(other("dplyr", "filter")(x, sample != "drug4"))
  expect_identical(fit$results$n, c(3L, 3L))
  expect_identical(cq_log(fit)$n[cq_log(fit)$what == "rows removed"], 12L)
  expect_equal(run(other("dplyr", "arrange")(x, cq))$results, run(x)$results, tolerance = 1e-12)
})

test_that("wells that lost their name are counted, and a list is no factor", {
  d <- data.frame(
    sample = rep(paste0("s", 1:6), each = 2), target = rep(c("MYC", "GAPDH"), 6), cq = 20 + (1:12) / 10,
    treatment = rep(c("a", "b"), each = 6)
  )
  x <- cq_data(d)
  x$sample[1:2] <- NA
  expect_warning(fit <- ddcq(x, ~ treatment, "GAPDH", "a", 2), "2 wells without a sample", class = "ddcq_warning_fit")
  expect_identical(fit$results$n_control, 2L)
  expect_identical(cq_log(fit)$n[cq_log(fit)$what == "wells without a name left out"], 2L)
  y <- cq_data(d)
  y$treatment <- as.list(y$treatment)
  expect_error(ddcq(y, ~ treatment, "GAPDH", "a", 2), class = "ddcq_error_column")
})
