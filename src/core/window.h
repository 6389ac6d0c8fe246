#ifndef DD_WINDOW_H
#define DD_WINDOW_H

#include <stddef.h>

#include "status.h"

/*
 * The efficiency of one well from the straight part of log F (window of linearity, after Ruijter 2009): no model of the
 * plateau, and a baseline that is found from the exponential phase itself.
 *
 *  1. First derivative (F[i+1] - F[i-1]) / 2, second F[i+1] - 2 F[i] + F[i-1], the second smoothed over three cycles.
 *  2. The cycle where the first derivative is largest; before or at it the one where the smoothed second derivative is;
 *     the end of the exponential phase is where the third (central differences of the smoothed second) crosses zero,
 *     by a straight line between the two cycles that enclose it. Its start: back from there as long as F falls.
 *  3. The window: the cycles from the start to the end, at least DD_WINDOW_LEAST, at most the last DD_WINDOW_MOST.
 *  4. The baseline: the value for which the slopes of log10(F - baseline) in the lower and the upper half of the window
 *     agree (an odd number's middle cycle is in both). Bisection between the smallest F of the curve minus its range,
 *     and the smallest F of the window, 48 times; where it cannot be had the status says why.
 *  5. E = 10^slope and N0 = 10^intercept of the line through log10(F - baseline) in the window.
 */
enum { DD_WINDOW_LEAST = 4, DD_WINDOW_MOST = 9 };

typedef enum {
  DD_WINDOW_OK = 0,
  DD_WINDOW_SHORT = 1,   /* fewer than 7 cycles: no third derivative */
  DD_WINDOW_NO_RISE = 2, /* no cycle from which the curve rises faster and faster */
  DD_WINDOW_FEW =
      3, /* fewer than DD_WINDOW_LEAST rising cycles before the end of the exponential phase */
  DD_WINDOW_HIGH = 4, /* convex in the logarithm even with the highest baseline */
  DD_WINDOW_LOW = 5   /* concave in the logarithm even with the lowest baseline */
} dd_window_status;

typedef struct {
  dd_window_status status;
  size_t first, last; /* window, positions from 0 */
  double end;         /* end of the exponential phase, position from 0 */
  double baseline;    /* fluorescence */
  double efficiency;  /* factor per cycle */
  double log10_n0;    /* log10 of the fluorescence at position 0 less one: N0 = F / E^cycle */
} dd_window;

/* y: fluorescence at n successive cycles, x0 the first of them; no NaN. work: 3 n doubles. */
void dd_window_efficiency(const double *y, size_t n, double x0, double *work, dd_window *out);

/*
 * 10^slope of log10(y - baseline) from `first` to `last`, and the log10 of its value at cycle 0; NaN
 * where y <= baseline.
 */
double dd_window_slope(const double *y, size_t first, size_t last, double x0, double baseline,
                       double *intercept);

#endif
