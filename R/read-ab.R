# Applied Biosystems, the layout since 2008: QuantStudio 3/5/6/7/12K Flex, ViiA 7, StepOne, 7500 (software 2). Text
# files in sections, comma files made from them, and workbooks with a sheet a section. Columns vary with the type of
# experiment and with what the user ticked, so everything goes by name.

ab_columns <- list(
  well = c("well position", "well"),
  sample = c("sample name", "sample"),
  target = c("target name", "target"),
  task = "task",
  dye = "reporter",
  omitted = "omit",
  quantity = "quantity",
  tm = c("tm1", "tm"), tm2 = "tm2", tm3 = "tm3", tm4 = "tm4",
  efficiency_raw = "efficiency",
  threshold = c("ct threshold", "crt threshold", "cq threshold", "threshold"),
  amp_status = "amp status",
  issues = "result quality issues",
  group = c("biogroup name", "biogroup"),
  comments = "comments"
)

# Exactly these: the columns "Ct Mean", "Delta Ct", "EQ.Ct" and their like are results of the vendor, not Cq.
ab_cq_names <- c("ct", "crt", "cq")

# Names that this family writes and hand-made tables do not. Two of them make a header without key lines its own.
ab_marks <- c(
  "well position", "omit", "reporter", "quencher", "ct mean", "crt mean", "cq mean", "ct sd", "ct threshold",
  "crt threshold", "automatic ct threshold", "automatic baseline", "baseline start", "delta ct", "rq min",
  "target name", "sample name"
)

ab_family <- function() {
  list(
    id = "ab",
    name = "Applied Biosystems QuantStudio 3/5/6/7/12K Flex, ViiA 7, StepOne(Plus), 7500 (software 2)",
    files = "txt, csv, xls, xlsx",
    recognised = "a `Results` table with a `Well`, one of `CT`, `Cq`, `CRT`, and `Target Name`; key lines `Block Type`",
    find = ab_find,
    read = ab_read
  )
}

ab_wanted <- function(keyed) {
  function(names) {
    well <- any(c("well", "well position") %in% names)
    named <- "target name" %in% names && sum(ab_marks %in% names) >= 3
    well && any(ab_cq_names %in% names) && (keyed || named)
  }
}

# "Block Type" opens the key lines of this family; later software has other keys beside it.
ab_keyed <- function(src) {
  any(grepl("^[ \"]*+[*]? *+Block Type", key_lines(src), perl = TRUE))
}

ab_find <- function(src, ask) {
  if (!src$kind %in% c("text", "xls", "xlsx")) {
    return(NULL)
  }
  if (da_keyed(key_lines(src))) {
    return(NULL)
  }
  keyed <- ab_keyed(src)
  found <- find_results(src, ab_wanted(keyed), c("results", "result"), ask$sheet)
  if (is.null(found) && keyed) {
    return(list(refuse = ab_refusal(src)))
  }
  if (!is.null(found)) {
    found$by <- if (keyed) "its key lines and its header" else "its header"
  }
  found
}

# The block with the Cq table: by its usual name, else the only one whose header will do.
find_results <- function(src, wanted, usual, sheet = NULL) {
  blocks <- source_blocks(src)
  names <- vapply(blocks, `[[`, "", "name")
  if (!is.null(sheet)) {
    blocks <- blocks[names == sheet]
    names <- sheet
  }
  plain <- plain_names(names)
  bulky <- grepl("raw|amplification|multicomponent|melt|sample setup|reagent|standard curve|replicate", plain)
  for (group in list(which(plain %in% usual), which(!plain %in% usual & !bulky))) {
    headers <- lapply(blocks[group], find_header, wanted = wanted)
    good <- which(!vapply(headers, is.null, NA))
    if (length(good) > 1) {
      choose_block(names[group][good], src)
    }
    if (length(good)) {
      return(list(block = blocks[[group[good]]], header = headers[[good]], blocks = blocks))
    }
  }
  NULL
}

