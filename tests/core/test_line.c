#include "check.h"
#include "line.h"

static dd_status fit(const dd_dilutions *s, int by_point, double *intercept, dd_line *out) {
  return dd_line_fit(s, by_point, doubles(dd_line_work_len(s->n_points, s->n_runs)), intercept,
                     out);
}

/* Four tenfold steps in pairs. */
static dd_dilutions pairs(void) {
  return (dd_dilutions){D(5, 5, 4, 4, 3, 3, 2, 2),
                        D(15.1, 15.3, 18.4, 18.6, 21.9, 21.7, 25.2, 25.4),
                        I(0, 0, 0, 0, 0, 0, 0, 0),
                        I(0, 0, 1, 1, 2, 2, 3, 3),
                        I(0, 0, 0, 0),
                        8,
                        1,
                        4};
}

/* f <- lm(y ~ x); coef(f), sqrt(diag(vcov(f))), sigma(f), summary(f)$r.squared, anova(f, lm(y ~
 * factor(x))) */
static void one_curve_by_well(void) {
  const dd_dilutions s = pairs();
  double *intercept = doubles(1);
  dd_line l;
  CHECK(fit(&s, 0, intercept, &l) == DD_OK);
  NEAR(l.slope, -3.36, 1e-13);
  NEAR(l.slope_se, 0.041633319989322772, 1e-13);
  NEAR(l.df, 6, 0);
  NEAR(l.r_squared, 0.99907964601769916, 1e-13);
  NEAR(l.sigma, 0.13165611772087701, 1e-13);
  NEAR(intercept[0], 31.96, 1e-13);
  /* pure error 4 pairs of +-.1: 8 * .01 = .08 on 4; RSS = 6 sigma^2 = .104; F = (.024 / 2) / (.08 /
   * 4) = .6 */
  NEAR(l.lack_f, 0.6, 1e-11);
  NEAR(l.lack_df1, 2, 0);
  NEAR(l.lack_df2, 4, 0);
  /* 10^(-1/b), E ln(10) SE(b) / b^2, -log2(10) / b, log2(10) SE(b) / b^2 */
  NEAR(l.efficiency, 1.9843535278685565, 1e-13);
  NEAR(l.efficiency_se, 0.016849896050796415, 1e-13);
  NEAR(l.log2_efficiency, 0.98866907585933372, 1e-13);
  NEAR(l.log2_efficiency_se, 0.012250469047261804, 1e-13);
}

/* The means 15.2, 18.5, 21.8, 25.3: slope as by wells, residual df 2; lack of fit and R2 still over
 * the wells. */
static void one_curve_by_point(void) {
  const dd_dilutions s = pairs();
  double *intercept = doubles(1);
  dd_line l;
  CHECK(fit(&s, 1, intercept, &l) == DD_OK);
  NEAR(l.slope, -3.36, 1e-13);
  NEAR(l.slope_se, 0.034641016151377435, 1e-12);
  NEAR(l.df, 2, 0);
  NEAR(l.sigma, 0.077459666924148088, 1e-12);
  NEAR(intercept[0], 31.96, 1e-13);
  NEAR(l.r_squared, 0.99907964601769916, 1e-13);
  NEAR(l.lack_f, 0.6, 1e-11);
}

/* Unequal numbers of wells, two runs apart by 0.84: lm(y ~ run + x), and on the points' means. */
static void two_runs(void) {
  const dd_dilutions s = {D(5, 5, 4, 3, 5, 3, 3, 2),
                          D(15.1, 15.4, 18.4, 21.9, 16.0, 22.5, 22.9, 26.2),
                          I(0, 0, 0, 0, 1, 1, 1, 1),
                          I(0, 0, 1, 2, 3, 4, 4, 5),
                          I(0, 0, 0, 1, 1, 1),
                          8,
                          2,
                          6};
  double *intercept = doubles(2);
  dd_line l;
  CHECK(fit(&s, 0, intercept, &l) == DD_OK);
  NEAR(l.slope, -3.36, 1e-13);
  NEAR(l.slope_se, 0.066932802122726148, 1e-13);
  NEAR(l.df, 5, 0);
  NEAR(l.sigma, 0.1833030277982339, 1e-13);
  ALL_NEAR(intercept, 1e-13, 31.98, 32.82);
  NEAR(l.r_squared, 0.99801980198019802, 1e-13); /* 1 - RSS / RSS of lm(y ~ run) */
  NEAR(l.lack_f, 0.22933333333333392, 1e-11);
  NEAR(l.lack_df1, 3, 0);
  NEAR(l.lack_df2, 2, 0);
  CHECK(fit(&s, 1, intercept, &l) == DD_OK);
  NEAR(l.slope, -3.3725, 1e-13);
  NEAR(l.slope_se, 0.040799305549646149, 1e-12);
  NEAR(l.df, 3, 0);
  ALL_NEAR(intercept, 1e-13, 32.006666666666689, 32.875);
}

