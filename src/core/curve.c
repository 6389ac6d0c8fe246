#include "curve.h"

#include <math.h>
#include <string.h>

#include "levenberg.h"
#include "signs.h"

enum { B, C, D, E, G, MOST = DD_SIGMOID_MOST };

/* Cycles from a fifth to four fifths of what is reached, and from a fiftieth to a fifth. */
static const double steepest = 1.0, slowest = 12.0, slowest_foot = 7.0;
static const double least_f = 0.1; /* below it a five-parameter fit is not accepted */
static const double least_gain[] = {
    10.0, 5.0, 0.0};                  /* AICc of a polynomial of degree 1 .. 3 less the sigmoid's */
static const double least_rise = 5.0; /* fitted rise over residual SD */
static const double most_start = 0.1; /* of the height, in the third cycle */
static const double most_gradient = 1e-6, most_condition = 1e8;

/* The finite points of a curve, scaled so that the fit sees numbers near 1; and the room to work in. */
typedef struct {
  double *x, *y, *t; /* cycles, (F - low) / range, cycles as the model takes them */
  double low, range;
  size_t n;     /* cycles to fit */
  double noise; /* of y */
  double cubic; /* residual variance of the cubic */
  double best;  /* smallest AICc of a sigmoid, accepted or not */
  double drift; /* the AICc that a sigmoid must have to be more than a drift */
  double *work; /* for the solver */
  double *r;    /* triangle of J, of the last fit tried */
  double *fitted;
} points;

/* A fit that was accepted; `free` parameters have standard errors. */
typedef struct {
  dd_sigmoid model;
  double theta[MOST], rss;
  size_t p, free;
} accepted;

size_t dd_curve_work_len(size_t n) {
  const size_t fit = dd_levenberg_work_len(n, MOST), window = 8 * n; /* one after the other */
  return 4 * n + MOST * MOST + (fit > window ? fit : window);
}

static points divide(double *work, size_t n) {
  points p;
  p.x = work;
  p.y = p.x + n;
  p.t = p.y + n;
  p.fitted = p.t + n;
  p.r = p.fitted + n;
  p.work = p.r + MOST * MOST;
  return p;
}

static void take(points *p, const double *x, const double *y, size_t n) {
  double high = -INFINITY;
  p->n = 0;
  p->low = INFINITY;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(y[i])) continue;
    p->x[p->n] = x[i];
    p->y[p->n++] = y[i];
    p->low = fmin(p->low, y[i]);
    high = fmax(high, y[i]);
  }
  p->range = high - p->low;
  if (!(p->range > 1e-12 * fmax(fabs(high), fabs(p->low)))) p->range = 0.0;
  for (size_t i = 0; i < p->n && p->range > 0.0; i++) p->y[i] = (p->y[i] - p->low) / p->range;
}

static double median_of_six(const double *y) {
  double v[6];
  memcpy(v, y, sizeof v);
  for (int i = 1; i < 6; i++) {
    for (int j = i; j > 0 && v[j] < v[j - 1]; j--) {
      const double t = v[j];
      v[j] = v[j - 1];
      v[j - 1] = t;
    }
  }
  return 0.5 * (v[2] + v[3]);
}

/* First start, and the five others: steepness and log f. */
static void start(const points *p, dd_sigmoid model, int which, double *theta) {
  static const double slopes[] = {-0.6, -0.35, -0.35, -0.9, -0.9, -0.6};
  static const double logs[] = {0.0, 0.7, -0.7, 0.7, -0.7, 1.2};
  double high = -INFINITY;
  for (size_t i = 0; i < p->n; i++) high = fmax(high, p->y[i]);
  theta[D] = high;
  theta[C] = p->n >= 12 ? fmin(median_of_six(p->y + 2), 0.4 * high) : 0.0;
  size_t mid = 0;
  while (mid + 1 < p->n && p->y[mid] < 0.5 * (theta[C] + theta[D])) mid++;
  theta[E] = p->t[mid];
  theta[B] = slopes[which] * (dd_sigmoid_in_log(model) ? fmax(p->x[mid], 1.0) : 1.0);
  theta[G] = logs[which];
}

