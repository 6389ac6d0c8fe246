#include "variance_budget.h"

#include <math.h>

size_t dd_budget_work_len(const dd_plate *plate, const dd_pattern *pattern, const dd_model *model,
                          size_t n_contrasts) {
  return plate->n_samples + 3 * pattern->n_units + 3 * n_contrasts + 3 * model->n_groups;
}

/* Variance that the wells of one gene give each unit's mean. */
static void unit_technical(const dd_plate *plate, const dd_pattern *p, const int *wells,
                           size_t gene, double variance, double *out) {
  const double w = plate->weight[gene];
  for (size_t u = 0; u < p->n_units; u++) out[u] = 0.0;
  for (size_t i = 0; i < p->n_samples; i++) {
    const int m = wells[p->sample[i] + gene * plate->n_samples];
    out[p->unit[i]] += w * w * variance / (double)m;
  }
  for (size_t u = 0; u < p->n_units; u++) out[u] /= p->size[u] * p->size[u];
}

/* The sum of squares of y that the model leaves, and the df it leaves. */
static double left_by_model(const dd_model *m, const double *y, size_t n, double *residual,
                            double *moments, double *per_contrast, double *df) {
  if (m->linear) {
    const size_t K = m->linear->n_contrasts;
    dd_linear_fit(m->linear, y, 0.0, residual, per_contrast, per_contrast + K,
                  per_contrast + 2 * K);
    *df = (double)n - (double)m->linear->p;
  } else {
    double *mean = moments + m->n_groups;
    dd_group_moments(m->group, m->n_groups, y, n, moments, mean, moments + 2 * m->n_groups);
    for (size_t u = 0; u < n; u++) residual[u] = y[u] - mean[m->group[u]];
    *df = (double)n - (double)m->n_groups;
  }
  double ss = 0.0;
  for (size_t u = 0; u < n; u++) ss += residual[u] * residual[u];
  return ss;
}

/* Variance of the mean of the references, each unit, that is theirs alone. */
static double reference_variance(const dd_plate *plate, const dd_pattern *p, const dd_model *m,
                                 double *work) {
  const size_t H = plate->n_refs, n = p->n_units;
  double *level = work, *y = level + plate->n_samples, *residual = y + n;
  double *per_contrast = residual + 2 * n;
  double *moments = per_contrast + 3 * (m->linear ? m->linear->n_contrasts : 0);
  double ss = 0.0, df = 0.0, share = 0.0;
  dd_reference_level(plate, level);
  for (size_t h = 0; h < H; h++) {
    const double w = plate->weight[plate->ref[h]];
    const double *cq = plate->cq + plate->ref[h] * plate->n_samples;
    for (size_t u = 0; u < n; u++) y[u] = 0.0;
    for (size_t i = 0; i < p->n_samples; i++) {
      const size_t s = p->sample[i];
      y[p->unit[i]] += (w * cq[s] - level[s]) / p->size[p->unit[i]];
    }
    ss += left_by_model(m, y, n, residual, moments, per_contrast, &df);
    share += plate->ref_weight[h] * plate->ref_weight[h];
  }
  return df > 0.0 ? share * ss / ((double)(H - 1) * df) : NAN;
}

static double weighted_sum(const double *l, const double *value, size_t n) {
  double sum = 0.0;
  for (size_t u = 0; u < n; u++) {
    if (l[u] != 0.0) sum += l[u] * l[u] * value[u];
  }
  return sum;
}

static double known(double x) { return isnan(x) ? 0.0 : x; }

dd_status dd_variance_budget(const dd_plate *plate, const dd_pattern *p, const dd_model *m,
                             const int *wells, const double *technical_variance,
                             const double *unit_weights, size_t K, const size_t *target,
                             size_t n_targets, const double *var_biological, double *work,
                             dd_budget *out) {
  const size_t n = p->n_units, H = plate->n_refs;
  double *own = work + plate->n_samples, *ref = own + 2 * n;
  if (H > 1) {
    const double v = reference_variance(plate, p, m, work);
    for (size_t u = 0; u < n; u++) ref[u] = v;
  } else if (H == 1) {
    unit_technical(plate, p, wells, plate->ref[0], technical_variance[plate->ref[0]], ref);
  } else {
    for (size_t u = 0; u < n; u++) ref[u] = 0.0;
  }
  for (size_t t = 0; t < n_targets; t++) {
    unit_technical(plate, p, wells, target[t], technical_variance[target[t]], own);
    for (size_t k = 0; k < K; k++) {
      const double *l = unit_weights + k * n, total = var_biological[t + k * n_targets];
      double technical = weighted_sum(l, own, n), reference = weighted_sum(l, ref, n);
      const double parts = known(technical) + known(reference);
      if (parts > total) {
        technical *= total / parts;
        reference *= total / parts;
      }
      out->technical[t + k * n_targets] = technical;
      out->reference[t + k * n_targets] = reference;
      out->biological[t + k * n_targets] =
          parts > total ? 0.0 : total - known(technical) - known(reference);
    }
  }
  return DD_OK;
}
