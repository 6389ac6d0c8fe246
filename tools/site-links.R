# Follows every link of the built site that stays on it: Rscript tools/site-links.R out/site
# A link out of the site must be https; whether it answers is not asked, because a test asks no network.
root <- normalizePath(commandArgs(TRUE)[1])
pages <- list.files(root, "[.]html$", recursive = TRUE)
documents <- lapply(stats::setNames(pages, pages), function(page) {
  xml2::read_html(file.path(root, page), options = c("RECOVER", "NOERROR", "NOWARNING", "HUGE"))
})
anchors <- lapply(documents, function(document) {
  c(xml2::xml_text(xml2::xml_find_all(document, "//@id")), xml2::xml_text(xml2::xml_find_all(document, "//a/@name")))
})

followed <- 0L
faults <- character()
fault <- function(page, link, what) faults <<- c(faults, sprintf("%s: %s: %s", page, link, what))

# A path as the browser sees it, from the page's own directory, without `.` and `..`.
target_of <- function(page, path) {
  if (!nzchar(path)) return(page)
  parts <- strsplit(file.path(dirname(page), utils::URLdecode(path)), "/", fixed = TRUE)[[1]]
  kept <- character()
  for (part in parts[!parts %in% c(".", "")]) {
    kept <- if (part == "..") utils::head(kept, -1) else c(kept, part)
  }
  target <- paste(kept, collapse = "/")
  if (dir.exists(file.path(root, target))) sub("^/", "", paste0(target, "/index.html")) else target
}

follow <- function(page, link) {
  followed <<- followed + 1L
  if (grepl("^(data:|mailto:|javascript:)", link)) return()
  if (grepl("^[a-z]+:", link)) {
    if (!grepl("^https://[A-Za-z0-9.-]+[.][a-z]+(/|$)", link)) fault(page, link, "is not an https address")
    return()
  }
  bare <- sub("[?].*$", "", sub("#.*$", "", link))
  target <- target_of(page, bare)
  if (!file.exists(file.path(root, target))) return(fault(page, link, "leads nowhere"))
  anchor <- utils::URLdecode(sub("^[^#]*#?", "", link))
  if (nzchar(anchor) && target %in% pages && !anchor %in% anchors[[target]]) fault(page, link, "has no such place")
}

for (page in pages) {
  links <- xml2::xml_text(xml2::xml_find_all(documents[[page]], "//@href | //@src"))
  for (link in unique(links)) follow(page, link)
}
cat(faults, sep = "\n")
cat(sprintf("site: %d pages, %d links, %d faults\n", length(pages), followed, length(faults)))
quit(status = as.integer(length(faults) > 0))
