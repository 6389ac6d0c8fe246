# Random experiments, and what plain R makes of them: the package's arithmetic is held against code that shares
# nothing with it. Also used by bench/.

# Internal functions and entry points, whether the tests run inside the namespace or not.
internal <- function(name) get(name, envir = asNamespace("ddcq"))

with_seed <- function(seed, code) {
  old <- get0(".Random.seed", globalenv(), inherits = FALSE)
  on.exit(if (is.null(old)) rm(".Random.seed", envir = globalenv()) else assign(".Random.seed", old, globalenv()))
  set.seed(seed, "Mersenne-Twister", "Inversion", "Rejection")
  code
}

# How many random designs a property is tried on: few where time is short (CRAN).
n_designs <- function(default = if (identical(Sys.getenv("NOT_CRAN"), "true")) 25L else 5L) {
  as.integer(Sys.getenv("DDCQ_DESIGNS", default))
}

quietly <- function(code) suppressWarnings(code, classes = "ddcq_warning")

pick <- function(x, n = 1L) x[sample.int(length(x), n)]

# ---- random experiments ----

# 2 to 8 groups of 1 to 12 samples, 1 to 5 references, 1 to 3 targets, 1 to 4 wells a cell, up to a fifth of the wells
# without a value (as a row without a Cq, or no row at all), a block that groups do not align with; or, paired, a block
# that has one sample in every group.
random_design <- function(seed, groups = 2:8, samples = 1:12, refs = 1:5, targets = 1:3, missing = c(0, 0.2),
                          se = TRUE, paired = FALSE) {
  with_seed(seed, {
    size <- if (paired) rep(pick(samples), pick(groups)) else sample(samples, pick(groups), replace = TRUE)
    names <- list(
      group = paste0("g", seq_along(size)), ref = paste0("ref", seq_len(pick(refs))),
      target = paste0("target", seq_len(pick(targets)))
    )
    sheet <- data.frame(
      sample = sprintf("s%02d", seq_len(sum(size))), group = rep(names$group, size),
      block = if (paired) paste0("b", sequence(size)) else pick_blocks(sum(size)), stringsAsFactors = FALSE
    )
    wells <- random_wells(sheet, names)
    list(
      wells = lose_wells(wells, stats::runif(1, missing[1], missing[2]), names$ref), reference = names$ref,
      targets = names$target, groups = names$group, control = names$group[1],
      efficiency = random_efficiency(c(names$target, names$ref), se), seed = seed
    )
  })
}

pick_blocks <- function(n) paste0("b", sample.int(pick(2:3), n, replace = TRUE))

random_wells <- function(sheet, names) {
  genes <- c(names$target, names$ref)
  level <- stats::setNames(stats::runif(length(genes), 16, 28), genes)
  effect <- matrix(
    stats::rnorm(length(genes) * length(names$group), 0, 1), length(genes), dimnames = list(genes, names$group)
  )
  effect[names$ref, ] <- effect[names$ref, ] / 10
  load <- stats::setNames(stats::rnorm(nrow(sheet), 0, 0.5), sheet$sample)
  cells <- merge(sheet, data.frame(target = genes, stringsAsFactors = FALSE))
  cells$at <- level[cells$target] + effect[cbind(cells$target, cells$group)] + load[cells$sample] +
    stats::rnorm(nrow(cells), 0, 0.3)
  wells <- cells[rep(seq_len(nrow(cells)), sample.int(4, nrow(cells), replace = TRUE)), ]
  wells$cq <- wells$at + stats::rnorm(nrow(wells), 0, 0.1)
  wells <- wells[sample.int(nrow(wells)), c("sample", "target", "cq", "group", "block")]
  rownames(wells) <- NULL
  wells
}

# Every sample keeps a row, and at least one sample keeps all its references.
lose_wells <- function(wells, rate, refs) {
  gone <- stats::runif(nrow(wells)) < rate
  whole <- table(wells$sample[!gone], wells$target[!gone])
  if (!all(refs %in% colnames(whole)) || !any(rowSums(whole[, refs, drop = FALSE] > 0) == length(refs))) {
    return(wells)
  }
  wells$cq[gone] <- NA
  first <- !duplicated(wells$sample)
  wells[!gone | first | stats::runif(nrow(wells)) < 0.5, ]
}

