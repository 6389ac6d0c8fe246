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

open_repaired <- function(path, members, name) {
  fixed <- right_names(members$Name)
  if (anyDuplicated(fixed)) {
    twice <- fixed[duplicated(fixed)]
    ddcq_abort("{.val {name}} holds a part of a workbook twice: {some(twice)}.", "file")
  }
  bytes <- rename_parts(read_bytes(path, file.size(path)), right_names)
  if (is.null(bytes)) {
    refuse_zip(name)
  }
  copy <- tempfile("book", fileext = ".xlsx")
  on.exit(unlink(copy), add = TRUE)
  writeBin(bytes, copy)
  src <- open_book(copy, "xlsx", name)
  sheets <- lapply(stats::setNames(nm = src$sheets), src$cells)
  src$cells <- function(sheet) sheets[[sheet]]
  src
}

# The parts of a zip by the directory at its end: list of lists of where the entry, the part's own header and its data
# begin (zero-based), how long they are, how it was packed and its checksum. NULL where the directory is not as it
# should be (also: encrypted, or larger than a workbook's can be).
zip_directory <- function(bytes) {
  whole <- function(at, n) sum(as.integer(bytes[at + seq_len(n)]) * 256^(seq_len(n) - 1))
  is <- function(at, sign) at >= 0 && at + 4 <= length(bytes) && identical(bytes[at + 1:4], as.raw(c(0x50, 0x4B, sign)))
  at <- directory_end(bytes)
  if (is.na(at)) {
    return(NULL)
  }
  n <- whole(at + 10, 2)
  entry <- whole(at + 16, 4)
  parts <- vector("list", n)
  for (i in seq_len(n)) {
    if (!is(entry, c(1, 2)) || entry + 46 > length(bytes)) {
      return(NULL)
    }
    size <- whole(entry + 28, 2)
    local <- whole(entry + 42, 4)
    packed <- whole(entry + 20, 4)
    encrypted <- whole(entry + 8, 2) %% 2 == 1
    if (encrypted || !is(local, c(3, 4)) || local + 30 > length(bytes) || entry + 46 + size > length(bytes)) {
      return(NULL)
    }
    data <- local + 30 + whole(local + 26, 2) + whole(local + 28, 2)
    if (whole(local + 26, 2) != size || data + packed > length(bytes)) {
      return(NULL)
    }
    parts[[i]] <- list(
      name = bytes[entry + 46 + seq_len(size)], entry = entry, local = local, data = data, packed = packed,
      method = whole(entry + 10, 2), sum = bytes[entry + 16 + 1:4], size = whole(entry + 24, 4)
    )
    entry <- entry + 46 + size + whole(entry + 30, 2) + whole(entry + 32, 2)
  }
  parts
}

# A zip's names stand in its directory at the end and again before each part. Returns the bytes with both set right,
# or NULL where that cannot be.
rename_parts <- function(bytes, right) {
  parts <- zip_directory(bytes)
  for (part in parts) {
    size <- length(part$name)
    new <- charToRaw(right(rawToChar(part$name)))
    if (length(new) != size || !identical(bytes[part$local + 30 + seq_len(size)], part$name)) {
      return(NULL)
    }
    bytes[part$entry + 46 + seq_len(size)] <- new
    bytes[part$local + 30 + seq_len(size)] <- new
  }
  if (is.null(parts)) NULL else bytes
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

# Unpacks parts of a zip in memory, block by block, to see how large they are and that they are what their checksums
# say: a damaged sheet can have other numbers, and it can take the reader of workbooks, and with it R, down.
count_parts <- function(path, parts, name, limit = read_limit) {
  directory <- zip_directory(read_bytes(path, file.size(path)))
  name_of <- function(part) rawToChar(part$name[part$name != as.raw(0)])
  at <- match(parts, iconv(vapply(directory, name_of, ""), "UTF-8", "UTF-8", sub = "byte"))
  if (is.null(directory) || anyNA(at)) {
    refuse_zip(name)
  }
  total <- 0
  most <- max(200 * file.size(path), 2^20)
  for (part in directory[at]) {
    total <- total + part_size(path, part, min(limit, most) - total, name)
  }
  invisible(total)
}

refuse_zip <- function(name) {
  ddcq_abort("{.val {name}} is a zip or xlsx file that is damaged or not complete.", "file")
}

part_size <- function(path, part, room, name) {
  copy <- tempfile("part")
  on.exit(unlink(copy))
  writeBin(as_gzip(path, part), copy)
  con <- gzfile(copy, "rb")
  on.exit(close(con), add = TRUE, after = FALSE)
  size <- 0
  whole <- tryCatch(
    {
      while (size <= room && (n <- length(readBin(con, "raw", 2^16))) > 0) size <- size + n
      TRUE
    },
    error = function(e) FALSE, warning = function(w) FALSE
  )
  if (size > room) {
    ddcq_abort("{.val {name}} would unpack to more than any Cq export does.", "file")
  }
  if (!whole || size != part$size || !part$method %in% c(0, 8)) {
    refuse_zip(name)
  }
  size
}

# A part of a zip as a gzip file, whose checksum R holds it against as it reads. What was stored without packing
# becomes blocks that are stored without packing.
as_gzip <- function(path, part) {
  con <- file(path, "rb", raw = TRUE)
  on.exit(close(con))
  seek(con, part$data)
  body <- readBin(con, "raw", part$packed)
  four <- function(x) as.raw(x %/% 256^(0:3) %% 256)
  if (part$method == 0) {
    from <- seq(0, max(length(body) - 1, 0), by = 65535)
    body <- unlist(lapply(from, function(at) {
      piece <- body[seq(at + 1, length.out = min(65535, length(body) - at))]
      n <- four(length(piece))[1:2]
      c(as.raw(at == from[length(from)]), n, !n, piece)
    }))
  }
  c(as.raw(c(0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3)), body, part$sum, four(part$size))
}
