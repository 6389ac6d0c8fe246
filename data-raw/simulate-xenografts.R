# Makes the simulated xenografts of the package and the truth behind them. Nothing here was measured: the mice, the
# tumours and every Cq are invented. Run from the package's root: Rscript data-raw/simulate-xenografts.R; writes
# data/anastrozole_xenografts.rda and inst/extdata/anastrozole_xenografts_truth.csv.
#
# The story: mice with MCF-7Ca tumours at four sites, in five cages of four. In each cage one mouse gets vehicle, one
# anastrozole, one fulvestrant, one both. One tumour of each mouse is taken at week 0 (before treatment), 4, 8 and 14.
# A cage is a 384-well plate: 16 tumours, eight assays, two wells each, a tenfold dilution series of five points in two
# wells, two wells of water: 352 wells.
#
# The seed is the first that was tried: what the plates show was not picked.
#
# The model, on the log2 scale. N copies of assay g in tumour s of mouse m on plate p:
#   log2 N = abundance[g] + change[g, treatment, week] + loading[s] + mouse[g, m] + tumour[g, s]
#   Cq     = (threshold - log2 N) / log2(efficiency[g]) + plate[g, p] + well
# Tumours of one mouse share its mouse effect, all assays of a tumour its loading, all wells of an assay on a plate that
# plate's offset.

suppressWarnings(RNGversion("3.6.0"))
set.seed(20030912)

weeks <- c(0, 4, 8, 14)
treatments <- c("vehicle", "anastrozole", "fulvestrant", "anastrozole + fulvestrant")
cages <- 5
threshold <- 36
sd_loading <- 0.40
sd_mouse <- 0.20
sd_tumour <- 0.25
sd_reference <- 0.08
sd_plate <- 0.15
sd_well <- 0.10

assays <- data.frame(
  target = c("CCND1", "MYC", "BCL2", "BAX", "FASN", "GAPDH", "ACTB", "RPLP0"),
  efficiency = c(1.94, 1.90, 1.88, 1.96, 1.92, 1.98, 1.99, 1.95),
  abundance = c(15.0, 13.2, 11.0, 12.6, 14.0, 17.6, 18.2, 17.0),
  stringsAsFactors = FALSE
)
reference <- c("GAPDH", "ACTB", "RPLP0")

# ---- what is true --------------------------------------------------------------------------------------------------

# log2 change against vehicle at weeks 4, 8 and 14; before treatment there is none. Under a single drug the targets of
# oestrogen come back, and under anastrozole FASN climbs. `excess` is what the combination does beyond the sum of its
# parts: nothing at week 4, and later what keeps it from coming back. GAPDH is not the steady reference that it is
# taken for.
after <- function(...) rbind(...)
single <- list(
  anastrozole = after(
    CCND1 = c(-1.0, -0.7, -0.2), MYC = c(-1.2, -0.8, -0.2), BCL2 = c(-0.8, -0.6, -0.2), BAX = c(0.7, 0.5, 0.2),
    FASN = c(0.1, 0.4, 0.8), GAPDH = c(-0.3, -0.3, -0.3)
  ),
  fulvestrant = after(
    CCND1 = c(-0.8, -0.6, -0.3), MYC = c(-1.0, -0.7, -0.4), BCL2 = c(-0.6, -0.5, -0.3), BAX = c(0.5, 0.4, 0.2),
    FASN = c(0, 0, 0.2), GAPDH = c(-0.2, -0.2, -0.2)
  )
)
excess <- after(
  CCND1 = c(0, -0.5, -1.2), MYC = c(0, -0.6, -1.4), BCL2 = c(0, -0.2, -0.6), BAX = c(0, 0.2, 0.5),
  FASN = c(0, -0.3, -0.8), GAPDH = c(0, 0, 0)
)

changes <- array(0, c(nrow(assays), length(treatments), length(weeks)), list(assays$target, treatments, weeks))
moved <- rownames(excess)
for (drug in names(single)) changes[moved, drug, -1] <- single[[drug]]
changes[moved, treatments[4], -1] <- single$anastrozole + single$fulvestrant + excess

# ---- mice and tumours ----------------------------------------------------------------------------------------------

