# From wells or a matrix to what the methods take: Cq of samples and candidates, the groups, the weights log2(E).

# list(cq, group (codes from 0), groups, ...): rows of cq are samples, columns candidates, both named.
stability_input <- function(x, candidates, group, efficiency) {
  input <- if (inherits(x, "cq_data")) {
    wells_input(valid_cq_data(x), candidates, group)
  } else {
    matrix_input(x, candidates, group)
  }
  check_candidates(colnames(input$cq))
  input <- c(input, group_codes(input$label, rownames(input$cq)))
  input$efficiency <- efficiency_for(efficiency, colnames(input$cq))
  input
}

check_candidates <- function(candidates, lost = NULL) {
  if (anyDuplicated(candidates)) {
    ddcq_abort(
      "{.arg candidates} must name each target once, not {some(candidates[duplicated(candidates)])} twice.", "argument"
    )
  }
  if (length(candidates) < 3) {
    ddcq_abort(
      c("There must be three candidates or more: stability is how genes differ from each other.",
        "x" = if (length(candidates)) "There {cli::qty(candidates)}{?is/are} {some(candidates)}." else "There is none.",
        if (length(lost)) c("x" = literal(paste0(names(lost)[1], ": ", lost[1], "."))),
        "i" = "Five to ten, from different pathways, are a good number."
      ), "stability"
    )
  }
}

# ---- wells ----

wells_input <- function(x, candidates, group) {
  wells <- code_wells(x)
  if (is.null(candidates)) {
    ddcq_abort(
      c("{.arg candidates} must be given: the targets that may serve as references.",
        "i" = "The data have {some(wells$present, 20)}."
      ), "argument"
    )
  }
  candidates <- check_strings(candidates, "candidates")
  abort_unknown_candidates(candidates, wells$present)
  n <- length(wells$sample$levels)
  cells <- .Call(
    c_cells, wells$sample$codes, wells$target$codes, wells$run$codes, wells$task, wells$state, wells$cq, n,
    length(wells$target$levels), 1L
  )
  column <- match(candidates, wells$target$levels)
  pick <- function(m) m[, column, drop = FALSE]
  here <- rowSums(pick(cells$quantified) + pick(cells$nondetect) + pick(cells$excluded)) > 0
  names <- wells$sample$levels
  check_one_run(pick(cells$run)[here, , drop = FALSE], names[here], candidates, wells$runs)
  cq <- pick(cells$cq)
  cq[pick(cells$nondetect) > 0L] <- NA_real_
  dimnames(cq) <- list(names, candidates)
  list(
    cq = cq[here, , drop = FALSE], label = sample_labels(x, group, wells, n)[here], group_name = group,
    simulated = says_simulated(log_of(x), wells$run$levels)
  )
}

abort_unknown_candidates <- function(candidates, have) {
  lost <- setdiff(candidates, have)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg candidates} must name targets of the data.", "x" = "There is no target {some(lost)}.",
        hint_near(lost[1], have)
      ), "argument"
    )
  }
}

# A sample on several plates is one value only where the data say so.
check_one_run <- function(run, samples, candidates, policy) {
  if (!is.null(policy) || !any(run < 0L)) {
    return(invisible())
  }
  at <- which(run < 0L, arr.ind = TRUE)
  where <- paste0(samples[at[, 1]], " (", candidates[at[, 2]], ")")
  ddcq_abort(
    c("A sample and target must stand in one run.", "x" = "In several runs: {some(where)}.",
      "i" = "Put the runs together with {.code cq_read(files, runs = )} or {.code cq_data(..., runs = )}."
    ), "data"
  )
}

# The group of each sample, as text in the order of the factor's levels; NULL without groups.
sample_labels <- function(x, group, wells, n) {
  if (is.null(group)) {
    return(NULL)
  }
  check_string(group, "group")
  check_columns(x, group, "x")
  coded <- code_strings(x[[group]])
  value <- group_value(wells$unknown$codes, coded$codes, n)
  mixed <- wells$sample$levels[value$mixed]
  if (length(mixed)) {
    ddcq_abort(
      c("A sample must have one value of {.field {group}}.",
        "x" = "{some(mixed)} {cli::qty(mixed)}{?has/have} several."
      ), "design"
    )
  }
  factor(decode(value$first, coded$levels), coded$levels)
}

# ---- a matrix ----

matrix_input <- function(x, candidates, group) {
  if (is.data.frame(x)) {
    named <- is.character(group) && length(group) == 1 && group %in% names(x)
    group_name <- if (named) group
    if (named) group <- x[[group]]
    x <- data_frame_matrix(x, candidates, group_name)
  } else {
    group_name <- NULL
  }
  if (!is.matrix(x) || !is.numeric(x)) {
    ddcq_abort(
      "{.arg x} must be {.cls cq_data}, or Cq as a matrix of samples and candidates, not {.obj_type_friendly {x}}.",
      "argument"
    )
  }
  if (is.null(colnames(x))) ddcq_abort("The columns of {.arg x} must have names: the candidates.", "argument")
  if (!is.null(candidates)) {
    abort_unknown_candidates(check_strings(candidates, "candidates"), colnames(x))
    x <- x[, candidates, drop = FALSE]
  }
  storage.mode(x) <- "double"
  if (!is.finite(sum(x, na.rm = TRUE))) {
    ddcq_abort(c("A Cq must be finite.", "i" = "A reaction without a Cq is {.code NA}."), "data")
  }
  if (is.null(rownames(x))) rownames(x) <- paste("sample", seq_len(nrow(x)))
  label <- matrix_labels(group, x)
  list(cq = x, label = label, group_name = group_name %||% "group", simulated = FALSE)
}

