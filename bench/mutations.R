# Files that people and programs have been at: do the readers still give the right values, or say why not? From the
# package's folder:
#   Rscript bench/mutations.R [files = 2000] [seed = 1] [the number of one file]
# Every file is one of the fixtures, or a workbook or RDML made here, changed in one way, sometimes in two. Changes
# of layout mean nothing: the result must have the same run, well, sample, target, task, Cq and state, in any row
# order, or be a classed refusal. Other changes may show in the rows whose bytes they touch, and nowhere else. Any
# other error or warning, more than 10 seconds, or a file left in the temporary folder is a violation: the file is
# then kept in out/mutations, and the exit status is 1.

suppressPackageStartupMessages(library(ddcq))
source("tests/testthat/helper-zip.R")
args <- as.numeric(commandArgs(TRUE))
n_files <- if (length(args)) args[1] else 2000
first_seed <- if (length(args) > 1) args[2] else 1
only <- if (length(args) > 2) args[3]

fixtures <- "tests/testthat/fixtures"
here <- file.path(tempdir(), "mutations")
dir.create(here)

# ---- fixtures as lines and tables ----

# By file: the delimiter, a pattern of the tables' header lines (`above`: lines before it that belong to it) and one of
# their rows. `book`: as a workbook too.
well <- "^[,;\t ]*\"?<?[A-P][0-9]{1,2}>?\"?[ ,;\t]"
number <- "^\"?[0-9]+\"?[,;\t]"
layouts <- list(
  "ab7500.csv" = list(",", "^Well,", well, book = TRUE),
  "ab7700.csv" = list("\t", "^Well\t", number),
  "aria.txt" = list("\t", "^Well\t", well),
  "biomark-melt.csv" = list(",", "^ID,", "^\"?S[0-9]", above = 2),
  "biomark-probes.csv" = list(",", "^ID,", "^\"?S[0-9]", above = 2),
  "biotrove.csv" = list(",", "^VersionInfo", "^OpenArray"),
  "c1000.txt" = list("\t", "Well\tFluor", well),
  "cfx-cq.csv" = list(",", ",Well,", well, book = TRUE),
  "cfx-custom.csv" = list(",", "^Well,", well, book = TRUE),
  "cfx-german.csv" = list(";", ";Well;", well, mark = ",", book = TRUE),
  "cfx.csv" = list(",", ",Well,", well),
  "design-analysis-bare.csv" = list(",", "^Well Position,", well),
  "design-analysis.csv" = list(",", "^Well,", number, book = TRUE),
  "eco.csv" = list(",", "^Well,", well),
  "esco.csv" = list(",", "^Number,", "^<", mark = ","),
  "iq5.csv" = list(",", "Well", well, mark = ","),
  "lc480-batch.txt" = list("\t", "Experiment Name", "^\"invented"),
  "lc480.txt" = list("\t", "^Include", "^(True|False)"),
  "mxpro.txt" = list("\t", "^Well", well, mark = ","),
  "opticon.txt" = list("\t", "^Well", "^([A-P][0-9]|Set)"),
  "qtower-bax.csv" = list(",", "^Well,", well),
  "quantstudio.csv" = list(",", "^Well,", number, book = TRUE),
  "quantstudio.txt" = list("\t", "^Well\tWell Position.*\tC", number, book = TRUE),
  "rdes.tsv" = list("\t", "^Well", well),
  "realplex.txt" = list("\t", "Pos", well, mark = ","),
  "rotorgene-q.csv" = list(",", "^No[.]", number),
  "rotorgene6.csv" = list(";", "No[.]", "^\"[A-I][0-9]\"", mark = ","),
  "sds-aq.txt" = list("\t", "^Well\t", number),
  "sds-rq.txt" = list("\t", "^Well\t", number),
  "sds1-old.csv" = list(",", "^Well,", number),
  "sds1-rq.csv" = list(",", "^Plate,", "^invented,"),
  "sds1.csv" = list(",", "^Well,", well),
  "smartcycler.csv" = list(",", "^Site ID", well),
  "stepone.txt" = list("\t", "^Well\t.*\tC", well, mark = ",", book = TRUE),
  "plain.csv" = list(",", "^well,", well, book = TRUE)
)

