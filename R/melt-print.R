# What people see of melt peaks: print, tables.

#' @export
as.data.frame.cq_melt <- function(x, ..., by = c("peak", "well")) {
  by <- check_choice(by, c("peak", "well"), "by")
  if (by == "peak") x$peaks else x$wells
}

#' @export
format.cq_melt <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  wells <- x$wells
  runs <- unique(wells$run)
  spec <- x$spec
  c(
    if (!is.null(x$log) && says_simulated(x$log, runs)) "SIMULATED DATA",
    wrap_lines(paste0(
      "Melt peaks: ", plural(nrow(wells), "curve"), " in ", plural(length(runs), "run"), " (", some_plain(runs, 3), ")"
    ), width),
    wrap_lines(paste0(
      "Derivative by local quadratics in a window of ", format(spec$window), " degrees; peaks above ",
      format(100 * spec$share), " % of the largest of their well, ", format(spec$noise), " standard errors, and ",
      format(100 * spec$weak), " % of the usual"
    ), width),
    paste0("  ", melt_table(x)),
    melt_notes(x, width)
  )
}

#' @export
print.cq_melt <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}

melt_table <- function(x, rows = 30) {
  targets <- x$targets
  several <- length(unique(targets$run)) > 1
  count <- function(n) {
    vapply(seq_len(nrow(targets)), function(i) sum(x$wells$n_peaks[same_target(x$wells, targets[i, ])] %in% n), 0L)
  }
  number <- function(v, digits) ifelse(is.na(v), "-", formatC(v, digits = digits, format = "f"))
  columns <- c(
    list(target = ifelse(is.na(targets$target), "(none)", targets$target)),
    if (several) list(run = targets$run),
    if (!is.null(targets$dye)) list(dye = ifelse(is.na(targets$dye), "-", targets$dye)),
    list(
      Tm = number(targets$tm, 2), "robust SD" = number(targets$mad, 2), "one peak" = as.character(count(1L)),
      several = as.character(count(2:melt_most)), none = as.character(count(0L)), apart = as.character(targets$apart)
    )
  )
  lines <- text_table(columns)
  if (length(lines) > rows + 1) {
    lines <- c(lines[seq_len(rows + 1)], paste("... and", plural(length(lines) - rows - 1, "more")))
  }
  lines
}

# The wells that are worth a look, by name.
melt_notes <- function(x, width) {
  wells <- x$wells
  name <- paste0(wells$well, ifelse(is.na(wells$target), "", paste0(" (", wells$target, ")")))
  says <- function(flag) grepl(flag, wells$flags, fixed = TRUE)
  tm <- formatC(wells$tm, digits = 2, format = "f")
  apart <- says("tm apart")
  lines <- c(
    if (any(apart)) {
      paste0("Tm apart from its target's (more than ", format(x$spec$degrees), " degrees and ", format(x$spec$sds),
        " robust SD): ", some_plain(paste(name, tm)[apart]))
    },
    if (any(says("several"))) paste0("Several peaks: ", some_plain(name[says("several")])),
    if (any(says("no peak"))) paste0("No peak: ", some_plain(name[says("no peak")])),
    if (any(says("too few"))) paste0("Too few readings: ", some_plain(name[says("too few")]))
  )
  if (length(lines)) wrap_lines(lines, width)
}
