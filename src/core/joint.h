#ifndef DD_JOINT_H
#define DD_JOINT_H

#include <stddef.h>

#include "foldchange.h"

/*
 * Are q estimates zero together? Two F statistics on q numerator df:
 *   f_biological = theta' V_b^-1 theta / q, on the df of V_b (for the linear model the F of the term);
 *   f = theta' (V_b + V_E)^-1 theta / q, on df that match its mean to that of an F: each eigenvector of the sum is a
 *   contrast with Satterthwaite df nu_m; E = sum nu_m / (nu_m - 2), df = 2 E / (E - q).
 * Knowing less about an efficiency must not make a test sharper, so the caller takes the larger of the two p.
 */
typedef struct {
  double f_biological, f, df;
} dd_joint_result;

/* Doubles of scratch for q estimates. */
size_t dd_joint_work_len(size_t q);

/*
 * theta: q estimates. v_b: q x q, positive definite; df_b: its df. load: n_sources used of `stride` rows x q
 * (see dd_efficiency_loads()), load_df: one a source. DD_ESINGULAR when the estimates do not vary freely.
 */
dd_status dd_joint_test(const double *theta, const double *v_b, double df_b, const double *load,
                        const double *load_df, size_t n_sources, size_t stride, size_t q,
                        double *work, dd_joint_result *out);

/*
 * For every target of a fit: the covariances of its contrasts, K x K in each column, the biological and the efficiency
 * part, and the two tests that all its contrasts are 0. NaN where they cannot be had (no df; contrasts that do not vary
 * freely).
 */
typedef struct {
  double *biological, *efficiency, *f_biological, *f, *df;
} dd_joint;

size_t dd_joint_fit_work_len(const dd_plate *plate, size_t n_contrasts);
void dd_joint_fit(const dd_plate *plate, const dd_efficiency_error *error, const dd_model *model,
                  const size_t *target, size_t n_targets, const dd_fold_changes *fit, double *work,
                  dd_joint *out);

#endif
