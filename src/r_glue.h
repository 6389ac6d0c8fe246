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
#define DDCQ_ENTRIES(X)        \
  X(c_code_strings, 1)         \
  X(c_same_string, 1)          \
  X(c_group_value, 3)          \
  X(c_group_string, 3)         \
  X(c_duplicated_rows, 1)      \
  X(c_cells, 9)                \
  X(c_fold_change, 16)         \
  X(c_joint, 16)               \
  X(c_efficiency_part, 12)     \
  X(c_joint_test, 5)           \
  X(c_variance_budget, 16)     \
  X(c_sample_error, 13)        \
  X(c_unit_table, 8)           \
  X(c_line_fit, 7)             \
  X(c_simultaneous, 4)         \
  X(c_moderate, 2)             \
  X(c_permute, 6)              \
  X(c_tobit, 4)                \
  X(c_tobit_bound, 6)          \
  X(c_bootstrap, 5)            \
  X(c_bootstrap_limits, 4)     \
  X(c_censored_means, 4)       \
  X(c_group_range, 3)          \
  X(c_replicates, 6)           \
  X(c_reference_balance, 5)    \
  X(c_calibrate, 6)            \
  X(c_calibration_variance, 6) \
  X(c_genorm, 4)               \
  X(c_normfinder, 5)           \
  X(c_bestkeeper, 2)           \
  X(c_gene_group, 8)           \
  X(c_stability_boot, 9)       \
  X(c_line_units, 4)           \
  X(c_slopes_equal, 4)         \
  X(c_serial_fit, 8)           \
  X(c_inverse_predict, 4)      \
  X(c_detection_fit, 6)        \
  X(c_sd_curve, 3)             \
  X(c_fit_curves, 8)           \
  X(c_curve_values, 5)         \
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
                   SEXP group, SEXP contrast, SEXP options, SEXP root);
SEXP c_joint(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
             SEXP ref_weight, SEXP target, SEXP sample, SEXP unit, SEXP n_units, SEXP design,
             SEXP group, SEXP contrast, SEXP options, SEXP root);
SEXP c_efficiency_part(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
                       SEXP ref_weight, SEXP target, SEXP sample, SEXP unit, SEXP n_units,
                       SEXP unit_weights);
SEXP c_joint_test(SEXP theta, SEXP v_b, SEXP df_b, SEXP load, SEXP load_df);
SEXP c_variance_budget(SEXP cq, SEXP weight, SEXP ref, SEXP ref_weight, SEXP target, SEXP sample,
                       SEXP unit, SEXP n_units, SEXP design, SEXP group, SEXP contrast,
                       SEXP n_groups, SEXP wells, SEXP technical, SEXP unit_weights,
                       SEXP var_biological);
SEXP c_sample_error(SEXP cq, SEXP weight, SEXP weight_se, SEXP weight_df, SEXP source, SEXP ref,
                    SEXP ref_weight, SEXP unit, SEXP n_units, SEXP wells, SEXP technical,
                    SEXP technical_df, SEXP zero);
SEXP c_unit_table(SEXP cq, SEXP weight, SEXP ref, SEXP ref_weight, SEXP wells, SEXP unit,
                  SEXP n_units, SEXP control);
SEXP c_line_fit(SEXP x, SEXP y, SEXP run, SEXP point, SEXP point_run, SEXP n_runs, SEXP by_point);
SEXP c_simultaneous(SEXP correlation, SEXP df, SEXP statistic, SEXP level);
SEXP c_moderate(SEXP variance, SEXP df);
SEXP c_permute(SEXP y, SEXP size, SEXP treated, SEXP how, SEXP high, SEXP low);
SEXP c_tobit(SEXP y, SEXP censored, SEXP x, SEXP contrast);
SEXP c_tobit_bound(SEXP y, SEXP censored, SEXP x, SEXP contrast, SEXP profile, SEXP direction);
SEXP c_bootstrap(SEXP y, SEXP size, SEXP contrast, SEXP count, SEXP index);
SEXP c_bootstrap_limits(SEXP star, SEXP estimate, SEXP acceleration, SEXP level);
SEXP c_censored_means(SEXP y, SEXP censored, SEXP size, SEXP sigma);
SEXP c_group_range(SEXP group, SEXP x, SEXP n_groups);
SEXP c_replicates(SEXP cell, SEXP target, SEXP cq, SEXP efficiency, SEXP reach, SEXP limits);
SEXP c_reference_balance(SEXP cq, SEXP weight, SEXP weight_se, SEXP ref, SEXP group);
SEXP c_calibrate(SEXP sample, SEXP run, SEXP y, SEXP noise, SEXP n_samples, SEXP n_runs);
SEXP c_calibration_variance(SEXP coef, SEXP weights, SEXP share, SEXP covariance, SEXP df,
                            SEXP n_runs);
SEXP c_genorm(SEXP x, SEXP size, SEXP name, SEXP gaps);
SEXP c_normfinder(SEXP x, SEXP size, SEXP group, SEXP n_groups, SEXP paired);
SEXP c_bestkeeper(SEXP cq, SEXP size);
SEXP c_gene_group(SEXP x, SEXP size, SEXP group, SEXP n_groups, SEXP weight, SEXP weight_se,
                  SEXP weight_df, SEXP source);
SEXP c_stability_boot(SEXP x, SEXP cq, SEXP size, SEXP group, SEXP n_groups, SEXP name, SEXP gaps,
                      SEXP t, SEXP resamples);
SEXP c_line_units(SEXP x, SEXP y, SEXP run, SEXP n_runs);
SEXP c_slopes_equal(SEXP slope, SEXP sxx, SEXP rss, SEXP df);
SEXP c_serial_fit(SEXP x, SEXP y, SEXP wells, SEXP run, SEXP step, SEXP n_runs, SEXP pure,
                  SEXP n_grid);
SEXP c_inverse_predict(SEXP y, SEXP var_y, SEXP line, SEXP quantile);
SEXP c_sd_curve(SEXP x, SEXP s, SEXP df);
SEXP c_detection_fit(SEXP x, SEXP tested, SEXP detected, SEXP link, SEXP share, SEXP drop);
SEXP c_fit_curves(SEXP x, SEXP y, SEXP start, SEXP threshold, SEXP base_first, SEXP base_last,
                  SEXP options, SEXP threads);
SEXP c_curve_values(SEXP model, SEXP parameters, SEXP curve, SEXP x, SEXP inverse);
SEXP c_melt(SEXP temperature, SEXP fluorescence, SEXP start, SEXP rule, SEXP most);

/* Called once when the library is loaded: a forked child is known by its process. */
void glue_remember_process(void);

#endif
