report_wells <- function(targets = c("MYC", "BAX", "BCL2"), n = 3) {
  set.seed(2)
  samples <- paste0(rep(c("vehicle", "drug"), each = n), "_", seq_len(n))
  wells <- expand.grid(sample = samples, target = c(targets, "GAPDH"), stringsAsFactors = FALSE)
  wells$cq <- 25 + round(stats::rnorm(nrow(wells), sd = 0.3), 3)
  wells$treatment <- sub("_.*", "", wells$sample)
  wells
}

report_fit <- function(wells = report_wells(), efficiency = 2, ...) {
  suppressWarnings(ddcq(
    cq_data(wells, na = "nondetect"), ~treatment, reference = "GAPDH", control = "vehicle", efficiency = efficiency, ...
  ))
}

all_text <- function(parts) paste(unlist(parts[vapply(parts, is.character, NA)]), collapse = "\n")

skip_if_no_rendering <- function() {
  skip_if_not_installed("rmarkdown")
  skip_if_not_installed("knitr")
  skip_if_not_installed("ggplot2")
  skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")
}

test_that("the parts hold every row, the efficiencies, the log and the verdict", {
  fit <- report_fit()
  parts <- report_parts(fit)
  for (target in fit$spec$targets) {
    expect_match(parts$results, paste0("<td>", target, "</td>"), fixed = TRUE)
    expect_match(parts$sentences, paste0(target, ", drug vs vehicle: "), fixed = TRUE)
  }
  expect_match(parts$results, fold_label(fit$results$fold_change[1]), fixed = TRUE)
  expect_match(parts$efficiency, "taken as known", fixed = TRUE)
  expect_match(parts$log, "samples in the model", fixed = TRUE)
  expect_match(parts$panel, "BAX/BCL2", fixed = TRUE)
  expect_match(parts$reference, "GAPDH", fixed = TRUE)
  expect_match(parts$head, "MYC, BAX, BCL2: drug against vehicle", fixed = TRUE)
  expect_no_match(all_text(parts), "SIMULATED")
})

test_that("simulated data are announced at the top", {
  wells <- report_wells()
  wells$run <- "simulated plate"
  parts <- report_parts(report_fit(wells))
  expect_match(parts$head, "<p class=\"loud\">SIMULATED DATA", fixed = TRUE)
})

test_that("the interval of a curve is the curve's", {
  eff <- cq_efficiency(c("MYC", "BAX", "BCL2", "GAPDH"), 1.9, std.error = 0.02, df = 4)
  parts <- report_parts(report_fit(efficiency = eff))
  half <- stats::qt(0.975, 4) * 0.02
  expect_match(parts$efficiency, paste(formatC(1.9 - half, digits = 3, format = "f"), "to"), fixed = TRUE)
})

test_that("the sentences read the interval and say why there is none", {
  fit <- report_fit(report_wells(n = 1))
  text <- paste(report_sentences(fit), collapse = " ")
  expect_match(text, "without an interval (one sample in vehicle, drug", fixed = TRUE)
  fit <- report_fit()
  fit$results$conf.low <- c(-1, 0.2, -2)
  fit$results$conf.high <- c(1, 2, -0.1)
  fit$results$estimate <- c(0, 1, -1)
  text <- report_sentences(fit)
  expect_match(text[2], "No change is shown", fixed = TRUE)
  expect_match(text[3], "a rise", fixed = TRUE)
  expect_match(text[4], "a fall", fixed = TRUE)
})

test_that("what the fit warned of stands in the report", {
  wells <- report_wells()
  wells <- rbind(wells, transform(wells[1, ], cq = cq + 2))
  parts <- report_parts(report_fit(wells))
  expect_match(parts$notes, "Technical replicates wider than 0.5 Cq", fixed = TRUE)
  wells <- report_wells()
  wells$cq[wells$target == "MYC" & wells$treatment == "drug"] <- NA
  parts <- report_parts(report_fit(wells))
  expect_match(parts$notes, "not detected in drug_1, drug_2", fixed = TRUE)
  expect_match(parts$notes, "<caption>Without a value</caption>", fixed = TRUE)
  expect_match(parts$sentences, "MYC, drug vs vehicle: no estimate", fixed = TRUE)
  quiet <- report_fit()
  quiet$results$note[] <- ""
  if (is.null(report_doubts(quiet))) expect_match(report_parts(quiet)$notes, "<p>None.</p>", fixed = TRUE)
})

