#ifndef DD_SIGMOID_H
#define DD_SIGMOID_H

#include <stddef.h>

/*
 * The sigmoids that are fitted to an amplification curve, F(x) = c + (d - c) s(u), u = b (t - e), rising where b < 0:
 *
 *   DD_B4, DD_B5    logistic       s = (1 + exp(u))^-f, t = x            (f = 1 in DD_B4)
 *   DD_L4, DD_L5    log-logistic   the same with t = log(x): exp(u) = (x / exp(e))^b
 *   DD_GOMPERTZ     Gompertz       s = exp(-exp(u)), t = x
 *
 * c: baseline, d: plateau (fluorescence); e: where the curve lies (cycles, or their logarithm); f: asymmetry.
 * As the solver sees them the parameters are theta = (b, c, d, e, log f); the last one only where f is free.
 * For f -> infinity DD_B5 becomes DD_GOMPERTZ. No value overflows for any finite theta.
 */
typedef enum { DD_B4 = 0, DD_B5 = 1, DD_L4 = 2, DD_L5 = 3, DD_GOMPERTZ = 4 } dd_sigmoid;

enum { DD_SIGMOID_MOST = 5 };

size_t dd_sigmoid_parameters(dd_sigmoid model); /* 4 or 5 */
int dd_sigmoid_in_log(dd_sigmoid model);        /* t = log(x)? */

/* t of a cycle; a cycle of 0 or below has the logarithm of the smallest number, where F is c. */
double dd_sigmoid_t(dd_sigmoid model, double x);

typedef struct {
  dd_sigmoid model;
  const double *t;
  size_t n;
} dd_sigmoid_data;

/* A dd_model of core/levenberg.h; data: dd_sigmoid_data. */
void dd_sigmoid_model(const double *theta, const void *data, double *value, double *jacobian);

double dd_sigmoid_value(dd_sigmoid model, const double *theta, double x);

/* The same from the parameters as they are reported, (b, c, d, e in cycles, f), which stand `stride` apart. */
double dd_sigmoid_reported(dd_sigmoid model, const double *parameters, size_t stride, double x);
double dd_sigmoid_reported_crossing(dd_sigmoid model, const double *parameters, size_t stride,
                                    double level);

/* A number that follows from the parameters, with its gradient in theta (0 for a log f that is not free). */
typedef struct {
  double value;
  double gradient[DD_SIGMOID_MOST];
} dd_derived;

/*
 * Closed forms, in cycles; NaN where the curve has no such point. With f, and z = exp(u):
 *   logistic      FDM  e - log(f) / b          SDM  e + log(z2) / b,  z2 = [3 f + 1 + sqrt((5 f + 1)(f + 1))] / (2 f^2)
 *                 Cy0  FDM + (1 + 1/f) / b
 *   log-logistic  FDM  exp(e) z1^(1/b),  z1 = (b - 1) / (1 + b f)     SDM  exp(e) z2^(1/b), z2 the larger root of
 *                 (b f + 1)(b f + 2) z^2 + [4 - 3 b (1 - f) - b^2 (3 f + 1)] z + (b - 1)(b - 2) = 0
 *                 Cy0  FDM [1 + (1 + z1) / (b f z1)]
 *   Gompertz      FDM  e      SDM  e + log((3 + sqrt(5)) / 2) / b     Cy0  e + 1 / b
 * FDM, SDM: where the first and the second derivative are largest. Cy0: where the tangent at FDM meets the baseline c
 * (Guescini 2008). The log-logistic ones come from d log F' / d log x = b - 1 - (f + 1) b z / (1 + z).
 */
dd_derived dd_sigmoid_fdm(dd_sigmoid model, const double *theta);
dd_derived dd_sigmoid_sdm(dd_sigmoid model, const double *theta);
dd_derived dd_sigmoid_cy0(dd_sigmoid model, const double *theta);

/* Where the curve is `level` above its baseline c; NaN unless 0 < level < d - c. */
dd_derived dd_sigmoid_crossing(dd_sigmoid model, const double *theta, double level);

/* Amplification factor s(x) / s(x - 1) at a point that follows from the parameters itself, or is fixed (gradient 0). */
dd_derived dd_sigmoid_efficiency(dd_sigmoid model, const double *theta, const dd_derived *x);

#endif
