# Wrong input. Every case gives an error of the package with its class, in the name of the function that was called;
# the message holds what came (first pattern) and what to do or what there is (second pattern).

plate <- function(n = 3, targets = c("MYC", "BCL2", "GAPDH", "ACTB"), groups = c("vehicle", "drug")) {
  d <- expand.grid(
    rep = 1:2, target = targets, i = seq_len(n), treatment = groups, stringsAsFactors = FALSE
  )
  d$sample <- paste0(substr(d$treatment, 1, 1), d$i)
  d$cq <- c(25, 23, 18, 19)[match(d$target, targets)] + 0.05 * d$rep +
    0.3 * sin(2 * d$i + 3 * match(d$treatment, groups) + match(d$target, targets))
  d[c("sample", "target", "cq", "treatment")]
}
d <- plate()
d_well <- cbind(d, well = sprintf("A%02d", seq_len(nrow(d))))
d_run <- rbind(cbind(d, run = "p1"), cbind(d, run = "p2"))
bare <- cq_data(d[1:3])
x <- cq_data(d)
sheet <- data.frame(sample = unique(d$sample), treatment = rep(c("vehicle", "drug"), each = 3))
standards <- data.frame(
  sample = paste0("S", 1:5), target = "MYC", cq = 20 + 3.4 * 0:4, task = "standard", quantity = 10^-(0:4)
)

first_cq <- function(value) {
  d$cq[1] <- value
  d
}
changed <- function(column, value, data = x) {
  data[[column]][1] <- value
  data
}
ask <- function(data = x, formula = ~treatment, reference = c("GAPDH", "ACTB"), control = "vehicle",
                efficiency = 2, ...) {
  ddcq(data, formula, reference = reference, control = control, efficiency = efficiency, ...)
}
eff_hand <- function(value) {
  table <- cq_efficiency(unique(d$target), 1.9)
  table$efficiency[1] <- value
  table
}

# One case: the call, the kind of the error, and patterns that the message must hold.
case <- function(call, kind, ...) {
  list(call = rlang::enexpr(call), kind = kind, patterns = c(...))
}

expect_case <- function(case, name) {
  caught <- tryCatch(
    withCallingHandlers(
      eval(case$call, new.env(parent = parent.frame(2))),
      warning = function(w) fail(paste0(name, ": a warning besides: ", conditionMessage(w)))
    ),
    error = identity
  )
  expect_s3_class(caught, "ddcq_error")
  expect_s3_class(caught, paste0("ddcq_error_", case$kind))
  text <- cli::ansi_strip(conditionMessage(caught))
  for (pattern in case$patterns) expect_match(text, pattern, fixed = TRUE, info = name)
  expect_match(
    deparse(conditionCall(caught))[1],
    "^(cq_(data|design|rename|exclude|log|efficiency|standard_curve)|ddcq|ddcq_ratio)\\(",
    info = name
  )
  invisible(text)
}

expect_cases <- function(cases) {
  for (name in names(cases)) expect_case(cases[[name]], name)
}

