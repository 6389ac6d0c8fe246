#!/bin/sh
# Does the C code compile for Windows? Syntax only, with the headers of GSL and R of this machine but
# none of its C library's.
set -u
cd "$(dirname "$0")/.." || exit 1

: "${MINGW_CC:=x86_64-w64-mingw32-gcc}"
work=out/mingw
rm -rf "${work}"
mkdir -p "${work}"
gsl_include=$(pkg-config --variable=includedir gsl 2> /dev/null || gsl-config --prefix | sed 's|$|/include|')
ln -s "${gsl_include}/gsl" "${work}/gsl" || exit 1
r_include=$(R CMD config --cppflags)

failed=0
n=0
for source in src/core/*.c src/*.c; do
  n=$((n + 1))
  # shellcheck disable=SC2086
  ${MINGW_CC} -fsyntax-only -std=gnu11 -Wall -Wextra -Wno-unknown-pragmas -Wno-cast-function-type \
    -D__USE_MINGW_ANSI_STDIO=1 -Werror -I"${work}" ${r_include} "${source}" || failed=1
done
test "${failed}" -eq 0 && echo "mingw: ${n} files compile for Windows"
exit "${failed}"
