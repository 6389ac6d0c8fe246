# What all pictures share: axes of folds, colours, shapes, the theme.

# Folds to mark on the axis, as log2.
fold_breaks <- function(limits) {
  if (max(abs(limits)) <= 1.3) {
    return(log2(c(1 / 2, 2 / 3, 1, 1.5, 2)))
  }
  step <- max(1, ceiling(diff(limits) / 7))
  seq(ceiling(limits[1] / step), floor(limits[2] / step)) * step
}

fold_break_labels <- function(x) {
  fold <- format(signif(2^abs(x), 6), trim = TRUE, scientific = FALSE, drop0trailing = TRUE, big.mark = "")
  far <- abs(x) > 19
  fold[far] <- paste0("2^", round(abs(x[far])))
  ifelse(x < 0, paste0("1/", fold), fold)
}

# Okabe and Ito's colours from dark to light; a few groups take those that are far apart in lightness.
group_fills <- function(n) {
  all <- c("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#F0E442")
  pick <- switch(min(n, 6), 1, c(1, 7), c(1, 2, 7), c(1, 2, 7, 8), c(1, 2, 4, 7, 8), seq_along(all))
  rep_len(all[pick], n)
}

group_shapes <- function(n) {
  rep_len(c(21, 22, 24, 23, 25), n)
}

wrap_label <- function(text, width) {
  vapply(text, function(t) paste(strwrap(t, width), collapse = "\n"), "", USE.NAMES = FALSE)
}

fit_theme <- function(base_size) {
  blank <- ggplot2::element_blank()
  ggplot2::theme_bw(base_size = base_size) +
    ggplot2::theme(
      panel.grid.major.y = blank, panel.grid.minor = blank, axis.ticks.y = blank,
      panel.grid.major.x = ggplot2::element_line(colour = "grey90", linewidth = 0.3),
      strip.background = blank, strip.text = ggplot2::element_text(face = "bold", hjust = 0),
      axis.text = ggplot2::element_text(colour = "grey15"),
      axis.title = ggplot2::element_text(size = ggplot2::rel(0.9)), plot.caption.position = "plot",
      plot.caption = ggplot2::element_text(hjust = 0, colour = "grey25", size = ggplot2::rel(0.8))
    )
}
