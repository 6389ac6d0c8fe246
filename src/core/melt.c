#include "melt.h"

#include <math.h>

/* Least squares of y on 1, u, u^2 by the normal equations: u lies in [-1, 1] about the point of interest, where three
 * columns are well conditioned. value, slope at u = 0, and the inverse's entries that their errors need. */
typedef struct {
  double value, slope, hat, unit2;
} local_fit;

/* The sums of the normal equations over x[from..to), u = (x - at) / half, v = y - origin: an offset of y costs no
 * digits. Cofactors c and determinant of the symmetric matrix (s0 s1 s2; s1 s2 s3; s2 s3 s4). */
typedef struct {
  double s0, y0, y1, y2, c00, c01, c02, c11, c12, c22, det;
} parabola;

static parabola sum_parabola(const double *x, const double *y, size_t from, size_t to, double at,
                             double half, double origin) {
  double s1 = 0.0, s2 = 0.0, s3 = 0.0, s4 = 0.0, y0 = 0.0, y1 = 0.0, y2 = 0.0;
  for (size_t j = from; j < to; j++) {
    const double u = (x[j] - at) / half, u2 = u * u, v = y[j] - origin;
    s1 += u;
    s2 += u2;
    s3 += u2 * u;
    s4 += u2 * u2;
    y0 += v;
    y1 += v * u;
    y2 += v * u2;
  }
  const double s0 = (double)(to - from);
  const double c00 = s2 * s4 - s3 * s3, c01 = s2 * s3 - s1 * s4, c02 = s1 * s3 - s2 * s2;
  const parabola p = {.s0 = s0,
                      .y0 = y0,
                      .y1 = y1,
                      .y2 = y2,
                      .c00 = c00,
                      .c01 = c01,
                      .c02 = c02,
                      .c11 = s0 * s4 - s2 * s2,
                      .c12 = s1 * s2 - s0 * s3,
                      .c22 = s0 * s2 - s1 * s1,
                      .det = s0 * c00 + s1 * c01 + s2 * c02};
  return p;
}

static int fit_local(const double *x, const double *y, size_t from, size_t to, double at,
                     double half, local_fit *out) {
  const double origin = y[from];
  const parabola p = sum_parabola(x, y, from, to, at, half, origin);
  if (!(p.det > 1e-10 * p.s0 * p.s0 * p.s0)) return 0;
  out->value = origin + (p.c00 * p.y0 + p.c01 * p.y1 + p.c02 * p.y2) / p.det;
  out->slope = (p.c01 * p.y0 + p.c11 * p.y1 + p.c12 * p.y2) / p.det / half;
  out->hat = p.c00 / p.det;
  out->unit2 = p.c11 / p.det / (half * half);
  return 1;
}

/* Half of a window about x[i] that holds enough readings of enough temperatures. */
static double half_window(const double *x, size_t n, size_t i, double window) {
  double half = window / 2.0;
  for (;;) {
    size_t count = 0, distinct = 0;
    double next = INFINITY;
    for (size_t j = 0; j < n; j++) {
      const double d = fabs(x[j] - x[i]);
      if (d <= half * (1.0 + 1e-9)) {
        count++;
        if (j == 0 || x[j] > x[j - 1]) distinct++;
      } else if (d < next) {
        next = d;
      }
    }
    if ((count >= DD_MELT_LEAST && distinct >= 4) || !isfinite(next)) return half;
    half = next;
  }
}

static size_t n_temperatures(const double *x, size_t n) {
  size_t m = n > 0;
  for (size_t i = 1; i < n; i++) m += x[i] > x[i - 1];
  return m;
}

