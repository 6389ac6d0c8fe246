# The words of html: every text from data goes through html_text(), so that no name is read as a tag.

html_text <- function(x) {
  x <- as.character(x)
  x[is.na(x)] <- ""
  marks <- c("&" = "&amp;", "<" = "&lt;", ">" = "&gt;", "\"" = "&quot;", "'" = "&#39;", "`" = "&#96;")
  for (mark in names(marks)) x <- gsub(mark, marks[[mark]], x, fixed = TRUE)
  enc2utf8(x)
}

# Finished html for the template: pandoc passes it on as it is.
html_block <- function(...) {
  structure(paste0("\n\n```{=html}\n", paste(c(...), collapse = "\n"), "\n```\n\n"), class = "knit_asis")
}

html_p <- function(..., class = NULL) {
  text <- c(...)
  if (length(text)) paste0("<p", if (!is.null(class)) paste0(" class=\"", class, "\""), ">", html_text(text), "</p>")
}

html_list <- function(text, class = NULL) {
  if (length(text)) {
    c(paste0("<ul", if (!is.null(class)) paste0(" class=\"", class, "\""), ">"),
      paste0("<li>", html_text(text), "</li>"),
      "</ul>")
  }
}

html_pre <- function(text) {
  paste0("<pre>", paste(html_text(text), collapse = "\n"), "</pre>")
}

# columns: a named list of texts. Columns named in `right` are numbers and stand to the right. A table that is wider
# than the screen scrolls by itself, also by keyboard.
html_table <- function(columns, right = character(), caption = NULL) {
  side <- ifelse(names(columns) %in% right, " class=\"r\"", "")
  cells <- Map(function(v, s) paste0("<td", s, ">", html_text(v), "</td>"), columns, side)
  label <- caption %||% paste("Table:", paste(names(columns), collapse = ", "))
  c(
    paste0("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"", html_text(label), "\">"), "<table>",
    if (!is.null(caption)) paste0("<caption>", html_text(caption), "</caption>"),
    paste0("<thead><tr>", paste0("<th scope=\"col\"", side, ">", html_text(names(columns)), "</th>", collapse = ""),
           "</tr></thead>"),
    "<tbody>", if (length(columns[[1]])) paste0("<tr>", do.call(paste0, unname(cells)), "</tr>"), "</tbody>",
      "</table>",
    "</div>"
  )
}

report_style <- function() {
  c(
    "<style>",
    "body { font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; color: #1a1a1a;",
    "  background: #fff; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }",
    "h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2.2rem; }",
    "h3 { font-size: 1.05rem; margin-top: 1.6rem; } h1, h2, h3, li, p, td { overflow-wrap: anywhere; }",
    "table { border-collapse: collapse; margin: 0.5rem 0; font-size: 0.9rem; } td { overflow-wrap: normal; }",
    ".scroll { overflow-x: auto; max-width: 100%; margin: 1rem 0; }",
    "caption { text-align: left; font-weight: 600; padding-bottom: 0.3rem; }",
    "th, td { text-align: left; padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid #ddd;",
    "  vertical-align: top; }",
    "th { border-bottom: 2px solid #888; }",
    ".r { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }",
    ".loud { background: #fff3cd; border: 2px solid #b58900; padding: 0.6rem 1rem; } p.loud { font-weight: 600; }",
    "ul.loud { padding-left: 2rem; }",
    "ul.stop { background: #fde8e4; border: 3px solid #b3261e; padding: 0.8rem 1rem 0.8rem 2rem; font-weight: 600; }",
    "p.stop { color: #8c1d18; font-size: 1.15rem; font-weight: 700; margin-bottom: 0.4rem; }",
    ".small { font-size: 0.88rem; color: #444; } pre { background: #f5f5f5; padding: 0.7rem; white-space: pre-wrap;",
    "  overflow-wrap: anywhere; }",
    "img { max-width: 100%; height: auto; } a.download { color: #0b5394; }",
    "@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, h3 { break-after: avoid; }",
    "  .picture, tr { break-inside: avoid; } .scroll { overflow: visible; } a.download { display: none; } }",
    "</style>"
  )
}
