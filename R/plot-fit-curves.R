# The picture of fitted curves: a panel a well, its readings, the curve through them, and where the Cq lies.

#' Pictures of fitted curves
#'
#' A panel a well: the readings as dots, the fitted curve as a line, the Cq as a vertical line with its value. Wells
#' without a Cq say why. With `what = "residuals"` the differences of readings and curve, in residual SD, which show
#' what the model misses; cycles that a hook took out of the fit are not among them.
#'
#' @param x,object (`cq_fitted_curves`) Wells from [cq_fit_curves()].
#' @param curves (`cq_curves`) The curves that they were fitted to.
#' @param what (text) `"curves"` or `"residuals"`.
#' @param wells (text) The wells to draw; when `NULL` the first 96, and the caption says how many are not drawn.
#' @param ncol (number) Panels side by side; chosen from their number when `NULL`.
#' @param base_size (number) Size of the text in points.
#' @param ... For `plot()`: what `autoplot()` takes. Otherwise not used.
#' @return `autoplot()` a ggplot; `plot()` draws it and returns it invisibly. Errors have the class
#'   `ddcq_error_argument`.
#' @family curves
#' @name plot.cq_fitted_curves
#' @examples
#' # simulated
#' cycle <- 1:40
#' set.seed(1)
#' noise <- function() rnorm(40, sd = 0.02)
#' wide <- data.frame(cycle, A1 = 0.3 + 4 / (1 + exp(22 - cycle)) + noise(), A2 = 0.3 + noise())
#' x <- cq_curves(wide, wide = TRUE, run = "simulated", target = "MYC")
#' if (requireNamespace("ggplot2", quietly = TRUE)) plot(cq_fit_curves(x), x)
NULL

#' @rdname plot.cq_fitted_curves
#' @export
plot.cq_fitted_curves <- function(x, curves, ...) {
  if (missing(curves)) abort_fitted_curves()
  picture <- autoplot.cq_fitted_curves(x, curves, ...)
  print(picture)
  invisible(picture)
}

#' @rdname plot.cq_fitted_curves
#' @method autoplot cq_fitted_curves
#' @rawNamespace S3method(ggplot2::autoplot,cq_fitted_curves)
autoplot.cq_fitted_curves <- function(object, curves, what = c("curves", "residuals"), wells = NULL, ncol = NULL,
                                      base_size = 7, ...) {
  check_dots_empty(...)
  if (missing(curves)) abort_fitted_curves()
  need_package("ggplot2 (>= 3.4.0)", "to draw fitted curves.")
  what <- check_choice(what, c("curves", "residuals"), "what")
  base_size <- check_number(base_size, "base_size", 1, 100)
  drawn <- fitted_plot_data(object, curves, wells)
  ncol <- if (is.null(ncol)) ceiling(sqrt(1.5 * nrow(drawn$wells))) else check_number(ncol, "ncol", 1, 100)
  draw_fitted(drawn, what, ncol, base_size)
}

abort_fitted_curves <- function() {
  ddcq_abort(
    c("{.arg curves} must be given: the curves that were fitted, which the wells do not hold.",
      "i" = "{.code plot(fit, curves)}"
    ), "argument"
  )
}

fitted_key <- function(x) paste(x$run, x$well, x$target, x$dye %||% "", sep = "\r")

# wells: one row a panel, with its label, Cq and what is said of it. points: the readings, with the fit at each.
fitted_plot_data <- function(object, curves, wells = NULL, most = 96) {
  check_columns(object, c(cq_canonical, "model", "b", "c", "d", "e", "f", "sigma"), "object")
  set <- curve_set(curves)
  fit <- as.data.frame(object)
  if (!is.null(wells)) {
    wells <- check_strings(wells, "wells")
    lost <- setdiff(wells, fit$well)
    if (length(lost)) {
      ddcq_abort(
        c("{.arg wells} must name wells of the fit.", "x" = "There is no {some(lost)}.", hint_near(lost[1], fit$well)),
        "argument"
      )
    }
    fit <- fit[fit$well %in% wells, , drop = FALSE]
  }
  left <- max(nrow(fit) - most, 0)
  fit <- utils::head(fit, most)
  # names may have come later, by cq_design(): then run and well tell the curves apart
  key <- fitted_key(fit)
  have <- fitted_key(set$names)
  if (anyNA(match(key, have))) {
    key <- paste(fit$run, fit$well)
    have <- paste(set$names$run, set$names$well)
  }
  at <- match(key, have)
  if (anyNA(at) || anyDuplicated(at)) {
    ddcq_abort("{.arg curves} must be the curves that were fitted: their wells do not match.", "argument")
  }
  points <- fitted_points(fit, set, at)
  fit$panel <- fitted_labels(fit)
  points$panel <- fit$panel[points$panel]
  list(
    points = points, wells = fit,
    caption = fitted_caption(object, fit, left)
  )
}

