#' Fold changes with intervals
#'
#' Efficiency-corrected delta-delta-Cq: for every target the log2 fold change between the levels of a factor,
#' normalised by any number of references, with an interval that carries the biological variation, the number of
#' samples and the uncertainty of the efficiencies.
#'
#' @param x (`cq_data`) The wells, from [cq_data()] or [cq_read()], with the design joined by [cq_design()].
#' @param formula (formula) Factors joined by `+`: `~ treatment`, or with blocks or subjects, `~ treatment + subject`
#'   (with two treatments, that is the paired test). A column of numbers must be written `factor(subject)`.
#' @param reference (text) The reference targets. No default.
#' @param control (text) The level that the others are compared with. It belongs to the only factor that has it. No
#'   default.
#' @param efficiency (`cq_efficiency`, or one number for all) From [cq_standard_curve()] or [cq_efficiency()]. No
#'   default: doubling is said by hand, `efficiency = 2`.
#' @param variance (`"auto"`, `"welch"` or `"pooled"`) `"welch"` lets every group have its own variance (one factor
#'   only), `"pooled"` is the linear model. `"auto"` is Welch for one factor with two levels, pooled otherwise.
#' @param contrasts (`"control"`, `"pairwise"` or a named list of weights) Every level against the control; every pair;
#'   or contrasts such as `list("A vs B" = c(A = 1, B = -1))`, whose weights sum to 0.
#' @param adjust (`"holm"`, `"BH"`, `"bonferroni"` or `"none"`) Adjustment of the p-values over all rows of the table.
#' @param level (number) Confidence level.
#' @param unit (text) The column that names the experimental unit, when it is coarser than the sample: with
#'   `unit = "mouse"`, four tumours of a mouse are averaged and count once.
#' @param targets (text) The targets to report; all but the references when `NULL`.
#' @param ... Not used.
#' @param replicates (`"mean"`, `"median"` or `"huber"`) How technical replicates become one value. Huber's location
#'   takes the assay's pooled technical SD as its scale.
#' @return An object of class `ddcq`, a list of
#'   \describe{
#'     \item{results}{data frame, one row a target and contrast: `target`, `contrast`, `estimate` (log2 fold change),
#'       `std.error` (log2), `df`, `statistic`, `p.value`, `conf.low`, `conf.high` (log2, unadjusted, at `level`),
#'       `fold_change`, `fold_low`, `fold_high` (the same as folds), `adj.p.value`, `adj.conf.low`, `adj.conf.high`
#'       (log2; the simultaneous limits that go with the adjustment, `NA` for BH), `n`, `n_control` (units on either
#'       side), `note`.}
#'     \item{samples}{data frame, one row a unit and target: the unit, the factors, `target`, `n_samples`, `n_wells`,
#'       `cq` (cycles), `dcq` (efficiency-weighted, log2 units), `ddcq` (against the control's mean), `log2_quantity`
#'       (`-dcq`), `log2_relative` (`-ddcq`), `relative` (fold of the control's mean).}
#'     \item{spec}{what was asked for and decided: call, formula, control, levels, references, efficiencies, variance,
#'       adjustment, level, unit, dropped samples.}
#'     \item{log}{the log of the data, with what the fit left out.}
#'   }
#'   Rows that the data cannot carry have `NA` and a note that says why. Errors have the classes
#'   `ddcq_error_reference`, `_control`, `_efficiency`, `_formula`, `_design`, `_data`, `_argument`; doubts about the
#'   data come as one warning of class `ddcq_warning_fit`.
#' @details The model is linear in \eqn{d = w\,Cq_{target} - \mathrm{mean}_h(w_h\,Cq_h)} with \eqn{w = \log_2 E}, so a
#'   fold change is Pfaffl's ratio with the geometric mean of several references. The n of every test counts units,
#'   never wells. `vignette("methods")` has all formulas.
#' @references Livak KJ, Schmittgen TD (2001). Analysis of relative gene expression data using real-time quantitative
#'   PCR and the 2(-Delta Delta C(T)) method. Methods 25(4), 402-408. \doi{10.1006/meth.2001.1262}
#'
#'   Pfaffl MW (2001). A new mathematical model for relative quantification in real-time RT-PCR. Nucleic Acids Research
#'   29(9), e45. \doi{10.1093/nar/29.9.e45}
#' @family model
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate)
#' eff <- cq_standard_curve(x)
#' ddcq(x, ~ treatment, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = eff)
ddcq <- function(x, formula, reference, control, efficiency, variance = "auto", contrasts = "control",
                 adjust = "holm", level = 0.95, unit = "sample", targets = NULL, ...,
                 replicates = "mean") {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  ask <- list(
    variance = check_choice(variance, c("auto", "welch", "pooled"), "variance"),
    adjust = check_choice(adjust, names(adjust_methods), "adjust"), level = check_level(level),
    replicates = check_choice(replicates, c("mean", "median", "huber"), "replicates"),
    contrasts = contrasts, unit = check_string(unit, "unit")
  )
  wells <- code_wells(x)
  if (missing(formula)) abort_formula(x)
  terms <- formula_terms(formula)
  if (missing(reference)) abort_reference(wells)
  roles <- target_roles(wells, reference, targets)
  design <- sample_design(x, wells, terms, ask$unit, if (missing(control)) NULL else control)
  if (missing(efficiency)) abort_efficiency(wells)
  eff <- efficiency_for(efficiency, wells$target$levels[roles$used])
  plate <- make_plate(wells, roles, design, eff, ask$replicates)
  model <- make_model(plate, design, ask)
  parts <- fit_targets(model, plate$targets, plate$refs)
  call <- match.call()
  new_ddcq(x, call, formula, model, parts, ask)
}

