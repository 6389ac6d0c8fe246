# References of the texts: to pages, functions, files, pictures, papers, addresses. Without a network.
#
#   Rscript tools/links.R
#
# Fails with file and line of each
#   - vignette("x") or \link{x} (roxygen's [x]) that names nothing, cq_*() or ddcq_*() that is no function of ours;
#   - link, anchor, picture or file named in CONTRIBUTING.md that is not there;
#   - DOI that is malformed, stands without author and year before it, or with others than elsewhere;
#   - address that is malformed or not https; entry of inst/CITATION that no text cites;
#   - name of a package archive, path of some machine, or word about how the project is worked on.
# It does not ask whether an address or a DOI can be reached, or whether a DOI is that of the paper beside it: that
# takes a network.

faults <- character()
fault <- function(file, line, what) faults <<- c(faults, sprintf("%s:%s: %s", file, line, what))

read_lines <- function(file) readLines(file, encoding = "UTF-8", warn = FALSE)
found <- function(pattern, text) regmatches(text, gregexpr(pattern, text, perl = TRUE))[[1]]

# Every match of a pattern with its line: what its one group holds.
matches <- function(lines, pattern) {
  text <- Map(function(line, at) {
    start <- attr(at, "capture.start")[, 1]
    end <- start + attr(at, "capture.length")[, 1] - 1
    if (at[1] < 0) character() else substring(line, start, end)
  }, lines, gregexpr(pattern, lines, perl = TRUE))
  data.frame(line = rep(seq_along(lines), lengths(text)), text = as.character(unlist(text)))
}

rd_files <- list.files("man", "[.]Rd$", full.names = TRUE)
rmd_files <- list.files("vignettes", "[.]Rmd$", recursive = TRUE, full.names = TRUE)
md_files <- c(rmd_files, intersect(c("README.Rmd", "README.md", "NEWS.md", "CONTRIBUTING.md"), dir()))
r_files <- list.files("R", "[.]R$", full.names = TRUE)
texts <- c(rd_files, md_files, "DESCRIPTION", "inst/CITATION")
text_of <- lapply(stats::setNames(nm = unique(c(texts, r_files))), read_lines)

exported <- sub("^export\\((.*)\\)$", "\\1", grep("^export\\(", read_lines("NAMESPACE"), value = TRUE))
defined <- unlist(lapply(r_files, function(file) {
  sub(" <-.*", "", grep("^[A-Za-z.][A-Za-z0-9_.]* <- ", text_of[[file]], value = TRUE))
}))
aliases <- unlist(lapply(rd_files, function(file) matches(text_of[[file]], "^\\\\alias\\{(.*)\\}")$text))
base_topics <- names(tools::findHTMLlinks(level = 0:1))

# ---- pages and functions -------------------------------------------------------------------------

check_vignettes <- function(file) {
  hit <- matches(text_of[[file]], "vignette\\(\"([^\"]+)\"\\)")
  lost <- !file.exists(sprintf("vignettes/%s.Rmd", hit$text))
  for (i in which(lost)) fault(file, hit$line[i], sprintf("there is no vignette \"%s\"", hit$text[i]))
}

check_topics <- function(file) {
  topics <- rbind(
    matches(text_of[[file]], "\\\\link\\{([^}]*)\\}"), matches(text_of[[file]], "\\\\link\\[=([^]]+)\\]")
  )
  topics$text <- gsub("\\\\", "", topics$text)
  for (i in which(!topics$text %in% c(aliases, base_topics))) {
    fault(file, topics$line[i], sprintf("a link to the topic %s, which does not exist", topics$text[i]))
  }
}

# A function of ours that is named as a call.
check_functions <- function(file) {
  known <- if (file == "CONTRIBUTING.md" || startsWith(file, "R/")) c(exported, defined) else exported
  hit <- matches(text_of[[file]], "(?<![.\\w])((?:cq|ddcq|methods|miqe|panel)_[a-z_]+)\\(")
  hit <- hit[!hit$text %in% known, ]
  for (i in seq_len(nrow(hit))) fault(file, hit$line[i], sprintf("%s() is no function of the package", hit$text[i]))
}

