# A plate without faults (simulated): 8 samples in triplicates, four targets, an NTC each.
clean_plate <- function(seed = 1, sd = 0.08, n = 8) {
  set.seed(seed)
  targets <- c(MYC = 25, BAX = 27, GAPDH = 18, ACTB = 19)
  wells <- expand.grid(rep = 1:3, sample = paste0("s", seq_len(n)), target = names(targets), stringsAsFactors = FALSE)
  wells$cq <- targets[wells$target] + 0.3 * sin(as.integer(factor(wells$sample))) + rnorm(nrow(wells), 0, sd)
  wells$task <- "unknown"
  wells$tm <- 80 + match(wells$target, names(targets)) + rnorm(nrow(wells), 0, 0.1)
  wells$tm2 <- NA_real_
  wells$treatment <- ifelse(as.integer(sub("s", "", wells$sample)) %% 2 == 1, "vehicle", "drug")
  ntc <- data.frame(
    rep = 1, sample = "water", target = names(targets), cq = c(36, 37, 36.5, NA), task = "ntc", tm = NA, tm2 = NA,
    treatment = NA
  )
  wells <- rbind(wells, ntc)
  wells$well <- paste0(rep(LETTERS[1:16], each = 24), sprintf("%02d", rep(1:24, 16)))[seq_len(nrow(wells))]
  wells$run <- "p1"
  wells
}

as_plate <- function(wells, ...) suppressWarnings(cq_data(wells, na = "nondetect", ...))
look <- function(wells, ..., runs = NULL) {
  x <- if (is.null(runs)) as_plate(wells) else as_plate(wells, runs = runs)
  cq_check(x, reference = c("GAPDH", "ACTB"), group = "treatment", efficiency = given, ...)
}
given <- cq_efficiency(c("MYC", "BAX", "GAPDH", "ACTB"), c(1.95, 1.9, 1.98, 1.97), std.error = 0.02, df = 3)
replace_cq <- function(wells, at, cq) {
  wells$cq[at] <- cq
  wells
}
row_of <- function(wells, sample, target, rep = 1) {
  which(wells$sample == sample & wells$target == target & wells$rep == rep)
}

test_that("the entries answer as their twins do", {
  set.seed(2)
  for (i in 1:40) {
    n <- sample(0:60, 1)
    groups <- sample(1:9, 1)
    group <- sample(c(-1L, seq_len(groups) - 1L), n, TRUE)
    x <- round(rnorm(n, 25, 3), sample(0:3, 1))
    x[runif(n) < 0.1] <- NA
    expect_twin(
      .Call(c_group_range, group, x, groups), twin_group_range(group, x, groups), 1e-14
    )
    targets <- sample(1:3, 1)
    cell <- sample.int(groups, n, TRUE) - 1L
    target <- sample.int(targets, groups, TRUE) - 1L
    args <- list(
      cell, target, rnorm(n, 25, 1) + 5 * (runif(n) < 0.1), runif(targets, 1.7, 2.1), rep(4.6, groups), c(0.5, 37)
    )
    # sums in another order; yardsticks are differences of such sums
    expect_twin(do.call(.Call, c(list(c_replicates), args)), do.call(twin_replicates, args), 1e-10)
    samples <- sample(2:12, 1)
    cq <- rnorm(4 * samples, 22, 2)
    cq[runif(4 * samples) < 0.05] <- NA
    args <- list(
      cq, runif(4, 0.85, 1.05), runif(4, 0, 0.05), sample(0:3, 2), sample(c(-1L, 0L, 1L), samples, TRUE)
    )
    expect_twin(do.call(.Call, c(list(c_reference_balance), args)), do.call(twin_reference_balance, args), 1e-11)
  }
})

test_that("the header counts in English", {
  f <- cq_check(cq_data(anastrozole_plate, na = "nondetect"), group = "treatment")
  rows <- function(severity) {
    y <- f[rep(1, length(severity)), ]
    y$severity <- factor(severity, levels(f$severity), ordered = TRUE)
    sub(".*: ", "", paste(format(y, width = 500)[2], collapse = " "))
  }
  expect_identical(rows(c("note", "note", "look", "look")), "2 look, 2 notes")
  expect_identical(rows(c("note", "stop")), "1 stop, 1 note")
})

