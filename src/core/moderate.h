#ifndef DD_MODERATE_H
#define DD_MODERATE_H

#include <stddef.h>

#include "status.h"

/* The distribution that the true variances of many targets are drawn from: prior_df * variance / s^2 is chi-square. */
typedef struct {
  double df; /* prior degrees of freedom; infinite when the variances differ by chance alone */
  double variance; /* prior variance, in the unit of the variances */
} dd_prior;

/*
 * Empirical Bayes for variances s_g^2 on d_g df (Smyth 2004). With e_g = ln s_g^2 - psi(d_g/2) + ln(d_g/2),
 *
 *   trigamma(df/2) = var(e) - mean(trigamma(d_g/2)),   variance = exp(mean(e) + psi(df/2) - ln(df/2)),
 *
 * and where the right side is not positive, df is infinite and the variance the plain mean. Targets whose variance or
 * df is not finite, whose variance is negative or whose df is not positive do not count. A variance below 1e-5 of the
 * median counts as that much, so that a rounded 0 does not decide alone.
 *   work: n doubles.
 * DD_ETHIN: fewer than two targets count. DD_ECONSTANT: half of the variances or more are 0. DD_EGSL: no root.
 */
dd_status dd_variance_prior(const double *variance, const double *df, size_t n, double *work,
                            dd_prior *out);

/* (df0 * s0^2 + df * s^2) / (df0 + df) for each target, on df0 + df df; NaN in, NaN out. */
void dd_moderate(const double *variance, const double *df, size_t n, const dd_prior *prior,
                 double *out);

/* y > 0 with trigamma(y) = x, for x > 0; otherwise NaN. */
double dd_trigamma_inverse(double x);

#endif
