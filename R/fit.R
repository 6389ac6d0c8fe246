# The object that ddcq() answers with: the table, the samples, what was asked and decided, the log; and the doubts
# about the data, which become notes of rows and one warning.

new_ddcq <- function(x, call, formula, model, parts, ask) {
  plate <- model$plate
  doubts <- find_doubts(model, parts)
  parts$note <- row_notes(model, parts, doubts)
  results <- results_of(model, parts, plate$names[plate$targets], ask)
  changes <- outside_changes(x)
  log <- log_bind(log_of(x), changes, fit_log(model, x))
  fit <- structure(
    list(
      results = results, samples = sample_table(model),
      spec = fit_spec(call, formula, model, ask, log, x), log = log, model = model, parts = parts
    ),
    class = "ddcq"
  )
  warn_doubts(doubts, fit)
  fit
}

# The table from matrices of targets by contrasts, a target's contrasts standing together.
results_of <- function(model, parts, names, ask) {
  contrasts <- colnames(model$weights)
  flat <- function(m) as.vector(t(m))
  results_table(
    rep(names, each = length(contrasts)), rep(contrasts, length(names)), flat(parts$estimate), flat_parts(parts),
    flat(parts$n), flat(parts$n_control), flat(parts$note), ask$level, ask$adjust
  )
}

# The parts of the variance in the order of the table.
flat_parts <- function(parts) {
  lapply(parts[c("var_biological", "df_biological", "var_efficiency", "df")], function(m) as.vector(t(m)))
}

fit_spec <- function(call, formula, model, ask, log, x) {
  plate <- model$plate
  list(
    call = call, formula = formula, factor = names(model$factors)[model$main], levels = model$levels,
    control = model$control, blocks = names(model$factors)[-model$main],
    targets = plate$names[plate$targets], reference = plate$names[plate$refs], efficiency = efficiency_used(plate),
    variance = model$method, variance_asked = ask$variance, contrasts = model$weights, adjust = ask$adjust,
    level = ask$level, unit = model$unit_name, replicates = ask$replicates, n_units = length(model$units),
    group_size = stats::setNames(tabulate(model$codes[[model$main]], length(model$levels)), model$levels),
    dropped = incomplete_samples(plate), simulated = says_simulated(log, x)
  )
}

efficiency_used <- function(plate) {
  eff <- plate$eff
  se <- eff$se * 2^eff$weight * log(2)
  structure(
    list(
      target = plate$names, efficiency = 2^eff$weight, std.error = ifelse(plate$names %in% eff$unknown | is.null(eff$table), NA, se),
      df = ifelse(eff$se > 0, eff$df, NA),
      source = if (is.null(eff$table)) rep_len("given", length(plate$names)) else
        ifelse(plate$names %in% eff$defaulted, "default", eff$table$source[match(plate$names, eff$table$target)])
    ),
    class = "data.frame", row.names = .set_row_names(length(plate$names))
  )
}

# Samples that some target of the fit does not have a value for, with the reason.
incomplete_samples <- function(plate) {
  gap <- which(is.na(plate$cq), arr.ind = TRUE)
  structure(
    list(
      sample = plate$samples[gap[, 1]], target = plate$names[gap[, 2]],
      reason = ifelse(plate$censored[gap], "not detected", "no Cq")
    ),
    class = "data.frame", row.names = .set_row_names(nrow(gap))
  )
}

# Data that were made by a computer say so wherever they show: in the file's own words, which the log carries.
says_simulated <- function(log, x) {
  any(grepl("simulated", log$detail, ignore.case = TRUE)) ||
    any(grepl("simulated", utils::head(unique(x$run), 20), ignore.case = TRUE))
}

fit_log <- function(model, x) {
  plate <- model$plate
  other <- plate$control_wells[-1]
  names(other) <- cq_tasks[-1]
  other <- other[other > 0]
  gap <- incomplete_samples(plate)
  what <- c("samples in the model", "wells behind them")
  n <- c(length(plate$samples), sum(plate$wells))
  detail <- c(
    paste0(length(plate$targets), " targets, ", length(plate$refs), " references"),
    if (length(other)) paste("not used:", paste(other, names(other), collapse = ", ")) else ""
  )
  if (nrow(gap)) {
    what <- c(what, "samples without a value of a target")
    n <- c(n, nrow(gap))
    detail <- c(detail, some_plain(paste0(gap$sample, " (", gap$target, ", ", gap$reason, ")")))
  }
  log_entry("ddcq", what, n, detail)
}

# ---- the table of samples ----

