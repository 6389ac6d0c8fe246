#include <stdbool.h>

#include "check.h"
#include "permute.h"

enum { MOST = 1000000 };

static size_t *keep_sizes(size_t n) { return keep(n * sizeof(size_t)); }

/* A test with its own roots and counts. */
static dd_permute new_test(size_t n_targets, const int *size, const int *treated, size_t n_strata,
                           dd_permute_statistic statistic, size_t n_kept) {
  dd_permute p = {0};
  for (size_t b = 0; b < n_strata; b++) p.n_units += (size_t)size[b];
  p.n_targets = n_targets;
  p.n_strata = n_strata;
  p.size = size;
  p.treated = treated;
  p.statistic = statistic;
  p.keep = n_kept;
  p.high = doubles(n_targets * n_kept);
  p.low = doubles(n_targets * n_kept);
  for (size_t i = 0; i < n_targets * n_kept; i++) p.high[i] = p.low[i] = 0.0;
  p.count = keep_sizes(2 * n_targets);
  p.beyond = doubles(n_targets);
  p.equal = doubles(n_targets);
  p.theta = doubles(n_targets);
  return p;
}

static dd_status prepare(dd_permute *p, const double *y) {
  return dd_permute_prepare(y, doubles(dd_permute_work_len(p->n_units, p->n_targets, p->keep)), p);
}

static dd_walk new_walk(const dd_permute *p) {
  dd_walk walk = {ints(dd_walk_len(p->n_units, p->n_strata)), keep(p->n_units * sizeof(bool)), 0,
                  false, false};
  dd_walk_start(p, &walk);
  return walk;
}

static size_t walk_all(dd_permute *p) {
  dd_walk walk = new_walk(p);
  const size_t visits = dd_permute_walk(p, &walk, MOST);
  dd_permute_finish(p);
  return visits;
}

/* Every combination of every stratum together, once, and the sum is that of the units that are in. */
static void every_reallocation_once(const int *size, const int *treated, size_t n_strata,
                                    size_t expected) {
  dd_permute p = new_test(1, size, treated, n_strata, DD_DIFFERENCE, 0);
  double *y = doubles(p.n_units);
  for (size_t i = 0; i < p.n_units; i++) y[i] = pseudo();
  CHECK(prepare(&p, y) == DD_OK);
  dd_walk walk = new_walk(&p);
  int *seen = ints((size_t)1 << p.n_units);
  for (size_t i = 0; i < (size_t)1 << p.n_units; i++) seen[i] = 0;
  size_t visits = 0, again = 0, off = 0, unlike = 0;
  while (dd_permute_walk(&p, &walk, 1) == 1) {
    size_t mask = 0, first = 0;
    double sum = 0.0;
    for (size_t i = 0; i < p.n_units; i++) {
      if (!walk.inside[i]) continue;
      mask |= (size_t)1 << i;
      sum += p.unit[i * p.n_columns];
    }
    for (size_t b = 0; b < n_strata; b++) {
      int inside = 0;
      for (int i = 0; i < size[b]; i++) inside += walk.inside[first + (size_t)i];
      if (inside != treated[b]) unlike++;
      first += (size_t)size[b];
    }
    again += (size_t)seen[mask]++;
    if (fabs(sum - p.sum[0]) > 1e-13) off++;
    visits++;
  }
  CHECK(visits == expected);
  CHECK(again == 0);
  CHECK(off == 0);
  CHECK(unlike == 0);
  CHECK(dd_permute_walk(&p, &walk, 1) == 0);
}

static void revolving_doors(void) {
  for (int n = 2; n <= 9; n++) {
    double all = 1.0;
    for (int t = 1; t < n; t++) {
      all *= (double)(n - t + 1) / t; /* choose(n, t) */
      every_reallocation_once(I(n), I(t), 1, (size_t)(all + 0.5));
    }
  }
  every_reallocation_once(I(2, 2, 2, 2), I(1, 1, 1, 1), 4, 16);
  every_reallocation_once(I(4, 3, 5), I(2, 1, 3), 3, 6 * 3 * 10);
  /* strata without a choice, at every place */
  every_reallocation_once(I(2, 4, 1, 3), I(2, 2, 0, 1), 4, 6 * 3);
  every_reallocation_once(I(3, 2), I(1, 0), 2, 3);
}

/* Treated 3, 5, 9 and control 1, 2, 4: the difference is 17/3 - 7/3. Of 20 sums of three of them, 17 is reached by
   9 + 5 + 3 and passed by 9 + 5 + 4; the mirror images do the same below. */
static void by_hand(void) {
  dd_permute p = new_test(1, I(6), I(3), 1, DD_DIFFERENCE, 0);
  CHECK(prepare(&p, D(3, 5, 9, 1, 2, 4)) == DD_OK);
  NEAR(p.theta[0], 10.0 / 3.0, 1e-15);
  CHECK(walk_all(&p) == 20);
  NEAR(p.beyond[0], 2, 0);
  NEAR(p.equal[0], 2, 0);
}

