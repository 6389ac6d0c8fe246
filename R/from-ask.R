# What is asked of a wide table: the arguments that say what a row is, which columns hold Cqs, and what the samples are.

check_rows <- function(rows) {
  if (is.character(rows) && setequal(rows, c("sample", "target")) && length(rows) == 2) {
    return("both")
  }
  if (!is.character(rows) || length(rows) != 1 || !rows %in% c("sample", "target", "well")) abort_rows(rows)
  rows
}

abort_rows <- function(rows = NULL) {
  came <- if (is.character(rows)) some(rows) else format(rows)[1]
  ddcq_abort(
    c(if (is.null(rows)) "{.arg rows} must say what a row of the table is." else
      "{.arg rows} must say what a row of the table is, not {came}.",
      "i" = "{.code \"sample\"}: one sample (a cDNA), and the columns are targets.",
      "i" = "{.code \"target\"}: one target, and the columns are samples.",
      "i" = "{.code \"well\"}: one of several wells of what {.code sample = } or {.code target = } names.",
      "i" = "{.code c(\"sample\", \"target\")}: one sample and target, and the columns are replicate wells."
    ), "argument"
  )
}

check_cq_columns <- function(cq) {
  if (is.null(cq)) {
    return(NULL)
  }
  name <- names(cq)
  cq <- check_strings(cq, "cq")
  names(cq) <- if (is.null(name)) cq else ifelse(nzchar(name), name, cq)
  for (x in list(unname(cq), names(cq))) {
    if (anyDuplicated(x)) {
      ddcq_abort("{.arg cq} must name each column once, not {some(x[duplicated(x)])} twice.", "argument")
    }
  }
  cq
}

# The further columns that a wide table may name.
check_more <- function(more) {
  bad <- setdiff(names(more) %||% rep("", length(more)), c("run", "well", "task", "quantity"))
  if (length(bad)) {
    bad[!nzchar(bad)] <- "(unnamed)"
    ddcq_abort(
      c("There is no argument {some(bad)}.",
        "i" = "Further columns are given as {.arg run}, {.arg well}, {.arg task} or {.arg quantity}; all others are \\
               kept."
      ), "argument"
    )
  }
  more
}

is_sheet <- function(design) {
  !is.null(design) && !is_design_rows(design)
}

# Text names a file, or rows of the table.
is_design_rows <- function(design) {
  is.character(design) && !(length(design) == 1 && grepl("[.](csv|tsv|txt)$", design, ignore.case = TRUE))
}

# The sheet with its samples in the column `sample`, wherever they stood.
sample_sheet <- function(sheet, sample = NULL) {
  if (is.character(sheet) && !is_design_rows(sheet)) sheet <- read_sheet(sheet)
  if (!is.data.frame(sheet)) {
    ddcq_abort(
      c("{.arg design} must be a data frame that names the samples, not {.obj_type_friendly {sheet}}.",
        "i" = "Values without names would be matched by position. Where rows are samples, add them as a column: \\
               {.code cbind(data, group = )}. Where columns are, write \\
               {.code data.frame(sample = colnames(data), group = )} and look at it."
      ), "design"
    )
  }
  sheet <- as.data.frame(sheet)
  if ("sample" %in% names(sheet)) {
    return(sheet)
  }
  if (length(sample) == 1 && sample %in% names(sheet)) {
    names(sheet)[names(sheet) == sample] <- "sample"
    return(sheet)
  }
  if (!is.character(attr(sheet, "row.names"))) {
    meant <- near("sample", names(sheet))
    ddcq_abort(
      c("{.arg design} must name the samples, in a column {.field sample} or as names of its rows.",
        "x" = "It has the columns {some(names(sheet))}, and its rows are numbers.",
        if (length(meant)) c("i" = "If {.field {meant[1]}} names them: {.code sample = {deparse1(meant[1])}}.")
      ), "design"
    )
  }
  list2DF(c(list(sample = row.names(sheet)), as.list(sheet)))
}

# Every part has a name of its own.
has_names <- function(x) {
  !is.null(names(x)) && all(nzchar(names(x))) && !anyDuplicated(names(x))
}
