#include "calibration.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "gsl_guard.h"

size_t dd_calibrate_work_len(size_t n_samples, size_t n_runs) {
  return 2 * n_samples + n_runs * n_samples + n_runs * n_runs + 3 * n_runs;
}

typedef struct {
  double *per_sample; /* cells by sample */
  double *mean;       /* mean of the samples' cells, less the offsets in the end */
  double *table;      /* runs x samples: number of cells */
  double *inverse;    /* runs x runs: pseudo-inverse of the information */
  double *per_run, *right, *u;
} workspace;

static workspace divide(const dd_calibrators *c, double *work) {
  const size_t S = c->n_samples, R = c->n_runs;
  workspace w;
  w.per_sample = work;
  w.mean = w.per_sample + S;
  w.table = w.mean + S;
  w.inverse = w.table + R * S;
  w.per_run = w.inverse + R * R;
  w.right = w.per_run + R;
  w.u = w.right + R;
  return w;
}

static void count_cells(const dd_calibrators *c, workspace *w) {
  const size_t S = c->n_samples, R = c->n_runs;
  memset(w->per_sample, 0, S * sizeof(double));
  memset(w->mean, 0, S * sizeof(double));
  memset(w->table, 0, R * S * sizeof(double));
  memset(w->per_run, 0, R * sizeof(double));
  memset(w->right, 0, R * sizeof(double));
  for (size_t i = 0; i < c->n; i++) {
    const size_t s = (size_t)c->sample[i], r = (size_t)c->run[i];
    w->per_sample[s] += 1.0;
    w->mean[s] += (c->y[i] - w->mean[s]) / w->per_sample[s];
    w->table[r + s * R] += 1.0;
    w->per_run[r] += 1.0;
  }
  for (size_t i = 0; i < c->n; i++) {
    w->right[c->run[i]] += c->y[i] - w->mean[c->sample[i]];
  }
}

/* The information about the runs when the samples are swept out; runs without cells get a 1 on the diagonal. */
static double information(const dd_calibrators *c, workspace *w) {
  const size_t S = c->n_samples, R = c->n_runs;
  double present = 0.0;
  for (size_t r = 0; r < R; r++) present += w->per_run[r] > 0.0;
  for (size_t a = 0; a < R; a++) {
    for (size_t b = 0; b < R; b++) {
      double value = a == b ? w->per_run[a] : 0.0;
      for (size_t s = 0; s < S; s++) {
        if (w->per_sample[s] > 0.0) {
          value -= w->table[a + s * R] * w->table[b + s * R] / w->per_sample[s];
        }
      }
      if (w->per_run[a] > 0.0 && w->per_run[b] > 0.0) value += 1.0 / present;
      if (a == b && w->per_run[a] == 0.0) value = 1.0;
      w->inverse[a * R + b] = value;
    }
  }
  return present;
}

/* (A + J / k)^-1 - J / k is the pseudo-inverse of A when A's only null vector is the constant one. */
static dd_status pseudo_inverse(const dd_calibrators *c, workspace *w) {
  const size_t R = c->n_runs;
  const double present = information(c, w);
  gsl_matrix_view m = gsl_matrix_view_array(w->inverse, R, R);
  gsl_error_handler_t *before = dd_gsl_enter();
  int bad = gsl_linalg_cholesky_decomp1(&m.matrix);
  for (size_t r = 0; r < R && !bad; r++) {
    /* unlinked runs leave a pivot that is rounding error */
    if (!(w->inverse[r * R + r] > 1e-6)) bad = 1;
  }
  if (!bad) bad = gsl_linalg_cholesky_invert(&m.matrix);
  dd_gsl_leave(before);
  if (bad) return DD_ESINGULAR;
  for (size_t a = 0; a < R; a++) {
    for (size_t b = 0; b < R; b++) {
      const int both = w->per_run[a] > 0.0 && w->per_run[b] > 0.0;
      w->inverse[a * R + b] = both ? w->inverse[a * R + b] - 1.0 / present : 0.0;
    }
  }
  return DD_OK;
}

static double fit_offsets(const dd_calibrators *c, workspace *w, dd_calibration *out) {
  const size_t S = c->n_samples, R = c->n_runs;
  double rss = 0.0;
  for (size_t a = 0; a < R; a++) {
    out->offset[a] = 0.0;
    for (size_t b = 0; b < R; b++) out->offset[a] += w->inverse[a * R + b] * w->right[b];
  }
  for (size_t s = 0; s < S; s++) {
    for (size_t r = 0; r < R; r++) {
      if (w->table[r + s * R] > 0.0) {
        w->mean[s] -= w->table[r + s * R] / w->per_sample[s] * out->offset[r];
      }
    }
  }
  for (size_t i = 0; i < c->n; i++) {
    out->residual[i] = c->y[i] - w->mean[c->sample[i]] - out->offset[c->run[i]];
    rss += out->residual[i] * out->residual[i];
  }
  return rss;
}

