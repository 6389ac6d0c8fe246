# What every reader's table goes through before it is a cq_data: tasks, states, duplicates, cycles, and the log.

task_word <- function(x) gsub("[^a-z0-9]", "", lower_ascii(x))

# Task words to tasks: list(task, odd). `odd` are rows whose word nobody knows; they are "unknown" and taken out
# until the user has said what the word means, for a control read as a sample spoils a fold change unseen.
map_tasks <- function(text, own) {
  levels <- unique(text)
  word <- task_word(levels)
  meaning <- stats::setNames(rep(names(task_synonyms), lengths(task_synonyms)), unlist(task_synonyms))
  task <- unname(c(own, meaning)[match(word, c(names(own), names(meaning)))])
  task[is.na(task) & grepl("^pc", word)] <- "positive"
  odd <- is.na(task) & !is.na(levels)
  task[is.na(task)] <- "unknown"
  at <- match(text, levels)
  list(task = task[at], odd = odd[at])
}

# told: whether `run` is what the user said, or the file's name.
finish_run <- function(got, run, cycles, tasks, told = FALSE, several = FALSE) {
  data <- got$data
  meta <- got$meta
  if (!nrow(data)) {
    ddcq_abort("{.val {meta$name}} has a table of Cq without a single row in it.", "format")
  }
  data <- name_run(data, run, told && meta$format != "rdml", meta$name)
  words <- data$task %||% rep(NA_character_, nrow(data))
  tasks <- map_tasks(words, tasks)
  data <- name_wells(data, meta$name)
  check_keys(data, meta$name)
  cycles <- run_cycles(data$cq, meta$cycles, cycles)
  if (meta$format %in% c("table", "ab7700") && any(data$cq == cycles$n, na.rm = TRUE)) {
    warn_last_cycle(data$cq, meta$columns[["cq"]], cycles$n)
  }
  state <- data$state
  data$task <- factor(tasks$task, levels = cq_tasks)
  data <- settle_states(data, state, tasks$odd, words, meta$name)
  # a file of this package: its notes stand
  if (isTRUE(meta$own)) data$note <- got$data$note
  log <- read_log(got, data, state, words, tasks, cycles, several)
  mark_failed(new_cq_data(data, log, cycles$n))
}

name_run <- function(data, run, told, name) {
  runs <- unique(data$run)
  if (told && length(runs) > 1) {
    ddcq_abort(
      c("{.arg run} can only name a file of one run.", "x" = "{.val {name}} brings its own: {some(runs)}.",
        "i" = "Leave {.arg run} out."
      ), "argument"
    )
  }
  if (is.null(data$run) || (told && length(runs) == 1)) {
    data$run <- run
  } else if (anyNA(data$run)) {
    ddcq_abort("The column for the run in {.val {name}} must be filled in every row.", "format")
  }
  data
}

# A plate without names can be read; what the wells hold must then come from a sample sheet.
name_wells <- function(data, name) {
  lost <- c("sample", "target")[vapply(c("sample", "target"), function(x) all(is.na(data[[x]])), NA)]
  for (column in setdiff(c("sample", "target"), names(data))) {
    data[[column]] <- NA_character_
  }
  if (length(lost)) {
    ddcq_warn(
      c("{.val {name}} names no {lost} for its wells.",
        "i" = "{.code cq_design(x, sheet, by = \"well\")} can bring {cli::qty(lost)}{?it/them}."
      ), c("names", "data")
    )
  }
  data
}

# Several rows a well are several targets or dyes. The same ones twice are two files in one, or a mistake.
check_keys <- function(data, name) {
  dye <- data$dye %||% NA
  key <- paste(data$run, data$well, data$target, dye, sep = "\r")
  twice <- !is.na(data$well) & key %in% key[duplicated(key)]
  if (any(twice)) {
    wells <- data$well[twice]
    ddcq_abort(
      c("A well of {.val {name}} must hold a target once.",
        "x" = "More than once: {some(wells)}.",
        "i" = "Were several exports pasted into one file? Read each by itself, or give the table a column {.field run}."
      ), "data"
    )
  }
}

settle_states <- function(data, state, odd, words, name) {
  note <- data$note %||% rep(NA_character_, nrow(data))
  say <- function(rows, text) replace(note, rows, text)
  note <- say(state == "missing" & is.na(note), "no Cq in the file")
  note <- say(state == "impossible", "the Cq of the file is no number of cycles")
  note <- say(state == "omitted", "omitted in the instrument's software")
  note <- say(odd, "task not known")
  state[state %in% c("impossible", "omitted")] <- "excluded"
  state[odd] <- "excluded"
  if (any(odd)) {
    what <- unique(words[odd])
    ddcq_warn(
      c("{sum(odd)} well{?s} of {.val {name}} {cli::qty(sum(odd))}{?has/have} a task word that is not \\
       known, and {?is/are} excluded: {some(what)}.",
        "i" = "Say what it means: {.code tasks = c(\"{what[1]}\" = \"unknown\")}."
      ), "data"
    )
  }
  if (any(data$state == "impossible")) {
    bad <- data$cq_text[data$state == "impossible"]
    ddcq_warn(
      "{length(bad)} well{?s} of {.val {name}} {cli::qty(length(bad))}{?has/have} an impossible Cq, and \\
       {?is/are} excluded: {some(bad)}.",
      "data"
    )
  }
  data$state <- factor(state, levels = cq_states)
  data$note <- note
  data
}

