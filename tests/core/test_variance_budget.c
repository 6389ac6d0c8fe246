#include "variance_budget.h"
#include "check.h"

/* Five samples, three controls and two treated; a target and two references with wells of their own. */
enum { S = 5, G = 3, H = 2 };

static double *cq_of(void) {
  return D(24.1, 24.6, 23.9, 22.3, 22.9, 18.2, 18.5, 18.0, 18.4, 18.6, 20.3, 20.2, 19.9, 20.4,
           20.6);
}

static const int *wells_of(void) { return I(3, 3, 2, 3, 1, 3, 3, 3, 3, 3, 2, 3, 3, 3, 2); }

static dd_plate plate_of(const double *cq, size_t n_refs) {
  return (dd_plate){S, G, n_refs, cq, D(0.95, 1, 0.9), Z(1, 2), n_refs == 2 ? D(0.25, 0.75) : D(1)};
}

static dd_pattern pattern_of(size_t n_units, const size_t *unit) {
  dd_pattern p = {S, n_units, Z(0, 1, 2, 3, 4), unit, doubles(n_units)};
  dd_pattern_sizes(&p);
  return p;
}

static dd_linear *two_groups(void) {
  dd_linear *m = keep(sizeof *m);
  *m = (dd_linear){S, 2, 1, doubles(S * 2), doubles(2), doubles(S), doubles(1), NULL};
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1), m) == DD_OK);
  return m;
}

static dd_budget run(const dd_plate *plate, const dd_pattern *p, const dd_model *m,
                     const double *technical, const double *l, double total) {
  dd_budget b = {doubles(1), doubles(1), doubles(1)};
  double *work = doubles(dd_budget_work_len(plate, p, m, 1));
  CHECK(dd_variance_budget(plate, p, m, wells_of(), technical, l, 1, Z(0), 1, D(total), work, &b) ==
        DD_OK);
  return b;
}

/*
 * In R: technical = sum(l^2 * .95^2 * .01 / wells); reference: dev = w Cq - level of both, on
 * lm(dev ~ g): sum(a^2) * sum(resid^2) / ((H - 1) * 3) = .010034722..., times sum(l^2) = 5/6.
 */
static void linear_and_welch(void) {
  const dd_plate plate = plate_of(cq_of(), H);
  const dd_pattern p = pattern_of(S, Z(0, 1, 2, 3, 4));
  const double *l = D(-1.0 / 3, -1.0 / 3, -1.0 / 3, 0.5, 0.5);
  const int *g = I(0, 0, 0, 1, 1);
  dd_welch welch = {S, 2, 1, g, D(-1, 1), doubles(2), doubles(2), doubles(S)};
  CHECK(dd_welch_prepare(&welch) == DD_OK);
  const dd_model models[] = {
      {two_groups(), NULL, g, 2}, {NULL, &welch, g, 2}, {two_groups(), NULL, NULL, 0}};
  for (size_t i = 0; i < 3; i++) {
    const dd_budget b = run(&plate, &p, models + i, D(0.01, 0.02, 0.005), l, 0.05);
    NEAR(b.technical[0], 0.004178240740740741, 1e-16);
    NEAR(b.reference[0], 0.0083622685185186663, 1e-14);
    NEAR(b.biological[0], 0.05 - 0.004178240740740741 - 0.0083622685185186663, 1e-14);
  }
}

static void one_reference_tells_its_wells_only(void) {
  const dd_plate plate = plate_of(cq_of(), 1);
  const dd_pattern p = pattern_of(S, Z(0, 1, 2, 3, 4));
  const dd_model m = {two_groups(), NULL, NULL, 0};
  const double *l = D(-1.0 / 3, -1.0 / 3, -1.0 / 3, 0.5, 0.5);
  dd_budget b = run(&plate, &p, &m, D(0.01, 0.02, 0.005), l, 0.05);
  /* sum(l^2) * .02 / 3 */
  NEAR(b.reference[0], 5.0 / 6 * 0.02 / 3, 1e-16);
  const dd_plate none = plate_of(cq_of(), 0);
  b = run(&none, &p, &m, D(0.01, 0.02, 0.005), l, 0.05);
  NEAR(b.reference[0], 0.0, 0.0);
  NEAR(b.biological[0], 0.05 - 0.004178240740740741, 1e-15);
}

/* Units of two, one and two samples: wells average within a unit, and so do the references. */
static void units_of_several_samples(void) {
  const dd_plate plate = plate_of(cq_of(), H);
  const dd_pattern p = pattern_of(3, Z(0, 0, 1, 2, 2));
  dd_linear linear = {3, 2, 1, doubles(6), doubles(2), doubles(3), doubles(1), NULL};
  CHECK(dd_linear_prepare(D(1, 1, 1, 0, 1, 1), D(0, 1), &linear) == DD_OK);
  const dd_model m = {&linear, NULL, NULL, 0};
  const dd_budget b = run(&plate, &p, &m, D(0.01, 0.02, 0.005), D(-1, 0.5, 0.5), 0.05);
  NEAR(b.technical[0], 0.0033843750000000002, 1e-16);
  NEAR(b.reference[0], 0.00046874999999996334, 1e-14);
}

static void parts_never_exceed_the_whole(void) {
  const dd_plate plate = plate_of(cq_of(), H);
  const dd_pattern p = pattern_of(S, Z(0, 1, 2, 3, 4));
  const dd_model m = {two_groups(), NULL, NULL, 0};
  const double *l = D(-1.0 / 3, -1.0 / 3, -1.0 / 3, 0.5, 0.5);
  dd_budget b = run(&plate, &p, &m, D(0.01, 0.02, 0.005), l, 0.006);
  const double parts = 0.004178240740740741 + 0.0083622685185186663;
  NEAR(b.biological[0], 0.0, 0.0);
  NEAR(b.technical[0], 0.006 * 0.004178240740740741 / parts, 1e-15);
  NEAR(b.technical[0] + b.reference[0], 0.006, 1e-16);
  /* no replicates: unknown, and part of the biological */
  b = run(&plate, &p, &m, D(NAN, NAN, NAN), l, 0.05);
  CHECK(isnan(b.technical[0]));
  NEAR(b.biological[0], 0.05 - 0.0083622685185186663, 1e-14);
  /* no variance, no parts */
  b = run(&plate, &p, &m, D(0.01, 0.02, 0.005), l, NAN);
  CHECK(isnan(b.biological[0]));
}

/* No df are left: what the references do cannot be told. */
static void nothing_left(void) {
  const dd_plate plate = plate_of(cq_of(), H);
  dd_pattern p = {2, 2, Z(0, 3), Z(0, 1), doubles(2)};
  dd_pattern_sizes(&p);
  dd_linear linear = {2, 2, 1, doubles(4), doubles(2), doubles(2), doubles(1), NULL};
  CHECK(dd_linear_prepare(D(1, 1, 0, 1), D(0, 1), &linear) == DD_OK);
  const dd_model m = {&linear, NULL, NULL, 0};
  const dd_budget b = run(&plate, &p, &m, D(0.01, 0.02, 0.005), D(-1, 1), 0.05);
  CHECK(isnan(b.reference[0]));
  NEAR(b.technical[0], 0.95 * 0.95 * 0.01 * (1.0 / 3 + 1.0 / 3), 1e-16);
}

int main(void) {
  linear_and_welch();
  one_reference_tells_its_wells_only();
  units_of_several_samples();
  parts_never_exceed_the_whole();
  nothing_left();
  return check_finish();
}
