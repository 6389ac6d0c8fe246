# Fits made by hand: the verdict reads nothing but `results` and the level.
fake_fit <- function(target, low, high, contrast = "drug vs vehicle", note = NA, level = 0.95,
                     estimate = (low + high) / 2, ...) {
  results <- data.frame(
    target = target, contrast = contrast, estimate = estimate, conf.low = low, conf.high = high,
    note = note, stringsAsFactors = FALSE
  )
  structure(list(results = results, spec = list(level = level, ...)), class = "ddcq")
}

edge <- log2(1.5)

test_that("direction and size are read from the interval", {
  cases <- data.frame(
    low = c(0.7, -2, 0.1, -0.5, 0.1, -0.9, -0.2, -0.2, -2, 0, edge, -1, NA, NA, -Inf),
    high = c(1.2, -0.7, 0.5, -0.1, 0.9, -0.1, 0.3, 0.9, 2, 0.4, 1, -edge, 1, NA, -1),
    direction = c(
      "up", "down", "up", "down", "up", "down", "not shown", "not shown", "not shown", "not shown",
      "up", "down", "not shown", "not shown", "down"
    ),
    size = c(
      "beyond", "beyond", "within", "within", "across", "across", "within", "across", "across",
      "within", "across", "across", NA, NA, "beyond"
    )
  )
  expect_identical(verdict_direction(cases$low, cases$high), cases$direction)
  expect_identical(verdict_size(cases$low, cases$high, edge), cases$size)
  # Swapping the groups turns the direction round and leaves the size.
  expect_identical(
    verdict_direction(-cases$high, -cases$low),
    unname(c(up = "down", down = "up", "not shown" = "not shown")[cases$direction])
  )
  expect_identical(verdict_size(-cases$high, -cases$low, edge), cases$size)
})

test_that("the verdict holds the direction against the expectation", {
  expect_identical(
    verdict_against(
      c("up", "down", "up", "down", "not shown", "up", "not shown"),
      c("up", "down", "down", "up", "up", NA, NA)
    ),
    c(
      "as expected", "as expected", "opposite", "opposite", "not shown", "no expectation",
      "no expectation"
    )
  )
})

test_that("the panel's genes get their words, in the panel's order", {
  fit <- fake_fit(
    c("FASN", "BCL2", "OTHER", "MYC", "CCND1"),
    c(-0.3, -0.9, 1, 0.2, -1.3), c(0.5, -0.2, 2, 1, -0.7)
  )
  v <- panel_verdict(fit)
  expect_s3_class(v, c("panel_verdict", "data.frame"), exact = TRUE)
  expect_named(v, c(
    "target", "contrast", "fold_change", "fold_low", "fold_high", "direction", "size", "expected",
    "evidence", "verdict", "sentence", "note"
  ))
  expect_identical(v$target, c("CCND1", "MYC", "BCL2", "FASN"))
  expect_identical(v$direction, c("down", "up", "down", "not shown"))
  expect_identical(v$size, c("beyond", "across", "across", "within"))
  expect_identical(v$verdict, c("as expected", "opposite", "as expected", "no expectation"))
  expect_identical(v$evidence, c("not stated", "not stated", "protein", "protein"))
  expect_equal(v$fold_change, 2^c(-1, 0.6, -0.55, 0.1), tolerance = 1e-14)
  expect_equal(v$fold_low, 2^c(-1.3, 0.2, -0.9, -0.3), tolerance = 1e-14)
  expect_equal(v$fold_high, 2^c(-0.7, 1, -0.2, 0.5), tolerance = 1e-14)
  expect_true(all(is.na(v$note)))
  expect_identical(attr(v, "absent"), "BAX")
})

