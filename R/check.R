# cq_check(): a careful look at the plate before the model. Each question is one function, check_<what>(plate, rules),
# that returns findings or NULL; nothing is changed.

#' Look the plate over
#'
#' Controls, technical replicates, late and missing wells, melting peaks, references, and whether groups and runs can
#' be told apart: everything that a careful colleague would look at before the analysis. Each finding is a row that
#' says what, where, how bad, and what to do. Nothing is changed; [cq_exclude()] acts on the findings that you choose.
#'
#' @param x (`cq_data`) The wells.
#' @param ... Not used.
#' @param reference (text) The reference targets. Without them the questions about references are not asked.
#' @param group (text) The column of the design that holds the groups, such as `"treatment"`.
#' @param efficiency (number or `cq_efficiency`) As in [ddcq()]; targets without one are taken to double, and the
#'   finding says so.
#' @param layout (data frame) What should be on the plate: a column `well`, with `run`, `sample` and `target` where
#'   they are to be compared.
#' @param melt (data frame) Melting peaks, such as the result of `cq_melt()`: columns `well`, `tm` (degrees Celsius)
#'   and, where there are, `run`, `target` and `n_peaks`. Else the columns `tm`, `tm2`, ... of `x` are used.
#' @param signal (number) Share of a sample's signal, `E^-(Cq of the control - Cq of the sample)`, above which a control
#'   without template or without reverse transcriptase is a finding. 0.03 is 5 cycles at doubling.
#' @param spread (number) Cycles that replicates may differ, however small the technical SD is.
#' @param sds (number) The same in technical SDs: a range that replicates of such an SD exceed as rarely as one normal
#'   value exceeds `sds` SDs. Replicates are a finding when they exceed both.
#' @param technical_sd (number) Pooled technical SD of a target (cycles) above which the assay itself is a finding.
#' @param late (number) Cq beyond which a sample is late: few molecules, many replicates needed.
#' @param one_copy (number) Cq at which one molecule would show. Near it replicates differ because molecules are
#'   counted, and are given that much more room.
#' @param tm (number) Degrees Celsius by which a melting peak may lie off its target's median.
#' @param loading (number) Cycles by which a sample's mean reference Cq may lie off the median of the samples.
#' @param leak (number) Share of a fold change's standard error that may come from unequal loading through the error
#'   of the efficiencies.
#' @return A data frame of class `cq_check`, one row a finding, the worst first: `check` (a short stable name),
#'   `severity` (ordered factor: note, worth knowing; look, before you rely on the numbers; stop, some number would be
#'   wrong), `run`, `well`, `sample`, `target` (text; several are separated by
#'   `", "`; `NA` where the finding concerns no one of them), `value` and `limit` (what was found and what is allowed,
#'   in `unit`), `unit` (text), `finding` and `action` (sentences).
#'
#'   The checks: `ntc`, `nrt`, `positive`, `missing_ntc` (controls); `unmarked_control`, `unmarked_standard` (samples
#'   called water or standard that count as samples); `nameless` (wells without sample or target); `outlier`, `spread`,
#'   `technical_sd`, `replicates`, `many_wells`, `failed`, `flags` (wells); `early`, `late`, `nondetect`;
#'   `missing_well`, `extra_well`, `wrong_well` (against `layout`); `melt_peaks`, `melt_tm`; `missing_reference`,
#'   `loading`, `reference_balance`; `curve_range`, `standards` (efficiency); `confounded`, `runs_disagree`,
#'   `calibrators` (runs). Errors have the classes `ddcq_error_argument`, `ddcq_error_reference`,
#'   `ddcq_error_efficiency`, `ddcq_error_column` and `ddcq_error_data`.
#' @details
#' **Replicates.** The technical SD that a set of replicates is measured by is pooled over the other sets of its
#' target, without those that are far wider than the rest. More than 8 wells that share sample and target are no such
#' set, and are asked about (`many_wells`). A well is named as the one that stands out (`outlier`) when it lies away
#' from the median and the others agree without it; two wells that differ cannot say which is wrong (`spread`). Dropping
#' the odd one of three for no other reason than its distance makes the mean worse, not better: look for a cause first.
#'
#' **Balance of the references.** If one group has U log2 units more material than the other, the references correct
#' it only as well as the efficiencies are known: an efficiency that is off leaves a share of U in the fold change. The
#' finding says how much one standard error of the efficiencies would leave; for efficiencies without one, how much
#' 1.9 instead of 2 in the target alone would.
#' @family data
#' @export
#' @examples
#' # the bundled plate, with two faults made: a bubble in A02, and a water well of MYC that amplified
#' wells <- transform(anastrozole_plate, cq = cq + 2 * (well == "A02"))
#' wells$cq[which(wells$target == "MYC" & wells$task == "ntc")[1]] <- 27
#' x <- cq_data(wells, na = "nondetect")
#' findings <- cq_check(x, reference = c("GAPDH", "ACTB"), group = "treatment",
#'   efficiency = cq_standard_curve(x))
#' findings
#' as.data.frame(findings)[c("check", "severity", "well", "target", "value", "limit", "unit")]
#' # nothing has changed yet: take out what you agree with
#' cq_log(cq_exclude(x, findings[findings$check == "outlier", ]))
cq_check <- function(x, ..., reference = NULL, group = NULL, efficiency = NULL, layout = NULL, melt = NULL,
                     signal = 0.03, spread = 0.5, sds = 3, technical_sd = 0.3, late = 35, one_copy = 37, tm = 1,
                     loading = 3, leak = 0.1) {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  rules <- check_rules(list(
    signal = signal, spread = spread, sds = sds, technical_sd = technical_sd, late = late, one_copy = one_copy,
    tm = tm, loading = loading, leak = leak
  ))
  plate <- plate_to_check(x, reference, group, efficiency, layout, melt, rules)
  questions <- list(
    check_nameless, check_controls, check_positive, check_missing_ntc, check_unmarked, check_early,
    check_replicate_sets, check_technical_sd, check_counts, check_many,
    check_failed, check_flags, check_late, check_nondetects, check_layout, check_melt,
    check_references, check_loading, check_balance, check_curve_range, check_standards, check_confounded,
    check_between_runs, check_calibrators
  )
  found <- lapply(questions, function(question) question(plate, rules))
  new_cq_check(found, plate, rules)
}

