# One wide table to the long form: which columns are what, and every cell beside the name of its sample and target.
# A table of n rows and k columns of Cqs becomes n * k rows, column after column.

# list(columns, cells, log, design): columns of the long form without the Cq; cells as from cell_values(). `sheet`: the
# name of the sheet, where sheets mean something.
long_table <- function(table, ask, sheet = NULL) {
  check_unique_columns(table, sheet)
  if (is.null(ask$rows)) abort_rows()
  ask <- find_names(table, ask)
  ask$columns <- columns_are(ask)
  asked <- names(ask$cq)
  ask$cq <- find_cq(table, ask, sheet)
  ask$asked <- asked %||% names(ask$cq)
  check_roles(table, ask, sheet)
  parts <- split_design(table, ask)
  table <- drop_blank_rows(parts$table)
  row <- names_of_rows(table$table, ask)
  check_names_of_rows(row, table$table, ask, sheet)
  n <- nrow(table$table)
  each <- rep(names(ask$cq), each = n)
  again <- rep(seq_len(n), length(ask$cq))
  columns <- list(sample = row$sample[again], target = row$target[again])
  if (ask$columns != "well") columns[[ask$columns]] <- each
  if (identical(ask$sheets, "target")) columns$target <- rep(sheet, length(each))
  if (identical(ask$sheets, "run")) columns$run <- rep(sheet, length(each))
  rest <- kept_columns(table$table, ask, sheet)
  columns <- c(columns, lapply(rest, `[`, again))
  if (is.character(ask$efficiency)) columns$efficiency <- efficiency_column(table$table, ask)
  list(
    columns = columns, cells = cell_values(unclass(table$table)[ask$cq]), design = parts$design,
    log = shape_log(n, ask, row$by, names(rest), table$blank, sheet)
  )
}

# Rows that say something of the samples, where samples are columns: a data frame, one row a sample.
split_design <- function(table, ask) {
  if (!is_design_rows(ask$design)) {
    return(list(table = table, design = NULL))
  }
  if (ask$columns != "sample" || is.null(ask$target)) {
    ddcq_abort(
      c("{.arg design} may name rows only where the columns are samples and a column names the targets.",
        "i" = "Where rows are samples, their groups are columns: {.code cbind(data, group = )} adds one."
      ), "argument"
    )
  }
  key <- trimws(as_names(table[[ask$target]], ask$target))
  lost <- setdiff(ask$design, key)
  twice <- ask$design[ask$design %in% key[duplicated(key)]]
  if (length(lost) || length(twice)) {
    what <- if (length(lost)) "There is no row" else "Several rows are called"
    ddcq_abort(
      c("{.arg design} must name rows of {.field {ask$target}}, or be a data frame.",
        "x" = "{what} {some(c(lost, twice))}.", if (length(lost)) hint_near(lost[1], key)
      ), "design"
    )
  }
  values <- lapply(match(ask$design, key), function(i) {
    text <- clean_text(vapply(unclass(table)[ask$cq], function(column) as.character(column)[i], ""))
    sheet_column(text, key[i], ",")
  })
  list(
    table = table[!key %in% ask$design, , drop = FALSE],
    design = list2DF(c(list(sample = names(ask$cq)), stats::setNames(values, ask$design)))
  )
}

# Rows in which nothing stands: what a spreadsheet leaves below a table.
drop_blank_rows <- function(table) {
  empty <- Reduce(`&`, lapply(unclass(table), function(column) {
    is.na(column) | (is.character(column) & !nzchar(trimws(column)))
  }))
  list(table = table[!empty, , drop = FALSE], blank = sum(empty))
}

# The names of the rows: list(sample, target, by). Where no column has them, the rows' own names do, and a sample may
# go by its number.
names_of_rows <- function(table, ask) {
  named <- function(role) {
    parts <- lapply(ask[[role]], function(column) trimws(as_names(table[[column]], column)))
    if (length(parts) > 1) do.call(paste, c(parts, sep = ":")) else parts[[1]]
  }
  own <- is.character(attr(table, "row.names"))
  need <- switch(ask$rows, both = c("sample", "target"), well = character(), ask$rows)
  out <- list()
  for (role in intersect(c("sample", "target"), ask$row_roles)) {
    if (!is.null(ask[[role]])) {
      out[[role]] <- named(role)
    } else if (role %in% need && length(need) == 1 && (own || role == "sample")) {
      out[[role]] <- row.names(table)
    } else if (role %in% need) {
      ddcq_abort(
        c("{.arg {role}} must name the column that holds the {role}s.",
          "x" = "The columns are {some(names(table), 12)}."
        ), "argument"
      )
    }
  }
  by <- unlist(ask[ask$row_roles])
  if (!length(by) && length(out)) by <- paste("the rows'", if (own) "names" else "numbers")
  out$by <- some_plain(by)
  out
}

