#ifndef DD_TOBIT_H
#define DD_TOBIT_H

#include <stddef.h>

#include "status.h"

/*
 * The normal linear model with right-censored responses (Tobit). Of a censored unit it is known only that its response
 * lies above a limit of its own; here: dCq of a sample in which a target was not detected.
 *
 *   y = x'beta + sigma e,   l = sum_observed [ln h - (h y - x'delta)^2 / 2] + sum_censored ln Phi(x'delta - h limit)
 *
 * in delta = beta / sigma and h = 1 / sigma, in which l is concave everywhere (Olsen 1978), so Newton's method with
 * halved steps finds the one maximum from any start. Responses are taken as residuals of the least squares fit (limits
 * as values) in units of their size, and columns of x as an orthonormal basis: neither location nor scale matters.
 *
 * value: l'beta of each contrast. variance: from the observed information by the delta method, times n / (n - p), for t
 * with n - p degrees of freedom (n counts censored units, too). Without a censored unit both are the linear model's.
 */

typedef struct {
  size_t n, p, n_contrasts;
  double *basis;    /* n x p, column-major: orthonormal columns that span x */
  double *contrast; /* p x n_contrasts: the contrasts in terms of the basis */
} dd_tobit_model;

typedef struct {
  double sigma;      /* maximum likelihood, without the factor n / (n - p) */
  double likelihood; /* log likelihood, with all constants */
  double df;         /* n - p */
  size_t steps;
} dd_tobit;

/*
 * x: n x p column-major, of full column rank; contrast: p x n_contrasts in terms of its coefficients. work: n * p + p
 * doubles. DD_EDOMAIN: p is 0 or above n. DD_ESINGULAR: x has not full rank.
 */
dd_status dd_tobit_prepare(const double *x, const double *contrast, double *work,
                           dd_tobit_model *model);

/* Doubles of scratch for the next two. */
size_t dd_tobit_work_len(size_t n, size_t p);

/*
 * y: responses, at a censored unit its limit; censored: flags. value, variance: n_contrasts out. NaN throughout unless
 * DD_OK. A maximum exists when the observed units alone determine all coefficients and an error:
 *   DD_ETHIN: fewer than p + 1 observed units. DD_ESINGULAR: the observed units do not determine all coefficients (a
 *   group without one, say). DD_ECONSTANT: the observed units lie on the model without error.
 *   DD_EDOMAIN: a response is not finite. DD_EGSL: no convergence.
 */
dd_status dd_tobit_fit(const dd_tobit_model *model, const double *y, const int *censored,
                       double *work, double *value, double *variance, dd_tobit *out);

/*
 * One-sided bound of a contrast whose likelihood rises for ever, because every unit of a group is censored: the value
 * at which the profile log likelihood lies `drop` below its limit `top` (the likelihood of the other units alone).
 * direction: 1 when the likelihood rises with the contrast (a lower bound), -1 when it falls (an upper bound).
 * A status as above when the constrained fit fails; DD_EDOMAIN when the profile does not cross.
 */
typedef struct {
  size_t which; /* contrast, from 0 */
  double top, drop;
  int direction;
} dd_tobit_ask;

dd_status dd_tobit_bound(const dd_tobit_model *model, const double *y, const int *censored,
                         const dd_tobit_ask *ask, double *work, double *bound);

#endif
