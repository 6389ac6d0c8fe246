#' Join the sample sheet
#'
#' Brings what the plate does not know: treatments, subjects, passages. Every well of an unknown sample must find its
#' row in the sheet.
#'
#' @param x (`cq_data`) The wells.
#' @param design (data frame, or path of a csv file) The sample sheet: a column for each name in `by`, and the columns
#'   to join.
#' @param by (text) What a row of the sheet stands for: `"sample"`, `"well"`, `c("run", "well")` or
#'   `c("run", "sample")`. A sheet by well may bring `sample`, `target`, `task` and `quantity` for files that have none.
#' @return `x` with the columns of the sheet added, and a line in the log. Wells of controls and standards need no row,
#'   nor do wells that were taken out before ([cq_exclude()]): so a sample is left out. An unknown well without a row is
#'   an error of class `ddcq_error_design` that lists what did not match and shows the sheet to write; surplus rows of
#'   the sheet are counted in the log. Other errors have the classes `ddcq_error_file`, `ddcq_error_column`,
#'   `ddcq_error_data` and `ddcq_error_argument`.
#' @family data
#' @export
#' @examples
#' plate <- cq_read(system.file("extdata", "anastrozole_plate.txt", package = "ddcq"))
#' sheet <- read.csv(system.file("extdata", "anastrozole_samples.csv", package = "ddcq"))
#' head(sheet, 4)
#' x <- cq_design(plate, sheet)
#' # a row of the wells now knows its treatment
#' as.data.frame(x[1:2, c("well", "sample", "target", "cq", "treatment", "passage")])
#'
#' # one sample does not belong to the experiment: take it out, and it needs no row
#' x <- cq_exclude(plate, sample == "veh-p24", reason = "another medium")
#' x <- cq_design(x, sheet[sheet$sample != "veh-p24", ])
#' cq_log(x)
cq_design <- function(x, design, by = "sample") {
  x <- valid_cq_data(x)
  sheet <- read_sheet(design)
  by <- check_by(by)
  check_columns(sheet, by, "design")
  sheet <- tidy_sheet(sheet, by)
  check_sheet(sheet, by, x)
  row <- match_sheet(x, sheet, by)
  check_matched(x, row, sheet, by)
  joined <- setdiff(names(sheet), by)
  for (column in joined) x <- join_column(x, column, sheet[[column]][row], by)
  if ("well" %in% by && any(c("sample", "target") %in% joined)) {
    check_wells(x)
    x <- mark_failed_again(check_runs(x, attr(x, "runs", exact = TRUE)))
  }
  left <- setdiff(seq_len(nrow(sheet)), row)
  log_add(x, design_log(sheet, by, joined, left))
}

read_sheet <- function(design) {
  if (missing(design)) {
    ddcq_abort(
      c("{.arg design} must be given: the sample sheet, a data frame or the path of a csv file.",
        "i" = "{.code data.frame(sample = c(\"s1\", \"s2\"), treatment = c(\"vehicle\", \"drug\"))}"
      ), "argument"
    )
  }
  if (is.data.frame(design)) {
    return(as.data.frame(design))
  }
  if (!is.character(design) || length(design) != 1 || is.na(design)) {
    ddcq_abort(
      "{.arg design} must be a data frame or the path of a csv file, not {.obj_type_friendly {design}}.", "argument"
    )
  }
  if (!file.exists(design) || dir.exists(design)) {
    what <- if (dir.exists(design)) "is a folder" else "does not exist"
    ddcq_abort("{.arg design} must be the path of a file, but {.file {design}} {what}.", "file")
  }
  read_sheet_file(design)
}

# A csv from any spreadsheet: comma, semicolon or tab, any encoding, with or without a byte order mark. Names stay as
# they are written ("01", "T"); other columns become numbers where all of their values are.
read_sheet_file <- function(path) {
  name <- basename(path)
  lines <- decode_text(read_bytes(path, file.size(path)), name)$lines
  lines <- lines[grepl("[^[:space:],;]", lines)]
  if (length(lines) < 2) {
    ddcq_abort("The sample sheet {.file {path}} must have a header and rows.", "file")
  }
  count <- vapply(c(",", ";", "\t"), function(s) lengths(regmatches(lines[1], gregexpr(s, lines[1], fixed = TRUE))), 1L)
  sep <- names(count)[which.max(count)]
  fields <- split_fields(lines, sep)
  header <- clean_text(fields[[1]])
  check_sheet_header(header, path)
  cells <- fields_matrix(fields[-1], length(header), seq_along(lines)[-1], name)
  columns <- lapply(which(!is.na(header)), function(j) sheet_column(clean_text(cells[, j]), header[j], sep))
  structure(
    columns, names = header[!is.na(header)], class = "data.frame", row.names = .set_row_names(nrow(cells))
  )
}

