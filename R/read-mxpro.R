# Agilent (Stratagene): the Text Report of MxPro (Mx3000P, Mx3005P, Mx4000) and the tabular results of AriaMx and
# AriaDx. The columns are those that the user ticked; the fluorescence a Ct is made from stands in its name.

mx_columns <- list(
  well = "well",
  sample = c("sample name", "well name"),
  target = c("target", "target name", "assay"),
  task = c("well type", "task"),
  dye = "dye",
  threshold = "threshold (r)",
  quantity = "quantity",
  tm = c("tm product 1", "tm product"), tm2 = "tm product 2", tm3 = "tm product 3", tm4 = "tm product 4",
  efficiency_raw = c("efficiency", "efficiency (%)"),
  slope = "slope (r)",
  amp_status = c("final call (r)", "final call"),
  comments = c("well comment", "comments", "comment"),
  replicate = "replicate"
)

mx_cq_names <- c("ct (r)", "cq (r)")

# "Ct (dR)", "Ct(dRn)", "Cq (\u2206R)", "Cq (?R)" from a code page without the sign, and "Ct..dRn." as R writes it are
# one name, and so are the quantities whatever their unit.
mx_names <- function(plain) {
  measured <- "^(ct|cq|threshold|slope|final call)[ .]*[(.](d|delta |[?])?rn?[).]$"
  plain <- sub(measured, "\\1 (r)", plain, perl = TRUE)
  plain <- sub("^quantity( [(].*[)]|[.][.][a-z]+[.])$", "quantity", plain, perl = TRUE)
  plain <- sub("^tm[ .]product([ .]([0-9]))?[ .]*[(.].*$", "tm product \\2", plain, perl = TRUE)
  trimws(gsub("[.]", " ", plain))
}

mxpro_family <- function() {
  list(
    id = "mxpro",
    name = "Agilent (Stratagene) MxPro Text Report (Mx3000P, Mx3005P, Mx4000)",
    files = "txt, csv",
    recognised = "a table with `Well` and one of `Ct (dR)`, `Ct (dRn)`, `Ct (R)`",
    find = function(src, ask) mx_find(src, ask, "ct (r)", "an Agilent MxPro export"),
    read = mx_read
  )
}

aria_family <- function() {
  list(
    id = "aria",
    name = "Agilent AriaMx, AriaDx: Tabular Results",
    files = "xlsx, txt, csv",
    recognised = "a table with `Well` and `Cq (\u2206R)` or `Cq (\u2206Rn)`",
    find = function(src, ask) mx_find(src, ask, "cq (r)", "an Agilent Aria export"),
    read = mx_read
  )
}

mx_find <- function(src, ask, cq, what) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  found <- find_results(src, function(x) "well" %in% x && cq %in% mx_names(x), "tabular results", ask$sheet)
  if (!is.null(found)) {
    found$by <- "its header"
    return(found)
  }
  aria <- any(plain_names(src$sheets) == "tabular results")
  if (cq == "cq (r)" && aria) {
    return(list(refuse = "an Agilent Aria workbook without a column of Cq among its tabular results"))
  }
  raw <- function(x) "well" %in% x && any(startsWith(x, "ramp/plateau"))
  if (cq == "ct (r)" && src$kind == "text" && !is.null(find_block_with(src, raw, search = 10L))) {
    what <- "an Agilent MxPro export of instrument data (fluorescence, without a Ct)"
    return(list(refuse = paste0(what, ": cq_read_curves() reads it")))
  }
  other <- function(x) {
    x <- mx_names(x)
    "well" %in% x && any(c("threshold (r)", "slope (r)") %in% x) && !any(mx_cq_names %in% x)
  }
  if (cq == "ct (r)" && !is.null(find_block_with(src, other))) {
    list(refuse = paste(what, "without a Ct or Cq"))
  }
}

mx_read <- function(found, src, ask) {
  spec <- list(
    columns = mx_columns, cq = mx_cq_names, plain = mx_names, none = c("---", "--", "-"), words = character(),
    tidy = mx_tidy, keep = mx_keep, text = "replicate", number = "slope"
  )
  got <- read_wells(found, src, ask, spec)
  line <- function(what, n, detail) if (n) list(list(what = what, n = n, detail = detail))
  got$meta$extra <- c(
    line("targets not named", sum(got$raw$unnamed), "the assay is only the name of the dye"),
    line("rows of the reference dye", got$counts$dropped, "not read")
  )
  got
}

mx_dyes <- c(
  "fam", "sybr", "sybr green", "hex", "joe", "vic", "tet", "rox", "cy3", "cy5", "texas red", "tamra", "alexa350",
  "alexa 350", "atto", "atto425", "ned", "fam/sybr"
)

# An assay that is called as its dye was never named. Without a column for the dye it is the dye that is known.
mx_tidy <- function(raw) {
  assay <- lower_ascii(raw$target)
  unnamed <- if (is.null(raw$dye)) assay %in% mx_dyes else !is.na(assay) & assay == lower_ascii(raw$dye)
  unnamed[is.na(unnamed)] <- FALSE
  if (is.null(raw$dye) && any(unnamed)) {
    raw$dye <- ifelse(unnamed, raw$target, NA_character_)
  }
  if (any(unnamed)) raw$target[unnamed] <- NA
  raw$drop <- lower_ascii(raw$cq_text) %in% "reference"
  raw$unnamed <- if (length(unnamed)) unnamed else rep(FALSE, length(raw$cq_text))
  raw
}

# Wells that were not in use are exported too.
mx_keep <- function(raw) {
  unused <- task_word(raw$task %||% rep(NA_character_, length(raw$cq_text))) %in% c("notinuse", "empty", "unused")
  named <- names_something(raw, c("sample", "target", "task"))
  (named & !unused) | raw$unnamed & !unused
}
