#include "check.h"
#include "simultaneous.h"

#define CLOSE(actual, expected, tolerance) NEAR((actual) / (expected), 1.0, tolerance)

static double *product(const double *load, size_t k) {
  double *r = doubles(k * k);
  for (size_t i = 0; i < k; i++) {
    for (size_t j = 0; j < k; j++) r[i + j * k] = i == j ? 1.0 : load[i] * load[j];
  }
  return r;
}

static dd_simultaneous plan(const double *correlation, size_t k) {
  dd_simultaneous out;
  CHECK(dd_simultaneous_plan(correlation, k, doubles(dd_simultaneous_work_len(k)), &out) == DD_OK);
  return out;
}

static dd_simultaneous balanced(size_t k) {
  double *load = doubles(k);
  for (size_t i = 0; i < k; i++) load[i] = sqrt(0.5);
  return plan(product(load, k), k);
}

/* Dunnett, equal groups, alpha = 0.05: two other quadratures (64 x 200 and 96 x 320 nodes) agree to these digits. */
static void dunnett(void) {
  const size_t k[] = {2, 3, 5};
  const double df[] = {9, 12, 18}, value[] = {2.6139343906, 2.6828700628, 2.7614110410};
  for (size_t i = 0; i < 3; i++) {
    const dd_simultaneous s = balanced(k[i]);
    const double q = dd_simultaneous_critical(&s, df[i], 0.05);
    NEAR(q, value[i], 1e-10);
    CLOSE(dd_simultaneous_upper(&s, df[i], q), 0.05, 1e-12);
  }
}

/* 2 * pt(-c(.4, 2, 30), 4.5), 2 * pt(-c(1, 1e3), 1), 2 * pnorm(-7), qt(.975, 9) */
static void one_alone_is_student(void) {
  const dd_simultaneous s = plan(D(1), 1);
  CHECK(s.k == 1 && s.product && s.n == 1);
  CLOSE(dd_simultaneous_upper(&s, 4.5, 0.4), 0.70742818813111497, 1e-13);
  CLOSE(dd_simultaneous_upper(&s, 4.5, -2), 0.10825790718112493, 1e-13);
  CLOSE(dd_simultaneous_upper(&s, 4.5, 30), 2.3439742987885221e-06, 1e-13);
  CLOSE(dd_simultaneous_upper(&s, 1, 1), 0.5, 1e-13);
  CLOSE(dd_simultaneous_upper(&s, 1, 1e3), 0.00063661956016111774, 1e-13);
  CLOSE(dd_simultaneous_upper(&s, INFINITY, 7), 2.5596250877716714e-12, 1e-13);
  CLOSE(dd_simultaneous_upper(&s, 1e15, 7), 2.5596250877716714e-12, 1e-11);
  CLOSE(dd_simultaneous_critical(&s, 9, 0.05), 2.2621571627982, 1e-13);
  CLOSE(dd_simultaneous_critical(&s, INFINITY, 0.05), 1.9599639845400538, 1e-13);
}

/* twin_simultaneous() of helper-twins-simultaneous.R; 1e-11 is what integrate() was asked for. */
static void unequal_groups(void) {
  const dd_simultaneous s = plan(product(D(0.2, 0.5, 0.8), 3), 3);
  CLOSE(dd_simultaneous_upper(&s, 9, 1), 0.67819864734939228, 1e-11);
  CLOSE(dd_simultaneous_upper(&s, 9, 2), 0.19214158408481036, 1e-11);
  CLOSE(dd_simultaneous_upper(&s, 9, 6), 0.00057553463336995072, 1e-11);
}

/* Thousands of units beside a control of one: the integrand has edges of 0.014 and 0.045. */
static void loadings_near_one(void) {
  const dd_simultaneous s = plan(product(D(0.9999, 0.999, 0.5), 3), 3);
  CLOSE(dd_simultaneous_upper(&s, 2, 0.3), 0.94193813091002576, 1e-11);
  CLOSE(dd_simultaneous_upper(&s, 2, 5), 0.058907891477403808, 1e-11);
  CLOSE(dd_simultaneous_upper(&s, 2, 500), 6.2872407501683736e-06, 1e-11);
  CLOSE(dd_simultaneous_upper(&s, INFINITY, 2), 0.084663897046232672, 1e-11);
  CLOSE(dd_simultaneous_upper(&s, INFINITY, 6), 4.172162057265567e-09, 1e-11);
  /* up to the limit: two that are almost one amount to one */
  const dd_simultaneous close = plan(product(D(1 - 1e-9, 1 - 1e-9), 2), 2), one = plan(D(1), 1);
  CLOSE(dd_simultaneous_upper(&close, 5, 2.5), dd_simultaneous_upper(&one, 5, 2.5), 1e-3);
}