check_rules <- function(rules) {
  for (arg in names(rules)) rules[[arg]] <- check_number(rules[[arg]], arg, min = 0)
  rules
}

# ---- findings ----

check_severities <- c("note", "look", "stop")

new_cq_check <- function(found, plate, rules) {
  found <- Filter(function(f) length(f$check) > 0, flatten_findings(found))
  names <- names(finding("", "", character(), ""))
  columns <- lapply(stats::setNames(nm = names), function(name) {
    none <- if (name %in% c("value", "limit")) double() else character()
    unlist(lapply(found, `[[`, name), use.names = FALSE) %||% none
  })
  worst <- order(-match(columns$severity, check_severities), method = "radix")
  columns <- lapply(columns, `[`, worst)
  columns$severity <- factor(columns$severity, check_severities, ordered = TRUE)
  structure(
    columns,
    class = c("cq_check", "data.frame"), row.names = .set_row_names(length(columns$check)),
    about = plate$about, rules = rules
  )
}

# A question may answer with several sets of findings.
flatten_findings <- function(found) {
  unlist(lapply(found, function(f) if (is.null(f$check)) Filter(Negate(is.null), f) else list(f)), recursive = FALSE)
}

#' @export
`[.cq_check` <- function(x, ...) {
  out <- NextMethod()
  if (is.data.frame(out)) {
    for (name in c("about", "rules")) attr(out, name) <- attr(x, name, exact = TRUE)
  }
  out
}

#' @export
as.data.frame.cq_check <- function(x, ...) {
  attr(x, "about") <- attr(x, "rules") <- NULL
  class(x) <- "data.frame"
  x
}

# ---- the plate as the questions see it ----

