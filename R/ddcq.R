#' Fold changes with intervals
#'
#' Efficiency-corrected delta-delta-Cq: for every target the log2 fold change between the levels of a factor,
#' normalised by any number of references, with an interval that carries the biological variation, the number of
#' samples and the uncertainty of the efficiencies.
#'
#' @param x (`cq_data`) The wells, from [cq_data()] or [cq_read()], with the design joined by [cq_design()].
#' @param formula (formula) The design: columns of the sample sheet joined by `+`, `:` and `*`. A column of names is a
#'   factor: `~ treatment`, `~ treatment + passage` (blocks or subjects; with two treatments, the paired test),
#'   `~ anastrozole * fulvestrant + plate`. A column of numbers must say what it is: `factor(subject)` for names,
#'   `covariate(rin)` for a slope (RIN, dose); `covariate(reference)` is the level of the references themselves.
#'   `(1 | mouse)` is a random intercept.
#' @param reference (text, or `cq_stability`) The reference targets; or those that [cq_stability()] recommends. No
#'   default.
#' @param control (text) The level that the others are compared with. It belongs to the only factor that has it; for a
#'   question with several factors, one level each by name: `c(anastrozole = "no", fulvestrant = "no")`. No default.
#' @param efficiency (`cq_efficiency`, or one number for all) From [cq_standard_curve()] or [cq_efficiency()]. No
#'   default: doubling is said by hand, `efficiency = 2`.
#' @param variance (`"auto"`, `"welch"` or `"pooled"`) `"welch"` lets every group have its own variance (one factor, or
#'   every combination of several), `"pooled"` is the linear model. `"auto"` is Welch for one factor with two levels,
#'   pooled otherwise. [summary()][print.ddcq] shows both.
#' @param contrasts (`"control"`, `"pairwise"`, `"trend"` or a named list of weights) Every group against the control;
#'   every pair; linear and quadratic trend over levels that are numbers (dose, time): the coefficients of x and x^2,
#'   log2 fold a unit of the level; or contrasts such as `list("A vs B" = c(A = 1, B = -1))`, whose weights sum to 0.
#'   With several factors in `control` a group is a combination, written `"yes:no"` in the order of the formula.
#' @param adjust (`"holm"`, `"BH"`, `"bonferroni"`, `"none"`, `"dunnett"` or `"tukey"`) Adjustment of the p-values over
#'   all rows of the table; Dunnett's (for contrasts against the control) and Tukey's (for all pairs) within a target,
#'   with their own simultaneous intervals in `adj.conf.low` and `adj.conf.high`: targets are then not adjusted for.
#' @param level (number) Confidence level.
#' @param unit (text) The column that names the experimental unit, when it is coarser than the sample: with
#'   `unit = "mouse"`, four tumours of a mouse are averaged and count once.
#' @param targets (text) The targets to report; all but the references when `NULL`.
#' @param ... Not used.
#' @param by (text) Factors of the formula within whose levels the contrasts are made: `~ treatment * day` with
#'   `by = "day"` compares the treatments on each day. Without it contrasts are averaged over other factors.
#' @param ignore (text) Columns of the sample sheet that group samples, and may be left out of the formula all the same.
#' @param ddf (`"satterthwaite"` or `"kenward-roger"`) Degrees of freedom with random effects.
#' @param weights (`"none"` or `"technical"`) `"technical"` weighs units by the precision of their wells. It is right
#'   where units differ in nothing else; elsewhere the plain mean is. It takes one pooled variance.
#' @param replicates (`"mean"`, `"median"` or `"huber"`) How technical replicates become one value. Huber's location
#'   takes the assay's pooled technical SD as its scale.
#' @param reference_runs (`"pooled"` or `"same"`) Where targets stand on several plates and the references on each of
#'   them (`cq_data(runs = "same")`): a target against the mean of the references over all runs, or against those of
#'   its own run. With `"same"` the `cq` of the samples is moved by the difference, so that `dcq` is against the own
#'   run.
#' @return An object of class `ddcq`, a list of (more in [ddcq-object])
#'   \describe{
#'     \item{results}{data frame, one row a target and contrast: `target`, `contrast`, `estimate` (log2 fold change),
#'       `std.error` (log2), `df`, `statistic`, `p.value`, `conf.low`, `conf.high` (log2, unadjusted, at `level`),
#'       `fold_change`, `fold_low`, `fold_high` (the same as folds), `adj.p.value`, `adj.conf.low`, `adj.conf.high`
#'       (log2; the simultaneous limits that go with the adjustment, `NA` for BH), `n`, `n_control` (units on either
#'       side), `note`. Where the error of an efficiency enters, `std.error` and `df` are those of the wider of two
#'       intervals and `p.value` is the larger of two, so `p.value` can be larger than `statistic` and `df` alone
#'       give.}
#'     \item{samples}{data frame, one row a unit and target: the unit, the factors of the formula and `target` (all
#'       factors), `n_samples`, `n_wells`, `cq` (cycles), `dcq` (efficiency-weighted, log2 units), `ddcq` (against the
#'       control's mean), `log2_quantity` (`-dcq`), `log2_relative` (`-ddcq`), `relative` (fold of the control's mean).}
#'     \item{spec}{what was asked for and decided: call, formula, control, levels, references, efficiencies, variance,
#'       adjustment, level, unit, dropped samples.}
#'     \item{log}{the log of the data, with what the fit left out.}
#'   }
#'   Rows that the data cannot carry have `NA` and a note that says why. Errors have the classes
#'   `ddcq_error_reference`, `ddcq_error_control`, `ddcq_error_efficiency`, `ddcq_error_formula`, `ddcq_error_design`,
#'   `ddcq_error_data`, `ddcq_error_column` and `ddcq_error_argument` (see [ddcq-conditions]); doubts about the data
#'   come as one warning of class `ddcq_warning_fit`.
#' @details The model is linear in \eqn{d = w\,Cq_{target} - \mathrm{mean}_h(w_h\,Cq_h)} with \eqn{w = \log_2 E}, so a
#'   fold change is Pfaffl's ratio with the geometric mean of several references. The n of every test counts units,
#'   never wells. Any design is the linear model on d; with random effects it is fitted through lme4 and lmerTest. A
#'   column of the sheet that groups samples (several tumours of a mouse, a passage with every treatment) and stands in
#'   neither `formula` nor `unit` is an error that shows what to write, unless `ignore` names it; a plate or run that
#'   holds one group only is a warning. `vignette("methods")` has all formulas, `vignette("designs")` worked designs.
#'
#'   **What was not found.** A sample whose wells of a target are all non-detects counts as lying below what its last
#'   cycle can show: such a target is fitted by the likelihood of that, `n` counts the sample, and the note names it
#'   (`vignette("inference")`). No number is put in its place. A lone non-detect in a group whose other samples come
#'   more than 5 cycles before the last is asked about, because a failed reaction looks like that. A sample that lacks a
#'   reference has no value of any target; `spec$dropped` lists what has none. Wells that were taken out
#'   ([cq_exclude()]) or not measured take no part.
#' @references Livak KJ, Schmittgen TD (2001). Analysis of relative gene expression data using real-time quantitative
#'   PCR and the 2(-Delta Delta C(T)) method. Methods 25(4), 402-408. \doi{10.1006/meth.2001.1262}
#'
#'   Pfaffl MW (2001). A new mathematical model for relative quantification in real-time RT-PCR. Nucleic Acids Research
#'   29(9), e45. \doi{10.1093/nar/29.9.e45}
#' @seealso [print.ddcq()] and [plot.ddcq()] to look at a fit, [ddcq-tables] for its numbers, [ddcq_report()] for a
#'   page; [cq_power()] before the next experiment.
#' @family model
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' eff <- cq_standard_curve(x)
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = eff)
#' fit
#' # the same as numbers: log2 fold changes, for one target
#' tidy(fit)[tidy(fit)$target == "MYC", c("contrast", "estimate", "conf.low", "conf.high", "p.value")]
#'
#' # the brain and kidney example of Livak and Schmittgen: 5.6 times as much MYC. Its six are wells of
#' # one cDNA, so that this interval speaks of pipetting alone.
#' ddcq(cq_data(livak2001), ~tissue, reference = "GAPDH", control = "brain", efficiency = 2)
ddcq <- function(x, formula, reference, control, efficiency, variance = "auto", contrasts = "control",
                 adjust = "holm", level = 0.95, unit = "sample", targets = NULL, ...,
                 by = NULL, ignore = NULL, ddf = "satterthwaite", weights = "none", replicates = "mean",
                 reference_runs = "pooled") {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  ask <- list(
    variance = check_choice(variance, c("auto", "welch", "pooled"), "variance"),
    adjust = check_choice(adjust, names(adjust_methods), "adjust"), level = check_level(level),
    replicates = check_choice(replicates, c("mean", "median", "huber"), "replicates"),
    contrasts = contrasts, unit = check_string(unit, "unit"), ignore = check_ignore(ignore, x),
    ddf = check_choice(ddf, c("satterthwaite", "kenward-roger"), "ddf"),
    weights = check_choice(weights, c("none", "technical"), "weights"),
    reference_runs = check_choice(reference_runs, c("pooled", "same"), "reference_runs")
  )
  wells <- code_wells(x)
  if (missing(formula)) abort_formula(x)
  terms <- formula_terms(formula)
  if (missing(reference)) abort_reference(wells)
  roles <- target_roles(wells, reference, targets)
  design <- sample_design(x, wells, terms, ask$unit, if (missing(control)) NULL else control, by)
  check_grouping(x, wells, design, ask$ignore)
  design$confounded <- find_confounded(x, wells, design)
  if (missing(efficiency)) abort_efficiency(wells)
  eff <- efficiency_for(efficiency, wells$target$levels[roles$used])
  plate <- make_plate(wells, roles, design, eff, ask$replicates, ask$reference_runs)
  plate$calibration <- plate_calibration(x, plate)
  model <- make_model(plate, design, ask)
  parts <- fit_targets(model, plate$targets, plate$refs)
  call <- match.call()
  new_ddcq(x, wells$run$levels, call, formula, model, parts, ask)
}
