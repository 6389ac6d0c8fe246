#include "foldchange.h"

#include <math.h>

enum { MAX_TERMS = 64 }; /* a target and its references; the glue refuses more */

static size_t contrasts_of(const dd_model *m) {
  return m->linear ? m->linear->n_contrasts : m->welch->n_contrasts;
}

const double *dd_model_weights(const dd_model *m) {
  return m->linear ? m->linear->weights : m->welch->weights;
}

void dd_pattern_sizes(dd_pattern *p) {
  for (size_t u = 0; u < p->n_units; u++) p->size[u] = 0.0;
  for (size_t i = 0; i < p->n_samples; i++) p->size[p->unit[i]] += 1.0;
}

size_t dd_fold_change_work_len(const dd_plate *plate, const dd_pattern *pattern,
                               const dd_model *model, size_t n_contrasts) {
  /* reference level, dCq, units' values, sample weights, and three numbers a contrast; group moments */
  return 2 * plate->n_samples + pattern->n_units + pattern->n_samples * n_contrasts +
         3 * n_contrasts + 3 * model->n_groups;
}

/* The estimator's weight on each sample: the unit's, shared evenly by the unit's samples. */
static void sample_weights(const dd_pattern *p, const double *unit_weights, size_t n_contrasts,
                           double *lambda) {
  for (size_t k = 0; k < n_contrasts; k++) {
    for (size_t i = 0; i < p->n_samples; i++) {
      lambda[k * p->n_samples + i] =
          unit_weights[k * p->n_units + p->unit[i]] / p->size[p->unit[i]];
    }
  }
}

/*
 * D = sum_s l_s (Cq_s - mean). For a difference the mean cancels, and taking it off first keeps a constant added to
 * every Cq of the target from leaking in through rounding. For a mean of a group it is the zero point: an efficiency
 * is uncertain about the distance between Cq values, so the error of a level is that of its distance from the centre.
 */
static double cq_contrast(const dd_plate *plate, size_t target, const dd_pattern *p,
                          const double *lambda) {
  const double *cq = plate->cq + target * plate->n_samples;
  double mean = 0.0, sum = 0.0;
  for (size_t i = 0; i < p->n_samples; i++) mean += cq[p->sample[i]];
  mean /= (double)p->n_samples;
  for (size_t i = 0; i < p->n_samples; i++) sum += lambda[i] * (cq[p->sample[i]] - mean);
  return sum;
}

static void unit_means(const dd_pattern *p, const double *d, double *y) {
  for (size_t u = 0; u < p->n_units; u++) y[u] = 0.0;
  for (size_t i = 0; i < p->n_samples; i++) y[p->unit[i]] += d[p->sample[i]];
  for (size_t u = 0; u < p->n_units; u++) y[u] /= p->size[u];
}

/* The size of the numbers that dCq was computed from: what its rounding error is relative to. */
static double value_scale(const dd_plate *plate, const double *level, size_t target,
                          const dd_pattern *p) {
  double scale = 0.0;
  for (size_t i = 0; i < p->n_samples; i++) {
    const size_t s = p->sample[i];
    const double z = fabs(plate->weight[target] * plate->cq[s + target * plate->n_samples]);
    const double r = fabs(level[s]);
    scale = z > scale ? z : scale;
    scale = r > scale ? r : scale;
  }
  return scale;
}

/* The terms of g for one target: itself, then the references. */
static size_t efficiency_terms(const dd_plate *plate, size_t target, double d_target,
                               const double *d_ref, size_t *term, double *g) {
  term[0] = target;
  g[0] = d_target;
  for (size_t h = 0; h < plate->n_refs; h++) {
    term[h + 1] = plate->ref[h];
    g[h + 1] = -plate->ref_weight[h] * d_ref[h];
  }
  return plate->n_refs + 1;
}