# ---- links in Markdown ---------------------------------------------------------------------------

# The anchors of a page: pandoc's and GitHub's names of headings, and those given by hand.
anchors <- function(file) {
  lines <- read_lines(file)
  headings <- sub("^#+ +", "", grep("^#{1,6} ", lines, value = TRUE))
  given <- unlist(lapply(lines, found, pattern = "(?<=[{]#)[^ }]+|(?<=id=\")[^\"]+"))
  plain <- tolower(gsub("[^[:alnum:] _.-]", "", gsub("`|[{].*[}]|[*]", "", headings)))
  pandoc <- sub("^[^[:alpha:]]+", "", gsub(" +", "-", plain))
  c(given, pandoc, gsub(" ", "-", gsub("[.]", "", plain)))
}

# A page of the manual is written as Rmd and linked as html.
source_of <- function(path) {
  rmd <- sub("[.]html$", ".Rmd", path)
  if (!file.exists(path) && file.exists(rmd)) rmd else path
}

check_relative <- function(file) {
  lines <- prose_lines(text_of[[file]])
  hit <- rbind(
    matches(lines, "\\]\\(<?([^)> ]+)>?(?: \"[^\"]*\")?\\)"), matches(lines, "(?:src|href)=\"([^\"]+)\""),
    matches(lines, "^\\[[^]]+\\]: *(\\S+)"), matches(text_of[[file]], "include_graphics\\(\"([^\"]+)\"")
  )
  hit <- hit[!grepl("^(https?|mailto|doi|data):", hit$text), ]
  for (i in seq_len(nrow(hit))) {
    path <- sub("#.*", "", hit$text[i])
    anchor <- if (grepl("#", hit$text[i])) sub(".*#", "", hit$text[i])
    target <- if (nzchar(path)) source_of(file.path(dirname(file), path)) else file
    if (!file.exists(target)) {
      fault(file, hit$line[i], sprintf("a link to %s, which is not there", path))
    } else if (!is.null(anchor) && !anchor %in% anchors(target)) {
      fault(file, hit$line[i], sprintf("%s has no heading for #%s", target, anchor))
    }
  }
}

# Lines without code: what is shown as code is no link.
prose_lines <- function(lines) {
  gsub("(`+)[^`]+\\1", "", ifelse(in_code(lines), "", lines))
}

in_code <- function(lines) {
  fence <- grepl("^[ >]*(```|~~~)", lines)
  cumsum(fence) %% 2 == 1 | fence
}

check_figures <- function(file) {
  hit <- matches(text_of[[file]], "\\\\figure\\{([^}]+)\\}")
  for (i in which(!file.exists(file.path("man/figures", hit$text)))) {
    fault(file, hit$line[i], sprintf("the picture %s is not there", hit$text[i]))
  }
}

# Files of the sources that CONTRIBUTING.md names; <family> and -names.R stand for several, x.c for any.
check_named_files <- function(file = "CONTRIBUTING.md") {
  here <- list.files(c("R", "src", "tests", "tools", "bench", "vignettes", "inst"), recursive = TRUE)
  hit <- matches(text_of[[file]], "`([A-Za-z][A-Za-z0-9_./-]*[.](?:R|c|h|sh|Rmd|md))`")
  hit <- hit[!grepl("(^|/)(test_)?x[.][ch]$", hit$text), ]
  there <- vapply(hit$text, function(name) file.exists(name) || basename(name) %in% basename(here), NA)
  for (i in which(!there)) fault(file, hit$line[i], sprintf("there is no file %s", hit$text[i]))
}

# ---- papers --------------------------------------------------------------------------------------

