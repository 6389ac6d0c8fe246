#include "genorm.h"

#include "check.h"

/* set.seed(4); x <- round(matrix(rnorm(30, 20), 6), 2): six samples, five genes */
static dd_candidates five_genes(void) {
  const dd_candidates c = {6, 5,
                           D(20.22, 19.46, 20.89, 20.6, 21.64, 20.69, 18.72, 19.79, 21.9, 21.78,
                             20.57, 20.02, 20.38, 19.95, 20.03, 20.17, 21.17, 19.96, 19.9, 19.72,
                             21.54, 19.83, 21.16, 21.29, 20.59, 19.72, 21.26, 20.91, 20.93, 21.24)};
  return c;
}

static double *pairs_of(const dd_candidates *c) {
  double *v = doubles(c->k * c->k);
  dd_pair_sd(c, doubles(dd_pair_sd_work_len(c->n, c->k)), v);
  return v;
}

static dd_genorm_result result_of(size_t k) {
  dd_genorm_result r = {ints(k),        ints(k - 1), doubles(k * (k - 1)),
                        doubles(k - 1), doubles(k),  NULL};
  r.variation = doubles(k - 2);
  return r;
}

static dd_status rank(const dd_candidates *c, const double *v, dd_genorm_result *r) {
  int *name = ints(c->k);
  for (size_t j = 0; j < c->k; j++) name[j] = (int)j;
  return dd_genorm(c, v, name, doubles(dd_genorm_work_len(c->n, c->k)), r);
}

/* Two passes, as the formula says. */
static double plain_sd(const double *a, const double *b, size_t n) {
  double mean = 0.0, sum = 0.0;
  for (size_t s = 0; s < n; s++) mean += (a[s] - b[s]) / (double)n;
  for (size_t s = 0; s < n; s++) sum += (a[s] - b[s] - mean) * (a[s] - b[s] - mean);
  return sqrt(sum / ((double)n - 1.0));
}

static void pair_sd_is_the_sd_of_differences(void) {
  const size_t sizes[][2] = {{2, 2}, {6, 5}, {7, 4}, {31, 9}, {3, 13}};
  for (size_t i = 0; i < 5; i++) {
    const size_t n = sizes[i][0], k = sizes[i][1];
    double *x = doubles(n * k);
    for (size_t j = 0; j < n * k; j++) x[j] = 20.0 + 3.0 * pseudo();
    const dd_candidates c = {n, k, x};
    const double *v = pairs_of(&c);
    double *gaps = doubles(k * k);
    dd_pair_sd_gaps(&c, gaps);
    for (size_t a = 0; a < k; a++) {
      for (size_t b = 0; b < k; b++) {
        NEAR(v[a * k + b], plain_sd(x + a * n, x + b * n, n), 1e-14);
        NEAR(gaps[a * k + b], v[a * k + b], 1e-14);
      }
    }
  }
}

/* A difference of 1e-7 beside variances of 1 would keep two digits of the covariances. */
static void what_cancels_is_summed_directly(void) {
  enum { N = 9 };
  double *x = doubles(3 * N);
  for (size_t s = 0; s < N; s++) {
    x[s] = pseudo();
    x[N + s] = x[s] + 1e-7 * pseudo();
    x[2 * N + s] = x[s];
  }
  const dd_candidates c = {N, 3, x};
  const double *v = pairs_of(&c);
  NEAR(v[1] / plain_sd(x, x + N, N), 1.0, 1e-8);
  NEAR(v[2], 0.0, 0.0);
}

static void missing_values(void) {
  double *x = D(1, 2, 4, NAN, 2, 2, NAN, 5, NAN, NAN, 3, 1);
  const dd_candidates c = {4, 3, x};
  double *v = doubles(9);
  dd_pair_sd_gaps(&c, v);
  NEAR(v[1], sqrt(0.5), 1e-15); /* differences -1, 0 */
  NEAR(v[2], NAN, 0);           /* one shared sample */
  dd_genorm_result r = result_of(3);
  CHECK(rank(&c, v, &r) == DD_ETHIN);
  NEAR(r.mean_m[0], NAN, 0);
  NEAR(r.last_m[2], NAN, 0);
  NEAR(r.variation[0], NAN, 0);
}

