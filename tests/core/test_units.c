#include "check.h"
#include "units.h"

static dd_unit_values values_of(size_t n) {
  return (dd_unit_values){doubles(n), doubles(n), doubles(n), doubles(n),
                          doubles(n), doubles(n), ints(n),    ints(n)};
}

/*
 * Four samples in two units and one sample without; two targets (w = .5 and 1), the second the
 * reference. Sample 2 has no Cq of the target: the unit's Cq and dCq rest on sample 1 alone, its
 * wells of the reference on both.
 */
static void two_units(void) {
  const dd_plate plate = {5,           2,    1,     D(24, NAN, 26, 27, 99, 10, 11, 12, 13, 99),
                          D(0.5, 1.0), Z(1), D(1.0)};
  const int *wells = I(2, 0, 3, 1, 7, 2, 2, 1, 1, 7);
  dd_unit_values v = values_of(4);
  dd_unit_table(&plate, wells, I(0, 0, 1, 1, -1), 2, I(1, 0), doubles(10), &v);
  ALL_NEAR(v.cq, 1e-15, 24, 26.5, 10.5, 12.5);
  /* 12 - 10; the mean of 13 - 12 and 13.5 - 13; the reference against itself */
  ALL_NEAR(v.dcq, 1e-15, 2, 0.75, 0, 0);
  ALL_NEAR(v.ddcq, 1e-15, 0, -1.25, 0, 0);
  ALL_NEAR(v.log2_quantity, 1e-15, -2, -0.75, 0, 0);
  ALL_NEAR(v.log2_relative, 1e-15, 0, 1.25, 0, 0);
  ALL_NEAR(v.relative, 1e-14, 1, 2.3784142300054421, 1, 1); /* 2^1.25 = 2 * 2^(1/4) */
  ALL_EQUAL(v.n_samples, 1, 2, 2, 2);
  ALL_EQUAL(v.n_wells, 2, 4, 4, 2);
}

/* A sample without the reference has a Cq but no dCq. */
static void a_missing_reference(void) {
  const dd_plate plate = {3, 2, 1, D(24, 25, 26, 10, NAN, 12), D(1, 1), Z(1), D(1.0)};
  dd_unit_values v = values_of(6);
  dd_unit_table(&plate, I(1, 1, 1, 1, 0, 1), I(0, 1, 2), 3, I(1, 1, 0), doubles(6), &v);
  ALL_NEAR(v.cq, 0, 24, 25, 26, 10, NAN, 12);
  ALL_NEAR(v.dcq, 0, 14, NAN, 14, 0, NAN, 0);
  /* the mean of the controls is over those that have a value */
  ALL_NEAR(v.log2_relative, 0, 0, NAN, 0, 0, NAN, 0);
  ALL_NEAR(v.relative, 0, 1, NAN, 1, 1, NAN, 1);
  ALL_EQUAL(v.n_samples, 1, 1, 1, 1, 0, 1);
}

static void without_controls_nothing_is_relative(void) {
  const dd_plate plate = {2, 1, 0, D(20, 22), D(0.9), Z(0), doubles(0)};
  dd_unit_values v = values_of(2);
  dd_unit_table(&plate, I(3, 3), I(1, 0), 2, I(0, 0), doubles(4), &v);
  ALL_NEAR(v.cq, 0, 22, 20);
  ALL_NEAR(v.dcq, 1e-14, 19.8, 18);
  ALL_NEAR(v.ddcq, 0, NAN, NAN);
  ALL_NEAR(v.relative, 0, NAN, NAN);
  /* any number but 0 is a flag */
  dd_unit_table(&plate, I(3, 3), I(1, 0), 2, I(0, 7), doubles(4), &v);
  ALL_NEAR(v.log2_relative, 1e-14, -1.8, 0);
}

static void empty_shapes(void) {
  const dd_plate plate = {2, 1, 0, D(20, 22), D(1), Z(0), doubles(0)};
  dd_unit_values none = values_of(0), v = values_of(1);
  dd_unit_table(&plate, I(1, 1), I(-1, -1), 0, ints(0), doubles(4), &none);
  dd_unit_table(&plate, I(1, 1), I(-1, -1), 1, I(1), doubles(4), &v);
  ALL_NEAR(v.cq, 0, NAN);
  ALL_EQUAL(v.n_wells, 0);
  const dd_plate empty = {0, 1, 0, doubles(0), D(1), Z(0), doubles(0)};
  dd_unit_table(&empty, ints(0), ints(0), 1, I(1), doubles(0), &v);
  ALL_NEAR(v.dcq, 0, NAN);
  ALL_EQUAL(v.n_samples, 0);
  const dd_plate bare = {2, 0, 0, doubles(0), doubles(0), Z(0), doubles(0)};
  dd_unit_table(&bare, ints(0), I(0, 0), 1, I(1), doubles(4), &none);
  CHECK(1);
}

/* 1e8 on every Cq of a target leaves its relative quantities to the rounding of the values. */
static void a_constant_cancels(void) {
  double *cq = D(24, 25.5, 26, 23, 10, 11, 12, 10.5);
  const dd_plate plate = {4, 2, 1, cq, D(0.9, 1), Z(1), D(1.0)};
  dd_unit_values a = values_of(8), b = values_of(8);
  const int *wells = I(1, 1, 1, 1, 1, 1, 1, 1), *unit = I(0, 1, 2, 3), *control = I(1, 1, 0, 0);
  dd_unit_table(&plate, wells, unit, 4, control, doubles(8), &a);
  for (size_t s = 0; s < 4; s++) cq[s] += 1e8;
  dd_unit_table(&plate, wells, unit, 4, control, doubles(8), &b);
  for (size_t u = 0; u < 4; u++) NEAR(b.log2_relative[u], a.log2_relative[u], 1e-7);
}

int main(void) {
  two_units();
  a_missing_reference();
  without_controls_nothing_is_relative();
  empty_shapes();
  a_constant_cancels();
  return check_finish();
}
