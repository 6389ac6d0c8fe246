#include "r_glue.h"

const double *glue_doubles(SEXP x, R_xlen_t n, const char *name) {
  if (TYPEOF(x) != REALSXP || (n != GLUE_ANY && XLENGTH(x) != n)) {
    Rf_error("internal error: `%s` must be a double vector of the right length", name);
  }
  return REAL_RO(x);
}

const int *glue_ints(SEXP x, R_xlen_t n, const char *name) {
  if (TYPEOF(x) != INTSXP || (n != GLUE_ANY && XLENGTH(x) != n)) {
    Rf_error("internal error: `%s` must be an integer vector of the right length", name);
  }
  return INTEGER_RO(x);
}

int glue_count(SEXP x, const char *name) {
  const int *value = glue_ints(x, 1, name);
  if (value[0] < 0) Rf_error("internal error: `%s` must not be negative", name);
  return value[0];
}

const int *glue_codes(SEXP x, R_xlen_t n, int low, int high, const char *name) {
  const int *codes = glue_ints(x, n, name);
  const R_xlen_t size = XLENGTH(x);
  const unsigned span = (unsigned)high - (unsigned)low;
  unsigned bad = high < low && size > 0; /* no code can lie in an empty range */
  for (R_xlen_t i = 0; i < size; i++) bad |= (unsigned)codes[i] - (unsigned)low > span;
  if (bad) Rf_error("internal error: `%s` holds codes out of range", name);
  return codes;
}

static SEXP new_vector(SEXPTYPE type, R_xlen_t rows, R_xlen_t columns) {
  if (columns < 0) return Rf_allocVector(type, rows);
  if (rows > INT_MAX || columns > INT_MAX) Rf_error("internal error: a table is too large");
  return Rf_allocMatrix(type, (int)rows, (int)columns);
}

double *glue_new_doubles(SEXP list, int at, R_xlen_t rows, R_xlen_t columns) {
  SEXP x = PROTECT(new_vector(REALSXP, rows, columns));
  SET_VECTOR_ELT(list, at, x);
  UNPROTECT(1);
  return REAL(x);
}

int *glue_new_ints(SEXP list, int at, R_xlen_t rows, R_xlen_t columns) {
  SEXP x = PROTECT(new_vector(INTSXP, rows, columns));
  SET_VECTOR_ELT(list, at, x);
  UNPROTECT(1);
  return INTEGER(x);
}

void glue_nan_to_na(SEXP list) {
  for (R_xlen_t j = 0; j < XLENGTH(list); j++) {
    SEXP x = VECTOR_ELT(list, j);
    if (TYPEOF(x) != REALSXP) continue;
    double *value = REAL(x);
    const R_xlen_t n = XLENGTH(x); /* a call for each value would cost more than the test */
    for (R_xlen_t i = 0; i < n; i++) {
      if (value[i] != value[i]) value[i] = NA_REAL;
    }
  }
}