/* Cycles from one share to another of the height that is reached by the last cycle. */
static double cycles_between(const accepted *a, double last, double low, double high) {
  const double height = dd_sigmoid_value(a->model, a->theta, last) - a->theta[C];
  return dd_sigmoid_crossing(a->model, a->theta, high * height).value -
         dd_sigmoid_crossing(a->model, a->theta, low * height).value;
}

/* What the solver says is not enough. Sets the number of parameters that have standard errors. */
static int acceptable(const points *p, accepted *a, dd_status status, const dd_levenberg *fit) {
  double scratch[MOST];
  if (status != DD_OK || !(fit->gradient <= most_gradient)) return 0;
  for (size_t j = 0; j < a->p; j++) {
    if (!isfinite(a->theta[j])) return 0;
  }
  if (!(a->theta[B] < 0.0) || !(a->theta[D] > a->theta[C])) return 0;
  if (!isfinite(dd_sigmoid_fdm(a->model, a->theta).value)) return 0;
  /* exponential up to a corner: f has run after noise */
  if (a->p == 5 && a->theta[G] < log(least_f)) return 0;
  if (a->p == 5 && !isfinite(dd_sigmoid_sdm(a->model, a->theta).value)) return 0;
  a->free = a->p;
  if (dd_condition(p->r, a->p, a->p, scratch) < most_condition) return 1;
  a->free = 4;
  return a->p == 5 && dd_condition(p->r, a->p, 4, scratch) < most_condition;
}

/* AICc of the scaled data; below the rounding of the data a sum of squares says nothing. */
static double aicc(const points *p, double rss, size_t k) {
  return dd_aicc(fmax(rss, 1e-30 * (double)p->n), p->n, k);
}

static int try_fit(points *p, dd_sigmoid model, int which, accepted *a, int *falls) {
  const dd_sigmoid_data data = {model, p->t, p->n};
  const dd_least_squares problem = {
      dd_sigmoid_model, &data, p->y, p->n, dd_sigmoid_parameters(model), 1e-9, 200};
  dd_levenberg fit;
  a->model = model;
  a->p = problem.p;
  start(p, model, which, a->theta);
  const dd_status status = dd_levenberg_fit(&problem, a->theta, p->work, p->r, &fit);
  a->rss = fit.rss;
  if (isfinite(fit.rss)) p->best = fmin(p->best, aicc(p, fit.rss, a->p + 1));
  if (status == DD_OK && (a->theta[B] < 0.0) != (a->theta[D] > a->theta[C])) *falls = 1;
  return acceptable(p, a, status, &fit);
}

static void fit_drift(points *p) {
  double rss[3];
  dd_polynomial_rss(p->x, p->y, p->n, p->work, rss);
  p->best = INFINITY;
  p->cubic = rss[2] / (double)(p->n - 4);
  p->drift = INFINITY;
  for (int degree = 1; degree <= 3; degree++) {
    p->drift =
        fmin(p->drift, aicc(p, rss[degree - 1], (size_t)degree + 2) - least_gain[degree - 1]);
  }
}

static int beats_drift(const points *p, const accepted *a) {
  return aicc(p, a->rss, a->p + 1) <= p->drift;
}

/* The full model; then, as a sieve and to fall back on, the one with f = 1; then the full one from elsewhere. */
static int fit(points *p, dd_sigmoid model, accepted *a, int *falls) {
  static const dd_sigmoid simpler[] = {DD_B4, DD_B4, DD_L4, DD_L4, DD_GOMPERTZ};
  *falls = 0;
  for (size_t i = 0; i < p->n; i++) p->t[i] = dd_sigmoid_t(model, p->x[i]);
  if (try_fit(p, model, 0, a, falls)) return 1;
  int from = 0, have = try_fit(p, simpler[model], from, a, falls);
  if (!have) have = try_fit(p, simpler[model], from = 3, a, falls);
  if (!have || simpler[model] == model || !beats_drift(p, a)) return have;
  for (int which = 1; which < 6; which++) {
    if (try_fit(p, model, which, a, falls)) return 1;
  }
  return try_fit(p, simpler[model], from, a, falls);
}

