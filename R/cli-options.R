# The options of the command line. One table drives the parser, the help and the calls: a row is an option, the function
# and argument that it stands for, and its line of help.
# kind: "text", "list" (names with commas between, quoted as in csv), "number", "formula", "flag".

cli_option <- function(name, value, kind, fun, arg, help) {
  data.frame(name = name, value = value, kind = kind, fun = fun, arg = arg, help = help)
}

cli_options <- function() {
  rbind(
    cli_option("format", "ID", "text", "cq_read", "format", "Format of the files; recognised by content unless given."),
    cli_option("sheet", "NAME", "text", "cq_read", "sheet", "Sheet of a workbook, or analysis of a text export."),
    cli_option("na", "MEANING", "text", "cq_read", "na", "Plain tables, rows without a Cq: nondetect or missing."),
    cli_option("runs", "MEANING", "text", "cq_read", "runs", "A sample in several files: replicate or same."),
    cli_option("cycles", "N", "number", "cq_read", "cycles", "How many cycles were run."),
    cli_option("design", "FILE", "text", "cq_design", "design", "The sample sheet, a csv file."),
    cli_option(
      "design-by", "COLUMNS", "list", "cq_design", "by",
      "What a row of the sheet stands for: sample, well, run,well or run,sample. Default: sample; well where the files
       name no samples."
    ),
    cli_option(
      "exclude", "FILE", "text", "cq_exclude", "condition",
      "Wells to take out: a csv file with well, reason and, where it matters, run and target."
    ),
    cli_option("formula", "FORMULA", "formula", "ddcq", "formula", "The design, such as '~ treatment + passage'."),
    cli_option(
      "control", "LEVEL", "text", "ddcq", "control",
      "The level to compare with; with several factors one each: drug=none,combo=no."
    ),
    cli_option("reference", "NAMES", "list", "ddcq", "reference", "The reference targets: GAPDH,ACTB."),
    cli_option(
      "efficiency", "E", "text", "ddcq", "efficiency",
      "A number (2 is doubling); standards: from the dilution series; or a csv file with target, efficiency and, where
       known, std.error, df."
    ),
    cli_option(
      "curve", "FILES", "list", "cq_standard_curve", "x", "Files with the dilution series, where it is on other plates."
    ),
    cli_option("variance", "KIND", "text", "ddcq", "variance", "auto, welch or pooled."),
    cli_option("contrasts", "KIND", "text", "ddcq", "contrasts", "control, pairwise or trend."),
    cli_option("by", "COLUMNS", "list", "ddcq", "by", "Factors within whose levels to compare."),
    cli_option("adjust", "METHOD", "text", "ddcq", "adjust", "holm, BH, bonferroni, none, dunnett or tukey."),
    cli_option("level", "SHARE", "number", "ddcq", "level", "Confidence level, 0.95 unless given."),
    cli_option("unit", "COLUMN", "text", "ddcq", "unit", "The experimental unit, where coarser than the sample."),
    cli_option("targets", "NAMES", "list", "ddcq", "targets", "The targets to report; all unless given."),
    cli_option(
      "ignore", "COLUMNS", "list", "ddcq", "ignore", "Columns of the sheet that group samples, to be left out."
    ),
    cli_option(
      "reference-runs", "KIND", "text", "ddcq", "reference_runs", "pooled or same: references of the own run."
    ),
    cli_option(
      "ratio", "RATIOS", "list", "ddcq_ratio", "numerator", "Ratios of targets in the same samples: BAX/BCL2."
    ),
    cli_option("panel", "", "flag", "panel_verdict", "fit", "Hold the fit against the anastrozole panel."),
    cli_option("out", "FOLDER", "text", "", "", "Where to write; made if missing. Without it nothing is written."),
    cli_option("report", "KIND", "text", "ddcq_report", "file", "html (unless given), docx, pdf or none."),
    cli_option("no-plots", "", "flag", "", "", "No pictures beside the report."),
    cli_option("quiet", "", "flag", "", "", "Print no results; warnings and errors are told all the same."),
    cli_option("strict", "", "flag", "", "", "With any warning the exit code is 6."),
    cli_option("formats", "", "flag", "cq_formats", "", "Print the formats that can be read."),
    cli_option("version", "", "flag", "", "", "Print the version."),
    cli_option("help", "", "flag", "", "", "Print this.")
  )
}

# What was asked: a list with `files` and the value of each option by its name. It is read by [[: $ would take
# `reference-runs` for a `reference` that is not there.
cli_parse <- function(args) {
  table <- cli_options()
  asked <- list(files = character())
  end <- match("--", args, nomatch = length(args) + 1L)
  i <- 1L
  while (i < end) {
    if (!startsWith(args[i], "-") || args[i] == "-") {
      asked[["files"]] <- c(asked[["files"]], args[i])
      i <- i + 1L
      next
    }
    word <- cli_word(args[i], table)
    follows <- is.null(word$value) && word$kind != "flag"
    if (follows && i + 1L < end && !startsWith(args[i + 1L], "--")) word$value <- args[i + 1L]
    if (!is.null(asked[[word$name]])) cli_abort_usage("--{word$name} must be given once, not twice.")
    asked[[word$name]] <- cli_value(word)
    i <- i + 1L + follows
  }
  asked[["files"]] <- c(asked[["files"]], utils::tail(args, -end))
  asked
}

