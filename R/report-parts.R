# What each section of the report says, as finished html.

#' The sections of a report, one by one
#'
#' The pieces that [ddcq_report()] is made of, finished for the document that is being knit: put `parts$results` as
#' inline code into your own R Markdown or Quarto document where the results are to stand.
#'
#' @param fit (`ddcq` or list of them) A fit, or several of the same wells.
#' @param ... Not used.
#' @param data (`cq_data`) The wells, for their table, the plate maps and the download.
#' @param curve (`cq_standard_curve`) The dilution series, with its picture.
#' @param check (`cq_check`) The findings about the plate; those to stop at also go to the top. Made by [cq_check()]
#'   with its defaults when `NULL` and the wells are there.
#' @param stability (`cq_stability`) What the references were chosen by.
#' @param calibration (`cq_calibration`) How runs were brought to one level.
#' @param lod (`cq_lod`) The limits of detection.
#' @param power (`cq_power`) The planning of the experiment.
#' @param title (text) The heading; made from the fit when `NULL`.
#' @param format (`"html"` or `"pipe"`) What to write; that of the document when `NULL`. `"pipe"` is markdown for Word
#'   and pdf.
#' @param dir (text) Directory for pictures that the document does not hold itself.
#' @return A list of texts of class `knit_asis`, by section: `style`, `head`, `alarms`, `question`, `data`, `log`,
#'   `check`, `efficiency`, `reference`, `results`, `panel`, `interaction`, `sensitivity`, `variance`, `miqe`,
#'   `methods`, `notes`, `downloads`, `session`. The packages knitr and ggplot2 are needed (an error of class
#'   `ddcq_error_package`); an argument of another class is an error of class `ddcq_error_argument`.
#' @family reports
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x), targets = "MYC")
#' # a section that needs no document
#' methods_text(fit)
#' \donttest{
#' # all of them, with their pictures, take some seconds
#' if (requireNamespace("knitr", quietly = TRUE) && requireNamespace("ggplot2", quietly = TRUE)) {
#'   parts <- ddcq_report_parts(fit, format = "pipe")
#'   names(parts)
#'   cat(parts$question)
#' }
#' }
ddcq_report_parts <- function(fit, ..., data = NULL, curve = NULL, check = NULL, stability = NULL, calibration = NULL,
                              lod = NULL, power = NULL, title = NULL, format = NULL, dir = tempdir()) {
  check_dots_empty(...)
  need_package(c("knitr", "ggplot2"), "to make the sections of a report.")
  with <- list(
    curve = check_is(curve, "cq_standard_curve", "curve"), check = check_is(check, "cq_check", "check"),
    stability = check_is(stability, "cq_stability", "stability"), power = check_is(power, "cq_power", "power"),
    calibration = check_is(calibration, "cq_calibration", "calibration"), lod = check_is(lod, "cq_lod", "lod"),
    data = if (!is.null(data)) valid_cq_data(data, "data")
  )
  format <- if (is.null(format)) report_format() else check_choice(format, c("html", "pipe"), "format")
  if (!is.null(title)) check_string(title, "title")
  fits <- fit_list(fit)
  with$check <- with$check %||% own_check(fits[[1]], with)
  parts <- lapply(report_blocks(fits, with, title), render_blocks, format, dir)
  parts$style <- if (format == "html") html_block(report_style()) else knitr::asis_output("")
  parts
}

report_format <- function() {
  if (knitr::is_html_output() || is.null(knitr::opts_knit$get("rmarkdown.pandoc.to"))) "html" else "pipe"
}

# One fit or several, as a list; names are headings.
fit_list <- function(fit) {
  if (missing(fit)) abort_missing("fit")
  if (inherits(fit, "ddcq")) {
    return(list(fit))
  }
  if (!is.list(fit) || !length(fit) || !all(vapply(fit, inherits, NA, "ddcq"))) {
    check_fit(if (is.list(fit) && length(fit)) Find(function(f) !inherits(f, "ddcq"), fit) else fit)
  }
  fit
}

