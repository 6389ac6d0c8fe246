#' Tests of the terms of a fit
#'
#' For every target and every term of the formula: do its means differ at all? Tests of type III, each term given all
#' others, with contrasts that sum to zero, so that a main effect is that of the mean over the other factors.
#'
#' @param object (`ddcq`) A fit.
#' @param ... Not used.
#' @return A data frame of class `ddcq_anova`, one row a target and term: `target`, `term`, `df` (of the term),
#'   `df.residual`, `statistic` (F), `p.value`, `adj.p.value` (over all rows, by the fit's adjustment where that is
#'   Holm's, Benjamini and Hochberg's or Bonferroni's, else by Holm's) and `note`. A term that the samples cannot test
#'   is `NA` with a note. A moderated fit is an error of class `ddcq_error_fit`, an argument that is not known one of
#'   class `ddcq_error_argument`.
#' @details Without error of the efficiencies it is the usual F. With it the test is done twice, with the variance of
#'   the samples alone and with that of the efficiencies added, and the row with the larger p is shown. Under Welch's
#'   variance it is the F of Welch (1951), for one factor that of [stats::oneway.test()], and Johansen's (1980) for
#'   terms of several. With random effects the fixed part is tested with the fit's own df.
#' @references Welch BL (1951). On the comparison of several mean values: an alternative approach. Biometrika 38(3/4),
#'   330-336. \doi{10.1093/biomet/38.3-4.330}
#'
#'   Johansen S (1980). The Welch-James approximation to the distribution of the residual sum of squares in a weighted
#'   linear regression. Biometrika 67(1), 85-92. \doi{10.1093/biomet/67.1.85}
#' @family model
#' @importFrom stats anova
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' anova(fit)
anova.ddcq <- function(object, ...) {
  check_dots_empty(...)
  check_unmoderated(object)
  model <- object$model
  rows <- lapply(seq_along(model$terms$labels), function(term) term_tests(object, term))
  n <- length(object$spec$targets)
  columns <- lapply(
    stats::setNames(nm = c("df", "df.residual", "statistic", "p.value", "note")),
    function(name) as.vector(do.call(rbind, lapply(rows, `[[`, name)))
  )
  adjust <- object$spec$adjust
  if (!adjust %in% c("holm", "BH", "bonferroni")) adjust <- "holm"
  out <- c(
    list(target = rep(object$spec$targets, each = length(rows)), term = rep(model$terms$labels, n)), columns[1:4],
    list(adj.p.value = stats::p.adjust(columns$p.value, adjust)), columns[5]
  )
  structure(
    out, class = c("ddcq_anova", "data.frame"), row.names = .set_row_names(length(out$target)), adjust = adjust,
    simulated = object$spec$simulated
  )
}

# One term, all targets: list(df, df.residual, statistic, p.value, note), a value a target.
term_tests <- function(fit, term) {
  model <- fit$model
  n <- length(fit$spec$targets)
  out <- list(
    df = rep_len(NA_real_, n), df.residual = rep_len(NA_real_, n), statistic = rep_len(NA_real_, n),
    p.value = rep_len(NA_real_, n), note = rep_len("", n)
  )
  targets <- model$plate$targets
  for (pattern in target_patterns(model, targets, model$plate$refs)) {
    group <- pattern$targets
    setup <- term_setup(model, pattern$samples, term)
    if (!is.null(setup$note)) {
      out$note[group] <- setup$note
      next
    }
    done <- joint_tests(model, targets[group], setup)
    for (name in names(done)) out[[name]][group] <- done[[name]]
    out$df[group] <- ncol(setup$contrast)
  }
  hit <- colSums(model$plate$censored[, targets, drop = FALSE]) > 0
  for (name in c("statistic", "p.value", "df.residual")) out[[name]][hit] <- NA_real_
  out$note[hit] <- "not detected in some samples"
  out
}

# The term's coefficients under contrasts that sum to zero, as a set of contrasts: of coefficients for the linear model,
# of cells for Welch.
term_setup <- function(model, rows, term) {
  setup <- pattern_setup(model, rows)
  setup$note <- NULL
  columns <- if (model$method == "welch") {
    cell_columns(model$terms, model$cells$grid, model$n_levels, character(), "sum")
  } else {
    model_columns(model, setup$units, "sum")
  }
  p <- ncol(columns$x)
  gone <- model$method == "welch" && any(setup$count == 0)
  if (gone || qr(columns$x, tol = 1e-7)$rank < p) {
    return(list(note = "not estimable: some combinations of the factors have no sample"))
  }
  of_term <- columns$assign == term
  setup$contrast <- if (model$method == "welch") {
    t(solve(columns$x)[of_term, , drop = FALSE])
  } else {
    diag(p)[, of_term, drop = FALSE]
  }
  if (model$method != "welch") setup$x <- columns$x
  setup
}

