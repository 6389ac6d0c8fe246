#ifndef DD_RELATIVE_H
#define DD_RELATIVE_H

#include <stddef.h>

/*
 * Cq of samples and targets, with what turns them into log2 quantities.
 *   cq: n_samples x n_targets, a target's samples next to each other (cycles; NaN where there is none).
 *   weight: log2 of the amplification factor of each target (log2 units per cycle).
 *   ref, ref_weight: the n_refs reference targets (positions from 0) and their shares, which sum to 1.
 */
typedef struct {
  size_t n_samples, n_targets, n_refs;
  const double *cq, *weight;
  const size_t *ref;
  const double *ref_weight;
} dd_plate;

/*
 * The normaliser of each sample, R_s = sum_h a_h w_h Cq_hs: minus the log2 of the weighted geometric mean of the
 * reference quantities (Vandesompele 2002). NaN as soon as one reference is missing in the sample: averaging over
 * the others would move the sample by the difference between references. Without references R_s = 0.
 */
void dd_reference_level(const dd_plate *plate, double *level);

/*
 * Efficiency-weighted dCq of one target, d_s = w Cq_s - R_s (log2 units; Ganger 2017's common base, to base 2).
 * NaN where the target or a reference is missing.
 */
void dd_relative_cq(const dd_plate *plate, const double *level, size_t target, double *d);

#endif
