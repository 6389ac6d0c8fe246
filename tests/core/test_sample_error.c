#include "check.h"
#include "sample_error.h"

enum { S = 5, G = 3, H = 2 };

static double *cq_of(void) {
  return D(24.1, 24.6, 23.9, 22.3, 22.9, 18.2, 18.5, 18.0, 18.4, 18.6, 20.3, 20.2, 19.9, 20.4,
           20.6);
}

static dd_plate plate_of(const double *cq) {
  return (dd_plate){S, G, H, cq, D(0.95, 1, 0.9), Z(1, 2), D(0.25, 0.75)};
}

static dd_status run(const dd_plate *plate, const dd_efficiency_error *error, const int *unit,
                     size_t n_units, const double *technical, double *se, double *df) {
  const int *wells = I(3, 3, 2, 3, 1, 3, 3, 3, 3, 3, 2, 3, 3, 3, 2);
  return dd_sample_error(plate, error, unit, n_units, wells, technical, D(10, 8, 12),
                         D(24, 18.3, 20), doubles(dd_sample_error_work_len(plate, n_units)), se,
                         df);
}

/*
 * In R, with share s = c(1, -.25, -.75): part = (s w)^2 tech / wells, load = s (cq - zero) se,
 * v = sum(part) + sum(load^2), df = v^2 / (sum(part^2 / tdf) + sum(load^4 / df)). A reference is held
 * against the mean that it is part of: s = c(0, .75, -.75).
 */
static void each_sample(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03), D(3, 4, 6), I(1, 2, 3)};
  double *se = doubles(S * G), *df = doubles(S * G);
  CHECK(run(&plate, &error, I(0, 1, 2, 3, 4), S, D(0.01, 0.02, 0.005), se, df) == DD_OK);
  NEAR(se[0], 0.067903424066831863, 1e-14);
  NEAR(df[0], 20.53772065471043, 1e-11);
  NEAR(se[S], 0.070262899171611187, 1e-14);
  NEAR(df[S], 13.059515459033104, 1e-11);
}

static void a_unit_of_two(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03), D(3, 4, 6), I(1, 2, 3)};
  double *se = doubles(2 * G), *df = doubles(2 * G);
  /* samples 0, 1 and 2 are another unit, or none */
  CHECK(run(&plate, &error, I(0, 0, -1, 1, 1), 2, D(0.01, 0.02, 0.005), se, df) == DD_OK);
  NEAR(se[1], 0.063362753583368403, 1e-14);
  NEAR(df[1], 17.062868148665551, 1e-11);
}

/* At the zero point an efficiency does not matter; wells without scatter leave its error alone. */
static void one_part_at_a_time(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error known = {D(0, 0, 0), D(INFINITY, INFINITY, INFINITY), I(1, 2, 3)};
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03), D(3, 4, 6), I(1, 2, 3)};
  double *se = doubles(S * G), *df = doubles(S * G);
  CHECK(run(&plate, &known, I(0, 1, 2, 3, 4), S, D(0.01, 0.02, 0.005), se, df) == DD_OK);
  NEAR(se[0] * se[0], 0.9025 * 0.01 / 3 + 0.0625 * 0.02 / 3 + 0.5625 * 0.81 * 0.005 / 2, 1e-15);
  CHECK(run(&plate, &error, I(0, 1, 2, 3, 4), S, D(0, 0, 0), se, df) == DD_OK);
  const double a = 0.1 * 0.01, b = -0.25 * -0.1 * 0.02, c = -0.75 * 0.3 * 0.03;
  NEAR(se[0] * se[0], a * a + b * b + c * c, 1e-16);
}

static void gaps(void) {
  double *cq = cq_of();
  cq[1] = NAN;     /* the target in sample 1 */
  cq[S + 2] = NAN; /* a reference in sample 2 */
  const dd_plate plate = plate_of(cq);
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03), D(3, 4, 6), I(1, 2, 3)};
  double *se = doubles(S * G), *df = doubles(S * G);
  CHECK(run(&plate, &error, I(0, 1, 2, 3, 4), S, D(0.01, 0.02, 0.005), se, df) == DD_OK);
  NEAR(se[0], 0.067903424066831863, 1e-14);
  CHECK(isnan(se[1]) && isnan(df[1]) && isnan(se[2]));
  CHECK(!isnan(se[S + 1]) && isnan(se[S + 2]));
  /* an assay without replicates tells nothing of its wells */
  CHECK(run(&plate, &error, I(0, 1, 2, 3, 4), S, D(NAN, 0.02, 0.005), se, df) == DD_OK);
  CHECK(isnan(se[0]) && !isnan(se[S]));
}

static void too_many_references(void) {
  enum { MANY = 64 };
  double *cq = doubles(MANY + 1), *weight = doubles(MANY + 1);
  size_t *ref = keep(MANY * sizeof *ref);
  for (size_t i = 0; i < MANY; i++) ref[i] = i + 1;
  const dd_plate plate = {1, MANY + 1, MANY, cq, weight, ref, doubles(MANY)};
  const dd_efficiency_error error = {doubles(MANY + 1), doubles(MANY + 1), ints(MANY + 1)};
  CHECK(dd_sample_error(&plate, &error, I(0), 1, ints(MANY + 1), doubles(MANY + 1),
                        doubles(MANY + 1), doubles(MANY + 1),
                        doubles(dd_sample_error_work_len(&plate, 1)), doubles(MANY + 1),
                        doubles(MANY + 1)) == DD_EDOMAIN);
}

int main(void) {
  each_sample();
  a_unit_of_two();
  one_part_at_a_time();
  gaps();
  too_many_references();
  return check_finish();
}
