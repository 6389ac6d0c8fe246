#ifndef DD_CURVE_H
#define DD_CURVE_H

#include <stddef.h>

#include "sigmoid.h"
#include "window.h"

/* One amplification curve: its sigmoid, its Cq with standard error, its efficiency, and what is wrong with it. */

typedef enum { DD_CQ_SDM = 0, DD_CQ_FDM = 1, DD_CQ_CY0 = 2, DD_CQ_THRESHOLD = 3 } dd_cq_kind;
enum { DD_CQ_KINDS = 4 };

typedef struct {
  dd_sigmoid model;
  dd_cq_kind kind;              /* of the Cq that decides whether it lies within the cycles */
  double threshold;             /* fluorescence above the baseline; NaN: none */
  double base_first, base_last; /* cycles of a given baseline; NaN: the fit's */
  int cut_hook;                 /* leave out the cycles after the peak where the curve falls */
} dd_curve_options;

/*
 * What became of the curve. From DD_CURVE_CONSTANT on there was no amplification, from DD_CURVE_FEW on nothing can be
 * said of the well.
 *   DD_CURVE_CONSTANT  one value
 *   DD_CURVE_NOISE     the means of three cycles range over less than 3 times the noise, or the fitted curve rises by
 *                      less than 5 times the residual SD
 *   DD_CURVE_DRIFT     AICc of the sigmoid is not 10 below that of a straight line, 5 below that of a parabola, and
 *                      below that of a cubic, also of fits that were not accepted; or no fit, and a cubic
 *                      leaves no more than twice the noise's variance
 *   DD_CURVE_SLOW      takes more than 12 cycles from a fifth to four fifths of what it reaches, and more
 *                      than 7 from a fiftieth to a fifth: a drift
 *   DD_CURVE_FALLS     no rising sigmoid fits, but one that falls
 *   DD_CURVE_LATE      the Cq lies beyond the last cycle
 *   DD_CURVE_FEW       fewer cycles than parameters + 3
 *   DD_CURVE_EARLY     the Cq lies before the first cycle, or a tenth of the height is reached by
 *                      the third: no baseline
 *   DD_CURVE_JUMP      takes less than 1 cycle from a fifth to four fifths: a step (doubling takes 2)
 *   DD_CURVE_NO_FIT    no start led to a fit that could be accepted
 *   DD_CURVE_NO_CQ     the fit has no such point, or does not reach the threshold
 */
typedef enum {
  DD_CURVE_OK = 0,
  DD_CURVE_CONSTANT = 1,
  DD_CURVE_NOISE = 2,
  DD_CURVE_DRIFT = 3,
  DD_CURVE_SLOW = 4,
  DD_CURVE_FALLS = 5,
  DD_CURVE_LATE = 6,
  DD_CURVE_FEW = 7,
  DD_CURVE_EARLY = 8,
  DD_CURVE_JUMP = 9,
  DD_CURVE_NO_FIT = 10,
  DD_CURVE_NO_CQ = 11
} dd_curve_state;

/* Signs, or'ed. */
enum {
  DD_SIGN_HOOK = 1, /* falls after its peak */
  DD_SIGN_LATE = 2, /* SDM within the last five cycles, or the turning point beyond the last one */
  DD_SIGN_NO_PLATEAU = 4,  /* less than 90 % of the fitted height is reached */
  DD_SIGN_DRIFT = 8,       /* the baseline has a slope */
  DD_SIGN_SPIKE = 16,      /* one cycle lies far off the fit, its neighbours do not */
  DD_SIGN_SATURATED = 32,  /* the largest value stands three times in a row */
  DD_SIGN_GAPS = 64,       /* cycles are missing, or have no finite value */
  DD_SIGN_ASYMMETRY = 128, /* the data do not determine f: standard errors are for f as it is */
  DD_SIGN_SIMPLER =
      256 /* no five-parameter fit could be accepted: the four-parameter one is given */
};

typedef struct {
  dd_curve_state state;
  int signs;
  dd_sigmoid model;     /* the one that was fitted */
  size_t n, parameters; /* cycles used */
  double estimate[DD_SIGMOID_MOST],
      error[DD_SIGMOID_MOST]; /* b, c, d, e, f (e in cycles), and their SE */
  double rss, sigma, r_squared, aicc, aicc_drift;
  double cq[DD_CQ_KINDS], cq_se[DD_CQ_KINDS]; /* cycles */
  double efficiency, efficiency_se;           /* s(x) / s(x - 1) at the Cq of options.kind */
  double rise;                                /* fitted F(last) - F(first) */
  dd_window window;
} dd_curve;

/*
 *   x: cycles, strictly rising; y: fluorescence, values that are not finite are left out. work: dd_curve_work_len(n).
 *
 * Fit: plain Levenberg-Marquardt from c = median of cycles 3 to 8 (or the minimum), d = maximum,
 * e = first cycle above the midpoint, b = -0.6 (in log-logistic models times e), f = 1. Where that is
 * not accepted the model with f = 1 is fitted; if it says that the curve amplifies, five further
 * starts are tried for the full one. The solver's word is not enough; a fit is accepted when all is
 * finite, b < 0, d > c, its turning point exists, f >= 0.1 and the SDM exists where f is free, |cos|
 * between residuals and every column of J is at most 1e-6, and the condition of J, scaled, is below
 * 1e8 (for f fixed, where the data do not determine f).
 * Sums of squares are of the cycles used. Standard errors: sigma^2 (J'J)^-1, the delta method for what follows from it.
 */
void dd_curve_fit(const double *x, const double *y, size_t n, const dd_curve_options *options,
                  double *work, dd_curve *out);

size_t dd_curve_work_len(size_t n);

/*
 * Threshold Cq as instruments have it: the straight line through the cycles from base_first to base_last is the
 * baseline; the Cq is where F less the baseline last comes from below to `level`, on a straight line in log F between
 * the two cycles that enclose it (in F where the first of them is not above the baseline). SE by the delta method from
 * the residual SD of the baseline: of the two values, and of the line where it is taken off. NaN where the level is not
 * crossed; SE NaN for fewer than three cycles of baseline.
 */
double dd_curve_crossing(const double *x, const double *y, size_t n, double base_first,
                         double base_last, double level, double *se);

#endif
