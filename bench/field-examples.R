# The main example of several packages of the field, as their documentation gives it, and the same with ddcq, side by
# side. The data are those of the packages, read at run time. From the package's folder:
#   Rscript bench/field-examples.R [library that holds the other packages] > bench/field-examples.md
# A package that is not installed is skipped, and says so; each runs in an R of its own, so that none masks another's
# functions. What is compared is written as the largest relative difference of two columns of numbers.

options(keep.source = TRUE, width = 100, digits = 7, cli.width = 100, cli.num_colors = 1L)
args <- commandArgs(TRUE)
if (length(args)) .libPaths(c(args[1], .libPaths()))
only <- if (length(args) > 1) args[2] else ""
suppressPackageStartupMessages(library(ddcq))
grDevices::pdf(NULL)

say <- function(...) cat(paste0(...), "\n", sep = "")

# Runs a block line by line in the global environment, and shows it with what it prints, as a chunk does.
show <- function(block) {
  block <- substitute(block)
  source <- attr(block, "srcref")[-1]
  say("\n```r")
  for (i in seq_along(source)) {
    say(paste(sub("^    ", "", as.character(source[[i]])), collapse = "\n"))
    printed <- utils::capture.output(run_quietly(block[[i + 1]]))
    if (length(printed)) say(paste(paste("#>", printed), collapse = "\n"))
  }
  say("```\n")
}

# Messages of packages that are being loaded are noise; warnings and errors of ddcq are part of its answer.
run_quietly <- function(expr) {
  told <- function(condition) {
    cat(paste0(class(condition)[1], ": "), cli::ansi_strip(conditionMessage(condition)), "\n", sep = "")
  }
  out <- tryCatch(
    withCallingHandlers(
      withVisible(suppressMessages(eval(expr, globalenv()))),
      warning = function(w) {
        if (inherits(w, "ddcq_warning")) told(w)
        tryInvokeRestart("muffleWarning")
      }
    ),
    ddcq_error = function(e) {
      told(e)
      list(visible = FALSE)
    }
  )
  if (out$visible) print(out$value)
}

# "the same to the last digits": how far apart two sets of numbers are.
apart <- function(what, ours, theirs) {
  ours <- as.double(ours)
  theirs <- as.double(theirs)
  off <- max(abs(ours - theirs) / pmax(abs(ours), abs(theirs), 1e-300))
  say("| ", what, " | ", signif(theirs[1], 10), " | ", signif(ours[1], 10), " | ", signif(off, 2), " |")
}
table_head <- function() say("\n| Number (the first of each) | theirs | ours | largest relative difference |\n|:---|---:|---:|---:|")

example <- function(package, title, run) {
  if (!nzchar(only)) {
    system2(file.path(R.home("bin"), "Rscript"), c("bench/field-examples.R", .libPaths()[1], package), stderr = FALSE)
  }
  if (only != package) {
    return(invisible())
  }
  say("\n## ", package, ": ", title, "\n")
  if (!requireNamespace(package, quietly = TRUE)) {
    say("Skipped: the package ", package, " is not installed.")
    return(invisible())
  }
  suppressWarnings(suppressPackageStartupMessages(library(package, character.only = TRUE)))
  say("Version ", format(utils::packageVersion(package)), ".")
  run()
}

# The table of results, wherever an object of rtpcr keeps it.
find_table <- function(x) {
  if (is.data.frame(x)) x else x$relativeExpression
}

