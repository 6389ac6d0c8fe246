# The panel's verdict: from the interval of each row to two words (direction, size), then against
# what is expected.

#' Did the genes of the panel move as expected?
#'
#' Answers for each gene of a panel and each contrast of a fit, from the confidence interval alone:
#' did it move, did it move by more than a margin, and was that what the panel expects. Where BAX
#' and BCL2 were both measured (or, in another panel, genes of these names), a row for their ratio
#' follows, from [ddcq_ratio()].
#'
#' * **direction**: `"up"` or `"down"` when the interval lies on one side of 1, `"not shown"` when
#'   it holds 1 or when there is none. *Not shown* is not *unchanged*.
#' * **size**: `"beyond"` when the whole interval lies outside the margin on one side, `"within"`
#'   when the whole interval lies inside it, `"across"` otherwise.
#' * **verdict**: `"as expected"`, `"opposite"`, `"not shown"`, or `"no expectation"` where the
#'   panel has none.
#'
#' The expectations are those of oestrogen deprivation, compared with cells that have oestrogen:
#' read the verdict only for contrasts of that kind. Those of the ratio follow from its two genes:
#' up when the numerator is expected up and the denominator down.
#'
#' **Multiplicity.** The verdict uses the fit's unadjusted intervals (`conf.low`, `conf.high`): each
#' holds at the level of the fit, all of them together do not. The adjusted p-values stand in the
#' fit's own table.
#'
#' @param fit (`ddcq`) A fit.
#' @param panel (data frame) One row a gene: `target` (its symbol), `aliases` (other names,
#'   separated by `;`, or a list column), `expected` (`"up"`, `"down"` or `NA`), `evidence` (what
#'   the expectation rests on: `"mRNA"`, `"protein"` or `"not stated"`), and, if you like, `protein`
#'   (the protein's name, also taken as an alias). Targets of the fit match by symbol or alias;
#'   case, blanks and punctuation do not count.
#' @param margin (number) The fold change that matters, greater than 1. It counts both ways: 1.5
#'   means below 1/1.5 or above 1.5.
#' @return A data frame of class `panel_verdict`, one row a gene and contrast: `target` (the panel's
#'   symbol), `contrast`, `fold_change`, `fold_low`, `fold_high` (fold change and its unadjusted
#'   interval, no unit), `direction`, `size`, `expected`, `evidence`, `verdict`, `sentence` (the row
#'   in words) and `note`. Genes that the fit has no row for are in the attribute `absent`, and are
#'   named when the table is printed. A panel without these columns is an error of class
#'   `ddcq_error_column`; other errors have the class `ddcq_error_argument`.
#' @family panel
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage,
#'   reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = cq_standard_curve(x)
#' )
#' panel_verdict(fit)
panel_verdict <- function(fit, panel = ddcq::anastrozole_panel, margin = 1.5) {
  check_fit(fit)
  panel <- check_panel(panel)
  margin <- check_margin(margin)
  results <- fit$results
  gene <- panel_match(results$target, panel)
  check_panel_found(gene, results$target, panel)
  ratio <- panel_ratio(fit, gene, panel)
  rows <- rbind(panel_rows(results, gene, panel), ratio$rows)
  contrast <- match(rows$contrast, unique(results$contrast))
  rows <- rows[order(contrast, rows$place, method = "radix"), ]
  new_panel_verdict(
    rows,
    level = fit$spec$level, margin = margin, simulated = isTRUE(fit$spec$simulated), panel = panel_scheme(panel),
    absent = setdiff(panel$target, panel$target[gene]),
    remarks = c(panel_reference_remark(fit, gene, panel), ratio$remark)
  )
}