/* A constant on every Cq of a run moves its intercept and nothing else. */
static void a_run_may_lie_anywhere(void) {
  dd_dilutions s = {D(5, 4, 3, 2, 5, 4, 3, 2),
                    NULL,
                    I(0, 0, 0, 0, 1, 1, 1, 1),
                    I(0, 1, 2, 3, 4, 5, 6, 7),
                    I(0, 0, 0, 0, 1, 1, 1, 1),
                    8,
                    2,
                    8};
  double *y = D(15.1, 18.4, 21.9, 25.2, 15.3, 18.5, 22.1, 25.1);
  double *intercept = doubles(2), *moved = doubles(2);
  dd_line l, m;
  s.y = y;
  fit(&s, 0, intercept, &l);
  for (size_t i = 4; i < 8; i++) y[i] += 1e8;
  fit(&s, 0, moved, &m);
  NEAR(m.slope, l.slope, 1e-7);
  NEAR(m.slope_se, l.slope_se, 1e-7);
  NEAR(moved[0], intercept[0], 1e-7);
  NEAR(moved[1] - 1e8, intercept[1], 1e-6);
}

/*
 * NIST StRD "Norris": certified slope 1.00211681802045 (SE 4.29796848199937e-4), intercept
 * -0.262323073774029, residual SD 0.884796396144373, R2 0.999993745883712. It rises: an answer of
 * DD_EDOMAIN, with the line given.
 */
static void norris(void) {
  const double data[] = {
      0.1,   0.2,   338.8, 337.4, 118.1, 118.2, 888.0, 884.6, 9.2,   10.1,  228.1, 226.5,
      668.5, 666.3, 998.5, 996.3, 449.1, 448.6, 778.9, 777.0, 559.2, 558.2, 0.3,   0.4,
      0.1,   0.6,   778.1, 775.5, 668.8, 666.9, 339.3, 338.0, 448.9, 447.5, 10.8,  11.6,
      557.7, 556.0, 228.3, 228.1, 998.0, 995.8, 888.8, 887.6, 119.6, 120.2, 0.3,   0.3,
      0.6,   0.3,   557.6, 556.8, 339.3, 339.1, 888.0, 887.2, 998.5, 999.0, 778.9, 779.0,
      10.2,  11.1,  117.6, 118.3, 228.9, 229.2, 668.4, 669.1, 449.2, 448.9, 0.2,   0.5};
  enum { N = 36 };
  double *x = doubles(N), *y = doubles(N), *intercept = doubles(1);
  int *zero = ints(N), *point = ints(N);
  for (size_t i = 0; i < N; i++) {
    y[i] = data[2 * i];
    x[i] = data[2 * i + 1];
    zero[i] = 0;
    point[i] = (int)i;
  }
  const dd_dilutions s = {x, y, zero, point, zero, N, 1, N};
  dd_line l;
  CHECK(fit(&s, 0, intercept, &l) == DD_EDOMAIN);
  NEAR(l.slope / 1.00211681802045, 1.0, 1e-12);
  NEAR(l.slope_se / 0.429796848199937e-3, 1.0, 1e-11);
  NEAR(intercept[0] / -0.262323073774029, 1.0, 1e-11);
  NEAR(l.sigma / 0.884796396144373, 1.0, 1e-12);
  NEAR(l.r_squared, 0.999993745883712, 1e-12);
  NEAR(l.efficiency, NAN, 0);
  NEAR(l.log2_efficiency_se, NAN, 0);
  NEAR(l.lack_f, NAN, 0); /* every well is a point of its own here */
}

static void too_little(void) {
  double *intercept = doubles(1);
  dd_line l;
  const dd_dilutions none = {doubles(0), doubles(0), ints(0), ints(0), ints(0), 0, 0, 0};
  CHECK(fit(&none, 0, doubles(0), &l) == DD_ETHIN);
  NEAR(l.slope, NAN, 0);
  NEAR(l.efficiency, NAN, 0);
  CHECK(fit(&none, 1, doubles(0), &l) == DD_ETHIN);

  const dd_dilutions one = {D(5), D(15), I(0), I(0), I(0), 1, 1, 1};
  CHECK(fit(&one, 0, intercept, &l) == DD_ETHIN);
  NEAR(l.slope, NAN, 0);
  NEAR(l.slope_se, NAN, 0);
  NEAR(l.r_squared, NAN, 0);
  NEAR(intercept[0], NAN, 0);

  /* two points: the line is given, -3.4; nothing is left for its error */
  const dd_dilutions two = {D(5, 4), D(15, 18.4), I(0, 0), I(0, 1), I(0, 0), 2, 1, 2};
  CHECK(fit(&two, 0, intercept, &l) == DD_ETHIN);
  NEAR(l.slope, -3.4, 1e-14);
  NEAR(l.slope_se, NAN, 0);
  NEAR(l.efficiency, pow(10.0, 1.0 / 3.4), 1e-14);
  NEAR(l.efficiency_se, NAN, 0);
  NEAR(l.df, 0, 0);

  /* two runs with one level each: no run says anything about the slope */
  const dd_dilutions apart = {
      D(5, 5, 4, 4), D(15, 15.2, 18, 18.2), I(0, 0, 1, 1), I(0, 0, 1, 1), I(0, 1), 4, 2, 2};
  CHECK(fit(&apart, 0, doubles(2), &l) == DD_ETHIN);
  NEAR(l.slope, NAN, 0);
  CHECK(fit(&apart, 1, doubles(2), &l) == DD_ETHIN);
}

