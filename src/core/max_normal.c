#include "max_normal.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdbool.h>

#include "halving.h"
#include "normal.h"

/* Two variables are one when their correlation is 1 but for the rounding that made it. */
#define SAME 1e-12
/* How far an entry may lie from the product of two loadings. */
#define PRODUCT_TOLERANCE 1e-10
/* What is left of a variance of 1, and of a coefficient, when rounding alone is left. */
#define RANK_TOLERANCE 1e-12
#define COEFFICIENT_TOLERANCE 1e-8
/*
 * The multiplier of the lattice: of all for 8191 points, the one with the smallest mean of prod_d (1 + 2^-d 2 pi^2
 * B_2(x_d)) over nine dimensions, the squared error of a smooth periodic integrand at its worst.
 */
#define KOROBOV 3788.0
/* Below this the edges of the integrand are too sharp for equal steps. */
#define SHARP 0.15

size_t dd_max_normal_work_len(size_t k) { return 2 * k * k + 6 * k; }

/* ---- which of the two ---- */

/* Keeps one of each set of variables that are equal but for their sign. */
static size_t distinct(const double *correlation, size_t k, double *kept, double *r) {
  size_t n = 0;
  for (size_t i = 0; i < k; i++) {
    bool seen = false;
    for (size_t j = 0; j < n && !seen; j++) {
      seen = fabs(correlation[i + (size_t)kept[j] * k]) >= 1.0 - SAME;
    }
    if (!seen) kept[n++] = (double)i;
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < i; j++) {
      r[i + j * n] = r[j + i * n] = correlation[(size_t)kept[i] + (size_t)kept[j] * k];
    }
    r[i + i * n] = 1.0;
  }
  return n;
}

/* The pair with the largest |rho|, and the variable that has most to do with both of its members. */
static void find_triangle(const double *r, size_t k, size_t *a, size_t *b, size_t *third) {
  double largest = -1.0;
  for (size_t i = 1; i < k; i++) {
    for (size_t j = 0; j < i; j++) {
      if (fabs(r[i + j * k]) > largest) {
        largest = fabs(r[i + j * k]);
        *a = i;
        *b = j;
      }
    }
  }
  largest = -1.0;
  for (size_t i = 0; i < k; i++) {
    const double least = fmin(fabs(r[i + *a * k]), fabs(r[i + *b * k]));
    if (i != *a && i != *b && least > largest) {
      largest = least;
      *third = i;
    }
  }
}

/* l_a^2 = rho_ab rho_ac / rho_bc, the other loadings follow; then every entry is held against its product. */
static bool find_loadings(const double *r, size_t k, double *load) {
  size_t a = 0, b = 0, c = 0;
  load[0] = 0.0;
  if (k == 1) return true;
  find_triangle(r, k, &a, &b, &c);
  const double ab = r[a + b * k];
  double square = fabs(ab);
  if (k > 2 && fmin(fabs(r[a + c * k]), fabs(r[b + c * k])) > PRODUCT_TOLERANCE) {
    square = ab * r[a + c * k] / r[b + c * k];
  }
  if (square < 0.0 || square > 1.0 + PRODUCT_TOLERANCE) return false;
  const double l = sqrt(square);
  for (size_t i = 0; i < k; i++) {
    load[i] = i == a ? l : l > PRODUCT_TOLERANCE ? r[i + a * k] / l : 0.0;
    if (fabs(load[i]) > 1.0 + PRODUCT_TOLERANCE) return false;
    for (size_t j = 0; j < i; j++) {
      if (fabs(r[i + j * k] - load[i] * load[j]) > PRODUCT_TOLERANCE) return false;
    }
  }
  return true;
}

/* Sizes of the loadings in ascending order, equal ones once. */
static size_t tabulate(double *load, double *count, size_t k) {
  for (size_t i = 0; i < k; i++) {
    const double value = fmin(fabs(load[i]), 1.0);
    size_t at = i;
    for (; at > 0 && load[at - 1] > value; at--) load[at] = load[at - 1];
    load[at] = value;
  }
  size_t n = 0;
  for (size_t i = 0; i < k; i++) {
    if (n > 0 && load[i] - load[n - 1] <= 1e-14) {
      count[n - 1] += 1.0;
    } else {
      load[n] = load[i];
      count[n++] = 1.0;
    }
  }
  return n;
}

