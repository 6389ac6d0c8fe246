# The paragraph for the paper: what was done, in the order in which it was done. Each piece is a function that returns
# sentences; citations are marked by their keys in the attribute "cites" through methods_said().

#' The methods paragraph for a paper
#'
#' What was done to get the numbers of a fit, in sentences that can go into a paper: the wells and what became of them,
#' the efficiencies and where they come from, the normalisation, the model in words, what was compared, how intervals
#' and p-values were made, with the versions of the software.
#'
#' @param fit (`ddcq` or `ddcq_equivalence`) A fit, a ratio, an interaction, or a test of equivalence.
#' @param ... Not used.
#' @param data (`cq_data`) The wells, for the numbers of those left out. What the fit itself knows is said without.
#' @param stability (`cq_stability`) How the references were chosen, if it was by such a table.
#' @param bibtex (flag) Give the references as BibTeX instead?
#' @return An object of class `ddcq_methods`: a list of `text` (the sentences) and `references` (a
#'   [utils::bibentry()]). It prints as a paragraph with its references; `as.character()` gives the paragraph alone.
#'   With `bibtex = TRUE` text of class `Bibtex`, one entry a reference. Something else than a fit is an error of class
#'   `ddcq_error_argument`.
#' @details The paragraph holds what the software did. What it cannot know (RNA, primers, instrument, how Cq were read
#'   off) is for you: [miqe_checklist()] lists it.
#' @family reports
#' @export
#' @examples
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' methods_text(fit)
#' methods_text(fit, bibtex = TRUE)
methods_text <- function(fit, ..., data = NULL, stability = NULL, bibtex = FALSE) {
  check_dots_empty(...)
  if (missing(fit)) abort_missing("fit")
  bibtex <- check_flag(bibtex, "bibtex")
  if (!is.null(data)) data <- valid_cq_data(data, "data")
  pieces <- if (inherits(fit, "ddcq_equivalence")) methods_equivalence(fit) else methods_pieces(fit, data, stability)
  cites <- unique(unlist(lapply(pieces, attr, "cites")))
  references <- citations(cites)
  if (bibtex) {
    return(utils::toBibtex(references))
  }
  structure(
    list(text = unlist(lapply(pieces, as.character)), references = references),
    class = "ddcq_methods"
  )
}

methods_said <- function(..., cites = character()) {
  structure(paste0(...), cites = cites)
}

methods_pieces <- function(fit, data, stability) {
  check_fit(fit)
  list(
    methods_simulated(fit), methods_software(fit), methods_wells(fit), methods_left_out(fit, data),
    methods_nondetects(fit), methods_calibrated(fit), methods_efficiency(fit), methods_normalised(fit),
      methods_references(stability),
    methods_model(fit), methods_moderated(fit), methods_unit(fit), methods_contrasts(fit), methods_interval(fit),
      methods_adjust(fit),
    methods_gaps(fit)
  )
}

methods_simulated <- function(fit) {
  if (isTRUE(fit$spec$simulated)) methods_said("SIMULATED DATA: no experiment was done.")
}

methods_software <- function(fit) {
  methods_said(
    "Relative quantities were analysed with the R package ddcq (version ", utils::packageVersion("ddcq"), ") in R ",
    getRversion(), ".", cites = c("ddcq", "R")
  )
}

methods_wells <- function(fit) {
  wells <- fit$model$plate$wells
  n <- range(wells[wells > 0])
  if (n[2] == 1) {
    return(methods_said("Each sample and target was measured in one well."))
  }
  how <- c(
    mean = "their mean", median = "their median",
      huber = "Huber's location of them, with the assay's technical SD as scale"
  )[[fit$spec$replicates %||% "mean"]]
  methods_said(
    "Each sample and target was measured in ", some_range(n), " wells; the Cq of a sample is ", how,
    ", and wells never count towards n."
  )
}

some_range <- function(n) {
  paste(unique(n), collapse = " to ")
}

