# The command line: its words, its exit codes as a shell sees them, and what it writes.

bundled <- function(name) system.file("extdata", name, package = "ddcq")
plate_file <- bundled("anastrozole_plate.txt")
sheet_file <- bundled("anastrozole_samples.csv")
model_words <- c(
  "--formula", "~ treatment + passage", "--control", "vehicle", "--reference", "GAPDH,ACTB", "--efficiency", "standards"
)
whole <- c(plate_file, "--design", sheet_file, model_words)
bare_output <- c("--report", "none", "--no-plots")

new_folder <- function() tempfile("cli-")

# In this process: code, and what went to either stream.
call_cli <- function(...) {
  err <- NULL
  out <- utils::capture.output(err <- utils::capture.output(code <- ddcq_cli(c(...)), type = "message"))
  list(code = code, out = out, err = paste(err, collapse = "\n"))
}

# As a shell calls it: Rscript with the library that this package was loaded from. A script is named by its path.
run_cli <- function(args, script = NULL, env = character(), expression = "ddcq::ddcq_cli()", folder = getwd()) {
  library <- dirname(system.file(package = "ddcq"))
  skip_if_not(file.exists(file.path(library, "ddcq", "Meta", "package.rds")), "an installed package")
  before <- c(Sys.getenv(c("R_LIBS", "R_TESTS")))
  at <- setwd(folder)
  on.exit({
    setwd(at)
    do.call(Sys.setenv, as.list(before))
  })
  Sys.setenv(R_LIBS = paste(c(library, .libPaths()), collapse = .Platform$path.sep), R_TESTS = "")
  out <- tempfile()
  err <- tempfile()
  words <- if (is.null(script)) c("-e", expression, args) else c(script, args)
  code <- system2(
    file.path(R.home("bin"), "Rscript"), shQuote(words), stdout = out, stderr = err, stdin = "", env = env
  )
  read <- function(file) readLines(file, encoding = "UTF-8", warn = FALSE)
  list(code = code, out = read(out), err = paste(read(err), collapse = "\n"))
}

# ---- words ---------------------------------------------------------------------------------------

test_that("options are read with a blank or an equals sign, in any place", {
  parse <- internal("cli_parse")
  one <- parse(c("a.txt", "--reference", "GAPDH,ACTB", "--level", "0.9", "--quiet", "b,c.txt"))
  expect_identical(one$files, c("a.txt", "b,c.txt"))
  expect_identical(one[c("reference", "level", "quiet")], list(reference = c("GAPDH", "ACTB"), level = 0.9, quiet = TRUE))
  two <- parse(c("--quiet", "--level=0.9", "--reference=GAPDH,ACTB", "a.txt", "b,c.txt"))
  expect_identical(two[names(one)], one)
  expect_identical(parse(c("--quiet", "--", "--odd.txt", "-"))$files, c("--odd.txt", "-"))
  expect_identical(parse(c("--control", "-1"))$control, "-1")
  expect_identical(parse("--control=--x=y")$control, "--x=y")
  expect_identical(parse("-h"), list(files = character(), help = TRUE))
})

test_that("a name that has a comma stands in quotes", {
  parse <- function(text) internal("cli_parse")(c("--reference", text))$reference
  expect_identical(parse("\"a,b\", ACTB"), c("a,b", "ACTB"))
  expect_identical(parse("\"a,b\",\"c\"\"d\""), c("a,b", "c\"d"))
  expect_identical(parse("5\" probe,ACTB"), c("5\" probe", "ACTB"))
})

test_that("a formula is read and not evaluated", {
  parse <- function(text) internal("cli_parse")(c("--formula", text))$formula
  expect_equal(parse("~ drug * combo + (1 | mouse)"), ~ drug * combo + (1 | mouse), ignore_formula_env = TRUE)
  for (text in c("drug", "~", "~ a +", "stop('run')", "(~ a)")) {
    expect_error(parse(text), "must be like", class = "ddcq_error_usage")
  }
})

test_that("the control is a level as it is written, or one for each factor of the formula", {
  control <- internal("cli_control")
  two <- ~ drug * combo
  expect_identical(control("vehicle", two), "vehicle")
  expect_identical(control("drug=none,combo=no", two), c(drug = "none", combo = "no"))
  expect_identical(control("combo=a,b=c,drug=x=y", two), c(combo = "a,b=c", drug = "x=y"))
  expect_identical(control("none,combo=no", two), "none,combo=no")
  expect_identical(control("dose=5, low", two), "dose=5, low")
  expect_identical(control("vehicle", NULL), "vehicle")
})

