# From the wells to what the model needs: strings as codes, the roles of targets, the design by sample and unit, and the
# cells of samples and targets.

# ---- the wells as codes ----

# ---- which targets ----

abort_formula <- function(x) {
  have <- setdiff(names(x), c(cq_canonical, "dye", "flags", "cq_text", "comments", "amp_status", "group"))
  have <- have[!vapply(unclass(x)[have], is.double, NA)]
  ddcq_abort(
    c("{.arg formula} must be given, such as {.code ~ treatment}.",
      "i" = if (length(have)) "The data have the columns {some(have, 12)}." else
        "The data have no design yet: join the sample sheet with {.fn cq_design}."
    ), "formula"
  )
}

abort_reference <- function(wells) {
  have <- wells$present
  ddcq_abort(
    c("{.arg reference} must be given: the reference targets.",
      "i" = "The data have {some(have, 20)}."
    ), "reference"
  )
}

abort_efficiency <- function(wells) {
  standards <- wells$tasks[2] > 0
  ddcq_abort(
    c("{.arg efficiency} must be given: assuming doubling without saying so is the commonest silent mistake.",
      "i" = if (standards) "The data have standards: {.code efficiency = cq_standard_curve(x)}.",
      "i" = "Known values: {.code efficiency = cq_efficiency(target, efficiency, std.error, df)}.",
      "i" = "Doubling, said by hand: {.code efficiency = 2}."
    ), "efficiency"
  )
}

target_roles <- function(wells, reference, targets) {
  if (inherits(reference, "cq_stability")) reference <- stability_references(reference)
  reference <- check_strings(reference, "reference")
  if (anyDuplicated(reference)) {
    ddcq_abort("{.arg reference} must name each target once, not {some(reference[duplicated(reference)])} twice.",
               "reference")
  }
  if (length(reference) > 63) {
    ddcq_abort("{.arg reference} must name at most 63 targets, not {length(reference)}.", "reference")
  }
  have <- wells$present
  if (!length(have)) abort_no_unknown()
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
  # in the order of the data, so that a plate that is used whole need not be copied
  used <- sort(match(union(targets, reference), wells$target$levels))
  names <- wells$target$levels[used]
  list(
    used = used, targets = match(targets, names), refs = match(reference, names)
  )
}

abort_no_unknown <- function() {
  ddcq_abort(
    c("There must be wells of task {.val unknown}, but there is none.",
      "i" = "All are controls or standards, or every row was taken out: see {.fn cq_log}."
    ), "data"
  )
}

# ---- the samples ----

# Units, factors, covariates and the question for the samples that take part.
sample_design <- function(x, wells, terms, unit, control, by = NULL) {
  n <- length(wells$sample$levels)
  present <- tabulate(wells$unknown$codes, n) > 0L
  if (!any(present)) abort_no_unknown()
  columns <- sample_columns(x, terms, wells$unknown, n)
  present <- present & !left_out(wells, columns$factors, n)
  check_complete(c(columns$factors, columns$random), present, wells$sample$levels)
  check_covariates(columns$covariates, present, wells$sample$levels)
  if (is.null(control)) abort_no_control(columns$factors)
  control <- question_factors(columns$factors, control)
  by <- check_within(by, names(control), names(columns$factors))
  factors <- lapply(columns$factors, drop_levels)
  for (name in names(control)) factors[[name]] <- control_first(factors[[name]], control[[name]])
  flat <- names(control)[vapply(factors[names(control)], function(f) length(f$levels) < 2, NA)]
  if (length(flat)) {
    only <- control[[flat[1]]]
    ddcq_abort(
      c("The factor {.field {flat[1]}} must have two levels or more.", "x" = "Every sample is {.val {only}}."),
      "control"
    )
  }
  random <- lapply(columns$random, drop_levels)
  units <- sample_units(x, wells, unit, present, c(factors, random), columns$covariates)
  c(units[c("unit", "units", "unit_covariates")], list(
    unit_codes = units$unit_codes[seq_along(factors)],
    random_codes = units$unit_codes[length(factors) + seq_along(random)],
    factors = factors, random = random, control = control, by = by, present = which(present), terms = terms,
    unit_name = unit
  ))
}

# Samples of which every well was taken out and the sheet says nothing: so a sample is left out of the experiment.
left_out <- function(wells, factors, n) {
  blank <- Reduce(`|`, lapply(factors, function(f) f$codes == 0L), logical(n))
  if (!any(blank)) {
    return(blank)
  }
  kept <- as.integer(wells$state) != 3L
  blank & tabulate(wells$unknown$codes[kept], n) == 0L
}

