# Which column of a CFX table plays which part, and what its words mean.

# In a workbook the software leaves a cell empty that is "NaN" in its text files.
cfx_spec <- function(src) {
  list(
    columns = cfx_columns, cq = cfx_cq_names, plain = cfx_names, none = character(), words = cfx_words,
    blank = if (src$kind == "text") "missing" else "nondetect",
    tidy = function(raw) cfx_peaks(cfx_tasks(raw), src$name),
    keep = function(raw) names_something(raw, c("sample", "target", "task")),
    text = c("content", "replicate"), number = character()
  )
}

# Exactly these; the vendor's "Cq Mean" is 0 where there is no Cq.
cfx_cq_names <- c(
  "cq", "ct", "c t", "c q", "threshold cycle", "threshold cycle ct", "threshold cycle c t", "quantification cycle cq"
)

# "Starting Quantity (SQ)", "Starting.Quantity..SQ." and "Threshold Cycle ( C(t) )" lose their signs.
cfx_names <- function(plain) trimws(gsub("[ ._()]+", " ", plain))

# The key lines of a file: above its table, or on a workbook's sheet of run information.
cfx_keys <- function(src, found = NULL) {
  if (src$kind == "text") {
    row <- if (is.null(found$header)) min(length(src$lines), 200L) + 1L else found$header$row
    return(read_keys(src, list(name = ""), row))
  }
  sheet <- src$sheets[plain_names(src$sheets) == "run information"]
  if (!length(sheet) && !is.null(found)) {
    return(read_keys(src, found$block, found$header$row))
  }
  sheet <- c(sheet, src$sheets)[1]
  cells <- src$cells(sheet)
  if (length(cells)) read_keys(src, list(name = sheet, cells = src$cells), min(nrow(cells), 60L) + 1L)
}

cfx_columns <- list(
  well = "well",
  sample = c("sample", "sample name", "condition", "condition name", "identifier"),
  target = c("target", "target name", "gene", "gene name"),
  content = c("content", "type", "sample type"),
  dye = c("fluor", "fluorophore"),
  quantity = c("starting quantity sq", "starting quantity", "sq"),
  tm = c("melt temperature", "melt temp"),
  peak = "peak height",
  amp_status = "call",
  group = c("biological set name", "biological group name"),
  comments = c("well note", "note"),
  replicate = c("replicate", "replicate #")
)

# What a run says of itself, where it says it.
cfx_told <- function(meta, keys) {
  version <- grep("^cfx .*version$", names(keys), value = TRUE)[1]
  said <- list(
    software = if (!is.na(version)) paste(c(cfx = "CFX Manager", maestro = "CFX Maestro")[
      1 + grepl("maestro", version)
    ], sub("[. ]+$", "", keys[[version]])),
    instrument = if (!is.na(keys["base serial number"])) paste("Bio-Rad CFX, base", keys[["base serial number"]]),
    experiment = first_key(keys, "file name"), remark = first_key(keys, "notes"),
    date = first_key(keys, c("run started", "run ended"))
  )
  said <- Filter(function(x) !is.null(x) && nzchar(x), said)
  meta[names(said)] <- said
  meta
}

# What the software writes for "not a number", in the language of the computer.
cfx_words <- c(
  "non num\u00e9rique", "neun", "non un numero reale", "nan (n\u00e3o \u00e9 um n\u00famero)", "nie jest liczb\u0105",
  "nen\u00ed \u010d\u00edslo", "\u043d\u0435 \u0447\u0438\u0441\u043b\u043e", "\u975e\u6570\u5b57",
  "nan (\u975e\u6570\u5024)", "nem sz\u00e1m"
)

# A custom export repeats a well for each of its melt peaks. One row stays, that of the highest; without heights
# nobody knows which peak is the product's. Rows that are the same in the peak too are no peaks, and are left to be
# found as duplicates.
cfx_peaks <- function(raw, name) {
  n <- length(raw$cq_text)
  key <- do.call(paste, c(raw[setdiff(names(raw), c("tm", "peak"))], sep = "\r"))
  key <- match(key, unique(key))
  if (is.null(raw$tm) || !anyDuplicated(key)) {
    return(raw)
  }
  again <- key[duplicated(paste(key, raw$tm, raw$peak %||% ""))]
  height <- if (is.null(raw$peak)) rep(NA_real_, n) else parse_number(raw$peak, file_mark(raw, name))
  by_height <- order(key, -height)
  first <- by_height[!duplicated(key[by_height])]
  raw$drop <- !seq_len(n) %in% first & !key %in% again
  unsure <- key %in% key[raw$drop] & is.na(height)
  raw$tm[unsure] <- NA
  raw
}

# "Unkn-01" is the first group of unknowns: the task is the word before the number.
cfx_tasks <- function(raw) {
  if (!is.null(raw$content)) {
    raw$task <- sub("-[0-9]+$", "", raw$content)
    if (identical(raw$task, raw$content)) raw$content <- NULL
  }
  raw
}
