# Absolute quantities read off a standard curve.

# A table of limits, or none.
check_limit <- function(table, class, arg) {
  if (!is.null(table) && !inherits(table, class)) {
    ddcq_abort("{.arg {arg}} must come from {.fn {class}}, not {.obj_type_friendly {table}}.", "argument")
  }
  table
}

#' Quantities from a standard curve
#'
#' Looks up the mean Cq of every sample on the standard curve of its target: the quantity in the unit of the standards,
#' with an interval that holds the scatter of the sample's wells and the error of the line.
#'
#' @param x (`cq_data`) Wells. Every sample that is neither a standard nor a control without template is looked up.
#' @param curve (`cq_standard_curve`) From [cq_standard_curve()], for these targets.
#' @param ... Not used.
#' @param lod (`cq_lod`) Limits of detection, to flag what lies below.
#' @param loq (`cq_loq`) Limits of quantification, to flag what lies below.
#' @param level (number) Confidence level.
#' @return A data frame of class `cq_quantities`, one row a run, sample and target: `run`, `sample`, `target`,
#'   `n_wells`, `n_detected`, `cq` (mean of the wells with one), `quantity` (unit of the standards), `conf.low`,
#'   `conf.high`, `log10_quantity`, `std.error` (of `log10_quantity`), `df`, `method` (`"delta"` or `"fieller"`),
#'   `outside` (`"above"` or `"below"` the quantities of the curve, else `""`), `below_lod`, `below_loq` (`NA` without
#'   limits) and `note`. What cannot be looked up is a row with `NA` and a note. Errors: class `ddcq_error_argument`.
#' @details With `a` and `b` the intercept and slope, the quantity of a mean Cq `y` is `10^((y - a) / b)`. Its
#'   interval is made on the log scale from the scatter of the mean of `m` wells and the errors of `a` and `b`, with
#'   the curve's degrees of freedom: Fieller's limits where the slope's relative error is not small (`(t SE / b)^2`
#'   above 0.05). A curve by well gives the mean the variance `s^2 / m`, a serial one that of its wells, and one by
#'   point counts the sample as one point: its wells share one dilution, too.
#'
#'   Two samples on one curve share its error. Compare them with [ddcq()], not by two intervals of this table.
#'
#'   With curves of several runs, a sample is looked up on the line of its own run.
#' @references Fieller EC (1954). Some problems in interval estimation. Journal of the Royal Statistical Society B
#'   16(2), 175-185. \doi{10.1111/j.2517-6161.1954.tb00159.x}
#' @family efficiency
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' found <- cq_quantify(x, cq_standard_curve(x))
#' # copies of MYC in a well of each sample, with their intervals
#' found[found$target == "MYC", c("sample", "cq", "quantity", "conf.low", "conf.high")]
cq_quantify <- function(x, curve, ..., lod = NULL, loq = NULL, level = 0.95) {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  if (missing(curve)) abort_missing("curve")
  if (!inherits(curve, "cq_standard_curve")) {
    ddcq_abort(
      c("{.arg curve} must come from {.fn cq_standard_curve}, not {.obj_type_friendly {curve}}.",
        "i" = "A known efficiency has no intercept: it gives ratios of quantities, not quantities."
      ), "argument"
    )
  }
  level <- check_level(level)
  details <- curve_details(curve, "curve")
  rows <- sample_means(x)
  look <- look_up(rows, details, level)
  out <- flag_quantities(rows, look, details, check_limit(lod, "cq_lod", "lod"), check_limit(loq, "cq_loq", "loq"))
  attr(out, "level") <- level
  attr(out, "simulated") <- says_simulated(log_of(x), unique(x$run))
  out
}

# One row a run, sample and target, of the wells that ran.
sample_means <- function(x) {
  use <- which(as.integer(x$task) %in% c(1L, 3L, 6L) & as.integer(x$state) %in% c(1L, 2L))
  key <- paste(x$run[use], x$sample[use], x$target[use], sep = "\r")
  at <- match(key, unique(key))
  first <- use[!duplicated(at)]
  seen <- as.integer(x$state)[use] == 1L
  n <- tabulate(at, length(first))
  detected <- tabulate(at[seen], length(first))
  mean <- vapply(split(x$cq[use][seen], factor(at[seen], seq_along(first))), function(v) {
    if (length(v)) mean(v) else NA_real_
  }, 0, USE.NAMES = FALSE)
  list(
    run = x$run[first], sample = x$sample[first], target = x$target[first], n_wells = n, n_detected = detected,
    cq = mean
  )
}

