# The model matrix and the cells of a design. Everything is a product of blocks, one block a variable of a term, so that
# the rows for units and for cells (where the factors that are not asked about are averaged over) come from one place.

# A block of columns for a variable coded by `how`: 1 contrasts, 2 all levels (as stats::terms() marks the margins).
# Contrasts are "treatment" (the levels but the first) or "sum" (each level but the last, against the last).
factor_block <- function(codes, n_levels, how, coding) {
  all <- outer(codes, seq_len(n_levels), `==`) + 0
  if (how == 2) {
    return(all)
  }
  if (coding == "sum") all[, -n_levels, drop = FALSE] - all[, n_levels] else all[, -1, drop = FALSE]
}

# blocks: a function of a variable and of `how`. list(x, assign): the matrix, and the term that each column is of (0 for
# the constant).
product_columns <- function(terms, n_rows, blocks) {
  x <- matrix(1, n_rows, 1)
  assign <- 0L
  for (term in seq_len(ncol(terms$margins))) {
    part <- matrix(1, n_rows, 1)
    for (v in which(terms$margins[, term] > 0)) {
      block <- blocks(terms$variables[v], terms$margins[v, term])
      part <- part[, rep(seq_len(ncol(part)), ncol(block)), drop = FALSE] *
        block[, rep(seq_len(ncol(block)), each = ncol(part)), drop = FALSE]
    }
    x <- cbind(x, part)
    assign <- c(assign, rep_len(term, ncol(part)))
  }
  list(x = x, assign = assign)
}

# The model matrix for units. codes: factor codes from 1, by variable; values: covariates, centred.
unit_columns <- function(terms, codes, n_levels, values, coding = "treatment") {
  n <- length(c(codes, values)[[1]])
  product_columns(terms, n, function(v, how) {
    if (is.null(codes[[v]])) matrix(values[[v]]) else factor_block(codes[[v]], n_levels[[v]], how, coding)
  })
}

# The rows of cells: the variables in `grid` (a list of codes) as given, every other factor averaged over its levels
# with equal weights, covariates at their mean, which is 0.
cell_columns <- function(terms, grid, n_levels, covariates, coding = "treatment") {
  n <- length(grid[[1]])
  product_columns(terms, n, function(v, how) {
    if (!is.null(grid[[v]])) {
      return(factor_block(grid[[v]], n_levels[[v]], how, coding))
    }
    if (v %in% covariates) {
      return(matrix(0, n, 1))
    }
    mean <- colMeans(factor_block(seq_len(n_levels[[v]]), n_levels[[v]], how, coding))
    matrix(mean, n, length(mean), byrow = TRUE)
  })
}

# The cells of some factors: list(grid, labels, of). The first factor runs fastest within what is asked about; the
# factors of `by` come last. `question` and `by` are the labels of the two parts, `index` the position of each cell.
design_cells <- function(factors, question, by) {
  levels <- lapply(factors[c(question, by)], `[[`, "levels")
  size <- lengths(levels)
  grid <- as.list(expand.grid(lapply(size, seq_len), KEEP.OUT.ATTRS = FALSE))
  text <- Map(function(code, l) l[code], grid, levels)
  label <- do.call(paste, c(unname(text[question]), sep = ":"))
  part <- if (length(by)) do.call(paste, c(unname(Map(paste, by, text[by])), sep = ", "))
  labels <- if (length(by)) paste0(label, ", ", part) else label
  check_labels(labels, c(question, by))
  list(grid = grid, size = size, question = unique(label), by = unique(part), labels = labels)
}

# Cells are told apart by their names.
check_labels <- function(labels, factors) {
  if (anyDuplicated(labels)) {
    twice <- unique(labels[duplicated(labels)])
    ddcq_abort(
      c("Every combination of {some(factors)} must have a name of its own.",
        "x" = "Joined by {.val :}, two combinations are {some(twice)}.",
        "i" = "Name the levels otherwise in the sample sheet."
      ), "design"
    )
  }
}

# The cell of each unit, from 1.
unit_cells <- function(codes, cells) {
  step <- c(1, cumprod(cells$size)[-length(cells$size)])
  as.integer(1 + Reduce(`+`, Map(function(code, s) (code - 1) * s, codes[names(cells$size)], step)))
}

# The same for rows of the table of samples: the position in the levels of the fit.
sample_cell <- function(samples, spec) {
  factors <- samples[c(spec$factor, spec$by)]
  unit_cells(lapply(factors, as.integer), list(size = vapply(factors, nlevels, 1L)))
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
  list(
    x = if (full) x else x[, keep, drop = FALSE], contrast = contrast[keep, , drop = FALSE], can = can, keep = keep
  )
}
