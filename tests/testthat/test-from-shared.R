# Real tables of the field, brought into the wide forms that other programs take, go back to the wells they were.

# Long to wide by hand: one row for each combination of `rows`, one column for each value of `columns`.
spread <- function(d, rows, columns, value = "Cq", suffix = "") {
  key <- function(names) do.call(paste, c(unname(d[names]), sep = "\r"))
  out <- unique(d[rows])
  at <- match(key(rows), do.call(paste, c(unname(out), sep = "\r")))
  for (name in unique(d[[columns]])) {
    here <- d[[columns]] == name
    out[[paste0(name, suffix)]] <- NA_real_
    out[[paste0(name, suffix)]][at[here]] <- d[[value]][here]
  }
  row.names(out) <- NULL
  out
}
wells_of <- function(d, ...) cq_data(d, cq = "Cq", ...)
core <- c("run", "sample", "target", "state", "cq")

test_that("livak: targets in columns, no column of samples, groups beside them", {
  skip_without_shared()
  d <- shared_data("livak/livak_separate_wells.csv")
  w <- spread(d, c("group", "replicate"), "target")
  x <- cq_from_wide(w, c("MYC", "GAPDH"), "sample", sample = c("group", "replicate"))
  d$sample <- paste(d$group, d$replicate, sep = ":")
  expect_same_wells(x, wells_of(d), core)
  ask <- function(x) fit_numbers(x, ~group, reference = "GAPDH", control = "brain", efficiency = 2)
  expect_equal(ask(x), ask(wells_of(d)), tolerance = 1e-12)
  groups <- lapply(split(d, d$target), function(t) utils::unstack(t[c("Cq", "group")]))
  expect_equal(ask(cq_from_groups(groups, "sample"))$results, ask(x)$results, tolerance = 1e-12)
})

test_that("rtpcr: pairs of efficiency and Cq, factors, blocks, replicates", {
  skip_without_shared()
  pairs_of <- function(d, rows) {
    merge(spread(d, rows, "target", suffix = "_Ct"), spread(d, rows, "target", "efficiency"), sort = FALSE)
  }
  for (file in c("efficiency/rtpcr_1factor_eff", "two_groups/rtpcr_1factor_3target", "two_groups/rtpcr_1factor_2ref",
                 "designs/rtpcr_2factor_block", "designs/rtpcr_1factor3level")) {
    d <- shared_data(paste0(file, ".csv"))
    rows <- intersect(c("sample", "group", "factor1", "factor2", "block"), names(d))
    w <- pairs_of(d, rows)
    targets <- unique(d$target)
    x <- cq_from_wide(w[-1], stats::setNames(paste0(targets, "_Ct"), targets), "sample",
                      efficiency = stats::setNames(targets, targets))
    expect_same_wells(cbind(x[setdiff(names(x), "sample")], sample = w$sample[as.integer(x$sample)]),
                      wells_of(d), c(core, "group", "efficiency"))
    e <- cq_efficiency_of(x)
    known <- unique(d[c("target", "efficiency")])
    expect_equal(e$efficiency[match(known$target, e$target)], known$efficiency, tolerance = 1e-15, info = file)
  }
})

test_that("rtpcr: technical replicates in rows, efficiencies that differ by well", {
  skip_without_shared()
  d <- shared_data("efficiency/lee2020_techrep_eff.csv")
  d$animal <- d$replicate
  rows <- c("treatment", "dose", "animal", "techrep")
  w <- merge(spread(d, rows, "target", suffix = "_Ct"), spread(d, rows, "target", "efficiency"), sort = FALSE)
  targets <- unique(d$target)
  x <- cq_from_wide(w, stats::setNames(paste0(targets, "_Ct"), targets), "well",
                    sample = c("treatment", "dose", "animal"), efficiency = stats::setNames(targets, targets))
  d$sample <- paste(d$treatment, d$dose, d$animal, sep = ":")
  expect_same_wells(x, wells_of(d), c(core, "efficiency"))
  expect_error(cq_efficiency_of(x), class = "ddcq_error_efficiency")
  e <- cq_efficiency_of(x, average = "wells")
  expect_equal(e$efficiency, unname(c(tapply(d$efficiency, factor(d$target, e$target), mean))), tolerance = 1e-14)
})

