# "No change" has to be shown: two one-sided tests against a margin, for the targets of a fit and for its references.

#' Show that a change is small
#'
#' A large p-value does not show that nothing happened. Two one-sided tests (TOST) do, against a margin that you name:
#' a target is equivalent when its fold change is shown to lie within the margin.
#'
#' @param fit (`ddcq`) A fit.
#' @param margin (number, or numbers named by target) The largest fold change that counts as none, above 1: with 1.5,
#'   folds between 1/1.5 and 1.5 are equivalent. For references 1.25 or less: their change goes into every target.
#' @param ... Not used.
#' @param level (number) The tests are at `1 - level`, so the interval that goes with them is at `2 * level - 1`: 0.95
#'   gives tests at 5 % and a 90 % interval.
#' @param adjust (`"holm"`, `"BH"`, `"bonferroni"` or `"none"`) Adjustment over all rows; that of the fit when `NULL`,
#'   where it is one of these.
#' @param references (flag) Test the references instead of the targets, each against the mean of the
#'   others. One reference alone has nothing to be held against: an error of class `ddcq_error_reference`.
#' @return A list of class `ddcq_equivalence` with `results` (data frame, one row a target and contrast) and `spec`.
#'   The columns are those of [ddcq()]'s results, where `p.value` is TOST's, `statistic`, `std.error` and `df` are of
#'   the one-sided test that decided it, `conf.low`, `conf.high` (log2) and `fold_low`, `fold_high` are the limits at
#'   `2 * level - 1` and `adj.conf.low`, `adj.conf.high` Bonferroni's (`NA` for BH). Further: `margin` (fold),
#'   `p.beyond` (p-value of the test that the change exceeds the margin), `adj.p.beyond`, and `verdict`: `"equivalent"`
#'   (`adj.p.value` below `1 - level`), `"different"` (`adj.p.beyond` below it: the change is larger than the margin)
#'   or `"not shown"` (neither: the data do not decide). Without adjustment the first means that the interval lies
#'   within the margin, the second that it lies beyond it. `as.data.frame()` gives `results`. Other errors have the
#'   class `ddcq_error_argument`.
#' @details Both tests are made twice where the error of an efficiency enters, with it and without it, and the larger
#'   p-value counts, as in [ddcq()].
#'
#'   A reference that changes by \eqn{\delta} shifts every target by \eqn{\delta} over the number of references. That
#'   its p-value is above 0.05 says little with three samples a group. With two references there is one comparison, and
#'   it cannot tell which of the two moved; references that move together look equivalent.
#' @references Schuirmann DJ (1987). A comparison of the two one-sided tests procedure and the power approach for
#'   assessing the equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics 15(6),
#'   657-680. \doi{10.1007/BF01068419}
#' @family questions
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' ddcq_equivalence(fit, margin = 1.5)
#' ddcq_equivalence(fit, margin = 1.25, references = TRUE)
ddcq_equivalence <- function(fit, margin = 1.5, ..., level = 0.95, adjust = NULL, references = FALSE) {
  check_dots_empty(...)
  check_fit(fit)
  level <- check_tost_level(level)
  adjust <- check_choice(adjust %||% plain_adjust(fit), plain_adjusts, "adjust")
  rows <- if (check_flag(references, "references")) reference_rows(fit) else target_rows(fit)
  margin <- check_tost_margin(margin, unique(rows$results$target))
  margin <- if (is.null(names(margin))) rep_len(margin, nrow(rows$results)) else
    unname(margin[rows$results$target])
  structure(
    list(
      results = equivalence_table(rows, margin, level, adjust),
      spec = c(
        list(level = level, adjust = adjust, references = references),
        fit$spec[c("reference", "unit", "simulated", "variance", "group_size")]
      )
    ),
    class = "ddcq_equivalence"
  )
}

check_tost_level <- function(level) {
  level <- check_level(level)
  if (level <= 0.5) {
    ddcq_abort("{.arg level} must be above 0.5, not {level}: the tests are at {.code 1 - level}.", "argument")
  }
  level
}

