# Which columns of a wide table are what: the ones that name its rows, and the ones that hold Cqs. Nothing is guessed;
# what was left out is asked for, with what it could be.

# The columns that play a part are there, and play one.
check_roles <- function(table, ask, sheet) {
  names <- unlist(ask[ask$row_roles], use.names = FALSE)
  check_columns(table, c(unname(ask$cq), names), sheet_label(sheet))
  both <- intersect(ask$cq, names)
  if (length(both)) {
    ddcq_abort("A column holds names or Cqs, not both: {some(both)} is given as {.arg cq}, too.", "argument")
  }
}

# Which columns name the rows: as told, or those that are called so.
find_names <- function(table, ask) {
  roles <- switch(ask$rows, sample = "sample", target = "target", c("sample", "target"))
  if (identical(ask$sheets, "target")) roles <- setdiff(roles, "target")
  for (role in c("sample", "target")) {
    if (!role %in% roles && !is.null(ask[[role]]) && !(role == "sample" && is_sheet(ask$design))) {
      ddcq_abort(
        c("{.arg {role}} must be left out: it names what a row is, and {.arg rows} or {.arg sheets} says otherwise.",
          "i" = if (identical(ask$sheets, "target")) "The sheets name the targets." else
            "With {.code rows = {deparse1(ask$rows)}} the columns are {role}s."
        ), "argument"
      )
    }
    if (role %in% roles && is.null(ask[[role]]) && role %in% setdiff(names(table), ask$cq)) ask[[role]] <- role
  }
  ask$row_roles <- roles
  if (identical(ask$sheets, "run") && ("run" %in% names(table) || !is.null(ask$more$run))) {
    ddcq_abort(
      c("With {.code sheets = \"run\"} the sheets name the runs, but there is a column {.field run}.",
        "i" = "Put the tables together with {.fn rbind} and leave {.arg sheets} out, or leave the column out."
      ), "argument"
    )
  }
  ask
}

# What the columns of Cqs are, given what the rows are.
columns_are <- function(ask) {
  by_sheet <- identical(ask$sheets, "target")
  if (ask$rows == "well" && !by_sheet && is.null(ask$sample) == is.null(ask$target)) {
    ddcq_abort(
      c("Where rows are wells, either {.arg sample} or {.arg target} must name what they are wells of.",
        "i" = "{.code sample = }: the columns are targets. {.code target = }: the columns are samples.",
        if (!is.null(ask$sample)) c("i" = "With both in columns, a row is {.code rows = c(\"sample\", \"target\")}.")
      ), "argument"
    )
  }
  if (by_sheet && ask$rows %in% c("target", "both")) {
    ddcq_abort(
      c("With {.code sheets = \"target\"} a row cannot be a target.",
        "i" = "{.code rows = \"well\"}: the columns are samples. {.code rows = \"sample\"}: they are replicate wells."
      ), "argument"
    )
  }
  switch(ask$rows,
    sample = if (by_sheet) "well" else "target", target = "sample", both = "well",
    well = if (by_sheet && !is.null(ask$sample)) "well" else if (by_sheet || is.null(ask$sample)) "sample" else "target"
  )
}

# The columns of Cqs: as told; where samples are columns, those that the sheet of the samples names.
find_cq <- function(table, ask, sheet) {
  if (!is.null(ask$cq)) {
    return(if (is.null(sheet)) ask$cq else cq_of_sheet(table, ask$cq, sheet))
  }
  if (ask$columns == "sample" && is_sheet(ask$design)) {
    cq <- cq_of_design(table, as.character(sample_sheet(ask$design, ask$sample)$sample), ask)
    if (length(cq)) {
      return(cq)
    }
  }
  what <- c(target = "targets", sample = "samples", well = "replicate wells")[[ask$columns]]
  like <- names(table)[vapply(table, looks_like_cq, NA)]
  ways <- c(deparse1(like), paste0("setdiff(names(data), ", deparse1(setdiff(names(table), like)), ")"))
  show <- ways[which.min(nchar(ways) - c(30, 0))]
  ddcq_abort(
    c("{.arg cq} must name the columns that hold Cqs: the {what}.",
      "x" = "The columns of {.arg {sheet_label(sheet)}} are {some(names(table), 12)}.",
      if (length(like)) c("i" = "If it is those whose values could be Cqs: {.code cq = {show}}.")
    ), "argument"
  )
}

# The samples that the sheet names. A column of Cqs that it does not name is a sample that it lacks.
cq_of_design <- function(table, samples, ask) {
  cq <- intersect(names(table), samples)
  rest <- setdiff(names(table), c(cq, ask$target, if (is.character(ask$efficiency)) ask$efficiency))
  lost <- rest[vapply(unclass(table)[rest], looks_like_cq, NA)]
  if (length(cq) && length(lost)) {
    ddcq_abort(
      c("{.arg design} must name every sample, or {.arg cq} the columns to take.",
        "x" = "The values of {some(lost)} could be Cqs, but {.arg design} has no such sample.",
        hint_meant(lost, setdiff(samples, cq))
      ), "design"
    )
  }
  stats::setNames(cq, cq)
}

# Plates differ in their targets: a sheet may lack a column that another has, unless it only spells it differently.
cq_of_sheet <- function(table, cq, sheet) {
  lost <- cq[!cq %in% names(table)]
  meant <- names(table)[plain_letters(names(table)) %in% plain_letters(lost)]
  if (length(meant) || length(lost) == length(cq)) {
    ddcq_abort(
      c("The sheet {some(sheet)} must have columns of {.arg cq}, spelt the same in every sheet.",
        "x" = "It has no {some(lost)}.", hint_meant(lost, names(table))
      ), "column"
    )
  }
  cq[!cq %in% lost]
}

# For a hint alone: numbers with decimals, most of them between 5 and 45.
looks_like_cq <- function(x) {
  if (!is.numeric(x)) x <- suppressWarnings(as.double(sub(",", ".", as.character(x), fixed = TRUE)))
  x <- x[!is.na(x)]
  length(x) > 0 && mean(x > 5 & x <= 45) > 0.5 && any(x != round(x))
}

# Columns are matched by name, so each must have its own.
check_unique_columns <- function(table, sheet) {
  have <- names(table)
  twice <- unique(have[duplicated(have) & have %in% have[nzchar(have)]])
  unnamed <- which(is.na(have) | !nzchar(have))
  if (length(twice) || length(unnamed) || !nrow(table)) {
    what <- if (length(twice)) "The column {some(twice)} is there twice." else
      if (length(unnamed)) "Column {unnamed[1]} has no name." else "It has no rows."
    ddcq_abort(
      c("{.arg {sheet_label(sheet)}} must have rows, and columns that are called differently.", "x" = what,
        if (length(twice)) c("i" = "Columns are matched by name: {.code make.unique(names(data))} tells them apart.")
      ), "data"
    )
  }
}

sheet_label <- function(sheet) sheet %||% "data"
