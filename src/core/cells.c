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

static inline bool good_codes(const dd_wells *w, const dd_cells *c, size_t i) {
  return w->sample[i] >= 0 && (size_t)w->sample[i] <= c->n_samples && w->target[i] >= 0 &&
         (size_t)w->target[i] <= c->n_targets && w->task[i] >= DD_UNKNOWN &&
         w->task[i] <= DD_POSITIVE && w->state[i] >= DD_QUANTIFIED && w->state[i] <= DD_MISSING;
}

static void clear(dd_cells *c) {
  const size_t n = c->n_samples * c->n_targets;
  for (size_t i = 0; i < n; i++) {
    c->quantified[i] = c->nondetect[i] = c->excluded[i] = c->run[i] = 0;
    c->centre[i] = c->low[i] = c->spread[i] = NAN;
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

/* The wells of a cell come from one run, or the cell is marked. */
static void tie_run(const dd_wells *w, dd_cells *c, size_t i, size_t cell) {
  const int run = w->run ? w->run[i] : 1;
  if (c->run[cell] == 0) {
    c->run[cell] = run;
  } else if (c->run[cell] != run) {
    c->run[cell] = -1;
  }
}

static void count_gap(const dd_wells *w, dd_cells *c, size_t i, size_t cell) {
  if (w->state[i] == DD_NONDETECT) {
    c->nondetect[cell]++;
    tie_run(w, c, i, cell);
  } else {
    c->excluded[cell]++; /* a well taken out does not tie the cell to its run */
  }
}

/* The first row after i that does not continue its row of quantified wells of one cell and run. */
static size_t end_of_stretch(const dd_wells *w, size_t i) {
  size_t j = i + 1;
  while (j < w->n && w->sample[j] == w->sample[i] && w->target[j] == w->target[i] &&
         w->task[j] == DD_UNKNOWN && w->state[j] == DD_QUANTIFIED &&
         (w->run == NULL || w->run[j] == w->run[i])) {
    j++;
  }
  return j;
}

/*
 * Replicates mostly stand in adjacent rows. A stretch of them is summarised on its own, in two passes, and merged
 * into its cell by the updating formulas of Chan, Golub and LeVeque, so each cell is touched once for each stretch.
 */
static void add_stretch(const dd_wells *w, dd_cells *c, size_t from, size_t to, size_t cell) {
  const double n = (double)(to - from), before = (double)c->quantified[cell];
  double sum = 0.0, ss = 0.0, low = w->cq[from], high = low;
  for (size_t i = from; i < to; i++) {
    sum += w->cq[i];
    low = w->cq[i] < low ? w->cq[i] : low;
    high = w->cq[i] > high ? w->cq[i] : high;
  }
  const double mean = sum / n;
  for (size_t i = from; i < to; i++) ss += (w->cq[i] - mean) * (w->cq[i] - mean);
  if (before > 0.0) {
    const double shift = mean - c->centre[cell];
    c->centre[cell] += shift * n / (before + n);
    ss += shift * shift * before * n / (before + n);
    low = fmin(low, c->low[cell]);
    high = fmax(high, c->low[cell] + c->spread[cell]);
  } else {
    c->centre[cell] = mean;
  }
  c->low[cell] = low;
  c->spread[cell] = high - low;
  c->quantified[cell] += (int)(to - from);
  c->ss[w->target[from] - 1] += ss;
  c->df[w->target[from] - 1] += before > 0.0 ? n : n - 1.0;
  tie_run(w, c, from, cell);
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
  for (size_t i = 0; i < w->n;) {
    if (!good_codes(w, out, i)) return DD_EDOMAIN;
    size_t next = i + 1;
    const size_t cell = cell_of(w, out, i);
    if (w->task[i] != DD_UNKNOWN) {
      count_control(w, out, i);
    } else if (cell < n_cells && w->state[i] == DD_QUANTIFIED) {
      next = end_of_stretch(w, i);
      add_stretch(w, out, i, next, cell);
    } else if (cell < n_cells) {
      count_gap(w, out, i, cell);
    }
    i = next;
  }
  if (how != DD_MEAN) robust_centres(w, how, work, out);
  return DD_OK;
}