test_that("the sentence says the change, the expectation, the margin and what the evidence is", {
  said <- panel_verdict(fake_fit(
    c("CCND1", "MYC", "BCL2", "FASN"), c(-1.3, 0.2, -0.2, -0.3), c(-0.7, 1, 0.9, 0.5)
  ))$sentence
  expect_identical(said[1], paste(
    "CCND1 (drug vs vehicle) fell to 0.50-fold (95 % interval 0.41 to 0.62), as expected.",
    "The change is beyond 1.5-fold. The source does not say whether it means mRNA or protein."
  ))
  expect_match(said[2], "rose to 1.52-fold (95 % interval 1.15 to 2.00), the ", fixed = TRUE)
  expect_match(said[2], "the opposite of what is expected.", fixed = TRUE)
  expect_match(said[2], "Whether it exceeds 1.5-fold stays open.", fixed = TRUE)
  expect_match(said[3], "BCL2 (drug vs vehicle): no change is shown, 1.27-fold", fixed = TRUE)
  expect_match(said[3], "; expected: a fall.", fixed = TRUE)
  expect_match(said[3], "about protein (Bcl-2), and mRNA is not protein.", fixed = TRUE)
  expect_match(said[4], "; there is no expectation.", fixed = TRUE)
  expect_match(said[4], "The interval leaves no room for a change of 1.5-fold.", fixed = TRUE)
  expect_match(said[4], "What is known is about protein (fatty acid synthase)", fixed = TRUE)
})

test_that("level and margin are those of the call", {
  fit <- fake_fit("CCND1", -1.3, -0.7, level = 0.9)
  expect_match(panel_verdict(fit)$sentence, "90 % interval", fixed = TRUE)
  wide <- panel_verdict(fit, margin = 2)
  expect_identical(wide$size, "across")
  expect_match(wide$sentence, "exceeds 2-fold", fixed = TRUE)
})

test_that("a row without an interval is not shown, and its note is carried", {
  fit <- fake_fit(
    c("CCND1", "MYC", "FASN"), c(-1.3, NA, NA), c(-0.7, NA, NA),
    note = c(NA, "one sample a group", ""), estimate = c(-1, -0.5, NA)
  )
  v <- panel_verdict(fit)
  expect_identical(v$direction, c("down", "not shown", "not shown"))
  expect_identical(v$size, c("beyond", NA, NA))
  expect_identical(v$verdict, c("as expected", "not shown", "no expectation"))
  expect_identical(v$note, c(NA, "one sample a group", NA))
  expect_match(v$sentence[2], "0.71-fold, without an interval", fixed = TRUE)
  expect_match(v$sentence[3], "FASN (drug vs vehicle): no estimate", fixed = TRUE)
  expect_false(any(grepl("\\bNA\\b", format(v))))
})

test_that("names match by alias, whatever their case, and the note says so", {
  called <- c("c-Myc", "Cyclin D1", "bcl2", "Fatty-Acid Synthase")
  v <- panel_verdict(fake_fit(called, -1.3, -0.7, note = c("first", NA, NA, NA)))
  expect_identical(v$target, c("CCND1", "MYC", "BCL2", "FASN"))
  expect_identical(v$note[2], "called \"c-Myc\" in the fit; first")
  expect_identical(v$note[3], "called \"bcl2\" in the fit")
  expect_identical(panel_verdict(fake_fit("Ccnd1", -1, 1))$target, "CCND1")
  # FAS is another gene, and BCL2L1 is not BCL2.
  expect_error(panel_verdict(fake_fit(c("FAS", "BCL2L1"), -1, 1)), class = "ddcq_error_argument")
})

test_that("every contrast has its rows, and the order of the fit's rows changes no word", {
  grid <- expand.grid(
    target = c("MYC", "CCND1"), contrast = c("b vs a", "c vs a"), stringsAsFactors = FALSE
  )
  low <- c(-1, -2, -3, -0.2)
  fit <- fake_fit(grid$target, low, low + 0.5, contrast = grid$contrast)
  v <- panel_verdict(fit)
  expect_identical(v$contrast, rep(c("b vs a", "c vs a"), each = 2))
  expect_identical(v$target, rep(c("CCND1", "MYC"), 2))
  turned <- fit
  turned$results <- fit$results[c(2, 1, 4, 3), ]
  expect_identical(panel_verdict(turned)$sentence, v$sentence)
  turned$results$contrast <- factor(turned$results$contrast, c("c vs a", "b vs a"))
  turned$results$target <- factor(turned$results$target)
  expect_identical(panel_verdict(turned)$sentence, v$sentence)
})

