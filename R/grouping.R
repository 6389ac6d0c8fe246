# Columns of the sample sheet that the formula does not name. A column that groups samples (mice with several tumours, a
# passage that got every treatment) makes them other than independent: the fit stops and asks. A plate that cannot be
# told from the treatment is a doubt.

subject_words <- "mouse|mice|rat|animal|subject|patient|donor|individual|litter|tumou?r|passage|culture|flask|dish|person"
# numbers within a group, 1 to n in each: they say nothing of who belongs together
index_words <- paste0(
  "^(bio|biol|biological|tech|technical)?[._ -]?",
  "(rep|repl|replicate|replicates|tube|well|position|pos|lane|number|no|nr|n|index|i)$"
)
plate_words <- "^run$|plate|batch|chip|array|card|day.?of.?run|operator"

check_ignore <- function(ignore, x) {
  if (!length(ignore)) {
    return(character())
  }
  ignore <- check_strings(ignore, "ignore")
  check_columns(x, ignore, "x")
  ignore
}

# The columns that the sheet brought and nothing uses: codes by unit, for those that have one value a unit.
spare_columns <- function(x, wells, design, ignore) {
  used <- c(
    cq_canonical, design$unit_name, names(design$factors), names(design$random), names(design$unit_covariates), ignore
  )
  names <- setdiff(names(x), used)
  names <- names[!grepl(index_words, names, ignore.case = TRUE)]
  names <- names[vapply(unclass(x)[names], is_label, NA)]
  n <- length(wells$sample$levels)
  codes <- lapply(stats::setNames(nm = names), function(name) unit_value(x[[name]], wells, design, n))
  Filter(Negate(is.null), codes)
}

is_label <- function(v) {
  is.null(dim(v)) && (is.character(v) || is.factor(v) || is.integer(v))
}

# list(codes, levels) by unit; NULL where a unit has several values or more than half have none.
unit_value <- function(value, wells, design, n) {
  if (is.integer(value) && !is.factor(value)) {
    levels <- unique(value)
    coded <- list(codes = match(value, levels), levels = as.character(levels))
    coded$codes[is.na(value)] <- 0L
    one <- group_value(wells$unknown$codes, coded$codes, n)
  } else if (is.character(value)) {
    one <- .Call(c_group_string, wells$unknown$codes, value, as.integer(n))
    if (one$mixed) {
      return(NULL)
    }
    coded <- code_strings(value[ifelse(one$row > 0L, one$row, NA)])
    one <- list(first = coded$codes, mixed = FALSE)
  } else {
    coded <- code_strings(value)
    one <- group_value(wells$unknown$codes, coded$codes, n)
  }
  if (any(one$mixed)) {
    return(NULL)
  }
  unit <- design$unit
  inside <- unit >= 0L
  by_unit <- group_value(unit[inside] + 1L, one$first[inside], length(design$units))
  if (any(by_unit$mixed) || mean(by_unit$first == 0L) > 0.5) {
    return(NULL)
  }
  list(codes = by_unit$first, levels = coded$levels)
}

check_grouping <- function(x, wells, design, ignore) {
  spare <- spare_columns(x, wells, design, ignore)
  for (name in names(spare)) {
    kind <- grouping_kind(name, spare[[name]]$codes, design)
    if (kind != "none") abort_grouping(name, kind, spare[[name]], design)
  }
  invisible()
}

# "inside": several units of one value in one cell, as tumours of a mouse. "across": one value in several cells, as a
# passage that got every treatment. "none": an identifier, something that a factor of the formula already tells, or a
# property that many samples share.
grouping_kind <- function(name, value, design) {
  known <- c(design$unit_codes, design$random_codes)
  keep <- value > 0L
  value <- value[keep]
  known <- lapply(known, `[`, keep)
  cell <- match_key(known)
  n_values <- length(unique(value))
  tells <- vapply(c(known, list(cell)), function(code) is_told_by(value, code), NA)
  if (n_values < 2 || n_values == length(value) || any(tells)) {
    return("none")
  }
  counts <- table(value, cell)
  cells_of <- rowSums(counts > 0)
  if (all(cells_of == 1)) {
    return("inside")
  }
  if (all(counts <= 1)) {
    return(if (mean(cells_of > 1) >= 0.5) "across" else "none")
  }
  within <- any(vapply(known, function(code) length(unique(code)) > 1 && is_told_by(code, value), NA))
  if (within || grepl(subject_words, name, ignore.case = TRUE)) "across" else "none"
}

match_key <- function(codes) {
  key <- do.call(paste, c(unname(codes), sep = "\r"))
  match(key, unique(key))
}

# Whether knowing `code` is knowing `value`.
is_told_by <- function(value, code) {
  !anyDuplicated(unique(cbind(code, value))[, 1])
}

abort_grouping <- function(name, kind, coded, design) {
  size <- tabulate(coded$codes, length(coded$levels))
  several <- size > 1
  units <- if (design$unit_name == "sample") "samples" else paste0("units (", design$unit_name, ")")
  where <- paste0(coded$levels, " (", size, ")")[several]
  formula <- design$terms$text
  block <- paste0(formula, " + ", tick(name))
  random <- paste0(formula, " + (1 | ", tick(name), ")")
  ddcq_abort(
    c("Samples must be independent, but {.field {name}} groups them and {.arg formula} does not name it.",
      "x" = "Several {units} each: {some(where)}.",
      "i" = if (kind == "inside") {
        "{.code unit = \"{name}\"} averages them, so that each {name} counts once."
      } else {
        "{.code {block}} compares within each {name}; {.code {random}} takes it as a random sample of such."
      },
      "i" = if (kind == "inside") "{.code {random}} keeps them apart and lets {name} vary.",
      "i" = "If it means nothing, say so: {.code ignore = \"{name}\"}."
    ), "design"
  )
}

tick <- function(name) {
  deparse1(as.name(name), backtick = TRUE)
}

# Plates, runs and batches whose samples are all of one group, for every group: list(column, where). Not a fault of the
# arithmetic, and nothing in the numbers shows it.
find_confounded <- function(x, wells, design) {
  names <- setdiff(grep(plate_words, names(x), ignore.case = TRUE, value = TRUE), setdiff(cq_canonical, "run"))
  names <- setdiff(names, names(design$factors))
  n <- length(wells$sample$levels)
  question <- match_key(design$unit_codes[names(design$control)])
  out <- list()
  for (name in names) {
    value <- if (is_label(x[[name]])) unit_value(x[[name]], wells, design, n)
    if (is.null(value) || any(value$codes == 0L)) next
    alone <- is_told_by(question, value$codes)
    if (length(unique(value$codes)) > 1 && alone && length(unique(question)) > 1) out[[name]] <- name
  }
  unlist(out, use.names = FALSE)
}
