#include "check.h"
#include "max_normal.h"

static dd_status plan(const double *correlation, size_t k, dd_max_normal *out) {
  return dd_max_normal_plan(correlation, k, doubles(dd_max_normal_work_len(k)), out);
}

static double *product(const double *load, size_t k) {
  double *r = doubles(k * k);
  for (size_t i = 0; i < k; i++) {
    for (size_t j = 0; j < k; j++) r[i + j * k] = i == j ? 1.0 : load[i] * load[j];
  }
  return r;
}

/* All differences of g means with equal variances: two that share a mean have 1 / 2 or -1 / 2. */
static double *differences(size_t g) {
  const size_t k = g * (g - 1) / 2;
  double *r = doubles(k * k), *from = doubles(k), *to = doubles(k);
  size_t n = 0;
  for (size_t i = 0; i < g; i++) {
    for (size_t j = i + 1; j < g; j++) {
      from[n] = (double)i;
      to[n++] = (double)j;
    }
  }
  for (size_t i = 0; i < k; i++) {
    for (size_t j = 0; j < k; j++) {
      r[i + j * k] =
          0.5 * ((from[i] == from[j]) + (to[i] == to[j]) - (from[i] == to[j]) - (to[i] == from[j]));
    }
  }
  return r;
}

static void which_of_the_two(void) {
  dd_max_normal p;
  CHECK(plan(D(1), 1, &p) == DD_OK);
  CHECK(p.k == 1 && p.product);
  CHECK(plan(product(D(-0.6, 0.7, 0.3, 0.3), 4), 4, &p) == DD_OK);
  CHECK(p.k == 4 && p.product && p.n_loads == 3);
  ALL_NEAR(p.load, 1e-14, 0.3, 0.6, 0.7);
  ALL_NEAR(p.count, 0, 2, 1, 1);
  CHECK(plan(product(D(0, 0, 0), 3), 3, &p) == DD_OK);
  CHECK(p.product && p.n_loads == 1);
  CHECK(plan(product(D(0.7, 0, 0.7), 3), 3, &p) == DD_OK); /* one pair, and one apart */
  CHECK(p.product);
  ALL_NEAR(p.load, 1e-14, 0, 0.7);
  /* any two are a product, whatever their sign */
  CHECK(plan(D(1, -0.3, -0.3, 1), 2, &p) == DD_OK);
  CHECK(p.product);
  ALL_NEAR(p.load, 1e-14, sqrt(0.3));
  /* 0.9 0.9 / 0.5 > 1, and three of which all are -0.4: no product */
  CHECK(plan(D(1, 0.9, 0.9, 0.9, 1, 0.5, 0.9, 0.5, 1), 3, &p) == DD_OK);
  CHECK(!p.product);
  CHECK(plan(D(1, -0.4, -0.4, -0.4, 1, -0.4, -0.4, -0.4, 1), 3, &p) == DD_OK);
  CHECK(!p.product);
  CHECK(plan(D(1, 0.5, 0, 0.5, 1, 0.5, 0, 0.5, 1), 3, &p) == DD_OK);
  CHECK(!p.product);
}

static void of_two_that_are_one_counts_one(void) {
  dd_max_normal p;
  CHECK(plan(product(D(1, -1, 1), 3), 3, &p) == DD_OK);
  CHECK(p.k == 1);
  double *r = product(D(0.6, -0.7, 0.7, 0.2), 4);
  r[1 + 2 * 4] = r[2 + 1 * 4] = -1.0;
  CHECK(plan(r, 4, &p) == DD_OK);
  CHECK(p.k == 3 && p.product);
  ALL_NEAR(p.load, 1e-14, 0.2, 0.6, 0.7);
}