test_that("other types are an error in every place of the entries", {
  arguments <- check_entry_arguments()
  expect_types_refused(arguments)
  args <- arguments$c_reference_balance
  args$ref <- 2L
  expect_error(call_entry("c_reference_balance", args), "out of range")
})

test_that("a plate without faults has no finding", {
  f <- look(clean_plate())
  expect_identical(nrow(f), 0L)
  expect_s3_class(f, c("cq_check", "data.frame"), exact = TRUE)
  expect_match(format(f)[1], "nothing to say")
  expect_identical(names(f), c(
    "check", "severity", "run", "well", "sample", "target", "value", "limit", "unit", "finding", "action"
  ))
})

test_that("a control is held against the samples in cycles and in share of signal", {
  w <- clean_plate()
  at <- which(w$task == "ntc" & w$target == "MYC")
  w$cq[at] <- 28
  f <- look(w)
  expect_identical(f$check, "ntc")
  expect_identical(as.character(f$severity), "stop")
  expect_identical(f$well, w$well[at])
  weakest <- max(tapply(w$cq[w$target == "MYC" & w$task == "unknown"], w$sample[w$target == "MYC" & w$task == "unknown"], median))
  expect_equal(f$value, 1.95^(weakest - 28), tolerance = 1e-12)
  expect_match(f$finding, "cycles after the weakest sample: [0-9.]+ % of its signal, [0-9.]+ % of the middle sample's")
  expect_identical(signal_text(c(0.046, 0.27, 0.999, 3.14, 2500)), c("4.6 % of", "27 % of", "100 % of", "3.1 times", "2500 times"))
  # five cycles at doubling are 3.1 %
  expect_identical(nrow(cq_check(as_plate(replace_cq(w, at, weakest + 5.1)))), 0L)
  expect_identical(cq_check(as_plate(replace_cq(w, at, weakest + 5)))$check, "ntc")
})

test_that("a no-RT control is held against its own sample", {
  w <- clean_plate()
  nrt <- w[row_of(w, "s2", "MYC"), ]
  nrt$task <- "nrt"
  nrt$well <- "P24"
  nrt$sample <- "s2 -RT"
  nrt$cq <- 29
  f <- look(rbind(w, nrt))
  expect_identical(f$check, "nrt")
  own <- median(w$cq[w$sample == "s2" & w$target == "MYC"])
  expect_equal(f$value, 1.95^(own - 29), tolerance = 1e-12)
  expect_match(f$finding, "its own sample")
  for (name in c("s2_noRT", "s2 NRT", "s2 (-)", "noRT s2", "-RT s2", "s2")) {
    nrt$sample <- name
    f <- look(rbind(w, nrt))
    expect_match(f$finding[f$check == "nrt"], if (name == "s2 (-)") "the weakest" else "its own sample", info = name)
  }
})

test_that("the well that stands out is named, two that differ are not", {
  w <- clean_plate()
  at <- row_of(w, "s3", "BAX", 2)
  w$cq[at] <- w$cq[at] + 1.5
  f <- look(w)
  expect_identical(f$check, "outlier")
  expect_identical(f$well, w$well[at])
  w <- w[-row_of(w, "s3", "BAX", 3), ]
  f <- look(w)
  expect_setequal(f$check, c("spread", "replicates"))
  expect_identical(strsplit(f$well[f$check == "spread"], ", ")[[1]], w$well[w$sample == "s3" & w$target == "BAX"])
})

test_that("wild wells do not hide each other", {
  w <- clean_plate(n = 12)
  at <- vapply(c("s1", "s2", "s3"), function(s) row_of(w, s, "MYC"), 0L)
  w$cq[at] <- w$cq[at] + c(12, 2, 1.2)
  f <- look(w)
  expect_setequal(f$well[f$check == "outlier"], w$well[at])
})

test_that("counting molecules gives late replicates room", {
  w <- clean_plate()
  w$cq[row_of(w, "s1", "MYC", 1)] <- 35.4
  w$cq[row_of(w, "s1", "MYC", 2)] <- 36.6
  w$cq[row_of(w, "s1", "MYC", 3)] <- 36.1
  f <- look(w)
  expect_identical(f$check[f$check %in% c("spread", "outlier")], character())
  expect_true(all(c("late", "ntc") %in% f$check))
  f <- look(w, one_copy = 45)
  expect_identical(f$check[f$check %in% c("spread", "outlier")], "outlier")
})

