# Pieces of text that every printed object is made of.

fold_label <- function(x, digits = 2) {
  text <- formatC(x, digits = digits, format = "f")
  far <- is.finite(x) & (x < 10^-digits * 10 | x >= 1000)
  text[far] <- formatC(x[far], digits = digits, format = "g")
  text[is.na(x)] <- "-"
  text
}

p_label <- function(p) {
  text <- formatC(p, digits = 2, format = "g", flag = "#")
  text <- ifelse(p >= 0.1, formatC(p, digits = 2, format = "f"), text)
  text[!is.na(p) & p < 1e-300] <- "< 1e-300"
  text[is.na(p)] <- "-"
  text
}

interval_label <- function(low, high, digits = 2) {
  ifelse(is.na(low) | is.na(high), "-", paste(fold_label(low, digits), "to", fold_label(high, digits)))
}

# A table of texts: the first column to the left, the others to the right.
text_table <- function(columns, left = 1) {
  padded <- lapply(seq_along(columns), function(j) {
    text <- c(names(columns)[j], columns[[j]])
    space <- strrep(" ", max(nchar(text, "width")) - nchar(text, "width"))
    if (j %in% left) paste0(text, space) else paste0(space, text)
  })
  sub(" +$", "", do.call(paste, c(padded, sep = "  ")))
}

wrap_lines <- function(text, width, indent = 0, exdent = indent + 2) {
  unlist(lapply(text, strwrap, width = width, indent = indent, exdent = exdent))
}

level_label <- function(level) {
  paste0(format(100 * level), " %")
}

share_label <- function(x) {
  ifelse(is.na(x), "-", paste(formatC(100 * x, digits = 1, format = "f"), "%"))
}

# A table of ours as a plain data frame: the columns, and nothing else.
plain_frame <- function(x) {
  structure(
    lapply(stats::setNames(nm = names(x)), function(name) x[[name]]), class = "data.frame",
    row.names = .set_row_names(nrow(x))
  )
}

format_p <- function(p) {
  ifelse(p < 0.001, "< 0.001", paste("=", formatC(p, digits = 3, format = "f")))
}

fixed_number <- function(v, digits) {
  ifelse(is.na(v), NA, formatC(v, digits = digits, format = "f"))
}

reason_text <- function(note) {
  ifelse(nzchar(note), paste0(" (", note, ")"), "")
}

# What the units of a fit are called where they are counted: samples, unless they are mice.
unit_words <- function(unit, n = 2) {
  if (unit == "sample") plural_word(n, "sample") else paste0(plural_word(n, "unit"), " (", unit, ")")
}

# "12 samples (a 6, b 6)", "12 units (mouse): a 6, b 6": a unit's own name has no plural that can be made of it.
group_units <- function(spec, groups) {
  n <- paste(format(spec$n_units, big.mark = ","), unit_words(spec$unit, spec$n_units))
  if (spec$unit == "sample") paste0(n, " (", groups, ")") else paste0(n, ": ", groups)
}

plural_word <- function(n, one) {
  if (n == 1) one else paste0(one, "s")
}
