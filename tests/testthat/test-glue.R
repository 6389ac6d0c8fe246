# Types that the R side never sends, straight into each entry: an error, never a wild pointer. What
# the entries accept stands in helper-twins.R.

complaint <- function(name, args) {
  tryCatch({
    call_entry(name, args)
    "accepted"
  }, error = conditionMessage)
}

# A value of another type for each kind of argument; NULL only where it has no meaning of its own.
wrong_types <- function(value) {
  wrong <- list(
    character = "a", logical = TRUE, complex = 1i, raw = as.raw(1),
    list = list(1, 2), call = quote(f(x)), pairlist = pairlist(1), closure = function(x) x,
    builtin = sum, environment = globalenv(), symbol = quote(x), expression = expression(a, b),
    formula = y ~ x
  )
  if (is.double(value)) {
    wrong$integer <- rep(1L, length(value))
  } else if (is.integer(value)) {
    wrong$double <- as.double(value)
  }
  if (is.character(value)) wrong$character <- NULL
  if (is.list(value)) wrong$list <- NULL
  wrong
}

optional <- c("run", "design", "group", "root", "index")

calls <- c(
  entry_arguments(),
  list(c_fold_change = pooled_arguments()),
  list(c_cells = local({
    args <- entry_arguments()$c_cells
    args["run"] <- list(NULL)
    args
  }))
)

test_that("the arguments of the helper are accepted", {
  for (i in seq_along(calls)) {
    expect_identical(complaint(names(calls)[i], calls[[i]]), "accepted")
  }
})

test_that("every other type is an error in every place", {
  for (i in seq_along(calls)) {
    name <- names(calls)[i]
    for (arg in names(calls[[i]])) {
      wrong <- wrong_types(calls[[i]][[arg]])
      if (!arg %in% optional) wrong["NULL"] <- list(NULL)
      for (type in names(wrong)) {
        args <- calls[[i]]
        args[arg] <- wrong[type]
        what <- complaint(name, args)
        where <- paste0(name, "(", arg, " = <", type, ">)")
        expect_match(what, "^internal error: ", label = where)
      }
    }
  }
})

test_that("another length is an error wherever lengths belong together", {
  # `point_run` says how many dilution points there are: one more is a point without wells
  free <- list(
    c_code_strings = "x", c_same_string = "x", c_duplicated_rows = "codes", c_fold_change = "target",
    c_joint = "target", c_line_fit = "point_run", c_replicates = "efficiency", c_reference_balance = "ref",
    c_normfinder = "paired", c_melt = "start"
  )
  for (i in seq_along(calls)) {
    name <- names(calls)[i]
    for (arg in setdiff(names(calls[[i]]), free[[name]])) {
      value <- calls[[i]][[arg]]
      if (is.null(value)) next
      for (other in list(value[-1], c(value, value[1]), value[0])) {
        args <- calls[[i]]
        args[[arg]] <- if (is.matrix(value)) matrix(other, ncol = 1) else other
        where <- paste0(name, "(", arg, ")")
        expect_match(complaint(name, args), "^internal error: ", label = where)
      }
    }
  }
})

test_that("codes out of range are an error", {
  args <- entry_arguments()
  out_of_range <- function(name, arg, values) {
    for (value in values) {
      a <- args[[name]]
      a[[arg]][1] <- value
      expect_match(complaint(name, a), "internal error: .*(out of range|negative|group without)",
        label = paste0(name, "(", arg, " = ", value, ")")
      )
    }
  }
  big <- .Machine$integer.max
  out_of_range("c_group_value", "group", c(-1L, 4L, NA, big))
  out_of_range("c_group_value", "value", c(-1L, NA))
  out_of_range("c_group_value", "n_groups", c(-1L, NA))
  out_of_range("c_cells", "sample", c(-1L, 3L, NA, big))
  out_of_range("c_cells", "target", c(-1L, 3L, NA, big))
  out_of_range("c_cells", "task", c(0L, 7L, NA, -big))
  out_of_range("c_cells", "state", c(0L, 5L, NA, big))
  for (arg in c("n_samples", "n_targets")) out_of_range("c_cells", arg, c(-1L, NA))
  out_of_range("c_cells", "run", c(-1L, NA))
  out_of_range("c_cells", "how", c(-1L, 0L, 4L, NA))
  out_of_range("c_fold_change", "ref", c(-1L, 2L, NA, big))
  out_of_range("c_fold_change", "target", c(-1L, 2L, NA, big))
  out_of_range("c_fold_change", "sample", c(-1L, 5L, NA, big))
  out_of_range("c_fold_change", "unit", c(-1L, 5L, NA, big))
  out_of_range("c_fold_change", "group", c(-1L, 2L, NA, big))
  out_of_range("c_fold_change", "n_units", c(-1L, NA))
  out_of_range("c_unit_table", "ref", c(-1L, 2L, NA))
  out_of_range("c_unit_table", "unit", c(-2L, 2L, NA, big))
  out_of_range("c_unit_table", "wells", c(-1L, NA))
  out_of_range("c_unit_table", "control", c(-1L, 2L, NA))
  out_of_range("c_unit_table", "n_units", c(-1L, NA))
  out_of_range("c_line_fit", "run", c(-1L, 1L, NA))
  out_of_range("c_line_fit", "point", c(-1L, 4L, NA))
  out_of_range("c_line_fit", "point_run", c(-1L, 1L, NA))
  out_of_range("c_line_fit", "n_runs", c(-1L, NA))
})

