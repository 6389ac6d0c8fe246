# What a person sees of the assay's tables: a line on top, the table, and what is to be said of it. The curve itself is
# printed as every efficiency is, with what a serial dilution or a well that stands out adds.

#' @export
format.cq_standard_curve <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  lines <- NextMethod()
  # a table that lost columns has nothing to add
  step <- x$sigma_step
  serial <- !is.null(step) && any(is.finite(step))
  c(
    lines,
    if (serial) wrap_lines(c(
      paste0("SD of a dilution step, cycles: ", some_plain(paste(x$target, cycles_label(step)), 6), "."),
      "The interval averages over the ratio of the steps' error to the wells'; SE is half of it over t."
    ), width)
  )
}

cycles_label <- function(x) {
  ifelse(is.na(x), "-", formatC(x, digits = 3, format = "f"))
}

# A header, a table cut at 40 rows, lines, and the notes of the rows.
assay_lines <- function(x, header, columns, lines, width, name = x$target, left = 1) {
  shown <- seq_len(min(length(columns[[1]]), 40))
  more <- length(columns[[1]]) - length(shown)
  noted <- which(nzchar(x$note))
  by_note <- split(name[noted], factor(x$note[noted], unique(x$note[noted])))
  said <- paste0(vapply(by_note, function(n) some_plain(unique(n), 6), ""), ": ", names(by_note), ".")
  c(
    if (isTRUE(attr(x, "simulated", exact = TRUE))) "SIMULATED DATA",
    header, paste0("  ", text_table(lapply(columns, `[`, shown), left)),
    if (more > 0) paste("  ... and", plural(more, "more row")), wrap_lines(lines, width),
    if (length(noted)) c("Notes", wrap_lines(said, width, indent = 2))
  )
}

number_label <- function(x, digits = 3) {
  ifelse(is.na(x), "-", formatC(x, digits = digits, format = "f"))
}

amount_label <- function(x) {
  ifelse(is.na(x), "-", trimws(formatC(x, digits = 3, format = "g")))
}

amounts_label <- function(low, high) {
  ifelse(is.na(low) & is.na(high), "-", paste(amount_label(low), "to", amount_label(high)))
}

at_level <- function(x) {
  level_label(attr(x, "level", exact = TRUE) %||% 0.95)
}

#' @export
format.cq_slopes <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  assay_lines(
    x, paste0("Slopes of dilution series, by ", x$by[1], " (test of equal slopes)"),
    list(
      target = x$target, lines = as.character(x$n_lines), slope = number_label(x$slope), E = number_label(x$efficiency),
      "slopes apart" = ifelse(
        is.na(x$slope_min), "-", paste(number_label(x$slope_min), "to", number_label(x$slope_max))
      ),
      F = number_label(x$f, 2), df = ifelse(is.na(x$f), "-", paste(x$df1, x$df2, sep = ", ")), p = p_label(x$p.value)
    ),
    "Slope and E: of the lines taken as parallel. The lines: attr(x, \"lines\").", width
  )
}

#' @export
format.cq_linear_range <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  assay_lines(
    x, "Linear range: levels left out from the ends, and lack of fit of the rest",
    list(
      target = x$target, out = paste0(x$dropped_low, " low, ", x$dropped_high, " high"),
      quantity = amounts_label(x$quantity_min, x$quantity_max), Cq = paste(
        formatC(x$cq_min, digits = 1, format = "f"), "to", formatC(x$cq_max, digits = 1, format = "f")
      ),
      slope = number_label(x$slope), E = number_label(x$efficiency), R2 = number_label(x$r.squared, 4),
      "lack of fit p" = p_label(x$lof_p), " " = ifelse(x$widest, "<- widest", "")
    ),
    paste0(
      "Widest: the most decades with p of at least ", attr(x, "p", exact = TRUE) %||% 0.05, ". Nothing was left out ",
      "of a curve; cq_standard_curve(range = ) does."
    ), width, left = c(1, 9)
  )
}

#' @export
format.cq_inhibition <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  assay_lines(
    x, paste0("dCq against log10 of the quantity, reference ", x$reference[1]),
    list(
      target = x$target, slope = number_label(x$slope),
      interval = ifelse(is.na(x$conf.low), "-", paste(number_label(x$conf.low), "to", number_label(x$conf.high))),
      t = number_label(x$statistic, 2), df = ifelse(is.na(x$df), "-", format(x$df, trim = TRUE)),
      p = p_label(x$p.value), verdict = ifelse(is.na(x$verdict), "-", x$verdict)
    ),
    paste0(
      "Level: the ", at_level(x), " interval lies within -", x$margin[1], " to ", x$margin[1],
      " cycles a decade. Units: ",
      if (is.null(attr(x, "paired", exact = TRUE))) "the means of each dilution." else "pairs of wells."
    ), width
  )
}

