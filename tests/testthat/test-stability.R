# Numbers against plain R (helper-twins-stability.R). Sums of some hundred terms agree to 1e-12 relative; what goes
# through a distribution to 1e-8.

call_stability <- function(name, ...) .Call(utils::getFromNamespace(name, "ddcq"), ...)
details_of <- function(x) attr(x, "details")
two_groups <- rep(c("control", "drug"), each = 6)

test_that("geNorm is that of the paper: M at every step, the order, V", {
  set.seed(11)
  for (size in list(c(3, 3), c(5, 4), c(12, 10), c(30, 21), c(9, 40))) {
    x <- simulate_candidates(size[1], size[2])
    twin <- twin_genorm(x)
    s <- cq_stability(-x, method = "genorm")
    found <- details_of(s)$genorm
    k <- ncol(x)
    expect_setequal(s$target[1:2], twin$order[1:2])
    expect_identical(s$target[-(1:2)], twin$order[-(1:2)])
    expect_identical(s$rank, c(1, 1, as.double(seq_len(k)[-(1:2)])))
    for (i in seq_along(twin$steps)) {
      expect_close(found$m[names(twin$steps[[i]]), i], twin$steps[[i]])
      expect_identical(sum(!is.na(found$m[, i])), k - i + 1L)
    }
    expect_close(found$steps$mean_m, vapply(twin$steps, mean, 0))
    expect_close(found$variation$v, twin$v)
  }
})

test_that("delta-Cq is the first round of geNorm where E is 2", {
  set.seed(12)
  x <- simulate_candidates(15, 8)
  s <- cq_stability(-x, method = c("deltacq", "genorm"))
  mean_sd <- vapply(colnames(x), function(a) {
    mean(vapply(setdiff(colnames(x), a), function(b) stats::sd(x[, a] - x[, b]), 0))
  }, 0)
  expect_close(s$stability, mean_sd[s$target])
  expect_close(s$stability, details_of(s)$genorm$m[s$target, 1], 1e-14)
})

test_that("pairs that nearly cancel keep their digits", {
  set.seed(13)
  x <- simulate_candidates(20, 6)
  x[, 2] <- x[, 1] + 1e-6 * stats::rnorm(20)
  x[, 4] <- x[, 3]
  v <- details_of(cq_stability(-x, method = "genorm"))$genorm$pairs
  # x itself has 16 digits, of which a difference of 1e-6 keeps 10
  expect_close(v[1, 2], stats::sd(x[, 1] - x[, 2]), 1e-8)
  expect_close(v[1, 3], stats::sd(x[, 1] - x[, 3]))
  expect_identical(v[3, 4], 0)
})

test_that("NormFinder is the published procedure on 200 random data sets, negative variances among them", {
  set.seed(14)
  negative <- 0
  # A variance that is what a subtraction left has the digits of what was subtracted: to the largest of its kind.
  near <- function(x, truth, tolerance, what) {
    off <- max(abs(as.vector(x) - as.vector(truth))) / max(abs(truth))
    expect(off <= tolerance, sprintf("%s is off by %.3g.", what, off))
  }
  for (i in 1:200) {
    n_groups <- sample(1:4, 1)
    k <- sample(3:12, 1)
    group <- rep(seq_len(n_groups) - 1L, sample(2:9, n_groups, replace = TRUE))
    if (length(group) < 3) group <- c(group, 0L)
    group <- group[sample(length(group))]
    x <- simulate_candidates(length(group), k, group, shift = if (i %% 3) 0.3 else 0)
    label <- if (n_groups > 1) paste0("g", group)
    found <- details_of(cq_stability(-x, method = "normfinder", group = label))$normfinder
    twin <- twin_normfinder(x, group)
    negative <- negative + any(twin$raised)
    near(found$table$stability, twin$stability, 1e-12, paste("stability", i))
    near(found$intra, twin$intra, 1e-12, paste("intra", i))
    expect_identical(as.vector(found$raised), as.vector(twin$raised))
    if (n_groups > 1) expect_lt(max(abs(found$inter - twin$inter)), 1e-12)
    if (n_groups > 1 || k > 3) {
      p <- found$pairs
      pair <- mapply(twin$pair, match(p$target_1, colnames(x)), match(p$target_2, colnames(x)))
      near(p$stability, pair, 1e-12, paste("pairs", i))
    } else {
      expect_true(all(is.na(found$pairs$stability)))
    }
  }
  expect_gt(negative, 50)
})

