# What the vignette "Validation" says, asserted: printed and certified values, examples by hand, other programs. The
# values and the code that computes ours are in inst/validation; there is no second copy.

source_validation <- function(file) {
  sys.source(system.file("validation", file, package = "ddcq", mustWork = TRUE), parent.frame())
}

test_that("printed values are reproduced to their printed digits, or the table says why not", {
  source_validation("published.R")
  d <- published_table()
  expect_gt(nrow(d), 80)
  expect_false(anyNA(d$ours))
  said <- nzchar(d$note)
  missed <- !d$agrees & !said
  expect_false(any(missed), info = paste(d$set, d$value, d$printed, d$ours)[missed])
  # a reason that is not needed any more goes
  expect_false(any(d$rounds & said))
  expect_true(all(d$set %in% validation_table("papers.csv")$set))
})

test_that("examples by hand come out to the last digits", {
  source_validation("published.R")
  d <- hand_table()
  # four roundings of a double
  expect_lt(max(abs(d$difference)), 4 * .Machine$double.eps)
})

test_that("certified values are reached to the digits asked for", {
  source_validation("published.R")
  d <- certified_table()
  expect_true(all(d$digits >= as.numeric(d$asked)), info = paste(d$quantity, format(d$digits, digits = 3)))
})

test_that("other programs agree within their limits", {
  skip_on_cran()
  source_validation("programs.R")
  d <- programs_table()
  expect_gte(nrow(d), 11)
  expect_true(all(d$difference <= d$limit), info = paste(d$program, d$difference))
})

test_that("the habits are what they are called: t.test() on each experiment", {
  source_validation("coverage.R")
  cell <- data.frame(regime = "cell line", E = 1.9, n = 4, FC = 2)
  sim <- with_seed(5, simulate_cell(cell, 60))
  got <- coverage_habits(cell, sim)
  wells <- sim$wells[, , , 1] - sim$wells[, , , 2]
  figures <- function(interval) {
    i <- t(vapply(seq_len(sim$reps), interval, numeric(3)))
    interval_figures(i[, 1], i[, 2], i[, 3], 1)
  }
  tested <- function(of) function(r) {
    d <- of(r)
    t <- stats::t.test(d$control, d$treated, var.equal = d$pooled)
    c(t$estimate[[1]] - t$estimate[[2]], t$conf.int)
  }
  weight <- function(j, r) -log2(10) / stats::coef(stats::lm(sim$curves[[j]][, r] ~ sim$x))[[2]]
  truth <- list(
    `wells as n` = tested(function(r) list(control = wells[, 1:4, r], treated = wells[, 5:8, r], pooled = FALSE)),
    `E = 2 assumed` = tested(function(r) {
      d <- colMeans(wells[, , r])
      list(control = d[1:4], treated = d[5:8], pooled = TRUE)
    }),
    `SE(E) ignored` = tested(function(r) {
      cq <- apply(sim$wells[, , r, ], 2:3, mean)
      d <- weight(1, r) * cq[, 1] - weight(2, r) * cq[, 2]
      list(control = d[1:4], treated = d[5:8], pooled = TRUE)
    }),
    `t on fold changes` = function(r) {
      d <- colMeans(wells[, , r])
      t <- stats::t.test(2^(mean(d[1:4]) - d[5:8]))
      log2(c(t$estimate, pmax(t$conf.int, 0)))
    }
  )
  for (habit in names(truth)) {
    expect_equal(got[got$method == habit, names(figures(truth[[habit]]))], figures(truth[[habit]]),
                 ignore_attr = TRUE, tolerance = 1e-12)
  }
  # bars: the SD of the treated, and that over the root of n
  sd <- apply(apply(wells, 2:3, mean)[5:8, ], 2, stats::sd)
  expect_equal(got$width[got$method == "SD bars as an interval"], 2 * mean(sd))
  expect_equal(got$width[got$method == "SEM bars as an interval"], mean(sd))
})

