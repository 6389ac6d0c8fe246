#include "check.h"
#include "normal.h"

/* Relative, however small the number is. */
#define CLOSE(actual, expected, tolerance) NEAR((actual) / (expected), 1.0, tolerance)

enum { N = 12 };
static const double x[N] = {-38, -20.3, -6.1, -5, -1, -0.3, 0, 0.7, 3, 5.01, 8.2, 20.7};

/* formatC(dnorm(x), digits = 17), pnorm(x), pnorm(x, lower.tail = FALSE), pnorm(x, log.p = TRUE); 1e-14: a few
 * roundings. The density at 38 is a denormal number of ten bits. */
static void against_base_r(void) {
  const double pdf[N] = {1.0972210519949712e-314, 1.3082885546815289e-90, 3.3178842435473016e-09,
                         1.4867195147342977e-06,  0.24197072451914337,    0.38138781546052414,
                         0.3989422804014327,      0.31225393336676127,    0.0044318484119380075,
                         1.4141406395950032e-06,  9.9983787484972129e-16, 3.593261220969868e-94};
  const double log_cdf[N] = {
      -726.5572160188201,      -209.97697152524205,     -21.357498419215556,
      -15.064998393988725,     -1.8410216450092636,     -0.96210281816885079,
      -0.69314718055994529,    -0.27702394227713117,    -0.0013508099647481938,
      -2.7215021431844812e-07, -1.2019351542735859e-16, -1.7318518790197378e-95};
  const double cdf[N] = {0.0,
                         6.4292444676983477e-92,
                         5.3034232629488421e-10,
                         2.8665157187919391e-07,
                         0.15865525393145705,
                         0.38208857781104733,
                         0.5,
                         0.75803634777692697,
                         0.9986501019683699,
                         0.99999972784982272,
                         0.99999999999999989,
                         1.0};
  const double upper[] = {1.2019351542735859e-16, 1.7318518790197378e-95};
  for (size_t i = 0; i < N; i++) {
    CLOSE(dd_normal_pdf(x[i]), pdf[i], i == 0 ? 1e-9 : 1e-14);
    CLOSE(dd_normal_log_cdf(x[i]), log_cdf[i], 1e-14);
    if (i > 0) CLOSE(dd_normal_cdf(x[i]), cdf[i], 1e-14);
    NEAR(dd_normal_cdf(-x[i]) + dd_normal_cdf(x[i]), 1.0, 1e-15);
    if (i > 0) CLOSE(dd_normal_upper(-x[i]), cdf[i], 1e-14);
  }
  CLOSE(dd_normal_upper(8.2), upper[0], 1e-14);
  CLOSE(dd_normal_upper(20.7), upper[1], 1e-14);
  const double p[] = {1e-300, 1e-10, 0.025, 0.9, 1 - 1e-10};
  const double quantile[] = {-37.047096299361201, -6.3613409024040557, -1.9599639845400538,
                             1.2815515655446008, 6.3613408896974208};
  for (size_t i = 0; i < 5; i++) CLOSE(dd_normal_quantile(p[i]), quantile[i], 1e-14);
  NEAR(dd_normal_quantile(0.5), 0, 0);
}

/* phi / Phi in arithmetic of 60 digits; base R has only exp(difference of logarithms), good to 1e-13 at -38. */
static void mills(void) {
  const double ratio[N] = {38.026279466575868988,  20.349024854391531695,  6.256118131711160793,
                           5.1865039671258421156,  1.5251352761609812091,  0.9981659688584833199,
                           0.79788456080286535588, 0.41192475041929067028, 0.0044378390421256637933,
                           1.4141410244537338e-06, 9.9983787484972128e-16, 3.5932612209698675e-94};
  for (size_t i = 0; i < N; i++) CLOSE(dd_normal_mills(x[i]), ratio[i], 1e-14);
  /* on both sides of where the rule changes */
  CLOSE(dd_normal_mills(-5.001), 5.1874712761032597325, 1e-14);
  CLOSE(dd_normal_mills(-4.999), 5.1855366689741892565, 1e-14);
  CLOSE(dd_normal_mills(-60), 60.01665742024112493, 1e-15);
  CLOSE(dd_normal_mills(-1e3), 1000.00099999800001, 1e-15);
}

/* It is the slope of ln Phi; central differences lose to about 1e-9. */
static void mills_is_the_slope(void) {
  for (double at = -30; at < 6; at += 0.37) {
    const double h = 1e-4;
    const double slope = (dd_normal_log_cdf(at + h) - dd_normal_log_cdf(at - h)) / (2 * h);
    NEAR(dd_normal_mills(at), slope, 1e-7);
  }
}

static void far_out(void) {
  CLOSE(dd_normal_log_cdf(-60), -1805.0135606805671, 1e-15);
  CLOSE(dd_normal_log_cdf(-1e3), -500007.82669481218431, 1e-15);
  CLOSE(dd_normal_log_cdf(-1e5), -5000000012.4318638, 1e-15);
  CLOSE(dd_normal_log_cdf(-1e6), -500000000014.73444, 1e-15);
  CLOSE(dd_normal_log_cdf(37), -5.7255712225245771e-300, 1e-13);
  CHECK(dd_normal_log_cdf(40) == 0.0);
  CHECK(isfinite(dd_normal_log_cdf(-1e150)));
  CLOSE(dd_normal_mills(-1e150), 1e150, 1e-15);
  CHECK(dd_normal_pdf(40) == 0.0 && dd_normal_pdf(-1e200) == 0.0);
}

static void edges(void) {
  CHECK(dd_normal_cdf(-INFINITY) == 0.0 && dd_normal_cdf(INFINITY) == 1.0);
  CHECK(dd_normal_upper(-INFINITY) == 1.0 && dd_normal_upper(INFINITY) == 0.0);
  CHECK(dd_normal_pdf(-INFINITY) == 0.0 && dd_normal_pdf(INFINITY) == 0.0);
  NEAR(dd_normal_log_cdf(-INFINITY), -INFINITY, 0);
  CHECK(dd_normal_log_cdf(INFINITY) == 0.0);
  NEAR(dd_normal_mills(-INFINITY), INFINITY, 0);
  CHECK(dd_normal_mills(INFINITY) == 0.0);
  NEAR(dd_normal_quantile(0), -INFINITY, 0);
  NEAR(dd_normal_quantile(1), INFINITY, 0);
  CHECK(isnan(dd_normal_quantile(-1e-9)) && isnan(dd_normal_quantile(1.5)));
  CHECK(isnan(dd_normal_pdf(NAN)) && isnan(dd_normal_cdf(NAN)) && isnan(dd_normal_upper(NAN)));
  CHECK(isnan(dd_normal_log_cdf(NAN)) && isnan(dd_normal_mills(NAN)));
  CHECK(isnan(dd_normal_quantile(NAN)));
}

int main(void) {
  against_base_r();
  mills();
  mills_is_the_slope();
  far_out();
  edges();
  return check_finish();
}