sample_table <- function(model) {
  plate <- model$plate
  main <- model$codes[[model$main]]
  refs <- plate$refs
  value <- .Call(
    c_unit_table, plate$cq, plate$eff$weight, refs - 1L, rep_len(1 / length(refs), length(refs)), plate$wells,
    model$unit, length(model$units), as.integer(main == 1L)
  )
  n_units <- length(model$units)
  n_targets <- length(plate$names)
  each <- function(v) rep.int(v, n_targets)
  factors <- Map(function(code, f) each(f$levels[code]), model$codes, model$factors)
  columns <- c(
    stats::setNames(list(each(model$units)), model$unit_name), factors,
    list(
      target = rep(plate$names, each = n_units), n_samples = as.vector(value$n_samples),
      n_wells = as.vector(value$n_wells), cq = as.vector(value$cq), dcq = as.vector(value$dcq),
      ddcq = -as.vector(value$relative), log2_quantity = -as.vector(value$dcq),
      log2_relative = as.vector(value$relative), relative = as.vector(2^value$relative)
    )
  )
  structure(columns, class = "data.frame", row.names = .set_row_names(n_units * n_targets))
}

# ---- doubts ----

# Everything about the data that a careful colleague would mention. NULL where there is nothing.
find_doubts <- function(model, parts) {
  plate <- model$plate
  list(
    spread = wide_cells(plate), ntc = late_controls(plate), standards = unused_standards(plate),
    sd = unequal_groups(model, parts), curve = beyond_curve(plate), reference = missing_reference(plate)
  )
}

wide_cells <- function(plate, limit = 0.5) {
  wide <- plate$spread > limit
  if (!any(wide, na.rm = TRUE)) {
    return(NULL)
  }
  at <- which(wide, arr.ind = TRUE)
  list(sample = at[, 1], target = at[, 2], spread = plate$spread[at])
}

late_controls <- function(plate, distance = 5) {
  if (all(is.na(plate$ntc))) {
    return(NULL)
  }
  late <- apply(plate$cq, 2, max_or_na)
  gap <- plate$ntc - late
  hit <- which(gap < distance)
  if (length(hit)) list(target = hit, ntc = plate$ntc[hit], gap = gap[hit])
}

max_or_na <- function(x) {
  x <- x[is.finite(x)]
  if (length(x)) max(x) else NA_real_
}

unused_standards <- function(plate) {
  if (is.null(plate$eff$value)) {
    return(NULL)
  }
  has <- which(plate$n_standard >= 3)
  if (length(has)) list(target = has, value = plate$eff$value)
}

unequal_groups <- function(model, parts, limit = 2) {
  sd <- parts$group_sd
  if (!any(is.finite(sd))) {
    return(NULL)
  }
  ratio <- apply(sd, 2, function(s) {
    s <- s[is.finite(s)]
    if (length(s) < 2 || min(s) <= 0) NA_real_ else max(s) / min(s)
  })
  hit <- which(ratio > limit)
  if (length(hit)) list(target = hit, ratio = ratio[hit])
}

# Samples whose Cq lies outside the range of the target's own curve.
beyond_curve <- function(plate) {
  table <- plate$eff$table
  if (is.null(table$cq_min)) {
    return(NULL)
  }
  row <- match(plate$names, table$target)
  low <- table$cq_min[row]
  high <- table$cq_max[row]
  cq <- plate$cq
  out <- (cq < rep(low, each = nrow(cq))) | (cq > rep(high, each = nrow(cq)))
  out[is.na(out)] <- FALSE
  if (!any(out)) {
    return(NULL)
  }
  hit <- which(colSums(out) > 0)
  list(target = hit, n = colSums(out)[hit])
}

missing_reference <- function(plate) {
  gap <- is.na(plate$cq[, plate$refs, drop = FALSE])
  hit <- which(rowSums(gap) > 0)
  if (length(hit)) list(sample = hit)
}

# ---- notes of rows ----

