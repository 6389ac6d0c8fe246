#' The anastrozole panel: five genes and what is expected of them
#'
#' Five genes downstream of oestrogen in breast cancer cells, the pathways that they stand for, and
#' the direction in which each is expected to move when oestrogen is taken away, as
#' [panel_verdict()] reads it. The reference genes are not part of it.
#'
#' The expectations were taken from one technical guide, a secondary source by a vendor. It says
#' that cyclin D1 and c-myc are downregulated, without saying whether mRNA or protein is meant; it
#' speaks of Bcl-2 and Bax as proteins; and of fatty acid synthase it says only that anastrozole
#' keeps the protein from being degraded. So nothing is expected of FASN's mRNA, and where the
#' evidence is about protein, a change of the mRNA agrees with it or does not, and proves neither.
#' `FAS` is no alias of FASN here: it is the symbol of another gene.
#'
#' @format A data frame, one row a gene (5 rows), all columns text:
#' \describe{
#'   \item{target}{the gene's symbol}
#'   \item{aliases}{other names, separated by `;`}
#'   \item{protein}{the protein's name}
#'   \item{pathway, role}{where the gene belongs and what it does there}
#'   \item{expected}{`"up"`, `"down"`, or `NA` where there is no expectation}
#'   \item{evidence}{what the statement is about: `"protein"`, or `"not stated"`}
#'   \item{document, section}{where it is said}
#' }
#' @source "An In-depth Technical Guide to the Downstream Signaling Pathways of Anastrozole",
#'   BenchChem Technical Support Team, December 2025. Sections: see the column `section`; the five
#'   genes are named together under "Quantitative Real-Time PCR (qRT-PCR) for Gene Expression".
#' @family panel
#' @examples
#' anastrozole_panel[c("target", "pathway", "expected", "evidence")]
"anastrozole_panel"

#' A simulated plate: the anastrozole panel in MCF-7aro cells
#'
#' **Simulated data.** No cell was grown and no plate was run: every Cq comes from a small model
#' with a fixed seed, so that what the package finds can be held against the truth.
#'
#' The story: MCF-7aro cells, in medium with androstenedione, which their aromatase turns into
#' oestrogen. Four passages (`p21` to `p24`), each split into three dishes: vehicle, anastrozole,
#' anastrozole + fulvestrant. One cDNA a dish, so 12 samples, n = 4 a treatment; three wells for
#' each sample and assay. Five targets (CCND1, MYC, BCL2, BAX, FASN), two references (GAPDH, ACTB).
#' For each assay, a tenfold dilution series of five points in triplicate (1,000,000 to 100 copies
#' a well), and three wells without template.
#'
#' The model: log2 copies are the assay's abundance, plus the treatment's effect, plus the sample's
#' RNA loading (SD 0.30, shared by all assays of the sample), plus effects of passage (SD 0.12) and
#' sample (SD 0.18) of each target; references have a sample effect of SD 0.05. Wells scatter by
#' 0.08 cycles. Efficiencies lie between 1.88 and 1.99. Two things happen on the plate: one BAX
#' water well drifts up at cycle 37.8, and one BCL2 well of `ana-p22` was omitted at the instrument
#' (a bubble).
#'
#' @section Files:
#' In `system.file("extdata", package = "ddcq")`:
#' * `anastrozole_plate.txt`: the plate as a 384-well QuantStudio text export: key block, sample
#'   setup, results. 378 wells in use and 6 empty ones; the omitted well is there, with `Omit` true;
#'   wells without template read `Undetermined`. The experiment's name and comment say that it is
#'   simulated.
#' * `anastrozole_samples.csv`: the sample sheet for [cq_design()]: `sample`, `treatment`,
#'   `passage`, `origin`.
#' * `anastrozole_truth.csv`: what the model put in, one row an assay and contrast: `target`,
#'   `contrast`, `treatment`, `control`, `log2_fold_change`, `fold_change`, `efficiency`
#'   (amplification factor a cycle), `role`, and the SDs `sd_passage`, `sd_sample` (log2) and
#'   `sd_well` (cycles).
#'
#' @format `anastrozole_plate` is the same plate as a data frame, one row a well (377 rows: without
#'   the empty and the omitted wells):
#' \describe{
#'   \item{run}{`"simulated"`}
#'   \item{well}{position, `A01` to `P18`}
#'   \item{sample}{one cDNA; `Std 1` to `Std 5` for the dilutions, `NTC` without template}
#'   \item{target}{gene symbol}
#'   \item{task}{`"unknown"`, `"standard"` or `"ntc"`}
#'   \item{cq}{quantification cycle, in cycles; `NA` where 40 cycles found nothing}
#'   \item{quantity}{copies a well, standards only}
#'   \item{treatment}{`"vehicle"`, `"anastrozole"` or `"anastrozole + fulvestrant"`; `NA` for
#'     standards and wells without template}
#'   \item{passage}{`"p21"` to `"p24"`, `NA` likewise}
#' }
#' @source Simulated; the effects are invented, not taken from any study.
#' @family data sets
#' @aliases anastrozole_plate.txt anastrozole_samples.csv anastrozole_truth.csv
#' @examples
#' table(anastrozole_plate$target, anastrozole_plate$task)
#' read.csv(system.file("extdata", "anastrozole_truth.csv", package = "ddcq"))
"anastrozole_plate"