test_that("the ratio gets a row, its expectation from the two genes", {
  panel <- check_panel(anastrozole_panel)
  fit <- fake_fit(c("Bax", "BCL2"), c(0.5, -1), c(0.9, -0.6))
  asked <- NULL
  ratio_of <- function(fit, numerator, denominator) {
    asked <<- c(numerator, denominator)
    fake_fit("Bax/BCL2", 1.1, 1.9, note = "all samples")
  }
  got <- panel_ratio(fit, panel_match(fit$results$target, panel), panel, ratio_of)$rows
  expect_identical(asked, c("Bax", "BCL2"))
  expect_identical(got$target, "BAX/BCL2")
  expect_identical(got$expected, "up")
  expect_identical(got$evidence, "protein")
  expect_identical(got$note, "all samples")
  v <- new_panel_verdict(got, level = 0.95, margin = 1.5, absent = character(), remarks = NULL)
  expect_identical(v$verdict, "as expected")
  expect_match(v$sentence, "BAX/BCL2 (drug vs vehicle) rose to 2.83-fold", fixed = TRUE)
  expect_match(v$sentence, "protein (Bax over Bcl-2)", fixed = TRUE)
  expect_identical(expected_ratio(c("down", "up")), "down")
  expect_identical(expected_ratio(c("up", NA)), NA_character_)
  expect_identical(expected_ratio(c("up", "up")), NA_character_)
})

test_that("a ratio that cannot be had is a remark, not an error", {
  panel <- check_panel(anastrozole_panel)
  match_of <- function(fit) panel_match(fit$results$target, panel)
  one <- fake_fit("BAX", 0.5, 0.9)
  expect_null(panel_ratio(one, match_of(one), panel, stop))
  twice <- fake_fit(c("BAX", "Bax", "BCL2"), 0.5, 0.9)
  expect_match(panel_ratio(twice, match_of(twice), panel, stop)$remark, "more than one name")
  fit <- fake_fit(c("BAX", "BCL2"), 0.5, 0.9)
  broken <- function(...) rlang::abort("No sample has both.", class = "ddcq_error")
  expect_identical(
    panel_ratio(fit, match_of(fit), panel, broken)$remark,
    "No row for BAX/BCL2: No sample has both."
  )
  expect_error(panel_ratio(fit, match_of(fit), panel, function(...) stop("a bug")), "a bug")
})

test_that("a panel gene that is a reference is said to be one", {
  v <- panel_verdict(fake_fit("CCND1", -1.3, -0.7, references = c("GAPDH", "c-myc")))
  expect_match(paste(format(v), collapse = " "), "A reference of this fit, so without a row: MYC.")
})

test_that("another panel may be given, with aliases as text or as a list", {
  panel <- data.frame(
    target = c("TFF1", "GREB1"), aliases = c("pS2;HP1.A", NA), expected = c("down", "up"),
    evidence = "mRNA", stringsAsFactors = FALSE
  )
  fit <- fake_fit(c("PS2", "Greb1"), -1.3, -0.7)
  v <- panel_verdict(fit, panel)
  expect_identical(v$target, c("TFF1", "GREB1"))
  expect_identical(v$verdict, c("as expected", "opposite"))
  expect_false(any(grepl("protein", v$sentence)))
  panel$aliases <- list(c("pS2", "HP1.A"), NULL)
  expect_identical(panel_verdict(fit, panel)$sentence, v$sentence)
})

