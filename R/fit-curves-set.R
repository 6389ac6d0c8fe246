# A set of curves and one call of the core for it.

sigmoids <- c("b4", "b5", "l4", "l5", "gompertz")

# All curves with one model: a list of columns. In pieces, for the bar.
fit_set <- function(set, model, ask, size = 2048L) {
  pieces <- split(seq_len(set$n), (seq_len(set$n) - 1L) %/% size)
  bar <- ask$progress && length(pieces) > 1
  if (bar) id <- cli::cli_progress_bar("Fitting curves", total = set$n, clear = TRUE)
  options <- c(match(model, sigmoids), match(ask$kind, cq_kinds), ask$cut + 1L) - 1L
  out <- lapply(pieces, function(k) {
    from <- set$start[k[1]]
    rows <- from + seq_len(set$start[k[length(k)] + 1L] - from)
    fit <- .Call(
      c_fit_curves, set$x[rows], set$y[rows], set$start[c(k, k[length(k)] + 1L)] - from, set$threshold[k],
      set$base_first[k], set$base_last[k], options, ask$threads
    )
    if (bar) cli::cli_progress_update(inc = length(k), id = id)
    c(
      stats::setNames(asplit_columns(fit$value), fit_columns), stats::setNames(asplit_columns(fit$code), fit_codes)
    )
  })
  if (bar) cli::cli_progress_done(id = id)
  if (length(out) == 1) {
    return(out[[1]])
  }
  lapply(stats::setNames(nm = c(fit_columns, fit_codes)), function(j) unlist(lapply(out, `[[`, j), use.names = FALSE))
}

target_of <- function(set) ifelse(is.na(set$names$target), "", set$names$target)

cq_kinds <- c("sdm", "fdm", "cy0", "threshold")

fit_columns <- c(
  "b", "c", "d", "e", "f", "b_se", "c_se", "d_se", "e_se", "f_se", "sdm", "fdm", "cy0", "threshold", "sdm_se", "fdm_se",
  "cy0_se", "threshold_se", "rss", "sigma", "r_squared", "aicc", "aicc_drift", "efficiency_at_cq",
  "efficiency_at_cq_se", "rise", "efficiency_well", "window_baseline", "window_log10_n0"
)

fit_codes <- c("state", "signs", "model", "n_cycles", "n_parameters", "window_state", "window_first", "window_last")

asplit_columns <- function(m) lapply(seq_len(ncol(m)), function(j) m[, j])
