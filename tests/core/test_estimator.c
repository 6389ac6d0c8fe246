#include <gsl/gsl_blas.h>

#include "check.h"
#include "estimator.h"
#include "gsl_guard.h"

static dd_linear linear_of(size_t n, size_t p, size_t k) {
  return (dd_linear){n, p, k, doubles(n * p), doubles(p), doubles(n * k), doubles(k), NULL};
}

static dd_welch welch_of(size_t n, size_t n_groups, size_t k, const int *group, const double *c) {
  return (dd_welch){n, n_groups, k, group, c, doubles(n_groups), doubles(n_groups), doubles(n * k)};
}

/* y <- c(5.1, 4.7, 5.6, 3.2, 3.9); g <- c(0, 0, 0, 1, 1) */
static double *five(void) { return D(5.1, 4.7, 5.6, 3.2, 3.9); }

/* t.test(y[g == 1], y[g == 0], var.equal = TRUE): means 3.55 and 77/15; s2 = .6516667 / 3, V = s2 *
 * 5 / 6. */
static void pooled_two_groups(void) {
  dd_linear m = linear_of(5, 2, 1);
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1), &m) == DD_OK);
  ALL_NEAR(m.weights, 1e-14, -1.0 / 3, -1.0 / 3, -1.0 / 3, 0.5, 0.5);
  NEAR(m.length[0], 5.0 / 6, 1e-14);
  double *e = doubles(5), value, variance, df;
  CHECK(dd_linear_fit(&m, five(), 10, e, &value, &variance, &df) == DD_OK);
  NEAR(value, -1.583333333333333, 1e-14);
  NEAR(variance, 0.18101851851851836, 1e-14);
  NEAR(df, 3, 0);
  ALL_NEAR(e, 1e-14, -1.0 / 30, -13.0 / 30, 14.0 / 30, -0.35, 0.35);
}

/*
 * Four subjects, the last without the treatment: p = 5 of n = 7, far from square and without
 * symmetry, so that a matrix read by rows instead of columns cannot pass. lm(y ~ treatment +
 * subject), coefficients 2 and 4.
 */
static void blocks_with_a_gap(void) {
  const double *x = D(1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0,
                      0, 1, 0, 0, 0, 1, 0, 0, 0);
  dd_linear m = linear_of(7, 5, 2);
  CHECK(dd_linear_prepare(x, D(0, 1, 0, 0, 0, 0, 0, 0, 1, 0), &m) == DD_OK);
  double *e = doubles(7), *value = doubles(2), *variance = doubles(2), *df = doubles(2);
  const double *y = D(20.3, 21.1, 19.4, 22.0, 19.9, 21.7, 18.7);
  CHECK(dd_linear_fit(&m, y, 25, e, value, variance, df) == DD_OK);
  ALL_NEAR(value, 1e-13, -0.16666666666666533, -1.0499999999999969);
  ALL_NEAR(variance, 1e-13, 0.15444444444444316, 0.23166666666666463);
  ALL_NEAR(df, 0, 2, 2);
  ALL_NEAR(e, 1e-13, 7.0 / 60, -23.0 / 60, 16.0 / 60, 0, -7.0 / 60, 23.0 / 60, -16.0 / 60);
  /* every column of the weights' row is orthogonal to the other coefficients: l'x = c */
  for (size_t j = 0; j < 5; j++) {
    double dot = 0.0;
    for (size_t i = 0; i < 7; i++) dot += m.weights[7 + i] * x[i + 7 * j];
    NEAR(dot, j == 3 ? 1.0 : 0.0, 1e-14);
  }
}

/* t.test(y[g == 1], y[g == 0]) */
static void welch_two_groups(void) {
  const int *g = I(0, 0, 0, 1, 1);
  dd_welch m = welch_of(5, 2, 1, g, D(-1, 1));
  CHECK(dd_welch_prepare(&m) == DD_OK);
  ALL_NEAR(m.count, 0, 3, 2);
  ALL_NEAR(m.weights, 1e-15, -1.0 / 3, -1.0 / 3, -1.0 / 3, 0.5, 0.5);
  double *e = doubles(5), *s2 = doubles(2), value, variance, df;
  dd_welch_fit(&m, five(), 10, e, s2, &value, &variance, &df);
  NEAR(value, -1.583333333333333, 1e-14);
  NEAR(variance, 137.0 / 720, 1e-14); /* (61/300) / 3 + (49/200) / 2 */
  NEAR(df, 2.0924285058127348, 1e-13);
  ALL_NEAR(s2, 1e-14, 61.0 / 300, 49.0 / 200);
  ALL_NEAR(e, 1e-14, -1.0 / 30, -13.0 / 30, 14.0 / 30, -0.35, 0.35);
}