check_sheet_header <- function(header, path) {
  twice <- unique(header[duplicated(header) & !is.na(header)])
  if (length(twice)) {
    ddcq_abort("The sample sheet {.file {path}} must name each column once, not {some(twice)} twice.", "design")
  }
}

sheet_column <- function(text, name, sep) {
  text[text %in% "NA"] <- NA
  if (name %in% c("run", "well", "sample", "target", "task") || any(grepl("^0[0-9]", text))) {
    return(text)
  }
  number <- parse_number(text, if (sep == ";" && !any(grepl("[.]", text))) "," else ".")
  if (all(is.na(number) == is.na(text)) && any(!is.na(number))) number else text
}

check_by <- function(by) {
  allowed <- list("sample", "well", c("run", "well"), c("run", "sample"))
  for (set in allowed) {
    if (is.character(by) && setequal(by, set) && length(by) == length(set)) {
      return(set)
    }
  }
  ddcq_abort(
    c("{.arg by} must be {.val sample}, {.val well}, {.code c(\"run\", \"well\")} or {.code c(\"run\", \"sample\")}.",
      "x" = if (is.character(by)) "It is {some(by)}." else "It is {.obj_type_friendly {by}}."
    ),
    "argument"
  )
}

tidy_sheet <- function(sheet, by) {
  for (name in intersect(c(by, "sample", "target", "well", "run"), names(sheet))) {
    sheet[[name]] <- trimws(as_names(sheet[[name]], name))
  }
  blank <- rowSums(is.na(sheet[by]) | sheet[by] == "") > 0
  sheet[!blank, , drop = FALSE]
}

check_sheet <- function(sheet, by, x) {
  if (!nrow(sheet)) {
    ddcq_abort("{.arg design} must have rows with a {.field {by}}, but it has none.", "design")
  }
  if (length(names(sheet)) == length(by)) {
    ddcq_abort("{.arg design} must have columns besides {some(by)}, such as {.field treatment}.", "design")
  }
  key <- sheet_key(sheet, by)
  twice <- unique(key[duplicated(key)])
  if (length(twice)) {
    where <- gsub("\r", " ", twice)
    ddcq_abort(
      c("A row of {.arg design} must stand for one {by[length(by)]}.", "x" = "Twice in the sheet: {some(where)}.",
        if ("sample" %in% by) c(
          "i" = "If runs use the same names for different samples, give {.code by = c(\"run\", \"sample\")}."
        )
      ), "design"
    )
  }
  fixed <- setdiff(intersect(names(sheet), c("state", "cq", "note", setdiff(c("run", "well"), by))), by)
  if ("sample" %in% names(sheet) && !"sample" %in% by && !"well" %in% by) fixed <- c(fixed, "sample")
  if (length(fixed)) {
    ddcq_abort(
      c("{.arg design} must not change what was measured.", "x" = "It has the column {some(fixed)}.",
        "i" = "Take it out of the sheet, or join by it: {.arg by}."
      ), "design"
    )
  }
  if ("target" %in% names(sheet) && !"well" %in% by) {
    ddcq_abort("A sheet that names targets must be joined {.code by = \"well\"}.", "design")
  }
}

# Wells are written A1 and A01: both are one key.
sheet_key <- function(table, by) {
  parts <- lapply(by, function(name) {
    value <- table[[name]]
    if (name == "well") sub("^([A-Za-z]{1,2})0+([1-9])", "\\1\\2", value) else value
  })
  do.call(paste, c(parts, sep = "\r"))
}

# Where each run is its own passage, samples are called run:sample; the sheet may name them as the runs did.
match_sheet <- function(x, sheet, by) {
  keys <- sheet_key(sheet, by)
  row <- match(sheet_key(x, by), keys)
  if ("sample" %in% by && identical(attr(x, "runs", exact = TRUE), "replicate")) {
    own <- startsWith(x$sample, paste0(x$run, ":"))
    base <- list(run = x$run, sample = ifelse(own, substring(x$sample, nchar(x$run) + 2), x$sample))
    row <- ifelse(is.na(row), match(sheet_key(base, by), keys), row)
  }
  row
}

