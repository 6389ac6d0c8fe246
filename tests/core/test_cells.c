#include "cells.h"
#include "check.h"

static dd_cells cells_of(size_t n_samples, size_t n_targets) {
  const size_t n = n_samples * n_targets;
  return (dd_cells){n_samples,
                    n_targets,
                    ints(n),
                    ints(n),
                    ints(n),
                    ints(n),
                    doubles(n),
                    doubles(n),
                    doubles(n),
                    doubles(n_targets),
                    doubles(n_targets),
                    doubles(n_targets),
                    ints(n_targets),
                    ints(n_targets)};
}

static int *all(int value, size_t n) {
  int *x = ints(n);
  for (size_t i = 0; i < n; i++) x[i] = value;
  return x;
}

static dd_status fill(const dd_wells *w, dd_centre how, dd_cells *out) {
  return dd_cells_fill(w, how, doubles(dd_cells_work_len(w->n, out->n_samples * out->n_targets)),
                       out);
}

/*
 * Two samples, three targets. Sample 1: target 1 a pair, target 3 one well and one non-detect;
 * sample 2: target 1 a triplet of which one is excluded, target 2 two non-detects, target 3 nothing
 * but a missing well.
 */
static void counts_and_means(void) {
  const dd_wells w = {10,
                      I(1, 1, 1, 1, 2, 2, 2, 2, 2, 2),
                      I(1, 1, 3, 3, 1, 1, 1, 2, 2, 3),
                      I(1, 1, 1, 1, 2, 2, 1, 2, 2, 2),
                      all(DD_UNKNOWN, 10),
                      I(1, 1, 1, 2, 1, 1, 3, 2, 2, 4),
                      D(20, 20.5, 30, NAN, 22, 22.25, 35, NAN, NAN, NAN)};
  dd_cells c = cells_of(2, 3);
  CHECK(dd_cells_fill(&w, DD_MEAN, NULL, &c) == DD_OK);
  ALL_EQUAL(c.quantified, 2, 2, 0, 0, 1, 0);
  ALL_EQUAL(c.nondetect, 0, 0, 0, 2, 1, 0);
  ALL_EQUAL(c.excluded, 0, 1, 0, 0, 0, 1);
  /* the excluded well of run 1 does not tie its cell to that run */
  ALL_EQUAL(c.run, 1, 2, 0, 2, 1, 0);
  ALL_NEAR(c.centre, 1e-15, 20.25, 22.125, NAN, NAN, 30, NAN);
  ALL_NEAR(c.low, 0, 20, 22, NAN, NAN, 30, NAN);
  ALL_NEAR(c.spread, 1e-15, 0.5, 0.25, NAN, NAN, 0, NAN);
  /* target 1: 2 * .25^2 + 2 * .125^2 on 1 + 1; a single well adds neither */
  ALL_NEAR(c.ss, 1e-15, 0.15625, 0, 0);
  ALL_NEAR(c.df, 0, 2, 0, 0);
  ALL_NEAR(c.ntc, 0, NAN, NAN, NAN);
  ALL_EQUAL(c.n_ntc, 0, 0, 0);
}

static void runs_of_a_cell(void) {
  dd_wells w = {4,
                I(1, 1, 2, 2),
                I(1, 1, 1, 1),
                I(3, 4, 5, 5),
                all(DD_UNKNOWN, 4),
                I(1, 1, 1, 2),
                D(20, 21, 22, NAN)};
  dd_cells c = cells_of(2, 1);
  CHECK(fill(&w, DD_MEAN, &c) == DD_OK);
  ALL_EQUAL(c.run, -1, 5);
  w.run = NULL;
  CHECK(fill(&w, DD_MEAN, &c) == DD_OK);
  ALL_EQUAL(c.run, 1, 1);
}