test_that("a ratio is split where targets stand on both sides", {
  ratio <- internal("cli_ratio")
  expect_identical(ratio("BAX/BCL2", c("BAX", "BCL2")), c("BAX", "BCL2"))
  expect_identical(ratio("HLA-A/B/BCL2", c("HLA-A/B", "BCL2")), c("HLA-A/B", "BCL2"))
  expect_identical(ratio("BAX/BCL3", c("BAX", "BCL2")), c("BAX", "BCL3"))
  expect_error(ratio("BAX", c("BAX", "BCL2")), class = "ddcq_error_usage")
  expect_error(ratio("A/B/C", c("A", "B/C", "A/B", "C")), class = "ddcq_error_usage")
})

test_that("each wrong word is an error that says so, with code 2", {
  wrong <- list(
    list("a.txt", "--refernce", "GAPDH", says = "no option --refernce.*Did you mean --reference\\?"),
    list("a.txt", "--ref=GAPDH", says = "no option --ref\\..*Did you mean --reference, --reference-runs\\?"),
    list("a.txt", "-x", says = "no option -x"),
    list("a.txt", "--reference", says = "--reference must have a value"),
    list("a.txt", "--reference", "--quiet", says = "--reference must have a value"),
    list("a.txt", "--reference=", says = "--reference must have a value"),
    list("a.txt", "--reference", " ", says = "--reference must have a value"),
    list("a.txt", "--reference", "GAPDH,,ACTB", says = "either side of a comma"),
    list("a.txt", "--reference", "GAPDH,", says = "either side of a comma"),
    list("a.txt", "--unit", "a", "--unit=a", says = "--unit must be given once"),
    list("a.txt", "--quiet=yes", says = "--quiet takes no value"),
    list("a.txt", "--level", "0,95", says = "--level must be a number with a decimal point"),
    list("a.txt", "--level", "95", says = "use 0.95"),
    list("a.txt", "--efficiency", "95", says = "use 1.95"),
    list("a.txt", "--report", "xls", "--out", "x", says = "html, docx, pdf or none"),
    list("a.txt", "--report", "html", says = "must go with `--out`"),
    list("a.txt", "--curve", "b.txt", says = "must go with `--efficiency standards`"),
    list("a.txt", "--design-by", "well", says = "must go with `--design`"),
    list("a.txt", "--out", plate_file, says = "--out must be a folder"),
    list("--quiet", says = "Name the files")
  )
  expect_identical(call_cli(character())$code, 2L)
  for (case in wrong) {
    got <- call_cli(as.character(case[names(case) != "says"]))
    expect_identical(got$code, 2L)
    expect_match(gsub("\n *", " ", got$err), case$says)
    expect_identical(got$out, character())
  }
})

test_that("the help has every option and every exit code", {
  expect_snapshot(cat(internal("cli_help")(), sep = "\n"))
  expect_lte(max(nchar(internal("cli_help")())), 80)
  expect_identical(call_cli("--help"), list(code = 0L, out = internal("cli_help")(), err = ""))
  expect_identical(call_cli("a.txt", "--control", "x", "--help")$code, 0L)
  expect_match(call_cli("--version")$out, "^ddcq [0-9.]+$")
  expect_length(call_cli("--formats")$out, nrow(cq_formats()) + 1)
})

test_that("the help page has the options as they are", {
  pages <- tools::Rd_db("ddcq")
  skip_if(!length(pages), "an installed package")
  page <- paste(as.character(pages[["ddcq_cli.Rd"]]), collapse = "")
  expect_true(grepl(paste(internal("cli_help_options")(), collapse = "\n"), page, fixed = TRUE))
})

test_that("an option stands for an argument that exists", {
  table <- internal("cli_options")()
  table <- table[nzchar(table$fun), ]
  for (i in seq_len(nrow(table))) {
    if (nzchar(table$arg[i])) expect_true(table$arg[i] %in% names(formals(table$fun[i], asNamespace("ddcq"))))
  }
})

# ---- what is written -----------------------------------------------------------------------------

