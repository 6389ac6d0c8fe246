# What must not change, or must change in a known way, whatever the data: random designs with gaps, unequal numbers of
# wells and samples, known and uncertain efficiencies. Set DDCQ_DESIGNS for more designs than the suite draws.

tested <- c("estimate", "std.error", "df", "p.value", "conf.low", "conf.high")

# The rows of `b` are those of `a`. A place on the axis is compared relative to its standard error where that is
# larger than the value (see differences()); rows without an interval by their estimate alone.
expect_rows <- function(b, a, what, columns = tested, tolerance = 1e-10) {
  key <- function(r) paste(r$target, r$contrast)
  b <- b[match(key(a), key(b)), ]
  d <- differences(b, a, columns)
  worst <- max(d$scaled)
  testthat::expect(
    worst <= tolerance,
    sprintf("%s: %s off by %.2g", what, columns[which.max(apply(d$scaled, 2, max))], worst)
  )
}

each_design <- function(code, ..., n = n_designs()) {
  for (seed in seq_len(n)) {
    d <- random_design(seed, ...)
    code(d, paste("design", seed))
  }
}

some_variance <- function(d) if (d$seed %% 2) "welch" else "pooled"

with_cq <- function(d, change) {
  d$wells$cq <- change(d$wells)
  d
}

weight_of <- function(d, target) log2(d$efficiency$efficiency)[match(target, d$efficiency$target)]

known <- function(d) {
  d$efficiency$std.error <- NA_real_
  d
}

# ---- 1, 2: shifts ----

test_that("a sample that is loaded more shifts nothing", {
  each_design(function(d, what) {
    who <- d$wells$sample[1]
    loaded <- with_cq(d, function(w) w$cq + ifelse(w$sample == who, 1.7 / weight_of(d, w$target), 0))
    variance <- some_variance(d)
    before <- fit_design(d, variance = variance)
    after <- fit_design(loaded, variance = variance)
    expect_rows(after$results, before$results, what, "estimate")
    expect_close(after$parts$var_biological, before$parts$var_biological, 1e-10, what)
    sure <- fit_design(known(d), variance = variance)$results
    expect_rows(fit_design(known(loaded), variance = variance)$results, sure, what)
  })
})

test_that("an assay that is read later shifts nothing", {
  each_design(function(d, what) {
    variance <- some_variance(d)
    before <- fit_design(d, variance = variance)$results
    for (gene in c(d$targets[1], d$reference[1])) {
      later <- with_cq(d, function(w) w$cq + ifelse(w$target == gene, 2.3, 0))
      expect_rows(fit_design(later, variance = variance)$results, before, paste(what, gene))
    }
  })
})

# ---- 3: groups change places ----

test_that("swapping the groups turns the sign and keeps p", {
  each_design(function(d, what) {
    variance <- some_variance(d)
    other <- d$groups[length(d$groups)]
    one <- fit_design(d, variance = variance)$results
    two <- fit_design(d, variance = variance, control = other)$results
    one <- one[one$contrast == paste(other, "vs", d$control), ]
    two <- two[two$contrast == paste(d$control, "vs", other), ]
    turned <- two
    turned$contrast <- one$contrast
    turned$estimate <- -two$estimate
    turned$conf.low <- -two$conf.high
    turned$conf.high <- -two$conf.low
    expect_rows(turned, one, what)
    expect_close(two$p.value, one$p.value, 1e-12, what)
    expect_close(1 / two$fold_change, one$fold_change, 1e-12, what)
    expect_close(c(1 / two$fold_high, 1 / two$fold_low), c(one$fold_low, one$fold_high), 1e-10, what)
  })
})

# ---- 4: how the data are written down ----

test_that("row order, column order, types and names change nothing", {
  each_design(function(d, what) {
    before <- fit_design(d)$results
    w <- d$wells
    shuffled <- with_seed(d$seed, w[sample.int(nrow(w)), sample.int(ncol(w))])
    expect_rows(fit_design(d, wells = shuffled)$results, before, paste(what, "shuffled"), tolerance = 1e-12)
    typed <- w
    typed$group <- factor(w$group, rev(d$groups))
    typed$sample <- factor(w$sample, rev(unique(w$sample)))
    typed$target <- factor(w$target)
    expect_rows(fit_design(d, wells = typed)$results, before, paste(what, "factors"), tolerance = 1e-12)
    # names whose order is the opposite one
    renamed <- w
    new <- stats::setNames(paste0("z", rev(seq_along(d$groups))), d$groups)
    renamed$group <- unname(new[w$group])
    r <- fit_design(d, wells = renamed, control = unname(new[d$control]))$results
    ends <- strsplit(r$contrast, " vs ", fixed = TRUE)
    old <- function(x) names(new)[match(x, new)]
    r$contrast <- vapply(ends, function(e) paste(old(e[1]), "vs", old(e[2])), "")
    expect_rows(r, before, paste(what, "renamed"), tolerance = 1e-12)
  })
})

