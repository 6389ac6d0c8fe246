# What each section of the report says, as finished html.

# Everything that the template shows, by section.
report_parts <- function(fit, data = NULL, title = NULL) {
  check_fit(fit)
  spec <- fit$spec
  list(
    style = html_block(report_style()), head = html_block(report_head(fit, title)),
    question = html_block(report_question(fit)), data = html_block(report_data(fit, data)),
    log = html_block(report_log(fit)), efficiency = html_block(report_efficiency(fit)),
    reference = html_block(report_reference(fit)), results = html_block(report_results(fit)),
    size = report_size(spec), sentences = html_block(report_sentences(fit)), panel = html_block(report_panel(fit)),
    notes = html_block(report_notes(fit)), session = html_block(report_session())
  )
}

report_title <- function(fit) {
  spec <- fit$spec
  others <- setdiff(spec$levels, spec$control_cells)
  paste0(some_plain(spec$targets, 6), ": ", some_plain(others, 4), " against ", spec$control)
}

report_head <- function(fit, title) {
  c(
    paste0("<h1>", html_text(title %||% report_title(fit)), "</h1>"),
    if (fit$spec$simulated) {
      html_p(paste(
        "SIMULATED DATA. No experiment was done: the numbers below come from a computer and say nothing",
        "about any cell, tissue or drug."
      ), class = "loud")
    },
    html_p(paste0("ddcq ", utils::packageVersion("ddcq"), ", ", format(Sys.Date(), "%Y-%m-%d"), "."), class = "small")
  )
}

report_question <- function(fit) {
  spec <- fit$spec
  others <- setdiff(spec$levels, spec$control_cells)
  size <- paste0(names(spec$group_size), " (", spec$group_size, ")", collapse = ", ")
  c(
    html_p(paste0(
      "By what factor does the quantity of ", some_plain(spec$targets, 12), " differ between ", some_plain(others, 12),
      " and ", spec$control, if (!is.null(spec$ratio)) ", formed in each sample", "?"
    )),
    html_p(paste0(
      "The unit is the ", spec$unit, ": ", plural(spec$n_units, spec$unit), " in ", length(spec$levels), " groups: ",
      size, ".",
      if (length(spec$blocks)) {
        paste0(" Taken out, as blocks of the formula: differences by ", some_plain(spec$blocks, 4), ".")
      }
    )),
    html_p(fit_lines(fit)), html_pre(deparse(spec$call, width.cutoff = 80L))
  )
}

report_data <- function(fit, data) {
  per_unit <- fit$samples[fit$samples$n_wells > 0, , drop = FALSE]
  range_text <- function(v) paste(unique(range(v)), collapse = " to ")
  wells <- if (is.null(fit$spec$ratio) && nrow(per_unit)) {
    html_p(paste0(
      "Wells behind one value of a ", fit$spec$unit, ": ", range_text(per_unit$n_wells),
      ". They are averaged; n never counts them."
    ))
  }
  if (is.null(data)) {
    asked <- "The table of wells by target was not asked for: give the wells to the report as data."
    return(c(wells, html_p(asked, class = "small")))
  }
  target <- factor(data$target, unique(data$target))
  state <- function(name) as.character(table(target, data$state)[, name])
  task <- function(name) as.character(table(target, data$task)[, name])
  numbers <- list(
    wells = as.character(table(target)), quantified = state("quantified"), "no Cq found" = state("nondetect"),
    excluded = state("excluded"), missing = state("missing"), "of samples" = task("unknown"),
    standards = task("standard"), "no template" = task("ntc")
  )
  c(wells, html_table(c(list(target = levels(target)), numbers), right = names(numbers)))
}

report_log <- function(fit) {
  log <- fit$log
  if (!nrow(log)) {
    return(html_p("The wells came without a log."))
  }
  n <- ifelse(is.na(log$n), "", format(log$n, big.mark = ",", trim = TRUE))
  html_table(list(step = log$step, what = log$what, n = n, detail = log$detail), right = "n")
}

report_efficiency <- function(fit) {
  eff <- fit$spec$efficiency
  number <- function(v, d = 3) ifelse(is.na(v), "-", formatC(v, digits = d, format = "f"))
  low <- eff$conf.low
  high <- eff$conf.high
  level <- attr(eff, "level", exact = TRUE) %||% 0.95
  unknown <- is.na(eff$std.error)
  c(
    html_p("The amplification factor per cycle: 2 is doubling."),
    html_table(list(
      target = eff$target, efficiency = number(eff$efficiency), SE = number(eff$std.error),
      df = ifelse(is.na(eff$df), "-", format(eff$df, trim = TRUE, digits = 3)),
      interval = ifelse(is.na(low) | is.na(high), "-", paste(number(low), "to", number(high))), source = eff$source
    ), right = c("efficiency", "SE", "df", "interval")),
    if (any(!is.na(low))) html_p(paste0("The intervals are at ", level_label(level), "."), class = "small"),
    if (any(unknown)) {
      html_p(paste0(
        "Without a standard error, taken as known: ", some_plain(eff$target[unknown], 12),
        ". If these values are off, the fold changes are off, and no interval shows it."
      ))
    }
  )
}

