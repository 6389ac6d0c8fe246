# ExpressionSet and what extends it (qPCRset, qPCRBatch): features in rows, samples in columns, and a data frame of
# each. Slots are attributes, so that nothing needs to be installed to look at them.

assay_source <- function(data, ask) {
  if (identical(ask$rows, "sample") || identical(ask$rows, "both")) {
    ddcq_abort("The rows of {.obj_type_friendly {data}} are targets: leave {.arg rows} out.", "argument")
  }
  if (!is.null(ask$sample) || !is.null(ask$target) || !is.null(ask$sheets)) {
    ddcq_abort(
      "The object names its samples and targets: leave {.arg sample}, {.arg target} and {.arg sheets} out.", "argument"
    )
  }
  features <- assay_annotation(data, "featureData")
  cells <- assay_cells(data, features$featureNames)
  ask$rows <- ask$rows %||% "target"
  source <- matrix_table(cells, "target", ask)
  kept <- own_names(features[setdiff(names(features), "featureNames")])
  source$tables$data <- list2DF(c(as.list(source$tables$data), as.list(kept)))
  source$design <- assay_samples(data, cells)
  source
}

# The Cqs with their names. A qPCRset keeps the names of its features, which may repeat, in the table of features.
assay_cells <- function(data, features) {
  assay <- attr(data, "assayData", exact = TRUE)
  cells <- if (is.environment(assay) || is.list(assay)) assay[["exprs"]]
  if (is.matrix(cells) && length(features) == nrow(cells)) rownames(cells) <- as.character(features)
  if (!is.matrix(cells) || is.null(rownames(cells)) || is.null(colnames(cells))) {
    ddcq_abort(
      c("{.arg data} must be a data frame, a matrix, or an object with Cqs in {.code assayData(data)$exprs}, not \\
         {.obj_type_friendly {data}}.",
        "i" = "Give its matrix of Cqs, and the data frame of its samples as {.arg design}."
      ), "argument"
    )
  }
  cells
}

# The annotation of the samples, which must go by the names that the Cqs have.
assay_samples <- function(data, cells) {
  samples <- assay_annotation(data, "phenoData")
  if (!length(samples)) {
    return(NULL)
  }
  lost <- setdiff(colnames(cells), row.names(samples))
  if (length(lost)) {
    have <- row.names(samples)
    ddcq_abort(
      c("The samples of {.arg data} must be called the same in {.code phenoData} as beside the Cqs.",
        "x" = "{some(lost)} {cli::qty(lost)}{?is/are} not in {.code phenoData}, which has {some(have)}.",
        "i" = "Give the matrix of Cqs, and the data frame of the samples as {.arg design}."
      ), "design"
    )
  }
  own_names(samples)
}

# The data frame of an annotation, without columns where there is none.
assay_annotation <- function(data, slot) {
  frame <- attr(attr(data, slot, exact = TRUE), "data", exact = TRUE)
  if (is.data.frame(frame)) frame else data.frame()
}

# Columns that are called as those of cq_data give way.
own_names <- function(frame) {
  taken <- names(frame) %in% c(cq_canonical, "efficiency")
  names(frame)[taken] <- paste0(names(frame)[taken], ".annotation")
  frame
}
