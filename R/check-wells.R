# Questions about wells: replicates, counts, failed and flagged reactions, late ones.

# Sets of replicates that are wider than the technical SD explains. The limit of a range comes from the studentised
# range: as rare as one normal value beyond `sds` SDs.
check_replicate_sets <- function(p, rules) {
  set <- p$set
  range <- set$high - set$low
  several <- which(set$count > 1L & set$count <= most_replicates)
  if (!length(several)) {
    return(NULL)
  }
  limit <- pmax(rules$spread, range_limit(set$count, set$sd_df, rules$sds) * set$sd, na.rm = TRUE)
  wide <- several[range[several] > limit[several]]
  if (!length(wide)) {
    return(NULL)
  }
  # the others agree without it, and it is farther from the middle than they are from each other
  agree <- pmax(rules$spread, range_limit(set$count - 1L, set$sd_df, rules$sds) * set$sd, na.rm = TRUE)
  away <- pmax(rules$spread, rules$sds * set$sd, na.rm = TRUE)
  gap <- abs(set$gap)
  one <- set$count > 2L & set$rest <= agree & gap > away & gap > set$rest
  one <- wide[one[wide] %in% TRUE]
  list(outlier_findings(p, one, away, rules), spread_findings(p, setdiff(wide, one), limit, rules))
}

# The range that `count` replicates of one SD may have, in SDs, where the SD has `df` degrees of freedom.
range_limit <- function(count, df, sds) {
  out <- rep_len(NA_real_, length(count))
  use <- which(count > 1L & df > 0)
  if (length(use)) {
    # few sizes and df occur: each pair once
    pair <- paste(count[use], df[use])
    first <- use[!duplicated(pair)]
    size <- pmin(count[first], most_replicates)
    q <- stats::qtukey(2 * stats::pnorm(-sds), size, pmax(2, df[first]), lower.tail = FALSE)
    out[use] <- q[match(pair, pair[!duplicated(pair)])]
  }
  out
}

outlier_findings <- function(p, cells, limit, rules) {
  if (!length(cells)) {
    return(NULL)
  }
  rows <- p$set$rows[p$set$far[cells] + 1L]
  gap <- p$set$gap[cells]
  # where molecules are counted, a small distance is less of a wonder
  late <- p$set$median[cells] > rules$one_copy - 4
  finding(
    "outlier", ifelse(late & abs(gap) < 2 * limit[cells], "note", "look"),
    paste0(
      "Cq ", cycle_text(p$cq[rows], 2), " lies ", cycle_text(abs(gap), 2), " cycles ",
      ifelse(gap > 0, "above", "below"), " its replicates' median; ", p$set$count[cells] - 1L, " others agree."
    ),
    "Look at its curve and melting peak; take it out only for a cause, with cq_exclude().",
    list(run = p$x$run[rows], well = p$well[rows], sample = p$x$sample[rows], target = p$x$target[rows]),
    abs(gap), limit[cells], "cycles"
  )
}

spread_findings <- function(p, cells, limit, rules) {
  if (!length(cells)) {
    return(NULL)
  }
  range <- p$set$high[cells] - p$set$low[cells]
  wells <- vapply(cells, function(c) join_names(p$well[p$set$rows[p$set$cell == c]]), "")
  finding(
    "spread", "look",
    paste0(
      p$set$count[cells], " replicates differ by ", cycle_text(range, 2), " cycles (Cq ",
      cycle_text(p$set$low[cells]), " to ", cycle_text(p$set$high[cells]), "); ",
      ifelse(p$set$count[cells] == 2L, "two cannot say which is wrong.", "no single well stands out.")
    ),
    "Repeat the sample if it matters; the mean carries the error, which the intervals know.",
    list(
      run = p$run$levels[p$set$run[cells]], well = wells, sample = p$sample$levels[p$set$sample[cells]],
      target = p$target$levels[p$set$target[cells]]
    ),
    range, limit[cells], "cycles"
  )
}

# More wells than that are hardly technical replicates of one cDNA.
most_replicates <- 8L

