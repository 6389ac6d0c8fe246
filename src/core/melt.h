#ifndef DD_MELT_H
#define DD_MELT_H

#include <stddef.h>

#include "status.h"

/*
 * Melt curve analysis of one well: the smoothed negative derivative of the fluorescence and its peaks.
 *
 * The derivative at each temperature is the slope of a quadratic fitted by least squares to the readings within half a
 * `window` (degrees) of it, all of one weight: on even steps that is the filter of Savitzky and Golay. A window that
 * holds fewer than DD_MELT_LEAST readings grows to hold them.
 */
enum { DD_MELT_LEAST = 5 };

/*
 *   temperature: ascending (ties allowed), fluorescence: both of length n.
 *   slope: n doubles out, -dF/dT at each reading, the same for readings of one temperature.
 *   unit: n out, the slope's standard error in units of the residual SD. inside: n out, 1 where readings lie on both
 *   sides of a full window, so that the ends of the curve make no peaks.
 *   sigma: residual SD of the readings about the local fits, RSS / (n - trace of the smoother); NaN without df.
 * DD_ETHIN: fewer than DD_MELT_LEAST readings or fewer than DD_MELT_LEAST temperatures; nothing is written.
 */
dd_status dd_melt_slope(const double *temperature, const double *fluorescence, size_t n,
                        double window, double *slope, double *unit, int *inside, double *sigma);

/*
 *   tm: degrees, the vertex of a parabola through the slopes about the maximum; height: the slope there.
 *   prominence: of the maximum above the higher of the two lowest slopes between it and a higher one (or an end).
 *   area: fluorescence units, above the base (the largest peak's, or its own where that is lower), between the borders.
 *   width: degrees, at half of the height above that base; NaN where a border comes before.
 *   low, high: degrees, the borders: the lowest slopes between neighbouring peaks, or where the base is met.
 */
typedef struct {
  double tm, height, prominence, area, width, low, high;
} dd_melt_peak;

/*
 * Peaks of a slope, in order of temperature. A maximum is a peak when its prominence is at least `share` of the
 * largest one's and at least `noise` standard errors of the slope there. At most `most` are written, the lower ones
 * of more go; n_peaks counts those written.
 *   slope, unit, inside, sigma: of dd_melt_slope(). work: 4 n doubles. Ties are looked at once.
 */
typedef struct {
  double share, noise, window;
  size_t most;
} dd_melt_rule;

dd_status dd_melt_peaks(const double *temperature, const double *slope, const double *unit,
                        const int *inside, size_t n, double sigma, const dd_melt_rule *rule,
                        double *work, dd_melt_peak *peak, size_t *n_peaks);

#endif
