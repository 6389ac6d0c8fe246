# Applied Biosystems Design & Analysis 2 and Diomni (QuantStudio 1/3/5/6/7 Pro): the names without "Name", the key
# lines "# Key: Value", quantities and groups on other sheets.

da_columns <- ab_columns

da_family <- function() {
  list(
    id = "design-analysis",
    name = "Applied Biosystems Design & Analysis 2, Diomni (QuantStudio 1/3/5/6/7 Pro)",
    files = "csv, xls, xlsx",
    recognised = "a `Results` table with `Well Position` and `Cq`; the key line `Software Name and Version`",
    find = da_find,
    read = da_read
  )
}

da_wanted <- function(keyed) {
  function(names) {
    well <- any(c("well", "well position") %in% names)
    marks <- c("auto threshold", "auto baseline", "baseline start", "amp status", "reporter", "omit")
    own <- "well position" %in% names && any(marks %in% names)
    well && any(c("cq", "ct", "crt") %in% names) && (own || keyed)
  }
}

da_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  keyed <- da_keyed(key_lines(src))
  found <- find_results(src, da_wanted(keyed), c("results", "result", "primary_result", "primary result"), ask$sheet)
  if (is.null(found) && keyed) {
    return(list(refuse = "a Design & Analysis export without a results table of one Cq a well"))
  }
  if (!is.null(found)) {
    found$by <- if (keyed) "its key lines and its header" else "its header"
  }
  found
}

# The engine is that of the older family; the quantities of standards stand on a sheet of their own, and "-" there
# is none.
da_read <- function(found, src, ask) {
  curve <- find_block(found, "standard curve result")
  group <- find_block(found, "replicate group result")
  found$extra <- function(raw) {
    well <- function(names) all(c("target", "quantity") %in% names) && any(c("well", "well position") %in% names)
    if (is.null(raw$quantity) && !is.null(curve)) {
      raw <- join_block(raw, curve, well, da_columns[c("well", "target", "quantity")], "quantity", src)
    }
    if (is.null(raw$group) && !is.null(group)) {
      raw <- join_group(raw, group, src)
    }
    raw
  }
  ab_read(found, src, ask)
}

# The biological group of a sample, where all its rows agree.
join_group <- function(raw, block, src) {
  header <- find_header(block, function(names) all(c("sample", "biogroup") %in% names), pattern = "Biogroup")
  if (is.null(header) || is.null(raw$sample)) {
    return(raw)
  }
  table <- block_table(block, header, src$name)
  at <- map_columns(table, da_columns[c("sample", "group")], src$name)
  sample <- clean_text(table$cells[, at["sample"]])
  group <- clean_text(table$cells[, at["group"]])
  pairs <- unique(data.frame(sample, group)[!is.na(group) & group != "-", ])
  pairs <- pairs[!pairs$sample %in% pairs$sample[duplicated(pairs$sample)], ]
  if (nrow(pairs)) {
    raw$group <- pairs$group[match(raw$sample, pairs$sample)]
  }
  raw
}
