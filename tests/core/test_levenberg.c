#include "check.h"
#include "levenberg.h"

/*
 * NIST StRD, nonlinear regression: data, starts and certified values as published at
 * https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml (public domain). Certified values have 11 digits. A log
 * relative error (LRE) of 8 is asked for the growth curves Rat42 and Rat43, 6 of the others, from both starts, of
 * parameters and standard errors.
 */
typedef struct {
  const char *name;
  dd_model *model;
  size_t n, p;
  const double *x, *y;
  double start[2][7], value[7], error[7], rss, lre;
} nist;

typedef struct {
  const double *x;
  size_t n;
} points;

#define FOR_POINTS                 \
  const points *d = data;          \
  const size_t n = d->n;           \
  for (size_t i = 0; i < n; i++) { \
    const double x = d->x[i];
#define END }

static void rat42(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  const double e = exp(b[1] - b[2] * x), s = 1.0 / (1.0 + e);
  f[i] = b[0] * s;
  j[i] = s;
  j[i + n] = -b[0] * e * s * s;
  j[i + 2 * n] = b[0] * e * s * s * x;
  END
}

static void rat43(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  const double e = exp(b[1] - b[2] * x), l = log1p(e), s = exp(-l / b[3]);
  f[i] = b[0] * s;
  j[i] = s;
  j[i + n] = -b[0] * s / b[3] * e / (1.0 + e);
  j[i + 2 * n] = b[0] * s / b[3] * e / (1.0 + e) * x;
  j[i + 3 * n] = b[0] * s * l / (b[3] * b[3]);
  END
}

static void thurber(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  const double up = b[0] + x * (b[1] + x * (b[2] + x * b[3]));
  const double down = 1.0 + x * (b[4] + x * (b[5] + x * b[6]));
  f[i] = up / down;
  for (size_t k = 0; k < 4; k++) j[i + k * n] = pow(x, (double)k) / down;
  for (size_t k = 1; k < 4; k++) j[i + (k + 3) * n] = -up * pow(x, (double)k) / (down * down);
  END
}

static void mgh09(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  const double up = x * x + x * b[1], down = x * x + x * b[2] + b[3];
  f[i] = b[0] * up / down;
  j[i] = up / down;
  j[i + n] = b[0] * x / down;
  j[i + 2 * n] = -b[0] * up * x / (down * down);
  j[i + 3 * n] = -b[0] * up / (down * down);
  END
}

static void mgh10(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  const double g = 1.0 / (x + b[2]), e = exp(b[1] * g);
  f[i] = b[0] * e;
  j[i] = e;
  j[i + n] = b[0] * g * e;
  j[i + 2 * n] = -b[0] * b[1] * g * g * e;
  END
}

static void mgh17(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  const double e = exp(-x * b[3]), h = exp(-x * b[4]);
  f[i] = b[0] + b[1] * e + b[2] * h;
  j[i] = 1.0;
  j[i + n] = e;
  j[i + 2 * n] = h;
  j[i + 3 * n] = -b[1] * x * e;
  j[i + 4 * n] = -b[2] * x * h;
  END
}

static void boxbod(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  const double e = exp(-b[1] * x);
  f[i] = b[0] * (1.0 - e);
  j[i] = 1.0 - e;
  j[i + n] = b[0] * x * e;
  END
}

static void eckerle4(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  const double z = (x - b[2]) / b[1], e = exp(-0.5 * z * z);
  f[i] = b[0] / b[1] * e;
  j[i] = e / b[1];
  j[i + n] = b[0] / (b[1] * b[1]) * e * (z * z - 1.0);
  j[i + 2 * n] = b[0] / (b[1] * b[1]) * e * z;
  END
}

static const double rat42_x[] = {9, 14, 21, 28, 42, 57, 63, 70, 79};
static const double rat42_y[] = {8.93, 10.80, 18.59, 22.33, 39.35, 56.11, 61.73, 64.62, 67.08};
static const double rat43_x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const double rat43_y[] = {16.08,  33.83,  65.80,  97.20,  191.55, 326.20, 386.87, 520.53,
                                 590.03, 651.92, 724.93, 699.56, 689.96, 637.56, 717.41};
static const double thurber_x[] = {-3.067, -2.981, -2.921, -2.912, -2.840, -2.797, -2.702, -2.699,
                                   -2.633, -2.481, -2.363, -2.322, -1.501, -1.460, -1.274, -1.212,
                                   -1.100, -1.046, -0.915, -0.714, -0.566, -0.545, -0.400, -0.309,
                                   -0.109, -0.103, 0.010,  0.119,  0.377,  0.790,  0.963,  1.006,
                                   1.115,  1.572,  1.841,  2.047,  2.200};
static const double thurber_y[] = {
    80.574,   84.248,   87.264,   87.195,   89.076,   89.608,   89.868,   90.101,
    92.405,   95.854,   100.696,  101.060,  401.672,  390.724,  567.534,  635.316,
    733.054,  759.087,  894.206,  990.785,  1090.109, 1080.914, 1122.643, 1178.351,
    1260.531, 1273.514, 1288.339, 1327.543, 1353.863, 1414.509, 1425.208, 1421.384,
    1442.962, 1464.350, 1468.705, 1447.894, 1457.628};
static const double mgh09_x[] = {4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
static const double mgh09_y[] = {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627,
                                 0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
static const double mgh10_x[] = {50, 55, 60,  65,  70,  75,  80,  85,
                                 90, 95, 100, 105, 110, 115, 120, 125};
static const double mgh10_y[] = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744,
                                 8261,  7030,  6005,  5147,  4427,  3820,  3307,  2872};
static const double mgh17_x[] = {0,   10,  20,  30,  40,  50,  60,  70,  80,  90,  100,
                                 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210,
                                 220, 230, 240, 250, 260, 270, 280, 290, 300, 310, 320};
static const double mgh17_y[] = {0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818,
                                 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558,
                                 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438,
                                 0.431, 0.424, 0.420, 0.414, 0.411, 0.406};
static const double boxbod_x[] = {1, 2, 3, 5, 7, 10};
static const double boxbod_y[] = {109, 149, 149, 191, 213, 224};
static const double eckerle4_x[] = {400,   405,   410,   415,   420,   425,   430,   435,   436.5,
                                    438,   439.5, 441,   442.5, 444,   445.5, 447,   448.5, 450,
                                    451.5, 453,   454.5, 456,   457.5, 459,   460.5, 462,   463.5,
                                    465,   470,   475,   480,   485,   490,   495,   500};
static const double eckerle4_y[] = {
    0.0001575, 0.0001699, 0.0002350, 0.0003102, 0.0004917, 0.0008710, 0.0017418,
    0.0046400, 0.0065895, 0.0097302, 0.0149002, 0.0237310, 0.0401683, 0.0712559,
    0.1264458, 0.2073413, 0.2902366, 0.3445623, 0.3698049, 0.3668534, 0.3106727,
    0.2078154, 0.1164354, 0.0616764, 0.0337200, 0.0194023, 0.0117831, 0.0074357,
    0.0022732, 0.0008800, 0.0004579, 0.0002345, 0.0001586, 0.0001143, 0.0000710};

static const nist sets[] = {
    {"Rat42",
     rat42,
     9,
     3,
     rat42_x,
     rat42_y,
     {{100, 1, 0.1}, {75, 2.5, 0.07}},
     {7.2462237576e+01, 2.6180768402e+00, 6.7359200066e-02},
     {1.7340283401e+00, 8.8295217536e-02, 3.4465663377e-03},
     8.0565229338e+00,
     8},
    {"Rat43",
     rat43,
     15,
     4,
     rat43_x,
     rat43_y,
     {{100, 10, 1, 1}, {700, 5, 0.75, 1.3}},
     {6.9964151270e+02, 5.2771253025e+00, 7.5962938329e-01, 1.2792483859e+00},
     {1.6302297817e+01, 2.0828735829e+00, 1.9566123451e-01, 6.8761936385e-01},
     8.7864049080e+03,
     8},
    {"Thurber",
     thurber,
     37,
     7,
     thurber_x,
     thurber_y,
     {{1000, 1000, 400, 40, 0.7, 0.3, 0.03}, {1300, 1500, 500, 75, 1, 0.4, 0.05}},
     {1.2881396800e+03, 1.4910792535e+03, 5.8323836877e+02, 7.5416644291e+01, 9.6629502864e-01,
      3.9797285797e-01, 4.9727297349e-02},
     {4.6647963344e+00, 3.9571156086e+01, 2.8698696102e+01, 5.5675370270e+00, 3.1333340687e-02,
      1.4984928198e-02, 6.5842344623e-03},
     5.6427082397e+03,
     6},
    {"MGH09",
     mgh09,
     11,
     4,
     mgh09_x,
     mgh09_y,
     {{25, 39, 41.5, 39}, {0.25, 0.39, 0.415, 0.39}},
     {1.9280693458e-01, 1.9128232873e-01, 1.2305650693e-01, 1.3606233068e-01},
     {1.1435312227e-02, 1.9633220911e-01, 8.0842031232e-02, 9.0025542308e-02},
     3.0750560385e-04,
     6},
    {"MGH10",
     mgh10,
     16,
     3,
     mgh10_x,
     mgh10_y,
     {{2, 400000, 25000}, {0.02, 4000, 250}},
     {5.6096364710e-03, 6.1813463463e+03, 3.4522363462e+02},
     {1.5687892471e-04, 2.3309021107e+01, 7.8486103508e-01},
     8.7945855171e+01,
     6},
    {"MGH17",
     mgh17,
     33,
     5,
     mgh17_x,
     mgh17_y,
     {{50, 150, -100, 1, 2}, {0.5, 1.5, -1, 0.01, 0.02}},
     {3.7541005211e-01, 1.9358469127e+00, -1.4646871366e+00, 1.2867534640e-02, 2.2122699662e-02},
     {2.0723153551e-03, 2.2031669222e-01, 2.2175707739e-01, 4.4861358114e-04, 8.9471996575e-04},
     5.4648946975e-05,
     6},
    {"BoxBOD",
     boxbod,
     6,
     2,
     boxbod_x,
     boxbod_y,
     {{1, 1}, {100, 0.75}},
     {2.1380940889e+02, 5.4723748542e-01},
     {1.2354515176e+01, 1.0455993237e-01},
     1.1680088766e+03,
     6},
    {"Eckerle4",
     eckerle4,
     35,
     3,
     eckerle4_x,
     eckerle4_y,
     {{1, 10, 500}, {1.5, 5, 450}},
     {1.5543827178e+00, 4.0888321754e+00, 4.5154121844e+02},
     {1.5408051163e-02, 4.6803020753e-02, 4.6800518816e-02},
     1.4635887487e-03,
     6},
};

static double lre(double value, double certified) {
  const double off = fabs(value - certified) / fabs(certified);
  return off > 0.0 ? fmin(11.0, -log10(off)) : 11.0;
}

static void certified(const nist *set, int start) {
  const points data = {set->x, set->n};
  const dd_least_squares problem = {set->model, &data, set->y, set->n, set->p, 1e-12, 20000};
  double *theta = copy_doubles(set->start[start], set->p), *r = doubles(set->p * set->p);
  double *scratch = doubles(set->p);
  dd_levenberg fit;
  CHECK(dd_levenberg_fit(&problem, theta, doubles(dd_levenberg_work_len(set->n, set->p)), r,
                         &fit) == DD_OK);
  const double sigma = sqrt(fit.rss / (double)(set->n - set->p));
  double digits = 11.0, error_digits = 11.0;
  for (size_t j = 0; j < set->p; j++) {
    double gradient[7] = {0};
    gradient[j] = 1.0;
    digits = fmin(digits, lre(theta[j], set->value[j]));
    error_digits =
        fmin(error_digits,
             lre(sigma * dd_delta_norm(r, set->p, set->p, gradient, scratch), set->error[j]));
  }
  printf("  NIST %-9s start %d: parameters %.1f, SE %.1f, RSS %.1f digits; %zu evaluations\n",
         set->name, start + 1, digits, error_digits, lre(fit.rss, set->rss), fit.evaluations);
  CHECK(digits >= set->lre);
  CHECK(error_digits >= set->lre);
  CHECK(lre(fit.rss, set->rss) >= 8.0);
  CHECK(fit.gradient <= 1e-6);
}

/* A line is solved as lm() does: one step. coef(lm(c(1, 3, 2, 5) ~ c(0, 1, 2, 3))) is 1.1, 1.1. */
static void straight(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  f[i] = b[0] + b[1] * x;
  j[i] = 1.0;
  j[i + n] = x;
  END
}

static void a_line(void) {
  const points data = {D(0, 1, 2, 3), 4};
  const dd_least_squares problem = {straight, &data, D(1, 3, 2, 5), 4, 2, 1e-12, 100};
  double *theta = D(0, 0), *r = doubles(4), *scratch = doubles(2);
  dd_levenberg fit;
  CHECK(dd_levenberg_fit(&problem, theta, doubles(dd_levenberg_work_len(4, 2)), r, &fit) == DD_OK);
  ALL_NEAR(theta, 1e-11, 1.1, 1.1);
  NEAR(fit.rss, 2.7, 1e-12);
  /* (X'X)^-1 has 0.7 and 0.2 on its diagonal, -0.3 beside it */
  NEAR(dd_delta_norm(r, 2, 2, D(1, 0), scratch), sqrt(0.7), 1e-12);
  NEAR(dd_delta_norm(r, 2, 2, D(0, 1), scratch), sqrt(0.2), 1e-12);
  NEAR(dd_delta_norm(r, 2, 2, D(1, 1), scratch), sqrt(0.3), 1e-12);
  /* one parameter with the other as it is: 1 / |column| */
  NEAR(dd_delta_norm(r, 2, 1, D(1), scratch), 0.5, 1e-12);
  /* unit columns with cosine 6 / sqrt(4 * 14): |R|_F = sqrt(2), |R^-1|_F = sqrt(2 / (1 - c^2)) */
  NEAR(dd_condition(r, 2, 2, scratch), 2.0 / sqrt(1.0 - 36.0 / 56.0), 1e-12);
  NEAR(dd_condition(r, 2, 1, scratch), 1.0, 1e-12);
}

static void nothing_left_over(void) {
  const points data = {D(0, 1, 2), 3};
  const dd_least_squares problem = {straight, &data, D(1, 3, 5), 3, 2, 1e-12, 100};
  double *theta = D(1, 2), *r = doubles(4);
  dd_levenberg fit;
  CHECK(dd_levenberg_fit(&problem, theta, doubles(dd_levenberg_work_len(3, 2)), r, &fit) == DD_OK);
  NEAR(fit.rss, 0, 0);
  NEAR(fit.gradient, 0, 0);
  ALL_NEAR(theta, 0, 1, 2);
}

static void twins(const double *b, const void *data, double *f, double *j) {
  FOR_POINTS
  f[i] = (b[0] + b[1]) * x;
  j[i] = x;
  j[i + n] = x;
  END
}

static void what_cannot_be_fitted(void) {
  const points data = {D(1, 2, 3), 3};
  double *r = doubles(4), *scratch = doubles(2);
  dd_levenberg fit;
  /* two parameters of which only the sum is in the data: an answer, and a condition that says it */
  const dd_least_squares both = {twins, &data, D(2, 4, 6.5), 3, 2, 1e-10, 200};
  double *theta = D(0, 0);
  CHECK(dd_levenberg_fit(&both, theta, doubles(dd_levenberg_work_len(3, 2)), r, &fit) == DD_OK);
  NEAR(theta[0] + theta[1], 29.5 / 14, 1e-9);
  CHECK(!(dd_condition(r, 2, 2, scratch) < 1e8));
  /* fewer points than parameters; a start where the model is no number; no evaluations left */
  const points one = {D(1), 1};
  const dd_least_squares thin = {straight, &one, D(1), 1, 2, 1e-10, 200};
  CHECK(dd_levenberg_fit(&thin, D(0, 0), doubles(dd_levenberg_work_len(1, 2)), r, &fit) ==
        DD_ETHIN);
  NEAR(fit.rss, NAN, 0);
  const dd_least_squares no_number = {straight, &data, D(1, 2, 3), 3, 2, 1e-10, 200};
  CHECK(dd_levenberg_fit(&no_number, D(NAN, 0), doubles(dd_levenberg_work_len(3, 2)), r, &fit) ==
        DD_EDOMAIN);
  const dd_least_squares short_of = {straight, &data, D(1, 2, 4), 3, 2, 1e-10, 1};
  CHECK(dd_levenberg_fit(&short_of, D(0, 0), doubles(dd_levenberg_work_len(3, 2)), r, &fit) ==
        DD_ESINGULAR);
  NEAR(dd_delta_norm(D(0), 1, 1, D(1), scratch), NAN, 0);
  CHECK(isinf(dd_condition(D(0), 1, 1, scratch)));
}

int main(void) {
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    certified(&sets[i], 0);
    certified(&sets[i], 1);
  }
  a_line();
  nothing_left_over();
  what_cannot_be_fitted();
  return check_finish();
}
