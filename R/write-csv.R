#' Write a table for a spreadsheet
#'
#' Writes the wells, a fit, a log or any data frame as csv (UTF-8, comma, decimal point). A text that a spreadsheet
#' would take for a formula is written with an apostrophe before it; numbers, negative ones too, stay numbers,
#' in as many digits as it takes to read the same number back.
#'
#' @param x (`cq_data`, `ddcq`, `cq_log`, `cq_efficiency` or data frame) What to write; of a fit, its table.
#' @param path (text) The file.
#' @param safe (flag) `FALSE` writes texts as they are. Do so only for programs that are no spreadsheets.
#' @return `path`, invisibly. [cq_read()] takes the apostrophes off again. A folder that does not exist is an error of
#'   class `ddcq_error_file`, what is no table, wells or fit one of class `ddcq_error_argument`.
#' @family data
#' @export
#' @examples
#' file <- tempfile(fileext = ".csv")
#' cq_write_csv(data.frame(target = c("MYC", "=1+1"), estimate = c(-1.2, 0.3)), file)
#' readLines(file)
#'
#' x <- cq_data(anastrozole_plate, na = "nondetect")
#' fit <- ddcq(x, ~ treatment + passage, reference = c("GAPDH", "ACTB"), control = "vehicle",
#'   efficiency = cq_standard_curve(x))
#' cq_write_csv(fit, file)
#' read.csv(file)[1:3, c("target", "contrast", "estimate", "conf.low", "conf.high", "p.value")]
cq_write_csv <- function(x, path, safe = TRUE) {
  if (missing(x)) abort_missing("x")
  check_table(x)
  check_string(path, "path")
  check_flag(safe, "safe")
  table <- as.data.frame(x)
  if (!dir.exists(dirname(path))) {
    ddcq_abort("{.arg path} must lie in a folder that exists, and {.file {dirname(path)}} does not.", "file")
  }
  text <- vapply(table, function(column) is.character(column) || is.factor(column), NA)
  table[text] <- lapply(table[text], function(column) {
    column <- enc2utf8(as.character(column))
    if (safe) formula_safe(column) else column
  })
  if (safe) names(table) <- formula_safe(names(table))
  number <- vapply(table, is.double, NA) & !vapply(table, is.object, NA)
  table[number] <- lapply(table[number], full_digits)
  utils::write.csv(table, path, row.names = FALSE, na = "", fileEncoding = "UTF-8", quote = which(text))
  invisible(path)
}

# A data frame, or an object of this package that has a table.
check_table <- function(x) {
  methods <- paste0("as.data.frame.", class(x))
  ours <- any(vapply(methods, exists, NA, where = topenv(), mode = "function", inherits = FALSE))
  if (!is.data.frame(x) && !ours) {
    ddcq_abort(
      c("{.arg x} must be a table, wells or a fit, not {.obj_type_friendly {x}}.",
        if (is.matrix(x)) c("i" = "A matrix becomes a table by {.fn as.data.frame}; row names are not written.")
      ), "argument"
    )
  }
}

# The shortest of 15 and 17 digits that reads back as the same number.
full_digits <- function(x) {
  digits <- sprintf("%.15g", x)
  finite <- which(is.finite(x))
  longer <- finite[as.double(digits[finite]) != x[finite]]
  digits[longer] <- sprintf("%.17g", x[longer])
  digits[is.na(x)] <- NA
  digits
}

# What spreadsheets evaluate: = + - @, also full-width, tab and line ends at the start, after blanks and quotes.
formula_start <- "^[\"' \u00a0]*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]"

formula_safe <- function(x) {
  hit <- grep(formula_start, x)
  x[hit] <- paste0("'", x[hit])
  x
}

# The way back: one apostrophe before what would have been a formula.
formula_plain <- function(x) {
  hit <- grep("^'", x)
  hit <- hit[grepl(formula_start, substring(x[hit], 2))]
  x[hit] <- substring(x[hit], 2)
  x
}
