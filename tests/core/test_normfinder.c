#include "normfinder.h"

#include "check.h"

/* Six samples, four genes; `up` is added to the first gene in the second group. Numbers: the plain R of the authors'
 * procedure, twin_normfinder() in tests/testthat. */
static dd_candidates four_genes(double up) {
  double *x = D(20.2, 19.5, 20.9, 20.6, 21.6, 20.7, 18.7, 19.8, 21.9, 21.8, 20.6, 20.0, 20.4, 19.9,
                20.0, 20.2, 21.2, 20.0, 19.9, 19.7, 21.5, 19.8, 21.2, 21.3);
  for (size_t s = 3; s < 6; s++) x[s] += up;
  const dd_candidates c = {6, 4, x};
  return c;
}

static dd_normfinder_result result_of(size_t k, size_t groups) {
  dd_normfinder_result r = {.count = doubles(groups),
                            .mean = doubles(k * groups),
                            .intra = doubles(k * groups),
                            .inter = doubles(k * groups),
                            .stability = doubles(k),
                            .raised = ints(k * groups)};
  return r;
}

static void two_groups_with_negative_variances(void) {
  const dd_candidates c = four_genes(0.0);
  double *level = doubles(6);
  dd_normfinder_result r = result_of(4, 2);
  CHECK(dd_normfinder(&c, I(0, 0, 0, 1, 1, 1), 2, level, &r) == DD_OK);
  ALL_NEAR(r.stability, 1e-13, 0.090085413965888692, 0.7370505728382416, 0.34173975764667408,
           0.35182958953397681);
  ALL_NEAR(r.intra, 1e-13, 0.050833333333333564, 1.5705555555555499, 1.2038888888888881,
           0.050833333333333564, 0.0074999999999998575, 1.6899999999999951, 0.0074999999999998575,
           0.98666666666666902);
  ALL_EQUAL(r.raised, 1, 0, 0, 1, 1, 0, 1, 0);
  ALL_NEAR(r.inter, 1e-13, -0.10833333333333428, -0.05833333333333357, 0.091666666666668561,
           0.075000000000002842, 0.10833333333333428, 0.05833333333333357, -0.091666666666665009,
           -0.074999999999999289);
  NEAR(r.gamma, 0.0, 0.0);
  NEAR(dd_normfinder_pair(&c, &r, 2, level, 0, 1), 0.37184520037595536, 1e-13);
  NEAR(dd_normfinder_pair(&c, &r, 2, level, 2, 3), 0.30559480387749999, 1e-13);
}

static void two_groups_apart(void) {
  const dd_candidates c = four_genes(3.0);
  double *level = doubles(6);
  dd_normfinder_result r = result_of(4, 2);
  CHECK(dd_normfinder(&c, I(0, 0, 0, 1, 1, 1), 2, level, &r) == DD_OK);
  ALL_NEAR(r.stability, 1e-13, 1.3498932631979357, 1.1677214266436931, 0.85784634779204172,
           0.86958808050335201);
  NEAR(r.gamma, 1.1291203703703729, 1e-13);
  NEAR(dd_normfinder_pair(&c, &r, 2, level, 0, 1), 1.1955392059015666, 1e-13);
  NEAR(dd_normfinder_pair(&c, &r, 2, level, 3, 2), 0.97185794083393584, 1e-13);
}

static void one_group(void) {
  const dd_candidates c = four_genes(0.0);
  double *level = doubles(6);
  dd_normfinder_result r = result_of(4, 1);
  CHECK(dd_normfinder(&c, I(0, 0, 0, 0, 0, 0), 1, level, &r) == DD_OK);
  ALL_NEAR(r.stability, 1e-13, 0.25298221281346994, 1.1430466112786264, 0.66824812424394853,
           0.56617625838210217);
  ALL_NEAR(r.inter, 0.0, 0, 0, 0, 0);
  NEAR(r.gamma, NAN, 0);
  NEAR(dd_normfinder_pair(&c, &r, 1, level, 0, 1), 0.5362679678419483, 1e-13);
  NEAR(dd_normfinder_pair(&c, &r, 1, level, 1, 3), 0.73530039213009202, 1e-13);
}

/* Two genes alike and all others far: the estimate of the pair's variance is negative too. */
static void a_negative_pair(void) {
  const dd_candidates c = {4, 4, D(0, 0.1, 0, 0, 0, 0.1, 0.1, 0, 3, -3, 3, -3, -3, 3, -3, 3)};
  double *level = doubles(4);
  dd_normfinder_result r = result_of(4, 1);
  CHECK(dd_normfinder(&c, I(0, 0, 0, 0), 1, level, &r) == DD_OK);
  CHECK(r.raised[0] && r.raised[1] && !r.raised[2]);
  /* the mean of genes 0 and 1 is (0, .1, .05, 0); its differences to genes 2 and 3, of which the smaller SD over 2 */
  const double to[2][4] = {{-3, 3.1, -2.95, 3}, {3, -2.9, 3.05, -3}};
  double sd[2];
  for (size_t i = 0; i < 2; i++) {
    double mean = 0.0, sum = 0.0;
    for (size_t s = 0; s < 4; s++) mean += to[i][s] / 4.0;
    for (size_t s = 0; s < 4; s++) sum += (to[i][s] - mean) * (to[i][s] - mean);
    sd[i] = sqrt(sum / 3.0);
  }
  NEAR(dd_normfinder_pair(&c, &r, 1, level, 0, 1), fmin(sd[0], sd[1]) / 2.0, 1e-13);
}

/* Neither within nor between groups: 0, not 0 / 0. */
static void nothing_varies(void) {
  const dd_candidates c = {4, 3, D(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3)};
  double *level = doubles(4);
  dd_normfinder_result r = result_of(3, 2);
  CHECK(dd_normfinder(&c, I(0, 1, 0, 1), 2, level, &r) == DD_OK);
  ALL_NEAR(r.stability, 0.0, 0, 0, 0);
  NEAR(r.gamma, 0.0, 0.0);
  NEAR(dd_normfinder_pair(&c, &r, 2, level, 0, 1), 0.0, 0.0);
}

static void too_little(void) {
  const dd_candidates c = four_genes(0.0), two = {6, 2, c.x}, three = {6, 3, c.x};
  double *level = doubles(6);
  dd_normfinder_result r = result_of(4, 2);
  CHECK(dd_normfinder(&c, I(0, 0, 0, 0, 0, 1), 2, level, &r) == DD_ETHIN);
  NEAR(r.stability[3], NAN, 0);
  NEAR(r.intra[7], NAN, 0);
  CHECK(dd_normfinder(&two, I(0, 0, 0, 1, 1, 1), 2, level, &r) == DD_EDOMAIN);
  NEAR(r.stability[1], NAN, 0);
  CHECK(dd_normfinder(&three, I(0, 0, 0, 0, 0, 0), 1, level, &r) == DD_OK);
  NEAR(dd_normfinder_pair(&three, &r, 1, level, 0, 1), NAN, 0);
}

int main(void) {
  two_groups_with_negative_variances();
  two_groups_apart();
  one_group();
  a_negative_pair();
  nothing_varies();
  too_little();
  return check_finish();
}
