# Where the variation comes from: components of nested steps (animal, reverse transcription, well), and how the SD of
# a normalised Cq is made up.

#' Variance components of nested steps
#'
#' How much of the variation of Cq comes from animals, how much from reverse transcription, how much from wells: from a
#' pilot in which some animals had several reactions, and reactions several wells.
#'
#' @param x (data frame or `cq_data`) One row a well, of one target.
#' @param levels (text) The columns of the nested steps, the outermost first: `c("animal", "rt")`. The rows within the
#'   last are the wells. The names of an inner step may start anew in each outer one.
#' @param ... Not used.
#' @param value (text) The column of the values. `"cq"` in cycles; any other on its own scale.
#' @param group (text) A column of treatment groups, whose means are not variation; none when `NULL`.
#' @return A data frame of class `cq_components`, one row a step and one, `well`, for the wells: `level`, `n` (how many
#'   there are), `df`, `mean_square`, `variance` and `sd` (of that step alone; squared units and units of `value`),
#'   `share` (of the sum) and `note`. A component that comes out below zero is 0, with a note: such a step cannot be
#'   told from the one within it. A step without repetition within the one above is an error of class
#'   `ddcq_error_design`, a column that is not there one of class `ddcq_error_column`.
#' @details Moments of the nested analysis of variance, also where the numbers are unequal: the sums of squares between
#'   the cells of each step are set equal to what they are expected to be. With equal numbers, and no component below
#'   zero, REML gives the same. In a raw Cq the input of an animal is part of its variation; where the target will be
#'   normalised, give a column of normalised values. Rows without a Cq, and those that are not quantified unknowns, are
#'   left out.
#' @references Kitchen RR, Kubista M, Tichopad A (2010). Statistical aspects of quantitative real-time PCR experiment
#'   design. Methods 50(4), 231-236.
#' @family planning
#' @export
#' @examples
#' # simulated: four animals, two reverse transcriptions each, two wells of each;
#' # the true SDs are 0.5, 0.2 and 0.1 cycles
#' set.seed(1)
#' pilot <- expand.grid(well = 1:2, rt = 1:2, animal = 1:4)
#' reaction <- paste(pilot$animal, pilot$rt)
#' pilot$cq <- 24 + rnorm(4, 0, 0.5)[pilot$animal] + rnorm(8, 0, 0.2)[factor(reaction)] +
#'   rnorm(16, 0, 0.1)
#' parts <- cq_components(pilot, c("animal", "rt"))
#' parts
#' # what they are good for: how to spend a budget
#' cq_budget(parts, cost = c(animal = 40, rt = 8, well = 2), budget = 800)
cq_components <- function(x, levels, ..., value = "cq", group = NULL) {
  check_dots_empty(...)
  check_data_frame(x, "x")
  levels <- check_strings(levels, "levels")
  value <- check_string(value, "value")
  check_columns(x, unique(c(levels, value, if (!is.null(group)) check_string(group, "group"))), "x")
  rows <- component_rows(x, value)
  cells <- nested_cells(rows, levels, group)
  check_repeats(cells, levels)
  out <- components_table(rows[[value]], cells, c(levels, "well"))
  attr(out, "simulated") <- inherits(x, "cq_data") && says_simulated(log_of(x), unique(x$run))
  out
}

component_rows <- function(x, value) {
  if (inherits(x, "cq_data")) x <- x[as.integer(x$task) == 1L & as.integer(x$state) == 1L, ]
  x <- as.data.frame(x)
  if (!is.numeric(x[[value]])) {
    ddcq_abort("The column {.field {value}} must be numbers, not {.obj_type_friendly {x[[value]]}}.", "argument")
  }
  if (length(targets <- unique(x$target)) > 1) {
    ddcq_abort(
      c("{.arg x} must be of one target.", "x" = "It has {some(targets)}.",
        "i" = "{.code cq_components(x[x$target == \"MYC\", ], ...)}"
      ), "argument"
    )
  }
  x[is.finite(x[[value]]), , drop = FALSE]
}

# Codes of the cells of each step, each within the one above; the first are the groups, the last the wells.
nested_cells <- function(x, levels, group) {
  lost <- levels[vapply(x[levels], anyNA, NA)]
  if (length(lost)) {
    ddcq_abort("Every well must have a value of {.field {lost}}.", "design")
  }
  key <- if (is.null(group)) rep_len("", nrow(x)) else as.character(x[[group]])
  cells <- list(match(key, unique(key)))
  for (level in levels) {
    key <- paste(key, as.character(x[[level]]), sep = "\r")
    cells <- c(cells, list(match(key, unique(key))))
  }
  c(cells, list(seq_len(nrow(x))))
}

check_repeats <- function(cells, levels) {
  count <- vapply(cells, function(code) length(unique(code)), 0L)
  flat <- which(diff(count) < 1)
  if (length(flat)) {
    step <- c(levels, "well")[flat[1]]
    above <- c("group", levels)[flat[1]]
    ddcq_abort(
      c("Every step must be repeated within the one above.",
        "x" = "No {.field {above}} has two of {.field {step}}, so their variation cannot be told apart.",
        "i" = "Leave the step out, or repeat it for some."
      ), "design"
    )
  }
}