# Every DOI of a text with the author and year that stand last before it in its paragraph: "Livak KJ, Schmittgen TD
# (2001). ...", "Livak and Schmittgen (2001) <doi:...>".
papers_of <- function(file) {
  lines <- text_of[[file]]
  if (grepl("md$", file)) lines[in_code(lines)] <- ""
  paragraph <- cumsum(grepl("^\\s*$|^\\\\item|^[-*] |^[A-Z][A-Za-z]*:", lines))
  form <- "(?:\\\\doi\\{|doi[.]org/|doi: ?)[^]}>)\\s\"]+"
  rows <- lapply(split(seq_along(lines), paragraph), function(here) {
    text <- gsub("\\s+", " ", paste(lines[here], collapse = " "))
    pieces <- found(form, text)
    before <- strsplit(text, form, perl = TRUE)[[1]]
    doi <- sub("^(\\\\doi\\{|doi[.]org/|doi: ?)", "", pieces)
    who <- NA_character_
    lapply(seq_along(pieces), function(i) {
      # a link that is written out names its paper twice
      if (i == 1 || doi[i] != doi[i - 1]) who <<- author_year(before[i])
      data.frame(file = file, line = here[grep(doi[i], lines[here], fixed = TRUE)[1]], doi = doi[i], who = who)
    })
  })
  do.call(rbind, unlist(rows, recursive = FALSE))
}

# The last "Author, Author and Author (2001)" of a text, or "Author and others 2001" where it stands in brackets
# itself: the first author's family name, and the year.
author_year <- function(text) {
  one <- "(?:(?:De|Van|van|der|den|de|von) )*\\p{Lu}[\\p{L}'-]+(?: \\p{Lu}{1,4}\\b)?"
  names <- sprintf("%s(?:(?:,| and|, and) %s)*(?:,? (?:et al[.]?|and others))?", one, one)
  hit <- found(paste0(names, " [(][0-9]{4}[)]"), text)
  if (!length(hit)) hit <- found(paste0(names, ",? [0-9]{4}\\b"), text)
  if (!length(hit)) {
    return(NA_character_)
  }
  last <- hit[length(hit)]
  first <- sub("( \\p{Lu}{1,4}\\b|,| and | et al| [(]| [0-9]).*$", "", last, perl = TRUE)
  paste(first, sub(".*([0-9]{4})[)]?$", "\\1", last))
}

# Those that the package itself holds: R/citations.R, inst/CITATION.
papers_of_entries <- function() {
  env <- new.env()
  sys.source("R/citations.R", env)
  row <- function(entry, file) {
    if (is.null(entry$doi)) {
      return(NULL)
    }
    who <- paste(entry$author[[1]]$family, entry$year)
    data.frame(file = file, line = line_of(file, entry$doi), doi = entry$doi, who = who)
  }
  held <- lapply(env$citation_parts(), row, "R/citations.R")
  do.call(rbind, c(held, lapply(citation_entries(), row, "inst/CITATION")))
}

line_of <- function(file, text) grep(text, text_of[[file]], fixed = TRUE)[1]

citation_entries <- function() {
  meta <- as.list(read.dcf("DESCRIPTION")[1, ])
  entries <- utils::readCitationFile("inst/CITATION", meta)
  lapply(seq_along(entries), function(i) entries[[i]])
}

check_papers <- function() {
  in_text <- do.call(rbind, lapply(c(rd_files, md_files, "DESCRIPTION"), papers_of))
  all <- rbind(in_text, papers_of_entries())
  all$doi <- sub("[.,;]+$", "", gsub("\\\\", "", all$doi))
  key <- tolower(all$doi)
  most <- tapply(all$who, key, function(w) names(sort(-table(w)))[1])
  wrong <- function(rows, what) {
    for (i in which(rows)) fault(all$file[i], all$line[i], paste("DOI", all$doi[i], what[i]))
  }
  here <- ifelse(is.na(all$who), "has no author and year before it", paste0("stands with ", all$who, " here"))
  wrong(!grepl("^10[.][0-9]{4,9}/[!-~]*[A-Za-z0-9]$", all$doi), rep("is not of the form 10.xxxx/...", nrow(all)))
  wrong(is.na(all$who), here)
  wrong(!is.na(all$who) & all$who != most[key], paste0(here, ", with ", most[key], " elsewhere"))
  for (entry in citation_entries()) {
    if (!is.null(entry$doi) && !tolower(entry$doi) %in% tolower(in_text$doi)) {
      fault("inst/CITATION", line_of("inst/CITATION", entry$doi), sprintf("no text cites %s", entry$doi))
    }
  }
}

