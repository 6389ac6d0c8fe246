#include "serial.h"

#include <math.h>

/* A matrix of the longest series, the first residuals, four columns of whitened values, three numbers a run. */
size_t dd_serial_work_len(size_t n_points, size_t n_runs) {
  return n_points * n_points + 5 * n_points + 3 * n_runs;
}

typedef struct {
  const dd_series *s;
  double *start;               /* y minus a first line: GLS then only corrects it */
  double *chol;                /* V of one series as LL' */
  double *one, *x, *y, *z;     /* L^-1 times 1, x, start and what a step moves, of one series */
  double *precision, *px, *py; /* of each run: 1'V^-1 1 and the weighted means of x and start */
  double first_slope, n_wells;
} setting;

typedef struct {
  double sxx, slope, rss, log_likelihood;
} at_rho;

static double covariance(const dd_series *s, size_t i, size_t j, double rho) {
  const int least = s->step[i] < s->step[j] ? s->step[i] : s->step[j];
  return rho * (double)least + (i == j ? 1.0 / s->wells[i] : 0.0);
}

/* The points of run r: V = LL', and 1, x, y become L^-1 times themselves. Returns their number. */
static size_t whiten(const setting *w, size_t r, double rho, double *log_det) {
  const dd_series *s = w->s;
  size_t n = 0;
  for (size_t i = 0; i < s->n_points; i++) {
    if ((size_t)s->run[i] != r) continue;
    double *row = w->chol + n * s->n_points;
    size_t m = 0;
    double square = covariance(s, i, i, rho);
    double one = 1.0, x = s->x[i], y = w->start[i];
    for (size_t j = 0; j < i; j++) {
      if ((size_t)s->run[j] != r) continue;
      const double *other = w->chol + m * s->n_points;
      double sum = covariance(s, i, j, rho);
      for (size_t k = 0; k < m; k++) sum -= row[k] * other[k];
      row[m] = sum / other[m];
      square -= row[m] * row[m];
      one -= row[m] * w->one[m];
      x -= row[m] * w->x[m];
      y -= row[m] * w->y[m];
      m++;
    }
    row[m] = sqrt(square);
    w->one[n] = one / row[m];
    w->x[n] = x / row[m];
    w->y[n] = y / row[m];
    *log_det += 2.0 * log(row[m]);
    n++;
  }
  return n;
}

/* The whitened x and y of run r without their weighted means. Returns the points of the run. */
static size_t whiten_centred(const setting *w, size_t r, double rho, double *log_det) {
  const size_t n = whiten(w, r, rho, log_det);
  double a = 0.0, ax = 0.0, ay = 0.0;
  for (size_t i = 0; i < n; i++) {
    a += w->one[i] * w->one[i];
    ax += w->one[i] * w->x[i];
    ay += w->one[i] * w->y[i];
  }
  w->precision[r] = a;
  w->px[r] = ax / a;
  w->py[r] = ay / a;
  for (size_t i = 0; i < n; i++) {
    w->x[i] -= w->one[i] * w->px[r];
    w->y[i] -= w->one[i] * w->py[r];
  }
  return n;
}

static at_rho fit_at(const setting *w, double rho) {
  const dd_series *s = w->s;
  double log_det = 0.0, log_information = 0.0, sxx = 0.0, sxy = 0.0, syy = 0.0;
  for (size_t r = 0; r < s->n_runs; r++) {
    const size_t n = whiten_centred(w, r, rho, &log_det);
    log_information += log(w->precision[r]);
    for (size_t i = 0; i < n; i++) {
      sxx += w->x[i] * w->x[i];
      sxy += w->x[i] * w->y[i];
      syy += w->y[i] * w->y[i];
    }
  }
  at_rho out = {sxx, sxy / sxx, fmax(syy - sxy * sxy / sxx, 0.0), NAN};
  const double df = w->n_wells - (double)s->n_runs - 1.0;
  out.log_likelihood =
      -0.5 * (log_det + log_information + log(sxx)) - 0.5 * df * log(out.rss + s->pure);
  return out;
}

