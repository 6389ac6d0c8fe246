# Analytik Jena qPCRsoft (qTOWER): the report of a relative quantification. Each row has a gene of interest or a
# reference gene, with the Ct in a column of its own; a report has one gene of interest and repeats the wells of the
# reference, so the reports of one plate are put together.

qtower_family <- function() {
  list(
    id = "qtower",
    name = "Analytik Jena qTOWER, qPCRsoft: relative quantification",
    files = "csv, txt",
    recognised = "a header with `Well`, `GOI`, `Reference gene`, `Ct GOI` and `Ct Ref. gene`",
    find = qtower_find,
    read = qtower_read
  )
}

qtower_find <- function(src, ask) {
  wanted <- function(plain) all(c("well", "goi", "reference gene", "ct goi", "ct ref. gene") %in% plain)
  found <- find_table(src, wanted, "GOI", ask$sheet, 500L)
  if (is.null(found)) {
    device <- src$kind == "text" && any(grepl("^\"?Device:?\"?[,;\t]+\"?qTOWER", key_lines(src)))
    return(if (device) list(refuse = "a qPCRsoft export without the columns GOI, Reference gene and their Ct"))
  }
  title <- key_value(src, "Title:?")
  when <- paste(key_value(src, "Date/Time:?"), key_value(src, "Device:?"))
  if (nzchar(title) && nchar(when) > 1) found$plate <- list(key = paste(title, when, sep = "\r"), name = title)
  found
}

qtower_read <- function(found, src, ask) {
  spec <- function(gene, cq) {
    list(
      columns = list(well = "well", sample = "sample name", task = "sample type", target = gene),
      cq = cq, plain = identity, none = character(), words = character(), tidy = identity,
      keep = function(raw) names_something(raw, "target"), text = character(), number = character()
    )
  }
  specs <- list("gene of interest" = spec("goi", "ct goi"), "reference gene" = spec("reference gene", "ct ref. gene"))
  found <- end_found(found, "well", "ct goi", src)
  got <- read_groups(found, src, ask, specs, list(role = c("toi", "ref")))
  # a row of one gene is no empty row of the other
  rows <- got$counts$read / 2
  got$counts$empty <- as.integer(max(0, rows - length(unique(got$data$well))))
  got$counts$read <- as.integer(rows)
  got$meta$experiment <- key_value(src, "Title:?")
  got$meta$instrument <- key_value(src, "Device:?")
  got$meta$date <- key_value(src, "Date/Time:?")
  got$meta$join <- qtower_join
  got
}

# Two reports of one plate: the wells that both have must be the same, and stand once.
qtower_join <- function(got, new) {
  key <- function(x) paste(x$well, x$target, sep = "\r")
  at <- match(key(new$data), key(got$data))
  both <- which(!is.na(at))
  first <- got$data[at[both], ]
  again <- new$data[both, ]
  same <- first$cq_text %in% again$cq_text & mapply(identical, first$cq, again$cq) & first$sample %in% again$sample
  if (!all(same)) {
    bad <- paste0(again$well, " (", again$target, ")")[!same]
    ddcq_abort(
      c("{.val {got$meta$name}} and {.val {new$meta$name}} are reports of one plate, and must agree.",
        "x" = "They do not: {some(bad)}.",
        "i" = "Export both with the same settings, or read them one by one."
      ), "data"
    )
  }
  got$data <- rbind(got$data, new$data[is.na(at), ])
  got$counts$empty <- max(0L, got$counts$read - length(unique(got$data$well)))
  got$meta$name <- paste(got$meta$name, "and", new$meta$name)
  line <- list(what = "wells in two reports", n = length(both), detail = paste("the same in", new$meta$name))
  got$meta$extra <- c(got$meta$extra, list(line))
  got
}
