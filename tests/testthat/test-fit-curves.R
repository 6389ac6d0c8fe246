# Fits of amplification curves: against precise fits of real data, against base R, and by what they must not do.

curve_wells <- function(dataset) {
  cq_curves(shared_data(sprintf("curves/qpcR_%s.csv", dataset)), fluorescence = "fluo")
}

# ---- numbers ----

test_that("real curves are fitted as well as by anybody, and the Cq follow from the parameters", {
  skip_without_shared()
  truth <- shared_data("curves/qpcR.expected_l4_l5_precise.csv")
  undetermined <- character()
  for (dataset in unique(truth$dataset)) {
    for (model in c("l4", "l5")) {
      want <- truth[truth$dataset == dataset & truth$model == model, ]
      fit <- cq_fit_curves(curve_wells(dataset), model = model, cut_hook = FALSE)
      fit <- as.data.frame(fit)[match(want$well, fit$well), ]
      expect_true(all(fit$state == "quantified"))
      expect_lt(max((fit$rss - want$rss) / want$rss), 1e-8)
      # the optimum of the file where f is determined: gradients there are 1e-13, so the parameters hold to 1e-8
      open <- grepl("asymmetry", fit$signs)
      undetermined <- c(undetermined, sprintf("%s %s %s", dataset, model, fit$well[open]))
      for (p in c("b", "c", "d", "e", if (model == "l5") "f")) expect_close(fit[[p]][!open], want[[p]][!open], 1e-6)
      f <- if (model == "l5") want$f else 1
      sdm <- twin_sdm(model, want$b, want$e, f)
      expect_lt(max(abs(fit$sdm - sdm)[!open]), 1e-6)
      # the file's own SDM and FDM were looked for on the second and first derivative by a search that ends at 1e-4
      expect_lt(max(abs(fit$sdm - want$sdm_cq)), 5e-4)
      expect_lt(max(abs(fit$fdm - want$fdm_cq)[!open]), 5e-5)
    }
  }
  # there f runs to infinity: RSS still falls at f = 52,687
  expect_identical(undetermined, "batsch1 l5 F3.1")
})

test_that("a search over 0.01 cycles, 192 fits of six data sets, agrees within its step", {
  skip_without_shared()
  truth <- shared_data("curves/qpcR.peer_fits.csv")
  for (dataset in unique(truth$dataset)) {
    for (model in c("l4", "l5")) {
      want <- truth[truth$dataset == dataset & truth$model == model & !is.na(truth$rss), ]
      fit <- as.data.frame(cq_fit_curves(curve_wells(dataset), model = model, cut_hook = FALSE))
      fit <- fit[match(want$well, fit$well), ]
      same <- fit$model == model & abs(fit$rss - want$rss) <= 1e-6 * want$rss
      expect_true(all(fit$rss <= want$rss * (1 + 1e-8) | fit$model != model))
      expect_lt(max(abs(fit$sdm - want$cpD2)[same]), 0.0051)
      expect_lt(max(abs(fit$fdm - want$cpD1)[same]), 0.0051)
    }
  }
})

test_that("the efficiencies of the dilution series are those of the expected table", {
  skip_without_shared()
  truth <- shared_data("curves/qpcR.expected_calibration.csv")
  steps <- c(reps = 10, batsch1 = 4)
  for (i in seq_len(nrow(truth))) {
    fit <- cq_fit_curves(curve_wells(truth$dataset[i]), model = truth$model[i], cut_hook = FALSE)
    level <- as.integer(sub("F([0-9]+)[.].*", "\\1", fit$well))
    line <- stats::lm(fit$cq ~ I(-level * log10(steps[[truth$dataset[i]]])))
    # their Cq are rounded to 0.01 cycle
    expect_close(10^(-1 / stats::coef(line)[2]), truth$E[i], 1e-3)
  }
})

