# The package beside other programs, live and small: each function draws random data with a seed of its own, asks both,
# and says how far the answers are apart. Full-size figures are in programs.csv. All data are simulated. Other packages
# than base R's are asked only where they are installed. Used by the vignette "Validation" and by the tests.

has <- function(packages) all(vapply(packages, requireNamespace, NA, quietly = TRUE))

other_program <- function(package, name) getExportedValue(package, name)

quiet_warnings <- function(code) suppressMessages(suppressWarnings(code))

# A row of the table: differences of vectors that should be the same. Relative; `scale` stands in for the size of values
# that may lie near 0, as the standard error does for an estimate; 1 makes a difference absolute.
apart <- function(program, compared, ours, theirs, scale = NULL, n = length(ours), kind = "relative", limit = 1e-9) {
  stopifnot(length(ours) == length(theirs), !anyNA(ours), !anyNA(theirs))
  size <- if (is.null(scale)) pmax(abs(ours), abs(theirs), 1e-300) else scale
  data.frame(
    program = program, compared = compared, n = n, difference = max(abs(ours - theirs) / size), kind = kind,
    limit = limit
  )
}

# Version of a program for the table: base R's own packages share R's.
version_of <- function(program) {
  package <- sub(":.*", "", program)
  if (package %in% c("stats", "utils")) paste("R", getRversion()) else as.character(utils::packageVersion(package))
}

# ---- random experiments ----

# A sheet of samples; log2 quantities of 24 targets in them, beside one reference; wells whose Cq say so at E = 1.9
# (targets) and 2 (reference). y: samples x targets, what any other program gets to see.
random_experiment <- function(seed, sheet, targets = 24, sd = 0.4) {
  set.seed(seed, "Mersenne-Twister", "Inversion", "Rejection")
  n <- nrow(sheet)
  sheet$sample <- sprintf("s%02d", seq_len(n))
  cq <- matrix(stats::rnorm(n * targets, 24, sd), n, dimnames = list(sheet$sample, sprintf("T%02d", seq_len(targets))))
  for (column in setdiff(names(sheet), "sample")) {
    if (is.numeric(sheet[[column]])) next
    code <- match(sheet[[column]], unique(sheet[[column]]))
    cq <- cq + matrix(stats::rnorm(max(code) * targets), max(code))[code, ]
  }
  ref <- stats::rnorm(n, 18, 0.3)
  wells <- cbind(
    sheet[rep(seq_len(n), targets + 1), , drop = FALSE], target = rep(c(colnames(cq), "R"), each = n),
    cq = c(cq, ref)
  )
  list(sheet = sheet, wells = wells, y = ref - log2(1.9) * cq, targets = colnames(cq))
}

fit_experiment <- function(x, formula, control, ...) {
  eff <- ddcq::cq_efficiency(c(x$targets, "R"), rep(c(1.9, 2), c(length(x$targets), 1)))
  spare <- setdiff(names(x$sheet), c("sample", all.vars(formula)))
  quiet_warnings(ddcq::ddcq(
    ddcq::cq_data(x$wells), formula, reference = "R", control = control, efficiency = eff, ignore = spare, ...
  ))
}

# One target after another: other(y, sheet) gives estimate, se, df, p, low, high, or some of them, a row each contrast.
each_target <- function(x, other) {
  do.call(rbind, lapply(x$targets, function(target) other(x$y[, target], x$sheet)))
}

compare_rows <- function(program, compared, r, truth, n, limit = 1e-9) {
  se <- r$std.error
  ours <- cbind(estimate = r$estimate, se = se, df = r$df, p = r$p.value, low = r$conf.low, high = r$conf.high)
  size <- cbind(pmax(abs(r$estimate), se), se, r$df, r$p.value, pmax(abs(r$conf.low), se), pmax(abs(r$conf.high), se))
  columns <- intersect(colnames(ours), colnames(truth))
  apart(
    program, compared, as.vector(ours[, columns]), as.vector(truth[, columns]),
    as.vector(size[, match(columns, colnames(ours))]), n, limit = limit
  )
}

# ---- base R ----

