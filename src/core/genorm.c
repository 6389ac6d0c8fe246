#include "genorm.h"

#include <math.h>
#include <stdbool.h>

/* Genes that are multiplied together: 4 x 4 products stay in registers. */
enum { PANEL = 4 };

/* A pair whose V^2 is below this share of the two variances is summed directly. */
static const double CANCELLED = 1e-3;

static size_t n_panels(size_t k) { return (k + PANEL - 1) / PANEL; }

size_t dd_pair_sd_work_len(size_t n, size_t k) { return n_panels(k) * PANEL * n + n + k; }

/*
 * Takes the means of samples and then of genes out, and lays the genes down by fours: sample s of gene u of a panel
 * at s * PANEL + u. The empty places of the last panel are zero.
 */
static void pack_centred(const dd_candidates *c, double *panels, double *level) {
  const size_t n = c->n, k = c->k;
  for (size_t s = 0; s < n; s++) level[s] = 0.0;
  for (size_t j = 0; j < k; j++) {
    for (size_t s = 0; s < n; s++) level[s] += c->x[j * n + s];
  }
  for (size_t s = 0; s < n; s++) level[s] /= (double)k;
  for (size_t j = 0; j < n_panels(k) * PANEL; j++) {
    double *to = panels + j / PANEL * PANEL * n + j % PANEL;
    double mean = 0.0;
    if (j >= k) {
      for (size_t s = 0; s < n; s++) to[s * PANEL] = 0.0;
      continue;
    }
    const double *x = c->x + j * n;
    for (size_t s = 0; s < n; s++) mean += x[s] - level[s];
    mean /= (double)n;
    for (size_t s = 0; s < n; s++) to[s * PANEL] = x[s] - level[s] - mean;
  }
}

/*
 * Sums of products of two panels over all samples, two genes of the first at a time. Written out: in this form
 * compilers keep the sums in registers and add them by pairs; as a loop it takes three times as long.
 */
static void multiply_panels(const double *restrict a, const double *restrict b, size_t n,
                            double product[restrict PANEL][PANEL]) {
  for (size_t u = 0; u < PANEL; u += 2) {
    double s00 = 0.0, s01 = 0.0, s02 = 0.0, s03 = 0.0, s10 = 0.0, s11 = 0.0, s12 = 0.0, s13 = 0.0;
    for (size_t s = 0; s < n * PANEL; s += PANEL) {
      const double a0 = a[s + u], a1 = a[s + u + 1];
      const double b0 = b[s], b1 = b[s + 1], b2 = b[s + 2], b3 = b[s + 3];
      s00 += a0 * b0, s01 += a0 * b1, s02 += a0 * b2, s03 += a0 * b3;
      s10 += a1 * b0, s11 += a1 * b1, s12 += a1 * b2, s13 += a1 * b3;
    }
    product[u][0] = s00, product[u][1] = s01, product[u][2] = s02, product[u][3] = s03;
    product[u + 1][0] = s10, product[u + 1][1] = s11, product[u + 1][2] = s12;
    product[u + 1][3] = s13;
  }
}

static double squares_of_difference(const double *panels, size_t n, size_t i, size_t j) {
  const double *a = panels + i / PANEL * PANEL * n + i % PANEL;
  const double *b = panels + j / PANEL * PANEL * n + j % PANEL;
  double sum = 0.0;
  for (size_t s = 0; s < n; s++) {
    const double d = a[s * PANEL] - b[s * PANEL];
    sum += d * d;
  }
  return sum;
}

/* The part of v that two panels hold, of which the second is not before the first. */
static void pair_sd_block(const dd_candidates *c, const double *panels, const double *square,
                          size_t p, size_t q, double *v) {
  const size_t n = c->n, k = c->k;
  double product[PANEL][PANEL];
  multiply_panels(panels + p * PANEL * n, panels + q * PANEL * n, n, product);
  for (size_t i = p * PANEL; i < k && i < (p + 1) * PANEL; i++) {
    for (size_t j = q * PANEL; j < k && j < (q + 1) * PANEL; j++) {
      if (j <= i) continue;
      const double both = square[i] + square[j];
      double sum = both - 2.0 * product[i - p * PANEL][j - q * PANEL];
      if (sum < CANCELLED * both) sum = squares_of_difference(panels, n, i, j);
      v[i * k + j] = v[j * k + i] = sqrt(sum / ((double)n - 1.0));
    }
  }
}

