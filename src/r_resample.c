#include <R_ext/Random.h>
#include <R_ext/Utils.h>

#include "core/permute.h"
#include "r_glue.h"

/* Work between two looks for an interrupt: some milliseconds. */
enum { BATCH_SUMS = 1 << 20, BATCH_DRAWS = 1 << 14 };

static size_t batch_size(size_t each, size_t most) {
  const size_t n = most / (each + 1);
  return n > 0 ? n : 1;
}

/* Random numbers come from R's generator alone, and its state is put back before anything may jump. */
static void draw_indices(int *draw, size_t n, const int *range, size_t n_ranges) {
  GetRNGstate();
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n_ranges; j++) *draw++ = (int)R_unif_index(range[j]);
  }
  PutRNGstate();
}

/* A heap that goes on from where another call left it. */
static double *continue_heap(SEXP out, int at, SEXP before, size_t n_targets, size_t keep) {
  const double *old = glue_doubles(before, (R_xlen_t)(n_targets * keep), at == 3 ? "high" : "low");
  double *heap = glue_new_doubles(out, at, (R_xlen_t)keep, (R_xlen_t)n_targets);
  for (size_t i = 0; i < n_targets * keep; i++) heap[i] = old[i];
  return heap;
}

static double walk_all(dd_permute *p) {
  dd_walk walk = {(int *)R_alloc(dd_walk_len(p->n_units, p->n_strata), sizeof(int)),
                  (bool *)R_alloc(p->n_units, sizeof(bool)), 0, false, false};
  const size_t batch = batch_size(p->n_targets, BATCH_SUMS);
  double visits = 0.0;
  dd_walk_start(p, &walk);
  while (!walk.done) {
    visits += (double)dd_permute_walk(p, &walk, batch);
    R_CheckUserInterrupt();
  }
  return visits;
}

static double sample_some(dd_permute *p, size_t count) {
  const size_t each = dd_permute_draws(p);
  const size_t sums = batch_size(each * p->n_targets, BATCH_SUMS),
               draws = batch_size(each, BATCH_DRAWS);
  const size_t batch = sums < draws ? sums : draws;
  int *range = (int *)R_alloc(each, sizeof(int)), *draw = (int *)R_alloc(batch * each, sizeof(int));
  int *pool = (int *)R_alloc(p->n_units, sizeof(int));
  dd_permute_ranges(p, range);
  for (size_t done = 0; done < count;) {
    const size_t n = count - done < batch ? count - done : batch;
    draw_indices(draw, n, range, each);
    dd_permute_sample(p, draw, n, pool);
    done += n;
    R_CheckUserInterrupt();
  }
  return (double)count;
}

/*
 * y: units by targets. size, treated: of each stratum. how: the statistic, and the number of re-allocations to draw (0:
 * all of them, in turn). high, low: heaps, a column a target, of zeros at the beginning.
 */
SEXP c_permute(SEXP y, SEXP size, SEXP treated, SEXP how, SEXP high, SEXP low) {
  if (TYPEOF(y) != REALSXP || !Rf_isMatrix(y) || TYPEOF(high) != REALSXP || !Rf_isMatrix(high)) {
    Rf_error("internal error: `y` and `high` must be matrices");
  }
  dd_permute p = {0};
  p.n_units = (size_t)Rf_nrows(y);
  p.n_targets = (size_t)Rf_ncols(y);
  p.n_strata = (size_t)Rf_xlength(size);
  p.keep = (size_t)Rf_nrows(high);
  p.size = glue_codes(size, GLUE_ANY, 0, (int)p.n_units, "size");
  p.treated = glue_codes(treated, (R_xlen_t)p.n_strata, 0, (int)p.n_units, "treated");
  const int *option = glue_codes(how, 2, 0, INT_MAX, "how");
  if (option[0] > DD_WELCH) Rf_error("internal error: `how` holds codes out of range");
  p.statistic = (dd_permute_statistic)option[0];
  size_t units = 0;
  for (size_t b = 0; b < p.n_strata; b++) {
    if (p.treated[b] > p.size[b]) Rf_error("internal error: `treated` holds codes out of range");
    units += (size_t)p.size[b];
  }
  if (units != p.n_units) Rf_error("internal error: `size` must be of the right length");

  const char *names[] = {"statistic", "beyond", "equal", "high", "low", "visits", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  p.theta = glue_new_doubles(out, 0, (R_xlen_t)p.n_targets, GLUE_ANY);
  p.beyond = glue_new_doubles(out, 1, (R_xlen_t)p.n_targets, GLUE_ANY);
  p.equal = glue_new_doubles(out, 2, (R_xlen_t)p.n_targets, GLUE_ANY);
  p.high = continue_heap(out, 3, high, p.n_targets, p.keep);
  p.low = continue_heap(out, 4, low, p.n_targets, p.keep);
  double *visits = glue_new_doubles(out, 5, 1, GLUE_ANY);
  int *status = glue_new_ints(out, 6, 1, GLUE_ANY);
  double *work = (double *)R_alloc(dd_permute_work_len(p.n_units, p.n_targets), sizeof(double));
  const double *values = glue_doubles(y, (R_xlen_t)(p.n_units * p.n_targets), "y");
  status[0] = (int)dd_permute_prepare(values, work, &p);
  if (status[0] != DD_OK) Rf_error("internal error: nothing to re-allocate");
  visits[0] = option[1] == 0 ? walk_all(&p) : sample_some(&p, (size_t)option[1]);
  UNPROTECT(1);
  return out;
}
