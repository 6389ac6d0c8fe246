#include "core/variance_budget.h"
#include "core/foldchange.h"
#include "core/joint.h"
#include "core/sample_error.h"
#include "r_glue.h"

#include <string.h>

static size_t *positions(const int *codes, R_xlen_t n) {
  size_t *out = (size_t *)R_alloc((size_t)n + 1, sizeof(size_t));
  for (R_xlen_t i = 0; i < n; i++) out[i] = (size_t)codes[i];
  return out;
}

static double *scratch(size_t n) { return (double *)R_alloc(n + 1, sizeof(double)); }

static void prepare_linear(dd_linear *m, size_t n, SEXP design, SEXP contrast, size_t K,
                           const double *root) {
  if (TYPEOF(design) != REALSXP || !Rf_isMatrix(design)) {
    Rf_error("internal error: `design` must be a matrix");
  }
  const size_t p = (size_t)Rf_ncols(design);
  *m = (dd_linear){n, p, K, scratch(n * p), scratch(p), scratch(n * K), scratch(K), root};
  const double *x = glue_doubles(design, (R_xlen_t)(n * p), "design");
  const double *c = glue_doubles(contrast, (R_xlen_t)(p * K), "contrast");
  if (dd_linear_prepare(x, c, m) != DD_OK) {
    Rf_error("internal error: the model matrix must have full rank");
  }
}

static void prepare_welch(dd_welch *m, size_t n, const int *group, size_t n_groups, SEXP contrast,
                          size_t K) {
  const double *c = glue_doubles(contrast, (R_xlen_t)(n_groups * K), "contrast");
  *m = (dd_welch){n, n_groups, K, group, c, scratch(n_groups), scratch(n_groups), scratch(n * K)};
  if (dd_welch_prepare(m) != DD_OK) {
    Rf_error("internal error: a contrast asks for a group without units");
  }
}

/* What the entries of this file share: the plate, who takes part, and the model where there is one. */
typedef struct {
  R_xlen_t G, H, T, S;
  size_t K, U;
  int n_groups;
  dd_plate plate;
  dd_efficiency_error error;
  dd_pattern pattern;
  const size_t *targets;
  dd_linear linear;
  dd_welch welch;
  dd_model model;
} job;

static void read_plate(job *j, SEXP cq, SEXP weight, SEXP ref, SEXP ref_weight) {
  const R_xlen_t G = j->G = Rf_xlength(weight), H = j->H = Rf_xlength(ref);
  const R_xlen_t S = j->S = G > 0 ? Rf_xlength(cq) / G : 0;
  j->plate = (dd_plate){(size_t)S,
                        (size_t)G,
                        (size_t)H,
                        glue_doubles(cq, S * G, "cq"),
                        glue_doubles(weight, G, "weight"),
                        positions(glue_codes(ref, H, 0, (int)G - 1, "ref"), H),
                        glue_doubles(ref_weight, H, "ref_weight")};
}

static void read_error(job *j, SEXP weight_se, SEXP weight_df, SEXP source) {
  j->error = (dd_efficiency_error){glue_doubles(weight_se, j->G, "weight_se"),
                                   glue_doubles(weight_df, j->G, "weight_df"),
                                   glue_ints(source, j->G, "source")};
}

static void read_pattern(job *j, SEXP target, SEXP sample, SEXP unit, SEXP n_units) {
  const R_xlen_t T = j->T = Rf_xlength(target), N = Rf_xlength(sample);
  const int U = glue_count(n_units, "n_units");
  j->U = (size_t)U;
  j->pattern = (dd_pattern){
      (size_t)N, (size_t)U, positions(glue_codes(sample, N, 0, (int)j->S - 1, "sample"), N),
      positions(glue_codes(unit, N, 0, U - 1, "unit"), N), scratch((size_t)U)};
  dd_pattern_sizes(&j->pattern);
  j->targets = positions(glue_codes(target, T, 0, (int)j->G - 1, "target"), T);
}

