# From the rows of an RDML document to the columns of a cq_data: names, Cq and states, and what else is kept.

# Who was measured where. Names that the user gave the files go before the file's own names of runs, and before them
# when there are several files: every instrument calls its only run "Run 1".
rdml_names <- function(rows, runs, samples, targets, ask, own) {
  s <- match(rows$sample, samples$id)
  g <- match(rows$target, targets$id)
  sample <- ifelse(is.na(s), clean_text(rows$sample), samples$name[s])
  target <- ifelse(is.na(g), clean_text(rows$target), targets$name[g])
  task <- rdml_pick(samples$type, s, rows$target)
  task[is.na(task)] <- "unkn"
  task[which(samples$calibrator[s])] <- "calibrator"
  run <- rdml_run_names(runs, ask$run, ask$file)[rows$run_index]
  list2DF(list(
    run = run, well = rows$well, sample = sample, target = target, task = clean_text(task), dye = targets$dye[g],
    role = targets$role[g]
  ))
}

rdml_run_names <- function(runs, given, file) {
  own <- vapply(runs, `[[`, "", "run")
  odd <- is.na(own) | grepl(rdml_guid, vapply(runs, `[[`, "", "id"))
  own[odd] <- if (length(own) == 1) file else paste("run", which(odd))
  own <- make.unique(own, sep = " ")
  if (is.null(given)) own else if (length(own) == 1) given else paste0(given, ":", own)
}

# Cq to states. -1 says that there is none (so does 100 of LightCycler 96); a Cq at or beyond the last cycle of its
# run is none either, whatever was written there, and the user is told. A reaction without any Cq was not
# analysed, but in Bio-Rad's files, which leave it out where nothing was found.
rdml_cq <- function(data, rows, runs, mark, own, root, name) {
  text <- rows$cq_text
  number <- parse_number(text, mark)
  state <- ifelse(is.na(text), "missing", ifelse(is_nondetect_word(text), "nondetect", "unread"))
  state[!is.na(number)] <- ifelse(number[!is.na(number)] > 0, "quantified", "impossible")
  state[which(number == -1)] <- "nondetect"
  if (any(state == "unread")) {
    bad <- text[state == "unread"]
    ddcq_abort("The Cq of {.val {name}} must be numbers, not {some(bad)}.", "format")
  }
  late <- if (own) rep(FALSE, length(text)) else rdml_late(number, rows, runs)
  known <- !is.na(vapply(runs, function(run) run$cycles$n, 0)[rows$run_index])
  if (!own && any(number %in% 40 & !known)) warn_last_cycle(number[!known], "cq", 40)
  biorad <- grepl("bio-?rad", rdml_maker(root), ignore.case = TRUE) |
    grepl("bio-?rad|cfx", vapply(runs, `[[`, "", "software"), ignore.case = TRUE)[rows$run_index]
  state[state == "missing" & biorad & !is.na(rows$last)] <- "nondetect"
  state[late] <- "nondetect"
  number[state != "quantified"] <- NA
  data$flags <- if (any(late)) ifelse(late, "cq_ge_cycles", NA_character_)
  out <- rdml_excluded(rows$excl, state, root)
  # 100 is the format's own code for none and needs no warning
  odd <- late & !grepl("^100([.]0*)?$", text) & out$state == "nondetect"
  if (any(odd)) rdml_tell_late(text, odd, name)
  data$note <- out$note
  data[c("cq", "state", "cq_text")] <- list(number, out$state, text)
  data
}

rdml_late <- function(number, rows, runs) {
  last <- vapply(runs, function(run) run$cycles$n, 0)[rows$run_index]
  sure <- vapply(runs, function(run) run$cycles$sure, NA)[rows$run_index]
  late <- ifelse(sure, number >= last, number == last | number > last + 1)
  late[is.na(late)] <- FALSE
  late | number %in% 100 | (number > 100 & !is.na(number))
}

rdml_tell_late <- function(text, late, name) {
  shown <- text[late]
  ddcq_warn(
    c("{length(shown)} Cq of {.val {name}} {cli::qty(length(shown))}{?lies/lie} at or beyond the last cycle, and \\
       {?is/are} taken for none: {some(shown)}.",
      "i" = "The column {.field cq_text} has what the file says."
    ), "data"
  )
}

rdml_maker <- function(root) {
  maker <- xml2::xml_text(rdml_first_of(root, "id/publisher"))
  if (is.na(maker)) "" else maker
}

# `excl` names the reason; in 1.0 it says TRUE or FALSE of every reaction.
rdml_excluded <- function(excl, state, root) {
  word <- lower_ascii(clean_text(excl))
  old <- xml2::xml_attr(root, "version") %in% c("1.0", "1")
  out <- !is.na(excl) & !word %in% c("false", "0", if (old) NA)
  note <- ifelse(out, clean_text(excl), NA_character_)
  note[out & (word %in% c("true", "1") | is.na(note))] <- "excluded in the file"
  state[out] <- "excluded"
  list(state = state, note = note)
}

rdml_sides <- function(data, rows, samples, targets, mark) {
  s <- match(rows$sample, samples$id)
  g <- match(rows$target, targets$id)
  number <- function(x) parse_number(clean_text(x), mark)
  data$quantity <- number(rdml_pick(samples$quantity, s, rows$target))
  side <- list(tm = number(rows$tm), efficiency_raw = number(targets$efficiency[g]), comments = clean_text(rows$note))
  side$tm[which(side$tm <= 0)] <- NA
  side$efficiency_raw[which(side$efficiency_raw <= 0)] <- NA
  for (name in names(side)) if (any(!is.na(side[[name]]))) data[[name]] <- side[[name]]
  for (name in c("dye", "role")) if (all(is.na(data[[name]]))) data[[name]] <- NULL
  notes <- samples$annotation
  for (property in setdiff(unique(notes$property), c(NA, rdml_nameless))) {
    mine <- notes$property == property & !is.na(notes$property)
    column <- if (property %in% c(cq_canonical, names(data))) paste(property, "(annotation)") else property
    data[[column]] <- notes$value[mine][match(s, notes$index[mine])]
  }
  data
}
