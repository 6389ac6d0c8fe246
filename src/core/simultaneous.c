#include "simultaneous.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>

#include "halving.h"
#include "normal.h"

/* P(|Z| > 36) = 6e-284: the last place where the ratio of two probabilities has all its digits. */
#define FARTHEST 36.0
/* Half of the nodes of the series lie below about this c, where m does most of its rising. */
#define MIDDLE 4.0
/* Fewer degrees of freedom do not occur; the integral over ln s would become long. */
#define LEAST_DF 0.1
/* 1 / df is lost in the rounding of the normal limit. */
#define NORMAL_DF 1e13

size_t dd_simultaneous_work_len(size_t k) { return dd_max_normal_work_len(k) + 4 * DD_SERIES; }

/* ---- the series ---- */

/* m is a series in x from -1 to 1, with c = FARTHEST MIDDLE w / (MIDDLE + FARTHEST (1 - w)) and w = (1 + x) / 2. */
static double place(double x) {
  const double w = 0.5 * (1.0 + x);
  return FARTHEST * MIDDLE * w / (MIDDLE + FARTHEST * (1.0 - w));
}

static double unplace(double c) {
  return 2.0 * c * (MIDDLE + FARTHEST) / (FARTHEST * (c + MIDDLE)) - 1.0;
}

/* Coefficients from the values at x_j = cos(pi j / n), j = 0 .. n. */
static void coefficients(const double *value, size_t n, const double *cosine, double *a) {
  for (size_t i = 0; i <= n; i++) {
    double sum = 0.5 * (value[0] + (i % 2 ? -1.0 : 1.0) * value[n]);
    for (size_t j = 1; j < n; j++) sum += value[j] * cosine[i * j % (2 * n)];
    a[i] = sum * (i == 0 || i == n ? 1.0 : 2.0) / (double)n;
  }
}

static bool has_ended(const double *a, size_t n, double tolerance) {
  double largest = 0.0;
  for (size_t i = n - 3; i <= n; i++) largest = fmax(largest, fabs(a[i]));
  return largest <= tolerance * fabs(a[0]);
}

/* The values at the nodes of 2 n from those of n: every other one is known. */
static void refine(const dd_max_normal *normal, size_t n, double *value, double *node) {
  for (size_t j = n + 1; j-- > 0;) value[2 * j] = value[j];
  for (size_t j = 0; j < n; j++) node[j] = place(cos(M_PI * ((double)j + 0.5) / (double)n));
  dd_max_normal_ratio(normal, node, n, node + n);
  for (size_t j = 0; j < n; j++) value[2 * j + 1] = node[n + j];
}

static void tabulate(const dd_max_normal *normal, double tolerance, double *work,
                     dd_simultaneous *out) {
  double *value = work, *node = value + DD_SERIES, *cosine = node + DD_SERIES;
  size_t n = 16;
  for (size_t j = 0; j <= n; j++) node[j] = place(cos(M_PI * (double)j / (double)n));
  dd_max_normal_ratio(normal, node, n + 1, value);
  do {
    refine(normal, n, value, node);
    n *= 2;
    for (size_t j = 0; j < 2 * n; j++) cosine[j] = cos(M_PI * (double)j / (double)n);
    coefficients(value, n, cosine, out->a);
  } while (!has_ended(out->a, n, tolerance) && 2 * n < DD_SERIES);
  out->n = n + 1;
}

dd_status dd_simultaneous_plan(const double *correlation, size_t k, double *work,
                               dd_simultaneous *out) {
  dd_max_normal normal;
  const dd_status status = dd_max_normal_plan(correlation, k, work, &normal);
  if (status != DD_OK) return status;
  out->k = normal.k;
  out->product = normal.product;
  out->n = 1;
  out->a[0] = 1.0;
  if (normal.k == 1) return DD_OK;
  const double tolerance = normal.product ? 1e-13 : 1e-5;
  tabulate(&normal, tolerance, work + dd_max_normal_work_len(k), out);
  return DD_OK;
}

/* Clenshaw's sum. */
static double ratio(const dd_simultaneous *of, double c) {
  const double x = unplace(fmin(c, FARTHEST));
  double b1 = 0.0, b2 = 0.0;
  for (size_t i = of->n; i-- > 1;) {
    const double b = 2.0 * x * b1 - b2 + of->a[i];
    b2 = b1;
    b1 = b;
  }
  return x * b1 - b2 + of->a[0];
}