# The last cycle: as told, as in the file, or the usual one. A file's own number below one of its Cq, or of a few
# cycles only, comes from a shortened file.
run_cycles <- function(cq, file, given) {
  top <- if (all(is.na(cq))) 0 else max(cq, na.rm = TRUE)
  if (!is.null(given)) {
    if (top > given) {
      ddcq_abort("{.arg cycles} must not be less than a Cq: it is {given}, and a Cq {round(top, 2)}.", "argument")
    }
    return(list(n = given, by = "as told"))
  }
  if (!is.na(file) && file >= 20 && file <= 100 && file + 1 > top) {
    return(list(n = file, by = "from the amplification data"))
  }
  n <- if (top <= 40) 40 else 5 * ceiling(top / 5)
  by <- if (n == 40) "assumed" else paste0("assumed from a Cq of ", format(round(top, 2)))
  if (!is.na(file)) by <- paste0(by, "; the amplification data of the file are incomplete")
  list(n = n, by = by)
}

read_log <- function(got, data, state, words, tasks, cycles, several) {
  meta <- got$meta
  counts <- got$counts
  n <- function(x) sum(state == x)
  entry <- function(what, n = NA, detail = "") list(what = what, n = as.integer(n), detail = detail)
  rows <- list(
    entry("file", nrow(data), paste0(
      meta$name, ", format \"", meta$format, "\" recognised by ", meta$by,
      paste0("; ", Filter(nzchar, c(meta$instrument, meta$software)), recycle0 = TRUE, collapse = "")
    )),
    experiment_entry(meta, entry),
    entry("text", NA, text_detail(meta)),
    if (!is.null(meta$line)) {
      entry("header", NA, paste0("line ", meta$line, if (nzchar(meta$block)) paste0(" (", meta$block, ")")))
    },
    entry("columns", length(meta$columns), paste0(names(meta$columns), " from ", meta$columns, collapse = "; ")),
    entry("rows", counts$read),
    if (counts$empty) entry("empty rows dropped", counts$empty, "without a target and without a Cq"),
    if (counts$blank) entry("blank lines passed over", counts$blank),
    if (n("nondetect")) entry("no Cq: nondetect", n("nondetect"), count_words(data$cq_text[state == "nondetect"])),
    if (n("missing")) entry("no Cq: missing", n("missing"), count_words(data$cq_text[state == "missing"])),
    if (n("omitted")) entry("omitted in the instrument's software", n("omitted"), "excluded, Cq kept"),
    if (n("impossible")) entry("impossible Cq", n("impossible"), count_words(data$cq_text[state == "impossible"])),
    if (any(!is.na(data$flags))) entry("flagged by the instrument", sum(!is.na(data$flags))),
    entry("tasks", NA, count_words(task_lines(words, tasks), quote = FALSE)),
    entry("names missing", sum(is.na(data$sample) | is.na(data$target)), "wells without a sample or a target"),
    entry("cycles", cycles$n, cycles$by)
  )
  rows <- c(rows, lapply(meta$extra, function(line) do.call(entry, line)))
  rows <- Filter(function(x) !is.null(x) && !(x$what == "names missing" && x$n == 0), rows)
  pick <- function(field) unlist(lapply(rows, `[[`, field))
  detail <- pick("detail")
  # with several files the log tells whose each line is; a single file's name stands in its first line
  if (several) detail <- paste0(data$run[1], ifelse(nzchar(detail), ": ", ""), detail)
  log_entry("read", pick("what"), pick("n"), detail)
}

# "NTC -> ntc" of every row, by the few words that there are.
task_lines <- function(words, tasks) {
  levels <- unique(words)
  at <- match(levels, words)
  said <- ifelse(is.na(levels), "(none)", levels)
  paste(said, "->", ifelse(tasks$odd[at], "not known, excluded", tasks$task[at]))[match(words, levels)]
}

# What the file says of itself: the name of the experiment, the user's comment, when it ran.
experiment_entry <- function(meta, entry) {
  said <- c(meta$experiment, meta$remark, if (nzchar(meta$date %||% "")) paste("run:", meta$date))
  said <- said[nzchar(said)]
  if (length(said)) entry("experiment", NA, paste(said, collapse = "; "))
}

text_detail <- function(meta) {
  ends <- if (nzchar(meta$ends)) paste("line ends", meta$ends)
  sep <- if (nzchar(meta$sep)) paste("delimiter", meta$sep)
  paste0(paste(c(meta$encoding, ends, sep), collapse = ", "), ", decimal mark \"", meta$mark, "\"")
}

count_words <- function(x, quote = TRUE) {
  x[is.na(x)] <- ""
  levels <- unique(x)
  n <- tabulate(match(x, levels), length(levels))
  shown <- utils::head(order(-n), 8)
  text <- if (quote) paste0("\"", levels, "\"") else levels
  paste0(paste(text[shown], n[shown], collapse = ", "), if (length(levels) > 8) ", ...")
}

# Several runs to one: columns that a file lacks are NA there.
bind_runs <- function(parts) {
  if (length(parts) == 1) {
    return(parts[[1]])
  }
  check_apart(parts)
  columns <- unique(unlist(lapply(parts, names)))
  wide <- lapply(parts, function(x) lapply(stats::setNames(nm = columns), function(j) column_of(x, j)))
  data <- lapply(stats::setNames(nm = columns), function(j) {
    values <- lapply(wide, `[[`, j)
    if (is.factor(values[[1]])) {
      return(factor(unlist(lapply(values, as.character)), levels = levels(values[[1]])))
    }
    unlist(values, use.names = FALSE)
  })
  cycles <- max(vapply(parts, attr, 0, which = "cycles", exact = TRUE))
  new_cq_data(data, do.call(log_bind, lapply(parts, log_of)), cycles)
}

column_of <- function(x, j) {
  values <- unclass(x)[[j]]
  if (is.null(values)) rep(NA, nrow(x)) else values
}
