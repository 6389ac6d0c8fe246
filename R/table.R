#' The arithmetic of a fit, sample by sample
#'
#' Every step from the Cq to the fold, one row a sample and target, so that anyone can do it again in a spreadsheet:
#' `weighted = log2(efficiency) * cq`, `dcq = weighted - weighted_reference`, `ddcq = dcq - control_dcq`,
#' `fold = 2^-ddcq`.
#'
#' @param fit (`ddcq`) A fit or a ratio.
#' @param targets (text) The targets to show; all when `NULL`.
#' @return A data frame of class `ddcq_table`, one row a sample and target: `sample`, the unit of analysis where it is
#'   another column, the factors of the formula, `target`, `n_wells`, `cq` (cycles, the wells' mean), `efficiency`
#'   (factor per cycle), `weighted` (log2 units), for every reference its Cq and efficiency (`cq_GAPDH`,
#'   `efficiency_GAPDH`, ...), `weighted_reference` (log2 units: the mean over the references of
#'   `log2(efficiency) * cq`), `dcq`, `control_dcq` (mean of the control's units), `ddcq` (log2 units), `fold` (of the
#'   control's mean). A sample without a reference has `NA` from there on. An unknown target is an error of class
#'   `ddcq_error_argument`. [cq_write_csv()] writes it for a spreadsheet.
#' @details The fold change of a group is `2^` of minus the mean of `ddcq` over its units (several samples of one unit
#'   are averaged first), when the design is balanced or has one factor. With blocks or covariates that are not
#'   balanced it is what the linear model of `dcq` says.
#' @family reports
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' ddcq_table(fit, "MYC")
ddcq_table <- function(fit, targets = NULL) {
  check_fit(fit)
  targets <- plot_targets(fit, targets)
  model <- fit$model
  plate <- model$plate
  refs <- plate$refs
  n <- length(plate$samples)
  at <- if (is.null(fit$spec$ratio)) match(targets, plate$names) else plate$targets
  weight <- plate$eff$weight
  reference <- rowMeans(sweep(plate$cq[, refs, drop = FALSE], 2, weight[refs], `*`))
  unit <- model$unit + 1L
  flat <- function(m) as.vector(m[, at, drop = FALSE])
  repeated <- function(v) rep(v, length(at))
  factors <- lapply(c(model$factors, model$random), function(f) f$levels)
  codes <- c(model$codes, model$random_codes)
  columns <- c(
    list(sample = repeated(plate$samples)),
    if (model$unit_name != "sample") stats::setNames(list(repeated(model$units[unit])), model$unit_name),
    Map(function(code, levels) repeated(levels[code[unit]]), codes, factors)[!names(codes) %in% model$unit_name],
    list(
      target = rep(targets, each = n), n_wells = flat(plate$wells), cq = flat(plate$cq),
      efficiency = rep(2^weight[at], each = n), weighted = flat(sweep(plate$cq, 2, weight, `*`))
    ),
    reference_columns(plate, refs, repeated), list(weighted_reference = repeated(reference))
  )
  columns <- columns[!duplicated(names(columns))]
  columns$dcq <- columns$weighted - columns$weighted_reference
  columns$control_dcq <- control_mean(fit, targets, n)
  columns$ddcq <- columns$dcq - columns$control_dcq
  columns$fold <- 2^-columns$ddcq
  structure(
    columns, class = c("ddcq_table", "data.frame"), row.names = .set_row_names(length(columns$fold)),
    simulated = isTRUE(fit$spec$simulated), control = fit$spec$control, reference = plate$names[refs]
  )
}

reference_columns <- function(plate, refs, repeated) {
  each <- lapply(refs, function(r) {
    stats::setNames(
      list(repeated(plate$cq[, r]), repeated(rep(2^plate$eff$weight[r], nrow(plate$cq)))),
      paste0(c("cq_", "efficiency_"), plate$names[r])
    )
  })
  unlist(each, recursive = FALSE)
}

# The mean dCq of the control's units, as the fit has it.
control_mean <- function(fit, targets, n) {
  gap <- fit$samples$dcq - fit$samples$ddcq
  target <- as.character(fit$samples$target)
  value <- vapply(targets, function(t) {
    known <- gap[target == t & is.finite(gap)]
    if (length(known)) known[1] else NA_real_
  }, 0)
  rep(unname(value), each = n)
}

arithmetic_columns <- function(x) {
  number <- function(v, d) ifelse(is.na(v), "-", formatC(v, digits = d, format = "f"))
  references <- attr(x, "reference", exact = TRUE)
  columns <- c(
    list(sample = x$sample, target = x$target, Cq = number(x$cq, 2)),
    stats::setNames(lapply(references, function(r) number(x[[paste0("cq_", r)]], 2)), paste("Cq", references))[
      paste0("cq_", references) %in% names(x)],
    list(
      weighted = number(x$weighted, 3), references = number(x$weighted_reference, 3), dCq = number(x$dcq, 3),
      ddCq = number(x$ddcq, 3), fold = fold_label(x$fold)
    )
  )
  columns
}

arithmetic_lines <- function(x) {
  paste0(
    "weighted: log2(efficiency) x Cq. references: the mean of that over ",
    some_plain(attr(x, "reference", exact = TRUE), 6), ". dCq: their difference. ddCq: dCq minus the mean of ",
    attr(x, "control", exact = TRUE), ". fold: 2^-ddCq. as.data.frame() has every column."
  )
}

#' @export
format.ddcq_table <- function(x, width = getOption("width"), rows = 24, ...) {
  check_shown(width = width, rows = rows)
  shown <- x[seq_len(min(rows, nrow(x))), , drop = FALSE]
  columns <- arithmetic_columns(shown)
  # what does not fit is left out: the references' Cq first
  for (name in list(grep("^Cq ", names(columns), value = TRUE), "references", "weighted")) {
    if (max(nchar(text_table(columns), "width")) + 2 <= width) break
    columns[name] <- NULL
  }
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA",
    paste0("From Cq to fold: ", plural(nrow(x), "row"), ", one a sample and target"),
    paste0("  ", text_table(columns, left = 1:2)), more_rows(nrow(x) - nrow(shown)),
      wrap_lines(arithmetic_lines(x), width)
  )
}

#' @export
print.ddcq_table <- function(x, ...) {
  if (all(c("sample", "target", "cq", "weighted", "weighted_reference", "dcq", "ddcq", "fold") %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}

#' @export
as.data.frame.ddcq_table <- function(x, ...) {
  plain_frame(x)
}