test_that("a negative variance is said", {
  set.seed(15)
  x <- simulate_candidates(4, 5)
  x[, 1] <- rowMeans(x[, 2:5])
  s <- cq_stability(-x, method = "normfinder")
  expect_match(s$note[s$target == "G1"], "negative and was replaced")
  group <- rep(c("a", "b"), each = 4)
  y <- rbind(x, simulate_candidates(4, 5))
  s <- cq_stability(-y, method = "normfinder", group = group)
  expect_match(s$note[s$target == "G1"], "replaced: a", fixed = TRUE)
})

test_that("a gene without any variance counts 0, not 0 / 0", {
  x <- matrix(0, 6, 4, dimnames = list(NULL, paste0("G", 1:4)))
  x[, 4] <- c(1, -1, 0.5, 1, -1, 0.5)
  s <- cq_stability(20 + x, method = "normfinder", group = two_groups[c(1:3, 7:9)])
  expect_false(anyNA(s$stability))
  expect_identical(details_of(s)$normfinder$gamma, 0)
})

test_that("BestKeeper is what it computes, on raw Cq", {
  set.seed(16)
  cq <- -simulate_candidates(14, 6)
  twin <- twin_bestkeeper(cq)
  s <- cq_stability(cq, method = "bestkeeper", efficiency = 1.9)
  table <- details_of(s)$bestkeeper$table
  expect_close(table$stability, twin$mad)
  expect_close(table$r, twin$r)
  expect_close(table$slope, twin$slope, 1e-10)
  expect_close(details_of(s)$bestkeeper$index, twin$index)
  expect_close(table$p.value, apply(cq, 2, function(v) stats::cor.test(v, twin$index)$p.value), 1e-8)
  expect_identical(s$target, table$target[order(twin$mad)])
  expect_close(table$sd, apply(cq, 2, stats::sd))
})

test_that("the aggregate is the geometric mean of four ranks", {
  set.seed(17)
  s <- cq_stability(-simulate_candidates(10, 6), method = "aggregate")
  t <- details_of(s)$aggregate$table
  average <- ifelse(t$genorm == 1, 1.5, t$genorm)
  expect_close(t$stability, (average * t$normfinder * t$bestkeeper * t$deltacq)^(1 / 4), 1e-14)
  expect_close(t$mean_integer, (t$genorm * t$normfinder * t$bestkeeper * t$deltacq)^(1 / 4), 1e-14)
  expect_identical(t$rank, rank(t$stability))
})

test_that("a shift of a sample or of a gene changes nothing, but for BestKeeper", {
  set.seed(18)
  group <- rep(0:1, each = 7)
  x <- simulate_candidates(14, 7, group)
  moved <- x + stats::rnorm(14, sd = 5) + rep(stats::runif(7, -3, 3), each = 14)
  for (method in c("genorm", "normfinder", "deltacq", "equivalence")) {
    a <- cq_stability(-x, method = method, group = group)
    b <- cq_stability(-moved, method = method, group = group)
    expect_identical(a$target, b$target)
    # the shifts are rounded when they are added: 5 cycles of 1e-16 beside differences of 0.1
    expect_close(a$stability, b$stability, 1e-12)
  }
  expect_gt(max(abs(cq_stability(-x, method = "bestkeeper")$stability -
                      cq_stability(-moved, method = "bestkeeper")$stability)), 0.1)
})

