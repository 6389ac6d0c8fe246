# Fluidigm (Standard BioTools) BioMark: Table Results. Three header rows say together what a column is: whose part it
# is (sample, assay by its probe, Ct, Tm), and which of its properties.

biomark_family <- function() {
  list(
    id = "biomark",
    name = "Fluidigm BioMark, Real-Time PCR Analysis: Table Results",
    files = "csv",
    recognised = "key lines `Chip Run`, and three header rows that begin with `Chamber` and `ID`",
    find = biomark_find,
    read = biomark_read
  )
}

biomark_find <- function(src, ask) {
  lines <- if (src$kind == "zip") character() else key_lines(src)
  if (!any(grepl("^\"?Chip Run (Info|Filename)", lines))) {
    return(NULL)
  }
  type <- if (src$kind == "text") key_value(src, "Export Type") else ""
  refusal <- paste0("a BioMark export of another kind (", type, "): export its Table Results")
  block <- source_blocks(src)[[1]]
  header <- biomark_header(block)
  if (is.null(header) || !grepl("table results|^$", lower_ascii(type))) {
    return(list(refuse = refusal))
  }
  list(block = block, header = header, blocks = list(block), by = "its key lines and its header")
}

# The names of the columns, made of the rows: "sample name", "evagreen assay name", "evagreen ct value".
biomark_header <- function(block) {
  header <- find_header(block, function(x) x[1] == "id" && sum(x == "name") >= 2 && "value" %in% x, "ID", 60L)
  if (is.null(header) || header$row < 3) {
    return(NULL)
  }
  above <- lapply(header$row - 2:1, function(row) {
    cells <- if (is.null(block$cells)) split_fields(block$lines[row], header$sep)[[1]] else block_cells(block)[row, ]
    plain_names(c(cells, rep("", length(header$names))))[seq_along(header$names)]
  })
  own <- plain_names(header$names)
  part <- above[[2]]
  result <- part %in% c("ct", "cq", "tm")
  header$dyes <- setdiff(part[own == "name"], c("sample", "chamber", ""))
  assay <- part %in% header$dyes
  header$names <- ifelse(assay, paste(part, "assay", own), paste(part, own))
  header$names[result] <- paste(above[[1]], part, own)[result]
  header$names <- trimws(header$names)
  good <- part[1] == "chamber" && length(header$dyes) && "sample name" %in% header$names &&
    all(biomark_cq(header$dyes, header$names) != "")
  if (good) header
}

# The column of Ct that belongs to a probe; with one probe it may stand under another title.
biomark_cq <- function(dyes, names) {
  own <- paste(dyes, "ct value")
  some <- grep("(^| )(ct|cq) value$", names, value = TRUE)
  some <- some[!grepl("delta", some)]
  if (length(dyes) == 1 && !own %in% names && length(some) == 1) {
    return(some)
  }
  ifelse(own %in% names, own, "")
}

biomark_read <- function(found, src, ask) {
  dyes <- found$header$dyes
  cq <- biomark_cq(dyes, found$header$names)
  specs <- Map(biomark_spec, dyes, cq, length(dyes) > 1)
  names(specs) <- dyes
  shown <- biomark_dye_names(dyes, found, src)
  got <- read_groups(found, src, ask, specs, list(dye = shown))
  failed <- lower_ascii(got$data$amp_status) %in% "fail" & !is.na(got$data$cq)
  got$data$flags <- if (any(failed)) ifelse(failed, "fail", NA_character_)
  if (any(failed)) {
    line <- list(what = "called Fail by the software", n = sum(failed), detail = "Cq kept, flag \"fail\"")
    got$meta$extra <- c(got$meta$extra, list(line))
  }
  got$meta$software <- trimws(paste("Real-Time PCR Analysis", key_value(src, "Application Version")))
  got
}

biomark_spec <- function(dye, cq, several) {
  group <- sub(" (ct|cq) value$", "", cq)
  list(
    columns = list(
      well = "chamber id", sample = "sample name", task = "sample type", quantity = "sample rconc",
      target = paste(dye, "assay name"), role = paste(dye, "assay type"),
      amp_status = sub("value$", "call", cq), quality = sub("value$", "quality", cq),
      threshold = sub("value$", "threshold", cq), tm = paste(group, "tm in range"), tm2 = paste(group, "tm out range"),
      comments = "defined comments"
    ),
    cq = cq, plain = identity, none = character(), words = c("999", "999.0"), tidy = biomark_tidy,
    keep = if (several) {
      function(raw) !is.na(raw$target)
    } else {
      function(raw) names_something(raw, c("sample", "target"))
    },
    text = "role", number = "quality"
  )
}

# 999 is none for a Tm too. The concentration of what is no standard is always 1 and says nothing.
biomark_tidy <- function(raw) {
  for (role in intersect(c("tm", "tm2"), names(raw))) {
    raw[[role]][grepl("^999([.]0*)?$", raw[[role]])] <- NA
  }
  if (!is.null(raw$quantity)) {
    raw$quantity[!task_word(raw$task %||% NA) %in% task_synonyms$standard] <- NA
  }
  role <- c(test = "toi", reference = "ref")[lower_ascii(raw$role)]
  raw$role <- unname(ifelse(is.na(role), raw$role, role))
  raw
}

# The probe as the file spells it.
biomark_dye_names <- function(dyes, found, src) {
  row <- found$header$row - 1L
  cells <- if (is.null(found$block$cells)) {
    split_fields(found$block$lines[row], found$header$sep)[[1]]
  } else {
    block_cells(found$block)[row, ]
  }
  cells <- clean_text(cells)
  cells[match(dyes, plain_names(cells))]
}
