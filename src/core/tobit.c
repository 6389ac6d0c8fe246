#include "tobit.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "gsl_guard.h"
#include "normal.h"

enum { MAX_STEPS = 200, MAX_HALVINGS = 60 };

/* ---- the basis ---- */

dd_status dd_tobit_prepare(const double *x, const double *contrast, double *work,
                           dd_tobit_model *m) {
  const size_t n = m->n, p = m->p;
  if (p == 0 || p > n) return DD_EDOMAIN;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < p; j++) work[i * p + j] = x[i + j * n];
  }
  gsl_error_handler_t *before = dd_gsl_enter();
  gsl_matrix_view qr = gsl_matrix_view_array(work, n, p);
  gsl_vector_view tau = gsl_vector_view_array(work + n * p, p);
  dd_status status = gsl_linalg_QR_decomp(&qr.matrix, &tau.vector) ? DD_EGSL : DD_OK;
  double largest = 0.0, smallest = INFINITY;
  for (size_t j = 0; j < p; j++) {
    const double pivot = fabs(gsl_matrix_get(&qr.matrix, j, j));
    largest = fmax(largest, pivot);
    smallest = fmin(smallest, pivot);
  }
  if (!(smallest > 1e-12 * largest)) status = DD_ESINGULAR;
  for (size_t j = 0; status == DD_OK && j < p; j++) {
    gsl_vector_view column = gsl_vector_view_array(m->basis + j * n, n);
    gsl_vector_set_basis(&column.vector, j);
    if (gsl_linalg_QR_Qvec(&qr.matrix, &tau.vector, &column.vector)) status = DD_EGSL;
  }
  gsl_matrix_const_view r = gsl_matrix_const_submatrix(&qr.matrix, 0, 0, p, p);
  for (size_t k = 0; status == DD_OK && k < m->n_contrasts; k++) {
    memcpy(m->contrast + k * p, contrast + k * p, p * sizeof *contrast);
    gsl_vector_view u = gsl_vector_view_array(m->contrast + k * p, p);
    if (gsl_blas_dtrsv(CblasUpper, CblasTrans, CblasNonUnit, &r.matrix, &u.vector))
      status = DD_EGSL;
  }
  dd_gsl_leave(before);
  return status;
}

/* ---- the likelihood of residuals: r = h^-1 (x'delta + e) ---- */

typedef struct {
  size_t n, p, n_observed;
  const double *x; /* n x p, orthonormal columns */
  const int *censored;
  double *r; /* n: residuals of the least squares fit, over `scale` */
  double scale;
  double *ls;                   /* p: the least squares fit */
  double *at;                   /* p + 1: delta, h */
  double *trial, *slope, *step; /* p + 1 each */
  double *info;                 /* (p + 1)^2: minus the Hessian, then its Cholesky factor */
  double *row;                  /* p + 1 */
} problem;

size_t dd_tobit_work_len(size_t n, size_t p) {
  const size_t q = p + 1;
  /* a problem, and for the bound the constrained columns and response */
  return n + 6 * q + q * q + n * p + n + 2 * p;
}

static double *lay_out(problem *s, double *work) {
  const size_t q = s->p + 1;
  s->r = work;
  s->ls = s->r + s->n;
  s->at = s->ls + q;
  s->trial = s->at + q;
  s->slope = s->trial + q;
  s->step = s->slope + q;
  s->row = s->step + q;
  s->info = s->row + q;
  return s->info + q * q;
}

static double residual(const problem *s, const double *at, size_t i) {
  double z = at[s->p] * s->r[i];
  for (size_t j = 0; j < s->p; j++) z -= s->x[i + j * s->n] * at[j];
  return z;
}

static double likelihood(const problem *s, const double *at) {
  if (!(at[s->p] > 0.0)) return -INFINITY;
  double sum = (double)s->n_observed * log(at[s->p]);
  for (size_t i = 0; i < s->n; i++) {
    const double z = residual(s, at, i);
    sum += s->censored[i] ? dd_normal_log_cdf(-z) : -0.5 * z * z;
  }
  return sum;
}

