# Which reference genes, and how many: the door. The candidates as a matrix are made in stability-input.R, the numbers
# of each method in stability-methods.R, what is recommended in stability-advice.R.

#' How stable are the candidate reference genes?
#'
#' Ranks candidate reference genes by the usual methods, says how many of them to use and, where there are groups, tests
#' whether each candidate moves with them.
#'
#' @param x (`cq_data`, or a matrix or data frame) The wells; or Cq by sample (rows) and candidate (columns), with one
#'   value a cell.
#' @param candidates (text) The candidates: targets of `x`, three or more. May be left out for a matrix: all columns.
#' @param method (text) One method or several of `"genorm"`, `"normfinder"`, `"bestkeeper"`, `"deltacq"`, `"aggregate"`
#'   and, with `group`, `"equivalence"`. The table is that of the first; `details` has them all.
#' @param group (text, or a factor) The column of `x` that holds what was done to the samples; for a matrix, one value a
#'   row. Without it nothing can be said about a candidate that moves with the treatment.
#' @param efficiency (number or `cq_efficiency`) The amplification factor per cycle: one number for all, or a table of
#'   [cq_efficiency()] or [cq_standard_curve()]. Its standard errors widen the intervals of the equivalence test; they
#'   are not in the ranks.
#' @param ... Not used.
#' @param n (number) How many references to recommend; by the rule of the method when `NULL`.
#' @param cut (number) geNorm's limit of the pairwise variation V, in log2 units, below which one more gene is not
#'   needed.
#' @param missing (`"complete"` or `"pairwise"`) What becomes of a sample without a Cq for some candidate: it is left
#'   out (and counted), or it still counts for the pairs that it has. `"pairwise"` reaches geNorm, delta-Cq and
#'   BestKeeper's deviations; the others are of complete samples in any case.
#' @param boot (number) Bootstrap resamples behind the interval of each rank; 0 for none. Samples are drawn within their
#'   groups, with R's generator: `set.seed()` makes them repeatable.
#' @param level (number) Confidence level of the ranks' intervals. The equivalence test has error rate `1 - level`, so
#'   its interval is the one of level `2 * level - 1`.
#' @param margin (number) The largest change between groups, as a fold change, that a reference may have.
#' @return A data frame of class `cq_stability`, one row a candidate, the most stable first: `target`, `stability` (the
#'   measure of the method; small is stable), `rank` (1 = most stable; equal ones share the mean of their ranks),
#'   `rank_low`, `rank_high` (bootstrap interval of the rank, `NA` without) and `note`. Attributes:
#'   * `recommended` (text): the references to use, by the rule of the method; `sentence` says so with its caveat.
#'   * `details`: a list, one element a method, with `table` (target, stability, rank) and what the method has besides
#'     (see Details).
#'
#'   Fewer than three candidates, samples or values shared by a pair are errors of class `ddcq_error_stability`.
#' @details
#' All but BestKeeper work on log2 quantities, `x = -log2(E) Cq`, so that the amount of RNA in a sample, which moves all
#' candidates alike, plays no part.
#'
#' * **geNorm**: pairwise variation `V_jk = SD(x_j - x_k)` over samples, `M_j` its mean over the other genes. The gene
#'   with the largest M leaves until two are left, which share rank 1: they cannot be told apart. `stability` is M when
#'   the gene left. `V_n/n+1` is the SD of the change that one more gene makes to the mean of the n best; the number
#'   recommended is the smallest n with V below `cut`. `details$genorm`: `steps`, `m` (M of every gene at every step),
#'   `variation`, `pairs` (the matrix `V_jk`). Genes that tie for the largest M: the one with the largest single `V_jk`
#'   leaves, then the one whose name comes last.
#' * **NormFinder**: after the authors' code. With groups: `intra` (variance within each group), `inter` (deviation
#'   between groups), shrunk and put together; without: the SD within. A negative estimate of a variance is replaced, as
#'   the authors do, by the smallest variance of a difference to another gene over 4; the row's note and `raised` say
#'   where. `pairs` has the stability of the mean of two genes among the 20 most stable.
#' * **BestKeeper**: what it calls "SD" is the mean absolute deviation of the raw Cq, and so is `stability` here
#'   (cycles). It holds the differences in RNA input, and E plays no part. `table` has r, the correlation with the index
#'   (of which the gene is a part), slope and the rest.
#' * **delta-Cq**: mean over partners of the SD of dCq, efficiency-weighted (where E is 2, that of the paper). It is
#'   geNorm's M before any gene has left, so the two are not two opinions.
#' * **aggregate**: geometric mean of the four ranks, with average ranks for ties; `mean_integer` is the same of integer
#'   ranks, where ties share the smaller.
#' * **equivalence**: the model `x ~ gene + sample + gene:group`, a residual variance for each gene. Per candidate and
#'   pair of groups: the change against the mean of the other candidates with its interval, and the larger p of the two
#'   one-sided t tests against `margin`. A candidate is shown equivalent when every pair of groups is. `stability` is
#'   the smallest margin that would do, in log2 units. The errors of the efficiencies are in the interval, by the same
#'   wider-of-two rule as in [ddcq()]. `components` has the variances of sample, gene:group, residual.
#'
#' Every sample counts as one in all of this. Where several samples come from one animal or dish, average them first.
#'
#' Which to trust? The first five see only how candidates differ from each other. Two genes that are regulated together
#' look stable together, whatever the treatment does to both. The equivalence test asks the question that matters for a
#' fold change, and "not shown" is an answer of it; but it, too, measures each candidate against the others, and cannot
#' see what moves them all.
#' @references
#' Vandesompele J, De Preter K, Pattyn F, Poppe B, Van Roy N, De Paepe A, Speleman F (2002). Accurate normalization of
#' real-time quantitative RT-PCR data by geometric averaging of multiple internal control genes. Genome Biology 3,
#' research0034. \doi{10.1186/gb-2002-3-7-research0034}
#'
#' Andersen CL, Jensen JL, Orntoft TF (2004). Normalization of real-time quantitative reverse transcription-PCR data: a
#' model-based variance estimation approach to identify genes suited for normalization, applied to bladder and colon
#' cancer data sets. Cancer Research 64, 5245-5250. \doi{10.1158/0008-5472.CAN-04-0496}
#'
#' Pfaffl MW, Tichopad A, Prgomet C, Neuvians TP (2004). Determination of stable housekeeping genes, differentially
#' regulated target genes and sample integrity: BestKeeper - Excel-based tool using pair-wise correlations.
#' Biotechnology Letters 26, 509-515. \doi{10.1023/B:BILE.0000019559.84305.47}
#'
#' Silver N, Best S, Jiang J, Thein SL (2006). Selection of housekeeping genes for gene expression studies in human
#' reticulocytes using real-time PCR. BMC Molecular Biology 7, 33.
#'
#' Schuirmann DJ (1987). A comparison of the two one-sided tests procedure and the power approach for assessing the
#' equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.
#' \doi{10.1007/BF01068419}
#' @family references
#' @export
#' @examples
#' # simulated Cq of five candidates in 12 samples; the last one moves with the treatment
#' set.seed(1)
#' treatment <- rep(c("vehicle", "drug"), each = 6)
#' input <- rnorm(12, sd = 0.8)
#' cq <- sapply(c(ACTB = 18, GAPDH = 17, RPLP0 = 19, TBP = 26, UBC = 22), function(level) {
#'   level + input + rnorm(12, sd = 0.15)
#' })
#' cq[, "UBC"] <- cq[, "UBC"] + 0.9 * (treatment == "drug")
#' stable <- cq_stability(cq, group = treatment, boot = 100)
#' stable
#' attr(stable, "recommended")
#' attr(stable, "details")$equivalence$table
cq_stability <- function(x, candidates, method = c("genorm", "normfinder", "bestkeeper", "deltacq", "aggregate"),
                         group = NULL, efficiency = 2, ..., n = NULL, cut = 0.15,
                         missing = c("complete", "pairwise"), boot = 0, level = 0.95, margin = 1.25) {
  check_dots_empty(...)
  if (missing(x)) abort_missing("x")
  asked <- stability_methods(method, !is.null(group))
  ask <- list(
    n = if (!is.null(n)) check_number(n, "n", 1, 1000), cut = check_number(cut, "cut", 0, 10),
    gaps = check_choice(missing, c("complete", "pairwise"), "missing") == "pairwise",
    boot = as.integer(check_number(boot, "boot", 0, 1e6)), level = check_level(level),
    margin = check_stability_margin(margin)
  )
  if (ask$level <= 0.5) ddcq_abort("{.arg level} must be greater than 0.5, not {ask$level}.", "argument")
  input <- stability_input(x, if (missing(candidates)) NULL else candidates, group, efficiency)
  input <- drop_gaps(input, ask$gaps)
  details <- stability_details(input, asked, ask)
  if (ask$boot > 0) details$boot <- boot_ranks(input, ask)
  new_cq_stability(asked[1], details, input, ask)
}

