#include "check.h"
#include "efficiency_error.h"

static void variance_by_hand(void) {
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03), D(3, 4, INFINITY), I(1, 2, 3)};
  double v, below;
  dd_efficiency_variance(&error, Z(0, 1, 2), D(2.0, -0.5, 1.0), 3, &v, &below);
  /* (.02)^2 + (-.01)^2 + (.03)^2; below: (4e-4)^2 / 3 + (1e-4)^2 / 4, and nothing for infinite df
   */
  NEAR(v, 1.4e-3, 1e-17);
  NEAR(below / (16e-8 / 3 + 1e-8 / 4), 1.0, 1e-14);
  dd_efficiency_variance(&error, Z(2, 0), D(1.0, 2.0), 2, &v, &below);
  NEAR(v, 1.3e-3, 1e-17);
}

/* One estimate behind two targets: their errors are one, and add before they are squared. */
static void shared_errors_add_first(void) {
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03), D(3, 3, 5), I(-1, -1, 7)};
  double v, below;
  dd_efficiency_variance(&error, Z(0, 1, 2), D(2.0, -0.5, 1.0), 3, &v, &below);
  NEAR(v, 0.01 * 0.01 + 9e-4, 1e-17);
  NEAR(below / (1e-8 / 3 + 81e-8 / 5), 1.0, 1e-13);
  /* equal and opposite loads of one source cancel: a target against itself */
  dd_efficiency_variance(&error, Z(0, 0), D(1.5, -1.5), 2, &v, &below);
  CHECK(v == 0.0 && below == 0.0);
}

static void known_efficiencies_have_no_error(void) {
  const dd_efficiency_error error = {D(0, 0), D(INFINITY, 0), I(1, 2)};
  double v, below;
  dd_efficiency_variance(&error, Z(0, 1), D(5.0, -5.0), 2, &v, &below);
  CHECK(v == 0.0 && below == 0.0); /* df 0 of an error that is none is not divided by */
  const dd_efficiency_error some = {D(0.1, 0.2), D(3, 3), I(1, 2)};
  dd_efficiency_variance(&some, Z(0, 1), D(0.0, 0.0), 2, &v, &below);
  CHECK(v == 0.0 && below == 0.0); /* no difference of Cq: the error of E does not matter */
  dd_efficiency_variance(&some, Z(0), doubles(0), 0, &v, &below);
  CHECK(v == 0.0 && below == 0.0);
}

static void a_missing_contrast_is_missing(void) {
  const dd_efficiency_error error = {D(0.1, 0.2), D(3, 3), I(1, 2)};
  double v, below;
  dd_efficiency_variance(&error, Z(0, 1), D(NAN, 1.0), 2, &v, &below);
  NEAR(v, NAN, 0);
}

/* The covariance of an estimate with itself is its variance; with others it is symmetric and
 * bilinear. */
static void covariance_agrees_with_variance(void) {
  enum { N = 6 };
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03, 0.04, 0.05, 0.06), D(3, 3, 3, 4, 4, 5),
                                     I(1, 1, 2, 3, 3, 4)};
  const size_t *a = Z(0, 1, 3), *b = Z(5, 4, 0);
  for (int rep = 0; rep < 20; rep++) {
    double *g = doubles(3), *h = doubles(3), *sum = doubles(N);
    for (size_t i = 0; i < 3; i++) {
      g[i] = 4.0 * pseudo() - 2.0;
      h[i] = 4.0 * pseudo() - 2.0;
      sum[i] = g[i];
      sum[3 + i] = h[i];
    }
    double v_a, v_b, v_sum, below;
    dd_efficiency_variance(&error, a, g, 3, &v_a, &below);
    dd_efficiency_variance(&error, b, h, 3, &v_b, &below);
    dd_efficiency_variance(&error, Z(0, 1, 3, 5, 4, 0), sum, N, &v_sum, &below);
    const double c = dd_efficiency_covariance(&error, a, g, 3, b, h, 3);
    NEAR(dd_efficiency_covariance(&error, a, g, 3, a, g, 3), v_a, 1e-16);
    NEAR(dd_efficiency_covariance(&error, b, h, 3, a, g, 3), c, 1e-17);
    NEAR(v_sum, v_a + v_b + 2.0 * c, 1e-16);
  }
  /* nothing shared, nothing in common */
  CHECK(dd_efficiency_covariance(&error, Z(0, 1), D(1, 1), 2, Z(2, 3), D(1, 1), 2) == 0.0);
}

/* One load a source and contrast; V_E of a contrast is the sum of squares of its own. */
static void loads(void) {
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03), D(3, 4, 5), I(7, 7, 9)};
  double *load = doubles(6), *df = doubles(3);
  const double *g = D(2.0, -0.5, 1.0, 1.0, 3.0, 0.0);
  CHECK(dd_efficiency_loads(&error, Z(0, 1, 2), g, 3, 2, load, df) == 2);
  /* 2 * .01 - .5 * .02, 1 * .03 | room | 1 * .01 + 3 * .02, 0 */
  NEAR(load[0], 0.01, 1e-17);
  NEAR(load[1], 0.03, 1e-17);
  NEAR(load[3], 0.07, 1e-16);
  NEAR(load[4], 0.0, 0.0);
  ALL_NEAR(df, 0, 3, 5);
  for (size_t k = 0; k < 2; k++) {
    double v, below;
    dd_efficiency_variance(&error, Z(0, 1, 2), g + 3 * k, 3, &v, &below);
    NEAR(load[3 * k] * load[3 * k] + load[3 * k + 1] * load[3 * k + 1], v, 1e-17);
  }
  CHECK(dd_efficiency_loads(&error, Z(2), D(-1), 1, 1, load, df) == 1);
  NEAR(load[0], -0.03, 1e-17);
  NEAR(df[0], 5.0, 0);
}

static void satterthwaite(void) {
  /* .05^2 / (.04^2 / 4 + 2e-5) = 2.5e-3 / 4.2e-4 = 125/21 */
  NEAR(dd_satterthwaite(0.04, 4.0, 0.01, 2e-5), 125.0 / 21.0, 1e-15);
  NEAR(dd_satterthwaite(0.04, 4.0, 0.0, 0.0), 4.0, 1e-15);
  /* an efficiency that is known exactly but moves the variance adds to the square alone: .05^2 /
   * 4e-4 */
  NEAR(dd_satterthwaite(0.04, 4.0, 0.01, 0.0), 6.25, 1e-15);
  NEAR(dd_satterthwaite(0.0, NAN, 0.01, 2e-5), 5.0, 1e-15);
  CHECK(isinf(dd_satterthwaite(0.0, NAN, 0.0, 0.0)));
  CHECK(isinf(dd_satterthwaite(0.04, INFINITY, 0.0, 0.0)));
  CHECK(isnan(dd_satterthwaite(NAN, 4.0, 0.01, 2e-5)));
  CHECK(isnan(dd_satterthwaite(NAN, NAN, 0.0, 0.0)));
}

int main(void) {
  variance_by_hand();
  shared_errors_add_first();
  known_efficiencies_have_no_error();
  a_missing_contrast_is_missing();
  covariance_agrees_with_variance();
  loads();
  satterthwaite();
  return check_finish();
}
