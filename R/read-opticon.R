# Bio-Rad Opticon Monitor (also of MJ Research): a row a well and dye, and rows of well sets with their averages. What
# is in a well stands in one column, "sample:target".

opticon_columns <- list(
  well = c("well / set", "well/set"),
  dye = "dye",
  content = "content",
  description = "description",
  efficiency_raw = "efficiency",
  quantity = c("moles", "quantity", "copies")
)

opticon_cq_names <- c("c(t)", "c(t) ", "ct")

opticon_family <- function() {
  list(
    id = "opticon",
    name = "Bio-Rad and MJ Research Opticon Monitor",
    files = "txt, csv",
    recognised = "a table with `Well / Set` and `C(t)`",
    find = opticon_find,
    read = opticon_read
  )
}

opticon_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  wanted <- function(x) any(opticon_columns$well %in% x) && any(opticon_cq_names %in% x)
  found <- find_results(src, wanted, character(), ask$sheet)
  if (!is.null(found)) {
    found$by <- "its header"
    return(found)
  }
  if (!is.null(find_block_with(src, function(x) any(opticon_columns$well %in% x)))) {
    list(refuse = "a Bio-Rad Opticon export without C(t)")
  }
}

find_block_with <- function(src, wanted, ...) {
  for (block in source_blocks(src)) {
    header <- find_header(block, wanted, ...)
    if (!is.null(header)) {
      return(list(block = block, header = header))
    }
  }
  NULL
}

opticon_read <- function(found, src, ask) {
  spec <- list(
    columns = opticon_columns, cq = opticon_cq_names, plain = identity, none = c("None", "none", "-"),
    words = character(), tidy = opticon_tidy, keep = function(raw) names_something(raw, c("description", "content")),
    text = "description", number = character()
  )
  got <- read_wells(found, src, ask, spec)
  sets <- got$counts$dropped
  if (sets) {
    got$meta$extra <- list(list(what = "rows of well sets", n = sets, detail = "averages of wells, not read"))
  }
  if (!is.null(got$data$target)) got$meta$columns["target"] <- "Description, behind the last colon"
  if (!is.null(got$data$sample)) got$meta$columns["sample"] <- "Description"
  got
}

# A description without a colon names the well, not its target; one whose last part is a number ("1:10") is a
# dilution, and no target either.
opticon_tidy <- function(raw) {
  raw$drop <- !grepl("^[A-Pa-p]0?[1-9][0-9]?$", raw$well) & !is.na(raw$well)
  if (!is.null(raw$content)) raw$task <- sub("[ -]+[0-9]+$", "", raw$content)
  text <- raw$description
  if (is.null(text)) {
    return(raw)
  }
  target <- clean_text(sub("^.*:", "", text))
  split <- grepl("[^:]:[^:]*[^0-9.,: ]", text)
  raw$target <- ifelse(split, target, NA_character_)
  raw$sample <- ifelse(split, clean_text(sub(":[^:]*$", "", text)), text)
  if (!any(split)) raw$target <- NULL
  if (identical(raw$sample, text)) raw$description <- NULL
  raw
}
