# XML from files that came from elsewhere.

# What is parsed is the decoded text that was looked at, so no other encoding can hide a document type; with one the
# file is refused, for none of these formats has one and entities come with it. `what`: the format, in words; `looks`:
# what the file seemed to be; `prepare`: what is done with the text before it is parsed.
parse_xml <- function(text, name, what, looks = "", prepare = identity) {
  if (grepl("<!(?i:doctype|entity)", text, perl = TRUE)) {
    ddcq_abort("{.val {name}} has a document type, which {what} never has; it is not opened.", "file")
  }
  text <- prepare(sub("^\\s*+<[?]xml[^>]*+>", "", text, perl = TRUE))
  problem <- NULL
  doc <- tryCatch(
    suppressWarnings(xml2::read_xml(charToRaw(text), options = c("NONET", "NOBLANKS"))),
    error = function(e) problem <<- conditionMessage(e)
  )
  if (!is.null(problem)) {
    ddcq_abort(
      c("{.val {name}}{looks} cannot be read as XML: is it complete?", "x" = "{problem[1]}"), "format"
    )
  }
  doc
}