/* z = L^-1 (1 from step `step` on, 0 before), without its weighted mean, for the n points of run r. */
static void whiten_step(const setting *w, size_t r, size_t n, int step) {
  const dd_series *s = w->s;
  double mean = 0.0;
  size_t at = 0;
  for (size_t i = 0; i < s->n_points; i++) {
    if ((size_t)s->run[i] != r) continue;
    const double *row = w->chol + at * s->n_points;
    double z = s->step[i] >= step ? 1.0 : 0.0;
    for (size_t k = 0; k < at; k++) z -= row[k] * w->z[k];
    w->z[at] = z / row[at];
    mean += w->one[at] * w->z[at];
    at++;
  }
  for (size_t i = 0; i < n; i++) w->z[i] -= w->one[i] * mean / w->precision[r];
}

/*
 * The derivative of the restricted likelihood by rho: min(i, j) is the sum of zz' over the steps, so
 *   -1/2 sum_z z'Pz + df/2 sum_z (z'Py)^2 / (RSS + pure),  P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1.
 */
static double score_at(const setting *w, double rho) {
  const dd_series *s = w->s;
  double ignored = 0.0, sxx = 0.0, sxy = 0.0, syy = 0.0, zz = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
  for (size_t r = 0; r < s->n_runs; r++) {
    const size_t n = whiten_centred(w, r, rho, &ignored);
    int last = 0;
    for (size_t i = 0; i < s->n_points; i++) {
      if ((size_t)s->run[i] == r && s->step[i] > last) last = s->step[i];
    }
    for (size_t i = 0; i < n; i++) {
      sxx += w->x[i] * w->x[i];
      sxy += w->x[i] * w->y[i];
      syy += w->y[i] * w->y[i];
    }
    for (int step = 1; step <= last; step++) {
      double zx = 0.0, zy = 0.0;
      whiten_step(w, r, n, step);
      for (size_t i = 0; i < n; i++) {
        zz += w->z[i] * w->z[i];
        zx += w->z[i] * w->x[i];
        zy += w->z[i] * w->y[i];
      }
      xx += zx * zx;
      xy += zx * zy;
      yy += zy * zy;
    }
  }
  const double b = sxy / sxx, df = w->n_wells - (double)s->n_runs - 1.0;
  const double square = yy - 2.0 * b * xy + b * b * xx;
  return 0.5 * df * square / (fmax(syy - b * sxy, 0.0) + s->pure) - 0.5 * (zz - xx / sxx);
}

/* The first line: least squares on the means of the points, within runs. */
static double first_line(const setting *w) {
  const dd_series *s = w->s;
  double sxx = 0.0, sxy = 0.0;
  for (size_t r = 0; r < s->n_runs; r++) w->precision[r] = w->px[r] = w->py[r] = 0.0;
  for (size_t i = 0; i < s->n_points; i++) {
    const size_t r = (size_t)s->run[i];
    w->precision[r] += 1.0;
    w->px[r] += (s->x[i] - w->px[r]) / w->precision[r];
    w->py[r] += (s->y[i] - w->py[r]) / w->precision[r];
  }
  for (size_t i = 0; i < s->n_points; i++) {
    const double dx = s->x[i] - w->px[s->run[i]];
    sxx += dx * dx;
    sxy += dx * (s->y[i] - w->py[s->run[i]]);
  }
  return sxx > 0.0 ? sxy / sxx : NAN;
}

static const double LARGEST = 9.2104403669765169; /* log(1 + 1e4) */

/*
 * The maximum within the two neighbours of the grid's best, where the slope of the restricted likelihood changes its
 * sign; an end of the range where it does not.
 */
