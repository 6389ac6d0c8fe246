# Raw fluorescence of real exports: what is read of each file, how long a plate of 384 wells takes, the Tm beside those of
# the instruments' software, and the vendor's Cq, threshold and baseline paired with the curves they came from.
#
#   DDCQ_SHARED=... Rscript bench/curves-files.R
#
# What it said is in curves-files.txt. paired_curves(path) is what a comparison of Cq starts from: list(curves, vendor), `vendor` with one row a well and
# target (run, well, target, cq, threshold, baseline_start, baseline_end).

library(ddcq)

exports <- file.path(Sys.getenv("DDCQ_SHARED", "../shared"), "exports")
file_of <- function(pattern) list.files(exports, pattern, full.names = TRUE)
quietly <- function(expr) suppressWarnings(expr, classes = "ddcq_warning")
inner <- function(name) utils::getFromNamespace(name, "ddcq")

paired_curves <- function(path) {
  curves <- quietly(cq_read_curves(path, run = "run"))
  src <- inner("open_source")(path, file.size(path))
  found <- NULL
  for (family in inner("read_families")()) {
    found <- family$find(src, list())
    if (!is.null(found)) break
  }
  table <- inner("block_table")(found$block, found$header, src$name)
  cell <- function(...) {
    at <- match(TRUE, table$plain %in% c(...))
    if (is.na(at)) rep(NA_character_, nrow(table$cells)) else inner("clean_text")(table$cells[, at])
  }
  number <- function(...) inner("parse_number")(cell(...))
  well <- if ("well position" %in% table$plain) cell("well position") else cell("well")
  vendor <- data.frame(
    run = "run", well = inner("well_name")(well), target = cell("target name", "target"), cq = number("ct", "cq"),
    threshold = number("ct threshold", "threshold"), baseline_start = number("baseline start"),
    baseline_end = number("baseline end")
  )
  list(curves = curves, vendor = vendor[!is.na(vendor$target), ])
}

# The threshold cycle of one curve, in plain R: the line through the baseline's cycles is taken off, and the first
# crossing that is not undone is interpolated, on the logarithmic scale or on the linear one.
threshold_cq <- function(cycle, y, threshold, start, end, scale = c("log", "linear"), baseline = TRUE) {
  if (baseline) {
    use <- cycle >= start & cycle <= end
    fit <- stats::lm.fit(cbind(1, cycle[use]), y[use])$coefficients
    y <- y - fit[1] - fit[2] * cycle
  }
  below <- which(y < threshold)
  below <- below[below < length(y)]
  at <- if (length(below)) max(below) else NA
  if (is.na(at) || !(y[at + 1] >= threshold) || (scale[1] == "log" && y[at] <= 0)) return(NA)
  share <- if (scale[1] == "log") log(threshold / y[at]) / log(y[at + 1] / y[at]) else (threshold - y[at]) / (y[at + 1] - y[at])
  cycle[at] + share * (cycle[at + 1] - cycle[at])
}

# What the reader calls its measured and its subtracted fluorescence, beside the vendor's Cq.
compare_cq <- function(path) {
  pair <- paired_curves(path)
  subtracted <- quietly(cq_read_curves(path, run = "run", signal = "subtracted"))
  vendor <- pair$vendor[!is.na(pair$vendor$cq) & !is.na(pair$vendor$threshold) & !is.na(pair$vendor$baseline_end), ]
  if (!nrow(vendor)) return(cat("    no threshold and baseline in the file\n"))
  key <- function(x) paste(x$well, x$target)
  one <- function(x, baseline, scale) {
    at <- split(seq_len(nrow(x)), key(x))
    mapply(function(k, threshold, start, end) {
      rows <- at[[k]]
      if (is.null(rows)) NA else threshold_cq(x$cycle[rows], x$fluorescence[rows], threshold, start, end, scale, baseline)
    }, key(vendor), vendor$threshold, vendor$baseline_start, vendor$baseline_end)
  }
  say <- function(ours) {
    off <- abs(ours - vendor$cq)
    sprintf("%3d of %3d, largest %.3f, median %.4f", sum(!is.na(off)), length(off), max(off, na.rm = TRUE), stats::median(off, na.rm = TRUE))
  }
  for (scale in c("log", "linear")) {
    cat("   ", scale, "| their dRn:", say(one(subtracted, FALSE, scale)), "| Rn less the line through their baseline:",
        say(one(pair$curves, TRUE, scale)), "\n")
  }
}

