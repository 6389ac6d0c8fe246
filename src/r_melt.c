#include "core/melt.h"
#include "r_glue.h"

enum { PEAK_COLUMNS = 7 };

/* start: offsets of the curves, one more than there are. rule: window, share, noise. Peaks come as a matrix of `most`
 * rows a curve, those of a curve at its top. */
SEXP c_melt(SEXP temperature, SEXP fluorescence, SEXP start, SEXP rule, SEXP most) {
  const R_xlen_t n = Rf_xlength(temperature), curves = Rf_xlength(start) - 1;
  const double *x = glue_doubles(temperature, n, "temperature");
  const double *y = glue_doubles(fluorescence, n, "fluorescence");
  const int *at = glue_codes(start, GLUE_ANY, 0, (int)n, "start");
  const double *words = glue_doubles(rule, 3, "rule");
  const int rows = glue_count(most, "most");
  if (curves < 0) Rf_error("internal error: `start` must not be empty");
  for (R_xlen_t k = 0; k < curves; k++) {
    if (at[k + 1] < at[k]) Rf_error("internal error: `start` must not fall");
  }
  const dd_melt_rule peaks = {words[1], words[2], words[0], (size_t)rows};
  const char *names[] = {"slope", "sigma", "count", "status", "peak", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *slope = glue_new_doubles(out, 0, n, GLUE_ANY);
  double *sigma = glue_new_doubles(out, 1, curves, GLUE_ANY);
  int *count = glue_new_ints(out, 2, curves, GLUE_ANY);
  int *status = glue_new_ints(out, 3, curves, GLUE_ANY);
  double *peak = glue_new_doubles(out, 4, curves * rows, PEAK_COLUMNS);
  for (R_xlen_t i = 0; i < n; i++) slope[i] = R_NaN;
  for (R_xlen_t i = 0; i < curves * rows * PEAK_COLUMNS; i++) peak[i] = R_NaN;
  double *work = (double *)R_alloc(5 * (size_t)n + 1, sizeof(double));
  int *inside = (int *)R_alloc((size_t)n + 1, sizeof(int));
  dd_melt_peak *found = (dd_melt_peak *)R_alloc((size_t)rows + 1, sizeof(dd_melt_peak));
  for (R_xlen_t k = 0; k < curves; k++) {
    const size_t from = (size_t)at[k], size = (size_t)(at[k + 1] - at[k]);
    size_t got = 0;
    sigma[k] = R_NaN;
    double *unit = work + 4 * (size_t)n;
    dd_status said =
        dd_melt_slope(x + from, y + from, size, words[0], slope + from, unit, inside, &sigma[k]);
    if (said == DD_OK) {
      said = dd_melt_peaks(x + from, slope + from, unit, inside, size, sigma[k], &peaks, work,
                           found, &got);
    }
    status[k] = (int)said;
    count[k] = (int)got;
    for (size_t i = 0; i < got; i++) {
      const double value[PEAK_COLUMNS] = {found[i].tm,   found[i].height, found[i].prominence,
                                          found[i].area, found[i].width,  found[i].low,
                                          found[i].high};
      for (R_xlen_t j = 0; j < PEAK_COLUMNS; j++)
        peak[k * rows + (R_xlen_t)i + j * curves * rows] = value[j];
    }
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
