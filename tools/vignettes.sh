#!/bin/sh
# Every vignette as a script, from top to bottom in a fresh R: with all packages, and in a library that has nothing of
# what the package merely suggests, but knitr. Prints the seconds of each.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
lib=${1:-out/lib}
case "${lib}" in /*) ;; *) lib="${root}/${lib}" ;; esac
bare="${root}/out/bare-knitr"
Rscript --vanilla tools/bare-lib.R "${bare}" "${lib}" knitr

scripts="${root}/out/vignettes"
rm -rf "${scripts}"
mkdir -p "${scripts}/all" "${scripts}/bare"
faults=0

# What a chunk's options ask for is asked when the script is made, so it is made in the library that it runs in.
in_library() { # all or bare, code
  cd "${scripts}/$1"
  if test "$1" = all; then
    R_LIBS="${lib}${R_LIBS:+:${R_LIBS}}" Rscript --vanilla -e "$2"
  else
    R_LIBS="${bare}" R_LIBS_SITE="${bare}" R_LIBS_USER="${bare}" Rscript --vanilla \
      -e ".libPaths('${bare}', include.site = FALSE)" -e "$2"
  fi
}

run() { # name, all or bare
  began=$(date +%s)
  log="${scripts}/$2/$1.log"
  if ! (in_library "$2" "knitr::purl('${root}/vignettes/$1.Rmd', quiet = TRUE)") > "${log}" 2>&1 < /dev/null ||
    grep -i "error" "${log}"; then
    faults=$((faults + 1))
    echo "$1, $2: a chunk is lost, because its options need what is not there"
  elif ! (in_library "$2" "source('$1.R')") >> "${log}" 2>&1 < /dev/null; then
    faults=$((faults + 1))
    echo "$1, $2: fails"
    tail -n 12 "${log}"
  fi
  echo "$1, $2: $(($(date +%s) - began)) s"
}

count=0
for file in vignettes/*.Rmd; do
  count=$((count + 1))
  run "$(basename "${file}" .Rmd)" all
  run "$(basename "${file}" .Rmd)" bare
done
echo "vignettes: ${count} scripts, ${faults} faults"
test "${faults}" -eq 0
