# A plain long table: one header line, one row a well and target. Text or the first rows of a sheet. Names are taken
# from a list, never guessed; every other column is kept as it is.

table_columns <- list(
  run = c("run", "run id", "run name", "plate", "plate id", "plate name"),
  well = c("well", "well position", "well id", "well name", "position", "pos"),
  sample = c("sample", "sample name", "sample id", "samplename", "sampleid"),
  target = c(
    "target", "target name", "target id", "targetname", "gene", "gene name", "gene symbol", "assay", "assay name",
    "detector", "detector name", "primer", "primer pair"
  ),
  task = c("task", "sample type", "well type"),
  quantity = c("quantity", "starting quantity", "starting quantity (sq)", "sq", "concentration", "given concentration"),
  dye = c("dye", "reporter", "fluor", "fluorophore", "channel"),
  tm = c("tm", "tm1", "melt temperature", "melting temperature"),
  state = "state", note = "note", cq_text = "cq text"
)

table_cq_names <- c(
  "cq", "ct", "cp", "crt", "c(t)", "c(q)", "cq value", "ct value", "cp value", "threshold cycle", "crossing point",
  "crossingpoint", "quantification cycle", "threshold cycle (ct)", "quantification cycle (cq)"
)

table_family <- function() {
  list(
    id = "table",
    name = "A plain table, one row a well and target",
    files = "csv, tsv, txt, xls, xlsx",
    recognised = "a first line with a sample, a target and a Cq by their usual names",
    find = table_find,
    read = table_read
  )
}

# "sample_name" and "Sample.Name" are "sample name".
table_names <- function(plain) gsub("[ _.]+", " ", plain)

table_wanted <- function(plain) {
  plain <- table_names(plain)
  any(table_columns$sample %in% plain) && any(table_columns$target %in% plain) && any(table_cq_names %in% plain)
}

table_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  blocks <- source_blocks(src)
  if (!is.null(ask$sheet)) {
    blocks <- blocks[vapply(blocks, `[[`, "", "name") == ask$sheet]
  }
  headers <- lapply(blocks, function(block) find_header(block, table_wanted, rows = first_row(block)))
  good <- which(!vapply(headers, is.null, NA))
  if (length(good) > 1) {
    choose_block(vapply(blocks[good], `[[`, "", "name"), src)
  }
  if (!length(good)) {
    return(NULL)
  }
  # a header of another program has its own words for controls and for no Cq, whatever else it has
  known <- known_format(src, paste(headers[[good]]$names, collapse = "\t"))
  if (!is.null(known)) {
    return(list(refuse = known))
  }
  list(block = blocks[[good]], header = headers[[good]], blocks = blocks, by = "the names in its first line")
}

first_row <- function(block) {
  if (is.null(block$cells)) {
    return(utils::head(grep("[^[:space:],;]", block$lines), 1))
  }
  cells <- block_cells(block)
  utils::head(which(rowSums(cells != "") > 0), 1)
}

# A program's own word for no Cq needs no answer; an empty cell does.
table_read <- function(found, src, ask) {
  table <- block_table(found$block, found$header, src$name)
  table$plain <- table_names(table$plain)
  names <- table_map(table, src$name)
  cq <- pick_cq(table, table_cq_names, src$name)
  cell <- function(j) formula_plain(clean_text(table$cells[, j]))
  raw <- lapply(names[!is.na(names)], function(j) {
    text <- cell(j)
    replace(text, text %in% "NA", NA)
  })
  original <- raw$cq_text
  raw$cq_text <- cell(cq)
  kept <- !(is.na(raw$sample) & is.na(raw$target) & is.na(raw$cq_text))
  raw <- lapply(raw, `[`, kept)
  mark <- file_mark(raw, src$name)
  data <- table_data(raw, mark, ask$na, src$name)
  # a table that this package wrote: the instrument's own words are in it
  if (!is.null(original)) data$cq_text <- original[kept]
  other <- setdiff(which(nzchar(table$plain)), c(names, cq))
  data <- table_extras(data, table, other, kept, mark, src$name)
  list(
    data = data, rows = table$rows[kept],
    meta = read_meta(src, found, table, character(), mark, c(cq = cq, names), NA_real_),
    counts = list(read = length(kept), empty = sum(!kept), blank = table$blank)
  )
}

