#include "permute.h"

#include <float.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

/* Sums that differ by less than this share of the largest possible one are the same sum. */
static const double rounding = 1e-10;

/* So are sums that differ by what the rounding of the responses themselves may come to. */
static double response_rounding(double largest, double n, double weight) {
  return 4.0 * DBL_EPSILON * largest * n / weight;
}

/* A chain of exchanges is summed afresh so often that it cannot drift. */
enum { AFRESH = 1024 };

/* ---- the largest of a stream ---- */

/* The `keep` largest of a pool to its front, the least of them first. */
static void shorten(double *pool, size_t keep, size_t *count) {
  const size_t gone = *count - keep;
  gsl_stats_select(pool, 1, *count, gone); /* moves what is larger behind it */
  memmove(pool, pool + gone, keep * sizeof *pool);
  *count = keep;
}

/* A pool has room for twice as many as are kept, and is shortened when it is full. */
static void offer(double *pool, size_t keep, size_t *count, double *least, double x) {
  pool[(*count)++] = x;
  if (*count < 2 * keep) return;
  shorten(pool, keep, count);
  *least = pool[0];
}

static void fill_pools(dd_permute *p) {
  const size_t keep = p->keep, n = p->n_targets;
  for (size_t t = 0; t < n; t++) {
    memcpy(p->pool_high + 2 * t * keep, p->high + t * keep, keep * sizeof *p->high);
    memcpy(p->pool_low + 2 * t * keep, p->low + t * keep, keep * sizeof *p->low);
    p->count[t] = p->count[n + t] = keep;
    p->least_high[t] = p->high[t * keep];
    p->least_low[t] = p->low[t * keep];
  }
}

void dd_permute_finish(dd_permute *p) {
  const size_t keep = p->keep, n = p->n_targets;
  for (size_t t = 0; keep > 0 && t < n; t++) {
    double *high = p->pool_high + 2 * t * keep, *low = p->pool_low + 2 * t * keep;
    shorten(high, keep, p->count + t);
    shorten(low, keep, p->count + n + t);
    memcpy(p->high + t * keep, high, keep * sizeof *high);
    memcpy(p->low + t * keep, low, keep * sizeof *low);
  }
}

/* ---- preparation ---- */

static size_t columns_for(size_t n_targets) { return 2 * n_targets + 1; }

size_t dd_permute_work_len(size_t n_units, size_t n_targets, size_t keep) {
  return (n_units + 2) * columns_for(n_targets) + (5 + 4 * keep) * n_targets;
}

static double strata_weight(const dd_permute *p) {
  double weight = 0.0;
  for (size_t b = 0; b < p->n_strata; b++) {
    const double n = p->size[b], n1 = p->treated[b];
    if (n > 0.0) weight += n1 * (n - n1) / n;
  }
  return weight;
}

