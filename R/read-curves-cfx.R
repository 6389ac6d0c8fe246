# Bio-Rad CFX: the sheets `Quantification Amplification Results` and `Melt Curve RFU Results`, one column a well; a file
# (or a sheet of a workbook) a dye. The dye stands in the name of the file only. The sheet of derivatives looks the
# same as that of the fluorescence; it is refused by its name, or by its shape.

cfx_curves_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  first <- ask$kind$x
  blocks <- source_blocks(src)
  if (!is.null(ask$sheet)) blocks <- blocks[vapply(blocks, `[[`, "", "name") == ask$sheet]
  pattern <- if (first == "cycle") "Cycle" else "Temperature"
  headers <- lapply(blocks, find_header, wanted = function(x) cfx_wide(cfx_names(x), first), pattern, 40L)
  good <- which(!vapply(headers, is.null, NA))
  if (length(good)) {
    if (first == "temperature" && grepl("derivative", src$name, ignore.case = TRUE)) {
      return(list(refuse = cfx_derivative, part = "fluorescence"))
    }
    return(list(
      blocks = blocks[good], headers = headers[good], stem = cfx_stem(src$name), by = paste0("its column ", pattern)
    ))
  }
  part <- cfx_find_part(src)
  if (!is.null(part)) list(refuse = cfx_other_part(part, ask), part = part$part)
}

# What the sheet is instead, and how to ask for it.
cfx_other_part <- function(part, ask) {
  what <- part$what %||% part$refuse %||% "a Bio-Rad CFX export of Cq"
  if (part$part %in% names(cfx_curve_parts)) {
    what <- paste0(what, curve_call(cfx_curve_parts[[part$part]]))
  }
  what
}

cfx_derivative <- paste(
  "the derivative of melt curves: export Melt Curve RFU Results (the fluorescence), of which the derivative is made",
  "here"
)

cfx_curves_read <- function(found, src, ask) {
  parts <- Map(function(block, header) cfx_curve_sheet(block, header, src, ask), found$blocks, found$headers)
  columns <- bind_curves(lapply(parts, `[[`, "columns"))
  if (ask$signal == "subtracted") {
    ddcq_abort(
      c("{.val {src$name}} has one fluorescence only, with or without its baseline as the export was told.",
        "i" = "Leave {.arg signal} out."
      ), "argument"
    )
  }
  list(columns = columns, signal = "RFU", meta = list(empty = sum(vapply(parts, `[[`, 0L, "empty"))))
}

cfx_curve_sheet <- function(block, header, src, ask) {
  table <- block_table(block, header, src$name)
  at <- grep("^[a-p][0-9]{1,2}$", table$plain)
  wells <- well_name(table$plain[at])
  if (anyDuplicated(wells)) {
    twice <- wells[duplicated(wells)]
    ddcq_abort("{.val {src$name}} has two columns for one well: {some(twice)}.", "format")
  }
  got <- wide_curves(table, at, 2L, wells, src, ask)
  if (ask$what == "melt") check_melting(got$columns, src$name)
  got$columns$dye <- rep_len(cfx_dye(src, block), length(got$columns$well))
  got
}

# What stands behind the sheet's name in that of the file; in a workbook, the name of the sheet. "0" is none.
cfx_dye <- function(src, block) {
  stem <- if (src$kind == "text") sub("[.][^.]*$", "", src$name) else block$name
  dye <- if (src$kind == "text") {
    if (grepl("Results_[^_]+$", stem)) sub("^.*Results_([^_]+)$", "\\1", stem) else NA
  } else {
    stem
  }
  if (is.na(dye) || grepl("^([0-9]+|Sheet ?[0-9]+)$", dye)) NA_character_ else dye
}

# Fluorescence falls as a product melts: from its first tenth to its last, in most of the wells with the most of it. A
# derivative does not.
check_melting <- function(columns, name) {
  index <- curve_index(columns)
  range <- tapply(columns$fluorescence, index, function(y) diff(range(y)))
  bright <- as.integer(names(range)[range >= 0.3 * max(range)])
  falls <- vapply(split(seq_along(index), index)[bright], function(at) {
    y <- columns$fluorescence[at[order(columns$temperature[at])]]
    n <- max(1L, length(y) %/% 10L)
    mean(utils::head(y, n)) - mean(utils::tail(y, n)) > 0.5 * diff(range(y))
  }, NA)
  if (mean(falls) < 0.5) {
    ddcq_abort(
      c("The fluorescence of {.val {name}} must fall with the temperature in most wells; in {sum(!falls)} of \\
         {length(falls)} it does not.",
        "i" = "Is it the derivative? Export Melt Curve RFU Results instead."
      ), "format"
    )
  }
}