two_groups <- data.frame(group = rep(c("a", "b"), c(4, 6)), block = paste0("k", c(1:4, 1:6)))

compare_t_test <- function() {
  row <- function(t, difference) {
    c(estimate = difference, se = t$stderr, df = t$parameter[[1]], p = t$p.value, low = t$conf.int[1],
      high = t$conf.int[2])
  }
  x <- random_experiment(1, two_groups)
  test <- function(var.equal) {
    each_target(x, function(y, s) {
      t <- stats::t.test(y[s$group == "b"], y[s$group == "a"], var.equal = var.equal)
      row(t, t$estimate[[1]] - t$estimate[[2]])
    })
  }
  pairs <- random_experiment(2, two_groups[c(1:4, 5:8), ])
  paired <- each_target(pairs, function(y, s) {
    t <- stats::t.test(y[s$group == "b"], y[s$group == "a"], paired = TRUE)
    row(t, t$estimate[[1]])
  })
  rbind(
    compare_rows("stats: t.test()", "Welch: estimate, SE, df, p, interval",
                 fit_experiment(x, ~group, "a", variance = "welch")$results, test(FALSE), 24),
    compare_rows("stats: t.test()", "equal variances, the same",
                 fit_experiment(x, ~group, "a", variance = "pooled")$results, test(TRUE), 24),
    compare_rows("stats: t.test()", "pairs, the same", fit_experiment(pairs, ~ group + block, "a")$results, paired, 24)
  )
}

three_groups <- data.frame(group = rep(c("a", "b", "c"), c(4, 3, 5)), block = rep(c("k1", "k2", "k3"), 4))

compare_lm <- function() {
  x <- random_experiment(3, three_groups)
  truth <- each_target(x, function(y, s) {
    fit <- stats::lm(y ~ group + block, s)
    b <- summary(fit)$coefficients[2:3, ]
    ends <- stats::confint(fit)[2:3, ]
    cbind(estimate = b[, 1], se = b[, 2], df = fit$df.residual, p = b[, 4], low = ends[, 1], high = ends[, 2])
  })
  r <- fit_experiment(x, ~ group + block, "a")$results
  compare_rows("stats: lm()", "three groups in unequal blocks", r, truth, 24)
}

compare_aov <- function() {
  sheet <- expand.grid(drug = c("none", "d"), dose = c("l1", "l2", "l3"), n = 1:3, stringsAsFactors = FALSE)[1:2]
  x <- random_experiment(4, sheet)
  a <- as.data.frame(stats::anova(fit_experiment(x, ~ drug * dose, c(drug = "none", dose = "l1"))))
  truth <- each_target(x, function(y, s) {
    t <- summary(stats::aov(y ~ drug * dose, s))[[1]][1:3, ]
    cbind(f = t[["F value"]], p = t[["Pr(>F)"]])
  })
  a <- a[order(match(a$target, x$targets), match(a$term, c("drug", "dose", "drug:dose"))), ]
  apart("stats: aov()", "two factors, balanced: F and p", c(a$statistic, a$p.value), as.vector(truth), n = 24)
}

compare_tukey <- function() {
  x <- random_experiment(5, three_groups["group"])
  r <- fit_experiment(x, ~group, "a", variance = "pooled", contrasts = "pairwise", adjust = "tukey")$results
  truth <- each_target(x, function(y, s) stats::TukeyHSD(stats::aov(y ~ group, s))$group)
  key <- paste(rep(x$targets, each = 3), sub("-", " vs ", rownames(truth)))
  r <- r[match(key, paste(r$target, r$contrast)), ]
  half <- r$adj.conf.high - r$estimate
  apart(
    "stats: TukeyHSD()", "adjusted p (absolute), half width", c(r$adj.p.value, half),
    c(truth[, "p adj"], truth[, "upr"] - truth[, "diff"]), c(rep(1, nrow(r)), half), 24, limit = 1e-8
  )
}