/* Differences 1, 2, -0.5, 3 of four pairs: mean 5.5 / 4; only all four with one sign go beyond. */
static void pairs_flip_signs(void) {
  dd_permute p = new_test(1, I(2, 2, 2, 2), I(1, 1, 1, 1), 4, DD_DIFFERENCE, 0);
  CHECK(prepare(&p, D(11, 10, 5, 3, 7, 7.5, 4, 1)) == DD_OK);
  NEAR(p.theta[0], 5.5 / 4.0, 1e-15);
  CHECK(walk_all(&p) == 16);
  NEAR(p.beyond[0], 2, 0);
  NEAR(p.equal[0], 2, 0);
}

/* lm(y ~ block + group): two blocks of unequal make. y = 1, 4 | 2 and 6 | 3, 5, 1: (W = 2/3 + 3/4)
   theta = ((1 + 4 - 2 * 7/3) + (6 - 15/4)) / W */
static void blocks_are_weighted_as_the_linear_model_does(void) {
  dd_permute p = new_test(1, I(3, 4), I(2, 1), 2, DD_DIFFERENCE, 0);
  CHECK(prepare(&p, D(1, 4, 2, 6, 3, 5, 1)) == DD_OK);
  NEAR(p.theta[0], (5.0 - 14.0 / 3.0 + 6.0 - 15.0 / 4.0) / (2.0 / 3.0 + 3.0 / 4.0), 1e-14);
  CHECK(walk_all(&p) == 12);
}

/* p at a shift, by a walk of its own. */
static double count_at(const double *y, size_t n, size_t n1, double shift) {
  dd_permute p = new_test(1, I((int)n), I((int)n1), 1, DD_DIFFERENCE, 0);
  double *moved = copy_doubles(y, n);
  for (size_t i = 0; i < n1; i++) moved[i] -= shift;
  prepare(&p, moved);
  walk_all(&p);
  return p.beyond[0] + p.equal[0];
}

/* The keep-th root is where the count of the shifted test falls below keep. */
static void limits_invert_the_test(void) {
  for (size_t round = 0; round < 20; round++) {
    const size_t n = 7 + round % 3, n1 = 3 + round % 2, keep = 2 + round % 7;
    double *y = doubles(n);
    for (size_t i = 0; i < n; i++) y[i] = 10.0 * pseudo();
    dd_permute p = new_test(1, I((int)n), I((int)n1), 1, DD_DIFFERENCE, keep);
    CHECK(prepare(&p, y) == DD_OK);
    walk_all(&p);
    const double high = p.theta[0] + p.high[0], low = p.theta[0] - p.low[0];
    if (isinf(high)) {
      CHECK(isinf(low));
      continue;
    }
    CHECK(count_at(y, n, n1, high - 1e-6) >= (double)keep);
    CHECK(count_at(y, n, n1, high + 1e-6) < (double)keep);
    CHECK(count_at(y, n, n1, low + 1e-6) >= (double)keep);
    CHECK(count_at(y, n, n1, low - 1e-6) < (double)keep);
  }
}

/* Three a group: 2 of 20 are as extreme at any shift, so nothing is rejected at 5 %. */
static void an_interval_may_have_no_end(void) {
  dd_permute p = new_test(1, I(6), I(3), 1, DD_DIFFERENCE, 2);
  CHECK(prepare(&p, D(3, 5, 9, 1, 2, 4)) == DD_OK);
  walk_all(&p);
  CHECK(isinf(p.high[0]) && isinf(p.low[0]));
}

/* t.test(c(3, 5, 9), c(1, 2, 4, 2.5))$statistic */
static void welch(void) {
  dd_permute p = new_test(1, I(7), I(3), 1, DD_WELCH, 0);
  CHECK(prepare(&p, D(3, 5, 9, 1, 2, 4, 2.5)) == DD_OK);
  NEAR(p.theta[0], 1.7590336284164245, 1e-13);
  CHECK(walk_all(&p) == 35);
  /* perfect separation of constants: infinite, and nothing lies beyond it */
  p = new_test(1, I(6), I(3), 1, DD_WELCH, 0);
  CHECK(prepare(&p, D(1, 1, 1, 2, 2, 2)) == DD_OK);
  CHECK(isinf(p.theta[0]) && p.theta[0] < 0);
  walk_all(&p);
  NEAR(p.beyond[0], 0, 0);
  NEAR(p.equal[0], 2, 0);
  p = new_test(1, I(3, 3), I(2, 2), 2, DD_WELCH, 0);
  CHECK(prepare(&p, D(1, 2, 3, 4, 5, 6)) == DD_EDOMAIN);
  p = new_test(1, I(4), I(1), 1, DD_WELCH, 0);
  CHECK(prepare(&p, D(1, 2, 3, 4)) == DD_EDOMAIN);
}

