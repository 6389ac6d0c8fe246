#ifndef DD_NORMAL_H
#define DD_NORMAL_H

/*
 * The standard normal distribution, for the core functions that need one inside (censored likelihoods, simultaneous
 * intervals, bootstrap corrections). p-values and quantiles of the results are made in R, not here. All of them take
 * any double: NaN gives NaN, infinities their limits; GSL's error handler is never reached. Relative errors against
 * R's own: below 1e-14.
 */

/* phi(x), also far out, where exp(-x^2 / 2) would lose digits to the rounding of x^2. */
double dd_normal_pdf(double x);

/* Phi(x) = P(Z <= x), and P(Z > x) without the cancellation of 1 - Phi(x). */
double dd_normal_cdf(double x);
double dd_normal_upper(double x);

/* The x with Phi(x) = p; -Inf at 0, Inf at 1, NaN outside [0, 1]. */
double dd_normal_quantile(double p);

/* ln Phi(x): finite down to x = -1e154. */
double dd_normal_log_cdf(double x);

/* The inverse Mills ratio phi(x) / Phi(x), the derivative of ln Phi(x): -x - 1 / x ... far below, 0 far above. */
double dd_normal_mills(double x);

#endif
