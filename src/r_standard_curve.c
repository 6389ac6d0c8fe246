#include "core/inverse.h"
#include "core/line.h"
#include "core/line_check.h"
#include "core/serial.h"
#include "r_glue.h"

SEXP c_line_fit(SEXP x, SEXP y, SEXP run, SEXP point, SEXP point_run, SEXP n_runs, SEXP by_point) {
  const R_xlen_t n = Rf_xlength(x), P = Rf_xlength(point_run);
  const int R = glue_count(n_runs, "n_runs");
  const dd_dilutions series = {glue_doubles(x, n, "x"),
                               glue_doubles(y, n, "y"),
                               glue_codes(run, n, 0, R - 1, "run"),
                               glue_codes(point, n, 0, (int)P - 1, "point"),
                               glue_codes(point_run, P, 0, R - 1, "point_run"),
                               (size_t)n,
                               (size_t)R,
                               (size_t)P};
  const char *names[] = {"value", "intercept", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, 12, GLUE_ANY);
  double *intercept = glue_new_doubles(out, 1, R, GLUE_ANY);
  int *status = glue_new_ints(out, 2, 1, GLUE_ANY);
  double *work = (double *)R_alloc(dd_line_work_len((size_t)P, (size_t)R) + 1, sizeof(double));
  dd_line line;
  status[0] = (int)dd_line_fit(&series, glue_count(by_point, "by_point"), work, intercept, &line);
  const double answer[] = {line.slope,         line.slope_se,        line.df,
                           line.r_squared,     line.sigma,           line.lack_f,
                           line.lack_df1,      line.lack_df2,        line.efficiency,
                           line.efficiency_se, line.log2_efficiency, line.log2_efficiency_se};
  for (int i = 0; i < 12; i++) value[i] = answer[i];
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_line_units(SEXP x, SEXP y, SEXP run, SEXP n_runs) {
  const R_xlen_t n = Rf_xlength(x);
  const int R = glue_count(n_runs, "n_runs");
  const double *px = glue_doubles(x, n, "x"), *py = glue_doubles(y, n, "y");
  const int *prun = glue_codes(run, n, 0, R - 1, "run");
  const char *names[] = {"residual", "leverage", "studentised", "count",
                         "mean_x",   "sxx",      "status",      ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *residual = glue_new_doubles(out, 0, n, GLUE_ANY);
  double *leverage = glue_new_doubles(out, 1, n, GLUE_ANY);
  double *studentised = glue_new_doubles(out, 2, n, GLUE_ANY);
  double *count = glue_new_doubles(out, 3, R, GLUE_ANY);
  double *mean_x = glue_new_doubles(out, 4, R, GLUE_ANY);
  double *sxx = glue_new_doubles(out, 5, 1, GLUE_ANY);
  int *status = glue_new_ints(out, 6, 1, GLUE_ANY);
  status[0] = (int)dd_line_units(px, py, prun, (size_t)n, (size_t)R, residual, leverage,
                                 studentised, count, mean_x, sxx);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_slopes_equal(SEXP slope, SEXP sxx, SEXP rss, SEXP df) {
  const R_xlen_t n = Rf_xlength(slope);
  const char *names[] = {"value", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, 6, GLUE_ANY);
  int *status = glue_new_ints(out, 1, 1, GLUE_ANY);
  dd_slopes test;
  status[0] = (int)dd_slopes_equal(glue_doubles(slope, n, "slope"), glue_doubles(sxx, n, "sxx"),
                                   glue_doubles(rss, n, "rss"), glue_doubles(df, n, "df"),
                                   (size_t)n, &test);
  const double answer[] = {test.f,     test.df1,      test.df2,
                           test.slope, test.slope_se, (double)test.n_lines};
  for (int i = 0; i < 6; i++) value[i] = answer[i];
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_serial_fit(SEXP x, SEXP y, SEXP wells, SEXP run, SEXP step, SEXP n_runs, SEXP pure,
                  SEXP n_grid) {
  const R_xlen_t n = Rf_xlength(x);
  const int R = glue_count(n_runs, "n_runs"), G = glue_count(n_grid, "n_grid");
  if (G < 1) Rf_error("internal error: `n_grid` must be at least 1");
  const dd_series series = {glue_doubles(x, n, "x"),
                            glue_doubles(y, n, "y"),
                            glue_doubles(wells, n, "wells"),
                            glue_codes(run, n, 0, R - 1, "run"),
                            glue_codes(step, n, 0, (int)n - 1, "step"),
                            (size_t)n,
                            (size_t)R,
                            glue_doubles(pure, 1, "pure")[0]};
  const char *names[] = {"value",         "intercept", "intercept_var",
                         "intercept_cov", "weight",    "slope",
                         "slope_se",      "status",    ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, 7, GLUE_ANY);
  double *intercept = glue_new_doubles(out, 1, R, GLUE_ANY);
  double *intercept_var = glue_new_doubles(out, 2, R, GLUE_ANY);
  double *intercept_cov = glue_new_doubles(out, 3, R, GLUE_ANY);
  double *weight = glue_new_doubles(out, 4, G, GLUE_ANY);
  double *slope = glue_new_doubles(out, 5, G, GLUE_ANY);
  double *slope_se = glue_new_doubles(out, 6, G, GLUE_ANY);
  int *status = glue_new_ints(out, 7, 1, GLUE_ANY);
  double *work = (double *)R_alloc(dd_serial_work_len((size_t)n, (size_t)R) + 1, sizeof(double));
  dd_serial fit;
  status[0] = (int)dd_serial_fit(&series, (size_t)G, work, intercept, intercept_var, intercept_cov,
                                 weight, slope, slope_se, &fit);
  const double answer[] = {fit.rho,        fit.slope, fit.slope_se,      fit.sigma_well,
                           fit.sigma_step, fit.df,    fit.log_likelihood};
  for (int i = 0; i < 7; i++) value[i] = answer[i];
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* line: intercept, slope, their variances and covariance, one row each a mean that is looked up. */
SEXP c_inverse_predict(SEXP y, SEXP var_y, SEXP line, SEXP quantile) {
  const R_xlen_t n = Rf_xlength(y);
  const double *py = glue_doubles(y, n, "y"), *pvar = glue_doubles(var_y, n, "var_y");
  const double *l = glue_doubles(line, 5 * n, "line"), *t = glue_doubles(quantile, n, "quantile");
  const char *names[] = {"x", "se", "low", "high", "g", "fieller", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *x = glue_new_doubles(out, 0, n, GLUE_ANY);
  double *se = glue_new_doubles(out, 1, n, GLUE_ANY);
  double *low = glue_new_doubles(out, 2, n, GLUE_ANY);
  double *high = glue_new_doubles(out, 3, n, GLUE_ANY);
  double *g = glue_new_doubles(out, 4, n, GLUE_ANY);
  int *fieller = glue_new_ints(out, 5, n, GLUE_ANY);
  int *status = glue_new_ints(out, 6, n, GLUE_ANY);
  for (R_xlen_t i = 0; i < n; i++) {
    const dd_known_line known = {l[i], l[n + i], l[2 * n + i], l[3 * n + i], l[4 * n + i]};
    dd_lookup look;
    status[i] = (int)dd_inverse_predict(py[i], pvar[i], &known, t[i], &look);
    x[i] = look.x;
    se[i] = look.se;
    low[i] = look.low;
    high[i] = look.high;
    g[i] = look.g;
    fieller[i] = look.fieller;
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
