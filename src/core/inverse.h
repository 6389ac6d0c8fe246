#ifndef DD_INVERSE_H
#define DD_INVERSE_H

#include <stddef.h>

#include "status.h"

/* A line y = a + b x with the errors of both, and the variance of the mean that is looked up on it. */
typedef struct {
  double intercept, slope;
  double var_intercept, var_slope, cov; /* cov: of intercept and slope */
} dd_known_line;

typedef struct {
  double x, se;     /* log10 quantity, and its SE by the delta method */
  double low, high; /* limits; infinite or NaN where Fieller has none */
  double g;         /* (t SE(b) / b)^2 */
  int fieller;      /* 1: the limits are Fieller's, 0: x +- t SE */
} dd_lookup;

/*
 * Inverse prediction: x0 = (y0 - a) / b with
 *   Var(x0) = [var_y + Var(a) + x0^2 Var(b) + 2 x0 Cov(a, b)] / b^2,
 * which for least squares is (s^2/b^2) [1/m + 1/N + (y0 - ybar)^2 / (b^2 Sxx)]. t: the quantile of the interval. Above
 * g = 0.05 the limits are Fieller's, the x for which (a + b x - y0)^2 <= t^2 [var_y + Var(a) + 2 x Cov + x^2 Var(b)];
 * they are unbounded when g >= 1, where the line may be flat: DD_EDOMAIN, limits infinite. NaN in, NaN out.
 */
dd_status dd_inverse_predict(double y0, double var_y, const dd_known_line *line, double t,
                             dd_lookup *out);

#endif
