#ifndef DD_NORMFINDER_H
#define DD_NORMFINDER_H

#include <stddef.h>

#include "genorm.h"
#include "status.h"

/*
 * What NormFinder (Andersen 2004) knows of k genes in n_groups groups; matrices are k x n_groups, a group's genes next
 * to each other. Log2 units, squared where a variance.
 *   count: n_groups, samples of each group.
 *   mean: mean of the gene in the group, the means of samples taken out.
 *   intra: s2_jg, the variance of the gene within the group. raised: 1 where the estimate was negative and the authors'
 *     substitute stands: the smallest variance of a difference to another gene, over 4.
 *   inter: d_jg, what the gene lies above its own mean and the group's (0 with one group).
 *   gamma: variance of the d_jg between groups beyond their error, at least 0 (NaN with one group).
 *   spread: sum of a_j over the genes, for pairs where there is one group.
 *   stability: k, the mean over groups of |d~| + sqrt(v~) after shrinking; sqrt(s2_j) with one group.
 */
typedef struct {
  double *count, *mean, *intra, *inter, *stability;
  int *raised;
  double gamma, spread;
} dd_normfinder_result;

/*
 * The procedure of the authors' published code. Within a group r_js = x_js - mean_s x_j. - mean_j x_.s + mean;
 * a_jg = sum_s r_js^2 / (n_g - 1); s2_jg = (a_jg - sum_j a_jg / (k (k - 1))) / (1 - 2 / k).
 * d_jg = m_jg - m_j. - m_.g + m.. from the means of the genes in the groups, every group counting alike;
 * gamma = max(0, sum d^2 / ((G - 1)(k - 1)) - mean of s2_jg / n_g); with v = s2_jg / n_g
 * d~ = d gamma / (gamma + v), v~ = v + gamma v / (gamma + v), both 0 where gamma = v = 0.
 * No missing values. level: n doubles of scratch.
 * DD_EDOMAIN for fewer than three genes, DD_ETHIN for a group with fewer than two samples: all answers are then NaN.
 */
dd_status dd_normfinder(const dd_candidates *c, const int *group, size_t n_groups, double *level,
                        dd_normfinder_result *out);

/*
 * Stability of the mean of two genes a and b. With groups the mean over them of
 * |d~_a + d~_b| / 2 sqrt(k / (k - 2)) + sqrt(v~_a + v~_b) / 2. With one group the two genes give way to their mean and
 * the variance is estimated anew among k - 1 genes, which needs four: NaN for three. level: as dd_normfinder() left it.
 */
double dd_normfinder_pair(const dd_candidates *c, const dd_normfinder_result *fit, size_t n_groups,
                          const double *level, size_t a, size_t b);

#endif
