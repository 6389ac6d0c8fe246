# Exports that instruments wrote, where a checkout of them lies beside the sources or DDCQ_SHARED names the folder.
# The counts were made from the raw files without the reader: rows of the results table with a target or a Cq, those
# with a number, those with a word for none, wells omitted, and the mean of the numbers.

exports_folder <- function() {
  folder <- Sys.getenv("DDCQ_SHARED")
  tries <- if (nzchar(folder)) folder else c("../../../shared", "../../../../shared", "../../shared", "../shared")
  tries <- file.path(tries, "exports")
  tries[dir.exists(tries)][1]
}

counts <- read.table(header = TRUE, text = "
  file                       rows quantified nondetect omitted mean
  AB7500v2*AB7500.csv          46   46   0 0 29.606450
  AB7500v2*AB7500_2.csv        46   46   0 0 29.606450
  AB7500v2*FP2.xls             96   96   0 0 20.460731
  OpenArray-QS12K*File1.txt  2688 1880 808 0 25.093505
  OpenArray-QS12K*.xlsx        96   54  42 0 16.047293
  QuantStudio1-DA2*.xlsx       96   92   4 0 27.958257
  QuantStudio3*barcode.xls     72   56  16 0 19.559404
  QuantStudio3*Fmr1.txt        72   69   3 0 23.292072
  QuantStudio3*Rpl19.xls       62   62   0 0 22.322371
  QuantStudio5*v1.5.2.xlsx    232  228   4 0 29.406433
  QuantStudio5*GAPDH.csv       94   94   0 0 22.763202
  QuantStudio5*INSTABILITY*    138 135   3 0 26.616030
  QuantStudio6Flex*.txt        96   68  28 0 32.758235
  QuantStudio7Flex*06.txt       9    9   0 0 31.273444
  QuantStudio7Flex*only.txt    24   24   0 0 24.341083
  QuantStudio7Flex*08.xlsx     36   36   0 0 21.468608
  QuantStudio7Pro-DA2_*.xlsx   24    8  16 0 31.990680
  QuantStudio7Pro-DA2csv*.csv 384  349  35 0 27.231334
  QuantStudio7Pro-Diomni*.xlsx  8    1   7 0 39.540000
  StepOnePlus*stepone.txt      48   48   0 0 20.969263
  StepOnePlus*2021_data.xls    85   63  22 0 30.383257
  ViiA7*.txt                   16   16   0 0 19.036750
")

find_export <- function(folder, pattern) {
  files <- list.files(folder)
  hit <- grep(utils::glob2rx(pattern), files, value = TRUE)
  if (length(hit) == 1) file.path(folder, hit) else NA_character_
}

test_that("real exports give the counts made from their raw cells", {
  skip_on_cran()
  folder <- exports_folder()
  skip_if(is.na(folder), "no folder of exports")
  for (i in seq_len(nrow(counts))) {
    path <- find_export(folder, counts$file[i])
    expect_false(is.na(path), info = counts$file[i])
    if (grepl("xlsx?$", path) && !requireNamespace("readxl", quietly = TRUE)) next
    x <- suppressWarnings(cq_read(path))
    log <- cq_log(x)
    failed <- x$note %in% "failed reaction"
    got <- c(nrow(x), sum(x$state == "quantified"), sum(x$state == "nondetect" | failed), sum(grepl("omitted", x$note)))
    expect_identical(got, unlist(counts[i, 2:5], use.names = FALSE), info = counts$file[i])
    expect_equal(mean(x$cq, na.rm = TRUE), counts$mean[i], tolerance = 1e-7, info = counts$file[i])
  }
})

test_that("every other real export is refused with a classed error, never misread", {
  skip_on_cran()
  folder <- exports_folder()
  skip_if(is.na(folder), "no folder of exports")
  readable <- vapply(counts$file, find_export, "", folder = folder)
  others <- setdiff(file.path(folder, setdiff(list.files(folder), "INDEX.md")), readable)
  for (path in others) {
    if (grepl("xlsx?$", path) && !requireNamespace("readxl", quietly = TRUE)) next
    expect_error(cq_read(path, na = "nondetect"), class = "ddcq_error_format", info = basename(path))
  }
})
