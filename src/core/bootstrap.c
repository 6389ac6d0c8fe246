#include "bootstrap.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "normal.h"

dd_status dd_bootstrap_prepare(const double *y, dd_bootstrap *b) {
  dd_status status = DD_OK;
  for (size_t t = 0; t < b->n_targets; t++, y += b->n_units) {
    double theta = 0.0, squares = 0.0, cubes = 0.0;
    for (size_t g = 0, first = 0; g < b->n_groups; first += (size_t)b->size[g], g++) {
      const size_t n = (size_t)b->size[g];
      const double c = b->contrast[g];
      if (n == 0 && c != 0.0) status = DD_EDOMAIN;
      double mean = 0.0;
      for (size_t i = 0; i < n; i++) mean += (y[first + i] - mean) / (double)(i + 1);
      if (n > 0) theta += c * mean;
      for (size_t i = 0; i < n; i++) {
        const double l = c * (y[first + i] - mean) / (double)n;
        b->influence[(first + i) * b->n_targets + t] = l;
        squares += l * l;
        cubes += l * l * l;
      }
    }
    b->theta[t] = theta;
    b->acceleration[t] = squares > 0.0 ? cubes / (6.0 * pow(squares, 1.5)) : NAN;
  }
  return status;
}

/* A replicate is theta plus the influence values of the units drawn. */
void dd_bootstrap_sample(const dd_bootstrap *b, const int *index, size_t n, double *star,
                         size_t stride) {
  for (size_t i = 0; i < n; i++) {
    for (size_t t = 0; t < b->n_targets; t++) star[i + t * stride] = b->theta[t];
    for (size_t g = 0, first = 0; g < b->n_groups; first += (size_t)b->size[g], g++) {
      for (int j = 0; j < b->size[g]; j++) {
        const double *l = b->influence + (first + (size_t)*index++) * b->n_targets;
        for (size_t t = 0; t < b->n_targets; t++) star[i + t * stride] += l[t];
      }
    }
  }
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The quantile at p of sorted replicates; `extreme` is set where it is the first or the last of them. */
static double quantile(const double *star, size_t n, double p, bool *extreme) {
  const double rank = p * (double)(n + 1);
  const double k = floor(rank);
  if (k < 1.0 || k >= (double)n) {
    *extreme = true;
    return k < 1.0 ? star[0] : star[n - 1];
  }
  const double low = star[(size_t)k - 1], high = star[(size_t)k];
  if (rank == k) return low;
  const double at = dd_normal_quantile(p), from = dd_normal_quantile(k / (double)(n + 1));
  const double to = dd_normal_quantile((k + 1.0) / (double)(n + 1));
  return low + (at - from) / (to - from) * (high - low);
}

static double share_below(const double *star, size_t n, double theta) {
  const double tie = 1e-12 * (star[n - 1] - star[0]);
  double count = 0.0;
  for (size_t i = 0; i < n; i++) {
    count += star[i] < theta - tie ? 1.0 : star[i] <= theta + tie ? 0.5 : 0.0;
  }
  return count / (double)n;
}

dd_status dd_bootstrap_limits(double *star, size_t n, double theta, double acceleration,
                              double level, dd_bootstrap_interval *out) {
  *out = (dd_bootstrap_interval){{NAN, NAN}, {NAN, NAN}, NAN};
  if (n == 0) return DD_EDOMAIN;
  qsort(star, n, sizeof *star, by_size);
  if (!(star[0] < star[n - 1])) return DD_ECONSTANT;
  bool extreme = false;
  for (int side = 0; side < 2; side++) {
    const double p = 0.5 * (1.0 + (side ? level : -level));
    out->percentile[side] = quantile(star, n, p, &extreme);
  }
  out->z0 = dd_normal_quantile(share_below(star, n, theta));
  if (!isfinite(out->z0) || isnan(acceleration)) return DD_EDOMAIN;
  for (int side = 0; side < 2; side++) {
    const double z = out->z0 + dd_normal_quantile(0.5 * (1.0 + (side ? level : -level)));
    const double p = dd_normal_cdf(out->z0 + z / (1.0 - acceleration * z));
    out->bca[side] = quantile(star, n, p, &extreme);
  }
  return extreme ? DD_ETHIN : DD_OK;
}
