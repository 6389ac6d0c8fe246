# One table, and a matrix that becomes one.

one_table <- function(table, ask) {
  if (!is.null(ask$sheets)) {
    ddcq_abort("{.arg sheets} must be left out: {.arg data} is one table.", "argument")
  }
  list(tables = list(data = table), ask = ask)
}

# The names of a matrix are its samples and targets; all of its columns hold Cqs.
matrix_source <- function(data, ask) {
  if (is.null(rownames(data)) || is.null(colnames(data))) {
    ddcq_abort(
      c("{.arg data}, where it is a matrix, must have names of rows and columns: the samples and targets.",
        "i" = "Set {.code dimnames(data)} first."
      ), "argument"
    )
  }
  if (is.null(ask$rows)) abort_rows()
  role <- if (!is.null(ask$sample)) "sample" else if (!is.null(ask$target)) "target" else ask$rows
  if (!role %in% c("sample", "target") || !is.null(ask$sample) || !is.null(ask$target)) {
    ddcq_abort(
      c("A row of a matrix must be one sample or one target: {.code rows = \"sample\"} or {.code rows = \"target\"}.",
        "i" = "Where several rows are wells of one, make it a data frame: \\
               {.code data.frame(target = rownames(data), data, check.names = FALSE)}."
      ), "argument"
    )
  }
  matrix_table(data, role, ask)
}

matrix_table <- function(data, role, ask) {
  columns <- lapply(seq_len(ncol(data)), function(j) unname(data[, j]))
  table <- list2DF(stats::setNames(c(list(rownames(data)), columns), c(role, colnames(data))))
  ask[[role]] <- role
  ask$cq <- ask$cq %||% check_cq_columns(setdiff(names(table), role))
  one_table(table, ask)
}
