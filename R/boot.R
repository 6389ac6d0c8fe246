#' Bootstrap intervals
#'
#' Samples are drawn with replacement within their group, pairs as a whole, and the spread of the fold changes that come
#' out makes an interval. With few samples such intervals are too short: in simulations of normal and of skewed values
#' those at 95 % covered 87 to 90 % with six samples a group, 89 to 92 % with ten, 90 to 93 % with twenty. They are
#' therefore refused below six, warned about below ten, and never a default; what [ddcq()] gives is better.
#'
#' @param fit (`ddcq`) A fit without blocks, or with one block that makes pairs.
#' @param ... Not used.
#' @param replicates (number) Resamples, drawn with R's generator (see [set.seed()]).
#' @param level (number) Confidence level; that of the fit when `NULL`.
#' @return A list of class `ddcq_boot` with `spec` and `results`, a data frame with the columns of [ddcq()]'s results,
#'   one row a target and contrast. `estimate` (log2 fold change), `std.error` (SD of the replicates), `conf.low`,
#'   `conf.high` (log2, bias-corrected and accelerated). `statistic`, `df`, the p-values and the adjusted limits are
#'   `NA`. Further: `perc.low`, `perc.high` (log2, the percentile interval), `bias` (mean of the replicates less the
#'   estimate), `z0` and `acceleration` (the two corrections). `as.data.frame()` gives `results`. A fit in which no
#'   contrast has six units in each of its groups is an error of class `ddcq_error_data`; fewer than ten give a warning
#'   of class `ddcq_warning_boot`.
#' @references Efron B (1987). Better bootstrap confidence intervals. Journal of the American Statistical Association
#'   82(397), 171-185. \doi{10.1080/01621459.1987.10478410}
#' @family questions
#' @export
#' @examples
#' # invented: ten samples a group
#' n <- 10
#' wells <- data.frame(
#'   sample = rep(sprintf("s%02d", 1:(2 * n)), 2), target = rep(c("MYC", "GAPDH"), each = 2 * n),
#'   treatment = rep(c("vehicle", "drug"), each = n),
#'   cq = c(24 + sin(1:(2 * n)), 18 + 0.2 * cos(1:(2 * n)))
#' )
#' fit <- ddcq(cq_data(wells), ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2)
#' set.seed(1)
#' ddcq_boot(fit, replicates = 2000)
ddcq_boot <- function(fit, ..., replicates = 10000, level = NULL) {
  check_dots_empty(...)
  check_fit(fit)
  ask <- list(
    replicates = resample_count(replicates, "replicates", 99), level = check_level(level %||% fit$spec$level),
    pairs = length(fit$spec$blocks) > 0
  )
  check_boot_blocks(fit)
  more <- c("perc.low", "perc.high", "bias", "z0", "acceleration")
  rows <- resample_rows(
    fit, c("estimate", "std.error", "conf.low", "conf.high", more),
    function(y, units, weights) boot_row(y, units, weights, ask, fit$spec$unit)
  )
  refuse_or_warn(rows, ask, fit$spec$unit)
  rows <- note_other_estimates(rows, fit)
  results <- resample_results(rows, "none", more)
  new_resample(results, fit, c(ask, list(efficiency_error = efficiency_warning(fit))), "ddcq_boot")
}

# Below the first no interval, below the second a doubt.
boot_least <- c(6L, 10L)

check_boot_blocks <- function(fit) {
  blocks <- fit$spec$blocks
  if (length(blocks) > 1) {
    ddcq_abort(
      c("The fit must have no blocks, or one that makes pairs.", "x" = "It has {some(blocks)}.",
        "i" = "{.fn ddcq_permute} re-allocates within blocks of any kind."
      ), "argument"
    )
  }
}

