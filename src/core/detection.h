#ifndef DD_DETECTION_H
#define DD_DETECTION_H

#include <stddef.h>

#include "status.h"

/*
 * The share of reactions that detect a quantity q, from k of n detected at several levels: x = ln q,
 *   DD_POISSON  P = 1 - exp(-c q)            one molecule is enough; eta = ln c + x
 *   DD_CLOGLOG  P = 1 - exp(-exp(eta))       the same with a free slope
 *   DD_LOGIT    P = 1 / (1 + exp(-eta))
 *   DD_PROBIT   P = Phi(eta)
 * eta = alpha + beta x (beta = 1 for DD_POISSON), by maximum likelihood (Fisher scoring with halved steps).
 */
typedef enum { DD_POISSON = 0, DD_CLOGLOG = 1, DD_LOGIT = 2, DD_PROBIT = 3 } dd_link;

typedef struct {
  const double *x, *tested,
      *detected; /* ln quantity; reactions and those of them that detected, at each level */
  size_t n;
} dd_trials;

typedef struct {
  double alpha, beta;       /* beta 1 for DD_POISSON */
  double alpha_se, beta_se; /* from the expected information; beta_se NaN for DD_POISSON */
  double log_likelihood;    /* without binomial coefficients */
  double limit;             /* x at which P is the share asked for */
  double limit_low,
      limit_high; /* where the profile likelihood has fallen by drop; +-INFINITY when it never does */
} dd_detection;

/*
 * share: the P of the limit of detection (0.95). drop: what the log-likelihood loses at the limits of the interval,
 * half the chi-squared quantile on 1 df. With limit L the model is eta = eta_share + beta (x - L); for each L beta >=
 * 0 is at its best: the profile.
 * DD_ETHIN: nothing was tested, or all at one level where the slope is free. DD_ECONSTANT: all or none detected
 * (DD_POISSON then has one limit: all gives limit_high, none limit_low), or they part so cleanly that no finite slope
 * exists: NaN. DD_EDOMAIN: the share falls with the quantity; the curve is given, the limit is not. DD_EGSL: no
 * convergence.
 */
dd_status dd_detection_fit(dd_link link, const dd_trials *trials, double share, double drop,
                           dd_detection *out);

#endif
