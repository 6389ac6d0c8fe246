#ifndef DD_BOOTSTRAP_H
#define DD_BOOTSTRAP_H

#include <stddef.h>

#include "status.h"

/*
 * Stratified bootstrap of a contrast of group means, theta = sum_g c_g mean_g: units are drawn with replacement within
 * their group, the same ones for all targets. One group with weight 1 is the mean of paired differences.
 */
typedef struct {
  size_t n_units, n_targets, n_groups;
  const int *size;        /* n_groups: units stand group by group */
  const double *contrast; /* n_groups */
  double *theta;          /* n_targets: the estimate */
  double *influence;      /* n_units x n_targets, row by row: c_g (y - mean_g) / n_g */
  double *
      acceleration; /* n_targets: sum(influence^3) / (6 sum(influence^2)^1.5); NaN without variation */
} dd_bootstrap;

/* y: n_units x n_targets, column-major, without gaps. DD_EDOMAIN: an empty group with a weight. */
dd_status dd_bootstrap_prepare(const double *y, dd_bootstrap *b);

/*
 * n replicates. index: n times n_units ints, for each unit of a group in turn which of that group (from 0) takes its
 * place. star: out, replicate i of target t at star[i + t * stride].
 */
void dd_bootstrap_sample(const dd_bootstrap *b, const int *index, size_t n, double *star,
                         size_t stride);

/*
 * Intervals of one target from its n replicates, which are sorted in place. percentile and bca: limits, lower and
 * upper. With z0 = Phi^-1(share of replicates below theta; ties, within rounding, by half) and the acceleration a, BCa
 * reads the quantiles at Phi(z0 + (z0 + z) / (1 - a (z0 + z))) (Efron 1987); quantiles are interpolated on the normal
 * scale between order statistics at k / (n + 1) (Davison and Hinkley 1997, 5.8).
 *   DD_EDOMAIN: all replicates lie on one side of theta, or a is NaN: no BCa interval (NaN). DD_ETHIN: a limit is the
 *   smallest or the largest replicate; more replicates are needed. DD_ECONSTANT: all are equal.
 */
typedef struct {
  double percentile[2], bca[2], z0;
} dd_bootstrap_interval;

dd_status dd_bootstrap_limits(double *star, size_t n, double theta, double acceleration,
                              double level, dd_bootstrap_interval *out);

#endif
