# What the curve fit should answer, in plain R: formulas as they are printed, written to be read.

twin_share <- function(model, x, b, e, f) {
  z <- switch(model, b4 = , b5 = exp(b * (x - e)), l4 = , l5 = (x / e)^b, gompertz = exp(b * (x - e)))
  if (model == "gompertz") exp(-z) else (1 + z)^-f
}

twin_sigmoid <- function(model, x, b, c, d, e, f = 1) c + (d - c) * twin_share(model, x, b, e, f)

twin_sdm <- function(model, b, e, f = 1) {
  if (model == "gompertz") {
    return(e + log((3 + sqrt(5)) / 2) / b)
  }
  if (model %in% c("b4", "b5")) {
    return(e + log((3 * f + 1 + sqrt((5 * f + 1) * (f + 1))) / (2 * f^2)) / b)
  }
  p2 <- (b * f + 1) * (b * f + 2)
  p1 <- 4 - 3 * b * (1 - f) - b^2 * (3 * f + 1)
  e * ((-p1 + sqrt(p1^2 - 4 * p2 * (b - 1) * (b - 2))) / (2 * p2))^(1 / b)
}

twin_fdm <- function(model, b, e, f = 1) {
  if (model == "gompertz") e else if (model %in% c("b4", "b5")) e - log(f) / b else e * ((b - 1) / (1 + b * f))^(1 / b)
}

twin_cy0 <- function(model, b, e, f = 1) {
  fdm <- twin_fdm(model, b, e, f)
  z1 <- (b - 1) / (1 + b * f)
  switch(model,
    gompertz = e + 1 / b, b4 = , b5 = fdm + (1 + 1 / f) / b, l4 = , l5 = fdm * (1 + (1 + z1) / (b * f * z1))
  )
}

# The efficiency of a well from its window of linearity, step by step as core/window.h has it. y: successive cycles.
twin_window <- function(y) {
  n <- length(y)
  none <- list(efficiency = NA_real_)
  d1 <- d2 <- d3 <- rep(NA_real_, n)
  inner <- 2:(n - 1)
  d1[inner] <- (y[inner + 1] - y[inner - 1]) / 2
  raw <- rep(NA_real_, n)
  raw[inner] <- y[inner + 1] - 2 * y[inner] + y[inner - 1]
  for (i in 3:(n - 2)) d2[i] <- mean(raw[(i - 1):(i + 1)])
  for (i in 4:(n - 3)) d3[i] <- (d2[i + 1] - d2[i - 1]) / 2
  fdm <- which.max(d1)
  if (d1[fdm] <= 0 || fdm < 5) {
    return(none)
  }
  sdm <- which.max(d2[seq_len(min(fdm, n - 2))])
  if (d2[sdm] <= 0) {
    return(none)
  }
  end <- sdm
  if (sdm >= 5 && sdm <= n - 4) {
    a <- if (d3[sdm] > 0) sdm else sdm - 1
    if (d3[a] > 0 && d3[a + 1] <= 0) end <- a + d3[a] / (d3[a] - d3[a + 1])
  }
  last <- floor(end)
  first <- last
  while (first > 1 && y[first - 1] < y[first]) first <- first - 1
  first <- max(first, last - 8)
  if (last - first + 1 < 4) {
    return(none)
  }
  at <- first:last
  half <- ceiling(length(at) / 2)
  slope <- function(i, base) stats::cov(i, log10(y[i] - base)) / stats::var(i)
  bend <- function(base) slope(utils::head(at, half), base) - slope(utils::tail(at, half), base)
  low <- min(y) - diff(range(y))
  if (bend(low) >= 0) {
    return(none)
  }
  high <- y[first]
  for (step in 1:48) {
    middle <- (low + high) / 2
    if (isTRUE(suppressWarnings(bend(middle)) < 0)) low <- middle else high <- middle
  }
  base <- (low + high) / 2
  list(efficiency = 10^slope(at, base), first = first, last = last, baseline = base)
}

# Simulated curves as a table of one column a well: level and unit, plateau, place, asymmetry, noise.
simulated_curves <- function(at, e = 1.9, f = 1, noise = 0.005, cycles = 40, base = 0.3, height = 2) {
  cycle <- seq_len(cycles)
  wells <- lapply(seq_along(at), function(k) {
    share <- (1 + exp(-log(e) / f * (cycle - at[k])))^-f
    base + height * (share + stats::rnorm(cycles, sd = noise))
  })
  names(wells) <- sprintf("%s%02d", LETTERS[(seq_along(at) - 1) %/% 12 + 1], (seq_along(at) - 1) %% 12 + 1)
  cq_curves(data.frame(cycle = cycle, wells), wide = TRUE, run = "simulated")
}

# Amplification with a plateau by exhaustion: N rises by (E - 1) (1 - N / K) N a cycle, K = 1.
simulated_kinetics <- function(e, n0, cycles = 45) {
  n <- numeric(cycles)
  amount <- n0
  for (i in seq_len(cycles)) {
    n[i] <- amount
    amount <- amount * (1 + (e - 1) * (1 - amount))
  }
  n
}

cq_tasks_for_test <- function() c("unknown", "standard", "calibrator", "ntc", "nrt", "positive")

# An Applied Biosystems workbook: its Ct, and ours at its threshold and its cycles of the baseline.
instrument_ct <- function(path) {
  sheet <- grep("^Results", readxl::excel_sheets(path), value = TRUE)[1]
  raw <- suppressMessages(as.matrix(readxl::read_excel(path, sheet, col_names = FALSE)))
  header <- which(apply(raw, 1, function(r) any(r %in% "Baseline Start")))[1]
  names <- raw[header, ]
  rows <- raw[-seq_len(header), , drop = FALSE]
  pick <- function(pattern) rows[, grep(pattern, names)[1]]
  number <- function(text) suppressWarnings(as.double(gsub(",", "", text)))
  place <- if ("Well Position" %in% names) "^Well Position$" else "^Well$"
  well <- sub("^([A-Z])([0-9])$", "\\10\\2", pick(place))
  table <- data.frame(
    well = well, target = pick("^Target Name$"), vendor = number(pick("^C.$")), threshold = number(pick("^Ct Threshold$")),
    first = number(pick("^Baseline Start$")), last = number(pick("^Baseline End$")), stringsAsFactors = FALSE
  )
  table <- table[!is.na(table$first) & !is.na(table$threshold), ]
  key <- paste(table$well, table$target)
  x <- suppressWarnings(cq_read_curves(path, run = "run"))
  x <- x[paste(x$well, x$target) %in% key, ]
  threshold <- tapply(table$threshold, table$target, `[`, 1)
  fit <- cq_fit_curves(
    x, cq = "threshold", threshold = stats::setNames(as.double(threshold), names(threshold)),
    baseline = table[c("well", "target", "first", "last")]
  )
  table$cq <- fit$cq[match(key, paste(fit$well, fit$target))]
  table
}