plain_lines <- c(
  "well,sample,target,cq,treatment,quantity", "A1,s 1,MYC,24.5125,drug,", "A2,s 1,GAPDH,18.0312,drug,",
  "A3,\"s, 2\",MYC,Undetermined,vehicle,", "A4,\"s, 2\",GAPDH,18.3077,vehicle,", "A5,std,MYC,20.0123,,1000.5"
)

read_lines <- function(name) {
  if (name == "plain.csv") {
    return(list(lines = plain_lines, eol = "\n"))
  }
  file <- file.path(fixtures, name)
  bytes <- readBin(file, "raw", file.size(file))
  if (identical(bytes[1:3], as.raw(c(0xEF, 0xBB, 0xBF)))) bytes <- bytes[-(1:3)]
  text <- rawToChar(bytes)
  if (!validUTF8(text)) text <- iconv(text, "CP1252", "UTF-8")
  Encoding(text) <- "UTF-8"
  eol <- regmatches(text, regexpr("\r\r\n|\r\n|\r|\n", text))
  list(lines = strsplit(text, "\r\r\n|\r\n|\r|\n", perl = TRUE)[[1]], eol = eol)
}

split_line <- function(line, sep) {
  line <- paste0(line, sep, "x")
  fields <- scan(text = line, what = "", sep = sep, quote = "\"", quiet = TRUE, na.strings = character())
  Encoding(fields) <- "UTF-8"
  fields[-length(fields)]
}

# A file as lines, some of which are rows of tables: `table` is the number of a line's table (0: none), `body` tells
# rows from header lines, `cells` has the fields of both.
load_text <- function(name) {
  layout <- layouts[[name]]
  got <- read_lines(name)
  lines <- got$lines
  table <- integer(length(lines))
  body <- logical(length(lines))
  for (at in grep(layout[[2]], lines)) {
    if (table[at]) next
    above <- if (is.null(layout$above)) 0 else layout$above
    k <- max(table) + 1L
    table[(at - above):at] <- k
    last <- at
    for (i in seq_along(lines)[seq_along(lines) > at]) {
      if (grepl(layout[[3]], lines[i])) {
        table[i] <- k
        body[i] <- TRUE
      } else if (grepl("[^ \t,;\"]", lines[i])) {
        break
      }
    }
  }
  cells <- vector("list", length(lines))
  for (k in seq_len(max(table))) {
    rows <- which(table == k)
    fields <- lapply(lines[rows], split_line, sep = layout[[1]])
    width <- max(lengths(fields))
    cells[rows] <- lapply(fields, function(x) c(x, rep("", width - length(x))))
  }
  if (!any(body)) stop("no table found in ", name)
  list(
    kind = "text", name = name, stem = sub("[.][^.]*$", "", name), ext = sub(".*[.]", "", name), lines = lines,
    table = table, body = body, cells = cells, sep = layout[[1]], mark = if (is.null(layout$mark)) "." else layout$mark,
    eol = got$eol, encoding = "UTF-8", mark_bytes = FALSE, quote = "needed", tail = 0
  )
}

write_field <- function(x, sep, quote) {
  need <- grepl(sep, x, fixed = TRUE) | grepl("[\"\n]", x) | grepl("^ | $", x) & sep != "\t"
  if (quote == "all") need <- rep(TRUE, length(x))
  if (quote == "some") need <- need | stats::runif(length(x)) < 0.3
  ifelse(need, paste0("\"", gsub("\"", "\"\"", x, fixed = TRUE), "\""), x)
}

text_lines <- function(f) {
  out <- f$lines
  for (i in which(f$table > 0)) out[i] <- paste(write_field(f$cells[[i]], f$sep, f$quote), collapse = f$sep)
  paste0(out, strrep(f$sep, f$tail))
}

text_bytes <- function(f) {
  lines <- text_lines(f)
  eol <- if (identical(f$eol, "mixed")) sample(c("\n", "\r\n"), length(lines), replace = TRUE) else f$eol
  text <- enc2utf8(paste0(lines, eol, collapse = ""))
  bytes <- switch(f$encoding,
    "UTF-8" = charToRaw(text), "CP1252" = iconv(text, "UTF-8", "CP1252", sub = "?", toRaw = TRUE)[[1]],
    iconv(text, "UTF-8", f$encoding, toRaw = TRUE)[[1]]
  )
  bom <- switch(f$encoding, "UTF-16LE" = c(0xFF, 0xFE), "UTF-16BE" = c(0xFE, 0xFF), "UTF-8" = c(0xEF, 0xBB, 0xBF))
  if (f$mark_bytes) c(as.raw(bom), bytes) else bytes
}

