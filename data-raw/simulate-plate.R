# Makes the simulated 384-well plate of the package, its sample sheet and the truth behind it.
# Nothing here was measured: the cells, the passages and every Cq are invented. Run from the
# package's root: Rscript data-raw/simulate-plate.R Writes
# inst/extdata/anastrozole_{plate.txt,samples.csv,truth.csv} and data/anastrozole_plate.rda.
#
# The story: MCF-7aro cells in medium with androstenedione, which their aromatase turns into
# oestrogen. Four passages; each is split into three dishes: vehicle, anastrozole, anastrozole +
# fulvestrant. One cDNA a dish, three wells a cDNA and assay, a tenfold dilution series of five
# points for each assay, three wells without template.
#
# The seed is the first that was tried: what the plate shows was not picked.
#
# The model, on the log2 scale. N copies of assay g in sample s of passage p:
#   log2 N = abundance[g] + change[g, treatment] + loading[s] + passage[g, p] + sample[g, s]
#   Cq     = (threshold - log2 N) / log2(efficiency[g]) + well
# `loading` is the RNA that went into the cDNA: all assays of a sample share it, so the references
# remove it.

suppressWarnings(RNGversion("3.6.0"))
set.seed(20010402)

treatments <- c("vehicle", "anastrozole", "anastrozole + fulvestrant")
passages <- paste0("p", 21:24)
threshold <- 36
sd_loading <- 0.30
sd_passage <- 0.12
sd_sample <- 0.18
sd_reference <- 0.05
sd_well <- 0.08

assays <- data.frame(
  target = c("CCND1", "MYC", "BCL2", "BAX", "FASN", "GAPDH", "ACTB"),
  efficiency = c(1.94, 1.90, 1.88, 1.96, 1.92, 1.98, 1.99),
  abundance = c(15.0, 13.2, 11.0, 12.6, 14.0, 17.6, 18.2),
  anastrozole = c(-1.0, -1.2, -0.8, 0.7, 0.1, 0, 0),
  combination = c(-1.7, -2.0, -1.3, 1.1, 0.0, 0, 0),
  melt = c(84.1, 85.6, 86.9, 83.2, 85.0, 82.4, 86.2),
  stringsAsFactors = FALSE
)
rownames(assays) <- assays$target
reference <- c("GAPDH", "ACTB")

# ---- samples -------------------------------------------------------------------------------------

samples <- expand.grid(passage = passages, treatment = treatments, stringsAsFactors = FALSE)
short <- setNames(c("veh", "ana", "ana+ful"), treatments)
samples$sample <- paste0(short[samples$treatment], "-", samples$passage)
samples$origin <- "simulated"
samples <- samples[c("sample", "treatment", "passage", "origin")]

loading <- rnorm(nrow(samples), 0, sd_loading)
change <- as.matrix(cbind(0, assays[c("anastrozole", "combination")]))
colnames(change) <- treatments

log2_copies <- sapply(assays$target, function(g) {
  spread <- if (g %in% reference) c(0, sd_reference) else c(sd_passage, sd_sample)
  passage <- setNames(rnorm(length(passages), 0, spread[1]), passages)
  assays[g, "abundance"] + change[g, samples$treatment] + loading +
    passage[samples$passage] + rnorm(nrow(samples), 0, spread[2])
})
rownames(log2_copies) <- samples$sample

# ---- wells ---------------------------------------------------------------------------------------

cq_of <- function(target, log2_n) (threshold - log2_n) / log2(assays[target, "efficiency"])

triplets <- function(target) {
  quantity <- 10^(6:2)
  rows <- data.frame(
    sample = c(samples$sample, paste("Std", 1:5), "NTC"),
    target = target,
    task = rep(c("UNKNOWN", "STANDARD", "NTC"), c(nrow(samples), 5, 1)),
    quantity = c(rep(NA, nrow(samples)), quantity, NA),
    cq = c(cq_of(target, log2_copies[, target]), cq_of(target, log2(quantity)), NA),
    stringsAsFactors = FALSE
  )
  rows <- rows[rep(seq_len(nrow(rows)), each = 3), ]
  rows$cq <- round(rows$cq + rnorm(nrow(rows), 0, sd_well), 3)
  rows
}

