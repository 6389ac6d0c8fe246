#include "stability.h"

#include "bestkeeper.h"
#include "check.h"
#include "gene_group.h"
#include "normfinder.h"

static void average_ranks(void) {
  double *rank = doubles(6);
  size_t *order = keep(6 * sizeof *order);
  dd_average_rank(D(3, 1, 2, 1, 3, 3), 6, order, rank);
  ALL_NEAR(rank, 0.0, 5, 1.5, 3, 1.5, 5, 5);
  dd_average_rank(D(2, 2), 2, order, rank);
  ALL_NEAR(rank, 0.0, 1.5, 1.5);
  dd_average_rank(D(2, NAN), 2, order, rank);
  ALL_NEAR(rank, 0.0, NAN, NAN);
  dd_average_rank(D(7), 1, order, rank);
  ALL_NEAR(rank, 0.0, 1);
}

static void aggregate(void) {
  double *mean = doubles(2);
  dd_aggregate_ranks(D(1, 3), D(2, 1), D(3, 1), D(1, 2), 2, mean);
  ALL_NEAR(mean, 1e-15, pow(9.0, 0.25), pow(6.0, 0.25)); /* 1.5 * 2 * 3 * 1; 3 * 1 * 1 * 2 */
}

enum { N = 7, K = 5 };

static dd_stability_data made_up(bool gaps) {
  double *x = doubles(N * K), *cq = doubles(N * K);
  for (size_t i = 0; i < N * K; i++) {
    x[i] = 20.0 + (double)(i / N + 1) * pseudo();
    cq[i] = 30.0 - x[i];
  }
  if (gaps) x[3] = cq[3] = NAN;
  const dd_stability_data data = {N,    K,  2, x, cq, I(0, 1, 0, 1, 0, 1, 0), I(0, 1, 2, 3, 4),
                                  gaps, 1.5};
  return data;
}

/* With every sample once the ranks are those of the measures themselves. */
static void the_data_themselves(void) {
  const dd_stability_data data = made_up(false);
  const dd_candidates c = {N, K, data.x};
  double *rank = doubles(DD_N_METHODS * K), *value = doubles(K), *other = doubles(K);
  size_t *order = keep(K * sizeof *order);
  double *work = doubles(dd_stability_work_len(N, K, 2));
  dd_stability_ranks(&data, I(0, 1, 2, 3, 4, 5, 6), work, rank);

  double *level = doubles(N);
  dd_normfinder_result nf = {.count = doubles(2),
                             .mean = doubles(2 * K),
                             .intra = doubles(2 * K),
                             .inter = doubles(2 * K),
                             .stability = value,
                             .raised = ints(2 * K)};
  dd_normfinder(&c, data.group, 2, level, &nf);
  dd_average_rank(value, K, order, other);
  for (size_t j = 0; j < K; j++) NEAR(rank[DD_NORMFINDER * K + j], other[j], 0.0);

  for (size_t j = 0; j < K; j++) value[j] = dd_mean_deviation(data.cq + j * N, N);
  dd_average_rank(value, K, order, other);
  for (size_t j = 0; j < K; j++) NEAR(rank[DD_BESTKEEPER * K + j], other[j], 0.0);

  dd_gene_group_result gg = {.estimate = doubles(K), .variance = doubles(K)};
  dd_gene_group(&c, data.group, 2, doubles(dd_gene_group_work_len(N, K, 2)), &gg);
  for (size_t j = 0; j < K; j++) value[j] = fabs(gg.estimate[j]) + 1.5 * sqrt(gg.variance[j]);
  dd_average_rank(value, K, order, other);
  for (size_t j = 0; j < K; j++) NEAR(rank[DD_EQUIVALENCE * K + j], other[j], 0.0);

  dd_aggregate_ranks(rank, rank + K, rank + 2 * K, rank + 3 * K, K, value);
  dd_average_rank(value, K, order, other);
  double first = 0.0;
  for (size_t j = 0; j < K; j++) {
    NEAR(rank[DD_AGGREGATE * K + j], other[j], 0.0);
    if (rank[DD_GENORM * K + j] == 1.0) first += 1.0;
  }
  NEAR(first, 2.0, 0.0);
}

static void gaps_leave_three_methods(void) {
  const dd_stability_data data = made_up(true);
  double *rank = doubles(DD_N_METHODS * K);
  dd_stability_ranks(&data, I(0, 3, 2, 3, 4, 5, 6), doubles(dd_stability_work_len(N, K, 2)), rank);
  for (size_t m = 0; m < DD_N_METHODS; m++) {
    const bool ranks = m == DD_GENORM || m == DD_BESTKEEPER || m == DD_DELTACQ;
    CHECK(isnan(rank[m * K]) != ranks);
  }
}

/* One sample drawn throughout: nothing varies, and nothing is better than another. */
static void a_resample_of_one_sample(void) {
  dd_stability_data data = made_up(false);
  data.n_groups = 1;
  data.group = I(0, 0, 0, 0, 0, 0, 0);
  double *rank = doubles(DD_N_METHODS * K);
  dd_stability_ranks(&data, I(2, 2, 2, 2, 2, 2, 2), doubles(dd_stability_work_len(N, K, 1)), rank);
  for (size_t j = 0; j < K; j++) {
    NEAR(rank[DD_DELTACQ * K + j], 3.0, 0.0);
    NEAR(rank[DD_BESTKEEPER * K + j], 3.0, 0.0);
    NEAR(rank[DD_EQUIVALENCE * K + j], NAN, 0);
  }
}

int main(void) {
  average_ranks();
  aggregate();
  the_data_themselves();
  gaps_leave_three_methods();
  a_resample_of_one_sample();
  return check_finish();
}
