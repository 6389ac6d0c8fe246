# Sheets with a column a group: whose Cqs stand in one row is said, never assumed.

ctl <- data.frame(MYC = c(24.1, 24.4, 23.9), GAPDH = c(18.0, 18.3, 17.9))
trt <- data.frame(MYC = c(26.0, 25.7, 26.2, 25.9), GAPDH = c(18.1, 17.9, 18.3, 18.0))
pad <- function(x) c(x, rep(NA, 4 - length(x)))
one <- data.frame(
  "MYC ctl" = pad(ctl$MYC), "MYC trt" = trt$MYC, "GAPDH ctl" = pad(ctl$GAPDH), "GAPDH trt" = trt$GAPDH,
  check.names = FALSE
)
columns <- list(
  MYC = c(control = "MYC ctl", treated = "MYC trt"), GAPDH = c(control = "GAPDH ctl", treated = "GAPDH trt")
)
sheets <- list(
  MYC = data.frame(control = pad(ctl$MYC), treated = trt$MYC),
  GAPDH = data.frame(treated = trt$GAPDH, control = pad(ctl$GAPDH))
)
truth <- cq_data(data.frame(
  sample = c(paste0("control:", c(1:3, 1:3)), paste0("treated:", c(1:4, 1:4))),
  target = rep(c("MYC", "GAPDH", "MYC", "GAPDH"), c(3, 3, 4, 4)), cq = c(unlist(ctl), unlist(trt)),
  group = rep(c("control", "treated"), c(6, 8))
))

test_that("rows are samples: one table, or a data frame a target", {
  columns_of_truth <- c("run", "sample", "target", "task", "state", "cq", "group")
  x <- cq_from_groups(one, "sample", columns)
  expect_same_wells(x, truth, columns_of_truth)
  expect_same_wells(cq_from_groups(sheets, "sample"), truth, columns_of_truth)
  ask <- function(x) fit_numbers(x, ~group, reference = "GAPDH", control = "control", efficiency = 2)
  expect_equal(ask(x), ask(truth), tolerance = 1e-12)
  test <- t.test(trt$MYC - trt$GAPDH, ctl$MYC - ctl$GAPDH)
  expect_equal(ask(x)$results$p.value, test$p.value, tolerance = 1e-10)
  expect_true("empty cells below the groups" %in% cq_log(x)$what)
})

test_that("rows are wells of one cDNA: a fold change, and no interval", {
  x <- cq_from_groups(one, "well", columns)
  expect_setequal(x$sample, c("control", "treated"))
  fit <- suppressWarnings(ddcq(x, ~group, reference = "GAPDH", control = "control", efficiency = 2))
  change <- mean(ctl$MYC) - mean(ctl$GAPDH) - (mean(trt$MYC) - mean(trt$GAPDH))
  expect_equal(fit$results$estimate, change, tolerance = 1e-12)
  expect_true(is.na(fit$results$conf.low))
  expect_identical(fit$results$n, 1L)
})

test_that("a gap above the last Cq is asked about, and a gap in one target alone, too", {
  hole <- one
  hole[["MYC trt"]][2] <- NA
  expect_error(cq_from_groups(hole, "sample", columns), "treated:2 MYC", class = "ddcq_error_data")
  expect_error(cq_from_groups(hole, "well", columns), "treated MYC", class = "ddcq_error_data")
  x <- cq_from_groups(hole, "sample", columns, na = "nondetect")
  expect_identical(as.character(x$state[x$sample == "treated:2" & x$target == "MYC"]), "nondetect")
  hole[["GAPDH trt"]][2] <- NA
  expect_false("treated:2" %in% cq_from_groups(hole, "sample", columns)$sample)
})

test_that("efficiencies come by target", {
  x <- cq_from_groups(one, "sample", columns, efficiency = c(GAPDH = 1.98, MYC = 1.93))
  e <- cq_efficiency_of(x)
  expect_identical(e$efficiency[match(c("MYC", "GAPDH"), e$target)], c(1.93, 1.98))
  expect_identical(e$std.error, c(NA_real_, NA_real_))
})

test_that("sheets of files, with a column that is no group", {
  csv <- vapply(names(sheets), function(name) {
    path <- file.path(tempdir(), paste0(name, ".csv"))
    utils::write.csv(cbind(nr = 1:4, sheets[[name]]), path, row.names = FALSE)
    path
  }, "")
  x <- cq_from_groups(csv, "sample", c(ctl = "control", trt = "treated"))
  expect_same_wells(transform(as.data.frame(x), sample = sub("trt", "treated", sub("ctl", "control", sample))), truth)
  expect_identical(cq_log(x)$detail[cq_log(x)$what == "columns left out"], "nr")
  path <- tempfile(fileext = ".csv")
  utils::write.csv(one, path, row.names = FALSE)
  expect_same_wells(cq_from_groups(path, "sample", columns), truth)
})

test_that("columns that play no part are named in the log", {
  x <- cq_from_groups(cbind(one, remark = c("late", NA, NA, NA)), "sample", columns)
  expect_identical(cq_log(x)$detail[cq_log(x)$what == "columns left out"], "remark")
})

test_that("what the sheet does not say is asked for", {
  skip_on_cran()
  expect_snapshot(error = TRUE, {
    cq_from_groups(one, columns = columns)
    cq_from_groups(one, rows = "target", columns = columns)
    cq_from_groups(one, rows = "sample")
    cq_from_groups(one, rows = "sample", columns = list(MYC = c("MYC ctl", "MYC trt")))
    cq_from_groups(one, rows = "sample", columns = list(MYC = c(control = "MYC ctrl")))
    cq_from_groups(one, rows = "sample", columns = list(MYC = columns$MYC, GAPDH = columns$MYC))
    cq_from_groups(list(MYC = sheets$MYC, GAPDH = sheets$GAPDH[2]), rows = "sample")
    cq_from_groups(sheets, rows = "sample", columns = columns)
    cq_from_groups(sheets, rows = "sample", columns = c("control", "treatment"))
    cq_from_groups(one, rows = "sample", columns = columns, group = "sample")
    cq_from_groups(one, rows = "sample", columns = columns, efficiency = c(1.9, 1.9))
    cq_from_groups(one, rows = "sample", columns = columns, efficiency = c(MYC = 95))
    cq_from_groups(3, rows = "sample")
  })
})
