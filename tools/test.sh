#!/bin/sh
# Every test: the C core by itself, then the package built, installed and tested. The last line is
# "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p out

sh tools/test-core.sh > out/test-core.log 2>&1
sed 's/^\([0-9][0-9]* passed, [0-9][0-9]* failed\)$/core: \1/' out/test-core.log
core=$(sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2/p' out/test-core.log | tail -n 1)

rm -f out/lib.counts
if sh tools/install.sh out/lib; then
  sh tools/test-r.sh out/lib
fi
r=$(cat out/lib.counts 2> /dev/null || echo "0 1 0")

# shellcheck disable=SC2086
set -- ${core:-0 1} ${r}
passed=$(($1 + $3))
failed=$(($2 + $4))
echo "${passed} passed, ${failed} failed, $5 skipped"
test "${failed}" -eq 0 && test "${passed}" -gt 0