components_table <- function(y, cells, names) {
  steps <- seq_along(names)
  count <- vapply(cells, function(code) length(unique(code)), 0L)
  df <- diff(count)
  y <- y - mean(y)
  fitted <- lapply(cells, function(code) stats::ave(y, code))
  ss <- vapply(steps, function(j) sum((fitted[[j + 1]] - fitted[[j]])^2), 0)
  trace <- outer(seq_along(cells), steps, Vectorize(function(j, k) component_trace(cells[[j]], cells[[k + 1]])))
  expected <- diff(trace) # of the sums of squares, in the components: zero left of the diagonal
  moment <- backsolve(expected, ss)
  variance <- pmax(moment, 0)
  structure(
    list(
      level = names, n = count[-1], df = df, mean_square = ss / df, variance = variance, sd = sqrt(variance),
      share = variance / sum(variance),
      note = ifelse(moment < 0, "below zero, taken as 0: it cannot be told from the step within it", "")
    ),
    class = c("cq_components", "data.frame"), row.names = .set_row_names(length(names))
  )
}

# tr(P Z Z'), P averaging over the cells of one step, Z the cells of another: sum over c of (sum over d in c of n_d^2) /
# n_c, and the number of rows when d lies above c.
component_trace <- function(outer, inner) {
  if (length(unique(inner)) <= length(unique(outer)) && !identical(inner, outer)) {
    return(length(outer))
  }
  size <- tabulate(inner)
  home <- outer[match(seq_along(size), inner)]
  sum(tapply(size^2, home, sum) / tabulate(outer)[sort(unique(home))])
}

#' @export
format.cq_components <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  number <- function(v, d) formatC(v, digits = d, format = "f")
  columns <- list(
    step = x$level, n = format(x$n), df = format(x$df), SD = number(x$sd, 3), variance = number(x$variance, 4),
    share = paste(number(100 * x$share, 1), "%")
  )
  notes <- x[nzchar(x$note), , drop = FALSE]
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA",
    "Variance components of nested steps", paste0("  ", text_table(columns)),
    if (nrow(notes)) wrap_lines(paste0(notes$level, ": ", notes$note, "."), width)
  )
}

#' @export
print.cq_components <- function(x, ...) {
  if (all(c("level", "n", "df", "sd", "variance", "share", "note") %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}

#' @export
as.data.frame.cq_components <- function(x, ...) {
  attr(x, "simulated") <- NULL
  class(x) <- "data.frame"
  x
}

#' The SD of a normalised Cq from its parts
#'
#' What [cq_power()] needs when there is no pilot: the SD between units of \eqn{d}, from the variation of the target,
#' that of the references, and the spread of wells.
#'
#' @param biological (number) SD of the target between units, log2 scale, what is left once the input is accounted for.
#' @param technical (number) SD between technical replicates, in cycles.
#' @param wells (number) Technical replicates.
#' @param ... Not used.
#' @param efficiency (number) Amplification factor of the target, 1.5 to 2.2.
#' @param references (data frame) One row a reference: `biological`, `technical`, `wells`, `efficiency`, as above.
#'   `NULL` for none.
#' @return (number) The SD on the log2 scale, \eqn{\sqrt{s_b^2 + w^2 s_t^2 / m + \sum_h a_h^2 (s_h^2 + w_h^2
#'   s_{t,h}^2 / m_h)}} with \eqn{w = \log_2 E} and \eqn{a_h} one over the number of references. Errors
#'   have the classes `ddcq_error_argument` and, for a column that `references` lacks, `ddcq_error_column`.
#' @family planning
#' @export
#' @examples
#' # a target that varies by 0.5 between animals, wells that scatter by 0.2 cycles, two good references
#' references <- data.frame(biological = c(0.15, 0.15), technical = 0.2, wells = 3, efficiency = 2)
#' sd <- cq_sd(0.5, technical = 0.2, wells = 3, efficiency = 1.95, references = references)
#' sd
#' # animals a group for a doubling
#' cq_power(sd = sd, fold_change = 2, power = 0.8)
cq_sd <- function(biological, technical = 0, wells = 1, ..., efficiency = 2, references = NULL) {
  check_dots_empty(...)
  target <- data.frame(
    biological = check_number(biological, "biological", 0), technical = check_number(technical, "technical", 0),
    wells = check_number(wells, "wells", 1), efficiency = check_number(efficiency, "efficiency", 1.5, 2.2)
  )
  columns <- names(target)
  if (!is.null(references)) {
    check_columns(check_data_frame(references, "references"), columns, "references")
    check_each(references$biological, "references$biological", function(v) v >= 0, "SDs, not below 0")
    check_each(references$technical, "references$technical", function(v) v >= 0, "SDs, not below 0")
    check_each(references$wells, "references$wells", function(v) v >= 1, "numbers of wells, 1 or more")
    check_each(references$efficiency, "references$efficiency", function(v) v >= 1.5 & v <= 2.2, "factors of 1.5 to 2.2")
  }
  all <- rbind(target, references[columns])
  share <- c(1, rep_len(1 / max(1, nrow(all) - 1), nrow(all) - 1))
  sqrt(sum(share^2 * (all$biological^2 + log2(all$efficiency)^2 * all$technical^2 / all$wells)))
}