choose_block <- function(names, src) {
  if (src$kind == "text") {
    ddcq_abort(
      c("{.val {src$name}} must hold one results table, and it holds {length(names)}.",
        "i" = "Were several exports pasted together? Give each its own file."
      ), "format"
    )
  }
  ddcq_abort(
    c("Several sheets of {.val {src$name}} hold a table of Cq: {some(names)}.",
      "i" = "Say which: {.code sheet = \"{names[1]}\"}."
    ), "format"
  )
}

ab_refusal <- function(src) {
  blocks <- source_blocks(src)
  allele <- function(names) any(grepl("^allele ?[12] (ct|cq|crt)$", names))
  for (block in blocks) {
    if (!is.null(find_header(block, allele))) {
      return("an Applied Biosystems genotyping export, with one Ct an allele")
    }
  }
  names <- vapply(blocks, `[[`, "", "name")
  names <- names[nzchar(names)]
  has <- if (length(names)) paste0("; it has ", some(names, 8))
  paste0("an Applied Biosystems export without a results table of one Cq a well", has)
}

ab_read <- function(found, src, ask) {
  table <- block_table(found$block, found$header, src$name)
  keys <- read_keys(src, found$block, found$header$row)
  names <- map_columns(table, ab_columns, src$name)
  cq <- pick_cq(table, ab_cq_names, src$name)
  cell <- function(role) if (is.na(names[role])) NULL else clean_text(table$cells[, names[role]])
  raw <- Filter(Negate(is.null), lapply(stats::setNames(nm = base::names(ab_columns)), cell))
  raw <- join_setup(raw, found, src)
  if (!is.null(found$extra)) {
    raw <- found$extra(raw)
  }
  raw$cq_text <- clean_text(table$cells[, cq])
  kept <- ab_keep(raw)
  raw <- lapply(raw, `[`, kept)
  mark <- file_mark(raw, src$name)
  # A blank Ct is no result: the well was not analysed (taken out, or never run). A well that was measured and
  # crossed no threshold says so in a word.
  data <- ab_data(raw, mark, plate_columns(keys), "missing", src$name)
  data$flags <- ab_flags(table, kept, raw$issues)
  cycles <- ab_cycles(found, src)
  list(
    data = data, rows = table$rows[kept],
    meta = read_meta(src, found, table, keys, mark, c(cq = cq, names), cycles),
    counts = list(read = length(kept), empty = sum(!kept), blank = table$blank)
  )
}

# Empty wells are exported too. A row is a reaction when it has a Cq, or names what was looked for in it. A plate
# without names keeps every row with anything in the Cq column: its names come later, by well.
ab_keep <- function(raw) {
  any_name <- function(x) !is.null(x) && any(!is.na(x))
  if (!any_name(raw$target) && !any_name(raw$sample)) {
    return(!is.na(raw$cq_text))
  }
  named <- if (any_name(raw$target)) raw$target else raw$sample
  !is.na(named) | grepl("[0-9]", raw$cq_text)
}

ab_data <- function(raw, mark, columns, blank, name) {
  cq <- checked_cq(raw$cq_text, mark, blank, raw$well, name)
  state <- cq$state
  state[cq$impossible] <- "impossible"
  state[omitted_wells(raw$omitted, name)] <- "omitted"
  number <- function(role) if (!is.null(raw[[role]])) number_column(raw[[role]], mark, role, name)
  text <- raw[intersect(c("sample", "target", "task", "dye", "amp_status", "group", "comments"), names(raw))]
  numbers <- c("quantity", "tm", "tm2", "tm3", "tm4", "efficiency_raw", "threshold")
  numbers <- Filter(Negate(is.null), lapply(stats::setNames(nm = numbers), number))
  out <- c(
    list(well = well_name(raw$well, columns)), text, numbers,
    list(cq = cq$cq, state = state, cq_text = raw$cq_text)
  )
  extra <- c("tm", "tm2", "tm3", "tm4", "group", "comments", "amp_status", "efficiency_raw", "threshold", "dye")
  empty <- vapply(out, function(x) all(is.na(x)), NA) & names(out) %in% extra
  list2DF(out[!empty])
}

