# What is recommended, in a sentence with its caveat, and what is to be said of each candidate.

method_names <- c(
  genorm = "geNorm", normfinder = "NormFinder", bestkeeper = "BestKeeper", deltacq = "delta-Cq",
  aggregate = "aggregate of four ranks", equivalence = "equivalence test"
)

measure_names <- c(
  genorm = "M", normfinder = "stability", bestkeeper = "MAD, cycles", deltacq = "mean SD", aggregate = "mean rank",
  equivalence = "margin, log2"
)

# list(targets, sentence).
recommend <- function(method, rows, details, input, ask) {
  ranked <- rows$target[!is.na(rows$rank)]
  advice <- if (!is.null(ask$n)) {
    take <- min(ask$n, length(ranked))
    list(targets = ranked[seq_len(take)], why = paste0("the ", take, " most stable, as asked for"))
  } else {
    switch(method,
      genorm = recommend_genorm(ranked, details$genorm, ask$cut),
      normfinder = recommend_normfinder(ranked, details$normfinder),
      bestkeeper = recommend_bestkeeper(rows),
      equivalence = recommend_equivalence(rows, details$equivalence, ask),
      list(targets = utils::head(ranked, 2), why = "the two most stable; the method has no rule for a number")
    )
  }
  sentence <- if (length(advice$targets)) {
    paste0("Recommended by ", method_names[[method]], ": ", join(advice$targets), " (", advice$why, ").")
  } else {
    paste0("Recommended by ", method_names[[method]], ": none (", advice$why, ").")
  }
  list(targets = advice$targets, sentence = paste(c(sentence, caveats(method, advice$targets, details, ask)),
                                                  collapse = " "))
}

join <- function(x) {
  if (length(x) < 2) x else paste(paste(utils::head(x, -1), collapse = ", "), "and", utils::tail(x, 1))
}

recommend_genorm <- function(ranked, found, cut) {
  v <- found$variation
  short <- function(x) formatC(x, digits = 3, format = "f")
  if (!is.na(found$number)) {
    row <- v[v$n == found$number, ]
    why <- paste0(row$pair, " = ", short(row$v), " is below ", format(cut), ": one more changes little")
    return(list(targets = ranked[seq_len(found$number)], why = why))
  }
  row <- v[which.min(v$v), ]
  if (!nrow(row)) {
    return(list(targets = character(), why = "nothing could be ranked"))
  }
  why <- paste0("no V is below ", format(cut), "; the smallest is ", row$pair, " = ", short(row$v))
  list(targets = ranked[seq_len(row$n)], why = why)
}

recommend_normfinder <- function(ranked, found) {
  best <- found$pairs[1, ]
  if (is.na(best$stability)) {
    return(list(targets = utils::head(ranked, 2), why = "the two most stable; three candidates make no pairs"))
  }
  list(
    targets = c(best$target_1, best$target_2),
    why = paste0("the best pair, stability ", formatC(best$stability, digits = 3, format = "f"))
  )
}

recommend_bestkeeper <- function(rows) {
  steady <- rows$target[!is.na(rows$stability) & rows$stability <= 1]
  list(
    targets = utils::head(steady, 2),
    why = if (length(steady) > 1) {
      "the two of the smallest mean absolute deviation, none above 1 cycle"
    } else {
      "the others deviate by more than 1 cycle"
    }
  )
}

recommend_equivalence <- function(rows, found, ask) {
  good <- rows$target[rows$target %in% found$table$target[found$table$equivalent]]
  limit <- paste0(format(ask$margin), "-fold, at the ", level_label(1 - ask$level), " level")
  why <- paste("shown to change by less than", limit)
  list(targets = good, why = if (length(good)) why else paste0("no candidate is ", why))
}

# ---- caveats ----

caveats <- function(method, targets, details, ask) {
  family <- same_family(targets)
  c(
    if (length(targets) == 1) "One reference alone is not enough: its own changes cannot be seen.",
    moving_caveat(method, targets, details$equivalence, ask), mover_advice(details$equivalence, ask),
    if (length(family)) paste0(
      join(family), " may be regulated together, and genes that move together look stable together",
      if (setequal(family, targets)) ": take one from another pathway beside them", "."
    ) else if (method %in% c("genorm", "deltacq", "normfinder", "aggregate")) {
      "Genes that are regulated together look stable together."
    },
    if (method == "normfinder") cancelling_caveat(targets, details$normfinder$table),
    if (method == "bestkeeper") "Raw Cq also vary with the RNA input, which says nothing of the gene.",
    if (method == "equivalence") "Each candidate is held against the others: what moves them all is not seen."
  )
}

