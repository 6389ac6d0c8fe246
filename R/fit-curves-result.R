# What cq_fit_curves() gives back: the wells, their states with reasons, the signs in words, the log; how it prints.

# Of the core's states, from 1 on (0: amplified). Those up to the sixth are non-detects, and so is the twelfth.
curve_reasons <- c(
  "one value throughout", "no rise beyond the noise", "no more than a drift", "a slow drift", "falls",
  "the Cq lies beyond the last cycle", "too few cycles", "rises from the first cycle on: no baseline",
  "a step, not an amplification", "no fit could be accepted", "the fit has no such Cq",
  "rises by a sliver of the others"
)
curve_nondetect <- c(1:6, 12L)

curve_signs <- c(
  "hook", "late", "no plateau", "drift", "spike", "saturated", "gaps", "asymmetry not determined", "simpler model"
)

window_reasons <- c(
  "too few cycles", "no accelerating rise", "fewer than 4 rising cycles", "bends whatever the baseline",
  "bends whatever the baseline"
)

fitted_curves <- function(fit, set, ask, x) {
  n <- set$n
  omitted <- set$names$omitted %in% TRUE
  state <- fit$state
  # a curve that amplifies but does not reach the threshold found less than that
  below <- state == 11L & ask$kind == "threshold"
  code <- ifelse(state == 0L, 1L, ifelse(state %in% curve_nondetect | below, 2L, 3L))
  reason <- c(NA_character_, curve_reasons)[state + 1L]
  reason[below] <- "does not reach the threshold"
  code[omitted] <- 3L
  reason[omitted] <- "omitted in the instrument's software"
  cq <- ifelse(state == 0L, fit[[ask$kind]], NA_real_)
  own <- list(
    run = set$names$run, well = set$names$well, sample = set$names$sample, target = set$names$target,
    task = curve_tasks(set$names$task, n), state = fixed_factor(code, cq_states), cq = cq,
    quantity = if (!is.null(set$names$quantity)) as.double(set$names$quantity), note = reason,
    cq_se = ifelse(state == 0L, fit[[paste0(ask$kind, "_se")]], NA_real_),
    df = ifelse(is.na(fit$sigma), NA_integer_, fit$n_cycles - fit$n_parameters), model = sigmoids[fit$model + 1L]
  )
  own$model[is.na(fit$rss)] <- NA_character_
  more <- fit[c(
    "b", "c", "d", "e", "f", "sdm", "fdm", "cy0", "efficiency_at_cq", "efficiency_well", "rss", "sigma", "r_squared",
    "aicc", "n_cycles"
  )]
  more$window_note <- ifelse(
    is.na(fit$sigma) | !is.na(fit$efficiency_well), NA_character_, c("", window_reasons)[fit$window_state + 1L]
  )
  # a sigmoid through a well that did not amplify has no signs worth a word
  more$signs <- ifelse(code == 2L, "", sign_words(fit$signs))
  kept <- set$names[setdiff(names(set$names), c(names(own), names(more), "omitted"))]
  columns <- c(own[lengths(own) > 0], more, kept)
  out <- new_cq_data(columns, log_bind(log_of(x), curve_fit_log(columns, state, ask)), max(set$x))
  class(out) <- c("cq_fitted_curves", class(out))
  mark_failed(out)
}

curve_tasks <- function(task, n) {
  if (is.null(task)) {
    return(NULL)
  }
  task <- as.character(task)
  as_task_words(ifelse(is.na(task), "unknown", task), n)
}

sign_words <- function(codes) {
  levels <- unique(codes)
  words <- vapply(levels, function(code) {
    paste(curve_signs[bitwAnd(code, 2L^(seq_along(curve_signs) - 1L)) > 0], collapse = "; ")
  }, "")
  words[match(codes, levels)]
}

curve_fit_log <- function(columns, state, ask) {
  entry <- function(what, n, detail = "") log_entry("fit", what, n, detail)
  count <- function(code) sum(as.integer(columns$state) == code)
  why <- function(code) count_words(columns$note[as.integer(columns$state) == code], quote = FALSE)
  models <- columns$model[as.integer(columns$state) == 1L]
  odd <- unlist(strsplit(columns$signs[nzchar(columns$signs)], "; ", fixed = TRUE))
  log_bind(
    entry("curves", length(state)),
    entry("Cq", count(1L), paste0(cq_words[[ask$kind]], "; model: ", count_words(models, quote = FALSE))),
    if (count(2L)) entry("no amplification: nondetect", count(2L), why(2L)),
    if (count(3L)) entry("excluded", count(3L), why(3L)),
    if (length(odd)) entry("signs", sum(nzchar(columns$signs)), count_words(odd, quote = FALSE))
  )
}

cq_words <- list(
  sdm = "second derivative maximum", fdm = "first derivative maximum", cy0 = "Cy0", threshold = "threshold"
)

#' @export
format.cq_fitted_curves <- function(x, width = getOption("width"), ...) {
  lines <- NextMethod()
  more <- startsWith(lines, "Further columns: ")
  own <- c(
    curve_line(x), se_line(x), sign_line(x)
  )
  # the names of twenty columns of a fit say little: as.data.frame() has them
  at <- if (any(more)) which(more)[1] - 1L else length(lines) - 1L
  tail <- lines[length(lines)]
  c(lines[seq_len(at)], wrap_lines(own, width), tail)
}

curve_line <- function(x) {
  good <- as.integer(x$state) == 1L
  if (!any(good)) {
    return(NULL)
  }
  models <- table(x$model[good])
  paste0(
    "Fitted: ", paste(names(models), models, collapse = ", "),
    "; R squared from ", formatC(min(x$r_squared[good]), digits = 5, format = "f")
  )
}

se_line <- function(x) {
  se <- x$cq_se[as.integer(x$state) == 1L]
  if (!any(!is.na(se))) {
    return(NULL)
  }
  number <- function(v) formatC(v, digits = 3, format = "f")
  paste0(
    "Standard error of a Cq, of its fit alone: median ", number(stats::median(se, na.rm = TRUE)), ", largest ",
    number(max(se, na.rm = TRUE)), " cycles"
  )
}

sign_line <- function(x) {
  odd <- unlist(strsplit(x$signs[nzchar(x$signs)], "; ", fixed = TRUE))
  if (length(odd)) paste0("Signs: ", count_words(odd, quote = FALSE), " (column `signs`)")
}

#' @export
print.cq_fitted_curves <- function(x, ...) {
  if (all(c(cq_canonical, "model", "r_squared", "cq_se", "signs") %in% names(x))) {
    writeLines(format(x, ...))
    return(invisible(x))
  }
  NextMethod()
}
