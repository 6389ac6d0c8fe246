plate <- function() cq_data(anastrozole_plate, na = "nondetect")
plate_fit <- function(x = plate(), efficiency = cq_standard_curve(x), ...) {
  ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = efficiency, ...)
}
answer <- function(list, item) list$answer[list$item == item]

test_that("every item is there once, with a status and an answer", {
  x <- plate()
  list <- miqe_checklist(plate_fit(x), data = x, curve = cq_standard_curve(x))
  expect_s3_class(list, "miqe_checklist")
  expect_false(anyDuplicated(list$item) > 0)
  expect_true(all(nzchar(list$answer)) && !anyNA(list$answer))
  expect_setequal(unique(list$status), c("filled in", "partly", "to be filled in"))
  # MIQE 2009 has 14 items of data analysis and 9 of these numbers of assays
  expect_identical(sum(list$guideline == "MIQE 2009" & list$section == "analysis"), 14L)
  expect_true(all(list$importance[list$guideline == "MIQE 2009"] %in% c("E", "D")))
  expect_identical(grepl("to be filled in", list$answer), list$status != "filled in")
})

test_that("the answers are the numbers of the objects", {
  x <- plate()
  curve <- cq_standard_curve(x)
  fit <- plate_fit(x)
  list <- miqe_checklist(fit, data = x, curve = curve)
  expect_match(answer(list, "slope"), paste0("MYC ",
    formatC(curve$slope[curve$target == "MYC"], digits = 3, format = "f")),
               fixed = TRUE)
  # one water well of BAX drifts up at 37.8, as the help page of the plate says
  expect_match(answer(list, "ntc"), "BAX earliest Cq 37.8 of 3 wells", fixed = TRUE)
  expect_match(answer(list, "ntc"), "MYC no Cq in 3 wells", fixed = TRUE)
  wells <- as.data.frame(x)
  wells <- wells[wells$task == "unknown" & wells$target == "MYC", ]
  sd <- sqrt(mean(tapply(wells$cq, wells$sample, stats::var)))
  expect_match(answer(list, "repeatability"), paste("MYC", formatC(sd, digits = 3, format = "f")), fixed = TRUE)
  low <- subset(as.data.frame(x), task == "standard" & target == "MYC" & quantity == 100)$cq
  expect_match(answer(list, "cq_at_limit"),
    paste0("MYC SD ", formatC(stats::sd(low), digits = 3, format = "f"), " at 100"),
               fixed = TRUE)
  expect_match(answer(list, "outliers"), "No well was excluded.", fixed = TRUE)
  gone <- cq_exclude(x, well == x$well[1], reason = "bubble")
  out <- miqe_checklist(plate_fit(gone), data = gone)
  expect_match(answer(out, "outliers"), "1 well of 377 was excluded: bubble", fixed = TRUE)
})

test_that("what is assumed or unknown is left open", {
  bare <- miqe_checklist(suppressWarnings(plate_fit(efficiency = 2)))
  expect_match(answer(bare, "efficiency"), "assumed, not measured", fixed = TRUE)
  expect_match(answer(bare, "corrected_quantities"), "to be filled in", fixed = TRUE)
  for (item in c("slope", "lod_ci", "cq_method", "fluorescence", "nrt", "power", "raw_data")) {
    expect_identical(bare$status[bare$item == item], "to be filled in")
  }
  expect_match(answer(bare, "reference_choice"), "stability in these samples", fixed = TRUE)
})

test_that("objects of other parts answer where they are there", {
  fit <- plate_fit()
  lod <- structure(data.frame(
    target = "MYC", model = "poisson", lod = 3, conf.low = 2, conf.high = 5, n_wells = 60L, n_levels = 5L, main = TRUE
  ), class = c("cq_lod", "data.frame"))
  stability <- structure(
    data.frame(target = c("GAPDH", "ACTB", "TBP"), stability = 1:3), class = c("cq_stability", "data.frame"),
    sentence = "GAPDH and ACTB are recommended."
  )
  list <- miqe_checklist(fit, lod = lod, stability = stability)
  expect_match(answer(list, "lod_ci"), "MYC 3 (2 to 5)", fixed = TRUE)
  expect_match(answer(list, "reference_choice"), "GAPDH and ACTB are recommended.", fixed = TRUE)
  expect_error(miqe_checklist(fit, lod = 3), class = "ddcq_error_argument")
  expect_error(miqe_checklist(1), class = "ddcq_error_argument")
})

test_that("ratios and mixed fits have a checklist", {
  list <- miqe_checklist(ddcq_ratio(plate_fit(), "BAX", "BCL2"))
  expect_match(answer(list, "reference_choice"), "a ratio of two targets", fixed = TRUE)
})

test_that("it goes to a spreadsheet without formulas", {
  x <- plate()
  x$target[x$target == "MYC"] <- "=MYC"
  fit <- suppressWarnings(plate_fit(x))
  file <- tempfile(fileext = ".csv")
  cq_write_csv(miqe_checklist(fit, curve = suppressWarnings(cq_standard_curve(x))), file)
  back <- utils::read.csv(file)
  expect_identical(nrow(back), nrow(internal("miqe_items")()))
  expect_no_match(unlist(back), "^[=+@-]")
})

test_that("it prints within the width", {
  list <- miqe_checklist(plate_fit())
  expect_true(all(nchar(format(list, width = 70)) <= 70))
  expect_match(format(list)[1], "SIMULATED DATA")
  expect_output(print(list[1:2]), "slope")
})
