# How long ddcq() takes beside other ways to the same numbers, all in one run. From the package's folder:
#   Rscript bench/ddcq.R [repetitions at the largest size]
# Two groups, triplicates, two references; 4 a group x 16 targets (one plate), 32 x 200, 100 x 640. Every way starts
# from a data frame of wells (sample, target, treatment, cq), rows in order and shuffled. The technical SD is small
# enough that no doubt is raised: a warning costs its message, about 10 ms. The numbers are compared first.
# data.table is used when it is there, rtpcr (from a wide table, replicates averaged, which is not timed) too.

suppressPackageStartupMessages(library(ddcq))
has_dt <- requireNamespace("data.table", quietly = TRUE)
has_rtpcr <- requireNamespace("rtpcr", quietly = TRUE)
if (has_dt) suppressPackageStartupMessages(library(data.table))
args <- commandArgs(TRUE)
last_repetitions <- if (length(args)) as.integer(args[1]) else 15L

references <- c("REF1", "REF2")

wells_of <- function(n, genes) {
  set.seed(7)
  samples <- c(sprintf("ctl%03d", seq_len(n)), sprintf("trt%03d", seq_len(n)))
  targets <- c(sprintf("G%03d", seq_len(genes - 2)), references)
  d <- expand.grid(rep = 1:3, target = targets, sample = samples, stringsAsFactors = FALSE)[3:1]
  d$treatment <- ifelse(startsWith(d$sample, "ctl"), "vehicle", "drug")
  level <- stats::setNames(stats::runif(genes, 18, 26), targets)
  cell <- rep(stats::rnorm(length(samples) * genes, sd = 0.3), each = 3)
  up <- d$treatment == "drug" & !d$target %in% references
  d$cq <- level[d$target] + cell + stats::rnorm(nrow(d), sd = 0.03) - 0.7 * up
  d$rep <- NULL
  list(wells = d, efficiency = cq_efficiency(targets, stats::runif(genes, 1.85, 2.02), std.error = 0.01, df = 4))
}

# ---- the same job in other ways ----

welch <- function(n0, m0, v0, n1, m1, v1) {
  u0 <- v0 / n0
  u1 <- v1 / n1
  estimate <- m0 - m1
  se <- sqrt(u0 + u1)
  df <- (u0 + u1)^2 / (u0^2 / (n0 - 1) + u1^2 / (n1 - 1))
  half <- qt(0.975, df) * se
  p <- 2 * pt(-abs(estimate / se), df)
  data.frame(estimate, std.error = se, df, p.value = p, low = estimate - half, high = estimate + half)
}

base_way <- function(d, e) {
  targets <- unique(d$target)
  samples <- unique(d$sample)
  cell <- match(d$sample, samples) + (match(d$target, targets) - 1L) * length(samples)
  sums <- rowsum(d$cq, cell, reorder = TRUE)
  cq <- matrix(sums / tabulate(cell), length(samples), dimnames = list(samples, targets))
  z <- cq * rep(log2(e$efficiency[match(targets, e$target)]), each = length(samples))
  dcq <- z[, !targets %in% references, drop = FALSE] - rowMeans(z[, references])
  drug <- d$treatment[match(samples, d$sample)] == "drug"
  moments <- function(rows) {
    x <- dcq[rows, , drop = FALSE]
    m <- colMeans(x)
    list(nrow(x), m, colSums((x - rep(m, each = nrow(x)))^2) / (nrow(x) - 1))
  }
  cbind(target = colnames(dcq), do.call(welch, c(moments(!drug), moments(drug))))
}

