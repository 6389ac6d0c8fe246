# Questions about controls: water, no reverse transcriptase, positive controls, and samples that are controls by name.

# A control beside the samples of its run and target: as a share of the weakest one's signal, and of the middle one's.
# A no-RT control that bears a sample's name is held against that sample.
check_controls <- function(p, rules) {
  rows <- which(p$role %in% c(4L, 5L) & p$state == 1L & p$target$codes > 0L & p$cq >= first_cycle)
  if (!length(rows) || !length(p$set$rows)) {
    return(NULL)
  }
  group <- (p$run$codes - 1L) * length(p$target$levels) + p$target$codes
  n_groups <- length(p$run$levels) * length(p$target$levels)
  set_group <- (p$set$run - 1L) * length(p$target$levels) + p$set$target
  level <- .Call(c_group_range, set_group - 1L, p$set$median, n_groups)
  own <- own_sample(p, rows)
  weakest <- ifelse(is.na(own), level$high[group[rows]], own)
  middle <- level$median[group[rows]]
  e <- p$eff$value[p$target$codes[rows]]
  share <- e^(weakest - p$cq[rows])
  bad <- which(share > rules$signal)
  if (!length(bad)) {
    return(NULL)
  }
  bad <- bad[order(-share[bad], method = "radix")]
  share_middle <- e^(middle - p$cq[rows])
  control_findings(p, rows[bad], share[bad], share_middle[bad], weakest[bad], !is.na(own[bad]), rules)
}

control_findings <- function(p, rows, share, middle, weakest, own, rules) {
  ntc <- p$role[rows] == 4L
  kind <- ifelse(ntc, "NTC", "no-RT control")
  against <- ifelse(own, "its own sample", "the weakest sample")
  gap <- p$cq[rows] - weakest
  distance <- ifelse(gap >= 0, paste(cycle_text(gap), "cycles after"), paste(cycle_text(-gap), "cycles before"))
  text <- paste0(
    kind, " at Cq ", cycle_text(p$cq[rows]), ", ", distance, " ", against, ": ",
    signal_text(share), " its signal",
    ifelse(middle > rules$signal, paste0(", ", signal_text(middle), " the middle sample's"), ""),
    melt_words(p, rows), "."
  )
  action <- ifelse(
    ntc, "Find the contamination or the primer dimer (melting curve), and repeat; late samples cannot be trusted.",
    "Genomic DNA: treat with DNase, or use primers over an intron; samples near the control cannot be trusted."
  )
  finding(
    ifelse(ntc, "ntc", "nrt"), ifelse(middle > rules$signal, "stop", "look"), text, action,
    list(run = p$x$run[rows], well = p$well[rows], sample = p$x$sample[rows], target = p$x$target[rows]),
    share, rules$signal, "share of the signal"
  )
}

# Whether the control melts where the samples do.
melt_words <- function(p, rows) {
  if (is.null(p$melt)) {
    return("")
  }
  tm <- p$melt$tm[rows]
  usual <- p$melt$median[p$target$codes[rows]]
  off <- abs(tm - usual)
  ifelse(
    is.na(off), "", ifelse(
      off <= 1, paste0("; it melts with the samples, at ", cycle_text(tm)),
      paste0("; it melts at ", cycle_text(tm), ", the samples at ", cycle_text(usual), " (dimer?)")
    )
  )
}

# Median Cq of the sample that a no-RT control names, in its run and target.
own_sample <- function(p, rows) {
  names <- sub("[ _.(-]*(no|n|minus|-)?[ _]?rt[ _.)-]*$", "", p$x$sample[rows], ignore.case = TRUE)
  names <- sub("^(-|no|n|minus)[ _]?rt[ _.:-]+", "", names, ignore.case = TRUE)
  sample <- match(names, p$sample$levels)
  sample[p$role[rows] != 5L] <- NA
  s <- length(p$sample$levels)
  key <- ((p$run$codes[rows] - 1) * s + (sample - 1)) * length(p$target$levels) + p$target$codes[rows]
  p$set$median[match(key, p$set$key, incomparables = NA)]
}

check_positive <- function(p, rules) {
  rows <- which(p$task == 6L & p$state == 2L)
  if (!length(rows)) {
    return(NULL)
  }
  lapply(by_run_target(p, rows), function(rows) {
    finding(
      "positive", "stop", paste0("The positive control found nothing (", where_label(p, rows), ")."),
      "The reaction failed or the control is empty: repeat before reading the samples.", where_of(p, rows)
    )
  })
}

check_missing_ntc <- function(p, rules) {
  if (!any(p$role == 1L)) {
    return(NULL)
  }
  lapply(seq_along(p$run$levels), function(run) {
    measured <- unique(p$target$codes[p$run$codes == run & p$role == 1L & p$state <= 2L])
    has <- p$target$codes[p$run$codes == run & p$role == 4L & p$state <= 2L]
    lost <- p$target$levels[setdiff(measured, c(0L, has))]
    if (length(lost)) {
      finding(
        "missing_ntc", "note", paste0("No control without template for ", some_plain(lost), "."),
        "Run one NTC a target and plate; if there is one, mark it: task \"ntc\".",
        list(run = p$run$levels[run], target = join_names(lost)), length(lost), 0, "targets"
      )
    }
  })
}

