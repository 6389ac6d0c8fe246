#include "normfinder.h"

#include <math.h>
#include <stdbool.h>

static void sample_levels(const dd_candidates *c, double *level) {
  for (size_t s = 0; s < c->n; s++) level[s] = 0.0;
  for (size_t j = 0; j < c->k; j++) {
    for (size_t s = 0; s < c->n; s++) level[s] += c->x[j * c->n + s];
  }
  for (size_t s = 0; s < c->n; s++) level[s] /= (double)c->k;
}

/*
 * Means of a gene in the groups, and sums of squares about them, of what it lies above the samples' means. (The mean of
 * the group over all genes, which r_js adds, is then zero but for rounding.)
 */
static void gene_moments(const dd_candidates *c, const int *group, size_t n_groups,
                         const double *level, size_t gene, const dd_normfinder_result *out) {
  const double *x = c->x + gene * c->n;
  for (size_t g = 0; g < n_groups; g++) {
    out->mean[g * c->k + gene] = 0.0;
    out->intra[g * c->k + gene] = 0.0;
  }
  for (size_t s = 0; s < c->n; s++) {
    out->mean[(size_t)group[s] * c->k + gene] += x[s] - level[s];
  }
  for (size_t g = 0; g < n_groups; g++) out->mean[g * c->k + gene] /= out->count[g];
  for (size_t s = 0; s < c->n; s++) {
    const size_t at = (size_t)group[s] * c->k + gene;
    const double r = x[s] - level[s] - out->mean[at];
    out->intra[at] += r * r;
  }
}

/* The smallest variance within the group of the difference to another gene. */
static double smallest_pair_variance(const dd_candidates *c, const int *group, size_t g,
                                     double count, size_t gene) {
  const double *x = c->x + gene * c->n;
  double smallest = INFINITY;
  for (size_t j = 0; j < c->k; j++) {
    if (j == gene) continue;
    const double *y = c->x + j * c->n;
    double mean = 0.0, sum = 0.0;
    for (size_t s = 0; s < c->n; s++) {
      if ((size_t)group[s] == g) mean += x[s] - y[s];
    }
    mean /= count;
    for (size_t s = 0; s < c->n; s++) {
      const double d = x[s] - y[s] - mean;
      if ((size_t)group[s] == g) sum += d * d;
    }
    smallest = fmin(smallest, sum / (count - 1.0));
  }
  return smallest;
}

/* From a_jg to s2_jg, and the substitute for what is negative; returns the sum of the a_jg. */
static double intra_variances(const dd_candidates *c, const int *group, size_t g,
                              const dd_normfinder_result *out) {
  const double k = (double)c->k;
  double *intra = out->intra + g * c->k, sum = 0.0;
  for (size_t j = 0; j < c->k; j++) {
    intra[j] /= out->count[g] - 1.0;
    sum += intra[j];
  }
  for (size_t j = 0; j < c->k; j++) {
    intra[j] = (intra[j] - sum / (k * (k - 1.0))) / (1.0 - 2.0 / k);
    out->raised[g * c->k + j] = intra[j] < 0.0;
    if (intra[j] < 0.0) intra[j] = smallest_pair_variance(c, group, g, out->count[g], j) / 4.0;
  }
  return sum;
}

static double inter_deviations(size_t k, size_t n_groups, const dd_normfinder_result *out) {
  double grand = 0.0, squares = 0.0;
  for (size_t i = 0; i < k * n_groups; i++) {
    out->inter[i] = 0.0;
    grand += out->mean[i];
  }
  grand /= (double)(k * n_groups);
  for (size_t g = 0; g < n_groups; g++) {
    double of_group = 0.0;
    for (size_t j = 0; j < k; j++) of_group += out->mean[g * k + j];
    for (size_t j = 0; j < k; j++) out->inter[g * k + j] -= of_group / (double)k;
  }
  for (size_t j = 0; j < k; j++) {
    double of_gene = 0.0;
    for (size_t g = 0; g < n_groups; g++) of_gene += out->mean[g * k + j];
    for (size_t g = 0; g < n_groups; g++) {
      double *d = out->inter + g * k + j;
      *d += out->mean[g * k + j] - of_gene / (double)n_groups + grand;
      squares += *d * *d;
    }
  }
  return squares;
}

/* d~ and v~ of one gene in one group. */
static void shrink(const dd_normfinder_result *f, size_t k, size_t g, size_t j, double *d,
                   double *v) {
  const double error = f->intra[g * k + j] / f->count[g], total = f->gamma + error;
  *d = total > 0.0 ? f->inter[g * k + j] * f->gamma / total : 0.0;
  *v = total > 0.0 ? error + f->gamma * error / total : 0.0;
}

static void stability_of_groups(size_t k, size_t n_groups, dd_normfinder_result *out) {
  const double groups = (double)n_groups;
  double error = 0.0;
  for (size_t g = 0; g < n_groups; g++) {
    for (size_t j = 0; j < k; j++) error += out->intra[g * k + j] / out->count[g];
  }
  const double squares = inter_deviations(k, n_groups, out);
  const double between = squares / ((groups - 1.0) * ((double)k - 1.0));
  out->gamma = fmax(between - error / ((double)k * groups), 0.0);
  for (size_t j = 0; j < k; j++) {
    double sum = 0.0, d, v;
    for (size_t g = 0; g < n_groups; g++) {
      shrink(out, k, g, j, &d, &v);
      sum += fabs(d) + sqrt(v);
    }
    out->stability[j] = sum / groups;
  }
}

