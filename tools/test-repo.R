# Installs ddcq from out/repo into an empty library, as a user would, and runs a small analysis in a
# fresh process.

repo <- paste0("file://", normalizePath(file.path("out", "repo")))
library_dir <- file.path("out", "repo-lib")
unlink(library_dir, recursive = TRUE)
dir.create(library_dir, recursive = TRUE)
library_dir <- normalizePath(library_dir)

utils::install.packages("ddcq", lib = library_dir, repos = repo, type = "source", quiet = TRUE)
stopifnot("ddcq" %in% rownames(utils::installed.packages(library_dir)))

analysis <- c(
  'plate <- data.frame(',
  '  sample = rep(paste0("s", 1:6), times = 2),',
  '  target = rep(c("MYC", "GAPDH"), each = 6),',
  '  cq = c(24.1, 24.3, 24.0, 26.2, 26.0, 26.4, 18.0, 18.1, 17.9, 18.1, 18.0, 18.2),',
  '  treatment = rep(rep(c("vehicle", "drug"), each = 3), times = 2)',
  ')',
  'x <- ddcq::cq_data(plate)',
  'fit <- ddcq::ddcq(x, ~treatment, reference = "GAPDH", control = "vehicle", efficiency = 2)',
  'estimate <- as.data.frame(fit)$estimate',
  '# By hand: dCq is 6.1, 6.2, 6.1 and 8.1, 8.0, 8.2, so log2 FC = 6.1333 - 8.1.',
  'stopifnot(length(estimate) == 1, abs(estimate - (18.4 / 3 - 8.1)) < 1e-12)'
)
script <- tempfile(fileext = ".R")
writeLines(analysis, script)
rscript <- file.path(R.home("bin"), "Rscript")
status <- system2(rscript, script, env = paste0("R_LIBS=", library_dir))
if (status != 0) {
  quit(status = 1)
}
cat("repo: installed from a CRAN-like repository, analysis ran\n")
