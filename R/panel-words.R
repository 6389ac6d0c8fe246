# The panel's verdict in words: a sentence for each row, and how the table prints.

verdict_sentence <- function(rows, protein, level, margin) {
  trim <- function(x) ifelse(nzchar(x), paste0(" ", x), "")
  paste0(
    sentence_change(rows, level), sentence_expectation(rows), ".",
    trim(sentence_size(rows, margin)), trim(sentence_evidence(rows, protein))
  )
}

sentence_change <- function(rows, level) {
  fold <- fold_text(rows$fold_change)
  interval <- sprintf(
    "(%s interval %s to %s)", percent_text(level), fold_text(rows$fold_low),
    fold_text(rows$fold_high)
  )
  what <- sprintf("%s (%s)", rows$target, rows$contrast)
  moved <- ifelse(rows$direction == "up", "rose", "fell")
  text <- sprintf("%s %s to %s-fold %s", what, moved, fold, interval)
  still <- rows$direction == "not shown"
  text[still] <- sprintf("%s: no change is shown, %s-fold %s", what, fold, interval)[still]
  bare <- is.na(rows$fold_low) | is.na(rows$fold_high)
  text[bare] <- sprintf("%s: %s-fold, without an interval, so no change is shown", what, fold)[bare]
  none <- is.na(rows$fold_change)
  text[none] <- sprintf("%s: no estimate", what)[none]
  text
}

sentence_expectation <- function(rows) {
  move <- ifelse(rows$expected %in% "up", "a rise", "a fall")
  text <- c(
    "as expected" = ", as expected", "opposite" = ", the opposite of what is expected",
    "not shown" = "; expected: ", "no expectation" = "; there is no expectation"
  )[rows$verdict]
  unname(ifelse(rows$verdict == "not shown", paste0(text, move), text))
}

sentence_size <- function(rows, margin) {
  margin <- format(margin)
  text <- c(
    beyond = "The change is beyond %s-fold.",
    within = "The interval leaves no room for a change of %s-fold.",
    across = "Whether it exceeds %s-fold stays open."
  )[rows$size]
  unname(ifelse(is.na(text), "", gsub("%s", margin, text, fixed = TRUE)))
}

sentence_evidence <- function(rows, protein) {
  known <- ifelse(is.na(rows$expected), "What is known is about", "The expectation is about")
  unstated <- "The source does not say whether it means mRNA or protein."
  of_protein <- sprintf("%s protein (%s), and mRNA is not protein.", known, protein)
  text <- ifelse(rows$evidence %in% "not stated" & !is.na(rows$expected), unstated, "")
  ifelse(rows$evidence %in% "protein", of_protein, text)
}

fold_text <- function(x) {
  text <- formatC(x, digits = 2, format = "f")
  text[is.na(x)] <- "-"
  small <- !is.na(x) & x < 0.1
  large <- !is.na(x) & x >= 100
  text[small] <- formatC(x[small], digits = 2, format = "g")
  text[large] <- formatC(x[large], digits = 3, format = "g")
  text
}

percent_text <- function(level) {
  if (is.null(level)) "confidence" else paste(format(100 * level), "%")
}

# ---- printing ------------------------------------------------------------------------------------

#' @export
format.panel_verdict <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  wrap <- function(text, exdent = 2) strwrap(text, width = width, exdent = exdent)
  by_contrast <- split(seq_len(nrow(x)), factor(x$contrast, unique(x$contrast)))
  blocks <- Map(function(contrast, rows) {
    part <- x[rows, , drop = FALSE]
    said <- paste0("* ", part$sentence, ifelse(is.na(part$note), "", paste0(" [", part$note, "]")))
    c("", wrap(contrast), "", verdict_table(part, width), "", unlist(lapply(said, wrap)))
  }, names(by_contrast), by_contrast)
  remarks <- unlist(lapply(verdict_remarks(x), wrap))
  simulated <- if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA"
  c(simulated, wrap(verdict_header(x)), unlist(blocks, use.names = FALSE), "", remarks)
}

#' @export
print.panel_verdict <- function(x, ...) {
  if (nrow(x) && all(c("contrast", "sentence", "note", verdict_columns()) %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}

#' @export
as.data.frame.panel_verdict <- function(x, ...) {
  attributes(x) <- attributes(x)[c("names", "row.names")]
  class(x) <- "data.frame"
  x
}

verdict_columns <- function() {
  c("target", "fold_change", "fold_low", "fold_high", "direction", "size", "expected", "verdict")
}

verdict_header <- function(x) {
  margin <- attr(x, "margin", exact = TRUE)
  paste0(
    "Panel verdict: ", nrow(x), if (nrow(x) == 1) " row" else " rows", " from unadjusted ",
    percent_text(attr(x, "level", exact = TRUE)), " intervals",
    if (!is.null(margin)) paste0(", margin ", format(margin), "-fold")
  )
}

# Columns that do not fit the width are left out, the least needed first: the sentences below say
# them all.
verdict_table <- function(x, width) {
  columns <- verdict_texts(x)
  columns <- Map(pad_column, columns, names(columns), names(columns) %in% c("fold", "interval"))
  for (spare in c("expected", "size", "interval")) {
    if (sum(nchar(vapply(columns, `[`, "", 1), "width") + 2) <= width) break
    columns[[spare]] <- NULL
  }
  trimws(do.call(paste, c(unname(columns), sep = "  ")), "right")
}

verdict_texts <- function(x) {
  gap <- function(text) ifelse(is.na(text), "-", text)
  list(
    target = x$target, fold = fold_text(x$fold_change),
    interval = ifelse(is.na(x$fold_low) | is.na(x$fold_high), "-",
      paste(fold_text(x$fold_low), "to", fold_text(x$fold_high))
    ),
    direction = x$direction, size = gap(x$size), expected = gap(x$expected), verdict = x$verdict
  )
}

pad_column <- function(text, name, right) {
  text <- c(name, text)
  space <- strrep(" ", max(nchar(text, "width")) - nchar(text, "width"))
  if (right) paste0(space, text) else paste0(text, space)
}

verdict_remarks <- function(x) {
  absent <- attr(x, "absent", exact = TRUE)
  remarks <- attr(x, "remarks", exact = TRUE)
  c(
    if (length(absent)) paste0("Not in the fit's table: ", paste(absent, collapse = ", "), "."),
    remarks,
    "Direction and size are read from the interval: \"not shown\" does not mean \"unchanged\".",
    paste(
      "The intervals are not adjusted for the number of rows; the adjusted p-values are in the",
      "fit's table."
    ),
    "The expectations are those of oestrogen deprivation against cells that have oestrogen."
  )
}