/* Slope and information. With z = h r - x'delta, dl/dz is -z or -mills(-z), and d2l/dz2 is -1 or -mills (mills - z). */
static void derivatives(const problem *s) {
  const size_t q = s->p + 1;
  const double h = s->at[s->p];
  for (size_t j = 0; j < q; j++) s->slope[j] = 0.0;
  for (size_t j = 0; j < q * q; j++) s->info[j] = 0.0;
  for (size_t i = 0; i < s->n; i++) {
    const double z = residual(s, s->at, i);
    double pull = z, weight = 1.0;
    if (s->censored[i]) {
      pull = dd_normal_mills(-z);
      weight = fmin(fmax(pull * (pull - z), 0.0), 1.0);
    }
    for (size_t j = 0; j < s->p; j++) s->row[j] = s->x[i + j * s->n];
    s->row[s->p] = -s->r[i];
    for (size_t j = 0; j < q; j++) {
      s->slope[j] += pull * s->row[j];
      for (size_t k = 0; k <= j; k++) s->info[j * q + k] += weight * s->row[j] * s->row[k];
    }
  }
  s->slope[s->p] += (double)s->n_observed / h;
  s->info[q * q - 1] += (double)s->n_observed / (h * h);
}

static bool factorise(double *matrix, size_t q) {
  gsl_matrix_view a = gsl_matrix_view_array(matrix, q, q);
  return gsl_linalg_cholesky_decomp1(&a.matrix) == GSL_SUCCESS;
}

static bool solve(const double *factor, size_t q, double *b) {
  gsl_matrix_const_view a = gsl_matrix_const_view_array(factor, q, q);
  gsl_vector_view x = gsl_vector_view_array(b, q);
  return gsl_linalg_cholesky_svx(&a.matrix, &x.vector) == GSL_SUCCESS;
}

/* One Newton step, halved until the likelihood does not fall. Answers the squared Newton decrement, or NaN. */
static double newton_step(const problem *s, double *value) {
  const size_t q = s->p + 1;
  derivatives(s);
  memcpy(s->step, s->slope, q * sizeof *s->step);
  if (!factorise(s->info, q) || !solve(s->info, q, s->step)) return NAN;
  double decrement = 0.0;
  for (size_t j = 0; j < q; j++) decrement += s->slope[j] * s->step[j];
  double share = 1.0;
  for (int halving = 0; halving < MAX_HALVINGS; halving++, share *= 0.5) {
    for (size_t j = 0; j < q; j++) s->trial[j] = s->at[j] + share * s->step[j];
    const double reached = likelihood(s, s->trial);
    /* near the top the gain drowns in the rounding of the sum: the full step is right there */
    if (reached >= *value || (decrement < 1e-8 && s->trial[s->p] > 0.0)) {
      memcpy(s->at, s->trial, q * sizeof *s->at);
      *value = reached;
      return decrement;
    }
  }
  return NAN;
}

/* The maximum in (delta, h); the factor of the information at it is left in `info`. */
static dd_status maximise(const problem *s, double *value, size_t *steps) {
  const size_t q = s->p + 1;
  for (size_t j = 0; j < s->p; j++) s->at[j] = 0.0;
  s->at[s->p] = 1.0;
  *value = likelihood(s, s->at);
  for (*steps = 1; *steps <= MAX_STEPS; ++*steps) {
    const double decrement = newton_step(s, value);
    if (isnan(decrement)) return DD_EGSL;
    if (decrement < 1e-14) { /* what is left is its square */
      derivatives(s);
      return factorise(s->info, q) ? DD_OK : DD_EGSL;
    }
  }
  return DD_EGSL;
}

/* Residuals of the least squares fit (the columns are orthonormal), in units of their size. */
static dd_status take_residuals(problem *s, const double *y) {
  double squares = 0.0, size = 0.0;
  s->n_observed = 0;
  for (size_t i = 0; i < s->n; i++) {
    if (!isfinite(y[i])) return DD_EDOMAIN;
    s->r[i] = y[i];
    size = fmax(size, fabs(y[i]));
    if (!s->censored[i]) s->n_observed++;
  }
  for (size_t j = 0; j < s->p; j++) s->ls[j] = 0.0;
  for (int pass = 0; pass < 2; pass++) { /* the second takes what rounding left */
    for (size_t j = 0; j < s->p; j++) {
      const double *x = s->x + j * s->n;
      double along = 0.0;
      for (size_t i = 0; i < s->n; i++) along += x[i] * s->r[i];
      for (size_t i = 0; i < s->n; i++) s->r[i] -= along * x[i];
      s->ls[j] += along;
    }
  }
  for (size_t i = 0; i < s->n; i++) squares += s->r[i] * s->r[i];
  s->scale = sqrt(squares / (double)s->n);
  if (!(s->scale > 10.0 * DBL_EPSILON * size)) return DD_ECONSTANT;
  for (size_t i = 0; i < s->n; i++) s->r[i] /= s->scale;
  return DD_OK;
}

