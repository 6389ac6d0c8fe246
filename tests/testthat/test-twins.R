# Every entry of the C code against plain R. Tolerances: 1e-10 relative for what is a few sums (some
# 1e3 roundings of 1e-16 at worst), 1e-7 where 1e8 was added to every Cq (the values themselves are
# rounded to 1.5e-8 then).

set.seed(20240611)

agrees <- function(name, args, relative = 1e-10) {
  answer <- call_entry(name, args)
  twin <- do.call(sub("^c_", "twin_", name), args)
  expect_twin(answer, twin, relative)
}

# ---- codes ----

# The codes are those of first appearance; the order of the levels is the codes' own.
test_that("strings are coded as by match()", {
  for (x in list(
    character(), "a", NA_character_, c(NA, NA, "b"), c("b", "a", "b", NA, "", "a"), rep("same", 50),
    sample(c(NA, letters), 500, replace = TRUE), as.character(sample(5000)),
    rep(as.character(1:300), 3),
    sprintf("%d", rep(1:129, each = 2)), as.character(1:3)
  )) {
    expect_identical(.Call(c_code_strings, x), twin_code_strings(x))
  }
})

test_that("one name in two encodings is one level", {
  latin <- "caf\xe9"
  Encoding(latin) <- "latin1"
  coded <- code_strings(c("caf\u00e9", latin, "tea", NA, latin))
  expect_identical(coded$codes, c(1L, 1L, 2L, 0L, 1L))
  expect_identical(coded$levels, c("caf\u00e9", "tea"))
})

test_that("each group's value is found, and the groups with several", {
  cases <- list(
    list(integer(), integer(), 0L), list(integer(), integer(), 3L), list(1L, 0L, 1L),
    list(0L, 5L, 0L),
    list(c(1L, 1L), c(0L, 2L), 2L), list(c(2L, 2L, 1L), c(7L, 7L, 7L), 2L),
    list(sample(0:20, 300, TRUE), sample(0:1, 300, TRUE), 25L)
  )
  for (case in cases) {
    names(case) <- c("group", "value", "n_groups")
    expect_identical(call_entry("c_group_value", case), do.call(twin_group_value, case))
  }
})

test_that("rows met before are found as by duplicated()", {
  columns <- function(n, k, values) lapply(seq_len(k), function(j) sample(values, n, TRUE))
  cases <- list(
    list(integer()), list(1L), list(c(1L, 1L, 1L)), list(1:10, 1:10), list(c(1L, 2L), c(2L, 1L)),
    columns(500, 1, 0:600), columns(500, 3, 0:7), columns(2000, 2, 0:40), list(c(NA, 1L, NA))
  )
  for (codes in cases) {
    expect_identical(.Call(c_duplicated_rows, codes), twin_duplicated_rows(codes))
  }
})

# ---- cells ----

# Wells in the order of a plate (replicates together), or shuffled; `values` makes n Cq.
wells_of <- function(n_samples, n_targets, m, values, shuffle = FALSE, odd = FALSE) {
  grid <- expand.grid(rep = seq_len(m), target = seq_len(n_targets), sample = seq_len(n_samples))
  n <- nrow(grid)
  w <- list(
    sample = grid$sample, target = grid$target, run = 1L + (grid$sample > n_samples / 2),
    task = rep(1L, n), state = rep(1L, n), cq = as.double(values(n)),
    n_samples = as.integer(n_samples), n_targets = as.integer(n_targets), how = 1L
  )
  if (odd) {
    w$task <- sample(c(1L, 1L, 1L, 1:6), n, replace = TRUE)
    w$state <- sample(c(1L, 1L, 1L, 1:4), n, replace = TRUE)
    w$sample <- sample(c(0L, seq_len(n_samples)), n, replace = TRUE)
    w$target <- sample(c(0L, seq_len(n_targets)), n, replace = TRUE)
    w$run <- sample(3L, n, replace = TRUE)
    w$cq[w$state != 1L] <- NA
  }
  order <- if (shuffle) sample(n) else seq_len(n)
  w[1:6] <- lapply(w[1:6], `[`, order)
  w
}

around <- function(n) 25 + rnorm(n)