test_that("the stored tables are whole", {
  source_validation("published.R")
  coverage <- validation_table("coverage.csv")
  expect_equal(nrow(unique(coverage[c("regime", "E", "n", "FC")])), 54)
  expect_true(all(table(coverage$method, coverage$unit, coverage$variance) %in% c(0, 54)))
  programs <- validation_table("programs.csv")
  expect_true(all(nzchar(as.matrix(programs[c("program", "compared", "n", "figure", "command", "date", "source")]))))
  expect_true(all(nzchar(as.matrix(validation_table("studies.csv")[c("study", "found", "command", "date", "source")]))))
})

# Real data sets with results that base R, the instrument or the paper gave for them (reference data of the folder
# `shared`, which is not part of the package). Tolerances: 1e-12 relative for arithmetic, 1e-10 through a distribution.
# The expected files have 15 digits.

# The wells of a file as cq_data. A blank Cq there is a well without a value that the file's results leave out.
shared_wells <- function(file, sample = "sample") {
  d <- shared_data(file)
  names(d)[names(d) == "Cq"] <- "cq"
  d
}

fit_wells <- function(d, reference, control, formula = ~group, efficiency = 2, ...) {
  x <- quietly(cq_data(d, na = "missing"))
  quietly(ddcq(x, formula, reference = reference, control = control, efficiency = efficiency, ...))
}

# The rows of a fit against the columns of an expected file, where theta = -ddct.
expect_file_rows <- function(r, e, what) {
  expect_close(r$estimate, -e$ddct, what = paste(what, "estimate"))
  expect_close(r$fold_change, e$fold, what = paste(what, "fold"))
  expect_close(r$std.error, e$se, what = paste(what, "SE"))
  expect_close(r$df, e$df, what = paste(what, "df"))
  expect_close(abs(r$statistic), abs(e$t), what = paste(what, "t"))
  expect_close(r$p.value, e$p, 1e-10, what = paste(what, "p"))
  expect_close(r$conf.low, -e$ddct_hi, 1e-10, what = paste(what, "low"))
  expect_close(r$conf.high, -e$ddct_lo, 1e-10, what = paste(what, "high"))
  expect_close(r$fold_low, e$fold_lo, 1e-10, what = paste(what, "fold low"))
  expect_close(r$fold_high, e$fold_hi, 1e-10, what = paste(what, "fold high"))
}

# ---- two groups ----

test_that("Livak and Schmittgen's separate wells: MYC in kidney against brain", {
  skip_without_shared()
  d <- shared_wells("livak/livak_separate_wells.csv")
  e <- shared_data("livak/livak_separate_wells.expected_stats.csv")
  d$tube <- sub(".*_", "tube", d$sample)
  for (control in c("brain", "kidney")) {
    comparison <- paste(setdiff(c("brain", "kidney"), control), "vs", control)
    row <- function(test) e[e$test == test & e$comparison == comparison, ]
    fit <- fit_wells(d, "GAPDH", control, ignore = "tube")
    expect_identical(fit$spec$variance, "welch")
    expect_file_rows(fit$results, row("welch"), "livak welch")
    expect_file_rows(fit_wells(d, "GAPDH", control, variance = "pooled", ignore = "tube")$results, row("pooled"), "livak pooled")
    expect_file_rows(fit_wells(d, "GAPDH", control, ~ group + tube)$results, row("paired"), "livak paired")
  }
  expect_equal(round(fit_wells(d, "GAPDH", "brain", ignore = "tube")$results$fold_change, 4), 5.6373)
})