test_that("parameters, SE and r squared are those of nls()", {
  set.seed(11)
  x <- simulated_curves(c(20, 24.5, 28), f = 1.3, noise = 0.01)
  fit <- as.data.frame(cq_fit_curves(x))
  for (i in 1:3) {
    d <- as.data.frame(x)[x$well == fit$well[i], ]
    own <- stats::nls(
      fluorescence ~ c + (d - c) * (1 + exp(b * (cycle - e)))^-f, d,
      as.list(fit[i, c("b", "c", "d", "e", "f")]), control = stats::nls.control(tol = 1e-6)
    )
    expect_close(unlist(fit[i, names(stats::coef(own))]), stats::coef(own), 1e-6)
    expect_close(fit$rss[i], stats::deviance(own), 1e-10)
    expect_close(fit$sigma[i], summary(own)$sigma, 1e-10)
    expect_identical(fit$df[i], stats::df.residual(own))
    # AIC() counts the error SD too, and has the constant of the normal density
    k <- 6
    n <- 40
    expect_close(fit$aicc[i], stats::AIC(own) - n * (log(2 * pi) + 1) + 2 * k * (k + 1) / (n - k - 1), 1e-9)
    expect_close(fit$r_squared[i], 1 - fit$rss[i] / sum((d$fluorescence - mean(d$fluorescence))^2), 1e-10)
    # delta method by numeric derivatives of the closed form
    co <- stats::coef(own)
    sdm <- function(p) twin_sdm("b5", p[["b"]], p[["e"]], p[["f"]])
    g <- vapply(names(co), function(j) {
      h <- 1e-5
      up <- down <- co
      up[j] <- co[j] + h
      down[j] <- co[j] - h
      (sdm(up) - sdm(down)) / (2 * h)
    }, 0)
    expect_close(fit$cq_se[i], sqrt(drop(g %*% stats::vcov(own) %*% g)), 1e-4)
  }
})

test_that("every model and every kind of Cq is the closed form of its parameters", {
  set.seed(12)
  x <- simulated_curves(c(20, 25), noise = 0.004)
  for (model in c("b4", "b5", "l4", "l5", "gompertz")) {
    fit <- as.data.frame(cq_fit_curves(x, model = model))
    f <- ifelse(is.na(fit$f), 1, fit$f)
    expect_close(fit$sdm, twin_sdm(model, fit$b, fit$e, f), 1e-9)
    expect_close(fit$fdm, twin_fdm(model, fit$b, fit$e, f), 1e-9)
    expect_close(fit$cy0, twin_cy0(model, fit$b, fit$e, f), 1e-9)
    share <- function(at) twin_share(model, at, fit$b, fit$e, f)
    expect_close(fit$efficiency_at_cq, share(fit$sdm) / share(fit$sdm - 1), 1e-9)
    cut <- as.data.frame(cq_fit_curves(x, model = model, cq = "threshold", threshold = 0.2))
    expect_close(twin_sigmoid(model, cut$cq, fit$b, fit$c, fit$d, fit$e, f) - fit$c, c(0.2, 0.2), 1e-9)
    expect_identical(as.data.frame(cq_fit_curves(x, model = model, cq = "cy0"))$cq, fit$cy0)
  }
})

test_that("the window of linearity is that of the plain steps", {
  set.seed(13)
  x <- simulated_curves(stats::runif(60, 17, 31), e = 1.85, f = 0.8, noise = 0.002)
  fit <- as.data.frame(cq_fit_curves(x))
  want <- vapply(split(x$fluorescence, x$well), function(y) twin_window(y)$efficiency, 0)
  expect_close(fit$efficiency_well, want[fit$well], 1e-10)
  expect_gt(sum(!is.na(want)), 50)
  expect_identical(is.na(fit$efficiency_well), !is.na(fit$window_note))
})

