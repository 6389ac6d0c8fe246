#' What three vendor documents report about anastrozole, number by number
#'
#' The tables of three documents about anastrozole in breast cancer models: hormone levels, apoptosis and viability,
#' tumour growth, life span. One row a number, with its place in the document, the text of its cell and what speaks
#' against it. **These are secondary documents of a vendor.** They were not checked against the studies that they cite,
#' some of their references are web sites, and where they can be checked against themselves they do not always agree.
#' No number of this table enters any calculation of the package; [ddcq_report()] shows those that are about the
#' treatments of a fit, as context.
#'
#' @format A data frame, one row a number of a printed table (31 rows; one of them is a cell that says its result in
#'   words, with `value` `NA`):
#' \describe{
#'   \item{document}{text: `"application notes"`, `"resistance guide"` or `"signalling guide"`}
#'   \item{title}{text: the document's title}
#'   \item{section, table}{text: the heading that the table stands under, and its number (the table of the application
#'     notes has none and goes by its heading)}
#'   \item{row}{integer: which row of the printed table, its header not counted}
#'   \item{row_label, column}{text: the printed cells that name the row, several separated by `"; "`, and the printed
#'     header of the column}
#'   \item{topic}{text: `"oestrogen"`, `"apoptosis"`, `"viability"`, `"tumour growth"` or `"survival"`}
#'   \item{model}{text: cell line, animal or tissue}
#'   \item{treatment}{text: `"anastrozole"`, `"anastrozole + fulvestrant"`, ...; `"vehicle"` and `"untreated"` for
#'     controls}
#'   \item{dose, duration}{text, as printed with its unit; `NA` where the table gives none}
#'   \item{endpoint}{text: what the number is of}
#'   \item{relation}{text: `"~"` (about), `">"` (more than) as printed, else `"="`}
#'   \item{value}{number, in `unit`}
#'   \item{error}{number, in `unit`: what stands after plus-minus; of which kind is not said}
#'   \item{unit}{text: `"%"`, `"weeks"`, `"days"` or `"fold"`}
#'   \item{comparator, comparator_relation, comparator_value}{what it is compared with, and that one's number in the
#'     same `unit`: the table's control row, or the number in brackets; `NA` where the table has none}
#'   \item{printed}{text: the cell as printed}
#'   \item{reference, cited}{text: the number of the reference in the document, and what its list has under that number}
#'   \item{remark}{text: the document's own caveats and what arithmetic says; written for this table}
#' }
#' @details In `printed` and `dose` the sign for micro is written `u` and plus-minus `+/-`. Columns that hold text are
#'   `NA` where the document says nothing; a dash in a printed table is no row.
#'
#'   Percentages of life span follow from the days beside them. The times of doubling and the fold increases of the
#'   application notes do not follow from each other by growth at one rate. The remarks have the details.
#' @source Three documents by the BenchChem Technical Support Team, December 2025: "Preclinical Application Notes:
#'   Anastrozole in Combination with Targeted Therapies"; "Anastrozole Demonstrates Efficacy in Overcoming Tamoxifen
#'   Resistance in Preclinical Breast Cancer Models"; "An In-depth Technical Guide to the Downstream Signaling Pathways
#'   of Anastrozole".
#' @family panel
#' @examples
#' about <- c("document", "table", "row", "endpoint", "printed")
#' subset(anastrozole_evidence, treatment == "anastrozole + fulvestrant")[about]
#' subset(anastrozole_evidence, topic == "apoptosis")$remark
"anastrozole_evidence"
