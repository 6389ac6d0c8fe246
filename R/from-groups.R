# cq_from_groups(): sheets with a column a group, whose rows say nothing of samples until somebody does.

#' qPCR data from columns of groups
#'
#' Takes sheets in which every target has a column of Cqs for each group ("control", "treated"). Nothing in such a sheet
#' says which Cq of a target and which of a reference came from one sample; `rows` does.
#'
#' @param data (named list of data frames, data frame, or the path of xls, xlsx or csv files) A data frame or sheet for
#'   each target, with a column for each group; or one table, whose columns `columns` explains.
#' @param rows (`"sample"` or `"well"`) What stands in one row.
#'   * `"sample"`: row 1 of a group is one sample in every target, row 2 the next. Each sample is normalised by its own
#'     references, and n counts the rows.
#'   * `"well"`: the rows of a group are wells of one sample (one cDNA), in any order. A group is then one sample: there
#'     is a fold change, and no interval.
#'
#'   If the rows are neither, say samples of their own in each target, no sample has both a target and a reference, and
#'   there is nothing to normalise by.
#' @param columns (list, by target, of text, by group; or text) Where `data` is one table:
#'   `list(MYC = c(control = "MYC ctl", treated = "MYC trt"), ...)`. Where every target has its own, the columns that
#'   are groups, by group if they are to be called otherwise; all of them if `NULL`.
#' @param group (text) Name of the column that the groups make.
#' @param efficiency (numbers, by target) Amplification efficiencies as factors, `c(MYC = 1.93, GAPDH = 1.98)`, kept in
#'   the column `efficiency`; [cq_efficiency_of()] makes the table that [ddcq()] takes.
#' @inheritParams cq_from_wide
#' @return `cq_data`, as from [cq_data()], with a column for the group. Samples are called `group:row`, or after their
#'   group where rows are wells. A row in which a group has no Cq of any target is no sample; [cq_log()] counts them.
#'   Errors have the classes `ddcq_error_argument`, `ddcq_error_column`, `ddcq_error_data` and `ddcq_error_efficiency`.
#' @family data
#' @export
#' @examples
#' # invented: three control and four treated samples; a row is one sample
#' sheet <- data.frame(
#'   MYC_ctl = c(24.1, 24.3, 24.0, NA), MYC_trt = c(26.0, 25.8, 26.1, 25.7),
#'   GAPDH_ctl = c(18.0, 18.2, 18.1, NA), GAPDH_trt = c(18.1, 17.9, 18.3, 18.0)
#' )
#' x <- cq_from_groups(sheet, rows = "sample", columns = list(
#'   MYC = c(control = "MYC_ctl", treated = "MYC_trt"),
#'   GAPDH = c(control = "GAPDH_ctl", treated = "GAPDH_trt")
#' ))
#' ddcq(x, ~group, reference = "GAPDH", control = "control", efficiency = 2)
cq_from_groups <- function(data, rows, columns = NULL, group = "group", efficiency = NULL, codes = NULL, na,
                           cycles = 40) {
  if (missing(data)) abort_missing("data")
  if (missing(rows) || !is.character(rows) || length(rows) != 1 || !rows %in% c("sample", "well")) {
    abort_group_rows(if (!missing(rows)) rows)
  }
  group <- check_string(group, "group")
  if (group %in% c(cq_canonical, "efficiency")) {
    ddcq_abort("{.arg group} must be another name than {some(group)}, which the data have already.", "argument")
  }
  rules <- list(
    codes = check_codes(codes), na = if (!missing(na)) check_choice(na, c("nondetect", "missing"), "na"),
    cycles = check_number(cycles, "cycles", 1, 100)
  )
  if (!is.null(efficiency) && !is.numeric(efficiency)) {
    ddcq_abort("{.arg efficiency} must be numbers by target, not {.obj_type_friendly {efficiency}}.", "argument")
  }
  if (is.character(data)) {
    data <- read_tables(data)
    if (length(data) == 1) data <- data[[1]]
  }
  targets <- if (is.data.frame(data)) groups_of_table(as.data.frame(data), columns) else groups_of_list(data, columns)
  check_same_groups(targets)
  long <- long_groups(targets, rows, group)
  settle_wide(long, rules, list(efficiency = efficiency))
}

abort_group_rows <- function(rows) {
  ddcq_abort(
    c("{.arg rows} must be {.val sample} or {.val well}: the sheet itself does not say whose Cqs stand in one row.",
      if (!is.null(rows)) c("x" = "It is {some(format(rows))}."),
      "i" = "{.code rows = \"sample\"}: row 1 of a group is one cDNA in every target, row 2 the next. Each is \\
             normalised by its own references, and n counts rows.",
      "i" = "{.code rows = \"well\"}: the rows of a group are wells of one cDNA. There is a fold change, but no \\
             interval.",
      "i" = "If neither holds, target and reference were measured in different samples, and cannot be normalised."
    ), "argument"
  )
}