static dd_status fit_response(const dd_model *m, const double *y, double scale, double *residual,
                              double *moments, double *group_sd, double *value, double *variance,
                              double *df) {
  dd_status status = DD_OK;
  double *group_variance = moments + 2 * m->n_groups;
  if (m->welch) {
    dd_welch_fit(m->welch, y, scale, residual, group_variance, value, variance, df);
    for (size_t k = 0; k < m->welch->n_contrasts; k++) {
      if (variance[k] == 0.0) status = DD_ECONSTANT;
      if (isnan(variance[k])) status = DD_ETHIN;
    }
  } else {
    status = dd_linear_fit(m->linear, y, scale, residual, value, variance, df);
    if (m->group) {
      dd_group_moments(m->group, m->n_groups, y, m->linear->n, moments, moments + m->n_groups,
                       group_variance);
    }
  }
  if (m->group) {
    for (size_t g = 0; g < m->n_groups; g++) group_sd[g] = sqrt(group_variance[g]);
  }
  return status;
}

/* The variance that the linear model leaves to a unit. */
static double residual_variance(const dd_model *m, const double *e) {
  if (!m->linear || m->linear->n <= m->linear->p) return NAN;
  double sum = 0.0;
  for (size_t i = 0; i < m->linear->n; i++) sum += e[i] * e[i];
  return sum / (double)(m->linear->n - m->linear->p);
}

dd_status dd_fold_change(const dd_plate *plate, const dd_efficiency_error *error,
                         const dd_pattern *p, const dd_model *m, const size_t *target,
                         size_t n_targets, double *work, dd_fold_changes *out) {
  const size_t K = contrasts_of(m);
  double *level = work, *d = level + plate->n_samples, *y = d + plate->n_samples;
  double *lambda = y + p->n_units, *value = lambda + p->n_samples * K;
  double *variance = value + K, *df = variance + K, *moments = df + K;
  size_t term[MAX_TERMS];
  double g[MAX_TERMS];
  if (plate->n_refs + 1 > MAX_TERMS) return DD_EDOMAIN;

  dd_reference_level(plate, level);
  sample_weights(p, dd_model_weights(m), K, lambda);
  for (size_t k = 0; k < K; k++) {
    for (size_t h = 0; h < plate->n_refs; h++) {
      out->ref_contrast[h + k * plate->n_refs] =
          cq_contrast(plate, plate->ref[h], p, lambda + k * p->n_samples);
    }
  }
  for (size_t t = 0; t < n_targets; t++) {
    dd_relative_cq(plate, level, target[t], d);
    unit_means(p, d, y);
    out->status[t] = fit_response(
        m, y, value_scale(plate, level, target[t], p), out->residual + t * p->n_units, moments,
        m->group ? out->group_sd + t * m->n_groups : NULL, value, variance, df);
    out->residual_variance[t] = residual_variance(m, out->residual + t * p->n_units);
    for (size_t k = 0; k < K; k++) {
      const size_t at = t + k * n_targets;
      double v_e, below;
      const double d_t = cq_contrast(plate, target[t], p, lambda + k * p->n_samples);
      const size_t n =
          efficiency_terms(plate, target[t], d_t, out->ref_contrast + k * plate->n_refs, term, g);
      dd_efficiency_variance(error, term, g, n, &v_e, &below);
      out->estimate[at] = -value[k];
      out->var_biological[at] = variance[k];
      out->df_biological[at] = df[k];
      out->var_efficiency[at] = v_e;
      out->below[at] = below;
      out->df[at] = dd_satterthwaite(variance[k], df[k], v_e, below);
      out->cq_contrast[at] = d_t;
    }
  }
  return DD_OK;
}

/* Covariance of the biological errors of contrast k of one target and contrast j of another. */
static double biological_covariance(const dd_model *m, const double *e_a, size_t k,
                                    const double *e_b, size_t j) {
  double sum = 0.0;
  if (m->welch) {
    const dd_welch *w = m->welch;
    const double *c_k = w->contrast + k * w->n_groups, *c_j = w->contrast + j * w->n_groups;
    for (size_t i = 0; i < w->n; i++) {
      const int g = w->group[i];
      const double n = w->count[g];
      if (c_k[g] != 0.0 && c_j[g] != 0.0) {
        sum += c_k[g] * c_j[g] * e_a[i] * e_b[i] / (n * (n - 1.0));
      }
    }
    return sum;
  }
  const dd_linear *l = m->linear;
  if (l->n <= l->p) return NAN;
  for (size_t i = 0; i < l->n; i++) sum += e_a[i] * e_b[i];
  return sum / (double)(l->n - l->p) * dd_linear_gram(l, k, j);
}