static void what_is_no_correlation(void) {
  dd_max_normal p;
  CHECK(dd_max_normal_plan(doubles(0), 0, doubles(dd_max_normal_work_len(0)), &p) == DD_EDOMAIN);
  CHECK(plan(D(1, NAN, NAN, 1), 2, &p) == DD_EDOMAIN);
  CHECK(plan(D(1, 1.1, 1.1, 1), 2, &p) == DD_EDOMAIN);
  CHECK(plan(D(1, -INFINITY, 0, 1), 2, &p) == DD_EDOMAIN);
}

/* m(0) = 1; far out every distinct variable counts. */
static void ends(void) {
  const double c[] = {0, 36}, load[] = {0.3, 0.6, 0.7};
  double *m = doubles(2);
  dd_max_normal p;
  plan(product(load, 3), 3, &p);
  dd_max_normal_ratio(&p, c, 2, m);
  ALL_NEAR(m, 1e-12, 1, 3);
  plan(differences(3), 3, &p);
  dd_max_normal_ratio(&p, c, 2, m);
  ALL_NEAR(m, 1e-6, 1, 3);
}

/* Independent ones: P = 1 - (1 - 2 Q)^3; c <- c(.5, 2.5, 7); -expm1(3 * log1p(-2 * pnorm(-c))) / (2 * pnorm(-c)) */
static void independent(void) {
  const double c[] = {0.5, 2.5, 7},
               q[] = {0.61707507745197379, 0.012419330651552265, 2.5596250877716714e-12};
  double *m = doubles(3);
  dd_max_normal p;
  plan(product(D(0, 0, 0), 3), 3, &p);
  dd_max_normal_ratio(&p, c, 3, m);
  for (size_t i = 0; i < 3; i++) NEAR(m[i], 3.0 - 3.0 * q[i] + q[i] * q[i], 1e-12);
}

/* All differences: P(range > c sqrt 2) by integrate(), see helper-twins-simultaneous.R. 2e-5: what the lattice holds. */
static void ranges(void) {
  const double c[] = {0.8, 2.2, 5};
  double *m = doubles(3);
  dd_max_normal p;
  CHECK(plan(differences(3), 3, &p) == DD_OK);
  CHECK(p.k == 3 && !p.product);
  dd_max_normal_ratio(&p, c, 3, m);
  ALL_NEAR(m, 2e-5, 1.659185947298295, 2.5590723363131453, 2.9913688735848751);
  CHECK(plan(differences(4), 6, &p) == DD_OK);
  dd_max_normal_ratio(&p, c, 3, m);
  ALL_NEAR(m, 2e-5, 2.0165725083152992, 4.4300338501198002, 5.9658831790452149);
}

/*
 * Five of full rank, rho_ij = a_i a_j + b_i b_j: given the two factors they are independent; the truth is the
 * trapezoid rule over both, steps of 0.05, in R. 1e-5: what the lattice holds.
 */
static void two_factors(void) {
  const double a[] = {0.6, 0.5, 0.7, 0.4, 0.3}, b[] = {0.5, -0.6, 0.3, 0.2, -0.4};
  const double c[] = {0.8, 2.2, 5};
  double *r = product(a, 5), *more = product(b, 5), *m = doubles(3), *n = doubles(1);
  for (size_t i = 0; i < 25; i++) r[i] = i % 6 == 0 ? 1.0 : r[i] + more[i];
  dd_max_normal p;
  CHECK(plan(r, 5, &p) == DD_OK);
  CHECK(p.k == 5 && !p.product);
  dd_max_normal_ratio(&p, c, 3, m);
  ALL_NEAR(m, 1e-5, 2.1702141520473681, 4.4213698896157654, 4.99190025415903);
  /* no generator, no memory: the same digits again, and alone */
  dd_max_normal_ratio(&p, c + 1, 1, n);
  CHECK(n[0] == m[1]);
}

int main(void) {
  which_of_the_two();
  of_two_that_are_one_counts_one();
  what_is_no_correlation();
  ends();
  independent();
  ranges();
  two_factors();
  return check_finish();
}
