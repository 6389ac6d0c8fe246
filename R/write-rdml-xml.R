# What cq_write_rdml() is made of: XML text, ids, places on a plate, and the zip around it.

xml_text_of <- function(x) {
  x <- gsub("&", "&amp;", enc2utf8(as.character(x)), fixed = TRUE)
  x <- gsub("<", "&lt;", x, fixed = TRUE)
  x <- gsub(">", "&gt;", x, fixed = TRUE)
  gsub("\r", "&#13;", x, fixed = TRUE)
}

# Attributes lose line ends and tabs unless these are written as numbers.
xml_quote <- function(x) {
  x <- gsub("\"", "&quot;", xml_text_of(x), fixed = TRUE)
  paste0("\"", gsub("\n", "&#10;", gsub("\t", "&#9;", x, fixed = TRUE), fixed = TRUE), "\"")
}

xml_element <- function(name, x) ifelse(is.na(x), "", paste0("<", name, ">", xml_text_of(x), "</", name, ">"))

# The shortest text that reads back as the same number.
number_text <- function(x) {
  out <- vapply(x, function(v) format(v, digits = 15), "")
  out[is.na(x)] <- NA
  odd <- which(as.numeric(out) != x)
  out[odd] <- vapply(x[odd], function(v) format(v, digits = 17), "")
  out
}

# One id for each key; the first key of a name has the name itself.
rdml_ids <- function(name) {
  id <- ifelse(is.na(name) | !nzchar(name), "no name", name)
  again <- duplicated(id)
  taken <- id
  n <- 1L
  while (any(again)) {
    n <- n + 1L
    id[again] <- paste0(taken[again], " (", n, ")")
    again <- again & (duplicated(id) | id %in% taken)
  }
  id
}

# Samples by name, task and, for standards, quantity: list(xml, of), `of` being the id of each row's sample.
rdml_write_samples <- function(x) {
  quantity <- ifelse(x$task == "standard", x$quantity, NA)
  key <- paste(x$sample, is.na(x$sample), as.integer(x$task), quantity, sep = "\r")
  at <- which(!duplicated(key))
  name <- x$sample[at]
  id <- rdml_ids(name)
  type <- c(unknown = "unkn", standard = "std", calibrator = "unkn", ntc = "ntc", nrt = "nrt", positive = "pos")
  nameless <- paste0(
    "<annotation><property>", rdml_nameless, "</property><value>true</value></annotation>"
  )
  amount <- number_text(as.double(quantity[at]))
  xml <- paste0(
    "<sample id=", xml_quote(id), ">", xml_element("description", ifelse(id == name, NA, name)),
    ifelse(is.na(name), nameless, ""), "<type>", type[as.character(x$task[at])], "</type>",
    ifelse(x$task[at] == "calibrator", "<interRunCalibrator>true</interRunCalibrator>", ""),
    ifelse(is.na(quantity[at]), "", paste0("<quantity><value>", amount, "</value><unit>other</unit></quantity>")),
    "</sample>"
  )
  list(xml = xml, of = id[match(key, key[at])])
}

rdml_write_targets <- function(x, efficiency) {
  dye <- if (is.null(x$dye)) rep(NA_character_, nrow(x)) else as.character(x$dye)
  dye[is.na(dye) | !nzchar(dye)] <- rdml_no_dye
  key <- paste(x$target, dye, sep = "\r")
  at <- which(!duplicated(key))
  name <- x$target[at]
  id <- rdml_ids(name)
  role <- if (is.null(x$role)) "toi" else ifelse(x$role[at] %in% "ref", "ref", "toi")
  known <- match(name, efficiency$target)
  value <- if (is.null(efficiency)) rep(NA, length(at)) else efficiency$value[known]
  se <- if (is.null(efficiency)) value else efficiency$se[known]
  number <- function(v) ifelse(is.na(v), NA, number_text(as.double(v)))
  xml <- paste0(
    "<target id=", xml_quote(id), ">", xml_element("description", ifelse(id == name, NA, name)), "<type>", role,
    "</type>", xml_element("amplificationEfficiency", number(value)),
    xml_element("amplificationEfficiencySE", number(se)), "<dyeId id=", xml_quote(dye[at]), "/></target>"
  )
  list(xml = xml, of = id[match(key, key[at])], dyes = unique(dye))
}

# One run: its reactions in the order of their first rows. A well whose rows name several samples becomes several
# reactions, for a reaction has one.
rdml_write_run <- function(x, rows, run, i, sample, target) {
  key <- paste(x$well[rows], is.na(x$well[rows]), sample[rows], ifelse(is.na(x$well[rows]), rows, ""), sep = "\r")
  at <- rows[!duplicated(key)]
  react <- match(key, key[!duplicated(key)])
  place <- rdml_places(x$well[at])
  data <- rdml_write_data(x, rows, target)
  data <- vapply(split(data, factor(react, seq_along(at))), paste, "", collapse = "")
  said <- rdml_beside(x, rows, at, react, place, target)
  id <- paste("ddcq run", i)
  list(
    documentation = if (length(said)) {
      paste0("<documentation id=", xml_quote(id), "><text>", paste(said, collapse = "\n"), "</text></documentation>")
    },
    xml = c(
      paste0("<run id=", xml_quote(run), "><description>", number_text(last_cycle(x)), " cycles</description>"),
      if (length(said)) paste0("<documentation id=", xml_quote(id), "/>"),
      paste0(
        "<pcrFormat><rows>", place$size[1], "</rows><columns>", place$size[2], "</columns><rowLabel>", place$label,
        "</rowLabel><columnLabel>123</columnLabel></pcrFormat>"
      ),
      paste0("<react id=\"", place$id, "\"><sample id=", xml_quote(sample[at]), "/>", data, "</react>"), "</run>"
    )
  )
}

