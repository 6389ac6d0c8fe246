# How to split a budget over the steps of an experiment: a search over whole numbers.

#' Split a budget over animals, reactions and wells
#'
#' More wells are cheap and help little, more animals are dear and help most. Given the variance of each step and what
#' one of it costs, this finds the numbers that say most about the difference between the groups.
#'
#' @param components (`cq_components`, or variances named by step) From [cq_components()], or for example
#'   `c(animal = 0.25, rt = 0.04, well = 0.02)`, the outermost first.
#' @param cost (numbers named by step) What one of each costs, in any currency: an animal, a reverse transcription, a
#'   well. Each well of the target may carry the wells of the references in its price.
#' @param budget (number) What all groups together may cost.
#' @param ... Not used.
#' @param groups (number) How many groups share the budget equally.
#' @param fold_change (number) A fold change to detect; the table then has its power and is sorted by it.
#' @param efficiency (number) Amplification factor: variances in cycles become log2 ones.
#' @param level (number) Confidence level of the interval and, at `1 - level`, of the test.
#' @param most (number) Largest number tried of each inner step within the one above.
#' @return A data frame of class `cq_budget`, one row a way to spend the money, the best first: a column a step (units
#'   a group, and how many of each inner step within the one above), `cost` (of all groups), `variance` (of a group's
#'   mean, log2 units squared), `std.error` (log2, of the difference of two groups), `half_width` (log2, what half of
#'   its interval will be near) and, with `fold_change`, `power`. A budget that does not pay for two units a group is
#'   an error of class `ddcq_error_argument`.
#' @details \eqn{V = s_a^2 / a + s_r^2 / (a r) + s_w^2 / (a r w)}. Every combination of inner numbers up to `most` is
#'   tried, with as many outer units as the money allows; ties go to the cheaper. The table holds, for each number of
#'   outer units, the best way.
#' @references Kitchen RR, Kubista M, Tichopad A (2010). Statistical aspects of quantitative real-time PCR experiment
#'   design. Methods 50(4), 231-236.
#' @family planning
#' @export
#' @examples
#' # SDs of 0.5, 0.2 and 0.14 cycles: more animals, with one reaction and few wells each
#' variances <- c(animal = 0.25, rt = 0.04, well = 0.02)
#' cq_budget(variances, cost = c(animal = 40, rt = 8, well = 2), budget = 800, fold_change = 2)
cq_budget <- function(components, cost, budget, ..., groups = 2, fold_change = NULL, efficiency = 2, level = 0.95,
                      most = 8) {
  check_dots_empty(...)
  variance <- budget_variances(components) * log2(check_number(efficiency, "efficiency", 1.5, 2.2))^2
  steps <- names(variance)
  cost <- budget_cost(cost, steps)
  groups <- check_number(groups, "groups", 2, 1000)
  level <- check_level(level)
  number <- budget_numbers(length(steps), check_number(most, "most", 1, 50))
  each <- number # of each step, for one outer unit
  for (j in seq_along(steps)[-1]) each[, j] <- each[, j - 1] * number[, j]
  price <- drop(each %*% cost)
  units <- floor(check_number(budget, "budget", 0) / groups / price + 1e-9)
  if (max(units) < 2) {
    least <- 2 * groups * min(price)
    ddcq_abort(
      c("{.arg budget} must pay for two {unit_words(steps[1])} a group.",
        "x" = "{budget} does not: the least is {least}."
      ), "argument"
    )
  }
  keep <- which(units >= 2)
  out <- data.frame(units[keep], number[keep, -1, drop = FALSE])
  names(out) <- steps
  out$cost <- groups * units[keep] * price[keep]
  out$variance <- drop((1 / each[keep, , drop = FALSE]) %*% variance) / units[keep]
  out <- budget_precision(out, units[keep], groups, fold_change, level)
  structure(budget_best(out, steps[1]), class = c("cq_budget", "data.frame"), plan = list(
    groups = groups, fold_change = fold_change, level = level, budget = budget, steps = steps,
    share = variance / sum(variance), simulated = isTRUE(attr(components, "simulated", exact = TRUE))
  ))
}

# Every combination of the inner numbers, one row each; the outer unit is 1.
budget_numbers <- function(n_steps, most) {
  if (n_steps == 1) {
    return(matrix(1, 1, 1))
  }
  inner <- expand.grid(rep(list(seq_len(most)), n_steps - 1), KEEP.OUT.ATTRS = FALSE)
  unname(cbind(1, as.matrix(inner)))
}

