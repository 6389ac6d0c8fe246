# Calls of each C entry that tools/gctorture.R repeats with a garbage collection at every
# allocation: an object that is not protected where it must be then shows in the answer, or crashes.
# Ends in a named list of functions without arguments; the values they pass stand in the helper of
# the twins.

helper <- new.env(parent = globalenv())
sys.source(file.path("tests", "testthat", "helper-twins.R"), helper)
sys.source(file.path("tests", "testthat", "helper-twins-simultaneous.R"), helper)
sys.source(file.path("tests", "testthat", "helper-twins-moderate.R"), helper)
sys.source(file.path("tests", "testthat", "helper-twins-resample.R"), helper)
for (file in list.files(file.path("tests", "testthat"), "^helper-twins.*[.]R$", full.names = TRUE)) {
  sys.source(file, helper)
}
sys.source(file.path("tests", "testthat", "helper-twins-stability.R"), helper)
for (file in list.files(file.path("tests", "testthat"), "^helper-twins.*[.]R$", full.names = TRUE)) {
  sys.source(file, helper)
}
sys.source(file.path("tests", "testthat", "helper-twins-curves.R"), helper)

as_call <- function(name, args) {
  symbol <- utils::getFromNamespace(name, "ddcq")
  force(args)
  function() {
    set.seed(1)
    do.call(.Call, c(list(symbol), unname(args)), quote = TRUE)
  }
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
  "c_moderate, refused" = as_call("c_moderate", list(variance = c(0.1, 0.2), df = 4)),
  "c_line_fit, by well" = as_call("c_line_fit", changed("c_line_fit", by_point = 0L)),
  "c_simultaneous, general" = as_call("c_simultaneous", list(helper$tukey_correlation(3), 9, c(1, 2, 3), 0.95)),
  "c_permute, drawn" = function() {
    set.seed(1)
    as_call("c_permute", changed("c_permute", how = c(0L, 20L)))()
  },
  "c_permute, no interval" = as_call("c_permute", changed("c_permute", high = matrix(0, 0, 2), low = matrix(0, 0, 2))),
  "c_bootstrap, drawn" = function() {
    set.seed(1)
    as_call("c_bootstrap", changed("c_bootstrap", index = NULL))()
  },
  "c_genorm, gaps" = as_call("c_genorm", changed("c_genorm", gaps = 1L)),
  "c_genorm, two genes" = as_call("c_genorm", list(c(1, 2, 3, 1), c(2L, 2L), 1:2, 0L)),
  "c_normfinder, one group" = as_call("c_normfinder", changed(
    "c_normfinder", group = rep(0L, 6), n_groups = 1L, paired = integer()
  )),
  "c_stability_boot, two batches" = as_call("c_stability_boot", changed(
    "c_stability_boot", resamples = 33L
  )),
  "c_serial_fit, no df" = as_call("c_serial_fit", list(c(5, 4), c(15, 18), c(1, 1), c(0L, 0L), 0:1, 1L, 0, 3L)),
  "c_detection_fit, single hit" = as_call("c_detection_fit", changed("c_detection_fit", link = 0L)),
  "c_fit_curves" = as_call("c_fit_curves", curves$c_fit_curves),
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
  "c_simultaneous, refused" = as_call("c_simultaneous", changed("c_simultaneous", level = 1)),
  "c_permute, refused" = as_call("c_permute", changed("c_permute", treated = c(0L, 0L))),
  "c_tobit, refused" = as_call("c_tobit", changed("c_tobit", x = matrix(1, 6, 2))),
  "c_tobit_bound, refused" = as_call("c_tobit_bound", changed("c_tobit_bound", direction = 1)),
  "c_bootstrap, refused" = as_call("c_bootstrap", changed("c_bootstrap", index = matrix(3L, 5, 4))),
  "c_bootstrap_limits, refused" = as_call("c_bootstrap_limits", changed("c_bootstrap_limits", level = 1L)),
  "c_replicates, refused" = as_call("c_replicates", changed("c_replicates", target = c(0L, 5L))),
  "c_calibrate, not linked" = as_call("c_calibrate", changed("c_calibrate", run = c(0L, 0L, 1L, 1L, 1L))),
  "c_calibrate, refused" = as_call("c_calibrate", changed("c_calibrate", noise = 1)),
  "c_line_fit, refused" = as_call("c_line_fit", changed("c_line_fit", by_point = -1L)),
  "c_normfinder, refused" = as_call("c_normfinder", changed("c_normfinder", paired = 3L)),
  "c_stability_boot, refused" = as_call("c_stability_boot", changed("c_stability_boot", t = 1L)),
  "c_line_units, refused" = as_call("c_line_units", changed("c_line_units", run = rep(1L, 4))),
  "c_slopes_equal, refused" = as_call("c_slopes_equal", changed("c_slopes_equal", df = 1)),
  "c_serial_fit, refused" = as_call("c_serial_fit", changed("c_serial_fit", pure = c(1, 2))),
  "c_inverse_predict, refused" = as_call("c_inverse_predict", changed("c_inverse_predict", line = 1)),
  "c_sd_curve, refused" = as_call("c_sd_curve", changed("c_sd_curve", df = 7)),
  "c_detection_fit, refused" = as_call("c_detection_fit", changed("c_detection_fit", link = 4L)),
  "c_fit_curves, refused" = as_call("c_fit_curves", utils::modifyList(curves$c_fit_curves, list(threads = -1L))),
  "c_fit_curves, refused" = as_call("c_fit_curves", changed("c_fit_curves", threads = -1L)),
  "c_melt, refused" = as_call("c_melt", changed("c_melt", most = -1L))
))
calls