/* Everything from scratch at each step, in quadruple work and plain sums. */
static void ranking_from_scratch(void) {
  const size_t sizes[][2] = {{6, 3}, {5, 12}, {20, 40}, {4, 150}};
  for (size_t i = 0; i < 4; i++) {
    const size_t n = sizes[i][0], k = sizes[i][1];
    double *x = doubles(n * k);
    for (size_t j = 0; j < n * k; j++) x[j] = 20.0 + (0.1 + (double)(j / n % 7)) * pseudo();
    const dd_candidates c = {n, k, x};
    const double *v = pairs_of(&c);
    dd_genorm_result r = result_of(k);
    CHECK(rank(&c, v, &r) == DD_OK);
    for (size_t step = 0; step + 1 < k; step++) {
      const size_t left = k - step;
      long double mean = 0.0L, worst = 0.0L;
      for (size_t a = 0; a < left; a++) {
        long double m = 0.0L;
        for (size_t b = 0; b < left; b++) m += v[(size_t)r.order[a] * k + (size_t)r.order[b]];
        m /= (long double)(left - 1);
        NEAR(r.m[step * k + (size_t)r.order[a]] / (double)m, 1.0, 4e-15);
        mean += m / (long double)left;
        worst = m > worst ? m : worst;
      }
      NEAR(r.mean_m[step] / (double)mean, 1.0, 4e-15);
      NEAR(r.last_m[r.order[left - 1]] / (double)worst, 1.0, 4e-15);
      if (left < k) NEAR(r.m[step * k + (size_t)r.order[left]], NAN, 0);
    }
  }
}

/* sd(NF_m - NF_(m + 1)) by hand for three genes: NF_2 - NF_3 = ((x1 + x2) / 2 - x3) / 3. */
static void variation_of_three(void) {
  const dd_candidates c = {3, 3, D(1, 2, 3, 1, 2, 3.1, 0, 3, 6)};
  dd_genorm_result r = result_of(3);
  CHECK(rank(&c, pairs_of(&c), &r) == DD_OK);
  ALL_EQUAL(r.order, 0, 1, 2);
  double d[3] = {1.0 / 3.0, -1.0 / 3.0, (3.05 - 6.0) / 3.0}, mean = (d[0] + d[1] + d[2]) / 3.0;
  double sum = 0.0;
  for (size_t s = 0; s < 3; s++) sum += (d[s] - mean) * (d[s] - mean);
  NEAR(r.variation[0], sqrt(sum / 2.0), 1e-14);
}

/* Two mirror images: equal M and equal V; the later name leaves, wherever its column stands. */
static void ties(void) {
  double *d = D(1, -1, 2, -2, 0, 0, 0, 0, -1, 1, -2, 2, 0, 0, 0, 0);
  const dd_candidates c = {4, 4, d};
  const double *v = pairs_of(&c);
  dd_genorm_result r = result_of(4);
  double *work = doubles(dd_genorm_work_len(4, 4));
  CHECK(dd_genorm(&c, v, I(0, 1, 2, 3), work, &r) == DD_OK);
  CHECK(r.order[3] == 2 && r.tie[0] == 1 && r.tie[1] == 0);
  CHECK(dd_genorm(&c, v, I(3, 1, 2, 0), work, &r) == DD_OK);
  CHECK(r.order[3] == 0 && r.tie[0] == 1);
  ALL_EQUAL(r.order, 3, 1, 2, 0); /* the last pair in the order of its names */
}

/* Equal M, but one of them owes it to a single partner: that one leaves, whatever its name. */
static void ties_by_the_larger_variation(void) {
  const double v[] = {0, 3, 3, 3, 3, 0, 2, 4, 3, 2, 0, 1, 3, 4, 1, 0};
  const dd_candidates c = {2, 4, D(0, 0, 0, 0, 0, 0, 0, 0)};
  dd_genorm_result r = result_of(4);
  r.variation = NULL;
  CHECK(dd_genorm(&c, v, I(3, 2, 1, 0), doubles(dd_genorm_work_len(2, 4)), &r) == DD_OK);
  CHECK(r.order[3] == 1 && r.tie[0] == 1); /* M of 0 and 1 is 3; 4 > 3 */
}

static void too_few(void) {
  const dd_candidates two = {3, 2, D(1, 2, 3, 3, 1, 2)}, one_sample = {1, 3, D(1, 2, 3)};
  dd_genorm_result r = {ints(2), ints(1), doubles(2), doubles(1), doubles(2), NULL};
  CHECK(rank(&two, pairs_of(&two), &r) == DD_EDOMAIN);
  NEAR(r.last_m[1], NAN, 0);
  const double *v = pairs_of(&one_sample);
  for (size_t i = 0; i < 9; i++) NEAR(v[i], NAN, 0);
}

/* Silver 2006: the mean over partners; rowSums(v) / 4 in base R for five_genes() */
static void mean_of_partners(void) {
  const dd_candidates c = five_genes();
  const double *v = pairs_of(&c);
  double *mean = doubles(5);
  dd_mean_pair_sd(v, 5, mean);
  for (size_t j = 0; j < 5; j++) {
    double sum = 0.0;
    for (size_t i = 0; i < 5; i++) sum += i == j ? 0.0 : plain_sd(c.x + 6 * i, c.x + 6 * j, 6);
    NEAR(mean[j], sum / 4.0, 1e-14);
  }
}

int main(void) {
  pair_sd_is_the_sd_of_differences();
  what_cancels_is_summed_directly();
  missing_values();
  ranking_from_scratch();
  variation_of_three();
  ties();
  ties_by_the_larger_variation();
  too_few();
  mean_of_partners();
  return check_finish();
}