cli_abort_usage <- function(message, .envir = parent.frame()) {
  ddcq_abort(c(message, "i" = "{.code --help} lists the options."), "usage", .envir)
}

# `--name` or `--name=value`: name, kind, and the value if it is there.
cli_word <- function(arg, table) {
  arg <- sub("^-h$", "--help", arg)
  name <- sub("^--", "", sub("=.*", "", arg))
  row <- if (startsWith(arg, "--")) match(name, table$name) else NA
  if (is.na(row)) {
    said <- sub("=.*", "", arg)
    meant <- unique(c(table$name[startsWith(table$name, name)], near(name, table$name)))
    meant <- paste0("--", utils::head(meant, 5), recycle0 = TRUE)
    ddcq_abort(
      c("There is no option {said}.",
        "i" = if (length(meant)) "Did you mean {some_plain(meant)}?",
        "i" = "{.code --help} lists the options; a file whose name begins with a dash stands after {.code --}."
      ), "usage"
    )
  }
  list(name = name, kind = table$kind[row], value = if (grepl("=", arg, fixed = TRUE)) sub("^[^=]*=", "", arg))
}

# The text of an option as what its kind says.
cli_value <- function(word) {
  name <- word$name
  value <- word$value
  if (word$kind == "flag") {
    if (!is.null(value)) cli_abort_usage("--{name} takes no value, and {.val {value}} came.")
    return(TRUE)
  }
  if (is.null(value) || !nzchar(trimws(value))) cli_abort_usage("--{name} must have a value.")
  switch(word$kind,
    text = value, list = cli_list(value, name), number = cli_number(value, name), formula = cli_formula(value, name)
  )
}

cli_list <- function(value, name) {
  names <- trimws(split_fields(value, ",")[[1]])
  if (!all(nzchar(names)) || grepl(",$", value)) {
    cli_abort_usage("--{name} must have a name on either side of a comma, not {.val {value}}.")
  }
  names
}

cli_number <- function(value, name) {
  number <- parse_number(trimws(value))
  if (is.na(number)) cli_abort_usage("--{name} must be a number with a decimal point, not {.val {value}}.")
  number
}

# Read as text, never evaluated.
cli_formula <- function(value, name) {
  code <- tryCatch(str2lang(value), error = function(e) NULL)
  if (!is.call(code) || !identical(code[[1]], quote(`~`))) {
    cli_abort_usage("--{name} must be like {.val ~ treatment}, not {.val {value}}.")
  }
  stats::as.formula(code, env = baseenv())
}

# The options that stand for arguments of `fun`, as these arguments.
cli_arguments <- function(asked, fun) {
  table <- cli_options()
  table <- table[table$fun == fun & table$name %in% names(asked), ]
  stats::setNames(asked[table$name], table$arg)
}

# ---- help ----------------------------------------------------------------------------------------

cli_groups <- c(
  format = "Reading the files", design = "What the samples are", formula = "The model", ratio = "Further questions",
  out = "What is written", formats = "About"
)

cli_help <- function() {
  codes <- cli_codes()
  c(
    "Usage: ddcq FILE... --design SHEET --formula FORMULA --control LEVEL",
    "            --reference NAMES --efficiency E [--out FOLDER] [options]",
    "", "Efficiency-corrected fold changes from the files of a real-time PCR instrument.",
    "", cli_help_options(),
    "", "An option is written --name VALUE or --name=VALUE. A name that has a comma",
    "stands in double quotes. What comes after -- is a file.",
    "", "Exit codes:", paste0("  ", codes$code, "  ", codes$meaning)
  )
}

cli_help_options <- function(width = 80) {
  table <- cli_options()
  left <- trimws(paste0("--", table$name, " ", table$value), "right")
  lines <- Map(cli_help_lines, left, gsub("\\s+", " ", table$help), width)
  headed <- match(names(cli_groups), table$name)
  lines[headed] <- Map(c, "", paste0(cli_groups, ":"), lines[headed])
  unlist(lines, use.names = FALSE)[-1]
}

cli_help_lines <- function(left, help, width) {
  room <- 26
  text <- strwrap(help, width - room)
  margin <- formatC(c(paste0("  ", left), rep("", length(text) - 1)), width = -room)
  paste0(margin, text)
}

# The exit codes, from 0, and what they mean.
cli_codes <- function() {
  meaning <- c(
    fine = "All is written; there may be warnings.",
    unexpected = "An error that the package does not know.",
    usage = "The command: an unknown option, a missing one, a wrong value.",
    input = "The input: a file cannot be read, or names do not match.",
    analysis = "The analysis: the data cannot carry the model.",
    report = "The report or a picture could not be written; the tables are.",
    strict = "With --strict: all is written, and there were warnings."
  )
  data.frame(code = seq_along(meaning) - 1L, name = names(meaning), meaning = unname(meaning))
}