static double normal_upper(const dd_simultaneous *of, double c) {
  return fmin(2.0 * dd_normal_upper(c) * ratio(of, c), 1.0);
}

/* ---- the integral over x = ln s ---- */

typedef struct {
  const dd_simultaneous *plan;
  double df, q, start;
} at_q;

/* x - (exp(2 x) - 1) / 2 = -x^2 - 2 x^3 / 3 - ..., the logarithm of the density of ln S by df, 0 at its peak. */
static double log_density(double x) {
  if (fabs(x) > 0.02) return x - 0.5 * expm1(2.0 * x);
  return -x * x *
         (1.0 + x * (2.0 / 3.0 +
                     x * (1.0 / 3.0 + x * (2.0 / 15.0 + x * (2.0 / 45.0 + x * (4.0 / 315.0))))));
}

static double integrand(const at_q *of, double x) {
  return exp(of->df * log_density(x)) * normal_upper(of->plan, of->q * exp(x));
}

/* From near the peak outwards on both sides, until nothing is added. */
static double nodes(const void *of, double step, double shift) {
  const at_q *at = of;
  double sum = 0.0;
  for (int side = -1; side <= 1; side += 2) {
    double before = 0.0;
    for (double j = side < 0 ? 1.0 : 0.0;; j += 1.0) {
      const double value = integrand(at, at->start + (side * j + shift) * step);
      sum += value;
      if (value <= 1e-17 * sum && value <= before) break;
      before = value;
    }
  }
  return sum;
}

double dd_simultaneous_upper(const dd_simultaneous *of, double df, double q) {
  if (isnan(q) || !(df >= LEAST_DF)) return NAN;
  q = fabs(q);
  if (q == 0.0) return 1.0;
  if (df > NORMAL_DF) return normal_upper(of, q);
  if (isinf(q)) return 0.0;
  /* Phi(-q s) falls like exp(-q^2 s^2 / 2): the peak is near s^2 = df / (df + q^2) */
  const at_q at = {of, df, q, -log(hypot(1.0, q / sqrt(df)))};
  const double total = sqrt(M_PI / df) * gsl_sf_gammastar(0.5 * df);
  return fmin(dd_halving(nodes, &at, fmin(0.25, 1.2 / sqrt(2.0 * df))) / total, 1.0);
}

/* ---- the critical value ---- */

static double misfit(const dd_simultaneous *of, double df, double log_q, double log_alpha) {
  return log(dd_simultaneous_upper(of, df, exp(log_q))) - log_alpha;
}

/* Regula falsi on ln P against ln q, nearly a line for small df; the value at an end that was kept twice is halved. */
double dd_simultaneous_critical(const dd_simultaneous *of, double df, double alpha) {
  if (!(alpha > 0.0 && alpha < 1.0) || !(df >= LEAST_DF)) return NAN;
  const double aim = log(alpha);
  double low = 0.0, high = 1.0, at_low, at_high, next = low;
  while ((at_low = misfit(of, df, low, aim)) < 0.0) low -= 1.0;
  while ((at_high = misfit(of, df, high, aim)) > 0.0) high += 1.0;
  int kept = 0;
  for (int i = 0; i < 100 && high - low > 1e-14; i++) {
    next = (low * at_high - high * at_low) / (at_high - at_low);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double at_next = misfit(of, df, next, aim);
    if (fabs(at_next) < 1e-14) break;
    if (at_next > 0.0) {
      if (kept > 0) at_high *= 0.5;
      low = next;
      at_low = at_next;
      kept = 1;
    } else {
      if (kept < 0) at_low *= 0.5;
      high = next;
      at_high = at_next;
      kept = -1;
    }
  }
  return exp(next);
}

dd_status dd_simultaneous_families(const double *correlation, size_t k, const double *statistic,
                                   const double *df, size_t n, double level, double *work,
                                   double *p, double *critical) {
  dd_simultaneous plan;
  const dd_status status = dd_simultaneous_plan(correlation, k, work, &plan);
  for (size_t j = 0; j < n; j++) {
    const double *t = statistic + j * k;
    for (size_t i = 0; i < k; i++) {
      p[i + j * k] = status == DD_OK ? dd_simultaneous_upper(&plan, df[j], t[i]) : NAN;
    }
    if (status != DD_OK) {
      critical[j] = NAN;
    } else if (j > 0 && df[j] == df[j - 1]) {
      critical[j] = critical[j - 1];
    } else {
      critical[j] = dd_simultaneous_critical(&plan, df[j], 1.0 - level);
    }
  }
  return status;
}
