# RDML 1.0 to 1.4: a zip with one XML document, or the document itself. The curves stay unread; of each reaction and
# target come the Cq and what the file says about sample, target and run. Nothing is unpacked to disk, no entity is
# expanded and nothing is fetched: see check_archive() and parse_xml().

rdml_family <- function() {
  list(
    id = "rdml",
    name = "RDML 1.0 to 1.4 (Bio-Rad CFX, LightCycler 96, StepOne, RDML-Tools, LinRegPCR, this package)",
    files = "rdml, lc96p, xml",
    recognised = "the XML element `rdml` in the file, or in the XML document of a zip",
    find = rdml_find,
    read = rdml_read
  )
}

rdml_start <- "<([A-Za-z_][A-Za-z0-9_.-]*:)?rdml[ \t\n>]"

rdml_find <- function(src, ask) {
  if (src$kind == "zip") {
    member <- rdml_member(src)
    return(if (!is.null(member)) list(member = member, by = paste0("its XML document ", member)))
  }
  top <- if (src$kind == "text") substr(paste(utils::head(src$lines, 40), collapse = "\n"), 1, 4000) else ""
  if (grepl("^[ \t\n]*<", top) && grepl(rdml_start, top)) list(member = "", by = "its XML element `rdml`")
}

# The document of a zip: by its usual name, else the XML file whose first element is `rdml`.
rdml_member <- function(src) {
  names <- src$members
  if (any(grepl("^(apldbio|xl|word|ppt|primary)[/\\\\]", names))) {
    return(NULL)
  }
  usual <- names[lower_ascii(basename(names)) == "rdml_data.xml"]
  if (length(usual)) {
    return(usual[1])
  }
  for (name in utils::head(grep("[.](xml|rdml)$", names, ignore.case = TRUE, value = TRUE), 20)) {
    check_archive(src, name)
    start <- decode_text(read_member(src, name, 4000), src$name)$lines
    if (grepl(rdml_start, paste(start, collapse = "\n"))) {
      return(name)
    }
  }
  NULL
}

# What a zip may hold: few and small parts, with names that point nowhere else. The sizes are those that the zip
# declares; read_member() counts what really comes.
check_archive <- function(src, member) {
  odd <- grepl("(^|[/\\\\])[.][.]([/\\\\]|$)|^[/\\\\]|^[A-Za-z]:", src$members)
  if (any(odd)) {
    bad <- src$members[odd]
    ddcq_abort("{.val {src$name}} holds names that point outside of it: {some(bad)}.", "file")
  }
  if (length(src$members) > 200) {
    ddcq_abort("{.val {src$name}} holds {length(src$members)} parts; an RDML file has a few.", "file")
  }
  check_unpacked(sum(src$sizes[src$members == member]), src)
}

check_unpacked <- function(size, src) {
  if (size > read_limit || (size > 2^20 && size > 200 * file.size(src$path))) {
    ddcq_abort("{.val {src$name}} would unpack to more than {floor(size / 1024^2)} MB: no Cq export does.", "file")
  }
}

read_member <- function(src, member, most = Inf) {
  bytes <- tryCatch(suppressWarnings(read_unz(src, member, most)), error = function(e) {
    if (inherits(e, "ddcq_error")) stop(e)
    NULL
  })
  if (!length(bytes)) {
    ddcq_abort("{.val {src$name}} cannot be read: its part {.val {member}} is empty or damaged.", "file")
  }
  bytes
}

read_unz <- function(src, member, most) {
  con <- unz(src$path, member, "rb")
  on.exit(close(con))
  parts <- list()
  size <- 0
  while (size < most) {
    part <- readBin(con, "raw", min(2^20, most))
    if (!length(part)) break
    parts <- c(parts, list(part))
    size <- size + length(part)
    check_unpacked(size, src)
  }
  unlist(parts, use.names = FALSE)
}

# Text to a document without namespaces and, but for each curve's last point, without curves: they are nine tenths of
# a file. `keep`: the points of curves that stay, "adp" or "mdp".
rdml_parse <- function(text, name, keep = "") {
  parse_xml(text, name, "RDML", " looks like RDML and", prepare = function(text) {
    rdml_lighter(keep = keep, rdml_plain(text))
  })
}

