# Everything is built from the source tarball and installed into out/lib; nothing outside out/ is touched.

R_LIBS_HERE = R_LIBS="$(CURDIR)/out/lib$${R_LIBS:+:$$R_LIBS}"

# Settings of `make demo`; empty means the bundled plate.
FILE =
DESIGN =
FORMULA =
CONTROL =
REFERENCE =
EFFICIENCY =

.PHONY: help demo test test-core doc asan valgrind gctorture wall mingw check repo lint format spell links manual \
  vignettes site bench install clean
.DEFAULT_GOAL := help

help:
	@echo "make demo       analyse the bundled plate (or FILE= DESIGN= FORMULA= CONTROL= REFERENCE= EFFICIENCY=)"
	@echo "make test       all tests: C core, then the installed package"
	@echo "make test-core  the C core alone, under the sanitizers"
	@echo "make doc        NAMESPACE and man/ from the roxygen comments"
	@echo "make check      R CMD check --as-cran"
	@echo "make asan       core and package under AddressSanitizer and UBSan"
	@echo "make valgrind   core under valgrind"
	@echo "make gctorture  every C entry with the collector at each allocation"
	@echo "make wall       the layers of the C code hold"
	@echo "make mingw      the C code compiles for Windows"
	@echo "make lint       house rules; make format applies clang-format"
	@echo "make spell      spelling of the texts (ADD='word word' puts words on the list)"
	@echo "make links      links, pictures, papers and addresses of the texts"
	@echo "make manual     the help pages: what each must have, and how long its example takes"
	@echo "make vignettes  every vignette as a script in a fresh R, with and without the suggested packages"
	@echo "make site       the manual as a site, in out/site"
	@echo "make bench      benchmarks"
	@echo "make repo       a CRAN-like repository in out/repo, and an install from it"
	@echo "make clean      remove out/ and what was compiled"

install:
	@sh tools/install-deps.sh run
	@sh tools/install.sh out/lib

demo: export FILE := $(FILE)
demo: export DESIGN := $(DESIGN)
demo: export FORMULA := $(FORMULA)
demo: export CONTROL := $(CONTROL)
demo: export REFERENCE := $(REFERENCE)
demo: export EFFICIENCY := $(EFFICIENCY)
demo: install
	@$(R_LIBS_HERE) Rscript tools/demo.R

test:
	@sh tools/install-deps.sh run test
	@sh tools/test.sh

test-core:
	@sh tools/test-core.sh sanitize

doc:
	@sh tools/install-deps.sh run doc
	@Rscript tools/doc.R

asan:
	@sh tools/install-deps.sh run test
	@sh tools/test-core.sh sanitize
	@sh tools/asan.sh

valgrind:
	@sh tools/install-deps.sh run check
	@sh tools/test-core.sh valgrind

gctorture: install
	@$(R_LIBS_HERE) Rscript tools/gctorture.R

wall: install
	@sh tools/wall.sh out/lib

mingw:
	@sh tools/install-deps.sh run check
	@sh tools/mingw.sh

check:
	@sh tools/install-deps.sh run test check
	@sh tools/check.sh

repo:
	@sh tools/install-deps.sh run test
	@rm -rf out/dist
	@sh tools/repo.sh

lint:
	@sh tools/install-deps.sh run lint
	@checkbashisms configure cleanup tools/*.sh
	@clang-format --dry-run --Werror $$(find src tests/core -name '*.[ch]')
	@Rscript tools/lint.R

format:
	@sh tools/install-deps.sh run lint
	@clang-format -i $$(find src tests/core -name '*.[ch]')

spell:
	@sh tools/install-deps.sh run words
	@Rscript tools/spelling.R $(if $(ADD),add $(ADD))

links:
	@Rscript tools/links.R

manual: install
	@$(R_LIBS_HERE) Rscript tools/manual.R

vignettes: install
	@sh tools/vignettes.sh out/lib

site: install
	@sh tools/install-deps.sh run site
	@sh tools/site.sh out/lib

bench: install
	@sh tools/install-deps.sh run bench
	@for f in $(wildcard bench/*.R); do echo "$$f"; $(R_LIBS_HERE) Rscript "$$f" || exit 1; done

clean:
	@rm -rf out
	@sh cleanup
