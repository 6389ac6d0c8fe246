# What a person sees of cq_stability(): one screen.

#' Print the stability of reference genes
#'
#' The ranking, what each method said, and the sentence that names the references to use and what cannot be known.
#'
#' @param x (`cq_stability`) From [cq_stability()].
#' @param digits (number) Digits after the point.
#' @param width (number) Width of the lines.
#' @param rows (number) Rows to show; the rest is counted.
#' @param ... Not used.
#' @return `print()` returns `x`, invisibly; `format()` the lines as text.
#' @family references
#' @name print.cq_stability
#' @examples
#' # simulated: four candidates in ten samples
#' set.seed(1)
#' cq <- sapply(c(ACTB = 18, GAPDH = 17, TBP = 26, UBC = 22), function(level) rnorm(10, level, 0.3))
#' print(cq_stability(cq, method = "normfinder"), digits = 2)
NULL

#' @rdname print.cq_stability
#' @export
format.cq_stability <- function(x, digits = 3, width = getOption("width"), rows = 30, ...) {
  check_shown(digits = digits, width = width, rows = rows)
  spec <- attr(x, "spec", exact = TRUE)
  details <- attr(x, "details", exact = TRUE)
  more <- nrow(x) - min(nrow(x), rows)
  c(
    if (spec$simulated) "SIMULATED DATA", wrap_lines(stability_header(x, spec), width),
    paste0("  ", stability_columns(utils::head(as.data.frame(x), rows), spec, details, digits)),
    if (more > 0) paste("  ... and", plural(more, "more candidate")),
    wrap_lines(c(
      stability_lines(spec, details), variation_line(spec, details$genorm),
      stability_equivalence_lines(spec, details$equivalence), attr(x, "sentence", exact = TRUE)
    ), width), notes_by_text(x, width)
  )
}

#' @rdname print.cq_stability
#' @export
print.cq_stability <- function(x, ...) {
  if (is.null(attr(x, "spec", exact = TRUE)) || !all(c("target", "stability", "rank", "note") %in% names(x))) {
    print(as.data.frame(x), ...)
  } else {
    writeLines(format(x, ...))
  }
  invisible(x)
}

stability_header <- function(x, spec) {
  sizes <- if (length(spec$groups)) paste0(" (", paste(spec$groups, spec$group_size, collapse = ", "), ")")
  paste0(
    "Stability of reference genes by ", method_names[[spec$method]], ": ", plural(nrow(x), "candidate"), ", ",
    plural(spec$n_samples, if (spec$pairwise) "complete sample" else "sample"), sizes
  )
}

short_names <- c(
  genorm = "geNorm", normfinder = "NormF.", bestkeeper = "BestK.", deltacq = "dCq", aggregate = "aggr.",
  equivalence = "equiv."
)

# The table, with the ranks by the other methods beside it.
stability_columns <- function(rows, spec, details, digits) {
  number <- function(v, d) ifelse(is.na(v), "-", formatC(v, digits = d, format = "f"))
  short <- function(v) ifelse(is.na(v), "-", format(v, trim = TRUE, drop0trailing = TRUE))
  columns <- list(rows$target, number(rows$stability, digits), short(rows$rank))
  names(columns) <- c("target", measure_names[[spec$method]], "rank")
  if (any(!is.na(rows$rank_low))) {
    columns[[paste(level_label(spec$level), "interval")]] <-
      ifelse(is.na(rows$rank_low), "-", paste(short(rows$rank_low), "to", short(rows$rank_high)))
  }
  for (other in setdiff(intersect(names(details), names(method_names)), spec$method)) {
    table <- details[[other]]$table
    columns[[short_names[[other]]]] <- short(table$rank[match(rows$target, table$target)])
  }
  text_table(columns)
}

stability_lines <- function(spec, details) {
  c(
    other_methods_line(setdiff(names(details), c(spec$method, "boot"))),
    if (length(spec$dropped)) paste0(
      if (spec$pairwise) "Counted only for the pairs that they have" else "Left out",
      ", without a Cq for some candidate: ", plural(length(spec$dropped), "sample"), " (",
      some_plain(spec$dropped, 6), ")."
    ),
    stability_efficiency(spec$efficiency, spec), boot_line(spec, details$boot),
    if (spec$n_samples < 8) {
      paste0("With ", spec$n_samples, " samples these ranks are unsure: eight or more are advised.")
    },
    thin_groups(spec)
  )
}

other_methods_line <- function(others) {
  if (length(others)) {
    paste0("To the right the ranks by other methods: ", paste(method_names[others], collapse = ", "), ".")
  }
}

stability_efficiency <- function(eff, spec) {
  if (is.null(eff$table)) {
    return(paste0("Efficiency ", format(eff$value), " for every candidate, as given."))
  }
  paste0(
    "Efficiencies ", paste(formatC(range(2^eff$weight, na.rm = TRUE), digits = 2, format = "f"), collapse = " to "),
    if (any(eff$se > 0)) {
      paste0(
        "; their standard errors are ", if (length(spec$groups)) "in the intervals of the changes between groups, ",
        "not in the ranks"
      )
    }, "."
  )
}

boot_line <- function(spec, boot) {
  if (is.null(boot)) {
    return("No intervals of the ranks: boot = 1000 makes them.")
  }
  failed <- max(boot$failed[boot$method == spec$method])
  paste0(
    "Intervals from ", format(spec$boot, big.mark = ","), " bootstrap resamples of the samples",
    if (length(spec$groups)) " within groups",
    if (failed == spec$boot) "; none could be ranked by this method" else if (failed > 0) {
      paste0("; ", failed, " could not be ranked")
    }, "."
  )
}

thin_groups <- function(spec) {
  thin <- names(spec$group_size)[spec$group_size < 8]
  if (length(thin) && spec$method == "normfinder") {
    paste0("NormFinder's authors advise eight samples a group or more; fewer: ", some_plain(thin, 6), ".")
  }
}

variation_line <- function(spec, found) {
  if (spec$method != "genorm" || is.null(found)) {
    return(NULL)
  }
  v <- utils::head(found$variation, 6)
  paste0(
    "Pairwise variation: ", paste(v$pair, formatC(v$v, digits = 3, format = "f"), collapse = ", "),
    if (nrow(found$variation) > 6) ", ..."
  )
}

stability_equivalence_lines <- function(spec, found) {
  if (is.null(found)) {
    return("Without groups it is not known whether a candidate moves with the treatment: give `group`.")
  }
  open <- found$table$target[!found$table$equivalent]
  far <- vapply(open, function(target) {
    fold <- found$contrasts$fold_change[found$contrasts$target == target]
    fold[which.max(abs(log2(fold)))]
  }, 0)
  paste0(
    "Change between groups against the other candidates, ", level_label(2 * spec$level - 1), " interval within ",
    format(spec$margin), "-fold: shown for ", sum(found$table$equivalent), " of ", nrow(found$table),
    if (length(open)) paste0("; not for ", some_plain(paste0(open, " (", fold_label(far), ")"), 6)), "."
  )
}

# Rows that share a note are named together.
notes_by_text <- function(x, width) {
  rows <- x[nzchar(x$note), , drop = FALSE]
  if (!nrow(rows)) {
    return(NULL)
  }
  lines <- vapply(unique(rows$note), function(note) {
    paste0(some_plain(rows$target[rows$note == note], 6), ": ", note, ".")
  }, "")
  c("Notes", wrap_lines(unname(lines), width, indent = 2))
}
