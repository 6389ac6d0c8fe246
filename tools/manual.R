# Holds the help pages against the house's rules, and runs their examples with the installed package:
#
#   R_LIBS=out/lib Rscript tools/manual.R
#
# A page says what it is, what it takes (type first, in brackets), what it gives back, by which class of error it
# refuses, and what to read next; its example runs. The bar for an example is a second; the gate fails at five, because
# a busy machine is no fault of the page.

options(rlang_backtrace_on_error = "none", cli.num_colors = 1L)
bar <- 1
limit <- 5

faults <- character()
fault <- function(file, ...) {
  faults <<- c(faults, paste0(file, ": ", ...))
}

# --- Rd as text ------------------------------------------------------------------------------------------------------

tag_of <- function(x) attr(x, "Rd_tag")

# The sections of a page by tag, or the pieces of a section.
pieces <- function(rd, tag) {
  Filter(function(x) identical(tag_of(x), tag), rd)
}

plain <- function(x) {
  trimws(gsub("\\s+", " ", paste(unlist(x), collapse = "")))
}

section <- function(rd, tag) plain(pieces(rd, tag))

has_keyword <- function(rd, word) {
  word %in% vapply(pieces(rd, "\\keyword"), plain, "")
}

# --- what stands on a page -------------------------------------------------------------------------------------------

# Names of all arguments in \usage; a method is written \method{generic}{class}(...).
usage_arguments <- function(rd) {
  text <- paste(unlist(lapply(pieces(rd, "\\usage"), function(usage) {
    lapply(usage, function(x) {
      if (tag_of(x) %in% c("\\method", "\\S3method")) paste0("method_of_", plain(x[[1]])) else as.character(x)
    })
  })), collapse = "")
  calls <- as.list(parse(text = text, keep.source = FALSE))
  names <- lapply(Filter(is.call, calls), function(call) {
    arguments <- as.list(call)[-1]
    given <- names(arguments)
    if (is.null(given)) given <- rep("", length(arguments))
    ifelse(nzchar(given), given, vapply(arguments, function(a) paste(deparse(a), collapse = ""), ""))
  })
  unique(unlist(names))
}

# Arguments that are described, each with its text.
described <- function(rd) {
  items <- unlist(lapply(pieces(rd, "\\arguments"), pieces, "\\item"), recursive = FALSE)
  named <- lapply(items, function(item) {
    names <- trimws(strsplit(gsub("\\\\dots", "...", plain(as_dots(item[[1]]))), ",")[[1]])
    stats::setNames(rep(plain(item[[2]]), length(names)), names)
  })
  c(character(), unlist(named))
}

as_dots <- function(x) {
  lapply(x, function(part) if (identical(tag_of(part), "\\dots")) "..." else part)
}

check_arguments <- function(file, rd) {
  text <- described(rd)
  asked <- usage_arguments(rd)
  for (name in setdiff(asked, names(text))) fault(file, "the argument `", name, "` is not described")
  for (name in setdiff(names(text), asked)) fault(file, "`", name, "` is described and is no argument")
  typed <- startsWith(text, "(") | startsWith(text, "Not used.") | names(text) == "..."
  for (name in names(text)[!typed]) fault(file, "the type of `", name, "` must come first, in brackets")
}

check_usage <- function(file, rd) {
  text <- section(rd, "\\usage")
  for (name in regmatches(text, gregexpr("\\b(autoplot|knit_print)[.][a-z_]+", text))[[1]]) {
    fault(file, name, "() must be shown as a method (@method)")
  }
}

# Pages of which no call can be refused with a class of our own.
never_refuse <- c("cq_formats", "knit_print.ddcq", "print.cq_power", "print.cq_stability", "print.ddcq_equivalence",
                  "print.ddcq_resample")

check_words <- function(file, rd, kind) {
  title <- section(rd, "\\title")
  description <- section(rd, "\\description")
  if (!nzchar(title)) fault(file, "there is no title")
  if (!nzchar(description)) fault(file, "there is no description")
  if (identical(title, description)) fault(file, "the description only repeats the title")
  if (kind == "function" && !nzchar(section(rd, "\\value"))) fault(file, "there is no \\value")
  if (kind %in% c("data", "object") && !nzchar(section(rd, "\\format"))) fault(file, "there is no \\format")
  if (!nzchar(section(rd, "\\seealso"))) fault(file, "there is no see-also (@family)")
  name <- section(rd, "\\name")
  if (paste0(name, ".Rd") != basename(file)) fault(file, "it goes by the name ", name, " (@order)")
  if (kind == "function" && !name %in% never_refuse && !grepl("ddcq_error_", plain(rd), fixed = TRUE)) {
    fault(file, "no class of error is named")
  }
}

# A page of an object or a data set has no \usage of a function.
kind_of <- function(rd) {
  type <- vapply(pieces(rd, "\\docType"), plain, "")
  if ("package" %in% type) {
    "package"
  } else if ("data" %in% type) {
    "data"
  } else if (length(pieces(rd, "\\usage"))) {
    "function"
  } else {
    "object"
  }
}

# --- pages of objects: every part of a real one is named; on that of the package every function -----------------------

# All words of a page, at any depth.
words_of <- function(rd) {
  unique(unlist(strsplit(paste(unlist(rd), collapse = " "), "[^A-Za-z0-9_.]+")))
}

check_named <- function(file, rd, parts) {
  for (part in setdiff(parts, words_of(rd))) fault(file, "`", part, "` is not on the page")
}

