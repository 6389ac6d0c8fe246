/*
 * The whole job in one C function, as the yardstick of bench/ddcq.R: character columns and Cq in, log2 fold changes,
 * standard errors and df of two groups out. No checks, no missing values, no log, no names of samples, no table by
 * sample, no interval: what is left when everything that a user needs is left away. Same arithmetic as the package:
 * cell means, w Cq - mean of w_h Cq_h, Welch, the variance of the efficiencies, Satterthwaite's df.
 */
#include <R.h>
#include <Rinternals.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { SLOTS = 1 << 12 };

/* Codes from 0 in order of appearance; the number of names is returned. At most SLOTS / 2 names. */
static int code(SEXP column, R_xlen_t n, int *out, SEXP *names) {
  static SEXP key[SLOTS];
  static int value[SLOTS];
  memset(key, 0, sizeof key);
  const SEXP *text = STRING_PTR(column);
  SEXP last = NULL;
  int count = 0, c = 0;
  for (R_xlen_t i = 0; i < n; i++) {
    if (text[i] != last) {
      last = text[i];
      uint32_t at = (uint32_t)(((uintptr_t)last >> 4) * 2654435761u >> 12) & (SLOTS - 1);
      while (key[at] && key[at] != last) at = (at + 1) & (SLOTS - 1);
      if (!key[at]) {
        if (count >= SLOTS / 2) Rf_error("too many names");
        key[at] = last;
        value[at] = count;
        names[count++] = last;
      }
      c = value[at];
    }
    out[i] = c;
  }
  return count;
}

static int find(SEXP name, const SEXP *names, int n) {
  for (int i = 0; i < n; i++) {
    if (names[i] == name) return i;
  }
  Rf_error("a name is missing");
}

/* sums by group: n, mean, variance of the mean; and the mean Cq */
typedef struct {
  double n, mean, v;
} moments;

static void by_group(const double *d, const int *group, int S, moments *m) {
  double sum[2] = {0, 0}, n[2] = {0, 0}, ss[2] = {0, 0};
  for (int s = 0; s < S; s++) {
    sum[group[s]] += d[s];
    n[group[s]]++;
  }
  for (int g = 0; g < 2; g++) m[g] = (moments){n[g], sum[g] / n[g], 0};
  for (int s = 0; s < S; s++) {
    const double e = d[s] - m[group[s]].mean;
    ss[group[s]] += e * e;
  }
  for (int g = 0; g < 2; g++) m[g].v = ss[g] / (n[g] - 1) / n[g];
}

static double shift(const double *cq, const int *group, int S, const moments *m) {
  double sum[2] = {0, 0};
  for (int s = 0; s < S; s++) sum[group[s]] += cq[s];
  return sum[1] / m[1].n - sum[0] / m[0].n;
}

