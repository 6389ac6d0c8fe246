#ifndef DD_GENE_GROUP_H
#define DD_GENE_GROUP_H

#include <stddef.h>

#include "efficiency_error.h"
#include "genorm.h"
#include "status.h"

/*
 * Does a candidate move with the groups? The model is x_js = gene + sample + gene:group + error (log2 units), where
 * the error of each gene has a variance of its own.
 *
 * Per gene j and pair of groups a < b, pairs in the order (0, 1), (0, 2), ..., (1, 2), ...; matrices are k x pairs:
 *   estimate: mean_b z_j - mean_a z_j, where z_js = x_js minus the mean of the other genes of the sample: what the gene
 *     changes against the other candidates, k / (k - 1) times its gene:group effect that sums to zero over genes. One
 *     gene that moves by delta has estimate delta, and is not hidden by the others.
 *   variance: of the estimate, from the gene's residual variance within groups, pooled over them.
 * df: residual degrees of freedom, n - n_groups, the same for all.
 * Variance components by the method of moments, each at least 0 (log2 units squared): sample (RNA input and what all
 * genes share, within groups), interaction (gene:group; NaN with one group), residual (gene x sample), and the
 * degrees of freedom of their mean squares.
 */
typedef struct {
  double *estimate, *variance;
  double df, sample, interaction, residual, sample_df, interaction_df, residual_df;
} dd_gene_group_result;

/* Doubles of scratch. */
size_t dd_gene_group_work_len(size_t n, size_t k, size_t n_groups);

/*
 * No missing values. DD_EDOMAIN for fewer than two genes; DD_ETHIN when a group is empty or no residual degrees of
 * freedom are left: all answers are then NaN.
 */
dd_status dd_gene_group(const dd_candidates *c, const int *group, size_t n_groups, double *work,
                        dd_gene_group_result *out);

/* Doubles of scratch. */
size_t dd_gene_group_efficiency_work_len(size_t k, size_t n_groups);

/*
 * What the errors of the efficiencies add to those estimates, where x_j = -w_j Cq_j with w = log2 E: the estimate of
 * gene j moves with w_i by c_i D_i, where D_i is the difference of the groups' mean Cq of gene i (cycles), c_j = 1 and
 * the others share -1. variance, below: k x pairs, as dd_efficiency_variance() has them. weight: k. error->source:
 * codes from 0, fewer than k. No missing values, no empty groups.
 */
void dd_gene_group_efficiency(const dd_candidates *c, const int *group, size_t n_groups,
                              const double *weight, const dd_efficiency_error *error, double *work,
                              double *variance, double *below);

#endif
