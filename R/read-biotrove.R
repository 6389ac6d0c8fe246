# BioTrove OpenArray, before the plates moved to QuantStudio: a comma file whose column names have their table before
# them ("Assay.Assay ID"), one row a through-hole, often several plates in one file.

biotrove_columns <- list(
  well = "throughhole.address",
  run = c("openarrayplate.serialnumber", "openarrayplate.barcode"),
  sample = c("sampleinfo.sampleid", "sampleinfo.sample id", "sampleinfo.description"),
  target = c("assay.assay id", "assay.assay name"),
  assay_name = "assay.assay name",
  type = "assay.assay type",
  dye = "assay.amplificationcurvedyenames.0",
  omitted = "throughhole.outlier",
  tm = "throughhole.tm",
  confidence = "throughhole.ctconfidence",
  description = "sampleinfo.description"
)

biotrove_family <- function() {
  list(
    id = "biotrove", name = "BioTrove OpenArray", files = "csv",
    recognised = "columns `ThroughHole.Ct`, `ThroughHole.Address`, `Assay.Assay Name`",
    find = biotrove_find, read = biotrove_read
  )
}

biotrove_wanted <- function(names) {
  all(c("throughhole.ct", "throughhole.address") %in% names) && any(biotrove_columns$target %in% names)
}

biotrove_find <- function(src, ask) {
  found <- stacked_find(src, biotrove_wanted, "ThroughHole[.]Ct", ask$sheet)
  if (!is.null(found)) found$by <- "its header"
  found
}

# The identifier is the target, for names occur with two of them. This software writes 40 where a through-hole did not
# amplify: no other value comes near it.
biotrove_read <- function(found, src, ask) {
  if (length(found$tables) > 1) {
    choose_block(rep("", length(found$tables)), c(src["name"], kind = "text"))
  }
  one <- found$tables[[1]]
  table <- block_table(one$block, one$header, src$name)
  got <- raw_cells(table, biotrove_columns, "throughhole.ct", src$name)
  raw <- got$raw
  kept <- !is.na(raw$target) & !is.na(raw$cq_text)
  raw <- lapply(raw, `[`, kept)
  mark <- file_mark(raw, src$name)
  text <- raw$cq_text
  none <- parse_number(text, mark) %in% c(40, 999)
  raw$cq_text[none] <- "Undetermined"
  if (length(unique(raw$run)) < 2) raw$run <- NULL
  endo <- startsWith(lower_ascii(raw$type %||% rep("", length(text))), "endo") %in% TRUE
  if (any(endo)) raw$role <- ifelse(endo, "reference", "target")
  data <- stack_frame(raw, mark, NA, "missing", src$name, c("role", "assay_name", "description"))
  data$cq_text <- text
  if (!is.null(raw$run)) data$run <- raw$run
  if (!is.null(raw$confidence)) data$ct_confidence <- number_column(raw$confidence, mark, "confidence", src$name)
  meta <- stack_meta(found, src, table, mark, got$at)
  if (any(none)) {
    code <- "the software's code for no amplification: nondetect, no Cq"
    meta$extra <- list(list(what = "Ct of 40", n = sum(none), detail = code))
  }
  list(data = data, meta = meta, counts = list(read = length(kept), empty = sum(!kept), blank = table$blank))
}
