#include <stdint.h>
#include <string.h>

#include "core/groups.h"
#include "r_glue.h"

/*
 * Codes a character column by the addresses of its strings: R keeps one copy of each string and encoding, so two
 * equal addresses are one name. (One name in two encodings has two addresses; code_strings() in R merges those
 * levels.) Open addressing; the table grows with the number of levels, which is small beside the number of rows.
 */
typedef struct {
  SEXP *key;
  int *code;
  size_t size;
} string_table;

static size_t slot_of(const string_table *t, SEXP key) {
  size_t slot =
      (size_t)(((uintptr_t)key >> 5) * (uintptr_t)0x9E3779B97F4A7C15u >> 20) & (t->size - 1);
  while (t->key[slot] != NULL && t->key[slot] != key) slot = (slot + 1) & (t->size - 1);
  return slot;
}

static string_table new_table(size_t size) {
  string_table t = {(SEXP *)R_alloc(size, sizeof(SEXP)), (int *)R_alloc(size, sizeof(int)), size};
  memset(t.key, 0, size * sizeof(SEXP));
  return t;
}

static string_table grow(const string_table *old) {
  string_table t = new_table(2 * old->size);
  for (size_t i = 0; i < old->size; i++) {
    if (old->key[i] == NULL) continue;
    const size_t slot = slot_of(&t, old->key[i]);
    t.key[slot] = old->key[i];
    t.code[slot] = old->code[i];
  }
  return t;
}

static SEXP levels_of(const string_table *t, int n) {
  SEXP levels = PROTECT(Rf_allocVector(STRSXP, n));
  for (size_t i = 0; i < t->size; i++) {
    if (t->key[i] != NULL) SET_STRING_ELT(levels, t->code[i] - 1, t->key[i]);
  }
  UNPROTECT(1);
  return levels;
}

SEXP c_code_strings(SEXP x) {
  if (TYPEOF(x) != STRSXP) Rf_error("internal error: `x` must be a character vector");
  const R_xlen_t n = XLENGTH(x);
  const char *names[] = {"codes", "levels", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  int *codes = glue_new_ints(out, 0, n, GLUE_ANY);
  string_table table = new_table(256);
  const SEXP *strings = STRING_PTR_RO(x);
  SEXP last = NULL;
  int last_code = 0, count = 0;
  for (R_xlen_t i = 0; i < n; i++) {
    if (strings[i] != last) {
      last = strings[i];
      last_code = 0;
      if (last != NA_STRING) {
        size_t slot = slot_of(&table, last);
        if (table.key[slot] == NULL) {
          if (2 * (size_t)count >= table.size) {
            table = grow(&table);
            slot = slot_of(&table, last);
          }
          table.key[slot] = last;
          table.code[slot] = ++count;
        }
        last_code = table.code[slot];
      }
    }
    codes[i] = last_code;
  }
  SEXP levels = PROTECT(levels_of(&table, count));
  SET_VECTOR_ELT(out, 1, levels);
  UNPROTECT(2);
  return out;
}

/* Whether a column holds one and the same string throughout (by address). */
SEXP c_same_string(SEXP x) {
  if (TYPEOF(x) != STRSXP) Rf_error("internal error: `x` must be a character vector");
  const R_xlen_t n = XLENGTH(x);
  const SEXP *strings = STRING_PTR_RO(x);
  bool same = n > 0;
  for (R_xlen_t i = 1; same && i < n; i++) same = strings[i] == strings[0];
  return Rf_ScalarLogical(same);
}

SEXP c_group_value(SEXP group, SEXP value, SEXP n_groups) {
  const int k = glue_count(n_groups, "n_groups");
  const int *g = glue_codes(group, GLUE_ANY, 0, k, "group");
  const int *v = glue_codes(value, XLENGTH(group), 0, INT_MAX, "value");
  const char *names[] = {"first", "mixed", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  int *first = glue_new_ints(out, 0, k, GLUE_ANY);
  SEXP flag_list = PROTECT(Rf_allocVector(LGLSXP, k));
  SET_VECTOR_ELT(out, 1, flag_list);
  int *mixed = LOGICAL(flag_list);
  bool *flags = (bool *)R_alloc((size_t)k + 1, sizeof(bool));
  dd_group_value(g, v, (size_t)XLENGTH(group), (size_t)k, first, flags);
  for (int i = 0; i < k; i++) mixed[i] = flags[i];
  UNPROTECT(2);
  return out;
}

/* As c_group_value() for strings, by their addresses: the row where each group has its first value, and whether it has
 * another. One name in two encodings looks like two here; the caller codes the column to be sure. */
SEXP c_group_string(SEXP group, SEXP value, SEXP n_groups) {
  const int k = glue_count(n_groups, "n_groups");
  if (TYPEOF(value) != STRSXP) Rf_error("internal error: `value` must be a character vector");
  const R_xlen_t n = XLENGTH(value);
  const int *g = glue_codes(group, n, 0, k, "group");
  const char *names[] = {"row", "mixed", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  int *row = glue_new_ints(out, 0, k, GLUE_ANY);
  const SEXP *strings = STRING_PTR_RO(value);
  memset(row, 0, (size_t)k * sizeof(int));
  bool mixed = false;
  for (R_xlen_t i = 0; i < n; i++) {
    if (g[i] < 1) continue;
    int *at = row + g[i] - 1;
    if (*at == 0) {
      *at = (int)(i + 1);
    } else if (strings[i] != strings[*at - 1]) {
      mixed = true;
    }
  }
  SEXP answer = PROTECT(Rf_ScalarLogical(mixed));
  SET_VECTOR_ELT(out, 1, answer);
  UNPROTECT(2);
  return out;
}

SEXP c_duplicated_rows(SEXP codes) {
  if (TYPEOF(codes) != VECSXP || XLENGTH(codes) < 1) {
    Rf_error("internal error: `codes` must be a list of columns");
  }
  const size_t k = (size_t)XLENGTH(codes);
  const R_xlen_t n = Rf_xlength(VECTOR_ELT(codes, 0));
  if (n >= INT_MAX / 4) Rf_error("internal error: too many rows");
  const int **column = (const int **)R_alloc(k, sizeof(int *));
  for (size_t j = 0; j < k; j++) column[j] = glue_ints(VECTOR_ELT(codes, (R_xlen_t)j), n, "codes");
  int *work = (int *)R_alloc(dd_duplicated_work_len((size_t)n), sizeof(int));
  bool *flag = (bool *)R_alloc((size_t)n + 1, sizeof(bool));
  const size_t count = dd_duplicated_rows(column, k, (size_t)n, work, flag);
  SEXP out = PROTECT(Rf_allocVector(INTSXP, (R_xlen_t)count));
  int *row = INTEGER(out);
  for (R_xlen_t i = 0, at = 0; i < n; i++) {
    if (flag[i]) row[at++] = (int)(i + 1);
  }
  UNPROTECT(1);
  return out;
}