#' @export
format.cq_lod <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  share <- attr(x, "share", exact = TRUE) %||% 0.95
  test <- which(!is.na(x$lr_p))
  counted <- x[!duplicated(x$target), , drop = FALSE]
  c(
    assay_lines(
      x, paste0("Limit of detection: ", level_label(share), " of reactions detect it"),
      list(
        target = x$target, model = paste0(x$model, ifelse(x$main, " *", "")), limit = amount_label(x$lod),
        interval = ifelse(is.na(x$conf.low) & is.na(x$conf.high), "-", amounts_label(x$conf.low, x$conf.high)),
        slope = number_label(x$slope, 2), "log-likelihood" = number_label(x$log_lik, 2)
      ),
      c(
        paste0("*: the limit that counts. The interval is at ", at_level(x), ", by profile likelihood."),
        if (length(test)) paste0("Slope 1 (one molecule is enough) against a free slope: ", some_plain(
          paste0(x$target[test], " p ", format_p(x$lr_p[test])), 6
        ), "."),
        counted_line(counted, x),
        paste0(
          "If the quantity counts molecules, no assay has a limit below ",
          formatC(-log1p(-share), digits = 2, format = "f"), "."
        )
      ), width, name = paste(x$target, x$model), left = 1:2
    )
  )
}

# What counting alone says, without a model.
counted_line <- function(rows, x) {
  text <- paste0(
    rows$target, ": highest quantity with a miss ", amount_label(rows$highest_miss), ", all detected from ",
    amount_label(rows$lowest_all), ifelse(is.na(rows$bound), "", paste0(
      " (there at least ", formatC(100 * rows$bound, digits = 0, format = "f"), " % detect, one-sided ",
      at_level(x), ")"
    ))
  )
  paste0(utils::head(text, 6), ".")
}

#' @export
format.cq_loq <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  assay_lines(
    x, paste0("Limit of quantification: CV of the quantity at most ", format(100 * x$cv_limit[1]), " %"),
    list(
      target = x$target, limit = amount_label(x$loq), interval = ifelse(
        is.na(x$loq), "-",
        paste(amount_label(x$conf.low), "to", ifelse(is.na(x$conf.high), "(none passes)", amount_label(x$conf.high)))
      ),
      "CV there" = ifelse(is.na(x$cv), "-", paste(formatC(100 * x$cv, digits = 1, format = "f"), "%")),
      "limit of detection" = amount_label(x$lod), E = number_label(x$efficiency), levels = as.character(x$n_levels)
    ),
    if (identical(attr(x, "method", exact = TRUE), "curve")) {
      paste0("Where a line through the log SDs crosses that CV, with its ", at_level(x), " interval.")
    } else {
      paste0("The interval asks the same of each CV's ", at_level(x), " limits. By level: attr(x, \"levels\").")
    }, width
  )
}

#' @export
format.cq_quantities <- function(x, width = getOption("width"), ...) {
  check_shown(width = width)
  limits <- !all(is.na(x$below_lod)) || !all(is.na(x$below_loq))
  several <- length(unique(x$run)) > 1
  columns <- list(
    target = x$target, sample = x$sample, run = x$run,
    wells = ifelse(x$n_detected == x$n_wells, x$n_wells, paste(x$n_detected, "of", x$n_wells)),
    Cq = number_label(x$cq, 2), quantity = amount_label(x$quantity), interval = amounts_label(x$conf.low, x$conf.high)
  )
  if (!several) columns$run <- NULL
  assay_lines(
    x, paste0("Quantities from standard curves: ", plural(nrow(x), "row")), columns,
    c(
      paste0("The interval is at ", at_level(x), ": the sample's wells and the line. The unit is the standards'."),
      if (!limits) "Limits of detection and quantification were not given."
    ), width, name = paste(x$target, x$sample), left = 1:2
  )
}

# A table that lost columns is printed as a data frame.
print_assay <- function(x, needs, ...) {
  if (nrow(x) && all(needs %in% names(x))) writeLines(format(x, ...)) else print(plain_table(x), ...)
  invisible(x)
}

#' @export
print.cq_slopes <- function(x, ...) print_assay(x, c("target", "by", "n_lines", "slope", "f", "note"), ...)
#' @export
print.cq_linear_range <- function(x, ...) print_assay(x, c("target", "dropped_low", "lof_p", "widest", "note"), ...)
#' @export
print.cq_inhibition <- function(x, ...) print_assay(x, c("target", "reference", "slope", "verdict", "note"), ...)
#' @export
print.cq_lod <- function(x, ...) print_assay(x, c("target", "model", "lod", "bound", "main", "note"), ...)
#' @export
print.cq_loq <- function(x, ...) print_assay(x, c("target", "loq", "cv", "lod", "note"), ...)
#' @export
print.cq_quantities <- function(x, ...) print_assay(x, c("target", "sample", "quantity", "n_wells", "note"), ...)
