# What the command line does with what was asked: the plate, the efficiencies, the fit.

# What can be said before a file is opened.
cli_check <- function(asked) {
  if (!length(asked[["files"]])) cli_abort_usage("Name the files to read.")
  if (!is.null(asked[["control"]])) asked[["control"]] <- cli_control(asked[["control"]], asked[["formula"]])
  if (!is.null(asked[["curve"]]) && !identical(asked[["efficiency"]], "standards")) {
    cli_abort_usage("{.code --curve} must go with {.code --efficiency standards}.")
  }
  if (!is.null(asked[["design-by"]]) && is.null(asked[["design"]])) {
    cli_abort_usage("{.code --design-by} must go with {.code --design}.")
  }
  number <- suppressWarnings(as.numeric(asked[["efficiency"]] %||% NA))
  if (!is.na(number)) asked[["efficiency"]] <- check_efficiency(number, NULL, "efficiency")
  if (!is.null(asked[["level"]])) check_level(asked[["level"]])
  cli_check_out(asked)
  asked[["report"]] <- asked[["report"]] %||% "html"
  asked
}

# One level as it is written, or `factor=level` for columns of the formula: then a named vector.
cli_control <- function(text, formula) {
  factors <- if (!is.null(formula)) all.vars(formula)
  starts <- unlist(lapply(factors, function(name) {
    begins <- if (startsWith(text, paste0(name, "="))) 1L
    after <- gregexpr(paste0(",", name, "="), text, fixed = TRUE)[[1]]
    c(begins, after[after > 0] + 1L)
  }))
  if (!1L %in% starts) {
    return(text)
  }
  starts <- sort(starts)
  pieces <- substring(text, starts, c(starts[-1] - 2L, nchar(text)))
  stats::setNames(sub("^[^=]*=", "", pieces), sub("=.*", "", pieces))
}

cli_check_out <- function(asked) {
  out <- asked[["out"]]
  report <- asked[["report"]]
  if (!is.null(report) && !report %in% c("html", "docx", "pdf", "none")) {
    cli_abort_usage("{.code --report} must be html, docx, pdf or none, not {.val {report}}.")
  }
  if (is.null(out)) {
    if (!is.null(report)) cli_abort_usage("{.code --report} must go with {.code --out}.")
    return(invisible())
  }
  there <- out
  while (!file.exists(there)) there <- dirname(there)
  if (!dir.exists(there) || file.access(there, 2) != 0) {
    cli_abort_usage("--out must be a folder that can be written or made, and {.file {there}} is none.")
  }
  inputs <- c(asked[["files"]], asked[["design"]], asked[["exclude"]], asked[["curve"]], asked[["efficiency"]])
  written <- file.path(normalizePath(out, mustWork = FALSE), cli_files)
  lost <- inputs[normalizePath(inputs, mustWork = FALSE) %in% written]
  if (length(lost)) {
    cli_abort_usage("--out must be another folder: the results would overwrite the input {.file {lost[1]}}.")
  }
}

# ---- input ---------------------------------------------------------------------------------------

cli_plate <- function(asked) {
  nameless <- list()
  plate <- withCallingHandlers(
    do.call(cq_read, c(list(path = asked[["files"]]), cli_arguments(asked, "cq_read"))),
    # a file that lacks names is no matter where the sheet brings them
    ddcq_warning_names = function(w) {
      nameless <<- c(nameless, list(w))
      invokeRestart("muffleWarning")
    }
  )
  if (is.null(asked[["design"]])) {
    cli_check_columns(asked, plate)
  } else {
    arguments <- cli_arguments(asked, "cq_design")
    # a file that names no samples takes them from the sheet, by well
    arguments$by <- arguments$by %||% if (all(is.na(plate$sample))) "well" else "sample"
    plate <- do.call(cq_design, c(list(plate), arguments))
  }
  if (all(is.na(plate$sample)) || all(is.na(plate$target))) lapply(nameless, warning)
  if (!is.null(asked[["exclude"]])) plate <- cli_exclude(plate, asked[["exclude"]])
  cli_check_targets(asked, plate)
  plate
}

cli_check_columns <- function(asked, plate) {
  lost <- setdiff(all.vars(asked[["formula"]]), c(names(plate), "reference"))
  if (length(lost)) {
    samples <- unique(plate$sample[!is.na(plate$sample)])
    targets <- unique(plate$target[!is.na(plate$target)])
    header <- c(if (!length(samples)) "well", "sample", if (!length(targets)) "target", lost)
    header <- paste(header, collapse = ",")
    ddcq_abort(
      c("The files have no {cli::qty(lost)}column{?s} {some(lost)}: a sample sheet must bring {?it/them}.",
        "x" = if (length(samples)) "Samples: {some(samples, 12)}." else "The files name no samples.",
        "x" = if (length(targets)) "Targets: {some(targets, 12)}." else "The files name no targets.",
        "i" = "Write a csv file with the columns {.code {header}} and name it: {.code --design samples.csv}."
      ), "column"
    )
  }
}