# One row a sample (or target, or both) means one: replicate wells are said to be such.
check_names_of_rows <- function(row, table, ask, sheet) {
  key <- switch(ask$rows, sample = row$sample, target = row$target, both = paste(row$sample, row$target))
  if (is.null(key)) {
    return(invisible())
  }
  run <- ask$more$run %||% "run"
  unique_key <- if (run %in% names(table)) paste(table[[run]], key, sep = "\r") else key
  twice <- unique(key[duplicated(unique_key)])
  if (length(twice)) {
    what <- if (ask$rows == "both") "sample and target" else ask$rows
    ddcq_abort(
      c("Every row must be one {what}, as {.arg rows} says.",
        "x" = "In several rows: {some(twice)}{if (!is.null(sheet)) paste0(' (', sheet, ')')}.",
        if (ask$rows != "both") {
          c("i" = "If they are replicate wells: {.code rows = \"well\"}.")
        } else {
          c("i" = "If they are replicate wells: {.fn cq_data} takes one row a well, in one column of Cqs.")
        },
        if (ask$rows == "sample") {
          c("i" = "If they are different samples, name them by more columns: {.code sample = c()}.")
        }
      ), "data"
    )
  }
}

# All other columns are repeated beside the wells; so are those that name a sample together.
kept_columns <- function(table, ask, sheet) {
  own <- if (!"sample" %in% ask$row_roles) NULL else if (length(ask$sample) == 1) ask$sample else "sample"
  gone <- c(ask$cq, own, ask$target, if (is.character(ask$efficiency)) ask$efficiency)
  rest <- unclass(table)[setdiff(names(table), gone)]
  taken <- c("sample", "target", "cq", "state", if (!is.null(ask$efficiency)) "efficiency")
  clash <- intersect(names(rest), taken)
  if (length(clash)) {
    ddcq_abort(
      c("{cli::qty(clash)}The column{?s} {some(clash)} of {.arg {sheet_label(sheet)}} {?plays/play} no part, and must \\
         be called differently.",
        "i" = "A table with one column of Cqs is long: {.fn cq_data} takes it."
      ), "column"
    )
  }
  rest
}

# Tables of several sheets below each other. A column that a sheet lacks is NA there, and the log says so.
bind_long <- function(parts) {
  if (length(parts) == 1) {
    return(parts[[1]])
  }
  have <- unique(unlist(lapply(parts, function(p) names(p$columns))))
  rows <- vapply(parts, function(p) length(p$cells$number), 1L)
  column <- function(name) {
    values <- lapply(seq_along(parts), function(i) parts[[i]]$columns[[name]] %||% rep(NA, rows[i]))
    kinds <- vapply(values, function(v) if (is.numeric(v)) "number" else if (all(is.na(v))) "none" else "text", "")
    if ("text" %in% kinds) values <- lapply(values, function(v) if (is.factor(v)) levels(v)[v] else as.character(v))
    unlist(values)
  }
  lacking <- Filter(function(name) !all(vapply(parts, function(p) name %in% names(p$columns), NA)), have)
  log <- do.call(log_bind, lapply(parts, `[[`, "log"))
  if (length(lacking)) {
    log <- log_bind(log, log_entry("wide", "columns that some sheets lack", length(lacking), some_plain(lacking)))
  }
  designs <- Filter(Negate(is.null), lapply(parts, `[[`, "design"))
  list(
    columns = lapply(stats::setNames(nm = have), column), log = log,
    cells = lapply(list(number = "number", text = "text"), function(w) unlist(lapply(parts, function(p) p$cells[[w]]))),
    design = if (length(designs)) unique(do.call(rbind, designs))
  )
}

shape_log <- function(n, ask, by, kept, blank, sheet) {
  what <- c(sample = "samples", target = "targets", well = "wells", both = "samples and targets")
  where <- if (is.null(sheet)) "" else paste0("sheet ", sheet, ": ")
  log <- log_entry(
    "wide", c(paste("rows taken as", what[[ask$rows]]), paste("columns taken as", what[[ask$columns]])),
    c(n, length(ask$cq)),
    paste0(where, c(if (nzchar(by)) paste("named by", by) else "", some_plain(renamed(ask$cq))))
  )
  if (length(kept)) {
    log <- log_bind(log, log_entry("wide", "columns kept", length(kept), paste0(where, some_plain(kept))))
  }
  if (is.character(ask$efficiency)) {
    log <- log_bind(log, log_entry(
      "wide", "columns taken as efficiencies", length(ask$efficiency), paste0(where, some_plain(ask$efficiency))
    ))
  }
  if (blank) log <- log_bind(log, log_entry("wide", "empty rows left out", blank, sub(": $", "", where)))
  log
}

renamed <- function(cq) {
  ifelse(names(cq) == cq, cq, paste0(names(cq), " (", cq, ")"))
}