# ---- changes of layout ----

layout_changes <- list()

rows_of <- function(f, k, body = NULL) which(f$table == k & (if (is.null(body)) TRUE else f$body == body))

layout_changes$as_it_was <- function(f) f

layout_changes$columns_shuffled <- function(f) {
  for (k in seq_len(max(f$table))) {
    rows <- rows_of(f, k)
    order <- sample.int(length(f$cells[[rows[1]]]))
    f$cells[rows] <- lapply(f$cells[rows], `[`, order)
  }
  f
}

layout_changes$rows_shuffled <- function(f) {
  for (k in seq_len(max(f$table))) {
    rows <- rows_of(f, k, TRUE)
    if (length(rows) > 1) f$cells[rows] <- f$cells[sample(rows)]
  }
  f
}

layout_changes$decimal_mark <- function(f) {
  rows <- which(f$body)
  f$cells[rows] <- lapply(f$cells[rows], function(x) {
    swap <- grepl("^ *[-+]?[0-9.,]*[.,][0-9]+([eE][-+]?[0-9]+)? *$", x)
    x[swap] <- chartr(".,", ",.", x[swap])
    x
  })
  f$mark <- setdiff(c(".", ","), f$mark)
  f
}

layout_changes$delimiter <- function(f) {
  new <- sample(setdiff(c(",", ";", "\t"), f$sep), 1)
  others <- which(f$table == 0 & grepl(f$sep, f$lines, fixed = TRUE))
  f$lines[others] <- vapply(f$lines[others], function(line) {
    paste(write_field(split_line(line, f$sep), new, "needed"), collapse = new)
  }, "")
  f$sep <- new
  f
}

layout_changes$encoding <- function(f) {
  kinds <- c("UTF-8", "UTF-16LE", "UTF-16BE", if (fits_cp1252(f)) "CP1252")
  f$encoding <- sample(kinds, 1)
  f$mark_bytes <- f$encoding != "CP1252" && stats::runif(1) < 0.6
  f
}

fits_cp1252 <- function(f) !anyNA(iconv(text_lines(f), "UTF-8", "CP1252"))

layout_changes$line_ends <- function(f) {
  f$eol <- sample(setdiff(c("\n", "\r\n", "\r", "\r\r\n", "mixed"), f$eol), 1)
  f
}

layout_changes$quoted <- function(f) {
  f$quote <- sample(c("all", "some"), 1)
  f
}

layout_changes$trailing_delimiters <- function(f) {
  f$tail <- sample.int(4, 1)
  f
}

layout_changes$other_extension <- function(f) {
  f$ext <- sample(setdiff(c("csv", "txt", "tsv", "xls", "xlsx", "dat"), f$ext), 1)
  f
}

layout_changes$column_added <- function(f) {
  for (k in seq_len(max(f$table))) {
    at <- sample.int(length(f$cells[[rows_of(f, k)[1]]]), 1)
    for (i in rows_of(f, k)) {
      new <- if (f$body[i]) sample(c("", "a note", "7", "24.5"), 1) else "Lab Note"
      f$cells[[i]] <- append(f$cells[[i]], new, at)
    }
  }
  f
}

layout_changes$column_twice <- function(f) {
  for (k in seq_len(max(f$table))) {
    width <- length(f$cells[[rows_of(f, k)[1]]])
    from <- sample.int(width, 1)
    to <- sample.int(width, 1)
    for (i in rows_of(f, k)) f$cells[[i]] <- append(f$cells[[i]], f$cells[[i]][from], to)
  }
  f
}

layout_changes$cells_padded <- function(f) {
  rows <- which(f$table > 0)
  f$cells[rows] <- lapply(f$cells[rows], function(x) {
    pad <- nzchar(x) & stats::runif(length(x)) < 0.3
    x[pad] <- paste0(sample(c("", " ", "\u00a0"), 1), x[pad], sample(c(" ", "  ", "\u00a0"), 1))
    x
  })
  f
}

layout_changes$blank_lines <- function(f) {
  at <- sample(c(which(f$body), length(f$lines)), 1)
  insert_line(f, at, sample(c("", strrep(f$sep, 3)), 1))
}

insert_line <- function(f, after, line) {
  f$lines <- append(f$lines, line, after)
  f$table <- append(f$table, 0L, after)
  f$body <- append(f$body, FALSE, after)
  f$cells <- append(f$cells, list(NULL), after)
  f
}