random_efficiency <- function(genes, se) {
  n <- length(genes)
  ddcq::cq_efficiency(
    genes, if (n == 1) 1.93 else stats::runif(n, 1.8, 2.1), if (se) stats::runif(n, 0.003, 0.04) else NA,
    if (se) sample(c(2, 3, 5, 13, NA), n, replace = TRUE) else NA
  )
}

# The fit of a design through the public door.
fit_design <- function(d, formula = ~group, ..., wells = d$wells, reference = d$reference, control = d$control,
                       efficiency = d$efficiency) {
  x <- ddcq::cq_data(wells, na = "missing")
  # blocks that the formula leaves out mean nothing here; some happen to group samples
  spare <- intersect(setdiff("block", all.vars(formula)), names(wells))
  quietly(ddcq::ddcq(
    x, formula, reference = reference, control = control, efficiency = efficiency, ignore = spare, ...
  ))
}

# ---- the same in plain R ----

# Mean Cq of each sample and target.
plain_means <- function(d) {
  w <- d$wells[!is.na(d$wells$cq), ]
  samples <- unique(d$wells$sample)
  genes <- c(d$targets, d$reference)
  means <- matrix(NA_real_, length(samples), length(genes), dimnames = list(samples, genes))
  found <- tapply(w$cq, list(factor(w$sample, samples), factor(w$target, genes)), mean)
  means[] <- found
  means
}

plain_weights <- function(d, genes) {
  log2(d$efficiency$efficiency[match(genes, d$efficiency$target)])
}

# One data frame a target: log2 quantity of each sample that has the target and all references, with its factors.
plain_samples <- function(d, target) {
  cq <- plain_means(d)
  z <- sweep(cq, 2, plain_weights(d, colnames(cq)), `*`)
  y <- -(z[, target] - rowMeans(z[, d$reference, drop = FALSE]))
  sheet <- d$wells[match(names(y), d$wells$sample), ]
  out <- data.frame(
    sample = names(y), y = unname(y), group = factor(sheet$group, c(d$control, setdiff(d$groups, d$control))),
    block = factor(sheet$block), stringsAsFactors = FALSE
  )
  cbind(out, as.data.frame(cq))[is.finite(y), ]
}

# The estimator of one contrast as weights on the samples, its variance and df, from the formulas of Welch and of the
# linear model. contrast: weights on the levels of `group`.
plain_estimator <- function(s, contrast, welch, formula = ~group) {
  if (welch) {
    n <- as.vector(table(s$group))
    v <- as.vector(tapply(s$y, s$group, stats::var))
    on <- contrast != 0
    u <- (contrast^2 * v / n)[on]
    weights <- (contrast / n)[as.integer(s$group)]
    return(list(weights = weights, variance = sum(u), df = sum(u)^2 / sum(u^2 / (n[on] - 1))))
  }
  x <- stats::model.matrix(formula, s)
  cell <- matrix(0, 1, ncol(x), dimnames = list(NULL, colnames(x)))
  cell[1, paste0("group", levels(s$group)[-1])] <- contrast[-1]
  fit <- stats::lm.fit(x, s$y)
  df <- nrow(x) - fit$rank
  weights <- drop(x %*% solve(crossprod(x), t(cell)))
  list(weights = weights, variance = sum(fit$residuals^2) / df * sum(weights^2), df = df)
}

