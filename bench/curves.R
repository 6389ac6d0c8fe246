# What the fit of amplification curves is worth: speed beside other ways in one run, and studies on simulated curves
# (all of them are simulated here; nothing in this file is real data). From the package's folder:
#   Rscript bench/curves.R [curves a study, 10000] [which: speed minima accuracy calls efficiency]
# minpack.lm is asked for; qpcR is used when it is there.

suppressPackageStartupMessages(library(ddcq))
args <- commandArgs(TRUE)
n_curves <- if (length(args)) as.integer(args[1]) else 10000L
parts <- if (length(args) > 1) args[-1] else c("speed", "minima", "accuracy", "calls", "efficiency")
has_qpcr <- requireNamespace("qpcR", quietly = TRUE)
cycle <- 1:40

say <- function(...) cat(sprintf(...), "\n", sep = "")
say("SIMULATED CURVES. %s, %s", R.version.string, format(Sys.time(), "%Y-%m-%d"))

share <- function(x, b, e, f) (1 + exp(b * (x - e)))^-f

# Truths: factor at the start of the exponential 1.7 to 2, f about 1, place anywhere from 16 to 30.
truths <- function(n, noise) {
  growth <- stats::runif(n, 1.7, 2)
  f <- exp(stats::rnorm(n, sd = 0.3))
  data.frame(
    b = -log(growth) / f, c = stats::runif(n, 0, 10), d = 0, e = stats::runif(n, 16, 30), f = f,
    height = stats::runif(n, 0.5, 20), noise = noise
  )
}

# matrix of 40 rows, one column a curve
draw <- function(t) {
  y <- vapply(seq_len(nrow(t)), function(i) {
    t$c[i] + t$height[i] * (share(cycle, t$b[i], t$e[i], t$f[i]) + stats::rnorm(40, sd = t$noise[i]))
  }, numeric(40))
  matrix(y, 40)
}

as_curves <- function(y) {
  n <- ncol(y)
  cq_curves(data.frame(
    well = rep(sprintf("w%06d", seq_len(n)), each = 40), cycle = cycle, fluorescence = as.vector(y),
    stringsAsFactors = FALSE
  ))
}

sdm_of <- function(b, e, f) e + log((3 * f + 1 + sqrt((5 * f + 1) * (f + 1))) / (2 * f^2)) / b

# Seconds of processor time, the best of several: other work on the machine does not count. Two threads can only be
# told by the clock, on a machine that has two cores to spare.
best_time <- function(expr, times = 5, clock = FALSE) {
  call <- substitute(expr)
  frame <- parent.frame()
  min(vapply(seq_len(times), function(i) {
    took <- system.time(eval(call, frame))
    if (clock) took[["elapsed"]] else took[["user.self"]] + took[["sys.self"]]
  }, 0))
}

# The lean fit in R: five parameters by minpack.lm with the analytic Jacobian, as fast as it can be written.
nls_lm <- function(y, start = NULL, maxiter = 200, jacobian = TRUE) {
  if (is.null(start)) {
    mid <- cycle[which(y > (min(y) + max(y)) / 2)[1]]
    start <- c(-0.6, stats::median(y[3:8]), max(y), mid, 0)
  }
  resid <- function(p) y - p[2] - (p[3] - p[2]) * exp(-exp(p[5]) * log1p(exp(p[1] * (cycle - p[4]))))
  jac <- function(p) {
    z <- exp(p[1] * (cycle - p[4]))
    l <- log1p(z)
    f <- exp(p[5])
    s <- exp(-f * l)
    h <- (p[3] - p[2]) * s
    du <- -h * f * z / (1 + z)
    -cbind(du * (cycle - p[4]), 1 - s, s, -du * p[1], -h * f * l)
  }
  minpack.lm::nls.lm(
    start, fn = resid, jac = if (jacobian) jac,
    control = minpack.lm::nls.lm.control(maxiter = maxiter, ftol = 1e-13, ptol = 1e-13, maxfev = 600)
  )
}