data_cases <- list(
  "no data" = case(cq_data(), "argument", "`data` must be given"),
  "a list" = case(cq_data(as.list(d)), "argument", "a list", "must be a data frame"),
  "no rows" = case(cq_data(d[0, ]), "data", "it has none"),
  "no such column" = case(cq_data(d, cq = "Ct"), "column", "\"Ct\"", "\"cq\""),
  "column in capitals" = case(
    cq_data(setNames(d, c("Sample", "target", "cq", "treatment"))), "column", "\"sample\"", "Did you mean \"Sample\"",
    "cq_data(data, sample = \"Sample\")"
  ),
  "column by number" = case(cq_data(d, cq = 3), "argument", "`cq`", "a number"),
  "unknown argument" = case(cq_data(d, wel = "A"), "argument", "\"wel\"", "`well`"),
  "fourth position" = case(cq_data(d, "sample", "target", "cq", "treatment"), "argument", "(unnamed)", "`run`"),
  "Undetermined" = case(
    cq_data(first_cq("Undetermined")), "data", "v1 MYC", "na = \"nondetect\"", "na = \"missing\""
  ),
  "NA" = case(cq_data(first_cq(NA)), "data", "1 row has", "na = \"nondetect\""),
  "NaN" = case(cq_data(first_cq(NaN)), "data", "1 row has", "na = \"nondetect\""),
  "na misspelt" = case(
    cq_data(first_cq(NA), na = "non-detect"), "argument", "\"non-detect\"", "Did you mean \"nondetect\""
  ),
  "other text" = case(cq_data(first_cq("see below"), na = "missing"), "data", "\"see below\"", "numbers"),
  "decimal comma" = case(
    cq_data(transform(d, cq = gsub(".", ",", format(cq, nsmall = 2), fixed = TRUE))), "data", "24,9", "dec = \",\""
  ),
  "Cq 0" = case(cq_data(first_cq(0)), "data", "\"0\"", "make them `NA`"),
  "Cq -1" = case(cq_data(first_cq(-1)), "data", "\"-1\"", "make them `NA`"),
  "Cq 999" = case(cq_data(first_cq(999)), "data", "\"999\"", "make them `NA`"),
  "Cq infinite" = case(cq_data(first_cq(Inf)), "data", "\"Inf\"", "make them `NA`"),
  "Cq 45" = case(cq_data(first_cq(45)), "data", "\"45\"", "cycles = 45"),
  "Cq a date" = case(cq_data(transform(d, cq = Sys.Date())), "column", "Date", "must hold numbers"),
  "Cq a matrix" = case(cq_data(within(d, cq <- cbind(cq, cq))), "column", "matrix", "one value a row"),
  "Cq a list" = case(cq_data(within(d, cq <- as.list(cq))), "column", "list", "one value a row"),
  "cycles as text" = case(cq_data(d, cycles = "forty"), "argument", "`cycles`", "one number"),
  "duplicate wells" = case(cq_data(rbind(d_well, d_well[1, ])), "data", "A01 (MYC, run1)", "read twice"),
  "sample in two runs" = case(cq_data(d_run), "data", "v1 (MYC)", "runs = \"replicate\"", "runs = \"same\""),
  "runs misspelt" = case(cq_data(d_run, runs = "merge"), "argument", "\"merge\"", "\"replicate\" and \"same\""),
  "blank samples" = case(
    cq_data(within(d, sample[1:2] <- c("", NA))), "data",
    "2 rows of sample are blank: row \"1\" and \"2\"", "Give the name"
  ),
  "blank target" = case(cq_data(within(d, target[3] <- " ")), "data", "row \"3\"", "Give the name"),
  "padded sample" = case(cq_data(within(d, sample[1] <- "v1 ")), "data", "\"v1 \"", "trimws()"),
  "unknown task" = case(cq_data(cbind(d, task = "smpl")), "data", "\"smpl\"", "\"standard\""),
  "unknown state" = case(cq_data(cbind(d, state = "ok")), "data", "\"ok\"", "\"quantified\""),
  "state against Cq" = case(
    cq_data(cbind(first_cq(NA), state = "quantified")), "data", "row \"1\"", "must have a Cq"
  ),
  "quantity as text" = case(cq_data(cbind(d, quantity = "1:10")), "column", "quantity", "must hold numbers"),
  "log of a data frame" = case(cq_log(d), "argument", "a data frame", "cq_data()"),
  "log of nothing" = case(cq_log(), "argument", "`x` must be given")
)

csv <- function(...) {
  path <- tempfile(fileext = ".csv")
  writeLines(c(...), path)
  path
}

