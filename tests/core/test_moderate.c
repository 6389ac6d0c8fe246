#include "moderate.h"

#include "check.h"

/* R: trigamma(c(1e-3, 0.3, 1, 7.5, 1e4)) */
static void inverse_of_trigamma(void) {
  const double y[] = {1e-3, 0.3, 1.0, 7.5, 1e4};
  const double x[] = {1.0000016425331959e+06, 1.2245364546107732e+01, 1.6449340668482264e+00,
                      1.4261589669670383e-01, 1.0000500016666658e-04};
  for (size_t i = 0; i < 5; i++) NEAR(dd_trigamma_inverse(x[i]) / y[i], 1.0, 1e-13);
}

static void inverse_at_its_ends(void) {
  CHECK(isnan(dd_trigamma_inverse(0.0)));
  CHECK(isnan(dd_trigamma_inverse(-1.0)));
  CHECK(isnan(dd_trigamma_inverse(NAN)));
  NEAR(dd_trigamma_inverse(1e8), 1e-4, 1e-8);
  NEAR(dd_trigamma_inverse(1e-7) / (1e7 + 0.5), 1.0, 1e-14);
  /* both branches meet their neighbours to what their own series leaves out */
  NEAR(dd_trigamma_inverse(0.999e-6) * 0.999e-6, dd_trigamma_inverse(1.001e-6) * 1.001e-6, 2e-9);
  NEAR(dd_trigamma_inverse(1.001e7) * sqrt(1.001e7), dd_trigamma_inverse(0.999e7) * sqrt(0.999e7),
       1e-6);
}

/*
 * R: s2 <- c(.1, .4, .05, 1.2, .3, .9, .02, .25); d <- c(4, 4, 4, 6, 6, 6, 3, 3)
 *    e <- log(s2) - digamma(d / 2) + log(d / 2); v <- var(e) - mean(trigamma(d / 2))
 *    y <- uniroot(function(y) trigamma(y) - v, c(.1, 100), tol = 1e-15)$root
 *    c(2 * y, exp(mean(e) + digamma(y) - log(y)))
 */
static void a_prior(void) {
  const double *s2 = D(0.1, 0.4, 0.05, 1.2, 0.3, 0.9, 0.02, 0.25);
  const double *d = D(4, 4, 4, 6, 6, 6, 3, 3);
  dd_prior p;
  CHECK(dd_variance_prior(s2, d, 8, doubles(8), &p) == DD_OK);
  NEAR(p.df, 2.48756695946573325, 1e-12);
  NEAR(p.variance, 0.16973663154212121, 1e-13);
  double *out = doubles(8);
  dd_moderate(s2, d, 8, &p, out);
  for (size_t g = 0; g < 8; g++) {
    NEAR(out[g], (p.df * p.variance + d[g] * s2[g]) / (p.df + d[g]), 1e-15);
  }
  /* other units: the df stay, the variances go along */
  double *far = doubles(8);
  for (size_t g = 0; g < 8; g++) far[g] = 1e12 * s2[g];
  dd_prior q;
  CHECK(dd_variance_prior(far, d, 8, doubles(8), &q) == DD_OK);
  NEAR(q.df, p.df, 1e-11);
  NEAR(q.variance / p.variance, 1e12, 10.0);
}

/* Equal variances: less spread than chance gives. All shrink to their mean. */
static void equal_variances(void) {
  const double *s2 = D(0.2, 0.3, 0.25, 0.25), *d = D(4, 4, 4, 4);
  double *out = doubles(4);
  dd_prior p;
  CHECK(dd_variance_prior(s2, d, 4, doubles(4), &p) == DD_OK);
  CHECK(isinf(p.df));
  NEAR(p.variance, 0.25, 1e-15);
  dd_moderate(s2, d, 4, &p, out);
  for (size_t g = 0; g < 4; g++) NEAR(out[g], 0.25, 1e-15);
}

static void targets_that_do_not_count(void) {
  const double *s2 = D(0.1, NAN, 0.4, 0.05, 0.7, -1.0, 1.2), *d = D(4, 4, 4, 4, 0, 4, 6);
  const double *few = D(0.1, 0.4, 0.05, 1.2), *few_d = D(4, 4, 4, 6);
  dd_prior p, q;
  double *out = doubles(7);
  CHECK(dd_variance_prior(s2, d, 7, doubles(7), &p) == DD_OK);
  CHECK(dd_variance_prior(few, few_d, 4, doubles(4), &q) == DD_OK);
  NEAR(p.df, q.df, 0);
  NEAR(p.variance, q.variance, 0);
  dd_moderate(s2, d, 7, &p, out);
  CHECK(isnan(out[1]) && isnan(out[4]) && isnan(out[5]));
  CHECK(isfinite(out[0]) && isfinite(out[6]));
}

/* A variance of 0 counts as 1e-5 of the median, and is moderated as the 0 that it is. */
static void a_zero(void) {
  const double *s2 = D(0.1, 0.4, 0.05, 1.2, 0.0), *d = D(4, 4, 4, 4, 4);
  const double *moved = D(0.1, 0.4, 0.05, 1.2, 1e-6);
  dd_prior p, q;
  double *out = doubles(5);
  CHECK(dd_variance_prior(s2, d, 5, doubles(5), &p) == DD_OK);
  CHECK(dd_variance_prior(moved, d, 5, doubles(5), &q) == DD_OK);
  NEAR(p.df, q.df, 1e-15);
  dd_moderate(s2, d, 5, &p, out);
  NEAR(out[4], p.df * p.variance / (p.df + 4.0), 1e-15);
}

static void too_little(void) {
  dd_prior p;
  CHECK(dd_variance_prior(doubles(0), doubles(0), 0, doubles(0), &p) == DD_ETHIN);
  CHECK(dd_variance_prior(D(0.1), D(4), 1, doubles(1), &p) == DD_ETHIN);
  CHECK(isnan(p.df) && isnan(p.variance));
  CHECK(dd_variance_prior(D(0.1, NAN), D(4, 4), 2, doubles(2), &p) == DD_ETHIN);
  CHECK(dd_variance_prior(D(0, 0, 0.1), D(4, 4, 4), 3, doubles(3), &p) == DD_ECONSTANT);
  double *out = doubles(2);
  dd_moderate(D(0.1, 0.2), D(4, 4), 2, &p, out); /* without a prior there is no answer */
  CHECK(isnan(out[0]) && isnan(out[1]));
}

int main(void) {
  inverse_of_trigamma();
  inverse_at_its_ends();
  a_prior();
  equal_variances();
  targets_that_do_not_count();
  a_zero();
  too_little();
  return check_finish();
}