cell_shapes <- function() {
  list(
    "empty" = wells_of(0, 0, 0, around), "no wells" = wells_of(3, 2, 0, around),
    "one row" = wells_of(1, 1, 1, around), "one gene" = wells_of(4, 1, 3, around),
    "one sample" = wells_of(1, 4, 3, around), "pairs" = wells_of(4, 3, 2, around, shuffle = TRUE),
    "zero variance" = wells_of(3, 2, 3, function(n) rep(0.1 + 0.2, n)),
    "integer" = wells_of(3, 2, 4, function(n) sample(20:30, n, replace = TRUE)),
    "all NA" = local({
      w <- wells_of(3, 2, 3, function(n) rep(NA_real_, n))
      w$state <- rep(2:4, length.out = length(w$state))
      w
    }),
    "unequal n" = wells_of(5, 3, 4, around, odd = TRUE),
    "unequal n, shuffled" = wells_of(9, 6, 5, around, shuffle = TRUE, odd = TRUE),
    "outliers" = wells_of(6, 3, 5, function(n) 25 + rnorm(n) + 6 * (runif(n) < 0.2))
  )
}

test_that("cells are summarised as by the plain loop", {
  for (shape in cell_shapes()) {
    for (how in 1:3) {
      for (runs in list(shape$run, NULL)) {
        shape["run"] <- list(runs)
        shape$how <- how
        agrees("c_cells", shape)
      }
    }
  }
})

test_that("cells of huge Cq keep their spread", {
  for (how in 1:3) {
    w <- wells_of(5, 2, 4, function(n) 1e8 + around(n), shuffle = TRUE)
    w$how <- how
    agrees("c_cells", w, 1e-6) # ss is a sum of squares of deviations that are rounded to 1.5e-8
  }
})

# A tie of the balance: (20, 20, 26, 26) is in balance from 20 + k s to 26 - k s, and the median is
# taken.
test_that("Huber's location of a tie is the median", {
  w <- list(
    rep(1L, 4), rep(1L, 4), NULL, rep(1L, 4), rep(1L, 4), c(20, 20, 26, 26) + 0.25, 1L, 1L, 3L
  )
  w <- c(w[1:2], w[3], w[4:9])
  expect_equal(call_entry("c_cells", w)$cq[1, 1], 23.25, tolerance = 1e-12)
})

# ---- fold changes ----

# n units in each group, `per` samples a unit; targets 1 and 2, references the last two of
# `n_targets`.
plate_of <- function(n, per = 1, n_targets = 4, refs = 2, values = around,
                     source = seq_len(n_targets)) {
  group <- rep(seq_along(n), n) - 1L
  units <- length(group)
  size <- rep_len(per, units)
  unit <- rep(seq_len(units), size) - 1L
  samples <- length(unit)
  cq <- matrix(values(samples * n_targets), samples) + rep(group[unit + 1L], n_targets)
  at <- utils::tail(seq_len(n_targets), refs) - 1L
  weight <- seq(0.9, 1.05, length.out = n_targets)
  k <- length(n) - 1L
  list(
    cq = as.double(cq), weight = weight, weight_se = seq(0.02, 0.06, length.out = n_targets),
    weight_df = rep_len(c(3, 4, Inf), n_targets)[source], source = as.integer(source), ref = at,
    ref_weight = if (refs) rep(1 / refs, refs) else numeric(),
    target = seq_len(max(1, n_targets - refs)) - 1L,
    sample = seq_len(samples) - 1L, unit = unit, n_units = units, design = NULL, group = group,
    contrast = rbind(-1, diag(k)), options = c(length(n), 1L), root = NULL
  )
}

plate_shapes <- function() {
  list(
    "two groups" = plate_of(c(3, 3)), "unequal n" = plate_of(c(3, 7)),
    "four groups" = plate_of(c(4, 3, 2, 5)),
    "one gene" = plate_of(c(3, 4), n_targets = 1, refs = 0),
    "many targets" = plate_of(c(3, 3), n_targets = 12, refs = 3),
    "several samples a unit" = plate_of(c(4, 5), per = c(1, 3, 2)),
    "integer" = plate_of(c(4, 4), values = function(n) sample(18:28, n, replace = TRUE)),
    "one source" = plate_of(c(3, 4), source = c(1, 1, 1, 1)),
    "target and reference share" = plate_of(c(3, 4), source = c(1, 2, 1, 3)),
    "one unit in a group" = plate_of(c(3, 1)), "one unit in one of three" = plate_of(c(3, 1, 4)),
    "one unit each" = plate_of(c(1, 1))
  )
}

