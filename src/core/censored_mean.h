#ifndef DD_CENSORED_MEAN_H
#define DD_CENSORED_MEAN_H

#include <stddef.h>

#include "status.h"

/*
 * Mean of a few values (a sample's wells of one target) some of which are known only to lie above a limit: the maximum
 * of sum_observed -(y - m)^2 / (2 sigma^2) + sum_censored ln Phi((m - limit) / sigma) in m, at a known sigma (the
 * technical SD, in the unit of y). Leaving the censored ones out, or putting the limit in, would pull the mean down.
 *
 *   y: n values, at a censored one its limit; censored: flags. The arithmetic mean where none is censored, whatever
 *   sigma. DD_ETHIN: none is observed (a bound is all that is known); DD_EDOMAIN: sigma is not positive and finite, or
 *   a value is not finite. The mean is NaN then.
 */
dd_status dd_censored_mean(const double *y, const int *censored, size_t n, double sigma,
                           double *mean);

#endif