# What was taken out before the fit: from the wells if they are there, otherwise from the log.
methods_left_out <- function(fit, data) {
  if (!is.null(data)) {
    out <- data$state == "excluded"
    if (!any(out)) {
      return(methods_said("No well was excluded."))
    }
    reason <- data$note[out]
    reason[is.na(reason) | !nzchar(reason)] <- "no reason noted"
    count <- table(factor(reason, unique(reason)))
    return(methods_said(
      plural(sum(out), "well"), " of ", nrow(data), if (sum(out) == 1) " was" else " were", " excluded: ",
      some_plain(paste0(names(count), " (", count, ")"), 6), "."
    ))
  }
  log <- fit$log
  hit <- which(grepl("exclu", log$what) & !is.na(log$n) & log$n > 0)
  if (length(hit)) {
    detail <- ifelse(nzchar(log$detail[hit]), paste0(" (", log$detail[hit], ")"), "")
    methods_said("Excluded wells: ", some_plain(paste0(log$n[hit], detail), 6), ".")
  }
}

methods_nondetects <- function(fit) {
  censored <- fit$model$plate$censored
  if (!any(censored)) {
    return(methods_said(
      "Every sample that was measured had a Cq of the targets and references, and no Cq was replaced by a ",
                "number.")[!fit$model$plate$gaps])
  }
  count <- colSums(censored)
  where <- paste0(fit$model$plate$names[count > 0], " (", count[count > 0], ")")
  what <- if (models_nondetects(fit$model)) {
    paste0(
      "they were taken as censored at the last cycle, and the model of such a target was fitted by maximum likelihood ",
      "of the censored normal distribution"
    )
  } else {
    "no number was put in their place: comparisons that they touch have no estimate"
  }
  methods_said("Samples in which a target was not detected: ", some_plain(where, 8), "; ", what, ".")
}

methods_calibrated <- function(fit) {
  calibration <- fit$model$plate$calibration$fit
  if (is.null(calibration)) {
    return(NULL)
  }
  methods_said(
    plural(length(calibration$runs), "run"), " were brought to one level, target by target, by the calibrators ",
    some_plain(calibration$calibrators, 6), " measured in them ", cite("hellemans2007"),
    "; the error of the offsets is in the intervals.", cites = "hellemans2007"
  )
}

# ---- efficiencies, references ----

methods_efficiency <- function(fit) {
  eff <- fit$spec$efficiency
  curve <- grepl("curve", eff$source)
  known <- is.na(eff$std.error)
  if (length(unique(eff$efficiency)) == 1 && all(known) && !any(curve)) {
    return(methods_said(
      "The amplification factor per cycle was set to ", format(eff$efficiency[1]), " for every target",
      if (eff$efficiency[1] == 2) " (doubling)", "; it was not measured, and its error is not in the intervals."
    ))
  }
  number <- function(v, d) formatC(v, digits = d, format = "f")
  value <- paste0(eff$target, " ", number(eff$efficiency, 2),
    ifelse(known, "", paste0(" (SE ", number(eff$std.error, 3), ")")))
  list <- if (nrow(eff) > 12) {
    paste0(number(min(eff$efficiency, na.rm = TRUE), 2), " to ", number(max(eff$efficiency, na.rm = TRUE), 2))
  } else {
    paste(value, collapse = ", ")
  }
  how <- if (all(curve)) {
    unit <- if (all(grepl("by well", eff$source))) "well" else "dilution point"
    paste0("estimated from a dilution series of each target (slope of Cq on log10 quantity; unit of its error: the ",
           unit, ")")
  } else {
    paste0("taken as given (", some_plain(unique(eff$source), 4), ")")
  }
  methods_said(
    "Amplification factors per cycle (2 is doubling) were ", how, ": ", list, ".",
    if (any(known)) paste0(" Taken as known, without error: ", some_plain(eff$target[known], 8), ".")
  )
}

methods_normalised <- function(fit) {
  spec <- fit$spec
  two <- all(spec$efficiency$efficiency == 2)
  cites <- if (isTRUE(two)) "livak2001" else "pfaffl2001"
  if (!is.null(spec$ratio)) {
    return(methods_said(
      "The quantity of ", spec$ratio[1], " over that of ", spec$ratio[2], " was formed within each sample, with Cq ",
      "weighted by log2 of the amplification factor ", cite(cites), "; no reference gene enters.", cites = cites
    ))
  }
  many <- length(spec$reference) > 1
  if (many) cites <- c(cites, "vandesompele2002")
  methods_said(
    "In each sample, Cq were weighted by log2 of the amplification factor and those of ",
    if (many) paste0("the references ", and_list(spec$reference), " (their mean, which is the geometric mean of their ",
                     "quantities)") else paste0("the reference ", spec$reference),
    " subtracted ", cite(cites), ".", cites = cites
  )
}

and_list <- function(x) {
  if (length(x) < 2) x else paste(paste(x[-length(x)], collapse = ", "), "and", x[length(x)])
}