static void read_model(job *j, SEXP design, SEXP group, SEXP contrast, int n_groups, SEXP root) {
  if (TYPEOF(contrast) != REALSXP || !Rf_isMatrix(contrast)) {
    Rf_error("internal error: `contrast` must be a matrix");
  }
  j->K = (size_t)Rf_ncols(contrast);
  j->n_groups = group == R_NilValue ? 0 : n_groups;
  const int *groups =
      group == R_NilValue ? NULL : glue_codes(group, (R_xlen_t)j->U, 0, n_groups - 1, "group");
  j->model = (dd_model){NULL, NULL, groups, (size_t)j->n_groups};
  const double *roots = root == R_NilValue ? NULL : glue_doubles(root, (R_xlen_t)j->U, "root");
  if (design != R_NilValue) {
    prepare_linear(&j->linear, j->U, design, contrast, j->K, roots);
    j->model.linear = &j->linear;
  } else if (groups) {
    prepare_welch(&j->welch, j->U, groups, (size_t)j->n_groups, contrast, j->K);
    j->model.welch = &j->welch;
  } else {
    Rf_error("internal error: neither a design nor groups were given");
  }
}

static void new_results(SEXP out, dd_fold_changes *r, const job *j) {
  const R_xlen_t T = j->T, K = (R_xlen_t)j->K;
  r->estimate = glue_new_doubles(out, 0, T, K);
  r->var_biological = glue_new_doubles(out, 1, T, K);
  r->df_biological = glue_new_doubles(out, 2, T, K);
  r->var_efficiency = glue_new_doubles(out, 3, T, K);
  r->df = glue_new_doubles(out, 4, T, K);
  r->cq_contrast = glue_new_doubles(out, 5, T, K);
  r->ref_contrast = glue_new_doubles(out, 6, j->H, K);
  r->group_sd = glue_new_doubles(out, 7, j->n_groups, T);
  r->status = glue_new_ints(out, 8, T, GLUE_ANY);
  r->below = glue_new_doubles(out, 9, T, K);
  r->residual_variance = glue_new_doubles(out, 10, T, GLUE_ANY);
  double *weights = glue_new_doubles(out, 11, (R_xlen_t)j->U, K);
  if (j->U * j->K > 0) memcpy(weights, dd_model_weights(&j->model), j->U * j->K * sizeof *weights);
  r->residual = scratch(j->U * (size_t)T);
}

static void run_fit(const job *j, dd_fold_changes *r) {
  double *work = scratch(dd_fold_change_work_len(&j->plate, &j->pattern, &j->model, j->K));
  if (dd_fold_change(&j->plate, &j->error, &j->pattern, &j->model, j->targets, (size_t)j->T, work,
                     r) != DD_OK) {
    Rf_error("internal error: too many references");
  }
}

/*
 * design: the model matrix (pooled), or NULL for Welch. group: codes from 0, or NULL. options: number of groups, and
 * whether covariances are asked for. root: square roots of the units' weights, or NULL.
 */
