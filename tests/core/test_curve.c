#include "batch.h"
#include "check.h"
#include "curve.h"

enum { N = 40 };

static const dd_curve_options plain = {DD_B5, DD_CQ_SDM, NAN, NAN, NAN, 1};

/* Four pseudo-random numbers make one that is near enough to normal for these tests; SD 1. */
static double gauss(void) { return (pseudo() + pseudo() + pseudo() + pseudo() - 2.0) * sqrt(3.0); }

static double *cycles(size_t n) {
  double *x = doubles(n);
  for (size_t i = 0; i < n; i++) x[i] = (double)(i + 1);
  return x;
}

static double *noisy(const double *theta, dd_sigmoid model, double sd) {
  double *y = doubles(N);
  for (size_t i = 0; i < N; i++)
    y[i] = dd_sigmoid_value(model, theta, (double)(i + 1)) + sd * gauss();
  return y;
}

static dd_curve fit(const double *x, const double *y, size_t n, dd_curve_options o) {
  dd_curve c;
  dd_curve_fit(x, y, n, &o, doubles(dd_curve_work_len(n)), &c);
  return c;
}

/* Without noise every model finds its own parameters, and the Cq's of its closed forms. */
static void exact_curves(void) {
  const double thetas[][5] = {{-0.6, 100, 3000, 22, 0},
                              {-0.7, 100, 3000, 22, -0.5},
                              {-13, 100, 3000, 3.0, 0},
                              {-15, 100, 3000, 3.1, -0.6},
                              {-0.4, 100, 3000, 22, 0}};
  for (int m = 0; m <= DD_GOMPERTZ; m++) {
    dd_curve_options o = plain;
    o.model = (dd_sigmoid)m;
    o.threshold = 300;
    const double *theta = thetas[m];
    const dd_curve c = fit(cycles(N), noisy(theta, o.model, 0.0), N, o);
    CHECK(c.state == DD_CURVE_OK);
    CHECK(c.model == o.model);
    NEAR(c.estimate[0], theta[0], 1e-6);
    NEAR(c.estimate[1], 100, 1e-6);
    NEAR(c.estimate[2], 3000, 1e-6);
    NEAR(c.estimate[3], dd_sigmoid_in_log(o.model) ? exp(theta[3]) : theta[3], 1e-6);
    if (c.parameters == 5) NEAR(c.estimate[4], exp(theta[4]), 1e-6);
    NEAR(c.cq[DD_CQ_SDM], dd_sigmoid_sdm(o.model, theta).value, 1e-6);
    NEAR(c.cq[DD_CQ_FDM], dd_sigmoid_fdm(o.model, theta).value, 1e-6);
    NEAR(c.cq[DD_CQ_CY0], dd_sigmoid_cy0(o.model, theta).value, 1e-6);
    NEAR(c.cq[DD_CQ_THRESHOLD], dd_sigmoid_crossing(o.model, theta, 300).value, 1e-6);
    NEAR(c.r_squared, 1.0, 1e-12);
  }
}

/* Level and unit of the fluorescence change neither the Cq nor its error. */
static void the_unit_does_not_matter(void) {
  const double theta[] = {-0.65, 0.1, 2.0, 24, 0.2};
  double *y = noisy(theta, DD_B5, 0.01), *other = doubles(N);
  for (size_t i = 0; i < N; i++) other[i] = 1e5 * y[i] - 3e4;
  const dd_curve a = fit(cycles(N), y, N, plain), b = fit(cycles(N), other, N, plain);
  NEAR(b.cq[0], a.cq[0], 1e-8);
  NEAR(b.cq_se[0], a.cq_se[0], 1e-6);
  NEAR(b.rss / a.rss, 1e10, 1e-8);
  NEAR(b.estimate[1], 1e5 * a.estimate[1] - 3e4, 1e-6);
  NEAR(b.error[2], 1e5 * a.error[2], 1e-5);
  NEAR(b.aicc - b.aicc_drift, a.aicc - a.aicc_drift, 1e-7);
  CHECK(a.window.status == b.window.status);
}