budget_variances <- function(components) {
  if (missing(components)) abort_missing("components")
  if (inherits(components, "cq_components")) {
    return(stats::setNames(components$variance, components$level))
  }
  if (!is.numeric(components)) {
    ddcq_abort(
      c("{.arg components} must come from {.fn cq_components}, or be variances named by step, not \\
         {.obj_type_friendly {components}}.",
        "i" = "{.code c(animal = 0.25, rt = 0.04, well = 0.02)}"
      ), "argument"
    )
  }
  wrong <- if (is.null(names(components)) || any(!nzchar(names(components)))) {
    "have no names"
  } else if (anyNA(components) || any(components < 0)) {
    "have gaps or values below 0"
  } else if (sum(components) == 0) {
    "are all 0"
  }
  if (!is.null(wrong)) {
    ddcq_abort(
      c("{.arg components} must come from {.fn cq_components}, or be variances named by step.",
        "x" = "The numbers that came {wrong}.", "i" = "{.code c(animal = 0.25, rt = 0.04, well = 0.02)}"
      ), "argument"
    )
  }
  components
}

budget_cost <- function(cost, steps) {
  if (missing(cost)) abort_missing("cost")
  if (!is.numeric(cost) || is.null(names(cost)) || anyNA(cost) || any(cost < 0) || !all(is.finite(cost))) {
    ddcq_abort("{.arg cost} must be numbers, not below 0, named by step: {some(steps)}.", "argument")
  }
  lost <- setdiff(steps, names(cost))
  extra <- setdiff(names(cost), steps)
  if (length(lost) || length(extra) || sum(cost) == 0) {
    ddcq_abort(
      c("{.arg cost} must have one number for each of {some(steps)}.",
        "x" = if (length(lost)) "There is none for {some(lost)}.", "x" = if (length(extra)) "There is no {some(extra)}."
      ), "argument"
    )
  }
  cost[steps]
}

# The groups share one pooled variance.
budget_precision <- function(out, units, groups, fold_change, level) {
  df <- groups * (units - 1)
  out$std.error <- sqrt(2 * out$variance)
  out$half_width <- stats::qt(1 - (1 - level) / 2, df) * out$std.error
  if (!is.null(fold_change)) {
    theta <- log2(check_each(fold_change, "fold_change", function(x) x > 0 & x != 1, "a fold above 0, other than 1")[1])
    out$power <- power_t(theta, out$std.error, df, stats::qt(1 - (1 - level) / 2, df))
  }
  out
}

# The best way for each number of outer units, the best of all first.
budget_best <- function(out, step) {
  order <- if (is.null(out$power)) order(out$half_width, out$cost) else order(-out$power, out$half_width, out$cost)
  out <- out[order, , drop = FALSE]
  out <- out[!duplicated(out[[step]]), , drop = FALSE]
  rownames(out) <- NULL
  out
}

#' @export
format.cq_budget <- function(x, width = getOption("width"), rows = 6, ...) {
  check_shown(width = width, rows = rows)
  plan <- attr(x, "plan", exact = TRUE)
  if (is.null(plan) || !nrow(x) || !all(c(plan$steps, "cost", "std.error", "half_width") %in% names(x))) {
    return(utils::capture.output(print(as.data.frame(x))))
  }
  shown <- x[seq_len(min(rows, nrow(x))), , drop = FALSE]
  columns <- c(
    lapply(as.list(shown)[plan$steps], format),
    list(cost = format(shown$cost), SE = formatC(shown$std.error, digits = 3, format = "f"), "half width (log2)" =
           formatC(shown$half_width, digits = 2, format = "f")),
    if (!is.null(x$power)) list(power = paste(formatC(100 * shown$power, digits = 1, format = "f"), "%"))
  )
  share <- paste0(plan$steps, " ", formatC(100 * plan$share, digits = 0, format = "f"), " %", collapse = ", ")
  c(
    if (isTRUE(plan$simulated)) "SIMULATED DATA", wrap_lines(budget_sentence(x, plan), width), "",
    paste0("  ", text_table(columns, left = integer())), "",
    wrap_lines(c(
      paste0("Variance of a single well: ", share, "."),
      "Units a group; inner steps within the one above. Only whole numbers; more wells never replace units."
    ), width)
  )
}

budget_sentence <- function(x, plan) {
  best <- x[1, , drop = FALSE]
  count <- as.numeric(as.data.frame(best)[1, plan$steps])
  parts <- paste0(plan$steps, ": ", count, c(" a group", rep(" each", length(count) - 1)))
  paste0(
    paste(parts, collapse = ", "), ". Standard error of a difference ",
    formatC(best$std.error, digits = 2, format = "f"), " log2, for ", format(best$cost), " of ", format(plan$budget),
    if (!is.null(best$power)) {
      paste0("; power ", formatC(100 * best$power, digits = 1, format = "f"), " % for ", fold_label(plan$fold_change),
             "-fold")
    }, "."
  )
}

#' @export
print.cq_budget <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}

#' @export
as.data.frame.cq_budget <- function(x, ...) {
  attr(x, "plan") <- NULL
  class(x) <- "data.frame"
  x
}
