# The object that ddcq() answers with: the table, the samples, what was asked and decided, the log.

new_ddcq <- function(x, runs, call, formula, model, parts, ask) {
  plate <- model$plate
  doubts <- find_doubts(model, parts)
  parts$note <- row_notes(model, parts, doubts)
  results <- results_of(model, parts, plate$names[plate$targets], ask)
  changes <- outside_changes(x)
  log <- log_bind(log_of(x), changes, fit_log(model))
  fit <- structure(
    list(
      results = results, samples = sample_table(model),
      spec = fit_spec(call, formula, model, ask, says_simulated(log, runs)), log = log, model = model, parts = parts
    ),
    class = "ddcq"
  )
  fit$spec$warnings <- doubt_lines(doubts, fit)
  warn_doubts(fit$spec$warnings)
  fit
}

# The table from matrices of targets by contrasts, a target's contrasts standing together.
results_of <- function(model, parts, names, ask) {
  contrasts <- colnames(model$weights)
  flat <- function(m) as.vector(t(m))
  family <- list(
    joint = parts$joint, n_contrasts = length(contrasts),
    n_means = if (ask$adjust == "tukey") flat(family_sizes(model, parts$estimate))
  )
  results_table(
    rep(names, each = length(contrasts)), rep(contrasts, length(names)), flat(parts$estimate), flat_parts(parts),
    flat(parts$n), flat(parts$n_control), flat(parts$note), ask$level, ask$adjust, family
  )
}

# How many means each row's family of pairs has, by target and level of `by`: those that are there.
family_sizes <- function(model, estimate) {
  used <- model$weights != 0
  n_by <- max(1L, length(model$cells$by))
  part <- rep(seq_len(n_by), each = ncol(used) / n_by)
  out <- estimate
  for (columns in split(seq_along(part), part)) {
    there <- !is.na(estimate[, columns, drop = FALSE])
    out[, columns] <- pmax(2, rowSums(there %*% t(used[, columns, drop = FALSE]) > 0))
  }
  out
}

# The parts of the variance in the order of the table.
flat_parts <- function(parts) {
  lapply(parts[c("var_biological", "df_biological", "var_efficiency", "df")], function(m) as.vector(t(m)))
}

fit_spec <- function(call, formula, model, ask, simulated) {
  plate <- model$plate
  group_size <- units_alive(model)
  list(
    call = call, formula = formula, factor = model$question, by = model$by, levels = model$levels,
    control = model$control, control_cells = model$control_cells,
    blocks = setdiff(names(model$factors), c(model$question, model$by)), covariates = names(model$values),
    random = names(model$random),
    targets = plate$names[plate$targets], reference = plate$names[plate$refs], efficiency = efficiency_used(plate),
    variance = model$method, variance_asked = ask$variance, contrasts = model$weights, adjust = ask$adjust,
    level = ask$level, unit = model$unit_name, weights = ask$weights, ddf = if (model$method == "mixed") ask$ddf,
    ignored = ask$ignore, reference_runs = ask$reference_runs,
    replicates = ask$replicates, n_units = sum(group_size),
    group_size = group_size,
    dropped = incomplete_samples(plate), simulated = simulated
  )
}

# Units of each level that have a value of any target: without a reference, or with all wells taken out, there is none.
units_alive <- function(model) {
  main <- model$cell
  plate <- model$plate
  if (plate$gaps) {
    has <- is.finite(rowSums(plate$cq[, plate$refs, drop = FALSE])) &
      rowSums(is.finite(plate$cq[, plate$targets, drop = FALSE]) | plate$censored[, plate$targets, drop = FALSE]) > 0
    main <- main[unique(model$unit[has]) + 1L]
  }
  stats::setNames(tabulate(main, length(model$levels)), model$levels)
}

efficiency_used <- function(plate) {
  eff <- plate$eff
  n <- length(plate$names)
  row <- match(plate$names, eff$table$target)
  given <- function(column) eff$table[[column]][row] %||% rep_len(NA_real_, n)
  known <- is.null(eff$table) | plate$names %in% eff$unknown
  structure(
    list(
      target = plate$names, efficiency = 2^eff$weight,
      std.error = ifelse(known, NA_real_, eff$se * 2^eff$weight * log(2)), df = ifelse(eff$se > 0, eff$df, NA_real_),
      conf.low = given("conf.low"), conf.high = given("conf.high"),
      source = if (is.null(eff$table)) rep_len("given", n) else
        ifelse(plate$names %in% eff$defaulted, "default", given("source"))
    ),
    class = "data.frame", row.names = .set_row_names(n), level = attr(eff$table, "level", exact = TRUE)
  )
}

# Samples that some target of the fit does not have a value for, with the reason.
incomplete_samples <- function(plate) {
  gap <- if (plate$gaps) which(is.na(plate$cq), arr.ind = TRUE) else matrix(0L, 0, 2)
  structure(
    list(
      sample = plate$samples[gap[, 1]], target = plate$names[gap[, 2]],
      reason = ifelse(plate$censored[gap], "not detected", "no Cq")
    ),
    class = "data.frame", row.names = .set_row_names(nrow(gap))
  )
}

fit_log <- function(model) {
  plate <- model$plate
  other <- plate$task_wells[-1]
  names(other) <- cq_tasks[-1]
  other <- other[other > 0]
  gap <- incomplete_samples(plate)
  what <- c("samples in the model", "wells behind them")
  n <- c(length(plate$samples), sum(plate$wells))
  detail <- c(
    paste0(plural(length(plate$targets), "target"), ", ", plural(length(plate$refs), "reference")),
    if (length(other)) paste("not used:", paste(other, names(other), collapse = ", ")) else ""
  )
  if (plate$nameless) {
    what <- c(what, "wells without a name left out")
    n <- c(n, plate$nameless)
    detail <- c(detail, "no sample or no target")
  }
  if (nrow(gap)) {
    what <- c(what, "samples without a value of a target")
    n <- c(n, nrow(gap))
    detail <- c(detail, some_plain(paste0(gap$sample, " (", gap$target, ", ", gap$reason, ")")))
  }
  log_entry("ddcq", what, n, detail)
}

# ---- the table of samples ----
