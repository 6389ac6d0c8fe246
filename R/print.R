# What a person sees. format() makes the lines, print() writes them.

# ---- pieces ----

# A table with a column `contrast`, cut after `rows` with a count; where a line does not hold it all, contrast by
# contrast.
contrast_table <- function(columns, width, rows = 40, left = 1:2) {
  n <- length(columns[[1]])
  columns <- lapply(columns, utils::head, rows)
  lines <- paste0("  ", text_table(columns, left = left))
  if (max(nchar(lines, "width")) > width) {
    rest <- columns[names(columns) != "contrast"]
    left <- match(setdiff(names(columns)[left], "contrast"), names(rest))
    lines <- unlist(lapply(unique(columns$contrast), function(contrast) {
      c(contrast, paste0("  ", text_table(lapply(rest, `[`, columns$contrast == contrast), left = left)))
    }))
  }
  c(lines, more_rows(n - length(columns[[1]])))
}

# The last line of a table that was cut.
more_rows <- function(n, what = "more row") {
  if (n > 0) paste0("  ... and ", plural(n, what))
}

# ---- the fit ----

#' @export
format.ddcq <- function(x, digits = 2, width = getOption("width"), rows = 40, ...) {
  check_shown(digits = digits, width = width, rows = rows)
  results <- x$results
  shown <- results[seq_len(min(nrow(results), rows)), , drop = FALSE]
  contrasts <- unique(shown$contrast)
  blocks <- lapply(contrasts, function(contrast) {
    c("", contrast, paste0("  ", fit_table(shown[shown$contrast == contrast, ], x$spec, digits)))
  })
  more <- nrow(results) - nrow(shown)
  c(
    wrap_lines(fit_header(x), width), unlist(blocks), if (more > 0) paste("  ... and", plural(more, "more row")), "",
    if (length(x$spec$sentences)) c(wrap_lines(x$spec$sentences, width), ""),
    wrap_lines(fit_lines(x), width), fit_notes(shown, width)
  )
}

fit_header <- function(x) {
  spec <- x$spec
  plain <- !any(grepl(",", names(spec$group_size), fixed = TRUE))
  groups <- paste0(
    names(spec$group_size), if (plain) " " else ": ", spec$group_size, collapse = if (plain) ", " else "; "
  )
  c(
    if (spec$simulated) "SIMULATED DATA",
    paste0(
      if (!is.null(spec$interaction)) "Combinations against the product of their parts: " else
        if (is.null(spec$ratio)) "Fold changes by ddCq: " else "Ratio of two targets by ddCq: ",
      plural(length(spec$targets), "target"), ", ",
      if (length(spec$reference)) paste0(plural(length(spec$reference), "reference"), ", "),
      group_units(spec, groups)
    )
  )
}

fit_table <- function(rows, spec, digits) {
  text_table(contrast_texts(rows, spec, digits))
}

contrast_texts <- function(rows, spec, digits) {
  columns <- list(
    target = rows$target, fold = fold_label(rows$fold_change, digits),
    interval = interval_label(rows$fold_low, rows$fold_high, digits), p = p_label(rows$p.value),
    adjusted = p_label(rows$adj.p.value), n = paste0(rows$n, " vs ", rows$n_control)
  )
  interval <- paste(level_label(spec$level), "interval")
  names(columns) <- c(
    "target", if (is.null(spec$interaction)) "fold" else "ratio", interval, "p", paste0("p (", spec$adjust, ")"), "n"
  )
  if (spec$adjust == "none") columns[[5]] <- NULL
  columns
}

# The annotation lines: how the numbers above were got.
fit_lines <- function(x) {
  spec <- x$spec
  c(
    paste0(
      "Model: ~ ", deparse1(spec$formula[[2]]), ", ", variance_line(spec), "; tests and intervals on the log2 scale."
    ),
    if (length(spec$reference)) {
      paste0("Normalised to ", paste(spec$reference, collapse = ", "),
             if (length(spec$reference) > 1) " (geometric mean of their quantities)",
             if (identical(spec$reference_runs, "same")) ", of each target's own run", ".")
    } else {
      "Formed in each sample; no reference is needed."
    },
    efficiency_line(spec),
    if (!is.null(x$model$plate$calibration)) {
      runs <- some_plain(x$model$plate$calibration$fit$runs, 4)
      paste0("Runs calibrated (", runs, "); the error of that is in the intervals.")
    },
    adjust_line(spec, sum(!is.na(x$results$p.value))),
    if (length(spec$covariates)) {
      paste0("Groups are compared at the mean of ", paste(spec$covariates, collapse = ", "), ".")
    },
    if (length(spec$ignored)) paste0("Left out of the model on request: ", paste(spec$ignored, collapse = ", "), "."),
    if (nrow(spec$dropped)) dropped_line(spec$dropped)
  )
}

