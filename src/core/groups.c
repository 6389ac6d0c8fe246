#include "groups.h"

#include <stdint.h>
#include <string.h>

void dd_group_value(const int *group, const int *value, size_t n, size_t n_groups, int *first,
                    bool *mixed) {
  /* -1 means that the group was not met yet; 0 is a value that is missing. */
  for (size_t g = 0; g < n_groups; g++) {
    first[g] = -1;
    mixed[g] = false;
  }
  for (size_t i = 0; i < n; i++) {
    if (group[i] < 1) continue;
    size_t g = (size_t)group[i] - 1;
    if (first[g] < 0) {
      first[g] = value[i];
    } else if (first[g] != value[i]) {
      mixed[g] = true;
    }
  }
  for (size_t g = 0; g < n_groups; g++) {
    if (first[g] < 0) first[g] = 0;
  }
}

static size_t table_size(size_t n) {
  size_t size = 16;
  while (size < 2 * n) size *= 2;
  return size;
}

size_t dd_duplicated_work_len(size_t n) { return table_size(n); }

static uint64_t row_hash(const int *const *codes, size_t n_columns, size_t row) {
  uint64_t h = 0x9E3779B97F4A7C15u;
  for (size_t j = 0; j < n_columns; j++) {
    h ^= (uint64_t)(uint32_t)codes[j][row];
    h *= 0xFF51AFD7ED558CCDu;
    h ^= h >> 33;
  }
  return h;
}

static bool same_row(const int *const *codes, size_t n_columns, size_t a, size_t b) {
  for (size_t j = 0; j < n_columns; j++) {
    if (codes[j][a] != codes[j][b]) return false;
  }
  return true;
}

size_t dd_duplicated_rows(const int *const *codes, size_t n_columns, size_t n, int *work,
                          bool *duplicate) {
  const size_t size = table_size(n);
  const size_t mask = size - 1;
  size_t count = 0;
  memset(work, 0, size * sizeof *work);
  for (size_t i = 0; i < n; i++) {
    size_t slot = (size_t)row_hash(codes, n_columns, i) & mask;
    duplicate[i] = false;
    while (work[slot] != 0) {
      if (same_row(codes, n_columns, i, (size_t)work[slot] - 1)) {
        duplicate[i] = true;
        count++;
        break;
      }
      slot = (slot + 1) & mask;
    }
    if (!duplicate[i]) work[slot] = (int)(i + 1);
  }
  return count;
}