test_that("Livak and Schmittgen's table as printed, and its parts", {
  skip_without_shared()
  fit <- fit_wells(shared_wells("livak/livak_separate_wells.csv"), "GAPDH", "brain")
  e <- shared_data("livak/livak_separate_wells.expected_livak_table.csv")
  s <- fit$samples
  mean_of <- function(value, target) {
    at <- s$target == target
    as.vector(tapply(s[[value]][at], s$group[at], mean))
  }
  expect_close(mean_of("cq", "MYC"), e$mean_MYC)
  expect_close(mean_of("cq", "GAPDH"), e$mean_GAPDH)
  expect_close(mean_of("dcq", "MYC"), e$dct)
  printed <- shared_data("livak/PUBLISHED.csv")
  value <- function(q) printed$value[printed$dataset == "livak_separate_wells" & printed$quantity == q]
  expect_equal(round(-fit$results$estimate, 1), value("kidney ddCt"))
  expect_equal(round(fit$results$fold_change, 1), value("kidney fold"))
})

test_that("Yuan 2006: t-tests over all concentrations, and with the concentration as a block", {
  skip_without_shared()
  d <- shared_wells("livak/yuan2006.csv")
  e <- shared_data("livak/yuan2006.expected_stats.csv")
  m <- shared_data("livak/yuan2006.expected_models.csv")
  d$pair <- paste(d$concentration, d$replicate)
  d$dose <- paste("c", d$concentration)
  unpaired <- function(...) fit_wells(d, "ref", "control", ..., ignore = "pair")$results
  expect_file_rows(unpaired(), e[e$test == "welch", ], "yuan welch")
  expect_file_rows(unpaired(variance = "pooled"), e[e$test == "pooled", ], "yuan pooled")
  expect_file_rows(fit_wells(d, "ref", "control", ~ group + pair)$results, e[e$test == "paired", ], "yuan paired")
  lm_row <- m[m$model == "dct ~ group", ]
  pooled <- unpaired(variance = "pooled")
  got <- c(-pooled$estimate, pooled$std.error, pooled$df, -pooled$statistic)
  expect_close(got, unlist(lm_row[c("ddct", "se", "df", "t")]))
  expect_close(c(pooled$p.value, -pooled$conf.high, -pooled$conf.low), unlist(lm_row[c("p", "lo", "hi")]), 1e-10)
  # the four concentrations as blocks: lm() with a factor
  wide <- data.frame(
    dct = d$cq[d$target == "target"] - d$cq[d$target == "ref"], group = d$group[d$target == "ref"],
    dose = d$dose[d$target == "ref"]
  )
  expect_identical(d$sample[d$target == "target"], d$sample[d$target == "ref"])
  truth <- summary(lm(-dct ~ group + dose, wide))$coefficients["grouptreatment", ]
  blocked <- unpaired(~ group + dose)
  expect_close(unlist(blocked[c("estimate", "std.error", "statistic")]), truth[1:3])
})

# One file of two groups: tests by name, rows by target; the third column of the names is the adjusted p.
expect_two_groups <- function(d, reference, control, e, efficiency = 2, pair = NULL) {
  how <- list(welch = list(~group, "welch"), pooled = list(~group, "pooled"), paired = list(~ group + pair, "pooled"))
  for (test in intersect(names(how), e$test)) {
    if (test == "paired" && is.null(pair)) next
    rows <- e[e$test == test, ]
    # a column of pairs that the formula leaves out is refused
    if (test == "paired") d$pair <- pair
    for (adjust in c("holm", "BH", "bonferroni")) {
      r <- fit_wells(
        d, reference, control, how[[test]][[1]], efficiency, variance = how[[test]][[2]], adjust = adjust,
        targets = rows$target
      )$results
      expect_identical(r$target, rows$target)
      column <- paste0("p_", adjust)
      if (column %in% names(rows)) expect_close(r$adj.p.value, rows[[column]], 1e-10, paste(test, adjust))
    }
    expect_file_rows(r, rows, test)
  }
}

test_that("three targets, one reference, three samples a group", {
  skip_without_shared()
  d <- shared_wells("two_groups/rtpcr_1factor_3target.csv")
  e <- shared_data("two_groups/rtpcr_1factor_3target.expected_stats.csv")
  expect_two_groups(d, "ref", "control", e, pair = paste0("r", d$replicate))
})