# Everything that the template shows, by section, as blocks.
report_blocks <- function(fits, with, title = NULL) {
  first <- fits[[1]]
  each <- function(section) each_fit(fits, section)
  list(
    head = report_head(first, title), alarms = report_alarms(fits, with),
    question = each(report_question), data = c(report_data(first, with$data), report_plates(with$data)),
    log = report_log(first), check = report_check(first, with), efficiency = report_efficiency(first, with),
    reference = c(report_reference(first), report_stability(first, with)),
    results = each(function(fit) c(report_results(fit), report_picture(fit), report_sentences(fit))),
    panel = each(report_panel), interaction = each(report_interaction), sensitivity = each(report_sensitivity),
    variance = each(report_variance), miqe = report_miqe(first, with),
      methods = each(function(fit) report_methods(fit, with)),
    notes = each(report_notes), downloads = report_downloads(fits, with), session = report_session()
  )
}

# The section for every fit, with a heading where there are several.
each_fit <- function(fits, section) {
  names <- names(fits) %||% rep("", length(fits))
  unlist(lapply(seq_along(fits), function(i) {
    name <- if (nzchar(names[i])) names[i] else report_title(fits[[i]])
    c(if (length(fits) > 1) page_heading(name), section(fits[[i]]))
  }), recursive = FALSE)
}

report_title <- function(fit) {
  spec <- fit$spec
  others <- setdiff(spec$levels, spec$control_cells)
  paste0(some_plain(spec$targets, 6), ": ", some_plain(others, 4), " against ", spec$control)
}

report_head <- function(fit, title) {
  c(
    page_heading(title %||% report_title(fit), 1),
    if (fit$spec$simulated) {
      page_p(paste(
        "SIMULATED DATA. No experiment was done: the numbers below come from a computer and say nothing",
        "about any cell, tissue or drug."
      ), class = "loud")
    },
    page_p(paste0("ddcq ", utils::packageVersion("ddcq"), ", ", format(Sys.Date(), "%Y-%m-%d"), "."), class = "small")
  )
}

report_question <- function(fit) {
  spec <- fit$spec
  others <- setdiff(spec$levels, spec$control_cells)
  size <- paste0(names(spec$group_size), " (", spec$group_size, ")", collapse = ", ")
  c(
    page_p(if (!is.null(spec$interaction)) {
      paste0(
        "Does a combination change ", some_plain(spec$targets, 12),
          " by another factor than the product of its parts (",
        some_plain(colnames(spec$contrasts), 6), ")?"
      )
    } else {
      paste0(
        "By what factor does the quantity of ", some_plain(spec$targets, 12), " differ between ",
          some_plain(others, 12),
        " and ", spec$control, if (!is.null(spec$ratio)) ", formed in each sample", "?"
      )
    }),
    page_p(paste0(
      "The unit is the ", spec$unit, ", ", spec$n_units, " in ", length(spec$levels), " groups: ",
      size, ".",
      if (length(spec$blocks)) {
        paste0(" Taken out, as blocks of the formula: differences by ", some_plain(spec$blocks, 4), ".")
      }
    )),
    page_p(fit_lines(fit)), page_pre(deparse(spec$call, width.cutoff = 80L))
  )
}

report_data <- function(fit, data) {
  per_unit <- fit$samples[fit$samples$n_wells > 0, , drop = FALSE]
  range_text <- function(v) paste(unique(range(v)), collapse = " to ")
  wells <- if (is.null(fit$spec$ratio) && nrow(per_unit)) {
    page_p(paste0(
      "Wells behind one value of a ", fit$spec$unit, ": ", range_text(per_unit$n_wells),
      ". They are averaged; n never counts them."
    ))
  }
  if (is.null(data)) {
    asked <- "The table of wells by target was not asked for: give the wells to the report as data."
    return(c(wells, page_p(asked, class = "small")))
  }
  target <- factor(data$target, unique(data$target))
  state <- function(name) as.character(table(target, data$state)[, name])
  task <- function(name) as.character(table(target, data$task)[, name])
  numbers <- list(
    wells = as.character(table(target)), quantified = state("quantified"), "no Cq found" = state("nondetect"),
    excluded = state("excluded"), missing = state("missing"), "of samples" = task("unknown"),
    standards = task("standard"), "no template" = task("ntc")
  )
  c(wells, page_table(c(list(target = levels(target)), numbers), right = names(numbers)))
}

