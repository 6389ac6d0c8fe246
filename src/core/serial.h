#ifndef DD_SERIAL_H
#define DD_SERIAL_H

#include <stddef.h>

#include "status.h"

/*
 * The standard curve of a serial dilution: each step hands its pipetting error to all that follow, so
 *   y_i = a_run + b x_i + u_i + e_i,   Cov(u_i, u_j) = s_step^2 min(i, j) within a series (0 between),
 * i the number of dilution steps from the stock (0: its quantity is taken as given), e of a well with variance
 * s_well^2. Wells of a point enter by their mean, with variance s_well^2 / m, and by the scatter about it.
 *
 * Given rho = s_step^2 / s_well^2 this is generalised least squares; rho itself is estimated by restricted likelihood,
 *   -1/2 log|V| - 1/2 log|X'V^-1 X| - (N - p)/2 log(RSS_V + pure),  V = rho min(i, j) + diag(1/m), p = n_runs + 1.
 * A few points say little about rho. So the answer is given over a grid of rho, even in log(1 + rho mbar) from 0 to
 * log(1 + 1e4) (mbar: the harmonic mean of the wells of a point), with the weight that the restricted likelihood
 * gives each; given rho, (slope - b) / slope_se is Student's t on df = n_points - n_runs - 1, with the points' own
 * scatter as scale. What the caller makes of that mixture is the caller's.
 */
typedef struct {
  const double *x, *y;   /* log10 quantity and mean Cq of the points */
  const double *wells;   /* wells of each point */
  const int *run, *step; /* codes 0 .. n_runs - 1; steps from the stock, ranks within the run */
  size_t n_points, n_runs;
  double pure; /* squares of the wells about their points' means */
} dd_series;

typedef struct {
  double rho;                    /* at the maximum of the restricted likelihood */
  double slope, slope_se;        /* at that rho; the SE with s_well of the restricted likelihood */
  double sigma_well, sigma_step; /* cycles; a step's error is sigma_step */
  double df;                     /* n_points - n_runs - 1 */
  double log_likelihood;         /* restricted, without its constants */
} dd_serial;

/*
 *   intercept, intercept_var, intercept_cov: n_runs out, at the maximum (cov: with the slope). weight (sums to 1),
 *   slope, slope_se: n_grid out. work: dd_serial_work_len() doubles.
 * DD_ETHIN: no df (the line is given where there is one, weights and SE are NaN). DD_ECONSTANT: the points lie on a
 * line and the wells do not vary: SE 0.
 */
dd_status dd_serial_fit(const dd_series *series, size_t n_grid, double *work, double *intercept,
                        double *intercept_var, double *intercept_cov, double *weight, double *slope,
                        double *slope_se, dd_serial *out);

size_t dd_serial_work_len(size_t n_points, size_t n_runs);

#endif
