# Questions about the comparison to come: references, their balance between groups, curves, runs.

# Samples that were measured but have no Cq of a reference.
check_references <- function(p, rules) {
  if (is.null(p$reference)) {
    return(NULL)
  }
  measured <- p$role == 1L & p$state <= 2L & p$sample$codes > 0L & !p$target$codes %in% c(0L, p$reference)
  samples <- unique(p$sample$codes[measured])
  lapply(p$reference, function(g) {
    lost <- sort(setdiff(samples, p$set$sample[p$set$target == g]))
    if (!length(lost)) {
      return(NULL)
    }
    names <- p$sample$levels[lost]
    runs <- p$x$run[match(lost, p$sample$codes)]
    finding(
      "missing_reference", if (length(lost) * 2 > length(samples)) "stop" else "look",
      paste0(
        plural(length(lost), "sample"), " without a Cq of ", p$target$levels[g], ": ", some_plain(names), "."
      ),
      "Without it the samples drop out of every comparison: repeat the wells, or leave the reference out.",
      list(run = join_names(runs), sample = join_names(names), target = p$target$levels[g]), length(lost), 0, "samples"
    )
  })
}

# Mean Cq of the unknown samples by sample and target.
sample_matrix <- function(p) {
  .Call(
    c_cells, p$sample$codes, p$target$codes, NULL, p$role, p$state, p$cq, length(p$sample$levels),
    length(p$target$levels), 1L
  )$cq
}

check_loading <- function(p, rules) {
  if (is.null(p$reference)) {
    return(NULL)
  }
  level <- rowMeans(sample_matrix(p)[, p$reference, drop = FALSE])
  middle <- stats::median(level, na.rm = TRUE)
  bad <- which(abs(level - middle) > rules$loading)
  if (!length(bad) || sum(!is.na(level)) < 3) {
    return(NULL)
  }
  gap <- level[bad] - middle
  rows <- match(bad, p$sample$codes)
  finding(
    "loading", "look",
    paste0(
      "The references lie ", cycle_text(abs(gap)), " cycles ", ifelse(gap > 0, "above", "below"),
      " the middle sample: ", ifelse(gap > 0, "little or inhibited cDNA.", "much cDNA, or genomic DNA.")
    ),
    "Look at its RNA and its no-RT control; far from the others it rests on the efficiencies.",
    list(run = p$x$run[rows], sample = p$sample$levels[bad]), abs(gap), rules$loading, "cycles"
  )
}

# ---- balance of the references between groups ----

check_balance <- function(p, rules) {
  if (is.null(p$reference) || is.null(p$group)) {
    return(NULL)
  }
  group <- sample_group(p)
  levels <- group$levels[tabulate(group$codes, length(group$levels)) > 0L]
  if (length(levels) < 2 || length(levels) > 12) {
    return(NULL)
  }
  cq <- sample_matrix(p)
  known <- !all(is.na(p$eff$se))
  # without a standard error: what 1.9 instead of 2 in the target alone would do
  se <- if (known) ifelse(is.na(p$eff$se), 0, p$eff$se) else
    ifelse(seq_along(p$eff$weight) %in% p$reference, 0, p$eff$weight * (1 - log2(1.9)))
  lapply(levels[-1], function(level) {
    code <- pair_codes(group, c(levels[1], level))
    fit <- .Call(c_reference_balance, as.double(cq), p$eff$weight, se, p$reference - 1L, code)
    balance_finding(p, fit, levels[1], level, known, rules)
  })
}

pair_codes <- function(group, two) {
  at <- match(group$levels, two)
  codes <- c(NA, at)[group$codes + 1L] - 1L
  ifelse(is.na(codes), -1L, as.integer(codes))
}

# The group of each sample by code; 0 where it has none or several.
sample_group <- function(p) {
  value <- p$x[[p$group]]
  coded <- code_strings(if (is.factor(value)) value else as.character(value))
  sample <- ifelse(p$role == 1L, p$sample$codes, 0L)
  of <- group_value(as.integer(sample), coded$codes, length(p$sample$levels))
  list(codes = as.integer(ifelse(of$mixed, 0L, of$first)), levels = coded$levels)
}

