#include "check.h"
#include "detection.h"

static const double DROP = 1.9207294103470498; /* qchisq(.95, 1) / 2 */

static dd_trials counts(void) {
  return (dd_trials){D(-1.3862943611198906, -0.69314718055994529, 0, 0.69314718055994529,
                       1.3862943611198906, 2.0794415416798357),
                     D(10, 10, 10, 10, 10, 10), D(1, 5, 6, 9, 10, 10), 6};
}

/* glm(cbind(k, n - k) ~ x, binomial(link), epsilon = 1e-15): coefficients; the log-likelihood without choose(n, k). */
static void glm_says_the_same(void) {
  const dd_trials t = counts();
  dd_detection f;
  CHECK(dd_detection_fit(DD_POISSON, &t, 0.95, DROP, &f) == DD_OK);
  NEAR(f.alpha, 0.05249242955462, 1e-9);
  NEAR(f.beta, 1, 0);
  NEAR(f.log_likelihood, -21.143360125392, 1e-10);
  NEAR(f.limit, log(-log(0.05)) - f.alpha, 1e-14);
  CHECK(dd_detection_fit(DD_CLOGLOG, &t, 0.95, DROP, &f) == DD_OK);
  NEAR(f.alpha, 0.04297754271894, 1e-9);
  NEAR(f.beta, 1.219878861909, 1e-9);
  NEAR(f.log_likelihood, -20.88078803228, 1e-10);
  CHECK(dd_detection_fit(DD_LOGIT, &t, 0.95, DROP, &f) == DD_OK);
  NEAR(f.alpha, 0.9019900269334, 1e-9);
  NEAR(f.beta, 2.013416253794, 1e-9);
  NEAR(f.log_likelihood, -21.106511316514, 1e-10);
  NEAR(f.limit, (log(19.0) - f.alpha) / f.beta, 1e-13);
  CHECK(dd_detection_fit(DD_PROBIT, &t, 0.95, DROP, &f) == DD_OK);
  NEAR(f.alpha, 0.5163152303689, 1e-9);
  NEAR(f.beta, 1.181392653421, 1e-9);
  NEAR(f.log_likelihood, -20.889474452709, 1e-10);
  CHECK(f.limit_low < f.limit && f.limit < f.limit_high);
}

/* The single hit model's interval: where its log-likelihood has fallen by DROP. */
static void the_interval_is_where_it_says(void) {
  const dd_trials t = counts();
  dd_detection f;
  dd_detection_fit(DD_POISSON, &t, 0.95, DROP, &f);
  const double ends[] = {f.limit_low, f.limit_high};
  for (size_t e = 0; e < 2; e++) {
    const double rate = -log(0.05) / exp(ends[e]);
    double value = 0.0;
    for (size_t i = 0; i < t.n; i++) {
      const double p = -expm1(-rate * exp(t.x[i]));
      value += t.detected[i] * log(p) + (t.tested[i] - t.detected[i]) * log1p(-p);
    }
    NEAR(value, f.log_likelihood - DROP, 1e-10);
  }
}

static void what_has_no_limit(void) {
  dd_detection f;
  const dd_trials parted = {D(0, 1, 2), D(8, 8, 8), D(0, 3, 8), 3};
  CHECK(dd_detection_fit(DD_LOGIT, &parted, 0.95, DROP, &f) == DD_ECONSTANT);
  NEAR(f.limit, NAN, 0);
  CHECK(dd_detection_fit(DD_POISSON, &parted, 0.95, DROP, &f) == DD_OK);
  const dd_trials all = {D(0, 1), D(8, 8), D(8, 8), 2};
  CHECK(dd_detection_fit(DD_PROBIT, &all, 0.95, DROP, &f) == DD_ECONSTANT);
  CHECK(dd_detection_fit(DD_POISSON, &all, 0.95, DROP, &f) == DD_ECONSTANT);
  CHECK(isfinite(f.limit_high) && isinf(f.limit_low) && f.limit_low < 0);
  const dd_trials none = {D(0, 1), D(8, 8), D(0, 0), 2};
  CHECK(dd_detection_fit(DD_POISSON, &none, 0.95, DROP, &f) == DD_ECONSTANT);
  CHECK(isfinite(f.limit_low) && isinf(f.limit_high) && f.limit_high > 0);
  const dd_trials falling = {D(0, 1, 2, 3), D(8, 8, 8, 8), D(6, 5, 4, 3), 4};
  CHECK(dd_detection_fit(DD_CLOGLOG, &falling, 0.95, DROP, &f) == DD_EDOMAIN);
  CHECK(f.beta < 0 && isnan(f.limit));
  const dd_trials one = {D(1, 1), D(8, 8), D(6, 5), 2};
  CHECK(dd_detection_fit(DD_LOGIT, &one, 0.95, DROP, &f) == DD_ETHIN);
  CHECK(dd_detection_fit(DD_POISSON, &one, 0.95, DROP, &f) == DD_OK);
  const dd_trials empty = {D(1, 2), D(0, 0), D(0, 0), 2};
  CHECK(dd_detection_fit(DD_POISSON, &empty, 0.95, DROP, &f) == DD_ETHIN);
}

/* A slope that may be flat has an interval without an end; far quantities do not overflow. */
static void extremes(void) {
  dd_detection f;
  const dd_trials vague = {D(0, 1, 2), D(4, 4, 4), D(2, 1, 3), 3};
  CHECK(dd_detection_fit(DD_LOGIT, &vague, 0.95, DROP, &f) == DD_OK);
  CHECK(isinf(f.limit_high));
  const dd_trials far = {D(-40, -1, 0, 1, 2, 60), D(50, 50, 50, 50, 50, 50),
                         D(0, 14, 30, 47, 50, 50), 6};
  for (int link = DD_POISSON; link <= DD_PROBIT; link++) {
    CHECK(dd_detection_fit((dd_link)link, &far, 0.95, DROP, &f) == DD_OK);
    CHECK(isfinite(f.limit) && isfinite(f.limit_low) && isfinite(f.limit_high));
  }
}

int main(void) {
  glm_says_the_same();
  the_interval_is_where_it_says();
  what_has_no_limit();
  extremes();
  return check_finish();
}