data_table_way <- function(d, e) {
  wells <- as.data.table(d)
  cells <- wells[, .(cq = mean(cq)), by = .(sample, target, treatment)]
  cells[, z := cq * log2(e$efficiency[match(target, e$target)])]
  level <- cells[target %in% references, .(level = mean(z)), by = sample]
  own <- cells[!target %in% references]
  own[, dcq := z - level$level[match(sample, level$sample)]]
  by_group <- own[, .(n = .N, m = mean(dcq), v = var(dcq)), by = .(target, treatment)]
  a <- by_group[treatment == "vehicle"]
  b <- by_group[treatment == "drug"][match(a$target, target)]
  cbind(target = a$target, welch(a$n, a$m, a$v, b$n, b$m, b$v))
}

wide_of <- function(d, e) {
  cq <- tapply(d$cq, list(d$sample, d$target), mean)[unique(d$sample), unique(d$target)]
  out <- data.frame(condition = d$treatment[match(rownames(cq), d$sample)], rep = NA)
  out$condition <- factor(out$condition, c("vehicle", "drug"))
  out$rep <- stats::ave(seq_len(nrow(out)), out$condition, FUN = seq_along)
  for (target in colnames(cq)) {
    out[[paste0("E_", target)]] <- e$efficiency[match(target, e$target)]
    out[[paste0("Ct_", target)]] <- cq[, target]
  }
  out
}

rtpcr_way <- function(wide) {
  utils::capture.output(out <- suppressMessages(suppressWarnings(
    rtpcr::TTEST_DDCt(wide, numberOfrefGenes = 2, var.equal = FALSE)
  )))
  out
}

# Compiled in a folder of its own, and away with the session.
compile_plain_c <- function() {
  file <- c("plain_c.c", "bench/plain_c.c")
  file <- file[file.exists(file)][1]
  dir <- tempfile("plain_c")
  dir.create(dir)
  file.copy(file, dir)
  old <- setwd(dir)
  on.exit(setwd(old))
  status <- system2(file.path(R.home("bin"), "R"), c("CMD", "SHLIB", "plain_c.c"), stdout = FALSE, stderr = FALSE)
  stopifnot(status == 0)
  dll <- dyn.load(file.path(dir, paste0("plain_c", .Platform$dynlib.ext)))
  getNativeSymbolInfo("plain_ddcq", dll)
}
plain_symbol <- compile_plain_c()
plain_c_way <- function(d, e) {
  table <- unclass(e)[c("target", "efficiency", "std.error", "df")]
  .Call(plain_symbol, d$sample, d$target, d$treatment, d$cq, references, "vehicle", table)
}

ours <- function(x, e) ddcq(x, ~treatment, reference = references, control = "vehicle", efficiency = e)

# ---- first the numbers ----

compare <- function(d, e) {
  exact <- e
  exact$std.error <- NA_real_
  fit <- ours(cq_data(d), exact)$results
  base <- base_way(d, e)
  at <- match(base$target, fit$target)
  pick <- c("estimate", "std.error", "df", "p.value", "conf.low", "conf.high")
  off <- function(a, b) max(abs(a - b) / pmax(abs(b), 1e-300))
  out <- c(base = max(mapply(off, base[c("estimate", "std.error", "df", "p.value", "low", "high")], fit[at, pick])))
  if (has_dt) {
    dt <- as.data.frame(data_table_way(d, e))
    dt <- dt[match(base$target, dt$target), ]
    out["data.table"] <- max(mapply(off, dt[-1], base[-1]))
  }
  full <- ours(cq_data(d), e)
  plain <- plain_c_way(d, e)
  at <- match(plain$target, full$spec$targets)
  se <- sqrt(full$parts$var_biological[at, 1] + full$parts$var_efficiency[at, 1])
  out["plain C"] <- max(
    off(plain$estimate, full$parts$estimate[at, 1]), off(plain$std.error, se), off(plain$df, full$parts$df[at, 1])
  )
  stopifnot(out < 1e-9)
  out
}

# ---- then the clock ----

