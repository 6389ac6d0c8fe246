# The checklist: which items there are, what the objects answer to each, and what only the people of the experiment
# know.

to_fill <- "to be filled in"

#' The MIQE items of data analysis, filled from the objects
#'
#' The items of the MIQE guidelines that concern the analysis of the data and the numbers of the assays, with the
#' answers that the objects hold. What the software cannot know says *to be filled in*, and what for.
#'
#' @param fit (`ddcq`) A fit.
#' @param ... Not used.
#' @param data (`cq_data`) The wells: controls without reverse transcriptase, exclusions, non-detects.
#' @param curve (`cq_standard_curve`) The dilution series: slopes, intercepts, ranges.
#' @param lod (`cq_lod`) The limits of detection.
#' @param check (`cq_check`) The findings about the plate.
#' @param stability (`cq_stability`) The table that the references were chosen by.
#' @param calibration (`cq_calibration`) How runs were brought to one level; that of the fit when `NULL`.
#' @param power (`cq_power`) The planning of the experiment.
#' @return A data frame of class `miqe_checklist`, one row an item: `item` (a short name that stays), `section`,
#'   `guideline` (`"MIQE 2009"` or `"MIQE 2.0"`), `importance` (`"E"`, essential, or `"D"`, desirable, of 2009; `NA` for
#'   2.0), `asks` (what is asked, in our words), `status` (`"filled in"`, `"partly"`, `"to be filled in"`) and
#'   `answer`. `as.data.frame()` gives it plain; [cq_write_csv()] writes it for a spreadsheet. An argument of another
#'   class is an error of class `ddcq_error_argument`.
#' @details The checklists of both guidelines are longer: samples, nucleic acids, reverse transcription, primers and
#'   protocol are not data analysis, and stand in the papers. The items of 2.0 are those that its abstract and summaries
#'   of it name for the analysis; compare them with the paper before you submit.
#' @references Bustin SA, et al. (2009). The MIQE guidelines: minimum information for publication of quantitative
#'   real-time PCR experiments. Clinical Chemistry 55(4), 611-622. \doi{10.1373/clinchem.2008.112797}
#'
#'   Bustin SA, et al. (2025). MIQE 2.0: Revision of the Minimum Information for Publication of Quantitative Real-Time
#'   PCR Experiments Guidelines. Clinical Chemistry 71(6), 634-651. \doi{10.1093/clinchem/hvaf043}
#' @family reports
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' curve <- cq_standard_curve(x)
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'             efficiency = curve)
#' miqe_checklist(fit, data = x, curve = curve)
miqe_checklist <- function(fit, ..., data = NULL, curve = NULL, lod = NULL, check = NULL, stability = NULL,
                           calibration = NULL, power = NULL) {
  check_dots_empty(...)
  check_fit(fit)
  if (!is.null(data)) data <- valid_cq_data(data, "data")
  objects <- list(
    data = data, curve = check_is(curve, "cq_standard_curve", "curve"), lod = check_is(lod, "cq_lod", "lod"),
    check = check_is(check, "cq_check", "check"), stability = check_is(stability, "cq_stability", "stability"),
    calibration = check_is(calibration, "cq_calibration", "calibration"), power = check_is(power, "cq_power", "power")
  )
  objects$calibration <- objects$calibration %||% fit$model$plate$calibration$fit
  items <- miqe_items()
  answers <- c(
    miqe_curve(fit, objects), miqe_limits(objects), miqe_controls(fit, objects), miqe_references(fit, objects),
    miqe_replicates(fit, objects), miqe_statistics(fit, objects), miqe_quantities(fit, objects)
  )
  items$answer <- vapply(items$item, function(item) answers[[item]] %||% to_fill, "", USE.NAMES = FALSE)
  open <- items$answer == to_fill
  items$answer[open & nzchar(items$hint)] <- paste0(to_fill, ": ", items$hint)[open & nzchar(items$hint)]
  starts <- startsWith(items$answer, to_fill)
  items$status <- ifelse(starts, to_fill, ifelse(grepl(to_fill, items$answer, fixed = TRUE), "partly", "filled in"))
  structure(
    items[c("item", "section", "guideline", "importance", "asks", "status", "answer")],
    class = c("miqe_checklist", "data.frame"), simulated = isTRUE(fit$spec$simulated)
  )
}

