#ifndef DD_SIGNS_H
#define DD_SIGNS_H

#include <stddef.h>

/* What a curve looks like before and beside any model. x: rising cycles, y: fluorescence, no NaN. */

/*
 * Noise SD from the second differences, 1.4826 median |y[i-1] - 2 y[i] + y[i+1]| / sqrt(6): blind to level, slope and,
 * because it is a median, to the few cycles where a curve turns. NaN for n < 3. work: n doubles.
 */
double dd_noise(const double *y, size_t n, double *work);

/* Difference of the largest and the smallest mean of three neighbours; of single values for n < 3. */
double dd_smooth_range(const double *y, size_t n);

/*
 * How many cycles to use: up to the peak where F falls afterwards by more than 5 % of its range and four times the
 * noise (both taken of means of three), and by then at least three cycles follow the peak; else n.
 */
size_t dd_before_hook(const double *y, size_t n, double noise);

/* Whether the largest value stands three or more times in a row: a detector at its limit. */
int dd_saturated(const double *y, size_t n);

/* Whether one residual is more than 8 times their SD as its median says, and more than 3 times its neighbours. */
int dd_spiked(const double *residual, size_t n, double *work);

/*
 * Whether the first m cycles, the baseline, lie on a slope: by more than 4 standard errors, and by more than 2 % of
 * `height` over their length. m < 5: no.
 */
int dd_drifts(const double *x, const double *y, size_t m, double height);

/*
 * Residual sums of squares of the polynomials of degree 1, 2 and 3 through the points, by orthogonal polynomials
 * (Forsythe's recurrence). work: 3 n doubles.
 */
void dd_polynomial_rss(const double *x, const double *y, size_t n, double *work, double rss[3]);

/* n log(RSS / n) and the small-sample correction for k estimated numbers, the error SD among them; n > k + 1. */
double dd_aicc(double rss, size_t n, size_t k);

#endif
