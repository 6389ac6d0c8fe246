# Columns of the sample sheet that group samples: what is refused, what is doubted, what is left in peace.

two_arms <- function(..., n = 6) {
  sheet <- data.frame(arm = rep(c("ctl", "A"), each = n), ...)
  study(sheet, 101)
}

fits <- function(s, formula = ~arm, ...) testthat::expect_no_error(fit_study(s, formula, "ctl", ...))
refused <- function(s, pattern, formula = ~arm, ...) {
  testthat::expect_error(fit_study(s, formula, "ctl", ...), pattern, class = "ddcq_error_design")
}

test_that("tumours of a mouse are not samples of their own", {
  s <- two_arms(mouse = rep(paste0("m", 1:4), each = 3))
  expect_snapshot(fit_study(s, ~arm, "ctl"), error = TRUE)
  r <- rows_of(fit_study(s, ~arm, "ctl", unit = "mouse"), "MYC")
  expect_identical(c(r$n, r$n_control), c(2L, 2L))
  v <- study_values(s)
  y <- tapply(v$y, v$mouse, mean)
  test <- t.test(y[c("m3", "m4")], y[c("m1", "m2")])
  expect_close(c(r$p.value, r$df), c(test$p.value, test$parameter), 1e-8)
  # one mouse an arm, however many tumours: no interval can be had
  one <- two_arms(mouse_id = rep(c("m1", "m2"), each = 6))
  refused(one, "mouse_id")
  r <- fit_study(one, ~arm, "ctl", unit = "mouse_id")$results
  expect_true(all(is.na(r$p.value)))
  # and the mice of a spreadsheet, which are numbers
  s$wells$mouse <- as.double(sub("m", "", s$wells$mouse))
  refused(s, "mouse")
  s$wells$MouseNo <- s$wells$mouse
  s$wells$mouse <- NULL
  refused(s, "MouseNo")
})

test_that("a passage that got every treatment is a block", {
  s <- two_arms(passage = rep(paste0("P", 1:6), 2))
  expect_snapshot(fit_study(s, ~arm, "ctl"), error = TRUE)
  fits(s, ~ arm + passage)
  fits(s, ignore = "passage")
  expect_match(paste(format(fit_study(s, ~arm, "ctl", ignore = "passage")), collapse = " "), "passage", fixed = TRUE)
  # whatever it is called
  refused(two_arms(week = rep(paste0("w", 1:6), 2)), "week")
  # several wells of dishes of each passage
  refused(two_arms(passage = rep(rep(c("P1", "P2"), each = 3), 2)), "passage")
})

test_that("batches inside an arm group samples", {
  refused(two_arms(harvest = rep(c("mon", "tue", "wed", "thu"), each = 3)), "harvest")
})

test_that("columns that describe samples are left in peace", {
  fits(two_arms(sex = rep(c("f", "m"), 6)))
  fits(two_arms(sex = c("f", "m"), n = 1))
  small <- data.frame(arm = rep(c("ctl", "A"), each = 2), sex = c("f", "m", "m", "f"))
  fits(study(small, 102))
  fits(two_arms(age_weeks = rep(8:13, 2)))
  fits(two_arms(rna_conc = c("101", "98", "120", "99", "101", "87", "133", "150", "98", "76", "64", "101")))
  fits(two_arms(concentration = rep(c(10L, 20L, 30L), 4), ratio_260 = rep(c("1.9", "2.0", "2.1", "1.8", "1.7", "2.2"), 2)))
  fits(two_arms(library = sprintf("LIB%03d", 1:12), barcode = letters[1:12]))
  fits(two_arms(cell_line = rep(c("MCF7", "T47D"), 6)))
  fits(two_arms(operator = rep(c("JS", "KM"), 6), template = rep(c("t1", "t2", "t3"), 4)))
  fits(two_arms(notes = rep(c("", "clumps"), c(10, 2)), replicate = rep(1:6, 2), rep_no = 1:12))
  fits(two_arms(time_h = 24L, species = "mouse"))
  # finer than the arms, and told by them: doses of the drug
  fits(two_arms(dose_group = rep(c("0", "low", "high"), c(6, 3, 3))))
  fits(two_arms(group_label = rep(c("Vehicle", "Anastrozole"), each = 6)))
})

test_that("gaps in a column, and columns that vary within samples, decide nothing", {
  mouse <- c("m1", NA, "m2", NA, "m3", NA, "m4", NA, "m5", NA, "m6", NA)
  fits(two_arms(mouse = mouse))
  s <- two_arms()
  s$wells$lane <- rep_len(c("a", "b"), nrow(s$wells))
  fits(s)
  refused(two_arms(mouse = c("m1", "m1", "m2", "m2", NA, "m3", "m4", "m4", "m5", "m5", "m6", NA)), "mouse")
})

