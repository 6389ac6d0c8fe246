#include "check.h"
#include "joint.h"

static dd_status test(const double *theta, const double *v_b, double df_b, const double *load,
                      const double *load_df, size_t n_sources, size_t stride, size_t q,
                      dd_joint_result *r) {
  return dd_joint_test(theta, v_b, df_b, load, load_df, n_sources, stride, q,
                       doubles(dd_joint_work_len(q)), r);
}

/*
 * In R, V = v_b + L'L with L = rbind(c(.3, -.4), c(0, .5)), q_m its eigenvectors and l_m its
 * eigenvalues: nu_m = l_m^2 / ((q_m' v_b q_m)^2 / 7 + sum((L q_m)^4 / c(3, 5))), E = sum nu / (nu - 2),
 * df = 2 E / (E - 2).
 */
static void two_estimates(void) {
  dd_joint_result r;
  const double *v_b = D(2, 0.5, 0.5, 1), *load = D(0.3, 0, -0.4, 0.5);
  CHECK(test(D(1, 2), v_b, 7, load, D(3, 5), 2, 2, 2, &r) == DD_OK);
  NEAR(r.f_biological, 2.0, 1e-14);
  NEAR(r.f, 1.4719000892060659, 1e-13);
  NEAR(r.df, 9.2082068208381216, 1e-12);
  /* efficiencies of known variance: only the first term is below */
  CHECK(test(D(1, 2), v_b, 7, load, D(INFINITY, INFINITY), 2, 2, 2, &r) == DD_OK);
  NEAR(r.df, 9.8932508459803863, 1e-12);
  /* room for a third source that is not there */
  CHECK(test(D(1, 2), v_b, 7, D(0.3, 0, NAN, -0.4, 0.5, NAN), D(3, 5, NAN), 2, 3, 2, &r) == DD_OK);
  NEAR(r.f, 1.4719000892060659, 1e-13);
}

static void without_loads_both_are_one_test(void) {
  dd_joint_result r;
  CHECK(test(D(1, 2), D(2, 0.5, 0.5, 1), 7, doubles(0), doubles(0), 0, 1, 2, &r) == DD_OK);
  NEAR(r.f_biological, 2.0, 1e-14);
  NEAR(r.f, 2.0, 1e-14);
  NEAR(r.df, 7.0, 1e-12);
}

/* One estimate: the square of its t, on Satterthwaite's df: (.04 + .01)^2 / (.04^2 / 4 + .01^2 / 5). */
static void one_estimate(void) {
  dd_joint_result r;
  CHECK(test(D(-0.6), D(0.04), 4, D(0.1), D(5), 1, 1, 1, &r) == DD_OK);
  NEAR(r.f_biological, 9.0, 1e-13);
  NEAR(r.f, 7.2, 1e-13);
  NEAR(r.df, 125.0 / 21.0, 1e-12);
}

/* With two df or fewer in a direction there is nothing to combine: the df stay that few. */
static void few_df(void) {
  dd_joint_result r;
  /* one direction of 1.5 df: nothing to combine, 1.5 is said */
  CHECK(test(D(1, 1), D(0.01, 0, 0, 1), 50, D(10, 0), D(1.5), 1, 1, 2, &r) == DD_OK);
  CHECK(r.df > 1.4 && r.df < 1.6);
  CHECK(r.f < r.f_biological);
}

static void no_test(void) {
  dd_joint_result r;
  CHECK(test(D(1, 1), D(1, 1, 1, 1), 5, doubles(0), doubles(0), 0, 1, 2, &r) == DD_ESINGULAR);
  CHECK(isnan(r.f) && isnan(r.f_biological) && isnan(r.df));
  CHECK(test(D(1, 1), D(0, 0, 0, 0), 5, doubles(0), doubles(0), 0, 1, 2, &r) == DD_ESINGULAR);
  CHECK(test(D(1, 1), D(NAN, NAN, NAN, NAN), 5, doubles(0), doubles(0), 0, 1, 2, &r) != DD_OK);
  CHECK(isnan(r.f));
  CHECK(test(doubles(0), doubles(0), 5, doubles(0), doubles(0), 0, 1, 0, &r) == DD_EDOMAIN);
}

