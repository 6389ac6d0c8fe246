#include "plate_check.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>

static const double LEAST_DF = 4.0;

size_t dd_check_ints(size_t n, size_t n_groups) { return n + n_groups + 1; }

/* Rows of each group next to each other: group g has order[start[g]] to order[start[g + 1] - 1], in the order of rows.
 */
static void gather(const int *group, const double *x, size_t n, size_t n_groups, int *start,
                   int *order) {
  for (size_t g = 0; g <= n_groups; g++) start[g] = 0;
  for (size_t i = 0; i < n; i++) {
    if (group[i] >= 0 && !isnan(x[i])) start[group[i] + 1]++;
  }
  for (size_t g = 0; g < n_groups; g++) start[g + 1] += start[g];
  for (size_t i = 0; i < n; i++) {
    if (group[i] >= 0 && !isnan(x[i])) order[start[group[i]]++] = (int)i;
  }
  for (size_t g = n_groups; g > 0; g--) start[g] = start[g - 1];
  start[0] = 0;
}

/* The values of m rows, sorted. */
static void sorted(const double *x, const int *rows, size_t m, double *value) {
  for (size_t i = 0; i < m; i++) value[i] = x[rows[i]];
  gsl_sort(value, 1, m);
}

void dd_group_range(const int *group, const double *x, size_t n, size_t n_groups, int *ints,
                    double *work, int *count, double *median, double *low, double *high) {
  int *start = ints, *order = ints + n_groups + 1;
  gather(group, x, n, n_groups, start, order);
  for (size_t g = 0; g < n_groups; g++) {
    const size_t m = (size_t)(start[g + 1] - start[g]);
    count[g] = (int)m;
    median[g] = low[g] = high[g] = NAN;
    if (m == 0) continue;
    sorted(x, order + start[g], m, work);
    median[g] = gsl_stats_median_from_sorted_data(work, 1, m);
    low[g] = work[0];
    high[g] = work[m - 1];
  }
}

static double squares(const double *x, const int *rows, size_t m) {
  double mean = 0.0, ss = 0.0;
  for (size_t i = 0; i < m; i++) mean += (x[rows[i]] - mean) / (double)(i + 1);
  for (size_t i = 0; i < m; i++) ss += (x[rows[i]] - mean) * (x[rows[i]] - mean);
  return ss;
}

/* The well that lies farthest from the median, and how wide the others are without it. */
static void farthest(const double *x, const int *rows, size_t m, size_t cell,
                     dd_replicate_table *out) {
  size_t far = 0;
  for (size_t i = 1; i < m; i++) {
    if (fabs(x[rows[i]] - out->median[cell]) > fabs(x[rows[far]] - out->median[cell])) far = i;
  }
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < m; i++) {
    if (i == far) continue;
    low = fmin(low, x[rows[i]]);
    high = fmax(high, x[rows[i]]);
  }
  out->far[cell] = rows[far];
  out->gap[cell] = x[rows[far]] - out->median[cell];
  out->rest[cell] = m > 2 ? high - low : NAN;
}

static void clear_cell(dd_replicate_table *out, size_t cell) {
  out->count[cell] = 0;
  out->far[cell] = -1;
  out->median[cell] = out->low[cell] = out->high[cell] = out->gap[cell] = out->rest[cell] = NAN;
}

static double own_df(const dd_replicate_table *out, size_t cell) {
  return out->count[cell] > 1 ? (double)out->count[cell] - 1.0 : 0.0;
}

/* What counting molecules adds to the variance at the cell's Cq. */
static double counting(const dd_replicates *w, const dd_replicate_table *out, size_t cell) {
  const double ln_e = log(w->efficiency[w->target[cell]]);
  return exp(ln_e * (out->median[cell] - w->one_copy)) / (ln_e * ln_e);
}

/* Whether cell a goes before b: by variance, then by range, so that the order of the rows decides nothing. */
static bool quieter(const dd_replicate_table *out, const double *ss, size_t a, size_t b) {
  const double va = ss[a] / own_df(out, a), vb = ss[b] / own_df(out, b);
  if (va != vb) return va < vb;
  return out->high[a] - out->low[a] < out->high[b] - out->low[b];
}