# The same linear model by lm(), with either reference term. Sums to zero over the block and the second factor make the
# contrast an average over them.
compare_factors <- function(two, fit, re) {
  refs <- c("ref1", "ref2", "ref3")
  number <- function(name) suppressWarnings(as.double(as.character(two[[paste0("Ct_", name)]])))
  by_lm <- function(target, reference) {
    d <- data.frame(
      two[c("Concentration", "Type")], block = factor(two$block), d = log2(two[[target]]) * number(target) - reference
    )
    m <- stats::lm(d ~ block + Concentration * Type, d,
      contrasts = list(block = "contr.sum", Type = "contr.sum", Concentration = "contr.treatment")
    )
    2^-unname(stats::coef(m)[c("ConcentrationL2", "ConcentrationL3")])
  }
  cq <- vapply(refs, number, numeric(nrow(two)))
  weight <- log2(as.matrix(two[refs]))
  # log2 of the geometric mean of the efficiencies, times the geometric mean of the Cts that are there
  geometric <- rowMeans(weight) * exp(rowMeans(log(cq), na.rm = TRUE))
  ours <- fit$results
  table_head()
  for (target in c("PO", "NLM")) {
    theirs <- re$RE[re$gene == target & grepl(" vs ", re$contrast)]
    fold <- ours$fold_change[ours$target == target]
    apart(paste0(target, ": fold changes, L2 and L3"), fold, theirs)
    apart(paste0(target, ": theirs (5 decimals), and `lm()` with geometric means (under \"ours\")"),
          round(by_lm(target, geometric), 5), theirs)
    apart(paste0(target, ": ours, and `lm()` with the mean of log2(E) Ct (under \"theirs\")"),
          fold, by_lm(target, rowMeans(weight * cq)))
  }
  say("\nThe model is the same, the reference is not. Theirs is log2 of the geometric mean of the efficiencies, times the ",
      "geometric mean of the Cts that are there. Ours is the mean of log2(E) Ct over all three, which is the geometric mean ",
      "of their quantities; the sample that lacks one of them is left out, named, and not in n. Ours also notes that the ",
      "effect is averaged over `Type`, which changes it.")
}

if (!nzchar(only)) {
  say("# Examples of the field, side by side\n")
  say("Written by `bench/field-examples.R` with ddcq ", format(utils::packageVersion("ddcq")), " and ", R.version.string,
      ". Data and calls are those of each package's documentation. What differs is explained below each example.")
}

# ---------------------------------------------------------------------------------------------------------------------
example("pcr", "delta-delta-Ct of MYC, and its t-test", function() {
  show({
    ct1 <- read.csv(system.file("extdata", "ct1.csv", package = "pcr"))
    tissue <- rep(c("brain", "kidney"), each = 6)
    theirs <- pcr_analyze(ct1, group_var = tissue, reference_gene = "GAPDH", reference_group = "brain")
    theirs
  })
  show({
    x <- cq_from_wide(cbind(ct1, tissue), names(ct1), rows = "sample")
    fit <- ddcq(x, ~tissue, reference = "GAPDH", control = "brain", efficiency = 2)
    fit
  })
  kidney <- ct1[tissue == "kidney", ]
  spread <- sqrt(stats::var(kidney$c_myc) + stats::var(kidney$GAPDH))
  table_head()
  apart("fold change", fit$results$fold_change, theirs$relative_expression[2])
  apart("their `error`: SD of the target and of the reference, as if independent", spread, theirs$error[2])
  apart("their `lower`: fold of ddCt + error", fit$results$fold_change * 2^-spread, theirs$lower[2])
  say("\nThe fold change is the same. Their `lower` and `upper` show one standard deviation of the group; ours is a 95 % ",
      "confidence interval of the change, of both groups, with n beside it.")
  show({
    ct4 <- read.csv(system.file("extdata", "ct4.csv", package = "pcr"))
    group <- rep(c("control", "treatment"), each = 12)
    theirs <- pcr_test(ct4, group_var = group, reference_gene = "ref", reference_group = "control", test = "t.test")
    theirs
  })
  show({
    x <- cq_from_wide(cbind(ct4, group), names(ct4), rows = "sample")
    fit <- ddcq(x, ~group, reference = "ref", control = "control", efficiency = 2)
    fit
  })
  table_head()
  apart("estimate (theirs is ddCt, ours log2 fold: the sign turns)", -fit$results$estimate, theirs$estimate)
  apart("p", fit$results$p.value, theirs$p_value)
  apart("limits", -c(fit$results$conf.high, fit$results$conf.low), c(theirs$lower, theirs$upper))
  say("\nBoth are Welch's t-test on dCt. The table holds four dilutions in each group: they are part of the ",
      "spread for both programs, unless a column names them and the formula has it.")
})

