# Columns of the sample sheet that the formula does not name. A column that groups samples (mice with several tumours, a
# passage that got every treatment) makes them other than independent: the fit stops and asks. A plate that cannot be
# told from the treatment is a doubt.

# Words that end a column's name, or stand before `id`, `no` and the like: `mouse_id`, `MouseNo`, but not the `rat` of
# `ratio`.
body_words <- "mouse|mice|rat|animal|subject|patient|donor|individual|person|participant"

subject_words <- paste0(body_words, "|litter|tumou?r|passage|culture|flask|dish|explant|biopsy")

# numbers within a group, 1 to n in each: they say nothing of who belongs together
index_words <- paste0(
  "^(bio|biol|biological|tech|technical)?[._ -]?",
  "(rep|repl|replicate|replicates|tube|well|position|pos|lane|number|no|nr|n|index|i)$"
)

plate_words <- "run|plate|batch|chip|array|card|operator"

# what a sample is or measures: samples that share it are no family
property_words <- paste0(
  "sex|gender|age|weight|mass|size|length|dose|conc|concentration|amount|volume|yield|rin|rqn|quality|purity|ratio|",
  "a260|note|notes|comment|comments|remark|remarks|row|col|column|position|lane"
)

has_word <- function(name, words, anywhere = FALSE) {
  after <- "([^[:alpha:]]*(id|no|nr|num|number|code|name|label))?[^[:alpha:]]*$"
  if (anywhere) after <- paste0("([^[:alpha:]]|", after, ")")
  grepl(paste0("(^|[^[:alpha:]])(", words, ")s?", after), name, ignore.case = TRUE)
}

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
  names <- names[!has_word(names, property_words, TRUE)]
  names <- names[vapply(names, function(name) is_label(x[[name]], name), NA)]
  n <- length(wells$sample$levels)
  codes <- lapply(stats::setNames(nm = names), function(name) unit_value(x[[name]], wells, design, n))
  Filter(Negate(is.null), codes)
}

# Spreadsheets bring the numbers of mice and plates as doubles.
is_label <- function(v, name) {
  named <- function() has_word(name, subject_words) || has_word(name, plate_words, TRUE)
  is.null(dim(v)) && (is.character(v) || is.factor(v) || is.integer(v) ||
                        (is.numeric(v) && named() && all(v == round(v), na.rm = TRUE)))
}

# list(codes, levels) by unit; NULL where a unit has several values or more than half have none.
unit_value <- function(value, wells, design, n) {
  if (is.numeric(value)) {
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
# property that many samples share. A body is never told by the treatment it got.
grouping_kind <- function(name, value, design) {
  known <- c(design$unit_codes, design$random_codes)
  keep <- value > 0L
  value <- value[keep]
  known <- lapply(known, `[`, keep)
  cell <- match_key(known)
  body <- has_word(name, body_words)
  teller <- if (body) known[setdiff(names(known), names(design$control))] else c(known, list(cell))
  n_values <- length(unique(value))
  if (n_values < 2 || n_values == length(value) || any(vapply(teller, function(code) is_told_by(value, code), NA))) {
    return("none")
  }
  counts <- table(value, cell)
  cells_of <- rowSums(counts > 0)
  if (all(cells_of == 1)) {
    # a cell of one value is told by it, as a dose that only one treatment has
    split <- colSums(counts > 0)[colSums(counts) > 1]
    return(if (has_word(name, subject_words) || all(split > 1)) "inside" else "none")
  }
  if (all(counts <= 1)) {
    return(if (mean(cells_of > 1) >= 0.5) "across" else "none")
  }
  within <- any(vapply(known, function(code) length(unique(code)) > 1 && is_told_by(code, value), NA))
  if (within || has_word(name, subject_words)) "across" else "none"
}

# Whether knowing `code` is knowing `value`.
is_told_by <- function(value, code) {
  !anyDuplicated(unique(cbind(code, value))[, 1])
}

abort_grouping <- function(name, kind, coded, design) {
  size <- tabulate(coded$codes, length(coded$levels))
  several <- size > 1
  units <- unit_words(design$unit_name)
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

# Plates, runs and batches that keep groups apart: by column, list(factor, sets): what is confounded with it, and the
# sets of groups that never share a plate ("" where every plate holds one group). Not a fault of the arithmetic, and
# nothing in the numbers shows it. Plates of one unit each are part of how units differ.
find_confounded <- function(x, wells, design) {
  names <- names(x)[has_word(names(x), plate_words, TRUE)]
  used <- c(setdiff(cq_canonical, "run"), names(design$factors), names(design$random), design$unit_name)
  names <- setdiff(names, used)
  n <- length(wells$sample$levels)
  out <- list()
  for (name in names) {
    value <- if (is_label(x[[name]], name)) unit_value(x[[name]], wells, design, n)
    if (is.null(value) || any(value$codes == 0L) || !anyDuplicated(value$codes)) next
    out[[name]] <- confounded_with(value$codes, design)
  }
  out
}

confounded_with <- function(plate, design) {
  question <- names(design$control)
  codes <- design$unit_codes[question]
  asked <- as.list(question)
  if (length(question) > 1) asked <- c(asked, list(question))
  for (factor in asked) {
    group <- match_key(codes[factor])
    set <- joined_sets(group, plate)
    if (length(unique(set)) == 1) next
    first <- !duplicated(group)
    label <- do.call(paste, c(unname(Map(function(f, code) f$levels[code], design$factors[factor], codes[factor])),
                              sep = ":"))
    sets <- if (!is_told_by(group, plate)) {
      paste(tapply(label[first], set[first], function(l) some_plain(l, 4)), collapse = " | ")
    }
    return(list(factor = paste(factor, collapse = "/"), sets = sets %||% ""))
  }
  NULL
}

# Groups that share a plate, directly or through others, are one set.
joined_sets <- function(group, plate) {
  set <- group
  repeat {
    by_plate <- stats::ave(set, plate, FUN = min)
    joined <- stats::ave(by_plate, group, FUN = min)
    if (identical(joined, set)) {
      return(set)
    }
    set <- joined
  }
}