test_that("a tibble is as good as a data frame", {
  skip_if_not_installed("tibble")
  d <- random_design(7)
  expect_identical(fit_design(d, wells = tibble::as_tibble(d$wells))$results, fit_design(d)$results)
})

test_that("other targets, empty targets and samples, and unused groups change nothing", {
  each_design(function(d, what) {
    variance <- some_variance(d)
    before <- fit_design(d, variance = variance)$results
    for (target in d$targets) {
      alone <- d$wells[d$wells$target %in% c(target, d$reference), ]
      rows <- before[before$target == target, ]
      # a sample that had nothing but the other targets goes with them, and a level with it
      if (setequal(unique(alone$group), d$groups)) {
        r <- fit_design(d, wells = alone, variance = variance)$results
        expect_rows(r, rows, paste(what, target), tolerance = 1e-12)
      }
    }
    empty <- rbind(
      d$wells, transform(d$wells[!duplicated(d$wells$sample), ], target = "empty", cq = NA),
      transform(d$wells[1, ], sample = "nothing", cq = NA)
    )
    eff <- rbind(d$efficiency, transform(d$efficiency[1, ], target = "empty"))
    r <- fit_design(d, wells = empty, efficiency = eff, variance = variance)$results
    expect_true(all(is.na(r$estimate[r$target == "empty"])))
    expect_rows(r[r$target != "empty", ], before, paste(what, "with empty ones"), tolerance = 1e-12)
    # Welch: a group that a contrast does not name
    if (variance == "welch" && length(d$groups) > 2) {
      less <- d$wells[d$wells$group != d$groups[3], ]
      kept <- before[before$contrast != paste(d$groups[3], "vs", d$control), ]
      r <- fit_design(d, wells = less, variance = "welch")$results
      expect_rows(r, kept, paste(what, "one group less"), tolerance = 1e-12)
    }
  })
})

# ---- 5: technical replicates ----

test_that("each well twice is not more data", {
  each_design(function(d, what) {
    twice <- d$wells[rep(seq_len(nrow(d$wells)), 2), ]
    for (how in c("mean", "median")) {
      before <- fit_design(d, replicates = how)
      after <- fit_design(d, wells = twice, replicates = how)
      expect_rows(after$results, before$results, paste(what, how))
      expect_identical(after$results$n, before$results$n)
      expect_identical(after$results$n_control, before$results$n_control)
    }
  })
})

# ---- 7: the scale of the efficiencies ----

test_that("efficiencies to a power scale estimates and errors, and no test", {
  each_design(function(d, what) {
    variance <- some_variance(d)
    before <- fit_design(d, variance = variance)$results
    lambda <- 0.97
    scaled <- d$efficiency
    scaled$efficiency <- d$efficiency$efficiency^lambda
    # SE(w) = SE(E) / (E ln 2) scales by lambda too
    scaled$std.error <- lambda * d$efficiency$std.error * scaled$efficiency / d$efficiency$efficiency
    after <- fit_design(d, efficiency = scaled, variance = variance)$results
    for (column in c("estimate", "std.error", "conf.low", "conf.high")) after[[column]] <- after[[column]] / lambda
    expect_rows(after, before, what)
    expect_close(after$statistic, before$statistic, 1e-10, what)
  })
})

test_that("E = 2 is Livak's formula, any E Pfaffl's, to 1e-13 of the Cq", {
  each_design(function(d, what) {
    cq <- plain_means(d)
    means <- function(target, group) {
      s <- plain_samples(d, target)
      colMeans(as.matrix(s[s$group == group, colnames(cq)]))
    }
    for (livak in c(TRUE, FALSE)) {
      fit <- fit_design(d, efficiency = if (livak) 2 else d$efficiency)$results
      e <- d$efficiency$efficiency[match(colnames(cq), d$efficiency$target)]
      if (livak) e[] <- 2
      names(e) <- colnames(cq)
      for (i in which(!is.na(fit$estimate))) {
        treated <- sub(" vs .*", "", fit$contrast[i])
        delta <- means(fit$target[i], d$control) - means(fit$target[i], treated)
        ratio <- if (livak) {
          2^(delta[[fit$target[i]]] - mean(delta[d$reference]))
        } else {
          e[[fit$target[i]]]^delta[[fit$target[i]]] / prod(e[d$reference]^(delta[d$reference] / length(d$reference)))
        }
        expect_close(fit$fold_change[i], ratio, 1e-13, paste(what, "row", i))
      }
    }
  })
})

