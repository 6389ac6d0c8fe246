# A run of CFX as a folder of sheets: which sheet a file is, and what the others add to the table of Cq.

# Sheets without a Cq, by the names in their header, and what to call them.
cfx_parts <- list(
  peaks = list(
    is = function(x) all(c("well", "fluor", "melt temperature", "peak height") %in% x), what = "melt peaks"
  ),
  melt = list(is = function(x) all(c("well", "fluor", "melt temp") %in% x), what = "melt temperatures"),
  curve = list(is = function(x) all(c("fluor", "efficiency %") %in% x), what = "standard curves"),
  endpoint = list(is = function(x) all(c("well", "fluor", "end rfu") %in% x), what = "end points"),
  amplification = list(is = function(x) cfx_wide(x, "cycle"), what = "fluorescence"),
  fluorescence = list(is = function(x) cfx_wide(x, "temperature"), what = "melt curves"),
  expression = list(
    is = function(x) all(c("target", "sample") %in% x) && any(c("expression sem", "relative quantity sem") %in% x) &&
      !any(cfx_cq_names %in% x),
    what = "gene expression"
  )
)

# Those that hold curves, and of what.
cfx_curve_parts <- c(amplification = "amplification", fluorescence = "melt")

cfx_wide <- function(x, first) {
  length(x) > 2 && x[1] == "" && x[2] == first && any(grepl("^[a-p][0-9]{1,2}$", x[-(1:2)]))
}

cfx_find_part <- function(src, sheet = NULL) {
  blocks <- source_blocks(src)
  if (!is.null(sheet)) {
    blocks <- blocks[vapply(blocks, `[[`, "", "name") == sheet]
  }
  for (block in blocks) {
    header <- find_header(block, function(x) !is.na(cfx_part(cfx_names(x))), "Well|Fluor|Cycle|Temperature|Target", 40L)
    if (!is.null(header)) {
      part <- cfx_part(cfx_names(plain_names(header$names)))
      what <- paste0("a Bio-Rad CFX export of ", cfx_parts[[part]]$what)
      refuse <- paste0(what, ", without the Cq", cfx_curves_hint(part, src$name))
      return(list(refuse = refuse, what = what, part = part, block = block, header = header))
    }
  }
  plate <- cfx_find_plate(src, blocks)
  if (!is.null(plate)) {
    return(plate)
  }
  keys <- cfx_keys(src)
  if (all(c("file name", "run started") %in% names(keys))) {
    list(refuse = "a Bio-Rad CFX sheet of run information", part = "information")
  }
}

# The derivative of a melt curve has the header of its fluorescence, and is refused there too.
cfx_curves_hint <- function(part, file) {
  if (!part %in% names(cfx_curve_parts)) {
    return("")
  }
  if (part == "fluorescence" && grepl("derivative", file, ignore.case = TRUE)) {
    return(": export Melt Curve RFU Results, for cq_read_curves()")
  }
  curves_reader(cfx_curve_parts[[part]])
}

cfx_part <- function(plain) {
  hit <- vapply(cfx_parts, function(part) part$is(plain), NA)
  names(cfx_parts)[hit][1]
}

# The run's name from a file's: what stands before the name of the sheet.
cfx_stem <- function(file) {
  stem <- sub("[.][^.]*$", "", file)
  sheet <- paste0(
    "Quantification[ _-]+(Cq|Ct|Amplification|Plate|Summary)|Melt[ _-]*Curve[ _-]+(Peak|RFU|Derivative|Plate|Summary)|",
    "Standard[ _-]*Curve[ _-]+Result|End[ _-]*Point[ _-]+Result|Gene[ _-]*Expression[ _-]+Result|ANOVA[ _-]+Result|",
    "Allelic[ _-]*Discrimination[ _-]+Result|Run[ _-]*Information"
  )
  pattern <- paste0("(?i)^(.*?)[ _-]*(", sheet, ").*$")
  trimws(sub(pattern, "\\1", stem, perl = TRUE), whitespace = "[ _-]")
}