static void no_amplification(void) {
  double *x = cycles(N), *y = doubles(N);
  for (size_t i = 0; i < N; i++) y[i] = 7.0;
  CHECK(fit(x, y, N, plain).state == DD_CURVE_CONSTANT);
  for (size_t i = 0; i < N; i++) y[i] = 7.0 + gauss();
  CHECK(fit(x, y, N, plain).state == DD_CURVE_NOISE);
  for (size_t i = 0; i < N; i++) y[i] = 0.5 * x[i] + gauss();
  dd_curve_state state = fit(x, y, N, plain).state;
  CHECK(state == DD_CURVE_DRIFT || state == DD_CURVE_NOISE || state == DD_CURVE_NO_FIT ||
        state == DD_CURVE_FALLS);
  for (size_t i = 0; i < N; i++) y[i] = 0.02 * x[i] * x[i] + gauss();
  state = fit(x, y, N, plain).state;
  CHECK(state != DD_CURVE_OK);
  const double falls[] = {0.6, 0.0, 10.0, 20, 0};
  state = fit(x, noisy(falls, DD_B4, 0.05), N, plain).state;
  CHECK(state == DD_CURVE_FALLS || state == DD_CURVE_NO_FIT);
}

static void nothing_can_be_said(void) {
  double *x = cycles(N), *y = doubles(N);
  CHECK(fit(x, y, 0, plain).state == DD_CURVE_FEW);
  CHECK(fit(x, D(1, 2, 3), 3, plain).state == DD_CURVE_FEW);
  for (size_t i = 0; i < N; i++) y[i] = NAN;
  CHECK(fit(x, y, N, plain).state == DD_CURVE_FEW);
  for (size_t i = 0; i < N; i++) y[i] = i < 20 ? 0.01 * gauss() : 1.0 + 0.01 * gauss();
  const dd_curve_state step = fit(x, y, N, plain).state;
  CHECK(step == DD_CURVE_JUMP || step == DD_CURVE_NO_FIT);
  const double early[] = {-0.6, 0.0, 1.0, 2.0, 0};
  CHECK(fit(x, noisy(early, DD_B4, 0.002), N, plain).state == DD_CURVE_EARLY);
}

static void signs(void) {
  const double theta[] = {-0.65, 0.1, 2.0, 22, 0.0};
  double *x = cycles(N), *y = noisy(theta, DD_B4, 0.004);
  CHECK(fit(x, y, N, plain).signs == 0);
  double *hook = copy_doubles(y, N);
  for (size_t i = 32; i < N; i++) hook[i] -= 0.05 * (double)(i - 31);
  dd_curve c = fit(x, hook, N, plain);
  CHECK(c.state == DD_CURVE_OK && (c.signs & DD_SIGN_HOOK) && c.n < N);
  NEAR(c.cq[0], dd_sigmoid_sdm(DD_B4, theta).value, 0.1);
  dd_curve_options whole = plain;
  whole.cut_hook = 0;
  CHECK(fit(x, hook, N, whole).n == N);
  double *spike = copy_doubles(y, N);
  spike[7] += 0.3;
  CHECK(fit(x, spike, N, plain).signs & DD_SIGN_SPIKE);
  double *limit = copy_doubles(y, N);
  for (size_t i = 0; i < N; i++) limit[i] = fmin(limit[i], 1.9);
  CHECK(fit(x, limit, N, plain).signs & DD_SIGN_SATURATED);
  double *drift = copy_doubles(y, N);
  for (size_t i = 0; i < N; i++) drift[i] += 0.01 * x[i];
  CHECK(fit(x, drift, N, plain).signs & DD_SIGN_DRIFT);
  const double late[] = {-0.65, 0.1, 2.0, 38, 0.0};
  c = fit(x, noisy(late, DD_B4, 0.002), N, plain);
  CHECK(c.state == DD_CURVE_OK && (c.signs & DD_SIGN_LATE) && (c.signs & DD_SIGN_NO_PLATEAU));
}

/* Gaps and cycles that do not begin with 1: the Cq is where it was; a missing value is a gap. */
static void gaps(void) {
  const double theta[] = {-0.65, 0.1, 2.0, 22, 0.0};
  double *y = noisy(theta, DD_B4, 0.0), *x = cycles(N);
  y[5] = NAN;
  y[30] = INFINITY;
  const dd_curve c = fit(x, y, N, plain);
  CHECK(c.state == DD_CURVE_OK && (c.signs & DD_SIGN_GAPS) && c.n == N - 2);
  NEAR(c.cq[0], dd_sigmoid_sdm(DD_B4, theta).value, 1e-6);
  CHECK(c.window.status == DD_WINDOW_OK);
  const dd_curve later = fit(x + 8, y + 8, N - 8, plain);
  NEAR(later.cq[0], dd_sigmoid_sdm(DD_B4, theta).value, 1e-6);
  /* so sparse that there is no window */
  double *sparse_x = doubles(N / 2), *sparse = doubles(N / 2);
  for (size_t i = 0; i < N / 2; i++) {
    sparse_x[i] = 3.0 * (double)i + 1.0;
    sparse[i] = dd_sigmoid_value(DD_B4, theta, sparse_x[i] / 2.0);
  }
  CHECK(fit(sparse_x, sparse, N / 2, plain).window.status == DD_WINDOW_SHORT);
}