check_many <- function(p, rules) {
  cells <- which(p$set$count > most_replicates)
  if (!length(cells)) {
    return(NULL)
  }
  finding(
    "many_wells", "look",
    paste0(
      p$set$count[cells], " wells share this sample and target, from Cq ", cycle_text(p$set$low[cells]), " to ",
      cycle_text(p$set$high[cells]), "."
    ),
    "One cDNA, or several that are called alike? Name them by well: cq_design(x, sheet, by = \"well\").",
    list(
      run = p$run$levels[p$set$run[cells]], sample = p$sample$levels[p$set$sample[cells]],
      target = p$target$levels[p$set$target[cells]]
    ),
    p$set$count[cells], most_replicates, "wells"
  )
}

# Wells that cannot be looked at, because a name is missing.
check_nameless <- function(p, rules) {
  rows <- which(p$task == 1L & (p$sample$codes == 0L | p$target$codes == 0L))
  if (!length(rows)) {
    return(NULL)
  }
  lost <- c("sample", "target")[c(any(p$sample$codes[rows] == 0L), any(p$target$codes[rows] == 0L))]
  finding(
    "nameless", "look",
    paste0(
      plural(length(rows), "well"), " without a ", paste(lost, collapse = " or "), " could not be looked at (",
      where_label(p, rows), ")."
    ),
    "Bring the names with the sample sheet: cq_design(x, sheet, by = \"well\").",
    list(run = join_names(p$x$run[rows])), length(rows), 0, "wells"
  )
}

# A Cq before any amplification can show: a baseline gone wrong.
check_early <- function(p, rules) {
  rows <- which(p$state == 1L & p$cq < first_cycle & p$target$codes > 0L)
  lapply(by_run_target(p, rows), function(rows) {
    finding(
      "early", "look",
      paste0(plural(length(rows), "well"), " with a Cq below ", first_cycle, " (", where_label(p, rows), ")."),
      "No amplification shows there: look at the baseline of the curve, and take the wells out if it is wrong.",
      where_of(p, rows), min(p$cq[rows]), first_cycle, "cycles"
    )
  })
}

first_cycle <- 5

check_technical_sd <- function(p, rules) {
  sd <- sqrt(p$set$ss / p$set$df)
  many <- unique(p$set$target[p$set$count > most_replicates])
  bad <- setdiff(which(p$set$df >= 4 & sd > rules$technical_sd), many)
  if (!length(bad)) {
    return(NULL)
  }
  wide <- vapply(bad, function(g) sum(p$set$target == g & p$set$high - p$set$low > rules$spread), 0L)
  sets <- vapply(bad, function(g) sum(p$set$target == g & p$set$count > 1L), 0L)
  middle <- vapply(bad, function(g) stats::median(p$set$median[p$set$target == g]), 0)
  counting <- paste0(" At Cq ", cycle_text(middle), " counting molecules adds to it.")
  few <- ifelse(middle > rules$one_copy - 6, counting, "")
  finding(
    "technical_sd", ifelse(sd[bad] > 2 * rules$technical_sd, "look", "note"),
    paste0(
      "The technical SD is ", cycle_text(sd[bad], 2), " cycles; sets of replicates wider than ", rules$spread, ": ",
      wide, " of ", sets, ".", few
    ),
    "Check pipetting and the threshold; more replicates or more cDNA make the means better.",
    list(target = p$target$levels[bad]), sd[bad], rules$technical_sd, "cycles"
  )
}

