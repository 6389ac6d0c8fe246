#include "calibration.h"
#include "check.h"

static dd_calibration room(const dd_calibrators *c) {
  return (dd_calibration){doubles(c->n_runs), doubles(c->n_runs * c->n_runs), doubles(c->n), 0, 0};
}

static dd_status fit(const dd_calibrators *c, dd_calibration *out) {
  return dd_calibrate(c, doubles(dd_calibrate_work_len(c->n_samples, c->n_runs)), out);
}

/*
 * Two calibrators in three runs: 20 21 19.4 and 25.2 25.8 24.6. Means of the runs 22.6 23.4 22, of all 22.6667; the
 * offsets are their differences, sigma^2 = RSS / 2 and the covariance sigma^2 / 2 (I - J / 3).
 */
static void complete_cells(void) {
  const dd_calibrators c = {6,
                            2,
                            3,
                            I(0, 0, 0, 1, 1, 1),
                            I(0, 1, 2, 0, 1, 2),
                            D(20, 21, 19.4, 25.2, 25.8, 24.6),
                            D(1, 1, 1, 1, 1, 1)};
  dd_calibration out = room(&c);
  CHECK(fit(&c, &out) == DD_OK);
  const double mean = (22.6 + 23.4 + 22.0) / 3;
  ALL_NEAR(out.offset, 1e-13, 22.6 - mean, 23.4 - mean, 22.0 - mean);
  NEAR(out.df, 2, 0);
  /* residuals of the first: 20 - (60.4 / 3 + offset) and so on; of the second their opposites */
  const double a = 60.4 / 3, e0 = 20 - a - (22.6 - mean), e1 = 21 - a - (23.4 - mean),
               e2 = 19.4 - a - (22.0 - mean);
  ALL_NEAR(out.residual, 1e-13, e0, e1, e2, -e0, -e1, -e2);
  const double s2 = e0 * e0 + e1 * e1 + e2 * e2;
  NEAR(out.sigma, sqrt(s2), 1e-13);
  NEAR(out.covariance[0], s2 / 2 * 2 / 3, 1e-13);
  NEAR(out.covariance[1], -s2 / 2 / 3, 1e-13);
}

/* One calibrator: no df, and the covariance of its wells: run 0 is (2 y0 - y1 - y2) / 3. */
static void one_calibrator(void) {
  const dd_calibrators c = {3, 1, 3, I(0, 0, 0), I(0, 1, 2), D(20, 21, 19), D(0.01, 0.02, 0.03)};
  dd_calibration out = room(&c);
  CHECK(fit(&c, &out) == DD_ETHIN);
  ALL_NEAR(out.offset, 1e-14, 0, 1, -1);
  NEAR(out.sigma, NAN, 0);
  NEAR(out.df, 0, 0);
  NEAR(out.covariance[0], (4 * 0.01 + 0.02 + 0.03) / 9, 1e-13);
  NEAR(out.covariance[1], (-2 * 0.01 - 2 * 0.02 + 0.03) / 9, 1e-13);
  const dd_calibrators unknown = {2, 1, 2, I(0, 0), I(0, 1), D(20, 21), D(NAN, NAN)};
  dd_calibration none = room(&unknown);
  CHECK(fit(&unknown, &none) == DD_ETHIN);
  NEAR(none.offset[1], 0.5, 1e-14);
  NEAR(none.covariance[0], NAN, 0);
}

/* Run 1 has no cells; runs 0 and 2 are linked. */
static void a_run_without_cells(void) {
  const dd_calibrators c = {
      4, 2, 3, I(0, 0, 1, 1), I(0, 2, 0, 2), D(20, 21, 30, 31.2), D(1, 1, 1, 1)};
  dd_calibration out = room(&c);
  CHECK(fit(&c, &out) == DD_OK);
  ALL_NEAR(out.offset, 1e-13, -0.55, NAN, 0.55);
  NEAR(out.covariance[4], NAN, 0);
  NEAR(out.covariance[3], NAN, 0);
  /* residuals of .05 on 1 df: s^2 = .01, of which an offset has a quarter */
  NEAR(out.covariance[0], 0.01 / 4, 1e-12);
}

