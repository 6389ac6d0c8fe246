# Contrasts: a matrix of weights on the cells, one named column a contrast. Each column sums to 0; a positive weight
# stands for what is compared, a negative one for what it is compared with.

# cells: from design_cells(). The contrasts are of what is asked about, within each level of `by`.
contrast_matrix <- function(contrasts, cells, control) {
  weights <- question_contrasts(contrasts, cells$question, control)
  if (!length(cells$by)) {
    return(weights)
  }
  n <- length(cells$by)
  out <- kronecker(diag(n), weights)
  dimnames(out) <- list(
    cells$labels, paste0(rep(colnames(weights), n), ", ", rep(cells$by, each = ncol(weights)))
  )
  out
}

question_contrasts <- function(contrasts, levels, control) {
  if (is.list(contrasts)) {
    return(named_contrasts(contrasts, levels))
  }
  if (!is.character(contrasts)) {
    ddcq_abort(
      c("{.arg contrasts} must be {.val control}, {.val pairwise}, {.val trend} or a named list, not \\
         {.obj_type_friendly {contrasts}}.",
        "i" = "{.code list(\"A vs B\" = c(A = 1, B = -1))}"
      ), "argument"
    )
  }
  contrasts <- check_choice(contrasts, c("control", "pairwise", "trend"), "contrasts")
  if (contrasts == "trend") {
    return(trend_contrasts(levels))
  }
  others <- setdiff(levels, control)
  pairs <- if (contrasts == "control") {
    cbind(others, rep_len(control, length(others)))
  } else {
    ordered <- c(control, others)
    index <- utils::combn(length(ordered), 2)
    cbind(ordered[index[2, ]], ordered[index[1, ]])
  }
  weights <- matrix(0, length(levels), nrow(pairs))
  column <- seq_len(nrow(pairs))
  weights[cbind(match(pairs[, 1], levels), column)] <- 1
  weights[cbind(match(pairs[, 2], levels), column)] <- -1
  dimnames(weights) <- list(levels, paste(pairs[, 1], "vs", pairs[, 2]))
  weights
}

# Straight and curved change over levels that are numbers (dose, time): the coefficients of x and x^2 of the polynomials
# that are orthogonal on the levels. The first is the slope: log2 fold a unit of the level.
trend_contrasts <- function(levels) {
  x <- suppressWarnings(as.numeric(levels))
  if (anyNA(x)) {
    bad <- levels[is.na(x)]
    ddcq_abort(
      c("{.code contrasts = \"trend\"} must have levels that are numbers (dose, time).",
        "x" = "{some(bad)} {cli::qty(bad)}{?is/are} none.",
        "i" = "Other scores? Give the weights by name: {.code list(trend = c(low = -1, high = 1))}."
      ), "argument"
    )
  }
  x <- x - mean(x)
  linear <- x / sum(x^2)
  if (length(x) < 3) {
    return(matrix(linear, dimnames = list(levels, "linear trend")))
  }
  curve <- stats::residuals(stats::lm.fit(cbind(1, x), x^2))
  out <- cbind(linear, curve / sum(curve^2))
  dimnames(out) <- list(levels, c("linear trend", "quadratic trend"))
  out
}

named_contrasts <- function(contrasts, levels) {
  labels <- names(contrasts)
  if (!length(contrasts) || is.null(labels) || anyNA(labels) || !all(nzchar(labels)) || anyDuplicated(labels)) {
    ddcq_abort(
      c("{.arg contrasts} as a list must have a name of its own for each contrast.",
        "i" = "{.code list(\"A vs B\" = c(A = 1, B = -1))}"
      ), "argument"
    )
  }
  weights <- vapply(labels, function(label) one_contrast(contrasts[[label]], label, levels), numeric(length(levels)))
  matrix(weights, length(levels), dimnames = list(levels, labels))
}

one_contrast <- function(weights, label, levels) {
  if (!is.numeric(weights) || is.null(names(weights)) || !all(is.finite(weights)) || anyDuplicated(names(weights))) {
    ddcq_abort(
      c("A contrast must be numbers named by level, such as {.code c(drug = 1, vehicle = -1)}.",
        "x" = "{.val {label}} is not."
      ), "argument"
    )
  }
  unknown <- setdiff(names(weights), levels)
  if (length(unknown)) {
    ddcq_abort(
      c("A contrast must name levels of the factor.",
        "x" = "{.val {label}} names {some(unknown)}.", hint_near(unknown[1], levels)
      ), "argument"
    )
  }
  if (!length(weights) || all(weights == 0)) {
    ddcq_abort(
      c("A contrast must compare something.", "x" = "The weights of {.val {label}} are all 0.",
        "i" = "{.code c(drug = 1, vehicle = -1)}"
      ), "argument"
    )
  }
  if (abs(sum(weights)) > 1e-8 * max(abs(weights))) {
    ddcq_abort(
      c("The weights of a contrast must sum to 0.",
        "x" = "Those of {.val {label}} sum to {sum(weights)}.",
        "i" = "To compare with the mean of two controls: {.code c(drug = 1, control1 = -0.5, control2 = -0.5)}."
      ), "argument"
    )
  }
  full <- stats::setNames(numeric(length(levels)), levels)
  full[names(weights)] <- weights
  full
}

# n: units on the positive side of each contrast, n_control: on the negative side. count: units a level.
contrast_counts <- function(weights, count) {
  list(n = as.integer(colSums(count * (weights > 0))), n_control = as.integer(colSums(count * (weights < 0))))
}

# Whether a contrast sets one cell against a control cell. control: the labels of the control cells.
is_against_control <- function(weights, control) {
  unname(
    colSums(weights[control, , drop = FALSE] == -1) == 1 & colSums(weights == 1) == 1 & colSums(weights != 0) == 2
  )
}
