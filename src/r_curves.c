#include "core/batch.h"
#include "r_glue.h"

#include <R_ext/Utils.h>
#ifndef _WIN32
#include <unistd.h>
#endif

enum { BATCH = 512, VALUES = 29, CODES = 8, SMALL = 64 };

/* A process that was forked after threads had been used must not use them: it starts none. */
static long loaded_in = 0;

static long this_process(void) {
#ifdef _WIN32
  return 0;
#else
  return (long)getpid();
#endif
}

void glue_remember_process(void) { loaded_in = this_process(); }

static int usable_threads(SEXP threads, R_xlen_t curves) {
  const int asked = glue_count(threads, "threads");
  return asked < 2 || curves < SMALL || this_process() != loaded_in ? 1 : asked;
}

/* Starts of the curves: rising, from 0 to n. Returns the length of the longest. */
static size_t check_starts(const int *start, R_xlen_t curves, R_xlen_t n) {
  int longest = 0;
  if (start[0] != 0 || start[curves] != n)
    Rf_error("internal error: `start` does not span the data");
  for (R_xlen_t k = 0; k < curves; k++) {
    const int length = start[k + 1] - start[k];
    if (length < 0 || start[k + 1] < 0) Rf_error("internal error: `start` must rise");
    if (length > longest) longest = length;
  }
  return (size_t)longest;
}

/* options: model, kind of Cq, whether to cut a hook */
static dd_curve_options curve_options(SEXP options) {
  const int *o = glue_codes(options, 3, 0, DD_GOMPERTZ, "options");
  if (o[1] >= DD_CQ_KINDS) Rf_error("internal error: `options` holds codes out of range");
  return (dd_curve_options){(dd_sigmoid)o[0], (dd_cq_kind)o[1], R_NaN, R_NaN, R_NaN, o[2]};
}

static void pack(const dd_curve *c, R_xlen_t k, R_xlen_t n, double *value, int *code) {
  const dd_window *w = &c->window;
  const double values[VALUES] = {
      c->estimate[0], c->estimate[1], c->estimate[2], c->estimate[3], c->estimate[4],
      c->error[0],    c->error[1],    c->error[2],    c->error[3],    c->error[4],
      c->cq[0],       c->cq[1],       c->cq[2],       c->cq[3],       c->cq_se[0],
      c->cq_se[1],    c->cq_se[2],    c->cq_se[3],    c->rss,         c->sigma,
      c->r_squared,   c->aicc,        c->aicc_drift,  c->efficiency,  c->efficiency_se,
      c->rise,        w->efficiency,  w->baseline,    w->log10_n0};
  const int codes[CODES] = {(int)c->state,      c->signs,       (int)c->model, (int)c->n,
                            (int)c->parameters, (int)w->status, (int)w->first, (int)w->last};
  for (int j = 0; j < VALUES; j++) value[k + j * n] = values[j];
  for (int j = 0; j < CODES; j++) code[k + j * n] = codes[j];
}

SEXP c_fit_curves(SEXP x, SEXP y, SEXP start, SEXP threshold, SEXP base_first, SEXP base_last,
                  SEXP options, SEXP threads) {
  const R_xlen_t n = Rf_xlength(x), curves = Rf_xlength(threshold);
  const dd_curve_set set = {glue_doubles(x, n, "x"),
                            glue_doubles(y, n, "y"),
                            glue_ints(start, curves + 1, "start"),
                            glue_doubles(threshold, curves, "threshold"),
                            glue_doubles(base_first, curves, "base_first"),
                            glue_doubles(base_last, curves, "base_last")};
  const dd_curve_options o = curve_options(options);
  const size_t longest = check_starts(set.start, curves, n);
  const int used = usable_threads(threads, curves);
  const char *names[] = {"value", "code", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, curves, VALUES);
  int *code = glue_new_ints(out, 1, curves, CODES);
  double *work = (double *)R_alloc((size_t)used * dd_curve_work_len(longest) + 1, sizeof(double));
  dd_curve *fit = (dd_curve *)R_alloc((size_t)curves + 1, sizeof(dd_curve));
  for (R_xlen_t from = 0; from < curves; from += BATCH) {
    const R_xlen_t to = from + BATCH < curves ? from + BATCH : curves;
    dd_batch_fit(&set, (size_t)from, (size_t)to, longest, &o, used, work, fit);
    for (R_xlen_t k = from; k < to; k++) pack(&fit[k], k, curves, value, code);
    R_CheckUserInterrupt();
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/*
 * Of curves with parameters (curves x 5: b, c, d, e, f): for each value a curve (from 0), and either F at the cycle x
 * or, where `inverse`, the cycle where F is x above the baseline.
 */
SEXP c_curve_values(SEXP model, SEXP parameters, SEXP curve, SEXP x, SEXP inverse) {
  const R_xlen_t curves = Rf_xlength(model), n = Rf_xlength(x);
  const int *kind = glue_codes(model, curves, 0, DD_GOMPERTZ, "model");
  const double *p = glue_doubles(parameters, curves * DD_SIGMOID_MOST, "parameters");
  const int *at = glue_codes(curve, n, 0, (int)curves - 1, "curve");
  const double *given = glue_doubles(x, n, "x");
  const int back = glue_count(inverse, "inverse");
  const char *names[] = {"value", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, n, GLUE_ANY);
  for (R_xlen_t i = 0; i < n; i++) {
    const dd_sigmoid m = (dd_sigmoid)kind[at[i]];
    value[i] = back ? dd_sigmoid_reported_crossing(m, p + at[i], (size_t)curves, given[i])
                    : dd_sigmoid_reported(m, p + at[i], (size_t)curves, given[i]);
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
