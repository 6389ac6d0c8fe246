# What the readers of older software share: tables that end before a summary, several tables in one text, wells that
# are numbers, and columns that name the plate. `raw` is a list of text columns by their part.

# In a text, `sheet` may choose among the analyses that it holds.
holds_analyses <- function(src) {
  src$kind == "text" &&
    any(grepl("^\"?Experiment Name\"?.*Analysis Name|^[\" ]*Quantitative analysis of ", src$lines))
}

# The rows of a table end with the first line whose well cell names no well. Rows below that line would be lost in
# silence, so they are an error, unless `stop` (a pattern of the line that follows) says what comes there. `broken`:
# lines without a well and without a Cq, between wells, are pieces of broken lines: they go, and it is said.
end_table <- function(block, header, well, cq, name, stop = "^$", broken = FALSE) {
  lines <- body_fields(block, header)
  cell <- function(j) clean_text(vapply(lines$fields, function(x) x[j], ""))
  is_well <- grepl("^<?[A-Za-z]{0,2}[0-9]{1,4}([.]0)?>?$", cell(well))
  blank <- !grepl("[^[:space:],;\"]", lines$text)
  last <- which(!is_well & !blank)[1]
  if (is.na(last)) {
    return(block)
  }
  if (!grepl(stop, lines$text[last], perl = TRUE)) {
    late <- seq_along(is_well) > last & is_well & is_row(lines$fields, cell(cq), header)
    if (broken && any(late)) {
      return(drop_broken(block, header, !is_well & !blank & seq_along(blank) < max(which(late)), cell(cq), name))
    }
    if (any(late)) {
      at <- which(late) + header$row + (block$from %||% 0L)
      ddcq_abort(
        c("The table of {.val {name}} must end where its wells end.",
          "x" = "After the line {lines$text[last]} come further wells: line {some(at)}.",
          "i" = "Were several exports pasted into one file? Give each its own."
        ), "format"
      )
    }
  }
  cut_block(block, 1L, header$row + last - 1L)
}

# Whether fields are a row of a table: they hold a result, or are as many as the header's and mostly filled (an empty
# Ct is a result, too, in some formats).
is_row <- function(fields, cq, header) {
  filled <- vapply(fields, function(x) sum(grepl("[^[:space:]]", x)), 0L)
  alike <- abs(lengths(fields) - length(header$names)) <= 1 & filled > 2
  lengths(fields) > 3 & (grepl("[0-9]", cq) | is_nondetect_word(cq) | alike)
}

drop_broken <- function(block, header, piece, cq, name) {
  at <- which(piece)
  lines <- at + header$row + (block$from %||% 0L)
  if (any(grepl("[0-9]", cq[at]))) {
    ddcq_abort(
      c("Every row of {.val {name}} must name its well.",
        "x" = "No well: line {some(lines)}."
      ), "format"
    )
  }
  ddcq_warn(
    c("{.val {name}} has {length(at)} piece{?s} of broken lines that {?was/were} passed over: line {some(lines)}.",
      "i" = "The row before may lack what stood there, such as its sample."
    ), "data"
  )
  block$lines[at + header$row] <- ""
  last <- max(which(piece)) + header$row
  cut_block(block, 1L, last + rows_until(block$lines[-seq_len(last)], header$sep))
}

# How many lines from the top on are rows with a number in front.
rows_until <- function(lines, sep) {
  good <- grepl(paste0("^\"?[0-9]+\"?(", sep, "|$)"), lines) | !grepl("[^[:space:],;\"]", lines)
  end <- which(!good)[1]
  if (is.na(end)) length(lines) else end - 1L
}

body_fields <- function(block, header) {
  if (is.null(block$cells)) {
    text <- block$lines[-seq_len(header$row)]
    return(list(text = text, fields = split_fields(text, header$sep)))
  }
  cells <- block_cells(block)
  cells <- cells[seq_len(nrow(cells)) > header$row, , drop = FALSE]
  list(text = row_text(cells), fields = lapply(seq_len(nrow(cells)), function(i) cells[i, ]))
}

