# Normalisation beside references, for plates with many targets. Both ways end in a row a sample that ddcq() can take as
# its reference: the Cq stay wells, and the log tells what was done.

#' Normalise an array without reference genes
#'
#' With dozens of targets that mostly do not change, what they share can stand in for reference genes: their mean Cq in
#' each sample, or their whole distribution.
#'
#' @param x (`cq_data`) The wells of an array, every sample with the same targets.
#' @param method (`"global_mean"` or `"quantile"`) The mean Cq of the targets that every sample has, or quantile
#'   normalisation, which gives all samples one distribution of Cq.
#' @param ... Not used.
#' @param targets (text) The targets to rest on, for example all but those that the treatment is known to move; all
#'   when `NULL`.
#' @param cq_max (number) A target with a mean Cq above this in any sample does not count as expressed.
#' @return The wells, a `cq_data`, with one row more for each sample: the target `"global mean"` (its Cq: the mean Cq
#'   of the targets that count) or `"quantiles"` (its Cq is the same in all samples: the normalised wells need no
#'   further one). Name it in `ddcq(reference = )`. With `"quantile"` the Cq of the quantified unknowns are changed,
#'   and the column `cq_measured` keeps them as they were. The log has an entry. Fewer than ten targets in all samples
#'   are an error of class `ddcq_error_data`; other errors have the class `ddcq_error_argument`. A sample may lie on
#'   several cards (runs), with other targets on each.
#' @details **Limits.** Both take for granted that most targets do not change, or that as many go up as down; a
#'   treatment that shifts everything is normalised away, and each change is understated by its own share of the mean.
#'   The targets should have one efficiency: with several, name dozens of them in `ddcq(reference = )` instead (up to
#'   63), which weights each by its own. The global mean's error is that of a mean: its spread between samples enters
#'   the test like that of any reference.
#'
#'   Only targets that are quantified in every sample count for the mean: a mean over other targets in each sample
#'   would move with what is detected. (The original proposal takes all that are expressed in a sample.) For the
#'   quantiles, a well without a Cq holds its place at the late end and stays a non-detect; what was not measured, or
#'   was excluded, holds none. Quantile normalisation assumes that the samples differ in nothing but noise and a
#'   monotone distortion of the machine or the input. It is the strongest assumption there is: look at both.
#' @references Mestdagh P, Van Vlierberghe P, De Weer A, Muth D, Westermann F, Speleman F, Vandesompele J (2009). A
#'   novel and universal method for microRNA RT-qPCR data normalization. Genome Biology 10(6), R64.
#'   \doi{10.1186/gb-2009-10-6-r64}
#' @family arrays
#' @export
#' @examples
#' # simulated: 40 targets in six samples with unlike input; the drug halves T1 and nothing else
#' set.seed(1)
#' array <- expand.grid(sample = paste0("s", 1:6), target = paste0("T", 1:40))
#' array$treatment <- ifelse(array$sample %in% c("s1", "s2", "s3"), "vehicle", "drug")
#' halved <- array$target == "T1" & array$treatment == "drug"
#' array$cq <- 24 + halved + rnorm(6)[array$sample] + rnorm(nrow(array), 0, 0.2)
#' x <- cq_normalise(cq_data(array))
#' as.data.frame(x[x$target == "global mean", c("sample", "treatment", "cq")])
#' fit <- ddcq(x, ~treatment, reference = "global mean", control = "vehicle", efficiency = 2)
#' head(tidy(fit)[c("target", "estimate", "conf.low", "conf.high")], 4)
cq_normalise <- function(x, method = c("global_mean", "quantile"), ..., targets = NULL, cq_max = 35) {
  check_dots_empty(...)
  x <- valid_cq_data(x)
  method <- check_choice(method, c("global_mean", "quantile"), "method")
  cq_max <- check_number(cq_max, "cq_max", 1, 200)
  unknown <- as.integer(x$task) == 1L & !is.na(x$sample) & !is.na(x$target)
  name <- c(global_mean = "global mean", quantile = "quantiles")[[method]]
  check_free_target(x, name)
  targets <- array_targets(x, unknown, targets)
  if (method == "quantile") {
    return(normalise_quantiles(x, which(unknown & x$target %in% targets), name))
  }
  normalise_mean(x, which(unknown & x$target %in% targets), name, cq_max)
}

check_free_target <- function(x, name) {
  if (name %in% x$target) {
    ddcq_abort(c("{.arg x} must not be normalised yet.", "x" = "It has the target {.val {name}} already."), "data")
  }
}

array_targets <- function(x, unknown, targets) {
  have <- unique(x$target[unknown])
  if (!length(have)) abort_no_unknown()
  if (is.null(targets)) {
    return(have)
  }
  targets <- unique(check_strings(targets, "targets"))
  check_known_targets(targets, have, "targets")
  targets
}

# ---- the global mean ----