# ---- 8: the unit of a dilution series ----

random_curve <- function(seed) {
  with_seed(seed, {
    points <- pick(3:7)
    wells <- pick(1:4)
    fold <- pick(c(2, 4, 5, 10))
    gone <- stats::runif(points * wells) < 0.1
    quantity <- rep(1000 / fold^(seq_len(points) - 1), each = wells)
    d <- data.frame(
      sample = rep(paste0("d", seq_len(points)), each = wells), target = "T", task = "standard", quantity = quantity,
      cq = 20 - log(quantity) / log(stats::runif(1, 1.8, 2.1)) + stats::rnorm(points * wells, 0, 0.1)
    )
    if (length(unique(quantity[!gone])) < 3) d else d[!gone, ]
  })
}

test_that("the unit of a dilution series, its labels and the order of its wells change nothing", {
  kept <- c("efficiency", "std.error", "df", "conf.low", "conf.high", "slope", "slope_se", "r.squared", "sigma")
  for (seed in seq_len(n_designs())) {
    d <- random_curve(seed)
    for (unit in c("point", "well")) {
      curve <- function(d, ...) quietly(cq_standard_curve(cq_data(d, cycles = 60), unit = unit, ...))
      before <- curve(d)
      for (k in c(-6, 3)) {
        after <- curve(transform(d, quantity = quantity * 10^k))
        expect_close(unlist(after[kept]), unlist(before[kept]), 1e-10, paste("curve", seed, unit))
        expect_close(after$intercept, before$intercept - k * before$slope, 1e-10, paste("intercept", seed, unit))
      }
      labelled <- d[rev(seq_len(nrow(d))), ]
      labelled$sample <- paste0("1:", round(1e6 / labelled$quantity))
      expect_close(unlist(curve(labelled)[kept]), unlist(before[kept]), 1e-12, paste("curve", seed, unit))
      # named by sample instead of by task
      plain <- labelled[setdiff(names(labelled), c("task", "quantity"))]
      amounts <- stats::setNames(unique(labelled$quantity), unique(labelled$sample))
      named <- curve(plain, quantity = amounts)
      expect_close(unlist(named[kept]), unlist(before[kept]), 1e-12, paste("curve", seed, unit))
    }
  }
})

test_that("a curve is the line of lm(), by well and by point, in one run and in several", {
  for (seed in seq_len(n_designs())) {
    d <- random_curve(seed)
    one <- cbind(d, run = "r1")
    two <- rbind(one, transform(one, run = "r2", cq = cq + 1 + 0.1 * sin(seq_along(cq))))
    for (unit in c("point", "well")) {
      for (set in list(one, two)) {
        w <- if (unit == "well") set else stats::aggregate(cq ~ quantity + run, set, mean)
        several <- length(unique(w$run)) > 1
        fit <- stats::lm(if (several) cq ~ log10(quantity) + run else cq ~ log10(quantity), w)
        if (fit$df.residual < 1) next
        b <- summary(fit)$coefficients["log10(quantity)", 1:2]
        got <- quietly(cq_standard_curve(cq_data(set, cycles = 60), unit = unit))
        if (several) {
          expect_true(is.na(got$intercept))
          expect_close(attr(got, "by_run")$intercept[1], stats::coef(fit)[[1]], 1e-11)
        }
        ends <- b[1] + c(-1, 1) * stats::qt(0.975, fit$df.residual) * b[2]
        expect_close(c(got$slope, got$df), c(b[1], fit$df.residual), 1e-12, paste("curve", seed, unit))
        # the residuals of a line through 3 points can be small: their rounding is that of the Cq
        small <- max(1e-12, 4 * .Machine$double.eps * 30 / summary(fit)$sigma)
        expect_close(c(got$slope_se, got$sigma), c(b[2], summary(fit)$sigma), small, paste("curve", seed, unit))
        expect_close(got$efficiency, 10^(-1 / b[1]), 1e-12, paste("curve", seed, unit))
        expect_close(got$std.error, 10^(-1 / b[1]) * log(10) * b[2] / b[1]^2, small, paste("curve", seed, unit))
        if (ends[2] < 0) expect_close(c(got$conf.low, got$conf.high), 10^(-1 / ends), 1e-10, paste("curve", seed, unit))
      }
    }
  }
})

