# What a finding of the plate check is, and the words that all of them use.

# One or more rows. Texts that are not said are NA; `where` is a list with any of run, well, sample, target.
finding <- function(check, severity, finding, action, where = list(), value = NA_real_, limit = NA_real_, unit = "") {
  n <- length(finding)
  column <- function(name) rep_len(as.character(where[[name]] %||% NA_character_), n)
  list(
    check = rep_len(check, n), severity = rep_len(severity, n), run = column("run"), well = column("well"),
    sample = column("sample"), target = column("target"), value = rep_len(as.double(value), n),
    limit = rep_len(as.double(limit), n), unit = rep_len(unit, n), finding = finding, action = rep_len(action, n)
  )
}

cycle_text <- function(x, digits = 1) {
  formatC(x, digits = digits, format = "f")
}

# A share of a signal, before its name: "4.6 % of", "27 % of", "3.1 times".
signal_text <- function(x) {
  text <- paste(formatC(100 * x, digits = 0, format = "f"), "% of")
  small <- x < 0.095
  text[small] <- paste(formatC(100 * x[small], digits = 1, format = "f"), "% of")
  text[x >= 1.5] <- paste(formatC(x[x >= 1.5], digits = 2, format = "fg"), "times")
  text
}

# Names of wells, or of samples where the wells have none.
where_label <- function(p, rows, n = 5) {
  name <- ifelse(is.na(p$well[rows]), p$x$sample[rows], p$well[rows])
  some_plain(unique(name[!is.na(name)]), n)
}

join_names <- function(x) {
  x <- unique(x[!is.na(x)])
  if (length(x)) paste(x, collapse = ", ") else NA_character_
}

# Rows of a finding by run and target, each a list with what it needs to say where.
by_run_target <- function(p, rows) {
  split(rows, list(p$run$codes[rows], p$target$codes[rows]), drop = TRUE)
}

where_of <- function(p, rows) {
  list(
    run = join_names(p$x$run[rows]), well = join_names(p$well[rows]), sample = join_names(p$x$sample[rows]),
    target = join_names(p$x$target[rows])
  )
}

# One number for run, sample and target of some wells (a double: the product may be large).
set_key <- function(p, rows) {
  s <- length(p$sample$levels)
  g <- length(p$target$levels)
  ((p$run$codes[rows] - 1) * s + (p$sample$codes[rows] - 1)) * g + p$target$codes[rows]
}
