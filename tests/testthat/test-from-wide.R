# Every wide shape gives the wells that the long form gives, bit for bit: a cell is only moved.

d <- from_wells()
genes <- c("MYC", "BCL2", "GAPDH")
long <- cq_data(d)
wide <- from_genes_in_columns(d)
mean_wells <- stats::aggregate(cq ~ sample + group + animal + target, d, mean)
by_sample <- from_genes_in_columns(cbind(mean_wells, rep = 1))
by_sample <- by_sample[order(by_sample$sample), ]
row.names(by_sample) <- NULL
sheet <- unique(d[c("sample", "group", "animal")])
m <- t(as.matrix(by_sample[genes]))
colnames(m) <- by_sample$sample
long_means <- cq_data(mean_wells)

test_that("targets in columns: a row a well, or a row a sample", {
  x <- cq_from_wide(wide, genes, "well", sample = "sample")
  expect_same_wells(x, long, c("run", "sample", "target", "task", "state", "cq", "group", "animal"))
  y <- cq_from_wide(by_sample, genes, "sample")
  expect_same_wells(y, long_means, c("run", "sample", "target", "task", "state", "cq", "group"))
})

test_that("fits are those of the long form, to the last digit", {
  ask <- function(x) fit_numbers(x, ~group, reference = "GAPDH", control = "ctl", efficiency = 2, ignore = "animal")
  expect_equal(ask(cq_from_wide(wide, genes, "well", sample = "sample")), ask(long), tolerance = 1e-12)
})

test_that("without a column of samples a row is one, called by its name or number", {
  bare <- by_sample[c("group", genes)]
  x <- cq_from_wide(bare, genes, "sample")
  expect_setequal(x$sample, as.character(1:6))
  row.names(bare) <- by_sample$sample
  expect_same_wells(cq_from_wide(bare, genes, "sample"), long_means)
})

test_that("several columns name a sample together, and stay", {
  x <- cq_from_wide(wide[-1], genes, "well", sample = c("group", "animal"))
  expect_setequal(x$sample, c("ctl:1", "ctl:2", "ctl:3", "drug:1", "drug:2", "drug:3"))
  expect_identical(x$sample, paste(x$group, x$animal, sep = ":"))
  expect_identical(sort(x$cq), sort(long$cq))
})

test_that("columns may be renamed on the way", {
  odd <- stats::setNames(by_sample, sub("^MYC$", "Ct of a{b}", names(by_sample)))
  x <- cq_from_wide(odd, c(MYC = "Ct of a{b}", "BCL2", "GAPDH"), "sample")
  expect_same_wells(x, long_means)
  expect_match(cq_log(x)$detail[2], "MYC (Ct of a{b})", fixed = TRUE)
})

test_that("samples in columns: a matrix, a data frame, with the sheet joined by name", {
  columns <- c("run", "sample", "target", "task", "state", "cq", "group", "animal")
  shuffled <- sheet[c(4, 1, 6, 2, 5, 3), ]
  expect_same_wells(cq_from_wide(m, rows = "target", design = shuffled), long_means, columns)
  named <- shuffled[-1]
  row.names(named) <- shuffled$sample
  expect_same_wells(cq_from_wide(m, rows = "target", design = named), long_means, columns)
  expect_same_wells(cq_from_wide(t(m), rows = "sample", design = shuffled), long_means, columns)
  table <- data.frame(gene = rownames(m), chromosome = c("8", "18", "12"), m)
  x <- cq_from_wide(table, rows = "target", target = "gene", design = shuffled)
  expect_same_wells(x, long_means, columns)
  expect_setequal(x$chromosome[x$target == "MYC"], "8")
  expect_same_wells(cq_from_wide(as.data.frame(m), colnames(m), "target", design = named), long_means, columns)
})

test_that("a sample that the sheet lacks is no annotation", {
  table <- data.frame(gene = rownames(m), length = c(439, 205, 335), m)
  misspelt <- sheet
  misspelt$sample[misspelt$sample == "s3"] <- "S3"
  expect_error(
    cq_from_wide(table, rows = "target", target = "gene", design = misspelt), "\"s3\" could be Cqs.*\"S3\"",
    class = "ddcq_error_design"
  )
  x <- cq_from_wide(table, c("s1", "s2"), "target", target = "gene", design = sheet)
  expect_setequal(x$sample, c("s1", "s2"))
})

