# Tables inside files. A source is an opened file; a block is one part of it in which a table may stand: a section
# `[Results]` of a text file, the whole text, or one sheet. Lines of text stay lines until the header is found, for
# only the table's own lines are worth splitting.

open_source <- function(path, size) {
  name <- basename(path)
  if (!isTRUE(size > 0)) {
    ddcq_abort("{.val {name}} is empty.", "file")
  }
  bytes <- read_bytes(path, size)
  kind <- book_kind(bytes)
  if (kind == "xls") {
    return(open_book(path, "xls"))
  }
  if (kind == "zip") {
    return(open_zip(path, name))
  }
  text <- decode_text(bytes, name)
  check_width(text$lines, name)
  if (!any(grepl("[^ \t,;\"]", utils::head(text$lines, 1000))) && !any(grepl("[^ \t,;\"]", text$lines))) {
    ddcq_abort("{.val {name}} is empty.", "file")
  }
  src <- c(list(kind = "text", name = name), text)
  src$blocks <- text_blocks(src$lines)
  src
}

open_zip <- function(path, name) {
  members <- zip_members(path)
  if (is.null(members) || !nrow(members)) {
    refuse_zip(name)
  }
  # the run files of 7500 and StepOne hold a workbook among their other parts
  if (!is_book(right_names(members$Name)) || any(startsWith(members$Name, "apldbio/"))) {
    return(list(kind = "zip", name = name, path = path, members = members$Name, sizes = members$Length))
  }
  check_zip(members, path)
  # the sizes in a zip's directory are only what it says
  count_parts(path, members$Name[!endsWith(members$Name, "/")], name)
  if (!is_book(members$Name)) {
    return(open_repaired(path, members, name))
  }
  open_book(path, "xlsx")
}

# The blocks of a source by name. A text without sections is one block; what stands before the first section or the
# header are the file's keys.
source_blocks <- function(src) {
  if (src$kind == "text") {
    return(src$blocks)
  }
  lapply(src$sheets, function(sheet) list(name = sheet, cells = src$cells))
}

text_blocks <- function(lines) {
  at <- which(startsWith(lines, "[") | startsWith(lines, "\"["))
  at <- at[grepl("^\"?\\[[^]]+\\][ \",;\t]*$", lines[at])]
  if (!length(at)) {
    return(list(list(name = "", lines = lines, from = 0L, keys = 0L)))
  }
  ends <- c(at[-1] - 1L, length(lines))
  names <- sub("^\"?\\[([^]]+)\\].*$", "\\1", lines[at])
  Map(function(name, first, last) {
    list(name = name, lines = lines[seq_len(last - first) + first], from = first, keys = at[1] - 1L)
  }, names, at, ends, USE.NAMES = FALSE)
}

block_cells <- function(block) block$cells(block$name)

# The first row of a block whose column names satisfy `wanted` (a function of the plain names), within the first
# `search` rows: list(row, sep, names). `rows`: the only rows that may be the header.
find_header <- function(block, wanted, pattern = "[Ww][Ee][Ll][Ll]", search = 150L, rows = NULL) {
  if (!is.null(block$cells)) {
    return(find_header_cells(block_cells(block), wanted, search, rows))
  }
  rows <- rows %||% grep(pattern, utils::head(block$lines, search), perl = TRUE)
  for (row in rows) {
    for (sep in c("\t", ",", ";")) {
      if (!grepl(sep, block$lines[row], fixed = TRUE)) next
      names <- split_fields(block$lines[row], sep)[[1]]
      if (wanted(plain_names(names))) {
        return(list(row = row, sep = sep, names = names))
      }
    }
  }
  NULL
}

find_header_cells <- function(cells, wanted, search, rows) {
  rows <- rows %||% seq_len(min(search, nrow(cells)))
  for (row in rows[rowSums(cells[rows, , drop = FALSE] != "") > 1]) {
    if (wanted(plain_names(cells[row, ]))) {
      return(list(row = row, sep = "", names = cells[row, ]))
    }
  }
  NULL
}

# The table under a header: list(cells, names, rows, keys after it). Trailing columns without a name and without
# text are gone; blank rows and the key lines after the table are not rows.
block_table <- function(block, header, name) {
  names <- header$names
  if (is.null(block$cells)) {
    part <- text_rows(block, header, name)
  } else {
    cells <- block_cells(block)
    rows <- seq_len(nrow(cells) - header$row) + header$row
    part <- list(cells = cells[rows, , drop = FALSE], rows = rows)
  }
  part <- cut_table(part, name)
  c(part, list(names = names, plain = plain_names(names)))
}