# The kinds of condition that the sources raise, as "error_kind" and "warning_kind".
raised_kinds <- function() {
  kinds <- character()
  look <- function(e) {
    if (is.call(e)) {
      name <- as.character(e[[1]])[1]
      if (name %in% c("ddcq_abort", "ddcq_warn") && length(e) > 2) {
        text <- Filter(is.character, as.list(e[[3]]))
        if (is.call(e[[3]])) text <- text[-1]
        kind <- if (name == "ddcq_abort") "error" else "warning"
        if (length(text)) kinds <<- c(kinds, paste0("ddcq_", kind, "_", unlist(text)))
      }
      lapply(as.list(e), function(part) if (!missing(part)) look(part))
    }
  }
  for (file in list.files("R", "[.]R$", full.names = TRUE)) lapply(parse(file, keep.source = FALSE), look)
  unique(kinds)
}

object_parts <- function(name) {
  x <- ddcq::cq_data(ddcq::anastrozole_plate, na = "nondetect")
  known <- setdiff(names(attributes(x)), c("names", "class", "row.names"))
  fit <- function() {
    ddcq::ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
               efficiency = ddcq::cq_standard_curve(x))
  }
  switch(name,
    "cq_data-object" = c(setdiff(names(x), c("treatment", "passage")), known, levels(x$task), levels(x$state)),
    "cq_efficiency-object" = names(ddcq::cq_efficiency("MYC", 1.9)),
    "ddcq-object" = with(fit(), c(
      "results", "samples", "spec", "log", "model", "parts", names(results), names(samples)[-(1:3)], names(spec)
    )),
    "ddcq-conditions" = raised_kinds()
  )
}

# --- examples --------------------------------------------------------------------------------------------------------

# The code that example() runs: what stands in \dontrun and the like is commented out, so that nothing may be left.
example_code <- function(path) {
  file <- tempfile(fileext = ".R")
  on.exit(unlink(file))
  tools::Rd2ex(path, file, commentDontrun = TRUE, commentDonttest = TRUE)
  if (file.exists(file)) parse(file, keep.source = FALSE)
}

# Evaluates the expressions as the console would, in a room of their own; returns seconds. Output goes nowhere.
run_example <- function(file, code) {
  room <- new.env(parent = globalenv())
  before <- list(options = options(), wd = getwd(), search = search())
  grDevices::pdf(NULL)
  device <- grDevices::dev.cur()
  nowhere <- file(nullfile(), "w")
  sink(nowhere)
  on.exit({
    sink()
    close(nowhere)
    if (device %in% grDevices::dev.list()) grDevices::dev.off(device)
  })
  set.seed(1)
  seconds <- system.time(tryCatch(
    withCallingHandlers(
      for (expression in code) {
        value <- withVisible(eval(expression, room))
        if (value$visible) print(value$value)
      },
      # a doubt about the data that the package itself utters is part of what an example shows
      warning = function(w) {
        if (!inherits(w, "ddcq_warning")) fault(file, "the example warns: ", conditionMessage(w))
        invokeRestart("muffleWarning")
      },
      message = function(m) invokeRestart("muffleMessage")
    ),
    error = function(e) fault(file, "the example stops: ", conditionMessage(e))
  ))[["elapsed"]]
  after <- list(options = options(), wd = getwd(), search = search())
  for (what in names(before)) {
    if (!identical(before[[what]], after[[what]])) fault(file, "the example changes the ", what)
  }
  seconds
}

check_example <- function(file, path) {
  code <- example_code(path)
  if (!length(code)) {
    fault(file, "there is no example that runs")
    return(NA_real_)
  }
  run_example(file, code)
}

# --- all pages -------------------------------------------------------------------------------------------------------

check_page <- function(path) {
  file <- file.path("man", basename(path))
  rd <- tools::parse_Rd(path)
  if (has_keyword(rd, "internal")) {
    return(NULL)
  }
  kind <- kind_of(rd)
  check_words(file, rd, kind)
  if (kind == "function") {
    check_arguments(file, rd)
    check_usage(file, rd)
  } else if (kind == "object") {
    check_named(file, rd, object_parts(section(rd, "\\name")))
  } else if (kind == "package") {
    check_named(file, rd, getNamespaceExports("ddcq"))
  }
  check_example(file, path)
}

# What examples may load is loaded before the clock runs.
suppressPackageStartupMessages(attachNamespace("ddcq"))
for (package in c("ggplot2", "knitr", "rmarkdown")) requireNamespace(package, quietly = TRUE)

paths <- list.files("man", "[.]Rd$", full.names = TRUE)
seconds <- unlist(sapply(paths, check_page))
for (path in names(seconds)[!is.na(seconds) & seconds > limit]) {
  fault(path, sprintf("the example takes %.1f s, more than %g", seconds[[path]], limit))
}

slowest <- utils::head(sort(seconds, decreasing = TRUE), 10)
cat("The slowest examples, in seconds:\n")
cat(sprintf("  %5.2f  %s\n", slowest, basename(names(slowest))), sep = "")
cat(sprintf("%d of %d examples take more than %g s\n", sum(seconds > bar, na.rm = TRUE), length(seconds), bar))
if (length(faults)) cat(faults, sep = "\n")
cat(sprintf("manual: %d pages, %d faults\n", length(seconds), length(faults)))
quit(status = if (length(faults)) 1 else 0)
