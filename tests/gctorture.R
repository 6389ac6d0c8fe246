# Calls of each C entry that tools/gctorture.R repeats with a garbage collection at every
# allocation: an object that is not protected where it must be then shows in the answer, or crashes.
# Ends in a named list of functions without arguments; the values they pass stand in the helper of
# the twins.

helper <- new.env(parent = globalenv())
sys.source(file.path("tests", "testthat", "helper-twins.R"), helper)

as_call <- function(name, args) {
  symbol <- utils::getFromNamespace(name, "ddcq")
  force(args)
  function() do.call(.Call, c(list(symbol), unname(args)), quote = TRUE)
}

arguments <- helper$entry_arguments()
changed <- function(name, ...) utils::modifyList(arguments[[name]], list(...), keep.null = TRUE)

calls <- Map(as_call, names(arguments), arguments)
calls <- c(calls, list(
  # enough names for the table of strings to grow, and strings that no other object holds
  "c_code_strings, grown" = as_call("c_code_strings", list(paste0("name", rep(1:300, 2)))),
  "c_code_strings, deferred" = function() {
    .Call(utils::getFromNamespace("c_code_strings", "ddcq"), as.character(c(101:110, 105L)))
  },
  "c_code_strings, empty" = as_call("c_code_strings", list(character())),
  "c_group_value, empty" = as_call("c_group_value", list(integer(), integer(), 0L)),
  "c_duplicated_rows, none" = as_call("c_duplicated_rows", list(list(1:3))),
  "c_cells, mean" = as_call("c_cells", changed("c_cells", how = 1L)),
  "c_cells, one run" = as_call("c_cells", changed("c_cells", run = NULL)),
  "c_fold_change, pooled" = as_call("c_fold_change", helper$pooled_arguments()),
  "c_fold_change, no covariance" = as_call(
    "c_fold_change", changed("c_fold_change", options = c(2L, 0L))
  ),
  "c_fold_change, all NA" = as_call(
    "c_fold_change", changed("c_fold_change", cq = rep(NA_real_, 10))
  ),
  "c_unit_table, no units" = as_call("c_unit_table", changed(
    "c_unit_table", n_units = 0L, unit = c(-1L, -1L), control = integer()
  )),
  "c_line_fit, by well" = as_call("c_line_fit", changed("c_line_fit", by_point = 0L)),
  "c_fit_curves, none" = as_call("c_fit_curves", list(
    double(), double(), 0L, double(), double(), double(), c(1L, 0L, 1L), 1L
  )),
  "c_curve_values, inverse" = as_call("c_curve_values", changed("c_curve_values", inverse = 1L)),
  "c_melt, no curve" = as_call("c_melt", changed("c_melt", start = 0L)),
  # errors, half-way through what the entry allocates
  "c_group_value, refused" = as_call("c_group_value", changed("c_group_value", value = "a")),
  "c_duplicated_rows, refused" = as_call("c_duplicated_rows", list(list(1:3, 1:2))),
  "c_cells, refused" = as_call("c_cells", changed("c_cells", cq = 1)),
  "c_fold_change, refused" = as_call("c_fold_change", changed(
    "c_fold_change", contrast = matrix(c(-1, 0, 1), 3), options = c(3L, 1L)
  )),
  "c_unit_table, refused" = as_call("c_unit_table", changed("c_unit_table", control = 1)),
  "c_line_fit, refused" = as_call("c_line_fit", changed("c_line_fit", by_point = -1L)),
  "c_fit_curves, refused" = as_call("c_fit_curves", changed("c_fit_curves", threads = -1L)),
  "c_melt, refused" = as_call("c_melt", changed("c_melt", most = -1L))
))
calls
