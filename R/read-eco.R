# Illumina Eco: key lines, the assays, then one row a well and assay; a table of standard curves may follow.

eco_family <- function() {
  list(
    id = "eco",
    name = "Illumina Eco",
    files = "csv",
    recognised = "a header with `Well`, `Exclude`, `Assay Name`, `Assay Role` and `Cq`",
    find = eco_find,
    read = eco_read
  )
}

eco_find <- function(src, ask) {
  wanted <- function(plain) all(c("well", "exclude", "assay name", "assay role", "cq") %in% plain)
  find_table(src, wanted, "Exclude", ask$sheet)
}

# An empty Cq is a reaction that crossed no threshold; those of excluded wells are told by their own column.
eco_read <- function(found, src, ask) {
  ask$na <- ask$na %||% "nondetect"
  found <- end_found(found, "well", "cq", src, "Standard Curve")
  got <- read_wells(found, src, ask, list(
    columns = list(
      well = "well", sample = "sample name", target = "assay name", task = "assay role", omitted = "exclude",
      quantity = c("quantity", "starting quantity", "standard quantity", "concentration"), threshold = "cq threshold",
      tm = "tm1", tm2 = "tm2", tm3 = "tm3", amp_status = "call", dye = c("filter", "dye", "reporter")
    ),
    cq = "cq", plain = identity, none = character(), words = character(), tidy = eco_tidy,
    keep = function(raw) names_something(raw, c("sample", "target")), text = character(), number = character()
  ))
  got$meta$instrument <- key_value(src, "Instrument")
  got$meta$software <- key_value(src, "Software")
  got$meta$date <- key_value(src, "Run Start")
  got
}

eco_tidy <- function(raw) {
  raw$omitted[lower_ascii(raw$omitted) %in% c("excluded", "exclude")] <- "true"
  raw$omitted[lower_ascii(raw$omitted) %in% c("included", "include")] <- "false"
  raw
}
