#!/bin/sh
# Builds the tarball and installs it into a library: sh tools/install.sh [library] [flags of INSTALL ...]
set -eu
cd "$(dirname "$0")/.."

library=${1:-out/lib}
test $# -eq 0 || shift
tarball=$(sh tools/build.sh)
rm -rf "${library}"
mkdir -p "${library}"
log="${library}-install.log"
if ! R CMD INSTALL --library="${library}" "$@" "${tarball}" > "${log}" 2>&1 < /dev/null; then
  cat "${log}" >&2
  exit 1
fi
echo "Installed $(basename "${tarball}") into ${library}"
