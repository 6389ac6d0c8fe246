#include "sigmoid.h"

#include <float.h>
#include <math.h>

enum { B, C, D, E, G };

size_t dd_sigmoid_parameters(dd_sigmoid model) { return model == DD_B5 || model == DD_L5 ? 5 : 4; }

int dd_sigmoid_in_log(dd_sigmoid model) { return model == DD_L4 || model == DD_L5; }

double dd_sigmoid_t(dd_sigmoid model, double x) {
  return dd_sigmoid_in_log(model) ? log(fmax(x, DBL_MIN)) : x;
}

static double asymmetry(dd_sigmoid model, const double *theta) {
  return dd_sigmoid_parameters(model) == 5 ? theta[G] : 0.0;
}

/* log s and its derivatives by u and by log f. */
typedef struct {
  double value, by_u, by_g;
} log_s;

static log_s log_share(dd_sigmoid model, double f, double u) {
  const double z = exp(fmin(u, 700.0));
  if (model == DD_GOMPERTZ) return (log_s){-z, -z, 0.0};
  const double soft = u > 35.0 ? u : log1p(z);
  return (log_s){-f * soft, -f * (z / (1.0 + z)), -f * soft};
}

void dd_sigmoid_model(const double *theta, const void *data, double *value, double *jacobian) {
  const dd_sigmoid_data *at = data;
  const size_t n = at->n;
  const double b = theta[B], c = theta[C], height = theta[D] - theta[C], e = theta[E];
  const double f = exp(asymmetry(at->model, theta));
  const int free_f = dd_sigmoid_parameters(at->model) == 5;
  for (size_t i = 0; i < n; i++) {
    const double off = at->t[i] - e;
    const log_s l = log_share(at->model, f, b * off);
    const double s = exp(l.value);
    const double slope = height * s * l.by_u; /* dF / du: 0, not NaN, where s is 0 */
    value[i] = c + height * s;
    jacobian[i + B * n] = s > 0.0 ? slope * off : 0.0;
    jacobian[i + C * n] = 1.0 - s;
    jacobian[i + D * n] = s;
    jacobian[i + E * n] = s > 0.0 ? -slope * b : 0.0;
    if (free_f) jacobian[i + G * n] = s > 0.0 ? height * s * l.by_g : 0.0;
  }
}

double dd_sigmoid_value(dd_sigmoid model, const double *theta, double x) {
  const double f = exp(asymmetry(model, theta));
  const double u = theta[B] * (dd_sigmoid_t(model, x) - theta[E]);
  return theta[C] + (theta[D] - theta[C]) * exp(log_share(model, f, u).value);
}

static dd_derived none(void) { return (dd_derived){NAN, {NAN, NAN, NAN, NAN, NAN}}; }

/* A point t = e + v / b, where v has the gradient (v_b, v_g) and there is nothing else; in cycles. */
static dd_derived point(dd_sigmoid model, const double *theta, double v, double v_b, double v_g) {
  const double b = theta[B], t = theta[E] + v / b;
  if (!isfinite(t)) return none();
  const double x = dd_sigmoid_in_log(model) ? exp(t) : t;
  const double by_t = dd_sigmoid_in_log(model) ? x : 1.0;
  dd_derived out = {x, {0}};
  out.gradient[B] = by_t * (v_b - v / b) / b;
  out.gradient[E] = by_t;
  if (dd_sigmoid_parameters(model) == 5) out.gradient[G] = by_t * v_g / b;
  return out;
}

/* log z1 of the log-logistic, NaN where the curve has no turning point (b f >= -1 or so). */
static double log_z1(double b, double f) {
  const double z = (b - 1.0) / (1.0 + b * f);
  return z > 0.0 ? log(z) : NAN;
}

dd_derived dd_sigmoid_fdm(dd_sigmoid model, const double *theta) {
  const double b = theta[B], g = asymmetry(model, theta), f = exp(g);
  if (model == DD_GOMPERTZ) return point(model, theta, 0.0, 0.0, 0.0);
  if (!dd_sigmoid_in_log(model)) return point(model, theta, -g, 0.0, -1.0);
  return point(model, theta, log_z1(b, f), 1.0 / (b - 1.0) - f / (1.0 + b * f),
               -b * f / (1.0 + b * f));
}

/* f z2 from 1 / f: no overflow on the way to the Gompertz limit. */
static dd_derived sdm_logistic(dd_sigmoid model, const double *theta) {
  const double g = asymmetry(model, theta), q = exp(-g);
  const double root = sqrt(5.0 + q) * sqrt(1.0 + q), top = 3.0 + q + root;
  return point(model, theta, log(0.5 * top) - g, 0.0, -q * (1.0 + (3.0 + q) / root) / top - 1.0);
}

/* q(z) = p2 z^2 + p1 z + p0; the gradient of its root by the theorem of implicit functions. */
static dd_derived sdm_log_logistic(dd_sigmoid model, const double *theta) {
  const double b = theta[B], f = exp(asymmetry(model, theta)), bf = b * f;
  const double p2 = (bf + 1.0) * (bf + 2.0), p0 = (b - 1.0) * (b - 2.0);
  const double p1 = 4.0 - 3.0 * b + 3.0 * bf - 3.0 * b * bf - b * b;
  const double discriminant = p1 * p1 - 4.0 * p2 * p0;
  if (!(bf < -2.0) || !(discriminant >= 0.0) || !(p1 < 0.0)) return none();
  const double z = (-p1 + sqrt(discriminant)) / (2.0 * p2);
  const double by_z = 2.0 * p2 * z + p1;
  const double by_b =
      f * (2.0 * bf + 3.0) * z * z + (-3.0 + 3.0 * f - 6.0 * bf - 2.0 * b) * z + 2.0 * b - 3.0;
  const double by_f = b * (2.0 * bf + 3.0) * z * z + (3.0 * b - 3.0 * b * b) * z;
  return point(model, theta, log(z), -by_b / (by_z * z), -by_f * f / (by_z * z));
}

