#ifndef DD_HALVING_H
#define DD_HALVING_H

#include <math.h>

/*
 * The trapezoid rule over the whole line, its step halved until it stands. nodes(of, step, shift) is the sum of the
 * integrand over (j + shift) step for all integers j. For an integrand that is analytic about the line the error is
 * about exp(-a / step), so that a halving squares it: two steps that agree to 1e-8 mean that the finer one has all its
 * digits.
 */
typedef double (*dd_nodes)(const void *of, double step, double shift);

static inline double dd_halving(dd_nodes nodes, const void *of, double step) {
  double coarse = step * nodes(of, step, 0.0);
  for (int i = 0; i < 16; i++) {
    const double fine = 0.5 * (coarse + step * nodes(of, step, 0.5));
    step *= 0.5;
    if (fabs(fine - coarse) <= 1e-8 * fabs(fine)) return fine;
    coarse = fine;
  }
  return coarse;
}

#endif
