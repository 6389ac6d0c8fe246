#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What the core's tests need: a count of checks, and buffers of exactly the size that a header
 * promises, so that the sanitizers and valgrind see one step beyond. Numbers with 17 digits in the
 * tests were printed by base R; the line that made them stands beside them.
 */

static int checks_passed = 0, checks_failed = 0;

static inline void check_that(int good, const char *file, int line, const char *what) {
  if (good) {
    checks_passed++;
    return;
  }
  checks_failed++;
  printf("%s:%d: %s\n", file, line, what);
}

#define CHECK(condition) check_that((condition) ? 1 : 0, __FILE__, __LINE__, #condition)

/* Equal to `tolerance` times the larger of 1 and |expected|. NaN equals NaN, an infinity itself. */
static inline int is_near(double actual, double expected, double tolerance) {
  if (isnan(expected)) return isnan(actual);
  if (isinf(expected)) return isinf(actual) && (actual > 0) == (expected > 0);
  return fabs(actual - expected) <= tolerance * fmax(1.0, fabs(expected));
}

static inline void check_near(double actual, double expected, double tolerance, const char *file,
                              int line, const char *what) {
  char text[512];
  const int good = is_near(actual, expected, tolerance);
  snprintf(text, sizeof text, "%s is %.17g, not %.17g", what, actual, expected);
  check_that(good, file, line, text);
}

#define NEAR(actual, expected, tolerance) \
  check_near((actual), (expected), (tolerance), __FILE__, __LINE__, #actual)

static inline void check_all_near(const double *actual, const double *expected, size_t n,
                                  double tolerance, const char *file, int line, const char *what) {
  for (size_t i = 0; i < n; i++) {
    char text[256];
    snprintf(text, sizeof text, "%s[%zu]", what, i);
    check_near(actual[i], expected[i], tolerance, file, line, text);
  }
}

/* The expected values stand in the call: ALL_NEAR(x, tolerance, 1, 2, 3). */
#define ALL_NEAR(actual, tolerance, ...)                                                        \
  check_all_near((actual), (const double[]){__VA_ARGS__},                                       \
                 sizeof((const double[]){__VA_ARGS__}) / sizeof(double), (tolerance), __FILE__, \
                 __LINE__, #actual)

static inline void check_all_equal(const int *actual, const int *expected, size_t n,
                                   const char *file, int line, const char *what) {
  for (size_t i = 0; i < n; i++) {
    char text[256];
    snprintf(text, sizeof text, "%s[%zu] is %d, not %d", what, i, actual[i], expected[i]);
    check_that(actual[i] == expected[i], file, line, text);
  }
}

#define ALL_EQUAL(actual, ...)                          \
  check_all_equal((actual), (const int[]){__VA_ARGS__}, \
                  sizeof((const int[]){__VA_ARGS__}) / sizeof(int), __FILE__, __LINE__, #actual)

/* ---- buffers, freed by check_finish() ---- */

static void *kept[4096];
static size_t n_kept = 0;

static inline void *keep(size_t bytes) {
  void *p = malloc(bytes);
  if ((p == NULL && bytes > 0) || n_kept == sizeof kept / sizeof *kept) {
    printf("no memory for the tests\n");
    exit(2);
  }
  kept[n_kept++] = p;
  return p;
}

/* Filled with a number that no function answers, so that an output that was not written shows. */
static inline double *doubles(size_t n) {
  double *x = keep(n * sizeof *x);
  for (size_t i = 0; i < n; i++) x[i] = -777.25;
  return x;
}

static inline int *ints(size_t n) {
  int *x = keep(n * sizeof *x);
  for (size_t i = 0; i < n; i++) x[i] = -777;
  return x;
}

static inline double *copy_doubles(const double *from, size_t n) {
  double *x = doubles(n);
  if (n > 0) memcpy(x, from, n * sizeof *x);
  return x;
}

static inline int *copy_ints(const int *from, size_t n) {
  int *x = ints(n);
  if (n > 0) memcpy(x, from, n * sizeof *x);
  return x;
}

static inline size_t *copy_sizes(const size_t *from, size_t n) {
  size_t *x = keep(n * sizeof *x);
  if (n > 0) memcpy(x, from, n * sizeof *x);
  return x;
}

#define D(...)                                \
  copy_doubles((const double[]){__VA_ARGS__}, \
               sizeof((const double[]){__VA_ARGS__}) / sizeof(double))
#define I(...) \
  copy_ints((const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))
#define Z(...) \
  copy_sizes((const size_t[]){__VA_ARGS__}, sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t))

/* Numbers from 0 to 1 that are the same on every machine (a linear congruence). */
static inline double pseudo(void) {
  static unsigned long long state = 20240611u;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 11) / 9007199254740992.0;
}

static inline int check_finish(void) {
  for (size_t i = 0; i < n_kept; i++) free(kept[i]);
  printf("%d passed, %d failed\n", checks_passed, checks_failed);
  return checks_failed > 0;
}

#endif
