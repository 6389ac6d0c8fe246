#include "check.h"
#include "window.h"

/* Base + N0 E^x up to a plateau that it meets by a logistic: exponential while far below it. */
static double *amplification(size_t n, double base, double n0, double e, double top) {
  double *y = doubles(n), amount = n0;
  for (size_t i = 0; i < n; i++) {
    amount *= 1.0 + (e - 1.0) * (1.0 - amount / top);
    y[i] = base + amount;
  }
  return y;
}

static void purely_exponential(void) {
  /* log10(F - base) is a straight line: its slope and its value at cycle 0 */
  double *y = doubles(6), intercept;
  for (size_t i = 0; i < 6; i++) y[i] = 2.0 + 1e-3 * pow(1.9, (double)(i + 5));
  NEAR(dd_window_slope(y, 0, 5, 5.0, 2.0, &intercept), 1.9, 1e-10);
  NEAR(intercept, -3.0, 1e-10);
  NEAR(dd_window_slope(y, 1, 4, 5.0, 2.0, &intercept), 1.9, 1e-10);
  NEAR(intercept, -3.0, 1e-10);
  CHECK(isnan(dd_window_slope(y, 0, 5, 5.0, 2.2, &intercept)));
}

static void without_noise(void) {
  const double es[] = {1.7, 1.8, 1.9, 2.0};
  for (size_t i = 0; i < 4; i++) {
    const double *y = amplification(45, 0.3, 1e-7, es[i], 1.0);
    dd_window w;
    dd_window_efficiency(y, 45, 1.0, doubles(135), &w);
    CHECK(w.status == DD_WINDOW_OK);
    CHECK(w.last - w.first + 1 == DD_WINDOW_MOST);
    CHECK(w.last == (size_t)floor(w.end));
    /* it slows before the end of the window: below the truth, and not by much */
    CHECK(w.efficiency < es[i] && w.efficiency > es[i] - 0.08);
    NEAR(w.baseline, 0.3, 0.01);
  }
}

/* A constant on the fluorescence moves the baseline, a factor scales it; E is the same. */
static void level_and_unit_do_not_matter(void) {
  double *y = amplification(45, 0.3, 1e-7, 1.9, 1.0);
  dd_window w, moved;
  dd_window_efficiency(y, 45, 1.0, doubles(135), &w);
  for (size_t i = 0; i < 45; i++) y[i] = 1000.0 * y[i] - 500.0;
  dd_window_efficiency(y, 45, 1.0, doubles(135), &moved);
  CHECK(moved.first == w.first && moved.last == w.last);
  NEAR(moved.efficiency, w.efficiency, 1e-8);
  NEAR(moved.baseline, 1000.0 * w.baseline - 500.0, 1e-7);
}

static void why_there_is_none(void) {
  dd_window w;
  double *work = doubles(120);
  const double *rise = amplification(40, 0.3, 1e-7, 1.9, 1.0);
  dd_window_efficiency(rise, 6, 1.0, work, &w);
  CHECK(w.status == DD_WINDOW_SHORT);
  double *y = doubles(40);
  for (size_t i = 0; i < 40; i++) y[i] = 1.0;
  dd_window_efficiency(y, 40, 1.0, work, &w);
  CHECK(w.status == DD_WINDOW_NO_RISE);
  for (size_t i = 0; i < 40; i++) y[i] = -(double)i;
  dd_window_efficiency(y, 40, 1.0, work, &w);
  CHECK(w.status == DD_WINDOW_NO_RISE);
  /* a step: nothing rises before it */
  for (size_t i = 0; i < 40; i++) y[i] = (i % 2 ? 0.01 : 0.0) + (i > 20 ? 1.0 : 0.0);
  dd_window_efficiency(y, 40, 1.0, work, &w);
  CHECK(w.status == DD_WINDOW_FEW);
  CHECK(isnan(w.efficiency) && isnan(w.baseline) && isnan(w.log10_n0));
}

int main(void) {
  purely_exponential();
  without_noise();
  level_and_unit_do_not_matter();
  why_there_is_none();
  return check_finish();
}
