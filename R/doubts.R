# Everything about the data that a careful colleague would mention: found once, then said in the notes of the rows and
# in one warning.

# NULL where there is nothing.
find_doubts <- function(model, parts) {
  plate <- model$plate
  list(
    spread = wide_cells(plate), ntc = late_controls(plate), standards = unused_standards(plate),
    sd = unequal_groups(model, parts), confounded = model$confounded, averaged = averaged_factors(model),
    curve = beyond_curve(plate), reference = missing_reference(plate), lone = lone_nondetects(model)
  )
}

wide_cells <- function(plate, limit = 0.5) {
  # the largest first: it needs no table of its own
  if (!(max(plate$spread, 0, na.rm = TRUE) > limit)) {
    return(NULL)
  }
  at <- which(plate$spread > limit, arr.ind = TRUE)
  list(sample = at[, 1], target = at[, 2], spread = plate$spread[at])
}

late_controls <- function(plate, distance = 5) {
  if (all(is.na(plate$ntc))) {
    return(NULL)
  }
  late <- vapply(seq_along(plate$ntc), function(g) max_or_na(plate$cq[, g]), 0)
  gap <- plate$ntc - late
  hit <- which(gap < distance)
  if (length(hit)) list(target = hit, ntc = plate$ntc[hit], gap = gap[hit])
}

unused_standards <- function(plate) {
  if (is.null(plate$eff$value)) {
    return(NULL)
  }
  has <- which(plate$n_standard >= 3)
  if (length(has)) list(target = has, value = plate$eff$value)
}

unequal_groups <- function(model, parts, limit = 2) {
  sd <- parts$group_sd
  if (!any(is.finite(sd))) {
    return(NULL)
  }
  sd[!is.finite(sd)] <- NA
  sd[sd < 1e-10] <- 0
  rows <- lapply(seq_len(nrow(sd)), function(k) sd[k, ])
  ratio <- do.call(pmax, c(rows, na.rm = TRUE)) / do.call(pmin, c(rows, na.rm = TRUE))
  hit <- which(ratio > limit)
  if (length(hit)) list(target = hit, ratio = ratio[hit])
}

# Samples whose Cq lies outside the range of the target's own curve.
beyond_curve <- function(plate) {
  table <- plate$eff$table
  if (is.null(table$cq_min)) {
    return(NULL)
  }
  row <- match(plate$names, table$target)
  low <- table$cq_min[row]
  high <- table$cq_max[row]
  cq <- plate$cq
  out <- (cq < rep(low, each = nrow(cq))) | (cq > rep(high, each = nrow(cq)))
  out[is.na(out)] <- FALSE
  if (!any(out)) {
    return(NULL)
  }
  hit <- which(colSums(out) > 0)
  list(target = hit, n = colSums(out)[hit])
}

missing_reference <- function(plate) {
  if (!plate$gaps) {
    return(NULL)
  }
  gap <- is.na(plate$cq[, plate$refs, drop = FALSE])
  hit <- which(rowSums(gap) > 0)
  if (length(hit)) list(sample = hit)
}

# ---- notes of rows ----

row_notes <- function(model, parts, doubts) {
  plate <- model$plate
  targets <- plate$targets
  note <- parts$note
  add <- function(note, rows, text) {
    if (length(rows)) note[rows, ] <- paste_notes(note[rows, , drop = FALSE], matrix(text, length(rows), ncol(note)))
    note
  }
  # what is said of a target goes to its row; what is said of a reference, to every row
  tell <- function(note, target, text) {
    note <- add(note, which(targets == target), text)
    if (target %in% plate$refs) {
      who <- paste0(if (!isTRUE(model$ratio)) "reference ", plate$names[target], ": ")
      note <- add(note, which(targets != target), paste0(who, text))
    }
    note
  }
  if (plate$gaps) note <- gap_notes(model, note, add)
  for (t in which(colSums(plate$partly %||% matrix(FALSE, 0, length(plate$names))) > 0)) {
    who <- some_plain(plate$samples[plate$partly[, t]], 3)
    note <- tell(note, t, paste0("some wells not detected, Cq from all by likelihood: ", who))
  }
  note <- add(note, which(targets %in% plate$refs), "also a reference")
  note <- add(note, which(is.na(plate$eff$weight[targets])), "no efficiency: its curve does not fall")
  note <- sd_notes(parts, doubts$sd, note, add)
  everyone <- seq_along(targets)
  for (text in doubts$averaged) note <- add(note, everyone, text)
  for (column in names(doubts$confounded)) {
    with <- doubts$confounded[[column]]
    what <- if (nzchar(with$sets)) paste("keeps apart", with$sets) else paste("has one", with$factor, "only")
    note <- add(note, everyone, paste0(if (nzchar(with$sets)) "" else "each ", column, " ", what))
  }
  by <- split(plate$samples[doubts$spread$sample], doubts$spread$target)
  for (t in names(by)) {
    note <- tell(note, as.integer(t), paste0("replicates wider than 0.5 Cq: ", some_plain(by[[t]], 3)))
  }
  for (i in seq_along(doubts$ntc$target)) {
    note <- tell(note, doubts$ntc$target[i], paste0("NTC at ", formatC(doubts$ntc$ntc[i], digits = 1, format = "f")))
  }
  for (i in seq_along(doubts$curve$target)) {
    note <- tell(note, doubts$curve$target[i], paste(plural(doubts$curve$n[i], "sample"), "outside the curve's range"))
  }
  note
}

sd_notes <- function(parts, sd, note, add) {
  ratio <- paste0("group SDs differ ", formatC(sd$ratio, digits = 1, format = "f"), "-fold")
  text <- ifelse(is.finite(sd$ratio), ratio, "one group does not vary")
  for (i in seq_along(sd$target)) {
    if (any(!is.na(parts$estimate[sd$target[i], ]))) note <- add(note, sd$target[i], text[i])
  }
  note
}