static void nothing_varies(void) {
  dd_permute p = new_test(2, I(4), I(2), 1, DD_DIFFERENCE, 1);
  CHECK(prepare(&p, D(0.1, 0.1, 0.1, 0.1, 1, 2, 3, 4)) == DD_OK);
  CHECK(walk_all(&p) == 6);
  NEAR(p.theta[0], 0, 0);
  NEAR(p.equal[0], 6, 0);
  NEAR(p.theta[1], -2, 1e-15);
  p = new_test(1, I(2, 2), I(2, 0), 2, DD_DIFFERENCE, 0);
  CHECK(prepare(&p, D(1, 2, 3, 4)) == DD_EDOMAIN);
  p = new_test(1, NULL, NULL, 0, DD_DIFFERENCE, 0);
  CHECK(prepare(&p, doubles(0)) == DD_EDOMAIN);
}

/* Draws 2, 0 of five take unit 2, then unit 0 (place 2 holds unit 4 by then); 2, 2 take units 2 and 4. */
static void draws_take_units(void) {
  dd_permute p = new_test(1, I(5, 2), I(2, 1), 2, DD_DIFFERENCE, 0);
  const double *y = D(1, 2, 4, 8, 16, 0, 0);
  prepare(&p, y);
  CHECK(dd_permute_draws(&p) == 3);
  int *range = ints(3);
  dd_permute_ranges(&p, range);
  ALL_EQUAL(range, 5, 4, 2);
  const double weight = 2.0 * 3.0 / 5.0 + 0.5, mean = 31.0 / 5.0;
  dd_permute_sample(&p, I(2, 0, 1), 1, ints(7));
  NEAR(p.sum[0], (4.0 + 1.0 - 2.0 * mean) / weight, 1e-14);
  dd_permute_sample(&p, I(2, 2, 0), 1, ints(7));
  NEAR(p.sum[0], (4.0 + 16.0 - 2.0 * mean) / weight, 1e-14);
  dd_permute_sample(&p, I(2, 0, 1, 2, 2, 0), 2, ints(7));
  NEAR(p.sum[0], (4.0 + 16.0 - 2.0 * mean) / weight, 1e-14);
  /* |5 - 12.4| and |20 - 12.4| are less than |3 - 12.4| */
  NEAR(p.beyond[0] + p.equal[0], 0, 0);
}

/* Draws in two runs, the second going on from the first, keep what one run keeps: the largest of all, the least first. */
static void roots_go_on(void) {
  int *draws = ints(60);
  for (size_t i = 0; i < 60; i++)
    draws[i] = (int)(pseudo() * (i % 3 == 0 ? 7 : i % 3 == 1 ? 6 : 5));
  const double *y = D(3, 5, 9, 1, 2, 4, 7.5);
  dd_permute whole = new_test(1, I(7), I(3), 1, DD_DIFFERENCE, 4);
  dd_permute parts = new_test(1, I(7), I(3), 1, DD_DIFFERENCE, 4);
  prepare(&whole, y);
  dd_permute_sample(&whole, draws, 20, ints(7));
  dd_permute_finish(&whole);
  prepare(&parts, y);
  dd_permute_sample(&parts, draws, 9, ints(7));
  dd_permute_finish(&parts);
  prepare(&parts, y);
  dd_permute_sample(&parts, draws + 27, 11, ints(7));
  dd_permute_finish(&parts);
  NEAR(parts.high[0], whole.high[0], 0);
  NEAR(parts.low[0], whole.low[0], 0);
  double one = 0.0, other = 0.0;
  for (size_t i = 0; i < 4; i++) {
    CHECK(whole.high[i] >= whole.high[0]);
    one += whole.high[i];
    other += parts.high[i];
  }
  NEAR(one, other, 1e-14);
}

/* 12,870 exchanges later the sums are still those of the units. */
static void long_chains_do_not_drift(void) {
  dd_permute p = new_test(1, I(16), I(8), 1, DD_DIFFERENCE, 0);
  double *y = doubles(16);
  for (size_t i = 0; i < 16; i++) y[i] = 1e6 * pseudo();
  prepare(&p, y);
  CHECK(walk_all(&p) == 12870);
  NEAR(p.equal[0], 2, 0);
}

int main(void) {
  revolving_doors();
  by_hand();
  pairs_flip_signs();
  blocks_are_weighted_as_the_linear_model_does();
  limits_invert_the_test();
  an_interval_may_have_no_end();
  welch();
  nothing_varies();
  draws_take_units();
  roots_go_on();
  long_chains_do_not_drift();
  return check_finish();
}
