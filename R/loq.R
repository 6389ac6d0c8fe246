# The limit of quantification: how low a quantity may be and still be one.

#' Limit of quantification
#'
#' The lowest quantity whose replicates give back that quantity with a coefficient of variation of at most 35 %.
#'
#' @param x (`cq_data` or data frame) Standards with a quantity, or a data frame with the columns `quantity`, `cq`
#'   (`NA`: not detected) and, if there are several, `target`.
#' @param ... Not used.
#' @param cv (number) The largest coefficient of variation, as a share.
#' @param method (`"level"` or `"curve"`) The lowest level that was tested and keeps the limit, or where a line through
#'   the logarithms of the SDs crosses it.
#' @param efficiency (`cq_efficiency`, or one number) Turns the SD of Cq into that of the quantity. From the same
#'   wells, by [cq_standard_curve()], when `NULL`.
#' @param lod (`cq_lod`) Limit of detection; the limit of quantification is never below it. From the same wells when
#'   `NULL` and not everything was detected.
#' @param quantity (named numbers) As in [cq_standard_curve()].
#' @param targets (text) The targets to look at; all that have standards when `NULL`.
#' @param level (number) Confidence level.
#' @return A data frame of class `cq_loq`, one row a target: `target`, `loq` (a quantity that was tested, one
#'   between with `"curve"`, or `lod`), `conf.low`, `conf.high` (`"level"`: the same rule with the lower and the upper
#'   limit of each CV; `NA` where no level passes), `cv` (at `loq`, as a share), `cv_limit`, `lod`
#'   (all quantities in the unit of the standards), `efficiency` (factor per cycle), `n_levels` and `note`. By level, in
#'   the attribute `levels`: `target`, `quantity`, `tested`, `detected`, `cq` (mean), `sd` (of Cq, within runs, cycles),
#'   `df`, `cv`, `cv_low`, `cv_high`. Errors: class `ddcq_error_curve` or `ddcq_error_argument`.
#' @details The CV of a quantity whose Cq have the SD s is `sqrt(exp((s log(E))^2) - 1)`: quantities are log-normal
#'   where Cq are normal. Its interval is that of s, by the chi-squared distribution. A level counts when its CV and
#'   those of all higher levels keep the limit.
#'
#'   `"curve"` fits `log(s)`, without its bias, on `log10(quantity)`, each level weighted by what its degrees of freedom
#'   say of it. The interval is that of the crossing, widened where the levels scatter more about the line than they
#'   may.
#' @references Forootan A, Sjoback R, Bjorkman J, Sjogreen B, Linz L, Kubista M (2017). Methods to determine limit of
#'   detection and limit of quantification in quantitative real-time PCR (qPCR). Biomolecular Detection and
#'   Quantification 12, 1-6. \doi{10.1016/j.bdq.2017.04.001}
#' @family efficiency
#' @export
#' @examples
#' loq <- cq_loq(cq_data(anastrozole_plate, na = "nondetect"), targets = "MYC")
#' loq
#' attr(loq, "levels")
cq_loq <- function(x, ..., cv = 0.35, method = c("level", "curve"), efficiency = NULL, lod = NULL, quantity = NULL,
                   targets = NULL, level = 0.95) {
  check_dots_empty(...)
  if (missing(x)) abort_missing("x")
  method <- check_choice(method, c("level", "curve"), "method")
  cv <- check_number(cv, "cv", 0.001, 10)
  level <- check_level(level)
  wells <- loq_wells(x, quantity)
  targets <- curve_targets(wells, targets)
  if (is.null(efficiency)) efficiency <- loq_curve(x, quantity, targets)
  factor <- 2^efficiency_for(efficiency, targets)$weight
  if (is.null(lod) && any(is.na(wells$cq))) {
    seen <- data.frame(target = wells$target, quantity = wells$quantity, detected = !is.na(wells$cq))
    lod <- cq_lod(seen, targets = targets, level = level)
  }
  limit <- main_limit(check_limit(lod, "cq_lod", "lod"), targets, "lod")
  levels <- Map(function(target, e) loq_levels(wells, target, e, level), targets, factor)
  rows <- Map(function(l, e, d) {
    found <- if (method == "level") loq_level(l, d, cv) else loq_crossing(l, e, d, cv, level)
    loq_row(l, e, d, cv, found)
  }, levels, factor, limit)
  out <- structure(do.call(rbind, unname(rows)), class = c("cq_loq", "data.frame"))
  attr(out, "levels") <- do.call(rbind, unname(levels))
  attr(out, "level") <- level
  attr(out, "method") <- method
  attr(out, "simulated") <- inherits(x, "cq_data") && says_simulated(log_of(x), unique(x$run))
  out
}

loq_wells <- function(x, quantity) {
  if (inherits(x, "cq_data")) {
    x <- valid_cq_data(x)
    amount <- curve_amount(x, quantity)
    use <- which(as.integer(x$state) %in% c(1L, 2L) & !is.na(amount))
    if (!length(use)) abort_no_standards(x, quantity)
    check_amount(x, amount, use)
    use <- named_standards(x, use)
    cq <- ifelse(as.integer(x$state) == 1L, x$cq, NA_real_)
    return(list(target = x$target[use], run = x$run[use], quantity = amount[use], cq = cq[use]))
  }
  check_data_frame(x, "x")
  check_columns(x, c("quantity", "cq"), "x")
  w <- detection_frame(data.frame(quantity = x$quantity, detected = !is.na(x$cq)))
  if (!is.null(x$target)) w$target <- as.character(x$target)
  c(w[c("target", "quantity")], list(run = rep_len("", nrow(x)), cq = as.double(x$cq)))
}