# ---- workbooks ----

# Sections become sheets; lines outside of tables are split like the others.
book_sheets <- function(f) {
  fields <- lapply(seq_along(f$lines), function(i) if (f$table[i]) f$cells[[i]] else split_line(f$lines[i], f$sep))
  at <- grep("^\"?\\[[^]]+\\]", f$lines)
  if (!length(at)) {
    return(list(Sheet1 = cells_of(fields)))
  }
  names <- gsub("^\"?\\[|\\].*$", "", f$lines[at])
  ends <- c(at[-1] - 1L, length(f$lines))
  keys <- fields[seq_len(at[1] - 1)]
  stats::setNames(Map(function(a, b) cells_of(c(keys, fields[(a + 1):b])), at, ends), names)
}

cells_of <- function(fields) {
  fields[lengths(fields) == 0] <- list("")
  width <- max(lengths(fields))
  t(vapply(fields, function(x) c(x, rep("", width - length(x))), character(width)))
}

book_bytes <- function(f) {
  sheets <- book_sheets(f)
  if (!is.null(f$sheet)) names(sheets)[which.max(lengths(sheets))] <- f$sheet
  if (isTRUE(f$more)) sheets <- c(list(Notes = cbind(c("a remark", "another"))), sheets)
  zip_of(book_parts_of(sheets, broken = isTRUE(f$broken)))
}

book_changes <- layout_changes[c(
  "as_it_was", "columns_shuffled", "rows_shuffled", "decimal_mark", "column_added", "column_twice", "cells_padded",
  "blank_lines"
)]
book_changes$sheet_renamed <- function(f) {
  if (any(grepl("^\"?\\[", f$lines))) {
    new <- sample(c("Tabelle 1", "x & y", "plate-7", "0"), 1)
    f$lines <- sub("^(\"?\\[)Results\\]", paste0("\\1", new, "]"), f$lines)
  } else {
    f$sheet <- sample(c("Tabelle 1", "x & y", "\u00e9t\u00e9", "Results", "0"), 1)
  }
  f
}
book_changes$sheet_added <- function(f) c(f, more = TRUE)
book_changes$names_as_cfx <- function(f) c(f, broken = TRUE)

# ---- RDML ----

# Another program's RDML: samples, targets, two runs with curves; `reacts` are shuffled, the rest is wrapped around.
load_rdml <- function() {
  react <- function(id, sample, target, cq, more = "") {
    cq <- ifelse(is.na(cq), "", paste0("<cq>", cq, "</cq>"))
    curve <- paste0("<adp><cyc>", 1:40, "</cyc><fluor>", 10 + 1:40, "</fluor></adp>", collapse = "")
    paste0("<react id=\"", id, "\"><sample id=\"", sample, "\"/><data><tar id=\"", target, "\"/>", cq, more, curve,
           "</data></react>")
  }
  one <- react(1:6, c("s1", "s1", "s \u00e9", "s \u00e9", "std", "water"), c("MYC", "GAPDH"),
               c("24.1131", "18.0042", "25.4424", "18.2522", "-1.0", NA))
  two <- react(13:16, c("s1", "s1", "s3", "s3"), "BAX", c("27.5132", "27.6027", "28.1", "28.3"),
               c("", "", "<excl>bubble</excl>", ""))
  list(kind = "rdml", name = "rdml", stem = "plate", ext = "rdml", reacts = list(one, two), member = "rdml_data.xml",
       between = "\n", encoding = "UTF-8", prefix = "", eol = "\n")
}

rdml_text_of <- function(f) {
  run <- function(id, reacts) {
    c(paste0("<run id=\"", id, "\">"), paste0(
      "<pcrFormat><rows>8</rows><columns>12</columns><rowLabel>ABC</rowLabel><columnLabel>123</columnLabel></pcrFormat>"
    ), reacts, "</run>")
  }
  sample <- function(id, type, more = "") paste0("<sample id=\"", id, "\"><type>", type, "</type>", more, "</sample>")
  body <- c(
    "<rdml version=\"1.2\" xmlns=\"http://www.rdml.org\">", "<dye id=\"SYBR\"/>",
    sample(c("s1", "s \u00e9", "s3"), "unkn"),
    sample("std", "std", "<quantity><value>1000</value><unit>cop</unit></quantity>"), sample("water", "ntc"),
    paste0("<target id=\"", c("MYC", "GAPDH", "BAX"), "\"><type>toi</type><dyeId id=\"SYBR\"/></target>"),
    "<experiment id=\"study\">", run("run 1", f$reacts[[1]]), run("run 2", f$reacts[[2]]), "</experiment>", "</rdml>"
  )
  if (nzchar(f$prefix)) {
    body <- gsub("<(/?)([a-z])", paste0("<\\1", f$prefix, ":\\2"), body)
    body <- sub("xmlns=", paste0("xmlns:", f$prefix, "="), body)
  }
  head <- paste0("<?xml version=\"1.0\" encoding=\"", f$encoding, "\"?>")
  gsub("\n", f$eol, paste(c(head, body), collapse = f$between))
}

