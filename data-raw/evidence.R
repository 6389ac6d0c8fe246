# The numbers of three documents about anastrozole, typed in from their tables. Run from the package's root:
# Rscript data-raw/evidence.R; writes data/anastrozole_evidence.rda.
#
# A row is a number of a printed table, or a cell that says a result in words. `printed` has the cell as it stands
# there, `value` and the rest what it means. Remarks are ours: what the document itself says against the number, and
# what can be checked by arithmetic. Nothing else is added: a dash in a table is no row. The data are plain ASCII, so
# the sign for micro is written u and plus-minus +/-; the blank that the layout put between micro and g is left out.

number <- function(row, printed, value, ..., relation = "=", error = NA) {
  said <- list(
    row = as.integer(row), row_label = NA, column = NA, topic = NA, model = NA, treatment = NA, dose = NA,
    duration = NA, endpoint = NA, relation = if (is.na(value)) NA else relation, value = value, error = error,
    unit = NA, comparator = NA, comparator_relation = NA, comparator_value = NA, printed = printed, reference = NA,
    cited = NA, remark = NA
  )
  given <- list(...)
  stopifnot(all(names(given) %in% names(said)))
  said[names(given)] <- given
  as.data.frame(said, stringsAsFactors = FALSE)
}

table_of <- function(document, title, section, table, ...) {
  rows <- do.call(rbind, list(...))
  cbind(document = document, title = title, section = section, table = table, rows, stringsAsFactors = FALSE)
}

# ---- application notes on combinations: the table has no number, so it goes by its heading -----------------------

titles <- c(
  "application notes" = "Preclinical Application Notes: Anastrozole in Combination with Targeted Therapies",
  "resistance guide" = paste(
    "Anastrozole Demonstrates Efficacy in Overcoming Tamoxifen Resistance in Preclinical Breast Cancer Models"
  ),
  "signalling guide" = "An In-depth Technical Guide to the Downstream Signaling Pathways of Anastrozole"
)

one_rate <- function(weeks, fold) {
  paste0(
    "Growth at one rate that doubles in ", weeks, " weeks gives ", format(round(2^(14 / weeks), 1), nsmall = 1),
    "-fold at 14 weeks, not ", fold, "; the table gives no other time."
  )
}

xenograft <- function(row, label, treatment, weeks, weeks_relation, fold, fold_relation, remark) {
  control <- treatment == "vehicle"
  mark <- function(relation) if (relation == "=") "" else relation
  beside <- paste(
    "The table names no dose; the document's protocol has 10 ug/day anastrozole and 1 mg/day fulvestrant as examples."
  )
  shared <- list(
    row_label = label, topic = "tumour growth", model = "MCF-7Ca xenograft, ovariectomised nude mice",
    treatment = treatment, comparator = if (control) NA else "vehicle", reference = "[1]",
    cited = "Aromatase Resistance Mechanisms in Model Systems in vivo - PMC", remark = paste(remark, beside)
  )
  rbind(
    do.call(number, c(list(
      row, paste0(mark(weeks_relation), weeks), weeks, relation = weeks_relation, unit = "weeks",
      column = "Time to Double Initial Tumor Size (weeks)", endpoint = "time until the tumour has doubled",
      comparator_relation = if (control) NA else "~", comparator_value = if (control) NA else 5
    ), shared)),
    do.call(number, c(list(
      row, paste0(mark(fold_relation), fold), fold, relation = fold_relation, unit = "fold", duration = "14 weeks",
      column = "Fold Increase in Tumor Size at 14 weeks", endpoint = "tumour size at 14 weeks over initial size",
      comparator_relation = if (control) NA else ">", comparator_value = if (control) NA else 15
    ), shared))
  )
}

notes <- table_of(
  "application notes", titles[["application notes"]],
  "Anastrozole in Combination with Fulvestrant (ER Downregulator)", "Quantitative Data Summary",
  xenograft(1, "Control (Vehicle)", "vehicle", 5, "~", 15, ">", one_rate(5, "more than 15")),
  xenograft(2, "Anastrozole", "anastrozole", 10, "~", 9, "=", one_rate(10, "9")),
  xenograft(3, "Fulvestrant", "fulvestrant", 8, "~", 12, "=", one_rate(8, "12")),
  xenograft(
    4, "Anastrozole + Fulvestrant", "anastrozole + fulvestrant", 14, ">", 2, "~",
    "A tumour that has not doubled by 14 weeks is below 2-fold then: the two cells agree only just."
  )
)

# ---- the guide to tamoxifen resistance ---------------------------------------------------------------------------

