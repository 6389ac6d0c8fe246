# Made wells: n samples a group, one reference, targets that move by the given log2 fold changes, efficiency 2.
made_wells <- function(n = 6, effect = c(MYC = 1, BAX = 0), groups = c("vehicle", "drug"), seed = 1, blocks = NULL) {
  with_seed(seed, {
    sheet <- data.frame(sample = sprintf("s%02d", seq_len(n * length(groups))), treatment = rep(groups, each = n))
    if (!is.null(blocks)) sheet$block <- rep_len(blocks, nrow(sheet))
    sheet$REF <- stats::rnorm(nrow(sheet), 18, 0.3)
    for (target in names(effect)) {
      sheet[[target]] <- sheet$REF + 5 - effect[[target]] * (sheet$treatment != "vehicle") + stats::rnorm(nrow(sheet), sd = 0.5)
    }
    targets <- c("REF", names(effect))
    wells <- sheet[rep(seq_len(nrow(sheet)), length(targets)), setdiff(names(sheet), targets)]
    wells$target <- rep(targets, each = nrow(sheet))
    wells$cq <- unlist(sheet[targets], use.names = FALSE)
    rownames(wells) <- NULL
    wells
  })
}

made_fit <- function(wells, formula = ~treatment, efficiency = 2, ...) {
  quietly(ddcq(cq_data(wells, na = "nondetect"), formula, reference = "REF", control = "vehicle", efficiency = efficiency, ...))
}

log_quantity <- function(wells, target) {
  (wells$cq[wells$target == "REF"] - wells$cq[wells$target == target])
}

test_that("rows and columns are those of the fit", {
  fit <- made_fit(made_wells(groups = c("vehicle", "a", "b")))
  for (found in list(ddcq_permute(fit), ddcq_permute(fit, statistic = "wilcoxon"), suppressWarnings(ddcq_boot(fit, replicates = 199)))) {
    expect_identical(found$results[c("target", "contrast", "n", "n_control")], fit$results[c("target", "contrast", "n", "n_control")])
    expect_true(all(names(fit$results) %in% names(found$results)))
    expect_identical(as.data.frame(found), found$results)
    expect_identical(tidy(found), found$results)
  }
  expect_close(ddcq_permute(fit)$results$estimate, fit$results$estimate, 1e-10)
})

test_that("two groups: the numbers are those of the plain functions", {
  wells <- made_wells()
  fit <- made_fit(wells)
  treated <- rep(c(FALSE, TRUE), each = 6)
  found <- ddcq_permute(fit)$results
  for (target in c("MYC", "BAX")) {
    plain <- internal("permute_contrast")(log_quantity(wells, target), treated)
    row <- found[found$target == target, ]
    expect_equal(row$p.value, plain$p.value)
    expect_equal(c(row$conf.low, row$conf.high), c(plain$conf.low, plain$conf.high), tolerance = 1e-10)
    expect_equal(row$fold_low, 2^row$conf.low)
    rank <- stats::wilcox.test(log_quantity(wells, target)[treated], log_quantity(wells, target)[!treated], conf.int = TRUE)
    wilcoxon <- ddcq_permute(fit, statistic = "wilcoxon")$results
    expect_equal(wilcoxon$p.value[wilcoxon$target == target], rank$p.value)
  }
  expect_identical(found$adj.p.value, stats::p.adjust(found$p.value, "holm"))
  expect_identical(ddcq_permute(fit, adjust = "none")$results$adj.p.value, found$p.value)
})

test_that("three groups: a contrast re-allocates its own two", {
  wells <- made_wells(groups = c("vehicle", "a", "b"))
  found <- ddcq_permute(made_fit(wells))$results
  two <- ddcq_permute(made_fit(wells[wells$treatment != "b", ]))$results
  expect_equal(found$p.value[found$contrast == "a vs vehicle"], two$p.value)
  expect_true(all(found$allocations == 924))
  three <- made_fit(wells, contrasts = list("a and b" = c(a = 0.5, b = 0.5, vehicle = -1), half = c(a = 0.5, vehicle = -0.5)))
  found <- ddcq_permute(three)$results
  expect_true(all(is.na(found$p.value[found$contrast == "a and b"])))
  expect_match(found$note[found$contrast == "a and b"], "not a comparison of two levels")
  half <- found[found$contrast == "half", ]
  expect_close(half$estimate, two$estimate / 2, 1e-10)
  expect_close(half$conf.low, two$conf.low / 2, 1e-10)
  expect_equal(half$p.value, two$p.value)
})

