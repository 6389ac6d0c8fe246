#ifndef DD_GENORM_H
#define DD_GENORM_H

#include <stddef.h>

#include "status.h"

/*
 * Candidate reference genes: log2 quantities of n samples and k genes, a gene's samples next to each other. Any
 * additive constant of a gene or of a sample (its RNA input) changes nothing here beyond rounding.
 */
typedef struct {
  size_t n, k;
  const double *x;
} dd_candidates;

/* Doubles of scratch for dd_pair_sd(). */
size_t dd_pair_sd_work_len(size_t n, size_t k);

/*
 * The pairwise variation of Vandesompele 2002: V_jk = SD over samples of x_j - x_k (n - 1; log2 units), as a full
 * symmetric matrix of k x k with zeros on its diagonal. It is also the SD of dCq of Silver 2006 where E = 2.
 * No missing values; NaN where n < 2.
 *
 * V_jk^2 = s_jj + s_kk - 2 s_jk from one matrix of covariances, after the means of samples and genes are taken out;
 * pairs in which that difference loses digits are summed directly. A few n k^2 / 2 multiplications in all.
 */
void dd_pair_sd(const dd_candidates *c, double *work, double *v);

/* The same where values are missing (NaN): each pair over the samples that have both; NaN for fewer than two. */
void dd_pair_sd_gaps(const dd_candidates *c, double *v);

/*
 * order: k gene positions, the most stable first; the last pair in the order of its names.
 * m: k x (k - 1), column s holding M of the genes that are left after s removals, NaN for the others; may be NULL.
 * mean_m: k - 1, the mean M of those genes. last_m: k, M of each gene when it left; for the last pair their V.
 * tie: k - 1, whether the gene that left shared the largest M (to 1e-10).
 * variation: k - 2, V_{2/3}, V_{3/4}, ...; may be NULL.
 */
typedef struct {
  int *order, *tie;
  double *m, *mean_m, *last_m, *variation;
} dd_genorm_result;

/* Doubles of scratch for dd_genorm(). */
size_t dd_genorm_work_len(size_t n, size_t k);

/*
 * geNorm (Vandesompele 2002) from the pairwise variations v of dd_pair_sd(): M_j = mean of V_jk over the other genes;
 * the gene with the largest M leaves, until two are left, which are not ranked between themselves. Of several with the
 * largest M the one with the largest single V_jk leaves, then the one whose name comes last: name holds the place of
 * each gene's name, so that no answer depends on the order of the columns.
 * Pairwise variation V_{m/m+1} = SD over samples of NF_m - NF_{m+1}, NF_m = mean of the m most stable genes, over the
 * samples that have all of them.
 * The sums behind M are kept with their rounding errors, so that taking away 700 genes one by one costs no digits.
 * DD_EDOMAIN for fewer than three genes; DD_ETHIN when a V_jk is NaN: nothing is then ranked.
 */
dd_status dd_genorm(const dd_candidates *c, const double *v, const int *name, double *work,
                    dd_genorm_result *out);

/* Delta-Cq (Silver 2006): for each gene the mean over its partners of V_jk: M of geNorm's first round. */
void dd_mean_pair_sd(const double *v, size_t k, double *mean);

#endif