check_is <- function(x, class, arg) {
  if (!is.null(x) && !inherits(x, class)) {
    ddcq_abort("{.arg {arg}} must be of class {.cls {class}}, not {.obj_type_friendly {x}}.", "argument")
  }
  x
}

# ---- the items ----

# item, section, guideline, importance, what is asked, and what to write where no object knows.
miqe_items <- function() {
  old <- "MIQE 2009"
  new <- "MIQE 2.0"
  rows <- list(
    c("slope", "assay", old, "E", "Standard curve: slope and intercept", "give the curve as `curve =`"),
    c("efficiency", "assay", old, "E", "Amplification efficiency, from the slope", ""),
    c("efficiency_ci", "assay", old, "D", "Confidence interval of the efficiency", "measure a dilution series"),
    c("r_squared", "assay", old, "E", "r squared of the standard curve", "give the curve as `curve =`"),
    c("linear_range", "assay", old, "E", "Linear dynamic range", "give the curve as `curve =`"),
    c("cq_at_limit", "assay", old, "E", "Variation of Cq at the lower limit", "replicates at the lowest quantity used"),
    c("ci_range", "assay", old, "D", "Confidence intervals throughout the range", "plot(curve) draws them"),
    c("lod_evidence", "assay", old, "E", "Evidence for the limit of detection", "a dilution to extinction"),
    c("multiplex", "assay", old, "E", "In multiplex: efficiency and limit of detection of each assay",
      "\"not applicable\", or each assay's"),
    c("program", "analysis", old, "E", "Program of the qPCR analysis (source, version)", ""),
    c("cq_method", "analysis", old, "E", "How the Cq was determined",
      "method, baseline, threshold, the instrument's software and its version"),
    c("outliers", "analysis", old, "E", "Outliers: how found, what was done with them", "give the wells as `data =`"),
    c("ntc", "analysis", old, "E", "Results of the no-template controls", "no such wells among the data"),
    c("reference_choice", "analysis", old, "E", "Why these references, and why so many", ""),
    c("normalisation", "analysis", old, "E", "How it was normalised", ""),
    c("biological_n", "analysis", old, "D", "Biological replicates: number and agreement", ""),
    c("technical_n", "analysis", old, "E", "Technical replicates: number, and at which stage (RT or qPCR)", ""),
    c("repeatability", "analysis", old, "E", "Repeatability (within a run)", "needs technical replicates"),
    c("reproducibility", "analysis", old, "D", "Reproducibility (between runs)", "needs a calibrator in several runs"),
    c("power", "analysis", old, "D", "Power analysis", "give it as `power =`, from cq_power()"),
    c("statistics", "analysis", old, "E", "Statistical methods", ""),
    c("software", "analysis", old, "E", "Software of the statistics (source, version)", ""),
    c("raw_data", "analysis", old, "D", "Cq or raw data submitted (RDML)", "where; cq_write_rdml() writes the file"),
    c("corrected_quantities", "analysis", new, NA, "Quantities corrected for efficiency, not bare Cq", ""),
    c("prediction", "analysis", new, NA, "Prediction intervals beside the quantities", ""),
    c("efficiency_source", "assay", new, NA, "Efficiency: method, and its uncertainty in the results", ""),
    c("lod_ci", "assay", new, NA, "Limit of detection of each target with its interval", "give it as `lod =`"),
    c("range_used", "assay", new, NA, "Are the samples within the dynamic range of their assay?",
      "give the curve as `efficiency =` of the fit"),
    c("nondetects", "analysis", new, NA, "Non-detects: how many, and by what rule they were handled", ""),
    c("nrt", "analysis", new, NA, "Controls without reverse transcriptase; genomic DNA",
      "no such wells among the data"),
    c("calibration", "analysis", new, NA, "Runs brought to one level", "how runs were combined"),
    c("fluorescence", "analysis", new, NA, "Raw fluorescence available", "where it can be had")
  )
  out <- as.data.frame(do.call(rbind, rows), stringsAsFactors = FALSE)
  names(out) <- c("item", "section", "guideline", "importance", "asks", "hint")
  out
}

# ---- answers: lists named by item; an item that is not there is to be filled in ----