# The references are the ruler: their mean Cq by group shows whether the groups had the same input, or whether the
# treatment moved the ruler.
report_reference <- function(fit) {
  spec <- fit$spec
  if (!length(spec$reference)) {
    return(html_p("A ratio of two targets is formed in each sample; it needs no reference."))
  }
  samples <- fit$samples[fit$samples$target %in% spec$reference, , drop = FALSE]
  group <- factor(spec$levels[sample_cell(samples, spec)], spec$levels)
  mean_cq <- tapply(samples$cq, list(factor(samples$target, spec$reference), group), mean, na.rm = TRUE)
  text <- formatC(mean_cq, digits = 2, format = "f")
  text[!is.finite(mean_cq)] <- "-"
  columns <- c(list(reference = spec$reference), lapply(spec$levels, function(level) text[, level]))
  names(columns) <- c("reference", spec$levels)
  c(
    html_p(paste0(
      "Normalised to ", some_plain(spec$reference, 12),
      if (length(spec$reference) > 1) ", by the geometric mean of their quantities", "."
    )),
    html_table(columns, right = spec$levels, caption = "Mean Cq of the references, in cycles"),
    html_p(paste(
      "A difference that all references share is a difference of input, and cancels. A reference that moves",
      "alone is moved by the treatment, and moves every fold change."
    ), class = "small")
  )
}

report_results <- function(fit) {
  rows <- fit$results
  spec <- fit$spec
  interval <- paste(level_label(spec$level), "interval")
  adjusted <- paste0("p (", spec$adjust, ")")
  columns <- list(
    target = rows$target, contrast = rows$contrast, fold = fold_label(rows$fold_change),
    low = interval_label(rows$fold_low, rows$fold_high), p = p_label(rows$p.value), adj = p_label(rows$adj.p.value),
    n = paste(rows$n, "vs", rows$n_control), note = rows$note
  )
  names(columns)[c(4, 6)] <- c(interval, adjusted)
  if (spec$adjust == "none") columns[[adjusted]] <- NULL
  if (!any(nzchar(rows$note))) columns$note <- NULL
  c(
    html_table(columns, right = c("fold", interval, "p", adjusted)),
    html_p("The interval belongs to p, not to the adjusted p. Tests are on the log scale.", class = "small")
  )
}

report_size <- function(spec) {
  n <- length(spec$targets)
  ncol <- panel_columns(n)
  rows <- length(spec$levels) + sum(!is_against_control(spec$contrasts, spec$control_cells))
  c(max(5.5, 2 + 2.4 * ncol), min(40, 1.1 + ceiling(n / ncol) * (0.35 + 0.36 * rows)))
}

# What each row says, in words: the reading of an interval that holds 1 is where tables mislead most.
report_sentences <- function(fit) {
  rows <- fit$results
  level <- level_label(fit$spec$level)
  fold <- fold_label(rows$fold_change)
  where <- paste0(rows$target, ", ", rows$contrast, ": ")
  inside <- paste0("(", level, " interval ", interval_label(rows$fold_low, rows$fold_high), ")")
  text <- paste0(where, fold, "-fold ", inside, ifelse(rows$estimate > 0, ", a rise.", ", a fall."))
  open <- !is.na(rows$conf.low) & rows$conf.low <= 0 & rows$conf.high >= 0
  text[open] <- paste0(
    where, fold, "-fold ", inside, ". No change is shown: anything from ", fold_label(rows$fold_low), "-fold to ",
    fold_label(rows$fold_high), "-fold agrees with the data."
  )[open]
  bare <- is.na(rows$conf.low) | is.na(rows$conf.high)
  text[bare] <- paste0(where, fold, "-fold, without an interval", reason_text(rows$note), ".")[bare]
  none <- is.na(rows$estimate)
  text[none] <- paste0(where, "no estimate", reason_text(rows$note), ".")[none]
  html_list(text)
}

reason_text <- function(note) {
  ifelse(nzchar(note), paste0(" (", note, ")"), "")
}

report_panel <- function(fit) {
  if (!is.null(fit$spec$ratio)) {
    return(html_p("The panel is read from a fit of single targets, not from a ratio."))
  }
  verdict <- tryCatch(panel_verdict(fit), ddcq_error = function(e) NULL)
  if (is.null(verdict)) {
    return(html_p("None of the genes of the anastrozole panel is among the targets."))
  }
  gap <- function(v) ifelse(is.na(v), "-", v)
  c(
    html_p(paste0(verdict_header(verdict), ".")),
    html_table(list(
      target = verdict$target, contrast = verdict$contrast, fold = fold_text(verdict$fold_change),
      direction = verdict$direction, size = gap(verdict$size), expected = gap(verdict$expected),
      verdict = verdict$verdict
    ), right = "fold"),
    html_list(verdict$sentence), html_p(verdict_remarks(verdict), class = "small")
  )
}

report_notes <- function(fit) {
  rows <- fit$results[nzchar(fit$results$note), , drop = FALSE]
  said <- if (nrow(rows)) unique(paste0(rows$target, ": ", rows$note, "."))
  dropped <- fit$spec$dropped
  doubts <- report_doubts(fit)
  if (!length(c(said, doubts)) && !nrow(dropped)) {
    return(html_p("None."))
  }
  c(
    html_list(c(doubts, said)),
    if (nrow(dropped)) {
      html_table(as.list(dropped), caption = "Without a value")
    }
  )
}

# The fit's one warning, said again: who reads the report did not see it.
report_doubts <- function(fit) {
  fit$spec$warnings
}

report_session <- function() {
  used <- c("ddcq", "cli", "rlang", "ggplot2", "rmarkdown", "knitr")
  used <- Filter(function(p) requireNamespace(p, quietly = TRUE), used)
  version <- vapply(used, function(p) as.character(utils::packageVersion(p)), "")
  c(
    html_p(paste0(R.version.string, ", ", R.version$platform, ".")),
    html_p(paste0("Packages: ", paste(used, version, collapse = ", "), "."))
  )
}
