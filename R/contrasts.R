# Contrasts: a matrix of weights on the levels of the main factor, one named column a contrast. Each column sums to 0;
# a positive weight stands for what is compared, a negative one for what it is compared with.

contrast_matrix <- function(contrasts, levels, control) {
  if (is.list(contrasts)) {
    return(named_contrasts(contrasts, levels))
  }
  if (!is.character(contrasts)) {
    ddcq_abort(
      c("{.arg contrasts} must be {.val control}, {.val pairwise} or a named list, not \\
         {.obj_type_friendly {contrasts}}.",
        "i" = "{.code list(\"A vs B\" = c(A = 1, B = -1))}"
      ), "argument"
    )
  }
  contrasts <- check_choice(contrasts, c("control", "pairwise"), "contrasts")
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

# The columns of the model matrix of the linear model: the constant, then for each factor its levels but the first.
# codes: a list of integer codes from 1, one element a factor, for the units that are kept.
model_columns <- function(codes, n_levels) {
  blocks <- lapply(seq_along(codes), function(j) {
    outer(codes[[j]], seq_len(n_levels[j])[-1], `==`) + 0
  })
  do.call(cbind, c(list(rep_len(1, length(codes[[1]]))), blocks))
}

# Contrasts of the main factor's levels as contrasts of the coefficients. The constant drops out: they sum to 0.
coefficient_contrasts <- function(weights, main, n_levels) {
  start <- 1 + sum(n_levels[seq_len(main - 1)] - 1)
  out <- matrix(0, 1 + sum(n_levels - 1), ncol(weights))
  out[start + seq_len(n_levels[main] - 1), ] <- weights[-1, ]
  out
}

# The rank of the model matrix as lm() settles it, and which contrasts the units at hand can estimate.
estimable_part <- function(x, contrast) {
  qr <- qr(x, tol = 1e-7)
  keep <- qr$pivot[seq_len(qr$rank)]
  full <- qr$rank == ncol(x)
  can <- if (full) {
    rep_len(TRUE, ncol(contrast))
  } else {
    # estimable: the contrast lies in the row space of the matrix
    rows <- qr(t(x[, , drop = FALSE]), tol = 1e-7)
    off <- qr.resid(rows, contrast)
    colSums(matrix(off^2, nrow(contrast))) <= 1e-12 * colSums(contrast^2)
  }
  list(x = if (full) x else x[, keep, drop = FALSE], contrast = contrast[keep, , drop = FALSE], can = can)
}
