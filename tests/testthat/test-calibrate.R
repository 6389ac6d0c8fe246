# Simulated: three runs with offsets, calibrators in all of them, two samples a group and run.
plates <- function(calibrators = 2, wells = 2, seed = 1, offset = c(p1 = 0, p2 = 0.8, p3 = -0.5)) {
  set.seed(seed)
  runs <- names(offset)
  samples <- rbind(
    expand.grid(sample = paste0("irc", seq_len(calibrators)), run = runs, stringsAsFactors = FALSE),
    data.frame(sample = paste0("s", seq_len(4 * length(runs))), run = rep(runs, each = 4))
  )
  x <- merge(merge(samples, data.frame(target = c("MYC", "GAPDH"))), data.frame(rep = seq_len(wells)))
  level <- 25 + as.integer(factor(x$sample)) / 7
  x$cq <- level + offset[x$run] * ifelse(x$target == "MYC", 1, 0.6) + rnorm(nrow(x), 0, 0.1)
  x$task <- ifelse(startsWith(x$sample, "irc"), "calibrator", "unknown")
  x$treatment <- ifelse(as.integer(gsub("[a-z]", "", x$sample)) %% 2 == 0, "drug", "vehicle")
  x[order(x$run, x$target, x$sample), ]
}
as_data <- function(x, ...) cq_data(x, ...)

test_that("the entries answer as their twins do", {
  set.seed(4)
  for (i in 1:60) {
    samples <- sample(1:5, 1)
    runs <- sample(1:5, 1)
    grid <- expand.grid(sample = seq_len(samples) - 1L, run = seq_len(runs) - 1L)
    grid <- grid[runif(nrow(grid)) < 0.7, ]
    n <- nrow(grid)
    args <- list(grid$sample, grid$run, rnorm(n, 25), runif(n, 0.001, 0.1), samples, runs)
    got <- do.call(.Call, c(list(c_calibrate), args))
    twin <- do.call(twin_calibrate, args)
    # two ways through one set of normal equations, condition below 1e3
    expect_twin(got[c("offset", "covariance", "residual", "status")], twin[c("offset", "covariance", "residual", "status")], 1e-11)
    if (twin$status != 3L) expect_identical(got$value[2], twin$value[2])
    if (twin$status == 0L) expect_equal(got$value[1], twin$value[1], tolerance = 1e-10)
    share <- array(0, c(runs, 3, 4))
    for (j in 1:3) for (s in 1:4) share[sample.int(runs, 1), j, s] <- 1
    covariance <- as.vector(vapply(1:3, function(j) crossprod(matrix(rnorm(runs^2), runs)), matrix(0, runs, runs)))
    args <- list(c(1, -0.5, 0), c(0.5, 0.5, -0.5, -0.5), as.vector(share), covariance, c(4, 6, 2), runs)
    expect_twin(do.call(.Call, c(list(c_calibration_variance), args)), do.call(twin_calibration_variance, args), 1e-12)
  }
})

test_that("other types are an error in every place of the entries", {
  expect_types_refused(calibrate_entry_arguments())
})

