#include "check.h"
#include "sigmoid.h"

/*
 * Closed forms against the curve itself: derivatives by central differences of F with Richardson's step, extremes by
 * golden section on them. What the differences leave is about 1e-7 cycles; gradients are held to 1e-6.
 */
typedef struct {
  dd_sigmoid model;
  double theta[5];
} curve;

static const curve curves[] = {
    {DD_B4, {-0.6, 0.1, 3.0, 22.0, 0.0}},  {DD_B5, {-0.7, 0.1, 3.0, 22.0, -0.5}},
    {DD_B5, {-0.5, -0.2, 1.0, 18.0, 0.9}}, {DD_B5, {-0.45, 0.0, 5.0, 25.0, 3.0}},
    {DD_L4, {-13.0, 0.1, 3.0, 3.0, 0.0}},  {DD_L5, {-15.0, 0.1, 3.0, 3.1, -0.6}},
    {DD_L5, {-9.0, 0.5, 9.0, 2.9, 0.8}},   {DD_GOMPERTZ, {-0.4, 0.1, 3.0, 22.0, 0.0}},
};
enum { N_CURVES = sizeof curves / sizeof *curves };

static double share(const curve *k, double x) {
  return (dd_sigmoid_value(k->model, k->theta, x) - k->theta[1]) / (k->theta[2] - k->theta[1]);
}

/* First and second derivative of the share, five-point stencils. */
static double first(const curve *k, double x) {
  const double h = 0.01;
  return (share(k, x - 2 * h) - 8 * share(k, x - h) + 8 * share(k, x + h) - share(k, x + 2 * h)) /
         (12 * h);
}

static double second(const curve *k, double x) {
  const double h = 0.02;
  return (-share(k, x - 2 * h) + 16 * share(k, x - h) - 30 * share(k, x) + 16 * share(k, x + h) -
          share(k, x + 2 * h)) /
         (12 * h * h);
}

/* Where g, which rises before and falls after, is largest: the zero of its central difference. */
static double peak(double (*g)(const curve *, double), const curve *k, double low, double high) {
  const double h = 0.05;
  for (int i = 0; i < 60; i++) {
    const double x = 0.5 * (low + high);
    if (g(k, x - 2 * h) - 8 * g(k, x - h) + 8 * g(k, x + h) - g(k, x + 2 * h) > 0) {
      low = x;
    } else {
      high = x;
    }
  }
  return 0.5 * (low + high);
}

static void points_of_a_curve(const curve *k) {
  const double fdm = dd_sigmoid_fdm(k->model, k->theta).value,
               sdm = dd_sigmoid_sdm(k->model, k->theta).value;
  NEAR(fdm, peak(first, k, fdm - 3, fdm + 3), 1e-6);
  NEAR(sdm, peak(second, k, sdm - 1.5, sdm + 1.5), 1e-5);
  CHECK(sdm < fdm);
  NEAR(dd_sigmoid_cy0(k->model, k->theta).value, fdm - share(k, fdm) / first(k, fdm), 1e-7);
  const double height = k->theta[2] - k->theta[1];
  for (double level = 0.001; level < 1.0; level += 0.111) {
    const dd_derived x = dd_sigmoid_crossing(k->model, k->theta, level * height);
    NEAR(share(k, x.value), level, 1e-12);
  }
  const dd_derived at = {sdm, {0}};
  NEAR(dd_sigmoid_efficiency(k->model, k->theta, &at).value, share(k, sdm) / share(k, sdm - 1),
       1e-12);
}

static dd_derived level_one(dd_sigmoid model, const double *theta) {
  return dd_sigmoid_crossing(model, theta, 0.31);
}

static dd_derived efficiency_at_sdm(dd_sigmoid model, const double *theta) {
  const dd_derived sdm = dd_sigmoid_sdm(model, theta);
  return dd_sigmoid_efficiency(model, theta, &sdm);
}

typedef dd_derived derived(dd_sigmoid model, const double *theta);

static void gradient_of(derived *f, const curve *k) {
  const dd_derived d = f(k->model, k->theta);
  for (size_t j = 0; j < 5; j++) {
    double up[5], down[5];
    memcpy(up, k->theta, sizeof up);
    memcpy(down, k->theta, sizeof down);
    const double h = 1e-5 * fmax(1.0, fabs(k->theta[j]));
    up[j] += h;
    down[j] -= h;
    NEAR(d.gradient[j], (f(k->model, up).value - f(k->model, down).value) / (2 * h), 2e-6);
  }
}

static void jacobian(const curve *k) {
  enum { N = 46 };
  double *t = doubles(N), *value = doubles(N), *jac = doubles(5 * N), *up = doubles(N),
         *down = doubles(N);
  const size_t p = dd_sigmoid_parameters(k->model);
  for (size_t i = 0; i < N; i++) t[i] = dd_sigmoid_t(k->model, (double)i); /* from cycle 0 */
  const dd_sigmoid_data data = {k->model, t, N};
  dd_sigmoid_model(k->theta, &data, value, jac);
  for (size_t i = 0; i < N; i++)
    NEAR(value[i], dd_sigmoid_value(k->model, k->theta, (double)i), 1e-14);
  double *spare = doubles(5 * N);
  for (size_t j = 0; j < p; j++) {
    double theta[5];
    const double h = 1e-6 * fmax(1.0, fabs(k->theta[j]));
    memcpy(theta, k->theta, sizeof theta);
    theta[j] += h;
    dd_sigmoid_model(theta, &data, up, spare);
    theta[j] -= 2 * h;
    dd_sigmoid_model(theta, &data, down, spare);
    for (size_t i = 0; i < N; i++) NEAR(jac[i + j * N], (up[i] - down[i]) / (2 * h), 1e-7);
  }
}