variance_line <- function(spec) {
  how <- switch(spec$variance,
    welch = "a variance for each group (Welch)", pooled = "one pooled variance",
    mixed = paste0("random effects by REML, df after ", c(
      satterthwaite = "Satterthwaite", "kenward-roger" = "Kenward and Roger"
    )[[spec$ddf]])
  )
  if (spec$weights == "technical") how <- paste0(how, ", weighted by the precision of the wells")
  if (spec$unit != "sample") how <- paste0(how, ", unit: ", spec$unit)
  how
}

efficiency_line <- function(spec) {
  eff <- spec$efficiency
  value <- unique(eff$efficiency)
  known <- is.na(eff$std.error)
  if (length(value) == 1 && all(eff$source == "given") && (all(known) || !any(known))) {
    error <- if (all(known)) ", taken as known without error" else "; its standard error is in the intervals"
    return(paste0("Efficiency ", format(value), " for every target, as given", error, "."))
  }
  source <- paste(unique(eff$source), collapse = ", ")
  span <- paste(formatC(range(value, na.rm = TRUE), digits = 2, format = "f"), collapse = " to ")
  paste0(
    "Efficiencies ", span, ": ", source, "; ",
    if (!any(known)) "their standard errors are in the intervals." else if (all(known)) {
      "no standard errors, taken as known."
    } else {
      paste0("without a standard error, taken as known: ", some_plain(eff$target[known], 6), ".")
    }
  )
}

adjust_line <- function(spec, m) {
  if (m == 0) {
    return("No row has an interval: the notes say why.")
  }
  unadjusted <- "The intervals are those of the unadjusted p."
  if (spec$adjust == "none") {
    return("p-values are not adjusted.")
  }
  if (spec$adjust %in% c("dunnett", "tukey")) {
    return(paste0(
      "p adjusted by ", c(dunnett = "Dunnett", tukey = "Tukey")[[spec$adjust]], " within a target",
      if (length(spec$by) && spec$adjust == "tukey") paste(" and", paste(spec$by, collapse = ", ")),
      "; not for the number of targets. ", unadjusted
    ))
  }
  names <- c(holm = "Holm", BH = "Benjamini and Hochberg (false discovery rate)", bonferroni = "Bonferroni")
  paste0("p adjusted by ", names[[spec$adjust]], " over ", plural(m, "row"), ". ", unadjusted)
}

dropped_line <- function(dropped) {
  where <- paste0(dropped$sample, " (", dropped$target, ", ", dropped$reason, ")")
  paste0("Without a value: ", some_plain(where, 6), ".")
}

fit_notes <- function(rows, width) {
  of_target <- table(rows$target)
  rows <- rows[nzchar(rows$note), , drop = FALSE]
  if (!nrow(rows)) {
    return(NULL)
  }
  # a note that all contrasts of a target share is said once
  key <- paste(rows$target, rows$note, sep = "\r")
  groups <- split(rows, factor(key, unique(key)))
  lines <- vapply(groups, function(g) {
    shared <- nrow(g) == of_target[[g$target[1]]]
    paste0(g$target[1], if (!shared) paste0(" (", paste(g$contrast, collapse = ", "), ")"), ": ", g$note[1], ".")
  }, "")
  c("Notes", wrap_lines(lines, width, indent = 2))
}

#' Print a fit
#'
#' `print()` shows a header with what was compared, the table of fold changes with their intervals, and below it the
#' lines that say how the numbers came about. `summary()` shows what they rest on, or says them as percentages.
#'
#' @param x,object (`ddcq`) A fit.
#' @param digits (number) Digits after the point of fold changes.
#' @param width (number) Width of the lines.
#' @param rows (number) Rows to show; the rest is counted.
#' @param as (`"fold"` or `"percent"`) `"percent"` says the same in the language of knock-downs.
#' @param ... Not used.
#' @return `print()` returns `x`, invisibly; `format()` the lines as text; `summary()` an object of class
#'   `summary.ddcq` that prints, besides, each row's standard error, the intervals under either variance where the
#'   groups allow both, where the variance comes from ([ddcq_variance()]), the SD of each group and the efficiencies.
#'
#'   `summary(as = "percent")` is a data frame of class `ddcq_percent`, one row a target and contrast: `target`,
#'   `contrast`, `remaining`, `remaining_low`, `remaining_high` (the quantity in per cent of the control's, with its
#'   unadjusted interval), `reduction`, `reduction_low`, `reduction_high` (100 minus that, in per cent; negative for a
#'   rise), `p.value`, `adj.p.value`, `n`, `n_control`, `sentence` and `note`. Interactions have no control to be a per
#'   cent of: an error of class `ddcq_error_argument`.
#' @family model
#' @name print.ddcq
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' print(fit, digits = 3)
#' summary(fit)
#' summary(fit, as = "percent")
NULL

#' @rdname print.ddcq
#' @export
print.ddcq <- function(x, digits = 2, width = getOption("width"), rows = 40, ...) {
  writeLines(format(x, digits = digits, width = width, rows = rows))
  invisible(x)
}

# ---- efficiencies ----

efficiency_lines <- function(x) {
  text_table(efficiency_columns(x))
}