/* Do the observed units determine all coefficients, and leave an error? Uses the scratch of the Newton steps. */
static dd_status has_maximum(const problem *s) {
  const size_t p = s->p;
  if (s->n_observed < p + 1) return DD_ETHIN;
  for (size_t j = 0; j < p; j++) {
    s->step[j] = 0.0;
    for (size_t i = 0; i < s->n; i++) {
      if (!s->censored[i]) s->step[j] += s->x[i + j * s->n] * s->r[i];
    }
    for (size_t k = 0; k <= j; k++) {
      double sum = 0.0;
      for (size_t i = 0; i < s->n; i++) {
        if (!s->censored[i]) sum += s->x[i + j * s->n] * s->x[i + k * s->n];
      }
      s->info[j * p + k] = sum;
    }
  }
  if (p > 0) {
    if (!factorise(s->info, p)) return DD_ESINGULAR;
    /* the columns are orthonormal: a pivot of a design with n units is no smaller than about 1 / n */
    for (size_t j = 0; j < p; j++) {
      if (!(s->info[j * p + j] > 1e-6)) return DD_ESINGULAR;
    }
    if (!solve(s->info, p, s->step)) return DD_EGSL;
  }
  double squares = 0.0;
  for (size_t i = 0; i < s->n; i++) {
    if (s->censored[i]) continue;
    double e = s->r[i];
    for (size_t j = 0; j < p; j++) e -= s->x[i + j * s->n] * s->step[j];
    squares += e * e;
  }
  return sqrt(squares) > 1e-12 ? DD_OK : DD_ECONSTANT;
}

static dd_status run(problem *s, const double *y, dd_tobit *out) {
  dd_status status = take_residuals(s, y);
  if (s->n_observed < s->p + 1 && status != DD_EDOMAIN) status = DD_ETHIN;
  if (status != DD_OK) return status;
  gsl_error_handler_t *before = dd_gsl_enter();
  double value;
  status = has_maximum(s);
  if (status == DD_OK) status = maximise(s, &value, &out->steps);
  dd_gsl_leave(before);
  if (status != DD_OK) return status;
  const double observed = (double)s->n_observed;
  out->sigma = s->scale / s->at[s->p];
  out->likelihood = value - observed * (log(s->scale) + 0.5 * log(2.0 * M_PI));
  return DD_OK;
}

/* u'beta and its variance: the slopes of u'delta / h are u / h and -u'delta / h^2. */
static void contrast_of(const problem *s, const double *u, double *value, double *variance) {
  const size_t q = s->p + 1;
  const double h = s->at[s->p];
  double along = 0.0, base = 0.0;
  for (size_t j = 0; j < s->p; j++) {
    along += u[j] * s->at[j] / h;
    base += u[j] * s->ls[j];
    s->slope[j] = s->step[j] = u[j] / h;
  }
  s->slope[s->p] = s->step[s->p] = -along / h;
  double sum = 0.0;
  if (!solve(s->info, q, s->step)) sum = NAN;
  for (size_t j = 0; j < q; j++) sum += s->slope[j] * s->step[j];
  *value = base + s->scale * along;
  *variance = s->scale * s->scale * sum * (double)s->n / (double)(s->n - s->p);
}

dd_status dd_tobit_fit(const dd_tobit_model *m, const double *y, const int *censored, double *work,
                       double *value, double *variance, dd_tobit *out) {
  problem s = {.n = m->n, .p = m->p, .x = m->basis, .censored = censored};
  lay_out(&s, work);
  *out = (dd_tobit){NAN, NAN, NAN, 0};
  for (size_t k = 0; k < m->n_contrasts; k++) value[k] = variance[k] = NAN;
  const dd_status status = run(&s, y, out);
  if (status != DD_OK) return status;
  out->df = (double)(m->n - m->p);
  gsl_error_handler_t *before = dd_gsl_enter();
  for (size_t k = 0; k < m->n_contrasts; k++) {
    contrast_of(&s, m->contrast + k * m->p, value + k, variance + k);
  }
  dd_gsl_leave(before);
  return DD_OK;
}