test_that("one target, two references", {
  skip_without_shared()
  d <- shared_wells("two_groups/rtpcr_1factor_2ref.csv")
  e <- shared_data("two_groups/rtpcr_1factor_2ref.expected_stats.csv")
  refs <- unique(d$target[d$role == "reference"])
  expect_length(refs, 2)
  expect_two_groups(d, refs, "control", e, pair = paste0("r", d$replicate))
})

test_that("twenty genes in patients and controls", {
  skip_without_shared()
  for (set in list(list("rq_aaa_control", "GAPDH"), list("rq_10vs10", c("Gene1", "Gene10")))) {
    wide <- shared_data(paste0("two_groups/", set[[1]], ".ready_imputed_wide.csv"))
    genes <- setdiff(names(wide), c("Sample", "Group"))
    d <- data.frame(
      sample = rep(wide$Sample, length(genes)), group = rep(wide$Group, length(genes)),
      target = rep(genes, each = nrow(wide)), cq = unlist(wide[genes], use.names = FALSE)
    )
    e <- shared_data(paste0("two_groups/", set[[1]], ".expected_stats.csv"))
    expect_two_groups(d, set[[2]], "Control", e)
  }
})

test_that("four samples a group with two wells each", {
  skip_without_shared()
  d <- shared_wells("misc/qpcrtools_ddct.csv")
  e <- shared_data("misc/qpcrtools_ddct.expected_stats.csv")
  expect_two_groups(d, "OsUBQ", "CK", e)
})

# ---- efficiencies ----

test_that("Pfaffl's ratio with known efficiencies", {
  skip_without_shared()
  d <- shared_wells("efficiency/rtpcr_1factor_eff.csv")
  known <- unique(d[c("target", "efficiency")])
  eff <- cq_efficiency(known$target, known$efficiency)
  e <- shared_data("efficiency/rtpcr_1factor_eff.expected_pfaffl.csv")
  fit <- fit_wells(d[names(d) != "efficiency"], "Actin", "control", efficiency = eff)
  expect_close(fit$results$fold_change, e$value[e$quantity == "pfaffl_ratio"])
  expect_equal(round(fit$results$fold_change, 6), 0.409025)
  e <- shared_data("efficiency/rtpcr_1factor_eff.expected_stats.csv")
  expect_two_groups(d[names(d) != "efficiency"], "Actin", "control", e, eff, pair = paste0("r", d$replicate))
})

# A curve by wells against lm(), as the expected files define it, and by points against lm() on the points' means.
curve_of <- function(d, unit = "well", ...) quietly(cq_standard_curve(cq_data(d, na = "missing"), unit = unit, ...))

as_standards <- function(d) {
  d$task <- "standard"
  d[!is.na(d$cq), ]
}

expect_curve <- function(curve, e, names) {
  e <- e[match(curve$target, e$target), ]
  for (column in names(names)) expect_close(curve[[column]], e[[names[[column]]]], what = paste("curve", column))
}

expect_points <- function(d) {
  by_point <- curve_of(d, "point")
  by_well <- curve_of(d)
  for (target in by_point$target) {
    w <- d[d$target == target & !is.na(d$quantity), ]
    m <- aggregate(cq ~ quantity, w, mean)
    line <- summary(lm(cq ~ log10(quantity), m))
    b <- line$coefficients[2, ]
    row <- by_point[by_point$target == target, ]
    expect_close(c(row$intercept, row$slope), c(line$coefficients[1, 1], b[1]), what = "by point")
    expect_identical(row$df, nrow(m) - 2)
    expect_close(row$efficiency, 10^(-1 / b[1]))
    # points made up to lie on a line have no error but rounding
    if (line$sigma > 1e-10) {
      expect_close(c(row$slope_se, row$sigma), c(b[2], line$sigma), what = "by point, SE")
      expect_close(row$std.error, 10^(-1 / b[1]) * log(10) * b[2] / b[1]^2)
    } else {
      expect_lt(row$sigma, 1e-10)
    }
    # over wells whatever the unit
    expect_identical(row$r.squared, by_well$r.squared[by_well$target == target])
    if (length(unique(table(w$quantity))) == 1) {
      expect_close(row$slope, by_well$slope[by_well$target == target], what = "balanced slope")
    }
  }
}

