# Cepheid SmartCycler: the results table of a run summary, with a result and a Ct for each dye.

smartcycler_family <- function() {
  list(
    id = "smartcycler",
    name = "Cepheid SmartCycler: Run Summary",
    files = "csv",
    recognised = "the line `Results Table`, and a header with `Site ID` and, for each dye, `Std/Res` and `Ct`",
    find = smartcycler_find,
    read = smartcycler_read
  )
}

smartcycler_dyes <- function(plain) {
  dyes <- sub(" std/res$", "", grep(" std/res$", plain, value = TRUE))
  dyes[paste(dyes, "ct") %in% plain]
}

smartcycler_find <- function(src, ask) {
  wanted <- function(plain) "site id" %in% plain && length(smartcycler_dyes(plain)) > 0
  found <- find_table(src, wanted, "Site ID", ask$sheet, 5000L)
  if (is.null(found) && src$kind == "text" && any(grepl("Smart ?Cycler", utils::head(key_lines(src), 3)))) {
    return(list(refuse = "a SmartCycler export without a results table"))
  }
  found
}

# The file names dyes, no genes: the target is the dye, until cq_rename() says what it stood for. 0.00 beside NEG is
# no Ct; beside a standard the result is its quantity.
smartcycler_read <- function(found, src, ask) {
  dyes <- smartcycler_dyes(plain_names(found$header$names))
  found <- end_found(found, "site id", paste(dyes[1], "ct"), src, "Analysis Settings")
  names <- clean_text(found$header$names)
  shown <- sub(" [^ ]*$", "", names[match(paste(dyes, "ct"), plain_names(names))])
  specs <- lapply(stats::setNames(nm = dyes), smartcycler_spec)
  target <- if (length(dyes) == 1) ask$target %||% shown else shown
  got <- read_groups(found, src, ask, specs, list(dye = shown, target = target))
  got$data$cq_text <- sub(" (neg)", "", got$data$cq_text, fixed = TRUE)
  bad <- !is.na(got$data$status) & lower_ascii(got$data$status) != "ok"
  got$data$flags <- if (any(bad)) ifelse(bad, got$data$status, NA_character_)
  got$data$status <- NULL
  line <- list(what = "targets not named", n = length(dyes), detail = "called as their dyes: see cq_rename()")
  got$meta$extra <- c(got$meta$extra, list(line))
  got$meta$experiment <- key_value(src, "Run Name")
  got$meta$date <- key_value(src, "Started At")
  got
}

smartcycler_spec <- function(dye) {
  list(
    columns = list(
      well = "site id", sample = "sample id", task = "sample type", comments = "notes", status = "status",
      amp_status = paste(dye, "std/res")
    ),
    cq = paste(dye, "ct"), plain = identity, none = character(), words = "0.00 (neg)", tidy = smartcycler_tidy,
    keep = function(raw) names_something(raw, c("sample", "task", "amp_status")),
    text = "status", number = character()
  )
}

smartcycler_tidy <- function(raw) {
  result <- lower_ascii(raw$amp_status)
  zero <- grepl("^0+([.,]0*)?$", raw$cq_text)
  raw$cq_text[zero & result %in% "neg"] <- "0.00 (neg)"
  if (is.null(raw$task)) {
    return(raw)
  }
  words <- c(posc = "positive", negc = "ntc", ntc = "ntc")[task_word(raw$task)]
  raw$task <- unname(ifelse(is.na(words), raw$task, words))
  standard <- task_word(raw$task) %in% task_synonyms$standard & grepl("^[0-9]", raw$amp_status)
  if (any(standard)) raw$quantity <- ifelse(standard, raw$amp_status, NA_character_)
  raw
}
