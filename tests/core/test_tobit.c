#include "check.h"
#include "tobit.h"

/* A model with its own buffers. */
static dd_tobit_model new_model(size_t n, size_t p, const double *x, const double *contrast,
                                size_t n_contrasts) {
  dd_tobit_model m = {n, p, n_contrasts, doubles(n * p), doubles(p * n_contrasts)};
  CHECK(dd_tobit_prepare(x, contrast, doubles(n * p + p), &m) == DD_OK);
  return m;
}

static dd_status fit(const dd_tobit_model *m, const double *y, const int *censored, double *value,
                     double *variance, dd_tobit *out) {
  return dd_tobit_fit(m, y, censored, doubles(dd_tobit_work_len(m->n, m->p)), value, variance, out);
}

static dd_status bound_of(const dd_tobit_model *m, const double *y, const int *censored,
                          dd_tobit_ask ask, double *bound) {
  return dd_tobit_bound(m, y, censored, &ask, doubles(dd_tobit_work_len(m->n, m->p)), bound);
}

/* An intercept and a group: three of each. */
static dd_tobit_model two_groups(void) {
  return new_model(6, 2, D(1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1), D(0, 1), 1);
}

/* Means 2 and 6, squares 2 + 8: s2 = 10 / 4, variance s2 (1/3 + 1/3), sigma^2 = 10 / 6,
   l = -6/2 (ln(2 pi 10/6) + 1) */
static void without_censoring_it_is_the_linear_model(void) {
  const dd_tobit_model m = two_groups();
  double value, variance;
  dd_tobit out;
  CHECK(fit(&m, D(1, 2, 3, 4, 6, 8), I(0, 0, 0, 0, 0, 0), &value, &variance, &out) == DD_OK);
  NEAR(value, 4, 1e-13);
  NEAR(variance, 2.5 * 2.0 / 3.0, 1e-12);
  NEAR(out.df, 4, 0);
  NEAR(out.sigma, sqrt(10.0 / 6.0), 1e-13);
  NEAR(out.likelihood, -3.0 * (log(2.0 * acos(-1.0) * 10.0 / 6.0) + 1.0), 1e-13);
}

/* f <- survreg(Surv(c(1, 2, 3, 4, 6, 7), c(1, 1, 1, 1, 1, 0)) ~ rep(0:1, each = 3), dist = "gaussian",
   control = list(rel.tolerance = 1e-14)); coef(f)[2], f$var[2, 2] * 6 / 4, f$scale, f$loglik[2] */
static void one_unit_beyond_its_limit(void) {
  const dd_tobit_model m = two_groups();
  double value, variance;
  dd_tobit out;
  CHECK(fit(&m, D(1, 2, 3, 4, 6, 7), I(0, 0, 0, 0, 0, 1), &value, &variance, &out) == DD_OK);
  NEAR(value, 3.8900936444271266, 1e-9);
  NEAR(variance, 1.5864825390175414, 1e-8);
  NEAR(out.sigma, 1.2296645540722482, 1e-9);
  NEAR(out.likelihood, -9.1713127095247255, 1e-11);
}

/* A unit, a scale and another basis of the same model change what they must and nothing else. */
static void units_do_not_matter(void) {
  const dd_tobit_model m = two_groups();
  const dd_tobit_model cells = new_model(6, 2, D(1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1), D(-1, 1), 1);
  const double y[] = {1, 2, 3, 4, 6, 7};
  const int *flags = I(0, 1, 0, 0, 0, 1);
  double *far = doubles(6), *wide = doubles(6);
  for (size_t i = 0; i < 6; i++) {
    far[i] = y[i] + 1e8;
    wide[i] = 1e-6 * y[i];
  }
  double value, variance, other, other_variance;
  dd_tobit out, moved;
  CHECK(fit(&m, y, flags, &value, &variance, &out) == DD_OK);
  CHECK(fit(&cells, y, flags, &other, &other_variance, &moved) == DD_OK);
  NEAR(other, value, 1e-12);
  NEAR(other_variance, variance, 1e-12);
  CHECK(fit(&m, far, flags, &other, &other_variance, &moved) == DD_OK);
  NEAR(other, value, 1e-7);
  NEAR(other_variance, variance, 1e-6);
  CHECK(fit(&m, wide, flags, &other, &other_variance, &moved) == DD_OK);
  NEAR(other * 1e6, value, 1e-11);
  NEAR(other_variance * 1e12, variance, 1e-11);
  NEAR(moved.likelihood, out.likelihood + 4.0 * log(1e6), 1e-12); /* four densities */
}

/* A limit so low that it says nothing leaves the fit of the others, with n counting it. */
static void a_limit_far_below_says_nothing(void) {
  const dd_tobit_model m = two_groups();
  const dd_tobit_model five = new_model(5, 2, D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1), 1);
  double value, variance, without, variance_without;
  dd_tobit out, less;
  CHECK(fit(&m, D(1, 2, 3, 4, 6, -1000), I(0, 0, 0, 0, 0, 1), &value, &variance, &out) == DD_OK);
  CHECK(fit(&five, D(1, 2, 3, 4, 6), I(0, 0, 0, 0, 0), &without, &variance_without, &less) ==
        DD_OK);
  NEAR(value, without, 1e-10);
  NEAR(out.sigma, less.sigma, 1e-10);
  NEAR(variance / (6.0 / 4.0), variance_without / (5.0 / 3.0), 1e-10);
}

