# Rotor-Gene (Corbett, Qiagen): "Excel Analysed Data Export" and "Quantitation Information". Every analysis has a title
# that names the channel, and a table; several stand below each other. An empty Ct is a reaction that crossed no
# threshold. Tubes stand in a rotor: their positions are no wells of a plate.

rotor_columns <- list(
  well = "no.",
  sample = "name",
  task = "type",
  comment = c("ct comment", "comment", "comments")
)

rotor_family <- function() {
  list(
    id = "rotorgene", name = "Qiagen (Corbett) Rotor-Gene 6, Rotor-Gene Q", files = "csv, txt, xls, xlsx",
    recognised = "a table with `No.`, `Name`, `Type`, `Ct`, `Given Conc`; a title `Quantitative analysis of`",
    find = rotor_find, read = rotor_read
  )
}

rotor_wanted <- function(names) {
  own <- any(grepl("^(given conc|rep[.] ct|calc conc|colou?r$)", names))
  all(c("no.", "name", "type", "ct") %in% names) && own
}

rotor_find <- function(src, ask) {
  found <- stacked_find(src, rotor_wanted, "No[.]", ask$sheet)
  if (!is.null(found)) {
    found$by <- "its header"
    found$analyses <- src$kind == "text"
    return(found)
  }
  keys <- if (src$kind %in% c("text", "xls", "xlsx")) key_lines(src)
  own <- "^[\" ]*(Excel (Analysed|Raw) Data Export|Quantitation Information|.*Corbett (Research|Life Science))"
  if (any(grepl(own, keys))) {
    return(list(refuse = "a Rotor-Gene export without a table of a quantitation (one Ct a tube)"))
  }
  NULL
}

rotor_read <- function(found, src, ask) {
  parts <- lapply(found$tables, rotor_table, src = src)
  raw <- bind_raw(lapply(parts, `[[`, "raw"))
  kept <- !is.na(raw$sample) | grepl("[0-9]", raw$cq_text)
  raw <- lapply(raw, `[`, kept)
  raw$dye <- short_channels(raw$channel)
  key <- paste(raw$well, raw$channel, sep = "\r")
  pick <- choose_analysis(raw$analysis, key, ask$sheet[src$kind == "text"], src$name)
  raw <- lapply(raw, `[`, pick)
  if (length(unique(raw$dye)) > 1) raw$target <- several_channels(raw$dye, ask, src$name)
  if (length(unique(raw$analysis)) < 2) raw$analysis <- NULL
  raw <- fill_target(raw, ask)
  # "NEG (NTC)": below the threshold for controls; "NEG (R.E.C.)": below that for the reaction's efficiency
  words <- raw$cq_text
  raw$cq_text[grepl("^NEG\\b", words)] <- "neg"
  mark <- file_mark(raw, src$name)
  data <- stack_frame(raw, mark, NA, "nondetect", src$name, "analysis")
  data$cq_text <- words
  if (!is.null(raw$comment) && any(!is.na(raw$comment))) data$flags <- raw$comment
  tables <- lapply(parts, `[[`, "table")
  meta <- stack_meta(found, src, tables[[1]], mark, parts[[1]]$at)
  meta$experiment <- first_key(meta$keys, c("file", "experiment information run name"))
  meta$date <- first_key(meta$keys, "date")
  note <- rotor_note(parts)
  meta$extra <- if (!is.null(note)) list(note)
  blank <- sum(vapply(tables, `[[`, 0L, "blank"))
  list(data = data, meta = meta, counts = list(read = length(kept), empty = sum(!kept), blank = blank))
}

rotor_table <- function(one, src) {
  plain <- plain_names(one$header$names)
  # other tables of the same export follow, each below its own title: a line of one word or two, and no position
  title <- "^(?!\"?[A-I]?[0-9])(\"[^\"]*\"|[^,;\t]*)([,;\t](\"[^\"]*\"|[^,;\t]*))?[,;\t\" ]*$"
  block <- end_table(one$block, one$header, match("no.", plain), match("ct", plain), src$name, stop = title)
  table <- block_table(block, one$header, src$name)
  given <- plain[grepl("^given conc", plain)]
  columns <- c(rotor_columns, if (length(given)) list(quantity = given[1]))
  got <- raw_cells(table, columns, "ct", src$name)
  title <- rotor_title(one$above)
  got$raw$analysis <- rep(title, nrow(table$cells))
  got$raw$channel <- rep(clean_text(sub("\\(Page [0-9]+\\) *$", "", title)), nrow(table$cells))
  c(got, list(table = table, title = title))
}

# "Quantitative analysis of Cycling A.FAM (Page 1)": the channel and the page; NA where no line says it.
rotor_title <- function(above) {
  above <- gsub("^[\" ]+|[\" ,;\t]+$", "", above)
  says <- "(?i)analysis of .|^channel[\",;:\t ]+.|cycling [A-Z][.]"
  title <- utils::tail(grep(says, above, perl = TRUE, value = TRUE), 1)
  if (!length(title)) {
    return(NA_character_)
  }
  clean_text(sub("(?i)^.*?(analysis of (channel )?|^channel[\",;:\t ]+|(?=cycling [A-Z][.]))", "", title, perl = TRUE))
}

# "Cycling A.FAM" is FAM, where no two channels would become one.
short_channels <- function(channel) {
  short <- sub("^Cycling [A-Z][.]", "", channel)
  pairs <- unique(data.frame(channel, short))
  if (anyDuplicated(pairs$short)) channel else short
}

rotor_note <- function(parts) {
  titles <- vapply(parts, `[[`, "", "title")
  titles <- titles[!is.na(titles)]
  if (length(titles)) list(what = "analyses", n = length(titles), detail = paste(titles, collapse = ", "))
}

# A tube with several channels has several targets, so no one word can name them: until the user has given names, the
# channels are the names.
several_channels <- function(dye, ask, name) {
  if (!is.null(ask$target)) {
    have <- unique(dye)
    ddcq_abort(
      c("{.arg target} names one target, and {.val {name}} holds {length(have)} channels: {some(have)}.",
        "i" = "Read without {.arg target}, then {.code cq_rename(x, target = c(\"{have[1]}\" = \"...\"))}."
      ), "argument"
    )
  }
  dye
}
