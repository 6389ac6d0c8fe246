#include "levenberg.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* A step may be so many times as long as the parameters, scaled. */
static const double MOST_STEP = 10.0;

/* The parts of the work space. */
typedef struct {
  double *value, *jac; /* at the estimate; the columns of jac become Householder vectors */
  double *residual;    /* at the estimate; becomes Q'r */
  double *trial, *trial_jac;
  double *theta, *step, *scale, *damped, *rhs, *diag;
} space;

size_t dd_levenberg_work_len(size_t n, size_t p) { return 3 * n + 2 * n * p + 5 * p + p * p; }

static space divide(double *work, size_t n, size_t p) {
  space s;
  s.value = work;
  s.trial = s.value + n;
  s.residual = s.trial + n;
  s.jac = s.residual + n;
  s.trial_jac = s.jac + n * p;
  s.theta = s.trial_jac + n * p;
  s.step = s.theta + p;
  s.scale = s.step + p;
  s.rhs = s.scale + p;
  s.diag = s.rhs + p;
  s.damped = s.diag + p;
  return s;
}

/* Sum of squared residuals; not finite where the model is not. */
static double residuals(const double *y, const double *value, size_t n, double *out) {
  double rss = 0.0;
  for (size_t i = 0; i < n; i++) {
    out[i] = y[i] - value[i];
    rss += out[i] * out[i];
  }
  return rss;
}

/* Four sums side by side: one would wait for itself at every addition. */
static double dot(const double *a, const double *b, size_t n) {
  double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (; i < n; i++) s0 += a[i] * b[i];
  return (s0 + s1) + (s2 + s3);
}

static double sum_of_squares(const double *x, size_t n) { return dot(x, x, n); }

/* Householder QR in place: R goes to r (p x p), Q'residual into residual. */
static void factor(double *jac, double *residual, size_t n, size_t p, double *r) {
  memset(r, 0, p * p * sizeof *r);
  for (size_t k = 0; k < p; k++) {
    double *v = jac + k * n;
    const double norm = sqrt(sum_of_squares(v + k, n - k));
    const double head = v[k] > 0.0 ? -norm : norm;
    for (size_t i = 0; i < k; i++) r[i + k * p] = v[i];
    r[k + k * p] = head;
    if (norm == 0.0) continue;
    v[k] -= head;
    const double beta = -1.0 / (head * v[k]); /* 2 / |v|^2 */
    for (size_t j = k + 1; j <= p; j++) {
      double *x = j < p ? jac + j * n : residual;
      const double along = beta * dot(v + k, x + k, n - k);
      for (size_t i = k; i < n; i++) x[i] -= along * v[i];
    }
  }
}

/* Solves [R; diag(d)] s = [q; 0] by plane rotations of the rows of d into a copy of R. */
static int solve_damped(const double *r, const double *q, const double *d, size_t p, space *s) {
  double *a = s->damped, *b = s->rhs, *row = s->diag;
  memcpy(a, r, p * p * sizeof *a);
  memcpy(b, q, p * sizeof *b);
  for (size_t k = 0; k < p; k++) {
    for (size_t j = 0; j < p; j++) row[j] = 0.0;
    row[k] = d[k];
    double last = 0.0;
    for (size_t i = k; i < p; i++) {
      if (row[i] == 0.0) continue;
      const double h = hypot(a[i + i * p], row[i]), c = a[i + i * p] / h, t = row[i] / h;
      for (size_t j = i; j < p; j++) {
        const double up = a[i + j * p];
        a[i + j * p] = c * up + t * row[j];
        row[j] = c * row[j] - t * up;
      }
      const double up = b[i];
      b[i] = c * up + t * last;
      last = c * last - t * up;
    }
  }
  for (size_t i = p; i-- > 0;) {
    double sum = b[i];
    for (size_t j = i + 1; j < p; j++) sum -= a[i + j * p] * s->step[j];
    if (a[i + i * p] == 0.0) return 0;
    s->step[i] = sum / a[i + i * p];
  }
  return 1;
}

/* |R s|^2 */
static double norm_of_product(const double *r, const double *s, size_t p) {
  double total = 0.0;
  for (size_t i = 0; i < p; i++) {
    double sum = 0.0;
    for (size_t j = i; j < p; j++) sum += r[i + j * p] * s[j];
    total += sum * sum;
  }
  return total;
}

static double scaled_norm(const double *scale, const double *x, size_t p) {
  double total = 0.0;
  for (size_t j = 0; j < p; j++) total += scale[j] * scale[j] * x[j] * x[j];
  return sqrt(total);
}

/* Largest |cosine| between the residuals and a column of J = Q R, from Q'r. */
static double largest_cosine(const double *r, const double *q, double rss, size_t p) {
  double most = 0.0;
  for (size_t j = 0; j < p; j++) {
    const double norm = sqrt(sum_of_squares(r + j * p, j + 1) * rss);
    if (norm > 0.0) most = fmax(most, fabs(dot(r + j * p, q, j + 1)) / norm);
  }
  return most;
}

static void raise_scale(const double *r, size_t p, double *scale) {
  for (size_t j = 0; j < p; j++) {
    scale[j] = fmax(scale[j], sqrt(sum_of_squares(r + j * p, j + 1)));
    if (scale[j] == 0.0) scale[j] = DBL_MIN;
  }
}