check_tost_margin <- function(margin, targets) {
  if (!is.numeric(margin) || !length(margin) || anyNA(margin) || any(!is.finite(margin))) {
    ddcq_abort("{.arg margin} must be a fold change above 1, not {.obj_type_friendly {margin}}.", "argument")
  }
  if (any(margin <= 1)) {
    low <- margin[margin <= 1][1]
    high <- signif(1 / low, 4)
    ddcq_abort(
      c("{.arg margin} must be a fold change above 1, not {low}.",
        "i" = if (low > 0 && low < 1) "For folds between {low} and {high}: {.code margin = {high}}."
      ), "argument"
    )
  }
  if (is.null(names(margin))) {
    return(check_number(margin, "margin"))
  }
  check_known_targets(names(margin), targets, "margin")
  lost <- setdiff(targets, names(margin))
  if (length(lost) || anyDuplicated(names(margin))) {
    ddcq_abort(
      c("{.arg margin} must be one number, or name each target once.",
        "x" = if (length(lost)) "There is none for {some(lost)}."
      ), "argument"
    )
  }
  margin
}

# ---- what is tested ----

target_rows <- function(fit) {
  list(results = fit$results, parts = flat_parts(fit$parts))
}

# Each reference as a target whose references are the others. Two references are one comparison.
reference_rows <- function(fit) {
  model <- fit$model
  refs <- model$plate$refs
  names <- model$plate$names[refs]
  if (length(refs) < 2 || !length(fit$spec$reference)) {
    ddcq_abort(
      c("There must be two references or more: each is held against the others.",
        "x" = if (length(fit$spec$reference)) "The fit has one, {some(names)}." else "A ratio has none.",
        "i" = "Measure a second reference: whether a single one changes cannot be told from the data."
      ), "reference"
    )
  }
  tested <- if (length(refs) == 2) 1L else seq_along(refs)
  each <- lapply(tested, function(j) fit_targets(model, refs[j], refs[-j]))
  stack <- function(part) do.call(rbind, lapply(each, `[[`, part))
  contrasts <- unique(fit$results$contrast)
  flat <- function(part) as.vector(t(stack(part)))
  label <- if (length(refs) == 2) paste(names, collapse = "/") else names
  note <- flat("note")
  if (length(refs) == 2) note <- paste_notes(note, "which of the two moves cannot be told")
  results <- fit$results[rep(1L, length(note)), , drop = FALSE]
  rownames(results) <- NULL
  results[] <- lapply(results, function(column) column[NA_integer_])
  results$target <- rep(label, each = length(contrasts))
  results$contrast <- rep(contrasts, length(label))
  for (part in c("estimate", "n", "n_control")) results[[part]] <- flat(part)
  results$fold_change <- 2^results$estimate
  results$note <- note
  list(
    results = results,
    parts = sapply(c("var_biological", "df_biological", "var_efficiency", "df"), flat, simplify = FALSE)
  )
}

# ---- the tests ----

# estimate, margin: log2. Each rule (with the error of the efficiencies and without it) gives a one-sided p against
# either side of the margin; the larger of all is TOST's. `beyond`: that |estimate| exceeds the margin.
tost <- function(estimate, parts, margin) {
  rules <- list(
    one_sided(estimate, margin, parts$var_biological + parts$var_efficiency, parts$df, parts$var_biological),
    one_sided(estimate, margin, parts$var_biological, parts$df_biological, parts$var_biological)
  )
  second <- which(rules[[2]]$p > rules[[1]]$p)
  out <- rules[[1]]
  for (part in c("p", "statistic", "std.error", "df")) out[[part]][second] <- rules[[2]][[part]][second]
  out$beyond <- pmax(rules[[1]]$beyond, rules[[2]]$beyond)
  out
}

# One rule. Without any variation between units there is no test.
one_sided <- function(estimate, margin, variance, df, v_b) {
  df[!is.na(v_b) & v_b == 0] <- NA
  se <- sqrt(variance)
  lower <- (estimate + margin) / se # against theta <= -margin
  upper <- (estimate - margin) / se # against theta >= margin
  p <- pmax(stats::pt(lower, df, lower.tail = FALSE), stats::pt(upper, df))
  list(
    p = p, statistic = ifelse(is.na(df), NA, ifelse(estimate > 0, upper, lower)), std.error = se, df = df,
    beyond = stats::pt((abs(estimate) - margin) / se, df, lower.tail = FALSE)
  )
}