# ---------------------------------------------------------------------------------------------------------------------
example("rtpcr", "t-test with efficiencies; two factors, a block and three references", function() {
  show({
    eff <- read.csv(system.file("extdata", "data_1factor_one_ref_Eff.csv", package = "rtpcr"))
    theirs <- TTEST_DDCt(eff, numberOfrefGenes = 1)
  })
  show({
    x <- cq_from_wide(eff, c(target = "target_Ct", Actin = "Actin_Ct"), rows = "sample", sample = c("Con", "r"),
                      efficiency = c(target = "target", Actin = "Actin"))
    fit <- ddcq(x, ~Con, reference = "Actin", control = "control", efficiency = cq_efficiency_of(x),
                variance = "pooled", ignore = "r")
    fit
  })
  weighted <- function(d) log2(d$target) * d$target_Ct - log2(d$Actin) * d$Actin_Ct
  test <- stats::t.test(weighted(eff[4:6, ]), weighted(eff[1:3, ]), var.equal = TRUE)
  re <- find_table(theirs)
  table_head()
  apart("fold change, to the 5 decimals of theirs", round(fit$results$fold_change, 5), re$RE)
  apart("limits, to 5 decimals", round(c(fit$results$fold_low, fit$results$fold_high), 5), c(re$LCL, re$UCL))
  apart("p, to 5 decimals", round(fit$results$p.value, 5), re$pvalue)
  apart("p, against `t.test()` on the same weighted dCt", fit$results$p.value, test$p.value)
  say("\nSame model, same numbers. Ours adds that the efficiencies came without standard errors and count as known. It ",
      "asked whether `r`, which occurs in both groups, is a block (`ignore`), and is Welch's test unless told `pooled`.")
  show({
    two <- read.csv(system.file("extdata", "data_2factorBlock3ref.csv", package = "rtpcr"))
    theirs <- ANOVA_DDCt(two, numOfFactors = 2, numberOfrefGenes = 3, block = "block", specs = "Concentration",
                         p.adj = "none")
  })
  show({
    genes <- c("PO", "NLM", "ref1", "ref2", "ref3")
    pairs <- function(...) {
      cq_from_wide(two, setNames(paste0("Ct_", genes), genes), rows = "sample", efficiency = setNames(genes, genes), ...)
    }
    pairs()
  })
  say("Four cells are no numbers, and ours asks what they mean. Taken as missing:")
  show({
    ask <- function(x) {
      ddcq(x, ~ factor(block) + Concentration * Type, reference = genes[3:5], control = c(Concentration = "L1"),
           efficiency = cq_efficiency_of(x), adjust = "none", ignore = "Rep")
    }
    x <- pairs(codes = c(undetermined = "missing"))
    fit <- ask(x)
    fit
  })
  compare_factors(two, fit, find_table(theirs))
  say("\nTaken as not detected, which the word says, PO of L2 is another matter: in ",
      sum(two$Ct_PO == "undetermined"), " of its samples nothing was found, and such a sample lies beyond 40 cycles.")
  show({
    ask(pairs(codes = c(undetermined = "nondetect")))$results[c("target", "contrast", "fold_change", "fold_low", "fold_high")]
  })
})