test_that("RQdeltaCT: the wide form, and the long one as it is", {
  skip_without_shared()
  counted <- function(d) transform(d, replicate = stats::ave(seq_along(Cq), sample, target, FUN = seq_along))
  d <- counted(shared_data("two_groups/rq_10vs10.csv"))
  w <- spread(d, c("group", "sample", "replicate"), "target")
  x <- cq_from_wide(w, unique(d$target), "well", sample = "sample", na = "missing")
  seen <- function(x) x[x$state == "quantified", ]
  expect_same_wells(seen(x), seen(wells_of(d, na = "missing")), core)
  big <- subset(counted(shared_data("two_groups/rq_aaa_control.csv")), replicate == 1)
  m <- t(as.matrix(spread(big, "sample", "target")[-1]))
  colnames(m) <- unique(big$sample)
  x <- cq_from_wide(m, rows = "target", design = unique(big[c("sample", "group")]), na = "missing")
  expect_identical(sum(x$state == "quantified"), sum(!is.na(big$Cq)))
  expect_identical(unique(x$group[x$sample == "AAA10"]), "AAA")
})

test_that("easyqpcr: a sheet a run, wells in rows", {
  skip_without_shared()
  d <- shared_data("calibration/easyqpcr_runs.csv")
  d$run <- paste0("run", d$run)
  w <- lapply(split(d, d$run), function(r) spread(r, c("sample", "group", "replicate"), "target"))
  x <- cq_from_wide(w, unique(d$target), "well", sample = "sample", sheets = "run", runs = "same")
  expect_same_wells(x, wells_of(d, runs = "same"), c(core, "group"))
})

test_that("MCMC.qpcr: -1 is asked about, and gaps are something else", {
  skip_without_shared()
  d <- shared_data("misc/mcmcqpcr_coral_stress.csv")
  about <- c("sample", "individual", "condition", "timepoint", "replicate")
  w <- spread(d, about, "target", "Cq_raw")
  genes <- unique(d$target)
  expect_error(cq_from_wide(w, genes, "well", sample = "sample"), "\"-1\"", class = "ddcq_error_data")
  x <- cq_from_wide(w, genes, "well", sample = "sample", na = "missing", codes = c("-1" = "nondetect"))
  d$state <- ifelse(is.na(d$Cq_raw), "missing", ifelse(d$Cq_raw == -1, "nondetect", "quantified"))
  expect_same_wells(x, wells_of(d), core)
  beckham <- shared_data("misc/mcmcqpcr_beckham.csv")
  w <- spread(beckham, c("sample", "group", "replicate"), "target")
  x <- cq_from_wide(w, unique(beckham$target), "well", sample = c("sample", "group"), na = "nondetect")
  beckham$sample <- paste(beckham$sample, beckham$group, sep = ":")
  expect_same_wells(x, wells_of(beckham, na = "nondetect"), core)
})

test_that("NormqPCR and HTqPCR: features by samples", {
  skip_without_shared()
  d <- shared_data("arrays/normqpcr_taqman_example.csv")
  w <- spread(d, "target", "sample")
  m <- as.matrix(w[-1])
  rownames(m) <- w$target
  sheet <- unique(d[c("sample", "group")])
  expect_error(cq_from_wide(m, rows = "target", design = sheet, na = "nondetect"), "exactly 40", class = "ddcq_error_data")
  x <- cq_from_wide(m, rows = "target", design = sheet, na = "nondetect", codes = c("40" = "nondetect"))
  d$Cq[which(d$Cq == 40)] <- NA
  expect_same_wells(x, wells_of(d, na = "nondetect"), c(core, "group"))
})

test_that("long tables go through cq_data(), whatever their columns are called", {
  skip_without_shared()
  tidy <- shared_data("misc/tidyqpcr_calibration_384.csv")
  names(tidy)[names(tidy) %in% c("sample", "target", "Cq")] <- c("sample_id", "target_id", "cq")
  x <- cq_data(tidy, sample = "sample_id", target = "target_id", na = "nondetect")
  expect_identical(sum(x$state == "quantified"), sum(!is.na(tidy$cq)))
  cards <- shared_data("arrays/htqpcr_raw.csv")
  cards$Cq[cards$Cq == 40] <- NA
  x <- cq_data(cards, cq = "Cq", well = "position", run = "sample", na = "nondetect")
  expect_identical(unique(x$run), unique(cards$sample))
  d <- shared_data("misc/qpcrtools_ddct.csv")
  cq <- d[sample(nrow(d)), c("well", "Cq")]
  both <- merge(cq, d[c("well", "sample", "group", "target")], by = "well", all = TRUE)
  ask <- function(x) fit_numbers(x, ~group, reference = "OsUBQ", control = "CK", efficiency = 2)$results
  merged <- ask(cq_data(both, cq = "Cq"))
  straight <- ask(cq_data(d, cq = "Cq"))
  expect_equal(merged[match(straight$target, merged$target), "estimate"], straight$estimate, tolerance = 1e-12)
})