# Two columns that could play one part are an error, unless one of them has the part's own name.
table_map <- function(table, name) {
  out <- map_columns(table, table_columns, name)
  for (role in names(table_columns)) {
    at <- which(table$plain %in% table_columns[[role]])
    own <- which(table$plain == role)
    if (length(at) > 1 && !length(own)) {
      ddcq_abort(
        c("{.val {name}} must have one column for {.field {role}}; it has {some(table$names[at])}.",
          "i" = "Call the right one {.val {role}}."
        ), "format"
      )
    }
    if (length(own)) out[role] <- own[1]
  }
  out
}

table_data <- function(raw, mark, na, name) {
  if (!is.null(raw$state)) {
    return(table_own(raw, mark, name))
  }
  gap <- is.na(raw$cq_text) | raw$cq_text %in% c("NA", "N/A", "NaN", "nan", "-", "None")
  number <- parse_number(raw$cq_text, mark)
  code <- !is.na(number) & (number <= 0 | number >= 100)
  if (any(gap | code) && is.null(na)) {
    table_ask_na(raw, gap, code, name)
  }
  text <- replace(raw$cq_text, gap | code, NA)
  cq <- checked_cq(text, mark, na %||% NA_character_, raw$well, name)
  table_frame(raw, cq$cq, cq$state, mark, name)
}

# A table with the column `state` came from this package: its states stand.
table_own <- function(raw, mark, name) {
  odd <- !raw$state %in% cq_states
  if (any(odd)) {
    ddcq_abort(
      c("The column {.field state} of {.val {name}} must hold {some(cq_states)}, not {some(raw$state[odd])}.",
        "i" = "If it is a column of your own, give it another name."
      ), "format"
    )
  }
  number <- parse_number(raw$cq_text, mark)
  number[!is.na(number) & (number <= 0 | number >= 100)] <- NA
  if (any(is.na(number) & raw$state == "quantified")) {
    ddcq_abort("Every row of {.val {name}} with the state \"quantified\" must have a Cq.", "format")
  }
  table_frame(raw, number, raw$state, mark, name)
}

table_frame <- function(raw, cq, state, mark, name) {
  out <- raw[intersect(c("run", "sample", "target", "task", "dye", "note"), names(raw))]
  for (role in intersect(c("quantity", "tm"), names(raw))) {
    out[[role]] <- number_column(raw[[role]], mark, role, name)
  }
  out$well <- if (is.null(raw$well)) rep(NA_character_, length(cq)) else well_name(raw$well)
  out[c("cq", "state", "cq_text")] <- list(cq, state, raw$cq_text)
  list2DF(out)
}

table_ask_na <- function(raw, gap, code, name) {
  n <- sum(gap | code)
  shown <- raw$cq_text[gap | code]
  shown[is.na(shown)] <- ""
  ddcq_abort(
    c("{n} row{?s} of {.val {name}} {cli::qty(n)}{?has/have} no Cq ({some(shown)}); `na` must say what that means.",
      "i" = "{.code na = \"nondetect\"}: the well ran and found nothing.",
      "i" = "{.code na = \"missing\"}: the well was not measured, or was taken out by hand."
    ), "argument"
  )
}

# Columns that play no part are kept under their own names: design factors come this way. Numbers become numbers.
table_extras <- function(data, table, other, kept, mark, name) {
  columns <- clean_text(table$names[other])
  twice <- columns[duplicated(columns) | columns %in% names(data)]
  if (length(twice)) {
    ddcq_abort("{.val {name}} has a column {.field {twice[1]}} twice.", "format")
  }
  extras <- lapply(other, function(j) {
    text <- formula_plain(clean_text(table$cells[kept, j]))
    text[text %in% "NA"] <- NA
    number <- parse_number(text, mark)
    if (all(is.na(number) == is.na(text)) && any(!is.na(number))) number else text
  })
  list2DF(c(as.list(data), stats::setNames(extras, columns)))
}
