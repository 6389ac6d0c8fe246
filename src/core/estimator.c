#include "estimator.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "gsl_guard.h"

static bool is_rounding(double variance, double scale) {
  return sqrt(variance) < 10.0 * DBL_EPSILON * scale;
}

static double dot(const double *a, const double *b, size_t n) {
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

double dd_weight_sum(const double *weights, size_t n) {
  double sum = 0.0, size = 0.0;
  for (size_t i = 0; i < n; i++) {
    sum += weights[i];
    size += fabs(weights[i]);
  }
  return fabs(sum) < 1e-9 * size ? 0.0 : sum;
}

/* Row k of the weights: solve R'u = c, then l = Q [u; 0]. */
static int contrast_weights(const gsl_matrix *qr, const gsl_vector *tau, const double *contrast,
                            size_t p, double *row, size_t n) {
  memset(row, 0, n * sizeof *row);
  memcpy(row, contrast, p * sizeof *row);
  gsl_vector_view u = gsl_vector_view_array(row, p);
  gsl_matrix_const_view r = gsl_matrix_const_submatrix(qr, 0, 0, p, p);
  int bad = gsl_blas_dtrsv(CblasUpper, CblasTrans, CblasNonUnit, &r.matrix, &u.vector);
  gsl_vector_view l = gsl_vector_view_array(row, n);
  return bad ? bad : gsl_linalg_QR_Qvec(qr, tau, &l.vector);
}

static bool full_rank(const gsl_matrix *qr, size_t p) {
  for (size_t j = 0; j < p; j++) {
    if (!(fabs(gsl_matrix_get(qr, j, j)) > 0.0)) return false;
  }
  return true;
}

dd_status dd_linear_prepare(const double *x, const double *contrast, dd_linear *m) {
  if (m->p == 0 || m->p > m->n) return DD_EDOMAIN;
  for (size_t i = 0; i < m->n; i++) {
    const double root = m->root ? m->root[i] : 1.0;
    for (size_t j = 0; j < m->p; j++) m->qr[i * m->p + j] = root * x[i + j * m->n];
  }
  gsl_error_handler_t *before = dd_gsl_enter();
  gsl_matrix_view qr = gsl_matrix_view_array(m->qr, m->n, m->p);
  gsl_vector_view tau = gsl_vector_view_array(m->tau, m->p);
  dd_status status = gsl_linalg_QR_decomp(&qr.matrix, &tau.vector) ? DD_EGSL : DD_OK;
  if (status == DD_OK && !full_rank(&qr.matrix, m->p)) status = DD_ESINGULAR;
  for (size_t k = 0; status == DD_OK && k < m->n_contrasts; k++) {
    double *row = m->weights + k * m->n;
    if (contrast_weights(&qr.matrix, &tau.vector, contrast + k * m->p, m->p, row, m->n)) {
      status = DD_EGSL;
    }
    m->length[k] = dot(row, row, m->n);
    if (m->root) {
      for (size_t i = 0; i < m->n; i++) row[i] *= m->root[i];
    }
  }
  dd_gsl_leave(before);
  return status;
}

double dd_linear_gram(const dd_linear *m, size_t k, size_t j) {
  const double *a = m->weights + k * m->n, *b = m->weights + j * m->n;
  if (!m->root) return dot(a, b, m->n);
  double sum = 0.0;
  for (size_t i = 0; i < m->n; i++) sum += a[i] * b[i] / (m->root[i] * m->root[i]);
  return sum;
}

/* l'y for each contrast from the response `e`, centred at `mean`. */
static void contrast_values(const double *weights, size_t n_contrasts, const double *e, size_t n,
                            double mean, double *value) {
  for (size_t k = 0; k < n_contrasts; k++) {
    const double *l = weights + k * n;
    value[k] = dot(l, e, n) + dd_weight_sum(l, n) * mean;
  }
}

/* The residuals, by projecting the centred response off the columns of Q. */
static int residuals(const dd_linear *m, double *e) {
  gsl_matrix_const_view qr = gsl_matrix_const_view_array(m->qr, m->n, m->p);
  gsl_vector_const_view tau = gsl_vector_const_view_array(m->tau, m->p);
  gsl_vector_view v = gsl_vector_view_array(e, m->n);
  int bad = gsl_linalg_QR_QTvec(&qr.matrix, &tau.vector, &v.vector);
  for (size_t j = 0; j < m->p; j++) e[j] = 0.0;
  return bad ? bad : gsl_linalg_QR_Qvec(&qr.matrix, &tau.vector, &v.vector);
}

dd_status dd_linear_fit(const dd_linear *m, const double *y, double scale, double *residual,
                        double *value, double *variance, double *df) {
  double mean = 0.0;
  for (size_t i = 0; i < m->n; i++) mean += y[i];
  mean /= (double)m->n;
  for (size_t i = 0; i < m->n; i++) residual[i] = y[i] - mean;
  contrast_values(m->weights, m->n_contrasts, residual, m->n, mean, value);
  if (m->root) {
    for (size_t i = 0; i < m->n; i++) residual[i] *= m->root[i];
  }

  gsl_error_handler_t *before = dd_gsl_enter();
  int bad = residuals(m, residual);
  dd_gsl_leave(before);
  if (bad) {
    for (size_t k = 0; k < m->n_contrasts; k++) variance[k] = df[k] = NAN;
    return DD_EGSL;
  }

  const double nu = (double)(m->n - m->p);
  const double s2 = nu > 0 ? dot(residual, residual, m->n) / nu : NAN;
  dd_status status = nu > 0 ? DD_OK : DD_ETHIN;
  for (size_t k = 0; k < m->n_contrasts; k++) {
    variance[k] = s2 * m->length[k];
    df[k] = nu > 0 ? nu : NAN;
    if (is_rounding(variance[k], scale)) {
      variance[k] = 0.0;
      status = DD_ECONSTANT;
    }
  }
  return status;
}

void dd_group_moments(const int *group, size_t n_groups, const double *y, size_t n, double *count,
                      double *mean, double *variance) {
  for (size_t g = 0; g < n_groups; g++) count[g] = mean[g] = variance[g] = 0.0;
  for (size_t i = 0; i < n; i++) {
    count[group[i]] += 1.0;
    mean[group[i]] += y[i];
  }
  for (size_t g = 0; g < n_groups; g++) mean[g] = count[g] > 0 ? mean[g] / count[g] : NAN;
  for (size_t i = 0; i < n; i++) {
    const double e = y[i] - mean[group[i]];
    variance[group[i]] += e * e;
  }
  for (size_t g = 0; g < n_groups; g++) {
    variance[g] = count[g] > 1 ? variance[g] / (count[g] - 1.0) : NAN;
  }
}

dd_status dd_welch_prepare(dd_welch *m) {
  dd_status status = DD_OK;
  for (size_t g = 0; g < m->n_groups; g++) m->count[g] = 0.0;
  for (size_t i = 0; i < m->n; i++) m->count[m->group[i]] += 1.0;
  for (size_t k = 0; k < m->n_contrasts; k++) {
    const double *c = m->contrast + k * m->n_groups;
    double *l = m->weights + k * m->n;
    for (size_t g = 0; g < m->n_groups; g++) {
      if (c[g] != 0.0 && m->count[g] == 0.0) status = DD_EDOMAIN;
    }
    for (size_t i = 0; i < m->n; i++) l[i] = c[m->group[i]] / m->count[m->group[i]];
  }
  return status;
}

static void welch_contrast(const double *c, const double *count, const double *group_variance,
                           size_t n_groups, double scale, double *variance, double *df) {
  double v = 0.0, below = 0.0;
  for (size_t g = 0; g < n_groups; g++) {
    if (c[g] == 0.0) continue;
    const double u = c[g] * c[g] * group_variance[g] / count[g];
    v += u;
    below += u * u / (count[g] - 1.0); /* 0 * NaN for a single unit: NaN, as it should be */
  }
  if (is_rounding(v, scale)) v = 0.0;
  *variance = v;
  *df = v > 0.0 ? v * v / below : NAN;
}

void dd_welch_fit(const dd_welch *m, const double *y, double scale, double *residual,
                  double *group_variance, double *value, double *variance, double *df) {
  double total = 0.0;
  for (size_t i = 0; i < m->n; i++) total += y[i];
  const double centre = total / (double)m->n;
  for (size_t i = 0; i < m->n; i++) residual[i] = y[i] - centre;
  contrast_values(m->weights, m->n_contrasts, residual, m->n, centre, value);

  dd_group_moments(m->group, m->n_groups, residual, m->n, m->count, m->mean, group_variance);
  for (size_t i = 0; i < m->n; i++) residual[i] -= m->mean[m->group[i]];
  for (size_t k = 0; k < m->n_contrasts; k++) {
    welch_contrast(m->contrast + k * m->n_groups, m->count, group_variance, m->n_groups, scale,
                   variance + k, df + k);
  }
}