test_that("the order of samples, candidates and their case does not matter", {
  set.seed(19)
  x <- -simulate_candidates(9, 6)
  x[, 5] <- x[, 2] + x[, 1] - x[, 3] # ties of M are possible, and are broken by name
  for (method in c("genorm", "normfinder", "bestkeeper", "deltacq", "aggregate")) {
    a <- cq_stability(x, method = method)
    b <- cq_stability(x[sample(9), sample(6)], method = method)
    expect_identical(sort(a$target[1:2]), sort(b$target[1:2]))
    expect_close(b$stability[match(a$target, b$target)], a$stability)
  }
})

test_that("ties are broken by the larger V, then by name, and said", {
  # B and C are mirror images about A and D: equal M, equal V
  d <- c(1, -1, 2, -2, 1, -1)
  x <- 20 + cbind(C = -d, A = 0 * d, B = d, D = 0 * d)
  s <- cq_stability(x, method = "genorm")
  expect_identical(details_of(s)$genorm$steps$removed[1], "C")
  expect_true(details_of(s)$genorm$steps$tie[1])
  expect_match(s$note[s$target == "C"], "tie")
  s <- cq_stability(20 + cbind(A = d, B = d, C = -d, D = -d), method = "bestkeeper")
  expect_identical(s$rank, rep(2.5, 4))
  expect_match(s$note, "tied", all = TRUE)
})

test_that("the efficiency weighs the Cq", {
  set.seed(20)
  cq <- -simulate_candidates(10, 4)
  e <- c(G1 = 1.9, G2 = 2, G3 = 1.85, G4 = 1.95)
  weighted <- sweep(cq, 2, log2(e), "*")
  s <- cq_stability(cq, method = "genorm", efficiency = cq_efficiency(names(e), e))
  expect_close(s$stability, cq_stability(weighted, method = "genorm")$stability)
  expect_error(cq_stability(cq, efficiency = 95), class = "ddcq_error_efficiency")
  expect_error(cq_stability(cq, efficiency = cq_efficiency("G1", 1.9)), class = "ddcq_error_efficiency")
})

test_that("wells give what their means give", {
  set.seed(21)
  cq <- -simulate_candidates(8, 4)
  wells <- data.frame(
    sample = rep(rownames(cq), 12), target = rep(rep(colnames(cq), each = 8), 3),
    cq = rep(as.vector(cq), 3) + rep(c(-0.1, 0, 0.1), each = 32), treatment = rep(rep(c("a", "b"), each = 4), 12)
  )
  wells$task <- "unknown"
  controls <- data.frame(sample = "water", target = "G1", cq = 35, treatment = NA, task = "ntc")
  x <- cq_data(rbind(wells, controls))
  s <- cq_stability(x, colnames(cq), group = "treatment")
  direct <- cq_stability(cq, group = rep(c("a", "b"), each = 4))
  expect_identical(s$target, direct$target)
  expect_close(s$stability, direct$stability)
  expect_close(details_of(s)$equivalence$contrasts$estimate, details_of(direct)$equivalence$contrasts$estimate, 1e-11)
  expect_error(cq_stability(x), class = "ddcq_error_argument")
  expect_error(cq_stability(x, c("G1", "G2", "G9")), class = "ddcq_error_argument")
  expect_error(cq_stability(x, colnames(cq), group = "dose"), class = "ddcq_error_column")
})

