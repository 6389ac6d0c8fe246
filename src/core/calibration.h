#ifndef DD_CALIBRATION_H
#define DD_CALIBRATION_H

#include <stddef.h>

#include "status.h"

/*
 * Inter-run calibration of one target: y[s, r] = sample_s + run_r + error, by least squares over the cells (mean Cq of
 * a calibrator sample in a run, cycles) that there are; the offsets of the runs sum to 0. Complete and equally weighted
 * cells give what Hellemans et al. (2007) have: the mean over the calibrators in a run minus the mean over all runs.
 *   n cells: sample, run (codes from 0), y, and noise, the variance of the cell's mean by its technical replicates
 *   (s^2 / m; NaN where unknown), which serves when the cells leave no degree of freedom of their own.
 */
typedef struct {
  size_t n, n_samples, n_runs;
  const int *sample, *run;
  const double *y, *noise;
} dd_calibrators;

/*
 *   offset: n_runs (NaN for a run without cells). covariance: n_runs x n_runs, sigma^2 times the pseudo-inverse of the
 *   runs' information, D - N' diag(1 / m_s) N with D the cells by run, N the table of samples by run and m_s the cells
 *   by sample; runs without cells have NaN. With df = 0 it is the covariance that `noise` alone implies (NaN where one
 *   is NaN), and sigma is NaN.
 *   residual: n. sigma, df: residual SD (cycles) and n - samples - runs + 1.
 * DD_ESINGULAR: the runs are not linked by samples; everything is NaN. DD_ETHIN: df is 0.
 * work: dd_calibrate_work_len() doubles.
 */
typedef struct {
  double *offset, *covariance, *residual;
  double sigma, df;
} dd_calibration;

size_t dd_calibrate_work_len(size_t n_samples, size_t n_runs);

dd_status dd_calibrate(const dd_calibrators *cells, double *work, dd_calibration *out);

/*
 * What the error of the offsets adds to the variance of a contrast theta = -sum_s l_s sum_j coef_j Cq[j, s] of
 * calibrated Cq: the offsets of a run are one number for all of its samples, so their error does not average out.
 *   V_cal = sum_j coef_j^2 h_j' C_j h_j, with h_j[r] the sum of l_s over the samples whose target j lies in run r.
 * It holds for offsets under any constraint when every h_j sums to 0.
 *   coef: n_targets, (1{j = target} - a_j) w_j, log2 units per cycle, a_j the weight of a reference (0 for others).
 *   load: n_runs x n_targets, the h_j. covariance: n_runs x n_runs x n_targets (cycles^2); an entry that meets a load
 *   of 0 is not read, so that a run that a target lacks may be NaN. df: n_targets.
 *   variance: V_cal (log2 units squared). below: sum_j (coef_j^2 h_j' C_j h_j)^2 / df_j, V_cal's part of the
 *   denominator of Satterthwaite's df.
 * The offsets of different targets are taken as independent. DD_ETHIN: a variance that is needed is NaN.
 */
dd_status dd_calibration_variance(const double *coef, const double *load, const double *covariance,
                                  const double *df, size_t n_runs, size_t n_targets,
                                  double *variance, double *below);

/*
 * load, as above, from the estimator's weights l of the samples and share, n_runs x n_targets x n_samples: which part
 * of the Cq of a sample and target comes from the run (1 for its run when it stands in one; 0 throughout for none).
 */
void dd_calibration_load(const double *l, const double *share, size_t n_runs, size_t n_targets,
                         size_t n_samples, double *load);

#endif
