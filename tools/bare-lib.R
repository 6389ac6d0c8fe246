# A library that has the package, what it needs, and the packages named, with what these need; nothing else:
#
#   Rscript --vanilla tools/bare-lib.R out/bare-lib out/lib testthat
args <- commandArgs(TRUE)
to <- args[1]
unlink(to, recursive = TRUE)
dir.create(to, recursive = TRUE)
named <- args[-(1:2)]
db <- utils::installed.packages(c(args[2], .libPaths()))
field <- function(name) trimws(sub("[(].*", "", strsplit(read.dcf("DESCRIPTION", name)[[1]], ",")[[1]]))
needed <- c(intersect(field("Imports"), rownames(db)), named)
deep <- tools::package_dependencies(needed, db, which = c("Depends", "Imports", "LinkingTo"), recursive = TRUE)
# testthat can do without these, and the package must
gone <- setdiff(c(field("Suggests"), "dplyr", "data.table", "RDML"), named)
for (name in setdiff(unique(c(needed, unlist(deep), "ddcq")), gone)) {
  at <- db[db[, "Package"] == name, "LibPath"][1]
  if (!is.na(at) && at != .Library) file.symlink(normalizePath(file.path(at, name)), file.path(to, name))
}
