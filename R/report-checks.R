# The sections that ask whether the numbers can be trusted, and those that go into the paper: alarms, plate maps,
# findings, references, interaction, sensitivity, variance, checklist, methods, downloads.

# ---- alarms ----

# What nobody may miss, above everything else: a red box for what can overturn the results, a yellow one for the rest.
report_alarms <- function(fits, with = list()) {
  grave <- unique(c(unlist(lapply(fits, grave_alarms)), stop_findings(with$check)))
  minor <- setdiff(unlist(lapply(fits, minor_alarms)), grave)
  if (!length(c(grave, minor))) {
    return(page_p("The checks of the fit found nothing that stands against these numbers.", class = "small"))
  }
  c(
    if (length(grave)) {
      c(page_p("Read this first: the results below may not mean what they seem to.", class = "stop"),
        page_list(grave, class = "stop"))
    },
    if (length(minor)) c(page_p("Worth a look:"), page_list(minor, class = "loud"))
  )
}

stop_findings <- function(check) {
  check$finding[as.character(check$severity) == "stop"]
}

grave_alarms <- function(fit) {
  rows <- fit$results
  none <- is.na(rows$estimate)
  doubts <- find_doubts(fit$model, fit$parts)
  c(
    if (all(none)) "No fold change could be estimated." else
      if (all(is.na(rows$conf.low))) "No row has an interval: nothing is shown by these data.",
    doubt_samples(fit), doubt_reference(doubts$reference, fit), doubt_ntc(doubts$ntc, fit),
    doubt_confounded(doubts$confounded, fit), reference_alarms(fit), efficiency_alarms(fit),
    if (any(none) && !all(none)) paste0(
      "No estimate for ", some_plain(unique(paste0(rows$target, ", ", rows$contrast)[none]), 5), ": the notes say why."
    )
  )
}

minor_alarms <- function(fit) {
  eff <- fit$spec$efficiency
  c(
    fit_doubts(fit),
    if (length(fit$spec$reference) == 1) "There is one reference: whether it moves cannot be told from these data.",
    if (all(eff$source == "given") && all(is.na(eff$std.error))) paste0(
      "The efficiencies were given, not measured on these plates, and carry no error (",
      some_plain(format(unique(eff$efficiency)), 4), ")."
    )
  )
}

# Ratios and interactions have no warning of their own: their doubts are those of their model.
fit_doubts <- function(fit) {
  doubts <- tryCatch(doubt_lines(find_doubts(fit$model, fit$parts), fit), error = function(e) NULL)
  unique(c(fit$spec$warnings, doubts))
}

# A reference that moves against the others, or, alone, whose Cq differs between the groups by a cycle and more.
reference_alarms <- function(fit) {
  spec <- fit$spec
  if (!length(spec$reference)) {
    return(NULL)
  }
  if (length(spec$reference) > 1) {
    moved <- tryCatch(
      ddcq_equivalence(fit, 1.25, references = TRUE, adjust = "none")$results, ddcq_error = function(e) NULL
    )
    if (is.null(moved)) {
      return(NULL)
    }
    hit <- which(!is.na(moved$conf.low) & abs(moved$estimate) > log2(1.25) & (moved$conf.low > 0 | moved$conf.high < 0))
    return(if (length(hit)) paste0(
      "The references do not keep step: ", moved$target[hit], " changes ", fold_label(moved$fold_change[hit]),
        "-fold (",
      moved$contrast[hit], "), and every fold change with it."
    ))
  }
  samples <- fit$samples[fit$samples$target == spec$reference & is.finite(fit$samples$cq), , drop = FALSE]
  group <- factor(spec$levels[sample_cell(samples, spec)], spec$levels)
  cq <- tapply(samples$cq, group, mean)
  if (length(cq) > 1 && isTRUE(diff(range(cq, na.rm = TRUE)) >= 1)) {
    paste0(
      "The only reference, ", spec$reference, ", differs between the groups by ",
      fixed_number(diff(range(cq, na.rm = TRUE)), 1),
        " cycles on average: more or less input, or a reference that moves. ",
      "One reference cannot tell which."
    )
  }
}

efficiency_alarms <- function(fit, low = 1.7, high = 2.1) {
  eff <- fit$spec$efficiency
  odd <- which(!is.na(eff$efficiency) & (eff$efficiency < low | eff$efficiency > high))
  if (length(odd)) {
    paste0("Efficiencies outside ", low, " to ", high, ": ",
           some_plain(paste(eff$target[odd], fixed_number(eff$efficiency[odd], 2)), 6), ".")
  }
}

