# Many targets lend each other their variances: the empirical Bayes step is the core's, this file asks and answers.

#' Moderated variances for many targets
#'
#' With hundreds of targets and three samples a group, some variances are small by luck, and their targets lead the
#' table. Here each variance is drawn towards what is common to all targets, and the test gains the degrees of freedom
#' that this common value is worth.
#'
#' @param fit (`ddcq`) A fit with a pooled variance (`ddcq(variance = "pooled")`) of ten targets or more.
#' @param ... Not used.
#' @return A fit of classes `ddcq_moderated` and `ddcq`: the columns of `results` are those of [ddcq()], with
#'   `std.error`, `df`, `statistic`, p-values and intervals from the moderated variances. `spec$moderation` is a data
#'   frame, one row a contrast: `contrast`, `prior_df`, `prior_sd` (log2, the SD between units that the targets share),
#'   `n_targets` (whose variances took part). Rows without an interval stay as they were. Fewer than ten targets, or a
#'   fit that is not pooled, are errors of class `ddcq_error_fit`.
#' @details Equivalence, power and predictions can be asked of the moderated fit; [anova()], [ddcq_means()],
#'   [ddcq_interaction()] and [ddcq_variance()] are asked before.
#'
#'   The variances \eqn{s_g^2} on \eqn{d_g} df are taken as draws from \eqn{s_0^2 d_0 / \chi^2_{d_0}}, whose two
#'   numbers come from the mean and the variance of \eqn{\ln s_g^2}. The moderated variance is
#'   \eqn{(d_0 s_0^2 + d_g s_g^2) / (d_0 + d_g)} on \eqn{d_0 + d_g} df, but not more than all targets have together.
#'   When the variances differ by no more than chance, \eqn{d_0} is infinite and all targets get one variance. The
#'   error of the efficiencies is added afterwards: it is no variation between samples, and nothing is learnt about it
#'   from other targets.
#'
#'   What is moderated is the variance of one unit, so that variances of like things are compared where targets lack
#'   different samples or have non-detects. The targets are taken as if they were independent. They share their
#'   references, so a noisy reference gives all of them the same noise; with one noisy reference sample, look at
#'   `plot()` first.
#' @references Smyth GK (2004). Linear models and empirical Bayes methods for assessing differential expression in
#'   microarray experiments. Statistical Applications in Genetics and Molecular Biology 3(1), 3.
#'   \doi{10.2202/1544-6115.1027}
#' @family arrays
#' @export
#' @examples
#' # simulated: 40 targets that do not change, three samples a group. ddcq() warns that the SDs of
#' # some targets differ between the groups, which with three samples they do by chance.
#' set.seed(1)
#' array <- expand.grid(sample = paste0("s", 1:6), target = c("ref", paste0("T", 1:40)))
#' array$treatment <- ifelse(array$sample %in% c("s1", "s2", "s3"), "vehicle", "drug")
#' array$cq <- 24 + rnorm(nrow(array), 0, 0.2)
#' fit <- ddcq(cq_data(array), ~treatment, reference = "ref", control = "vehicle", efficiency = 2,
#'   variance = "pooled")
#' moderated <- ddcq_moderate(fit)
#' moderated$spec$moderation
#' # the same rows, with the degrees of freedom that the other targets lend
#' head(tidy(fit)[c("target", "estimate", "std.error", "df", "p.value")], 3)
#' head(tidy(moderated)[c("target", "estimate", "std.error", "df", "p.value")], 3)
ddcq_moderate <- function(fit, ...) {
  check_dots_empty(...)
  check_fit(fit)
  check_moderated(fit)
  each <- lapply(seq_len(ncol(fit$parts$estimate)), function(k) moderate_contrast(fit, k))
  n <- vapply(each, `[[`, 0L, "n")
  if (all(n < least_targets)) {
    abort_few_targets(max(n))
  }
  out <- fit
  out$parts$var_biological[] <- unlist(lapply(each, `[[`, "variance"))
  out$parts$df_biological[] <- unlist(lapply(each, `[[`, "df_biological"))
  out$parts$df[] <- unlist(lapply(each, `[[`, "df"))
  out$parts$unit_variance[] <- unlist(lapply(each, `[[`, "unit_variance"))
  prior <- vapply(each, `[[`, c(0, 0), "prior")
  out$spec$moderation <- data.frame(
    contrast = unique(fit$results$contrast), prior_df = prior[1, ], prior_sd = sqrt(prior[2, ]), n_targets = n,
    stringsAsFactors = FALSE
  )
  out$spec$call <- match.call()
  out$spec$adjust <- plain_adjust(fit)
  out$results <- retest(fit$results, flat_parts(out$parts), fit$spec$level, out$spec$adjust)
  class(out) <- c("ddcq_moderated", class(fit))
  out
}

