# Invented wells in the long form, and the wide shapes made of them. Three targets, six samples, two wells each.
from_wells <- function() {
  d <- expand.grid(
    rep = 1:2, target = c("MYC", "BCL2", "GAPDH"), sample = paste0("s", 1:6), stringsAsFactors = FALSE
  )
  i <- as.integer(substr(d$sample, 2, 2))
  d$group <- ifelse(i <= 3, "ctl", "drug")
  d$animal <- (i - 1L) %% 3L + 1L
  d$cq <- c(MYC = 24, BCL2 = 26, GAPDH = 18)[d$target] + 1.3 * (i > 3) * (d$target == "MYC") + 0.4 * sin(3 * i) +
    0.15 * cos(5 * i + nchar(d$target)) + 0.07 * (d$rep - 1)
  d[c("sample", "group", "animal", "target", "rep", "cq")]
}

# Genes in columns, a row a well.
from_genes_in_columns <- function(d = from_wells()) {
  wide <- stats::reshape(d, idvar = c("sample", "rep"), timevar = "target", direction = "wide", drop = c("group", "animal"))
  names(wide) <- sub("^cq[.]", "", names(wide))
  about <- unique(d[c("sample", "group", "animal")])
  wide <- cbind(about[match(wide$sample, about$sample), ], wide[setdiff(names(wide), "sample")])
  row.names(wide) <- NULL
  attr(wide, "reshapeWide") <- NULL
  wide
}

# Wells of two objects, whatever their order.
from_sorted <- function(x, columns = c("run", "sample", "target", "task", "state", "cq")) {
  x <- as.data.frame(x)[columns]
  x <- x[do.call(order, c(unname(lapply(x[c("run", "sample", "target", "cq")], as.vector)), method = "radix")), ]
  row.names(x) <- NULL
  x
}

expect_same_wells <- function(x, truth, columns = c("run", "sample", "target", "task", "state", "cq")) {
  testthat::expect_equal(from_sorted(x, columns), from_sorted(truth, columns), tolerance = 1e-15)
}

# What fits say, without what was typed.
fit_numbers <- function(x, ...) {
  fit <- suppressWarnings(ddcq(x, ...))
  list(results = as.data.frame(fit), samples = fit$samples[c("target", "n_wells", "cq", "dcq", "log2_relative")])
}