test_that("the layout: missing, extra and wrong wells", {
  w <- clean_plate()
  layout <- w[c("run", "well", "sample", "target")]
  expect_identical(nrow(look(w, layout = layout)), 0L)
  layout$well <- sub("([A-Z])0", "\\1", layout$well)
  expect_identical(nrow(look(w, layout = layout)), 0L)
  gone <- row_of(w, "s1", "MYC", 3)
  f <- look(w[-gone, ], layout = layout)
  expect_setequal(f$check, c("missing_well", "replicates"))
  expect_identical(f$well[f$check == "missing_well"], layout$well[gone])
  f <- look(w, layout = layout[-gone, ])
  expect_identical(f$check, "extra_well")
  expect_identical(f$well, w$well[gone])
  layout$target[gone] <- "BAX"
  f <- look(w, layout = layout)
  expect_identical(f$check, "wrong_well")
  expect_match(f$finding, "\"MYC\", the layout says \"BAX\"")
  expect_error(look(w, layout = layout["target"]), class = "ddcq_error_column")
  expect_error(look(w, layout = cbind(well = "A01", run = "p9")), class = "ddcq_error_argument")
})

test_that("melting peaks: from columns, and from a table by well", {
  w <- clean_plate()
  w$tm[row_of(w, "s4", "BAX", 2)] <- 76
  w$tm2[row_of(w, "s5", "MYC", 1)] <- 75
  f <- look(w)
  expect_setequal(f$check, c("melt_tm", "melt_peaks"))
  expect_identical(f$well[f$check == "melt_tm"], w$well[row_of(w, "s4", "BAX", 2)])
  melt <- data.frame(run = w$run, well = w$well, target = w$target, tm = w$tm, n_peaks = 1 + !is.na(w$tm2))
  plain <- w[setdiff(names(w), c("tm", "tm2"))]
  expect_identical(as.data.frame(look(plain, melt = melt)), as.data.frame(f))
  # a row a peak
  peaks <- rbind(melt[1:4], within(melt[!is.na(w$tm2), 1:4], tm <- 75))
  expect_identical(as.data.frame(look(plain, melt = peaks)), as.data.frame(f))
  expect_error(look(plain, melt = data.frame(well = "Z99", tm = 80)), class = "ddcq_error_argument")
})

test_that("names of controls, in several languages, and names that are none", {
  controls <- c(
    "H2O", "h2o 2", "NTC", "ntc_1", "NTC2", "Water", "Wasser", "eau", "Agua", "\u00e1gua", "no template control",
    "Negativkontrolle", "T\u00e9moin n\u00e9gatif", "blank", "Beta actin-no template control", "vatten"
  )
  expect_identical(called_control(controls), rep("ntc", length(controls)))
  without <- c("-RT", "s1 -RT", "\u2212RT", "NRT", "no RT", "rt(-)", "liver_noRT", "minus RT", "(-)RT 3", "RT-", "brain RT -")
  expect_identical(called_control(without), rep("nrt", length(without)))
  samples <- c(
    "s1", "H1", "control", "vehicle", "NAC 10 mM", "waterlogged 3", "RT-qPCR 1", "RT 24 h", "start", "part-1", "Control 2",
    "neg", "heart", "smart-rtx", "eauBR", "n1", "blanket", "+RT"
  )
  expect_identical(called_control(samples), rep(NA_character_, length(samples)))
  w <- clean_plate()
  w$task[w$task == "ntc"] <- "unknown"
  w$treatment[is.na(w$treatment)] <- "vehicle"
  f <- look(w)
  expect_identical(f$check, "unmarked_control")
  expect_identical(as.character(f$severity), "stop")
})

