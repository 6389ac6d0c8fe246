test_that("strings become codes in order of appearance, NA is 0", {
  coded <- code_strings(c("b", "a", NA, "b"))
  expect_identical(coded, list(codes = c(1L, 2L, 0L, 1L), levels = c("b", "a")))
  expect_identical(code_strings(character()), list(codes = integer(), levels = character()))
  expect_identical(code_strings(c(NA_character_, NA))$codes, c(0L, 0L))
  expect_identical(code_strings(c(1, 10, 1))$levels, c("1", "10"))
})

test_that("a factor keeps its levels", {
  f <- factor(c("b", NA, "a"), levels = c("a", "b", "c"))
  expect_identical(code_strings(f), list(codes = c(2L, 0L, 1L), levels = c("a", "b", "c")))
})

test_that("one name in two encodings is one level", {
  utf8 <- "caf\u00e9"
  latin1 <- iconv(utf8, "UTF-8", "latin1")
  expect_identical(Encoding(latin1), "latin1")
  coded <- code_strings(c(latin1, "tea", utf8, NA, latin1))
  expect_identical(coded$codes, c(1L, 2L, 1L, 0L, 1L))
  expect_identical(coded$levels, c(utf8, "tea"))
  expect_identical(code_strings(c("tea", utf8, latin1, "milk"))$codes, c(1L, 2L, 2L, 3L))
})

test_that("strings that are equal but not the same object are one level", {
  made <- vapply(1:4, function(i) paste0("s", i %% 2), "")
  expect_identical(code_strings(made)$codes, c(1L, 2L, 1L, 2L))
  many <- paste0("target", 5000:1)
  expect_identical(code_strings(rep(many, 2))$codes, rep(1:5000, 2))
})

test_that("decode() is the way back", {
  text <- c("b", NA, "a", "b")
  coded <- code_strings(text)
  expect_identical(decode(coded$codes, coded$levels), text)
})

test_that("group_value() finds the one value of a group, and groups with several", {
  one <- group_value(c(1L, 1L, 2L, 2L, 3L, 0L), c(4L, 4L, 5L, 6L, 0L, 9L), 4)
  expect_identical(one$first[c(1, 2, 3, 4)], c(4L, 5L, 0L, 0L))
  expect_identical(one$mixed, c(FALSE, TRUE, FALSE, FALSE))
  # a value beside a gap, in either order: a sample with two wells, one without treatment
  expect_true(group_value(c(1L, 1L), c(0L, 4L), 1)$mixed)
  expect_true(group_value(c(1L, 1L), c(4L, 0L), 1)$mixed)
})

test_that("duplicated_rows() compares combinations", {
  a <- c(1L, 1L, 1L, 2L, 1L)
  b <- c(1L, 2L, 1L, 1L, 2L)
  expect_identical(duplicated_rows(a, b), c(3L, 5L))
  expect_identical(duplicated_rows(1:3, 1:3), integer())
})
