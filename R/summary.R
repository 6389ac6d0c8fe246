# A fit at length: standard errors, both variances, where the variance comes from.

#' @rdname print.ddcq
#' @export
summary.ddcq <- function(object, as = c("fold", "percent"), ...) {
  check_dots_empty(...)
  if (check_choice(if (missing(as)) "fold" else as, c("fold", "percent"), "as") == "percent") {
    return(percent_table(object))
  }
  parts <- flat_parts(object$parts)
  v <- parts$var_biological + parts$var_efficiency
  detail <- object$results[c("target", "contrast", "estimate", "std.error", "df", "p.value")]
  detail$efficiency_share <- ifelse(v > 0, parts$var_efficiency / v, NA_real_)
  sd <- object$parts$group_sd
  dimnames(sd) <- list(object$spec$levels, object$spec$targets)
  structure(
    list(
      fit = object, detail = detail, variance = both_variances(object), budget = ddcq_variance(object),
      group_sd = t(sd), efficiency = object$spec$efficiency
    ), class = "summary.ddcq"
  )
}

# The intervals under one variance for all groups and under one for each, where a model allows both.
both_variances <- function(fit) {
  model <- fit$model
  if (!model$saturated || model$precision != "none") {
    return(NULL)
  }
  one <- function(method) {
    model$method <- method
    parts <- fit_targets(model, model$plate$targets, model$plate$refs)
    estimate <- as.vector(t(parts$estimate))
    half <- finish_t(estimate, flat_parts(parts), fit$spec$level)$half
    list(low = 2^(estimate - half), high = 2^(estimate + half))
  }
  welch <- one("welch")
  pooled <- one("pooled")
  data.frame(
    target = fit$results$target, contrast = fit$results$contrast, welch_low = welch$low, welch_high = welch$high,
    pooled_low = pooled$low, pooled_high = pooled$high
  )
}

#' @export
print.summary.ddcq <- function(x, digits = 3, ...) {
  check_shown(digits = digits)
  print(x$fit)
  d <- x$detail
  number <- function(v) ifelse(is.na(v), "-", formatC(v, digits = digits, format = "f"))
  cat("\nOn the log2 scale\n")
  writeLines(contrast_table(list(
    target = d$target, contrast = d$contrast, estimate = number(d$estimate), SE = number(d$std.error),
    df = ifelse(is.na(d$df), "-", formatC(d$df, digits = 1, format = "f")),
    "from efficiencies" = share_label(d$efficiency_share)
  ), getOption("width")))
  v <- x$variance
  if (!is.null(v)) {
    cat("\nIntervals of the fold change under either variance\n")
    writeLines(contrast_table(list(
      target = v$target, contrast = v$contrast, "one a group (Welch)" = interval_label(v$welch_low, v$welch_high),
      "one for all (pooled)" = interval_label(v$pooled_low, v$pooled_high)
    ), getOption("width")))
  }
  cat("\n")
  print(x$budget)
  if (any(is.finite(x$group_sd))) {
    cat("\nSD between units within a group (log2)\n")
    sd <- utils::head(x$group_sd, 40)
    columns <- lapply(seq_len(ncol(sd)), function(j) number(sd[, j]))
    writeLines(paste0("  ", text_table(c(list(target = rownames(sd)), stats::setNames(columns, colnames(sd))))))
    writeLines(more_rows(nrow(x$group_sd) - nrow(sd), "more target") %||% character())
  }
  cat("\nEfficiencies\n")
  writeLines(c(
    paste0("  ", utils::head(efficiency_lines(x$efficiency), 41)), more_rows(nrow(x$efficiency) - 40, "more target")
  ))
  invisible(x)
}
