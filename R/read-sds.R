# Applied Biosystems before the layout of 2008: SDS 2 (7900HT; absolute and relative quantification, several cards in
# one file), SDS 1 (7000, 7300, 7500) and the 7700. All of them call the target a detector.

sds_columns <- list(
  well = c("pos", "well", "well id"),
  sample = c("sample name", "samplename", "sample"),
  target = c("detector name", "detector"),
  task = "task",
  dye = "reporter",
  omitted = c("omit", "outlier"),
  quantity = c("quantity", "qty"),
  tm = c("tm", "tm1"),
  threshold = "threshold",
  flagged = "flag",
  filtered = "filtered"
)

# Names that the software writes and hand-made tables do not. Two of them make a header without key lines its own.
sds2_marks <- c(
  "plateid", "delta rn", "qty stddev", "qty mean", "ct stddev", "ct median", "baseline type", "threshold type", "fos",
  "hmd", "flag", "avg delta ct", "endo ct avg"
)
sds1_marks <- c(
  "stddev ct", "std. dev. ct", "mean qty", "stddev qty", "filtered", "ct std err", "avg dct", "dct std err", "auto ct",
  "well id"
)

sds_family <- function() {
  list(
    id = "sds", name = "Applied Biosystems SDS 2 (7900HT)", files = "txt, csv, xls, xlsx",
    recognised = "the first line `SDS 2.x ... Results`; a table with `Well` or `Pos`, `Detector`, `Ct`",
    find = sds_find, read = sds_read
  )
}

sds1_family <- function() {
  list(
    id = "sds1", name = "Applied Biosystems SDS 1 (7000, 7300, 7500)", files = "csv, txt, xls, xlsx",
    recognised = "key lines `Document Name:`, `SDS v1`; a table with `Well`, `Detector`, `Ct`",
    find = sds1_find, read = sds1_read
  )
}

ab7700_family <- function() {
  list(
    id = "ab7700", name = "Applied Biosystems 7700", files = "csv, txt, xls, xlsx",
    recognised = "a table with `Well`, `Reporter`, `Type`, `deltaRn`, `Ct`",
    find = ab7700_find, read = ab7700_read
  )
}

sds_wanted <- function(keyed, marks) {
  function(names) {
    deviation <- any(c("std. dev. ct", "stddev ct", "ct std err") %in% names)
    own <- keyed || ("task" %in% names && sum(marks %in% names) >= 2) || (deviation && any(marks == "stddev ct"))
    named <- any(sds_columns$target %in% names) || (deviation && any(sds_columns$sample %in% names))
    own && named && any(sds_columns$well %in% names) && "ct" %in% names
  }
}

sds_header_lines <- "[Dd]etector|Std.{0,2}Dev.{0,2}C[Tt]"

sds_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  first <- sub("^[\" ]+", "", utils::head(grep("[^[:space:],;\"]", key_lines(src), value = TRUE), 1))
  keyed <- any(grepl("^SDS +2", first))
  found <- stacked_find(src, sds_wanted(keyed, sds2_marks), sds_header_lines, ask$sheet)
  if (is.null(found) && keyed) {
    first <- clean_text(gsub("[\t,;\"]+", " ", first))
    return(list(refuse = paste0(
      "an Applied Biosystems export without a table of Ct (\"", first, "\"): export the results table instead"
    )))
  }
  if (!is.null(found)) {
    found$by <- if (keyed) "its first line and its header" else "its header"
    found$software <- if (keyed) clean_text(gsub("[\t,;\"]+", " ", first)) else ""
  }
  found
}

sds_read <- function(found, src, ask) {
  sds_table(found, src, ask, stop = "^[\" ]*(Summary Data|Endogenous Control|Calibrator)")
}

sds1_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  keys <- key_lines(src)
  keyed <- any(grepl("^[\" ]*(Document Name:|Exported RQ Study|SDS v1)", keys))
  found <- stacked_find(src, sds_wanted(keyed, sds1_marks), sds_header_lines, ask$sheet)
  found <- found %||% stacked_find(src, sds1_old_wanted, "(?i)well", ask$sheet)
  if (is.null(found) && keyed) {
    return(list(refuse = "an Applied Biosystems SDS 1 export without a table of one Ct a well"))
  }
  if (!is.null(found)) {
    found$by <- if (keyed) "its key lines and its header" else "its header"
    found$software <- clean_text(gsub("[,;\t\"]+", "", c(grep("^[\" ]*SDS v1", keys, value = TRUE), "")[1]))
    found$old <- sds1_old_wanted(plain_names(found$header$names))
  }
  found
}

