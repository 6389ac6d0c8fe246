# The elements of an RDML document as columns: samples, targets, and the reactions of each run. One search an element,
# never one a reaction.

# Searches without namespaces: finding those out takes longer than the search.
rdml_all_of <- function(node, path) xml2::xml_find_all(node, path, ns = character())
rdml_first_of <- function(node, path) xml2::xml_find_first(node, path, ns = character())

# Leaves of one kind of element, in one search: list(index, name, text, id, target). `index` counts the elements that
# each leaf lies in.
rdml_leaves <- function(node, element, paths) {
  query <- paste(c(element, paste0(element, "/", paths)), collapse = " | ")
  nodes <- rdml_all_of(node, query)
  name <- xml2::xml_name(nodes)
  own <- sub(".*/", "", element)
  leaf <- which(name != own)
  list(
    n = sum(name == own), index = cumsum(name == own)[leaf], name = name[leaf],
    text = xml2::xml_text(nodes[leaf]), id = xml2::xml_attr(nodes[leaf], "id"),
    target = xml2::xml_attr(nodes[leaf], "targetId"), ids = xml2::xml_attr(nodes[name == own], "id")
  )
}

# One value an element: the first leaf of that name.
rdml_field <- function(leaves, name, what = "text") {
  out <- rep(NA_character_, leaves$n)
  at <- which(leaves$name == name)
  at <- at[!duplicated(leaves$index[at])]
  out[leaves$index[at]] <- leaves[[what]][at]
  out
}

rdml_guid <- "^[{]?[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}[}]?$"

rdml_samples <- function(root, own) {
  paths <- c(
    "description", "type", "interRunCalibrator", "quantity", "quantity/value", "annotation/property", "annotation/value"
  )
  x <- rdml_leaves(root, "sample", paths)
  description <- clean_text(rdml_field(x, "description"))
  name <- x$ids
  if (own) {
    described <- rdml_field(x, "description")
    name[!is.na(described)] <- described[!is.na(described)]
    name[x$index[x$name == "property" & x$text == rdml_nameless]] <- NA
  } else {
    guid <- grepl(rdml_guid, name)
    name[guid] <- description[guid]
    name <- clean_text(name)
  }
  type <- rdml_by_target(x, "type")
  irc <- rdml_field(x, "interRunCalibrator") %in% c("true", "TRUE", "1")
  # a quantity names its target on the element, its number stands inside
  at <- which(x$name == "value" & c("", utils::head(x$name, -1)) == "quantity")
  quantity <- list(index = x$index[at], text = x$text[at], target = x$target[at - 1L])
  list(id = x$ids, name = name, type = type, calibrator = irc, quantity = quantity, annotation = rdml_notes(x))
}

rdml_by_target <- function(x, name) {
  at <- which(x$name == name)
  list(index = x$index[at], text = x$text[at], target = x$target[at])
}

# The value for a sample and target: what names the target, else what names none.
rdml_pick <- function(values, sample, target) {
  general <- is.na(values$target)
  special <- match(paste(sample, target, sep = "\r"), paste(values$index, values$target, sep = "\r"))
  plain <- which(general)[match(sample, values$index[general])]
  values$text[ifelse(is.na(special), plain, special)]
}

# Annotations of samples: one column a property.
rdml_notes <- function(x) {
  at <- which(x$name == "property" & c(x$name[-1], "") == "value")
  list(index = x$index[at], property = clean_text(x$text[at]), value = clean_text(x$text[at + 1L]))
}

rdml_targets <- function(root, own) {
  x <- rdml_leaves(root, "target", c("description", "type", "amplificationEfficiency", "dyeId"))
  dye <- rdml_field(x, "dyeId", "id")
  dye <- clean_text(ifelse(is.na(dye), rdml_field(x, "dyeId"), dye))
  description <- rdml_field(x, "description")
  name <- x$ids
  if (own) {
    name[!is.na(description)] <- description[!is.na(description)]
    dye[dye %in% rdml_no_dye] <- NA
  } else {
    name <- rdml_target_names(name, dye, clean_text(description))
  }
  role <- clean_text(rdml_field(x, "type"))
  list(id = x$ids, name = name, dye = dye, role = role, efficiency = rdml_field(x, "amplificationEfficiency"))
}

# LightCycler 96 writes "FAM@MYC", and "FAM@" before a number of its own where no gene was entered.
rdml_target_names <- function(id, dye, description) {
  with <- !is.na(dye) & startsWith(id, paste0(dye, "@"))
  bare <- id
  bare[with] <- substring(id[with], nchar(dye[with]) + 2L)
  guid <- grepl(rdml_guid, bare)
  bare[guid] <- description[guid]
  named <- !is.na(bare)
  # one gene in two dyes is two assays
  if (anyDuplicated(bare[named])) {
    twice <- bare %in% bare[named][duplicated(bare[named])] & with & !guid
    bare[twice] <- id[twice]
  }
  clean_text(bare)
}