static double best_rho(const setting *w, double mbar, double low, double high) {
  if (score_at(w, expm1(low) / mbar) <= 0.0) return expm1(low) / mbar;
  if (score_at(w, expm1(high) / mbar) >= 0.0) return expm1(high) / mbar;
  for (int i = 0; i < 60 && high - low > 1e-15 * high; i++) {
    const double middle = 0.5 * (low + high);
    if (score_at(w, expm1(middle) / mbar) > 0.0) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return expm1(0.5 * (low + high)) / mbar;
}

/* Weights of the grid, from log-likelihoods that stand in `weight`. Returns the best one's place. */
static size_t normalise(double *weight, size_t n) {
  size_t best = 0;
  double sum = 0.0;
  for (size_t g = 1; g < n; g++) {
    if (weight[g] > weight[best]) best = g;
  }
  const double top = weight[best];
  for (size_t g = 0; g < n; g++) sum += weight[g] = exp(weight[g] - top);
  for (size_t g = 0; g < n; g++) weight[g] /= sum;
  return best;
}

/* The line, its error and the error of its intercepts at `rho`. */
static void answer_at(const setting *w, double rho, double *intercept, double *intercept_var,
                      double *intercept_cov, dd_serial *out) {
  const dd_series *s = w->s;
  const at_rho f = fit_at(w, rho);
  const double df = w->n_wells - (double)s->n_runs - 1.0;
  const double square = df > 0.0 ? (f.rss + s->pure) / df : NAN;
  out->rho = rho;
  out->slope = w->first_slope + f.slope;
  out->slope_se = sqrt(square / f.sxx);
  out->sigma_well = sqrt(square);
  out->sigma_step = sqrt(rho * square);
  out->log_likelihood = f.log_likelihood;
  for (size_t r = 0; r < s->n_runs; r++) {
    intercept[r] = w->py[r] - f.slope * w->px[r];
    intercept_var[r] = square * (1.0 / w->precision[r] + w->px[r] * w->px[r] / f.sxx);
    intercept_cov[r] = -square * w->px[r] / f.sxx;
  }
}

dd_status dd_serial_fit(const dd_series *s, size_t n_grid, double *work, double *intercept,
                        double *intercept_var, double *intercept_cov, double *weight, double *slope,
                        double *slope_se, dd_serial *out) {
  const size_t n = s->n_points;
  setting w = {s, work, work + n, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NAN, 0.0};
  w.one = w.chol + n * n;
  w.x = w.one + n;
  w.y = w.x + n;
  w.z = w.y + n;
  w.precision = w.z + n;
  w.px = w.precision + s->n_runs;
  w.py = w.px + s->n_runs;
  double inverse = 0.0;
  for (size_t i = 0; i < n; i++) {
    w.n_wells += s->wells[i];
    inverse += 1.0 / s->wells[i];
  }
  const double mbar = (double)n / inverse;
  *out = (dd_serial){NAN, NAN, NAN, NAN, NAN, (double)n - (double)s->n_runs - 1.0, NAN};
  for (size_t r = 0; r < s->n_runs; r++) intercept[r] = intercept_var[r] = intercept_cov[r] = NAN;
  for (size_t g = 0; g < n_grid; g++) weight[g] = slope[g] = slope_se[g] = NAN;
  w.first_slope = first_line(&w);
  if (isnan(w.first_slope)) return DD_ETHIN;
  double largest = 0.0;
  for (size_t i = 0; i < n; i++) {
    w.start[i] = s->y[i] - w.first_slope * s->x[i];
    largest = fmax(largest, fabs(s->y[i]));
  }
  /* no df, or squares that are nothing but the rounding of numbers of that size: least squares, no rho */
  const double rounding = 1e-13 * largest;
  const int still = fit_at(&w, 0.0).rss + s->pure <= rounding * rounding * w.n_wells;
  if (out->df <= 0.0 || still) {
    answer_at(&w, 0.0, intercept, intercept_var, intercept_cov, out);
    if (out->df <= 0.0) out->slope_se = NAN;
    return out->df <= 0.0 ? DD_ETHIN : DD_ECONSTANT;
  }
  for (size_t g = 0; g < n_grid; g++) {
    const at_rho f = fit_at(&w, expm1(LARGEST * ((double)g + 0.5) / (double)n_grid) / mbar);
    weight[g] = f.log_likelihood;
    slope[g] = w.first_slope + f.slope;
    slope_se[g] = sqrt(f.rss / out->df / f.sxx);
  }
  const double step = LARGEST / (double)n_grid;
  const double best = (double)normalise(weight, n_grid);
  const double rho =
      best_rho(&w, mbar, fmax(0.0, best - 0.5) * step, fmin(best + 1.5, (double)n_grid) * step);
  answer_at(&w, rho, intercept, intercept_var, intercept_cov, out);
  return DD_OK;
}