# ---- controls by name ----

# Words that name a control without template, without reverse transcriptase, and a standard, in several languages: small
# letters without accents and blanks.
control_words <- list(
  ntc = c(
    "ntc", "ntcs", "h2o", "h20", "ddh2o", "dh2o", "mqh2o", "h2ocontrol", "water", "watercontrol", "blank", "notemplate",
    "notemplatecontrol", "nontemplate", "nontemplatecontrol", "negativecontrol", "negcontrol", "negctrl", "negctl",
    "nodna", "nocdna", "norna", "nucleasefreewater",
    "rnasefreewater", "wasser", "leerwert", "leerkontrolle", "negativkontrolle", "eau",
    "temoinnegatif", "controlenegatif", "agua", "controlnegativo", "controlenegativo", "acqua", "controllonegativo",
    "vatten", "vand", "vann", "vesi", "woda", "voda", "viz"
  ),
  nrt = c(
    "nrt", "nort", "minusrt", "rtneg", "rtminus", "rtnegative", "noreversetranscriptase", "withoutrt", "ohnert",
    "sansrt", "sinrt", "senzart", "nrtcontrol", "nortcontrol"
  ),
  standard = c("std", "stds", "stdcurve", "standard", "standardcurve")
)

# Words that say it wherever they stand; the others must be the whole name, but for a number or letter behind them.
control_words$alone <- c(
  "ntc", "h2o", "ddh2o", "dh2o", "no template", "notemplate", "non template", "no dna", "no cdna", "no rna",
  "negative control", "neg control", "neg ctrl", "nrt", "nort", "no rt", "minus rt", "rtneg", "ohne rt"
)

# "ntc", "nrt" or NA for each name.
called_control <- function(names) {
  out <- rep_len(NA_character_, length(names))
  out[called(names, control_words$ntc)] <- "ntc"
  # a minus sign before or behind "RT" means without; "RT-qPCR" does not
  minus <- grepl("-[ ]?rt([ _.)/]|[0-9]*$)|[(]-[)][ ]?rt|rt[ ]?[(]-[)]|(^|[^a-z])rt[ ]?-([ _.)/]|$)", unaccented(names))
  out[minus | called(names, control_words$nrt)] <- "nrt"
  out
}

called <- function(names, words) {
  tokens <- trimws(gsub("[^a-z0-9]+", " ", unaccented(names)))
  bare <- gsub(" ", "", sub("( ?[0-9]+| [a-z])$", "", tokens))
  alone <- control_words$alone[gsub(" ", "", control_words$alone) %in% words]
  within <- if (length(alone)) grepl(paste0("(^| )(", paste(alone, collapse = "|"), ")[0-9]*( |$)"), tokens) else FALSE
  bare %in% words | gsub(" ", "", tokens) %in% words | within
}

# Small letters without accents, whatever the locale; a typographic minus is one.
unaccented <- function(x) {
  accented <- paste0(
    "\u00e1\u00e0\u00e2\u00e4\u00e9\u00e8\u00ea\u00ed\u00f3\u00f6\u00f4\u00fa\u00fc", "\u00c1\u00c9\u00c4\u00d6\u00dc"
  )
  plain <- gsub("[\u2212\u2013]", "-", enc2utf8(as.character(x)))
  lower_ascii(chartr(accented, "aaaaeeeiooouuaeaou", plain))
}

task_words <- c(ntc = "control without template", nrt = "no-RT control", standard = "standard")

check_unmarked <- function(p, rules) {
  levels <- p$sample$levels
  is_control <- p$called[match(seq_along(levels), p$sample$codes)]
  is_standard <- is.na(is_control) & called(levels, control_words$standard)
  unknown <- p$task == 1L & p$sample$codes > 0L
  seen <- tabulate(p$sample$codes[unknown], length(levels))
  lapply(which(seen > 0L & (!is.na(is_control) | is_standard)), function(s) {
    rows <- which(unknown & p$sample$codes == s)
    task <- if (is_standard[s]) "standard" else is_control[s]
    finding(
      if (is_standard[s]) "unmarked_standard" else "unmarked_control",
      if (is_standard[s]) "look" else "stop",
      paste0(
        "\"", levels[s], "\" is called a ", task_words[[task]], ", but ", plural(length(rows), "well"), " of it ",
        if (length(rows) == 1) "counts" else "count", " as a sample."
      ),
      paste0("Give it the task \"", task, "\", in a column `task` of the data or of the sample sheet."),
      where_of(p, rows), length(rows), 0, "wells"
    )
  })
}
