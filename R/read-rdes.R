# RDES 1.0: the table of RDML's tools, separated by tabs. Fixed columns, then the fluorescence of each cycle.

rdes_family <- function() {
  list(
    id = "rdes",
    name = "RDES 1.0 (RDML-Tools)",
    files = "tsv, txt",
    recognised = "a first line with `Well`, `Sample`, `Sample Type`, `Target`, `Target Type`, `Dye` and `Cq`",
    find = rdes_find,
    read = rdes_read
  )
}

rdes_fixed <- c("well", "sample", "sample type", "target", "target type", "dye")

rdes_find <- function(src, ask) {
  found <- find_table(src, function(plain) all(rdes_fixed %in% plain), "Sample Type", ask$sheet)
  if (is.null(found)) {
    return(NULL)
  }
  plain <- plain_names(found$header$names)
  if (!"cq" %in% plain) {
    melt <- "tm" %in% plain
    what <- paste("RDES", if (melt) "of melting curves" else "of fluorescence", "without a column Cq")
    return(list(refuse = paste0(what, if (melt) curves_reader("melt"))))
  }
  found
}

# A missing Cq is -1.0. A Cq at or beyond the last cycle is none either, as in RDML.
rdes_read <- function(found, src, ask) {
  plain <- plain_names(found$header$names)
  cycles <- suppressWarnings(as.numeric(plain[grepl("^[0-9]+([.]0+)?$", plain)]))
  last <- if (length(cycles)) max(cycles) else NA_real_
  table <- block_table(found$block, found$header, src$name)
  text <- unique(clean_text(table$cells[, match("cq", plain)]))
  number <- parse_number(text, if (identical(decimal_mark(text), ",")) "," else ".")
  none <- text[which(number == -1)]
  late <- text[which(number >= last)]
  got <- read_wells(found, src, ask, list(
    columns = list(
      well = "well", sample = "sample", task = "sample type", target = "target", role = "target type", dye = "dye",
      quantity = "quantity", comments = "note"
    ),
    cq = "cq", plain = identity, none = character(), words = lower_ascii(c(none, late)), tidy = identity,
    keep = function(raw) names_something(raw, c("sample", "target")), text = "role", number = character()
  ))
  got$meta$cycles <- last
  hit <- got$data$cq_text %in% late & got$data$state == "nondetect"
  if (any(hit)) {
    rdml_tell_late(got$data$cq_text, hit, src$name)
    got$data$flags <- ifelse(hit, "cq_ge_cycles", NA_character_)
    line <- list(
      what = "Cq at or beyond the last cycle", n = sum(hit), detail = "taken as nondetect; cq_text keeps them"
    )
    got$meta$extra <- list(line)
  }
  got
}
