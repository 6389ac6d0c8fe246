table_fit <- function(...) {
  x <- cq_data(anastrozole_plate, na = "nondetect")
  ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = cq_standard_curve(x),
       ...)
}

test_that("every step can be done again from the columns before it", {
  fit <- table_fit()
  t <- as.data.frame(ddcq_table(fit))
  expect_identical(class(t), "data.frame")
  expect_equal(t$weighted, log2(t$efficiency) * t$cq, tolerance = 1e-14)
  by_hand <- (log2(t$efficiency_GAPDH) * t$cq_GAPDH + log2(t$efficiency_ACTB) * t$cq_ACTB) / 2
  expect_equal(t$weighted_reference, by_hand, tolerance = 1e-14)
  expect_equal(t$dcq, t$weighted - by_hand, tolerance = 1e-13)
  control <- tapply(t$dcq[t$treatment == "vehicle"], t$target[t$treatment == "vehicle"], mean)
  expect_equal(t$ddcq, t$dcq - as.vector(control[t$target]), tolerance = 1e-12)
  expect_equal(t$fold, 2^-t$ddcq, tolerance = 1e-14)
  # balanced blocks: the estimate is the mean of the folds' logs
  mean_log <- tapply(-t$ddcq[t$treatment == "anastrozole"], t$target[t$treatment == "anastrozole"], mean)
  rows <- fit$results[fit$results$contrast == "anastrozole vs vehicle", ]
  expect_equal(rows$estimate, as.vector(mean_log[rows$target]), tolerance = 1e-12)
  # the Cq are the means of the wells
  wells <- anastrozole_plate[anastrozole_plate$target == "MYC" & anastrozole_plate$task == "unknown", ]
  mean_cq <- tapply(wells$cq, wells$sample, mean)
  myc <- t[t$target == "MYC", ]
  expect_equal(myc$cq, as.vector(mean_cq[myc$sample]), tolerance = 1e-14)
})

test_that("a ratio, another unit and a missing reference", {
  fit <- table_fit()
  ratio <- ddcq_ratio(fit, "BAX", "BCL2")
  expect_equal(ddcq_table(ratio)$fold, ratio$samples$relative, tolerance = 1e-12)
  wells <- anastrozole_plate
  x <- cq_data(wells[!(wells$target == "ACTB" & wells$sample == "ana-p21"), ], na = "nondetect")
  gap <- suppressWarnings(ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
                               efficiency = 2))
  t <- ddcq_table(gap, "MYC")
  expect_identical(is.na(t$fold), t$sample == "ana-p21")
  expect_identical(unique(t$target), "MYC")
  # two samples of one dish
  wells$dish <- sub("p2[12]", "a", sub("p2[34]", "b", wells$sample))
  x <- cq_data(wells, na = "nondetect")
  by_dish <- suppressWarnings(ddcq(
    x, ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2, unit = "dish", ignore = "passage"
  ))
  t <- ddcq_table(by_dish, "MYC")
  expect_true(all(c("sample", "dish", "treatment") %in% names(t)))
  mean_dcq <- tapply(t$dcq, t$dish, mean)
  units <- by_dish$samples[by_dish$samples$target == "MYC", ]
  expect_equal(units$dcq, as.vector(mean_dcq[as.character(units$dish)]), tolerance = 1e-12)
  expect_error(ddcq_table(fit, "MIC"), class = "ddcq_error_argument")
  expect_error(ddcq_table(1), class = "ddcq_error_argument")
})

test_that("per cent is the fold said otherwise", {
  fit <- table_fit()
  p <- summary(fit, as = "percent")
  expect_s3_class(p, "ddcq_percent")
  expect_equal(p$remaining, 100 * fit$results$fold_change, tolerance = 1e-15)
  expect_equal(p$reduction, 100 - p$remaining, tolerance = 1e-13)
  # the ends of the interval change places
  expect_equal(p$reduction_low, 100 - 100 * fit$results$fold_high, tolerance = 1e-13)
  expect_true(all(p$reduction_low <= p$reduction & p$reduction <= p$reduction_high))
  expect_match(p$sentence[p$target == "MYC"][1], "37 % of the control (95 % interval 26 to 51 %), a reduction by 63 %.",
               fixed = TRUE)
  expect_match(p$sentence[p$target == "BAX"][1], "a rise by 42 %", fixed = TRUE)
  expect_match(p$sentence[p$target == "FASN"][1], "no change is shown", fixed = TRUE)
  expect_error(summary(fit, as = "ratio"), class = "ddcq_error_argument")
  expect_s3_class(summary(fit), "summary.ddcq")
  expect_identical(class(as.data.frame(p)), "data.frame")
})