loq_curve <- function(x, quantity, targets) {
  if (!inherits(x, "cq_data")) {
    ddcq_abort(
      c("{.arg efficiency} must be given for a data frame: the amplification factor per cycle.",
        "i" = "{.code efficiency = 2} is doubling."
      ), "argument"
    )
  }
  suppressWarnings(cq_standard_curve(x, quantity = quantity, targets = targets), classes = "ddcq_warning_curve")
}

loq_levels <- function(wells, target, e, level) {
  mine <- which(wells$target == target)
  value <- sort(unique(wells$quantity[mine]))
  rows <- lapply(value, function(q) {
    here <- mine[wells$quantity[mine] == q]
    cq <- wells$cq[here]
    seen <- !is.na(cq)
    mean_run <- stats::ave(cq[seen], wells$run[here][seen])
    df <- sum(seen) - length(unique(wells$run[here][seen]))
    data.frame(
      target = target, quantity = q, tested = length(here), detected = sum(seen),
      cq = if (any(seen)) mean(cq[seen]) else NA_real_,
      sd = if (df > 0) sqrt(sum((cq[seen] - mean_run)^2) / df) else NA_real_, df = df, stringsAsFactors = FALSE
    )
  })
  out <- do.call(rbind, rows)
  cv_of <- function(s) sqrt(expm1((s * log(e))^2))
  alpha <- 1 - level
  df <- ifelse(out$df > 0, out$df, NA)
  out$cv <- cv_of(out$sd)
  out$cv_low <- cv_of(out$sd * sqrt(df / stats::qchisq(1 - alpha / 2, df)))
  out$cv_high <- cv_of(out$sd * sqrt(df / stats::qchisq(alpha / 2, df)))
  out
}

# The lowest level that keeps the limit as all above it do, but never below the limit of detection.
lowest_passing <- function(l, value, cv, lod) {
  pass <- !is.na(value) & value <= cv
  from <- rev(cumprod(rev(pass)) == 1)
  if (!any(from)) {
    return(NA_real_)
  }
  max(min(l$quantity[from]), lod, na.rm = TRUE)
}

# The limit by levels: loq, its limits, the CV there, and what is said of it.
loq_level <- function(l, lod, cv) {
  loq <- lowest_passing(l, l$cv, cv, lod)
  note <- if (all(is.na(l$cv))) {
    "no level has two Cq of one run"
  } else if (is.na(loq)) {
    paste("the CV is above", format(100 * cv), "% or unknown at the highest level")
  } else if (loq == min(l$quantity)) {
    "the lowest quantity tested: the limit may lie below"
  } else {
    ""
  }
  list(
    loq = loq, low = lowest_passing(l, l$cv_low, cv, lod), high = lowest_passing(l, l$cv_high, cv, lod),
    cv = if (is.na(loq)) NA_real_ else l$cv[which(l$quantity >= loq)[1]], note = note
  )
}

# The limit by the line through the log SDs: where it crosses the SD whose CV is the limit.
loq_crossing <- function(l, e, lod, cv, level) {
  fit <- .Call(c_sd_curve, log10(l$quantity), ifelse(is.na(l$sd), 0, l$sd), as.double(l$df))
  v <- fit$value
  if (fit$status != 0L || !isTRUE(v[2] < 0) || is.na(e)) {
    note <- if (fit$status != 0L) "a line takes three levels with an SD" else "the SD does not fall with the quantity"
    return(list(loq = NA_real_, low = NA_real_, high = NA_real_, cv = NA_real_, note = note))
  }
  wanted <- log(sqrt(log1p(cv^2)) / log(e))
  x <- .Call(c_inverse_predict, wanted, 0, matrix(v[1:5], 1), stats::qnorm(1 - (1 - level) / 2))
  above <- function(x) max(10^x, lod, na.rm = TRUE)
  loq <- above(x$x)
  note <- c(
    if (loq < min(l$quantity) || loq > max(l$quantity)) "outside the quantities tested",
    if (stats::pchisq(v[6], v[7], lower.tail = FALSE) < 0.01) "the SDs do not lie on the line"
  )
  list(
    loq = loq, low = above(x$low), high = above(x$high),
    cv = sqrt(expm1((exp(v[1] + v[2] * log10(loq)) * log(e))^2)), note = paste(note, collapse = "; ")
  )
}

loq_row <- function(l, e, lod, cv, found) {
  note <- if (is.na(e)) {
    "no efficiency: no CV of a quantity"
  } else if (!is.na(lod) && identical(found$loq, lod)) {
    "the limit of detection: the CV would allow less"
  } else {
    found$note
  }
  data.frame(
    target = l$target[1], loq = found$loq, conf.low = found$low, conf.high = found$high, cv = found$cv, cv_limit = cv,
    lod = lod, efficiency = e, n_levels = nrow(l), note = note, stringsAsFactors = FALSE
  )
}
