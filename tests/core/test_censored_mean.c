#include "censored_mean.h"
#include "check.h"

static void without_a_limit_it_is_the_mean(void) {
  double m;
  CHECK(dd_censored_mean(D(36, 37, 38.5), I(0, 0, 0), 3, NAN, &m) == DD_OK);
  NEAR(m, 111.5 / 3.0, 1e-15);
}

/* optimize(function(m) sum(dnorm(c(36.8, 37.4), m, .3, TRUE)) + pnorm(38, m, .3, FALSE, TRUE), c(36, 39),
   maximum = TRUE, tol = 1e-12), refined by uniroot() of the slope at tol 1e-14 */
static void one_well_of_three_beyond(void) {
  double m;
  CHECK(dd_censored_mean(D(36.8, 38, 37.4), I(0, 1, 0), 3, 0.3, &m) == DD_OK);
  NEAR(m, 37.438852814655377, 1e-13);
  double moved, wide;
  CHECK(dd_censored_mean(D(1036.8, 1038, 1037.4), I(0, 1, 0), 3, 0.3, &moved) == DD_OK);
  NEAR(moved - 1000.0, m, 1e-12);
  CHECK(dd_censored_mean(D(368, 380, 374), I(0, 1, 0), 3, 3, &wide) == DD_OK);
  NEAR(wide, 10.0 * m, 1e-13);
}

static void limits_that_say_little_or_much(void) {
  double m;
  CHECK(dd_censored_mean(D(36, -1000), I(0, 1), 2, 0.5, &m) == DD_OK);
  NEAR(m, 36, 1e-12);
  /* far above, the censored well pulls as a value at its limit would: half-way */
  CHECK(dd_censored_mean(D(0, 1000), I(0, 1), 2, 0.5, &m) == DD_OK);
  NEAR(m, 500, 1e-5);
}

static void what_cannot_be_given_is_said(void) {
  double m;
  CHECK(dd_censored_mean(D(38, 38), I(1, 1), 2, 0.3, &m) == DD_ETHIN);
  NEAR(m, NAN, 0);
  CHECK(dd_censored_mean(doubles(0), ints(0), 0, 0.3, &m) == DD_ETHIN);
  const double bad[] = {0.0, -1.0, NAN, INFINITY};
  for (size_t i = 0; i < 4; i++) {
    CHECK(dd_censored_mean(D(37, 38), I(0, 1), 2, bad[i], &m) == DD_EDOMAIN);
    NEAR(m, NAN, 0);
  }
  CHECK(dd_censored_mean(D(37, NAN), I(0, 1), 2, 0.3, &m) == DD_EDOMAIN);
  CHECK(dd_censored_mean(D(INFINITY, 38), I(0, 1), 2, 0.3, &m) == DD_EDOMAIN);
}

int main(void) {
  without_a_limit_it_is_the_mean();
  one_well_of_three_beyond();
  limits_that_say_little_or_much();
  what_cannot_be_given_is_said();
  return check_finish();
}
