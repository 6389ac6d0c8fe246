#' Does the answer hang on one choice or one sample?
#'
#' The same contrasts again, with one thing changed at a time: doubling taken for every target instead of the measured
#' efficiencies, each unit left out, the other variance, non-detects taken to lie at the last cycle.
#'
#' @param fit (`ddcq`) A fit; a moderated one has no such table (class `ddcq_error_argument`).
#' @param cycles (number) The cycle at which non-detects are put, when there are any. It is a bound, not a value.
#' @param ... Not used.
#' @return A data frame of class `ddcq_sensitivity`, one row a target, contrast and analysis: `target`, `contrast`,
#'   `analysis` (`"as fitted"`, `"efficiency 2"`, `"welch"`, `"pooled"`, `"without <unit>"`, `"non-detects at 40"`),
#'   `estimate`, `conf.low`, `conf.high` (log2), `fold_change`, `fold_low`, `fold_high`, `direction` (`"up"`, `"down"`,
#'   `"not shown"` or `"no interval"`, read from the unadjusted interval) and `changed` (is that another than as
#'   fitted?).
#' @details Leaving units out one by one is no test: it shows whether a single one carries the result. Analyses that
#'   change nothing are left out of the table: `"efficiency 2"` where that was taken, the other variance where the model
#'   has one only. Above 60 units none is left out.
#' @family questions
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' ddcq_sensitivity(fit)
ddcq_sensitivity <- function(fit, cycles = 40, ...) {
  check_dots_empty(...)
  check_fit(fit)
  cycles <- check_number(cycles, "cycles", 1, 100)
  if (inherits(fit, "ddcq_moderated")) {
    ddcq_abort(
      c("{.arg fit} must not be moderated.", "i" = "Ask the fit that was moderated: its estimates are the same."),
        "argument"
    )
  }
  models <- c(
    sensitivity_efficiency(fit$model), sensitivity_variance(fit), sensitivity_censored(fit$model, cycles),
    sensitivity_units(fit$model)
  )
  rows <- c(
    list(sensitivity_rows(fit, "as fitted", fit$results$estimate, fit$results$conf.low, fit$results$conf.high)),
    lapply(names(models), function(name) sensitivity_refit(fit, models[[name]], name))
  )
  out <- do.call(rbind, rows)
  own <- paste(out$target, out$contrast, sep = "\r")
  base <- out$direction[out$analysis == "as fitted"][match(own, own[out$analysis == "as fitted"])]
  out$changed <- out$direction != base
  structure(out, class = c("ddcq_sensitivity", "data.frame"), level = fit$spec$level,
    simulated = isTRUE(fit$spec$simulated))
}

sensitivity_rows <- function(fit, name, estimate, low, high) {
  direction <- ifelse(is.na(low) | is.na(high), "no interval", verdict_direction(low, high))
  data.frame(
    target = fit$results$target, contrast = fit$results$contrast, analysis = name, estimate = estimate, conf.low = low,
    conf.high = high, fold_change = 2^estimate, fold_low = 2^low, fold_high = 2^high, direction = direction,
    stringsAsFactors = FALSE
  )
}

sensitivity_refit <- function(fit, model, name) {
  none <- rep_len(NA_real_, nrow(fit$results))
  parts <- tryCatch(
    suppressWarnings(suppressMessages(fit_targets(model, model$plate$targets, model$plate$refs))),
    ddcq_error = function(e) NULL
  )
  if (is.null(parts)) {
    return(sensitivity_rows(fit, name, none, none, none))
  }
  estimate <- as.vector(t(parts$estimate))
  half <- finish_t(estimate, flat_parts(parts), fit$spec$level)$half
  sensitivity_rows(fit, name, estimate, estimate - half, estimate + half)
}

# ---- one thing changed ----

sensitivity_efficiency <- function(model) {
  eff <- model$plate$eff
  if (all(eff$weight %in% 1) && all(eff$se == 0)) {
    return(NULL)
  }
  n <- length(eff$weight)
  eff[c("weight", "se", "df")] <- list(rep_len(1, n), numeric(n), rep_len(Inf, n))
  model$plate$eff <- eff
  list("efficiency 2" = model)
}

