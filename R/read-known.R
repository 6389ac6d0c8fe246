# Files of other programs that are recognised in order to be refused by name. Several of them have a sample, a target
# and a Cq in their header and would pass for a plain table, with controls read as samples: they come first.

known_text <- list(
  c(
    paste(
      "a TaqMan array table without its header; put it back on top (#, Plate, Pos, Flag, Sample, Detector, Task, Ct,",
      "Delta Ct, Avg Delta Ct, Delta Ct SE, Delta Delta Ct SD, RQ, RQ Min, RQ Max, Omit)"
    ),
    "^1\t[^\t]*\tA0?1\t(Passed|Flagged)\t"
  ),
  c(
    "an Applied Biosystems export of fluorescence: cq_read_curves() reads it",
    "\tClipped(\t|$)|^Well (Nb|Number)\tReporter"
  ),
  c(
    "a Rotor-Gene run file (rex), which holds no Ct: export the quantitation (cq_read_curves() reads its curves)",
    "<RexHeader>"
  ),
  c("a LightCycler 96 or QIAquant export", "(^|[,;\t])\"?Position\"?[,;\t].*Gene Name.*[,;\t]\"?Cq"),
  c("an HTML page", "^ *<(!DOCTYPE html|html)"),
  c("an XML file", "^ *<[?]xml")
)

# The end of a refusal by cq_read(): the call that reads the curves of the file.
curves_reader <- function(what) {
  paste0(": cq_read_curves(path", if (what == "melt") ", what = \"melt\"", ") reads it")
}

# What a file looks like, or NULL: by its first lines, or by the header line alone where that is given (the cells of a
# hand-made table may name any instrument).
known_format <- function(src, header = NULL) {
  if (src$kind == "zip") {
    return(known_zip(src$members))
  }
  if (src$kind != "text" && is.null(header)) {
    return(NULL)
  }
  top <- header %||% utils::head(src$lines, 60)
  for (entry in known_text) {
    if (any(grepl(entry[2], top, perl = TRUE))) {
      return(entry[1])
    }
  }
  NULL
}

known_zip <- function(members) {
  has <- function(pattern) any(grepl(pattern, members, ignore.case = TRUE))
  if (has("^xl[\\\\]workbook.xml$")) {
    return("a Bio-Rad CFX workbook")
  }
  if (has("^apldbio/|^primary/|^setup/plate_setup")) {
    return("an Applied Biosystems run file (eds): export its results as txt or xlsx")
  }
  if (has("rdml_data.xml$")) {
    return("RDML")
  }
  if (length(members) == 1 && has("[.](xml|rdml)$")) {
    return("RDML or another zipped XML file")
  }
  if (has("^word/|^ppt/|^content.xml$")) "a text document or an OpenDocument file" else "a zip archive"
}

known_hint <- function() {
  c("i" = "{.fn cq_formats} lists what can be read. A csv must have columns for sample, target and Cq.")
}

# Why a file cannot be read, with what can be. `format`: what the user said it is.
refuse_file <- function(src, what = NULL, format = NULL) {
  seen <- if (!is.null(what)) {
    "{.val {src$name}} cannot be read: it looks like {what}."
  } else if (!is.null(format)) {
    "{.val {src$name}} is not in the format {.val {format}}."
  } else {
    "{.val {src$name}} is in no format that {.fn cq_read} knows."
  }
  ddcq_abort(
    c(seen,
      known_hint(),
      "i" = "Any table can come in through {.fn cq_data} once it is a data frame."
    ), "format"
  )
}
