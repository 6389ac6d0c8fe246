# Each method as a list: `table` (target, stability, rank) and what else it has. The numbers are the core's.

stability_details <- function(input, asked, ask) {
  needed <- if ("aggregate" %in% asked) c("genorm", "normfinder", "bestkeeper", "deltacq") else character()
  wanted <- union(asked, needed)
  full <- weighted_candidates(input)
  open <- if (input$pairwise) weighted_candidates(utils::modifyList(input, input$all)) else full
  details <- list()
  if (any(c("genorm", "deltacq") %in% wanted)) {
    answer <- .Call(c_genorm, open$x, dim(open$x), open$name, as.integer(input$pairwise))
    if ("genorm" %in% wanted) details$genorm <- genorm_details(answer, open, ask$cut)
    if ("deltacq" %in% wanted) details$deltacq <- deltacq_details(answer, open)
  }
  if ("normfinder" %in% wanted) details$normfinder <- normfinder_details(full)
  if ("bestkeeper" %in% wanted) details$bestkeeper <- bestkeeper_details(open, ask)
  if ("aggregate" %in% wanted) details$aggregate <- aggregate_details(details)
  if ("equivalence" %in% wanted) details$equivalence <- equivalence_details(full, ask)
  details[c(intersect(asked, names(details)), setdiff(names(details), asked))]
}

# x: log2 quantities. name: the place of each name in an order that no locale changes.
weighted_candidates <- function(input) {
  targets <- colnames(input$cq)
  weight <- -input$weight
  if (any(weight != weight[1])) weight <- rep(weight, each = nrow(input$cq)) else weight <- weight[1]
  list(
    x = weight * input$cq, cq = input$cq, targets = targets,
    name = order(order(targets, method = "radix")), group = input$group, groups = input$groups,
    weight = input$weight, error = input$error
  )
}

stability_table <- function(targets, stability, rank = base::rank(stability, na.last = "keep")) {
  structure(
    list(target = targets, stability = stability, rank = as.double(rank)), class = "data.frame",
    row.names = .set_row_names(length(targets))
  )
}

genorm_details <- function(answer, data, cut) {
  targets <- data$targets
  k <- length(targets)
  order <- answer$order + 1L
  rank <- numeric(k)
  rank[order] <- c(1, 1, seq_len(k)[-(1:2)])
  steps <- data.frame(
    n_genes = seq(k, 2), mean_m = answer$mean_m, removed = c(targets[rev(order[-(1:2)])], NA),
    tie = answer$tie > 0, stringsAsFactors = FALSE
  )
  count <- seq(2, k - 1)
  variation <- data.frame(
    pair = paste0("V", count, "/", count + 1), n = count, v = answer$variation, stringsAsFactors = FALSE
  )
  below <- which(variation$v < cut)
  list(
    table = stability_table(targets, answer$last_m, rank), steps = steps,
    m = named_matrix(answer$m, targets, seq(k, 2)), variation = variation,
    pairs = named_matrix(answer$v, targets, targets), number = if (length(below)) variation$n[below[1]] else NA_integer_
  )
}

named_matrix <- function(m, rows, columns) {
  dimnames(m) <- list(rows, as.character(columns))
  m
}

deltacq_details <- function(answer, data) {
  list(
    table = stability_table(data$targets, answer$mean_sd), pairs = named_matrix(answer$v, data$targets, data$targets)
  )
}

normfinder_details <- function(data) {
  n_groups <- max(length(data$groups), 1L)
  size <- dim(data$x)
  stability <- .Call(c_normfinder, data$x, size, data$group, n_groups, integer())$stability
  best <- utils::head(order(stability), 20)
  answer <- .Call(c_normfinder, data$x, size, data$group, n_groups, best - 1L)
  columns <- data$groups %||% "all"
  list(
    table = stability_table(data$targets, stability), gamma = answer$gamma,
    intra = named_matrix(answer$intra, data$targets, columns),
    inter = named_matrix(answer$inter, data$targets, columns),
    raised = named_matrix(answer$raised > 0, data$targets, columns), count = stats::setNames(answer$count, columns),
    pairs = gene_pairs(data$targets[best], answer$pair)
  )
}

gene_pairs <- function(targets, stability) {
  at <- which(upper.tri(stability), arr.ind = TRUE)
  pairs <- data.frame(
    target_1 = targets[at[, 1]], target_2 = targets[at[, 2]], stability = stability[upper.tri(stability)],
    stringsAsFactors = FALSE
  )
  pairs <- pairs[order(pairs$stability), ]
  row.names(pairs) <- NULL
  pairs
}

bestkeeper_details <- function(data, ask) {
  answer <- .Call(c_bestkeeper, data$cq, dim(data$cq))
  with_index <- sum(!is.na(answer$index))
  df <- if (with_index > 2) with_index - 2 else NA
  t <- abs(answer$r) * sqrt(df / (1 - answer$r^2))
  table <- cbind(stability_table(data$targets, answer$mad), data.frame(
    n = as.integer(answer$count), mean = answer$mean, geo_mean = answer$geo_mean, min = answer$low, max = answer$high,
    sd = answer$sd, mad = answer$mad, cv = answer$cv, r = answer$r, p.value = 2 * stats::pt(-t, df),
    slope = answer$slope, power = 2^answer$slope
  ))
  list(table = table, index = stats::setNames(answer$index, rownames(data$cq)))
}