/* Wells of other tasks and wells without a name fill no cell. */
static void only_unknowns_fill_cells(void) {
  const dd_wells w = {9,
                      I(1, 1, 1, 1, 1, 1, 0, 1, 0),
                      I(1, 1, 1, 1, 1, 1, 1, 0, 0),
                      NULL,
                      I(1, 2, 3, 4, 5, 6, 1, 1, 4),
                      all(DD_QUANTIFIED, 9),
                      D(20, 30, 31, 35, 36, 37, 38, 39, 33)};
  dd_cells c = cells_of(1, 1);
  CHECK(fill(&w, DD_MEAN, &c) == DD_OK);
  ALL_EQUAL(c.quantified, 1);
  ALL_NEAR(c.centre, 0, 20);
  ALL_NEAR(c.ss, 0, 0);
  ALL_EQUAL(c.n_standard, 1);
  ALL_EQUAL(c.n_ntc, 1);
  ALL_NEAR(c.ntc, 0, 35);
}

/* The lowest Cq of water counts, whatever the order; excluded and missing wells of water were not
 * looked at. */
static void water(void) {
  const dd_wells w = {7,
                      all(0, 7),
                      I(1, 1, 1, 1, 2, 2, 2),
                      NULL,
                      all(DD_NTC, 7),
                      I(2, 1, 1, 1, 2, 3, 4),
                      D(NAN, 38, 36.5, 37, NAN, 30, NAN)};
  dd_cells c = cells_of(0, 3);
  CHECK(fill(&w, DD_MEAN, &c) == DD_OK);
  ALL_NEAR(c.ntc, 0, 36.5, NAN, NAN);
  ALL_EQUAL(c.n_ntc, 4, 1, 0);
}

static void standards_need_a_cq(void) {
  const dd_wells w = {3,          all(0, 3),     I(1, 1, 2), NULL, all(DD_STANDARD, 3),
                      I(1, 2, 3), D(20, NAN, 25)};
  dd_cells c = cells_of(0, 2);
  CHECK(fill(&w, DD_MEAN, &c) == DD_OK);
  ALL_EQUAL(c.n_standard, 1, 0);
}

/*
 * Target 1: (20, 20.1, 20.2, 23) and (25, 25.4, 25.2) in mixed order, target 2 a single well, so
 * that it has no scale. ss = 6.3275 + .08 on 3 + 2, scale sqrt(1.2815) = 1.1320335684068736,
 * reach 1.345 times it.
 */
static dd_wells outlier(void) {
  return (dd_wells){8,
                    I(1, 2, 1, 1, 2, 2, 1, 1),
                    I(1, 1, 1, 1, 1, 1, 1, 2),
                    NULL,
                    all(DD_UNKNOWN, 8),
                    all(DD_QUANTIFIED, 8),
                    D(23, 25, 20.1, 20, 25.4, 25.2, 20.2, 19.9)};
}

static void medians(void) {
  const dd_wells w = outlier();
  dd_cells c = cells_of(2, 2);
  CHECK(fill(&w, DD_MEDIAN, &c) == DD_OK);
  ALL_NEAR(c.centre, 1e-15, 20.15, 25.2, 19.9, NAN);
  /* the spread about the means stays what it is */
  NEAR(c.ss[0], 6.4075, 1e-13);
  NEAR(c.low[0], 20, 0);
  NEAR(c.spread[0], 3, 1e-14);
}

/* Only 23 lies beyond the reach r: (20 - m) + (20.1 - m) + (20.2 - m) + r = 0, so m = (60.3 + r)
 * / 3. */
static void huber(void) {
  const dd_wells w = outlier();
  dd_cells c = cells_of(2, 2);
  CHECK(fill(&w, DD_HUBER, &c) == DD_OK);
  const double reach = 1.345 * sqrt(6.4075 / 5);
  ALL_NEAR(c.centre, 1e-13, (60.3 + reach) / 3, 25.2, 19.9, NAN);
  CHECK(fill(&w, DD_MEAN, &c) == DD_OK);
  ALL_NEAR(c.centre, 1e-14, 83.3 / 4, 25.2, 19.9, NAN);
}

static void huber_without_spread_is_the_median(void) {
  const dd_wells w = {3,
                      all(1, 3),
                      all(1, 3),
                      NULL,
                      all(DD_UNKNOWN, 3),
                      all(DD_QUANTIFIED, 3),
                      D(20.3, 20.3, 20.3)};
  dd_cells c = cells_of(1, 1);
  CHECK(fill(&w, DD_HUBER, &c) == DD_OK);
  NEAR(c.centre[0], 20.3, 1e-15);
}

