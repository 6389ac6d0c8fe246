#include "check.h"
#include "signs.h"

static double *count_from_one(size_t n) {
  double *x = doubles(n);
  for (size_t i = 0; i < n; i++) x[i] = (double)(i + 1);
  return x;
}

static double *sigmoid(size_t n, double at) {
  double *y = doubles(n);
  for (size_t i = 0; i < n; i++) y[i] = 1.0 / (1.0 + exp(-0.6 * ((double)(i + 1) - at)));
  return y;
}

static void noise(void) {
  /* |second differences| 0, 0, 4 / 1, 1, 1: the median times 1.4826 / sqrt(6) */
  NEAR(dd_noise(D(1, 2, 3, 4, 9), 5, doubles(5)), 0.0, 1e-15);
  NEAR(dd_noise(D(0, 1, 1, 2, 2), 5, doubles(5)), 1.4826 / sqrt(6.0), 1e-15);
  NEAR(dd_noise(D(0, 1, 1, 3), 4, doubles(4)), 1.5 * 1.4826 / sqrt(6.0), 1e-15);
  NEAR(dd_noise(D(1, 2), 2, doubles(2)), NAN, 0);
  /* a level and a slope are no noise */
  NEAR(dd_noise(D(1000, 1011, 1021, 1032, 1042), 5, doubles(5)), 1.4826 / sqrt(6.0), 1e-12);
}

static void range(void) {
  NEAR(dd_smooth_range(D(0, 0, 3, 0, 6, 9), 6), 4.0, 1e-15); /* means 1, 1, 3, 5 */
  NEAR(dd_smooth_range(D(1, 4), 2), 3.0, 0);
  NEAR(dd_smooth_range(D(0), 0), 0.0, 0);
}

static void hook(void) {
  double *y = sigmoid(40, 20);
  CHECK(dd_before_hook(y, 40, 0.001) == 40);
  for (size_t i = 30; i < 40; i++) y[i] -= 0.02 * (double)(i - 29);
  const size_t kept = dd_before_hook(y, 40, 0.001);
  CHECK(kept >= 30 && kept <= 32);
  CHECK(dd_before_hook(y, 40, 0.1) == 40); /* the noise could do that */
  CHECK(dd_before_hook(y, 8, 0.001) == 8);
}

static void saturated(void) {
  CHECK(dd_saturated(D(0, 1, 2, 3, 3, 3), 6));
  CHECK(!dd_saturated(D(0, 1, 2, 3, 3), 5));
  CHECK(!dd_saturated(D(0, 3, 1, 3, 2, 3), 6));
  CHECK(!dd_saturated(D(2, 2, 2, 2), 4)); /* constant is something else */
}

static void spiked(void) {
  double *r = doubles(20);
  for (size_t i = 0; i < 20; i++) r[i] = i % 2 ? 1.0 : -1.0;
  CHECK(!dd_spiked(r, 20, doubles(20)));
  r[9] = 13.0;
  CHECK(dd_spiked(r, 20, doubles(20)));
  r[10] = -5.0; /* a neighbour that goes along: no single cycle */
  CHECK(!dd_spiked(r, 20, doubles(20)));
  CHECK(!dd_spiked(r, 6, doubles(6)));
}

static void drifts(void) {
  const double *x = count_from_one(10);
  CHECK(dd_drifts(x, D(0, 1.1, 1.9, 3, 4, 5.1, 5.9, 7, 8, 9), 10, 100));
  CHECK(!dd_drifts(x, D(0, 1.1, 1.9, 3, 4, 5.1, 5.9, 7, 8, 9), 10,
                   1000)); /* under 2 % of the height */
  CHECK(!dd_drifts(x, D(1, 0, 1, 0, 1, 0, 1, 0, 1, 0), 10, 1));
  CHECK(!dd_drifts(x, D(0, 1, 2, 3), 4, 1));
}

/* x <- c(1:6, 9); y <- c(1, 3, 2, 5, 4, 8, 7); sapply(1:3, function(k) deviance(lm(y ~ poly(x, k)))) */
static void polynomials(void) {
  double rss[3];
  dd_polynomial_rss(D(1, 2, 3, 4, 5, 6, 9), D(1, 3, 2, 5, 4, 8, 7), 7, doubles(21), rss);
  ALL_NEAR(rss, 1e-12, 10.526315789473681, 8.5332976970020908, 6.7838504222982001);
  /* far from 0, as a cycle number is not, it is as good */
  dd_polynomial_rss(D(1001, 1002, 1003, 1004, 1005, 1006, 1009), D(1, 3, 2, 5, 4, 8, 7), 7,
                    doubles(21), rss);
  ALL_NEAR(rss, 1e-9, 10.526315789473681, 8.5332976970020908, 6.7838504222982001);
  dd_polynomial_rss(D(1, 2), D(1, 5), 2, doubles(6), rss);
  ALL_NEAR(rss, 1e-25, 0, 0, 0);
}

/* With k = 3 estimated numbers (a line and its SD) and n = 10: 10 log(0.2) + 6 + 24 / 6. */
static void aicc(void) { NEAR(dd_aicc(2.0, 10, 3), 10 * log(0.2) + 6 + 4, 1e-13); }

int main(void) {
  noise();
  range();
  hook();
  saturated();
  spiked();
  drifts();
  polynomials();
  aicc();
  return check_finish();
}