/* The covariance that cells of known variance imply: sum of noise_i u_i u_i', u_i the weights of cell i. */
static void noise_covariance(const dd_calibrators *c, workspace *w, double *covariance) {
  const size_t R = c->n_runs;
  memset(covariance, 0, R * R * sizeof(double));
  for (size_t i = 0; i < c->n; i++) {
    const size_t s = (size_t)c->sample[i];
    for (size_t a = 0; a < R; a++) {
      w->u[a] = w->inverse[a * R + (size_t)c->run[i]];
      for (size_t r = 0; r < R; r++) {
        w->u[a] -= w->inverse[a * R + r] * w->table[r + s * R] / w->per_sample[s];
      }
    }
    for (size_t a = 0; a < R; a++) {
      for (size_t b = 0; b < R; b++) covariance[a + b * R] += c->noise[i] * w->u[a] * w->u[b];
    }
  }
}

static void blank(const dd_calibrators *c, dd_calibration *out) {
  for (size_t r = 0; r < c->n_runs; r++) out->offset[r] = NAN;
  for (size_t r = 0; r < c->n_runs * c->n_runs; r++) out->covariance[r] = NAN;
  for (size_t i = 0; i < c->n; i++) out->residual[i] = NAN;
  out->sigma = out->df = NAN;
}

/* A run without cells has no offset. */
static void blank_absent(const dd_calibrators *c, const workspace *w, dd_calibration *out) {
  const size_t R = c->n_runs;
  for (size_t r = 0; r < R; r++) {
    if (w->per_run[r] > 0.0) continue;
    out->offset[r] = NAN;
    for (size_t q = 0; q < R; q++) out->covariance[r + q * R] = out->covariance[q + r * R] = NAN;
  }
}

dd_status dd_calibrate(const dd_calibrators *c, double *work, dd_calibration *out) {
  const size_t R = c->n_runs;
  workspace w = divide(c, work);
  blank(c, out);
  if (c->n == 0 || R == 0) return DD_ESINGULAR;
  count_cells(c, &w);
  if (pseudo_inverse(c, &w) != DD_OK) return DD_ESINGULAR;
  const double rss = fit_offsets(c, &w, out);
  double lost = -1.0;
  for (size_t s = 0; s < c->n_samples; s++) lost += w.per_sample[s] > 0.0;
  for (size_t r = 0; r < R; r++) lost += w.per_run[r] > 0.0;
  out->df = (double)c->n - lost;
  if (out->df > 0.0) {
    out->sigma = sqrt(rss / out->df);
    for (size_t i = 0; i < R * R; i++) out->covariance[i] = rss / out->df * w.inverse[i];
  } else {
    noise_covariance(c, &w, out->covariance);
  }
  blank_absent(c, &w, out);
  return out->df > 0.0 ? DD_OK : DD_ETHIN;
}

dd_status dd_calibration_variance(const double *coef, const double *load, const double *covariance,
                                  const double *df, size_t n_runs, size_t n_targets,
                                  double *variance, double *below) {
  *variance = *below = 0.0;
  for (size_t j = 0; j < n_targets; j++) {
    const double *h = load + j * n_runs, *c = covariance + j * n_runs * n_runs;
    if (coef[j] == 0.0) continue;
    double v = 0.0;
    for (size_t a = 0; a < n_runs; a++) {
      for (size_t b = 0; b < n_runs; b++) {
        if (h[a] != 0.0 && h[b] != 0.0) v += h[a] * h[b] * c[a + b * n_runs];
      }
    }
    v *= coef[j] * coef[j];
    *variance += v;
    if (v != 0.0) *below += v * v / df[j];
  }
  return isnan(*variance) || isnan(*below) ? DD_ETHIN : DD_OK;
}

void dd_calibration_load(const double *l, const double *share, size_t n_runs, size_t n_targets,
                         size_t n_samples, double *load) {
  const size_t size = n_runs * n_targets;
  for (size_t i = 0; i < size; i++) load[i] = 0.0;
  for (size_t s = 0; s < n_samples; s++) {
    for (size_t i = 0; i < size; i++) load[i] += l[s] * share[i + s * size];
  }
}