methods_references <- function(stability) {
  if (is.null(stability)) {
    return(NULL)
  }
  if (!inherits(stability, "cq_stability")) {
    ddcq_abort("{.arg stability} must be a table of stabilities, not {.obj_type_friendly {stability}}.", "argument")
  }
  sentence <- attr(stability, "sentence", exact = TRUE)
  methods_said(
    "The stability of ", plural(nrow(stability), "candidate reference"), " was examined (",
    some_plain(as.character(stability$target), 12), ", the most stable first).",
    if (length(sentence)) paste0(" ", sentence[1])
  )
}

# ---- the model ----

methods_model <- function(fit) {
  spec <- fit$spec
  formula <- paste0("~ ", deparse1(spec$formula[[2]]))
  words <- model_words(fit)
  if (spec$variance == "welch") {
    return(methods_said(
      "The normalised log2 quantities were compared between the levels of ", words,
      " with a variance for each group ", cite("welch1947"), ".", cites = "welch1947"
    ))
  }
  if (spec$variance == "mixed") {
    df <- c(satterthwaite = "Satterthwaite", "kenward-roger" = "Kenward and Roger")[[spec$ddf %||% "satterthwaite"]]
    return(methods_said(
      "The normalised log2 quantities were analysed by a linear mixed model (", formula, "): ", words,
      "; it was fitted by REML with the R packages lme4 (version ", utils::packageVersion("lme4"), ") and lmerTest ",
      cite(c("lme4", "lmerTest")), ", with degrees of freedom after ", df, ".", cites = c("lme4", "lmerTest")
    ))
  }
  plain <- length(all.vars(spec$formula)) == 1 && length(spec$levels) == 2
  methods_said(
    "The normalised log2 quantities were analysed by a linear model (", formula, ") of ", words,
    ", with one pooled variance", if (plain) " (Student's two-sample t-test)",
    if (identical(spec$weights, "technical")) ", samples weighted by the technical precision of their wells", "."
  )
}

methods_moderated <- function(fit) {
  moderation <- fit$spec$moderation
  if (is.null(moderation)) {
    return(NULL)
  }
  methods_said(
    "The variances of the targets were moderated by empirical Bayes over ", some_range(range(moderation$n_targets)),
    " targets (prior degrees of freedom ", some_plain(unique(fixed_number(moderation$prior_df, 1)), 4), ")."
  )
}

# "treatment and passage as factors, rin as a covariate, a random intercept for mouse"
model_words <- function(fit) {
  spec <- fit$spec
  terms <- fit$model$terms
  own <- setdiff(names(fit$model$factors), spec$random)
  used <- terms$margins > 0
  mixes <- which(colSums(used) > 1)
  interactions <- vapply(mixes, function(j) and_list(terms$variables[used[, j]]), "")
  paste(c(
    if (spec$variance == "welch") and_list(own) else
      paste0(and_list(own), if (length(own) > 1) " as fixed factors" else " as a fixed factor"),
    if (length(interactions) && spec$variance != "welch") paste0(
      "the interaction of ", paste(interactions, collapse = " and that of ")),
    if (length(spec$covariates)) paste0(and_list(spec$covariates), " as a covariate"),
    if (length(spec$random)) paste0("a random intercept for ", and_list(spec$random))
  ), collapse = ", ")
}

methods_unit <- function(fit) {
  spec <- fit$spec
  size <- paste0(names(spec$group_size), " ", spec$group_size, collapse = ", ")
  methods_said(
    "The unit of analysis was the ", spec$unit, " (n = ", spec$n_units, ": ", size, ")",
    if (spec$unit != "sample") paste0("; several samples of one ", spec$unit, " were averaged and count once"), ".",
    if (length(spec$ignored)) paste0(" Not in the model, on request: ", and_list(spec$ignored), ".")
  )
}

methods_contrasts <- function(fit) {
  spec <- fit$spec
  within <- if (length(spec$by)) paste0(", within each level of ", and_list(spec$by))
  if (!is.null(spec$interaction)) {
    return(methods_said(
      "Interactions were estimated as the ratio of the fold change of the combination to the product of the fold ",
      "changes of its parts (", some_plain(colnames(spec$contrasts), 8), "), a difference of ",
      "differences on the log2 scale", within, "."
    ))
  }
  simple <- is_against_control(spec$contrasts, spec$control_cells)
  if (all(simple)) {
    others <- setdiff(spec$levels, spec$control_cells)
    against <- and_list(spec$control_cells)
    return(methods_said("Fold changes are those of ", and_list(others), " against ", against, within, "."))
  }
  methods_said("Compared were: ", some_plain(colnames(spec$contrasts), 12), within, ".")
}

