extdata <- function(file) system.file("extdata", file, package = "ddcq")

test_that("the simulated plate holds what its help page says", {
  d <- anastrozole_plate
  expect_identical(dim(d), c(377L, 9L))
  expect_identical(c(table(d$task)), c(ntc = 21L, standard = 105L, unknown = 251L))
  expect_identical(anyDuplicated(d$well), 0L)
  expect_identical(sum(is.na(d$cq)), 20L)
  unknown <- d[d$task == "unknown", ]
  per_group <- unique(unknown[c("sample", "treatment", "passage")])
  expect_identical(as.vector(table(per_group$treatment)), c(4L, 4L, 4L))
  expect_identical(as.vector(table(per_group$passage)), rep(3L, 4))
})

test_that("its triplets are tight, its standards span its samples, its water is late", {
  d <- anastrozole_plate[!is.na(anastrozole_plate$cq), ]
  real <- d[d$task != "ntc", ]
  spread <- tapply(real$cq, paste(real$sample, real$target), function(x) diff(range(x)))
  expect_lt(max(spread), 0.5)
  for (target in unique(d$target)) {
    cq <- split(d$cq[d$target == target], d$task[d$target == target])
    expect_gt(min(cq$unknown), min(cq$standard))
    expect_lt(max(cq$unknown), max(cq$standard))
    if (length(cq$ntc)) expect_gt(min(cq$ntc), max(cq$unknown) + 8)
  }
})

# The simulation's own model, by hand: weighted Cq against the mean of the references. Each true
# value lies within 4 standard errors of its estimate, and each efficiency within 4 of its own.
test_that("the plate carries the truth that was put in", {
  truth <- read.csv(extdata("anastrozole_truth.csv"))
  d <- anastrozole_plate
  curve <- lapply(split(d[d$task == "standard", ], d$target[d$task == "standard"]), function(s) {
    summary(lm(cq ~ log10(quantity), s))$coefficients[2, 1:2]
  })
  slope <- vapply(curve, `[[`, 0, 1)
  put_in <- truth$efficiency[match(names(slope), truth$target)]
  expect_true(all(abs(slope + 1 / log10(put_in)) < 4 * vapply(curve, `[[`, 0, 2)))
  weight <- -log2(10) / slope
  unknown <- d[d$task == "unknown", ]
  quantity <- -weight[unknown$target] * unknown$cq
  level <- tapply(quantity, list(unknown$sample, unknown$target), mean)
  level <- level - rowMeans(level[, c("GAPDH", "ACTB")])
  treatment <- unknown$treatment[match(rownames(level), unknown$sample)]
  for (i in which(truth$role == "target")) {
    y <- level[treatment %in% truth[i, c("treatment", "control")], truth$target[i]]
    group <- treatment[treatment %in% truth[i, c("treatment", "control")]]
    fit <- t.test(y[group != "vehicle"], y[group == "vehicle"])
    change <- fit$estimate[[1]] - fit$estimate[[2]]
    expect_lt(abs(change - truth$log2_fold_change[i]), 4 * fit$stderr)
  }
})

test_that("the export says that it is simulated and has the instrument's layout", {
  lines <- readLines(extdata("anastrozole_plate.txt"))
  expect_true("* Block Type = 384-Well Block" %in% lines)
  expect_match(grep("Experiment Name", lines, value = TRUE), "simulated")
  expect_match(grep("Experiment Comment", lines, value = TRUE), "SIMULATED")
  expect_true(all(read.csv(extdata("anastrozole_samples.csv"))$origin == "simulated"))
  expect_true(all(read.csv(extdata("anastrozole_truth.csv"))$origin == "simulated"))
  setup <- which(lines == "[Sample Setup]")
  results <- which(lines == "[Results]")
  expect_length(lines, results + 1 + 384)
  expect_identical(results - setup, 387L)
  expect_identical(utils::tail(lines, 1), "384\tP24")
  table <- utils::read.delim(text = lines[-seq_len(results)], fill = TRUE, check.names = FALSE)
  expect_identical(table$Well, 1:384)
  expect_identical(sum(table$Omit == "true"), 1L)
  expect_identical(sum(table$CT == "Undetermined"), 20L)
})

test_that("the data frame and the export are the same plate", {
  lines <- readLines(extdata("anastrozole_plate.txt"))
  table <- utils::read.delim(
    text = lines[-seq_len(which(lines == "[Results]"))], fill = TRUE, check.names = FALSE
  )
  table <- table[nzchar(table[["Target Name"]]) & table$Omit == "false", ]
  d <- anastrozole_plate
  expect_identical(table[["Sample Name"]], d$sample)
  expect_identical(table[["Target Name"]], d$target)
  expect_identical(tolower(table$Task), d$task)
  expect_equal(suppressWarnings(as.double(table$CT)), d$cq, tolerance = 1e-12)
  number <- sub("^([A-P])0?", "\\1", d$well)
  expect_identical(table[["Well Position"]], number)
  standard <- d$task == "standard"
  expect_equal(as.double(gsub(",", "", table$Quantity[standard])), d$quantity[standard])
})

test_that("the sample sheet names the samples of the plate", {
  sheet <- read.csv(extdata("anastrozole_samples.csv"))
  d <- anastrozole_plate[anastrozole_plate$task == "unknown", ]
  expect_setequal(sheet$sample, d$sample)
  expect_identical(anyDuplicated(sheet$sample), 0L)
  expect_identical(sheet$treatment[match(d$sample, sheet$sample)], d$treatment)
  expect_identical(sheet$passage[match(d$sample, sheet$sample)], d$passage)
})

# Printed: means 30.49, 23.63, 27.03, 22.66; dCq 6.86 and 4.37; fold 5.6. Half a unit in the last
# printed digit, and a little for the rounding of 30.485 and 23.625.
test_that("livak2001 gives the means that are printed", {
  expect_identical(dim(livak2001), c(24L, 4L))
  means <- tapply(livak2001$cq, list(livak2001$target, livak2001$tissue), mean)
  expect_lt(max(abs(means["MYC", ] - c(30.49, 27.03))), 0.00501)
  expect_lt(max(abs(means["GAPDH", ] - c(23.63, 22.66))), 0.00501)
  delta <- means["MYC", ] - means["GAPDH", ]
  expect_lt(max(abs(delta - c(6.86, 4.37))), 0.00501)
  expect_identical(round(2^-diff(delta)[[1]], 1), 5.6)
})

# Printed: ddCq -0.6848; the regression (pooled) interval is -0.9550 to -0.4147.
test_that("yuan2006 gives the estimate and the interval that are printed", {
  expect_identical(dim(yuan2006), c(48L, 5L))
  wide <- split(yuan2006$cq, yuan2006$target)
  group <- yuan2006$group[yuan2006$target == "MT_7"]
  delta <- wide$MT_7 - wide$ubiquitin
  test <- t.test(delta[group == "treatment"], delta[group == "control"], var.equal = TRUE)
  expect_equal(diff(rev(test$estimate))[[1]], -0.6848, tolerance = 5e-5)
  expect_lt(max(abs(test$conf.int - c(-0.9550, -0.4147))), 5.1e-5)
})

test_that("the panel is the five genes, and FASN has no expectation", {
  expect_identical(anastrozole_panel$target, c("CCND1", "MYC", "BCL2", "BAX", "FASN"))
  expect_identical(anastrozole_panel$expected, c("down", "down", "down", "up", NA))
  expect_identical(anastrozole_panel$evidence, c(rep("not stated", 2), rep("protein", 3)))
  expect_false(any(grepl("(^|;)FAS(;|$)", anastrozole_panel$aliases)))
})