test_that("pairs are re-allocated within, and resampled as a whole", {
  wells <- made_wells(n = 8, blocks = paste0("m", 1:8))
  fit <- made_fit(wells, ~ treatment + block)
  difference <- log_quantity(wells, "MYC")[9:16] - log_quantity(wells, "MYC")[1:8]
  found <- ddcq_permute(fit)$results
  expect_equal(found$allocations, c(256, 256))
  expect_close(found$estimate, fit$results$estimate, 1e-10)
  rank <- ddcq_permute(fit, statistic = "wilcoxon")$results
  expect_equal(rank$p.value[1], stats::wilcox.test(difference)$p.value)
  boot <- with_seed(5, quietly(ddcq_boot(fit, replicates = 499)))$results
  plain <- with_seed(5, internal("boot_contrast")(cbind(difference), rep(1L, 8), 1, 499))
  expect_close(boot$conf.low[1], plain$conf.low, 1e-10)
  expect_identical(boot$n, c(8L, 8L))
  expect_error(ddcq_permute(fit, statistic = "welch"), class = "ddcq_error_argument")
})

test_that("blocks that are not pairs are re-allocated within, and refused elsewhere", {
  wells <- made_wells(n = 8, blocks = paste0("d", 1:2))
  fit <- made_fit(wells, ~ treatment + block)
  found <- ddcq_permute(fit)$results
  expect_equal(found$allocations, rep(choose(8, 4)^2, 2))
  expect_close(found$estimate, fit$results$estimate, 1e-10)
  rank <- ddcq_permute(fit, statistic = "wilcoxon")$results
  expect_match(rank$note, "not pairs")
  expect_match(quietly(ddcq_boot(fit, replicates = 199))$results$note, "not pairs")
})

test_that("draws are under the seed and say that they are", {
  fit <- made_fit(made_wells(n = 12))
  expect_false(any(ddcq_permute(fit, draws = 199)$results$exact))
  one <- with_seed(3, ddcq_permute(fit, draws = 499))
  expect_identical(with_seed(3, ddcq_permute(fit, draws = 499))$results, one$results)
  expect_match(paste(format(one), collapse = " "), "499 were drawn")
  expect_true(all(ddcq_permute(fit, n_max = 3e6)$results$exact))
})

test_that("non-detects and gaps are rows with a note, not values", {
  wells <- made_wells()
  wells$cq[wells$target == "MYC" & wells$sample == "s09"] <- NA
  fit <- made_fit(wells)
  for (found in list(ddcq_permute(fit), quietly(ddcq_boot(fit, replicates = 199)))) {
    row <- found$results[found$results$target == "MYC", ]
    expect_true(is.na(row$estimate))
    expect_match(row$note, "not detected")
    expect_false(is.na(found$results$estimate[found$results$target == "BAX"]))
  }
  gone <- wells[!(wells$target == "MYC" & wells$sample == "s09"), ]
  found <- ddcq_permute(made_fit(gone))$results
  expect_identical(found$n, c(5L, 6L))
  expect_equal(found$allocations, c(choose(11, 5), 924))
})

test_that("a ratio's non-detects count on either side, and a lost reference is a lost sample", {
  wells <- made_wells(effect = c(MYC = 1, BAX = 0, BCL2 = 0))
  wells$cq[wells$target == "BCL2" & wells$sample == "s09"] <- NA
  fit <- made_fit(wells)
  ratio <- quietly(ddcq_ratio(fit, "BAX", "BCL2"))
  expect_match(ddcq_permute(ratio)$results$note, "not detected")
  whole <- quietly(ddcq_ratio(fit, "BAX", "MYC"))
  expect_close(ddcq_permute(whole)$results$estimate, whole$results$estimate, 1e-10)
  wells$cq[wells$sample == "s09"] <- NA
  found <- ddcq_permute(made_fit(wells))$results
  expect_identical(found$n, rep(5L, 3))
  expect_false(anyNA(found$p.value))
})