test_that("threads, order of the rows and other wells change no number", {
  set.seed(14)
  x <- simulated_curves(c(stats::runif(80, 18, 32), rep(200, 10)), noise = 0.02)
  one <- cq_fit_curves(x, threads = 1)
  expect_identical(cq_fit_curves(x, threads = 2), one)
  expect_identical(cq_fit_curves(x, threads = 5), one)
  part <- cq_fit_curves(x[x$well %in% c("A03", "B07"), ])
  both <- as.data.frame(one)[one$well %in% c("A03", "B07"), ]
  expect_equal(as.data.frame(part), both, ignore_attr = TRUE, tolerance = 0)
  mixed <- x[sample(nrow(x)), ]
  again <- as.data.frame(cq_fit_curves(mixed))
  expect_identical(again$cq[match(one$well, again$well)], one$cq)
  # another unit, another level
  moved <- x
  moved$fluorescence <- 3e4 * x$fluorescence - 2e3
  expect_lt(max(abs(cq_fit_curves(moved)$cq - one$cq), na.rm = TRUE), 1e-7)
})

test_that("models are chosen by AICc, one a target", {
  set.seed(15)
  x <- simulated_curves(rep(c(20, 24), each = 4), f = rep(0.35, 8)[1], noise = 0.003)
  x$target <- ifelse(x$well %in% c("A01", "A02", "A03", "A04"), "one", "two")
  all <- c("b4", "b5", "gompertz")
  fit <- as.data.frame(cq_fit_curves(x, model = all))
  sums <- vapply(all, function(m) {
    rowsum(as.data.frame(cq_fit_curves(x, model = m))$aicc, fit$target)[, 1]
  }, numeric(2))
  expect_identical(
    as.character(tapply(fit$model, fit$target, unique)[rownames(sums)]), all[apply(sums, 1, which.min)]
  )
})

# ---- threshold ----

test_that("a threshold is per target, fitted, or an instrument's with its baseline", {
  set.seed(16)
  x <- simulated_curves(rep(c(20, 24), each = 3), noise = 0.003)
  x$target <- ifelse(x$well %in% c("A01", "A02", "A03"), "one", "two")
  x$sample <- "s"
  fit <- cq_fit_curves(x, cq = "threshold", threshold = c(two = 0.4, one = 0.2))
  p <- as.data.frame(fit)
  level <- twin_sigmoid("b5", p$cq, p$b, p$c, p$d, p$e, p$f) - p$c
  expect_close(level, rep(c(0.2, 0.4), each = 3), 1e-9)

  free <- as.data.frame(cq_fit_curves(x, cq = "threshold", threshold = "fit"))
  spread <- function(f) sum(tapply(f$cq, f$target, stats::var))
  for (at in c(0.05, 0.2, 0.6, 1)) {
    expect_lte(spread(free), spread(as.data.frame(cq_fit_curves(x, cq = "threshold", threshold = at))) * 1.02)
  }

  given <- as.data.frame(cq_fit_curves(x, cq = "threshold", threshold = 0.3, baseline = c(3, 10)))
  for (i in seq_len(nrow(given))) {
    d <- as.data.frame(x)[x$well == given$well[i], ]
    line <- stats::lm(fluorescence ~ cycle, d[3:10, ])
    y <- d$fluorescence - stats::predict(line, d)
    at <- max(which(y[-40] < 0.3 & y[-1] >= 0.3))
    expect_close(given$cq[i], at + log(0.3 / y[at]) / log(y[at + 1] / y[at]), 1e-10)
  }
  table <- data.frame(well = unique(x$well), first = 3, last = c(10, 10, 10, 12, 12, 12))
  by_well <- as.data.frame(cq_fit_curves(x, cq = "threshold", threshold = 0.3, baseline = table))
  expect_identical(by_well$cq[1:3], given$cq[1:3])
  expect_false(any(by_well$cq[4:6] == given$cq[4:6]))

  high <- cq_fit_curves(x, cq = "threshold", threshold = 50)
  expect_true(all(high$state == "nondetect"))
  expect_identical(unique(high$note), "does not reach the threshold")

  expect_error(cq_fit_curves(x, cq = "threshold"), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, threshold = 0.2), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, cq = "threshold", threshold = c(one = 0.2)), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, cq = "threshold", threshold = c(0.1, 0.2)), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, cq = "threshold", threshold = -1), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, baseline = c(3, 10)), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, cq = "threshold", threshold = 1, baseline = 3), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, cq = "threshold", threshold = 1, baseline = c(9, 3)), class = "ddcq_error_argument")
  expect_error(
    cq_fit_curves(x, cq = "threshold", threshold = 1, baseline = table[1:4, ]), class = "ddcq_error_argument"
  )
  x$sample <- x$well
  expect_error(cq_fit_curves(x, cq = "threshold", threshold = "fit"), class = "ddcq_error_data")
})

