# The class cq_efficiency: one row a target. The column `shared` names the estimate that a row rests on where several
# targets rest on one: their errors are then the same error.

new_cq_efficiency <- function(columns, default = NULL, class = NULL) {
  structure(
    columns,
    class = c(class, "cq_efficiency", "data.frame"),
    row.names = .set_row_names(length(columns$target)), default = default
  )
}

#' Efficiencies as known
#'
#' Amplification efficiencies that come from elsewhere: a validation, a paper, another curve. Efficiency is the
#' amplification factor per cycle: 2 is doubling.
#'
#' @param target (text) The targets.
#' @param efficiency (numbers) One for each target, between 1.5 and 2.2; or a single number that all the targets rest
#'   on, in which case they share its error too.
#' @param std.error (numbers) Standard errors of the efficiencies, `NA` where unknown. An unknown error counts as none,
#'   and the printed table says so.
#' @param df (numbers) Degrees of freedom behind each standard error; `NA` counts as infinite.
#' @param percent (numbers) Instead of `efficiency`: 95 means a factor of 1.95. `std.error` is then in per cent too.
#' @param default (number) The efficiency of every target that is not named.
#' @return A data frame of class `cq_efficiency` (see [cq_efficiency-object]), one row a target: `target`, `efficiency`
#'   (factor per cycle), `std.error` (the same unit), `df`, `conf.low`, `conf.high` (95 % interval, `NA` without a
#'   standard error), `source` (text) and `shared` (which targets rest on one estimate; `NA` for those that have their
#'   own). An efficiency outside 1.5 to 2.2 is an error of class `ddcq_error_efficiency` that names both ways to read
#'   the number; other errors have the class `ddcq_error_argument`.
#' @references Pfaffl MW (2001). A new mathematical model for relative quantification in real-time RT-PCR. Nucleic
#'   Acids Research 29(9), e45. \doi{10.1093/nar/29.9.e45}
#' @family efficiency
#' @export
#' @examples
#' cq_efficiency(c("MYC", "GAPDH"), c(1.93, 1.98), std.error = c(0.02, 0.01), df = 3)
#' # as a percentage; every other target doubles
#' known <- cq_efficiency("MYC", percent = 93, default = 2)
#' known
#'
#' x <- cq_data(livak2001)
#' ddcq(x, ~tissue, reference = "GAPDH", control = "brain", efficiency = known)
cq_efficiency <- function(target, efficiency, std.error = NA, df = NA, percent = NULL,
                          default = NULL) {
  target <- check_targets_once(check_strings(target, "target"))
  if (!is.null(percent)) {
    if (!missing(efficiency)) {
      ddcq_abort("Give {.arg efficiency} or {.arg percent}, not both.", "argument")
    }
    efficiency <- from_percent(percent)
    std.error <- check_length(std.error, length(target), "std.error") / 100
  } else if (missing(efficiency)) {
    ddcq_abort(
      c("{.arg efficiency} must be given: the amplification factor per cycle of each target.",
        "i" = "2 is doubling. In per cent: {.code percent = 95} is 1.95."
      ), "argument"
    )
  }
  n <- length(target)
  efficiency <- check_efficiency(efficiency, target)
  # one estimate is one number with one error; several errors are several estimates that came out alike
  one <- n > 1 && length(efficiency) == 1 && length(std.error) == 1 && length(df) == 1
  shared <- rep_len(if (one) "one estimate" else NA_character_, n)
  columns <- list(
    target = target, efficiency = fit_length(efficiency, n, "efficiency"),
    std.error = check_error(fit_length(std.error, n, "std.error"), "std.error"),
    df = check_error(fit_length(df, n, "df"), "df")
  )
  columns <- c(columns, efficiency_interval(columns), list(source = rep("given", n), shared = shared))
  if (!is.null(default)) {
    default <- check_efficiency(check_number(default, "default"), NULL, "default")
  }
  new_cq_efficiency(columns, default)
}