test_that("the tables are those of the functions, in full digits", {
  out <- new_folder()
  got <- call_cli(whole, "--ratio", "BAX/BCL2,MYC/CCND1", "--panel", "--out", file.path(out, "deep"), bare_output)
  expect_identical(got$code, 0L)
  expect_identical(got$err, "")
  x <- cq_design(cq_read(plate_file), sheet_file)
  eff <- cq_standard_curve(x)
  fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle", efficiency = eff)
  ratios <- list(ddcq_ratio(fit, "BAX", "BCL2"), ddcq_ratio(fit, "MYC", "CCND1"))
  verdict <- panel_verdict(fit)
  read <- function(name) utils::read.csv(file.path(out, "deep", name), na.strings = "", fileEncoding = "UTF-8")
  # A number is written in 15 digits or, where they are not it, in 17; reading 17 digits may end one bit away.
  same <- function(name, table) {
    back <- read(name)
    expect_identical(names(back), names(table))
    for (column in names(table)) {
      value <- table[[column]]
      if (is.numeric(value)) {
        expect_close(back[[column]], value, .Machine$double.eps)
      } else {
        expect_identical(ifelse(is.na(back[[column]]), "", back[[column]]), as.character(value))
      }
    }
  }
  same("results.csv", fit$results)
  same("samples.csv", fit$samples)
  same("ratios.csv", rbind(ratios[[1]]$results, ratios[[2]]$results))
  expect_identical(read("panel.csv")$verdict, verdict$verdict)
  expect_close(read("efficiencies.csv")$efficiency, eff$efficiency, .Machine$double.eps)
  expect_identical(nrow(read("log.csv")), nrow(cq_log(fit)))
  parts <- list(fit, ratios[[1]], ratios[[2]], verdict)
  for (part in parts) {
    said <- utils::capture.output(print(part))
    expect_true(grepl(paste(said, collapse = "\n"), paste(got$out, collapse = "\n"), fixed = TRUE))
  }
  expect_match(got$out[length(got$out)], "results.csv, samples.csv, efficiencies.csv, log.csv, ratios.csv, panel.csv$")
})

test_that("targets that do not fit the files or each other are told before the fit", {
  got <- call_cli(whole, "--targets", "MYC,BAXX")
  expect_identical(got$code, 3L)
  expect_match(got$err, "no target \"BAXX\".\n.*Did you mean \"BAX\"")
  expect_identical(call_cli(whole, "--ratio", "BAX/BCL3")$code, 3L)
  got <- call_cli(whole, "--targets", "MYC,BAX", "--ratio", "BAX/BCL2")
  expect_identical(got$code, 2L)
  expect_match(got$err, "\"BCL2\" is not there", fixed = TRUE)
  expect_identical(call_cli(whole, "--targets", "MYC,BAX", "--ratio", "BAX/GAPDH")$code, 0L)
})

test_that("nothing is written without --out, and nothing printed with --quiet", {
  folder <- new_folder()
  dir.create(folder)
  at <- setwd(folder)
  on.exit(setwd(at))
  got <- call_cli(whole)
  expect_identical(got$code, 0L)
  expect_match(got$out, "Fold changes by ddCq", all = FALSE)
  got <- call_cli(whole, "--quiet")
  expect_identical(got, list(code = 0L, out = character(), err = ""))
  expect_identical(dir(), character())
})

test_that("an error before the numbers leaves no folder, and none overwrites an input", {
  out <- new_folder()
  got <- call_cli(whole[-2:-3], "--out", out)
  expect_identical(got$code, 3L)
  expect_match(got$err, "The files have no columns \"treatment\" and \"passage\"", fixed = TRUE)
  expect_match(got$err, "Targets: \"CCND1\"", fixed = TRUE)
  expect_false(dir.exists(out))
  dir.create(out)
  sheet <- file.path(out, "samples.csv")
  file.copy(sheet_file, sheet)
  got <- call_cli(plate_file, "--design", sheet, model_words, "--out", out)
  expect_identical(got$code, 2L)
  expect_match(got$err, "would overwrite")
  expect_identical(readLines(sheet), readLines(sheet_file))
})

