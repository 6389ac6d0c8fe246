# The designs of the package against lm(), car, emmeans, multcomp, TukeyHSD() and lmerTest on random designs:
#
#   Rscript bench/designs.R [designs] [designs with random effects] [designs for multcomp]
#
# Each design: one to three crossed factors of two to four levels, one to four samples a cell, some with a block, some
# with a covariate, up to a fifth of the samples lost (so unbalanced, at times with empty cells), two targets. Prints for
# each oracle the number of rows and the largest relative difference of estimate, SE, df and p. An estimate or limit near 0
# is held against its standard error. All data are simulated.
#
# 1,000 designs each, largest relative difference: emmeans (pairs within) 7e-14, car 5e-13, lm 2e-13; TukeyHSD 8e-15;
# multcomp 5e-4 in p, its own error.

source("tests/testthat/helper-shared.R")
source("tests/testthat/helper-designs.R")
source("tests/testthat/helper-models.R")
suppressPackageStartupMessages({
  library(emmeans)
  requireNamespace("car")
  requireNamespace("multcomp")
  requireNamespace("lmerTest")
})
emmeans::emm_options(msg.interaction = FALSE, msg.nesting = FALSE)

args <- as.integer(commandArgs(TRUE))
n <- if (length(args) >= 1) args[1] else 1000L
n_mixed <- if (length(args) >= 2) args[2] else n
n_dunnett <- if (length(args) >= 3) args[3] else n
options(width = 140, digits = 3)

# ---- random designs ----

draw <- function(seed, mixed = FALSE, one_factor = FALSE) {
  with_seed(seed, {
    n_factors <- if (one_factor) 1 else sample(1:3, 1, prob = c(2, 4, 1))
    levels <- lapply(seq_len(n_factors), function(i) paste0(letters[i], seq_len(if (n_factors == 3) 2 else pick(2:4))))
    names(levels) <- c("drug", "dose", "line")[seq_len(n_factors)]
    per_cell <- if (mixed) pick(2:3) else pick((if (one_factor) 2 else 1):4)
    sheet <- do.call(crossed, c(levels, n = per_cell))
    block <- mixed || stats::runif(1) < 0.5
    if (block) sheet$block <- paste0("k", sample(rep_len(seq_len(if (mixed) pick(5:7) else pick(2:3)), nrow(sheet))))
    covariate <- !mixed && stats::runif(1) < 0.3
    if (covariate) sheet$rin <- stats::runif(nrow(sheet), 6, 10)
    lost <- stats::runif(nrow(sheet)) < stats::runif(1, 0, 0.2)
    sheet <- sheet[!lost, , drop = FALSE]
    joiner <- pick(c(" * ", " * ", " + "))
    list(
      s = study(sheet, seed + 1e6, targets = c("T1", "T2"), efficiency = stats::runif(1, 1.8, 2.1)),
      factors = names(levels), levels = levels, joiner = joiner, block = block, covariate = covariate
    )
  })
}

usable <- function(d) {
  sheet <- d$s$sheet
  all(vapply(d$factors, function(f) d$levels[[f]][1] %in% sheet[[f]] && length(unique(sheet[[f]])) > 1, NA)) &&
    (!d$block || length(unique(sheet$block)) > 1)
}

formulas <- function(d, random = FALSE) {
  fixed <- paste(d$factors, collapse = d$joiner)
  extra <- if (d$block) if (random) " + (1 | block)" else " + block" else ""
  list(
    ours = stats::as.formula(paste0("~ ", fixed, if (d$covariate) " + covariate(rin)", extra)),
    theirs = stats::as.formula(paste0("y ~ ", fixed, if (d$covariate) " + rin", extra))
  )
}

frame_of <- function(d, target) {
  v <- study_values(d$s, target)
  for (f in d$factors) v[[f]] <- factor(v[[f]], intersect(d$levels[[f]], v[[f]]))
  if (d$block) v$block <- factor(v$block)
  v
}

first_of <- function(d) vapply(d$factors, function(f) d$levels[[f]][1], "")

# Levels in the order of theirs, so that contrasts have the order of emmeans.
ours <- function(d, formula, ...) {
  for (f in d$factors) d$s$wells[[f]] <- factor(d$s$wells[[f]], d$levels[[f]])
  fit_study(d$s, formula, ..., variance = if ("|" %in% all.names(formula)) "auto" else "pooled")
}

# ---- differences ----

