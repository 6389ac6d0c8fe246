#!/bin/sh
# Makes out/repo, a CRAN-like repository that holds the tarball of out/dist, and installs from it.
set -eu
cd "$(dirname "$0")/.."

ls out/dist/*.tar.gz > /dev/null 2>&1 || sh tools/build.sh full > /dev/null
rm -rf out/repo
mkdir -p out/repo/src/contrib
cp out/dist/*.tar.gz out/repo/src/contrib/
Rscript -e 'n <- tools::write_PACKAGES("out/repo/src/contrib", type = "source")' -e 'stopifnot(n == 1)'
Rscript tools/test-repo.R
