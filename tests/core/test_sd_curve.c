#include "check.h"
#include "sd_curve.h"

/*
 * x <- 0:3; s <- c(.9, .4, .25, .1); d <- c(7, 7, 6, 7); y <- log(s) - (digamma(d / 2) - log(d / 2)) / 2
 * w <- 4 / trigamma(d / 2); f <- lm(y ~ x, weights = w); coef(f), solve(crossprod(cbind(1, x) * sqrt(w))), deviance(f)
 */
static void a_weighted_line(void) {
  dd_sd_curve c;
  CHECK(dd_sd_curve_fit(D(0, 1, 2, 3), D(0.9, 0.4, 0.25, 0.1), D(7, 7, 6, 7), 4, &c) == DD_OK);
  NEAR(c.intercept, -0.044907915126655, 1e-13);
  NEAR(c.slope, -0.707497743953836, 1e-13);
  NEAR(c.var_intercept, 0.0579546167065182, 1e-13);
  NEAR(c.var_slope, 0.0166598971939889, 1e-13);
  NEAR(c.cov, -0.0246348223185405, 1e-13);
  NEAR(c.chi_squared, 0.406965867603703, 1e-12);
  NEAR(c.df, 2, 0);
}

/* Levels that lie off the line by more than their df allow widen everything by the same factor. */
static void scatter_widens(void) {
  dd_sd_curve near, off;
  dd_sd_curve_fit(D(0, 1, 2, 3), D(1, 0.5, 0.25, 0.125), D(50, 50, 50, 50), 4, &near);
  NEAR(near.chi_squared, 0, 1e-12);
  NEAR(near.slope, -log(2.0), 1e-13);
  dd_sd_curve_fit(D(0, 1, 2, 3), D(1, 0.1, 0.6, 0.125), D(50, 50, 50, 50), 4, &off);
  CHECK(off.chi_squared > 2.0);
  NEAR(off.var_slope / near.var_slope, off.chi_squared / 2.0, 1e-12);
}

static void what_has_no_part(void) {
  dd_sd_curve all, some;
  dd_sd_curve_fit(D(0, 1, 2), D(1, 0.5, 0.2), D(5, 5, 5), 3, &all);
  CHECK(dd_sd_curve_fit(D(0, 1, 9, 2, 8), D(1, 0.5, 0.0, 0.2, 3.0), D(5, 5, 5, 5, 0), 5, &some) ==
        DD_OK);
  NEAR(some.slope, all.slope, 0);
  CHECK(dd_sd_curve_fit(D(0, 1), D(1, 0.5), D(5, 5), 2, &some) == DD_ETHIN);
  NEAR(some.slope, NAN, 0);
  CHECK(dd_sd_curve_fit(D(1, 1, 1), D(1, 0.5, 2), D(5, 5, 5), 3, &some) == DD_ETHIN);
  CHECK(dd_sd_curve_fit(NULL, NULL, NULL, 0, &some) == DD_ETHIN);
}

int main(void) {
  a_weighted_line();
  scatter_widens();
  what_has_no_part();
  return check_finish();
}
