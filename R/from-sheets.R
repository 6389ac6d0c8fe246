# Where wide tables come from: a data frame, a matrix, an object with assay data, several tables, or files. Whatever it
# was, it becomes named data frames.

# list(tables, ask, design): `ask` with what the kind of the data says, `design` the annotation that came with them.
wide_source <- function(data, ask) {
  if (is.data.frame(data)) {
    return(one_table(as.data.frame(data), ask))
  }
  if (isS4(data)) {
    return(assay_source(data, ask))
  }
  if (is.matrix(data)) {
    return(matrix_source(data, ask))
  }
  if (is.character(data)) {
    data <- read_tables(data)
    if (length(data) == 1 && is.null(ask$sheets)) {
      return(one_table(data[[1]], ask))
    }
  }
  if (!is.list(data)) {
    ddcq_abort(
      c("{.arg data} must be a data frame, a matrix, a list of data frames, or the path of files, not \\
         {.obj_type_friendly {data}}."), "argument"
    )
  }
  check_sheets(data, ask)
  list(tables = lapply(data, as.data.frame), ask = ask)
}

check_sheets <- function(tables, ask) {
  if (!length(tables) || !all(vapply(tables, is.data.frame, NA)) || !has_names(tables)) {
    ddcq_abort(
      c("{.arg data}, where it is a list, must hold data frames, each with its own name.",
        "i" = "{.code list(plate1 = , plate2 = )}"
      ), "argument"
    )
  }
  if (is.null(ask$sheets)) {
    ddcq_abort(
      c("{.arg sheets} must say what a sheet is, because there are {length(tables)}: {some(names(tables))}.",
        "i" = "{.code sheets = \"run\"}: a plate, in which all targets may stand.",
        "i" = "{.code sheets = \"target\"}: the wells of one target."
      ), "argument"
    )
  }
}

# Files: each sheet of a workbook, or each csv, under its name.
read_tables <- function(path) {
  path <- table_paths(path)
  tables <- unlist(lapply(seq_along(path), function(i) read_tables_of(path[i], names(path)[i])), recursive = FALSE)
  if (anyDuplicated(names(tables))) {
    twice <- names(tables)[duplicated(names(tables))]
    ddcq_abort(
      c("Files must have different names, and their sheets, too.", "x" = "There is {some(twice)} more than once.",
        "i" = "Name the files: {.code c(plate1 = \"a/ct.csv\", plate2 = \"b/ct.csv\")}."
      ), "file"
    )
  }
  tables
}

table_paths <- function(path) {
  name <- names(path)
  path <- check_strings(path, "data")
  lost <- path[!file.exists(path) | dir.exists(path)]
  if (length(lost)) {
    ddcq_abort("{.arg data}, where it is text, must be paths of files that are there: {some(lost)} is not.", "file")
  }
  plain <- sub("[.][A-Za-z]+$", "", basename(path))
  names(path) <- if (is.null(name)) plain else ifelse(nzchar(name), name, plain)
  path
}

read_tables_of <- function(path, name) {
  source <- open_source(path, check_file(path))
  if (source$kind == "text") {
    return(stats::setNames(list(read_sheet_file(path)), name))
  }
  if (!source$kind %in% c("xls", "xlsx")) {
    ddcq_abort("{.val {basename(path)}} must be a table of text (csv) or a workbook (xls, xlsx).", "file")
  }
  filled <- Filter(function(sheet) any(source$cells(sheet) != ""), source$sheets)
  stats::setNames(lapply(filled, function(sheet) book_table(source$cells(sheet), sheet)), filled)
}

# The first line that is not empty is the header. Columns in which all is a number become numbers.
book_table <- function(cells, sheet) {
  cells <- cells[rowSums(cells != "") > 0, , drop = FALSE]
  header <- clean_text(cells[1, ])
  used <- which(!is.na(header))
  stray <- setdiff(which(colSums(cells != "") > 0), used)
  if (length(stray) || nrow(cells) < 2) {
    what <- if (length(stray)) "Column {stray[1]} has cells below an empty one." else "It has one line."
    ddcq_abort(
      c("The first line of the sheet {.val {sheet}} must name the columns, with rows below.", "x" = what,
        "i" = "Read it with {.fn readxl::read_excel}, {.code skip = } and {.code range = }, and give the data frames: \\
               {.code list(plate1 = , plate2 = )}."
      ), "file"
    )
  }
  body <- cells[-1, , drop = FALSE]
  list2DF(stats::setNames(lapply(used, function(j) sheet_column(clean_text(body[, j]), header[j], ",")), header[used]))
}