rdml_bytes <- function(f) {
  text <- rdml_text_of(f)
  bytes <- if (f$encoding == "UTF-8") charToRaw(enc2utf8(text)) else {
    iconv(text, "UTF-8", sub("UTF-16", "UTF-16LE", f$encoding), toRaw = TRUE)[[1]]
  }
  if (f$encoding == "UTF-16") bytes <- c(as.raw(c(0xFF, 0xFE)), bytes)
  if (is.null(f$member)) bytes else zip_of(stats::setNames(list(bytes), f$member))
}

rdml_changes <- list(
  as_it_was = function(f) f,
  reactions_shuffled = function(f) replace(f, "reacts", list(lapply(f$reacts, sample))),
  not_zipped = function(f) c(replace(f, "ext", "xml"), list())[setdiff(names(f), "member")],
  encoding = function(f) replace(f, "encoding", sample(c("ISO-8859-1", "UTF-16"), 1)),
  line_ends = function(f) replace(f, "eol", sample(c("\r\n", "\r"), 1)),
  in_one_line = function(f) replace(f, "between", ""),
  prefix = function(f) replace(f, "prefix", "q"),
  member_renamed = function(f) replace(f, "member", sample(c("a b.xml", "x/RDML_DATA.XML", "data.rdml"), 1)),
  other_extension = function(f) replace(f, "ext", sample(c("zip", "lc96p", "txt"), 1)),
  without_curves = function(f) {
    replace(f, "reacts", list(lapply(f$reacts, function(x) gsub("<adp>.*</adp>", "", x))))
  }
)

# ---- reading and comparing ----

read_file <- function(bytes, f, name = paste0(f$stem, ".", f$ext)) {
  path <- file.path(here, name)
  writeBin(bytes, path)
  on.exit(unlink(path))
  stray <- NULL
  before <- list.files(tempdir(), recursive = TRUE)
  start <- proc.time()[["elapsed"]]
  setTimeLimit(elapsed = 30, transient = TRUE)
  got <- tryCatch(
    withCallingHandlers(cq_read(path), warning = function(w) {
      if (!inherits(w, "ddcq_warning")) stray <<- c(stray, conditionMessage(w))
      invokeRestart("muffleWarning")
    }),
    ddcq_error = function(e) structure(list(e), class = "refusal"),
    error = function(e) structure(list(e), class = "accident")
  )
  setTimeLimit()
  took <- proc.time()[["elapsed"]] - start
  left <- setdiff(list.files(tempdir(), recursive = TRUE), before)
  list(got = got, stray = stray, took = took, left = left)
}

told <- function(x) gsub("\\s+", " ", conditionMessage(x[[1]]))

tuples <- function(x, columns) {
  x <- as.data.frame(x)
  x$cq <- ifelse(is.na(x$cq), "none", sprintf("%.12g", x$cq))
  x[columns] <- lapply(x[columns], function(v) ifelse(is.na(v), "<NA>", as.character(v)))
  sort(do.call(paste, c(x[columns], sep = " | ")))
}

all_columns <- c("run", "well", "sample", "target", "task", "cq", "state")

missing_from <- function(x, y) {
  x <- table(x)
  y <- table(y)
  have <- y[names(x)]
  have[is.na(have)] <- 0L
  rep(names(x), pmax(x - have, 0))
}

# "" or why the result is wrong. `touched`: how many rows may differ.
same_values <- function(x, base) {
  a <- tuples(x, all_columns)
  b <- tuples(base, all_columns)
  if (identical(a, b)) "" else paste("not the same:", differences(a, b))
}

differences <- function(a, b) {
  paste0("now ", paste(utils::head(missing_from(a, b), 3), collapse = " // "), "; was ",
         paste(utils::head(missing_from(b, a), 3), collapse = " // "))
}

