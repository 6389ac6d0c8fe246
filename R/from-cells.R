# Cells of a wide table to Cqs and states. What a value that is no Cq stands for is said by `codes`, what an empty cell
# means by `na`; nothing is guessed from the value.

# Columns of cells, one below the other, as list(number, text): numbers where the column held numbers, text where it
# held text, and "" or "NA" is neither. Text is looked at by level.
cell_values <- function(columns) {
  parts <- lapply(names(columns), function(name) {
    column <- columns[[name]]
    if (is.numeric(column) || (is.logical(column) && all(is.na(column)))) {
      return(list(number = as.double(column), text = rep_len(NA_character_, length(column))))
    }
    if (!is.character(column) && !is.factor(column)) {
      ddcq_abort("The column {.field {name}} must hold Cqs, not {.obj_type_friendly {column}}.", "column")
    }
    coded <- code_strings(column)
    levels <- trimws(coded$levels)
    levels[levels %in% c("", "NA")] <- NA
    list(number = rep_len(NA_real_, length(column)), text = decode(coded$codes, levels))
  })
  list(number = unlist(lapply(parts, `[[`, "number")), text = unlist(lapply(parts, `[[`, "text")))
}

# list(cq, state, log). `columns`: sample and target beside the cells, for the messages.
read_cells <- function(cells, columns, rules) {
  coded <- code_strings(cells$text)
  mark <- cell_mark(coded$levels)
  value <- parse_number(coded$levels, mark)
  number <- cells$number
  number[coded$codes > 0L] <- value[coded$codes]
  hit <- match_codes(number, cells$text, rules$codes)
  state <- unname(rules$codes)[hit]
  odd <- coded$codes > 0L & is.na(number) & is.na(hit)
  if (any(odd)) abort_words(cells$text[odd], columns$target[odd])
  free <- !is.na(number) & (is.na(hit) | state %in% "quantified")
  check_range(number, free, rules$cycles)
  check_piles(number[free & is.na(hit)], rules$cycles)
  gap <- is.na(number) & is.na(hit)
  if (any(gap) && is.null(rules$na)) {
    abort_na(list(cq = ifelse(gap, NA, 0), sample = columns$sample, target = columns$target))
  }
  state[free] <- "quantified"
  if (any(gap)) state[gap] <- rules$na
  number[!free] <- NA
  list(
    cq = number, state = fixed_factor(match(state, cq_states), cq_states),
    log = cells_log(hit, rules, mark, sum(gap))
  )
}

# "24,1" is a number whose decimal mark is a comma, where no cell has a point.
cell_mark <- function(levels) {
  mark <- decimal_mark(levels)
  if (identical(mark, "mixed")) {
    some_of <- levels[grepl("^[0-9]+,[0-9]+$", levels)]
    ddcq_abort(
      c("The cells must have one decimal mark, a point or a comma.",
        "x" = "Both are there: {some(some_of)}, and others."
      ), "data"
    )
  }
  if (is.na(mark)) "." else mark
}

# Which code a cell has (NA: none): numbers by their value, words as written.
match_codes <- function(number, text, codes) {
  hit <- rep_len(NA_integer_, length(number))
  for (i in seq_along(codes)) {
    name <- names(codes)[i]
    value <- if (name %in% c("Inf", "-Inf")) as.double(name) else parse_number(name)
    at <- if (is.na(value)) text %in% name else !is.na(number) & number == value
    hit[at] <- i
  }
  hit
}

check_codes <- function(codes) {
  if (is.null(codes)) {
    return(character())
  }
  good <- is.character(codes) && has_names(codes)
  states <- c("nondetect", "missing", "quantified")
  if (!good || !all(codes %in% states)) {
    ddcq_abort(
      c("{.arg codes} must say what a value stands for, by the value: one of {some(states)}.",
        "i" = "{.code codes = c(Undetermined = \"nondetect\", \"-1\" = \"nondetect\", failed = \"missing\")}",
        "i" = "What an empty cell means is said by {.arg na}."
      ), "argument"
    )
  }
  codes
}

abort_words <- function(words, targets) {
  shown <- utils::head(unique(words), 3)
  code <- paste0("codes = c(", paste0(vapply(shown, deparse1, ""), " = \"nondetect\"", collapse = ", "), ")")
  where <- unique(targets)
  ddcq_abort(
    c("Cells must hold Cqs, or {.arg codes} must say what their words stand for.",
      "x" = "{length(words)} cell{?s} {cli::qty(length(words))}{?holds/hold} {some(words)}, in {some(where)}.",
      "i" = "If the well ran and found nothing: {.code {code}}.",
      "i" = "If the value was taken out or never measured: the same with {.code \"missing\"}.",
      "i" = "If it is no column of Cqs, leave it out of {.arg cq}."
    ), "data"
  )
}

check_range <- function(number, free, cycles) {
  bad <- number[free & (number <= 0 | number > cycles)]
  if (!length(bad)) {
    return(invisible())
  }
  value <- bad[1]
  code <- paste0("codes = c(\"", format(value, digits = 15), "\" = \"nondetect\")")
  beyond <- max(bad)
  ddcq_abort(
    c("A Cq must lie above 0 and not beyond the last cycle, {cycles}.",
      "x" = "{length(bad)} cell{?s} {cli::qty(length(bad))}{?does/do} not: {some(bad)}.",
      "i" = "If it stands for \"found nothing\": {.code {code}}; if for \"not measured\", the same with \\
             {.code \"missing\"}.",
      if (all(bad > cycles) && beyond <= 60) {
        c("i" = "If the run had more cycles: {.code cycles = {ceiling(beyond / 5) * 5}}.")
      }
    ), "data"
  )
}

# Cqs do not pile up at a whole number by chance.
check_piles <- function(number, cycles) {
  if (!length(number)) {
    return(invisible())
  }
  top <- max(number)
  n <- sum(number == top)
  whole <- top == round(top)
  if (whole && (top == cycles || (top >= 30 && n >= 3 && mean(number == round(number)) < 0.5))) {
    ddcq_abort(
      c("{.arg codes} must say what a Cq of exactly {top} is.",
        "x" = "{n} cell{?s} hold{?s/} it, and none holds more.",
        "i" = "If it stands for \"found nothing\": {.code codes = c(\"{top}\" = \"nondetect\")}.",
        "i" = "If it was measured: {.code codes = c(\"{top}\" = \"quantified\")}."
      ), "data"
    )
  }
}

cells_log <- function(hit, rules, mark, gaps) {
  codes <- rules$codes
  log <- if (length(codes)) {
    log_entry("wide", paste("cells taken as", codes), tabulate(hit, length(codes)), paste0("\"", names(codes), "\""))
  }
  if (gaps) log <- log_bind(log, log_entry("wide", paste("empty cells taken as", rules$na), gaps))
  if (mark == ",") log <- log_bind(log, log_entry("wide", "decimal commas read", NA, ""))
  log
}