test_that("an instrument's threshold Ct is met within 0.11 cycles on its own exports", {
  skip_without_shared()
  testthat::skip_if_not_installed("readxl")
  files <- c(
    "AB7500v2__dhammarstrom_qpcrpal__Run301_FP2.xls",
    "QuantStudio5__Benchling-Open-Source_allotropy__appbio_quantstudio_design_and_analysis_example15_v1.5.2.xlsx"
  )
  for (file in files) {
    path <- file.path(shared_dir(), "exports", file)
    ours <- instrument_ct(path)
    expect_gt(sum(!is.na(ours$vendor)), 90)
    expect_true(all(!is.na(ours$cq[!is.na(ours$vendor)])))
    off <- abs(ours$cq - ours$vendor)
    expect_lt(max(off, na.rm = TRUE), 0.11)
    expect_lt(stats::median(off, na.rm = TRUE), 0.05)
  }
})

test_that("on real runs the wells with a Cq in the file are the wells with a Cq here", {
  skip_without_shared()
  testthat::skip_if_not_installed("xml2")
  testthat::skip_if_not_installed("readxl")
  # wells with a Cq in both; only in the file (an NTC at 39.3; a replicate of a well that failed), only here
  runs <- list(
    "RDML1.1__RDML-consortium_rdml-consortium.github.io__example_1_1.rdml" = c(82, 0, 0),
    "RDML-StepOne__bioc-cran-RDML__stepone_std.rdml" = c(21, 0, 0),
    "RDML-tools__RDML-consortium_rdml-tools__relative.rdml" = c(209, 0, 0),
    "RDML-CFX__bioc-cran-RDML__BioRad_qPCR_melt.rdml" = c(25, 1, 0),
    # probes whose curves take 15 cycles to the plateau are no drifts
    "OpenArray-QS12K__uwvirology-ngs_OAtools__oa_gene_expression_1.xlsx" = c(53, 1, 1)
  )
  for (file in names(runs)) {
    path <- file.path(shared_dir(), "exports", file)
    fit <- suppressWarnings(cq_fit_curves(cq_read_curves(path, run = "run")))
    said <- suppressWarnings(cq_read(path, run = "run", runs = "same"))
    key <- function(x) paste(x$well, x$target, x$dye)
    vendor <- said$cq[match(key(fit), key(said))]
    ours <- fit$cq
    expect_identical(
      c(sum(!is.na(vendor) & !is.na(ours)), sum(!is.na(vendor) & is.na(ours)), sum(is.na(vendor) & !is.na(ours))),
      as.integer(runs[[file]]), info = file
    )
  }
})

# ---- what is no amplification ----

