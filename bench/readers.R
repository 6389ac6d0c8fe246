# How long reading files takes, beside other readers of the same files, all in one run. From the package's folder:
#   Rscript bench/readers.R [repetitions]
# The files are made here: a QuantStudio text export of 384 wells with its amplification data, against
# data.table::fread() of its table alone; an RDML file of 384 reactions with 40 cycles each, against the package RDML
# where it is installed (a library named by DDCQ_PEERS is looked in, too); 1,000 small exports in one call; and a plain
# csv of 384,000 rows. The values are compared first.

suppressPackageStartupMessages(library(ddcq))
args <- commandArgs(TRUE)
repetitions <- if (length(args)) as.integer(args[1]) else 10L
peers <- Sys.getenv("DDCQ_PEERS")
if (nzchar(peers)) .libPaths(c(peers, .libPaths()))
has_dt <- requireNamespace("data.table", quietly = TRUE)
has_rdml <- requireNamespace("RDML", quietly = TRUE)
here <- file.path(tempdir(), "readers")
dir.create(here)

plate <- function(rows, columns, targets = c("MYC", "BCL2", "REF1", "REF2")) {
  n <- rows * columns
  set.seed(11)
  data.frame(
    well = paste0(rep(LETTERS[seq_len(rows)], each = columns), seq_len(columns)),
    sample = paste0("s", (seq_len(n) - 1) %/% 12 + 1), target = rep(targets, each = 3, length.out = n),
    cq = round(stats::runif(n, 15, 33), 4)
  )
}

quantstudio <- function(file, d, cycles = 40) {
  n <- seq_len(nrow(d))
  curve <- expand.grid(cycle = seq_len(cycles), well = n)
  none <- n %% 48 == 0
  lines <- c(
    "* Block Type = 384-Well Block", "* Instrument Type = QuantStudio(TM) 6 Flex System", "",
    "[Sample Setup]", "Well\tWell Position\tSample Name\tTarget Name\tTask\tReporter",
    paste(n, d$well, d$sample, d$target, "UNKNOWN", "SYBR", sep = "\t"), "",
    "[Amplification Data]", "Well\tCycle\tTarget Name\tRn\tDelta Rn",
    with(curve, paste(well, cycle, d$target[well], "1,234.567", "0.123", sep = "\t")), "", "[Results]"
  )
  header <- paste(c(
    "Well", "Well Position", "Omit", "Sample Name", "Target Name", "Task", "Reporter", "Quencher", "CT", "Ct Mean",
    "Ct SD", "Quantity", "Automatic Ct Threshold", "Ct Threshold", "Automatic Baseline", "Baseline Start",
    "Baseline End", "Tm1", "HIGHSD", "NOAMP"
  ), collapse = "\t")
  cq <- ifelse(none, "Undetermined", d$cq)
  side <- c("24.1", "0.1", "", "true", "0.2", "true", "3", "15", "81.25", "N")
  table <- c(header, paste(
    n, d$well, "false", d$sample, d$target, "UNKNOWN", "SYBR", "None", cq, paste(side, collapse = "\t"),
    ifelse(none, "Y", "N"), sep = "\t"
  ))
  writeLines(c(lines, table, "", "Analysis Type = Singleplex"), file)
  table
}

rdml <- function(file, d, cycles = 40) {
  curve <- function(i) {
    paste0("<adp><cyc>", seq_len(cycles), "</cyc><tmp>60</tmp><fluor>", 100 + i + seq_len(cycles), ".5</fluor></adp>",
           collapse = "")
  }
  react <- vapply(seq_len(nrow(d)), function(i) {
    paste0("<react id=\"", i, "\"><sample id=\"", d$sample[i], "\"/><data><tar id=\"", d$target[i], "\"/><cq>", d$cq[i],
           "</cq>", curve(i), "</data></react>")
  }, "")
  writeLines(c(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<rdml version=\"1.2\" xmlns=\"http://www.rdml.org\">",
    "<dateMade>2024-01-01T00:00:00</dateMade><dye id=\"SYBR\"/>",
    paste0("<sample id=\"", unique(d$sample), "\"><type>unkn</type></sample>"),
    paste0("<target id=\"", unique(d$target), "\"><type>toi</type><dyeId id=\"SYBR\"/></target>"),
    "<experiment id=\"study\"><run id=\"run 1\">",
    "<pcrFormat><rows>16</rows><columns>24</columns><rowLabel>ABC</rowLabel><columnLabel>123</columnLabel></pcrFormat>",
    react, "</run></experiment></rdml>"
  ), file)
}

time_of <- function(f, n = repetitions) {
  f()
  s <- vapply(seq_len(n), function(i) {
    gc()
    start <- Sys.time()
    f()
    as.numeric(Sys.time() - start, units = "secs")
  }, 0)
  c(min = min(s), median = stats::median(s))
}

