test_that("texts that a spreadsheet would evaluate are disarmed, numbers are not", {
  file <- tempfile(fileext = ".csv")
  bad <- c("=HYPERLINK(1)", "+1", "-cmd", "@SUM(A1)", "\t=1", " =1", "\"=1", "\uff1d1", "MYC", "a-b", NA)
  cq_write_csv(data.frame(target = bad, estimate = -seq_along(bad) / 3), file)
  back <- utils::read.csv(file, fileEncoding = "UTF-8")
  expect_true(all(startsWith(back$target[1:8], "'")))
  expect_identical(back$target[9:10], c("MYC", "a-b"))
  expect_equal(back$estimate, -seq_along(bad) / 3, tolerance = 1e-14)
})

test_that("the apostrophe comes off again on reading", {
  file <- tempfile(fileext = ".csv")
  x <- cq_data(data.frame(
    sample = c("-RT", "=s", "s3"), target = c("@MYC", "GAPDH", "+A"), cq = c(24.25, 18, 20), treatment = c("-", "+", "0")
  ))
  cq_write_csv(x, file)
  y <- cq_read(file)
  expect_identical(y$sample, x$sample)
  expect_identical(y$target, x$target)
  expect_identical(y$cq, x$cq)
})

test_that("numbers come back as they were, and in no more digits than that takes", {
  file <- tempfile(fileext = ".csv")
  x <- c(0.1, 1 / 3, -2 / 3, pi * 1e-300, 1e22, 123456789.123456789, NaN, NA, Inf, -Inf, 24)
  cq_write_csv(data.frame(x = x, n = seq_along(x), d = as.Date("2026-01-02")), file)
  expect_identical(readLines(file)[c(1, 2, 12)], c("\"x\",\"n\",\"d\"", "0.1,1,2026-01-02", "24,11,2026-01-02"))
  back <- utils::read.csv(file)
  # 17 digits fix a double; R's own reading of them may end one bit away
  expect_lte(max(abs(back$x / x - 1)[c(1:6, 11)]), .Machine$double.eps)
  expect_identical(back$x[7:10], c(NA, NA, Inf, -Inf))
})

test_that("plain text on request, and a missing folder is said", {
  file <- tempfile(fileext = ".csv")
  cq_write_csv(data.frame(a = "=1"), file, safe = FALSE)
  expect_identical(readLines(file)[2], "\"=1\"")
  expect_error(cq_write_csv(data.frame(a = 1), file.path(tempdir(), "no", "x.csv")), class = "ddcq_error_file")
})

test_that("what is no table, wells or fit is refused, and no file is made", {
  file <- tempfile(fileext = ".csv")
  for (wrong in list(1, "a", NULL, list(a = 1), factor("a"), matrix(1:4, 2))) {
    expect_error(cq_write_csv(wrong, file), "must be a table, wells or a fit", class = "ddcq_error_argument")
  }
  expect_error(cq_write_csv(), "`x` must be given", class = "ddcq_error_argument")
  expect_false(file.exists(file))
  x <- cq_data(anastrozole_plate, na = "nondetect")
  fit <- ddcq(
    x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = cq_standard_curve(x)
  )
  for (good in list(x, fit, cq_log(fit), ddcq_equivalence(fit), ddcq_permute(fit), ddcq_table(fit))) {
    cq_write_csv(good, file)
    expect_identical(names(utils::read.csv(file, check.names = FALSE)), names(as.data.frame(good)))
  }
})
