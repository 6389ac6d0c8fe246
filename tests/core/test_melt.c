#include <math.h>

#include "check.h"
#include "melt.h"

enum { N = 61 };

static void grid(double *x, double from, double step) {
  for (int i = 0; i < N; i++) x[i] = from + step * i;
}

/* A local quadratic is exact for a quadratic: F = 100 - 3 T + 0.25 T^2 about 80, -F' = 3 - 0.5 (T - 80). */
static void quadratic_is_exact(void) {
  double *x = doubles(N), *y = doubles(N), *d = doubles(N), *unit = doubles(N), sigma;
  int inside[N];
  grid(x, 65, 0.5);
  for (int i = 0; i < N; i++) y[i] = 100 - 3 * (x[i] - 80) + 0.25 * (x[i] - 80) * (x[i] - 80);
  CHECK(dd_melt_slope(x, y, N, 2.0, d, unit, inside, &sigma) == DD_OK);
  for (int i = 0; i < N; i++) NEAR(d[i], 3 - 0.5 * (x[i] - 80), 1e-9);
  /* five points at 0.5: SE of the slope = 1 / sqrt(sum u^2) = 1 / sqrt(2 (0.25 + 1)) */
  NEAR(unit[30], 1 / sqrt(2.5), 1e-12);
  CHECK(sigma < 1e-9);
  CHECK(!inside[0] && !inside[1] && inside[2] && inside[N - 3] && !inside[N - 2] && !inside[N - 1]);
}

/* Of x^3 the filter of five points gives 3 x^2 + 3.4 h^2: (sum u^4 / sum u^2 = 34 / 10). */
static void cubic_has_the_known_bias(void) {
  double *x = doubles(N), *y = doubles(N), *d = doubles(N), *unit = doubles(N), sigma;
  int inside[N];
  grid(x, -15, 0.5);
  for (int i = 0; i < N; i++) y[i] = -x[i] * x[i] * x[i];
  CHECK(dd_melt_slope(x, y, N, 2.0, d, unit, inside, &sigma) == DD_OK);
  for (int i = 2; i < N - 2; i++) NEAR(d[i], 3 * x[i] * x[i] + 3.4 * 0.25, 1e-9);
}

/* Steps wider than the window: it grows to five readings; too few are refused. */
static void windows_grow(void) {
  double *x = doubles(N), *y = doubles(N), *d = doubles(N), *unit = doubles(N), sigma;
  int inside[N];
  grid(x, 35, 1);
  for (int i = 0; i < N; i++) y[i] = 5 - 2 * x[i];
  CHECK(dd_melt_slope(x, y, N, 0.5, d, unit, inside, &sigma) == DD_OK);
  for (int i = 0; i < N; i++) NEAR(d[i], 2, 1e-10);
  NEAR(unit[30], 1 / sqrt(10), 1e-12);
  CHECK(dd_melt_slope(x, y, 5, 2.0, d, unit, inside, &sigma) == DD_OK);
  CHECK(dd_melt_slope(x, y, 4, 2.0, d, unit, inside, &sigma) == DD_ETHIN);
  CHECK(dd_melt_slope(x, y, 0, 2.0, d, unit, inside, &sigma) == DD_ETHIN);
  for (int i = 0; i < N; i++) x[i] = i < 30 ? 60 : 61; /* two temperatures only */
  CHECK(dd_melt_slope(x, y, N, 2.0, d, unit, inside, &sigma) == DD_ETHIN);
}

/* Readings of one temperature have one slope, and their order does not matter. */
static void ties(void) {
  double *x = doubles(N), *y = doubles(N), *d = doubles(N), *unit = doubles(N), sigma;
  int inside[N];
  for (int i = 0; i < N; i++) {
    x[i] = 60 + 0.5 * (i / 2);
    y[i] = 10 - 4 * x[i] + (i % 2 ? 0.1 : -0.1);
  }
  CHECK(dd_melt_slope(x, y, N - 1, 2.0, d, unit, inside, &sigma) == DD_OK);
  for (int i = 0; i < N - 1; i++) NEAR(d[i], 4, 1e-9);
  for (int i = 0; i + 1 < N - 1; i += 2) CHECK(d[i] == d[i + 1] && unit[i] == unit[i + 1]);
}

static size_t peaks_of(double *x, double *d, int n, double sigma, dd_melt_rule rule,
                       dd_melt_peak *peak) {
  double *unit = doubles((size_t)n), *work = doubles(4 * (size_t)n);
  int inside[N];
  size_t found = 99;
  for (int i = 0; i < n; i++) {
    unit[i] = 1;
    inside[i] = 1;
  }
  CHECK(dd_melt_peaks(x, d, unit, inside, (size_t)n, sigma, &rule, work, peak, &found) == DD_OK);
  return found;
}

