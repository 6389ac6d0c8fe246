#include "check.h"
#include "plate_check.h"

/* Values that take no part: a group of -1, a gap. */
static void ranges_by_group(void) {
  const int *group = I(0, 1, 0, -1, 0, 1, 2);
  const double *x = D(3, 5, 1, 99, 2, 8, NAN);
  int *count = ints(4), *scratch = ints(dd_check_ints(7, 4));
  double *median = doubles(4), *low = doubles(4), *high = doubles(4);
  dd_group_range(group, x, 7, 4, scratch, doubles(7), count, median, low, high);
  ALL_EQUAL(count, 3, 2, 0, 0);
  ALL_NEAR(median, 0, 2, 6.5, NAN, NAN);
  ALL_NEAR(low, 0, 1, 5, NAN, NAN);
  ALL_NEAR(high, 0, 3, 8, NAN, NAN);
  dd_group_range(group, x, 0, 1, scratch, doubles(0), count, median, low, high);
  ALL_EQUAL(count, 0, 2, 0, 0);
}

static dd_replicate_table table(size_t n_cells, size_t n_targets) {
  return (dd_replicate_table){ints(n_cells),    ints(n_cells),      ints(n_cells),
                              doubles(n_cells), doubles(n_cells),   doubles(n_cells),
                              doubles(n_cells), doubles(n_cells),   doubles(n_cells),
                              doubles(n_cells), doubles(n_targets), doubles(n_targets)};
}

static void fill(const dd_replicates *w, dd_replicate_table *out) {
  int *scratch = ints(dd_check_ints(w->n, w->n_cells) + dd_check_ints(w->n_cells, w->n_targets));
  dd_replicates_table(w, scratch, doubles(w->n + w->n_cells), out);
}

/*
 * Five triplets of one target: 20 20.1 20.2 (ss .02) four times, and one of 20 20.1 23.
 * The molecules of one copy at 60 cycles add nothing.
 */
static void one_wild_well(void) {
  const double *cq =
      D(20, 20.1, 20.2, 21, 21.1, 21.2, 20, 20.1, 23, 22, 22.1, 22.2, 19, 19.1, 19.2);
  const int *cell = I(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4);
  const dd_replicates w = {15,  5,  1, cell, I(0, 0, 0, 0, 0), cq, D(2), D(4.6, 4.6, 4.6, 4.6, 4.6),
                           0.5, 200};
  dd_replicate_table out = table(5, 1);
  fill(&w, &out);
  ALL_EQUAL(out.count, 3, 3, 3, 3, 3);
  ALL_EQUAL(out.clean, 1, 1, 0, 1, 1);
  CHECK(out.far[2] == 8);
  NEAR(out.median[2], 20.1, 0);
  NEAR(out.gap[2], 2.9, 1e-14);
  NEAR(out.rest[2], 0.1, 1e-13);
  NEAR(out.ss[0], 0.08, 1e-13);
  NEAR(out.df[0], 8, 0);
  /* the wild cell by the four others: .08 / 8; a clean one by three: .06 / 6 */
  NEAR(out.sd[2], 0.1, 1e-12);
  NEAR(out.sd_df[2], 8, 0);
  NEAR(out.sd[0], 0.1, 1e-12);
  NEAR(out.sd_df[0], 6, 0);
}

/* E = 2, one copy at 37, median 36: N = 2, and 1 / (2 ln(2)^2) is added to the variance. */
static void counting_near_the_limit(void) {
  const double *cq = D(20, 20.2, 21, 21.2, 22, 22.2, 23, 23.2, 24, 24.2, 35.5, 36.5);
  const int *cell = I(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5);
  const dd_replicates w = {12,  6, 1, cell, I(0, 0, 0, 0, 0, 0), cq, D(2), D(4, 4, 4, 4, 4, 4),
                           0.5, 37};
  dd_replicate_table out = table(6, 1);
  fill(&w, &out);
  const double added = 0.5 / (log(2.0) * log(2.0));
  NEAR(out.sd[5], sqrt(0.02 + added), 1e-12);
  ALL_EQUAL(out.clean, 1, 1, 1, 1, 1, 1); /* a range of 1 is no wonder there */
  NEAR(out.rest[5], NAN, 0);
  CHECK(out.far[5] == 10); /* of two equally far ones the first */
}