/* All differences of three and four means, df = 12, from the same helper: 3e-6 is what the lattice holds. */
static void singular(void) {
  const double h = 0.5;
  const dd_simultaneous three = plan(D(1, h, -h, h, 1, h, -h, h, 1), 3);
  CHECK(!three.product);
  NEAR(dd_simultaneous_upper(&three, 12, 1), 0.59077060832033668, 3e-6);
  NEAR(dd_simultaneous_upper(&three, 12, 2.5), 0.067019947908534674, 3e-6);
  CLOSE(dd_simultaneous_upper(&three, 12, 6), 0.00017005036222046983, 2e-5);
  const dd_simultaneous four = plan(D(1, h, h, -h, -h, 0, h, 1, h, h, 0, -h, h, h, 1, 0, h, h, -h,
                                      h, 0, 1, h, -h, -h, 0, h, h, 1, h, 0, -h, h, -h, h, 1),
                                    6);
  NEAR(dd_simultaneous_upper(&four, 12, 1), 0.7523163293692251, 3e-6);
  NEAR(dd_simultaneous_upper(&four, 12, 2.5), 0.11044860557013705, 3e-6);
  CLOSE(dd_simultaneous_upper(&four, 12, 6), 0.00031357644866108011, 2e-5);
}

static void neither_order_nor_sign_nor_a_double_matters(void) {
  const dd_simultaneous s = plan(product(D(0.2, 0.5, 0.8), 3), 3);
  const dd_simultaneous order = plan(product(D(0.8, 0.2, 0.5), 3), 3);
  const dd_simultaneous sign = plan(product(D(0.2, -0.5, 0.8), 3), 3);
  double *r = product(D(0.2, 0.5, 0.8, -0.5), 4);
  r[1 + 3 * 4] = r[3 + 1 * 4] = -1.0;
  const dd_simultaneous doubled = plan(r, 4);
  CHECK(doubled.k == 3);
  for (double q = 0.25; q < 20; q *= 2) {
    const double p = dd_simultaneous_upper(&s, 4, q);
    CLOSE(dd_simultaneous_upper(&order, 4, q), p, 1e-12);
    CLOSE(dd_simultaneous_upper(&sign, 4, q), p, 1e-12);
    CLOSE(dd_simultaneous_upper(&doubled, 4, q), p, 1e-12);
    CHECK(dd_simultaneous_upper(&s, 4, 1.01 * q) < p);
  }
}

static void edges(void) {
  const dd_simultaneous s = balanced(3);
  CHECK(dd_simultaneous_upper(&s, 5, 0) == 1.0);
  CHECK(dd_simultaneous_upper(&s, 5, INFINITY) == 0.0);
  CHECK(dd_simultaneous_upper(&s, INFINITY, INFINITY) == 0.0);
  CHECK(isnan(dd_simultaneous_upper(&s, 5, NAN)));
  CHECK(isnan(dd_simultaneous_upper(&s, NAN, 1)) && isnan(dd_simultaneous_upper(&s, 0, 1)));
  CHECK(isnan(dd_simultaneous_critical(&s, NAN, 0.05)));
  CHECK(isnan(dd_simultaneous_critical(&s, 5, 0)) && isnan(dd_simultaneous_critical(&s, 5, 1)));
  NEAR(dd_simultaneous_upper(&s, 5, 1e-300), 1, 1e-13);
  /* far out a t of 5 df falls like q^-5, and three of them count as three but for what they share */
  CLOSE(dd_simultaneous_upper(&s, 5, 1e40) / dd_simultaneous_upper(&s, 5, 1e41), 1e5, 1e-10);
  const double alpha[] = {1e-200, 1e-12, 1e-3, 0.5, 1 - 1e-9};
  const double df[] = {0.5, 1, 30, 1e6, INFINITY};
  for (size_t i = 0; i < 5; i++) {
    for (size_t j = 1; j < 5; j++) {
      const double q = dd_simultaneous_critical(&s, df[j], alpha[i]);
      CLOSE(dd_simultaneous_upper(&s, df[j], q), alpha[i], 1e-11);
    }
  }
  CLOSE(dd_simultaneous_upper(&s, 0.5, dd_simultaneous_critical(&s, 0.5, 0.05)), 0.05, 1e-12);
}

static void families(void) {
  const double *r = product(D(0.7, 0.7), 2);
  const double *t = D(1, -2.5, NAN, 3, 0, 4), *df = D(9, 9, NAN);
  double *work = doubles(dd_simultaneous_work_len(2)), *p = doubles(6), *critical = doubles(3);
  CHECK(dd_simultaneous_families(r, 2, t, df, 3, 0.95, work, p, critical) == DD_OK);
  const dd_simultaneous s = plan(r, 2);
  CHECK(p[0] == dd_simultaneous_upper(&s, 9, 1) && p[1] == dd_simultaneous_upper(&s, 9, 2.5));
  CHECK(isnan(p[2]) && p[3] == dd_simultaneous_upper(&s, 9, 3) && isnan(p[4]) && isnan(p[5]));
  CHECK(critical[0] == dd_simultaneous_critical(&s, 9, 1.0 - 0.95));
  CHECK(critical[1] == critical[0] && isnan(critical[2]));
  CHECK(dd_simultaneous_families(D(1, NAN, NAN, 1), 2, t, df, 3, 0.95, work, p, critical) ==
        DD_EDOMAIN);
  ALL_NEAR(p, 0, NAN, NAN, NAN, NAN, NAN, NAN);
  ALL_NEAR(critical, 0, NAN, NAN, NAN);
}

int main(void) {
  dunnett();
  one_alone_is_student();
  unequal_groups();
  loadings_near_one();
  singular();
  neither_order_nor_sign_nor_a_double_matters();
  edges();
  families();
  return check_finish();
}
