#ifndef DD_PERMUTE_H
#define DD_PERMUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/*
 * Randomisation of labels within strata, for many targets at once: every re-allocation is made once and read by all.
 *
 * Two groups. Units stand stratum by stratum, and within a stratum the ones of group 1 (treated) come first, as they
 * were allocated. A re-allocation keeps the number of treated units of every stratum. One stratum is the plain
 * two-group design, strata of two (one treated) are pairs, and then a re-allocation flips signs of differences.
 *
 * Statistic "difference": the treatment effect of the additive model `~ stratum + group`,
 *
 *   theta = (1/W) sum over treated units of (y - mean of its stratum),   W = sum_b n_1b n_0b / n_b,
 *
 * which is the difference of the means in one stratum and the mean difference in pairs. It is a sum over a subset, so a
 * re-allocation that exchanges two units costs one addition a target. The pooled and the paired t are monotone in its
 * size (the sum of squares within strata does not change), and have the same p.
 *
 * Statistic "welch": the difference of two means over its Welch standard error, one stratum only.
 *
 * Interval: the shifts delta that the test of `y - delta label` does not reject. With r = theta of the labels
 * themselves (1 as allocated) and e = theta* - r theta, a re-allocation is at least as extreme as the observed one at
 * delta = theta + u exactly when u lies between the roots of |e - u r| = |u|, e / (1 + r) and -e / (1 - r), which have
 * opposite signs. So the limits are order statistics of these roots, and one pass is enough. Needed: the `keep`-th
 * largest root on either side, keep = floor(alpha N) + 1 of N re-allocations.
 */

typedef enum { DD_DIFFERENCE = 0, DD_WELCH = 1 } dd_permute_statistic;

typedef struct {
  size_t n_units, n_targets, n_strata;
  const int *size,
      *treated; /* n_strata each: units of the stratum, and how many of them, the first, are treated */
  dd_permute_statistic statistic;
  size_t keep; /* how many of the largest roots are kept on either side; 0: no interval */
  double *high,
      *low;      /* n_targets x keep: the largest roots above, and negated below, the least first */
  size_t *count; /* scratch, 2 n_targets */
  double *beyond; /* n_targets: re-allocations more extreme than the observed one */
  double *equal;  /* n_targets: as extreme, within rounding */
  double *theta;  /* n_targets: the observed statistic */
  /* scratch, from dd_permute_prepare() */
  size_t n_columns;
  double
      *unit; /* n_units x n_columns, row by row: what a unit adds to the sums when it is treated */
  double *sum;                    /* n_columns */
  double *total;                  /* n_columns: over all units (Welch) */
  double *tie;                    /* n_targets: differences below it are rounding */
  double *above, *below;          /* n_targets each: the roots of one re-allocation */
  double *least_high, *least_low; /* n_targets each: what a root must exceed */
  double *pool_high, *pool_low;   /* n_targets x 2 keep each */
} dd_permute;

/* Doubles of scratch. */
size_t dd_permute_work_len(size_t n_units, size_t n_targets, size_t keep);

/*
 * y: n_units x n_targets, column-major, without gaps. The first members of `p` are the caller's; beyond and equal are
 * set to zero. high and low are zeros at the beginning, or what an earlier run that goes on here has left. Fills theta
 * and the scratch. DD_EDOMAIN: no stratum has both groups; or Welch with several strata or with a group of one unit.
 */
dd_status dd_permute_prepare(const double *y, double *work, dd_permute *p);

/* To be called at the end of the visits: the roots into high and low. */
void dd_permute_finish(dd_permute *p);

/* ---- all re-allocations ---- */

/* Where an enumeration stands. */
typedef struct {
  int *
      combination; /* dd_walk_len() ints: treated units of each stratum in order, followed by its size */
  bool *inside; /* n_units: is it treated now? */
  size_t since; /* exchanges since the sums were last made afresh */
  bool started, done;
} dd_walk;

size_t dd_walk_len(size_t n_units, size_t n_strata);
void dd_walk_start(const dd_permute *p, dd_walk *walk);

/*
 * Visits at most `most` further re-allocations, the observed one first; returns how many. Within a stratum the
 * combinations are listed by revolving doors (Knuth, The Art of Computer Programming 7.2.1.3, algorithm R), so the next
 * one, and the first after the last, exchanges two units; across strata they turn as an odometer, with fewer than two
 * exchanges a re-allocation on average.
 */
size_t dd_permute_walk(dd_permute *p, dd_walk *walk, size_t most);

/* ---- a sample of them ---- */

/* Draws that one re-allocation takes: treated units over all strata. */
size_t dd_permute_draws(const dd_permute *p);

/* The range of each draw: draw i is uniform on 0 .. range[i] - 1. dd_permute_draws() ints out. */
void dd_permute_ranges(const dd_permute *p, int *range);

/*
 * Visits n re-allocations. draws: n times dd_permute_draws() ints. pool: n_units ints of scratch. A draw j takes the
 * unit at place j among those left; the last one fills its place: the order of R's sample.int(size, treated).
 */
void dd_permute_sample(dd_permute *p, const int *draws, size_t n, int *pool);

#endif