test_that("pictures and report are written", {
  skip_if_not_installed("ggplot2")
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")
  out <- new_folder()
  got <- run_cli(c(whole, "--ratio", "BAX/BCL2", "--out", out))
  expect_identical(got$code, 0L)
  expect_identical(got$err, "")
  expect_setequal(dir(out), c(
    "results.csv", "samples.csv", "efficiencies.csv", "log.csv", "ratios.csv", "fold-changes.png", "plate.png",
    "standard-curves.png", "report.html"
  ))
  page <- paste(readLines(file.path(out, "report.html"), encoding = "UTF-8", warn = FALSE), collapse = "\n")
  expect_match(page, "BAX/BCL2", fixed = TRUE)
  expect_match(page, "Standard curves: Cq against quantity", fixed = TRUE)
})

test_that("a report that cannot be written is code 5, and the tables are there", {
  out <- new_folder()
  # a folder in the place of the report; the picture of an earlier run stays where none is asked for
  dir.create(file.path(out, "report.html"), recursive = TRUE)
  file.create(file.path(out, c("plate.png", "results.csv")))
  got <- run_cli(c(whole, "--out", out, "--no-plots"))
  expect_identical(got$code, 5L)
  expect_match(got$err, "The tables are in")
  expect_true(all(file.size(file.path(out, c("results.csv", "samples.csv", "log.csv"))) > 100))
  expect_true(file.exists(file.path(out, "plate.png")))
  # with pictures asked for, an older one goes before the new one can fail
  skip_if_not_installed("ggplot2")
  broken <- "assignInNamespace('cli_write_plots', function(...) stop('no device'), 'ddcq'); ddcq::ddcq_cli()"
  got <- run_cli(c(whole, "--out", out, "--report", "none"), expression = broken)
  expect_identical(got$code, 5L)
  expect_false(file.exists(file.path(out, "plate.png")))
})

# ---- the exit codes, as a shell sees them --------------------------------------------------------

test_that("a shell gets each exit code", {
  got <- run_cli(c(whole, "--out", new_folder(), bare_output))
  expect_identical(got$code, 0L)
  expect_identical(got$err, "")
  expect_match(got$out, "^Model: ~ treatment", all = FALSE)
  expect_identical(run_cli(c(plate_file, "--refernce", "GAPDH"))$code, 2L)
  got <- run_cli(c(plate_file, "--design", sheet_file))
  expect_identical(got$code, 2L)
  expect_match(got$err, "In a shell `formula` is --formula", fixed = TRUE)
  got <- run_cli(c("no-such-file.txt", model_words))
  expect_identical(got$code, 3L)
  expect_match(got$err, "no-such-file.txt", fixed = TRUE)
  expect_no_match(got$err, "Execution halted|Backtrace|cq_read\\(")
  got <- run_cli(c(plate_file, "--design", sheet_file, sub("passage", "origin", model_words)))
  expect_identical(got$code, 4L)
  with_warning <- c(whole[-length(whole)], "2")
  got <- run_cli(with_warning)
  expect_identical(got$code, 0L)
  expect_match(got$err, "^ddcq: Warning: The fit stands.*is --efficiency\\sstandards")
  expect_identical(run_cli(c(with_warning, "--strict"))$code, 6L)
  broken <- "assignInNamespace('cli_plate', function(...) stop('boom'), 'ddcq'); ddcq::ddcq_cli()"
  got <- run_cli(whole, expression = broken)
  expect_identical(got$code, 1L)
  expect_identical(got$err, "ddcq: Unexpected error: boom")
})

test_that("an error's class and step decide its code", {
  code <- function(kind, step, asked = list(formula = 1, control = 1, reference = 1, efficiency = 1)) {
    class <- c(if (!is.null(kind)) c(paste0("ddcq_error_", kind), "ddcq_error"), "error", "condition")
    internal("cli_error_code")(structure(class = class, list(message = "", call = NULL)), step, asked)
  }
  for (kind in c("file", "format", "column", "design", "data", "package")) expect_identical(code(kind, "input"), "input")
  for (kind in c("reference", "control", "formula", "column")) expect_identical(code(kind, "analysis"), "input")
  for (kind in c("data", "design", "curve", "fit")) expect_identical(code(kind, "analysis"), "analysis")
  needed <- list(formula = 1, control = 1, reference = 1, efficiency = "standards")
  expect_identical(code("efficiency", "analysis", needed), "analysis")
  needed$efficiency <- "eff.csv"
  expect_identical(code("efficiency", "analysis", needed), "input")
  expect_identical(code("argument", "input"), "usage")
  expect_identical(code("control", "analysis", list(formula = 1)), "usage")
  expect_identical(code(NULL, "input"), "unexpected")
  expect_identical(code("file", "write"), "unexpected")
  expect_identical(code(NULL, "report"), "report")
  expect_identical(code("package", "report"), "report")
})

