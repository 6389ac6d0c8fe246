#ifndef DD_VARIANCE_BUDGET_H
#define DD_VARIANCE_BUDGET_H

#include <stddef.h>

#include "foldchange.h"

/*
 * Where the biological variance V_b of a row comes from (log2 units squared), with l the estimator's weights on the
 * units, u running over units and s over the samples of a unit:
 *   technical = sum_u l_u^2 mean_s(w^2 s_t^2 / m_s) / size_u: the target's wells, with s_t^2 its pooled variance
 *     between replicates and m_s wells in sample s.
 *   reference = sum_u l_u^2 sum_h a_h^2 s_r^2: what the references do each for itself, wells included. With two or
 *     more, s_r^2 is the variance of w_h Cq_h - R_s left by the model, on (H - 1) times its df; with one, only the
 *     variance of its wells can be told from the target's own variation.
 *   biological = V_b - technical - reference, the variation of the target between units.
 * Estimates of parts can exceed their sum: then biological is 0 and the two others share V_b in proportion.
 * Parts that the wells do not tell (no replicates) are NaN and count as 0.
 */
typedef struct {
  double *biological, *technical, *reference; /* n_targets x n_contrasts, target running fastest */
} dd_budget;

/* Doubles of scratch. */
size_t dd_budget_work_len(const dd_plate *plate, const dd_pattern *pattern, const dd_model *model,
                          size_t n_contrasts);

/*
 * wells: n_samples x n_targets of the plate, quantified wells. technical_variance: one a target of the plate (cycles
 * squared; NaN without replicates). unit_weights: n_contrasts x n_units. var_biological: V_b, n_targets x n_contrasts.
 */
dd_status dd_variance_budget(const dd_plate *plate, const dd_pattern *pattern,
                             const dd_model *model, const int *wells,
                             const double *technical_variance, const double *unit_weights,
                             size_t n_contrasts, const size_t *target, size_t n_targets,
                             const double *var_biological, double *work, dd_budget *out);

#endif