test_that("names never become markup", {
  odd <- c("a{b}", "<b>", "``` x", "*c* & $d$", "<script>alert(1)</script>")
  parts <- report_parts(report_fit(report_wells(odd)), title = "<i>t</i>")
  text <- all_text(parts)
  expect_no_match(text, "<b>", fixed = TRUE)
  expect_no_match(text, "<script", fixed = TRUE)
  expect_no_match(text, "<i>", fixed = TRUE)
  expect_match(text, "a{b}", fixed = TRUE)
  # the only fences are our own: two a block
  blocks <- parts[vapply(parts, inherits, NA, what = "knit_asis")]
  fences <- vapply(blocks, function(b) lengths(regmatches(b, gregexpr("```", b, fixed = TRUE))), 1L)
  expect_true(all(fences == 2L))
  expect_identical(tab_title("caf\u00e9", utf8 = TRUE), "caf\u00e9")
  expect_match(tab_title("caf\u00e9", utf8 = FALSE), "^caf[?]+$")
  expect_identical(html_text(c("a & <b>", NA, "`'\"")), c("a &amp; &lt;b&gt;", "", "&#96;&#39;&quot;"))
})

test_that("a ratio has a report of its own kind", {
  parts <- report_parts(ddcq_ratio(report_fit(), "BAX", "BCL2"))
  expect_match(parts$reference, "needs no reference", fixed = TRUE)
  expect_match(parts$panel, "not from a ratio", fixed = TRUE)
  expect_match(parts$results, "BAX/BCL2", fixed = TRUE)
})

test_that("the file is checked before anything is done", {
  fit <- report_fit()
  expect_error(ddcq_report(fit, file.path(tempdir(), "x.pdf")), class = "ddcq_error_file")
  expect_error(ddcq_report(fit, file.path(tempdir(), "no such", "x.html")), class = "ddcq_error_file")
  expect_error(ddcq_report(fit, c("a.html", "b.html")), class = "ddcq_error_argument")
  expect_error(ddcq_report(1, "x.html"), class = "ddcq_error_argument")
  expect_error(ddcq_report(fit, "x.html", quietly = TRUE), class = "ddcq_error_argument")
  folder <- tempfile(fileext = ".html")
  dir.create(folder)
  expect_error(ddcq_report(fit, folder), class = "ddcq_error_file")
  expect_error(check_pandoc(FALSE), class = "ddcq_error_package")
  expect_silent(check_pandoc(TRUE))
  # knitr holds one document at a time
  expect_error(check_not_knitting(TRUE), class = "ddcq_error_argument")
})

test_that("one file comes of it, complete in itself, and nothing else changes", {
  skip_if_no_rendering()
  skip_on_cran()
  folder <- tempfile("report")
  dir.create(folder)
  wells <- report_wells(c("a{b}", "<b>", "MYC"))
  fit <- report_fit(wells)
  before <- list(options(), getwd(), list.files(tempdir()), list.files("."))
  set.seed(3)
  seed <- .Random.seed
  file <- file.path(folder, "my report.html")
  made <- withVisible(ddcq_report(fit, file, data = cq_data(wells), title = "A \"title\" with <b> and 'q'"))
  expect_false(made$visible)
  expect_identical(basename(made$value), "my report.html")
  expect_identical(list.files(folder), "my report.html")
  expect_identical(.Random.seed, seed)
  after <- list(options(), getwd(), list.files(tempdir()), list.files("."))
  expect_identical(after, before)
  page <- paste(readLines(made$value, encoding = "UTF-8", warn = FALSE), collapse = "\n")
  expect_match(page, "<td>a{b}</td>", fixed = TRUE)
  expect_match(page, "<td>&lt;b&gt;</td>", fixed = TRUE)
  expect_match(page, "src=\"data:image/png;base64,", fixed = TRUE)
  # nothing is fetched: no address in a src or href, no style sheet
  expect_no_match(page, "(src|href)=\"(https?:)?//")
  expect_no_match(page, "@import")
  expect_match(page, "A &quot;title&quot; with &lt;b&gt; and &#39;q&#39;</h1>", fixed = TRUE)
})