test_that("the script does the same, from another folder and through a path with blanks", {
  script <- system.file("exec", "ddcq", package = "ddcq")
  skip_if(script == "", "no installed script")
  got <- run_cli("--help", script = script)
  expect_identical(got$code, 0L)
  expect_identical(got$out, internal("cli_help")())
  expect_identical(run_cli("--version", script = script)$out, paste("ddcq", utils::packageVersion("ddcq")))
  folder <- file.path(new_folder(), "a folder")
  dir.create(folder, recursive = TRUE)
  link <- file.path(folder, "my ddcq")
  skip_on_os("windows")
  file.symlink(script, link)
  file.copy(plate_file, file.path(folder, "my, plate=1.txt"))
  file.copy(sheet_file, folder)
  got <- run_cli(
    c("my, plate=1.txt", "--design", "anastrozole_samples.csv", model_words, "--out", "my out", bare_output),
    script = "./my ddcq", folder = folder, env = "R_LIBS=/nowhere"
  )
  expect_identical(got$code, 0L)
  expect_true(file.exists(file.path(folder, "my out", "results.csv")))
})

# ---- files and names as they come ----------------------------------------------------------------

# Two drugs, levels with commas and equals signs, a target with a comma, letters beyond ASCII; a csv with CRLF and
# semicolons. Without a level or name of its own it is the plain form.
odd_files <- function(folder) {
  dir.create(folder, recursive = TRUE)
  sheet <- expand.grid(drug = c("none", "5 \u00b5M, oral"), combo = c("no", "x=2"), n = 1:3, stringsAsFactors = FALSE)
  sheet$sample <- paste0("m\u00e4us ", seq_len(nrow(sheet)))
  names(sheet)[2] <- "k\u00f6mbo"
  wells <- expand.grid(sample = sheet$sample, target = c("\u03b2-actin", "a,b", "HLA/B"), stringsAsFactors = FALSE)
  wells$cq <- round(20 + cos(seq_len(nrow(wells))), 3)
  write <- function(table, file, sep) {
    quoted <- lapply(table, function(v) if (is.character(v)) paste0("\"", v, "\"") else v)
    lines <- c(paste(names(table), collapse = sep), do.call(paste, c(quoted, sep = sep)))
    con <- file(file.path(folder, file), "wb")
    on.exit(close(con))
    writeLines(enc2utf8(lines), con, sep = "\r\n", useBytes = TRUE)
  }
  write(wells, "plate.csv", ",")
  write(sheet[c("sample", "drug", "k\u00f6mbo")], "sheet.csv", ";")
  write(data.frame(target = unique(wells$target), efficiency = c(1.95, 1.9, 2), std.error = 0.02, df = 4), "eff.csv", ",")
  list(wells = wells, sheet = sheet)
}

test_that("odd names and files go through, in the C locale too", {
  skip_if_not(l10n_info()[["UTF-8"]], "a UTF-8 locale")
  folder <- new_folder()
  made <- odd_files(folder)
  words <- c(
    "plate.csv", "--design=sheet.csv", "--formula=~ drug * k\u00f6mbo", "--reference=\u03b2-actin",
    "--control=drug=5 \u00b5M, oral,k\u00f6mbo=x=2", "--efficiency=eff.csv", "--targets=\"a,b\",HLA/B",
    "--ratio=\"a,b/HLA/B\"", bare_output
  )
  x <- cq_design(cq_data(made$wells), made$sheet[c("sample", "drug", "k\u00f6mbo")])
  eff <- cq_efficiency(c("\u03b2-actin", "a,b", "HLA/B"), c(1.95, 1.9, 2), std.error = rep(0.02, 3), df = rep(4, 3))
  formula <- eval(str2lang("~ drug * k\u00f6mbo"))
  fit <- ddcq(
    x, formula, reference = "\u03b2-actin", efficiency = eff,
    control = stats::setNames(c("5 \u00b5M, oral", "x=2"), c("drug", "k\u00f6mbo"))
  )
  for (locale in c("", "LC_ALL=C")) {
    out <- if (nzchar(locale)) "\u00fcber C" else "\u00fcber"
    got <- run_cli(c(words, paste0("--out=", out)), folder = folder, env = locale[nzchar(locale)])
    expect_identical(got$code, 0L)
    expect_identical(got$err, "")
    table <- utils::read.csv(file.path(folder, out, "results.csv"), fileEncoding = "UTF-8", na.strings = "")
    expect_identical(enc2utf8(table$contrast), fit$results$contrast)
    expect_close(table$estimate, fit$results$estimate, .Machine$double.eps)
    expect_close(table$conf.low, fit$results$conf.low, .Machine$double.eps)
    expect_identical(utils::read.csv(file.path(folder, out, "ratios.csv"))$target[1], "a,b/HLA/B")
  }
})

