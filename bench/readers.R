# How long reading takes, as ratios in one run:
#
#   Rscript bench/readers.R [repetitions]
#
# A 384-well text export against data.table::fread() of its table alone; an RDML file of 384 reactions and 40 cycles
# against the package RDML where that is installed; 1,000 small exports in one call.

args <- as.integer(commandArgs(TRUE))
times <- if (length(args)) args[1] else 15L
clock <- function(f, n = times) {
  f()
  ms <- vapply(seq_len(n), function(i) {
    start <- Sys.time()
    f()
    as.numeric(Sys.time() - start, units = "secs") * 1000
  }, 0)
  c(min = min(ms), median = stats::median(ms))
}
row <- function(what, ms, against = NA) {
  cat(sprintf("| %-58s | %8.2f | %8.2f | %6.2f |\n", what, ms["min"], ms["median"], ms["min"] / against))
}
cat("| what | min, ms | median, ms | times the one above |\n|---|---:|---:|---:|\n")

plate <- system.file("extdata", "anastrozole_plate.txt", package = "ddcq")
lines <- readLines(plate)
table <- tempfile(fileext = ".txt")
writeLines(lines[(which(lines == "[Results]") + 1):length(lines)], table)
read <- clock(function() ddcq::cq_read(plate))
if (requireNamespace("data.table", quietly = TRUE)) {
  alone <- clock(function() data.table::fread(table, sep = "\t", fill = TRUE, showProgress = FALSE))
  row("data.table::fread() of the results table alone", alone)
  row("cq_read() of the 384-well text export (96 kB)", read, alone["min"])
}

# 384 reactions with 40 cycles each, made by text: the layout of version 1.2
well <- expand.grid(column = 1:24, row = 1:16)
curve <- paste0(sprintf("<adp><cyc>%d</cyc><tmp>60</tmp><fluor>%.3f</fluor></adp>", 1:40, 100 / (1 + exp(-(1:40 - 25)))), collapse = "")
react <- sprintf(
  "<react id=\"%d\"><sample id=\"s%d\"/><data><tar id=\"MYC\"/><cq>%.3f</cq>%s</data></react>",
  seq_len(384), rep(1:128, each = 3), 20 + (1:384 %% 50) / 10, curve
)
xml <- paste0(
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rdml version=\"1.2\" xmlns=\"http://www.rdml.org\">",
  "<dye id=\"SYBR\"/>", paste0(sprintf("<sample id=\"s%d\"><type>unkn</type></sample>", 1:128), collapse = ""),
  "<target id=\"MYC\"><type>toi</type><dyeId id=\"SYBR\"/></target>",
  "<experiment id=\"e\"><run id=\"r\"><pcrFormat><rows>16</rows><columns>24</columns><rowLabel>ABC</rowLabel>",
  "<columnLabel>123</columnLabel></pcrFormat>", paste0(react, collapse = ""), "</run></experiment></rdml>"
)
folder <- tempfile()
dir.create(folder)
writeLines(xml, file.path(folder, "rdml_data.xml"))
rdml <- file.path(folder, "plate.rdml")
here <- setwd(folder)
utils::zip(rdml, "rdml_data.xml", flags = "-q")
setwd(here)
if (requireNamespace("RDML", quietly = TRUE)) {
  other <- clock(function() utils::capture.output(RDML::RDML$new(rdml), type = "output"), 3)
  row("RDML$new() of 384 reactions x 40 cycles", other)
  row("cq_read() of the same file", clock(function() ddcq::cq_read(rdml)), other["min"])
} else {
  row("cq_read() of RDML, 384 reactions x 40 cycles", clock(function() ddcq::cq_read(rdml)))
}

small <- tempfile(sprintf("small%04d", 1:1000), fileext = ".csv")
for (i in seq_along(small)) {
  writeLines(c("well,sample,target,cq", sprintf("A%d,s%d_%d,MYC,%.2f", 1:12, i, 1:12, 20 + (1:12) / 10)), small[i])
}
row("cq_read() of 1,000 small tables in one call", clock(function() ddcq::cq_read(small), 3))
