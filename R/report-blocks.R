# What a section of the report is made of: blocks, which know nothing of html or Word. render_blocks() writes them in
# the format of the document. c() of blocks is a list of blocks.

report_block <- function(kind, ...) {
  list(list(kind = kind, ...))
}

page_p <- function(..., class = NULL) {
  text <- c(...)
  if (length(text)) report_block("p", text = as.character(text), class = class)
}

page_list <- function(text, class = NULL) {
  if (length(text)) report_block("list", text = as.character(text), class = class)
}

page_pre <- function(text) {
  report_block("pre", text = text)
}

page_heading <- function(text, level = 3) {
  report_block("heading", text = text, level = level)
}

# columns: a named list of texts. Columns named in `right` are numbers and stand to the right.
page_table <- function(columns, right = character(), caption = NULL) {
  report_block("table", columns = lapply(columns, as.character), right = right, caption = caption)
}

# picture: a ggplot, or NULL; width and height in inches.
page_picture <- function(picture, width, height, alt) {
  if (!is.null(picture)) report_block("picture", picture = picture, width = width, height = height, alt = alt)
}

# table: a data frame to be saved from the page.
page_download <- function(table, name, label) {
  report_block("download", table = table, name = name, label = label)
}

# ---- in a document's format ----

# format: "html", or "pipe" for everything else that pandoc writes. dir: where pictures go that the page does not hold.
render_blocks <- function(blocks, format = "html", dir = tempdir()) {
  if (format == "html") {
    return(html_block(unlist(lapply(blocks, html_of))))
  }
  text <- unlist(lapply(blocks, markdown_of, dir))
  structure(paste0("\n\n", paste(text, collapse = "\n\n"), "\n\n"), class = "knit_asis")
}

html_of <- function(b) {
  switch(b$kind,
    p = html_p(b$text, class = b$class), list = html_list(b$text, b$class), pre = html_pre(b$text),
    heading = paste0("<h", b$level, ">", html_text(b$text), "</h", b$level, ">"),
    table = html_table(b$columns, b$right, b$caption), picture = html_picture(b), download = html_download(b)
  )
}

markdown_of <- function(b, dir) {
  switch(b$kind,
    p = if (identical(b$class, "loud")) paste0("**", knit_text(b$text, "pipe"), "**") else knit_text(b$text, "pipe"),
    list = paste0("- ", knit_text(b$text, "pipe"), collapse = "\n"),
    pre = paste0("    ", gsub("\n", "\n    ", b$text, fixed = TRUE), collapse = "\n"),
    heading = paste(strrep("#", b$level), knit_text(b$text, "pipe")),
    table = knit_table(b$columns, which(!names(b$columns) %in% b$right), b$caption, "pipe"),
    picture = markdown_picture(b, dir), download = NULL
  )
}

# ---- pictures ----

picture_file <- function(b, dir) {
  file <- tempfile("picture", dir, ".png")
  grDevices::png(file, width = b$width, height = b$height, units = "in", res = 150, bg = "white")
  device <- grDevices::dev.cur()
  on.exit(grDevices::dev.off(device))
  print(b$picture)
  file
}

html_picture <- function(b) {
  dir <- tempfile("ddcq_picture")
  dir.create(dir)
  on.exit(unlink(dir, recursive = TRUE))
  paste0(
    "<p class=\"picture\"><img src=\"", knitr::image_uri(picture_file(b, dir)), "\" alt=\"", html_text(b$alt),
    "\" width=\"", round(b$width * 96), "\" /></p>"
  )
}

markdown_picture <- function(b, dir) {
  file <- normalizePath(picture_file(b, dir), winslash = "/")
  paste0("![](", gsub(" ", "%20", file, fixed = TRUE), "){width=", format(min(b$width, 6.5)), "in}")
}

# ---- downloads ----

# A link that holds the file: formulas are disarmed by cq_write_csv().
html_download <- function(b) {
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  cq_write_csv(b$table, file)
  paste0(
    "<p><a class=\"download\" download=\"", html_text(b$name), "\" href=\"data:text/csv;charset=utf-8,",
    percent_encode(readBin(file, "raw", file.size(file))), "\">", html_text(b$label), "</a></p>"
  )
}

percent_encode <- function(bytes) {
  all <- sprintf("%%%02X", 0:255)
  plain <- utf8ToInt("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,") + 1L
  all[plain] <- vapply(plain - 1L, intToUtf8, "")
  paste(all[as.integer(bytes) + 1L], collapse = "")
}