/* ---- what follows from an accepted fit ---- */

static double se_of(const points *p, const accepted *a, double sigma, const double *gradient) {
  double scratch[MOST];
  return sigma * dd_delta_norm(p->r, a->p, a->free, gradient, scratch);
}

/* Parameters in the units of the data, f for log f, e in cycles. */
static void report_parameters(const points *p, const accepted *a, double sigma, dd_curve *out) {
  const int in_log = dd_sigmoid_in_log(a->model);
  double by_theta[MOST] = {1.0, p->range, p->range, 1.0, 1.0};
  for (size_t j = 0; j < MOST; j++) out->estimate[j] = out->error[j] = NAN;
  for (size_t j = 0; j < a->p; j++) {
    double gradient[MOST] = {0};
    gradient[j] = 1.0;
    out->estimate[j] = a->theta[j];
    if (j < a->free) out->error[j] = se_of(p, a, sigma, gradient);
  }
  out->estimate[C] = p->low + p->range * a->theta[C];
  out->estimate[D] = p->low + p->range * a->theta[D];
  if (in_log) by_theta[E] = out->estimate[E] = exp(a->theta[E]);
  if (a->p == 5) by_theta[G] = out->estimate[G] = exp(a->theta[G]);
  for (size_t j = 0; j < a->p; j++) out->error[j] *= by_theta[j];
}

static void report_cq(const points *p, const accepted *a, const dd_curve_options *o, double sigma,
                      dd_curve *out) {
  const dd_derived cq[DD_CQ_KINDS] = {
      dd_sigmoid_sdm(a->model, a->theta), dd_sigmoid_fdm(a->model, a->theta),
      dd_sigmoid_cy0(a->model, a->theta),
      dd_sigmoid_crossing(a->model, a->theta, o->threshold / p->range)};
  for (int k = 0; k < DD_CQ_KINDS; k++) {
    out->cq[k] = cq[k].value;
    out->cq_se[k] = se_of(p, a, sigma, cq[k].gradient);
  }
  const dd_derived e = dd_sigmoid_efficiency(a->model, a->theta, &cq[o->kind]);
  out->efficiency = e.value;
  out->efficiency_se = se_of(p, a, sigma, e.gradient);
}

static void report_signs(points *p, const accepted *a, size_t used_of, dd_curve *out) {
  const double height = a->theta[D] - a->theta[C], last = p->x[p->n - 1];
  size_t base = 0;
  for (size_t i = 0; i < p->n; i++) {
    const double f = dd_sigmoid_value(a->model, a->theta, p->x[i]);
    p->fitted[i] = p->y[i] - f;
    if (base == i && f - a->theta[C] < 0.01 * height) base = i + 1;
  }
  const double top = dd_sigmoid_value(a->model, a->theta, last);
  if (p->n < used_of) out->signs |= DD_SIGN_HOOK;
  if (out->cq[DD_CQ_SDM] > last - 5.0 || out->cq[DD_CQ_FDM] > last) out->signs |= DD_SIGN_LATE;
  if (top - a->theta[C] < 0.9 * height) out->signs |= DD_SIGN_NO_PLATEAU;
  if (dd_drifts(p->x, p->y, base, fmin(height, 1.0))) out->signs |= DD_SIGN_DRIFT;
  if (dd_spiked(p->fitted, p->n, p->work)) out->signs |= DD_SIGN_SPIKE;
  if (a->free < a->p) out->signs |= DD_SIGN_ASYMMETRY;
  out->rise = p->range * (top - dd_sigmoid_value(a->model, a->theta, p->x[0]));
}

