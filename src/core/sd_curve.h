#ifndef DD_SD_CURVE_H
#define DD_SD_CURVE_H

#include <stddef.h>

#include "status.h"

/* A line through the logarithms of standard deviations: ln s = a + b x. */
typedef struct {
  double intercept, slope;
  double var_intercept, var_slope, cov;
  double chi_squared,
      df; /* of the levels about the line; Var is scaled by their ratio where that is above 1 */
} dd_sd_curve;

/*
 * s: SD of each level with its df, x: where. With normal values ln s has the mean ln sigma + (psi(df/2) - ln(df/2)) /
 * 2 and the variance psi'(df/2) / 4, so the line is fitted to ln s without its bias, by weighted least squares with
 * known weights. A level without df or with s = 0 has no part.
 * DD_ETHIN: fewer than three levels, or all at one x: NaN.
 */
dd_status dd_sd_curve_fit(const double *x, const double *s, const double *df, size_t n,
                          dd_sd_curve *out);

#endif