test_that("with a unit or a random effect named, what they tell is not asked again", {
  sheet <- data.frame(arm = rep(c("ctl", "A"), each = 8), mouse = rep(paste0("m", 1:8), each = 2))
  sheet$cage <- rep(paste0("c", 1:8), each = 2)
  s <- study(sheet, 103)
  fits(s, unit = "mouse", ignore = NULL)
  skip_if_not_installed("lmerTest")
  fits(s, ~ arm + (1 | mouse))
  sheet$cage <- rep(paste0("c", 1:4), each = 4)
  refused(study(sheet, 103), "cage", unit = "mouse")
})

test_that("a subject's other name is told by the subject", {
  s <- two_arms(subject = rep(paste0("s", 1:6), 2), patient_code = rep(letters[1:6], 2))
  fits(s, ~ arm + subject)
})

test_that("plates that hold one group each are a doubt, in words, and in every row", {
  s <- two_arms(plate = rep(c("P1", "P2"), each = 6))
  x <- cq_data(s$wells)
  expect_snapshot(fit <- ddcq(x, ~arm, s$reference, "ctl", 2))
  expect_match(fit$results$note, "each plate has one arm only", fixed = TRUE)
  three <- data.frame(arm = rep(c("ctl", "A", "B"), each = 4), qpcr_plate = rep(c("P1", "P2"), c(4, 8)))
  s3 <- study(three, 104)
  x <- cq_data(s3$wells)
  expect_snapshot(fit <- ddcq(x, ~arm, s3$reference, "ctl", 2))
  expect_match(fit$results$note, "qpcr_plate keeps apart ctl | A, B", fixed = TRUE)
  # plates that link the arms, or hold a sample each, are no doubt
  linked <- two_arms(plate = c("P1", "P1", "P1", "P1", "P2", "P1", "P2", "P2", "P2", "P1", "P2", "P2"))
  expect_no_warning(ddcq(cq_data(linked$wells), ~arm, linked$reference, "ctl", 2), message = "plate")
  own <- two_arms(card = paste0("c", 1:12))
  expect_no_warning(ddcq(cq_data(own$wells), ~arm, own$reference, "ctl", 2), message = "card")
  # the runs that the data came in, too
  s <- two_arms()
  s$wells$run <- ifelse(s$wells$arm == "ctl", "r1", "r2")
  x <- cq_data(s$wells, run = "run")
  expect_warning(ddcq(x, ~arm, s$reference, "ctl", 2), "Every run holds one group only", class = "ddcq_warning_fit")
})

test_that("with several factors each is held against the plates", {
  sheet <- crossed(drug = c("no", "yes"), day = c("d1", "d2"), n = 3)
  sheet$plate <- sub("d", "p", sheet$day)
  s <- study(sheet, 105)
  x <- cq_data(s$wells)
  expect_warning(
    ddcq(x, ~ drug * day, s$reference, c(drug = "no", day = "d1"), 2), "effect of day", class = "ddcq_warning_fit"
  )
  sheet$plate <- ifelse((sheet$drug == "no") == (sheet$day == "d1"), "p1", "p2")
  s <- study(sheet, 106)
  x <- cq_data(s$wells)
  expect_warning(
    ddcq(x, ~ drug * day, s$reference, c(drug = "no", day = "d1"), 2), "effect of drug/day", class = "ddcq_warning_fit"
  )
})

test_that("wells that are all called alike are one sample; BAX over BCL2 is of the same samples", {
  s <- study(data.frame(arm = rep(c("ctl", "A"), each = 5)), 107, targets = c("BAX", "BCL2"), wells = 3)
  fit <- fit_study(s, ~arm, "ctl", variance = "pooled")
  ratio <- ddcq_ratio(fit, "BAX", "BCL2")
  expect_close(ratio$results$estimate, -diff(fit$results$estimate), 1e-9)
  v <- study_values(s, "BAX")
  v$y <- v$y - study_values(s, "BCL2")$y
  test <- t.test(y ~ arm, v, var.equal = TRUE)
  expect_close(ratio$results$p.value, test$p.value, 1e-8)
  # independent standard errors would have been wrong: the covariance is there
  cov <- vcov(fit)
  expect_close(ratio$results$std.error^2, cov[1, 1] + cov[2, 2] - 2 * cov[1, 2], 1e-9)
  wells <- s$wells
  wells$sample <- wells$arm
  expect_snapshot(ddcq(cq_data(wells), ~arm, s$reference, "ctl", 2)$results$n)
})

test_that("words are found whole", {
  hit <- function(name) internal("has_word")(name, internal("subject_words"))
  expect_true(all(hit(c("mouse", "Mouse", "mouse_id", "MouseID", "mice", "animal.no", "patient", "tumor", "tumours",
                        "my passage", "donor_1"))))
  expect_false(any(hit(c("ratio", "concentration", "operator", "culture_medium", "generation", "dishwasher"))))
  plate <- function(name) internal("has_word")(name, internal("plate_words"), TRUE)
  expect_true(all(plate(c("plate", "Plate", "plate_id", "run", "qPCR plate", "batch_rt", "PlateNo"))))
  expect_false(any(plate(c("template", "discard", "cardiac", "trunk"))))
})