test_that("wrong arguments are errors that say what to do", {
  fit <- fake_fit("CCND1", -1.3, -0.7)
  panel <- anastrozole_panel
  expect_error(panel_verdict(list()), "must be a fit", class = "ddcq_error_argument")
  expect_error(panel_verdict(fit, "panel"), class = "ddcq_error_argument")
  expect_error(panel_verdict(fit, panel[c("target", "expected")]), class = "ddcq_error_column")
  expect_error(panel_verdict(fit, panel[0, ]), class = "ddcq_error_argument")
  odd <- transform(panel, expected = "lower")
  expect_error(panel_verdict(fit, odd), "lower", class = "ddcq_error_argument")
  twin <- transform(panel, aliases = "shared")
  expect_error(panel_verdict(fit, twin), "shared", class = "ddcq_error_argument")
  expect_error(panel_verdict(fit, rbind(panel, panel)), class = "ddcq_error_argument")
  expect_error(panel_verdict(fit, margin = 1), class = "ddcq_error_argument")
  expect_error(panel_verdict(fit, margin = 0.5), "say 2 instead", class = "ddcq_error_argument")
  expect_error(panel_verdict(fit, margin = Inf), class = "ddcq_error_argument")
  expect_error(panel_verdict(fit, margin = "1.5"), class = "ddcq_error_argument")
  braces <- fake_fit("a{b}", -1, 1)
  expect_error(panel_verdict(braces), "a{b}", fixed = TRUE, class = "ddcq_error_argument")
})

test_that("printing keeps to the width, returns its argument and says what the words rest on", {
  v <- panel_verdict(fake_fit(
    rep(c("CCND1", "c-Myc", "BCL2", "FASN"), 2), rep(c(-1.3, -0.2, NA, 0.1), 2),
    rep(c(-0.7, 0.2, NA, 9), 2),
    contrast = rep(c("anastrozole vs vehicle", "anastrozole + fulvestrant vs vehicle"), each = 4)
  ))
  for (width in c(40, 60, 80, 120)) {
    expect_lte(max(nchar(format(v, width = width))), width)
  }
  text <- format(v, width = 100)
  expect_identical(
    text[1], "Panel verdict: 8 rows from unadjusted 95 % intervals, margin 1.5-fold"
  )
  expect_true(any(grepl("^target +fold +interval +direction +size +expected +verdict$", text)))
  expect_true(any(text == "Not in the fit's table: BAX."))
  expect_true(any(grepl("not adjusted", text)))
  expect_output(shown <- withVisible(print(v)), "anastrozole + fulvestrant vs", fixed = TRUE)
  expect_false(shown$visible)
  expect_identical(shown$value, v)
})

test_that("as.data.frame strips to plain columns, and parts of the table still print", {
  v <- panel_verdict(fake_fit(c("CCND1", "MYC"), -1.3, -0.7))
  plain <- as.data.frame(v)
  expect_identical(class(plain), "data.frame")
  expect_named(attributes(plain), c("names", "row.names", "class"), ignore.order = TRUE)
  expect_output(print(v[1, ]), "CCND1")
  expect_output(print(v[c("target", "verdict")]), "as expected")
  expect_output(print(v[0, ]), "target")
})

test_that("the bundled plate is judged from a real fit", {
  x <- cq_data(anastrozole_plate,
    run = "run", well = "well", task = "task", quantity = "quantity", na = "nondetect"
  )
  expect_warning(
    fit <- ddcq(x, ~treatment,
      reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = cq_standard_curve(x), ignore = "passage"
    ), "group SDs differ", class = "ddcq_warning_fit"
  )
  v <- panel_verdict(fit)
  expect_identical(v$target, rep(c("CCND1", "MYC", "BCL2", "BAX", "FASN", "BAX/BCL2"), 2))
  expect_identical(
    v$verdict,
    rep(c(rep("as expected", 4), "no expectation", "as expected"), 2)
  )
  # The ratio is the quotient of its two genes where they share their samples.
  fold <- function(gene) v$fold_change[v$target == gene]
  expect_equal(fold("BAX/BCL2"), fold("BAX") / fold("BCL2"), tolerance = 1e-10)
})