test_that("standard curves of seven dilutions in triplicate", {
  skip_without_shared()
  d <- as_standards(shared_wells("livak/livak_standard_curve.csv"))
  e <- shared_data("livak/livak_standard_curve.expected.csv")
  line <- list(slope = "slope", intercept = "intercept", r.squared = "r2", slope_se = "se_slope")
  expect_curve(curve_of(d), e, c(line, sigma = "sigma", efficiency = "amp_factor"))
  expect_close(100 * (curve_of(d)$efficiency - 1), e$efficiency_pct)
  # the limits of the slope, transformed
  expect_close(curve_of(d)$conf.low, 1 + e$eff_lo_pct / 100, 1e-10)
  expect_close(curve_of(d)$conf.high, 1 + e$eff_hi_pct / 100, 1e-10)
  expect_points(d)
  d <- as_standards(shared_wells("efficiency/rtpcr_efficiency.csv"))
  e <- shared_data("efficiency/rtpcr_efficiency.expected.csv")
  expect_curve(curve_of(d), e, c(line, efficiency = "E"))
  expect_points(d)
})

test_that("standard curves with the efficiency's own standard error", {
  skip_without_shared()
  d <- as_standards(shared_wells("calibration/easyqpcr_efficiency.csv"))
  e <- shared_data("calibration/easyqpcr_efficiency.expected.csv")
  d <- d[d$target %in% e$target, ]
  names <- list(
    slope = "slope", intercept = "intercept", r.squared = "r2", slope_se = "se_slope", efficiency = "E",
    std.error = "se_E"
  )
  expect_curve(curve_of(d), e, names)
  expect_points(d)
})

test_that("the instrument's curves, to its printed digits and to lm()", {
  skip_without_shared()
  e <- shared_data("instrument/quantstudio5_stdcurve.expected.csv")
  for (target in e$target) {
    d <- shared_wells(paste0("instrument/quantstudio5_stdcurve_", target, ".csv"))
    d$quantity <- d$quantity_std
    d$task <- d$group
    d$task[d$task == "STANDARD" | !is.na(d$quantity)] <- "standard"
    d$task[d$task != "standard"] <- "unknown"
    d <- d[d$task == "standard" & !is.na(d$cq), ]
    curve <- curve_of(d)
    row <- e[e$target == target, ]
    expect_identical(curve$n_wells, row$n)
    expect_close(
      c(curve$slope, curve$intercept, curve$r.squared, 100 * (curve$efficiency - 1)),
      unlist(row[c("slope", "intercept", "r2", "eff_pct")]), what = target
    )
    # printed to three decimals
    expect_lt(abs(curve$slope - row$inst_slope), 6e-4)
    expect_lt(abs(curve$intercept - row$inst_intercept), 6e-4)
    expect_lt(abs(curve$r.squared - row$inst_r2), 6e-4)
    # the instrument fits Cq with more digits than it exports: its per cent to 0.01
    expect_lt(abs(100 * (curve$efficiency - 1) - row$inst_eff), 0.01)
    expect_points(d)
  }
  d <- as_standards(shared_wells("instrument/pyqpcr_calibration.csv"))
  e <- shared_data("instrument/pyqpcr_calibration.expected.csv")
  curve <- curve_of(d)
  expect_close(
    c(curve$slope, curve$intercept, curve$r.squared, curve$efficiency),
    unlist(e[c("slope_log10", "intercept", "r2", "amp_factor")])
  )
})