balance_finding <- function(p, fit, control, level, known, rules) {
  share <- fit$leak / fit$se
  worst <- which.max(share)
  if (!length(worst) || is.na(fit$value[1]) || share[worst] <= rules$leak) {
    return(NULL)
  }
  # a guess at the efficiency is worth a word only where the difference is worth one
  if (!known && abs(fit$value[1]) < 0.5) {
    return(NULL)
  }
  half <- stats::qt(0.975, fit$value[3]) * sqrt(fit$value[2])
  interval <- if (is.na(half)) "" else
    paste0(" (95 % interval ", cycle_text(fit$value[1] - half, 2), " to ", cycle_text(fit$value[1] + half, 2), ")")
  finding(
    "reference_balance", if (known && share[worst] > 1) "stop" else if (share[worst] > 0.5) "look" else "note",
    paste0(
      "The references' mean Cq in ", level, " is ", cycle_text(abs(fit$value[1]), 2), " cycles ",
      if (fit$value[1] > 0) "above " else "below ", control, interval, ". ",
      if (known) "One standard error of the efficiencies" else "An efficiency of 1.9 taken for 2 in a target alone",
      " would move the fold change of ", p$target$levels[worst], " ",
      formatC(2^fit$leak[worst], digits = 2, format = "f"), "-fold, ",
      formatC(share[worst], digits = 1, format = "f"), " of its standard error."
    ),
    "Load equal amounts, or measure the efficiencies better. References that the treatment moves look the same.",
    list(target = join_names(p$target$levels[p$reference])), fit$value[1],
    rules$leak / share[worst] * abs(fit$value[1]), "cycles"
  )
}

# ---- efficiencies ----

check_curve_range <- function(p, rules) {
  table <- p$eff$table
  if (is.null(table$cq_min)) {
    return(NULL)
  }
  row <- match(p$target$levels, table$target)
  low <- table$cq_min[row][p$set$target]
  high <- table$cq_max[row][p$set$target]
  beyond <- pmax(low - p$set$median, p$set$median - high)
  cells <- which(beyond > 0)
  lapply(split(cells, list(p$set$run[cells], p$set$target[cells]), drop = TRUE), function(cells) {
    far <- max(beyond[cells])
    finding(
      "curve_range", if (far > 2) "look" else "note",
      paste0(
        plural(length(cells), "sample"), " outside the curve's range (Cq ", cycle_text(low[cells[1]]), " to ",
        cycle_text(high[cells[1]]), "), by up to ", cycle_text(far), " cycles."
      ),
      "The efficiency is not known there: dilute the samples, or extend the curve.",
      where_of(p, p$set$rows[p$set$cell %in% cells]), far, 0, "cycles"
    )
  })
}

# Standards on the plate that no curve was made of.
check_standards <- function(p, rules) {
  if (inherits(p$eff$table, "cq_standard_curve")) {
    return(NULL)
  }
  usable <- p$task == 2L & p$state == 1L & !is.na(p$x$quantity) & p$target$codes > 0L
  levels <- tapply(p$x$quantity[usable], p$target$codes[usable], function(q) length(unique(q)))
  has <- as.integer(names(levels))[levels >= 3]
  if (!length(has)) {
    return(NULL)
  }
  finding(
    "standards", "note",
    paste0("The plate has dilution series of ", some_plain(p$target$levels[has]), " that are not used here."),
    "Measure the efficiencies: efficiency = cq_standard_curve(x).", list(target = join_names(p$target$levels[has])),
    length(has), 0, "targets"
  )
}

# ---- runs ----

