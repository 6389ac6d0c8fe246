#include "core/moderate.h"
#include "r_glue.h"

SEXP c_moderate(SEXP variance, SEXP df) {
  const R_xlen_t n = Rf_xlength(variance);
  const double *s2 = glue_doubles(variance, n, "variance"), *d = glue_doubles(df, n, "df");
  const char *names[] = {"variance", "prior", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *moderated = glue_new_doubles(out, 0, n, GLUE_ANY);
  double *answer = glue_new_doubles(out, 1, 2, GLUE_ANY);
  int *status = glue_new_ints(out, 2, 1, GLUE_ANY);
  double *work = (double *)R_alloc((size_t)n + 1, sizeof(double));
  dd_prior prior;
  status[0] = (int)dd_variance_prior(s2, d, (size_t)n, work, &prior);
  dd_moderate(s2, d, (size_t)n, &prior, moderated);
  answer[0] = prior.df;
  answer[1] = prior.variance;
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
