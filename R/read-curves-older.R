# LightCycler 480 (`Raw Data`), MxPro (`Instrument Data - Text Format 1`) and SDS 2 (`Clipped`): curves in files of
# their own. In the first two one table holds every reading of the run, so the program (or segment) must be found in
# which the cycles, or the rising temperature, were read.

lc480_curves_find <- function(src, ask) {
  if (src$kind != "text") {
    return(NULL)
  }
  block <- source_blocks(src)[[1]]
  wanted <- function(names) all(c("samplepos", "prog#", "seg#", "cycle#", "temp") %in% names)
  header <- find_header(block, wanted, pattern = "SamplePos", search = 10L)
  if (!is.null(header)) {
    return(list(block = block, header = header, by = "its columns SamplePos and Prog#"))
  }
  if (!is.null(lc480_find(src, list()))) {
    list(refuse = "a LightCycler 480 table without its curves: export the raw data")
  }
}

lc480_curves_read <- function(found, src, ask) {
  only_measured(ask, src$name)
  table <- block_table(found$block, found$header, src$name)
  channels <- which(grepl("^[0-9]{3}-[0-9]{3}$", table$plain))
  if (!length(channels)) {
    ddcq_abort("{.val {src$name}} must have a column for a pair of filters, such as 465-510; it has none.", "format")
  }
  cell <- function(name) clean_text(table$cells[, match(name, table$plain)])
  mark <- curve_mark(cell("temp"), src$name)
  number <- function(name) curve_number(cell(name), mark, src$name, table$rows, name)
  use <- choose_program(number("prog#"), number("cycle#"), number("temp"), cell("samplepos"), ask, "program", src$name)
  part <- table_rows(table, use)
  x <- if (ask$what == "melt") "temp" else "cycle#"
  parts <- lapply(channels, function(j) {
    columns <- list(well = "samplepos", x = x, y = table$plain[j], sample = "samplename", other = "temp")
    got <- long_curves(part, list(columns = columns), src, ask)
    got$columns$dye <- rep_len(table$names[j], length(got$columns$well))
    got$columns
  })
  where <- paste("filters", some_plain(table$names[channels]))
  list(columns = bind_curves(parts), signal = "Fluorescence", meta = list(where = where))
}

# The rows that hold the curves. Cycles: the one program whose wells have five cycles or more. Melting: the one with a
# single cycle, in which a well was read ten times or more while the temperature rose.
choose_program <- function(program, cycle, temperature, well, ask, what, name) {
  of_well <- well == well[1] & !is.na(well)
  fits <- vapply(sort(unique(program)), function(p) {
    at <- which(of_well & program == p)
    if (ask$what == "amplification") {
      length(unique(cycle[at])) >= 5
    } else {
      length(unique(cycle[at])) == 1 && length(at) >= 10 && diff(range(temperature[at])) > 5
    }
  }, NA)
  good <- sort(unique(program))[fits]
  if (!is.null(ask$program)) good <- intersect(ask$program, unique(program))
  if (length(good) != 1) {
    have <- sort(unique(program))
    ddcq_abort(
      c("{.val {name}} must have one {what} with {if (ask$what == 'melt') 'a melt curve' else 'cycles'}; it has \\
         {if (length(good)) some(good) else 'none'} (of {some(have)}).",
        if (length(good) > 1) c("i" = "Say which: {.code program = {good[1]}}.")
      ), "format"
    )
  }
  program == good
}

table_rows <- function(table, use) {
  table$cells <- table$cells[use, , drop = FALSE]
  table$rows <- table$rows[use]
  table
}

only_measured <- function(ask, name) {
  if (ask$signal != "measured") {
    ddcq_abort("{.val {name}} has the fluorescence as measured only: leave {.arg signal} out.", "argument")
  }
}

mx_curves_find <- function(src, ask) {
  if (src$kind != "text") {
    return(NULL)
  }
  raw <- function(x) all(c("segment", "ramp/plateau", "well", "dye", "cycle #", "fluorescence", "temperature") %in% x)
  block <- source_blocks(src)[[1]]
  header <- find_header(block, raw, search = 10L)
  if (!is.null(header)) {
    return(list(block = block, header = header, by = "its columns Segment and Ramp/Plateau"))
  }
  found <- mx_find(src, list(), "ct (r)", "an Agilent MxPro export")
  if (!is.null(found)) list(refuse = "an Agilent MxPro report without curves: export Instrument Data - Text Format 1")
}

