#include "normal.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>

#define LOG_SQRT_2PI 0.91893853320467274178

double dd_normal_pdf(double x) {
  const double size = fabs(x);
  if (size < 5.0) return exp(-0.5 * x * x - LOG_SQRT_2PI);
  if (size > 39.0) return 0.0;
  /* x^2 / 2 in two parts, the first of them exact: high has 16 bits behind the point */
  const double high = nearbyint(size * 65536.0) / 65536.0, low = size - high;
  return exp(-0.5 * high * high) * exp((-0.5 * low - high) * low) / (M_SQRT2 * M_SQRTPI);
}

double dd_normal_cdf(double x) { return gsl_cdf_ugaussian_P(x); }

double dd_normal_upper(double x) { return gsl_cdf_ugaussian_Q(x); }

double dd_normal_quantile(double p) {
  return p >= 0.0 && p <= 1.0 ? gsl_cdf_ugaussian_Pinv(p) : NAN;
}

double dd_normal_log_cdf(double x) {
  if (x < -1e5) return -0.5 * x * x - log(-x) - LOG_SQRT_2PI; /* the next term is 1 / x^2 */
  if (x < -1.0) return gsl_sf_log_erfc(-x / M_SQRT2) - M_LN2;
  return log1p(-gsl_cdf_ugaussian_Q(x));
}

/* Below -5 Laplace's continued fraction of phi / Phi, with y = -x: y + 1 / (y + 2 / (y + 3 / (y + ...))). */
double dd_normal_mills(double x) {
  if (!(x < -5.0)) return dd_normal_pdf(x) / dd_normal_cdf(x);
  double tail = -x;
  for (int n = 60; n > 0; n--) tail = -x + n / tail;
  return tail;
}
