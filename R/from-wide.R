# cq_from_wide(): tables with Cqs in several columns. A table is brought to the long form (from-shape.R), its cells to
# numbers and states (from-cells.R), and the rest is cq_data().

#' qPCR data from a wide table
#'
#' Takes tables that hold Cqs in several columns, as they are: a column a target, a column a sample, or a column a
#' replicate well; one table or one a sheet; data frames, matrices, ExpressionSets, or files. What a row is and which
#' columns hold Cqs is said, not guessed, and everything is matched by name.
#'
#' @param data (data frame; matrix with row and column names; named list of data frames; ExpressionSet or an object
#'   that extends it, such as a qPCRset or qPCRBatch; or the path of xls, xlsx or csv files) The wide table, or several.
#' @param cq (text) Names of the columns that hold Cqs. Names given to them become those of the targets (or samples):
#'   `c(MYC = "MYC_Ct")`. Not needed for a matrix, where all do, nor for a table of targets by samples whose `design`
#'   names the samples.
#' @param rows (text) What a row is:
#'   * `"sample"`: one sample (a cDNA). The columns are targets.
#'   * `"target"`: one target. The columns are samples.
#'   * `"well"`: one of several wells of a sample (`sample =` names it; the columns are targets) or of a target
#'     (`target =` names it; the columns are samples). Rows of one name are technical replicates.
#'   * `c("sample", "target")`: one sample and target. The columns are replicate wells.
#' @param sample (text) Name of the column that holds the sample. Several columns that name it together are pasted:
#'   `c("treatment", "animal")` gives `"drug:3"`. If `NULL`, the column called `sample`; without one, where a row is a
#'   sample, the names or numbers of the rows.
#' @param target (text) Name of the column that holds the target. If `NULL`, the column called `target`.
#' @param ... Names of further columns by keyword, as in [cq_data()]: `run = `, `well = `, `task = `, `quantity = `.
#' @param design (data frame, path of a csv file, or text) The sample sheet, joined by the name of the sample, which
#'   stands in its column `sample` (or the one that `sample =` names) or is the name of its rows. Where the samples are
#'   columns it may be text: the names of those rows of `data` that hold no target but say something of the samples.
#' @param efficiency (text or numbers, by target) Columns that hold amplification efficiencies, `c(MYC = "E_MYC")`, or
#'   the efficiencies themselves, `c(MYC = 1.93)`. Where a row is a target, the name of the one column. They are kept in
#'   the column `efficiency`; [cq_efficiency_of()] makes the table that [ddcq()] takes.
#' @param codes (named text) What values stand for that are no Cq, by the value: `c(Undetermined = "nondetect", "-1" =
#'   "nondetect", failed = "missing")`. `"quantified"` says of a suspicious number that it is a Cq after all.
#' @param sheets (`"run"` or `"target"`) What a sheet is, where there are several.
#' @param na (`"nondetect"` or `"missing"`) What an empty cell means: see [cq_data()]. Asked for when there is one.
#' @inheritParams cq_data
#' @return `cq_data`, as from [cq_data()], with the same columns: one row a well and target. `efficiency` (factor per
#'   cycle) is there where it was asked for; columns that hold no Cq are repeated beside the wells. [cq_log()] tells
#'   what was taken for what. Errors have the classes `ddcq_error_argument`, `ddcq_error_column`,
#'   `ddcq_error_data`, `ddcq_error_efficiency`, `ddcq_error_design` and `ddcq_error_file`.
#' @details A grouping vector that lies outside of the table is a column that the table lacks: `cbind(data, group)`.
#'
#'   Numbers that look like codes are asked about: 0 and negative ones, any Cq of exactly `cycles`, and a whole number
#'   of 30 or more that is the largest of all and occurs three times or more among numbers with decimals.
#' @family data
#' @seealso [cq_from_groups()] for sheets with a column a group.
#' @export
#' @examples
#' # invented: four samples, two targets, no column that names the samples
#' wide <- data.frame(
#'   group = c("ctl", "ctl", "drug", "drug"), MYC = c(24.1, 24.3, 26.0, 25.8),
#'   GAPDH = c(18.0, 18.2, 18.1, 17.9)
#' )
#' cq_from_wide(wide, cq = c("MYC", "GAPDH"), rows = "sample")
#'
#' # the same, transposed, with a sheet of the samples
#' m <- t(as.matrix(wide[c("MYC", "GAPDH")]))
#' colnames(m) <- c("c1", "c2", "d1", "d2")
#' sheet <- data.frame(
#'   sample = c("d1", "d2", "c1", "c2"), group = c("drug", "drug", "ctl", "ctl")
#' )
#' x <- cq_from_wide(m, rows = "target", design = sheet)
#' cq_log(x)
cq_from_wide <- function(data, cq = NULL, rows, sample = NULL, target = NULL, ..., design = NULL, efficiency = NULL,
                         codes = NULL, sheets = NULL, na, runs, cycles = 40) {
  if (missing(data)) abort_missing("data")
  ask <- list(
    cq = check_cq_columns(cq), rows = if (!missing(rows)) check_rows(rows),
    sample = if (!is.null(sample)) check_strings(sample, "sample"),
    target = if (!is.null(target)) check_string(target, "target"), more = check_more(list(...)), design = design,
    efficiency = efficiency, sheets = if (!is.null(sheets)) check_choice(sheets, c("run", "target"), "sheets")
  )
  rules <- list(
    codes = check_codes(codes), na = if (!missing(na)) check_choice(na, c("nondetect", "missing"), "na"),
    runs = if (!missing(runs)) runs, cycles = check_number(cycles, "cycles", 1, 100)
  )
  source <- wide_source(data, ask)
  have <- unique(unlist(lapply(source$tables, names)))
  check_columns(stats::setNames(nm = have), unname(source$ask$cq), "data")
  long <- bind_long(lapply(names(source$tables), function(name) {
    long_table(source$tables[[name]], source$ask, if (!is.null(source$ask$sheets)) name)
  }))
  x <- settle_wide(long, rules, source$ask)
  for (sheet in Filter(is_sheet, list(source$design, source$ask$design, long$design))) {
    x <- cq_design(x, sample_sheet(sheet, source$ask$sample))
  }
  x
}

# The last steps of every wide shape: cells to states, then cq_data() with the log of the shape before its own.
settle_wide <- function(long, rules, ask) {
  cells <- read_cells(long$cells, long$columns, rules)
  columns <- c(add_efficiency(long$columns, ask$efficiency), list(cq = cells$cq, state = cells$state))
  given <- c(list(structure(columns, class = "data.frame", row.names = .set_row_names(length(cells$cq)))), ask$more)
  if (!is.null(rules$runs)) given$runs <- rules$runs
  make <- function() do.call(cq_data, c(given, list(cycles = rules$cycles)))
  # a Cq of the last cycle that is left was said to be one
  x <- withCallingHandlers(make(), ddcq_warning_data = function(w) tryInvokeRestart("muffleWarning"))
  own <- log_of(x)
  attr(x, "log") <- log_bind(long$log, cells$log, own[own$what != "column of the Cq", ])
  x
}
