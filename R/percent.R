# Knock-down language: what remains, and by how much it went down, in per cent of the control.

# The table behind summary(fit, as = "percent").
percent_table <- function(fit) {
  if (!is.null(fit$spec$interaction)) {
    ddcq_abort(
      c("Per cent of a control must be read from fold changes.",
        "x" = "The rows are interactions: ratios of a combination to the product of its parts.",
        "i" = "Summarise the fit that they were made from."
      ), "argument"
    )
  }
  rows <- fit$results
  out <- data.frame(
    target = rows$target, contrast = rows$contrast, remaining = 100 * rows$fold_change,
    remaining_low = 100 * rows$fold_low, remaining_high = 100 * rows$fold_high,
      reduction = 100 * (1 - rows$fold_change),
    reduction_low = 100 * (1 - rows$fold_high), reduction_high = 100 * (1 - rows$fold_low), p.value = rows$p.value,
    adj.p.value = rows$adj.p.value, n = rows$n, n_control = rows$n_control, stringsAsFactors = FALSE
  )
  out$sentence <- percent_sentence(out, fit$spec$level)
  out$note <- rows$note
  structure(
    out, class = c("ddcq_percent", "data.frame"), level = fit$spec$level, adjust = fit$spec$adjust,
    simulated = isTRUE(fit$spec$simulated)
  )
}

# Percents need no more digits than a fold change has: two after 0.01, none above 10.
percent_number <- function(x) {
  text <- ifelse(abs(x) < 1, formatC(x, digits = 2, format = "f"), ifelse(
    abs(x) < 10, formatC(x, digits = 1, format = "f"), formatC(x, digits = 0, format = "f")
  ))
  text[is.na(x)] <- "-"
  text
}

percent_change <- function(reduction) {
  paste0(ifelse(reduction >= 0, "a reduction by ", "a rise by "), percent_number(abs(reduction)), " %")
}

percent_sentence <- function(out, level) {
  what <- paste0(out$target, " (", out$contrast, "): ")
  inside <- paste0(
    " (", level_label(level), " interval ", percent_number(out$remaining_low), " to ",
      percent_number(out$remaining_high),
    " %)"
  )
  text <- paste0(what, percent_number(out$remaining), " % of the control", inside, ", ",
    percent_change(out$reduction), ".")
  open <- !is.na(out$remaining_low) & out$remaining_low <= 100 & out$remaining_high >= 100
  text[open] <- paste0(
    what, percent_number(out$remaining), " % of the control", inside, "; no change is shown: between ",
    percent_change(out$reduction_high), " and ", percent_change(out$reduction_low), " all agrees with the data."
  )[open]
  bare <- is.na(out$remaining_low) & !is.na(out$remaining)
  text[bare] <- paste0(what, percent_number(out$remaining), " % of the control, without an interval.")[bare]
  text[is.na(out$remaining)] <- paste0(what, "no estimate.")[is.na(out$remaining)]
  text
}

percent_columns <- function(x) {
  span <- function(low, high) ifelse(is.na(low), "-", paste(percent_number(low), "to", percent_number(high)))
  columns <- list(
    target = x$target, contrast = x$contrast, "remaining %" = percent_number(x$remaining),
    interval = span(x$remaining_low, x$remaining_high), "reduction %" = percent_number(x$reduction),
    "interval " = span(x$reduction_low, x$reduction_high), p = p_label(x$adj.p.value)
  )
  adjust <- attr(x, "adjust", exact = TRUE)
  if (adjust != "none") names(columns)[7] <- paste0("p (", adjust, ")")
  columns
}

percent_lines <- function(x) {
  c(
    paste0(
      "Remaining: the quantity in per cent of the control's. Reduction: 100 minus that; below 0 it is a rise. ",
      "Intervals at ",
      level_label(attr(x, "level", exact = TRUE)), ", unadjusted, made on the log scale."
    ),
    if (any(nzchar(x$note))) unique(paste0(x$target, ": ", x$note, ".")[nzchar(x$note)])
  )
}

#' @export
format.ddcq_percent <- function(x, width = getOption("width"), rows = 40, ...) {
  check_shown(width = width, rows = rows)
  shown <- x[seq_len(min(rows, nrow(x))), , drop = FALSE]
  blocks <- lapply(unique(shown$contrast), function(contrast) {
    columns <- percent_columns(shown[shown$contrast == contrast, , drop = FALSE])
    c("", contrast, paste0("  ", text_table(columns[names(columns) != "contrast"])))
  })
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA", "Quantities in per cent of the control",
    unlist(blocks), more_rows(nrow(x) - nrow(shown)), "", wrap_lines(percent_lines(shown), width)
  )
}

#' @export
print.ddcq_percent <- function(x, ...) {
  whole <- c("target", "contrast", "remaining_low", "reduction_high", "adj.p.value", "note") %in% names(x)
  if (all(whole) && !is.null(attr(x, "adjust", exact = TRUE))) writeLines(format(x, ...)) else
    print(as.data.frame(x), ...)
  invisible(x)
}

#' @export
as.data.frame.ddcq_percent <- function(x, ...) {
  plain_frame(x)
}