# Groups and runs can be told apart when every group is linked to every other through a run that has both: the rank of
# [group, run] is then complete.
check_confounded <- function(p, rules) {
  if (is.null(p$group) || length(p$run$levels) < 2) {
    return(NULL)
  }
  group <- sample_group(p)
  of <- c(0L, group$codes)[p$sample$codes + 1L]
  use <- p$role == 1L & p$state <= 2L & of > 0L
  together <- table(group$levels[of[use]], p$run$levels[p$run$codes[use]])
  if (nrow(together) < 2 || ncol(together) < 2) {
    return(NULL)
  }
  parts <- linked_parts(together > 0)
  if (max(parts) == 1L) {
    return(NULL)
  }
  calibrated <- !is.null(attr(p$x, "calibration", exact = TRUE))
  says <- vapply(seq_len(max(parts)), function(k) {
    groups <- rownames(together)[parts == k]
    runs <- colnames(together)[colSums(together[parts == k, , drop = FALSE]) > 0]
    paste0(some_plain(groups), " in ", some_plain(runs, 4))
  }, "")
  finding(
    "confounded", if (calibrated) "note" else "stop",
    paste0(
      "Groups and runs cannot be told apart: ", paste(says, collapse = "; "), ".",
      if (calibrated) " The comparison rests on the calibration alone."
    ),
    if (calibrated) "The calibration's error belongs into the interval." else
      "A difference between runs looks like an effect: put every group on every run, or calibrate (cq_calibrate()).",
    list(run = join_names(colnames(together))), max(parts), 1, "separate parts"
  )
}

# Connected parts of a table of links between rows and columns: the part of each row.
linked_parts <- function(links) {
  part <- seq_len(nrow(links))
  repeat {
    before <- part
    for (j in seq_len(ncol(links))) {
      rows <- links[, j]
      part[part %in% part[rows]] <- min(part[rows], Inf)
    }
    if (identical(part, before)) {
      return(match(part, sort(unique(part))))
    }
  }
}

# One cDNA on several plates, which read it differently.
check_between_runs <- function(p, rules) {
  of <- (p$set$sample - 1) * length(p$target$levels) + p$set$target
  several <- which(of %in% of[duplicated(of)])
  if (!length(several)) {
    return(NULL)
  }
  pair <- match(of[several], unique(of[several]))
  range <- .Call(c_group_range, pair - 1L, p$set$median[several], max(pair))
  first <- several[match(seq_along(range$count), pair)]
  sd <- ifelse(is.na(p$set$sd[first]), 0, p$set$sd[first])
  limit <- pmax(rules$spread, range_limit(range$count, p$set$sd_df[first], rules$sds) * sd, na.rm = TRUE)
  bad <- which(range$high - range$low > limit)
  calibrated <- !is.null(attr(p$x, "calibration", exact = TRUE))
  lapply(split(bad, p$set$target[first[bad]]), function(i) {
    worst <- i[which.max(range$high[i] - range$low[i])]
    finding(
      "runs_disagree", "look",
      paste0(
        length(i), " of ", plural(sum(p$set$target[first] == p$set$target[first[worst]]), "sample"),
        " in several runs differ between them, ", p$sample$levels[p$set$sample[first[worst]]], " from Cq ",
        cycle_text(range$low[worst]), " to ", cycle_text(range$high[worst]), "."
      ),
      if (calibrated) "The calibration does not hold for them: is it the same cDNA, and is the calibrator sound?" else
        "Put the runs on one scale (cq_calibrate()), or say that each is a passage of its own: runs = \"replicate\".",
      list(
        sample = join_names(p$sample$levels[p$set$sample[first[i]]]),
        target = p$target$levels[p$set$target[first[worst]]]
      ),
      range$high[worst] - range$low[worst], limit[worst], "cycles"
    )
  })
}

check_calibrators <- function(p, rules) {
  rows <- which(p$task == 3L & p$state == 1L)
  if (length(unique(p$run$codes[rows])) < 2 || !is.null(attr(p$x, "calibration", exact = TRUE))) {
    return(NULL)
  }
  finding(
    "calibrators", "note",
    paste0("Calibrator wells in ", plural(length(unique(p$run$codes[rows])), "run"), " are not used."),
    "Put the runs on one scale: cq_calibrate().",
    list(run = join_names(p$x$run[rows]), sample = join_names(p$x$sample[rows])), length(rows), 0, "wells"
  )
}
