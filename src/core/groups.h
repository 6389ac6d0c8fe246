#ifndef DD_GROUPS_H
#define DD_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Codes are integers from 1; 0 stands for a missing name. They come from the glue, which codes strings by pointer.
 */

/*
 * The value that each group has, where it has only one.
 *   group, value: n codes. first: n_groups codes out, the first value met in the group (0 when none).
 *   mixed: n_groups flags out, true when a second value was met. Rows of group 0 are skipped; a row whose value is 0
 *   counts as a value of its own, so that a half-filled column is seen.
 */
void dd_group_value(const int *group, const int *value, size_t n, size_t n_groups, int *first,
                    bool *mixed);

/* How many ints dd_duplicated_rows() needs as scratch for n rows. */
size_t dd_duplicated_work_len(size_t n);

/*
 * Marks each row whose combination of codes was met before.
 *   codes: n_columns pointers to n codes each. work: dd_duplicated_work_len(n) ints. duplicate: n flags out.
 *   Returns the number of marked rows.
 */
size_t dd_duplicated_rows(const int *const *codes, size_t n_columns, size_t n, int *work,
                          bool *duplicate);

#endif
