# From bytes to text, and from text to fields and numbers: what every reader of text shares. Nothing here knows an
# instrument. Files are read once, as bytes; encoding, line ends and delimiter are found out, never taken from the
# file's extension.

read_limit <- 256 * 1024^2

check_file <- function(path) {
  if (dir.exists(path)) {
    ddcq_abort(
      c("{.arg path} must be a file, and {.val {path}} is a folder.",
        "i" = "Name its files: {.code list.files(\"folder\", full.names = TRUE)}."
      ), "file"
    )
  }
  if (!file.exists(path)) {
    meant <- near(basename(path), list.files(dirname(path)))
    ddcq_abort(
      c("{.arg path} must be a file that is there: {.val {path}} is not.",
        if (length(meant)) c("i" = "Did you mean {some(meant)}?")
      ), "file"
    )
  }
  size <- file.size(path)
  if (!is.na(size) && size > read_limit) {
    ddcq_abort("{.val {basename(path)}} has {round(size / 1024^2)} MB; a Cq export has at most 256.", "file")
  }
  size
}

# `raw = TRUE`: a connection would otherwise unpack a compressed file on the way, whatever its size.
read_bytes <- function(path, n) {
  bytes <- tryCatch(
    {
      con <- file(path, "rb", raw = TRUE)
      on.exit(close(con), add = TRUE)
      readBin(con, "raw", n)
    },
    error = function(e) NULL, warning = function(w) NULL
  )
  if (is.null(bytes)) {
    ddcq_abort("{.val {basename(path)}} cannot be read: is it open elsewhere, or not yours to read?", "file")
  }
  bytes
}

# Bytes to lines of UTF-8. Order: byte-order mark, UTF-16 by its zero bytes, UTF-8 where valid, else Windows' Latin.
decode_text <- function(bytes, name) {
  encoding <- guess_encoding(bytes)
  if (startsWith(encoding, "UTF-16")) {
    text <- iconv(list(bytes), encoding, "UTF-8")
    bytes <- if (is.na(text)) raw() else charToRaw(text)
  }
  bytes <- drop_mark_and_tail(bytes)
  if (!length(bytes)) {
    ddcq_abort("{.val {name}} is empty.", "file")
  }
  text <- plain_text(bytes)
  if (is.null(text)) {
    ddcq_abort(c("{.val {name}} is not text: it holds zero bytes.", known_hint()), "format")
  }
  ends <- list(ends = "LF")
  if (grepl("\r", text, fixed = TRUE, useBytes = TRUE)) {
    ends <- unify_line_ends(bytes)
    text <- rawToChar(ends$bytes)
  }
  if (!startsWith(encoding, "UTF-16") && !grepl("[^\\x01-\\x7f]", text, perl = TRUE, useBytes = TRUE)) {
    return(list(lines = strsplit(text, "\n", fixed = TRUE)[[1]], encoding = "ASCII", ends = ends$ends))
  }
  if (!validUTF8(text)) {
    encoding <- "Windows-1252"
    text <- from_cp1252(text, name)
  }
  Encoding(text) <- "UTF-8"
  list(lines = strsplit(text, "\n", fixed = TRUE)[[1]], encoding = encoding, ends = ends$ends)
}

# A spreadsheet has at most 16,384 columns; more would only keep everything after this busy. XML has lines, no columns.
check_width <- function(lines, name, most = 16384L) {
  top <- utils::head(lines, 1000)
  top <- top[nchar(top, "bytes") > most & !grepl("^\\s*<", top)]
  for (line in top) {
    bytes <- charToRaw(line)
    n <- max(vapply(charToRaw("\t,;"), function(sep) sum(bytes == sep), 0L)) + 1L
    if (n > most) {
      ddcq_abort("{.val {name}} has a line of {n} columns; no Cq export has more than {most}.", "format")
    }
  }
}

guess_encoding <- function(bytes) {
  start <- as.integer(utils::head(bytes, 2000))
  if (length(start) >= 2 && start[1] == 0xFF && start[2] == 0xFE) {
    return("UTF-16LE")
  }
  if (length(start) >= 2 && start[1] == 0xFE && start[2] == 0xFF) {
    return("UTF-16BE")
  }
  odd <- seq_along(start) %% 2 == 1
  if (length(start) >= 8 && mean(start[!odd] == 0) > 0.5 && !any(start[odd] == 0)) {
    return("UTF-16LE")
  }
  if (length(start) >= 8 && mean(start[odd] == 0) > 0.5 && !any(start[!odd] == 0)) {
    return("UTF-16BE")
  }
  "UTF-8"
}

# Bytes as one string, its encoding unsaid; NULL where they hold a zero, as no text does.
plain_text <- function(bytes) tryCatch(rawToChar(bytes), error = function(e) NULL)

drop_mark_and_tail <- function(bytes) {
  if (length(bytes) >= 3 && identical(bytes[1:3], as.raw(c(0xEF, 0xBB, 0xBF)))) {
    bytes <- bytes[-(1:3)]
  }
  n <- length(bytes)
  while (n > 0 && bytes[n] == as.raw(0)) {
    n <- n - 1L
  }
  if (n < length(bytes)) bytes[seq_len(n)] else bytes
}

