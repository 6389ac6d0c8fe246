#ifndef DD_CELLS_H
#define DD_CELLS_H

#include <stddef.h>

#include "status.h"

/* Codes of a well's task and state: the positions of R's factor levels. */
enum {
  DD_UNKNOWN = 1,
  DD_STANDARD = 2,
  DD_CALIBRATOR = 3,
  DD_NTC = 4,
  DD_NRT = 5,
  DD_POSITIVE = 6
};
enum { DD_QUANTIFIED = 1, DD_NONDETECT = 2, DD_EXCLUDED = 3, DD_MISSING = 4 };

/* How the technical replicates of a cell become one value. */
typedef enum { DD_MEAN = 1, DD_MEDIAN = 2, DD_HUBER = 3 } dd_centre;

/* The wells as columns; n rows. run may be NULL when there is one run. */
typedef struct {
  size_t n;
  const int *sample, *target, *run, *task, *state;
  const double *cq;
} dd_wells;

/*
 * A cell is one sample and one target; cell (s, g) lies at s + g * n_samples. Only wells of task unknown fill cells.
 *   quantified, nondetect, excluded: number of wells in that state (a missing well counts as excluded).
 *   centre: mean, median or Huber location of the quantified Cq (cycles; NaN without one).
 *   low, spread: the smallest quantified Cq, and the largest minus it (cycles; NaN without one).
 *   run: code of the run of the cell's wells, 0 when there are none, -1 when they come from several.
 * Per target:
 *   ss, df: sum of squares within cells about their means and its degrees of freedom, sum(m - 1).
 *   ntc: the lowest Cq of an NTC well (NaN without one); n_ntc: how many NTC wells, detected or not.
 *   n_standard: how many wells of standards have a Cq.
 */
typedef struct {
  size_t n_samples, n_targets;
  int *quantified, *nondetect, *excluded, *run;
  double *centre, *low, *spread;
  double *ss, *df, *ntc;
  int *n_ntc, *n_standard;
} dd_cells;

/* Doubles of scratch for n wells and n_cells cells: the wells' Cq gathered by cell, for the median and Huber. */
size_t dd_cells_work_len(size_t n, size_t n_cells);

/*
 * One pass over the wells. DD_EDOMAIN for a code out of range.
 * DD_HUBER: M-estimate with k = 1.345 and the scale fixed at the target's pooled technical SD, sqrt(ss / df), from
 * all its cells (three wells cannot estimate their own scale); cells of a target without scale keep the median.
 * work: dd_cells_work_len() doubles; may be NULL for DD_MEAN.
 */
dd_status dd_cells_fill(const dd_wells *wells, dd_centre how, double *work, dd_cells *out);

#endif
