# Applied Biosystems since 2008 and Design & Analysis: the section or sheet `Amplification Data` (one row a cycle; Rn,
# the reporter over the passive dye, and Delta Rn, without its baseline), and melt curves: `Melt Curve Raw Data`, one
# row a reading, or with StepOne and 7500 `Melt Region Temperature Data` and `Melt Region Normalized Data`, one row a
# well each.

ab_curve_columns <- list(
  well = c("well position", "well"), number = "well", target = c("target name", "target"),
  sample = c("sample name", "sample")
)

# What Rn and Delta Rn are called; OpenArray has no passive dye.
ab_signals <- list(measured = c("rn", "r"), subtracted = c("delta rn", "drn", "delta r"))

ab_amplification <- function(names) {
  any(c("well", "well position") %in% names) && any(c("cycle", "cycle number") %in% names) &&
    any(unlist(ab_signals) %in% names)
}

ab_melt <- function(names) {
  any(c("well", "well position") %in% names) && all(c("temperature", "fluorescence") %in% names) &&
    any(c("reading", "well position") %in% names)
}

ab_melt_wide <- function(names) {
  any(c("well", "well position", "well location") %in% names) && sum(grepl("^reading ?[0-9]+$", names)) > 2
}

ab_curves_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  if (ask$what == "amplification") ab_find_amplification(src, ask) else ab_find_melt(src, ask)
}

ab_find_amplification <- function(src, ask) {
  hit <- find_curve_block(src, ab_amplification, "amplification", ask$sheet)
  if (!is.null(hit)) {
    return(c(hit, list(by = "its columns of cycles and Rn", results = TRUE)))
  }
  if (ab_keyed(src) || da_keyed(key_lines(src))) list(refuse = ab_no_curves(src, "Amplification Data"))
}

# Blocks by a word in their name, or the only block of a text; the first whose header will do.
find_curve_block <- function(src, wanted, word, sheet = NULL) {
  blocks <- source_blocks(src)
  names <- plain_names(vapply(blocks, `[[`, "", "name"))
  use <- grepl(word, names) & !grepl("multicomponent|derivative", names)
  if (src$kind == "text" && length(blocks) == 1) use <- TRUE
  if (!is.null(sheet)) use <- names == plain_names(sheet)
  blocks <- blocks[use]
  headers <- lapply(blocks, find_header, wanted = wanted)
  good <- which(!vapply(headers, is.null, NA))
  if (length(good) > 1) {
    have <- vapply(blocks[good], `[[`, "", "name")
    ddcq_abort(
      c("{.val {src$name}} holds several tables of such curves: {some(have)}.",
        "i" = if (src$kind == "text") "Give each its own file." else "Say which: {.code sheet = \"{have[1]}\"}."
      ), "format"
    )
  }
  if (length(good)) list(block = blocks[[good]], header = headers[[good]])
}

ab_no_curves <- function(src, what) {
  names <- vapply(source_blocks(src), `[[`, "", "name")
  names <- names[nzchar(names)]
  has <- if (length(names)) paste0("; it has ", some(names, 8))
  paste0("an Applied Biosystems export without ", what, has)
}

ab_find_melt <- function(src, ask) {
  hit <- find_curve_block(src, ab_melt, "melt", ask$sheet)
  if (!is.null(hit)) {
    return(c(hit, list(by = "its columns of temperature and fluorescence", results = TRUE)))
  }
  blocks <- source_blocks(src)
  names <- plain_names(vapply(blocks, `[[`, "", "name"))
  pick <- function(word) utils::head(which(grepl("^melt", names) & grepl(word, names)), 1)
  temperature <- pick("temperature data")
  normalized <- pick("normalized data")
  if (length(temperature) && length(normalized)) {
    pair <- list(temperature = blocks[[temperature]], fluorescence = blocks[[normalized]])
    headers <- lapply(pair, find_header, wanted = ab_melt_wide)
    if (!any(vapply(headers, is.null, NA))) {
      return(list(pair = pair, headers = headers, by = "its sheets of melt regions", results = TRUE))
    }
  }
  if (any(grepl("^melt.*derivative", names))) {
    return(list(refuse = paste(
      "an Applied Biosystems export with the derivative of melt curves alone: export Melt Region Normalized Data",
      "beside Melt Region Temperature Data"
    )))
  }
  if (ab_keyed(src) || da_keyed(key_lines(src))) list(refuse = ab_no_curves(src, "Melt Curve Raw Data"))
}

ab_curves_read <- function(found, src, ask) {
  if (!is.null(found$pair)) {
    return(ab_read_regions(found, src, ask))
  }
  table <- block_table(found$block, found$header, src$name)
  columns <- ab_curve_columns
  if (ask$what == "melt") {
    columns <- c(columns, list(x = "temperature", y = "fluorescence", beside = "derivative"))
    signal <- "Fluorescence"
  } else {
    y <- ab_pick_signal(table, ask, src$name)
    columns <- c(columns, list(x = c("cycle number", "cycle"), y = y$take, beside = y$beside))
    signal <- y$name
  }
  got <- long_curves(table, list(columns = columns, gaps = TRUE), src, ask)
  got$columns <- ab_positions(got$columns, found, src, ask)
  ab_answer(got, found, src, signal)
}