test_that("references: missing, unlike loading, and balance with the bias", {
  w <- clean_plate()
  f <- look(w[!(w$sample == "s6" & w$target == "ACTB"), ])
  expect_identical(f$check, "missing_reference")
  expect_identical(f$sample, "s6")
  # a sample that was taken out whole lacks nothing
  out <- cq_exclude(as_plate(w), sample == "s6", "clot")
  expect_false("missing_reference" %in% cq_check(out, reference = c("GAPDH", "ACTB"))$check)
  low <- w
  low$cq[low$sample == "s6"] <- low$cq[low$sample == "s6"] + 5
  f <- look(low)
  expect_true("loading" %in% f$check)
  uneven <- w
  drug <- w$treatment %in% "drug"
  uneven$cq[drug] <- uneven$cq[drug] + 1.5
  f <- look(uneven)
  f <- f[f$check == "reference_balance", ]
  expect_identical(nrow(f), 1L)
  refs <- aggregate(cq ~ sample + treatment, uneven[uneven$target %in% c("GAPDH", "ACTB"), ], mean)
  t <- t.test(refs$cq[refs$treatment == "drug"], refs$cq[refs$treatment == "vehicle"])
  expect_equal(abs(f$value), abs(unname(diff(t$estimate))), tolerance = 1e-12)
  limits <- sprintf("%.2f to %.2f", t$conf.int[1], t$conf.int[2])
  other <- sprintf("%.2f to %.2f", -t$conf.int[2], -t$conf.int[1])
  expect_true(grepl(limits, f$finding, fixed = TRUE) || grepl(other, f$finding, fixed = TRUE))
})

test_that("groups that stand in runs of their own cannot be told apart", {
  w <- clean_plate()
  w$run[w$treatment %in% "drug"] <- "p2"
  f <- look(w)
  expect_true("confounded" %in% f$check)
  expect_match(f$finding[f$check == "confounded"], "vehicle in p1", fixed = TRUE)
  half <- clean_plate()
  half$run[half$sample %in% c("s1", "s2", "s3", "s4")] <- "p2"
  expect_false("confounded" %in% look(half)$check)
  links <- rbind(c(1, 1, 0, 0), c(0, 1, 0, 0), c(0, 0, 1, 0), c(0, 0, 1, 1), c(1, 0, 0, 0)) > 0
  expect_identical(linked_parts(links), c(1L, 1L, 2L, 2L, 1L))
})

test_that("curves, standards, positive controls, failed and early wells, names", {
  w <- clean_plate()
  curve <- structure(cbind(as.data.frame(given), cq_min = 20, cq_max = 24), class = class(given))
  f <- cq_check(as_plate(w), efficiency = curve)
  expect_setequal(f$target[f$check == "curve_range"], c("MYC", "BAX", "GAPDH", "ACTB"))
  expect_true(all(f$value[f$check == "curve_range"] > 0.5))
  x <- cq_data(anastrozole_plate, na = "nondetect")
  expect_identical(cq_check(x)$check[cq_check(x)$check == "standards"], "standards")
  expect_false("standards" %in% cq_check(x, efficiency = cq_standard_curve(x))$check)
  pos <- w[1, ]
  pos[c("task", "sample", "well")] <- c("positive", "calibrator RNA", "P23")
  pos$cq <- NA
  expect_identical(look(rbind(w, pos))$check, "positive")
  w$cq[row_of(w, "s1", "BAX", 1)] <- NA
  w$cq[row_of(w, "s2", "BAX", 1)] <- 2
  f <- look(w)
  expect_true(all(c("failed", "early") %in% f$check))
  x <- as_plate(w)
  x$target[1:3] <- NA
  expect_true("nameless" %in% suppressWarnings(cq_check(x))$check)
})

test_that("findings take wells out, with the reason in the log", {
  w <- clean_plate()
  at <- c(row_of(w, "s3", "BAX", 2), row_of(w, "s7", "MYC", 1))
  w$cq[at] <- w$cq[at] + 1.5
  x <- as_plate(w)
  f <- cq_check(x)
  y <- cq_exclude(x, f[f$check == "outlier", ])
  expect_setequal(which(y$state == "excluded"), at)
  expect_match(y$note[at[1]], "^outlier: Cq .* above its replicates' median")
  log <- cq_log(y)
  expect_identical(log$n[log$step == "exclude"], c(1L, 1L))
  expect_match(log$detail[log$step == "exclude"][1], "cq_check: ")
  expect_identical(nrow(cq_check(y)[cq_check(y)$check == "outlier", ]), 0L)
  z <- cq_exclude(x, f[f$check == "outlier", ], reason = "bubble seen")
  expect_match(z$note[at[1]], "^bubble seen; outlier: ")
  none <- cq_exclude(x, f[0, ])
  expect_identical(none$state, x$state)
  expect_identical(cq_log(none)$n[cq_log(none)$step == "exclude"], 0L)
  f <- cq_check(as_plate(w[w$task == "unknown", ]))
  expect_error(cq_exclude(x, f[f$check == "missing_ntc", ]), "missing_ntc", class = "ddcq_error_argument")
})

