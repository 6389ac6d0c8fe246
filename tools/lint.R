# House rules that a machine can read: R without T, F, library(), setwd(), lines over 120
# characters and names defined twice (C: what clang-format says); no tabs or trailing blanks in any source.

faults <- character()
fault <- function(file, line, what) {
  faults <<- c(faults, sprintf("%s:%s: %s", file, line, what))
}

lint_text <- function(file) {
  lines <- readLines(file, encoding = "UTF-8", warn = FALSE)
  width <- if (startsWith(file, "tests/")) 160 else 120
  for (i in which(nchar(lines) > width)) fault(file, i, "a line is too long")
  for (i in grep("[ \t]+$", lines)) fault(file, i, "trailing blanks")
  for (i in grep("\t", lines, fixed = TRUE)) fault(file, i, "a tab")
}

lint_r <- function(file) {
  tokens <- utils::getParseData(parse(file, keep.source = TRUE))
  short <- tokens$token == "SYMBOL" & tokens$text %in% c("T", "F")
  for (i in tokens$line1[short]) fault(file, i, "write TRUE or FALSE")
  barred <- tokens$token == "SYMBOL_FUNCTION_CALL" &
    tokens$text %in% c("library", "require", "setwd", "attach")
  for (i in which(barred)) fault(file, tokens$line1[i], paste0(tokens$text[i], "() is not used"))
  equals <- tokens$token == "EQ_ASSIGN"
  for (i in tokens$line1[equals]) fault(file, i, "assign with <-")
}

# A package has one room for names: of two functions that share one, the file that comes later wins, silently.
lint_names <- function(files) {
  at <- do.call(rbind, lapply(files, function(file) {
    defined <- regmatches(lines <- readLines(file, encoding = "UTF-8", warn = FALSE),
                          m <- regexpr("^[A-Za-z.][A-Za-z0-9_.]*(?= <- )", lines, perl = TRUE))
    data.frame(file = rep(file, length(defined)), line = which(m > 0), name = defined)
  }))
  first <- match(at$name, at$name)
  for (i in which(first < seq_along(first))) {
    fault(at$file[i], at$line[i], paste0(at$name[i], " is defined in ", at$file[first[i]], ", too"))
  }
}

r_files <- list.files("R", "[.]R$", full.names = TRUE)
scripts <- c(list.files("tools", "[.]R$", full.names = TRUE), list.files("exec", full.names = TRUE))
c_files <- list.files("src", "[.][ch]$", recursive = TRUE, full.names = TRUE)
tests <- list.files("tests", "[.](R|c|h)$", recursive = TRUE, full.names = TRUE)
for (file in c(r_files, c_files, tests, scripts)) lint_text(file)
for (file in c(r_files, scripts)) lint_r(file)
lint_names(r_files)

cat(faults, sep = "\n")
cat(sprintf("lint: %d files, %d faults\n", length(c(r_files, c_files, tests, scripts)), length(faults)))
quit(status = if (length(faults)) 1 else 0)