tumours <- expand.grid(week = weeks, treatment = treatments, cage = seq_len(cages), stringsAsFactors = FALSE)
short <- setNames(c("veh", "ana", "ful", "ana+ful"), treatments)
tumours$mouse <- paste0(short[tumours$treatment], "-", tumours$cage)
tumours$sample <- paste0(tumours$mouse, "-w", tumours$week)
tumours$cage <- paste0("cage ", tumours$cage)
tumours$anastrozole <- ifelse(grepl("anastrozole", tumours$treatment), "yes", "no")
tumours$fulvestrant <- ifelse(grepl("fulvestrant", tumours$treatment), "yes", "no")

n <- nrow(tumours)
mice <- unique(tumours$mouse)
plates <- unique(tumours$cage)
loading <- rnorm(n, 0, sd_loading)
plate_offset <- matrix(rnorm(nrow(assays) * cages, 0, sd_plate), nrow(assays), dimnames = list(assays$target, plates))

log2_copies <- sapply(seq_len(nrow(assays)), function(i) {
  g <- assays$target[i]
  spread <- if (g %in% reference) c(0, sd_reference) else c(sd_mouse, sd_tumour)
  mouse <- setNames(rnorm(length(mice), 0, spread[1]), mice)
  change <- changes[cbind(g, tumours$treatment, as.character(tumours$week))]
  assays$abundance[i] + change + loading + mouse[tumours$mouse] + rnorm(n, 0, spread[2])
})
colnames(log2_copies) <- assays$target

# ---- wells ---------------------------------------------------------------------------------------------------------

quantity <- 10^(6:2)
plate_wells <- function(cage) {
  here <- tumours$cage == cage
  rows <- lapply(seq_len(nrow(assays)), function(i) {
    g <- assays$target[i]
    copies <- c(log2_copies[here, g], log2(quantity), NA)
    own <- data.frame(
      sample = c(tumours$sample[here], paste("Std", seq_along(quantity)), "NTC"), target = g,
      task = rep(c("unknown", "standard", "ntc"), c(sum(here), length(quantity), 1)),
      quantity = c(rep(NA, sum(here)), quantity, NA),
      cq = (threshold - copies) / log2(assays$efficiency[i]) + plate_offset[g, cage], stringsAsFactors = FALSE
    )
    own[rep(seq_len(nrow(own)), each = 2), ]
  })
  rows <- do.call(rbind, rows)
  place <- seq_len(nrow(rows)) - 1
  rows$well <- sprintf("%s%02d", LETTERS[place %/% 24 + 1], place %% 24 + 1)
  rows$run <- sub("cage", "simulated", cage)
  rows
}
wells <- do.call(rbind, lapply(plates, plate_wells))
wells$cq <- round(wells$cq + rnorm(nrow(wells), 0, sd_well), 3)

sheet <- c("treatment", "anastrozole", "fulvestrant", "week", "mouse", "cage")
anastrozole_xenografts <- cbind(
  wells[c("run", "well", "sample", "target", "task", "cq", "quantity")],
  tumours[match(wells$sample, tumours$sample), sheet]
)
rownames(anastrozole_xenografts) <- NULL
save(anastrozole_xenografts, file = "data/anastrozole_xenografts.rda", version = 2, compress = "xz")

# ---- the truth -----------------------------------------------------------------------------------------------------

truth <- expand.grid(week = weeks, treatment = treatments[-1], target = assays$target, stringsAsFactors = FALSE)[3:1]
truth$control <- treatments[1]
truth$log2_fold_change <- changes[cbind(truth$target, truth$treatment, as.character(truth$week))]
truth$fold_change <- signif(2^truth$log2_fold_change, 6)
single_sum <- changes[, "anastrozole", ] + changes[, "fulvestrant", ]
both <- truth$treatment == treatments[4]
truth$log2_interaction <- ifelse(
  both, round(truth$log2_fold_change - single_sum[cbind(truth$target, as.character(truth$week))], 10), NA
)
truth$efficiency <- assays$efficiency[match(truth$target, assays$target)]
truth$role <- ifelse(truth$target %in% reference, "reference", "target")
truth$sd_mouse <- ifelse(truth$role == "reference", 0, sd_mouse)
truth$sd_tumour <- ifelse(truth$role == "reference", sd_reference, sd_tumour)
truth$sd_plate <- sd_plate
truth$sd_well <- sd_well
truth$origin <- "simulated"
write.csv(truth, "inst/extdata/anastrozole_xenografts_truth.csv", row.names = FALSE, quote = FALSE)
