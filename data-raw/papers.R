# Two published data sets, typed in as printed. Run from the package's root: Rscript
# data-raw/papers.R Writes data/livak2001.rda and data/yuan2006.rda.

# ---- livak2001 -----------------------------------------------------------------------------------
# Applied Biosystems (1997, updated 2001) ABI PRISM 7700 Sequence Detection System User Bulletin #2,
# comparative CT method in separate tubes: six wells a tissue and gene; the example of Livak &
# Schmittgen (2001) Methods 25:402-408.

livak_wells <- list(
  MYC = list(
    brain = c(30.72, 30.34, 30.58, 30.34, 30.50, 30.43),
    kidney = c(27.06, 27.03, 27.03, 27.10, 26.99, 26.94)
  ),
  GAPDH = list(
    brain = c(23.70, 23.56, 23.47, 23.65, 23.69, 23.68),
    kidney = c(22.76, 22.61, 22.62, 22.60, 22.61, 22.76)
  )
)
tissue <- rep(c("brain", "kidney"), each = 6)
livak2001 <- do.call(rbind, lapply(names(livak_wells), function(target) {
  data.frame(
    sample = paste0(tissue, "_", 1:6), target = target,
    cq = unlist(livak_wells[[target]][c("brain", "kidney")]), tissue = tissue,
    row.names = NULL, stringsAsFactors = FALSE
  )
}))

# ---- yuan2006 ------------------------------------------------------------------------------------
# Yuan, Reed, Chen & Stewart (2006) BMC Bioinformatics 7:85, Table 1 (open access, CC BY): four
# concentrations of one cDNA a group, three wells each.

concentration <- c(10, 2, 0.4, 0.08)
yuan_wells <- list(
  ubiquitin = list(
    control = c(
      19.7415, 19.4940, 19.3906, 21.9838, 22.4435, 22.5700,
      24.8109, 24.4327, 24.2342, 26.7319, 26.8206, 26.8220
    ),
    treatment = c(
      18.4468, 18.8227, 18.3061, 21.2568, 21.0956, 20.8473,
      23.2322, 22.9577, 23.2415, 25.4817, 25.6080, 25.5675
    )
  ),
  MT_7 = list(
    control = c(
      23.1102, 22.9003, 22.8972, 26.5801, 26.2139, 26.0606,
      28.1125, 28.1899, 27.5949, 30.2772, 30.4667, 30.7571
    ),
    treatment = c(
      21.7813, 21.7564, 21.6410, 23.7965, 23.7571, 23.7240,
      26.3794, 26.2542, 25.9621, 28.5479, 28.3894, 28.3416
    )
  )
)
group <- rep(c("control", "treatment"), each = 12)
amount <- rep(rep(concentration, each = 3), 2)
yuan2006 <- do.call(rbind, lapply(names(yuan_wells), function(target) {
  data.frame(
    sample = paste(group, amount, 1:3, sep = "_"), target = target,
    cq = unlist(yuan_wells[[target]][c("control", "treatment")]), group = group,
    concentration = amount, row.names = NULL, stringsAsFactors = FALSE
  )
}))

save(livak2001, file = "data/livak2001.rda", version = 2, compress = "xz")
save(yuan2006, file = "data/yuan2006.rda", version = 2, compress = "xz")