# ---- 9: transitivity ----

test_that("A against C is A against B and B against C", {
  each_design(groups = 3:8, function(d, what) {
    r <- fit_design(d, variance = "pooled", contrasts = "pairwise")$results
    g <- d$groups
    for (target in d$targets) {
      # a pair stands in the table one way round
      value <- function(a, b) {
        at <- r$target == target
        c(r$estimate[at & r$contrast == paste(a, "vs", b)], -r$estimate[at & r$contrast == paste(b, "vs", a)])
      }
      whole <- value(g[3], g[1])
      parts <- value(g[3], g[2]) + value(g[2], g[1])
      if (!is.na(parts)) expect_lt(abs(whole - parts), 1e-12 * 30)
    }
  })
})

# ---- 10: references ----

test_that("a reference twice, at half the weight each, is the reference once", {
  each_design(refs = 1, function(d, what) {
    variance <- some_variance(d)
    ref <- d$reference
    copy <- transform(d$wells[d$wells$target == ref, ], target = "copy")
    eff <- rbind(d$efficiency, transform(d$efficiency[d$efficiency$target == ref, ], target = "copy"))
    eff$shared[eff$target %in% c(ref, "copy")] <- "one curve"
    before <- fit_design(d, variance = variance)$results
    after <- fit_design(
      d, wells = rbind(d$wells, copy), efficiency = eff, reference = c(ref, "copy"), variance = variance
    )
    expect_rows(after$results, before, what)
  })
})

test_that("references normalise by the geometric mean of their quantities", {
  each_design(function(d, what) {
    s <- fit_design(d)$samples
    cq <- plain_means(d)
    e <- d$efficiency$efficiency[match(colnames(cq), d$efficiency$target)]
    quantity <- t(t(-cq) * log(e))
    quantity <- exp(quantity)
    refs <- quantity[, d$reference, drop = FALSE]
    normal <- apply(refs, 1, prod)^(1 / ncol(refs))
    for (target in d$targets) {
      got <- s$log2_quantity[s$target == target]
      names(got) <- s$sample[s$target == target]
      truth <- log2(quantity[, target] / normal)
      on <- names(which(!is.na(truth)))
      expect_identical(is.na(got[names(truth)]), is.na(truth))
      # as a ratio of quantities, which is what the difference of the two logarithms means
      expect_lt(max(abs(2^(got[on] - truth[on]) - 1)), 1e-12)
    }
  })
})

# ---- 11: a reference as target ----

test_that("a gene normalised by itself alone has estimate 0 and SE 0", {
  each_design(refs = 1, function(d, what) {
    r <- fit_design(d, targets = c(d$targets, d$reference), variance = some_variance(d))
    at <- r$results$target == d$reference & !is.na(r$results$estimate)
    expect_true(all(r$results$estimate[at] == 0))
    row <- nrow(r$parts$var_efficiency)
    expect_true(all(r$parts$var_efficiency[row, ] %in% c(0, NA)))
    expect_true(all(r$results$std.error[at] %in% c(0, NA)))
    expect_true(all(is.na(r$results$p.value[at])))
  })
})

# ---- 12: ratio ----

test_that("a ratio is the difference of its targets, whatever the references", {
  each_design(targets = 2:3, refs = 2:5, function(d, what) {
    cq <- plain_means(d)
    whole <- rownames(cq)[stats::complete.cases(cq)]
    d$wells <- d$wells[d$wells$sample %in% whole, ]
    left <- unique(d$wells$group)
    if (length(left) < 2 || !d$control %in% left) {
      return()
    }
    variance <- some_variance(d)
    fit <- fit_design(d, variance = variance)
    ratio <- ddcq_ratio(fit, d$targets[1], d$targets[2])$results
    r <- fit$results
    difference <- r$estimate[r$target == d$targets[1]] - r$estimate[r$target == d$targets[2]]
    expect_identical(ratio$contrast, r$contrast[r$target == d$targets[1]])
    expect_lt(max(0, abs(ratio$estimate - difference), na.rm = TRUE), 1e-12 * 30)
    other <- fit_design(d, variance = variance, reference = d$reference[2], targets = d$targets)
    expect_rows(ddcq_ratio(other, d$targets[1], d$targets[2])$results, ratio, what, tolerance = 1e-12)
    # and the denominator as the only reference says the same, its efficiency's error included
    only <- fit_design(d, variance = variance, reference = d$targets[2], targets = d$targets[1])$results
    only$target <- ratio$target
    expect_rows(only, ratio, what, tolerance = 1e-12)
  })
})

