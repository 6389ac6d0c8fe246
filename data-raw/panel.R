# The anastrozole panel. Run from the package's root: Rscript data-raw/panel.R; writes
# data/anastrozole_panel.rda.
#
# What is said where, in "An In-depth Technical Guide to the Downstream Signaling Pathways of
# Anastrozole":
# - "Cell Cycle Regulation and Apoptosis": cyclin D1 and c-myc are downregulated (whether mRNA or
#   protein is meant is not stated); the proteins Bcl-2 and Bax fall and rise.
# - "MAPK Pathway and Fatty Acid Synthase (FASN) Regulation": the protein FASN is kept from
#   degradation. Nothing is said of its mRNA, so nothing is expected of it. FAS is no alias of FASN
#   here: it is the symbol of another gene.

anastrozole_panel <- data.frame(
  target = c("CCND1", "MYC", "BCL2", "BAX", "FASN"),
  aliases = c(
    "cyclin D1;PRAD1", "c-Myc;MYCC;bHLHe39", "Bcl-2;PPP1R50", "Bcl2-associated X;BCL2L4",
    "fatty acid synthase;SDR27X1"
  ),
  protein = c("cyclin D1", "c-Myc", "Bcl-2", "Bax", "fatty acid synthase"),
  pathway = c(
    "oestrogen receptor, cell cycle", "oestrogen receptor, cell cycle", "apoptosis", "apoptosis",
    "MAPK, lipid synthesis"
  ),
  role = c(
    "drives G1 to S", "drives proliferation", "holds off apoptosis", "promotes apoptosis",
    "makes fatty acids"
  ),
  expected = c("down", "down", "down", "up", NA),
  evidence = c("not stated", "not stated", "protein", "protein", "protein"),
  document = paste(
    "An In-depth Technical Guide to the Downstream Signaling Pathways of Anastrozole",
    "(BenchChem, 2025)"
  ),
  section = c(
    rep("Cell Cycle Regulation and Apoptosis", 4),
    "MAPK Pathway and Fatty Acid Synthase (FASN) Regulation"
  ),
  stringsAsFactors = FALSE
)
save(anastrozole_panel, file = "data/anastrozole_panel.rda", version = 2, compress = "xz")