unify_line_ends <- function(bytes) {
  cr <- which(bytes == as.raw(13))
  if (!length(cr)) {
    return(list(bytes = bytes, ends = "LF"))
  }
  following <- c(bytes, as.raw(0))[cr + 1]
  # "\r\r\n" is one line end that went through a text-mode copy twice
  doubled <- following == as.raw(13) & c(bytes, as.raw(c(0, 0)))[cr + 2] == as.raw(10)
  paired <- following == as.raw(10) | doubled
  kinds <- c("CRLF"[any(paired)], "CR"[any(!paired)], "LF"[sum(bytes == as.raw(10)) > sum(following == as.raw(10))])
  bytes[cr[!paired]] <- as.raw(10)
  if (any(paired)) {
    bytes <- bytes[-cr[paired]]
  }
  list(bytes = bytes, ends = paste(kinds, collapse = " and "))
}

from_cp1252 <- function(text, name) {
  out <- iconv(text, "CP1252", "UTF-8")
  if (is.na(out)) {
    ddcq_abort(c("The text of {.val {name}} is neither UTF-8 nor Windows-1252.", known_hint()), "format")
  }
  out
}

# Lines to fields. A quote counts only where a field begins; `lines` must be joined already (see join_quoted).
split_fields <- function(lines, sep) {
  quoted <- grep("\"", lines, fixed = TRUE)
  fields <- strsplit(lines, sep, fixed = TRUE)
  if (!length(quoted)) {
    return(fields)
  }
  plain <- unquote_whole(fields[quoted])
  if (!is.null(plain)) {
    fields[quoted] <- plain
    return(fields)
  }
  fields[quoted] <- strsplit(protect_quoted(lines[quoted], sep), sep, fixed = TRUE)
  fields[quoted] <- lapply(fields[quoted], function(x) chartr("\001\002", paste0(sep, "\n"), x))
  fields
}

# The common case: every field that opens with a quote closes with its next one, so no separator, line end or quote is
# inside. NULL where that is not so.
unquote_whole <- function(fields) {
  flat <- unlist(fields, use.names = FALSE)
  open <- which(startsWith(flat, "\""))
  if (!all(grepl("^\"[^\"\002]*\"$", flat[open])) || any(grepl("\002", flat, fixed = TRUE))) {
    return(NULL)
  }
  flat[open] <- substr(flat[open], 2, nchar(flat[open]) - 1)
  unname(split(flat, rep(factor(seq_along(fields)), lengths(fields))))
}

quoted_field <- function(sep) {
  sprintf("(?:(?<=^)|(?<=%1$s))\"([^\"]*+(?:\"\"[^\"]*+)*+)\"(?=%1$s|$)", sep)
}

protect_quoted <- function(lines, sep) {
  at <- gregexpr(quoted_field(sep), lines, perl = TRUE)
  regmatches(lines, at) <- lapply(regmatches(lines, at), function(field) {
    field <- gsub("\"\"", "\"", substr(field, 2, nchar(field) - 1), fixed = TRUE)
    chartr(sep, "\001", field)
  })
  lines
}

# A quoted field may hold line ends (comments do). Lines whose last field is opened and not closed take the next ones
# with them; a quote that nothing closes is a character like others, and where `lost` of them are, all are.
join_quoted <- function(lines, sep, reach = 20L, lost = 200L) {
  rows <- seq_along(lines)
  with <- grep("\"", lines, fixed = TRUE)
  if (!length(with)) {
    return(list(lines = lines, rows = rows))
  }
  open <- with[is_open(lines[with], sep)]
  drop <- integer()
  for (i in open) {
    if (i %in% drop) next
    if (lost == 0) break
    lost <- lost - 1L
    for (j in seq_len(min(reach, length(lines) - i))) {
      joined <- paste(lines[i + 0:j], collapse = "\002")
      if (!is_open(joined, sep)) {
        lines[i] <- joined
        drop <- c(drop, i + seq_len(j))
        lost <- lost + 1L
        break
      }
    }
  }
  if (length(drop)) list(lines = lines[-drop], rows = rows[-drop]) else list(lines = lines, rows = rows)
}

is_open <- function(lines, sep) {
  rest <- gsub(quoted_field(sep), "", lines, perl = TRUE)
  grepl(sprintf("(^|%s)\"[^\"]*$", sep), rest)
}

# Fields to a character matrix of `width` columns: short rows are padded; text beyond the header is an error.
fields_matrix <- function(fields, width, rows, name) {
  size <- lengths(fields)
  long <- which(size > width)
  beyond <- long[vapply(fields[long], function(x) any(grepl("[^[:space:]]", x[-seq_len(width)])), NA)]
  if (length(beyond)) {
    at <- rows[beyond]
    ddcq_abort(
      c("The rows of {.val {name}} must not be longer than their header of {width} columns.",
        "x" = "Longer: line {some(at)}."
      ), "format"
    )
  }
  if (length(size) && all(size == width)) {
    return(matrix(unlist(fields, use.names = FALSE), ncol = width, byrow = TRUE))
  }
  fields[long] <- lapply(fields[long], utils::head, n = width)
  size <- pmin(size, width)
  out <- matrix("", length(fields), width)
  out[cbind(rep(seq_along(fields), size), sequence(size))] <- unlist(fields, use.names = FALSE)
  out
}