row_notes <- function(model, parts, doubts) {
  plate <- model$plate
  note <- parts$note
  add <- function(note, rows, text) {
    if (length(rows)) note[rows, ] <- paste_notes(note[rows, , drop = FALSE], matrix(text, length(rows), ncol(note)))
    note
  }
  if (anyNA(plate$cq)) note <- gap_notes(plate, note, add)
  targets <- plate$targets
  note <- add(note, which(targets %in% plate$refs), "also a reference")
  note <- add(note, which(is.na(plate$eff$weight[targets])), "no efficiency: its curve does not fall")
  if (!is.null(doubts$spread)) {
    by <- split(plate$samples[doubts$spread$sample], doubts$spread$target)
    for (t in intersect(targets, as.integer(names(by)))) {
      note <- add(note, match(t, targets), paste0("replicates wider than 0.5 Cq: ", some_plain(by[[as.character(t)]], 3)))
    }
  }
  if (!is.null(doubts$sd)) {
    text <- paste0("group SDs differ ", formatC(doubts$sd$ratio, digits = 1, format = "f"), "-fold")
    for (i in seq_along(text)) note <- add(note, doubts$sd$target[i], text[i])
  }
  for (i in seq_along(doubts$ntc$target)) {
    text <- paste0("NTC at ", formatC(doubts$ntc$ntc[i], digits = 1, format = "f"))
    note <- add(note, which(targets == doubts$ntc$target[i]), text)
  }
  for (i in seq_along(doubts$curve$target)) {
    text <- paste0(doubts$curve$n[i], " sample", if (doubts$curve$n[i] > 1) "s", " outside the curve's range")
    note <- add(note, which(targets == doubts$curve$target[i]), text)
  }
  note
}

gap_notes <- function(plate, note, add) {
  no_ref <- which(rowSums(is.na(plate$cq[, plate$refs, drop = FALSE])) > 0)
  if (length(no_ref)) {
    note <- add(note, seq_len(nrow(note)), paste0("without ", some_plain(plate$samples[no_ref], 3), " (a reference is missing)"))
  }
  for (i in seq_along(plate$targets)) {
    t <- plate$targets[i]
    gone <- setdiff(which(is.na(plate$cq[, t]) & !plate$censored[, t]), no_ref)
    if (length(gone)) note <- add(note, i, paste0("without ", some_plain(plate$samples[gone], 3), " (no Cq)"))
  }
  note
}

# ---- the one warning ----

warn_doubts <- function(doubts, fit) {
  bullets <- c(
    doubt_samples(fit), doubt_spread(doubts$spread, fit), doubt_reference(doubts$reference, fit),
    doubt_ntc(doubts$ntc, fit), doubt_curve(doubts$curve, fit), doubt_standards(doubts$standards, fit),
    doubt_sd(doubts$sd, fit)
  )
  if (length(bullets)) {
    ddcq_warn(c("The fit stands, but look at this first:", stats::setNames(literal(bullets), rep("!", length(bullets)))), "fit")
  }
}

doubt_samples <- function(fit) {
  size <- fit$spec$group_size
  if (all(size > 1)) {
    return(NULL)
  }
  paste0(
    "One sample in ", some(names(size)[size == 1]), ": the fold change is given, an interval needs at least two ",
    "biological samples a group. If several samples share one name, name them by well: ",
    "cq_design(x, sheet, by = \"well\")."
  )
}

doubt_spread <- function(d, fit) {
  if (is.null(d)) {
    return(NULL)
  }
  plate <- fit$model$plate
  order <- order(-d$spread)
  where <- paste0(
    plate$samples[d$sample], " ", plate$names[d$target], " (", formatC(d$spread, digits = 2, format = "f"), ")"
  )[order]
  paste0("Technical replicates wider than 0.5 Cq: ", some_plain(where, 5), ".")
}

doubt_reference <- function(d, fit) {
  if (!is.null(d)) {
    paste0("A reference has no Cq, so the sample is left out: ", some_plain(fit$model$plate$samples[d$sample], 5), ".")
  }
}

doubt_ntc <- function(d, fit) {
  if (!is.null(d)) {
    name <- fit$model$plate$names[d$target]
    paste0(
      "No-template control within 5 cycles of a sample: ",
      some_plain(paste0(name, " (NTC at ", formatC(d$ntc, digits = 1, format = "f"), ")"), 5), "."
    )
  }
}

doubt_curve <- function(d, fit) {
  if (!is.null(d)) {
    name <- fit$model$plate$names[d$target]
    paste0("Samples outside the Cq range of their curve: ", some_plain(paste0(name, " (", d$n, ")"), 5), ".")
  }
}

doubt_standards <- function(d, fit) {
  if (!is.null(d)) {
    paste0(
      "The data have standards of ", some(fit$model$plate$names[d$target]), " that `efficiency = ",
      format(d$value), "` leaves unused: efficiency = cq_standard_curve(x) measures instead."
    )
  }
}

doubt_sd <- function(d, fit) {
  if (!is.null(d)) {
    name <- fit$spec$targets[d$target]
    text <- paste0("The group SDs differ more than twofold: ", some_plain(
      paste0(name, " (", formatC(d$ratio, digits = 1, format = "f"), ")"), 5
    ), ".")
    if (fit$spec$variance == "pooled" && !length(fit$spec$blocks)) {
      text <- paste(text, "See also variance = \"welch\".")
    }
    text
  }
}