check_matched <- function(x, row, sheet, by) {
  # what was taken out needs no row: that is how a sample is left out
  lost <- which(is.na(row) & as.integer(x$task) == 1L & as.integer(x$state) != 3L)
  if (!length(lost)) {
    return(invisible())
  }
  name <- by[length(by)]
  if (anyNA(x[[name]][lost])) {
    n <- sum(is.na(x[[name]][lost]))
    ddcq_abort(
      c("A sheet can only be joined by {.field {name}} where every well has one.",
        "x" = "{n} row{?s} {?has/have} none.",
        "i" = if (name == "well") "Name the column of the wells: {.code cq_data(..., well = )}." else
          "Join by well: {.code by = \"well\"}, with the samples in the sheet."
      ), "design"
    )
  }
  where <- do.call(paste, lapply(unclass(x)[by], `[`, lost))
  ddcq_abort(
    c("Every unknown well must have a row in {.arg design}.",
      "x" = "No row for the {name} {some(where, 8)}.",
      hint_meant(unique(x[[name]][lost]), setdiff(sheet[[name]], x[[name]])),
      "i" = "The sheet should have:", sheet_to_write(x, by, sheet, lost),
      "i" = "Names differ? {.fn cq_rename} makes them one. Controls or standards? Say so in a column {.field task} of \\
             the sheet ({.val ntc}, {.val standard}).",
      "i" = leave_out_hint(x, by, lost)
    ), "design"
  )
}

# The call that takes them out, as it is to be written before the sheet is joined; of several runs, that for the first.
leave_out_hint <- function(x, by, lost) {
  several <- "run" %in% by
  if (several) lost <- lost[x$run[lost] == x$run[lost[1]]]
  name <- by[length(by)]
  which <- paste0(if (several) paste(one_of("run", x$run[lost]), "& "), one_of(name, x[[name]][lost]))
  paste0("Not part of it? Take them out first: {.code x <- cq_exclude(x, ", literal(which), ", reason = \"...\")}.")
}

# `name == "a"` or `name %in% c("a", "b", "c", ...)`, as R reads it.
one_of <- function(name, values) {
  values <- unique(values)
  if (length(values) == 1) {
    return(paste(name, "==", encodeString(values, quote = "\"")))
  }
  more <- if (length(values) > 3) ", ..."
  paste0(name, " %in% c(", toString(encodeString(utils::head(values, 3), quote = "\"")), more, ")")
}

# The first of the lines that the sheet lacks.
sheet_to_write <- function(x, by, sheet, lost) {
  keys <- unique(do.call(paste, c(lapply(unclass(x)[by], `[`, lost), sep = ",")))
  column <- setdiff(names(sheet), by)[1]
  lines <- c(paste(c(by, column), collapse = ","), paste0(utils::head(keys, 3), ",..."))
  stats::setNames(literal(lines), rep(" ", length(lines)))
}

join_column <- function(x, column, value, by) {
  if (is.factor(value)) value <- as_names(value, column)
  if (column %in% c("sample", "target")) {
    return(fill_names(x, column, value))
  }
  if (column == "task") {
    given <- !is.na(value) & nzchar(trimws(value))
    x$task[given] <- as_task_words(value[given], sum(given))
    return(x)
  }
  if (column == "quantity") {
    x$quantity <- ifelse(is.na(value), x$quantity, as.double(value))
    return(x)
  }
  replace_column(x, column, value)
}

# A column that is there already gives way where the sheet says something, and the log says so.
replace_column <- function(x, column, value) {
  old <- x[[column]]
  if (is.null(old)) {
    x[[column]] <- value
    return(x)
  }
  if (is.factor(old)) old <- as.character(old)
  if (is.character(old)) value <- as.character(value)
  changed <- which(!is.na(old) & !is.na(value) & old != value)
  x[[column]] <- ifelse(is.na(value), old, value)
  if (length(changed)) {
    detail <- paste0(column, ": ", some_plain(unique(paste(old[changed], "->", value[changed]))))
    x <- log_add(x, log_entry("design", "values replaced by the sheet's", length(changed), detail))
  }
  x
}

