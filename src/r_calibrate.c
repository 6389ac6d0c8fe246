#include "core/calibration.h"
#include "r_glue.h"

SEXP c_calibrate(SEXP sample, SEXP run, SEXP y, SEXP noise, SEXP n_samples, SEXP n_runs) {
  const R_xlen_t n = Rf_xlength(sample);
  const int S = glue_count(n_samples, "n_samples"), R = glue_count(n_runs, "n_runs");
  const dd_calibrators cells = {(size_t)n,
                                (size_t)S,
                                (size_t)R,
                                glue_codes(sample, n, 0, S - 1, "sample"),
                                glue_codes(run, n, 0, R - 1, "run"),
                                glue_doubles(y, n, "y"),
                                glue_doubles(noise, n, "noise")};
  const char *names[] = {"offset", "covariance", "residual", "value", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_calibration fit;
  fit.offset = glue_new_doubles(out, 0, R, GLUE_ANY);
  fit.covariance = glue_new_doubles(out, 1, R, R);
  fit.residual = glue_new_doubles(out, 2, n, GLUE_ANY);
  double *value = glue_new_doubles(out, 3, 2, GLUE_ANY);
  int *status = glue_new_ints(out, 4, 1, GLUE_ANY);
  double *work = (double *)R_alloc(dd_calibrate_work_len((size_t)S, (size_t)R) + 1, sizeof(double));
  status[0] = (int)dd_calibrate(&cells, work, &fit);
  value[0] = fit.sigma;
  value[1] = fit.df;
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_calibration_variance(SEXP coef, SEXP weights, SEXP share, SEXP covariance, SEXP df,
                            SEXP n_runs) {
  const R_xlen_t G = Rf_xlength(coef), S = Rf_xlength(weights);
  const int R = glue_count(n_runs, "n_runs");
  const double *c = glue_doubles(coef, G, "coef"), *l = glue_doubles(weights, S, "weights");
  const double *part = glue_doubles(share, R * G * S, "share");
  const double *cov = glue_doubles(covariance, (R_xlen_t)R * R * G, "covariance");
  const double *freedom = glue_doubles(df, G, "df");
  const char *names[] = {"value", "load", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, 2, GLUE_ANY);
  double *load = glue_new_doubles(out, 1, R, G);
  int *status = glue_new_ints(out, 2, 1, GLUE_ANY);
  dd_calibration_load(l, part, (size_t)R, (size_t)G, (size_t)S, load);
  status[0] = (int)dd_calibration_variance(c, load, cov, freedom, (size_t)R, (size_t)G, &value[0],
                                           &value[1]);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
