#ifndef DD_PLATE_CHECK_H
#define DD_PLATE_CHECK_H

#include <stddef.h>

#include "status.h"

/*
 * What a look at a plate needs as numbers. Words and limits are the caller's. Codes count from 0; a code of -1 takes no
 * part.
 */

/* Ints of scratch that every function of this file needs for n values in n_groups groups. */
size_t dd_check_ints(size_t n, size_t n_groups);

/*
 * Count, median, lowest and highest of x by group (NaN in x takes no part; NaN out for a group without values).
 * ints: dd_check_ints(n, n_groups). work: n doubles.
 */
void dd_group_range(const int *group, const double *x, size_t n, size_t n_groups, int *ints,
                    double *work, int *count, double *median, double *low, double *high);

/*
 * Technical replicates: n quantified wells (Cq in cycles) in n_cells cells; every cell belongs to a target.
 * one_copy: the Cq at which a single molecule would show (cycles). Near it replicates differ because molecules are
 * counted: a Poisson count of mean N has log(N) with variance 1 / N, which is 1 / (N ln(E)^2) in cycles^2, with
 * N = E^(one_copy - Cq).
 */
typedef struct {
  size_t n, n_cells, n_targets;
  const int *cell;          /* n codes */
  const int *target;        /* n_cells codes */
  const double *cq;         /* n */
  const double *efficiency; /* n_targets, amplification factor */
  const double *
      reach; /* n_cells: the range that replicates may have, in technical SDs (NaN: no limit in SDs) */
  double floor; /* the range that they may have in any case (cycles) */
  double one_copy;
} dd_replicates;

/*
 * By cell: count, median, low, high; far, the well (row from 0; -1 in an empty cell) that lies farthest from the
 * median, gap, its Cq minus the median, and rest, the range of the other wells (NaN without two of them).
 * The technical SD of a target is pooled over its clean cells, because a few wild wells would hide each other: its
 * cells are ordered by their variance, and the upper third is gone through from below; the first cell whose range
 * exceeds max(floor, reach sqrt(s^2 + counting)), s^2 pooled over the cells below it (4 df at least), and all above it
 * are not clean.
 *   sd, sd_df: the yardstick of the cell, pooled over the other clean cells of its target, because a cell must not be
 *   measured by itself: sqrt((SS - ss) / (DF - df) + counting variance at the cell's median). A target with fewer than
 *   4 df in them is measured by the clean cells of all targets; NaN when those have none.
 *   clean: 1 or 0 by cell.
 * By target: ss, df, squares within clean cells about their means and sum(m - 1).
 */
typedef struct {
  int *count, *far, *clean;
  double *median, *low, *high, *gap, *rest, *sd, *sd_df;
  double *ss, *df;
} dd_replicate_table;

/* ints: dd_check_ints(n, n_cells) + dd_check_ints(n_cells, n_targets). work: n + n_cells doubles. */
void dd_replicates_table(const dd_replicates *wells, int *ints, double *work,
                         dd_replicate_table *out);

/*
 * Balance of the references between two groups of samples: cq is n_samples x n_targets (column-major, NaN: none),
 * group is 0 (control), 1 (treated) or -1; ref holds n_refs columns.
 *   difference: of the mean reference Cq, treated minus control (cycles), with its variance and df (Welch 1947).
 *   loading: U = -(difference of the mean of w Cq over the references), log2 units of input.
 * leak, se: n_targets. Were every efficiency off by one standard error, independently, U would enter the log2 fold
 * change of target T with |U| sqrt((SE(w_T) / w_T)^2 + sum_h (SE(w_h) / (H w_h))^2), the root of the mean square of
 * U (w'_T / w_T - mean_h w'_h / w_h). se: the standard error of the log2 fold change itself (Welch). NaN for a
 * reference and where a number is missing. work: 2 n_samples doubles.
 * DD_ETHIN: a group has fewer than two samples with all references: variance, df and se are NaN.
 */
typedef struct {
  size_t n_samples, n_targets, n_refs;
  const double *cq, *weight, *weight_se;
  const int *ref, *group;
} dd_balance_plate;

typedef struct {
  double difference, variance, df, loading;
} dd_balance;

dd_status dd_reference_balance(const dd_balance_plate *plate, double *work, dd_balance *out,
                               double *leak, double *se);

#endif