/* Cells of one target, the quietest first (Shell's sort). */
static void by_variance(const dd_replicate_table *out, const double *ss, int *cells, size_t k) {
  for (size_t gap = k / 2; gap > 0; gap /= 2) {
    for (size_t i = gap; i < k; i++) {
      const int c = cells[i];
      size_t j = i;
      for (; j >= gap && quieter(out, ss, (size_t)c, (size_t)cells[j - gap]); j -= gap) {
        cells[j] = cells[j - gap];
      }
      cells[j] = c;
    }
  }
}

/* Marks the clean cells among k cells of one target, and pools them. */
static void pool_clean(const dd_replicates *w, const double *ss, int *cells, size_t k,
                       size_t target, dd_replicate_table *out) {
  by_variance(out, ss, cells, k);
  double sum = 0.0, df = 0.0;
  bool clean = true;
  for (size_t i = 0; i < k; i++) {
    const size_t c = (size_t)cells[i];
    const double range = out->high[c] - out->low[c];
    const double sd = df >= LEAST_DF ? sqrt(sum / df + counting(w, out, c)) : INFINITY;
    if (3 * i >= 2 * k && range > fmax(w->floor, w->reach[c] * sd)) clean = false;
    out->clean[c] = clean;
    if (!clean) continue;
    sum += ss[c];
    df += own_df(out, c);
  }
  out->ss[target] = sum;
  out->df[target] = df;
}

/* Cells of several wells next to each other by target, and the clean ones pooled. */
static void pool_targets(const dd_replicates *w, const double *ss, int *ints,
                         dd_replicate_table *out) {
  int *start = ints, *order = ints + w->n_targets + 1;
  for (size_t c = 0; c < w->n_cells; c++) out->clean[c] = 1;
  gather(w->target, out->median, w->n_cells, w->n_targets, start, order);
  for (size_t g = 0; g < w->n_targets; g++) {
    size_t k = 0;
    int *cells = order + start[g];
    for (int i = start[g]; i < start[g + 1]; i++) {
      if (out->count[order[i]] > 1) cells[k++] = order[i];
    }
    pool_clean(w, ss, cells, k, g, out);
  }
}

/* The technical SD of the other clean cells, with what counting molecules adds at this Cq. */
static void yardstick(const dd_replicates *w, const double *ss, double all_ss, double all_df,
                      size_t cell, dd_replicate_table *out) {
  const int g = w->target[cell];
  const double mine = out->clean[cell] ? ss[cell] : 0.0;
  const double df = out->clean[cell] ? own_df(out, cell) : 0.0;
  double rest_ss = out->ss[g] - mine, rest_df = out->df[g] - df;
  if (rest_df < LEAST_DF) {
    rest_ss = all_ss - mine;
    rest_df = all_df - df;
  }
  out->sd_df[cell] = rest_df;
  out->sd[cell] = rest_df > 0.0 ? sqrt(fmax(rest_ss, 0.0) / rest_df + counting(w, out, cell)) : NAN;
}

void dd_replicates_table(const dd_replicates *w, int *ints, double *work, dd_replicate_table *out) {
  int *start = ints, *order = ints + w->n_cells + 1;
  double *value = work, *ss = work + w->n;
  gather(w->cell, w->cq, w->n, w->n_cells, start, order);
  for (size_t c = 0; c < w->n_cells; c++) {
    const size_t m = (size_t)(start[c + 1] - start[c]);
    const int *rows = order + start[c];
    clear_cell(out, c);
    ss[c] = 0.0;
    if (m == 0) continue;
    sorted(w->cq, rows, m, value);
    out->count[c] = (int)m;
    out->median[c] = gsl_stats_median_from_sorted_data(value, 1, m);
    out->low[c] = value[0];
    out->high[c] = value[m - 1];
    farthest(w->cq, rows, m, c, out);
    ss[c] = squares(w->cq, rows, m);
  }
  pool_targets(w, ss, ints + dd_check_ints(w->n, w->n_cells), out);
  double all_ss = 0.0, all_df = 0.0;
  for (size_t g = 0; g < w->n_targets; g++) {
    all_ss += out->ss[g];
    all_df += out->df[g];
  }
  for (size_t c = 0; c < w->n_cells; c++) yardstick(w, ss, all_ss, all_df, c, out);
}