static void runs_that_are_not_linked(void) {
  const dd_calibrators c = {
      4, 2, 4, I(0, 0, 1, 1), I(0, 1, 2, 3), D(20, 21, 30, 31), D(1, 1, 1, 1)};
  dd_calibration out = room(&c);
  CHECK(fit(&c, &out) == DD_ESINGULAR);
  NEAR(out.offset[0], NAN, 0);
  NEAR(out.covariance[5], NAN, 0);
  const dd_calibrators empty = {0, 0, 2, I(0), I(0), D(0), D(0)};
  dd_calibration none = room(&empty);
  CHECK(fit(&empty, &none) == DD_ESINGULAR);
  NEAR(none.df, NAN, 0);
}

/* A chain of 40 runs, each linked to the next by a calibrator of its own: far from singular all the same. */
static void a_long_chain(void) {
  enum { K = 40 };
  int *sample = ints(2 * (K - 1)), *run = ints(2 * (K - 1));
  double *y = doubles(2 * (K - 1)), *noise = doubles(2 * (K - 1));
  for (int i = 0; i < K - 1; i++) {
    for (int k = 0; k < 2; k++) {
      sample[2 * i + k] = i;
      run[2 * i + k] = i + k;
      y[2 * i + k] = 20 + 0.3 * i + 0.1 * (i + k);
      noise[2 * i + k] = 0.01;
    }
  }
  const dd_calibrators c = {2 * (K - 1), K - 1, K, sample, run, y, noise};
  dd_calibration out = room(&c);
  CHECK(fit(&c, &out) == DD_ETHIN);
  NEAR(out.offset[0], -0.1 * (K - 1) / 2.0, 1e-10);
  NEAR(out.offset[K - 1] - out.offset[0], 0.1 * (K - 1), 1e-10);
  /* from end to end: 39 differences of variance .02 */
  NEAR(out.covariance[0] + out.covariance[K * K - 1] - 2 * out.covariance[K - 1], 39 * 0.02, 1e-10);
}

/* h = (-1, 1): h'Ch = .01 + .01 + .02 = .04 for the first, .08 for the second. */
static void variance_of_a_contrast(void) {
  const double *cov = D(0.01, -0.01, -0.01, 0.01, 0.02, -0.02, -0.02, 0.02);
  double v, below;
  CHECK(dd_calibration_variance(D(0.5, -1), D(-1, 1, -1, 1), cov, D(4, 2), 2, 2, &v, &below) ==
        DD_OK);
  NEAR(v, 0.25 * 0.04 + 0.08, 1e-15);
  NEAR(below, 0.01 * 0.01 / 4 + 0.08 * 0.08 / 2, 1e-15);
  /* equal shares owe nothing, and a gap that is not needed is not read */
  CHECK(dd_calibration_variance(D(1, 0), D(0, 0, 1, 1), D(NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN),
                                D(NAN, 1), 2, 2, &v, &below) == DD_OK);
  NEAR(v, 0, 0);
  CHECK(dd_calibration_variance(D(1, 0), D(-1, 1, 0, 0), D(NAN, 0, 0, 0, 0, 0, 0, 0), D(1, 1), 2, 2,
                                &v, &below) == DD_ETHIN);
}

/* Three samples, two runs, one target: the third stands in both. */
static void load_of_an_estimator(void) {
  double *load = doubles(2);
  dd_calibration_load(D(-1, 0.5, 0.5), D(1, 0, 0, 1, 0.25, 0.75), 2, 1, 3, load);
  ALL_NEAR(load, 1e-15, -1 + 0.125, 0.5 + 0.375);
}

int main(void) {
  complete_cells();
  one_calibrator();
  a_run_without_cells();
  runs_that_are_not_linked();
  a_long_chain();
  variance_of_a_contrast();
  load_of_an_estimator();
  return check_finish();
}