/* efficiency: a list of target, factor, standard error, df */
SEXP plain_ddcq(SEXP sample, SEXP target, SEXP treatment, SEXP cq, SEXP reference, SEXP control, SEXP efficiency) {
  const R_xlen_t n = XLENGTH(cq);
  int *s_code = (int *)R_alloc(n, sizeof(int)), *t_code = (int *)R_alloc(n, sizeof(int));
  int *a_code = (int *)R_alloc(n, sizeof(int));
  SEXP *s_name = (SEXP *)R_alloc(SLOTS, sizeof(SEXP)), *t_name = (SEXP *)R_alloc(SLOTS, sizeof(SEXP));
  SEXP *a_name = (SEXP *)R_alloc(SLOTS, sizeof(SEXP));
  const int S = code(sample, n, s_code, s_name), T = code(target, n, t_code, t_name);
  code(treatment, n, a_code, a_name);
  const int zero = a_name[0] == STRING_ELT(control, 0) ? 0 : 1;
  double *mean = (double *)R_alloc((size_t)S * T, sizeof(double));
  int *count = (int *)R_alloc((size_t)S * T, sizeof(int)), *group = (int *)R_alloc(S, sizeof(int));
  memset(mean, 0, (size_t)S * T * sizeof(double));
  memset(count, 0, (size_t)S * T * sizeof(int));
  const double *x = REAL(cq);
  for (R_xlen_t i = 0; i < n; i++) {
    const size_t cell = (size_t)s_code[i] + (size_t)t_code[i] * S;
    mean[cell] += x[i];
    count[cell]++;
    group[s_code[i]] = a_code[i] == zero ? 0 : 1;
  }
  for (size_t cell = 0; cell < (size_t)S * T; cell++) mean[cell] /= count[cell];

  const int H = (int)XLENGTH(reference);
  double *w = (double *)R_alloc(T, sizeof(double)), *v_w = (double *)R_alloc(T, sizeof(double));
  double *nu_w = (double *)R_alloc(T, sizeof(double)), *level = (double *)R_alloc(S, sizeof(double));
  double *d = (double *)R_alloc(S, sizeof(double)), *d_ref = (double *)R_alloc(H, sizeof(double));
  int *ref = (int *)R_alloc(H, sizeof(int));
  const SEXP *e_name = STRING_PTR(VECTOR_ELT(efficiency, 0));
  const double *e = REAL(VECTOR_ELT(efficiency, 1)), *se = REAL(VECTOR_ELT(efficiency, 2));
  const double *df = REAL(VECTOR_ELT(efficiency, 3));
  for (int t = 0; t < T; t++) {
    const int j = find(t_name[t], e_name, (int)XLENGTH(VECTOR_ELT(efficiency, 0)));
    w[t] = log2(e[j]);
    v_w[t] = se[j] / (e[j] * M_LN2) * se[j] / (e[j] * M_LN2);
    nu_w[t] = df[j];
  }
  memset(level, 0, S * sizeof(double));
  for (int h = 0; h < H; h++) {
    ref[h] = find(STRING_ELT(reference, h), t_name, T);
    for (int s = 0; s < S; s++) level[s] += w[ref[h]] * mean[s + (size_t)ref[h] * S] / H;
  }
  moments m[2];
  by_group(level, group, S, m);
  for (int h = 0; h < H; h++) d_ref[h] = shift(mean + (size_t)ref[h] * S, group, S, m);

  const char *names[] = {"target", "estimate", "std.error", "df", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_allocVector(STRSXP, T - H));
  for (int k = 1; k < 4; k++) SET_VECTOR_ELT(out, k, Rf_allocVector(REALSXP, T - H));
  int row = 0;
  for (int t = 0; t < T; t++) {
    int is_ref = 0;
    for (int h = 0; h < H; h++) is_ref |= ref[h] == t;
    if (is_ref) continue;
    const double *c = mean + (size_t)t * S;
    for (int s = 0; s < S; s++) d[s] = w[t] * c[s] - level[s];
    by_group(d, group, S, m);
    const double D = shift(c, group, S, m);
    double v_e = D * D * v_w[t], below = v_e * v_e / nu_w[t];
    for (int h = 0; h < H; h++) {
      const double u = d_ref[h] * d_ref[h] / H / H * v_w[ref[h]];
      v_e += u;
      below += u * u / nu_w[ref[h]];
    }
    const double v = m[0].v + m[1].v + v_e;
    below += m[0].v * m[0].v / (m[0].n - 1) + m[1].v * m[1].v / (m[1].n - 1);
    SET_STRING_ELT(VECTOR_ELT(out, 0), row, t_name[t]);
    REAL(VECTOR_ELT(out, 1))[row] = m[0].mean - m[1].mean;
    REAL(VECTOR_ELT(out, 2))[row] = sqrt(v);
    REAL(VECTOR_ELT(out, 3))[row] = v * v / below;
    row++;
  }
  UNPROTECT(1);
  return out;
}