static void no_wells(void) {
  const dd_wells w = {0, ints(0), ints(0), ints(0), ints(0), ints(0), doubles(0)};
  dd_cells c = cells_of(2, 1), none = cells_of(0, 0);
  for (int how = DD_MEAN; how <= DD_HUBER; how++) {
    CHECK(fill(&w, (dd_centre)how, &c) == DD_OK);
    ALL_NEAR(c.centre, 0, NAN, NAN);
    ALL_NEAR(c.spread, 0, NAN, NAN);
    ALL_EQUAL(c.quantified, 0, 0);
    ALL_EQUAL(c.run, 0, 0);
    ALL_NEAR(c.df, 0, 0);
    CHECK(fill(&w, (dd_centre)how, &none) == DD_OK);
  }
  CHECK(dd_cells_fill(&w, DD_MEDIAN, NULL, &c) == DD_EDOMAIN);
}

/* 1e8 on every Cq: the spread about the means is two-pass and stays to the rounding of the
 * values, 1.5e-8 each. */
static void a_constant_leaves_the_spread(void) {
  dd_wells w = outlier();
  double *cq = copy_doubles(w.cq, w.n);
  for (size_t i = 0; i < w.n; i++) cq[i] += 1e8;
  w.cq = cq;
  dd_cells c = cells_of(2, 2);
  CHECK(fill(&w, DD_HUBER, &c) == DD_OK);
  NEAR(c.ss[0], 6.4075, 1e-6);
  NEAR(c.spread[0], 3, 1e-7);
  NEAR(c.centre[0] - 1e8, (60.3 + 1.345 * sqrt(6.4075 / 5)) / 3, 1e-7);
  NEAR(c.centre[1] - 1e8, 25.2, 1e-7);
}

/* The cells know nothing of the order of the wells; the counts and medians not even by rounding. */
static void order_does_not_matter(void) {
  enum { N = 300, S = 7, G = 5 };
  int *sample = ints(N), *target = ints(N), *task = ints(N), *state = ints(N);
  double *cq = doubles(N);
  for (size_t i = 0; i < N; i++) {
    sample[i] = (int)(pseudo() * (S + 1));
    target[i] = (int)(pseudo() * (G + 1));
    task[i] = pseudo() < 0.8 ? DD_UNKNOWN : 1 + (int)(pseudo() * 6);
    state[i] = pseudo() < 0.8 ? DD_QUANTIFIED : 2 + (int)(pseudo() * 3);
    cq[i] = state[i] == DD_QUANTIFIED ? 20 + 10 * pseudo() : NAN;
  }
  int *sample2 = ints(N), *target2 = ints(N), *task2 = ints(N), *state2 = ints(N);
  double *cq2 = doubles(N);
  for (size_t i = 0; i < N; i++) {
    const size_t j = (i * 7 + 11) % N; /* 7 and 300 have no common factor: every well once */
    sample2[i] = sample[j];
    target2[i] = target[j];
    task2[i] = task[j];
    state2[i] = state[j];
    cq2[i] = cq[j];
  }
  const dd_wells a = {N, sample, target, NULL, task, state, cq};
  const dd_wells b = {N, sample2, target2, NULL, task2, state2, cq2};
  dd_cells ca = cells_of(S, G), cb = cells_of(S, G);
  for (int how = DD_MEAN; how <= DD_HUBER; how++) {
    CHECK(fill(&a, (dd_centre)how, &ca) == DD_OK && fill(&b, (dd_centre)how, &cb) == DD_OK);
    for (size_t i = 0; i < S * G; i++) {
      NEAR(ca.centre[i], cb.centre[i], 1e-13);
      CHECK(ca.quantified[i] == cb.quantified[i] && ca.nondetect[i] == cb.nondetect[i]);
      if (how == DD_MEDIAN) NEAR(ca.centre[i], cb.centre[i], 0);
    }
    for (size_t g = 0; g < G; g++) NEAR(ca.ss[g], cb.ss[g], 1e-12);
  }
}

int main(void) {
  counts_and_means();
  runs_of_a_cell();
  only_unknowns_fill_cells();
  water();
  standards_need_a_cq();
  medians();
  huber();
  huber_without_spread_is_the_median();
  no_wells();
  a_constant_leaves_the_spread();
  order_does_not_matter();
  return check_finish();
}