/* Equal n and equal variances: Welch's df are the pooled ones, 2 (n - 1), and so is the variance.
 */
static void welch_of_equals_is_pooled(void) {
  const double *y = D(1, 2, 3, 11, 12, 13);
  dd_welch w = welch_of(6, 2, 1, I(0, 0, 0, 1, 1, 1), D(-1, 1));
  dd_linear m = linear_of(6, 2, 1);
  double *e = doubles(6), *s2 = doubles(2), value[2], variance[2], df[2];
  CHECK(dd_welch_prepare(&w) == DD_OK);
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1), D(0, 1), &m) == DD_OK);
  dd_welch_fit(&w, y, 13, e, s2, value, variance, df);
  CHECK(dd_linear_fit(&m, y, 13, e, value + 1, variance + 1, df + 1) == DD_OK);
  ALL_NEAR(value, 1e-14, 10, 10);
  ALL_NEAR(variance, 1e-14, 2.0 / 3, 2.0 / 3);
  ALL_NEAR(df, 1e-13, 4, 4);
}

/* One quiet group gives Welch the other's df; a group of one has no variance and touches only its
 * own contrasts. */
static void welch_edges(void) {
  const int *g = I(0, 0, 0, 1, 1, 2);
  dd_welch m = welch_of(6, 3, 3, g, D(-1, 1, 0, -1, 0, 1, -0.5, 1, -0.5));
  CHECK(dd_welch_prepare(&m) == DD_OK);
  double *e = doubles(6), *s2 = doubles(3), *value = doubles(3), *variance = doubles(3);
  double *df = doubles(3);
  dd_welch_fit(&m, D(2, 2, 2, 5, 6, 9), 9, e, s2, value, variance, df);
  ALL_NEAR(value, 1e-14, 3.5, 7, 0);
  ALL_NEAR(variance, 1e-14, 0.25, NAN, NAN);
  ALL_NEAR(df, 1e-14, 1, NAN, NAN);
  ALL_NEAR(s2, 1e-14, 0, 0.5, NAN);

  dd_welch absent = welch_of(2, 3, 1, I(0, 1), D(-1, 0, 1));
  CHECK(dd_welch_prepare(&absent) == DD_EDOMAIN);
  dd_welch unused = welch_of(4, 3, 1, I(0, 0, 1, 1), D(-1, 1, 0));
  CHECK(dd_welch_prepare(&unused) == DD_OK);
  dd_welch_fit(&unused, D(1, 2, 3, 4), 4, doubles(4), s2, value, variance, df);
  NEAR(value[0], 2, 1e-14);
  NEAR(s2[2], NAN, 0);
}

/* Values that differ by rounding only are constant, beside numbers of their own size; a small
 * spread is not. */
static void constant_values(void) {
  const int *g = I(0, 0, 0, 1, 1, 1);
  const double *x = D(1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1);
  dd_welch w = welch_of(6, 2, 1, g, D(-1, 1));
  dd_linear m = linear_of(6, 2, 1);
  CHECK(dd_welch_prepare(&w) == DD_OK && dd_linear_prepare(x, D(0, 1), &m) == DD_OK);
  double *e = doubles(6), *s2 = doubles(2), value, variance, df;
  const double *flat = D(0.3, 0.1 + 0.2, 0.3, 1.3, 1.3, 1.0 + 0.1 + 0.2);
  dd_welch_fit(&w, flat, 25, e, s2, &value, &variance, &df);
  CHECK(variance == 0.0 && isnan(df));
  NEAR(value, 1, 1e-14);
  CHECK(dd_linear_fit(&m, flat, 25, e, &value, &variance, &df) == DD_ECONSTANT);
  CHECK(variance == 0.0 && df == 4.0);
  NEAR(value, 1, 1e-14);
  const double *small = D(1, 1 + 1e-9, 1 - 1e-9, 2, 2 + 1e-9, 2 - 1e-9);
  dd_welch_fit(&w, small, 25, e, s2, &value, &variance, &df);
  NEAR(sqrt(variance), 1e-9 * sqrt(2.0 / 3), 1e-16);
  CHECK(dd_linear_fit(&m, small, 25, e, &value, &variance, &df) == DD_OK);
  NEAR(df, 4, 0);
  /* the limit is a standard error of 10 eps 25 = 5.6e-14: .8 of the spread is above, then below */
  const double *above = D(1, 1 + 1e-12, 1 - 1e-12, 2, 2 + 1e-12, 2 - 1e-12);
  CHECK(dd_linear_fit(&m, above, 25, e, &value, &variance, &df) == DD_OK);
  const double *beneath = D(1, 1 + 1e-14, 1 - 1e-14, 2, 2 + 1e-14, 2 - 1e-14);
  CHECK(dd_linear_fit(&m, beneath, 25, e, &value, &variance, &df) == DD_ECONSTANT);
  /* beside Cq of 1e8 the same spread is rounding */
  CHECK(dd_linear_fit(&m, small, 1e8, e, &value, &variance, &df) == DD_ECONSTANT);
}