miqe_by_target <- function(target, text, most = 12) {
  keep <- !is.na(text)
  if (any(keep)) paste0(some_plain(paste(target[keep], text[keep]), most))
}

miqe_curve <- function(fit, objects) {
  eff <- fit$spec$efficiency
  curve <- objects$curve
  measured <- grepl("curve", eff$source)
  given <- paste0("assumed, not measured: E = ", some_plain(format(unique(eff$efficiency)), 6), "; ", to_fill,
                  ": why it holds")
  out <- list(
    efficiency = if (any(measured)) miqe_by_target(eff$target, fixed_number(eff$efficiency, 3)) else
      if (any(is.finite(eff$std.error))) paste0("as given: ",
        miqe_by_target(eff$target, fixed_number(eff$efficiency, 3))) else given,
    efficiency_ci = miqe_by_target(eff$target, ifelse(
      is.na(eff$conf.low), NA, paste(fixed_number(eff$conf.low, 3), "to", fixed_number(eff$conf.high, 3))
    )),
    efficiency_source = paste0(
      some_plain(unique(eff$source), 4), "; ",
        if (all(is.na(eff$std.error))) "without a standard error, so no interval holds it" else
        "its standard error is in every interval"
    ),
    range_used = miqe_range(fit), cq_at_limit = miqe_lowest(objects$data)
  )
  if (is.null(curve)) {
    return(out)
  }
  c(out, list(
    slope = miqe_by_target(curve$target, paste0(
      fixed_number(curve$slope, 3), ifelse(is.na(curve$intercept), "",
        paste0(" (intercept ", fixed_number(curve$intercept, 2), ")"))
    )),
    r_squared = miqe_by_target(curve$target, fixed_number(curve$r.squared, 4)),
    linear_range = miqe_by_target(curve$target,
      paste(plain_number(curve$quantity_min), "to", plain_number(curve$quantity_max)))
  ))
}

plain_number <- function(v) {
  trimws(formatC(v, digits = 4, format = "fg", big.mark = ","))
}

# The SD of the Cq at the lowest quantity of the dilution series, target by target.
miqe_lowest <- function(data) {
  rows <- if (!is.null(data)) which(data$task == "standard" & is.finite(data$quantity))
  if (!length(rows)) {
    return(NULL)
  }
  by <- split(rows, factor(data$target[rows], unique(data$target[rows])))
  text <- vapply(by, function(r) {
    low <- r[data$quantity[r] == min(data$quantity[r])]
    cq <- data$cq[low[data$state[low] == "quantified"]]
    if (length(cq) < 2) return(NA_character_)
    paste0("SD ", fixed_number(stats::sd(cq), 3), " at ", plain_number(data$quantity[low[1]]), " (", length(cq),
      " wells)")
  }, "")
  miqe_by_target(names(by), text)
}

miqe_range <- function(fit) {
  table <- fit$model$plate$eff$table
  if (is.null(table$cq_min)) {
    return(NULL)
  }
  out <- beyond_curve(fit$model$plate)
  if (is.null(out)) {
    return("all samples lie within the Cq range of their curves")
  }
  paste0("samples outside the range of their curve: ", some_plain(
    paste0(fit$model$plate$names[out$target], " (", out$n, ")"), 8))
}

miqe_limits <- function(objects) {
  lod <- objects$lod
  if (is.null(lod)) {
    return(list())
  }
  if (!is.null(lod$main)) lod <- lod[lod$main %in% TRUE, , drop = FALSE]
  text <- miqe_by_target(lod$target, ifelse(is.na(lod$lod), NA, paste0(
    plain_number(lod$lod), " (", plain_number(lod$conf.low), " to ", plain_number(lod$conf.high), ")"
  )))
  list(lod_ci = text, lod_evidence = if (!is.null(text)) paste0(
    some_plain(unique(paste0(lod$n_wells, " wells at ", lod$n_levels, " quantities")), 4), "; limits: ", text
  ))
}