shown <- function(what, own, other = NULL, by = "") {
  ms <- function(x) sprintf("%9.2f ms", 1e3 * x["min"])
  cat(sprintf("%-46s %s (median %.2f)", what, ms(own), 1e3 * own["median"]))
  if (!is.null(other)) {
    ratio <- own["min"] / other["min"]
    said <- if (ratio < 1) sprintf("%.1f times faster", 1 / ratio) else sprintf("%.1f times as long", ratio)
    cat(sprintf("   %s %s: %s", by, trimws(ms(other)), said))
  }
  cat("\n")
}

# ---- one plate of QuantStudio ----

d <- plate(16, 24)
file <- file.path(here, "quantstudio.txt")
table <- quantstudio(file, d)
alone <- file.path(here, "table.txt")
writeLines(table, alone)
x <- cq_read(file)
none <- seq_len(384) %% 48 == 0
stopifnot(nrow(x) == 384, all.equal(x$cq[!none], d$cq[!none]), all(is.na(x$cq[none])))
own <- time_of(function() cq_read(file))
fread <- if (has_dt) time_of(function() data.table::fread(alone, showProgress = FALSE))
shown(sprintf("QuantStudio, 384 wells, %.1f MB", file.size(file) / 2^20), own, fread, "fread() of the table alone")
shown("  its table alone", time_of(function() cq_read(alone, format = "ab")), fread, "fread()")
profile_of <- function(f, n = 12L) {
  prof <- tempfile()
  Rprof(prof, interval = 0.005)
  f()
  Rprof(NULL)
  out <- utils::summaryRprof(prof)
  total <- utils::head(out$by.total[c("total.time", "total.pct", "self.pct")], 60)
  ours <- rownames(total) %in% paste0("\"", ls(asNamespace("ddcq"), all.names = TRUE), "\"")
  print(utils::head(total[ours, ], n))
}
if (nzchar(Sys.getenv("DDCQ_PROFILE"))) profile_of(function() for (i in 1:40) cq_read(file), 20L)

# ---- RDML with curves ----

file <- file.path(here, "plate.rdml")
rdml(file, d)
if (requireNamespace("xml2", quietly = TRUE)) {
  stopifnot(isTRUE(all.equal(cq_read(file)$cq, d$cq)))
  own <- time_of(function() cq_read(file))
  zipped <- file.path(here, "zipped.rdml")
  source("tests/testthat/helper-zip.R")
  writeBin(zip_of(list("rdml_data.xml" = readBin(file, "raw", file.size(file)))), zipped)
  packed <- time_of(function() cq_read(zipped))
  peer <- if (has_rdml) {
    time_of(function() suppressMessages(suppressWarnings(RDML::RDML$new(zipped, show.progress = FALSE))), 3L)
  }
  shown(sprintf("RDML, 384 reactions x 40, %.1f MB", file.size(file) / 2^20), own)
  shown("  zipped", packed, peer, "RDML$new()")
  if (nzchar(Sys.getenv("DDCQ_PROFILE"))) profile_of(function() for (i in 1:10) cq_read(zipped), 20L)
}

# ---- many small files ----

small <- plate(2, 12)
many <- file.path(here, sprintf("small%04d.txt", 1:1000))
for (one in many) quantstudio(one, small, cycles = 2)
many_time <- time_of(function() x <<- cq_read(many, runs = "replicate"), 2L)
stopifnot(nrow(x) == 24000, length(unique(x$run)) == 1000)
shown("1,000 exports of 24 wells in one call", many_time)
if (nzchar(Sys.getenv("DDCQ_PROFILE"))) profile_of(function() cq_read(many, runs = "replicate"), 30L)

# ---- a long plain table ----

n <- 384000
long <- data.frame(
  run = paste0("p", (seq_len(n) - 1) %/% 384), well = rep(plate(16, 24)$well, length.out = n),
  sample = paste0("s", (seq_len(n) - 1) %/% 12),
  target = rep(c("MYC", "BCL2", "REF1", "REF2"), each = 3, length.out = n),
  cq = round(stats::runif(n, 15, 33), 4), treatment = rep(c("drug", "vehicle"), each = n / 2)
)
file <- file.path(here, "long.csv")
utils::write.csv(long, file, row.names = FALSE, quote = FALSE)
stopifnot(isTRUE(all.equal(cq_read(file)$cq, long$cq)))
own <- time_of(function() cq_read(file), 3L)
fread <- if (has_dt) time_of(function() data.table::fread(file, showProgress = FALSE), 3L)
shown(sprintf("plain csv, 384,000 rows, %.0f MB", file.size(file) / 2^20), own, fread, "fread()")
if (nzchar(Sys.getenv("DDCQ_PROFILE"))) profile_of(function() cq_read(file), 30L)
