#' Does a combination do more than its parts?
#'
#' Two treatments that act each for itself multiply: their combination's fold change is expected to be the product of
#' their own. The interaction is the ratio of what the combination did to that product, on the log2 scale a difference:
#' 1 means that the combination is the product of its parts, above 1 that it does more in the upward direction, below 1
#' in the downward one. Nothing is said about a mechanism.
#'
#' @param fit (`ddcq`) A fit with two factors that are crossed and interact (`~ anastrozole * fulvestrant`), or with one
#'   factor of arms (`"none"`, `"A"`, `"B"`, `"A + B"`).
#' @param factors (text) The two factors, for a fit with more; those of its `control` when `NULL`. The `control` of the
#'   fit names both, which says what "without" is.
#' @param ... Not used.
#' @param combination,parts (text) For one factor of arms: the level of the combination, and the two levels of its
#'   parts.
#' @return An object of class `ddcq` whose rows are the interactions, one a target and combination: the columns of
#'   [ddcq()], with `fold_change` the ratio of the combination's fold change to the product of its parts'. `n` counts
#'   the units of the combination and the control, `n_control` those of the parts. It prints a sentence a row;
#'   `spec$sentences` has them. Errors of class `ddcq_error_argument` say which levels or terms are missing.
#' @details The contrast is theta_AB - theta_A - theta_B of the log2 fold changes against the control, from the same
#'   linear model as the fit; the error of the efficiencies enters with the same contrast of mean Cq. With more than two
#'   levels a factor, every pair of levels other than the first is compared. Over other factors of the formula it
#'   averages, or it is given within each level of the `by` of the fit.
#' @family model
#' @export
#' @examples
#' # simulated: two drugs, crossed, four cultures each
#' sheet <- expand.grid(culture = 1:4, A = c("no", "yes"), B = c("no", "yes"))
#' sheet$sample <- paste0("s", 1:16)
#' sheet$culture <- NULL
#' set.seed(1)
#' wells <- merge(sheet, data.frame(target = c("MYC", "GAPDH")))
#' drugs <- (wells$A == "yes") + (wells$B == "yes")
#' wells$cq <- 20 + rnorm(32, sd = 0.2) + (wells$target == "MYC") * (3 + drugs)
#' x <- cq_data(wells)
#' fit <- ddcq(x, ~ A * B, reference = "GAPDH", control = c(A = "no", B = "no"), efficiency = 2)
#' ddcq_interaction(fit)
ddcq_interaction <- function(fit, factors = NULL, ..., combination = NULL, parts = NULL) {
  check_fit(fit)
  check_unmoderated(fit)
  check_dots_empty(...)
  asked <- if (is.null(combination) && is.null(parts)) {
    crossed_contrasts(fit, factors)
  } else {
    arm_contrasts(fit, combination, parts)
  }
  out <- refit(fit, asked$model)
  out$spec$call <- match.call()
  out$spec$interaction <- asked$words
  out$spec$sentences <- interaction_sentences(out, refit(fit, asked$single))
  out
}

# The fit again with another question put to its model: contrasts on cells that `model` holds.
refit <- function(fit, model) {
  parts <- fit_targets(model, model$plate$targets, model$plate$refs)
  parts$note <- row_notes(model, parts, find_doubts(model, parts))
  ask <- fit$spec[c("adjust", "level", "replicates")]
  if (ask$adjust %in% c("dunnett", "tukey")) ask$adjust <- "holm"
  fit$results <- results_of(model, parts, model$plate$names[model$plate$targets], ask)
  fit$model <- model
  fit$parts <- parts
  fit$spec$adjust <- ask$adjust
  fit$spec$contrasts <- model$weights
  fit$spec$levels <- model$levels
  fit$spec$control_cells <- model$control_cells
  fit$spec$factor <- model$question
  fit$spec$by <- model$by
  fit$spec$warnings <- NULL
  fit
}

# The model with other cells: the factors that are asked about, and those it is asked within.
ask_model <- function(model, question, by) {
  model$cells <- design_cells(model$factors, question, by)
  model$question <- question
  model$by <- by
  model$levels <- model$cells$labels
  model$cell <- unit_cells(model$codes, model$cells)
  model$rows <- cell_columns(model$terms, model$cells$grid, model$n_levels, names(model$values))$x
  model$saturated <- model$saturated && setequal(names(model$factors), c(question, by))
  first <- vapply(model$factors[question], function(f) f$levels[1], "")
  control <- paste(first, collapse = ":")
  model$control <- control
  model$control_cells <- model$levels[rep_len(model$cells$question, length(model$levels)) == control]
  model$joint <- FALSE
  model
}

crossed_contrasts <- function(fit, factors) {
  model <- fit$model
  factors <- interaction_factors(model, factors)
  check_first_levels(model, factors)
  model <- ask_model(model, factors, setdiff(model$by, factors))
  if (model$method == "welch" && !model$saturated) model$method <- "pooled"
  levels <- lapply(model$factors[factors], `[[`, "levels")
  pairs <- expand.grid(a = levels[[1]][-1], b = levels[[2]][-1], stringsAsFactors = FALSE)
  cell <- function(a, b) paste(a, b, sep = ":")
  first <- vapply(levels, `[`, "", 1)
  contrasts <- Map(function(a, b) {
    stats::setNames(c(1, -1, -1, 1), c(cell(a, b), cell(a, first[2]), cell(first[1], b), cell(first[1], first[2])))
  }, pairs$a, pairs$b)
  names(contrasts) <- paste(pairs$a, "x", pairs$b)
  with_contrasts(model, contrasts)
}