test_that("a sample without a Cq is left out and counted, or kept for its pairs", {
  set.seed(22)
  cq <- -simulate_candidates(10, 5)
  cq[2, 1] <- cq[5, 3] <- NA
  s <- cq_stability(cq)
  expect_identical(attr(s, "spec")$dropped, c("s2", "s5"))
  expect_close(s$stability, cq_stability(cq[-c(2, 5), ])$stability)
  expect_match(paste(format(s, width = 300), collapse = "\n"), "Left out.*2 samples \\(s2, s5\\)")
  p <- cq_stability(cq, missing = "pairwise")
  v <- twin_pair_sd(cq)
  expect_close(details_of(p)$genorm$pairs, v)
  expect_close(details_of(p)$deltacq$table$stability, rowSums(v) / 4)
  expect_close(details_of(p)$bestkeeper$table$stability, apply(cq, 2, function(v) {
    v <- v[!is.na(v)]
    mean(abs(v - mean(v)))
  }))
  expect_close(details_of(p)$genorm$variation$v, twin_genorm(cq)$v)
  expect_close(details_of(p)$normfinder$table$stability, details_of(s)$normfinder$table$stability)
  expect_match(paste(format(p, width = 300), collapse = "\n"), "only for the pairs")
})

test_that("a candidate that cannot be computed is a row with a note", {
  set.seed(23)
  cq <- cbind(-simulate_candidates(9, 4), empty = NA)
  s <- cq_stability(cq)
  row <- s[s$target == "empty", ]
  expect_identical(nrow(s), 5L)
  expect_true(is.na(row$rank) && is.na(row$stability))
  expect_match(row$note, "fewer than three samples")
  expect_false("empty" %in% attr(s, "recommended"))
  flat <- cq_efficiency(colnames(cq)[1:4], 2)
  flat <- rbind(as.data.frame(flat), transform(as.data.frame(flat)[1, ], target = "extra", efficiency = NA))
  class(flat) <- c("cq_efficiency", "data.frame")
  flat$source <- "standard curve"
  s <- cq_stability(cbind(cq[, 1:4], extra = 20 + stats::rnorm(9)), efficiency = flat)
  expect_match(s$note[s$target == "extra"], "no efficiency")
})

test_that("too little is an error that says what there is", {
  set.seed(24)
  cq <- -simulate_candidates(6, 4)
  expect_error(cq_stability(cq, method = mean), "not a function", class = "ddcq_error_argument")
  expect_error(cq_stability(cq, method = character()), "must be one of", class = "ddcq_error_argument")
  expect_error(cq_stability(), "`x` must be given", class = "ddcq_error_argument")
  expect_error(cq_stability(cq[, 1:2]), "three candidates", class = "ddcq_error_stability")
  expect_error(cq_stability(cq[1:2, ]), "three samples", class = "ddcq_error_stability")
  gaps <- cq
  gaps[1:4, 2] <- NA
  expect_error(cq_stability(gaps[, c(1, 3, 2)]), class = "ddcq_error_stability")
  gaps <- cq
  gaps[cbind(1:4, c(1, 2, 3, 4))] <- NA
  expect_error(cq_stability(gaps), "for every candidate", class = "ddcq_error_stability")
  expect_error(cq_stability(cq, group = rep("a", 6)), class = "ddcq_error_design")
  expect_error(cq_stability(cq, group = c("b", rep("a", 5))), class = "ddcq_error_stability")
  expect_error(cq_stability(cq, group = c(NA, rep("a", 5))), class = "ddcq_error_design")
  expect_error(cq_stability(cq, group = "a"), class = "ddcq_error_argument")
  expect_error(cq_stability(unname(cq)), class = "ddcq_error_argument")
  expect_error(cq_stability(replace(cq, 3, Inf)), class = "ddcq_error_data")
  expect_error(cq_stability(cq, c("G1", "G1", "G2")), class = "ddcq_error_argument")
  expect_error(cq_stability(letters), class = "ddcq_error_argument")
  expect_error(cq_stability(cq, method = "genrm"), "genorm", class = "ddcq_error_argument")
  expect_error(cq_stability(cq, method = "equivalence"), "group", class = "ddcq_error_argument")
  expect_error(cq_stability(cq, margin = log2(1.25)), "1.25", class = "ddcq_error_argument")
  expect_error(cq_stability(cq, boots = 3), class = "ddcq_error_argument")
  long <- data.frame(sample = "a", target = "b", cq = 20)
  expect_error(cq_stability(long), "cq_data", class = "ddcq_error_argument")
})