test_that("fold changes are those of t.test() and lm() with the efficiency part", {
  for (args in plate_shapes()) {
    agrees("c_fold_change", args)
    agrees("c_fold_change", pooled_arguments(args))
  }
})

test_that("a model without groups asks for no group SDs", {
  args <- pooled_arguments(plate_of(c(3, 4)))
  args["group"] <- list(NULL)
  agrees("c_fold_change", args)
})

# Complete and broken pairs: the treatment's coefficient beside one for each block.
test_that("blocks are the linear model's", {
  for (gone in list(integer(), 2L, c(1L, 7L))) {
    args <- plate_of(c(5, 5))
    keep <- setdiff(1:10, gone)
    block <- factor(rep(1:5, 2))[keep]
    treatment <- args$group[keep]
    args$sample <- keep - 1L
    args$unit <- seq_along(keep) - 1L
    args$n_units <- length(keep)
    args["group"] <- list(NULL)
    args$design <- unname(stats::model.matrix(~ treatment + block)[, ])
    args$contrast <- matrix(c(0, 1, 0, 0, 0, 0), ncol = 1)
    agrees("c_fold_change", args)
    answer <- call_entry("c_fold_change", args)
    cq <- matrix(args$cq, 10)[keep, ]
    d <- cq %*% diag(args$weight)
    d <- d[, 1] - rowMeans(d[, 3:4])
    fit <- summary(stats::lm(d ~ treatment + block))$coefficients["treatment", ]
    expect_equal(answer$estimate[1, 1], -fit[[1]], tolerance = 1e-10)
    expect_equal(sqrt(answer$var_biological[1, 1]), fit[[2]], tolerance = 1e-10)
  }
})

test_that("samples outside the pattern are never read, whatever is missing there", {
  args <- plate_of(c(4, 4))
  cq <- matrix(args$cq, 8)
  cq[c(2, 7), ] <- NA
  keep <- c(1, 3, 4, 5, 6, 8)
  args$cq <- as.vector(cq)
  args$sample <- as.integer(keep) - 1L
  args$unit <- 0:5
  args$n_units <- 6L
  args$group <- args$group[keep]
  agrees("c_fold_change", args)
  agrees("c_fold_change", pooled_arguments(args))
  without <- plate_of(c(3, 3))
  without$cq <- as.vector(cq[keep, ])
  expect_identical(call_entry("c_fold_change", args), call_entry("c_fold_change", without))
})

test_that("a target whose values do not vary has an estimate, variance 0 and status 2", {
  args <- plate_of(c(3, 4), values = function(n) rep(20.1, n))
  for (a in list(args, pooled_arguments(args))) {
    agrees("c_fold_change", a)
    answer <- call_entry("c_fold_change", a)
    expect_true(all(answer$var_biological == 0))
    expect_identical(answer$status, c(2L, 2L))
  }
})

test_that("missing values in the pattern give NA, never a number", {
  args <- plate_of(c(3, 3))
  args$cq[2] <- NA # one sample of target 1
  for (a in list(args, pooled_arguments(args))) {
    answer <- call_entry("c_fold_change", a)
    for (part in c("estimate", "var_biological", "df", "cq_contrast")) {
      expect_identical(is.na(answer[[part]][, 1]), c(TRUE, FALSE), label = part)
    }
    a$cq[] <- NA
    answer <- call_entry("c_fold_change", a)
    for (part in c("estimate", "df", "ref_contrast")) expect_true(all(is.na(answer[[part]])))
  }
})

test_that("huge Cq leave the differences to the rounding of the values", {
  base <- plate_of(c(3, 4))
  for (gene in 1:4) {
    args <- base
    cq <- matrix(args$cq, 7)
    cq[, gene] <- cq[, gene] + 1e8
    args$cq <- as.vector(cq)
    for (a in list(list(base, args), list(pooled_arguments(base), pooled_arguments(args)))) {
      plain <- call_entry("c_fold_change", a[[1]])
      huge <- call_entry("c_fold_change", a[[2]])
      for (part in c("estimate", "var_biological", "var_efficiency", "cq_contrast", "covariance")) {
        expect_lte(max(abs(plain[[part]] - huge[[part]])), 1e-7, label = part)
      }
      expect_lte(max(abs(plain$df - huge$df)), 1e-5) # a ratio of the above
    }
  }
})