/* Two triangles of heights 10 and 4 on zero, feet 4 degrees apart: areas 20 and 8, half widths 2. */
static void triangles(void) {
  double x[21], d[21];
  for (int i = 0; i <= 20; i++) {
    x[i] = 70 + i;
    const double one = 10 - 5 * fabs(x[i] - 75), two = 4 - 2 * fabs(x[i] - 83);
    d[i] = one > 0 ? one : two > 0 ? two : 0;
  }
  dd_melt_peak p[4];
  const dd_melt_rule rule = {0.1, 0, 0.5, 4};
  CHECK(peaks_of(x, d, 21, 0.0, rule, p) == 2);
  NEAR(p[0].tm, 75, 1e-12);
  NEAR(p[0].height, 10, 1e-12);
  NEAR(p[0].prominence, 10, 1e-12);
  NEAR(p[0].area, 20, 1e-12);
  NEAR(p[0].width, 2, 1e-12);
  NEAR(p[0].low, 73, 1e-12);
  NEAR(p[0].high, 77, 1e-12);
  NEAR(p[1].tm, 83, 1e-12);
  NEAR(p[1].prominence, 4, 1e-12);
  NEAR(p[1].area, 8, 1e-12);
  NEAR(p[1].width, 2, 1e-12);
  /* the rules: a share of the largest, the noise, and how many */
  CHECK(peaks_of(x, d, 21, 0.0, (dd_melt_rule){0.41, 0, 0.5, 4}, p) == 1);
  CHECK(peaks_of(x, d, 21, 1.0, (dd_melt_rule){0.1, 4.5, 0.5, 4}, p) == 1);
  CHECK(peaks_of(x, d, 21, 1.0, (dd_melt_rule){0.1, 10.5, 0.5, 4}, p) == 0);
  CHECK(peaks_of(x, d, 21, NAN, (dd_melt_rule){0.1, 1e9, 0.5, 4}, p) == 2);
  CHECK(peaks_of(x, d, 21, 0.0, (dd_melt_rule){0.1, 0, 0.5, 1}, p) == 1);
  NEAR(p[0].tm, 75, 1e-12);
}

/* Peaks that touch: the border is the valley, the base is the largest peak's; the half of the second lies below that. */
static void overlap(void) {
  double x[] = {0, 1, 2, 3, 4, 5, 6, 7, 8}, d[] = {0, 4, 10, 6, 5, 7, 3, 1, 0};
  dd_melt_peak p[4];
  CHECK(peaks_of(x, d, 9, 0.0, (dd_melt_rule){0.1, 0, 0.5, 4}, p) == 2);
  NEAR(p[0].prominence, 10, 1e-12);
  NEAR(p[1].prominence, 2, 1e-12);
  NEAR(p[0].high, 4, 1e-12);
  NEAR(p[1].low, 4, 1e-12);
  NEAR(p[0].area, 2 + 7 + 8 + 5.5, 1e-12);
  NEAR(p[1].area, 6 + 5 + 2 + 0.5, 1e-12);
  NEAR(p[0].width, 3.975 - (1 + 1.025 / 6), 1e-12); /* at 5.025 */
  CHECK(isnan(p[1].width));                         /* the valley lies above its half */
  /* parabola through (1, 4), (2, 10), (3, 6): vertex at 2 + (4 - 6) / (2 (4 - 20 + 6)) = 2.1, 10 - (2 * 2) / (16 * -5)
   */
  NEAR(p[0].tm, 2.1, 1e-12);
  NEAR(p[0].height, 10.05, 1e-12);
}

/* No maximum, a plateau, and slopes that are never positive. */
static void no_peaks(void) {
  double x[] = {0, 1, 2, 3, 4, 5}, up[] = {0, 1, 2, 3, 4, 5}, flat[] = {0, 0, 0, 0, 0, 0},
         below[] = {-3, -2, -1, -2, -3, -4};
  double plateau[] = {0, 2, 5, 5, 2, 0};
  dd_melt_peak p[4];
  const dd_melt_rule rule = {0.1, 0, 0.5, 4};
  CHECK(peaks_of(x, up, 6, 0.0, rule, p) == 0);
  CHECK(peaks_of(x, flat, 6, 0.0, rule, p) == 0);
  CHECK(peaks_of(x, below, 6, 0.0, rule, p) == 0);
  CHECK(peaks_of(x, plateau, 6, 0.0, rule, p) == 1);
  NEAR(p[0].tm, 2.5, 1e-12);
  double unit[6] = {1, 1, 1, 1, 1, 1}, work[24];
  int outside[6] = {0};
  size_t found = 9;
  CHECK(dd_melt_peaks(x, up, unit, outside, 6, 0.0, &rule, work, p, &found) == DD_ETHIN);
  CHECK(found == 0);
}

int main(void) {
  quadratic_is_exact();
  cubic_has_the_known_bias();
  windows_grow();
  ties();
  triangles();
  overlap();
  no_peaks();
  return check_finish();
}
