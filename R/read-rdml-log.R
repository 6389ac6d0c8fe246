# What an RDML file says beside its Cq: for the log, and what this package itself wrote into it.

rdml_answer <- function(data, runs, found, src, text, mark, root) {
  kept <- !(is.na(data$sample) & is.na(data$target) & data$state == "missing")
  first <- function(field) {
    value <- unique(clean_text(vapply(runs, function(run) run[[field]], "")))
    paste(utils::head(value[!is.na(value) & value != "NA"], 3), collapse = ", ")
  }
  last <- vapply(runs, function(run) run$cycles$n, 0)
  sure <- vapply(runs, function(run) run$cycles$sure, NA)
  cycles <- if (any(sure)) max(last[sure]) else NA_real_
  version <- xml2::xml_attr(root, "version")
  ids <- vapply(runs, function(run) paste0(run$experiment, ":", run$id), "")
  meta <- list(
    name = src$name, by = found$by, encoding = text$encoding, ends = "", sep = "", mark = mark, block = "",
    columns = c(cq = "cq", sample = "sample", target = "tar", task = "sample type", well = "react"), cycles = cycles,
    instrument = first("instrument"), software = first("software"), experiment = some_plain(ids), remark = "",
    date = first("date"), extra = rdml_extra(data[kept, ], version, length(runs))
  )
  list(data = data[kept, ], meta = meta, counts = list(read = length(kept), empty = sum(!kept), blank = 0L))
}

rdml_extra <- function(data, version, runs) {
  efficiency <- unique(data$efficiency_raw[!is.na(data$efficiency_raw)])
  late <- !is.na(data$flags %||% NA) & data$state == "nondetect"
  out <- data$state == "excluded"
  line <- function(what, n, detail) list(what = what, n = n, detail = detail)
  lines <- list(
    line("RDML version", NA, version),
    if (runs > 1) line("runs in the file", runs, some_plain(unique(data$run))),
    if (any(late)) line("Cq at or beyond the last cycle", sum(late), "taken as nondetect; cq_text keeps them"),
    if (any(out)) line("excluded in the file", sum(out), count_words(data$note[out])),
    if (length(efficiency)) line("efficiencies in the file", length(efficiency), rdml_scale(efficiency))
  )
  Filter(Negate(is.null), lines)
}

# Three scales are in use for the same element. The numbers are kept as they are, in `efficiency_raw`.
rdml_scale <- function(x) {
  scale <- if (all(x > 1.3 & x <= 2.3)) {
    "they look like factors (2 = doubling)"
  } else if (all(x <= 1.3)) {
    "they look like fractions (1 = doubling)"
  } else if (all(x > 20)) {
    "they look like percent (100 = doubling)"
  } else {
    "their scale is not clear"
  }
  paste0(paste(format(range(x), digits = 4, trim = TRUE), collapse = " to "), ", not used: ", scale)
}

# What cq_write_rdml() puts beside the format's own places, see there: names of wells that are no plate positions,
# quantities of wells that are no standards, the last cycle.
rdml_own <- function(data, rows, runs, root) {
  nodes <- rdml_all_of(root, "documentation")
  text <- xml2::xml_text(rdml_first_of(nodes, "text"))
  id <- xml2::xml_attr(nodes, "id")
  data$note <- ifelse(data$state == "excluded", rows$excl, rows$note)
  data$note[data$state == "excluded" & data$note %in% ""] <- NA
  data$comments <- NULL
  for (i in seq_along(runs)) {
    said <- text[match(runs[[i]]$documentation[1], id)]
    if (is.na(said)) next
    parts <- strsplit(strsplit(said, "\n", fixed = TRUE)[[1]], "\t", fixed = TRUE)
    mine <- which(rows$run_index == i)
    for (p in parts[lengths(parts) > 1]) {
      at <- mine[rows$react[mine] == p[2]]
      if (p[1] == "well") data$well[at] <- if (length(p) > 2) rdml_unpack(p[3]) else NA
      if (p[1] == "quantity") data$quantity[at[rows$target[at] == rdml_unpack(p[3])]] <- as.numeric(p[4])
    }
  }
  data
}

rdml_own_cycles <- function(runs) {
  cycles <- suppressWarnings(as.numeric(sub(" cycles$", "", runs[[1]]$description)))
  if (length(cycles)) cycles else NA_real_
}