test_that("the NRQ, calibration factors and CNRQ of Hellemans 2007", {
  skip_without_shared()
  d <- shared_data("calibration/easyqpcr_runs.csv")
  truth <- shared_data("calibration/easyqpcr_runs.expected_hellemans.csv")
  factors <- shared_data("calibration/easyqpcr_runs.peer_calibration_factors.csv")
  x <- cq_data(d, cq = "Cq", runs = "same")
  y <- suppressWarnings(cq_calibrate(x, "Calibrator", efficiency = 2))
  wide <- function(x, column) {
    m <- aggregate(stats::setNames(list(x[[column]]), "v"), list(run = x$run, sample = x$sample, gene = x$target), mean)
    m
  }
  value <- function(quantity, m) {
    t <- truth[truth$quantity == quantity, ]
    t$value[match(paste(m$run, m$sample, m$gene), paste(t$run, t$sample, t$gene))]
  }
  measured <- wide(as.data.frame(y), "cq_measured")
  expect_close(measured$v, value("mean_Cq", measured), 1e-13)
  # E = 2 and two references; log2 quantities about the mean of the run, as there
  nrq <- function(m, centre) {
    l <- -m$v + if (centre) ave(m$v, m$run, m$gene) else 0
    ref <- m$gene %in% c("RG1", "RG2")
    key <- paste(m$run, m$sample)
    level <- tapply(l[ref], key[ref], mean)
    2^(l - level[key])
  }
  expect_close(unname(nrq(measured, TRUE)), value("NRQ", measured), 1e-12, "NRQ")
  # the factor of a run and gene there is the calibrator's NRQ about the run's mean Cq: ours, less what that mean takes
  table <- as.data.frame(cq_calibration(y))
  expect_close(tapply(table$factor, table$target, prod), rep(1, 4), 1e-12, "product of the factors")
  raw <- nrq(measured, FALSE)
  cal <- measured$sample == "Calibrator"
  own <- table$factor[match(paste(measured$gene, measured$run)[cal], paste(table$target, table$run))]
  run <- measured$run[cal]
  gene <- measured$gene[cal]
  normalised <- own / ave(ifelse(gene %in% c("RG1", "RG2"), log2(own), NA), run, FUN = function(v) 2^mean(v, na.rm = TRUE))
  theirs <- raw[cal] / ave(raw[cal], gene, FUN = function(v) exp(mean(log(v))))
  expect_close(normalised, unname(theirs), 1e-12, "calibration factors, normalised")
  peer <- factors$CF[match(paste(run, gene), paste(factors$run, factors$gene))]
  expect_close(unname(nrq(measured, TRUE)[cal]), peer, 1e-12, "calibration factors as printed")
  # calibrated quantities relative to the calibrator
  calibrated <- wide(as.data.frame(y), "cq")
  ours <- nrq(calibrated, FALSE)
  at <- match(paste(calibrated$run, calibrated$gene, "Calibrator"), paste(calibrated$run, calibrated$gene, calibrated$sample))
  expect_close(unname(ours / ours[at]), value("CNRQ", calibrated), 1e-12, "CNRQ")
  # and the calibrator has one value in all runs
  irc <- calibrated[calibrated$sample == "Calibrator", ]
  expect_lt(max(abs(irc$v - ave(irc$v, irc$gene))), 1e-12)
})

test_that("offsets and covariance are those of lm() on the cells", {
  d <- plates(calibrators = 3)
  fit <- cq_calibration(cq_calibrate(as_data(d)))
  cells <- aggregate(cq ~ sample + run, d[d$task == "calibrator" & d$target == "MYC", ], mean)
  m <- lm(cq ~ 0 + factor(sample) + factor(run), cells, contrasts = list(`factor(run)` = "contr.sum"))
  last <- function(v) c(v, -sum(v))
  expect_equal(unname(fit$offset[, "MYC"]), unname(last(coef(m)[4:5])), tolerance = 1e-11)
  b <- rbind(diag(2), -1)
  expect_equal(unname(fit$covariance$MYC), unname(b %*% vcov(m)[4:5, 4:5] %*% t(b)), tolerance = 1e-10)
  expect_identical(unname(fit$df), c(4, 4))
  table <- as.data.frame(fit)
  expect_equal(table$conf.high - table$offset, qt(0.975, 4) * table$std.error, tolerance = 1e-14)
  expect_identical(table$source, rep("calibrators", 6))
})

test_that("the Cq loses the offset of its run, and the measured one stays", {
  x <- as_data(plates())
  y <- cq_calibrate(x)
  fit <- cq_calibration(y)
  expect_identical(y$cq_measured, x$cq)
  expect_equal(y$cq, x$cq - fit$offset[cbind(x$run, x$target)], tolerance = 1e-14, ignore_attr = TRUE)
  expect_identical(y$state, x$state)
  expect_match(cq_log(y)$what[cq_log(y)$step == "calibrate"], "one scale")
  # the calibration stays with the wells
  expect_identical(cq_calibration(y[1:20, ]), fit)
  expect_identical(cq_calibration(cq_exclude(y, sample == "s1", "test")), fit)
  expect_error(cq_calibrate(y), class = "ddcq_error_calibration")
  expect_error(cq_calibration(x), class = "ddcq_error_argument")
})

test_that("a constant in one run changes nothing but its offset", {
  d <- plates()
  shifted <- d
  shifted$cq[d$run == "p2" & d$target == "MYC"] <- shifted$cq[d$run == "p2" & d$target == "MYC"] + 1.3
  a <- cq_calibrate(as_data(d))
  b <- cq_calibrate(as_data(shifted))
  gap <- tapply(b$cq - a$cq, a$target, range)
  expect_lt(max(abs(gap$MYC - 1.3 / 3)), 1e-12)
  expect_lt(max(abs(gap$GAPDH)), 1e-12)
  expect_equal(cq_calibration(b)$covariance, cq_calibration(a)$covariance, tolerance = 1e-9)
  mixed <- cq_calibrate(as_data(d[sample(nrow(d)), ]))
  expect_equal(cq_calibration(mixed)$offset[c("p1", "p2", "p3"), c("GAPDH", "MYC")],
               cq_calibration(a)$offset[c("p1", "p2", "p3"), c("GAPDH", "MYC")], tolerance = 1e-12)
})