worst <- list()
`%||%` <- function(a, b) if (is.null(a)) b else a
note <- function(oracle, r, truth, columns = c("estimate", "std.error", "df", "p.value")) {
  se <- truth$std.error
  # a cell without samples is refused here, where an additive model could guess it
  refused <- grepl("no sample with a value", r$note %||% rep("", nrow(r)), fixed = TRUE) & is.na(r$p.value)
  known <- !is.na(truth$p.value) & !refused
  off <- vapply(columns, function(name) {
    a <- r[[name]][known]
    b <- rep_len(truth[[name]], length(known))[known]
    size <- if (name == "estimate") pmax(abs(b), se[known]) else pmax(abs(a), abs(b), 1e-300)
    max(0, abs(a - b) / size, na.rm = TRUE)
  }, 0)
  disagree <- sum((is.na(r$p.value) != is.na(truth$p.value))[!refused])
  row <- c(rows = sum(known), off, `NA in one only` = disagree)
  before <- worst[[oracle]]
  worst[[oracle]] <<- if (is.null(before)) row else
    c(before[1] + row[1], pmax(before[columns], row[columns]), before[length(before)] + disagree)
  invisible(off)
}

one_linear <- function(seed) {
  d <- draw(seed)
  if (!usable(d)) {
    return(0)
  }
  f <- formulas(d)
  control <- first_of(d)
  cells <- ours(d, f$ours, control)
  for (target in d$s$targets) {
    v <- frame_of(d, target)
    m <- stats::lm(f$theirs, v)
    if (m$df.residual < 1) next
    # every cell against the control's, by emmeans
    e <- emm_rows(m, d$factors, "trt.vs.ctrl1")
    r <- rows_of(cells, target)
    if (nrow(r) == length(e$estimate)) note("emmeans, cells", r, e)
    # the coefficients of additive models and of single factors, by lm()
    if (length(d$factors) == 1 || d$joiner == " + ") {
      main <- d$factors[1]
      one <- if (length(d$factors) == 1) cells else ours(d, f$ours, control[main])
      k <- paste0(main, levels(v[[main]])[-1])
      r <- rows_of(one, target)
      r <- r[match(paste(levels(v[[main]])[-1], "vs", levels(v[[main]])[1]), r$contrast), ]
      if (!anyNA(stats::coef(m))) {
        co <- summary(m)$coefficients[k, , drop = FALSE]
        note("lm, coefficients", r, list(
          estimate = co[, 1], std.error = co[, 2], df = m$df.residual, p.value = co[, 4]
        ))
      }
    }
  }
  if (length(d$factors) > 1 && d$joiner == " * ") {
    within <- ours(d, f$ours, control[1], by = d$factors[-1], contrasts = "pairwise")
    for (target in d$s$targets) {
      m <- stats::lm(f$theirs, frame_of(d, target))
      if (m$df.residual < 1) next
      e <- emm_rows(m, d$factors[1], "revpairwise", by = d$factors[-1])
      r <- rows_of(within, target)
      # emmeans runs through pairs in another order
      want <- sub(" - ", " vs ", e$contrast)
      n_pairs <- nrow(r) / length(within$model$cells$by)
      key <- paste(sub(",.*", "", r$contrast), rep(seq_along(within$model$cells$by), each = n_pairs))
      theirs <- paste(want, rep(seq_along(within$model$cells$by), each = n_pairs))
      if (length(theirs) == nrow(r) && setequal(key, theirs)) note("emmeans, pairs within", r[match(theirs, key), ], e)
    }
  }
  one_anova(d, f, cells)
  1
}

one_anova <- function(d, f, fit) {
  a <- as.data.frame(stats::anova(fit))
  for (target in d$s$targets) {
    v <- frame_of(d, target)
    if (d$covariate) v$rin <- v$rin - mean(v$rin)
    sums <- c(d$factors, if (d$block) "block")
    m <- stats::lm(f$theirs, v, contrasts = stats::setNames(rep(list("contr.sum"), length(sums)), sums))
    if (m$df.residual < 1 || anyNA(stats::coef(m))) next
    e <- car::Anova(m, type = 3)
    e <- e[!rownames(e) %in% c("(Intercept)", "Residuals"), ]
    r <- a[a$target == target, ]
    label <- sub("covariate\\((.*)\\)", "\\1", r$term)
    r <- r[match(rownames(e), label), ]
    note("car, type III", data.frame(estimate = r$statistic, std.error = 1, df = r$df, p.value = r$p.value), list(
      estimate = e[["F value"]], std.error = rep(1, nrow(e)), df = e$Df, p.value = e[["Pr(>F)"]]
    ))
  }
}