equivalence_table <- function(rows, fold, level, adjust) {
  margin <- log2(fold)
  done <- tost(rows$results$estimate, rows$parts, margin)
  out <- retest(rows$results, rows$parts, 2 * level - 1, adjust)
  for (column in c("std.error", "df", "statistic")) out[[column]] <- done[[column]]
  out$p.value <- done$p
  out$adj.p.value <- stats::p.adjust(done$p, adjust)
  out$margin <- fold
  out$p.beyond <- done$beyond
  out$adj.p.beyond <- stats::p.adjust(done$beyond, adjust)
  out$verdict <- ifelse(
    is.na(done$p), NA_character_,
    ifelse(out$adj.p.value < 1 - level, "equivalent", ifelse(out$adj.p.beyond < 1 - level, "different", "not shown"))
  )
  out
}

# ---- what a person sees ----

#' @export
format.ddcq_equivalence <- function(x, digits = 2, width = getOption("width"), rows = 40, ...) {
  check_shown(digits = digits, width = width, rows = rows)
  spec <- x$spec
  columns <- equivalence_columns(x, digits)
  c(
    if (isTRUE(spec$simulated)) "SIMULATED DATA",
    if (spec$references) "Do the references change? Each against the mean of the others" else
      "Is the change small? Two one-sided tests against a margin",
    "", contrast_table(columns, width, rows, left = c(1, 2, length(columns))), "",
    wrap_lines(equivalence_lines(x), width), equivalence_notes(x$results, width, spec$references)
  )
}

equivalence_columns <- function(x, digits = 2) {
  rows <- x$results
  spec <- x$spec
  columns <- list(
    target = rows$target, contrast = rows$contrast, fold = fold_label(rows$fold_change, digits),
    interval = interval_label(rows$fold_low, rows$fold_high, digits), margin = format(rows$margin),
    p = p_label(rows$p.value), adjusted = p_label(rows$adj.p.value),
    verdict = ifelse(is.na(rows$verdict), "-", rows$verdict)
  )
  names(columns)[4] <- paste(level_label(2 * spec$level - 1), "interval")
  names(columns)[7] <- paste0("p (", spec$adjust, ")")
  if (spec$adjust == "none") columns[[7]] <- NULL
  columns
}

equivalence_lines <- function(x) {
  spec <- x$spec
  test <- level_label(1 - spec$level)
  done <- sum(!is.na(x$results$p.value))
  c(
    paste0(
      "equivalent: shown at ", test, " to lie within the margin. different: shown to lie beyond it. not shown: ",
      "the data decide neither, which is not the same as no change."
    ),
    if (spec$adjust != "none" && done > 1) {
      paste0(
        "The verdict follows p adjusted by ", adjust_words[[spec$adjust]], " over ", plural(done, "row"),
        "; the intervals are unadjusted."
      )
    },
    if (spec$references) "A change of a reference goes into every target, divided by the number of references."
  )
}

# What the fit has said of its rows is said again only where there is no verdict; those of the references are new.
equivalence_notes <- function(rows, width, new) {
  rows <- rows[nzchar(rows$note) & (new | is.na(rows$verdict)), , drop = FALSE]
  if (nrow(rows)) {
    lines <- unique(paste0(rows$target, ": ", rows$note, "."))
    c("Notes", wrap_lines(lines, width, indent = 2))
  }
}

#' Print and plot a test of equivalence
#'
#' The verdicts as a table with the lines that say how they were reached, or every interval as a line beside the zone of
#' the margin.
#'
#' @param x,object (`ddcq_equivalence`) From [ddcq_equivalence()].
#' @param digits (number) Digits after the point of fold changes.
#' @param width (number) Width of the lines.
#' @param rows (number) Rows to show; the rest is counted.
#' @param base_size (number) Size of the text, in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `print()` returns `x`, invisibly, `format()` the lines as text, `as.data.frame()` and `tidy()` the
#'   `results`. `plot()` draws every interval against the zone of the margin with ggplot2 and returns the picture
#'   invisibly; `autoplot()` returns it.
#' @family questions
#' @name print.ddcq_equivalence
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   plot(ddcq_equivalence(fit))
#' }
NULL

#' @rdname print.ddcq_equivalence
#' @export
print.ddcq_equivalence <- function(x, digits = 2, width = getOption("width"), rows = 40, ...) {
  writeLines(format(x, digits = digits, width = width, rows = rows))
  invisible(x)
}

#' @rdname print.ddcq_equivalence
#' @export
as.data.frame.ddcq_equivalence <- function(x, ...) {
  x$results
}

#' @rdname print.ddcq_equivalence
#' @export
tidy.ddcq_equivalence <- function(x, ...) {
  x$results
}