# One row of the table, with the error of the efficiencies, every efficiency being its own.
plain_row <- function(d, target, contrast, welch, level = 0.95, formula = ~group, s = plain_samples(d, target)) {
  e <- plain_estimator(s, contrast, welch, formula)
  genes <- c(target, d$reference)
  share <- c(1, rep(-1 / length(d$reference), length(d$reference)))
  row <- match(genes, d$efficiency$target)
  se <- d$efficiency$std.error[row] / (d$efficiency$efficiency[row] * log(2))
  se[is.na(se)] <- 0
  df_e <- ifelse(is.na(d$efficiency$df[row]), Inf, d$efficiency$df[row])
  centred <- scale(as.matrix(s[genes]), scale = FALSE)
  v_e <- (share * drop(crossprod(centred, e$weights)) * se)^2
  theta <- sum(e$weights * (s$y - mean(s$y)))
  one <- plain_interval(theta, e$variance, e$df, level)
  v <- e$variance + sum(v_e)
  two <- plain_interval(theta, v, v^2 / (e$variance^2 / e$df + sum(v_e^2 / df_e)), level)
  won <- if (one$half > two$half) one else two
  data.frame(
    estimate = theta, std.error = won$se, df = won$df, p.value = max(one$p, two$p), conf.low = theta - won$half,
    conf.high = theta + won$half
  )
}

plain_interval <- function(theta, variance, df, level) {
  se <- sqrt(variance)
  list(se = se, df = df, half = stats::qt(1 - (1 - level) / 2, df) * se, p = 2 * stats::pt(-abs(theta) / se, df))
}

# ---- agreement with t.test(), lm() and p.adjust() ----

compared <- c("estimate", "std.error", "df", "statistic", "p.value", "conf.low", "conf.high")

# What R's own functions say of the rows of a fit: one row each, NA where they refuse.
truth_of <- function(d, results, kind, level = 0.95) {
  rows <- lapply(seq_len(nrow(results)), function(i) {
    s <- plain_samples(d, results$target[i])
    treated <- sub(" vs .*", "", results$contrast[i])
    if (kind %in% c("lm", "lm + block")) truth_lm(s, treated, kind, level) else truth_t(s, treated, kind, level)
  })
  do.call(rbind, rows)
}

no_truth <- function() as.data.frame(as.list(stats::setNames(rep(NA_real_, length(compared)), compared)))

truth_t <- function(s, treated, kind, level) {
  y <- split(s$y, s$group)
  if (kind == "paired") {
    both <- intersect(s$block[s$group == levels(s$group)[1]], s$block[s$group == treated])
    y <- lapply(split(s, s$group), function(g) g$y[match(both, g$block)])
  }
  fewest <- if (kind == "pooled") 1 else 2
  if (min(lengths(y)) < fewest || sum(lengths(y)) < 3) {
    return(no_truth())
  }
  t <- stats::t.test(y[[treated]], y[[1]], var.equal = kind == "pooled", paired = kind == "paired", conf.level = level)
  means <- if (kind == "paired") t$estimate else t$estimate[1] - t$estimate[2]
  data.frame(
    estimate = unname(means), std.error = t$stderr, df = unname(t$parameter), statistic = unname(t$statistic),
    p.value = t$p.value, conf.low = t$conf.int[1], conf.high = t$conf.int[2]
  )
}

# A coefficient that blocks leave no room for is NA: lm() reports what its order of columns gives, so the question is
# put to the row space of the model matrix first.
truth_lm <- function(s, treated, kind, level) {
  wanted <- c(levels(s$group)[1], treated)
  if (!all(wanted %in% s$group)) {
    return(no_truth())
  }
  s$group <- droplevels(s$group)
  s$block <- droplevels(s$block)
  blocks <- kind == "lm + block" && nlevels(s$block) > 1
  if (nlevels(s$group) < 2) {
    return(no_truth())
  }
  fit <- stats::lm(if (blocks) y ~ group + block else y ~ group, s)
  x <- stats::model.matrix(fit)
  name <- paste0("group", treated)
  room <- qr(rbind(x, as.double(colnames(x) == name)))$rank == qr(x)$rank
  if (!room || fit$df.residual < 1) {
    return(no_truth())
  }
  row <- summary(fit)$coefficients[name, ]
  ends <- stats::confint(fit, name, level)
  data.frame(
    estimate = row[[1]], std.error = row[[2]], df = fit$df.residual, statistic = row[[3]], p.value = row[[4]],
    conf.low = ends[1], conf.high = ends[2]
  )
}