test_that("wells without amplification are non-detects with a reason, never numbers", {
  set.seed(17)
  cycle <- 1:40
  wells <- data.frame(
    cycle, A1 = 1, A2 = 1 + rnorm(40, sd = 0.1), A3 = 0.1 * cycle + rnorm(40, sd = 0.1),
    A4 = 0.002 * cycle^2 + rnorm(40, sd = 0.1), A5 = 3 - 0.1 * cycle + rnorm(40, sd = 0.1),
    A6 = 2 * (1 - exp(-cycle / 5)) + rnorm(40, sd = 0.05)
  )
  fit <- cq_fit_curves(cq_curves(wells, wide = TRUE))
  expect_false(any(fit$state == "quantified"))
  expect_true(all(is.na(fit$cq)))
  expect_true(all(nzchar(fit$note)))
  expect_identical(as.character(fit$state[1:5]), rep("nondetect", 5))
})

test_that("curves that are too few, early, late or a step say so", {
  set.seed(18)
  cycle <- 1:40
  base <- 1 + rnorm(40, sd = 0.004)
  wells <- data.frame(
    cycle, A1 = base + (cycle > 20), A2 = base + 1 / (1 + exp(-0.7 * (cycle - 1))),
    A3 = base + 1 / (1 + exp(-0.7 * (cycle - 37)))
  )
  fit <- as.data.frame(cq_fit_curves(cq_curves(wells, wide = TRUE)))
  expect_identical(as.character(fit$state), c("excluded", "excluded", "quantified"))
  expect_match(fit$note[2], "first cycle")
  expect_match(fit$signs[3], "late; no plateau")
  short <- cq_fit_curves(cq_curves(wells[1:3, ], wide = TRUE))
  expect_identical(unique(short$note), "too few cycles")
})

test_that("a well that rises by a sliver of the others is none", {
  set.seed(19)
  x <- simulated_curves(c(20, 21, 22, 23, 24, 25), noise = 0.001)
  x$fluorescence[x$well == "A06"] <- 0.3 + (x$fluorescence[x$well == "A06"] - 0.3) * 0.02
  fit <- cq_fit_curves(x)
  expect_identical(as.character(fit$state), c(rep("quantified", 5), "nondetect"))
  expect_identical(fit$note[6], "rises by a sliver of the others")
  expect_true(all(cq_fit_curves(x, min_rise = 0)$state == "quantified"))
})

test_that("hook, spike, drift and a saturated plateau are said and do not move the Cq far", {
  set.seed(20)
  x <- simulated_curves(rep(22, 5), noise = 0.002)
  y <- split(x$fluorescence, x$well)
  cycle <- 1:40
  y$A02 <- y$A02 - ifelse(cycle > 32, 0.06 * (cycle - 32), 0)
  y$A03[6] <- y$A03[6] + 0.5
  y$A04 <- y$A04 + 0.01 * cycle
  y$A05 <- pmin(y$A05, 2.15)
  fit <- as.data.frame(cq_fit_curves(cq_curves(data.frame(cycle, y), wide = TRUE)))
  expect_identical(fit$signs[1], "")
  expect_match(fit$signs[2], "hook")
  expect_match(fit$signs[3], "spike")
  expect_match(fit$signs[4], "drift")
  expect_match(fit$signs[5], "saturated")
  expect_lt(max(abs(fit$cq - fit$cq[1])), 0.6)
  expect_lt(abs(fit$cq[2] - fit$cq[1]), 0.1)
})

test_that("gaps, a start at another cycle and missing values leave the Cq where it is", {
  x <- simulated_curves(c(20, 26), noise = 0)
  whole <- cq_fit_curves(x)$cq
  expect_lt(max(abs(cq_fit_curves(x[!x$cycle %in% c(5, 18, 33), ])$cq - whole)), 1e-5)
  expect_lt(max(abs(cq_fit_curves(x[x$cycle >= 7, ])$cq - whole)), 1e-5)
  y <- x
  y$fluorescence[y$cycle == 9] <- NA
  y$fluorescence[y$cycle == 30] <- Inf
  gaps <- cq_fit_curves(y)
  expect_lt(max(abs(gaps$cq - whole)), 1e-5)
  expect_match(gaps$signs, "gaps")
  y$fluorescence[y$well == "A02"] <- NA
  expect_identical(as.character(cq_fit_curves(y)$state), c("quantified", "excluded"))
  negative <- x
  negative$fluorescence <- x$fluorescence - 5
  expect_lt(max(abs(cq_fit_curves(negative)$cq - whole)), 1e-7)
  zero <- x
  zero$cycle <- x$cycle - 1
  for (model in c("b5", "l5")) expect_true(all(cq_fit_curves(zero, model = model)$state == "quantified"))
})

