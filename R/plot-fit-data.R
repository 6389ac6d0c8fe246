# What the pictures of a fit draw: groups as rows, units as points, the reach of the axis.

plot_targets <- function(fit, targets) {
  if (is.null(targets)) {
    return(fit$spec$targets)
  }
  targets <- unique(check_strings(targets, "targets"))
  check_known_targets(targets, fit$spec$targets, "targets")
  targets
}

# The groups, the control on top; below them the contrasts that do not compare one level with the control.
plot_rows <- function(spec) {
  weights <- spec$contrasts
  simple <- is_against_control(weights, spec$control_cells)
  other <- colnames(weights)[!simple]
  # a contrast may be called like a level: rows are told apart by their place, not by their label
  data.frame(
    label = c(spec$levels, other), group = c(spec$levels, rep(NA, length(other))),
    y = rev(seq_len(length(spec$levels) + length(other))), stringsAsFactors = FALSE
  )
}

plot_points <- function(fit, targets, rows) {
  samples <- fit$samples[fit$samples$target %in% targets & is.finite(fit$samples$log2_relative), , drop = FALSE]
  spec <- fit$spec
  group <- spec$levels[sample_cell(samples, spec)]
  block <- if (length(spec$blocks) == 1) as.character(samples[[spec$blocks]]) else rep("", nrow(samples))
  out <- data.frame(
    target = factor(samples$target, targets), group = factor(group, spec$levels),
    unit = as.character(samples[[spec$unit]]), block = block, fold = samples$log2_relative, stringsAsFactors = FALSE
  )
  out$y <- rows$y[match(group, rows$group)] + 0.14 + dot_spread(out$target, out$group)
  if (!length(spec$by)) {
    return(out)
  }
  out$fold <- out$fold - own_control(out, fit)
  out[is.finite(out$fold), , drop = FALSE]
}

# Dots of a group stand a little apart, in the order of the table: nothing is drawn at random.
dot_spread <- function(target, group) {
  key <- paste(as.integer(target), as.integer(group))
  place <- stats::ave(seq_along(key), key, FUN = seq_along)
  size <- stats::ave(seq_along(key), key, FUN = length)
  (place - (size + 1) / 2) * pmin(0.07, 0.3 / size)
}

# The range of the axis: everything that is drawn and at least a halving and a doubling, but an interval only as far
# as twice the range of the rest beyond it.
plot_frame <- function(points, estimates) {
  inner <- range(c(-1, 1, points$fold, estimates$fold), na.rm = TRUE, finite = TRUE)
  reach <- 2 * diff(inner)
  c(
    max(min(inner[1], estimates$low, na.rm = TRUE), inner[1] - reach),
    min(max(inner[2], estimates$high, na.rm = TRUE), inner[2] + reach)
  )
}

caption_dropped <- function(spec, points) {
  gone <- spec$dropped[spec$dropped$target %in% c(levels(points$target), spec$reference, spec$ratio), , drop = FALSE]
  if (nrow(gone)) {
    paste0("Not drawn: ", some_plain(paste0(gone$sample, " (", gone$target, ", ", gone$reason, ")"), 3), ".")
  }
}

# Within levels of `by` a dot is held against the control of its own level, as the contrasts are. Where that has none,
# there is nothing to draw it against.
own_control <- function(points, fit) {
  level <- fit$spec$levels
  n_by <- length(fit$model$cells$by)
  part <- rep(seq_len(n_by), each = length(level) / n_by)[match(points$group, level)]
  is_control <- points$group %in% fit$spec$control_cells
  key <- paste(as.integer(points$target), part)
  mean <- tapply(points$fold[is_control], key[is_control], mean)
  unname(as.vector(mean[key]))
}