# A part that is gone from every row (the file no longer names it) is not compared.
few_differ <- function(x, base, new, lost) {
  gone <- vapply(c("sample", "target"), function(part) all(is.na(x[[part]])), NA)
  columns <- c("well", setdiff(c("sample", "target"), names(which(gone))), "cq")
  a <- tuples(x, columns)
  b <- tuples(base, columns)
  if (length(missing_from(a, b)) > new) return(paste("too many new rows:", differences(a, b)))
  if (length(missing_from(b, a)) > lost) return(paste("too many lost rows:", differences(a, b)))
  ""
}

# A column that lost or changed its name: its part may be gone or come from elsewhere; the others stay.
only_part_lost <- function(x, base, header) {
  x <- as.data.frame(x)
  base <- as.data.frame(base)
  header <- tolower(paste(header, collapse = " "))
  pair <- function(d, a, b) paste(d[[a]], ifelse(is.na(d[[b]]), "none", d[[b]]), sep = "\r")
  touches <- function(pattern) grepl(pattern, header)
  with <- x[!is.na(x$cq), ]
  place <- if (all(is.na(x$well)) || touches("well|pos|chamber|no[.]|number|site|^id|address")) NULL else "well"
  if (!all(with$cq %in% base$cq)) return("a Cq that no well had")
  if (is.null(place)) return("")
  if (!all(pair(with, "well", "cq") %in% pair(base, "well", "cq"))) return("the Cq of another well")
  for (part in c("sample", "target")) {
    named <- x[!is.na(x[[part]]), ]
    ours <- c(
      sample = "sample|name|identifier|description",
      target = "target|gene|detector|assay|goi|name|description|type|dye|fluor|reporter"
    )
    if (!touches(ours[[part]]) && !all(pair(named, "well", part) %in% pair(base, "well", part))) {
      return(paste("the", part, "of another well"))
    }
  }
  ""
}

# ---- changes that mean something ----

# Each returns list(bytes, judge): `judge(x, base)` is "" or why the result is wrong.
per_line <- function(base) {
  key <- paste(base$run, base$well)
  max(table(key))
}

meaning_changes <- list(
  header_emptied = function(f, base) change_header(f, base, function(x, at) replace(x, at, "")),
  header_doubled = function(f, base) {
    change_header(f, base, function(x, at) replace(x, at, sample(x[-at], 1)))
  },
  row_twice = function(f, base) {
    at <- sample(which(f$body), 1)
    f <- insert_line(f, at, "")
    f$table[at + 1] <- f$table[at]
    f$body[at + 1] <- TRUE
    f$cells[[at + 1]] <- f$cells[[at]]
    list(bytes = text_bytes(f), judge = function(x, base) few_differ(x, base, 0, 0))
  },
  cell_changed = function(f, base) {
    at <- sample(which(f$body), 1)
    j <- sample.int(length(f$cells[[at]]), 1)
    words <- c(
      "", "NA", "x", "-1", "0", "999", "1e5", "Inf", "NaN", "24.5", "24,5", "12:30", "=1+1", "#N/A", "\"", "a{b}",
      "1\u00a0000", "####", "B12", "Undetermined", "\u0442", strrep("long ", 500)
    )
    f$cells[[at]][j] <- sample(words, 1)
    n <- per_line(base)
    list(bytes = text_bytes(f), judge = unless_plate(f, function(x, base) few_differ(x, base, n, n)))
  },
  byte_flipped = function(f, base) flip_text(f, base),
  truncated = function(f, base) cut_text(f, base)
)

# Where wells are numbers the largest says how large the plate is: another plate gives all wells other names.
unless_plate <- function(f, judge) {
  force(judge)
  if (!identical(layouts[[f$name]][[3]], number)) {
    return(judge)
  }
  function(x, base) {
    why <- judge(x, base)
    if (nzchar(why) && !any(x$well %in% base$well)) x$well <- base$well <- "numbered"
    if (nzchar(why)) judge(x, base) else why
  }
}

change_header <- function(f, base, change) {
  heads <- which(f$table > 0 & !f$body)
  heads <- heads[c(diff(f$table[heads]) != 0, TRUE)]
  at <- heads[sample.int(length(heads), 1)]
  filled <- which(nzchar(f$cells[[at]]))
  j <- filled[sample.int(length(filled), 1)]
  old <- f$cells[[at]]
  f$cells[[at]] <- change(old, j)
  header <- c(old[j], f$cells[[at]][j])
  list(bytes = text_bytes(f), judge = function(x, base) only_part_lost(x, base, header))
}

