#include "core/cells.h"
#include "core/units.h"
#include "r_glue.h"

SEXP c_cells(SEXP sample, SEXP target, SEXP run, SEXP task, SEXP state, SEXP cq, SEXP n_samples,
             SEXP n_targets, SEXP how) {
  const int S = glue_count(n_samples, "n_samples"), G = glue_count(n_targets, "n_targets");
  const R_xlen_t n = Rf_xlength(sample);
  const dd_wells wells = {(size_t)n,
                          glue_ints(sample, n, "sample"),
                          glue_ints(target, n, "target"),
                          run == R_NilValue ? NULL : glue_codes(run, n, 0, INT_MAX, "run"),
                          glue_ints(task, n, "task"),
                          glue_ints(state, n, "state"),
                          glue_doubles(cq, n, "cq")};
  const int centre = glue_codes(how, 1, DD_MEAN, DD_HUBER, "how")[0];
  const char *names[] = {"cq", "low", "spread", "quantified", "nondetect",  "excluded", "run",
                         "ss", "df",  "ntc",    "n_ntc",      "n_standard", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_cells cells = {.n_samples = (size_t)S, .n_targets = (size_t)G};
  cells.centre = glue_new_doubles(out, 0, S, G);
  cells.low = glue_new_doubles(out, 1, S, G);
  cells.spread = glue_new_doubles(out, 2, S, G);
  cells.quantified = glue_new_ints(out, 3, S, G);
  cells.nondetect = glue_new_ints(out, 4, S, G);
  cells.excluded = glue_new_ints(out, 5, S, G);
  cells.run = glue_new_ints(out, 6, S, G);
  cells.ss = glue_new_doubles(out, 7, G, GLUE_ANY);
  cells.df = glue_new_doubles(out, 8, G, GLUE_ANY);
  cells.ntc = glue_new_doubles(out, 9, G, GLUE_ANY);
  cells.n_ntc = glue_new_ints(out, 10, G, GLUE_ANY);
  cells.n_standard = glue_new_ints(out, 11, G, GLUE_ANY);
  double *work = NULL;
  if (centre != DD_MEAN) {
    work = (double *)R_alloc(dd_cells_work_len((size_t)n, (size_t)S * (size_t)G), sizeof(double));
  }
  if (dd_cells_fill(&wells, (dd_centre)centre, work, &cells) != DD_OK) {
    Rf_error("internal error: the wells hold codes out of range");
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_unit_table(SEXP cq, SEXP weight, SEXP ref, SEXP ref_weight, SEXP wells, SEXP unit,
                  SEXP n_units, SEXP control) {
  const R_xlen_t S = Rf_xlength(unit), G = Rf_xlength(weight), H = Rf_xlength(ref);
  const int U = glue_count(n_units, "n_units");
  const int *ref_code = glue_codes(ref, H, 0, (int)G - 1, "ref");
  size_t *position = (size_t *)R_alloc((size_t)H + 1, sizeof(size_t));
  for (R_xlen_t h = 0; h < H; h++) position[h] = (size_t)ref_code[h];
  const dd_plate plate = {(size_t)S,
                          (size_t)G,
                          (size_t)H,
                          glue_doubles(cq, S * G, "cq"),
                          glue_doubles(weight, G, "weight"),
                          position,
                          glue_doubles(ref_weight, H, "ref_weight")};
  const char *names[] = {"n_samples",     "n_wells",       "cq",       "dcq", "ddcq",
                         "log2_quantity", "log2_relative", "relative", ""};
  const R_xlen_t size = (R_xlen_t)U * G;
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_unit_values values;
  values.n_samples = glue_new_ints(out, 0, size, GLUE_ANY);
  values.n_wells = glue_new_ints(out, 1, size, GLUE_ANY);
  values.cq = glue_new_doubles(out, 2, size, GLUE_ANY);
  values.dcq = glue_new_doubles(out, 3, size, GLUE_ANY);
  values.ddcq = glue_new_doubles(out, 4, size, GLUE_ANY);
  values.log2_quantity = glue_new_doubles(out, 5, size, GLUE_ANY);
  values.log2_relative = glue_new_doubles(out, 6, size, GLUE_ANY);
  values.relative = glue_new_doubles(out, 7, size, GLUE_ANY);
  double *work = (double *)R_alloc(2 * (size_t)S + 1, sizeof(double));
  dd_unit_table(&plate, glue_codes(wells, S * G, 0, INT_MAX, "wells"),
                glue_codes(unit, S, -1, U - 1, "unit"), (size_t)U,
                glue_codes(control, U, 0, 1, "control"), work, &values);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