/*
 * Baseline 1, flat by symmetry, residual variance 0.04 / 3 from five values; F less it 1, 3, 7 in cycles 6 to 8. Level
 * 2 lies log(2) / log(3) of the way from 6 to 7. The SE by plain R:
 *   f <- function(v, b) log(2 / (v[1] - b)) / log((v[2] - b) / (v[1] - b)); g <- numeric gradient at v = c(2, 4), b = 1
 *   sqrt(.04 / 3 * (g[1]^2 + g[2]^2 + (1 / 5 + (6 + log(2) / log(3) - 3)^2 / 10) * g[3]^2))
 */
static void a_crossing(void) {
  const double *x = cycles(8);
  double *y = D(0.9, 1.1, 1.0, 1.1, 0.9, 2.0, 4.0, 8.0), se;
  NEAR(dd_curve_crossing(x, y, 8, 1, 5, 2.0, &se), 6.0 + log(2.0) / log(3.0), 1e-14);
  NEAR(se, 0.0873153030059, 1e-9);
  NEAR(dd_curve_crossing(x, y, 8, 1, 5, 9.0, &se), NAN, 0);
  NEAR(se, NAN, 0);
  NEAR(dd_curve_crossing(x, y, 8, 20, 25, 2.0, &se), NAN, 0);
  /* a slope of the baseline goes with it */
  for (size_t i = 0; i < 8; i++) y[i] += 10.0 * x[i];
  NEAR(dd_curve_crossing(x, y, 8, 1, 5, 2.0, &se), 6.0 + log(2.0) / log(3.0), 1e-11);
  /* from a value that is not above the baseline: straight in F; over a gap */
  NEAR(dd_curve_crossing(cycles(4), D(1, 1, 0.5, 2.5), 4, 1, 2, 1.0, &se), 3.75, 1e-14);
  NEAR(se, NAN, 0);
  NEAR(dd_curve_crossing(cycles(4), D(1, 1, NAN, 3), 4, 1, 2, 1.0, &se), 3.0, 1e-14);
}

static void threads_are_one(void) {
  enum { CURVES = 37 };
  const double theta[] = {-0.65, 0.1, 2.0, 22, 0.3};
  double *x = doubles(CURVES * N), *y = doubles(CURVES * N), *none = doubles(CURVES);
  int *start = ints(CURVES + 1);
  for (size_t k = 0; k < CURVES; k++) {
    start[k] = (int)(k * N);
    none[k] = NAN;
    memcpy(x + k * N, cycles(N), N * sizeof *x);
    memcpy(y + k * N, noisy(theta, DD_B5, k % 5 ? 0.02 : 3.0), N * sizeof *y);
  }
  start[CURVES] = CURVES * N;
  const dd_curve_set set = {x, y, start, none, none, none};
  dd_curve *one = keep(CURVES * sizeof *one), *two = keep(CURVES * sizeof *two);
  dd_batch_fit(&set, 0, CURVES, N, &plain, 1, doubles(dd_curve_work_len(N)), one);
  dd_batch_fit(&set, 0, 20, N, &plain, 2, doubles(2 * dd_curve_work_len(N)), two);
  dd_batch_fit(&set, 20, CURVES, N, &plain, 2, doubles(2 * dd_curve_work_len(N)), two);
  for (size_t k = 0; k < CURVES; k++) {
    CHECK(one[k].state == two[k].state && one[k].signs == two[k].signs);
    CHECK(memcmp(one[k].cq, two[k].cq, sizeof one[k].cq) == 0);
    CHECK(memcmp(one[k].estimate, two[k].estimate, sizeof one[k].estimate) == 0);
  }
}

int main(void) {
  exact_curves();
  the_unit_does_not_matter();
  no_amplification();
  nothing_can_be_said();
  signs();
  gaps();
  a_crossing();
  threads_are_one();
  return check_finish();
}