ab_pick_signal <- function(table, ask, name) {
  there <- lapply(ab_signals, function(names) intersect(names, table$plain)[1])
  take <- there[[ask$signal]]
  if (is.na(take)) {
    ddcq_abort(
      c("{.val {name}} must have the fluorescence as {ask$signal}; it has only {some(unlist(there)[!is.na(there)])}.",
        "i" = "Take that with {.code signal = \"{setdiff(names(there), ask$signal)}\"}."
      ), "format"
    )
  }
  other <- there[[setdiff(names(there), ask$signal)]]
  list(take = take, beside = if (is.na(other)) character() else other, name = table$names[match(take, table$plain)])
}

# Wells that are numbers get their names from other sections of the file, which have both, else from the plate that the
# key lines name.
ab_positions <- function(columns, found, src, ask) {
  columns$number <- NULL
  numbered <- grepl("^[0-9]+([.]0+)?$", columns$well)
  if (!any(numbered)) {
    return(columns)
  }
  map <- ab_position_map(src)
  number <- sub("[.]0+$", "", columns$well)
  columns$well[numbered] <- unname(map[number[numbered]])
  lost <- is.na(columns$well)
  if (any(lost)) {
    keys <- read_keys(src, found$block, found$header$row)
    plate <- c("48" = 8, "96" = 12, "384" = 24, "1536" = 48)[as.character(ask$plate %||% "none")]
    if (is.na(plate)) plate <- plate_columns(keys)
    if (is.na(plate)) {
      ddcq_abort(
        c("The wells of {.val {src$name}} are numbers, and nothing in it says what plate they stand on.",
          "i" = "{.arg plate} does: 48, 96, 384 or 1536."
        ), "format"
      )
    }
    columns$well[lost] <- well_name(number[lost], plate)
  }
  columns
}

# Number -> name, of the sections with both; NULL names where a file contradicts itself.
ab_position_map <- function(src) {
  blocks <- source_blocks(src)
  names <- plain_names(vapply(blocks, `[[`, "", "name"))
  for (block in blocks[names %in% c("sample setup", "results", "raw data")]) {
    header <- find_header(block, function(names) all(c("well", "well position") %in% names))
    if (is.null(header)) next
    table <- block_table(block, header, src$name)
    cell <- function(column) clean_text(table$cells[, match(column, table$plain)])
    pairs <- unique(data.frame(number = sub("[.]0+$", "", cell("well")), name = well_name(cell("well position"))))
    pairs <- pairs[!is.na(pairs$number) & !is.na(pairs$name), ]
    if (nrow(pairs) && !anyDuplicated(pairs$number) && !anyDuplicated(pairs$name)) {
      return(stats::setNames(pairs$name, pairs$number))
    }
  }
  character()
}

# Two tables of one row a well and one column a reading: temperatures and fluorescence.
ab_read_regions <- function(found, src, ask) {
  tables <- Map(function(block, header) block_table(block, header, src$name), found$pair, found$headers)
  parts <- lapply(tables, function(table) {
    at <- grep("^reading ?[0-9]+$", table$plain)
    well <- map_columns(table, list(well = c("well location", "well position", "well")), src$name)[["well"]]
    list(at = at, well = well_name(clean_text(table$cells[, well])), readings = table$plain[at])
  })
  same <- identical(parts[[1]]$well, parts[[2]]$well) && identical(parts[[1]]$readings, parts[[2]]$readings)
  if (!same) {
    ddcq_abort(
      "The temperatures and the fluorescence of {.val {src$name}} must be of the same wells and readings.", "format"
    )
  }
  n <- length(parts[[1]]$at)
  y <- row_curves(tables$fluorescence, parts$fluorescence$at, seq_len(n), src, ask)
  x <- row_curves(tables$temperature, parts$temperature$at, seq_len(n), src, ask)
  key <- function(z) z$row * (n + 1) + z$columns$temperature
  temperature <- x$columns$fluorescence[match(key(y), key(x))]
  text <- map_columns(tables$fluorescence, list(target = "target", dye = "reporter dye"), src$name)
  more <- lapply(text[!is.na(text)], function(j) clean_text(tables$fluorescence$cells[, j])[y$row])
  columns <- c(list(well = parts$fluorescence$well[y$row], fluorescence = y$columns$fluorescence), more)
  columns$temperature <- curve_axis(
    paste(temperature), ".", src$name, tables$fluorescence$rows[y$row], ask$kind
  )
  found$block <- found$pair$fluorescence
  found$header <- found$headers$fluorescence
  ab_answer(list(columns = columns, empty = y$empty), found, src, "Normalized")
}

ab_answer <- function(got, found, src, signal) {
  for (role in c("target", "sample", "dye")) if (all(is.na(got$columns[[role]]))) got$columns[[role]] <- NULL
  block <- found$block$name
  line <- found$header$row + (found$block$from %||% 0L)
  where <- paste0(if (nzchar(block)) paste0(block, ", "), "header in line ", line)
  list(columns = got$columns, signal = signal, meta = list(empty = got$empty, where = where))
}