/*
 * Seven samples in three groups, a target and two references. In R: d = cq %*% (w * c(1, -a)), y = -d,
 * m = lm(y ~ g): anova(m)$F, vcov(m)[2:3, 2:3]; loads se * c(1, -a) * D with D = l' (cq - mean);
 * the second F as in two_estimates().
 */
static void a_fit(void) {
  enum { S = 7, G = 3, H = 2, K = 2 };
  const double *cq = D(24.1, 24.6, 23.9, 22.3, 22.9, 23.0, 23.5, 18.2, 18.5, 18.0, 18.4, 18.6, 18.1,
                       18.4, 20.3, 20.2, 19.9, 20.4, 20.6, 20.2, 20.0);
  const dd_plate plate = {S, G, H, cq, D(0.95, 1, 0.9), Z(1, 2), D(0.25, 0.75)};
  const dd_efficiency_error error = {D(0.01, 0.02, 0.03), D(3, 4, 6), I(1, 2, 3)};
  dd_pattern p = {S, S, Z(0, 1, 2, 3, 4, 5, 6), Z(0, 1, 2, 3, 4, 5, 6), doubles(S)};
  dd_pattern_sizes(&p);
  dd_linear linear = {S, 3, K, doubles(S * 3), doubles(3), doubles(S * K), doubles(K), NULL};
  const double *x = D(1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1);
  CHECK(dd_linear_prepare(x, D(0, 1, 0, 0, 0, 1), &linear) == DD_OK);
  const dd_model m = {&linear, NULL, NULL, 0};
  dd_fold_changes r = {doubles(2 * K), doubles(2 * K), doubles(2 * K), doubles(2 * K),
                       doubles(2 * K), doubles(2 * K), doubles(2 * K), doubles(H * K),
                       doubles(2 * S), doubles(2),     doubles(0),     ints(2)};
  const size_t *targets = Z(1, 0);
  double *work = doubles(dd_fold_change_work_len(&plate, &p, &m, K));
  CHECK(dd_fold_change(&plate, &error, &p, &m, targets, 2, work, &r) == DD_OK);
  dd_joint joint = {doubles(K * K * 2), doubles(K * K * 2), doubles(2), doubles(2), doubles(2)};
  dd_joint_fit(&plate, &error, &m, targets, 2, &r, doubles(dd_joint_fit_work_len(&plate, K)),
               &joint);
  ALL_NEAR(joint.biological + K * K, 1e-12, 0.06951649305555585, 0.02780659722222234,
           0.02780659722222234, 0.069516493055555864);
  ALL_NEAR(joint.efficiency + K * K, 1e-15, 0.00032584027777777825, 0.00014592361111111124,
           0.00014592361111111124, 9.0819444444444503e-05);
  NEAR(joint.f_biological[1], 24.39084449883239, 1e-11);
  NEAR(joint.f[1], 24.276816878618614, 1e-11);
  NEAR(joint.df[1], 4.0204796773414806, 1e-10);
  /* the diagonals are the variances of the rows */
  for (size_t t = 0; t < 2; t++) {
    for (size_t k = 0; k < K; k++) {
      NEAR(joint.biological[t * K * K + k * (K + 1)], r.var_biological[t + 2 * k], 1e-15);
      NEAR(joint.efficiency[t * K * K + k * (K + 1)], r.var_efficiency[t + 2 * k], 1e-16);
    }
  }
}

int main(void) {
  two_estimates();
  without_loads_both_are_one_test();
  one_estimate();
  few_df();
  no_test();
  a_fit();
  return check_finish();
}