interaction_factors <- function(model, factors) {
  have <- names(model$factors)
  if (is.null(factors)) {
    factors <- model$question
    if (length(factors) == 1) factors <- unique(c(factors, model$by, have))
  } else {
    factors <- check_strings(factors, "factors")
    lost <- setdiff(factors, have)
    if (length(lost)) {
      ddcq_abort(
        c("{.arg factors} must name factors of the fit.", "x" = "{some(lost)} {cli::qty(lost)}{?is/are} none.",
          hint_near(lost[1], have)
        ), "argument"
      )
    }
  }
  if (length(factors) != 2) {
    ddcq_abort(
      c("An interaction is of two factors.", "x" = "There {cli::qty(factors)}{?is/are} {some(factors)}.",
        "i" = if (length(factors) == 1) "For one factor of arms: {.code combination = , parts = }." else
          "Name two: {.code factors = c({.val {factors[1]}}, {.val {factors[2]}})}."
      ), "argument"
    )
  }
  both <- colSums(model$terms$margins[match(factors, model$terms$variables), , drop = FALSE] > 0) == 2
  if (!any(both)) {
    ddcq_abort(
      c("The formula must let the two factors interact.",
        "x" = "It adds up {some(factors)}, so their interaction is 0 by assumption.",
        "i" = "Fit {.code {tick(factors[1])} * {tick(factors[2])}}."
      ), "argument"
    )
  }
  have[have %in% factors]
}

# What counts as "without" is said by the user, in `control`, never by the order of the rows.
check_first_levels <- function(model, factors) {
  unsaid <- setdiff(factors, model$question)
  if (length(unsaid)) {
    first <- vapply(model$factors[factors], function(f) f$levels[1], "")
    code <- paste0("control = c(", paste0(vapply(factors, tick, ""), " = \"", first, "\"", collapse = ", "), ")")
    ddcq_abort(
      c("The fit must say which level of either factor is the one without treatment.",
        "x" = "Its {.arg control} says nothing of {some(unsaid)}.",
        "i" = literal(paste0("Fit with such as `", code, "`."))
      ), "argument"
    )
  }
}

arm_contrasts <- function(fit, combination, parts) {
  model <- fit$model
  levels <- model$cells$question
  if (is.null(combination) || is.null(parts)) {
    ddcq_abort("{.arg combination} and {.arg parts} must be given together.", "argument")
  }
  combination <- check_string(combination, "combination")
  parts <- check_strings(parts, "parts")
  lost <- setdiff(c(combination, parts), levels)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg combination} and {.arg parts} must be levels that the fit compares.",
        "x" = "There is no {some(lost)}.", hint_near(lost[1], levels)
      ), "argument"
    )
  }
  control <- model$control
  if (length(unique(c(combination, parts, control))) != 4) {
    ddcq_abort(
      c("A combination has two parts, and all three differ from the control {.val {control}}.",
        "x" = "{.arg combination} is {.val {combination}}, {.arg parts} {cli::qty(parts)}{?is/are} {some(parts)}."
      ), "argument"
    )
  }
  contrast <- stats::setNames(c(1, -1, -1, 1), c(combination, parts, control))
  model$joint <- FALSE
  with_contrasts(model, stats::setNames(list(contrast), paste(parts, collapse = " x ")))
}

# list(model, single, words): the model with the interactions, the model with the three fold changes of each, and which
# levels each is made of.
with_contrasts <- function(model, contrasts) {
  words <- lapply(contrasts, names)
  single <- unlist(lapply(words, function(w) {
    stats::setNames(lapply(w[1:3], function(l) stats::setNames(c(1, -1), c(l, w[4]))), w[1:3])
  }), recursive = FALSE, use.names = FALSE)
  names(single) <- unlist(lapply(seq_along(words), function(i) paste(i, 1:3)))
  to_model <- function(contrasts) {
    model$weights <- contrast_matrix(contrasts, model$cells, model$control)
    model
  }
  list(model = to_model(contrasts), single = to_model(single), words = words)
}

# "MYC: anastrozole:fulvestrant is 0.31-fold, the product of its parts 0.42-fold ..."
interaction_sentences <- function(fit, single) {
  rows <- fit$results
  n <- ncol(fit$model$weights)
  per_by <- length(fit$spec$interaction)
  of <- single$results
  three <- function(j) of$estimate[(rep(seq_along(fit$spec$targets), each = n) - 1) * 3 * n +
                                     (rep(seq_len(n), length(fit$spec$targets)) - 1) * 3 + j]
  fold <- function(x) paste0(fold_label(2^x), "-fold")
  combination <- vapply(fit$spec$interaction, `[`, "", 1)
  name <- rep_len(rep(combination, length.out = n), nrow(rows))
  by <- fit$model$cells$by
  inside <- if (length(by)) rep_len(rep(paste0(", ", by), each = per_by), nrow(rows)) else ""
  low <- fold_label(rows$fold_low)
  high <- fold_label(rows$fold_high)
  verdict <- ifelse(
    is.na(rows$conf.low), "no interval: it cannot be said whether it differs from the product",
    ifelse(rows$conf.low > 0, "more than the product of its parts",
           ifelse(rows$conf.high < 0, "less than the product of its parts",
                  "a difference from the product of its parts is not shown"))
  )
  text <- paste0(
    rows$target, inside, ": ", name, " is ", fold(three(1)), ", the product of its parts ", fold(three(2) + three(3)),
    "; ratio ", fold_label(rows$fold_change),
    ifelse(is.na(rows$conf.low), "", paste0(" (", level_label(fit$spec$level), " interval ", low, " to ", high, ")")),
    ": ", verdict, "."
  )
  none <- is.na(rows$estimate)
  text[none] <- paste0(rows$target, inside, ": ", name, ": no estimate", reason_text(rows$note), ".")[none]
  text
}