SEXP c_fold_change(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
                   SEXP ref_weight, SEXP target, SEXP sample, SEXP unit, SEXP n_units, SEXP design,
                   SEXP group, SEXP contrast, SEXP options, SEXP root) {
  const int *option = glue_codes(options, 2, 0, INT_MAX, "options");
  job j;
  read_plate(&j, cq, weight, ref, ref_weight);
  read_error(&j, weight_se, weight_df, source);
  read_pattern(&j, target, sample, unit, n_units);
  read_model(&j, design, group, contrast, option[0], root);
  const char *names[] = {"estimate",
                         "var_biological",
                         "df_biological",
                         "var_efficiency",
                         "df",
                         "cq_contrast",
                         "ref_contrast",
                         "group_sd",
                         "status",
                         "below",
                         "residual_variance",
                         "weights",
                         "covariance",
                         ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_fold_changes result;
  new_results(out, &result, &j);
  const R_xlen_t size = j.T * (R_xlen_t)j.K;
  double *covariance = option[1] ? glue_new_doubles(out, 12, size, size) : NULL;
  run_fit(&j, &result);
  if (covariance) {
    dd_fold_covariance(&j.plate, &j.error, &j.model, j.targets, (size_t)j.T, &result, covariance);
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/*
 * The contrasts of each target together: their covariances (K x K in each column, both parts) and the two F statistics
 * of dd_joint_test(). Arguments as for c_fold_change().
 */
SEXP c_joint(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
             SEXP ref_weight, SEXP target, SEXP sample, SEXP unit, SEXP n_units, SEXP design,
             SEXP group, SEXP contrast, SEXP options, SEXP root) {
  const int *option = glue_codes(options, 2, 0, INT_MAX, "options");
  job j;
  read_plate(&j, cq, weight, ref, ref_weight);
  read_error(&j, weight_se, weight_df, source);
  read_pattern(&j, target, sample, unit, n_units);
  read_model(&j, design, group, contrast, option[0], root);
  const char *names[] = {"estimate",
                         "var_biological",
                         "df_biological",
                         "var_efficiency",
                         "df",
                         "cq_contrast",
                         "ref_contrast",
                         "group_sd",
                         "status",
                         "below",
                         "residual_variance",
                         "weights",
                         "biological",
                         "efficiency",
                         "f_biological",
                         "f",
                         "df_joint",
                         ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_fold_changes r;
  new_results(out, &r, &j);
  const R_xlen_t K = (R_xlen_t)j.K, T = j.T;
  dd_joint joint = {glue_new_doubles(out, 12, K * K, T), glue_new_doubles(out, 13, K * K, T),
                    glue_new_doubles(out, 14, T, GLUE_ANY), glue_new_doubles(out, 15, T, GLUE_ANY),
                    glue_new_doubles(out, 16, T, GLUE_ANY)};
  run_fit(&j, &r);
  double *work = scratch(dd_joint_fit_work_len(&j.plate, j.K));
  dd_joint_fit(&j.plate, &j.error, &j.model, j.targets, (size_t)T, &r, work, &joint);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* The efficiency part for weights that another estimator gave: units x contrasts, of one target. */
SEXP c_efficiency_part(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
                       SEXP ref_weight, SEXP target, SEXP sample, SEXP unit, SEXP n_units,
                       SEXP unit_weights) {
  job j;
  read_plate(&j, cq, weight, ref, ref_weight);
  read_error(&j, weight_se, weight_df, source);
  read_pattern(&j, target, sample, unit, n_units);
  if (j.T != 1) Rf_error("internal error: `target` must be one");
  if (TYPEOF(unit_weights) != REALSXP || !Rf_isMatrix(unit_weights)) {
    Rf_error("internal error: `unit_weights` must be a matrix");
  }
  const R_xlen_t K = Rf_ncols(unit_weights);
  const double *l = glue_doubles(unit_weights, (R_xlen_t)j.U * K, "unit_weights");
  const char *names[] = {"var_efficiency", "below", "cq_contrast", "ref_contrast", "load",
                         "load_df",        ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_fold_changes r = {.var_efficiency = glue_new_doubles(out, 0, K, GLUE_ANY),
                       .below = glue_new_doubles(out, 1, K, GLUE_ANY),
                       .cq_contrast = glue_new_doubles(out, 2, K, GLUE_ANY),
                       .ref_contrast = glue_new_doubles(out, 3, j.H, K)};
  double *load = glue_new_doubles(out, 4, j.H + 1, K);
  double *load_df = glue_new_doubles(out, 5, j.H + 1, GLUE_ANY);
  for (R_xlen_t i = 0; i < (j.H + 1) * K; i++) load[i] = 0.0;
  for (R_xlen_t i = 0; i <= j.H; i++) load_df[i] = R_PosInf;
  double *work = scratch(dd_efficiency_part_work_len(&j.plate, &j.pattern, (size_t)K));
  dd_efficiency_part(&j.plate, &j.error, &j.pattern, l, (size_t)K, j.targets[0], work, &r, load,
                     load_df);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* dd_joint_test() of numbers that another estimator gave: the two F and the df of the second. */
SEXP c_joint_test(SEXP theta, SEXP v_b, SEXP df_b, SEXP load, SEXP load_df) {
  const R_xlen_t q = Rf_xlength(theta), m = Rf_xlength(load_df);
  const double *t = glue_doubles(theta, q, "theta"), *v = glue_doubles(v_b, q * q, "v_b");
  const double *nu = glue_doubles(df_b, 1, "df_b"), *l = glue_doubles(load, m * q, "load");
  const double *l_df = glue_doubles(load_df, m, "load_df");
  const char *names[] = {"f_biological", "f", "df", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *f_b = glue_new_doubles(out, 0, 1, GLUE_ANY), *f = glue_new_doubles(out, 1, 1, GLUE_ANY),
         *df = glue_new_doubles(out, 2, 1, GLUE_ANY);
  dd_joint_result r;
  dd_joint_test(t, v, nu[0], l, l_df, (size_t)m, (size_t)m, (size_t)q,
                scratch(dd_joint_work_len((size_t)q)), &r);
  *f_b = r.f_biological;
  *f = r.f;
  *df = r.df;
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* Shares of the biological variance. unit_weights: units x contrasts; var_biological: targets x contrasts. */
SEXP c_variance_budget(SEXP cq, SEXP weight, SEXP ref, SEXP ref_weight, SEXP target, SEXP sample,
                       SEXP unit, SEXP n_units, SEXP design, SEXP group, SEXP contrast,
                       SEXP n_groups, SEXP wells, SEXP technical, SEXP unit_weights,
                       SEXP var_biological) {
  job j;
  read_plate(&j, cq, weight, ref, ref_weight);
  read_pattern(&j, target, sample, unit, n_units);
  read_model(&j, design, group, contrast, glue_count(n_groups, "n_groups"), R_NilValue);
  if (TYPEOF(var_biological) != REALSXP || !Rf_isMatrix(var_biological)) {
    Rf_error("internal error: `var_biological` must be a matrix");
  }
  const R_xlen_t T = j.T, S = j.S, K = Rf_ncols(var_biological);
  const char *names[] = {"biological", "technical", "reference", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_budget budget = {glue_new_doubles(out, 0, T, K), glue_new_doubles(out, 1, T, K),
                      glue_new_doubles(out, 2, T, K)};
  double *work = scratch(dd_budget_work_len(&j.plate, &j.pattern, &j.model, j.K));
  dd_variance_budget(
      &j.plate, &j.pattern, &j.model, glue_codes(wells, S * j.G, 0, INT_MAX, "wells"),
      glue_doubles(technical, j.G, "technical"),
      glue_doubles(unit_weights, (R_xlen_t)j.U * K, "unit_weights"), (size_t)K, j.targets,
      (size_t)T, glue_doubles(var_biological, T * K, "var_biological"), work, &budget);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* Standard error and df of each unit's normalised quantity. */
SEXP c_sample_error(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
                    SEXP ref_weight, SEXP unit, SEXP n_units, SEXP wells, SEXP technical,
                    SEXP technical_df, SEXP zero) {
  job j;
  read_plate(&j, cq, weight, ref, ref_weight);
  read_error(&j, weight_se, weight_df, source);
  const int U = glue_count(n_units, "n_units");
  const int *codes = glue_codes(unit, j.S, -1, U - 1, "unit");
  const char *names[] = {"std_error", "df", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *se = glue_new_doubles(out, 0, U, j.G), *df = glue_new_doubles(out, 1, U, j.G);
  double *work = scratch(dd_sample_error_work_len(&j.plate, (size_t)U));
  if (dd_sample_error(&j.plate, &j.error, codes, (size_t)U,
                      glue_codes(wells, j.S * j.G, 0, INT_MAX, "wells"),
                      glue_doubles(technical, j.G, "technical"),
                      glue_doubles(technical_df, j.G, "technical_df"),
                      glue_doubles(zero, j.G, "zero"), work, se, df) != DD_OK) {
    Rf_error("internal error: too many references");
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