/* Successive cycles, gaps filled by straight lines, in the units of the data. */
static void find_efficiency(points *p, dd_curve *out) {
  const double span = p->x[p->n - 1] - p->x[0] + 1.0;
  out->window = (dd_window){DD_WINDOW_SHORT, 0, 0, NAN, NAN, NAN, NAN};
  if (!(span < 2.0 * (double)p->n)) return;
  const size_t n = (size_t)span;
  double *filled = p->work;
  for (size_t i = 0, j = 0; i < n; i++) {
    const double x = p->x[0] + (double)i;
    while (j + 1 < p->n && p->x[j + 1] <= x) j++;
    const double next = j + 1 < p->n ? p->y[j + 1] : p->y[j],
                 gap = j + 1 < p->n ? p->x[j + 1] - p->x[j] : 1.0;
    filled[i] = p->low + p->range * (p->y[j] + (next - p->y[j]) * (x - p->x[j]) / gap);
  }
  dd_window_efficiency(filled, n, p->x[0], filled + n, &out->window);
}

static void goodness(const points *p, const accepted *a, dd_curve *out) {
  double mean = 0.0, total = 0.0;
  for (size_t i = 0; i < p->n; i++) mean += (p->y[i] - mean) / (double)(i + 1);
  for (size_t i = 0; i < p->n; i++) total += (p->y[i] - mean) * (p->y[i] - mean);
  const double square = p->range * p->range;
  out->rss = a->rss * square;
  out->r_squared = 1.0 - a->rss / total;
  const double units = (double)p->n * log(square);
  out->aicc = aicc(p, a->rss, a->p + 1) + units;
  out->aicc_drift = p->drift + units;
}

static dd_curve_state judge(const points *p, const accepted *a, const dd_curve_options *o,
                            double sigma, const dd_curve *out) {
  const double last = p->x[p->n - 1], cq = out->cq[o->kind];
  const double middle = cycles_between(a, last, 0.2, 0.8),
               foot = cycles_between(a, last, 0.02, 0.2);
  if (!beats_drift(p, a)) return DD_CURVE_DRIFT;
  if (out->rise < least_rise * sigma * p->range) return DD_CURVE_NOISE;
  if (middle > slowest && foot > slowest_foot) return DD_CURVE_SLOW;
  if (middle < steepest) return DD_CURVE_JUMP;
  if (!isfinite(cq)) return DD_CURVE_NO_CQ;
  if (dd_sigmoid_value(a->model, a->theta, p->x[2]) - a->theta[C] >
      most_start * (a->theta[D] - a->theta[C])) {
    return DD_CURVE_EARLY;
  }
  if (cq < p->x[0]) return DD_CURVE_EARLY;
  return cq > p->x[p->n - 1] ? DD_CURVE_LATE : DD_CURVE_OK;
}

static dd_curve nothing(dd_sigmoid model) {
  dd_curve c;
  memset(&c, 0, sizeof c);
  c.model = model;
  for (int j = 0; j < MOST; j++) c.estimate[j] = c.error[j] = NAN;
  for (int k = 0; k < DD_CQ_KINDS; k++) c.cq[k] = c.cq_se[k] = NAN;
  c.rss = c.sigma = c.r_squared = c.aicc = c.aicc_drift = c.efficiency = c.efficiency_se = c.rise =
      NAN;
  c.window = (dd_window){DD_WINDOW_SHORT, 0, 0, NAN, NAN, NAN, NAN};
  return c;
}