from_percent <- function(percent) {
  if (!is.numeric(percent)) {
    ddcq_abort("{.arg percent} must be numbers, not {.obj_type_friendly {percent}}.", "argument")
  }
  odd <- percent[!is.na(percent) & (percent < 50 | percent > 120)]
  if (length(odd)) {
    like <- if (odd[1] <= 1.2) {
      "a fraction"
    } else if (odd[1] <= 2.2) {
      "a factor"
    } else if (odd[1] > 150) {
      "100 times a factor"
    }
    ddcq_abort(
      c("{.arg percent} must lie between 50 and 120.",
        "x" = "It has {some(odd)}.",
        "i" = if (odd[1] > 0 && !is.null(like)) "{odd[1]} looks like {like}.",
        "i" = "95 % is {.code percent = 95} or {.code efficiency = 1.95}."
      ), "efficiency"
    )
  }
  1 + percent / 100
}

# One value for all, or one each: nothing is recycled in between.
fit_length <- function(x, n, arg) {
  rep_len(check_length(x, n, arg), n)
}

check_length <- function(x, n, arg) {
  if (is.logical(x) && all(is.na(x))) {
    x <- as.double(x)
  }
  if (!is.numeric(x)) {
    ddcq_abort("{.arg {arg}} must be numbers, not {.obj_type_friendly {x}}.", "argument")
  }
  if (!length(x) %in% c(1L, n)) {
    ddcq_abort(
      "{.arg {arg}} must be one number, or one for each of the {n} target{?s}, not {length(x)} numbers.",
      "argument"
    )
  }
  as.double(x)
}

check_targets_once <- function(target) {
  twice <- unique(target[duplicated(target)])
  if (length(twice)) {
    ddcq_abort(
      c("A target must have one efficiency.", "x" = "{some(twice)} {cli::qty(twice)}{?stands/stand} more than once."),
      "efficiency"
    )
  }
  target
}

# A standard error may be 0 and is finite; degrees of freedom are more than 0 and may be infinite.
check_error <- function(x, arg) {
  bad <- x[!is.na(x) & if (arg == "df") x <= 0 else x < 0 | x == Inf]
  if (length(bad)) {
    must <- if (arg == "df") "be greater than 0" else "be finite and not negative"
    ddcq_abort(
      c("{.arg {arg}} must {must}.", "x" = "It has {some(bad)}.", "i" = "{.code NA} says that it is not known."),
      "argument"
    )
  }
  x
}

# Known efficiencies lie in 1.5 to 2.2; the rest is nearly always another way to write the number.
check_efficiency <- function(efficiency, target, arg = "efficiency") {
  if (!is.numeric(efficiency) || !length(efficiency)) {
    ddcq_abort("{.arg {arg}} must be numbers, not {.obj_type_friendly {efficiency}}.", "argument")
  }
  if (anyNA(efficiency)) {
    who <- if (length(target) == length(efficiency)) target[is.na(efficiency)]
    ddcq_abort(
      c("{.arg {arg}} must be numbers without gaps.", "x" = if (!is.null(who)) "It is {.code NA} for {some(who)}.",
        "i" = "Leave out the targets that you do not know, or give them {.code default = }."
      ), "argument"
    )
  }
  bad <- which(efficiency < 1.5 | efficiency > 2.2)
  if (length(bad)) {
    value <- efficiency[bad[1]]
    who <- if (length(target) == length(efficiency)) target[bad]
    ddcq_abort(
      c("{.arg {arg}} must be the amplification factor per cycle, between 1.5 and 2.2, not {value}.",
        if (!is.null(who)) c("x" = "For {some(who)}."),
        efficiency_reading(value)
      ), "efficiency"
    )
  }
  as.double(efficiency)
}

efficiency_reading <- function(value) {
  text <- if (value > 0 && value <= 1.2) {
    paste0(value, " looks like a fraction (then use ", 1 + value, ")",
           if (value > 1) paste0(" or a percentage of ", 100 * value, " % (then ", 1 + value, ")"), ".")
  } else if (value > 20 && value <= 120) {
    paste0(
      value, " looks like a percentage: use ", 1 + value / 100, ", or cq_efficiency(target, percent = ", value, ")."
    )
  } else if (value > 120 && value <= 220) {
    paste0(value, " looks like a factor in per cent: use ", value / 100, ".")
  } else if (value < 0 && value > -6) {
    paste0(value, " looks like a slope: the factor is 10^(-1/slope) = ", signif(10^(-1 / value), 4), ".")
  } else {
    "2 is doubling; 1.95 is what some call 95 %."
  }
  c("i" = literal(text))
}

