# Against results that base R and other programs worked out from real data; see DDCQ_SHARED. All to 1e-12 relative.

wide <- function(d, value) {
  m <- tapply(value, list(d$sample, d$target), mean)[unique(d$sample), unique(d$target)]
  m
}
expected <- function(file) shared_data(file.path("stability", file))

test_that("geNorm in five tissues: M at every step, mean M, the order and V (Vandesompele 2002)", {
  skip_without_shared()
  d <- expected("vandesompele2002.csv")
  steps <- expected("vandesompele2002.expected_M_steps.csv")
  mean_m <- expected("vandesompele2002.expected_meanM.csv")
  v <- expected("vandesompele2002.expected_V.csv")
  ranking <- expected("vandesompele2002.expected_ranking.csv")
  for (tissue in unique(d$group)) {
    own <- d[d$group == tissue, ]
    s <- cq_stability(wide(own, -log2(own$rel_quantity)), method = "genorm")
    found <- attr(s, "details")$genorm
    e <- steps[steps$tissue == tissue, ]
    expect_close(found$m[cbind(match(e$gene, rownames(found$m)), match(e$n_genes, colnames(found$m)))], e$M)
    e <- mean_m[mean_m$tissue == tissue, ]
    expect_close(found$steps$mean_m[match(e$n_genes, found$steps$n_genes)], e$mean_M)
    expect_identical(found$steps$removed[-9], e$worst[e$n_genes > 2])
    e <- v[v$tissue == tissue, ]
    expect_close(found$variation$v[match(e$pair, found$variation$pair)], e$V)
    e <- ranking[ranking$tissue == tissue, ]
    expect_identical(s$rank[match(e$gene, s$target)], as.double(e$rank))
  }
})

test_that("BestKeeper and delta-Cq in bone marrow", {
  skip_without_shared()
  d <- expected("vandesompele2002.csv")
  d <- d[d$group == "BM", ]
  e <- expected("vandesompele2002.expected_bestkeeper_deltact_BM.csv")
  found <- attr(cq_stability(wide(d, 20 - log2(d$rel_quantity))), "details")
  row <- match(e$gene, found$bestkeeper$table$target)
  for (column in c("n", "geo_mean", "min", "max", "sd")) expect_close(found$bestkeeper$table[[column]][row], e[[column]])
  expect_close(found$bestkeeper$table$mad[row], e$mad_mean)
  expect_close(found$bestkeeper$table$r[row], e$r_vs_BK)
  expect_close(found$deltacq$table$stability[row], e$deltact_mean_sd)
})

test_that("NormFinder in colon, with groups and without (Andersen 2004)", {
  skip_without_shared()
  d <- expected("andersen2004_colon.csv")
  cq <- wide(d, -log2(d$rel_quantity))
  group <- d$group[match(rownames(cq), d$sample)]
  found <- attr(cq_stability(cq, method = "normfinder", group = group), "details")$normfinder
  e <- expected("andersen2004_colon.expected_normfinder.csv")
  row <- match(e$gene, found$table$target)
  expect_close(found$table$stability[row], e$stability)
  expect_close(found$gamma, e$gamma2[1])
  for (g in unique(group)) {
    column <- gsub(" ", ".", paste0("intra_var_", g))
    expect_close(found$intra[row, g], e[[column]])
    # the other sign: quantities here, or Cq there; deviations near 0 are compared absolutely
    expect_lt(max(abs(abs(found$inter[row, g]) - abs(e[[gsub(" ", ".", paste0("inter_", g))]]))), 1e-12)
  }
  found <- attr(cq_stability(cq, method = "normfinder"), "details")$normfinder
  e <- expected("andersen2004_colon.expected_normfinder_nogroup.csv")
  expect_close(found$table$stability[match(e$gene, found$table$target)], e$stability_sd)
  ranking <- expected("andersen2004_colon.expected_genorm_rank.csv")
  s <- cq_stability(cq)
  expect_setequal(s$target[1:2], ranking$gene[1:2])
  expect_identical(s$target[-(1:2)], ranking$gene[-(1:2)])
})

test_that("fibroblasts: BestKeeper with its index, delta-Cq with its pairs, geNorm on Cq", {
  skip_without_shared()
  d <- expected("ctrlgene_fib.csv")
  found <- attr(cq_stability(wide(d, d$Cq)), "details")
  e <- expected("ctrlgene_fib.expected_bestkeeper.csv")
  own <- found$bestkeeper$table[match(e$gene, found$bestkeeper$table$target), ]
  pairs <- c(
    n = "n", geo_mean = "geo_mean", mean = "ar_mean", min = "min", max = "max", sd = "sd", mad = "mad_mean",
    cv = "cv_mad", r = "r_vs_BK", slope = "slope", power = "power"
  )
  for (name in names(pairs)) expect_close(own[[name]], e[[pairs[[name]]]], what = name)
  # 1 - r^2 loses two digits where r is 0.99
  expect_close(own$p.value, e$p_r, 1e-9)
  e <- expected("ctrlgene_fib.expected_bk_index.csv")
  expect_close(found$bestkeeper$index[e$sample], e$BK_index)
  e <- expected("ctrlgene_fib.expected_deltact.csv")
  expect_close(found$deltacq$table$stability[match(e$gene, found$deltacq$table$target)], e$mean_sd)
  e <- expected("ctrlgene_fib.expected_deltact_pairs.csv")
  expect_close(found$deltacq$pairs[cbind(e$gene, e$vs)], e$sd_dct)
  e <- expected("ctrlgene_fib.expected_genorm.csv")
  expect_close(found$genorm$steps$mean_m, e$mean_M)
  expect_identical(found$genorm$steps$removed, e$worst)
  e <- expected("ctrlgene_fib.expected_V.csv")
  e <- e[e$input == "Ct", ]
  expect_close(found$genorm$variation$v[match(e$pair, found$genorm$variation$pair)], e$V)
})