test_that("samples in columns: rows that say something of the samples", {
  top <- rbind(c("Group", ifelse(colnames(m) <= "s3", "ctl", "drug")), c("Dose", rep(c("0", "2.5"), each = 3)))
  table <- as.data.frame(rbind(top, cbind(rownames(m), matrix(format(m, digits = 17), 3))))
  names(table) <- c("gene", colnames(m))
  x <- cq_from_wide(table, colnames(m), "target", target = "gene", design = c("Group", "Dose"))
  expect_same_wells(x, long_means)
  expect_identical(x$Group, ifelse(x$sample <= "s3", "ctl", "drug"))
  expect_identical(x$Dose, ifelse(x$sample <= "s3", 0, 2.5))
})

test_that("wells of a target in rows, samples in columns; replicate wells in columns", {
  spots <- stats::reshape(d[c("target", "rep", "sample", "cq")], idvar = c("target", "rep"), timevar = "sample",
                          direction = "wide")
  names(spots) <- sub("^cq[.]", "", names(spots))
  expect_same_wells(cq_from_wide(spots, paste0("s", 1:6), "well", target = "target"), long)
  pairs <- stats::reshape(d, idvar = c("sample", "target"), timevar = "rep", v.names = "cq",
                          direction = "wide")
  x <- cq_from_wide(pairs, c("cq.1", "cq.2"), c("sample", "target"))
  expect_same_wells(x, long, c("run", "sample", "target", "task", "state", "cq", "group"))
})

test_that("sheets are runs, or targets", {
  runs <- list(p1 = wide[wide$animal < 3, ], p2 = wide[wide$animal == 3, ])
  truth <- cq_data(cbind(d, run = ifelse(d$animal < 3, "p1", "p2")))
  expect_same_wells(cq_from_wide(runs, genes, "well", sample = "sample", sheets = "run"), truth)
  per_gene <- lapply(stats::setNames(nm = genes), function(g) {
    unstack(d[d$target == g, c("cq", "sample")])
  })
  expect_same_wells(cq_from_wide(per_gene, paste0("s", 1:6), "well", sheets = "target", design = sheet), long)
  wells <- lapply(stats::setNames(nm = genes), function(g) {
    stats::reshape(d[d$target == g, c("sample", "rep", "cq")], idvar = "sample", timevar = "rep", direction = "wide")
  })
  expect_same_wells(cq_from_wide(wells, c("cq.1", "cq.2"), "sample", sheets = "target"), long)
})

test_that("plates may differ in their targets, not in how they spell them", {
  runs <- list(p1 = wide[c("sample", "group", "MYC", "GAPDH")], p2 = wide[c("sample", "group", "BCL2")])
  truth <- cq_data(cbind(d, run = ifelse(d$target == "BCL2", "p2", "p1")))
  expect_same_wells(cq_from_wide(runs, genes, "well", sample = "sample", sheets = "run"), truth)
  names(runs$p2)[3] <- "Bcl-2"
  runs$p2$MYC <- 20
  expect_error(
    cq_from_wide(list(runs$p2, wide) |> stats::setNames(c("p2", "p1")), genes, "well", sample = "sample", sheets = "run"),
    "Bcl-2", class = "ddcq_error_column"
  )
  expect_error(
    cq_from_wide(runs["p1"], c(genes, "TP53"), "well", sample = "sample", sheets = "run"), "TP53",
    class = "ddcq_error_column"
  )
})

test_that("a column that one sheet lacks is NA there, and the log says so", {
  runs <- list(p1 = cbind(wide[1:6, ], batch = "b"), p2 = wide[7:12, ])
  x <- cq_from_wide(runs, genes, "well", sample = "sample", sheets = "run")
  expect_identical(is.na(x$batch), x$run == "p2")
  expect_true(any(grepl("some sheets lack", cq_log(x)$what) & cq_log(x)$detail == "batch"))
})

