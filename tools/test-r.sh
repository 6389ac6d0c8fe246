#!/bin/sh
# Runs the testthat files against the package in a library and leaves "passed failed skipped" in
# <library>.counts: sh tools/test-r.sh [library] [filter]
set -u
cd "$(dirname "$0")/.." || exit 1

library=${1:-out/lib}
test $# -eq 0 || shift
if test -z "${DDCQ_SHARED:-}" && test -d ../shared; then
  DDCQ_SHARED=$(cd ../shared && pwd)
  export DDCQ_SHARED
fi
R_LIBS="$(pwd)/${library}${R_LIBS:+:${R_LIBS}}"
NOT_CRAN=true
export R_LIBS NOT_CRAN

counts="${library}.counts"
rm -f "${counts}"
Rscript tools/run-tests.R "${counts}" "$@" < /dev/null
status=$?
if ! test -s "${counts}"; then
  echo "The tests stopped before their end (status ${status})."
  echo "0 1 0" > "${counts}"
fi
read -r passed failed skipped < "${counts}"
echo "testthat: ${passed} passed, ${failed} failed, ${skipped} skipped"
test "${failed}" -eq 0
