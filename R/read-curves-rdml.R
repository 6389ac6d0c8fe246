# RDML: the points `adp` (cycle, fluorescence) and `mdp` (temperature, fluorescence) of each reaction and target, with
# the names that cq_read() gives them. RDES: the same as a table, one row a reaction.

rdml_curves_find <- function(src, ask) rdml_find(src, list())

rdml_points <- list(amplification = c("adp", "cyc"), melt = c("mdp", "tmp"))

rdml_curves_read <- function(found, src, ask) {
  only_measured(ask, src$name)
  need_package("xml2", "to read RDML.")
  text <- rdml_text(found, src)
  point <- rdml_points[[ask$what]]
  root <- xml2::xml_root(rdml_parse(text$text, src$name, keep = point[1]))
  if (xml2::xml_name(root) != "rdml") refuse_curves(src, "an XML file, but not RDML")
  parts <- rdml_all(root, ask$plate)
  runs <- lapply(parts, `[[`, "info")
  rows <- rdml_bind(lapply(parts, `[[`, "rows"))
  points <- rdml_bind(rdml_run_points(root, point, lengths(lapply(parts, function(part) part$rows$react)), src$name))
  if (!length(points$y)) {
    refuse_curves(src, paste("RDML without", ask$what, "curves"))
  }
  rows$run_index <- rep(seq_along(runs), vapply(runs, `[[`, 1L, "n"))
  own <- identical(xml2::xml_text(rdml_first_of(root, "id/publisher")), rdml_publisher)
  samples <- rdml_samples(root, own)
  names <- rdml_names(rows, runs, samples, rdml_targets(root, own), list(run = NULL, file = file_run(src$name)), own)
  tasks <- map_tasks(names$task, character())
  names$task <- factor(ifelse(tasks$odd, NA, tasks$task), levels = cq_tasks)
  if (length(runs) == 1) names$run <- NULL
  if (all(is.na(names$dye))) names$dye <- NULL
  columns <- lapply(names[setdiff(names(names), "role")], `[`, points$row)
  columns$well <- columns$well %||% rows$react[points$row]
  columns[c(ask$kind$x, "fluorescence")] <- points[c("x", "y")]
  list(columns = columns, signal = "Fluorescence", meta = list(where = paste0("elements ", point[1])))
}

# The points of all runs, each with the row of its reaction and target.
rdml_run_points <- function(root, point, rows, name) {
  runs <- rdml_all_of(root, "experiment/run")
  before <- cumsum(c(0L, rows))
  Map(function(run, first) {
    inside <- function(what) rdml_all_of(run, paste0("react/data/", point[1], what))
    odd <- inside(sprintf("[count(%s) != 1 or count(fluor) != 1]", point[2]))
    if (length(odd)) rdml_refuse_point(odd, point, name)
    number <- function(nodes) parse_number(trimws(xml2::xml_text(nodes)))
    x <- inside(paste0("/", point[2]))
    y <- inside("/fluor")
    at <- number(x)
    value <- number(y)
    gap <- is.na(value)
    gap[gap] <- lower_ascii(trimws(xml2::xml_text(y[gap]))) %in% curve_gaps
    bad <- is.na(at) | (is.na(value) & !gap)
    if (any(bad)) rdml_refuse_point(y[bad], point, name)
    n <- vapply(rdml_all_of(run, "react/data"), xml2::xml_find_num, 0, xpath = sprintf("count(%s)", point[1]))
    list(row = first + rep(seq_along(n), n)[!gap], x = at[!gap], y = value[!gap])
  }, as.list(runs), before[seq_along(runs)])
}

# `nodes`: in the points that are not as they should be.
rdml_refuse_point <- function(nodes, point, name) {
  react <- function(node) xml2::xml_attr(rdml_first_of(node, "ancestor::react"), "id")
  where <- vapply(utils::head(nodes, 5), react, "")
  ddcq_abort(
    c("Every point {.field {point[1]}} of {.val {name}} must have the numbers {.field {point[2]}} and {.field fluor}.",
      "x" = "Not so in {length(nodes)} place{?s}: reaction {some(where)}."
    ), "format"
  )
}

rdes_curves_find <- function(src, ask) {
  found <- find_table(src, function(plain) all(rdes_fixed %in% plain), "Sample Type", ask$sheet)
  if (is.null(found)) {
    return(NULL)
  }
  plain <- plain_names(found$header$names)
  melt <- !"cq" %in% plain
  if (melt != (ask$what == "melt")) {
    mine <- if (melt) "melt" else "amplification"
    return(list(refuse = paste0("RDES of ", mine, " curves", curve_call(mine))))
  }
  found
}

rdes_curves_read <- function(found, src, ask) {
  only_measured(ask, src$name)
  table <- block_table(found$block, found$header, src$name)
  at <- grep("^[0-9]+([.][0-9]+)?$", table$plain)
  if (length(at) < 2) refuse_curves(src, "RDES without a column of fluorescence")
  got <- row_curves(table, at, as.double(table$plain[at]), src, ask)
  check_well_names(clean_text(table$cells[, match("well", table$plain)]), table$rows, src$name)
  cell <- function(name) clean_text(table$cells[, match(name, table$plain)])[got$row]
  tasks <- map_tasks(cell("sample type"), character())
  columns <- list(
    well = well_name(cell("well")), sample = cell("sample"), target = cell("target"), dye = cell("dye"),
    task = factor(ifelse(tasks$odd, NA, tasks$task), levels = cq_tasks)
  )
  list(columns = c(columns, got$columns), signal = "Fluorescence", meta = list(empty = got$empty))
}