test_that("a bootstrap is refused below six and warned about below ten", {
  expect_error(ddcq_boot(made_fit(made_wells(n = 5))), class = "ddcq_error_data")
  expect_warning(ddcq_boot(made_fit(made_wells(n = 6)), replicates = 199), class = "ddcq_warning_boot")
  expect_silent(ddcq_boot(made_fit(made_wells(n = 10)), replicates = 199))
  # one thin target does not stop the others
  wells <- made_wells(n = 10)
  wells <- wells[!(wells$target == "MYC" & wells$sample %in% sprintf("s%02d", 1:5)), ]
  found <- ddcq_boot(made_fit(wells), replicates = 199)$results
  expect_identical(is.na(found$estimate), c(TRUE, FALSE))
  expect_match(found$note[1], "5 samples in a group")
})

test_that("where the unit is a mouse, no samples are counted", {
  wells <- made_wells(n = 12)
  wells$mouse <- paste0("m", ceiling(as.integer(sub("s", "", wells$sample)) / 2))
  fit <- made_fit(wells, unit = "mouse")
  expect_identical(fit$spec$n_units, 12L)
  expect_warning(found <- ddcq_boot(fit, replicates = 199), "10 units \\(mouse\\) in each group")
  expect_match(format(found), "resamples of units (mouse) within their group", fixed = TRUE, all = FALSE)
  few <- made_fit(wells[as.integer(sub("m", "", wells$mouse)) %in% c(1:5, 7:12), ], unit = "mouse")
  expect_error(ddcq_boot(few), "6 units \\(mouse\\) in each group", class = "ddcq_error_data")
  expect_no_match(format(ddcq_permute(fit)), "sample")
})

test_that("the print says what the design can reach and what is not in it", {
  lines <- function(x) paste(trimws(format(x, width = 200)), collapse = "\n")
  three <- lines(ddcq_permute(made_fit(made_wells(n = 3))))
  expect_match(three, "this design cannot give a p below 0.1: no interval at 95 %", fixed = TRUE)
  expect_match(three, "no limit", fixed = TRUE)
  expect_match(three, "no p of this design can fall below 0.20", fixed = TRUE)
  expect_match(lines(ddcq_permute(made_fit(made_wells()))), "all 924 allocations", fixed = TRUE)
  known <- cq_efficiency(c("REF", "MYC", "BAX"), 1.95, std.error = 0.02, df = 4)
  fit <- made_fit(made_wells(), efficiency = known)
  expect_match(lines(ddcq_permute(fit)), "error of the efficiencies is not in", fixed = TRUE)
  expect_output(print(ddcq_permute(fit)), "Randomisation tests")
  expect_output(print(quietly(ddcq_boot(fit, replicates = 199))), "Bootstrap intervals")
})

test_that("names may be anything", {
  wells <- made_wells(effect = c("a{b}" = 1, "\u00e9 x" = 0))
  found <- ddcq_permute(made_fit(wells))
  expect_identical(found$results$target, c("a{b}", "\u00e9 x"))
  expect_match(paste(format(found), collapse = " "), "a{b}", fixed = TRUE)
  expect_warning(ddcq_boot(made_fit(wells), replicates = 199), "a\\{b\\}")
})

# Two crossed factors with unequal groups.
made_cross <- function(seed = 4) {
  wells <- made_wells(n = 7, effect = c(MYC = 1, BAX = 0), groups = c("vehicle", "drug", "v2", "d2"), seed = seed)
  sheet <- data.frame(drug = wells$treatment %in% c("drug", "d2"), estradiol = wells$treatment %in% c("v2", "d2"))
  wells$drug <- ifelse(sheet$drug, "yes", "no")
  wells$estradiol <- ifelse(sheet$estradiol, "yes", "no")
  wells$treatment <- NULL
  wells[wells$sample != "s01", ]
}

cross_fit <- function(formula, control, ...) {
  quietly(ddcq(cq_data(made_cross()), formula, reference = "REF", control = control, efficiency = 2, ...))
}