test_that("missing calibrators: runs may be linked through others, else they are named", {
  d <- plates(calibrators = 3)
  chain <- d[!(d$sample == "irc1" & d$run == "p3") & !(d$sample == "irc2" & d$run == "p1"), ]
  fit <- cq_calibration(cq_calibrate(as_data(chain)))
  expect_identical(unname(fit$df), c(2, 2))
  lost <- d[!(d$run == "p3" & d$task == "calibrator" & d$target == "MYC"), ]
  e <- expect_error(cq_calibrate(as_data(lost)), class = "ddcq_error_calibration")
  expect_match(conditionMessage(e), "MYC: (p1, p2) and (p3)", fixed = TRUE)
  expect_no_match(conditionMessage(e), "GAPDH")
  expect_error(cq_calibrate(as_data(lost), group = "treatment"), "share levels of `?treatment", class = "ddcq_error_calibration")
  lost$treatment <- ifelse(lost$run == "p3", "drug", "vehicle")
  expect_error(
    cq_calibrate(as_data(lost), group = "treatment"), "cannot be told from the run", class = "ddcq_error_calibration"
  )
  none <- d[d$task != "calibrator", ]
  expect_error(cq_calibrate(as_data(none)), "block", class = "ddcq_error_calibration")
  expect_error(cq_calibrate(as_data(d[d$run == "p1", ])), "several runs", class = "ddcq_error_calibration")
  expect_error(cq_calibrate(as_data(d), "irc9"), "irc1", class = "ddcq_error_argument")
})

test_that("a target of one run is left alone; a run that lacks a target has no offset", {
  d <- plates()
  d <- d[!(d$target == "GAPDH" & d$run == "p3"), ]
  y <- cq_calibrate(as_data(d))
  expect_identical(is.na(cq_calibration(y)$offset[, "GAPDH"]), c(p1 = FALSE, p2 = FALSE, p3 = TRUE))
  d <- d[!(d$target == "GAPDH" & d$run == "p2"), ]
  y <- cq_calibrate(as_data(d))
  fit <- cq_calibration(y)
  expect_identical(unname(fit$source), c("one run", "calibrators")[match(fit$targets, c("GAPDH", "MYC"))])
  at <- y$target == "GAPDH"
  expect_identical(y$cq[at], y$cq_measured[at])
})

test_that("one calibrator leaves the error of its wells, and says so", {
  d <- plates(calibrators = 1, wells = 3)
  expect_warning(y <- cq_calibrate(as_data(d)), "MYC", class = "ddcq_warning_calibration")
  fit <- cq_calibration(y)
  expect_identical(unname(fit$source), c("wells", "wells"))
  cells <- split(d$cq[d$task == "calibrator" & d$target == "MYC"], d$run[d$task == "calibrator" & d$target == "MYC"])
  v <- mean(vapply(cells, var, 0)) / 3
  # offset 1 is 2/3 of its own mean less a third of each other
  expect_equal(fit$covariance$MYC[1, 1], v * (4 + 1 + 1) / 9, tolerance = 1e-12)
  expect_identical(unname(fit$df), c(6, 6))
  expect_warning(
    y <- cq_calibrate(as_data(plates(calibrators = 1, wells = 1))), "not known", class = "ddcq_warning_calibration"
  )
  expect_true(all(is.na(cq_calibration(y)$covariance$MYC)))
})

test_that("what a sample in several runs is can be decided here", {
  d <- plates()
  d$task <- "unknown"
  x <- cq_data(d, runs = "replicate")
  y <- cq_calibrate(x, c("irc1", "irc2"))
  expect_true(all(c("p1:irc1", "p2:irc1") %in% y$sample))
  z <- cq_calibrate(x, c("irc1", "irc2"), runs = "same")
  expect_true(all(c("irc1", "s1") %in% z$sample))
  expect_identical(attr(z, "runs"), "same")
  expect_match(paste(cq_log(z)$what, collapse = "\n"), "count as one")
  expect_identical(z$cq, y$cq)
  w <- cq_calibrate(cq_data(d, runs = "same"), c("irc1", "irc2"), runs = "replicate")
  expect_identical(w$sample, y$sample)
})

