# The combination against the product of its parts: the interaction of lm(), by hand with an error of the efficiencies,
# and the sentences.

drugs <- function(seed = 71, n = 4, ...) {
  study(crossed(A = c("no", "yes"), B = c("no", "yes"), n = n), seed, ...)
}

test_that("two crossed drugs: the interaction coefficient of lm()", {
  s <- drugs()
  fit <- fit_study(s, ~ A * B, c(A = "no", B = "no"))
  inter <- ddcq_interaction(fit)
  for (target in s$targets) {
    m <- lm(y ~ A * B, study_values(s, target))
    truth <- list(
      estimate = coef(m)[["Ayes:Byes"]], std.error = sqrt(vcov(m)["Ayes:Byes", "Ayes:Byes"]), df = m$df.residual
    )
    expect_model_rows(rows_of(inter, target), truth)
    r <- rows_of(fit, target)
    # the combination over the product of the parts
    expect_close(rows_of(inter, target)$fold_change, r$fold_change[3] / prod(r$fold_change[1:2]), 1e-9)
  }
  expect_identical(inter$results$n, c(8L, 8L))
  expect_identical(inter$results$n_control, c(8L, 8L))
  text <- inter$spec$sentences
  expect_length(text, 2)
  r <- rows_of(fit, "MYC")
  expect_match(text[1], paste0(
    "^MYC: yes:yes is ", sprintf("%.2f", r$fold_change[3]), "-fold, the product of its parts ",
    sprintf("%.2f", prod(r$fold_change[1:2])), "-fold; ratio "
  ))
  expect_snapshot(print(inter))
})

test_that("with a block, an error of the efficiencies, and missing samples", {
  e <- cq_efficiency(c("MYC", "BCL2", "GAPDH", "ACTB"), c(1.9, 1.95, 2, 1.85), std.error = c(.04, .02, .05, .02), df = 3:6)
  sheet <- crossed(A = c("no", "yes"), B = c("no", "yes"), n = 4)
  sheet$day <- paste0("d", rep(1:4, each = 4))
  s <- study(sheet[-c(3, 9), ], 72, efficiency = e)
  inter <- ddcq_interaction(fit_study(s, ~ A * B + day, c(A = "no", B = "no")))
  v <- study_values(s)
  m <- lm(y ~ A * B + day, v)
  k <- as.double(names(coef(m)) == "Ayes:Byes")
  hand <- hand_row(lm_weights(m, k), v, s, "MYC", drop(k %*% vcov(m) %*% k), m$df.residual)
  r <- rows_of(inter, "MYC")
  expect_close(unlist(r[c("estimate", "std.error", "df", "p.value")]),
               unlist(hand[c("estimate", "std.error", "df", "p.value")]), 1e-8)
})

test_that("arms of one factor are the same question", {
  s <- drugs(73)
  both <- ddcq_interaction(fit_study(s, ~ A * B, c(A = "no", B = "no")))
  s$wells$arm <- c(`no no` = "none", `yes no` = "A", `no yes` = "B", `yes yes` = "A + B")[paste(s$wells$A, s$wells$B)]
  fit <- fit_study(s, ~arm, "none", ignore = c("A", "B"))
  arms <- ddcq_interaction(fit, combination = "A + B", parts = c("A", "B"))
  expect_equal(arms$results[3:10], both$results[3:10], tolerance = 1e-9)
  expect_identical(arms$results$contrast, rep("A x B", 2))
  expect_match(arms$spec$sentences[1], "^MYC: A \\+ B is ")
  # Welch's rule, by hand
  welch <- ddcq_interaction(fit_study(s, ~arm, "none", variance = "welch", ignore = c("A", "B")),
                            combination = "A + B", parts = c("A", "B"))
  v <- study_values(s)
  u <- tapply(v$y, paste(v$A, v$B), var) / 4
  expect_close(welch$results$std.error[1], sqrt(sum(u)), 1e-9)
  expect_close(welch$results$df[1], sum(u)^2 / sum(u^2 / 3), 1e-9)
  expect_error(ddcq_interaction(fit), class = "ddcq_error_argument")
  expect_error(ddcq_interaction(fit, combination = "A + B", parts = c("A", "D")), "D", class = "ddcq_error_argument")
  expect_error(ddcq_interaction(fit, combination = "A", parts = c("A", "B")), class = "ddcq_error_argument")
})