# The best pair may be two genes that deviate in opposite ways.
cancelling_caveat <- function(targets, table) {
  own <- table$rank[match(targets, table$target)]
  if (length(own) == 2 && all(own > (nrow(table) + 1) / 2)) {
    "Each of them alone is in the less stable half: their deviations cancel in these samples, perhaps not in others."
  }
}

# The recommended ones that were not shown to stay within the margin.
moving_caveat <- function(method, targets, found, ask) {
  if (method == "equivalence" || is.null(found)) {
    return(NULL)
  }
  open <- targets[!targets %in% found$table$target[found$table$equivalent]]
  if (length(open)) {
    paste0("Not shown to change by less than ", format(ask$margin), "-fold between the groups: ", join(open), ".")
  } else if (length(targets)) {
    paste0("All were shown to change by less than ", format(ask$margin), "-fold between the groups.")
  }
}

# A candidate that moves for certain moves the mean that the others are held against.
mover_advice <- function(found, ask) {
  if (is.null(found) || nrow(found$table) < 4) {
    return(NULL)
  }
  beyond <- pmax(found$contrasts$conf.low, -found$contrasts$conf.high) > log2(ask$margin)
  movers <- unique(found$contrasts$target[which(beyond)])
  if (length(movers)) {
    far <- movers[which.max(found$table$stability[match(movers, found$table$target)])]
    paste0(
      far, " moves by more, and pulls at what the others are held against: leave it out of the candidates and ask ",
      "again."
    )
  }
}

# Symbols of genes that are known to move together: ribosomal proteins, cytoskeleton and GAPDH, ubiquitins, heat shock
# proteins, translation factors, the proteasome, histones.
gene_families <- list(
  "^M?RP[LS][0-9P]", "^(ACT[ABG]|TUB|CFL|GAPDH?$)", "^UB[ABCEQ]", "^HSP", "^(EEF|EIF)", "^(PSM)", "^H[1-4][A-Z-]"
)

# Recommended genes of one family: those that are known to move together.
same_family <- function(targets) {
  upper <- chartr("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", targets)
  for (family in gene_families) {
    hit <- grepl(family, upper)
    if (sum(hit) > 1 && sum(hit) * 2 > length(targets)) {
      return(targets[hit])
    }
  }
  character()
}

# ---- notes of the rows ----

stability_notes <- function(method, targets, details, input) {
  table <- details[[method]]$table
  row <- match(targets, table$target)
  value <- table$stability[row]
  shared <- table$rank[row]
  tied <- !is.na(shared) & (duplicated(shared) | duplicated(shared, fromLast = TRUE)) & method != "genorm"
  join_stability_notes(c(
    list(
      unname(input$lost[targets]), ifelse(is.na(row) | !is.na(value), NA, "no value"), ifelse(tied, "tied", NA)
    ),
    switch(method,
      genorm = genorm_notes(targets, shared, value, details$genorm),
      normfinder = list(raised_notes(targets, details$normfinder$raised)),
      bestkeeper = list(ifelse(!is.na(value) & value > 1, "deviates by more than 1 cycle", NA)),
      equivalence = list(ifelse(is.na(row) | table$equivalent[row], NA, "not shown equivalent"))
    )
  ))
}

# What is there of each row, side by side.
join_stability_notes <- function(parts) {
  out <- character(length(parts[[1]]))
  for (part in parts) {
    has <- which(!is.na(part))
    out[has] <- paste0(out[has], ifelse(nzchar(out[has]), "; ", ""), part[has])
  }
  out
}

genorm_notes <- function(targets, rank, value, found) {
  last <- ifelse(!is.na(rank) & rank == 1, "the last two are not ranked between themselves", NA)
  tie <- ifelse(targets %in% found$steps$removed[found$steps$tie], "left in a tie for the largest M", NA)
  high <- ifelse(!is.na(value) & value >= 1, "M of 1 or more", NA)
  list(last, tie, high)
}

raised_notes <- function(targets, raised) {
  hit <- raised[match(targets, rownames(raised)), , drop = FALSE]
  hit[is.na(hit)] <- FALSE
  out <- rep(NA_character_, length(targets))
  for (i in which(rowSums(hit) > 0)) {
    where <- if (ncol(hit) > 1) paste0(": ", paste(colnames(hit)[hit[i, ]], collapse = ", "))
    out[i] <- paste0("the estimate of its variance was negative and was replaced", where)
  }
  out
}