test_that("16 primer sets on a 384-well plate: one line by dilution", {
  skip_without_shared()
  d <- shared_wells("misc/tidyqpcr_calibration_384.csv")
  e <- shared_data("misc/tidyqpcr_calibration_384.expected.csv")
  d <- d[d$prep_type == "+RT" & !is.na(d$cq) & d$quantity > 0, ]
  d$task <- "standard"
  curve <- curve_of(d)
  e <- e[match(curve$target, e$target), ]
  expect_close(curve$slope, e$slope_log10_simple)
  expect_close(curve$efficiency, e$E_simple)
})

# ---- three groups, and the instrument's relative quantities ----

test_that("three levels against the first: lm() and emmeans", {
  skip_without_shared()
  d <- shared_wells("designs/rtpcr_1factor3level.csv")
  e <- shared_data("designs/rtpcr_1factor3level.expected_contrasts.csv")
  e <- e[e$model == "y~SA (lm)", ]
  names(e)[names(e) == "lo"] <- "ddct_lo"
  names(e)[names(e) == "hi"] <- "ddct_hi"
  fit <- fit_wells(d[names(d) != "efficiency"], "GAPDH", "L1")
  expect_identical(fit$spec$variance, "pooled")
  expect_identical(fit$results$contrast, sub(" - ", " vs ", e$contrast))
  # the file's y is minus the log2 quantity, as ddCq is: its differences are ddCq
  expect_file_rows(fit$results, e, "three levels")
})

# Expected rows of one model, named as the tests of two groups are.
contrasts_of <- function(file, model) {
  e <- shared_data(file)
  e <- e[grepl(model, e$model, fixed = TRUE), ]
  names(e)[match(c("lo", "hi"), names(e))] <- c("ddct_lo", "ddct_hi")
  e
}

test_that("two factors, added: lm() and emmeans", {
  skip_without_shared()
  d <- shared_wells("designs/rtpcr_2factor.csv")
  d <- d[names(d) != "efficiency"]
  e <- contrasts_of("designs/rtpcr_2factor.expected_contrasts.csv", "lm y~G+Dr")
  r <- fit_wells(d, "GAPDH", "D0", ~ Drought + Genotype)$results
  expect_identical(r$contrast, sub(" - ", " vs ", e$contrast))
  expect_file_rows(r, e, "added factors")
})

# Marginal means of the cells as contrasts of one factor of cells.
margins <- function(cells, a, b, at) {
  side <- function(level) (cells == level) / sum(cells == level)
  stats::setNames(side(a) - side(b), at)
}

test_that("two factors with interaction, as one factor of cells, with a block and without", {
  skip_without_shared()
  d <- shared_wells("designs/rtpcr_2factor.csv")
  d$cell <- sub(":", ".", d$group, fixed = TRUE)
  cells <- unique(d$cell)
  drought <- sub(".*[.]", "", cells)
  genotype <- sub("[.].*", "", cells)
  asked <- list(
    "D1 - D0" = margins(drought, "D1", "D0", cells), "D2 - D0" = margins(drought, "D2", "D0", cells),
    "S - R" = margins(genotype, "S", "R", cells)
  )
  e <- contrasts_of("designs/rtpcr_2factor.expected_contrasts.csv", "lm y~G*Dr")
  r <- fit_wells(d[names(d) != "efficiency"], "GAPDH", "R.D0", ~cell, contrasts = asked[e$contrast])$results
  expect_identical(r$contrast, e$contrast)
  expect_file_rows(r, e, "cells")
  d <- shared_wells("designs/rtpcr_2factor_block.csv")
  d$cell <- sub(":", ".", d$group, fixed = TRUE)
  d$block <- paste0("block", d$block)
  cells <- unique(d$cell)
  f2 <- sub(".*[.]", "", cells)
  f1 <- sub("[.].*", "", cells)
  asked <- list(
    "S - R" = margins(f1, "S", "R", cells), "L1 - L0" = margins(f2, "L1", "L0", cells),
    "L2 - L0" = margins(f2, "L2", "L0", cells)
  )
  e <- contrasts_of("designs/rtpcr_2factor_block.expected_contrasts.csv", "lm block+f1*f2")
  r <- fit_wells(d[names(d) != "efficiency"], "GAPDH", "R.L0", ~ cell + block, contrasts = asked[e$contrast])$results
  expect_file_rows(r, e, "cells and block")
})

