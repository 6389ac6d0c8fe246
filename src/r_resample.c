#include <R_ext/Random.h>
#include <R_ext/Utils.h>

#include "core/bootstrap.h"
#include "core/permute.h"
#include "r_glue.h"

/* Work between two looks for an interrupt: a few milliseconds. */
enum { BATCH_SUMS = 1 << 17, BATCH_DRAWS = 1 << 14 };

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

/* The roots kept, from where another call left them. */
static double *continue_roots(SEXP out, int at, SEXP before, size_t n_targets, size_t keep) {
  const double *old = glue_doubles(before, (R_xlen_t)(n_targets * keep), at == 3 ? "high" : "low");
  double *kept = glue_new_doubles(out, at, (R_xlen_t)keep, (R_xlen_t)n_targets);
  for (size_t i = 0; i < n_targets * keep; i++) kept[i] = old[i];
  return kept;
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
 * all of them, in turn). high, low: the roots kept, a column a target; zeros at the beginning.
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
  p.count = (size_t *)R_alloc(2 * p.n_targets + 1, sizeof(size_t));
  p.high = continue_roots(out, 3, high, p.n_targets, p.keep);
  p.low = continue_roots(out, 4, low, p.n_targets, p.keep);
  double *visits = glue_new_doubles(out, 5, 1, GLUE_ANY);
  int *status = glue_new_ints(out, 6, 1, GLUE_ANY);
  double *work =
      (double *)R_alloc(dd_permute_work_len(p.n_units, p.n_targets, p.keep), sizeof(double));
  const double *values = glue_doubles(y, (R_xlen_t)(p.n_units * p.n_targets), "y");
  status[0] = (int)dd_permute_prepare(values, work, &p);
  if (status[0] != DD_OK) Rf_error("internal error: nothing to re-allocate");
  visits[0] = option[1] == 0 ? walk_all(&p) : sample_some(&p, (size_t)option[1]);
  dd_permute_finish(&p);
  UNPROTECT(1);
  return out;
}

/* ---- bootstrap ---- */

static void draw_replicates(const dd_bootstrap *b, size_t count, double *star) {
  const size_t each = b->n_units;
  const size_t sums = batch_size(each * b->n_targets, BATCH_SUMS),
               draws = batch_size(each, BATCH_DRAWS);
  const size_t batch = sums < draws ? sums : draws;
  int *range = (int *)R_alloc(each + 1, sizeof(int)),
      *draw = (int *)R_alloc(batch * each + 1, sizeof(int));
  for (size_t g = 0, i = 0; g < b->n_groups; g++) {
    for (int j = 0; j < b->size[g]; j++) range[i++] = b->size[g];
  }
  for (size_t done = 0; done < count;) {
    const size_t n = count - done < batch ? count - done : batch;
    draw_indices(draw, n, range, each);
    dd_bootstrap_sample(b, draw, n, star + done, count);
    done += n;
    R_CheckUserInterrupt();
  }
}

/* Indices that another program drew, checked against the sizes of the groups. */
static void use_indices(const dd_bootstrap *b, SEXP index, size_t count, double *star) {
  const int *all = glue_ints(index, (R_xlen_t)(count * b->n_units), "index");
  for (size_t i = 0, at = 0; i < count; i++) {
    for (size_t g = 0; g < b->n_groups; g++) {
      for (int j = 0; j < b->size[g]; j++, at++) {
        if (all[at] < 0 || all[at] >= b->size[g]) {
          Rf_error("internal error: `index` holds codes out of range");
        }
      }
    }
  }
  dd_bootstrap_sample(b, all, count, star, count);
}

/*
 * y: units by targets, group by group. size, contrast: of each group. count: replicates. index: NULL (drawn here), or
 * units by replicates, the place within the group from 0.
 */
SEXP c_bootstrap(SEXP y, SEXP size, SEXP contrast, SEXP count, SEXP index) {
  if (TYPEOF(y) != REALSXP || !Rf_isMatrix(y)) Rf_error("internal error: `y` must be a matrix");
  dd_bootstrap b = {0};
  b.n_units = (size_t)Rf_nrows(y);
  b.n_targets = (size_t)Rf_ncols(y);
  b.n_groups = (size_t)Rf_xlength(size);
  b.size = glue_codes(size, GLUE_ANY, 0, (int)b.n_units, "size");
  b.contrast = glue_doubles(contrast, (R_xlen_t)b.n_groups, "contrast");
  const size_t B = (size_t)glue_count(count, "count");
  size_t units = 0;
  for (size_t g = 0; g < b.n_groups; g++) units += (size_t)b.size[g];
  if (units != b.n_units) Rf_error("internal error: `size` must be of the right length");

  const char *names[] = {"estimate", "acceleration", "star", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  b.theta = glue_new_doubles(out, 0, (R_xlen_t)b.n_targets, GLUE_ANY);
  b.acceleration = glue_new_doubles(out, 1, (R_xlen_t)b.n_targets, GLUE_ANY);
  double *star = glue_new_doubles(out, 2, (R_xlen_t)B, (R_xlen_t)b.n_targets);
  b.influence = (double *)R_alloc(b.n_units * b.n_targets + 1, sizeof(double));
  const double *values = glue_doubles(y, (R_xlen_t)(b.n_units * b.n_targets), "y");
  if (dd_bootstrap_prepare(values, &b) != DD_OK) Rf_error("internal error: an empty group");
  if (index == R_NilValue) {
    draw_replicates(&b, B, star);
  } else {
    use_indices(&b, index, B, star);
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* star: replicates by targets. A column of `limits` for each target: percentile, BCa, z0. */
SEXP c_bootstrap_limits(SEXP star, SEXP estimate, SEXP acceleration, SEXP level) {
  if (TYPEOF(star) != REALSXP || !Rf_isMatrix(star))
    Rf_error("internal error: `star` must be a matrix");
  const R_xlen_t B = Rf_nrows(star), T = Rf_ncols(star);
  const double *replicate = glue_doubles(star, B * T, "star");
  const double *theta = glue_doubles(estimate, T, "estimate");
  const double *a = glue_doubles(acceleration, T, "acceleration");
  const double *share = glue_doubles(level, 1, "level");
  const char *names[] = {"limits", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *limits = glue_new_doubles(out, 0, 5, T);
  int *status = glue_new_ints(out, 1, T, GLUE_ANY);
  double *sorted = (double *)R_alloc((size_t)B + 1, sizeof(double));
  for (R_xlen_t t = 0; t < T; t++, limits += 5) {
    dd_bootstrap_interval interval;
    for (R_xlen_t i = 0; i < B; i++) sorted[i] = replicate[i + t * B];
    status[t] = (int)dd_bootstrap_limits(sorted, (size_t)B, theta[t], a[t], share[0], &interval);
    limits[0] = interval.percentile[0];
    limits[1] = interval.percentile[1];
    limits[2] = interval.bca[0];
    limits[3] = interval.bca[1];
    limits[4] = interval.z0;
    R_CheckUserInterrupt();
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
