#' Efficiencies from a dilution series
#'
#' Fits Cq on log10 of the input quantity, one line a target, and turns its slope into the amplification efficiency
#' with an interval.
#'
#' @param x (`cq_data`) Wells with standards. They may come from another plate than the samples.
#' @param ... Not used.
#' @param unit (`"point"`, `"well"` or `"serial"`) What the fit's error is. Wells that share one pipetted dilution share
#'   its error, so the mean of each dilution point is the unit unless you say that every well was diluted on its own
#'   (`"well"`), or that each dilution was made from the one before (`"serial"`, see below).
#' @param quantity (named numbers) Input quantities of standards that the plate calls unknowns, by sample name:
#'   `c("1:10" = 0.1, "1:100" = 0.01)`. Any unit: the efficiency depends on ratios only.
#' @param targets (text) The targets to fit; all that have standards when `NULL`.
#' @param series (text) The column that tells several dilution series of a run apart. Each has its own intercept, as
#'   each run has, and all share the slope.
#' @param range (two numbers, or a table from [cq_linear_range()]) The lowest and highest quantity to fit. Levels
#'   outside are left out, and the note says how many. All levels when `NULL`.
#' @param outliers (`"keep"` or `"exclude"`) Wells that stand out (Bonferroni p < 0.01, see `residuals()` below) are
#'   shown, and left out only when you say `"exclude"`: in one pass, with a note and an entry in `cq_log()` of the
#'   result.
#' @param level (number) Confidence level of the efficiency's interval.
#' @return A data frame of classes `cq_standard_curve` and `cq_efficiency`, one row a target: `target`, `efficiency`
#'   (amplification factor per cycle, `10^(-1/slope)`), `std.error`, `df`, `conf.low`, `conf.high` (the interval of the
#'   slope, transformed), `source`, `shared`, `slope` (cycles per log10 of quantity), `slope_se`, `intercept` (Cq at
#'   quantity 1; `NA` with several runs or series, which have one each: attribute `by_run`), `r.squared` (over wells,
#'   within runs), `sigma` (residual SD in the unit, cycles; of a well for `"serial"`), `sigma_step` (SD that each
#'   step of a serial dilution adds, cycles; otherwise `NA`), `n_points`, `n_wells`, `n_runs` (runs or series),
#'   `quantity_min`, `quantity_max`, `cq_min`, `cq_max`, `lof_f`, `lof_df1`, `lof_df2`, `lof_p` (lack of fit against
#'   the replicates) and `note`. A line that does not fall has efficiency `NA` and a note. A plate without standards
#'   is an error of class `ddcq_error_curve`.
#'
#'   `residuals()` of it is a data frame of the wells (`type = "well"`) or points (`type = "point"`): `target`, `run`,
#'   `sample`, `well`, `quantity`, `cq`, `fitted`, `residual` (cycles, from the curve), `studentised` (from the line
#'   through the wells or points, without that one), `df`, `p_bonferroni` (over those of the target), `outlying`
#'   (p < 0.01) and `excluded`.
#' @details With several runs each run has its own intercept and all share the slope.
#'
#'   One warning (class `ddcq_warning_curve`) lists what to look at: fewer than five points, fewer than three decades,
#'   R squared below 0.98, lack of fit (p < 0.01), a well that stands out, an efficiency outside 1.8 to 2.1, fewer than
#'   two degrees of freedom.
#'
#'   **Serial dilutions.** Where each dilution is made from the one before, its pipetting error is handed to all that
#'   follow. The points then depend on each other, and a line through them, by point or by well, does not know it:
#'   with an error of 0.03 log10 a step, intervals of fold changes near 8 with six samples a group cover about 90 %
#'   where they say 95 %. `unit = "serial"` fits the line by generalised least squares: errors of the steps add up,
#'   those of the wells do not, and the ratio of the two is estimated by restricted likelihood. The highest quantity
#'   of a run or series is step 0, each lower one a step more. Every run is taken to have been diluted anew: one
#'   dilution series that was measured in several runs is known less well than this says. A few points say little
#'   about that ratio, so the interval averages over it, weighted by the restricted likelihood (even in the logarithm
#'   of one plus the ratio); given the ratio, Student's t has points minus runs minus 1 degrees of freedom.
#'   `std.error` is that of the t distribution with these `df` that has the same 95 % interval. In simulations of five
#'   points in triplicate and four in duplicate that interval covered 93 to 99 %, from no error of the steps to one of
#'   three times the wells'; with 0.03 log10 a step, 95 to 96 %.
#' @references Pfaffl MW (2001). A new mathematical model for relative quantification in real-time RT-PCR. Nucleic
#'   Acids Research 29(9), e45. \doi{10.1093/nar/29.9.e45}
#' @order 1
#' @family efficiency
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' curves <- cq_standard_curve(x)
#' curves
#' head(residuals(curves, type = "point"))
#' cq_standard_curve(x, unit = "serial")
cq_standard_curve <- function(x, ..., unit = c("point", "well", "serial"), quantity = NULL, targets = NULL,
                              series = NULL, range = NULL, outliers = c("keep", "exclude"), level = 0.95) {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  unit <- check_choice(unit, c("point", "well", "serial"), "unit")
  outliers <- check_choice(outliers, c("keep", "exclude"), "outliers")
  level <- check_level(level)
  wells <- curve_wells(x, quantity, series)
  targets <- curve_targets(wells, targets)
  range <- curve_range(range, targets)
  fits <- lapply(targets, function(target) {
    w <- within_range(lapply(wells, `[`, wells$target == target), range[[target]])
    fit_checked(w, target, unit, level, outliers == "exclude")
  })
  out <- curve_table(targets, fits, unit)
  attr(out, "level") <- level
  attr(out, "simulated") <- says_simulated(log_of(x), unique(x$run))
  out <- curve_log(out, fits, log_of(x))
  warn_curve(out)
  out
}

