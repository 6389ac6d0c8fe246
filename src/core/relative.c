#include "relative.h"

void dd_reference_level(const dd_plate *plate, double *level) {
  for (size_t s = 0; s < plate->n_samples; s++) level[s] = 0.0;
  for (size_t h = 0; h < plate->n_refs; h++) {
    const double *cq = plate->cq + plate->ref[h] * plate->n_samples;
    const double share = plate->ref_weight[h] * plate->weight[plate->ref[h]];
    for (size_t s = 0; s < plate->n_samples; s++) level[s] += share * cq[s];
  }
}

void dd_relative_cq(const dd_plate *plate, const double *level, size_t target, double *d) {
  const double *cq = plate->cq + target * plate->n_samples;
  const double w = plate->weight[target];
  for (size_t s = 0; s < plate->n_samples; s++) d[s] = w * cq[s] - level[s];
}
