# Which rows of anastrozole_evidence are about the treatments of a fit, and how the report shows them: as context, never
# as a result. Treatments are read from the names of groups; what is not understood has no rows.

# The drugs that the three documents speak of, with the names that a sample sheet may give them, as plain letters.
drug_names <- list(
  anastrozole = c("anastrozole", "anastrazole", "arimidex", "zd1033"),
  fulvestrant = c("fulvestrant", "faslodex", "ici182780"), tamoxifen = c("tamoxifen", "nolvadex"),
  letrozole = c("letrozole", "femara"), "testosterone undecanoate" = "testosteroneundecanoate",
  everolimus = c("everolimus", "rad001", "afinitor"), palbociclib = c("palbociclib", "ibrance", "pd0332991"),
  "MK-2206" = "mk2206"
)

without_words <- "(^|[^[:alpha:]])(no|not|non|without|minus|free|washout|withdrawn|withdrawal)([^[:alpha:]]|$)"

off_words <- c("", "no", "none", "0", "off", "false", "without", "minus", "vehicle", "control", "untreated", "dmso")

# The drugs that a text names, in the order of drug_names; none where it says "without". A partner that is not known
# makes the whole text one that is not understood: NA.
drugs_in <- function(text) {
  if (grepl(without_words, text, ignore.case = TRUE)) {
    return(character())
  }
  parts <- strsplit(text, "[+&/]|(?i:(?<![a-z])(and|plus|with)(?![a-z]))", perl = TRUE)[[1]]
  named <- lapply(parts[nzchar(plain_letters(parts))], function(part) {
    found <- vapply(drug_names, function(names) {
      any(vapply(names, grepl, NA, x = plain_letters(part), fixed = TRUE))
    }, NA)
    names(drug_names)[found]
  })
  if (length(named) > 1 && any(lengths(named) > 0) && any(lengths(named) == 0)) {
    return(NA_character_)
  }
  intersect(names(drug_names), as.character(unlist(named)))
}

# What a level of a factor says: its own words; or, where the factor is called after a drug, that the drug was there.
drugs_of_level <- function(factor, level, control) {
  drugs <- drugs_in(level)
  if (length(drugs) || grepl(without_words, level, ignore.case = TRUE)) {
    return(drugs)
  }
  off <- identical(level, control) || tolower(trimws(level)) %in% off_words
  if (off) character() else drugs_in(factor)
}

# The treatments that the contrasts of a fit speak of, as in anastrozole_evidence$treatment; named by group.
fit_treatments <- function(fit) {
  model <- fit$model
  cells <- model$cells
  control <- match(fit$spec$control_cells[1], fit$spec$levels)
  used <- which(rowSums(fit$spec$contrasts != 0) > 0)
  treatment <- vapply(used, function(cell) {
    drugs <- unlist(lapply(names(cells$grid), function(name) {
      levels <- model$factors[[name]]$levels
      reference <- if (name %in% model$question) levels[cells$grid[[name]][control]]
      drugs_of_level(name, levels[cells$grid[[name]][cell]], reference)
    }))
    if (anyNA(drugs)) "not understood" else paste(intersect(names(drug_names), drugs), collapse = " + ")
  }, "")
  stats::setNames(treatment, fit$spec$levels[used])
}

# The rows of the documents for a fit, in the order of its groups; NULL where no group names anastrozole. The groups
# that name it and that the documents have no number for are the attribute `without`.
fit_evidence <- function(fit, evidence = ddcq::anastrozole_evidence) {
  treatment <- fit_treatments(fit)
  with_drug <- function(text) grepl("anastrozole", text, fixed = TRUE)
  named <- with_drug(treatment) | (treatment == "not understood" & with_drug(tolower(names(treatment))))
  if (!any(named)) {
    return(NULL)
  }
  place <- match(evidence$treatment, unique(treatment))
  rows <- evidence[order(place, na.last = NA), , drop = FALSE]
  structure(rows, without = names(treatment)[named & !treatment %in% evidence$treatment])
}

# ---- in the report -----------------------------------------------------------------------------------------------

report_evidence <- function(fit) {
  evidence <- fit_evidence(fit)
  if (is.null(evidence)) {
    return(NULL)
  }
  without <- attr(evidence, "without", exact = TRUE)
  c(
    page_heading("What three vendor documents report; not measured here"),
    page_p(paste(
      "Context, and no result of this experiment: numbers of other experiments, with other models, doses and",
      "endpoints, as three documents of a vendor (BenchChem, December 2025) print them. They were not checked against",
      "the studies that the documents cite, and nothing in this report is calculated from them."
    ), class = "small"),
    unlist(lapply(unique(evidence$treatment), function(treatment) {
      rows <- evidence[evidence$treatment == treatment, , drop = FALSE]
      page_table(evidence_columns(rows), caption = paste0("Reported for ", treatment, "; not measured here"))
    }), recursive = FALSE),
    if (length(without)) page_p(paste0("The documents have no number for: ", some_plain(without, 6), ".")),
    if (nrow(evidence)) page_p(paste(c(
      "In square brackets: the control of the same table.",
      if (any(grepl("read off figures", evidence$remark, fixed = TRUE))) {
        "The changes of tumour volume are, by the document's own account, approximate and read off figures."
      },
      "The caveats of each number are in the table anastrozole_evidence of the package."
    ), collapse = " "), class = "small")
  )
}

evidence_columns <- function(evidence) {
  beside <- function(text, mark) ifelse(is.na(text), "", paste0(mark, text))
  unit <- ifelse(evidence$unit %in% c("%", NA), "", paste0(" (", evidence$unit, ")"))
  list(
    model = paste0(evidence$model, beside(evidence$dose, "; ")), endpoint = paste0(evidence$endpoint, unit),
    "as printed" = paste0(evidence$printed, evidence_control(evidence)),
    where = paste0(evidence$document, ", ", evidence$table, ", row ", evidence$row)
  )
}

# The control of the same table, in square brackets; a cell that prints its own has none.
evidence_control <- function(evidence) {
  relation <- ifelse(evidence$comparator_relation %in% "=", "", evidence$comparator_relation)
  plus <- ifelse(grepl("^[-+]", evidence$printed) & evidence$comparator_value > 0, "+", "")
  value <- format(evidence$comparator_value, trim = TRUE, drop0trailing = TRUE)
  percent <- ifelse(evidence$unit %in% "%", "%", "")
  own <- is.na(evidence$comparator_value) | grepl("vs.", evidence$printed, fixed = TRUE)
  ifelse(own, "", paste0(" [", evidence$comparator, ": ", relation, plus, value, percent, "]"))
}