# Milliseconds of each way, taken in turns so that a busy spell of the machine touches all of them.
clock <- function(ways, repetitions, inner) {
  for (way in ways) for (i in 1:3) way()
  gc()
  ms <- matrix(NA_real_, repetitions, length(ways), dimnames = list(NULL, names(ways)))
  for (r in seq_len(repetitions)) {
    for (w in names(ways)) {
      way <- ways[[w]]
      begin <- Sys.time()
      for (i in seq_len(inner)) way()
      ms[r, w] <- as.double(Sys.time() - begin, units = "secs") * 1000 / inner
    }
  }
  ms
}

one_size <- function(n, genes, repetitions, inner, shuffled) {
  made <- wells_of(n, genes)
  d <- made$wells
  if (shuffled) d <- d[sample(nrow(d)), ]
  rownames(d) <- NULL
  e <- made$efficiency
  differ <- compare(d, e)
  x <- cq_data(d)
  ways <- list(
    "ddcq()" = function() ours(x, e), "cq_data() + ddcq()" = function() ours(cq_data(d), e),
    "base, vectorised" = function() base_way(d, e), "plain C" = function() plain_c_way(d, e)
  )
  if (has_dt) ways[["data.table, vectorised"]] <- function() data_table_way(d, e)
  ms <- clock(ways, repetitions, inner)
  if (has_rtpcr && nrow(d) < 1e5) {
    wide <- wide_of(d, e)
    slow <- try(clock(list(rtpcr = function() rtpcr_way(wide)), 3, 1), silent = TRUE)
    if (inherits(slow, "try-error")) message(slow) else ms <- cbind(ms, rtpcr = slow[seq_len(repetitions)])
  }
  data.frame(
    wells = nrow(d), rows = if (shuffled) "shuffled" else "in order", way = colnames(ms),
    min = apply(ms, 2, min, na.rm = TRUE), median = apply(ms, 2, stats::median, na.rm = TRUE),
    differ = max(differ), row.names = NULL
  )
}

sizes <- list(
  c(4, 16, max(30, last_repetitions), 20), c(32, 200, max(15, last_repetitions), 2), c(100, 640, last_repetitions, 1)
)
table <- do.call(rbind, unlist(lapply(sizes, function(s) {
  lapply(c(FALSE, TRUE), function(shuffled) one_size(s[1], s[2], s[3], s[4], shuffled))
}), recursive = FALSE))

# Ratios: how many times the minimum of ddcq() each way takes.
ratio <- unlist(lapply(split(seq_len(nrow(table)), paste(table$wells, table$rows)), function(rows) {
  stats::setNames(table$min[rows] / table$min[rows][table$way[rows] == "ddcq()"], rows)
}))
names(ratio) <- sub(".*\\.", "", names(ratio))
table$ratio <- ratio[as.character(seq_len(nrow(table)))]

lines <- c(
  "| wells | rows | way | min, ms | median, ms | times the minimum of ddcq() |", "|---:|---|---|---:|---:|---:|",
  sprintf(
    "| %s | %s | %s | %.3g | %.3g | %.2f |", format(table$wells, big.mark = ",", trim = TRUE), table$rows, table$way,
    table$min, table$median, table$ratio
  )
)
writeLines(lines)
cat("largest relative difference of any number:", format(max(table$differ), digits = 2), "\n")
if (has_dt) cat("data.table", format(utils::packageVersion("data.table")), "with", getDTthreads(), "thread(s)\n")
cat(R.version.string, "\n")

# ---- a 2 x 3 factorial with a block, 384,000 wells, beside two groups of the same size ----

factorial_of <- function(d) {
  samples <- unique(d$sample)
  i <- match(d$sample, samples) - 1L
  d$treatment <- c("vehicle", "drug")[i %% 2L + 1L]
  d$dose <- c("d0", "d1", "d2")[i %/% 2L %% 3L + 1L]
  d$plate <- paste0("p", i %/% 6L %% 4L + 1L)
  d
}

ours_factorial <- function(x, e) {
  ddcq(
    x, ~ treatment * dose + plate, reference = references, control = c(treatment = "vehicle", dose = "d0"),
    efficiency = e
  )
}

