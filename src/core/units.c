#include "units.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Every sample is a unit of its own, in order. */
static bool units_are_samples(const int *unit, size_t n_samples, size_t n_units) {
  if (n_units != n_samples) return false;
  for (size_t s = 0; s < n_samples; s++) {
    if (unit[s] != (int)s) return false;
  }
  return true;
}

/* Means of x by unit over the samples where it is not NaN; n: how many those are. */
static void unit_mean(const double *x, const int *unit, size_t n_samples, size_t n_units, int *n,
                      double *mean) {
  for (size_t u = 0; u < n_units; u++) {
    mean[u] = 0.0;
    n[u] = 0;
  }
  for (size_t s = 0; s < n_samples; s++) {
    if (unit[s] < 0 || isnan(x[s])) continue;
    mean[unit[s]] += x[s];
    n[unit[s]]++;
  }
  for (size_t u = 0; u < n_units; u++) mean[u] = n[u] > 0 ? mean[u] / n[u] : NAN;
}

static double control_mean(const double *dcq, const int *control, size_t n_units) {
  double sum = 0.0;
  size_t n = 0;
  for (size_t u = 0; u < n_units; u++) {
    if (!control[u] || isnan(dcq[u])) continue;
    sum += dcq[u];
    n++;
  }
  return n > 0 ? sum / (double)n : NAN;
}

void dd_unit_table(const dd_plate *plate, const int *wells, const int *unit, size_t n_units,
                   const int *control, double *work, dd_unit_values *out) {
  const size_t S = plate->n_samples;
  double *level = work, *d = work + S;
  const bool same = units_are_samples(unit, S, n_units);
  dd_reference_level(plate, level);
  for (size_t g = 0; g < plate->n_targets; g++) {
    const size_t at = g * n_units;
    const double *cq = plate->cq + g * S;
    if (same) {
      dd_relative_cq(plate, level, g, out->dcq + at);
      memcpy(out->cq + at, cq, S * sizeof *cq);
      memcpy(out->n_wells + at, wells + at, S * sizeof *wells);
      for (size_t s = 0; s < S; s++) out->n_samples[at + s] = !isnan(cq[s]);
    } else {
      dd_relative_cq(plate, level, g, d);
      /* dcq first: its count is overwritten by the count behind the Cq, the one that is reported. */
      unit_mean(d, unit, S, n_units, out->n_samples + at, out->dcq + at);
      unit_mean(cq, unit, S, n_units, out->n_samples + at, out->cq + at);
      for (size_t u = 0; u < n_units; u++) out->n_wells[at + u] = 0;
      for (size_t s = 0; s < S; s++) {
        if (unit[s] >= 0) out->n_wells[at + (size_t)unit[s]] += wells[s + g * S];
      }
    }
    const double zero = control_mean(out->dcq + at, control, n_units);
    for (size_t u = 0; u < n_units; u++) {
      const double dcq = out->dcq[at + u], ddcq = dcq - zero;
      out->ddcq[at + u] = ddcq;
      out->log2_quantity[at + u] = -dcq;
      out->log2_relative[at + u] = -ddcq;
      out->relative[at + u] = exp2(-ddcq);
    }
  }
}
