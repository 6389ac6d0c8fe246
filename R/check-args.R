# Checks of single arguments. Each returns its argument, coerced, or raises the error that says what must hold,
# what came and, where it can, what to do.

# An argument without a default that was left out, whichever function passes it on.
abort_missing <- function(arg) {
  ddcq_abort("{.arg {arg}} must be given.", "argument")
}

check_string <- function(x, arg) {
  if (missing(x)) abort_missing(arg)
  if (is.character(x) && length(x) == 1 && !is.na(x) && nzchar(x)) {
    return(x)
  }
  ddcq_abort("{.arg {arg}} must be one text, not {.obj_type_friendly {x}}.", "argument")
}

check_strings <- function(x, arg) {
  if (missing(x)) abort_missing(arg)
  if (is.factor(x)) {
    x <- as.character(x)
  }
  if (is.character(x) && length(x) > 0 && !anyNA(x) && all(nzchar(x))) {
    return(x)
  }
  ddcq_abort(
    "{.arg {arg}} must be one or more names without gaps, not {.obj_type_friendly {x}}.", "argument"
  )
}

check_number <- function(x, arg, min = -Inf, max = Inf) {
  if (missing(x)) abort_missing(arg)
  if (!is.numeric(x) || length(x) != 1 || is.na(x)) {
    ddcq_abort("{.arg {arg}} must be one number, not {.obj_type_friendly {x}}.", "argument")
  }
  if (x < min || x > max) {
    ddcq_abort("{.arg {arg}} must be between {min} and {max}, not {x}.", "argument")
  }
  as.double(x)
}

check_level <- function(level) {
  level <- check_number(level, "level")
  if (level > 1 && level < 100) {
    ddcq_abort(
      c("{.arg level} must be a share between 0 and 1, not {level}.",
        "i" = "{level} looks like a percentage: use {level / 100}."
      ), "argument"
    )
  }
  if (level <= 0 || level >= 1) {
    ddcq_abort("{.arg level} must be greater than 0 and less than 1, not {level}.", "argument")
  }
  level
}

check_flag <- function(x, arg) {
  if (is.logical(x) && length(x) == 1 && !is.na(x)) {
    return(x)
  }
  ddcq_abort("{.arg {arg}} must be TRUE or FALSE, not {.obj_type_friendly {x}}.", "argument")
}

check_choice <- function(x, choices, arg) {
  if (is.character(x) && length(x) > 1 && identical(x, choices)) {
    return(x[1])
  }
  if (!is.character(x) || length(x) != 1 || is.na(x) || !x %in% choices) {
    shown <- if (is.character(x)) some(x) else format(x)[1]
    came <- if (is.atomic(x) && length(x)) "{shown}" else "{.obj_type_friendly {x}}"
    ddcq_abort(
      c(paste0("{.arg {arg}} must be one of {some(choices, 12)}, not ", came, "."),
        if (is.character(x)) hint_meant(x, choices)
      ), "argument"
    )
  }
  x
}

check_columns <- function(data, columns, arg, advice = NULL) {
  lost <- setdiff(columns, names(data))
  if (length(lost)) {
    have <- names(data)
    ddcq_abort(
      c("{.arg {arg}} must have the {cli::qty(lost)}column{?s} {some(lost)}.",
        "x" = "It has {some(have, 12)}.",
        hint_meant(lost, have), advice
      ), "column"
    )
  }
  invisible(data)
}

check_data_frame <- function(x, arg) {
  if (missing(x)) abort_missing(arg)
  if (!is.data.frame(x)) {
    ddcq_abort("{.arg {arg}} must be a data frame, not {.obj_type_friendly {x}}.", "argument")
  }
  x
}

# A suggested package, asked for by name where it is needed.
need_package <- function(package, reason) {
  tryCatch(
    rlang::check_installed(package, reason = reason),
    rlib_error_package_not_found = function(e) {
      lost <- Filter(function(p) !requireNamespace(sub(" .*", "", p), quietly = TRUE), package)
      if (!length(lost)) lost <- package # there, but too old
      ddcq_abort(
        c("The {cli::qty(lost)}package{?s} {some(lost)} {cli::qty(lost)}{?is/are} needed {reason}",
          "i" = "{.code install.packages({deparse1(sub(' .*', '', lost))})}"
        ), "package"
      )
    }
  )
}

# What a function without further arguments was given besides, with what it has.
check_dots_empty <- function(...) {
  if (!...length()) {
    return(invisible())
  }
  takes <- setdiff(names(formals(sys.function(sys.parent()))), "...")
  came <- as.list(substitute(list(...)))[-1]
  name <- names(came) %||% rep("", length(came))
  extra <- name[nzchar(name)]
  if (length(extra)) {
    ddcq_abort(c("There is no argument {some(extra)}.", hint_meant(extra, takes) %||% hint_takes(takes)), "argument")
  }
  value <- substr(vapply(came, deparse1, ""), 1, 40)
  ddcq_abort(
    c("There is no place for an argument without a name: {some_plain(value)} came.", hint_takes(takes)), "argument"
  )
}

hint_takes <- function(takes) {
  names <- gsub("\"", "`", some(takes, 12))
  c("i" = if (length(takes) > 1) paste0("The arguments are ", names, ".") else paste(names, "is the only argument."))
}

# How a printed object is to look: digits, the width of lines and how many rows, those that the method has.
check_shown <- function(digits = 2, width = 80, rows = 1) {
  check_number(digits, "digits", 0, 15)
  check_number(width, "width", 10)
  check_number(rows, "rows", 0)
}

check_known_targets <- function(names, have, arg) {
  lost <- setdiff(names, have)
  if (length(lost)) {
    ddcq_abort(
      c("{.arg {arg}} must name targets of the data.",
        "x" = "There is no target {some(lost)}.",
        hint_near(lost[1], have)
      ), if (arg == "reference") "reference" else "argument"
    )
  }
}

check_fit <- function(fit) {
  if (missing(fit)) abort_missing("fit")
  if (!inherits(fit, "ddcq")) {
    ddcq_abort("{.arg fit} must be a fit from {.fn ddcq}, not {.obj_type_friendly {fit}}.", "argument")
  }
}

# What is worked out anew from the samples knows nothing of the other targets.
check_unmoderated <- function(fit) {
  if (inherits(fit, "ddcq_moderated")) {
    ddcq_abort(
      c("This must be asked of a fit that is not moderated: it is worked out from the samples of each target.",
        "i" = "Ask the fit that was moderated; {.code ddcq_moderate(ddcq_interaction(fit))} moderates an interaction."
      ), "fit"
    )
  }
}
