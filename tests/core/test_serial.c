#include "check.h"
#include "serial.h"

enum { GRID = 7 };

typedef struct {
  double *intercept, *var, *cov, *weight, *slope, *slope_se;
} answers;

static dd_status fit(const dd_series *s, answers *a, dd_serial *out) {
  a->intercept = doubles(s->n_runs);
  a->var = doubles(s->n_runs);
  a->cov = doubles(s->n_runs);
  a->weight = doubles(GRID);
  a->slope = doubles(GRID);
  a->slope_se = doubles(GRID);
  return dd_serial_fit(s, GRID, doubles(dd_serial_work_len(s->n_points, s->n_runs)), a->intercept,
                       a->var, a->cov, a->weight, a->slope, a->slope_se, out);
}

/*
 * x <- 0:-4; y <- c(20, 23.5, 27.1, 30.2, 33.9); m <- c(3, 3, 2, 3, 1); pure <- .04. By hand in base R:
 * at <- function(r) { V <- r * outer(0:4, 0:4, pmin) + diag(1 / m); X <- cbind(1, x); W <- solve(V)
 *   C <- solve(t(X) %*% W %*% X); b <- C %*% t(X) %*% W %*% y; e <- y - X %*% b; q <- drop(t(e) %*% W %*% e) + pure
 *   list(l = -.5 * log(det(V)) + .5 * log(det(C)) - 5 * log(q), b = b, C = C * q / 10, s = sqrt(q / 10)) }
 * o <- optimise(function(u) at(exp(u))$l, c(-9, 9), maximum = TRUE, tol = 1e-12)
 */
static void one_series(void) {
  const dd_series s = {D(0, -1, -2, -3, -4),
                       D(20, 23.5, 27.1, 30.2, 33.9),
                       D(3, 3, 2, 3, 1),
                       I(0, 0, 0, 0, 0),
                       I(0, 1, 2, 3, 4),
                       5,
                       1,
                       0.04};
  dd_serial l;
  answers a;
  CHECK(fit(&s, &a, &l) == DD_OK);
  NEAR(l.rho, 10.1860225242, 1e-6);
  NEAR(l.slope, -3.46998629402, 1e-8);
  NEAR(l.slope_se, 0.123266333048, 1e-7);
  NEAR(l.sigma_well, 0.0760644591599, 1e-7);
  NEAR(l.sigma_step, 0.242763895494, 1e-6);
  NEAR(a.intercept[0], 20.0010284924, 1e-8);
  NEAR(a.var[0], 0.00188459635733, 1e-7);
  NEAR(a.cov[0], 0.00048194821626, 1e-7);
  NEAR(l.df, 3, 0);
  double sum = 0.0;
  for (size_t g = 0; g < GRID; g++) sum += a.weight[g];
  NEAR(sum, 1, 1e-14);
}

/* Two runs that differ by a constant have the slope and the ratio of either, and twice the points. */
static void runs_are_series_of_their_own(void) {
  const dd_series s = {D(0, -1, -2, -3, -4, 0, -1, -2, -3, -4),
                       D(20, 23.5, 27.1, 30.2, 33.9, 1020, 1023.5, 1027.1, 1030.2, 1033.9),
                       D(3, 3, 2, 3, 1, 3, 3, 2, 3, 1),
                       I(0, 0, 0, 0, 0, 1, 1, 1, 1, 1),
                       I(0, 1, 2, 3, 4, 0, 1, 2, 3, 4),
                       10,
                       2,
                       0.08};
  dd_serial l;
  answers a;
  CHECK(fit(&s, &a, &l) == DD_OK);
  NEAR(l.df, 7, 0);
  NEAR(a.intercept[1] - a.intercept[0], 1000, 1e-9);
  CHECK(l.slope < -3.4 && l.slope > -3.6);
}

static void too_little(void) {
  dd_serial l;
  answers a;
  const dd_series two = {D(0, -1), D(20, 23.4), D(3, 3), I(0, 0), I(0, 1), 2, 1, 0.01};
  CHECK(fit(&two, &a, &l) == DD_ETHIN);
  NEAR(l.slope, -3.4, 1e-12);
  NEAR(l.slope_se, NAN, 0);
  NEAR(a.weight[0], NAN, 0);
  const dd_series one = {D(0), D(20), D(3), I(0), I(0), 1, 1, 0.01};
  CHECK(fit(&one, &a, &l) == DD_ETHIN);
  NEAR(l.slope, NAN, 0);
  const dd_series perfect = {
      D(0, -1, -2, -3), D(20, 23, 26, 29), D(2, 2, 2, 2), I(0, 0, 0, 0), I(0, 1, 2, 3), 4, 1, 0};
  CHECK(fit(&perfect, &a, &l) == DD_ECONSTANT);
  NEAR(l.slope, -3, 1e-13);
  NEAR(l.slope_se, 0, 1e-12);
}

/* Points that lie as least squares would have them: no error of the steps, and the line is least squares on the wells. */
static void no_step(void) {
  const dd_series s = {D(0, -1, -2, -3),
                       D(20.1, 22.9, 26.1, 28.9),
                       D(2, 2, 2, 2),
                       I(0, 0, 0, 0),
                       I(0, 1, 2, 3),
                       4,
                       1,
                       4.0};
  dd_serial l;
  answers a;
  CHECK(fit(&s, &a, &l) == DD_OK);
  NEAR(l.rho, 0, 0);
  NEAR(l.sigma_step, 0, 0);
  NEAR(l.slope, -2.96, 1e-13);
  NEAR(a.intercept[0], 24.5 - 1.5 * 2.96, 1e-13);
}

int main(void) {
  one_series();
  runs_are_series_of_their_own();
  too_little();
  no_step();
  return check_finish();
}
