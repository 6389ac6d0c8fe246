# The limit of detection: which share of reactions detects a quantity, and where that share reaches 95 %.

#' Limit of detection
#'
#' The quantity that is detected in 95 % of reactions, from replicates at several low quantities of which each was
#' detected or not.
#'
#' @param x (`cq_data` or data frame) Standards with a quantity: a well with a Cq detected it, one in the state
#'   `nondetect` did not; excluded and missing wells do not count. Or a data frame with the columns `quantity` and
#'   `detected` (`TRUE`, `FALSE`), or `quantity`, `detected` and `tested` (counts, as papers print them), and `target`
#'   if there are several.
#' @param ... Not used.
#' @param model (`"poisson"`, `"cloglog"`, `"logit"` or `"probit"`) The model whose limit counts (column `main`). All
#'   four are fitted and shown.
#' @param share (number) The share of reactions that must detect.
#' @param quantity (named numbers) As in [cq_standard_curve()].
#' @param targets (text) The targets to look at; all that have standards when `NULL`.
#' @param level (number) Confidence level.
#' @return A data frame of class `cq_lod`, one row a target and model: `target`, `model`, `lod` (in the unit of the
#'   quantity), `conf.low`, `conf.high` (profile likelihood; 0 or `Inf` where the data set no limit), `slope`,
#'   `slope_se` (on the natural logarithm of quantity; 1 for `"poisson"`), `rate` (`"poisson"`: molecules that can be
#'   detected in one unit of quantity), `log_lik`, `lr` and `lr_p` (`"cloglog"`: likelihood-ratio test of slope 1,
#'   that is of `"poisson"`), `n_levels`, `n_wells`, `highest_miss` (highest quantity with a miss), `lowest_all`
#'   (lowest quantity from which all are detected), `bound` (lower bound of the share at `lowest_all`, exact binomial
#'   at `level`, one-sided), `main` and `note`. The wells by level are the attribute `levels`: `target`, `quantity`,
#'   `tested`, `detected`, `low`, `high` (exact binomial interval of the share).
#'
#'   Data without a miss, without a hit, or in which hits and misses part cleanly have no finite slope: the rows say so,
#'   and `highest_miss`, `lowest_all` and `bound` are what is left. Errors: class `ddcq_error_curve` or
#'   `ddcq_error_argument`.
#' @details
#' * `"poisson"`: one molecule is enough. The share is `1 - exp(-rate * quantity)`, and the limit `-log(0.05) / rate`.
#'   When quantity counts copies and every copy can be detected, `rate` is 1 and the limit 3 copies: no assay does
#'   better. A `rate` above 1 says that the copies were counted too low.
#' * `"cloglog"`: the same with a free slope; `"logit"` and `"probit"`: symmetric curves on the logarithm of the
#' quantity.
#'
#' The limit is the model's, read off where `share` is reached; its interval has all limits that the likelihood-ratio
#' test does not refuse. To show by counting alone that 95 % are detected, with 95 % confidence, takes 59 wells of 59.
#' @references Forootan A, Sjoback R, Bjorkman J, Sjogreen B, Linz L, Kubista M (2017). Methods to determine limit of
#'   detection and limit of quantification in quantitative real-time PCR (qPCR). Biomolecular Detection and
#'   Quantification 12, 1-6. \doi{10.1016/j.bdq.2017.04.001}
#' @family efficiency
#' @export
#' @examples
#' # 8 reactions at each of 7 quantities (copies); invented counts
#' cq_lod(data.frame(quantity = 2^(-1:5), tested = 8, detected = c(2, 5, 6, 8, 8, 8, 8)))
cq_lod <- function(x, ..., model = c("poisson", "cloglog", "logit", "probit"), share = 0.95, quantity = NULL,
                   targets = NULL, level = 0.95) {
  check_dots_empty(...)
  model <- check_choice(model, lod_models, "model")
  share <- check_number(share, "share", 0.01, 0.9999)
  level <- check_level(level)
  levels <- detection_levels(x, quantity, targets, level)
  rows <- lapply(unique(levels$target), function(target) {
    lod_rows(levels[levels$target == target, , drop = FALSE], model, share, level)
  })
  out <- structure(do.call(rbind, rows), class = c("cq_lod", "data.frame"))
  attr(out, "levels") <- levels
  attr(out, "share") <- share
  attr(out, "level") <- level
  attr(out, "simulated") <- inherits(x, "cq_data") && says_simulated(log_of(x), unique(x$run))
  out
}

lod_models <- c("poisson", "cloglog", "logit", "probit")

# Wells and hits at each level, with the exact interval of the share.
detection_levels <- function(x, quantity, targets, level) {
  if (missing(x)) abort_missing("x")
  w <- if (inherits(x, "cq_data")) detection_wells(x, quantity) else detection_frame(x)
  targets <- curve_targets(w, targets)
  rows <- lapply(targets, function(target) {
    mine <- which(w$target == target)
    value <- sort(unique(w$quantity[mine]))
    at <- factor(match(w$quantity[mine], value), seq_along(value))
    data.frame(
      target = target, quantity = value, tested = as.double(tapply(w$tested[mine], at, sum)),
      detected = as.double(tapply(w$detected[mine], at, sum)), stringsAsFactors = FALSE
    )
  })
  out <- do.call(rbind, rows)
  out <- out[out$tested > 0, , drop = FALSE]
  alpha <- 1 - level
  out$low <- ifelse(out$detected == 0, 0, stats::qbeta(alpha / 2, out$detected, out$tested - out$detected + 1))
  out$high <- ifelse(
    out$detected == out$tested, 1, stats::qbeta(1 - alpha / 2, out$detected + 1, out$tested - out$detected)
  )
  out
}

