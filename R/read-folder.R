# From paths to runs. A path is a file, or a folder whose files are tried one by one. Instruments that export a run as
# several files (a family with `join` and `stem`) have them put together: one of them holds the Cq, and the others
# add to it.

# Runs as list(name, item, parts, extra): an item is list(path, src, family, found), `parts` are items of the same
# run, `extra` are lines for the log. A single file is not opened yet: its run has a path instead of an item.
plan_runs <- function(path, families, ask) {
  folder <- dir.exists(path)
  own <- names(path) %||% rep("", length(path))
  if (length(path) == 1 && !folder) {
    return(list(list(name = file_run(path, own), path = path[[1]])))
  }
  plan <- list()
  for (i in which(folder)) {
    plan <- c(plan, plan_folder(path[[i]], families, ask, own[i]))
  }
  files <- lapply(which(!folder), function(i) open_item(path[[i]], families, ask, own[i]))
  plan <- c(plan, plan_items(files))
  # the order in which the user named them
  first <- vapply(plan, function(run) match(run$from, path), 1L)
  plan[order(first)]
}

file_run <- function(path, own = "") if (nzchar(own)) own else sub("[.][^.]*$", "", basename(path))

# A file to an item; one that no family reads has `refuse`, in words.
open_item <- function(path, families, ask, own) {
  src <- open_source(path, check_file(path))
  check_book_sheet(ask$sheet, src)
  make_item(src, path, path, families, ask, own)
}

make_item <- function(src, path, from, families, ask, own) {
  hit <- find_family(src, families, ask)
  list(
    path = path, from = from, own = own, src = src, family = hit$family, found = hit$found,
    refuse = if (is.null(hit)) known_format(src) %||% "" else hit$found$refuse,
    asked = if (length(families) == 1) families[[1]]$id
  )
}

# The family that knows a file, with what it found; NULL when none does.
find_family <- function(src, families, ask) {
  for (family in families) {
    found <- family$find(src, ask)
    if (!is.null(found)) {
      return(list(family = family, found = found))
    }
  }
  NULL
}

# A folder may hold anything. What is no table of Cq is told, in the log where there is one, else in the error.
plan_folder <- function(path, families, ask, own) {
  files <- folder_files(path)
  why <- character()
  items <- list()
  for (file in files) {
    src <- tryCatch(open_source(file, check_file(file)), ddcq_error = first_line)
    if (is.character(src)) {
      why[basename(file)] <- src
    } else {
      items <- c(items, list(make_item(src, file, path, families, ask, own)))
    }
  }
  plan <- plan_items(items, path)
  why <- c(why, attr(plan, "lost"))
  if (!length(plan)) {
    refuse_folder(path, why)
  }
  if (length(why)) {
    line <- list(what = "files not read", n = length(why), detail = paste0(names(why), ": ", why, collapse = "; "))
    plan[[1]]$extra <- c(plan[[1]]$extra, list(line))
  }
  plan
}

first_line <- function(e) strsplit(cli::ansi_strip(conditionMessage(e)), "\n", fixed = TRUE)[[1]][1]

folder_files <- function(path, most = 1000L) {
  files <- list.files(path, full.names = TRUE)
  files <- files[!dir.exists(files) & !startsWith(basename(files), "~$")]
  if (!length(files)) {
    inside <- list.dirs(path, full.names = FALSE, recursive = FALSE)
    ddcq_abort(
      c("The folder {.val {path}} must hold files of one or more runs, and it holds no file.",
        if (length(inside)) c("i" = "It holds {cli::qty(length(inside))}the folder{?s} {some(inside)}: name one.")
      ), "file"
    )
  }
  if (length(files) > most) {
    ddcq_abort("The folder {.val {path}} holds {length(files)} files; at most {most} are tried.", "file")
  }
  files
}

refuse_folder <- function(path, why) {
  shown <- utils::head(why, 8)
  lines <- stats::setNames(paste0(literal(names(shown)), ": ", literal(shown)), rep("x", length(shown)))
  if (length(why) > 8) lines <- c(lines, "x" = paste0("and ", length(why) - 8, " more"))
  ddcq_abort(c("No file of the folder {.val {path}} is a table of Cq.", lines, known_hint()), "format")
}

# Items to runs. `folder`: files that are left over are no error; the result's attribute "lost" says why they are.
plan_items <- function(items, folder = NULL) {
  lost <- character()
  key <- vapply(seq_along(items), function(i) item_run(items[[i]], i), "")
  main <- vapply(items, function(item) is.null(item$refuse), NA)
  plan <- list()
  for (run in unique(key)) {
    group <- items[key == run]
    tables <- group[main[key == run]]
    if (!length(tables)) {
      lost <- c(lost, lose_items(group, folder))
    } else {
      plan <- c(plan, list(plan_run(tables, group[!main[key == run]], folder)))
    }
  }
  several <- length(plan) > 1
  for (i in seq_along(plan)) {
    name <- plan[[i]]$name
    own <- plan[[i]]$item$own
    if (nzchar(own)) plan[[i]]$name <- if (!is.null(folder) && several) paste(own, name) else own
  }
  attr(plan, "lost") <- lost
  plan
}

