#!/bin/sh
# Builds the source tarball and prints its path:
#
#   sh tools/build.sh          out/build: without vignettes, quick
#   sh tools/build.sh full     out/dist: as it is released
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)

if test "${1:-}" = full; then
  to=out/dist flags=""
else
  to=out/build flags="--no-build-vignettes"
fi
mkdir -p "${to}"
rm -f "${to}"/*.tar.gz
# shellcheck disable=SC2086
if ! (cd "${to}" && R CMD build ${flags} "${root}" > build.log 2>&1 < /dev/null); then
  cat "${to}/build.log" >&2
  exit 1
fi
ls "${to}"/*.tar.gz