test_that("crossed factors: each row is the two groups by themselves", {
  wells <- made_cross()
  fit <- cross_fit(~ drug * estradiol, c(drug = "no", estradiol = "no"))
  by <- cross_fit(~ drug * estradiol, c(drug = "no"), by = "estradiol")
  value <- log_quantity(wells, "MYC")
  sheet <- wells[wells$target == "MYC", ]
  for (level in c("no", "yes")) {
    here <- sheet$estradiol == level
    plain <- internal("permute_contrast")(value[here], sheet$drug[here] == "yes")
    found <- ddcq_permute(by)$results
    row <- found[found$target == "MYC" & grepl(paste0("estradiol ", level), found$contrast), ]
    expect_equal(c(row$p.value, row$conf.low), c(plain$p.value, plain$conf.low), tolerance = 1e-10)
    if (level == "no") {
      row <- ddcq_permute(fit)$results
      expect_equal(row$p.value[row$target == "MYC" & row$contrast == "yes:no vs no:no"], plain$p.value)
    }
  }
  for (f in list(fit, by)) {
    expect_close(ddcq_permute(f)$results$estimate, f$results$estimate, 1e-10)
    expect_false(any(nzchar(ddcq_permute(f)$results$note)))
    expect_close(quietly(ddcq_boot(f, replicates = 199))$results$estimate, f$results$estimate, 1e-10)
  }
})

test_that("where the model knows more than the two groups, the note has its fold change", {
  fit <- cross_fit(~ drug + estradiol, c(drug = "no", estradiol = "no"))
  for (found in list(ddcq_permute(fit), ddcq_permute(fit, statistic = "welch"), quietly(ddcq_boot(fit, replicates = 199)))) {
    expect_match(found$results$note, "from the compared samples alone", fixed = TRUE)
  }
  expect_match(ddcq_permute(fit)$results$note[1], paste0(internal("fold_label")(fit$results$fold_change[1]), "-fold"), fixed = TRUE)
  expect_false(any(nzchar(ddcq_permute(fit, statistic = "wilcoxon")$results$note)))
})

test_that("rows without an answer keep their numbers of samples, and none is blamed for another", {
  wells <- made_wells(n = 8)
  wells$cq[wells$target == "MYC" & wells$sample == "s09"] <- NA
  found <- ddcq_permute(made_fit(wells))$results
  expect_identical(found[c("n", "n_control")], made_fit(wells)$results[c("n", "n_control")])
  # BAX has five a group, MYC eight but a non-detect: it is the five that stop it
  thin <- wells[!(wells$target == "BAX" & wells$sample %in% c("s01", "s02", "s03", "s09", "s10", "s11")), ]
  expect_error(ddcq_boot(made_fit(thin), replicates = 199), "Here there are 5", class = "ddcq_error_data")
})

test_that("covariates and random effects are refused by name", {
  skip_if_not_installed("lmerTest")
  wells <- made_wells(n = 8)
  number <- as.integer(substr(wells$sample, 2, 3))
  wells$mouse <- paste0("m", (number + 1) %/% 2)
  fit <- made_fit(wells, ~ treatment + (1 | mouse))
  expect_error(ddcq_permute(fit), "mouse", class = "ddcq_error_argument")
  expect_error(ddcq_boot(fit), "mouse", class = "ddcq_error_argument")
  expect_identical(ddcq_equivalence(fit)$results$estimate, fit$results$estimate)
})

test_that("arguments are checked", {
  fit <- made_fit(made_wells())
  expect_error(ddcq_permute(), class = "ddcq_error_argument")
  expect_error(ddcq_permute(1), class = "ddcq_error_argument")
  expect_error(ddcq_permute(fit, statistic = "t"), class = "ddcq_error_argument")
  expect_error(ddcq_permute(fit, draws = 10), class = "ddcq_error_argument")
  expect_error(ddcq_permute(fit, level = 95), class = "ddcq_error_argument")
  expect_error(ddcq_permute(fit, 5), class = "ddcq_error_argument")
  expect_error(ddcq_boot(fit, replicates = NA), class = "ddcq_error_argument")
  expect_error(ddcq_permute(fit, adjust = "tukey"), class = "ddcq_error_argument")
})
