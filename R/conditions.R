# How the package speaks when something is wrong: every error and warning of ours goes through here, carries a
# class, and names the function that the user called, never a helper.

# The outermost frame of this package on the stack is the call that the user made.
user_call <- function() {
  ours <- topenv()
  for (i in seq_len(sys.nframe())) {
    if (identical(topenv(environment(sys.function(i)) %||% baseenv()), ours)) {
      return(sys.call(i))
    }
  }
  NULL
}

ddcq_abort <- function(message, kind, .envir = parent.frame()) {
  cli::cli_abort(
    message,
    class = c(paste0("ddcq_error_", kind), "ddcq_error"),
    call = short_call(user_call()),
    .envir = .envir
  )
}

ddcq_warn <- function(message, kind, .envir = parent.frame()) {
  cli::cli_warn(
    message,
    class = c(paste0("ddcq_warning_", kind), "ddcq_warning"),
    .envir = .envir
  )
}

# `ddcq()` says enough: a long formula and seven arguments in the header of an error hide the message.
short_call <- function(call) {
  if (is.call(call) && is.name(call[[1]])) call[1] else NULL
}

# "A", "B" and 3 more: the values by name, at most `n` of them, then a count. The result is data for `{some(x)}`.
some <- function(x, n = 5) {
  x <- unique(as.character(x))
  shown <- paste0("\"", utils::head(x, n), "\"")
  left <- length(x) - length(shown)
  if (left > 0) {
    return(paste0(paste(shown, collapse = ", "), " and ", left, " more"))
  }
  if (length(shown) < 2) {
    return(shown)
  }
  paste(paste(utils::head(shown, -1), collapse = ", "), "and", utils::tail(shown, 1))
}

# Values of `choices` that `x` may have meant: the same but for case and punctuation, or a few letters off.
near <- function(x, choices) {
  choices <- unique(as.character(choices))
  same <- choices[plain_letters(choices) == plain_letters(x)]
  if (length(same)) {
    return(same)
  }
  distance <- utils::adist(plain_letters(x), plain_letters(choices))[1, ]
  # two letters that changed places are one slip
  sorted <- function(s) vapply(strsplit(plain_letters(s), ""), function(l) paste(sort(l), collapse = ""), "")
  distance[sorted(choices) == sorted(x)] <- 1
  close <- distance <= max(1, floor(nchar(x) / 3))
  choices[close][order(distance[close], method = "radix")]
}

# The same for texts that are shown as they are: without quotes.
some_plain <- function(x, n = 8) {
  more <- length(x) - n
  paste0(paste(utils::head(x, n), collapse = ", "), if (more > 0) paste0(" and ", more, " more"))
}

plural <- function(n, one, many = paste0(one, "s")) {
  paste(format(n, big.mark = ","), if (n == 1) one else many)
}

# Text made from data, for a bullet that is built outside the function that raises the error: its braces are no code.
literal <- function(x) {
  gsub("}", "}}", gsub("{", "{{", x, fixed = TRUE), fixed = TRUE)
}

# A hint line for an unknown name: the near matches when there are some, else what there is.
hint_near <- function(x, choices) {
  hint_meant(x, choices) %||% c("i" = paste0("There is ", literal(some(choices, 12)), "."))
}

# The same, or nothing.
hint_meant <- function(x, choices) {
  x <- x[!is.na(x)]
  meant <- unique(unlist(lapply(utils::head(x, 5), near, choices = choices)))
  if (length(meant)) c("i" = paste0("Did you mean ", literal(some(meant)), "?"))
}

# ASCII only: tolower() follows the locale, and in Turkish "ID" does not become "id".
lower_ascii <- function(x) {
  chartr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", x)
}

# Letters and digits alone, in lower case: the form in which names are compared.
plain_letters <- function(x) {
  gsub("[^[:alnum:]]", "", lower_ascii(as.character(x)))
}