# ---- arguments and the object ----

test_that("what cannot be curves is an error that says why", {
  x <- simulated_curves(20)
  expect_error(cq_fit_curves(), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(1:3), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(data.frame(a = 1)), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x[0, ]), class = "ddcq_error_data")
  expect_error(cq_fit_curves(rbind(as.data.frame(x), as.data.frame(x)[3, ])), class = "ddcq_error_data")
  half <- x
  half$cycle <- x$cycle / 2
  expect_error(cq_fit_curves(half), class = "ddcq_error_data")
  expect_error(cq_fit_curves(x, model = "b6"), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, cq = "ct"), class = "ddcq_error_argument")
  expect_error(cq_fit_curves(x, 3, threads = 0), class = "ddcq_error")
  expect_error(cq_fit_curves(x, colour = 1), class = "ddcq_error_argument")
})

test_that("the result is a cq_data that goes on to the fold change", {
  set.seed(21)
  at <- c(20, 20.1, 20.4, 20.5, 19.2, 19.1, 19.4, 19.3, 17, 17.1, 17.2, 17.1, 17.2, 17, 17.1, 17.2)
  x <- simulated_curves(at, noise = 0.002)
  target <- rep(c("MYC", "GAPDH"), each = 8)
  sheet <- data.frame(
    well = unique(x$well), sample = paste0("s", rep(rep(1:4, each = 2), 2)), target = target,
    treatment = rep(rep(c("vehicle", "drug"), each = 4), 2)
  )
  fit <- cq_fit_curves(x)
  expect_s3_class(fit, c("cq_fitted_curves", "cq_data", "data.frame"), exact = TRUE)
  named <- cq_design(fit, sheet, by = "well")
  e <- suppressWarnings(cq_curve_efficiency(named, within = Inf))
  out <- suppressWarnings(ddcq(named, ~treatment, reference = "GAPDH", control = "vehicle", efficiency = e))
  d <- mean(at[1:4]) - mean(at[5:8]) + mean(at[13:16]) - mean(at[9:12])
  expect_lt(abs(as.data.frame(out)$estimate[1] - d * log2(e$efficiency[1])), 0.15)
  log <- as.data.frame(cq_log(fit))
  expect_true(all(c("curves", "fit") %in% log$step))
  expect_identical(log$n[log$what == "Cq"], 16L)
})

test_that("columns of the curves that hold for a whole well are kept, the others are not", {
  x <- simulated_curves(c(20, 22), noise = 0)
  x$dye <- "SYBR"
  x$plate_row <- substring(x$well, 1, 1)
  x$reading <- seq_len(nrow(x))
  x$task <- factor("standard", levels = cq_tasks_for_test())
  x$quantity <- ifelse(x$well == "A01", 100, 10)
  fit <- cq_fit_curves(x)
  expect_identical(fit$dye, c("SYBR", "SYBR"))
  expect_identical(fit$plate_row, c("A", "A"))
  expect_null(fit$reading)
  expect_identical(as.character(fit$task), c("standard", "standard"))
  expect_identical(fit$quantity, c(100, 10))
  x$omitted <- x$well == "A02"
  expect_identical(as.character(cq_fit_curves(x)$state), c("quantified", "excluded"))
})

