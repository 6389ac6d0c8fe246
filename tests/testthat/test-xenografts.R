# The simulated xenografts: what the help page says, and the truth by the simulation's own model in plain R.

tumours_truth <- function() utils::read.csv(system.file("extdata", "anastrozole_xenografts_truth.csv", package = "ddcq"))

test_that("the simulated xenografts hold what their help page says", {
  d <- anastrozole_xenografts
  expect_identical(dim(d), c(1760L, 13L))
  expect_true(all(grepl("^simulated [1-5]$", d$run)))
  expect_identical(c(table(d$task)), c(ntc = 80L, standard = 400L, unknown = 1280L))
  expect_identical(anyDuplicated(d[c("run", "well")]), 0L)
  expect_identical(range(d$well), c("A01", "O16"))
  expect_identical(is.na(d$cq), d$task == "ntc")
  expect_identical(is.na(d$treatment), d$task != "unknown")
  sheet <- unique(d[d$task == "unknown", c("sample", "treatment", "anastrozole", "fulvestrant", "week", "mouse", "cage")])
  expect_identical(nrow(sheet), 80L)
  expect_true(all(table(sheet$treatment, sheet$week) == 5))
  expect_true(all(table(sheet$mouse, sheet$week) == 1))
  expect_true(all(table(unique(sheet[c("mouse", "cage", "treatment")])$cage) == 4))
  expect_identical(grepl("anastrozole", sheet$treatment), sheet$anastrozole == "yes")
  expect_identical(grepl("fulvestrant", sheet$treatment), sheet$fulvestrant == "yes")
  expect_true(all(tumours_truth()$origin == "simulated"))
})

test_that("every object made of them says that they are simulated", {
  x <- cq_data(anastrozole_xenografts, na = "nondetect")
  eff <- cq_standard_curve(x)
  late <- x[x$week %in% 14, ]
  fit <- ddcq(late, ~ treatment + cage, reference = c("ACTB", "RPLP0"), control = "vehicle", efficiency = eff)
  expect_true(fit$spec$simulated)
  for (object in list(x, eff, fit, panel_verdict(fit), ddcq_equivalence(fit))) {
    expect_match(paste(utils::capture.output(print(object)), collapse = "\n"), "SIMULATED DATA", fixed = TRUE)
  }
})

# log2 quantities against the mean of two steady references, from the true efficiencies. Each truth lies within 4
# standard errors of its estimate; 4 leaves 48 comparisons no chance worth naming.
level_of <- function(d, truth) {
  unknown <- d[d$task == "unknown", ]
  weight <- log2(truth$efficiency[match(unknown$target, truth$target)])
  z <- tapply(-weight * unknown$cq, list(unknown$sample, unknown$target), mean)
  sheet <- unknown[match(rownames(z), unknown$sample), ]
  list(level = z - rowMeans(z[, c("ACTB", "RPLP0")]), sheet = sheet)
}

test_that("they carry the truth that was put in", {
  truth <- tumours_truth()
  here <- level_of(anastrozole_xenografts, truth)
  one <- function(target, treatment, week) {
    here$level[here$sheet$treatment == treatment & here$sheet$week == week, target]
  }
  rows <- truth[!truth$target %in% c("ACTB", "RPLP0"), ]
  for (i in seq_len(nrow(rows))) {
    treated <- one(rows$target[i], rows$treatment[i], rows$week[i])
    control <- one(rows$target[i], "vehicle", rows$week[i])
    off <- mean(treated) - mean(control) - rows$log2_fold_change[i]
    expect_lt(abs(off), 4 * sqrt(stats::var(treated) / 5 + stats::var(control) / 5))
  }
  both <- rows[rows$treatment == "anastrozole + fulvestrant", ]
  for (i in seq_len(nrow(both))) {
    arms <- lapply(c("anastrozole + fulvestrant", "vehicle", "anastrozole", "fulvestrant"), one, target = both$target[i],
                   week = both$week[i])
    means <- vapply(arms, mean, 0)
    off <- means[1] + means[2] - means[3] - means[4] - both$log2_interaction[i]
    expect_lt(abs(off), 4 * sqrt(sum(vapply(arms, stats::var, 0)) / 5))
  }
})

test_that("the dilution series have the efficiencies that were put in", {
  truth <- tumours_truth()
  d <- anastrozole_xenografts[anastrozole_xenografts$task == "standard", ]
  for (target in unique(d$target)) {
    line <- summary(stats::lm(cq ~ run + log10(quantity), d[d$target == target, ]))$coefficients["log10(quantity)", ]
    slope <- -1 / log10(truth$efficiency[match(target, truth$target)])
    expect_lt(abs(line[[1]] - slope), 4 * line[[2]])
  }
})

# At one week a mouse has one tumour: lm() on the levels is the whole analysis, efficiencies taken as known.
test_that("the interaction of the two drugs is that of lm()", {
  truth <- tumours_truth()
  eff <- unique(truth[c("target", "efficiency")])
  here <- level_of(anastrozole_xenografts, truth)
  late <- here$sheet$week == 14
  sheet <- here$sheet[late, ]
  sheet$y <- here$level[late, "MYC"]
  row <- summary(stats::lm(y ~ anastrozole * fulvestrant + cage, sheet))$coefficients["anastrozoleyes:fulvestrantyes", ]
  x <- cq_data(anastrozole_xenografts, na = "nondetect")
  fit <- ddcq(
    x[x$week %in% 14, ], ~ anastrozole * fulvestrant + cage, reference = c("ACTB", "RPLP0"), targets = "MYC",
    control = c(anastrozole = "no", fulvestrant = "no"), efficiency = cq_efficiency(eff$target, eff$efficiency)
  )
  ours <- ddcq_interaction(fit)$results
  # sums of numbers near 20 over 12 digits, and a p-value through the distribution
  expect_close(c(ours$estimate, ours$std.error), row[1:2], 1e-10)
  expect_close(ours$p.value, row[4], 1e-8)
})
