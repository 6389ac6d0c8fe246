#ifndef DD_BESTKEEPER_H
#define DD_BESTKEEPER_H

#include <stddef.h>

/*
 * BestKeeper (Pfaffl 2004) on raw Cq, not on quantities; k values each, in cycles unless said.
 *   count: samples with a Cq. mean, geo_mean, low, high: of the Cq. sd: n - 1.
 *   mad: the mean absolute deviation from the mean, which the method calls "SD". cv: 100 mad / mean, per cent.
 *   r, slope: correlation with the index, and the slope of the gene's Cq on it (the gene is part of its index).
 *   index: n, the geometric mean of the Cq of a sample's genes.
 * Per gene over the samples that have it; a sample without one of the genes has no index (NaN) and does not count for r
 * and slope. A Cq of 0 or less has no geometric mean: NaN. r and slope are NaN where nothing varies.
 */
typedef struct {
  double *count, *mean, *geo_mean, *low, *high, *sd, *mad, *cv, *r, *slope, *index;
} dd_bestkeeper_result;

/* cq: n x k, a gene's samples next to each other. */
void dd_bestkeeper(const double *cq, size_t n, size_t k, dd_bestkeeper_result *out);

/* The mean absolute deviation alone. */
double dd_mean_deviation(const double *x, size_t n);

#endif