miqe_controls <- function(fit, objects) {
  plate <- fit$model$plate
  data <- objects$data
  tested <- plate$n_ntc > 0
  ntc <- if (any(tested)) miqe_by_target(plate$names[tested], first_cq(plate$ntc[tested], plate$n_ntc[tested]))
  if (!is.null(ntc) && any(!tested)) ntc <- paste0(ntc, "; none for ", some_plain(plate$names[!tested], 6), ": ",
    to_fill)
  list(ntc = ntc, nrt = miqe_nrt(data), outliers = miqe_outliers(fit, objects), nondetects = miqe_nondetects(fit))
}

miqe_nrt <- function(data) {
  rows <- if (!is.null(data)) data$task == "nrt"
  if (!any(rows)) {
    return(NULL)
  }
  target <- unique(data$target[rows])
  cq <- lapply(target, function(t) data$cq[rows & data$target %in% t])
  miqe_by_target(target, first_cq(-vapply(cq, function(v) max_or_na(-v), 0), lengths(cq)))
}

first_cq <- function(first, n) {
  wells <- paste0(n, ifelse(n == 1, " well", " wells"))
  ifelse(is.na(first), paste0("no Cq in ", wells), paste0("earliest Cq ", fixed_number(first, 1), " of ", wells))
}

miqe_outliers <- function(fit, objects) {
  data <- objects$data
  check <- objects$check
  left <- if (!is.null(data)) as.character(methods_left_out(fit, data))
  wide <- wide_cells(fit$model$plate)
  found <- if (!is.null(wide)) paste0(plural(length(wide$target), "set"), " of replicates wider than 0.5 Cq, kept") else
    "no set of replicates wider than 0.5 Cq"
  findings <- if (!is.null(check)) {
    paste0("plate check: ", if (nrow(check)) paste(count_findings(check), collapse = ", ") else "no finding")
  }
  if (is.null(data)) {
    return(paste0(found, "; ", to_fill, ": which wells were taken out, and why"))
  }
  paste(c(left, paste0(capital(found), "."), if (!is.null(findings)) paste0(capital(findings), ".")), collapse = " ")
}

capital <- function(text) {
  paste0(toupper(substring(text, 1, 1)), substring(text, 2))
}

miqe_nondetects <- function(fit) {
  said <- as.character(methods_nondetects(fit))
  if (length(said)) said else "no well was a non-detect; samples without a Cq are in the notes of the fit"
}

miqe_references <- function(fit, objects) {
  spec <- fit$spec
  if (!length(spec$reference)) {
    return(list(reference_choice = "none: a ratio of two targets within each sample",
                normalisation = as.character(methods_normalised(fit))))
  }
  stability <- objects$stability
  n <- length(spec$reference)
  choice <- if (is.null(stability)) {
    paste0(n, " used (", some_plain(spec$reference, 12), "); ", to_fill,
      ": why these, by their stability in these samples",
           if (n == 1) "; one reference alone is not held to be enough")
  } else {
    as.character(methods_references(stability))
  }
  list(reference_choice = choice, normalisation = as.character(methods_normalised(fit)))
}

miqe_replicates <- function(fit, objects) {
  plate <- fit$model$plate
  sd <- sqrt(plate$ss / plate$df)
  wells <- plate$wells[plate$wells > 0]
  between <- sqrt(apply(fit$parts$unit_variance, 1, max_or_na))
  agree <- if (any(is.finite(between))) paste0(
    "; SD between units within groups (log2): ", miqe_by_target(fit$spec$targets, fixed_number(between, 2))
  ) else {
    within <- sqrt(rowMeans(t(fit$parts$group_sd)^2, na.rm = TRUE))
    if (any(is.finite(within))) paste0("; SD between units within groups (log2): ",
                                       miqe_by_target(fit$spec$targets, fixed_number(within, 2)))
  }
  runs <- if (!is.null(objects$data)) length(unique(objects$data$run))
  list(
    biological_n = paste0(
      group_units(fit$spec, paste0(names(fit$spec$group_size), " ", fit$spec$group_size, collapse = ", ")), agree
    ),
    technical_n = paste0(
      some_range(range(wells)), if (max(wells) == 1) " well" else " wells", " a sample and target; ", to_fill,
        ": at which stage they part"
    ),
    repeatability = if (any(plate$df > 0)) paste0(
      "SD of technical replicates (cycles): ",
      miqe_by_target(plate$names, fixed_number(ifelse(plate$df > 0, sd, NA), 3))
    ),
    reproducibility = miqe_reproducibility(objects$calibration, runs),
    calibration = if (!is.null(objects$calibration)) paste0(
      plural(length(objects$calibration$runs), "run"), " by the calibrators ",
      some_plain(objects$calibration$calibrators, 6)
    ) else if (identical(runs, 1L)) "not applicable: one run"
  )
}

