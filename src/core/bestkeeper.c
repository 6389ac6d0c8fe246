#include "bestkeeper.h"

#include <math.h>

/*
 * Mean of what is there, NaN of nothing. Taken from the first value, so that the mean of equal numbers is that number.
 */
static double mean_of(const double *x, size_t n, double *count) {
  double sum = 0.0, first = NAN;
  *count = 0.0;
  for (size_t s = 0; s < n; s++) {
    if (isnan(x[s])) continue;
    if (*count == 0.0) first = x[s];
    sum += x[s] - first;
    *count += 1.0;
  }
  return first + sum / *count;
}

double dd_mean_deviation(const double *x, size_t n) {
  double count, sum = 0.0;
  const double mean = mean_of(x, n, &count);
  for (size_t s = 0; s < n; s++) {
    if (!isnan(x[s])) sum += fabs(x[s] - mean);
  }
  return sum / count;
}

/* Also adds the logarithms of the Cq to those of the samples' indices. */
static void describe_gene(const double *cq, size_t n, size_t j, dd_bestkeeper_result *out) {
  double low = INFINITY, high = -INFINITY, squares = 0.0, logs = 0.0, deviations = 0.0, count;
  const double mean = mean_of(cq, n, &count);
  for (size_t s = 0; s < n; s++) {
    const double log_cq = cq[s] > 0.0 ? log(cq[s]) : NAN;
    out->index[s] += log_cq;
    if (isnan(cq[s])) continue;
    logs += log_cq;
    squares += (cq[s] - mean) * (cq[s] - mean);
    deviations += fabs(cq[s] - mean);
    low = fmin(low, cq[s]);
    high = fmax(high, cq[s]);
  }
  out->count[j] = count;
  out->mean[j] = mean;
  out->geo_mean[j] = exp(logs / count);
  out->low[j] = count > 0.0 ? low : NAN;
  out->high[j] = count > 0.0 ? high : NAN;
  out->sd[j] = count > 1.0 ? sqrt(squares / (count - 1.0)) : NAN;
  out->mad[j] = deviations / count;
  out->cv[j] = 100.0 * out->mad[j] / mean;
}

static void against_index(const double *cq, const double *index, size_t n, double *r,
                          double *slope) {
  double x_mean = 0.0, y_mean = 0.0, count = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
  for (size_t s = 0; s < n; s++) {
    if (isnan(index[s])) continue;
    x_mean += index[s];
    y_mean += cq[s];
    count += 1.0;
  }
  x_mean /= count;
  y_mean /= count;
  for (size_t s = 0; s < n; s++) {
    if (isnan(index[s])) continue;
    const double x = index[s] - x_mean, y = cq[s] - y_mean;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  *r = xx > 0.0 && yy > 0.0 ? xy / sqrt(xx * yy) : NAN;
  *slope = xx > 0.0 ? xy / xx : NAN;
}

void dd_bestkeeper(const double *cq, size_t n, size_t k, dd_bestkeeper_result *out) {
  for (size_t s = 0; s < n; s++) out->index[s] = 0.0;
  for (size_t j = 0; j < k; j++) describe_gene(cq + j * n, n, j, out);
  for (size_t s = 0; s < n; s++) out->index[s] = exp(out->index[s] / (double)k);
  for (size_t j = 0; j < k; j++) {
    against_index(cq + j * n, out->index, n, out->r + j, out->slope + j);
  }
}