# The line of each row: its target's, with the intercept of its run where there are several.
look_up <- function(rows, details, level) {
  n <- length(rows$cq)
  line <- matrix(NA_real_, n, 5)
  var_y <- df <- rep_len(NA_real_, n)
  said <- character(n)
  for (i in seq_len(n)) {
    d <- details[[rows$target[i]]]
    at <- if (is.null(d)) NA else if (length(d$runs) == 1) 1L else match(rows$run[i], d$runs)
    said[i] <- line_note(rows, i, d, at)
    if (is.na(at)) next
    line[i, ] <- c(d$intercept[at], d$slope, d$var_intercept[at], d$var_slope, d$cov[at])
    df[i] <- if (isTRUE(d$df > 0)) d$df else NA
    share <- if (d$unit == "point") max(1, d$wells_per_unit / rows$n_detected[i]) else 1 / rows$n_detected[i]
    var_y[i] <- d$sigma^2 * share
    if (!isTRUE(d$slope < 0)) line[i, 2] <- NA
  }
  var_y[!is.finite(var_y)] <- NA
  out <- .Call(c_inverse_predict, rows$cq, var_y, line, stats::qt(1 - (1 - level) / 2, df))
  c(out, list(df = df, said = said))
}

line_note <- function(rows, i, d, at) {
  if (is.null(d)) {
    "no curve of this target"
  } else if (is.na(at)) {
    "no curve of this run"
  } else if (!isTRUE(d$slope < 0)) {
    if (is.na(d$slope)) "the curve has no line" else "the curve does not fall"
  } else if (length(d$runs) == 1 && !rows$run[i] %in% d$runs) {
    "the curve is another run's"
  } else {
    ""
  }
}

flag_quantities <- function(rows, look, details, lod, loq) {
  quantity <- 10^look$x
  range_of <- function(k) {
    vapply(rows$target, function(t) {
      if (is.null(details[[t]])) NA_real_ else details[[t]]$quantity[k]
    }, 0, USE.NAMES = FALSE)
  }
  outside <- character(length(quantity))
  outside[which(quantity > range_of(2) * (1 + 1e-9))] <- "above"
  outside[which(quantity < range_of(1) * (1 - 1e-9))] <- "below"
  nothing <- rows$n_detected == 0
  below <- function(table, column) {
    limit <- main_limit(table, rows$target, column)
    # what was not detected at all lies below any limit
    ifelse(is.na(limit), NA, ifelse(nothing, TRUE, quantity < limit))
  }
  below_lod <- below(lod, "lod")
  below_loq <- below(loq, "loq")
  note <- function(hit, text) ifelse(!is.na(hit) & hit, text, NA)
  parts <- cbind(
    note(nothing, "not detected"), note(nzchar(look$said), look$said),
    note(nzchar(outside), paste(outside, "the curve's range")),
    note(!nothing & rows$n_detected < rows$n_wells, paste(
      rows$n_wells - rows$n_detected, "of", rows$n_wells, "wells not detected: the quantity, of the others, is too high"
    )),
    note(!nothing & below_lod, "below the limit of detection"),
    note(!nothing & below_loq & !(below_lod %in% TRUE), "below the limit of quantification"),
    note(!is.na(quantity) & is.na(look$se), "no degrees of freedom: no interval")
  )
  structure(
    list(
      run = rows$run, sample = rows$sample, target = rows$target, n_wells = rows$n_wells, n_detected = rows$n_detected,
      cq = rows$cq, quantity = quantity, conf.low = 10^look$low, conf.high = 10^look$high, log10_quantity = look$x,
      std.error = look$se, df = look$df, method = ifelse(is.na(look$se), NA, c("delta", "fieller")[look$fieller + 1L]),
      outside = outside, below_lod = below_lod, below_loq = below_loq,
      note = apply(parts, 1, function(p) paste(p[!is.na(p)], collapse = "; "))
    ),
    class = c("cq_quantities", "data.frame"), row.names = .set_row_names(length(quantity))
  )
}
