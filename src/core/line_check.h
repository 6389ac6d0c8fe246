#ifndef DD_LINE_CHECK_H
#define DD_LINE_CHECK_H

#include <stddef.h>

#include "status.h"

/*
 * What is asked of a line with one slope and an intercept for each run: which unit lies off it, what
 * the error of its intercepts is, and whether several lines have one slope.
 */

/*
 *   x, y: the units of the fit (wells, or means of dilution points), run: codes 0 .. n_runs - 1, all of length n.
 *   residual: y minus the line. leverage: h_i = 1/n_r + (x_i - mean_r)^2 / Sxx, Sxx within runs. studentised: the
 *   residual over its SE with the scale of the line without that unit,
 *     t_i = e_i / sqrt(s_i^2 (1 - h_i)),  s_i^2 = (RSS - e_i^2 / (1 - h_i)) / (n - n_runs - 2),
 *   Student's t with n - n_runs - 2 df where the line holds. NaN where a unit alone fixes the line (h = 1), where no
 *   df are left, and where nothing varies. count, mean_x: units and mean of x for each run. sxx: one number.
 * Var(intercept_r) = s^2 (1 / n_r + mean_r^2 / Sxx), Cov(intercept_r, slope) = -s^2 mean_r / Sxx.
 * DD_ETHIN: no run has two levels; everything but count and mean_x is NaN.
 */
dd_status dd_line_units(const double *x, const double *y, const int *run, size_t n, size_t n_runs,
                        double *residual, double *leverage, double *studentised, double *count,
                        double *mean_x, double *sxx);

/*
 * Equal slopes of G lines that were fitted apart: slope, its sum of squares Sxx, RSS and df of each.
 *   F = [sum_g Sxx_g (b_g - b)^2 / (G - 1)] / [sum RSS_g / sum df_g],  b = sum Sxx_g b_g / sum Sxx_g:
 * the F test of the interaction in y ~ x * group (one error variance). NaN in a line leaves it out.
 * DD_ETHIN: fewer than two lines or no df; DD_ECONSTANT: no error to hold the slopes against.
 */
typedef struct {
  double f, df1, df2;
  double slope, slope_se; /* of the lines taken as parallel, with the error of the lines apart */
  size_t n_lines;
} dd_slopes;

dd_status dd_slopes_equal(const double *slope, const double *sxx, const double *rss,
                          const double *df, size_t n, dd_slopes *out);

#endif