plate <- do.call(rbind, lapply(assays$target, triplets))
rownames(plate) <- NULL
plate$omit <- FALSE

# One water well drifts up late, as a primer dimer does; one well had a bubble, and the operator
# took it out.
late <- which(plate$task == "NTC" & plate$target == "BAX")[2]
plate$cq[late] <- 37.842
bubble <- which(plate$sample == "ana-p22" & plate$target == "BCL2")[3]
plate$cq[bubble] <- plate$cq[bubble] + 1.4
plate$omit[bubble] <- TRUE

plate$tm <- round(assays[plate$target, "melt"] + rnorm(nrow(plate), 0, 0.08), 3)
plate$tm[is.na(plate$cq)] <- round(runif(sum(is.na(plate$cq)), 64, 70), 3)
plate$tm[late] <- 75.218

# Triplets fill the plate row by row; six wells stay empty.
place <- seq_len(384)
position <- paste0(rep(LETTERS[1:16], each = 24), 1:24)
plate$well <- place[seq_len(nrow(plate))]

# ---- what the instrument's software adds ---------------------------------------------------------

group <- interaction(plate$sample, plate$target, drop = TRUE)
kept <- ifelse(plate$omit, NA, plate$cq)
plate$cq_mean <- ave(kept, group, FUN = function(x) mean(x, na.rm = TRUE))
plate$cq_sd <- ave(kept, group, FUN = function(x) sd(x, na.rm = TRUE))

for (g in assays$target) {
  here <- plate$target == g
  standard <- here & plate$task == "STANDARD"
  line <- lm(cq ~ log10(quantity), data = plate[standard, ])
  plate$intercept[here] <- coef(line)[[1]]
  plate$slope[here] <- coef(line)[[2]]
  plate$r2[here] <- summary(line)$r.squared
}
read_back <- 10^((plate$cq - plate$intercept) / plate$slope)
unknown <- plate$task == "UNKNOWN"
plate$shown_quantity <- ifelse(unknown, read_back, plate$quantity)
back <- ifelse(plate$omit | !unknown, NA, read_back)
plate$quantity_mean <- ave(back, group, FUN = function(x) mean(x, na.rm = TRUE))
plate$quantity_sd <- ave(back, group, FUN = function(x) sd(x, na.rm = TRUE))

# ---- the export, in the layout of a QuantStudio 7 Flex text file ---------------------------------

number <- function(x, mark = "") {
  ifelse(is.finite(x), formatC(x, digits = 3, format = "f", big.mark = mark), "")
}
flag <- function(x) ifelse(x, "Y", "N")
colour <- function(x) {
  code <- match(x, unique(x))
  sprintf("\"RGB(%d,%d,%d)\"", (40 * code) %% 256, (90 * code) %% 256, (150 * code) %% 256)
}
empty <- setdiff(place, plate$well)
rows_of <- function(columns) {
  c(do.call(paste, c(columns, sep = "\t")), paste(empty, position[empty], sep = "\t"))
}

header <- c(
  "Block Type" = "384-Well Block",
  "Calibration Background is expired " = "No",
  "Calibration Background performed on" = "01-05-2026",
  "Calibration Pure Dye ROX is expired" = "No",
  "Calibration Pure Dye ROX performed on" = "01-05-2026",
  "Calibration Pure Dye SYBR is expired" = "No",
  "Calibration Pure Dye SYBR performed on" = "01-05-2026",
  "Calibration ROI is expired " = "No",
  "Calibration ROI performed on" = "01-05-2026",
  "Calibration Uniformity is expired " = "No",
  "Calibration Uniformity performed on" = "01-05-2026",
  "Chemistry" = "SYBR_GREEN",
  "Date Created" = "2026-01-12 10:00:00 AM UTC",
  "Experiment Barcode" = "",
  "Experiment Comment" = "SIMULATED DATA: invented cells and passages, no plate was run",
  "Experiment File Name" = "anastrozole_simulated.eds",
  "Experiment Name" = "ddcq simulated anastrozole plate",
  "Experiment Run End Time" = "2026-01-12 11:52:00 AM UTC",
  "Experiment Type" = "Standard Curve",
  "Instrument Name" = "simulated",
  "Instrument Serial Number" = "simulated",
  "Instrument Type" = "QuantStudio(TM) 7 Flex System",
  "Passive Reference" = "ROX",
  "Quantification Cycle Method" = "Ct",
  "Signal Smoothing On" = "true",
  "Stage where Melt Analysis is performed" = "Stage3",
  "Stage/ Cycle where Analysis is performed" = "Stage 2, Step 2",
  "User Name" = "simulated"
)