dd_status dd_melt_slope(const double *x, const double *y, size_t n, double window, double *slope,
                        double *unit, int *inside, double *sigma) {
  if (n_temperatures(x, n) < DD_MELT_LEAST) return DD_ETHIN;
  double rss = 0.0, trace = 0.0;
  size_t from = 0, to = 0;
  for (size_t i = 0; i < n; i++) {
    const double half = half_window(x, n, i, window), reach = half * (1.0 + 1e-9);
    while (from < i && x[i] - x[from] > reach) from++;
    while (from > 0 && x[i] - x[from - 1] <= reach) from--;
    if (to < i + 1) to = i + 1;
    while (to < n && x[to] - x[i] <= reach) to++;
    while (to > i + 1 && x[to - 1] - x[i] > reach) to--;
    local_fit fit = {NAN, NAN, NAN, NAN};
    if (!fit_local(x, y, from, to, x[i], half, &fit)) return DD_ESINGULAR;
    slope[i] = -fit.slope;
    unit[i] = sqrt(fit.unit2);
    inside[i] = x[i] - x[0] >= half * (1.0 - 1e-9) && x[n - 1] - x[i] >= half * (1.0 - 1e-9);
    rss += (y[i] - fit.value) * (y[i] - fit.value);
    trace += fit.hat;
  }
  const double df = (double)n - trace;
  *sigma = df > 0.5 ? sqrt(rss / df) : NAN;
  return DD_OK;
}

/* Slopes of distinct temperatures inside the curve. */
typedef struct {
  double *x, *d, *unit, *prominence;
  size_t m;
} ridge;

static ridge inner_ridge(const double *x, const double *slope, const double *unit,
                         const int *inside, size_t n, double *work) {
  ridge r = {work, work + n, work + 2 * n, work + 3 * n, 0};
  for (size_t i = 0; i < n; i++) {
    if (!inside[i] || (r.m > 0 && x[i] == r.x[r.m - 1])) continue;
    r.x[r.m] = x[i];
    r.d[r.m] = slope[i];
    r.unit[r.m] = unit[i];
    r.m++;
  }
  return r;
}

/* The lowest slope between i and the next higher one (or the end), in the direction of step. */
static double side_low(const ridge *r, size_t i, int step) {
  double low = r->d[i];
  for (size_t j = i; step > 0 ? j + 1 < r->m : j > 0;) {
    j = step > 0 ? j + 1 : j - 1;
    if (r->d[j] > r->d[i]) break;
    if (r->d[j] < low) low = r->d[j];
  }
  return low;
}

/* A maximum is higher than its left neighbour and not lower than its right one: of a plateau the first. */
static int is_maximum(const ridge *r, size_t i) {
  return i > 0 && i + 1 < r->m && r->d[i] > r->d[i - 1] && r->d[i] >= r->d[i + 1];
}

/* Vertex of the least-squares parabola through the slopes within a quarter of the window, or the two neighbours. */
static void vertex(const ridge *r, size_t i, double window, dd_melt_peak *p) {
  double reach = fmax(r->x[i] - r->x[i - 1], r->x[i + 1] - r->x[i]);
  reach = fmax(reach, window / 4.0) * (1.0 + 1e-9);
  size_t from = i, to = i + 1;
  while (from > 0 && r->x[i] - r->x[from - 1] <= reach) from--;
  while (to < r->m && r->x[to] - r->x[i] <= reach) to++;
  p->tm = r->x[i];
  p->height = r->d[i];
  const parabola q = sum_parabola(r->x, r->d, from, to, r->x[i], reach, r->d[i]);
  if (!(q.det > 0.0)) return;
  const double a = (q.c00 * q.y0 + q.c01 * q.y1 + q.c02 * q.y2) / q.det,
               b = (q.c01 * q.y0 + q.c11 * q.y1 + q.c12 * q.y2) / q.det;
  const double c = (q.c02 * q.y0 + q.c12 * q.y1 + q.c22 * q.y2) / q.det;
  if (!(c < 0.0)) return;
  const double u = -b / (2.0 * c);
  if (fabs(u) > 1.0) return;
  p->tm = r->x[i] + u * reach;
  p->height = r->d[i] + a + u * (b + u * c);
}

static size_t lowest_between(const ridge *r, size_t from, size_t to) {
  size_t at = from;
  for (size_t j = from; j <= to; j++) {
    if (r->d[j] < r->d[at]) at = j;
  }
  return at;
}

