#include "core/censored_mean.h"
#include "core/tobit.h"
#include "r_glue.h"

static double *scratch(size_t n) { return (double *)R_alloc(n + 1, sizeof(double)); }

static dd_tobit_model prepare(SEXP x, SEXP contrast) {
  if (TYPEOF(x) != REALSXP || !Rf_isMatrix(x)) Rf_error("internal error: `x` must be a matrix");
  if (TYPEOF(contrast) != REALSXP || !Rf_isMatrix(contrast)) {
    Rf_error("internal error: `contrast` must be a matrix");
  }
  const size_t n = (size_t)Rf_nrows(x), p = (size_t)Rf_ncols(x), K = (size_t)Rf_ncols(contrast);
  const double *columns = glue_doubles(x, (R_xlen_t)(n * p), "x");
  const double *weights = glue_doubles(contrast, (R_xlen_t)(p * K), "contrast");
  dd_tobit_model model = {n, p, K, scratch(n * p), scratch(p * K)};
  if (dd_tobit_prepare(columns, weights, scratch(n * p + p), &model) != DD_OK) {
    Rf_error("internal error: the model matrix must have full rank");
  }
  return model;
}

/*
 * y: units by responses (at a censored unit its limit), which share the model x and the flags. A row of the answer for
 * each contrast, a column for each response.
 */
SEXP c_tobit(SEXP y, SEXP censored, SEXP x, SEXP contrast) {
  const dd_tobit_model model = prepare(x, contrast);
  if (TYPEOF(y) != REALSXP || !Rf_isMatrix(y)) Rf_error("internal error: `y` must be a matrix");
  const R_xlen_t M = Rf_ncols(y), n = (R_xlen_t)model.n, K = (R_xlen_t)model.n_contrasts;
  const double *response = glue_doubles(y, n * M, "y");
  const int *flag = glue_codes(censored, n, 0, 1, "censored");
  const char *names[] = {"value", "variance", "df", "sigma", "likelihood", "steps", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, K, M), *variance = glue_new_doubles(out, 1, K, M);
  double *df = glue_new_doubles(out, 2, M, GLUE_ANY),
         *sigma = glue_new_doubles(out, 3, M, GLUE_ANY);
  double *likelihood = glue_new_doubles(out, 4, M, GLUE_ANY);
  int *steps = glue_new_ints(out, 5, M, GLUE_ANY), *status = glue_new_ints(out, 6, M, GLUE_ANY);
  double *work = scratch(dd_tobit_work_len(model.n, model.p));
  for (R_xlen_t j = 0; j < M; j++) {
    dd_tobit fit;
    status[j] = (int)dd_tobit_fit(&model, response + j * n, flag, work, value + j * K,
                                  variance + j * K, &fit);
    df[j] = fit.df;
    sigma[j] = fit.sigma;
    likelihood[j] = fit.likelihood;
    steps[j] = (int)fit.steps;
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* profile: the limit of the log likelihood, and how far below it the bound lies, a column for each response. */
SEXP c_tobit_bound(SEXP y, SEXP censored, SEXP x, SEXP contrast, SEXP profile, SEXP direction) {
  const dd_tobit_model model = prepare(x, contrast);
  if (model.n_contrasts != 1) Rf_error("internal error: `contrast` must be one contrast");
  if (TYPEOF(y) != REALSXP || !Rf_isMatrix(y)) Rf_error("internal error: `y` must be a matrix");
  const R_xlen_t M = Rf_ncols(y), n = (R_xlen_t)model.n;
  const double *response = glue_doubles(y, n * M, "y");
  const double *level = glue_doubles(profile, 2 * M, "profile");
  const int *flag = glue_codes(censored, n, 0, 1, "censored");
  const int *side = glue_codes(direction, 1, -1, 1, "direction");
  const char *names[] = {"bound", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *bound = glue_new_doubles(out, 0, M, GLUE_ANY);
  int *status = glue_new_ints(out, 1, M, GLUE_ANY);
  double *work = scratch(dd_tobit_work_len(model.n, model.p));
  for (R_xlen_t j = 0; j < M; j++) {
    const dd_tobit_ask ask = {0, level[2 * j], level[2 * j + 1], side[0]};
    status[j] = (int)dd_tobit_bound(&model, response + j * n, flag, &ask, work, bound + j);
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* y, censored: values group by group. size: of each group. */
SEXP c_censored_means(SEXP y, SEXP censored, SEXP size, SEXP sigma) {
  const R_xlen_t n = Rf_xlength(y), G = Rf_xlength(size);
  const double *value = glue_doubles(y, n, "y"), *sd = glue_doubles(sigma, 1, "sigma");
  const int *flag = glue_codes(censored, n, 0, 1, "censored");
  const int *count = glue_codes(size, G, 0, INT_MAX, "size");
  double total = 0.0;
  for (R_xlen_t g = 0; g < G; g++) total += count[g];
  if (total != (double)n) Rf_error("internal error: `size` must be of the right length");
  const char *names[] = {"mean", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *mean = glue_new_doubles(out, 0, G, GLUE_ANY);
  int *status = glue_new_ints(out, 1, G, GLUE_ANY);
  for (R_xlen_t g = 0, first = 0; g < G; first += count[g], g++) {
    const size_t here = (size_t)count[g];
    status[g] = (int)dd_censored_mean(value + first, flag + first, here, sd[0], mean + g);
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
