# Exports that instruments wrote, where a checkout of them lies beside the sources or DDCQ_SHARED names the folder.
# The counts were made from the raw files without the reader: rows of the results table with a target or a Cq, those
# with a number, those with a word for none, wells omitted, and the mean of the numbers.

exports_folder <- function() {
  if (is.null(shared_dir())) NA else file.path(shared_dir(), "exports")
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
  BioRad-Opticon*                         60    60     0 0 24.810500
  CFX96__bleakley*                        96    37    59 0 27.653514
  CFX96__IPSamos*                         96    87     9 0 28.616832
  CFX96__JPG*2023-11*.csv                 36    12    24 0 35.742645
  CFX96__Roberts*                         96    96     0 0 23.924130
  CFX96__xkol*                            80    23    57 0 30.901345
  CFX96-CM3*Cq_Results_0.csv              96    80    16 0 32.846288
  CFX96-CM3*Quantification_Summary*       96    80    16 0 32.846288
  CFX96__nailufra*                       384    22   362 0 27.077273
  CFX96-CM3*Quantification_Plate_View*    96    80    16 0 32.846288
  CFX96__JPG*Results.xlsx                 12     2    10 0 38.080613
  Mx3005P__bleakley*                      96    92     4 0 21.230543
  Mx3005P__IMT*                           96    85     8 0 26.506941
  Mx3005P__jason*                         48    46     2 0 23.201957
  Mx3005P__monis*                         69    30    39 0 30.270000
  CFX96__bioc*                           330    41     7 0 31.677500
  BioRad-MyiQ*                            75    55    17 0 26.853273
  AB7900HT__bleakley*.txt                204   203     1 0 24.419089
  AB7900HT__*SDS_sample.txt              384   353    31 0 28.624132
  AB7900HT__*Experiment1.txt              18    18     0 0 36.461343
  AB7500-SDS1*.csv                        81    81     0 0 22.522222
  AB7000__*AB7000.csv                     72    72     0 0 20.563750
  AB7000__*AB7000_4.csv                   80    76     4 0 26.298079
  AB7700*.csv                             60    60     0 0 24.322167
  OpenArray-Biotrove*.csv               5076  1700  3376 0 18.290719
  LC480__*LightCycler_sample.txt         384    77   307 0 21.001039
  LC480__*LC_384wells.txt                 79    76     3 0 20.815132
  LC480__*Nrd1*.txt                      384   279   105 0 23.626308
  LC480__*dAgr*.txt                       96    90     6 0 11.159556
  LC480__*lightcycler1.txt                96    90     6 0 20.690606
  RotorGene__*corbett1.csv                72    70     2 0 25.490857
  RotorGene__*100w.csv                   100    98     2 0 24.466531
  LC96-RDML*.rdml                        384   320    64 0 32.338375
  RDML-CFX*.rdml                          60    26    34 0 23.058796
  RDML-StepOne*.rdml                      24    21     3 0 28.807015
  RDML-tools*.rdml                       210   209     1 0 26.213660
  RDML1.0*.rdml                           90    73     8 0 24.209756
  RDML1.1*.rdml                           90    73     8 0 24.209756
  RDML1.3*.rdml                           90    73     8 0 24.209756
  RDML__ramiro*.rdml                     288   202     0 0 27.050080
  BioMark__bioc*.csv                    2304  1994   310 0 19.152195
  BioMark__stela*.csv                   9216  7482  1734 0 15.725818
  qTOWER*.csv                            114   108     6 0 17.226111
  Eppendorf*data_epp*.txt                 78    78     0 0 23.658205
  Eppendorf*std_epp*.txt                  12    12     0 0 26.206667
  Cepheid-SmartCycler*.csv                56    25    31 0 36.492800
  Illumina-Eco*.csv                       48    45     0 3 21.003998
  Esco-Spectrum*.csv                      25     8    17 0 27.516250
  RDES*.tsv                               90    55    35 0 26.708309
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
