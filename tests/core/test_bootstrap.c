#include "bootstrap.h"
#include "check.h"

static dd_bootstrap new_bootstrap(const int *size, const double *contrast, size_t n_groups,
                                  size_t n_targets) {
  dd_bootstrap b = {0};
  for (size_t g = 0; g < n_groups; g++) b.n_units += (size_t)size[g];
  b.n_targets = n_targets;
  b.n_groups = n_groups;
  b.size = size;
  b.contrast = contrast;
  b.theta = doubles(n_targets);
  b.influence = doubles(b.n_units * n_targets);
  b.acceleration = doubles(n_targets);
  return b;
}

/* Groups 1, 2, 6 and 4, 8: means 3 and 6. Influence -(-2, -1, 3) / 3 and (-2, 2) / 2. */
static void by_hand(void) {
  dd_bootstrap b = new_bootstrap(I(3, 2), D(-1, 1), 2, 2);
  CHECK(dd_bootstrap_prepare(D(1, 2, 6, 4, 8, 0, 0, 0, 1, 1), &b) == DD_OK);
  ALL_NEAR(b.theta, 1e-15, 3, 1);
  for (size_t i = 0; i < 5; i++) {
    const double l[] = {2.0 / 3.0, 1.0 / 3.0, -1, -1, 1};
    NEAR(b.influence[2 * i], l[i], 1e-15);
    NEAR(b.influence[2 * i + 1], 0, 0);
  }
  const double squares = 4.0 / 9 + 1.0 / 9 + 3, cubes = 8.0 / 27 + 1.0 / 27 - 1;
  NEAR(b.acceleration[0], cubes / (6 * pow(squares, 1.5)), 1e-15);
  NEAR(b.acceleration[1], NAN, 0);
  /* 6, 6, 1 and 8, 8: means 13/3 and 8; then the data themselves */
  double *star = doubles(4);
  dd_bootstrap_sample(&b, I(2, 2, 0, 1, 1, 0, 1, 2, 0, 1), 2, star, 2);
  ALL_NEAR(star, 1e-15, 8.0 - 13.0 / 3.0, 3, 1, 1);
}

static void one_group_of_differences(void) {
  dd_bootstrap b = new_bootstrap(I(4), D(1), 1, 1);
  CHECK(dd_bootstrap_prepare(D(1, 2, 3, 6), &b) == DD_OK);
  NEAR(b.theta[0], 3, 1e-15);
  double *star = doubles(1);
  dd_bootstrap_sample(&b, I(0, 0, 3, 3), 1, star, 1);
  NEAR(star[0], 3.5, 1e-15);
  dd_bootstrap empty = new_bootstrap(I(0, 2), D(-1, 1), 2, 1);
  CHECK(dd_bootstrap_prepare(D(1, 2), &empty) == DD_EDOMAIN);
}

/* 1 .. 99 about 50: z0 = 0, and without acceleration BCa is the percentile interval. 90 %: ranks 5 and 95. */
static void limits_of_a_plain_sequence(void) {
  double *star = doubles(99);
  for (size_t i = 0; i < 99; i++) star[i] = (double)((i * 37) % 99 + 1);
  dd_bootstrap_interval out;
  CHECK(dd_bootstrap_limits(star, 99, 50, 0, 0.9, &out) == DD_OK);
  ALL_NEAR(out.percentile, 1e-9, 5, 95);
  ALL_NEAR(out.bca, 1e-9, 5, 95);
  NEAR(out.z0, 0, 1e-15);
  NEAR(star[0], 1, 0);
  NEAR(star[98], 99, 0);
}

/* boot:::norm.inter(1:99, .) and the same at pnorm(w + (w + z) / (1 - a (w + z))), w = qnorm(39.5 / 99), a = .05 */
static void limits_with_both_corrections(void) {
  double *star = doubles(99);
  for (size_t i = 0; i < 99; i++) star[i] = (double)(99 - i);
  dd_bootstrap_interval out;
  CHECK(dd_bootstrap_limits(star, 99, 40, 0.05, 0.93, &out) == DD_OK);
  ALL_NEAR(out.percentile, 1e-12, 3.5294307834916783, 96.470569216508324);
  ALL_NEAR(out.bca, 1e-12, 1.720041473390129, 92.370118516094834);
}

static void what_cannot_be_given_is_said(void) {
  dd_bootstrap_interval out;
  CHECK(dd_bootstrap_limits(D(1, 1, 1), 3, 1, 0, 0.95, &out) == DD_ECONSTANT);
  NEAR(out.percentile[0], NAN, 0);
  CHECK(dd_bootstrap_limits(D(1, 2, 3), 3, 9, 0, 0.5, &out) == DD_EDOMAIN);
  NEAR(out.percentile[0], 1, 0);
  NEAR(out.bca[0], NAN, 0);
  CHECK(dd_bootstrap_limits(D(1, 2, 3), 3, 2, NAN, 0.5, &out) == DD_EDOMAIN);
  CHECK(dd_bootstrap_limits(D(1, 2, 3), 3, 2, 0, 0.99, &out) == DD_ETHIN);
  ALL_NEAR(out.bca, 0, 1, 3);
  CHECK(dd_bootstrap_limits(doubles(0), 0, 2, 0, 0.99, &out) == DD_EDOMAIN);
}

int main(void) {
  by_hand();
  one_group_of_differences();
  limits_of_a_plain_sequence();
  limits_with_both_corrections();
  what_cannot_be_given_is_said();
  return check_finish();
}
