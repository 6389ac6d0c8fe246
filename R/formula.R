# The formula of a fit, read as written and never evaluated on the wells: factors, covariates and random intercepts,
# joined by `+`, `:` and `*`.

# list(text, factors, covariates, random, variables, margins, labels). A factor is list(column, numeric, label);
# `numeric` says that factor(column) was written, which allows numbers. `variables` are the columns of the fixed part in
# order; `margins` is the table of terms() with one row a variable and one column a term: 0 not in it, 1 coded by
# contrasts, 2 coded by all its levels. `labels` are the terms in words.
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
  pieces <- formula_pieces(formula[[2]])
  is_fixed <- vapply(pieces, function(v) v$kind != "random", NA)
  if (!any(vapply(pieces, function(v) v$kind == "factor", NA))) {
    ddcq_abort(c("{.arg formula} must name a factor, such as {.code ~ treatment}."), "formula")
  }
  check_named_once(formula[[2]])
  variables <- formula_variables(pieces[is_fixed])
  c(
    list(
      text = paste("~", deparse1(formula[[2]], backtick = TRUE)),
      factors = Filter(function(v) v$kind == "factor", variables),
      covariates = Filter(function(v) v$kind == "covariate", variables), random = pieces[!is_fixed]
    ),
    formula_margins(drop_random(formula[[2]]), variables)
  )
}

# One element a variable, by column.
formula_variables <- function(pieces) {
  column <- vapply(pieces, `[[`, "", "column")
  kind <- vapply(pieces, `[[`, "", "kind")
  both <- intersect(column[kind == "factor"], column[kind == "covariate"])
  if (length(both)) {
    ddcq_abort("{.arg formula} must use {.field {both[1]}} as a factor or as a covariate, not as both.", "formula")
  }
  numeric <- vapply(pieces, function(v) isTRUE(v$numeric), NA)
  lapply(pieces[!duplicated(column)], function(v) {
    if (v$kind == "factor" && any(numeric[column == v$column])) formula_column(v$column, TRUE) else v
  })
}

# The terms of the fixed part, by stats::terms(): variables get plain names for it, whatever their columns are called.
formula_margins <- function(fixed, variables) {
  column <- vapply(variables, `[[`, "", "column")
  plain <- paste0("v", seq_along(variables))
  table <- attr(stats::terms(stats::as.formula(call("~", rename_variables(fixed, column, plain)))), "factors")
  margins <- unname(table[match(plain, rownames(table)), , drop = FALSE])
  list(
    variables = column, margins = margins,
    labels = apply(margins, 2, function(m) paste(column[m > 0], collapse = ":"))
  )
}

rename_variables <- function(term, column, plain) {
  if (is.name(term)) {
    return(as.name(plain[match(as.character(term), column)]))
  }
  if (!is.call(term)) {
    return(term)
  }
  if (is_call_of(term, c("factor", "as.factor", "covariate"))) {
    return(rename_variables(term[[2]], column, plain))
  }
  term[-1] <- lapply(term[-1], rename_variables, column, plain)
  term
}

is_call_of <- function(term, names) {
  is.call(term) && is.name(term[[1]]) && as.character(term[[1]]) %in% names
}

is_random <- function(term) {
  is_call_of(term, "(") && is_call_of(term[[2]], "|")
}

# The formula's right side without its random intercepts.
drop_random <- function(term) {
  if (is_call_of(term, "+") && length(term) == 3) {
    if (is_random(term[[3]])) {
      return(drop_random(term[[2]]))
    }
    if (is_random(term[[2]])) {
      return(drop_random(term[[3]]))
    }
    return(call("+", drop_random(term[[2]]), drop_random(term[[3]])))
  }
  term
}

# Every use of a variable: list(column, kind = "factor", "covariate" or "random", numeric, label).
formula_pieces <- function(term) {
  if (is.name(term)) {
    return(list(formula_column(as.character(term), FALSE)))
  }
  if (is.numeric(term)) {
    return(if (identical(as.double(term), 1)) list() else abort_term(term, "number"))
  }
  if (is_call_of(term, c("+", "*", ":")) && length(term) == 3) {
    inside <- c(formula_pieces(term[[2]]), formula_pieces(term[[3]]))
    if (!is_call_of(term, "+") && any(vapply(inside, function(v) v$kind == "random", NA))) {
      abort_term(term, "(")
    }
    return(inside)
  }
  if (is_random(term)) {
    return(list(random_piece(term)))
  }
  if (is_call_of(term, "(")) {
    return(formula_pieces(term[[2]]))
  }
  if (is_call_of(term, c("factor", "as.factor", "covariate")) && length(term) == 2 && is.name(term[[2]])) {
    column <- as.character(term[[2]])
    return(list(
      if (is_call_of(term, "covariate")) {
        list(column = column, kind = "covariate", label = paste0("covariate(", column, ")"))
      } else {
        formula_column(column, TRUE)
      }
    ))
  }
  abort_term(term, if (is.call(term)) paste(deparse(term[[1]]), collapse = "") else "")
}

formula_column <- function(column, numeric) {
  list(
    column = column, kind = "factor", numeric = numeric, label = if (numeric) paste0("factor(", column, ")") else column
  )
}

# (1 | subject), and nothing wider.
random_piece <- function(term) {
  bar <- term[[2]]
  if (!identical(bar[[2]], 1) || !is.name(bar[[3]])) {
    abort_term(term, "(")
  }
  column <- as.character(bar[[3]])
  list(column = column, kind = "random", numeric = TRUE, label = paste0("(1 | ", column, ")"))
}

