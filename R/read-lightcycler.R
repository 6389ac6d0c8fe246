# Roche LightCycler 480: the table of an absolute quantification (one filter, one file), and the table of a batch
# export, which stacks experiments and analyses. Neither names a target. A reaction that was called negative has an
# empty Cp.

lc480_columns <- list(
  well = c("pos", "position"),
  sample = c("name", "samplename", "sample name"),
  included = c("include", "inc", "included"),
  task = "type",
  quantity = "standard",
  concentration = "concentration",
  color = "color",
  status = c("status", "statusdesc"),
  call = "call",
  uncertain = "cpuncertain",
  cp_state = "cpstate",
  run = "experiment name",
  analysis = "analysis name"
)

lc480_cq_names <- c("cp", "crossingpoint", "crossing point")

lc480_family <- function() {
  list(
    id = "lightcycler480", name = "Roche LightCycler 480", files = "txt, csv, xls, xlsx",
    recognised = "a table with `Include`, `Pos`, `Name`, `Cp`, or with `Analysis Name`, `Position`, `CrossingPoint`",
    find = lc480_find, read = lc480_read
  )
}

lc480_wanted <- function(names) {
  any(lc480_columns$included %in% names) && any(lc480_columns$well %in% names) &&
    any(lc480_columns$sample %in% names) && any(lc480_cq_names %in% names)
}

lc480_find <- function(src, ask) {
  found <- stacked_find(src, lc480_wanted, "[Pp]os", ask$sheet)
  if (!is.null(found)) {
    found$by <- "its header"
    found$analyses <- src$kind == "text"
    return(found)
  }
  keys <- if (src$kind %in% c("text", "xls", "xlsx")) key_lines(src)
  if (any(grepl("^\"?Raw Data[ \t]+Experiment|^\"?SamplePos\tSampleName\tProg#", keys))) {
    return(list(
      refuse = "a LightCycler 480 export of fluorescence (Raw Data), which has no Cp: cq_read_curves() reads it"
    ))
  }
  if (any(grepl("^\"?Experiment: .*Selected Filter", keys))) {
    return(list(refuse = "a LightCycler 480 export without a column of Cp (melting, genotyping, relative results)"))
  }
  NULL
}

lc480_read <- function(found, src, ask) {
  parts <- lapply(found$tables, lc480_table, src = src)
  raw <- bind_raw(lapply(parts, `[[`, "raw"))
  kept <- !is.na(raw$sample) | !is.na(raw$cq_text)
  raw <- lapply(raw, `[`, kept)
  experiment <- c(unique(raw$run), parts[[1]]$experiment)[1]
  if (length(unique(raw$run)) < 2) raw$run <- NULL
  raw <- lc480_choose(raw, ask$sheet[src$kind == "text"], src$name)
  # several filters are several targets
  filters <- unique(raw$dye)
  if (length(filters) > 1) raw$target <- several_channels(raw$dye, ask, src$name)
  raw <- lc480_tasks(fill_target(raw, ask), src$name)
  mark <- file_mark(raw, src$name)
  data <- lc480_data(raw, mark, src$name)
  tables <- lapply(parts, `[[`, "table")
  meta <- stack_meta(found, src, tables[[1]], mark, parts[[1]]$at)
  meta$experiment <- experiment
  blank <- sum(vapply(tables, `[[`, 0L, "blank"))
  list(data = data, meta = meta, counts = list(read = length(kept), empty = sum(!kept), blank = blank))
}

# One table, with what the line above it says: "Experiment: <name>  Selected Filter: <dye> (<wavelengths>)".
lc480_table <- function(one, src) {
  plain <- plain_names(one$header$names)
  well <- match(intersect(lc480_columns$well, plain)[1], plain)
  cq <- match(intersect(lc480_cq_names, plain)[1], plain)
  stop <- "^\"?Experiment: "
  block <- end_table(one$block, one$header, well, cq, src$name, stop)
  table <- block_table(block, one$header, src$name)
  got <- raw_cells(table, lc480_columns, lc480_cq_names, src$name)
  above <- one$above[grepl("Selected Filter:", one$above, fixed = TRUE)]
  above <- gsub("^\"|[\"\t,;]+$", "", c(utils::tail(above, 1), "")[1])
  filter <- clean_text(sub("^.*Selected Filter:", "", above))
  got$raw$dye <- rep(filter, nrow(table$cells))
  name <- clean_text(sub("^Experiment:(.*)Selected Filter:.*$", "\\1", above))
  c(got, list(table = table, experiment = if (is.na(name)) "" else name))
}

# Analyses stand below each other. They are methods or subsets, not targets.
lc480_choose <- function(raw, chosen, name) {
  if (is.null(raw$analysis) || all(is.na(raw$analysis))) {
    raw$analysis <- NULL
    if (length(chosen)) {
      ddcq_abort("{.arg sheet} chooses an analysis, and {.val {name}} names none.", "argument")
    }
    return(raw)
  }
  run <- raw$run %||% ""
  key <- paste(run, raw$well, raw$dye, sep = "\r")
  raw <- lapply(raw, `[`, choose_analysis(raw$analysis, key, chosen, name))
  if (length(unique(raw$analysis)) < 2) raw$analysis <- NULL
  raw
}

# Standards are known by their concentration; the colours are kept, not read.
lc480_tasks <- function(raw, name) {
  none <- rep(NA_character_, length(raw$cq_text))
  raw$task <- raw$task %||% none
  raw$quantity <- raw$quantity %||% none
  raw$quantity[!grepl("[1-9]", raw$quantity)] <- NA
  raw$task[grepl("(?i)^standard", raw$task, perl = TRUE)] <- "Standard"
  raw$task[is.na(raw$task) & !is.na(raw$quantity)] <- "Standard"
  flag <- parse_flag(raw$included)
  odd <- is.na(raw$included) | is.na(flag)
  if (any(odd)) {
    shown <- raw$included[odd]
    ddcq_abort("The column {.field Include} of {.val {name}} must say True or False, not {some(shown)}.", "format")
  }
  raw$omitted <- ifelse(flag, "false", "true")
  raw
}

# An empty Cp is a negative call. Where the file has the call itself, that is what counts.
lc480_data <- function(raw, mark, name) {
  said <- function(x, usual) !is.na(x) & !lower_ascii(x) %in% usual
  flags <- lapply(raw[intersect(c("status", "cp_state"), names(raw))], function(x) {
    ifelse(said(x, c("cpsnormal", "0")), x, NA)
  })
  flags$uncertain <- if (!is.null(raw$uncertain)) ifelse(parse_flag(raw$uncertain) %in% TRUE, "uncertain Cp", NA)
  raw$flags <- join_flags(flags, length(raw$cq_text))
  raw$amp_status <- raw$call
  data <- stack_frame(raw, mark, NA, "nondetect", name, c("flags", "color", "analysis", "run"))
  # a positive without a Cp is no finding
  positive <- said(raw$call %||% NA, "pdcnegative") | (raw$color %||% NA) %in% c("255", "128")
  data$state[is.na(raw$cq_text) & positive & data$state == "nondetect"] <- "missing"
  if (!is.null(raw$concentration)) {
    value <- number_column(raw$concentration, mark, "concentration", name)
    if (any(!is.na(value))) data$concentration <- value
  }
  data
}

join_flags <- function(columns, n) {
  out <- rep(NA_character_, n)
  for (x in columns) {
    hit <- which(!is.na(x))
    out[hit] <- ifelse(is.na(out[hit]), x[hit], paste0(out[hit], ";", x[hit]))
  }
  out
}
