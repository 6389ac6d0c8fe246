#include "line.h"

#include <gsl/gsl_math.h>
#include <math.h>

size_t dd_line_work_len(size_t n_points, size_t n_runs) { return 3 * n_points + 3 * n_runs; }

/* Slope through points that share it but have an intercept for each run: all sums are within runs. */
typedef struct {
  double slope, sxx, rss, tss;
} within;

static within fit_within(const double *x, const double *y, const int *run, size_t n, size_t n_runs,
                         double *count, double *mean_x, double *mean_y) {
  within w = {NAN, 0.0, 0.0, 0.0};
  double sxy = 0.0;
  for (size_t r = 0; r < n_runs; r++) count[r] = mean_x[r] = mean_y[r] = 0.0;
  for (size_t i = 0; i < n; i++) {
    /* Updated, not summed: the mean of equal numbers is that number, and one level has no slope. */
    const size_t r = (size_t)run[i];
    count[r] += 1.0;
    mean_x[r] += (x[i] - mean_x[r]) / count[r];
    mean_y[r] += (y[i] - mean_y[r]) / count[r];
  }
  for (size_t r = 0; r < n_runs; r++) {
    if (count[r] == 0.0) mean_x[r] = mean_y[r] = NAN;
  }
  for (size_t i = 0; i < n; i++) {
    const double dx = x[i] - mean_x[run[i]], dy = y[i] - mean_y[run[i]];
    w.sxx += dx * dx;
    w.tss += dy * dy;
    sxy += dx * dy;
  }
  w.slope = w.sxx > 0.0 ? sxy / w.sxx : NAN;
  for (size_t i = 0; i < n; i++) {
    const double e = (y[i] - mean_y[run[i]]) - w.slope * (x[i] - mean_x[run[i]]);
    w.rss += e * e;
  }
  return w;
}

/* Means of the dilution points; returns the squares of the wells about them. */
static double point_means(const dd_dilutions *s, double *x, double *y, double *count) {
  double pure = 0.0;
  for (size_t p = 0; p < s->n_points; p++) y[p] = count[p] = 0.0;
  for (size_t i = 0; i < s->n; i++) {
    x[s->point[i]] = s->x[i];
    y[s->point[i]] += s->y[i];
    count[s->point[i]] += 1.0;
  }
  for (size_t p = 0; p < s->n_points; p++) y[p] /= count[p];
  for (size_t i = 0; i < s->n; i++) {
    const double e = s->y[i] - y[s->point[i]];
    pure += e * e;
  }
  return pure;
}

/* F = [(RSS - SS_pe) / (k - 2)] / [SS_pe / (N - k)], RSS of the line through the wells. */
static void lack_of_fit(const dd_dilutions *s, double rss, double pure, dd_line *out) {
  out->lack_df1 = (double)s->n_points - (double)s->n_runs - 1.0;
  out->lack_df2 = (double)s->n - (double)s->n_points;
  const int testable = out->lack_df1 > 0.0 && out->lack_df2 > 0.0 && pure > 0.0;
  out->lack_f = testable ? fmax(rss - pure, 0.0) / out->lack_df1 / (pure / out->lack_df2) : NAN;
}

void dd_line_efficiency(double slope, double slope_se, dd_line *out) {
  out->efficiency = out->efficiency_se = out->log2_efficiency = out->log2_efficiency_se = NAN;
  if (!(slope < 0.0)) return;
  const double relative = slope_se / (slope * slope);
  out->efficiency = pow(10.0, -1.0 / slope);
  out->efficiency_se = out->efficiency * M_LN10 * relative;
  out->log2_efficiency = -M_LN10 / M_LN2 / slope;
  out->log2_efficiency_se = M_LN10 / M_LN2 * relative;
}

dd_status dd_line_fit(const dd_dilutions *s, int by_point, double *work, double *intercept,
                      dd_line *out) {
  double *px = work, *py = px + s->n_points, *count = py + s->n_points;
  double *runs = count + s->n_points, *mean_x = runs + s->n_runs, *mean_y = mean_x + s->n_runs;
  const double pure = point_means(s, px, py, count);
  const within wells = fit_within(s->x, s->y, s->run, s->n, s->n_runs, runs, mean_x, mean_y);
  lack_of_fit(s, wells.rss, pure, out);
  out->r_squared = wells.tss > 0.0 ? 1.0 - wells.rss / wells.tss : NAN;

  within fit = wells;
  size_t n = s->n;
  if (by_point) {
    n = s->n_points;
    fit = fit_within(px, py, s->point_run, n, s->n_runs, runs, mean_x, mean_y);
  }
  out->slope = fit.slope;
  for (size_t r = 0; r < s->n_runs; r++) intercept[r] = mean_y[r] - fit.slope * mean_x[r];
  out->df = (double)n - (double)s->n_runs - 1.0;
  const double variance = out->df > 0.0 ? fit.rss / out->df : NAN;
  out->sigma = sqrt(variance);
  out->slope_se = sqrt(variance / fit.sxx);
  dd_line_efficiency(fit.slope, out->slope_se, out);
  if (isnan(fit.slope)) return DD_ETHIN;
  if (!(fit.slope < 0.0)) return DD_EDOMAIN;
  return out->df > 0.0 ? DD_OK : DD_ETHIN;
}
