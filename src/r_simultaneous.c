#include "core/simultaneous.h"
#include "r_glue.h"

/* correlation: k x k; df: one a family; statistic: k x families; level: of the critical values. */
SEXP c_simultaneous(SEXP correlation, SEXP df, SEXP statistic, SEXP level) {
  const R_xlen_t n = Rf_xlength(df);
  const double *s = glue_doubles(df, n, "df");
  if (!Rf_isMatrix(correlation) || Rf_nrows(correlation) != Rf_ncols(correlation)) {
    Rf_error("internal error: `correlation` must be a square matrix");
  }
  const R_xlen_t k = Rf_nrows(correlation);
  const double *r = glue_doubles(correlation, k * k, "correlation");
  const double *t = glue_doubles(statistic, k * n, "statistic");
  const double share = glue_doubles(level, 1, "level")[0];
  if (!(share > 0.0 && share < 1.0)) Rf_error("internal error: `level` must be between 0 and 1");
  const char *names[] = {"p", "critical", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *p = glue_new_doubles(out, 0, k, n);
  double *critical = glue_new_doubles(out, 1, n, GLUE_ANY);
  int *status = glue_new_ints(out, 2, 1, GLUE_ANY);
  double *work = (double *)R_alloc(dd_simultaneous_work_len((size_t)k), sizeof(double));
  status[0] =
      (int)dd_simultaneous_families(r, (size_t)k, t, s, (size_t)n, share, work, p, critical);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
