# Workbooks that Bio-Rad CFX writes: their parts are named with backslashes and in lower case, and no reader of
# workbooks finds them. The remedy is a copy whose names are put right, in place: the right name has as many bytes as
# the wrong one. Nothing is unpacked to disk; the copy is deleted once its sheets are read.

# The parts of a workbook whose names have capitals.
book_parts <- c(
  "[Content_Types].xml", "xl/sharedStrings.xml", "xl/calcChain.xml", "docProps/app.xml", "docProps/core.xml"
)

right_names <- function(names) {
  plain <- which(validUTF8(names))
  out <- names
  out[plain] <- chartr("\\", "/", names[plain])
  at <- match(lower_ascii(out[plain]), lower_ascii(book_parts))
  out[plain[!is.na(at)]] <- book_parts[at[!is.na(at)]]
  out
}

is_book <- function(names) all(c("xl/workbook.xml", "[Content_Types].xml") %in% names)

# The parts are counted as they are unpacked in memory, for the sizes in a zip's directory are only what it says.
open_repaired <- function(path, members, name) {
  fixed <- right_names(members$Name)
  if (anyDuplicated(fixed)) {
    twice <- fixed[duplicated(fixed)]
    ddcq_abort("{.val {name}} holds a part of a workbook twice: {some(twice)}.", "file")
  }
  bytes <- rename_parts(read_bytes(path, file.size(path)), right_names)
  if (is.null(bytes)) {
    ddcq_abort("{.val {name}} begins like an xlsx file but cannot be opened: is it complete?", "file")
  }
  copy <- tempfile("book", fileext = ".xlsx")
  on.exit(unlink(copy), add = TRUE)
  writeBin(bytes, copy)
  count_parts(copy, fixed, name)
  src <- open_book(copy, "xlsx", name)
  sheets <- lapply(stats::setNames(nm = src$sheets), src$cells)
  src$cells <- function(sheet) sheets[[sheet]]
  src
}

# A zip's names stand in its directory at the end and again before each part. Returns the bytes with both set right,
# or NULL where the directory is not as it should be (also: encrypted, or larger than a workbook's can be).
rename_parts <- function(bytes, right) {
  whole <- function(at, n) sum(as.integer(bytes[at + seq_len(n)]) * 256^(seq_len(n) - 1))
  is <- function(at, sign) at >= 0 && at + 4 <= length(bytes) && identical(bytes[at + 1:4], as.raw(c(0x50, 0x4B, sign)))
  at <- directory_end(bytes)
  if (is.na(at)) {
    return(NULL)
  }
  n <- whole(at + 10, 2)
  entry <- whole(at + 16, 4)
  for (i in seq_len(n)) {
    if (!is(entry, c(1, 2)) || entry + 46 > length(bytes)) {
      return(NULL)
    }
    size <- whole(entry + 28, 2)
    local <- whole(entry + 42, 4)
    encrypted <- whole(entry + 8, 2) %% 2 == 1
    if (encrypted || !is(local, c(3, 4)) || whole(local + 26, 2) != size || entry + 46 + size > length(bytes)) {
      return(NULL)
    }
    old <- bytes[entry + 46 + seq_len(size)]
    new <- charToRaw(right(rawToChar(old)))
    if (length(new) != size || !identical(bytes[local + 30 + seq_len(size)], old)) {
      return(NULL)
    }
    bytes[entry + 46 + seq_len(size)] <- new
    bytes[local + 30 + seq_len(size)] <- new
    entry <- entry + 46 + size + whole(entry + 30, 2) + whole(entry + 32, 2)
  }
  bytes
}

# Where the directory's end record begins (zero-based): the last one whose comment reaches the end of the file.
directory_end <- function(bytes) {
  n <- length(bytes)
  from <- max(0, n - 65557)
  near_end <- bytes[(from + 1):n]
  at <- which(near_end == as.raw(0x50)) + from - 1
  for (i in rev(at[at + 22 <= n])) {
    if (identical(bytes[i + 1:4], as.raw(c(0x50, 0x4B, 5, 6)))) {
      comment <- as.integer(bytes[i + 21]) + 256L * as.integer(bytes[i + 22])
      if (i + 22 + comment == n) {
        return(i)
      }
    }
  }
  NA
}

count_parts <- function(path, parts, name, limit = read_limit) {
  total <- 0
  most <- max(200 * file.size(path), 2^20)
  for (part in parts[!endsWith(parts, "/")]) {
    total <- total + part_size(path, part, min(limit, most) - total, name)
  }
  invisible(total)
}

part_size <- function(path, part, room, name) {
  con <- NULL
  on.exit(if (!is.null(con)) close(con))
  size <- 0
  whole <- tryCatch(
    {
      con <- unz(path, part, "rb")
      while (size <= room && (n <- length(readBin(con, "raw", 2^16))) > 0) size <- size + n
      TRUE
    },
    error = function(e) FALSE, warning = function(w) FALSE
  )
  if (!whole) {
    ddcq_abort("{.val {name}} begins like an xlsx file but cannot be opened: is it complete?", "file")
  }
  if (size > room) {
    ddcq_abort("{.val {name}} would unpack to more than any Cq export does.", "file")
  }
  size
}