data_frame_matrix <- function(x, candidates, group_name) {
  if (all(c("sample", "target", "cq") %in% names(x))) {
    ddcq_abort(
      c("{.arg x} must be {.cls cq_data}, or have one column a candidate.",
        "i" = "One row a well looks like {.code cq_data(x)} first."
      ), "argument"
    )
  }
  keep <- candidates %||% setdiff(names(x), group_name)
  abort_unknown_candidates(check_strings(keep, "candidates"), names(x))
  odd <- keep[!vapply(unclass(x)[keep], is.numeric, NA)]
  if (length(odd)) {
    ddcq_abort(
      c("The columns of the candidates must hold Cq.", "x" = "{some(odd)} {cli::qty(odd)}{?does/do} not hold numbers.",
        "i" = "Name the candidates: {.code candidates = c(\"GAPDH\", ...)}."
      ), "column"
    )
  }
  as.matrix(as.data.frame(x)[keep])
}

matrix_labels <- function(group, x) {
  if (is.null(group)) {
    return(NULL)
  }
  if (length(group) != nrow(x)) {
    ddcq_abort(
      "{.arg group} must have one value for each of the {nrow(x)} samples, not {length(group)}.", "argument"
    )
  }
  if (!is.null(names(group)) && !identical(names(group), rownames(x))) {
    ddcq_abort("The names of {.arg group} must be those of the rows of {.arg x}, in their order.", "argument")
  }
  if (is.factor(group)) droplevels(group) else factor(group, unique(group[!is.na(group)]))
}

# ---- groups and gaps ----

group_codes <- function(label, samples) {
  if (is.null(label)) {
    return(list(group = integer(length(samples)), groups = NULL))
  }
  gone <- samples[is.na(label)]
  if (length(gone)) {
    ddcq_abort(c("Every sample must have a group.", "x" = "There is none for {some(gone)}."), "design")
  }
  label <- droplevels(label)
  list(group = as.integer(label) - 1L, groups = levels(label))
}

# Why a candidate cannot be computed, by name: those without three values, and those without an efficiency.
lost_candidates <- function(input) {
  n <- nrow(input$cq)
  few <- if (anyNA(input$cq)) colSums(!is.na(input$cq)) < 3 else rep(n < 3, ncol(input$cq))
  why <- ifelse(few, "fewer than three samples have a Cq", ifelse(is.na(input$efficiency$weight), "no efficiency", NA))
  names(why) <- colnames(input$cq)
  why[!is.na(why)]
}

# Candidates that cannot be computed become rows without numbers. Then samples with a gap go, or stay for the pairs that
# they have.
drop_gaps <- function(input, gaps) {
  n <- nrow(input$cq)
  if (n < 3) ddcq_abort("There must be three samples or more, not {n}.", "stability")
  input$lost <- lost_candidates(input)
  use <- !colnames(input$cq) %in% names(input$lost)
  input$weight <- input$efficiency$weight[use]
  input$error <- lapply(input$efficiency[c("se", "df", "source")], `[`, use)
  if (!all(use)) {
    input$cq <- input$cq[, use, drop = FALSE]
    check_candidates(colnames(input$cq), input$lost)
  }
  incomplete <- if (anyNA(input$cq)) rowSums(is.na(input$cq)) > 0 else logical(nrow(input$cq))
  input$dropped <- rownames(input$cq)[incomplete]
  input$pairwise <- gaps && any(incomplete)
  if (input$pairwise) {
    check_shared(input$cq)
    input$all <- input[c("cq", "group")]
  }
  if (any(incomplete)) {
    if (sum(!incomplete) < 3) abort_incomplete(input$cq)
    input$cq <- input$cq[!incomplete, , drop = FALSE]
    input$group <- input$group[!incomplete]
  }
  check_groups(input)
}

abort_incomplete <- function(cq) {
  count <- sort(colSums(is.na(cq)), decreasing = TRUE)
  where <- paste0(names(count)[count > 0], " (", count[count > 0], ")")
  n <- nrow(cq)
  ddcq_abort(
    c("There must be three samples that have a Cq for every candidate.",
      "x" = "Samples without a Cq, of {n}: {some(where)}.", "i" = "Leave out the candidate that has most of them."
    ), "stability"
  )
}

check_shared <- function(cq) {
  shared <- crossprod(!is.na(cq))
  at <- which(shared < 3 & upper.tri(shared), arr.ind = TRUE)
  if (nrow(at)) {
    where <- paste(colnames(cq)[at[, 1]], "and", colnames(cq)[at[, 2]])
    ddcq_abort(c("Every pair of candidates must share three samples.", "x" = "Too few: {some(where)}."), "stability")
  }
}

check_groups <- function(input) {
  if (is.null(input$groups)) {
    return(input)
  }
  size <- tabulate(input$group + 1L, length(input$groups))
  input$group_size <- stats::setNames(size, input$groups)
  if (length(size) < 2) {
    ddcq_abort(c("{.arg group} must have two groups or more.", "x" = "Every sample is {some(input$groups)}."), "design")
  }
  thin <- input$groups[size < 2]
  if (length(thin)) {
    ddcq_abort(
      c("A group must have two complete samples or more.", "x" = "{some(thin)} {cli::qty(thin)}{?has/have} fewer."),
      "stability"
    )
  }
  input
}