report_log <- function(fit) {
  log <- fit$log
  if (!nrow(log)) {
    return(page_p("The wells came without a log."))
  }
  page_table(log_columns(log), right = "n")
}

report_efficiency <- function(fit, with = list()) {
  eff <- fit$spec$efficiency
  number <- function(v, d = 3) ifelse(is.na(v), "-", formatC(v, digits = d, format = "f"))
  low <- eff$conf.low
  high <- eff$conf.high
  level <- attr(eff, "level", exact = TRUE) %||% 0.95
  unknown <- is.na(eff$std.error)
  c(
    page_p("The amplification factor per cycle: 2 is doubling."),
    page_table(list(
      target = eff$target, efficiency = number(eff$efficiency), SE = number(eff$std.error),
      df = ifelse(is.na(eff$df), "-", format(eff$df, trim = TRUE, digits = 3)),
      interval = ifelse(is.na(low) | is.na(high), "-", paste(number(low), "to", number(high))), source = eff$source
    ), right = c("efficiency", "SE", "df", "interval")),
    if (any(!is.na(low))) page_p(paste0("The intervals are at ", level_label(level), "."), class = "small"),
    if (any(unknown)) {
      page_p(paste0(
        "Without a standard error, taken as known: ", some_plain(eff$target[unknown], 12),
        ". If these values are off, the fold changes are off, and no interval shows it."
      ))
    },
    report_curves(with)
  )
}

# The references are the ruler: their mean Cq by group shows whether the groups had the same input, or whether the
# treatment moved the ruler.
report_reference <- function(fit) {
  spec <- fit$spec
  if (!length(spec$reference)) {
    return(page_p("A ratio of two targets is formed in each sample; it needs no reference."))
  }
  samples <- fit$samples[fit$samples$target %in% spec$reference, , drop = FALSE]
  group <- factor(spec$levels[sample_cell(samples, spec)], spec$levels)
  mean_cq <- tapply(samples$cq, list(factor(samples$target, spec$reference), group), mean, na.rm = TRUE)
  text <- formatC(mean_cq, digits = 2, format = "f")
  text[!is.finite(mean_cq)] <- "-"
  columns <- c(list(reference = spec$reference), lapply(spec$levels, function(level) text[, level]))
  names(columns) <- c("reference", spec$levels)
  c(
    page_p(paste0(
      "Normalised to ", some_plain(spec$reference, 12),
      if (length(spec$reference) > 1) ", by the geometric mean of their quantities", "."
    )),
    page_table(columns, right = spec$levels, caption = "Mean Cq of the references, in cycles"),
    page_p(paste(
      "A difference that all references share is a difference of input, and cancels. A reference that moves",
      "alone is moved by the treatment, and moves every fold change."
    ), class = "small")
  )
}

report_results <- function(fit) {
  rows <- fit$results
  spec <- fit$spec
  interval <- paste(level_label(spec$level), "interval")
  adjusted <- paste0("p (", spec$adjust, ")")
  columns <- list(
    target = rows$target, contrast = rows$contrast, fold = fold_label(rows$fold_change),
    low = interval_label(rows$fold_low, rows$fold_high), p = p_label(rows$p.value), adj = p_label(rows$adj.p.value),
    n = paste(rows$n, "vs", rows$n_control), note = rows$note
  )
  names(columns)[c(4, 6)] <- c(interval, adjusted)
  if (!is.null(spec$interaction)) names(columns)[3] <- "ratio"
  if (spec$adjust == "none") columns[[adjusted]] <- NULL
  if (!any(nzchar(rows$note))) columns$note <- NULL
  c(
    page_table(columns, right = c("fold", "ratio", interval, "p", adjusted, "n")),
    page_p("The interval belongs to p, not to the adjusted p. Tests are on the log scale.", class = "small")
  )
}