fitted_points <- function(fit, set, at) {
  rows <- lapply(at, function(k) (set$start[k] + 1L):set$start[k + 1L])
  panel <- rep(seq_along(at), lengths(rows))
  rows <- unlist(rows)
  code <- match(fit$model, sigmoids) - 1L
  code[is.na(code)] <- 0L
  core <- list(model = code, b = fit$b, c = fit$c, d = fit$d, e = fit$e, f = fit$f)
  data.frame(
    panel = panel, cycle = set$x[rows], fluorescence = set$y[rows],
    # a hook is left out at the end
    used = stats::ave(as.double(is.finite(set$y[rows])), panel, FUN = cumsum) <= fit$n_cycles[panel],
    fitted = curve_values(core, panel, set$x[rows]), sigma = fit$sigma[panel]
  )
}

fitted_labels <- function(fit) {
  name <- ifelse(is.na(fit$target), fit$well, paste(fit$well, fit$target))
  if (length(unique(fit$run)) > 1) name <- paste(fit$run, name)
  again <- anyDuplicated(name) > 0
  if (again) name <- paste(name, seq_along(name))
  factor(name, name)
}

fitted_caption <- function(object, fit, left) {
  paste(c(
    if (says_simulated(log_of(object), unique(fit$run))) "Simulated data.",
    "Dots: readings. Line: the fit. Vertical line: the Cq.",
    if (left) paste0("Not drawn: ", plural(left, "more well"), ".")
  ), collapse = " ")
}

draw_fitted <- function(drawn, what, ncol, base_size) {
  good <- as.integer(drawn$wells$state) == 1L
  cq <- drawn$wells[good, , drop = FALSE]
  none <- drawn$wells[!good, , drop = FALSE]
  none$word <- paste0(none$state, ifelse(is.na(none$note), "", paste0(":\n", none$note)))
  residuals <- what == "residuals"
  drawn$points$y <- with(drawn$points, if (residuals) (fluorescence - fitted) / sigma else fluorescence)
  if (residuals) drawn$points <- drawn$points[!is.na(drawn$points$y) & drawn$points$used, , drop = FALSE]
  picture <- ggplot2::ggplot(drawn$points, ggplot2::aes(x = .data$cycle, y = .data$y)) +
    ggplot2::geom_vline(ggplot2::aes(xintercept = .data$cq), cq, linewidth = 0.3, linetype = "42") +
    ggplot2::geom_point(size = 0.5, shape = 16, colour = "#0072B2", alpha = 0.7, na.rm = TRUE)
  if (residuals) {
    picture <- picture + ggplot2::geom_hline(yintercept = 0, linewidth = 0.3)
  } else {
    picture <- picture + ggplot2::geom_line(ggplot2::aes(y = .data$fitted), linewidth = 0.4, na.rm = TRUE) +
      ggplot2::geom_text(
        ggplot2::aes(x = min(drawn$points$cycle), y = Inf, label = .data$word), none, hjust = 0, vjust = 1.3,
        size = 0.8 * base_size / ggplot2::.pt, lineheight = 0.9
      )
  }
  picture +
    ggplot2::geom_text(
      ggplot2::aes(x = .data$cq, y = Inf, label = formatC(.data$cq, digits = 2, format = "f")), cq, hjust = 1.1,
      vjust = 1.3, size = 0.8 * base_size / ggplot2::.pt
    ) +
    ggplot2::facet_wrap(ggplot2::vars(.data$panel), ncol = ncol, scales = if (residuals) "fixed" else "free_y") +
    ggplot2::labs(
      x = "Cycle", y = if (residuals) "Reading less the fit, in residual SD" else "Fluorescence",
      caption = wrap_label(drawn$caption, 95)
    ) +
    fit_theme(base_size)
}
