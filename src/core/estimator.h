#ifndef DD_ESTIMATOR_H
#define DD_ESTIMATOR_H

#include <stddef.h>

#include "status.h"

/*
 * The two estimators of a contrast of group means. Both are linear in the data, theta = l'y, so everything that needs
 * the estimator's own weights (the efficiency part of the variance, covariances) takes them from `weights`.
 *
 *   n units with response y each; n_contrasts contrasts; weights: n_contrasts rows of n, row k being l of contrast k.
 *   value: l'y. variance: its variance. df: its degrees of freedom (infinite never occurs).
 * Values that vary by rounding only are told apart from a small variance by `scale`, the size of the numbers that y
 * was computed from: a standard error below 10 eps scale is none (the rule of t.test()).
 */

/* ---- the linear model: pooled variance, blocks, covariates ---- */

/* root: n square roots of the units' weights, variance s^2 / root^2; NULL where all are equal. */
typedef struct {
  size_t n, p, n_contrasts;
  double *qr;      /* n x p, row-major: Householder form of the model matrix */
  double *tau;     /* p */
  double *weights; /* n_contrasts x n */
  double *length;  /* n_contrasts: c'(X'X)^-1 c, the variance in units of the residual variance */
  const double *root;
} dd_linear;

/*
 * Factorises once for all responses that share the units. x: n x p column-major, of full column rank p <= n; the
 * constant must lie in its span, which lets the responses be centred. contrast: p x n_contrasts column-major, in terms
 * of the coefficients. l = X (X'X)^-1 c, by QR.
 */
dd_status dd_linear_prepare(const double *x, const double *contrast, dd_linear *model);

/* c_k'(X'X)^-1 c_j: the covariance of two contrasts in units of the residual variance. */
double dd_linear_gram(const dd_linear *model, size_t k, size_t j);

/*
 * What the n weights of a contrast sum to: 0 for a difference, 1 for a mean. A sum that is 0 but for rounding is 0, so
 * that a constant added to every response cannot leak into a difference.
 */
double dd_weight_sum(const double *weights, size_t n);

/* value, variance, df of each contrast for one response. residual: n doubles out. Status DD_ETHIN: no residual df. */
dd_status dd_linear_fit(const dd_linear *model, const double *y, double scale, double *residual,
                        double *value, double *variance, double *df);

/* ---- unequal variances (Welch 1947): one factor ---- */

typedef struct {
  size_t n, n_groups, n_contrasts;
  const int *group;       /* n codes from 0 */
  const double *contrast; /* n_groups x n_contrasts column-major */
  double *count, *mean;   /* n_groups each: units a group; scratch for the means */
  double *weights;        /* n_contrasts x n: c_k / n_k */
} dd_welch;

/* Fills count and weights. DD_EDOMAIN when a contrast needs a group that has no unit. */
dd_status dd_welch_prepare(dd_welch *model);

/*
 * variance = sum_k u_k with u_k = c_k^2 s_k^2 / n_k, df = (sum u_k)^2 / sum(u_k^2 / (n_k - 1)). group_variance:
 * n_groups doubles out (NaN for a single unit). A contrast with a group of one unit has variance and df NaN.
 */
void dd_welch_fit(const dd_welch *model, const double *y, double scale, double *residual,
                  double *group_variance, double *value, double *variance, double *df);

/* Means and variances of y by group; two passes. mean, variance: n_groups doubles out (NaN where undefined). */
void dd_group_moments(const int *group, size_t n_groups, const double *y, size_t n, double *count,
                      double *mean, double *variance);

#endif
