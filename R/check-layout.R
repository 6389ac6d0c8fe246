# The wells against the layout that was planned: what is missing, what is too many, what is called otherwise.

check_layout <- function(p, rules) {
  if (is.null(p$layout)) {
    return(NULL)
  }
  if (all_missing(p$well)) {
    ddcq_abort(c("The wells must have names to be compared with {.arg layout}, but they have none."), "data")
  }
  layout <- layout_table(p$layout, p$run$levels)
  there <- p$state != 4L & !is.na(p$well)
  key <- paste(p$x$run, plain_well(p$well), sep = "\r")
  lost <- which(!layout$key %in% key[there])
  extra <- which(!is.na(p$well) & !key %in% layout$key)
  c(
    lapply(split(lost, layout$run[lost]), function(i) {
      finding(
        "missing_well", "look",
        paste0(plural(length(unique(layout$key[i])), "well"), " of the layout ",
               if (length(unique(layout$key[i])) == 1) "has" else "have", " no measurement: ",
               some_plain(unique(layout$well[i])), "."),
        "Look whether it was left empty, omitted at the instrument or lost in the export.",
        list(run = layout$run[i[1]], well = join_names(layout$well[i]), sample = join_names(layout$sample[i]),
             target = join_names(layout$target[i])),
        length(unique(layout$key[i])), 0, "wells"
      )
    }),
    lapply(split(extra, p$run$codes[extra]), function(rows) {
      finding(
        "extra_well", "look",
        paste0(plural(length(unique(p$well[rows])), "well"), " not in the layout: ", where_label(p, rows, 8), "."),
        "Complete the layout, or take the wells out.", where_of(p, rows), length(unique(p$well[rows])), 0, "wells"
      )
    }),
    wrong_wells(p, layout, key)
  )
}

layout_table <- function(layout, runs) {
  check_data_frame(layout, "layout")
  check_columns(layout, "well", "layout")
  if (is.null(layout$run)) {
    if (length(runs) > 1) {
      ddcq_abort(
        c("{.arg layout} must name the {.field run} of each well, because the data have several: {some(runs)}."),
        "column"
      )
    }
    layout$run <- rep_len(runs, nrow(layout))
  }
  text <- function(name) if (is.null(layout[[name]])) rep_len(NA_character_, nrow(layout)) else
    as_names(layout[[name]], name)
  out <- lapply(stats::setNames(nm = c("run", "well", "sample", "target")), text)
  if (anyNA(out$well) || anyNA(out$run)) {
    blank <- which(is.na(out$well) | is.na(out$run))
    ddcq_abort("{.arg layout} must name well and run in every row, but row {some(blank)} has a gap.", "argument")
  }
  lost <- setdiff(out$run, runs)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg layout} must name runs of the data.", "x" = "There is no run {some(lost)}.", hint_near(lost[1], runs)),
      "argument"
    )
  }
  out$key <- paste(out$run, plain_well(out$well), sep = "\r")
  out
}

# A1 and A01 are one well.
plain_well <- function(well) {
  sub("^([A-Za-z]{1,2})0+([1-9])", "\\1\\2", well)
}

# Wells that hold another sample or target than the layout says.
wrong_wells <- function(p, layout, key) {
  lapply(c("sample", "target"), function(name) {
    said <- layout[[name]]
    pair <- paste(key, p$x[[name]], sep = "\r")
    i <- which(!is.na(said) & nzchar(said) & layout$key %in% key[!is.na(p$x[[name]])])
    i <- i[!paste(layout$key[i], said[i], sep = "\r") %in% pair]
    i <- i[!duplicated(paste(layout$key[i], said[i]))]
    if (!length(i)) {
      return(NULL)
    }
    row <- match(layout$key[i], key)
    finding(
      "wrong_well", "stop",
      paste0("The ", name, " is \"", p$x[[name]][row], "\", the layout says \"", said[i], "\"."),
      "One of the two is wrong, and a shifted plate changes every number: settle it first.",
      list(run = layout$run[i], well = p$well[row], sample = p$x$sample[row], target = p$x$target[row])
    )
  })
}