test_that("the curve may stand on another plate, and wells are taken out by a sheet", {
  folder <- new_folder()
  dir.create(folder)
  write <- function(table, name) {
    utils::write.csv(table, file.path(folder, name), row.names = FALSE, na = "")
    file.path(folder, name)
  }
  wells <- as.data.frame(cq_read(plate_file))[c("well", "sample", "target", "task", "cq", "quantity")]
  samples <- write(wells[wells$task == "unknown", -6], "unknown.csv")
  curve <- write(wells[wells$task == "standard", ], "curve,1.csv")
  out <- write(data.frame(well = "A1", target = wells$target[wells$well == "A01"][1], reason = "bubble"), "out.csv")
  words <- c("--design", sheet_file, model_words, "--na", "nondetect")
  got <- call_cli(
    samples, words, "--curve", paste0("\"", curve, "\""), "--exclude", out, "--out", file.path(folder, "to"), bare_output
  )
  expect_identical(got$code, 0L)
  read <- function(name) utils::read.csv(file.path(folder, "to", name), na.strings = "")
  eff <- cq_standard_curve(cq_read(curve, na = "nondetect"))
  expect_close(read("efficiencies.csv")$efficiency, eff$efficiency, .Machine$double.eps)
  expect_match(read("log.csv")$detail, "bubble; out.csv", all = FALSE)
  got <- call_cli(samples, words, "--exclude", write(data.frame(well = "Z9", reason = "gone"), "none.csv"))
  expect_identical(got$code, 3L)
  expect_match(got$err, "Row 1, well \"Z9\"", fixed = TRUE)
  got <- call_cli(samples, words)
  expect_identical(got$code, 4L)
})

test_that("names that the file lacks come from a sheet by well, without a warning then", {
  folder <- new_folder()
  dir.create(folder)
  path <- function(name) file.path(folder, name)
  names <- data.frame(
    well = sprintf("A%02d", 1:12), sample = rep(paste0("s", 1:6), each = 2), target = c("MYC", "REF"),
    tx = rep(c("no", "yes"), each = 6)
  )
  # the layout of a Bio-Rad export in which nobody filled in names
  wells <- data.frame(
    Well = names$well, Fluor = "SYBR", Target = "", Content = "Unkn", Sample = "", "Biological Set Name" = "",
    Cq = 20 + sin(1:12), "Cq Mean" = 0, "Cq Std. Dev" = 0, "Starting Quantity (SQ)" = "NaN", check.names = FALSE
  )
  utils::write.table(wells, path("p.csv"), sep = ";", row.names = FALSE, quote = FALSE)
  utils::write.csv(names, path("w.csv"), row.names = FALSE)
  utils::write.csv(names[-3], path("short.csv"), row.names = FALSE)
  model <- c("--formula", "~ tx", "--control", "no", "--reference", "REF", "--efficiency", "2", "--strict")
  expect_identical(call_cli(path("p.csv"), "--design", path("w.csv"), model)[c("code", "err")], list(code = 0L, err = ""))
  short <- call_cli(path("p.csv"), "--design", path("short.csv"), model)
  expect_identical(short$code, 4L)
  expect_match(short$err, "names no sample and target")
  none <- call_cli(path("p.csv"), model)
  expect_identical(none$code, 3L)
  expect_match(none$err, "`well,sample,target,tx`", fixed = TRUE)
})

test_that("arguments that are no words are an error in R, and R goes on", {
  expect_error(ddcq_cli(1), class = "ddcq_error_argument")
  expect_error(ddcq_cli(NA_character_), class = "ddcq_error_argument")
  utils::capture.output(seen <- withVisible(ddcq_cli("--version")))
  expect_identical(seen, list(value = 0L, visible = FALSE))
})
