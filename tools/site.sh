#!/bin/sh
# The manual as a site, in out/site: sh tools/site.sh [library that has the package]
# Builds every page, puts the scripts of the pages beside them, follows every link, and opens every page in a browser.
set -eu
cd "$(dirname "$0")/.."

library=${1:-out/lib}
test -d "${library}/ddcq" || sh tools/install.sh "${library}"
R_LIBS="$(pwd)/${library}${R_LIBS:+:${R_LIBS}}"
export R_LIBS

rm -rf out/site out/site-source
mkdir -p out/npm
cp pkgdown/package.json out/npm/
(cd out/npm && npm install --no-audit --no-fund --no-package-lock --loglevel=error)

Rscript tools/site.R out/site

mkdir -p out/site/lib
for script in autocomplete.js/dist/autocomplete.jquery.min.js clipboard/dist/clipboard.min.js fuse.js/dist/fuse.min.js \
  headroom.js/dist/headroom.min.js headroom.js/dist/jQuery.headroom.min.js mark.js/dist/mark.min.js \
  mathjax/es5/tex-svg.js; do
  cp "out/npm/node_modules/${script}" out/site/lib/
done

Rscript tools/site-links.R out/site
NODE_PATH=out/npm/node_modules node tools/site-look.js out/site out/site-look