/* ---- bounds ---- */

/* The model with the contrast held: columns that span the rest, and what a unit of the contrast adds to a response. */
typedef struct {
  problem rest;
  const double *y;
  double *columns, *along, *moved;
} profile;

/* Columns 2 .. p of the reflection that takes the first axis to u span what is orthogonal to u. */
static void hold_contrast(const dd_tobit_model *m, const double *u, double *mirror, profile *f) {
  const size_t n = m->n, p = m->p;
  double length2 = 0.0;
  for (size_t j = 0; j < p; j++) length2 += u[j] * u[j];
  const double length = sqrt(length2), sign = u[0] > 0.0 ? 1.0 : -1.0;
  for (size_t j = 0; j < p; j++) mirror[j] = u[j] / length;
  mirror[0] += sign;
  double half = 0.0;
  for (size_t j = 0; j < p; j++) half += 0.5 * mirror[j] * mirror[j];
  for (size_t i = 0; i < n; i++) {
    double on_u = 0.0, on_mirror = 0.0;
    for (size_t j = 0; j < p; j++) {
      on_u += m->basis[i + j * n] * u[j];
      on_mirror += m->basis[i + j * n] * mirror[j];
    }
    f->along[i] = on_u / length2;
    for (size_t j = 1; j < p; j++) {
      f->columns[i + (j - 1) * n] = m->basis[i + j * n] - on_mirror * mirror[j] / half;
    }
  }
}

static dd_status profile_at(profile *f, double theta, double *likelihood_out) {
  dd_tobit fit;
  for (size_t i = 0; i < f->rest.n; i++) f->moved[i] = f->y[i] - theta * f->along[i];
  const dd_status status = run(&f->rest, f->moved, &fit);
  *likelihood_out = status == DD_OK ? fit.likelihood : NAN;
  return status;
}

/* Goes from `theta` in steps that double until the profile is above the mark (or not): the far end, and the last one
   before it. */
static dd_status go_until(profile *f, double mark, bool above, double step, double *theta,
                          double *before) {
  double value;
  for (int i = 0; i < 60; i++, step *= 2.0) {
    const dd_status status = profile_at(f, *theta, &value);
    if (status != DD_OK) return status;
    if ((value >= mark) == above) return DD_OK;
    *before = *theta;
    *theta += step;
  }
  return DD_EDOMAIN;
}

dd_status dd_tobit_bound(const dd_tobit_model *m, const double *y, const int *censored,
                         const dd_tobit_ask *ask, double *work, double *bound) {
  const size_t n = m->n, p = m->p;
  const double *u = m->contrast + ask->which * p;
  profile f = {.rest = {.n = n, .p = p - 1, .censored = censored}, .y = y};
  double *free = lay_out(&f.rest, work);
  f.columns = free;
  f.along = f.columns + n * (p - 1);
  f.moved = f.along + n;
  hold_contrast(m, u, f.moved + n, &f);
  f.rest.x = f.columns;
  *bound = NAN;

  /* start where limits are taken as values: the bound is not far */
  double start = 0.0, squares = 0.0, mean = 0.0;
  for (size_t i = 0; i < n; i++) mean += y[i] / (double)n;
  for (size_t i = 0; i < n; i++) squares += (y[i] - mean) * (y[i] - mean);
  for (size_t j = 0; j < p; j++) {
    for (size_t i = 0; i < n; i++) start += u[j] * m->basis[i + j * n] * y[i];
  }
  const double mark = ask->top - ask->drop;
  const double step = ask->direction * fmax(sqrt(squares / (double)n), DBL_MIN);
  double value, inside = start, outside = start;
  dd_status status = profile_at(&f, start, &value);
  if (status != DD_OK) return status;
  if (value >= mark) {
    status = go_until(&f, mark, false, -step, &outside, &inside);
  } else {
    status = go_until(&f, mark, true, step, &inside, &outside);
  }
  while (status == DD_OK && fabs(inside - outside) > 1e-13 * fmax(fabs(inside), fabs(step))) {
    const double middle = 0.5 * (inside + outside);
    if (middle == inside || middle == outside) break;
    status = profile_at(&f, middle, &value);
    if (value >= mark) {
      inside = middle;
    } else {
      outside = middle;
    }
  }
  if (status == DD_OK) *bound = outside; /* the side that claims less */
  return status;
}