flip_text <- function(f, base) {
  bytes <- text_bytes(f)
  at <- sample.int(length(bytes), 1)
  old <- bytes[at]
  bytes[at] <- xor(old, as.raw(2^sample(0:7, 1)))
  # which line the byte is in, by the lines as written
  ends <- cumsum(nchar(text_lines(f), "bytes") + nchar(f$eol))
  line <- min(which(ends >= at))
  n <- per_line(base)
  structural <- any(c(old, bytes[at]) %in% charToRaw("\"\n\r"))
  judge <- function(x, base) {
    if (f$body[line] || structural) return(few_differ(x, base, 2 * n, if (structural) Inf else n))
    if (f$table[line]) return(only_part_lost(x, base, f$cells[[line]][header_of(f, line, at, ends)]))
    # lines above some tables name the target of their wells
    if (f$name %in% c("rotorgene6.csv", "rotorgene-q.csv", "sds1-old.csv")) x$target <- base$target <- "by its title"
    few_differ(x, base, 0, 0)
  }
  where <- if (f$body[line]) "row" else if (f$table[line]) "header" else "elsewhere"
  list(bytes = bytes, judge = unless_plate(f, judge), where = where)
}

header_of <- function(f, line, at, ends) {
  start <- if (line > 1) ends[line - 1] else 0
  stops <- cumsum(nchar(write_field(f$cells[[line]], f$sep, "needed"), "bytes") + 1)
  j <- which(stops >= at - start)[1]
  if (is.na(j)) length(stops) else unique(c(j, min(j + 1, length(stops))))
}

cut_text <- function(f, base) {
  bytes <- text_bytes(f)
  at <- sample.int(length(bytes) - 1, 1)
  ends <- cumsum(nchar(text_lines(f), "bytes") + nchar(f$eol))
  gone <- sum(f$body[ends > at])
  n <- per_line(base)
  list(bytes = bytes[seq_len(at)], judge = function(x, base) few_differ(x, base, n, n * gone))
}

# Bytes of zips: checksums should tell, so the same values or a refusal.
flip_bytes <- function(bytes) {
  at <- sample.int(length(bytes), sample.int(3, 1))
  bytes[at] <- xor(bytes[at], as.raw(2^sample(0:7, length(at), replace = TRUE)))
  bytes
}

# ---- the run ----

texts <- lapply(stats::setNames(nm = names(layouts)), load_text)
rdml <- load_rdml()
bases <- lapply(texts, function(f) read_file(text_bytes(f), f))
accepted <- vapply(bases, function(x) inherits(x$got, "cq_data"), NA)
if (!all(accepted)) stop("fixtures that are not read: ", paste(names(texts)[!accepted], collapse = ", "))
bases <- lapply(bases, `[[`, "got")
books <- names(which(vapply(layouts, function(x) isTRUE(x$book), NA)))
as_book <- function(f) replace(f, c("kind", "ext"), c("xlsx", "xlsx"))
book_bases <- lapply(stats::setNames(nm = books), function(name) {
  f <- as_book(texts[[name]])
  read_file(book_bytes(f), f)$got
})
accepted <- vapply(book_bases, inherits, NA, "cq_data")
if (!all(accepted)) stop("workbooks that are not read: ", paste(books[!accepted], collapse = ", "))
odd <- vapply(books, function(name) same_values(book_bases[[name]], bases[[name]]), "")
if (any(nzchar(odd))) stop(paste(books, odd)[nzchar(odd)][1])
rdml_base <- read_file(rdml_bytes(rdml), rdml)$got

pick_one <- function(x) x[[sample.int(length(x), 1)]]

