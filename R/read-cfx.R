# Bio-Rad: CFX Manager and Maestro (Cq Results, Summary, custom exports), the C1000's first software, iQ5 and MyiQ.
# All have a column `Fluor` and one row a well and dye; the first column is empty. What the other sheets of a run
# hold is told apart here, so that a folder of them can be put together (read-cfx-run.R).

cfx_family <- function() {
  list(
    id = "cfx",
    name = "Bio-Rad CFX (Manager, Maestro, C1000), iQ5, MyiQ",
    files = "csv, txt, xlsx, or the folder of a run's sheets",
    recognised = "a table with `Well`, `Fluor` and one of `Cq`, `C(t)`, `Threshold Cycle (Ct)`; key lines of CFX",
    find = cfx_find,
    read = cfx_read,
    join = cfx_join,
    stem = cfx_stem
  )
}

cfx_wanted <- function(keyed) {
  function(plain) {
    plain <- cfx_names(plain)
    has <- function(role) any(cfx_columns[[role]] %in% plain)
    marks <- c("cq mean", "cq std dev", "biological set name", "starting quantity sq", "set point")
    marked <- any(marks %in% plain)
    # without the column of tasks it may be anybody's table
    own <- if (has("dye")) has("content") || marked else has("content") && marked
    named <- has("dye") || has("content") || has("target") || has("sample")
    "well" %in% plain && any(cfx_cq_names %in% plain) && (own || (keyed && named))
  }
}

cfx_keyed <- function(src) {
  pattern <- "^\"?(CFX (Maestro|Manager)|Plate Setup File Name|Optical Head Serial Number|Base Serial Number)"
  any(grepl(pattern, key_lines(src), perl = TRUE))
}

cfx_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  keyed <- cfx_keyed(src)
  found <- find_results(src, cfx_wanted(keyed), c("0", "quantification cq results", "cq results"), ask$sheet)
  if (!is.null(found)) {
    plain <- cfx_names(plain_names(found$header$names))
    found$part <- if (any(c("cq mean", "set point", "content") %in% plain) && length(plain) > 9) "cq" else "summary"
    found$by <- if (keyed) "its key lines and its header" else "its header"
    return(found)
  }
  cfx_find_part(src, ask$sheet) %||% if (keyed) list(refuse = "a Bio-Rad CFX export without a table of Cq")
}

cfx_read <- function(found, src, ask) {
  if (identical(found$part, "plate")) {
    return(cfx_read_plate(found, src, ask))
  }
  got <- read_wells(found, src, ask, cfx_spec(src))
  keys <- cfx_keys(src, found)
  got$meta <- cfx_told(got$meta, keys)
  names(got$meta$columns)[names(got$meta$columns) == "content"] <- "task"
  peaks <- got$counts$dropped
  if (peaks) {
    detail <- "the well's Tm is that of its highest peak"
    got$meta$extra <- list(list(what = "rows of further melt peaks", n = peaks, detail = detail))
  }
  got
}