# Every way in becomes a list, by target, of lists, by group, of columns.
groups_of_table <- function(table, columns) {
  good <- is.list(columns) && length(columns) && has_names(columns) &&
    all(vapply(columns, function(x) is.character(x) && has_names(x), NA))
  if (!good) {
    ddcq_abort(
      c("{.arg columns} must name the column of each group, by target.",
        "x" = "The columns are {some(names(table), 12)}.",
        "i" = "{.code columns = list(MYC = c(control = \"MYC ctl\", treated = \"MYC trt\"), GAPDH = c(...))}"
      ), "argument"
    )
  }
  check_unique_columns(table, NULL)
  check_columns(table, unlist(columns), "data")
  used <- unlist(columns)
  if (anyDuplicated(used)) {
    ddcq_abort("{.arg columns} must name each column once, not {some(used[duplicated(used)])} twice.", "argument")
  }
  left <- setdiff(names(table), used)
  filled <- left[vapply(unclass(table)[left], function(column) any(!is.na(column) & column != ""), NA)]
  targets <- lapply(columns, function(x) lapply(x, function(name) table[[name]]))
  structure(targets, left = filled)
}

groups_of_list <- function(data, columns) {
  good <- is.list(data) && length(data) && has_names(data) && all(vapply(data, is.data.frame, NA))
  if (!good) {
    ddcq_abort(
      "{.arg data} must be a data frame, or a list of data frames by target, not {.obj_type_friendly {data}}.",
      "argument"
    )
  }
  for (name in names(data)) check_unique_columns(data[[name]], name)
  if (is.null(columns)) {
    return(lapply(data, as.list))
  }
  if (is.list(columns)) {
    ddcq_abort(
      "{.arg columns} must be text where every target has its own data frame: the columns that are groups.", "argument"
    )
  }
  columns <- check_cq_columns(columns)
  targets <- lapply(names(data), function(name) {
    check_columns(data[[name]], unname(columns), name)
    stats::setNames(as.list(data[[name]])[columns], names(columns))
  })
  left <- setdiff(unlist(lapply(data, names)), columns)
  structure(stats::setNames(targets, names(data)), left = left)
}

check_same_groups <- function(targets) {
  groups <- names(targets[[1]])
  for (name in names(targets)) {
    odd <- c(setdiff(names(targets[[name]]), groups), setdiff(groups, names(targets[[name]])))
    if (length(odd)) {
      ddcq_abort(
        c("Every target must have the same groups.",
          "x" = "{some(name)} and {some(names(targets)[1])} differ in {some(odd)}."
        ), "column"
      )
    }
  }
}

# Row i of a group is sample group:i, or a well of the group's one sample. What no target has is no row.
long_groups <- function(targets, rows, group) {
  groups <- names(targets[[1]])
  n <- vapply(groups, function(g) max(vapply(targets, function(t) length(t[[g]]), 1L)), 1L)
  each <- expand.grid(group = groups, target = names(targets), stringsAsFactors = FALSE)
  values <- lapply(seq_len(nrow(each)), function(i) {
    column <- cell_values(targets[[each$target[i]]][each$group[i]])
    lapply(column, `[`, seq_len(n[[each$group[i]]]))
  })
  size <- n[each$group]
  cells <- lapply(c(number = "number", text = "text"), function(w) unlist(lapply(values, `[[`, w)))
  label <- rep(each$group, size)
  row <- sequence(size)
  target <- rep(each$target, size)
  sample <- if (rows == "sample") paste(label, row, sep = ":") else label
  filled <- !is.na(cells$number) | !is.na(cells$text)
  # below the last Cq of a column there are no wells; a gap above it is one
  below <- rev(stats::ave(rev(filled), rev(paste(target, label)), FUN = cumsum)) == 0
  keep <- if (rows == "well") !below else sample %in% sample[filled]
  list(
    columns = stats::setNames(list(sample[keep], target[keep], label[keep]), c("sample", "target", group)),
    cells = lapply(cells, `[`, keep), log = groups_log(targets, rows, groups, sum(!keep), attr(targets, "left"))
  )
}

groups_log <- function(targets, rows, groups, empty, left) {
  what <- if (rows == "sample") "rows taken as samples" else "rows taken as wells of one sample a group"
  log <- log_entry(
    "wide", c(what, "targets", "groups"), c(NA, length(targets), length(groups)),
    c("", some_plain(names(targets)), some_plain(groups))
  )
  if (empty) log <- log_bind(log, log_entry("wide", "empty cells below the groups", empty))
  if (length(left)) log <- log_bind(log, log_entry("wide", "columns left out", length(left), some_plain(left)))
  log
}