static void what_has_no_maximum_is_said(void) {
  const dd_tobit_model m = two_groups();
  double value, variance;
  dd_tobit out;
  CHECK(fit(&m, D(1, 2, 3, 4, 4, 4), I(0, 0, 0, 1, 1, 1), &value, &variance, &out) == DD_ESINGULAR);
  NEAR(value, NAN, 0);
  NEAR(variance, NAN, 0);
  NEAR(out.sigma, NAN, 0);
  CHECK(fit(&m, D(1, 2, 3, 4, 4, 4), I(0, 1, 1, 0, 1, 1), &value, &variance, &out) == DD_ETHIN);
  CHECK(fit(&m, D(1, 2, 3, 4, 4, 4), I(1, 1, 1, 1, 1, 1), &value, &variance, &out) == DD_ETHIN);
  CHECK(fit(&m, D(1, 1, 1, 4, 4, 4), I(0, 0, 0, 0, 0, 0), &value, &variance, &out) == DD_ECONSTANT);
  CHECK(fit(&m, D(1, 1, 3, 4, 4, 4), I(0, 0, 1, 0, 0, 0), &value, &variance, &out) == DD_ECONSTANT);
  CHECK(fit(&m, D(1, 2, NAN, 4, 4, 5), I(0, 0, 0, 0, 0, 0), &value, &variance, &out) == DD_EDOMAIN);
  CHECK(fit(&m, D(1, 2, 3, 4, 4, INFINITY), I(0, 0, 0, 0, 0, 1), &value, &variance, &out) ==
        DD_EDOMAIN);
  dd_tobit_model bad = {3, 2, 1, doubles(6), doubles(2)};
  CHECK(dd_tobit_prepare(D(1, 1, 1, 2, 2, 2), D(0, 1), doubles(8), &bad) == DD_ESINGULAR);
  bad.p = 4;
  CHECK(dd_tobit_prepare(doubles(12), doubles(4), doubles(16), &bad) == DD_EDOMAIN);
  bad.p = 0;
  CHECK(dd_tobit_prepare(doubles(0), doubles(0), doubles(0), &bad) == DD_EDOMAIN);
}

/*
 * One known mean and SD: many controls, one censored unit. The fall of the log likelihood is then -ln Phi, so at a fall
 * of ln 2 the mean of the unit lies at its limit. Controls are -1 and 1, mean 0: the bound tends to the limit.
 */
static void a_bound_where_the_rest_is_known(void) {
  enum { N = 2000 };
  double *x = doubles(2 * (N + 1)), *y = doubles(N + 1);
  int *flags = ints(N + 1);
  for (size_t i = 0; i <= N; i++) {
    x[i] = 1.0;
    x[i + N + 1] = i == N ? 1.0 : 0.0;
    y[i] = i == N ? 5.0 : i % 2 ? 1.0 : -1.0;
    flags[i] = i == N;
  }
  const dd_tobit_model m = new_model(N + 1, 2, x, D(0, 1), 1);
  const double top = -0.5 * N * (log(2.0 * acos(-1.0)) + 1.0);
  double bound;
  CHECK(bound_of(&m, y, flags, (dd_tobit_ask){0, top, log(2.0), 1}, &bound) == DD_OK);
  NEAR(bound, 5.0, 0.02);
  CHECK(bound < 5.0); /* the rest is not quite known */
}

/* optim() over the mean and log SD at the bound gives a likelihood just `drop` below the controls' own. */
static void a_bound_of_a_small_group(void) {
  const dd_tobit_model m = two_groups();
  const dd_tobit_model turned = new_model(6, 2, D(1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1), D(0, -1), 1);
  const double top = -1.5 * (log(2.0 * acos(-1.0) * 2.0 / 3.0) + 1.0);
  const double *y = D(1, 2, 3, 5, 5.5, 6);
  const int *flags = I(0, 0, 0, 1, 1, 1);
  double lower, upper, far;
  CHECK(bound_of(&m, y, flags, (dd_tobit_ask){0, top, 2.0, 1}, &lower) == DD_OK);
  CHECK(bound_of(&turned, y, flags, (dd_tobit_ask){0, top, 2.0, -1}, &upper) == DD_OK);
  NEAR(lower, 3.31894062229, 1e-6);
  NEAR(upper, -lower, 1e-10);
  CHECK(bound_of(&m, y, flags, (dd_tobit_ask){0, top, 4.0, 1}, &far) == DD_OK);
  CHECK(far < lower);
  /* no profile is higher than where everything fits */
  CHECK(bound_of(&m, y, flags, (dd_tobit_ask){0, top + 100.0, 2.0, 1}, &far) != DD_OK);
  NEAR(far, NAN, 0);
}

int main(void) {
  without_censoring_it_is_the_linear_model();
  one_unit_beyond_its_limit();
  units_do_not_matter();
  a_limit_far_below_says_nothing();
  what_has_no_maximum_is_said();
  a_bound_where_the_rest_is_known();
  a_bound_of_a_small_group();
  return check_finish();
}
