# What the package makes of numbers that papers print. published.csv, certified.csv and by-hand.csv hold the values,
# this file computes ours, named numbers for each set. Used by the vignette "Validation" and by the tests.

validation_table <- function(file) {
  utils::read.csv(
    system.file("validation", file, package = "ddcq", mustWork = TRUE), comment.char = "#", colClasses = "character",
    encoding = "UTF-8"
  )
}

# Nothing that is said on the way is news here: the data are those of textbooks, and small.
hush <- function(code) suppressWarnings(code, classes = "ddcq_warning")

# ---- the delta-delta-Cq method, in separate tubes and in one ----

# Means and SDs as the paper forms them: the SD of a difference from those of target and reference.
tissue_figures <- function(s, tissue) {
  of <- function(target) s$cq[s$tissue == tissue & s$target == target]
  sd <- c(sd_myc = stats::sd(of("MYC")), sd_gapdh = stats::sd(of("GAPDH")))
  c(
    myc = mean(of("MYC")), gapdh = mean(of("GAPDH")), sd, dct = mean(s$dcq[s$tissue == tissue & s$target == "MYC"]),
    sd_dct = sqrt(sum(sd^2))
  )
}

values_livak <- function() {
  fit <- hush(ddcq::ddcq(
    ddcq::cq_data(ddcq::livak2001), ~tissue, reference = "GAPDH", control = "brain", efficiency = 2
  ))
  brain <- tissue_figures(fit$samples, "brain")
  kidney <- tissue_figures(fit$samples, "kidney")
  r <- fit$results
  c(
    stats::setNames(c(brain, kidney), paste0(rep(c("brain_", "kidney_"), each = 6), names(brain))),
    ddct = -r$estimate, fold = r$fold_change, fold_low = 2^(r$estimate - kidney[["sd_dct"]]),
    fold_high = 2^(r$estimate + kidney[["sd_dct"]])
  )
}

# The same experiment with both assays in one tube: six wells a tissue, as printed.
same_tube <- function() {
  cq <- list(
    MYC = c(32.38, 32.08, 32.35, 32.08, 32.34, 32.13, 28.73, 28.84, 28.51, 28.86, 28.86, 28.70),
    GAPDH = c(25.07, 25.29, 25.32, 25.24, 25.17, 25.29, 24.30, 24.32, 24.31, 24.25, 24.34, 24.18)
  )
  tissue <- rep(c("brain", "kidney"), each = 6)
  data.frame(
    sample = rep(paste(tissue, 1:6), 2), target = rep(names(cq), each = 12), cq = unlist(cq), tissue = rep(tissue, 2)
  )
}

values_tube <- function() {
  fit <- hush(ddcq::ddcq(ddcq::cq_data(same_tube()), ~tissue, reference = "GAPDH", control = "brain", efficiency = 2))
  s <- fit$samples[fit$samples$target == "MYC", ]
  mean <- tapply(s$dcq, s$tissue, mean)
  sd <- tapply(s$dcq, s$tissue, stats::sd)
  r <- fit$results
  c(
    brain_dct = mean[["brain"]], brain_sd = sd[["brain"]], kidney_dct = mean[["kidney"]], kidney_sd = sd[["kidney"]],
    ddct = -r$estimate, fold = r$fold_change, fold_low = 2^(r$estimate - sd[["kidney"]]),
    fold_high = 2^(r$estimate + sd[["kidney"]])
  )
}

# ---- the relative standard curve: a line through the printed means, and the wells read off it ----

