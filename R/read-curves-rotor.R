# Rotor-Gene's run file (rex): an XML document with a `RawChannel` for each acquisition, in which every tube has one
# line of readings. Channels against the cycle are amplification, channels against the temperature are melting (the
# file gives where the temperature starts and by how much it rises). Tubes stand in a rotor: their positions are no
# wells of a plate.

rotor_curves_find <- function(src, ask) {
  if (src$kind != "text") {
    return(NULL)
  }
  if (any(grepl("<RexHeader>", utils::head(src$lines, 20), fixed = TRUE))) {
    return(list(by = "its element RexHeader"))
  }
  if (!is.null(rotor_find(src, list()))) {
    list(refuse = "a Rotor-Gene table without curves: save the run file (rex), which has them")
  }
}

rotor_curves_read <- function(found, src, ask) {
  only_measured(ask, src$name)
  need_package("xml2", "to read run files of Rotor-Gene.")
  root <- xml2::xml_root(parse_xml(paste(src$lines, collapse = "\n"), src$name, "a run file"))
  channels <- xml2::xml_find_all(root, "//RawChannel")
  axis <- vapply(channels, rotor_axis, "")
  mine <- channels[axis == ask$kind$x]
  if (!length(mine)) {
    refuse_curves(src, paste("a Rotor-Gene run file without", ask$what, "curves"))
  }
  tubes <- rotor_tubes(root, src$name)
  parts <- lapply(mine, rotor_channel, tubes = tubes, src = src, ask = ask)
  names <- vapply(mine, rotor_text, "", path = "Name")
  list(
    columns = bind_curves(parts), signal = "Fluorescence",
    meta = list(where = paste("channel", some_plain(names)))
  )
}

rotor_text <- function(node, path) {
  text <- xml2::xml_text(xml2::xml_find_first(node, path))
  if (is.na(text)) "" else trimws(text)
}

rotor_axis <- function(channel) {
  label <- rotor_text(channel, "XAxisLabel")
  if (grepl("^cycle", label, ignore.case = TRUE)) "cycle" else if (grepl("C$", label)) "temperature" else ""
}

# The tubes by their place in the order of the readings.
rotor_tubes <- function(root, name) {
  samples <- xml2::xml_find_all(root, "/Experiment/Samples/Page[1]/Sample")
  position <- suppressWarnings(as.integer(vapply(samples, rotor_text, "", path = "TubePosition")))
  named <- vapply(samples, rotor_text, "", path = "Name")
  if (anyNA(position) || anyDuplicated(position)) {
    ddcq_abort("Every sample of {.val {name}} must have a position in the rotor of its own.", "format")
  }
  list(position = position, sample = ifelse(nzchar(named), named, NA_character_))
}

rotor_channel <- function(channel, tubes, src, ask) {
  name <- rotor_text(channel, "Name")
  readings <- trimws(xml2::xml_text(xml2::xml_find_all(channel, "Reading")))
  if (length(readings) != length(tubes$position)) {
    ddcq_abort(
      c("A channel of {.val {src$name}} must have a line of readings for each of the {length(tubes$position)} samples.",
        "x" = "{.val {name}} has {length(readings)}."
      ), "format"
    )
  }
  fields <- strsplit(readings, "[ \n\t]+")
  text <- unlist(fields, use.names = FALSE)
  size <- lengths(fields)
  tube <- rep(seq_along(fields), size)
  # a locale with a decimal comma writes it here, too
  y <- curve_number(text, if (any(grepl(",", text, fixed = TRUE))) "," else ".", src$name, tubes$position[tube], name)
  number <- function(path) suppressWarnings(as.double(sub(",", ".", rotor_text(channel, path), fixed = TRUE)))
  start <- number("StartX")
  step <- number("StepX")
  if (is.na(start) || is.na(step) || step <= 0) {
    ddcq_abort("The channel {.val {name}} of {.val {src$name}} must say where its x axis starts, and its step.",
      "format"
    )
  }
  keep <- !is.na(y)
  out <- list(
    well = paste(tubes$position)[tube][keep], sample = tubes$sample[tube][keep], fluorescence = y[keep],
    dye = rep_len(sub("^.*[.]", "", name), sum(keep))
  )
  out[[ask$kind$x]] <- start + step * (sequence(size)[keep] - 1)
  out
}
