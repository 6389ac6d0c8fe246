# Reads 00check.log: errors, warnings and notes fail, but for the notes named here.
#
#   Rscript tools/check-log.R <00check.log>

log <- commandArgs(TRUE)[1]
if (!file.exists(log)) {
  cat("check: no log was written\n")
  quit(status = 1)
}
lines <- readLines(log, encoding = "UTF-8", warn = FALSE)
if (!any(grepl("^Status: ", lines)) || !any(grepl("^\\* DONE", lines))) {
  cat("check: it did not come to its end\n")
  quit(status = 1)
}

# A check begins with "* " and its verdict may stand on a later line of its own.
block <- cumsum(grepl("^\\*+ ", lines))
where <- which(grepl("(^| )(NOTE|WARNING|ERROR)$", lines))

# What only a first submission, or a machine without network, can be told.
harmless <- c(
  "^\\* checking CRAN incoming feasibility", "^Maintainer: ", "^New submission$", "^\\s*$"
)
allowed <- function(at) {
  text <- lines[block == block[at]]
  grepl("CRAN incoming feasibility", text[1]) &&
    all(grepl(paste(harmless, collapse = "|"), text))
}

bad <- where[!vapply(where, allowed, logical(1))]
for (b in unique(block[bad])) {
  cat(lines[block == b], sep = "\n")
}
cat("check:", sub("^Status: ", "", grep("^Status: ", lines, value = TRUE)), "\n")
quit(status = if (length(bad)) 1 else 0)