/* One column of `unit`: y less the mean of its stratum, over W. Returns what counts as a tie of its sums. */
static double centre_column(const dd_permute *p, const double *y, double weight, size_t column) {
  double most = 0.0, largest = 0.0;
  size_t first = 0;
  for (size_t b = 0; b < p->n_strata; b++) {
    const size_t n = (size_t)p->size[b];
    double mean = 0.0, rest = 0.0;
    for (size_t i = 0; i < n; i++) mean += (y[first + i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < n; i++) rest += y[first + i] - mean;
    if (n > 0) mean += rest / (double)n;
    for (size_t i = 0; i < n; i++) {
      const double z = (y[first + i] - mean) / weight;
      p->unit[(first + i) * p->n_columns + column] = z;
      most += 0.5 * fabs(z);
      largest = fmax(largest, fabs(y[first + i]));
    }
    first += n;
  }
  return rounding * most + response_rounding(largest, (double)p->n_units, weight);
}

/* The labels as allocated, as a response of their own. */
static void centre_labels(const dd_permute *p, double weight, size_t column) {
  size_t first = 0;
  for (size_t b = 0; b < p->n_strata; b++) {
    const double share = p->size[b] > 0 ? (double)p->treated[b] / p->size[b] : 0.0;
    for (int i = 0; i < p->size[b]; i++) {
      const double label = i < p->treated[b] ? 1.0 : 0.0;
      p->unit[(first + (size_t)i) * p->n_columns + column] = (label - share) / weight;
    }
    first += (size_t)p->size[b];
  }
}

static void add_unit(const dd_permute *p, size_t i, double *sum) {
  const double *unit = p->unit + i * p->n_columns;
  for (size_t j = 0; j < p->n_columns; j++) sum[j] += unit[j];
}

static void exchange(const dd_permute *p, size_t in, size_t out) {
  const double *a = p->unit + in * p->n_columns, *b = p->unit + out * p->n_columns;
  for (size_t j = 0; j < p->n_columns; j++) p->sum[j] += a[j] - b[j];
}

/* The sums as allocated. */
static void sum_observed(const dd_permute *p) {
  size_t first = 0;
  for (size_t j = 0; j < p->n_columns; j++) p->sum[j] = 0.0;
  for (size_t b = 0; b < p->n_strata; b++) {
    for (int i = 0; i < p->treated[b]; i++) add_unit(p, first + (size_t)i, p->sum);
    first += (size_t)p->size[b];
  }
}

/* ---- Welch's t from the sums of values and of squares over the treated units ---- */

static double welch_t(const dd_permute *p, size_t target) {
  const double n1 = p->treated[0], n0 = p->size[0] - p->treated[0];
  const double s1 = p->sum[target], q1 = p->sum[p->n_targets + target];
  const double s0 = p->total[target] - s1, q0 = p->total[p->n_targets + target] - q1;
  const double ss1 = fmax(q1 - s1 * s1 / n1, 0.0), ss0 = fmax(q0 - s0 * s0 / n0, 0.0);
  const double difference = s1 / n1 - s0 / n0;
  /* squares that are rounding of the total are none: a perfect separation of two constants is infinite */
  const double floor = rounding * p->total[p->n_targets + target];
  const double v =
      (ss1 > floor ? ss1 / (n1 * (n1 - 1.0)) : 0.0) + (ss0 > floor ? ss0 / (n0 * (n0 - 1.0)) : 0.0);
  if (v > 0.0) return difference / sqrt(v);
  return fabs(difference) <= p->tie[target] ? 0.0 : copysign(INFINITY, difference);
}

static void prepare_welch(const double *y, dd_permute *p) {
  const size_t T = p->n_targets;
  p->n_columns = 2 * T;
  for (size_t t = 0; t < T; t++) p->tie[t] = centre_column(p, y + t * p->n_units, 1.0, t);
  for (size_t i = 0; i < p->n_units; i++) {
    double *unit = p->unit + i * p->n_columns;
    for (size_t t = 0; t < T; t++) unit[T + t] = unit[t] * unit[t];
  }
  for (size_t j = 0; j < p->n_columns; j++) p->total[j] = 0.0;
  for (size_t i = 0; i < p->n_units; i++) add_unit(p, i, p->total);
  sum_observed(p);
  for (size_t t = 0; t < T; t++) p->theta[t] = welch_t(p, t);
}

static void prepare_difference(const double *y, double weight, dd_permute *p) {
  const size_t T = p->n_targets;
  p->n_columns = T + 1;
  for (size_t t = 0; t < T; t++) p->tie[t] = centre_column(p, y + t * p->n_units, weight, t);
  centre_labels(p, weight, T);
  sum_observed(p);
  memcpy(p->theta, p->sum, T * sizeof *p->theta);
}

dd_status dd_permute_prepare(const double *y, double *work, dd_permute *p) {
  const size_t wide = columns_for(p->n_targets);
  p->unit = work;
  p->sum = p->unit + p->n_units * wide;
  p->total = p->sum + wide;
  p->tie = p->total + wide;
  p->above = p->tie + p->n_targets;
  p->below = p->above + p->n_targets;
  p->least_high = p->below + p->n_targets;
  p->least_low = p->least_high + p->n_targets;
  p->pool_high = p->least_low + p->n_targets;
  p->pool_low = p->pool_high + 2 * p->keep * p->n_targets;
  for (size_t t = 0; t < p->n_targets; t++) p->beyond[t] = p->equal[t] = 0.0;
  if (p->keep > 0) fill_pools(p);
  const double weight = strata_weight(p);
  if (!(weight > 0.0)) return DD_EDOMAIN;
  if (p->statistic == DD_WELCH) {
    if (p->n_strata != 1 || p->treated[0] < 2 || p->size[0] - p->treated[0] < 2) return DD_EDOMAIN;
    prepare_welch(y, p);
  } else {
    prepare_difference(y, weight, p);
  }
  return DD_OK;
}

/* ---- one re-allocation ---- */

/* The roots of this re-allocation above and below the estimate, and those among them that are worth keeping. */
static void keep_roots(dd_permute *p) {
  const size_t n = p->n_targets;
  const double r = p->sum[n];
  /* as allocated, or with the groups changed over: as extreme at every shift */
  if (1.0 - fabs(r) < 1e-9) {
    for (size_t t = 0; t < n; t++) p->above[t] = p->below[t] = INFINITY;
  } else {
    const double plus = 1.0 / (1.0 + r), minus = 1.0 / (1.0 - r);
    for (size_t t = 0; t < n; t++) {
      const double e = p->sum[t] - r * p->theta[t];
      const double one = e * plus, other = -e * minus;
      p->above[t] = one > other ? one : other;
      p->below[t] = one > other ? -other : -one;
    }
  }
  const size_t keep = p->keep;
  for (size_t t = 0; t < n; t++) {
    if (p->above[t] > p->least_high[t]) {
      offer(p->pool_high + 2 * t * keep, keep, p->count + t, p->least_high + t, p->above[t]);
    }
    if (p->below[t] > p->least_low[t]) {
      offer(p->pool_low + 2 * t * keep, keep, p->count + n + t, p->least_low + t, p->below[t]);
    }
  }
}

/* Without branches: which way a random number falls cannot be foretold. */
static void visit_difference(dd_permute *p) {
  for (size_t t = 0; t < p->n_targets; t++) {
    const double excess = fabs(p->sum[t]) - fabs(p->theta[t]);
    const int beyond = excess > p->tie[t], reached = excess >= -p->tie[t];
    p->beyond[t] += beyond;
    p->equal[t] += reached - beyond;
  }
  if (p->keep > 0) keep_roots(p);
}

static void visit_welch(dd_permute *p) {
  for (size_t t = 0; t < p->n_targets; t++) {
    const double star = fabs(welch_t(p, t)), observed = fabs(p->theta[t]);
    const double tie = isinf(observed) ? 0.0 : rounding * fmax(observed, 1.0);
    if (star > observed + tie) {
      p->beyond[t] += 1.0;
    } else if (star >= observed - tie) {
      p->equal[t] += 1.0;
    }
  }
}

static void visit(dd_permute *p) {
  if (p->statistic == DD_WELCH) {
    visit_welch(p);
  } else {
    visit_difference(p);
  }
}

/* ---- all re-allocations ---- */

size_t dd_walk_len(size_t n_units, size_t n_strata) { return n_units + n_strata; }

void dd_walk_start(const dd_permute *p, dd_walk *walk) {
  int *c = walk->combination;
  size_t first = 0;
  for (size_t b = 0; b < p->n_strata; b++) {
    for (int i = 0; i < p->treated[b]; i++) *c++ = i;
    *c++ = p->size[b];
    for (int i = 0; i < p->size[b]; i++) walk->inside[first + (size_t)i] = i < p->treated[b];
    first += (size_t)p->size[b];
  }
  walk->started = walk->done = false;
  walk->since = 0;
}

/*
 * The next combination of t out of n by revolving doors: c holds it in rising order, c[t] = n. Says which one comes in
 * and which goes out; answers false when the list is at its end and starts again (which is an exchange, too).
 */
static bool next_combination(int *c, int t, int n, int *in, int *out) {
  int j = 1; /* places are counted from 0 */
  if (t % 2) {
    if (c[0] + 1 < c[1]) {
      *out = c[0];
      *in = ++c[0];
      return true;
    }
  } else {
    if (c[0] > 0) {
      *out = c[0];
      *in = --c[0];
      return true;
    }
    if (c[1] + 1 < c[2]) { /* c[0] is 0 and leaves for the place above c[1] */
      *out = c[0];
      c[0] = c[1];
      *in = ++c[1];
      return true;
    }
    j = 2;
  }
  for (; j < t; j++) {
    if (c[j] > j) { /* c[j] is c[j - 1] + 1: lower it */
      *out = c[j];
      c[j] = c[j - 1];
      *in = c[j - 1] = j - 1;
      return true;
    }
    if (++j == t) break;
    if (c[j] + 1 < c[j + 1]) { /* c[j - 1] is j - 1: raise c[j] */
      *out = c[j - 1];
      c[j - 1] = c[j];
      *in = ++c[j];
      return true;
    }
  }
  *out = n - 1;
  *in = c[t - 1] = t - 1;
  return false;
}

static void sum_afresh(const dd_permute *p, dd_walk *walk) {
  for (size_t j = 0; j < p->n_columns; j++) p->sum[j] = 0.0;
  for (size_t i = 0; i < p->n_units; i++) {
    if (walk->inside[i]) add_unit(p, i, p->sum);
  }
  walk->since = 0;
}

/* An odometer of the strata: one that is at the end of its list starts again and carries to the next. */
static bool step(const dd_permute *p, dd_walk *walk) {
  int *c = walk->combination;
  size_t first = 0;
  bool moved = false;
  for (size_t b = 0; b < p->n_strata && !moved; b++) {
    const int n = p->size[b], t = p->treated[b];
    if (t > 0 && t < n) {
      int in, out;
      moved = next_combination(c, t, n, &in, &out);
      walk->inside[first + (size_t)in] = true;
      walk->inside[first + (size_t)out] = false;
      exchange(p, first + (size_t)in, first + (size_t)out);
      walk->since++;
    }
    c += t + 1;
    first += (size_t)n;
  }
  return moved;
}

size_t dd_permute_walk(dd_permute *p, dd_walk *walk, size_t most) {
  size_t n = 0;
  if (!walk->started && most > 0) {
    sum_observed(p);
    walk->started = true;
    visit(p);
    n = 1;
  }
  while (n < most && !walk->done) {
    if (!step(p, walk)) {
      walk->done = true;
      break;
    }
    if (walk->since >= AFRESH) sum_afresh(p, walk);
    visit(p);
    n++;
  }
  return n;
}

/* ---- a sample of them ---- */

size_t dd_permute_draws(const dd_permute *p) {
  size_t n = 0;
  for (size_t b = 0; b < p->n_strata; b++) n += (size_t)p->treated[b];
  return n;
}

void dd_permute_ranges(const dd_permute *p, int *range) {
  for (size_t b = 0; b < p->n_strata; b++) {
    for (int i = 0; i < p->treated[b]; i++) *range++ = p->size[b] - i;
  }
}

static const int *draw_treated(const dd_permute *p, const int *draw, int *pool) {
  size_t first = 0;
  for (size_t j = 0; j < p->n_columns; j++) p->sum[j] = 0.0;
  for (size_t b = 0; b < p->n_strata; b++) {
    int left = p->size[b];
    for (int i = 0; i < left; i++) pool[i] = i;
    for (int i = 0; i < p->treated[b]; i++) {
      const int at = *draw++;
      add_unit(p, first + (size_t)pool[at], p->sum);
      pool[at] = pool[--left];
    }
    first += (size_t)p->size[b];
  }
  return draw;
}

void dd_permute_sample(dd_permute *p, const int *draws, size_t n, int *pool) {
  for (size_t i = 0; i < n; i++) {
    draws = draw_treated(p, draws, pool);
    visit(p);
  }
}
