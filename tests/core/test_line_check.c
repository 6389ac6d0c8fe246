#include "check.h"
#include "line_check.h"

/* f <- lm(c(15, 18.6, 21.9, 25.4) ~ c(5, 4, 3, 2)); resid(f), hatvalues(f), rstudent(f) */
static void units_of_one_line(void) {
  double *e = doubles(4), *h = doubles(4), *t = doubles(4), *count = doubles(1), *mean = doubles(1);
  double sxx;
  CHECK(dd_line_units(D(5, 4, 3, 2), D(15, 18.6, 21.9, 25.4), I(0, 0, 0, 0), 4, 1, e, h, t, count,
                      mean, &sxx) == DD_OK);
  ALL_NEAR(e, 1e-13, -0.0500000000000006, 0.100000000000001, -0.0500000000000011,
           2.77555756156289e-16);
  ALL_NEAR(h, 1e-13, 0.7, 0.3, 0.3, 0.7);
  ALL_NEAR(t, 1e-11, -1.11803398874988, 4.4721359549995, -0.559016994374953, 0);
  NEAR(count[0], 4, 0);
  NEAR(mean[0], 3.5, 0);
  NEAR(sxx, 5, 0);
}

static void units_that_say_nothing(void) {
  double *e = doubles(4), *h = doubles(4), *t = doubles(4), *count = doubles(2), *mean = doubles(2);
  double sxx;
  /* the third unit alone has another x: the line goes through it */
  CHECK(dd_line_units(D(1, 1, 2), D(3, 4, 9), I(0, 0, 0), 3, 1, e, h, t, count, mean, &sxx) ==
        DD_OK);
  NEAR(h[2], 1, 1e-14);
  NEAR(t[2], NAN, 0);
  CHECK(dd_line_units(D(1, 1, 2, 2), D(3, 4, 9, 8), I(0, 0, 1, 1), 4, 2, e, h, t, count, mean,
                      &sxx) == DD_ETHIN);
  NEAR(sxx, NAN, 0);
  NEAR(t[0], NAN, 0);
  CHECK(dd_line_units(D(1), D(3), I(0), 1, 1, e, h, t, count, mean, &sxx) == DD_ETHIN);
  CHECK(dd_line_units(NULL, NULL, NULL, 0, 0, e, h, t, count, mean, &sxx) == DD_ETHIN);
}

/* Sxx 5 and 10, slopes 3 and 6: common (15 + 60) / 15 = 5; F = (5 * 4 + 10 * 1) / 1 / (6 / 3) = 15. */
static void equal_slopes(void) {
  dd_slopes s;
  CHECK(dd_slopes_equal(D(3, 6), D(5, 10), D(2, 4), D(1, 2), 2, &s) == DD_OK);
  NEAR(s.slope, 5, 1e-14);
  NEAR(s.f, 15, 1e-13);
  NEAR(s.df1, 1, 0);
  NEAR(s.df2, 3, 0);
  NEAR(s.slope_se, sqrt(2.0 / 15.0), 1e-14);
  /* a line without a slope has no part */
  CHECK(dd_slopes_equal(D(3, NAN, 6), D(5, NAN, 10), D(2, 9, 4), D(1, 9, 2), 3, &s) == DD_OK);
  NEAR(s.f, 15, 1e-13);
  CHECK(s.n_lines == 2);
  CHECK(dd_slopes_equal(D(3), D(5), D(2), D(1), 1, &s) == DD_ETHIN);
  NEAR(s.slope, 3, 0);
  NEAR(s.f, NAN, 0);
  CHECK(dd_slopes_equal(D(3, 6), D(5, 10), D(0, 0), D(1, 2), 2, &s) == DD_ECONSTANT);
  CHECK(dd_slopes_equal(D(3, 6), D(5, 10), D(0, 0), D(0, -1), 2, &s) == DD_ETHIN);
  CHECK(dd_slopes_equal(NULL, NULL, NULL, NULL, 0, &s) == DD_ETHIN);
}

int main(void) {
  units_of_one_line();
  units_that_say_nothing();
  equal_slopes();
  return check_finish();
}
