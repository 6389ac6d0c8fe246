# From paths to runs of curves. A file with curves is an item of a run; a file with a table of Cq beside it is a
# partner, which names the wells. A folder is read file by file, and what holds neither is told.

# Runs as list(name, from, items, cq): items are files with curves of one run, `cq` what may name their wells.
plan_curves <- function(path, families, ask) {
  own <- names(path) %||% rep("", length(path))
  items <- list()
  why <- character()
  for (i in seq_along(path)) {
    folder <- dir.exists(path[[i]])
    for (file in if (folder) folder_files(path[[i]]) else path[[i]]) {
      item <- open_curves(file, families, ask, folder)
      if (is.character(item)) {
        why[basename(file)] <- item
      } else {
        items <- c(items, list(c(item, own = own[i])))
      }
    }
  }
  group_curves(items, why, path)
}

# A file to an item; the reason as text where a file of a folder cannot be opened. `hit`: the family of curves; `cq`: an
# item of cq_read(), for files without such curves.
open_curves <- function(file, families, ask, folder) {
  src <- tryCatch(open_source(file, check_file(file)), ddcq_error = function(e) if (folder) first_line(e) else stop(e))
  if (is.character(src)) {
    return(src)
  }
  hit <- find_family(src, families, ask)
  item <- list(path = file, src = src, folder = folder, hit = hit)
  if (is.null(hit) || !is.null(hit$found$refuse)) {
    cq_ask <- list(sheet = NULL, na = NULL, target = NULL, plate = ask$plate)
    item$cq <- make_item(src, file, file, read_families(), cq_ask, "")
  }
  item
}

group_curves <- function(items, why, path) {
  good <- vapply(items, function(item) !is.null(item$hit) && is.null(item$hit$found$refuse), NA)
  partner <- vapply(items, function(item) !is.null(item$cq) && is.null(item$cq$refuse), NA)
  for (item in items[!good & !partner]) {
    reason <- no_curves(item)
    if (!item$folder && !is_part(item)) refuse_curves(item$src, reason)
    why[basename(item$path)] <- if (isTRUE(nzchar(reason))) reason else "no curves"
  }
  if (!any(good)) {
    one <- Filter(function(item) !item$folder, items)
    if (length(one)) refuse_curves(one[[1]]$src, no_curves(one[[1]]))
    for (item in items[partner]) why[basename(item$path)] <- no_curves(item)
    refuse_curve_folder(path[[1]], why)
  }
  curves <- items[good]
  key <- vapply(seq_along(curves), function(i) curve_run_key(curves[[i]], i), "")
  plan <- lapply(unique(key), function(k) {
    mine <- curves[key == k]
    several <- length(mine) > 1 || nzchar(mine[[1]]$hit$found$stem %||% "")
    name <- if (several) mine[[1]]$hit$found$stem else file_run(mine[[1]]$path)
    list(name = if (nzchar(mine[[1]]$own)) mine[[1]]$own else name, items = mine, key = k)
  })
  plan <- lapply(plan, add_partners, partners = items[partner], alone = length(plan) == 1)
  used <- unlist(lapply(plan, function(run) vapply(run$partners, `[[`, "", "path")))
  for (item in items[partner]) {
    if (!item$path %in% used) why[basename(item$path)] <- "a table of Cq, of no run with curves here"
  }
  if (length(why)) plan[[1]]$lost <- why
  plan
}

# What a file without such curves is, where anybody knows.
no_curves <- function(item) {
  table <- if (!is.null(item$cq) && is.null(item$cq$refuse)) "a table of Cq without curves"
  item$hit$found$refuse %||% table %||% item$cq$refuse
}

# Sheets of a run that are not needed for its curves, named beside them, are no mistake.
is_part <- function(item) !is.null(item$cq$found$part)

# Files that one run's curves are spread over: Bio-Rad writes one a dye.
curve_run_key <- function(item, i) {
  stem <- item$hit$found$stem
  if (is.null(stem)) as.character(i) else paste(dirname(item$path), stem, sep = "\r")
}

# The table of Cq of the same run: by the name that the sheets of a run share, else the only one that was named beside
# the only run (in a folder, what lies beside curves need not be theirs).
add_partners <- function(run, partners, alone) {
  found <- run$items[[1]]$hit$found
  mine <- Filter(function(item) {
    stem <- item$cq$family$stem
    !is.null(found$stem) && !is.null(stem) &&
      identical(paste(dirname(item$path), stem(basename(item$path)), sep = "\r"), run$key)
  }, partners)
  if (!length(mine) && alone && length(partners) == 1 && !partners[[1]]$folder) mine <- partners
  run$partners <- lapply(mine, `[[`, "cq")
  run
}

# A file of the other kind of curves is told with the call that reads it.
curve_call <- function(what) {
  paste0(", for which the call is cq_read_curves(path, what = \"", what, "\")")
}

refuse_curves <- function(src, what) {
  seen <- if (isTRUE(nzchar(what))) {
    "{.val {src$name}} cannot be read: it looks like {what}."
  } else {
    "{.val {src$name}} is in no format of curves that {.fn cq_read_curves} knows."
  }
  ddcq_abort(
    c(seen,
      "i" = "{.fn cq_formats} tells which formats carry curves.",
      "i" = "Any table can come in through {.fn cq_curves} once it is a data frame."
    ), "format"
  )
}

refuse_curve_folder <- function(path, why) {
  shown <- utils::head(why, 8)
  lines <- stats::setNames(paste0(literal(names(shown)), ": ", literal(shown)), rep("x", length(shown)))
  ddcq_abort(c("No file of {.val {path}} holds such curves.", lines), "format")
}
