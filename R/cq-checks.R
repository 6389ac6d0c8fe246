# What must hold of the wells: names, Cq, one row a well and target, one run a sample and target, failed reactions; and
# the second look at data that went through other hands.

# Names that differ by blanks around them are one name; a blank or missing one is an error for a well that counts.
check_names <- function(columns, from) {
  for (name in c("sample", "target")) {
    coded <- code_strings(columns[[name]])
    blank <- c(0L, which(!nzchar(trimws(coded$levels))))
    rows <- if (length(blank) > 1 || min(coded$codes) == 0L) which(coded$codes %in% blank) else integer()
    if (name == "sample") {
      # an NTC or a standard may have no sample
      rows <- rows[as.integer(columns$task)[rows] == 1L]
    }
    if (length(rows)) {
      ddcq_abort(
        c("Every row must name its {name}.",
          "x" = "{length(rows)} row{?s} of {.field {from[[name]]}} {cli::qty(length(rows))}{?is/are} blank: row \\
                 {some(rows)}.",
          "i" = "Give the name, take the rows out, or say {.code task = } for controls and standards."
        ), "data"
      )
    }
    padded <- coded$levels[coded$levels != trimws(coded$levels)]
    if (length(padded)) {
      ddcq_abort(
        c("Names must not begin or end with blanks.",
          "x" = "{.field {from[[name]]}} has {some(padded)}.",
          "i" = "Use {.fn trimws} on the column."
        ), "data"
      )
    }
  }
}

# Texts that instruments write where there is no Cq.
none_words <- c(
  "undetermined", "undet.", "undet", "no ct", "no cq", "n/a", "na", "nan", "-", "none", ""
)

as_cq <- function(cq, column, cycles) {
  if (is.character(cq) || is.factor(cq)) {
    cq <- cq_from_text(as.character(cq), column)
  } else if (!is.numeric(cq) && !all(is.na(cq))) {
    ddcq_abort("The Cq column {.field {column}} must hold numbers, not {.obj_type_friendly {cq}}.", "column")
  }
  cq <- as.double(cq)
  span <- suppressWarnings(c(min(cq, na.rm = TRUE), max(cq, na.rm = TRUE)))
  if (span[1] <= 0 || span[2] > cycles) {
    abort_cq_range(cq, column, cycles)
  }
  if (span[2] == cycles) {
    warn_last_cycle(cq, column, cycles)
  }
  cq
}

abort_cq_range <- function(cq, column, cycles) {
  bad <- which(!is.na(cq) & (cq <= 0 | cq > cycles))
  values <- cq[bad]
  beyond <- max(values)
  hint <- if (all(values > cycles) && beyond <= 60) {
    c("i" = "If the run had more cycles, say so: {.code cycles = {ceiling(beyond / 5) * 5}}.")
  } else {
    c("i" = "0, -1, 100 and 999 are codes for \"no Cq\": make them {.code NA} and give {.arg na}.")
  }
  ddcq_abort(
    c("A Cq must lie above 0 and not beyond the last cycle, {cycles}.",
      "x" = "{length(bad)} row{?s} of {.field {column}} {cli::qty(length(bad))}{?does/do} not: {some(values)}.",
      hint
    ), "data"
  )
}