# Targets that have the same units, one contrast.
boot_row <- function(y, units, weights, ask, unit) {
  group <- match(units$level, names(weights))
  if (ask$pairs) {
    return(boot_pairs(y, group, units$block, weights, ask, unit))
  }
  size <- tabulate(group, length(weights))
  out <- list(n = sum(size[weights > 0]), n_control = sum(size[weights < 0]))
  if (min(size) < boot_least[1]) {
    return(c(out, list(note = too_few_note(min(size), paste(unit_words(unit, min(size)), "in a group")))))
  }
  c(out, boot_columns(boot_contrast(y, group, weights, ask$replicates, ask$level), unit))
}

boot_pairs <- function(y, group, block, weights, ask, unit) {
  paired <- length(weights) == 2 && !anyDuplicated(paste(group, block))
  if (!paired) {
    return(list(note = "not pairs: blocks of other kinds are not resampled"))
  }
  whole <- intersect(block[group == 1], block[group == 2])
  out <- list(n = length(whole), n_control = length(whole))
  if (length(whole) < boot_least[1]) {
    return(c(out, list(note = too_few_note(length(whole), "whole pairs"))))
  }
  side <- function(g) y[group == g, , drop = FALSE][match(whole, block[group == g]), , drop = FALSE]
  difference <- weights[[1]] * side(1) + weights[[2]] * side(2)
  c(out, boot_columns(boot_contrast(difference, rep_len(1L, length(whole)), 1, ask$replicates, ask$level), unit))
}

too_few_note <- function(n, what) {
  paste0(n, " ", what, ": a bootstrap needs ", boot_least[1])
}

boot_columns <- function(found, unit) {
  flat <- paste("no variation between", unit_words(unit))
  words <- c("a limit is the first or last replicate: draw more", flat, "", "no BCa interval")
  found$note <- ifelse(found$status == 0L, "", words[pmax(found$status, 1L)])
  found[setdiff(names(found), "status")]
}

refuse_or_warn <- function(rows, ask, unit) {
  smallest <- pmin(rows$n, rows$n_control)
  what <- if (ask$pairs) "pairs" else paste(unit_words(unit), "in each group")
  thin <- grepl("a bootstrap needs", rows$note)
  if (all(is.na(rows$estimate)) && any(thin)) {
    most <- max(smallest[thin])
    ddcq_abort(
      c("There must be at least {boot_least[1]} {what} for a bootstrap.",
        "x" = "Here there {cli::qty(most)}{?is/are} {most}: an interval at 95 % would cover about 80 to 85 %.",
        "i" = "The intervals of {.fn ddcq} hold with few {unit_words(unit)}."
      ), "data"
    )
  }
  thin <- unique(rows$target[!is.na(rows$estimate) & smallest < boot_least[2]])
  if (length(thin)) {
    ddcq_warn(
      c("Bootstrap intervals from fewer than {boot_least[2]} {what} are too short.",
        "!" = "So it is for {some(thin)}: at 95 %, six a group cover 87 to 90 %.",
        "i" = "The intervals of {.fn ddcq} hold with few {unit_words(unit)}."
      ), "boot"
    )
  }
}

#' @rdname print.ddcq_resample
#' @export
format.ddcq_boot <- function(x, digits = 2, width = getOption("width"), ...) {
  check_shown(digits = digits, width = width)
  rows <- x$results
  spec <- x$spec
  columns <- list(
    target = rows$target, contrast = rows$contrast, fold = fold_label(rows$fold_change, digits),
    interval = interval_label(rows$fold_low, rows$fold_high, digits),
    percentile = interval_label(2^rows$perc.low, 2^rows$perc.high, digits), n = paste0(rows$n, " vs ", rows$n_control)
  )
  names(columns)[4] <- paste(level_label(spec$level), "interval")
  lines <- c(
    paste0(
      format(spec$replicates, big.mark = ","), " resamples of ",
      if (spec$pairs) "pairs" else paste(unit_words(spec$unit), "within their group"),
      "; bias-corrected and accelerated interval, the percentile interval beside it."
    ),
    spec$efficiency_error
  )
  resample_format(x, columns, "Bootstrap intervals of fold changes", lines, width)
}
