#include "bestkeeper.h"

#include "check.h"

static dd_bestkeeper_result result_of(size_t n, size_t k) {
  dd_bestkeeper_result r = {doubles(k), doubles(k), doubles(k), doubles(k), doubles(k), doubles(k),
                            doubles(k), doubles(k), doubles(k), doubles(k), doubles(n)};
  return r;
}

/* cq: six samples, four genes; mean(abs(x - mean(x))), exp(rowMeans(log(cq))), cor(), coef(lm()) in base R */
static void four_genes(void) {
  const double *cq = D(20.2, 19.5, 20.9, 20.6, 21.6, 20.7, 18.7, 19.8, 21.9, 21.8, 20.6, 20.0, 20.4,
                       19.9, 20.0, 20.2, 21.2, 20.0, 19.9, 19.7, 21.5, 19.8, 21.2, 21.3);
  dd_bestkeeper_result r = result_of(6, 4);
  dd_bestkeeper(cq, 6, 4, &r);
  ALL_NEAR(r.mad, 1e-13, 0.48888888888888954, 0.96666666666666679, 0.34444444444444383,
           0.76666666666666694);
  ALL_NEAR(r.index, 1e-14, 19.788781579035714, 19.72444427477528, 21.062732594632404,
           20.586620961767665, 21.146971176670256, 20.492855844667687);
  ALL_NEAR(r.r, 1e-13, 0.91382093022446209, 0.74244619568935355, 0.43794522464905938,
           0.78078110556360469);
  ALL_NEAR(r.slope, 1e-13, 1.0573750609256636, 1.5107345379875179, 0.3486335971597706,
           1.0900441943162209);
  ALL_NEAR(r.geo_mean, 1e-14, 20.573298656129722, 20.435445199820279, 20.278620646723901,
           20.5521093912444);
  ALL_NEAR(r.sd, 1e-13, 0.70261416628663786, 1.2355835328567093, 0.48339080118126637,
           0.84774209914729792);
  ALL_NEAR(r.mean, 1e-14, 20.583333333333332, 20.466666666666669, 20.283333333333331,
           20.566666666666666);
  ALL_NEAR(r.low, 0.0, 19.5, 18.7, 19.9, 19.7);
  ALL_NEAR(r.high, 0.0, 21.6, 21.9, 21.2, 21.5);
  NEAR(r.cv[0], 100.0 * r.mad[0] / r.mean[0], 1e-15);
  NEAR(r.count[3], 6.0, 0.0);
  NEAR(dd_mean_deviation(cq, 6), r.mad[0], 0.0);
}

static void missing_and_impossible(void) {
  const double *cq = D(20, NAN, 22, 10, 10, 10, NAN, NAN, NAN, -1, 2, 3);
  dd_bestkeeper_result r = result_of(3, 2);
  dd_bestkeeper(cq, 3, 2, &r);
  NEAR(r.mean[0], 21.0, 0.0);
  NEAR(r.mad[0], 1.0, 0.0);
  NEAR(r.count[0], 2.0, 0.0);
  NEAR(r.index[1], NAN, 0);
  NEAR(r.index[0], sqrt(200.0), 1e-15);
  NEAR(r.sd[1], 0.0, 0.0);
  NEAR(r.r[1], NAN, 0); /* nothing varies */
  NEAR(r.slope[1], 0.0, 0.0);
  NEAR(r.r[0], 1.0, 1e-15);
  dd_bestkeeper(cq + 6, 3, 2, &r);
  NEAR(r.count[0], 0.0, 0.0);
  NEAR(r.mean[0], NAN, 0);
  NEAR(r.low[0], NAN, 0);
  NEAR(r.sd[0], NAN, 0);
  NEAR(r.geo_mean[1], NAN, 0); /* -1 has no logarithm */
  NEAR(r.mad[1], 14.0 / 9.0, 1e-15);
  NEAR(r.slope[1], NAN, 0);
}

int main(void) {
  four_genes();
  missing_and_impossible();
  return check_finish();
}
