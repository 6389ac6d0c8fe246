#ifndef DD_SIMULTANEOUS_H
#define DD_SIMULTANEOUS_H

#include <stddef.h>

#include "max_normal.h"

/*
 * k statistics T_i = Z_i / S that share one standard error: Z normal with a correlation, S^2 = chi-square(df) / df.
 *
 *   P(max |T_i| > q) = Int f_df(s) P(max |Z_i| > q s) ds = Int f_df(s) 2 Phi(-q s) m(q s) ds,
 *
 * m of max_normal.h. m is smooth and depends neither on q nor on df: it is tabulated once as a Chebyshev series, after
 * which each probability is an integral over ln s, by halving. The upper tail is computed as it stands, so that it
 * keeps its relative precision down to 1e-280 (below that, m stays what it was there).
 *
 * Product correlations: relative error below 1e-11 for df from 1 to infinity. Others: that of the lattice.
 */
enum { DD_SERIES = 257 };

typedef struct {
  size_t k;    /* distinct statistics: of two with correlation 1 or -1, one counts */
  int product; /* is the correlation a product? */
  size_t n;    /* coefficients in use */
  double a[DD_SERIES];
} dd_simultaneous;

size_t dd_simultaneous_work_len(size_t k);

/*
 * correlation: k x k, symmetric, of which only the part below the diagonal is read. work: dd_simultaneous_work_len(k)
 * doubles, free again afterwards. DD_EDOMAIN: k is 0, or an entry is NaN or beyond 1 in size.
 */
dd_status dd_simultaneous_plan(const double *correlation, size_t k, double *work,
                               dd_simultaneous *out);

/* P(max |T_i| > |q|): the adjusted p-value of a statistic q. NaN for q NaN or df below 0.1. */
double dd_simultaneous_upper(const dd_simultaneous *of, double df, double q);

/* The q with P(max |T_i| > q) = alpha, to 1e-13 of q. NaN unless 0 < alpha < 1 and df is at least 0.1. */
double dd_simultaneous_critical(const dd_simultaneous *of, double df, double alpha);

/*
 * The same for n families of k that share their correlation: statistic and p are k x n, df and critical of length n;
 * level = 1 - alpha. A df that is that of the family before costs no second critical value. What cannot be computed
 * is NaN. Status and work as for dd_simultaneous_plan(); after DD_EDOMAIN everything is NaN.
 */
dd_status dd_simultaneous_families(const double *correlation, size_t k, const double *statistic,
                                   const double *df, size_t n, double level, double *work,
                                   double *p, double *critical);

#endif
