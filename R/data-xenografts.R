#' Simulated xenografts: the anastrozole panel over 14 weeks, two drugs crossed
#'
#' **Simulated data.** There were no mice and no plates: every Cq comes from a small model with a fixed seed, so that
#' what the package finds can be held against the truth. It is the second experiment of
#' `vignette("anastrozole")`: does a combination do more than its parts, and do the genes come back?
#'
#' The story: 20 mice with MCF-7Ca tumours at four sites, in five cages. In each cage one mouse gets vehicle, one
#' anastrozole, one fulvestrant, one both. One tumour of each mouse is taken before treatment (week 0) and at weeks 4, 8
#' and 14: 80 tumours. **Tumours of one mouse are not independent**; n is 5 mice an arm. A cage is a plate. Five targets
#' (CCND1, MYC, BCL2, BAX, FASN) and three candidate references (GAPDH, ACTB, RPLP0), two wells each; on each plate a
#' tenfold dilution series of five points in two wells (1,000,000 to 100 copies a well), and two wells without template.
#'
#' The model: log2 copies are the assay's abundance, plus the effect of treatment and week, plus the tumour's RNA
#' loading (SD 0.40, shared by all assays of the tumour), plus effects of mouse (SD 0.20) and tumour (SD 0.25) of each
#' target; references have a tumour effect of SD 0.08. Assays shift by plate (SD 0.15 cycles), wells scatter by 0.10
#' cycles. Under a single drug the targets of oestrogen return by week 14, and FASN climbs under anastrozole; the
#' combination is the product of its parts at week 4 and holds on later. One candidate reference moves with the
#' treatment. All of this is invented.
#'
#' @section Files:
#' `anastrozole_xenografts_truth.csv` in `system.file("extdata", package = "ddcq")`: what the model put in, one row an
#' assay, treatment and week: `target`, `treatment`, `week`, `control`, `log2_fold_change` and `fold_change` (against
#' vehicle of that week), `log2_interaction` (the combination against the product of its parts; `NA` for single drugs),
#' `efficiency` (amplification factor a cycle), `role`, and the SDs `sd_mouse`, `sd_tumour` (log2), `sd_plate` and
#' `sd_well` (cycles).
#'
#' @format A data frame, one row a well (1,760 rows):
#' \describe{
#'   \item{run}{plate, `"simulated 1"` to `"simulated 5"`}
#'   \item{well}{position, `A01` to `O16`}
#'   \item{sample}{one tumour, one cDNA; `Std 1` to `Std 5` for the dilutions, `NTC` without template}
#'   \item{target}{gene symbol}
#'   \item{task}{`"unknown"`, `"standard"` or `"ntc"`}
#'   \item{cq}{quantification cycle, in cycles; `NA` where 40 cycles found nothing}
#'   \item{quantity}{copies a well, standards only}
#'   \item{treatment}{`"vehicle"`, `"anastrozole"`, `"fulvestrant"` or `"anastrozole + fulvestrant"`; this and the
#'     following are `NA` for standards and wells without template}
#'   \item{anastrozole, fulvestrant}{the same as two factors, `"no"` or `"yes"`}
#'   \item{week}{number: 0, 4, 8 or 14}
#'   \item{mouse}{`"veh-1"` to `"ana+ful-5"`}
#'   \item{cage}{`"cage 1"` to `"cage 5"`}
#' }
#' @source Simulated; the effects are invented, not taken from any study.
#' @family data sets
#' @aliases anastrozole_xenografts_truth.csv
#' @examples
#' tumours <- subset(anastrozole_xenografts, target == "MYC" & task == "unknown")
#' with(unique(tumours[c("sample", "treatment", "week")]), table(treatment, week))
#' truth <- read.csv(system.file("extdata", "anastrozole_xenografts_truth.csv", package = "ddcq"))
#' subset(truth, target == "MYC")[c("treatment", "week", "fold_change", "log2_interaction")]
"anastrozole_xenografts"