if ("speed" %in% parts) {
  set.seed(1)
  y <- draw(truths(1536, 0.01))
  x <- as_curves(y)
  one <- best_time(cq_fit_curves(x, threads = 1), 9)
  core <- ddcq:::curve_set(x)
  entry <- function(threads) {
    .Call(
      ddcq:::c_fit_curves, core$x, core$y, core$start, core$threshold, core$base_first, core$base_last,
      c(1L, 0L, 1L), threads
    )
  }
  entry_one <- best_time(entry(1L), 9)
  say("speed, 1,536 curves x 40 cycles, five parameters + SDM + SE + window of linearity; processor time, best of several")
  say("  cq_fit_curves(), one thread          %8.1f ms  %.4f ms a curve", one * 1e3, one / 1536 * 1e3)
  say("  the C entry alone, one thread        %8.1f ms  %.4f ms a curve", entry_one * 1e3, entry_one / 1536 * 1e3)
  clock_one <- best_time(entry(1L), 60, TRUE)
  clock_two <- best_time(entry(2L), 60, TRUE)
  say("  by the clock (load %s): one thread %.1f ms, two %.1f ms: %.2f times",
    tryCatch(strsplit(readLines("/proc/loadavg"), " ")[[1]][1], error = function(e) "unknown"), clock_one * 1e3,
    clock_two * 1e3, clock_one / clock_two)
  few <- 1:192
  lean <- best_time(for (i in few) {
    p <- nls_lm(y[, i])$par
    sdm_of(p[1], p[4], exp(p[5]))
  }, 3) / length(few)
  say("  minpack.lm::nls.lm, Jacobian + SDM   %8.3f ms a curve: %.0f times cq_fit_curves()", lean * 1e3, lean / one * 1536)
  lean <- best_time(for (i in few) {
    p <- nls_lm(y[, i], jacobian = FALSE)$par
    d2 <- diff(p[2] + (p[3] - p[2]) * share(seq(1, 40, 0.01), p[1], p[4], exp(p[5])), differences = 2)
    seq(1, 40, 0.01)[which.max(d2) + 1]
  }, 3) / length(few)
  say("  the same, no Jacobian, SDM on a grid %8.3f ms a curve: %.0f times", lean * 1e3, lean / one * 1536)
  if (has_qpcr) {
    suppressPackageStartupMessages(library(qpcR))
    few <- 1:48
    d <- data.frame(Cycles = cycle, y)
    peer <- best_time(for (i in few) {
      utils::capture.output(m <- pcrfit(d, 1, i + 1, model = l5, verbose = FALSE))
      suppressWarnings(efficiency(m, plot = FALSE, type = "cpD2"))
    }, 2) / length(few)
    say("  qpcR::pcrfit(l5) + efficiency        %8.3f ms a curve: %.0f times", peer * 1e3, peer / one * 1536)
    peer <- best_time(for (i in few) {
      utils::capture.output(m <- pcrfit(d, 1, i + 1, model = b5, verbose = FALSE))
      suppressWarnings(efficiency(m, plot = FALSE, type = "cpD2"))
    }, 2) / length(few)
    say("  qpcR::pcrfit(b5) + efficiency        %8.3f ms a curve: %.0f times", peer * 1e3, peer / one * 1536)
  } else {
    say("  qpcR is not installed: not measured")
  }
  for (model in c("b4", "l5", "gompertz")) {
    took <- best_time(cq_fit_curves(x, model = model, threads = 1), 3)
    say("  cq_fit_curves(model = \"%s\")          %8.4f ms a curve", model, took / 1536 * 1e3)
  }
}