compare_p_adjust <- function() {
  x <- random_experiment(6, two_groups["group"])
  rows <- lapply(c("holm", "BH", "bonferroni"), function(adjust) {
    r <- fit_experiment(x, ~group, "a", adjust = adjust)$results
    cbind(r$adj.p.value, stats::p.adjust(r$p.value, adjust))
  })
  rows <- do.call(rbind, rows)
  apart("stats: p.adjust()", "Holm, BH, Bonferroni over 24 targets", rows[, 1], rows[, 2], n = 3, limit = 0)
}

compare_wilcoxon <- function() {
  x <- random_experiment(7, two_groups["group"])
  r <- quiet_warnings(ddcq::ddcq_permute(fit_experiment(x, ~group, "a"), statistic = "wilcoxon"))$results
  truth <- each_target(x, function(y, s) {
    w <- stats::wilcox.test(y[s$group == "b"], y[s$group == "a"], conf.int = TRUE)
    c(w$p.value, w$estimate, w$conf.int)
  })
  size <- c(r$p.value, rep(1, 3 * nrow(r)))
  apart(
    "stats: wilcox.test()", "exact p, shift, interval", c(r$p.value, r$estimate, r$conf.low, r$conf.high),
    as.vector(truth), size, 24
  )
}

# All 210 allocations of four and six, by combn().
compare_enumeration <- function() {
  x <- random_experiment(8, two_groups["group"])
  r <- quiet_warnings(ddcq::ddcq_permute(fit_experiment(x, ~group, "a")))$results
  sets <- utils::combn(10, 6)
  truth <- each_target(x, function(y, s) {
    t <- apply(sets, 2, function(i) mean(y[i]) - mean(y[-i]))
    mean(abs(t) >= abs(mean(y[s$group == "b"]) - mean(y[s$group == "a"])) - 1e-12)
  })
  apart("utils: combn()", "randomisation p by full enumeration", r$p.value, as.vector(truth), n = 24)
}

compare_power <- function() {
  plan <- expand.grid(sd = c(0.2, 0.5), fold = c(1.5, 2, 3), n = 3:6)
  ours <- mapply(function(sd, fold, n) ddcq::cq_power(sd, fold, n = n)$power, plan$sd, plan$fold, plan$n)
  theirs <- mapply(function(sd, fold, n) {
    stats::power.t.test(n, log2(fold), sd, strict = TRUE)$power
  }, plan$sd, plan$fold, plan$n)
  apart("stats: power.t.test()", "power of two groups", ours, theirs, limit = 1e-8)
}

compare_curve <- function() {
  set.seed(9, "Mersenne-Twister", "Inversion", "Rejection")
  d <- expand.grid(well = 1:3, log10 = 0:-4, target = sprintf("T%02d", 1:24), stringsAsFactors = FALSE)
  d$cq <- 18 - 3.4 * d$log10 + stats::rnorm(nrow(d), 0, 0.2)
  curve <- quiet_warnings(ddcq::cq_standard_curve(ddcq::cq_data(data.frame(
    sample = paste0("S", d$log10), target = d$target, task = "standard", quantity = 10^d$log10, cq = d$cq
  )), unit = "well"))
  truth <- do.call(rbind, lapply(split(d, d$target), function(one) {
    s <- summary(stats::lm(cq ~ log10, one))
    c(s$coefficients[2, 1:2], s$coefficients[1, 1], s$sigma, s$r.squared)
  }))
  ours <- as.matrix(as.data.frame(curve)[match(rownames(truth), curve$target), c(
    "slope", "slope_se", "intercept", "sigma", "r.squared"
  )])
  apart("stats: lm()", "standard curve: slope, SE, intercept, SD, R2", as.vector(ours), as.vector(truth), n = 24)
}

# ---- recommended packages ----

