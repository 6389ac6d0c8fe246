#!/bin/sh
# R CMD check --as-cran on the released form of the tarball. Services of the network are not asked.
set -u
cd "$(dirname "$0")/.." || exit 1

tarball=$(sh tools/build.sh full) || exit 1
rm -rf out/check
mkdir -p out/check
export _R_CHECK_CRAN_INCOMING_REMOTE_=false
export _R_CHECK_SYSTEM_CLOCK_=false
export _R_CHECK_XREFS_REPOSITORIES_=""
export _R_CHECK_TESTS_NLINES_=0
# The HTML manual is checked by a recent `tidy` alone.
command -v tidy > /dev/null 2>&1 || export _R_CHECK_RD_VALIDATE_RD2HTML_=false
unset R_LIBS DDCQ_SHARED
R CMD check --as-cran --no-manual --output=out/check "${tarball}" > out/check/check.out 2>&1 < /dev/null
Rscript tools/check-log.R out/check/ddcq.Rcheck/00check.log && exit 0
tail -n 60 out/check/check.out
exit 1
