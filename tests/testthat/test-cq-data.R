wells <- data.frame(
  Name = rep(c("s1", "s2"), each = 4), Gene = rep(c("MYC", "GAPDH"), each = 2, times = 2),
  Ct = c(24.1, 24.2, 18.0, 18.1, 25.3, 25.2, 18.2, 18.1), treatment = rep(c("vehicle", "drug"), each = 4)
)
take <- function(data = wells, ...) cq_data(data, "Name", "Gene", "Ct", ...)

test_that("the canonical columns come first, the rest is kept", {
  x <- take()
  expect_identical(
    names(x), c("run", "well", "sample", "target", "task", "state", "cq", "quantity", "note", "treatment")
  )
  expect_s3_class(x, c("cq_data", "data.frame"), exact = TRUE)
  expect_identical(x$cq, wells$Ct)
  expect_identical(x$sample, wells$Name)
  expect_identical(x$treatment, wells$treatment)
  expect_identical(unique(x$run), "run1")
  expect_identical(levels(x$task), c("unknown", "standard", "calibrator", "ntc", "nrt", "positive"))
  expect_identical(levels(x$state), c("quantified", "nondetect", "excluded", "missing"))
  expect_true(all(x$task == "unknown") && all(x$state == "quantified"))
  plain <- as.data.frame(x)
  expect_identical(class(plain), "data.frame")
  expect_identical(names(attributes(plain)), c("names", "class", "row.names"))
})

test_that("further columns are named, or taken where they are called so", {
  data <- cbind(wells, Position = LETTERS[1:8], Plate = "p7", Dilution = 1:8, Kind = "UNKN")
  x <- take(data, well = "Position", run = "Plate", quantity = "Dilution", task = "Kind")
  expect_identical(x$well, LETTERS[1:8])
  expect_identical(x$run, rep("p7", 8))
  expect_identical(x$quantity, as.double(1:8))
  expect_false(any(c("Position", "Plate", "Dilution", "Kind") %in% names(x)))
  expect_identical(take(cbind(wells, well = letters[1:8]))$well, letters[1:8])
})

test_that("a named column stands before one that is merely called so", {
  x <- cq_data(cbind(wells, cq = 1, sample = "other"), "Name", "Gene", "Ct")
  expect_identical(x$cq, wells$Ct)
  expect_identical(x$sample, wells$Name)
  expect_identical(sum(names(x) == "cq"), 1L)
})

test_that("factors, integers and numbers are taken for what they are", {
  data <- wells
  data$Name <- factor(data$Name, levels = c("s2", "s1"))
  data$Gene <- factor(data$Gene)
  data$Ct <- as.integer(data$Ct)
  x <- take(data)
  expect_identical(x$sample, wells$Name)
  expect_identical(x$target, wells$Gene)
  expect_identical(x$cq, as.double(as.integer(wells$Ct)))
  expect_identical(take(transform(wells, Name = rep(1:2, each = 4)))$sample, rep(c("1", "2"), each = 4))
  expect_identical(take(transform(wells, Ct = as.character(Ct)))$cq, wells$Ct)
  expect_identical(take(transform(wells, Ct = factor(Ct)))$cq, wells$Ct)
})

test_that("a tibble and a data.table give the same as a data frame", {
  skip_if_not_installed("tibble")
  expect_identical(take(tibble::as_tibble(wells)), take())
  skip_if_not_installed("data.table")
  expect_identical(take(other("data.table", "as.data.table")(wells)), take())
})

test_that("every spelling of a missing Cq is one, and `na` says what it means", {
  for (none in c("Undetermined", "UNDETERMINED", "undet.", "No Ct", "N/A", "NaN", "-", "", " ", NA)) {
    data <- transform(wells, Ct = as.character(Ct))
    data$Ct[1:2] <- none
    x <- take(data, na = "nondetect")
    expect_identical(as.character(x$state), rep(c("nondetect", "quantified"), c(2, 6)), info = none)
    expect_identical(x$cq, c(NA, NA, wells$Ct[-(1:2)]))
  }
  data <- wells
  data$Ct[1:2] <- NA
  expect_identical(as.character(take(data, na = "missing")$state[1:2]), c("missing", "missing"))
  expect_identical(take(na = "nondetect"), take())
})