dd_status dd_max_normal_plan(const double *correlation, size_t k, double *work,
                             dd_max_normal *out) {
  for (size_t j = 0; j < k; j++) {
    for (size_t i = j + 1; i < k; i++) {
      if (!(fabs(correlation[i + j * k]) <= 1.0 + SAME)) return DD_EDOMAIN;
    }
  }
  if (k == 0) return DD_EDOMAIN;
  out->load = work;
  out->count = out->load + k;
  out->r = out->count + k;
  out->scratch = out->r + k * k;
  out->k = distinct(correlation, k, out->scratch, out->r);
  out->product = find_loadings(out->r, out->k, out->load);
  out->n_loads = out->product ? tabulate(out->load, out->count, out->k) : 0;
  return DD_OK;
}

/* ---- a product ---- */

typedef struct {
  const dd_max_normal *plan;
  double c;
} at_c;

static double rest(double load) { return fmax(sqrt((1.0 - load) * (1.0 + load)), 1e-150); }

/* phi(z) [1 - prod (1 - e_i)], without cancellation where the e_i are small. */
static double integrand(const at_c *of, double z) {
  double log_inside = 0.0;
  for (size_t i = 0; i < of->plan->n_loads; i++) {
    const double l = of->plan->load[i], t = rest(l);
    const double e = dd_normal_upper((of->c - l * z) / t) + dd_normal_upper((of->c + l * z) / t);
    log_inside += of->plan->count[i] * log1p(-fmin(e, 1.0));
  }
  return -dd_normal_pdf(z) * expm1(log_inside);
}

/* Steps from z = 0, twice because the integrand is even. Against its largest value it is below exp(-40) outside the
 * two limits: within an edge its logarithm is that of the peak less (z - l c)^2 / (2 t^2). */
static double nodes_equal(const void *of, double step, double shift) {
  const at_c *at = of;
  const double low = fmax(0.0, at->plan->load[0] * at->c - 9.0), high = at->c + 9.0;
  double sum = 0.0;
  for (double j = fmax(ceil(low / step - shift), 0.0); (j + shift) * step < high; j += 1.0) {
    const double z = (j + shift) * step;
    sum += (z > 0.0 ? 2.0 : 1.0) * integrand(at, z);
  }
  return sum;
}

/* Over (a, b), z = a + (b - a) / (1 + exp(-pi sinh v)): steps in v crowd at both ends. */
static double nodes_between(const at_c *of, double a, double b, double step, double shift) {
  const double last = 3.25;
  double sum = 0.0;
  for (double j = ceil(-last / step - shift); (j + shift) * step <= last; j += 1.0) {
    const double v = (j + shift) * step, share = 1.0 / (1.0 + exp(-M_PI * sinh(v)));
    const double slope = M_PI * cosh(v) * share / (1.0 + exp(M_PI * sinh(v)));
    sum += slope * integrand(of, a + (b - a) * share);
  }
  return (b - a) * sum;
}

static double nodes_edges(const void *of, double step, double shift) {
  const at_c *at = of;
  const double high = at->c + 9.0;
  double from = 0.0, sum = 0.0;
  for (size_t i = at->plan->n_loads; i-- > 0;) {
    const double l = at->plan->load[i], edge = l > 0.0 ? fmin(at->c / l, high) : high;
    if (edge > from) sum += nodes_between(at, from, edge, step, shift);
    from = fmax(from, edge);
  }
  if (from < high) sum += nodes_between(at, from, high, step, shift);
  return 2.0 * sum;
}

static double product_ratio(const dd_max_normal *plan, double c) {
  const at_c of = {plan, c};
  const double t = rest(plan->load[plan->n_loads - 1]);
  const double outside =
      t < SHARP ? dd_halving(nodes_edges, &of, 0.4) : dd_halving(nodes_equal, &of, 0.7 * t);
  return outside / (2.0 * dd_normal_upper(c));
}

/* ---- any correlation ---- */

/*
 * One term, P(|Z_j| <= c for all j < i given Z_i > c), as a chain: y_0 = Z_i, and Z_j = sum_l root_jl y_l with
 * independent y_l. The rows whose last coefficient is that of y_l bound y_l, given those before it; where the
 * correlation is singular several rows bound the same y_l.
 */
typedef struct {
  size_t stride, rows, columns;
  double *root;  /* rows x columns, by row */
  double *last;  /* the column of a row's last coefficient */
  double *spare; /* variance of a row that no column holds yet */
  double *y, *u; /* by column */
} chain;

static chain new_chain(const dd_max_normal *plan) {
  const size_t k = plan->k;
  double *root = plan->scratch, *last = root + k * k;
  return (chain){k, 0, 0, root, last, last + k, last + 2 * k, last + 3 * k};
}

