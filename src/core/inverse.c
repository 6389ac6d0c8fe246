#include "inverse.h"

#include <math.h>

static const double SMALL_G = 0.05;

/* Var of y0 - (a + b x) at x. */
static double variance_at(const dd_known_line *l, double var_y, double x) {
  return var_y + l->var_intercept + x * (2.0 * l->cov + x * l->var_slope);
}

/*
 * With x = x0 + d: (b d)^2 <= t^2 [V(x0) + 2 d (Cov + x0 Var(b)) + d^2 Var(b)], a quadratic in d whose middle is near
 * 0, so that no digits cancel.
 */
static dd_status fieller(double x0, double var_y, const dd_known_line *l, double t,
                         dd_lookup *out) {
  const double square = l->slope * l->slope - t * t * l->var_slope;
  if (!(square > 0.0)) {
    out->low = -INFINITY;
    out->high = INFINITY;
    return DD_EDOMAIN;
  }
  const double half = t * t * (l->cov + x0 * l->var_slope);
  const double root = sqrt(half * half + square * t * t * variance_at(l, var_y, x0));
  out->low = x0 + (half - root) / square;
  out->high = x0 + (half + root) / square;
  return DD_OK;
}

dd_status dd_inverse_predict(double y0, double var_y, const dd_known_line *l, double t,
                             dd_lookup *out) {
  *out = (dd_lookup){(y0 - l->intercept) / l->slope, NAN, NAN, NAN, NAN, 0};
  if (!isfinite(out->x)) {
    out->x = NAN;
    return DD_ETHIN;
  }
  out->se = sqrt(variance_at(l, var_y, out->x)) / fabs(l->slope);
  out->g = t * t * l->var_slope / (l->slope * l->slope);
  if (isnan(out->se) || isnan(t)) return DD_ETHIN;
  if (out->g > SMALL_G) {
    out->fieller = 1;
    return fieller(out->x, var_y, l, t, out);
  }
  out->low = out->x - t * out->se;
  out->high = out->x + t * out->se;
  return DD_OK;
}