# ---- the wells as codes ----

code_wells <- function(x) {
  sample <- code_strings(x$sample)
  target <- code_strings(x$target)
  run <- code_strings(x$run)
  task <- as.integer(x$task)
  # samples and targets that standards and controls alone have are not of the experiment
  unknown <- if (is_all(task, 1L)) sample$codes else sample$codes * (task == 1L)
  list(
    sample = sample, target = target, run = run, task = task, state = as.integer(x$state), cq = x$cq,
    unknown = list(codes = unknown, levels = sample$levels), runs = attr(x, "runs", exact = TRUE)
  )
}

is_all <- function(codes, value) {
  length(codes) > 0 && min(codes) == value && max(codes) == value
}

# ---- which targets ----

abort_formula <- function(x) {
  have <- setdiff(names(x), c(cq_canonical, "dye", "tm", "flags", "cq_text"))
  ddcq_abort(
    c("{.arg formula} must be given, such as {.code ~ treatment}.",
      "i" = if (length(have)) "The data have the columns {some(have, 12)}." else
        "The data have no design yet: join the sample sheet with {.fn cq_design}."
    ), "formula"
  )
}

abort_reference <- function(wells) {
  have <- targets_present(wells)
  ddcq_abort(
    c("{.arg reference} must be given: the reference targets.",
      "i" = "The data have {some(have, 20)}.",
      "i" = "{.code reference = c(\"GAPDH\", \"ACTB\")}"
    ), "reference"
  )
}

abort_efficiency <- function(wells) {
  standards <- any(wells$task == 2L)
  ddcq_abort(
    c("{.arg efficiency} must be given: assuming doubling without saying so is the commonest silent mistake.",
      "i" = if (standards) "The data have standards: {.code efficiency = cq_standard_curve(x)}.",
      "i" = "Known values: {.code efficiency = cq_efficiency(target, efficiency, std.error, df)}.",
      "i" = "Doubling, said by hand: {.code efficiency = 2}."
    ), "efficiency"
  )
}

targets_present <- function(wells) {
  used <- unique(wells$target$codes[wells$unknown$codes > 0L & wells$target$codes > 0L])
  wells$target$levels[sort(used)]
}

target_roles <- function(wells, reference, targets) {
  reference <- check_strings(reference, "reference")
  if (anyDuplicated(reference)) {
    ddcq_abort("{.arg reference} must name each target once, not {some(reference[duplicated(reference)])} twice.",
               "reference")
  }
  have <- targets_present(wells)
  check_known_targets(reference, have, "reference")
  if (is.null(targets)) {
    targets <- setdiff(have, reference)
  } else {
    targets <- unique(check_strings(targets, "targets"))
    check_known_targets(targets, have, "targets")
  }
  if (!length(targets)) {
    ddcq_abort(
      c("There must be a target besides the references.", "x" = "The data have only {some(have)}."), "reference"
    )
  }
  names <- union(targets, reference)
  list(
    used = match(names, wells$target$levels), targets = match(targets, names), refs = match(reference, names)
  )
}

check_known_targets <- function(names, have, arg) {
  lost <- setdiff(names, have)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg {arg}} must name targets of the data.",
        "x" = "There is no target {some(lost)}.",
        hint_near(lost[1], have)
      ), if (arg == "reference") "reference" else "argument"
    )
  }
}

# ---- the samples ----

# Units, factors and the main factor for the samples that take part.
sample_design <- function(x, wells, terms, unit, control) {
  n <- length(wells$sample$levels)
  present <- tabulate(wells$unknown$codes, n) > 0L
  if (!any(present)) {
    ddcq_abort("There must be wells of task {.val unknown}: all are controls or standards.", "data")
  }
  factors <- sample_factors(x, terms, wells$unknown, n)
  names(factors) <- vapply(terms, `[[`, "", "column")
  check_complete(factors, present, wells$sample$levels)
  if (is.null(control)) abort_no_control(factors)
  main <- main_factor(factors, terms, control)
  factors <- lapply(factors, drop_levels)
  factors[[main]] <- control_first(factors[[main]], control)
  if (length(factors[[main]]$levels) < 2) {
    ddcq_abort(
      c("The factor {.field {names(factors)[main]}} must have two levels or more.",
        "x" = "Every sample is {.val {control}}."
      ), "control"
    )
  }
  units <- sample_units(x, wells, unit, present, factors)
  c(units, list(
    factors = factors, main = main, control = control, present = which(present), terms = terms, unit_name = unit
  ))
}

