#include "gene_group.h"

#include <math.h>
#include <stdbool.h>

size_t dd_gene_group_work_len(size_t n, size_t k, size_t n_groups) {
  return n + 2 * n_groups + k * n_groups + k;
}

/* level: means of the samples. of_group: means of those within each group. */
static void levels(const dd_candidates *c, const int *group, size_t n_groups, const double *count,
                   double *level, double *of_group) {
  for (size_t s = 0; s < c->n; s++) level[s] = 0.0;
  for (size_t j = 0; j < c->k; j++) {
    for (size_t s = 0; s < c->n; s++) level[s] += c->x[j * c->n + s];
  }
  for (size_t g = 0; g < n_groups; g++) of_group[g] = 0.0;
  for (size_t s = 0; s < c->n; s++) {
    level[s] /= (double)c->k;
    of_group[group[s]] += level[s];
  }
  for (size_t g = 0; g < n_groups; g++) of_group[g] /= count[g];
}

/* Means of a gene above the samples' means in the groups; returns the squares about them. */
static double gene_residuals(const dd_candidates *c, const int *group, size_t n_groups,
                             const double *count, const double *level, size_t gene, double *mean) {
  const double *x = c->x + gene * c->n;
  double squares = 0.0;
  for (size_t g = 0; g < n_groups; g++) mean[g] = 0.0;
  for (size_t s = 0; s < c->n; s++) mean[group[s]] += x[s] - level[s];
  for (size_t g = 0; g < n_groups; g++) mean[g] /= count[g];
  for (size_t s = 0; s < c->n; s++) {
    const double r = x[s] - level[s] - mean[group[s]];
    squares += r * r;
  }
  return squares;
}

static void contrasts(size_t k, size_t n_groups, const double *count, size_t gene,
                      const double *mean, double s2, const dd_gene_group_result *out) {
  const double larger = (double)k / ((double)k - 1.0);
  size_t pair = 0;
  for (size_t a = 0; a < n_groups; a++) {
    for (size_t b = a + 1; b < n_groups; b++, pair++) {
      out->estimate[pair * k + gene] = larger * (mean[b] - mean[a]);
      out->variance[pair * k + gene] = larger * larger * s2 * (1.0 / count[a] + 1.0 / count[b]);
    }
  }
}

/* Squares of the genes' group means about the genes' own, weighted by the groups' samples. */
static double interaction_squares(size_t n, size_t k, size_t n_groups, const double *count,
                                  const double *mean) {
  double squares = 0.0;
  for (size_t j = 0; j < k; j++) {
    double own = 0.0;
    for (size_t g = 0; g < n_groups; g++) own += count[g] * mean[j * n_groups + g] / (double)n;
    for (size_t g = 0; g < n_groups; g++) {
      const double d = mean[j * n_groups + g] - own;
      squares += count[g] * d * d;
    }
  }
  return squares;
}

static void components(const dd_candidates *c, const int *group, size_t n_groups,
                       const double *count, const double *level, const double *of_group,
                       const double *mean, double residual, dd_gene_group_result *out) {
  const double n = (double)c->n, k = (double)c->k, groups = (double)n_groups;
  double between = 0.0, balance = n;
  for (size_t s = 0; s < c->n; s++) {
    const double d = level[s] - of_group[group[s]];
    between += k * d * d;
  }
  for (size_t g = 0; g < n_groups; g++) balance -= count[g] * count[g] / n;
  out->sample_df = out->df;
  out->residual_df = (k - 1.0) * out->df;
  out->interaction_df = (k - 1.0) * (groups - 1.0);
  out->residual = residual / out->residual_df;
  out->sample = fmax((between / out->sample_df - out->residual) / k, 0.0);
  out->interaction = NAN;
  if (n_groups < 2) return;
  const double square =
      interaction_squares(c->n, c->k, n_groups, count, mean) / out->interaction_df;
  out->interaction = fmax((square - out->residual) * (groups - 1.0) / balance, 0.0);
}

static dd_status no_answer(size_t k, size_t n_groups, dd_gene_group_result *out, dd_status why) {
  for (size_t i = 0; i < k * (n_groups * (n_groups - 1) / 2); i++) {
    out->estimate[i] = out->variance[i] = NAN;
  }
  out->df = out->sample = out->interaction = out->residual = NAN;
  out->sample_df = out->interaction_df = out->residual_df = NAN;
  return why;
}