test_that("models that R settles beforehand are refused, not computed", {
  args <- pooled_arguments()
  args$design[, 2] <- 0
  expect_match(complaint("c_fold_change", args), "internal error: .* full rank")
  args$design <- matrix(1, 5, 6)
  args$contrast <- matrix(0, 6, 1)
  expect_match(complaint("c_fold_change", args), "internal error: ")
  args <- pooled_arguments()
  args$design <- t(args$design)
  expect_match(complaint("c_fold_change", args), "internal error: ")
  args <- entry_arguments()$c_fold_change
  args["group"] <- list(NULL)
  expect_match(complaint("c_fold_change", args), "internal error: neither a design nor groups")
  args <- entry_arguments()$c_fold_change
  args$group <- c(0L, 0L, 2L, 2L, 2L)
  args$options[1] <- 3L
  args$contrast <- matrix(c(-1, 1, 0), 3)
  expect_match(complaint("c_fold_change", args), "internal error: .* without units")
})

test_that("a negative number of groups is refused, also when there is no unit to contradict it", {
  args <- entry_arguments()$c_fold_change
  args$options[1] <- -1L
  expect_match(complaint("c_fold_change", args), "^internal error: ")
  args <- lapply(args, `[`, 0)
  args$n_units <- 0L
  args["design"] <- list(NULL)
  args$contrast <- matrix(0, 0, 0)
  args$options <- c(-1L, 0L)
  expect_match(complaint("c_fold_change", args), "^internal error: ")
})

test_that("tables with no rows or columns are answered", {
  empty <- entry_arguments()$c_cells
  empty[1:6] <- lapply(empty[1:6], `[`, 0)
  empty$n_samples <- empty$n_targets <- 0L
  expect_identical(dim(call_entry("c_cells", empty)$cq), c(0L, 0L))
  args <- entry_arguments()$c_unit_table
  args$n_units <- 0L
  args$unit <- c(-1L, -1L)
  args$control <- integer()
  expect_length(call_entry("c_unit_table", args)$cq, 0)
  expect_identical(.Call(c_duplicated_rows, list(integer(), integer())), integer())
  none <- list(codes = integer(), levels = character())
  expect_identical(.Call(c_code_strings, character()), none)
})

test_that("long lists are walked to their end", {
  columns <- rep(list(c(1L, 2L, 1L)), 2000)
  expect_identical(.Call(c_duplicated_rows, columns), 3L)
  columns[[2000]] <- 1:3
  expect_identical(.Call(c_duplicated_rows, columns), integer())
  columns[[1999]] <- c(1, 2, 3)
  expect_match(complaint("c_duplicated_rows", list(columns)), "^internal error: ")
  columns[[1999]] <- 1:2
  expect_match(complaint("c_duplicated_rows", list(columns)), "^internal error: ")
  expect_match(complaint("c_duplicated_rows", list(list())), "^internal error: ")

  # 63 references have room beside a target, 64 have not
  args <- entry_arguments()$c_fold_change
  many <- function(n) {
    args$cq <- c(args$cq[1:5], rep(args$cq[6:10], n))
    args$weight <- args$weight_se <- rep(1, n + 1)
    args$weight_df <- rep(3, n + 1)
    args$source <- seq_len(n + 1)
    args$ref <- seq_len(n)
    args$ref_weight <- rep(1 / n, n)
    args
  }
  estimate <- function(n) call_entry("c_fold_change", many(n))$estimate
  expect_equal(estimate(63), estimate(1))
  expect_match(complaint("c_fold_change", many(64)), "internal error: too many references")
})

test_that("another number of arguments is R's own error", {
  for (name in names(symbols)) {
    args <- entry_arguments()[[name]]
    expect_match(complaint(name, args[-1]), "number of arguments", label = name)
    expect_match(complaint(name, c(args, list(1))), "number of arguments", label = name)
  }
})

test_that("every entry is tried, and none can be called by a string", {
  symbols <- getDLLRegisteredRoutines("ddcq")$.Call
  expect_setequal(names(symbols), names(entry_arguments()))
  for (name in names(entry_arguments())) {
    expect_identical(symbols[[name]]$numParameters, length(entry_arguments()[[name]]))
  }
  expect_error(.Call("c_code_strings", "a"))
})

test_that("arguments are left as they were", {
  for (i in seq_along(calls)) {
    before <- serialize(calls[[i]], NULL)
    call_entry(names(calls)[i], calls[[i]])
    expect_identical(serialize(calls[[i]], NULL), before)
  }
})

test_that("an error leaves the next call as it was", {
  for (i in seq_along(calls)) {
    name <- names(calls)[i]
    before <- call_entry(name, calls[[i]])
    complaint(name, lapply(calls[[i]], function(x) "a"))
    expect_identical(call_entry(name, calls[[i]]), before)
  }
})