# All targets at once by lm(): means of wells, normalised, a matrix response, the five contrasts with t and p.
lm_way <- function(d, e) {
  targets <- unique(d$target)
  samples <- unique(d$sample)
  cell <- match(d$sample, samples) + (match(d$target, targets) - 1L) * length(samples)
  cq <- matrix(rowsum(d$cq, cell, reorder = TRUE) / tabulate(cell), length(samples), dimnames = list(NULL, targets))
  z <- cq * rep(log2(e$efficiency[match(targets, e$target)]), each = length(samples))
  y <- rowMeans(z[, references]) - z[, !targets %in% references, drop = FALSE]
  sheet <- d[match(samples, d$sample), ]
  sheet$treatment <- factor(sheet$treatment, c("vehicle", "drug"))
  fit <- lm(y ~ treatment * dose + plate, sheet)
  k <- matrix(0, 5, 9, dimnames = list(NULL, rownames(coef(fit))))
  k[cbind(c(1, 3, 5), 2)] <- 1
  k[cbind(c(2, 3), 3)] <- 1
  k[cbind(c(4, 5), 4)] <- 1
  k[3, "treatmentdrug:dosed1"] <- k[5, "treatmentdrug:dosed2"] <- 1
  estimate <- k %*% coef(fit)
  unit <- diag(k %*% chol2inv(qr.R(fit$qr)) %*% t(k))
  se <- sqrt(outer(unit, colSums(fit$residuals^2) / fit$df.residual))
  t <- estimate / se
  half <- qt(0.975, fit$df.residual) * se
  list(
    estimate = estimate, std.error = se, p.value = 2 * pt(-abs(t), fit$df.residual), conf.low = estimate - half,
    conf.high = estimate + half
  )
}

factorial_job <- function(repetitions, shuffled) {
  made <- wells_of(100, 640)
  d <- if (shuffled) made$wells[sample(nrow(made$wells)), ] else made$wells
  rownames(d) <- NULL
  e <- made$efficiency
  f <- factorial_of(d)
  x <- cq_data(d)
  xf <- cq_data(f)
  exact <- e
  exact$std.error <- NA_real_
  own <- suppressWarnings(ours_factorial(xf, exact))$results
  truth <- lm_way(f, e)
  # contrasts by name: the order of levels is that of the rows
  want <- c("drug:d0", "vehicle:d1", "drug:d1", "vehicle:d2", "drug:d2")
  at <- outer(paste(want, "vs vehicle:d0"), colnames(truth$estimate), function(a, b) match(paste(b, a), paste(
    own$target, own$contrast
  )))
  off <- function(name) max(abs(own[[name]][at] - truth[[name]]) / pmax(abs(truth[[name]]), truth$std.error))
  differ <- max(vapply(names(truth)[-3], off, 0), abs(own$p.value[at] / truth$p.value - 1))
  stopifnot(differ < 1e-8)
  ms <- clock(list(
    "two groups, ddcq()" = function() ours(x, e), "2 x 3 + block, ddcq()" = function() suppressWarnings(ours_factorial(xf, e)),
    "2 x 3 + block, lm() with a matrix response" = function() lm_way(f, e)
  ), repetitions, 1)
  data.frame(
    rows = if (shuffled) "shuffled" else "in order", way = colnames(ms), min = apply(ms, 2, min),
    median = apply(ms, 2, stats::median), ratio = apply(ms, 2, min) / min(ms[, 1]), differ = differ, row.names = NULL
  )
}

jobs <- do.call(rbind, lapply(c(FALSE, TRUE), factorial_job, repetitions = last_repetitions))
writeLines(c(
  "", "| rows | way | min, ms | median, ms | times the two groups |", "|---|---|---:|---:|---:|",
  sprintf("| %s | %s | %.3g | %.3g | %.2f |", jobs$rows, jobs$way, jobs$min, jobs$median, jobs$ratio)
))
cat("largest relative difference from lm():", format(max(jobs$differ), digits = 2), "\n")