void dd_pair_sd(const dd_candidates *c, double *work, double *v) {
  const size_t n = c->n, k = c->k, P = n_panels(k);
  double *panels = work, *level = panels + P * PANEL * n, *square = level + n;
  for (size_t i = 0; i < k; i++) v[i * k + i] = 0.0;
  if (n < 2) {
    for (size_t i = 0; i < k * k; i++) v[i] = NAN;
    return;
  }
  pack_centred(c, panels, level);
  for (size_t j = 0; j < k; j++) {
    const double *x = panels + j / PANEL * PANEL * n + j % PANEL;
    square[j] = 0.0;
    for (size_t s = 0; s < n; s++) square[j] += x[s * PANEL] * x[s * PANEL];
  }
  for (size_t p = 0; p < P; p++) {
    for (size_t q = p; q < P; q++) pair_sd_block(c, panels, square, p, q, v);
  }
}

static double pair_sd_gaps(const double *a, const double *b, size_t n) {
  double mean = 0.0, sum = 0.0, count = 0.0;
  for (size_t s = 0; s < n; s++) {
    const double d = a[s] - b[s];
    if (isnan(d)) continue;
    count += 1.0;
    mean += d;
  }
  if (count < 2.0) return NAN;
  mean /= count;
  for (size_t s = 0; s < n; s++) {
    const double d = a[s] - b[s] - mean;
    if (!isnan(d)) sum += d * d;
  }
  return sqrt(sum / (count - 1.0));
}

void dd_pair_sd_gaps(const dd_candidates *c, double *v) {
  for (size_t i = 0; i < c->k; i++) {
    v[i * c->k + i] = 0.0;
    for (size_t j = i + 1; j < c->k; j++) {
      v[i * c->k + j] = v[j * c->k + i] = pair_sd_gaps(c->x + i * c->n, c->x + j * c->n, c->n);
    }
  }
}

void dd_mean_pair_sd(const double *v, size_t k, double *mean) {
  for (size_t j = 0; j < k; j++) {
    double sum = 0.0;
    for (size_t i = 0; i < k; i++) sum += v[j * k + i];
    mean[j] = sum / ((double)k - 1.0);
  }
}

/* ---- ranking ---- */

/* Sums with what rounding took from them (Knuth's two-sum); genes that are left, and the largest V of one. */
typedef struct {
  const double *v;
  const int *name;
  double *sum, *lost, *m;
  int *left;
  size_t k, n_left;
} ranking;

static void add_to(double *sum, double *lost, double term) {
  const double total = *sum + term;
  const double part = total - *sum;
  *lost += (*sum - (total - part)) + (term - part);
  *sum = total;
}

static double largest_v(const ranking *r, int gene) {
  double largest = 0.0;
  for (size_t i = 0; i < r->n_left; i++) {
    largest = fmax(largest, r->v[(size_t)gene * r->k + (size_t)r->left[i]]);
  }
  return largest;
}

static bool above(double a, double b) { return a - b > 1e-10 * fmax(fabs(a), fabs(b)); }

/* Whether gene a leaves before gene b when both have the largest M. */
static bool leaves_first(const ranking *r, int a, int b) {
  const double largest_a = largest_v(r, a), largest_b = largest_v(r, b);
  if (above(largest_a, largest_b)) return true;
  if (above(largest_b, largest_a)) return false;
  return r->name[a] > r->name[b];
}

/* The place in `left` of the gene that leaves. */
static size_t find_worst(const ranking *r, int *tie) {
  double largest = r->m[r->left[0]];
  size_t worst = r->n_left, count = 0;
  for (size_t i = 1; i < r->n_left; i++) largest = fmax(largest, r->m[r->left[i]]);
  for (size_t i = 0; i < r->n_left; i++) {
    if (above(largest, r->m[r->left[i]])) continue;
    count++;
    if (count == 1 || leaves_first(r, r->left[i], r->left[worst])) worst = i;
  }
  *tie = count > 1;
  return worst;
}

/* M of the genes that are left, and its mean. */
static double update_m(const ranking *r) {
  double mean = 0.0;
  for (size_t i = 0; i < r->n_left; i++) {
    const int gene = r->left[i];
    r->m[gene] = (r->sum[gene] + r->lost[gene]) / ((double)r->n_left - 1.0);
    mean += r->m[gene];
  }
  return mean / (double)r->n_left;
}

