# From the columns of a table to canonical ones: which column plays which part, and its text as numbers.

# The place of each part's column: the first of its names that the table has. A name that occurs twice must hold the
# same text twice. NA: the table has none.
map_columns <- function(table, columns, name) {
  vapply(columns, function(names) {
    at <- which(table$plain %in% names)
    if (!length(at)) {
      return(NA_integer_)
    }
    at <- at[table$plain[at] == names[names %in% table$plain][1]]
    for (other in at[-1]) {
      if (!identical(clean_text(table$cells[, at[1]]), clean_text(table$cells[, other]))) {
        ddcq_abort(
          "{.val {name}} has two columns {.field {table$names[at[1]]}} with different contents.", "format"
        )
      }
    }
    at[1]
  }, 1L)
}

# The column of Cq by its exact name. Two of them are told apart only when one is empty; the same one twice is one.
pick_cq <- function(table, names, name) {
  at <- which(table$plain %in% names)
  if (length(at) > 1) {
    text <- lapply(at, function(j) clean_text(table$cells[, j]))
    at <- at[!vapply(text, function(x) all(is.na(x)), NA) & !duplicated(text)]
  }
  if (length(at) > 1) {
    ddcq_abort(
      c("{.val {name}} must have one column of Cq; it has {some(table$names[at])}.",
        "i" = "Export with one of them, or delete the other from a copy."
      ), "format"
    )
  }
  if (length(at)) at else which(table$plain %in% names)[1]
}

# The decimal mark of the file: by its Cq, else by other columns with two digits before the mark, else the point.
file_mark <- function(raw, name) {
  for (role in c("cq_text", "tm", "threshold")) {
    mark <- decimal_mark(raw[[role]])
    if (identical(mark, "mixed")) {
      if (role != "cq_text") next
      comma <- grepl(",", raw$cq_text, fixed = TRUE)
      point <- grepl(".", raw$cq_text, fixed = TRUE) & !is_nondetect_word(raw$cq_text)
      ddcq_abort(
        c("The Cq of {.val {name}} must have one decimal mark.",
          "x" = "Found {some(raw$cq_text[comma], 2)} and {some(raw$cq_text[point], 2)}."
        ), "format"
      )
    }
    if (!is.na(mark)) {
      return(mark)
    }
  }
  "."
}

checked_cq <- function(text, mark, blank, well, name) {
  cq <- parse_cq(text, mark, blank)
  if (any(cq$unread)) {
    words <- text[cq$unread]
    where <- if (!is.null(well)) well[cq$unread]
    ddcq_abort(
      c("The Cq of {.val {name}} must be numbers or a word for none, such as \"Undetermined\".",
        "x" = "Not understood: {some(words)}{if (length(where)) ' in '}{some(where)}."
      ), "format"
    )
  }
  cq
}

# Numbers of a side column. "-", "N/A" and their like are none; what else is no number is NA, and for a quantity,
# which a standard curve will use, that is said.
number_column <- function(x, mark, role, name) {
  out <- parse_number(x, mark)
  if (role == "quantity") {
    lost <- x[!is.na(x) & is.na(out)]
    lost <- lost[!lost %in% c("-", "NA", "None") & !is_nondetect_word(lost)]
    if (length(lost)) {
      ddcq_warn(
        "{length(lost)} quantit{?y/ies} of {.val {name}} {cli::qty(length(lost))}{?is/are} no number and now missing: \\
         {some(lost)}.", "data"
      )
    }
  }
  out
}

# What the log tells about a file.
read_meta <- function(src, found, table, keys, mark, columns, cycles) {
  columns <- columns[!is.na(columns)]
  list(
    name = src$name, by = found$by, encoding = src$encoding, ends = src$ends,
    sep = switch(found$header$sep, "\t" = "tab", "," = "comma", ";" = "semicolon", ""),
    mark = mark, block = found$block$name, line = found$header$row + (found$block$from %||% 0L),
    columns = stats::setNames(clean_text(table$names[columns]), names(columns)), cycles = cycles,
    instrument = first_key(keys, c("instrument type", "instrument", "block type")),
    software = first_key(keys, c("software name and version", "analysis software")),
    experiment = first_key(keys, "experiment name"), remark = first_key(keys, "experiment comment"),
    date = first_key(keys, c(
      "experiment run end time", "run end date/time", "run end data/time", "run start date/time"
    ))
  )
}

first_key <- function(keys, names) {
  value <- keys[names]
  value <- value[!is.na(value)]
  if (length(value)) value[[1]] else ""
}
