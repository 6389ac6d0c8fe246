# The plate view of CFX: a grid with several lines a plate row, "A,Content", "A,Sample", "A,Cq", and one more for the
# quantity. It names no target. It is read where every plate row has exactly one line of Cq.

cfx_find_plate <- function(src, blocks) {
  numbered <- function(x) {
    x <- sub("[.]0+$", "", x)
    length(x) > 4 && all(x[1:2] == "") && identical(x[3:5], c("1", "2", "3"))
  }
  headers <- lapply(blocks, find_header, wanted = numbered, pattern = "[,;\t]\"?1(.0)?\"?[,;\t]", search = 60L)
  good <- which(!vapply(headers, is.null, NA))
  if (!length(good)) {
    return(NULL)
  }
  if (length(good) > 1) {
    choose_block(vapply(blocks[good], `[[`, "", "name"), src)
  }
  found <- list(block = blocks[[good]], header = headers[[good]], blocks = blocks)
  plate <- plate_lines(found, src)
  rows <- plate$row[plate$label %in% "cq"]
  if (!length(rows) || anyDuplicated(rows) || !setequal(rows, plate$row)) {
    return(list(refuse = "a Bio-Rad plate view without one line of Cq a plate row", part = "view"))
  }
  c(found, list(part = "plate", by = "its grid of wells"))
}

# The lines of the grid: list(row, label, cells, table). A plate row's letter may stand in its first line only.
plate_lines <- function(found, src) {
  table <- block_table(found$block, found$header, src$name)
  row <- clean_text(table$cells[, 1])
  filled <- cumsum(!is.na(row))
  row <- c(NA, row[!is.na(row)])[filled + 1]
  wells <- grep("^[1-9][0-9]?([.]0+)?$", table$plain)
  list(row = row, label = plain_names(table$cells[, 2]), cells = table$cells[, wells, drop = FALSE],
       columns = as.integer(table$plain[wells]), table = table)
}

cfx_read_plate <- function(found, src, ask) {
  plate <- plate_lines(found, src)
  cq <- which(plate$label == "cq")
  line <- function(at) clean_text(as.vector(t(plate$cells[at, , drop = FALSE])))
  named <- function(label) {
    at <- match(plate$row[cq], plate$row[plate$label %in% label])
    if (!anyNA(at)) line(which(plate$label %in% label)[at])
  }
  # the line under that of the Cq is the quantity, whatever its unit is called
  below <- cq + 1L
  after <- all(below <= length(plate$row)) && identical(plate$row[below], plate$row[cq]) &&
    !any(plate$label[below] %in% c("content", "sample", "target"))
  raw <- list(
    well = paste0(rep(plate$row[cq], each = length(plate$columns)), plate$columns), content = named("content"),
    sample = named("sample"), target = named("target"), cq_text = line(cq), quantity = if (after) line(below)
  )
  raw <- Filter(Negate(is.null), raw)
  sheet <- found$block$name
  if (src$kind != "text" && !sheet %in% c("0", "Sheet1")) raw$dye <- rep(sheet, length(raw$well))
  got <- wells_frame(raw, src, ask, cfx_spec(src))
  got$meta <- read_meta(src, found, plate$table, character(), got$mark, integer(), NA_real_)
  got$meta$columns <- c(cq = "the lines Cq", task = "the lines Content", sample = "the lines Sample")
  got$counts$blank <- plate$table$blank
  got
}