design_cases <- list(
  "no x" = case(cq_design(), "argument", "`x` must be given"),
  "no sheet" = case(cq_design(bare), "argument", "`design` must be given", "data.frame("),
  "a plain data frame" = case(cq_design(d, sheet), "argument", "plain data frame", "cq_data("),
  "a number" = case(cq_design(bare, 3), "argument", "a number", "data frame or the path"),
  "no such file" = case(cq_design(bare, "nofile.csv"), "file", "nofile.csv", "does not exist"),
  "a folder" = case(cq_design(bare, tempdir()), "file", "is a folder", "path of a file"),
  "unmatched sample" = case(cq_design(bare, sheet[-2, ]), "design", "\"v2\"", "sample,treatment", "cq_rename()"),
  "misspelt sample" = case(
    cq_design(bare, transform(sheet, sample = sub("d1", "D1", sample))), "design", "\"d1\"", "Did you mean \"D1\""
  ),
  "duplicated row" = case(cq_design(bare, rbind(sheet, sheet[1, ])), "design", "Twice in the sheet: \"v1\"", "by = "),
  "no key" = case(cq_design(bare, setNames(sheet, c("name", "treatment"))), "column", "\"sample\"", "\"name\""),
  "key alone" = case(cq_design(bare, sheet["sample"]), "design", "besides \"sample\"", "treatment"),
  "no rows" = case(cq_design(bare, sheet[0, ]), "design", "it has none", "sample"),
  "by unknown" = case(cq_design(bare, sheet, by = "mouse"), "argument", "\"mouse\"", "\"well\""),
  "Cq in the sheet" = case(cq_design(bare, cbind(sheet, cq = 20)), "design", "\"cq\"", "Take it out"),
  "target in the sheet" = case(cq_design(bare, cbind(sheet, target = "MYC")), "design", "by = \"well\""),
  "by well without wells" = case(
    cq_design(bare, data.frame(well = "A1", treatment = "v"), by = "well"), "design", "48 rows have none", "well ="
  ),
  "NA treatment" = case(
    ask(cq_design(bare, within(sheet, treatment[2] <- NA))), "design", "\"v2\" has none", "sample sheet"
  ),
  "rename nothing" = case(cq_rename(x), "argument", "c(\"old\" = \"new\")"),
  "rename without names" = case(cq_rename(x, target = "MYC"), "argument", "c(\"old\" = \"new\")"),
  "rename what is not there" = case(
    cq_rename(x, target = c(Myc = "M")), "argument", "\"Myc\"", "Did you mean \"MYC\""
  ),
  "rename two wells into one" = case(
    cq_rename(cq_data(transform(d_well[1:4, ], well = c("A1", "A2"))), target = c(BCL2 = "MYC")), "data", "A1 (MYC"
  ),
  "exclude nothing" = case(cq_exclude(x), "argument", "which wells"),
  "exclude without reason" = case(cq_exclude(x, sample == "v1"), "argument", "`reason`"),
  "exclude no well" = case(cq_exclude(x, sample == "{v9}", "bubble"), "argument", "sample == \"{v9}\"", "fits none"),
  "exclude by unknown column" = case(cq_exclude(x, sampel == "v1", "bubble"), "argument", "sampel", "\"sample\""),
  "exclude by number" = case(cq_exclude(x, 3, "bubble"), "argument", "a number", "well == \"B07\"")
)

