# What can be read: the list of formats.

#' Formats that can be read
#'
#' @return A data frame, one row a format: `format` (its name in [cq_read()]), `name` (instruments and software),
#'   `files` (kinds of file), `recognised` (by what the format is recognised) and `curves` (what [cq_read_curves()]
#'   reads of it: `"amplification"`, `"melt"`, both, or nothing).
#' @family data
#' @export
#' @examples
#' cq_formats()
cq_formats <- function() {
  families <- read_families()
  pick <- function(field) vapply(families, `[[`, "", field)
  data.frame(
    format = pick("id"), name = pick("name"), files = pick("files"), recognised = pick("recognised"),
    curves = curves_of_formats(pick("id"))
  )
}
