# Questions about melting peaks: several in one well, and a peak that lies off its target's.

# Peaks by row of the data: tm (the main one), n_peaks, and the median tm of each target's samples. NULL where nothing
# is known.
checked_melt <- function(p, melt) {
  if (is.null(melt)) {
    columns <- grep("^tm[0-9]*$", names(p$x), value = TRUE)
    columns <- columns[vapply(unclass(p$x)[columns], is.numeric, NA)]
    if (!"tm" %in% columns) {
      return(NULL)
    }
    peaks <- do.call(cbind, lapply(columns, function(name) is.finite(p$x[[name]])))
    tm <- as.double(p$x$tm)
    n_peaks <- rowSums(peaks)
  } else {
    row <- match_melt(p, melt)
    tm <- as.double(melt$tm)[row]
    n_peaks <- if (is.null(melt$n_peaks)) count_peaks(melt, row) else as.double(melt$n_peaks)[row]
  }
  tm[!is.finite(tm)] <- NA
  if (all(is.na(tm))) {
    return(NULL)
  }
  sample <- p$role == 1L & p$state == 1L & p$target$codes > 0L
  group <- ifelse(sample, p$target$codes - 1L, -1L)
  usual <- .Call(c_group_range, as.integer(group), tm, length(p$target$levels))
  list(tm = tm, n_peaks = n_peaks, median = usual$median, count = usual$count)
}

# The first row of `melt` that belongs to each row of the data.
match_melt <- function(p, melt) {
  check_data_frame(melt, "melt")
  check_columns(melt, c("well", "tm"), "melt")
  if (is.null(melt$run) && length(p$run$levels) > 1) {
    ddcq_abort("{.arg melt} must name the {.field run} of each well, because the data have several.", "column")
  }
  by <- intersect(c("run", "target"), names(melt))
  by <- by[vapply(by, function(name) !all(is.na(melt[[name]])), NA)]
  key <- function(table) do.call(paste, c(list(plain_well(table$well)), lapply(by, function(b) table[[b]]), sep = "\r"))
  row <- match(key(p$x), key(melt))
  if (all(is.na(row))) {
    wells <- unique(melt$well)
    ddcq_abort(
      c("{.arg melt} must have wells of the data.", "x" = "None of its wells is one: {some(wells)}.",
        "i" = if (length(by)) "Rows are matched by {.field well} and {some(by)}."
      ), "argument"
    )
  }
  row
}

# One row a peak: as many as the well has rows with a tm.
count_peaks <- function(melt, row) {
  key <- do.call(paste, c(list(plain_well(melt$well)), melt[intersect(c("run", "target"), names(melt))], sep = "\r"))
  peaks <- table(key[is.finite(melt$tm)])
  as.double(peaks[key[row]])
}

check_melt <- function(p, rules) {
  if (is.null(p$melt)) {
    return(NULL)
  }
  sample <- p$role == 1L & p$state == 1L & p$target$codes > 0L
  several <- which(sample & (p$melt$n_peaks > 1) %in% TRUE)
  usual <- p$melt$median[c(NA, seq_along(p$melt$median))[p$target$codes + 1L]]
  off <- p$melt$tm - usual
  enough <- p$melt$count[c(NA, seq_along(p$melt$count))[p$target$codes + 1L]] >= 3
  shifted <- which(sample & enough & (abs(off) > rules$tm) %in% TRUE)
  c(
    lapply(by_run_target(p, several), function(rows) peak_finding(p, rows, sample)),
    lapply(by_run_target(p, shifted), function(rows) {
      worst <- rows[which.max(abs(off[rows]))]
      finding(
        "melt_tm", "look",
        paste0(
          plural(length(rows), "well"), " ", if (length(rows) == 1) "melts" else "melt", " elsewhere than the target (",
          cycle_text(usual[worst]), " degrees): ", some_plain(paste0(
            ifelse(is.na(p$well[rows]), p$x$sample[rows], p$well[rows]), " at ", cycle_text(p$melt$tm[rows])
          ), 4), "."
        ),
        "Another product was measured there: look at the curves, and take the wells out if so.",
        where_of(p, rows), abs(off[worst]), rules$tm, "degrees C"
      )
    })
  )
}

peak_finding <- function(p, rows, sample) {
  of <- sum(sample & p$run$codes == p$run$codes[rows[1]] & p$target$codes == p$target$codes[rows[1]])
  most <- length(rows) * 2 > of
  finding(
    "melt_peaks", "look",
    paste0(
      length(rows), " of ", plural(of, "well"), " with several melting peaks",
      if (most) ": the assay makes more than one product." else paste0(" (", where_label(p, rows), ").")
    ),
    if (most) "Look at a gel; new primers, or a higher annealing or reading temperature." else
      "A second product or dimer adds to the signal there: look at the curves, and take the wells out if so.",
    where_of(p, rows), max(p$melt$n_peaks[rows]), 1, "peaks"
  )
}