gap_notes <- function(model, note, add) {
  plate <- model$plate
  no_ref <- which(rowSums(is.na(plate$cq[, plate$refs, drop = FALSE])) > 0)
  if (length(no_ref)) {
    why <- if (isTRUE(model$ratio)) paste0("no Cq of ", plate$names[plate$refs]) else "a reference is missing"
    text <- paste0("without ", some_plain(plate$samples[no_ref], 3), " (", why, ")")
    note <- add(note, seq_len(nrow(note)), text)
  }
  for (i in seq_along(plate$targets)) {
    t <- plate$targets[i]
    gone <- setdiff(which(is.na(plate$cq[, t]) & !plate$censored[, t]), no_ref)
    if (length(gone)) note <- add(note, i, paste0("without ", some_plain(plate$samples[gone], 3), " (no Cq)"))
  }
  note
}

# ---- the one warning ----

doubt_lines <- function(doubts, fit) {
  c(
    doubt_samples(fit), doubt_nameless(fit), doubt_spread(doubts$spread, fit), doubt_reference(doubts$reference, fit),
    doubt_lone(doubts$lone, fit), doubt_ntc(doubts$ntc, fit), doubt_curve(doubts$curve, fit),
    doubt_standards(doubts$standards, fit), doubt_sd(doubts$sd, fit), doubt_confounded(doubts$confounded, fit)
  )
}

warn_doubts <- function(lines) {
  if (length(lines)) {
    bullets <- stats::setNames(literal(lines), rep("!", length(lines)))
    ddcq_warn(c("The fit stands, but look at this first:", bullets), "fit")
  }
}

doubt_samples <- function(fit) {
  size <- fit$spec$group_size
  if (all(size > 1)) {
    return(NULL)
  }
  paste0(
    "One sample in ", some(names(size)[size == 1]), ": the fold change is given, an interval needs at least two ",
    "biological samples a group. If several samples share one name, name them by well: ",
    "cq_design(x, sheet, by = \"well\")."
  )
}

doubt_nameless <- function(fit) {
  n <- fit$model$plate$nameless
  if (n) {
    paste0(
      plural(n, "well"), " without a sample or a target name left out: cq_design(x, sheet, by = \"well\") names them."
    )
  }
}

doubt_spread <- function(d, fit) {
  if (is.null(d)) {
    return(NULL)
  }
  plate <- fit$model$plate
  order <- order(-d$spread)
  where <- paste0(
    plate$samples[d$sample], " ", plate$names[d$target], " (", formatC(d$spread, digits = 2, format = "f"), ")"
  )[order]
  paste0("Technical replicates wider than 0.5 Cq: ", some_plain(where, 5), ".")
}

doubt_reference <- function(d, fit) {
  if (!is.null(d)) {
    paste0("A reference has no Cq, so the sample is left out: ", some_plain(fit$model$plate$samples[d$sample], 5), ".")
  }
}

doubt_ntc <- function(d, fit) {
  if (!is.null(d)) {
    name <- fit$model$plate$names[d$target]
    paste0(
      "No-template control within 5 cycles of a sample: ",
      some_plain(paste0(name, " (NTC at ", formatC(d$ntc, digits = 1, format = "f"), ")"), 5), "."
    )
  }
}

doubt_curve <- function(d, fit) {
  if (!is.null(d)) {
    name <- fit$model$plate$names[d$target]
    paste0("Samples outside the Cq range of their curve: ", some_plain(paste0(name, " (", d$n, ")"), 5), ".")
  }
}

doubt_standards <- function(d, fit) {
  if (!is.null(d)) {
    paste0(
      "The data have standards of ", some(fit$model$plate$names[d$target]), " that `efficiency = ",
      format(d$value), "` leaves unused: efficiency = cq_standard_curve(x) measures instead."
    )
  }
}

doubt_confounded <- function(d, fit) {
  vapply(names(d), function(column) {
    with <- d[[column]]
    how <- if (nzchar(with$sets)) paste0("No ", column, " holds both sides of ", with$sets) else
      paste0("Every ", column, " holds one group only")
    paste0(
      how, ": a difference between the levels of ", column, " would look like an effect of ", with$factor,
      ", and nothing in the numbers can tell them apart."
    )
  }, "", USE.NAMES = FALSE)
}

# Factors that the question interacts with and that the contrasts average over, unless `by` names them.
averaged_factors <- function(model) {
  terms <- model$terms
  asked <- terms$variables %in% model$question
  used <- terms$margins > 0
  mixes <- colSums(used[asked, , drop = FALSE]) > 0 & colSums(used) > 1
  others <- setdiff(terms$variables[rowSums(used[, mixes, drop = FALSE]) > 0], c(model$question, model$by))
  over <- intersect(others, names(model$factors))
  at <- intersect(others, names(model$values))
  c(
    if (length(over)) paste0("averaged over ", paste(over, collapse = ", "), ", which changes the effect: see by ="),
    if (length(at)) paste0("at the mean of ", paste(at, collapse = ", "), ", which changes the effect")
  )
}

# Under Welch unequal SDs are allowed for, so a note in the row is enough.
doubt_sd <- function(d, fit) {
  if (!is.null(d) && fit$spec$variance == "pooled") {
    name <- fit$spec$targets[d$target]
    ratio <- ifelse(is.finite(d$ratio), formatC(d$ratio, digits = 1, format = "f"), "one does not vary")
    where <- paste0(name, " (", ratio, ")")
    paste0("The group SDs differ more than twofold, and one variance is pooled from them: ", some_plain(where, 5),
           ". See also variance = \"welch\".")
  }
}