if ("minima" %in% parts) {
  set.seed(2)
  t <- truths(n_curves, exp(stats::runif(n_curves, log(0.001), log(0.03))))
  y <- draw(t)
  fit <- as.data.frame(cq_fit_curves(as_curves(y), cut_hook = FALSE, min_rise = 0, progress = FALSE))
  slopes <- c(-0.6, -0.35, -0.35, -0.9, -0.9, -0.6)
  logs <- c(0, 0.7, -0.7, 0.7, -0.7, 1.2)
  best <- vapply(seq_len(n_curves), function(i) {
    v <- y[, i]
    mid <- cycle[which(v > (min(v) + max(v)) / 2)[1]]
    min(vapply(1:6, function(k) {
      start <- c(slopes[k], stats::median(v[3:8]), max(v), mid, logs[k])
      tryCatch(suppressWarnings(nls_lm(v, start))$deviance, error = function(e) Inf)
    }, 0))
  }, 0)
  good <- fit$rss <= best * (1 + 1e-6)
  say("minima, %d curves, noise 0.1 to 3 %% of the height, another solver from six starts", n_curves)
  say("  at the best of the six (RSS within 1e-6): %.3f %%; better than all six: %d; no five-parameter fit: %d",
    100 * mean(good %in% TRUE), sum(fit$rss < best * (1 - 1e-6), na.rm = TRUE), sum(fit$model != "b5" | is.na(fit$model)))
  worst <- max(fit$rss / best - 1, na.rm = TRUE)
  say("  largest excess of RSS: %.2g", worst)
}

if ("accuracy" %in% parts) {
  for (noise in c(0.003, 0.01)) {
    set.seed(3)
    t <- truths(n_curves, noise)
    fit <- as.data.frame(cq_fit_curves(as_curves(draw(t)), min_rise = 0, cut_hook = FALSE, progress = FALSE))
    truth <- sdm_of(t$b, t$e, t$f)
    bound <- vapply(seq_len(n_curves), function(i) {
      b <- t$b[i]; e <- t$e[i]; f <- t$f[i]
      z <- exp(b * (cycle - e))
      s <- (1 + z)^-f
      du <- -s * f * z / (1 + z)
      j <- cbind(du * (cycle - e), 1 - s, s, -du * b, -s * f * log1p(z))
      top <- 3 * f + 1 + sqrt((5 * f + 1) * (f + 1))
      by_g <- (3 + (5 * f + 3) / sqrt((5 * f + 1) * (f + 1))) * f / top - 2
      g <- c(-log(top / (2 * f^2)) / b^2, 0, 0, 1, by_g / b)
      noise * sqrt(drop(g %*% solve(crossprod(j), g)))
    }, 0)
    use <- fit$state == "quantified"
    off <- (fit$sdm - truth)[use]
    half <- stats::qt(0.975, fit$df) * fit$cq_se
    say("accuracy, %d curves, noise %.1f %% of the height: %d quantified", n_curves, 100 * noise, sum(use))
    say("  RMSE of SDM over the Cramer-Rao bound: %.4f (RMSE %.4f cycles, bias %.5f)",
      sqrt(mean(off^2) / mean(bound[use]^2)), sqrt(mean(off^2)), mean(off))
    say("  coverage of Cq +- t SE: %.2f %% (95 %% wanted; binomial SE %.2f)",
      100 * mean(abs(off) <= half[use]), 100 * sqrt(0.05 * 0.95 / sum(use)))
  }
}

