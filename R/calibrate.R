# cq_calibrate(): several runs on one scale, from samples that were measured in all of them.

#' Several runs on one scale
#'
#' A target's Cq may differ between runs for no biological reason: threshold, reagents, instrument. Samples that were
#' measured in several runs, the calibrators, show by how much. Per target one model `sample + run` is fitted to the
#' mean Cq of the calibrators in each run, and each run's offset is taken off its wells.
#'
#' @param x (`cq_data`) The wells of several runs.
#' @param calibrator (text) Names of the calibrator samples; the wells of task `calibrator` when left out, which is the
#'   better way to say it, because such wells are no samples of the experiment. They need not all stand in every run, as
#'   long as every two runs are linked, if need be through others.
#' @param ... Not used.
#' @param efficiency (number or `cq_efficiency`) As in [ddcq()]: one efficiency a target over all runs, never one a
#'   run. It changes no offset (the model is the same in Cq and in log2 quantity); it is what turns offsets into
#'   calibration factors.
#' @param group (text) A column of the design. When the runs cannot be linked, the error says whether the groups could
#'   be compared without a calibration.
#' @param runs (`"same"` or `"replicate"`) What a sample is that stands in several runs: one cDNA, whose calibrated
#'   wells are then put together (`"same"`), or a passage of its own in each run (`"replicate"`). As it was in `x` when
#'   left out.
#' @return `x` with the calibrated Cq in `cq`, the measured one in the column `cq_measured`, lines in the log, and the
#'   calibration, which [cq_calibration()] shows. Errors: `ddcq_error_calibration` (no calibrator, runs that are not
#'   linked: they are named; data that are calibrated already), `ddcq_error_argument`, `ddcq_error_column`. One warning
#'   of class `ddcq_warning_calibration` says where nothing is left to estimate the error of the offsets from.
#' @details
#' The offsets of a target sum to 0 over its runs. With every calibrator in every run they are those of Hellemans et al.
#' (2007): the mean of the calibrators in the run minus the mean over the runs, whose calibration factor is the
#' geometric mean. With calibrators missing, the model uses what is there.
#'
#' The offset of a run is one number for all of its samples, so its error does not average out over them and cannot be
#' added to the samples one by one. The calibration therefore keeps the covariance of the offsets; a contrast whose
#' estimator gives the samples of run r the total weight h(r) has the additional variance h' C h, which is 0 where every
#' run holds the groups in equal shares. In simulations of three runs that hold one group each, intervals with it cover
#' 95 %, where the same error added to every sample covers 86 to 93 %. Where the calibrators leave no degree of freedom
#' (one calibrator), the covariance holds the technical error of their wells alone.
#'
#' Controls and standards are calibrated with their run. A non-detect stays one, censored at the last cycle.
#' @references Hellemans J, Mortier G, De Paepe A, Speleman F, Vandesompele J (2007). qBase relative quantification
#'   framework and software for management and automated analysis of real-time quantitative PCR data. Genome Biology 8,
#'   R19. \doi{10.1186/gb-2007-8-2-r19}
#' @family data
#' @export
#' @examples
#' plates <- data.frame(
#'   run = rep(c("p1", "p2"), each = 5), target = "MYC",
#'   sample = c("irc1", "irc2", "a", "b", "c", "irc1", "irc2", "d", "e", "f"),
#'   cq = c(24.0, 27.1, 25.1, 25.3, 26.0, 24.6, 27.5, 25.9, 25.5, 26.4)
#' )
#' plates$task <- ifelse(startsWith(plates$sample, "irc"), "calibrator", "unknown")
#' x <- cq_calibrate(cq_data(plates))
#' cq_calibration(x)
#' as.data.frame(x)[c("run", "sample", "task", "cq_measured", "cq")]
cq_calibrate <- function(x, calibrator = NULL, ..., efficiency = NULL, group = NULL, runs = NULL) {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  if (!is.null(attr(x, "calibration", exact = TRUE))) {
    ddcq_abort(
      c("{.arg x} must not be calibrated yet, but it is.",
        "i" = "Start from the data as they were read: calibrating twice would not know the first one's error."
      ), "calibration"
    )
  }
  x <- as_runs(x, runs)
  run <- code_strings(x$run)
  if (length(run$levels) < 2) {
    ddcq_abort(c("There must be several runs to calibrate.", "x" = "The data have {some(run$levels)}."), "calibration")
  }
  if (!is.null(group)) check_columns(x, check_string(group, "group"), "x")
  cells <- calibrator_cells(x, calibrator, run)
  targets <- calibrated_targets(x, run)
  check_linked(x, cells, targets, run, group)
  fit <- fit_calibration(cells, targets, run$levels, calibration_efficiency(efficiency, targets$name))
  apply_calibration(x, fit, run)
}

# ---- which wells ----

# What a sample in several runs is may be decided anew here, now that the runs will be on one scale.
as_runs <- function(x, runs) {
  before <- attr(x, "runs", exact = TRUE)
  if (is.null(runs)) {
    return(x)
  }
  runs <- check_choice(runs, c("same", "replicate"), "runs")
  if (identical(runs, before) || (is.null(before) && !length(spread_over_runs(x)))) {
    return(x)
  }
  if (identical(before, "replicate")) {
    x$sample <- own_name(x)
    check_wells(x)
    attr(x, "runs") <- "same"
    x <- log_add(x, log_entry("calibrate", "samples of several runs are one", NA, "run:sample is the sample again"))
    return(mark_failed_again(x))
  }
  mark_failed_again(check_runs(x, runs))
}