values_curve <- function() {
  input <- c(1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
  means <- c(
    25.59, 26.77, 28.14, 29.18, 30.14, 31.44, 32.42, # MYC
    22.64, 23.73, 25.12, 26.16, 27.17, 28.62, 29.45 # GAPDH
  )
  standards <- ddcq::cq_data(data.frame(
    sample = paste0("S", input), target = rep(c("MYC", "GAPDH"), each = 7), task = "standard", quantity = input,
    cq = means
  ))
  q <- hush(ddcq::cq_quantify(ddcq::cq_data(ddcq::livak2001), ddcq::cq_standard_curve(standards)))
  well <- paste(sub("_", " ", q$sample), q$target)
  by <- list(sub("_.*", "", q$sample), q$target)
  mean <- tapply(q$quantity, by, mean)
  sd <- tapply(q$quantity, by, stats::sd)
  # of a ratio: the coefficients of variation, squared and added
  ratio <- mean[, "MYC"] / mean[, "GAPDH"]
  cv <- sqrt(rowSums((sd / mean)^2))
  cells <- paste0(rep(c("brain_", "kidney_"), 2), rep(c("gapdh", "myc"), each = 2))
  relative <- ratio[["kidney"]] / ratio[["brain"]]
  c(
    stats::setNames(q$quantity, gsub(" ", "_", tolower(well))), stats::setNames(mean, cells),
    stats::setNames(sd, sub("_", "_sd_", cells)), stats::setNames(ratio, c("brain_normalised", "kidney_normalised")),
    stats::setNames(ratio * cv, c("brain_sd_normalised", "kidney_sd_normalised")), relative = relative,
    relative_sd = relative * cv[["kidney"]]
  )
}

# ---- tests on the delta-delta-Cq: t, Wilcoxon, regression ----

values_yuan <- function() {
  ask <- function(formula, ...) {
    d <- ddcq::yuan2006
    d$concentration <- paste("c", d$concentration)
    hush(ddcq::ddcq(
      ddcq::cq_data(d), formula, reference = "ubiquitin", control = "control", efficiency = 2, ignore = "concentration",
      ...
    ))
  }
  t <- ask(~group, variance = "pooled")
  rank <- hush(ddcq::ddcq_permute(t, statistic = "wilcoxon"))$results
  t <- t$results
  blocked <- ask(~ group + concentration)$results
  c(
    ddct = -t$estimate, t_low = -t$conf.high, t_high = -t$conf.low, rank = -rank$estimate, rank_low = -rank$conf.high,
    rank_high = -rank$conf.low, regression = -blocked$estimate, regression_low = -blocked$conf.high,
    regression_high = -blocked$conf.low
  )
}

# ---- a dilution series of a detection assay, from its printed means ----

values_dilution <- function() {
  means <- c(21.98, 25.18, 28.93, 32.32, 35.63, 21.99, 25.35, 28.85, 32.44, 35.74)
  target <- rep(c("fla", "fla-IAC"), each = 5)
  quantity <- 10^(5:1)
  curve <- hush(ddcq::cq_standard_curve(ddcq::cq_data(data.frame(
    sample = paste0("S", quantity), target = target, task = "standard", quantity = quantity, cq = means
  ))))
  row <- match(c("fla", "fla-IAC"), curve$target)
  stats::setNames(
    c(curve$slope[row], curve$efficiency[row] - 1, curve$r.squared[row]),
    paste0(rep(c("slope", "efficiency", "r2"), each = 2), c("_fla", "_iac"))
  )
}

# ---- limits of detection by probit, from counts ----

values_lod <- function() {
  detected <- list(N1 = c(4, 8, 7, 1, 0, 1), N2 = c(4, 8, 10, 6, 3, 0), ORF1ab = c(1, 10, 8, 4, 1, 0))
  tested <- list(N1 = c(4, 8, 10, 10, 8, 4), N2 = c(4, 8, 10, 10, 8, 4), ORF1ab = c(1, 10, 10, 10, 8, 4))
  limit <- hush(ddcq::cq_lod(data.frame(
    target = rep(names(detected), each = 6), quantity = rep(c(2000, 1000, 500, 100, 50, 5), 3),
    detected = unlist(detected), tested = unlist(tested)
  ), model = "probit"))
  limit <- limit[limit$model == "probit", ]
  stats::setNames(limit$lod, tolower(limit$target))
}

# ---- Dunnett's two-sided points ----

# The critical value that an adjusted interval holds: k treatments and a control, n samples each. It depends on the
# design alone, so the values may be any.
dunnett_point <- function(k, n) {
  group <- rep(letters[seq_len(k + 1)], each = n)
  i <- seq_along(group)
  wells <- data.frame(
    sample = rep(paste0("s", i), 2), target = rep(c("T", "R"), each = length(i)), group = rep(group, 2),
    cq = c(24 + sin(i), rep(18, length(i)))
  )
  fit <- hush(ddcq::ddcq(
    ddcq::cq_data(wells), ~group, reference = "R", control = "a", efficiency = 2, variance = "pooled",
    adjust = "dunnett"
  ))
  with(fit$results, (adj.conf.high[1] - estimate[1]) / std.error[1])
}

values_dunnett <- function() {
  design <- expand.grid(k = 2:5, n = c(3, 4, 6))
  df <- (design$k + 1) * (design$n - 1)
  design <- design[df <= 20, ]
  df <- df[df <= 20]
  stats::setNames(mapply(dunnett_point, design$k, design$n), paste0("k", design$k, "_df", df))
}

# ---- by hand ----

# Three samples a group: dCq 6, 7, 8 and 3, 4, 6.5 against a constant reference; a line through four points; three
# candidates in three samples.
values_hand <- function() {
  wells <- data.frame(
    sample = rep(paste0("s", 1:6), 2), target = rep(c("T", "R"), each = 6),
    group = rep(c("a", "a", "a", "b", "b", "b"), 2), cq = c(24, 25, 26, 21, 22, 24.5, rep(18, 6))
  )
  fit <- function(variance, efficiency = 2) {
    hush(ddcq::ddcq(
      ddcq::cq_data(wells), ~group, reference = "R", control = "a", efficiency = efficiency, variance = variance
    ))
  }
  welch <- fit("welch")$results
  pooled <- fit("pooled")$results
  uncertain <- ddcq::cq_efficiency(c("T", "R"), 2, std.error = c(0.8 * log(2), NA), df = c(3, NA))
  carried <- fit("pooled", uncertain)$results
  apart <- hush(ddcq::ddcq_permute(fit("pooled")))$results
  series <- ddcq::cq_data(data.frame(
    sample = paste0("S", 0:3), target = "T", task = "standard", quantity = 10^-(0:3), cq = c(20, 23, 27, 30)
  ))
  line <- hush(ddcq::cq_standard_curve(series))
  candidates <- cbind(A = c(20, 21, 22), B = c(24, 25, 27), C = c(18, 20, 19))
  m <- hush(ddcq::cq_stability(candidates, method = "deltacq"))
  c(
    estimate = welch$estimate, fold = welch$fold_change, se = welch$std.error, welch_df = welch$df,
    t = welch$statistic, pooled_df = pooled$df, carried_se = carried$std.error, carried_df = carried$df,
    p = apart$p.value, slope = line$slope, intercept = line$intercept, slope_se = line$slope_se,
    r2 = line$r.squared, efficiency = line$efficiency, efficiency_se = line$std.error,
    stability_a = m$stability[m$target == "A"], stability_b = m$stability[m$target == "B"],
    stability_c = m$stability[m$target == "C"]
  )
}

# ---- certified by NIST ----

# The responses stand as Cq beside a constant reference.
anova_of <- function(y, group) {
  n <- length(y)
  wells <- data.frame(
    sample = rep(paste0("s", seq_len(n)), 2), target = rep(c("T", "R"), each = n), cq = c(y, rep(16, n)),
    group = rep(paste0("g", group), 2)
  )
  fit <- hush(ddcq::ddcq(
    ddcq::cq_data(wells), ~group, reference = "R", control = "g1", efficiency = 2, variance = "pooled"
  ))
  a <- as.data.frame(stats::anova(fit))
  # the standard error of a difference of two groups of equal size
  sd <- fit$results$std.error[1] * sqrt(sum(group == 1) / 2)
  c(f = a$statistic, sd = sd)
}

values_sirstv <- function() {
  y <- c(
    196.3052, 196.1240, 196.1890, 196.2569, 196.3403, 196.3042, 196.3825, 196.1669, 196.3257, 196.0422, 196.1303,
    196.2005, 196.2889, 196.0343, 196.1811, 196.2795, 196.1748, 196.1494, 196.1485, 195.9885, 196.2119, 196.1051,
    196.1850, 196.0052, 196.2090
  )
  # as Cq, 180 less: four decimals as before
  anova_of(round(y - 180, 4), rep(1:5, each = 5))
}

# 107.8681568 and so on: seven digits are the same throughout, the others stand here. As Cq, 90 less.
values_atmwtag <- function() {
  digits <- c(
    1568, 1465, 1572, 1785, 1446, 1903, 1526, 1494, 1616, 1587, 1519, 1486, 1419, 1569, 1508, 1672, 1385, 1518, 1662,
    1424, 1360, 1333, 1610, 1477, 1079, 1344, 1513, 1197, 1604, 1385, 1642, 1365, 1151, 1082, 1517, 1448, 1198, 1482,
    1334, 1609, 1101, 1512, 1469, 1360, 1254, 1261, 1450, 1368
  )
  anova_of(as.numeric(paste0("17.868", digits)), rep(1:2, each = 24))
}

# A line that rises, as a curve that falls: y as 40 - y / 25 cycles, x as ten to the power of x / 10.
values_norris <- function() {
  y <- c(
    0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1, 668.8, 339.3, 448.9,
    10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4,
    449.2, 0.2
  )
  x <- c(
    0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5, 666.9, 338.0, 447.5,
    11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1,
    448.9, 0.5
  )
  line <- hush(ddcq::cq_standard_curve(ddcq::cq_data(data.frame(
    sample = paste0("S", seq_along(x)), target = "T", task = "standard", quantity = 10^(x / 10), cq = 40 - y / 25
  )), unit = "well"))
  c(
    intercept = (40 - line$intercept) * 25, slope = -line$slope * 2.5, slope_se = line$slope_se * 2.5,
    sd = line$sigma * 25, r2 = line$r.squared
  )
}

# Six covariates and no factor: no question for ddcq(), so its entry for fold changes is asked.
values_longley <- function() {
  d <- datasets::longley
  x <- cbind(1, d$GNP.deflator, d$GNP * 1e3, d$Unemployed * 10, d$Armed.Forces * 10, d$Population * 1e3, d$Year)
  answer <- .Call(
    utils::getFromNamespace("c_fold_change", "ddcq"), as.matrix(d$Employed * 1e3), 1, 0, Inf, 1L, integer(), numeric(),
    0L, 0:15, 0:15, 16L, x, NULL, rbind(0, diag(6)), c(0L, 0L), NULL
  )
  stats::setNames(c(-answer$estimate, sqrt(answer$var_biological)), paste0(rep(c("b", "se"), each = 6), 1:6))
}

# ---- the tables ----

# Our values of some sets, named by set and value.
validation_values <- function(sets) {
  unlist(lapply(unique(sets), function(set) {
    values <- get(paste0("values_", set))()
    stats::setNames(values, paste(set, names(values)))
  }))
}

decimals <- function(printed) nchar(sub("^[^.]*[.]?", "", printed))

# `rounds`: within half a unit of the last printed digit. `agrees`: within that and what the rounding of the paper's own
# inputs can do.
published_table <- function() {
  d <- validation_table("published.csv")
  d$ours <- unname(validation_values(d$set)[paste(d$set, d$value)])
  d$difference <- d$ours - as.numeric(d$printed)
  half <- 0.5 * 10^-decimals(d$printed)
  inputs <- as.numeric(ifelse(nzchar(d$inputs), d$inputs, "0"))
  # 30.485 is printed 30.49, and no number of the machine is exactly 30.485
  d$rounds <- abs(d$difference) <= half + 1e-9
  d$agrees <- abs(d$difference) <= half + inputs + 1e-9
  d
}

hand_table <- function() {
  d <- validation_table("by-hand.csv")
  d$exact <- vapply(d$by_hand, function(text) eval(str2lang(text)), 0, USE.NAMES = FALSE)
  d$ours <- unname(validation_values("hand")[paste("hand", d$value)])
  d$difference <- d$ours / d$exact - 1
  d
}

# Log relative error, the number of digits that agree; the certified values have 15.
certified_table <- function() {
  d <- validation_table("certified.csv")
  d$ours <- unname(validation_values(d$set)[paste(d$set, d$value)])
  certified <- as.numeric(d$certified)
  d$digits <- -log10(pmax(abs(d$ours - certified) / abs(certified), 1e-15))
  d
}
