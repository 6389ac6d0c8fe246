#!/bin/sh
# The package built with AddressSanitizer and UndefinedBehaviorSanitizer, run on its tests under the R
# of this machine. R itself has no sanitizer in it, so their libraries are loaded ahead of it; leaks
# are valgrind's job (R frees little when it ends).
#
#   sh tools/asan.sh [filter]
set -u
cd "$(dirname "$0")/.." || exit 1

mkdir -p out
makevars="$(pwd)/out/asan.Makevars"
cat > "${makevars}" <<END_OF_FLAGS
CFLAGS = -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
END_OF_FLAGS
# It cannot be loaded before the libraries are: no test of loading on the way.
R_MAKEVARS_USER="${makevars}" sh tools/install.sh out/lib-asan --no-test-load || exit 1

: "${CC:=gcc}"
export ASAN_OPTIONS="detect_leaks=0:abort_on_error=0:exitcode=99"
export UBSAN_OPTIONS="print_stacktrace=1"
export DDCQ_SANITIZED=true
LD_PRELOAD="$(${CC} -print-file-name=libasan.so) $(${CC} -print-file-name=libubsan.so)" \
  sh tools/test-r.sh out/lib-asan "$@"
