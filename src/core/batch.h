#ifndef DD_BATCH_H
#define DD_BATCH_H

#include <stddef.h>

#include "curve.h"

/*
 * Many curves, one behind the other: curve k has the points start[k] .. start[k + 1] - 1, and its own threshold and
 * cycles of the baseline (NaN: none), as in dd_curve_options.
 */
typedef struct {
  const double *x, *y;
  const int *start;
  const double *threshold, *base_first, *base_last;
} dd_curve_set;

/*
 * Fits the curves first .. last - 1 by dd_curve_fit() into out[first] .. out[last - 1], on several threads where the
 * compiler has OpenMP. Each curve is fitted by one thread from its own numbers alone: the answer does not depend on
 * how many there are. longest: points of the longest curve. work: threads * dd_curve_work_len(longest) doubles.
 */
void dd_batch_fit(const dd_curve_set *set, size_t first, size_t last, size_t longest,
                  const dd_curve_options *options, int threads, double *work, dd_curve *out);

#endif