if (sys.nframe() == 0L) {
  cat("== what is read ==\n")
  for (what in c("amplification", "melt")) {
    for (path in setdiff(list.files(exports, full.names = TRUE), file_of("INDEX"))) {
      x <- tryCatch(quietly(cq_read_curves(path, what)), ddcq_error = identity)
      if (inherits(x, "error")) next
      time <- min(vapply(1:3, function(i) system.time(quietly(cq_read_curves(path, what)))[[1]], 0))
      log <- cq_log(x)
      cat(sprintf(
        "%-13s %-62s %-14s %4d curves %6d points %5.3f s  %s\n", what, substr(basename(path), 1, 62),
        sub('.*format "([a-z0-9-]+)".*', "\\1", log$detail[1]), max(inner("curve_index")(x)), nrow(x), time,
        log$detail[log$what == "fluorescence"][1]
      ))
    }
  }

  cat("== a QuantStudio text of 384 wells and 40 cycles (made here) ==\n")
  wells <- paste0(rep(LETTERS[1:16], each = 24), 1:24)
  rows <- paste(rep(1:384, each = 40), 1:40, "MYC", sprintf("%.3f", 0.5 + 3 / (1 + exp(25 - 1:40))), "0.001", sep = "\t")
  results <- paste(1:384, wells, "false", paste0("s", 1:384), "MYC", "UNKNOWN", "SYBR", "25.000", "0.200", sep = "\t")
  plate <- tempfile(fileext = ".txt")
  writeLines(c(
    "* Block Type = 384-Well Block", "", "[Amplification Data]", "Well\tCycle\tTarget Name\tRn\tDelta Rn", rows, "",
    "[Results]", "Well\tWell Position\tOmit\tSample Name\tTarget Name\tTask\tReporter\tCT\tCt Threshold", results
  ), plate)
  time <- vapply(1:7, function(i) system.time(cq_read_curves(plate))[[1]], 0)
  cat(sprintf("%d points: median %.3f s of CPU (7 times)\n", nrow(cq_read_curves(plate)), stats::median(time)))
  x <- cq_read_curves(file_of("^CFX96-CM3.*RFU"), "melt")
  time <- vapply(1:7, function(i) system.time(cq_melt(x))[[1]], 0)
  cat(sprintf("cq_melt(): %d curves, %d points: median %.4f s\n", max(inner("curve_index")(x)), nrow(x), stats::median(time)))

  cat("== Tm of 2,000 simulated products (logistic of scale 0.6, 72 to 90 degrees), window of 2 degrees ==\n")
  set.seed(1)
  for (step in c(0.1, 0.3, 0.5, 1)) {
    for (noise in c(0, 0.002, 0.01)) {
      grid <- seq(65, 95, step)
      tm <- stats::runif(2000, 72, 90)
      y <- lapply(tm, function(m) 1 / (1 + exp((grid - m) / 0.6)) - 0.01 * grid + stats::rnorm(length(grid), sd = noise))
      melt <- cq_melt(cq_melt_curves(stats::setNames(data.frame(grid, y), c("t", paste0("W", seq_along(tm)))), wide = TRUE))
      off <- melt$wells$tm - tm
      cat(sprintf(
        "step %.1f, noise %.1f %% of the fall: RMSE %.4f, largest %.3f, one peak in %.2f %%\n", step, 100 * noise,
        sqrt(mean(off^2, na.rm = TRUE)), max(abs(off), na.rm = TRUE), 100 * mean(melt$wells$n_peaks == 1)
      ))
    }
  }

  cat("== Tm beside the vendor's ==\n")
  say <- function(name, ours, theirs, grid) {
    off <- abs(ours - theirs)
    cat(sprintf("%s: %d wells, largest %.3f, median %.3f degrees (theirs on a grid of %s); more than half a degree: %s\n",
      name, sum(!is.na(off)), max(off, na.rm = TRUE), stats::median(off, na.rm = TRUE), grid,
      paste(sprintf("%.1f for %.1f", ours, theirs)[which(off > 0.5)], collapse = ", ")))
  }
  wells <- as.data.frame(cq_melt(x), by = "well")
  theirs <- utils::read.csv(file_of("^CFX96-CM3.*Peak_Results"))
  tm <- suppressWarnings(as.numeric(theirs$Melt.Temperature))[match(wells$well, theirs$Well)]
  say("CFX, fluorescence", wells$tm, tm, "0.5")
  cat("   a peak of ours where theirs is None:", sum(wells$n_peaks > 0 & is.na(tm)), "; none of ours where they have one:",
      sum(wells$n_peaks == 0 & !is.na(tm)), "\n")
  # StepOne exports the derivative only here: its sum is a fluorescence to within a constant
  path <- file_of("^StepOnePlus.*xls$")
  sheet <- function(name) suppressMessages(readxl::read_excel(path, name, skip = 7))
  t <- as.matrix(sheet("Melt Region Temperature Data")[, -(1:4)])
  d <- as.matrix(sheet("Melt Region Derivative Data")[, -(1:4)])
  mid <- (d[, -1] + d[, -ncol(d)]) / 2 * (t[, -1] - t[, -ncol(t)])
  f <- -cbind(0, t(apply(mid, 1, cumsum)))
  well <- sheet("Melt Region Temperature Data")[[2]]
  melt <- cq_melt_curves(data.frame(
    well = rep(well, ncol(t)), temperature = as.vector(t), fluorescence = as.vector(f)
  ))
  wells <- as.data.frame(cq_melt(melt), by = "well")
  results <- quietly(cq_read(path))
  say("StepOne, derivative summed", wells$tm, results$tm[match(wells$well, results$well)], "0.3")

  cat("== vendor's Cq at the vendor's threshold and baseline ==\n")
  for (pattern in c("^QuantStudio1-DA2", "^QuantStudio3.*barcode", "^QuantStudio5.*v1.5.2", "^QuantStudio7Flex.*08.xlsx",
                    "^QuantStudio7Pro-DA2_", "^StepOnePlus.*xls$", "^AB7500v2.*xls")) {
    cat(basename(file_of(pattern)), "\n")
    compare_cq(file_of(pattern))
  }
}
