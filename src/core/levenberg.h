#ifndef DD_LEVENBERG_H
#define DD_LEVENBERG_H

#include <stddef.h>

#include "status.h"

/*
 * Nonlinear least squares by the method of Levenberg and Marquardt, in the form of Nielsen: the step solves
 *
 *   min |J s - r|^2 + mu |D s|^2     (J by Householder QR, the damped system by plane rotations; no normal equations)
 *
 * with r = y - f(theta), D the largest norm that each column of J has had (Moré), and mu lowered by the gain ratio
 * (reduction had over reduction promised) or doubled, fourfold, eightfold ... when a step fails.
 *
 * A status of DD_OK says that the iteration came to rest, not that it did so at the best fit: from a far start it can
 * rest where the model has gone flat. What is accepted is for the caller to decide.
 */

/* Fills value[n] and jacobian[n * p], column by column, at theta. NaN or infinite values refuse the step. */
typedef void dd_model(const double *theta, const void *data, double *value, double *jacobian);

typedef struct {
  dd_model *model;
  const void *data;
  const double *y;
  size_t n, p;      /* n >= p >= 1 */
  double tolerance; /* of the scaled step, relative to the scaled parameters */
  size_t most;      /* evaluations of the model */
} dd_least_squares;

typedef struct {
  double rss;
  double
      gradient; /* largest |cosine| between the residuals and a column of J; 0 where the fit is exact */
  size_t evaluations;
} dd_levenberg;

/*
 *   theta: p start values in, the estimate out. r: p * p out, column by column, the upper triangle of J = Q R at the
 *   estimate. work: dd_levenberg_work_len() doubles.
 * DD_ETHIN: n < p. DD_EDOMAIN: the model is not finite at the start. DD_ESINGULAR: evaluations are used up.
 */
dd_status dd_levenberg_fit(const dd_least_squares *problem, double *theta, double *work, double *r,
                           dd_levenberg *out);

size_t dd_levenberg_work_len(size_t n, size_t p);

/*
 * |R^-T g|: times the residual SD it is the standard error of a function whose gradient in the first p parameters is g
 * (the delta method; the other parameters as given). stride: rows that `r` was made with. scratch: p doubles.
 * NaN where R is singular.
 */
double dd_delta_norm(const double *r, size_t stride, size_t p, const double *g, double *scratch);

/* Condition of the first p columns of R after scaling them to length 1: |R| |R^-1| in the Frobenius norm. */
double dd_condition(const double *r, size_t stride, size_t p, double *scratch);

#endif
