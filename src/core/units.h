#ifndef DD_UNITS_H
#define DD_UNITS_H

#include <stddef.h>

#include "relative.h"

/*
 * Values of each unit and target, all n_units x n_targets with the unit running fastest.
 *   cq: mean Cq over the unit's samples that have one (cycles).
 *   dcq: mean efficiency-weighted dCq over the unit's samples where target and references are all there (log2 units).
 *   ddcq: dcq minus its mean over the control units. log2_quantity: -dcq. log2_relative: -ddcq. relative: 2^-ddcq.
 *   n_samples, n_wells: how many samples and quantified wells stand behind cq.
 * NaN where nothing stands behind a value.
 */
typedef struct {
  double *cq, *dcq, *ddcq, *log2_quantity, *log2_relative, *relative;
  int *n_samples, *n_wells;
} dd_unit_values;

/*
 * unit: n_samples codes 0 .. n_units - 1, or -1 for a sample that takes no part. control: n_units flags.
 * wells: n_samples x n_targets counts of quantified wells. work: 2 * n_samples doubles.
 */
void dd_unit_table(const dd_plate *plate, const int *wells, const int *unit, size_t n_units,
                   const int *control, double *work, dd_unit_values *out);

#endif
