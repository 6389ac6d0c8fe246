#include "check.h"
#include "relative.h"

/* Two samples, three targets: unequal numbers, so that rows and columns cannot be taken for each
 * other. */
static void weighted_by_hand(void) {
  const dd_plate plate = {
      2, 3, 2, D(25.0, 22.0, 18.0, 18.5, 20.0, 21.0), D(0.9, 1.0, 0.8), Z(1, 2), D(0.25, 0.75)};
  double *level = doubles(2), *d = doubles(2);
  dd_reference_level(&plate, level);
  /* .25 * 1 * 18 + .75 * .8 * 20 = 16.5; .25 * 18.5 + .6 * 21 = 17.225 */
  ALL_NEAR(level, 1e-14, 16.5, 17.225);
  dd_relative_cq(&plate, level, 0, d);
  /* .9 * 25 - 16.5 = 6; .9 * 22 - 17.225 = 2.575 */
  ALL_NEAR(d, 1e-14, 6.0, 2.575);
  dd_relative_cq(&plate, level, 1, d);
  ALL_NEAR(d, 1e-14, 1.5, 1.275);
}

/* E = 2 and one reference: the plain difference of the two Cq, to the last digit. */
static void doubling_is_the_difference(void) {
  const double *cq = D(24.13, 25.77, 23.01, 18.2, 18.9, 17.7);
  const dd_plate plate = {3, 2, 1, cq, D(1.0, 1.0), Z(1), D(1.0)};
  double *level = doubles(3), *d = doubles(3);
  dd_reference_level(&plate, level);
  dd_relative_cq(&plate, level, 0, d);
  for (size_t s = 0; s < 3; s++) CHECK(d[s] == cq[s] - cq[s + 3]);
  dd_relative_cq(&plate, level, 1, d);
  for (size_t s = 0; s < 3; s++) CHECK(d[s] == 0.0);
}

/* 2^-R is the geometric mean of the reference quantities E^-Cq, not the quantity at their mean Cq.
 */
static void level_is_a_geometric_mean(void) {
  const double e1 = 1.85, e2 = 2.05;
  const dd_plate plate = {1, 2, 2, D(17.3, 21.9), D(log2(e1), log2(e2)), Z(0, 1), D(0.5, 0.5)};
  double *level = doubles(1);
  dd_reference_level(&plate, level);
  const double q = sqrt(pow(e1, -17.3) * pow(e2, -21.9));
  NEAR(exp2(-level[0]) / q, 1.0, 1e-13);
}

static void a_gap_stays_a_gap(void) {
  const dd_plate plate = {3,          3,       2,          D(25, NAN, 24, 18, 18, NAN, 20, 20, 20),
                          D(1, 1, 1), Z(1, 2), D(0.5, 0.5)};
  double *level = doubles(3), *d = doubles(3);
  dd_reference_level(&plate, level);
  ALL_NEAR(level, 0, 19, 19, NAN);
  dd_relative_cq(&plate, level, 0, d);
  ALL_NEAR(d, 0, 6, NAN, NAN);
  const dd_plate unknown = {1, 2, 1, D(25, 18), D(NAN, 1), Z(1), D(1.0)};
  dd_reference_level(&unknown, level);
  dd_relative_cq(&unknown, level, 0, d);
  NEAR(d[0], NAN, 0);
}

static void without_references_or_samples(void) {
  const dd_plate bare = {2, 1, 0, D(20, 21), D(0.5), Z(0), doubles(0)};
  double *level = doubles(2), *d = doubles(2);
  dd_reference_level(&bare, level);
  ALL_NEAR(level, 0, 0, 0);
  dd_relative_cq(&bare, level, 0, d);
  ALL_NEAR(d, 0, 10, 10.5);
  const dd_plate empty = {0, 2, 1, doubles(0), D(1, 1), Z(1), D(1.0)};
  dd_reference_level(&empty, doubles(0));
  dd_relative_cq(&empty, doubles(0), 0, doubles(0));
  CHECK(1);
}

/* What a sample was loaded with moves all its Cq alike and leaves d, when every weight is the same.
 */
static void loading_cancels(void) {
  const double load[] = {0.0, 3.25, -1.5}; /* exact in binary */
  double *cq = D(25, 25, 25, 18, 18, 18, 20, 20, 20);
  for (size_t i = 0; i < 9; i++) cq[i] += load[i % 3];
  const dd_plate plate = {3, 3, 2, cq, D(1, 1, 1), Z(1, 2), D(0.5, 0.5)};
  double *level = doubles(3), *d = doubles(3);
  dd_reference_level(&plate, level);
  dd_relative_cq(&plate, level, 0, d);
  ALL_NEAR(d, 0, 6, 6, 6);
}

int main(void) {
  weighted_by_hand();
  doubling_is_the_difference();
  level_is_a_geometric_mean();
  a_gap_stays_a_gap();
  without_references_or_samples();
  loading_cancels();
  return check_finish();
}