# Elements without the prefix of RDML's namespace, whatever it is called.
rdml_plain <- function(text) {
  top <- substr(text, 1, 4000)
  found <- gregexpr("xmlns:[^= ]+(?= *= *[\"']http://www[.]rdml[.]org)", top, perl = TRUE)
  prefix <- unique(sub("xmlns:", "", regmatches(top, found)[[1]], fixed = TRUE))
  if (any(vapply(paste0("<", prefix, ":"), grepl, NA, x = text, fixed = TRUE))) {
    text <- gsub(sprintf("<(/?)(?:%s):", paste0("\\Q", prefix, "\\E", collapse = "|")), "<\\1", text, perl = TRUE)
  }
  gsub("\\sxmlns\\s*+=\\s*+[\"']http://www[.]rdml[.]org/?[\"']", "", text, perl = TRUE)
}

# Only points that hold nothing but their numbers go; anything else stays for the parser.
rdml_lighter <- function(text, keep = "") {
  point <- "<(%s)>(?:\\s*+<(cyc|tmp|fluor)>[^<]*+</\\2>)*+\\s*+</\\1>\\s*+"
  if (keep != "mdp") text <- gsub(sprintf(point, "mdp"), "", text, perl = TRUE)
  if (keep == "adp") {
    return(text)
  }
  gsub(paste0(sprintf(point, "adp"), "(?=<adp>)"), "", text, perl = TRUE)
}

rdml_read <- function(found, src, ask) {
  need_package("xml2", "to read RDML.")
  text <- rdml_text(found, src)
  root <- xml2::xml_root(rdml_parse(text$text, src$name))
  if (xml2::xml_name(root) != "rdml") {
    refuse_file(src, "an XML file, but not RDML")
  }
  own <- identical(xml2::xml_text(rdml_first_of(root, "id/publisher")), rdml_publisher)
  parts <- rdml_all(root, ask$plate)
  runs <- lapply(parts, `[[`, "info")
  rows <- rdml_bind(lapply(parts, `[[`, "rows"))
  if (!length(rows$cq_text)) {
    refuse_file(src, "RDML without a reaction in it")
  }
  if (!own && !any(grepl("[0-9]", rows$cq_text))) {
    refuse_file(src, "RDML without a single Cq (curves that were not analysed, or digital PCR)")
  }
  samples <- rdml_samples(root, own)
  targets <- rdml_targets(root, own)
  rows$run_index <- rep(seq_along(runs), vapply(runs, `[[`, 1L, "n"))
  mark <- file_mark(rows["cq_text"], src$name)
  data <- rdml_names(rows, runs, samples, targets, ask, own)
  data <- rdml_cq(data, rows, runs, mark, own, root, src$name)
  data <- rdml_sides(data, rows, samples, targets, mark)
  if (own) data <- rdml_own(data, rows, runs, root)
  got <- rdml_answer(data, runs, found, src, text, mark, root)
  got$meta$own <- own
  if (own) got$meta$cycles <- rdml_own_cycles(runs)
  got
}

# The whole text: list(text, encoding). The usual encoding needs no lines and no care for their ends.
rdml_text <- function(found, src) {
  if (src$kind == "text") {
    return(list(text = paste(src$lines, collapse = "\n"), encoding = src$encoding))
  }
  check_archive(src, found$member)
  count_parts(src$path, found$member, src$name)
  bytes <- read_member(src, found$member)
  if (!startsWith(guess_encoding(bytes), "UTF-16")) {
    text <- plain_text(drop_mark_and_tail(bytes))
    if (!is.null(text) && validUTF8(text)) {
      Encoding(text) <- "UTF-8"
      return(list(text = text, encoding = "UTF-8"))
    }
  }
  text <- decode_text(bytes, src$name)
  list(text = paste(text$lines, collapse = "\n"), encoding = text$encoding)
}

rdml_bind <- function(rows) {
  fields <- if (length(rows)) names(rows[[1]])
  lapply(stats::setNames(nm = fields), function(field) unlist(lapply(rows, `[[`, field), use.names = FALSE))
}