sds1_read <- function(found, src, ask) {
  if (isTRUE(found$old)) {
    return(sds1_old_read(found, src, ask))
  }
  sds_table(found, src, ask, only = 96)
}

sds_table <- function(found, src, ask, only = NULL, stop = "^$") {
  table <- sds_cells(found, src, stop)
  got <- raw_cells(table, sds_columns, "ct", src$name)
  raw <- got$raw
  raw$omitted <- sds_omitted(raw$omitted)
  raw$flags <- sds_flags(table, raw)
  raw$run <- runs_of_plates(table, c("filename", "plate", "plateid", "plate id"))
  raw <- sds_tasks(raw)
  sds_result(raw, ab_keep(raw), table, found, src, ask, got$at, only)
}

# The one table of a file, without what stands below it.
sds_cells <- function(found, src, stop = "^$", broken = FALSE) {
  if (length(found$tables) > 1) {
    choose_block(rep("", length(found$tables)), c(src["name"], kind = "text"))
  }
  one <- found$tables[[1]]
  plain <- plain_names(one$header$names)
  well <- match(intersect(sds_columns$well, plain)[1], plain)
  block <- end_table(one$block, one$header, well, match("ct", plain), src$name, stop, broken)
  block_table(block, one$header, src$name)
}

# What is common to all of this software. `kept`: the rows that are reactions. `blank`: what an empty Ct means.
sds_result <- function(raw, kept, table, found, src, ask, at, only, blank = "missing") {
  # the empty wells, too, tell the size of the plate
  plate <- plate_of_numbers(raw$well, ask, src$name, only)
  raw <- fill_target(lapply(raw, `[`, kept), ask)
  mark <- file_mark(raw, src$name)
  data <- stack_frame(raw, mark, plate$columns, blank, src$name, c("flags", "role"))
  if (!is.null(raw$run)) data$run <- raw$run
  meta <- stack_meta(found, src, table, mark, at)
  meta$software <- found$software %||% ""
  meta$experiment <- first_key(meta$keys, c("filename", "document name"))
  meta$date <- first_key(meta$keys, c("run datetime", "run date"))
  meta$extra <- if (!is.null(plate$note)) list(plate$note)
  list(data = data, meta = meta, counts = list(read = length(kept), empty = sum(!kept), blank = table$blank))
}

# A well that the user or the software took out of the calculation.
sds_omitted <- function(text) {
  if (is.null(text)) {
    return(NULL)
  }
  replace(text, lower_ascii(text) %in% c("omit", "omitted", "outlier", "x", "*"), "true")
}

# Warnings: columns of two or three capitals that hold "true", the word "Flagged", and filtered wells.
sds_flags <- function(table, raw) {
  out <- rep(NA_character_, nrow(table$cells))
  add <- function(out, hit, text) {
    out[hit] <- ifelse(is.na(out[hit]), text, paste0(out[hit], ";", text))
    out
  }
  for (j in grep("^ *[A-Z]{2,3} *$", table$names)) {
    word <- lower_ascii(clean_text(table$cells[, j]))
    if (all(word %in% c("true", "false", "y", "n", NA))) {
      out <- add(out, which(word %in% c("true", "y")), clean_text(table$names[j]))
    }
  }
  out <- add(out, which(lower_ascii(raw$flagged) %in% "flagged" & is.na(out)), "flagged")
  add(out, which(!lower_ascii(raw$filtered) %in% c(NA, "false", "no", "n", "0")), "filtered")
}

# The role of a target stands in the task: the endogenous control is the reference, and its wells hold samples.
sds_tasks <- function(raw) {
  if (is.null(raw$task)) {
    return(raw)
  }
  word <- task_word(raw$task)
  endo <- word %in% c("endogenouscontrol", "endo")
  if (any(endo)) raw$role <- ifelse(endo, "reference", "target")
  raw$task[word %in% "endo"] <- "Endogenous Control"
  raw$task[word %in% "stnd"] <- "Standard"
  raw$task[grepl("^ipc ?-$", lower_ascii(raw$task))] <- "Blocked IPC"
  raw
}