/* Difference of two means, its variance and df (Welch 1947); values that are NaN take no part. */
static void welch(const double *y, const int *group, size_t n, double *difference, double *variance,
                  double *df) {
  double count[2] = {0.0, 0.0}, mean[2] = {0.0, 0.0}, ss[2] = {0.0, 0.0}, u[2];
  for (size_t i = 0; i < n; i++) {
    if (group[i] < 0 || isnan(y[i])) continue;
    count[group[i]] += 1.0;
    mean[group[i]] += (y[i] - mean[group[i]]) / count[group[i]];
  }
  for (size_t i = 0; i < n; i++) {
    if (group[i] < 0 || isnan(y[i])) continue;
    ss[group[i]] += (y[i] - mean[group[i]]) * (y[i] - mean[group[i]]);
  }
  *difference = count[0] > 0.0 && count[1] > 0.0 ? mean[1] - mean[0] : NAN;
  *variance = *df = NAN;
  if (count[0] < 2.0 || count[1] < 2.0) return;
  double below = 0.0;
  for (int k = 0; k < 2; k++) {
    u[k] = ss[k] / (count[k] - 1.0) / count[k];
    below += u[k] * u[k] / (count[k] - 1.0);
  }
  *variance = u[0] + u[1];
  *df = below > 0.0 ? *variance * *variance / below : NAN;
}

/* Mean of the references in each sample, in cycles and weighted by w; NaN where one is missing. */
static void reference_level(const dd_balance_plate *p, double *cycles, double *weighted) {
  for (size_t s = 0; s < p->n_samples; s++) {
    cycles[s] = weighted[s] = 0.0;
    for (size_t h = 0; h < p->n_refs; h++) {
      const size_t g = (size_t)p->ref[h];
      const double y = p->cq[s + g * p->n_samples] / (double)p->n_refs;
      cycles[s] += y;
      weighted[s] += p->weight[g] * y;
    }
  }
}

static bool is_reference(const dd_balance_plate *p, size_t g) {
  for (size_t h = 0; h < p->n_refs; h++) {
    if ((size_t)p->ref[h] == g) return true;
  }
  return false;
}

dd_status dd_reference_balance(const dd_balance_plate *p, double *work, dd_balance *out,
                               double *leak, double *se) {
  double *value = work, *level = work + p->n_samples;
  double unused_variance, unused_df, unused;
  reference_level(p, value, level);
  welch(value, p->group, p->n_samples, &out->difference, &out->variance, &out->df);
  welch(level, p->group, p->n_samples, &out->loading, &unused_variance, &unused_df);
  out->loading = -out->loading;
  double shared = 0.0;
  for (size_t h = 0; h < p->n_refs; h++) {
    const size_t g = (size_t)p->ref[h];
    const double share = p->weight_se[g] / p->weight[g] / (double)p->n_refs;
    shared += share * share;
  }
  for (size_t g = 0; g < p->n_targets; g++) {
    leak[g] = se[g] = NAN;
    if (is_reference(p, g)) continue;
    const double own = p->weight_se[g] / p->weight[g];
    leak[g] = fabs(out->loading) * sqrt(own * own + shared);
    for (size_t s = 0; s < p->n_samples; s++) {
      value[s] = p->weight[g] * p->cq[s + g * p->n_samples] - level[s];
    }
    welch(value, p->group, p->n_samples, &unused, &se[g], &unused_df);
    se[g] = sqrt(se[g]);
  }
  return isnan(out->variance) ? DD_ETHIN : DD_OK;
}