/* F(x) is c far before and d far after, and never anything but a number. */
static void nothing_overflows(void) {
  double *t = D(-1e6, 0, 1e-300, 20, 1e6), *value = doubles(5), *jac = doubles(25);
  const double bs[] = {-1e4, -0.6, -1e-12, 0.0, 3.0}, gs[] = {-30, 0, 30};
  for (int m = 0; m <= DD_GOMPERTZ; m++) {
    for (size_t i = 0; i < 5; i++) {
      for (size_t j = 0; j < 3; j++) {
        const double theta[] = {bs[i], 0.5, 2.0, 20.0, gs[j]};
        const dd_sigmoid_data data = {(dd_sigmoid)m, t, 5};
        dd_sigmoid_model(theta, &data, value, jac);
        for (size_t k = 0; k < 5; k++) CHECK(value[k] >= 0.5 && value[k] <= 2.0);
        for (size_t k = 0; k < 5 * dd_sigmoid_parameters((dd_sigmoid)m); k++)
          CHECK(isfinite(jac[k]));
      }
    }
  }
  NEAR(dd_sigmoid_t(DD_L5, 0.0), log(2.2250738585072014e-308), 1e-12);
}

/* b5 with a large f is the Gompertz curve with e - log(f) / b. */
static void the_limit_is_gompertz(void) {
  const double b5[] = {-0.5, 0, 1, 20, 25}, gompertz[] = {-0.5, 0, 1, 20 + 25 / 0.5, 0};
  NEAR(dd_sigmoid_sdm(DD_B5, b5).value, dd_sigmoid_sdm(DD_GOMPERTZ, gompertz).value, 1e-9);
  NEAR(dd_sigmoid_fdm(DD_B5, b5).value, dd_sigmoid_fdm(DD_GOMPERTZ, gompertz).value, 1e-9);
  NEAR(dd_sigmoid_cy0(DD_B5, b5).value, dd_sigmoid_cy0(DD_GOMPERTZ, gompertz).value, 1e-9);
  NEAR(dd_sigmoid_value(DD_B5, b5, 69.0), dd_sigmoid_value(DD_GOMPERTZ, gompertz, 69.0), 1e-9);
  /* with f beyond what (5 f + 1)(f + 1) could hold */
  const double far[] = {-0.5, 0, 1, 20, 400};
  NEAR(dd_sigmoid_sdm(DD_B5, far).value, 20 + 400 / 0.5 - log(0.5 * (3 + sqrt(5.0))) / 0.5, 1e-9);
}

static void points_that_are_not_there(void) {
  const double slow[] = {-1.5, 0, 1, 3, 0}; /* x^1.5 at first: its curvature falls from the start */
  NEAR(dd_sigmoid_sdm(DD_L4, slow).value, NAN, 0);
  const double slower[] = {-0.5, 0, 1, 3, 0}; /* steepest at 0 */
  NEAR(dd_sigmoid_fdm(DD_L4, slower).value, NAN, 0);
  NEAR(dd_sigmoid_cy0(DD_L4, slower).value, NAN, 0);
  const double flat[] = {0.0, 0, 1, 20, 0};
  NEAR(dd_sigmoid_fdm(DD_GOMPERTZ, flat).value, NAN, 0);
  const double b4[] = {-0.5, 1, 3, 20, 0};
  NEAR(dd_sigmoid_crossing(DD_B4, b4, 0.0).value, NAN, 0);
  NEAR(dd_sigmoid_crossing(DD_B4, b4, 2.0).value, NAN, 0);
  NEAR(dd_sigmoid_crossing(DD_B4, b4, NAN).value, NAN, 0);
  const dd_derived none = {NAN, {0}}, first_cycle = {1.0, {0}};
  NEAR(dd_sigmoid_efficiency(DD_B4, b4, &none).value, NAN, 0);
  NEAR(dd_sigmoid_efficiency(DD_L4, b4, &first_cycle).value, NAN, 0);
}

static void reported_parameters(void) {
  const double l5[] = {-13, 0.1, 3, 20, 1.5}, theta[] = {-13, 0.1, 3, log(20.0), log(1.5)};
  NEAR(dd_sigmoid_reported(DD_L5, l5, 1, 18), dd_sigmoid_value(DD_L5, theta, 18), 1e-14);
  NEAR(dd_sigmoid_reported_crossing(DD_L5, l5, 1, 1), dd_sigmoid_crossing(DD_L5, theta, 1).value,
       1e-14);
  const double b4[] = {-0.6, 0.1, 3, 20, NAN};
  NEAR(dd_sigmoid_reported(DD_B4, b4, 1, 20), 1.55, 1e-14);
}

int main(void) {
  derived *all[] = {dd_sigmoid_sdm, dd_sigmoid_fdm, dd_sigmoid_cy0, level_one, efficiency_at_sdm};
  for (size_t i = 0; i < N_CURVES; i++) {
    points_of_a_curve(&curves[i]);
    jacobian(&curves[i]);
    for (size_t j = 0; j < 5; j++) gradient_of(all[j], &curves[i]);
  }
  nothing_overflows();
  the_limit_is_gompertz();
  points_that_are_not_there();
  reported_parameters();
  return check_finish();
}