# `~ a + a` is a slip; `~ a + a:b` is not.
check_named_once <- function(term) {
  parts <- vapply(sum_parts(term), function(t) deparse1(t, backtick = TRUE), "")
  twice <- unique(parts[duplicated(parts)])
  if (length(twice)) {
    ddcq_abort("{.arg formula} must name each term once, not {some(twice)} twice.", "formula")
  }
}

sum_parts <- function(term) {
  if (is_call_of(term, "+") && length(term) == 3) c(sum_parts(term[[2]]), sum_parts(term[[3]])) else list(term)
}

abort_term <- function(term, head) {
  text <- paste(deparse(term), collapse = " ")
  hint <- switch(head,
    "^" = , "%in%" = , "/" = "Write the terms out: `a * b` is `a + b + a:b`.",
    "-" = , number = "The constant is always in the model; leave out a term by not writing it.",
    "(" = "A random effect is an intercept for the levels of one column, added by `+`: `(1 | mouse)`.",
    "Make the column before, in the sample sheet, and name it."
  )
  ddcq_abort(
    c("{.arg formula} must be columns joined by {.code +}, {.code :} or {.code *}, such as \\
       {.code ~ treatment * day + (1 | mouse)}.",
      "x" = "There is {.code {text}}.", "i" = literal(hint)
    ), "formula"
  )
}

# The columns of the formula for each sample. Factors and random intercepts: list(codes, levels), codes from 1 and 0 for
# missing. Covariates: numbers.
sample_columns <- function(x, terms, sample, n_samples) {
  used <- c(terms$factors, terms$covariates, terms$random)
  columns <- unique(vapply(used, `[[`, "", "column"))
  covariates <- vapply(terms$covariates, `[[`, "", "column")
  check_formula_columns(x, setdiff(columns, intersect(covariates, "reference")))
  read <- function(part, one) {
    out <- lapply(part, function(term) one(x[[term$column]], term))
    stats::setNames(out, vapply(part, `[[`, "", "column"))
  }
  coded <- function(value, term) {
    check_not_numeric(value, term)
    blank_is_missing(sample_value(value, sample, n_samples, term$column))
  }
  list(
    factors = read(terms$factors, coded), random = read(terms$random, coded),
    covariates = read(terms$covariates, function(value, term) sample_number(value, sample, n_samples, term$column))
  )
}

# A cell of the sheet that was left empty is no group of its own.
blank_is_missing <- function(coded) {
  blank <- which(trimws(coded$levels) == "")
  coded$codes[coded$codes %in% blank] <- 0L
  coded
}

# The number that each sample has in a column: for a covariate. NULL is the level of the references, which the plate
# brings.
sample_number <- function(value, sample, n_samples, column) {
  if (is.null(value)) {
    return(NULL)
  }
  if (!is.numeric(value) || !is.null(dim(value))) {
    ddcq_abort(
      c("A covariate must hold numbers, but {.field {column}} holds {.obj_type_friendly {value}}.",
        "i" = "For groups, write {.code {column}} without {.code covariate()}."
      ), "formula"
    )
  }
  levels <- unique(value)
  one <- group_value(sample$codes, match(value, levels), n_samples)
  if (any(one$mixed)) abort_mixed_sample(sample$levels[one$mixed], column)
  number <- as.double(levels)[ifelse(one$first > 0L, one$first, NA)]
  if (any(is.infinite(number))) {
    ddcq_abort("A covariate must hold finite numbers, but {.field {column}} has infinite ones.", "formula")
  }
  number
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
      "i" = "If a slope is meant (RIN, dose), write {.code covariate({column})}."
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
  if (any(one$mixed)) abort_mixed_sample(sample$levels[one$mixed], column)
  list(codes = one$first, levels = coded$levels)
}

abort_mixed_sample <- function(bad, column) {
  ddcq_abort(
    c("A sample must have one value of {.field {column}}.",
      "x" = "{some(bad)} {cli::qty(bad)}{?has/have} several.",
      "i" = "Rows that share a sample name are one cDNA. If these are different samples that are all called alike, \\
             give each a name of its own (by well: {.code cq_design(x, sheet, by = \"well\")})."
    ), "design"
  )
}

# Which factors are the question: those that `control` names, or the only one that has the control level.
question_factors <- function(factors, control) {
  labels <- names(factors)
  levels <- lapply(factors, used_levels)
  if (length(control) > 1 || !is.null(names(control))) {
    return(named_control(control, levels, labels))
  }
  control <- check_string(control, "control")
  has <- vapply(levels, function(l) control %in% l, NA)
  if (sum(has) == 1) {
    return(stats::setNames(control, labels[has]))
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
  abort_control(control, levels, labels)
}

named_control <- function(control, levels, labels) {
  factor <- names(control)
  if (!is.character(control) || anyNA(control) || is.null(factor) || anyNA(factor) || !all(nzchar(factor)) ||
        anyDuplicated(factor)) {
    ddcq_abort(
      c("{.arg control} must be one level, not {length(control)}, or one level for each of several factors, by name.",
        "i" = "{.code control = c(drug = \"none\", combination = \"no\")}"
      ), "control"
    )
  }
  lost <- setdiff(factor, labels)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg control} must be named by a factor of {.arg formula}.",
        "x" = "{some(lost)} {cli::qty(lost)}{?is/are} none.", hint_near(lost[1], labels)
      ), "control"
    )
  }
  for (name in factor) {
    if (!control[[name]] %in% levels[[name]]) abort_control(control[[name]], levels[name], name)
  }
  control[order(match(factor, labels))]
}

used_levels <- function(f) {
  f$levels[sort(unique(f$codes[f$codes > 0L]))]
}

abort_control <- function(control, levels, labels) {
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