# Sets that have another number of wells than most of their target.
check_counts <- function(p, rules) {
  rows <- which(p$role == 1L & p$state <= 3L & p$sample$codes > 0L & p$target$codes > 0L)
  if (!length(rows)) {
    return(NULL)
  }
  key <- set_key(p, rows)
  first <- rows[!duplicated(key)]
  count <- tabulate(match(key, key[!duplicated(key)]))
  lapply(split(seq_along(first), list(p$run$codes[first], p$target$codes[first]), drop = TRUE), function(i) {
    usual <- as.integer(names(which.max(table(count[i]))))
    odd <- i[count[i] != usual]
    if (!length(odd)) {
      return(NULL)
    }
    where <- list(
      run = p$x$run[first[odd[1]]], sample = join_names(p$x$sample[first[odd]]), target = p$x$target[first[odd[1]]]
    )
    if (length(odd) * 2 >= length(i)) {
      text <- paste0("The samples have ", some_plain(sort(unique(count[i]))), " wells each: no number is usual.")
    } else {
      text <- paste0(
        plural(length(odd), "sample"), " of ", length(i), " ", if (length(odd) == 1) "has" else "have",
        " not the usual ", plural(usual, "well"), ": ",
        some_plain(paste0(p$x$sample[first[odd]], " (", count[odd], ")"), 5), "."
      )
    }
    finding(
      "replicates", "note", text, "Look whether wells are missing or named after another sample.", where,
      length(odd), 0, "samples"
    )
  })
}

check_failed <- function(p, rules) {
  rows <- which(p$state == 3L & p$x$note %in% failed_note & p$target$codes > 0L)
  lapply(by_run_target(p, rows), function(rows) {
    finding(
      "failed", "note",
      paste0(plural(length(rows), "reaction"), " failed beside replicates that did not (", where_label(p, rows), ")."),
      "Nothing to do: they are excluded, and the log says so. Many of them point at one tip or one row.",
      where_of(p, rows), length(rows), 0, "wells"
    )
  })
}

# What the instrument itself said of the wells.
check_flags <- function(p, rules) {
  flags <- p$x$flags
  if (!is.character(flags)) {
    return(NULL)
  }
  rows <- which(!is.na(flags) & nzchar(flags) & p$state <= 2L)
  if (!length(rows)) {
    return(NULL)
  }
  lapply(split(rows, p$run$codes[rows]), function(rows) {
    words <- strsplit(flags[rows], "[;, ]+")
    count <- sort(table(unlist(lapply(words, unique))), decreasing = TRUE)
    finding(
      "flags", "note",
      paste0(
        "The instrument flagged ", plural(length(rows), "well"), ": ",
        some_plain(paste0(names(count), " (", count, ")")), "."
      ),
      "Look at their curves; the flags stand in the column `flags`.",
      list(run = p$x$run[rows[1]], well = join_names(p$well[rows])), length(rows), 0, "wells"
    )
  })
}

check_late <- function(p, rules) {
  cells <- which(p$set$median > rules$late)
  lapply(split(cells, list(p$set$run[cells], p$set$target[cells]), drop = TRUE), function(cells) {
    rows <- p$set$rows[p$set$cell %in% cells]
    of <- sum(p$set$run == p$set$run[cells[1]] & p$set$target == p$set$target[cells[1]])
    finding(
      "late", if (length(cells) * 2 > of) "look" else "note",
      paste0(
        length(cells), " of ", plural(of, "sample"), " beyond Cq ", rules$late, ", the latest at ",
        cycle_text(max(p$set$median[cells])), "."
      ),
      "A few molecules a well: the detection limit of the assay decides whether these are numbers.",
      where_of(p, rows), max(p$set$median[cells]), rules$late, "cycles"
    )
  })
}

check_nondetects <- function(p, rules) {
  rows <- which(p$role == 1L & p$state == 2L & p$target$codes > 0L & p$sample$codes > 0L)
  lapply(by_run_target(p, rows), function(rows) {
    seen <- which(p$role == 1L & p$state <= 2L & p$run$codes == p$run$codes[rows[1]] &
      p$target$codes == p$target$codes[rows[1]])
    none <- length(unique(p$sample$codes[rows]))
    all <- length(unique(p$sample$codes[seen]))
    finding(
      "nondetect", if (!any(p$state[seen] == 1L)) "look" else "note",
      if (any(p$state[seen] == 1L)) {
        paste0(none, " of ", plural(all, "sample"), " with wells that found nothing.")
      } else {
        "No sample has a Cq."
      },
      "Below the detection limit, or a failed assay: look at the positive control. They are never given a number.",
      where_of(p, rows), length(rows), 0, "wells"
    )
  })
}
