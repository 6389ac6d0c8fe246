#include "moderate.h"

#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>

#include "gsl_guard.h"

static const double smallest_share = 1e-5;

static bool counts(double variance, double df) {
  return isfinite(variance) && isfinite(df) && variance >= 0.0 && df > 0.0;
}

/* Newton on 1/trigamma, which is nearly straight: from 1/2 + 1/x the steps go one way. */
static double solve_trigamma(double x) {
  double y = 0.5 + 1.0 / x;
  for (int i = 0; i < 50; i++) {
    const double value = gsl_sf_psi_1(y);
    const double step = value * (1.0 - value / x) / gsl_sf_psi_n(2, y);
    y += step;
    if (fabs(step) < 1e-8 * y) return y; /* the error is of the order of the step squared */
  }
  return NAN;
}

double dd_trigamma_inverse(double x) {
  if (!(x > 0.0)) return NAN;
  if (x > 1e7) return 1.0 / sqrt(x);  /* trigamma(y) = 1/y^2 near 0 */
  if (x < 1e-6) return 1.0 / x + 0.5; /* and 1/y + 1/(2 y^2) far out */
  gsl_error_handler_t *before = dd_gsl_enter();
  const double y = solve_trigamma(x);
  dd_gsl_leave(before);
  return y;
}

/* The median of those that count; how many there are. */
static size_t median_variance(const double *variance, const double *df, size_t n, double *work,
                              double *median) {
  size_t k = 0;
  for (size_t g = 0; g < n; g++) {
    if (counts(variance[g], df[g])) work[k++] = variance[g];
  }
  gsl_sort(work, 1, k);
  *median = k > 0 ? gsl_stats_median_from_sorted_data(work, 1, k) : NAN;
  return k;
}

/* e_g of the targets that count, in `work`; the means of trigamma(d_g/2) and of the variances. */
static void centred_logs(const double *variance, const double *df, size_t n, double least,
                         double *work, double *trigamma, double *mean) {
  size_t k = 0;
  *trigamma = *mean = 0.0;
  for (size_t g = 0; g < n; g++) {
    if (!counts(variance[g], df[g])) continue;
    const double s2 = fmax(variance[g], least), half = df[g] / 2.0;
    work[k++] = log(s2) - gsl_sf_psi(half) + log(half);
    *trigamma += (gsl_sf_psi_1(half) - *trigamma) / (double)k;
    *mean += (s2 - *mean) / (double)k;
  }
}

dd_status dd_variance_prior(const double *variance, const double *df, size_t n, double *work,
                            dd_prior *out) {
  double median, trigamma, mean;
  out->df = out->variance = NAN;
  const size_t k = median_variance(variance, df, n, work, &median);
  if (k < 2) return DD_ETHIN;
  if (median <= 0.0) return DD_ECONSTANT;

  gsl_error_handler_t *before = dd_gsl_enter();
  centred_logs(variance, df, n, smallest_share * median, work, &trigamma, &mean);
  const double centre = gsl_stats_mean(work, 1, k);
  const double excess = gsl_stats_variance_m(work, 1, k, centre) - trigamma;
  if (excess > 0.0) {
    const double half = dd_trigamma_inverse(excess);
    out->df = 2.0 * half;
    out->variance = exp(centre + gsl_sf_psi(half) - log(half));
  } else {
    out->df = INFINITY;
    out->variance = mean;
  }
  dd_gsl_leave(before);
  return isnan(out->df) ? DD_EGSL : DD_OK;
}

void dd_moderate(const double *variance, const double *df, size_t n, const dd_prior *prior,
                 double *out) {
  for (size_t g = 0; g < n; g++) {
    const double total = prior->df + df[g];
    if (!counts(variance[g], df[g])) {
      out[g] = NAN;
    } else {
      out[g] = isinf(prior->df) ? prior->variance
                                : (prior->df * prior->variance + df[g] * variance[g]) / total;
    }
  }
}
