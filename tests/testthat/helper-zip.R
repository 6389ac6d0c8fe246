# Zip files and workbooks written byte by byte, so that tests can write crooked ones. Also used by bench/.

# `parts`: named list of raw vectors or strings. `size`, `packed`: what the zip says of its parts' sizes, where that
# is not the truth. `mode`: the Unix mode of the parts (a symbolic link has 0120777).
zip_of <- function(parts, size = NULL, packed = NULL, mode = NULL) {
  two <- function(v) writeBin(as.integer(v), raw(), size = 2, endian = "little")
  four <- function(v) {
    v <- ifelse(v >= 2^31, v - 2^32, v)
    unlist(lapply(v, function(x) writeBin(as.integer(x), raw(), size = 4, endian = "little")))
  }
  local <- central <- list()
  at <- 0
  for (i in seq_along(parts)) {
    bytes <- if (is.character(parts[[i]])) charToRaw(enc2utf8(parts[[i]])) else parts[[i]]
    name <- charToRaw(names(parts)[i])
    gz <- gzip_bytes(bytes)
    body <- gz[11:(length(gz) - 8)]
    about <- c(
      two(c(20, 0, 8, 0, 33)), gz[length(gz) - 7:4], four(if (is.null(packed)) length(body) else packed),
      four(if (is.null(size)) length(bytes) else size), two(c(length(name), 0))
    )
    # a mode is only one when Unix made the part
    made <- if (is.null(mode)) c(two(20), about, two(c(0, 0, 0)), four(0)) else {
      c(two(3 * 256 + 20), about, two(c(0, 0, 0)), four(mode * 65536))
    }
    local[[i]] <- c(as.raw(c(0x50, 0x4B, 3, 4)), about, name, body)
    central[[i]] <- c(as.raw(c(0x50, 0x4B, 1, 2)), made, four(at), name)
    at <- at + length(local[[i]])
  }
  central <- unlist(central)
  n <- length(parts)
  c(unlist(local), central, as.raw(c(0x50, 0x4B, 5, 6)), two(c(0, 0, n, n)), four(c(length(central), at)), two(0))
}

gzip_bytes <- function(bytes) {
  file <- tempfile()
  on.exit(unlink(file))
  con <- gzfile(file, "wb")
  tryCatch(writeBin(bytes, con), finally = close(con))
  readBin(file, "raw", file.size(file))
}

# The parts of a workbook; `sheets`: named list of character matrices ("" is an empty cell). Numbers become numbers.
# `broken`: the names as Bio-Rad CFX writes them.
book_parts_of <- function(sheets, broken = FALSE) {
  main <- "http://schemas.openxmlformats.org"
  n <- seq_along(sheets)
  office <- "application/vnd.openxmlformats-officedocument.spreadsheetml."
  each <- function(...) paste0(..., collapse = "")
  parts <- c(
    "[Content_Types].xml" = paste0(
      "<Types xmlns=\"", main, "/package/2006/content-types\">",
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>",
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>",
      "<Override PartName=\"/xl/workbook.xml\" ContentType=\"", office, "sheet.main+xml\"/>",
      each("<Override PartName=\"/xl/worksheets/sheet", n, ".xml\" ContentType=\"", office, "worksheet+xml\"/>"),
      "</Types>"
    ),
    "_rels/.rels" = paste0(
      "<Relationships xmlns=\"", main, "/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"", main,
      "/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    ),
    "xl/workbook.xml" = paste0(
      "<workbook xmlns=\"", main, "/spreadsheetml/2006/main\" xmlns:r=\"", main,
      "/officeDocument/2006/relationships\"><sheets>",
      each("<sheet name=\"", xml_text_of(names(sheets)), "\" sheetId=\"", n, "\" r:id=\"rId", n, "\"/>"),
      "</sheets></workbook>"
    ),
    "xl/_rels/workbook.xml.rels" = paste0(
      "<Relationships xmlns=\"", main, "/package/2006/relationships\">",
      each("<Relationship Id=\"rId", n, "\" Type=\"", main, "/officeDocument/2006/relationships/worksheet\" ",
           "Target=\"worksheets/sheet", n, ".xml\"/>"), "</Relationships>"
    )
  )
  for (i in n) parts[paste0("xl/worksheets/sheet", i, ".xml")] <- sheet_of(sheets[[i]])
  parts[] <- paste0("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", parts)
  if (broken) names(parts) <- sub("[Content_Types]", "[content_types]", chartr("/", "\\", names(parts)), fixed = TRUE)
  as.list(parts)
}

sheet_of <- function(cells) {
  place <- paste0(c(LETTERS, paste0("A", LETTERS), paste0("B", LETTERS))[col(cells)], row(cells))
  number <- grepl("^-?[0-9]+([.][0-9]+)?$", cells) & !grepl("^-?0[0-9]", cells)
  text <- ifelse(
    number, paste0("<c r=\"", place, "\"><v>", cells, "</v></c>"),
    paste0("<c r=\"", place, "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", xml_text_of(cells), "</t></is></c>")
  )
  text[cells == ""] <- ""
  rows <- apply(matrix(text, nrow(cells)), 1, paste, collapse = "")
  paste0(
    "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    paste0("<row r=\"", seq_len(nrow(cells)), "\">", rows, "</row>", collapse = ""), "</sheetData></worksheet>"
  )
}

xml_text_of <- function(x) {
  x <- gsub("&", "&amp;", enc2utf8(x), fixed = TRUE)
  x <- gsub("<", "&lt;", x, fixed = TRUE)
  gsub("\"", "&quot;", x, fixed = TRUE)
}