test_that("a data frame may bring its group", {
  set.seed(25)
  cq <- -simulate_candidates(8, 4)
  d <- data.frame(cq, arm = rep(c("a", "b"), 4))
  s <- cq_stability(d, group = "arm")
  expect_close(s$stability, cq_stability(cq, group = d$arm)$stability)
  expect_identical(attr(s, "spec")$group_name, "arm")
  expect_error(cq_stability(d), class = "ddcq_error_column")
})

test_that("the equivalence test is that of the linear model", {
  set.seed(26)
  group <- rep(0:1, c(5, 7))
  x <- simulate_candidates(12, 5, group)
  found <- details_of(cq_stability(-x, group = group, margin = 1.5))$equivalence
  twin <- twin_gene_group(x, group)
  c1 <- found$contrasts
  expect_close(c1$estimate, twin$estimate, 1e-11)
  expect_close(c1$std.error, twin$se, 1e-11)
  expect_identical(unique(c1$df), 10)
  margin <- log2(1.5)
  upper <- stats::pt((twin$estimate - margin) / twin$se, 10)
  lower <- stats::pt((twin$estimate + margin) / twin$se, 10, lower.tail = FALSE)
  expect_close(c1$p.value, pmax(upper, lower), 1e-8)
  expect_identical(c1$equivalent, c1$conf.low > -margin & c1$conf.high < margin)
  # k / (k - 1) times the effects of x ~ gene + sample + gene:group that sum to zero
  long <- data.frame(
    x = as.vector(x), gene = factor(rep(colnames(x), each = 12)), sample = factor(rep(rownames(x), 5)),
    group = factor(rep(group, 5))
  )
  long$residual <- stats::residuals(stats::lm(x ~ gene + sample, long))
  means <- tapply(long$residual, list(long$gene, long$group), mean)
  expect_close(c1$estimate, 5 / 4 * (means[, 2] - means[, 1])[colnames(x)], 1e-11)
})

test_that("the errors of the efficiencies widen the interval of a change, and never narrow it", {
  set.seed(35)
  group <- rep(0:1, c(4, 5))
  x <- simulate_candidates(9, 5, group)
  e <- cq_efficiency(colnames(x), c(1.9, 1.95, 2, 1.85, 1.9), c(0.02, 0.03, NA, 0.02, 0.05), c(3, 3, NA, 4, 2))
  e$shared <- c("A", NA, NA, "A", NA)
  e$efficiency[4] <- 1.9
  e$std.error[4] <- 0.02
  e$df[4] <- 3
  w <- log2(e$efficiency)
  cq <- sweep(-x, 2, w, "/") + rep(c(0, 3), c(4, 5)) # the groups differ in RNA: the errors matter
  s <- cq_stability(cq, method = "equivalence", group = group, efficiency = e)
  c1 <- details_of(s)$equivalence$contrasts
  plain <- twin_gene_group(sweep(-cq, 2, w, "*"), group)
  se_w <- ifelse(is.na(e$std.error), 0, e$std.error / (e$efficiency * log(2)))
  more <- twin_gene_group_efficiency(cq, group, se_w, ifelse(is.na(e$df), Inf, e$df), c(1, 2, 3, 1, 5))
  v <- plain$se^2 + more$variance
  nu <- v^2 / (plain$se^4 / 7 + more$below)
  expect_close(c1$estimate, plain$estimate, 1e-10)
  half <- pmax(stats::qt(0.95, nu) * sqrt(v), stats::qt(0.95, 7) * plain$se)
  expect_close((c1$conf.high - c1$conf.low) / 2, half, 1e-9)
  without <- details_of(cq_stability(cq, method = "equivalence", group = group, efficiency = cq_efficiency(
    e$target, e$efficiency
  )))$equivalence$contrasts
  expect_true(all(c1$p.value >= without$p.value - 1e-12))
  expect_identical(c1$equivalent, c1$conf.low > -log2(1.25) & c1$conf.high < log2(1.25))
  expect_match(paste(format(s, width = 500), collapse = " "), "standard errors are in the intervals of the changes")
})