void dd_curve_fit(const double *x, const double *y, size_t n, const dd_curve_options *o,
                  double *work, dd_curve *out) {
  points p = divide(work, n);
  accepted a;
  int falls;
  *out = nothing(o->model);
  out->parameters = dd_sigmoid_parameters(o->model);
  take(&p, x, y, n);
  const size_t all = p.n;
  out->n = all;
  if (all < n || (all > 1 && p.x[all - 1] - p.x[0] > (double)all - 0.5)) out->signs |= DD_SIGN_GAPS;
  if (all < out->parameters + 3) {
    out->state = DD_CURVE_FEW;
    return;
  }
  if (p.range == 0.0) {
    out->state = DD_CURVE_CONSTANT;
    return;
  }
  if (dd_saturated(p.y, all)) out->signs |= DD_SIGN_SATURATED;
  p.noise = dd_noise(p.y, all, p.work);
  if (o->cut_hook) p.n = dd_before_hook(p.y, all, p.noise);
  if (p.n < out->parameters + 3) p.n = all;
  out->n = p.n;
  if (dd_smooth_range(p.y, p.n) < 3.0 * p.noise) {
    out->state = DD_CURVE_NOISE;
    return;
  }
  fit_drift(&p);
  if (!fit(&p, o->model, &a, &falls)) {
    const int drifts = p.cubic < 2.0 * p.noise * p.noise || p.best > p.drift;
    out->state = drifts ? DD_CURVE_DRIFT : falls ? DD_CURVE_FALLS : DD_CURVE_NO_FIT;
    return;
  }
  if (a.model != o->model) out->signs |= DD_SIGN_SIMPLER;
  out->model = a.model;
  out->parameters = a.p;
  const double sigma = sqrt(a.rss / (double)(p.n - a.p));
  out->sigma = sigma * p.range;
  goodness(&p, &a, out);
  report_parameters(&p, &a, sigma, out);
  report_cq(&p, &a, o, sigma, out);
  report_signs(&p, &a, all, out);
  if (o->kind == DD_CQ_THRESHOLD && !isnan(o->base_first)) {
    out->cq[DD_CQ_THRESHOLD] = dd_curve_crossing(x, y, n, o->base_first, o->base_last, o->threshold,
                                                 &out->cq_se[DD_CQ_THRESHOLD]);
  }
  out->state = judge(&p, &a, o, sigma, out);
  if (out->state == DD_CURVE_OK || out->state == DD_CURVE_NO_CQ) find_efficiency(&p, out);
}

/* The straight line through the finite points from `first` to `last`; level and slope at their mean cycle. */
typedef struct {
  double n, x, y, slope, sxx, variance;
} base_line;

static base_line line_between(const double *x, const double *y, size_t n, double first,
                              double last) {
  base_line l = {0.0, 0.0, 0.0, 0.0, 0.0, NAN};
  double sxy = 0.0, syy = 0.0;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(y[i]) || x[i] < first || x[i] > last) continue;
    const double dx = x[i] - l.x, dy = y[i] - l.y;
    l.n += 1.0;
    l.x += dx / l.n;
    l.y += dy / l.n;
    l.sxx += dx * (x[i] - l.x);
    sxy += dx * (y[i] - l.y);
    syy += dy * (y[i] - l.y);
  }
  if (l.n > 1.0) l.slope = sxy / l.sxx;
  if (l.n > 2.0) l.variance = fmax(syy - l.slope * sxy, 0.0) / (l.n - 2.0);
  return l;
}

/* How far from one cycle to the next `level` lies, straight in log F, or in F where that has no logarithm. */
static double share_of_step(double before, double after, double level) {
  return before > 0.0 ? log(level / before) / log(after / before)
                      : (level - before) / (after - before);
}

double dd_curve_crossing(const double *x, const double *y, size_t n, double base_first,
                         double base_last, double level, double *se) {
  const base_line l = line_between(x, y, n, base_first, base_last);
  double cq = NAN, f_before = NAN, x_before = NAN;
  *se = NAN;
  if (l.n == 0.0) return NAN;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(y[i])) continue;
    const double f = y[i] - l.y - l.slope * (x[i] - l.x);
    if (f_before < level && f >= level) {
      const double share = share_of_step(f_before, f, level), width = x[i] - x_before;
      cq = x_before + share * width;
      /* how the share moves with the two values */
      const double by_before = f_before > 0.0 ? (1.0 - share) / (f_before * log(f / f_before))
                                              : (1.0 - share) / (f - f_before);
      const double by_after =
          f_before > 0.0 ? share / (f * log(f / f_before)) : share / (f - f_before);
      const double both = by_before + by_after, off = cq - l.x;
      const double leverage = 1.0 / l.n + off * off / l.sxx;
      *se = width * sqrt(l.variance *
                         (by_before * by_before + by_after * by_after + leverage * both * both));
    }
    f_before = f;
    x_before = x[i];
  }
  return cq;
}
