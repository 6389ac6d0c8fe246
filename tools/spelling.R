# Spelling of what people read: help pages, vignettes, README, NEWS, CONTRIBUTING, the report's template, DESCRIPTION.
# The dictionary is British English (en_GB) with the words of the field in inst/WORDLIST, one a line, sorted.
#
#   Rscript tools/spelling.R                   fails with file and line of each unknown word
#   Rscript tools/spelling.R add word word     adds words to the list, and keeps it sorted
#
# Code, names in backticks, addresses, DOIs, formulas, lists of references, titles in quotes (they are spelled as their
# authors did) and words in capitals (genes, acronyms) do not count. A misspelling is mended, not listed.

list_file <- "inst/WORDLIST"

read_lines <- function(file) readLines(file, encoding = "UTF-8", warn = FALSE)

sorted <- function(words) {
  words <- unique(words)
  words[order(tolower(words), words, method = "radix")]
}

add_words <- function(words) {
  known <- if (file.exists(list_file)) read_lines(list_file)
  writeLines(enc2utf8(sorted(c(known, words))), list_file, useBytes = TRUE)
}

# ---- the text of a file, line by line, with blanks where it is no prose --------------------------

# What matches becomes blanks, but for what matches `but` in it; lines stay where they are.
blank <- function(text, pattern, but = NULL) {
  at <- gregexpr(pattern, text, perl = TRUE)
  regmatches(text, at) <- lapply(regmatches(text, at), function(found) {
    vapply(found, function(piece) {
      out <- gsub("[^\n]", " ", piece)
      if (is.null(but)) {
        return(out)
      }
      kept <- gregexpr(but, piece, perl = TRUE)
      regmatches(out, kept) <- regmatches(piece, kept)
      out
    }, "")
  })
  text
}

title <- "(?s)\"\\p{Lu}[^\"]{12,200}\""

prose_of_markdown <- function(lines) {
  text <- paste(lines, collapse = "\n")
  text <- blank(text, "(?s)\\A---\n.*?\n---(?=\n)", "(?m)(?<=^title: \")[^\"\n]*|(?<=^title: )[^\"\n]+$")
  text <- blank(text, "(?s)<!--.*?-->")
  text <- blank(text, "(?ms)^[ >]*(```+|~~~+).*?^[ >]*\\1[ ]*$", "(?<=fig[.](?:alt|cap) = \")[^\"]*")
  text <- blank(text, "(?ms)^#+ References *$.*?(?=^#|\\z)")
  text <- blank(text, "(?s)(`+)(?!`).+?(?<!`)\\1(?!`)")
  text <- blank(text, "(?s)\\$\\$.*?\\$\\$|\\$(?:[^$\n]|\n(?!\n))+\\$")
  text <- blank(text, title)
  text <- blank(text, "(?<=\\])\\([^)]*\\)|<[^>\n]+>|\\{[^}\n]*\\}|(https?://|doi:)[^ \n]*|\\S+@\\S+")
  strsplit(text, "\n", fixed = TRUE)[[1]]
}

prose_of_rd <- function(file) {
  aside <- paste0("\\", c(
    "references", "source", "author", "keyword", "alias", "name", "eqn", "deqn", "verb", "link"
  ))
  lines <- tools::RdTextFilter(file, drop = aside)
  text <- blank(blank(paste(lines, collapse = "\n"), title), "(https?://|doi:|10[.][0-9]{4,}/)[^ \n]*|\\S+@\\S+")
  strsplit(text, "\n", fixed = TRUE)[[1]]
}

prose_of_description <- function(lines) {
  field <- cumsum(grepl("^[^ \t]", lines))
  kept <- field %in% field[grepl("^(Title|Description):", lines)]
  text <- ifelse(kept, sub("^(Title|Description):", "", lines), "")
  strsplit(blank(paste(text, collapse = "\n"), "<[^>\n]*>"), "\n", fixed = TRUE)[[1]]
}

prose <- function(file) {
  if (grepl("[.]Rd$", file)) {
    return(prose_of_rd(file))
  }
  if (file == "DESCRIPTION") prose_of_description(read_lines(file)) else prose_of_markdown(read_lines(file))
}

# ---- words ---------------------------------------------------------------------------------------

unknown_words <- function(lines, dictionary) {
  lines <- gsub("['\u2019]s\\b", "", lines, perl = TRUE)
  words <- hunspell::hunspell(lines, format = "text", dict = dictionary)
  lapply(words, function(w) w[!grepl("^[A-Z0-9]+s?$", w)])
}

# A page comes from the comments of a file of R/: the word is mended there.
origin <- function(file, line, word) {
  head <- read_lines(file)[1:3]
  source <- regmatches(head, regexpr("R/[A-Za-z0-9._-]+[.]R", head))
  for (one in source) {
    at <- grep(paste0("^#'.*", word), read_lines(one))
    if (length(at)) {
      return(paste0(one, ":", at[1]))
    }
  }
  paste0(file, ":", line)
}

check_file <- function(file, dictionary) {
  words <- unknown_words(prose(file), dictionary)
  line <- rep(seq_along(words), lengths(words))
  words <- unlist(words)
  where <- if (grepl("[.]Rd$", file)) mapply(origin, file, line, words) else sprintf("%s:%d", file, line)
  sprintf("%s: %s", where, words)
}

check_list <- function(words) {
  wrong <- c(
    if (!identical(words, sorted(words))) "not sorted, or a word stands twice: Rscript tools/spelling.R add",
    if (any(!grepl("^\\S+$", words))) "a line is not one word"
  )
  sprintf("%s:1: %s", list_file, wrong)
}

args <- commandArgs(TRUE)
if (length(args) && args[1] == "add") {
  add_words(args[-1])
  quit()
}
if (!requireNamespace("hunspell", quietly = TRUE)) {
  cat("spelling: skipped, the package hunspell is not installed\n")
  quit(status = 77)
}
dictionary <- tryCatch(hunspell::dictionary("en_GB", add_words = read_lines(list_file)), error = function(e) NULL)
if (is.null(dictionary)) {
  cat("spelling: skipped, hunspell has no dictionary en_GB\n")
  quit(status = 77)
}
files <- c(
  "DESCRIPTION", intersect(c("README.Rmd", "NEWS.md", "CONTRIBUTING.md"), dir()),
  list.files("vignettes", "[.]Rmd$", recursive = TRUE, full.names = TRUE),
  list.files("inst/rmarkdown", "[.]Rmd$", recursive = TRUE, full.names = TRUE),
  list.files("man", "[.]Rd$", full.names = TRUE)
)
faults <- c(check_list(read_lines(list_file)), unlist(lapply(files, check_file, dictionary)))
writeLines(unique(faults))
cat(sprintf("spelling: %d files, %d faults\n", length(files), length(unique(faults))))
quit(status = if (length(faults)) 1 else 0)
