#include "check.h"
#include "inverse.h"

/* a = 30, b = -3, Var(a) = .04, Var(b) = .0009, Cov = -.003; y0 = 24: x = 2, Var = .01 + .04 + 4 * .0009 - .012 = .0416. */
static void delta(void) {
  const dd_known_line l = {30, -3, 0.04, 0.0009, -0.003};
  dd_lookup k;
  CHECK(dd_inverse_predict(24, 0.01, &l, 2, &k) == DD_OK);
  NEAR(k.x, 2, 1e-15);
  NEAR(k.se, sqrt(0.0416) / 3, 1e-14);
  NEAR(k.g, 4 * 0.0009 / 9, 1e-14);
  CHECK(k.fieller == 0);
  NEAR(k.low, 2 - 2 * sqrt(0.0416) / 3, 1e-14);
  NEAR(k.high, 2 + 2 * sqrt(0.0416) / 3, 1e-14);
}

/* At both limits (a + b x - y0)^2 = t^2 Var(x). */
static void fieller(void) {
  const dd_known_line l = {30, -3, 0.04, 0.2, -0.05};
  dd_lookup k;
  CHECK(dd_inverse_predict(20, 0.01, &l, 2, &k) == DD_OK);
  CHECK(k.fieller == 1 && k.low < k.x && k.x < k.high);
  const double ends[] = {k.low, k.high};
  for (size_t i = 0; i < 2; i++) {
    const double x = ends[i], off = 30 - 3 * x - 20;
    NEAR(off * off, 4 * (0.01 + 0.04 - 2 * x * 0.05 + x * x * 0.2), 1e-12);
  }
}

static void no_limits(void) {
  dd_lookup k;
  const dd_known_line flat = {30, -3, 0.04, 3, 0};
  CHECK(dd_inverse_predict(20, 0.01, &flat, 2, &k) == DD_EDOMAIN);
  CHECK(isinf(k.low) && isinf(k.high) && k.low < 0 && k.high > 0);
  const dd_known_line level = {30, 0, 0.04, 0.1, 0};
  CHECK(dd_inverse_predict(20, 0.01, &level, 2, &k) == DD_ETHIN);
  NEAR(k.x, NAN, 0);
  const dd_known_line exact = {30, -3, NAN, NAN, NAN};
  CHECK(dd_inverse_predict(24, 0.01, &exact, 2, &k) == DD_ETHIN);
  NEAR(k.x, 2, 1e-15);
  NEAR(k.low, NAN, 0);
  const dd_known_line good = {30, -3, 0.04, 0.0009, -0.003};
  CHECK(dd_inverse_predict(24, 0.01, &good, NAN, &k) == DD_ETHIN);
  CHECK(dd_inverse_predict(NAN, 0.01, &good, 2, &k) == DD_ETHIN);
  NEAR(k.x, NAN, 0);
}

int main(void) {
  delta();
  fieller();
  no_limits();
  return check_finish();
}
