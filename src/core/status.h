#ifndef DD_STATUS_H
#define DD_STATUS_H

/* What a core function answers. The values are the codes that R sees in a row's `status`. */
typedef enum {
  DD_OK = 0,
  DD_ETHIN = 1,     /* too few units: no degrees of freedom are left for an error */
  DD_ECONSTANT = 2, /* the values do not vary beyond rounding: no error can be estimated */
  DD_ESINGULAR = 3, /* the matrix is not of full rank */
  DD_EDOMAIN = 4,   /* an input lies outside what the function is defined for */
  DD_EGSL = 5       /* GSL reported a failure */
} dd_status;

#endif
