#include "window.h"

#include <math.h>

/* Slope of log10(y - baseline) on the position; -inf or NaN where a value is not above the baseline. */
static double log_slope(const double *y, size_t first, size_t last, double baseline, double *mean) {
  const double n = (double)(last - first + 1), middle = 0.5 * (n - 1.0);
  double sxy = 0.0, sum = 0.0;
  for (size_t i = first; i <= last; i++) {
    const double z = log10(y[i] - baseline);
    sum += z;
    sxy += ((double)(i - first) - middle) * z;
  }
  *mean = sum / n;
  return sxy / (n * (n * n - 1.0) / 12.0);
}

double dd_window_slope(const double *y, size_t first, size_t last, double x0, double baseline,
                       double *intercept) {
  double mean;
  const double slope = log_slope(y, first, last, baseline, &mean);
  *intercept = mean - slope * (x0 + 0.5 * ((double)first + (double)last));
  return isfinite(slope) ? pow(10.0, slope) : NAN;
}

/* How much steeper the lower half is than the upper one: it rises with the baseline. */
static double bend(const double *y, size_t first, size_t last, double baseline) {
  const size_t half = (last - first + 2) / 2;
  double mean;
  return log_slope(y, first, first + half - 1, baseline, &mean) -
         log_slope(y, last + 1 - half, last, baseline, &mean);
}

static void bounds(const double *y, size_t n, double *low, double *high) {
  *low = *high = y[0];
  for (size_t i = 1; i < n; i++) {
    *low = fmin(*low, y[i]);
    *high = fmax(*high, y[i]);
  }
}

/* Steps 1 and 2; work: first, second, third derivative. */
static dd_window_status find_window(const double *y, size_t n, double *work, dd_window *out) {
  double *d1 = work, *d2 = work + n, *d3 = work + 2 * n;
  if (n < 7) return DD_WINDOW_SHORT;
  for (size_t i = 1; i + 1 < n; i++) {
    d1[i] = 0.5 * (y[i + 1] - y[i - 1]);
    d3[i] = y[i + 1] - 2.0 * y[i] + y[i - 1];
  }
  for (size_t i = 2; i + 2 < n; i++) d2[i] = (d3[i - 1] + d3[i] + d3[i + 1]) / 3.0;
  for (size_t i = 3; i + 3 < n; i++) d3[i] = 0.5 * (d2[i + 1] - d2[i - 1]);
  size_t fdm = 1;
  for (size_t i = 2; i + 1 < n; i++) {
    if (d1[i] > d1[fdm]) fdm = i;
  }
  if (!(d1[fdm] > 0.0) || fdm < 4) return DD_WINDOW_NO_RISE;
  const size_t reach = fdm < n - 3 ? fdm : n - 3;
  size_t sdm = 2;
  for (size_t i = 3; i <= reach; i++) {
    if (d2[i] > d2[sdm]) sdm = i;
  }
  if (!(d2[sdm] > 0.0)) return DD_WINDOW_NO_RISE;
  /* the third derivative is positive before the peak of the second and negative after it */
  out->end = (double)sdm;
  if (sdm >= 4 && sdm + 4 < n) {
    const size_t a = d3[sdm] > 0.0 ? sdm : sdm - 1;
    if (d3[a] > 0.0 && d3[a + 1] <= 0.0) out->end = (double)a + d3[a] / (d3[a] - d3[a + 1]);
  }
  out->last = (size_t)floor(out->end);
  out->first = out->last;
  while (out->first > 0 && y[out->first - 1] < y[out->first]) out->first--;
  if (out->last - out->first + 1 > DD_WINDOW_MOST) out->first = out->last + 1 - DD_WINDOW_MOST;
  return out->last - out->first + 1 < DD_WINDOW_LEAST ? DD_WINDOW_FEW : DD_WINDOW_OK;
}

/* Step 4. */
static dd_window_status find_baseline(const double *y, size_t n, dd_window *out) {
  double least, most;
  bounds(y, n, &least, &most);
  double low = least - (most - least), high = y[out->first];
  if (!(bend(y, out->first, out->last, low) < 0.0)) return DD_WINDOW_LOW;
  for (int step = 0; step < 48; step++) {
    const double middle = 0.5 * (low + high);
    const double off = bend(y, out->first, out->last, middle);
    if (off < 0.0) {
      low = middle;
    } else {
      high = middle; /* also where the logarithm of 0 makes it infinite */
    }
  }
  out->baseline = 0.5 * (low + high);
  return high < y[out->first] ? DD_WINDOW_OK : DD_WINDOW_HIGH;
}

void dd_window_efficiency(const double *y, size_t n, double x0, double *work, dd_window *out) {
  *out = (dd_window){DD_WINDOW_OK, 0, 0, NAN, NAN, NAN, NAN};
  out->status = find_window(y, n, work, out);
  if (out->status != DD_WINDOW_OK) return;
  out->status = find_baseline(y, n, out);
  if (out->status != DD_WINDOW_OK) {
    out->baseline = NAN;
    return;
  }
  out->efficiency = dd_window_slope(y, out->first, out->last, x0, out->baseline, &out->log10_n0);
}