/*
 * Units of unequal weight, and the mean of a group beside a difference. In R: m <- lm(y ~ g, weights =
 * c(1, 4, 2.25, 1, .25)); coef(m)[2], sum(coef(m)), vcov(m), sqrt(weights) * resid(m).
 */
static void weighted_units(void) {
  dd_linear m = linear_of(5, 2, 2);
  m.root = D(1, 2, 1.5, 1, 0.5);
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1, 1, 1), &m) == DD_OK);
  ALL_NEAR(m.weights, 1e-14, -0.13793103448275862, -0.55172413793103448, -0.31034482758620691, 0.8,
           0.2);
  double *e = doubles(5), *value = doubles(2), *variance = doubles(2), *df = doubles(2);
  CHECK(dd_linear_fit(&m, five(), 10, e, value, variance, df) == DD_OK);
  ALL_NEAR(value, 1e-13, -1.6944827586206881, 3.34);
  ALL_NEAR(variance, 1e-13, 0.39686341656757734, 0.33850114942528658);
  ALL_NEAR(df, 0, 3, 3);
  ALL_NEAR(e, 1e-13, 0.065517241379305674, -0.66896551724137732, 0.8482758620689661, -0.14, 0.28);
  /* variances in units of the residual variance, .42320766283524804; the covariance of two contrasts */
  NEAR(dd_linear_gram(&m, 0, 0), m.length[0], 1e-15);
  NEAR(dd_linear_gram(&m, 0, 1), 0.8, 1e-14);
  NEAR(dd_linear_gram(&m, 1, 0), dd_linear_gram(&m, 0, 1), 0);
  /* equal weights of any size are none */
  dd_linear same = linear_of(5, 2, 1), none = linear_of(5, 2, 1);
  same.root = D(3, 3, 3, 3, 3);
  double v[2], s2[2], nu[2];
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1), &same) == DD_OK);
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1), &none) == DD_OK);
  dd_linear_fit(&same, five(), 10, e, v, s2, nu);
  dd_linear_fit(&none, five(), 10, e, v + 1, s2 + 1, nu + 1);
  NEAR(v[0], v[1], 1e-14);
  NEAR(s2[0], s2[1], 1e-14);
}

/* What weights sum to: 0 for a difference whatever its rounding, 1 for a mean. */
static void sums_of_weights(void) {
  NEAR(dd_weight_sum(D(-1.0 / 3, -1.0 / 3, -1.0 / 3, 0.5, 0.5), 5), 0.0, 0.0);
  NEAR(dd_weight_sum(D(0.1, 0.2, 0.7), 3), 1.0, 1e-15);
  NEAR(dd_weight_sum(D(0.1, 0.2, -0.3), 3), 0.0, 0.0);
  NEAR(dd_weight_sum(doubles(0), 0), 0.0, 0.0);
}

/* The mean of a group is a contrast that sums to 1: Welch's rule gives its own variance. */
static void levels_by_welch(void) {
  dd_welch m = welch_of(5, 2, 2, I(0, 0, 0, 1, 1), D(0, 1, -1, 1));
  CHECK(dd_welch_prepare(&m) == DD_OK);
  double *e = doubles(5), *s2 = doubles(2), *value = doubles(2), *variance = doubles(2);
  double *df = doubles(2);
  dd_welch_fit(&m, five(), 10, e, s2, value, variance, df);
  ALL_NEAR(value, 1e-14, 3.55, -1.583333333333333);
  NEAR(variance[0], 49.0 / 200 / 2, 1e-15);
  NEAR(df[0], 1.0, 1e-14);
}

