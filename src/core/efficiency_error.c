#include "efficiency_error.h"

#include <math.h>
#include <stdbool.h>

static bool seen_before(const dd_efficiency_error *error, const size_t *term, size_t j) {
  for (size_t i = 0; i < j; i++) {
    if (error->source[term[i]] == error->source[term[j]]) return true;
  }
  return false;
}

void dd_efficiency_variance(const dd_efficiency_error *error, const size_t *term, const double *g,
                            size_t n_terms, double *variance, double *below) {
  *variance = 0.0;
  *below = 0.0;
  for (size_t j = 0; j < n_terms; j++) {
    if (seen_before(error, term, j)) continue;
    double load = 0.0;
    for (size_t i = j; i < n_terms; i++) {
      if (error->source[term[i]] == error->source[term[j]]) load += g[i] * error->se[term[i]];
    }
    const double v = load * load;
    *variance += v;
    if (v > 0.0) *below += v * v / error->df[term[j]];
  }
}

size_t dd_efficiency_loads(const dd_efficiency_error *error, const size_t *term, const double *g,
                           size_t n_terms, size_t n_contrasts, double *load, double *df) {
  size_t n = 0;
  for (size_t j = 0; j < n_terms; j++) {
    if (seen_before(error, term, j)) continue;
    for (size_t k = 0; k < n_contrasts; k++) {
      double sum = 0.0;
      for (size_t i = j; i < n_terms; i++) {
        if (error->source[term[i]] == error->source[term[j]]) {
          sum += g[i + k * n_terms] * error->se[term[i]];
        }
      }
      load[n + k * n_terms] = sum;
    }
    df[n] = error->df[term[j]];
    n++;
  }
  return n;
}

double dd_efficiency_covariance(const dd_efficiency_error *error, const size_t *term_a,
                                const double *g_a, size_t n_a, const size_t *term_b,
                                const double *g_b, size_t n_b) {
  double sum = 0.0;
  for (size_t i = 0; i < n_a; i++) {
    for (size_t j = 0; j < n_b; j++) {
      if (error->source[term_a[i]] != error->source[term_b[j]]) continue;
      sum += g_a[i] * error->se[term_a[i]] * g_b[j] * error->se[term_b[j]];
    }
  }
  return sum;
}

double dd_satterthwaite(double v_b, double df_b, double v_e, double below) {
  if (isnan(v_b)) return NAN;
  if (v_b > 0.0 && v_e == 0.0) return df_b; /* v_b^2 / (v_b^2 / df) would be df but for rounding */
  const double v = v_b + v_e;
  const double sum = (v_b > 0.0 ? v_b * v_b / df_b : 0.0) + below;
  return sum > 0.0 ? v * v / sum : INFINITY;
}