abort_no_control <- function(factors) {
  levels <- lapply(factors, used_levels)
  ddcq_abort(
    c("{.arg control} must be given: the level that the others are compared with.",
      level_lines(levels, names(factors))
    ), "control"
  )
}

check_complete <- function(factors, present, samples) {
  for (j in seq_along(factors)) {
    blank <- which(present & factors[[j]]$codes == 0L)
    if (length(blank)) {
      bad <- samples[blank]
      column <- names(factors)[j]
      ddcq_abort(
        c("Every sample must have a value of {.field {column}}.",
          "x" = "{some(bad)} {?has/have} none.",
          "i" = "Complete the sample sheet, or take the samples out with {.fn cq_exclude}; \\
                 controls and standards need their {.field task}."
        ), "design"
      )
    }
  }
}

# Levels that samples have, in the order of a factor's levels or of appearance.
drop_levels <- function(f) {
  used <- sort(unique(f$codes[f$codes > 0L]))
  list(codes = c(0L, match(seq_along(f$levels), used, nomatch = 0L))[f$codes + 1L], levels = f$levels[used])
}

control_first <- function(f, control) {
  order <- c(match(control, f$levels), which(f$levels != control))
  list(codes = c(0L, match(seq_along(f$levels), order))[f$codes + 1L], levels = f$levels[order])
}

# The unit of each sample, from 0; -1 for samples that take no part. Factor codes by unit.
sample_units <- function(x, wells, unit, present, factors) {
  n <- length(wells$sample$levels)
  if (unit == "sample") {
    code <- match(seq_len(n), which(present), nomatch = 0L) - 1L
    levels <- wells$sample$levels[present]
    first <- which(present)
  } else {
    check_columns(x, unit, "x")
    coded <- drop_levels(sample_value(x[[unit]], wells$unknown, n, unit))
    check_complete(stats::setNames(list(coded), unit), present, wells$sample$levels)
    code <- coded$codes - 1L
    levels <- coded$levels
    first <- match(seq_along(levels) - 1L, code)
    check_unit_constant(code, factors, levels, unit)
  }
  list(
    unit = code, units = levels, unit_codes = lapply(factors, function(f) f$codes[first])
  )
}

check_unit_constant <- function(code, factors, levels, unit) {
  for (j in seq_along(factors)) {
    bad <- group_value(code + 1L, factors[[j]]$codes, length(levels))$mixed
    if (any(bad)) {
      who <- levels[bad]
      column <- names(factors)[j]
      ddcq_abort(
        c("A unit must have one value of {.field {column}}.",
          "x" = "The {.field {unit}} {some(who)} {?has/have} samples of several.",
          "i" = "If each {unit} got every treatment, it is a block: add it to the formula, \\
                 {.code + {unit}}, and leave {.arg unit} out."
        ), "design"
      )
    }
  }
}

# ---- cells ----

# Cq of the samples and targets that the fit uses, with the efficiencies. A cell with non-detects is censored: it has
# no Cq here, and its target gets no number.
make_plate <- function(wells, roles, design, eff, replicates) {
  n_samples <- length(wells$sample$levels)
  cells <- .Call(
    c_cells, wells$sample$codes, wells$target$codes, if (length(wells$run$levels) > 1) wells$run$codes,
    wells$task, wells$state, wells$cq, n_samples, length(wells$target$levels),
    match(replicates, c("mean", "median", "huber"))
  )
  rows <- design$present
  pick <- function(m) if (length(rows) == n_samples && is_identity(roles$used, ncol(m))) m else
    m[rows, roles$used, drop = FALSE]
  names <- list(samples = wells$sample$levels[rows], targets = wells$target$levels[roles$used])
  check_cell_runs(pick(cells$run), names, wells$runs)
  wanted <- pick(cells$nondetect) > 0L
  cq <- pick(cells$cq)
  if (any(wanted)) cq[wanted] <- NA_real_
  list(
    cq = cq, wells = pick(cells$quantified), spread = pick(cells$spread), censored = wanted,
    ss = cells$ss[roles$used], df = cells$df[roles$used], ntc = cells$ntc[roles$used],
    n_ntc = cells$n_ntc[roles$used], n_standard = cells$n_standard[roles$used],
    samples = names$samples, names = names$targets, targets = roles$targets, refs = roles$refs, eff = eff,
    n_wells = length(wells$cq), control_wells = tabulate(wells$task, 6L), state_wells = tabulate(wells$state, 4L)
  )
}

is_identity <- function(index, n) {
  length(index) == n && identical(index, seq_len(n))
}

check_cell_runs <- function(run, names, policy) {
  if (!is.null(policy) || !any(run < 0L)) {
    return(invisible())
  }
  at <- which(run < 0L, arr.ind = TRUE)
  where <- paste0(names$samples[at[, 1]], " (", names$targets[at[, 2]], ")")
  ddcq_abort(
    c("A sample and target must stand in one run.",
      "x" = "In several runs: {some(where)}.",
      "i" = "Put the runs together with {.code cq_read(files, runs = )} or {.code cq_data(..., runs = )}, which asks \\
             whether they are replicates or one cDNA on several plates."
    ), "data"
  )
}