test_that("a late Cq may pass the last cycle, and stays a number", {
  d <- plates(offset = c(p1 = 0, p2 = -3, p3 = 0))
  d$cq[d$sample == "s1"] <- 39.9
  d$cq[d$sample == "s5"] <- 39.5
  y <- cq_calibrate(as_data(d))
  expect_gt(max(y$cq), 40)
  expect_match(paste(cq_log(y)$what, collapse = "\n"), "last cycle moved")
  expect_s3_class(cq_exclude(y[-1, ], sample == "s2", "test"), "cq_data")
})

test_that("the variance of a contrast: by hand, under any constraint, and 0 in balance", {
  y <- cq_calibrate(as_data(plates()))
  fit <- cq_calibration(y)
  samples <- unique(y$sample[y$task == "unknown"])
  share <- run_shares(y, fit$runs, fit$targets, samples)
  expect_identical(dim(share), c(3L, 2L, 12L))
  run <- y$run[match(samples, y$sample)]
  # p2 against p1
  l <- ifelse(run == "p1", -1 / 4, ifelse(run == "p2", 1 / 4, 0))
  got <- calibration_variance(fit, c("MYC", "GAPDH"), c(0.95, -1), l, share[, match(c("MYC", "GAPDH"), fit$targets), ])
  h <- c(-1, 1, 0)
  parts <- c(0.95^2 * drop(h %*% fit$covariance$MYC %*% h), drop(h %*% fit$covariance$GAPDH %*% h))
  expect_equal(got$variance, sum(parts), tolerance = 1e-12)
  expect_equal(got$below, sum(parts^2 / fit$df[c("MYC", "GAPDH")]), tolerance = 1e-12)
  # a difference inside the runs owes nothing to them
  drug <- y$treatment[match(samples, y$sample)] == "drug"
  l <- ifelse(drug, 1, -1) / 6
  got <- calibration_variance(fit, fit$targets, c(1, 1), l, share)
  expect_lt(got$variance, 1e-30)
})

test_that("it prints, and is a table", {
  y <- cq_calibrate(as_data(plates()), efficiency = 2)
  fit <- cq_calibration(y)
  text <- format(fit)
  expect_match(text[1], "Calibration of 3 runs: 2 targets, 2 calibrators")
  expect_output(print(fit), "Calibrators: irc1, irc2")
  table <- as.data.frame(fit)
  expect_identical(names(table), c(
    "target", "run", "offset", "std.error", "df", "conf.low", "conf.high", "factor", "n_calibrators", "source"
  ))
  expect_equal(table$factor, 2^-table$offset, tolerance = 1e-14)
  expect_identical(table$n_calibrators, rep(2L, 6))
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::autoplot(fit), "ggplot")
  expect_equal(nrow(calibration_plot_data(fit, "MYC")$points), 6)
  expect_error(ggplot2::autoplot(fit, targets = "MYD"), class = "ddcq_error_argument")
  expect_error(ggplot2::autoplot(fit, base_size = "a"), "`base_size` must be one number", class = "ddcq_error_argument")
})

test_that("samples that several runs read differently are found, and calibration settles it", {
  d <- plates()
  d$task <- "unknown"
  x <- cq_data(d, runs = "same")
  f <- cq_check(x)
  f <- f[f$check == "runs_disagree", ]
  expect_setequal(f$target, c("MYC", "GAPDH"))
  expect_setequal(strsplit(f$sample[1], ", ")[[1]], c("irc1", "irc2"))
  expect_false("runs_disagree" %in% cq_check(cq_calibrate(x, c("irc1", "irc2")))$check)
})

test_that("cq_check() asks for the calibration, and rests when it is there", {
  d <- plates()
  d$treatment <- ifelse(d$run == "p1", "vehicle", "drug")
  x <- as_data(d)
  f <- cq_check(x, group = "treatment")
  expect_true(all(c("confounded", "calibrators") %in% f$check))
  expect_identical(as.character(f$severity[f$check == "confounded"]), "stop")
  f <- cq_check(cq_calibrate(x), group = "treatment")
  expect_false("calibrators" %in% f$check)
  expect_identical(as.character(f$severity[f$check == "confounded"]), "note")
})