new_panel_verdict <- function(rows, level, margin, absent, remarks, simulated = FALSE, panel = NULL) {
  direction <- verdict_direction(rows$low, rows$high)
  out <- data.frame(
    target = rows$target, contrast = rows$contrast,
    fold_change = 2^rows$estimate, fold_low = 2^rows$low, fold_high = 2^rows$high,
    direction = direction, size = verdict_size(rows$low, rows$high, log2(margin)),
    expected = rows$expected, evidence = rows$evidence,
    verdict = verdict_against(direction, rows$expected), stringsAsFactors = FALSE
  )
  out$sentence <- verdict_sentence(out, rows$protein, level, margin)
  out$note <- rows$note
  structure(out,
    class = c("panel_verdict", "data.frame"), level = level, margin = margin, simulated = simulated,
    absent = absent, remarks = remarks, panel = panel
  )
}

# What the picture needs of the panel.
panel_scheme <- function(panel) {
  columns <- intersect(c("target", "pathway", "role", "expected", "evidence"), names(panel))
  structure(unclass(panel)[columns], class = "data.frame", row.names = .set_row_names(nrow(panel)))
}

# ---- arguments -----------------------------------------------------------------------------------

check_panel <- function(panel) {
  if (!is.data.frame(panel)) {
    ddcq_abort("{.arg panel} must be a data frame, not {.obj_type_friendly {panel}}.", "argument")
  }
  check_columns(panel, c("target", "aliases", "expected", "evidence"), "panel")
  panel <- as.data.frame(panel)
  text <- c("target", "expected", "evidence")
  panel[text] <- lapply(panel[text], as.character)
  panel$protein <- as.character(panel$protein %||% panel$target)
  if (!nrow(panel) || anyNA(panel$target) || anyDuplicated(panel$target)) {
    ddcq_abort("{.arg panel} must name each gene once in its column {.field target}.", "argument")
  }
  odd <- setdiff(panel$expected, c("up", "down", NA))
  if (length(odd)) {
    ddcq_abort(
      "{.field expected} of {.arg panel} must be \"up\", \"down\" or NA, not {some(odd)}.",
      "argument"
    )
  }
  panel$names <- names_in_panel(panel)
  known <- unlist(panel$names)
  twice <- unique(known[duplicated(known)])
  if (length(twice)) {
    ddcq_abort(
      "{.arg panel} gives the {cli::qty(length(twice))}name{?s} {some(twice)} to several genes.",
      "argument"
    )
  }
  panel
}

check_margin <- function(margin) {
  margin <- check_number(margin, "margin")
  if (margin <= 1 || !is.finite(margin)) {
    turned <- if (margin > 0 && margin < 1) signif(1 / margin, 4)
    ddcq_abort(
      c("{.arg margin} must be a fold change greater than 1, not {margin}.",
        if (!is.null(turned)) c("i" = "It counts both ways: say {turned} instead of {margin}.")
      ), "argument"
    )
  }
  margin
}

check_panel_found <- function(gene, targets, panel) {
  if (all(is.na(gene))) {
    measured <- unique(as.character(targets))
    wanted <- panel$target
    ddcq_abort(
      c("{.arg fit} must have at least one gene of the panel: {some(wanted)}.",
        "x" = "Its targets are {some(measured)}.",
        "i" = "Rename targets with {.fn cq_rename}, or add names to the panel's {.field aliases}."
      ), "argument"
    )
  }
}

# ---- names ---------------------------------------------------------------------------------------

names_in_panel <- function(panel) {
  aliases <- panel$aliases
  if (!is.list(aliases)) {
    aliases <- strsplit(as.character(aliases), ";", fixed = TRUE)
  }
  Map(function(...) {
    known <- unique(plain_letters(c(...)))
    known[!is.na(known) & nzchar(known)]
  }, panel$target, aliases, panel$protein)
}

# For each target of the fit, the row of the panel that it belongs to (NA: none).
panel_match <- function(targets, panel) {
  owner <- rep(seq_len(nrow(panel)), lengths(panel$names))
  owner[match(plain_letters(targets), unlist(panel$names))]
}