rdml_data_paths <- c("react", "react/sample", "react/data", paste0("react/data/", c(
  "tar", "cq", "excl", "note", "meltTemp", "adp[last()]/cyc"
)))

# The rows of one run: a reaction may hold several targets.
rdml_run <- function(run) {
  nodes <- rdml_all_of(run, paste(rdml_data_paths, collapse = " | "))
  name <- xml2::xml_name(nodes)
  leaf <- which(!name %in% c("react", "data"))
  react <- which(name == "react")
  data <- which(name == "data")
  x <- list(
    n = length(data), index = cumsum(name == "data")[leaf], name = name[leaf],
    text = xml2::xml_text(nodes[leaf]), id = xml2::xml_attr(nodes[leaf], "id")
  )
  in_react <- cumsum(name == "react")
  sample <- rep(NA_character_, length(react))
  at <- leaf[x$name == "sample"]
  sample[in_react[at]] <- x$id[x$name == "sample"]
  field <- function(name, what = "text") rdml_field(x, name, what)
  list(
    react = xml2::xml_attr(nodes[react], "id")[in_react[data]], sample = sample[in_react[data]],
    target = field("tar", "id"), cq_text = clean_text(field("cq")), excl = field("excl"), note = field("note"),
    tm = field("meltTemp"), last = suppressWarnings(as.numeric(field("cyc")))
  )
}

# All runs of the file: list(rows, runs). With one experiment its name is left out of the names of the runs.
rdml_all <- function(root, plate) {
  experiments <- rdml_all_of(root, "experiment")
  out <- list()
  for (experiment in experiments) {
    outer <- xml2::xml_attr(experiment, "id")
    for (run in rdml_all_of(experiment, "run")) {
      rows <- rdml_run(run)
      text <- function(path) xml2::xml_text(rdml_first_of(run, path))
      id <- xml2::xml_attr(run, "id")
      rows$well <- rdml_wells(rows$react, run, plate)
      info <- list(
        experiment = outer, id = id, run = if (length(experiments) > 1) paste0(outer, ":", id) else id,
        instrument = text("instrument"), software = paste(text("dataCollectionSoftware/name")),
        date = text("runDate"), description = text("description"), n = length(rows$react),
        cycles = rdml_cycles(rows, run, root), documentation = xml2::xml_attr(
          rdml_all_of(run, "documentation"), "id"
        )
      )
      out <- c(out, list(list(rows = rows, info = info)))
    }
  }
  out
}

# The last cycle of a run by its curves; without curves the program's repeats, `sure = FALSE`: a loop may repeat what
# ran once before.
rdml_cycles <- function(rows, run, root) {
  if (any(!is.na(rows$last))) {
    return(list(n = max(rows$last, na.rm = TRUE), sure = TRUE))
  }
  id <- xml2::xml_attr(rdml_first_of(run, "thermalCyclingConditions"), "id")
  program <- rdml_all_of(root, "thermalCyclingConditions")
  program <- program[xml2::xml_attr(program, "id") %in% id]
  times <- suppressWarnings(as.numeric(xml2::xml_text(rdml_all_of(program, "step/loop/repeat"))))
  list(n = if (length(times) && any(!is.na(times))) max(times, na.rm = TRUE) else NA_real_, sure = FALSE)
}

# Reaction numbers to wells by the plate's format: rows and columns since 1.1, a sentence in 1.0.
rdml_wells <- function(react, run, plate) {
  part <- function(path) clean_text(xml2::xml_text(rdml_first_of(run, paste0("pcrFormat", path))))
  size <- suppressWarnings(as.integer(c(part("/rows"), part("/columns"))))
  if (anyNA(size)) {
    said <- sub("^([0-9]+)-well.*", "\\1", part("")[1])
    columns <- c("96" = 12, "384" = 24, "48" = 8, "1536" = 48)[as.character(plate %||% said)]
    return(well_name(clean_text(react), unname(columns)))
  }
  lettered <- part("/rowLabel") %in% c("ABC", NA) && part("/columnLabel") %in% c("123", NA) && size[1] <= 52
  number <- suppressWarnings(as.integer(react))
  fits <- !is.na(number) & number >= 1 & number <= prod(size)
  out <- clean_text(react)
  if (lettered) {
    out[fits] <- well_name(as.character(number[fits]), size[2])
    out[!fits] <- well_name(out[!fits])
  }
  out
}
