#include "core/plate_check.h"
#include "r_glue.h"

SEXP c_group_range(SEXP group, SEXP x, SEXP n_groups) {
  const R_xlen_t n = Rf_xlength(group);
  const int G = glue_count(n_groups, "n_groups");
  const int *code = glue_codes(group, n, -1, G - 1, "group");
  const double *value = glue_doubles(x, n, "x");
  const char *names[] = {"count", "median", "low", "high", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  int *count = glue_new_ints(out, 0, G, GLUE_ANY);
  double *median = glue_new_doubles(out, 1, G, GLUE_ANY);
  double *low = glue_new_doubles(out, 2, G, GLUE_ANY);
  double *high = glue_new_doubles(out, 3, G, GLUE_ANY);
  int *ints = (int *)R_alloc(dd_check_ints((size_t)n, (size_t)G), sizeof(int));
  double *work = (double *)R_alloc((size_t)n + 1, sizeof(double));
  dd_group_range(code, value, (size_t)n, (size_t)G, ints, work, count, median, low, high);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_replicates(SEXP cell, SEXP target, SEXP cq, SEXP efficiency, SEXP reach, SEXP limits) {
  const R_xlen_t n = Rf_xlength(cell), C = Rf_xlength(target), G = Rf_xlength(efficiency);
  const double *limit = glue_doubles(limits, 2, "limits"); /* floor, one_copy */
  const dd_replicates wells = {(size_t)n,
                               (size_t)C,
                               (size_t)G,
                               glue_codes(cell, n, 0, (int)C - 1, "cell"),
                               glue_codes(target, C, 0, (int)G - 1, "target"),
                               glue_doubles(cq, n, "cq"),
                               glue_doubles(efficiency, G, "efficiency"),
                               glue_doubles(reach, C, "reach"),
                               limit[0],
                               limit[1]};
  const char *names[] = {"count", "far",   "median", "low", "high",  "gap", "rest",
                         "sd",    "sd_df", "ss",     "df",  "clean", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_replicate_table table;
  table.count = glue_new_ints(out, 0, C, GLUE_ANY);
  table.far = glue_new_ints(out, 1, C, GLUE_ANY);
  table.median = glue_new_doubles(out, 2, C, GLUE_ANY);
  table.low = glue_new_doubles(out, 3, C, GLUE_ANY);
  table.high = glue_new_doubles(out, 4, C, GLUE_ANY);
  table.gap = glue_new_doubles(out, 5, C, GLUE_ANY);
  table.rest = glue_new_doubles(out, 6, C, GLUE_ANY);
  table.sd = glue_new_doubles(out, 7, C, GLUE_ANY);
  table.sd_df = glue_new_doubles(out, 8, C, GLUE_ANY);
  table.ss = glue_new_doubles(out, 9, G, GLUE_ANY);
  table.df = glue_new_doubles(out, 10, G, GLUE_ANY);
  table.clean = glue_new_ints(out, 11, C, GLUE_ANY);
  const size_t n_ints = dd_check_ints((size_t)n, (size_t)C) + dd_check_ints((size_t)C, (size_t)G);
  int *ints = (int *)R_alloc(n_ints, sizeof(int));
  double *work = (double *)R_alloc((size_t)n + (size_t)C + 1, sizeof(double));
  dd_replicates_table(&wells, ints, work, &table);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_reference_balance(SEXP cq, SEXP weight, SEXP weight_se, SEXP ref, SEXP group) {
  const R_xlen_t S = Rf_xlength(group), G = Rf_xlength(weight), H = Rf_xlength(ref);
  if (H == 0) Rf_error("internal error: `ref` must not be empty");
  const dd_balance_plate plate = {(size_t)S,
                                  (size_t)G,
                                  (size_t)H,
                                  glue_doubles(cq, S * G, "cq"),
                                  glue_doubles(weight, G, "weight"),
                                  glue_doubles(weight_se, G, "weight_se"),
                                  glue_codes(ref, H, 0, (int)G - 1, "ref"),
                                  glue_codes(group, S, -1, 1, "group")};
  const char *names[] = {"value", "leak", "se", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  double *value = glue_new_doubles(out, 0, 4, GLUE_ANY);
  double *leak = glue_new_doubles(out, 1, G, GLUE_ANY);
  double *se = glue_new_doubles(out, 2, G, GLUE_ANY);
  int *status = glue_new_ints(out, 3, 1, GLUE_ANY);
  double *work = (double *)R_alloc(2 * (size_t)S + 1, sizeof(double));
  dd_balance balance;
  status[0] = (int)dd_reference_balance(&plate, work, &balance, leak, se);
  const double answer[] = {balance.difference, balance.variance, balance.df, balance.loading};
  for (int i = 0; i < 4; i++) value[i] = answer[i];
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
