# Files of other programs that are recognised in order to be refused by name. Several of them have a sample, a target
# and a Cq in their header and would pass for a plain table, with controls read as samples: they come first.

known_text <- list(
  c("a Roche LightCycler 480 export", "^Experiment: .*Selected Filter|\tCrossingPoint\t|^Raw Data *\t+Experiment"),
  c("an Applied Biosystems SDS export (7900HT, 7300)", "^\"?SDS [0-9][.0-9]*"),
  c("an Applied Biosystems SDS 1 export (7000, 7300, 7500)", "^Document Name:|^Exported RQ Study|^SDS v1"),
  c("an Applied Biosystems 7700 export", "^Well\tReporter\t.*deltaRn"),
  c("an Applied Biosystems export of fluorescence", "\tClipped(\t|$)|^Well (Nb|Number)\tReporter"),
  c("a Bio-Rad CFX export", "[.]pcrd([,;\t ]|$)|^[,;\t]?\"?Well\"?[,;\t]\"?Fluor\"?[,;\t]"),
  c("a Bio-Rad CFX export", "^[,;\t]?\"?Fluor\"?[,;\t]\"?Efficiency %"),
  c("a Bio-Rad CFX export of fluorescence", "^[,;\t]\"?(Cycle|Temperature)\"?[,;\t]\"?A0?1\"?[,;\t]"),
  c("a Bio-Rad plate view", "^[,;\t]{1,2}1[,;\t]2[,;\t]3[,;\t]4[,;\t]5"),
  c("a Bio-Rad Opticon export", "^\"?Well / Set"),
  c("a Rotor-Gene export", "Corbett Research|Rotor-?Gene|Excel Analysed Data Export"),
  c("a Rotor-Gene export", "^\"?No[.]\"?[,;\t]\"?Colou?r\"?[,;\t]"),
  c("a Rotor-Gene run file (rex)", "<RexHeader>"),
  c("an Agilent MxPro export", "\t *(Ct|Cq|Threshold) \\(d?Rn?\\)|\t *(Ct|Cq) \\(dRn?\\)|^Segment\tRamp/Plateau"),
  c("an Agilent Aria export", "(Ct|Cq|Threshold) \\((\u2206|\u0394)Rn?\\)"),
  c("a BioMark export", "^Chip Run (Info|Filename)"),
  c("a qPCRsoft export (qTOWER)", "^Device:[,;\t] *qTOWER|[,;\t]Ct GOI[,;\t]"),
  c("a realplex export", "^\"?Pos\"?[,;\t]\"?Name\"?[,;\t]\"?C[tq] [A-Z]"),
  c("a SmartCycler export", "Smart ?Cycler"),
  c("an Illumina Eco export", "^Well,Exclude,Sample Name,Assay Name"),
  c("an Esco export", "^<A0?1>[,;\t]"),
  c("a BioTrove OpenArray export", "OpenArrayPlate[.]"),
  c("RDES (tab-separated RDML)", "^Well\tSample\tSample Type\tTarget\tTarget Type\tDye\t"),
  c("RDML (not zipped)", "<rdml[ >]"),
  c("a LightCycler 96 or QIAquant export", "^\"?Position\"?[,;\t].*Gene Name.*[,;\t]\"?Cq"),
  c("an HTML page", "^ *<(!DOCTYPE html|html)"),
  c("an XML file", "^ *<[?]xml")
)

# What a file looks like, or NULL: by its first lines, or by the header line alone where that is given (the cells of a
# hand-made table may name any instrument).
known_format <- function(src, header = NULL) {
  if (src$kind == "zip") {
    return(known_zip(src$members))
  }
  if (src$kind != "text" && is.null(header)) {
    return(known_book(src))
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

known_book <- function(src) {
  top <- utils::head(as.vector(utils::head(src$cells(src$sheets[1]), 60)), 2000)
  if (any(top == "Fluor") && any(c("Content", "Cq", "Set Point") %in% top)) {
    return("a Bio-Rad CFX workbook")
  }
  if (any(grepl("Tabular Results|AriaMx", c(src$sheets, top)))) {
    return("an Agilent Aria workbook")
  }
  NULL
}

known_hint <- function() {
  c("i" = "{.fn cq_read} reads {some(cq_formats()$format, 20)}: see {.fn cq_formats}.")
}

# Why a file cannot be read, with what can be. `format`: what the user said it is.
refuse_file <- function(src, what = NULL, format = NULL) {
  seen <- if (!is.null(what)) {
    "{.val {src$name}} looks like {what}: this cannot be read."
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