test_that("arguments are checked, and names with braces are names", {
  x <- as_plate(clean_plate())
  expect_error(cq_check(x, reference = "GAPHD"), "GAPDH", class = "ddcq_error_reference")
  expect_error(cq_check(x, group = "treatmnt"), class = "ddcq_error_column")
  expect_error(cq_check(x, spread = "a"), class = "ddcq_error_argument")
  expect_error(cq_check(x, late = -1), class = "ddcq_error_argument")
  expect_error(cq_check(x, efficiency = 95), class = "ddcq_error_efficiency")
  expect_error(cq_check(x, colour = 1), class = "ddcq_error_argument")
  expect_error(cq_check(data.frame(a = 1)), class = "ddcq_error_argument")
  w <- clean_plate()
  w$target[w$target == "MYC"] <- "a{b}"
  w$cq[1] <- w$cq[1] + 2
  expect_match(paste(format(cq_check(as_plate(w))), collapse = "\n"), "a{b}", fixed = TRUE)
})

test_that("nothing but the order of the rows changes with it", {
  w <- clean_plate()
  w$cq[c(1, 50)] <- w$cq[c(1, 50)] + 2
  set.seed(3)
  f <- as.data.frame(look(w))
  g <- as.data.frame(look(w[sample(nrow(w)), ]))
  expect_identical(f[order(f$well), ][["value"]], g[order(g$well), ][["value"]])
})

test_that("a picture marks the wells that the findings name", {
  skip_if_not_installed("ggplot2")
  w <- clean_plate()
  w$cq[1] <- w$cq[1] + 2
  x <- as_plate(w)
  f <- cq_check(x, group = "treatment")
  marks <- finding_marks(f, plate_map_data(x, "p1"))
  expect_identical(marks$check, "outlier")
  expect_identical(c(marks$row, marks$column), c(1L, 1L))
  picture <- ggplot2::autoplot(f, x)
  expect_s3_class(picture, "ggplot")
  expect_match(picture$labels$caption, "O:\\s*outlier")
  expect_error(plot(f), class = "ddcq_error_argument")
  expect_identical(unname(check_letters(c("ntc", "nrt", "outlier"))), c("N", "R", "O"))
})

test_that("nothing that a plate can lack is an error of its own", {
  x <- as_plate(clean_plate())
  x$well <- NA_character_
  expect_s3_class(cq_check(x, reference = "GAPDH", group = "treatment"), "cq_check")
  expect_error(cq_check(x, layout = data.frame(well = "A01")), class = "ddcq_error_data")
  y <- as_plate(clean_plate())
  y$treatment <- NA
  expect_s3_class(cq_check(y, reference = "GAPDH", group = "treatment"), "cq_check")
  expect_error(cq_check(y, layout = data.frame(well = c("A01", NA))), "\"2\"", class = "ddcq_error_argument")
  y$task[] <- "standard"
  expect_s3_class(cq_check(y, group = "treatment"), "cq_check")
  one <- cq_data(data.frame(sample = "s1", target = "MYC", cq = 25))
  expect_identical(cq_check(one)$check, "missing_ntc")
  none <- cq_data(data.frame(sample = "s1", target = "MYC", cq = NA_real_), na = "nondetect")
  expect_true("nondetect" %in% cq_check(none)$check)
  expect_error(cq_check(one[0, ]), class = "ddcq_error_data")
})

test_that("every real export is looked over, and the sentences have no gaps", {
  skip_on_cran()
  skip_without_shared()
  skip_if_not_installed("readxl")
  skip_if_not_installed("xml2")
  files <- list.files(file.path(shared_dir(), "exports"), full.names = TRUE)
  seen <- 0L
  for (path in files) {
    x <- tryCatch(suppressWarnings(cq_read(path)), error = function(e) NULL)
    if (is.null(x)) next
    f <- cq_check(x)
    seen <- seen + 1L
    expect_false(any(grepl("\\bNA\\b|NaN|Inf\\b", f$finding)), info = basename(path))
    expect_false(anyNA(f$check) || anyNA(f$severity) || anyNA(f$action), info = basename(path))
    expect_true(all(f$run[!is.na(f$run) & !grepl(", ", f$run)] %in% x$run), info = basename(path))
  }
  expect_gt(seen, 55)
})
