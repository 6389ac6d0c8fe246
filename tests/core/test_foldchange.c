#include "check.h"
#include "foldchange.h"

/* The five samples of most tests: three controls, two treated; a target and two references. */
enum { S = 5, G = 3, H = 2 };

static double *cq_of(void) {
  return D(24.1, 24.6, 23.9, 22.3, 22.9, 18.2, 18.5, 18.0, 18.4, 18.6, 20.3, 20.2, 19.9, 20.4,
           20.6);
}

static dd_plate plate_of(const double *cq) {
  return (dd_plate){S, G, H, cq, D(0.95, 1, 0.9), Z(1, 2), D(0.25, 0.75)};
}

static dd_efficiency_error error_of(void) {
  return (dd_efficiency_error){D(0.01, 0.02, 0.03), D(3, 4, 6), I(1, 2, 3)};
}

static dd_pattern each_sample(size_t n) {
  size_t *at = keep(n * sizeof *at);
  for (size_t i = 0; i < n; i++) at[i] = i;
  dd_pattern p = {n, n, at, at, doubles(n)};
  dd_pattern_sizes(&p);
  return p;
}

static dd_fold_changes results_of(size_t n_targets, size_t n_contrasts, size_t n_refs,
                                  size_t n_units, size_t n_groups) {
  const size_t n = n_targets * n_contrasts;
  return (dd_fold_changes){doubles(n),
                           doubles(n),
                           doubles(n),
                           doubles(n),
                           doubles(n),
                           doubles(n),
                           doubles(n),
                           doubles(n_refs * n_contrasts),
                           doubles(n_units * n_targets),
                           doubles(n_targets),
                           doubles(n_groups * n_targets),
                           ints(n_targets)};
}

static dd_welch *welch(size_t n, size_t n_groups, size_t k, const int *group, const double *c) {
  dd_welch *m = keep(sizeof *m);
  *m = (dd_welch){n, n_groups, k, group, c, doubles(n_groups), doubles(n_groups), doubles(n * k)};
  CHECK(dd_welch_prepare(m) == DD_OK);
  return m;
}

static dd_linear *linear(size_t n, size_t p, size_t k, const double *x, const double *c) {
  dd_linear *m = keep(sizeof *m);
  *m = (dd_linear){n, p, k, doubles(n * p), doubles(p), doubles(n * k), doubles(k), NULL};
  CHECK(dd_linear_prepare(x, c, m) == DD_OK);
  return m;
}

static dd_model welch_model(void) {
  const int *g = I(0, 0, 0, 1, 1);
  return (dd_model){NULL, welch(S, 2, 1, g, D(-1, 1)), g, 2};
}

static dd_model pooled_model(void) {
  const int *g = I(0, 0, 0, 1, 1);
  return (dd_model){linear(S, 2, 1, D(1, 1, 1, 1, 1, 0, 0, 0, 1, 1), D(0, 1)), NULL, g, 2};
}

static dd_status run(const dd_plate *plate, const dd_efficiency_error *error, const dd_pattern *p,
                     const dd_model *m, size_t k, const size_t *target, size_t n,
                     dd_fold_changes *out) {
  double *work = doubles(dd_fold_change_work_len(plate, p, m, k));
  return dd_fold_change(plate, error, p, m, target, n, work, out);
}

/*
 * In R, with cq, w = c(.95, 1, .9), a = c(0, .25, .75), l = +-1/n, C = diag(c(.01, .02, .03)^2):
 * d = .95 T - .25 R1 - .675 R2; D = colSums(l * cq); g = (c(1, 0, 0) - a) * D; V_E = g' C g;
 * t.test(d ~ group). D by hand: T 22.6 - 24.2 = -1.6; R1 18.5 - 54.7/3 = .8/3; R2 20.5 - 60.4/3
 * = 1.1/3. estimate -(.95 * -1.6 - .25 * .8/3 - .675 * 1.1/3) = 1.834166...
 */