dd_derived dd_sigmoid_sdm(dd_sigmoid model, const double *theta) {
  if (model == DD_GOMPERTZ) return point(model, theta, log(0.5 * (3.0 + sqrt(5.0))), 0.0, 0.0);
  return dd_sigmoid_in_log(model) ? sdm_log_logistic(model, theta) : sdm_logistic(model, theta);
}

dd_derived dd_sigmoid_cy0(dd_sigmoid model, const double *theta) {
  const double b = theta[B], g = asymmetry(model, theta), f = exp(g);
  if (model == DD_GOMPERTZ) return point(model, theta, 1.0, 0.0, 0.0);
  if (!dd_sigmoid_in_log(model)) return point(model, theta, 1.0 + 1.0 / f - g, 0.0, -1.0 / f - 1.0);
  const dd_derived fdm = dd_sigmoid_fdm(model, theta);
  /* 1 + (1 + z1) / (b f z1) = 1 + [(1 + b f) / (b - 1) + 1] / (b f) = (b - 1)^-1 (b + 1 / f) */
  const double factor = (b + 1.0 / f) / (b - 1.0);
  dd_derived out = fdm;
  if (!(factor > 0.0)) return none();
  out.value = fdm.value * factor;
  for (int j = 0; j < DD_SIGMOID_MOST; j++) out.gradient[j] *= factor;
  out.gradient[B] += fdm.value * (1.0 - factor) / (b - 1.0);
  if (dd_sigmoid_parameters(model) == 5) out.gradient[G] -= fdm.value / (f * (b - 1.0));
  return out;
}

dd_derived dd_sigmoid_crossing(dd_sigmoid model, const double *theta, double level) {
  const double height = theta[D] - theta[C], f = exp(asymmetry(model, theta));
  if (!(level > 0.0 && level < height)) return none();
  const double depth = log(height / level); /* -log s */
  const double u = model == DD_GOMPERTZ ? log(depth)
                   : depth / f > 700.0  ? depth / f
                                        : log(expm1(depth / f));
  const log_s l = log_share(model, f, u);
  /* log s(u) = log(level) - log(d - c): u moves by -(by_g dg + dd - dc) / by_u */
  dd_derived out = point(model, theta, u, 0.0, -l.by_g / l.by_u);
  const double by_t = out.gradient[E];
  out.gradient[C] = by_t / (height * l.by_u * theta[B]);
  out.gradient[D] = -out.gradient[C];
  return out;
}

/* From the parameters as they are reported to those of the solver. */
static void from_reported(dd_sigmoid model, const double *parameters, size_t stride,
                          double *theta) {
  for (size_t j = 0; j < DD_SIGMOID_MOST; j++) theta[j] = parameters[j * stride];
  if (dd_sigmoid_in_log(model)) theta[E] = log(theta[E]);
  theta[G] = dd_sigmoid_parameters(model) == 5 ? log(theta[G]) : 0.0;
}

double dd_sigmoid_reported(dd_sigmoid model, const double *parameters, size_t stride, double x) {
  double theta[DD_SIGMOID_MOST];
  from_reported(model, parameters, stride, theta);
  return dd_sigmoid_value(model, theta, x);
}

double dd_sigmoid_reported_crossing(dd_sigmoid model, const double *parameters, size_t stride,
                                    double level) {
  double theta[DD_SIGMOID_MOST];
  from_reported(model, parameters, stride, theta);
  return dd_sigmoid_crossing(model, theta, level).value;
}

/* d log s / d theta and d log s / dx at a cycle. */
static double log_share_at(dd_sigmoid model, const double *theta, double x, double *gradient,
                           double *by_x) {
  const double t = dd_sigmoid_t(model, x), off = t - theta[E];
  const log_s l = log_share(model, exp(asymmetry(model, theta)), theta[B] * off);
  gradient[B] = l.by_u * off;
  gradient[C] = gradient[D] = 0.0;
  gradient[E] = -l.by_u * theta[B];
  gradient[G] = dd_sigmoid_parameters(model) == 5 ? l.by_g : 0.0;
  *by_x = l.by_u * theta[B] / (dd_sigmoid_in_log(model) ? x : 1.0);
  return l.value;
}

dd_derived dd_sigmoid_efficiency(dd_sigmoid model, const double *theta, const dd_derived *x) {
  double here[DD_SIGMOID_MOST], before[DD_SIGMOID_MOST], by_here, by_before;
  if (!isfinite(x->value) || (dd_sigmoid_in_log(model) && x->value <= 1.0)) return none();
  const double log_here = log_share_at(model, theta, x->value, here, &by_here);
  const double log_before = log_share_at(model, theta, x->value - 1.0, before, &by_before);
  dd_derived out;
  out.value = exp(log_here - log_before);
  for (int j = 0; j < DD_SIGMOID_MOST; j++) {
    out.gradient[j] = out.value * (here[j] - before[j] + (by_here - by_before) * x->gradient[j]);
  }
  return out;
}