# Three of twelve samples not detected; each has the limit that its own reference leaves it.
compare_survreg <- function() {
  x <- random_experiment(10, data.frame(group = rep(c("a", "b"), each = 6)), targets = 12)
  late <- apply(x$y, 2, function(y) order(y)[1:3])
  for (i in seq_along(x$targets)) {
    x$wells$cq[x$wells$target == x$targets[i] & x$wells$sample %in% x$sheet$sample[late[, i]]] <- NA
  }
  # a last cycle that all detected wells are below, and the limits near them
  last <- ceiling(max(x$wells$cq, na.rm = TRUE)) + 1
  ref <- x$wells$cq[x$wells$target == "R"]
  eff <- ddcq::cq_efficiency(c(x$targets, "R"), rep(c(1.9, 2), c(12, 1)))
  r <- quiet_warnings(ddcq::ddcq(
    ddcq::cq_data(x$wells, na = "nondetect", cycles = last), ~group, reference = "R", control = "a", efficiency = eff
  ))$results
  survreg <- other_program("survival", "survreg")
  surv <- other_program("survival", "Surv")
  truth <- do.call(rbind, lapply(seq_along(x$targets), function(i) {
    detected <- !seq_len(12) %in% late[, i]
    y <- ifelse(detected, x$y[, i], ref - log2(1.9) * last)
    if (length(unique(x$sheet$group[detected])) < 2) {
      return(c(NA, NA))
    }
    s <- survreg(
      surv(-y, detected) ~ x$sheet$group, dist = "gaussian", control = list(rel.tolerance = 1e-12, maxiter = 200)
    )
    c(-s$coefficients[[2]], sqrt(s$var[2, 2] * 12 / 10))
  }))
  known <- !is.na(truth[, 1]) & is.finite(r$std.error)
  apart(
    "survival: survreg()", "non-detects: estimate, SE", c(r$estimate[known], r$std.error[known]),
    as.vector(truth[known, ]), rep(r$std.error[known], 2), sum(known), limit = 1e-6
  )
}

# The limits of boot.ci() from the same resamples, through the entry that draws none itself.
compare_boot <- function() {
  entry <- function(name, ...) .Call(utils::getFromNamespace(name, "ddcq"), ...)
  group <- rep(1:2, c(8, 10))
  set.seed(11, "Mersenne-Twister", "Inversion", "Rejection")
  rows <- lapply(1:12, function(i) {
    y <- stats::rexp(18) + group
    b <- other_program("boot", "boot")(
      y, function(y, i) mean(y[i][group == 2]) - mean(y[i][group == 1]), R = 299, strata = group
    )
    index <- t(other_program("boot", "boot.array")(b, indices = TRUE)) - rep(c(1L, 9L), c(8, 10))
    storage.mode(index) <- "integer"
    ours <- entry("c_bootstrap", cbind(y), c(8L, 10L), c(-1, 1), 299L, index)
    limits <- entry("c_bootstrap_limits", b$t, b$t0, ours$acceleration, 0.9)$limits[1:4, 1]
    influence <- c(-1, 1)[group] * (y - stats::ave(y, group)) / c(8, 10)[group]
    truth <- quiet_warnings(other_program("boot", "boot.ci")(b, conf = 0.9, type = c("perc", "bca"), L = influence))
    cbind(limits, c(truth$percent[4:5], truth$bca[4:5]))
  })
  rows <- do.call(rbind, rows)
  apart("boot: boot.ci()", "percentile and BCa limits, the same resamples", rows[, 1], rows[, 2], n = 12)
}

litters <- function(seed) {
  sheet <- expand.grid(group = c("a", "b"), litter = paste0("l", 1:6), n = 1:2, stringsAsFactors = FALSE)[1:2]
  x <- random_experiment(seed, sheet[-c(2, 7, 20), ], targets = 6)
  r <- fit_experiment(x, ~ group + (1 | litter), "a")$results
  list(x = x, r = r)
}

compare_lme <- function() {
  l <- litters(12)
  truth <- each_target(l$x, function(y, s) {
    s$y <- y
    fit <- other_program("nlme", "lme")(
      y ~ group, data = s, random = ~ 1 | litter, control = other_program("nlme", "lmeControl")(msTol = 1e-10)
    )
    summary(fit)$tTable[2, 1:2]
  })
  apart(
    "nlme: lme()", "random litters: estimate, SE", c(l$r$estimate, l$r$std.error), as.vector(truth),
    rep(l$r$std.error, 2), 6, limit = 1e-4
  )
}

# ---- others, where installed ----