dd_status dd_gene_group(const dd_candidates *c, const int *group, size_t n_groups, double *work,
                        dd_gene_group_result *out) {
  const size_t n = c->n, k = c->k;
  double *level = work, *count = level + n, *of_group = count + n_groups;
  double *mean = of_group + n_groups, *squares = mean + k * n_groups;
  bool empty = false;
  for (size_t g = 0; g < n_groups; g++) count[g] = 0.0;
  for (size_t s = 0; s < n; s++) count[group[s]] += 1.0;
  for (size_t g = 0; g < n_groups; g++) empty = empty || count[g] == 0.0;
  if (k < 2) return no_answer(k, n_groups, out, DD_EDOMAIN);
  if (empty || n <= n_groups || n_groups == 0) return no_answer(k, n_groups, out, DD_ETHIN);
  out->df = (double)n - (double)n_groups;
  levels(c, group, n_groups, count, level, of_group);
  double residual = 0.0;
  for (size_t j = 0; j < k; j++) {
    double *of_gene = mean + j * n_groups;
    squares[j] = gene_residuals(c, group, n_groups, count, level, j, of_gene);
    residual += squares[j];
    contrasts(k, n_groups, count, j, of_gene, squares[j] / out->df, out);
  }
  components(c, group, n_groups, count, level, of_group, mean, residual, out);
  return DD_OK;
}

/* ---- the error of the efficiencies ---- */

size_t dd_gene_group_efficiency_work_len(size_t k, size_t n_groups) {
  return n_groups + k * n_groups + 3 * k;
}

/* Means of the Cq by gene and group; mean: a gene's groups next to each other. */
static void cq_means(const dd_candidates *c, const int *group, size_t n_groups,
                     const double *weight, double *count, double *mean) {
  for (size_t g = 0; g < n_groups; g++) count[g] = 0.0;
  for (size_t s = 0; s < c->n; s++) count[group[s]] += 1.0;
  for (size_t j = 0; j < c->k; j++) {
    double *of_gene = mean + j * n_groups;
    for (size_t g = 0; g < n_groups; g++) of_gene[g] = 0.0;
    for (size_t s = 0; s < c->n; s++) of_gene[group[s]] -= c->x[j * c->n + s] / weight[j];
    for (size_t g = 0; g < n_groups; g++) of_gene[g] /= count[g];
  }
}

/*
 * One pair of groups. load: D_i se_i of each gene. The other genes' share of a source is the same for all genes, but
 * for the gene's own source, to which its own load comes once more.
 */
static void pair_error(size_t k, const dd_efficiency_error *error, const double *load,
                       double *shared, double *df, double *variance, double *below) {
  const double others = (double)k - 1.0;
  for (size_t i = 0; i < k; i++) shared[i] = 0.0;
  for (size_t i = 0; i < k; i++) {
    shared[error->source[i]] -= load[i] / others;
    df[error->source[i]] = error->df[i];
  }
  for (size_t j = 0; j < k; j++) {
    variance[j] = below[j] = 0.0;
    for (size_t s = 0; s < k; s++) {
      const bool own = (size_t)error->source[j] == s;
      const double g = shared[s] + (own ? load[j] * (double)k / others : 0.0);
      if (g == 0.0) continue;
      variance[j] += g * g;
      below[j] += g * g * (g * g) / df[s];
    }
  }
}

void dd_gene_group_efficiency(const dd_candidates *c, const int *group, size_t n_groups,
                              const double *weight, const dd_efficiency_error *error, double *work,
                              double *variance, double *below) {
  const size_t k = c->k;
  double *count = work, *mean = count + n_groups, *load = mean + k * n_groups;
  double *shared = load + k, *df = shared + k;
  size_t pair = 0;
  cq_means(c, group, n_groups, weight, count, mean);
  for (size_t a = 0; a < n_groups; a++) {
    for (size_t b = a + 1; b < n_groups; b++, pair++) {
      for (size_t i = 0; i < k; i++) {
        load[i] = (mean[i * n_groups + b] - mean[i * n_groups + a]) * error->se[i];
      }
      pair_error(k, error, load, shared, df, variance + pair * k, below + pair * k);
    }
  }
}