/* One level, whose mean is not itself in binary: (0.1 + 0.1 + 0.1) / 3 > 0.1. There is still no
 * slope. */
static void one_level_that_does_not_average(void) {
  const double levels[] = {0.1, 0.7, 1.3, 2.3010299956639813, 5.6989700043360187};
  for (size_t j = 0; j < 5; j++) {
    const double x = levels[j];
    const dd_dilutions s = {D(x, x, x), D(20, 20.3, 20.1), I(0, 0, 0), I(0, 0, 0), I(0), 3, 1, 1};
    dd_line l;
    CHECK(fit(&s, 0, doubles(1), &l) == DD_ETHIN);
    NEAR(l.slope, NAN, 0);
  }
}

static void a_rising_or_flat_line_has_no_efficiency(void) {
  double *intercept = doubles(1);
  dd_line l;
  const dd_dilutions rising = {
      D(2, 3, 4), D(15, 18.4, 21.7), I(0, 0, 0), I(0, 1, 2), I(0, 0, 0), 3, 1, 3};
  CHECK(fit(&rising, 0, intercept, &l) == DD_EDOMAIN);
  NEAR(l.slope, 3.35, 1e-14);
  NEAR(l.efficiency, NAN, 0);
  const dd_dilutions flat = {D(2, 3, 4), D(15, 15, 15), I(0, 0, 0), I(0, 1, 2), I(0, 0, 0), 3, 1,
                             3};
  CHECK(fit(&flat, 0, intercept, &l) == DD_EDOMAIN);
  NEAR(l.slope, 0, 0);
  NEAR(l.slope_se, 0, 0);
  NEAR(l.r_squared, NAN, 0);
  NEAR(l.efficiency, NAN, 0);
}

/* Doubling: slope -1 / log10(2), E = 2 and w = 1. A perfect line has SE 0 but for rounding. */
static void a_perfect_line(void) {
  const double b = -1.0 / log10(2.0);
  const dd_dilutions s = {D(5, 4, 3, 2),
                          D(30 + 5 * b, 30 + 4 * b, 30 + 3 * b, 30 + 2 * b),
                          I(0, 0, 0, 0),
                          I(0, 1, 2, 3),
                          I(0, 0, 0, 0),
                          4,
                          1,
                          4};
  double *intercept = doubles(1);
  dd_line l;
  CHECK(fit(&s, 0, intercept, &l) == DD_OK);
  NEAR(l.efficiency, 2, 1e-13);
  NEAR(l.log2_efficiency, 1, 1e-13);
  NEAR(l.slope_se, 0, 1e-13);
  NEAR(intercept[0], 30, 1e-13);
  NEAR(l.r_squared, 1, 1e-13);
}

static void efficiency_of_a_slope(void) {
  dd_line l;
  dd_line_efficiency(-1.0, 0.1, &l); /* 10, ln(10), log2(10), log2(10) / 10 */
  NEAR(l.efficiency, 10, 1e-14);
  NEAR(l.efficiency_se, log(10.0), 1e-14);
  NEAR(l.log2_efficiency, log2(10.0), 1e-14);
  NEAR(l.log2_efficiency_se, log2(10.0) / 10.0, 1e-14);
  dd_line_efficiency(-3.3, NAN, &l);
  NEAR(l.efficiency, pow(10.0, 1.0 / 3.3), 1e-14);
  NEAR(l.efficiency_se, NAN, 0);
  const double none[] = {0.0, 1.0, NAN, INFINITY};
  for (size_t i = 0; i < 4; i++) {
    dd_line_efficiency(none[i], 0.1, &l);
    CHECK(isnan(l.efficiency) && isnan(l.efficiency_se));
    CHECK(isnan(l.log2_efficiency) && isnan(l.log2_efficiency_se));
  }
  dd_line_efficiency(-1e-3, 0.0, &l); /* 10^1000 is beyond a double; w is not */
  CHECK(isinf(l.efficiency));
  NEAR(l.log2_efficiency, 1000.0 * log2(10.0), 1e-13);
}

static void a_missing_value_gives_nothing(void) {
  const dd_dilutions s = {D(5, 4, 3), D(15, NAN, 22), I(0, 0, 0), I(0, 1, 2), I(0, 0, 0), 3, 1, 3};
  dd_line l;
  CHECK(fit(&s, 0, doubles(1), &l) == DD_ETHIN);
  NEAR(l.slope, NAN, 0);
  NEAR(l.efficiency, NAN, 0);
}

int main(void) {
  one_curve_by_well();
  one_curve_by_point();
  two_runs();
  a_run_may_lie_anywhere();
  norris();
  too_little();
  one_level_that_does_not_average();
  a_rising_or_flat_line_has_no_efficiency();
  a_perfect_line();
  efficiency_of_a_slope();
  a_missing_value_gives_nothing();
  return check_finish();
}
