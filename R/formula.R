# The formula of a fit: factors, added. Read as written, never evaluated on the wells.

# list(label, column, numeric): one element a term. `numeric` is TRUE where the formula says factor(column), which
# allows numbers.
formula_terms <- function(formula) {
  if (!inherits(formula, "formula")) {
    ddcq_abort(
      c("{.arg formula} must be a formula such as {.code ~ treatment}, not {.obj_type_friendly {formula}}."), "formula"
    )
  }
  if (length(formula) == 3) {
    ddcq_abort(
      c("{.arg formula} must have nothing left of the {.code ~}: the response is always the normalised Cq.",
        "i" = "Write {.code ~ {deparse1(formula[[3]], backtick = TRUE)}}."
      ), "formula"
    )
  }
  terms <- formula_pieces(formula[[2]])
  if (!length(terms)) {
    ddcq_abort(c("{.arg formula} must name a factor, such as {.code ~ treatment}."), "formula")
  }
  labels <- vapply(terms, `[[`, "", "column")
  if (anyDuplicated(labels)) {
    ddcq_abort("{.arg formula} must name each factor once, not {some(labels[duplicated(labels)])} twice.", "formula")
  }
  terms
}

formula_pieces <- function(term) {
  if (is.name(term)) {
    return(list(formula_column(as.character(term), FALSE)))
  }
  if (is.numeric(term)) {
    return(list())
  }
  head <- if (is.call(term)) paste(deparse(term[[1]]), collapse = "") else ""
  if (head == "+" && length(term) == 3) {
    return(c(formula_pieces(term[[2]]), formula_pieces(term[[3]])))
  }
  if (head == "(") {
    if (!is.call(term[[2]]) || !identical(term[[2]][[1]], as.name("|"))) {
      return(formula_pieces(term[[2]]))
    }
  }
  if (head %in% c("factor", "as.factor") && length(term) == 2 && is.name(term[[2]])) {
    return(list(formula_column(as.character(term[[2]]), TRUE)))
  }
  abort_term(term, head)
}

formula_column <- function(column, numeric) {
  list(column = column, numeric = numeric, label = if (numeric) paste0("factor(", column, ")") else column)
}

abort_term <- function(term, head) {
  text <- paste(deparse(term), collapse = " ")
  hint <- if (head %in% c("*", ":", "^", "%in%", "/")) {
    "For combinations, make one factor of the arms (\"none\", \"A\", \"B\", \"A + B\") and name the contrasts."
  } else if (head == "(") {
    "A random effect is not available: add the block as a factor (`~ treatment + subject`), or use `unit =`."
  } else {
    "Make the column before, in the sample sheet, and name it."
  }
  ddcq_abort(
    c("{.arg formula} must be factors joined by {.code +}, such as {.code ~ treatment + subject}.",
      "x" = "There is {.code {text}}.", "i" = literal(hint)
    ), "formula"
  )
}

# The factors of the formula for each sample: list(codes, levels) a term, codes from 1 and 0 for missing.
sample_factors <- function(x, terms, sample, n_samples) {
  columns <- vapply(terms, `[[`, "", "column")
  check_formula_columns(x, columns)
  lapply(terms, function(term) {
    value <- x[[term$column]]
    check_not_numeric(value, term)
    coded <- sample_value(value, sample, n_samples, term$column)
    coded
  })
}

check_formula_columns <- function(x, columns) {
  lost <- setdiff(columns, names(x))
  if (!length(lost)) {
    return(invisible())
  }
  have <- setdiff(names(x), cq_canonical)
  ddcq_abort(
    c("{.arg formula} must name columns of the data.",
      "x" = "There is no column {some(lost)}.",
      if (length(have)) hint_near(lost[1], have),
      "i" = "The sample sheet brings them: {.fn cq_design}."
    ), "column"
  )
}

check_not_numeric <- function(value, term) {
  if (!is.numeric(value) || term$numeric) {
    return(invisible())
  }
  column <- term$column
  ddcq_abort(
    c("A factor of {.arg formula} must hold names, but {.field {column}} holds numbers.",
      "x" = "As a number it would become a slope: 1, 2, 3 for three subjects would count as a trend.",
      "i" = "If the numbers are names, write {.code factor({column})}.",
      "i" = "A covariate with a slope (RIN, dose) is not available: make groups of it."
    ), "formula"
  )
}

# The one value that each sample has in a column of the wells.
sample_value <- function(value, sample, n_samples, column) {
  if (is.list(value) || !is.null(dim(value))) {
    ddcq_abort("The column {.field {column}} must hold one value a row, not {.obj_type_friendly {value}}.", "column")
  }
  if (is.numeric(value)) value <- as.character(value)
  if (is.character(value)) {
    # nearly always one value each: seen by address, so that only the samples' values need codes
    one <- .Call(c_group_string, sample$codes, value, as.integer(n_samples))
    if (!one$mixed) {
      return(code_strings(value[ifelse(one$row > 0L, one$row, NA)]))
    }
  }
  coded <- code_strings(value)
  one <- group_value(sample$codes, coded$codes, n_samples)
  if (any(one$mixed)) {
    bad <- sample$levels[one$mixed]
    ddcq_abort(
      c("A sample must have one value of {.field {column}}.",
        "x" = "{some(bad)} {cli::qty(bad)}{?has/have} several.",
        "i" = "Rows that share a sample name are one cDNA. If these are different samples that are all called alike, \\
               give each a name of its own (by well: {.code cq_design(x, sheet, by = \"well\")})."
      ), "design"
    )
  }
  list(codes = one$first, levels = coded$levels)
}

# Which factor is the question: the only one that has the control level, or levels.
main_factor <- function(factors, terms, control) {
  if (is.character(control) && length(control) > 1) {
    ddcq_abort(
      c("{.arg control} must be one level, not {length(control)}.",
        "i" = "For combinations, make one factor of the arms and name its control."
      ), "control"
    )
  }
  control <- check_string(control, "control")
  has <- vapply(factors, function(f) control %in% f$levels[unique(f$codes)], NA)
  labels <- vapply(terms, `[[`, "", "column")
  factor <- names(control)
  if (!is.null(factor)) {
    if (!factor %in% labels) {
      ddcq_abort(
        c("{.arg control} must be named by a factor of {.arg formula}.",
          "x" = "{some(factor)} is none.", hint_near(factor, labels)
        ), "control"
      )
    }
    has <- has & labels == factor
  }
  if (sum(has) == 1) {
    return(which(has))
  }
  if (sum(has) > 1) {
    both <- labels[has]
    ddcq_abort(
      c("{.arg control} must be a level of one factor only.",
        "x" = "{.val {control}} is a level of {some(both)}.",
        "i" = "Say which: {.code control = c({both[1]} = \"{control}\")}."
      ), "control"
    )
  }
  abort_control(control, factors, labels)
}

used_levels <- function(f) {
  f$levels[sort(unique(f$codes[f$codes > 0L]))]
}

abort_control <- function(control, factors, labels) {
  levels <- lapply(factors, used_levels)
  ddcq_abort(
    c("{.arg control} must be a level of a factor in {.arg formula}, not {.val {control}}.",
      level_lines(levels, labels),
      hint_meant(control, unlist(levels))
    ), "control"
  )
}

# One line a factor: `treatment`: "vehicle", "drug".
level_lines <- function(levels, labels) {
  lines <- vapply(seq_along(levels), function(j) {
    literal(paste0("`", labels[j], "` has the levels ", some(levels[[j]], 12), "."))
  }, "")
  stats::setNames(lines, rep("x", length(lines)))
}