normalise_mean <- function(x, rows, name, cq_max) {
  use <- rows[as.integer(x$state)[rows] == 1L]
  samples <- unique(x$sample[rows])
  cells <- tapply(
    x$cq[use], list(factor(x$sample[use], samples), factor(x$target[use], unique(x$target[rows]))), mean
  )
  whole <- colSums(is.na(cells)) == 0
  early <- whole & apply(cells, 2, max) <= cq_max
  count <- sum(early)
  if (count < least_targets) {
    ddcq_abort(
      c("There must be {least_targets} targets or more that every sample has below Cq {cq_max}.",
        "x" = "Of {ncol(cells)} targets, {sum(whole)} {cli::qty(sum(whole))}{?is/are} quantified in all \\
               {length(samples)} samples, {count} below that.",
        "i" = "Leave out the samples that lack many, or use reference genes."
      ), "data"
    )
  }
  mean_cq <- rowMeans(cells[, early, drop = FALSE])
  note <- paste0("global mean of ", count, " targets")
  detail <- paste0(
    "mean Cq of ", count, " of ", ncol(cells), " targets, those quantified in every sample below Cq ", format(cq_max)
  )
  add_reference(x, samples, unname(mean_cq), name, note, detail)
}

# ---- quantiles ----

normalise_quantiles <- function(x, rows, name) {
  n_places <- max(table(x$sample[rows]))
  rows <- rows[as.integer(x$state)[rows] <= 2L]
  samples <- unique(x$sample[rows])
  late <- ifelse(as.integer(x$state)[rows] == 1L, x$cq[rows], Inf)
  by_sample <- split(seq_along(rows), factor(x$sample[rows], samples))
  if (length(unique(x$target[rows])) < least_targets) {
    n <- length(unique(x$target[rows]))
    ddcq_abort(c("There must be {least_targets} targets or more.", "x" = "There {cli::qty(n)}{?is/are} {n}."), "data")
  }
  common <- quantile_curve(lapply(by_sample, function(i) sort(late[i])), n_places)
  new <- late
  for (i in by_sample) {
    place <- (rank(late[i]) - 1) / max(1, length(i) - 1)
    new[i] <- stats::approx(common$place, common$cq, place, rule = 2)$y
  }
  quantified <- is.finite(late)
  x$cq_measured <- x$cq
  x$cq[rows[quantified]] <- new[quantified]
  lost <- sum(!quantified)
  detail <- paste0(
    "Cq of ", sum(quantified), " wells of ", length(samples), " samples changed; as measured in cq_measured",
    if (lost) paste0("; ", plural(lost, "non-detect"), " kept a place at the late end")
  )
  add_reference(x, samples, rep_len(mean(common$cq), length(samples)), name, "the same in all samples", detail)
}

# The mean of the samples' sorted values at each of n places from 0 to 1; at a place where some found nothing, of the
# others.
quantile_curve <- function(sorted, n) {
  place <- seq(0, 1, length.out = n)
  at <- vapply(sorted, function(v) {
    if (length(v) == n) {
      return(v)
    }
    seen <- is.finite(v)
    mine <- seq(0, 1, length.out = length(v))
    y <- if (sum(seen) > 1) stats::approx(mine[seen], v[seen], place)$y else rep_len(NA_real_, n)
    replace(y, place > max(mine[seen], 0), NA)
  }, numeric(n))
  at[!is.finite(at)] <- NA
  cq <- rowMeans(at, na.rm = TRUE)
  list(place = place[is.finite(cq)], cq = cq[is.finite(cq)])
}

# ---- the row that serves as reference ----

# One row a sample, with those of its columns that are the same in all its wells, so that the design is there.
add_reference <- function(x, samples, cq, name, note, detail) {
  history <- sapply(history_attributes, function(part) attr(x, part, exact = TRUE), simplify = FALSE)
  wells <- as.data.frame(x)
  home <- match(wells$sample, samples)
  first <- match(samples, wells$sample)
  row <- wells[first, , drop = FALSE]
  for (column in setdiff(names(wells), c("run", "sample"))) {
    value <- wells[[column]]
    mixed <- unique(home[!is.na(home) & !same_as(value, value[first][home])])
    row[[column]][mixed] <- NA
  }
  row$well <- NA_character_
  row$target <- name
  row$task[] <- "unknown"
  row$state[] <- "quantified"
  row$cq <- cq
  row$quantity <- NA_real_
  row$note <- note
  if (!is.null(row$cq_measured)) row$cq_measured <- NA_real_
  out <- rbind(wells, row)
  rownames(out) <- NULL
  class(out) <- c("cq_data", "data.frame")
  for (part in history_attributes) attr(out, part) <- history[[part]]
  log_add(out, log_entry("normalise", paste("target added:", name), length(samples), detail))
}

same_as <- function(a, b) {
  (is.na(a) & is.na(b)) | (!is.na(a) & !is.na(b) & a == b)
}