# Names of samples without the run that stands before them where each run is its own passage.
own_name <- function(x) {
  own <- identical(attr(x, "runs", exact = TRUE), "replicate") & startsWith(x$sample, paste0(x$run, ":"))
  ifelse(own %in% TRUE, substring(x$sample, nchar(x$run) + 2), x$sample)
}

# The calibrators' wells by sample, run and target: mean Cq, number of wells, squares about the mean.
calibrator_cells <- function(x, calibrator, run) {
  name <- own_name(x)
  if (is.null(calibrator)) {
    is_one <- as.integer(x$task) == 3L
    if (!any(is_one)) abort_no_calibrator(x, name)
  } else {
    calibrator <- unique(check_strings(calibrator, "calibrator"))
    lost <- setdiff(calibrator, name)
    if (length(lost)) {
      ddcq_abort(
        c("{.arg calibrator} must name samples of the data.", "x" = "There is no sample {some(lost)}.",
          hint_near(lost[1], unique(name[!is.na(name)]))
        ), "argument"
      )
    }
    is_one <- name %in% calibrator & as.integer(x$task) %in% c(1L, 3L, 6L)
  }
  rows <- which(is_one & as.integer(x$state) == 1L & !is.na(name) & !is.na(x$target))
  cell_means(name[rows], x$target[rows], run$codes[rows], x$cq[rows])
}

# Means by cell, with the squares about them.
cell_means <- function(sample, target, run, cq) {
  key <- paste(sample, target, run, sep = "\r")
  first <- which(!duplicated(key))
  cell <- match(key, key[first])
  n <- tabulate(cell, length(first))
  # about the first value of the cell, so that a large common part costs no digits
  base <- cq[first]
  mean <- base + as.vector(rowsum(cq - base[cell], cell)) / n
  data.frame(
    sample = sample[first], target = target[first], run = run[first], cq = mean, wells = n,
    ss = as.vector(rowsum((cq - mean[cell])^2, cell)), stringsAsFactors = FALSE
  )
}

abort_no_calibrator <- function(x, name) {
  shared <- split(x$run, name)
  several <- names(shared)[vapply(shared, function(r) length(unique(r)) > 1, NA)]
  ddcq_abort(
    c("There must be calibrators: samples that were measured in several runs.",
      "x" = "No well has the task {.val calibrator}.",
      "i" = if (length(several)) "In several runs: {some(several)}. Name them: {.code calibrator = }." else
        "No sample stands in several runs. If every run holds every group, make the run a block: \\
         {.code ~ treatment + run}."
    ), "calibration"
  )
}

# The targets of the experiment, and in which runs they were measured.
calibrated_targets <- function(x, run) {
  target <- code_strings(x$target)
  measured <- as.integer(x$state) <= 2L & as.integer(x$task) == 1L & target$codes > 0L
  used <- table(
    factor(target$codes[measured], seq_along(target$levels)), factor(run$codes[measured], seq_along(run$levels))
  ) > 0
  keep <- which(rowSums(used) > 0)
  if (!length(keep)) abort_no_unknown()
  list(name = target$levels[keep], used = matrix(used[keep, ], length(keep)))
}

# Every two runs of a target must be linked by calibrators.
check_linked <- function(x, cells, targets, run, group) {
  lines <- unlist(lapply(seq_along(targets$name), function(j) {
    mine <- cells[cells$target == targets$name[j], , drop = FALSE]
    runs <- which(targets$used[j, ])
    if (length(runs) < 2) {
      return(NULL)
    }
    links <- table(factor(mine$run, seq_along(run$levels)), mine$sample) > 0
    part <- linked_parts(matrix(links, length(run$levels)))[runs]
    if (all(part == part[1])) {
      return(NULL)
    }
    sets <- vapply(split(run$levels[runs], part), function(r) paste0("(", some_plain(r), ")"), "")
    paste0(targets$name[j], ": ", paste(sets, collapse = " and "))
  }))
  if (!length(lines)) {
    return(invisible())
  }
  n <- length(lines)
  lines <- stats::setNames(literal(utils::head(lines, 5)), rep("x", min(n, 5)))
  ddcq_abort(
    c("The runs of a target must be linked by calibrators.", "x" = "Not linked, for {n} target{?s}:", lines,
      group_line(x, group, run),
      "i" = "Measure a calibrator in both, name further ones ({.arg calibrator}), or take the target or run out."
    ), "calibration"
  )
}

# Whether the groups could be compared inside the runs.
group_line <- function(x, group, run) {
  if (is.null(group)) {
    return(NULL)
  }
  value <- as.character(x[[group]])
  use <- as.integer(x$task) == 1L & !is.na(value)
  together <- table(value[use], run$levels[run$codes[use]]) > 0
  parts <- if (all(dim(together) > 0)) linked_parts(matrix(together, nrow(together))) else 1L
  if (max(parts) == 1L) {
    return(c("i" = "The runs share levels of {.field {group}}: a block for the run in the formula, {.code + run}, \\
                    needs no calibrators."))
  }
  says <- vapply(split(rownames(together), parts), some_plain, "")
  c("x" = paste0(
    "Without it ", literal(group), " cannot be told from the run: ", literal(paste(says, collapse = " and ")),
    " share no run."
  ))
}