# Rows `first` to `last` of a block, as a block.
cut_block <- function(block, first, last) {
  rows <- first - 1L + seq_len(last - first + 1L)
  if (is.null(block$cells)) {
    block$lines <- block$lines[rows]
  } else {
    cells <- block_cells(block)[rows, , drop = FALSE]
    block$cells <- function(name) cells
  }
  block$from <- (block$from %||% 0L) + first - 1L
  block
}

# All tables of a block that have one kind of header: list of list(block, header, above), where `above` are the lines
# between the table before and this one. `pattern` says which lines are worth splitting.
stacked_tables <- function(block, wanted, pattern) {
  cells <- if (!is.null(block$cells)) block_cells(block)
  rows <- header_rows(block, cells, pattern)
  headers <- list()
  from <- 1L
  while (length(rows <- rows[rows >= from])) {
    header <- find_header(block, wanted, rows = rows)
    if (is.null(header)) break
    headers <- c(headers, list(header))
    from <- header$row + 1L
  }
  at <- vapply(headers, `[[`, 0L, "row")
  ends <- c(at[-1] - 1L, if (is.null(cells)) length(block$lines) else nrow(cells))
  lapply(seq_along(headers), function(i) {
    header <- headers[[i]]
    header$row <- 1L
    first <- if (i == 1) 1L else at[i - 1]
    above <- if (is.null(cells)) block$lines[first:at[i]] else row_text(cells[first:at[i], , drop = FALSE])
    list(block = cut_block(block, at[i], ends[i]), header = header, above = utils::head(above, -1))
  })
}

header_rows <- function(block, cells, pattern) {
  if (is.null(cells)) {
    return(grep(pattern, block$lines, perl = TRUE))
  }
  hit <- grep(pattern, cells, perl = TRUE)
  sort(unique((hit - 1L) %% nrow(cells) + 1L))
}

# The blocks of a source that hold such tables; several sheets must be chosen from.
stacked_find <- function(src, wanted, pattern, sheet) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  blocks <- source_blocks(src)
  names <- vapply(blocks, `[[`, "", "name")
  if (!is.null(sheet) && src$kind != "text") blocks <- blocks[names == sheet]
  tables <- lapply(blocks, stacked_tables, wanted = wanted, pattern = pattern)
  good <- which(lengths(tables) > 0)
  if (length(good) > 1) {
    choose_block(vapply(blocks[good], `[[`, "", "name"), src)
  }
  if (length(good)) list(block = blocks[[good]], tables = tables[[good]], header = tables[[good]][[1]]$header)
}

# Columns of text of several tables below each other; a part that a table lacks is empty there.
bind_raw <- function(parts) {
  roles <- unique(unlist(lapply(parts, names)))
  sizes <- vapply(parts, function(x) length(x$cq_text), 1L)
  lapply(stats::setNames(nm = roles), function(role) {
    unlist(Map(function(x, n) x[[role]] %||% rep(NA_character_, n), parts, sizes), use.names = FALSE)
  })
}

# Text of the parts of a table: list(raw, at), `at` the places of its columns.
raw_cells <- function(table, columns, cq_names, name) {
  cq <- pick_cq(table, cq_names, name)
  at <- map_columns(table, columns, name)
  raw <- lapply(at[!is.na(at)], function(j) clean_text(table$cells[, j]))
  raw$cq_text <- clean_text(table$cells[, cq])
  list(raw = raw, at = c(cq = cq, at))
}

stack_frame <- function(raw, mark, columns, blank, name, keep) {
  data <- ab_data(raw, mark, columns, blank, name)
  for (role in intersect(keep, names(raw))) {
    if (any(!is.na(raw[[role]]))) data[[role]] <- raw[[role]]
  }
  data
}

