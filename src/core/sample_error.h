#ifndef DD_SAMPLE_ERROR_H
#define DD_SAMPLE_ERROR_H

#include <stddef.h>

#include "efficiency_error.h"
#include "relative.h"
#include "status.h"

/*
 * How well the normalised quantity of one unit was measured (log2 units): the wells of the target and of the
 * references, and the efficiencies acting on the unit's distance from the zero point. For a unit that is one sample
 *   variance = w^2 s_t^2 / m + sum_h a_h^2 w_h^2 s_h^2 / m_h + V_E,  g_j = (1[j is the target] - a_j)(Cq_js - zero_j);
 * for the mean of n samples the first two are averaged and divided by n, the distances averaged. Satterthwaite's df. It
 * says nothing of how units differ.
 *   unit: n_samples codes 0 .. n_units - 1, or -1 for a sample that takes no part. wells: n_samples x n_targets.
 *   technical_variance, technical_df: one a target (cycles squared, pooled over the assay; NaN without replicates).
 *   zero: one a target, the Cq that quantities are relative to (cycles).
 *   std_error, df: n_units x n_targets out; NaN where nothing was measured or an assay has no replicates.
 * Samples without the target or a reference do not count. work: dd_sample_error_work_len() doubles.
 */
size_t dd_sample_error_work_len(const dd_plate *plate, size_t n_units);
dd_status dd_sample_error(const dd_plate *plate, const dd_efficiency_error *error, const int *unit,
                          size_t n_units, const int *wells, const double *technical_variance,
                          const double *technical_df, const double *zero, double *work,
                          double *std_error, double *df);

#endif