# ---------------------------------------------------------------------------------------------------------------------
example("RQdeltaCT", "fourteen genes, 61 patients and controls", function() {
  show({
    data(data.Ct)
    filtered <- filter_Ct(data.Ct, remove.Gene = c("FGF23", "ANGPT2", "IL1A", "CSF2", "IL6"),
                          remove.Sample = c("Control08", "Control16", "Control22"))
    ready <- make_Ct_ready(filtered, imput.by.mean.within.groups = TRUE)
    theirs <- as.data.frame(RQ_ddCt(delta_Ct(ready, ref = "GAPDH"), "AAA", "Control"))
    theirs[1:4, c("Gene", "ddCt", "FCh", "t_test_p", "t_test_p_adj", "MW_test_p")]
  })
  say("First their prepared table, in one call:")
  show({
    x <- cq_from_wide(ready, setdiff(names(ready), c("Group", "Sample")), rows = "sample", sample = "Sample")
    fit <- ddcq(x, ~Group, reference = "GAPDH", control = "Control", efficiency = 2, adjust = "BH")
    head(fit$results[c("target", "estimate", "fold_change", "fold_low", "fold_high", "p.value", "adj.p.value")], 4)
  })
  at <- match(theirs$Gene, fit$results$target)
  ours <- fit$results[at, ]
  table_head()
  apart("ddCt of 14 genes (ours: log2 fold, the sign turns)", -ours$estimate, theirs$ddCt)
  apart("fold changes", ours$fold_change, theirs$FCh)
  apart("p of Welch's t-test", ours$p.value, theirs$t_test_p)
  apart("p adjusted (Benjamini-Hochberg)", ours$adj.p.value, theirs$t_test_p_adj)
  say("\nThe numbers are the same. The prepared table, however, has ", nrow(ready), " samples of ",
      length(unique(data.Ct$Sample)), "; ", nrow(data.Ct) - nrow(filtered), " of ", nrow(data.Ct), " rows were filtered ",
      "(removed on request, Ct above 35, or flagged), and the gaps were filled with group means. From the rows as they are, with what was not detected kept as that:")
  show({
    x <- cq_data(data.Ct, sample = "Sample", target = "Gene", cq = "Ct", na = "nondetect")
    x <- cq_exclude(x, sample %in% c("Control08", "Control16", "Control22"), reason = "as in the example")
    fit <- ddcq(x, ~Group, reference = "GAPDH", control = "Control", efficiency = 2, adjust = "BH", targets = theirs$Gene)
    head(fit$results[c("target", "estimate", "fold_change", "fold_low", "fold_high", "p.value", "n", "n_control")], 4)
  })
  fold <- function(data) {
    x <- cq_data(data, sample = "Sample", target = "Gene", cq = "Ct", na = "nondetect")
    suppressWarnings(ddcq(x, ~Group, reference = "GAPDH", control = "Control", efficiency = 2, targets = "ANGPT1"))$results
  }
  kept <- data.Ct[!data.Ct$Sample %in% c("Control08", "Control16", "Control22"), ]
  ladder <- list(fold(filtered), fold(kept))
  say("\n| ANGPT1 | fold | p | n |\n|:---|---:|---:|:---|")
  line <- function(what, r) {
    say("| ", what, " | ", signif(r$fold_change, 4), " | ", signif(r$p.value, 2), " | ", r$n, " vs ", r$n_control, " |")
  }
  line("as prepared: Cts above 35 left out, gaps filled with the group's mean", ours[ours$target == "ANGPT1", ])
  line("Cts above 35 left out, gaps left as gaps", ladder[[1]])
  line("every Ct that was measured", ladder[[2]])
  gapdh <- kept[kept$Gene == "GAPDH", ]
  widest <- max(tapply(as.double(gapdh$Ct), gapdh$Sample, function(ct) diff(range(ct))))
  say("\nThe table names the steps that move ANGPT1. Ours says besides that GAPDH has two wells in the controls which lie up ",
      "to ", round(widest, 1), " cycles apart, and which samples those are; what was not detected (CCL2, VEGFB) is modelled as beyond the last ",
      "cycle.")
})

