many <- function(n = 40) {
  a <- with_seed(1, random_array(n, shift = rep(c(2, -2, 0), c(4, 4, n - 8))))
  a$data$cq[a$data$target == "T9" & a$data$sample == "s1"] <- NA
  a$data <- a$data[!(a$data$target == "T10" & a$data$group == "b"), ]
  ddcq_moderate(fit_array(a$data))
}

test_that("a volcano holds every row that has a p-value, and tells of the others", {
  fit <- many()
  drawn <- internal("volcano_data")(fit$results, 0.95, "holm", FALSE, 3)
  has <- !is.na(fit$results$p.value)
  expect_identical(nrow(drawn$points), sum(has))
  at <- match(drawn$points$target, fit$results$target)
  expect_identical(drawn$points$fold, fit$results$estimate[at])
  expect_equal(drawn$points$height, -log10(fit$results$p.value[at]), tolerance = 1e-14)
  expect_identical(drawn$points$change == "not shown", fit$results$adj.p.value[at] >= 0.05)
  expect_match(drawn$caption, "Not drawn: 1 row without a p-value", fixed = TRUE)
  expect_match(drawn$caption, "adjusted by Holm", fixed = TRUE)
  expect_lte(sum(nzchar(drawn$points$label)), 3)
})

test_that("a p of 0 still has a place", {
  r <- data.frame(target = c("A", "B"), contrast = "x", estimate = c(9, -1), p.value = c(0, 0.5), adj.p.value = c(0, 1))
  drawn <- internal("volcano_data")(r, 0.95, "none", TRUE, 10)
  expect_true(all(is.finite(drawn$points$height)))
  expect_match(drawn$caption, "^SIMULATED DATA")
})

test_that("a heat map has a tile a unit and target, gaps and ends are told", {
  fit <- many()
  samples <- fit$samples[fit$samples$target != "ref", ]
  drawn <- internal("heat_data")(samples, "sample", "group", TRUE, "cluster")
  expect_identical(nrow(drawn$tiles), nrow(samples))
  expect_setequal(levels(drawn$tiles$target), unique(as.character(samples$target)))
  expect_identical(sum(drawn$tiles$missing), sum(is.na(samples$log2_relative)))
  expect_lte(max(abs(drawn$tiles$value), na.rm = TRUE), drawn$limit)
  expect_match(drawn$caption, "SIMULATED DATA.*Cross: no value")
  given <- internal("heat_data")(samples, "sample", "group", FALSE, "given")
  expect_identical(levels(given$tiles$target), rev(unique(as.character(samples$target))))
})

test_that("targets that go together stand together", {
  wide <- rbind(a = c(0, 0, 3, 3), b = c(3, 3, 0, 0), c = c(0, 0.1, 3, 3.1), d = c(3, 3.1, 0, 0))
  order <- rownames(wide)[internal("heat_order")(wide)]
  expect_identical(abs(match("a", order) - match("c", order)), 1L)
  expect_identical(abs(match("b", order) - match("d", order)), 1L)
  wide[2, ] <- NA
  expect_setequal(internal("heat_order")(wide), 1:4)
  expect_identical(internal("heat_order")(wide[1:2, ]), 1:2)
})

test_that("both are drawn", {
  skip_if_not_installed("ggplot2")
  for (n in c(20, 90)) {
    fit <- many(n)
    volcano <- internal("volcano_plot")(fit$results, 0.95, "holm")
    expect_s3_class(ggplot2::ggplot_build(volcano), "ggplot_built")
    heat <- internal("heat_map")(fit$samples, "sample", "group")
    expect_s3_class(ggplot2::ggplot_build(heat), "ggplot_built")
  }
})