test_that("repeated measures with the subject as a block", {
  skip_without_shared()
  d <- shared_wells("designs/rtpcr_repeated1.csv")
  d$subject <- paste0("id", d$id)
  d$when <- paste0("time", d$time)
  e <- contrasts_of("designs/rtpcr_repeated1.expected_contrasts.csv", "lm y~id+time")
  refs <- unique(d$target[d$role == "reference"])
  r <- fit_wells(d[names(d) != "efficiency"], refs, "time1", ~ when + subject)$results
  expect_identical(r$contrast, sub(" - ", " vs ", e$contrast))
  expect_file_rows(r, e, "repeated")
})

test_that("an array of 96 assays with gaps", {
  skip_without_shared()
  d <- shared_wells("arrays/normqpcr_taqman_example.csv")
  e <- shared_data("arrays/normqpcr_taqman_example.expected_stats.csv")
  expect_two_groups(d, "Actb.Rn00667869_m1", "control", e)
})

test_that("the instrument's RQ to its printed digits", {
  skip_without_shared()
  d <- shared_wells("instrument/quantstudio5_relative_exp1.csv")
  e <- shared_data("instrument/quantstudio5_relative_exp1.expected.csv")
  d$arm <- d$sample
  fit <- fit_wells(d, c("ACTB", "GAPDH"), "AiW002-2-D0", ~arm)
  expect_true(all(is.na(fit$results$p.value)))
  e <- e[!is.na(e$inst_RQ) & !is.na(e$RQ) & e$sample != "AiW002-2-D0", ]
  expect_gt(nrow(e), 30)
  row <- match(paste(e$target, e$sample), sub(" vs .*", "", paste(fit$results$target, fit$results$contrast)))
  r <- fit$results[row, ]
  expect_close(r$fold_change, e$RQ)
  # ddCt near 0: a difference of numbers near 20
  expect_lt(max(abs(r$estimate + e$ddct)), 1e-12)
  expect_lt(max(abs(r$fold_change - e$inst_RQ)), 6e-4)
  expect_lt(max(abs(-r$estimate - e$inst_ddct)), 1.1e-3)
})

test_that("five arms with wells that have no Cq, against lm() on the samples' means", {
  skip_without_shared()
  d <- shared_wells("misc/mcmcqpcr_beckham.csv")
  log <- cq_log(quietly(cq_data(d, na = "missing")))
  expect_identical(log$n[log$what == "missing"], sum(is.na(d$cq)))
  fit <- fit_wells(d, "gapdh", "control:0h", variance = "pooled")
  means <- tapply(d$cq, list(d$sample, d$target), mean, na.rm = TRUE)
  group <- stats::relevel(factor(d$group[match(rownames(means), d$sample)]), "control:0h")
  targets <- setdiff(unique(d$target), "gapdh")
  expect_identical(nrow(fit$results), 4L * length(targets))
  for (target in targets) {
    truth <- stats::coef(summary(stats::lm(means[, "gapdh"] - means[, target] ~ group)))[-1, ]
    r <- fit$results[fit$results$target == target, ]
    truth <- truth[match(sub(" vs .*", "", r$contrast), sub("^group", "", rownames(truth))), ]
    expect_close(r$estimate, truth[, 1], 1e-10)
    expect_close(r$std.error, truth[, 2], 1e-11)
    expect_close(r$p.value, truth[, 4], 1e-9)
  }
})