test_that("it prints what was fitted, and parts of it still print", {
  set.seed(22)
  fit <- cq_fit_curves(simulated_curves(c(20, 24, 200), noise = 0.003))
  shown <- format(fit)
  expect_match(shown, "SIMULATED", all = FALSE)
  expect_match(shown, "Fitted: b5 2", all = FALSE)
  expect_match(shown, "Standard error of a Cq", all = FALSE)
  expect_output(print(fit[1:2, ]), "2 quantified")
  expect_output(print(fit[, c("well", "cq")]), "A01")
})

test_that("an interrupt ends a long job and leaves nothing behind", {
  set.seed(23)
  x <- simulated_curves(20, noise = 0.1)
  n <- 20000
  many <- cq_curves(data.frame(
    well = rep(paste0("w", seq_len(n)), each = 40), cycle = 1:40, fluorescence = rep(x$fluorescence, n)
  ))
  took <- system.time(tryCatch({
    setTimeLimit(elapsed = 0.3, transient = TRUE)
    cq_fit_curves(many, progress = FALSE)
  }, error = function(e) NULL))[["elapsed"]]
  setTimeLimit()
  expect_lt(took, 30)
})

# ---- the glue ----

test_that("starts, options and codes out of range are internal errors", {
  refused <- function(name, ...) {
    args <- utils::modifyList(entry_arguments()[[name]], list(...))
    expect_error(call_entry(name, args), "internal error")
  }
  refused("c_fit_curves", start = c(0L, 30L, 20L))
  refused("c_fit_curves", start = c(0L, 20L, 41L))
  refused("c_fit_curves", options = c(1L, 4L, 1L))
  refused("c_fit_curves", options = c(5L, 0L, 1L))
  refused("c_curve_values", curve = c(0L, 2L, 1L))
  refused("c_curve_values", model = c(1L, 7L))
})

test_that("no curves are no curves", {
  none <- call_entry("c_fit_curves", list(
    double(), double(), 0L, double(), double(), double(), c(1L, 0L, 1L), 2L
  ))
  expect_identical(dim(none$value), c(0L, 29L))
})

test_that("a forked child fits with one thread and the same numbers", {
  testthat::skip_on_os("windows")
  set.seed(24)
  x <- simulated_curves(stats::runif(90, 18, 30))
  here <- cq_fit_curves(x, threads = 2)
  there <- parallel::mclapply(1:2, function(i) cq_fit_curves(x, threads = 2), mc.cores = 2)
  expect_identical(there[[1]]$cq, here$cq)
  expect_identical(there[[2]]$cq, here$cq)
})

# ---- pictures ----

test_that("the picture has every reading, the fit at it, and a line at the Cq or a word for its absence", {
  testthat::skip_if_not_installed("ggplot2")
  set.seed(25)
  x <- simulated_curves(c(20, 24, 200), noise = 0.003)
  fit <- cq_fit_curves(x)
  drawn <- fitted_plot_data(fit, x)
  expect_identical(nrow(drawn$points), 120L)
  one <- drawn$points[drawn$points$panel == "A01", ]
  p <- as.data.frame(fit)[1, ]
  expect_close(one$fitted, twin_sigmoid("b5", one$cycle, p$b, p$c, p$d, p$e, p$f), 1e-12)
  expect_identical(drawn$wells$cq, fit$cq)
  expect_match(drawn$caption, "Simulated")
  for (what in c("curves", "residuals")) expect_s3_class(ggplot2::autoplot(fit, x, what = what), "ggplot")
  expect_identical(nrow(fitted_plot_data(fit, x, "A02")$wells), 1L)
  # names that came later do not part the wells from their curves
  sheet <- data.frame(well = c("A01", "A02", "A03"), sample = c("s1", "s2", "s3"), target = "MYC")
  expect_identical(nrow(fitted_plot_data(cq_design(fit, sheet, by = "well"), x)$points), 120L)
  expect_error(plot(fit), class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(fit, x, wells = "H12"), class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(fit, x[x$well != "A01", ]), class = "ddcq_error_argument")
})