methods_interval <- function(fit) {
  spec <- fit$spec
  error <- any(is.finite(spec$efficiency$std.error) & spec$efficiency$std.error > 0)
  methods_said(
    "Tests are two-sided t-tests, and the ", level_label(spec$level),
      " confidence intervals were calculated from the t ",
    "distribution, on the log2 scale, and transformed back.",
    if (error) {
      paste0(
        " They contain the standard errors of the amplification factors, with degrees of freedom after Satterthwaite ",
        cite("satterthwaite1946"), "; of the intervals with and without that error the wider one is given, and the ",
        "larger of the two p-values."
      )
    }, cites = if (error) "satterthwaite1946"
  )
}

methods_adjust <- function(fit) {
  spec <- fit$spec
  m <- sum(!is.na(fit$results$p.value))
  plain <- "; intervals are not adjusted."
  over <- paste0(" over ", if (m == 1) "the one comparison" else paste("all", m, "comparisons"))
  switch(spec$adjust,
    none = methods_said("p-values are not adjusted for the number of comparisons (", m, ")."),
    holm = methods_said(
      "p-values were adjusted by Holm's method", over, " ", cite("holm1979"), plain, cites = "holm1979"
    ),
    BH = methods_said(
      "p-values were adjusted by the method of Benjamini and Hochberg (false discovery rate)", over, " ",
              cite("benjamini1995"), plain, cites = "benjamini1995"),
    bonferroni = methods_said("p-values were adjusted by Bonferroni's method", over, plain),
    methods_said("p-values were adjusted by ", c(dunnett = "Dunnett", tukey = "Tukey")[[spec$adjust]],
         "'s method within each target, not for the number of targets", plain)
  )
}

methods_gaps <- function(fit) {
  dropped <- fit$spec$dropped
  none <- sum(is.na(fit$results$estimate))
  bare <- sum(is.na(fit$results$conf.low)) - none
  lines <- c(
    if (nrow(dropped)) dropped_line(dropped),
    if (none) paste0(plural(none, "comparison"), " of ", nrow(fit$results), " could not be estimated."),
    if (bare) paste0(plural(bare, "comparison"), " of ", nrow(fit$results), " ", if (bare == 1) "has" else "have",
                     " no interval.")
  )
  if (length(lines)) methods_said(paste(lines, collapse = " "))
}

# ---- equivalence ----

methods_equivalence <- function(x) {
  spec <- x$spec
  margin <- unique(x$results$margin)
  margins <- if (length(margin) == 1) paste0("1/", format(margin), " to ", format(margin), "-fold") else
    paste0(some_plain(unique(paste0(x$results$target, " ", format(x$results$margin))), 8), "-fold, either way")
  list(
    methods_simulated(x), methods_software(x),
    methods_said(
      "That ", if (isTRUE(spec$references)) "references, each against the mean of the others," else "targets",
      " do not change was tested by two one-sided t-tests on the log2 scale ", cite("schuirmann1987"),
      " at ", level_label(1 - spec$level), " against a margin of ", margins,
        "; the intervals that go with them are at ",
      level_label(2 * spec$level - 1), ".", cites = "schuirmann1987"
    ),
    methods_adjust(list(spec = spec, results = x$results))
  )
}

# ---- how it prints ----

#' @export
as.character.ddcq_methods <- function(x, ...) {
  paste(x$text, collapse = " ")
}

#' @export
format.ddcq_methods <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  c(strwrap(as.character(x), width), "", "References", wrap_lines(reference_lines(x$references), width, indent = 2,
                                                                  exdent = 4))
}

# One line a reference, without markup; with `link`, the DOI is an address.
reference_lines <- function(references, link = FALSE) {
  text <- vapply(seq_along(references), function(i) {
    paste(format(references[i], style = "text"), collapse = " ")
  }, "")
  text <- gsub("[_*]", "", gsub("[\u201c\u201d]", "\"", gsub("\\s+", " ", text)))
  doi <- if (link) "https://doi.org/\\1" else "doi:\\1"
  sort(gsub("doi:([^ ]+) <https://doi.org/[^>]*>", doi, text))
}

#' @export
print.ddcq_methods <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}