test_that("nothing asked for is nothing answered", {
  args <- plate_of(c(3, 3))
  args$target <- integer()
  answer <- call_entry("c_fold_change", args)
  expect_identical(dim(answer$estimate), c(0L, 1L))
  expect_identical(dim(answer$covariance), c(0L, 0L))
  args <- plate_of(c(3, 3))
  args$contrast <- matrix(0, 2, 0)
  args$options <- c(2L, 0L)
  answer <- call_entry("c_fold_change", args)
  expect_identical(dim(answer$estimate), c(2L, 0L))
  expect_null(answer$covariance)
})

# R's own copy of NIST's Longley data: the certified coefficients of the seven-column fit, with
# their standard errors. A Cq of weight 1 without references is a plain response, and an estimate is
# minus a coefficient.
test_that("Longley's certified regression is reached", {
  data <- datasets::longley
  # in NIST's units: GNP and persons in thousands
  x <- cbind(1, data$GNP.deflator, data$GNP * 1e3, data$Unemployed * 10, data$Armed.Forces * 10,
             data$Population * 1e3, data$Year)
  certified <- rbind(
    c(15.0618722713733, 84.9149257747669), c(-0.0358191792925910, 0.0334910077722432),
    c(-2.02022980381683, 0.488399681651699), c(-1.03322686717359, 0.214274163161675),
    c(-0.0511041056535807, 0.226073200069370), c(1829.15146461355, 455.478499142212)
  )
  args <- list(
    cq = data$Employed * 1e3, weight = 1, weight_se = 0, weight_df = Inf, source = 1L,
    ref = integer(), ref_weight = numeric(), target = 0L, sample = 0:15, unit = 0:15,
    n_units = 16L, design = x, group = NULL, contrast = rbind(0, diag(6)), options = c(0L, 0L), root = NULL
  )
  answer <- call_entry("c_fold_change", args)
  digits <- function(a, b) min(-log10(pmax(abs(a - b) / abs(b), 1e-16)))
  expect_gt(digits(-answer$estimate[1, ], certified[, 1]), 9)
  expect_gt(digits(sqrt(answer$var_biological[1, ]), certified[, 2]), 9)
  expect_identical(answer$df_biological[1, 1], 9)
})

# ---- units ----

test_that("units are tabulated as by the plain means", {
  case <- function(samples, units, n_targets, values, gaps = 0, refs = 1) {
    cq <- values(samples * n_targets)
    cq[sample(length(cq), gaps)] <- NA
    list(
      cq = as.double(cq), weight = seq(0.9, 1.1, length.out = n_targets),
      ref = as.integer(n_targets) - seq_len(refs), ref_weight = rep(1 / max(1, refs), refs),
      wells = rep_len(0:3, samples * n_targets),
      unit = sample(seq_len(units + 1L) - 2L, samples, replace = TRUE), n_units = units,
      control = rep_len(1:0, units)
    )
  }
  shapes <- list(
    "empty" = case(0, 0L, 1, around), "no samples" = case(0, 2L, 2, around),
    "one row" = case(1, 1L, 1, around),
    "one gene" = case(6, 3L, 1, around), "all NA" = case(5, 3L, 2, around, gaps = 10),
    "zero variance" = case(6, 3L, 3, function(n) rep(20.1, n)),
    "integer" = case(8, 4L, 3, function(n) sample(15:30, n, replace = TRUE)),
    "unequal n" = case(20, 6L, 4, around, gaps = 12, refs = 2),
    "no references" = case(9, 4L, 2, around, refs = 0)
  )
  for (args in shapes) agrees("c_unit_table", args)
  agrees("c_unit_table", case(12, 5L, 3, function(n) 1e8 + around(n), gaps = 4), 1e-6)
  none <- shapes[["unequal n"]]
  none$control[] <- 0L
  agrees("c_unit_table", none)
})

# ---- lines ----