murine <- function(row, label, treatment, dose, days, error, percent, remark) {
  shared <- list(
    row_label = label, topic = "survival", model = "4T1 (murine) in mice", treatment = treatment, dose = dose,
    comparator = if (treatment == "untreated") NA else "untreated", reference = "[2]", cited = "aacrjournals.org",
    remark = paste(
      remark, "The table is headed \"In Vitro\" and its doses \"Concentration\", but days of life and doses a mouse",
      "are of animals. What the error is (SD, SE) and how many mice there were is not said. 4T1 is a murine line, and",
      "the document says itself that it is not explicitly resistant to tamoxifen."
    )
  )
  rbind(
    do.call(number, c(list(
      row, sprintf("%.1f +/- %.1f", days, error), days, error = error, unit = "days", column = "Mean Life Span (Days)",
      endpoint = "mean life span", comparator_relation = if (treatment == "untreated") NA else "=",
      comparator_value = if (treatment == "untreated") NA else 28.5
    ), shared)),
    if (!is.na(percent)) do.call(number, c(list(
      row, sprintf("%.1f%%", percent), percent, unit = "%", column = "% Increase in Life Span vs. Untreated",
      endpoint = "increase of mean life span over untreated mice"
    ), shared))
  )
}

starred <- "A footnote calls increases marked * significant, but no cell has the mark."
recomputed <- function(days, text) {
  paste0("From the days of the table: 100 * (", days, " / 28.5 - 1) = ", format(round(100 * (days / 28.5 - 1), 1),
         nsmall = 1), " %. ", text)
}

life <- table_of(
  "resistance guide", titles[["resistance guide"]], "Performance in a Murine 4T1 Breast Cancer Model", "Table 1",
  murine(1, "Untreated Control", "untreated", NA, 28.5, 1.5, NA, starred),
  murine(2, "Anastrozole", "anastrozole", "50 ug/mouse", 32.0, 1.8, 12.3, recomputed(32, paste(
    starred, "The text counts tamoxifen and the combination as significant, anastrozole not."
  ))),
  murine(3, "Tamoxifen", "tamoxifen", "5 ug/mouse", 35.5, 2.1, 24.6, recomputed(35.5, starred)),
  murine(4, "Anastrozole + Tamoxifen", "anastrozole + tamoxifen", "50 ug/mouse + 5 ug/mouse", 36.2, 2.5, 27.0,
         recomputed(36.2, paste(
           starred, "Over tamoxifen alone it is 0.7 days more, with errors of 2.1 and 2.5."
         )))
)

volume <- function(row, label, treatment, dose, change, remark = NULL) {
  control <- treatment == "vehicle"
  number(
    row, sprintf("%+d%%", as.integer(change)), change, row_label = label, column =
      "Mean Tumor Volume Change from Baseline (%)", topic = "tumour growth",
    model = "MCF-7Ca xenograft, ovariectomised nude mice", treatment = treatment, dose = dose, unit = "%",
    endpoint = "change of mean tumour volume from baseline", comparator = if (control) NA else "vehicle",
    comparator_relation = if (control) NA else "=", comparator_value = if (control) NA else 250, reference = "[4]",
    cited = "A Review of Fulvestrant in Breast Cancer - PMC",
    remark = paste(c(
      "The document says: read off figures, approximate, for illustration. The table gives no time and no error.",
      "The reference that it names is a review of another drug.", remark
    ), collapse = " ")
  )
}

far_dose <- paste(
  "5 mg a mouse and day is 500 times the 10 ug/day that the application notes name for the same model, where",
  "anastrozole slowed growth and did not shrink tumours."
)
volumes <- table_of(
  "resistance guide", titles[["resistance guide"]], "Performance in Aromatase-Overexpressing Xenograft Model",
  "Table 2",
  volume(1, "Control (Vehicle)", "vehicle", NA, 250),
  volume(2, "Anastrozole", "anastrozole", "5 mg/mouse", -50, far_dose),
  volume(3, "Letrozole", "letrozole", "5 mg/mouse", -75),
  volume(4, "Tamoxifen", "tamoxifen", "3 mg/mouse", 50,
         "Tamoxifen held these tumours back, so the model is not one of resistance to it."),
  volume(5, "Anastrozole + Tamoxifen", "anastrozole + tamoxifen", "5 mg/mouse + 3 mg/mouse", 40, paste(
    "Less effective than anastrozole alone; in Table 1 of the same document the combination is the best arm."
  ))
)

# ---- the guide to signalling -------------------------------------------------------------------------------------

