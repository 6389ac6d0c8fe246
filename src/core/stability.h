#ifndef DD_STABILITY_H
#define DD_STABILITY_H

#include <stdbool.h>
#include <stddef.h>

#include "genorm.h"

/* The methods, in the order of their ranks. */
enum {
  DD_GENORM,
  DD_NORMFINDER,
  DD_BESTKEEPER,
  DD_DELTACQ,
  DD_AGGREGATE,
  DD_EQUIVALENCE,
  DD_N_METHODS
};

/*
 * What a ranking needs. x: log2 quantities, cq: cycles; n x k, a gene's samples next to each other. gaps: whether
 * values may be missing, in which case only geNorm, BestKeeper and delta-Cq rank. group: codes from 0. name: the place
 * of each gene's name. t: the quantile of Student's t for the limits of the equivalence test.
 */
typedef struct {
  size_t n, k, n_groups;
  const double *x, *cq;
  const int *group, *name;
  bool gaps;
  double t;
} dd_stability_data;

/* Ranks from 1, the smallest value first; equal values share the mean of their ranks. NaN: all ranks are NaN. */
void dd_average_rank(const double *value, size_t k, size_t *order, double *rank);

/* Doubles of scratch for dd_stability_ranks(). */
size_t dd_stability_work_len(size_t n, size_t k, size_t n_groups);

/*
 * Ranks of the genes by every method in one resample: sample s is replaced by sample index[s] of the same group. rank:
 * DD_N_METHODS columns of k.
 *   geNorm: the order in which genes leave; the last pair has rank 1 both.
 *   NormFinder, BestKeeper (mean absolute deviation), delta-Cq (mean SD): average ranks of the measure.
 *   aggregate: average ranks of the geometric mean of these four, in which geNorm's last pair counts 1.5 each.
 *   equivalence: average ranks of the smallest margin that would do, max over pairs of groups of |estimate| + t SE; NaN
 *     with one group.
 * A method that cannot rank the resample has NaN.
 */
void dd_stability_ranks(const dd_stability_data *data, const int *index, double *work,
                        double *rank);

/* The geometric mean of the four ranks of each gene. */
void dd_aggregate_ranks(const double *genorm, const double *normfinder, const double *bestkeeper,
                        const double *deltacq, size_t k, double *mean);

#endif