series <- function(levels, m, runs = 1, slope = -3.4, noise = 0.1, values = NULL) {
  grid <- expand.grid(rep = seq_len(m), x = levels, run = seq_len(runs))
  point <- paste(grid$run, grid$x)
  point <- match(point, unique(point)) - 1L
  first <- match(seq_len(max(point, -1L) + 1L) - 1L, point)
  y <- 35 + slope * grid$x + 0.7 * grid$run + noise * rnorm(nrow(grid))
  list(
    x = as.double(grid$x), y = as.double(if (is.null(values)) y else values(nrow(grid))),
    run = grid$run - 1L, point = point, point_run = (grid$run - 1L)[first],
    n_runs = as.integer(runs), by_point = 1L
  )
}

test_that("standard curves are those of lm()", {
  shapes <- list(
    "five by three" = series(5:1, 3), "single points" = series(5:1, 1),
    "two points" = series(c(5, 2), 1),
    "pairs at two points" = series(c(5, 2), 2), "three runs" = series(4:1, 2, runs = 3),
    "integer" = series(5:1, 2, values = function(n) sample(15:35, n, replace = TRUE)),
    "rising" = series(5:1, 2, slope = 1),
    "log10 steps" = series(log10(c(0.1, 0.05, 0.02, 0.003)), 3)
  )
  unequal <- series(5:1, 4, runs = 2)
  keep <- sort(sample(40, 25))
  unequal[1:4] <- lapply(unequal[1:4], `[`, keep)
  shapes[["unequal n"]] <- unequal
  for (args in shapes) {
    for (by_point in 0:1) {
      args$by_point <- by_point
      agrees("c_line_fit", args)
    }
  }
})

test_that("huge Cq leave slope and efficiency to the rounding of the values", {
  args <- series(5:1, 3, runs = 2)
  plain <- call_entry("c_line_fit", args)
  args$y <- args$y + 1e8
  huge <- call_entry("c_line_fit", args)
  expect_lte(max(abs(plain$value - huge$value)), 1e-5)
  expect_lte(max(abs(huge$intercept - 1e8 - plain$intercept)), 1e-6)
})

test_that("a curve with too little in it has a status and no numbers", {
  thin <- list(
    "empty" = series(numeric(), 0), "one row" = series(5, 1),
    "all NA" = series(5:1, 2, values = function(n) rep(NA_real_, n))
  )
  for (args in thin) {
    for (by_point in 0:1) {
      args$by_point <- by_point
      answer <- call_entry("c_line_fit", args)
      expect_identical(answer$status, 1L)
      expect_true(all(is.na(answer$value[c(1, 2, 9:12)])))
    }
  }
  for (by_point in 0:1) {
    args <- series(5:1, 2, values = function(n) rep(22.5, n))
    args$by_point <- by_point
    answer <- call_entry("c_line_fit", args)
    expect_identical(answer$status, 4L)
    expect_identical(answer$value[1:2], c(0, 0))
    expect_true(all(is.na(answer$value[9:12])))
  }
})

# (0.1 + 0.1 + 0.1) / 3 is not 0.1: rounding about the mean of one level is no slope.
test_that("replicates of one level have no slope", {
  for (level in c(0.1, 0.7, log10(2e-4), log10(3e5))) {
    answer <- call_entry("c_line_fit", within(series(level, 3), by_point <- 0L))
    expect_identical(answer$status, 1L)
    expect_true(is.na(answer$value[1]))
  }
})

test_that("one string throughout, and the first string of each group", {
  expect_true(.Call(c_same_string, rep("run1", 5)))
  expect_true(.Call(c_same_string, "a"))
  expect_false(.Call(c_same_string, c("a", "a", "b")))
  expect_false(.Call(c_same_string, character()))
  for (seed in 1:20) {
    set.seed(seed)
    group <- sample(0:4, 30, TRUE)
    value <- sample(c("a", "b", NA), 30, TRUE, c(0.6, 0.3, 0.1))
    if (seed %% 2) value <- c("x", "y", NA, "z")[pmax(group, 1)]
    got <- .Call(c_group_string, group, value, 5L)
    expect_identical(got$row, vapply(1:5, function(g) which(group == g)[1], 1L) |> (\(r) replace(r, is.na(r), 0L))())
    several <- vapply(1:4, function(g) length(unique(value[group == g])) > 1, NA)
    expect_identical(got$mixed, any(several))
  }
})
