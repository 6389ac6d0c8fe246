#include "batch.h"

#ifdef _OPENMP
#include <omp.h>
#endif

static int this_thread(void) {
#ifdef _OPENMP
  return omp_get_thread_num();
#else
  return 0;
#endif
}

static void fit_one(const dd_curve_set *set, size_t k, const dd_curve_options *options,
                    double *work, dd_curve *out) {
  const size_t from = (size_t)set->start[k], n = (size_t)set->start[k + 1] - from;
  dd_curve_options own = *options;
  own.threshold = set->threshold[k];
  own.base_first = set->base_first[k];
  own.base_last = set->base_last[k];
  dd_curve_fit(set->x + from, set->y + from, n, &own, work, &out[k]);
}

void dd_batch_fit(const dd_curve_set *set, size_t first, size_t last, size_t longest,
                  const dd_curve_options *options, int threads, double *work, dd_curve *out) {
  const size_t room = dd_curve_work_len(longest);
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8)
#else
  (void)threads;
#endif
  for (long k = (long)first; k < (long)last; k++) {
    fit_one(set, (size_t)k, options, work + (size_t)this_thread() * room, out);
  }
}
