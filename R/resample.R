# Randomisation and bootstrap of a contrast, for many targets at once. Plain numbers in and out: y is a matrix of units
# by targets without gaps, on the log2 scale. Random numbers are R's own, drawn in the C code.

# ---- randomisation ----

# Re-allocates the labels `treated` within `strata` (pairs are strata of two). Exact when the design allows at most
# `n_max` allocations, else `draws` of them with R's generator.
#
# A list: by target `estimate` (the difference of means; with strata, the treatment effect of `~ stratum + group`),
# `statistic`, `p.value` (two-sided), `mid.p.value`, `conf.low`, `conf.high` (the shifts that the test does not reject:
# the whole line where no p of the design is below 1 - level); and of the design `p.min`, `allocations` (how many there
# are), `visited`, `exact`, `n`, `n_control` (units in strata that have both groups).
permute_contrast <- function(y, treated, strata = NULL, statistic = "difference", n_max = 2e5, draws = 10000,
                             level = 0.95) {
  design <- allocation_design(treated, strata)
  y <- as.matrix(y)[design$order, , drop = FALSE]
  storage.mode(y) <- "double"
  exact <- design$allocations <= n_max
  total <- if (exact) design$allocations else draws + 1
  ask <- list(code = as.integer(statistic == "welch"), draws = if (exact) 0 else draws, total = total)
  alpha <- 1 - level
  seed <- if (!exact) random_state()
  if (statistic == "welch") {
    out <- visit_allocations(y, design, ask, 0)
    out$estimate <- colMeans(y[seq_len(design$treated), , drop = FALSE]) -
      colMeans(y[-seq_len(design$treated), , drop = FALSE])
    out[c("conf.low", "conf.high")] <- shift_limits(y, design, ask, out$estimate, alpha, seed)
  } else {
    out <- visit_allocations(y, design, ask, roots_kept(alpha, total))
    out$estimate <- out$statistic
  }
  c(out, list(
    p.min = max(design$p.min, 1 / total), allocations = design$allocations, visited = total - !exact, exact = exact,
    n = sum(design$treated), n_control = sum(design$size - design$treated)
  ))
}

# Units in the order that the core wants: stratum by stratum, the treated first; strata with one group tell nothing.
allocation_design <- function(treated, strata) {
  strata <- if (is.null(strata)) rep_len(1L, length(treated)) else match(strata, unique(strata))
  n_treated <- tabulate(strata[treated], max(strata))
  size <- tabulate(strata, max(strata))
  useful <- n_treated > 0 & n_treated < size
  order <- order(strata, !treated)
  size_of <- size[useful]
  list(
    order = order[useful[strata[order]]], size = size_of, treated = n_treated[useful],
    allocations = prod(round(choose(size_of, n_treated[useful]))),
    # with groups of one size in every stratum, changing them over is as extreme
    p.min = (1 + all(2 * n_treated == size | !useful)) / prod(round(choose(size_of, n_treated[useful])))
  )
}

# p(shift) > alpha when more than alpha * total allocations are as extreme.
roots_kept <- function(alpha, total) floor(alpha * total * (1 + 1e-12)) + 1

visit_allocations <- function(y, design, ask, keep) {
  sampled <- ask$draws > 0
  parts <- if (sampled) permute_sampled(y, design, ask, keep) else permute_all(y, design, ask, keep)
  join <- function(name) unlist(lapply(parts, `[[`, name))
  # the least of those kept stands first
  root <- function(name) if (keep) unlist(lapply(parts, function(p) p[[name]][1, ])) else NA_real_
  statistic <- join("statistic")
  # the allocation that was made is one of the sample
  equal <- join("equal") + sampled
  list(
    statistic = statistic, p.value = (join("beyond") + equal) / ask$total,
    mid.p.value = (join("beyond") + equal / 2) / ask$total,
    conf.low = statistic - root("low"), conf.high = statistic + root("high")
  )
}

# All allocations in turn, for some targets and then for the next: so many that what is kept of them stays small.
permute_all <- function(y, design, ask, keep) {
  parts <- list()
  done <- 0
  in_chunks(ncol(y), 2e5 / max(keep, 1), "Re-allocating", function(n) {
    part <- y[, done + seq_len(n), drop = FALSE]
    parts[[length(parts) + 1L]] <<- permute_call(part, design, ask$code, 0, no_roots(keep, part))
    done <<- done + n
  })
  parts
}

# The same draws for some targets and then for the next.
permute_sampled <- function(y, design, ask, keep) {
  seed <- random_state()
  block <- (seq_len(ncol(y)) - 1) %/% max(1, floor(2e6 / max(keep, 1)))
  lapply(unname(split(seq_len(ncol(y)), block)), function(columns) {
    set_random_state(seed)
    permute_drawn(y[, columns, drop = FALSE], design, ask, keep)
  })
}