# Adds to a run's table what its other sheets have: the Tm, the efficiency as the instrument gave it, the number of
# cycles, and when and with what it was run. `parts`: list(part, found, src). Returns the run and which were used.
cfx_join <- function(got, parts) {
  kinds <- vapply(parts, `[[`, "", "part")
  used <- logical(length(parts))
  add <- c(peaks = cfx_add_tm, melt = cfx_add_tm, curve = cfx_add_curve, amplification = cfx_add_cycles,
           information = cfx_add_keys)
  for (kind in names(add)) {
    for (i in which(kinds == kind)) {
      new <- add[[kind]](got, parts[[i]])
      used[i] <- !is.null(new)
      got <- new %||% got
    }
  }
  list(got = got, used = used)
}

cfx_part_cells <- function(part, columns) {
  table <- block_table(part$found$block, part$found$header, part$src$name)
  table$plain <- cfx_names(table$plain)
  at <- map_columns(table, columns, part$src$name)
  lapply(at[!is.na(at)], function(j) clean_text(table$cells[, j]))
}

cfx_add_tm <- function(got, part) {
  raw <- cfx_part_cells(part, cfx_columns[c("well", "dye", "target", "tm", "peak")])
  if (!is.null(got$data$tm) || is.null(raw$tm)) {
    return(NULL)
  }
  mark <- decimal_mark(raw$tm)
  mark <- if (mark %in% c(".", ",")) mark else got$meta$mark
  tm <- parse_number(raw$tm, mark)
  height <- if (is.null(raw$peak)) rep(NA_real_, length(tm)) else parse_number(raw$peak, mark)
  raw$well <- well_name(raw$well)
  roles <- Filter(function(role) !is.null(raw[[role]]) && !is.null(got$data[[role]]), c("well", "dye", "target"))
  key <- do.call(paste, c(raw[roles], sep = "\r"))
  # without heights a well with several peaks has no Tm
  several <- key %in% key[duplicated(key) & !is.na(tm)]
  tm[several & is.na(height)] <- NA
  best <- order(key, -height)
  best <- best[!duplicated(key[best])]
  got$data$tm <- tm[best][match(do.call(paste, c(unclass(got$data)[roles], sep = "\r")), key[best])]
  if (all(is.na(got$data$tm))) got$data$tm <- NULL
  got
}

# One efficiency a dye, or a dye and target; a dye with several of them says nothing about a well.
cfx_add_curve <- function(got, part) {
  columns <- list(
    dye = "fluor", target = "target", efficiency = "efficiency %", slope = "slope", intercept = "y-intercept"
  )
  raw <- cfx_part_cells(part, columns)
  if (is.null(raw$efficiency) || is.null(got$data$dye) || !is.null(got$data$efficiency_raw)) {
    return(NULL)
  }
  mark <- decimal_mark(c(raw$slope, raw$intercept))
  value <- parse_number(raw$efficiency, if (mark %in% c(".", ",")) mark else got$meta$mark)
  roles <- c("dye", if (!is.null(raw$target) && any(!is.na(raw$target))) "target")
  key <- do.call(paste, c(raw[roles], sep = "\r"))
  value[key %in% key[duplicated(key)]] <- NA
  found <- value[match(do.call(paste, c(unclass(got$data)[roles], sep = "\r")), key)]
  if (any(!is.na(found))) got$data$efficiency_raw <- found
  got
}

cfx_add_cycles <- function(got, part) {
  cycle <- parse_number(cfx_part_cells(part, list(cycle = "cycle"))$cycle, got$meta$mark)
  last <- max(c(cycle, got$meta$cycles), -Inf, na.rm = TRUE)
  if (is.finite(last)) got$meta$cycles <- last
  got
}

cfx_add_keys <- function(got, part) {
  got$meta <- cfx_told(got$meta, cfx_keys(part$src))
  got
}
