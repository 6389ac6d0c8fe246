#include "check.h"
#include "groups.h"

static void one_value_a_group(void) {
  const int *group = I(1, 1, 2, 2, 0, 3, 1), *value = I(5, 5, 1, 2, 9, 0, 5);
  int *first = ints(4);
  bool *mixed = keep(4 * sizeof *mixed);
  dd_group_value(group, value, 7, 4, first, mixed);
  /* group 3 has the missing value, group 4 no row; the row of group 0 counts nowhere */
  ALL_EQUAL(first, 5, 1, 0, 0);
  CHECK(!mixed[0] && mixed[1] && !mixed[2] && !mixed[3]);
}

static void a_half_filled_column_is_mixed(void) {
  int *first = ints(2);
  bool *mixed = keep(2 * sizeof *mixed);
  dd_group_value(I(1, 1, 2, 2), I(0, 5, 5, 0), 4, 2, first, mixed);
  ALL_EQUAL(first, 0, 5);
  CHECK(mixed[0] && mixed[1]);
}

static void groups_without_rows(void) {
  int *first = ints(2);
  bool *mixed = keep(2 * sizeof *mixed);
  dd_group_value(ints(0), ints(0), 0, 2, first, mixed);
  ALL_EQUAL(first, 0, 0);
  CHECK(!mixed[0] && !mixed[1]);
  dd_group_value(I(0), I(3), 1, 0, ints(0), keep(0));
  CHECK(1);
}

/* dd_duplicated_rows() on buffers of the promised size. */
static size_t duplicated(const int *const *codes, size_t k, size_t n, bool *flag) {
  return dd_duplicated_rows(codes, k, n, ints(dd_duplicated_work_len(n)), flag);
}

static void rows_met_before(void) {
  const int *codes[] = {I(1, 1, 2, 1, 2), I(1, 2, 1, 1, 1)};
  bool *flag = keep(5 * sizeof *flag);
  CHECK(duplicated(codes, 2, 5, flag) == 2);
  CHECK(!flag[0] && !flag[1] && !flag[2] && flag[3] && flag[4]);
  CHECK(duplicated(codes, 2, 1, flag) == 0 && !flag[0]);
  CHECK(duplicated(codes, 2, 0, flag) == 0);
  /* the same pairs, columns swapped in one row: (1, 2) is not (2, 1) */
  const int *swapped[] = {I(1, 2), I(2, 1)};
  CHECK(duplicated(swapped, 2, 2, flag) == 0);
}

static void all_rows_alike(void) {
  enum { N = 100 };
  int *same = ints(N);
  const int *codes[] = {same};
  bool *flag = keep(N * sizeof *flag);
  CHECK(duplicated(codes, 1, N, flag) == N - 1);
  CHECK(!flag[0]);
  /* no column at all: every row is the empty combination */
  CHECK(duplicated(codes, 0, N, flag) == N - 1);
}

/* Against the plain comparison of each row with all before it. */
static void as_by_comparing_all_pairs(void) {
  enum { N = 700, K = 3 };
  const int *codes[K];
  for (size_t j = 0; j < K; j++) {
    int *column = ints(N);
    for (size_t i = 0; i < N; i++) column[i] = (int)(9.0 * pseudo()) - 1;
    codes[j] = column;
  }
  bool *flag = keep(N * sizeof *flag);
  const size_t count = duplicated(codes, K, N, flag);
  size_t expected = 0, wrong = 0;
  for (size_t i = 0; i < N; i++) {
    bool met = false;
    for (size_t j = 0; j < i && !met; j++) {
      met = codes[0][i] == codes[0][j] && codes[1][i] == codes[1][j] && codes[2][i] == codes[2][j];
    }
    expected += met;
    wrong += met != flag[i];
  }
  CHECK(count == expected);
  CHECK(wrong == 0);
  CHECK(expected > 50 && expected < N - 50);
}

static void scratch_grows_with_the_rows(void) {
  for (size_t n = 0; n < 200; n++) {
    const size_t size = dd_duplicated_work_len(n);
    CHECK(size >= 2 * n && size > 0 && (size & (size - 1)) == 0);
  }
}

int main(void) {
  one_value_a_group();
  a_half_filled_column_is_mixed();
  groups_without_rows();
  rows_met_before();
  all_rows_alike();
  as_by_comparing_all_pairs();
  scratch_grows_with_the_rows();
  return check_finish();
}