# ---- addresses and words -------------------------------------------------------------------------

# Names of XML are written as addresses, and are none.
xml_names <- "^http://(www\\[?[.]\\]?rdml\\[?[.]\\]?org|schemas[.]openxmlformats[.]org)"

check_addresses <- function(file) {
  hit <- matches(text_of[[file]], "\\b(https?:[^\\s<>\"'`{}]*)")
  hit$text <- sub("[.,;:)*]+$", "", hit$text)
  hit <- hit[!grepl(xml_names, hit$text), ]
  for (i in seq_len(nrow(hit))) {
    if (!grepl("^https://", hit$text[i])) fault(file, hit$line[i], sprintf("%s is not https", hit$text[i]))
    if (!grepl("^https?://([a-z0-9-]+[.])+[a-z]{2,}(:[0-9]+)?([/?#][!-~]*)?$", hit$text[i])) {
      fault(file, hit$line[i], sprintf("%s is no address", hit$text[i]))
    }
  }
}

# This file holds what it looks for, and is not looked at.
one_of <- function(...) paste0("(?:", paste(c(...), collapse = "|"), ")")
archives <- paste0("\\b", one_of(
  "cran[.]r-", "cloud[.]r-project", "cran[.]rstudio", "packagemanager[.]", "r-universe[.]", "pypi[.]", "npmjs[.]",
  "conda[.]anaconda", "proxy[.]golang", "crates[.]io", "artifactory", "nexus[.]"
))
machine <- one_of("(?<![\\w./~$}-])/(?:work|home|root|Users|mnt|media|srv)/", "[A-Z]:\\\\Users", "\\blocalhost\\b")
doings <- paste0("\\b", one_of("issues? #?[0-9]+", "pull requests?", "helpers?\\b(?!-)", "TODO", "FIXME"), "\\b")

check_words <- function(file, lines, words) {
  for (name in names(words)) {
    hit <- matches(lines, sprintf("(%s)", words[[name]]))
    for (i in seq_len(nrow(hit))) fault(file, hit$line[i], sprintf("%s: %s", name, trimws(hit$text[i])))
  }
}

# Every text of the checkout, where git can list them; else those of the package.
list_sources <- function() {
  files <- suppressWarnings(tryCatch(
    system2("git", "ls-files", stdout = TRUE, stderr = FALSE), error = function(e) character()
  ))
  if (!length(files)) {
    folders <- c("R", "src", "tests", "tools", "bench", "vignettes", "man", "inst", "exec")
    files <- c(dir(pattern = "[.]R?md$"), list.files(folders, recursive = TRUE, full.names = TRUE))
  }
  files <- files[file.exists(files) & !grepl("[.](png|rda|rds|xlsx|xls|rdml|zip|rex|gz)$", files)]
  setdiff(files, c("tools/links.R", "LICENSE.md"))
}
sources <- list_sources()

for (file in c(rd_files, md_files, r_files)) {
  check_vignettes(file)
  check_functions(file)
}
for (file in rd_files) {
  check_topics(file)
  check_figures(file)
}
for (file in md_files) check_relative(file)
check_named_files()
check_papers()
for (file in c(texts, r_files)) check_addresses(file)
for (file in texts) check_words(file, text_of[[file]], c("a word about the work" = doings))
for (file in sources) {
  lines <- tryCatch(iconv(read_lines(file), "UTF-8", "UTF-8", sub = "?"), error = function(e) character())
  check_words(file, lines, c("a package archive" = archives, "a path of some machine" = machine))
}

faults <- unique(faults)
writeLines(faults)
cat(sprintf("links: %d files, %d faults\n", length(unique(c(texts, r_files, sources))), length(faults)))
quit(status = if (length(faults)) 1 else 0)