rdml_write_data <- function(x, rows, target) {
  cq <- ifelse(is.na(x$cq[rows]), "-1.0", number_text(x$cq[rows]))
  cq[x$state[rows] == "missing"] <- NA
  tm <- if (is.numeric(x$tm)) ifelse(is.na(x$tm[rows]), NA, number_text(x$tm[rows])) else rep(NA, length(rows))
  out <- x$state[rows] == "excluded"
  note <- x$note[rows]
  paste0(
    "<data><tar id=", xml_quote(target[rows]), "/>", xml_element("cq", cq), xml_element("meltTemp", tm),
    ifelse(out, xml_element("excl", ifelse(is.na(note), "", note)), xml_element("note", note)), "</data>"
  )
}

# Wells to numbers on the smallest plate that holds them: list(id, size, label). A name that is no position, or that
# is taken, gets a free number; wells beyond every plate are numbered.
rdml_places <- function(well) {
  well <- well_name(well)
  plain <- grepl("^[A-Z]{1,2}[0-9]{2}$", well)
  letters <- c(LETTERS, paste0("A", LETTERS[1:6]))
  row <- match(gsub("[0-9]", "", well), letters)
  column <- suppressWarnings(as.integer(gsub("[^0-9]", "", well)))
  plain <- plain & !is.na(row) & column >= 1 & column <= 48 & !duplicated(well)
  n <- length(well)
  for (size in list(c(8L, 12L), c(16L, 24L), c(32L, 48L))) {
    if (n <= prod(size) && all(row[plain] <= size[1]) && all(column[plain] <= size[2])) {
      id <- ifelse(plain, (row - 1L) * size[2] + column, NA)
      free <- setdiff(seq_len(prod(size)), id)
      id[!plain] <- free[seq_len(sum(!plain))]
      return(list(id = as.integer(id), size = size, label = "ABC"))
    }
  }
  list(id = seq_len(n), size = c(n, 1L), label = "123")
}

# Lines of free text for what the format has no place for; read by rdml_own().
rdml_beside <- function(x, rows, at, react, place, target) {
  named <- if (place$label == "ABC") well_name(as.character(place$id), place$size[2]) else as.character(place$id)
  odd <- which(is.na(x$well[at]) | x$well[at] != named)
  well <- ifelse(is.na(x$well[at[odd]]), "", paste0("\t", rdml_pack(x$well[at[odd]])))
  some <- which(!is.na(x$quantity[rows]) & x$task[rows] != "standard")
  xml_text_of(c(
    if (length(odd)) paste0("well\t", place$id[odd], well),
    if (length(some)) {
      paste("quantity", place$id[react[some]], rdml_pack(target[rows[some]]), number_text(x$quantity[rows[some]]),
        sep = "\t"
      )
    }
  ))
}

rdml_pack <- function(x) {
  for (sign in c("%", "\t", "\n", "\r")) x <- gsub(sign, sprintf("%%%02X", utf8ToInt(sign)), x, fixed = TRUE)
  x
}

rdml_unpack <- function(x) {
  for (sign in c("\t", "\n", "\r", "%")) x <- gsub(sprintf("%%%02X", utf8ToInt(sign)), sign, x, fixed = TRUE)
  x
}

# A zip of one member. The compressed bytes and their checksum are those that gzfile() makes; the same data give the
# same file, for the date in it is always 1 January 1980.
zip_one <- function(bytes, name) {
  file <- tempfile()
  on.exit(unlink(file))
  con <- gzfile(file, "wb")
  tryCatch(writeBin(bytes, con), finally = close(con))
  gz <- readBin(file, "raw", file.size(file))
  n <- length(gz)
  body <- gz[11:(n - 8L)]
  sum <- gz[(n - 7L):(n - 4L)]
  two <- function(v) writeBin(as.integer(v), raw(), size = 2, endian = "little")
  four <- function(v) writeBin(as.integer(v), raw(), size = 4, endian = "little")
  about <- c(
    two(c(20, 0, 8, 0, 33)), sum, four(length(body)), four(length(bytes)), two(c(nchar(name, "bytes"), 0))
  )
  local <- c(as.raw(c(0x50, 0x4B, 3, 4)), about, charToRaw(name), body)
  central <- c(
    as.raw(c(0x50, 0x4B, 1, 2)), two(20), about, two(c(0, 0, 0)), four(c(0, 0)), charToRaw(name)
  )
  end <- c(as.raw(c(0x50, 0x4B, 5, 6)), two(c(0, 0, 1, 1)), four(c(length(central), length(local))), two(0))
  c(local, central, end)
}

rdml_nameless <- "ddcq: no name"

rdml_no_dye <- "not stated"
