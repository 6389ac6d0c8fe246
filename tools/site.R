# Builds the site from a copy of the sources, so that nothing is left in the checkout: Rscript tools/site.R out/site
to <- commandArgs(TRUE)[1]
options(pkgdown.internet = FALSE)
from <- "out/site-source"
dir.create(from, recursive = TRUE)
parts <- c(
  "DESCRIPTION", "NAMESPACE", "README.md", "NEWS.md", "LICENSE.md", "CONTRIBUTING.md", "R", "man", "inst", "data",
  "vignettes", "pkgdown"
)
invisible(file.copy(parts, from, recursive = TRUE))
unlink(file.path(from, "pkgdown", "package.json"))
# pkgdown names every picture .png, and draws it sharp enough.
for (file in list.files(file.path(from, "vignettes"), "[.]Rmd$", full.names = TRUE)) {
  lines <- readLines(file, encoding = "UTF-8")
  lines <- sub('if (rlang::is_installed("svglite")) "svglite" else "png"', '"png"', lines, fixed = TRUE)
  writeLines(lines, file, useBytes = TRUE)
}
from <- normalizePath(from)
dir.create(to, recursive = TRUE)
pkgdown::build_site(
  from, override = list(destination = normalizePath(to)),
  preview = FALSE, devel = FALSE, install = FALSE, new_process = FALSE, lazy = FALSE
)
unlink(from, recursive = TRUE)

# Without a logo the pages ask for one that has no name.
for (page in list.files(to, "[.]html$", recursive = TRUE, full.names = TRUE)) {
  lines <- readLines(page, encoding = "UTF-8", warn = FALSE)
  writeLines(gsub('<img src="" class="logo" alt="">', "", lines, fixed = TRUE), page, useBytes = TRUE)
}