# ---- the wells ----

report_plates <- function(data, most = 4) {
  if (is.null(data)) {
    return(NULL)
  }
  runs <- unique(data$run)
  pictures <- lapply(utils::head(runs, most), function(run) {
    picture <- tryCatch(autoplot.cq_data(data, run = run), ddcq_error = function(e) NULL)
    page_picture(picture, 8, 5.5, paste0("Plate map of run ", run, ": Cq of every well"))
  })
  c(unlist(pictures, recursive = FALSE),
    if (length(runs) > most) page_p(paste0("Maps of ", most, " of ", length(runs), " runs."), class = "small"))
}

# The plate check as it is without being asked for; NULL without the wells.
own_check <- function(fit, with) {
  if (is.null(with$data)) {
    return(NULL)
  }
  reference <- if (length(fit$spec$reference)) fit$spec$reference
  tryCatch(cq_check(with$data, reference = reference, efficiency = with$curve), ddcq_error = function(e) NULL)
}

report_check <- function(fit, with, most = 40) {
  check <- with$check
  if (is.null(check)) {
    wide <- wide_cells(fit$model$plate)
    return(page_p(paste0(
      "The plate check needs the wells: give them to the report as data. ",
      if (is.null(wide)) "No technical replicates lie wider than 0.5 Cq." else
        paste0(plural(length(wide$target), "set"), " of technical replicates lie wider than 0.5 Cq.")
    )))
  }
  if (!nrow(check)) {
    return(page_p("The plate check found nothing."))
  }
  rows <- utils::head(as.data.frame(check), most)
  gap <- function(v) ifelse(is.na(v), "", as.character(v))
  where <- gsub("^ +| +$", "", paste(gap(rows$run), gap(rows$well), gap(rows$sample), gap(rows$target)))
  c(
    page_table(list(severity = as.character(rows$severity), finding = rows$finding, where = where,
      action = rows$action)),
    if (nrow(check) > most) page_p(paste0("And ", plural(nrow(check) - most, "more finding"), "."))
  )
}

report_curves <- function(with) {
  if (is.null(with$curve) || is.null(with$data)) {
    return(NULL)
  }
  picture <- tryCatch(ggplot2::autoplot(with$curve, with$data), error = function(e) NULL)
  n <- nrow(with$curve)
  page_picture(picture, 8, min(30, 1 + 2.3 * ceiling(n / 3)),
    "Standard curves: Cq against quantity, one panel a target")
}

report_stability <- function(fit, with) {
  stability <- with$stability
  ladder <- if (length(fit$spec$reference) > 1) {
    tryCatch(ddcq_equivalence(fit, 1.25, references = TRUE), ddcq_error = function(e) NULL)
  }
  c(
    if (!is.null(ladder)) {
      c(page_table(equivalence_columns(ladder), right = c("fold", "margin", "p"),
        caption = "Do the references change?"),
        page_p(equivalence_lines(ladder), class = "small"))
    },
    if (is.null(stability)) page_p("How the references were chosen is not part of this fit.", class = "small") else c(
      page_table(list(
        candidate = as.character(stability$target), stability = fixed_number(stability$stability, 3),
        rank = format(stability$rank)
      ), right = c("stability", "rank"), caption = "Stability of the candidates, the most stable first"),
      page_p(attr(stability, "sentence", exact = TRUE))
    )
  )
}

# ---- results ----

# A panel a target as long as a reader can take them in; many targets as a forest, and an array as a volcano.
report_picture <- function(fit, panels = 24, most = 60) {
  n <- length(fit$spec$targets)
  if (n <= panels) {
    size <- report_size(fit$spec)
    return(page_picture(autoplot.ddcq(fit), size[1], size[2], "Fold changes with intervals, one panel a target"))
  }
  shown <- ncol(fit$spec$contrasts)
  if (n <= most || all(is.na(fit$results$p.value))) {
    picture <- autoplot.ddcq(fit, type = "forest")
    return(page_picture(picture, 8, min(40, 1.2 + 0.2 * n * ceiling(shown / 2)),
      "Fold changes with intervals, a row a target"))
  }
  page_picture(autoplot.ddcq(fit, type = "volcano"), 8, 1.5 + 4 * ceiling(shown / 3),
    "p against fold change, a dot a target")
}

