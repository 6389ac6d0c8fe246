#ifndef DD_EFFICIENCY_ERROR_H
#define DD_EFFICIENCY_ERROR_H

#include <stddef.h>

/*
 * The error of the efficiencies. One efficiency serves all samples of a target, so its error is systematic: it does
 * not average out over n, and it multiplies the difference of mean Cq that the contrast takes, not the Cq.
 *   se: standard error of w = log2 E (log2 units per cycle), df: its degrees of freedom (infinite when known).
 *   source: targets with the same number share one estimate, and so one error.
 */
typedef struct {
  const double *se, *df;
  const int *source;
} dd_efficiency_error;

/*
 * sum over sources of (sum_j g_j se_j)^2 for the n_terms targets in `term`, g_j in cycles. below: the matching sum of
 * v^2 / df for Satterthwaite's rule.
 */
void dd_efficiency_variance(const dd_efficiency_error *error, const size_t *term, const double *g,
                            size_t n_terms, double *variance, double *below);

/*
 * One load a source and contrast, sum_j g_j se_j over the terms of the source, so that V_E of any combination of the
 * contrasts is the sum of squares of the combined loads. g: n_terms x n_contrasts. load: n_terms rows are reserved,
 * column-major; as many as there are sources are filled. df: one a source. Answers the number of sources.
 */
size_t dd_efficiency_loads(const dd_efficiency_error *error, const size_t *term, const double *g,
                           size_t n_terms, size_t n_contrasts, double *load, double *df);

/* The covariance of two estimates through the efficiencies that they share. */
double dd_efficiency_covariance(const dd_efficiency_error *error, const size_t *term_a,
                                const double *g_a, size_t n_a, const size_t *term_b,
                                const double *g_b, size_t n_b);

/* Satterthwaite's df of a sum: (v_b + v_e)^2 / (v_b^2 / df_b + below). Infinite parts add nothing.
 * NaN when v_b is. */
double dd_satterthwaite(double v_b, double df_b, double v_e, double below);

#endif