hormone <- function(row, parameter, tissue, duration, percent, reference, relation = "=", remark = NULL) {
  digits <- if (relation == "~" || percent == 89) 0 else 1
  number(
    row, sprintf("%s%.*f%%", if (relation == "~") "~" else "", digits, percent), percent, relation = relation,
    row_label = paste0(parameter, "; ", tissue), column = "% Reduction", topic = "oestrogen",
    model = if (tissue == "Plasma") "plasma" else "tumour tissue", treatment = "anastrozole", dose = "1 mg/day",
    duration = duration, unit = "%", endpoint = paste("reduction of", tolower(sub(" \\(.*", "", parameter))),
    reference = reference, cited = c(
      "[6]" = "droracle.ai",
      "[7]" = "Anastrozole Use in Early Stage Breast Cancer of Post-Menopausal Women - PMC"
    )[[reference]],
    remark = paste(c(
      "Whose plasma or tumour it is and what it is compared with, the table does not say.",
      if (reference == "[7]") "The document cites a review of the drug's use." else
        "The document cites a web site, no study.",
      remark
    ), collapse = " ")
  )
}

hormones <- table_of(
  "signalling guide", titles[["signalling guide"]], "Quantitative Data Summary", "Table 1",
  hormone(1, "Estradiol (E2)", "Plasma", "14 days", 80, "[6]", "~"),
  hormone(2, "Estradiol (E2)", "Plasma", "28 days", 86.1, "[7]"),
  hormone(3, "Estrone (E1)", "Plasma", "28 days", 83.9, "[7]"),
  hormone(4, "Estrone Sulfate (E1S)", "Plasma", "28 days", 94.2, "[7]"),
  hormone(5, "Estradiol (E2)", "Tumor Tissue", "15 weeks", 89, "[7]"),
  hormone(6, "Estrone (E1)", "Tumor Tissue", "15 weeks", 83.4, "[7]"),
  hormone(7, "Estrone Sulfate (E1S)", "Tumor Tissue", "15 weeks", 72.9, "[7]")
)

with_tu <- paste(
  "TU is testosterone undecanoate, a second treatment: not an effect of anastrozole alone. Rows 2 and 3 have the same",
  "reference but differ tenfold in TU."
)
cells <- table_of(
  "signalling guide", titles[["signalling guide"]], "Quantitative Data Summary", "Table 2",
  number(
    1, "13.07% of cells apoptotic (vs. 1.82% control)", 13.07, row_label = "MCF-7Ca; Apoptosis",
    column = "Observation", topic = "apoptosis", model = "MCF-7Ca", treatment = "anastrozole", dose = "1000 nM",
    duration = "8 days", endpoint = "apoptotic cells", unit = "%", comparator = "control", comparator_relation = "=",
    comparator_value = 1.82, reference = "[8]", cited = "aacrjournals.org",
    remark = "No error and no number of experiments. Cells, not mRNA: it does not say what BCL2 or BAX did."
  ),
  number(
    2, "Significant increase in proliferation inhibition vs. Anastrozole alone", NA,
    row_label = "MCF-7; Cell Viability", column = "Observation", topic = "viability", model = "MCF-7",
    treatment = "anastrozole + testosterone undecanoate", dose = "0.1 ug/ml + 200 ug/ml TU", duration = "24 hours",
    endpoint = "inhibition of proliferation", comparator = "anastrozole", reference = "[19]",
    cited = "spandidos-publications.com", remark = paste("The table gives no number here.", with_tu)
  ),
  number(
    3, "~60% apoptotic cells (vs. ~23% with Anastrozole alone)", 60, relation = "~", row_label = "MCF-7; Apoptosis",
    column = "Observation", topic = "apoptosis", model = "MCF-7",
    treatment = "anastrozole + testosterone undecanoate", dose = "0.1 ug/ml + 20 ug/ml TU", duration = "48 hours",
    endpoint = "apoptotic cells", unit = "%", comparator = "anastrozole", comparator_relation = "~",
    comparator_value = 23, reference = "[19]", cited = "spandidos-publications.com", remark = with_tu
  ),
  number(
    4, "69.5% viability", 69.5, row_label = "T47D; Cell Viability", column = "Observation", topic = "viability",
    model = "T47D", treatment = "anastrozole", dose = "400 ug/mL", duration = "24 hours", endpoint = "viable cells",
    unit = "%", reference = "[20]", cited = paste(
      "Cytotoxicity anticancer activities of anastrozole against breast, liver hepatocellular, and prostate cancer",
      "cells - PMC"
    ),
    remark = paste(
      "400 ug/mL is 4000 times the 0.1 ug/ml of rows 2 and 3. What 100 % is, the table does not say."
    )
  )
)

anastrozole_evidence <- rbind(notes, life, volumes, hormones, cells)
rownames(anastrozole_evidence) <- NULL
for (column in names(anastrozole_evidence)) {
  if (is.logical(anastrozole_evidence[[column]])) {
    anastrozole_evidence[[column]] <- as.character(anastrozole_evidence[[column]])
  }
}
stopifnot(
  !grepl("[^ -~]", unlist(anastrozole_evidence)),
  vapply(anastrozole_evidence[c("value", "error", "comparator_value")], is.numeric, NA)
)
save(anastrozole_evidence, file = "data/anastrozole_evidence.rda", version = 2, compress = "xz")
