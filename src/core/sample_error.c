#include "sample_error.h"

#include <math.h>

enum { MAX_TERMS = 64 };

size_t dd_sample_error_work_len(const dd_plate *plate, size_t n_units) {
  return plate->n_samples + n_units * (1 + 2 * (plate->n_refs + 1));
}

/* The target and its references with their shares; a reference's own share is in the mean that it is held against. */
static void terms_of(const dd_plate *plate, size_t target, size_t *term, double *share) {
  term[0] = target;
  share[0] = 1.0;
  for (size_t h = 0; h < plate->n_refs; h++) {
    term[h + 1] = plate->ref[h];
    share[h + 1] = -plate->ref_weight[h];
    if (plate->ref[h] == target) {
      share[0] += share[h + 1];
      share[h + 1] = 0.0;
    }
  }
}

/* Adds up, for each unit, how many samples there are and, for each term, variance of wells and distance from zero. */
static void add_samples(const dd_plate *plate, const int *unit, const int *wells,
                        const double *technical_variance, const double *zero, const double *level,
                        const size_t *term, const double *share, size_t n_units, double *count,
                        double *variance, double *distance) {
  const size_t S = plate->n_samples, n = plate->n_refs + 1;
  for (size_t i = 0; i < n_units; i++) count[i] = 0.0;
  for (size_t i = 0; i < n_units * n; i++) variance[i] = distance[i] = 0.0;
  for (size_t s = 0; s < S; s++) {
    if (unit[s] < 0 || isnan(plate->cq[s + term[0] * S]) || isnan(level[s])) continue;
    const size_t u = (size_t)unit[s];
    count[u] += 1.0;
    for (size_t j = 0; j < n; j++) {
      if (share[j] == 0.0) continue;
      const size_t at = s + term[j] * S;
      const double load = share[j] * plate->weight[term[j]];
      variance[u * n + j] += load * load * technical_variance[term[j]] / (double)wells[at];
      distance[u * n + j] += share[j] * (plate->cq[at] - zero[term[j]]);
    }
  }
}

dd_status dd_sample_error(const dd_plate *plate, const dd_efficiency_error *error, const int *unit,
                          size_t n_units, const int *wells, const double *technical_variance,
                          const double *technical_df, const double *zero, double *work,
                          double *std_error, double *df) {
  const size_t n = plate->n_refs + 1;
  size_t term[MAX_TERMS];
  double share[MAX_TERMS];
  if (n > MAX_TERMS) return DD_EDOMAIN;
  double *level = work, *count = level + plate->n_samples, *variance = count + n_units;
  double *distance = variance + n_units * n;
  dd_reference_level(plate, level);
  for (size_t t = 0; t < plate->n_targets; t++) {
    terms_of(plate, t, term, share);
    add_samples(plate, unit, wells, technical_variance, zero, level, term, share, n_units, count,
                variance, distance);
    for (size_t u = 0; u < n_units; u++) {
      double *v = variance + u * n, *g = distance + u * n, total, below;
      for (size_t j = 0; j < n; j++) g[j] /= count[u];
      dd_efficiency_variance(error, term, g, n, &total, &below);
      for (size_t j = 0; j < n; j++) {
        const double part = v[j] / (count[u] * count[u]);
        total += part;
        if (share[j] != 0.0 && part != 0.0) below += part * part / technical_df[term[j]];
      }
      std_error[u + t * n_units] = sqrt(total);
      df[u + t * n_units] = total * total / below;
    }
  }
  return DD_OK;
}