static dd_status no_answer(size_t k, size_t n_groups, dd_normfinder_result *out, dd_status why) {
  for (size_t i = 0; i < k * n_groups; i++) {
    out->mean[i] = out->intra[i] = out->inter[i] = NAN;
    out->raised[i] = 0;
  }
  for (size_t j = 0; j < k; j++) out->stability[j] = NAN;
  return why;
}

dd_status dd_normfinder(const dd_candidates *c, const int *group, size_t n_groups, double *level,
                        dd_normfinder_result *out) {
  const size_t k = c->k;
  bool thin = false;
  out->gamma = out->spread = NAN;
  for (size_t g = 0; g < n_groups; g++) out->count[g] = 0.0;
  for (size_t s = 0; s < c->n; s++) out->count[group[s]] += 1.0;
  for (size_t g = 0; g < n_groups; g++) thin = thin || out->count[g] < 2.0;
  if (k < 3) return no_answer(k, n_groups, out, DD_EDOMAIN);
  if (thin) return no_answer(k, n_groups, out, DD_ETHIN);
  sample_levels(c, level);
  for (size_t j = 0; j < k; j++) gene_moments(c, group, n_groups, level, j, out);
  for (size_t g = 0; g < n_groups; g++) out->spread = intra_variances(c, group, g, out);
  if (n_groups > 1) {
    stability_of_groups(k, n_groups, out);
    return DD_OK;
  }
  for (size_t j = 0; j < k; j++) {
    out->inter[j] = 0.0;
    out->stability[j] = sqrt(out->intra[j]);
  }
  return DD_OK;
}

/* ---- two genes ---- */

static double pair_of_groups(const dd_normfinder_result *f, size_t k, size_t n_groups, size_t a,
                             size_t b) {
  const double larger = sqrt((double)k / ((double)k - 2.0));
  double sum = 0.0;
  for (size_t g = 0; g < n_groups; g++) {
    double d_a, d_b, v_a, v_b;
    shrink(f, k, g, a, &d_a, &v_a);
    shrink(f, k, g, b, &d_b, &v_b);
    sum += fabs(d_a + d_b) / 2.0 * larger + sqrt(v_a + v_b) / 2.0;
  }
  return sum / (double)n_groups;
}

/* The smallest variance of the difference of the pair's mean to another gene. */
static double smallest_to_pair(const dd_candidates *c, size_t a, size_t b) {
  const double *x = c->x + a * c->n, *y = c->x + b * c->n;
  double smallest = INFINITY;
  for (size_t j = 0; j < c->k; j++) {
    if (j == a || j == b) continue;
    const double *z = c->x + j * c->n;
    double mean = 0.0, sum = 0.0;
    for (size_t s = 0; s < c->n; s++) mean += (x[s] + y[s]) / 2.0 - z[s];
    mean /= (double)c->n;
    for (size_t s = 0; s < c->n; s++) {
      const double d = (x[s] + y[s]) / 2.0 - z[s] - mean;
      sum += d * d;
    }
    smallest = fmin(smallest, sum / ((double)c->n - 1.0));
  }
  return smallest;
}

/*
 * a_j of the k - 1 genes from those of the k: with rho the mean of the two genes' deviations from the samples' means,
 * the new means lie rho / (k - 1) below the old, and the deviations of the other genes sum to -2 rho.
 */
static double pair_of_one_group(const dd_candidates *c, const dd_normfinder_result *f,
                                const double *level, size_t a, size_t b) {
  const double k = (double)c->k, fewer = k - 1.0, df = (double)c->n - 1.0;
  const double *x = c->x + a * c->n, *y = c->x + b * c->n;
  double all = f->spread, rho = 0.0;
  for (size_t s = 0; s < c->n; s++) {
    const double r_a = x[s] - level[s] - f->mean[a], r_b = y[s] - level[s] - f->mean[b];
    all -= (r_a * r_a + r_b * r_b) / df;
    rho += (r_a + r_b) / 2.0 * ((r_a + r_b) / 2.0) / df;
  }
  const double own = k / fewer * (k / fewer) * rho;
  const double sum = all - 4.0 * rho / fewer + (k - 2.0) * rho / (fewer * fewer) + own;
  const double s2 = (own - sum / (fewer * (fewer - 1.0))) / (1.0 - 2.0 / fewer);
  return sqrt(s2 < 0.0 ? smallest_to_pair(c, a, b) / 4.0 : s2);
}

double dd_normfinder_pair(const dd_candidates *c, const dd_normfinder_result *fit, size_t n_groups,
                          const double *level, size_t a, size_t b) {
  if (n_groups > 1) return pair_of_groups(fit, c->k, n_groups, a, b);
  return c->k < 4 ? NAN : pair_of_one_group(c, fit, level, a, b);
}