omitted_wells <- function(text, name) {
  flag <- parse_flag(text)
  if (anyNA(flag)) {
    odd <- text[is.na(flag)]
    ddcq_abort("The column {.field Omit} of {.val {name}} must say true or false, not {some(odd)}.", "format")
  }
  which(flag)
}

# The text of all flags set on a well: the columns in capitals after the results that say Y or N, and the issues that
# newer software writes out.
ab_flags <- function(table, kept, issues) {
  cells <- table$cells[kept, , drop = FALSE]
  flags <- rep(NA_character_, nrow(cells))
  add <- function(flags, hit, text) {
    flags[hit] <- ifelse(is.na(flags[hit]), text, paste0(flags[hit], ";", text))
    flags
  }
  for (j in which(grepl("^ *[A-Z]{3,} *$", table$names))) {
    set <- clean_text(cells[, j])
    if (all(set %in% c("Y", "N", NA))) {
      flags <- add(flags, which(set == "Y"), clean_text(table$names[j]))
    }
  }
  hit <- which(!is.na(issues))
  flags <- add(flags, hit, issues[hit])
  if (any(!is.na(flags))) flags
}

# What the results leave out may stand in the sample setup: joined by well and target, only where nothing conflicts.
join_setup <- function(raw, found, src) {
  lost <- setdiff(c("sample", "task", "quantity", "group"), names(raw))
  setup <- find_block(found, "sample setup")
  if (!length(lost) || is.null(setup)) {
    return(raw)
  }
  wanted <- function(names) any(c("well", "well position") %in% names) && any(ab_columns$target %in% names)
  join_block(raw, setup, wanted, ab_columns[c("well", "target", lost)], lost, src)
}

join_block <- function(raw, block, wanted, columns, roles, src) {
  header <- find_header(block, wanted)
  if (is.null(header) || is.null(raw$target)) {
    return(raw)
  }
  table <- block_table(block, header, src$name)
  at <- map_columns(table, columns, src$name)
  if (anyNA(at[c("well", "target")])) {
    return(raw)
  }
  key <- paste(clean_text(table$cells[, at["well"]]), clean_text(table$cells[, at["target"]]), sep = "\r")
  row <- match(paste(raw$well, raw$target, sep = "\r"), key)
  row[key[row] %in% key[duplicated(key)]] <- NA
  for (role in roles[!is.na(at[roles])]) {
    value <- clean_text(table$cells[, at[role]])[row]
    value[value %in% "-"] <- NA
    if (!all(is.na(value))) raw[[role]] <- value
  }
  raw
}

find_block <- function(found, name) {
  names <- vapply(found$blocks, `[[`, "", "name")
  at <- match(name, plain_names(names))
  if (!is.na(at)) found$blocks[[at]]
}

# The number of cycles that ran, from the amplification data of the same file: their last rows hold the last cycle,
# whichever way they are sorted. Shortened files hold a few cycles only: those tell nothing.
ab_cycles <- function(found, src) {
  block <- find_block(found, "amplification data")
  if (is.null(block)) {
    return(NA_real_)
  }
  header <- find_header(block, function(names) any(c("cycle", "cycle number") %in% names))
  if (is.null(header)) {
    return(NA_real_)
  }
  at <- match(TRUE, plain_names(header$names) %in% c("cycle", "cycle number"))
  values <- if (is.null(block$cells)) {
    last <- utils::tail(block$lines[-seq_len(header$row)], 200)
    vapply(strsplit(last, header$sep, fixed = TRUE), function(x) x[at], "")
  } else {
    block_cells(block)[-seq_len(header$row), at]
  }
  values <- parse_number(clean_text(values))
  if (all(is.na(values))) NA_real_ else max(values, na.rm = TRUE)
}

# Columns of a plate by the block type among the keys, for wells that are numbers only.
plate_columns <- function(keys) {
  block <- keys["block type"]
  size <- regmatches(block, regexpr("(384|96|48)", block))
  if (length(size) && !is.na(size)) c("384" = 24, "96" = 12, "48" = 8)[[size]] else NA
}