/* What one try did: moved, or came to rest, or neither. */
typedef enum { FAILED, MOVED, AT_REST } outcome;

static void swap(double **a, double **b) {
  double *t = *a;
  *a = *b;
  *b = t;
}

static outcome try_step(const dd_least_squares *f, const double *r, double *mu, double *grow,
                        double *theta, space *s, dd_levenberg *out) {
  const size_t p = f->p;
  double *d = s->theta; /* free until the step is known */
  double size, length = scaled_norm(s->scale, theta, p);
  if (length == 0.0) length = sqrt(out->rss);
  for (;;) {
    for (size_t j = 0; j < p; j++) d[j] = sqrt(*mu) * s->scale[j];
    if (!solve_damped(r, s->residual, d, p, s)) return AT_REST;
    size = scaled_norm(s->scale, s->step, p);
    if (!(size > MOST_STEP * length) || !isfinite(*mu)) break;
    *mu *= 4.0; /* too far to trust the model's slope; this costs no evaluation */
  }
  const int small = size <= f->tolerance * length;
  const double promised = norm_of_product(r, s->step, p) + 2.0 * *mu * size * size;
  for (size_t j = 0; j < p; j++) s->theta[j] = theta[j] + s->step[j];
  f->model(s->theta, f->data, s->trial, s->trial_jac);
  out->evaluations++;
  double rss = 0.0;
  for (size_t i = 0; i < f->n; i++) rss += (f->y[i] - s->trial[i]) * (f->y[i] - s->trial[i]);
  /* below the rounding of the sum nothing can be seen: such a step is taken on trust */
  const int blind = promised <= 4.0 * DBL_EPSILON * out->rss && rss <= out->rss * (1.0 + 1e-13);
  const double gain = (out->rss - rss) / promised;
  if (!(gain > 1e-4) && !blind) {
    if (small) return AT_REST;
    *mu *= *grow;
    *grow *= 2.0;
    return FAILED;
  }
  const double cube = 2.0 * gain - 1.0;
  *mu *= blind ? 0.1 : fmax(1.0 / 3.0, 1.0 - cube * cube * cube);
  *grow = 2.0;
  memcpy(theta, s->theta, p * sizeof *theta);
  swap(&s->value, &s->trial);
  swap(&s->jac, &s->trial_jac);
  out->rss = residuals(f->y, s->value, f->n, s->residual);
  return small ? AT_REST : MOVED;
}

dd_status dd_levenberg_fit(const dd_least_squares *f, double *theta, double *work, double *r,
                           dd_levenberg *out) {
  const size_t n = f->n, p = f->p;
  space s = divide(work, n, p);
  const double nothing = 16.0 * DBL_EPSILON;
  const double exact = nothing * nothing * sum_of_squares(f->y, n);
  double mu = 1e-4, grow = 2.0;
  out->rss = out->gradient = NAN;
  out->evaluations = 1;
  if (n < p) return DD_ETHIN;
  for (size_t j = 0; j < p; j++) s.scale[j] = 0.0;
  f->model(theta, f->data, s.value, s.jac);
  out->rss = residuals(f->y, s.value, n, s.residual);
  if (!isfinite(out->rss)) return DD_EDOMAIN;
  outcome last = MOVED;
  for (;;) {
    if (last == MOVED || last == AT_REST) {
      factor(s.jac, s.residual, n, p, r);
      raise_scale(r, p, s.scale);
      out->gradient = largest_cosine(r, s.residual, out->rss, p);
      if (!isfinite(out->gradient)) return DD_EDOMAIN;
    }
    if (out->rss <= exact) {
      out->gradient = 0.0;
      return DD_OK;
    }
    if (last == AT_REST || out->gradient <= 1e-14) return DD_OK;
    if (out->evaluations >= f->most) return DD_ESINGULAR;
    const double before = out->rss;
    last = try_step(f, r, &mu, &grow, theta, &s, out);
    if (last == AT_REST && out->rss == before)
      return DD_OK; /* r and the gradient are of this estimate */
    if (!isfinite(mu)) return DD_OK;
  }
}

double dd_delta_norm(const double *r, size_t stride, size_t p, const double *g, double *scratch) {
  for (size_t j = 0; j < p; j++) {
    double sum = g[j];
    for (size_t i = 0; i < j; i++) sum -= r[i + j * stride] * scratch[i];
    if (r[j + j * stride] == 0.0) return NAN;
    scratch[j] = sum / r[j + j * stride];
  }
  return sqrt(sum_of_squares(scratch, p));
}

double dd_condition(const double *r, size_t stride, size_t p, double *scratch) {
  double inverse = 0.0;
  for (size_t k = 0; k < p; k++) { /* column k of R^-1 has entries 0 .. k */
    double *x = scratch;
    for (size_t i = k + 1; i-- > 0;) {
      double sum = i == k ? 1.0 : 0.0;
      for (size_t j = i + 1; j <= k; j++) sum -= r[i + j * stride] * x[j];
      if (r[i + i * stride] == 0.0) return INFINITY;
      x[i] = sum / r[i + i * stride];
      const double length = sqrt(sum_of_squares(r + i * stride, i + 1));
      inverse += x[i] * x[i] * length * length;
    }
  }
  return sqrt((double)p * inverse);
}