static void nothing_left_for_the_error(void) {
  dd_linear m = linear_of(2, 2, 1);
  double *e = doubles(2), value, variance, df;
  CHECK(dd_linear_prepare(D(1, 1, 0, 1), D(0, 1), &m) == DD_OK);
  CHECK(dd_linear_fit(&m, D(3, 5), 5, e, &value, &variance, &df) == DD_ETHIN);
  NEAR(value, 2, 1e-14);
  CHECK(isnan(variance) && isnan(df));
  ALL_NEAR(e, 1e-14, 0, 0);
  dd_linear one = linear_of(1, 1, 0);
  CHECK(dd_linear_prepare(D(1), doubles(0), &one) == DD_OK);
  CHECK(dd_linear_fit(&one, D(3), 3, e, doubles(0), doubles(0), doubles(0)) == DD_ETHIN);
}

static void missing_values_are_not_zero(void) {
  dd_linear m = linear_of(4, 2, 1);
  dd_welch w = welch_of(4, 2, 1, I(0, 0, 1, 1), D(-1, 1));
  double *e = doubles(4), *s2 = doubles(2), value, variance, df;
  const double *y = D(1, NAN, 3, 4);
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 0, 0, 1, 1), D(0, 1), &m) == DD_OK);
  dd_linear_fit(&m, y, 4, e, &value, &variance, &df);
  CHECK(isnan(value) && isnan(variance));
  CHECK(dd_welch_prepare(&w) == DD_OK);
  dd_welch_fit(&w, y, 4, e, s2, &value, &variance, &df);
  CHECK(isnan(value) && isnan(variance) && isnan(df));
}

static void refused_matrices(void) {
  dd_linear wide = linear_of(2, 3, 0);
  CHECK(dd_linear_prepare(D(1, 1, 0, 1, 1, 0), doubles(0), &wide) == DD_EDOMAIN);
  dd_linear none = linear_of(3, 0, 0);
  CHECK(dd_linear_prepare(doubles(0), doubles(0), &none) == DD_EDOMAIN);
  dd_linear empty = linear_of(0, 0, 0);
  CHECK(dd_linear_prepare(doubles(0), doubles(0), &empty) == DD_EDOMAIN);
  dd_linear zero = linear_of(3, 2, 1);
  CHECK(dd_linear_prepare(D(1, 1, 1, 0, 0, 0), D(0, 1), &zero) == DD_ESINGULAR);
  dd_linear gap = linear_of(3, 2, 1);
  CHECK(dd_linear_prepare(D(1, 1, 1, 0, NAN, 1), D(0, 1), &gap) == DD_ESINGULAR);
}

/* 1e8 on every value moves no estimate by more than the rounding of the values themselves, 1.5e-8.
 */
static void a_constant_cancels(void) {
  double *y = five(), *e = doubles(5), *s2 = doubles(2), value, variance, df;
  for (size_t i = 0; i < 5; i++) y[i] += 1e8;
  dd_linear m = linear_of(5, 2, 1);
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1), &m) == DD_OK);
  CHECK(dd_linear_fit(&m, y, 1e8, e, &value, &variance, &df) == DD_OK);
  NEAR(value, -1.583333333333333, 1e-7);
  NEAR(variance, 0.18101851851851836, 1e-7);
  dd_welch w = welch_of(5, 2, 1, I(0, 0, 0, 1, 1), D(-1, 1));
  CHECK(dd_welch_prepare(&w) == DD_OK);
  dd_welch_fit(&w, y, 1e8, e, s2, &value, &variance, &df);
  NEAR(value, -1.583333333333333, 1e-7);
  NEAR(variance, 137.0 / 720, 1e-7);
  NEAR(df, 2.0924285058127348, 1e-6);
}

/* 2^40 and quarters are exact, so only an estimator that does not centre loses anything (1e-4). */
static void values_are_centred(void) {
  const double far = 1099511627776.0;
  const double *y = D(far + 5.25, far + 4.75, far + 5.5, far + 3.25, far + 4);
  double *e = doubles(5), *s2 = doubles(2), value, variance, df;
  dd_linear m = linear_of(5, 2, 1);
  CHECK(dd_linear_prepare(D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1), &m) == DD_OK);
  dd_linear_fit(&m, y, 1, e, &value, &variance, &df);
  /* 3.625 - 15.5/3; squares 7/24 and 9/32 on 3, times 5/6 */
  NEAR(value, 3.625 - 15.5 / 3, 1e-9);
  NEAR(variance, (7.0 / 24 + 9.0 / 32) / 3 * 5 / 6, 1e-9);
  dd_welch w = welch_of(5, 2, 1, I(0, 0, 0, 1, 1), D(-1, 1));
  CHECK(dd_welch_prepare(&w) == DD_OK);
  dd_welch_fit(&w, y, 1, e, s2, &value, &variance, &df);
  NEAR(value, 3.625 - 15.5 / 3, 1e-9);
  NEAR(variance, 7.0 / 48 / 3 + 9.0 / 32 / 2, 1e-9);
}