cli_check_targets <- function(asked, plate) {
  pairs <- unlist(lapply(asked[["ratio"]], cli_ratio, plate$target))
  lost <- setdiff(c(asked[["targets"]], pairs), plate$target)
  if (length(lost)) {
    ddcq_abort(c("There is no target {some(lost)}.", hint_near(lost[1], unique(plate$target))), "target")
  }
  beside <- setdiff(pairs, c(asked[["targets"]], asked[["reference"]]))
  if (length(asked[["targets"]]) && length(beside)) {
    cli_abort_usage(
      "--ratio must be of what {.code --targets} names: {some(beside)} {cli::qty(beside)}{?is/are} not there."
    )
  }
}

# One row a well, each with its reason.
cli_exclude <- function(plate, path) {
  table <- cli_table(path, "exclude", c("well", "reason"))
  for (i in seq_len(nrow(table))) {
    hit <- !is.na(plate$well) & plain_well(plate$well) == plain_well(table$well[i])
    for (column in intersect(c("run", "target"), names(table))) {
      if (!is.na(table[[column]][i])) hit <- hit & plate[[column]] %in% table[[column]][i]
    }
    if (!any(hit)) {
      ddcq_abort(
        c("Every row of {.file {path}} must name wells that were read.",
          "x" = "Row {i}, well {.val {table$well[i]}}: none."
        ), "column"
      )
    }
    plate <- exclude_hit(plate, which(hit), check_string(table$reason[i], "reason"), basename(path))
  }
  plate
}

# A csv file that must have certain columns.
cli_table <- function(path, option, columns) {
  if (!file.exists(path) || dir.exists(path)) {
    ddcq_abort("--{option} must name a csv file, and there is no file {.file {path}}.", "file")
  }
  check_columns(read_sheet_file(path), columns, option)
}

# A number, or the table of the csv file; NULL where the standards are to be fitted, or nothing was said.
cli_given_efficiency <- function(asked) {
  text <- asked[["efficiency"]]
  if (is.null(text) || identical(text, "standards") || is.numeric(text)) {
    return(if (is.numeric(text)) text)
  }
  if (!file.exists(text)) {
    cli_abort_usage("--efficiency must be a number such as 2, {.val standards} or a csv file, not {.val {text}}.")
  }
  table <- cli_table(text, "efficiency", c("target", "efficiency"))
  column <- function(name) if (name %in% names(table)) table[[name]] else NA_real_
  cq_efficiency(table$target, table$efficiency, column("std.error"), column("df"))
}

# The wells of the dilution series: those of the plate, or of other files.
cli_standards <- function(asked, plate) {
  if (is.null(asked[["curve"]]) || is.null(asked[["efficiency"]])) {
    return(if (!is.null(asked[["efficiency"]])) plate)
  }
  arguments <- cli_arguments(asked, "cq_read")
  do.call(cq_read, c(list(path = asked[["curve"]]), arguments[names(arguments) %in% c("format", "na", "cycles")]))
}

# The two targets of "BAX/BCL2". A name may have a slash itself, so the slash is where targets stand on both sides.
cli_ratio <- function(text, targets) {
  at <- gregexpr("/", text, fixed = TRUE)[[1]]
  pairs <- lapply(at, function(i) trimws(c(substring(text, 1, i - 1), substring(text, i + 1))))
  known <- Filter(function(pair) all(pair %in% targets), pairs)
  if (at[1] < 0 || length(known) > 1) {
    cli_abort_usage("--ratio must be two targets with a slash between them, such as BAX/BCL2, not {.val {text}}.")
  }
  c(known, pairs)[[1]]
}

# ---- analysis ------------------------------------------------------------------------------------

# What the output is made of. `curve` and `standards` are NULL where the efficiencies were given.
cli_analyse <- function(asked, plate, given, standards) {
  curve <- if (!is.null(standards)) cq_standard_curve(standards)
  fit <- cli_fit(asked, plate, given %||% curve)
  pairs <- lapply(asked[["ratio"]], cli_ratio, plate$target)
  ratios <- lapply(pairs, function(pair) eval(as.call(list(quote(ddcq_ratio), quote(fit), pair[1], pair[2]))))
  names(ratios) <- vapply(pairs, paste, "", collapse = "/")
  list(
    fit = fit, ratios = ratios, panel = if (isTRUE(asked[["panel"]])) panel_verdict(fit), plate = plate, curve = curve,
    standards = standards
  )
}

# An option that is left out is left out of the call too: ddcq() then lists what could be meant. The call names the
# data and does not hold them, for the report prints it.
cli_fit <- function(asked, plate, efficiency) {
  arguments <- cli_arguments(asked, "ddcq")
  arguments$efficiency <- if (is.numeric(efficiency)) efficiency else if (!is.null(efficiency)) quote(efficiency)
  eval(as.call(c(quote(ddcq), quote(plate), arguments)))
}