truth_formula <- function(d, results, welch) {
  rows <- lapply(seq_len(nrow(results)), function(i) {
    s <- plain_samples(d, results$target[i])
    ends <- c(d$control, sub(" vs .*", "", results$contrast[i]))
    n <- table(s$group)
    if (any(n[ends] == 0) || (welch && any(n[ends] < 2)) || (!welch && nrow(s) <= sum(n > 0))) {
      return(no_truth())
    }
    s$group <- droplevels(s$group)
    row <- plain_row(d, results$target[i], (levels(s$group) == ends[2]) - (levels(s$group) == ends[1]), welch, s = s)
    cbind(row, statistic = row$estimate / row$std.error)[compared]
  })
  do.call(rbind, rows)
}

# The kinds of agreement: how the package is asked, and for which designs.
agreement_kinds <- list(
  welch = list(groups = 2, formula = ~group, variance = "welch"),
  pooled = list(groups = 2, formula = ~group, variance = "pooled"),
  paired = list(groups = 2, formula = ~ group + block, variance = "pooled", paired = TRUE),
  lm = list(groups = 2:8, formula = ~group, variance = "pooled"),
  `lm + block` = list(groups = 2:8, formula = ~ group + block, variance = "pooled"),
  # no function of R's: the formulas in plain R, the efficiencies having errors
  `with SE(E), Welch` = list(groups = 2:8, formula = ~group, variance = "welch", se = TRUE),
  `with SE(E), pooled` = list(groups = 2:8, formula = ~group, variance = "pooled", se = TRUE)
)

# One design both ways: the rows of the package and of R, and how far apart they are.
agreement <- function(seed, kind) {
  how <- agreement_kinds[[kind]]
  d <- random_design(seed, groups = how$groups, se = isTRUE(how$se), paired = isTRUE(how$paired))
  got <- fit_design(d, how$formula, variance = how$variance)$results
  truth <- if (isTRUE(how$se)) truth_formula(d, got, how$variance == "welch") else truth_of(d, got, kind)
  got[is.na(got$p.value), compared] <- NA
  c(list(design = d, got = got[compared], truth = truth), differences(got, truth))
}

# Differences of rows, two ways. `strict` is relative to the value itself. `scaled` is relative to the standard error
# (1 where there is none, and for t) where that is larger: a place on the axis that happens to lie at 0 is a difference
# of numbers near 20, and has few digits whoever computes it. `allowed`: 1e-12, or four roundings of a number near 30
# as seen from the standard error, which is more where a standard error is tiny.
differences <- function(got, truth, columns = compared) {
  off <- scaled <- matrix(0, nrow(truth), length(columns), dimnames = list(NULL, columns))
  se <- ifelse(is.na(truth$std.error), 1, truth$std.error)
  unit <- list(estimate = se, conf.low = se, conf.high = se, statistic = 1)
  for (name in columns) {
    a <- got[[name]]
    b <- truth[[name]]
    gap <- abs(a - b)
    gap[(is.na(a) & is.na(b)) | (!is.na(a) & !is.na(b) & a == b)] <- 0
    # a value where the other has none
    gap[is.na(gap)] <- Inf
    size <- pmax(abs(a), abs(b))
    off[, name] <- ifelse(gap > 0, gap / size, 0)
    scaled[, name] <- ifelse(gap > 0, gap / pmax(size, if (is.null(unit[[name]])) 0 else unit[[name]]), 0)
  }
  scaled[is.na(scaled)] <- off[is.na(off)] <- Inf
  list(
    strict = off, scaled = scaled, allowed = pmax(1e-12, 4 * .Machine$double.eps * 30 / truth$std.error, na.rm = TRUE)
  )
}

expect_agreement <- function(a, what) {
  worst <- apply(a$scaled, 1, max)
  bad <- which(worst > a$allowed)[1]
  column <- if (!is.na(bad)) colnames(a$scaled)[which.max(a$scaled[bad, ])] else ""
  testthat::expect(is.na(bad), sprintf("%s, row %d: %s off by %.2g", what, bad, column, worst[bad]))
}

# ---- coverage: experiments with a known truth ----

# The simulation is part of the package, so that whoever reads the validation can run it.
sys.source(system.file("validation", "coverage.R", package = "ddcq", mustWork = TRUE), environment())