miqe_reproducibility <- function(calibration, runs) {
  if (!is.null(calibration)) {
    return(paste0(
      "SD of a calibrator between runs about the model (cycles): ",
      miqe_by_target(calibration$targets, fixed_number(as.numeric(calibration$sigma), 3)) %||% "not known"
    ))
  }
  if (identical(runs, 1L)) "not applicable: one run"
}

miqe_statistics <- function(fit, objects) {
  version <- paste0("R package ddcq ", utils::packageVersion("ddcq"), ", R ", getRversion())
  pieces <- list(methods_model(fit), methods_unit(fit), methods_contrasts(fit), methods_interval(fit),
    methods_adjust(fit))
  mixed <- fit$spec$variance == "mixed"
  list(
    program = version,
    software = paste0(version, if (mixed) paste0(
      ", lme4 ", utils::packageVersion("lme4"), ", lmerTest ", utils::packageVersion("lmerTest")
    )),
    statistics = paste(unlist(lapply(pieces, as.character)), collapse = " "),
    power = if (!is.null(objects$power)) paste(utils::head(format(objects$power), 2), collapse = " ")
  )
}

miqe_quantities <- function(fit, objects) {
  eff <- fit$spec$efficiency
  assumed <- length(unique(eff$efficiency)) == 1 && all(is.na(eff$std.error))
  new <- tryCatch(stats::predict(fit), ddcq_error = function(e) NULL)
  has <- !is.null(new) && any(!is.na(new$pred.low))
  list(
    corrected_quantities = if (assumed) {
      paste0("by one assumed factor for every target (", format(eff$efficiency[1]), "); ", to_fill,
        ": why it may be assumed")
    } else {
      "yes: every Cq is weighted by log2 of its target's factor"
    },
    prediction = if (has) paste0("fold change of a new sample, ", level_label(fit$spec$level), ": ",
      paste(utils::head(paste0(
      new$target, " (", new$contrast, ") ", interval_label(new$fold_low, new$fold_high)
    )[!is.na(new$pred.low)], 4), collapse = ", "), "; all rows: predict(fit)")
  )
}

# ---- how it prints ----

#' @export
format.miqe_checklist <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  mark <- c("filled in" = "[x]", partly = "[/]", "to be filled in" = "[ ]")[x$status]
  starts <- split(seq_len(nrow(x)), factor(x$guideline, unique(x$guideline)))
  blocks <- lapply(names(starts), function(g) {
    c("", g, unlist(lapply(starts[[g]], function(i) format_item(x, i, mark[i], width))))
  })
  count <- table(factor(x$status, c("filled in", "partly", to_fill)))
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA",
    wrap_lines(paste0("MIQE, data analysis: ", nrow(x), " items: ", paste(count, names(count), collapse = ", ")),
      width),
    unlist(blocks), "", wrap_lines(checklist_remark, width)
  )
}

checklist_remark <- paste(
  "E essential, D desirable (MIQE 2009). The items are in our words; samples, nucleic acids, primers and protocol are",
  "not data analysis, and stand in the guidelines: https://doi.org/10.1373/clinchem.2008.112797 and",
  "https://doi.org/10.1093/clinchem/hvaf043"
)

format_item <- function(x, i, mark, width) {
  weight <- if (is.na(x$importance[i])) "" else paste0(" (", x$importance[i], ")")
  c(
    strwrap(paste0(mark, " ", x$asks[i], weight), width, exdent = 4),
    strwrap(x$answer[i], width, indent = 6, exdent = 6)
  )
}

#' @export
print.miqe_checklist <- function(x, ...) {
  if (all(c("item", "guideline", "importance", "asks", "status", "answer") %in% names(x))) {
    writeLines(format(x, ...))
  } else {
    print(as.data.frame(x), ...)
  }
  invisible(x)
}

#' @export
as.data.frame.miqe_checklist <- function(x, ...) {
  plain_frame(x)
}