efficiency_interval <- function(columns, level = 0.95) {
  df <- columns$df
  df[is.na(df)] <- Inf
  half <- stats::qt(1 - (1 - level) / 2, df) * columns$std.error
  list(conf.low = columns$efficiency - half, conf.high = columns$efficiency + half)
}

# What the core takes, for the targets of a fit: log2 of the factor, its SE and df, and which errors are one.
# An unknown error is none. A target whose curve gave no efficiency has weight NA.
efficiency_for <- function(efficiency, targets) {
  n <- length(targets)
  if (is.numeric(efficiency)) {
    if (length(efficiency) != 1) {
      ddcq_abort(
        c("{.arg efficiency} must be one number for all targets or a table from {.fn cq_efficiency} or \\
           {.fn cq_standard_curve}, not {length(efficiency)} numbers.",
          "i" = if (is.null(names(efficiency))) {
            "Numbers without names are never matched by position: use {.code cq_efficiency(target, efficiency)}."
          } else {
            "With {.code e} for these named numbers: {.code efficiency = cq_efficiency(names(e), e)}."
          }
        ), "efficiency"
      )
    }
    e <- check_efficiency(efficiency, NULL)
    return(list(
      table = NULL, value = e, weight = rep_len(log2(e), n), se = numeric(n), df = rep_len(Inf, n), source = seq_len(n)
    ))
  }
  if (!inherits(efficiency, "cq_efficiency")) {
    ddcq_abort(
      c("{.arg efficiency} must be one number for all targets or a table from {.fn cq_efficiency} or \\
         {.fn cq_standard_curve}, not {.obj_type_friendly {efficiency}}.",
        "i" = "{.code efficiency = cq_standard_curve(x)} measures it from standards."
      ), "efficiency"
    )
  }
  efficiency_table(efficiency, targets)
}

efficiency_table <- function(efficiency, targets) {
  check_columns(efficiency, c("target", "efficiency", "std.error", "df"), "efficiency")
  check_targets_once(efficiency$target)
  row <- match(targets, efficiency$target)
  default <- attr(efficiency, "default", exact = TRUE)
  lost <- targets[is.na(row)]
  if (length(lost) && is.null(default)) {
    ddcq_abort(
      c("{.arg efficiency} must cover every target.",
        "x" = "There is none for {some(lost)}.",
        hint_meant(lost, efficiency$target),
        "i" = "Measure it, give it with {.fn cq_efficiency}, or name one for the rest: {.code default = }."
      ), "efficiency"
    )
  }
  e <- efficiency$efficiency[row]
  # a table may have been changed by hand since
  given <- efficiency$source[row] %in% "given"
  if (any(given)) check_efficiency(e[given], targets[given])
  e[is.na(row)] <- default
  se <- efficiency$std.error[row]
  df <- efficiency$df[row]
  unknown <- is.na(se)
  shared <- efficiency$shared[row] %||% rep(NA_character_, length(row))
  source <- seq_along(targets)
  one <- !is.na(shared)
  source[one] <- -match(shared[one], unique(shared[one]))
  list(
    table = efficiency, value = NULL, weight = log2(e), se = ifelse(unknown, 0, se / (e * log(2))),
    df = ifelse(is.na(df), Inf, df), source = as.integer(source), unknown = targets[unknown & !is.na(e)],
    defaulted = lost
  )
}

#' @export
as.data.frame.cq_efficiency <- function(x, ...) {
  attr(x, "default") <- attr(x, "by_run") <- attr(x, "level") <- attr(x, "simulated") <- NULL
  class(x) <- "data.frame"
  x
}

#' @export
plot.cq_efficiency <- function(x, ...) {
  ddcq_abort(
    c("These efficiencies have no standard curve to draw.",
      "i" = "{.fn cq_standard_curve} makes one from a dilution series."
    ), "argument"
  )
}
