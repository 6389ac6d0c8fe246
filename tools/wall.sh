#!/bin/sh
# Proves the layers of the C code:
#   1. the core compiles without R, as strict C11, with no warning;
#   2. it names no header of R and keeps nothing between calls (no data that can be written);
#   3. what it exports begins with dd_, what it uses is GSL, the maths library and a few functions of
#      the C library that neither print nor allocate nor end the process;
#   4. the installed library shows one symbol, R_init_ddcq.
#
#   sh tools/wall.sh [library that holds the installed package]
set -u
cd "$(dirname "$0")/.." || exit 1

library=${1:-out/lib}
: "${CC:=gcc}"
work=out/wall
rm -rf "${work}"
mkdir -p "${work}"
failed=0
broken() {
  echo "wall: $1"
  failed=1
}

gsl_cflags=${GSL_CFLAGS-$(pkg-config --cflags gsl 2> /dev/null || gsl-config --cflags)}
# No position-independent code: constant tables of pointers then stay in read-only sections.
flags="-O1 -fno-pic -fno-pie -fno-stack-protector -U_FORTIFY_SOURCE"
strict="-std=c11 -Wall -Wextra -pedantic -Wconversion -Wstrict-prototypes -Werror"
for source in src/core/*.c; do
  # shellcheck disable=SC2086
  ${CC} ${strict} ${flags} ${gsl_cflags} -c "${source}" -o "${work}/$(basename "${source}" .c).o" ||
    broken "${source} does not compile by itself"
done
ls "${work}"/*.o > /dev/null 2>&1 || { broken "no core object was built"; exit 1; }

if grep -nE '#[[:space:]]*include[[:space:]]*[<"](R\.h|R_ext|Rinternals|Rmath|Rdefines|Rversion|Rconfig)' \
  src/core/*.c src/core/*.h; then
  broken "the core includes R"
fi
if grep -nE 'src/|"\.\./|"r_' src/core/*.c src/core/*.h | grep '#[[:space:]]*include'; then
  broken "the core includes a file from outside"
fi

nm "${work}"/*.o | awk 'NF == 3 && $2 ~ /^[BbDdCGgSs]$/ { print "  " $3 }' > "${work}/writable"
if test -s "${work}/writable"; then
  broken "the core keeps variables between calls:"
  cat "${work}/writable"
fi

nm -g --defined-only "${work}"/*.o | awk 'NF == 3 { print $3 }' | sort -u > "${work}/defined"
if grep -v '^dd_' "${work}/defined"; then
  broken "global names of the core begin with dd_"
fi

nm -D --defined-only "$(${CC} -print-file-name=libm.so.6)" | awk '{ print $3 }' |
  sed 's/@.*//' > "${work}/allowed"
cat "${work}/defined" >> "${work}/allowed"
cat >> "${work}/allowed" <<END_OF_NAMES
memcpy
memmove
memset
memcmp
memchr
strlen
strcmp
strncmp
strchr
qsort
bsearch
snprintf
_GLOBAL_OFFSET_TABLE_
END_OF_NAMES
sort -u "${work}/allowed" -o "${work}/allowed"
nm -u "${work}"/*.o | awk 'NF == 2 { print $2 }' | sort -u |
  grep -vE '^(gsl_|cblas_|omp_|GOMP_)' | grep -vxF -f "${work}/allowed" > "${work}/foreign"
if test -s "${work}/foreign"; then
  broken "the core uses what it may not:"
  for name in $(cat "${work}/foreign"); do
    echo "  ${name} in $(nm -Au "${work}"/*.o | grep " ${name}\$" | sed 's/:.*//' | xargs -n 1 basename | tr '\n' ' ')"
  done
fi

if test -e "${library}/ddcq/libs/ddcq.so"; then
  shown=$(nm -gD --defined-only "${library}/ddcq/libs/ddcq.so" | awk '{ print $3 }' | tr '\n' ' ')
  test "${shown}" = "R_init_ddcq " || broken "the shared library shows: ${shown}"
else
  broken "no installed package in ${library}"
fi

test "${failed}" -eq 0 && echo "wall: $(ls "${work}"/*.o | wc -l) core files stand alone, one symbol is shown"
exit "${failed}"
