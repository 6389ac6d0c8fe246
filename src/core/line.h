#ifndef DD_LINE_H
#define DD_LINE_H

#include <stddef.h>

#include "status.h"

/* The standard curve of one target: Cq on log10 of the input quantity, one intercept a run. */
typedef struct {
  double slope, slope_se; /* cycles per log10 unit */
  double df;              /* residual df of the fit in the chosen unit */
  double r_squared;       /* over wells, within runs */
  double sigma;           /* residual SD of the fit in the chosen unit (cycles) */
  double lack_f, lack_df1,
      lack_df2; /* lack of fit against the replicates, over wells; NaN without replicates */
  double efficiency, efficiency_se;           /* E = 10^(-1/slope) and its SE by the delta method */
  double log2_efficiency, log2_efficiency_se; /* w = -log2(10) / slope */
} dd_line;

/*
 *   x: log10 quantity, y: Cq, run: codes 0 .. n_runs - 1, point: codes 0 .. n_points - 1 of the dilution point (run
 *   and quantity) that a well belongs to, all of length n; point_run: the run of each point. by_point: fit the means
 *   of the points (wells of one pipetted dilution are not independent), else the wells.
 *   intercept: n_runs doubles out (Cq at a quantity of 1). work: dd_line_work_len() doubles.
 * DD_ETHIN: no run has two levels (nothing is fitted), or no residual df (the line is given, its SE is NaN).
 * DD_EDOMAIN: the slope is not negative: no efficiency (NaN).
 */
typedef struct {
  const double *x, *y;
  const int *run, *point, *point_run;
  size_t n, n_runs, n_points;
} dd_dilutions;

dd_status dd_line_fit(const dd_dilutions *series, int by_point, double *work, double *intercept,
                      dd_line *out);

size_t dd_line_work_len(size_t n_points, size_t n_runs);

/* E, w and their standard errors from a slope; NaN unless the slope is negative. */
void dd_line_efficiency(double slope, double slope_se, dd_line *out);

#endif