# The standards: wells of that task, or of the samples that `quantity` names.
curve_wells <- function(x, quantity, series = NULL) {
  amount <- curve_amount(x, quantity)
  use <- which(as.integer(x$state) == 1L & !is.na(amount))
  check_amount(x, amount, use)
  if (!length(use)) {
    abort_no_standards(x, quantity)
  }
  use <- named_standards(x, use)
  list(
    target = x$target[use], run = curve_series(x, series)[use], quantity = amount[use], cq = x$cq[use],
    sample = x$sample[use], well = x$well[use], row = use
  )
}

# The input quantity of every well that is a standard, NA for the others.
curve_amount <- function(x, quantity) {
  if (is.null(quantity)) {
    return(ifelse(as.integer(x$task) == 2L, x$quantity, NA_real_))
  }
  named_quantity(x, quantity)
}

# Standards whose target has no name belong to no curve.
named_standards <- function(x, use) {
  nameless <- is.na(x$target[use])
  if (all(nameless)) {
    ddcq_abort(
      c("The standards must have a target.", "x" = "None of the {length(use)} has one.",
        "i" = "{.code cq_design(x, sheet, by = \"well\")} can bring it."
      ), "curve"
    )
  }
  if (any(nameless)) {
    ddcq_warn("{sum(nameless)} standard{?s} without a target {?is/are} left out.", "curve")
  }
  use[!nameless]
}

check_amount <- function(x, amount, use) {
  bad <- use[amount[use] <= 0 | amount[use] == Inf]
  if (length(bad)) {
    who <- paste(x$sample[bad], x$target[bad])
    ddcq_abort(
      c("The quantity of a standard must be greater than 0 and finite.", "x" = "It is not for {some(who)}.",
        "i" = "Controls without template have task {.val ntc}."
      ), "curve"
    )
  }
}

# What has an intercept of its own: a run, or a series within it.
curve_series <- function(x, series) {
  if (is.null(series)) {
    return(x$run)
  }
  series <- check_string(series, "series")
  check_columns(x, series, "x")
  value <- as.character(x[[series]])
  # a well without a series cannot be a standard of one
  gap <- is.na(value) & as.integer(x$task) == 2L & as.integer(x$state) == 1L
  if (any(gap)) {
    who <- x$sample[gap]
    ddcq_abort(
      c("The column {.field {series}} must have no gaps among the standards.", "x" = "It has one for {some(who)}."),
      "column"
    )
  }
  paste(x$run, value, sep = ":")
}

named_quantity <- function(x, quantity) {
  if (!is.numeric(quantity) || is.null(names(quantity)) || anyNA(quantity) || anyDuplicated(names(quantity))) {
    ddcq_abort(
      c("{.arg quantity} must be numbers named by sample.",
        "i" = "{.code quantity = c(\"1:10\" = 0.1, \"1:100\" = 0.01)}"
      ), "argument"
    )
  }
  lost <- setdiff(names(quantity), x$sample)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg quantity} must name samples of the data.", "x" = "There is no sample {some(lost)}.",
        hint_near(lost[1], unique(x$sample))
      ), "argument"
    )
  }
  amount <- unname(quantity[match(x$sample, names(quantity))])
  amount[as.integer(x$task) %in% c(4L, 5L)] <- NA_real_
  amount
}

abort_no_standards <- function(x, quantity) {
  n_standard <- sum(as.integer(x$task) == 2L)
  samples <- unique(x$sample)
  ddcq_abort(
    c("There must be standards with a quantity and a Cq.",
      "x" = if (n_standard) "{n_standard} well{?s} {?is/are} standard{?s}, but none has both." else
        "No well has the task {.val standard}.",
      "i" = "If the dilutions were called unknowns, name them: {.code quantity = c(\"sample\" = 0.1)}.",
      "i" = "The samples are {some(samples, 12)}."
    ), "curve"
  )
}

