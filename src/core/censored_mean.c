#include "censored_mean.h"

#include <float.h>
#include <math.h>

#include "normal.h"

enum { MAX_STEPS = 100 };

static double newton_step(const double *y, const int *censored, size_t n, double sigma, double m) {
  double slope = 0.0, curvature = 0.0;
  for (size_t i = 0; i < n; i++) {
    const double z = (m - y[i]) / sigma;
    if (censored[i]) {
      const double mills = dd_normal_mills(z);
      slope += mills;
      curvature += mills * (mills + z);
    } else {
      slope -= z;
      curvature += 1.0;
    }
  }
  return sigma * slope / curvature;
}

dd_status dd_censored_mean(const double *y, const int *censored, size_t n, double sigma,
                           double *mean) {
  size_t observed = 0;
  double m = 0.0;
  *mean = NAN;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(y[i])) return DD_EDOMAIN;
    if (!censored[i]) m += (y[i] - m) / (double)++observed;
  }
  if (observed == 0) return DD_ETHIN;
  if (observed < n && !(sigma > 0.0 && isfinite(sigma))) return DD_EDOMAIN;
  /* The slope falls and is convex in m, so from below its root no step goes too far. */
  for (int step = 0; observed < n && step < MAX_STEPS; step++) {
    const double by = newton_step(y, censored, n, sigma, m);
    m += by;
    if (!(fabs(by) > 4.0 * DBL_EPSILON * fmax(fabs(m), sigma))) break;
  }
  *mean = m;
  return DD_OK;
}