detection_wells <- function(x, quantity) {
  x <- valid_cq_data(x)
  seen <- as.integer(x$state) %in% c(1L, 2L)
  # a level without any Cq tells as much as the others: curve_amount() asks for no Cq
  amount <- curve_amount(x, quantity)
  use <- which(seen & !is.na(amount))
  if (!length(use)) abort_no_standards(x, quantity)
  check_amount(x, amount, use)
  use <- named_standards(x, use)
  list(
    target = x$target[use], quantity = amount[use], tested = rep_len(1, length(use)),
    detected = as.double(as.integer(x$state)[use] == 1L)
  )
}

detection_frame <- function(x) {
  check_data_frame(x, "x")
  check_columns(x, c("quantity", "detected"), "x")
  detected <- as.double(x$detected)
  tested <- if (is.null(x$tested)) rep_len(1, nrow(x)) else as.double(x$tested)
  good <- is.numeric(x$quantity) && !anyNA(x$quantity) && all(x$quantity > 0 & is.finite(x$quantity))
  if (!good) {
    ddcq_abort(
      c("The column {.field quantity} must be numbers greater than 0 without gaps.",
        "i" = "Controls without template say nothing about the limit: leave them out."
      ), "argument"
    )
  }
  whole <- c(detected, tested)
  if (anyNA(whole) || any(whole < 0 | whole != round(whole)) || any(detected > tested)) {
    ddcq_abort(
      c("{.field detected} must be TRUE or FALSE, or a count that is at most {.field tested}.",
        "i" = "{.code data.frame(quantity = c(1, 2), tested = 20, detected = c(12, 18))}"
      ), "argument"
    )
  }
  target <- if (is.null(x$target)) rep_len("target", nrow(x)) else as.character(x$target)
  list(target = target, quantity = as.double(x$quantity), tested = tested, detected = detected)
}

lod_rows <- function(l, model, share, level) {
  fits <- lapply(seq_along(lod_models) - 1L, function(link) {
    .Call(
      c_detection_fit, log(l$quantity), l$tested, l$detected, link, share, stats::qchisq(level, 1) / 2
    )
  })
  part <- function(i) vapply(fits, function(f) f$value[i], 0)
  missed <- l$quantity[l$detected < l$tested]
  all_from <- l$quantity[l$quantity > max(missed, 0)]
  lowest <- if (length(all_from)) min(all_from) else NA_real_
  bound <- if (is.na(lowest)) NA_real_ else (1 - level)^(1 / l$tested[l$quantity == lowest])
  lr <- max(0, 2 * (part(5)[2] - part(5)[1]))
  status <- vapply(fits, `[[`, 0L, "status")
  data.frame(
    target = l$target[1], model = lod_models, lod = exp(part(6)), conf.low = exp(part(7)), conf.high = exp(part(8)),
    slope = part(2), slope_se = part(4), rate = c(exp(part(1)[1]), NA, NA, NA), log_lik = part(5),
    lr = c(NA, lr, NA, NA), lr_p = c(NA, stats::pchisq(lr, 1, lower.tail = FALSE), NA, NA), n_levels = nrow(l),
    n_wells = as.integer(sum(l$tested)), highest_miss = if (length(missed)) max(missed) else NA_real_,
    lowest_all = lowest, bound = bound, main = lod_models == model,
    note = lod_notes(l, status, lr, exp(part(6)), share), stringsAsFactors = FALSE
  )
}

lod_notes <- function(l, status, lr, lod, share) {
  none <- if (sum(l$detected) == 0) {
    "nothing was detected"
  } else if (sum(l$detected) == sum(l$tested)) {
    "everything was detected: the limit lies below or among the quantities tested"
  } else {
    "hits and misses part cleanly: no finite slope, the limit lies between `highest_miss` and `lowest_all`"
  }
  notes <- vapply(status, function(s) {
    switch(as.character(s), "0" = "", "1" = "one quantity only: no slope", "2" = none,
           "4" = "the share falls with the quantity", "did not converge")
  }, "")
  p <- stats::pchisq(lr, 1, lower.tail = FALSE)
  if (!is.na(p) && p < 0.05) {
    notes[1] <- paste0("slope 1 does not fit (p ", format_p(p), "): look at the free slope")
  }
  far <- which(!is.na(lod) & (lod > max(l$quantity) | lod < min(l$quantity)))
  notes[far] <- paste0(notes[far], ifelse(nzchar(notes[far]), "; ", ""), "the limit lies outside the quantities tested")
  notes
}

# The limit that counts, for each of `targets`; NA where there is none.
main_limit <- function(table, targets, column) {
  if (is.null(table)) {
    return(rep_len(NA_real_, length(targets)))
  }
  if (!is.null(table$main)) table <- table[table$main, , drop = FALSE]
  row <- match(targets, table$target)
  # a table of one target without a name speaks for all
  if (identical(unique(table$target), "target") && nrow(table) == 1) row <- rep_len(1L, length(targets))
  table[[column]][row]
}

#' @export
as.data.frame.cq_lod <- function(x, ...) plain_table(x)
#' @export
as.data.frame.cq_loq <- function(x, ...) plain_table(x)
#' @export
as.data.frame.cq_slopes <- function(x, ...) plain_table(x)
#' @export
as.data.frame.cq_linear_range <- function(x, ...) plain_table(x)
#' @export
as.data.frame.cq_inhibition <- function(x, ...) plain_table(x)
#' @export
as.data.frame.cq_quantities <- function(x, ...) plain_table(x)

# The columns and nothing else.
plain_table <- function(x) {
  structure(as.list(unclass(x))[names(x)], class = "data.frame", row.names = .set_row_names(length(x[[1]])))
}