/* A target of few wells is measured by all; no replicates at all have no yardstick. */
static void few_wells(void) {
  const double *cq = D(20, 20.2, 30, 30.2, 25);
  const int *cell = I(0, 0, 1, 1, 2);
  const dd_replicates w = {5,   4,  3, cell, I(0, 1, 2, 2), cq, D(2, 2, 2), D(4, 4, NAN, NAN),
                           0.5, 200};
  dd_replicate_table out = table(4, 3);
  fill(&w, &out);
  ALL_EQUAL(out.count, 2, 2, 1, 0);
  CHECK(out.far[3] == -1);
  NEAR(out.sd[0], sqrt(0.02), 1e-12);
  NEAR(out.sd_df[0], 1, 0);
  NEAR(out.sd[2], sqrt(0.02), 1e-12);
  NEAR(out.sd_df[2], 2, 0);
  NEAR(out.median[3], NAN, 0);
  NEAR(out.sd[3], NAN, 0);
  const dd_replicates none = {1, 1, 1, I(0), I(0), D(20), D(2), D(NAN), 0.5, 37};
  dd_replicate_table single = table(1, 1);
  fill(&none, &single);
  NEAR(single.sd[0], NAN, 0);
  NEAR(single.df[0], 0, 0);
}

/*
 * One reference, w = 1: 18 18.4 against 17 17.2 17.6. Means 18.2 and 17.2667; Welch: u = .08 / 2 = .04 and
 * .0933333 / 3 = .0311111. In R: t.test(c(17, 17.2, 17.6), c(18, 18.4)).
 */
static void balance_of_references(void) {
  const double *cq = D(25, 25.4, 24, 24.5, 24.3, 26, 18, 18.4, 17, 17.2, 17.6, NAN);
  const int *ref = I(1), *group = I(0, 0, 1, 1, 1, 1);
  const dd_balance_plate p = {6, 2, 1, cq, D(0.9, 1), D(0.018, 0.03), ref, group};
  dd_balance b;
  double *leak = doubles(2), *se = doubles(2);
  CHECK(dd_reference_balance(&p, doubles(12), &b, leak, se) == DD_OK);
  NEAR(b.difference, 52.8 / 3 - 18.2 - 1.0 / 3.0, 1e-13);
  NEAR(b.variance, 0.04 + 0.28 / 9.0, 1e-13);
  const double u = 0.04, v = 0.28 / 9.0;
  NEAR(b.df, (u + v) * (u + v) / (u * u + v * v / 2), 1e-12);
  NEAR(b.loading, 28.0 / 30.0, 1e-13);
  NEAR(leak[0], 28.0 / 30.0 * sqrt(0.02 * 0.02 + 0.03 * 0.03), 1e-13);
  NEAR(leak[1], NAN, 0);
  /* d: 4.5 4.46 against 4.6 4.85 4.27 */
  NEAR(se[0], 0.169148192751537, 1e-12); /* sqrt(var(c(4.5,4.46))/2 + var(c(4.6,4.85,4.27))/3) */
}

static void too_few_samples(void) {
  const dd_balance_plate p = {2, 2, 1, D(25, 24, 18, 17), D(1, 1), D(0.02, 0.02), I(1), I(0, 1)};
  dd_balance b;
  double *leak = doubles(2), *se = doubles(2);
  CHECK(dd_reference_balance(&p, doubles(4), &b, leak, se) == DD_ETHIN);
  NEAR(b.difference, -1, 0);
  NEAR(b.variance, NAN, 0);
  NEAR(se[0], NAN, 0);
  NEAR(leak[0], sqrt(0.0008), 1e-13);
}

int main(void) {
  ranges_by_group();
  one_wild_well();
  counting_near_the_limit();
  few_wells();
  balance_of_references();
  too_few_samples();
  return check_finish();
}