# ---- 13: more knowledge, narrower interval ----

test_that("knowing less about an efficiency never narrows an interval", {
  each_design(function(d, what) {
    variance <- some_variance(d)
    with_error <- fit_design(d, variance = variance)$results
    without <- fit_design(known(d), variance = variance)$results
    has <- !is.na(without$p.value)
    expect_identical(!is.na(with_error$p.value), has)
    hair <- 1e-13 * without$std.error[has]
    expect_true(all(with_error$conf.low[has] <= without$conf.low[has] + hair))
    expect_true(all(with_error$conf.high[has] >= without$conf.high[has] - hair))
    expect_true(all(with_error$p.value[has] >= without$p.value[has] * (1 - 1e-12)))
  })
})

test_that("levels nest, p and interval agree, adjustment only raises p", {
  each_design(function(d, what) {
    variance <- some_variance(d)
    fits <- lapply(c(0.9, 0.95, 0.99), function(level) fit_design(d, variance = variance, level = level)$results)
    has <- !is.na(fits[[1]]$p.value)
    for (i in 1:2) {
      expect_true(all(fits[[i]]$conf.low[has] > fits[[i + 1]]$conf.low[has]))
      expect_true(all(fits[[i]]$conf.high[has] < fits[[i + 1]]$conf.high[has]))
    }
    for (i in 1:3) {
      r <- fits[[i]][has, ]
      alpha <- c(0.1, 0.05, 0.01)[i]
      clear <- abs(r$p.value - alpha) > 1e-9
      expect_identical((r$conf.low > 0 | r$conf.high < 0)[clear], (r$p.value < alpha)[clear])
      expect_identical(r$fold_low > 1 | r$fold_high < 1, r$conf.low > 0 | r$conf.high < 0)
    }
    for (adjust in c("holm", "BH", "bonferroni")) {
      r <- fit_design(d, variance = variance, adjust = adjust)$results[has, ]
      expect_true(all(r$adj.p.value >= r$p.value))
      expect_false(is.unsorted(r$adj.p.value[order(r$p.value)]))
      if (adjust != "BH") {
        expect_true(all(r$adj.conf.low <= r$conf.low & r$adj.conf.high >= r$conf.high))
      }
    }
  })
})

# ---- what targets share ----

test_that("the covariance of two targets is what makes their difference a ratio", {
  each_design(targets = 2, function(d, what) {
    cq <- plain_means(d)
    d$wells <- d$wells[d$wells$sample %in% rownames(cq)[stats::complete.cases(cq)], ]
    left <- unique(d$wells$group)
    if (length(left) < 2 || !d$control %in% left) {
      return()
    }
    fit <- fit_design(d, variance = some_variance(d))
    ratio <- ddcq_ratio(fit, d$targets[1], d$targets[2])
    v <- vcov(fit)
    expect_true(isSymmetric(unname(v)))
    r <- fit$results
    parts <- ratio$parts
    for (i in which(!is.na(ratio$results$p.value))) {
      at <- which(r$contrast == ratio$results$contrast[i])
      at <- at[match(d$targets, r$target[at])]
      share <- c(1, -1) %*% v[at, at] %*% c(1, -1)
      expect_close(drop(share), parts$var_biological[i] + parts$var_efficiency[i], 1e-10, paste(what, "row", i))
    }
  })
})

test_that("one efficiency for all has one error: that of the estimate in proportion", {
  each_design(function(d, what) {
    genes <- c(d$targets, d$reference)
    shared <- cq_efficiency(genes, 1.9, std.error = 0.03, df = 6)
    fit <- fit_design(d, efficiency = shared, variance = some_variance(d))
    # theta = w D, so V_E = (theta / w)^2 Var(w)
    se <- 0.03 / (1.9 * log(2))
    truth <- (fit$parts$estimate / log2(1.9) * se)^2
    # the estimate of a row is a difference of numbers near 20, the D in V_E too
    off <- abs(sqrt(fit$parts$var_efficiency) - sqrt(truth))
    expect_identical(is.na(fit$parts$var_efficiency), is.na(truth), info = what)
    expect_lt(max(0, off, na.rm = TRUE), 1e-13)
  })
})