/* Where the line between two slopes meets a level; the nearer end where it does not. */
static double crossing(const ridge *r, size_t in, size_t out, double level) {
  const double d = r->d[in] - r->d[out];
  return d > 0.0 ? r->x[in] + (r->x[out] - r->x[in]) * (r->d[in] - level) / d : r->x[out];
}

/* From the maximum to one border: area above the base, the border's place, and where half of the height is met. */
static double walk(const ridge *r, size_t i, size_t border, double base, double half, double *end,
                   double *at_half) {
  double area = 0.0;
  *at_half = NAN;
  for (size_t j = i; j != border;) {
    const size_t k = border > i ? j + 1 : j - 1;
    if (isnan(*at_half) && r->d[k] <= half) *at_half = crossing(r, j, k, half);
    if (r->d[k] <= base) {
      *end = crossing(r, j, k, base);
      return area + 0.5 * (r->d[j] - base) * fabs(*end - r->x[j]);
    }
    area += 0.5 * (r->d[j] + r->d[k] - 2.0 * base) * fabs(r->x[k] - r->x[j]);
    j = k;
  }
  *end = r->x[border];
  return area;
}

static void measure(const ridge *r, size_t i, size_t left, size_t right, double base, double window,
                    dd_melt_peak *p) {
  vertex(r, i, window, p);
  p->prominence = r->prominence[i];
  const double half = base + (p->height - base) / 2.0;
  double from = NAN, to = NAN;
  p->area =
      walk(r, i, left, base, half, &p->low, &from) + walk(r, i, right, base, half, &p->high, &to);
  p->width = to - from;
}

dd_status dd_melt_peaks(const double *x, const double *slope, const double *unit, const int *inside,
                        size_t n, double sigma, const dd_melt_rule *rule, double *work,
                        dd_melt_peak *peak, size_t *n_peaks) {
  ridge r = inner_ridge(x, slope, unit, inside, n, work);
  *n_peaks = 0;
  if (r.m < 3 || rule->most == 0) return DD_ETHIN;
  size_t top = r.m;
  for (size_t i = 0; i < r.m; i++) {
    r.prominence[i] = 0.0;
    if (!is_maximum(&r, i) || !(r.d[i] > 0.0)) continue;
    r.prominence[i] = r.d[i] - fmax(side_low(&r, i, -1), side_low(&r, i, 1));
    if (top == r.m || r.prominence[i] > r.prominence[top]) top = i;
  }
  if (top == r.m) return DD_OK;

  const double base = r.d[top] - r.prominence[top];
  size_t kept = 0;
  for (size_t i = 0; i < r.m; i++) {
    /* without an estimate of the noise there is none to exceed */
    const double floor = isnan(sigma) ? 0.0 : rule->noise * sigma * r.unit[i];
    if (!(r.prominence[i] > 0.0) || r.prominence[i] < rule->share * r.prominence[top] ||
        r.prominence[i] < floor) {
      r.prominence[i] = 0.0;
    }
    kept += r.prominence[i] > 0.0;
  }
  for (; kept > rule->most; kept--) {
    size_t least = r.m;
    for (size_t i = 0; i < r.m; i++) {
      if (r.prominence[i] > 0.0 && (least == r.m || r.prominence[i] < r.prominence[least]))
        least = i;
    }
    r.prominence[least] = 0.0;
  }
  size_t left = 0, before = r.m;
  for (size_t i = 0; i <= r.m; i++) {
    if (i < r.m && !(r.prominence[i] > 0.0)) continue;
    if (before < r.m) {
      const size_t right = i < r.m ? lowest_between(&r, before, i) : r.m - 1;
      /* a peak on a low background has a base of its own */
      const double own = fmin(base, r.d[before] - r.prominence[before]);
      measure(&r, before, left, right, own, rule->window, &peak[*n_peaks]);
      (*n_peaks)++;
      left = right;
    }
    before = i;
  }
  return DD_OK;
}