# The run that a file belongs to: a file of a family without sheets is a run of its own.
item_run <- function(item, i) {
  if (!is.null(item$found$plate)) {
    return(paste0("\r", item$found$plate$key))
  }
  stem <- item$family$stem
  if (is.null(stem) || is.null(item$found$part)) {
    return(as.character(i))
  }
  paste(dirname(item$path), stem(basename(item$path)), sep = "\r")
}

lose_items <- function(group, folder) {
  if (is.null(folder)) {
    item <- group[[1]]
    refuse_file(item$src, if (nzchar(item$refuse)) item$refuse, item$asked)
  }
  what <- vapply(group, function(item) if (nzchar(item$refuse)) item$refuse else "in no format that is known", "")
  stats::setNames(what, vapply(group, function(item) basename(item$path), ""))
}

# One run: its best table of Cq, what belongs to it, and what is not needed.
plan_run <- function(tables, parts, folder) {
  rank <- match(vapply(tables, function(item) item$found$part %||% "cq", ""), c("cq", "summary", "plate"))
  best <- tables[rank == min(rank)]
  spare <- tables[rank > min(rank)]
  item <- best[[1]]
  together <- !is.null(folder) || length(parts) || length(tables) > 1
  stem <- if (together && !is.null(item$found$part)) item$family$stem(basename(item$path)) else ""
  if (together && !is.null(item$found$plate)) stem <- item$found$plate$name
  name <- if (nzchar(stem)) stem else file_run(item$path)
  list(name = name, from = item$from, item = item, more = best[-1], parts = parts, spare = spare)
}

# A planned run to list(data, meta, counts).
read_run <- function(run, families, ask) {
  if (is.null(run$item)) {
    return(read_one(run$path, families, ask))
  }
  got <- read_item(run$item, ask)
  unused <- run$spare
  for (item in run$more) {
    joined <- add_table(got, read_item(item, ask))
    if (is.null(joined)) unused <- c(unused, list(item)) else got <- joined
  }
  if (length(run$parts)) {
    parts <- lapply(run$parts, function(item) list(part = item$found$part, found = item$found, src = item$src))
    joined <- run$item$family$join(got, parts)
    got <- joined$got
    got$meta$extra <- c(got$meta$extra, file_line("sheets joined", run$parts[joined$used]))
    unused <- c(unused, run$parts[!joined$used])
  }
  got$meta$extra <- c(got$meta$extra, file_line("sheets not needed", unused), run$extra)
  got
}

read_item <- function(item, ask) {
  got <- item$family$read(item$found, item$src, ask)
  got$meta$format <- item$family$id
  got
}

file_line <- function(what, items) {
  if (length(items)) {
    names <- vapply(items, function(item) basename(item$path), "")
    list(list(what = what, n = length(names), detail = paste(names, collapse = "; ")))
  }
}

# A second table of Cq of the same run: the same again (NULL), other wells or dyes (added), or a contradiction.
add_table <- function(got, new) {
  if (!is.null(got$meta$join)) {
    return(got$meta$join(got, new))
  }
  one <- got$data
  two <- new$data
  key <- function(x) paste(x$well, x$dye %||% NA, x$target %||% NA, sep = "\r")
  at <- match(key(two), key(one))
  if (all(is.na(at))) {
    columns <- union(names(one), names(two))
    fill <- function(x) stats::setNames(lapply(columns, function(j) x[[j]] %||% rep(NA, nrow(x))), columns)
    got$data <- list2DF(Map(c, fill(one), fill(two)))
    for (count in intersect(names(got$counts), names(new$counts))) {
      got$counts[[count]] <- got$counts[[count]] + new$counts[[count]]
    }
    got$meta$name <- paste(got$meta$name, "and", new$meta$name)
    return(got)
  }
  same <- !anyNA(at) && nrow(one) == nrow(two) && isTRUE(all.equal(one$cq[at], two$cq, tolerance = 1e-3))
  if (!same) {
    ddcq_abort(
      c("One run must have one table of Cq: {.val {got$meta$name}} and {.val {new$meta$name}} are not the same.",
        "i" = "Name the file to read instead of its folder."
      ), "data"
    )
  }
  NULL
}

check_book_sheet <- function(sheet, src) {
  if (is.null(sheet) || holds_analyses(src)) {
    return(invisible())
  }
  if (!src$kind %in% c("xls", "xlsx")) {
    ddcq_abort("{.arg sheet} is for workbooks, and {.val {src$name}} is none.", "argument")
  }
  if (!sheet %in% src$sheets) {
    ddcq_abort(c("{.val {src$name}} has no sheet {.val {sheet}}.", hint_near(sheet, src$sheets)), "argument")
  }
}

# One file to list(data, meta, counts). `families` has one element when the user named the format.
read_one <- function(path, families, ask) {
  src <- open_source(path, check_file(path))
  check_book_sheet(ask$sheet, src)
  hit <- find_family(src, families, ask)
  if (is.null(hit)) {
    refuse_file(src, known_format(src), if (length(families) == 1) families[[1]]$id)
  }
  if (!is.null(hit$found$refuse)) {
    refuse_file(src, hit$found$refuse)
  }
  read_item(list(family = hit$family, found = hit$found, src = src), ask)
}