compare_lmertest <- function() {
  l <- litters(13)
  truth <- each_target(l$x, function(y, s) {
    fit <- quiet_warnings(other_program("lmerTest", "lmer")(y ~ group + (1 | litter), s))
    b <- stats::coef(summary(fit))[2, ]
    c(estimate = b[[1]], se = b[[2]], df = b[[3]], p = b[[5]])
  })
  compare_rows("lmerTest: lmer()", "random litters: estimate, SE, df, p", l$r, truth, 6, limit = 1e-4)
}

compare_emmeans <- function() {
  sheet <- expand.grid(drug = c("none", "d"), line = c("x", "y", "z"), n = 1:3, stringsAsFactors = FALSE)[1:2]
  sheet <- sheet[-c(4, 9), ]
  sheet$rin <- seq(6, 9, length.out = nrow(sheet))
  x <- random_experiment(14, sheet, targets = 12)
  r <- fit_experiment(
    x, ~ drug * line + covariate(rin), c(drug = "none", line = "x"), variance = "pooled"
  )$results
  # every cell against the control cell, in the order of emmeans' grid
  truth <- each_target(x, function(y, s) {
    s$drug <- factor(s$drug, c("none", "d"))
    s$line <- factor(s$line, c("x", "y", "z"))
    s$y <- y
    grid <- other_program("emmeans", "emmeans")(stats::lm(y ~ drug * line + rin, s), c("drug", "line"))
    contrast <- other_program("emmeans", "contrast")(grid, "trt.vs.ctrl1", adjust = "none")
    e <- as.data.frame(summary(contrast, infer = TRUE))
    e <- e[order(e$estimate), ]
    cbind(estimate = e$estimate, se = e$SE, df = e$df, p = e$p.value, low = e$lower.CL, high = e$upper.CL)
  })
  r <- r[order(match(r$target, x$targets), r$estimate), ]
  compare_rows("emmeans: contrast()", "cells of two factors with a covariate, unbalanced", r, truth, 12)
}

compare_multcomp <- function() {
  x <- random_experiment(15, three_groups["group"], targets = 12)
  r <- fit_experiment(x, ~group, "a", variance = "pooled", adjust = "dunnett")$results
  truth <- each_target(x, function(y, s) {
    s <- data.frame(y = y, group = factor(s$group))
    dunnett <- other_program("multcomp", "mcp")(group = "Dunnett")
    g <- other_program("multcomp", "glht")(stats::aov(y ~ group, s), dunnett)
    cbind(as.numeric(summary(g)$test$pvalues))
  })
  apart("multcomp: glht()", "Dunnett's p", r$adj.p.value, as.vector(truth), 1, 12, "absolute", 1e-3)
}

compare_car <- function() {
  sheet <- expand.grid(drug = c("none", "d"), dose = c("l1", "l2", "l3"), n = 1:3, stringsAsFactors = FALSE)[1:2]
  x <- random_experiment(16, sheet[-c(3, 11), ], targets = 12)
  terms <- c("drug", "dose", "drug:dose")
  a <- as.data.frame(stats::anova(fit_experiment(x, ~ drug * dose, c(drug = "none", dose = "l1"))))
  a <- a[order(match(a$target, x$targets), match(a$term, terms)), ]
  truth <- each_target(x, function(y, s) {
    fit <- stats::lm(y ~ drug * dose, cbind(s, y = y), contrasts = list(drug = "contr.sum", dose = "contr.sum"))
    t <- other_program("car", "Anova")(fit, type = 3)[terms, ]
    cbind(t[["F value"]], t[["Pr(>F)"]])
  })
  apart("car: Anova()", "type III tests, unbalanced: F and p", c(a$statistic, a$p.value), as.vector(truth), n = 12)
}

compare_limma <- function() {
  x <- random_experiment(17, data.frame(group = rep(c("a", "b"), each = 3)), targets = 48)
  r <- ddcq::ddcq_moderate(fit_experiment(x, ~group, "a", variance = "pooled"))$results
  fit <- other_program("limma", "lmFit")(t(x$y), cbind(1, rep(0:1, each = 3)))
  e <- other_program("limma", "eBayes")(fit)
  apart(
    "limma: eBayes()", "moderated t, df and p", c(r$statistic, r$df, r$p.value),
    c(e$t[, 2], e$df.total, e$p.value[, 2]), n = 1
  )
}