# ---------------------------------------------------------------------------------------------------------------------
example("qPCRtools", "delta-delta-Ct of five genes from a table of positions and one of Cqs", function() {
  show({
    path <- function(file) system.file("examples", file, package = "qPCRtools")
    cq <- read.table(path("ddct.cq.txt"), header = TRUE)
    design <- read.table(path("ddct.design.txt"), header = TRUE)
    theirs <- CalExp2ddCt(cq, design, ref.gene = "OsUBQ", ref.group = "CK", stat.method = "t.test", remove.outliers = TRUE)
    theirs <- as.data.frame(theirs$table)
    unique(theirs[c("Treatment", "gene", "mean.expre", "n", "RawPValue")])
  })
  show({
    both <- merge(design, cq, by = "Position", all = TRUE)
    both$Sample <- paste(both$Group, both$BioRep)
    x <- cq_data(both, sample = "Sample", target = "Gene", cq = "Cq", well = "Position")
    fit <- ddcq(x, ~Group, reference = "OsUBQ", control = "CK", efficiency = 2, ignore = "BioRep", adjust = "none")
    fit
  })
  samples <- subset(fit$samples, target != "OsUBQ")
  mine <- samples$relative[match(paste(theirs$Treatment, theirs$biorep, theirs$gene), paste(samples$sample, samples$target))]
  group_mean <- tapply(mine, list(theirs$gene, theirs$Treatment), mean)
  table_head()
  apart(paste("relative expression of the", nrow(theirs), "samples that they keep"), mine, theirs$expre)
  means <- unique(theirs[c("gene", "Treatment", "mean.expre")])
  apart("their means: arithmetic, of the kept", group_mean[cbind(means$gene, means$Treatment)], means$mean.expre)
  tests <- unique(theirs[!is.na(theirs$RawPValue), c("gene", "RawPValue")])
  p <- vapply(tests$gene, function(g) stats::t.test(mine[theirs$gene == g] ~ theirs$Treatment[theirs$gene == g])$p.value, 0)
  p <- ifelse(tests$RawPValue >= 0.1, round(p, 3), signif(p, 3))
  apart("their p (three digits): `t.test()` on the expression scale", p, tests$RawPValue)
  say("\nEach sample has the same value. Theirs then removes outliers by quartiles (", nrow(samples) - nrow(theirs), " of ",
      nrow(samples), " values here), averages folds, and tests folds. Ours keeps every sample, averages and tests on the ",
      "log2 scale, gives intervals, and warns that technical replicates lie far apart; `cq_check(x)` says where.")
})

