#include "signs.h"

#include <math.h>

/* The k-th smallest (k from 0) by quickselect; reorders x. */
static double kth(double *x, size_t n, size_t k) {
  size_t low = 0, high = n - 1;
  while (low < high) {
    const double pivot = x[low + (high - low) / 2];
    size_t i = low, j = high;
    for (;;) {
      while (x[i] < pivot) i++;
      while (x[j] > pivot) j--;
      if (i >= j) break;
      const double t = x[i];
      x[i++] = x[j];
      x[j--] = t;
    }
    if (k <= j) {
      high = j;
    } else {
      low = j + 1;
    }
  }
  return x[k];
}

static double median_in_place(double *x, size_t n) {
  const double upper = kth(x, n, n / 2);
  if (n % 2 == 1) return upper;
  return 0.5 * (kth(x, n, n / 2 - 1) + upper);
}

double dd_noise(const double *y, size_t n, double *work) {
  if (n < 3) return NAN;
  for (size_t i = 1; i + 1 < n; i++) work[i - 1] = fabs(y[i - 1] - 2.0 * y[i] + y[i + 1]);
  return 1.4826 * median_in_place(work, n - 2) / sqrt(6.0);
}

double dd_smooth_range(const double *y, size_t n) {
  const size_t width = n < 3 ? 1 : 3;
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i + width <= n; i++) {
    double sum = 0.0;
    for (size_t j = 0; j < width; j++) sum += y[i + j];
    low = fmin(low, sum / (double)width);
    high = fmax(high, sum / (double)width);
  }
  return n > 0 ? high - low : 0.0;
}

size_t dd_before_hook(const double *y, size_t n, double noise) {
  if (n < 9) return n;
  size_t peak = 1;
  double most = -INFINITY;
  for (size_t i = 1; i + 1 < n; i++) {
    const double mean = (y[i - 1] + y[i] + y[i + 1]) / 3.0;
    if (mean > most) {
      most = mean;
      peak = i;
    }
  }
  const double end = (y[n - 3] + y[n - 2] + y[n - 1]) / 3.0;
  const double fall = most - end;
  const int hook =
      fall > 0.05 * dd_smooth_range(y, n) && fall > 4.0 * noise && peak + 4 <= n && peak >= 6;
  return hook ? peak + 2 : n; /* the cycle after the peak is part of its mean */
}

int dd_saturated(const double *y, size_t n) {
  double most = -INFINITY;
  size_t run = 0, longest = 0;
  for (size_t i = 0; i < n; i++) most = fmax(most, y[i]);
  for (size_t i = 0; i < n; i++) {
    run = y[i] == most ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest >= 3 && longest < n;
}

int dd_spiked(const double *residual, size_t n, double *work) {
  if (n < 7) return 0;
  for (size_t i = 0; i < n; i++) work[i] = fabs(residual[i]);
  const double sd = 1.4826 * median_in_place(work, n);
  for (size_t i = 0; i < n; i++) {
    const double before = i > 0 ? fabs(residual[i - 1]) : 0.0;
    const double after = i + 1 < n ? fabs(residual[i + 1]) : 0.0;
    if (fabs(residual[i]) > 8.0 * sd && fabs(residual[i]) > 3.0 * fmax(before, after)) return 1;
  }
  return 0;
}

typedef struct {
  double slope, sxx, rss;
} straight;

static straight line(const double *x, const double *y, size_t n) {
  double mean_x = 0.0, mean_y = 0.0, sxy = 0.0;
  straight s = {0.0, 0.0, 0.0};
  for (size_t i = 0; i < n; i++) {
    mean_x += (x[i] - mean_x) / (double)(i + 1);
    mean_y += (y[i] - mean_y) / (double)(i + 1);
  }
  for (size_t i = 0; i < n; i++) {
    s.sxx += (x[i] - mean_x) * (x[i] - mean_x);
    sxy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  if (s.sxx > 0.0) s.slope = sxy / s.sxx;
  for (size_t i = 0; i < n; i++) {
    const double e = y[i] - mean_y - s.slope * (x[i] - mean_x);
    s.rss += e * e;
  }
  return s;
}

int dd_drifts(const double *x, const double *y, size_t m, double height) {
  if (m < 5) return 0;
  const straight s = line(x, y, m);
  const double se = sqrt(s.rss / (double)(m - 2) / s.sxx);
  return fabs(s.slope) > 4.0 * se && fabs(s.slope) * (x[m - 1] - x[0]) > 0.02 * height;
}

void dd_polynomial_rss(const double *x, const double *y, size_t n, double *work, double rss[3]) {
  double *here = work, *before = work + n, *rest = work + 2 * n;
  double square_before = 1.0;
  for (size_t i = 0; i < n; i++) {
    here[i] = 1.0;
    before[i] = 0.0;
    rest[i] = y[i];
  }
  for (int degree = 0; degree <= 3; degree++) {
    double square = 0.0, dot = 0.0, shift = 0.0, left = 0.0;
    for (size_t i = 0; i < n; i++) {
      square += here[i] * here[i];
      dot += here[i] * rest[i];
      shift += x[i] * here[i] * here[i];
    }
    if (!(square > 0.0))
      square = 1.0; /* fewer points than coefficients: nothing is left to explain */
    for (size_t i = 0; i < n; i++) {
      rest[i] -= dot / square * here[i];
      left += rest[i] * rest[i];
      const double next = (x[i] - shift / square) * here[i] -
                          (degree > 0 ? square / square_before : 0.0) * before[i];
      before[i] = here[i];
      here[i] = next;
    }
    square_before = square;
    if (degree > 0) rss[degree - 1] = left;
  }
}

double dd_aicc(double rss, size_t n, size_t k) {
  const double count = (double)n, free = (double)k;
  return count * log(rss / count) + 2.0 * free * count / (count - free - 1.0);
}
