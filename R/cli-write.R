# What the command line prints and writes.

cli_tables <- c("results.csv", "samples.csv", "efficiencies.csv", "log.csv", "ratios.csv", "panel.csv")
cli_plots <- c("fold-changes.png", "plate.png", "standard-curves.png")
cli_files <- c(cli_tables, cli_plots, paste0("report.", c("html", "docx", "pdf")))

cli_print <- function(work) {
  parts <- Filter(Negate(is.null), c(list(work$fit), work$ratios, list(work$panel)))
  for (i in seq_along(parts)) {
    if (i > 1) cat("\n")
    print(parts[[i]])
  }
}

cli_write_tables <- function(work, asked) {
  out <- asked[["out"]]
  dir.create(out, showWarnings = FALSE, recursive = TRUE)
  # an older picture or report must not stand beside new numbers, should the new one fail
  later <- c(if (is.null(asked[["no-plots"]])) cli_plots, paste0("report.", asked[["report"]]))
  unlink(file.path(out, later), expand = FALSE)
  ratios <- do.call(rbind, lapply(unname(work$ratios), as.data.frame))
  tables <- list(
    as.data.frame(work$fit), work$fit$samples, work$fit$spec$efficiency, cq_log(work$fit), ratios, work$panel
  )
  there <- !vapply(tables, is.null, NA)
  Map(function(table, name) cq_write_csv(table, file.path(out, name)), tables[there], cli_tables[there])
  cli_tables[there]
}

cli_write_plots <- function(work, asked) {
  if (isTRUE(asked[["no-plots"]])) {
    return(character())
  }
  need_package("ggplot2", "for the pictures; leave them out by --no-plots.")
  plots <- list(
    ggplot2::autoplot(work$fit),
    if (!all(is.na(work$plate$well))) ggplot2::autoplot(work$plate),
    if (!is.null(work$curve)) ggplot2::autoplot(work$curve, work$standards)
  )
  size <- list(c(7, 4.5), c(9, 6), c(7, 5))
  there <- !vapply(plots, is.null, NA)
  Map(function(plot, name, size) {
    ggplot2::ggsave(
      file.path(asked[["out"]], name), plot, width = size[1], height = size[2], dpi = 150, bg = "white", device = "png"
    )
  }, plots[there], cli_plots[there], size[there])
  cli_plots[there]
}

cli_write_report <- function(work, asked) {
  if (asked[["report"]] == "none") {
    return(character())
  }
  name <- paste0("report.", asked[["report"]])
  fits <- if (length(work$ratios)) c(list(Targets = work$fit), work$ratios) else work$fit
  ddcq_report(fits, file.path(asked[["out"]], name), data = work$plate, curve = work$curve)
  name
}
