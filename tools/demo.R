# The analysis of one plate, from file to report. Without settings it is the bundled plate; with FILE= it is yours:
#
#   make demo FILE=plate.xls DESIGN=samples.csv FORMULA='~ treatment' CONTROL=vehicle \
#     REFERENCE=GAPDH,ACTB EFFICIENCY=standards
#
# A setting is the option of the command line of that name, see ?ddcq::ddcq_cli; FILE may be several, with commas.

settings <- c("FILE", "DESIGN", "FORMULA", "CONTROL", "REFERENCE", "EFFICIENCY")
asked <- trimws(Sys.getenv(settings))
bundled <- asked[["FILE"]] == ""
if (bundled && any(nzchar(asked[c("DESIGN", "CONTROL")]))) {
  cat("FILE must be given with DESIGN and CONTROL; without it the bundled plate is analysed.\n", file = stderr())
  quit(status = 2)
}
if (bundled) {
  defaults <- c(
    FILE = system.file("extdata", "anastrozole_plate.txt", package = "ddcq"),
    DESIGN = system.file("extdata", "anastrozole_samples.csv", package = "ddcq"),
    FORMULA = "~ treatment + passage", CONTROL = "vehicle", REFERENCE = "GAPDH,ACTB", EFFICIENCY = "standards"
  )
  unset <- !nzchar(asked)
  asked[unset] <- defaults[settings[unset]]
}
files <- asked[["FILE"]]
if (!file.exists(files)) files <- trimws(strsplit(files, ",", fixed = TRUE)[[1]])
options <- asked[settings != "FILE" & nzchar(asked)]
options <- sprintf("--%s=%s", tolower(names(options)), options)

code <- ddcq::ddcq_cli(c(options, if (bundled) "--panel", "--out=out", "--", files))
if (!code %in% c(0, 5)) cat("(With make, --design is DESIGN=, --formula is FORMULA=, and so on.)\n", file = stderr())
quit(status = code)
