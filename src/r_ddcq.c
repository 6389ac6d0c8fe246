#include "core/foldchange.h"
#include "r_glue.h"

static size_t *positions(const int *codes, R_xlen_t n) {
  size_t *out = (size_t *)R_alloc((size_t)n + 1, sizeof(size_t));
  for (R_xlen_t i = 0; i < n; i++) out[i] = (size_t)codes[i];
  return out;
}

static double *scratch(size_t n) { return (double *)R_alloc(n + 1, sizeof(double)); }

static void prepare_linear(dd_linear *m, size_t n, SEXP design, SEXP contrast, size_t K) {
  if (TYPEOF(design) != REALSXP || !Rf_isMatrix(design)) {
    Rf_error("internal error: `design` must be a matrix");
  }
  const size_t p = (size_t)Rf_ncols(design);
  *m = (dd_linear){n, p, K, scratch(n * p), scratch(p), scratch(n * K), scratch(K)};
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

static void new_results(SEXP out, dd_fold_changes *r, R_xlen_t T, R_xlen_t K, R_xlen_t H,
                        R_xlen_t U, R_xlen_t n_groups) {
  r->estimate = glue_new_doubles(out, 0, T, K);
  r->var_biological = glue_new_doubles(out, 1, T, K);
  r->df_biological = glue_new_doubles(out, 2, T, K);
  r->var_efficiency = glue_new_doubles(out, 3, T, K);
  r->df = glue_new_doubles(out, 4, T, K);
  r->cq_contrast = glue_new_doubles(out, 5, T, K);
  r->ref_contrast = glue_new_doubles(out, 6, H, K);
  r->group_sd = glue_new_doubles(out, 7, n_groups, T);
  r->status = glue_new_ints(out, 8, T, GLUE_ANY);
  r->residual = scratch((size_t)(U * T));
}

/*
 * design: the model matrix (pooled), or NULL for Welch. group: codes from 0, or NULL. options: number of groups, and
 * whether covariances are asked for.
 */
SEXP c_fold_change(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
                   SEXP ref_weight, SEXP target, SEXP sample, SEXP unit, SEXP n_units, SEXP design,
                   SEXP group, SEXP contrast, SEXP options) {
  const R_xlen_t G = Rf_xlength(weight), H = Rf_xlength(ref), T = Rf_xlength(target),
                 N = Rf_xlength(sample);
  const int U = glue_count(n_units, "n_units");
  const R_xlen_t S = G > 0 ? Rf_xlength(cq) / G : 0;
  const int *option = glue_codes(options, 2, 0, INT_MAX, "options");
  const int n_groups = group == R_NilValue ? 0 : option[0];
  if (TYPEOF(contrast) != REALSXP || !Rf_isMatrix(contrast)) {
    Rf_error("internal error: `contrast` must be a matrix");
  }
  const size_t K = (size_t)Rf_ncols(contrast);

  const dd_plate plate = {(size_t)S,
                          (size_t)G,
                          (size_t)H,
                          glue_doubles(cq, S * G, "cq"),
                          glue_doubles(weight, G, "weight"),
                          positions(glue_codes(ref, H, 0, (int)G - 1, "ref"), H),
                          glue_doubles(ref_weight, H, "ref_weight")};
  const dd_efficiency_error error = {glue_doubles(weight_se, G, "weight_se"),
                                     glue_doubles(weight_df, G, "weight_df"),
                                     glue_ints(source, G, "source")};
  dd_pattern pattern = {(size_t)N, (size_t)U,
                        positions(glue_codes(sample, N, 0, (int)S - 1, "sample"), N),
                        positions(glue_codes(unit, N, 0, U - 1, "unit"), N), scratch((size_t)U)};
  dd_pattern_sizes(&pattern);
  const size_t *targets = positions(glue_codes(target, T, 0, (int)G - 1, "target"), T);
  const int *groups = n_groups ? glue_codes(group, U, 0, n_groups - 1, "group") : NULL;

  dd_linear linear;
  dd_welch welch;
  dd_model model = {NULL, NULL, groups, (size_t)n_groups};
  if (design != R_NilValue) {
    prepare_linear(&linear, (size_t)U, design, contrast, K);
    model.linear = &linear;
  } else if (groups) {
    prepare_welch(&welch, (size_t)U, groups, (size_t)n_groups, contrast, K);
    model.welch = &welch;
  } else {
    Rf_error("internal error: neither a design nor groups were given");
  }

  const char *names[] = {
      "estimate",     "var_biological", "df_biological", "var_efficiency", "df", "cq_contrast",
      "ref_contrast", "group_sd",       "status",        "covariance",     ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_fold_changes result;
  new_results(out, &result, T, (R_xlen_t)K, H, U, n_groups);
  double *covariance = NULL;
  if (option[1]) {
    covariance = glue_new_doubles(out, 9, T * (R_xlen_t)K, T * (R_xlen_t)K);
  }
  double *work = scratch(dd_fold_change_work_len(&plate, &pattern, &model, K));
  if (dd_fold_change(&plate, &error, &pattern, &model, targets, (size_t)T, work, &result) !=
      DD_OK) {
    Rf_error("internal error: too many references");
  }
  if (covariance) {
    dd_fold_covariance(&plate, &error, &model, targets, (size_t)T, &result, covariance);
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