# What each row says, in words: the reading of an interval that holds 1 is where tables mislead most.
report_sentences <- function(fit) {
  if (!is.null(fit$spec$interaction)) {
    return(page_list(fit$spec$sentences))
  }
  rows <- fit$results
  level <- level_label(fit$spec$level)
  fold <- fold_label(rows$fold_change)
  where <- paste0(rows$target, ", ", rows$contrast, ": ")
  inside <- paste0("(", level, " interval ", interval_label(rows$fold_low, rows$fold_high), ")")
  text <- paste0(where, fold, "-fold ", inside, ifelse(rows$estimate > 0, ", a rise.", ", a fall."))
  open <- !is.na(rows$conf.low) & rows$conf.low <= 0 & rows$conf.high >= 0
  text[open] <- paste0(
    where, fold, "-fold ", inside, ". No change is shown: anything from ", fold_label(rows$fold_low), "-fold to ",
    fold_label(rows$fold_high), "-fold agrees with the data."
  )[open]
  bare <- is.na(rows$conf.low) | is.na(rows$conf.high)
  text[bare] <- paste0(where, fold, "-fold, without an interval", reason_text(rows$note), ".")[bare]
  none <- is.na(rows$estimate)
  text[none] <- paste0(where, "no estimate", reason_text(rows$note), ".")[none]
  shown <- cut_columns(list(text))
  c(page_list(shown$columns[[1]]), shown$more)
}

report_panel <- function(fit) {
  if (!is.null(fit$spec$interaction)) {
    return(page_p("The panel is read from fold changes, not from interactions."))
  }
  if (!is.null(fit$spec$ratio)) {
    return(page_p("The panel is read from a fit of single targets, not from a ratio."))
  }
  verdict <- tryCatch(panel_verdict(fit), ddcq_error = function(e) NULL)
  if (is.null(verdict)) {
    return(page_p("None of the genes of the anastrozole panel is among the targets."))
  }
  gap <- function(v) ifelse(is.na(v), "-", v)
  c(
    page_p(paste0(verdict_header(verdict), ".")),
    page_table(list(
      target = verdict$target, contrast = verdict$contrast, fold = fold_text(verdict$fold_change),
      direction = verdict$direction, size = gap(verdict$size), expected = gap(verdict$expected),
      verdict = verdict$verdict
    ), right = "fold"),
    page_picture(
      autoplot.panel_verdict(verdict), 7, 5,
        "The genes of the panel on their pathways, with measured change and verdict"
    ),
    page_list(verdict$sentence), page_p(verdict_remarks(verdict), class = "small"), report_evidence(fit)
  )
}

report_notes <- function(fit) {
  rows <- fit$results[nzchar(fit$results$note), , drop = FALSE]
  said <- if (nrow(rows)) unique(paste0(rows$target, ": ", rows$note, "."))
  dropped <- fit$spec$dropped
  doubts <- fit_doubts(fit)
  if (!length(c(said, doubts)) && !nrow(dropped)) {
    return(page_p("None."))
  }
  c(
    page_list(c(doubts, said)),
    if (nrow(dropped)) {
      page_table(as.list(dropped), caption = "Without a value")
    }
  )
}

report_session <- function() {
  used <- c("ddcq", "cli", "rlang", "ggplot2", "rmarkdown", "knitr")
  used <- Filter(function(p) requireNamespace(p, quietly = TRUE), used)
  version <- vapply(used, function(p) as.character(utils::packageVersion(p)), "")
  c(
    page_p(paste0(R.version.string, ", ", R.version$platform, ".")),
    page_p(paste0("Packages: ", paste(used, version, collapse = ", "), "."))
  )
}
