#include "gene_group.h"

#include "check.h"

static const double cq[] = {20.2, 19.5, 20.9, 20.6, 21.6, 20.7, 18.7, 19.8, 21.9, 21.8, 20.6, 20.0,
                            20.4, 19.9, 20.0, 20.2, 21.2, 20.0, 19.9, 19.7, 21.5, 19.8, 21.2, 21.3};

static dd_gene_group_result result_of(size_t k, size_t pairs) {
  dd_gene_group_result r = {.estimate = doubles(k * pairs), .variance = doubles(k * pairs)};
  return r;
}

static dd_status fit(const dd_candidates *c, const int *group, size_t groups,
                     dd_gene_group_result *r) {
  double *work = doubles(dd_gene_group_work_len(c->n, c->k, groups));
  return dd_gene_group(c, group, groups, work, r);
}

/* z <- x[, j] - rowMeans(x[, -j]); f <- lm(z ~ group); coef(f)[2], vcov(f)[2, 2]. Components: the mean squares of
 * anova(lm(x ~ group + sample + gene + gene:group)). */
static void two_groups(void) {
  const dd_candidates c = {
      6, 4,
      D(20.2, 19.5, 20.9, 23.6, 24.6, 23.7, 18.7, 19.8, 21.9, 21.8, 20.6, 20.0, 20.4, 19.9, 20.0,
        20.2, 21.2, 20.0, 19.9, 19.7, 21.5, 19.8, 21.2, 21.3)};
  dd_gene_group_result r = result_of(4, 1);
  CHECK(fit(&c, I(0, 0, 0, 1, 1, 1), 2, &r) == DD_OK);
  ALL_NEAR(r.estimate, 1e-13, 3.2888888888888892, -0.84444444444444389, -1.2444444444444447,
           -1.1999999999999995);
  ALL_NEAR(r.variance, 1e-13, 0.10160493827160588, 1.1460493827160485, 0.50012345679012371,
           0.41172839506172848);
  NEAR(r.df, 4.0, 0.0);
  NEAR(r.sample, 0.19722222222222138, 1e-13);
  NEAR(r.interaction, 1.1586574074074034, 1e-13);
  NEAR(r.residual, 0.60736111111111202, 1e-13);
  NEAR(r.sample_df, 4.0, 0.0);
  NEAR(r.interaction_df, 3.0, 0.0);
  NEAR(r.residual_df, 12.0, 0.0);
}

static void a_component_is_not_negative(void) {
  const dd_candidates c = {6, 4, cq};
  dd_gene_group_result r = result_of(4, 1);
  CHECK(fit(&c, I(0, 0, 0, 1, 1, 1), 2, &r) == DD_OK);
  NEAR(r.interaction, 0.0, 0.0); /* -0.183 by the method of moments */
  NEAR(r.estimate[2], -0.2444444444444448, 1e-13);
}

/* Pairs run (0, 1), (0, 2), (1, 2), and the third is the second minus the first. */
static void three_groups(void) {
  const dd_candidates c = {6, 4, cq};
  dd_gene_group_result r = result_of(4, 3);
  CHECK(fit(&c, I(0, 1, 2, 0, 1, 2), 3, &r) == DD_OK);
  for (size_t j = 0; j < 4; j++) {
    NEAR(r.estimate[8 + j], r.estimate[4 + j] - r.estimate[j], 1e-14);
    NEAR(r.variance[8 + j], r.variance[j], 1e-15);
  }
  NEAR(r.df, 3.0, 0.0);
  /* a shift of one sample moves nothing but the variance of samples */
  double *moved = copy_doubles(cq, 24);
  for (size_t j = 0; j < 4; j++) moved[6 * j + 2] += 4.0;
  const dd_candidates m = {6, 4, moved};
  dd_gene_group_result q = result_of(4, 3);
  CHECK(fit(&m, I(0, 1, 2, 0, 1, 2), 3, &q) == DD_OK);
  for (size_t i = 0; i < 12; i++) NEAR(q.estimate[i], r.estimate[i], 1e-13);
  NEAR(q.residual, r.residual, 1e-13);
  CHECK(q.sample > r.sample);
}

/* g_i = c_i D_i by hand: D = (1, 2, 3) cycles, E = 2, each se 0.1 on 4 df; genes 0 and 2 share one estimate. */
static void errors_of_the_efficiencies(void) {
  const dd_candidates c = {2, 3, D(-20, -21, -20, -22, -20, -23)};
  double *variance = doubles(3), *below = doubles(3);
  double *work = doubles(dd_gene_group_efficiency_work_len(3, 2));
  dd_efficiency_error error = {D(0.1, 0.1, 0.1), D(4, 4, 4), I(0, 1, 2)};
  const double *one = D(1, 1, 1);
  dd_gene_group_efficiency(&c, I(0, 1), 2, one, &error, work, variance, below);
  /* gene 0: (1, -1, -1.5); gene 1: (-.5, 2, -1.5); gene 2: (-.5, -1, 3) */
  ALL_NEAR(variance, 1e-14, 0.01 * 4.25, 0.01 * 6.5, 0.01 * 10.25);
  ALL_NEAR(below, 1e-14, 1e-4 / 4 * (1 + 1 + 5.0625), 1e-4 / 4 * (0.0625 + 16 + 5.0625),
           1e-4 / 4 * (0.0625 + 1 + 81));
  error.source = I(0, 1, 0);
  dd_gene_group_efficiency(&c, I(0, 1), 2, one, &error, work, variance, below);
  /* the shared ones add before they are squared: -.5, -2, 2.5 */
  ALL_NEAR(variance, 1e-14, 0.01 * (0.25 + 1), 0.01 * (4 + 4), 0.01 * (6.25 + 1));
  ALL_NEAR(below, 1e-14, 1e-4 / 4 * (0.0625 + 1), 1e-4 / 4 * 32, 1e-4 / 4 * (39.0625 + 1));
  error.se = D(0, 0, 0);
  error.df = D(INFINITY, INFINITY, INFINITY);
  dd_gene_group_efficiency(&c, I(0, 1), 2, one, &error, work, variance, below);
  ALL_NEAR(variance, 0.0, 0, 0, 0);
  ALL_NEAR(below, 0.0, 0, 0, 0);
}

static void too_little(void) {
  const dd_candidates one = {6, 1, cq}, two = {2, 3, cq}, c = {6, 4, cq};
  dd_gene_group_result r = result_of(4, 3);
  CHECK(fit(&one, I(0, 0, 0, 1, 1, 1), 2, &r) == DD_EDOMAIN);
  NEAR(r.estimate[0], NAN, 0);
  CHECK(fit(&two, I(0, 1), 2, &r) == DD_ETHIN);
  NEAR(r.variance[2], NAN, 0);
  NEAR(r.df, NAN, 0);
  CHECK(fit(&c, I(0, 0, 0, 2, 2, 2), 3, &r) == DD_ETHIN);
  CHECK(fit(&c, I(0, 0, 0, 0, 0, 0), 1, &r) == DD_OK);
  NEAR(r.interaction, NAN, 0);
  NEAR(r.residual_df, 15.0, 0.0);
}

int main(void) {
  two_groups();
  a_component_is_not_negative();
  three_groups();
  errors_of_the_efficiencies();
  too_little();
  return check_finish();
}