least_targets <- 10L

check_moderated <- function(fit) {
  if (inherits(fit, "ddcq_moderated")) {
    ddcq_abort(c("{.arg fit} must not be moderated yet.", "x" = "Its variances are moderated already."), "fit")
  }
  if (!identical(fit$spec$variance, "pooled")) {
    how <- fit$spec$variance
    ddcq_abort(
      c("{.arg fit} must have one pooled variance a target.",
        "x" = "It was fitted with {.code variance = {.val {how}}}.",
        "i" = "Fit it with {.code ddcq(..., variance = \"pooled\")}."
      ), "fit"
    )
  }
}

abort_few_targets <- function(n) {
  ddcq_abort(
    c("There must be {least_targets} targets with a variance or more: a common variance is learnt from them.",
      "x" = "There {cli::qty(n)}{?is/are} {n}.", "i" = "The intervals of {.arg fit} itself hold for any number."
    ), "fit"
  )
}

# One contrast. The variances of like things: of one unit, whatever number of units, gaps and non-detects stand behind
# the contrast.
moderate_contrast <- function(fit, k) {
  names <- c("var_biological", "df_biological", "var_efficiency", "df", "unit_variance")
  parts <- lapply(fit$parts[names], function(m) m[, k])
  size <- parts$var_biological / parts$unit_variance
  live <- which(parts$var_biological > 0 & is.finite(size))
  out <- list(
    variance = parts$var_biological, df_biological = parts$df_biological, df = parts$df,
    unit_variance = parts$unit_variance, prior = c(NA_real_, NA_real_), n = length(live)
  )
  if (length(live) < least_targets) {
    return(out)
  }
  before <- parts$var_biological[live]
  df <- parts$df_biological[live]
  answer <- .Call(c_moderate, parts$unit_variance[live], df)
  if (answer$status != 0L) {
    return(out)
  }
  out$prior <- answer$prior
  out$unit_variance[live] <- answer$variance
  out$variance[live] <- answer$variance * size[live]
  out$df_biological[live] <- pmin(df + answer$prior[1], sum(df))
  out$df[live] <- moderated_df(
    before, df, parts$var_efficiency[live], parts$df[live], out$variance[live], out$df_biological[live]
  )
  out
}

# Satterthwaite's df of the sum with the new variance. What the efficiencies add to its denominator is found from the
# df before: df = V^2 / (V_b^2 / nu_b + rest).
moderated_df <- function(v_b, nu_b, v_e, df, new, nu_new) {
  rest <- ifelse(v_e > 0, pmax((v_b + v_e)^2 / df - v_b^2 / nu_b, 0), 0)
  ifelse(v_e > 0, (new + v_e)^2 / (new^2 / nu_new + rest), nu_new)
}

moderation_lines <- function(spec) {
  each <- spec$moderation
  one <- unique(round(each$prior_df, 6))
  number <- function(x) ifelse(is.infinite(x), "infinite", formatC(x, digits = 1, format = "f"))
  value <- paste0(
    "SD ", formatC(each$prior_sd, digits = 3, format = "f"), " log2 on ", number(each$prior_df), " df"
  )
  value[is.na(each$prior_df)] <- "not moderated, too few targets with a variance"
  if (length(one) == 1) value <- value[1] else value <- paste0(each$contrast, ": ", value)
  paste0(
    "Variances moderated (empirical Bayes over ", plural(max(each$n_targets), "target"), "). Common to them: ",
    paste(value, collapse = "; "), "."
  )
}

#' @export
format.ddcq_moderated <- function(x, width = getOption("width"), ...) {
  c(NextMethod(), wrap_lines(moderation_lines(x$spec), width))
}

#' @export
vcov.ddcq_moderated <- function(object, ...) {
  check_unmoderated(object)
}