# One file: list(kind, of, f, bytes, base, judge).
make_one <- function(i) {
  set.seed(first_seed * 1e6 + i)
  group <- sample(c("layout", "meaning", "book", "rdml", "zip bytes"), 1, prob = c(0.45, 0.25, 0.13, 0.07, 0.1))
  judge <- same_values
  if (group == "layout") {
    name <- pick_one(names(texts))
    kind <- pick_one(names(layout_changes))
    f <- layout_changes[[kind]](texts[[name]])
    if (stats::runif(1) < 0.25) {
      second <- pick_one(names(layout_changes))
      f <- layout_changes[[second]](f)
      if (second != "as_it_was") kind <- "two of these"
    }
    kind <- paste("text:", kind)
    return(list(kind = kind, of = name, f = f, bytes = text_bytes(f), base = bases[[name]], judge = judge))
  }
  if (group == "meaning") {
    name <- pick_one(names(texts))
    kind <- pick_one(rep(names(meaning_changes), c(1, 1, 1, 2, 3, 2)))
    made <- meaning_changes[[kind]](texts[[name]], bases[[name]])
    if (!is.null(made$where)) kind <- paste0(kind, ", ", made$where)
    return(list(kind = paste("text:", kind), of = name, f = texts[[name]], bytes = made$bytes, base = bases[[name]],
                judge = made$judge))
  }
  if (group == "book") {
    name <- pick_one(books)
    kind <- pick_one(names(book_changes))
    f <- book_changes[[kind]](as_book(texts[[name]]))
    return(list(kind = paste("workbook:", kind), of = name, f = f, bytes = book_bytes(f), base = book_bases[[name]],
                judge = judge))
  }
  if (group == "rdml") {
    kind <- pick_one(names(rdml_changes))
    f <- rdml_changes[[kind]](rdml)
    kind <- paste("RDML:", kind)
    return(list(kind = kind, of = "rdml", f = f, bytes = rdml_bytes(f), base = rdml_base, judge = judge))
  }
  change <- sample(c("bytes flipped", "truncated"), 1)
  of <- sample(c("RDML", "workbook", "workbook of CFX"), 1)
  f <- if (of == "RDML") rdml else as_book(texts[["cfx-cq.csv"]])
  if (of == "workbook of CFX") f$broken <- TRUE
  bytes <- if (of == "RDML") rdml_bytes(f) else book_bytes(f)
  bytes <- if (change == "truncated") bytes[seq_len(sample.int(length(bytes) - 1, 1))] else flip_bytes(bytes)
  list(kind = paste0(of, ": ", change), of = f$name, f = f, bytes = bytes,
       base = if (of == "RDML") rdml_base else book_bases[["cfx-cq.csv"]], judge = same_values)
}

outcome <- function(made) {
  out <- read_file(made$bytes, made$f)
  why <- if (inherits(out$got, "accident")) {
    paste("an error without a class:", told(out$got))
  } else if (inherits(out$got, "cq_data")) {
    made$judge(out$got, made$base)
  } else {
    ""
  }
  if (length(out$stray)) why <- paste(why, "a stray warning:", out$stray[1])
  if (out$took > 10) why <- paste(why, "took", round(out$took), "s")
  if (length(out$left)) why <- paste(why, "left behind:", out$left[1])
  refused <- inherits(out$got, "refusal")
  same <- inherits(out$got, "cq_data") && !nzchar(same_values(out$got, made$base))
  how <- if (nzchar(why)) "violation" else if (refused) "refused" else if (same) "same" else "changed where touched"
  list(how = how, why = why, said = if (refused) told(out$got) else "", took = out$took)
}

runs <- if (is.null(only)) seq_len(n_files) else only
start <- proc.time()[["elapsed"]]
rows <- lapply(runs, function(i) {
  made <- make_one(i)
  got <- outcome(made)
  if (got$how == "violation") {
    dir.create("out/mutations", recursive = TRUE, showWarnings = FALSE)
    writeBin(made$bytes, file.path("out/mutations", sprintf("%d-%s.%s", i, made$f$stem, made$f$ext)))
    cat(sprintf("file %d, %s, of %s: %s\n", i, made$kind, made$of, substr(got$why, 1, 400)))
  } else if (!is.null(only) || nzchar(Sys.getenv("DDCQ_REFUSALS")) && nzchar(got$said)) {
    cat(sprintf("file %d, %s, of %s: %s %s\n", i, made$kind, made$of, got$how, substr(got$said, 1, 300)))
  }
  data.frame(kind = made$kind, how = got$how, took = got$took)
})
rows <- do.call(rbind, rows)
counts <- table(rows$kind, factor(rows$how, c("same", "changed where touched", "refused", "violation")))
print(addmargins(counts, 1))
took <- proc.time()[["elapsed"]] - start
cat(sprintf("%d files, %.0f s in all, the longest %.2f s\n", nrow(rows), took, max(rows$took)))
quit(status = if (any(rows$how == "violation")) 1 else 0)
