bundled <- function(...) {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = cq_standard_curve(x),
       ...)
}

two_groups <- function(n = 3, efficiency = 2, cq = NULL, ...) {
  set.seed(4)
  sheet <- data.frame(sample = paste0("s", seq_len(2 * n)), treatment = rep(c("vehicle", "drug"), each = n))
  wells <- merge(sheet, data.frame(target = c("MYC", "GAPDH")))
  wells$cq <- 24 + round(stats::rnorm(nrow(wells), sd = 0.3), 3)
  if (!is.null(cq)) wells$cq[cq] <- NA
  suppressWarnings(ddcq(
    cq_data(wells, na = "nondetect"), ~treatment, reference = "GAPDH", control = "vehicle", efficiency = efficiency, ...
  ))
}

test_that("the paragraph of the bundled study", {
  skip_on_cran()
  x <- cq_data(anastrozole_plate, na = "nondetect")
  text <- methods_text(bundled(), data = x)
  local_reproducible_output(width = 100)
  # versions change
  shown <- gsub(as.character(utils::packageVersion("ddcq")), "<version>", format(text), fixed = TRUE)
  shown <- gsub(paste0("R ", getRversion()), "R <version>", shown, fixed = TRUE)
  shown <- shown[seq_len(which(shown == "References") - 1)]
  expect_snapshot(writeLines(strwrap(paste(shown, collapse = " "), 100)))
})

test_that("what was assumed is said to be assumed", {
  said <- as.character(methods_text(two_groups()))
  expect_match(said, "set to 2 for every target (doubling); it was not measured", fixed = TRUE)
  expect_match(said, "a variance for each group (Welch 1947)", fixed = TRUE)
  expect_match(said, "in one well", fixed = TRUE)
  expect_match(said, "Livak and Schmittgen 2001", fixed = TRUE)
  expect_no_match(said, "Satterthwaite", fixed = TRUE)
  expect_no_match(said, "SIMULATED")
  pooled <- as.character(methods_text(two_groups(variance = "pooled", adjust = "none")))
  expect_match(pooled, "one pooled variance (Student's two-sample t-test)", fixed = TRUE)
  expect_match(pooled, "p-values are not adjusted for the number of comparisons (1)", fixed = TRUE)
  se <- cq_efficiency(c("MYC", "GAPDH"), c(1.9, 1.95), std.error = 0.02, df = 4)
  given <- as.character(methods_text(two_groups(efficiency = se)))
  expect_match(given, "MYC 1.90 (SE 0.020), GAPDH 1.95 (SE 0.020)", fixed = TRUE)
  expect_match(given, "Satterthwaite 1946", fixed = TRUE)
})

test_that("non-detects and rows without a number are named", {
  fit <- two_groups(cq = 1)
  said <- as.character(methods_text(fit))
  lost <- fit$samples$target == "MYC" & is.na(fit$samples$cq)
  expect_true(any(lost) || any(fit$model$plate$censored))
  expect_match(said, "not detected: ", fixed = TRUE)
  expect_match(said, "censored at the last cycle", fixed = TRUE)
  one <- as.character(methods_text(two_groups(n = 1)))
  expect_match(one, "has no interval", fixed = TRUE)
})

test_that("every kind of fit has its sentence", {
  expect_match(as.character(methods_text(ddcq_ratio(bundled(), "BAX", "BCL2"))), "no reference gene enters",
    fixed = TRUE)
  expect_match(
    as.character(methods_text(ddcq_equivalence(bundled(), 1.5))), "two one-sided t-tests .* margin of 1/1.5 to 1.5-fold"
  )
  expect_match(as.character(methods_text(bundled(adjust = "dunnett"))), "Dunnett's method within each target",
    fixed = TRUE)
  expect_match(as.character(methods_text(bundled(adjust = "BH"))), "Benjamini and Hochberg 1995", fixed = TRUE)
  expect_match(as.character(methods_text(bundled(adjust = "bonferroni"))), "Bonferroni", fixed = TRUE)
})

