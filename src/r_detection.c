#include "core/detection.h"
#include "core/sd_curve.h"
#include "r_glue.h"

/* link: 0 single hit, 1 complementary log-log, 2 logit, 3 probit. */
SEXP c_detection_fit(SEXP x, SEXP tested, SEXP detected, SEXP link, SEXP share, SEXP drop) {
  const R_xlen_t n = Rf_xlength(x);
  const dd_trials trials = {glue_doubles(x, n, "x"), glue_doubles(tested, n, "tested"),
                            glue_doubles(detected, n, "detected"), (size_t)n};
  const dd_link which = (dd_link)glue_codes(link, 1, DD_POISSON, DD_PROBIT, "link")[0];
  const char *names[] = {"value", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, 8, GLUE_ANY);
  int *status = glue_new_ints(out, 1, 1, GLUE_ANY);
  dd_detection fit;
  status[0] = (int)dd_detection_fit(which, &trials, glue_doubles(share, 1, "share")[0],
                                    glue_doubles(drop, 1, "drop")[0], &fit);
  const double answer[] = {fit.alpha,          fit.beta,  fit.alpha_se,  fit.beta_se,
                           fit.log_likelihood, fit.limit, fit.limit_low, fit.limit_high};
  for (int i = 0; i < 8; i++) value[i] = answer[i];
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_sd_curve(SEXP x, SEXP s, SEXP df) {
  const R_xlen_t n = Rf_xlength(x);
  const char *names[] = {"value", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, 7, GLUE_ANY);
  int *status = glue_new_ints(out, 1, 1, GLUE_ANY);
  dd_sd_curve fit;
  status[0] = (int)dd_sd_curve_fit(glue_doubles(x, n, "x"), glue_doubles(s, n, "s"),
                                   glue_doubles(df, n, "df"), (size_t)n, &fit);
  const double answer[] = {fit.intercept,   fit.slope, fit.var_intercept, fit.var_slope, fit.cov,
                           fit.chi_squared, fit.df};
  for (int i = 0; i < 7; i++) value[i] = answer[i];
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
