#' ddcq: efficiency-corrected delta-delta-Cq analysis of qPCR
#'
#' From a plate export to fold changes whose intervals cover what they say. The way through the package is
#' [cq_read()] or [cq_data()], [cq_design()], [cq_standard_curve()] or [cq_efficiency()], then [ddcq()] and the
#' questions asked of its fit: [ddcq_ratio()], [panel_verdict()], [ddcq_report()]. `vignette("ddcq")` walks it once,
#' `vignette("methods")` gives every formula.
#'
#' @aliases ddcq-package NULL
#' @keywords internal
#' @useDynLib ddcq, .registration = TRUE
#' @importFrom rlang %||%
"_PACKAGE"
