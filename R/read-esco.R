# Esco Spectrum: one row a well, wells as "<A1>". The file names no genes.

esco_family <- function() {
  list(
    id = "esco",
    name = "Esco Spectrum",
    files = "csv",
    recognised = "a header with `Number`, `Group`, `Sample Name` and `Ct`, and wells such as `<A1>`",
    find = esco_find,
    read = esco_read
  )
}

esco_find <- function(src, ask) {
  wanted <- function(plain) {
    all(c("number", "group", "sample name", "ct") %in% plain) && any(grepl("concentration$", plain))
  }
  find_table(src, wanted, "Number", ask$sheet)
}

esco_read <- function(found, src, ask) {
  ask$na <- ask$na %||% "nondetect"
  read_wells(found, src, ask, list(
    columns = list(
      well = "number", sample = "sample name", task = c("type", "sample type"), group = "group",
      quantity = "standard concentration", target = c("target", "gene", "assay"), dye = c("dye", "channel")
    ),
    cq = "ct", plain = identity, none = "-", words = character(), tidy = identity,
    keep = function(raw) names_something(raw, c("sample", "target")), text = character(), number = character()
  ))
}
