# Several comparisons answered at once: p-values and intervals that hold for all of them together, from the joint
# distribution of their t statistics.

# statistic: a matrix, contrasts in rows, families (targets) in columns, or one family as a vector. correlation: of the
# contrasts, shared by the families. df: one number a family. Returns p, adjusted, in the shape of `statistic`, and for
# each family the critical value whose product with a standard error is the half width of a simultaneous interval at
# `level`. A contrast that cannot be estimated (NA on the diagonal) is no member of the family; one whose statistic is
# NA is, and its p is NA. Without a df, or with any other gap in the correlation, all of a family is NA.
simultaneous_t <- function(statistic, correlation, df, level) {
  p <- statistic
  p[] <- NA_real_
  member <- !is.na(diag(correlation))
  if (!any(member)) {
    return(list(p = p, critical = rep_len(NA_real_, length(df))))
  }
  t <- as.matrix(statistic)[member, , drop = FALSE]
  storage.mode(t) <- "double"
  family <- correlation[member, member, drop = FALSE]
  storage.mode(family) <- "double"
  answer <- .Call(c_simultaneous, family, as.double(df), t, as.double(level))
  p[rep_len(member, length(p))] <- answer$p
  list(p = p, critical = answer$critical)
}
