#include "core/bestkeeper.h"
#include "core/gene_group.h"
#include "core/normfinder.h"
#include "core/stability.h"
#include "r_glue.h"

/* The number of rows and columns, and the values; the two counts come as one integer vector. */
static dd_candidates glue_candidates(SEXP x, SEXP size) {
  const int *count = glue_codes(size, 2, 0, INT_MAX, "size");
  const R_xlen_t length = (R_xlen_t)count[0] * count[1];
  const dd_candidates c = {(size_t)count[0], (size_t)count[1], glue_doubles(x, length, "x")};
  return c;
}

static double *scratch(size_t n) { return (double *)R_alloc(n + 1, sizeof(double)); }

SEXP c_genorm(SEXP x, SEXP size, SEXP name, SEXP gaps) {
  const dd_candidates c = glue_candidates(x, size);
  const R_xlen_t k = (R_xlen_t)c.k, steps = k > 0 ? k - 1 : 0;
  const int *place = glue_ints(name, k, "name");
  const int missing = glue_codes(gaps, 1, 0, 1, "gaps")[0];
  const char *names[] = {"v",      "order",     "tie",     "m",      "mean_m",
                         "last_m", "variation", "mean_sd", "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_genorm_result result;
  double *v = glue_new_doubles(out, 0, k, k);
  result.order = glue_new_ints(out, 1, k, GLUE_ANY);
  result.tie = glue_new_ints(out, 2, steps, GLUE_ANY);
  result.m = glue_new_doubles(out, 3, k, steps);
  result.mean_m = glue_new_doubles(out, 4, steps, GLUE_ANY);
  result.last_m = glue_new_doubles(out, 5, k, GLUE_ANY);
  result.variation = glue_new_doubles(out, 6, steps > 0 ? steps - 1 : 0, GLUE_ANY);
  double *mean_sd = glue_new_doubles(out, 7, k, GLUE_ANY);
  int *status = glue_new_ints(out, 8, 1, GLUE_ANY);
  if (missing) {
    dd_pair_sd_gaps(&c, v);
  } else {
    dd_pair_sd(&c, scratch(dd_pair_sd_work_len(c.n, c.k)), v);
  }
  dd_mean_pair_sd(v, c.k, mean_sd);
  status[0] = (int)dd_genorm(&c, v, place, scratch(dd_genorm_work_len(c.n, c.k)), &result);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_normfinder(SEXP x, SEXP size, SEXP group, SEXP n_groups, SEXP paired) {
  const dd_candidates c = glue_candidates(x, size);
  const R_xlen_t k = (R_xlen_t)c.k, n_paired = Rf_xlength(paired);
  const int G = glue_count(n_groups, "n_groups");
  const int *code = glue_codes(group, (R_xlen_t)c.n, 0, G - 1, "group");
  const int *gene = glue_codes(paired, n_paired, 0, (int)k - 1, "paired");
  const char *names[] = {"mean",      "intra", "raised", "inter",  "count",
                         "stability", "pair",  "gamma",  "status", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_normfinder_result result;
  result.mean = glue_new_doubles(out, 0, k, G);
  result.intra = glue_new_doubles(out, 1, k, G);
  result.raised = glue_new_ints(out, 2, k, G);
  result.inter = glue_new_doubles(out, 3, k, G);
  result.count = glue_new_doubles(out, 4, G, GLUE_ANY);
  result.stability = glue_new_doubles(out, 5, k, GLUE_ANY);
  double *pair = glue_new_doubles(out, 6, n_paired, n_paired);
  double *gamma = glue_new_doubles(out, 7, 1, GLUE_ANY);
  int *status = glue_new_ints(out, 8, 1, GLUE_ANY);
  double *level = scratch(c.n);
  const dd_status answer = dd_normfinder(&c, code, (size_t)G, level, &result);
  for (R_xlen_t i = 0; i < n_paired; i++) {
    for (R_xlen_t j = 0; j < n_paired; j++) {
      const bool has = answer == DD_OK && gene[i] != gene[j];
      pair[i * n_paired + j] =
          has ? dd_normfinder_pair(&c, &result, (size_t)G, level, (size_t)gene[i], (size_t)gene[j])
              : NA_REAL;
    }
  }
  gamma[0] = result.gamma;
  status[0] = (int)answer;
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_bestkeeper(SEXP cq, SEXP size) {
  const dd_candidates c = glue_candidates(cq, size);
  const R_xlen_t k = (R_xlen_t)c.k;
  const char *names[] = {"count", "mean", "geo_mean", "low",   "high",  "sd",
                         "mad",   "cv",   "r",        "slope", "index", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_bestkeeper_result result;
  result.count = glue_new_doubles(out, 0, k, GLUE_ANY);
  result.mean = glue_new_doubles(out, 1, k, GLUE_ANY);
  result.geo_mean = glue_new_doubles(out, 2, k, GLUE_ANY);
  result.low = glue_new_doubles(out, 3, k, GLUE_ANY);
  result.high = glue_new_doubles(out, 4, k, GLUE_ANY);
  result.sd = glue_new_doubles(out, 5, k, GLUE_ANY);
  result.mad = glue_new_doubles(out, 6, k, GLUE_ANY);
  result.cv = glue_new_doubles(out, 7, k, GLUE_ANY);
  result.r = glue_new_doubles(out, 8, k, GLUE_ANY);
  result.slope = glue_new_doubles(out, 9, k, GLUE_ANY);
  result.index = glue_new_doubles(out, 10, (R_xlen_t)c.n, GLUE_ANY);
  dd_bestkeeper(c.x, c.n, c.k, &result);
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

SEXP c_gene_group(SEXP x, SEXP size, SEXP group, SEXP n_groups, SEXP weight, SEXP weight_se,
                  SEXP weight_df, SEXP source) {
  const dd_candidates c = glue_candidates(x, size);
  const int G = glue_count(n_groups, "n_groups");
  const int *code = glue_codes(group, (R_xlen_t)c.n, 0, G - 1, "group");
  const R_xlen_t k = (R_xlen_t)c.k, pairs = (R_xlen_t)G * (G - 1) / 2;
  const double *w = glue_doubles(weight, k, "weight");
  const dd_efficiency_error error = {glue_doubles(weight_se, k, "weight_se"),
                                     glue_doubles(weight_df, k, "weight_df"),
                                     glue_codes(source, k, 0, (int)k - 1, "source")};
  const char *names[] = {"estimate", "var_biological", "df_biological", "var_efficiency",
                         "df",       "component",      "component_df",  "status",
                         ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  dd_gene_group_result result;
  result.estimate = glue_new_doubles(out, 0, k, pairs);
  result.variance = glue_new_doubles(out, 1, k, pairs);
  double *df_biological = glue_new_doubles(out, 2, 1, GLUE_ANY);
  double *var_efficiency = glue_new_doubles(out, 3, k, pairs);
  double *df = glue_new_doubles(out, 4, k, pairs);
  double *component = glue_new_doubles(out, 5, 3, GLUE_ANY);
  double *component_df = glue_new_doubles(out, 6, 3, GLUE_ANY);
  int *status = glue_new_ints(out, 7, 1, GLUE_ANY);
  double *work = scratch(dd_gene_group_work_len(c.n, c.k, (size_t)G));
  double *more = scratch(dd_gene_group_efficiency_work_len(c.k, (size_t)G));
  status[0] = (int)dd_gene_group(&c, code, (size_t)G, work, &result);
  dd_gene_group_efficiency(&c, code, (size_t)G, w, &error, more, var_efficiency, df);
  for (R_xlen_t i = 0; i < k * pairs; i++) {
    df[i] = dd_satterthwaite(result.variance[i], result.df, var_efficiency[i], df[i]);
  }
  df_biological[0] = result.df;
  component[0] = result.sample;
  component[1] = result.interaction;
  component[2] = result.residual;
  component_df[0] = result.sample_df;
  component_df[1] = result.interaction_df;
  component_df[2] = result.residual_df;
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}

/* ---- bootstrap ---- */

/* Samples by group: those of group g are member[start[g]] and the following, start[g + 1] - start[g] of them. */
static void members(const int *group, int n, int n_groups, int *start, int *member) {
  for (int g = 0; g <= n_groups; g++) start[g] = 0;
  for (int s = 0; s < n; s++) start[group[s] + 1]++;
  for (int g = 0; g < n_groups; g++) start[g + 1] += start[g];
  for (int g = n_groups - 1; g >= 0; g--) {
    int at = start[g];
    for (int s = 0; s < n; s++) {
      if (group[s] == g) member[at++] = s;
    }
  }
}

/* Draws with R's generator: for every sample one of its group. */
static void draw(const int *group, int n, int resamples, const int *start, const int *member,
                 int *index) {
  GetRNGstate();
  for (int b = 0; b < resamples; b++) {
    for (int s = 0; s < n; s++) {
      const int first = start[group[s]], size = start[group[s] + 1] - first;
      index[(size_t)b * (size_t)n + (size_t)s] = member[first + (int)R_unif_index(size)];
    }
  }
  PutRNGstate();
}

SEXP c_stability_boot(SEXP x, SEXP cq, SEXP size, SEXP group, SEXP n_groups, SEXP name, SEXP gaps,
                      SEXP t, SEXP resamples) {
  enum { BATCH = 32 };
  const dd_candidates c = glue_candidates(x, size);
  const int n = (int)c.n, G = glue_count(n_groups, "n_groups");
  const int B = glue_count(resamples, "resamples");
  const dd_stability_data data = {c.n,
                                  c.k,
                                  (size_t)G,
                                  c.x,
                                  glue_candidates(cq, size).x,
                                  glue_codes(group, n, 0, G - 1, "group"),
                                  glue_ints(name, (R_xlen_t)c.k, "name"),
                                  glue_codes(gaps, 1, 0, 1, "gaps")[0] == 1,
                                  glue_doubles(t, 1, "t")[0]};
  const char *names[] = {"rank", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  const R_xlen_t rows = DD_N_METHODS * (R_xlen_t)c.k;
  double *rank = glue_new_doubles(out, 0, rows, B);
  int *start = (int *)R_alloc((size_t)G + 1, sizeof(int));
  int *member = (int *)R_alloc(c.n + 1, sizeof(int));
  int *index = (int *)R_alloc(BATCH * c.n + 1, sizeof(int));
  double *work = scratch(dd_stability_work_len(c.n, c.k, (size_t)G));
  members(data.group, n, G, start, member);
  for (int done = 0; done < B; done += BATCH) {
    const int batch = B - done < BATCH ? B - done : BATCH;
    draw(data.group, n, batch, start, member, index);
    for (int b = 0; b < batch; b++) {
      dd_stability_ranks(&data, index + (size_t)b * c.n, work, rank + (done + b) * rows);
      R_CheckUserInterrupt();
    }
  }
  glue_nan_to_na(out);
  UNPROTECT(1);
  return out;
}
