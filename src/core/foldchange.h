#ifndef DD_FOLDCHANGE_H
#define DD_FOLDCHANGE_H

#include <stddef.h>

#include "efficiency_error.h"
#include "estimator.h"
#include "relative.h"
#include "status.h"

/*
 * The samples that a set of targets shares: those where the target and every reference have a Cq, and the units
 * (samples, or animals with several samples) that they make up. The unit is what the model sees.
 *   sample: n_samples positions in the plate. unit: n_samples codes 0 .. n_units - 1. size: n_units counts.
 */
typedef struct {
  size_t n_samples, n_units;
  const size_t *sample, *unit;
  double *size;
} dd_pattern;

/* Fills the counts. */
void dd_pattern_sizes(dd_pattern *pattern);

/* One of the two estimators; the other is NULL. `group` (n_units codes, may be NULL) asks for SDs by group. */
typedef struct {
  const dd_linear *linear;
  const dd_welch *welch;
  const int *group;
  size_t n_groups;
} dd_model;

/* Results of n_targets targets and K contrasts, target running fastest: entry (t, k) at t + k * n_targets. */
typedef struct {
  double *estimate;          /* log2 fold change, -l'd */
  double *var_biological;    /* V_b, log2 units squared */
  double *df_biological;     /* nu_b */
  double *var_efficiency;    /* V_E */
  double *below;             /* sum of v^2 / df over the sources of V_E, for Satterthwaite's rule */
  double *df;                /* Satterthwaite df of V_b + V_E */
  double *cq_contrast;       /* D, the same contrast of mean Cq (cycles) */
  double *ref_contrast;      /* D of the references: n_refs x K */
  double *residual;          /* n_units x n_targets */
  double *residual_variance; /* n_targets: of a unit, around its mean (pooled model; else NaN) */
  double *group_sd;          /* n_groups x n_targets (when the model has groups) */
  int *status;               /* n_targets */
} dd_fold_changes;

/* The estimator's weights on the units, n_contrasts x n_units. */
const double *dd_model_weights(const dd_model *model);

/* Doubles of scratch that dd_fold_change() needs. */
size_t dd_fold_change_work_len(const dd_plate *plate, const dd_pattern *pattern,
                               const dd_model *model, size_t n_contrasts);

/*
 * Fold changes of the targets that share a pattern of samples, with both parts of their variance
 *   V_b from the estimator, V_E = sum_jk g_j g_k Cov(w_j, w_k), g_j = (1[j is the target] - a_j) D_j.
 * target: n_targets positions in the plate.
 */
dd_status dd_fold_change(const dd_plate *plate, const dd_efficiency_error *error,
                         const dd_pattern *pattern, const dd_model *model, const size_t *target,
                         size_t n_targets, double *work, dd_fold_changes *out);

/*
 * The efficiency part alone, for an estimator whose weights on the units come from elsewhere (n_contrasts x n_units):
 * var_efficiency, below, cq_contrast and ref_contrast of one target, and the loads of each source of error on each
 * contrast (see dd_efficiency_loads(), n_refs + 1 rows). Answers how many sources there are, 0 for too many references.
 */
size_t dd_efficiency_part_work_len(const dd_plate *plate, const dd_pattern *pattern,
                                   size_t n_contrasts);
size_t dd_efficiency_part(const dd_plate *plate, const dd_efficiency_error *error,
                          const dd_pattern *pattern, const double *unit_weights, size_t n_contrasts,
                          size_t target, double *work, dd_fold_changes *out, double *load,
                          double *load_df);

/* The loads of one target of a fit, as above. g: (n_refs + 1) x n_contrasts doubles of scratch. */
size_t dd_target_loads(const dd_plate *plate, const dd_efficiency_error *error, size_t target,
                       const dd_fold_changes *fit, size_t t, size_t n_targets, size_t n_contrasts,
                       double *g, double *load, double *load_df);

/* The biological covariances of all contrasts of one target of a fit, n_contrasts x n_contrasts. */
void dd_target_covariance(const dd_model *model, const dd_fold_changes *fit, size_t t,
                          double *covariance);

/*
 * Covariances between all estimates of one dd_fold_change() result, (n_targets K) x (n_targets K) in its own order:
 * the biological part from residuals of the shared units, the efficiency part from shared efficiencies.
 */
void dd_fold_covariance(const dd_plate *plate, const dd_efficiency_error *error,
                        const dd_model *model, const size_t *target, size_t n_targets,
                        const dd_fold_changes *fit, double *covariance);

#endif