# Columns as codes; `role` is the task, but a sample that is called water or no-RT has that role here.
plate_to_check <- function(x, reference, group, efficiency, layout, melt, rules) {
  if (!nrow(x)) ddcq_abort("{.arg x} must have wells, but it has none.", "data")
  p <- list(
    x = x, n = nrow(x), run = code_strings(x$run), sample = code_strings(x$sample), target = code_strings(x$target),
    state = as.integer(x$state), task = as.integer(x$task), cq = x$cq, well = x$well, layout = layout, group = group,
    cycles = last_cycle(x)
  )
  p$called <- called_control(p$sample$levels)[c(NA, seq_along(p$sample$levels))[p$sample$codes + 1L]]
  # where samples are called by their wells, H20 is a well
  p$called[plain_well(p$well) == plain_well(x$sample)] <- NA
  p$role <- p$task
  unmarked <- p$task %in% c(1L, 4L) & !is.na(p$called)
  p$role[unmarked] <- match(p$called[unmarked], cq_tasks)
  p$reference <- checked_reference(p, reference)
  p$eff <- checked_efficiency(efficiency, p$target$levels)
  if (!is.null(group)) check_columns(x, check_string(group, "group"), "x")
  p$melt <- checked_melt(p, melt)
  p$set <- replicate_sets(p, rules)
  p$about <- about_check(p, efficiency)
  p
}

checked_reference <- function(p, reference) {
  if (is.null(reference)) {
    return(NULL)
  }
  reference <- unique(check_strings(reference, "reference"))
  check_known_targets(reference, p$target$levels, "reference")
  match(reference, p$target$levels)
}

# The factor, log2 of it and its SE by target; a target without one doubles.
checked_efficiency <- function(efficiency, targets) {
  n <- length(targets)
  value <- rep_len(2, n)
  se <- rep_len(NA_real_, n)
  if (is.numeric(efficiency)) {
    value[] <- check_efficiency(check_number(efficiency, "efficiency"), NULL)
  } else if (!is.null(efficiency)) {
    if (!inherits(efficiency, "cq_efficiency")) efficiency_for(efficiency, targets)
    row <- match(targets, efficiency$target)
    given <- efficiency$efficiency[row]
    given[is.na(row)] <- attr(efficiency, "default", exact = TRUE) %||% NA_real_
    use <- !is.na(given)
    value[use] <- given[use]
    se[use] <- efficiency$std.error[row][use]
  }
  list(
    value = value, weight = log2(value), se = se / (value * log(2)),
    table = if (inherits(efficiency, "cq_efficiency")) efficiency
  )
}

# The sets of technical replicates: quantified wells of unknown samples that share run, sample and target.
replicate_sets <- function(p, rules) {
  use <- which(p$role == 1L & p$state == 1L & p$sample$codes > 0L & p$target$codes > 0L)
  key <- set_key(p, use)
  first <- use[!duplicated(key)]
  cell <- match(key, key[!duplicated(key)])
  target <- p$target$codes[first]
  count <- tabulate(cell, length(first))
  fit <- .Call(
    c_replicates, cell - 1L, target - 1L, p$cq[use], p$eff$value,
    range_limit(count, rep_len(Inf, length(count)), rules$sds), c(rules$spread, rules$one_copy)
  )
  c(fit, list(
    rows = use, cell = cell, run = p$run$codes[first], sample = p$sample$codes[first], target = target,
    key = key[!duplicated(key)]
  ))
}

about_check <- function(p, efficiency) {
  list(
    n = p$n, runs = length(p$run$levels), targets = length(p$target$levels),
    samples = length(unique(p$sample$codes[p$role == 1L & p$sample$codes > 0L])),
    simulated = says_simulated(log_of(p$x), p$run$levels),
    skipped = c(
      if (is.null(p$reference)) "references (give `reference`)",
      if (is.null(p$group)) "groups (give `group`)",
      if (is.null(p$layout)) "the layout (give `layout`)",
      if (is.null(p$melt)) "melting peaks (no column `tm`, no `melt`)",
      if (is.null(efficiency)) "the curves' range (no `efficiency`; doubling is taken)"
    )
  )
}

# ---- words ----