warn_last_cycle <- function(cq, column, cycles) {
  n <- sum(cq == cycles, na.rm = TRUE)
  ddcq_warn(
    c("{n} Cq {?is/are} exactly {cycles}, the last cycle.",
      "i" = "Some software writes the last cycle where it found nothing. If so, make {cli::qty(n)}{?it/them} \\
             {.code NA} and give {.code na = \"nondetect\"}."
    ), "data"
  )
}

cq_from_text <- function(text, column) {
  plain <- trimws(text)
  none <- is.na(plain) | lower_ascii(plain) %in% none_words
  value <- suppressWarnings(as.double(plain))
  odd <- !none & is.na(value)
  if (any(odd)) {
    comma <- any(grepl("^[0-9]+,[0-9]+$", plain[odd]))
    bad <- plain[odd]
    ddcq_abort(
      c("The Cq column {.field {column}} must hold numbers.",
        "x" = "{sum(odd)} row{?s} {?does/do} not: {some(bad)}.",
        if (comma) c("i" = "The decimal mark is a comma: read the file with {.code dec = \",\"}.")
      ), "data"
    )
  }
  value[none] <- NA
  value
}

# A well holds one row for each target: a second one is a copy, not a replicate.
check_wells <- function(x) {
  if (all_missing(x$well)) {
    return(invisible(x))
  }
  key <- lapply(list(x$run, x$well, x$target, x[["dye"]]), function(k) if (!is.null(k)) code_strings(k)$codes)
  key <- Filter(Negate(is.null), key)
  rows <- do.call(duplicated_rows, key)
  rows <- rows[!is.na(x$well[rows])]
  if (length(rows)) {
    where <- paste0(x$well[rows], " (", x$target[rows], ", ", x$run[rows], ")")
    ddcq_abort(
      c("A run, well and target must stand in one row.",
        "x" = "{length(rows)} row{?s} repeat{?s/} an earlier one: {some(where)}.",
        "i" = "Were files read twice, or several runs put together without a {.field run} column?"
      ), "data"
    )
  }
  invisible(x)
}

all_missing <- function(x) {
  !length(x) || (is.na(x[1]) && all(is.na(x)))
}

# Reactions that failed: wells without a Cq in a cell whose other wells lie well below the last cycle. Wells without a
# name are not each other's replicates.
mark_failed <- function(x) {
  if (tabulate(x$state, 4L)[2] == 0L) {
    return(x)
  }
  named <- as.integer(x$task) == 1L & !is.na(x$sample) & !is.na(x$target)
  none <- which(as.integer(x$state) == 2L & named)
  if (!length(none)) {
    return(x)
  }
  key <- paste(x$run, x$sample, x$target, sep = "\r")
  seen <- which(key %in% key[none] & as.integer(x$state) == 1L & named)
  if (!length(seen)) {
    return(x)
  }
  means <- rowsum(cbind(x$cq[seen], 1), key[seen])
  early <- rownames(means)[means[, 1] / means[, 2] < last_cycle(x) - 5]
  failed <- none[key[none] %in% early]
  if (!length(failed)) {
    return(x)
  }
  x$state[failed] <- "excluded"
  x$note[failed] <- failed_note
  where <- paste0(ifelse(is.na(x$well[failed]), x$sample[failed], x$well[failed]), " (", x$target[failed], ")")
  log_add(x, log_entry("data", "failed reactions excluded", length(failed), some_plain(where)))
}

failed_note <- "failed reaction"

last_cycle <- function(x) {
  attr(x, "cycles", exact = TRUE) %||% 40
}

# When wells get other names, other wells are their replicates: who failed is decided anew.
mark_failed_again <- function(x) {
  was <- which(x$note %in% failed_note & as.integer(x$state) == 3L & is.na(x$cq))
  if (length(was)) {
    x$state[was] <- "nondetect"
    x$note[was] <- NA_character_
    x <- log_add(x, log_entry("data", "failed reactions judged anew", length(was), "the wells have new names"))
  }
  mark_failed(x)
}

# One sample and target in several runs: which of two things is it?
check_runs <- function(x, runs = NULL) {
  if (!is.null(runs)) {
    runs <- check_choice(runs, c("replicate", "same"), "runs")
  }
  if (same_string(x$run)) {
    return(x)
  }
  run <- code_strings(x$run)
  if (length(run$levels) < 2) {
    return(x)
  }
  spread <- spread_over_runs(x, run)
  if (!length(spread)) {
    return(x)
  }
  if (is.null(runs)) {
    abort_runs(spread, run$levels)
  }
  attr(x, "runs") <- runs
  if (runs == "replicate") {
    x$sample <- ifelse(is.na(x$sample), NA_character_, paste(x$run, x$sample, sep = ":"))
    detail <- "each run is its own passage: samples are called run:sample"
  } else {
    detail <- "one cDNA on several plates: its wells are replicates"
  }
  log_add(x, log_entry("data", "samples in several runs", length(spread), detail))
}

# Names of sample and target of the cells that lie in more than one run.
spread_over_runs <- function(x, run = code_strings(x$run)) {
  sample <- code_strings(x$sample)
  target <- code_strings(x$target)
  used <- as.integer(x$task) == 1L & sample$codes > 0L & target$codes > 0L
  cell <- (sample$codes - 1L) + length(sample$levels) * (target$codes - 1L) + 1L
  cell[!used] <- 0L
  size <- length(sample$levels) * length(target$levels)
  mixed <- which(group_value(cell, run$codes, size)$mixed)
  if (!length(mixed)) {
    return(character())
  }
  at <- mixed - 1L
  paste0(
    sample$levels[at %% length(sample$levels) + 1L], " (",
    target$levels[at %/% length(sample$levels) + 1L], ")"
  )
}

abort_runs <- function(spread, runs) {
  ddcq_abort(
    c("A sample and target must stand in one run, or {.arg runs} must say what several mean.",
      "x" = "In several of the runs {some(runs)}: {some(spread)}.",
      "i" = "{.code runs = \"replicate\"}: each run is its own passage (the sample becomes run:sample).",
      "i" = "{.code runs = \"same\"}: one cDNA was measured on several plates."
    ), "data"
  )
}

# Data that come back from other tools: the class may be gone, the columns must be there.
valid_cq_data <- function(x, arg = "x") {
  if (missing(x)) abort_missing(arg)
  if (!is.data.frame(x)) {
    ddcq_abort(
      c("{.arg {arg}} must be data from {.fn cq_data} or {.fn cq_read}, not {.obj_type_friendly {x}}."), "argument"
    )
  }
  lost <- setdiff(cq_canonical, names(x))
  if (length(lost) && !inherits(x, "cq_data")) {
    ddcq_abort(
      c("{.arg {arg}} must be data from {.fn cq_data} or {.fn cq_read}, not a plain data frame.",
        "i" = "Use {.code cq_data({arg}, sample = , target = , cq = )} first."
      ), "argument"
    )
  }
  check_columns(x, cq_canonical, arg)
  good <- is.factor(x$task) && identical(levels(x$task), cq_tasks) &&
    is.factor(x$state) && identical(levels(x$state), cq_states) && is.double(x$cq) &&
    is.character(x$sample) && is.character(x$target)
  # tabulate() counts no NA, and copies nothing
  if (!good || sum(tabulate(x$task, 6L)) < nrow(x) || sum(tabulate(x$state, 4L)) < nrow(x)) {
    ddcq_abort(
      c("The columns {.field task}, {.field state}, {.field cq}, {.field sample} and {.field target} must be as \\
         {.fn cq_data} made them.",
        "i" = "They were changed since: make the data anew with {.fn cq_data}."
      ), "data"
    )
  }
  check_gaps(x)
  check_changed(x)
}

# A Cq that was made NA by hand would leave a quantified well without one.
check_gaps <- function(x) {
  gap <- if (anyNA(x$cq)) which(is.na(x$cq) & as.integer(x$state) == 1L)
  if (length(gap)) {
    where <- paste0(ifelse(is.na(x$well[gap]), x$sample[gap], x$well[gap]), " (", x$target[gap], ")")
    ddcq_abort(
      c("A well of state {.val quantified} must have a Cq.",
        "x" = "{length(gap)} {?has/have} none: {some_plain(where, 5)}.",
        "i" = "To take a well out, use {.fn cq_exclude}; for a well that found nothing, set the {.field state} to \\
               {.val nondetect} as well."
      ), "data"
    )
  }
  x
}

# Rows that other tools made or changed obey the same rules. The columns that nobody touched are the known ones
# themselves, so asking costs nothing.
check_changed <- function(x) {
  known <- attr(x, "known", exact = TRUE)
  if (!identical(known$cq, x$cq)) {
    cycles <- last_cycle(x)
    if (any(x$cq <= 0 | x$cq > cycles, na.rm = TRUE)) abort_cq_range(x$cq, "cq", cycles)
  }
  if (!identical(known$well, x$well)) check_wells(x)
  x
}