test_that("the four states may be given, and stay what they are", {
  data <- transform(wells, state = c("quantified", "excluded", "nondetect", "missing", rep("quantified", 4)))
  data$Ct[3:4] <- NA
  x <- take(data)
  expect_identical(as.character(x$state), data$state)
  expect_identical(x$cq[2], 24.2)
})

test_that("task words of instruments are understood", {
  words <- c("UNKNOWN", "Unkn", "Standard", "Std", "NTC", "No-RT", "Positive Control", "calibrator")
  x <- take(cbind(wells, task = words))
  expect_identical(
    as.character(x$task), c("unknown", "unknown", "standard", "standard", "ntc", "nrt", "positive", "calibrator")
  )
})

test_that("the last cycle is doubted, and what lies beyond is refused unless there were more cycles", {
  data <- wells
  data$Ct[1] <- 40
  expect_warning(take(data), "exactly 40", class = "ddcq_warning_data")
  data$Ct[1] <- 44.9
  expect_error(take(data), class = "ddcq_error_data")
  expect_identical(take(data, cycles = 45)$cq[1], 44.9)
})

test_that("a reaction that failed beside others that worked is excluded", {
  data <- wells
  data$Ct[1] <- NA
  x <- take(data, na = "nondetect")
  expect_identical(as.character(x$state[1:2]), c("excluded", "quantified"))
  expect_identical(x$note[1], "failed reaction")
  log <- cq_log(x)
  expect_identical(log$n[log$what == "failed reactions excluded"], 1L)
  # taken out by hand is not failed
  expect_identical(as.character(take(data, na = "missing")$state[1]), "missing")
})

test_that("near the last cycle some wells found nothing by chance: no failure", {
  data <- wells
  data$Ct[1:2] <- c(NA, 37)
  expect_identical(as.character(take(data, na = "nondetect")$state[1:2]), c("nondetect", "quantified"))
  # with 45 cycles, 37 is early
  expect_identical(as.character(take(data, na = "nondetect", cycles = 45)$state[1]), "excluded")
})

test_that("controls and standards need no sample, and are not failed reactions", {
  data <- cbind(wells, task = "unknown")
  data$task[1:2] <- "ntc"
  data$Name[1:2] <- NA
  data$Ct[1] <- NA
  x <- take(data, na = "nondetect")
  expect_identical(as.character(x$state[1:2]), c("nondetect", "quantified"))
})

test_that("a sample in several runs is asked about", {
  data <- rbind(cbind(wells, run = "p1"), cbind(wells, run = "p2"))
  expect_error(take(data), class = "ddcq_error_data")
  apart <- take(data, runs = "replicate")
  expect_setequal(apart$sample, c("p1:s1", "p1:s2", "p2:s1", "p2:s2"))
  same <- take(data, runs = "same")
  expect_setequal(same$sample, c("s1", "s2"))
  expect_match(cq_log(same)$detail, "one cDNA", all = FALSE)
  # targets on different plates are no question
  split <- cbind(wells, run = ifelse(wells$Gene == "MYC", "p1", "p2"))
  expect_identical(take(split)$sample, wells$Name)
})

test_that("one well may hold two targets, but not one target twice", {
  duplex <- cbind(wells, well = rep(c("A1", "A2"), 4))
  expect_error(take(duplex), class = "ddcq_error_data")
  duplex$well <- paste0(ifelse(wells$Name == "s1", "A", "B"), 1:2)
  expect_identical(nrow(take(duplex)), 8L)
})

test_that("one name in two encodings is one sample", {
  data <- wells
  data$Name <- ifelse(seq_len(8) %% 2 == 1, "\u00e9", iconv("\u00e9", "UTF-8", "latin1"))
  data$treatment <- "a"
  fit <- take(data)
  expect_length(code_strings(fit$sample)$levels, 1)
  named <- cq_rename(fit, sample = c("\u00e9" = "e"))
  expect_identical(unique(named$sample), "e")
})

test_that("subsetting keeps class and log until a canonical column goes", {
  x <- take()
  expect_s3_class(x[1:3, ], "cq_data")
  expect_s3_class(x[c("target", "cq")], "data.frame")
  expect_false(inherits(x[c("target", "cq")], "cq_data"))
  expect_type(x[["cq"]], "double")
  expect_identical(as.data.frame(x[0, ])$cq, numeric())
})