sensitivity_variance <- function(fit) {
  model <- fit$model
  if (!model$saturated || model$precision != "none" || !model$method %in% c("welch", "pooled")) {
    return(NULL)
  }
  model$method <- setdiff(c("welch", "pooled"), model$method)
  stats::setNames(list(model), model$method)
}

sensitivity_censored <- function(model, cycles) {
  plate <- model$plate
  if (!any(plate$censored)) {
    return(NULL)
  }
  plate$cq[plate$censored] <- cycles
  plate$wells[plate$censored] <- pmax(plate$wells[plate$censored], 1L)
  plate$censored[] <- FALSE
  plate$gaps <- anyNA(plate$cq)
  model$plate <- plate
  stats::setNames(list(model), paste("non-detects at", format(cycles)))
}

sensitivity_units <- function(model, most = 60) {
  used <- sort(unique(model$unit[rowSums(is.finite(model$plate$cq)) > 0]))
  if (length(used) > most || length(used) < 3) {
    return(NULL)
  }
  each <- lapply(used, function(u) {
    model$plate$cq[model$unit == u, ] <- NA_real_
    model$plate$censored[model$unit == u, ] <- FALSE
    model$plate$gaps <- TRUE
    model
  })
  stats::setNames(each, paste("without", model$units[used + 1L]))
}

# ---- how it reads ----

# One row a target and contrast: as fitted, each other analysis, and the widest range over units left out.
sensitivity_columns <- function(x) {
  base <- x[x$analysis == "as fitted", , drop = FALSE]
  key <- function(d) paste(d$target, d$contrast, sep = "\r")
  plain <- setdiff(unique(x$analysis[!startsWith(x$analysis, "without ")]), "as fitted")
  columns <- list(
    target = base$target, contrast = base$contrast, "as fitted" = sensitivity_text(base)
  )
  for (name in plain) {
    rows <- x[x$analysis == name, , drop = FALSE]
    columns[[name]] <- sensitivity_text(rows[match(key(base), key(rows)), , drop = FALSE])
  }
  out <- x[startsWith(x$analysis, "without "), , drop = FALSE]
  if (nrow(out)) {
    by <- split(out, factor(key(out), key(base)))
    columns[["a unit left out"]] <- unname(vapply(by, function(d) {
      if (all(is.na(d$fold_change))) "-" else paste(fold_label(range(d$fold_change, na.rm = TRUE)), collapse = " to ")
    }, ""))
  }
  columns
}

sensitivity_text <- function(d) {
  ifelse(is.na(d$estimate), "-", ifelse(is.na(d$conf.low), fold_label(d$fold_change), paste0(
    fold_label(d$fold_change), " (", interval_label(d$fold_low, d$fold_high), ")"
  )))
}

# What changes, in words; the units by name.
sensitivity_sentences <- function(x) {
  hit <- x[x$changed, , drop = FALSE]
  if (!nrow(hit)) {
    return(paste0("No analysis changes the direction of a row: ", plural(length(unique(x$analysis)) - 1, "was", "were"),
                  " tried."))
  }
  base <- x$direction[x$analysis == "as fitted"][match(
    paste(hit$target, hit$contrast), paste(x$target, x$contrast)[x$analysis == "as fitted"]
  )]
  key <- paste(hit$target, hit$contrast, hit$direction, sep = "\r")
  vapply(unname(split(seq_along(key), factor(key, unique(key)))), function(i) {
    paste0(
      hit$target[i[1]], ", ", hit$contrast[i[1]], ": ", base[i[1]], " as fitted, ", hit$direction[i[1]], " with: ",
      some_plain(hit$analysis[i], 6), "."
    )
  }, "")
}

#' @export
format.ddcq_sensitivity <- function(x, width = getOption("width"), rows = 20, ...) {
  check_shown(width = width, rows = rows)
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA",
    "Fold changes with one thing changed at a time", contrast_table(sensitivity_columns(x), width, rows), "",
    wrap_lines(c(
      paste0("In brackets: ", level_label(attr(x, "level", exact = TRUE)), " interval, unadjusted."),
      utils::head(sensitivity_sentences(x), rows)
    ), width)
  )
}

#' @export
print.ddcq_sensitivity <- function(x, ...) {
  if (all(c("target", "contrast", "analysis", "estimate", "fold_low", "direction", "changed") %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}

#' @export
as.data.frame.ddcq_sensitivity <- function(x, ...) {
  plain_frame(x)
}