static void welch_by_hand(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  const dd_model m = welch_model();
  dd_fold_changes r = results_of(1, 1, H, S, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  NEAR(r.estimate[0], 1.8341666666666667, 1e-13);
  NEAR(r.var_biological[0], 0.056465277777777059, 1e-13);
  NEAR(r.df_biological[0], 2.0418091806980647, 1e-12);
  NEAR(r.var_efficiency[0], 0.00032584027777777792, 1e-15);
  NEAR(r.df[0], 2.0654123107510554, 1e-12);
  NEAR(r.cq_contrast[0], -1.6, 1e-13);
  ALL_NEAR(r.ref_contrast, 1e-13, 0.8 / 3, 1.1 / 3);
  ALL_NEAR(r.group_sd, 1e-13, 0.24130288712183784, 0.27223611075681686);
  CHECK(r.status[0] == DD_OK);
}

/* t.test(d ~ group, var.equal = TRUE) and the same V_E. */
static void pooled_by_hand(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  const dd_model m = pooled_model();
  dd_fold_changes r = results_of(1, 1, H, S, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  NEAR(r.estimate[0], 1.8341666666666667, 1e-13);
  NEAR(r.var_biological[0], 0.052935185185185196, 1e-13);
  NEAR(r.df_biological[0], 3, 0);
  NEAR(r.var_efficiency[0], 0.00032584027777777792, 1e-15);
  NEAR(r.df[0], 3.0369728720846174, 1e-12);
  ALL_NEAR(r.group_sd, 1e-13, 0.24130288712183784, 0.27223611075681686);
}

/* A model without groups, as with blocks, answers the same and asks for no group SDs. */
static void pooled_without_groups(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  dd_model m = pooled_model();
  m.group = NULL;
  m.n_groups = 0;
  dd_fold_changes r = results_of(1, 1, H, S, 0);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  NEAR(r.var_biological[0], 0.052935185185185196, 1e-13);
}

/* E = 2 for all and one reference: Livak and Schmittgen's 2^-ddCq, ddCq = mean difference of Cq_T -
 * Cq_R. */
static void doubling_is_livak(void) {
  const double *cq = cq_of();
  const dd_plate plate = {S, G, 1, cq, D(1, 1, 1), Z(1), D(1.0)};
  const dd_efficiency_error error = {D(0, 0, 0), D(INFINITY, INFINITY, INFINITY), I(1, 2, 3)};
  const dd_pattern p = each_sample(S);
  const dd_model m = welch_model();
  dd_fold_changes r = results_of(1, 1, 1, S, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  /* 22.6 - 18.5 against 24.2 - 54.7/3 */
  NEAR(r.estimate[0], (24.2 - 54.7 / 3) - 4.1, 1e-13);
  CHECK(r.var_efficiency[0] == 0.0);
  NEAR(r.df[0], r.df_biological[0], 1e-13);
}

/* Pfaffl's ratio E_T^(ctl - trt) / prod_h E_h^(a_h (ctl - trt)) is 2^estimate, to 1e-13. */
static void pfaffl(void) {
  const double e[] = {1.87, 2.03, 1.94};
  const dd_plate plate = {S,       G,          H, cq_of(), D(log2(e[0]), log2(e[1]), log2(e[2])),
                          Z(1, 2), D(0.5, 0.5)};
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  const dd_model m = pooled_model();
  dd_fold_changes r = results_of(1, 1, H, S, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  const double ratio =
      pow(e[0], 1.6) / (pow(e[1], 0.5 * (54.7 / 3 - 18.5)) * pow(e[2], 0.5 * (60.4 / 3 - 20.5)));
  NEAR(exp2(r.estimate[0]) / ratio, 1.0, 1e-13);
}

/*
 * The target and reference 1 share one estimate: their loads add before the square. And reference 1
 * as a target: its load on itself is (1 - a) D. Values of g' C g in R, C[1, 2] = .01 * .02 for the
 * shared one.
 */
static void shared_efficiencies_and_references_as_targets(void) {
  const dd_plate plate = plate_of(cq_of());
  dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  const dd_model m = welch_model();
  dd_fold_changes r = results_of(2, 1, H, S, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0, 1), 2, &r) == DD_OK);
  ALL_NEAR(r.estimate, 1e-12, 1.8341666666666667, 0.0475);
  ALL_NEAR(r.var_efficiency, 1e-15, 0.00032584027777777792, 8.4062500000000614e-05);
  error.source = I(4, 4, 3);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  NEAR(r.var_efficiency[0], 0.00036850694444444469, 1e-15);
  /* normalised by itself alone: nothing is left, exactly */
  const dd_plate alone = {S, G, 1, cq_of(), D(0.95, 1, 0.9), Z(1), D(1.0)};
  dd_fold_changes q = results_of(1, 1, 1, S, 2);
  CHECK(run(&alone, &error, &p, &m, 1, Z(1), 1, &q) == DD_OK);
  CHECK(q.estimate[0] == 0.0 && q.var_efficiency[0] == 0.0 && q.var_biological[0] == 0.0);
  CHECK(q.status[0] == DD_ECONSTANT);
}

/* cov(d_a, d_b) of each group over its n, or the pooled residuals' over n - p times l'l; plus g_a'
 * C g_b. */
static void covariance_of_two_targets(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  const dd_model models[] = {welch_model(), pooled_model()};
  const double expected[] = {0.013204395833333606, 0.020361340277778195};
  for (size_t i = 0; i < 2; i++) {
    dd_fold_changes r = results_of(2, 1, H, S, 2);
    double *v = doubles(4);
    CHECK(run(&plate, &error, &p, models + i, 1, Z(0, 1), 2, &r) == DD_OK);
    dd_fold_covariance(&plate, &error, models + i, Z(0, 1), 2, &r, v);
    NEAR(v[1], expected[i], 1e-13);
    CHECK(v[1] == v[2]);
    for (size_t t = 0; t < 2; t++) {
      NEAR(v[3 * t], r.var_biological[t] + r.var_efficiency[t], 1e-14);
    }
  }
}

/* Three groups, one target without references: lm(cq ~ group), vcov() of the two coefficients. */
static void two_contrasts(void) {
  const int *g = I(0, 0, 0, 1, 1, 2, 2);
  const dd_plate plate = {7,    1,    0,         D(24.1, 24.6, 23.9, 22.3, 22.9, 25.0, 25.9),
                          D(1), Z(0), doubles(0)};
  const dd_efficiency_error error = {D(0.05), D(3), I(1)};
  const dd_pattern p = each_sample(7);
  const double *x = D(1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1);
  const dd_model m = {linear(7, 3, 2, x, D(0, 1, 0, 0, 0, 1)), NULL, g, 3};
  dd_fold_changes r = results_of(1, 2, 0, 7, 3);
  double *v = doubles(4);
  CHECK(run(&plate, &error, &p, &m, 2, Z(0), 1, &r) == DD_OK);
  ALL_NEAR(r.estimate, 1e-13, 1.6, -1.25);
  ALL_NEAR(r.cq_contrast, 1e-13, -1.6, 1.25);
  ALL_NEAR(r.var_biological, 1e-13, 0.17604166666666662, 0.17604166666666668);
  ALL_NEAR(r.var_efficiency, 1e-15, 0.0064, 0.00390625); /* (1.6 * .05)^2, (1.25 * .05)^2 */
  dd_fold_covariance(&plate, &error, &m, Z(0), 1, &r, v);
  NEAR(v[1], 0.070416666666666641 - 1.6 * 1.25 * 0.0025, 1e-13);
  /* Welch: the contrasts share the control's s2 / n = (.13 / 2) * ... = var(24.1, 24.6, 23.9) / 3
   */
  const dd_model w = {NULL, welch(7, 3, 2, g, D(-1, 1, 0, -1, 0, 1)), g, 3};
  CHECK(run(&plate, &error, &p, &w, 2, Z(0), 1, &r) == DD_OK);
  dd_fold_covariance(&plate, &error, &w, Z(0), 1, &r, v);
  NEAR(v[1], 0.13 / 3 - 1.6 * 1.25 * 0.0025, 1e-13); /* var = (.01 + .16 + .09) / 2 = .13 */
}

/* Samples 1 and 2 are one animal: y is the mean of its d, and l gives each half of the animal's
 * weight. */
static void several_samples_a_unit(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = error_of();
  dd_pattern p = {S, 4, Z(0, 1, 2, 3, 4), Z(0, 0, 1, 2, 3), doubles(4)};
  dd_pattern_sizes(&p);
  ALL_NEAR(p.size, 0, 2, 1, 1, 1);
  const int *g = I(0, 0, 1, 1);
  const dd_model m = {NULL, welch(4, 2, 1, g, D(-1, 1)), g, 2};
  dd_fold_changes r = results_of(1, 1, H, 4, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  NEAR(r.estimate[0], 1.816875, 1e-13);
  NEAR(r.cq_contrast[0], -1.525, 1e-13);
  ALL_NEAR(r.ref_contrast, 1e-13, 0.325, 0.425);
  NEAR(r.var_efficiency[0], 0.00032664453125000044, 1e-15);
  NEAR(r.var_biological[0], 0.039747265624998918, 1e-13);
  NEAR(r.df_biological[0], 1.1444775797281828, 1e-12);
}

/* A gap in a sample that the pattern leaves out is never read. */
static void samples_outside_the_pattern(void) {
  const double *small = cq_of();
  double *cq = doubles(6 * G);
  for (size_t j = 0; j < G; j++) {
    cq[6 * j] = NAN;
    for (size_t s = 0; s < S; s++) cq[6 * j + 1 + s] = small[S * j + s];
  }
  const dd_plate plate = {6, G, H, cq, D(0.95, 1, 0.9), Z(1, 2), D(0.25, 0.75)};
  const dd_efficiency_error error = error_of();
  dd_pattern p = {S, S, Z(1, 2, 3, 4, 5), Z(0, 1, 2, 3, 4), doubles(S)};
  dd_pattern_sizes(&p);
  const dd_model m = welch_model();
  dd_fold_changes r = results_of(1, 1, H, S, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  NEAR(r.estimate[0], 1.8341666666666667, 1e-13);
  NEAR(r.var_biological[0], 0.056465277777777059, 1e-13);
}

/* 1e8 on every Cq of one gene, target or reference: V_E multiplies differences of Cq, so it stays
 * to 1e-7. */
static void a_constant_leaves_the_efficiency_part(void) {
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  for (size_t gene = 0; gene < G; gene++) {
    double *cq = cq_of();
    for (size_t s = 0; s < S; s++) cq[gene * S + s] += 1e8;
    const dd_plate plate = plate_of(cq);
    const dd_model models[] = {welch_model(), pooled_model()};
    for (size_t i = 0; i < 2; i++) {
      dd_fold_changes r = results_of(1, 1, H, S, 2);
      CHECK(run(&plate, &error, &p, models + i, 1, Z(0), 1, &r) == DD_OK);
      NEAR(r.var_efficiency[0], 0.00032584027777777792, 1e-7);
      NEAR(r.cq_contrast[0], -1.6, 1e-7);
      NEAR(r.estimate[0], 1.8341666666666667, 1e-7);
    }
  }
}

/* 2^40 and quarters are exact, so only a D that is not taken of differences loses anything. */
static void the_contrast_of_cq_is_centred(void) {
  const double far = 1099511627776.0;
  const dd_plate plate = {
      S,    1,    0,         D(far + 24.25, far + 24.75, far + 23.5, far + 22, far + 22.5),
      D(1), Z(0), doubles(0)};
  const dd_efficiency_error error = {D(0.1), D(3), I(1)};
  const dd_pattern p = each_sample(S);
  const dd_model m = welch_model();
  dd_fold_changes r = results_of(1, 1, 0, S, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  NEAR(r.cq_contrast[0], 22.25 - 72.5 / 3, 1e-9);
  NEAR(r.var_efficiency[0], 0.01 * (22.25 - 72.5 / 3) * (22.25 - 72.5 / 3), 1e-9);
}

static void flat_thin_and_missing(void) {
  const dd_efficiency_error error = {D(0.1, 0.1), D(3, 3), I(1, 2)};
  /* flat: Cq 30.3 and 28.3 against 20.1; d differs by rounding. V_b is 0, V_E = (.1 * 2)^2 and nu
   * its own 3 */
  const dd_plate flat = {4,       2,    1,     D(30.3, 30.3, 28.3, 28.3, 20.1, 20.1, 20.1, 20.1),
                         D(1, 1), Z(1), D(1.0)};
  const int *g = I(0, 0, 1, 1);
  const dd_model m = {NULL, welch(4, 2, 1, g, D(-1, 1)), g, 2};
  const dd_pattern p = each_sample(4);
  dd_fold_changes r = results_of(1, 1, 1, 4, 2);
  CHECK(run(&flat, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  CHECK(r.status[0] == DD_ECONSTANT && r.var_biological[0] == 0.0);
  NEAR(r.estimate[0], 2, 1e-13);
  NEAR(r.var_efficiency[0], 0.04, 1e-14);
  NEAR(r.df[0], 3, 1e-12);

  /* one unit a group: the fold change is given, its error is not */
  const dd_plate two = {2, 2, 1, D(30, 28, 20, 20.5), D(1, 1), Z(1), D(1.0)};
  const dd_pattern q = each_sample(2);
  const int *h = I(0, 1);
  const dd_model thin[] = {{NULL, welch(2, 2, 1, h, D(-1, 1)), h, 2},
                           {linear(2, 2, 1, D(1, 1, 0, 1), D(0, 1)), NULL, h, 2}};
  for (size_t i = 0; i < 2; i++) {
    dd_fold_changes s = results_of(1, 1, 1, 2, 2);
    CHECK(run(&two, &error, &q, thin + i, 1, Z(0), 1, &s) == DD_OK);
    CHECK(s.status[0] == DD_ETHIN);
    NEAR(s.estimate[0], 2.5, 1e-14);
    NEAR(s.var_biological[0], NAN, 0);
    NEAR(s.df[0], NAN, 0);
    NEAR(s.var_efficiency[0], 0.0425, 1e-14); /* (.1 * 2)^2 + (.1 * .5)^2 */
    ALL_NEAR(s.group_sd, 0, NAN, NAN);
  }

  /* a gap inside the pattern: missing throughout, never a number */
  const dd_plate gap = {4, 2, 1, D(30, NAN, 28, 28.5, 20, 20, 20, 20), D(1, 1), Z(1), D(1.0)};
  CHECK(run(&gap, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  CHECK(isnan(r.estimate[0]) && isnan(r.var_biological[0]) && isnan(r.df[0]));
}

static void nothing_asked(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  const dd_model m = welch_model();
  dd_fold_changes r = results_of(0, 1, H, S, 2);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 0, &r) == DD_OK);
  dd_fold_covariance(&plate, &error, &m, Z(0), 0, &r, doubles(0));
  const int *g = I(0, 0, 0, 1, 1);
  const dd_model no_contrast = {NULL, welch(S, 2, 0, g, doubles(0)), g, 2};
  dd_fold_changes q = results_of(1, 0, H, S, 2);
  CHECK(run(&plate, &error, &p, &no_contrast, 0, Z(0), 1, &q) == DD_OK);
  CHECK(q.status[0] == DD_OK);
}

/* 63 references and the target are as many terms as the core has room for; one more is refused, not
 * written. */
static void as_many_references_as_there_is_room(void) {
  enum { MANY = 64 };
  double *cq = doubles(S * (MANY + 1)), *weight = doubles(MANY + 1), *se = doubles(MANY + 1);
  double *df = doubles(MANY + 1), *share = doubles(MANY);
  int *source = ints(MANY + 1);
  size_t *ref = keep(MANY * sizeof *ref);
  for (size_t j = 0; j <= MANY; j++) {
    for (size_t s = 0; s < S; s++) cq[j * S + s] = (j == 0 && s > 2 ? 24.0 : 20.0) + 0.1 * pseudo();
    weight[j] = 1.0;
    se[j] = 0.01;
    df[j] = 3.0;
    source[j] = (int)j;
    if (j < MANY) {
      ref[j] = j + 1;
      share[j] = 1.0 / (MANY - 1);
    }
  }
  const dd_efficiency_error error = {se, df, source};
  const dd_pattern p = each_sample(S);
  const dd_model m = pooled_model();
  dd_fold_changes r = results_of(1, 1, MANY, S, 2);
  const dd_plate fits = {S, MANY + 1, MANY - 1, cq, weight, ref, share};
  CHECK(run(&fits, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  NEAR(r.estimate[0], -4, 0.05);
  double *v = doubles(1);
  dd_fold_covariance(&fits, &error, &m, Z(0), 1, &r, v);
  NEAR(v[0], r.var_biological[0] + r.var_efficiency[0], 1e-14);
  const dd_plate beyond = {S, MANY + 1, MANY, cq, weight, ref, share};
  CHECK(run(&beyond, &error, &p, &m, 1, Z(0), 1, &r) == DD_EDOMAIN);
}

/* The efficiency part for given weights is that of the fit whose weights they are; its loads, too. */
static void the_part_for_given_weights(void) {
  const dd_plate plate = plate_of(cq_of());
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  const dd_model m = pooled_model();
  dd_fold_changes r = results_of(1, 1, H, S, 2), part = results_of(1, 1, H, S, 0);
  CHECK(run(&plate, &error, &p, &m, 1, Z(0), 1, &r) == DD_OK);
  double *load = doubles(H + 1), *load_df = doubles(H + 1);
  double *work = doubles(dd_efficiency_part_work_len(&plate, &p, 1));
  CHECK(dd_efficiency_part(&plate, &error, &p, dd_model_weights(&m), 1, 0, work, &part, load,
                           load_df) == H + 1);
  NEAR(part.var_efficiency[0], r.var_efficiency[0], 1e-17);
  NEAR(part.below[0], r.below[0], 1e-20);
  NEAR(part.cq_contrast[0], r.cq_contrast[0], 1e-14);
  /* -1.6 * .01, -.25 * .8/3 * .02, -.75 * 1.1/3 * .03 */
  ALL_NEAR(load, 1e-15, -0.016, -0.25 * 0.8 / 3 * 0.02, -0.75 * 1.1 / 3 * 0.03);
  ALL_NEAR(load_df, 0, 3, 4, 6);
  double *again = doubles(H + 1);
  CHECK(dd_target_loads(&plate, &error, 0, &r, 0, 1, 1, doubles(H + 1), again, load_df) == H + 1);
  for (size_t i = 0; i <= H; i++) NEAR(again[i], load[i], 1e-16);
  double covariance;
  dd_target_covariance(&m, &r, 0, &covariance);
  NEAR(covariance, r.var_biological[0], 1e-15);
}

/* A constant on all Cq of the target leaves a level's error alone: only distances are uncertain. */
static void the_error_of_a_level(void) {
  double *far = cq_of();
  for (size_t i = 0; i < S; i++) far[i] += 5.0;
  const dd_plate near = plate_of(cq_of()), moved = plate_of(far);
  const dd_efficiency_error error = error_of();
  const dd_pattern p = each_sample(S);
  const int *g = I(0, 0, 0, 1, 1);
  const dd_model m = {NULL, welch(S, 2, 1, g, D(0, 1)), g, 2};
  dd_fold_changes a = results_of(1, 1, H, S, 2), b = results_of(1, 1, H, S, 2);
  CHECK(run(&near, &error, &p, &m, 1, Z(0), 1, &a) == DD_OK);
  CHECK(run(&moved, &error, &p, &m, 1, Z(0), 1, &b) == DD_OK);
  /* mean Cq of the treated less that of all: 22.6 - 23.56 */
  NEAR(a.cq_contrast[0], 22.6 - 23.56, 1e-13);
  NEAR(b.cq_contrast[0], a.cq_contrast[0], 1e-12);
  NEAR(b.var_efficiency[0], a.var_efficiency[0], 1e-15);
  NEAR(b.estimate[0], a.estimate[0] - 5.0 * 0.95, 1e-12);
}

int main(void) {
  welch_by_hand();
  the_part_for_given_weights();
  the_error_of_a_level();
  pooled_by_hand();
  pooled_without_groups();
  doubling_is_livak();
  pfaffl();
  shared_efficiencies_and_references_as_targets();
  covariance_of_two_targets();
  two_contrasts();
  several_samples_a_unit();
  samples_outside_the_pattern();
  a_constant_leaves_the_efficiency_part();
  the_contrast_of_cq_is_centred();
  flat_thin_and_missing();
  nothing_asked();
  as_many_references_as_there_is_room();
  return check_finish();
}