/*
 * NIST StRD NumAcc2 to NumAcc4: a value, then 500 times the pair c + .1 or .2 steps about it; 1001
 * in all. Certified mean and SD: 1.2 and .1; 1000000.2 and .1; 10000000.2 and .1.
 */
static void numacc(void) {
  const double centre[] = {1.2, 1000000.2, 10000000.2}, digits[] = {1e-14, 1e-9, 1e-8};
  enum { N = 1001 };
  for (size_t set = 0; set < 3; set++) {
    double *y = doubles(N), count, mean, variance;
    int *group = ints(N);
    for (size_t i = 0; i < N; i++) {
      group[i] = 0;
      y[i] = i == 0 ? centre[set] : centre[set] + (i % 2 ? -0.1 : 0.1);
    }
    dd_group_moments(group, 1, y, N, &count, &mean, &variance);
    NEAR(count, N, 0);
    NEAR(mean / centre[set], 1.0, 1e-14);
    NEAR(sqrt(variance) / 0.1, 1.0, digits[set]);
  }
}

static void group_moments(void) {
  double *count = doubles(3), *mean = doubles(3), *variance = doubles(3);
  dd_group_moments(I(2, 0, 2, 2), 3, D(1, 7, 3, 8), 4, count, mean, variance);
  ALL_NEAR(count, 0, 1, 0, 3);
  ALL_NEAR(mean, 1e-15, 7, NAN, 4);
  ALL_NEAR(variance, 1e-15, NAN, NAN, 13); /* (9 + 1 + 16) / 2 */
  dd_group_moments(ints(0), 3, doubles(0), 0, count, mean, variance);
  ALL_NEAR(count, 0, 0, 0, 0);
  ALL_NEAR(mean, 0, NAN, NAN, NAN);
  dd_group_moments(ints(0), 0, doubles(0), 0, doubles(0), doubles(0), doubles(0));
  CHECK(1);
}

/* ---- GSL's handler is given back ---- */

static int handled = 0;

static void our_handler(const char *reason, const char *file, int line, int number) {
  (void)reason;
  (void)file;
  (void)line;
  (void)number;
  handled++;
}

/* Which handler is in place, found by putting it back at once. */
static gsl_error_handler_t *handler_now(void) {
  gsl_error_handler_t *now = gsl_set_error_handler_off();
  gsl_set_error_handler(now);
  return now;
}

static void handler_is_restored(void) {
  gsl_error_handler_t *first = gsl_set_error_handler(our_handler);
  refused_matrices();
  CHECK(handler_now() == our_handler);
  pooled_two_groups();
  CHECK(handler_now() == our_handler);
  constant_values();
  nothing_left_for_the_error();
  missing_values_are_not_zero();
  CHECK(handler_now() == our_handler);
  CHECK(handled == 0);

  /* a call that GSL itself refuses: silent inside the guard, heard again outside */
  gsl_vector *two = gsl_vector_alloc(2), *three = gsl_vector_alloc(3);
  gsl_error_handler_t *before = dd_gsl_enter();
  CHECK(before == our_handler);
  CHECK(gsl_blas_dcopy(two, three) != GSL_SUCCESS);
  CHECK(handled == 0);
  dd_gsl_leave(before);
  CHECK(gsl_blas_dcopy(two, three) != GSL_SUCCESS);
  CHECK(handled == 1);
  gsl_vector_free(two);
  gsl_vector_free(three);

  /* GSL's own default, which is a null pointer, comes back as well */
  gsl_set_error_handler(NULL);
  refused_matrices();
  CHECK(handler_now() == NULL);
  gsl_set_error_handler(first);
}

int main(void) {
  pooled_two_groups();
  blocks_with_a_gap();
  welch_two_groups();
  welch_of_equals_is_pooled();
  welch_edges();
  constant_values();
  weighted_units();
  sums_of_weights();
  levels_by_welch();
  nothing_left_for_the_error();
  missing_values_are_not_zero();
  refused_matrices();
  a_constant_cancels();
  values_are_centred();
  numacc();
  group_moments();
  handler_is_restored();
  return check_finish();
}
