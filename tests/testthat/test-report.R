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

# The sections as html, without the pictures.
report_parts <- function(fit, data = NULL, title = NULL, ...) {
  skip_if_not_installed("ggplot2")
  fits <- if (inherits(fit, "ddcq")) list(fit) else fit
  blocks <- internal("report_blocks")(fits, list(data = data, ...), title)
  lapply(blocks, function(b) {
    internal("render_blocks")(Filter(function(x) !x$kind %in% c("picture", "download"), b), "html")
  })
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
    expect_match(parts$results, paste0(target, ", drug vs vehicle: "), fixed = TRUE)
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
  text <- paste(report_sentences(fit)[[1]]$text, collapse = " ")
  expect_match(text, "without an interval (one sample in vehicle, drug", fixed = TRUE)
  fit <- report_fit()
  fit$results$conf.low <- c(-1, 0.2, -2)
  fit$results$conf.high <- c(1, 2, -0.1)
  fit$results$estimate <- c(0, 1, -1)
  text <- report_sentences(fit)[[1]]$text
  expect_match(text[1], "No change is shown", fixed = TRUE)
  expect_match(text[2], "a rise", fixed = TRUE)
  expect_match(text[3], "a fall", fixed = TRUE)
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
  expect_match(parts$results, "MYC, drug vs vehicle: no estimate", fixed = TRUE)
  quiet <- report_fit()
  quiet$results$note[] <- ""
  if (is.null(fit_doubts(quiet))) expect_match(report_parts(quiet)$notes, "<p>None.</p>", fixed = TRUE)
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

test_that("the format of the sections is one of two", {
  skip_if_not_installed("ggplot2")
  skip_if_not_installed("knitr")
  expect_error(
    ddcq_report_parts(report_fit(), format = "a"), "\"html\" and \"pipe\"", class = "ddcq_error_argument"
  )
  expect_error(ddcq_report_parts(report_fit(), title = 1), "`title` must be one text", class = "ddcq_error_argument")
})

test_that("the file is checked before anything is done", {
  fit <- report_fit()
  expect_error(ddcq_report(fit, file.path(tempdir(), "x.txt")), class = "ddcq_error_file")
  expect_error(check_latex(FALSE), class = "ddcq_error_package")
  expect_silent(check_latex(TRUE))
  expect_error(ddcq_report(list(fit, 1), "x.html"), class = "ddcq_error_argument")
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

bad_experiment <- function() {
  set.seed(7)
  sheet <- data.frame(
    sample = paste0("s", 1:4), treatment = c("vehicle", "drug", "drug", "drug"), plate = c("p1", "p2", "p2", "p2")
  )
  wells <- merge(sheet, data.frame(target = c("MYC", "GAPDH", "ACTB")))
  wells$cq <- 24 + round(stats::rnorm(nrow(wells), sd = 0.1), 3)
  # a reference that the treatment moves by two cycles
  moved <- wells$target == "GAPDH" & wells$treatment == "drug"
  wells$cq[moved] <- wells$cq[moved] + 2
  wells$task <- "unknown"
  ntc <- data.frame(sample = "water", treatment = NA, plate = c("p1", "p2"), target = "MYC", cq = 26, task = "ntc")
  cq_data(rbind(wells, ntc), task = "task", run = "plate")
}

test_that("what stands against a bad experiment stands at the top", {
  fit <- suppressWarnings(ddcq(
    bad_experiment(), ~treatment, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = 2,
      variance = "pooled"
  ))
  top <- report_parts(fit)$alarms
  expect_match(top, "<p class=\"stop\">Read this first", fixed = TRUE)
  expect_match(top, "One sample in &quot;vehicle&quot;", fixed = TRUE)
  expect_match(top, "holds one group only", fixed = TRUE)
  expect_match(top, "No-template control within 5 cycles of a sample: MYC (NTC at 26.0)", fixed = TRUE)
  expect_match(top, "The references do not keep step: GAPDH/ACTB changes", fixed = TRUE)
  alone <- suppressWarnings(ddcq(
    bad_experiment(), ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 1.6
  ))
  top <- report_parts(alone)$alarms
  expect_match(top, "The only reference, GAPDH, differs between the groups by 2", fixed = TRUE)
  expect_match(top, "Efficiencies outside 1.7 to 2.1", fixed = TRUE)
  expect_match(top, "No row has an interval", fixed = TRUE)
  # what is worth a look is said in a box of its own
  expect_match(top, "<ul class=\"loud\">", fixed = TRUE)
  expect_match(top, "There is one reference", fixed = TRUE)
  # the box comes before every number
  expect_lt(match("alarms", names(report_parts(fit))), match("results", names(report_parts(fit))))
  skeleton <- readLines(system.file(
    "rmarkdown", "templates", "ddcq_report", "skeleton", "skeleton.Rmd", package = "ddcq"
  ))
  expect_lt(grep("part-summary", skeleton), grep("part-question", skeleton))
})

test_that("findings to stop at go to the top, the others to their section", {
  check <- structure(data.frame(
    check = c("ntc", "late"), severity = factor(c("stop", "look"), c("note", "look", "stop"), ordered = TRUE),
      run = "r",
    well = c("A1", NA), sample = NA, target = "MYC", finding = c("Water has a <Cq>.", "Late Cq."), action = "Look."
  ), class = c("cq_check", "data.frame"))
  parts <- report_parts(report_fit(), check = check)
  expect_match(parts$alarms, "Water has a &lt;Cq&gt;.", fixed = TRUE)
  expect_no_match(parts$alarms, "Late Cq.", fixed = TRUE)
  expect_match(parts$check, "Late Cq.", fixed = TRUE)
})

test_that("several fits have a heading each", {
  fit <- report_fit()
  parts <- report_parts(list(genes = fit, ratio = ddcq_ratio(fit, "BAX", "BCL2")))
  expect_match(parts$results, "<h3>genes</h3>", fixed = TRUE)
  expect_match(parts$results, "<h3>ratio</h3>", fixed = TRUE)
  expect_match(parts$methods, "no reference gene enters", fixed = TRUE)
})

test_that("sections for Word are markdown, and names no markup", {
  skip_if_not_installed("knitr")
  skip_if_not_installed("ggplot2")
  blocks <- internal("report_blocks")(list(report_fit(report_wells("*a*"))), list())
  blocks <- Filter(function(b) b$kind != "picture", blocks$results)
  text <- internal("render_blocks")(blocks, "pipe")
  expect_match(text, "&#42;a&#42;", fixed = TRUE)
  expect_no_match(text, "<td", fixed = TRUE)
})

test_that("a download holds the table, and no formula", {
  table <- data.frame(target = c("=1+1", "caf\u00e9, \"x\""), n = c(-1, 2))
  link <- internal("html_download")(internal("page_download")(table, "a.csv", "A <b>")[[1]])
  expect_match(link, "A &lt;b&gt;", fixed = TRUE)
  data <- sub('".*', "", sub('.*href="data:text/csv;charset=utf-8,', "", link))
  expect_no_match(data, "[^A-Za-z0-9%_.,-]")
  bytes <- charToRaw(utils::URLdecode(data))
  file <- tempfile()
  writeBin(bytes, file)
  back <- utils::read.csv(file, encoding = "UTF-8")
  expect_identical(enc2utf8(back$target), c("'=1+1", "caf\u00e9, \"x\""))
  expect_identical(back$n, c(-1L, 2L))
})

test_that("a Word document comes of it", {
  skip_if_no_rendering()
  skip_on_cran()
  file <- tempfile(fileext = ".docx")
  ddcq_report(report_fit(), file)
  expect_gt(file.size(file), 1e4)
  expect_true("word/document.xml" %in% utils::unzip(file, list = TRUE)$Name)
})

test_that("an interaction is not read as a fold change", {
  set.seed(3)
  sheet <- expand.grid(rep = 1:3, A = c("no", "yes"), B = c("no", "yes"))
  sheet$sample <- paste0("s", seq_len(nrow(sheet)))
  wells <- merge(sheet[-1], data.frame(target = c("MYC", "GAPDH")))
  wells$cq <- 20 + stats::rnorm(nrow(wells), sd = 0.2)
  fit <- suppressWarnings(ddcq(
    cq_data(wells), ~ A * B, reference = "GAPDH", control = c(A = "no", B = "no"), efficiency = 2
  ))
  inner <- ddcq_interaction(fit)
  parts <- report_parts(inner)
  expect_match(parts$question, "than the product of its parts", fixed = TRUE)
  expect_match(parts$results, "<th scope=\"col\" class=\"r\">ratio</th>", fixed = TRUE)
  expect_match(parts$results, "the product of its parts", fixed = TRUE)
  expect_no_match(parts$results, "a fall", fixed = TRUE)
  expect_match(parts$panel, "not from interactions", fixed = TRUE)
  expect_match(report_parts(fit)$interaction, "the product of its parts", fixed = TRUE)
})

test_that("many targets are drawn as a forest, an array as a volcano, and long lists are cut with a count", {
  skip_if_not_installed("ggplot2")
  few <- internal("report_picture")(report_fit())[[1]]
  some <- internal("report_picture")(report_fit(report_wells(paste0("T", 1:30))))[[1]]
  many <- report_fit(report_wells(paste0("T", 1:70)))
  expect_match(few$alt, "one panel a target", fixed = TRUE)
  expect_match(some$alt, "a row a target", fixed = TRUE)
  expect_match(internal("report_picture")(many)[[1]]$alt, "a dot a target", fixed = TRUE)
  sentences <- report_sentences(many)
  expect_length(sentences[[1]]$text, 60)
  expect_identical(sentences[[2]]$text, "And 10 more rows.")
})

test_that("the template knits as it comes, on the simulated plate", {
  skip_if_not_installed("rmarkdown")
  skip_if_not_installed("ggplot2")
  skip_if_not(rmarkdown::pandoc_available("2.0"))
  skip_on_cran()
  place <- tempfile()
  dir.create(place)
  on.exit(unlink(place, recursive = TRUE))
  draft <- rmarkdown::draft(file.path(place, "mine.Rmd"), "ddcq_report", package = "ddcq", edit = FALSE)
  page <- readLines(rmarkdown::render(draft, quiet = TRUE, envir = new.env()), encoding = "UTF-8")
  expect_match(page, "SIMULATED DATA", all = FALSE)
  expect_match(page, "<title>ddCq report</title>", all = FALSE, fixed = TRUE)
})
