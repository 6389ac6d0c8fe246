# From the text of cells to names, numbers, states and wells. Vectors in, vectors out; nothing here knows a file.

# Text of cells: blanks of every kind around it go (tabs, no-break spaces, byte-order marks); nothing left is NA.
clean_text <- function(x) {
  levels <- unique(x)
  clean <- levels
  odd <- grep("^ | $|[^ -~]", levels, perl = TRUE)
  if (length(odd)) {
    clean[odd] <- gsub("^[\u00a0\u200b\ufeff \t\r\n]+|[\u00a0\u200b\ufeff \t\r\n]+$", "", levels[odd])
  }
  clean[!nzchar(clean)] <- NA_character_
  clean[match(x, levels)]
}

# Column names in the form in which they are compared: lower case, single blanks, look-alike letters mapped
# (Cyrillic te in "C\u0442", Greek delta and the increment sign).
plain_names <- function(x) {
  x <- clean_text(x)
  x[is.na(x)] <- ""
  odd <- grep("[^ -~]", x, perl = TRUE)
  if (length(odd)) {
    y <- chartr("\u0442\u0422\u0421\u0441\u00a0", "tTCc ", x[odd])
    x[odd] <- gsub("[\u0394\u2206]", "delta ", y)
  }
  x <- lower_ascii(x)
  wide <- grep("  |\t", x, perl = TRUE)
  x[wide] <- gsub("[ \t]+", " ", x[wide])
  x
}

number_pattern <- "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"

# Text to numbers by the file's decimal mark. Thousands separators are taken out only where they stand as such;
# everything else that is not a number (also "Inf", "0x1A", "1e5L") is NA.
parse_number <- function(x, mark = ".") {
  thousands <- if (mark == ".") "," else "."
  has <- grep(thousands, x, fixed = TRUE)
  if (length(has)) {
    sep <- if (mark == ".") "," else "[.]"
    dec <- if (mark == ".") "[.]" else ","
    grouped <- grepl(sprintf("^[+-]?[1-9][0-9]{0,2}(%s[0-9]{3})+(%s[0-9]*)?$", sep, dec), x[has])
    x[has[grouped]] <- gsub(thousands, "", x[has[grouped]], fixed = TRUE)
    x[has[!grouped]] <- NA_character_
  }
  if (mark == ",") {
    x <- sub(",", ".", x, fixed = TRUE)
  }
  out <- rep(NA_real_, length(x))
  ok <- grep(number_pattern, x, perl = TRUE)
  out[ok] <- as.numeric(x[ok])
  out
}

# The decimal mark of a column whose numbers have one or two digits before it (Cq, Tm): "." or ",", NA where the
# column cannot tell, "mixed" where it has both.
decimal_mark <- function(x) {
  x <- x[!is.na(x)]
  comma <- any(grepl("^[+-]?[0-9]{0,2},[0-9]+([eE][+-]?[0-9]+)?$", x[grep(",", x, fixed = TRUE)]))
  dot <- any(grepl("^[+-]?[0-9]*[.][0-9]+([eE][+-]?[0-9]+)?$", x, perl = TRUE))
  if (comma && dot) "mixed" else if (comma) "," else if (dot) "." else NA_character_
}

# What instruments write where a reaction ran and crossed no threshold.
nondetect_words <- c(
  "undetermined", "undet.", "undet", "no ct", "no cq", "no cp", "no crt", "n/a", "nan", "n. def.", "n.def.",
  "not detected", "negative", "neg"
)

is_nondetect_word <- function(x) {
  word <- lower_ascii(x)
  word %in% nondetect_words | startsWith(word, "no ct for ") & !is.na(word)
}

# Cq text to numbers and states. `blank` is what an empty cell means in this format ("nondetect" or "missing"). A
# number that no thermal cycler can give (0, -1, 999) is no Cq: `impossible`. Text that is neither: `unread`.
parse_cq <- function(text, mark, blank = NA_character_) {
  number <- parse_number(text, mark)
  state <- rep(NA_character_, length(text))
  state[is.na(text)] <- blank
  word <- which(!is.na(text) & is.na(number))
  state[word[is_nondetect_word(text[word])]] <- "nondetect"
  ok <- !is.na(number) & number > 0 & number < 100
  state[ok] <- "quantified"
  impossible <- !is.na(number) & !ok
  number[!ok] <- NA_real_
  list(cq = number, state = state, impossible = impossible, unread = is.na(state) & !is.na(text) & !impossible)
}

# TRUE/FALSE columns as AB and Excel write them; NA where the cell says neither.
parse_flag <- function(x) {
  word <- lower_ascii(x)
  out <- rep(NA, length(x))
  out[is.na(word) | word %in% c("false", "0", "no", "n", "f")] <- FALSE
  out[word %in% c("true", "1", "yes", "y", "t")] <- TRUE
  out
}

# One name for one well: "a1", "A01" and "<A1>" are "A01"; numbers become names when the plate's columns are known;
# anything else (OpenArray's "A1a1") stays.
well_name <- function(x, columns = NA) {
  levels <- unique(x)
  out <- levels
  named <- grep("^<?[A-Za-z]{1,2}0*[1-9][0-9]?>?$", levels, perl = TRUE)
  row <- gsub("[^A-Za-z]", "", levels[named])
  number <- as.integer(gsub("[^0-9]", "", levels[named]))
  row <- chartr("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", row)
  out[named] <- paste0(row, sprintf("%02d", number))
  index <- grep("^[1-9][0-9]{0,3}([.]0+)?$", levels)
  if (!is.na(columns) && length(index)) {
    i <- as.integer(sub("[.]0+$", "", levels[index])) - 1L
    out[index] <- paste0(c(LETTERS, paste0("A", LETTERS))[i %/% columns + 1L], sprintf("%02d", i %% columns + 1L))
  }
  out[match(x, levels)]
}
