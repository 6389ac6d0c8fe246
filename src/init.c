#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>

#include "r_glue.h"

#define ENTRY(name, n) {#name, (DL_FUNC)&name, n},

static const R_CallMethodDef entries[] = {DDCQ_ENTRIES(ENTRY){NULL, NULL, 0}};

void attribute_visible R_init_ddcq(DllInfo *dll) {
  glue_remember_process();
  R_registerRoutines(dll, NULL, entries, NULL, NULL);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