setup <- rows_of(with(plate, list(
  well, position[well], sample, colour(sample), "", "", target, colour(target), task, "SYBR",
  "None", ifelse(task == "STANDARD", number(quantity, ","), ""), ""
)))
results <- rows_of(with(plate, list(
  well, position[well], ifelse(omit, "true", "false"), sample, target, task, "SYBR", "None",
  ifelse(is.na(cq), "Undetermined", number(cq)), number(cq_mean), number(cq_sd),
  number(shown_quantity, ","), number(quantity_mean, ","), number(quantity_sd, ","),
  "true", "0.200", "true", 3, ifelse(is.na(cq), 39, pmax(3, floor(cq) - 4)), "",
  number(intercept), number(r2), number(slope), number(100 * (10^(-1 / slope) - 1)),
  ifelse(is.na(cq), "0.000", number(1.25)), ifelse(is.na(cq), "0.000", number(0.98)),
  flag(is.na(cq)), flag(is.finite(cq_sd) & cq_sd > 0.5), number(tm), "", ""
)))

writeLines(c(
  paste("*", names(header), "=", header),
  "",
  "[Sample Setup]",
  paste(c(
    "Well", "Well Position", "Sample Name", "Sample Color", "Biogroup Name", "Biogroup Color",
    "Target Name", "Target Color", "Task", "Reporter", "Quencher", "Quantity", "Comments"
  ), collapse = "\t"),
  setup,
  "",
  "[Results]",
  paste(c(
    "Well", "Well Position", "Omit", "Sample Name", "Target Name", "Task", "Reporter", "Quencher",
    "CT", "Ct Mean", "Ct SD", "Quantity", "Quantity Mean", "Quantity SD",
    "Automatic Ct Threshold", "Ct Threshold", "Automatic Baseline", "Baseline Start",
    "Baseline End", "Comments", "Y-Intercept", "R(superscript 2)", "Slope", "Efficiency",
    "Amp Score", "Cq Conf", "NOAMP", "HIGHSD", "Tm1", "Tm2", "Tm3"
  ), collapse = "\t"),
  results
), "inst/extdata/anastrozole_plate.txt")

# ---- the sample sheet, the truth, the data frame -------------------------------------------------

write.csv(samples, "inst/extdata/anastrozole_samples.csv", row.names = FALSE, quote = FALSE)

truth <- do.call(rbind, lapply(treatments[-1], function(treatment) {
  data.frame(
    target = assays$target, contrast = paste(treatment, "vs", treatments[1]), treatment = treatment,
    control = treatments[1], log2_fold_change = change[, treatment],
    fold_change = 2^change[, treatment], efficiency = assays$efficiency,
    role = ifelse(assays$target %in% reference, "reference", "target"),
    sd_passage = ifelse(assays$target %in% reference, 0, sd_passage),
    sd_sample = ifelse(assays$target %in% reference, sd_reference, sd_sample), sd_well = sd_well,
    origin = "simulated"
  )
}))
truth$fold_change <- signif(truth$fold_change, 6)
write.csv(truth, "inst/extdata/anastrozole_truth.csv", row.names = FALSE, quote = FALSE)

used <- plate[!plate$omit, ]
anastrozole_plate <- data.frame(
  run = "simulated",
  well = sprintf("%s%02d", LETTERS[(used$well - 1) %/% 24 + 1], (used$well - 1L) %% 24L + 1L),
  sample = used$sample,
  target = used$target,
  task = tolower(used$task),
  cq = used$cq,
  quantity = used$quantity,
  treatment = samples$treatment[match(used$sample, samples$sample)],
  passage = samples$passage[match(used$sample, samples$sample)],
  stringsAsFactors = FALSE
)
save(anastrozole_plate, file = "data/anastrozole_plate.rda", version = 2, compress = "xz")
