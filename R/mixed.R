# Random effects: the fixed part of a design with random intercepts, target by target, through lme4 and lmerTest, on
# values that the core normalised. The core adds the error of the efficiencies, from the estimator's own weights.

fit_mixed <- function(model, target, refs, setup) {
  check_random(model, setup)
  need_package(c("lme4", "lmerTest", if (model$ddf == "kenward-roger") "pbkrtest"), "to fit random effects.")
  fit <- tryCatch(
    fit_reml(model, target, refs, setup),
    error = function(e) if (inherits(e, "ddcq_error")) stop(e) else conditionMessage(e)
  )
  if (is.character(fit)) {
    return(mixed_failed(setup, fit))
  }
  rows <- lmerTest::contest(
    fit$model, t(setup$contrast), joint = FALSE, ddf = fit$kind, check_estimability = FALSE
  )
  v <- rows[["Std. Error"]]^2
  df <- rows[["df"]]
  part <- efficiency_part(model, target, refs, setup, fit$weights)
  below <- part$below + v^2 / df
  list(
    estimate = -rows[["Estimate"]], var_biological = v, df_biological = df, var_efficiency = part$var_efficiency,
    below = part$below, df = ifelse(part$var_efficiency == 0, df, (v + part$var_efficiency)^2 / below), status = 0L,
    residual_variance = new_unit_variance(fit$model), weights = fit$weights,
    covariance = crossprod(setup$contrast, fit$vcov %*% setup$contrast) + crossprod(part$load),
    note = mixed_notes(model, fit), biological = if (model$joint) {
      matrix(crossprod(setup$contrast, fit$vcov %*% setup$contrast))
    }, efficiency = if (model$joint) matrix(crossprod(part$load))
  )
}

# The F of a set of contrasts, in the two ways of dd_joint_test().
mixed_joint <- function(model, target, refs, setup) {
  fit <- fit_reml(model, target, refs, setup)
  test <- lmerTest::contest(fit$model, t(setup$contrast), joint = TRUE, ddf = fit$kind, check_estimability = FALSE)
  part <- efficiency_part(model, target, refs, setup, fit$weights)
  theta <- -drop(crossprod(setup$contrast, lme4::fixef(fit$model)))
  v <- crossprod(setup$contrast, fit$vcov %*% setup$contrast)
  both <- .Call(c_joint_test, theta, v, test[["DenDF"]], part$load, part$load_df)
  list(f_b = test[["F value"]], df_b = test[["DenDF"]], f = both$f, df = both$df)
}

efficiency_part <- function(model, target, refs, setup, weights) {
  eff <- model$plate$eff
  .Call(
    c_efficiency_part, model$plate$cq, eff$weight, eff$se, eff$df, eff$source, refs - 1L,
    rep_len(1 / length(refs), length(refs)), target - 1L, setup$samples - 1L, setup$sample_unit - 1L,
    length(setup$units), weights
  )
}

# Normalised Cq of the units of a pattern, from the core's table.
unit_values <- function(model, target, refs, setup) {
  model$plate$refs <- refs
  table <- sample_table(model)
  table$dcq[(target - 1L) * length(model$units) + setup$units + 1L]
}

check_random <- function(model, setup) {
  for (name in names(model$random_codes)) {
    code <- model$random_codes[[name]][setup$units + 1L]
    size <- table(code)
    if (length(size) < 2 || all(size == 1)) {
      unit <- model$unit_name
      ddcq_abort(
        c("A random effect must group the samples: several levels, and more than one {unit} in some.",
          "x" = if (length(size) < 2) "{.field {name}} has one level." else
            "Every {.field {name}} has one {unit}.",
          "i" = "Leave {.code (1 | {name})} out."
        ), "formula"
      )
    }
  }
}

# list(model, kind, vcov, weights, groups, said): the fit by REML, the name of its df, the covariance of its
# coefficients, the weights of the generalised least squares estimator on the units, l' = c'(X'V^-1 X)^-1 X'V^-1 with
# one column a contrast, the random factors, and what lme4 said.
fit_reml <- function(model, target, refs, setup) {
  groups <- lapply(model$random_codes, function(code) factor(code[setup$units + 1L]))
  names(groups) <- paste0("g", seq_along(groups))
  data <- c(list(y = unit_values(model, target, refs, setup), x = setup$x), groups)
  formula <- stats::as.formula(paste("y ~ 0 + x +", paste0("(1 | ", names(groups), ")", collapse = " + ")))
  said <- character()
  fit <- withCallingHandlers(
    lmerTest::lmer(formula, data = data, REML = TRUE),
    warning = function(w) {
      said <<- c(said, conditionMessage(w))
      invokeRestart("muffleWarning")
    },
    message = function(m) invokeRestart("muffleMessage")
  )
  kind <- c(satterthwaite = "Satterthwaite", "kenward-roger" = "Kenward-Roger")[[model$ddf]]
  vcov <- if (kind == "Kenward-Roger") pbkrtest::vcovAdj(fit) else stats::vcov(fit)
  z <- as.matrix(lme4::getME(fit, "Z") %*% lme4::getME(fit, "Lambda"))
  vx <- solve(diag(nrow(z)) + tcrossprod(z), setup$x)
  list(
    model = fit, kind = kind, vcov = unname(as.matrix(vcov)),
    weights = unname(vx %*% solve(crossprod(setup$x, vx), setup$contrast)), groups = groups, said = said
  )
}

# The variance of a unit of a new level of every random effect, around its mean.
new_unit_variance <- function(fit) {
  sum(vapply(lme4::VarCorr(fit), function(v) v[1], 0)) + stats::sigma(fit)^2
}

mixed_notes <- function(model, fit) {
  label <- names(model$random_codes)
  size <- vapply(fit$groups, nlevels, 1L)
  few <- size < 5
  variance <- vapply(lme4::VarCorr(fit$model), function(v) v[1], 0)[names(fit$groups)]
  zero <- variance < 1e-8 * stats::sigma(fit$model)^2
  paste(c(
    if (any(few)) paste0("only ", size[few], " levels of ", label[few], ": their variance is poorly known"),
    if (any(zero)) paste0("the variance of ", label[zero], " is estimated as 0 (singular fit)"),
    if (length(fit$said)) paste0("lme4: ", gsub("[\r\n]+", " ", fit$said[1]))
  ), collapse = "; ")
}

mixed_failed <- function(setup, message) {
  gap <- rep_len(NA_real_, sum(setup$can))
  list(
    estimate = gap, var_biological = gap, df_biological = gap, var_efficiency = gap, below = gap, df = gap,
    status = NA_integer_, residual_variance = NA_real_,
    note = paste0("the random effects could not be fitted (", gsub("[\r\n]+", " ", message), ")")
  )
}
