#ifndef DDCQ_R_GLUE_H
#define DDCQ_R_GLUE_H

#ifndef R_NO_REMAP
#define R_NO_REMAP
#endif
#include <R.h>
#include <Rinternals.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * What every entry uses. The R side has checked all arguments; these stop with "internal error" when it has not, so
 * that a wrong type can never become a wild pointer.
 */
const double *glue_doubles(SEXP x, R_xlen_t n, const char *name);
const int *glue_ints(SEXP x, R_xlen_t n, const char *name);
int glue_count(SEXP x, const char *name);

/* Any length. */
enum { GLUE_ANY = -1 };

/* Codes from `low` to `high` throughout, or an internal error. */
const int *glue_codes(SEXP x, R_xlen_t n, int low, int high, const char *name);

/* A new element of a named list, which protects it; the core fills every entry. A matrix unless columns is GLUE_ANY. */
double *glue_new_doubles(SEXP list, int at, R_xlen_t rows, R_xlen_t columns);
int *glue_new_ints(SEXP list, int at, R_xlen_t rows, R_xlen_t columns);

/* The core's NaN becomes R's NA in every double vector of the list. */
void glue_nan_to_na(SEXP list);

/* One line an entry: the prototypes here and the table in init.c are both made from it. */
#define DDCQ_ENTRIES(X)   \
  X(c_code_strings, 1)    \
  X(c_same_string, 1)     \
  X(c_group_value, 3)     \
  X(c_group_string, 3)    \
  X(c_duplicated_rows, 1) \
  X(c_cells, 9)           \
  X(c_fold_change, 15)    \
  X(c_unit_table, 8)      \
  X(c_line_fit, 7)        \
  X(c_fit_curves, 8)      \
  X(c_curve_values, 5)    \
  X(c_melt, 5)

SEXP c_code_strings(SEXP x);
SEXP c_same_string(SEXP x);
SEXP c_group_value(SEXP group, SEXP value, SEXP n_groups);
SEXP c_group_string(SEXP group, SEXP value, SEXP n_groups);
SEXP c_duplicated_rows(SEXP codes);
SEXP c_cells(SEXP sample, SEXP target, SEXP run, SEXP task, SEXP state, SEXP cq, SEXP n_samples,
             SEXP n_targets, SEXP how);
SEXP c_fold_change(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
                   SEXP ref_weight, SEXP target, SEXP sample, SEXP unit, SEXP n_units, SEXP design,
                   SEXP group, SEXP contrast, SEXP options);
SEXP c_unit_table(SEXP cq, SEXP weight, SEXP ref, SEXP ref_weight, SEXP wells, SEXP unit,
                  SEXP n_units, SEXP control);
SEXP c_line_fit(SEXP x, SEXP y, SEXP run, SEXP point, SEXP point_run, SEXP n_runs, SEXP by_point);
SEXP c_fit_curves(SEXP x, SEXP y, SEXP start, SEXP threshold, SEXP base_first, SEXP base_last,
                  SEXP options, SEXP threads);
SEXP c_curve_values(SEXP model, SEXP parameters, SEXP curve, SEXP x, SEXP inverse);

/* Called once when the library is loaded: a forked child is known by its process. */
void glue_remember_process(void);
SEXP c_melt(SEXP temperature, SEXP fluorescence, SEXP start, SEXP rule, SEXP most);

#endif