# ---- rows ----------------------------------------------------------------------------------------

panel_rows <- function(results, gene, panel) {
  here <- which(!is.na(gene))
  called <- as.character(results$target[here])
  gene <- gene[here]
  renamed <- ifelse(called == panel$target[gene], NA, sprintf("called \"%s\" in the fit", called))
  verdict_rows(
    results[here, , drop = FALSE], panel$target[gene], gene, panel$expected[gene],
    panel$evidence[gene], panel$protein[gene], renamed
  )
}

verdict_rows <- function(results, target, place, expected, evidence, protein, renamed = NA) {
  data.frame(
    target = target, contrast = as.character(results$contrast),
    estimate = as.double(results$estimate), low = as.double(results$conf.low),
    high = as.double(results$conf.high), place = place, expected = expected, evidence = evidence,
    protein = protein, note = join_notes(renamed, results$note %||% NA), stringsAsFactors = FALSE
  )
}

join_notes <- function(...) {
  parts <- Map(function(...) {
    said <- c(...)
    paste(said[!is.na(said) & nzchar(said)], collapse = "; ")
  }, ...)
  text <- unlist(parts, use.names = FALSE)
  ifelse(nzchar(text), text, NA_character_)
}

# The row for BAX over BCL2. A fit that cannot give it says why in a remark; the other rows stand.
panel_ratio <- function(fit, gene, panel, ratio_of = ddcq_ratio) {
  pair <- match(c("BAX", "BCL2"), panel$target)
  called <- lapply(pair, function(i) unique(as.character(fit$results$target[gene %in% i])))
  if (anyNA(pair) || any(lengths(called) == 0)) {
    return(NULL)
  }
  if (any(lengths(called) > 1)) {
    return(list(remark = "No row for BAX/BCL2: one of the two has more than one name in the fit."))
  }
  ratio <- tryCatch(ratio_of(fit, called[[1]], called[[2]]), ddcq_error = identity)
  if (inherits(ratio, "condition")) {
    why <- strsplit(cli::ansi_strip(conditionMessage(ratio)), "\n", fixed = TRUE)[[1]][1]
    return(list(remark = paste("No row for BAX/BCL2:", why)))
  }
  evidence <- unique(panel$evidence[pair])
  list(rows = verdict_rows(
    ratio$results, "BAX/BCL2", nrow(panel) + 1, expected_ratio(panel$expected[pair]),
    paste(evidence, collapse = " and "), paste(panel$protein[pair], collapse = " over ")
  ))
}

expected_ratio <- function(expected) {
  if (identical(expected, c("up", "down"))) {
    return("up")
  }
  if (identical(expected, c("down", "up"))) "down" else NA_character_
}

panel_reference_remark <- function(fit, gene, panel) {
  used <- as.character(unlist(fit$spec[c("reference", "references")]))
  lost <- setdiff(panel_match(used, panel), c(gene, NA))
  if (length(lost)) {
    genes <- paste(panel$target[sort(lost)], collapse = ", ")
    paste0("A reference of this fit, so without a row: ", genes, ".")
  }
}

# ---- the words -----------------------------------------------------------------------------------

verdict_direction <- function(low, high) {
  direction <- rep("not shown", length(low))
  direction[!is.na(low) & !is.na(high) & low > 0] <- "up"
  direction[!is.na(low) & !is.na(high) & high < 0] <- "down"
  direction
}

verdict_size <- function(low, high, margin) {
  size <- rep("across", length(low))
  size[low > margin | high < -margin] <- "beyond"
  size[low > -margin & high < margin] <- "within"
  size[is.na(low) | is.na(high)] <- NA_character_
  size
}

verdict_against <- function(direction, expected) {
  verdict <- ifelse(direction == expected, "as expected", "opposite")
  verdict[direction == "not shown"] <- "not shown"
  verdict[is.na(expected)] <- "no expectation"
  verdict
}