check_within <- function(by, question, factors) {
  if (is.null(by)) {
    return(character())
  }
  by <- check_strings(by, "by")
  rest <- setdiff(factors, question)
  lost <- setdiff(by, rest)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg by} must name factors of {.arg formula} other than that of {.arg control}.",
        "x" = "{some(lost)} {cli::qty(lost)}{?is/are} none.", if (length(rest)) hint_near(lost[1], rest)
      ), "argument"
    )
  }
  factors[factors %in% by]
}

check_covariates <- function(covariates, present, samples) {
  for (column in names(covariates)) {
    value <- covariates[[column]]
    blank <- if (!is.null(value)) which(present & is.na(value))
    if (length(blank)) abort_blank(samples[blank], column)
  }
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
    if (length(blank)) abort_blank(samples[blank], names(factors)[j])
  }
}

abort_blank <- function(bad, column) {
  ddcq_abort(
    c("Every sample must have a value of {.field {column}}.",
      "x" = "{some(bad)} {cli::qty(bad)}{?has/have} none.",
      "i" = "Complete the sample sheet, or take the samples out with {.fn cq_exclude}; \\
             controls and standards need their {.field task}."
    ), "design"
  )
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

# The unit of each sample, from 0; -1 for samples that take no part. Factor codes and covariates by unit, a covariate as
# the mean over the unit's samples.
sample_units <- function(x, wells, unit, present, factors, covariates) {
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
  inside <- which(code >= 0L)
  by_unit <- function(value) {
    if (!is.null(value)) as.vector(rowsum(value[inside], code[inside])) / tabulate(code[inside] + 1L, length(levels))
  }
  list(
    unit = code, units = levels, unit_codes = lapply(factors, function(f) f$codes[first]),
    unit_covariates = lapply(covariates, by_unit)
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
          "x" = "The {.field {unit}} {some(who)} {cli::qty(who)}{?has/have} samples of several.",
          "i" = "If each {unit} got every treatment, it is a block: add it to the formula, \\
                 {.code + {unit}}, and leave {.arg unit} out."
        ), "design"
      )
    }
  }
}

# ---- cells ----

# Cq of the samples and targets that the fit uses, with the efficiencies. A cell of non-detects is censored: it has no
# Cq here. One with wells on both sides of the limit has the Cq that all its wells together make likely.
make_plate <- function(wells, roles, design, eff, replicates, reference_runs = "pooled") {
  n_samples <- length(wells$sample$levels)
  cells <- .Call(
    c_cells, wells$sample$codes, wells$target$codes, wells$run$codes,
    wells$task, wells$state, wells$cq, n_samples, length(wells$target$levels),
    match(replicates, c("mean", "median", "huber"))
  )
  rows <- design$present
  pick <- function(m) if (length(rows) == n_samples && is_identity(roles$used, ncol(m))) m else
    m[rows, roles$used, drop = FALSE]
  names <- list(samples = wells$sample$levels[rows], targets = wells$target$levels[roles$used])
  if (length(wells$run$levels) > 1) check_cell_runs(pick(cells$run), names, wells$runs)
  wanted <- pick(cells$nondetect) > 0L
  cq <- pick(cells$cq)
  partly <- NULL
  if (any(wanted)) {
    partly <- wanted & pick(cells$quantified) > 0L
    cq[wanted] <- NA_real_
    sigma <- sqrt(cells$ss / cells$df)[roles$used]
    done <- fill_partly(cq, partly, wells, rows, roles$used, sigma)
    cq <- done$cq
    partly <- done$filled
    wanted <- wanted & !partly
  }
  if (reference_runs == "same" && length(wells$run$levels) > 1) {
    how <- match(replicates, c("mean", "median", "huber"))
    cq <- same_run_references(cq, pick(cells$run), wells, rows, roles$used, eff, roles$refs, how)
  }
  list(
    cycles = wells$cycles, partly = partly, cq = cq, gaps = anyNA(cq), wells = pick(cells$quantified),
    spread = pick(cells$spread), censored = wanted,
    ss = cells$ss[roles$used], df = cells$df[roles$used], ntc = cells$ntc[roles$used],
    n_ntc = cells$n_ntc[roles$used], n_standard = cells$n_standard[roles$used],
    nameless = wells$nameless, samples = names$samples, names = names$targets, targets = roles$targets,
    refs = roles$refs, eff = eff,
    task_wells = wells$tasks
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