one_family <- function(seed) {
  d <- draw(seed, one_factor = TRUE)
  if (!usable(d) || d$covariate) {
    return(0)
  }
  f <- formulas(d)
  control <- first_of(d)
  dunnett <- ours(d, f$ours, control, adjust = "dunnett")
  tukey <- ours(d, f$ours, control, contrasts = "pairwise", adjust = "tukey")
  for (target in d$s$targets) {
    v <- frame_of(d, target)
    m <- stats::lm(f$theirs, v)
    if (m$df.residual < 1 || anyNA(stats::coef(m))) next
    g <- multcomp::glht(m, linfct = multcomp::mcp(drug = "Dunnett"))
    e <- with_seed(1, suppressWarnings(summary(g)))$test
    r <- rows_of(dunnett, target)
    r <- r[match(sub(" - ", " vs ", names(e$coefficients)), r$contrast), ]
    # differences of p are absolute here: multcomp's own error is
    gap <- max(abs(r$adj.p.value - e$pvalues))
    worst[["multcomp, Dunnett (p, absolute)"]] <<- c(
      rows = nrow(r) + c(worst[["multcomp, Dunnett (p, absolute)"]]["rows"], 0)[[1]],
      p = max(gap, worst[["multcomp, Dunnett (p, absolute)"]]["p"], na.rm = TRUE)
    )
    if (!d$block && nlevels(v$drug) > 2) {
      e <- stats::TukeyHSD(stats::aov(f$theirs, v))$drug
      r <- rows_of(tukey, target)
      r <- r[match(sub("-", " vs ", rownames(e)), r$contrast), ]
      half <- r$adj.conf.high - r$estimate
      own <- worst[["TukeyHSD (p absolute, half width)"]]
      worst[["TukeyHSD (p absolute, half width)"]] <<- c(
        rows = nrow(r) + c(own["rows"], 0)[[1]], p = max(abs(r$adj.p.value - e[, "p adj"]), own["p"], na.rm = TRUE),
        half = max(abs(half / (e[, "upr"] - e[, "diff"]) - 1), own["half"], na.rm = TRUE)
      )
    }
  }
  1
}

one_mixed <- function(seed) {
  d <- draw(seed, mixed = TRUE)
  d$factors <- d$factors[seq_len(min(2, length(d$factors)))]
  if (!usable(d) || max(table(d$s$sheet$block)) < 2) {
    return(0)
  }
  f <- formulas(d, random = TRUE)
  fit <- tryCatch(
    ours(d, f$ours, first_of(d)[1], targets = "T1", ignore = setdiff(intersect("line", names(d$s$wells)), d$factors)),
    ddcq_error = function(e) NULL
  )
  if (is.null(fit)) {
    return(0)
  }
  v <- frame_of(d, "T1")
  # where lmer() stops or warns that it did not converge there is no truth: the row's note says so
  m <- tryCatch(suppressMessages(lmerTest::lmer(f$theirs, v)), error = function(e) NULL, warning = function(w) NULL)
  if (is.null(m)) {
    return(0)
  }
  # on the boundary both are the linear model, by another way each
  if (lme4::isSingular(m)) {
    return(0)
  }
  e <- suppressWarnings(emm_rows(m, d$factors[1], "trt.vs.ctrl1", lmer.df = "satterthwaite"))
  r <- rows_of(fit, "T1")
  if (nrow(r) == length(e$estimate)) note("lmerTest, Satterthwaite", r, e)
  1
}

clocked <- function(what, n, one) {
  time <- system.time(used <- sum(vapply(seq_len(n), one, 0)))[["elapsed"]]
  cat(sprintf("%s: %d designs drawn, %d usable, %.0f s; largest relative differences\n", what, n, used, time))
  for (oracle in names(worst)) {
    cat(sprintf("  %-36s", oracle), paste(names(worst[[oracle]]), format(worst[[oracle]], digits = 2), sep = " "), "\n")
  }
  worst <<- list()
}
clocked("linear models", n, one_linear)
clocked("families", n_dunnett, one_family)
clocked("random effects", n_mixed, one_mixed)
cat("\nTolerances: 1e-9 for linear models, 10,000 roundings of a Cq beside its standard error; multcomp integrates by lattice
rules with random shifts, 1e-3 by default; ptukey() is exact to 1e-8 or so in p; REML optimises, and stops within 1e-4.\n")