test_that("files: csv in any dialect, and workbooks", {
  columns <- c("run", "sample", "target", "task", "state", "cq", "group")
  rounded <- cbind(wide[1:4], round(wide[genes], 3))
  truth <- cq_from_wide(rounded, genes, "well", sample = "sample")
  csv <- tempfile(fileext = ".csv")
  utils::write.csv(rounded, csv, row.names = FALSE)
  expect_same_wells(cq_from_wide(csv, genes, "well", sample = "sample"), truth, columns)
  utils::write.csv2(rounded, csv, row.names = FALSE)
  expect_same_wells(cq_from_wide(csv, genes, "well", sample = "sample"), truth, columns)
  two <- c(p1 = csv, p2 = csv)
  x <- cq_from_wide(two, genes, "well", sample = "sample", sheets = "run", runs = "replicate")
  expect_identical(table(x$run), table(rep(c("p1", "p2"), each = nrow(truth))), ignore_attr = TRUE)
  skip_if_not_installed("readxl")
  cells <- rbind(names(rounded), as.matrix(format(rounded, digits = 15, trim = TRUE)))
  book <- tempfile(fileext = ".xlsx")
  writeBin(zip_of(book_parts_of(list(p1 = cells, p2 = cells))), book)
  x <- cq_from_wide(book, genes, "well", sample = "sample", sheets = "run", runs = "replicate")
  expect_same_wells(as.data.frame(x[x$run == "p2", ]), transform(truth, run = "p2", sample = paste0("p2:", sample)), columns)
})

test_that("codes and empty cells are what the user says, cell by cell", {
  w <- by_sample
  w$MYC <- format(w$MYC, digits = 17)
  w$MYC[1:3] <- c("Undetermined", "", "failed")
  w$BCL2[2] <- -1
  x <- cq_from_wide(
    w, genes, "sample", na = "missing",
    codes = c(Undetermined = "nondetect", "-1" = "nondetect", failed = "missing", "40" = "nondetect")
  )
  state <- function(s, t) as.character(x$state[x$sample == s & x$target == t])
  expect_identical(state("s1", "MYC"), "nondetect")
  expect_identical(state("s2", "MYC"), "missing")
  expect_identical(state("s3", "MYC"), "missing")
  expect_identical(state("s2", "BCL2"), "nondetect")
  expect_identical(sum(is.na(x$cq)), 4L)
  log <- as.data.frame(cq_log(x))
  expect_identical(log$n[log$detail == "\"Undetermined\""], 1L)
  expect_identical(log$n[log$detail == "\"40\""], 0L)
  expect_identical(log$n[log$what == "empty cells taken as missing"], 1L)
})

test_that("a decimal comma is one, and empty rows go", {
  w <- by_sample
  w[genes] <- lapply(round(w[genes], 2), function(v) sub(".", ",", format(v), fixed = TRUE))
  w <- rbind(w, NA, NA)
  x <- cq_from_wide(w, genes, "sample")
  expect_same_wells(x, cq_from_wide(cbind(by_sample[1:4], round(by_sample[genes], 2)), genes, "sample"))
  expect_true("decimal commas read" %in% cq_log(x)$what)
  expect_identical(cq_log(x)$n[cq_log(x)$what == "empty rows left out"], 2L)
})

test_that("a pile of whole numbers is asked about, a tie is not", {
  w <- wide
  w$MYC[1:3] <- 35
  expect_error(cq_from_wide(w, genes, "well", sample = "sample"), "exactly 35", class = "ddcq_error_data")
  x <- cq_from_wide(w, genes, "well", sample = "sample", codes = c("35" = "quantified"))
  expect_identical(sum(x$cq == 35), 3L)
  expect_true(all(x$state == "quantified"))
  w$MYC[1:3] <- 30.5
  expect_no_error(cq_from_wide(w, genes, "well", sample = "sample"))
  w$MYC[1] <- 40
  expect_error(cq_from_wide(w, genes, "well", sample = "sample"), "exactly 40", class = "ddcq_error_data")
  expect_silent(cq_from_wide(w, genes, "well", sample = "sample", codes = c("40" = "quantified")))
})

