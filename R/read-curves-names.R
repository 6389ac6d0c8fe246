# What the wells of curves hold: sample, target and task from a table of Cq of the same run, in the same file or in one
# beside it. Names are joined by well and target where the curves name their target, by well and dye where they name a
# dye, else by well, and only where that is one row.

# The table of Cq of a run, as its reader returns it; NULL where there is none. A character: why it cannot be read.
curve_names_table <- function(run, ask) {
  families <- read_families()
  cq_ask <- list(sheet = NULL, na = "nondetect", target = NULL, plate = ask$plate)
  items <- run$partners
  if (!length(items)) {
    item <- run$items[[1]]
    if (!isTRUE(item$hit$found$results)) {
      return(NULL)
    }
    items <- list(make_item(item$src, item$path, item$path, families, cq_ask, ""))
    if (!is.null(items[[1]]$refuse)) {
      return(NULL)
    }
  }
  # what is wrong with a table of Cq is told when it is read; for its names it need not be right throughout
  tryCatch(
    suppressWarnings(read_run(plan_items(items, ".")[[1]], families, cq_ask)$data, classes = "ddcq_warning"),
    ddcq_error = first_line
  )
}

# `from`: the names of the files that the table of Cq is read from.
join_cq <- function(columns, cq, ask, from) {
  if (is.character(cq)) {
    line <- list(what = "names not joined", n = NA_integer_, detail = paste0("the table of Cq cannot be read: ", cq))
    return(list(columns = name_target(columns, ask), told = list(line)))
  }
  if (is.null(cq)) {
    return(list(columns = name_target(columns, ask)))
  }
  index <- curve_index(columns)
  first <- which(!duplicated(index))
  curve <- lapply(columns[intersect(c("well", "target", "dye"), names(columns))], `[`, first)
  cq$task <- cq$task %||% rep(NA_character_, nrow(cq))
  at <- match_cq(curve, cq)
  names <- cq_names_of(at, curve, cq)
  for (name in c("sample", "target", "dye")) {
    columns[[name]] <- fill_missing(columns[[name]], names[[name]][index])
  }
  tasks <- map_tasks(names$task, character())
  if (any(!is.na(names$task))) {
    task <- factor(ifelse(tasks$odd | is.na(names$task), NA, tasks$task), levels = cq_tasks)
    columns$task <- task[index]
  }
  if (any(names$omitted)) columns$omitted <- names$omitted[index]
  columns <- name_target(columns, ask)
  list(columns = columns, told = join_lines(names, curve, tasks, from))
}

name_target <- function(columns, ask) {
  if (!is.null(ask$target) && all(is.na(columns$target))) {
    columns$target <- rep_len(ask$target, length(columns$well))
  }
  columns
}

fill_missing <- function(have, new) {
  if (is.null(have)) {
    return(if (any(!is.na(new))) new)
  }
  have[is.na(have)] <- new[is.na(have)]
  have
}

# The row of the table for each curve. The only row of a well serves a curve without a target of its own, too.
match_cq <- function(curve, cq) {
  at <- rep(NA_integer_, length(curve$well))
  for (by in list(c("well", "target"), c("well", "dye"), "well")) {
    if (!all(by %in% names(curve)) || !all(by %in% names(cq))) next
    have <- do.call(paste, c(lapply(cq[by], as.character), sep = "\r"))
    want <- do.call(paste, c(lapply(curve[by], as.character), sep = "\r"))
    row <- match(want, have)
    row[have[row] %in% have[duplicated(have)]] <- NA
    row[Reduce(`|`, lapply(curve[by], is.na))] <- NA
    for (name in setdiff(c("target", "dye"), by)) row[contradicts(curve[[name]], cq[[name]][row])] <- NA
    at[is.na(at)] <- row[is.na(at)]
  }
  at
}

# Whether both have a name, and not the same. LightCycler 480 names the pair of filters in its curves, and "SYBR Green I
# (465-510)" in its results: of those the filters are compared, where both have them.
contradicts <- function(one, other) {
  if (is.null(one) || is.null(other)) {
    return(FALSE)
  }
  filters <- grepl("^[0-9]{3}-[0-9]{3}$", one)
  theirs <- sub("^.*\\(([0-9]{3}-[0-9]{3})\\).*$", "\\1", other)
  both <- filters & grepl("^[0-9]{3}-[0-9]{3}$", theirs)
  !is.na(one) & !is.na(other) & ifelse(filters, both & one != theirs, one != other)
}

# The names for each curve. Where a well has several rows its sample is known as long as they agree.
cq_names_of <- function(at, curve, cq) {
  pick <- function(name) {
    value <- if (is.null(cq[[name]])) rep(NA_character_, nrow(cq)) else as.character(cq[[name]])
    out <- value[at]
    if (name %in% c("sample", "task")) {
      lost <- is.na(at)
      pairs <- unique(data.frame(well = cq$well, value = value))
      pairs <- pairs[!pairs$well %in% pairs$well[duplicated(pairs$well)], ]
      out[lost] <- pairs$value[match(curve$well[lost], pairs$well)]
    }
    out
  }
  out <- lapply(stats::setNames(nm = c("sample", "target", "dye", "task")), pick)
  out$omitted <- (as.character(cq$state) == "omitted")[at] %in% TRUE
  out$found <- !is.na(at)
  out
}

join_lines <- function(names, curve, tasks, from) {
  line <- function(what, n, detail = "") list(what = what, n = as.integer(n), detail = detail)
  lost <- unique(curve$well[!names$found])
  odd <- unique(names$task[tasks$odd])
  c(
    list(line("curves named by the table of Cq", sum(names$found), some_plain(from))),
    if (length(lost)) list(line("curves without a row of Cq", sum(!names$found), paste("wells:", some_plain(lost)))),
    if (any(names$omitted)) list(line("curves of wells omitted in the instrument's software", sum(names$omitted))),
    if (length(odd)) list(line("task words not known", length(odd), some_plain(odd)))
  )
}
