# cq_melt(): the core against a twin in plain R, simulated products of known Tm, the rules, and real melt curves beside
# what the instrument's software found.

grid <- seq(65, 95, 0.5)
# Fluorescence that falls as a product melts: a logistic, whose derivative is symmetric about the Tm.
melts <- function(tm, size, temperature = grid, scale = 0.6) size / (1 + exp((temperature - tm) / scale))

as_melt <- function(..., temperature = grid, target = "MYC") {
  cq_melt_curves(data.frame(temperature, ...), wide = TRUE, run = "simulated", target = target)
}

m_curves <- function(tm) do.call(as_melt, stats::setNames(lapply(tm, melts, size = 100), paste0("A", seq_along(tm))))

test_that("slopes and peaks are those of the twin", {
  set.seed(3)
  steps <- list(
    even = grid, fine = seq(70, 90, 0.1), coarse = 60:95, uneven = sort(runif(80, 65, 95)),
    ties = sort(rep(seq(65, 95, 0.6), length.out = 90))
  )
  for (name in names(steps)) {
    x <- steps[[name]]
    for (window in c(1, 2, 3.3)) {
      y <- melts(78, 30, x) + melts(84.3, 70, x) + 200 - x + rnorm(length(x), sd = 0.05)
      got <- melt_fit(data.frame(temperature = x, fluorescence = y), rep(1L, length(x)), list(window = window, share = 0.1, noise = 7))
      slope <- twin_slope(x, y, window)
      # sums of squares about the point against QR: a few digits of 15 go
      expect_equal(got$slope, slope$all, tolerance = 1e-8, info = name)
      expect_equal(got$sigma, slope$sigma, tolerance = 1e-7, info = name)
      twin <- twin_peaks(x, y, window, noise = 7)
      peak <- got$peak[seq_len(got$count), , drop = FALSE]
      expect_identical(got$count, length(twin$tm), info = paste(name, window))
      expect_equal(peak[, "tm"], twin$tm, tolerance = 1e-9, info = name, ignore_attr = TRUE)
      expect_equal(peak[, "height"], twin$height, tolerance = 1e-7, info = name, ignore_attr = TRUE)
      expect_equal(peak[, "prominence"], twin$prominence, tolerance = 1e-7, info = name, ignore_attr = TRUE)
    }
  }
})

test_that("the Tm of simulated products is found: 0.02 degrees without noise, 0.1 with", {
  # where the maximum lies between two temperatures, three points on a curve that is no parabola are off by up to 0.02
  set.seed(4)
  tm <- runif(60, 72, 90)
  wells <- paste0("W", seq_along(tm))
  clean <- stats::setNames(lapply(tm, melts, size = 100), wells)
  off <- cq_melt(do.call(as_melt, clean))$wells$tm - tm
  expect_lt(max(abs(off)), 0.02)
  noisy <- lapply(clean, function(y) y + rnorm(length(y), sd = 0.5) - 0.3 * grid)
  got <- cq_melt(do.call(as_melt, noisy))
  expect_identical(got$wells$n_peaks, rep(1L, 60))
  # SD of the readings 0.5 % of the fall; the largest of 60
  expect_lt(max(abs(got$wells$tm - tm)), 0.1)
  expect_lt(stats::sd(got$wells$tm - tm), 0.03)
})

test_that("area is what the product lost, width that of its derivative", {
  # a logistic falls by `size`; its derivative has half of its height 2 log(3 + 2 sqrt(2)) scales apart. The window adds
  # to the width: 2.6 in place of 2.1 at five points of 0.5 degrees (0.6 wide)
  m <- cq_melt(as_melt(A1 = melts(80, 100), A2 = melts(80, 50)))
  expect_equal(m$wells$area, c(100, 50), tolerance = 1e-3)
  fine <- seq(65, 95, 0.05)
  sharp <- cq_melt(as_melt(A1 = melts(80, 100, fine), temperature = fine), window = 0.3)
  expect_equal(sharp$wells$width, 2 * log(3 + 2 * sqrt(2)) * 0.6, tolerance = 0.01)
  expect_equal(sharp$wells$height, 100 / 4 / 0.6, tolerance = 0.01)
})

test_that("the number of products, and which is the main one", {
  m <- cq_melt(as_melt(
    A1 = melts(84, 100), A2 = melts(84, 60) + melts(76, 40), A3 = melts(84, 92) + melts(76, 8), A4 = 50 - 0.2 * grid
  ))
  expect_identical(m$wells$n_peaks, c(1L, 2L, 1L, 0L))
  expect_equal(m$wells$share, c(1, 0.6, 1, NA), tolerance = 0.01)
  expect_identical(m$wells$flags, c(NA, "several peaks", NA, "no peak"))
  expect_equal(m$peaks$tm[m$peaks$well == "A02"], c(84, 76), tolerance = 1e-3)
  expect_identical(m$peaks$peak[m$peaks$well %in% c("A02", "A04")], c(1L, 2L, NA))
  # 8 % of the product is a peak when it is asked for
  expect_identical(cq_melt(as_melt(A3 = melts(84, 92) + melts(76, 8)), share = 0.05)$wells$n_peaks, 2L)
  # a bump of 2 % of what the others have is none
  weak <- as_melt(A1 = melts(84, 100), A2 = melts(84, 90), A3 = melts(84, 110), A4 = melts(80, 2))
  expect_identical(cq_melt(weak)$wells$n_peaks, c(1L, 1L, 1L, 0L))
  expect_identical(cq_melt(weak, weak = 0)$wells$n_peaks, rep(1L, 4))
})

