#include "stability.h"

#include <gsl/gsl_sort.h>
#include <math.h>

#include "bestkeeper.h"
#include "gene_group.h"
#include "normfinder.h"

void dd_average_rank(const double *value, size_t k, size_t *order, double *rank) {
  bool missing = false;
  for (size_t j = 0; j < k; j++) missing = missing || isnan(value[j]);
  if (missing) {
    for (size_t j = 0; j < k; j++) rank[j] = NAN;
    return;
  }
  gsl_sort_index(order, value, 1, k);
  for (size_t i = 0, end; i < k; i = end) {
    end = i + 1;
    while (end < k && value[order[end]] == value[order[i]]) end++;
    for (size_t j = i; j < end; j++) rank[order[j]] = (double)(i + 1 + end) / 2.0;
  }
}

void dd_aggregate_ranks(const double *genorm, const double *normfinder, const double *bestkeeper,
                        const double *deltacq, size_t k, double *mean) {
  for (size_t j = 0; j < k; j++) {
    const double first = genorm[j] == 1.0 ? 1.5 : genorm[j];
    mean[j] = sqrt(sqrt(first * normfinder[j] * bestkeeper[j] * deltacq[j]));
  }
}

/* ---- one resample ---- */

/* Parts of the scratch. */
typedef struct {
  double *x, *cq, *v, *value, *of_method;
  size_t *order;
  int *rank_order;
} resample;

static size_t method_work_len(size_t n, size_t k, size_t n_groups) {
  const size_t pairs = n_groups * (n_groups - 1) / 2;
  const size_t normfinder = n + n_groups + 4 * k * n_groups + k;
  const size_t equivalence = dd_gene_group_work_len(n, k, n_groups) + 2 * k * pairs;
  const size_t genorm = dd_genorm_work_len(n, k) + 3 * k;
  size_t most = dd_pair_sd_work_len(n, k);
  if (genorm > most) most = genorm;
  if (normfinder > most) most = normfinder;
  return equivalence > most ? equivalence : most;
}

size_t dd_stability_work_len(size_t n, size_t k, size_t n_groups) {
  return 2 * n * k + k * k + 3 * k + method_work_len(n, k, n_groups);
}

static void rank_genorm(const dd_candidates *c, const dd_stability_data *data, const resample *r,
                        double *rank) {
  const size_t k = c->k;
  double *work = r->of_method + 3 * k;
  int *tie = (int *)(r->of_method + 2 * k);
  dd_genorm_result out = {r->rank_order, tie, NULL, r->of_method, r->of_method + k, NULL};
  const bool ranked = dd_genorm(c, r->v, data->name, work, &out) == DD_OK;
  for (size_t i = 0; i < k; i++) {
    rank[out.order[i]] = ranked ? (i < 2 ? 1.0 : (double)(i + 1)) : NAN;
  }
}

static void normfinder_value(const dd_candidates *c, const dd_stability_data *data,
                             const resample *r) {
  const size_t size = data->k * data->n_groups;
  double *level = r->of_method, *count = level + data->n, *mean = count + data->n_groups;
  dd_normfinder_result out = {.count = count,
                              .mean = mean,
                              .intra = mean + size,
                              .inter = mean + 2 * size,
                              .stability = r->value,
                              .raised = (int *)(mean + 3 * size)};
  dd_normfinder(c, data->group, data->n_groups, level, &out);
}

static void equivalence_value(const dd_candidates *c, const dd_stability_data *data,
                              const resample *r) {
  const size_t k = data->k, pairs = data->n_groups * (data->n_groups - 1) / 2;
  double *estimate = r->of_method, *variance = estimate + k * pairs;
  dd_gene_group_result out = {.estimate = estimate, .variance = variance};
  dd_gene_group(c, data->group, data->n_groups, variance + k * pairs, &out);
  for (size_t j = 0; j < k; j++) {
    r->value[j] = pairs > 0 ? 0.0 : NAN;
    for (size_t p = 0; p < pairs; p++) {
      const double far = fabs(estimate[p * k + j]) + data->t * sqrt(variance[p * k + j]);
      if (!(far <= r->value[j])) r->value[j] = far;
    }
  }
}

static void take_samples(const dd_stability_data *data, const int *index, const resample *r) {
  for (size_t j = 0; j < data->k; j++) {
    const double *x = data->x + j * data->n, *cq = data->cq + j * data->n;
    for (size_t s = 0; s < data->n; s++) {
      r->x[j * data->n + s] = x[index[s]];
      r->cq[j * data->n + s] = cq[index[s]];
    }
  }
}

static void none(double *rank, size_t k) {
  for (size_t j = 0; j < k; j++) rank[j] = NAN;
}

void dd_stability_ranks(const dd_stability_data *data, const int *index, double *work,
                        double *rank) {
  const size_t n = data->n, k = data->k;
  double *x = work, *cq = x + n * k, *v = cq + n * k, *value = v + k * k;
  const resample r = {
      x, cq, v, value, value + 3 * k, (size_t *)(value + k), (int *)(value + 2 * k)};
  const dd_candidates c = {n, k, x};
  take_samples(data, index, &r);
  if (data->gaps) {
    dd_pair_sd_gaps(&c, v);
  } else {
    dd_pair_sd(&c, r.of_method, v);
  }
  rank_genorm(&c, data, &r, rank + DD_GENORM * k);
  dd_mean_pair_sd(v, k, value);
  dd_average_rank(value, k, r.order, rank + DD_DELTACQ * k);
  for (size_t j = 0; j < k; j++) value[j] = dd_mean_deviation(cq + j * n, n);
  dd_average_rank(value, k, r.order, rank + DD_BESTKEEPER * k);
  if (data->gaps) {
    none(rank + DD_NORMFINDER * k, k);
    none(rank + DD_AGGREGATE * k, k);
    none(rank + DD_EQUIVALENCE * k, k);
    return;
  }
  normfinder_value(&c, data, &r);
  dd_average_rank(value, k, r.order, rank + DD_NORMFINDER * k);
  dd_aggregate_ranks(rank + DD_GENORM * k, rank + DD_NORMFINDER * k, rank + DD_BESTKEEPER * k,
                     rank + DD_DELTACQ * k, k, value);
  dd_average_rank(value, k, r.order, rank + DD_AGGREGATE * k);
  equivalence_value(&c, data, &r);
  dd_average_rank(value, k, r.order, rank + DD_EQUIVALENCE * k);
}