efficiency_cases <- list(
  "no target" = case(cq_efficiency(efficiency = 2), "argument", "`target` must be given"),
  "no value" = case(cq_efficiency("MYC"), "argument", "`efficiency` must be given", "percent = 95"),
  "95" = case(cq_efficiency("MYC", 95), "efficiency", "not 95", "\"MYC\"", "use 1.95"),
  "1.05" = case(cq_efficiency("MYC", 1.05), "efficiency", "not 1.05", "use 2.05", "105 %"),
  "0.95" = case(cq_efficiency("MYC", 0.95), "efficiency", "not 0.95", "use 1.95"),
  "a slope" = case(cq_efficiency("MYC", -3.4), "efficiency", "not -3.4", "slope", "1.968"),
  "195" = case(cq_efficiency("MYC", 195), "efficiency", "not 195", "use 1.95"),
  "NA" = case(cq_efficiency(c("A", "B"), c(2, NA)), "argument", "\"B\"", "default"),
  "as text" = case(cq_efficiency("MYC", "2"), "argument", "a string", "must be numbers"),
  "percent 0.95" = case(cq_efficiency("MYC", percent = 0.95), "efficiency", "\"0.95\"", "a fraction", "percent = 95"),
  "percent 1.95" = case(cq_efficiency("MYC", percent = 1.95), "efficiency", "\"1.95\"", "a factor", "percent = 95"),
  "percent 195" = case(cq_efficiency("MYC", percent = 195), "efficiency", "\"195\"", "percent = 95"),
  "percent as text" = case(cq_efficiency("MYC", percent = "95"), "argument", "a string", "must be numbers"),
  "both" = case(cq_efficiency("MYC", 2, percent = 95), "argument", "not both"),
  "two for three" = case(cq_efficiency(c("A", "B", "C"), c(1.9, 2)), "argument", "3 targets", "2 numbers"),
  "target twice" = case(cq_efficiency(c("A", "A"), c(1.9, 2)), "efficiency", "\"A\" stands more than once"),
  "negative error" = case(cq_efficiency("A", 2, std.error = -1), "argument", "`std.error`", "\"-1\""),
  "infinite error" = case(cq_efficiency("A", 2, std.error = Inf), "argument", "`std.error`", "\"Inf\""),
  "error as text" = case(cq_efficiency("A", 2, std.error = "0.1"), "argument", "`std.error`", "a string"),
  "error of percent as text" = case(
    cq_efficiency("A", percent = 95, std.error = "1"), "argument", "`std.error`", "a string"
  ),
  "df 0" = case(cq_efficiency("A", 2, std.error = 0.1, df = 0), "argument", "`df`", "\"0\""),
  "default 95" = case(cq_efficiency("A", 2, default = 95), "efficiency", "`default`", "use 1.95"),
  "number as target" = case(cq_efficiency(1, 2), "argument", "`target`", "a number"),
  "no x for a curve" = case(cq_standard_curve(), "argument", "`x` must be given"),
  "no standards" = case(cq_standard_curve(x), "curve", "task \"standard\"", "quantity = c("),
  "standards without quantity" = case(
    cq_standard_curve(cq_data(transform(standards, quantity = NA))), "curve", "none has both", "quantity = c("
  ),
  "quantity without names" = case(cq_standard_curve(x, quantity = c(1, 0.1)), "argument", "named by sample"),
  "quantity of no sample" = case(cq_standard_curve(x, quantity = c(v9 = 1)), "argument", "\"v9\"", "\"v1\""),
  "quantity 0" = case(cq_standard_curve(x, quantity = c(v1 = 1, v2 = 0)), "curve", "v2 MYC", "ntc"),
  "quantity infinite" = case(cq_standard_curve(x, quantity = c(v1 = 1, v2 = Inf)), "curve", "v2 MYC", "finite"),
  "curve of no target" = case(
    cq_standard_curve(cq_data(standards), targets = "myc"), "curve", "\"myc\" has none", "\"MYC\""
  ),
  "curve unit" = case(cq_standard_curve(x, unit = "plate"), "argument", "\"plate\"", "\"point\", \"well\" and \"serial\""),
  "curve argument" = case(cq_standard_curve(x, quantities = 1), "argument", "\"quantities\"")
)