test_that("a plate without a single product", {
  m <- cq_melt(as_melt(A1 = 100 - grid, A2 = 90 - grid))
  expect_identical(m$wells$n_peaks, c(0L, 0L))
  expect_identical(nrow(m$peaks), 2L)
  expect_true(all(is.na(m$peaks$tm)))
  expect_output(print(m), "No peak: A01 \\(MYC\\), A02")
})

test_that("noise makes no peaks", {
  # 0.4 % of 3,000 simulated wells of this step had a peak
  set.seed(5)
  wells <- stats::setNames(lapply(1:96, function(i) 100 - 0.5 * grid + rnorm(length(grid))), paste0("W", 1:96))
  expect_lte(mean(cq_melt(do.call(as_melt, wells))$wells$n_peaks > 0), 0.02)
})

test_that("a Tm apart is marked by degrees and by the spread of its target", {
  tm <- c(84, 84.1, 83.9, 84.05, 83.95, 86)
  m <- cq_melt(do.call(as_melt, stats::setNames(lapply(tm, melts, size = 100), paste0("A", 1:6))))
  expect_identical(grepl("tm apart", m$wells$flags), c(rep(FALSE, 5), TRUE))
  expect_equal(m$wells$distance, m$wells$tm - median(m$wells$tm))
  expect_equal(m$wells$robust_sd, m$wells$distance / mad(m$wells$tm))
  expect_identical(m$targets$apart, 1L)
  expect_false(any(grepl("apart", cq_melt(m_curves(tm), degrees = 3)$wells$flags)))
  # controls are compared and do not count
  curves <- m_curves(c(84, 84.1, 83.9, 76, 76.1, 75.9, 76))
  curves$task <- factor(ifelse(curves$well %in% c("A04", "A05", "A06", "A07"), "ntc", "unknown"), levels = cq_tasks)
  m <- cq_melt(curves)
  expect_equal(m$targets$tm, 84, tolerance = 1e-3)
  expect_identical(which(grepl("apart", m$wells$flags)), 4:7)
})

test_that("tables, print, and what is refused", {
  m <- cq_melt(m_curves(c(84, 84.1, 83.9, 86)))
  wells <- as.data.frame(m, by = "well")
  expect_true(all(c("run", "well", "sample", "target", "n_peaks", "tm", "flags") %in% names(wells)))
  expect_identical(class(wells), "data.frame")
  expect_identical(nrow(as.data.frame(m)), 4L)
  text <- format(m, width = 200)
  expect_identical(text[1], "SIMULATED DATA")
  expect_match(text, "Tm apart .*A04 \\(MYC\\) 86.00", all = FALSE)
  expect_output(expect_identical(print(m), m), "Melt peaks")
  expect_error(cq_melt(data.frame(a = 1)), "cq_melt_curves", class = "ddcq_error_argument")
  amplification <- cq_curves(data.frame(well = "A1", cycle = 1:40, fluorescence = 1))
  expect_error(cq_melt(amplification), "what = ", class = "ddcq_error_argument")
  expect_error(cq_melt(m_curves(84), window = -1), class = "ddcq_error_argument")
  expect_error(cq_melt(m_curves(84)[0, ]), class = "ddcq_error_data")
  few <- cq_melt(m_curves(84)[1:4, ])
  expect_identical(few$wells$flags, "too few readings")
  expect_identical(few$wells$n_peaks, NA_integer_)
})

test_that("order of rows and other wells change nothing but the rule that looks at them", {
  x <- m_curves(c(84, 82, 79))
  set.seed(6)
  mixed <- x[sample(nrow(x)), ]
  one <- cq_melt(x)$wells
  two <- cq_melt(mixed)$wells
  expect_equal(two[order(two$well), c("well", "tm", "area")], one[c("well", "tm", "area")], ignore_attr = TRUE)
  alone <- cq_melt(x[x$well == "A02", ])$wells
  expect_identical(alone$tm, one$tm[2])
})

test_that("melt curves of a CFX: Tm beside those of its software", {
  skip_without_shared()
  folder <- file.path(shared_dir(), "exports")
  file <- function(pattern) list.files(folder, pattern, full.names = TRUE)
  x <- cq_read_curves(file("^CFX96-CM3.*RFU"), "melt")
  theirs <- utils::read.csv(file("^CFX96-CM3.*Peak_Results"))
  tm <- suppressWarnings(as.numeric(theirs$Melt.Temperature))
  wells <- cq_melt(x)$wells
  at <- match(wells$well, theirs$Well)
  off <- wells$tm - tm[at]
  # theirs lie on the grid of 0.5 degrees: ours may differ by half of that, and by a little where two points are alike
  expect_identical(sum(!is.na(off)), sum(!is.na(tm)))
  expect_lt(max(abs(off), na.rm = TRUE), 0.36)
  expect_lt(stats::median(abs(off), na.rm = TRUE), 0.1)
  expect_identical(wells$n_peaks[!is.na(tm[at])], rep(1L, sum(!is.na(tm))))
})