#' MYC in brain and kidney: the worked example of the delta-delta-Cq method
#'
#' Cq of MYC and of the reference GAPDH, amplified in separate wells from human brain and kidney
#' RNA, six wells a tissue and gene: the example in which the method was explained. Printed result:
#' 5.6 times as much MYC in kidney as in brain.
#'
#' **The six are wells of one cDNA a tissue, not six people.** Taken as samples (`brain_1`, ...,
#' with MYC and GAPDH paired in the order of print) they reproduce the paper's arithmetic; a p-value
#' or an interval from them speaks of pipetting, not of tissues.
#'
#' @format A data frame, one row a well (24 rows):
#' \describe{
#'   \item{sample}{`brain_1` to `kidney_6`: the well's number within its tissue}
#'   \item{target}{`"MYC"` or `"GAPDH"` (the reference)}
#'   \item{cq}{quantification cycle, in cycles}
#'   \item{tissue}{`"brain"` (the calibrator) or `"kidney"`}
#' }
#' @source Applied Biosystems (1997, updated 2001) ABI PRISM 7700 Sequence Detection System, User
#'   Bulletin #2: Relative Quantitation of Gene Expression; comparative method in separate tubes.
#' @references Livak KJ, Schmittgen TD (2001) Analysis of relative gene expression data using
#'   real-time quantitative PCR and the 2^(-Delta Delta C(T)) method. Methods 25:402-408.
#'   \doi{10.1006/meth.2001.1262}
#' @family data sets
#' @examples
#' means <- with(livak2001, tapply(cq, list(target, tissue), mean))
#' 2^-diff(means["MYC", ] - means["GAPDH", ])
"livak2001"

#' A target and a reference in Arabidopsis at four concentrations
#'
#' Cq of the gene MT_7 (At3g44860) and of the reference ubiquitin in control and in treated
#' *Arabidopsis thaliana*; the cDNA of each group was diluted to four concentrations, with three
#' wells each. The example data of a paper that compared a t-test, a rank test, regression and
#' analysis of covariance for delta-delta-Cq.
#'
#' **All twelve rows of a group come from one cDNA.** Taken as samples they reproduce the paper's
#' arithmetic (delta-delta-Cq -0.6848); they say nothing about how plants differ.
#'
#' @format A data frame, one row a well (48 rows):
#' \describe{
#'   \item{sample}{group, concentration and number of the well, as in `control_0.4_2`}
#'   \item{target}{`"MT_7"` or `"ubiquitin"` (the reference)}
#'   \item{cq}{quantification cycle, in cycles}
#'   \item{group}{`"control"` or `"treatment"`}
#'   \item{concentration}{of the cDNA, in ng per microlitre: 10, 2, 0.4 or 0.08}
#' }
#' @source Table 1 of the paper below, which is open access under the Creative Commons Attribution
#'   licence.
#' @references Yuan JS, Reed A, Chen F, Stewart CN (2006) Statistical analysis of real-time PCR
#'   data. BMC Bioinformatics 7:85. \doi{10.1186/1471-2105-7-85}
#' @family data sets
#' @examples
#' means <- with(yuan2006, tapply(cq, list(target, group), mean))
#' diff(means["MT_7", ] - means["ubiquitin", ])
"yuan2006"