test_that("which level is the one without is said, and the order of rows moves nothing", {
  s <- drugs(74)
  one <- fit_study(s, ~ A * B, c(A = "no"))
  expect_snapshot(ddcq_interaction(one), error = TRUE)
  want <- ddcq_interaction(fit_study(s, ~ A * B, c(A = "no", B = "no")))$results
  s$wells <- s$wells[rev(seq_len(nrow(s$wells))), ]
  got <- ddcq_interaction(fit_study(s, ~ A * B, c(A = "no", B = "no")))$results
  got <- got[match(want$target, got$target), ]
  expect_equal(got$estimate, want$estimate, tolerance = 1e-10)
})

test_that("three levels give every pair, and a third factor is averaged or given within", {
  sheet <- crossed(A = c("no", "low", "high"), B = c("no", "yes"), day = c("d1", "d2"), n = 2)
  s <- study(sheet, 75)
  v <- study_values(s)
  v$A <- with_control(v$A, "no")
  m <- lm(y ~ A * B * day, v)
  inter <- ddcq_interaction(fit_study(s, ~ A * B * day, c(A = "no", B = "no")))
  r <- rows_of(inter, "MYC")
  expect_identical(r$contrast, c("low x yes", "high x yes"))
  at <- function(level, day) {
    k <- as.double(names(coef(m)) == paste0("A", level, ":Byes"))
    k + day * (names(coef(m)) == paste0("A", level, ":Byes:dayd2"))
  }
  truth <- function(ks) {
    list(
      estimate = drop(ks %*% coef(m)), std.error = sqrt(diag(ks %*% vcov(m) %*% t(ks))), df = rep(m$df.residual, nrow(ks))
    )
  }
  expect_model_rows(r, truth(rbind(at("low", 0.5), at("high", 0.5))))
  inter <- ddcq_interaction(fit_study(s, ~ A * B * day, c(A = "no", B = "no"), by = "day"))
  r <- rows_of(inter, "MYC")
  expect_identical(r$contrast, paste0(c("low x yes", "high x yes"), rep(c(", day d1", ", day d2"), each = 2)))
  expect_model_rows(r, truth(rbind(at("low", 0), at("high", 0), at("low", 1), at("high", 1))))
  expect_match(inter$spec$sentences[4], "^MYC, day d2: high:yes is ")
  # the fold changes of each sentence are those of the fit within the day
  fit <- fit_study(s, ~ A * B * day, c(A = "no", B = "no"), by = "day")
  f <- rows_of(fit, "MYC")
  combination <- f$fold_change[f$contrast == "high:yes vs no:no, day d2"]
  expect_match(inter$spec$sentences[4], sprintf("high:yes is %.2f-fold", combination), fixed = TRUE)
})

test_that("a formula that adds up has no interaction to ask for", {
  s <- drugs(76)
  expect_error(ddcq_interaction(fit_study(s, ~ A + B, c(A = "no", B = "no"))), "interact", class = "ddcq_error_argument")
  expect_error(ddcq_interaction(fit_study(s, ~A, "no", ignore = "B")), "two factors", class = "ddcq_error_argument")
  expect_error(ddcq_interaction(1), class = "ddcq_error_argument")
})

test_that("an interaction that cannot be estimated says so, one sample a cell has no interval", {
  s <- drugs(77)
  w <- s$wells
  s$wells <- w[!(w$A == "yes" & w$B == "yes" & w$target == "MYC"), ]
  inter <- ddcq_interaction(fit_study(s, ~ A * B, c(A = "no", B = "no")))
  expect_true(is.na(rows_of(inter, "MYC")$estimate) && !is.na(rows_of(inter, "BCL2")$estimate))
  expect_match(inter$spec$sentences[1], "^MYC: yes:yes: no estimate")
  single <- ddcq_interaction(fit_study(drugs(78, n = 1), ~ A * B, c(A = "no", B = "no")))
  expect_false(anyNA(single$results$estimate))
  expect_true(all(is.na(single$results$p.value)))
  expect_match(single$spec$sentences[1], "no interval")
})

test_that("with random effects it is lmerTest's", {
  skip_if_not_installed("lmerTest")
  sheet <- crossed(A = c("no", "yes"), B = c("no", "yes"), litter = paste0("l", 1:6), n = 1)
  s <- study(sheet[-c(2, 11), ], 79)
  inter <- ddcq_interaction(fit_study(s, ~ A * B + (1 | litter), c(A = "no", B = "no")))
  m <- suppressMessages(lmerTest::lmer(y ~ A * B + (1 | litter), study_values(s)))
  truth <- coef(summary(m))["Ayes:Byes", ]
  r <- rows_of(inter, "MYC")
  expect_close(c(r$estimate, r$std.error), truth[1:2], 1e-5)
  expect_close(r$df, truth[["df"]], 1e-3)
})
