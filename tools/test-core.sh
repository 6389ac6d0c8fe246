#!/bin/sh
# Builds the C core without R and runs tests/core/test_*.c; each is a program whose last line is
# "N passed, N failed". The last line here is their sum.
#
#   sh tools/test-core.sh [sanitize|plain|valgrind]
#
# CC names the compiler, gcc unless said.
set -u
cd "$(dirname "$0")/.." || exit 1

mode=${1:-sanitize}
: "${CC:=gcc}"
case "${mode}" in
  sanitize) extra="-O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" runner="" ;;
  plain) extra="-O2" runner="" ;;
  valgrind) extra="-O1" runner="valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all" ;;
  *) echo "test-core: no such mode: ${mode}" >&2; exit 2 ;;
esac
warnings="-std=c11 -Wall -Wextra -pedantic -Wconversion -Wstrict-prototypes"
gsl_cflags=${GSL_CFLAGS-$(pkg-config --cflags gsl 2> /dev/null || gsl-config --cflags)}
gsl_libs=${GSL_LIBS-$(pkg-config --libs gsl 2> /dev/null || gsl-config --libs)}
work="out/core-${mode}"
rm -rf "${work}"
mkdir -p "${work}"

passed=0
failed=0
finish() {
  echo "${passed} passed, ${failed} failed"
  test "${failed}" -eq 0
  exit
}

# shellcheck disable=SC2086
if ! ls src/core/*.c | xargs -P 2 -I FILE sh -c \
  "${CC} -g ${warnings} ${extra} ${gsl_cflags} -c FILE -o ${work}/\$(basename FILE .c).o"; then
  failed=1
  finish
fi

for source in tests/core/test_*.c; do
  test -e "${source}" || continue
  name=$(basename "${source}" .c)
  log="${work}/${name}.log"
  # shellcheck disable=SC2086
  if ! ${CC} -g ${warnings} ${extra} ${gsl_cflags} -Isrc/core -Itests/core "${source}" "${work}"/*.o \
    -o "${work}/${name}" ${gsl_libs} -lm; then
    echo "${name}: did not compile"
    failed=$((failed + 1))
    continue
  fi
  ${runner} "${work}/${name}" > "${log}" 2>&1 < /dev/null
  status=$?
  counts=$(sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed.*$/\1 \2/p' "${log}" | tail -n 1)
  p=${counts% *}
  f=${counts#* }
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0}))
  if test "${status}" -ne 0 || test -z "${counts}" || test "${f:-0}" -ne 0; then
    cat "${log}"
    echo "${name}: ended with status ${status}"
    # A program that counted nothing amiss and still failed (a crash, a leak) is a failure of its own.
    test "${f:-0}" -ne 0 || failed=$((failed + 1))
  else
    echo "${name}: ${p} passed"
  fi
done
if test "${passed}" -eq 0 && test "${failed}" -eq 0; then
  echo "There is no test in tests/core."
  failed=1
fi
finish
