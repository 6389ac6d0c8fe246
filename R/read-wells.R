# What readers share whose table has one row a well and dye: the cells of each part, the rows that are reactions, and
# the columns of a cq_data. What differs is a `spec`, a list of
#   columns, cq     the names of the parts' columns and of the Cq, as `plain` (a function) writes them
#   none, words     cells that stand for an empty one; words of the format's own for no Cq
#   blank           what an empty Cq means (else "missing")
#   tidy, keep      functions of the parts: settles what the format means (rows set in `drop` are not read, and
#                   counted apart); says which rows are reactions
#   text, number    further columns that are kept

read_wells <- function(found, src, ask, spec) {
  table <- block_table(found$block, found$header, src$name)
  table$plain <- spec$plain(table$plain)
  cq <- pick_cq(table, spec$cq, src$name)
  names <- map_columns(table, spec$columns, src$name)
  cell <- function(j) {
    text <- clean_text(table$cells[, j])
    replace(text, text %in% spec$none, NA)
  }
  raw <- lapply(names[!is.na(names)], cell)
  raw$cq_text <- cell(cq)
  got <- wells_frame(raw, src, ask, spec)
  keys <- read_keys(src, found$block, found$header$row)
  got$meta <- read_meta(src, found, table, keys, got$mark, c(cq = cq, names), NA_real_)
  got$counts$blank <- table$blank
  got
}

# From the text of parts to list(data, mark, raw, counts).
wells_frame <- function(raw, src, ask, spec) {
  raw <- spec$tidy(raw)
  kept <- spec$keep(raw)
  dropped <- raw$drop %||% rep(FALSE, length(kept))
  raw <- lapply(raw, `[`, kept & !dropped)
  if (!is.null(ask$target) && all(is.na(raw$target))) {
    raw$target <- rep(ask$target, length(raw$cq_text))
  }
  columns <- c("48" = 8, "96" = 12, "384" = 24, "1536" = 48)[as.character(ask$plate %||% "none")]
  mark <- file_mark(raw, src$name)
  data <- wells_data(raw, mark, columns, ask$na %||% spec$blank %||% "missing", spec, src$name)
  list(
    data = data, mark = mark, raw = raw,
    counts = list(read = length(kept), empty = sum(!kept & !dropped), dropped = sum(dropped), blank = 0L)
  )
}

# A spreadsheet shows "####" for a number that its column is too narrow for; saved as text, the number is lost.
wells_data <- function(raw, mark, columns, blank, spec, name) {
  text <- raw$cq_text
  lost <- grepl("^#+$", text)
  raw$cq_text[lost] <- NA
  raw$cq_text[lower_ascii(text) %in% spec$words] <- "NaN"
  if (!is.null(raw$quantity)) {
    raw$quantity[grepl("#", raw$quantity, fixed = TRUE) | lower_ascii(raw$quantity) %in% spec$words] <- NA
  }
  data <- ab_data(raw, mark, columns, blank, name)
  data$cq_text <- text
  # a standard of no copies is a well without a quantity
  if (!is.null(data$quantity)) data$quantity[data$quantity %in% 0] <- NA
  for (role in intersect(spec$text, names(raw))) {
    if (any(!is.na(raw[[role]]))) data[[role]] <- raw[[role]]
  }
  for (role in intersect(spec$number, names(raw))) {
    value <- number_column(raw[[role]], mark, role, name)
    if (any(!is.na(value))) data[[role]] <- value
  }
  if (any(lost)) data <- mark_lost(data, lost, name)
  data
}

mark_lost <- function(data, lost, name) {
  wells <- data$well[lost]
  ddcq_warn(
    c("The Cq of {some(wells)} in {.val {name}} is lost: the file shows \"####\" in its place.",
      "i" = "Export again, or widen the column before saving as text."
    ), "data"
  )
  data$state[lost] <- "missing"
  if (is.null(data$note)) data$note <- NA_character_
  data$note[lost] <- "the file shows #### in place of the Cq"
  data
}

# A row is a reaction when it names something, or has a number for its Cq.
names_something <- function(raw, roles) {
  keep <- grepl("[0-9]", raw$cq_text)
  for (role in intersect(roles, names(raw))) keep <- keep | !is.na(raw[[role]])
  keep
}