if ("calls" %in% parts) {
  set.seed(4)
  kinds <- list(
    flat = function(a, e) e, linear = function(a, e) a * cycle / 40 + e, falling = function(a, e) -a * cycle / 40 + e,
    quadratic = function(a, e) a * (cycle / 40)^2 + e,
    saturating = function(a, e) a * (1 - exp(-cycle / stats::runif(1, 2, 12))) + e,
    decaying = function(a, e) a * exp(-cycle / stats::runif(1, 2, 12)) + a / 2 * cycle / 40 + e,
    wave = function(a, e) a / 2 * sin(stats::runif(1, 0, 6.28) + cycle / 13) + e,
    "AR(1), 0.5" = function(a, e) stats::filter(e, 0.5, "recursive"), "t on 3 df" = function(a, e) stats::rt(40, 3),
    outlier = function(a, e) replace(e, sample(40, 1), 8)
  )
  each <- ceiling(n_curves / length(kinds))
  say("calls, %d curves without amplification, %d of each kind; drifts of 0 to 20 times the noise", each * length(kinds), each)
  total <- 0
  for (kind in names(kinds)) {
    y <- vapply(seq_len(each), function(i) as.double(kinds[[kind]](stats::runif(1, 0, 20), stats::rnorm(40))), numeric(40))
    fit <- cq_fit_curves(as_curves(y), min_rise = 0, progress = FALSE)
    called <- sum(fit$state == "quantified")
    total <- total + called
    say("  %-12s amplified %d, non-detects %d, excluded %d", kind, called, sum(fit$state == "nondetect"),
      sum(fit$state == "excluded"))
  }
  say("  called amplified: %.3f %%", 100 * total / (each * length(kinds)))
  missed <- function(noise) {
    fit <- cq_fit_curves(as_curves(draw(truths(length(noise), noise))), min_rise = 0, progress = FALSE)
    100 * mean(fit$state != "quantified")
  }
  say("  %d true curves, height 10 to 1,000 times the noise (log-uniform): missed %.3f %%", n_curves,
    missed(exp(-stats::runif(n_curves, log(10), log(1000)))))
  for (ratio in c(10, 12, 15, 20)) {
    say("  %d true curves, height exactly %d times the noise: missed %.3f %%", n_curves, ratio,
      missed(rep(1 / ratio, n_curves)))
  }
}

# Amplification with exhaustion, N + (E - 1) N (1 - N) a cycle: five tenfold dilutions in eight wells each.
if ("efficiency" %in% parts) {
  set.seed(5)
  kinetics <- function(e, n0) {
    n <- numeric(45)
    for (i in seq_along(n)) {
      n[i] <- n0
      n0 <- n0 * (1 + (e - 1) * (1 - n0))
    }
    n
  }
  plates <- max(2, n_curves %/% 400)
  say("efficiency, %d plates of 40 wells a row: window of linearity (mean over the target), sigmoid at SDM, dilution curve", plates)
  say("  noise    E    window bias (SD)                   at SDM bias (SD)  dilution bias (SD)")
  for (noise in c(0.001, 0.003)) {
    for (e in c(1.7, 1.8, 1.9, 2)) {
      got <- vapply(seq_len(plates), function(p) {
        n0 <- rep(10^-(5:9), each = 8)
        y <- vapply(n0, function(q) 0.3 + kinetics(e, q) + stats::rnorm(45, sd = noise), numeric(45))
        x <- cq_curves(data.frame(
          well = rep(sprintf("w%02d", 1:40), each = 45), cycle = 1:45, fluorescence = as.vector(y), target = "t"
        ))
        fit <- cq_fit_curves(x, progress = FALSE)
        own <- suppressWarnings(cq_curve_efficiency(fit))
        slope <- stats::coef(stats::lm(fit$cq ~ log10(n0)))[2]
        c(own$efficiency, own$std.error, mean(fit$efficiency_at_cq, na.rm = TRUE), 10^(-1 / slope))
      }, numeric(4))
      say("  %.1f %%  %.1f   %+.3f (%.3f, mean SE %.3f)   %+.3f (%.3f)       %+.4f (%.4f)", 100 * noise, e,
        mean(got[1, ], na.rm = TRUE) - e, stats::sd(got[1, ], na.rm = TRUE), mean(got[2, ], na.rm = TRUE),
        mean(got[3, ]) - e, stats::sd(got[3, ]), mean(got[4, ]) - e, stats::sd(got[4, ]))
    }
  }
}
