# Targets and references on several plates (gene maximisation): each target against the references of its own run, or
# against their mean over all runs.

# The Cq of every target moved so that the pooled reference level stands for that of the target's own run:
# w Cq' - R = w Cq - R_run. A sample without a reference in the run has no value there. cq: samples by targets; run: the
# run of each cell (from 1; 0: none, -1: several, which stay as they are); refs: positions of the references.
same_run_references <- function(cq, run, wells, rows, used, eff, refs, how) {
  n_runs <- length(wells$run$levels)
  by_run <- .Call(
    c_cells, ifelse(wells$sample$codes > 0L, (wells$sample$codes - 1L) * n_runs + wells$run$codes, 0L),
    wells$target$codes, wells$run$codes, wells$task, wells$state, wells$cq, length(wells$sample$levels) * n_runs,
    length(wells$target$levels), how
  )$cq[, used[refs], drop = FALSE]
  weight <- eff$weight[refs] / length(refs)
  pooled <- drop(cq[, refs, drop = FALSE] %*% weight)
  own <- matrix(by_run %*% weight, ncol = n_runs, byrow = TRUE)[rows, , drop = FALSE]
  for (g in setdiff(seq_len(ncol(cq)), refs)) {
    inside <- which(run[, g] > 0L)
    shift <- own[cbind(inside, run[inside, g])] - pooled[inside]
    cq[inside, g] <- cq[inside, g] - shift / eff$weight[g]
  }
  cq
}
