#ifndef DD_GSL_GUARD_H
#define DD_GSL_GUARD_H

#include <gsl/gsl_errno.h>

/*
 * GSL's error handler is one global of the whole process and by default it aborts. These two put it to rest around
 * the part that needs GSL and give it back as it was, also to other packages that share the library. Not to be used
 * inside a parallel region.
 */
static inline gsl_error_handler_t *dd_gsl_enter(void) { return gsl_set_error_handler_off(); }

static inline void dd_gsl_leave(gsl_error_handler_t *before) { gsl_set_error_handler(before); }

#endif
