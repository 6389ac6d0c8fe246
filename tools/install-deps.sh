#!/bin/sh
# Installs what is missing for the jobs named as arguments, and nothing else:
#
#   sh tools/install-deps.sh [run] [test] [check] [asan] [doc] [bench] [lint] [words] [site]
#
# Each job needs `run` as well. As root on Debian or Ubuntu the missing packages are installed; as
# anyone else, or elsewhere, the script names them and stops. With nothing missing it says nothing.
set -eu
cd "$(dirname "$0")/.."

packages=""   # missing, by Debian's names
r_missing=""  # missing R packages

want() {
  case " ${packages} " in
    *" $1 "*) ;;
    *) packages="${packages:+${packages} }$1" ;;
  esac
}
need_command() {
  command -v "$2" > /dev/null 2>&1 || want "$1"
}

# The packages of one field of DESCRIPTION, without versions.
field() {
  awk -v field="$1:" '
    /^[^ \t]/ { inside = ($1 == field); sub(/^[^:]*:/, "") }
    inside { print }
  ' DESCRIPTION | tr ',' '\n' | sed -e 's/(.*//' -e 's/[[:space:]]//g' | grep -v '^$' || true
}

need_r_packages() {
  if command -v Rscript > /dev/null 2>&1; then
    missing=$(Rscript -e 'p <- commandArgs(TRUE)' \
      -e 'cat(p[!nzchar(vapply(p, function(x) system.file(package = x), ""))])' "$@")
  else
    missing=$(printf '%s\n' "$@" | grep -vxE 'stats|utils|graphics|grDevices|methods|tools')
  fi
  for name in ${missing}; do
    r_missing="${r_missing:+${r_missing} }${name}"
    case "${name}" in
      limma) want r-bioc-limma ;;
      *) want "r-cran-$(echo "${name}" | tr '[:upper:]' '[:lower:]')" ;;
    esac
  done
}

need_toolchain() {
  need_command r-base-dev R
  need_command r-base-dev make
  need_command r-base-dev gcc
  if command -v R > /dev/null 2>&1; then
    headers=$(R CMD config --cppflags 2> /dev/null | tr ' ' '\n' | sed -n 's/^-I//p' | head -n 1)
    test -e "${headers:-/nowhere}/R.h" || want r-base-dev
  fi
  need_command pkg-config pkg-config
  pkg-config --exists gsl 2> /dev/null || command -v gsl-config > /dev/null 2>&1 || want libgsl-dev
  need_command pandoc pandoc
}

# What the tests hold the numbers against, besides what the package suggests.
oracles="dplyr boot car coin limma multcomp mvtnorm nlme survival"
r_packages="$(field Imports) ggplot2 knitr rmarkdown readxl"
need_toolchain
for job in "$@"; do
  case "${job}" in
    run | asan) ;;
    test) r_packages="${r_packages} $(field Suggests) ${oracles}" ;;
    check)
      r_packages="${r_packages} $(field Suggests) ${oracles}"
      need_command devscripts checkbashisms
      need_command mingw-w64 x86_64-w64-mingw32-gcc
      need_command valgrind valgrind
      need_command qpdf qpdf
      ;;
    doc) r_packages="${r_packages} roxygen2 pkgload pkgbuild" ;;
    bench) r_packages="${r_packages} data.table" ;;
    lint)
      need_command devscripts checkbashisms
      need_command clang-format clang-format
      ;;
    words) r_packages="${r_packages} hunspell" ;;
    site)
      r_packages="${r_packages} pkgdown xml2 $(field Suggests)"
      need_command nodejs node
      need_command npm npm
      need_command chromium chromium
      ;;
    *)
      echo "install-deps: no such job: ${job}" >&2
      exit 2
      ;;
  esac
done
# shellcheck disable=SC2046,SC2086
need_r_packages $(printf '%s\n' ${r_packages} | sort -u)

test -n "${packages}" || exit 0

if command -v apt-get > /dev/null 2>&1 && test "$(id -u)" -eq 0; then
  echo "Installing: ${packages}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=600 update -qq || echo "apt-get update failed; trying with the lists at hand" >&2
  # shellcheck disable=SC2086
  apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends ${packages} < /dev/null
  exit 0
fi

{
  echo "These are missing (by Debian's names): ${packages}"
  echo "  Debian, Ubuntu    sudo apt-get install ${packages}"
  echo "  Fedora, RHEL      sudo dnf install R-devel gsl-devel pkgconf pandoc"
  echo "  Arch              sudo pacman -S r gcc make gsl pkgconf pandoc"
  echo "  macOS (Homebrew)  brew install r gsl pkg-config pandoc"
  if test -n "${r_missing}"; then
    list=$(echo "${r_missing}" | sed 's/ /", "/g')
    echo "R packages, where the system does not bring them:"
    echo "  Rscript -e 'install.packages(c(\"${list}\"))'"
  fi
} >&2
exit 1
