# cq_curves() and cq_melt_curves(): what they take, what they refuse, and that no value moves.

cycle <- as.double(1:40)
wide <- data.frame(cycle, A1 = 0.3 + 4 / (1 + exp(22 - cycle)), A2 = 0.3 + 4 / (1 + exp(25 - cycle)))
long <- data.frame(
  well = rep(c("A1", "A2"), each = 40), cycle = cycle, fluorescence = c(wide$A1, wide$A2), lot = rep(7:8, each = 40)
)

test_that("long and wide tables give the same curves", {
  one <- cq_curves(long)
  two <- cq_curves(wide, wide = TRUE)
  expect_s3_class(one, c("cq_curves", "data.frame"), exact = TRUE)
  expect_named(one, c("run", "well", "sample", "target", "cycle", "fluorescence", "lot"))
  expect_identical(as.data.frame(two), as.data.frame(one)[names(two)])
  expect_identical(one$well, rep(c("A01", "A02"), each = 40))
  expect_identical(one$fluorescence, c(wide$A1, wide$A2))
  expect_identical(one$lot, long$lot)
})

test_that("rows in any order are sorted with everything that belongs to them, and it is said", {
  set.seed(1)
  at <- sample(80)
  x <- cq_curves(long[at, ])
  first <- unique(long$well[at])
  sorted <- long[order(match(long$well, first), long$cycle), ]
  expect_identical(x$fluorescence, sorted$fluorescence)
  expect_identical(x$lot, sorted$lot)
  expect_true("rows sorted" %in% cq_log(x)$what)
  # instruments write all wells of a cycle together: nothing to tell
  by_cycle <- cq_curves(long[order(long$cycle), ])
  expect_identical(by_cycle$fluorescence, long$fluorescence)
  expect_false("rows sorted" %in% cq_log(by_cycle)$what)
})

test_that("names of columns and words for all wells", {
  renamed <- data.frame(
    Pos = long$well, Cyc = long$cycle, Rn = long$fluorescence, Gene = rep(c("MYC", "FASN"), each = 40), sample = "s1"
  )
  x <- cq_curves(renamed, well = "Pos", cycle = "Cyc", fluorescence = "Rn", target = "Gene")
  expect_identical(unique(x$target), c("MYC", "FASN"))
  expect_identical(unique(x$sample), "s1")
  expect_match(format(x), "Fluorescence: Rn", all = FALSE)
  y <- cq_curves(wide, wide = TRUE, run = "plate 1", target = "MYC")
  expect_identical(unique(y$run), "plate 1")
  expect_identical(unique(y$target), "MYC")
  # two targets in a well are two curves
  duplex <- rbind(cbind(long, target = "MYC"), cbind(long, target = "GAPDH"))
  expect_identical(max(curve_index(cq_curves(duplex))), 4L)
})

test_that("what is no curve is refused with what to do", {
  expect_error(cq_curves(long[c(1, 1:80), ]), "A01", class = "ddcq_error_data")
  expect_error(cq_curves(wide), "wide = TRUE", class = "ddcq_error_column")
  expect_error(cq_curves(long, well = "wel"), "well", class = "ddcq_error_column")
  expect_error(cq_curves(transform(long, cycle = paste(cycle))), "must hold numbers", class = "ddcq_error_column")
  expect_error(cq_curves(transform(long, fluorescence = paste(cycle))), "numbers", class = "ddcq_error_column")
  expect_error(cq_curves(transform(wide, A2 = "x"), wide = TRUE), "A2", class = "ddcq_error_column")
  expect_error(cq_curves(transform(long, fluorescence = Inf)), "finite", class = "ddcq_error_data")
  expect_error(cq_curves(transform(long, cycle = -cycle)), "between", class = "ddcq_error_data")
  expect_error(cq_curves(transform(long, well = NA_character_)), "must have a well", class = "ddcq_error_data")
  expect_error(cq_curves(long[0, ]), "rows", class = "ddcq_error_data")
  expect_error(cq_curves(transform(long, fluorescence = NA_real_)), "none has one", class = "ddcq_error_data")
  expect_error(cq_curves(long, tarGet = "x"), "no argument", class = "ddcq_error_argument")
  expect_error(cq_curves(long, target = "x"), class = "ddcq_error_column")
  expect_error(cq_curves(1), class = "ddcq_error_argument")
  expect_error(cq_curves(wide, well = "A1", wide = TRUE), "Leave", class = "ddcq_error_argument")
  expect_error(cq_curves(wide, wide = NA), class = "ddcq_error_argument")
})

test_that("gaps go with a line of the log; unequal cycles are allowed and told", {
  gaps <- long
  gaps$fluorescence[c(3, 50)] <- NA
  x <- cq_curves(gaps)
  expect_identical(nrow(x), 78L)
  expect_identical(cq_log(x)$n[cq_log(x)$what == "rows without a fluorescence dropped"], 2L)
  y <- cq_curves(long[-(36:40), ])
  told <- cq_log(y)[cq_log(y)$what == "curves of other cycles", ]
  expect_identical(told$n, 1L)
  expect_match(told$detail, "A01")
})

test_that("a part of curves is curves, with their log; without their columns it is a plain table", {
  x <- cq_curves(long)
  part <- x[x$well == "A02", ]
  expect_s3_class(part, "cq_curves")
  expect_identical(cq_log(part), cq_log(x))
  expect_identical(class(x[, c("well", "cycle")]), "data.frame")
  expect_identical(x[["well"]], x$well)
  expect_identical(class(as.data.frame(x)), "data.frame")
  expect_named(attributes(as.data.frame(x)), c("names", "class", "row.names"), ignore.order = TRUE)
})

test_that("melt curves: a temperature may be read twice, a curve may not", {
  melt <- data.frame(well = "H12", temperature = seq(60, 90, 0.5), fluorescence = 61:1)
  x <- cq_melt_curves(melt)
  expect_s3_class(x, c("cq_melt_curves", "data.frame"), exact = TRUE)
  expect_identical(x$temperature, melt$temperature)
  twice <- rbind(melt, transform(melt[1:3, ], fluorescence = fluorescence + 0.5))
  expect_identical(nrow(cq_melt_curves(twice)), 64L)
  expect_error(cq_melt_curves(rbind(melt, melt)), "H12", class = "ddcq_error_data")
  expect_identical(
    as.data.frame(cq_melt_curves(data.frame(t = melt$temperature, H12 = melt$fluorescence), wide = TRUE)),
    as.data.frame(x)
  )
  expect_match(format(x, width = 200), "1 curve in 1 run .*61 points each, temperature 60 to 90 degrees", all = FALSE)
})

test_that("print says what there is, and that data are simulated where they are", {
  x <- cq_curves(wide, wide = TRUE, run = "simulated", target = "MYC")
  expect_match(format(x)[1], "SIMULATED DATA")
  expect_match(format(x, width = 200), "2 curves in 1 run .*40 points each, cycle 1 to 40", all = FALSE)
  expect_output(expect_identical(print(x), x), "MYC")
})