# ---------------------------------------------------------------------------------------------------------------------
example("qpcR", "a Cq from a curve; a ratio from Cqs of four groups", function() {
  show({
    m1 <- pcrfit(reps, 1, 2, l4)
    theirs <- efficiency(m1, plot = FALSE)
    unlist(theirs[c("cpD2", "cpD1", "eff")])
  })
  show({
    curves <- cq_curves(reps[1:2], cycle = "Cycles", wide = TRUE, target = "S27", run = "reps")
    ours <- cq_fit_curves(curves, model = "l4", cq = "sdm")
    as.data.frame(ours)[c("well", "cq", "cq_se", "fdm", "efficiency_at_cq", "efficiency_well", "r_squared", "signs")]
  })
  f <- function(x) ours$c + (ours$d - ours$c) / (1 + exp(ours$b * (log(x) - log(ours$e))))
  own <- stats::coef(m1)[c("b", "c", "d", "e")]
  table_head()
  apart("parameters b, c, d, e of the fit", unlist(as.data.frame(ours)[c("b", "c", "d", "e")]), own)
  apart("Cq: maximum of the second derivative (theirs in steps of 0.01)", ours$cq, theirs$cpD2)
  apart("the first", ours$fdm, theirs$cpD1)
  apart("their efficiency: F(Cq) / F(Cq - 1) with the background", f(theirs$cpD2) / f(theirs$cpD2 - 1), theirs$eff)
  say("\nThe same curve. Our `efficiency_at_cq` takes the fitted background off before it divides, `efficiency_well` is that ",
      "of the window of linearity. Beside the Cq stands its standard error, and a sign that the residuals drift.")
  say("\nThe ratio of four groups of Cqs (8 controls, 10 samples), as in `?ratiocalc`:")
  show({
    cp.rc <- c(26.74, 26.85, 26.83, 26.68, 27.39, 27.03, 26.78, 27.32)
    cp.rs <- c(26.77, 26.47, 27.03, 26.92, 26.97, 26.97, 26.07, 26.3, 26.14, 26.81)
    cp.gc <- c(27.57, 27.61, 27.82, 27.12, 27.76, 27.74, 26.91, 27.49)
    cp.gs <- c(24.54, 24.95, 24.57, 24.63, 24.66, 24.89, 24.71, 24.9, 24.26, 24.44)
    size <- c(8, 10, 8, 10)
    invisible(capture.output(DAT8 <- pcrbatch(rutledge, 1, 2:37, model = l4)))
    set.seed(1)
    theirs <- ratiocalc(DAT8, rep(c("rc", "rs", "gc", "gs"), size), which.eff = rep(c(1.97, 1.97, 2.01, 2.01), size),
                        which.cp = c(cp.rc, cp.rs, cp.gc, cp.gs), plot = FALSE)
    theirs$summary
  })
  show({
    sheets <- list(
      ref = data.frame(control = c(cp.rc, NA, NA), sample = cp.rs),
      goi = data.frame(control = c(cp.gc, NA, NA), sample = cp.gs)
    )
    cq_from_groups(sheets)
  })
  show({
    ratio <- function(rows) {
      x <- cq_from_groups(sheets, rows, efficiency = c(ref = 1.97, goi = 2.01))
      ddcq(x, ~group, reference = "ref", control = "control", efficiency = cq_efficiency_of(x))
    }
    fit <- ratio("sample")
    fit
    ratio("well")$results[c("fold_change", "fold_low", "fold_high", "n", "n_control", "note")]
  })
  pfaffl <- 2.01^(mean(cp.gc) - mean(cp.gs)) / 1.97^(mean(cp.rc) - mean(cp.rs))
  product <- 2.01^outer(cp.gc, cp.gs, "-")
  table_head()
  apart("ours, and Pfaffl's formula on mean Cqs (under \"theirs\")", fit$results$fold_change, pfaffl)
  apart("the fold of ours, and the median of theirs by simulation", fit$results$fold_change, theirs$summary["Median", "Sim"])
  say("\nTheirs propagates the spread of single Cqs to the ratio: its limits are those of one draw of each group, ",
      paste(signif(theirs$summary[c("Conf.lower", "Conf.upper"), "Prop"], 3), collapse = " to "), " by propagation; those ",
      "by simulation and permutation vary with the seed. Ours asks first which Cqs belong to one sample. If rows are samples, ",
      "the interval is that of the mean change of 8 and 10 samples; if they are wells of one cDNA, there is none.")
})

# ---------------------------------------------------------------------------------------------------------------------
example("ctrlGene", "geNorm and BestKeeper of ten genes in 20 fibroblast samples", function() {
  show({
    genorm <- geNorm(FIBct)
    genorm
    keeper <- bestKeeper(FIBct)
    keeper$CP.statistics["SD[+/- CP]", ]
  })
  show({
    x <- cq_from_wide(as.matrix(FIBct), rows = "sample")
    ours <- cq_stability(x, candidates = names(FIBct), method = c("genorm", "bestkeeper"))
    ours
  })
  steps <- attr(ours, "details")
  best <- steps$bestkeeper$table
  table_head()
  apart("average M of each set of genes, from 10 down to 2", steps$genorm$steps$mean_m, genorm$Avg.M)
  spread <- unlist(keeper$CP.statistics["SD[+/- CP]", best$target])
  apart("BestKeeper's SD of each gene, to the 3 decimals of theirs", round(best$mad, 3), spread)
  say("\nThe same elimination. Their table names the average M of the set that was left; our column `M` is that of the gene ",
      "when it was removed. Ours adds the pairwise variations, how many to use, and what cannot be known without groups.")
})