# The methods that were asked for, the first first; with groups the equivalence test comes along.
stability_methods <- function(method, grouped) {
  all <- c("genorm", "normfinder", "bestkeeper", "deltacq", "aggregate", "equivalence")
  if (!is.character(method) || !length(method) || anyNA(method) || !all(method %in% all)) {
    check_choice(if (is.character(method)) method[!method %in% all][1] else method, all, "method")
  }
  if ("equivalence" %in% method && !grouped) {
    ddcq_abort(
      c("The method {.val equivalence} needs {.arg group}: what was done to the samples.",
        "i" = "{.code group = \"treatment\"} names a column of the data."
      ), "argument"
    )
  }
  unique(c(method, if (grouped) "equivalence"))
}

check_stability_margin <- function(margin) {
  margin <- check_number(margin, "margin")
  if (margin > 1 && margin <= 100) {
    return(margin)
  }
  fold <- signif(2^margin, 4)
  ddcq_abort(
    c("{.arg margin} must be a fold change greater than 1, not {margin}.",
      "i" = if (margin > 0 && margin <= 1) "If {margin} is meant in log2 units, use {fold}."
    ), "argument"
  )
}

new_cq_stability <- function(method, details, input, ask) {
  own <- details[[method]]$table
  targets <- c(own$target, names(input$lost))
  rows <- list(
    target = targets, stability = own$stability[match(targets, own$target)], rank = own$rank[match(targets, own$target)]
  )
  band <- details$boot[details$boot$method == method, ]
  rows$rank_low <- as.double(band$rank_low[match(targets, band$target)] %||% rep(NA, length(targets)))
  rows$rank_high <- as.double(band$rank_high[match(targets, band$target)] %||% rep(NA, length(targets)))
  rows$note <- stability_notes(method, targets, details, input)
  order <- order(rows$rank, seq_along(targets))
  out <- structure(
    lapply(rows, `[`, order), class = c("cq_stability", "data.frame"), row.names = .set_row_names(length(targets))
  )
  advice <- recommend(method, out, details, input, ask)
  attr(out, "recommended") <- advice$targets
  attr(out, "sentence") <- advice$sentence
  attr(out, "details") <- details
  attr(out, "spec") <- c(
    ask, list(method = method, simulated = input$simulated, n_samples = nrow(input$cq), dropped = input$dropped,
              lost = input$lost, groups = input$groups, group_size = input$group_size, group_name = input$group_name,
              efficiency = input$efficiency, pairwise = input$pairwise)
  )
  out
}

# What `ddcq(reference = )` takes: the names that are recommended.
stability_references <- function(x) {
  targets <- attr(x, "recommended", exact = TRUE)
  if (!length(targets)) {
    ddcq_abort(
      c("The stability of references must recommend at least one.",
        "x" = if (is.null(targets)) "The table was cut by hand, which takes its recommendation away." else
          "It recommends none.",
        "i" = "Name them: {.code reference = c(\"GAPDH\", ...)}, or ask {.fn cq_stability} for a number, {.code n = 2}."
      ), "reference"
    )
  }
  targets
}

#' @export
as.data.frame.cq_stability <- function(x, ...) {
  for (name in c("recommended", "sentence", "details", "spec")) attr(x, name) <- NULL
  class(x) <- "data.frame"
  x
}
