#' The ratio of two targets
#'
#' How the quantity of one target over another changes between the groups, for example BAX over BCL2. It is formed in
#' each sample, so the references cancel and what the two targets share does not count twice.
#'
#' @param fit (`ddcq`) A fit.
#' @param numerator,denominator (text) Two targets of the fit.
#' @return An object of class `ddcq` with one target, called `numerator/denominator`: the same columns as any fit (see
#'   [ddcq()]). It needs no reference, so every sample that has both targets counts; the note says where that differs
#'   from the rows of `fit`. `estimate` is the log2 of the ratio's fold change: above 0 the numerator rose against the
#'   denominator. An unknown target is an error of class `ddcq_error_argument`.
#' @family model
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' ratio <- ddcq_ratio(fit, "BAX", "BCL2")
#' ratio
#' # on the log2 scale it is the difference of the two targets; its interval is its own
#' est <- function(f, t) tidy(f)$estimate[tidy(f)$target == t]
#' est(fit, "BAX") - est(fit, "BCL2")
ddcq_ratio <- function(fit, numerator, denominator) {
  check_fit(fit)
  plate <- fit$model$plate
  pair <- c(check_string(numerator, "numerator"), check_string(denominator, "denominator"))
  check_known_targets(pair[1], plate$names, "numerator")
  check_known_targets(pair[2], plate$names, "denominator")
  if (pair[1] == pair[2]) {
    ddcq_abort("{.arg numerator} and {.arg denominator} must be two targets, not {.val {pair[1]}} twice.", "argument")
  }
  at <- match(pair, plate$names)
  name <- paste0(pair[1], "/", pair[2])
  model <- ratio_model(fit$model, at, name)
  ask <- fit$spec[c("adjust", "level", "replicates")]
  parts <- fit_targets(model, 1L, 2L)
  hit <- which(model$plate$censored[, 2])
  if (length(hit)) parts <- blank_row(model, parts, 1L, hit, paste0(pair[2], " not detected in "))
  parts$note <- row_notes(model, parts, find_doubts(model, parts))
  parts$note <- ratio_notes(model, parts, fit)
  out <- fit
  class(out) <- "ddcq"
  out$spec$moderation <- NULL
  out$results <- results_of(model, parts, name, ask)
  out$samples <- ratio_samples(model, name)
  out$model <- model
  out$parts <- parts
  out$spec$call <- match.call()
  out$spec$targets <- name
  out$spec$reference <- character()
  out$spec$ratio <- pair
  out$spec$efficiency <- out$spec$efficiency[match(pair, out$spec$efficiency$target), ]
  rownames(out$spec$efficiency) <- NULL
  out$spec$dropped <- incomplete_samples(model$plate)
  out$spec$warnings <- NULL
  out
}

# The denominator is the only reference, with weight one: d = z_num - z_den, and the efficiencies enter with +D, -D.
ratio_model <- function(model, at, name) {
  plate <- model$plate
  plate$cq <- plate$cq[, at, drop = FALSE]
  plate$gaps <- anyNA(plate$cq)
  plate$wells <- plate$wells[, at, drop = FALSE]
  plate$censored <- plate$censored[, at, drop = FALSE]
  plate$spread <- plate$spread[, at, drop = FALSE]
  if (!is.null(plate$calibration)) plate$calibration$share <- plate$calibration$share[, at, , drop = FALSE]
  if (!is.null(plate$partly)) plate$partly <- plate$partly[, at, drop = FALSE]
  for (part in c("ss", "df", "ntc", "n_ntc", "n_standard", "names")) plate[[part]] <- plate[[part]][at]
  for (part in c("weight", "se", "df", "source")) plate$eff[[part]] <- plate$eff[[part]][at]
  model$ratio <- TRUE
  plate$targets <- 1L
  plate$refs <- 2L
  model$plate <- plate
  model
}

ratio_notes <- function(model, parts, fit) {
  note <- parts$note
  row <- fit$results$target == model$plate$names[1]
  if (any(row) && any(fit$results$n[row] < parts$n[1, ] | fit$results$n_control[row] < parts$n_control[1, ])) {
    text <- paste0("more samples than in the row of ", model$plate$names[1], ": no reference is needed")
    note <- paste_notes(note, matrix(text, 1, ncol(note)))
  }
  note
}

ratio_samples <- function(model, name) {
  samples <- sample_table(model)
  samples <- samples[samples$target == model$plate$names[1], ]
  samples$target <- fixed_factor(rep_len(1L, nrow(samples)), name)
  samples$cq <- NA_real_
  rownames(samples) <- NULL
  samples
}