test_that("a column plays one part, and none is lost", {
  expect_error(cq_from_wide(by_sample, genes, "sample", sample = "MYC"), "not both", class = "ddcq_error_argument")
  x <- cq_from_wide(cbind(by_sample, efficiency = 1.9), genes, "sample")
  expect_identical(x$efficiency, rep(1.9, 18))
  expect_identical(cq_efficiency_of(x)$efficiency, rep(1.9, 3))
  bare <- stats::setNames(by_sample, replace(names(by_sample), 2, ""))
  expect_error(cq_from_wide(bare, genes, "sample"), "Column 2 has no name", class = "ddcq_error_data")
  runs <- list(p1 = cbind(wide, plate = 1))
  expect_error(
    cq_from_wide(runs, genes, "well", sample = "sample", sheets = "run", run = "plate"), "sheets name the runs",
    class = "ddcq_error_argument"
  )
  expect_error(cq_from_wide(by_sample, genes, "sample", state = "group"), "no argument \"state\"",
               class = "ddcq_error_argument")
  expect_error(cq_from_wide(by_sample, genes, "sample", group = "group"), "all others are kept",
               class = "ddcq_error_argument")
  x <- cq_from_wide(cbind(by_sample, plate = 1:2), genes, "sample", run = "plate")
  expect_identical(x$run, rep(c("1", "2"), 9))
})

test_that("names may hold braces and accents", {
  odd <- stats::setNames(by_sample, sub("^MYC$", "a{b} \u00e9", names(by_sample)))
  x <- cq_from_wide(odd, c("a{b} \u00e9", "GAPDH"), "sample")
  expect_setequal(x$target, c("a{b} \u00e9", "GAPDH"))
  expect_error(cq_from_wide(odd, rows = "sample"), "\"a{b} \u00e9\"", fixed = TRUE, class = "ddcq_error_argument")
  expect_error(
    cq_from_wide(odd, c("a{b} \u00e9", "GAPDH"), "sample", efficiency = 2), "c(a{b} \u00e9 = )", fixed = TRUE,
    class = "ddcq_error_argument"
  )
  expect_error(cq_from_wide(odd, c("a{c} \u00e9", "GAPDH"), "sample"), "a{b}", fixed = TRUE, class = "ddcq_error_column")
})

test_that("tibbles and factors are columns like others", {
  skip_if_not_installed("tibble")
  w <- tibble::as_tibble(wide)
  w$sample <- factor(w$sample)
  w$MYC <- factor(format(w$MYC, digits = 17))
  expect_same_wells(cq_from_wide(w, genes, "well", sample = "sample"), long)
})

test_that("a table of one row, and one with no rows", {
  expect_identical(nrow(cq_from_wide(by_sample[1, ], genes, "sample")), 3L)
  expect_error(cq_from_wide(by_sample[0, ], genes, "sample"), class = "ddcq_error_data")
})

# A class that is laid out as Biobase's: nothing of it is needed.
eset_like <- function(cells, annotation, features = data.frame()) {
  frame <- methods::setClass("FromLikeFrame", slots = c(data = "data.frame"), where = environment())
  slots <- c(assayData = "environment", phenoData = "FromLikeFrame", featureData = "FromLikeFrame")
  set <- methods::setClass("FromLikeSet", slots = slots, where = environment())
  assay <- new.env()
  assign("exprs", cells, assay)
  set(assayData = assay, phenoData = frame(data = annotation), featureData = frame(data = features))
}

test_that("an object with assay data goes in with its annotation", {
  annotation <- data.frame(group = sheet$group, sample = 1:6, row.names = sheet$sample)
  x <- cq_from_wide(eset_like(m, annotation[c(3, 1, 2, 6, 4, 5), ]))
  expect_same_wells(x, long_means, c("run", "sample", "target", "task", "state", "cq", "group"))
  expect_identical(x$sample.annotation[x$sample == "s4"], rep(4L, 3))
  twice <- rbind(m, m[1, , drop = FALSE])
  expect_error(cq_from_wide(eset_like(twice, annotation)), "rows = \"well\"", class = "ddcq_error_data")
  expect_identical(sum(cq_from_wide(eset_like(twice, annotation), rows = "well")$target == "MYC"), 12L)
})