aggregate_details <- function(details) {
  methods <- c("genorm", "normfinder", "bestkeeper", "deltacq")
  ranks <- lapply(details[methods], function(d) d$table$rank)
  average <- ranks
  average$genorm[ranks$genorm == 1] <- 1.5
  integer <- lapply(ranks, function(r) as.double(base::rank(r, ties.method = "min")))
  geometric <- function(r) sqrt(sqrt(r$genorm * r$normfinder * r$bestkeeper * r$deltacq))
  table <- stability_table(details$genorm$table$target, geometric(average))
  list(table = cbind(table, as.data.frame(ranks), mean_integer = geometric(integer)))
}

# ---- does a candidate move with the groups? ----

equivalence_details <- function(data, ask) {
  n_groups <- length(data$groups)
  error <- data$error
  answer <- .Call(
    c_gene_group, data$x, dim(data$x), data$group, n_groups, data$weight, error$se, as.double(error$df),
    match(error$source, unique(error$source)) - 1L
  )
  pair <- utils::combn(n_groups, 2)
  k <- length(data$targets)
  contrast <- paste(data$groups[pair[2, ]], "-", data$groups[pair[1, ]])
  estimate <- as.vector(answer$estimate)
  done <- finish_tost(
    estimate, as.vector(answer$var_biological), answer$df_biological, as.vector(answer$var_efficiency),
    as.vector(answer$df), ask
  )
  half <- done$half
  contrasts <- data.frame(
    target = rep(data$targets, ncol(pair)), contrast = rep(contrast, each = k), estimate = estimate,
    std.error = done$std.error, df = done$df, conf.low = estimate - half, conf.high = estimate + half,
    fold_change = 2^estimate, p.value = done$p.value, stringsAsFactors = FALSE
  )
  contrasts$equivalent <- contrasts$p.value < 1 - ask$level
  by_target <- function(value, f) apply(matrix(value, k), 1, f)
  table <- cbind(
    stability_table(data$targets, by_target(abs(estimate) + half, max)),
    p.value = by_target(contrasts$p.value, max), equivalent = by_target(contrasts$equivalent, all)
  )
  list(
    table = table, contrasts = contrasts,
    components = data.frame(
      component = c("sample", "gene:group", "residual"), variance = answer$component, sd = sqrt(answer$component),
      df = answer$component_df, stringsAsFactors = FALSE
    )
  )
}

# Interval and p with the error of the efficiencies and without it: the wider and the larger, as in finish_t().
finish_tost <- function(estimate, v_b, df_b, v_e, df, ask) {
  se <- sqrt(v_b + v_e)
  se_b <- sqrt(v_b)
  half <- stats::qt(ask$level, df) * se
  half_b <- stats::qt(ask$level, df_b) * se_b
  without <- which(half_b > half)
  margin <- log2(ask$margin)
  p <- pmax(tost_p(estimate, se, df, margin), tost_p(estimate, se_b, df_b, margin))
  list(
    std.error = replace(se, without, se_b[without]), df = replace(df, without, df_b), half = pmax(half, half_b),
    p.value = p
  )
}

# The larger p of the two one-sided tests. Without any variation the estimate itself decides.
tost_p <- function(estimate, se, df, margin) {
  df <- rep_len(df, length(se))
  p <- stats::pt((margin - abs(estimate)) / se, df, lower.tail = FALSE)
  flat <- !is.na(se) & se == 0
  p[flat] <- ifelse(abs(estimate[flat]) < margin, 0, 1)
  p
}

# ---- bootstrap ----

boot_methods <- c("genorm", "normfinder", "bestkeeper", "deltacq", "aggregate", "equivalence")

# Intervals of the ranks of every method; `failed` counts resamples that a method could not rank.
boot_ranks <- function(input, ask) {
  data <- weighted_candidates(if (input$pairwise) utils::modifyList(input, input$all) else input)
  k <- length(data$targets)
  n_groups <- max(length(data$groups), 1L)
  t <- stats::qt(ask$level, max(nrow(data$x) - n_groups, 1))
  ranks <- .Call(
    c_stability_boot, data$x, data$cq, dim(data$x), data$group, n_groups, data$name, as.integer(input$pairwise), t,
    ask$boot
  )$rank
  tail <- (1 - ask$level) / 2
  limits <- apply(ranks, 1, function(r) {
    r <- r[!is.na(r)]
    ends <- if (length(r)) stats::quantile(r, c(tail, 1 - tail), type = 1, names = FALSE) else c(NA, NA)
    c(ends, ask$boot - length(r))
  })
  data.frame(
    method = rep(boot_methods, each = k), target = rep(data$targets, length(boot_methods)), rank_low = limits[1, ],
    rank_high = limits[2, ], failed = as.integer(limits[3, ]), stringsAsFactors = FALSE
  )
}