curve_targets <- function(wells, targets) {
  have <- unique(wells$target)
  if (is.null(targets)) {
    return(have)
  }
  targets <- check_strings(targets, "targets")
  lost <- setdiff(targets, have)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg targets} must have standards.",
        "x" = "{some(lost)} {cli::qty(lost)}{?has/have} none.", hint_near(lost[1], have)
      ), "curve"
    )
  }
  unique(targets)
}

curve_table <- function(targets, fits, unit) {
  number <- function(name) vapply(fits, function(f) as.double(f[[name]][1]), 0)
  n_runs <- vapply(fits, function(f) length(f$runs), 1L)
  good <- !is.na(number("efficiency"))
  blank <- function(v) ifelse(good, v, NA_real_)
  columns <- list(
    target = targets, efficiency = number("efficiency"), std.error = number("std.error"), df = number("df"),
    conf.low = blank(number("conf.low")), conf.high = blank(number("conf.high")),
    source = rep_len(curve_source(unit), length(fits)),
    shared = rep_len(NA_character_, length(fits)),
    slope = number("slope"), slope_se = number("slope_se"),
    intercept = ifelse(n_runs == 1, number("intercept"), NA_real_), r.squared = number("r.squared"),
    sigma = number("sigma"), sigma_step = number("sigma_step"), n_points = as.integer(number("n_points")),
    n_wells = as.integer(number("n_wells")), n_runs = n_runs, quantity_min = number("range"),
    quantity_max = vapply(fits, function(f) f$range[2], 0),
    cq_min = number("cq_range"), cq_max = vapply(fits, function(f) f$cq_range[2], 0), lof_f = number("lof_f"),
    lof_df1 = number("lof_df1"), lof_df2 = number("lof_df2"), lof_p = number("lof_p"), note = character(length(fits))
  )
  columns$note <- vapply(seq_along(fits), function(i) {
    paste(c(curve_findings(lapply(columns, `[`, i), fits[[i]]$status), fits[[i]]$said), collapse = "; ")
  }, "")
  out <- new_cq_efficiency(columns, class = "cq_standard_curve")
  attr(out, "by_run") <- run_intercepts(targets, fits)
  attr(out, "fits") <- stats::setNames(lapply(fits, `[[`, "detail"), targets)
  out
}

curve_source <- function(unit) {
  paste0("standard curve (", c(point = "by point", well = "by well", serial = "serial dilution")[[unit]], ")")
}

run_intercepts <- function(targets, fits) {
  runs <- lapply(fits, `[[`, "runs")
  structure(
    list(
      target = rep(targets, lengths(runs)), run = unlist(runs), intercept = unlist(lapply(fits, `[[`, "intercept"))
    ),
    class = "data.frame", row.names = .set_row_names(sum(lengths(runs)))
  )
}

# What is to be said of one curve.
curve_findings <- function(row, status) {
  if (status == 1L && is.na(row$slope)) {
    return("one dilution only: no line")
  }
  if (is.na(row$efficiency)) {
    return(paste0("the line does not fall (slope ", format(signif(row$slope, 3)), "): no efficiency"))
  }
  decades <- log10(row$quantity_max / row$quantity_min)
  c(
    if (row$efficiency < 1.8 || row$efficiency > 2.1) {
      paste0("efficiency ", formatC(row$efficiency, digits = 3, format = "f"), " is outside 1.8 to 2.1")
    },
    if (isTRUE(row$r.squared < 0.98)) paste0("R squared ", formatC(row$r.squared, digits = 4, format = "f")),
    if (row$n_points < 5) paste0(row$n_points, " points"),
    if (decades < 3 - 1e-9) paste0(formatC(decades, digits = 2, format = "fg"), " decades"),
    if (isTRUE(row$lof_p < 0.01)) paste0("lack of fit (p ", format_p(row$lof_p), ")"),
    if (is.na(row$std.error)) {
      "no degrees of freedom: no standard error, it counts as none"
    } else if (row$df < 2) {
      "1 degree of freedom: intervals that rest on it may cover less than they say"
    }
  )
}

warn_curve <- function(out) {
  hit <- which(nzchar(out$note))
  if (length(hit)) {
    lines <- literal(paste0(out$target[hit], ": ", out$note[hit]))
    more <- length(lines) - 8
    lines <- c(utils::head(lines, 8), if (more > 0) paste0("and ", more, " more (see `note`)"))
    names(lines) <- rep("!", length(lines))
    ddcq_warn(c("Look at these curves before relying on them:", lines), "curve")
  }
}