void dd_target_covariance(const dd_model *m, const dd_fold_changes *fit, size_t t,
                          double *covariance) {
  const size_t K = contrasts_of(m), n = m->linear ? m->linear->n : m->welch->n;
  const double *e = fit->residual + t * n;
  for (size_t k = 0; k < K; k++) {
    for (size_t j = k; j < K; j++) {
      covariance[k + j * K] = covariance[j + k * K] = biological_covariance(m, e, k, e, j);
    }
  }
}

size_t dd_target_loads(const dd_plate *plate, const dd_efficiency_error *error, size_t target,
                       const dd_fold_changes *fit, size_t t, size_t n_targets, size_t n_contrasts,
                       double *g, double *load, double *load_df) {
  size_t term[MAX_TERMS];
  const size_t rows = plate->n_refs + 1;
  if (rows > MAX_TERMS) return 0;
  for (size_t k = 0; k < n_contrasts; k++) {
    efficiency_terms(plate, target, fit->cq_contrast[t + k * n_targets],
                     fit->ref_contrast + k * plate->n_refs, term, g + k * rows);
  }
  return n_contrasts ? dd_efficiency_loads(error, term, g, rows, n_contrasts, load, load_df) : 0;
}

size_t dd_efficiency_part_work_len(const dd_plate *plate, const dd_pattern *p, size_t K) {
  return p->n_samples * K + (plate->n_refs + 1) * K;
}

size_t dd_efficiency_part(const dd_plate *plate, const dd_efficiency_error *error,
                          const dd_pattern *p, const double *unit_weights, size_t K, size_t target,
                          double *work, dd_fold_changes *out, double *load, double *load_df) {
  double *lambda = work, *g = work + p->n_samples * K;
  size_t term[MAX_TERMS];
  const size_t rows = plate->n_refs + 1;
  if (rows > MAX_TERMS) return 0;
  sample_weights(p, unit_weights, K, lambda);
  for (size_t k = 0; k < K; k++) {
    const double *l = lambda + k * p->n_samples;
    double *d_ref = out->ref_contrast + k * plate->n_refs;
    for (size_t h = 0; h < plate->n_refs; h++) {
      d_ref[h] = cq_contrast(plate, plate->ref[h], p, l);
    }
    out->cq_contrast[k] = cq_contrast(plate, target, p, l);
    efficiency_terms(plate, target, out->cq_contrast[k], d_ref, term, g + k * rows);
    dd_efficiency_variance(error, term, g + k * rows, rows, out->var_efficiency + k,
                           out->below + k);
  }
  return K ? dd_efficiency_loads(error, term, g, rows, K, load, load_df) : 0;
}

void dd_fold_covariance(const dd_plate *plate, const dd_efficiency_error *error, const dd_model *m,
                        const size_t *target, size_t n_targets, const dd_fold_changes *fit,
                        double *covariance) {
  const size_t K = contrasts_of(m), size = n_targets * K;
  const size_t n_units = m->linear ? m->linear->n : m->welch->n;
  size_t term_a[MAX_TERMS], term_b[MAX_TERMS];
  double g_a[MAX_TERMS], g_b[MAX_TERMS];
  for (size_t a = 0; a < size; a++) {
    const size_t ta = a % n_targets, ka = a / n_targets;
    const size_t n_a = efficiency_terms(plate, target[ta], fit->cq_contrast[a],
                                        fit->ref_contrast + ka * plate->n_refs, term_a, g_a);
    for (size_t b = a; b < size; b++) {
      const size_t tb = b % n_targets, kb = b / n_targets;
      const size_t n_b = efficiency_terms(plate, target[tb], fit->cq_contrast[b],
                                          fit->ref_contrast + kb * plate->n_refs, term_b, g_b);
      const double v = biological_covariance(m, fit->residual + ta * n_units, ka,
                                             fit->residual + tb * n_units, kb) +
                       dd_efficiency_covariance(error, term_a, g_a, n_a, term_b, g_b, n_b);
      covariance[a + b * size] = covariance[b + a * size] = v;
    }
  }
}
