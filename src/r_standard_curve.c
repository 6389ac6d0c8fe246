#include "core/line.h"
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