text_rows <- function(block, header, name) {
  lines <- block$lines[-seq_len(header$row)]
  joined <- if (header$sep == "\t") list(lines = lines, rows = seq_along(lines)) else join_quoted(lines, header$sep)
  rows <- joined$rows + header$row + block$from
  fields <- split_fields(joined$lines, header$sep)
  # key lines after the table are no rows and may be of any length
  footer <- is_footer(joined$lines)
  fields[footer] <- lapply(fields[footer], utils::head, n = length(header$names))
  list(cells = fields_matrix(fields, length(header$names), rows, name), rows = rows)
}

footer_pattern <- paste0(
  "^[ \"]*+(Analysis Type|Endogenous Control|Reference Sample|RQ Min/Max Confidence Level|",
  "Standard Curve|Analysis Settings)[^\t,;]*( =|[,;\t]|$)"
)

is_footer <- function(x) grepl(footer_pattern, x, perl = TRUE)

# Rows end where the key lines begin. Blank rows inside the table are passed over, never taken for its end.
cut_table <- function(part, name) {
  if (!nrow(part$cells)) {
    return(c(part, list(blank = 0L)))
  }
  first <- part$cells[, 1]
  footer <- is_footer(first)
  blank <- !grepl("[^ \t]", first, perl = TRUE)
  blank[blank] <- !grepl("[^ \t]", row_text(part$cells[blank, , drop = FALSE]))
  if (any(footer)) {
    late <- which(!footer & !blank & seq_along(first) > which(footer)[1])
    # a lone word after the key lines is a remark; more than that would be rows
    row <- rowSums(part$cells[late, , drop = FALSE] != "") > 2
    if (any(row)) {
      ddcq_abort(
        c("The table of {.val {name}} must end before its key lines.",
          "x" = "Rows after them: line {some(part$rows[late[row]])}.",
          "i" = "Were several exports pasted into one file? Give each its own."
        ), "format"
      )
    }
    footer[late] <- TRUE
  }
  keep <- !footer & !blank
  last <- if (any(keep)) max(which(keep)) else 0L
  list(
    cells = part$cells[keep, , drop = FALSE], rows = part$rows[keep], blank = sum(blank & seq_along(blank) < last)
  )
}

row_text <- function(cells) {
  do.call(paste, c(lapply(seq_len(ncol(cells)), function(j) cells[, j]), sep = "\t"))
}

# Where keys stand: the first lines, or the first column of the first sheet.
key_lines <- function(src, n = 60L) {
  if (src$kind == "text") {
    return(utils::head(src$lines, n))
  }
  cells <- src$cells(src$sheets[1])
  if (length(cells)) utils::head(cells[, 1], n) else character()
}

# The key lines of a file ("* Key = Value", "# Key: Value", "Key,Value,,"): plain key -> value.
read_keys <- function(src, block, row) {
  if (src$kind == "text") {
    last <- if (nzchar(block$name)) block$keys else row - 1L
    parts <- sub("[,;\t]+$", "", src$lines[seq_len(last)])
  } else {
    cells <- block_cells(block)[seq_len(row - 1L), , drop = FALSE]
    parts <- if (ncol(cells) > 1) paste(cells[, 1], cells[, 2], sep = "\t") else cells[, 1]
  }
  parts <- sub("^[ \"]*+[*#] *+", "", parts, perl = TRUE)
  at <- regexpr(" *+(=|: |:$|\t|,|;) *+", parts, perl = TRUE)
  has <- at > 1
  keys <- plain_names(substr(parts[has], 1, at[has] - 1))
  values <- substring(parts[has], at[has] + attr(at, "match.length")[has])
  values <- clean_text(gsub("^\"|\"$", "", values))
  stats::setNames(values, keys)[!duplicated(keys)]
}

# Key lines that Design & Analysis writes and the older software does not.
da_keyed <- function(lines) {
  pattern <- "^[ \"]*+#? *+(Software Name and Version|Software name|PCR Stage/Step Number|Run Start Date/Time)"
  any(grepl(pattern, lines, perl = TRUE))
}
