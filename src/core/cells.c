#include "cells.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>

static const double HUBER_K = 1.345;

/* The cell of well i, or the number of cells when the well belongs to none. */
static inline size_t cell_of(const dd_wells *w, const dd_cells *c, size_t i) {
  if (w->sample[i] < 1 || w->target[i] < 1) return c->n_samples * c->n_targets;
  return (size_t)w->sample[i] - 1 + ((size_t)w->target[i] - 1) * c->n_samples;
}

static void clear(dd_cells *c) {
  const size_t n = c->n_samples * c->n_targets;
  for (size_t i = 0; i < n; i++) {
    c->quantified[i] = c->nondetect[i] = c->excluded[i] = c->run[i] = 0;
    c->centre[i] = 0.0;
    c->low[i] = c->spread[i] = NAN;
  }
  for (size_t g = 0; g < c->n_targets; g++) {
    c->ss[g] = c->df[g] = 0.0;
    c->ntc[g] = NAN;
    c->n_ntc[g] = c->n_standard[g] = 0;
  }
}

/* Wells that fill no cell but are counted for their target. */
static void count_control(const dd_wells *w, dd_cells *c, size_t i) {
  if (w->target[i] < 1) return;
  const size_t g = (size_t)w->target[i] - 1;
  const bool has_cq = w->state[i] == DD_QUANTIFIED;
  if (w->task[i] == DD_STANDARD) {
    c->n_standard[g] += has_cq;
  } else if (w->task[i] == DD_NTC && (has_cq || w->state[i] == DD_NONDETECT)) {
    c->n_ntc[g]++;
    if (has_cq && !(w->cq[i] >= c->ntc[g])) c->ntc[g] = w->cq[i];
  }
}

static void count_well(const dd_wells *w, dd_cells *c, size_t i, size_t cell) {
  switch (w->state[i]) {
    case DD_QUANTIFIED:
      c->quantified[cell]++;
      c->centre[cell] += w->cq[i];
      /* `spread` holds the largest Cq until the means are finished; the comparisons are true for NaN. */
      if (!(w->cq[i] >= c->low[cell])) c->low[cell] = w->cq[i];
      if (!(w->cq[i] <= c->spread[cell])) c->spread[cell] = w->cq[i];
      break;
    case DD_NONDETECT:
      c->nondetect[cell]++;
      break;
    default:
      c->excluded[cell]++;
      return; /* a well taken out does not tie the cell to its run */
  }
  const int run = w->run ? w->run[i] : 1;
  if (c->run[cell] == 0) {
    c->run[cell] = run;
  } else if (c->run[cell] != run) {
    c->run[cell] = -1;
  }
}

static void finish_means(dd_cells *c) {
  const size_t n = c->n_samples * c->n_targets;
  for (size_t i = 0; i < n; i++) {
    c->centre[i] = c->quantified[i] > 0 ? c->centre[i] / c->quantified[i] : NAN;
    c->spread[i] -= c->low[i];
  }
}

/* Second pass: squares about the cell's mean. */
static void spread_within(const dd_wells *w, dd_cells *c) {
  const size_t n_cells = c->n_samples * c->n_targets;
  for (size_t i = 0; i < w->n; i++) {
    if (w->task[i] != DD_UNKNOWN || w->state[i] != DD_QUANTIFIED) continue;
    const size_t cell = cell_of(w, c, i);
    if (cell == n_cells) continue;
    const double e = w->cq[i] - c->centre[cell];
    c->ss[w->target[i] - 1] += e * e;
  }
  for (size_t g = 0; g < c->n_targets; g++) {
    for (size_t s = 0; s < c->n_samples; s++) {
      const int m = c->quantified[s + g * c->n_samples];
      if (m > 1) c->df[g] += m - 1;
    }
  }
}

/* Gathers the Cq of each cell in a row: offsets in `start`, one more than there are cells. */
static void gather(const dd_wells *w, const dd_cells *c, size_t *start, double *values) {
  const size_t n_cells = c->n_samples * c->n_targets;
  start[0] = 0;
  for (size_t i = 0; i < n_cells; i++) start[i + 1] = start[i] + (size_t)c->quantified[i];
  for (size_t i = 0; i < w->n; i++) {
    if (w->task[i] != DD_UNKNOWN || w->state[i] != DD_QUANTIFIED) continue;
    const size_t cell = cell_of(w, c, i);
    if (cell < n_cells) values[start[cell]++] = w->cq[i];
  }
  for (size_t i = n_cells; i > 0; i--) start[i] = start[i - 1];
  start[0] = 0;
}

/* Huber's location with a known scale: the mean of the values pulled in to +-k scale about it, from the median on. */
static double huber(const double *x, size_t n, double scale) {
  double m = gsl_stats_median_from_sorted_data(x, 1, n);
  const double reach = HUBER_K * scale;
  for (int step = 0; step < 200; step++) {
    double move = 0.0;
    for (size_t i = 0; i < n; i++) move += fmax(-reach, fmin(reach, x[i] - m));
    move /= (double)n;
    m += move;
    if (fabs(move) <= 1e-14 * fabs(m)) break;
  }
  return m;
}

static void robust_centres(const dd_wells *w, dd_centre how, double *work, dd_cells *c) {
  const size_t n_cells = c->n_samples * c->n_targets;
  double *values = work;
  size_t *start = (size_t *)(void *)(work + w->n);
  gather(w, c, start, values);
  for (size_t g = 0; g < c->n_targets; g++) {
    const double scale = c->df[g] > 0 ? sqrt(c->ss[g] / c->df[g]) : 0.0;
    for (size_t s = 0; s < c->n_samples; s++) {
      const size_t cell = s + g * c->n_samples;
      const size_t m = start[cell + 1] - start[cell];
      if (m == 0 || cell >= n_cells) continue;
      gsl_sort(values + start[cell], 1, m);
      c->centre[cell] = how == DD_HUBER && scale > 0
                            ? huber(values + start[cell], m, scale)
                            : gsl_stats_median_from_sorted_data(values + start[cell], 1, m);
    }
  }
}

size_t dd_cells_work_len(size_t n, size_t n_cells) {
  const size_t offsets = (n_cells + 1) * sizeof(size_t);
  return n + (offsets + sizeof(double) - 1) / sizeof(double);
}

dd_status dd_cells_fill(const dd_wells *w, dd_centre how, double *work, dd_cells *out) {
  const size_t n_cells = out->n_samples * out->n_targets;
  if (how != DD_MEAN && work == NULL) return DD_EDOMAIN;
  clear(out);
  for (size_t i = 0; i < w->n; i++) {
    if (w->task[i] != DD_UNKNOWN) {
      count_control(w, out, i);
      continue;
    }
    const size_t cell = cell_of(w, out, i);
    if (cell < n_cells) count_well(w, out, i, cell);
  }
  finish_means(out);
  spread_within(w, out);
  if (how != DD_MEAN) robust_centres(w, how, work, out);
  return DD_OK;
}
