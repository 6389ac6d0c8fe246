# What can be read: the list of formats.

#' Formats that can be read
#'
#' What [cq_read()] and [cq_read_curves()] read, and by what in a file they know it. A file's name and extension play no
#' part.
#'
#' @return A data frame, one row a format, all columns text: `format` (its name in [cq_read()]), `name` (instruments and
#'   software), `files` (kinds of file), `recognised` (by what the format is recognised) and `curves` (what
#'   [cq_read_curves()] reads of it: `"amplification"`, `"melt"`, both, or nothing).
#' @family data
#' @export
#' @examples
#' formats <- cq_formats()
#' formats[c("format", "name")]
#' # of which curves can be read
#' formats$format[nzchar(formats$curves)]
cq_formats <- function() {
  families <- read_families()
  pick <- function(field) vapply(families, `[[`, "", field)
  data.frame(
    format = pick("id"), name = pick("name"), files = pick("files"), recognised = pick("recognised"),
    curves = curves_of_formats(pick("id"))
  )
}