static void store_column(const ranking *r, double *column) {
  for (size_t j = 0; j < r->k; j++) column[j] = NAN;
  for (size_t i = 0; i < r->n_left; i++) column[r->left[i]] = r->m[r->left[i]];
}

static void take_away(ranking *r, size_t place) {
  const double *v = r->v + (size_t)r->left[place] * r->k;
  for (size_t i = place; i + 1 < r->n_left; i++) r->left[i] = r->left[i + 1];
  r->n_left--;
  for (size_t i = 0; i < r->n_left; i++) {
    const int gene = r->left[i];
    add_to(r->sum + gene, r->lost + gene, -v[gene]);
  }
}

/* NF_m - NF_{m+1} = (NF_m - x_{m+1}) / (m + 1); a sample without one of the genes has NaN from there on. */
static void pairwise_variation(const dd_candidates *c, const int *order, double *sum,
                               double *variation) {
  const size_t n = c->n;
  for (size_t s = 0; s < n; s++) {
    sum[s] = c->x[(size_t)order[0] * n + s] + c->x[(size_t)order[1] * n + s];
  }
  for (size_t m = 2; m < c->k; m++) {
    const double *next = c->x + (size_t)order[m] * n;
    double mean = 0.0, squares = 0.0, count = 0.0;
    for (size_t s = 0; s < n; s++) {
      const double d = sum[s] / (double)m - next[s];
      if (isnan(d)) continue;
      count += 1.0;
      mean += d;
    }
    mean /= count;
    for (size_t s = 0; s < n; s++) {
      const double d = sum[s] / (double)m - next[s] - mean;
      if (!isnan(d)) squares += d * d;
      sum[s] += next[s];
    }
    variation[m - 2] = count < 2.0 ? NAN : sqrt(squares / (count - 1.0)) / ((double)m + 1.0);
  }
}

size_t dd_genorm_work_len(size_t n, size_t k) { return 4 * k + n; }

static dd_status nothing_ranked(size_t k, dd_genorm_result *out, dd_status why) {
  for (size_t j = 0; j < k; j++) {
    out->order[j] = (int)j;
    out->last_m[j] = NAN;
  }
  for (size_t s = 0; s + 1 < k; s++) {
    out->tie[s] = 0;
    out->mean_m[s] = NAN;
    for (size_t j = 0; out->m != NULL && j < k; j++) out->m[s * k + j] = NAN;
    if (out->variation != NULL && s + 2 < k) out->variation[s] = NAN;
  }
  return why;
}

dd_status dd_genorm(const dd_candidates *c, const double *v, const int *name, double *work,
                    dd_genorm_result *out) {
  const size_t k = c->k;
  ranking r = {v, name, work, work + k, work + 2 * k, (int *)(work + 3 * k), k, k};
  if (k < 3) return nothing_ranked(k, out, DD_EDOMAIN);
  for (size_t j = 0; j < k; j++) {
    r.left[j] = (int)j;
    r.sum[j] = r.lost[j] = 0.0;
    for (size_t i = 0; i < k; i++) add_to(r.sum + j, r.lost + j, v[j * k + i]);
    if (isnan(r.sum[j])) return nothing_ranked(k, out, DD_ETHIN);
  }
  for (size_t s = 0; s + 1 < k; s++) {
    out->mean_m[s] = update_m(&r);
    if (out->m != NULL) store_column(&r, out->m + s * k);
    out->tie[s] = 0;
    if (r.n_left == 2) break;
    const size_t worst = find_worst(&r, out->tie + s);
    out->order[r.n_left - 1] = r.left[worst];
    out->last_m[r.left[worst]] = r.m[r.left[worst]];
    take_away(&r, worst);
  }
  const bool in_order = name[r.left[0]] < name[r.left[1]];
  out->order[0] = r.left[in_order ? 0 : 1];
  out->order[1] = r.left[in_order ? 1 : 0];
  for (size_t i = 0; i < 2; i++) out->last_m[out->order[i]] = r.m[out->order[i]];
  if (out->variation != NULL) pairwise_variation(c, out->order, work + 4 * k, out->variation);
  return DD_OK;
}
