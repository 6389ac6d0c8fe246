# How much of what is wrong with a plate cq_check() finds, and what it says of plates with nothing wrong:
#
#   Rscript bench/check.R [plates] [seed]
#
# Simulated plates of 16 samples (8 a group) in triplicates, 2 targets and 2 references, an NTC and a no-RT control a
# target, melting peaks, two runs that both groups share. Technical SD 0.08 to 0.25 cycles, different for every plate
# and target; between samples 0.5 (target) and 0.15 (reference) log2 units, loading 0.5. Each plate gets each of the
# faults with probability 1/4, at a random place and size. Prints the share of faults found (a finding of the right kind
# that names the place; a wild well may be named as `outlier` or within a `spread`) and the false alarms a plate, by
# kind, on the plates without that fault or one that causes it. Unequal loading is a finding only where it would do harm:
# 2 to 4 cycles do not always.

library(ddcq)
options(width = 140)
args <- as.integer(commandArgs(TRUE))
plates <- if (length(args) >= 1) args[1] else 500L
set.seed(if (length(args) >= 2) args[2] else 20240607L)

targets <- c(MYC = 25, BAX = 28, GAPDH = 18, ACTB = 19)
amplification <- c(MYC = 1.95, BAX = 1.9, GAPDH = 1.98, ACTB = 1.96)
efficiency <- cq_efficiency(names(amplification), unname(amplification), std.error = 0.02, df = 3)
w <- log2(amplification)

clean_plate <- function() {
  samples <- data.frame(
    sample = sprintf("s%02d", 1:16), treatment = rep(c("vehicle", "drug"), each = 8), run = rep(c("p1", "p2"), 8),
    load = rnorm(16, 0, 0.5)
  )
  x <- merge(merge(samples, data.frame(target = names(targets))), data.frame(rep = 1:3))
  cell <- interaction(x$sample, x$target)
  noise <- rnorm(nlevels(cell), 0, 1)[as.integer(cell)] * ifelse(x$target %in% c("GAPDH", "ACTB"), 0.15, 0.5)
  technical <- runif(4, 0.08, 0.25)[match(x$target, names(targets))]
  x$cq <- targets[x$target] - (x$load + noise) / w[x$target] + rnorm(nrow(x), 0, technical)
  x$task <- "unknown"
  x$tm <- 79 + match(x$target, names(targets)) + rnorm(nrow(x), 0, 0.15)
  controls <- merge(data.frame(run = c("p1", "p2")), merge(data.frame(task = c("ntc", "nrt")), data.frame(target = names(targets))))
  controls <- transform(controls, sample = task, treatment = NA, load = 0, rep = 1, tm = NA)
  controls$cq <- ifelse(runif(nrow(controls)) < 0.6, NA, runif(nrow(controls), 36.5, 39.5))
  x <- rbind(x[c("run", "sample", "target", "treatment", "rep", "cq", "task", "tm")],
             controls[c("run", "sample", "target", "treatment", "rep", "cq", "task", "tm")])
  x$tm2 <- NA_real_
  x <- x[order(x$run, x$target, x$sample), ]
  x$well <- stats::ave(seq_len(nrow(x)), x$run, FUN = seq_along)
  x$well <- paste0(LETTERS[(x$well - 1) %/% 12 + 1], sprintf("%02d", (x$well - 1) %% 12 + 1))
  x
}

`%||%` <- function(a, b) if (is.null(a)) b else a
any_of <- function(x) x[sample.int(length(x), 1)]
cell_rows <- function(x) {
  i <- any_of(which(x$task == "unknown"))
  which(x$sample == x$sample[i] & x$target == x$target[i] & x$task == "unknown")
}
names_well <- function(f, x, at) {
  any(vapply(seq_len(nrow(f)), function(i) {
    f$run[i] %in% x$run[at] && any(strsplit(f$well[i], ", ")[[1]] %in% x$well[at])
  }, NA))
}
where_well <- function(at, x) function(f) names_well(f, x, at)
anywhere <- function(f) nrow(f) > 0