# A sheet by well may name samples and targets. A name that the file has already must be the same, unless the sheet
# tells apart what the file calls alike ("Sample 1" in every well, "Control" in nine).
fill_names <- function(x, column, value) {
  old <- x[[column]]
  differs <- which(!is.na(old) & nzchar(old) & !is.na(value) & old != value)
  wrong <- differs[!is_finer(old, value, differs)]
  if (length(wrong)) {
    where <- paste0(x$well[wrong], " (\"", old[wrong], "\" is \"", value[wrong], "\" in the sheet)")
    ddcq_abort(
      c("The sheet's {.field {column}} must be the file's where the file has one.", "x" = "{some_plain(where, 5)}.",
        "i" = "Is the sheet one well off? To rename, use {.fn cq_rename}."
      ), "design"
    )
  }
  x[[column]] <- ifelse(is.na(value), old, value)
  if (length(differs)) {
    detail <- paste("told apart by the sheet:", some_plain(unique(old[differs])))
    x <- log_add(x, log_entry("design", paste(column, "named by well"), length(differs), detail))
  }
  x
}

# Whether the sheet splits the old name: several new names for it, each of them for no other old one.
is_finer <- function(old, value, rows) {
  known <- !is.na(value) & !is.na(old)
  pairs <- unique(data.frame(old = old[known], value = value[known]))
  several <- table(pairs$old) > 1
  one <- table(pairs$value) == 1
  as.logical(several[old[rows]]) & as.logical(one[value[rows]])
}

design_log <- function(sheet, by, joined, left) {
  detail <- paste0(
    paste(joined, collapse = ", "), "; by ", paste(by, collapse = " and "), " from ", plural(nrow(sheet), "row"),
    " of the sheet"
  )
  entry <- log_entry("design", "columns joined", length(joined), detail)
  if (length(left)) {
    surplus <- gsub("\r", " ", sheet_key(sheet, by)[left])
    entry <- log_bind(entry, log_entry("design", "rows of the sheet without wells", length(left), some_plain(surplus)))
  }
  entry
}

#' One name for one thing
#'
#' Renames targets or samples, so that "c-Myc" on one plate and "MYC" on another are one target.
#'
#' @param x (`cq_data`) The wells.
#' @param target,sample (named text) New names by old ones: `c("c-Myc" = "MYC")`.
#' @return `x` with the names changed and a line in the log. An old name that does not occur is an error of class
#'   `ddcq_error_argument`; so is a renaming that would make two wells of one.
#' @family data
#' @export
#' @examples
#' x <- cq_data(data.frame(sample = "s1", target = c("c-Myc", "GAPDH"), cq = c(24.1, 18.0)))
#' x <- cq_rename(x, target = c("c-Myc" = "MYC"), sample = c(s1 = "veh-p21"))
#' as.data.frame(x)[c("sample", "target", "cq")]
#' cq_log(x)
cq_rename <- function(x, target = NULL, sample = NULL) {
  x <- valid_cq_data(x)
  if (is.null(target) && is.null(sample)) {
    ddcq_abort("Give {.arg target} or {.arg sample}: new names by old ones, {.code c(\"old\" = \"new\")}.", "argument")
  }
  x <- rename_column(x, "target", target)
  x <- rename_column(x, "sample", sample)
  check_wells(x)
  mark_failed_again(check_runs(x, attr(x, "runs", exact = TRUE)))
}

rename_column <- function(x, column, map) {
  if (is.null(map)) {
    return(x)
  }
  if (!is.character(map) || is.null(names(map)) || anyNA(map) || !all(nzchar(map)) || anyDuplicated(names(map))) {
    ddcq_abort("{.arg {column}} must be new names by old ones, {.code c(\"old\" = \"new\")}.", "argument")
  }
  coded <- code_strings(x[[column]])
  lost <- setdiff(names(map), coded$levels)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg {column}} must name what is there.", "x" = "There is no {column} {some(lost)}.",
        hint_near(lost[1], coded$levels)
      ), "argument"
    )
  }
  at <- match(coded$levels, names(map))
  levels <- ifelse(is.na(at), coded$levels, map[at])
  x[[column]] <- decode(coded$codes, levels)
  log_add(x, log_entry("rename", paste(column, "renamed"), length(map), paste(names(map), "->", map, collapse = ", ")))
}
