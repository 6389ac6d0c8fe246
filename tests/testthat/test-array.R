# Real arrays of hundreds of targets, against what base R and limma make of them.

array_data <- function(file, ..., na = "missing") {
  d <- shared_data(file.path("arrays", file))
  quietly(cq_data(data.frame(sample = d$sample, group = d$group, target = d$target, cq = d$Cq, ...), na = na))
}
fit_quietly <- function(...) quietly(ddcq(..., efficiency = 2))
# How many rows were held against a test of base R (which has none where a group has fewer than three samples).
compare <- function(fit, truth, test) {
  truth <- truth[truth$test == test, ]
  rows <- fit$results[!is.na(fit$results$p.value) & fit$results$target %in% truth$target, ]
  truth <- truth[match(paste(rows$target, rows$contrast), paste(truth$target, truth$comparison)), ]
  expect_close(rows$estimate, -truth$ddct, 1e-12)
  expect_close(rows$std.error, truth$se, 1e-12)
  expect_close(rows$df, truth$df, 1e-12)
  expect_close(rows$p.value, truth$p, 1e-12)
  nrow(rows)
}

test_that("the TaqMan card of 191 targets: every t-test", {
  skip_without_shared()
  # The figures take the mean of all wells of Gene1 (four a sample) and Gene60 (two) as the reference; two references
  # of ours weigh alike. One name for both gives the same mean.
  d <- shared_data("arrays/htqpcr_raw.csv")
  truth <- shared_data("arrays/htqpcr_raw.expected_stats.csv")
  target <- ifelse(d$target %in% c("Gene1", "Gene60"), "both", d$target)
  x <- quietly(cq_data(data.frame(sample = d$sample, group = d$group, target, cq = d$Cq)))
  for (group in c("LongStarve", "Starve")) {
    two <- x[x$group %in% c("Control", group), ]
    for (test in c("welch", "pooled")) {
      fit <- fit_quietly(two, ~group, reference = "both", control = "Control", variance = test)
      expect_identical(compare(fit, truth, test), 189L)
    }
  }
})

test_that("the TaqMan card: quantiles by well", {
  skip_without_shared()
  truth <- shared_data("arrays/htqpcr_raw.expected_normalised.csv")
  truth <- truth[truth$norm == "quantile", ]
  x <- cq_normalise(array_data("htqpcr_raw.csv"), "quantile")
  # the rows stand sample by sample in both
  expect_identical(x$sample[seq_len(nrow(truth))], truth$sample)
  expect_identical(x$target[seq_len(nrow(truth))], truth$target)
  expect_close(x$cq[seq_len(nrow(truth))], truth$value, 1e-12)
})

test_that("the rat card of 96 targets with gaps: every t-test that has four samples, or three", {
  skip_without_shared()
  truth <- shared_data("arrays/normqpcr_taqman_example.expected_stats.csv")
  x <- array_data("normqpcr_taqman_example.csv")
  for (test in c("welch", "pooled")) {
    fit <- fit_quietly(x, ~group, reference = "Actb.Rn00667869_m1", control = "control", variance = test)
    # with the gaps as missing values; as non-detects the six targets that have one are modelled, not tested
    expect_identical(compare(fit, truth, test), 77L)
    strict <- fit_quietly(
      array_data("normqpcr_taqman_example.csv", na = "nondetect"), ~group,
      reference = "Actb.Rn00667869_m1", control = "control", variance = test
    )
    strict$results <- strict$results[!grepl("not detected", strict$results$note), ]
    expect_identical(compare(strict, truth, test), 71L)
  }
})

test_that("380 targets, four groups: moderated as limma does it", {
  skip_without_shared()
  d <- shared_data("arrays/nondetects_nature2008.csv")
  d$Cq[d$category == "Undetermined"] <- NA
  x <- quietly(cq_data(data.frame(sample = paste0("s", d$sample), group = d$group, target = d$target, cq = d$Cq),
                       na = "nondetect"))
  g <- cq_normalise(x)
  wide <- tapply(d$Cq, list(d$target, d$sample), mean)
  early <- rowSums(is.na(wide)) == 0 & apply(wide, 1, max) <= 35
  whole <- rowSums(is.na(wide)) == 0
  # targets with non-detects have a variance of another kind, which limma does not know
  moderated <- ddcq_moderate(fit_quietly(
    g, ~group, reference = "global mean", control = "YAMC", variance = "pooled", targets = names(whole)[whole]
  ))
  dcq <- wide[whole, ] - rep(colMeans(wide[early, ]), each = sum(whole))
  group <- factor(d$group[match(colnames(wide), d$sample)], c("YAMC", "p53", "Ras", "p53/Ras"))
  ebayes <- other("limma", "eBayes")(other("limma", "lmFit")(-dcq, stats::model.matrix(~group)))
  rows <- moderated$results[!is.na(moderated$results$p.value), ]
  expect_identical(nrow(rows), 3L * sum(whole))
  for (level in levels(group)[-1]) {
    mine <- rows[rows$contrast == paste(level, "vs YAMC"), ]
    at <- match(mine$target, rownames(dcq))
    column <- paste0("group", level)
    expect_close(mine$estimate, ebayes$coefficients[at, column], 1e-9)
    expect_close(mine$statistic, ebayes$t[at, column], 1e-9)
    expect_close(mine$df, ebayes$df.total[at], 1e-9)
    expect_close(mine$p.value, ebayes$p.value[at, column], 1e-7) # tails down to 1e-13 steepen the differences of t
  }
})

test_that("the rat card: fold changes of a program that averages target and reference each over its own samples", {
  skip_without_shared()
  # Its "+" and "-" (a group with fewer than two values) are rows with their n and no interval here. Its limits are of the
  # case group's SD alone and are not compared; its "geom" averages Cq geometrically, another quantity.
  truth <- shared_data("arrays/normqpcr_taqman_example.peer_ddCq_pairedFALSE_arith.csv")
  fold <- suppressWarnings(as.numeric(truth$X2..ddCt))
  x <- array_data("normqpcr_taqman_example.csv")
  fit <- fit_quietly(x, ~group, reference = "Actb.Rn00667869_m1", control = "control")
  mine <- fit$results[match(truth$ID, fit$results$target), ]
  both <- !is.na(fold) & !is.na(mine$fold_change)
  expect_identical(sum(both), 77L)
  whole <- both & mine$n == 4 & mine$n_control == 4
  expect_identical(sum(whole), 71L)
  expect_close(mine$fold_change[whole], fold[whole], 1e-12)
  # Six targets lack a sample: we leave it out of the reference's mean, too; the other keeps it there.
  mean_of <- function(target, group) mean(x$cq[x$target == target & x$group == group], na.rm = TRUE)
  other <- vapply(truth$ID[both & !whole], function(target) {
    dcq <- vapply(c("case", "control"), function(g) mean_of(target, g) - mean_of("Actb.Rn00667869_m1", g), 0)
    2^-(dcq[["case"]] - dcq[["control"]])
  }, 0)
  expect_close(other, fold[both & !whole], 1e-12)
})