model_cases <- list(
  "no x" = case(ddcq(), "argument", "`x` must be given"),
  "no formula" = case(ddcq(x), "formula", "~ treatment", "\"treatment\""),
  "no formula, no design" = case(ddcq(bare), "formula", "no design", "cq_design()"),
  "no reference" = case(ddcq(x, ~treatment), "reference", "\"MYC\", \"BCL2\", \"GAPDH\"", "must be given"),
  "no control" = case(ddcq(x, ~treatment, "GAPDH"), "control", "\"vehicle\" and \"drug\""),
  "no efficiency" = case(ddcq(x, ~treatment, "GAPDH", "vehicle"), "efficiency", "efficiency = 2", "cq_efficiency("),
  "no efficiency, standards" = case(
    ddcq(cq_data(rbind(cbind(d, task = "unknown", quantity = NA), cbind(standards, treatment = NA))),
         ~treatment, "GAPDH", "vehicle"), "efficiency", "efficiency = cq_standard_curve(x)"
  ),
  "a plain data frame" = case(ask(d), "argument", "plain data frame", "cq_data("),
  "NULL" = case(ask(NULL), "argument", "NULL", "cq_data()"),
  "formula as text" = case(ask(formula = "~ treatment"), "formula", "a string", "~ treatment"),
  "two-sided formula" = case(ask(formula = cq ~ treatment), "formula", "nothing left", "~ treatment"),
  "interaction with a column that is not there" = case(
    ask(formula = ~ treatment * combo), "column", "\"combo\"", "\"treatment\""
  ),
  "power of a sum" = case(ask(formula = ~ (treatment + combo)^2), "formula", "(treatment + combo)^2", "a + b + a:b"),
  "nesting" = case(ask(formula = ~ treatment / combo), "formula", "treatment/combo", "a + b + a:b"),
  "a term taken out" = case(ask(formula = ~ treatment - 1), "formula", "treatment - 1", "always in the model"),
  "no constant" = case(ask(formula = ~ 0 + treatment), "formula", "0", "always in the model"),
  "random effect of a column that is not there" = case(
    ask(formula = ~ treatment + (1 | mouse)), "column", "\"mouse\"", "\"treatment\""
  ),
  "random slope" = case(ask(formula = ~ treatment + (day | mouse)), "formula", "day | mouse", "(1 | mouse)"),
  "random effect that interacts" = case(ask(formula = ~ treatment:(1 | mouse)), "formula", "1 | mouse", "added by"),
  "random effect alone" = case(ask(formula = ~ (1 | mouse)), "formula", "must name a factor"),
  "covariate alone" = case(ask(formula = ~ covariate(rin)), "formula", "must name a factor"),
  "covariate of names" = case(
    ask(cq_data(cbind(d, rin = "a")), formula = ~ treatment + covariate(rin)), "formula", "a character vector", "rin"
  ),
  "covariate and factor" = case(
    ask(formula = ~ treatment + covariate(treatment)), "formula", "as a factor or as a covariate"
  ),
  "covariate with a gap" = case(
    ask(cq_data(cbind(d, rin = ifelse(d$sample == "v2", NA, 8))), formula = ~ treatment + covariate(rin)), "design",
    "\"v2\" has none", "rin"
  ),
  "two values of a covariate in a sample" = case(
    ask(cq_data(cbind(d, rin = seq_len(nrow(d)) / 10)), formula = ~ treatment + covariate(rin)), "design",
    "have several", "rin"
  ),
  "random effect of one level" = case(
    ask(cq_data(cbind(d, mouse = "m")), formula = ~ treatment + (1 | mouse)), "formula", "has one level", "mouse"
  ),
  "random effect of single samples" = case(
    ask(cq_data(cbind(d, mouse = d$sample)), formula = ~ treatment + (1 | mouse)), "formula", "has one sample",
    "Leave"
  ),
  "random effect with a variance" = case(
    ask(cq_data(cbind(d, mouse = substr(d$sample, 2, 2))), formula = ~ treatment + (1 | mouse), variance = "welch"),
    "argument", "random effect", "\"welch\""
  ),
  "empty formula" = case(ask(formula = ~1), "formula", "must name a factor"),
  "function in the formula" = case(ask(formula = ~ log(dose)), "formula", "log(dose)", "sample sheet"),
  "term twice" = case(ask(formula = ~ treatment + treatment), "formula", "\"treatment\" twice"),
  "unknown column" = case(ask(formula = ~treatmnet), "column", "\"treatmnet\"", "Did you mean \"treatment\""),
  "numeric subject" = case(
    ask(cq_data(cbind(d, subject = 1)), formula = ~ treatment + subject), "formula", "subject", "factor(subject)"
  ),
  "unknown reference" = case(ask(reference = "GADPH"), "reference", "\"GADPH\"", "Did you mean \"GAPDH\""),
  "reference as number" = case(ask(reference = 3), "argument", "`reference`", "a number"),
  "reference twice" = case(ask(reference = c("GAPDH", "GAPDH")), "reference", "\"GAPDH\" twice"),
  "all are references" = case(ask(reference = unique(d$target)), "reference", "besides the references"),
  "unknown target" = case(ask(targets = "MCY"), "argument", "\"MCY\"", "Did you mean \"MYC\""),
  "misspelt control" = case(ask(control = "vehcle"), "control", "\"vehcle\"", "Did you mean \"vehicle\""),
  "two controls" = case(ask(control = c("vehicle", "drug")), "control", "`control`", "one level, not 2", "combination = \"no\""),
  "control of no factor" = case(ask(control = c(dose = "vehicle")), "control", "\"dose\"", "\"treatment\""),
  "control of two factors" = case(
    ask(cq_data(cbind(d, combo = ifelse(d$sample == "v1", "vehicle", "b"))), formula = ~ treatment + combo),
    "control", "\"treatment\" and \"combo\"", "control = c(treatment = \"vehicle\")"
  ),
  "control alone" = case(ask(x[x$treatment == "vehicle", ]), "control", "two levels", "\"vehicle\""),
  "efficiency 95" = case(ask(efficiency = 95), "efficiency", "not 95", "use 1.95"),
  "efficiency 0.95" = case(ask(efficiency = 0.95), "efficiency", "not 0.95", "use 1.95"),
  "efficiency -3.4" = case(ask(efficiency = -3.4), "efficiency", "not -3.4", "1.968"),
  "efficiencies by position" = case(
    ask(efficiency = c(2, 1.9, 2, 2)), "efficiency", "4 numbers", "cq_efficiency(target"
  ),
  "efficiencies with names" = case(
    ask(efficiency = c(MYC = 2, BCL2 = 2)), "efficiency", "2 numbers", "cq_efficiency(names(e), e)"
  ),
  "efficiency table without a target" = case(
    ask(efficiency = cq_efficiency(c("c-MYC", "BCL2", "GAPDH", "ACTB"), 1.9)), "efficiency",
    "none for \"MYC\"", "Did you mean \"c-MYC\"", "default"
  ),
  "efficiency table by hand" = case(
    ask(efficiency = data.frame(target = unique(d$target), efficiency = 2)), "efficiency",
    "a data frame", "cq_efficiency()"
  ),
  "efficiency table changed" = case(ask(efficiency = eff_hand(95)), "efficiency", "not 95", "\"MYC\""),
  "contrast that sums to 2" = case(
    ask(contrasts = list(a = c(drug = 1, vehicle = 1))), "argument", "\"a\" sum to 2", "sum to 0", "-0.5"
  ),
  "contrast of zeros" = case(ask(contrasts = list(a = c(drug = 0, vehicle = 0))), "argument", "\"a\" are all 0"),
  "infinite contrast" = case(ask(contrasts = list(a = c(drug = Inf, vehicle = -Inf))), "argument", "\"a\" is not"),
  "unknown level in a contrast" = case(
    ask(contrasts = list("a{b}" = c(drgu = 1, vehicle = -1))), "argument",
    "\"a{b}\" names \"drgu\"", "Did you mean \"drug\""
  ),
  "contrasts without names" = case(ask(contrasts = list(c(drug = 1, vehicle = -1))), "argument", "a name of its own"),
  "weights without levels" = case(ask(contrasts = list(a = c(1, -1))), "argument", "named by level", "\"a\" is not"),
  "contrast outside a list" = case(ask(contrasts = c(drug = 1, vehicle = -1)), "argument", "named list"),
  "unknown contrasts" = case(ask(contrasts = "all"), "argument", "\"all\"", "\"pairwise\""),
  "level 95" = case(ask(level = 95), "argument", "not 95", "use 0.95"),
  "level 1" = case(ask(level = 1), "argument", "less than 1", "not 1"),
  "level as text" = case(ask(level = "0.95"), "argument", "`level`", "a string"),
  "unknown variance" = case(ask(variance = "equal"), "argument", "\"equal\"", "\"welch\""),
  "Welch with a block" = case(
    ask(cq_data(cbind(d, subject = substr(d$sample, 2, 2))), formula = ~ treatment + subject, variance = "welch"),
    "argument", "several", "variance = \"pooled\""
  ),
  "Dunnett of all pairs" = case(
    ask(adjust = "dunnett", contrasts = "pairwise"), "argument", "contrasts = \"control\"", "\"holm\""
  ),
  "Tukey against the control" = case(ask(adjust = "tukey"), "argument", "contrasts = \"pairwise\"", "\"holm\""),
  "trend over names" = case(ask(contrasts = "trend"), "argument", "\"vehicle\" and \"drug\" are none", "weights"),
  "within a factor that is not there" = case(ask(by = "day"), "argument", "\"day\" is none"),
  "within the factor of the question" = case(ask(by = "treatment"), "argument", "\"treatment\" is none"),
  "unknown ddf" = case(ask(ddf = "wald"), "argument", "\"wald\"", "\"satterthwaite\""),
  "unknown weights" = case(ask(weights = "wells"), "argument", "\"wells\"", "\"technical\""),
  "ignored column that is not there" = case(ask(ignore = "mouse"), "column", "\"mouse\""),
  "a subject in every group" = case(
    ask(cq_data(cbind(d, patient = substr(d$sample, 2, 2)))), "design", "patient", "\"1 (2)\"",
    "~ treatment + patient", "(1 | patient)", "ignore = \"patient\""
  ),
  "several tumours of a mouse" = case(
    ask(cq_data(cbind(d, mouse = ifelse(d$sample %in% c("v1", "v2"), "m1", d$sample)))), "design", "mouse",
    "\"m1 (2)\"", "unit = \"mouse\""
  ),
  "unknown adjustment" = case(ask(adjust = "fdr"), "argument", "\"fdr\"", "\"BH\""),
  "unknown replicates" = case(ask(replicates = "trimmed"), "argument", "\"trimmed\"", "\"huber\""),
  "argument misspelt" = case(ask(refrence = "GAPDH"), "argument", "\"refrence\""),
  "unknown unit" = case(ask(unit = "mouse"), "column", "\"mouse\"", "\"sample\""),
  "two treatments in a mouse" = case(
    ask(cq_data(cbind(d, mouse = paste0("m", substr(d$sample, 2, 2)))), unit = "mouse"), "design",
    "\"m1\", \"m2\" and \"m3\" have", "+ mouse"
  ),
  "two treatments in a sample" = case(
    ask(cq_data(transform(d, sample = substr(sample, 2, 2)))), "design",
    "\"1\", \"2\" and \"3\" have several", "by = \"well\""
  ),
  "all wells NTC" = case(ask(cq_data(cbind(d, task = "ntc"))), "data", "\"unknown\"", "cq_log()"),
  "no rows" = case(ask(x[0, ]), "data", "there is none", "cq_log()"),
  "no reference has a Cq" = case(
    ask(cq_data(within(d, cq[target == "GAPDH"] <- NA), na = "nondetect")), "reference",
    "\"GAPDH\" and \"ACTB\"", "At least one"
  ),
  "state changed to text" = case(ask(within(x, state <- as.character(state))), "data", "state", "cq_data()"),
  "Cq changed to -1" = case(ask(changed("cq", -1)), "data", "\"-1\"", "make them `NA`"),
  "Cq changed to NA" = case(ask(changed("cq", NA)), "data", "v1 (MYC)", "cq_exclude()"),
  "a column lost" = case(ask(x[setdiff(names(x), "task")]), "argument", "plain data frame", "cq_data("),
  "a well twice" = case(ask(rbind(cq_data(d_well), cq_data(d_well)[1, ])), "data", "A01 (MYC, run1)"),
  "ratio of nothing" = case(ddcq_ratio(), "argument", "`fit` must be given"),
  "ratio of data" = case(ddcq_ratio(x, "MYC", "BCL2"), "argument", "cq_data", "ddcq()"),
  "no numerator" = case(ddcq_ratio(ask()), "argument", "`numerator` must be given"),
  "no denominator" = case(ddcq_ratio(ask(), "MYC"), "argument", "`denominator` must be given"),
  "unknown denominator" = case(
    ddcq_ratio(ask(), "MYC", "BLC2"), "argument", "`denominator`", "Did you mean \"BCL2\""
  ),
  "ratio of one" = case(ddcq_ratio(ask(), "MYC", "MYC"), "argument", "\"MYC\" twice")
)

