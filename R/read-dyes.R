# What readers share whose table has a group of columns for each dye or assay in a well: one reading a group, put
# together as rows; and how they find their table and its end.

# `specs`: one spec of read_wells() a group, named by the group; what else a group has in common stands in `fixed`.
read_groups <- function(found, src, ask, specs, fixed = list()) {
  all <- Map(function(spec, i) read_wells(found, src, ask, spec), specs, seq_along(specs))
  for (i in seq_along(all)) {
    for (column in names(fixed)) {
      all[[i]]$data[[column]] <- rep(fixed[[column]][i], nrow(all[[i]]$data))
    }
  }
  got <- all[[1]]
  data <- lapply(all, `[[`, "data")
  columns <- unique(unlist(lapply(data, names)))
  got$data <- list2DF(lapply(stats::setNames(nm = columns), function(j) {
    unlist(lapply(data, function(x) x[[j]] %||% rep(NA, nrow(x))), use.names = FALSE)
  }))
  used <- vapply(data, nrow, 1L)
  for (count in c("read", "empty", "dropped")) {
    got$counts[[count]] <- sum(vapply(all, function(x) as.integer(x$counts[[count]]), 1L))
  }
  if (length(specs) > 1) {
    detail <- paste(names(specs), used, collapse = ", ")
    got$meta$extra <- list(list(what = "groups of columns", n = length(specs), detail = detail))
    columns <- unlist(lapply(unname(all), function(x) x$meta$columns))
    got$meta$columns <- columns[!duplicated(paste(names(columns), columns))]
  }
  got
}

# The first table whose header will do, in any block of a text or workbook: list(block, header, blocks).
find_table <- function(src, wanted, pattern, sheet = NULL, search = 150L) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  blocks <- source_blocks(src)
  if (!is.null(sheet)) blocks <- blocks[vapply(blocks, `[[`, "", "name") == sheet]
  for (block in blocks) {
    header <- find_header(block, wanted, pattern, search)
    if (!is.null(header)) {
      return(list(block = block, header = header, blocks = blocks, by = "its header"))
    }
  }
  NULL
}

# The table of `found` up to the first line that is no well; see end_table().
end_found <- function(found, well, cq, src, stop = "^$") {
  plain <- plain_names(found$header$names)
  found$block <- end_table(found$block, found$header, match(well, plain), match(cq, plain), src$name, stop)
  found
}

# The value of a key line ("Run Name:,plate 1"), whatever stands around it.
key_value <- function(src, key, n = 40L) {
  lines <- if (src$kind == "text") utils::head(src$lines, n) else character()
  at <- grep(paste0("^\"?", key, "\"? *[:,;\t]"), lines, ignore.case = TRUE, perl = TRUE)
  if (!length(at)) {
    return("")
  }
  value <- sub(paste0("^\"?", key, "\"? *[:,;\t]+"), "", lines[at[1]], ignore.case = TRUE, perl = TRUE)
  value <- clean_text(gsub("^[\"]+|[\",;\t]+$", "", value))
  if (is.na(value)) "" else value
}
