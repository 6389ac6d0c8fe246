#include "detection.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>

#include "gsl_guard.h"

/* Everything in logs: a share of 1 - 1e-300 is as good as one of a half. */
typedef struct {
  double log_p, log_q, log_slope; /* slope: dP / d eta */
} share_at;

static double log1p_exp(double x) { return x > 0.0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

/* log Phi: the complementary error function is exact in the lower tail only. */
static double log_normal(double x) {
  return x < -1.0 ? gsl_sf_log_erfc(-x / M_SQRT2) - M_LN2 : log1p(-gsl_cdf_ugaussian_Q(x));
}

static share_at share_of(dd_link link, double eta) {
  if (link == DD_LOGIT) {
    const double log_p = -log1p_exp(-eta), log_q = -log1p_exp(eta);
    return (share_at){log_p, log_q, log_p + log_q};
  }
  if (link == DD_PROBIT) {
    return (share_at){log_normal(eta), log_normal(-eta), -0.5 * eta * eta - 0.5 * log(2.0 * M_PI)};
  }
  const double mean = exp(eta); /* molecules in the reaction */
  return (share_at){mean < 1e-300 ? eta : log(-expm1(-mean)), -mean, eta - mean};
}

static double eta_of(dd_link link, double p) {
  if (link == DD_LOGIT) return log(p) - log1p(-p);
  if (link == DD_PROBIT) return gsl_cdf_ugaussian_Pinv(p);
  return log(-log1p(-p));
}

/* n log p, where 0 log 0 = 0. */
static double times(double n, double log_p) { return n > 0.0 ? n * log_p : 0.0; }

typedef struct {
  double value, score[2], information[3]; /* of eta's constant and slope; information: 11, 12, 22 */
} likelihood;

/* eta = a + b (x - centre) */
static likelihood likelihood_at(dd_link link, const dd_trials *t, double centre, double a,
                                double b) {
  likelihood l = {0.0, {0.0, 0.0}, {0.0, 0.0, 0.0}};
  for (size_t i = 0; i < t->n; i++) {
    const double d = t->x[i] - centre, n = t->tested[i], k = t->detected[i];
    if (!(n > 0.0)) continue;
    const share_at s = share_of(link, a + b * d);
    l.value += times(k, s.log_p) + times(n - k, s.log_q);
    double score =
        0.0; /* the two terms cancel near the maximum, and neither may overflow where it does not count */
    if (k > 0.0) score += k * exp(s.log_slope - s.log_p);
    if (k < n) score -= (n - k) * exp(s.log_slope - s.log_q);
    const double weight = n * exp(2.0 * s.log_slope - s.log_p - s.log_q);
    l.score[0] += score;
    l.score[1] += score * d;
    l.information[0] += weight;
    l.information[1] += weight * d;
    l.information[2] += weight * d * d;
  }
  return l;
}

/* One step of Fisher scoring; the slope stays where it is for the single-hit model. */
static int scoring_step(const likelihood *l, int free_slope, double *step) {
  step[1] = 0.0;
  if (!free_slope) {
    step[0] = l->score[0] / l->information[0];
    return isfinite(step[0]);
  }
  const double det = l->information[0] * l->information[2] - l->information[1] * l->information[1];
  if (!(det > 0.0)) return 0;
  step[0] = (l->information[2] * l->score[0] - l->information[1] * l->score[1]) / det;
  step[1] = (l->information[0] * l->score[1] - l->information[1] * l->score[0]) / det;
  return isfinite(step[0]) && isfinite(step[1]);
}

static dd_status maximise(dd_link link, const dd_trials *t, double centre, double *a, double *b,
                          likelihood *at) {
  const int free_slope = link != DD_POISSON;
  *at = likelihood_at(link, t, centre, *a, *b);
  for (int i = 0; i < 200; i++) {
    double step[2];
    if (!scoring_step(at, free_slope, step)) return DD_EGSL;
    likelihood next = *at;
    double share = 1.0;
    for (int half = 0; half < 40; half++, share *= 0.5) {
      next = likelihood_at(link, t, centre, *a + share * step[0], *b + share * step[1]);
      if (next.value >= at->value - 1e-13 * fabs(at->value)) break;
    }
    *a += share * step[0];
    *b += share * step[1];
    *at = next;
    const double moved = fabs(share * step[0]) + fabs(share * step[1]);
    if (moved <= 1e-11 * (1.0 + fabs(*a) + fabs(*b))) return DD_OK;
  }
  return DD_EGSL;
}

/* What the data are: levels, what was detected, and whether hits and misses overlap in both directions. */
typedef struct {
  double centre, low, high, tested, detected;
  double lowest_hit, highest_hit, lowest_miss, highest_miss;
} summary;

static summary summarise(const dd_trials *t) {
  summary s = {0.0, INFINITY, -INFINITY, 0.0, 0.0, INFINITY, -INFINITY, INFINITY, -INFINITY};
  for (size_t i = 0; i < t->n; i++) {
    const double x = t->x[i];
    if (!(t->tested[i] > 0.0)) continue;
    s.tested += t->tested[i];
    s.detected += t->detected[i];
    s.centre += t->tested[i] / s.tested * (x - s.centre);
    s.low = fmin(s.low, x);
    s.high = fmax(s.high, x);
    if (t->detected[i] > 0.0) {
      s.lowest_hit = fmin(s.lowest_hit, x);
      s.highest_hit = fmax(s.highest_hit, x);
    }
    if (t->detected[i] < t->tested[i]) {
      s.lowest_miss = fmin(s.lowest_miss, x);
      s.highest_miss = fmax(s.highest_miss, x);
    }
  }
  return s;
}

/* ---- the profile of the limit ---- */

typedef struct {
  dd_link link;
  const dd_trials *t;
  double eta;    /* at the limit */
  double target; /* the log-likelihood at the ends of the interval */
  double slope;  /* where the last search ended: the next begins there */
} profile;

/* Between the ends of a bracket of which the upper may still be infinite. */
static double between(double low, double high) {
  return isinf(high) ? 4.0 * low : 0.5 * (low + high);
}

/*
 * How far the best log-likelihood with the limit at `limit` lies above the target. It is concave in the slope: Fisher
 * scoring, kept within the bracket of its score's one root. At the maximum an error of 1e-8 in the slope is one of
 * 1e-16 in the value.
 */
static double profile_at(profile *p, double limit) {
  if (p->link == DD_POISSON)
    return likelihood_at(p->link, p->t, limit, p->eta, 1.0).value - p->target;
  likelihood l = likelihood_at(p->link, p->t, limit, p->eta, 0.0);
  if (l.score[1] <= 0.0) return l.value - p->target;
  double low = 0.0, high = INFINITY, slope = p->slope;
  for (int i = 0; i < 200; i++) {
    l = likelihood_at(p->link, p->t, limit, p->eta, slope);
    if (l.score[1] > 0.0) {
      low = slope;
    } else {
      high = slope;
    }
    double next = slope + l.score[1] / l.information[2];
    if (!(next > low && next < high)) next = low > 0.0 ? between(low, high) : 0.5 * slope;
    if (fabs(next - slope) <= 1e-8 * slope || next > 1e12 || next < 1e-300) break;
    slope = next;
  }
  p->slope = slope;
  return l.value - p->target;
}

/* From inside the interval outwards (sign -1 or 1) to where the profile meets the target: false position, Illinois. */
static double profile_end(profile *p, double inside, double sign) {
  double step = 0.25, outside = inside + sign * step;
  double above = profile_at(p, inside), below = profile_at(p, outside);
  while (below > 0.0) {
    if (step > 1e4) return sign * INFINITY;
    inside = outside;
    above = below;
    step *= 2.0;
    outside = inside + sign * step;
    below = profile_at(p, outside);
  }
  int last = 0;
  for (int i = 0; i < 200 && fabs(outside - inside) > 1e-13 * (1.0 + fabs(inside)); i++) {
    const double x = (above * outside - below * inside) / (above - below);
    const double at = profile_at(p, x);
    if (fabs(at) <= 1e-13 * (1.0 + fabs(p->target))) return x;
    if (at > 0.0) {
      inside = x;
      above = at;
      if (last == 1) below *= 0.5;
      last = 1;
    } else {
      outside = x;
      below = at;
      if (last == -1) above *= 0.5;
      last = -1;
    }
  }
  return 0.5 * (inside + outside);
}

/* All or none detected, and one molecule is enough: the likelihood rises towards an end that it never reaches. */
static dd_status one_limit(const dd_trials *t, const summary *s, double eta, double drop,
                           dd_detection *out) {
  profile p = {DD_POISSON, t, eta, -drop, 1.0};
  const int all = s->detected > 0.0;
  out->log_likelihood = 0.0;
  double inside = all ? s->low : s->high;
  for (int i = 0; i < 60 && !(profile_at(&p, inside) > 0.0); i++) inside += all ? -1.0 : 1.0;
  if (all) {
    out->limit_high = profile_end(&p, inside, 1.0);
    out->limit_low = -INFINITY;
  } else {
    out->limit_low = profile_end(&p, inside, -1.0);
    out->limit_high = INFINITY;
  }
  return DD_ECONSTANT;
}

static dd_status fit(dd_link link, const dd_trials *t, double share, double drop,
                     dd_detection *out) {
  const summary s = summarise(t);
  const double eta = eta_of(link, share);
  const int free_slope = link != DD_POISSON;
  if (!(s.tested > 0.0) || (free_slope && !(s.high > s.low))) return DD_ETHIN;
  const int alike = s.detected == 0.0 || s.detected == s.tested;
  if (!free_slope && alike) return one_limit(t, &s, eta, drop, out);
  const int parted = s.highest_miss <= s.lowest_hit || s.highest_hit <= s.lowest_miss;
  if (alike || (free_slope && parted)) return DD_ECONSTANT;

  double a = eta_of(link, s.detected / s.tested), b = free_slope ? 0.0 : 1.0;
  likelihood at;
  const dd_status status = maximise(link, t, s.centre, &a, &b, &at);
  if (status != DD_OK) return status;
  out->alpha = a - b * s.centre;
  out->beta = b;
  out->log_likelihood = at.value;
  if (free_slope) {
    const double det =
        at.information[0] * at.information[2] - at.information[1] * at.information[1];
    const double c = s.centre;
    out->beta_se = sqrt(at.information[0] / det);
    out->alpha_se =
        sqrt((at.information[2] + c * (2.0 * at.information[1] + c * at.information[0])) / det);
  } else {
    out->alpha_se = 1.0 / sqrt(at.information[0]);
  }
  if (!(b > 0.0)) return DD_EDOMAIN;
  out->limit = s.centre + (eta - a) / b;
  profile p = {link, t, eta, at.value - drop, b};
  out->limit_low = profile_end(&p, out->limit, -1.0);
  out->limit_high = profile_end(&p, out->limit, 1.0);
  return DD_OK;
}

dd_status dd_detection_fit(dd_link link, const dd_trials *trials, double share, double drop,
                           dd_detection *out) {
  *out = (dd_detection){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
  gsl_error_handler_t *before = dd_gsl_enter();
  const dd_status status = fit(link, trials, share, drop, out);
  dd_gsl_leave(before);
  return status;
}