test_that("tables print within the width, and are cut with a count", {
  fit <- table_fit()
  expect_true(all(nchar(format(ddcq_table(fit), width = 60)) <= 60))
  expect_match(paste(format(ddcq_table(fit)), collapse = "\n"), "... and 36 more rows", fixed = TRUE)
  expect_match(paste(format(summary(fit, as = "percent"), rows = 4), collapse = "\n"), "... and 6 more rows",
    fixed = TRUE)
  expect_output(print(ddcq_table(fit)[1:2]), "veh-p21")
  expect_output(print(summary(fit, as = "percent")[1:2]), "CCND1")
})

test_that("in a document objects are tables of the document, and names are no markup", {
  skip_if_not_installed("knitr")
  fit <- table_fit()
  objects <- list(
    fit, panel_verdict(fit), cq_standard_curve(cq_data(anastrozole_plate, na = "nondetect")), ddcq_equivalence(fit),
    ddcq_variance(fit), miqe_checklist(fit), methods_text(fit), summary(fit, as = "percent"), ddcq_table(fit), fit$log
  )
  for (object in objects) {
    made <- knitr::knit_print(object)
    expect_s3_class(made, "knit_asis")
    if (!inherits(object, "ddcq_methods")) expect_match(made, "\\|:?-+:?\\|", all = TRUE)
  }
  odd <- c("a|b", "*c*", "<b>", "$x$", "`d`", "[e](f)")
  escaped <- internal("markdown_text")(odd)
  expect_identical(escaped[1:3], c("a&#124;b", "&#42;c&#42;", "&#60;b&#62;"))
  expect_identical(internal("markdown_text")(c("-1", "1e-05", "a--b", "+c", "a&b")),
                   c("&#45;1", "1e-05", "a&#45;&#45;b", "&#43;c", "a&#38;b"))
  expect_identical(internal("latex_text")(c("a_b", "50 %", "x\\y", "~^")),
                   c("a\\_b", "50 \\%", "x\\textbackslash{}y", "\\textasciitilde{}\\textasciicircum{}"))
  html <- internal("knit_table")(list(target = "<b>", fold = "2"), format = "html")
  expect_match(html, "&lt;b&gt;", fixed = TRUE)
  tex <- internal("knit_table")(list(target = "a_b", fold = "2"), format = "latex")
  expect_match(tex, "a\\_b", fixed = TRUE)
  # one column of sentences does not take the whole page
  sentences <- list(c("MYC", "BAX/BCL2"), rep(strrep("words ", 50), 2))
  rule <- internal("even_widths")(c("|a|b|", paste0("|:-------|", strrep("-", 300), ":|")), sentences)[2]
  parts <- strsplit(rule, "|", fixed = TRUE)[[1]][-1]
  expect_identical(nchar(parts[2]), 45L)
  # and a word that does not break has room for its capitals
  expect_gt(nchar(parts[1]), nchar("BAX/BCL2") + 6)
})

test_that("pandoc makes real tables of them", {
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")
  skip_on_cran()
  place <- tempfile("knit")
  dir.create(place)
  file <- file.path(place, "a.Rmd")
  writeLines(c("---", "output: html_document", "---", "```{r, echo = FALSE}", "fit", "miqe_checklist(fit)", "```"),
    file)
  envir <- new.env(parent = globalenv())
  envir$fit <- table_fit()
  odd <- "*x* <b> $y$ | `z` \\(q\\) [l](m) {n}"
  envir$fit$results$target[1] <- odd
  envir$miqe_checklist <- miqe_checklist
  made <- rmarkdown::render(file, quiet = TRUE, envir = envir, output_options = list(
    pandoc_args = c("--metadata", "pagetitle=a"),
    theme = NULL, highlight = NULL, mathjax = NULL, self_contained = FALSE
  ))
  page <- paste(readLines(made, encoding = "UTF-8"), collapse = "\n")
  text <- gsub("&lt;", "<", gsub("&gt;", ">", gsub("\\s+", " ", page)), fixed = FALSE)
  expect_match(text, paste0(">", odd, "</td>"), fixed = TRUE)
  expect_match(page, "<td[^>]*>CCND1</td>")
  expect_no_match(page, "math inline", fixed = TRUE)
  expect_match(page, "1.4e-05", fixed = TRUE)
})
