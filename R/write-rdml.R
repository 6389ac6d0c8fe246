# RDML 1.3 out: a zip with one document, made here from text. No outside program and no package is needed: gzfile()
# compresses, and a zip is that with other heads (see zip_one()).

rdml_publisher <- "ddcq"
#' Write RDML
#'
#' Writes data as RDML 1.3, the exchange format of the RDML consortium, for other software and for depositing with a
#' publication. The curves are not in it, for [cq_read()] does not keep them.
#'
#' @param x (`cq_data`) The wells, from [cq_read()] or [cq_data()].
#' @param path (text) The file to write; one that is there is replaced. With the ending `.xml` it is the plain
#'   document, with any other (usually `.rdml`) the zip of it that the format asks for.
#' @param efficiency (`cq_efficiency` or `NULL`) Efficiencies to state with the targets, from [cq_efficiency()] or
#'   [cq_standard_curve()]. They are written as factors (2 = doubling), as the format asks.
#' @return `path`, invisibly. Errors have the classes `ddcq_error_file` (no such folder), `ddcq_error_data` (a well
#'   without a target) and `ddcq_error_argument`. The package xml2 is not needed to write.
#' @details
#' What becomes what: a run is a run of one experiment; a well is the number of the reaction on the plate, whose
#' format (96, 384 or 1536 wells) is the smallest that holds the wells; a non-detect has the Cq -1.0; an excluded well
#' keeps its Cq and has its note as the reason; a missing one has no Cq. Tasks become the types `unkn`, `std`, `ntc`,
#' `nrt`, `pos`, and a calibrator is an unknown marked as inter-run calibrator. A sample with several tasks or
#' quantities becomes several samples that carry its name as description. Columns `dye`, `tm` and `role` go along.
#' @references
#' Lefever S, Hellemans J, Pattyn F, et al. (2009). RDML: structured language and reporting guidelines for real-time
#' quantitative PCR data. *Nucleic Acids Research* 37, 2065-2069. \doi{10.1093/nar/gkp056}
#' @family data
#' @export
#' @examples
#' x <- cq_data(data.frame(
#'   well = c("A01", "A02"), sample = "s1", target = c("MYC", "GAPDH"), cq = c(24.1, 18.2)
#' ))
#' file <- tempfile(fileext = ".rdml")
#' cq_write_rdml(x, file)
#' if (requireNamespace("xml2", quietly = TRUE)) cq_read(file)
cq_write_rdml <- function(x, path, efficiency = NULL) {
  x <- valid_cq_data(x)
  path <- check_string(path, "path")
  if (dir.exists(path) || !dir.exists(dirname(path))) {
    ddcq_abort("{.arg path} must be a file in a folder that is there, and {.val {path}} is not.", "file")
  }
  check_rdml(x)
  text <- charToRaw(enc2utf8(rdml_document(x, rdml_efficiencies(efficiency, x))))
  bytes <- if (grepl("[.]xml$", path, ignore.case = TRUE)) text else zip_one(text, "rdml_data.xml")
  writeBin(bytes, path)
  invisible(path)
}

# What no RDML can hold is an error here, never a gap there.
check_rdml <- function(x) {
  if (!nrow(x)) {
    ddcq_abort("{.arg x} must have rows, but it has none.", "data")
  }
  for (name in c("target", "run")) {
    lost <- which(is.na(x[[name]]))
    if (length(lost)) {
      ddcq_abort(
        c("RDML asks for a {name} in every row, and {length(lost)} {?has/have} none: row {some(lost)}.",
          "i" = "Name {cli::qty(length(lost))}{?it/them}, for example with {.fn cq_design}, or take the rows out."
        ), "data"
      )
    }
  }
  for (name in c("run", "well", "sample", "target", "note", "dye")) {
    bad <- grep("[\001-\010\013\014\016-\037]", x[[name]], perl = TRUE, value = TRUE)
    if (length(bad)) {
      ddcq_abort("XML cannot hold control characters; the column {.field {name}} does.", "data")
    }
  }
}

rdml_efficiencies <- function(efficiency, x) {
  if (is.null(efficiency)) {
    return(NULL)
  }
  if (!inherits(efficiency, "cq_efficiency")) {
    ddcq_abort(
      "{.arg efficiency} must come from {.fn cq_efficiency} or {.fn cq_standard_curve}.", "argument"
    )
  }
  list(target = efficiency$target, value = efficiency$efficiency, se = efficiency$std.error)
}

rdml_document <- function(x, efficiency) {
  samples <- rdml_write_samples(x)
  targets <- rdml_write_targets(x, efficiency)
  runs <- unique(x$run)
  parts <- lapply(seq_along(runs), function(i) {
    rdml_write_run(x, which(x$run == runs[i]), runs[i], i, samples$of, targets$of)
  })
  paste(c(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    "<rdml xmlns:rdml=\"http://www.rdml.org\" xmlns=\"http://www.rdml.org\" version=\"1.3\">",
    "<id><publisher>ddcq</publisher><serialNumber>1</serialNumber></id>",
    unlist(lapply(parts, `[[`, "documentation")),
    paste0("<dye id=", xml_quote(targets$dyes), "/>"),
    samples$xml, targets$xml,
    "<experiment id=\"ddcq\">", unlist(lapply(parts, `[[`, "xml")), "</experiment>", "</rdml>", ""
  ), collapse = "\n")
}