compare_coin <- function() {
  x <- random_experiment(18, two_groups["group"], targets = 12)
  r <- quiet_warnings(ddcq::ddcq_permute(fit_experiment(x, ~group, "a")))$results
  exact <- other_program("coin", "exact")(algorithm = "split-up")
  truth <- each_target(x, function(y, s) {
    test <- other_program("coin", "oneway_test")(
      y ~ group, data.frame(y = y, group = factor(s$group)), distribution = exact
    )
    as.numeric(other_program("coin", "pvalue")(test))
  })
  apart("coin: oneway_test()", "exact randomisation p", r$p.value, as.vector(truth), n = 12)
}

compare_minpack <- function() {
  set.seed(19, "Mersenne-Twister", "Inversion", "Rejection")
  cycle <- 1:40
  truth <- cbind(b = stats::runif(24, -0.7, -0.5), c = 0.1, d = stats::runif(24, 4, 6), e = stats::runif(24, 18, 30))
  signal <- apply(truth, 1, function(p) p[["c"]] + (p[["d"]] - p[["c"]]) / (1 + exp(p[["b"]] * (cycle - p[["e"]]))))
  signal <- signal + stats::rnorm(length(signal), 0, 0.02)
  fit <- quiet_warnings(ddcq::cq_fit_curves(ddcq::cq_curves(data.frame(
    well = rep(sprintf("A%02d", 1:24), each = 40), cycle = rep(cycle, 24), fluorescence = as.vector(signal),
    sample = rep(sprintf("s%02d", 1:24), each = 40), target = "T"
  )), model = "b4", threads = 1))
  fit <- fit[order(fit$well), ]
  theirs <- t(vapply(1:24, function(i) {
    residual <- function(p) signal[, i] - p[2] - (p[3] - p[2]) / (1 + exp(p[1] * (cycle - p[4])))
    other_program("minpack.lm", "nls.lm")(
      truth[i, ], fn = residual, control = other_program("minpack.lm", "nls.lm.control")(ftol = 1e-14, ptol = 1e-14)
    )$par
  }, numeric(4)))
  sdm <- theirs[, 4] + log(2 + sqrt(3)) / theirs[, 1]
  ours <- cbind(fit$b, fit$c, fit$d, fit$e, fit$sdm)
  apart(
    "minpack.lm: nls.lm()", "logistic curves: b, c, d, e, Cq", as.vector(ours), as.vector(cbind(theirs, sdm)), n = 24,
    limit = 1e-5
  )
}

# ---- all of them ----

program_comparisons <- function() {
  list(
    list(compare_t_test), list(compare_lm), list(compare_aov), list(compare_tukey), list(compare_p_adjust),
    list(compare_wilcoxon), list(compare_enumeration), list(compare_power), list(compare_curve),
    list(compare_survreg, "survival"), list(compare_boot, "boot"), list(compare_lme, c("nlme", "lme4", "lmerTest")),
    list(compare_lmertest, c("lme4", "lmerTest")), list(compare_emmeans, "emmeans"), list(compare_multcomp, "multcomp"),
    list(compare_car, "car"), list(compare_limma, "limma"), list(compare_coin, "coin"),
    list(compare_minpack, "minpack.lm")
  )
}

# One row a comparison whose program is installed. The caller's random numbers go on as if nothing had been drawn.
programs_table <- function() {
  old <- get0(".Random.seed", globalenv(), inherits = FALSE)
  on.exit(if (is.null(old)) rm(".Random.seed", envir = globalenv()) else assign(".Random.seed", old, globalenv()))
  rows <- lapply(program_comparisons(), function(one) if (length(one) < 2 || has(one[[2]])) one[[1]]())
  d <- do.call(rbind, rows)
  d$version <- vapply(d$program, version_of, "", USE.NAMES = FALSE)
  d
}
