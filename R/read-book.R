# Excel workbooks, recognised by their first bytes and read as text through readxl. A sheet becomes a character
# matrix whose rows and columns are those of Excel.

book_kind <- function(bytes) {
  start <- function(x) length(bytes) >= length(x) && identical(bytes[seq_along(x)], as.raw(x))
  if (start(c(0xD0, 0xCF, 0x11, 0xE0))) "xls" else if (start(c(0x50, 0x4B))) "zip" else "text"
}

# The members of a zip by its directory; nothing is unpacked. `NULL`: not a zip after all.
zip_members <- function(path) {
  members <- tryCatch(suppressWarnings(utils::unzip(path, list = TRUE)), error = function(e) NULL)
  if (!is.null(members)) members$Name <- iconv(members$Name, "UTF-8", "UTF-8", sub = "byte")
  members
}

# A workbook is small and holds no odd names; what is not so is not opened.
check_zip <- function(members, path) {
  name <- basename(path)
  size <- file.size(path)
  total <- sum(members$Length)
  odd <- grepl("(^|[/\\\\])[.][.]([/\\\\]|$)|^[/\\\\]|^[A-Za-z]:", members$Name)
  if (any(odd)) {
    ddcq_abort("{.val {name}} holds names that point outside of it: {some(members$Name[odd])}.", "file")
  }
  if (nrow(members) > 500 || total > read_limit || (total > 2^20 && total > 200 * size)) {
    ddcq_abort(
      "{.val {name}} would unpack to {nrow(members)} parts of {round(total / 1024^2)} MB: no Cq export does.", "file"
    )
  }
}

open_book <- function(path, kind, name = basename(path)) {
  need_package("readxl", "to read Excel files.")
  sheets <- book_try(readxl::excel_sheets(path), name)
  if (!length(sheets) || anyNA(sheets) || !all(nzchar(sheets))) {
    ddcq_abort("{.val {name}} cannot be read as an Excel workbook: its sheets have no names.", "file")
  }
  read <- if (kind == "xls") readxl::read_xls else readxl::read_xlsx
  cache <- new.env(parent = emptyenv())
  cells <- function(sheet) {
    if (is.null(cache[[sheet]])) {
      cache[[sheet]] <- sheet_cells(read, path, sheet, name)
    }
    cache[[sheet]]
  }
  list(kind = kind, name = name, sheets = sheets, cells = cells, encoding = kind, ends = "")
}

# The range is anchored at A1, so that a row number here is the row number that Excel shows.
sheet_cells <- function(read, path, sheet, name) {
  table <- book_try(
    suppressMessages(suppressWarnings(read(
      path, sheet, range = readxl::cell_limits(c(1, 1), c(NA, NA)), col_names = FALSE, col_types = "text",
      na = character(), trim_ws = FALSE, .name_repair = "minimal"
    ))), name
  )
  cells <- vapply(table, as.character, character(nrow(table)))
  cells <- matrix(cells, nrow(table), length(table))
  cells[is.na(cells)] <- ""
  cells
}

book_try <- function(expr, name) {
  problem <- NULL
  out <- tryCatch(expr, error = function(e) {
    problem <<- conditionMessage(e)
    NULL
  })
  if (!is.null(problem)) {
    ddcq_abort(
      c("{.val {name}} cannot be read as an Excel workbook.",
        "x" = "{problem}",
        "i" = "Is it complete, and not protected by a password? Saving it anew in Excel often helps."
      ), "file"
    )
  }
  out
}