test_that("a factorial fit and its interaction", {
  sheet <- expand.grid(culture = 1:3, A = c("no", "yes"), B = c("no", "yes"))
  sheet$sample <- paste0("s", seq_len(nrow(sheet)))
  set.seed(1)
  wells <- merge(sheet[-1], data.frame(target = c("MYC", "GAPDH")))
  wells$cq <- 20 + stats::rnorm(nrow(wells), sd = 0.2)
  fit <- ddcq(cq_data(wells), ~ A * B, reference = "GAPDH", control = c(A = "no", B = "no"), efficiency = 2) |>
    suppressWarnings()
  expect_match(as.character(methods_text(fit)), "A and B as fixed factors, the interaction of A and B", fixed = TRUE)
  expect_match(
    as.character(methods_text(ddcq_interaction(fit))), "fold change of the combination to the product", fixed = TRUE
  )
})

test_that("a calibration of runs is told, with its calibrators", {
  set.seed(1)
  plates <- expand.grid(
    sample = c("irc", "irc2", "a", "b", "c", "d"), plate = c("p1", "p2"), target = c("MYC", "GAPDH"),
    stringsAsFactors = FALSE
  )
  irc <- startsWith(plates$sample, "irc")
  plates$group <- ifelse(irc, NA, ifelse(plates$sample %in% c("a", "b"), "x", "y"))
  plates$task <- ifelse(irc, "calibrator", "unknown")
  plates$sample <- ifelse(irc, plates$sample, paste0(plates$sample, plates$plate))
  plates$cq <- 20 + stats::rnorm(nrow(plates), sd = 0.2)
  x <- cq_calibrate(cq_data(plates, run = "plate", task = "task"))
  fit <- suppressWarnings(ddcq(x, ~group, reference = "GAPDH", control = "x", efficiency = 2))
  expect_match(as.character(methods_text(fit)), "2 runs were brought to one level, target by target, by the calibrators irc",
               fixed = TRUE)
  list <- miqe_checklist(fit, data = x)
  expect_match(list$answer[list$item == "calibration"], "2 runs by the calibrators irc, irc2", fixed = TRUE)
  expect_match(list$answer[list$item == "reproducibility"], "SD of a calibrator between runs", fixed = TRUE)
})

test_that("random effects name their software", {
  skip_if_not_installed("lme4")
  skip_if_not_installed("lmerTest")
  x <- cq_data(anastrozole_plate, na = "nondetect")
  fit <- ddcq(x, ~ treatment + (1 | passage), reference = "GAPDH", control = "vehicle", efficiency = 2) |>
    suppressWarnings()
  text <- methods_text(fit)
  expect_match(as.character(text), "a random intercept for passage; it was fitted by REML", fixed = TRUE)
  expect_true(all(c("lme4", "lmerTest") %in% unlist(text$references$key)))
})

test_that("BibTeX has every reference once, and only what is cited", {
  bib <- methods_text(bundled(), bibtex = TRUE)
  expect_s3_class(bib, "Bibtex")
  keys <- sub("^@[A-Za-z]+\\{([^,]*),.*$", "\\1", grep("^@", bib, value = TRUE))
  expect_setequal(keys, c("ddcq", "R", "pfaffl2001", "vandesompele2002", "satterthwaite1946", "holm1979"))
  expect_match(paste(bib, collapse = "\n"), "Katleen {De Preter}", fixed = TRUE)
  expect_match(paste(bib, collapse = "\n"), "10.1093/nar/29.9.e45", fixed = TRUE)
  expect_error(methods_text(1), class = "ddcq_error_argument")
  expect_error(methods_text(bundled(), stability = 1), class = "ddcq_error_argument")
})

test_that("every paper that can be cited can be made, and is named in the text", {
  keys <- names(internal("citation_parts")())
  all <- internal("citations")(keys)
  expect_length(all, length(keys))
  expect_true(all(nzchar(vapply(keys, internal("cite"), ""))))
  expect_no_match(vapply(keys, internal("cite"), ""), "NA")
})