joint_tests <- function(model, targets, setup) {
  q <- ncol(setup$contrast)
  if (model$method == "mixed") {
    return(finish_f(mixed_joint(model, targets, model$plate$refs, setup), q))
  }
  fit <- do.call(.Call, c(list(c_joint), fit_arguments(model, targets, model$plate$refs, setup)))
  if (model$method == "welch") {
    return(finish_f(welch_joint(model, targets, setup, fit), q))
  }
  finish_f(list(f_b = fit$f_biological, df_b = fit$df_biological[, 1], f = fit$f, df = fit$df_joint), q)
}

# The F of means with a variance each, after Welch (1951) and, for any set of contrasts, Johansen (1980): with
# M = V C (C'VC)^-1 C', A = sum M_ii^2 / (n_i - 1), the Wald statistic over q + 2 A - 6 A / (q + 2) is F on q and
# q (q + 2) / (3 A) df. For one factor that is stats::oneway.test(). One value a target.
welch_joint <- function(model, targets, setup, fit) {
  q <- ncol(setup$contrast)
  n <- setup$count[setup$group_levels]
  one <- function(t) {
    v <- fit$group_sd[, t]^2 / n
    if (anyNA(v) || is.na(fit$f_biological[t])) {
      return(c(f_b = NA, df_b = NA, f = NA, df = NA))
    }
    cv <- setup$contrast * v
    v_b <- crossprod(setup$contrast, cv)
    a <- sum(rowSums(cv %*% solve(v_b) * setup$contrast)^2 / (n - 1))
    df_b <- q * (q + 2) / (3 * a)
    part <- efficiency_part(model, targets[t], model$plate$refs, setup, fit$weights)
    both <- .Call(c_joint_test, fit$estimate[t, ], v_b, df_b, part$load, part$load_df)
    scale <- q / (q + 2 * a - 6 * a / (q + 2))
    c(f_b = both$f_biological * scale, df_b = df_b, f = both$f * scale, df = both$df)
  }
  as.list(as.data.frame(t(vapply(seq_along(targets), one, numeric(4)))))
}

# The F whose p is larger.
finish_f <- function(fit, q) {
  p_b <- stats::pf(fit$f_b, q, fit$df_b, lower.tail = FALSE)
  p <- stats::pf(fit$f, q, fit$df, lower.tail = FALSE)
  wider <- which(p > p_b)
  out <- list(df.residual = fit$df_b, statistic = fit$f_b, p.value = p_b)
  out$df.residual[wider] <- fit$df[wider]
  out$statistic[wider] <- fit$f[wider]
  out$p.value[wider] <- p[wider]
  c(out, list(note = ifelse(is.na(p_b), "no df are left for a test, or no variation", "")))
}

#' @export
format.ddcq_anova <- function(x, digits = 2, width = getOption("width"), rows = 40, ...) {
  check_shown(digits = digits, width = width, rows = rows)
  number <- function(v, d) ifelse(is.na(v), "-", formatC(v, digits = d, format = "f"))
  columns <- list(
    target = x$target, term = x$term, df = ifelse(is.na(x$df), "-", format(x$df, trim = TRUE)),
    "residual df" = number(x$df.residual, 1), F = number(x$statistic, digits), p = p_label(x$p.value),
    adjusted = p_label(x$adj.p.value)
  )
  adjust <- attr(x, "adjust", exact = TRUE)
  names(columns)[7] <- paste0("p (", adjust, ")")
  said <- unique(paste0(x$target, ", ", x$term, ": ", x$note, ".")[nzchar(x$note)])
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA", "Tests of terms (type III), on the log2 scale",
    paste0("  ", text_table(lapply(columns, utils::head, rows), left = 1:2)), more_rows(nrow(x) - rows),
    if (length(said)) c("Notes", wrap_lines(said, width, indent = 2))
  )
}

#' @export
print.ddcq_anova <- function(x, ...) {
  if (all(c("target", "term", "statistic", "adj.p.value", "note") %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}

#' @export
as.data.frame.ddcq_anova <- function(x, ...) {
  plain_frame(x)
}