efficiency_columns <- function(x) {
  number <- function(v, d) ifelse(is.na(v), "-", formatC(v, digits = d, format = "f"))
  columns <- list(
    target = x$target, efficiency = number(x$efficiency, 3), SE = number(x$std.error, 3),
    df = ifelse(is.na(x$df), "-", format(x$df, trim = TRUE))
  )
  if (!is.null(x$conf.low)) columns$interval <- ifelse(
    is.na(x$conf.low), "-", paste(number(x$conf.low, 3), "to", number(x$conf.high, 3))
  )
  if (!is.null(x$slope)) {
    columns$slope <- number(x$slope, 3)
    columns$R2 <- number(x$r.squared, 4)
    columns$points <- as.character(x$n_points)
    columns$wells <- as.character(x$n_wells)
  } else {
    columns$source <- x$source
  }
  columns
}

#' @export
format.cq_efficiency <- function(x, width = getOption("width"), rows = 40, ...) {
  check_shown(width = width, rows = rows)
  default <- attr(x, "default", exact = TRUE)
  level <- attr(x, "level", exact = TRUE) %||% 0.95
  unknown <- x$target[is.na(x$std.error) & !is.na(x$efficiency)]
  lines <- c(
    if (any(is.finite(x$std.error))) {
      paste0("The interval is at ", level_label(level), if (!is.null(x$slope)) ", from the slope's", ".")
    },
    if (length(unknown)) paste0("Without a standard error, taken as known: ", some_plain(unknown, 6), "."),
    if (any(!is.na(x$shared))) "Targets that rest on one estimate share its error.",
    if (!is.null(default)) paste0("Every other target: ", format(default), ".")
  )
  notes <- if (is.null(x$note)) NULL else x[nzchar(x$note), , drop = FALSE]
  source <- unique(x$source)
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA",
    paste0("Amplification efficiencies (factor per cycle)", if (length(source) == 1) paste0(": ", source)),
    paste0("  ", utils::head(efficiency_lines(x), rows + 1)), more_rows(nrow(x) - rows, "more target"),
    wrap_lines(lines, width),
    if (!is.null(notes) && nrow(notes)) {
      c("Notes", wrap_lines(paste0(notes$target, ": ", notes$note, "."), width, indent = 2))
    }
  )
}

#' @export
print.cq_efficiency <- function(x, ...) {
  if (all(c("target", "efficiency", "std.error", "df", "source") %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}

# ---- the wells ----

#' @export
format.cq_data <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  state <- tabulate(as.integer(x$state), 4L)
  task <- tabulate(as.integer(x$task), 6L)
  runs <- unique(x$run)
  more <- setdiff(names(x), cq_canonical)
  log <- log_of(x)
  c(
    if (!is.null(log) && says_simulated(log, runs)) "SIMULATED DATA",
    wrap_lines(paste0(
      "qPCR data: ", plural(nrow(x), "row"), " in ", plural(length(runs), "run"), " (", some_plain(runs, 3), "): ",
      paste(state[state > 0], cq_states[state > 0], collapse = ", ")
    ), width),
    wrap_lines(paste0("Tasks: ", paste(task[task > 0], cq_tasks[task > 0], collapse = ", ")), width),
    if (nrow(x)) paste0("  ", target_table(x)),
    if (length(more)) wrap_lines(paste0("Further columns: ", some_plain(more, 20)), width),
    "What happened to the wells: cq_log(x)"
  )
}

cq_span <- function(low, high) {
  one <- function(x) formatC(x, digits = 1, format = "f")
  ifelse(is.na(low), "-", paste(one(low), "to", one(high)))
}

target_table <- function(x, rows = 30) {
  if (all(is.na(x$target))) {
    return("No target is named: cq_design(x, sheet, by = \"well\") brings them.")
  }
  use <- as.integer(x$task) == 1L
  target <- factor(x$target, unique(x$target))
  count <- function(which) as.integer(table(target[which]))
  cq <- ifelse(use & as.integer(x$state) == 1L, x$cq, NA)
  low <- tapply(cq, target, function(v) if (all(is.na(v))) NA else min(v, na.rm = TRUE))
  high <- tapply(cq, target, function(v) if (all(is.na(v))) NA else max(v, na.rm = TRUE))
  samples <- tapply(x$sample[use], target[use], function(v) length(unique(v)))
  columns <- list(
    target = levels(target), samples = ifelse(is.na(samples), "0", as.character(samples)),
    wells = as.character(count(use)),
    "no Cq" = as.character(count(use & as.integer(x$state) == 2L)),
    excluded = as.character(count(as.integer(x$state) == 3L)),
    "Cq of samples" = cq_span(low, high),
    standards = as.character(count(as.integer(x$task) == 2L)), NTC = as.character(count(as.integer(x$task) == 4L))
  )
  lines <- text_table(columns)
  if (length(lines) > rows + 1) {
    lines <- c(lines[seq_len(rows + 1)], paste("... and", plural(length(lines) - rows - 1, "more target")))
  }
  lines
}

#' @export
print.cq_data <- function(x, ...) {
  if (all(cq_canonical %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}