test_that("the components of variance are those of the analysis of variance", {
  set.seed(27)
  group <- rep(0:1, each = 6)
  x <- simulate_candidates(12, 5, group, shift = 1)
  found <- details_of(cq_stability(-x, group = group))$equivalence$components
  long <- data.frame(
    x = as.vector(x), gene = factor(rep(1:5, each = 12)), sample = factor(rep(1:12, 5)), group = factor(rep(group, 5))
  )
  table <- stats::anova(stats::lm(x ~ group + sample + gene + gene:group, long))
  mean_square <- stats::setNames(table$`Mean Sq`, rownames(table))
  residual <- mean_square[["Residuals"]]
  expect_close(found$variance, c(
    (mean_square[["sample"]] - residual) / 5, (mean_square[["group:gene"]] - residual) / 6, residual
  ), 1e-10)
  expect_identical(found$df, as.double(table[c("sample", "group:gene", "Residuals"), "Df"]))
})

test_that("several groups: every pair of them must be within the margin", {
  set.seed(28)
  group <- rep(c("a", "b", "c"), each = 5)
  x <- simulate_candidates(15, 4, rep(0:2, each = 5), shift = 0, sd = 0.1)
  x[group == "c", 1] <- x[group == "c", 1] + 2
  found <- details_of(cq_stability(-x, group = group))$equivalence
  expect_identical(nrow(found$contrasts), 12L)
  expect_identical(unique(found$contrasts$contrast), c("b - a", "c - a", "c - b"))
  worst <- tapply(found$contrasts$p.value, factor(found$contrasts$target, colnames(x)), max)
  expect_close(found$table$p.value, worst)
  expect_false(found$table$equivalent[1])
  expect_match(attr(cq_stability(-x, group = group), "sentence"), "G1 moves by more")
})

test_that("the bootstrap draws with R's generator and ranks as plain R does", {
  set.seed(29)
  group <- rep(0:1, c(5, 6))
  x <- simulate_candidates(11, 6, group)
  cq <- -x
  set.seed(30)
  ranks <- call_stability("c_stability_boot", x, cq, dim(x), group, 2L, 1:6, 0L, 1.8, 40L)$rank
  set.seed(30)
  for (b in 1:40) {
    index <- twin_draw(group)
    expect_close(ranks[, b], twin_ranks(x[index, ], cq[index, ], group, 1.8), 1e-14, what = paste("resample", b))
  }
})

test_that("intervals of ranks are repeatable, hold the rank of a clear case, and stand for every method", {
  set.seed(31)
  x <- simulate_candidates(20, 5, sd = 0.1)
  x[, 5] <- x[, 5] + stats::rnorm(20, sd = 2)
  set.seed(1)
  a <- cq_stability(-x, boot = 100)
  set.seed(1)
  b <- cq_stability(-x, boot = 100)
  expect_identical(a, b)
  last <- a[a$target == "G5", ]
  expect_identical(c(last$rank_low, last$rank_high), c(5, 5))
  expect_true(all(a$rank_low <= a$rank_high))
  expect_setequal(details_of(a)$boot$method, c(
    "genorm", "normfinder", "bestkeeper", "deltacq", "aggregate", "equivalence"
  ))
  before <- .Random.seed
  cq_stability(-x)
  expect_identical(.Random.seed, before)
  expect_true(all(is.na(cq_stability(-x)$rank_low)))
})

test_that("with gaps the bootstrap ranks what can be ranked", {
  set.seed(32)
  cq <- -simulate_candidates(12, 5)
  cq[3, 2] <- NA
  s <- cq_stability(cq, missing = "pairwise", boot = 50)
  expect_false(anyNA(s$rank_low))
  none <- cq_stability(cq, method = "normfinder", missing = "pairwise", boot = 50)
  expect_true(all(is.na(none$rank_low)))
  expect_match(paste(format(none), collapse = " "), "none could be ranked")
})

