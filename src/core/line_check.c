#include "line_check.h"

#include <math.h>

/* Means by run, updated and not summed: the mean of equal numbers is that number. */
static void run_means(const double *x, const double *y, const int *run, size_t n, size_t n_runs,
                      double *count, double *mean_x, double *mean_y) {
  for (size_t r = 0; r < n_runs; r++) count[r] = mean_x[r] = mean_y[r] = 0.0;
  for (size_t i = 0; i < n; i++) {
    const size_t r = (size_t)run[i];
    count[r] += 1.0;
    mean_x[r] += (x[i] - mean_x[r]) / count[r];
    mean_y[r] += (y[i] - mean_y[r]) / count[r];
  }
}

dd_status dd_line_units(const double *x, const double *y, const int *run, size_t n, size_t n_runs,
                        double *residual, double *leverage, double *studentised, double *count,
                        double *mean_x, double *sxx) {
  /* until the residuals are there, their place holds the runs' means of y */
  double *mean_y = residual;
  double sxy = 0.0, rss = 0.0;
  *sxx = NAN;
  if (n < n_runs + 1) {
    for (size_t i = 0; i < n; i++) residual[i] = leverage[i] = studentised[i] = NAN;
    for (size_t r = 0; r < n_runs; r++) count[r] = mean_x[r] = NAN;
    return DD_ETHIN;
  }
  run_means(x, y, run, n, n_runs, count, mean_x, mean_y);
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) {
    const double dx = x[i] - mean_x[run[i]], dy = y[i] - mean_y[run[i]];
    sum += dx * dx;
    sxy += dx * dy;
    studentised[i] = dy;
  }
  *sxx = sum > 0.0 ? sum : NAN;
  for (size_t i = 0; i < n; i++) {
    const double dx = x[i] - mean_x[run[i]];
    residual[i] = studentised[i] - sxy / *sxx * dx;
    leverage[i] = 1.0 / count[run[i]] + dx * dx / *sxx;
    rss += residual[i] * residual[i];
  }
  const double df = (double)n - (double)n_runs - 2.0;
  for (size_t i = 0; i < n; i++) {
    const double left = 1.0 - leverage[i];
    const double rest = rss - residual[i] * residual[i] / left;
    /* a unit that fixes the line, and squares that are nothing but rounding, say nothing */
    const int said = left > 1e-10 && df > 0.0 && rest > 1e-14 * rss;
    studentised[i] = said ? residual[i] / sqrt(rest / df * left) : NAN;
  }
  return isnan(*sxx) ? DD_ETHIN : DD_OK;
}

dd_status dd_slopes_equal(const double *slope, const double *sxx, const double *rss,
                          const double *df, size_t n, dd_slopes *out) {
  double weight = 0.0, error = 0.0, between = 0.0;
  *out = (dd_slopes){NAN, NAN, NAN, NAN, NAN, 0};
  double mean = 0.0, error_df = 0.0;
  for (size_t g = 0; g < n; g++) {
    if (isnan(slope[g]) || isnan(sxx[g])) continue;
    out->n_lines++;
    weight += sxx[g];
    mean += sxx[g] / weight * (slope[g] - mean);
    if (df[g] > 0.0) {
      error += rss[g];
      error_df += df[g];
    }
  }
  if (out->n_lines == 0) return DD_ETHIN;
  for (size_t g = 0; g < n; g++) {
    if (isnan(slope[g]) || isnan(sxx[g])) continue;
    between += sxx[g] * (slope[g] - mean) * (slope[g] - mean);
  }
  out->slope = mean;
  out->df1 = (double)out->n_lines - 1.0;
  out->df2 = error_df;
  if (error_df > 0.0) out->slope_se = sqrt(error / error_df / weight);
  if (out->n_lines < 2 || !(error_df > 0.0)) return DD_ETHIN;
  if (!(error > 0.0)) return DD_ECONSTANT;
  out->f = between / out->df1 / (error / error_df);
  return DD_OK;
}
