# Eppendorf realplex: one row a well, and for each dye a group of columns with the dye in their names.

realplex_family <- function() {
  list(
    id = "realplex",
    name = "Eppendorf Mastercycler realplex",
    files = "txt, csv",
    recognised = "a header with `Pos`, `Name`, `Ct` and a dye, such as `Ct SYBR`",
    find = realplex_find,
    read = realplex_read
  )
}

realplex_dyes <- function(plain) {
  at <- regmatches(plain, regexec("^c[tqp] (.+)$", plain))
  dyes <- vapply(at, function(x) if (length(x)) x[2] else NA_character_, "")
  dyes <- dyes[!is.na(dyes) & !grepl("^(mean|dev|sd|std|threshold)", dyes)]
  dyes[paste("ct mean", dyes) %in% plain | paste("amount", dyes) %in% realplex_names(plain) |
    paste("target", dyes) %in% plain]
}

# "Amount SYBR [ng]": the unit goes.
realplex_names <- function(plain) sub(" *\\[[^]]*\\]$", "", sub("^c[qp] ", "ct ", plain))

realplex_find <- function(src, ask) {
  wanted <- function(plain) "pos" %in% plain && "name" %in% plain && length(realplex_dyes(plain)) > 0
  find_table(src, wanted, "[Pp]os", ask$sheet)
}

# A cell that shows "-" or nothing in the column of Ct is a reaction that crossed no threshold.
realplex_read <- function(found, src, ask) {
  dyes <- realplex_dyes(plain_names(found$header$names))
  specs <- lapply(stats::setNames(nm = dyes), function(dye) {
    list(
      columns = list(
        well = "pos", sample = "name", task = c("type", "sample type"), target = paste("target", dye),
        quantity = paste("amount", dye), threshold = paste("threshold", dye), comments = c("comment", "remark")
      ),
      cq = paste("ct", dye), plain = realplex_names, none = "-", words = character(),
      tidy = identity, text = character(), number = character(),
      keep = function(raw) names_something(raw, c("sample", "target"))
    )
  })
  names <- clean_text(found$header$names)
  at <- match(paste("ct", dyes), realplex_names(plain_names(found$header$names)))
  ask$na <- ask$na %||% "nondetect"
  found <- end_found(found, "pos", plain_names(names)[at[1]], src)
  read_groups(found, src, ask, specs, list(dye = substring(names[at], 4)))
}
