# Strings become integers once, in C, by their address; everything after works on codes and levels.

# list(codes, levels): codes from 1 in order of first appearance, 0 for NA. One name in two encodings is one level.
code_strings <- function(x) {
  if (is.factor(x)) {
    codes <- as.integer(x)
    codes[is.na(codes)] <- 0L
    return(list(codes = codes, levels = levels(x)))
  }
  if (!is.character(x)) {
    x <- as.character(x)
  }
  coded <- .Call(c_code_strings, x)
  plain <- enc2utf8(coded$levels)
  if (anyDuplicated(plain)) {
    levels <- unique(plain)
    coded$codes <- c(0L, match(plain, levels))[coded$codes + 1L]
    plain <- levels
  }
  coded$levels <- plain
  coded
}

# Whether a text column has one value throughout: then it needs no codes. (One name in two encodings counts as two.)
same_string <- function(x) {
  is.character(x) && .Call(c_same_string, x)
}

# The value that each group has, as codes of `value` from 1 (0: missing), and the groups that have more than one.
group_value <- function(group, value, n_groups) {
  .Call(c_group_value, group, value, as.integer(n_groups))
}

# Rows whose combination of codes stands in an earlier row.
duplicated_rows <- function(...) {
  .Call(c_duplicated_rows, list(...))
}

# `x[codes]` for codes that may be 0, which give NA.
decode <- function(codes, levels) {
  codes[codes == 0L] <- NA_integer_
  levels[codes]
}

match_key <- function(codes) {
  key <- do.call(paste, c(unname(codes), sep = "\r"))
  match(key, unique(key))
}