mx_curves_read <- function(found, src, ask) {
  only_measured(ask, src$name)
  table <- block_table(found$block, found$header, src$name)
  cell <- function(name) clean_text(table$cells[, match(name, table$plain)])
  kind <- cell("ramp/plateau")
  odd <- !kind %in% c("P", "R")
  if (any(odd)) {
    ddcq_abort(
      c("The column {.field Ramp/Plateau} of {.val {src$name}} must say P or R.", "x" = "Not so: line \\
         {some(table$rows[odd])}."
      ), "format"
    )
  }
  temperature <- cell("temperature")
  mark <- curve_mark(temperature, src$name)
  number <- function(x, what) curve_number(x, mark, src$name, table$rows, what)
  mine <- kind == if (ask$what == "melt") "R" else "P"
  if (!any(mine)) refuse_curves(src, paste("an Agilent MxPro export of instrument data without", ask$what, "curves"))
  values <- lapply(list(cell("segment"), cell("cycle #"), temperature), number, what = "cells")
  use <- mine
  use[mine] <- do.call(choose_program, c(
    lapply(values, `[`, mine), list(paste(cell("well"), cell("dye"))[mine], ask, "segment", src$name)
  ))
  part <- table_rows(table, use)
  columns <- list(
    well = "well", x = if (ask$what == "melt") "temperature" else "cycle #", y = "fluorescence", target = "dye",
    beside = "temperature"
  )
  got <- long_curves(part, list(columns = columns), src, ask, columns = 12)
  # the column holds the assay's name, and the dye's where no assay was named
  dye <- lower_ascii(got$columns$target) %in% mx_dyes
  if (any(dye)) {
    got$columns$dye <- ifelse(dye, got$columns$target, NA)
    got$columns$target[dye] <- NA
  }
  list(columns = got$columns, signal = "Fluorescence", meta = list(where = paste("segment", values[[1]][use][1])))
}

sds_curves_find <- function(src, ask) {
  if (src$kind != "text") {
    return(NULL)
  }
  wanted <- function(names) {
    any(c("well nb", "well number") %in% names) && "reporter" %in% names && "rn" %in% names && sum(names == "1") >= 1
  }
  block <- source_blocks(src)[[1]]
  header <- find_header(block, wanted, search = 10L)
  if (!is.null(header)) {
    return(list(block = block, header = header, by = "its columns Well, Reporter, Rn and the cycles"))
  }
  NULL
}

# Two blocks of cycles, each behind its name: Rn and Delta Rn.
sds_curves_read <- function(found, src, ask) {
  table <- block_table(found$block, found$header, src$name)
  starts <- which(table$plain %in% c("rn", "delta rn"))
  ends <- c(starts[-1] - 1L, length(table$plain))
  blocks <- stats::setNames(Map(function(from, to) {
    at <- setdiff(from:to, from)
    at[grepl("^[0-9]+$", table$plain[at])]
  }, starts, ends), table$plain[starts])
  sds_check_blocks(blocks, starts, table, src$name)
  role <- c(measured = "rn", subtracted = "delta rn")[[ask$signal]]
  at <- blocks[[role]]
  if (is.null(at)) {
    ddcq_abort("{.val {src$name}} has no block {.val {role}}: leave {.arg signal} out.", "argument")
  }
  number <- clean_text(table$cells[, match(TRUE, table$plain %in% c("well nb", "well number"))])
  check_well_names(number, table$rows, src$name)
  plate <- plate_of_numbers(number, ask, src$name)
  got <- row_curves(table, at, as.double(table$plain[at]), src, ask)
  well <- well_name(number, plate$columns)
  named <- clean_text(table$cells[, match("reporter", table$plain)])
  columns <- c(list(well = well[got$row]), got$columns)
  columns <- c(columns, lapply(sds_reporter(named), `[`, got$row))
  list(columns = columns, signal = table$names[starts[match(role, table$plain[starts])]],
       meta = list(empty = got$empty, extra = if (!is.null(plate$note)) list(plate$note)))
}

# The blocks must hold the same cycles, and nothing may stand under their names: there a lost cell would be seen.
sds_check_blocks <- function(blocks, starts, table, name) {
  cycles <- lapply(blocks, function(at) as.integer(table$plain[at]))
  same <- vapply(cycles, identical, NA, cycles[[1]])
  moved <- rowSums(matrix(table$cells[, starts] != "", nrow(table$cells))) > 0
  if (!all(same) || any(diff(cycles[[1]]) != 1) || any(moved)) {
    ddcq_abort(
      c("The blocks of cycles in {.val {name}} must be complete and behind their names.",
        "x" = "Not so: {if (any(moved)) 'line ' else 'the header'}{if (any(moved)) some(table$rows[moved])}."
      ), "format"
    )
  }
}

# The column `Reporter` holds the detector, or the dye; a name of its own for every well is neither.
sds_reporter <- function(named) {
  if (all(lower_ascii(named) %in% c(mx_dyes, NA))) {
    return(list(dye = named))
  }
  if (length(named) > 3 && !anyDuplicated(named[!is.na(named)])) {
    return(list(reporter = named))
  }
  list(target = named)
}