permute_drawn <- function(y, design, ask, keep) {
  # the allocation that was made is as extreme at every shift
  state <- c(no_roots(keep, y, Inf), list(beyond = 0, equal = 0))
  # what is kept is copied from piece to piece, which must stay the smaller part of the work
  in_chunks(ask$draws, max(keep, 1000, 5e6 / length(y)), "Re-allocating", function(n) {
    part <- permute_call(y, design, ask$code, n, state)
    part$beyond <- part$beyond + state$beyond
    part$equal <- part$equal + state$equal
    state <<- part
  })
  state
}

no_roots <- function(keep, y, last = 0) {
  none <- matrix(0, keep, ncol(y))
  if (keep) none[keep, ] <- last
  list(high = none, low = none)
}

permute_call <- function(y, design, code, draws, roots) {
  .Call(c_permute, y, design$size, design$treated, c(code, as.integer(draws)), roots$high, roots$low)
}

# The shifts between which the p of the Welch statistic stays above alpha, all targets at once: outwards in doubling
# steps, then halving. Every shift is judged by the same allocations.
shift_limits <- function(y, design, ask, estimate, alpha, seed) {
  label <- unlist(lapply(seq_along(design$size), function(b) {
    rep(c(1, 0), c(design$treated[b], design$size[b] - design$treated[b]))
  }))
  kept <- function(shift) {
    set_random_state(seed)
    p <- visit_allocations(y - outer(label, shift), design, ask, 0)$p.value
    p > alpha * (1 + 1e-12)
  }
  spread <- apply(y, 2, stats::sd)
  one_side <- function(sign) {
    if (design$p.min > alpha) {
      return(rep_len(sign * Inf, ncol(y)))
    }
    inside <- estimate
    step <- sign * pmax(spread, .Machine$double.xmin)
    outside <- estimate + step
    for (i in 1:60) {
      still <- kept(outside)
      if (!any(still)) break
      inside[still] <- outside[still]
      step <- 2 * step
      outside[still] <- (outside + step)[still]
    }
    for (i in 1:50) {
      middle <- (inside + outside) / 2
      in_it <- kept(middle)
      inside[in_it] <- middle[in_it]
      outside[!in_it] <- middle[!in_it]
    }
    outside
  }
  list(one_side(-1), one_side(1))
}

random_state <- function() {
  if (!exists(".Random.seed", globalenv(), inherits = FALSE)) stats::runif(1)
  get(".Random.seed", globalenv(), inherits = FALSE)
}

set_random_state <- function(state) {
  home <- globalenv()
  if (!is.null(state)) home[[".Random.seed"]] <- state
}

# ---- bootstrap ----

# Draws units with replacement within each group, `replicates` times. weights: of the groups' means, in the order of
# their codes 1, 2, ... A list by target: `estimate`, `std.error` (SD of the replicates), `conf.low`, `conf.high` (BCa),
# `perc.low`, `perc.high` (percentile), `bias`, `z0`, `acceleration`, `status` (0; 1: a limit is the first or last
# replicate; 2: no variation; 4: all replicates on one side).
boot_contrast <- function(y, group, weights, replicates = 10000, level = 0.95) {
  y <- as.matrix(y)
  storage.mode(y) <- "double"
  order <- order(group)
  y <- y[order, , drop = FALSE]
  size <- tabulate(group, length(weights))
  pieces <- list()
  in_chunks(replicates, max(1000, 5e6 / length(y)), "Resampling", function(n) {
    pieces[[length(pieces) + 1L]] <<- .Call(c_bootstrap, y, size, as.double(weights), as.integer(n), NULL)
  })
  fit <- pieces[[1]]
  star <- if (length(pieces) == 1) fit$star else do.call(rbind, lapply(pieces, `[[`, "star"))
  found <- .Call(c_bootstrap_limits, star, fit$estimate, fit$acceleration, as.double(level))
  mean_star <- colMeans(star)
  list(
    estimate = fit$estimate, std.error = sqrt(colSums((star - rep(mean_star, each = replicates))^2) / (replicates - 1)),
    conf.low = found$limits[3, ], conf.high = found$limits[4, ], perc.low = found$limits[1, ],
    perc.high = found$limits[2, ], bias = mean_star - fit$estimate, z0 = found$limits[5, ],
    acceleration = fit$acceleration, status = found$status
  )
}

# ---- work in pieces ----

# Calls work(n) until `total` are done: `least` at a time or more, later what takes a fifth of a second. A bar shows
# when it all takes more than one. The pieces do not change what is drawn.
in_chunks <- function(total, least, label, work) {
  begun <- proc.time()[[3]]
  chunk <- least <- max(1, floor(least))
  bar <- NULL
  done <- 0
  while (done < total) {
    n <- min(chunk, total - done)
    before <- proc.time()[[3]]
    work(n)
    done <- done + n
    now <- proc.time()[[3]]
    chunk <- min(max(least, floor(n * 0.2 / max(now - before, 0.01))), 1e8)
    if (is.null(bar) && done < total && now - begun > 1) {
      rlang::local_options(cli.progress_show_after = 0)
      bar <- cli::cli_progress_bar(label, total = total)
    }
    if (!is.null(bar)) cli::cli_progress_update(set = done, id = bar)
  }
  if (!is.null(bar)) cli::cli_progress_done(id = bar)
}
