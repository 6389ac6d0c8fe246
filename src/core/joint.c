#include "joint.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "gsl_guard.h"

size_t dd_joint_work_len(size_t q) { return 3 * q * q + 2 * q; }

/* Eigenvalues and vectors (in columns, row-major storage) of a symmetric q x q matrix, which is overwritten. */
static dd_status eigen(double *matrix, size_t q, double *value, double *vectors) {
  gsl_error_handler_t *before = dd_gsl_enter();
  dd_status status = DD_EGSL;
  gsl_eigen_symmv_workspace *space = gsl_eigen_symmv_alloc(q);
  if (space) {
    gsl_matrix_view a = gsl_matrix_view_array(matrix, q, q);
    gsl_vector_view w = gsl_vector_view_array(value, q);
    gsl_matrix_view u = gsl_matrix_view_array(vectors, q, q);
    if (!gsl_eigen_symmv(&a.matrix, &w.vector, &u.matrix, space)) status = DD_OK;
    gsl_eigen_symmv_free(space);
  }
  dd_gsl_leave(before);
  return status;
}

static bool positive(const double *value, size_t q) {
  double largest = 0.0, smallest = INFINITY;
  for (size_t m = 0; m < q; m++) {
    largest = value[m] > largest ? value[m] : largest;
    smallest = value[m] < smallest ? value[m] : smallest;
  }
  return largest > 0.0 && smallest > 1e-12 * largest;
}

static double along(const double *vectors, size_t q, size_t m, const double *x, size_t stride) {
  double sum = 0.0;
  for (size_t k = 0; k < q; k++) sum += vectors[k * q + m] * x[k * stride];
  return sum;
}

static double quadratic(const double *vectors, size_t q, size_t m, const double *v) {
  double sum = 0.0;
  for (size_t k = 0; k < q; k++) {
    for (size_t j = 0; j < q; j++) sum += vectors[k * q + m] * v[k * q + j] * vectors[j * q + m];
  }
  return sum;
}

static double wald(const double *theta, const double *value, const double *vectors, size_t q) {
  double sum = 0.0;
  for (size_t m = 0; m < q; m++) {
    const double t = along(vectors, q, m, theta, 1);
    sum += t * t / value[m];
  }
  return sum / (double)q;
}

/* The df of the sum of squared t statistics with df nu_m each. */
static double combined_df(const double *nu, size_t q) {
  double sum = 0.0, lowest = INFINITY, highest = 0.0;
  for (size_t m = 0; m < q; m++) {
    lowest = nu[m] < lowest ? nu[m] : lowest;
    highest = nu[m] > highest ? nu[m] : highest;
    sum += isinf(nu[m]) ? 1.0 : nu[m] / (nu[m] - 2.0);
  }
  if (highest - lowest <= 1e-8 * lowest || isinf(lowest)) return lowest;
  if (!(lowest > 2.0)) return 2.0 < lowest ? 2.0 : lowest;
  return sum > (double)q ? 2.0 * sum / (sum - (double)q) : lowest;
}

dd_status dd_joint_test(const double *theta, const double *v_b, double df_b, const double *load,
                        const double *load_df, size_t n_sources, size_t stride, size_t q,
                        double *work, dd_joint_result *out) {
  double *v = work, *vectors = v + q * q, *keep = vectors + q * q;
  double *value = keep + q * q, *nu = value + q;
  *out = (dd_joint_result){NAN, NAN, NAN};
  if (q == 0) return DD_EDOMAIN;

  memcpy(v, v_b, q * q * sizeof *v);
  dd_status status = eigen(v, q, value, vectors);
  if (status != DD_OK) return status;
  if (!positive(value, q)) return DD_ESINGULAR;
  out->f_biological = wald(theta, value, vectors, q);

  for (size_t k = 0; k < q; k++) {
    for (size_t j = 0; j < q; j++) {
      double sum = v_b[k * q + j];
      for (size_t s = 0; s < n_sources; s++) sum += load[s + k * stride] * load[s + j * stride];
      keep[k * q + j] = sum;
    }
  }
  memcpy(v, keep, q * q * sizeof *v);
  status = eigen(v, q, value, vectors);
  if (status != DD_OK) return status;
  out->f = wald(theta, value, vectors, q);
  for (size_t m = 0; m < q; m++) {
    const double b = quadratic(vectors, q, m, v_b);
    double below = b * b / df_b;
    for (size_t s = 0; s < n_sources; s++) {
      const double l = along(vectors, q, m, load + s, stride);
      if (l != 0.0) below += l * l * l * l / load_df[s];
    }
    nu[m] = value[m] * value[m] / below;
  }
  out->df = combined_df(nu, q);
  return DD_OK;
}

size_t dd_joint_fit_work_len(const dd_plate *plate, size_t K) {
  const size_t rows = plate->n_refs + 1;
  return 2 * rows * K + rows + K + dd_joint_work_len(K);
}

void dd_joint_fit(const dd_plate *plate, const dd_efficiency_error *error, const dd_model *m,
                  const size_t *target, size_t n_targets, const dd_fold_changes *fit, double *work,
                  dd_joint *out) {
  const size_t K = m->linear ? m->linear->n_contrasts : m->welch->n_contrasts;
  const size_t rows = plate->n_refs + 1;
  double *g = work, *load = g + rows * K, *load_df = load + rows * K, *theta = load_df + rows;
  for (size_t t = 0; t < n_targets; t++) {
    double *v_b = out->biological + t * K * K, *v_e = out->efficiency + t * K * K;
    dd_target_covariance(m, fit, t, v_b);
    const size_t n =
        dd_target_loads(plate, error, target[t], fit, t, n_targets, K, g, load, load_df);
    for (size_t k = 0; k < K; k++) {
      theta[k] = fit->estimate[t + k * n_targets];
      for (size_t j = 0; j < K; j++) {
        v_e[k + j * K] = 0.0;
        for (size_t s = 0; s < n; s++) {
          v_e[k + j * K] += load[s + k * rows] * load[s + j * rows];
        }
      }
    }
    dd_joint_result r = {NAN, NAN, NAN};
    if (fit->status[t] == DD_OK) {
      dd_joint_test(theta, v_b, fit->df_biological[t], load, load_df, n, rows, K, theta + K, &r);
    }
    out->f_biological[t] = r.f_biological;
    out->f[t] = r.f;
    out->df[t] = r.df;
  }
}