/* The next column of Cholesky's root, that of the row with the largest variance left; false when there is none. */
static bool add_column(const dd_max_normal *plan, chain *s) {
  size_t pivot = 0;
  for (size_t j = 1; j < s->rows; j++) {
    if (s->spare[j] > s->spare[pivot]) pivot = j;
  }
  if (s->spare[pivot] <= RANK_TOLERANCE) return false;
  const size_t l = s->columns++;
  const double *top = s->root + pivot * s->stride, scale = sqrt(s->spare[pivot]);
  for (size_t j = 0; j < s->rows; j++) {
    double *row = s->root + j * s->stride, left = plan->r[j + pivot * plan->k];
    for (size_t m = 0; m < l; m++) left -= row[m] * top[m];
    row[l] = s->spare[j] > RANK_TOLERANCE ? left / scale : 0.0;
    if (fabs(row[l]) > COEFFICIENT_TOLERANCE) s->last[j] = (double)l;
  }
  for (size_t j = 0; j < s->rows; j++) {
    const double entry = s->root[j * s->stride + l];
    s->spare[j] = j == pivot ? 0.0 : s->spare[j] - entry * entry;
  }
  return true;
}

static void build_chain(const dd_max_normal *plan, size_t i, chain *s) {
  s->rows = i;
  s->columns = 1;
  for (size_t j = 0; j < i; j++) {
    const double rho = plan->r[i + j * plan->k];
    s->root[j * s->stride] = rho;
    s->spare[j] = (1.0 - rho) * (1.0 + rho);
    s->last[j] = 0.0;
  }
  while (add_column(plan, s)) continue;
}

/* The interval that the rows ending in column l leave to y_l; none when high <= low. */
static void bounds(const chain *s, size_t l, double c, double *low, double *high) {
  *low = -INFINITY;
  *high = INFINITY;
  for (size_t j = 0; j < s->rows; j++) {
    if ((size_t)s->last[j] != l) continue;
    const double *row = s->root + j * s->stride;
    double before = 0.0;
    for (size_t m = 0; m < l; m++) before += row[m] * s->y[m];
    const double half = c / fabs(row[l]), centre = -before / row[l];
    *low = fmax(*low, centre - half);
    *high = fmin(*high, centre + half);
  }
}

/* P(low < Y < high), from the nearer tail; y, unless it is NULL: the Y below which the share u of it lies. */
static double slice(double low, double high, double u, double *y) {
  if (!(high > low)) return 0.0;
  const double sign = low + high > 0.0 ? -1.0 : 1.0;
  const double from = sign > 0.0 ? low : -high, to = sign > 0.0 ? high : -low;
  const double below = dd_normal_cdf(from), inside = dd_normal_cdf(to) - below;
  if (y != NULL) *y = sign * fmin(fmax(dd_normal_quantile(below + u * inside), from), to);
  return inside;
}

/* The chain at one point of the lattice; tail = P(Z > c). */
static double chain_value(const chain *s, double c, double tail) {
  double probability = 1.0;
  s->y[0] = -dd_normal_quantile(s->u[0] * tail);
  for (size_t l = 1; l < s->columns && probability > 0.0; l++) {
    double low, high;
    bounds(s, l, c, &low, &high);
    probability *= slice(low, high, s->u[l], l + 1 < s->columns ? s->y + l : NULL);
  }
  return probability;
}

/* Point j of Korobov's lattice, folded at 1 / 2 (the baker's transformation), so that both ends meet; never 0 or 1. */
static void lattice_point(const chain *s, size_t j) {
  double power = 1.0;
  for (size_t l = 0; l < s->columns; l++) {
    const double u = fmod(((double)j + 0.5) * power / DD_LATTICE, 1.0);
    s->u[l] = fmin(fmax(1.0 - fabs(2.0 * u - 1.0), 1e-12), 1.0 - 1e-12);
    power = fmod(power * KOROBOV, DD_LATTICE);
  }
}

static void lattice_ratio(const dd_max_normal *plan, const double *c, size_t n, double *ratio) {
  chain s = new_chain(plan);
  for (size_t h = 0; h < n; h++) ratio[h] = 1.0;
  for (size_t i = 1; i < plan->k; i++) {
    build_chain(plan, i, &s);
    for (size_t j = 0; j < DD_LATTICE; j++) {
      lattice_point(&s, j);
      for (size_t h = 0; h < n; h++) {
        ratio[h] += chain_value(&s, c[h], dd_normal_upper(c[h])) / DD_LATTICE;
      }
    }
  }
}

void dd_max_normal_ratio(const dd_max_normal *plan, const double *c, size_t n, double *ratio) {
  if (plan->product) {
    for (size_t i = 0; i < n; i++) ratio[i] = product_ratio(plan, c[i]);
  } else {
    lattice_ratio(plan, c, n, ratio);
  }
}