stack_meta <- function(found, src, table, mark, at) {
  first <- found$tables[[1]]
  keys <- read_keys(src, found$block, length(first$above) + 1L)
  top <- list(block = first$block, header = first$header, by = found$by)
  names(keys) <- gsub("\"", "", names(keys), fixed = TRUE)
  keys <- gsub("\"", "", keys, fixed = TRUE)
  meta <- read_meta(src, top, table, keys, mark, at, NA_real_)
  meta$keys <- keys
  meta
}

# One word for every well where a file has no target of its own.
fill_target <- function(raw, ask) {
  if (!is.null(ask$target) && all(is.na(raw$target))) {
    raw$target <- rep(ask$target, length(raw$cq_text))
  }
  raw
}

# Wells by number: the columns of the plate, and what the log says of it. `only`: the plate of an instrument that takes
# no other; else a part of a larger plate may have the numbers of a small one, and the log says what was assumed.
plate_of_numbers <- function(well, ask, name, only = NULL) {
  number <- parse_number(well)
  if (all(is.na(number))) {
    return(list(columns = NA, note = NULL))
  }
  top <- max(number, na.rm = TRUE)
  guess <- c(96, 384, 1536)[top <= c(96, 384, 1536)][1]
  size <- ask$plate %||% only %||% guess
  if (is.na(size) || top > size) {
    ddcq_abort(
      c("The wells of {.val {name}} are numbered up to {top}, which no plate of {size} has.",
        "i" = "{.arg plate} says how many wells the plate has: 48, 96, 384 or 1536."
      ), "format"
    )
  }
  how <- paste0("wells are numbered, up to ", top)
  if (!is.null(ask$plate)) how <- paste0(how, "; as told")
  if (is.null(ask$plate) && is.null(only)) how <- paste0(how, "; assumed, else say `plate`")
  columns <- c("48" = 8, "96" = 12, "384" = 24, "1536" = 48)[[as.character(size)]]
  list(columns = columns, note = list(what = "plate", n = as.integer(size), detail = how))
}

# A file of several plates names the plate in a column: the first such column that is filled and has several names.
runs_of_plates <- function(table, names) {
  for (column in names) {
    at <- match(column, table$plain)
    if (is.na(at)) next
    run <- clean_text(table$cells[, at])
    if (!anyNA(run) && length(unique(run)) > 1) {
      return(run)
    }
  }
  NULL
}

# Files that name their plates themselves may give two plates one name: their wells would become replicates.
check_apart <- function(parts) {
  keys <- lapply(parts, function(x) unique(paste(x$run, x$well, x$target, sep = "\r")[!is.na(x$well)]))
  twice <- unlist(keys)
  twice <- unique(sub("\r.*", "", twice[duplicated(twice)]))
  if (length(twice)) {
    ddcq_abort(
      c("Two files must not hold the same well of the same run; the files name {cli::qty(twice)}the run{?s} \
         {some(twice)} twice.",
        "i" = "Is it one plate, exported twice? Read one of the files. Are they two plates of one name? Rename the one \
               in a copy of its file."
      ), "data"
    )
  }
}

# Several analyses of one plate: those of the same wells are results of different methods or channels, of which the
# user must choose; those of different wells are read together. `key`: run, well and dye of each row;
# `chosen`: what the user said, length 0 when unsaid.
choose_analysis <- function(analysis, key, chosen, name) {
  have <- unique(analysis)
  if (length(chosen)) {
    if (!chosen %in% have) {
      ddcq_abort(
        c("{.val {name}} has no analysis {.val {chosen}}; it has {some(have)}.", hint_near(chosen, have)),
        "argument"
      )
    }
    return(analysis %in% chosen)
  }
  pairs <- unique(data.frame(analysis, key))
  if (anyDuplicated(pairs$key)) {
    ddcq_abort(
      c("{.val {name}} holds {length(have)} analyses of the same wells: {some(have)}.",
        "i" = "Say which: {.code sheet = \"{have[1]}\"}."
      ), "format"
    )
  }
  rep(TRUE, length(analysis))
}