# The oldest layout of the 7000: the detector stands in a table of its own above its wells, and a row whose reaction
# found nothing ends before its Ct.
sds1_old_wanted <- function(names) {
  all(c("well", "start", "end", "ct") %in% names) && any(c("samplename", "sample name") %in% names) &&
    !any(sds_columns$target %in% names)
}

sds1_old_read <- function(found, src, ask) {
  parts <- lapply(found$tables, function(one) {
    plain <- plain_names(one$header$names)
    end <- end_table(one$block, one$header, match("well", plain), match("ct", plain), src$name, "(?i)detector")
    table <- block_table(end, one$header, src$name)
    got <- raw_cells(table, sds_columns[c("well", "sample", "task")], "ct", src$name)
    above <- sds1_detector(one$above)
    got$raw$target <- rep(above[["target"]], nrow(table$cells))
    got$raw$dye <- rep(above[["dye"]], nrow(table$cells))
    c(got, list(table = table))
  })
  raw <- bind_raw(lapply(parts, `[[`, "raw"))
  # a well without a sample was not filled
  kept <- !is.na(raw$sample) | grepl("[0-9]", raw$cq_text)
  first <- parts[[1]]
  sds_result(raw, kept, first$table, found, src, ask, first$at, 96, blank = "nondetect")
}

# The detector of the lines above a table, if there is exactly one.
sds1_detector <- function(above) {
  none <- c(target = NA_character_, dye = NA_character_)
  at <- grep("(?i)^\"?detector\"?[,;\t]", above, perl = TRUE)
  if (!length(at)) {
    return(none)
  }
  at <- at[length(at)]
  sep <- sub("(?i)^\"?detector\"?([,;\t]).*", "\\1", above[at], perl = TRUE)
  names <- plain_names(split_fields(above[at], sep)[[1]])
  rows <- above[-seq_len(at)]
  rows <- split_fields(rows[grepl("[^[:space:],;\"]", rows)], sep)
  rows <- rows[lengths(rows) > 1]
  if (length(rows) != 1) {
    return(none)
  }
  pick <- function(column) clean_text(rows[[1]][match(column, names)])
  c(target = pick("detector"), dye = pick("reporter"))
}

# The 7700 has one column, `Type`, for what a well is: UNKN, STND, NTC, or a name that the user gave, which is then
# what distinguishes the assays of a plate.
ab7700_wanted <- function(names) {
  all(c("well", "reporter", "type", "ct") %in% names) && any(c("deltarn", "baseline stddev") %in% names)
}

ab7700_find <- function(src, ask) {
  found <- stacked_find(src, ab7700_wanted, "[Rr]eporter", ask$sheet)
  if (!is.null(found)) found$by <- "its header"
  found
}

ab7700_read <- function(found, src, ask) {
  table <- sds_cells(found, src, broken = is.null(found$block$cells))
  columns <- c(sds_columns[c("well", "sample", "dye", "quantity")], list(task = "type"))
  got <- raw_cells(table, columns, "ct", src$name)
  raw <- got$raw
  word <- gsub("[0-9]+$", "", task_word(raw$task))
  is_task <- word %in% c("stnd", unlist(task_synonyms))
  raw$target <- replace(raw$task, is_task, NA)
  raw$task <- replace(raw$task, !is_task, NA)
  raw$task[is_task] <- sub("[0-9]+$", "", raw$task[is_task])
  # a quantity of -1 is none
  if (!is.null(raw$quantity)) raw$quantity[grepl("^-", raw$quantity)] <- NA
  kept <- !is.na(word) | grepl("[0-9]", raw$cq_text)
  out <- sds_result(sds_tasks(raw), kept, table, found, src, ask, got$at, 96)
  said <- unique(raw$target[!is.na(raw$target)])
  if (length(said)) {
    note <- list(what = "targets", n = length(said), detail = paste0("from Type: ", paste(said, collapse = ", ")))
    out$meta$extra <- c(out$meta$extra, list(note))
  }
  out
}
