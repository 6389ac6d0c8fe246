#' ddcq: efficiency-corrected delta-delta-Cq analysis of qPCR
#'
#' From a plate export to fold changes whose intervals cover what they say. The efficiencies of the assays and what is
#' not known about them, the number of samples and how they differ are in every interval; nothing is dropped, averaged
#' or assumed in silence.
#'
#' @section The way that data go:
#' ```
#' cq_read()   cq_data()   cq_from_wide()   wells, from files, a data frame or another program's table
#'     |
#' cq_design()   cq_check()   cq_exclude()  what they are, what is wrong with them
#'     |
#'     +-- cq_standard_curve()   cq_efficiency()   cq_curve_efficiency()
#'     |                                    how the assays amplify
#'   ddcq()                                 fold changes with intervals
#'     |
#' print()   plot()   tidy()   ddcq_ratio()   panel_verdict()   ddcq_report()
#' ```
#' One direction, no way back: a step never edits what an earlier one made. It returns a new object and writes into its
#' log what it did; [cq_log()] shows it.
#'
#' @section Functions by theme:
#' * **Wells in and out**: [cq_read()] reads instrument files ([cq_formats()] lists which), [cq_data()] takes any data
#'   frame, [cq_from_wide()] and [cq_from_groups()] tables as other programs have them; [cq_design()] joins the sample
#'   sheet, [cq_rename()] and [cq_exclude()] mend, [cq_log()] tells what happened; [cq_write_csv()] and
#'   [cq_write_rdml()] write.
#' * **Before the model**: [cq_check()] looks the plate over, [cq_calibrate()] puts runs on one scale
#'   ([cq_calibration()] shows how), [cq_stability()] chooses references, [cq_normalise()] does without them.
#' * **Assays**: [cq_standard_curve()] estimates efficiencies from a dilution series, [cq_efficiency()] takes known
#'   ones, [cq_efficiency_of()] those that stand beside the Cqs. [cq_slopes()], [cq_linear_range()] and
#'   [cq_inhibition()] look at the series, [cq_lod()] and [cq_loq()] at its lower end; [cq_quantify()] gives quantities.
#' * **Raw fluorescence**: [cq_read_curves()] and [cq_curves()] bring it in, [cq_fit_curves()] makes Cq of it,
#'   [cq_curve_efficiency()] efficiencies; [cq_melt_curves()] and [cq_melt()] are for melting.
#' * **The model**: [ddcq()].
#' * **What is asked of a fit**: its numbers, by [tidy()][ddcq-tables], [glance()][ddcq-tables] and
#'   [augment()][ddcq-tables]; [summary()][print.ddcq], [plot()][plot.ddcq], [anova()][anova.ddcq],
#'   [predict()][predict.ddcq]; the ratio of two targets, [ddcq_ratio()]; whether a combination does more than its
#'   parts, [ddcq_interaction()]; group means, [ddcq_means()]; that a change is small, [ddcq_equivalence()];
#'   randomisation and bootstrap, [ddcq_permute()] and [ddcq_boot()]; many targets, [ddcq_moderate()]; what the answer
#'   hangs on, [ddcq_sensitivity()] and [ddcq_variance()]; the panel's genes, [panel_verdict()].
#' * **The next experiment**: [cq_power()], with [cq_sd()] where there is no pilot; [cq_components()] and [cq_budget()]
#'   share the money out.
#' * **From a shell**: [ddcq_cli()] does all of it in one command.
#' * **What goes into a paper**: [ddcq_report()] writes a page, [ddcq_report_parts()] gives its sections, [ddcq_table()]
#'   the arithmetic sample by sample, [methods_text()] the paragraph, [miqe_checklist()] the checklist.
#' * **Objects**: [cq_data-object], [cq_efficiency-object], [ddcq-object], [ddcq-conditions] (errors and warnings).
#' * **Data**: [anastrozole_plate] and [anastrozole_xenografts] (simulated), [anastrozole_panel],
#'   [anastrozole_evidence], [livak2001], [yuan2006].
#'
#' @section Vignettes:
#' * `vignette("ddcq")`: from a plate to fold changes. Start here.
#' * `vignette("anastrozole")`: a whole study, from the question to the next experiment.
#' * `vignette("coming-from")`: the same analysis from other programs' tables.
#' * `vignette("designs")`: arms, combinations, weeks and mice.
#' * `vignette("references")`: reference genes, how many and which.
#' * `vignette("assays")`: curves, limits and quantities.
#' * `vignette("curves")`: from raw fluorescence to fold changes.
#' * `vignette("inference")`: few samples, non-detects, no change, the next experiment.
#' * `vignette("methods")`: every formula.
#' * `vignette("validation")`: what the numbers were held against.
#'
#' `browseVignettes("ddcq")` lists all of them.
#'
#' @section Words:
#' A **run** is a plate. A **sample** is one cDNA; wells that share run, sample and target are technical replicates and
#' never raise the n. The **unit** is what n counts: the sample, or what `ddcq(unit = )` names. A **target** is an
#' assay; a **reference** one that should not change. **Cq** are in cycles, **efficiency** is the factor per cycle (2 is
#' doubling), **estimates** are log2 fold changes, and **fold changes** are 2^ of them.
#'
#' Each argument begins with its type in brackets: **text** is character, **number** numeric, **flag** `TRUE` or
#' `FALSE`, and a name such as `cq_data` the class of an object of the package.
#'
#' @seealso [ddcq()], where most questions end; [cq_read()] and [cq_data()], where they begin.
#' @aliases ddcq-package NULL
#' @useDynLib ddcq, .registration = TRUE
#' @importFrom rlang %||%
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' fit
#' ddcq_ratio(fit, "BAX", "BCL2")
"_PACKAGE"
