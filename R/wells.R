# The wells as codes: what everything after the door works on.

code_wells <- function(x) {
  sample <- code_strings(x$sample)
  target <- code_strings(x$target)
  run <- if (same_string(x$run)) list(codes = NULL, levels = x$run[1]) else code_strings(x$run)
  count <- tabulate(x$task, 6L)
  # samples and targets that standards and controls alone have are not of the experiment
  only <- count[1] == nrow(x)
  unknown <- if (only) sample$codes else sample$codes * (as.integer(x$task) == 1L)
  measured <- if (only) target$codes else target$codes * (unknown > 0L)
  list(
    sample = sample, target = target, run = run, task = x$task, state = x$state, cq = x$cq,
    unknown = list(codes = unknown, levels = sample$levels), runs = attr(x, "runs", exact = TRUE),
    present = target$levels[tabulate(measured, length(target$levels)) > 0L], tasks = count,
    nameless = nameless_wells(sample$codes, target$codes, x$task), cycles = last_cycle(x)
  )
}

# Wells of unknown samples that cannot be placed, because a name is missing.
nameless_wells <- function(sample, target, task) {
  if (!length(sample) || (min(sample) > 0L && min(target) > 0L)) {
    return(0L)
  }
  sum((sample == 0L | target == 0L) & as.integer(task) == 1L)
}

max_or_na <- function(x) {
  x <- x[is.finite(x)]
  if (length(x)) max(x) else NA_real_
}