test_that("the recommendation follows the rule of the method, or the number that was asked for", {
  set.seed(33)
  x <- simulate_candidates(20, 6, sd = 0.1)
  s <- cq_stability(-x)
  expect_identical(attr(s, "recommended"), s$target[1:2])
  expect_identical(utils::getFromNamespace("stability_references", "ddcq")(s), s$target[1:2])
  expect_error(utils::getFromNamespace("stability_references", "ddcq")(s[1:3]), class = "ddcq_error_reference")
  expect_match(attr(s, "sentence"), "V2/3")
  expect_length(attr(cq_stability(-x, n = 4), "recommended"), 4)
  strict <- cq_stability(-x, cut = 0)
  expect_match(attr(strict, "sentence"), "no V is below")
  v <- details_of(strict)$genorm$variation
  expect_length(attr(strict, "recommended"), v$n[which.min(v$v)])
  nf <- cq_stability(-x, method = "normfinder")
  expect_identical(attr(nf, "recommended"), unlist(details_of(nf)$normfinder$pairs[1, 1:2], use.names = FALSE))
  group <- rep(0:1, each = 10)
  apart <- x
  apart[, 1] <- apart[, 1] + 2 * group
  apart[, 2] <- apart[, 2] - 2 * group
  cancel <- cq_stability(-apart, method = "normfinder", group = group)
  expect_setequal(attr(cancel, "recommended"), c("G1", "G2"))
  expect_match(attr(cancel, "sentence"), "their deviations cancel")
  bk <- cq_stability(-simulate_candidates(10, 4) * 9, method = "bestkeeper")
  expect_length(attr(bk, "recommended"), 0)
  eq <- cq_stability(-x, group = rep(c("a", "b"), 10), method = "equivalence", margin = 2)
  expect_setequal(attr(eq, "recommended"), colnames(x))
  family <- x
  colnames(family) <- c("RPL13A", "RPS18", "TBP", "UBC", "B2M", "HMBS")
  family[, 2] <- family[, 1] + stats::rnorm(20, sd = 0.001)
  expect_match(attr(cq_stability(-family), "sentence"), "RPL13A and RPS18 may be regulated together|RPS18 and RPL13A")
})

test_that("it prints on one screen and becomes a plain data frame", {
  set.seed(34)
  x <- simulate_candidates(9, 5)
  s <- cq_stability(-x, group = rep(c("a{b}", "c"), c(4, 5)), boot = 20)
  text <- format(s)
  expect_lt(length(text), 30)
  expect_output(print(s), "Stability of reference genes by geNorm: 5 candidates, 9 samples")
  plain <- as.data.frame(s)
  expect_identical(class(plain), "data.frame")
  expect_named(plain, c("target", "stability", "rank", "rank_low", "rank_high", "note"))
  expect_named(attributes(plain), c("names", "row.names", "class"), ignore.order = TRUE)
  expect_output(print(s[1:2]), "target")
})

test_that("codes out of range are internal errors", {
  for (name in names(stability_entry_arguments())) {
    for (arg in intersect(names(stability_entry_arguments()[[name]]), c("size", "group", "n_groups", "gaps", "paired", "resamples"))) {
      for (code in c(-1L, NA)) {
        args <- stability_entry_arguments()[[name]]
        args[[arg]][1] <- code
        complaint <- tryCatch(call_entry(name, args), error = conditionMessage)
        expect_match(as.character(complaint)[1], "^internal error: ", label = paste0(name, "(", arg, " = ", code, ")"))
      }
    }
  }
  args <- stability_entry_arguments()$c_normfinder
  args$paired <- 3L
  expect_error(call_entry("c_normfinder", args), "internal error: .*out of range")
  args <- stability_entry_arguments()$c_gene_group
  args$group[1] <- 2L
  expect_error(call_entry("c_gene_group", args), "internal error: .*out of range")
})
