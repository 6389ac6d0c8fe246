# Experiments of any design, and what lm(), emmeans, car, multcomp and lmerTest make of their normalised quantities. Also
# used by bench/.

# Wells for a sample sheet: one row of `sheet` a sample, two targets and two references, `wells` replicates a cell that
# scatter. Every target has effects of its own for the levels of every column of names; all numbers are made up.
study <- function(sheet, seed = 1, targets = c("MYC", "BCL2"), reference = c("GAPDH", "ACTB"), wells = 2, sd = 0.3,
                  efficiency = 2) {
  if (is.null(sheet$sample)) sheet$sample <- sprintf("s%02d", seq_len(nrow(sheet)))
  genes <- c(targets, reference)
  with_seed(seed, {
    cq <- matrix(stats::rnorm(nrow(sheet) * length(genes), 0, sd), nrow(sheet))
    cq <- sweep(cq, 2, stats::runif(length(genes), 17, 27), `+`)
    for (name in setdiff(names(sheet), "sample")) {
      if (length(unique(sheet[[name]])) < 2) next
      if (is.numeric(sheet[[name]])) {
        cq <- cq + outer(as.vector(scale(sheet[[name]])), stats::rnorm(length(genes), 0, 0.4))
      } else {
        code <- match(sheet[[name]], unique(sheet[[name]]))
        cq <- cq + matrix(stats::rnorm(max(code) * length(genes), 0, 0.5), max(code))[code, , drop = FALSE]
      }
    }
    at <- rep(seq_along(cq), each = wells)
    noise <- if (wells > 1) stats::rnorm(length(at), 0, 0.1) else 0
    d <- cbind(
      sheet[rep(rep(seq_len(nrow(sheet)), each = wells), length(genes)), , drop = FALSE],
      target = rep(genes, each = nrow(sheet) * wells), cq = as.vector(cq)[at] + noise
    )
  })
  rownames(d) <- NULL
  list(wells = d, sheet = sheet, targets = targets, reference = reference, efficiency = efficiency)
}

# The log2 quantity of each sample that has the target and all references, with its row of the sheet.
study_values <- function(s, target = s$targets[1]) {
  w <- s$wells[!is.na(s$wells$cq), ]
  genes <- c(s$targets, s$reference)
  cq <- tapply(w$cq, list(factor(w$sample, s$sheet$sample), factor(w$target, genes)), mean)
  e <- s$efficiency
  weight <- if (is.numeric(e)) rep(log2(e), length(genes)) else log2(e$efficiency[match(genes, e$target)])
  z <- sweep(cq, 2, weight, `*`)
  y <- rowMeans(z[, s$reference, drop = FALSE]) - z[, target]
  out <- cbind(s$sheet, y = unname(y[s$sheet$sample]))
  attr(out, "cq") <- cq[s$sheet$sample, , drop = FALSE][!is.na(out$y), , drop = FALSE]
  keep <- !is.na(out$y)
  structure(out[keep, , drop = FALSE], cq = attr(out, "cq"))
}

fit_study <- function(s, formula, control, ..., wells = s$wells) {
  x <- quietly(ddcq::cq_data(wells, na = "missing"))
  quietly(ddcq::ddcq(x, formula, reference = s$reference, control = control, efficiency = s$efficiency, ...))
}

rows_of <- function(fit, target) fit$results[fit$results$target == target, ]

# Rows of a fit against estimate, SE, df and p of another program. Tolerance: relative to the value or, where a value
# lies near 0, to the standard error: 1e-9, ten thousand roundings of a Cq beside it.
expect_model_rows <- function(r, truth, tolerance = 1e-9, p_tolerance = 1e-7) {
  testthat::expect_equal(nrow(r), length(truth$estimate))
  se <- as.double(truth$std.error)
  off <- abs(r$estimate - truth$estimate) / pmax(abs(truth$estimate), se)
  testthat::expect_lt(max(off), tolerance)
  expect_close(r$std.error, se, tolerance, "SE")
  expect_close(r$df, rep_len(as.double(truth$df), nrow(r)), tolerance, "df")
  p <- if (is.null(truth$p.value)) 2 * stats::pt(-abs(truth$estimate / se), truth$df) else truth$p.value
  expect_close(r$p.value, p, p_tolerance, "p")
  half <- stats::qt(0.975, truth$df) * se
  testthat::expect_lt(max(abs(r$conf.high - truth$estimate - half) / half), 10 * tolerance)
}

# Contrasts of emmeans as rows; call with the package installed.
emm_rows <- function(model, specs, method, by = NULL, ...) {
  # factors that happen to sit inside a block are still crossed with it
  grid <- emmeans::emmeans(model, specs, by = by, nesting = NULL, ...)
  as_emm_rows(emmeans::contrast(grid, method, adjust = "none"))
}

as_emm_rows <- function(contrasts) {
  e <- as.data.frame(summary(contrasts, infer = c(FALSE, TRUE), adjust = "none"))
  list(contrast = e$contrast, estimate = e$estimate, std.error = e$SE, df = e$df, p.value = e$p.value)
}

# A factor with the control first, the others in order of appearance.
with_control <- function(x, control) {
  x <- as.character(x)
  factor(x, c(control, setdiff(unique(x), control)))
}

# l'y weights of a contrast of coefficients, and the two-part variance of its row (A5), the efficiencies each their own.
hand_row <- function(weights, values, s, target, v_b, df_b, level = 0.95) {
  cq <- attr(values, "cq")
  e <- s$efficiency
  genes <- c(target, s$reference)
  at <- match(genes, e$target)
  share <- c(1, rep(-1 / length(s$reference), length(s$reference)))
  d <- drop(crossprod(scale(cq[, genes], scale = FALSE), weights))
  v_e <- (share * d * e$std.error[at] / (e$efficiency[at] * log(2)))^2
  v <- v_b + sum(v_e)
  df <- v^2 / (v_b^2 / df_b + sum(v_e^2 / e$df[at]))
  theta <- sum(weights * values$y)
  half <- c(stats::qt(1 - (1 - level) / 2, df) * sqrt(v), stats::qt(1 - (1 - level) / 2, df_b) * sqrt(v_b))
  won <- which.max(half)
  p <- 2 * stats::pt(-abs(theta) / sqrt(c(v, v_b)), c(df, df_b))
  data.frame(
    estimate = theta, std.error = sqrt(c(v, v_b))[won], df = c(df, df_b)[won], p.value = max(p), half = max(half),
    v_e = sum(v_e)
  )
}

# The weights on the samples of a contrast k of the coefficients of lm().
lm_weights <- function(fit, k) {
  x <- stats::model.matrix(fit)
  drop(x %*% solve(crossprod(x), k))
}

crossed <- function(..., n = 3) {
  sheet <- expand.grid(..., n_th = seq_len(n), stringsAsFactors = FALSE)
  sheet[setdiff(names(sheet), "n_th")]
}