# Each: takes the plate, answers with the plate, what a true finding looks like, and which kinds it may raise beside it.
faults <- list(
  ntc = function(x) {
    at <- any_of(which(x$task == "ntc"))
    x$cq[at] <- max(x$cq[x$target == x$target[at] & x$run == x$run[at] & x$task == "unknown"]) + runif(1, -4, 4)
    list(x = x, hit = where_well(at, x))
  },
  nrt = function(x) {
    at <- any_of(which(x$task == "nrt"))
    x$cq[at] <- max(x$cq[x$target == x$target[at] & x$run == x$run[at] & x$task == "unknown"]) + runif(1, -4, 4)
    list(x = x, hit = where_well(at, x))
  },
  outlier = function(x) {
    at <- any_of(cell_rows(x))
    x$cq[at] <- x$cq[at] + sample(c(-1, 1), 1) * runif(1, 1.2, 4)
    list(x = x, hit = where_well(at, x), beside = "spread", kinds = c("outlier", "spread"))
  },
  spread = function(x) {
    rows <- cell_rows(x)
    x$cq[rows] <- x$cq[rows] + c(-1, 0, 1) * runif(1, 1, 2)
    list(x = x, hit = where_well(rows, x), beside = "outlier", kinds = c("outlier", "spread"))
  },
  late = function(x) {
    rows <- cell_rows(x)
    x$cq[rows] <- x$cq[rows] + runif(1, 35.6, 38) - mean(x$cq[rows])
    list(x = x, hit = where_well(rows, x), beside = c("ntc", "nrt", "loading", "reference_balance"))
  },
  missing_well = function(x) {
    at <- any_of(which(x$task == "unknown"))
    list(x = x[-at, ], hit = where_well(1, x[at, ]), beside = c("replicates", "spread"))
  },
  extra_well = function(x) {
    new <- x[any_of(which(x$task == "unknown")), ]
    new$well <- "P24"
    list(x = rbind(x, new), hit = where_well(1, new), beside = "replicates")
  },
  melt_peaks = function(x) {
    at <- any_of(which(x$task == "unknown"))
    x$tm2[at] <- x$tm[at] - runif(1, 3, 8)
    list(x = x, hit = where_well(at, x))
  },
  melt_tm = function(x) {
    at <- any_of(which(x$task == "unknown"))
    x$tm[at] <- x$tm[at] - runif(1, 1.6, 6)
    list(x = x, hit = where_well(at, x))
  },
  reference_balance = function(x) {
    rows <- x$treatment %in% "drug"
    x$cq[rows] <- x$cq[rows] + sample(c(-1, 1), 1) * runif(1, 2, 4)
    list(x = x, hit = anywhere, beside = c("loading", "ntc", "nrt", "late", "curve_range"))
  },
  confounded = function(x) {
    unknown <- x$task == "unknown"
    x$run[unknown] <- ifelse(x$treatment[unknown] == "drug", "p2", "p1")
    x$well <- paste0(LETTERS[(seq_len(nrow(x)) - 1) %/% 24 + 1], (seq_len(nrow(x)) - 1) %% 24 + 1)
    list(x = x, hit = anywhere)
  },
  unmarked_control = function(x) {
    name <- any_of(c("H2O", "NTC", "water", "Wasser", "eau", "agua", "blank", "-RT", "no RT", "NTC 2"))
    rows <- which(x$task == "ntc" & x$run == any_of(c("p1", "p2")))
    x$sample[rows] <- name
    x$task[rows] <- "unknown"
    list(x = x, hit = function(f) name %in% f$sample, beside = "missing_ntc")
  },
  missing_reference = function(x) {
    rows <- cell_rows(x)
    rows <- which(x$sample == x$sample[rows[1]] & x$target == any_of(c("GAPDH", "ACTB")) & x$task == "unknown")
    name <- x$sample[rows[1]]
    list(x = x[-rows, ], hit = function(f) any(grepl(name, f$sample)), beside = "missing_well")
  },
  replicates = function(x) {
    rows <- cell_rows(x)
    name <- x$sample[rows[1]]
    list(x = x[-rows[1:2], ], hit = function(f) any(grepl(name, f$sample)), beside = "missing_well")
  }
)

one_plate <- function() {
  x <- clean_plate()
  planted <- names(faults)[runif(length(faults)) < 0.25]
  # a layout that moves goes first, wells that go last
  order <- c("confounded", setdiff(names(faults), c("confounded", "missing_well", "extra_well", "missing_reference", "replicates")),
             "extra_well", "missing_reference", "replicates", "missing_well")
  layout <- NULL
  hits <- list()
  beside <- character()
  for (kind in intersect(order, planted)) {
    if (kind %in% c("extra_well", "missing_reference", "replicates", "missing_well") && is.null(layout)) layout <- x
    out <- faults[[kind]](x)
    x <- out$x
    hits[[kind]] <- list(hit = out$hit, kinds = out$kinds %||% kind)
    beside <- c(beside, out$beside)
  }
  if (is.null(layout)) layout <- x
  data <- suppressWarnings(cq_data(x, na = "nondetect", cycles = 45))
  found <- cq_check(data, reference = c("GAPDH", "ACTB"), group = "treatment", efficiency = efficiency,
                    layout = layout[c("run", "well", "sample", "target")])
  list(
    planted = planted, beside = beside, table = table(found$check),
    hit = vapply(hits, function(h) isTRUE(h$hit(found[found$check %in% h$kinds, ])), NA)
  )
}

time <- system.time(all <- lapply(seq_len(plates), function(i) one_plate()))
kinds <- sort(unique(c(names(faults), unlist(lapply(all, function(p) names(p$table))))))
out <- data.frame(
  kind = kinds,
  planted = vapply(kinds, function(k) sum(vapply(all, function(p) k %in% p$planted, NA)), 0L),
  found = vapply(kinds, function(k) sum(vapply(all, function(p) isTRUE(p$hit[k][[1]]), NA)), 0L),
  clean = vapply(kinds, function(k) sum(vapply(all, function(p) !k %in% c(p$planted, p$beside), NA)), 0L),
  alarms = vapply(kinds, function(k) sum(vapply(all, function(p) {
    if (k %in% c(p$planted, p$beside) || !k %in% names(p$table)) 0L else p$table[[k]]
  }, 0L)), 0L)
)
out$share <- ifelse(out$planted > 0, sprintf("%.1f %%", 100 * out$found / out$planted), "")
out$per_plate <- sprintf("%.3f", out$alarms / pmax(1, out$clean))
cat(plates, "simulated plates,", format(time[["elapsed"]], digits = 3), "s\n")
print(out[c("kind", "planted", "found", "share", "clean", "alarms", "per_plate")], row.names = FALSE)
cat(
  "all kinds: found", sprintf("%.1f %%", 100 * sum(out$found) / sum(out$planted)), "of", sum(out$planted), "faults;",
  sprintf("%.3f", sum(out$alarms / pmax(1, out$clean))), "false alarms a plate\n"
)