test_that("data with something wrong are refused by name", {
  expect_cases(data_cases)
})
test_that("a design that does not fit is refused by name", {
  expect_cases(design_cases)
})
test_that("efficiencies written another way are refused with the reading", {
  expect_cases(efficiency_cases)
})
test_that("a model that cannot be meant is refused by name", {
  expect_cases(model_cases)
})

test_that("names that look like code come through as they are", {
  odd <- c("a{b}", "{.val x}", "100%s", "\\d")
  for (name in odd) {
    for (target in c(TRUE, FALSE)) {
      wells <- d
      column <- if (target) "target" else "treatment"
      wells[[column]][wells[[column]] == if (target) "MYC" else "drug"] <- name
      fit <- ask(cq_data(wells))
      expect_true(name %in% if (target) fit$results$target else fit$spec$levels)
      caught <- expect_error(ask(cq_data(wells), reference = "R9", control = "C9"), class = "ddcq_error_reference")
      if (target) expect_match(cli::ansi_strip(conditionMessage(caught)), name, fixed = TRUE)
      caught <- expect_error(ask(cq_data(wells), control = "C9"), class = "ddcq_error_control")
      if (!target) expect_match(cli::ansi_strip(conditionMessage(caught)), name, fixed = TRUE)
      wells$cq[1] <- wells$cq[1] + 3
      expect_warning(ask(cq_data(wells)), if (target) name else "v1 MYC", fixed = TRUE, class = "ddcq_warning_fit")
    }
  }
  expect_error(ask(efficiency = cq_efficiency("{.val x}", 2)), class = "ddcq_error_efficiency")
  expect_error(cq_exclude(x, sample == "{stop('no')}", "bubble"), "{stop('no')}", fixed = TRUE)
})

test_that("one long list is cut, with a count", {
  wells <- data.frame(sample = paste0("s", 1:30), target = "MYC", cq = 0)
  expect_error(cq_data(transform(wells, cq = -seq_along(cq))), "\"-5\" and 25 more", fixed = TRUE)
  expect_error(cq_design(cq_data(transform(wells, cq = 20)), sheet), "and 22 more", fixed = TRUE)
})

test_that("messages read as they should", {
  local_reproducible_output(width = 100)
  shown <- c(
    data_cases[c("Undetermined", "decimal comma", "sample in two runs", "Cq 45")], design_cases["misspelt sample"],
    efficiency_cases[c("95", "1.05", "percent 0.95")],
    model_cases[c("no efficiency, standards", "random slope", "several tumours of a mouse", "unknown reference", "two treatments in a mouse")]
  )
  here <- environment()
  expect_snapshot(for (case in shown) {
    caught <- tryCatch(eval(case$call, here), error = identity)
    writeLines(c(paste0("<", class(caught)[1], "> ", deparse(conditionCall(caught))), conditionMessage(caught), ""))
  })
})