test_that("features that are named beside the Cqs keep those names, and their annotation", {
  annotation <- data.frame(group = sheet$group, row.names = sheet$sample)
  features <- data.frame(featureNames = factor(genes), featureType = c("Target", "Target", "Reference"), well = 1:3)
  bare <- unname(m[genes, ])
  colnames(bare) <- colnames(m)
  x <- cq_from_wide(eset_like(bare, annotation, features))
  expect_same_wells(x, long_means, c("run", "sample", "target", "task", "state", "cq", "group"))
  expect_identical(unique(x$featureType[x$target == "GAPDH"]), "Reference")
  expect_identical(unique(x$well.annotation[x$target == "BCL2"]), 2L)
  row.names(annotation) <- as.character(1:6)
  expect_error(cq_from_wide(eset_like(m, annotation)), "phenoData", class = "ddcq_error_design")
  expect_error(cq_from_wide(eset_like(bare, annotation)), "matrix of Cqs", class = "ddcq_error_argument")
})

test_that("an ExpressionSet of Biobase goes in, where it is installed", {
  skip_if_not_installed("Biobase")
  pheno <- methods::new("AnnotatedDataFrame", data = data.frame(group = sheet$group, row.names = sheet$sample))
  set <- getExportedValue("Biobase", "ExpressionSet")(m, phenoData = pheno)
  expect_same_wells(cq_from_wide(set), long_means, c("run", "sample", "target", "task", "state", "cq", "group"))
})

test_that("what cannot be known is asked for, by name", {
  skip_on_cran()
  two <- list(p1 = wide, p2 = wide)
  gap <- replace(by_sample, "MYC", list(c(NA, by_sample$MYC[-1])))
  word <- replace(by_sample, "MYC", list(c("Undetermined", "n/a", by_sample$MYC[-(1:2)])))
  zero <- replace(by_sample, "MYC", list(c(0, by_sample$MYC[-1])))
  mixed <- replace(by_sample, "MYC", list(c("24,1", "24.2", by_sample$MYC[-(1:2)])))
  expect_snapshot(error = TRUE, {
    cq_from_wide()
    cq_from_wide(1)
    cq_from_wide(by_sample)
    cq_from_wide(by_sample, rows = "gene")
    cq_from_wide(by_sample, rows = "sample")
    cq_from_wide(by_sample, c("MYC", "BCL-2"), "sample")
    cq_from_wide(by_sample, c("MYC", "MYC"), "sample")
    cq_from_wide(wide, genes, "sample")
    cq_from_wide(wide[-1], genes, "well")
    cq_from_wide(wide, genes, "target")
    cq_from_wide(by_sample, genes, "sample", target = "group")
    cq_from_wide(d, "cq", "sample", sample = c("sample", "target", "rep"))
    cq_from_wide(gap, genes, "sample")
    cq_from_wide(word, genes, "sample")
    cq_from_wide(zero, genes, "sample")
    cq_from_wide(mixed, genes, "sample")
    cq_from_wide(replace(by_sample, "MYC", list(40)), genes, "sample")
    cq_from_wide(by_sample, genes, "sample", codes = c("40" = "none"))
    cq_from_wide(two, genes, "well")
    cq_from_wide(unname(two), genes, "well", sheets = "run")
    cq_from_wide(two, genes, "well", sample = "sample", sheets = "run")
    cq_from_wide(unname(m), rows = "target")
    cq_from_wide(m)
    cq_from_wide(m, rows = "well")
    cq_from_wide(m, rows = "target", design = sheet$group)
    cq_from_wide(m, rows = "target", design = factor(sheet$group))
    cq_from_wide(m, rows = "target", design = sheet[-1])
    cq_from_wide(m, rows = "target", design = sheet[-2, ])
    cq_from_wide(cbind(by_sample, MYC = 1), genes, "sample")
    cq_from_wide("nowhere.csv", genes, "sample")
  })
})