# What is too long to be read is cut, and said to be.
cut_columns <- function(columns, most = 60) {
  n <- length(columns[[1]])
  list(columns = lapply(columns, utils::head, most), more = if (n > most) {
    page_p(paste0("And ", plural(n - most, "more row"), "."), class = "small")
  })
}

report_interaction <- function(fit) {
  inner <- if (!is.null(fit$spec$interaction)) fit else tryCatch(ddcq_interaction(fit), ddcq_error = function(e) NULL)
  if (is.null(inner)) {
    return(page_p("The formula has no interaction of two factors."))
  }
  picture <- tryCatch(autoplot.ddcq(fit, type = "interaction"), ddcq_error = function(e) NULL)
  c(
    page_list(inner$spec$sentences),
    page_picture(picture, 7.5, 1.2 + 2.6 * ceiling(length(fit$spec$targets) / 3),
      "Group means of the two factors, as lines")
  )
}

report_sensitivity <- function(fit) {
  table <- tryCatch(ddcq_sensitivity(fit), ddcq_error = function(e) NULL)
  if (is.null(table)) {
    return(page_p("Moderated fits have no sensitivity analysis: see the fit that was moderated."))
  }
  shown <- cut_columns(sensitivity_columns(table))
  said <- cut_columns(list(sensitivity_sentences(table)))
  c(
    page_p("The same contrasts with one thing changed at a time. In brackets: the interval, unadjusted."),
    page_table(shown$columns, right = names(shown$columns)[-(1:2)]), shown$more, page_list(said$columns[[1]]),
      said$more,
    if (length(fit$spec$efficiency$efficiency) && all(is.na(fit$spec$efficiency$std.error))) page_p(paste(
      "The efficiencies carry no error: what they are off by is in none of these intervals."
    ))
  )
}

report_variance <- function(fit) {
  budget <- tryCatch(ddcq_variance(fit), error = function(e) NULL)
  if (is.null(budget) || all(is.na(budget$variance))) {
    return(page_p("No row has a variance to share out."))
  }
  shown <- cut_columns(variance_columns(budget))
  height <- min(30, 1.6 + 0.3 * length(fit$spec$targets) * ceiling(length(unique(budget$contrast)) / 2))
  c(
    page_p("What each interval rests on: where the variance of the log2 fold change comes from."),
    page_table(shown$columns, right = names(shown$columns)[-(1:2)]), shown$more,
    if (length(fit$spec$targets) <= 60) {
      page_picture(autoplot.ddcq_variance(budget), 7.5, height, "The parts of each variance as bars")
    }
  )
}

# ---- for the paper ----

report_miqe <- function(fit, with) {
  list <- miqe_checklist(
    fit, data = with$data, curve = with$curve, lod = with$lod, check = with$check, stability = with$stability,
    calibration = with$calibration, power = with$power
  )
  c(page_table(checklist_columns(list)), page_p(checklist_remark, class = "small"))
}

report_methods <- function(fit, with) {
  text <- methods_text(fit, data = with$data, stability = with$stability)
  c(page_p(as.character(text)), page_list(reference_lines(text$references), class = "small"))
}

report_downloads <- function(fits, with) {
  names <- paste0("-", seq_along(fits))
  if (length(fits) == 1) names <- ""
  each <- lapply(seq_along(fits), function(i) {
    fit <- fits[[i]]
    c(
      page_download(fit$results, paste0("results", names[i], ".csv"), paste0("The results", names[i], " (csv)")),
      page_download(ddcq_table(fit), paste0("samples", names[i], ".csv"),
        paste0("From Cq to fold, every sample", names[i], " (csv)"))
    )
  })
  c(
    page_p("Tables to open in a spreadsheet; they are inside this page, and nothing is fetched."),
    unlist(each, recursive = FALSE), page_download(fits[[1]]$spec$efficiency, "efficiencies.csv",
      "The efficiencies (csv)"),
    page_download(as.data.frame(fits[[1]]$log), "log.csv", "What happened to the wells (csv)"),
    if (!is.null(with$data)) page_download(with$data, "wells.csv", "The wells (csv)")
  )
}

report_size <- function(spec) {
  n <- length(spec$targets)
  ncol <- panel_columns(n)
  rows <- length(spec$levels) + sum(!is_against_control(spec$contrasts, spec$control_cells))
  c(max(5.5, 2 + 2.4 * ncol), min(40, 1.1 + ceiling(n / ncol) * (0.35 + 0.36 * rows)))
}
