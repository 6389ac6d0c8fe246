# Random effects: the fixed part of a design with random intercepts, target by target, through lme4 and lmerTest, on
# values that the core normalised. The core adds the error of the efficiencies, from the estimator's own weights.

fit_mixed <- function(model, target, refs, setup) {
  need_package(c("lme4", "lmerTest", if (model$ddf == "kenward-roger") "pbkrtest"), "to fit random effects.")
  values <- unit_values(model, target, refs, setup)
  check_random(model, setup)
  fit <- tryCatch(
    mixed_estimates(model, values, setup),
    error = function(e) if (inherits(e, "ddcq_error")) stop(e) else mixed_failed(setup, conditionMessage(e))
  )
  if (is.null(fit$weights)) {
    return(fit)
  }
  part <- .Call(
    c_efficiency_part, model$plate$cq, model$plate$eff$weight, model$plate$eff$se, model$plate$eff$df,
    model$plate$eff$source, refs - 1L, rep_len(1 / length(refs), length(refs)), target - 1L, setup$samples - 1L,
    setup$sample_unit - 1L, length(setup$units), fit$weights
  )
  with_efficiency(fit, part)
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

# The fit by REML: estimates, variances and df of the contrasts, and the weights of the generalised least squares
# estimator on the units.
mixed_estimates <- function(model, values, setup) {
  groups <- lapply(model$random_codes, function(code) factor(code[setup$units + 1L]))
  names(groups) <- paste0("g", seq_along(groups))
  data <- c(list(y = values, x = setup$x), groups)
  formula <- stats::as.formula(
    paste("y ~ 0 + x +", paste0("(1 | ", names(groups), ")", collapse = " + ")), env = environment()
  )
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
  rows <- lmerTest::contest(fit, t(setup$contrast), joint = FALSE, ddf = kind, check_estimability = FALSE)
  c(
    list(
      estimate = -rows[["Estimate"]], var_biological = rows[["Std. Error"]]^2, df_biological = rows[["df"]],
      fixed = lme4::fixef(fit), vcov = mixed_vcov(fit, kind), residual_variance = new_unit_variance(fit),
      weights = mixed_weights(fit, setup)
    ),
    list(note = mixed_notes(model, fit, groups, said))
  )
}

mixed_vcov <- function(fit, kind) {
  v <- if (kind == "Kenward-Roger") pbkrtest::vcovAdj(fit) else stats::vcov(fit)
  unname(as.matrix(v))
}

# The variance of a unit of a new level of every random effect, around its mean.
new_unit_variance <- function(fit) {
  sum(vapply(lme4::VarCorr(fit), function(v) v[1], 0)) + stats::sigma(fit)^2
}

# l' = c'(X'V^-1 X)^-1 X'V^-1, one column a contrast.
mixed_weights <- function(fit, setup) {
  z <- as.matrix(lme4::getME(fit, "Z") %*% lme4::getME(fit, "Lambda"))
  v <- diag(nrow(z)) + tcrossprod(z)
  vx <- solve(v, setup$x)
  vx %*% solve(crossprod(setup$x, vx), setup$contrast)
}

mixed_notes <- function(model, fit, groups, said) {
  label <- names(model$random_codes)
  few <- vapply(groups, nlevels, 1L) < 5
  zero <- vapply(lme4::VarCorr(fit), function(v) v[1] < 1e-8 * stats::sigma(fit)^2, NA)[names(groups)]
  paste(c(
    if (any(few)) {
      size <- vapply(groups, nlevels, 1L)[few]
      paste0("only ", size, " levels of ", label[few], ": their variance is poorly known")
    },
    if (any(zero)) paste0("the variance of ", label[zero], " is estimated as 0 (singular fit)"),
    if (length(said)) paste0("lme4: ", gsub("[\r\n]+", " ", said[1]))
  ), collapse = "; ")
}

mixed_failed <- function(setup, message) {
  gap <- rep_len(NA_real_, sum(setup$can))
  list(
    estimate = gap, var_biological = gap, df_biological = gap, var_efficiency = gap, below = gap, df = gap,
    status = NA_integer_, note = paste0("the random effects could not be fitted (", gsub("[\r\n]+", " ", message), ")")
  )
}

# The two parts of the variance as the other estimators give them.
with_efficiency <- function(fit, part) {
  v <- fit$var_biological
  below <- part$below + ifelse(v > 0, v^2 / fit$df_biological, 0)
  fit$var_efficiency <- part$var_efficiency
  fit$below <- part$below
  fit$df <- ifelse(part$var_efficiency == 0, fit$df_biological, (v + part$var_efficiency)^2 / below)
  fit$load <- part$load
  fit$load_df <- part$load_df
  fit$status <- 0L
  fit
}
