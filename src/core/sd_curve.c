#include "sd_curve.h"

#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "gsl_guard.h"

static int counts(double s, double df) { return s > 0.0 && isfinite(s) && df > 0.0; }

static double unbiased_log(double s, double df) {
  return log(s) - 0.5 * (gsl_sf_psi(0.5 * df) - log(0.5 * df));
}

static double weight_of(double df) { return 4.0 / gsl_sf_psi_1(0.5 * df); }

static dd_status fit(const double *x, const double *s, const double *df, size_t n,
                     dd_sd_curve *out) {
  double sum = 0.0, mean_x = 0.0, mean_y = 0.0, sxx = 0.0, sxy = 0.0, levels = 0.0, chi = 0.0;
  for (size_t i = 0; i < n; i++) {
    if (!counts(s[i], df[i])) continue;
    const double w = weight_of(df[i]);
    levels += 1.0;
    sum += w;
    mean_x += w / sum * (x[i] - mean_x);
    mean_y += w / sum * (unbiased_log(s[i], df[i]) - mean_y);
  }
  for (size_t i = 0; i < n; i++) {
    if (!counts(s[i], df[i])) continue;
    const double w = weight_of(df[i]), dx = x[i] - mean_x;
    sxx += w * dx * dx;
    sxy += w * dx * (unbiased_log(s[i], df[i]) - mean_y);
  }
  out->df = levels - 2.0;
  if (levels < 3.0 || !(sxx > 0.0)) return DD_ETHIN;
  out->slope = sxy / sxx;
  out->intercept = mean_y - out->slope * mean_x;
  for (size_t i = 0; i < n; i++) {
    if (!counts(s[i], df[i])) continue;
    const double e = unbiased_log(s[i], df[i]) - out->intercept - out->slope * x[i];
    chi += weight_of(df[i]) * e * e;
  }
  const double scale = fmax(1.0, chi / out->df);
  out->chi_squared = chi;
  out->var_slope = scale / sxx;
  out->var_intercept = scale * (1.0 / sum + mean_x * mean_x / sxx);
  out->cov = -scale * mean_x / sxx;
  return DD_OK;
}

dd_status dd_sd_curve_fit(const double *x, const double *s, const double *df, size_t n,
                          dd_sd_curve *out) {
  *out = (dd_sd_curve){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
  gsl_error_handler_t *before = dd_gsl_enter();
  const dd_status status = fit(x, s, df, n, out);
  dd_gsl_leave(before);
  return status;
}
